"""What an office wrote beside its answers: kept with the reading, and returned as it stood."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tongket_xlsx.intake.table import Table
from tongket_xlsx.model.asides import Asides, Stray
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import (
    META_SHEET,
    NUMBERS_SHEET,
    Role,
    SheetKind,
    SheetLayout,
    folded,
)
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import CellState, Observation
from tongket_xlsx.model.places import a1, position
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader import grid as grids
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.cells import Grid, GridSheet, is_blank
from tongket_xlsx.reader.gate import Refusal
from tongket_xlsx.reader.overlays import Overlay
from tongket_xlsx.text.messages import LANGUAGES, VIETNAMESE, say

# What is kept of the cells outside the form; the original, which is kept as well, holds the rest.
MOST_STRAYS = 500


def asides_of(
    form: Form,
    unit: Unit,
    book: Grid,
    tables: Sequence[Table],
    observed: Sequence[Observation],
    overlays: Sequence[Overlay],
) -> Asides:
    """Return what stands in a return beside its answers.

    Args:
        tables: those that were found in it.
        observed: its answers.
        overlays: what lies over its sheets.
    """
    strays = list(_all_strays(form, unit, book, tables, observed, overlays))
    kept, more = tuple(strays[:MOST_STRAYS]), max(0, len(strays) - MOST_STRAYS)
    return Asides(kept, more, _formulas(book, observed))


def _formulas(book: Grid, observed: Sequence[Observation]) -> dict[tuple[str, str], str]:
    """Return the formulas an office typed where an answer was asked and now their result stands."""
    outlines = {sheet.name: sheet.outline for sheet in book.sheets if sheet.outline is not None}
    errors = _behind_errors(book, observed)
    found = {}
    for o in observed:
        outline = outlines.get(o.sheet)
        if o.row or o.state is CellState.FORMULA:
            continue
        typed = errors.get((o.sheet, o.cell))
        if o.raw.startswith("=") and o.state is not CellState.TEXT:
            # It had no result and was computed here.
            typed = o.raw
        elif typed is None and outline is not None and outline.formulas:
            typed = outline.formulas.get(position(o.cell))
        if typed is not None:
            found[o.indicator, o.period] = typed
    return found


def _behind_errors(book: Grid, observed: Iterable[Observation]) -> Mapping[tuple[str, str], str]:
    """Return the formulas whose result is an error value; looked for where an answer is one."""
    if book.workbook is None or not any(o.state is CellState.ERROR for o in observed):
        return {}
    try:
        return grids.formulas(book.workbook)
    except Refusal:  # pragma: no cover - the same parts were read before
        return {}


def _all_strays(
    form: Form,
    unit: Unit,
    book: Grid,
    found: Sequence[Table],
    observed: Iterable[Observation],
    overlays: Iterable[Overlay],
) -> Iterator[Stray]:
    """Yield what an office wrote and no answer holds.

    It stands on other sheets, beside the tables, or in rows and columns of a table that could not
    be told apart.
    """
    layout = layout_of(form, unit.kind, VIETNAMESE)
    ours = {
        folded(sheet.name): sheet
        for lang in LANGUAGES
        for sheet in layout_of(form, unit.kind, lang).sheets
    }
    skipped = {META_SHEET, NUMBERS_SHEET, *(folded(say("sheet.corrections", x)) for x in LANGUAGES)}
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
        yield from _not_told_apart(form, table, read)
    for item in overlays:
        if item.text and folded(item.sheet) not in skipped:
            yield Stray(item.sheet, item.cells, item.text)


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
        # Nearly every cell is of a table: those are passed over together.
        for column, value in enumerate(cells[last_column + 1 :], start=last_column + 1):
            if value is None or (row < own and column == 0):
                continue
            if not is_blank(value):
                yield Stray(sheet.name, a1(row, column), raw_text(value))
