"""Figures in doubt are shown and named and decide no total, until corrected or accepted."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import random
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
import verbs
from command_line import Run
from consistent import COVER, answers, observations
from reader_processes import AtOnce
from shipped import TEMPLATE
from small_form import SMALL_FORM

from tongket_xlsx.campaign.campaign import Campaign, load_form
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.definition.loader import load
from tongket_xlsx.model import rules
from tongket_xlsx.model.figure_status import Addressed, holds, statuses
from tongket_xlsx.model.findings import Finding, Misuse, Severity, UnsoundDefinition
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.observations import Answer, Answers, CellState, Outcome
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import Closure, Resolved, Verdict
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.summary.aggregates import Aggregate
from tongket_xlsx.summary.comparison import Comparison, GroupTable, comparison_of
from tongket_xlsx.summary.doubt_words import mark_of
from tongket_xlsx.tasks import decide as deciding
from tongket_xlsx.tasks import mark as marking
from tongket_xlsx.tasks import prefill
from tongket_xlsx.tasks import receive as receiving
from tongket_xlsx.tasks.review import every_finding, known_against
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import say

DAY, LATER = date(2017, 3, 30), date(2017, 4, 5)
FUND = tuple(f"QK{n:02}" for n in range(1, 13))
MILLION = 1_000_000
SENTENCE = "Quỹ tăng do vận động tốt."
CHU_SE, DAK_DOA = "GL-633", "GL-626"


def can_be_concluded(figure: Aggregate | None) -> bool:
    """Say whether a figure of the province may be called above or below a target."""
    return figure is not None and figure.value is not None and figure.is_settled


def districts(units: Mapping[str, Unit]) -> list[Unit]:
    return [u for u in units.values() if u.kind == "huyen"]


def times(given: Answers, codes: Iterable[str], factor: int) -> dict[tuple[str, str, int], Answer]:
    """Return answers in which the figures of some rows are typed in another unit of measure."""
    wanted = set(codes)
    return {
        key: answer._replace(value=answer.value * factor)
        if key[0] in wanted and answer.value is not None
        else answer
        for key, answer in given.items()
    }


# ---------------------------------------------------------------------- a campaign of workbooks


class Offices:
    """Returns of some districts, as they were typed; what is typed later replaces it."""

    def __init__(self, campaign: Campaign, folder: Path) -> None:
        self.campaign = campaign
        self.folder = folder
        self.typed: dict[str, Answers] = {}
        self.count = 0

    def send(
        self,
        unit: str,
        given: Answers,
        explanations: Mapping[str, str] | None = None,
        day: date = DAY,
    ) -> Outcome:
        """Fill in a form of the next round, take it in and say what became of it."""
        with self.campaign.ledger() as ledger:
            before = ledger.current().get(unit)
        data = template.build(
            self.campaign.form,
            self.campaign.units[unit],
            Issue(),
            answers=given,
            cover=COVER,
            explanations=explanations or {},
            round_number=before.round + 1 if before else 1,
            parent=before.sha256 if before else "",
        )
        self.count += 1
        path = self.folder / f"{unit}_{self.count}.xlsx"
        path.write_bytes(data)
        self.typed[unit] = given
        (result,) = verbs.receive(self.campaign, [path], received=day, jobs=1)
        return result.outcome

    def total(self, code: str, period: str) -> Aggregate:
        return self.table(code).province[code, period]

    def table(self, code: str) -> GroupTable:
        with self.campaign.ledger() as ledger:
            returns = Returns(ledger, self.campaign.units)
            known = known_against(self.campaign, every_finding(self.campaign, returns))
            readings = {r.reading: unit for unit, r in returns.current.items()}
            compared = comparison_of(
                self.campaign.form,
                self.campaign.units.values(),
                readings,
                lambda codes: ledger.figures(readings, codes),
                known,
            )
            group = self.campaign.form.indicators[code].group
            return next(t for t in compared.groups() if t.group.code == group)

    def typed_sum(self, code: str, period: str, without: Iterable[str] = ()) -> tuple[Decimal, int]:
        """Add up by hand what was typed; “-” is zero, “…” nothing."""
        left_out = set(without)
        given = [a.get((code, period, 0)) for u, a in self.typed.items() if u not in left_out]
        known = [
            Decimal(0) if answer.text == "-" else answer.value
            for answer in given
            if answer is not None and (answer.value is not None or answer.text == "-")
        ]
        return sum((v for v in known if v is not None), Decimal(0)), len(known)


@pytest.fixture(scope="module")
def ten_returns(
    form: Form,
    units: Mapping[str, Unit],
    empty_campaign: Campaign,
    tmp_path_factory: pytest.TempPathFactory,
) -> Offices:
    """Ten honest districts; made once, and only copies of it are worked with."""
    folder = tmp_path_factory.mktemp("ten")
    home = shutil.copytree(empty_campaign.home, folder / "dot")
    offices = Offices(dataclasses.replace(empty_campaign, home=home), folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receiving, "Guard", AtOnce)
        for unit in districts(units):
            if unit.code in (CHU_SE, DAK_DOA) or len(offices.typed) < 8:
                offices.send(unit.code, answers(form, unit, "held"))
    return offices


@pytest.fixture
def offices(ten_returns: Offices, tmp_path: Path, in_process: None) -> Offices:
    home = shutil.copytree(ten_returns.campaign.home, tmp_path / "dot")
    copy = Offices(dataclasses.replace(ten_returns.campaign, home=home), tmp_path)
    copy.typed.update(ten_returns.typed)
    return copy


def rows(offices: Offices, run: Run) -> list[dict[str, str]]:
    path = offices.folder / "x.csv"
    assert run("export", "--format", "csv", "-o", path, home=offices.campaign.home).exit_code == 0
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def accept_all(offices: Offices, unit: str, code: str, verdict: Verdict = Verdict.ACCEPT) -> None:
    """Decide on every finding that holds a figure of a row, as a province would, one by one."""
    with offices.campaign.ledger() as ledger:
        found = [
            r.finding
            for r in every_finding(offices.campaign, Returns(ledger, offices.campaign.units))
            if code in {a.indicator for a in holds(r.finding)}
            and r.finding.place.unit == offices.campaign.units[unit].name
        ]
    for finding in found:
        deciding.waive(
            offices.campaign,
            unit,
            finding.code,
            indicator=finding.indicator,
            period=finding.period,
            reason="đã xem sổ quỹ",
            by="Lan",
            verdict=verdict,
        )


def test_honest_returns_hold_nothing(offices: Offices, run: Run) -> None:
    """Nothing is held from ten honest returns, and every total is what was typed."""
    document = json.loads(run("status", "--json", home=offices.campaign.home).stdout)
    assert [u["held"] for u in document["units"] if u["held"]] == []
    for period in ("2007", "2012", "2017"):
        figure = offices.total("QK01", period)
        assert (figure.value, figure.n) == offices.typed_sum("QK01", period)
        assert not figure.doubt.is_doubtful


def test_a_fund_typed_in_dong_is_held_and_one_sentence_does_not_release_it(
    offices: Offices, form: Form, run: Run
) -> None:
    """A whole fund in đồng, explained in every row: named everywhere and in no total."""
    wrong = times(offices.typed[CHU_SE], FUND, MILLION)
    outcome = offices.send(CHU_SE, wrong, dict.fromkeys(FUND, SENTENCE))
    assert outcome is Outcome.NEEDS_CORRECTION
    for code in FUND:
        for period in form.indicators[code].periods:
            figure = offices.total(code, period)
            assert (figure.value, figure.n) == offices.typed_sum(code, period, [CHU_SE]), code
            if wrong.get((code, period, 0), Answer()).value:
                assert [u.code for u in figure.doubt.held] == [CHU_SE], (code, period)
                assert figure.doubt.is_doubtful
                assert not can_be_concluded(figure)
    table = offices.table("QK01")
    column = table.columns.of("QK01", "2017")
    place = [u.code for u in table.columns.units].index(CHU_SE)
    shown = column.figure(place)
    assert (shown.state, shown.held) == (CellState.NUMBER, True)
    assert shown.value == wrong["QK01", "2017", 0].value
    status = run("status", home=offices.campaign.home).stdout
    assert "Đang xem lại, chưa cộng" in status
    assert "Chư Sê" in status
    assert "QK01 (2007, 2012, 2017)" in status
    (unit,) = [
        u
        for u in json.loads(run("status", "--json", home=offices.campaign.home).stdout)["units"]
        if u["held"]
    ]
    assert unit["unit"] == CHU_SE
    assert unit["state"] == "needs-correction"
    assert {"indicator": "QK12", "period": "2017"} in unit["held"]
    told = run("log", CHU_SE, home=offices.campaign.home).stdout
    assert "Đang xem lại, chưa cộng" in told
    assert "chờ tỉnh quyết định" in told
    held = [r for r in rows(offices, run) if r["held"] == "1"]
    assert {(r["unit"], r["status"]) for r in held} == {(CHU_SE, "held")}
    assert {r["reason"] for r in held} == {SENTENCE}
    computed = {code for code, i in offices.campaign.form.indicators.items() if i.computed}
    of_it = {r["indicator"] for r in held} - computed
    assert {"QK01", "QK05", "QK12"} <= of_it <= set(FUND)


def test_a_ratio_lacks_a_unit_whose_numerator_is_held(offices: Offices) -> None:
    """Fund per head: neither money nor people of the district that typed đồng are in it."""
    offices.send(CHU_SE, times(offices.typed[CHU_SE], FUND, MILLION))
    figure = offices.total("QK18", "2017")
    both = [
        a
        for unit, a in offices.typed.items()
        if unit != CHU_SE and {("QK01", "2017", 0), ("TC01", "2017", 0)} <= a.keys()
        if a["QK01", "2017", 0].value is not None and a["TC01", "2017", 0].value is not None
    ]
    money = sum((a["QK01", "2017", 0].value or Decimal(0) for a in both), Decimal(0))
    people = sum((a["TC01", "2017", 0].value or Decimal(0) for a in both), Decimal(0))
    expected = (Decimal(MILLION) * money / people).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    assert figure.value == expected
    assert figure.n == len(both)
    assert [u.code for u in figure.doubt.held] == [CHU_SE]
    change = offices.table("QK18").same_units["QK18", "2012", "2017"]
    assert [u.code for u in change.doubt.held] == [CHU_SE]


def test_the_province_releases_a_figure_with_a_reason(offices: Offices, run: Run) -> None:
    """Accepted, it counts again, and the reason stands beside it."""
    given = times(offices.typed[CHU_SE], ["QK01", "QK02", "QK03", "QK04"], MILLION)
    offices.send(CHU_SE, given)
    assert offices.total("QK01", "2017").doubt.held
    for code in ("QK01", "QK02", "QK03", "QK04"):
        accept_all(offices, CHU_SE, code)
    figure = offices.total("QK01", "2017")
    assert (figure.value, figure.n) == offices.typed_sum("QK01", "2017")
    assert figure.doubt.held == ()
    assert [u.code for u in figure.doubt.accepted] == [CHU_SE]
    (row,) = [
        r
        for r in rows(offices, run)
        if (r["unit"], r["indicator"], r["period"]) == (CHU_SE, "QK01", "2017")
    ]
    assert (row["held"], row["status"]) == ("0", "accepted")
    assert "đã xem sổ quỹ" in row["reason"]


def test_what_is_accepted_is_not_held_again_for_the_other_units(offices: Offices, run: Run) -> None:
    """Accepted with all its own return said, it counts, however far it is from the others."""
    code = "QK14"
    offices.send(CHU_SE, times(offices.typed[CHU_SE], [code], MILLION))
    before = {r["indicator"] for r in rows(offices, run) if r["held"] == "1"}
    assert code in before
    with offices.campaign.ledger() as ledger:
        returns = Returns(ledger, offices.campaign.units)
        found = [r.finding for r in every_finding(offices.campaign, returns)]
    assert not [f for f in found if (f.code, f.indicator) == ("D-LECH-DAN", code)]
    accept_all(offices, CHU_SE, code)
    for period in ("2007", "2012", "2017"):
        figure = offices.total(code, period)
        assert (figure.value, figure.n) == offices.typed_sum(code, period)
        assert not figure.doubt.held
    told = json.loads(run("status", "--json", home=offices.campaign.home).stdout)
    again = [f for f in told["findings"] if (f["code"], f["unit"]) == ("D-LECH-DAN", CHU_SE)]
    assert code in {f["indicator"] for f in again}


def test_insisting_keeps_a_figure_held(offices: Offices) -> None:
    """Where the province wants it corrected, it is held as before."""
    offices.send(CHU_SE, times(offices.typed[CHU_SE], ["QK13"], 10_000))
    assert offices.total("QK13", "2017").doubt.held
    accept_all(offices, CHU_SE, "QK13", Verdict.INSIST)
    figure = offices.total("QK13", "2017")
    assert [u.code for u in figure.doubt.held] == [CHU_SE]
    assert (figure.value, figure.n) == offices.typed_sum("QK13", "2017", [CHU_SE])


def test_a_decision_lapses_with_its_figures(offices: Offices) -> None:
    """Accepted and then changed to another figure of the kind, it is held again."""
    right = offices.typed[CHU_SE]
    offices.send(CHU_SE, times(right, ["QK01", "QK02", "QK03", "QK04"], MILLION))
    for code in ("QK01", "QK02", "QK03", "QK04"):
        accept_all(offices, CHU_SE, code)
    assert not offices.total("QK01", "2017").doubt.held
    offices.send(CHU_SE, times(right, ["QK01", "QK02", "QK03", "QK04"], 2 * MILLION), day=LATER)
    assert [u.code for u in offices.total("QK01", "2017").doubt.held] == [CHU_SE]


def test_a_corrected_return_releases(offices: Offices) -> None:
    """What is put right counts, because nothing is found any more."""
    right = offices.typed[CHU_SE]
    offices.send(CHU_SE, times(right, FUND, MILLION))
    assert offices.total("QK05", "2017").doubt.held
    assert offices.send(CHU_SE, right, day=LATER) is Outcome.ACCEPTED
    figure = offices.total("QK05", "2017")
    assert (figure.value, figure.n) == offices.typed_sum("QK05", "2017")
    assert not figure.doubt.is_doubtful


def test_a_part_far_above_its_whole_is_held_and_a_little_above_is_counted_and_marked(
    offices: Offices, run: Run
) -> None:
    """PT02 of 99.999 homes is no part of the province; three homes too many are, with a mark."""
    right = offices.typed[DAK_DOA]
    homes = right["TC03", "2017", 0].value
    assert homes is not None
    offices.send(DAK_DOA, {**right, ("PT02", "2017", 0): Answer(Decimal(99_999))})
    figure = offices.total("PT02", "2017")
    assert [u.code for u in figure.doubt.held] == [DAK_DOA]
    assert (figure.value, figure.n) == offices.typed_sum("PT02", "2017", [DAK_DOA])
    share = offices.total("PT03", "2017")
    assert share.value is not None
    assert share.value <= 100
    assert [u.code for u in share.doubt.held] == [DAK_DOA]
    little = {**right, ("PT02", "2017", 0): Answer(homes + 3)}
    assert offices.send(DAK_DOA, little, day=LATER) is Outcome.NEEDS_CORRECTION
    figure = offices.total("PT02", "2017")
    assert figure.doubt.held == ()
    assert [u.code for u in figure.doubt.in_error] == [DAK_DOA]
    assert (figure.value, figure.n) == offices.typed_sum("PT02", "2017")
    assert figure.doubt.is_doubtful
    (row,) = [
        r
        for r in rows(offices, run)
        if (r["unit"], r["indicator"], r["period"]) == (DAK_DOA, "PT02", "2017")
    ]
    assert (row["held"], row["status"]) == ("0", "error")


def test_a_store_with_held_figures_is_sound(offices: Offices, run: Run) -> None:
    """Two countings of every total agree with held figures left out of both."""
    offices.send(CHU_SE, times(offices.typed[CHU_SE], FUND, MILLION))
    result = run("verify", home=offices.campaign.home)
    assert result.exit_code == 0, result.output


def test_a_fund_in_thousand_dong_in_one_year_is_found_beside_other_units(
    offices: Offices,
) -> None:
    """One year only, the other years blank: no year to compare with, but nine other districts."""
    right = offices.typed[CHU_SE]
    blank = {key: answer for key, answer in right.items() if key[0] not in FUND or key[1] == "2017"}
    offices.send(CHU_SE, times(blank, FUND, 1000))
    figure = offices.total("QK01", "2017")
    assert [u.code for u in figure.doubt.held] == [CHU_SE]
    assert (figure.value, figure.n) == offices.typed_sum("QK01", "2017", [CHU_SE])


def test_the_copy_sent_back_names_what_is_held_and_quotes_the_explanation(
    offices: Offices,
) -> None:
    """The office sees that its sentence was read and that the figure still waits."""
    given = times(offices.typed[CHU_SE], ["QK13"], 10_000)
    offices.send(CHU_SE, given, {"QK13": SENTENCE})
    (copy,) = marking.mark(offices.campaign, [CHU_SE])
    page = openpyxl.load_workbook(copy.path)[say("sheet.corrections", "vi")]
    texts = [str(cell.value) for line in page.iter_rows() for cell in line if cell.value]
    assert any(t.startswith("Đang xem lại, chưa cộng") and "QK13" in t for t in texts)
    assert any(f"Đã giải trình: “{SENTENCE}”" in t and "chưa được cộng" in t for t in texts)


def test_a_form_filled_in_from_a_return_leaves_out_what_is_held(
    offices: Offices, form: Form, units: Mapping[str, Unit]
) -> None:
    """Honest figures are filled in, the fund in đồng is not, and that is said."""
    right = answers(form, units[CHU_SE], "held")
    given = times(right, FUND, MILLION)
    data = template.build(form, units[CHU_SE], Issue(), answers=given, cover=COVER)
    known, found = prefill.gather([("x.xlsx", data)], form, units)
    (told,) = [f for f in found if f.code == "prefill.held"]
    assert "QK01 (2007, 2012, 2017)" in worded(told, "vi").message
    filled = known[CHU_SE]
    assert ("TC01", "2017", 0) in filled
    assert {key for key in filled if key[0] in FUND and filled[key].value} == set()


def test_two_states_of_the_province_name_the_figure_that_came_to_be_held(
    offices: Offices, run: Run
) -> None:
    """The total changed because of one unit: its figure before, and after as held."""
    offices.send(CHU_SE, times(offices.typed[CHU_SE], FUND, MILLION), day=LATER)
    words = ("compare", "2017-03-31", "now")
    told = run(*words, home=offices.campaign.home).stdout
    assert "Chư Sê (QK01)" in told
    assert "(đang xem lại, chưa cộng)" in told


# ---------------------------------------------------------------------- the definition


def changed(old: str, new: str, file: str = "rules.yaml") -> Mapping[str, bytes]:
    """Return the files of the shipped definition with one sentence changed."""
    files = {path.name: path.read_bytes() for path in TEMPLATE.glob("*.yaml")}
    assert files[file].decode().count(old) == 1
    return {**files, file: files[file].decode().replace(old, new).encode()}


XA = '    expression: "{code} <= TC04"\n'


def test_a_rule_says_which_of_its_figures_it_holds(units: Mapping[str, Unit]) -> None:
    """The part by default; the whole, both, or none where the definition says so."""
    unit = units[DAK_DOA]
    given = {
        ("PT14", "2017", 0): Answer(Decimal(40)),
        ("TC04", "2017", 0): Answer(Decimal(17)),
    }
    part, whole = Addressed("PT14", "2017"), Addressed("TC04", "2017")
    for keys, expected in (
        ("", {part}),
        ("    holds: all\n", {part, whole}),
        ("    holds: TC04\n", {whole}),
        ('    holds: "{code}"\n', {part}),
        ("    holds: none\n", set()),
        ("    tolerance: 200 %\n", set()),
    ):
        assert held_by_rules(load(changed(XA, XA + keys)), unit, given) == expected, keys


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("holds: TC99", "TC99"),
        ("suspect: maybe", "maybe"),
        ("tolerance: much", "much"),
        ("factor: 0.5", "0.5"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_with_its_line(keys: str, line: str) -> None:
    """A code that the rule does not compare, and words and numbers that cannot be."""
    with pytest.raises(UnsoundDefinition) as caught:
        load(changed(XA, f"{XA}    {keys}\n"))
    (fault,) = caught.value.findings
    assert line in str(fault.parameters["value"])
    assert "rules.yaml:" in str(fault.place)


def test_another_form_holds_by_the_defaults_alone() -> None:
    """A form that says nothing of it: a count below zero, and an error broken by far."""
    form = load_form(SMALL_FORM)
    unit = Unit("P1", "Phường 1", "P1", "phuong")
    given = {
        ("AA01", "2025", 0): Answer(Decimal(2)),
        ("AA02", "2025", 0): Answer(Decimal(900)),
        ("AA01", "2020", 0): Answer(Decimal(2)),
        ("AA02", "2020", 0): Answer(Decimal(81)),
    }
    assert held_by_rules(form, unit, given) == {Addressed("AA02", "2025")}


# ---------------------------------------------------------------------- rules alone


def held_by_rules(form: Form, unit: Unit, given: Answers) -> set[Addressed]:
    values = rules.values_of(form, unit, observations(form, given))
    found = [
        Resolved(dataclasses.replace(f, place=Place(unit.name)))
        for f in rules.run(form, unit, values)
    ]
    known = statuses({unit.name: unit.code}, found)
    return {Addressed(code, period) for (_, code, period), s in known.items() if s.is_held}


def test_of_hundreds_of_honest_returns_nothing_is_held(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """170 returns of districts that are consistent by construction, some 66.000 figures."""
    for n in range(10):
        for unit in districts(units):
            assert held_by_rules(form, unit, answers(form, unit, f"honest-{n}")) == set()


@pytest.mark.parametrize("years", [("2007", "2012", "2017", "2007-2017"), ("2012",), ("2007",)])
def test_money_in_dong_is_held_in_all_years_or_one(
    form: Form, units: Mapping[str, Unit], years: tuple[str, ...]
) -> None:
    """Every figure of the fund in đồng is held and no other, whichever years are in đồng."""
    for unit in districts(units)[:6]:
        given = answers(form, unit, "dong")
        wrong = {
            key: answer._replace(value=answer.value * MILLION)
            if key[0] in FUND and key[1] in years and answer.value
            else answer
            for key, answer in given.items()
        }
        changed = {Addressed(*key[:2]) for key in given if given[key] != wrong[key]}
        assert held_by_rules(form, unit, wrong) == changed


@pytest.mark.parametrize(
    ("years", "odd"),
    [
        ((110_000, 112, 115_000), "2012"),
        ((110, 112_000, 115_000), "2007"),
        ((110_000, 112_000_000, 115_000), "2012"),
    ],
)
def test_the_third_year_says_which_of_two_is_odd(
    form: Form, units: Mapping[str, Unit], years: tuple[int, int, int], odd: str
) -> None:
    """Of three populations the one unlike the others is held, too small or too large."""
    unit = units[DAK_DOA]
    given = {
        ("TC01", period, 0): Answer(Decimal(value))
        for period, value in zip(("2007", "2012", "2017"), years, strict=True)
    }
    assert held_by_rules(form, unit, given) == {Addressed("TC01", odd)}


def test_a_whole_at_which_many_relations_fail_is_held_instead_of_its_parts(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """A population of 5.000 under four larger parts: the population is wrong, not four parts."""
    unit = units[DAK_DOA]
    figures = {"TC01": 5_000, "TC02": 60_000, "TC08": 50_000, "ML10": 12_000, "PC19": 55_000}
    given = {(code, "2017", 0): Answer(Decimal(value)) for code, value in figures.items()}
    assert held_by_rules(form, unit, given) == {Addressed("TC01", "2017")}


@pytest.mark.parametrize(
    ("figures", "odd"),
    [
        pytest.param({"DN02": 900, "DN03": 500, "DN04": 400_000}, "DN04", id="part above total"),
        pytest.param({"DN02": 9, "DN03": 500, "DN04": 400}, "DN02", id="total below both parts"),
        pytest.param({"DN02": 2_000, "DN03": 500, "DN04": 400}, "DN02", id="total above the sum"),
        pytest.param({"DN24": 90_000, "DN02": 800}, "DN24", id="a question answered tenfold"),
    ],
)
def test_the_odd_figure_of_a_broken_sum_is_the_one_that_is_held(
    form: Form, units: Mapping[str, Unit], figures: Mapping[str, int], odd: str
) -> None:
    """A part that is more than its total is held, else the total; more trained than taught."""
    given = {(code, "2017", 0): Answer(Decimal(value)) for code, value in figures.items()}
    assert held_by_rules(form, units[DAK_DOA], given) == {Addressed(odd, "2017")}


def test_a_rule_that_is_only_true_or_false_holds_nothing(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """Classes where there is no centre are an error that is counted and marked."""
    unit = units[DAK_DOA]
    given = {("TT05", "2017", 0): Answer(text="-"), ("TT11", "2017", 0): Answer(Decimal(12))}
    assert held_by_rules(form, unit, given) == set()
    values = rules.values_of(form, unit, observations(form, given))
    found = [
        Resolved(dataclasses.replace(f, place=Place(unit.name)))
        for f in rules.run(form, unit, values)
    ]
    known = statuses({unit.name: unit.code}, found)
    assert known[unit.code, "TT11", "2017"].word == "error"


def test_accepting_one_figure_releases_it_and_not_those_held_with_it() -> None:
    """What was said of itself is accepted; those it was held with stay held."""

    def said(code: str, closure: Closure, *figures: str) -> Resolved:
        named = {"holds": " ".join(f"{figure}[2017]" for figure in figures)}
        place = Place("Huyện A")
        return Resolved(
            Finding(code, Severity.WARNING, place, figures[0], "2017", parameters=named), closure
        )

    whole = said("F-TIEN", Closure.OPEN, "QK01", "QK02", "QK03")
    mine = said("F-TIEN", Closure.ACCEPTED, "QK02", "QK01")
    known = statuses({"Huyện A": "A"}, [whole, mine])
    assert not known["A", "QK02", "2017"].is_held
    assert known["A", "QK01", "2017"].is_held
    assert known["A", "QK03", "2017"].is_held
    second = said("cell.plausible", Closure.AWAITING, "QK02")
    known = statuses({"Huyện A": "A"}, [whole, mine, second])
    assert known["A", "QK02", "2017"].is_held


def test_an_explanation_of_a_figure_that_is_held_awaits_the_province() -> None:
    """The same finding, explained: closed where it holds nothing, open where it does."""
    from tongket_xlsx.model.assessment import assessed
    from tongket_xlsx.model.explanations import Step

    plain = Finding("F-TIEN-2017", Severity.WARNING, indicator="QK01", period="2017")
    holding = dataclasses.replace(plain, parameters={"holds": "QK01[2017]"})
    for finding, closure in ((plain, Closure.EXPLAINED), (holding, Closure.AWAITING)):
        step = Step("a", "", [finding], {"QK01": SENTENCE})
        (item,) = assessed([step]).findings
        assert item.closure is closure
        assert item.is_open is finding.holds_back
        assert item.text == SENTENCE


# ---------------------------------------------------------------------- totals, one by one


def compared(
    form: Form,
    units: Mapping[str, Unit],
    figures: Mapping[tuple[str, str, str], tuple[int | None, bool]],
    known: Mapping[tuple[str, str, str], object] | None = None,
) -> Comparison:
    """Compare figures: (unit, code, period) → (value or none, whether it is an estimate)."""
    numbers = {code: n for n, code in enumerate(units, start=1)}

    def fetch(codes: Iterable[str]) -> Iterator[tuple[object, ...]]:
        wanted = set(codes)
        for (unit, code, period), (value, estimated) in figures.items():
            if code in wanted and value is not None:
                raw = str(value)
                yield numbers[unit], code, period, "number", raw, "", raw, int(estimated)

    readings = {n: code for code, n in numbers.items()}
    return comparison_of(form, units.values(), readings, fetch, known)  # type: ignore[arg-type]


def test_an_estimate_is_counted_and_named(form: Form, units: Mapping[str, Unit]) -> None:
    """“khoảng 350” is in the total, and the total names who estimated."""
    figures = {
        (CHU_SE, "ML10", "2017"): (350, True),
        (DAK_DOA, "ML10", "2017"): (1000, False),
        (CHU_SE, "TC01", "2017"): (7000, False),
        (DAK_DOA, "TC01", "2017"): (20000, False),
    }
    table = next(t for t in compared(form, units, figures).groups() if t.group.code == "ML")
    figure = table.province["ML10", "2017"]
    assert (figure.value, figure.n) == (Decimal(1350), 2)
    assert [u.code for u in figure.doubt.estimated] == [CHU_SE]
    assert not figure.doubt.is_doubtful
    share = table.province["ML13", "2017"]
    assert share.value == Decimal(5)
    assert [u.code for u in share.doubt.estimated] == [CHU_SE]
    place = [u.code for u in table.columns.units].index(CHU_SE)
    assert table.columns.of("ML10", "2017").figure(place).estimated


def test_a_total_that_breaks_a_rule_of_the_form_says_so(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """Every unit keeps the rules; one gave the part and not the whole, and the totals do not."""
    figures = {
        (CHU_SE, "PT02", "2017"): (900, False),
        (CHU_SE, "TC03", "2017"): (1000, False),
        (DAK_DOA, "PT02", "2017"): (500, False),
    }
    table = next(t for t in compared(form, units, figures).groups() if t.group.code == "PT")
    figure = table.province["PT02", "2017"]
    assert figure.value == Decimal(1400)
    assert [f.code for f in figure.doubt.own] == ["province.part"]
    assert not can_be_concluded(figure)
    assert table.own_findings == figure.doubt.own
    assert table.province["PT03", "2017"].value == Decimal(90)
    assert can_be_concluded(table.province["PT03", "2017"])


def test_a_share_over_a_hundred_says_so(form: Form, units: Mapping[str, Unit]) -> None:
    """An open error that is counted, and the share of the province is 103 %: marked."""
    figures = {
        (CHU_SE, "PT02", "2017"): (1030, False),
        (CHU_SE, "TC03", "2017"): (1000, False),
    }
    table = next(t for t in compared(form, units, figures).groups() if t.group.code == "PT")
    assert table.province["PT03", "2017"].value == Decimal(103)
    assert [f.code for f in table.province["PT03", "2017"].doubt.own] == ["province.share"]


@pytest.mark.parametrize("seed", range(8))
def test_no_total_above_its_whole_and_no_share_over_a_hundred_stands_unmarked(
    form: Form, units: Mapping[str, Unit], seed: int
) -> None:
    """In every group, whatever is given and left out: each such figure has a mark and no verdict.

    The parts are found in the text of the rules, “A <= B” and “A + B <= C”, and nowhere else.
    """
    chance = random.Random(f"unmarked-{seed}")
    asked = [i for i in form.indicators.values() if not i.computed]
    figures: dict[tuple[str, str, str], tuple[int | None, bool]] = {}
    for unit in units.values():
        for indicator in asked:
            for period in indicator.periods if unit.kind in indicator.respondents else ():
                if chance.random() < 0.8:
                    figures[unit.code, indicator.code, period] = (chance.randint(0, 60), False)
    totals = {k: v for t in compared(form, units, figures).groups() for k, v in t.province.items()}
    shares, parts = set(), set()
    for (code, period), figure in totals.items():
        indicator = form.indicators[code]
        if indicator.kind is Kind.PERCENT and figure.value is not None and figure.value > 100:
            assert mark_of(figure.doubt, "vi") in ("⚑", "!!"), (code, period)
            assert not can_be_concluded(figure), (code, period)
            shares.add(indicator.group)
    for check in form.checks:
        match = re.fullmatch(r"(\w{4}(?: \+ \w{4})*) <= (\w{4})", check.expression.text)
        if match is None:
            continue
        whole = totals.get((match[2], check.period))
        above = [totals.get((code, check.period)) for code in match[1].split(" + ")]
        values = [figure.value for figure in above if figure and figure.value is not None]
        if whole is None or whole.value is None or len(values) < len(above):
            continue
        if sum(values) > whole.value:
            for figure in above:
                assert figure is not None
                assert mark_of(figure.doubt, "vi") in ("⚑", "!!"), check.expression.text
            parts.add(form.indicators[match[1][:4]].group)
    assert len(shares) >= 5
    assert len(parts) >= 5


def test_two_units_of_one_name_do_not_share_what_is_held(offices: Offices, run: Run) -> None:
    """A district comes to be called as another one is: the fund of the one is held, as before."""
    offices.send(CHU_SE, times(offices.typed[CHU_SE], FUND, MILLION))
    listed = dict(offices.campaign.units)
    for new in ("Huyện Mới", listed[DAK_DOA].name):
        renamed = {**listed, CHU_SE: dataclasses.replace(listed[CHU_SE], name=new)}
        offices.campaign = dataclasses.replace(offices.campaign, units=renamed)
        figure = offices.total("QK01", "2017")
        assert [u.code for u in figure.doubt.held] == [CHU_SE]
        assert (figure.value, figure.n) == offices.typed_sum("QK01", "2017", [CHU_SE])
        with offices.campaign.ledger() as ledger:
            returns = Returns(ledger, renamed)
            found = [r for r in every_finding(offices.campaign, returns) if r.holds_back]
        assert {r.unit for r in found} == {CHU_SE}
        assert {r.finding.place.unit for r in found} == {new}
        with pytest.raises(Misuse):
            deciding.waive(
                offices.campaign, DAK_DOA, found[0].finding.code, reason="đã xem", by="Lan"
            )
    accept_all(offices, CHU_SE, "QK13")
    assert offices.total("QK13", "2017").doubt.held == ()
    assert offices.total("QK01", "2017").doubt.held


def test_random_campaigns_add_up_by_hand(form: Form, units: Mapping[str, Unit]) -> None:
    """Whatever is planted, every sum is what was typed without what is held, in plain Decimal."""
    chance = random.Random(12)
    money = [c for c, i in form.indicators.items() if i.group == "QK" and not i.computed]
    for n in range(6):
        typed: dict[tuple[str, str, str], tuple[int | None, bool]] = {}
        found: list[Resolved] = []
        for unit in districts(units):
            given: Answers = answers(form, unit, f"random-{n}")
            if chance.random() < 0.4:
                codes = chance.sample(money, chance.randint(1, 12))
                given = times(given, codes, chance.choice((1000, MILLION)))
            observed = observations(form, given)
            values = rules.values_of(form, unit, observed)
            for f in rules.run(form, unit, values):
                closure = chance.choice((Closure.OPEN, Closure.OPEN, Closure.ACCEPTED))
                found.append(Resolved(dataclasses.replace(f, place=Place(unit.name)), closure))
            for o in observed:
                if o.value is not None and o.indicator in money:
                    typed[unit.code, o.indicator, o.period] = int(o.value), False
        known = statuses({u.name: u.code for u in units.values()}, found)
        held = {key for key, status in known.items() if status.is_held}
        table = next(
            t for t in compared(form, units, typed, known).groups() if t.group.code == "QK"
        )
        for code in money:
            for period in form.indicators[code].periods:
                mine = {
                    unit: Decimal(value or 0)
                    for (unit, c, p), (value, _) in typed.items()
                    if (c, p) == (code, period) and (unit, c, p) not in held
                }
                figure = table.province[code, period]
                assert figure.value == (sum(mine.values(), Decimal(0)) if mine else None)
                assert figure.n == len(mine)
                out = {u for u, c, p in held if (c, p) == (code, period) and (u, c, p) in typed}
                assert {u.code for u in figure.doubt.held} == out
