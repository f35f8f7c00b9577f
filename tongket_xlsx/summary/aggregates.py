"""The figures of the province: totals, ratios, and changes over what can be compared.

Totals are exact decimal sums over the kinds of unit that add; a ratio is a ratio of sums over
the units that have both parts; missing is not zero. Every figure says how many of the units that
existed that year stand behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain

import numpy as np

from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Aggregation, Period, Scope
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.areas import AreaFigures
from tongket_xlsx.summary.columns import Columns, FigureColumn, Mask, six
from tongket_xlsx.summary.doubt import NO_DOUBT, Doubt


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The figure of the province: its value, and that ``n`` of ``expected`` units are behind it.

    ``no_denominator`` names the units that gave the numerator of a ratio and are not in it, for
    by the form they have no denominator; ``left_out`` counts those that have only one part of
    it; ``doubt`` names the units whose figures are held, and all else that is known against it;
    ``uneven`` names the units that are behind a span of years and not its years, or the reverse.
    ``given_by`` is the department whose own figure it is, where no unit adds one; ``missing``
    are the units that are not in a ratio and of which nothing is held.
    """

    value: Decimal | None
    n: int
    expected: int
    no_denominator: tuple[str, ...] = ()
    left_out: int = 0
    doubt: Doubt = NO_DOUBT
    uneven: tuple[Unit, ...] = ()
    given_by: Unit | None = None
    missing: tuple[Unit, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Say whether a conclusion may be drawn from it: no figure is held, its bounds hold.

        Nothing is called reached, and no rank or trend is stated, of a figure that is not.
        """
        return not (self.doubt.held or self.doubt.own)

    def with_own(self, finding: Finding) -> Aggregate:
        """Return the figure with one more finding about itself."""
        return replace(self, doubt=replace(self.doubt, own=(*self.doubt.own, finding)))

    def is_thin(self, enough: float) -> bool:
        """Say whether less than a share of the units that existed stand behind the figure."""
        return self.n < enough * self.expected

    def coverage(self, enough: float) -> str:
        """Return “n/N”, with “!” where the figure is thin, or a dash where nobody was asked.

        Of the own figure of a department it is the name of the department.
        """
        if self.given_by is None and not self.expected:
            return "–"
        return self.behind + (" !" if self.is_thin(enough) else "")

    @property
    def behind(self) -> str:
        """Return of how many units it is, or of which department: “16/17”, “Sở GD&ĐT”."""
        if self.given_by is not None:
            return self.given_by.short_name
        return f"{self.n}/{self.expected}"


@dataclass(frozen=True, slots=True)
class LikeForLike:
    """The figure of the province in two years, over what can be compared between them.

    These are ``units`` that reported both, and ``areas`` of which every member that existed in a
    year reported it: Chư Sê in 2007 and Chư Sê with Chư Pưh since are one area, not one unit.
    """

    before: Decimal | None
    after: Decimal | None
    units: int = 0
    areas: int = 0
    doubt: Doubt = NO_DOUBT

    @property
    def n(self) -> int:
        """Return how many areas and units it is over."""
        return self.units + self.areas

    @property
    def change(self) -> Decimal | None:
        """Return the change over the same areas and units."""
        return change(self.before, self.after)[0]

    @property
    def share(self) -> Decimal | None:
        """Return the change in per cent of what was before; ``None`` where that was zero."""
        return change(self.before, self.after)[1]

    @property
    def is_from_zero(self) -> bool:
        """Say whether something grew out of nothing, which has no percentage."""
        return is_from_zero(self.before, self.after)


def aggregate(columns: Columns, indicator: Indicator, period: Period) -> Aggregate:
    """Return the figure of the province, over the units that add and were there that year.

    Where no unit adds one, it is what a department reports for the whole province.
    """
    kinds = columns.form.adding_kinds(indicator)
    if not kinds:
        return of_department(columns, indicator, period)
    asked = columns.kinds(kinds) & columns.existed(period)
    if indicator.computed:
        return ratio(columns, indicator, period, asked)
    column = columns.of(indicator.code, period.code)
    total, n = column.sum(asked)
    known = n > 0 and indicator.aggregation is not Aggregation.NONE
    doubt = doubt_of(columns, indicator, (period.code,), asked, asked & column.counts)
    return Aggregate(total if known else None, n, int(asked.sum()), doubt=doubt)


def of_department(columns: Columns, indicator: Indicator, period: Period) -> Aggregate:
    """Return the figure of the first department that has one, else of one whose is held."""
    form = columns.form
    column = columns.of(indicator.code, period.code)
    wholes = columns.kinds(k for k, kind in form.unit_kinds.items() if kind.scope is Scope.WHOLE)
    asked = wholes & columns.asked(indicator.code) & columns.existed(period)
    held = [place for place in sorted(column.held) if asked[place]]
    places = [*np.flatnonzero(asked & column.counts).tolist(), *held]
    if not places:
        return Aggregate(None, 0, 0)
    alone = np.zeros(len(columns.units), dtype=bool)
    alone[places[0]] = True
    doubt = doubt_of(columns, indicator, (period.code,), alone, alone & column.counts)
    given_by = columns.units[places[0]]
    return Aggregate(column.value(places[0]), 0, 0, doubt=doubt, given_by=given_by)


def same_units(
    columns: Columns, areas: AreaFigures, indicator: Indicator, before: Period, after: Period
) -> LikeForLike:
    """Aggregate two years over the areas and units that have everything it takes in both."""
    if indicator.aggregation is Aggregation.NONE:
        return LikeForLike(None, None)
    years = (before, after)
    adding = columns.kinds(_comparing_kinds(columns.form, indicator))
    parts = [_parts(columns, indicator, year) for year in years]
    units, behind = adding & areas.outside, np.zeros(len(columns.units), dtype=bool)
    for part in chain(*parts):
        units &= part.counts
    sums = [[part.sum(units)[0] for part in of_year] for of_year in parts]
    n_areas = 0
    for number, members in enumerate(areas.members):
        found = [areas.parts(indicator, year, number) for year in years]
        if adding[members].any() and all(None not in of_year for of_year in found):
            n_areas += 1
            behind[members] = True
            sums = [_added(*both) for both in zip(sums, found, strict=True)]
    behind |= units
    doubt = doubt_of(columns, indicator, (before.code, after.code), adding, behind)
    n_units = int(units.sum())
    if not (n_units or n_areas):
        return LikeForLike(None, None, doubt=doubt)
    old, new = (_quotient(indicator, of_year) for of_year in sums)
    return LikeForLike(old, new, n_units, n_areas, doubt)


def _comparing_kinds(form: Form, indicator: Indicator) -> tuple[str, ...]:
    """Return the kinds of unit that have every part of a figure that adds."""
    kinds = form.adding_kinds(indicator)
    if not indicator.computed:
        return kinds
    return tuple(kind for kind in kinds if has_denominator(form, indicator, kind))


def _parts(columns: Columns, indicator: Indicator, period: Period) -> list[FigureColumn]:
    """Return the column of a figure, of a ratio those of both parts."""
    if not indicator.computed:
        return [columns.of(indicator.code, period.code)]
    return [columns.part(e, period.code) for e in (indicator.numerator, indicator.denominator)]


def _added(sums: Iterable[Decimal], more: Iterable[Decimal | None]) -> list[Decimal]:
    return [a + (b or 0) for a, b in zip(sums, more, strict=True)]


def _quotient(indicator: Indicator, parts: Sequence[Decimal]) -> Decimal | None:
    if not indicator.computed:
        return parts[0]
    above, below = parts
    return six(indicator.factor * above / below) if below else None


def ratio(columns: Columns, indicator: Indicator, period: Period, asked: Mask) -> Aggregate:
    """Return a ratio of sums over the units that have both parts.

    A kind of unit that by the form has no denominator of its own (the provincial block has no
    population) is not in it, and is named: a numerator over all and a denominator over some would
    be a share of nothing.
    """
    form = columns.form
    top = columns.part(indicator.numerator, period.code)
    bottom = columns.part(indicator.denominator, period.code)
    whole = columns.kinds(k for k in form.unit_kinds if has_denominator(form, indicator, k))
    both = asked & whole & bottom.counts
    above, n = top.sum(both)
    below, _ = bottom.sum(both & top.counts)
    value = six(indicator.factor * above / below) if below else None
    alone = np.flatnonzero(asked & ~whole & top.counts).tolist()
    names = tuple(columns.units[place].name for place in alone)
    left_out = int((asked & whole & (top.counts ^ bottom.counts)).sum())
    asked = asked & whole
    doubt = doubt_of(columns, indicator, (period.code,), asked, both & top.counts)
    held = {unit.code for unit in doubt.held}
    out = np.flatnonzero(asked & ~(both & top.counts)).tolist()
    missing = tuple(u for u in (columns.units[place] for place in out) if u.code not in held)
    return Aggregate(value, n, int(asked.sum()), names, left_out, doubt, missing=missing)


def doubt_of(
    columns: Columns, indicator: Indicator, periods: Sequence[str], asked: Mask, behind: Mask
) -> Doubt:
    """Return what is known against an aggregate.

    Args:
        asked: the units it should be over.
        behind: those of them whose figures are in it.
    """
    held = columns.held_behind(indicator, periods)
    known = columns.known.of(indicator, periods)
    estimated = columns.estimated_behind(indicator, periods)
    if not (held or known or estimated):
        return NO_DOUBT

    def named(places: Iterable[int], among: Mask) -> tuple[Unit, ...]:
        return tuple(columns.units[place] for place in sorted(places) if among[place])

    def having(part: str) -> tuple[Unit, ...]:
        found = (place for place, those in known.items() if any(getattr(s, part) for s in those))
        return named(found, behind)

    return Doubt(
        held=named(held, asked & ~behind),
        in_error=having("errors"),
        warned=having("warnings"),
        accepted=having("accepted"),
        explained=having("explained"),
        estimated=named(estimated, behind),
    )


def has_denominator(form: Form, indicator: Indicator, kind: str) -> bool:
    """Say whether a kind of unit answers the denominator of a computed indicator."""
    names = indicator.denominator.names if indicator.denominator else ()
    return all(form.is_asked(form.indicators[name], kind) for name in names)


def change(before: Decimal | None, after: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """Return the change in absolute terms and in per cent, six decimals."""
    if before is None or after is None:
        return None, None
    difference = after - before
    share = six(difference / before * 100) if before else None
    return difference, share


def is_from_zero(before: Decimal | None, after: Decimal | None) -> bool:
    """Say whether something grew out of nothing, so that there is no percentage of it."""
    return before == 0 and after is not None and after != 0


def is_comparable(indicator: Indicator, old: Aggregate, new: Aggregate) -> bool:
    """Say whether two years are of one source: the units, or one and the same department."""
    if old.given_by is None and new.given_by is None:
        return indicator.aggregation is not Aggregation.NONE
    return old.given_by == new.given_by


def is_opposite(raw: Decimal | None, same: Decimal | None) -> bool:
    """Say whether the raw change and the one over the same areas and units contradict."""
    return raw is not None and same is not None and raw * same < 0
