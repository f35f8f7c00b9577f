"""The copy that goes back for correction: the office's own answers, marked where they are doubtful.

Nothing that came back is patched: a fresh workbook of the current template holds the answers as
they were given, so that validation, formulas and protection are whole again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tongket_xlsx.campaign.campaign import SENT_BACK, Campaign
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.campaign.own_work import OwnWork
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.intake.overlaid import overlaid
from tongket_xlsx.intake.tables import Finder, Table
from tongket_xlsx.model.corrections import Corrections, Stray, ordered
from tongket_xlsx.model.findings import CannotWork, Finding, Misuse
from tongket_xlsx.model.form import Form, Unit
from tongket_xlsx.model.layout import (
    COMPUTED_SHEETS,
    META_SHEET,
    NUMBERS_SHEET,
    Role,
    SheetKind,
    SheetLayout,
    folded,
    layout_of,
)
from tongket_xlsx.model.observations import CellState, Observation, Return
from tongket_xlsx.model.places import a1
from tongket_xlsx.model.resolution import Closure
from tongket_xlsx.reader import fonts as cell_fonts
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import grid
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.grid import GridSheet, is_blank
from tongket_xlsx.tasks.attempt import Fault, attempt
from tongket_xlsx.tasks.generate import kept
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import LANGUAGES, VIETNAMESE, say

# What is listed of the cells outside the form; the original, which is kept, holds the rest.
MOST_STRAYS = 500


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked copy, and how many errors and warnings it asks about."""

    unit: Unit
    path: Path
    findings: tuple[Finding, ...]
    strays: int


def mark(
    campaign: Campaign,
    wanted: Sequence[str] = (),
    *,
    lang: str = VIETNAMESE,
    fault: Fault | None = None,
) -> list[Marked]:
    """Write a marked copy for the latest return of each unit that has something to correct.

    Args:
        wanted: codes or names of units; empty means all.
        fault: takes what failed for one unit, and which copies are kept because somebody changed
            them; without it the first of them is raised.

    Raises:
        Misuse: a unit that was named has not returned anything.
    """
    # The copies are recorded as they are made; what stands in them is of one moment.
    with campaign.ledger() as record, campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        current = returns.current
        units = [campaign.unit(w) for w in wanted] or list(campaign.respondents)
        for unit in units if wanted else ():
            if unit.code not in current:
                raise Misuse("mark.no_return", unit=unit.name)
        counted = [r.reading for code, r in current.items() if code in campaign.units]
        sizes = ledger.sizes(counted)
        finder = Finder(campaign.form)
        work = _Work(campaign, record, returns, sizes, finder, lang, campaign.own_work)
        copies = [
            attempt(
                partial(_mark, work, campaign.units[code]), campaign.units[code].name, fault, lang
            )
            for code in dict.fromkeys(u.code for u in units)
            if code in current
        ]
    for copy in copies:
        if isinstance(copy, Finding):
            (fault or _raised)(copy)
    return [copy for copy in copies if isinstance(copy, Marked)]


def _raised(finding: Finding) -> None:
    raise CannotWork(finding.code, **finding.parameters)


@dataclass(frozen=True)
class _Work:
    """What the copies of all units are made of."""

    campaign: Campaign
    record: Ledger
    returns: Returns
    sizes: Mapping[tuple[str, str], float]
    finder: Finder
    lang: str
    own: OwnWork


def _mark(work: _Work, unit: Unit) -> Marked | Finding | None:
    campaign, returns, lang = work.campaign, work.returns, work.lang
    resolution, receipt = returns.resolution(unit.code), returns.current[unit.code]
    findings = [item for item in resolution.findings if item.is_open]
    if not findings:
        return None
    ledger = returns.ledger
    observed = tuple(ledger.observations(receipt.reading))
    original = ledger.original(receipt.sha256)
    strays = list(strays_of(work.finder, unit, original, observed))
    corrections = Corrections(
        tuple(ordered(findings, _weights(observed, work.sizes))),
        tuple(strays[:MOST_STRAYS]),
        max(0, len(strays) - MOST_STRAYS),
        receipt.file,
        receipt.sha256,
        tuple(item for item in resolution.findings if item.closure is Closure.ACCEPTED),
        _formulas(observed, original),
    )
    number = returns.next_round(receipt)
    data = template.build(
        campaign.form,
        unit,
        campaign.issue,
        answers=Return(receipt.sha256, None, observed).answers(),
        cover=receipt.cover,
        # What was explained of other figures is not among them: it is quoted where it is missed.
        explanations=resolution.explanations,
        round_number=number,
        parent=receipt.sha256,
        corrections=corrections,
        lang=lang,
    )
    path = campaign.folder(SENT_BACK) / template.file_name(unit, number)
    if not work.own.may_replace(path, data):
        return kept("mark.kept", unit, path)
    work.own.write(path, data)
    work.record.send_back(unit.code, number, receipt.sha256, path.name)
    asked = tuple(item.finding for item in corrections.findings)
    return Marked(unit, path, asked, len(strays))


