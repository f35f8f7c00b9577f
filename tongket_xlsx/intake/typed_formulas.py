"""Formulas an office typed where a figure is asked: is their stored result still theirs?

With manual calculation, or from a program that computes nothing, a cell keeps a result that its
own formula contradicts. What the office saw is the stored one, what it meant may be either: the
stored figure is kept and shown, both are named, and it is held (in no total) until the office
types the right one or the province accepts it. What we cannot compute is taken as it stands.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from tongket_xlsx.intake.cell_values import Figure
from tongket_xlsx.intake.findings_log import Notes
from tongket_xlsx.intake.formula_arithmetic import is_number
from tongket_xlsx.intake.formula_parser import Block, parse
from tongket_xlsx.intake.formula_values import Calculator
from tongket_xlsx.intake.row_matching import named
from tongket_xlsx.model.figure_status import Addressed
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.places import Place, a1
from tongket_xlsx.reader.cell_text import exact, raw_text
from tongket_xlsx.reader.grid import ErrorValue, Grid, GridSheet, NoResult, Raw
from tongket_xlsx.reader.linked_books import linked_books
from tongket_xlsx.reader.sheet_facts import Cell

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

    @cached_property
    def _calculator(self) -> Calculator:
        """Compute everything anew that has a formula, instead of from stored results."""
        sheets = {sheet.name: sheet for sheet in reversed(self.grid.sheets)}

        def cell(name: str, row: int, column: int) -> Raw:
            outline = sheets[name].outline
            formula = outline.formulas.get((row, column)) if outline else None
            return NoResult(formula) if formula else sheets[name].at(row, column)

        return Calculator(sheets, cell)

    def check(
        self, sheet: GridSheet, at: Cell, figure: Figure, place: Place, key: tuple[str, str]
    ) -> None:
        """Compare a stored result with its formula; note where it comes from another workbook."""
        formula = sheet.outline.formulas.get(at) if sheet.outline else None
        stored = sheet.at(*at)
        if formula is None or not isinstance(stored, int | float):
            return
        for book in self._books(sheet.name, formula):
            self.linked.setdefault((sheet.name, book), []).append(at)
        outcome = self._calculator.outcome(sheet.name, formula, at)
        value = outcome.value if outcome else stored
        if isinstance(value, ErrorValue):
            computed: Decimal | str = raw_text(value)
        elif is_number(value) and abs(value - stored) > _RELATIVE * max(1.0, abs(stored)):
            computed = exact(value)
        else:
            return
        self.notes.say(
            "cell.stale",
            Severity.ERROR,
            place,
            *key,
            found=figure.value if figure.value is not None else "",
            value=computed,
            formula=formula,
            holds=str(Addressed(*key)),
        )

    def _books(self, sheet: str, formula: str) -> tuple[str, ...]:
        """Return the other workbooks a formula takes from, itself or through cells it names."""
        parts = self.grid.workbook.parts if self.grid.workbook else {}
        sheets = {s.name.casefold(): s for s in reversed(self.grid.sheets)}
        found: dict[str, None] = {}
        waiting, seen = [(sheet, formula)], {(sheet, formula)}
        while waiting:
            name, text = waiting.pop()
            found.update(dict.fromkeys(linked_books(text, parts)))
            parsed = parse(text, name)
            for block in parsed.blocks if parsed else ():
                target = sheets.get(block.sheet.casefold())
                for following in _within(block, target):
                    if following not in seen and len(seen) < _MOST_FOLLOWED:
                        seen.add(following)
                        waiting.append(following)
        return tuple(found)

    def say_linked(self) -> None:
        """Say once for each sheet which figures come from which other workbook."""
        for (sheet, book), cells in self.linked.items():
            place = Place(self.notes.unit.name, sheet, a1(*cells[0]))
            shown = named([a1(*cell) for cell in cells])
            self.notes.say(
                "cells.linked", Severity.NOTE, place, count=len(cells), file=book, found=shown
            )


def _within(block: Block, sheet: GridSheet | None) -> list[tuple[str, str]]:
    """Return the formulas in a block, each with the name of its sheet."""
    if sheet is None or sheet.outline is None:
        return []
    return [
        (sheet.name, formula)
        for (row, column), formula in sheet.outline.formulas.items()
        if block.top <= row <= block.bottom and block.left <= column <= block.right
    ]
