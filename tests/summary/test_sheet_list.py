"""Every sheet of the consolidated workbook stands where it is listed, and none can be forgotten."""

from __future__ import annotations

import shutil
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from small_form import SMALL_FORM

from tongket_xlsx.campaign.campaign import DEFAULT_FORM, create
from tongket_xlsx.summary import workbook
from tongket_xlsx.summary.workbook import SHEETS, Edition, SummarySheet, Turn
from tongket_xlsx.tasks.summarise import summarise
from tongket_xlsx.writer.book import Book
from tongket_xlsx.writer.limits import NotWritten

if TYPE_CHECKING:
    from pathlib import Path

    from tongket_xlsx.campaign.campaign import Campaign
    from tongket_xlsx.summary.page import Pages


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """Return a campaign to which nothing was returned: its summary has every plain sheet."""
    return create(tmp_path / "dot", units_file=None, form=DEFAULT_FORM)


def _names(campaign: Campaign, path: Path, edition: Edition) -> list[str]:
    target, _ = summarise(campaign, path, edition=edition)
    return openpyxl.load_workbook(BytesIO(target.read_bytes()), read_only=True).sheetnames


@pytest.mark.parametrize("edition", Edition)
def test_sheets_stand_in_the_order_of_the_list(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edition: Edition
) -> None:
    """What is listed for an edition is there, in that order, and nothing else."""
    listed: list[str] = []

    def noting(sheet: SummarySheet) -> SummarySheet:
        def names(p: Pages) -> list[str]:
            found = list(sheet.names(p))
            listed.extend(found)
            return found

        return replace(sheet, names=names)

    monkeypatch.setattr(workbook, "SHEETS", tuple(map(noting, SHEETS)))
    assert _names(campaign, tmp_path / "s.xlsx", edition) == listed
    assert listed[0] == "Tổng quan"
    assert listed[-1] == "Cách tính"
    assert ("Số liệu gốc" in listed) == (edition is Edition.FULL)


def test_a_form_without_targets_has_a_summary_without_their_sheet(tmp_path: Path) -> None:
    """Targets may be left out of a definition, and its summary is written all the same."""
    plain = tmp_path / "bieu"
    shutil.copytree(SMALL_FORM, plain, ignore=shutil.ignore_patterns("targets.yaml"))
    units = SMALL_FORM / "units.csv"
    for name, form in (("with", SMALL_FORM), ("without", plain)):
        made = create(tmp_path / name, units_file=units, form=str(form))
        sheets = _names(made, tmp_path / f"{name}.xlsx", Edition.FULL)
        assert ("So với mục tiêu" in sheets) == (name == "with")


def test_a_sheet_that_is_written_and_not_listed_is_an_error(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new sheet that was not put into the list does not land behind all the others."""

    def write(w: workbook.Writing) -> None:
        w.pages.book.sheet("Trang mới")

    new = SummarySheet(lambda _: ["Trang khác"], Turn.FIGURES, write)
    monkeypatch.setattr(workbook, "SHEETS", (*SHEETS, new))
    with pytest.raises(NotWritten, match="Trang mới"):
        summarise(campaign, tmp_path / "s.xlsx")


def test_a_sheet_that_is_listed_and_not_written_is_an_error(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No empty sheet is sent to the leadership because nothing wrote it."""
    new = SummarySheet(lambda _: ["Trang trống"], Turn.FIGURES)
    monkeypatch.setattr(workbook, "SHEETS", (*SHEETS, new))
    with pytest.raises(NotWritten, match="Trang trống"):
        summarise(campaign, tmp_path / "s.xlsx")


def test_a_book_whose_list_is_open_takes_sheets_as_they_come() -> None:
    """Other workbooks reserve what stands first and add the rest."""
    with Book("t") as book:
        book.reserve("B")
        book.sheet("A")
        book.sheet("B")
        data = book.bytes()
    assert openpyxl.load_workbook(BytesIO(data)).sheetnames == ["B", "A"]
