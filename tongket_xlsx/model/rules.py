"""The rules of the form, run over the answers of one unit.

A missing operand skips a rule, nil counts as zero, and a rule that stands in for another speaks
only where that one was skipped: nobody is pressed into inventing a figure.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tongket_xlsx.model.checks import Check
from tongket_xlsx.model.expressions import Expression, rounded
from tongket_xlsx.model.findings import Finding, Parameter, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.holding import (
    Broken,
    Hold,
    holds_of,
    odd_is_larger,
    sorted_pair,
)
from tongket_xlsx.model.indicators import Indicator, Roster
from tongket_xlsx.model.observations import CellState, Observation
from tongket_xlsx.model.units import Unit
from tongket_xlsx.text.messages import ENGLISH, VIETNAMESE, say

_THOUSAND = 1000.0
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_COMPARED = {
    ast.Eq: "=",
    ast.NotEq: "≠",
    ast.LtE: "≤",
    ast.GtE: "≥",
    ast.Lt: "<",
    ast.Gt: ">",
}
# Decimals that a sentence shows.
_SHOWN = 2
# A point between digits that end a figure, not one within a name.
_DECIMAL_POINT = re.compile(r"(?<![\w.\[])(-?[0-9]+)\.([0-9]+)(?=;|$)")
Values = dict[tuple[str, str], float]


def values_of(form: Form, unit: Unit, observations: Iterable[Observation]) -> Values:
    """Return the value of every operand: (code, period) → number, computed ones included.

    What is missing, blank or unreadable has no entry; nil is zero; yes is 1 and no is 0. The
    rows of a roster are counted under its labels, in every period.
    """
    values: Values = {}
    rows: dict[str, dict[int, str]] = {}
    for o in observations:
        if o.value is not None and o.state.counts:
            values[o.indicator, o.period] = float(o.value)
        elif o.row and o.state is CellState.TEXT:
            rows.setdefault(o.indicator, {})[o.row] = o.text
    for roster in form.rosters_for(unit.kind):
        values.update(counts(form, roster, rows))
    values.update(computed_values(form, values))
    return values


def computed_values(form: Form, values: Mapping[tuple[str, str], float]) -> Values:
    """Return every computed indicator that has all its operands, rounded to six decimals."""
    known: dict[tuple[str, str], float] = dict(values)
    result: Values = {}
    for indicator in in_order_of_making(form):
        for period in indicator.periods:
            value = computed(indicator, period, known)
            if value is not None:
                known[indicator.code, period] = result[indicator.code, period] = value
    return result


def computed(
    indicator: Indicator, period: str, values: Mapping[tuple[str, str], float]
) -> float | None:
    """Return factor × numerator ÷ denominator, or ``None`` where a part is missing or zero."""
    above = _value(indicator.numerator, period, values)
    below = _value(indicator.denominator, period, values)
    if above is None or not below:
        return None
    return rounded(float(indicator.factor) * above / below)


def run(form: Form, unit: Unit, values: Mapping[tuple[str, str], float]) -> Iterator[Finding]:
    """Run every check of the form over one unit and yield what does not hold.

    The findings name indicator and period; whoever knows the workbook adds the place.
    """
    broken = [
        Broken(check, check.expression.operands(values, check.period))
        for check, kept in outcomes(form, unit, values)
        if kept is False
    ]
    for one, hold in zip(broken, holds_of(form, values, broken), strict=True):
        yield _finding(form, values, one, hold)


def outcomes(
    form: Form, unit: Unit, values: Mapping[tuple[str, str], float]
) -> list[tuple[Check, bool | None]]:
    """Return every check with whether it holds.

    ``None`` where an operand is missing, or where the rule it stands in for was not skipped.
    """
    found: list[tuple[Check, bool | None]] = []
    for check in form.checks:
        if check.only_for and unit.kind not in check.only_for:
            continue
        result = check.expression.value(check.expression.operands(values, check.period))
        found.append((check, None if result is None else bool(result)))
    held = {check.key: result for check, result in found if check.rule.code in form.stood_in_for}
    return [
        (check, None if check.rule.fallback_for and _stood_in(check, held) else result)
        for check, result in found
    ]


def _stood_in(check: Check, held: Mapping[tuple[str, str, str], bool | None]) -> bool:
    return held.get((check.rule.fallback_for, check.member, check.period)) is not None


def _value(
    expression: Expression | None, period: str, values: Mapping[tuple[str, str], float]
) -> float | None:
    if expression is None:
        return None
    return expression.value(expression.operands(values, period))


def in_order_of_making(form: Form) -> Iterator[Indicator]:
    """Yield computed indicators so that each comes after those it is made of."""
    done: set[str] = set()

    def visit(indicator: Indicator) -> Iterator[Indicator]:
        if indicator.code in done or not indicator.computed:
            return
        done.add(indicator.code)
        for code in indicator.operands():
            yield from visit(form.indicators[code])
        yield indicator

    for indicator in form.indicators.values():
        yield from visit(indicator)


def counts(form: Form, roster: Roster, rows: Mapping[str, Mapping[int, str]]) -> Values:
    """Return how many entries of a list stand under each label; nothing where it is empty."""
    if roster.counted is None:
        return {}
    given = list(rows.get(roster.counted.code, {}).values())
    if not given:
        return {}
    return {
        (label, period.code): float(given.count(label))
        for label in roster.counted.choices
        for period in form.periods
    }


def _finding(
    form: Form, values: Mapping[tuple[str, str], float], broken: Broken, hold: Hold
) -> Finding:
    check, operands = broken
    naming = form.naming(check.subject, check.period)
    label = naming.get("label", check.subject)
    found = _found(form, check, operands)
    parameters: dict[str, Parameter] = {
        **naming,
        "text": readable(check.expression.text, VIETNAMESE),
        "text_en": readable(check.expression.text, ENGLISH),
        "found": _DECIMAL_POINT.sub(r"\1,\2", found),
        "found_en": found,
        "basis": _basis(check, operands),
        "message": check.rule.message.vi.format(code=check.member, label=label),
        "message_en": check.rule.message.en.format(code=check.member, label=label),
    }
    if check.rule.scale:
        parameters.update(_readings(form, values, broken))
    if hold.figures:
        parameters["holds"] = " ".join(map(str, hold.figures))
    if hold.is_relation:
        parameters["relation"] = 1
    return Finding(
        check.rule.code,
        Severity.WARNING if check.rule.beta else check.rule.severity,
        indicator=check.subject,
        period=check.period,
        parameters=parameters,
    )


def _readings(
    form: Form, values: Mapping[tuple[str, str], float], broken: Broken
) -> Iterator[tuple[str, Parameter]]:
    """Yield the likely cause of a jump between two years, and both readings of the odd figure.

    Money may stand in đồng, or thousands of them, where million is asked: then the larger figure
    is the odd one. A thousands dot taken for a decimal point makes a figure a thousandth.
    """
    check = broken.check
    is_money = form.indicators[check.subject].kind is Kind.MONEY
    small, large = sorted_pair(broken)
    if values[small] <= 0:
        return
    is_large = odd_is_larger(form, values, broken)
    odd, other = (large, small) if is_large else (small, large)
    typed, beside = values[odd], values[other]
    yield "expected", "rule.expected.scale"
    if is_large:
        readings = [typed / by for by in (_THOUSAND, _THOUSAND**2)]
        yield "cause", "cause.unit" if is_money else "cause.zeros"
    else:
        readings = [typed * _THOUSAND]
        yield "cause", "cause.separator"
    yield "suspect", odd.period
    yield "reading_a", _shown(typed)
    yield "reading_b", _shown(min(readings, key=lambda r: abs(math.log(r / beside))))


def _basis(check: Check, operands: Sequence[float | None]) -> str:
    """Write the figures a finding rests on, to the last digit: an explanation is bound to them."""
    bound = not check.rule.message
    pairs = zip(check.expression.references, operands, strict=True)
    parts = [f"{r.name}[{r.period or check.period}]={value!r}" for r, value in pairs]
    # A bound asks about one figure; the others only say how far it may go.
    return ";".join(parts[:1] if bound else parts)


def _found(form: Form, check: Check, operands: Sequence[float | None]) -> str:
    if not check.rule.message and operands:
        # A bound is about one figure; the others only say how far it may go.
        return _shown(operands[0])
    parts = []
    for reference, value in zip(check.expression.references, operands, strict=True):
        shown = _shown(value)
        period = reference.period or check.period
        if reference.counts_rows or period not in form.period_by_code:
            parts.append(f"{reference.name} = {shown}")
        else:
            parts.append(f"{reference.name}[{period}] = {shown}")
    return "; ".join(parts)


def readable(text: str, lang: str) -> str:
    """Write an expression as a person would read it: “nếu a thì b”, “a = b (± 1)”, “và”, “≤”."""
    tree = ast.parse(text.strip(), mode="eval").body
    if isinstance(tree, ast.Compare):
        # A plain comparison is quoted as it stands in the definition.
        return text.replace("<=", "≤").replace(">=", "≥").replace("==", "=").replace("!=", "≠")
    return _Readable(lang).of(tree)


class _Readable:
    """Put an expression that was parsed before into words."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def of(self, node: ast.expr) -> str:
        """Return one part of it."""
        match node:
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return f"{self.of(left)} {_COMPARED[type(sign)]} {self.of(right)}"
            case ast.BoolOp(op=op, values=values):
                word = say(
                    "expression.and" if isinstance(op, ast.And) else "expression.or", self.lang
                )
                return f" {word} ".join(self._within(value) for value in values)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return say("expression.not", self.lang, text=self._within(inner))
            case ast.Call(func=ast.Name(id="implies"), args=[condition, consequence]):
                parts = {"condition": self.of(condition), "consequence": self.of(consequence)}
                return say("expression.implies", self.lang, **parts)
            case ast.Call(func=ast.Name(id="approx"), args=[left, right, tolerance]):
                return f"{self.of(left)} = {self.of(right)} (± {self.of(tolerance)})"
            case _:
                shown = ast.unparse(node).replace(" * ", " × ")
                return _POINT.sub(",", shown) if self.lang == VIETNAMESE else shown

    def _within(self, node: ast.expr) -> str:
        inner = self.of(node)
        return f"({inner})" if isinstance(node, ast.BoolOp) else inner


def _shown(value: float | None) -> str:
    """Write a figure without a thousands mark, which could be taken for something else."""
    text = f"{round(value or 0.0, _SHOWN):.{_SHOWN}f}"
    return text.rstrip("0").rstrip(".")
