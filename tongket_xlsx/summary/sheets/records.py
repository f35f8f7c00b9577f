"""What came back, as it came: texts, lists and tidy data."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.indicators import Roster
from tongket_xlsx.model.observations import CellState, Observation
from tongket_xlsx.model.wording import worded
from tongket_xlsx.summary.doubt_words import HELD
from tongket_xlsx.summary.one_return import Traced
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.summary.sheets.trace_box import TraceTable
from tongket_xlsx.writer.book import Format
from tongket_xlsx.writer.limits import Value
from tongket_xlsx.writer.styles import lines, plain_number

# A sheet ends at row 1,048,576; the headings take some of it.
MOST_ROWS = 1_048_000
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


def raw_order(p: Pages) -> Iterator[Traced]:
    """Yield what the tidy data holds, in its order: everything that was answered."""
    for traced in p.m.observations():
        if traced.observation.state is not CellState.BLANK:
            yield traced


def fits(p: Pages) -> bool:
    """Say whether the tidy data has room on a sheet."""
    return p.m.observation_count <= MOST_ROWS


def trace_table(p: Pages) -> TraceTable | None:
    """Return where the tidy data will stand, or nothing where it does not fit on a sheet."""
    if not fits(p) or not p.m.observation_count:
        return None
    columns = {key: n for n, key in enumerate(_RAW)}
    first = HEAD + 1
    return TraceTable(p.say("sheet.raw"), first, first + p.m.observation_count - 1, columns)


Sources = Mapping[tuple[str, str], Sequence[int]]


def write_records(p: Pages, trace: TraceTable | None) -> Sources:
    """Write answers in words, lists, and every figure with its file, in one pass.

    Returns:
        the row of the tidy data on which the figure of an indicator and period stands, by the
        place of the unit; 0 where there is none.
    """
    records = _Records(p, trace)
    for unit, answers in groupby(raw_order(p), key=lambda traced: traced.unit.code):
        records.add(unit, list(answers))
    records.close()
    return records.sources


class _Records:
    def __init__(self, p: Pages, trace: TraceTable | None) -> None:
        self.p = p
        self.trace = trace
        units = (*p.plan.parts, *p.plan.wholes)
        self.places = {unit.code: place for place, unit in enumerate(units)}
        self.sources: dict[tuple[str, str], array[int]] = {}
        self.prompts = {q.code: q.label.to(p.lang) for q in p.form.prompts}
        self.notes = _notes(p)
        self.texts = _RecordRows(p, p.say("sheet.answers"), *_text_headings(p), tab="#7F6000")
        self.lists = {r.code: _roster_rows(p, r) for r in p.form.rosters}
        self.raw: _RecordRows | None = None
        if fits(p):
            headings = [p.say(f"raw.{key}") for key in _RAW]
            look, text = "#7F7F7F", p.say("raw.help")
            self.raw = _RecordRows(
                p, p.say("sheet.raw"), headings, _RAW_WIDTHS, tab=look, help_text=text
            )

    def add(self, unit: str, answers: Sequence[Traced]) -> None:
        """Add everything one unit answered."""
        for traced in answers:
            o = traced.observation
            if self.raw is not None:
                self._remember(unit, o, self.raw.row)
                self._raw_row(self.raw, traced)
            if o.indicator in self.prompts and o.state is CellState.TEXT:
                self._answer(traced, self.prompts[o.indicator])
        for roster in self.p.form.rosters:
            self._entries(roster, answers)

    def close(self) -> None:
        """Finish the sheets."""
        self.texts.close()
        for rows in self.lists.values():
            rows.close()
        if self.raw is not None:
            self.raw.close(frozen=3)
            if self.trace and self.trace.last_row != self.raw.row - 1:  # pragma: no cover - ours
                raise AssertionError(self.trace.last_row, self.raw.row - 1)

    def _remember(self, unit: str, o: Observation, row: int) -> None:
        if o.row or unit not in self.places:
            return
        key = (o.indicator, o.period)
        if key not in self.sources:
            self.sources[key] = array("L", bytes(array("L").itemsize * len(self.places)))
        self.sources[key][self.places[unit]] = row

    def _raw_row(self, rows: _RecordRows, t: Traced) -> None:
        p, o = self.p, t.observation
        rows.add(
            (
                t.unit.code,
                t.unit.name,
                o.indicator,
                o.period,
                o.row or None,
                p.say(f"cellstate.{o.state}"),
                plain_number(o.value),
                visible(o.text),
                visible(o.raw),
                self._note(t),
                t.file,
                o.sheet,
                o.cell,
                f"{t.received:%d/%m/%Y}",
                t.sha256,
                key_of(t.unit.code, o),
            ),
            p.style.plain(font_size=10),
        )

    def _note(self, t: Traced) -> str:
        """Say how a figure was read, that it is an estimate, and that it is in no total."""
        p, o = self.p, t.observation
        found = [self.notes.get((t.unit.name, o.sheet, o.cell), "")]
        if o.estimated:
            found.append(p.say("doubt.estimate"))
        status = p.m.comparison.known.get((t.unit.code, o.indicator, o.period))
        if status is not None and status.is_held:
            found.append(f"{HELD} {p.say('sheet.held').lower()}")
        return "; ".join(filter(None, found))

    def _answer(self, t: Traced, label: str) -> None:
        o = t.observation
        tall = max(lines(o.text, 90), lines(label, 42))
        address = f"{o.sheet}!{o.cell}"
        self.texts.add(
            (o.indicator, label, t.unit.name, visible(o.text), t.file, address),
            self.p.style.cell(valign="top", font_size=10),
            height=min(400, 14 * tall + 5),
        )

    def _entries(self, roster: Roster, answers: Sequence[Traced]) -> None:
        columns = {c.code: n for n, c in enumerate(roster.columns)}
        entries: dict[int, list[str]] = {}
        for traced in answers:
            o = traced.observation
            if o.indicator in columns:
                cells = entries.setdefault(o.row, [""] * len(columns))
                cells[columns[o.indicator]] = visible(o.text)
        for row in sorted(entries):
            values = (answers[0].unit.name, *entries[row], answers[0].file)
            tall = max(
                lines(text, column.width - 2)
                for text, column in zip(entries[row], roster.columns, strict=True)
            )
            height = min(400, 15 * tall + 3)
            self.lists[roster.code].add(values, self.p.style.cell(), height=height)


class _RecordRows:
    """A plain table that grows; what goes beyond the last row of a sheet stands beside it."""

    def __init__(
        self,
        p: Pages,
        name: str,
        headings: Sequence[str],
        widths: Sequence[float],
        *,
        tab: str,
        title: str = "",
        help_text: str = "",
    ) -> None:
        self.p = p
        self.columns = len(headings)
        self.page = p.table(name, title or name, headings, widths, tab=tab, help_text=help_text)
        self.row = HEAD + 1
        self.left_out = 0

    def add(self, values: Sequence[Value], look: Format, *, height: float = 0) -> None:
        """Add a row, as long as there is room."""
        if self.row > HEAD + MOST_ROWS:
            self.left_out += 1
            return
        for column, value in enumerate(values):
            self.page.write(self.row, column, value, look)
        if height:
            self.page.height(self.row, height)
        self.row += 1

    def close(self, frozen: int = 0) -> None:
        """Finish the table; say what did not fit."""
        if self.left_out:
            text = self.p.say("records.beside", n=self.left_out, file=self.p.m.beside)
            self.page.write(self.row, 0, text, self.p.style.warning_line())
        self.p.close(self.page, self.row, self.columns, frozen)


def _text_headings(p: Pages) -> tuple[list[str], tuple[float, ...]]:
    keys = ("col.code", "col.prompt", "status.unit", "col.answer", "raw.file", "raw.cell")
    return [p.say(key) for key in keys], (8, 44, 26, 90, 28, 18)


def roster_sheet(p: Pages, roster: Roster) -> str:
    """Return the name of the sheet of a list."""
    return roster.name.to(p.lang)[:31]


def _roster_rows(p: Pages, roster: Roster) -> _RecordRows:
    headings = [p.say("status.unit"), *(c.label.to(p.lang) for c in roster.columns)]
    headings.append(p.say("raw.file"))
    widths = (26, *(c.width for c in roster.columns), 28)
    title = roster.title.to(p.lang)
    return _RecordRows(p, roster_sheet(p, roster), headings, widths, tab="#7F6000", title=title)


def _notes(p: Pages) -> dict[tuple[str, str, str], str]:
    """Return, by unit, sheet and cell, how a figure was read where it was read with help."""
    notes = (r.finding for r in p.m.findings if r.finding.severity is Severity.NOTE)
    return {
        (f.place.unit, f.place.sheet, f.place.cell): worded(f, p.lang).message
        for f in notes
        if f.place.cell
    }


def key_of(unit: str, o: Observation) -> str:
    """Return what the trace box looks an observation up by."""
    return f"{unit}|{o.indicator}|{o.period}|{o.row}"


def visible(text: str) -> str:
    """Return a text whose control characters can be seen."""
    return "".join(c if c >= " " or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
