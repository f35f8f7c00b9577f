"""Ranks made by formulas and the ranks cached beside them are the same ranks."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recalculation import recalculated

from tongket_xlsx.summary.rank_formulas import Ranked, in_order

VALUES = [Decimal(3), None, Decimal(5), Decimal(3), Decimal(-1), Decimal("0.1"), Decimal(3)]


def test_the_highest_come_first_and_equals_keep_their_places():
    """What has no figure is nowhere in the ranks."""
    assert in_order(VALUES) == [2, 0, 3, 6, 5, 4]


@given(st.lists(st.none() | st.decimals(-5, 5, places=1), max_size=30))
def test_every_figure_has_one_place(values):
    """The order is a permutation of the places that have a figure, and it falls."""
    order = in_order(values)
    assert sorted(order) == [n for n, v in enumerate(values) if v is not None]
    shown = [values[n] for n in order]
    assert shown == sorted(shown, reverse=True)


@pytest.mark.libreoffice
def test_formulas_and_cached_ranks_agree(tmp_path):
    """Equal figures, huge ones, and ones a millionth apart: each unit stands exactly once."""
    cases = [
        VALUES,
        [Decimal(10**12 + n % 3) for n in range(20)],
        [Decimal(n % 4) / 10**6 for n in range(20)],
        [None] * 5,
    ]
    book = openpyxl.Workbook()
    for number, values in enumerate(cases):
        sheet = book.create_sheet(f"S{number}")
        ranked = Ranked(0, 1, 2, 3, 3 + len(values) - 1, 5)
        for n, value in enumerate(values):
            sheet.cell(4 + n, 1, None if value is None else float(value))
            sheet.cell(4 + n, 5, f"U{n}")
            sheet.cell(6 + n, 2, ranked.value_formula(n))
            sheet.cell(6 + n, 3, ranked.place_formula(n))
            sheet.cell(6 + n, 4, ranked.among(4, n))
    stream = BytesIO()
    book.save(stream)
    after = recalculated({"b": stream.getvalue()}, tmp_path)["b"]
    shown = openpyxl.load_workbook(BytesIO(after), data_only=True)
    for number, values in enumerate(cases):
        sheet, order = shown[f"S{number}"], in_order(values)
        rows = range(6, 6 + len(values))
        assert [sheet.cell(r, 4).value or "" for r in rows] == [
            *(f"U{n}" for n in order),
            *[""] * (len(values) - len(order)),
        ]
        assert [sheet.cell(r, 2).value for r in rows][: len(order)] == [
            float(values[n]) for n in order
        ]
