"""Where everything stands in a consolidated workbook, known before a cell is written.

A total refers to the tables by unit, a link from a figure to its source: all of them ask here,
and none computes an address of its own. Rows and columns are counted from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.indicators import Group, Indicator
from tongket_xlsx.model.places import a1, column_letters, quoted
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.areas import ComparableBlock, is_young
from tongket_xlsx.summary.comparison import Comparison
from tongket_xlsx.text.messages import say

HEAD = 4  # the row of headings of every plain table
UNIT_HEAD = 3  # headings of a table by unit take three rows
UNIT_COLUMNS = 3  # number, code and name of the unit
EACH_PAIR = 4  # a change: absolute and in per cent, of all and over the same units
ROWS_EACH = 2  # an indicator of the province has its figures, and what is behind them below


@dataclass(frozen=True)
class PlanColumns:
    """Where each figure stands in the table by unit of one group, and each ranking."""

    sheet: str
    order: Mapping[tuple[str, str], int]
    ranks: Mapping[str, int]
    area: int | None = None

    @property
    def last(self) -> int:
        """Return the last column: the one that names the area of a unit, where there are areas."""
        return max([UNIT_COLUMNS - 1, *self.order.values(), *self.ranks.values(), self.area or 0])


@dataclass(frozen=True)
class Plan:
    """The addresses of a whole consolidated workbook."""

    form: Form
    parts: tuple[Unit, ...]
    wholes: tuple[Unit, ...]
    blocks: tuple[ComparableBlock, ...]
    lang: str
    tables: Mapping[str, PlanColumns]
    provinces: Mapping[str, str]
    part_rows: tuple[int, ...]
    sections: Mapping[int, str]

    # ------------------------------------------------------------------ by unit

    @property
    def first_row(self) -> int:
        """Return the first row of units; it is the same on every sheet."""
        return HEAD + UNIT_HEAD

    def row_of_part(self, number: int) -> int:
        """Return the row of the n-th unit that adds."""
        return self.part_rows[number]

    @property
    def last_row(self) -> int:
        """Return the last row of units that add."""
        return self.part_rows[-1] if self.part_rows else self.first_row - 1

    @property
    def block_divider(self) -> int:
        """Return the row that announces the comparable areas."""
        return self.last_row + 1

    def row_of_block(self, number: int) -> int:
        """Return the row of the n-th comparable area."""
        return self.block_divider + 1 + number

    @property
    def department_divider(self) -> int:
        """Return the row that announces the departments."""
        return self.block_divider + (len(self.blocks) + 1 if self.blocks else 0)

    def departments(self, group: Group) -> tuple[Unit, ...]:
        """Return the departments that answer anything of a group."""
        return tuple(
            u for u in self.wholes if any(self.form.is_asked(i, u.kind) for i in group.indicators)
        )

    def row_of_department(self, group: Group, unit: Unit) -> int:
        """Return the row of a department in the table of a group."""
        return self.department_divider + 1 + self.departments(group).index(unit)

    def table_of(self, code: str) -> PlanColumns:
        """Return the table by unit in which an indicator stands."""
        return self.tables[self.form.indicators[code].group]

    def cell(self, code: str, period: str, row: int) -> str:
        """Return the address of a unit's figure, with its sheet."""
        table = self.table_of(code)
        return f"{quoted(table.sheet)}!{a1(row, table.order[code, period])}"

    def block(self, code: str, period: str, rows: tuple[int, int]) -> str:
        """Return the address of a run of units' figures."""
        table = self.table_of(code)
        column = column_letters(table.order[code, period])
        return f"{quoted(table.sheet)}!${column}${rows[0] + 1}:${column}${rows[1] + 1}"

    def area_marks(self, code: str, rows: tuple[int, int]) -> str:
        """Return the address of what names the areas of a run of units, in an indicator's table."""
        table = self.table_of(code)
        if table.area is None:  # pragma: no cover - asked only where there are areas
            raise AssertionError(code)
        column = column_letters(table.area)
        return f"{quoted(table.sheet)}!${column}${rows[0] + 1}:${column}${rows[1] + 1}"

    @cached_property
    def area_names(self) -> Mapping[str, str]:
        """Return the name of the comparable area of each unit that is in one, by its code."""
        return {unit.code: block.name for block in self.blocks for unit in block.units}

    @property
    def area_rows(self) -> tuple[int, int] | None:
        """Return the rows of the comparable areas, as a run; ``None`` where there are none."""
        if not self.blocks:
            return None
        return self.row_of_block(0), self.row_of_block(len(self.blocks) - 1)

    def runs(self, kinds: Iterable[str]) -> list[tuple[int, int]]:
        """Return the rows of the units of some kinds, as runs of rows that follow each other.

        A row that only names a section is empty, so that a run may go across it.
        """
        found: list[tuple[int, int]] = []
        for first, last in sorted(self._kind_rows[k] for k in set(kinds) & self._kind_rows.keys()):
            if found and all(row in self.sections for row in range(found[-1][1] + 1, first)):
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
        return found

    @cached_property
    def _kind_rows(self) -> Mapping[str, tuple[int, int]]:
        """Return the first and last row of each kind; the units of a kind stand together."""
        rows: dict[str, tuple[int, int]] = {}
        for row, unit in zip(self.part_rows, self.parts, strict=True):
            rows[unit.kind] = (rows.get(unit.kind, (row, row))[0], row)
        return rows

    # ------------------------------------------------------------------ the province

    def group_of(self, code: str) -> Group:
        """Return the group of an indicator."""
        return next(g for g in self.form.groups if g.code == self.form.indicators[code].group)

    def periods(self, group: Group) -> list[Period]:
        """Return the periods that have a column on the provincial sheet of a group."""
        return [p for p in self.form.periods if any(p.code in i.periods for i in group.indicators)]

    def province_row(self, code: str) -> int:
        """Return the row of an indicator on the provincial sheet of its group."""
        codes = [i.code for i in self.group_of(code).indicators]
        return HEAD + 1 + ROWS_EACH * codes.index(code)

    def province_column(self, group: Group, period: str) -> int:
        """Return the column of a period on the provincial sheet of a group."""
        return 3 + [p.code for p in self.periods(group)].index(period)

    def first_change(self, group: Group) -> int:
        """Return the column of the first change on the provincial sheet of a group."""
        return 3 + len(self.periods(group))

    def same_units_cell(self, code: str, pair: tuple[Period, Period], right: int = 0) -> str:
        """Return the address of the change over the same units (``right=1``: in per cent)."""
        group = self.group_of(code)
        column = self.first_change(group) + EACH_PAIR * pairs(self.form).index(pair) + 2 + right
        return f"{quoted(self.provinces[group.code])}!{a1(self.province_row(code), column)}"

    def province_cell(self, code: str, period: str, below: int = 0) -> str:
        """Return the address of a figure of the province (``below=1``: its coverage)."""
        group = self.group_of(code)
        at = a1(self.province_row(code) + below, self.province_column(group, period))
        return f"{quoted(self.provinces[group.code])}!{at}"


