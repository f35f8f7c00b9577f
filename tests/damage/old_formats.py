"""Write a workbook in Excel's binary format: values only, as little as a reader needs.

Records are those of [MS-XLSB]: a type and a size in groups of seven bits, then the content.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from returns import packed

from tongket_xlsx.reader.cells import ErrorValue
from tongket_xlsx.reader.sheet_facts import ERRORS

_ROW, _ERROR, _REAL, _TEXT = 0, 3, 5, 6
_BEGIN_SHEET, _END_SHEET, _BEGIN_BOOK, _END_BOOK = 129, 130, 131, 132
_BEGIN_SHEETS, _END_SHEETS, _BEGIN_DATA, _END_DATA = 143, 144, 145, 146
_DIMENSION, _BUNDLED_SHEET = 148, 156

_CODES = {text: code for code, text in ERRORS.items()}

_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>
</Types>"""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsb(sheets: Sequence[tuple[str, bool, Sequence[Sequence[object]]]]) -> bytes:
    """Return a binary workbook of sheets: (name, visible, rows)."""
    parts = {"[Content_Types].xml": _TYPES.encode()}
    parts["_rels/.rels"] = _links({"rId1": ("officeDocument", "xl/workbook.bin")})
    links, bundle = {}, b""
    for n, (name, visible, rows) in enumerate(sheets, start=1):
        links[f"rId{n}"] = ("worksheet", f"worksheets/sheet{n}.bin")
        state = 0 if visible else 2
        bundle += _record(
            _BUNDLED_SHEET, struct.pack("<II", state, n) + _text(f"rId{n}") + _text(name)
        )
        parts[f"xl/worksheets/sheet{n}.bin"] = _sheet(rows)
    parts["xl/workbook.bin"] = b"".join(
        (
            _record(_BEGIN_BOOK),
            _record(_BEGIN_SHEETS),
            bundle,
            _record(_END_SHEETS),
            _record(_END_BOOK),
        )
    )
    parts["xl/_rels/workbook.bin.rels"] = _links(links)
    return packed(parts)


def _links(targets: dict[str, tuple[str, str]]) -> bytes:
    lines = "".join(
        f"<Relationship Id={quoteattr(key)} Type={quoteattr(f'{_OFFICE}/{kind}')} "
        f"Target={quoteattr(target)}/>"
        for key, (kind, target) in targets.items()
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{lines}</Relationships>'.encode()


def _sheet(rows: Sequence[Sequence[object]]) -> bytes:
    width = max((len(row) for row in rows), default=1)
    out = [
        _record(_BEGIN_SHEET),
        _record(_DIMENSION, struct.pack("<IIII", 0, max(0, len(rows) - 1), 0, max(0, width - 1))),
        _record(_BEGIN_DATA),
    ]
    for number, row in enumerate(rows):
        out.append(_record(_ROW, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0)))
        for column, value in enumerate(row):
            head = struct.pack("<II", column, 0)
            if isinstance(value, ErrorValue):
                out.append(_record(_ERROR, head + bytes([_CODES[value.text]])))
            elif isinstance(value, int | float):
                out.append(_record(_REAL, head + struct.pack("<d", float(value))))
            elif value is not None:
                out.append(_record(_TEXT, head + _text(str(value))))
    return b"".join((*out, _record(_END_DATA), _record(_END_SHEET)))


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def _record(kind: int, content: bytes = b"") -> bytes:
    return _sevens(kind) + _sevens(len(content)) + content


def _sevens(number: int) -> bytes:
    out = bytearray()
    while True:
        number, rest = number >> 7, number & 0x7F
        if not number:
            out.append(rest)
            return bytes(out)
        out.append(rest | 0x80)
