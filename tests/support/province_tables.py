"""Read the provincial tables of a consolidated workbook with openpyxl alone.

Nothing of the product is used, so that it can be held against it: from an installed wheel as well.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import openpyxl

_SHEET, _CODE = "Toàn tỉnh – ", "Mã"
_PERIODS = {
    "Năm 2007": "2007",
    "Năm 2012": "2012",
    "Năm 2017": "2017",
    "Lũy kế 2007–2017": "2007-2017",
}


def figures_shown(path: Path) -> dict[tuple[str, str], Any]:
    """Return what stands in the cell of each indicator and period; “x” and the like are texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl knows no sparklines
        book = openpyxl.load_workbook(path, data_only=True)
    found = {}
    for name in book.sheetnames:
        if name.startswith(_SHEET):
            found.update(_of_sheet(book[name]))
    return found


def differing(values: Any, shown: dict[tuple[str, str], Any]) -> list[tuple[str, str, Any, Any]]:
    """Return where a frame, index indicator and columns period, is not what a workbook shows.

    A figure that is missing in the frame must be no number in the workbook, and the other way.
    """
    wrong = []
    for (code, period), cell in shown.items():
        value = values.loc[code, period]
        is_number = isinstance(cell, int | float)
        same = value == cell if is_number else value != value  # noqa: PLR0124 - NaN
        if not same:
            wrong.append((code, period, value, cell))
    return wrong


def _of_sheet(sheet: Any) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    columns: dict[int, str] = {}
    for row in sheet.iter_rows():
        first = row[0].value
        if first == _CODE:
            columns = {n: _PERIODS[c.value] for n, c in enumerate(row) if c.value in _PERIODS}
        elif columns and first and row[0].column_letter == "A" and row[2].value:
            found.update({(first, period): row[n].value for n, period in columns.items()})
    return found