def _formulas(observed: Iterable[Observation], original: bytes) -> dict[tuple[str, str], str]:
    """Return the formulas an office typed where an answer was asked and now their result stands."""
    try:
        typed = grid.formulas(archive.admit(original, all_sheets=True))
    except archive.Refusal:
        # It was read with a password that is not known here.
        return {}
    return {
        (o.indicator, o.period): typed[o.sheet, o.cell]
        for o in observed
        if not o.row and o.state is not CellState.FORMULA and (o.sheet, o.cell) in typed
    }


def _weights(
    observed: Iterable[Observation], sizes: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    """Return how much of the provincial total each figure of a unit is, as far as one knows."""
    return {
        (o.indicator, o.period): abs(float(o.value)) / sizes[o.indicator, o.period]
        for o in observed
        if o.value is not None and not o.row and sizes.get((o.indicator, o.period))
    }


# ---------------------------------------------------------------------- outside the form


def strays_of(
    finder: Finder, unit: Unit, data: bytes, observed: Iterable[Observation]
) -> Iterator[Stray]:
    """Yield what an office wrote and no answer holds.

    It stands on other sheets, beside the tables, or in rows and columns of a table that could not
    be told apart.
    """
    try:
        workbook = _admitted(data)
        book = grid.read(workbook)
    except archive.Refusal:  # pragma: no cover - it was read before
        return
    cell_fonts.read_by_font(book, workbook, cell_fonts.own_words(finder.form))
    layout = layout_of(finder.form, unit.kind, VIETNAMESE)
    ours = {
        folded(sheet.name): sheet
        for lang in LANGUAGES
        for sheet in layout_of(finder.form, unit.kind, lang).sheets
    }
    skipped = {META_SHEET, NUMBERS_SHEET, *(folded(say("sheet.corrections", x)) for x in LANGUAGES)}
    found = list(finder.tables(book))
    tables = _table_columns(found)
    read = {(o.sheet, o.cell) for o in observed}
    for sheet in book.sheets:
        known = ours.get(folded(sheet.name))
        if folded(sheet.name) in skipped:
            continue
        if known is None and sheet.name in tables:
            known = next(iter(layout.of_kind(SheetKind.GROUP)), None)
        yield from _strays(sheet, known, tables.get(sheet.name, -1))
    for table in found:
        yield from _not_told_apart(finder.form, table, read)
    for item in overlaid(book, [sheet.name for sheet in book.sheets]):
        if item.text and folded(item.sheet) not in skipped:
            yield Stray(item.sheet, item.cells, item.text)


def _admitted(data: bytes) -> archive.SafeWorkbook:
    """Let a return through once more, without the sheets that were not read where they are bad."""
    try:
        return archive.admit(data)
    except archive.Refusal:
        return archive.admit(data, unread=COMPUTED_SHEETS)


def _table_columns(tables: Iterable[Table]) -> dict[str, int]:
    """Return, by sheet, the last column of the table found on it."""
    return {
        table.sheet.name: max([*table.columns.values(), *(c[-1] for c in table.doubled.values())])
        for table in tables
    }


def _not_told_apart(form: Form, table: Table, read: Collection[tuple[str, str]]) -> Iterator[Stray]:
    """Yield the answers in doubled columns, on rows of one code, and on rows without a code."""
    keys = [*(p.code for p in form.periods), Role.ANSWER]
    columns = [table.columns[key] for key in keys if key in table.columns]
    doubled = [c for key in keys for c in table.doubled.get(key, ())]
    coded = {n for rows in table.rows.values() for n in rows}
    unsure = {n for rows in table.rows.values() if len(rows) > 1 for n in rows}
    computed = {
        n
        for code, rows in table.rows.items()
        for n in rows
        if code in form.indicators and form.indicators[code].computed
    }
    last = max(coded, default=-1)
    for row in range(table.heading_row + 2, len(table.sheet.rows)):
        if row in computed:
            continue
        doubtful = row in unsure or (row not in coded and row < last)
        for column in sorted({*doubled, *(columns if doubtful else ())}):
            value, cell = table.sheet.at(row, column), a1(row, column)
            if not is_blank(value) and (table.sheet.name, cell) not in read:
                yield Stray(table.sheet.name, cell, raw_text(value))


def _strays(sheet: GridSheet, known: SheetLayout | None, last_column: int) -> Iterator[Stray]:
    # The scratch sheet comes with two lines of its own: its title, and the notice.
    own = 2 if known is not None and known.kind is SheetKind.SCRATCH else 0
    if known is not None and known.kind in (SheetKind.COVER, SheetKind.GUIDE, SheetKind.CHECKS):
        return
    tabled = known is not None and known.kind in (SheetKind.GROUP, SheetKind.NARRATIVE)
    if tabled and last_column < 0:  # its table is gone, and a finding says so
        return
    if known is not None and known.kind is SheetKind.ROSTER:
        last_column = len(known.columns) - 1
    for row, cells in enumerate(sheet.rows):
        for column, value in enumerate(cells):
            outside = column > last_column and not (row < own and column == 0)
            if outside and not is_blank(value):
                yield Stray(sheet.name, a1(row, column), raw_text(value))
