"""Grid + form → :class:`Return`: every answer with its state, and every finding with its place."""

from __future__ import annotations

from collections.abc import Mapping

from tongket_xlsx.intake.figure_cells import FigureCells
from tongket_xlsx.intake.gathered import Gathered
from tongket_xlsx.intake.identity import identify, placed
from tongket_xlsx.intake.return_checks import ReturnChecks
from tongket_xlsx.intake.row_matching import Ownership, content
from tongket_xlsx.intake.structure import (
    merged_over,
    periods_in_doubt,
    say_hidden,
    say_list,
    say_moved,
    say_other_sheets,
    say_pasted,
    say_scratch,
)
from tongket_xlsx.intake.table import Table
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.intake.text_cells import TextCells
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Parameter
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.indicators import Prompt
from tongket_xlsx.model.layout import Role, SheetLayout
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Return
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader.cells import Grid, is_blank
from tongket_xlsx.reader.ole_container import is_excel_95
from tongket_xlsx.reader.safe_workbook import Format
from tongket_xlsx.text.messages import LANGUAGES


def receive(
    grid: Grid,
    form: Form,
    units: Mapping[str, Unit] | None,
    sha256: str,
    finder: Finder | None = None,
) -> Return:
    """Read one returned workbook.

    Args:
        units: the units of the campaign by code, ``None`` outside a campaign.
        finder: the headings of the form, where many returns are read.
    """
    known = identify(grid, form, units)
    if known.unit is None or known.identity is None:
        return Return(sha256, None, findings=known.findings, cover=known.cover)
    gathered = Gathered(form, known.unit, grid, finder or Finder(form))
    gathered.findings.extend(placed(f, known.unit) for f in known.findings)
    reader = _AnswerTables(gathered)
    if not reader.read(this_version=known.identity.version == form.version):
        book = grid.workbook
        lost = book is not None and book.format is Format.XLS and is_excel_95(book.data)
        what: dict[str, Parameter] = {"what": "excel95"} if lost else {}
        code = "file.old_workbook" if lost else "file.no_sheets"
        fault = placed(new_finding(code, **what), known.unit)
        return Return(sha256, None, findings=(fault,), cover=known.cover)
    checks = ReturnChecks(gathered)
    checks.check_cover(known.cover)
    checks.check_blank()
    checks.check_rules()
    checks.note_decoded()
    checks.note_overlaid()
    return Return(
        sha256,
        known.identity,
        tuple(gathered.observations),
        tuple(gathered.findings),
        known.cover,
        gathered.explanations,
        checks.asides(),
    )


class _AnswerTables:
    """Read the tables of one return."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self.figures = FigureCells(gathered)
        self.texts = TextCells(gathered)
        prompts = gathered.form.prompts_for(gathered.unit.kind)
        self.prompts: Mapping[str, Prompt] = {p.code: p for p in prompts}

    def read(self, *, this_version: bool) -> bool:
        """Read everything; ``False`` where no sheet of the form is there."""
        self.gathered.tables = tables = list(self.gathered.finder.tables(self.gathered.grid))
        rosters = [
            (r, self.gathered.finder.roster(self.gathered.grid, r))
            for r in self.gathered.form.rosters_for(self.gathered.unit.kind)
        ]
        if not any(t.rows or t.labelled for t in tables) and not any(t for _, t in rosters):
            return False
        owners = Ownership(
            self.gathered.notes, self.gathered.finder, tables, this_version=this_version
        )
        for table in tables:
            self._table(table, owners)
        owners.say_missing(self.gathered.layout)
        for roster, found in rosters:
            say_list(self.gathered.notes, roster, found, self.gathered.layout)
            if found is not None:
                say_hidden(self.gathered.notes, found, ())
                self.texts.roster(roster, found)
                self.gathered.used.add(found.sheet.name)
        self.gathered.typed.say_linked()
        say_scratch(self.gathered.notes, self.gathered.finder, self.gathered.grid, owners)
        say_other_sheets(
            self.gathered.notes,
            self.gathered.finder,
            self.gathered.grid,
            owners,
            self.gathered.used,
        )
        return True

    def _table(self, table: Table, owners: Ownership) -> None:
        everything = owners.of(table)
        mine = {c: n for c, n in everything.items() if self.gathered.layout.has(c)}
        for code, number in everything.items():
            if code not in mine and any(content(table, number, self.gathered.finder)):
                self.gathered.say(
                    "code.not_asked", self.gathered.place(table, number, Role.CODE), code
                )
        for number, text in table.strange:
            self.gathered.say(
                "code.unknown", self.gathered.place(table, number, Role.CODE), found=text
            )
        if not mine:
            return
        sheet = self.gathered.layout.sheet_of(next(iter(mine)))
        closed = self._check_columns(table, mine)
        self._check_name(table, sheet)
        self._check_uncoded(table)
        owners.say_how(table, mine)
        self.gathered.merged = merged_over(table)
        self.gathered.homes = {}
        moved = 0
        for code, number in mine.items():
            if code in self.prompts:
                self.texts.prompt(table, number, self.prompts[code])
            else:
                moved += self.figures.indicator(
                    table, number, self.gathered.form.indicators[code], closed
                )
        if moved:
            first = table.sheet.name not in self.gathered.used
            say_moved(self.gathered.notes, table, sheet, mine, moved, first=first)
        say_hidden(self.gathered.notes, table, mine.values())
        say_pasted(self.gathered.notes, self.gathered.grid, table, self.gathered.homes)
        self.gathered.used.add(table.sheet.name)

    def _check_columns(self, table: Table, rows: Mapping[str, int]) -> set[str]:
        """Say which periods are in doubt in a table, be it of more than one sheet of the form."""
        sheets = {
            self.gathered.layout.sheet_of(code).name: self.gathered.layout.sheet_of(code)
            for code in rows
        }
        closed: set[str] = set()
        seen: set[str] = set()
        for sheet in sheets.values():
            periods = {p.code for p in sheet.periods(self.gathered.form)}
            if periods - seen:
                closed |= periods_in_doubt(self.gathered.notes, table, sheet, seen)
            seen |= periods
        return closed

    def _check_name(self, table: Table, sheet: SheetLayout) -> None:
        names = [
            other.name
            for lang in LANGUAGES
            for other in layout_of(self.gathered.form, self.gathered.unit.kind, lang).sheets
            if other.kind is sheet.kind and other.code == sheet.code
        ]
        if table.sheet.name not in names and table.sheet.name not in self.gathered.used:
            self.gathered.say(
                "sheet.renamed",
                self.gathered.notes.sheet(table.sheet.name),
                found=table.sheet.name,
                expected_name=sheet.name,
            )

    def _check_uncoded(self, table: Table) -> None:
        """Say which rows within a table have figures and no code: they are in no total."""
        known = {number for numbers in table.rows.values() for number in numbers}
        known.update(table.labelled.values())
        strange = {number for number, _ in table.strange}
        last = self._last_row(table, max(known, default=0))
        for row in range(min(known, default=0), last + 1):
            if (
                row not in known
                and row not in strange
                and any(content(table, row, self.gathered.finder))
            ):
                self.gathered.say(
                    "row.no_code",
                    self.gathered.place(table, row, Role.CODE),
                    row=str(row + 1),
                )

    def _last_row(self, table: Table, last: int) -> int:
        """Return the last of the rows that follow the last known one without a gap."""
        rows = table.sheet.rows
        while last + 1 < len(rows) and any(not is_blank(value) for value in rows[last + 1]):
            if self.gathered.finder.repeats_headings(rows[last + 1]):
                break
            last += 1
        return last
