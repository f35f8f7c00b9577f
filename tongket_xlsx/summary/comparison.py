"""Columns from the ledger, group by group → the figures of the province and what is behind them.

Totals are exact decimal sums over the kinds of unit that add; a ratio is a ratio of sums over
the units that have both parts; missing is not zero. Every figure says how many of the units that
existed that year stand behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

import numpy as np

from tongket_xlsx.model.figure_status import Statuses
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.form import (
    Aggregation,
    Form,
    Group,
    Indicator,
    Period,
    Scope,
    Unit,
)
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.summary.areas import Block, blocks_of
from tongket_xlsx.summary.columns import (
    Columns,
    Fetch,
    Mask,
    read_columns,
    six,
)
from tongket_xlsx.summary.doubt import NO_DOUBT, Doubt
from tongket_xlsx.summary.own_findings import (
    Part,
    parts_of,
    share_finding,
    too_great_parts,
    too_great_share,
)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The figure of the province: its value, and that ``n`` of ``expected`` units are behind it.

    ``numerator_only`` names the units that are in the numerator of a ratio and have no
    denominator of their own; ``left_out`` counts those that have only one part of it; ``doubt``
    names the units whose figures are held, and all else that is known against it.
    """

    value: Decimal | None
    n: int
    expected: int
    numerator_only: tuple[str, ...] = ()
    left_out: int = 0
    doubt: Doubt = NO_DOUBT

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
        """Return “n/N”, with “!” where the figure is thin, or a dash where nobody was asked."""
        if not self.expected:
            return "–"
        return f"{self.n}/{self.expected}" + (" !" if self.is_thin(enough) else "")


@dataclass(frozen=True, slots=True)
class LikeForLike:
    """The figure of the province in two years, over the ``n`` units that reported both."""

    before: Decimal | None
    after: Decimal | None
    n: int
    doubt: Doubt = NO_DOUBT

    @property
    def change(self) -> Decimal | None:
        """Return the change over the same units."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


class Reported(NamedTuple):
    """What a department reports for the whole province; ``held`` is a figure not to be used."""

    unit: Unit
    value: Decimal | None
    state: CellState
    held: Decimal | None = None


@dataclass(frozen=True)
class GroupTable:
    """One group: every unit's figures, the province's, and the departments' beside them.

    The columns have a place for every part, then for every whole, in the order of the comparison.
    """

    group: Group
    columns: Columns
    province: Mapping[tuple[str, str], Aggregate]
    same_units: Mapping[tuple[str, str, str], LikeForLike]
    departments: Mapping[tuple[str, str], Reported]

    @property
    def own_findings(self) -> tuple[Finding, ...]:
        """Return what is wrong with the figures of the province of this group, each once."""
        found = (f for figure in self.province.values() for f in figure.doubt.own)
        return tuple({id(finding): finding for finding in found}.values())


@dataclass(frozen=True)
class Comparison:
    """The units of the comparison and its groups, made one at a time as they are asked for."""

    form: Form
    parts: tuple[Unit, ...]
    wholes: tuple[Unit, ...]
    blocks: tuple[Block, ...]
    readings: Mapping[int, str]
    fetch: Fetch
    names: Mapping[str, str]
    known: Statuses = field(default_factory=dict)

    def groups(self) -> Iterator[GroupTable]:
        """Yield the groups in the order of the form; no more than one is in memory."""
        for group in self.form.groups:
            yield self._group(group)

    def _group(self, group: Group) -> GroupTable:
        codes = [code for i in group.indicators for code in (i.code, *_inputs(self.form, i))]
        parts = parts_of(self.form).get(group.code, ())
        codes += [code for part in parts for code, _ in (*part.parts, part.whole)]
        units = (*self.parts, *self.wholes)
        columns = read_columns(self.form, units, codes, self.readings, self.fetch, self.known)
        province = {
            (i.code, p.code): aggregate(columns, i, p)
            for i in group.indicators
            for p in self.form.periods
            if p.code in i.periods
        }
        self._judge(columns, parts, province)
        same = {
            (i.code, before.code, after.code): same_units(columns, i, before, after)
            for i in group.indicators
            for before, after in combinations(self.form.years, 2)
            if before.code in i.periods and after.code in i.periods
        }
        departments = dict(self._departments(group, columns))
        return GroupTable(group, columns, province, same, departments)

    def _judge(
        self,
        columns: Columns,
        parts: tuple[Part, ...],
        province: dict[tuple[str, str], Aggregate],
    ) -> None:
        """Add to the figures of the province what is wrong with them themselves."""
        totals = dict(province)
        for part in parts:
            for code, period in (*part.parts, part.whole):
                if (code, period) not in totals:
                    indicator = self.form.indicators[code]
                    when = self.form.period_by_code[period]
                    totals[code, period] = aggregate(columns, indicator, when)
        for keys, finding in too_great_parts(self.form, parts, totals):
            for key in keys:
                if key in province:
                    province[key] = province[key].with_own(finding)
        for (code, period), figure in list(province.items()):
            indicator = self.form.indicators[code]
            if too_great_share(indicator, period, figure):
                finding = share_finding(self.form, indicator, period, figure)
                province[code, period] = figure.with_own(finding)

    def _departments(
        self, group: Group, columns: Columns
    ) -> Iterator[tuple[tuple[str, str], Reported]]:
        for place, unit in enumerate(self.wholes, start=len(self.parts)):
            for indicator in group.indicators:
                for period in () if indicator.computed else indicator.periods:
                    column = columns.of(indicator.code, period)
                    state = column.figure(place).state
                    if state is not CellState.BLANK:
                        value, held = column.value(place), column.held.get(place)
                        yield (indicator.code, period), Reported(unit, value, state, held)


def comparison_of(
    form: Form,
    units: Iterable[Unit],
    readings: Mapping[int, str],
    fetch: Fetch,
    known: Statuses | None = None,
) -> Comparison:
    """Prepare a comparison.

    Args:
        readings: the reading that counts for each unit → the code of the unit.
        fetch: gives the figures of some codes, as :data:`tongket_xlsx.summary.columns.Row`.
        known: what is known against figures; see :func:`tongket_xlsx.tasks.review.known_against`.
    """
    listed = tuple(units)
    scope = {code: kind.scope for code, kind in form.unit_kinds.items()}
    parts = in_families(u for u in listed if scope[u.kind] is Scope.PART)
    return Comparison(
        form,
        parts,
        tuple(u for u in listed if scope[u.kind] is Scope.WHOLE),
        blocks_of(form, [u for u in listed if scope[u.kind] is Scope.PART]),
        readings,
        fetch,
        {u.code: u.name for u in listed},
        known or {},
    )


def in_families(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Bring together the units of one kind, and within it those of one parent; else as listed.

    As long as a kind is in one piece, a total is a sum over few runs of rows, however many
    parents there are.
    """
    kinds: dict[str, dict[str, list[Unit]]] = {}
    for unit in units:
        kinds.setdefault(unit.kind, {}).setdefault(unit.parent, []).append(unit)
    return tuple(u for families in kinds.values() for family in families.values() for u in family)


