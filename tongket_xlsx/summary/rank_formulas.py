"""Rank by formulas that Excel 2010 knows: the n-th largest figure, then where it stands.

Of equal figures the second takes the second place at which one stands, so that no figure has to
be altered to make it unique.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tongket_xlsx.model.formula import Cell, Piece, either, if_error, number, text, when
from tongket_xlsx.model.formula_ranges import (
    Cells,
    at,
    count_of,
    equal_to,
    largest,
    place_of,
    place_of_equal,
    rank_of,
    sum_of_products,
)
from tongket_xlsx.model.places import column_letters

_NOTHING = text("")
_NIL = "-"


def in_order(values: Sequence[Decimal | None]) -> list[int]:
    """Return the positions of the figures from the highest down, the earlier of equals first."""
    known = [(value, place) for place, value in enumerate(values) if value is not None]
    return [place for _, place in sorted(known, key=lambda pair: (-pair[0], pair[1]))]


def rank_with_nil(figure: Cell, block: Cells, *, ascending: bool) -> Piece:
    """Return the formula of the rank of a figure of a block; “-” is a zero, equals share a rank.

    Args:
        ascending: the lowest figure is the first.
    """
    value = figure.known_number()
    after_zero = value > 0 if ascending else value < 0
    passed = when(after_zero, count_of(block, _NIL), number(0))
    better = block.are_below(0) if ascending else block.are_above(0)
    of_nil = sum_of_products(block.are_numbers() * better) + 1
    ranked = rank_of(value, block, ascending=ascending) + passed
    return either(figure.is_number(), ranked, either(figure.says(_NIL), of_nil, _NOTHING))


@dataclass(frozen=True, slots=True)
class Ranked:
    """Figures in a column of a sheet, and their ranking beside them, on the same sheet.

    ``source`` is the column of the figures; ``value`` and ``place`` are columns of the ranking:
    the n-th largest figure, and where it stands among the figures, counted from 1. ``first`` and
    ``last`` are the rows of the figures; the ranking starts on the row ``start``.
    """

    source: int
    value: int
    place: int
    first: int
    last: int
    start: int

    def value_formula(self, rank: int) -> str:
        """Return the formula of the figure of a rank, counted from 0."""
        return if_error(largest(self.figures, rank + 1), _NOTHING).formula

    def place_formula(self, rank: int) -> str:
        """Return the formula of the place of the figure of a rank, counted from 0."""
        shown = self._cell(self.value, rank)
        value = shown.known_number()
        place = place_of(value, self.figures)
        if rank:
            above = self._cell(self.value, rank - 1).known_number()
            ranked = self._block(self.value, self.start, self.start + rank - 1)
            nth = equal_to(value, ranked) + 1
            further = place_of_equal(value, self.figures, self.first + 1, nth)
            place = when(value.equals(above), further, place)
        return either(shown.is_empty(), _NOTHING, place).formula

    def among(self, column: int, rank: int) -> str:
        """Return the formula that takes what stands beside the figure of a rank."""
        place = self._cell(self.place, rank)
        found = at(self._block(column, self.first, self.last), place.known_number())
        return either(place.is_empty(), _NOTHING, found).formula

    @property
    def figures(self) -> Cells:
        """Return the block of the figures."""
        return self._block(self.source, self.first, self.last)

    def _cell(self, column: int, rank: int) -> Cell:
        return Cell(f"{column_letters(column)}{self.start + rank + 1}")

    def _block(self, column: int, first: int, last: int) -> Cells:
        letters = column_letters(column)
        return Cells(f"${letters}${first + 1}:${letters}${last + 1}")
