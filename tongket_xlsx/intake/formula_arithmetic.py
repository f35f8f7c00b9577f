"""Excel's values, and what its signs and functions of numbers make of them.

Numbers are binary floating point, of which fifteen digits count. A number stands below every text
and a text below both truth values; a blank is zero beside a number and nothing beside a text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import TypeGuard

from tongket_xlsx.reader.cells import ErrorValue

Sound = float | str | bool | None
Value = Sound | ErrorValue

DIVISION, NO_VALUE, NO_NUMBER = (ErrorValue(text) for text in ("#DIV/0!", "#VALUE!", "#NUM!"))
_DIGITS = 15
# Beyond so many places before or behind the point no number has any digit.
_FARTHEST = 400
# Excel takes a difference that is this much smaller than its operands for none.
_DUST = 2.0**-49


class Unsaid(Exception):
    """What a formula gives cannot be said here."""


class Wrong(Exception):
    """A formula gives an error value."""

    def __init__(self, error: ErrorValue) -> None:
        """Hold the error value."""
        super().__init__(error.text)
        self.error = error


def sound(value: Value) -> Sound:
    """Return a value that is no error.

    Raises:
        Wrong: it is one.
    """
    if isinstance(value, ErrorValue):
        raise Wrong(value)
    return value


def is_number(value: Value) -> TypeGuard[float]:
    """Say whether a value is a number; a truth value is none."""
    return isinstance(value, float)


def number(value: Value) -> float:
    """Return what a value is in arithmetic.

    Raises:
        Unsaid: a text with digits, which one computer takes for a number and another does not.
        Wrong: any other text, or an error.
    """
    value = sound(value)
    if isinstance(value, str):
        if any(sign.isdigit() for sign in value):
            raise Unsaid
        raise Wrong(NO_VALUE)
    return float(value or 0)


def truth(value: Value) -> bool:
    """Return what a value is as a condition.

    Raises:
        Unsaid: it is a text.
        Wrong: it is an error.
    """
    if isinstance(value, str):
        raise Unsaid
    return bool(number(value))


def operated(sign: str, values: Sequence[Value]) -> float | bool | str:
    """Apply a sign to its operands: ``neg``, ``%``, one of ``+-*/^&`` or a comparison.

    Raises:
        Unsaid: it depends on the settings of a computer.
        Wrong: the result is an error.
    """
    if sign in _COMPARISONS:
        return _COMPARISONS[sign](*map(sound, values))
    if sign == "&":
        return "".join(_as_text(sound(value)) for value in values)
    numbers = [number(value) for value in values]
    try:
        found = _ARITHMETIC[sign](*numbers)
    except ZeroDivisionError:
        raise Wrong(DIVISION) from None
    except OverflowError:
        raise Wrong(NO_NUMBER) from None
    return _finite(found)


def _as_text(value: Sound) -> str:
    """Return what a value is within a text; of numbers only whole ones are the same everywhere."""
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= 10.0**_DIGITS:
            raise Unsaid
        return str(int(value))
    return str(value).upper() if isinstance(value, bool) else value or ""


def of_numbers(name: str, values: Sequence[float]) -> float:
    """Apply a function of any count of numbers.

    Raises:
        Wrong: the result is an error.
    """
    return _finite(_OF_MANY[name](values))


def of_one(name: str, values: Sequence[float]) -> float:
    """Apply a function of one number, with the number of places where it takes one."""
    return _finite(_OF_ONE[name](*values))


def _finite(value: complex) -> float:
    if isinstance(value, complex) or not math.isfinite(value):
        raise Wrong(NO_NUMBER)
    return value


# ---------------------------------------------------------------------- comparison


def _equal(left: Sound, right: Sound) -> bool:
    left, right = _beside(left, right), _beside(right, left)
    return _rank(left) == _rank(right) and _key(left) == _key(right)


def _below(left: Sound, right: Sound) -> bool:
    left, right = _beside(left, right), _beside(right, left)
    if _rank(left) != _rank(right):
        return _rank(left) < _rank(right)
    one, other = _key(left), _key(right)
    if isinstance(one, str) or isinstance(other, str):
        if one == other:
            return False
        # Which of two words comes first depends on the language of the computer.
        raise Unsaid
    return one < other


def _beside(value: Sound, other: Sound) -> Sound:
    if value is not None:
        return value
    return "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0


def _rank(value: Sound) -> int:
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def _key(value: Sound) -> float | str:
    if isinstance(value, str):
        return value.casefold()
    return float(f"{float(value or 0):.{_DIGITS}g}")


_COMPARISONS: dict[str, Callable[..., bool]] = {
    "=": _equal,
    "<>": lambda left, right: not _equal(left, right),
    "<": _below,
    ">": lambda left, right: _below(right, left),
    "<=": lambda left, right: not _below(right, left),
    ">=": lambda left, right: not _below(left, right),
}


# ---------------------------------------------------------------------- arithmetic


def _plus(left: float, right: float) -> float:
    """Add as Excel does: what is left of two equal amounts by binary dust is zero."""
    total = left + right
    return 0.0 if abs(total) < _DUST * max(abs(left), abs(right)) else total


def _power(base: float, exponent: float) -> complex:
    return math.nan if base == exponent == 0 else base**exponent


def _mean(values: Sequence[float]) -> float:
    if not values:
        raise Wrong(DIVISION)
    return sum(values) / len(values)


def _rounding(mode: str) -> Callable[..., float]:
    """Round in decimal, by the digits that count."""

    def rounded(value: float, places: float = 0) -> float:
        kept = math.trunc(places)
        if kept > _FARTHEST or not value:
            return value
        if kept < -_FARTHEST:
            if mode == ROUND_UP:
                raise Wrong(NO_NUMBER)
            return 0.0
        held = Decimal(f"{value:.{_DIGITS}g}")
        step = Decimal(1).scaleb(-kept)
        return float((held / step).to_integral_value(mode) * step)

    return rounded


_ARITHMETIC: dict[str, Callable[..., complex]] = {
    "+": _plus,
    "-": lambda left, right: _plus(left, -right),
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "^": _power,
    "neg": lambda value: -value,
    "%": lambda value: value / 100,
}
_OF_MANY: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": lambda values: float(sum(values)),
    "AVERAGE": _mean,
    "MIN": lambda values: min(values, default=0.0),
    "MAX": lambda values: max(values, default=0.0),
    "PRODUCT": lambda values: math.prod(values) if values else 0.0,
}
_OF_ONE: dict[str, Callable[..., float]] = {
    "ROUND": _rounding(ROUND_HALF_UP),
    "ROUNDUP": _rounding(ROUND_UP),
    "ROUNDDOWN": _rounding(ROUND_DOWN),
    "TRUNC": _rounding(ROUND_DOWN),
    "INT": _rounding(ROUND_FLOOR),
    "ABS": abs,
}
