"""A definition: read whole, or refused with every fault at its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from tongket_xlsx.definition import near_names
from tongket_xlsx.definition import rule_families as rulebook
from tongket_xlsx.definition.loader import digest, load
from tongket_xlsx.definition.questions import LONGEST_CHOICES
from tongket_xlsx.model.expression_reader import parse
from tongket_xlsx.model.findings import Finding, Severity, UnsoundDefinition
from tongket_xlsx.model.form import DEFAULT_SIGNS, Form
from tongket_xlsx.model.form_words import Aggregation, Kind, Words

# The smallest form with one of everything. Each test changes one text of it.
SMALL: Mapping[str, str] = {
    "form.yaml": """\
id: nho
version: 1.10
title: Biểu nhỏ
periods:
  - code: "2012"
    label: Năm 2012
    starts: 2012-01-01
    ends: 2012-12-31
  - code: "2017"
    label: Năm 2017
    starts: 2017-01-01
    ends: 2017-12-31
    confirmed: No
  - code: 2012-2017
    label: Lũy kế
    starts: 2012-01-01
    ends: 2017-12-31
    cumulative: yes
    aliases: LK
plausible_for: huyen
groups: AA
unit_kinds:
  - code: huyen
    name: Huyện
    scope: part
  - code: so
    name: Sở
    scope: whole
providers:
  - code: TK
    name: Thống kê
rosters:
  - code: DS
    name: Danh sách
    title: Danh sách
    respondents: huyen
    columns:
      - code: DS01
        label: Khối
        counted: yes
        choices: [đảng, chính quyền]
outline:
  "1.a": Lãnh đạo
  "2": Kết quả
""",
    "group-AA.yaml": """\
code: AA
name: Nhóm A
title: Nhóm A
indicators:
  - code: A1
    label: Dân số
    unit: người
    kind: count
    nature: stock
    periods: 2012 2017
    core:
      huyen: 2012
    respondents: huyen so
    aggregation: sum
    hard_min: 0
    plausible_max: 5000
    provider: TK
    seed: 1.a
    help: No
  - code: A2
    label: Người học
    unit: người
    kind: count
    nature: flow
    periods: 2012 2017 2012-2017
    respondents: huyen so
    aggregation: sum
    help: Đếm.
  - code: A3
    label: Tỷ lệ
    unit: "%"
    kind: percent
    nature: computed
    periods: 2012 2017
    respondents: huyen
    aggregation: ratio
    numerator: A2
    denominator: A1
    factor: 100
    help: Tự tính.
rules:
  - id: A2-A1
    expression: A2 <= A1
    severity: error
    message: "{label} ({code}) sai."
  - id: DS-A2
    expression: A2[LK] == documents("đảng")
    severity: warning
    message: Khác danh sách.
""",
    "rules.yaml": """\
rules:
  - id: F-TO
    family: A1 A2
    expression: "{code}[2017] <= 1000"
    severity: warning
    message: "{code} lớn."
""",
    "narrative.yaml": """\
prompts:
  - code: T1
    label: Thuận lợi
    linked: A1
    respondents: huyen
    seed: 1.a
""",
    "targets.yaml": """\
targets:
  - id: M1
    document: QĐ 1
    target: Ra lớp
    indicator: A3
    value: 80
    year: 2017
    status: unverified
""",
}


def _load(**changed: str | bytes | None) -> Form:
    """Load the small form; a file given as None is left out (``group_AA`` is group-AA.yaml)."""
    files: dict[str, str | bytes | None] = {
        **SMALL,
        **{name.replace("_", "-") + ".yaml": text for name, text in changed.items()},
    }
    return load(
        {n: t.encode() if isinstance(t, str) else t for n, t in files.items() if t is not None}
    )


def _findings(**changed: str | bytes | None) -> tuple[Finding, ...]:
    with pytest.raises(UnsoundDefinition) as refused:
        _load(**changed)
    assert {f.severity for f in refused.value.findings} <= {Severity.ERROR}
    return refused.value.findings


def _faults(**changed: str | bytes | None) -> list[tuple[str, str]]:
    return [(str(f.place), f.code) for f in _findings(**changed)]


def _with(file: str, old: str, new: str) -> dict[str, str]:
    """Return the small form's file with one text replaced, ready to be passed to _load."""
    text = SMALL[file]
    assert text.count(old) == 1, (old, text.count(old))
    return {file.removesuffix(".yaml").replace("-", "_"): text.replace(old, new)}


