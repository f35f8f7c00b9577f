"""The table of the cover that counts, sheet by sheet, what is answered, left and in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.formula import Cell, Number, either, text
from tongket_xlsx.model.formula_ranges import Cells, count_filled, count_of, total
from tongket_xlsx.model.layout import (
    COVER_ANSWER,
    COVER_LABEL,
    COVER_LAST,
    Entry,
    SheetKind,
    SheetLayout,
)
from tongket_xlsx.model.places import a1, quoted
from tongket_xlsx.model.units import Unit
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Format, Sheet
from tongket_xlsx.writer.styles import Styles

# Headings of the table, in points.
_TWO_LINES = 34


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """Say which cells of a sheet must be answered, how many of them are, and what is open.

    ``states`` is where the states of the checks of the sheet stand, ``retype`` counts the cells
    that have to be typed again.
    """

    sheet: SheetLayout
    cells: tuple[tuple[int, int], ...]
    answered: int
    states: str = ""
    wrong: int = 0
    doubtful: int = 0
    retype: Number | None = None
    retyped: int = 0


def required_cells(form: Form, unit: Unit, sheet: SheetLayout) -> tuple[tuple[str, str], ...]:
    """Return (code, period or column) of every cell of a sheet that must be answered."""
    if sheet.kind is SheetKind.GROUP:
        return tuple(
            (code, p.code)
            for p in sheet.periods(form)
            for code in sheet.rows
            if entry_of(unit, form.indicators[code], p) is Entry.REQUIRED
        )
    if sheet.kind is SheetKind.NARRATIVE:
        core = {p.code for p in form.prompts_for(unit.kind) if p.core}
        return tuple((code, "") for code in sheet.rows if code in core)
    return ()


def write_progress(
    page: Sheet, style: Styles, progress: tuple[GroupProgress, ...], row: int, lang: str
) -> int:
    """Write the table of progress from a row on; return the row after it."""
    page.merge((row, COVER_LABEL), (row, COVER_LAST), say("cover.progress", lang), style.section())
    row += 1
    page.merge(
        (row, COVER_LABEL), (row, COVER_ANSWER - 1), say("cover.sheet", lang), style.heading()
    )
    for n, key in enumerate(
        ("required", "answered", "left", "share", "retype", "wrong", "doubtful")
    ):
        page.write(row, COVER_ANSWER + n, say(f"cover.{key}", lang), style.heading())
    page.height(row, _TWO_LINES)
    number = style.cell(align="center", num_format="0")
    share = style.cell(align="center", num_format="0%")
    first = row + 1
    for item in progress:
        row += 1
        page.merge((row, COVER_LABEL), (row, COVER_ANSWER - 1), "", style.cell())
        page.link(
            row,
            COVER_LABEL,
            item.sheet.name,
            "A1",
            item.sheet.name,
            style.cell(font_color="#0B5394", underline=1),
        )
        _progress_row(page, row, item, number, share)
        _open_checks(page, row, item, number, lang)
    if progress:
        row += 1
        _progress_total(page, row, first, progress, style, lang)
    return row + 1


def _progress_row(
    page: Sheet, row: int, item: GroupProgress, number: Format, share: Format
) -> None:
    required = len(item.cells)
    page.write(row, COVER_ANSWER, required, number)
    if not required:
        for column in range(COVER_ANSWER + 1, COVER_ANSWER + 4):
            page.write(row, column, "–", number)
        return
    ranges = [Cells(f"{quoted(item.sheet.name)}!{r}") for r in runs(item.cells)]
    page.formula(row, COVER_ANSWER + 1, count_filled(*ranges).formula, number, item.answered)
    asked, answered = (Cell(a1(row, COVER_ANSWER + n)).known_number() for n in (0, 1))
    left = asked - answered
    page.formula(row, COVER_ANSWER + 2, left.formula, number, required - item.answered)
    part = answered / asked
    page.formula(row, COVER_ANSWER + 3, part.formula, share, item.answered / required)


def _open_checks(page: Sheet, row: int, item: GroupProgress, number: Format, lang: str) -> None:
    """Count what must be typed again, and what the checks of a sheet have found."""
    column = COVER_ANSWER + 4
    if item.retype is None:
        page.write(row, column, "–", number)
    else:
        page.formula(row, column, item.retype.formula, number, item.retyped)
    for n, (key, value) in enumerate((("wrong", item.wrong), ("doubtful", item.doubtful)), 1):
        if item.states:
            counted = count_of(Cells(item.states), say(f"check.{key}", lang))
            page.formula(row, column + n, counted.formula, number, value)
        else:
            page.write(row, column + n, "–", number)


def _progress_total(
    page: Sheet, row: int, first: int, progress: tuple[GroupProgress, ...], style: Styles, lang: str
) -> None:
    bold = style.cell(bold=True, align="center", num_format="0")
    page.merge(
        (row, COVER_LABEL),
        (row, COVER_ANSWER - 1),
        say("cover.total", lang),
        style.cell(bold=True),
    )
    required = sum(len(p.cells) for p in progress)
    answered = sum(p.answered for p in progress)
    sums = [
        (0, required),
        (1, answered),
        (2, required - answered),
        (4, sum(p.retyped for p in progress)),
        (5, sum(p.wrong for p in progress)),
        (6, sum(p.doubtful for p in progress)),
    ]
    for n, value in sums:
        block = Cells(f"{a1(first, COVER_ANSWER + n)}:{a1(row - 1, COVER_ANSWER + n)}")
        page.formula(row, COVER_ANSWER + n, total(block).formula, bold, value)
    above, below = (Cell(a1(row, COVER_ANSWER + n)).known_number() for n in (1, 0))
    page.formula(
        row,
        COVER_ANSWER + 3,
        either(below.equals(0), text("–"), above / below).formula,
        style.cell(bold=True, align="center", num_format="0%"),
        answered / required if required else "–",
    )


def runs(cells: tuple[tuple[int, int], ...]) -> list[str]:
    """Return the addresses of cells as blocks, each a run down one column."""
    blocks: list[str] = []
    for column, rows in groupby(sorted((c, r) for r, c in cells), key=lambda cell: cell[0]):
        numbers = [r for _, r in rows]
        start = previous = numbers[0]
        for number in [*numbers[1:], -1]:
            if number == previous + 1:
                previous = number
                continue
            block = a1(start, column)
            blocks.append(block if start == previous else f"{block}:{a1(previous, column)}")
            start = previous = number
    return blocks
