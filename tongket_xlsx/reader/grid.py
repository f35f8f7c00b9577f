"""A safe workbook → plain values at absolute addresses; no check ever sees a spreadsheet library.

This room alone knows what the reader does to a file: it drops leading empty rows unless told
not to, gives a blank as ``""``, reads an error value as blank and a formula without a stored
result as 0. Here a blank is ``None``, and the last two keep a name of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import python_calamine

from tongket_xlsx.model.places import a1, position
from tongket_xlsx.reader import ods as ods_outline
from tongket_xlsx.reader import xls as xls_outline
from tongket_xlsx.reader import xlsb as xlsb_outline
from tongket_xlsx.reader import xml_guard
from tongket_xlsx.reader.cells import ErrorValue, Grid, GridSheet, NoResult, Raw, Rows
from tongket_xlsx.reader.gate import Refusal
from tongket_xlsx.reader.refusal import contradictory
from tongket_xlsx.reader.safe_workbook import Format, SafeWorkbook
from tongket_xlsx.reader.shared_formulas import moved
from tongket_xlsx.reader.sheet_facts import Outline, locked_cells
from tongket_xlsx.reader.xlsx_parts import LINKS, WORKBOOK, target_part
from tongket_xlsx.reader.xlsx_sheet import check_span
from tongket_xlsx.reader.zip_container import member_bytes

# A cell that holds an error value or a formula: whatever else there is, the reader shows.
_WORTH_A_LOOK = re.compile(
    rb"""<c [^<>]*\bt=["']e["'][^<>]*/>"""
    rb"""|<c (?:[^<>]*\bt=["']e["'][^<>]*(?<!/)|[^<>]*(?<!/)>\s*<f\b[^<>]*)>.*?</c>""",
    re.DOTALL,
)


def read(workbook: SafeWorkbook) -> Grid:
    """Read every sheet, but those the gate was told to pass over.

    Raises:
        Refusal: the file is encrypted or damaged beyond what the gate can see.
    """
    try:
        book = _opened(workbook)
        named = [
            (m.name, m.visible == python_calamine.SheetVisibleEnum.Visible, m.typ)
            for m in book.sheets_metadata
        ]
        sheets = [
            _sheet(book, name, visible=visible)
            for name, visible, kind in named
            if kind == python_calamine.SheetTypeEnum.WorkSheet and _is_read(workbook, name)
        ]
    except python_calamine.PasswordError:
        raise Refusal("file.password") from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal("file.broken") from error
    except BaseException as error:
        # The reader panics where it did not expect what it found; it holds nothing after that.
        if not _is_panic(error):
            raise
        raise Refusal("file.broken") from error
    unlooked = False
    if workbook.format is Format.XLSX:
        sheets = _overlay(workbook, sheets)
    else:
        sheets, unlooked = _outlined(workbook, sheets, [name for name, _, _ in named])
    others = tuple(n for n, _, kind in named if kind != python_calamine.SheetTypeEnum.WorkSheet)
    return Grid(
        tuple(sheets),
        _properties(workbook),
        other_kinds=others,
        unlooked=unlooked,
        workbook=workbook,
    )


def _for_reader(workbook: SafeWorkbook) -> bytes:
    """Return the bytes the reader gets: what the gate looked at is all that it finds in them.

    The reader tries one format after the other. In an old workbook that it cannot open it would
    find a zip that was put behind it, and the gate has not seen that one.
    """
    if workbook.format is Format.XLS:
        known = xls_outline.with_known_codepage(workbook.data)
        return known.replace(b"PK\x05\x06", b"PK\0\0")
    return workbook.data


def _opened(workbook: SafeWorkbook) -> python_calamine.CalamineWorkbook:
    """Open a workbook; an old one once more without the names and merged cells that are damaged."""
    data = _for_reader(workbook)
    try:
        return python_calamine.load_workbook(BytesIO(data))
    except python_calamine.PasswordError:
        raise
    except BaseException as error:
        broken = isinstance(error, python_calamine.CalamineError) or _is_panic(error)
        bare = xls_outline.without_asides(data) if workbook.format is Format.XLS else data
        if not broken or bare == data:
            raise
        return python_calamine.load_workbook(BytesIO(bare))


