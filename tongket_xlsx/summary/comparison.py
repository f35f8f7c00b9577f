"""Columns from the ledger, group by group → the figures of the province and what is behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from tongket_xlsx.model.figure_status import Statuses
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.indicators import Group, Indicator
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.aggregates import Aggregate, LikeForLike, aggregate, same_units
from tongket_xlsx.summary.areas import AreaFigures, ComparableBlock, blocks_of
from tongket_xlsx.summary.columns import (
    Columns,
    Fetch,
    read_columns,
)
from tongket_xlsx.summary.own_findings import judge, parts_of


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
    areas: AreaFigures
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
    blocks: tuple[ComparableBlock, ...]
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
        judge(self.form, columns, parts, province)
        areas = AreaFigures(columns, self.blocks)
        same = {
            (i.code, before.code, after.code): same_units(columns, areas, i, before, after)
            for i in group.indicators
            for before, after in combinations(self.form.years, 2)
            if before.code in i.periods and after.code in i.periods
        }
        departments = dict(self._departments(group, columns))
        return GroupTable(group, columns, areas, province, same, departments)

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


def _inputs(form: Form, indicator: Indicator) -> Iterator[str]:
    """Yield every code that a computed indicator is made of in the end."""
    for code in indicator.operands():
        yield code
        yield from _inputs(form, form.indicators[code])
