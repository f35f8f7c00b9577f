"""What lies over the cells of an XLSX workbook or hangs on them: text boxes, pictures, comments.

None of it is in a cell, and all of it may say what an office means by one.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree as ET

from tongket_xlsx.model.places import a1
from tongket_xlsx.reader import xml_guard
from tongket_xlsx.reader.grid import sheet_parts
from tongket_xlsx.reader.safe_workbook import Format, SafeWorkbook

_MOST = 2000
# Column, offset, row and offset of either corner.
_ANCHORED = 8


class OverlayKind(StrEnum):
    """Name what lies over a cell."""

    TEXT_BOX = "text_box"
    PICTURE = "picture"
    CHART = "chart"
    SHAPE = "shape"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Overlay:
    """One thing that lies over cells such as ``D15:F15``, or is attached to one, and its text."""

    kind: OverlayKind
    sheet: str
    cells: str
    text: str = ""
    author: str = ""

    @property
    def cell(self) -> str:
        """Return the first of its cells."""
        return self.cells.partition(":")[0]


def overlays(workbook: SafeWorkbook) -> Iterator[Overlay]:
    """Yield what lies over the cells of each sheet; nothing for the formats that are no XML."""
    if workbook.format is not Format.XLSX or not any("_rels/sheet" in n for n in workbook.parts):
        return
    parts = {name.casefold(): content for name, content in workbook.parts.items()}
    for sheet, part in sheet_parts(workbook).items():
        folder, name = posixpath.split(part.casefold())
        linked = _parsed(parts.get(f"{folder}/_rels/{name}.rels", b""))
        if linked is not None:
            yield from _of_sheet(sheet, list(_linked(folder, linked)), parts)


def _parsed(content: bytes) -> ET.Element | None:
    """Parse a part; what lies beside the cells is no reason not to read them."""
    try:
        return xml_guard.tree(content) if content else None
    except ET.ParseError:
        return None


def _of_sheet(
    sheet: str, linked: list[tuple[str, str]], parts: Mapping[str, bytes]
) -> Iterator[Overlay]:
    threads: dict[str, list[str]] = {}
    found = [
        (kind, root)
        for kind, target in linked
        if (root := _parsed(parts.get(target, b""))) is not None
    ]
    for element in (e for kind, root in found if kind == "threadedcomment" for e in root):
        threads.setdefault(element.attrib.get("ref", ""), []).append(_text(element))
    for kind, root in found:
        try:
            if kind == "drawing":
                yield from _drawn(sheet, root)
            elif kind == "vmldrawing":
                yield from _drawn_before_2007(sheet, root)
            elif kind == "comments":
                yield from _comments(sheet, root, threads)
        except ValueError:
            continue
    if not any(kind == "comments" for kind, _ in found):
        for cell, said in threads.items():
            # Whoever wrote it is known by a number only; it is never a note of ours.
            yield Overlay(OverlayKind.COMMENT, sheet, cell, "\n".join(said).strip(), "?")


def _linked(folder: str, rels: ET.Element) -> Iterator[tuple[str, str]]:
    for element in rels:
        kind = element.attrib.get("Type", "").rpartition("/")[2].casefold()
        target = element.attrib.get("Target", "").casefold()
        yield kind, posixpath.normpath(posixpath.join("/", folder, target)).removeprefix("/")


def _comments(sheet: str, root: ET.Element, threads: Mapping[str, list[str]]) -> Iterator[Overlay]:
    authors = [e.text or "" for e in root.iter() if _local(e) == "author"]
    for element in root.iter():
        if _local(element) != "comment":
            continue
        cell, number = element.attrib.get("ref", ""), element.attrib.get("authorId", "")
        author = authors[int(number)] if number.isdigit() and int(number) < len(authors) else ""
        # Of a thread Excel leaves a comment that only says that there is one.
        text = "\n".join(threads[cell]) if cell in threads else _text(element)
        if text.strip():
            yield Overlay(OverlayKind.COMMENT, sheet, cell, text.strip(), author)


def _drawn(sheet: str, root: ET.Element) -> Iterator[Overlay]:
    for anchor in list(root)[:_MOST]:
        inside = [element for child in anchor for element in _first_choice(child)]
        kinds = {_local(element) for element in inside}
        text = "\n".join(_paragraphs(inside)).strip()
        if text:
            kind = OverlayKind.TEXT_BOX
        elif kinds & {"pic", "contentPart"}:
            kind = OverlayKind.PICTURE
        elif "graphicFrame" in kinds:
            kind = OverlayKind.CHART
        elif any(_local(e) == "sp" and _covers(e) for e in inside):
            kind = OverlayKind.SHAPE
        else:
            continue
        yield Overlay(kind, sheet, _cells(anchor), text)


def _covers(shape: ET.Element) -> bool:
    """Say whether a shape has a ground of its own: what lies under it is not seen."""
    look = next((e for e in shape if _local(e) == "spPr"), None)
    return look is None or not any(_local(e) == "noFill" for e in look)


def _drawn_before_2007(sheet: str, root: ET.Element) -> Iterator[Overlay]:
    """Yield the controls with a text and the embedded objects of the older kind of drawing."""
    for shape in list(root)[:_MOST]:
        data = next((e for e in shape if _local(e) == "ClientData"), None)
        sort = "" if data is None else data.attrib.get("ObjectType", "")
        # A comment has a shape here as well.
        if data is None or sort == "Note":
            continue
        anchor = next((e.text or "" for e in data if _local(e) == "Anchor"), "")
        numbers = [int(text) for text in anchor.split(",") if text.strip().isdigit()]
        if len(numbers) != _ANCHORED:
            continue
        left, _, top, _, right, _, bottom, _ = numbers
        text = " ".join(
            "".join(t for e in shape if _local(e) == "textbox" for t in e.itertext()).split()
        )
        cells = f"{a1(top, left)}:{a1(max(top, bottom), max(left, right))}"
        if text:
            yield Overlay(OverlayKind.TEXT_BOX, sheet, cells, text)
        elif sort == "Pict":
            yield Overlay(OverlayKind.PICTURE, sheet, cells)


def _first_choice(element: ET.Element) -> Iterator[ET.Element]:
    """Yield an element and all in it, but what stands there for older programs once more."""
    yield element
    for child in element:
        if _local(child) != "Fallback":
            yield from _first_choice(child)


def _paragraphs(elements: list[ET.Element]) -> Iterator[str]:
    for element in elements:
        if _local(element) == "p":
            yield _text(element)


def _cells(anchor: ET.Element) -> str:
    """Return the cells an anchor covers; A1 for what is placed by its distance from the edge."""
    corners = {_local(c): {_local(v): v.text or "0" for v in c} for c in anchor}
    first, last = corners.get("from"), corners.get("to")
    if first is None:
        return "A1"
    top, left = int(first.get("row", "0")), int(first.get("col", "0"))
    if last is None:
        return a1(top, left)
    bottom, right = (
        # An edge that lies exactly between two cells covers the former only.
        int(last.get(way, "0")) - (int(last.get(f"{way}Off", "0")) <= 0)
        for way in ("row", "col")
    )
    end = a1(max(top, bottom), max(left, right))
    return a1(top, left) if end == a1(top, left) else f"{a1(top, left)}:{end}"


def _text(element: ET.Element) -> str:
    own = [e.text or "" for e in element.iter() if _local(e) in ("t", "text") and e.text]
    return "".join(own)


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
