"""Everything that is held: what was reported, what it may be, why it is held, and what to do.

In the full edition a decision can be typed beside each figure, as on the sheet of findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tongket_xlsx.model.figure_status import FigureStatus, first_held
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.resolution import (
    Closure,
    Resolved,
    Verdict,
    fingerprint,
    subject_of,
)
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import figures_named, worded
from tongket_xlsx.summary.columns import ColumnFigure
from tongket_xlsx.summary.doubt_words import NOTHING_KNOWN
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.summary.sheets.findings import room_for_decisions
from tongket_xlsx.summary.sheets.records import MOST_ROWS, visible
from tongket_xlsx.text.messages import number
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import lines

# The columns by their keys in the catalogue; what is decided is read back by these headings.
_TOLD = (
    "finding.unit",
    "finding.indicator",
    "col.indicator",
    "finding.period",
    "held.typed",
    "held.likely",
    "col.unit",
    "held.why",
    "finding.what_to_do",
)
_DECIDED = ("finding.decision", "finding.reason", "finding.key")
_WIDTHS = (22, 8, 34, 11, 20, 18, 13, 52, 34, 13, 26, 12)
_WRAPPED = (2, 7, 8)


class _Held(NamedTuple):
    """A figure that is held, the findings that hold it for itself, and all that is known of it."""

    unit: Unit
    indicator: Indicator
    period: str
    figure: ColumnFigure
    items: tuple[Resolved, ...]
    status: FigureStatus


def write_held(p: Pages) -> None:
    """Write the sheet, where anything is held; one row a figure."""
    if not (p.figures.held or p.figures.listed):
        return
    keys = (*_TOLD, *(_DECIDED if p.live else ()))
    page = p.table(
        p.say("sheet.held"),
        p.say("held.title"),
        [p.say(key) for key in keys],
        _WIDTHS[: len(keys)],
        tab="#C00000",
        help_text=p.say("held.help" if p.live else "held.help_short"),
    )
    row = HEAD + 1
    for held in _listed(p):
        if row > MOST_ROWS:
            break
        _row(p, page, row, held)
        row += 1
    if p.live and row > HEAD + 1:
        column = len(_TOLD)
        room_for_decisions(p, page, (HEAD + 1, column), (row - 1, column))
    p.close(page, row, len(keys), 2)
    last = len(keys) - 1 - p.live
    page.page.print_area(0, 0, max(row - 1, HEAD + 1), last)


def _listed(p: Pages) -> Iterator[_Held]:
    units = (*p.plan.parts, *p.plan.wholes)
    known = p.m.comparison.known
    for (code, period), figures in p.figures.held.items():
        for place, figure in figures.items():
            unit = units[place]
            status = known.get((unit.code, code, period), NOTHING_KNOWN)
            own = tuple(i for i in status.held if first_held(i.finding) == (code, period))
            yield _Held(unit, p.form.indicators[code], period, figure, own, status)


def _row(p: Pages, page: Sheet, row: int, held: _Held) -> None:
    indicator, figure = held.indicator, held.figure
    value = "" if figure.value is None else number(figure.value, p.lang)
    label = indicator.plain_label if p.lang == "vi" else indicator.label.to(p.lang)
    why, advice = _why(p, held)
    texts = [
        held.unit.name,
        indicator.code,
        label,
        held.period,
        figure.raw or value,
        _likely(held, p.lang),
        indicator.unit.to(p.lang),
        why,
        advice,
    ]
    plain, right = p.style.cell(font_size=10), p.style.cell(font_size=10, align="right", indent=1)
    for column, text in enumerate(texts):
        page.write(row, column, visible(text), right if column in (4, 5) else plain)
    if p.live:
        entry, small = p.style.optional(font_size=10, text_wrap=True), p.style.cell(font_size=8)
        insisted = [i for i in held.items if i.closure is Closure.INSISTED]
        decided = p.say(f"verdict.{Verdict.INSIST}") if insisted else ""
        reason = insisted[-1].text if insisted else ""
        key = " ".join(fingerprint(held.unit.code, subject_of(i.finding)) for i in held.items)
        for column, (text, look) in enumerate(
            ((decided, entry), (reason, entry), (key, small)), start=len(_TOLD)
        ):
            page.write(row, column, visible(text), look)
    tall = max(lines(texts[column], _WIDTHS[column] * 1.05) for column in _WRAPPED)
    page.height(row, min(400, 13.5 * tall + 5))


def _why(p: Pages, held: _Held) -> tuple[str, str]:
    """Return why a figure is held and what to do: by its gravest finding, the others counted."""
    if held.items:
        errors = (i for i in held.items if i.finding.severity is Severity.ERROR)
        worst = next(errors, held.items[0])
        words = worded(worst.finding, p.lang, names_held=False)
        more = len(held.items) - 1
        also = " " + p.say("held.more" if p.live else "held.more_short", count=more) if more else ""
        return words.message + also, p.say("held.advice" if p.live else "held.advice_short")
    first = next((first_held(i.finding) for i in held.status.held), None)
    if first is None:
        return p.say("held.no_finding"), ""
    named = figures_named([first])
    return p.say("held.with", figure=named), p.say("held.with_advice", figure=named)


def _likely(held: _Held, lang: str) -> str:
    """Return what the figure may be meant as, where some finding says so of this very figure."""
    status = held.status
    for item in (*status.held, *status.errors, *status.warnings, *status.explained):
        finding = item.finding
        suspect = str(finding.parameters.get("suspect", finding.period))
        if finding.indicator == held.indicator.code and suspect == held.period:
            reading = str(finding.parameters.get("reading_b", ""))
            if reading:
                return _separated(reading, lang)
    return ""


def _separated(reading: str, lang: str) -> str:
    """Return a figure as the other columns write it, and anything else as it is."""
    try:
        return number(Decimal(reading), lang)
    except InvalidOperation:
        return reading
