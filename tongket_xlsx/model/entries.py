"""What is to stand in a cell of a unit: asked, filled in, computed, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.indicators import Group, Indicator
from tongket_xlsx.model.layout import Entry
from tongket_xlsx.model.units import Unit


def entry_of(unit: Unit, indicator: Indicator, period: Period) -> Entry:
    """Say what the cell of an indicator and a period is for a unit."""
    if period.code not in indicator.periods:
        return Entry.NOT_APPLICABLE
    if not unit.existed_in(period):
        return Entry.NOT_FOUNDED
    if indicator.computed:
        return Entry.COMPUTED
    if period.code in indicator.locked and fact_of(unit, indicator, period):
        return Entry.PREFILLED
    if period.code in indicator.core.get(unit.kind, ()):
        return Entry.REQUIRED
    return Entry.OPTIONAL


def fact_of(unit: Unit, indicator: Indicator, period: Period) -> str:
    """Return what the list of units already knows of an answer, such as ``communes_2012``."""
    return unit.facts.get(f"{indicator.prefill}_{period.code}", "") if indicator.prefill else ""


def facts_of(form: Form, unit: Unit) -> Iterator[tuple[Indicator, Period, Decimal]]:
    """Yield what the list of units knows of a unit: it is filled in, locked where so declared."""
    for indicator in form.indicators.values():
        for period in form.periods:
            fact = fact_of(unit, indicator, period)
            if fact and unit.existed_in(period):
                yield indicator, period, Decimal(fact)


def required_rows(form: Form, unit: Unit, group: Group) -> tuple[Indicator, ...]:
    """Return the rows of a group in which a unit must answer at least one period."""
    return tuple(
        i
        for i in form.asked(group, unit.kind)
        if any(entry_of(unit, i, p) is Entry.REQUIRED for p in form.periods)
    )
