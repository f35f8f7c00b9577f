"""A workbook being written: what it is for, what is known, and how every table opens and ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongket_xlsx.model.check_rows import CheckRow
from tongket_xlsx.model.checks import Check
from tongket_xlsx.model.corrections import Corrections
from tongket_xlsx.model.entries import facts_of
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import Role, SheetKind, SheetLayout, WorkbookLayout, ordinal
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Answer, Answers
from tongket_xlsx.model.resolution import Closure, Resolved
from tongket_xlsx.model.rules import (
    Values,
    computed_values,
    counts,
    in_order_of_making,
    outcomes,
)
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import remark, worded
from tongket_xlsx.template.live_figures import wait_of
from tongket_xlsx.template.live_rules import SHORTEST_REASON, Live, Settled, is_answerable
from tongket_xlsx.text.messages import say
from tongket_xlsx.text.numerals import tidy
from tongket_xlsx.writer.book import Book, Sheet
from tongket_xlsx.writer.styles import Styles
from tongket_xlsx.writer.text_limits import shortened

MARKED_ERROR: dict[str, object] = {"bg_color": "#F8CBAD", "border": 5, "border_color": "#C00000"}
MARKED_WARNING: dict[str, object] = {"bg_color": "#FFD966", "border": 6, "border_color": "#BF8F00"}
_LONGEST_NOTE = 2000
_LONGEST_QUOTE = 400
TABS = {
    SheetKind.GROUP: "#2E75B6",
    SheetKind.ROSTER: "#7F6000",
    SheetKind.NARRATIVE: "#7F6000",
    SheetKind.CHECKS: "#C00000",
    SheetKind.SCRATCH: "#A6A6A6",
}


class Draft:
    """Hold the workbook of one unit while its sheets are written."""

    def __init__(
        self,
        form: Form,
        unit: Unit,
        issue: Issue,
        answers: Answers,
        explanations: Mapping[str, str],
        lang: str,
        corrections: Corrections | None = None,
    ) -> None:
        """Open the workbook and settle what is known: the given answers over the unit's facts."""
        self.form = form
        self.unit = unit
        self.issue = issue
        self.lang = lang
        self.layout: WorkbookLayout = layout_of(form, unit.kind, lang)
        known = {(i.code, p.code, 0): Answer(value) for i, p, value in facts_of(form, unit)}
        self.answers: Answers = {**known, **answers}
        self.explanations = explanations
        self.marks = corrections.by_cell() if corrections else {}
        self.formulas = corrections.formulas if corrections else {}
        self.live = Live(form, unit, self.layout)
        self.accepted = _accepted_cells(corrections) if corrections else frozenset()
        self.values = self._values()
        self.waits = self._waits()
        self.settled = self._settled(corrections) if corrections else {}
        self.states = self._states()
        title = f"{form.title.to(lang)} – {unit.name}"
        self.book = Book(title, locked=True, subject=form.subtitle.to(lang), lang=lang)
        self.style = Styles(self.book)

    def _values(self) -> Values:
        """Return every operand as the formulas of the workbook see it."""
        form, values = self.form, {}
        entries: dict[str, dict[int, str]] = {}
        for (code, period, row), answer in self.answers.items():
            if row:
                entries.setdefault(code, {})[row] = answer.text
            elif code in form.indicators and period in form.indicators[code].periods:
                known = form.period_by_code[period]
                value = self.live.seen(self.unit, form.indicators[code], known, answer)
                if value is not None and form.is_asked(form.indicators[code], self.unit.kind):
                    values[code, period] = value
        for roster in form.rosters_for(self.unit.kind):
            values.update(counts(form, roster, entries))
        return {**values, **computed_values(form, values)}

    def state(self, row: CheckRow, period: str) -> str:
        """Return the state of a check in a period, in words; empty where there is none."""
        return self.states[row.checks[period].name] if period in row.checks else ""

    def fault(self, code: str, period: Period) -> str:
        """Return why an answer has to be typed again; empty where it has not."""
        answer = self.given(code, period.code)
        if answer is None or (code, period.code) in self.accepted:
            return ""
        return self.live.fault(self.unit, self.form.indicators[code], period, answer)

    def accepted_fault(self, indicator: Indicator, period: Period) -> Answer | None:
        """Return an answer that the collector accepts although it does not count."""
        answer = self.given(indicator.code, period.code)
        if answer is None or (indicator.code, period.code) not in self.accepted:
            return None
        return answer if self.live.fault(self.unit, indicator, period, answer) else None

    def _waits(self) -> dict[tuple[str, str], str]:
        """Return what stands on the sheet of numbers where an answer has to be typed again.

        What is computed waits for what it is computed of.
        """
        found = {
            (i.code, p.code): wait_of(i, p, self.lang)
            for i in self.live.indicators
            for p in self.form.periods
            if self.fault(i.code, p)
        }
        for indicator in in_order_of_making(self.form):
            parts = (indicator.numerator, indicator.denominator)
            references = [r for part in parts if part is not None for r in part.references]
            for period in self.form.periods:
                known = is_answerable(self.unit, indicator, period)
                if known and (indicator.code, period.code) not in self.values:
                    text = self.live.waits_of(references, period.code, found)
                    found.update({(indicator.code, period.code): text} if text else {})
        return found

    def _settled(self, corrections: Corrections) -> dict[tuple[str, str, str], Settled]:
        """Return what became of the findings of rules: (rule, row, period) → closure, figures."""
        found = {
            (item.finding.code, item.finding.indicator, item.finding.period): item.closure
            for item in (*corrections.findings, *corrections.accepted)
        }
        settled = {}
        for row in self.live.rows:
            for check in row.checks.values():
                key = (check.rule.code, check.subject, check.period)
                if key in found:
                    values = self._operands(check)
                    settled[key] = Settled(found[key], values)
        return settled

    def _operands(self, check: Check) -> tuple[float, ...]:
        keys = self.live.keys(check.expression.references, check.period)
        values = [self.values[key] for key in keys if key in self.values]
        if len(values) < len(keys):
            return ()
        # A bound asks about one figure; the others only say how far it may go.
        return tuple(values if check.rule.message else values[:1])

    def settlement(self, check: Check) -> Settled | None:
        """Return what became of the finding of a check in the return that is sent back."""
        return self.settled.get((check.rule.code, check.subject, check.period))

    def _states(self) -> dict[tuple[str, str, str, str], str]:
        """Return the state of every check in words, as the formulas of the workbook find it."""
        results = {check.name: held for check, held in outcomes(self.form, self.unit, self.values)}
        return {
            check.name: self._state(row, check, held=results[check.name])
            for row in self.live.rows
            for check in row.checks.values()
        }

    def _state(self, row: CheckRow, check: Check, *, held: bool | None) -> str:
        first = self.live.first_of(check)
        waiting = (
            self.live.waits_of(first.expression.references, first.period, self.waits)
            if first
            else ""
        )
        if held is None or waiting:
            references = (
                *(first.expression.references if first else ()),
                *check.expression.references,
            )
            waiting = self.live.waits_of(references, check.period, self.waits)
            return say("check.skipped", self.lang) + waiting
        if held:
            return say("check.good", self.lang)
        settled = self.settlement(check)
        closure = settled.closure if settled is not None and settled.values else None
        if closure is Closure.ACCEPTED:
            return say("check.accepted", self.lang)
        if row.is_error:
            return say("check.wrong", self.lang)
        # What was explained and waits for the collector is, to the office, explained.
        stale = closure in (Closure.OPEN, Closure.LAPSED, Closure.INSISTED)
        given = tidy(self.explanations.get(row.subject, ""))
        explained = len(given) >= SHORTEST_REASON and not stale
        return say("check.explained" if explained else "check.doubtful", self.lang)

    def mark(self, page: Sheet, row: int, column: int, key: tuple[str, str]) -> dict[str, object]:
        """Attach what was found to a cell, and return how the cell is to look."""
        findings, formula = self.marks.get(key, ()), self.formulas.get(key, "")
        if findings or formula:
            text = note_of(findings, formula, self.lang)
            page.note(row, column, text, x_scale=2.4, y_scale=1.8)
        if not findings:
            return {}
        grave = any(r.finding.severity is Severity.ERROR for r in findings)
        return MARKED_ERROR if grave else MARKED_WARNING

    def given(self, code: str, period: str, row: int = 0) -> Answer | None:
        """Return what is known of a cell."""
        return self.answers.get((code, period, row))


