"""Columns from the ledger, group by group → the figures of the province and what is behind them.

Totals are exact decimal sums over the kinds of unit that add; a ratio is a ratio of sums over
the units that have both parts; missing is not zero. Every figure says how many of the units that
existed that year stand behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from tongket_xlsx.expressions import Expression, Reference
from tongket_xlsx.form import (
    OWN_SCOPE,
    Aggregation,
    Form,
    Group,
    Indicator,
    Period,
    Scope,
    Target,
    Unit,
)
from tongket_xlsx.observations import CellState

COLUMNS = ["reading", "indicator", "period", "state", "value", "text", "raw", "sheet", "cell"]
Fetch = Callable[[Iterable[str]], Iterable[tuple[object, ...]]]
_PLACES = Decimal("0.000001")


class Figure(NamedTuple):
    """One answer of one unit, as the tables show it."""

    state: CellState
    value: Decimal | None
    text: str
    raw: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The figure of the province: its value, and that ``n`` of ``expected`` units are behind it.

    ``numerator_only`` names the units that are in the numerator of a ratio and have no
    denominator of their own; ``left_out`` counts those that have only one part of it.
    """

    value: Decimal | None
    n: int
    expected: int
    numerator_only: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class LikeForLike:
    """The figure of the province in two years, over the ``n`` units that reported both."""

    before: Decimal | None
    after: Decimal | None
    n: int

    @property
    def change(self) -> Decimal | None:
        """Return the change over the same units."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Block:
    """Units that together cover the same ground in every year."""

    code: str
    units: tuple[Unit, ...]


class Reported(NamedTuple):
    """What a department reports for the whole province."""

    unit: Unit
    value: Decimal | None
    state: CellState


@dataclass(frozen=True)
class GroupTable:
    """One group: every unit's figures, the province's, and the departments' beside them."""

    group: Group
    figures: Mapping[tuple[str, str, str], Figure]
    province: Mapping[tuple[str, str], Aggregate]
    same_units: Mapping[tuple[str, str, str], LikeForLike]
    departments: Mapping[tuple[str, str], Reported]


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

    def groups(self) -> Iterator[GroupTable]:
        """Yield the groups in the order of the form; no more than one is in memory."""
        for group in self.form.groups:
            yield self._group(group)

    def _group(self, group: Group) -> GroupTable:
        codes = dict.fromkeys(
            code for i in group.indicators for code in (i.code, *_inputs(self.form, i))
        )
        frame = self._frame(codes)
        figures = {
            (unit, code, period): Figure(CellState(state), value, text, raw)
            for unit, code, period, state, value, text, raw in frame[
                ["unit", "indicator", "period", "state", "value", "text", "raw"]
            ].itertuples(index=False)
        }
        counted = dict(iter(frame[frame["counts"]].groupby(["indicator", "period"])))
        province = {
            (i.code, p.code): self._aggregate(i, p, counted, figures)
            for i in group.indicators
            for p in self.form.periods
            if p.code in i.periods
        }
        same_units = {
            (i.code, before.code, after.code): self._same_units(i, before, after, figures)
            for i in group.indicators
            for before, after in combinations(self.form.years, 2)
            if before.code in i.periods and after.code in i.periods
        }
        departments = dict(self._departments(group, figures))
        return GroupTable(group, figures, province, same_units, departments)

    def _frame(self, codes: Iterable[str]) -> pd.DataFrame:
        frame = pd.DataFrame.from_records(list(self.fetch(codes)), columns=COLUMNS)
        frame["unit"] = frame["reading"].map(dict(self.readings))
        frame["value"] = pd.Series(
            [None if v is None else Decimal(str(v)) for v in frame["value"]], dtype=object
        )
        frame["counts"] = frame["state"].isin([s.value for s in CellState if s.counts])
        return frame

    def _aggregate(
        self,
        indicator: Indicator,
        period: Period,
        counted: Mapping[tuple[Hashable, ...], pd.DataFrame],
        figures: Mapping[tuple[str, str, str], Figure],
    ) -> Aggregate:
        kinds = self.form.adding_kinds(indicator)
        asked = [u for u in self.parts if u.kind in kinds and u.existed_in(period)]
        if indicator.computed:
            return ratio(self.form, indicator, period, asked, figures)
        mine = counted.get((indicator.code, period.code))
        if mine is None or indicator.aggregation is Aggregation.NONE:
            return Aggregate(None, 0 if mine is None else len(mine), len(asked))
        mine = mine[mine["unit"].isin([u.code for u in asked])]
        n = len(mine)
        if not n:
            return Aggregate(None, 0, len(asked))
        return Aggregate(sum(mine["value"], Decimal(0)), n, len(asked))

    def _same_units(
        self,
        indicator: Indicator,
        before: Period,
        after: Period,
        figures: Mapping[tuple[str, str, str], Figure],
    ) -> LikeForLike:
        """Aggregate two years over the units that have everything it takes in both."""
        kinds = self.form.adding_kinds(indicator)
        needed = indicator.operands() or (indicator.code,)
        both = [
            u
            for u in self.parts
            if u.kind in kinds
            and all(
                (figure := figures.get((u.code, code, p.code))) is not None and figure.state.counts
                for p in (before, after)
                for code in needed
                if self.form.is_asked(self.form.indicators[code], u.kind)
            )
        ]
        if indicator.computed:
            old, new = (ratio(self.form, indicator, p, both, figures) for p in (before, after))
            return LikeForLike(old.value, new.value, new.n)
        if not both or indicator.aggregation is Aggregation.NONE:
            return LikeForLike(None, None, 0)
        sums = [
            sum(
                (figures[u.code, indicator.code, p.code].value or Decimal(0) for u in both),
                Decimal(0),
            )
            for p in (before, after)
        ]
        return LikeForLike(sums[0], sums[1], len(both))

    def _departments(
        self, group: Group, figures: Mapping[tuple[str, str, str], Figure]
    ) -> Iterator[tuple[tuple[str, str], Reported]]:
        for unit in self.wholes:
            for indicator in group.indicators:
                for period in indicator.periods:
                    figure = figures.get((unit.code, indicator.code, period))
                    if figure is not None and figure.state is not CellState.BLANK:
                        value = figure.value if figure.state.counts else None
                        yield (indicator.code, period), Reported(unit, value, figure.state)


