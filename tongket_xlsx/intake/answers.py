"""Grid + form → :class:`Return`: every answer with its state, and every finding with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from tongket_xlsx.intake.asides import asides_of
from tongket_xlsx.intake.cell_values import (
    Figure,
    Remark,
    doubted,
    is_error,
    read_figure,
    read_shown,
    with_look,
)
from tongket_xlsx.intake.findings_log import Notes
from tongket_xlsx.intake.formula_values import over, recomputed
from tongket_xlsx.intake.identity import identify, placed
from tongket_xlsx.intake.overlaid import overlaid, say_overlaid
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
from tongket_xlsx.intake.tables import Finder, Table
from tongket_xlsx.intake.typed_formulas import TypedFormulas
from tongket_xlsx.model import rules
from tongket_xlsx.model.asides import Asides
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Parameter, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Period, Words
from tongket_xlsx.model.indicators import Indicator, Prompt, Roster, RosterColumn
from tongket_xlsx.model.layout import (
    TYPED_FIELDS,
    Entry,
    Role,
    SheetLayout,
    WorkbookLayout,
    entry_of,
    fact_of,
    folded,
    layout_of,
)
from tongket_xlsx.model.observations import CellState, Observation, Return
from tongket_xlsx.model.places import Place, a1
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.conditional_formats import ConditionalFormat
from tongket_xlsx.reader.gate import Format
from tongket_xlsx.reader.grid import ErrorValue, Grid, GridSheet, NoResult, Raw, is_blank
from tongket_xlsx.reader.ole_container import is_excel_95
from tongket_xlsx.reader.sheet_facts import Cell, block_of
from tongket_xlsx.text.legacy_fonts import Decoded
from tongket_xlsx.text.messages import ENGLISH, LANGUAGES, VIETNAMESE, say
from tongket_xlsx.text.mojibake import damaged
from tongket_xlsx.text.normalize import composed, fold, squeezed
from tongket_xlsx.text.number_formats import Look, names_scale, shown_instead
from tongket_xlsx.text.numerals import MONEY_WORDS, read_number, tidy
from tongket_xlsx.text.reasons import is_reason

_MOST_WORDS = 8
_AN_ERROR = re.compile(r"#[A-Z]++[!?]|err:[0-9]{3}", re.IGNORECASE)
# An answer: what a formula gives is compared with it.
_SAID = (CellState.NUMBER, CellState.NIL, CellState.MISSING, CellState.NOT_APPLICABLE)


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
    reader = _Reader(form, known.unit, grid, finder or Finder(form))
    reader.findings.extend(placed(f, known.unit) for f in known.findings)
    if not reader.read(this_version=known.identity.version == form.version):
        book = grid.workbook
        lost = book is not None and book.format is Format.XLS and is_excel_95(book.data)
        what: dict[str, Parameter] = {"what": "excel95"} if lost else {}
        code = "file.old_workbook" if lost else "file.no_sheets"
        fault = placed(new_finding(code, **what), known.unit)
        return Return(sha256, None, findings=(fault,), cover=known.cover)
    reader.check_cover(known.cover)
    reader.check_blank()
    reader.check_rules()
    reader.note_decoded()
    reader.note_overlaid()
    return Return(
        sha256,
        known.identity,
        tuple(reader.observations),
        tuple(reader.findings),
        known.cover,
        reader.explanations,
        reader.asides(),
    )


class _Reader:
    """Read the tables of one return."""

    def __init__(self, form: Form, unit: Unit, grid: Grid, finder: Finder) -> None:
        self.form = form
        self.unit = unit
        self.grid = grid
        self.calculator = over(grid)
        self.finder = finder
        self.layout: WorkbookLayout = layout_of(form, unit.kind, VIETNAMESE)
        self.prompts: Mapping[str, Prompt] = {p.code: p for p in form.prompts_for(unit.kind)}
        self.observations: list[Observation] = []
        self.notes = Notes(form, unit)
        self.findings = self.notes.findings
        self.typed = TypedFormulas(grid, self.notes)
        self.tables: list[Table] = []
        self.overlays = list(overlaid(grid))
        self._say = self.notes.say
        self._place = self.notes.place
        self.explanations: dict[str, str] = {}
        self.places: dict[tuple[str, str], Place] = {}
        self.prefilled: set[tuple[str, str]] = set()
        self.stored: dict[tuple[str, str], Raw] = {}
        self.used: set[str] = set()
        self.merged: dict[Cell, Cell] = {}
        self.homes: dict[Cell, Cell] = {}
        self.periods: dict[str, tuple[tuple[Period, int], ...]] = {}

    def read(self, *, this_version: bool) -> bool:
        """Read everything; ``False`` where no sheet of the form is there."""
        self.tables = tables = list(self.finder.tables(self.grid))
        rosters = [
            (r, self.finder.roster(self.grid, r)) for r in self.form.rosters_for(self.unit.kind)
        ]
        if not any(t.rows or t.labelled for t in tables) and not any(t for _, t in rosters):
            return False
        owners = Ownership(self.notes, self.finder, tables, this_version=this_version)
        for table in tables:
            self._table(table, owners)
        owners.say_missing(self.layout)
        for roster, found in rosters:
            say_list(self.notes, roster, found, self.layout)
            if found is not None:
                say_hidden(self.notes, found, ())
                self._roster(roster, found)
                self.used.add(found.sheet.name)
        self.typed.say_linked()
        say_scratch(self.notes, self.finder, self.grid, owners)
        say_other_sheets(self.notes, self.finder, self.grid, owners, self.used)
        return True

    def check_cover(self, cover: Mapping[str, str]) -> None:
        """Remark on what the cover leaves out, once, and on what was damaged before it came."""
        place = Place(self.unit.name, self.layout.sheets[0].name)
        self._check_damage(". ".join(cover.values()), place)
        faulty = {f.place.cell for f in self.findings if f.code == "cover.error"}
        empty = [
            field
            for field in TYPED_FIELDS
            if not cover.get(field) and a1(*self.layout.cover[field]) not in faulty
        ]
        if not empty:
            return
        row, column = self.layout.cover[empty[0]]
        place = Place(self.unit.name, self.layout.sheets[0].name, a1(row, column))
        names: dict[str, Parameter] = {
            key: ", ".join(say(f"cover.{field}", lang) for field in empty)
            for key, lang in (("label", "vi"), ("label_en", "en"))
        }
        self.findings.append(new_finding("cover.blank", place, **names))

    def check_blank(self) -> None:
        """Say once that a form is wholly blank, instead of once for each of its cells."""
        typed = {
            (o.indicator, o.period)
            for o in self.observations
            if o.state not in (CellState.BLANK, CellState.NOT_APPLICABLE)
        }
        blank = [f for f in self.findings if f.code in ("cell.blank", "cell.blank_text")]
        if blank and not typed - self.prefilled:
            self.findings[:] = [f for f in self.findings if f not in blank]
            self._say("return.blank", Place(self.unit.name), count=len(blank))

    def check_rules(self) -> None:
        """Run the rules of the form and add the place of what each is about."""
        values = rules.values_of(self.form, self.unit, self.observations)
        self._check_computed(values)
        for finding in rules.run(self.form, self.unit, values):
            place = self.places.get((finding.indicator, finding.period))
            if place is None:
                place = self.places.get((finding.indicator, ""), Place(self.unit.name))
            self.findings.append(replace(finding, place=place))
        self._check_explanations()

    def _check_explanations(self) -> None:
        """Say where a row is to be explained and what stands there gives no reason."""
        asked = {f.indicator for f in self.findings if f.severity is Severity.WARNING}
        for code, text in self.explanations.items():
            place = self.places[code, Role.EXPLANATION]
            if code in asked and not is_reason(text):
                self._say("row.not_explanation", place, code, found=text)
            elif _like_error(text):
                names: dict[str, Parameter] = {
                    key: say(f"col.{Role.EXPLANATION}", lang)
                    for key, lang in (("name", VIETNAMESE), ("name_en", ENGLISH))
                }
                self._say("cell.error_text", place, code, "", Severity.NOTE, found=text, **names)

    def _check_computed(self, values: Mapping[tuple[str, str], float]) -> None:
        """Say where something was typed over a cell that the form computes."""
        for (code, period), given in self.stored.items():
            value = values.get((code, period))
            stored = self._as_number(code, given)
            if isinstance(stored, bool) or not isinstance(stored, int | float):
                typed = isinstance(stored, str)
            else:
                # A result that is merely stale, or was never computed, is no office's doing.
                tolerance = float(self.form.computed_tolerance)
                typed = value is not None and stored != 0 and abs(stored - value) > tolerance
            if typed:
                place = self.places[code, period]
                shown = "…" if value is None else Decimal(str(round(value, 2)))
                self._say(
                    "cell.computed_changed",
                    place,
                    code,
                    period,
                    found=raw_text(given),
                    value=shown,
                )

    def _as_number(self, code: str, given: Raw) -> Raw:
        """Return the number that a text such as “52,6 %” says, anything else as it is."""
        indicator = self.form.indicators[code]
        if not isinstance(given, str):
            return given
        reading = read_number(given, whole=False, money=False, unit=indicator.unit.vi)
        return given if reading is None or reading.other is not None else float(reading.value)

    # ------------------------------------------------------------------ one table

    def _table(self, table: Table, owners: Ownership) -> None:
        everything = owners.of(table)
        mine = {c: n for c, n in everything.items() if self.layout.has(c)}
        for code, number in everything.items():
            if code not in mine and any(content(table, number, self.finder)):
                self._say("code.not_asked", self._place(table, number, Role.CODE), code)
        for number, text in table.strange:
            self._say("code.unknown", self._place(table, number, Role.CODE), found=text)
        if not mine:
            return
        sheet = self.layout.sheet_of(next(iter(mine)))
        closed = self._check_columns(table, mine)
        self._check_name(table, sheet)
        self._check_uncoded(table)
        owners.say_how(table, mine)
        self.merged = merged_over(table)
        self.homes = {}
        moved = 0
        for code, number in mine.items():
            if code in self.prompts:
                self._prompt(table, number, self.prompts[code])
            else:
                moved += self._indicator(table, number, self.form.indicators[code], closed)
        if moved:
            first = table.sheet.name not in self.used
            say_moved(self.notes, table, sheet, mine, moved, first=first)
        say_hidden(self.notes, table, mine.values())
        say_pasted(self.notes, self.grid, table, self.homes)
        self.used.add(table.sheet.name)

    def _check_columns(self, table: Table, rows: Mapping[str, int]) -> set[str]:
        """Say which periods are in doubt in a table, be it of more than one sheet of the form."""
        sheets = {self.layout.sheet_of(code).name: self.layout.sheet_of(code) for code in rows}
        closed: set[str] = set()
        seen: set[str] = set()
        for sheet in sheets.values():
            periods = {p.code for p in sheet.periods(self.form)}
            if periods - seen:
                closed |= periods_in_doubt(self.notes, table, sheet, seen)
            seen |= periods
        return closed

    def _check_name(self, table: Table, sheet: SheetLayout) -> None:
        names = [
            other.name
            for lang in LANGUAGES
            for other in layout_of(self.form, self.unit.kind, lang).sheets
            if other.kind is sheet.kind and other.code == sheet.code
        ]
        if table.sheet.name not in names and table.sheet.name not in self.used:
            self._say(
                "sheet.renamed",
                self.notes.sheet(table.sheet.name),
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
            if row not in known and row not in strange and any(content(table, row, self.finder)):
                self._say(
                    "row.no_code",
                    self._place(table, row, Role.CODE),
                    row=str(row + 1),
                )

    def _last_row(self, table: Table, last: int) -> int:
        """Return the last of the rows that follow the last known one without a gap."""
        rows = table.sheet.rows
        while last + 1 < len(rows) and any(not is_blank(value) for value in rows[last + 1]):
            if self.finder.repeats_headings(rows[last + 1]):
                break
            last += 1
        return last

    def _indicator(self, table: Table, row: int, indicator: Indicator, closed: set[str]) -> int:
        """Read one row of figures; return how many of its answers had moved.

        Args:
            closed: the periods whose columns are in doubt.
        """
        explanation = composed(raw_text(self._explained(table, row)).strip())
        if explanation:
            place = self._place(table, row, Role.EXPLANATION)
            self._check_damage(explanation, place, indicator.code)
            self.explanations[indicator.code] = explanation
            self.places[indicator.code, Role.EXPLANATION] = place
        unclear = self._check_unit(table, row, indicator)
        sheet = self.layout.sheet_of(indicator.code)
        home = sheet.rows[indicator.code]
        moved = 0
        for period, column in self._periods(sheet):
            if period.code not in table.columns or period.code in closed:
                continue
            entry = entry_of(self.unit, indicator, period)
            self.places[indicator.code, period.code] = self._place(table, row, period.code)
            if entry is Entry.COMPUTED:
                stored = table.value(row, period.code)
                if not is_blank(stored):
                    self.stored[indicator.code, period.code] = stored
                continue
            figure = self._figure(table, row, indicator, period, entry, unclear=unclear)
            at = row, table.columns[period.code]
            if entry.answerable:
                self.homes[at] = home, column
            if figure is not None and at != (home, column):
                moved += figure.state is not CellState.BLANK
        return moved

    def _explained(self, table: Table, row: int) -> Raw:
        """Return the explanation of a row; one merged over several rows is that of each."""
        column = table.columns.get(Role.EXPLANATION, -1)
        return table.sheet.at(*self.merged.get((row, column), (row, column)))

    def _check_unit(self, table: Table, row: int, indicator: Indicator) -> bool:
        """Say where a row names another unit of measure than that of the form.

        Returns:
            Whether its figures may be larger or smaller by a factor: they are not taken in.
        """
        found = " ".join(raw_text(table.value(row, Role.UNIT)).split())
        if not found or self.finder.is_unit(indicator.code, found):
            return False
        money = indicator.kind is Kind.MONEY
        if money and MONEY_WORDS.get(folded(found).rstrip(".")) == 1:
            return False
        scaled = money or indicator.kind is Kind.PERCENT or names_scale(found)
        self._say(
            "row.unit_changed" if scaled else "row.unit_differs",
            self._place(table, row, Role.UNIT),
            indicator.code,
            found=found,
            unit=indicator.unit.vi,
            unit_en=indicator.unit.to("en"),
        )
        return scaled

    def _periods(self, sheet: SheetLayout) -> tuple[tuple[Period, int], ...]:
        """Return the periods of a sheet, each with its column in the form."""
        found = self.periods.get(sheet.name)
        if found is None:
            found = tuple((p, sheet.column(p.code)) for p in sheet.periods(self.form))
            self.periods[sheet.name] = found
        return found

    def _figure(
        self,
        table: Table,
        row: int,
        indicator: Indicator,
        period: Period,
        entry: Entry,
        *,
        unclear: bool,
    ) -> Figure | None:
        figure = self._read(table, row, table.columns[period.code], indicator)
        if unclear and figure.state is CellState.NUMBER:
            figure = Figure(CellState.INVALID, raw=figure.raw)
        place = self.places[indicator.code, period.code]
        if entry in (Entry.NOT_APPLICABLE, Entry.NOT_FOUNDED):
            figure = self._out_of_place(figure, indicator, period, entry, place)
            if figure.state is CellState.BLANK or (
                entry is Entry.NOT_APPLICABLE and (figure.state is CellState.NOT_APPLICABLE)
            ):
                return None
        elif figure.remark is not None:
            self._remark(figure.remark, place, indicator.code, period.code)
        elif figure.state is CellState.BLANK:
            self._blank((row, table.columns[period.code]), entry, place, indicator, period)
        fact = fact_of(self.unit, indicator, period)
        known = bool(fact) and figure.value == Decimal(fact)
        if known:
            self.prefilled.add((indicator.code, period.code))
        elif entry is Entry.PREFILLED and figure.state is not CellState.BLANK:
            self._say(
                "cell.prefilled_changed",
                place,
                indicator.code,
                period.code,
                found=figure.raw,
                value=fact,
            )
        figure = _as_typed(figure, table.value(row, period.code))
        self._observe(indicator.code, period.code, 0, figure, place)
        at, key = (row, table.columns[period.code]), (indicator.code, period.code)
        if figure.state is CellState.NUMBER and entry.answerable:
            self._check_shown(table, at, figure, place, key)
        if figure.state in _SAID and entry.answerable:
            self.typed.check(table.sheet, at, figure, place, key)
        return figure

    def _check_shown(
        self, table: Table, at: Cell, figure: Figure, place: Place, key: tuple[str, str]
    ) -> None:
        """Say where a cell shows something else than the number that is counted."""
        outline, value = table.sheet.outline, figure.value
        if outline is None or value is None or outline.looks.get(at) not in (None, Look.UNSEEN):
            return
        codes: list[str | None] = [outline.formats.get(at, "0")]
        codes += [c.format for c in self._conditional(table.sheet, at)]
        if outline.looks.get(at) is Look.UNSEEN or None in codes:
            texts = [say("shown.white", lang) for lang in (VIETNAMESE, ENGLISH)]
        else:
            shown = next(
                (s for c in codes if c and (s := shown_instead(c, value)) is not None), None
            )
            if shown is None or self._says_so(shown, figure, key[0]):
                return
            texts = [
                f"“{shown}”" if shown else say("shown.nothing", lang)
                for lang in (VIETNAMESE, ENGLISH)
            ]
        said: dict[str, Parameter] = {"found": value, "shown": texts[0], "shown_en": texts[1]}
        self._say("cell.shown_otherwise", place, *key, **said)

    def _says_so(self, shown: str, figure: Figure, code: str) -> bool:
        """Say whether what a cell shows is read as the answer it holds: “Có” of a 1."""
        read = read_figure(self.form, self.form.indicators[code], shown)
        return bool(figure.text) and (read.state, read.value) == (figure.state, figure.value)

    def _conditional(self, sheet: GridSheet, at: Cell) -> Iterator[ConditionalFormat]:
        """Yield the conditional formats whose condition holds in a cell, or may hold."""
        for each in sheet.outline.conditional if sheet.outline else ():
            blocks = [block for text in each.ranges if (block := block_of(text))]
            if not any(t <= at[0] <= b and le <= at[1] <= r for t, le, b, r in blocks):
                continue
            first = min(block[0] for block in blocks), min(block[1] for block in blocks)
            formula = each.condition_at(first, at)
            outcome = self.calculator.outcome(sheet.name, formula) if formula else None
            if outcome is None or outcome.value not in (False, 0.0, None):
                yield each

    def _read(self, table: Table, row: int, column: int, indicator: Indicator) -> Figure:
        """Read one cell, by its number format or from its formula where that is needed."""
        look = table.sheet.outline.looks.get((row, column)) if table.sheet.outline else None
        return with_look(self._plainly(table, row, column, indicator), look)

    def _plainly(self, table: Table, row: int, column: int, indicator: Indicator) -> Figure:
        value = table.sheet.at(row, column)
        if isinstance(value, NoResult):
            return self._computed(table, indicator, value)
        if isinstance(value, int | float) and not isinstance(value, bool) and value:
            shown = table.sheet.outline.percents if table.sheet.outline else None
            percent = None if shown is None else (row, column) in shown
            if percent is not False:
                figure = read_shown(indicator, value, percent=percent)
                if figure is not None:
                    return figure
        return doubted(indicator, read_figure(self.form, indicator, value))

    def _computed(self, table: Table, indicator: Indicator, formula: NoResult) -> Figure:
        value = recomputed(self.grid, table.sheet.name, formula.formula, self.calculator)
        if value is None:
            return read_figure(self.form, indicator, formula)
        figure = doubted(indicator, read_figure(self.form, indicator, value))
        if figure.remark is not None and figure.remark.code != "cell.money_fraction":
            return figure._replace(raw=formula.formula)
        said = {"found": formula.formula, "value": raw_text(value)}
        remark = Remark("cell.recomputed", {**said})
        return figure._replace(raw=formula.formula, remark=remark)

    def _blank(
        self, at: Cell, entry: Entry, place: Place, indicator: Indicator, period: Period
    ) -> None:
        needed = entry in (Entry.REQUIRED, Entry.PREFILLED)
        if at in self.merged:
            severity = Severity.ERROR if needed else Severity.WARNING
            self._say("cell.merged", place, indicator.code, period.code, severity)
        elif needed:
            self._say("cell.blank", place, indicator.code, period.code)

    def _out_of_place(
        self, figure: Figure, indicator: Indicator, period: Period, entry: Entry, place: Place
    ) -> Figure:
        """Hold back a figure for a year in which it cannot exist: it would be counted twice."""
        if figure.state in (CellState.BLANK, CellState.NOT_APPLICABLE, CellState.MISSING):
            return figure
        if figure.raw.strip().casefold() == self.form.sign("not_applicable"):
            return Figure(CellState.NOT_APPLICABLE, raw=figure.raw)
        self._say(
            f"cell.{entry}",
            place,
            indicator.code,
            period.code,
            found=figure.raw,
            unit=self.unit.name,
        )
        return Figure(CellState.INVALID, raw=figure.raw)

    # ------------------------------------------------------------------ texts and lists

    def _prompt(self, table: Table, row: int, prompt: Prompt) -> None:
        value = table.value(row, Role.ANSWER)
        place = self._place(table, row, Role.ANSWER)
        self.places[prompt.code, ""] = place
        if Role.ANSWER in table.columns:
            home = self.layout.sheet_of(prompt.code).cell(prompt.code, Role.ANSWER)
            self.homes[row, table.columns[Role.ANSWER]] = home
            self.typed.check_text(
                table.sheet,
                (row, table.columns[Role.ANSWER]),
                place,
                prompt.code,
                name=prompt.label.vi,
                name_en=prompt.label.to(ENGLISH),
            )
        text = composed(raw_text(value).strip())
        if is_blank(value):
            if (row, table.columns.get(Role.ANSWER, -1)) in self.merged:
                severity = Severity.ERROR if prompt.core else Severity.WARNING
                self._say_merged(severity, place, prompt.code, prompt.label)
            elif prompt.core:
                self._say(
                    "cell.blank_text",
                    place,
                    prompt.code,
                    label=prompt.label.vi,
                    label_en=prompt.label.to("en"),
                )
            self._observe(prompt.code, "", 0, Figure(CellState.BLANK), place)
            return
        unread = self._no_text(value, place, prompt.code, prompt.label)
        if unread is not None:
            self._observe(prompt.code, "", 0, unread, place)
            return
        if len(text) > prompt.max_chars:
            self._say(
                "cell.too_long",
                place,
                prompt.code,
                found=len(text),
                limit=prompt.max_chars,
            )
        state = CellState.NIL if tidy(text) in self.form.signs["nil"] else CellState.TEXT
        self._check_damage(text, place, prompt.code)
        figure = _as_typed(Figure(state, None, text, raw_text(value)), value)
        self._observe(prompt.code, "", 0, figure, place)

    def _say_merged(self, severity: Severity, place: Place, code: str, label: Words) -> None:
        """Say that a cell for a text is part of a merged one and has none of its own."""
        names: dict[str, Parameter] = {"name": label.vi, "name_en": label.to(ENGLISH)}
        self._say("cell.merged", place, code, "", severity, what="text", **names)

    def _no_text(self, value: Raw, place: Place, code: str, label: Words) -> Figure | None:
        """Tell an error value, or a formula without a result, where a text is asked for."""
        error = isinstance(value, ErrorValue) or (isinstance(value, str) and _like_error(value))
        if not error and not isinstance(value, NoResult):
            return None
        raw = raw_text(value)
        names: dict[str, Parameter] = {"name": label.vi, "name_en": label.to(ENGLISH), "found": raw}
        kind = "cell.error_text" if error else "cell.no_text_result"
        self._say(kind, place, code, **names)
        return Figure(CellState.ERROR if error else CellState.FORMULA, raw=raw)

    def _roster(self, roster: Roster, table: Table) -> None:
        number = 0
        heading = table.heading_row
        self.merged = merged_over(table)
        for row in range(heading + 1, len(table.sheet.rows)):
            cells = [(c, table.value(row, c.code)) for c in roster.columns]
            if all(is_blank(v) for _, v in cells):
                continue
            if self.finder.heads(roster, table.sheet.rows[row]):
                heading = row
                continue
            if row == heading + 1 and self._numbers_columns(cells):
                continue
            number += 1
            for column, value in cells:
                place = self._place(table, row, column.code)
                if is_blank(value) and (row, table.columns.get(column.code, -1)) in self.merged:
                    self._say_merged(Severity.WARNING, place, column.code, column.label)
                if not is_blank(value):
                    at = row, table.columns[column.code]
                    names = {"name": column.label.vi, "name_en": column.label.to(ENGLISH)}
                    self.typed.check_text(table.sheet, at, place, column.code, **names)
                    figure = _as_typed(self._roster_cell(column, value, place), value)
                    self._observe(column.code, "", number, figure, place)

    def _numbers_columns(self, cells: list[tuple[RosterColumn, Raw]]) -> bool:
        """Recognise the line below the headings that only numbers the columns."""
        shown = [raw_text(v).strip() for _, v in cells if not is_blank(v)]
        return all(text in ("A", "B", "C") or (text.isdigit() and len(text) <= 2) for text in shown)

    def _roster_cell(self, column: RosterColumn, value: Raw, place: Place) -> Figure:
        unread = self._no_text(value, place, column.code, column.label)
        if unread is not None:
            return unread
        text = composed(raw_text(value).strip())
        self._check_damage(text, place, column.code)
        names: dict[str, Parameter] = {
            "label": column.label.vi,
            "label_en": column.label.to("en"),
            "found": text,
        }
        if column.choices and text not in column.choices:
            match = [c for c in column.choices if fold(tidy(c)) == fold(tidy(text))]
            match = match or [c for c in column.choices if squeezed(c) == squeezed(text)]
            if len(match) != 1:
                self._say(
                    "cell.choice",
                    place,
                    column.code,
                    choices="; ".join(column.choices),
                    **names,
                )
            else:
                return Figure(CellState.TEXT, None, match[0], text)
        if column.date and not isinstance(value, date | datetime) and day_first(text) is None:
            self._say("cell.date", place, column.code, **names)
        return Figure(CellState.TEXT, None, text, text)

    # ------------------------------------------------------------------ texts by their fonts

    def note_decoded(self) -> None:
        """Note every text that was read by the font of its cell, and what stands in the file."""
        answers = {(o.sheet, o.cell): (o.indicator, o.period) for o in self.observations}
        for sheet, cell, text in self.grid.decoded:
            code, period = answers.get((sheet, cell), ("", ""))
            self._say(
                "text.decoded",
                Place(self.unit.name, sheet, cell),
                code,
                period,
                found=text.raw,
                value=str(text),
                font=text.font,
            )

    def note_overlaid(self) -> None:
        """Note what lies over the tables or is attached to their cells."""
        answers = {(o.sheet, o.cell): (o.indicator, o.period) for o in self.observations}
        say_overlaid(self.notes, self.overlays, self.used, answers)

    def asides(self) -> Asides:
        """Return what stands beside the answers."""
        found = self.tables, self.observations, self.overlays
        return asides_of(self.form, self.unit, self.grid, *found)

    def _check_damage(self, text: str, place: Place, code: str = "") -> None:
        """Warn of a text that was converted once too often; it is kept as it is."""
        words = damaged(text)
        if words:
            shown = ", ".join(words[:_MOST_WORDS])
            self._say("text.damaged", place, code, found=shown)

    # ------------------------------------------------------------------ noting

    def _observe(self, code: str, period: str, row: int, figure: Figure, place: Place) -> None:
        value: Decimal | None = figure.value
        self.observations.append(
            Observation(
                code,
                period,
                row,
                figure.state,
                value,
                figure.text,
                figure.raw,
                place.sheet,
                place.cell,
                figure.estimated,
            )
        )

    def _remark(self, remark: Remark, place: Place, code: str, period: str) -> None:
        self._say(remark.code, place, code, period, **remark.parameters)


def _as_typed(figure: Figure, value: Raw) -> Figure:
    """Keep what stands in the file of a text that was read by its font; its reading is the text."""
    if not isinstance(value, Decoded):
        return figure
    number = figure.state in (CellState.NUMBER, CellState.IMPOSSIBLE) and not figure.estimated
    text = figure.text if figure.text or number else str(value).strip()
    return figure._replace(text=text, raw=value.raw)


def _like_error(text: str) -> bool:
    """Say whether a text is an error value, of this Excel or of a newer program."""
    return is_error(text) or _AN_ERROR.fullmatch(text.strip()) is not None


def day_first(text: str) -> date | None:
    """Return the date of ``03/7/2007``, ``13-4-2007`` or ``ngày 03 tháng 7 năm 2007``."""
    digits = "".join(c if c.isdigit() else " " for c in text).split()
    if len(digits) != 3:
        return None
    try:
        day, month, year = (int(part) for part in digits)
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
