"""What is looked at once a return is read whole: its cover, its blanks, the rules of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from tongket_xlsx.intake.asides import asides_of
from tongket_xlsx.intake.gathered import Gathered
from tongket_xlsx.intake.overlaid import say_overlaid
from tongket_xlsx.intake.text_cells import like_error
from tongket_xlsx.model import rules
from tongket_xlsx.model.asides import Asides
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Parameter, Severity
from tongket_xlsx.model.layout import (
    TYPED_FIELDS,
    Role,
)
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.places import Place, a1
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.cells import Raw
from tongket_xlsx.text.messages import ENGLISH, VIETNAMESE, say
from tongket_xlsx.text.numerals import read_number
from tongket_xlsx.text.reasons import is_reason


class ReturnChecks:
    """Check a return that was read."""

    def __init__(self, gathered: Gathered) -> None:
        """Take what was gathered of a return."""
        self.gathered = gathered

    def check_cover(self, cover: Mapping[str, str]) -> None:
        """Remark on what the cover leaves out, once, and on what was damaged before it came."""
        place = Place(self.gathered.unit.name, self.gathered.layout.sheets[0].name)
        self.gathered.check_damage(". ".join(cover.values()), place)
        faulty = {f.place.cell for f in self.gathered.findings if f.code == "cover.error"}
        empty = [
            field
            for field in TYPED_FIELDS
            if not cover.get(field) and a1(*self.gathered.layout.cover[field]) not in faulty
        ]
        if not empty:
            return
        row, column = self.gathered.layout.cover[empty[0]]
        place = Place(self.gathered.unit.name, self.gathered.layout.sheets[0].name, a1(row, column))
        names: dict[str, Parameter] = {
            key: ", ".join(say(f"cover.{field}", lang) for field in empty)
            for key, lang in (("label", "vi"), ("label_en", "en"))
        }
        self.gathered.findings.append(new_finding("cover.blank", place, **names))

    def check_blank(self) -> None:
        """Say once that a form is wholly blank, instead of once for each of its cells."""
        typed = {
            (o.indicator, o.period)
            for o in self.gathered.observations
            if o.state not in (CellState.BLANK, CellState.NOT_APPLICABLE)
        }
        blank = [f for f in self.gathered.findings if f.code in ("cell.blank", "cell.blank_text")]
        if blank and not typed - self.gathered.prefilled:
            self.gathered.findings[:] = [f for f in self.gathered.findings if f not in blank]
            self.gathered.say("return.blank", Place(self.gathered.unit.name), count=len(blank))

    def check_rules(self) -> None:
        """Run the rules of the form and add the place of what each is about."""
        values = rules.values_of(self.gathered.form, self.gathered.unit, self.gathered.observations)
        self._check_computed(values)
        for finding in rules.run(self.gathered.form, self.gathered.unit, values):
            place = self.gathered.places.get((finding.indicator, finding.period))
            if place is None:
                place = self.gathered.places.get(
                    (finding.indicator, ""), Place(self.gathered.unit.name)
                )
            self.gathered.findings.append(replace(finding, place=place))
        self._check_explanations()

    def _check_explanations(self) -> None:
        """Say where a row is to be explained and what stands there gives no reason."""
        asked = {f.indicator for f in self.gathered.findings if f.severity is Severity.WARNING}
        for code, text in self.gathered.explanations.items():
            place = self.gathered.places[code, Role.EXPLANATION]
            if code in asked and not is_reason(text):
                self.gathered.say("row.not_explanation", place, code, found=text)
            elif like_error(text):
                names: dict[str, Parameter] = {
                    key: say(f"col.{Role.EXPLANATION}", lang)
                    for key, lang in (("name", VIETNAMESE), ("name_en", ENGLISH))
                }
                self.gathered.say(
                    "cell.error_text", place, code, "", Severity.NOTE, found=text, **names
                )

    def _check_computed(self, values: Mapping[tuple[str, str], float]) -> None:
        """Say where something was typed over a cell that the form computes."""
        for (code, period), given in self.gathered.stored.items():
            value = values.get((code, period))
            stored = self._as_number(code, given)
            if isinstance(stored, bool) or not isinstance(stored, int | float):
                typed = isinstance(stored, str)
            else:
                # A result that is merely stale, or was never computed, is no office's doing.
                tolerance = float(self.gathered.form.computed_tolerance)
                typed = value is not None and stored != 0 and abs(stored - value) > tolerance
            if typed:
                place = self.gathered.places[code, period]
                shown = "…" if value is None else Decimal(str(round(value, 2)))
                self.gathered.say(
                    "cell.computed_changed",
                    place,
                    code,
                    period,
                    found=raw_text(given),
                    value=shown,
                )

    def _as_number(self, code: str, given: Raw) -> Raw:
        """Return the number that a text such as “52,6 %” says, anything else as it is."""
        indicator = self.gathered.form.indicators[code]
        if not isinstance(given, str):
            return given
        reading = read_number(given, whole=False, money=False, unit=indicator.unit.vi)
        return given if reading is None or reading.other is not None else float(reading.value)

    def note_decoded(self) -> None:
        """Note every text that was read by the font of its cell, and what stands in the file."""
        answers = {(o.sheet, o.cell): (o.indicator, o.period) for o in self.gathered.observations}
        for sheet, cell, text in self.gathered.grid.decoded:
            code, period = answers.get((sheet, cell), ("", ""))
            self.gathered.say(
                "text.decoded",
                Place(self.gathered.unit.name, sheet, cell),
                code,
                period,
                found=text.raw,
                value=str(text),
                font=text.font,
            )

    def note_overlaid(self) -> None:
        """Note what lies over the tables or is attached to their cells."""
        answers = {(o.sheet, o.cell): (o.indicator, o.period) for o in self.gathered.observations}
        say_overlaid(self.gathered.notes, self.gathered.overlays, self.gathered.used, answers)

    def asides(self) -> Asides:
        """Return what stands beside the answers."""
        found = self.gathered.tables, self.gathered.observations, self.gathered.overlays
        return asides_of(self.gathered.form, self.gathered.unit, self.gathered.grid, *found)