def _is_panic(error: BaseException) -> bool:
    return type(error).__name__ == "PanicException"


def _sheet(book: python_calamine.CalamineWorkbook, name: str, *, visible: bool) -> GridSheet:
    sheet = book.get_sheet_by_name(name)
    # The gate counts the cells of XML; those of the binary formats show here.
    if sheet.total_height and sheet.total_width:
        check_span(sheet.total_height, sheet.total_width)
    rows: Rows = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
    for row in rows:
        for column, value in enumerate(row):
            if value == "":
                row[column] = None
    return GridSheet(name, visible, rows)


def _is_read(workbook: SafeWorkbook, name: str) -> bool:
    """Say whether a sheet is to be read; one that the gate knows by no name was never looked at."""
    if name in workbook.unread:
        return False
    if workbook.unread and name not in workbook.sheets:
        raise contradictory("sheets", name[:60])
    return True


_OUTLINES = {
    Format.XLS: xls_outline.outlines,
    Format.XLSB: xlsb_outline.outlines,
    Format.ODS: ods_outline.outlines,
}


def _outlined(
    workbook: SafeWorkbook, sheets: list[GridSheet], order: Sequence[str]
) -> tuple[list[GridSheet], bool]:
    """Add to the sheets of the other formats what the reader does not show: errors first of all.

    Args:
        order: the names of all sheets, in their order.

    Returns:
        the sheets, and whether their formats could not be looked at.

    Raises:
        Refusal: what stands in the file cannot be followed; an error value might go unseen.
    """
    unlooked = False
    try:
        try:
            found = _OUTLINES[workbook.format](workbook.data)
        except ValueError:
            if workbook.format is not Format.XLS:
                raise
            unlooked = True
            errors = xls_outline.errors(workbook.data)
            found = {n: Outline(errors=e) for n, e in zip(order, errors, strict=True)}
    except ValueError as error:
        raise Refusal("file.broken") from error
    for sheet in sheets:
        for (row, column), text in found.get(sheet.name, Outline()).errors.items():
            _put(sheet.rows, row, column, ErrorValue(text))
    if unlooked:
        return sheets, True
    return [replace(sheet, outline=found.get(sheet.name)) for sheet in sheets], False


def _overlay(workbook: SafeWorkbook, sheets: list[GridSheet]) -> list[GridSheet]:
    """Put error values and formulas without a result where the reader saw a blank or a zero."""
    if not workbook.unusual and not workbook.outlines:
        return sheets
    try:
        parts = sheet_parts(workbook)
        found = []
        for sheet in sheets:
            part = parts.get(sheet.name, "")
            content = workbook.unusual.get(part)
            if content is not None:
                _mark(sheet, content)
            found.append(replace(sheet, outline=workbook.outlines.get(part)))
    except (ET.ParseError, ValueError, KeyError) as error:
        raise Refusal("file.broken") from error
    return found


def locked(grid: Grid, sheet: GridSheet) -> frozenset[tuple[int, int]]:
    """Return the cells of a sheet that cannot be typed in while it is protected.

    The part is inflated once more: this is asked of the few sheets that were pasted over.
    """
    workbook = grid.workbook
    if workbook is None or workbook.format is not Format.XLSX:
        return frozenset()
    part = sheet_parts(workbook).get(sheet.name, "")
    content = member_bytes(workbook.data, part)
    return locked_cells(content, workbook.parts.get("xl/styles.xml", b""))


def formulas(workbook: SafeWorkbook) -> Mapping[tuple[str, str], str]:
    """Return the formulas of a workbook as they were typed: (sheet, cell) → text.

    Empty for the formats that are no XML; the workbook must have been let through with all its
    sheets.

    Raises:
        Refusal: a part cannot be parsed.
    """
    if workbook.format is not Format.XLSX:
        return {}
    found = {}
    try:
        for name, part in sheet_parts(workbook).items():
            for row, column, text in _formulas(workbook.unusual.get(part, b"<none/>")):
                found[name, a1(row, column)] = text
    except (ET.ParseError, ValueError, KeyError) as error:
        raise Refusal("file.broken") from error
    return found


