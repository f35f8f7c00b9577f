"""Typed pieces of spreadsheet formulas, which cannot be put together so that engines differ.

Excel, Gnumeric and IronCalc never take a truth value for a number (``FALSE=0`` is false) and put
every text above every number; LibreOffice takes ``FALSE`` for 0. A formula that compares or adds
across types therefore means one thing here and another there. So a piece knows its type: a
:class:`Number`, a :class:`Text`, a :class:`Truth`, or a :class:`Value` whose type is known only in
the workbook, as that of a :class:`Cell`. Like is compared with like, a truth value goes through
:func:`when`, :func:`every`, :func:`some`, :func:`negate` or is made a number in so many words.
Whatever else is tried is refused by mypy and raises ``TypeError``.

>>> given = Cell("B7")
>>> print(either(given.is_number(), rounded(given.known_number() / 3, 6), text("")))
IF(ISNUMBER(B7),ROUND(B7/3,6),"")
>>> print(when(given.says("Cần giải trình"), text("2007"), text("")))
IF(B7="Cần giải trình","2007","")
>>> print(how_many(given.says("a"), given.says("b")) < 1)
(B7="a")+(B7="b")<1

Ranges and arrays of such pieces are in :mod:`tongket_xlsx.model.formula_ranges`. Source of the
rules of types: ECMA-376 part 1, 18.17.2; tried in LibreOffice 7.4, Gnumeric 1.12, IronCalc 0.9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar, cast

LONGEST_TEXT = 255
# How tightly the last operation of a piece binds: what binds more loosely is put in brackets.
LOOSE, COMPARED, JOINED, ADDED, MULTIPLIED, SIGNED, CLOSED = range(7)

_Real = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold a part of a formula: its text without a leading ``=``, and how tightly it binds.

    A text of unknown build is put in brackets wherever it is combined.
    """

    text: str
    rank: int = field(default=LOOSE, repr=False, compare=False)

    def __str__(self) -> str:
        """Return the text as it stands inside a formula."""
        return self.text

    @property
    def formula(self) -> str:
        """Return the whole formula with its leading ``=``; the writer sees to its length."""
        return f"={self.text}"

    def within(self, rank: int) -> str:
        """Return the text as an operand of an operation, in brackets where it binds less."""
        return self.text if self.rank >= rank else f"({self.text})"


@dataclass(frozen=True, slots=True)
class Number(Piece):
    """A piece that is a number (or an error): it is calculated with and compared with numbers."""

    def __add__(self, other: Number | _Real) -> Number:
        """Return ``self+other``."""
        return _calculated(self, "+", other, ADDED)

    def __sub__(self, other: Number | _Real) -> Number:
        """Return ``self-other``."""
        return _calculated(self, "-", other, ADDED)

    def __mul__(self, other: Number | _Real) -> Number:
        """Return ``self*other``."""
        return _calculated(self, "*", other, MULTIPLIED)

    def __truediv__(self, other: Number | _Real) -> Number:
        """Return ``self/other``; a divisor of zero is an error of the cell."""
        return _calculated(self, "/", other, MULTIPLIED)

    def __neg__(self) -> Number:
        """Return ``-self``."""
        return Number(f"-{self.within(CLOSED)}", SIGNED)

    def __lt__(self, other: Number | _Real) -> Truth:
        """Return ``self<other``."""
        return _compared(self, "<", as_number(other))

    def __le__(self, other: Number | _Real) -> Truth:
        """Return ``self<=other``."""
        return _compared(self, "<=", as_number(other))

    def __gt__(self, other: Number | _Real) -> Truth:
        """Return ``self>other``."""
        return _compared(self, ">", as_number(other))

    def __ge__(self, other: Number | _Real) -> Truth:
        """Return ``self>=other``."""
        return _compared(self, ">=", as_number(other))

    def equals(self, other: Number | _Real) -> Truth:
        """Return ``self=other``."""
        return _compared(self, "=", as_number(other))

    def differs(self, other: Number | _Real) -> Truth:
        """Return ``self<>other``."""
        return _compared(self, "<>", as_number(other))

    def as_text(self) -> Text:
        """Return ``self&""``: use it for whole numbers, engines show others to different places."""
        return Text(f'{self.within(JOINED)}&""', JOINED)