def _line(file: str, text: str) -> str:
    """Return file:line of the one line of the small form that holds a text."""
    lines = [n for n, line in enumerate(SMALL[file].splitlines(), 1) if text in line]
    assert len(lines) == 1, (text, lines)
    return f"{file}:{lines[0]}"


# ---------------------------------------------------------------------- a sound definition


def test_a_sound_definition_becomes_a_form() -> None:
    """Groups, indicators, rules, questions, lists and targets stand in the form as written."""
    form = _load()
    assert [g.code for g in form.groups] == ["AA"]
    assert list(form.indicators) == ["A1", "A2", "A3"]
    assert form.indicators["A1"].kind is Kind.COUNT
    assert form.indicators["A1"].hard_min == Decimal(0)
    assert form.indicators["A1"].core == {"huyen": ("2012",)}
    assert form.indicators["A3"].factor == Decimal(100)
    assert form.indicators["A3"].aggregation is Aggregation.RATIO
    assert [r.code for r in form.rules] == ["A2-A1", "DS-A2", "F-TO"]
    assert [p.code for p in form.prompts] == ["T1"]
    assert [(t.code, t.value, t.operator) for t in form.targets] == [("M1", Decimal(80), ">=")]
    assert form.rosters[0].rows == 60
    assert form.periods[0].starts == date(2012, 1, 1)


def test_what_looks_like_a_number_or_a_truth_value_stays_text() -> None:
    """Version 1.10 does not become 1.1, and a help text No does not become false."""
    form = _load()
    assert form.version == "1.10"
    assert form.indicators["A1"].help == Words("No")
    assert form.periods[1].confirmed is False


def test_the_optional_files_may_be_absent() -> None:
    """Families, questions and targets need not be there."""
    form = _load(rules=None, narrative=None, targets=None)
    assert (form.prompts, form.targets) == ((), ())
    assert [r.code for r in form.rules] == ["A2-A1", "DS-A2"]


def test_empty_optional_files_say_nothing() -> None:
    """A file of comments only adds nothing and is no fault."""
    form = _load(rules="# sau\n", narrative="# sau\n", targets="# sau\n")
    assert (form.prompts, form.targets, len(form.rules)) == ((), (), 2)


def test_signs_are_those_of_the_statistical_yearbook_unless_given() -> None:
    """A form may name other signs for a state; the others stay."""
    assert _load().signs == DEFAULT_SIGNS
    form = _load(form=SMALL["form.yaml"] + 'signs:\n  missing: ["?"]\n')
    assert form.signs == {**DEFAULT_SIGNS, "missing": ("?",)}


def test_the_digest_changes_with_any_byte_and_any_name() -> None:
    """One hash stands for all files: names, bytes and nothing else, whatever their order."""
    files = {"a.yaml": b"1", "b.yaml": b"2"}
    assert digest(files) == digest(dict(reversed(files.items())))
    assert digest(files) != digest({"a.yaml": b"1", "b.yaml": b"3"})
    assert digest(files) != digest({"a.yaml": b"1", "c.yaml": b"2"})
    assert _load().digest == digest({n: t.encode() for n, t in SMALL.items()})


# ---------------------------------------------------------------------- rules unfolded


def test_a_rule_is_checked_in_every_period_its_operands_share() -> None:
    """A2 <= A1 holds where both have a column; a rule bound to periods is checked once."""
    checks = [(c.rule.code, c.member, c.subject, c.period) for c in _load().checks]
    assert checks == [
        ("A2-A1", "", "A2", "2012"),
        ("A2-A1", "", "A2", "2017"),
        ("DS-A2", "", "A2", "2012-2017"),
        ("F-TO", "A1", "A1", "2017"),
        ("F-TO", "A2", "A2", "2017"),
        ("cell.plausible", "A1", "A1", "2012"),
        ("cell.plausible", "A1", "A1", "2017"),
    ]


