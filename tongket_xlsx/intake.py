"""Grid + form → :class:`Return`: every answer with its state, and every finding with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from tongket_xlsx import rules
from tongket_xlsx.cells import Place, a1
from tongket_xlsx.damaged_text import damaged
from tongket_xlsx.figures import Figure, Remark, raw_text, read_figure
from tongket_xlsx.findings import Finding, Parameter, Severity
from tongket_xlsx.folding import composed, fold
from tongket_xlsx.form import Form, Indicator, Period, Prompt, Roster, RosterColumn, Unit
from tongket_xlsx.grid import Grid, Raw, is_blank
from tongket_xlsx.identify import identify, placed
from tongket_xlsx.layout import (
    TYPED_FIELDS,
    Entry,
    Role,
    SheetLayout,
    WorkbookLayout,
    entry_of,
    fact_of,
    layout_of,
)
from tongket_xlsx.legacy_text import Decoded
from tongket_xlsx.messages import LANGUAGES, VIETNAMESE, say
from tongket_xlsx.numerals import read_number, tidy
from tongket_xlsx.observations import CellState, Observation, Return
from tongket_xlsx.tables import Finder, Table

_MOST_NAMED = 8


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
    if not reader.read():
        finding = placed(Finding("file.no_sheets", Severity.ERROR), known.unit)
        return Return(sha256, None, findings=(finding,), cover=known.cover)
    reader.check_cover(known.cover)
    reader.check_blank()
    reader.check_rules()
    reader.note_decoded()
    return Return(
        sha256,
        known.identity,
        tuple(reader.observations),
        tuple(reader.findings),
        known.cover,
        reader.explanations,
    )


class _Reader:
    """Read the tables of one return."""

    def __init__(self, form: Form, unit: Unit, grid: Grid, finder: Finder) -> None:
        self.form = form
        self.unit = unit
        self.grid = grid
        self.finder = finder
        self.layout: WorkbookLayout = layout_of(form, unit.kind, VIETNAMESE)
        self.prompts: Mapping[str, Prompt] = {p.code: p for p in form.prompts_for(unit.kind)}
        self.observations: list[Observation] = []
        self.findings: list[Finding] = []
        self.explanations: dict[str, str] = {}
        self.places: dict[tuple[str, str], Place] = {}
        self.prefilled: set[tuple[str, str]] = set()
        self.stored: dict[tuple[str, str], Raw] = {}

    def read(self) -> bool:
        """Read everything; ``False`` where no sheet of the form is there."""
        tables = list(self.finder.tables(self.grid))
        rosters = [
            (r, self.finder.roster(self.grid, r)) for r in self.form.rosters_for(self.unit.kind)
        ]
        if not any(t.rows for t in tables) and not any(t for _, t in rosters):
            return False
        owners = self._owners(tables)
        for table in tables:
            self._table(table, owners)
        self._missing(owners)
        for roster, found in rosters:
            if found is not None:
                self._roster(roster, found)
        return True

    def check_cover(self, cover: Mapping[str, str]) -> None:
        """Remark on what the cover leaves out, once, and on what was damaged before it came."""
        place = Place(self.unit.name, self.layout.sheets[0].name)
        self._check_damage(". ".join(cover.values()), place)
        empty = [field for field in TYPED_FIELDS if not cover.get(field)]
        if not empty:
            return
        row, column = self.layout.cover[empty[0]]
        place = Place(self.unit.name, self.layout.sheets[0].name, a1(row, column))
        names: dict[str, Parameter] = {
            key: ", ".join(say(f"cover.{field}", lang) for field in empty)
            for key, lang in (("label", "vi"), ("label_en", "en"))
        }
        self.findings.append(Finding("cover.blank", Severity.WARNING, place, parameters=names))

    def check_blank(self) -> None:
        """Say once that a form is wholly blank, instead of once for each of its cells."""
        typed = {
            (o.indicator, o.period)
            for o in self.observations
            if o.state not in (CellState.BLANK, CellState.NOT_APPLICABLE)
        }
        blank = [f for f in self.findings if f.code in ("cell.blank", "cell.blank_text")]
        if blank and not typed - self.prefilled:
            self.findings = [f for f in self.findings if f not in blank]
            self._say("return.blank", Severity.ERROR, Place(self.unit.name), count=len(blank))

    def check_rules(self) -> None:
        """Run the rules of the form and add the place of what each is about."""
        values = rules.values_of(self.form, self.unit, self.observations)
        self._check_computed(values)
        for finding in rules.run(self.form, self.unit, values):
            place = self.places.get((finding.indicator, finding.period))
            if place is None:
                place = self.places.get((finding.indicator, ""), Place(self.unit.name))
            self.findings.append(replace(finding, place=place))

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
                    Severity.WARNING,
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

    # ------------------------------------------------------------------ which row is whose

    def _owners(self, tables: list[Table]) -> dict[str, tuple[Table, int]]:
        """Return the one row of each code; a code on rows that differ has none."""
        rows: dict[str, list[tuple[Table, int]]] = {}
        for table in tables:
            for code, numbers in table.rows.items():
                rows.setdefault(code, []).extend((table, number) for number in numbers)
        owners: dict[str, tuple[Table, int]] = {}
        for code, places in rows.items():
            table, number = places[0]
            owners[code] = table, number
            if len({self._content(t, n) for t, n in places}) > 1:
                del owners[code]
                shown = ", ".join(f"{t.sheet.name}!{n + 1}" for t, n in places)
                self._say(
                    "code.twice",
                    Severity.ERROR,
                    self._place(table, number, Role.CODE),
                    code,
                    found=shown,
                )
        return owners

    def _content(self, table: Table, row: int) -> tuple[str, ...]:
        keys = [p.code for p in self.form.periods] + [Role.ANSWER]
        return tuple(raw_text(table.value(row, key)).strip() for key in keys)

    def _missing(self, owners: Mapping[str, tuple[Table, int]]) -> None:
        """Say which rows of the form are gone."""
        twice = {f.indicator for f in self.findings if f.code == "code.twice"}
        for sheet in self.layout.sheets:
            lost = [code for code in sheet.rows if code not in owners and code not in twice]
            if not lost:
                continue
            shown = ", ".join(lost[:_MOST_NAMED]) + (", …" if len(lost) > _MOST_NAMED else "")
            self._say(
                "rows.missing",
                Severity.ERROR,
                Place(self.unit.name, sheet.name),
                count=len(lost),
                group=sheet.code or sheet.name,
                found=shown,
            )

    # ------------------------------------------------------------------ one table

    def _table(self, table: Table, owners: Mapping[str, tuple[Table, int]]) -> None:
        mine = {c: n for c, (t, n) in owners.items() if t is table and self.layout.has(c)}
        for code, (other, number) in owners.items():
            if other is table and not self.layout.has(code) and self._filled(table, number):
                self._say(
                    "code.not_asked", Severity.WARNING, self._place(table, number, Role.CODE), code
                )
        for number, text in table.strange:
            self._say(
                "code.unknown", Severity.WARNING, self._place(table, number, Role.CODE), found=text
            )
        if not mine:
            return
        sheet = self.layout.sheet_of(next(iter(mine)))
        self._check_columns(table, sheet)
        names = [
            layout_of(self.form, self.unit.kind, lang).sheet_of(next(iter(mine))).name
            for lang in LANGUAGES
        ]
        if table.sheet.name not in names:
            self._say(
                "sheet.renamed",
                Severity.NOTE,
                Place(self.unit.name, table.sheet.name),
                found=table.sheet.name,
                expected_name=sheet.name,
            )
        self._check_uncoded(table)
        moved = 0
        for code, number in mine.items():
            if code in self.prompts:
                self._prompt(table, number, self.prompts[code])
            else:
                moved += self._indicator(table, number, self.form.indicators[code])
        if moved:
            self._say(
                "rows.moved", Severity.NOTE, Place(self.unit.name, table.sheet.name), count=moved
            )

    def _filled(self, table: Table, row: int) -> bool:
        return any(self._content(table, row))

    def _check_uncoded(self, table: Table) -> None:
        """Say which rows within a table have figures and no code: they are in no total."""
        known = {number for numbers in table.rows.values() for number in numbers}
        strange = {number for number, _ in table.strange}
        last = max(known, default=0)
        for row in range(min(known, default=0), last):
            if row not in known and row not in strange and self._filled(table, row):
                self._say(
                    "row.no_code",
                    Severity.WARNING,
                    self._place(table, row, Role.CODE),
                    row=str(row + 1),
                )

    def _check_columns(self, table: Table, sheet: SheetLayout) -> None:
        for period in sheet.periods(self.form):
            if period.code in table.doubled:
                shown = ", ".join(a1(table.heading_row, c) for c in table.doubled[period.code])
                place = Place(
                    self.unit.name,
                    table.sheet.name,
                    a1(table.heading_row, table.doubled[period.code][0]),
                )
                self._say(
                    "period.twice",
                    Severity.ERROR,
                    place,
                    "",
                    period.code,
                    found=shown,
                    home=sheet.name,
                )
            elif period.code not in table.columns:
                place = Place(self.unit.name, table.sheet.name)
                self._say("period.missing", Severity.ERROR, place, "", period.code, home=sheet.name)

    def _indicator(self, table: Table, row: int, indicator: Indicator) -> int:
        """Read one row of figures; return how many of its answers had moved."""
        explanation = composed(raw_text(table.value(row, Role.EXPLANATION)).strip())
        if explanation:
            place = self._place(table, row, Role.EXPLANATION)
            self._check_damage(explanation, place, indicator.code)
            self.explanations[indicator.code] = explanation
        sheet = self.layout.sheet_of(indicator.code)
        moved = 0
        for period in sheet.periods(self.form):
            if period.code not in table.columns:
                continue
            entry = entry_of(self.unit, indicator, period)
            self.places[indicator.code, period.code] = self._place(table, row, period.code)
            if entry is Entry.COMPUTED:
                stored = table.value(row, period.code)
                if not is_blank(stored):
                    self.stored[indicator.code, period.code] = stored
                continue
            figure = self._figure(table, row, indicator, period, entry)
            at = row, table.columns[period.code]
            if figure is not None and at != sheet.cell(indicator.code, period.code):
                moved += figure.state is not CellState.BLANK
        return moved

    def _figure(
        self, table: Table, row: int, indicator: Indicator, period: Period, entry: Entry
    ) -> Figure | None:
        figure = read_figure(self.form, indicator, table.value(row, period.code))
        place = self.places[indicator.code, period.code]
        if entry in (Entry.NOT_APPLICABLE, Entry.NOT_FOUNDED):
            figure = self._out_of_place(figure, indicator, period, entry, place)
            if figure.state is CellState.BLANK or (
                entry is Entry.NOT_APPLICABLE and (figure.state is CellState.NOT_APPLICABLE)
            ):
                return None
        elif figure.remark is not None:
            self._remark(figure.remark, place, indicator.code, period.code)
        elif figure.state is CellState.BLANK and entry in (Entry.REQUIRED, Entry.PREFILLED):
            self._say("cell.blank", Severity.ERROR, place, indicator.code, period.code)
        fact = fact_of(self.unit, indicator, period)
        known = bool(fact) and figure.value == Decimal(fact)
        if known:
            self.prefilled.add((indicator.code, period.code))
        elif entry is Entry.PREFILLED and figure.state is not CellState.BLANK:
            self._say(
                "cell.prefilled_changed",
                Severity.WARNING,
                place,
                indicator.code,
                period.code,
                found=figure.raw,
                value=fact,
            )
        figure = _as_typed(figure, table.value(row, period.code))
        self._observe(indicator.code, period.code, 0, figure, place)
        return figure

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
            Severity.ERROR,
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
        text = composed(raw_text(value).strip())
        if is_blank(value):
            if prompt.core:
                self._say(
                    "cell.blank_text",
                    Severity.ERROR,
                    place,
                    prompt.code,
                    label=prompt.label.vi,
                    label_en=prompt.label.to("en"),
                )
            self._observe(prompt.code, "", 0, Figure(CellState.BLANK), place)
            return
        if len(text) > prompt.max_chars:
            self._say(
                "cell.too_long",
                Severity.NOTE,
                place,
                prompt.code,
                found=len(text),
                limit=prompt.max_chars,
            )
        state = CellState.NIL if tidy(text) in self.form.signs["nil"] else CellState.TEXT
        self._check_damage(text, place, prompt.code)
        figure = _as_typed(Figure(state, None, text, raw_text(value)), value)
        self._observe(prompt.code, "", 0, figure, place)

    def _roster(self, roster: Roster, table: Table) -> None:
        number = 0
        for row in range(table.heading_row + 1, len(table.sheet.rows)):
            cells = [(c, table.value(row, c.code)) for c in roster.columns]
            below = row == table.heading_row + 1
            if all(is_blank(v) for _, v in cells) or (below and self._numbers_columns(cells)):
                continue
            number += 1
            for column, value in cells:
                if not is_blank(value):
                    place = self._place(table, row, column.code)
                    figure = _as_typed(self._roster_cell(column, value, place), value)
                    self._observe(column.code, "", number, figure, place)

    def _numbers_columns(self, cells: list[tuple[RosterColumn, Raw]]) -> bool:
        """Recognise the line below the headings that only numbers the columns."""
        shown = [raw_text(v).strip() for _, v in cells if not is_blank(v)]
        return all(text in ("A", "B", "C") or (text.isdigit() and len(text) <= 2) for text in shown)

    def _roster_cell(self, column: RosterColumn, value: Raw, place: Place) -> Figure:
        text = composed(raw_text(value).strip())
        self._check_damage(text, place, column.code)
        names: dict[str, Parameter] = {
            "label": column.label.vi,
            "label_en": column.label.to("en"),
            "found": text,
        }
        if column.choices and text not in column.choices:
            match = [c for c in column.choices if fold(tidy(c)) == fold(tidy(text))]
            if not match:
                self._say(
                    "cell.choice",
                    Severity.WARNING,
                    place,
                    column.code,
                    choices="; ".join(column.choices),
                    **names,
                )
            else:
                return Figure(CellState.TEXT, None, match[0], text)
        if column.date and not isinstance(value, date | datetime) and day_first(text) is None:
            self._say("cell.date", Severity.WARNING, place, column.code, **names)
        return Figure(CellState.TEXT, None, text, text)

    # ------------------------------------------------------------------ texts by their fonts

    def note_decoded(self) -> None:
        """Note every text that was read by the font of its cell, and what stands in the file."""
        answers = {(o.sheet, o.cell): (o.indicator, o.period) for o in self.observations}
        for sheet, cell, text in self.grid.decoded:
            code, period = answers.get((sheet, cell), ("", ""))
            self._say(
                "text.decoded",
                Severity.NOTE,
                Place(self.unit.name, sheet, cell),
                code,
                period,
                found=text.raw,
                value=str(text),
                font=text.font,
            )

    def _check_damage(self, text: str, place: Place, code: str = "") -> None:
        """Warn of a text that was converted once too often; it is kept as it is."""
        words = damaged(text)
        if words:
            shown = ", ".join(words[:_MOST_NAMED])
            self._say("text.damaged", Severity.WARNING, place, code, found=shown)

    # ------------------------------------------------------------------ noting

    def _place(self, table: Table, row: int, key: str) -> Place:
        return Place(self.unit.name, table.sheet.name, a1(row, table.columns.get(key, 0)))

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
            )
        )

    def _remark(self, remark: Remark, place: Place, code: str, period: str) -> None:
        self._say(remark.code, remark.severity, place, code, period, **remark.parameters)

    def _say(
        self,
        finding: str,
        severity: Severity,
        place: Place,
        code: str = "",
        period: str = "",
        /,
        **parameters: Parameter,
    ) -> None:
        named = {**self.form.naming(code, period), **parameters}
        self.findings.append(Finding(finding, severity, place, code, period, named))


def _as_typed(figure: Figure, value: Raw) -> Figure:
    """Keep what stands in the file of a text that was read by its font; its reading is the text."""
    if not isinstance(value, Decoded):
        return figure
    number = figure.state in (CellState.NUMBER, CellState.IMPOSSIBLE)
    text = figure.text if figure.text or number else str(value).strip()
    return figure._replace(text=text, raw=value.raw)


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
