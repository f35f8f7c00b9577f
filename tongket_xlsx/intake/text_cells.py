"""The cells of a return that hold words: answers to questions, and the rows of lists."""

from __future__ import annotations

import re
from datetime import date, datetime

from tongket_xlsx.intake.cell_values import (
    Figure,
    is_error,
)
from tongket_xlsx.intake.gathered import Gathered
from tongket_xlsx.intake.structure import (
    merged_over,
)
from tongket_xlsx.intake.table import Table
from tongket_xlsx.model.findings import Parameter, Severity
from tongket_xlsx.model.form_words import Words
from tongket_xlsx.model.indicators import Prompt, Roster, RosterColumn
from tongket_xlsx.model.layout import (
    Role,
)
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.places import Place
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.cells import ErrorValue, NoResult, Raw, is_blank
from tongket_xlsx.text.legacy_fonts import Decoded
from tongket_xlsx.text.messages import ENGLISH
from tongket_xlsx.text.normalize import composed, fold, squeezed
from tongket_xlsx.text.numerals import tidy

_AN_ERROR = re.compile(r"#[A-Z]++[!?]|err:[0-9]{3}", re.IGNORECASE)


class TextCells:
    """Read what an office answered in words."""

    def __init__(self, gathered: Gathered) -> None:
        """Add to what is gathered of a return."""
        self.gathered = gathered

    def prompt(self, table: Table, row: int, prompt: Prompt) -> None:
        """Read the answer to a question."""
        value = table.value(row, Role.ANSWER)
        place = self.gathered.place(table, row, Role.ANSWER)
        self.gathered.places[prompt.code, ""] = place
        if Role.ANSWER in table.columns:
            home = self.gathered.layout.sheet_of(prompt.code).cell(prompt.code, Role.ANSWER)
            self.gathered.homes[row, table.columns[Role.ANSWER]] = home
            self.gathered.typed.check_text(
                table.sheet,
                (row, table.columns[Role.ANSWER]),
                place,
                prompt.code,
                name=prompt.label.vi,
                name_en=prompt.label.to(ENGLISH),
            )
        text = composed(raw_text(value).strip())
        if is_blank(value):
            if (row, table.columns.get(Role.ANSWER, -1)) in self.gathered.merged:
                severity = Severity.ERROR if prompt.core else Severity.WARNING
                self._say_merged(severity, place, prompt.code, prompt.label)
            elif prompt.core:
                self.gathered.say(
                    "cell.blank_text",
                    place,
                    prompt.code,
                    label=prompt.label.vi,
                    label_en=prompt.label.to("en"),
                )
            self.gathered.observe(prompt.code, "", 0, Figure(CellState.BLANK), place)
            return
        unread = self._no_text(value, place, prompt.code, prompt.label)
        if unread is not None:
            self.gathered.observe(prompt.code, "", 0, unread, place)
            return
        if len(text) > prompt.max_chars:
            self.gathered.say(
                "cell.too_long",
                place,
                prompt.code,
                found=len(text),
                limit=prompt.max_chars,
            )
        state = CellState.NIL if tidy(text) in self.gathered.form.signs["nil"] else CellState.TEXT
        self.gathered.check_damage(text, place, prompt.code)
        figure = as_typed(Figure(state, None, text, raw_text(value)), value)
        self.gathered.observe(prompt.code, "", 0, figure, place)

    def roster(self, roster: Roster, table: Table) -> None:
        """Read the rows of a list."""
        number = 0
        heading = table.heading_row
        self.gathered.merged = merged_over(table)
        for row in range(heading + 1, len(table.sheet.rows)):
            cells = [(c, table.value(row, c.code)) for c in roster.columns]
            if all(is_blank(v) for _, v in cells):
                continue
            if self.gathered.finder.heads(roster, table.sheet.rows[row]):
                heading = row
                continue
            if row == heading + 1 and self._numbers_columns(cells):
                continue
            number += 1
            for column, value in cells:
                place = self.gathered.place(table, row, column.code)
                if (
                    is_blank(value)
                    and (row, table.columns.get(column.code, -1)) in self.gathered.merged
                ):
                    self._say_merged(Severity.WARNING, place, column.code, column.label)
                if not is_blank(value):
                    at = row, table.columns[column.code]
                    names = {"name": column.label.vi, "name_en": column.label.to(ENGLISH)}
                    self.gathered.typed.check_text(table.sheet, at, place, column.code, **names)
                    figure = as_typed(self._roster_cell(column, value, place), value)
                    self.gathered.observe(column.code, "", number, figure, place)

    def _say_merged(self, severity: Severity, place: Place, code: str, label: Words) -> None:
        """Say that a cell for a text is part of a merged one and has none of its own."""
        names: dict[str, Parameter] = {"name": label.vi, "name_en": label.to(ENGLISH)}
        self.gathered.say("cell.merged", place, code, "", severity, what="text", **names)

    def _no_text(self, value: Raw, place: Place, code: str, label: Words) -> Figure | None:
        """Tell an error value, or a formula without a result, where a text is asked for."""
        error = isinstance(value, ErrorValue) or (isinstance(value, str) and like_error(value))
        if not error and not isinstance(value, NoResult):
            return None
        raw = raw_text(value)
        names: dict[str, Parameter] = {"name": label.vi, "name_en": label.to(ENGLISH), "found": raw}
        kind = "cell.error_text" if error else "cell.no_text_result"
        self.gathered.say(kind, place, code, **names)
        return Figure(CellState.ERROR if error else CellState.FORMULA, raw=raw)

    def _numbers_columns(self, cells: list[tuple[RosterColumn, Raw]]) -> bool:
        """Recognise the line below the headings that only numbers the columns."""
        shown = [raw_text(v).strip() for _, v in cells if not is_blank(v)]
        return all(text in ("A", "B", "C") or (text.isdigit() and len(text) <= 2) for text in shown)

    def _roster_cell(self, column: RosterColumn, value: Raw, place: Place) -> Figure:
        unread = self._no_text(value, place, column.code, column.label)
        if unread is not None:
            return unread
        text = composed(raw_text(value).strip())
        self.gathered.check_damage(text, place, column.code)
        names: dict[str, Parameter] = {
            "label": column.label.vi,
            "label_en": column.label.to("en"),
            "found": text,
        }
        if column.choices and text not in column.choices:
            match = [c for c in column.choices if fold(tidy(c)) == fold(tidy(text))]
            match = match or [c for c in column.choices if squeezed(c) == squeezed(text)]
            if len(match) != 1:
                self.gathered.say(
                    "cell.choice",
                    place,
                    column.code,
                    choices="; ".join(column.choices),
                    **names,
                )
            else:
                return Figure(CellState.TEXT, None, match[0], text)
        if column.date and not isinstance(value, date | datetime) and day_first(text) is None:
            self.gathered.say("cell.date", place, column.code, **names)
        return Figure(CellState.TEXT, None, text, text)


def as_typed(figure: Figure, value: Raw) -> Figure:
    """Keep what stands in the file of a text that was read by its font; its reading is the text."""
    if not isinstance(value, Decoded):
        return figure
    number = figure.state in (CellState.NUMBER, CellState.IMPOSSIBLE) and not figure.estimated
    text = figure.text if figure.text or number else str(value).strip()
    return figure._replace(text=text, raw=value.raw)


def like_error(text: str) -> bool:
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
