"""The trace box: unit, indicator and period in; file, sheet, cell and hash out."""

from __future__ import annotations

from dataclasses import dataclass

from tongket_xlsx.model.formula import Cell, either, if_error, text
from tongket_xlsx.model.formula_ranges import Cells, at, place_of
from tongket_xlsx.model.formula_texts import joined
from tongket_xlsx.model.places import a1, column_letters, fixed, quoted
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.writer.book import Sheet

_ASKED = ("unit", "indicator", "period")
_ANSWERED = ("state", "value", "raw", "file", "sheet", "cell", "received", "sha256")


@dataclass(frozen=True)
class TraceTable:
    """Where the tidy data stands: its sheet, its rows and the column of each of its fields."""

    sheet: str
    first_row: int
    last_row: int
    columns: dict[str, int]

    def block(self, field: str) -> Cells:
        """Return one field of all rows."""
        letters = column_letters(self.columns[field])
        return Cells(
            f"{quoted(self.sheet)}!${letters}${self.first_row + 1}:${letters}${self.last_row + 1}"
        )


def _example(p: Pages) -> dict[str, str]:
    """Return a unit, an indicator and a period of this campaign, as examples."""
    units = [unit.code for unit in (*p.plan.parts, *p.plan.wholes)]
    indicators = list(p.form.indicators.values())
    return {
        "unit": units[0] if units else "…",
        "indicator": indicators[0].code if indicators else "…",
        "period": indicators[0].periods[-1] if indicators else "…",
    }


def write_trace_box(
    p: Pages, page: Sheet, trace: TraceTable | None, place: tuple[int, int], span: int
) -> None:
    """Write the box at a place; it is ``span`` columns wide, its labels in the last but two."""
    row, column = place
    label, value, last = column + span - 3, column + span - 2, column + span - 1
    title = p.say("trace.title", **_example(p))
    page.height(row, 34)
    page.merge((row, column), (row, last), title, p.style.section(text_wrap=True))
    if trace is None:
        said = p.say("trace.beside", file=p.m.beside) if p.m.beside else p.say("trace.none")
        page.merge((row + 1, column), (row + 2, last), said, p.style.plain(text_wrap=True))
        return
    look = p.style.required(locked=False, num_format="@")
    for n, key in enumerate(_ASKED, start=row + 1):
        page.write(n, label, p.say(f"raw.{key}"), p.style.cell(bold=True))
        page.merge((n, value), (n, last), "", look)
    parts = [Cell(fixed(a1(row + 1 + n, value))).trimmed() for n in range(len(_ASKED))]
    whose, what, when = parts
    found = place_of(joined(whose, "|", what, "|", when, "|0"), trace.block("key"))
    for n, field in enumerate(_ANSWERED, start=row + len(_ASKED) + 2):
        page.write(n, label, p.say(f"raw.{field}"), p.style.cell())
        answer = if_error(at(trace.block(field), found).shown(), text("…"))
        formula = either(whose.equals(""), text(""), answer).formula
        page.formula(n, value, formula, p.style.cell(text_wrap=False), "")
