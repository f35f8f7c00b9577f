"""What the units answered, one column per indicator and period: exact, and light on memory.

A column has a place for every unit, in one order for all of them, so that totals, coverage and
changes over the same units are sums and conjunctions of whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tongket_xlsx.model.expressions import Expression, Reference
from tongket_xlsx.model.figure_status import FigureKey, Statuses
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.doubt import Known

# The rows a source of figures gives: reading, indicator, period, state, value, text, raw and,
# where it is known, whether the figure is an estimate.
Row = tuple[Any, ...]
Fetch = Callable[[Iterable[str]], Iterable[Row]]
Mask = npt.NDArray[np.bool_]
_MOST_DIGITS = 20
_PLACES = Decimal("0.000001")
_ZERO = Decimal(0)
_COUNTING = frozenset(state for state in CellState if state.counts)


class ColumnFigure(NamedTuple):
    """One answer of one unit, as the tables show it.

    ``held``: it has a value and is in no total until it is corrected or accepted; ``estimated``:
    its office gave it as an estimate.
    """

    state: CellState
    value: Decimal | None
    text: str
    raw: str
    held: bool = False
    estimated: bool = False


_BLANK = ColumnFigure(CellState.BLANK, None, "", "")


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """The answers of all units to one indicator in one period.

    ``counts`` tells which enter totals; ``values`` are exact decimals, zero where nothing counts;
    ``others`` holds, by position, every answer that is more or less than a plain number; ``held``
    the figures that are there and do not count, ``estimated`` the positions of estimates.
    """

    counts: Mask
    values: npt.NDArray[np.object_]
    others: dict[int, ColumnFigure] = field(default_factory=dict)
    held: dict[int, Decimal] = field(default_factory=dict)
    estimated: set[int] = field(default_factory=set)

    def figure(self, position: int) -> ColumnFigure:
        """Return the answer of one unit."""
        if position in self.others:
            return self.others[position]
        if self.counts[position]:
            return ColumnFigure(CellState.NUMBER, self.values[position], "", "")
        return _BLANK

    def value(self, position: int) -> Decimal | None:
        """Return the figure of one unit where it counts."""
        return self.values[position] if self.counts[position] else None

    def known(self, position: int) -> Decimal | None:
        """Return the figure of one unit whether it counts or is held."""
        return self.held.get(position, self.value(position))

    def sum(self, among: Mask) -> tuple[Decimal, int]:
        """Return the exact sum over some units, and how many of them have a figure."""
        both = among & self.counts
        return sum(self.values[both], _ZERO), int(both.sum())


def empty_column(size: int) -> FigureColumn:
    """Return the column of a figure nobody gave."""
    return FigureColumn(np.zeros(size, dtype=bool), np.full(size, _ZERO, dtype=object))


class Columns:
    """The columns of some indicators over a fixed order of units; computed ones made when asked."""

    def __init__(
        self,
        form: Form,
        units: Sequence[Unit],
        reported: Mapping[tuple[str, str], FigureColumn],
        known: Statuses | None = None,
    ) -> None:
        """Hold what was reported; see :func:`read_columns`."""
        self.form = form
        self.units = units
        self.known = Known(form, {unit.code: n for n, unit in enumerate(units)}, known or {})
        self._made = dict(reported)
        self._masks: dict[object, Mask] = {}

    def of(self, code: str, period: str) -> FigureColumn:
        """Return a column, computed exactly from its operands where the indicator is computed."""
        key = (code, period)
        if key not in self._made:
            indicator = self.form.indicators[code]
            if indicator.computed:
                self._made[key] = self._computed(indicator, period)
            else:
                self._made[key] = empty_column(len(self.units))
        return self._made[key]

    def part(self, expression: Expression | None, period: str) -> FigureColumn:
        """Return a part of a ratio for every unit; known where every term of it is."""
        counts = np.ones(len(self.units), dtype=bool)
        values = np.full(len(self.units), _ZERO, dtype=object)
        terms = [(f, self.of(r.name, r.period or period)) for f, r in terms_of(expression)]
        for factor, term in terms:
            counts &= term.counts
            values = values + term.values * factor
        held = {}
        for place in {place for _, term in terms for place in term.held}:
            known = [(factor, term.known(place)) for factor, term in terms]
            if all(value is not None for _, value in known):
                held[place] = sum((f * v for f, v in known if v is not None), _ZERO)
        estimated = {place for _, term in terms for place in term.estimated}
        return FigureColumn(counts, values, held=held, estimated=estimated)

    def held_behind(self, indicator: Indicator, periods: Iterable[str]) -> set[int]:
        """Return the places of units of which any figure that an indicator is made of is held."""
        return {place for column in self._inputs(indicator, periods) for place in column.held}

    def estimated_behind(self, indicator: Indicator, periods: Iterable[str]) -> set[int]:
        """Return the places of units of which any figure an indicator is made of is an estimate."""
        return {place for column in self._inputs(indicator, periods) for place in column.estimated}

    def _inputs(self, indicator: Indicator, periods: Iterable[str]) -> Iterator[FigureColumn]:
        for period in periods:
            if not indicator.computed:
                yield self.of(indicator.code, period)
                continue
            for part in (indicator.numerator, indicator.denominator):
                for _, reference in terms_of(part):
                    operand = self.form.indicators[reference.name]
                    yield from self._inputs(operand, (reference.period or period,))

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

    def _computed(self, indicator: Indicator, period: str) -> FigureColumn:
        above = self.part(indicator.numerator, period)
        below = self.part(indicator.denominator, period)
        counts = above.counts & below.counts & (below.values != _ZERO).astype(bool)
        values = np.full(len(self.units), _ZERO, dtype=object)
        for n in np.flatnonzero(counts):
            values[n] = six(indicator.factor * above.values[n] / below.values[n])
        made = FigureColumn(counts, values, estimated=above.estimated | below.estimated)
        for place in above.held.keys() | below.held.keys():
            top, bottom = above.known(place), below.known(place)
            if top is not None and bottom:
                value = six(indicator.factor * top / bottom)
                _hold(made, place, ColumnFigure(CellState.NUMBER, value, "", ""))
        return made


def read_columns(
    form: Form,
    units: Sequence[Unit],
    codes: Iterable[str],
    readings: Mapping[int, str],
    fetch: Fetch,
    known: Statuses | None = None,
) -> Columns:
    """Read the columns of some indicators, row by row.

    Args:
        units: the order of the places in every column.
        readings: the reading that counts for each unit → the code of the unit.
        known: what is known against figures; those that are held do not count.
    """
    # What was noted on a computed row, such as “x” for a year before the unit, is no figure.
    wanted = dict.fromkeys(code for code in codes if not form.indicators[code].computed)
    places = {unit.code: n for n, unit in enumerate(units)}
    at = {reading: places[code] for reading, code in readings.items() if code in places}
    columns: dict[tuple[str, str], FigureColumn] = {}
    impossible: list[tuple[str, str, str]] = []
    for row in fetch(wanted):
        reading, code, period, state, value, text, raw = row[:7]
        place = at.get(reading)
        if place is None or code not in wanted:
            continue
        column = columns.get((code, period))
        if column is None:
            column = columns[code, period] = empty_column(len(units))
        exact = None if value is None else Decimal(value)
        said = CellState.recorded(state)
        estimated = len(row) > 7 and bool(row[7])
        if said in _COUNTING:
            column.counts[place] = True
            column.values[place] = exact or _ZERO
        elif said is CellState.IMPOSSIBLE:
            impossible.append((units[place].code, code, period))
        if estimated:
            column.estimated.add(place)
        if said is not CellState.NUMBER or text or estimated:
            column.others[place] = ColumnFigure(said, exact, text, raw, estimated=estimated)
    _judge(columns, places, known or {}, impossible)
    return Columns(form, units, columns, known)


def _judge(
    columns: Mapping[tuple[str, str], FigureColumn],
    places: Mapping[str, int],
    known: Statuses,
    impossible: Sequence[FigureKey],
) -> None:
    """Take out what is held, and let an impossible figure count that the province accepted."""
    for unit, code, period in impossible:
        status = known.get((unit, code, period))
        column, place = columns[code, period], places[unit]
        figure = column.others[place]
        if status is None or status.is_held or not status.accepted:
            _hold(column, place, figure)
        elif figure.value is not None:
            column.counts[place] = True
            column.values[place] = figure.value
            # From now on it is a figure as any other: it is shown, ranked and added as a number.
            column.others[place] = figure._replace(state=CellState.NUMBER)
    for (unit, code, period), status in known.items():
        column_of = columns.get((code, period)) if status.is_held else None
        held_place = places.get(unit)
        if column_of is not None and held_place is not None and column_of.counts[held_place]:
            _hold(column_of, held_place, column_of.figure(held_place))


def _hold(column: FigureColumn, place: int, figure: ColumnFigure) -> None:
    if figure.value is None:
        return
    column.counts[place] = False
    column.values[place] = _ZERO
    column.others[place] = figure._replace(held=True)
    column.held[place] = figure.value


def six(value: Decimal) -> Decimal:
    """Round to six decimals as Excel does: halves away from zero."""
    # A share of next to nothing has more digits than are reckoned with, and none behind the comma.
    return value.quantize(_PLACES, ROUND_HALF_UP) if value.adjusted() < _MOST_DIGITS else value


def terms_of(expression: Expression | None) -> tuple[tuple[Decimal, Reference], ...]:
    """Return a part of a ratio as factor × operand; the definition admits nothing else."""
    if expression is None or expression.terms is None:  # pragma: no cover - refused at loading
        raise AssertionError(expression)
    return expression.terms
