"""The cells of a return that hold figures: one row of an indicator, a cell a period."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tongket_xlsx.intake.cell_values import (
    Figure,
    Remark,
    doubted,
    read_figure,
    read_shown,
    with_look,
)
from tongket_xlsx.intake.formula_values import over, recomputed
from tongket_xlsx.intake.gathered import Gathered
from tongket_xlsx.intake.table import Table
from tongket_xlsx.intake.text_cells import as_typed
from tongket_xlsx.model.entries import entry_of, fact_of
from tongket_xlsx.model.findings import Parameter, Severity
from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.layout import Entry, Role, SheetLayout, folded
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.places import Place
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.cells import GridSheet, NoResult, Raw, is_blank
from tongket_xlsx.reader.conditional_formats import ConditionalFormat
from tongket_xlsx.reader.sheet_facts import Cell, block_of
from tongket_xlsx.text.messages import ENGLISH, VIETNAMESE, say
from tongket_xlsx.text.normalize import composed
from tongket_xlsx.text.number_formats import Look, names_scale, shown_instead
from tongket_xlsx.text.numerals import MONEY_WORDS

# An answer: what a formula gives is compared with it.
_SAID = (CellState.NUMBER, CellState.NIL, CellState.MISSING, CellState.NOT_APPLICABLE)


class FigureCells:
    """Read the figures of an office."""

    def __init__(self, gathered: Gathered) -> None:
        """Add to what is gathered of a return."""
        self.gathered = gathered
        self.calculator = over(gathered.grid)
        self.periods: dict[str, tuple[tuple[Period, int], ...]] = {}

    def indicator(self, table: Table, row: int, indicator: Indicator, closed: set[str]) -> int:
        """Read one row of figures; return how many of its answers had moved.

        Args:
            closed: the periods whose columns are in doubt.
        """
        explanation = composed(raw_text(self._explained(table, row)).strip())
        if explanation:
            place = self.gathered.place(table, row, Role.EXPLANATION)
            self.gathered.check_damage(explanation, place, indicator.code)
            self.gathered.explanations[indicator.code] = explanation
            self.gathered.places[indicator.code, Role.EXPLANATION] = place
        unclear = self._check_unit(table, row, indicator)
        sheet = self.gathered.layout.sheet_of(indicator.code)
        home = sheet.rows[indicator.code]
        moved = 0
        for period, column in self._periods(sheet):
            if period.code not in table.columns or period.code in closed:
                continue
            entry = entry_of(self.gathered.unit, indicator, period)
            self.gathered.places[indicator.code, period.code] = self.gathered.place(
                table, row, period.code
            )
            if entry is Entry.COMPUTED:
                stored = table.value(row, period.code)
                if not is_blank(stored):
                    self.gathered.stored[indicator.code, period.code] = stored
                continue
            figure = self._figure(table, row, indicator, period, entry, unclear=unclear)
            at = row, table.columns[period.code]
            if entry.answerable:
                self.gathered.homes[at] = home, column
            if figure is not None and at != (home, column):
                moved += figure.state is not CellState.BLANK
        return moved

    def _explained(self, table: Table, row: int) -> Raw:
        """Return the explanation of a row; one merged over several rows is that of each."""
        column = table.columns.get(Role.EXPLANATION, -1)
        return table.sheet.at(*self.gathered.merged.get((row, column), (row, column)))

    def _check_unit(self, table: Table, row: int, indicator: Indicator) -> bool:
        """Say where a row names another unit of measure than that of the form.

        Returns:
            Whether its figures may be larger or smaller by a factor: they are not taken in.
        """
        found = " ".join(raw_text(table.value(row, Role.UNIT)).split())
        if not found or self.gathered.finder.is_unit(indicator.code, found):
            return False
        money = indicator.kind is Kind.MONEY
        if money and MONEY_WORDS.get(folded(found).rstrip(".")) == 1:
            return False
        scaled = money or indicator.kind is Kind.PERCENT or names_scale(found)
        self.gathered.say(
            "row.unit_changed" if scaled else "row.unit_differs",
            self.gathered.place(table, row, Role.UNIT),
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
            found = tuple((p, sheet.column(p.code)) for p in sheet.periods(self.gathered.form))
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
        place = self.gathered.places[indicator.code, period.code]
        if entry in (Entry.NOT_APPLICABLE, Entry.NOT_FOUNDED):
            figure = self._out_of_place(figure, indicator, period, entry, place)
            if figure.state is CellState.BLANK or (
                entry is Entry.NOT_APPLICABLE and (figure.state is CellState.NOT_APPLICABLE)
            ):
                return None
        elif figure.remark is not None:
            self.gathered.remark(figure.remark, place, indicator.code, period.code)
        elif figure.state is CellState.BLANK:
            self._blank((row, table.columns[period.code]), entry, place, indicator, period)
        fact = fact_of(self.gathered.unit, indicator, period)
        known = bool(fact) and figure.value == Decimal(fact)
        if known:
            self.gathered.prefilled.add((indicator.code, period.code))
        elif entry is Entry.PREFILLED and figure.state is not CellState.BLANK:
            self.gathered.say(
                "cell.prefilled_changed",
                place,
                indicator.code,
                period.code,
                found=figure.raw,
                value=fact,
            )
        figure = as_typed(figure, table.value(row, period.code))
        self.gathered.observe(indicator.code, period.code, 0, figure, place)
        at, key = (row, table.columns[period.code]), (indicator.code, period.code)
        if figure.state is CellState.NUMBER and entry.answerable:
            self._check_shown(table, at, figure, place, key)
        if figure.state in _SAID and entry.answerable:
            self.gathered.typed.check(table.sheet, at, figure, place, key)
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
        self.gathered.say("cell.shown_otherwise", place, *key, **said)

    def _says_so(self, shown: str, figure: Figure, code: str) -> bool:
        """Say whether what a cell shows is read as the answer it holds: “Có” of a 1."""
        read = read_figure(self.gathered.form, self.gathered.form.indicators[code], shown)
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
        return doubted(indicator, read_figure(self.gathered.form, indicator, value))

    def _computed(self, table: Table, indicator: Indicator, formula: NoResult) -> Figure:
        value = recomputed(self.gathered.grid, table.sheet.name, formula.formula, self.calculator)
        if value is None:
            return read_figure(self.gathered.form, indicator, formula)
        figure = doubted(indicator, read_figure(self.gathered.form, indicator, value))
        if figure.remark is not None and figure.remark.code != "cell.money_fraction":
            return figure._replace(raw=formula.formula)
        said = {"found": formula.formula, "value": raw_text(value)}
        remark = Remark("cell.recomputed", {**said})
        return figure._replace(raw=formula.formula, remark=remark)

    def _blank(
        self, at: Cell, entry: Entry, place: Place, indicator: Indicator, period: Period
    ) -> None:
        needed = entry in (Entry.REQUIRED, Entry.PREFILLED)
        if at in self.gathered.merged:
            severity = Severity.ERROR if needed else Severity.WARNING
            self.gathered.say("cell.merged", place, indicator.code, period.code, severity)
        elif needed:
            self.gathered.say("cell.blank", place, indicator.code, period.code)

    def _out_of_place(
        self, figure: Figure, indicator: Indicator, period: Period, entry: Entry, place: Place
    ) -> Figure:
        """Hold back a figure for a year in which it cannot exist: it would be counted twice."""
        if figure.state in (CellState.BLANK, CellState.NOT_APPLICABLE, CellState.MISSING):
            return figure
        if figure.raw.strip().casefold() == self.gathered.form.sign("not_applicable"):
            return Figure(CellState.NOT_APPLICABLE, raw=figure.raw)
        self.gathered.say(
            f"cell.{entry}",
            place,
            indicator.code,
            period.code,
            found=figure.raw,
            unit=self.gathered.unit.name,
        )
        return Figure(CellState.INVALID, raw=figure.raw)