def test_plausible_bounds_are_warnings_for_the_kinds_so_named() -> None:
    """The usual range only asks, and only of the kinds in plausible_for."""
    check = _load().checks[-1]
    assert check.rule.severity is Severity.WARNING
    assert check.only_for == ("huyen",)
    assert check.expression.text == "A1 <= 5000"


@pytest.mark.parametrize(
    ("bounds", "periods"),
    [
        ("plausible_max: 5000", ["2012", "2017"]),
        ("plausible_min: 0", []),
        ("plausible_min: 10", ["2012", "2017"]),
        ("hard_max: 5000\n    plausible_max: 5000", []),
        ("plausible_max: A2", ["2012", "2017"]),
    ],
)
def test_a_bound_that_is_already_said_is_not_said_twice(bounds: str, periods: list[str]) -> None:
    """A plausible bound equal to the hard one adds no check."""
    form = _load(**_with("group-AA.yaml", "plausible_max: 5000", bounds))
    assert [c.period for c in form.checks if c.rule.code == "cell.plausible"] == periods


def test_plausible_bounds_hold_for_single_years_only() -> None:
    """What is usual for a year says nothing of the cumulative column."""
    form = _load(**_with("group-AA.yaml", "    help: Đếm.", "    plausible_max: 7\n    help: Đếm."))
    bounds = [(c.member, c.period) for c in form.checks if c.rule.code == "cell.plausible"]
    assert [period for member, period in bounds if member == "A2"] == ["2012", "2017"]


def test_a_bound_that_a_rule_states_is_left_to_the_rule() -> None:
    """plausible_max: A1 on A2 says what the rule A2 <= A1 says already."""
    form = _load(
        **_with("group-AA.yaml", "    help: Đếm.", "    plausible_max: A1\n    help: Đếm.")
    )
    assert "A2" not in [c.member for c in form.checks if c.rule.code == "cell.plausible"]


@pytest.mark.parametrize(
    ("family", "members"),
    [
        ("A1 A2", ("A1", "A2")),
        ("A2", ("A2",)),
        ("kind:count", ("A1", "A2")),
        ("kind:count&nature:flow", ("A2",)),
        ("kind:count & -A1", ("A2",)),
        ("period:LK", ("A2",)),
        ("period:2012-2017", ("A2",)),
        ("group:AA", ("A1", "A2")),
    ],
)
def test_a_family_selects_the_indicators_it_describes(
    family: str, members: tuple[str, ...]
) -> None:
    """A family is a list of codes, or conditions joined by &, less what is taken out by -CODE."""
    form = _load(**_with("rules.yaml", "A1 A2", f'"{family}"'))
    rule = next(r for r in form.rules if r.code == "F-TO")
    assert rule.members == members


def test_a_rule_of_constants_belongs_to_no_period() -> None:
    """A rule that reads nothing is checked once, about nothing."""
    form = _load(rules="rules:\n  - {id: R, expression: 1 <= 2, severity: error, message: m}\n")
    check = next(c for c in form.checks if c.rule.code == "R")
    assert (check.subject, check.period) == ("", "")


# ---------------------------------------------------------------------- faults of a file


@pytest.mark.parametrize(
    ("files", "faults"),
    [
        (
            _with("form.yaml", "version: 1.10", "version: 1.10\nversion: 2"),
            [("form.yaml:3", "definition.key_twice")],
        ),
        (
            _with("form.yaml", "title: Biểu nhỏ", "title: [Biểu"),
            [("form.yaml:4", "definition.yaml")],
        ),
        ({"group_AA": b"code: AA\nname: Nh\xf3m\n"}, [("group-AA.yaml:2", "definition.encoding")]),
        (
            _with("form.yaml", "title: Biểu nhỏ\n", ""),
            [("form.yaml:1", "definition.missing")],
        ),
        (
            _with("form.yaml", "title: Biểu nhỏ", "title: Biểu\nmau: đỏ"),
            [("form.yaml:4", "definition.unknown_key")],
        ),
        ({"form": ""}, [("form.yaml:1", "definition.missing")] * 6),
        ({"form": None}, [("form.yaml:1", "definition.no_file")]),
        ({"form": "- a\n"}, [("form.yaml:1", "definition.value")]),
        ({"group_AA": None}, [(_line("form.yaml", "groups: AA"), "definition.no_file")]),
        (
            {"group_BB": SMALL["group-AA.yaml"]},
            [("group-BB.yaml:1", "definition.group_not_listed")],
        ),
    ],
)
def test_a_file_that_is_missing_or_malformed_is_named(
    files: dict[str, str | bytes | None], faults: list[tuple[str, str]]
) -> None:
    """Wrong keys, broken YAML, other encodings and absent files are faults."""
    found = _faults(**files)
    assert [f for f in found if f in faults] == faults
    if "group_AA" not in files:
        assert found == faults