def plan_of(comparison: Comparison, lang: str) -> Plan:
    """Lay out the sheets of a comparison."""
    form = comparison.form
    tables: dict[str, PlanColumns] = {}
    for group in form.groups:
        order: dict[tuple[str, str], int] = {}
        ranks: dict[str, int] = {}
        column = UNIT_COLUMNS
        for indicator in group.indicators:
            for period in indicator.periods:
                order[indicator.code, period] = column
                column += 1
            if is_ranked(form, indicator):
                ranks[indicator.code] = column
                column += 1
        sheet = say("sheet.by_unit", lang, group=group.code)
        area = column if comparison.blocks else None
        tables[group.code] = PlanColumns(sheet, order, ranks, area)
    provinces = {g.code: say("sheet.province", lang, group=g.code) for g in form.groups}
    rows, sections = _sections(comparison, lang)
    return Plan(
        form,
        comparison.parts,
        comparison.wholes,
        comparison.blocks,
        lang,
        tables,
        provinces,
        rows,
        sections,
    )


def _sections(comparison: Comparison, lang: str) -> tuple[tuple[int, ...], dict[int, str]]:
    """Give each unit its row; where units have several parents, each family heads a section."""
    names, kinds = comparison.names, comparison.form.unit_kinds
    many = len({u.parent for u in comparison.parts}) > 1
    several = len({u.kind for u in comparison.parts}) > 1
    rows: list[int] = []
    sections: dict[int, str] = {}
    row = HEAD + UNIT_HEAD
    family = None
    for unit in comparison.parts:
        if many and (unit.kind, unit.parent) != family:
            family = (unit.kind, unit.parent)
            parent = names.get(unit.parent, unit.parent)
            kind = kinds[unit.kind].name.to(lang) if several or not parent else ""
            sections[row] = " – ".join(word for word in (parent, kind) if word)
            row += 1
        rows.append(row)
        row += 1
    return tuple(rows), sections


def is_ranked(form: Form, indicator: Indicator) -> bool:
    """Say whether units are ranked by an indicator: headlines, in the last year, no words."""
    ranked = indicator.headline and indicator.kind is not Kind.YESNO
    return ranked and form.years[-1].code in indicator.periods


def pairs(form: Form) -> list[tuple[Period, Period]]:
    """Return the pairs of years that are compared: each with the next, and first with last."""
    years = form.years
    found = list(pairwise(years))
    if len(years) > 2:
        found.append((years[0], years[-1]))
    return found


def crosses_break(form: Form, indicator: Indicator, before: Period, after: Period) -> bool:
    """Say whether an indicator changed its meaning after one year and not after the other."""
    if indicator.series_break is None:
        return False
    order = [p.code for p in form.periods]
    return any(
        order.index(before.code) < order.index(p) <= order.index(after.code)
        for p in indicator.series_break.periods
    )


def short(period: Period) -> str:
    """Return how a narrow heading names a period."""
    return period.aliases[0] if period.cumulative and period.aliases else period.code


def why_block(block: ComparableBlock, form: Form, lang: str) -> str:
    """Say in a plain sentence why a comparable area is shown."""
    young = [u for u in block.units if is_young(form, u)]
    parts = [
        say("block.founded", lang, unit=u.short_name, date=u.existed_from or date.min)
        for u in young
        if u.existed_from
    ]
    return say("block.why", lang, units=block.name, facts=" ".join(parts))
