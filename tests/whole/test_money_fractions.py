"""Amounts of money with a fraction, from the form over the import to the sums and back."""

from __future__ import annotations

import csv
import dataclasses
import io
import shutil
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import verbs
from campaign_copy import copy_of
from command_line import Run
from openpyxl.worksheet.worksheet import Worksheet
from reader_processes import AtOnce
from recalculation import by_ironcalc

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.intake import answers as intake
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader import gate, grid
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.tasks import mark as marking
from tongket_xlsx.tasks import receive as receiving
from tongket_xlsx.tasks import summarise
from tongket_xlsx.template import workbook as template

PLEIKU, CHU_PUH = "GL-622", "GL-639"
# Whose amount, of which year, as it was typed, and what it is in million đồng.
TYPED: tuple[tuple[str, str, object, str], ...] = (
    (PLEIKU, "2012", 1639.8, "1639.8"),
    (CHU_PUH, "2012", "6,3", "6.3"),
    (PLEIKU, "2017", "1.639,85", "1639.85"),
    (CHU_PUH, "2017", 2.34567, "2.34567"),
)
CODE, SHEET = "QK06", "Toàn tỉnh – QK"


@pytest.fixture(scope="module")
def received(
    form: Form,
    units: Mapping[str, Unit],
    empty_campaign: Campaign,
    tmp_path_factory: pytest.TempPathFactory,
) -> Campaign:
    """Two returns with amounts that have fractions."""
    folder = tmp_path_factory.mktemp("fractions")
    made = copy_of(empty_campaign, folder / "dot")
    paths = []
    for unit in (PLEIKU, CHU_PUH):
        layout = layout_of(form, units[unit].kind, "vi")
        book = openpyxl.load_workbook(BytesIO(template.build(form, units[unit], Issue())))
        sheet = layout.sheet_of(CODE)
        for _, period, value, _ in (t for t in TYPED if t[0] == unit):
            row, column = sheet.cell(CODE, period)
            book[sheet.name].cell(row + 1, column + 1).value = value  # type: ignore[union-attr]
        paths.append(folder / f"{unit}.xlsx")
        book.save(paths[-1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receiving, "Guard", AtOnce)
        results = verbs.receive(made, paths, received=date(2017, 3, 30), jobs=1)
    said = [
        f for r in results for f in r.findings if f.indicator == CODE and f.code != "cell.blank"
    ]
    assert {(f.code, f.severity) for f in said} == {("cell.money_fraction", Severity.NOTE)}
    assert len(said) == len(TYPED)
    return made


@pytest.fixture(scope="module")
def book(received: Campaign) -> bytes:
    path, _ = summarise.summarise(received, received.home / "x.xlsx")
    return path.read_bytes()


def _cells(page: Worksheet) -> tuple[int, dict[str, int]]:
    row = next(r for r in range(1, page.max_row + 1) if page.cell(r, 1).value == CODE)
    headings = {str(page.cell(HEAD + 1, c).value): c for c in range(1, 25)}
    return row, headings


def test_the_sum_of_amounts_is_exact_and_shows_its_fraction(book: bytes, tmp_path: Path) -> None:
    """Nothing is rounded before or after it is added, in our results and in another engine's."""
    page, told = (
        openpyxl.load_workbook(BytesIO(book), data_only=stored)[SHEET] for stored in (False, True)
    )
    row, headings = _cells(page)
    engine = by_ironcalc({"x": book}, tmp_path)["x"]
    sums = {}
    for year in ("2012", "2017"):
        exact = sum((Decimal(n) for _, period, _, n in TYPED if period == year), Decimal(0))
        sums[year] = exact
        cell = page.cell(row, next(c for h, c in headings.items() if h == f"Năm {year}"))
        assert Decimal(str(told[cell.coordinate].value)) == exact
        assert engine[SHEET, cell.coordinate] == pytest.approx(float(exact), abs=1e-9)
        assert cell.number_format == "#,##0.0#####"
    column = next(c for h, c in headings.items() if "2012→2017" in h)
    change = page.cell(row, column)
    assert change.number_format.startswith("+#,##0.0#####;-#,##0.0#####")
    found = engine[SHEET, change.coordinate]
    assert found == pytest.approx(float(sums["2017"] - sums["2012"]), abs=1e-9)
    # A row of whole amounts keeps the format of whole amounts.
    other = next(r for r in range(row + 1, page.max_row + 1) if page.cell(r, 1).value == "QK07")
    assert page.cell(other, cell.column).number_format == "#,##0"


def test_the_export_has_every_digit(received: Campaign, run: Run, tmp_path: Path) -> None:
    """A program that takes the figures over gets what was typed."""
    path = tmp_path / "x.csv"
    words = ("export", "--format", "csv", "-o", path)
    assert run(*words, home=received.home).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    given = {(r["unit"], r["period"]): r for r in rows if r["indicator"] == CODE and r["value"]}
    assert {k: Decimal(r["value"]) for k, r in given.items()} == {
        (unit, period): Decimal(n) for unit, period, _, n in TYPED
    }
    assert {(r["state"], r["held"]) for r in given.values()} == {("number", "0")}


def test_an_amount_in_words_of_one_reading_goes_back_in_them_and_is_read_alike(
    received: Campaign, form: Form, units: Mapping[str, Unit], tmp_path: Path
) -> None:
    """As a number 6.3 might be 6300: the copy says “6,3” again, and nobody is asked anew."""
    home = shutil.copytree(received.home, tmp_path / "dot")
    copies = marking.mark(dataclasses.replace(received, home=home))
    assert {copy.unit.code for copy in copies} == {PLEIKU, CHU_PUH}
    for copy in copies:
        whole = grid.read(gate.admit(copy.path.read_bytes()))
        again = intake.receive(whole, form, units, "x" * 64, Finder(form))
        found = {o.period: o for o in again.observations if o.indicator == CODE}
        for _, period, value, number in (t for t in TYPED if t[0] == copy.unit.code):
            figure = found[period]
            assert (figure.state, figure.value) == (CellState.NUMBER, Decimal(number))
            assert value != "6,3" or figure.raw == "6,3"
