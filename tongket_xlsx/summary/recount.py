"""The totals of the province counted a second time, by the plainest means: one figure at a time.

It shares nothing with the columns of the comparison but the form, so that the two prove each
other. It is slow, and meant for verification only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tongket_xlsx.model.expressions import Expression
from tongket_xlsx.model.figure_status import Statuses
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Aggregation, Period, Scope
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.units import Unit

# (unit, indicator, period) → the figure, where it counts.
Counted = Mapping[tuple[str, str, str], Decimal]
Total = tuple[Decimal | None, int]
_MOST_DIGITS = 20
_SIX = Decimal("0.000001")


def counted(
    form: Form,
    rows: Iterable[tuple[Any, ...]],
    units: Mapping[int, str],
    known: Statuses | None = None,
) -> dict[tuple[str, str, str], Decimal]:
    """Return what counts of the figures of some readings.

    Args:
        rows: reading, indicator, period, state, value, text, raw, estimated, as the ledger gives
            them.
        units: the reading that counts for each unit → the code of the unit.
        known: what is known against figures; those that are held do not count.
    """
    found = {}
    for reading, code, period, state, value, *_ in rows:
        key = units[reading], code, period
        status = (known or {}).get(key)
        impossible = CellState.recorded(state) is CellState.IMPOSSIBLE
        accepted = impossible and status is not None and bool(status.accepted)
        held = status is not None and status.is_held
        counts = (CellState.recorded(state).counts or accepted) and not held
        if counts and not form.indicators[code].computed:
            found[key] = Decimal(value or 0)
    return found


def totals(form: Form, units: Iterable[Unit], figures: Counted) -> Iterator[tuple[str, str, Total]]:
    """Yield (indicator, period, (total, units behind it)) of every figure of the province."""
    listed = tuple(units)
    for indicator in form.indicators.values():
        adding = form.adding_kinds(indicator)
        count = _ratio if indicator.computed else _sum
        if not adding:
            count = _alone
        among = [u for u in listed if not adding or u.kind in adding]
        for period in form.periods:
            if period.code in indicator.periods:
                there = [u for u in among if u.existed_in(period)]
                yield indicator.code, period.code, count(form, indicator, period, there, figures)


def _alone(
    form: Form, indicator: Indicator, period: Period, units: list[Unit], figures: Counted
) -> Total:
    """Return the figure of the first department that has one, where no unit adds."""
    for unit in units:
        whole = form.unit_kinds[unit.kind].scope is Scope.WHOLE
        if whole and form.is_asked(indicator, unit.kind):
            value = _figure(form, indicator, unit, period.code, figures)
            if value is not None:
                return value, 0
    return None, 0


def _sum(
    _form: Form, indicator: Indicator, period: Period, units: list[Unit], figures: Counted
) -> Total:
    given = [figures.get((u.code, indicator.code, period.code)) for u in units]
    known = [value for value in given if value is not None]
    total = sum(known, Decimal(0))
    shown = bool(known) and indicator.aggregation is not Aggregation.NONE
    return (total if shown else None), len(known)


def _ratio(
    form: Form, indicator: Indicator, period: Period, units: list[Unit], figures: Counted
) -> Total:
    above = below = Decimal(0)
    n = 0
    for unit in units:
        top = _part(form, indicator.numerator, unit, period.code, figures)
        bottom = _part(form, indicator.denominator, unit, period.code, figures)
        if top is None or bottom is None or not _has_denominator(form, indicator, unit):
            continue
        above, below, n = above + top, below + bottom, n + 1
    return (_six(indicator.factor * above / below) if below else None), n


def _has_denominator(form: Form, indicator: Indicator, unit: Unit) -> bool:
    names = indicator.denominator.names if indicator.denominator else ()
    return all(form.is_asked(form.indicators[name], unit.kind) for name in names)


def _part(
    form: Form, expression: Expression | None, unit: Unit, period: str, figures: Counted
) -> Decimal | None:
    """Return one part of a ratio of one unit, ``None`` where a term of it is not known."""
    terms = expression.terms if expression is not None else None
    total = Decimal(0)
    for factor, reference in terms or ():
        at = reference.period or period
        value = _figure(form, form.indicators[reference.name], unit, at, figures)
        if value is None:
            return None
        total += factor * value
    return total


def _figure(
    form: Form, indicator: Indicator, unit: Unit, period: str, figures: Counted
) -> Decimal | None:
    if not indicator.computed:
        return figures.get((unit.code, indicator.code, period))
    above = _part(form, indicator.numerator, unit, period, figures)
    below = _part(form, indicator.denominator, unit, period, figures)
    if above is None or not below:
        return None
    return _six(indicator.factor * above / below)


def _six(value: Decimal) -> Decimal:
    return value.quantize(_SIX, ROUND_HALF_UP) if value.adjusted() < _MOST_DIGITS else value
