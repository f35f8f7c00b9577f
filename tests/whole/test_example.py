"""The example for analysts runs as it stands, and computes what the consolidated workbook shows."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import openpyxl
import pandas as pd
import pytest
from province_tables import differing, figures_shown
from shipped import ROOT

YEARS = ["2007", "2012", "2017"]


@pytest.fixture(scope="module")
def made(demo: Path) -> Iterator[dict[str, Any]]:
    """Run the example over the campaign of the demo, and have the names that it leaves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["analysis.py", str(demo)])
        names = runpy.run_path(str(ROOT / "examples" / "analysis.py"))
    yield names
    rmtree(names["folder"])


@pytest.fixture(scope="module")
def shown(made: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """What the workbook that the example wrote shows, as openpyxl reads it."""
    return figures_shown(made["workbook"])


def test_every_figure_is_that_of_the_workbook(
    made: dict[str, Any], shown: dict[tuple[str, str], Any]
) -> None:
    """The frame of the province and the cells of its tables are the same, held figures out."""
    assert differing(made["values"].droplevel("group"), shown) == []
    assert sum(isinstance(cell, int | float) for cell in shown.values()) > 400


def test_shares_are_those_that_the_form_computes(
    made: dict[str, Any], shown: dict[tuple[str, str], Any]
) -> None:
    """A share of sums over the units that have both parts is the computed row of the workbook."""
    computed = [shown["ML13", year] for year in YEARS]
    assert made["share"].tolist() == pytest.approx(computed, abs=5e-7)
    assert len(made["of_districts"]) == 17


def test_what_is_in_doubt_is_shown_and_in_no_total(made: dict[str, Any]) -> None:
    """The figures typed in another unit of measure are named with their cell, and not counted."""
    doubtful = made["doubtful"]
    assert set(doubtful["unit"]) == set(made["report"].files()["unit"])
    assert doubtful["held"].any()
    assert not doubtful.loc[doubtful["held"], "counted"].any()
    assert doubtful.loc[~doubtful["computed"], "cell"].str.fullmatch(r"[A-Z]+\d+").all()
    assert made["findings"]["holds"].notna().any()


def test_the_own_check_finds_what_another_way_of_counting_finds(made: dict[str, Any]) -> None:
    """What grew more than fivefold, asked of the observations instead of the table."""
    rows = made["observations"].query("not held and period in ['2012', '2017']")
    wide = rows.pivot_table(
        index=["unit", "indicator"], columns="period", values="value", observed=True
    )
    odd = wide[wide["2017"] > 5 * wide["2012"]].index
    own = made["own"]
    assert len(odd) > 0
    assert {*odd} == set(zip(own["unit"], own["indicator"], strict=True))


def test_the_chart_and_the_workbook_are_there(made: dict[str, Any]) -> None:
    """The picture is a picture, and the frame is in the workbook that was written of it."""
    assert made["chart"].read_bytes().startswith(b"\x89PNG")
    (sheet,) = openpyxl.load_workbook(made["book"], data_only=True).worksheets
    cells = {v for row in sheet.iter_rows(values_only=True) for v in row}
    numbers = [v for v in made["values"].to_numpy().ravel() if not pd.isna(v)]
    assert len(numbers) > 400
    assert set(numbers) <= cells
