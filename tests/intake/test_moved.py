"""What was done to a sheet is told with its place, and headings in doubt with both readings."""

from __future__ import annotations

import pytest

from tongket_xlsx.intake.moved import displaced, moves, told
from tongket_xlsx.intake.table import Table
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import SheetLayout
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.reader.cells import Grid, GridSheet, Raw

YEARS = ("2007", "2012", "2017")


@pytest.fixture
def home(form: Form) -> SheetLayout:
    return layout_of(form, "huyen", "vi").sheet_of("TC01")


def _rows(home: SheetLayout) -> list[list[Raw]]:
    """Return the sheet as the form has it: headings, their numbers and a row for each code."""
    rows: list[list[Raw]] = [[] for _ in range(home.heading_row)]
    rows.append([column.heading for column in home.columns])
    rows.append(["A", "B", "C", *(str(n) for n in range(1, len(home.columns) - 2))])
    rows += [[code, "", "", 1.0, 2.0, 3.0] for code in home.rows]
    return rows


def _table(finder: Finder, rows: list[list[Raw]]) -> Table:
    return next(iter(finder.tables(Grid((GridSheet("TC", visible=True, rows=rows),)))))


def _done(finder: Finder, home: SheetLayout, rows: list[list[Raw]]) -> str:
    table = _table(finder, rows)
    found = {code: numbers[0] for code, numbers in table.rows.items()}
    return told(moves(table, home, found, first=True), "vi")


def test_nothing_is_told_of_a_sheet_as_it_was_issued(finder: Finder, home: SheetLayout) -> None:
    """Rows and columns where the form has them are no news."""
    assert _done(finder, home, _rows(home)) == ""


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (1, "chèn 1 dòng phía trên bảng"),
        (7, "chèn 1 dòng ở dòng 8"),
        (8, "chèn 1 dòng ở dòng 9"),
    ],
)
def test_an_inserted_row_is_told_with_its_place(
    finder: Finder, home: SheetLayout, at: int, words: str
) -> None:
    """Above the headings, below them and within the table."""
    rows = _rows(home)
    rows.insert(at, [])
    assert _done(finder, home, rows) == words


def test_many_inserted_rows_are_summed(finder: Finder, home: SheetLayout) -> None:
    """A blank row after every row is one thing that was done, not seventeen."""
    rows = _rows(home)
    for at in range(12, 8, -1):
        rows.insert(at, [])
    assert _done(finder, home, rows) == "chèn 4 dòng ở 4 chỗ, từ dòng 10"


def test_deleted_rows_are_told(finder: Finder, home: SheetLayout) -> None:
    """What is gone is told by the row that now follows."""
    rows = _rows(home)
    assert _done(finder, home, rows[2:]) == "xóa 2 dòng phía trên bảng"
    del rows[9:11]
    assert _done(finder, home, rows) == "xóa 2 dòng trước dòng 10"


def test_sorted_rows_are_told(finder: Finder, home: SheetLayout) -> None:
    """Two rows that changed places."""
    rows = _rows(home)
    rows[7], rows[8] = rows[8], rows[7]
    assert _done(finder, home, rows) == "đổi thứ tự 2 dòng"


def test_columns_are_told_by_their_letters(finder: Finder, home: SheetLayout) -> None:
    """A column put in, one taken out, two that changed places."""
    rows = [[*row[:3], None, *row[3:]] for row in _rows(home)]
    assert _done(finder, home, rows) == "chèn 1 cột ở cột D"
    rows = [[*row[:2], *row[3:]] for row in _rows(home)]
    assert _done(finder, home, rows) == "xóa 1 cột trước cột C"
    rows = [[*row[:3], row[4], row[3], *row[5:]] if len(row) > 4 else row for row in _rows(home)]
    assert _done(finder, home, rows) == "đổi chỗ 2 cột"


def test_headings_alone_that_changed_places_are_in_doubt(finder: Finder, home: SheetLayout) -> None:
    """The numbers below them stayed: by headings or by places, nobody can say."""
    rows = _rows(home)
    head = rows[home.heading_row]
    head[3], head[4] = head[4], head[3]
    table = _table(finder, rows)
    assert displaced(table, home, YEARS) == {"2007": "2012", "2012": "2007"}


def test_three_headings_in_a_ring_name_the_period_of_each_column(
    finder: Finder, home: SheetLayout
) -> None:
    """Each period in doubt comes with the one its column has by its place."""
    rows = _rows(home)
    head = rows[home.heading_row]
    head[3], head[4], head[5] = head[4], head[5], head[3]
    table = _table(finder, rows)
    # D is headed 2012, E 2017 and F 2007.
    assert displaced(table, home, YEARS) == {"2012": "2007", "2017": "2012", "2007": "2017"}


@pytest.mark.parametrize("number", [str, float])
def test_columns_moved_with_their_numbers_are_in_no_doubt(
    finder: Finder, home: SheetLayout, number: type
) -> None:
    """Nobody retypes the numbers below the headings: they went along with the figures."""
    rows = [[*row[:3], row[4], row[3], *row[5:]] if len(row) > 4 else row for row in _rows(home)]
    rows[home.heading_row + 1][3:5] = [number(2), number(1)]
    assert displaced(_table(finder, rows), home, YEARS) == {}


def test_a_lost_year_puts_no_other_in_doubt(finder: Finder, home: SheetLayout) -> None:
    """The years that are left stand in their order."""
    rows = _rows(home)
    rows[home.heading_row][4] = None
    assert displaced(_table(finder, rows), home, YEARS) == {}
