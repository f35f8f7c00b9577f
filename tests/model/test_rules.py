"""The rules of the form, run over the values of one unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tongket_xlsx.definition.loader import load
from tongket_xlsx.model import rules
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import CellState, Observation
from tongket_xlsx.model.units import Unit

Values = Mapping[tuple[str, str], float]


def _figure(code: str, period: str, state: CellState, value: str | None) -> Observation:
    number = None if value is None else Decimal(value)
    return Observation(code, period, 0, state, number, "", "", "S", "A1")


def _row(code: str, number: int, text: str, state: CellState = CellState.TEXT) -> Observation:
    return Observation(code, "", number, state, None, text, text, "S", "A1")


def _found(form: Form, unit: Unit, values: Values) -> list[tuple[str, str, str]]:
    return [(f.code, f.indicator, f.period) for f in rules.run(form, unit, values)]


@pytest.fixture(scope="module")
def district(units: Mapping[str, Unit]) -> Unit:
    return units["GL-633"]


# ---------------------------------------------------------------------- operands


def test_only_numbers_and_nil_have_a_value(form: Form, district: Unit) -> None:
    """Nil is zero; blank, missing, unreadable and impossible figures are no operand."""
    values = rules.values_of(
        form,
        district,
        [
            _figure("TC01", "2007", CellState.NUMBER, "1000"),
            _figure("TC01", "2012", CellState.NIL, "0"),
            _figure("TC01", "2017", CellState.MISSING, None),
            _figure("TC02", "2007", CellState.BLANK, None),
            _figure("TC02", "2012", CellState.INVALID, None),
            _figure("TC02", "2017", CellState.NOT_APPLICABLE, None),
            _figure("TC03", "2007", CellState.IMPOSSIBLE, "-50"),
        ],
    )
    assert values == {("TC01", "2007"): 1000.0, ("TC01", "2012"): 0.0}


def test_documents_are_counted_by_block_in_every_period(form: Form, district: Unit) -> None:
    """Each choice of the counted column has its number of rows, none counting zero."""
    values = rules.values_of(
        form,
        district,
        [
            _row("VB02", 1, "cấp ủy"),
            _row("VB02", 2, "chính quyền"),
            _row("VB02", 3, "cấp ủy"),
            _row("VB01", 1, "Huyện ủy"),
            _row("TM01", 0, "cấp ủy"),
        ],
    )
    assert values["cấp ủy", "2007-2017"] == 2.0
    assert values["chính quyền", "2007"] == 1.0
    assert values["Mặt trận – đoàn thể – Hội", "2012"] == 0.0


def test_an_empty_roster_counts_nothing(form: Form, district: Unit) -> None:
    """Where no document is listed their number is unknown, not zero."""
    assert rules.values_of(form, district, []) == {}


def test_a_unit_without_a_roster_has_no_counts(form: Form, units: Mapping[str, Unit]) -> None:
    """A department lists no documents, so nothing is counted for it."""
    assert rules.values_of(form, units["GL-BDT"], [_row("VB02", 1, "cấp ủy")]) == {}


def test_computed_figures_are_made_where_all_parts_are_known(form: Form) -> None:
    """ML03 = 100 × ML02 ÷ TC04, rounded to six decimals; a missing or zero part makes none."""
    values = {
        ("ML02", "2007"): 10.0,
        ("TC04", "2007"): 15.0,
        ("ML02", "2012"): 10.0,
        ("ML02", "2017"): 10.0,
        ("TC04", "2017"): 0.0,
    }
    made = rules.computed_values(form, values)
    assert {k: v for k, v in made.items() if k[0] == "ML03"} == {("ML03", "2007"): 66.666667}


CHAIN = {
    "form.yaml": """\
id: chuoi
version: "1"
title: Chuỗi
periods:
  - {code: "2012", label: Năm 2012, starts: 2012-01-01, ends: 2012-12-31}
groups: AA
unit_kinds:
  - {code: huyen, name: Huyện, scope: part}
rosters:
  - code: DS
    name: Danh sách
    title: Danh sách
    respondents: huyen
    columns:
      - {code: DS01, label: Tên}
""",
    "group-AA.yaml": """\
code: AA
name: A
title: A
indicators:
  - code: A1
    label: Nửa của A2
    unit: u
    kind: number
    nature: computed
    aggregation: ratio
    numerator: A2
    denominator: A3
    periods: 2012
    respondents: huyen
    help: h
  - code: A2
    label: Tỷ lệ
    unit: u
    kind: number
    nature: computed
    aggregation: ratio
    numerator: A3
    denominator: A4
    factor: 100
    periods: 2012
    respondents: huyen
    help: h
  - code: A3
    label: Vào
    unit: u
    kind: count
    nature: stock
    aggregation: sum
    periods: 2012
    respondents: huyen
    help: h
  - code: A4
    label: Ra
    unit: u
    kind: count
    nature: stock
    aggregation: sum
    periods: 2012
    respondents: huyen
    help: h
