"""The findings of all returns in the consolidated workbook, with room to decide on them."""

from __future__ import annotations

from datetime import datetime

from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.resolution import (
    Closure,
    Resolved,
    Verdict,
    fingerprint,
    subject_of,
)
from tongket_xlsx.model.wording import worded
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.summary.sheets.records import MOST_ROWS, visible
from tongket_xlsx.writer.book import Format, Sheet
from tongket_xlsx.writer.styles import lines

# The columns by their keys in the catalogue; what is decided is read back by these headings.
COLUMNS = (
    "severity",
    "closure",
    "unit",
    "place",
    "indicator",
    "period",
    "message",
    "found",
    "expected",
    "what_to_do",
    "explanation",
    "decision",
    "reason",
    "code",
    "key",
)
_WIDTHS = (10, 14, 18, 23, 8, 11, 48, 22, 20, 34, 26, 13, 26, 17, 12)
# What is as high as its text, and how wide the text of each may run.
_TALL = {key: width * 1.05 for key, width in zip(COLUMNS, _WIDTHS, strict=True) if key != "key"}
_DECISION, _REASON = COLUMNS.index("decision"), COLUMNS.index("reason")
_DECIDED = {Closure.ACCEPTED: Verdict.ACCEPT, Closure.INSISTED: Verdict.INSIST}


def write_findings(p: Pages) -> None:
    """Write what was found, what is open first and the gravest of it on top."""
    page = p.table(
        p.say("sheet.findings"),
        p.say("sheet.findings"),
        [p.say(f"finding.{key}") for key in COLUMNS],
        _WIDTHS,
        tab="#C00000",
        help_text=p.say("findings.help"),
    )
    row = HEAD + 1
    if not p.m.findings:
        page.merge((row, 0), (row, len(COLUMNS) - 1), p.say("findings.none"), p.style.cell())
        row += 1
    order = list(Severity)
    ranked = sorted(
        p.m.findings,
        key=lambda r: (
            order.index(r.finding.severity),
            r.closure.is_closed,
            r.finding.place.unit,
        ),
    )
    looks = _FindingFormats(p)
    for item in ranked[:MOST_ROWS]:
        _finding(p, page, row, item, looks)
        row += 1
    if p.m.findings:
        room_for_decisions(p, page, (HEAD + 1, _DECISION), (row - 1, _DECISION))
    p.close(page, row, len(COLUMNS))
    # Codes and keys are for programs: printed, they would only make the rest smaller.
    page.page.print_area(0, 0, max(row - 1, HEAD + 1), _REASON)
    if len(ranked) > MOST_ROWS:
        text = p.say("findings.more", n=len(ranked) - MOST_ROWS)
        page.write(row, 0, text, p.style.warning_line())


class _FindingFormats:
    """The few formats of the sheet, each looked up once."""

    def __init__(self, p: Pages) -> None:
        self.plain: Format = p.style.cell(font_size=10)
        self.grave: Format = p.style.cell(font_size=10, bold=True)
        self.entry: Format = p.style.optional(font_size=10, text_wrap=True)
        self.small: Format = p.style.cell(font_size=8, font_color="#7F7F7F")


def _finding(p: Pages, page: Sheet, row: int, item: Resolved, looks: _FindingFormats) -> None:
    f = item.finding
    words = worded(f, p.lang)
    asked = f.severity is not Severity.NOTE
    decided = _DECIDED.get(item.closure)
    by_office = bool(item.text) and not item.by
    values = {
        "severity": p.say(f"severity.{f.severity}"),
        "closure": closure_text(p, item) if asked else "",
        "unit": f.place.unit,
        "place": _address(f),
        "indicator": f.indicator,
        "period": f.period,
        "message": words.message,
        "found": words.found,
        "expected": words.expected,
        "what_to_do": words.advice,
        "explanation": item.text if by_office else "",
        "decision": p.say(f"verdict.{decided}") if decided else "",
        "reason": item.text if decided else "",
        "code": f.code,
        "key": fingerprint(item.unit, subject_of(f)) if item.unit and asked else "",
    }
    grave = f.severity is Severity.ERROR and item.is_open
    for column, key in enumerate(COLUMNS):
        look = looks.grave if grave and not column else looks.plain
        if key in ("decision", "reason") and values["key"]:
            look = looks.entry
        elif key == "key":
            look = looks.small
        page.write(row, column, visible(values[key]), look)
    tall = max(lines(values[key], width) for key, width in _TALL.items())
    page.height(row, min(400, 13.5 * tall + 5))


def _address(f: Finding) -> str:
    address = f"{f.place.sheet}!{f.place.cell}" if f.place.cell else f.place.sheet
    return address or f.place.file


def closure_text(p: Pages, item: Resolved) -> str:
    """Say where a finding stands, and who decided when."""
    text = p.say(f"closure.{item.closure}")
    if not item.by:
        return text
    day = datetime.fromisoformat(item.on)
    return f"{text} ({item.by}, {day:%d/%m/%Y})"


def room_for_decisions(
    p: Pages, page: Sheet, first: tuple[int, int], last: tuple[int, int]
) -> None:
    """Let one of the verdicts be chosen in a column."""
    page.validate(
        first,
        last,
        {
            "validate": "list",
            "source": [p.say(f"verdict.{verdict}") for verdict in Verdict],
            "input_title": p.say("finding.decision"),
            "input_message": p.say("findings.decision_help"),
            "error_title": p.say("finding.decision"),
            "error_message": p.say("findings.decision_error"),
        },
    )
