"""The checks of a workbook as its office sees them, and the hidden sheet of numbers behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tongket_xlsx.model.check_rows import CheckRow
from tongket_xlsx.model.formula import Cell, Number, Text, how_many, text, when
from tongket_xlsx.model.formula_ranges import sum_of_products
from tongket_xlsx.model.formula_texts import joined, middle
from tongket_xlsx.model.layout import NUMBERS_SHEET, Role, SheetKind, SheetLayout
from tongket_xlsx.model.places import a1, column_letters, quoted
from tongket_xlsx.template.draft import TABS, Draft
from tongket_xlsx.template.live_figures import NOTHING
from tongket_xlsx.template.live_rules import is_answerable, sentence
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Format, Sheet
from tongket_xlsx.writer.styles import lines

_HEAD = 5
FIRST = _HEAD + 1
_CODE, _SUBJECT, _TEXT, _GRAVITY = range(4)
_YEARS = 4
_WIDTHS = (16, 9, 62, 13)
_COLORS = {"check.wrong": "#F8CBAD", "check.doubtful": "#FFE699", "check.good": "#E2F0D9"}


class Result(NamedTuple):
    """The cell in which a check says what is wrong, and what stands there."""

    cell: str
    text: str


# By the row of the form that the checks are about, in the order of the checks.
Results = Mapping[str, list[Result]]


@dataclass(frozen=True)
class CheckBlock:
    """The rows of checks about one sheet, and how many of each sort are open in it."""

    first: int
    last: int
    wrong: int
    doubtful: int


def retyped(d: Draft, codes: Collection[str]) -> tuple[Number | None, int]:
    """Return the formula that counts the cells of some rows to be typed again, and their count."""
    typed = [code for code in codes if not d.form.indicators[code].computed]
    count = sum((code, p.code) in d.waits for code in typed for p in d.form.periods)
    blocks = [sum_of_products(block.are_texts().as_numbers()) for block in d.live.blocks(typed)]
    return (sum(blocks[1:], blocks[0]) if blocks else None), count


def write_numbers(d: Draft) -> None:
    """Write every figure as what a rule counts with, on a sheet nobody sees."""
    page = d.book.sheet(NUMBERS_SHEET)
    for indicator in d.live.indicators:
        for period in d.form.periods:
            if is_answerable(d.unit, indicator, period):
                key = indicator.code, period.code
                shown = d.values.get(key, d.waits.get(key))
                piece = d.live.number(indicator, period, d.accepted_fault(indicator, period))
                page.formula(*d.live.place(*key), piece.formula, None, shown)
    for roster, label in d.form.counted_labels(d.unit.kind):
        value = d.values.get((label, d.form.periods[0].code))
        at = d.live.place(label, "")
        page.formula(*at, d.live.documents(roster, label).formula, None, value)
    for row, column, word in d.live.words.cells():
        page.write(row, column, word)
    for code in sorted({code for _, code, _ in d.settled}):
        if code in d.explanations:
            page.write(*d.live.told(code), d.explanations[code])
    page.page.very_hidden()
    page.protect()


def results_of(d: Draft) -> Results:
    """Return where every check says in words what is wrong, and what it says now."""
    if not d.live.rows:
        return {}
    sheet = quoted(d.layout.of_kind(SheetKind.CHECKS)[0].name)
    letters = column_letters(_YEARS + len(d.form.periods))
    found: dict[str, list[Result]] = {}
    for n, row in enumerate(d.live.rows):
        result = Result(f"{sheet}!${letters}${FIRST + n + 1}", _said(d, row))
        found.setdefault(row.subject, []).append(result)
    return found


def _said(d: Draft, row: CheckRow) -> str:
    """Return what the workbook says about a check as it is now; empty where nothing is open."""
    states = [d.state(row, p.code) for p in d.form.periods]
    word = _open_word(d, row)
    years = [p.code for p, state in zip(d.form.periods, states, strict=True) if state == word]
    return f"{', '.join(years)}: {sentence(row, d.form, d.lang)}" if years else ""


def block_of(d: Draft, sheet: SheetLayout) -> CheckBlock | None:
    """Return where the checks about the rows of a sheet stand."""
    numbers = [n for n, row in enumerate(d.live.rows) if row.subject in sheet.rows]
    if not numbers:
        return None
    rows = [d.live.rows[n] for n in numbers]
    words = [d.state(row, p.code) for row in rows for p in d.form.periods]
    wrong, doubtful = (words.count(say(key, d.lang)) for key in ("check.wrong", "check.doubtful"))
    return CheckBlock(FIRST + numbers[0], FIRST + numbers[-1], wrong, doubtful)


def states_block(d: Draft, block: CheckBlock) -> str:
    """Return the address of the states of a run of checks."""
    sheet = quoted(d.layout.of_kind(SheetKind.CHECKS)[0].name)
    last = _YEARS + len(d.form.periods) - 1
    return f"{sheet}!{a1(block.first, _YEARS)}:{a1(block.last, last)}"


def write_checks(d: Draft, results: Results) -> None:
    """Write every check with its state in each period, linked to the row it is about."""
    texts = [result.text for those in results.values() for result in those]
    sheet = d.layout.of_kind(SheetKind.CHECKS)[0]
    page = d.book.sheet(sheet.name, tab=TABS[SheetKind.CHECKS])
    periods = d.form.periods
    last = _YEARS + len(periods)
    page.widths([*_WIDTHS, *[13] * len(periods), 60])
    whose = say("group.unit", d.lang, unit=d.unit.name)
    page.merge_last((0, 0), (0, last), whose, d.style.plain())
    page.merge((1, 0), (1, last), say("checks.title", d.lang), d.style.title(15))
    page.height(1, 26)
    page.merge((2, 0), (2, last), say("checks.help", d.lang), d.style.subtitle())
    _retyped(d, page, last)
    if d.issue.notice:
        page.merge((4, 0), (4, last), d.issue.notice, d.style.warning_line())
    keys = ("checks.rule", "col.indicator", "checks.text", "checks.gravity")
    headings = [say(key, d.lang) for key in keys]
    headings += [p.label.to(d.lang) for p in periods] + [say("checks.result", d.lang)]
    for column, heading in enumerate(headings):
        page.write(_HEAD, column, heading, d.style.heading())
    page.height(_HEAD, 34)
    looks = _CheckFormats(d)
    for n, row in enumerate(d.live.rows):
        _row(d, page, FIRST + n, row, texts[n], looks)
    bottom = FIRST + len(d.live.rows) - 1
    for key, color in _COLORS.items():
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{say(key, d.lang)}"',
            "format": d.book.style(bg_color=color, bold=key != "check.good"),
        }
        page.conditional((FIRST, _YEARS), (max(bottom, FIRST), last - 1), rule)
    page.page.freeze_panes(FIRST, 2)
    page.page.autofilter(_HEAD, 0, max(bottom, FIRST), last)
    # The list is for the screen: who prints the whole workbook gets its first lines only.
    page.printed(area=(_HEAD - 1, last), footer=sheet.name)
    page.protect()


def _retyped(d: Draft, page: Sheet, last: int) -> None:
    """Say how many cells must be typed again, whatever the checks say."""
    formula, cells = retyped(d, [i.code for i in d.live.indicators])
    page.merge((3, 0), (3, last), "", d.style.subtitle())
    if formula is not None:
        told = say("checks.retype", d.lang)
        piece = when(formula < 1, NOTHING, joined(text(f"{told} "), formula.as_text()))
        page.formula(3, 0, piece.formula, d.style.subtitle(), f"{told} {cells}" if cells else "")


class _CheckFormats:
    """The few formats of the sheet, each looked up once."""

    def __init__(self, d: Draft) -> None:
        self.small: Format = d.style.cell(font_size=9)
        self.link: Format = d.style.cell(font_color="#0B5394", underline=1)
        self.text: Format = d.style.cell(font_size=10, valign="top")
        self.state: Format = d.style.cell(align="center", font_size=10)
        self.absent: Format = d.style.absent()
        self.result: Format = d.style.cell(font_size=10, font_color="#C00000", valign="top")


def _row(d: Draft, page: Sheet, at: int, row: CheckRow, told: str, looks: _CheckFormats) -> None:
    told_if_broken = sentence(row, d.form, d.lang)
    # A bound of the definition has no code of its own that would tell an office anything.
    name = row.rule.code if row.rule.message else say("checks.usual", d.lang)
    page.write(at, _CODE, name, looks.small)
    if d.layout.has(row.subject):
        home = d.layout.sheet_of(row.subject)
        cell = a1(home.rows[row.subject], home.column(Role.LABEL))
        page.link(at, _SUBJECT, home.name, cell, row.subject, looks.link)
    else:
        page.write(at, _SUBJECT, row.subject, looks.small)
    page.write(at, _TEXT, told_if_broken, looks.text)
    gravity = say("severity.error" if row.is_error else "severity.warning", d.lang)
    page.write(at, _GRAVITY, gravity, looks.state)
    for n, period in enumerate(d.form.periods):
        if period.code in row.checks:
            state = d.state(row, period.code)
            piece = d.live.state(row, period.code, d.settlement(row.checks[period.code]))
            page.formula(at, _YEARS + n, piece.formula, looks.state, state)
        else:
            page.write(at, _YEARS + n, None, looks.absent)
    result = _result(d, at, row)
    page.formula(at, _YEARS + len(d.form.periods), result.formula, looks.result, told)
    page.height(at, 14 * max(2, lines(told_if_broken, _WIDTHS[_TEXT] * 1.1)) + 4)


def _result(d: Draft, at: int, row: CheckRow) -> Text:
    """Return the formula that says in which years the check does not hold, and the sentence."""
    word = _open_word(d, row)
    columns = [(n, p) for n, p in enumerate(d.form.periods) if p.code in row.checks]
    cells = [(Cell(a1(at, _YEARS + n)), p.code) for n, p in columns]
    years = joined(*(when(cell.says(word), text(f", {year}"), NOTHING) for cell, year in cells))
    told = joined(middle(years, 3, 99), ": ", Cell(a1(at, _TEXT)).known_text())
    return when(how_many(*(cell.says(word) for cell, _ in cells)) < 1, NOTHING, told)


def _open_word(d: Draft, row: CheckRow) -> str:
    return say("check.wrong" if row.is_error else "check.doubtful", d.lang)
