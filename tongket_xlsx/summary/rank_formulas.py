"""Rank by formulas that Excel 2010 knows: the n-th largest figure, then where it stands.

Equal figures are told apart by looking for the next one below the place of the one before, so
that no figure has to be altered to make it unique.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tongket_xlsx.model.places import column_letters


def in_order(values: Sequence[Decimal | None]) -> list[int]:
    """Return the positions of the figures from the highest down, the earlier of equals first."""
    known = [(value, place) for place, value in enumerate(values) if value is not None]
    return [place for _, place in sorted(known, key=lambda pair: (-pair[0], pair[1]))]


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
        return f'=IFERROR(LARGE({self.figures},{rank + 1}),"")'

    def place_formula(self, rank: int) -> str:
        """Return the formula of the place of the figure of a rank, counted from 0."""
        value = f"{column_letters(self.value)}{self.start + rank + 1}"
        if not rank:
            return f'=IF({value}="","",MATCH({value},{self.figures},0))'
        above, before = (
            f"{column_letters(c)}{self.start + rank}" for c in (self.value, self.place)
        )
        rest = f"INDEX({self.figures},{before}+1):{self._end}"
        return (
            f'=IF({value}="","",IF({value}={above},{before}+MATCH({value},{rest},0),'
            f"MATCH({value},{self.figures},0)))"
        )

    def among(self, column: int, rank: int) -> str:
        """Return the formula that takes what stands beside the figure of a rank."""
        letters = column_letters(column)
        block = f"${letters}${self.first + 1}:${letters}${self.last + 1}"
        place = f"{column_letters(self.place)}{self.start + rank + 1}"
        return f'=IF({place}="","",INDEX({block},{place}))'

    @property
    def figures(self) -> str:
        """Return the address of the figures."""
        letters = column_letters(self.source)
        return f"${letters}${self.first + 1}:{self._end}"

    @property
    def _end(self) -> str:
        return f"${column_letters(self.source)}${self.last + 1}"
