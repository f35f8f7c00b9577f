"""A rule read as a relation between figures: which are the parts, which the whole, how far off.

Only what adds up can be measured: sums of factor × figure on both sides, and a constant. Any
other rule is true or false and no more.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tongket_xlsx.model.expressions import Expression, Reference


class _Sum(NamedTuple):
    terms: tuple[tuple[float, int], ...]
    constant: float


@dataclass(frozen=True, slots=True)
class Relation:
    """Say that the parts come to no more than the whole, or to just as much where ``equal``.

    ``parts`` and ``whole`` are factor × operand, by the number of the operand in the expression;
    ``slack`` is what is let pass.
    """

    parts: tuple[tuple[float, int], ...]
    whole: tuple[tuple[float, int], ...]
    parts_constant: float = 0.0
    whole_constant: float = 0.0
    slack: float = 0.0
    equal: bool = False

    @property
    def is_bound(self) -> bool:
        """Say whether one figure alone is held against a number."""
        return len(self.parts) + len(self.whole) == 1

    @property
    def is_part_of_whole(self) -> bool:
        """Say whether plain figures make up part of another, or all of it: no factors, no bound."""
        factors = [factor for factor, _ in (*self.parts, *self.whole)]
        small = abs(self.parts_constant) <= 1 and abs(self.whole_constant) <= 1
        plain = all(factor == 1 for factor in factors)
        return bool(self.parts) and len(self.whole) == 1 and plain and small

    def breach(self, operands: Sequence[float | None]) -> float:
        """Return by which share of the whole it is broken: 0.05 is five per cent, 0 not at all.

        A whole of zero is broken without limit.
        """
        parts, whole = self._sides(operands)
        over = abs(parts - whole) - self.slack if self.equal else parts - whole - self.slack
        if over <= 0:
            return 0.0
        base = max(abs(parts), abs(whole)) if self.equal else abs(whole)
        return over / base if base else math.inf

    def times(self, operands: Sequence[float | None]) -> float:
        """Return how many times the parts are the whole or the bound; 1 where it is kept.

        No figure of zero is in another unit of measure, nor is one that is held against zero.
        """
        parts, whole = self._sides(operands)
        if parts <= whole or whole <= 0 or self.equal:
            return 1.0
        return parts / whole

    def parts_above(self, operands: Sequence[float | None]) -> tuple[int, ...]:
        """Return the numbers of the operands that alone are more than the whole."""
        _, whole = self._sides(operands)
        return tuple(
            number
            for factor, number in self.parts
            if factor * (operands[number] or 0.0) > whole + self.slack
        )

    def _sides(self, operands: Sequence[float | None]) -> tuple[float, float]:
        return (
            _sum(self.parts, operands) + self.parts_constant,
            _sum(self.whole, operands) + self.whole_constant,
        )


def _sum(terms: Sequence[tuple[float, int]], operands: Sequence[float | None]) -> float:
    return sum(factor * (operands[number] or 0.0) for factor, number in terms)


def relation_of(expression: Expression) -> Relation | None:
    """Return an expression as a relation between figures; ``None`` where it is none.

    Of “if … then …” the consequence is the relation.
    """
    found = _relation(expression.tree)
    if found is None or any(r.counts_rows for r in _used(expression, found)):
        return None
    return found


def _used(expression: Expression, relation: Relation) -> list[Reference]:
    return [expression.references[n] for _, n in (*relation.parts, *relation.whole)]


def _relation(node: ast.expr) -> Relation | None:
    match node:
        case ast.Call(func=ast.Name(id="implies"), args=[_, consequence]):
            return _relation(consequence)
        case ast.Call(
            func=ast.Name(id="approx"),
            args=[left, right, ast.Constant(value=int() | float() as by)],
        ):
            return _equal(_linear(left, 1.0), _linear(right, 1.0), float(by))
        case ast.Compare(left=left, ops=[ast.LtE() | ast.Lt()], comparators=[right]):
            return _ordered(_linear(left, 1.0), _linear(right, 1.0))
        case ast.Compare(left=left, ops=[ast.GtE() | ast.Gt()], comparators=[right]):
            return _ordered(_linear(right, 1.0), _linear(left, 1.0))
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return _equal(_linear(left, 1.0), _linear(right, 1.0), 0.0)
    return None


def _ordered(parts: _Sum | None, whole: _Sum | None) -> Relation | None:
    if parts is None or whole is None or not (parts.terms or whole.terms):
        return None
    return Relation(parts.terms, whole.terms, parts.constant, whole.constant)


def _equal(left: _Sum | None, right: _Sum | None, slack: float) -> Relation | None:
    if left is None or right is None or not (left.terms and right.terms):
        return None
    # The whole stands alone; where both sides do, the left is what is named.
    whole, parts = (left, right) if len(left.terms) == 1 else (right, left)
    return Relation(parts.terms, whole.terms, parts.constant, whole.constant, slack, equal=True)


def _linear(node: ast.expr, factor: float) -> _Sum | None:
    match node:
        case ast.Name(id=name):
            return _Sum(((factor, int(name[1:])),), 0.0)
        case ast.Constant(value=int() | float() as number):
            return _Sum((), factor * number)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _linear(inner, -factor)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _linear(inner, factor)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            first = _linear(left, factor)
            second = _linear(right, factor if isinstance(op, ast.Add) else -factor)
            if first is None or second is None:
                return None
            return _Sum(first.terms + second.terms, first.constant + second.constant)
        case ast.BinOp(left=ast.Constant(value=by), op=ast.Mult(), right=inner):
            return _linear(inner, factor * _number(by))
        case ast.BinOp(left=inner, op=ast.Mult(), right=ast.Constant(value=by)):
            return _linear(inner, factor * _number(by))
    return None


def _number(constant: object) -> float:
    """Return a number of an expression; its grammar admits no other constants there."""
    return float(constant) if isinstance(constant, int | float) else 0.0