def _accepted_cells(corrections: Corrections) -> frozenset[tuple[str, str]]:
    """Return the cells that the collector accepted as they are, and asks nothing of otherwise."""
    open_ = {
        (r.finding.indicator, r.finding.period)
        for r in corrections.findings
        if r.finding.code.startswith("cell.") and r.finding.severity is Severity.ERROR
    }
    return (
        frozenset(
            (r.finding.indicator, r.finding.period)
            for r in corrections.accepted
            if r.finding.code.startswith("cell.") and r.finding.indicator
        )
        - open_
    )


def note_of(findings: Iterable[Resolved], formula: str, lang: str) -> str:
    """Return the text of a note: what was found, what was expected, what to do.

    Args:
        formula: what the office had typed where its result now stands; may be empty.
    """
    parts = []
    for item in findings:
        words = worded(item.finding, lang)
        told = [words.message, *filter(None, [remark(item, lang)])]
        for key, text in (
            ("found", words.found),
            ("expected", words.expected),
            ("what_to_do", words.advice),
        ):
            if text:
                told.append(f"{say(f'finding.{key}', lang)}: {shortened(text, _LONGEST_QUOTE)}")
        parts.append("\n".join(told))
    if formula:
        parts.append(say("corrections.formula", lang, formula=formula))
    return "\n\n".join(parts)[:_LONGEST_NOTE]


