"""Formulas an office typed where a figure is asked: is their stored result still theirs?

With manual calculation, or from a program that computes nothing, a cell keeps a result that its
own formula contradicts. What the office saw is the stored one, what it meant may be either: the
stored figure is kept and shown, both are named, and it is held (in no total) until the office
types the right one or the province accepts it. What we cannot compute is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

from tongket_xlsx.intake.cell_values import Figure, read_figure
from tongket_xlsx.intake.findings_log import Notes
from tongket_xlsx.intake.formula_arithmetic import Value, is_number
from tongket_xlsx.intake.formula_parser import CellBlock, parse
from tongket_xlsx.intake.formula_values import Calculator
from tongket_xlsx.intake.row_matching import named
from tongket_xlsx.model.figure_status import Addressed
from tongket_xlsx.model.findings import Parameter, Severity
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.places import Place, a1
from tongket_xlsx.reader.cell_text import exact, raw_text
from tongket_xlsx.reader.cells import ErrorValue, Grid, GridSheet, NoResult, Raw
from tongket_xlsx.reader.defined_names import defined_names, with_cells
from tongket_xlsx.reader.linked_books import linked_books
from tongket_xlsx.reader.sheet_facts import Cell
from tongket_xlsx.reader.xlsx_parts import WORKBOOK

# Results differ by binary dust from one program to the next.
_RELATIVE = 1e-6
# Cells through which a figure is followed to the workbook it comes from.
_MOST_FOLLOWED = 200


class TypedFormulas:
    """Look at the formulas that stand where figures are asked for."""

    def __init__(self, grid: Grid, notes: Notes) -> None:
        """Take the workbook, and where to note what is found."""
        self.grid = grid
        self.notes = notes
        self.linked: dict[tuple[str, str], list[Cell]] = {}
        self.unread: list[tuple[str, Cell]] = []

    @cached_property
    def _calculator(self) -> Calculator:
        """Compute everything anew that has a formula, instead of from stored results."""
        sheets = {sheet.name: sheet for sheet in reversed(self.grid.sheets)}

        def cell(name: str, row: int, column: int) -> Raw:
            outline = sheets[name].outline
            formula = outline.formulas.get((row, column)) if outline else None
            held = sheets[name].at(row, column)
            if formula is None:
                return held
            formula = self._plain(formula)
            # A text that is computed by more than is computed here counts for what it says.
            unsaid = isinstance(held, str) and parse(formula, name) is None
            return held if unsaid else NoResult(formula)

        return Calculator(sheets, cell)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return defined_names(self._parts.get(WORKBOOK, b""))

    @cached_property
    def _parts(self) -> Mapping[str, bytes]:
        return self.grid.workbook.parts if self.grid.workbook else {}

    @cached_property
    def _sheets(self) -> Mapping[str, GridSheet]:
        """Return the sheets by their names, which no program tells apart by capitals."""
        return {sheet.name.casefold(): sheet for sheet in reversed(self.grid.sheets)}

    def _plain(self, formula: str) -> str:
        """Return a formula with the cells for which the workbook has names."""
        return with_cells(formula, self._names)

    def check_links(self, sheet: GridSheet, at: Cell) -> str | None:
        """Note where a cell comes from another workbook; return its formula, if it has one."""
        if sheet.outline is not None and at in sheet.outline.computed:
            self.unread.append((sheet.name, at))
        formula = sheet.outline.formulas.get(at) if sheet.outline else None
        for book in self._books(sheet.name, self._plain(formula)) if formula else ():
            self.linked.setdefault((sheet.name, book), []).append(at)
        return formula

    def check_text(
        self, sheet: GridSheet, at: Cell, place: Place, code: str, **names: Parameter
    ) -> None:
        """Compare a text with its formula, as far as that is computed here."""
        formula = self.check_links(sheet, at)
        stored = sheet.at(*at)
        if formula is None or not isinstance(stored, str):
            return
        outcome = self._calculator.outcome(sheet.name, self._plain(formula), at)
        value = outcome.value if outcome else None
        if isinstance(value, str) and value.split() != stored.split():
            said: dict[str, Parameter] = {"found": stored, "value": value, "formula": formula}
            self.notes.say(
                "cell.stale", place, code, "", Severity.WARNING, what="text", **said, **names
            )

    def check(
        self, sheet: GridSheet, at: Cell, figure: Figure, place: Place, key: tuple[str, str]
    ) -> None:
        """Compare a stored result with its formula; note where it comes from another workbook."""
        formula = self.check_links(sheet, at)
        stored = sheet.at(*at)
        if formula is None or not isinstance(stored, int | float | str):
            return
        outcome = self._calculator.outcome(sheet.name, self._plain(formula), at)
        computed = self._contradicting(stored, outcome.value, figure, key) if outcome else None
        if computed is None:
            return
        plain = figure.state is CellState.NUMBER and not figure.text
        self.notes.say(
            "cell.stale",
            place,
            *key,
            found=figure.value if plain and figure.value is not None else raw_text(stored),
            value=computed,
            formula=formula,
            holds=str(Addressed(*key)),
        )

    def _contradicting(
        self, stored: float | str, value: Value, figure: Figure, key: tuple[str, str]
    ) -> Decimal | str | None:
        """Return what a formula gives where that is another answer than the stored one."""
        if isinstance(value, ErrorValue):
            return raw_text(value)
        if is_number(value) and not isinstance(stored, bool | str):
            differs = abs(value - stored) > _RELATIVE * max(1.0, abs(stored))
            return exact(value) if differs else None
        if value is None:
            return None
        form = self.notes.form
        read = read_figure(form, form.indicators[key[0]], value)
        if (read.state, read.text) == (figure.state, figure.text):
            one, other = float(read.value or 0), float(figure.value or 0)
            if abs(one - other) <= _RELATIVE * max(1.0, abs(other)):
                return None
        return exact(value) if is_number(value) else raw_text(value) or '""'

    def _books(self, sheet: str, formula: str) -> tuple[str, ...]:
        """Return the other workbooks a formula takes from, itself or through cells it names."""
        found: dict[str, None] = {}
        waiting, seen = [(sheet, formula)], {(sheet, formula)}
        while waiting:
            name, text = waiting.pop()
            found.update(dict.fromkeys(linked_books(text, self._parts)))
            parsed = parse(text, name)
            for block in parsed.blocks if parsed else ():
                target = self._sheets.get(block.sheet.casefold())
                for following in self._within(block, target):
                    if following not in seen and len(seen) < _MOST_FOLLOWED:
                        seen.add(following)
                        waiting.append(following)
        return tuple(found)

    def say_linked(self) -> None:
        """Say once for each sheet which figures come from which other workbook.

        And once which answers have formulas that this format of a file does not let be read.
        """
        if self.unread:
            name, cell = self.unread[0]
            place = Place(self.notes.unit.name, name, a1(*cell))
            shown = named([f"{sheet}!{a1(*at)}" for sheet, at in self.unread])
            count = len(self.unread)
            self.notes.say("cells.computed_unread", place, count=count, found=shown)
        for (sheet, book), cells in self.linked.items():
            place = Place(self.notes.unit.name, sheet, a1(*cells[0]))
            shown = named([a1(*cell) for cell in cells])
            self.notes.say("cells.linked", place, count=len(cells), file=book, found=shown)

    def _within(self, block: CellBlock, sheet: GridSheet | None) -> list[tuple[str, str]]:
        """Return the formulas in a block, each with the name of its sheet."""
        if sheet is None or sheet.outline is None:
            return []
        return [
            (sheet.name, self._plain(formula))
            for (row, column), formula in sheet.outline.formulas.items()
            if block.top <= row <= block.bottom and block.left <= column <= block.right
        ]
