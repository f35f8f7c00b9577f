"""What the units answered, one column per indicator and period: exact, and light on memory.

A column has a place for every unit, in one order for all of them, so that totals, coverage and
changes over the same units are sums and conjunctions of whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tongket_xlsx.model.expressions import Expression, Reference
from tongket_xlsx.model.form import Form, Indicator, Period, Unit
from tongket_xlsx.model.observations import CellState

# The rows a source of figures gives: reading, indicator, period, state, value, text, raw.
Row = tuple[Any, ...]
Fetch = Callable[[Iterable[str]], Iterable[Row]]
Mask = npt.NDArray[np.bool_]
_PLACES = Decimal("0.000001")
_ZERO = Decimal(0)
_STATES = {str(state): state for state in CellState}
_COUNTING = frozenset(state for state in CellState if state.counts)


class Figure(NamedTuple):
    """One answer of one unit, as the tables show it."""

    state: CellState
    value: Decimal | None
    text: str
    raw: str


_BLANK = Figure(CellState.BLANK, None, "", "")


@dataclass(frozen=True, slots=True)
class Column:
    """The answers of all units to one indicator in one period.

    ``counts`` tells which enter totals; ``values`` are exact decimals, zero where nothing counts;
    ``others`` holds, by position, every answer that is more or less than a plain number.
    """

    counts: Mask
    values: npt.NDArray[np.object_]
    others: dict[int, Figure] = field(default_factory=dict)

    def figure(self, position: int) -> Figure:
        """Return the answer of one unit."""
        if position in self.others:
            return self.others[position]
        if self.counts[position]:
            return Figure(CellState.NUMBER, self.values[position], "", "")
        return _BLANK

    def value(self, position: int) -> Decimal | None:
        """Return the figure of one unit where it counts."""
        return self.values[position] if self.counts[position] else None

    def sum(self, among: Mask) -> tuple[Decimal, int]:
        """Return the exact sum over some units, and how many of them have a figure."""
        both = among & self.counts
        return sum(self.values[both], _ZERO), int(both.sum())


def empty_column(size: int) -> Column:
    """Return the column of a figure nobody gave."""
    return Column(np.zeros(size, dtype=bool), np.full(size, _ZERO, dtype=object))


class Columns:
    """The columns of some indicators over a fixed order of units; computed ones made when asked."""

    def __init__(
        self, form: Form, units: Sequence[Unit], reported: Mapping[tuple[str, str], Column]
    ) -> None:
        """Hold what was reported; see :func:`read_columns`."""
        self.form = form
        self.units = units
        self._made = dict(reported)
        self._masks: dict[object, Mask] = {}

    def of(self, code: str, period: str) -> Column:
        """Return a column, computed exactly from its operands where the indicator is computed."""
        key = (code, period)
        if key not in self._made:
            indicator = self.form.indicators[code]
            if indicator.computed:
                self._made[key] = self._computed(indicator, period)
            else:
                self._made[key] = empty_column(len(self.units))
        return self._made[key]

    def part(self, expression: Expression | None, period: str) -> Column:
        """Return a part of a ratio for every unit; known where every term of it is."""
        counts = np.ones(len(self.units), dtype=bool)
        values = np.full(len(self.units), _ZERO, dtype=object)
        for factor, reference in terms_of(expression):
            term = self.of(reference.name, reference.period or period)
            counts &= term.counts
            values = values + term.values * factor
        return Column(counts, values)

    def kinds(self, kinds: Iterable[str]) -> Mask:
        """Tell which units are of some kinds."""
        wanted = frozenset(kinds)
        return self._mask(wanted, lambda unit: unit.kind in wanted)

    def asked(self, code: str) -> Mask:
        """Tell which units see an indicator on their form."""
        indicator = self.form.indicators[code]
        return self.kinds(k for k in self.form.unit_kinds if self.form.is_asked(indicator, k))

    def existed(self, period: Period) -> Mask:
        """Tell which units were there in a period."""
        return self._mask(period.code, lambda unit: unit.existed_in(period))

    def _mask(self, key: object, test: Callable[[Unit], bool]) -> Mask:
        if key not in self._masks:
            self._masks[key] = np.fromiter(map(test, self.units), bool, len(self.units))
        return self._masks[key]

    def _computed(self, indicator: Indicator, period: str) -> Column:
        above = self.part(indicator.numerator, period)
        below = self.part(indicator.denominator, period)
        counts = above.counts & below.counts & (below.values != _ZERO).astype(bool)
        values = np.full(len(self.units), _ZERO, dtype=object)
        for n in np.flatnonzero(counts):
            values[n] = six(indicator.factor * above.values[n] / below.values[n])
        return Column(counts, values)


def read_columns(
    form: Form,
    units: Sequence[Unit],
    codes: Iterable[str],
    readings: Mapping[int, str],
    fetch: Fetch,
) -> Columns:
    """Read the columns of some indicators, row by row.

    Args:
        units: the order of the places in every column.
        readings: the reading that counts for each unit → the code of the unit.
    """
    # What was noted on a computed row, such as “x” for a year before the unit, is no figure.
    wanted = dict.fromkeys(code for code in codes if not form.indicators[code].computed)
    places = {unit.code: n for n, unit in enumerate(units)}
    at = {reading: places[code] for reading, code in readings.items() if code in places}
    columns: dict[tuple[str, str], Column] = {}
    for reading, code, period, state, value, text, raw in fetch(wanted):
        place = at.get(reading)
        if place is None or code not in wanted:
            continue
        column = columns.get((code, period))
        if column is None:
            column = columns[code, period] = empty_column(len(units))
        exact = None if value is None else Decimal(value)
        known = _STATES[state]
        if known in _COUNTING:
            column.counts[place] = True
            column.values[place] = exact or _ZERO
        if known is not CellState.NUMBER or text:
            column.others[place] = Figure(known, exact, text, raw)
    return Columns(form, units, columns)


def six(value: Decimal) -> Decimal:
    """Round to six decimals as Excel does: halves away from zero."""
    return value.quantize(_PLACES, ROUND_HALF_UP)


def terms_of(expression: Expression | None) -> tuple[tuple[Decimal, Reference], ...]:
    """Return a part of a ratio as factor × operand; the definition admits nothing else."""
    if expression is None or expression.terms is None:  # pragma: no cover - refused at loading
        raise AssertionError(expression)
    return expression.terms