def test_faults_of_the_other_files_are_told_though_the_form_file_is_broken() -> None:
    """Whoever mends form.yaml hears of the group, families, questions and targets as well."""
    found = _faults(
        form="id: [\n",
        group_AA="code: AA\n",
        rules="rules: x\n",
        narrative="prompts: x\n",
        targets="targets: x\n",
    )
    assert ("form.yaml:2", "definition.yaml") in found
    assert [f for f in found if f[0] == "group-AA.yaml:1"] == [
        ("group-AA.yaml:1", "definition.missing")
    ] * 3
    assert {("rules.yaml:1", "definition.value"), ("narrative.yaml:1", "definition.value")} < set(
        found
    )
    assert ("targets.yaml:1", "definition.value") in found


def test_all_faults_are_told_at_once() -> None:
    """Five mistakes in five files make five faults, in one refusal."""
    found = _faults(
        **_with(
            "group-AA.yaml",
            "respondents: huyen\n    aggregation: ratio",
            "respondents: xa\n    aggregation: ratio",
        ),
        **_with("rules.yaml", "A1 A2", "A1 A9"),
        **_with("narrative.yaml", "linked: A1", "linked: A8"),
        **_with("targets.yaml", "indicator: A3", "indicator: A7"),
        form=SMALL["form.yaml"].replace("plausible_for: huyen", "plausible_for: quan"),
    )
    assert sorted(found) == [
        (_line("form.yaml", "plausible_for"), "definition.unknown"),
        ("group-AA.yaml:35", "definition.unknown"),
        (_line("narrative.yaml", "linked"), "definition.unknown"),
        (_line("rules.yaml", "family"), "definition.unknown"),
        (_line("targets.yaml", "indicator"), "definition.unknown"),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "expected"),
    [
        (
            "form.yaml",
            "scope: whole",
            "scope: all",
            "scope",
            "part, whole, narrative, total",
        ),
        ("form.yaml", "confirmed: No", "confirmed: maybe", "confirmed", "yes, no"),
        ("form.yaml", "  - code: TK", "  - code: T K", "code", r"^[^\s\"'<>&/\\:]{1,24}$"),
        (
            "form.yaml",
            "respondents: huyen\n",
            "respondents: huyen\n    rows: many\n",
            "rows",
            "1, 2, 3 …",
        ),
        ("form.yaml", "groups: AA", "groups: {A: B}", "groups", "A B C"),
        ("form.yaml", "choices: [đảng, chính quyền]", "choices: đảng", "choices", "- …"),
        ("group-AA.yaml", "hard_min: 0", "hard_min: không", "hard_min", "12.5"),
        ("group-AA.yaml", "code: A3", "code: 3A", "code", r"^[^\W\d_]\w{0,15}$"),
        (
            "group-AA.yaml",
            "kind: percent",
            "kind: share",
            "kind",
            "count, money, percent, number, yesno",
        ),
        (
            "rules.yaml",
            "severity: warning",
            "severity: bad",
            "severity",
            "error, warning, note",
        ),
        ("targets.yaml", "year: 2017", "year: năm", "year", "1, 2, 3 …"),
    ],
)
def test_a_value_that_cannot_stand_says_what_may(
    file: str, old: str, new: str, key: str, expected: str
) -> None:
    """The fault names the key, the value and what to write instead."""
    findings = _findings(**_with(file, old, new))
    assert findings[0].code == "definition.value"
    assert findings[0].parameters["key"] == key
    assert findings[0].parameters["expected"] == expected


@pytest.mark.parametrize("written", ["31/12/2012", "2012-13-01", "năm 2012"])
def test_a_date_is_written_year_first(written: str) -> None:
    """What is no date says how a date is written."""
    findings = _findings(
        form=SMALL["form.yaml"].replace("starts: 2017-01-01", f"starts: {written}")
    )
    assert [(str(f.place), f.parameters["expected"]) for f in findings] == [
        (_line("form.yaml", "starts: 2017-01-01"), "2016-12-31")
    ]


