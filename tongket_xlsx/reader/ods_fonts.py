"""The fonts of the texts of an .ods: cells and spans name styles, which name fonts or parents."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from xml.etree import ElementTree as ET

from tongket_xlsx.reader import xml_guard
from tongket_xlsx.reader.safe_workbook import SafeWorkbook
from tongket_xlsx.text.legacy_fonts import FontedText

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _TEXT, _STYLE = _OFFICE % "table", _OFFICE % "text", _OFFICE % "style"
_FAMILY = _OFFICE % "svg-compatible" + "font-family"
_OWN_FAMILY = _OFFICE % "xsl-fo-compatible" + "font-family"
_Styles = Mapping[str, str]
_Runs = tuple[tuple[str, str], ...]


def fonted(workbook: SafeWorkbook) -> Iterator[tuple[str, int, int, FontedText]]:
    """Yield (sheet, row, column, fonts) of each text of which some is in such a font."""
    with zipfile.ZipFile(BytesIO(workbook.data)) as archive:
        names = [n for n in ("styles.xml", "content.xml") if n in archive.namelist()]
        roots = [xml_guard.tree(archive.read(name)) for name in names]
    styles = _styles(roots)
    for table in roots[-1].iter(f"{_TABLE}table"):
        sheet = table.attrib.get(f"{_TABLE}name", "")
        for row, column, fonts in _cells(table, styles):
            yield sheet, row, column, fonts


def _styles(roots: list[ET.Element]) -> _Styles:
    """Return the font of each style, its own or that of the style it is made from."""
    faces: dict[str, str] = {}
    own: dict[str, str] = {}
    parents: dict[str, str] = {}
    for root in roots:
        for face in root.iter(f"{_STYLE}font-face"):
            name = face.attrib.get(f"{_STYLE}name", "")
            faces[name] = face.attrib.get(_FAMILY, name).strip("'\"")
        for style in root.iter(f"{_STYLE}style"):
            name = style.attrib.get(f"{_STYLE}name", "")
            parents[name] = style.attrib.get(f"{_STYLE}parent-style-name", "")
            for look in style.iter(f"{_STYLE}text-properties"):
                named = look.attrib.get(f"{_STYLE}font-name", "")
                family = faces.get(named, named) or look.attrib.get(_OWN_FAMILY, "").strip("'\"")
                if family:
                    own[name] = family
    return {name: _inherited(name, own, parents) for name in parents}


def _inherited(name: str, own: Mapping[str, str], parents: Mapping[str, str]) -> str:
    seen: set[str] = set()
    while name and name not in own and name not in seen:
        seen.add(name)
        name = parents.get(name, "")
    return own.get(name, "")


def _cells(table: ET.Element, styles: _Styles) -> Iterator[tuple[int, int, FontedText]]:
    columns = _columns(table)
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        times = int(line.attrib.get(f"{_TABLE}number-rows-repeated", 1))
        filled = list(_row(line, columns, styles))
        # A row with a text is hardly ever repeated, and an empty one may be a million times.
        for number in range(row, row + times) if filled else ():
            for column, fonts in filled:
                yield number, column, fonts
        row += times


def _columns(table: ET.Element) -> list[tuple[int, str]]:
    """Return (first column behind, style) of each run of columns with one style."""
    end, columns = 0, []
    for column in table.iter(f"{_TABLE}table-column"):
        end += int(column.attrib.get(f"{_TABLE}number-columns-repeated", 1))
        columns.append((end, column.attrib.get(f"{_TABLE}default-cell-style-name", "")))
    return columns


def _row(
    line: ET.Element, columns: list[tuple[int, str]], styles: _Styles
) -> Iterator[tuple[int, FontedText]]:
    common = line.attrib.get(f"{_TABLE}default-cell-style-name", "")
    at = 0
    for cell in line:
        times = int(cell.attrib.get(f"{_TABLE}number-columns-repeated", 1))
        paragraphs = cell.findall(f"{_TEXT}p")
        if paragraphs:
            own = cell.attrib.get(f"{_TABLE}style-name", "") or common
            style = own or next((s for end, s in columns if at < end), "")
            font = styles.get(style, "")
            fonts = FontedText(font, _runs(paragraphs, font, styles))
            if fonts.is_legacy:
                yield from ((at + n, fonts) for n in range(times))
        at += times


def _runs(paragraphs: list[ET.Element], font: str, styles: _Styles) -> _Runs:
    """Return the runs of a text; none where it has no spans."""
    if not any(True for p in paragraphs for _ in p.iter(f"{_TEXT}span")):
        return ()
    runs: list[tuple[str, str]] = []
    for number, paragraph in enumerate(paragraphs):
        runs.append((font, ("\n" if number else "") + (paragraph.text or "")))
        for child in paragraph:
            own = styles.get(child.attrib.get(f"{_TEXT}style-name", ""), "")
            runs.append((own or font, "".join(child.itertext())))
            runs.append((font, child.tail or ""))
    return tuple((name, text) for name, text in runs if text)
