"""Rank by formulas that Excel 2010 knows: keys that break ties, and the n-th largest of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

# What parts equal figures: less than the six decimals that a figure is rounded to.
_TIE_EXPONENT = 9


def in_order(values: Iterable[tuple[str, Decimal | None]]) -> list[tuple[str, Decimal]]:
    """Return names and figures from the highest down, the earlier of equals first."""
    known = [(name, value) for name, value in values if value is not None]
    return sorted(known, key=lambda pair: pair[1], reverse=True)


def key(value: Decimal | None, position: int) -> float | None:
    """Return the sort key of the figure at a position, counted from 0."""
    return None if value is None else float(value - Decimal(position + 1) / 10**_TIE_EXPONENT)


def key_formula(cell: str, position: int) -> str:
    """Return the formula of :func:`key` over a cell; what is no number has no key."""
    return f'=IF(ISNUMBER({cell}),{cell}-{position + 1}/10^{_TIE_EXPONENT},"")'


def place_formula(keys: str, rank: int) -> str:
    """Return the part of a formula that finds where the key of a rank, from 0, stands."""
    return f"MATCH(LARGE({keys},{rank + 1}),{keys},0)"
