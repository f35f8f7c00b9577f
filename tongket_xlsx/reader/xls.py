"""What the reader does not show of an .xls: errors, percentages and other looks, merged cells."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tongket_xlsx.model.places import a1
from tongket_xlsx.reader.ole_container import error_cells, formula_cells, workbook_stream
from tongket_xlsx.reader.refusal import Refusal
from tongket_xlsx.reader.sheet_facts import ERRORS, UNKNOWN_ERROR, Cell, Outline
from tongket_xlsx.text.number_formats import Look, may_mislead, rescales

_FLATTEST, _NARROWEST = 40, 77
# The code page stands among the first records of a stream, which begins with a sector of its own.
_CODE_PAGE, _HEAD = 0x0042, 512
# The names of cells, and merged cells; and a number that no record has.
_ASIDES, _NOTHING = (0x0018, 0x00E5), 0x0FFE


def outlines(data: bytes) -> dict[str, Outline]:
    """Return the outline of each sheet, by its name.

    Raises:
        ValueError: the file is not built as it should be.
    """
    try:
        return _outlines(data)
    except Exception as error:  # the reader of these promises no exception of its own
        raise ValueError from error


def _outlines(data: bytes) -> dict[str, Outline]:
    # Only a workbook of those days gets here.
    import xlrd  # noqa: PLC0415

    with open(os.devnull, "w", encoding="utf-8") as silence:  # noqa: PTH123 - no path of a file
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=silence)
    percents, looks, codes = set[int](), dict[int, Look](), dict[int, str]()
    for number, xf in enumerate(book.xf_list):
        code = book.format_map[xf.format_key].format_str
        if "%" in code:
            percents.add(number)
        if book.font_list[xf.font_index].struck_out:
            looks[number] = Look.STRUCK
        elif rescales(code):
            looks[number] = Look.RESCALED
        if may_mislead(code):
            codes[number] = code
    found = {sheet.name: _outline(sheet, percents, looks, codes) for sheet in book.sheets()}
    formulas = formula_cells(workbook_stream(data))
    if len(formulas) != len(found):
        return found
    return {
        name: replace(outline, computed=cells)
        for (name, outline), cells in zip(found.items(), formulas, strict=True)
    }


def with_known_codepage(data: bytes) -> bytes:
    """Return an old workbook of which the reader knows the code page.

    Since Excel 97 texts are Unicode whatever the record says; the reader refuses one it does not
    know.
    """
    stream = workbook_stream(data)
    head = stream[:_HEAD]
    start = data.find(head)
    at, end = 0, len(head)
    while at + 6 <= end and start >= 0 and stream[4:6] == b"\0\6":
        kind, length = struct.unpack_from("<HH", head, at)
        if kind == _CODE_PAGE and length == 2:
            place = start + at + 4
            return data[:place] + b"\xb0\4" + data[place + 2 :]
        at += 4 + length
    return data


def without_asides(data: bytes) -> bytes:
    """Return an old workbook without the records that are no cells and stop the reader if damaged.

    Names and merged cells get a number that no reader knows; their length and all else stay.
    Where the stream does not lie in one piece the very data are returned.
    """
    stream = workbook_stream(data)
    start = data.find(stream)
    if start < 0:
        return data
    made, at = bytearray(data), 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind in _ASIDES:
            struct.pack_into("<H", made, start + at, _NOTHING)
        at += 4 + length
    return bytes(made)


def errors(data: bytes) -> list[dict[Cell, str]]:
    """Return the error values of each sheet in its order, by the records of the file alone.

    For a file of which the reader of formats makes nothing.

    Raises:
        ValueError: the file is not built as it should be.
    """
    try:
        found = error_cells(workbook_stream(data))
    except (Refusal, struct.error) as error:
        raise ValueError from error
    return [{cell: ERRORS.get(n, UNKNOWN_ERROR) for cell, n in sheet.items()} for sheet in found]


def _outline(
    sheet: Any, percents: set[int], looks: dict[int, Look], codes: dict[int, str]
) -> Outline:
    import xlrd  # noqa: PLC0415

    errors: dict[Cell, str] = {}
    for row, column in _of_type(sheet, xlrd.XL_CELL_ERROR):
        errors[row, column] = ERRORS.get(sheet.cell_value(row, column), UNKNOWN_ERROR)
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
    formats = {
        (row, column): codes[style]
        for row, column in _of_type(sheet, xlrd.XL_CELL_NUMBER)
        if codes and (style := sheet.cell_xf_index(row, column)) in codes
    }
    return Outline(None, merged, hidden, columns, shown, errors, odd, formats)


def _of_type(sheet: Any, kind: int) -> Iterator[Cell]:
    for row in range(sheet.nrows):
        types = sheet.row_types(row)
        if kind in types:
            yield from ((row, column) for column, found in enumerate(types) if found == kind)
