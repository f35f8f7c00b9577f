"""The language of the rules, read a second time: sums, comparisons, “implies” and “approx”."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

Key = tuple[str, str]
Get = Callable[[Key], Fraction | None]
Sum = dict[Key, Fraction]


class Unknown(Exception):
    """A rule needs a figure that nobody gave."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule of one period: ``keys`` are the figures it compares, ``inside`` what it says."""

    id: str
    inside: ast.expr
    keys: frozenset[Key]
    severity: str
    kinds: frozenset[str]
    period: str
    fallback_for: str
    member: str
    names: tuple[str, ...] = ()
    is_plain: bool = False

    @property
    def is_part(self) -> bool:
        """Say whether it is that one figure is no more than another of the same period."""
        return bool(self.names)

    def concerns(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds

    def holds(self, get: Get) -> bool | None:
        """Say whether it holds; ``None`` where a figure is missing."""
        try:
            return bool(_value(self.inside, get))
        except Unknown:
            return None

    def limits(self, get: Get, of: Key) -> list[tuple[Sum, Fraction]]:
        """Return what it asks of a figure as sums that may not exceed zero: (terms, constant)."""
        return list(_limits(self.inside, get, of))


def linear(text: str) -> dict[str, Fraction]:
    """Return a sum of codes as factor by code: ``{"DN03": 1, "DN04": 1}``."""
    if not text:
        return {}
    terms, constant = _sum(_Named({}, "").visit(ast.parse(text, mode="eval").body))
    assert constant == 0, text
    return {code: factor for (code, _), factor in terms.items()}


def rule(
    given: Mapping[str, Any],
    member: str,
    aliases: Mapping[str, str],
    periods: Sequence[str],
    years: set[str],
) -> Iterator[Rule]:
    """Yield a rule once for each period it can be read in."""
    text = given["expression"].replace("{code}", member)
    # A code without a period is that of the period in question.
    everywhere = not re.search(r"[A-Z]{2}\d+(?!\d|\[)", re.sub(r'"[^"]*"', "", text))
    for period in periods[:1] if everywhere else periods:
        tree = _Named(aliases, period).visit(ast.parse(text, mode="eval").body)
        keys = frozenset(ast.literal_eval(n.id) for n in ast.walk(tree) if _is_key(n))
        bare = re.fullmatch(r"([A-Z]{2}\d+) <= (?:[\d.]+\*)?([A-Z]{2}\d+)", text)
        plain = bare and not ({"holds", "suspect", "fallback_for", "tolerance"} & given.keys())
        plain = plain and "*" not in text
        yield Rule(
            given["id"],
            tree,
            keys,
            given["severity"],
            frozenset(given.get("only_for", "").split()),
            period,
            given.get("fallback_for", ""),
            member,
            bare.groups() if bare else (),
            bool(plain) and period in years,
        )


def _is_key(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id.startswith("(")


class _Named(ast.NodeTransformer):
    """Write every figure as a name that reads as (code, period)."""

    def __init__(self, aliases: Mapping[str, str], period: str) -> None:
        self.aliases, self.period = aliases, period

    def visit_Call(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Name)
        if node.func.id == "documents":
            (label,) = node.args
            assert isinstance(label, ast.Constant)
            return ast.Name(repr(("documents", label.value)))
        node.args = [self.visit(a) for a in node.args]
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        assert isinstance(node.value, ast.Name)
        period = ast.unparse(node.slice).replace(" ", "")
        return ast.Name(repr((node.value.id, self.aliases.get(period, period))))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(repr((node.id, self.period)))


def _key(node: ast.Name) -> Key:
    return _key_of(node.id)


@cache
def _key_of(name: str) -> Key:
    return ast.literal_eval(name)


def _value(node: ast.expr, get: Get) -> Fraction | bool:
    match node:
        case ast.Constant(value=value):
            return Fraction(str(value))
        case ast.Name():
            found = get(_key(node))
            if found is None:
                raise Unknown
            return found
        case ast.UnaryOp(op=op, operand=inner):
            value = _value(inner, get)
            return not value if isinstance(op, ast.Not) else -value
        case ast.BoolOp(op=op, values=values):
            every = [bool(_value(v, get)) for v in values]
            return all(every) if isinstance(op, ast.And) else any(every)
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_value(left, get), _value(right, get))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _ORDER[type(op)](_value(left, get), _value(right, get))
        case ast.Call(func=ast.Name(id="implies"), args=[when, then]):
            # Both are computed, so that a figure missing in either leaves the rule aside.
            condition, consequence = _value(when, get), _value(then, get)
            return bool(consequence) if condition else True
        case ast.Call(func=ast.Name(id="approx"), args=[left, right, by]):
            return abs(_value(left, get) - _value(right, get)) <= _value(by, get)
    raise AssertionError(ast.dump(node))


_ARITHMETIC: dict[type, Callable[..., Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_ORDER: dict[type, Callable[..., bool]] = {
    ast.LtE: lambda a, b: a <= b,
    ast.GtE: lambda a, b: a >= b,
    ast.Lt: lambda a, b: a < b,
    ast.Gt: lambda a, b: a > b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}


class _NotASum(Exception):
    """An expression is more than factor × figure added up."""


def _limits(node: ast.expr, get: Get, of: Key) -> Iterator[tuple[Sum, Fraction]]:
    try:
        match node:
            case ast.Call(func=ast.Name(id="implies"), args=[when, then]):
                if of not in {_key(n) for n in ast.walk(when) if _is_key(n)} and _value(when, get):
                    yield from _limits(then, get, of)
            case ast.Call(func=ast.Name(id="approx"), args=[left, right, ast.Constant(value=by)]):
                yield _less(_sum(left), _sum(right), Fraction(str(by)))
                yield _less(_sum(right), _sum(left), Fraction(str(by)))
            case ast.Compare(left=left, ops=[ast.LtE() | ast.Lt()], comparators=[right]):
                yield _less(_sum(left), _sum(right))
            case ast.Compare(left=left, ops=[ast.GtE() | ast.Gt()], comparators=[right]):
                yield _less(_sum(right), _sum(left))
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
                yield _less(_sum(left), _sum(right))
                yield _less(_sum(right), _sum(left))
    except (Unknown, _NotASum):
        return


def _less(
    left: tuple[Sum, Fraction], right: tuple[Sum, Fraction], slack: Fraction = Fraction(0)
) -> tuple[Sum, Fraction]:
    terms = dict(left[0])
    for key, factor in right[0].items():
        terms[key] = terms.get(key, Fraction(0)) - factor
    return terms, left[1] - right[1] - slack


def _sum(node: ast.expr) -> tuple[Sum, Fraction]:
    match node:
        case ast.Name():
            return {_key(node): Fraction(1)}, Fraction(0)
        case ast.Constant(value=value):
            return {}, Fraction(str(value))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _less(_sum(left), _times(_sum(right), Fraction(-1)))
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _less(_sum(left), _sum(right))
        case ast.BinOp(left=ast.Constant(value=by), op=ast.Mult(), right=inner):
            return _times(_sum(inner), Fraction(str(by)))
        case ast.BinOp(left=inner, op=ast.Mult(), right=ast.Constant(value=by)):
            return _times(_sum(inner), Fraction(str(by)))
    raise _NotASum


def _times(given: tuple[Sum, Fraction], by: Fraction) -> tuple[Sum, Fraction]:
    return {key: factor * by for key, factor in given[0].items()}, given[1] * by
