"""The first sheet of a marked copy: what to correct, most consequential first, with a way there."""

from __future__ import annotations

from tongket_xlsx.model.corrections import Corrections
from tongket_xlsx.model.figure_status import held_in
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.layout import Role
from tongket_xlsx.model.places import a1
from tongket_xlsx.model.resolution import Resolved
from tongket_xlsx.model.wording import figures_named, remark, worded
from tongket_xlsx.template.draft import Draft
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import lines

_HEAD = 5
_KEYS = (
    "col.ordinal",
    "finding.severity",
    "finding.indicator",
    "finding.period",
    "corrections.cell",
    "finding.message",
    "finding.found",
    "finding.expected",
    "finding.what_to_do",
)
_WIDTHS = (5, 11, 9, 12, 24, 60, 22, 26, 44)
_LAST = len(_WIDTHS) - 1
_CENTRED = (0, 1, 2, 3)


def write_corrections(d: Draft, corrections: Corrections) -> None:
    """Write the sheet."""
    page = d.book.sheet(say("sheet.corrections", d.lang), tab="#C00000")
    page.widths(_WIDTHS)
    page.merge((0, 0), (0, _LAST), say("group.unit", d.lang, unit=d.unit.name), d.style.plain())
    page.merge((1, 0), (1, _LAST), say("corrections.title", d.lang), d.style.title(15))
    page.height(1, 26)
    help_text = say("corrections.help", d.lang, file=corrections.file or "…")
    page.merge((2, 0), (2, _LAST), help_text, d.style.subtitle())
    page.height(2, 34)
    held = held_in(corrections.findings)
    if held:
        told = say("held.count", d.lang, count=len(held), figures=figures_named(held))
        page.merge((3, 0), (3, _LAST), told, d.style.warning_line())
        page.height(3, 14 * lines(told, sum(_WIDTHS)) + 5)
    if d.issue.notice:
        page.merge((4, 0), (4, _LAST), d.issue.notice, d.style.warning_line())
    for column, key in enumerate(_KEYS):
        page.write(_HEAD, column, say(key, d.lang), d.style.heading())
    row = _HEAD + 1
    for number, item in enumerate(corrections.findings, start=1):
        _finding(d, page, row, number, item)
        row += 1
    row = _accepted(d, page, row + 1, corrections)
    row = _strays(d, page, row, corrections)
    page.page.freeze_panes(_HEAD + 1, 0)
    page.printed(heading_row=_HEAD, area=(row, _LAST), footer=page.name)
    page.protect()
    page.page.set_first_sheet()
    page.page.activate()


def _finding(d: Draft, page: Sheet, row: int, number: int, item: Resolved) -> None:
    finding = item.finding
    words = worded(finding, d.lang)
    message = " ".join(filter(None, (words.message, remark(item, d.lang))))
    grave = finding.severity is Severity.ERROR
    # Said aloud: xlsxwriter forgets to set text left that is indented and stands at the top.
    small = d.style.cell(font_size=10, valign="top", align="left", indent=1)
    centre = d.style.cell(font_size=10, valign="top", align="center")
    values = (
        number,
        say(f"severity.{finding.severity}", d.lang),
        finding.indicator,
        finding.period,
        None,
        message,
        words.found,
        words.expected,
        words.advice,
    )
    for column, value in enumerate(values):
        look = centre if column in _CENTRED else small
        if grave and column == 1:
            look = d.style.cell(font_size=10, valign="top", align="center", bold=True)
        page.write(row, column, value, look)
    home = address(d, finding)
    if home is not None:
        shown = f"{home[0]}!{home[1]}"
        blue = {"font_color": "#0B5394", "underline": 1, "font_size": 10, "valign": "top"}
        page.link(row, 4, *home, shown, d.style.cell(**blue, align="left", indent=1))
    tall = max(lines(t, w) for t, w in zip(values[5:], _WIDTHS[5:], strict=True))
    page.height(row, min(400, 14 * tall + 5))


def _accepted(d: Draft, page: Sheet, row: int, corrections: Corrections) -> int:
    """List what the collector has accepted, so that nobody corrects it."""
    if not corrections.accepted:
        return row
    title = say("corrections.accepted", d.lang)
    page.merge((row, 0), (row, _LAST), title, d.style.section())
    look = d.style.cell(font_size=9, valign="top", align="left", indent=1)
    for item in corrections.accepted:
        row += 1
        finding, words = item.finding, worded(item.finding, d.lang)
        for column, value in enumerate((None, None, finding.indicator, finding.period)):
            page.write(row, column, value, look)
        page.write(row, 4, f"{finding.place.sheet}!{finding.place.cell}".strip("!"), look)
        page.write(row, 5, words.message, look)
        page.merge((row, 6), (row, _LAST), item.text, look)
        tall = max(lines(words.message, _WIDTHS[5]), lines(item.text, sum(_WIDTHS[6:])))
        page.height(row, min(400, 13 * tall + 4))
    return row + 2


def address(d: Draft, finding: Finding) -> tuple[str, str] | None:
    """Return the sheet and cell of this workbook that a finding is about."""
    code, period = finding.indicator, finding.period
    if code and d.layout.has(code):
        sheet = d.layout.sheet_of(code)
        key = period if sheet.has(period) else Role.ANSWER if sheet.has(Role.ANSWER) else Role.LABEL
        return sheet.name, a1(*sheet.cell(code, key))
    for sheet in d.layout.sheets:
        if finding.place.sheet == sheet.name:
            return sheet.name, finding.place.cell or "A1"
    return None


def _strays(d: Draft, page: Sheet, row: int, corrections: Corrections) -> int:
    if not corrections.strays:
        return row
    title = say("corrections.strays", d.lang, n=len(corrections.strays))
    page.merge((row, 0), (row, _LAST), title, d.style.section())
    for stray in corrections.strays:
        row += 1
        page.merge((row, 0), (row, 4), f"{stray.sheet}!{stray.cell}", d.style.cell(font_size=9))
        text = stray.text
        page.merge((row, 5), (row, _LAST), text, d.style.cell(font_size=9))
    if corrections.left_out:
        row += 1
        text = say("corrections.more", d.lang, n=corrections.left_out, sha256=corrections.sha256)
        page.merge((row, 0), (row, _LAST), text, d.style.warning_line())
    return row + 1
