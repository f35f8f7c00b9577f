"""Comparable areas: units that together cover the same ground in every year.

When a district is split, what it reported before contains what the new one reports since. An area
is therefore one reporter of a comparison between years: its members that existed in a year must
all have a figure in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from tongket_xlsx.model.expressions import Expression
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.columns import Columns, Mask, six, terms_of


@dataclass(frozen=True, slots=True)
class ComparableBlock:
    """Units that together cover the same ground in every year."""

    code: str
    units: tuple[Unit, ...]

    @property
    def name(self) -> str:
        """Return how the area is called: by the short names of its units."""
        return " + ".join(unit.short_name for unit in self.units)


def is_young(form: Form, unit: Unit) -> bool:
    """Say whether a unit was created after the first benchmark year began."""
    return unit.existed_from is not None and unit.existed_from > form.years[0].starts


def blocks_of(form: Form, units: Iterable[Unit]) -> tuple[ComparableBlock, ...]:
    """Return the areas in which some unit was not there for the whole of a benchmark year.

    A district created in April reports nine months, or what its predecessor left behind.
    """
    members: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.block:
            members.setdefault(unit.block, []).append(unit)
    return tuple(
        ComparableBlock(code, tuple(together))
        for code, together in members.items()
        if len(together) > 1 and any(is_young(form, u) for u in together)
    )


class AreaFigures:
    """The figures of comparable areas: sums over their members, known where each member's is."""

    def __init__(self, columns: Columns, blocks: Sequence[ComparableBlock]) -> None:
        """Find the places of the members; the areas stay in the order given."""
        self.columns = columns
        places = {unit.code: place for place, unit in enumerate(columns.units)}
        self.members = [[places[u.code] for u in b.units if u.code in places] for b in blocks]
        self.outside: Mask = np.ones(len(columns.units), dtype=bool)
        for members in self.members:
            self.outside[members] = False
        self._made: dict[tuple[str, str], list[Decimal | None]] = {}

    def adding(self, code: str, period: Period, number: int) -> list[int]:
        """Return the members of an area that existed in a period and add to an indicator."""
        form = self.columns.form
        adding = self.columns.kinds(form.adding_kinds(form.indicators[code]))
        there = adding & self.columns.existed(period)
        return [place for place in self.members[number] if there[place]]

    def of(self, code: str, period: Period) -> list[Decimal | None]:
        """Return the figure of every area for an indicator that is not computed.

        It is unknown where a member's is, and where no member existed.
        """
        key = (code, period.code)
        if key not in self._made:
            column = self.columns.of(*key)
            self._made[key] = []
            for number in range(len(self.members)):
                places = self.adding(code, period, number)
                known = bool(places) and all(column.counts[place] for place in places)
                total = sum((column.values[place] for place in places), Decimal(0))
                self._made[key].append(total if known else None)
        return self._made[key]

    def value(self, indicator: Indicator, period: Period, number: int) -> Decimal | None:
        """Return the figure of one area: a sum of its members', or a ratio of such sums."""
        parts = self.parts(indicator, period, number)
        if not indicator.computed:
            return parts[0]
        above, below = parts
        return six(indicator.factor * above / below) if above is not None and below else None

    def parts(self, indicator: Indicator, period: Period, number: int) -> list[Decimal | None]:
        """Return the figure of one area, of a ratio both parts of it."""
        if not indicator.computed:
            return [self.of(indicator.code, period)[number]]
        both = (indicator.numerator, indicator.denominator)
        return [self._part(expression, period, number) for expression in both]

    def _part(self, expression: Expression | None, period: Period, number: int) -> Decimal | None:
        """Return a part of a ratio of one area; known where every term of it is."""
        total = Decimal(0)
        for factor, reference in terms_of(expression):
            operand = self.columns.form.indicators[reference.name]
            when = self.columns.form.period_by_code[reference.period or period.code]
            value = self.value(operand, when, number)
            if value is None:
                return None
            total += factor * value
        return total