@dataclass(frozen=True, slots=True)
class Text(Piece):
    """A piece that is a text: it is joined to texts, and is or is not the same as another.

    Which of two texts is greater depends on language and engine and cannot be asked. Small and
    capital letters are alike to every engine.
    """

    def __add__(self, other: Text | str) -> Text:
        """Return ``self&other``."""
        return Text(f"{self.within(JOINED)}&{as_text(other).within(JOINED)}", JOINED)

    def equals(self, other: Text | str) -> Truth:
        """Return ``self=other``."""
        return _compared(self, "=", as_text(other))

    def differs(self, other: Text | str) -> Truth:
        """Return ``self<>other``."""
        return _compared(self, "<>", as_text(other))


@dataclass(frozen=True, slots=True)
class Truth(Piece):
    """A piece that is true or false; it is compared with nothing and added to nothing.

    :func:`how_many` counts those that are true.
    """

    def as_number(self) -> Number:
        """Return 1 where it is true and 0 where it is not."""
        return Number(f"IF({self},1,0)", CLOSED)


@dataclass(frozen=True, slots=True)
class Value(Piece):
    """A piece whose type is known only in the workbook: number, text, blank, truth or error."""

    def is_number(self) -> Truth:
        """Return whether it is a number."""
        return Truth(f"ISNUMBER({self})", CLOSED)

    def is_text(self) -> Truth:
        """Return whether it is a text."""
        return Truth(f"ISTEXT({self})", CLOSED)

    def is_truth(self) -> Truth:
        """Return whether it is a truth value, which LibreOffice calls a number as well."""
        return Truth(f"ISLOGICAL({self})", CLOSED)

    def is_error(self) -> Truth:
        """Return whether it is an error."""
        return Truth(f"ISERROR({self})", CLOSED)

    def is_empty(self) -> Truth:
        """Return whether nothing can be seen in it: a blank, or the empty text."""
        return self.says("")

    def is_blank(self) -> Truth:
        """Return whether nothing was ever typed in it; of an error this can be asked as well."""
        return Truth(f"ISBLANK({self})", CLOSED)

    def says(self, word: Text | str) -> Truth:
        """Return whether it is this text; a number is no text in any engine."""
        return _compared(self, "=", as_text(word))

    def says_not(self, word: Text | str) -> Truth:
        """Return whether it is anything but this text."""
        return _compared(self, "<>", as_text(word))

    def known_number(self) -> Number:
        """Return it as a number; use it only where :meth:`is_number` has been asked."""
        return Number(self.text, self.rank)

    def known_truth(self) -> Truth:
        """Return it as a truth value; use it only where :meth:`is_truth` has been asked."""
        return Truth(self.text, self.rank)

    def text_or_nothing(self) -> Text:
        """Return the text in it, and the empty text for a number or a blank."""
        return Text(f"T({self})", CLOSED)

    def known_text(self) -> Text:
        """Return it as a text; use it only where nothing else can stand there."""
        return Text(self.text, self.rank)

    def shown(self) -> Text:
        """Return ``self&""``: a blank as the empty text; engines differ in fractions."""
        return Text(f'{self.within(JOINED)}&""', JOINED)

    def trimmed(self) -> Text:
        """Return it as a text without the blanks around it; a number as it is shown."""
        return Text(f"TRIM({self})", CLOSED)


@dataclass(frozen=True, slots=True)
class Cell(Value):
    """A reference to one cell: ``Cell("B7")``, ``Cell("'Bảng 1'!$C$4")``."""

    rank: int = field(default=CLOSED, repr=False, compare=False)

    def number_or_zero(self) -> Number:
        """Return the number in it, else 0; on a blank ``N`` is an error in Gnumeric."""
        return Number(f"SUM({self})", CLOSED)


K = TypeVar("K", Number, Text, Truth, Value)

# ---------------------------------------------------------------------- constants


