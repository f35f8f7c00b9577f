"""What is gathered of one return while it is read: answers, their places, what is to be said."""

from __future__ import annotations

from decimal import Decimal

from tongket_xlsx.intake.cell_values import (
    Figure,
    Remark,
)
from tongket_xlsx.intake.findings_log import Notes
from tongket_xlsx.intake.overlaid import overlaid
from tongket_xlsx.intake.table import Table
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.intake.typed_formulas import TypedFormulas
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import WorkbookLayout
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Observation
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader.cells import Grid, Raw
from tongket_xlsx.reader.sheet_facts import Cell
from tongket_xlsx.text.messages import VIETNAMESE
from tongket_xlsx.text.mojibake import damaged

_MOST_WORDS = 8


class Gathered:
    """Hold the answers of one return, their places and explanations, and every finding so far.

    ``merged`` and ``homes`` are of the table that is being read: which cell shows for another, and
    where each answer stands in the form.
    """

    def __init__(self, form: Form, unit: Unit, grid: Grid, finder: Finder) -> None:
        """Begin with nothing."""
        self.form = form
        self.unit = unit
        self.grid = grid
        self.finder = finder
        self.layout: WorkbookLayout = layout_of(form, unit.kind, VIETNAMESE)
        self.notes = Notes(form, unit)
        self.findings = self.notes.findings
        self.say = self.notes.say
        self.place = self.notes.place
        self.typed = TypedFormulas(grid, self.notes)
        self.tables: list[Table] = []
        self.overlays = list(overlaid(grid))
        self.observations: list[Observation] = []
        self.explanations: dict[str, str] = {}
        self.places: dict[tuple[str, str], Place] = {}
        self.prefilled: set[tuple[str, str]] = set()
        self.stored: dict[tuple[str, str], Raw] = {}
        self.used: set[str] = set()
        self.merged: dict[Cell, Cell] = {}
        self.homes: dict[Cell, Cell] = {}

    def observe(self, code: str, period: str, row: int, figure: Figure, place: Place) -> None:
        """Keep one answer."""
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

    def remark(self, remark: Remark, place: Place, code: str, period: str) -> None:
        """Say what is to be said of how one answer was read."""
        self.say(remark.code, place, code, period, **remark.parameters)

    def check_damage(self, text: str, place: Place, code: str = "") -> None:
        """Warn of a text that was converted once too often; it is kept as it is."""
        words = damaged(text)
        if words:
            shown = ", ".join(words[:_MOST_WORDS])
            self.say("text.damaged", place, code, found=shown)