def test_a_number_out_of_range_is_told_in_the_words_of_the_shape() -> None:
    """A list of 9000 rows is more than a sheet of the form holds."""
    findings = _findings(
        **_with("form.yaml", "respondents: huyen\n", "respondents: huyen\n    rows: 9000\n")
    )
    assert [f.parameters["value"] for f in findings] == ["9000"]
    assert "5000" in str(findings[0].parameters["expected"])


# ---------------------------------------------------------------------- faults between files


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "at"),
    [
        # names that are not declared
        (
            "group-AA.yaml",
            "periods: 2012 2017 2012-2017",
            "periods: 2012 2020",
            "definition.unknown",
            "periods: 2012 2017 2012-2017",
        ),
        ("group-AA.yaml", "provider: TK", "provider: XX", "definition.unknown", "provider: TK"),
        ("group-AA.yaml", "seed: 1.a", "seed: 9.z", "definition.unknown", "seed: 1.a"),
        ("group-AA.yaml", "huyen: 2012", "huyen: 2012-2017", "definition.unknown", "huyen: 2012"),
        ("group-AA.yaml", "huyen: 2012", "xa: 2012", "definition.unknown", "core:"),
        ("group-AA.yaml", "provider: TK", "locked: 2020", "definition.unknown", "provider: TK"),
        ("group-AA.yaml", "provider: TK", "adds: xa", "definition.unknown", "provider: TK"),
        (
            "group-AA.yaml",
            "provider: TK",
            "break: {from: 2020, reason: Khác}",
            "definition.unknown",
            "provider: TK",
        ),
        ("group-AA.yaml", "numerator: A2", "numerator: A9", "definition.unknown", "numerator: A2"),
        (
            "group-AA.yaml",
            "plausible_max: 5000",
            "plausible_max: A9",
            "definition.unknown",
            "plausible_max",
        ),
        (
            "form.yaml",
            "    respondents: huyen\n",
            "    respondents: xa\n",
            "definition.unknown",
            "respondents",
        ),
        (
            "narrative.yaml",
            "respondents: huyen",
            "respondents: xa",
            "definition.unknown",
            "respondents",
        ),
        ("narrative.yaml", "seed: 1.a", "seed: 9.z", "definition.unknown", "seed"),
        # expressions
        ("group-AA.yaml", "numerator: A2", "numerator: A2 +", "expression.syntax", "numerator: A2"),
        (
            "group-AA.yaml",
            "numerator: A2",
            "numerator: A2 * A1",
            "definition.not_a_sum",
            "numerator: A2",
        ),
        (
            "group-AA.yaml",
            "denominator: A1",
            "denominator: A1 + 1",
            "definition.not_a_sum",
            "denominator",
        ),
        ("group-AA.yaml", "numerator: A2", "numerator: A3", "definition.cycle", "code: A3"),
        ("group-AA.yaml", "    numerator: A2\n", "", "definition.computed_needs", "code: A3"),
        (
            "group-AA.yaml",
            "provider: TK",
            "numerator: A2",
            "definition.input_with_operands",
            "code: A1",
        ),
        (
            "group-AA.yaml",
            "factor: 100",
            "core: {huyen: 2012}",
            "definition.computed_core",
            "factor: 100",
        ),
        (
            "group-AA.yaml",
            "plausible_max: 5000",
            "plausible_max: A1 <= 5000",
            "definition.test_as_bound",
            "plausible_max",
        ),
        (
            "group-AA.yaml",
            "denominator: A1",
            "denominator: A1 > 0",
            "definition.not_a_sum",
            "denominator",
        ),
        # ways of adding up that do not fit the kind of figure
        (
            "group-AA.yaml",
            "aggregation: ratio",
            "aggregation: sum",
            "definition.value",
            "aggregation: ratio",
        ),
        # choices that Excel would cut at their commas
        (
            "form.yaml",
            "[đảng, chính quyền]",
            '["đảng, đoàn", chính quyền]',
            "definition.choices",
            "choices:",
        ),
        # codes used twice
        ("group-AA.yaml", "code: A2", "code: a1", "definition.code_twice", "code: A2"),
        ("narrative.yaml", "code: T1", "code: A1", "definition.code_twice", "code: T1"),
        ("targets.yaml", "id: M1", "id: T1", "definition.code_twice", "id: M1"),
        ("form.yaml", "code: DS01", "code: AA", "definition.code_twice", "code: DS01"),
        ("form.yaml", "code: so", "code: huyen", "definition.code_twice", "code: so"),
        ("form.yaml", "aliases: LK", "aliases: 2012", "definition.code_twice", "code: 2012-2017"),
        ("rules.yaml", "id: F-TO", "id: A2-A1", "definition.code_twice", "id: F-TO"),
        ("rules.yaml", "id: F-TO", "id: cell.blank", "definition.code_twice", "id: F-TO"),
        # the rest
        (
            "form.yaml",
            "    confirmed: No\n",
            "    confirmed: No\n    aliases: LK\n",
            "definition.code_twice",
            "code: 2012-2017",
        ),
        ("group-AA.yaml", "code: AA", "code: AB", "definition.value", "code: AA"),
    ],
)
def test_what_does_not_fit_together_is_told_at_its_line(
    file: str, old: str, new: str, code: str, at: str
) -> None:
    """Unknown names, bad expressions, circles and doubled codes are found across the files."""
    expected = _line(file, at)
    found = _faults(**_with(file, old, new))
    grown = new.count("\n") - old.count("\n") if at == "code: 2012-2017" else 0
    name, _, number = expected.partition(":")
    assert (f"{name}:{int(number) + grown}", code) in found


