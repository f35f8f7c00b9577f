"""Workbooks as other programs, gateways and systems leave them: odd to a reader, right to Excel."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO, RawIOBase

from raw_workbook import MAIN, OFFICE, zipped

ERRORS = [
    "#SPILL!",
    "#CALC!",
    "#BUSY!",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#UNKNOWN!",
    "#EXTERNAL!",
    "#PYTHON!",
    "#ERROR!",
    "#TIMEOUT!",
    "#GETTING_DATA",
    "#FUTURE?",
]
_STRICT = "http://purl.oclc.org/ooxml"
_MACROS = "http://schemas.microsoft.com/office/2006/relationships"
_LINKS = "xl/_rels/workbook.xml.rels"
_LEFT = b"\0\5\x16\7\0\2\0\0Mac OS X" + b"\0" * 60
Parts = Mapping[str, bytes]


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook."""
    with zipfile.ZipFile(BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def with_error(parts: Parts, sheet: str, cell: str, text: str) -> bytes:
    """Return a workbook in which one cell holds an error value."""
    return zipped(with_cell(parts, sheet, cell, f'<c r="{cell}" t="e"><v>{text}</v></c>'))


def with_cell(parts: Parts, sheet: str, cell: str, made: str) -> dict[str, bytes | str]:
    """Return the parts of a workbook with one cell of a sheet written otherwise."""
    row = re.sub(r"[A-Z]", "", cell)
    content = parts[sheet].decode()
    pattern = rf'<c r="{cell}"(?:[^<>]*/>|[^<>]*>.*?</c>)'
    changed, count = re.subn(pattern, lambda _: made, content, count=1)
    if not count:
        changed = content.replace("</sheetData>", f'<row r="{row}">{made}</row></sheetData>')
    return {**parts, sheet: changed}


def odd_workbooks(parts: Parts) -> Iterator[tuple[str, bytes]]:
    """Yield a workbook in every odd way: name of the way → bytes; its answers stay the same."""
    yield from _names(parts)
    yield from _links(parts)
    yield from _containers(parts)
    yield from _sheets(parts)


def _names(parts: Parts) -> Iterator[tuple[str, bytes]]:
    slashes = {name.replace("/", "\\"): content for name, content in parts.items()}
    yield "names with backslashes", zipped(slashes)
    yield "names in capitals", zipped({n.upper(): c for n, c in parts.items()})
    yield "names in small letters", zipped({n.lower(): c for n, c in parts.items()})
    left = {f"__MACOSX/{n.rpartition('/')[0]}/._{n.rpartition('/')[2]}": _LEFT for n in parts}
    yield "names from the root", zipped({f"/{n}": c for n, c in parts.items()})
    yield "zipped again on a Mac", zipped({**parts, **left})
    litter = {".DS_Store": b"\0\0\0\1Bud1", "xl/worksheets/._sheet1.xml": _LEFT, "Thumbs.db": b"x"}
    yield "with what systems leave", zipped({**parts, **litter})
    inside = {f"Biểu GL/{n}": c for n, c in parts.items()}
    yield "its folder zipped", zipped(inside)
    yield "its folder zipped on a Mac", zipped({**inside, "__MACOSX/Biểu GL/._xl": _LEFT})


def _links(parts: Parts) -> Iterator[tuple[str, bytes]]:
    plain = parts[_LINKS].decode().replace('Target="/xl/', 'Target="')
    for name, target in (
        ("absolute links", "/xl/worksheets/"),
        ("links with a backslash", "worksheets\\"),
        ("absolute links with backslashes", "\\xl\\worksheets\\"),
        ("links through a folder above", "../xl/worksheets/"),
        ("links from here", "./worksheets/"),
    ):
        changed = plain.replace('Target="worksheets/', f'Target="{target}')
        yield name, zipped({**parts, _LINKS: changed})
    texts = {n: _wide(c) if n.endswith((".xml", ".rels")) else c for n, c in parts.items()}
    yield "in UTF-16", zipped(texts)
    package = parts["_rels/.rels"].decode().replace('Target="xl/', 'Target="xl\\')
    yield "the workbook behind a backslash", zipped({**parts, "_rels/.rels": package})
    strict = {
        n: c.replace(OFFICE.encode(), f"{_STRICT}/officeDocument/relationships".encode()).replace(
            MAIN.encode(), f"{_STRICT}/spreadsheetml/main".encode()
        )
        for n, c in parts.items()
    }
    yield "strict", zipped(strict)
    for name, kind, part, root in (
        ("a sheet of macros", f"{_MACROS}/xlMacrosheet", "macrosheets/sheet1.xml", "macrosheet"),
        (
            "a sheet of foreign macros",
            f"{_MACROS}/xlIntlMacrosheet",
            "macrosheets/intlsheet1.xml",
            "macrosheet",
        ),
        ("a dialogue", f"{OFFICE}/dialogsheet", "dialogsheets/sheet1.xml", "dialogsheet"),
        ("a chart", f"{OFFICE}/chartsheet", "chartsheets/sheet1.xml", "chartsheet"),
    ):
        yield f"beside {name}", _beside(parts, kind, part, f'<{root} xmlns="{MAIN}"/>')


def _beside(parts: Parts, kind: str, part: str, content: str) -> bytes:
    listed = '<sheet name="Macro1" sheetId="999" r:id="rId999"/></sheets>'
    link = f'<Relationship Id="rId999" Type="{kind}" Target="{part}"/></Relationships>'
    return zipped(
        {
            **parts,
            "xl/workbook.xml": parts["xl/workbook.xml"].decode().replace("</sheets>", listed),
            _LINKS: parts[_LINKS].decode().replace("</Relationships>", link),
            f"xl/{part}": content,
        }
    )


def _containers(parts: Parts) -> Iterator[tuple[str, bytes]]:
    data = zipped(parts)
    for before in (b"\r\n", b"\xef\xbb\xbf", b"X-Gateway: scanned\r\n\r\n", b"\1" * 1000):
        yield f"behind {before[:9]!r}", before + data
    yield "with a comment", data[:-2] + struct.pack("<H", 7) + b"scanned"
    unseekable = _Unseekable()
    with zipfile.ZipFile(unseekable, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        for name, content in parts.items():
            packed.writestr(name, content)
    yield "sizes behind the parts", bytes(unseekable.data)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/", b"")
        for name, content in parts.items():
            with packed.open(name, "w", force_zip64=True) as part:
                part.write(content)
    yield "sizes of 64 bits", buffer.getvalue()


class _Unseekable(RawIOBase):
    """A stream that cannot go back, so that sizes are written behind each part."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def]
        self.data += data
        return len(data)


def _sheets(parts: Parts) -> Iterator[tuple[str, bytes]]:
    end = "</sheetData>"
    far = '<row r="1048576" s="1" customFormat="1"><c r="{0}1048576" s="1"{1}</row>' + end
    columns = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"></c></row>' for n in range(9000, 60_000)
    )
    rows = "".join(
        f'<row r="{n}" spans="1:9" s="1" customFormat="1" ht="15"/>' for n in range(9000, 150_000)
    )
    changes: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("the last cell formatted", lambda s: s.replace(end, far.format("XFD", "/>"))),
        ("the last cell empty", lambda s: s.replace(end, far.format("XFD", "><v></v></c>"))),
        (
            "the last cell an empty text",
            lambda s: s.replace(end, far.format("XFD", ' t="str"><v/></c>')),
        ),
        (
            "the last cell marked as a text",
            lambda s: s.replace(end, far.format("A", ' t="s"></c>')),
        ),
        ("columns formatted", lambda s: s.replace(end, columns + end)),
        ("rows formatted", lambda s: s.replace(end, rows + end)),
        ("cells marked as texts", lambda s: re.sub(r'(<c r="\w+"[^<>/]*)/>', r'\1 t="s"/>', s)),
        (
            "cells of an empty text",
            lambda s: re.sub(r'(<c r="\w+"[^<>/]*)/>', r'\1 t="s"><v></v></c>', s),
        ),
        ("cells of no kind", lambda s: re.sub(r'(<c r="\w+"(?: s="\d+")?)>', r'\1 t="">', s)),
        ("no dimension", lambda s: _dimension(s, "")),
        ("an empty dimension", lambda s: _dimension(s, '<dimension ref=""/>')),
        ("a dimension of columns", lambda s: _dimension(s, '<dimension ref="A:XFD"></dimension>')),
        ("a dimension that says nothing", lambda s: _dimension(s, "<dimension/>")),
        ("a lying dimension", lambda s: _dimension(s, '<dimension ref="A1:XFD1048576"/>')),
    )
    for name, change in changes:
        yield (
            name,
            zipped(
                {
                    n: change(c.decode()) if n.startswith("xl/worksheets/sheet") else c
                    for n, c in parts.items()
                }
            ),
        )


def _wide(content: bytes) -> bytes:
    """Return a part in UTF-16, with its mark and a declaration that says so."""
    text = re.sub(r"^<\?xml.*?\?>", "", content.decode()).strip()
    return f'<?xml version="1.0" encoding="UTF-16" standalone="yes"?>{text}'.encode("utf-16")


def _dimension(sheet: str, written: str) -> str:
    plain = re.sub(r"<dimension[^<>]*/>", "", sheet)
    at = plain.find("<sheetViews")
    at = at if at >= 0 else plain.find("<sheetData")
    return plain[:at] + written + plain[at:]
