"""Addresses as Excel shows them, and the one way a place is written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongket_xlsx.model.places import (
    Place,
    Source,
    a1,
    column_letters,
    position,
    quoted,
)


@pytest.mark.parametrize(
    ("column", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_columns_are_counted_from_nought_and_lettered_as_excel_does(
    column: int, letters: str
) -> None:
    """Column 0 is A, and after Z comes AA."""
    assert column_letters(column) == letters


@pytest.mark.parametrize(
    ("address", "row", "column"),
    [("A1", 0, 0), ("B7", 6, 1), ("XFD1048576", 1048575, 16383), ("$C$4", 3, 2), ("aa10", 9, 26)],
)
def test_an_address_names_a_row_and_a_column(address: str, row: int, column: int) -> None:
    """An A1 address, with or without dollars and in either case, is a row and a column from 0."""
    assert position(address) == (row, column)


@pytest.mark.parametrize("text", ["", "A", "1", "A0", "ABCD1", "A1:B2", "Sheet!A1", "A12345678"])
def test_a_text_that_is_no_cell_is_no_address(text: str) -> None:
    """What is no single cell address raises ValueError."""
    with pytest.raises(ValueError, match=f"^{text}$"):
        position(text)


@settings(deadline=None)
@given(st.integers(0, 1048575), st.integers(0, 16383))
def test_writing_an_address_and_reading_it_back_changes_nothing(row: int, column: int) -> None:
    """a1 and position undo each other on the whole sheet."""
    assert position(a1(row, column)) == (row, column)


@pytest.mark.parametrize(
    ("sheet", "written"),
    [("Bìa", "'Bìa'"), ("TC Thông tin", "'TC Thông tin'"), ("K'Bang", "'K''Bang'")],
)
def test_a_sheet_name_is_always_quoted_and_its_quotes_doubled(sheet: str, written: str) -> None:
    """A sheet name in a formula stands in quotes, an apostrophe in it twice."""
    assert quoted(sheet) == written


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (Place("Huyện Chư Sê", "TC Thông tin chung", "D8"), "Huyện Chư Sê › TC Thông tin chung!D8"),
        (Place("Huyện Chư Sê", "TC Thông tin chung"), "Huyện Chư Sê › TC Thông tin chung"),
        (Place("Huyện Chư Sê"), "Huyện Chư Sê"),
        (Place(sheet="Bìa", cell="D8"), "Bìa!D8"),
        (Place("Huyện Chư Sê", cell="D8"), "Huyện Chư Sê"),
        (Place(file="group-TC.yaml", line=12), "group-TC.yaml:12"),
        (Place(file="don-vi.csv"), "don-vi.csv"),
        (Place(), ""),
    ],
)
def test_a_place_is_written_one_way(place: Place, written: str) -> None:
    """A return's place is unit › sheet!cell, a definition's file:line; gaps leave no mark."""
    assert str(place) == written


def test_a_source_names_the_cell_of_the_very_file() -> None:
    """Two sources are the same only when file, hash, sheet and cell are."""
    one = Source("GL-622.xlsx", "ab12", "TC", "D8")
    assert one == Source("GL-622.xlsx", "ab12", "TC", "D8")
    assert one != Source("GL-622.xlsx", "cd34", "TC", "D8")