rules:
  - {id: HANG, expression: 2 <= 1, severity: error, message: Hằng số.}
  - {id: A1-A3, expression: A1 <= A3, severity: error, message: "{label} ({code}) sai."}
  - id: BETA
    expression: A3 <= A4
    severity: warning
    beta: yes
    message: Thử.
    message_en: Trial.
""",
}


@pytest.fixture(scope="module")
def chain() -> Form:
    return load({name: text.encode() for name, text in CHAIN.items()})


def test_a_computed_figure_may_be_made_of_another(chain: Form) -> None:
    """A1 stands before A2 of which it is made, and both come out."""
    values = {("A3", "2012"): 4.0, ("A4", "2012"): 8.0}
    assert rules.computed_values(chain, values) == {("A1", "2012"): 12.5, ("A2", "2012"): 50.0}


def test_an_indicator_that_is_typed_in_is_not_computed(form: Form) -> None:
    """Without numerator and denominator there is nothing to compute."""
    assert rules.computed(form.indicators["TC01"], "2012", {("TC01", "2012"): 5.0}) is None


def test_a_roster_that_counts_nothing_adds_no_operand(chain: Form) -> None:
    """A roster without a counted column has no counts."""
    unit = Unit("A", "A", "A", "huyen")
    assert rules.values_of(chain, unit, [_row("DS01", 1, "x")]) == {}


# ---------------------------------------------------------------------- what does not hold


def test_what_holds_is_not_mentioned(form: Form, district: Unit) -> None:
    """TC02 ≤ TC01 with sound figures yields no finding about either."""
    values = {("TC01", "2012"): 100000.0, ("TC02", "2012"): 50000.0}
    assert _found(form, district, values) == []


def test_a_violated_rule_is_an_error_that_quotes_rule_and_figures(
    form: Form, district: Unit
) -> None:
    """The finding names rule, indicator and period, and shows what the operands were."""
    values = {("TC01", "2012"): 100000.0, ("TC02", "2012"): 100000.5}
    (finding,) = [f for f in rules.run(form, district, values) if f.code == "TC02-TC01"]
    assert (finding.severity, finding.indicator, finding.period) == (
        Severity.ERROR,
        "TC02",
        "2012",
    )
    assert finding.parameters["found"] == "TC02[2012] = 100000,5; TC01[2012] = 100000"
    assert finding.parameters["found_en"] == "TC02[2012] = 100000.5; TC01[2012] = 100000"
    assert finding.parameters["text"] == "TC02 ≤ TC01"
    assert "TC02" in str(finding.parameters["message"])
    assert finding.parameters["period_label"] == "năm 2012"


def test_a_family_speaks_of_the_member_it_failed_for(form: Form, district: Unit) -> None:
    """F-CO-1217 says which of ML01 and TT01 went from yes to no, by name."""
    values = {("TT01", "2012"): 1.0, ("TT01", "2017"): 0.0}
    (finding,) = [f for f in rules.run(form, district, values) if f.code == "F-CO-1217"]
    assert (finding.indicator, finding.period) == ("TT01", "2017")
    label = form.indicators["TT01"].plain_label
    assert str(finding.parameters["message"]).startswith(f"{label} (TT01): năm 2012 ghi Có")


@pytest.mark.parametrize(
    ("lk", "y2007", "y2012", "y2017", "codes"),
    [
        # the three years are known: the rule of three speaks, or is silent, and no other
        (10, 3, 3, 3, []),
        (8, 3, 3, 3, ["F-LK3-DEM"]),
        (2, 3, 3, 3, ["F-LK3-DEM"]),
        # 2007 is missing: the rule of two speaks
        (5, None, 3, 3, ["F-LK2-DEM"]),
        (6, None, 3, 3, []),
        # 2012 is missing as well: the rule of one speaks
        (2, None, None, 3, ["F-LK1-DEM"]),
        (2, 3, None, 3, ["F-LK1-DEM"]),
        # the cumulative figure or the last year is missing: none can speak
        (None, 3, 3, 3, []),
        (2, 3, 3, None, []),
    ],
)
def test_a_rule_that_stands_in_speaks_only_where_the_first_was_skipped(
    form: Form,
    district: Unit,
    lk: float | None,
    y2007: float | None,
    y2012: float | None,
    y2017: float | None,
    codes: list[str],
) -> None:
    """Of the cumulative rules the fullest with all its operands judges; the others are silent."""
    periods = {"2007-2017": lk, "2007": y2007, "2012": y2012, "2017": y2017}
    values = {("LD01", p): float(v) for p, v in periods.items() if v is not None}
    found = [code for code, _, _ in _found(form, district, values)]
    assert [code for code in found if code.startswith("F-LK")] == codes


def test_a_sum_is_checked_by_its_parts_only_while_a_part_is_missing(
    form: Form, district: Unit
) -> None:
    """ML04-phan stands in for ML04-tong when ML08 is missing, and is silent when it is not."""
    parts = {
        ("ML04", "2012"): 5.0,
        ("ML05", "2012"): 4.0,
        ("ML06", "2012"): 1.0,
        ("ML07", "2012"): 1.0,
    }
    codes = {code for code, _, _ in _found(form, district, parts)}
    assert "ML04-phan" in codes
    assert "ML04-tong" not in codes
    codes = {code for code, _, _ in _found(form, district, {**parts, ("ML08", "2012"): 0.0})}
    assert "ML04-tong" in codes
    assert "ML04-phan" not in codes


def test_documents_and_figures_are_held_against_each_other(form: Form, district: Unit) -> None:
    """VB-LD03 compares the cumulative figure with the rows of the list, naming the block."""
    values = {("LD03", "2007-2017"): 5.0, ("cấp ủy", "2007-2017"): 2.0}
    (finding,) = [f for f in rules.run(form, district, values) if f.code == "VB-LD03"]
    assert finding.parameters["found"] == "LD03[2007-2017] = 5; cấp ủy = 2"
    assert finding.severity is Severity.WARNING


def test_plausible_bounds_ask_only_the_kinds_they_are_made_for(
    form: Form, district: Unit, units: Mapping[str, Unit]
) -> None:
    """A district of 400 people is asked about it, a department is not."""
    values = {("TC01", "2012"): 400.0}
    assert _found(form, district, values) == [("cell.plausible", "TC01", "2012")]
    assert _found(form, units["GL-CTK"], values) == []


def test_of_a_plausible_bound_the_figure_alone_is_shown(form: Form, district: Unit) -> None:
    """The sentence about a bound names the figure, with at most two decimals and a comma."""
    (finding,) = rules.run(form, district, {("TC01", "2012"): 400.128})
    assert (finding.parameters["found"], finding.parameters["found_en"]) == ("400,13", "400.13")
    assert "≥" in str(finding.parameters["text"])


def test_nothing_known_means_nothing_wrong(form: Form, district: Unit) -> None:
    """Without any figure every rule is skipped, and nobody is pressed into inventing one."""
    assert _found(form, district, {}) == []


def test_a_beta_rule_warns_and_a_constant_rule_has_no_subject(chain: Form) -> None:
    """Rules on trial are warnings in both languages; a rule of constants names no indicator."""
    unit = Unit("A", "A", "A", "huyen")
    findings = {
        f.code: f for f in rules.run(chain, unit, {("A3", "2012"): 9.0, ("A4", "2012"): 1.0})
    }
    assert findings["BETA"].severity is Severity.WARNING
    assert findings["BETA"].parameters["message_en"] == "Trial."
    assert (findings["HANG"].indicator, findings["HANG"].period) == ("", "")
    assert findings["HANG"].parameters["found"] == ""


def test_a_message_names_the_member_and_its_label(chain: Form) -> None:
    """{code} is the member of a family, empty in a rule of none; {label} is its subject."""
    unit = Unit("A", "A", "A", "huyen")
    values = {("A1", "2012"): 9.0, ("A3", "2012"): 1.0}
    (finding,) = [f for f in rules.run(chain, unit, values) if f.code == "A1-A3"]
    assert finding.parameters["message"] == "Nửa của A2 () sai."


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("ML11 <= 0.5*TC01", "ML11 ≤ 0.5*TC01", "ML11 ≤ 0.5*TC01"),
        ("ML04 == ML05 + ML06", "ML04 = ML05 + ML06", "ML04 = ML05 + ML06"),
        (
            "implies(A[2007] >= 20 and B > 0, A <= 1.5*B)",
            "nếu A[2007] ≥ 20 và B > 0 thì A ≤ 1,5 × B",
            "if A[2007] ≥ 20 and B > 0 then A ≤ 1.5 × B",
        ),
        ("approx(A, B + C, 1)", "A = B + C (± 1)", "A = B + C (± 1)"),
        ("not (A == 1 or B != 2)", "không phải (A = 1 hoặc B ≠ 2)", "not (A = 1 or B ≠ 2)"),
        ("A > 1 and (B > 1 or C > 1)", "A > 1 và (B > 1 hoặc C > 1)", "A > 1 and (B > 1 or C > 1)"),
    ],
)
def test_a_rule_is_told_in_words(text: str, vi: str, en: str) -> None:
    """What an office reads is no formula of a program; a plain comparison stands as it is."""
    assert rules.readable(text, "vi") == vi
    assert rules.readable(text, "en") == en
