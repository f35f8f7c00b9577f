"""Workbooks put together part by part, so that each part can say what no program would write."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
ODF = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"

Parts = dict[str, bytes | str]


def zipped(parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these parts, always the same bytes for the same parts."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", method) as container:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2017, 3, 30, 0, 0, 0))
            info.compress_type = method
            container.writestr(info, content)
    return data.getvalue()


def sheet(rows: str = "", *, before: str = "", after: str = "", attributes: str = "") -> str:
    """Return the part of a sheet with these rows."""
    return (
        f'{DECLARED}<worksheet xmlns="{MAIN}"{attributes}>{before}'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def strings(*texts: str, told: int | str | None = None) -> str:
    """Return the part of the shared strings; ``told`` is how many it says there are."""
    count = len(texts) if told is None else told
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'{DECLARED}<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">{items}</sst>'


def workbook(
    names: list[str] | None = None, *, after: str = "", links: list[str] | None = None
) -> str:
    """Return the part that lists the sheets."""
    names = ["Sheet1"] if names is None else names
    links = links or [f"rId{n}" for n in range(1, len(names) + 1)]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="{link}"/>'
        for n, (name, link) in enumerate(zip(names, links, strict=True), start=1)
    )
    return (
        f'{DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>{after}'
        "</workbook>"
    )


def relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    """Return a part of relationships: id → (kind, target)."""
    items = "".join(
        f'<Relationship Id="{link}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for link, (kind, target) in targets.items()
    )
    return f'{DECLARED}<Relationships xmlns="{PACKAGE}">{items}</Relationships>'


def parts(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **changed: bytes | str) -> Parts:
    """Return the parts of a small workbook; ``changed`` are given by short names."""
    named: Parts = {
        "[Content_Types].xml": (
            f'{DECLARED}<Types xmlns="{CONTENT_TYPES}">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>'
        ),
        "_rels/.rels": relationships({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": workbook(),
        "xl/_rels/workbook.xml.rels": relationships(
            {
                "rId1": ("worksheet", "worksheets/sheet1.xml"),
                "rId8": ("sharedStrings", "sharedStrings.xml"),
                "rId9": ("styles", "styles.xml"),
            }
        ),
        "xl/worksheets/sheet1.xml": sheet(rows),
        "xl/sharedStrings.xml": strings("a", "b"),
        "xl/styles.xml": f'{DECLARED}<styleSheet xmlns="{MAIN}"/>',
    }
    short = {
        "package": "_rels/.rels",
        "workbook": "xl/workbook.xml",
        "links": "xl/_rels/workbook.xml.rels",
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
    }
    named.update({short[name]: content for name, content in changed.items()})
    return named


def document(tables: str, *, manifest: str = "<manifest/>", styles: str = "") -> Parts:
    """Return the parts of a small ODS workbook."""
    return {
        "mimetype": SPREADSHEET,
        "META-INF/manifest.xml": manifest,
        "content.xml": (
            f'{DECLARED}<office:document-content xmlns:office="{ODF}" xmlns:table="{TABLE}" '
            f'xmlns:text="{TEXT}">{styles}<office:body><office:spreadsheet>{tables}'
            "</office:spreadsheet></office:body></office:document-content>"
        ),
    }


# ---------------------------------------------------------------------- zips that lie


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Write a zip again, with each part as ``change`` returns it (``None`` leaves it out)."""
    with zipfile.ZipFile(BytesIO(data)) as old:
        changed = {name: change(name, old.read(name)) for name in old.namelist()}
    return zipped({name: content for name, content in changed.items() if content is not None})


def entries(data: bytes) -> list[tuple[int, int]]:
    """Return, for each member, where its local and its central header begin."""
    found, at = [], data.index(b"PK\x01\x02")
    while data[at : at + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack_from("<HHH", data, at + 28)
        found.append((struct.unpack_from("<L", data, at + 42)[0], at))
        at += 46 + name + extra + comment
    return found


def patched(data: bytes, at: int, form: str, value: int) -> bytes:
    """Return the bytes with one number overwritten."""
    size = struct.calcsize(form)
    return data[:at] + struct.pack(form, value) + data[at + size :]


def bomb(size: int, *, byte: bytes = b"\0") -> bytes:
    """Return a deflated stream that inflates to so many bytes, without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunk = byte * (1 << 20)
    found = [packer.compress(chunk) for _ in range(size >> 20)]
    return b"".join([*found, packer.flush()])


def with_member(data: bytes, name: str, packed: bytes, *, told: int, crc: int = 0) -> bytes:
    """Return a zip with one more deflated member that says it is ``told`` bytes long."""
    end = data.rindex(b"PK\x05\x06")
    start = entries(data)[0][1]
    body, listing, count = data[:start], data[start:end], len(entries(data)) + 1
    encoded = name.encode()
    common = struct.pack(
        "<HHHHHLLLHH", 20, 0, 8, 0, 0x4A7E, crc, len(packed), told, len(encoded), 0
    )
    at = len(body)
    body += b"PK\x03\x04" + common + encoded + packed
    listing += b"PK\x01\x02" + struct.pack("<H", 20) + common
    listing += struct.pack("<HHHLL", 0, 0, 0, 0, at) + encoded
    return body + listing + _end(count, len(listing), len(body))


def _end(count: int, size: int, offset: int) -> bytes:
    return b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count, count, size, offset, 0)


def flipped(data: bytes, dice: random.Random, count: int) -> bytes:
    """Return the bytes with some of them changed."""
    changed = bytearray(data)
    for _ in range(count):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)