def aggregate(columns: Columns, indicator: Indicator, period: Period) -> Aggregate:
    """Return the figure of the province, over the units that add and were there that year."""
    asked = columns.kinds(columns.form.adding_kinds(indicator)) & columns.existed(period)
    if indicator.computed:
        return ratio(columns, indicator, period, asked)
    column = columns.of(indicator.code, period.code)
    total, n = column.sum(asked)
    known = n > 0 and indicator.aggregation is not Aggregation.NONE
    doubt = doubt_of(columns, indicator, (period.code,), asked, asked & column.counts)
    return Aggregate(total if known else None, n, int(asked.sum()), doubt=doubt)


def same_units(
    columns: Columns, indicator: Indicator, before: Period, after: Period
) -> LikeForLike:
    """Aggregate two years over the units that have everything it takes in both."""
    adding = columns.kinds(columns.form.adding_kinds(indicator))
    both = adding.copy()
    for code in indicator.operands() or (indicator.code,):
        elsewhere = ~columns.asked(code)
        for period in (before, after):
            both &= columns.of(code, period.code).counts | elsewhere
    doubt = doubt_of(columns, indicator, (before.code, after.code), adding, both)
    if indicator.computed:
        old, new = (ratio(columns, indicator, period, both) for period in (before, after))
        return LikeForLike(old.value, new.value, new.n, doubt)
    if not both.any() or indicator.aggregation is Aggregation.NONE:
        return LikeForLike(None, None, 0, doubt)
    sums = [columns.of(indicator.code, period.code).sum(both) for period in (before, after)]
    return LikeForLike(sums[0][0], sums[1][0], int(both.sum()), doubt)


def ratio(columns: Columns, indicator: Indicator, period: Period, asked: Mask) -> Aggregate:
    """Return a ratio of sums over the units that have both parts.

    A kind of unit that by the form has no denominator of its own (the provincial block has no
    population) adds its numerator where the form says so, and is named.
    """
    form = columns.form
    top = columns.part(indicator.numerator, period.code)
    bottom = columns.part(indicator.denominator, period.code)
    whole = columns.kinds(k for k in form.unit_kinds if has_denominator(form, indicator, k))
    both = asked & whole & bottom.counts
    above, n = top.sum(both)
    below, _ = bottom.sum(both & top.counts)
    alone = asked & ~whole & top.counts
    above += top.sum(alone)[0]
    value = six(indicator.factor * above / below) if below else None
    names = tuple(columns.units[place].name for place in np.flatnonzero(alone).tolist())
    left_out = int((asked & whole & (top.counts ^ bottom.counts)).sum())
    behind = (both & top.counts) | alone
    doubt = doubt_of(columns, indicator, (period.code,), asked, behind)
    return Aggregate(value, n, int((asked & whole).sum()), names, left_out, doubt)


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


def _inputs(form: Form, indicator: Indicator) -> Iterator[str]:
    """Yield every code that a computed indicator is made of in the end."""
    for code in indicator.operands():
        yield code
        yield from _inputs(form, form.indicators[code])