def _formulas(content: bytes) -> Iterator[tuple[int, int, str]]:
    shared: _Shared = {}
    for row, column, cell in each_cell(content):
        text = _formula(cell, row, column, shared)
        if text:
            yield row, column, "=" + text


# The number of a formula that several cells share → where it was typed first, and what.
_Shared = dict[str, tuple[int, int, str]]


def _formula(cell: ET.Element, row: int, column: int, shared: _Shared) -> str | None:
    """Return what a cell computes, ``None`` where it computes nothing."""
    element = next((child for child in cell if _local(child.tag) == "f"), None)
    if element is None:
        return None
    text = element.text or ""
    group = element.attrib.get("si", "")
    if group and text:
        shared[group] = row, column, text
    elif group in shared:
        first_row, first_column, typed = shared[group]
        text = moved(typed, row - first_row, column - first_column)
    return text


def _mark(sheet: GridSheet, content: bytes) -> None:
    """Go through the cells of a sheet and note what the reader does not show."""
    shared: _Shared = {}
    for row, column, cell in _plain_cells(content) if _is_plain(content) else each_cell(content):
        special = _special(cell, _formula(cell, row, column, shared))
        if special is not None:
            _put(sheet.rows, row, column, special)


def _is_plain(content: bytes) -> bool:
    """Say whether every cell of a sheet has its address and nothing in it is hidden from view."""
    return (
        b"<!" not in content
        and b":c " not in content
        and content.count(b"<c ") + content.count(b"<c>") == content.count(b'<c r="')
    )


def _plain_cells(content: bytes) -> Iterator[tuple[int, int, ET.Element]]:
    """Yield the cells of a plain sheet that hold a formula or an error value."""
    for match in _WORTH_A_LOOK.finditer(content):
        cell = xml_guard.tree(match[0])
        row, column = position(cell.attrib["r"])
        yield row, column, cell


def each_cell(content: bytes) -> Iterator[tuple[int, int, ET.Element]]:
    """Yield the cells of a sheet; one without an address follows the one before it."""
    row, column = -1, -1
    for event, element in xml_guard.events(content):
        name = _local(element.tag)
        if event == "start" and name == "row":
            row, column = int(element.attrib.get("r", row + 2)) - 1, -1
        elif event == "end" and name == "c":
            if "r" in element.attrib:
                row, column = position(element.attrib["r"])
            else:
                column += 1
            yield row, column, element
            element.clear()
        elif event == "end" and name == "row":
            element.clear()


def _special(cell: ET.Element, formula: str | None) -> ErrorValue | NoResult | None:
    children = {_local(child.tag): child.text or "" for child in cell}
    kind = cell.attrib.get("t", "")
    if kind == "e":
        return ErrorValue(children.get("v", "") or "#N/A")
    if formula is not None and not children.get("v") and kind != "str":
        return NoResult("=" + formula)
    return None


def _put(rows: Rows, row: int, column: int, value: Raw) -> None:
    while len(rows) <= row:
        rows.append([])
    cells = rows[row]
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = value


def sheet_parts(workbook: SafeWorkbook) -> dict[str, str]:
    """Return the name of each sheet → the plain name of the part of the zip that holds it."""
    targets = {
        element.attrib["Id"]: target_part(element.attrib["Target"])
        for element in xml_guard.tree(workbook.parts[LINKS])
    }
    names: dict[str, str] = {}
    for element in xml_guard.tree(workbook.parts[WORKBOOK]).iter():
        if _local(element.tag) == "sheet":
            link = next((v for k, v in element.attrib.items() if _local(k) == "id"), "")
            names[element.attrib.get("name", "")] = targets.get(link, "")
    return names


def _properties(workbook: SafeWorkbook) -> dict[str, str]:
    content = workbook.parts.get("docprops/custom.xml")
    if content is None:
        return {}
    try:
        root = xml_guard.tree(content)
    except ET.ParseError:
        return {}
    return {element.attrib.get("name", ""): "".join(element.itertext()).strip() for element in root}


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
