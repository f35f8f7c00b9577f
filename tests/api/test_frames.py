"""Frames as they are documented: columns, dtypes and index, also where nothing came in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

import tongket_xlsx
from tongket_xlsx import Finding, Observation, Severity
from tongket_xlsx.model.observations import CellState

pytestmark = pytest.mark.libraries
Ask = Callable[[tongket_xlsx.Campaign], pd.DataFrame]
FRAMES: dict[str, Ask] = {
    "units": lambda c: c.units(),
    "returns": lambda c: c.returns(),
    "status": lambda c: c.status(),
    "observations": lambda c: c.observations(),
    "every round": lambda c: c.observations(rounds="all"),
    "figures": lambda c: c.figures(),
    "states": lambda c: c.states(),
    "comparison": lambda c: c.comparison(),
    "changes": lambda c: c.changes(),
    "findings": lambda c: c.findings(),
    "all findings": lambda c: c.findings("all"),
    "targets": lambda c: c.targets(),
    "roster": lambda c: c.roster("VB"),
    "narrative": lambda c: c.narrative(),
    "totals": lambda c: c.totals(),
    "differences": lambda c: c.compare("now", "now"),
    "checks": lambda c: c.run_checks(),
}
DAYS = ("existed_from", "existed_to", "received", "received_this")


def facts(frame: pd.DataFrame) -> tuple[list, list[str], list]:
    """Return what is documented of a frame: columns, dtypes and the names of the index."""
    dtypes = ["category" if str(d) == "category" else str(d) for d in frame.dtypes]
    return list(frame.columns), dtypes, list(frame.index.names)


@pytest.mark.parametrize("name", FRAMES)
def test_an_empty_campaign_has_the_same_frames(
    name: str, face: tongket_xlsx.Campaign, analysed: tongket_xlsx.Campaign
) -> None:
    """Columns, dtypes and index do not depend on whether anything came in."""
    assert facts(FRAMES[name](face)) == facts(FRAMES[name](analysed))


@pytest.mark.parametrize("name", FRAMES)
def test_no_column_is_of_any_object(name: str, analysed: tongket_xlsx.Campaign) -> None:
    """Every column has a dtype of its own; days are days, whatever the version of pandas."""
    frame = FRAMES[name](analysed)
    assert "object" not in map(str, frame.dtypes)
    assert {str(frame[c].dtype) for c in frame.columns if c in DAYS} <= {"datetime64[s]"}


@pytest.mark.parametrize("name", [n for n in vars(tongket_xlsx.Campaign) if n in FRAMES])
def test_each_column_stands_in_the_docstring(name: str, analysed: tongket_xlsx.Campaign) -> None:
    """What a frame has is said where one looks for it; figures have a column for each period."""
    said = set(re.findall(r"``(\w+)``", getattr(tongket_xlsx.Campaign, name).__doc__))
    frame = FRAMES[name](analysed)
    names = {*frame.index.names, *frame.columns.names, *frame.columns.get_level_values(-1)}
    assert {n for n in names if n and re.fullmatch("[a-z][a-z0-9_]*", n)} <= said


def test_observations_are_of_the_documented_dtypes(analysed: tongket_xlsx.Campaign) -> None:
    """Words are categories, rows and rounds whole numbers that may be missing, days days."""
    dtypes = analysed.observations().dtypes.astype(str).to_dict()
    assert dtypes == {
        "unit": "category",
        "unit_name": "string",
        "unit_kind": "category",
        "group": "category",
        "indicator": "category",
        "period": "category",
        "row": "Int32",
        "state": "category",
        "value": "float64",
        "text": "string",
        "raw": "string",
        "file": "category",
        "sha256": "category",
        "sheet": "category",
        "cell": "string",
        "received": "datetime64[s]",
        "estimated": "bool",
        "held": "bool",
        "status": "category",
        "reason": "string",
        "scope": "category",
        "round": "Int16",
        "current": "bool",
        "computed": "bool",
        "counted": "bool",
    }


def test_periods_are_in_their_order(analysed: tongket_xlsx.Campaign) -> None:
    """A period can be compared, and what has none is not after any."""
    frame = analysed.observations()
    assert frame["period"].cat.categories.tolist() == ["2007", "2012", "2017", "2007-2017"]
    late = frame[frame["period"] > "2007"]
    assert set(late["period"]) == {"2012", "2017", "2007-2017"}
    assert analysed.figures().columns.tolist() == ["2007", "2012", "2017", "2007-2017"]


def test_signs_are_told_apart(face, record) -> None:
    """“-” is zero, “…” and “x” are missing, and the table of states says which."""
    typed = {("TC01", "2007"): "-", ("TC01", "2012"): "…", ("TC01", "2017"): "x"}
    record("GL-622", {**typed, ("TC02", "2017"): 7})
    figures, states = face.figures(), face.states()
    row = figures.loc[("GL-622", "TC01")]
    assert row["2007"] == 0
    assert row[["2012", "2017"]].isna().all()
    told = states.loc[("GL-622", "TC01")].tolist()[:3]
    assert told == ["nil", "missing", "not_applicable"]
    assert figures.loc[("GL-622", "TC02"), "2017"] == 7
    assert states.loc[("GL-622", "TC02"), "2017"] == "number"


def test_computed_figures_come_from_the_figures_they_are_made_of(face, record) -> None:
    """A share that the form computes is there, is marked, has no cell and never adds."""
    indicator = face.form.indicators["ML03"]
    above, below = indicator.operands()
    record("GL-622", {(above, "2017"): 50, (below, "2017"): 200})
    frame = face.observations()
    made = frame[frame["computed"]]
    assert indicator.computed
    assert made["indicator"].tolist() == ["ML03"]
    assert made["cell"].isna().all()
    assert not made["counted"].any()
    assert len(face.observations(computed=False)) == len(frame) - len(made)
    figures = face.figures()
    value = figures.loc[("GL-622", "ML03"), "2017"]
    assert value == float(indicator.factor) * 50 / 200
    assert value == face.totals().loc[("ML03", "2017"), "value"]
    assert "ML03" not in face.figures(computed=False).index.get_level_values("indicator")


def test_a_computed_figure_of_a_held_one_is_held(face, record, held) -> None:
    """What is made of a figure in doubt is in doubt itself, and counts nowhere."""
    above, below = face.form.indicators["ML03"].operands()
    found = [held("GL-622", above, "2017")]
    record("GL-622", {(above, "2017"): 50, (below, "2017"): 200}, findings=found)
    frame = face.observations()
    row = frame[(frame["indicator"] == "ML03") & (frame["period"] == "2017")].iloc[0]
    assert (row["held"], row["status"], row["computed"]) == (True, "held", True)
    assert pd.isna(face.figures().loc[("GL-622", "ML03"), "2017"])


def test_an_estimate_an_error_and_a_warning_are_told(face, record, campaign) -> None:
    """The status of a figure says what is known against it; a plain one has none."""
    place = tongket_xlsx.Place(campaign.units["GL-622"].name, "S", "A1")
    error = Finding("cell.unit", Severity.ERROR, place, "TC01", "2017", {"found": "1"})
    asked = Finding("cell.ambiguous", Severity.WARNING, place, "TC02", "2017", {"found": "1"})
    about = Observation(
        "TC03", "2017", 0, CellState.NUMBER, Decimal(350), "", "khoảng 350", "S", "A9", True
    )
    typed = {("TC01", "2017"): 1, ("TC02", "2017"): 2, ("TC04", "2017"): 3}
    record("GL-622", typed, findings=[error, asked], more=[about])
    frame = face.observations().set_index(["indicator", "period"])
    assert frame.loc[("TC01", "2017"), "status"] == "error"
    assert frame.loc[("TC02", "2017"), "status"] == "warning"
    assert pd.isna(frame.loc[("TC04", "2017"), "status"])
    assert frame["estimated"].sum() == 1
    assert frame.loc[("TC03", "2017"), "estimated"]
    assert frame["counted"].all()


def test_earlier_rounds_are_there_and_never_counted(face, record) -> None:
    """Of two rounds of a unit the last counts; the first is told with its round."""
    record("GL-622", {("TC01", "2017"): 100}, day=date(2017, 3, 1))
    record("GL-622", {("TC01", "2017"): 90}, day=date(2017, 3, 20), round_number=2)
    assert face.observations()["value"].tolist() == [90]
    frame = face.observations(rounds="all")
    told = frame[["round", "value", "current", "counted"]].to_numpy().tolist()
    assert told == [[1, 100, False, False], [2, 90, True, True]]
    returns = face.returns()
    assert returns[["round", "counts"]].to_numpy().tolist() == [[1, False], [2, True]]
    with pytest.raises(tongket_xlsx.Misuse, match=r"api\.choice.*current, all"):
        face.observations(rounds="first")


def test_what_a_department_says_for_the_province_is_not_counted(face, analysed) -> None:
    """Its figures are of the whole; the province shows who gave it where no unit adds."""
    frame = analysed.observations()
    whole = frame[frame["scope"] == "whole"]
    assert len(whole) > 100
    assert not whole["counted"].any()
    totals = analysed.totals()
    given = totals[totals["given_by"].notna()]
    assert given["n"].isna().all()
    assert set(given["given_by"]) <= set(whole["unit"].astype(str))


def test_findings_are_open_closed_or_all(face, record, held) -> None:
    """An open error is among the open ones, with its place, its words and what it holds."""
    record("GL-622", {("TC01", "2017"): 1}, findings=[held("GL-622", "TC01", "2017")])
    frame = face.findings(lang="en")
    row = frame.iloc[0]
    told = row[["unit", "severity", "closure", "sheet", "cell", "indicator", "holds"]].tolist()
    assert told == ["GL-622", "error", "open", "S", "A1", "TC01", "TC01[2017]"]
    assert len(row["fingerprint"]) == 16
    assert face.findings("closed").empty
    assert face.findings()["message"].iloc[0] != row["message"]
    for wrong in ({"state": "shut"}, {"lang": "fr"}):
        with pytest.raises(tongket_xlsx.Misuse, match=r"api\.choice"):
            face.findings(**wrong)


def test_a_file_that_was_refused_is_among_the_findings(face, campaign, tmp_path) -> None:
    """What belongs to no unit is told with its file."""
    path = tmp_path / "hỏng.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    report = face.receive(path)
    assert not report.valid
    assert report.files()["outcome"].tolist() == ["refused"]
    frame = face.findings()
    assert frame["file"].tolist() == ["hỏng.xlsx"]
    assert frame["unit"].isna().all()


def test_lists_and_texts_are_frames(analysed: tongket_xlsx.Campaign) -> None:
    """An entry of a list is a row with a column for each of its columns; a text says its label."""
    entries = analysed.roster("VB")
    columns = [c.code for r in analysed.form.inner.rosters if r.code == "VB" for c in r.columns]
    assert entries.columns.tolist() == ["unit", "unit_name", "row", *columns, "file"]
    assert len(entries) > 10
    assert not entries[columns].isna().all(axis="columns").any()
    texts = analysed.narrative(lang="en")
    assert texts["text"].notna().all()
    labels = {p.code: p.label.to("en") for p in analysed.form.inner.prompts}
    assert [labels[q] for q in texts["question"]] == texts["label"].tolist()
    with pytest.raises(tongket_xlsx.Misuse, match=r"api\.choice.*VB"):
        analysed.roster("KHÔNG")


def test_a_form_is_a_frame(analysed: tongket_xlsx.Campaign) -> None:
    """Every indicator has a row in the order of the form; English labels where asked for."""
    form = analysed.form
    frame = form.to_frame(lang="en")
    assert frame.index.tolist() == list(form.indicators)
    assert frame.loc["TC01", "label"] == form.indicators["TC01"].plain_label_en
    assert frame["computed"].sum() == sum(i.computed for i in form.indicators.values())
    assert {str(frame[c].dtype) for c in ("kind", "nature", "aggregation")} == {"category"}
    rules = form.rules_frame()
    assert len(rules) == len(form.inner.rules) + len(form.inner.outliers)
    assert set(rules["rule"]) == {r.code for r in (*form.inner.rules, *form.inner.outliers)}


def test_one_that_cannot_be_read_costs_that_one_and_is_warned_of(face, record, monkeypatch) -> None:
    """A unit whose answers fail is left out, and Python warns of it."""
    from tongket_xlsx.tasks import export

    record("GL-622", {("TC01", "2017"): 1})
    record("GL-623", {("TC01", "2017"): 2})
    whole = export._observed

    def failing(ledger, reading):
        if reading == 1:
            raise ValueError(reading)
        return whole(ledger, reading)

    monkeypatch.setattr(export, "_observed", failing)
    with pytest.warns(UserWarning, match="ValueError"):
        frame = face.observations()
    assert frame["unit"].tolist() == ["GL-623"]
