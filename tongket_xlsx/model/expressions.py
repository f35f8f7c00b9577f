"""The small language of rules: ``ML11 <= ML10``, ``implies(TT05 == 0, TT11 == 0)``, ``X[LK]``.

An expression is parsed once into Python's syntax tree, checked against a whitelist, and from
then on serves two engines: it is evaluated over observations and written as an Excel formula.
Both round operands and results to six decimals before they compare, so that a sum of decimal
amounts cannot differ between them.

A name is an indicator in the period at hand, ``X[2012]`` one in a named period and ``X[LK]``
one in the cumulative period. ``documents("cấp ủy")`` counts the rows of a roster.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from tongket_xlsx.model.formula import Number, Truth, absolute, every, negate, number, some
from tongket_xlsx.model.formula import rounded as round_piece

DECIMALS = 6
FUNCTIONS = {"implies": 2, "approx": 3, "documents": 1}
COMPARE: dict[type[ast.cmpop], Callable[[Number, Number], Truth]] = {
    ast.Eq: Number.equals,
    ast.NotEq: Number.differs,
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
}
CALCULATE: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SCALE = 10.0**DECIMALS
# Beyond this a float has no room for six decimals.
_NO_FRACTION = 1e9


class ExpressionFault(ValueError):
    """An expression does not follow the language; ``code`` names the sentence that says why."""

    def __init__(self, code: str, /, **parameters: str | int) -> None:
        """Keep the code of the sentence and its values."""
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Reference:
    """Name an operand: an indicator in a period (``None``: the one at hand), or a row count."""

    name: str
    period: str | None = None
    counts_rows: bool = False


@dataclass(frozen=True)
class Expression:
    """Hold one parsed expression: in ``tree``, operand number i stands as the name ``v{i}``."""

    text: str
    tree: ast.expr
    references: tuple[Reference, ...]

    def __getstate__(self) -> dict[str, object]:
        """Leave the compiled function behind when the form travels to another process."""
        return {k: v for k, v in self.__dict__.items() if k not in ("_function", "_addresses")}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the indicator codes it reads, each once, in order of appearance."""
        return tuple(dict.fromkeys(r.name for r in self.references if not r.counts_rows))

    @property
    def is_test(self) -> bool:
        """Say whether it is true or false, as a rule must be, and not a number."""
        return is_test(self.tree)

    @property
    def crosses_periods(self) -> bool:
        """Say whether any operand is bound to a named period."""
        return any(r.period is not None for r in self.references)

    @property
    def normal_form(self) -> tuple[object, ...]:
        """Return a value that is equal for expressions that differ only in spacing."""
        return (ast.unparse(self.tree), self.references)

    @cached_property
    def terms(self) -> tuple[tuple[Decimal, Reference], ...] | None:
        """Return the expression as a sum of factor × operand; ``None`` where it is no such sum.

        Only such a sum can be added up over units exactly: the sum of the parts is the part of
        the sums.
        """
        found = _terms(self.tree, Decimal(1))
        if found is None:
            return None
        return tuple((factor, self.references[number]) for factor, number in found)

    @cached_property
    def _function(self) -> Callable[..., Any]:
        names = [ast.arg(f"v{i}") for i in range(len(self.references))]
        body = _Rounding().visit(ast.parse(ast.unparse(self.tree), mode="eval").body)
        arguments = ast.arguments([], names, None, [], [], None, [])
        code = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
        scope = {
            "__builtins__": {},
            "implies": _implies,
            "approx": _approx,
            "rounded": rounded,
            "every": lambda *tests: all(tests),
            "some": lambda *tests: any(tests),
        }
        # The tree holds nothing but whitelisted nodes, and no built-in is in reach.
        return eval(compile(code, "<rule>", "eval"), scope)  # type: ignore[no-any-return]  # noqa: S307

    def operands(self, values: Mapping[tuple[str, str], float], period: str) -> list[float | None]:
        """Return the value of each reference in turn, ``None`` where there is none."""
        found = self._addresses.get(period)
        if found is None:
            found = tuple((r.name, r.period or period) for r in self.references)
            self._addresses[period] = found
        return list(map(values.get, found))

    @cached_property
    def _addresses(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Hold what the operands are called in each period they were asked for."""
        return {}

    def value(self, operands: Sequence[float | None]) -> float | bool | None:
        """Evaluate over operands in the order of ``references``.

        Returns:
            ``None`` where an operand is missing or a divisor is zero: the expression is skipped.
        """
        if None in operands:
            return None
        try:
            return self._function(*operands)  # type: ignore[no-any-return]
        except ZeroDivisionError:
            return None

    def number(self, cell: Callable[[Reference], Number]) -> Number:
        """Write what is calculated as a piece of a formula.

        Args:
            cell: gives what stands for an operand.
        """
        return _number(self.tree, [cell(reference) for reference in self.references])

    def truth(self, cell: Callable[[Reference], Number]) -> Truth:
        """Write what is true or false as a piece of a formula; ``cell`` as in :meth:`number`."""
        return _truth(self.tree, [cell(reference) for reference in self.references])


class _Rounding(ast.NodeTransformer):
    """Round both sides of every comparison, and evaluate both sides of every and, or.

    Excel evaluates all arguments, so that a division by zero anywhere skips the whole rule.
    """

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        name = "every" if isinstance(node.op, ast.And) else "some"
        values = [self.visit(value) for value in node.values]
        return ast.Call(ast.Name(name, ast.Load()), values, [])

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        left, right = (
            ast.Call(ast.Name("rounded", ast.Load()), [self.visit(side)], [])
            for side in (node.left, node.comparators[0])
        )
        return ast.Compare(left, node.ops, [right])


def _terms(node: ast.expr, factor: Decimal) -> list[tuple[Decimal, int]] | None:
    match node:
        case ast.Name(id=name):
            return [(factor, int(name[1:]))]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _terms(inner, -factor)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _terms(inner, factor)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            first = _terms(left, factor)
            second = _terms(right, factor if isinstance(op, ast.Add) else -factor)
            return None if first is None or second is None else first + second
        case ast.BinOp(left=ast.Constant(value=by), op=ast.Mult(), right=inner):
            return _terms(inner, factor * Decimal(str(by)))
        case ast.BinOp(left=inner, op=ast.Mult(), right=ast.Constant(value=by)):
            return _terms(inner, factor * Decimal(str(by)))
    return None


def is_test(node: ast.expr) -> bool:
    """Say whether a tree is true or false, and no number."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id="implies" | "approx")):
            return True
    return False


def rounded(value: float) -> float:
    """Round to six decimals as Excel does: halves away from zero, not to the even digit."""
    if value % 1 == 0 or abs(value) >= _NO_FRACTION:
        return float(value)
    return math.copysign(math.floor(abs(value) * _SCALE + 0.5) / _SCALE, value)


def _implies(condition: object, consequence: object) -> bool:
    return not condition or bool(consequence)


def _approx(left: float, right: float, tolerance: float) -> bool:
    return rounded(abs(left - right)) <= tolerance


def _piece(node: ast.expr, cells: Sequence[Number]) -> Number | Truth:
    """Write a checked tree as a piece of a formula."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return number(value)
        case ast.Name(id=name):
            return cells[int(name[1:])]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_number(inner, cells)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _number(inner, cells)
        case ast.BinOp(left=left, op=op, right=right):
            return CALCULATE[type(op)](_number(left, cells), _number(right, cells))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return negate(_truth(inner, cells))
        case ast.BoolOp(op=op, values=values):
            combine = every if isinstance(op, ast.And) else some
            return combine(*(_truth(value, cells) for value in values))
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return COMPARE[type(sign)](_rounded(left, cells), _rounded(right, cells))
        case ast.Call(func=ast.Name(id="implies"), args=[condition, consequence]):
            return some(negate(_truth(condition, cells)), _truth(consequence, cells))
        case ast.Call(args=[left, right, tolerance]):
            apart = absolute(_number(left, cells) - _number(right, cells))
            return round_piece(apart, DECIMALS) <= _number(tolerance, cells)
    raise AssertionError(ast.dump(node))  # pragma: no cover - the reader admits nothing else


def _rounded(node: ast.expr, cells: Sequence[Number]) -> Number:
    """Write a side of a comparison; a constant that is round already stands as it is."""
    piece = _number(node, cells)
    if isinstance(node, ast.Constant) and rounded(float(str(node.value))) == node.value:
        return piece
    return round_piece(piece, DECIMALS)


def _number(node: ast.expr, cells: Sequence[Number]) -> Number:
    piece = _piece(node, cells)
    if not isinstance(piece, Number):  # pragma: no cover - the reader admits nothing else
        raise TypeError(piece)
    return piece


def _truth(node: ast.expr, cells: Sequence[Number]) -> Truth:
    piece = _piece(node, cells)
    if not isinstance(piece, Truth):  # pragma: no cover - the reader admits nothing else
        raise TypeError(piece)
    return piece
