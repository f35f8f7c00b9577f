"""What came back, as it came: standings, completeness, findings, texts, lists and tidy data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongket_xlsx.book import Format, Sheet
from tongket_xlsx.cells import a1
from tongket_xlsx.explorer_sheet import TraceTable
from tongket_xlsx.findings import Finding, Severity
from tongket_xlsx.form import Roster
from tongket_xlsx.house_style import lines, plain_number
from tongket_xlsx.observations import CellState, Observation
from tongket_xlsx.plan import HEAD
from tongket_xlsx.standing import NEEDS_CORRECTION, NOT_RETURNED, Standing
from tongket_xlsx.summary_page import Pages
from tongket_xlsx.tidy import Traced
from tongket_xlsx.wording import worded

# A sheet ends at row 1,048,576; the headings take some of it.
MOST_ROWS = 1_048_000
_LONGEST_SHOWN = 32_000
_RAW = (
    "unit",
    "unit_name",
    "indicator",
    "period",
    "row",
    "state",
    "value",
    "text",
    "raw",
    "note",
    "file",
    "sheet",
    "cell",
    "received",
    "sha256",
    "key",
)
_RAW_WIDTHS = (10, 24, 10, 11, 6, 14, 14, 30, 18, 26, 28, 20, 8, 12, 20, 24)


def write_standings(p: Pages) -> None:
    """Write where each respondent stands."""
    keys = (
        "cover.code",
        "status.unit",
        "status.state",
        "status.received",
        "status.late_days",
        "status.round",
        "status.errors",
        "status.warnings",
        "status.complete",
        "status.file",
    )
    page = p.table(
        p.say("sheet.receipt"),
        p.say("sheet.receipt"),
        [p.say(k) for k in keys],
        (12, 40, 26, 12, 9, 7, 8, 10, 12, 36),
        tab="#BF9000",
    )
    row = HEAD + 1
    for standing in p.m.standings:
        for column, (value, style) in enumerate(_standing(p, standing)):
            page.write(row, column, value, style)
        row += 1
    p.close(page, row, len(keys), 2)


def _standing(p: Pages, s: Standing) -> list[tuple[str | int | float | None, Format]]:
    centre = p.style.cell(align="center")
    state = p.say(f"state.{s.state}", days=s.late_days)
    if not s.required:
        state += " " + p.say("status.optional")
    came = s.received is not None
    return [
        (s.unit.code, p.style.cell(text_wrap=False)),
        (s.unit.name, p.style.cell()),
        (state, p.style.cell(bold=s.state in (NOT_RETURNED, NEEDS_CORRECTION))),
        (f"{s.received:%d/%m/%Y}" if s.received else None, centre),
        (s.late_days if came else None, centre),
        (s.round or None, centre),
        (s.errors if came else None, centre),
        (s.warnings if came else None, centre),
        (s.complete, p.style.cell(align="center", num_format="0%")),
        (s.file, p.style.cell(font_size=9)),
    ]


def write_completeness(p: Pages) -> None:
    """Write a heat map: the share each unit answered of what it must, group by group."""
    groups = [g for g in p.form.groups if any(g.code in s.completeness for s in p.m.standings)]
    headings = [p.say("cover.code"), p.say("status.unit"), *(g.code for g in groups)]
    if any("narrative" in s.completeness for s in p.m.standings):
        headings.append(p.say("sheet.narrative"))
    headings.append(p.say("cover.total"))
    page = p.table(
        p.say("sheet.completeness"),
        p.say("completeness.title"),
        headings,
        (12, 36, *[12] * (len(headings) - 2)),
        tab="#BF9000",
        help_text=p.say("completeness.help"),
    )
    row = HEAD + 1
    look = p.style.cell(align="center", num_format="0%")
    for s in p.m.standings:
        page.write(row, 0, s.unit.code, p.style.cell())
        page.write(row, 1, s.unit.name, p.style.cell())
        names = [g.code for g in groups]
        if len(headings) > len(groups) + 3:
            names.append("narrative")
        for n, name in enumerate(names):
            if name in s.completeness:
                page.write(row, 2 + n, s.completeness[name], look)
            else:
                page.write(row, 2 + n, None, p.style.absent())
        page.write(
            row,
            len(headings) - 1,
            s.complete,
            p.style.cell(align="center", num_format="0%", bold=True),
        )
        row += 1
    if row > HEAD + 1:
        page.conditional(
            (HEAD + 1, 2),
            (row - 1, len(headings) - 1),
            {
                "type": "3_color_scale",
                "min_type": "num",
                "min_value": 0,
                "mid_type": "num",
                "mid_value": 0.5,
                "max_type": "num",
                "max_value": 1,
                "min_color": "#F4B084",
                "mid_color": "#FFF2CC",
                "max_color": "#C6E0B4",
            },
        )
    p.close(page, row, len(headings), 2)


def write_findings(p: Pages) -> None:
    """Write what is open, the gravest first."""
    keys = (
        "severity",
        "unit",
        "place",
        "indicator",
        "period",
        "message",
        "found",
        "expected",
        "what_to_do",
        "code",
    )
    page = p.table(
        p.say("sheet.findings"),
        p.say("sheet.findings"),
        [p.say(f"finding.{k}") for k in keys],
        (10, 22, 22, 8, 11, 60, 24, 26, 44, 14),
        tab="#C00000",
    )
    row = HEAD + 1
    if not p.m.findings:
        page.merge((row, 0), (row, len(keys) - 1), p.say("findings.none"), p.style.cell())
        row += 1
    order = list(Severity)
    for finding in sorted(p.m.findings, key=lambda f: (order.index(f.severity), f.place.unit)):
        _finding(p, page, row, finding)
        row += 1
    p.close(page, row, len(keys))


def _finding(p: Pages, page: Sheet, row: int, f: Finding) -> None:
    words = worded(f, p.lang)
    address = f"{f.place.sheet}!{f.place.cell}" if f.place.cell else f.place.sheet
    values = (
        p.say(f"severity.{f.severity}"),
        f.place.unit,
        address,
        f.indicator,
        f.period,
        words.message,
        words.found,
        words.expected,
        words.advice,
        f.code,
    )
    grave = f.severity is Severity.ERROR
    for column, value in enumerate(values):
        style = p.style.cell(font_size=10, bold=grave and not column)
        page.write(row, column, visible(value), style)
    tall = max(lines(words.message, 60), lines(words.advice, 44), lines(words.found, 22))
    page.height(row, min(400, 13.5 * tall + 5))


# ---------------------------------------------------------------------- texts, lists, tidy data


@dataclass
class _Places:
    """Where the next rows of the texts and lists go."""

    texts: Sheet
    text_row: int
    lists: dict[str, tuple[Sheet, int]]
    entries: dict[tuple[str, str, int], int]


def raw_order(p: Pages) -> Iterator[Traced]:
    """Yield what the tidy data holds, in its order: everything that was answered."""
    for traced in p.m.observations():
        if traced.observation.state is not CellState.BLANK:
            yield traced


def trace_table(p: Pages) -> TraceTable | None:
    """Return where the tidy data will stand, or nothing where it does not fit on a sheet."""
    if not 0 < p.m.observation_count <= MOST_ROWS:
        return None
    columns = {key: n for n, key in enumerate(_RAW)}
    first = HEAD + 1
    return TraceTable(p.say("sheet.raw"), first, first + p.m.observation_count - 1, columns)


def write_records(p: Pages, trace: TraceTable | None) -> None:
    """Write answers in words, lists, and every figure with its file, in one pass."""
    places = _open_texts(p)
    raw = None
    if p.m.observation_count <= MOST_ROWS:
        raw = p.table(
            p.say("sheet.raw"),
            p.say("sheet.raw"),
            [p.say(f"raw.{k}") for k in _RAW],
            _RAW_WIDTHS,
            tab="#7F7F7F",
            help_text=p.say("raw.help"),
        )
    notes = _notes(p)
    row = HEAD + 1
    prompts = {q.code: q for q in p.form.prompts}
    columns = {c.code: (r, n) for r in p.form.rosters for n, c in enumerate(r.columns)}
    for traced in raw_order(p):
        o = traced.observation
        if raw is not None:
            _raw_row(p, raw, row, traced, notes.get((traced.unit.name, o.sheet, o.cell), ""))
            row += 1
        if o.indicator in prompts and o.state is CellState.TEXT:
            _answer(p, places, traced, prompts[o.indicator].label.to(p.lang))
        elif o.indicator in columns:
            _entry(p, places, traced, *columns[o.indicator])
    p.close(places.texts, places.text_row, 6)
    for roster in p.form.rosters:
        page, free = places.lists[roster.code]
        p.close(page, free, len(roster.columns) + 2)
    if raw is not None:
        p.close(raw, row, len(_RAW), 3)
    if trace is not None and trace.last_row != row - 1:  # pragma: no cover - would be our mistake
        raise AssertionError(trace.last_row, row - 1)


def _open_texts(p: Pages) -> _Places:
    texts = p.table(
        p.say("sheet.answers"),
        p.say("sheet.answers"),
        [
            p.say(k)
            for k in ("col.code", "col.prompt", "status.unit", "col.answer", "raw.file", "raw.cell")
        ],
        (8, 44, 26, 90, 28, 18),
        tab="#7F6000",
    )
    lists: dict[str, tuple[Sheet, int]] = {}
    for roster in p.form.rosters:
        headings = [
            p.say("status.unit"),
            *(c.label.to(p.lang) for c in roster.columns),
            p.say("raw.file"),
        ]
        page = p.table(
            roster.name.to(p.lang)[:31],
            roster.title.to(p.lang),
            headings,
            (26, *(c.width for c in roster.columns), 28),
            tab="#7F6000",
        )
        lists[roster.code] = (page, HEAD + 1)
    return _Places(texts, HEAD + 1, lists, {})


def _notes(p: Pages) -> dict[tuple[str, str, str], str]:
    """Return, by unit, sheet and cell, how a figure was read where it was read with help."""
    return {
        (f.place.unit, f.place.sheet, f.place.cell): worded(f, p.lang).message
        for f in p.m.findings
        if f.severity is Severity.NOTE and f.place.cell
    }


def _raw_row(p: Pages, page: Sheet, row: int, t: Traced, note: str) -> None:
    o = t.observation
    plain = p.style.plain(font_size=10)
    values = (
        t.unit.code,
        t.unit.name,
        o.indicator,
        o.period,
        o.row or None,
        p.say(f"cellstate.{o.state}"),
        plain_number(o.value),
        visible(o.text),
        visible(o.raw),
        note,
        t.file,
        o.sheet,
        o.cell,
        f"{t.received:%d/%m/%Y}",
        t.sha256,
        key_of(t.unit.code, o),
    )
    for column, value in enumerate(values):
        page.write(row, column, value, plain)


def key_of(unit: str, o: Observation) -> str:
    """Return what the trace box looks an observation up by."""
    return f"{unit}|{o.indicator}|{o.period}|{o.row}"


def _answer(p: Pages, places: _Places, t: Traced, label: str) -> None:
    o, row = t.observation, places.text_row
    values = (o.indicator, label, t.unit.name, visible(o.text), t.file, f"{o.sheet}!{o.cell}")
    for column, value in enumerate(values):
        places.texts.write(row, column, value, p.style.cell(valign="top", font_size=10))
    tall = max(lines(o.text, 90), lines(label, 42))
    places.texts.height(row, min(400, 14 * tall + 5))
    places.text_row += 1


def _entry(p: Pages, places: _Places, t: Traced, roster: Roster, column: int) -> None:
    page, free = places.lists[roster.code]
    key = (t.unit.code, roster.code, t.observation.row)
    if key not in places.entries:
        places.entries[key] = free
        places.lists[roster.code] = (page, free + 1)
        page.write(free, 0, t.unit.name, p.style.cell())
        page.write(free, len(roster.columns) + 1, t.file, p.style.cell(font_size=9))
    page.write(places.entries[key], 1 + column, visible(t.observation.text), p.style.cell())


def sources_of(
    p: Pages, trace: TraceTable | None, most: int
) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return the cell of the tidy data that each figure came from, where links are feasible."""
    if trace is None or p.m.observation_count > most:
        return {}
    return {
        (t.unit.code, t.observation.indicator, t.observation.period): (trace.sheet, a1(row, 0))
        for row, t in enumerate(raw_order(p), start=trace.first_row)
        if not t.observation.row
    }


def marks_of(
    findings: Sequence[Finding], units: dict[str, str], lang: str
) -> dict[tuple[str, str, str], str]:
    """Return what is open about single figures: (unit, code, period) → the sentences."""
    marks: dict[tuple[str, str, str], list[str]] = {}
    for f in findings:
        unit = units.get(f.place.unit)
        if unit and f.indicator and f.severity is not Severity.NOTE:
            marks.setdefault((unit, f.indicator, f.period), []).append(worded(f, lang).message)
    return {key: "\n".join(texts)[:1500] for key, texts in marks.items()}


def visible(text: str) -> str:
    """Return a text whose control characters can be seen and whose length Excel can hold."""
    shown = "".join(c if c >= " " or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
    return shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "…"
