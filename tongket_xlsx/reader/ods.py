"""What the reader does not show of an .ods: error values, percentages, what is merged or hidden."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO

from tongket_xlsx.model.places import a1
from tongket_xlsx.reader.open_formula import as_of_excel
from tongket_xlsx.reader.sheet_facts import Cell, Outline

_TAG = re.compile(
    rb"""<(/?)table:(table|table-row|table-column|table-cell|covered-table-cell)(?=[\s/>])"""
    rb"""((?:[^<>"']++|"[^"<]*"|'[^'<]*')*+)>"""
)
_ATTRIBUTE = re.compile(rb"""(?<![\w:-])([\w:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_TEXT = re.compile(rb"<text:p[^<>]*>([^<]*)</text:p>")
# A row of less than 2 points, 0.7 of a millimetre, shows nothing. Its height stands in its style.
_ROW_STYLE = re.compile(rb"<style:style\s([^<>]*+)>\s*+<style:table-row-properties\s([^<>]*+)>")
_FLAT = re.compile(
    r"0(?:\.0(?:[0-6][0-9]*)?)?cm|0(?:\.0(?:[0-2][0-9]*)?)?in|0(?:\.[0-6][0-9]*)?mm|[01](?:\.[0-9]+)?pt"
)
# What stands on more rows or columns than this at once is nothing anyone typed.
_MOST_REPEATED = 1000


@dataclass
class _Sheet:
    """Collect what is found on one sheet."""

    name: str
    row: int = 0
    row_times: int = 1
    column: int = 0
    columns: int = 0
    errors: dict[Cell, str] = field(default_factory=dict)
    percents: set[Cell] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    formulas: dict[Cell, str] = field(default_factory=dict)

    def outline(self) -> Outline:
        return Outline(
            None,
            tuple(self.merged),
            tuple(self.hidden_rows),
            tuple(self.hidden_columns),
            frozenset(self.percents),
            self.errors,
            formulas=self.formulas,
        )


def outlines(data: bytes) -> dict[str, Outline]:
    """Return the outline of each sheet, by its name.

    Raises:
        ValueError: the tables cannot be followed.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            content = packed.read({n.lower(): n for n in packed.namelist()}["content.xml"])
    except (KeyError, zipfile.BadZipFile) as error:
        raise ValueError from error
    flat = frozenset(
        _fact(style, b"style:name")
        for style, row in _ROW_STYLE.findall(content)
        if _FLAT.fullmatch(_fact(row, b"style:row-height"))
    )
    found: dict[str, Outline] = {}
    sheet: _Sheet | None = None
    for match in _TAG.finditer(content):
        closes, kind, attributes = match[1], match[2], match[3]
        if kind == b"table":
            if closes and sheet is not None:
                found[sheet.name] = sheet.outline()
            sheet = None if closes else _Sheet(_fact(attributes, b"table:name"))
        elif sheet is None:
            continue
        elif kind == b"table-row":
            if closes or attributes.endswith(b"/"):
                sheet.row += sheet.row_times if closes else _times(attributes, b"rows")
            else:
                _open_row(sheet, attributes, flat)
        elif kind == b"table-column":
            _column(sheet, attributes)
        elif not closes:
            _cell(sheet, kind, attributes, content, match.end())
    if b"<table:table" not in content:
        raise ValueError
    return found


def _open_row(sheet: _Sheet, attributes: bytes, flat: frozenset[str]) -> None:
    sheet.row_times, sheet.column = _times(attributes, b"rows"), 0
    unseen = b"visibility" in attributes or _fact(attributes, b"table:style-name") in flat
    if unseen and sheet.row_times <= _MOST_REPEATED:
        sheet.hidden_rows.extend(range(sheet.row, sheet.row + sheet.row_times))


def _column(sheet: _Sheet, attributes: bytes) -> None:
    times = _times(attributes, b"columns")
    if b"visibility" in attributes and times <= _MOST_REPEATED:
        sheet.hidden_columns.extend(range(sheet.columns, sheet.columns + times))
    sheet.columns += times


def _cell(sheet: _Sheet, kind: bytes, attributes: bytes, content: bytes, end: int) -> None:
    times = _times(attributes, b"columns") if b"repeated" in attributes else 1
    if kind == b"table-cell" and attributes:
        if b'"error"' in attributes or b"'error'" in attributes:
            text = _TEXT.match(content, end)
            shown = unescape(text[1].decode()) if text else "#N/A"
            sheet.errors.update(dict.fromkeys(_cells(sheet, times), shown))
        elif b"percentage" in attributes:
            sheet.percents.update(_cells(sheet, times))
        if b"table:formula" in attributes and times == sheet.row_times == 1:
            formula = as_of_excel(_fact(attributes, b"table:formula"))
            if formula and (sheet.row, sheet.column) not in sheet.errors:
                sheet.formulas[sheet.row, sheet.column] = formula
        if b"spanned" in attributes:
            rows, columns = (_times(attributes, way, b"spanned") for way in (b"rows", b"columns"))
            last = sheet.row + rows - 1, sheet.column + columns - 1
            if last != (sheet.row, sheet.column):
                sheet.merged.append(f"{a1(sheet.row, sheet.column)}:{a1(*last)}")
    sheet.column += times


def _cells(sheet: _Sheet, times: int) -> list[Cell]:
    """Return the cells a tag stands for, which may repeat along its row and its row downwards."""
    return [
        (sheet.row + down, sheet.column + right)
        for down in range(min(sheet.row_times, _MOST_REPEATED))
        for right in range(min(times, _MOST_REPEATED))
    ]


def _times(attributes: bytes, way: bytes, how: bytes = b"repeated") -> int:
    written = _fact(attributes, b"table:number-%s-%s" % (way, how))
    return max(1, int(written)) if written.isascii() and written.isdigit() else 1


def _fact(attributes: bytes, name: bytes) -> str:
    if name not in attributes:
        return ""
    for found, one, two in _ATTRIBUTE.findall(attributes):
        if found == name:
            return unescape((one or two).decode())
    return ""
