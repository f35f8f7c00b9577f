"""The fonts of the texts of an .xlsx: a cell names a format, that a font; runs have their own."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from xml.etree import ElementTree as ET

from tongket_xlsx.reader import xml_guard
from tongket_xlsx.reader.grid import each_cell, sheet_parts
from tongket_xlsx.reader.safe_workbook import SafeWorkbook
from tongket_xlsx.reader.zip_container import plain_name
from tongket_xlsx.text.legacy_fonts import FontedText

_STYLES, _STRINGS = "xl/styles.xml", "xl/sharedstrings.xml"
_Runs = tuple[tuple[str, str], ...]


def fonted(workbook: SafeWorkbook) -> Iterator[tuple[str, int, int, FontedText]]:
    """Yield (sheet, row, column, fonts) of each text of which some is in such a font."""
    with zipfile.ZipFile(BytesIO(workbook.data)) as archive:
        names = {plain_name(name): name for name in archive.namelist()}
        fonts = _formats(archive.read(names[_STYLES])) if _STYLES in names else []
        shared = _shared(archive.read(names[_STRINGS])) if _STRINGS in names else []
        for sheet, part in sheet_parts(workbook).items():
            if part in names:
                content = archive.read(names[part])
                for row, column, cell in each_cell(content):
                    text = _text(cell, fonts, shared)
                    if text is not None and text.is_legacy:
                        yield sheet, row, column, text


def _formats(content: bytes) -> list[str]:
    """Return the name of the font of each format that a cell may name."""
    root = xml_guard.tree(content)
    fonts = [_name(font, "name") for font in _children(root, "fonts")]
    formats = [int(xf.attrib.get("fontId", 0)) for xf in _children(root, "cellXfs")]
    return [fonts[number] if number < len(fonts) else "" for number in formats]


def _shared(content: bytes) -> list[_Runs]:
    """Return the runs of each shared text; none where it is in one piece."""
    return [_runs(item) for item in xml_guard.tree(content) if _local(item.tag) == "si"]


def _text(cell: ET.Element, fonts: Sequence[str], shared: Sequence[_Runs]) -> FontedText | None:
    kind = cell.attrib.get("t", "")
    if kind not in ("s", "str", "inlineStr"):
        return None
    style = int(cell.attrib.get("s", 0))
    font = fonts[style] if style < len(fonts) else ""
    runs: _Runs = ()
    for child in cell:
        if kind == "s" and _local(child.tag) == "v":
            number = int(child.text or -1)
            runs = shared[number] if 0 <= number < len(shared) else ()
        elif kind == "inlineStr" and _local(child.tag) == "is":
            runs = _runs(child)
    return FontedText(font, tuple((own or font, run) for own, run in runs))


def _runs(item: ET.Element) -> _Runs:
    runs = []
    for run in item:
        if _local(run.tag) == "r":
            text = "".join(t.text or "" for t in run if _local(t.tag) == "t")
            font = next((_name(p, "rFont") for p in run if _local(p.tag) == "rPr"), "")
            runs.append((font, text))
    return tuple(runs)


def _children(root: ET.Element, name: str) -> list[ET.Element]:
    return next((list(child) for child in root if _local(child.tag) == name), [])


def _name(properties: ET.Element, key: str) -> str:
    return next((p.attrib.get("val", "") for p in properties if _local(p.tag) == key), "")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
