"""The first two sheets of the form: the cover, which counts what is left, and the instructions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from tongket_xlsx.model.form import Form, Kind, Unit
from tongket_xlsx.model.formula import Cell, Number, either, text
from tongket_xlsx.model.formula_ranges import Cells, count_filled, count_of, total
from tongket_xlsx.model.issue import Issue, reference_of
from tongket_xlsx.model.layout import (
    COVER_ANSWER,
    COVER_FIELDS_ROW,
    COVER_LABEL,
    COVER_LAST,
    TYPED_FIELDS,
    CoverField,
    Entry,
    SheetKind,
    SheetLayout,
    WorkbookLayout,
    entry_of,
)
from tongket_xlsx.model.places import a1, quoted
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Book, Format, Sheet
from tongket_xlsx.writer.styles import Styles, lines

# Headings of the table of progress, in points.
_TWO_LINES = 34

_WIDTHS = (2, 24, 12, 20, 11, 11, 11, 11, 11, 11)


@dataclass(frozen=True, slots=True)
class Progress:
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


def write_cover(
    book: Book,
    form: Form,
    unit: Unit,
    layout: WorkbookLayout,
    issue: Issue,
    fields: Mapping[str, str],
    progress: tuple[Progress, ...],
    lang: str,
    *,
    opens: bool = True,
) -> None:
    """Write the cover; ``opens`` says whether the workbook opens on it."""
    page = book.sheet(layout.sheets[0].name, tab="#1F2A44")
    style = Styles(book)
    page.widths(_WIDTHS)
    _head(page, style, form, issue, lang)
    _fields(page, style, fields, issue, lang)
    row = _reference_dates(page, style, form, layout, fields, lang)
    row = _progress(page, style, progress, row + 1, lang)
    row = _legend(page, style, row + 1, lang)
    row = _signatures(page, style, form, unit, row + 1, lang)
    page.printed(landscape=False, area=(row, COVER_LAST), file_named=True)
    page.page.fit_to_pages(1, 1)
    page.protect()
    if opens:
        page.page.set_first_sheet()
        page.page.activate()
    page.page.set_selection(*layout.cover[CoverField.COMPILER] * 2)


def _head(page: Sheet, style: Styles, form: Form, issue: Issue, lang: str) -> None:
    left = style.plain(bold=True, text_wrap=True, align="center")
    right = style.plain(italic=True, align="right", font_size=9)
    page.merge((0, COVER_LABEL), (0, COVER_ANSWER), issue.collector, left)
    page.merge((0, COVER_ANSWER + 1), (0, COVER_LAST), f"{form.id} · {form.version}", right)
    page.height(0, 34)
    page.merge((1, COVER_LABEL), (1, COVER_LAST), form.title.to(lang), style.title(18))
    page.height(1, 32)
    page.merge((2, COVER_LABEL), (2, COVER_LAST), form.subtitle.to(lang), style.title(12))
    page.height(2, 34)
    page.merge((3, COVER_LABEL), (3, COVER_LAST), form.cutoff.to(lang), style.subtitle())
    page.merge((4, COVER_LABEL), (4, COVER_LAST), issue.notice, style.warning_line())
    banner = style.cell(bold=True, align="center", bg_color="#FFF4CE", border=2)
    page.merge((5, COVER_LABEL), (5, COVER_LAST), say("cover.enable", lang), banner)
    page.height(5, 22)
    page.height(6, 8)


def _fields(page: Sheet, style: Styles, fields: Mapping[str, str], issue: Issue, lang: str) -> None:
    for n, field in enumerate(CoverField):
        row = COVER_FIELDS_ROW + n
        page.merge(
            (row, COVER_LABEL),
            (row, COVER_ANSWER - 1),
            say(f"cover.{field}", lang),
            style.cell(bold=True),
        )
        typed = field in TYPED_FIELDS
        answer = style.required(num_format="@", indent=1) if typed else style.cell(bold=True)
        page.merge_last((row, COVER_ANSWER), (row, COVER_LAST), fields.get(field, ""), answer)
        page.height(row, 20)
    if issue.deadline is not None:
        row = COVER_FIELDS_ROW + len(CoverField)
        key = "cover.send_by_inclusive" if issue.deadline_counts else "cover.send_by"
        text = f"{say(key, lang)} {issue.deadline:%d/%m/%Y}"
        page.merge((row, COVER_LABEL), (row, COVER_LAST), text, style.warning_line())
        page.height(row, 24)


def _reference_dates(
    page: Sheet,
    style: Styles,
    form: Form,
    layout: WorkbookLayout,
    fields: Mapping[str, str],
    lang: str,
) -> int:
    first = layout.cover[f"other:{form.years[0].code}"][0]
    other = COVER_ANSWER + 2
    page.merge(
        (first - 2, COVER_LABEL),
        (first - 2, COVER_LAST),
        say("cover.cutoffs", lang),
        style.section(),
    )
    page.write(first - 1, COVER_LABEL, say("cover.period", lang), style.heading())
    page.merge(
        (first - 1, COVER_LABEL + 1),
        (first - 1, other - 1),
        say("cover.reference", lang),
        style.heading(),
    )
    page.merge(
        (first - 1, other), (first - 1, COVER_LAST), say("cover.other", lang), style.heading()
    )
    for period in form.years:
        row = layout.cover[f"other:{period.code}"][0]
        text = reference_of(period, lang)
        page.write(row, COVER_LABEL, period.label.to(lang), style.cell(bold=True))
        page.merge((row, COVER_LABEL + 1), (row, other - 1), text, style.cell(font_size=10))
        declared = fields.get(f"other:{period.code}", "")
        page.merge(
            (row, other), (row, COVER_LAST), declared, style.optional(num_format="@", indent=1)
        )
        page.height(row, 32)
    return first + len(form.years)


def _progress(
    page: Sheet, style: Styles, progress: tuple[Progress, ...], row: int, lang: str
) -> int:
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


def _progress_row(page: Sheet, row: int, item: Progress, number: Format, share: Format) -> None:
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


def _open_checks(page: Sheet, row: int, item: Progress, number: Format, lang: str) -> None:
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
    page: Sheet, row: int, first: int, progress: tuple[Progress, ...], style: Styles, lang: str
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


def _legend(page: Sheet, style: Styles, row: int, lang: str) -> int:
    page.merge((row, COVER_LABEL), (row, COVER_LAST), say("cover.legend", lang), style.section())
    samples = (
        (style.required(locked=True, align="center"), "1234", "cover.legend_required"),
        (style.optional(locked=True, align="center"), "1234", "cover.legend_optional"),
        (style.computed(align="center"), "95,25", "cover.legend_computed"),
        (style.cell(align="center"), "23", "cover.legend_prefilled"),
        (style.absent(), "x", "cover.legend_na"),
    )
    for sample, shown, key in samples:
        row += 1
        page.write(row, COVER_LABEL, shown, sample)
        page.merge((row, COVER_LABEL + 1), (row, COVER_LAST), say(key, lang), style.plain(indent=1))
        page.height(row, 18)
    for key in ("sign.nil", "sign.missing", "sign.not_applicable", "sign.blank", "cover.paper"):
        row += 1
        page.merge((row, COVER_LABEL), (row, COVER_LAST), say(key, lang), style.plain())
    return row + 1


def _signatures(page: Sheet, style: Styles, form: Form, unit: Unit, row: int, lang: str) -> int:
    bold = style.plain(bold=True, align="center")
    italic = style.plain(italic=True, align="center")
    left, right = (COVER_LABEL, COVER_ANSWER - 1), (COVER_ANSWER + 1, COVER_LAST)
    page.merge((row, right[0]), (row, right[1]), say("cover.place_date", lang), italic)
    page.merge((row + 1, left[0]), (row + 1, left[1]), say("cover.sign_left", lang), bold)
    signature = form.unit_kinds[unit.kind].signature
    page.merge((row + 1, right[0]), (row + 1, right[1]), signature, bold)
    page.merge((row + 2, left[0]), (row + 2, left[1]), say("cover.sign_name", lang), italic)
    page.merge((row + 2, right[0]), (row + 2, right[1]), say("cover.sign_seal", lang), italic)
    return row + 6


def write_guide(book: Book, form: Form, layout: WorkbookLayout, issue: Issue, lang: str) -> None:
    """Write the instructions: the steps, and the rules that this unit's rows call for."""
    page = book.sheet(layout.sheets[1].name, tab="#1F2A44")
    style = Styles(book)
    widths = (4, 92)
    page.widths(widths)
    page.merge((0, 0), (0, 1), say("guide.title", lang), style.title(16))
    page.height(0, 30)
    page.merge((1, 0), (1, 1), issue.notice, style.warning_line())
    row = 2
    collector = " ".join(reversed(issue.collector.split("\n"))) or "…"
    spans = "; ".join(
        say("guide.span", lang, period=p.label.to(lang), starts=p.starts, ends=p.ends)
        for p in form.periods
        if p.cumulative
    )
    blocks = (
        ("guide.steps", [f"guide.step{n}" for n in range(1, 6)]),
        ("guide.rules", [f"guide.{rule}" for rule in _rules_needed(form, layout)]),
        ("cover.legend", ["sign.nil", "sign.missing", "sign.not_applicable", "sign.blank"]),
    )
    for heading, keys in blocks:
        page.merge((row, 0), (row, 1), say(heading, lang), style.section())
        for n, key in enumerate(keys, start=1):
            row += 1
            text = say(key, lang, collector=collector, spans=spans)
            page.write(row, 0, str(n), style.plain(align="center", valign="top"))
            page.write(row, 1, text, style.plain(text_wrap=True, valign="top"))
            page.height(row, 16 * lines(text, widths[1] * 1.12) + 6)
        row += 2
    page.printed(landscape=False, area=(row, 1), file_named=True)
    page.protect()


def _rules_needed(form: Form, layout: WorkbookLayout) -> list[str]:
    asked = [form.indicators[c] for s in layout.of_kind(SheetKind.GROUP) for c in s.rows]
    kinds = {i.kind for i in asked}
    needed = {
        "money": Kind.MONEY in kinds,
        "yesno": Kind.YESNO in kinds,
        "cumulative": any(form.period_by_code[p].cumulative for i in asked for p in i.periods),
    }
    order = (
        "input",
        "money",
        "yesno",
        "cumulative",
        "core",
        "no_invent",
        "explanation",
        "protected",
    )
    return [rule for rule in order if needed.get(rule, True)]