def test_a_period_ends_after_it_starts() -> None:
    """A period that ends before it starts is refused at its end."""
    found = _findings(form=SMALL["form.yaml"].replace("ends: 2012-12-31", "ends: 2011-12-31"))
    assert [(str(f.place), f.parameters["expected"]) for f in found] == [
        (_line("form.yaml", "ends: 2012-12-31"), ">= 2012-01-01")
    ]


def test_a_sign_is_given_for_a_state_there_is() -> None:
    """Signs stand for nil, missing and not_applicable only."""
    found = _findings(form=SMALL["form.yaml"] + 'signs:\n  none: ["0"]\n')
    assert [(f.code, f.parameters["value"]) for f in found] == [("definition.unknown", "none")]


@pytest.mark.parametrize(
    ("signs", "code", "parameters"),
    [
        ("missing: []", "definition.missing", {"key": "missing"}),
        ('missing: ["-"]', "definition.code_twice", {"code": "-", "other": "nil"}),
        ('missing: ["?", X]', "definition.code_twice", {"code": "x", "other": "missing"}),
    ],
)
def test_each_state_has_signs_of_its_own(signs: str, code: str, parameters: dict[str, str]) -> None:
    """A state without a sign could not be typed, and a sign of two states not be read."""
    found, *_ = _findings(form=SMALL["form.yaml"] + f"signs:\n  {signs}\n")
    assert (found.code, found.parameters) == (code, parameters)


@pytest.mark.parametrize(
    ("kind", "aggregation", "expected"),
    [
        ("yesno", "sum", "count_yes, none"),
        ("percent", "sum", "none"),
        ("count", "count_yes", "sum, none"),
        ("money", "ratio", "sum, none"),
    ],
)
def test_a_way_of_adding_up_fits_the_kind_of_figure(
    kind: str, aggregation: str, expected: str
) -> None:
    """Nobody adds up percentages, or counts the yes of a number; the fault says what fits."""
    old = "kind: count\n    nature: stock"
    text = SMALL["group-AA.yaml"].replace(old, f"kind: {kind}\n    nature: stock")
    fitting = expected.partition(",")[0]
    sound = text.replace("aggregation: sum", f"aggregation: {fitting}", 1)
    assert _load(group_AA=sound).indicators["A1"].kind == kind
    (found,) = _findings(
        group_AA=text.replace("aggregation: sum", f"aggregation: {aggregation}", 1)
    )
    assert str(found.place) == "group-AA.yaml:14"
    assert found.parameters == {"key": "aggregation", "value": aggregation, "expected": expected}


