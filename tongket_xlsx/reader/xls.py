"""What the reader does not show of an .xls: errors, percentages and other looks, merged cells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from tongket_xlsx.model.places import a1
from tongket_xlsx.reader.sheet_facts import ERRORS, Cell, Outline
from tongket_xlsx.text.number_formats import Look, rescales

_FLATTEST, _NARROWEST = 40, 77


def outlines(data: bytes) -> dict[str, Outline]:
    """Return the outline of each sheet, by its name.

    Raises:
        ValueError: the file is not built as it should be.
    """
    # Only a workbook of those days gets here.
    import xlrd  # noqa: PLC0415

    with open(os.devnull, "w", encoding="utf-8") as silence:  # noqa: PTH123 - no path of a file
        try:
            book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=silence)
        except Exception as error:  # the reader of these promises no exception of its own
            raise ValueError from error
    percents, looks = set[int](), dict[int, Look]()
    for number, xf in enumerate(book.xf_list):
        code = book.format_map[xf.format_key].format_str
        if "%" in code:
            percents.add(number)
        if book.font_list[xf.font_index].struck_out:
            looks[number] = Look.STRUCK
        elif rescales(code):
            looks[number] = Look.RESCALED
    return {sheet.name: _outline(sheet, percents, looks) for sheet in book.sheets()}


def _outline(sheet: Any, percents: set[int], looks: dict[int, Look]) -> Outline:
    import xlrd  # noqa: PLC0415

    errors: dict[Cell, str] = {}
    for row, column in _of_type(sheet, xlrd.XL_CELL_ERROR):
        errors[row, column] = ERRORS.get(sheet.cell_value(row, column), "#N/A")
    shown = frozenset(
        (row, column)
        for row, column in _of_type(sheet, xlrd.XL_CELL_NUMBER)
        if percents and sheet.cell_xf_index(row, column) in percents
    )
    merged = tuple(
        f"{a1(top, left)}:{a1(bottom - 1, right - 1)}"
        for top, bottom, left, right in sheet.merged_cells
    )
    # Heights are in twentieths of a point, widths in 256ths of a digit.
    hidden = tuple(
        row
        for row, facts in sheet.rowinfo_map.items()
        if facts.hidden or (not facts.has_default_height and facts.height < _FLATTEST)
    )
    columns = tuple(
        column
        for column, facts in sheet.colinfo_map.items()
        if facts.hidden or facts.width < _NARROWEST
    )
    odd = {
        (row, column): looks[style]
        for row, column in _of_type(sheet, xlrd.XL_CELL_NUMBER)
        if looks and (style := sheet.cell_xf_index(row, column)) in looks
    }
    return Outline(None, merged, hidden, columns, shown, errors, odd)


def _of_type(sheet: Any, kind: int) -> Iterator[Cell]:
    for row in range(sheet.nrows):
        types = sheet.row_types(row)
        if kind in types:
            yield from ((row, column) for column, found in enumerate(types) if found == kind)
