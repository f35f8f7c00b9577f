"""Every figure of the province in a frame is that of the consolidated workbook, and exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache

import openpyxl
import pandas as pd
import pytest
from openpyxl.cell.cell import Cell

import tongket_xlsx
from tongket_xlsx.model.form_words import Aggregation
from tongket_xlsx.summary.plan import EACH_PAIR, HEAD, pairs

pytestmark = pytest.mark.libraries


def province_sheets(book: openpyxl.Workbook, form: object, lang: str) -> Iterator[tuple]:
    """Yield (group, sheet) of the provincial tables of a consolidated workbook."""
    from tongket_xlsx.text.messages import say

    for group in form.groups:
        yield group, book[say("sheet.province", lang, group=group.code)]


def value_of(cell: Cell) -> object:
    """Return what a cell shows; openpyxl puts the address of a link into an empty cell."""
    link = cell.hyperlink
    return None if link is not None and cell.value == link.location else cell.value


def shown_in(book: openpyxl.Workbook, form: object, lang: str) -> dict[tuple[str, str], object]:
    """Return what the provincial tables show of each indicator and period, as openpyxl reads it."""
    found = {}
    for group, sheet in province_sheets(book, form, lang):
        rows = [[value_of(cell) for cell in row] for row in sheet.iter_rows()]
        headings = {p.label.to(lang): p.code for p in form.periods}
        columns = {n: headings[v] for n, v in enumerate(rows[HEAD]) if v in headings}
        asked = {i.code: i.periods for i in group.indicators}
        for row in rows[HEAD + 1 :]:
            if row[0] in asked:
                cells = {(row[0], p): row[n] for n, p in columns.items() if p in asked[row[0]]}
                found.update(cells)
    return found


Summary = Callable[[str, str, str], tuple[tongket_xlsx.Campaign, openpyxl.Workbook]]


@pytest.fixture(scope="module")
def summary(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Summary:
    """Have a consolidated workbook of a campaign, each written and read once."""

    @cache
    def of(which: str, edition: str, lang: str) -> tuple[tongket_xlsx.Campaign, openpyxl.Workbook]:
        campaign = request.getfixturevalue(which)
        path = campaign.home / "tong-hop" / "tong-hop.xlsx"
        if (which, edition, lang) != ("analysed", "day-du", "vi"):  # the demo wrote that one
            path = tmp_path_factory.mktemp("summary") / "x.xlsx"
            campaign.summarise(path, edition=edition, lang=lang)
        return campaign, openpyxl.load_workbook(path, data_only=True)

    return of


def differing(frame: pd.DataFrame, shown: dict[tuple[str, str], object]) -> list[tuple]:
    """Return the figures that a frame and the cells of a workbook do not have alike."""
    values = frame.xs("value", axis="columns", level="measure").droplevel("group")
    wrong = []
    for (code, period), cell in shown.items():
        value = values.loc[code, period]
        same = cell in (None, "") if pd.isna(value) else cell == value
        if not same:
            wrong.append((code, period, value, cell))
    return wrong


@pytest.mark.parametrize(("edition", "lang"), [("day-du", "vi"), ("lanh-dao", "en")])
@pytest.mark.parametrize("which", ["analysed", "doubtful"])
def test_the_comparison_is_that_of_the_consolidated_workbook(
    which: str, edition: str, lang: str, summary: Summary
) -> None:
    """Each cell of the provincial tables equals its value in the frame, in every edition."""
    campaign, book = summary(which, edition, lang)
    form = campaign.form.inner
    shown = shown_in(book, form, lang)
    asked = {(i.code, p) for i in form.indicators.values() for p in i.periods}
    assert shown.keys() == asked
    assert differing(campaign.comparison(), shown) == []
    numbers = [v for v in shown.values() if isinstance(v, int | float)]
    assert len(numbers) > (400 if which == "analysed" else 10)


@pytest.mark.parametrize("which", ["analysed", "doubtful"])
def test_changes_are_those_of_the_consolidated_workbook(which: str, summary: Summary) -> None:
    """Each change, raw and over the same units, equals its cell."""
    campaign, book = summary(which, "day-du", "vi")
    form, frame = campaign.form.inner, campaign.changes()
    keys = ("change", "percent", "same_change", "same_percent")
    compared = 0
    for group, sheet in province_sheets(book, form, "vi"):
        rows = {r[0]: r for r in sheet.iter_rows(min_row=HEAD + 2, values_only=True) if r[0]}
        periods = [p for p in form.periods if any(p.code in i.periods for i in group.indicators)]
        for i in group.indicators:
            for n, span in enumerate(dict.fromkeys(frame.columns.get_level_values("span"))):
                first = 3 + len(periods) + EACH_PAIR * n
                cells = rows[i.code][first : first + EACH_PAIR]
                for key, cell in zip(keys, cells, strict=True):
                    value = frame.loc[(group.code, i.code), (span, key)]
                    if isinstance(cell, int | float):
                        assert cell == value, (i.code, span, key)
                        compared += 1
                    elif key.endswith("change"):
                        assert pd.isna(value), (i.code, span, key, cell)
    assert compared > (1000 if which == "analysed" else 20)
    assert len(pairs(form)) == 3


@pytest.mark.parametrize("which", ["analysed", "doubtful"])
def test_totals_are_the_exact_sums_of_what_is_counted(
    which: str, request: pytest.FixtureRequest
) -> None:
    """An independent decimal sum of the counted observations is the total, where that is a sum."""
    campaign = request.getfixturevalue(which)
    frame, totals = campaign.observations(computed=False), campaign.totals()
    counted = frame[frame["counted"]]
    sums: dict[tuple[str, str], Decimal] = {}
    counts: dict[tuple[str, str], int] = {}
    for row in counted.itertuples():
        key = (row.indicator, row.period)
        sums[key] = sums.get(key, Decimal(0)) + Decimal(str(row.value))
        counts[key] = counts.get(key, 0) + 1
    compared = 0
    for (code, period), total in totals.iterrows():
        indicator = campaign.form.indicators[code]
        if indicator.aggregation not in (Aggregation.SUM, Aggregation.COUNT_YES):
            continue
        if pd.isna(total["n"]):
            continue
        assert counts.get((code, period), 0) == total["n"], (code, period)
        expected = sums.get((code, period))
        assert (expected is None) == pd.isna(total["value"])
        if expected is not None:
            assert total["value"] == float(expected), (code, period)
            compared += 1
    assert compared > (250 if which == "analysed" else 10)


def test_a_held_figure_is_in_no_total_and_its_unit_is_named(
    doubtful: tongket_xlsx.Campaign,
) -> None:
    """What is held shows in the frame of totals, of units, and of observations."""
    held = list(doubtful.respondents)[2:4]
    total = doubtful.totals().loc[("TC01", "2017")]
    assert (total["status"], total["units"]) == ("held", "; ".join(held))
    assert doubtful.comparison().loc[("TC", "TC01"), ("2017", "status")] == "held"
    assert not doubtful.changes().loc[("TC", "TC01"), ("2012→2017", "settled")]
    assert pd.isna(doubtful.figures().loc[(held[0], "TC01"), "2017"])
    assert doubtful.figures(held=True).loc[(held[0], "TC01"), "2017"] > 0
    assert doubtful.states().loc[(held[0], "TC01"), "2017"] == "held"
    frame = doubtful.observations()
    mine = frame[frame["held"] & (frame["indicator"] == "TC01")]
    assert sorted(set(mine["unit"])) == sorted(held)
    assert not mine["counted"].any()
    assert set(mine["status"]) == {"held"}


def test_targets_say_what_came_of_them(summary: Summary) -> None:
    """The verdict is that of the sheet of targets; where nothing is concluded it is missing."""
    campaign, book = summary("analysed", "day-du", "vi")
    frame = campaign.targets()
    sheet = book["So với mục tiêu"]
    rows = [r for r in sheet.iter_rows(min_row=HEAD + 2, values_only=True) if r[1]]
    assert [r[1] for r in rows] == frame["label"].tolist()
    words = {"đạt": True, "chưa đạt": False, "chưa đến hạn": False}
    told = 0
    for row, (_, target) in zip(rows, frame.iterrows(), strict=True):
        if row[10] in words:
            assert (target["reached"], target["value"]) == (words[row[10]], row[7])
            told += 1
        else:
            assert pd.isna(target["reached"])
    assert told > 5


def test_the_differences_of_two_days_name_their_cause(face, record) -> None:
    """A figure of the province that changed since a day is a row, with who changed it."""
    from datetime import date

    record("GL-622", {("TC01", "2017"): 100}, day=date(2017, 3, 1))
    record("GL-623", {("TC01", "2017"): 7}, day=date(2017, 3, 20))
    frame = face.compare("2017-03-10", date(2017, 3, 31))
    row = frame[frame["indicator"] == "TC01"].iloc[0]
    assert (row["before"], row["after"], row["unit_after"]) == (100, 107, "7")
    assert row["file"] == "GL-623_1.xlsx"
    assert len(face.compare("now")) == 0
    with pytest.raises(tongket_xlsx.Misuse, match=r"path\.missing"):
        face.compare("2017-13-45")


def test_what_stood_on_a_day_is_not_what_stands_now(face, record) -> None:
    """Totals and observations of a day know nothing of what came later."""
    from datetime import date

    record("GL-622", {("TC01", "2017"): 100}, day=date(2017, 3, 1))
    record("GL-622", {("TC01", "2017"): 90}, day=date(2017, 3, 20), round_number=2)
    then = date(2017, 3, 10)
    assert face.totals().loc[("TC01", "2017"), "value"] == 90
    assert face.totals(until=then).loc[("TC01", "2017"), "value"] == 100
    assert face.comparison(until=then).loc[("TC", "TC01"), ("2017", "value")] == 100
    assert face.observations(until=then)["round"].tolist() == [1]