def open_table(d: Draft, sheet: SheetLayout, title: str, under: str, below: str) -> Sheet:
    """Open a sheet: whose it is, its title, two lines of help, headings and their numbers."""
    page = d.book.sheet(sheet.name, tab=TABS[sheet.kind])
    page.widths([c.width for c in sheet.columns])
    last = len(sheet.columns) - 1
    whose = say("group.unit", d.lang, unit=d.unit.name)
    page.merge_last((0, 0), (0, last), whose, d.style.plain(bold=True))
    page.merge((1, 0), (1, last), title, d.style.title(15))
    page.height(1, 26)
    page.merge((2, 0), (2, last), under, d.style.subtitle())
    page.merge((3, 0), (3, last), below, d.style.subtitle())
    if d.issue.notice:
        page.merge((4, 0), (4, last), d.issue.notice, d.style.warning_line())
    for n, column in enumerate(sheet.columns):
        page.write(sheet.heading_row, n, column.heading, d.style.heading())
        page.write(sheet.heading_row + 1, n, ordinal(n), d.style.numbering())
    page.height(sheet.heading_row, 34)
    return page


def close_table(page: Sheet, sheet: SheetLayout, frozen_columns: int) -> None:
    """Freeze the headings, set up filter and print, and protect the sheet."""
    page.page.freeze_panes(sheet.first_row, frozen_columns)
    page.page.autofilter(sheet.heading_row + 1, 0, sheet.last_row, len(sheet.columns) - 1)
    # What the checks say is for the screen; the signed paper has the answers.
    printed = [n for n, column in enumerate(sheet.columns) if column.key != Role.CHECK]
    page.printed(
        heading_row=sheet.heading_row,
        area=(sheet.last_row, max(printed)),
        footer=sheet.name,
        file_named=True,
    )
    page.protect()
