"""The language of rules: what it admits, what it refuses, and what it computes."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongket_xlsx.model import expression_reader
from tongket_xlsx.model.expression_reader import parse
from tongket_xlsx.model.expressions import Expression, ExpressionFault, Reference, rounded
from tongket_xlsx.model.formula import CLOSED, Number

PERIODS = {"2007": "2007", "2012": "2012", "2007-2017": "2007-2017", "LK": "2007-2017"}


def _parse(text: str) -> Expression:
    return parse(text, PERIODS)


def _value(text: str, **operands: float | None) -> float | bool | None:
    expression = _parse(text)
    return expression.value([operands[r.name] for r in expression.references])


def _formula(text: str) -> str:
    def operand(r: Reference) -> Number:
        return Number(f"[{r.name}]" if r.period is None else f"[{r.name}@{r.period}]", CLOSED)

    expression = _parse(text)
    return str((expression.truth if expression.is_test else expression.number)(operand))


# ---------------------------------------------------------------------- what it computes


@pytest.mark.parametrize(
    ("text", "operands", "value"),
    [
        ("A + B - C", {"A": 5, "B": 3, "C": 1}, 7),
        ("2.5*A", {"A": 4}, 10),
        ("A / B", {"A": 1, "B": 4}, 0.25),
        ("-A + +B", {"A": 2, "B": 3}, 1),
        ("A <= B", {"A": 3, "B": 3}, True),
        ("A < B", {"A": 3, "B": 3}, False),
        ("A >= B", {"A": 2, "B": 3}, False),
        ("A > B", {"A": 4, "B": 3}, True),
        ("A == B", {"A": 3, "B": 3}, True),
        ("A != B", {"A": 3, "B": 3}, False),
        ("A == 0 or B > 1", {"A": 0, "B": 0}, True),
        ("A == 0 and B > 1", {"A": 0, "B": 0}, False),
        ("not A == 0", {"A": 0}, False),
        ("implies(A == 0, B == 0)", {"A": 0, "B": 2}, False),
        ("implies(A == 0, B == 0)", {"A": 1, "B": 2}, True),
        ("implies(A == 0, B == 0)", {"A": 0, "B": 0}, True),
        ("approx(A, B + C, 1)", {"A": 10, "B": 5, "C": 4}, True),
        ("approx(A, B + C, 1)", {"A": 10, "B": 5, "C": 3}, False),
        ("A <= B + A", {"A": 7, "B": 0}, True),
    ],
)
def test_an_expression_is_worth_what_it_says(
    text: str, operands: dict[str, float], value: float | bool
) -> None:
    """Sums, products, comparisons, and/or/not, implies and approx have their ordinary meaning."""
    assert _value(text, **operands) == value


@pytest.mark.parametrize(
    ("text", "operands"),
    [
        ("A <= B", {"A": None, "B": 1}),
        ("implies(A == 0, B == 0)", {"A": 1, "B": None}),
        ("A / B > 1", {"A": 1, "B": 0}),
        ("A / (B - C)", {"A": 1, "B": 2, "C": 2}),
        ("A == 0 or B / C > 1", {"A": 0, "B": 1, "C": 0}),
        ("A == 0 and B / C > 1", {"A": 1, "B": 1, "C": 0}),
        ("implies(A == 0, B / C > 1)", {"A": 1, "B": 1, "C": 0}),
    ],
)
def test_a_missing_operand_or_a_zero_divisor_skips_the_expression(
    text: str, operands: dict[str, float | None]
) -> None:
    """A missing operand or a zero divisor anywhere gives None, as Excel evaluates every part."""
    assert _value(text, **operands) is None


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (0.0000005, 0.000001),
        (-0.0000005, -0.000001),
        (0.00000049, 0.0),
        (2.5000005, 2.500001),
        (0.1 + 0.2, 0.3),
        (1234567.1234567, 1234567.123457),
        (5e9 + 0.25, 5e9 + 0.25),
        (-2e15, -2e15),
        (7, 7.0),
    ],
)
def test_rounding_is_to_six_decimals_with_halves_away_from_zero(
    value: float, result: float
) -> None:
    """Halves go away from zero as in Excel, and numbers without room for six decimals stay."""
    assert rounded(value) == result


def test_binary_dust_never_breaks_a_comparison() -> None:
    """0.1 + 0.2 equals 0.3, and a difference beyond six decimals is none."""
    assert _value("A + B == C", A=0.1, B=0.2, C=0.3) is True
    assert _value("A <= B", A=1.0000001, B=1.0) is True
    assert _value("A <= B", A=1.000001, B=1.0) is False
    assert _value("approx(A, B, 0.3)", A=0.1, B=0.4) is True


# ---------------------------------------------------------------------- what it names


def test_operands_are_listed_once_in_order_of_appearance() -> None:
    """Each operand is one reference, however often it stands in the text."""
    expression = _parse("ML02[2007] + TC04 <= ML02[LK] + TC04 + documents('cấp ủy')")
    assert expression.references == (
        Reference("ML02", "2007"),
        Reference("TC04"),
        Reference("ML02", "2007-2017"),
        Reference("cấp ủy", counts_rows=True),
    )
    assert expression.names == ("ML02", "TC04")


@pytest.mark.parametrize(
    ("text", "period"),
    [("X[2007]", "2007"), ("X[LK]", "2007-2017"), ("X['2007-2017']", "2007-2017"), ("X", None)],
)
def test_brackets_bind_an_operand_to_a_period(text: str, period: str | None) -> None:
    """What stands in brackets is the code or an alias of a period."""
    expression = _parse(text)
    assert expression.references == (Reference("X", period),)
    assert expression.crosses_periods is (period is not None)


def test_free_operands_are_taken_from_the_period_at_hand() -> None:
    """X is looked up in the period being checked, X[2007] always in 2007, an absent one is None."""
    values = {("X", "2012"): 5.0, ("X", "2007"): 3.0}
    expression = _parse("X - X[2007] + Y")
    assert expression.operands(values, "2012") == [5.0, 3.0, None]


def test_spacing_does_not_make_another_expression() -> None:
    """Expressions that differ only in spacing have one normal form, others have not."""
    assert _parse("A<=B").normal_form == _parse(" A  <=  B ").normal_form
    assert _parse("A <= B").normal_form != _parse("A <= C").normal_form
    assert _parse("A <= B").normal_form != _parse("B <= A").normal_form


# ---------------------------------------------------------------------- what it refuses


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "expression.syntax"),
        ("A <=", "expression.syntax"),
        ("A = B", "expression.syntax"),
        ("A; B", "expression.syntax"),
        ("A \0", "expression.syntax"),
        ("(" * 300, "expression.syntax"),
        ("A + 'x'", "expression.not_allowed"),
        ("A + b'x'", "expression.not_allowed"),
        ("A == True", "expression.not_allowed"),
        ("A == None", "expression.not_allowed"),
        ("A + 1j", "expression.not_allowed"),
        ("A + ...", "expression.not_allowed"),
        ("A ** 2", "expression.not_allowed"),
        ("A // 2", "expression.not_allowed"),
        ("A % 2", "expression.not_allowed"),
        ("~A", "expression.not_allowed"),
        ("A in B", "expression.not_allowed"),
        ("A is B", "expression.not_allowed"),
        ("A.real", "expression.not_allowed"),
        ("[A, B]", "expression.not_allowed"),
        ("A if B else C", "expression.not_allowed"),
        ("lambda: A", "expression.not_allowed"),
        ("[a for a in B]", "expression.not_allowed"),
        ("(A := 1)", "expression.not_allowed"),
        ("f'{A}'", "expression.not_allowed"),
        ("A[2007][2012]", "expression.not_allowed"),
        ("A <= 1e16", "expression.not_allowed"),
        ("A <= 1e999", "expression.not_allowed"),
        ("(A < B) + 1", "expression.test_as_number"),
        ("-(A < B)", "expression.test_as_number"),
        ("A * (not B == 0)", "expression.test_as_number"),
        ("A == (B == 0)", "expression.test_as_number"),
        ("(A == 0 or B == 0) == 1", "expression.test_as_number"),
        ("approx(A == 0, B, 1)", "expression.test_as_number"),
        ("implies(A == 0, B == 0) + 1", "expression.test_as_number"),
        ("not A", "expression.number_as_test"),
        ("A and B == 0", "expression.number_as_test"),
        ("A == 0 or B + 1", "expression.number_as_test"),
        ("implies(A, B == 0)", "expression.number_as_test"),
        ("implies(A == 0, 1)", "expression.number_as_test"),
        ("A < B < C", "expression.chained"),
        ("2007 <= A <= 2012", "expression.chained"),
        ("open(A)", "expression.function"),
        ("A.b(C)", "expression.function"),
        ("implies(A)", "expression.function"),
        ("implies(A, B, C)", "expression.function"),
        ("approx(A, B)", "expression.function"),
        ("approx(A, B, tolerance=1)", "expression.function"),
        ("implies(A, B, x=1)", "expression.function"),
        ("documents(A)", "expression.function"),
        ("documents(1)", "expression.function"),
        ("documents()", "expression.function"),
        ("__import__('os')", "expression.function"),
        ("A[1999]", "expression.period"),
        ("A[nope]", "expression.period"),
        ("A[2007-2017]", "expression.period"),
        ("A[1:2]", "expression.period"),
        ("A + " * 600 + "A", "expression.too_long"),
        ("(" * 45 + "A" + "+1)" * 45, "expression.too_long"),
    ],
)
def test_everything_else_is_refused(text: str, code: str) -> None:
    """What is not in the language is refused, with the code of the sentence that says why."""
    with pytest.raises(ExpressionFault) as refused:
        _parse(text)
    assert refused.value.code == code


def test_a_refusal_quotes_the_part_that_is_wrong() -> None:
    """The fault carries the offending part, and for a period what may be written instead."""
    with pytest.raises(ExpressionFault) as refused:
        _parse("A + B[1999]")
    assert refused.value.parameters == {
        "text": "B[1999]",
        "choices": "2007, 2012, 2007-2017, LK",
    }
    with pytest.raises(ExpressionFault) as refused:
        _parse("A + (B ** 2)")
    assert refused.value.parameters == {"text": "B ** 2"}


# ---------------------------------------------------------------------- what Excel reads


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("A + B * 2", "[A]+[B]*2"),
        ("A / 2.5 - B", "[A]/2.5-[B]"),
        ("-A", "-[A]"),
        ("A - (B - C) * 2", "[A]-([B]-[C])*2"),
        ("A / (B / C)", "[A]/([B]/[C])"),
        ("A - -B", "[A]--[B]"),
        ("A < 0.12345678", "ROUND([A],6)<ROUND(0.12345678,6)"),
        ("+A", "[A]"),
        ("A <= B", "ROUND([A],6)<=ROUND([B],6)"),
        ("A == B", "ROUND([A],6)=ROUND([B],6)"),
        ("A != B", "ROUND([A],6)<>ROUND([B],6)"),
        ("A[LK] >= A[2007]", "ROUND([A@2007-2017],6)>=ROUND([A@2007],6)"),
        ("not A < B", "NOT(ROUND([A],6)<ROUND([B],6))"),
        ("A > 0 and B > 0", "AND(ROUND([A],6)>0,ROUND([B],6)>0)"),
        (
            "A > 0 or B > 0 or C > 0",
            "OR(ROUND([A],6)>0,ROUND([B],6)>0,ROUND([C],6)>0)",
        ),
        ("implies(A == 0, B == 0)", "OR(NOT(ROUND([A],6)=0),ROUND([B],6)=0)"),
        ("approx(A, B + C, 1)", "ROUND(ABS([A]-([B]+[C])),6)<=1"),
        ("A == documents('cấp ủy')", "ROUND([A],6)=ROUND([cấp ủy],6)"),
    ],
)
def test_a_formula_says_the_same_in_excel(text: str, formula: str) -> None:
    """The formula has English names and commas, and rounds both sides of every comparison."""
    assert _formula(text) == formula


# ---------------------------------------------------------------------- sums


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("A", [("1", "A")]),
        ("A + B - C", [("1", "A"), ("1", "B"), ("-1", "C")]),
        ("A - (B - C)", [("1", "A"), ("-1", "B"), ("1", "C")]),
        ("0.5*A + B*2", [("0.5", "A"), ("2", "B")]),
        ("-A + +B", [("-1", "A"), ("1", "B")]),
        ("2*(A - 0.1*B)", [("2", "A"), ("-0.2", "B")]),
    ],
)
def test_a_sum_is_known_by_its_terms(text: str, terms: list[tuple[str, str]]) -> None:
    """A sum of codes times numbers is given as exact factors and operands."""
    found = _parse(text).terms
    assert found is not None
    assert [(factor, r.name) for factor, r in found] == [(Decimal(f), n) for f, n in terms]


@pytest.mark.parametrize(
    "text",
    ["A * B", "A / 2", "A + 1", "1 + A", "A <= B", "not A == 0", "implies(A == 0, B == 0)", "2*3"],
)
def test_what_cannot_be_added_up_over_units_has_no_terms(text: str) -> None:
    """A product, a quotient or a constant part is no sum over units."""
    assert _parse(text).terms is None


_FACTORS = st.sampled_from(["1", "2", "0.5", "0.25", "100"])
_OPERANDS = st.sampled_from(["A", "B", "C", "D"])


@st.composite
def _sums(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        factor, operand = draw(_FACTORS), draw(_OPERANDS)
        shape = draw(st.sampled_from(["{o}", "{f}*{o}", "{o}*{f}", "(-{o})", "+{o}"]))
        return shape.format(f=factor, o=operand)
    sign = draw(st.sampled_from(["+", "-"]))
    return f"({draw(_sums(depth=depth - 1))} {sign} {draw(_sums(depth=depth - 1))})"


@settings(deadline=None)
@given(_sums(), st.tuples(*[st.integers(-(10**6), 10**6)] * 4))
def test_terms_and_value_agree(text: str, numbers: tuple[int, ...]) -> None:
    """The sum of factor × operand is what evaluating the expression gives."""
    operands = dict(zip("ABCD", numbers, strict=True))
    expression = _parse(text)
    assert expression.terms is not None
    exact = sum((factor * operands[r.name] for factor, r in expression.terms), Decimal(0))
    assert float(exact) == expression.value(
        [float(operands[r.name]) for r in expression.references]
    )


@settings(deadline=None)
@given(st.floats(-1e8, 1e8))
def test_rounding_again_changes_nothing(value: float) -> None:
    """A rounded number is its own rounding, and at most half of the sixth decimal away."""
    once = rounded(value)
    assert rounded(once) == once
    assert abs(once - value) <= 0.00000051


def test_an_expression_that_was_evaluated_can_travel_to_another_process() -> None:
    """Pickling leaves the compiled function behind and loses nothing else."""
    expression = _parse("A <= B + 1")
    assert expression.value([3.0, 1.0]) is False
    copy = pickle.loads(pickle.dumps(expression))
    assert copy.normal_form == expression.normal_form
    assert copy.text == "A <= B + 1"
    assert copy.value([2.0, 1.0]) is True


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("A <= B", True),
        ("not A == 0", True),
        ("A == 0 or B == 0", True),
        ("implies(A == 0, B == 0)", True),
        ("approx(A, B, 1)", True),
        ("A", False),
        ("-A", False),
        ("2*A + B", False),
        ("documents('cấp ủy')", False),
    ],
)
def test_an_expression_is_a_test_or_a_number(text: str, test: bool) -> None:
    """A comparison, and what is made of comparisons, is a test; all the rest are numbers."""
    assert _parse(text).is_test is test


def test_a_tree_too_deep_to_be_walked_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Python itself gives up on the depth of an expression, the fault says so."""

    def give_up(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(expression_reader._TreeReader, "read", give_up)
    with pytest.raises(ExpressionFault) as refused:
        _parse("A + B")
    assert refused.value.code == "expression.too_long"