def comparison_of(
    form: Form, units: Iterable[Unit], readings: Mapping[int, str], fetch: Fetch
) -> Comparison:
    """Prepare a comparison.

    Args:
        readings: the reading that counts for each unit → the code of the unit.
        fetch: gives the figures of some codes, as rows of :data:`COLUMNS`.
    """
    listed = tuple(units)
    scope = {code: kind.scope for code, kind in form.unit_kinds.items()}
    return Comparison(
        form,
        _by_parent(u for u in listed if scope[u.kind] is Scope.PART),
        tuple(u for u in listed if scope[u.kind] is Scope.WHOLE),
        blocks_of(form, [u for u in listed if scope[u.kind] is Scope.PART]),
        readings,
        fetch,
        {u.code: u.name for u in listed},
    )


def _by_parent(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Bring the units of one parent together; parents and units keep their order."""
    together: dict[str, list[Unit]] = {}
    for unit in units:
        together.setdefault(unit.parent, []).append(unit)
    return tuple(unit for family in together.values() for unit in family)


def is_young(form: Form, unit: Unit) -> bool:
    """Say whether a unit was created after the first benchmark year began."""
    return unit.existed_from is not None and unit.existed_from > form.years[0].starts


def blocks_of(form: Form, units: Iterable[Unit]) -> tuple[Block, ...]:
    """Return the areas in which some unit was not there for the whole of a benchmark year.

    A district created in April reports nine months, or what its predecessor left behind.
    """
    members: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.block:
            members.setdefault(unit.block, []).append(unit)
    return tuple(
        Block(code, tuple(together))
        for code, together in members.items()
        if len(together) > 1 and any(is_young(form, u) for u in together)
    )


def ratio(
    form: Form,
    indicator: Indicator,
    period: Period,
    asked: Iterable[Unit],
    figures: Mapping[tuple[str, str, str], Figure],
) -> Aggregate:
    """Return a ratio of sums over the units that have both parts.

    A kind of unit that by the form has no denominator of its own (the provincial block has no
    population) adds its numerator where the form says so, and is named.
    """
    above, below = Decimal(0), Decimal(0)
    n = expected = left_out = 0
    alone: list[str] = []
    for unit in asked:
        top = _exact(form, indicator.numerator, unit.code, period.code, figures)
        if not has_denominator(form, indicator, unit.kind):
            if top is not None:
                above += top
                alone.append(unit.name)
            continue
        expected += 1
        bottom = _exact(form, indicator.denominator, unit.code, period.code, figures)
        if top is None or bottom is None:
            left_out += (top is None) != (bottom is None)
            continue
        above, below, n = above + top, below + bottom, n + 1
    value = None
    if below:
        value = six(indicator.factor * above / below)
    return Aggregate(value, n, expected, tuple(alone), left_out)


def has_denominator(form: Form, indicator: Indicator, kind: str) -> bool:
    """Say whether a kind of unit answers the denominator of a computed indicator."""
    names = indicator.denominator.names if indicator.denominator else ()
    return all(form.is_asked(form.indicators[name], kind) for name in names)


def six(value: Decimal) -> Decimal:
    """Round to six decimals as Excel does: halves away from zero."""
    return value.quantize(_PLACES, ROUND_HALF_UP)


def change(before: Decimal | None, after: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """Return the change in absolute terms and in per cent, six decimals."""
    if before is None or after is None:
        return None, None
    difference = after - before
    share = six(difference / before * 100) if before else None
    return difference, share


def target_of(form: Form, targets: Iterable[Target], code: str) -> Target | None:
    """Return the target an indicator is first held against.

    Of those for this kind of province the most particular scope counts; within it, the latest
    that has fallen due, else the next to come.
    """
    scopes = form.target_scopes
    known = [t for t in targets if t.indicator == code and t.value is not None]
    known = [t for t in known if t.applies_to in scopes or t.applies_to == OWN_SCOPE]
    if not known:
        return None
    best = max(_rank(scopes, t) for t in known)
    mine = sorted((t for t in known if _rank(scopes, t) == best), key=lambda t: t.year)
    due = [t for t in mine if t.year <= int_year(form.years[-1])]
    return due[-1] if due else mine[0]


def _rank(scopes: tuple[str, ...], target: Target) -> int:
    return len(scopes) if target.applies_to == OWN_SCOPE else scopes.index(target.applies_to)


def compared_year(form: Form, target: Target) -> Period:
    """Return the benchmark year a target is held against: the first at or after its year."""
    for period in form.years:
        if int_year(period) >= target.year:
            return period
    return form.years[-1]


def int_year(period: Period) -> int:
    """Return the year a benchmark year is named after."""
    return int(period.code) if period.code.isdigit() else period.ends.year


def _inputs(form: Form, indicator: Indicator) -> Iterator[str]:
    """Yield every code that a computed indicator is made of in the end."""
    for code in indicator.operands():
        yield code
        yield from _inputs(form, form.indicators[code])


def unit_value(
    form: Form,
    indicator: Indicator,
    unit: str,
    period: str,
    figures: Mapping[tuple[str, str, str], Figure],
) -> Decimal | None:
    """Return the figure of one unit, computed where the indicator is computed."""
    if not indicator.computed:
        figure = figures.get((unit, indicator.code, period))
        return figure.value if figure is not None and figure.state.counts else None
    top = _exact(form, indicator.numerator, unit, period, figures)
    bottom = _exact(form, indicator.denominator, unit, period, figures)
    if top is None or not bottom:
        return None
    return six(indicator.factor * top / bottom)


def _exact(
    form: Form,
    expression: Expression | None,
    unit: str,
    period: str,
    figures: Mapping[tuple[str, str, str], Figure],
) -> Decimal | None:
    """Evaluate a part of a ratio for one unit; sums of reported figures stay exact."""
    total = Decimal(0)
    for factor, reference in terms_of(expression):
        operand = form.indicators[reference.name]
        value = unit_value(form, operand, unit, reference.period or period, figures)
        if value is None:
            return None
        total += factor * value
    return total


def terms_of(expression: Expression | None) -> tuple[tuple[Decimal, Reference], ...]:
    """Return a part of a ratio as factor × operand; the definition admits nothing else."""
    if expression is None or expression.terms is None:  # pragma: no cover - refused at loading
        raise AssertionError(expression)
    return expression.terms