def test_choices_that_a_cell_cannot_carry_are_refused() -> None:
    """Excel keeps the choices of a list in one text of 255 characters."""
    choices = ", ".join("x" * 9 + str(n) for n in range(10, 34))
    (first, *_) = found = _findings(
        **_with("form.yaml", "choices: [đảng, chính quyền]", f"choices: [đảng, {choices}]")
    )
    assert {f.code for f in found} == {"definition.choices"}
    assert first.parameters == {"value": "đảng", "count": LONGEST_CHOICES}


@pytest.mark.parametrize(
    ("expression", "period"),
    [
        ("A1[2017] <= 5*A1[2012]", "2017"),
        ("A1[2012] <= 5*A1[2017]", "2017"),
        ("A2[2012] <= A2[LK]", "2012-2017"),
        ("A1[2012] <= A2[2017]", "2012"),
    ],
)
def test_a_rule_across_years_is_about_the_later_one(expression: str, period: str) -> None:
    """Of the years of its subject a comparison points at the last, where the surprise is."""
    rule = f"{{id: R, expression: '{expression}', severity: warning, message: m}}"
    (check,) = [c for c in _load(rules=f"rules:\n  - {rule}\n").checks if c.rule.code == "R"]
    assert check.period == period


def test_a_bound_that_is_no_number_makes_no_check() -> None:
    """A bound that is a test, or speaks of another period, is told and never run."""
    known = {"A1"}
    for text, sound in (("A1 + 1", True), ("A1 < 2", False), ("A1[x]", False), ("A9", False)):
        assert rulebook.bound_is_sound(parse(text, {"x": "x"}), known) is sound


def test_a_question_may_answer_a_whole_part_of_the_outline() -> None:
    """“1” stands for 1.a and whatever else stands in part 1."""
    form = _load(**_with("narrative.yaml", "seed: 1.a", "seed: 1 2"))
    assert form.prompts[0].seed == ("1", "2")


def test_a_fault_offers_the_names_most_like_the_mistyped_one() -> None:
    """The five names most like it are offered, or where none is like it the first twelve."""
    outline = "".join(f'  "{n}.x": y\n' for n in range(3, 16))
    found = _findings(
        form=SMALL["form.yaml"] + outline, **_with("group-AA.yaml", "seed: 1.a", "seed: 9.z")
    )
    assert found[0].parameters["choices"] == "9.x, …"
    found = _findings(
        form=SMALL["form.yaml"] + outline, **_with("group-AA.yaml", "seed: 1.a", "seed: z")
    )
    assert str(found[0].parameters["choices"]).endswith("11.x, 12.x, …")
    assert str(found[0].parameters["choices"]).count(", ") == 12
    assert near_names.alike("A1", ["A1x", "B", "C"]) == "A1x, …"
    assert near_names.alike("zz", ["A", "B"]) == "A, B"


def test_a_circle_through_several_indicators_is_found() -> None:
    """A3 made of A4 made of A3 is refused at both, and an unknown name ends the search."""
    fourth = """\
  - code: A4
    label: Khác
    unit: "%"
    kind: percent
    nature: computed
    periods: 2012 2017
    respondents: huyen
    aggregation: ratio
    numerator: A3
    denominator: A1
    help: Tự tính.
rules:
"""
    group = SMALL["group-AA.yaml"].replace("rules:\n", fourth)
    assert load({n: t.encode() for n, t in {**SMALL, "group-AA.yaml": group}.items()})
    found = _findings(group_AA=group.replace("numerator: A2", "numerator: A4 + A9"))
    assert [(f.code, f.parameters.get("code")) for f in found if f.code == "definition.cycle"] == [
        ("definition.cycle", "A3"),
        ("definition.cycle", "A4"),
    ]


# ---------------------------------------------------------------------- faults of rules


def _rule(**keys: str) -> dict[str, str]:
    given = {
        "id": "R",
        "expression": '"A2 <= A1"',
        "severity": "error",
        "message": '"Sai."',
        **keys,
    }
    lines = "".join(f"    {key}: {value}\n" for key, value in given.items())
    return {"rules": "rules:\n  -\n" + lines}


