"""The consolidated comparison workbook: what the leadership opens and an auditor questions.

Two editions: the full one, and one for the leadership with overview, provincial tables and
charts, which prints on A4 as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.targets import ChartKind
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
from tongket_xlsx.summary.sheets.trace_box import TraceTable
from tongket_xlsx.summary.statements import states_of
from tongket_xlsx.summary.targets import reached_of


class Edition(StrEnum):
    """Name the editions."""

    FULL = "day-du"
    LEADERSHIP = "lanh-dao"


class Turn(IntEnum):
    """When a sheet is written; it stands where ``SHEETS`` has it all the same.

    The observations are gone through once, and the tables by unit then know where each stands. So
    are the groups, no more than one of which is in memory; what needs the figures of all of them
    comes after them, and what counts all that was found at the end.
    """

    RECORDS = 1
    GROUPS = 2
    FIGURES = 3
    CLOSING = 4
    LAST = 5


@dataclass
class Writing:
    """Hold what the sheets are written from; ``table`` is the group at hand."""

    pages: Pages
    trace: TraceTable | None
    marks: Marks = field(default_factory=Marks)
    table: GroupTable | None = None


@dataclass(frozen=True, slots=True)
class SummarySheet:
    """One sheet of the workbook, or one for each group or list.

    Attributes:
        names: what there is of it in this workbook, in the order it stands; nothing where it has
            nothing to show.
        turn: when it is written.
        write: writes it; ``None`` where it is written along with another sheet.
        editions: those that have it.
        streamed: whether its rows go to disk one by one, for there is one for every unit or answer.
    """

    names: Callable[[Pages], Sequence[str]]
    turn: Turn
    write: Callable[[Writing], None] | None = None
    editions: frozenset[Edition] = frozenset(Edition)
    streamed: bool = False


def _one(key: str, when: Callable[[Pages], bool] = lambda _: True) -> Callable[[Pages], list[str]]:
    """Return the name of a single sheet, which is there only where something holds."""
    return lambda p: [p.say(key)] if when(p) else []


def _plain(write: Callable[[Pages], None]) -> Callable[[Writing], None]:
    """Return how a sheet is written that needs nothing but the material."""
    return lambda w: write(w.pages)


def _records(w: Writing) -> None:
    p = w.pages
    w.marks = Marks(p.m.comparison.known, write_records(p, w.trace), p.say("sheet.raw"))


def _province(w: Writing) -> None:
    if w.table is not None:
        write_province(w.pages, w.table)


def _units(w: Writing) -> None:
    if w.table is not None:
        write_units(w.pages, w.table, w.marks)


_FULL = frozenset({Edition.FULL})
# Every sheet there is, in the order in which they stand.
SHEETS: tuple[SummarySheet, ...] = (
    SummarySheet(_one("sheet.overview"), Turn.LAST, _plain(write_overview)),
    SummarySheet(_one("sheet.held", lambda p: p.figures.listed), Turn.CLOSING, _plain(write_held)),
    SummarySheet(lambda p: tuple(p.plan.provinces.values()), Turn.GROUPS, _province),
    SummarySheet(
        _one("sheet.charts", lambda p: bool(p.form.charts)), Turn.FIGURES, _plain(write_charts)
    ),
    SummarySheet(
        lambda p: [table.sheet for table in p.plan.tables.values()],
        Turn.GROUPS,
        _units,
        _FULL,
        streamed=True,
    ),
    SummarySheet(
        _one("sheet.targets", lambda p: bool(p.m.targets)),
        Turn.FIGURES,
        _plain(write_targets),
        _FULL,
    ),
    SummarySheet(_one("sheet.reconciliation"), Turn.FIGURES, _plain(write_reconciliation), _FULL),
    SummarySheet(
        _one("sheet.explorer"), Turn.FIGURES, lambda w: write_explorer(w.pages, w.trace), _FULL
    ),
    # Where the explorer looks; written with it.
    SummarySheet(
        _one("sheet.matrix", lambda p: first_shown(p) is not None), Turn.FIGURES, editions=_FULL
    ),
    SummarySheet(
        _one("sheet.receipt"), Turn.FIGURES, _plain(write_standings), _FULL, streamed=True
    ),
    SummarySheet(
        _one("sheet.completeness"), Turn.FIGURES, _plain(write_completeness), _FULL, streamed=True
    ),
    SummarySheet(
        _one("sheet.findings"), Turn.FIGURES, _plain(write_findings), _FULL, streamed=True
    ),
    SummarySheet(_one("sheet.answers"), Turn.RECORDS, _records, _FULL, streamed=True),
    # The lists and the tidy data are written in the same pass as the answers in words.
    SummarySheet(
        lambda p: [roster_sheet(p, roster) for roster in p.form.rosters],
        Turn.RECORDS,
        editions=_FULL,
        streamed=True,
    ),
    SummarySheet(_one("sheet.raw", fits), Turn.RECORDS, editions=_FULL, streamed=True),
    SummarySheet(_one("sheet.method"), Turn.CLOSING, _plain(write_methods)),
)


def build(material: Material, lang: str, edition: Edition = Edition.FULL) -> bytes:
    """Write a consolidated workbook."""
    full = edition is Edition.FULL
    p = Pages(material, plan_of(material.comparison, lang), lang, live=full)
    with p.book as book:
        _write(p, edition)
        return book.bytes()


def _write(p: Pages, edition: Edition) -> None:
    """Put the sheets in their order, then write each in its turn.

    A sheet that is not listed cannot be opened, and one that is listed cannot be left out.
    """
    p.figures.listed = any(status.is_held for status in p.m.comparison.known.values())
    there = []
    for sheet in SHEETS:
        names = sheet.names(p) if edition in sheet.editions else ()
        if names:
            p.book.reserve(*names, streamed=sheet.streamed)
            there.append(sheet)
    p.book.close_list()
    w = Writing(p, trace_table(p) if edition is Edition.FULL else None)
    for turn in Turn:
        for w.table in p.m.comparison.groups() if turn is Turn.GROUPS else (None,):
            if w.table is not None:
                _remember(p, w.table)
            for sheet in there:
                if sheet.turn is turn and sheet.write is not None:
                    sheet.write(w)


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
