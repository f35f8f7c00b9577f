"""What became of the sheets and columns of a return: what is in doubt, and what was done to them.

Columns in doubt are not read; everything else that was found elsewhere than the form has it is
read, and a note says what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tongket_xlsx.intake.findings_log import Notes
from tongket_xlsx.intake.moved import displaced, moves, told
from tongket_xlsx.intake.row_matching import Ownership, content, named
from tongket_xlsx.intake.table import Table
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.findings import Parameter
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.indicators import Roster
from tongket_xlsx.model.layout import (
    META_SHEET,
    NUMBERS_SHEET,
    SheetKind,
    SheetLayout,
    WorkbookLayout,
    folded,
)
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.places import Place, a1, column_letters
from tongket_xlsx.reader import grid as grids
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.cells import ErrorValue, Grid, GridSheet, Raw, is_blank
from tongket_xlsx.reader.sheet_facts import Cell, block_of, cells_of
from tongket_xlsx.text.messages import ENGLISH, LANGUAGES, VIETNAMESE

# A heading merged over more columns than this is the title of a table.
_MOST_SPREAD = 12


def periods_in_doubt(notes: Notes, table: Table, sheet: SheetLayout, seen: set[str]) -> set[str]:
    """Say which periods have no column, or no certain one; return those that are not read.

    Args:
        seen: the periods of which it was said already.
    """
    closed: set[str] = set()
    for period in sheet.periods(notes.form):
        if period.code in seen:
            continue
        spread = _spread(table, period.code)
        if period.code in table.doubled:
            _say_twice(notes, table, period, sheet, table.doubled[period.code])
        elif spread:
            _say_twice(notes, table, period, sheet, spread, what="spread")
            closed.add(period.code)
        elif period.code not in table.columns:
            _say_missing(notes, table, period, sheet)
    swapped = displaced(table, sheet, [p.code for p in sheet.periods(notes.form)])
    if swapped:
        _say_swapped(notes, table, swapped)
    return closed | set(swapped)


def _say_twice(
    notes: Notes,
    table: Table,
    period: Period,
    sheet: SheetLayout,
    columns: Sequence[int],
    **what: str,
) -> None:
    place = Place(notes.unit.name, table.sheet.name, a1(table.heading_row, columns[0]))
    shown = ", ".join(a1(table.heading_row, c) for c in columns)
    notes.say(
        "period.twice",
        place,
        "",
        period.code,
        found=shown,
        home=sheet.name,
        **what,
    )


def _say_missing(notes: Notes, table: Table, period: Period, sheet: SheetLayout) -> None:
    """Say that a period has no column; name the headings that speak of it and are not its own."""
    said: dict[str, Parameter] = {"home": sheet.name}
    headings = table.sheet.rows[table.heading_row]
    strange = [v for c, v in enumerate(headings) if v and c not in table.columns.values()]
    alike = [text for v in strange if period.code in (text := " ".join(raw_text(v).split()))]
    # A heading that is an error value may have been that of any column.
    alike += [raw_text(v) for v in strange if isinstance(v, ErrorValue)]
    if alike:
        said |= {"what": "reworded", "found": named(alike)}
    place = notes.sheet(table.sheet.name)
    notes.say("period.missing", place, "", period.code, **said)


def _spread(table: Table, period: str) -> tuple[int, ...]:
    """Return the columns of a heading that stands over several with figures, none of a plain one.

    Below “Năm 2007” may stand “Nữ” and “Tổng số”: the heading does not say which is meant.
    """
    first = table.columns.get(period)
    if first is None:
        return ()
    below = [first]
    while below[-1] + 1 < _MOST_SPREAD + first and _is_beside(table, first, below[-1] + 1):
        below.append(below[-1] + 1)
    rows = [n for numbers in table.rows.values() for n in numbers] + [*table.labelled.values()]
    filled = [c for c in below if any(not is_blank(table.sheet.at(row, c)) for row in rows)]
    return tuple(below) if any(c > first for c in filled) else ()


def _is_beside(table: Table, first: int, column: int) -> bool:
    """Say whether a column has no heading but that on its left: merged, or parted below it."""
    head = table.heading_row
    if column in table.columns.values() or not is_blank(table.sheet.at(head, column)):
        return False
    outline = table.sheet.outline
    blocks = [block_of(text) for text in outline.merged] if outline else []
    if any(b and b[0] <= head <= b[2] and b[1] <= first and column <= b[3] for b in blocks):
        return True
    return all(_is_named(table.sheet.at(head + 1, c)) for c in (first, column))


def _is_named(value: Raw) -> bool:
    return isinstance(value, str) and any(character.isalpha() for character in value)


def _say_swapped(notes: Notes, table: Table, swapped: Mapping[str, str]) -> None:
    """Give both readings of columns whose headings are not in the order of the form."""
    by_code = {p.code: p for p in notes.form.periods}
    columns = sorted((table.columns[p], p) for p in swapped)
    readings: dict[str, Parameter] = {}
    for key, lang in (("", VIETNAMESE), ("_en", ENGLISH)):
        readings["reading_a" + key] = ", ".join(
            f"{column_letters(c)} = {by_code[p].label.to(lang)}" for c, p in columns
        )
        readings["reading_b" + key] = ", ".join(
            f"{column_letters(c)} = {by_code[swapped[p]].label.to(lang)}" for c, p in columns
        )
    place = Place(notes.unit.name, table.sheet.name, a1(table.heading_row, columns[0][0]))
    shown = ", ".join(a1(table.heading_row, c) for c, _ in columns)
    notes.say("period.swapped", place, found=shown, **readings)


def say_moved(
    notes: Notes,
    table: Table,
    sheet: SheetLayout,
    rows: Mapping[str, int],
    count: int,
    *,
    first: bool,
) -> None:
    """Say how many answers were read elsewhere than the form has them, and why."""
    done = moves(table, sheet, rows, first=first)
    notes.say(
        "rows.moved",
        notes.sheet(table.sheet.name),
        count=count,
        happened=told(done, VIETNAMESE),
        happened_en=told(done, ENGLISH),
    )


def say_hidden(notes: Notes, table: Table, rows: Iterable[int]) -> None:
    """Say which sheets, rows and columns with answers are hidden; they are read all the same."""
    if not table.sheet.visible:
        notes.say("sheet.hidden", notes.sheet(table.sheet.name), what="whole")
    outline = table.sheet.outline
    if outline is None or not (outline.hidden_rows or outline.hidden_columns):
        return
    hidden = sum(row in outline.hidden_rows for row in rows)
    periods = [p.code for p in notes.form.periods]
    columns = sum(table.columns.get(p) in outline.hidden_columns for p in periods)
    if hidden or columns:
        notes.say(
            "sheet.hidden",
            notes.sheet(table.sheet.name),
            rows=hidden,
            columns=columns,
        )


def merged_over(table: Table) -> dict[Cell, Cell]:
    """Return the cells below the headings that a merged cell hides, each with its first cell."""
    if table.sheet.outline is None:
        return {}
    found: dict[Cell, Cell] = {}
    for text in table.sheet.outline.merged:
        block = block_of(text)
        if block is not None and block[2] > table.heading_row:
            cells = cells_of(text)
            found.update(dict.fromkeys(cells[1:], cells[0]) if cells else {})
    return found


def say_pasted(notes: Notes, book: Grid, table: Table, homes: Mapping[Cell, Cell]) -> None:
    """Say how many of the cells to be answered have lost their data validation.

    Args:
        homes: the cells to be answered, each with its place in the form.
    """
    covered = table.sheet.outline.covered() if table.sheet.outline else None
    if covered is None:
        return
    lost = sorted(homes.keys() - covered)
    # A program that moved rows and left validation behind has pasted over nothing.
    if not lost or not set(homes.values()) - covered:
        return
    locked = grids.locked(book, table.sheet)
    notes.say(
        "cells.pasted",
        notes.sheet(table.sheet.name),
        count=len(lost),
        of=len(homes),
        locked=sum(cell in locked for cell in lost),
        found=named([a1(*cell) for cell in lost]),
    )


def say_scratch(notes: Notes, finder: Finder, book: Grid, owners: Ownership) -> None:
    """Say which answers stand on the scratch sheet and not in their cells."""
    found: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for name, code, number in finder.scratched(book):
        owner = owners.rows.get(code)
        if owner is None:
            continue
        table, row = owner
        if any(not text for text in content(table, row, finder)):
            found.setdefault(table.sheet.name, []).append(f"{code} ({name}!{number + 1})")
            names[table.sheet.name] = name
    for home, codes in found.items():
        if any(_has_blank(owners, c.partition(" ")[0]) for c in codes):
            notes.say(
                "scratch.answers",
                notes.sheet(home),
                count=len(codes),
                found=named(codes),
                name=names[home],
            )


def _has_blank(owners: Ownership, code: str) -> bool:
    table, row = owners.rows[code]
    periods = [p.code for p in owners.finder.form.periods if p.code in table.columns]
    return any(is_blank(table.value(row, p)) for p in periods)


def say_list(notes: Notes, roster: Roster, table: Table | None, layout: WorkbookLayout) -> None:
    """Say which columns of a list are not there, or that it is not there at all."""
    home = next(s for s in layout.of_kind(SheetKind.ROSTER) if s.code == roster.code)
    lost = [c for c in roster.columns if table is None or c.code not in table.columns]
    if lost:
        notes.say(
            "list.missing",
            notes.sheet(table.sheet.name if table else home.name),
            name=home.name,
            found=named([c.label.vi for c in lost]),
            found_en=named([c.label.to(ENGLISH) for c in lost]),
        )


def _say_lists(notes: Notes, finder: Finder, book: Grid, names: Sequence[str]) -> None:
    """Warn of rows of a list on another sheet: whether they belong to it nobody can tell."""
    for roster in notes.form.rosters_for(notes.unit.kind):
        home = finder.roster(book, roster)
        for sheet in book.sheets:
            table = finder.listed(sheet, roster) if sheet.name in names else None
            if home is None or table is None:
                continue
            more = finder.entries(table, roster) - finder.entries(home, roster)
            if more:
                place = notes.sheet(home.sheet.name)
                said: dict[str, Parameter] = {"found": sheet.name, "count": len(more)}
                notes.say("list.elsewhere", place, **said)


def say_other_sheets(
    notes: Notes, finder: Finder, book: Grid, owners: Ownership, used: set[str]
) -> None:
    """Name the sheets that are not of the form, and those that say the same once more."""
    known = _known(notes.form, notes.unit.kind) | finder.ignored
    if book.other_kinds:
        place = notes.sheet(book.other_kinds[0])
        count = len(book.other_kinds)
        found = named(book.other_kinds)
        notes.say("sheets.other_kind", place, count=count, found=found)
    tabled = {table.sheet.name: table for table in owners.tables if table.rows}
    extra = []
    for sheet in book.sheets:
        if sheet.name in used or not _filled(sheet):
            continue
        if folded(sheet.name) in finder.scratch or folded(sheet.name) not in known:
            _say_errors(notes, sheet)
        if sheet.name in tabled:
            _say_repeated(notes, owners, tabled[sheet.name])
        elif folded(sheet.name) not in known:
            extra.append(sheet.name)
    if extra:
        _say_lists(notes, finder, book, extra)
        notes.say(
            "sheets.extra",
            notes.sheet(extra[0]),
            count=len(extra),
            found=named(extra),
        )


def _say_errors(notes: Notes, sheet: GridSheet) -> None:
    """Note the error values on a sheet that is not read: they are of no consequence there."""
    cells = [
        (row, column, value.text)
        for row, values in enumerate(sheet.rows)
        for column, value in enumerate(values)
        if isinstance(value, ErrorValue)
    ]
    if cells:
        row, column, text = cells[0]
        place = Place(notes.unit.name, sheet.name, a1(row, column))
        notes.say("sheet.error_value", place, count=len(cells), found=text)


def _say_repeated(notes: Notes, owners: Ownership, table: Table) -> None:
    there = [c for c in table.rows if c in owners.rows and c not in owners.repeated]
    again = [c for c in there if owners.rows[c][0] is not table]
    if again:
        notes.say(
            "sheet.repeated",
            notes.sheet(table.sheet.name),
            count=len(again),
            found=owners.rows[again[0]][0].sheet.name,
        )


def _known(form: Form, kind: str) -> set[str]:
    names = {folded(s.name) for lang in LANGUAGES for s in layout_of(form, kind, lang).sheets}
    return names | {META_SHEET, NUMBERS_SHEET}


def _filled(sheet: GridSheet) -> bool:
    return any(not is_blank(value) for row in sheet.rows for value in row)
