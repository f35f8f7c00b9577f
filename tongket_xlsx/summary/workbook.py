"""The consolidated comparison workbook: what the leadership opens and an auditor questions.

Two editions: the full one, and one for the leadership with overview, provincial tables and
charts, which prints on A4 as it is.
"""

from __future__ import annotations

from enum import StrEnum

from tongket_xlsx.model.form import ChartKind, Indicator, Period
from tongket_xlsx.summary.aggregates import has_denominator
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt_words import OPEN_KINDS, open_answers, statuses_of, word_of
from tongket_xlsx.summary.page import Material, Pages
from tongket_xlsx.summary.plan import plan_of
from tongket_xlsx.summary.sheets.by_unit import Marks, write_units
from tongket_xlsx.summary.sheets.charts import write_charts
from tongket_xlsx.summary.sheets.explorer import write_explorer
from tongket_xlsx.summary.sheets.findings import write_findings
from tongket_xlsx.summary.sheets.held import write_held
from tongket_xlsx.summary.sheets.lookup import first_shown
from tongket_xlsx.summary.sheets.methods import write_methods
from tongket_xlsx.summary.sheets.overview import write_overview
from tongket_xlsx.summary.sheets.province import write_province
from tongket_xlsx.summary.sheets.reconciliation import write_reconciliation
from tongket_xlsx.summary.sheets.records import (
    fits,
    roster_sheet,
    trace_table,
    write_records,
)
from tongket_xlsx.summary.sheets.standings import write_completeness, write_standings
from tongket_xlsx.summary.sheets.targets import write_targets
from tongket_xlsx.summary.statements import states_of
from tongket_xlsx.summary.targets import reached_of


class Edition(StrEnum):
    """Name the editions."""

    FULL = "day-du"
    LEADERSHIP = "lanh-dao"


def build(material: Material, lang: str, edition: Edition = Edition.FULL) -> bytes:
    """Write a consolidated workbook."""
    full = edition is Edition.FULL
    p = Pages(material, plan_of(material.comparison, lang), lang, live=full)
    with p.book as book:
        _write(p, edition)
        return book.bytes()


def _write(p: Pages, edition: Edition) -> None:
    m, full = p.m, edition is Edition.FULL
    trace = trace_table(p) if full else None
    p.figures.listed = any(status.is_held for status in m.comparison.known.values())
    _reserve(p, full=full)
    marks = Marks()
    if full:
        # The observations are gone through once; the tables by unit then know where each stands.
        marks = Marks(m.comparison.known, write_records(p, trace), p.say("sheet.raw"))
    # So are the groups, and no more than one of them is in memory.
    for table in m.comparison.groups():
        _remember(p, table)
        write_province(p, table)
        if full:
            write_units(p, table, marks)
    write_charts(p)
    if full:
        write_targets(p)
        write_reconciliation(p)
        write_explorer(p, trace)
        write_standings(p)
        write_completeness(p)
        write_findings(p)
    write_held(p)
    write_methods(p)
    write_overview(p)


def _reserve(p: Pages, *, full: bool) -> None:
    """Put the sheets in their order; those with a row for every unit are streamed."""
    book, say = p.book, p.say
    book.reserve(say("sheet.overview"))
    if p.figures.listed:
        book.reserve(say("sheet.held"))
    book.reserve(*p.plan.provinces.values())
    if p.form.charts:
        book.reserve(say("sheet.charts"))
    if not full:
        return
    book.reserve(*(table.sheet for table in p.plan.tables.values()), streamed=True)
    book.reserve(say("sheet.targets"), say("sheet.reconciliation"), say("sheet.explorer"))
    if first_shown(p) is not None:
        book.reserve(say("sheet.matrix"))
    records = ("sheet.receipt", "sheet.completeness", "sheet.findings", "sheet.answers")
    book.reserve(*map(say, records), streamed=True)
    book.reserve(*(roster_sheet(p, roster) for roster in p.form.rosters), streamed=True)
    if fits(p):
        book.reserve(say("sheet.raw"), streamed=True)


def _remember(p: Pages, table: GroupTable) -> None:
    """Keep of a group what the later sheets need: figures of the province, and who is missing."""
    known = p.figures
    known.province.update(table.province)
    known.same_units.update(table.same_units)
    known.departments.update(table.departments)
    known.reached.update(reached_of(p.form, p.m.targets, table))
    known.states |= states_of(table)
    _count_marks(p, table)
    wanted = {c.indicators[0] for c in p.form.charts if c.kind is ChartKind.RANKING}
    shown = first_shown(p)
    if shown is not None:
        wanted.add(shown[0].code)
    compared = {*table.departments, *((f.indicator, f.period) for f in p.m.published)}
    for indicator in table.group.indicators:
        for period in p.form.periods:
            key = (indicator.code, period.code)
            if period.code not in indicator.periods:
                continue
            if indicator.code in wanted:
                known.units[key] = table.columns.of(*key)
            if key in compared:
                known.missing[key] = _missing(p, table, indicator, period)


def _count_marks(p: Pages, table: GroupTable) -> None:
    """Keep what is held, and count the figures against which something is known."""
    units = table.columns.units

    def count(word: str, place: int) -> None:
        p.figures.marked[word] += 1
        p.figures.marked_units.setdefault(word, {})[units[place].short_name] = None

    for indicator in table.group.indicators:
        for period in () if indicator.computed else indicator.periods:
            column = table.columns.of(indicator.code, period)
            if column.held:
                figures = {place: column.figure(place) for place in sorted(column.held)}
                p.figures.held[indicator.code, period] = figures
            for place in sorted(column.held):
                count("held", place)
            for place in sorted(column.estimated):
                count("estimated", place)
    for kind, names in open_answers(table, p.m.comparison.known).items():
        if kind in OPEN_KINDS:
            p.figures.marked[kind] += len(names)
            p.figures.marked_units.setdefault(kind, {}).update(dict.fromkeys(names))
    for place, code, period, status in statuses_of(table, p.m.comparison.known):
        column = table.columns.of(code, period)
        if period in p.form.indicators[code].periods and column.counts[place]:
            count(word_of(column.figure(place), status), place)


def _missing(p: Pages, table: GroupTable, indicator: Indicator, period: Period) -> tuple[str, ...]:
    """Return the names of the units that should have a figure and have none."""
    kinds = p.form.adding_kinds(indicator)
    column = table.columns.of(indicator.code, period.code)
    return tuple(
        u.short_name
        for place, u in enumerate(p.plan.parts)
        if u.kind in kinds and u.existed_in(period) and not column.counts[place]
        if place not in column.held
        if p.form.is_asked(indicator, u.kind) and has_denominator(p.form, indicator, u.kind)
    )