def number(value: _Real) -> Number:
    """Return a constant.

    Raises:
        TypeError: it is a truth value.
        ValueError: it is not finite.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError(value)
    if not math.isfinite(value):
        raise ValueError(value)
    written = format(value, "f") if isinstance(value, Decimal) else repr(value)
    return Number(written.upper(), LOOSE if value < 0 else CLOSED)


def text(value: str) -> Text:
    """Return a constant text in quotation marks.

    Raises:
        ValueError: it is longer than the 255 characters Excel takes inside a formula.
    """
    if len(value.encode("utf-16-le")) > 2 * LONGEST_TEXT:
        raise ValueError(value)
    return Text('"' + value.replace('"', '""') + '"', CLOSED)


def as_number(value: Number | _Real) -> Number:
    """Return a number, made of a constant where it is one; a truth value is none."""
    return value if isinstance(value, Number) else number(value)


def as_text(value: Text | str) -> Text:
    """Return a text, made of a constant where it is one."""
    if isinstance(value, Text):
        return value
    if not isinstance(value, str):
        raise TypeError(value)
    return text(value)


# ---------------------------------------------------------------------- functions


def when(test: Truth, then: K, otherwise: K) -> K:
    """Return ``IF(test,then,otherwise)``, a piece of the type of both, which is the same."""
    kind = next((k for k in (Number, Text, Truth) if isinstance(then, k)), Value)
    if not (isinstance(then, kind) and isinstance(otherwise, kind)):
        raise TypeError(then, otherwise)
    return cast("K", kind(f"IF({_truth(test)},{then},{otherwise})", CLOSED))


def either(test: Truth, then: Piece, otherwise: Piece) -> Value:
    """Return ``IF(test,then,otherwise)`` where they differ in type, as a number and no number."""
    return Value(f"IF({_truth(test)},{then},{otherwise})", CLOSED)


def if_error(value: Piece, otherwise: Piece) -> Value:
    """Return ``IFERROR(value,otherwise)``."""
    return Value(f"IFERROR({value},{otherwise})", CLOSED)


def every(*tests: Truth) -> Truth:
    """Return ``AND(…)``; of one test, the test itself. All are evaluated in every engine."""
    return _combined("AND", tests)


def some(*tests: Truth) -> Truth:
    """Return ``OR(…)``; of one test, the test itself. All are evaluated in every engine."""
    return _combined("OR", tests)


def negate(test: Truth) -> Truth:
    """Return ``NOT(test)``."""
    return Truth(f"NOT({_truth(test)})", CLOSED)


def how_many(*tests: Truth) -> Number:
    """Return how many are true: the sum of two or more is a number in every engine."""
    if len(tests) == 1:
        return _truth(tests[0]).as_number()
    listed = [_truth(test).within(CLOSED) for test in tests]
    return Number("+".join(listed), ADDED) if listed else number(0)


def rounded(value: Number, digits: int) -> Number:
    """Return ``ROUND(value,digits)``, halves away from zero."""
    return Number(f"ROUND({as_number(value)},{digits})", CLOSED)


def absolute(value: Number) -> Number:
    """Return ``ABS(value)``."""
    return Number(f"ABS({as_number(value)})", CLOSED)


def floor(value: Number) -> Number:
    """Return ``INT(value)``: the whole number that is not greater."""
    return Number(f"INT({as_number(value)})", CLOSED)


# ---------------------------------------------------------------------- inside


def _calculated(left: Number, sign: str, right: Number | _Real, rank: int) -> Number:
    other = as_number(right)
    return Number(f"{left.within(rank)}{sign}{other.within(rank + 1)}", rank)


def _compared(left: Piece, sign: str, right: Piece) -> Truth:
    return Truth(f"{left.within(COMPARED + 1)}{sign}{right.within(COMPARED + 1)}", COMPARED)


def _combined(name: str, tests: tuple[Truth, ...]) -> Truth:
    listed = [_truth(test) for test in tests]
    if not listed:
        raise TypeError(name)
    if len(listed) == 1:
        return listed[0]
    return Truth(f"{name}({','.join(map(str, listed))})", CLOSED)


def _truth(test: Truth) -> Truth:
    if not isinstance(test, Truth):
        raise TypeError(test)
    return test