@pytest.mark.parametrize(
    ("keys", "code", "line"),
    [
        ({"severity": "error", "beta": "yes"}, "definition.beta", 5),
        ({"severity": "note"}, "definition.value", 5),
        ({"expression": '"A9 <= A1"'}, "definition.unknown", 4),
        ({"expression": '"A1[LK] <= 5"'}, "definition.no_period", 4),
        ({"expression": '"A1[2007] <= 5"'}, "expression.period", 4),
        ({"expression": '"A1 + A2"'}, "definition.not_a_test", 4),
        ({"expression": '"(A1 <= A2) + 1 <= 5"'}, "expression.test_as_number", 4),
        ({"expression": '"implies(A1, A2 == 0)"'}, "expression.number_as_test", 4),
        ({"expression": '"A1 <= A2 <= 5"'}, "expression.chained", 4),
        ({"expression": "\"A2[LK] == documents('Hội')\""}, "definition.unknown", 4),
        ({"expression": '"{code} <= A1"'}, "definition.family", 4),
        ({"family": "A1"}, "definition.family", 4),
        ({"family": "A1 A9", "expression": '"{code} <= 5"'}, "definition.unknown", 7),
        ({"family": '"kind:money"', "expression": '"{code} <= 5"'}, "definition.family_empty", 7),
        ({"family": '"unit:người"', "expression": '"{code} <= 5"'}, "definition.unknown", 7),
        ({"family": '"kind:count&-A9"', "expression": '"{code} <= 5"'}, "definition.unknown", 7),
        ({"fallback_for": "Z"}, "definition.unknown", 7),
        ({"fallback_for": "R"}, "definition.cycle", 7),
        ({"message": '"{name} sai."'}, "definition.unknown", 6),
        ({"message": '"{ sai."'}, "definition.unknown", 6),
        ({"message_en": '"{name} is wrong."'}, "definition.unknown", 7),
        ({"id": "A2-A1"}, "definition.code_twice", 3),
    ],
)
def test_an_unsound_rule_is_refused_at_its_line(keys: dict[str, str], code: str, line: int) -> None:
    """Severity, operands, periods, family, message and fallback of a rule are all held to sense."""
    assert (f"rules.yaml:{line}", code) in _faults(**_rule(**keys))


def test_a_rule_that_no_period_can_run_is_refused() -> None:
    """A rule over indicators that share no period would never be checked."""
    found = _faults(
        **_with("group-AA.yaml", "periods: 2012 2017 2012-2017", "periods: 2012-2017"),
        rules=None,
    )
    assert (_line("group-AA.yaml", "expression: A2 <= A1"), "definition.never_applies") in found


def test_fallbacks_may_form_a_chain_but_no_circle() -> None:
    """A stands in for B and B for A2-A1: sound; a circle of three is refused at each."""
    rule = "  - {{id: {}, expression: A2 <= A1, severity: error, message: m, fallback_for: {}}}\n"
    sound = "rules:\n" + rule.format("A", "B") + rule.format("B", "A2-A1")
    assert [r.fallback_for for r in _load(rules=sound).rules][-2:] == ["B", "A2-A1"]
    circle = "rules:\n" + "".join(rule.format(a, b) for a, b in ("AB", "BC", "CA"))
    assert _faults(rules=circle) == [(f"rules.yaml:{n}", "definition.cycle") for n in (2, 3, 4)]
    beside = "rules:\n" + "".join(rule.format(a, b) for a, b in ("AB", "BC", "CB"))
    assert _faults(rules=beside) == [(f"rules.yaml:{n}", "definition.cycle") for n in (3, 4)]


def test_the_place_of_a_doubled_code_names_the_first() -> None:
    """The fault says where the code stands already."""
    found = _findings(**_with("narrative.yaml", "code: T1", "code: A1"))
    assert found[0].parameters == {"code": "A1", "other": _line("group-AA.yaml", "code: A1")}


def test_a_rule_in_a_list_is_placed_in_the_form_file() -> None:
    """The rules of a roster stand in form.yaml, and so do their faults."""
    text = SMALL["form.yaml"].replace(
        "outline:",
        "    rules:\n      - {id: X, expression: A9 <= 1, severity: error, message: m}\noutline:",
    )
    line = text.splitlines().index(next(t for t in text.splitlines() if "id: X" in t)) + 1
    assert _faults(form=text) == [(f"form.yaml:{line}", "definition.unknown")]
