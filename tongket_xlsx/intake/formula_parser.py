"""The text of a formula → a tree of what it adds up; whatever is more than that is no tree.

The language is what an office types to compute its own figures: arithmetic, comparisons, cells and
blocks of the same workbook, and a few functions. Files hold formulas in one spelling, whatever
language they were typed in: English names, commas between arguments, a point for decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tongket_xlsx.model.places import position

MOST_CELLS = 2000
_LONGEST = 1000
_DEEPEST = 64

# Each function → the fewest and the most arguments it takes.
_MANY = 255
FUNCTIONS = {
    "SUM": (1, _MANY),
    "AVERAGE": (1, _MANY),
    "MIN": (1, _MANY),
    "MAX": (1, _MANY),
    "COUNT": (1, _MANY),
    "COUNTA": (1, _MANY),
    "PRODUCT": (1, _MANY),
    "SUMPRODUCT": (1, _MANY),
    "ROUND": (2, 2),
    "ROUNDUP": (2, 2),
    "ROUNDDOWN": (2, 2),
    "TRUNC": (1, 2),
    "INT": (1, 1),
    "ABS": (1, 1),
    "IF": (2, 3),
    "IFERROR": (2, 2),
    "AND": (1, _MANY),
    "OR": (1, _MANY),
    "NOT": (1, 1),
}
_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<number>[0-9]+(?:\.[0-9]*)?(?![\w.])|\.[0-9]+(?![\w.]))
    |(?P<text>"(?:[^"]|"")*")
    |(?P<call>[A-Za-z]+)\(
    |(?:'(?P<quoted>(?:[^'\[\]]|'')+)'!|(?P<sheet>[^\W\d][\w.]*)!)?
     (?P<first>{_CELL})(?::(?P<last>{_CELL}))?(?![\w.(!:])
    |(?P<truth>TRUE|FALSE)(?![\w.(!])
    |(?P<sign><=|>=|<>|[-+*/^%(),=<>&])
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
# How tightly an operation binds; those of one strength are taken from the left.
_STRENGTH = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1}
_STRENGTH |= {"&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text or a truth value that stands in the formula itself."""

    value: float | str | bool


@dataclass(frozen=True, slots=True)
class CellBlock:
    """A cell, or a rectangle of cells; rows and columns are counted from 0, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """Return the number of cells."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def cells(self, sheet: str) -> Iterator[tuple[str, int, int]]:
        """Yield the address of each cell, row by row, with the name of its sheet as it is."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield sheet, row, column


@dataclass(frozen=True, slots=True)
class Operation:
    """A sign before, behind (``%``) or between its operands."""

    sign: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Node, ...]


Node = Constant | CellBlock | Operation | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula, and every block it names, in the order in which they stand."""

    tree: Node
    blocks: tuple[CellBlock, ...]


def parse(text: str, sheet: str) -> Formula | None:
    """Parse a formula, such as ``=SUM(D8:D12)+'Sheet 2'!B3``.

    Args:
        sheet: the sheet on which it stands, that of every cell named without one.

    Returns:
        ``None`` where it is longer, deeper or wider than an office's own sums, names something
        outside the workbook, or uses what is not computed here.
    """
    if len(text) > _LONGEST or not text.startswith("="):
        return None
    try:
        parser = _Parser(text[1:], sheet)
        tree = parser.whole()
    except _NotUnderstood:
        return None
    return Formula(tree, tuple(parser.blocks))


class _NotUnderstood(Exception):
    """The text is no formula that is computed here."""


class _Parser:
    def __init__(self, text: str, sheet: str) -> None:
        self.sheet = sheet
        self.blocks: list[CellBlock] = []
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0
        self._cells = 0

    def whole(self) -> Node:
        tree = self._expression(1)
        if self._sign() is not None or self._at < len(self._tokens):
            raise _NotUnderstood
        return tree

    def _sign(self) -> str | None:
        """Return the sign that comes next, without taking it."""
        return self._tokens[self._at]["sign"] if self._at < len(self._tokens) else None

    def _take(self) -> re.Match[str]:
        if self._at >= len(self._tokens):
            raise _NotUnderstood
        self._at += 1
        return self._tokens[self._at - 1]

    def _expression(self, weakest: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotUnderstood
        left = self._operand()
        while (sign := self._sign()) is not None and _STRENGTH.get(sign, 0) >= weakest:
            self._at += 1
            left = Operation(sign, (left, self._expression(_STRENGTH[sign] + 1)))
        self._depth -= 1
        return left

    def _operand(self) -> Node:
        signs = []
        while (sign := self._sign()) in ("-", "+"):
            signs.append(sign)
            self._at += 1
        node = self._value(self._take())
        # A minus binds tighter than a power: -2^2 is 4.
        node = Operation("neg", (node,)) if signs.count("-") % 2 else node
        while self._sign() == "%":
            self._at += 1
            node = Operation("%", (node,))
        return node

    def _value(self, token: re.Match[str]) -> Node:
        if token["number"]:
            return Constant(float(token["number"]))
        if token["text"]:
            return Constant(token["text"][1:-1].replace('""', '"'))
        if token["truth"]:
            return Constant(token["truth"].upper() == "TRUE")
        if token["first"]:
            return self._block(token)
        if token["call"]:
            return self._call(token["call"].upper())
        if token["sign"] != "(":
            raise _NotUnderstood
        inner = self._expression(1)
        self._close()
        return inner

    def _block(self, token: re.Match[str]) -> CellBlock:
        sheet = (token["quoted"] or "").replace("''", "'") or token["sheet"] or self.sheet
        one, other = position(token["first"]), position(token["last"] or token["first"])
        (top, bottom), (left, right) = (sorted(pair) for pair in zip(one, other, strict=True))
        block = CellBlock(sheet, top, left, bottom, right)
        self._cells += block.size
        if self._cells > MOST_CELLS:
            raise _NotUnderstood
        self.blocks.append(block)
        return block

    def _call(self, name: str) -> Node:
        fewest, most = FUNCTIONS.get(name, (1, 0))
        arguments = [self._expression(1)]
        while self._sign() == ",":
            self._at += 1
            arguments.append(self._expression(1))
        self._close()
        if not fewest <= len(arguments) <= most:
            raise _NotUnderstood
        return Call(name, tuple(arguments))

    def _close(self) -> None:
        if self._take()["sign"] != ")":
            raise _NotUnderstood


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise _NotUnderstood
        yield token
        at = token.end()
