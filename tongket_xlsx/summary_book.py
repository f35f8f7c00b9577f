"""The consolidated comparison workbook: what the leadership opens and an auditor questions.

Two editions: the full one, and one for the leadership with overview, provincial tables and
charts, which prints on A4 as it is.
"""

from __future__ import annotations

from enum import StrEnum

from tongket_xlsx.chart_sheet import write_charts
from tongket_xlsx.comparison import GroupTable, unit_value
from tongket_xlsx.explorer_sheet import MOST_UNITS, write_explorer
from tongket_xlsx.form import ChartKind
from tongket_xlsx.method_sheet import write_methods
from tongket_xlsx.overview_sheet import write_overview
from tongket_xlsx.plan import plan_of
from tongket_xlsx.province_sheet import write_province
from tongket_xlsx.record_sheets import (
    marks_of,
    sources_of,
    trace_table,
    write_completeness,
    write_findings,
    write_records,
    write_standings,
)
from tongket_xlsx.summary_page import Material, Pages
from tongket_xlsx.target_sheets import write_reconciliation, write_targets
from tongket_xlsx.unit_sheet import MOST_LINKS, Marks, write_units


class Edition(StrEnum):
    """Name the editions."""

    FULL = "day-du"
    LEADERSHIP = "lanh-dao"


def build(material: Material, lang: str, edition: Edition = Edition.FULL) -> bytes:
    """Write a consolidated workbook."""
    full = edition is Edition.FULL
    p = Pages(material, plan_of(material.comparison, lang), lang, live=full)
    overview = p.book.sheet(p.say("sheet.overview"), tab="#1F2A44")
    trace = trace_table(p) if full else None
    marks = _marks(p) if full else Marks()
    p.book.reserve(*p.plan.provinces.values())
    if p.form.charts:
        p.book.reserve(p.say("sheet.charts"))
    if full:
        p.book.reserve(*(t.sheet for t in p.plan.tables.values()))
    # The groups are gone through once, and no more than one of them is in memory.
    for table in material.comparison.groups():
        _remember(p, table)
        write_province(p.book, p.plan, table, material.notice, enough=material.enough, live=full)
        if full:
            write_units(p.book, p.plan, table, material.notice, marks)
    write_charts(p)
    if full:
        write_targets(p)
        write_reconciliation(p)
        write_explorer(p, trace)
        write_standings(p)
        write_completeness(p)
        write_findings(p)
        write_records(p, trace)
        write_methods(p)
    write_overview(p, overview)
    return p.book.bytes()


def _marks(p: Pages) -> Marks:
    names = {u.name: u.code for u in (*p.plan.parts, *p.plan.wholes)}
    trace = trace_table(p)
    return Marks(marks_of(p.m.findings, names, p.lang), sources_of(p, trace, MOST_LINKS * 9))


def _remember(p: Pages, table: GroupTable) -> None:
    """Keep of a group what the later sheets need: figures of the province, and who is missing."""
    known = p.figures
    known.province.update(table.province)
    known.same_units.update(table.same_units)
    known.departments.update(table.departments)
    ranked = {c.indicators[0] for c in p.form.charts if c.kind is ChartKind.RANKING}
    explored = len(p.plan.parts) <= MOST_UNITS
    for indicator in table.group.indicators:
        kinds = p.form.adding_kinds(indicator)
        for period in p.form.periods:
            if period.code not in indicator.periods:
                continue
            values = tuple(
                (u.short_name, unit_value(p.form, indicator, u.code, period.code, table.figures))
                for u in p.plan.parts
                if u.kind in kinds and p.form.is_asked(indicator, u.kind) and u.existed_in(period)
            )
            if explored or indicator.code in ranked:
                known.units[indicator.code, period.code] = values
            if not indicator.computed:
                known.missing[indicator.code, period.code] = tuple(
                    name for name, value in values if value is None
                )
