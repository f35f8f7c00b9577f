"""The rules of the form as formulas: the office sees while it types what the import will say.

A hidden sheet holds every figure once as a number, or as nothing where none can be counted; the
rules refer to it alone. None of the formulas needs a dynamic array or depends on a language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongket_xlsx.model.check_rows import CheckRow
from tongket_xlsx.model.checks import Check
from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.expressions import DECIMALS, Reference
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.formula import (
    Cell,
    Number,
    Piece,
    Text,
    Truth,
    Value,
    as_number,
    either,
    every,
    if_error,
    negate,
    rounded,
    text,
    when,
)
from tongket_xlsx.model.formula_ranges import Cells, count, sum_of_products
from tongket_xlsx.model.formula_texts import joined, length
from tongket_xlsx.model.indicators import Indicator, Roster
from tongket_xlsx.model.layout import NUMBERS_SHEET, Entry, Role, SheetKind, WorkbookLayout
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.model.places import a1, quoted
from tongket_xlsx.model.resolution import Closure
from tongket_xlsx.model.units import Unit
from tongket_xlsx.template.live_figures import NOTHING, LiveWords, fault, figure, seen, wait_of
from tongket_xlsx.text.messages import say


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a finding of a rule in the return that is sent back, and for which figures.

    ``values`` are those of the operands as they were returned.
    """

    closure: Closure
    values: tuple[float, ...]


# “0”, “-”, “…” or “ok” is no reason; the import knows more words that are none.
SHORTEST_REASON = 3


class Live:
    """The addresses and formulas of the rules in the workbook of one unit."""

    def __init__(self, form: Form, unit: Unit, layout: WorkbookLayout) -> None:
        """Lay out the sheet of numbers: a row for each indicator, then one for each label."""
        self.form = form
        self.unit = unit
        self.layout = layout
        codes = [code for sheet in layout.of_kind(SheetKind.GROUP) for code in sheet.rows]
        # What the list of units fills in differs from unit to unit: it stands last. Typed figures
        # stand together, so that those to be typed again are counted at once.
        codes.sort(
            key=lambda code: (bool(form.indicators[code].prefill), form.indicators[code].computed)
        )
        labels = [label for _, label in form.counted_labels(unit.kind)]
        self.indicators = [form.indicators[code] for code in codes]
        self.words = LiveWords(form, layout.lang)
        self.rows: tuple[CheckRow, ...] = layout.checks
        self._row = {name: n for n, name in enumerate((*codes, *labels))}
        self._column = {p.code: n for n, p in enumerate(form.periods)}
        self._checks = {
            (check.rule.code, check.member, check.period): check
            for row in self.rows
            for check in row.checks.values()
        }

    # ------------------------------------------------------------------ numbers

    def place(self, name: str, period: str) -> tuple[int, int]:
        """Return (row, column) on the sheet of numbers; a label is counted for all periods."""
        return self._row[name], self._column.get(period, 0)

    def at(self, name: str, period: str) -> Cell:
        """Return the address of a figure on the sheet of numbers, or of the count of a label."""
        return Cell(f"{quoted(NUMBERS_SHEET)}!{a1(*self.place(name, period))}")

    def cell(self, reference: Reference, period: str) -> Cell:
        """Return the address of an operand."""
        return self.at(reference.name, "" if reference.counts_rows else reference.period or period)

    def number(self, indicator: Indicator, period: Period, accepted: Answer | None = None) -> Piece:
        """Return the formula of a figure: a number, nothing, or the text of a wait.

        Args:
            accepted: an answer that need not be typed again although it does not count.
        """
        if indicator.computed:
            return self._computed(indicator, period)
        sheet = self.layout.sheet_of(indicator.code)
        cell = Cell(f"{quoted(sheet.name)}!{a1(*sheet.cell(indicator.code, period.code))}")
        wait = wait_of(indicator, period, self.layout.lang)
        piece = figure(self.words, indicator, cell, wait)
        if accepted is None:
            return piece
        value = accepted.value
        same = cell.says(accepted.text) if value is None else cell.known_number().equals(value)
        return either(cell.is_error(), text(wait), either(same, NOTHING, piece))

    def documents(self, roster: Roster, label: str) -> Piece:
        """Return the formula that counts the entries of a list under a label."""
        sheet = next(s for s in self.layout.of_kind(SheetKind.ROSTER) if s.code == roster.code)
        if roster.counted is None:  # pragma: no cover - only counted lists have labels
            raise AssertionError(roster)
        column = sheet.column(roster.counted.code)
        block = Cells(
            f"{quoted(sheet.name)}!{a1(sheet.first_row, column)}:{a1(sheet.last_row, column)}"
        )
        given = sum_of_products(block.say_not("") * block.say_not(" "))
        counted = sum_of_products(block.say(label).as_numbers())
        return either(given.equals(0), NOTHING, counted)

    def _computed(self, indicator: Indicator, period: Period) -> Piece:
        numerator, denominator = indicator.numerator, indicator.denominator
        if numerator is None or denominator is None:  # pragma: no cover - refused at loading
            raise AssertionError(indicator.code)

        def operand(reference: Reference) -> Number:
            return self.cell(reference, period.code).known_number()

        cells = self._cells((*numerator.references, *denominator.references), period.code)
        below = denominator.number(operand)
        factor = as_number(indicator.factor)
        ratio = rounded(factor * numerator.number(operand) / below, DECIMALS)
        return either(
            _all_known(cells), either(below.equals(0), NOTHING, ratio), _joined_waits(cells)
        )

    def _cells(self, references: Iterable[Reference], period: str) -> list[Cell]:
        return list(dict.fromkeys(self.cell(reference, period) for reference in references))

    # ------------------------------------------------------------------ what waits

    def seen(
        self, unit: Unit, indicator: Indicator, period: Period, answer: Answer
    ) -> float | None:
        """Return the number a formula sees in a cell that holds an answer."""
        if not entry_of(unit, indicator, period).answerable:
            return None
        return seen(self.words, indicator, answer)

    def fault(self, unit: Unit, indicator: Indicator, period: Period, answer: Answer) -> str:
        """Return why an answer has to be typed again; empty where it has not."""
        if indicator.computed or not entry_of(unit, indicator, period).answerable:
            return ""
        return fault(self.words, indicator, answer)

    def waits_of(
        self, references: Iterable[Reference], period: str, waits: Mapping[tuple[str, str], str]
    ) -> str:
        """Return what operands wait for, each once, as the formulas put it together."""
        return "".join(waits.get(key, "") for key in self.keys(references, period))

    def keys(self, references: Iterable[Reference], period: str) -> list[tuple[str, str]]:
        """Return (name, period) of operands, each once, in the order of their cells."""
        at = self.form.periods[0].code
        return list(
            dict.fromkeys((r.name, at if r.counts_rows else r.period or period) for r in references)
        )

    def blocks(self, codes: Collection[str]) -> list[Cells]:
        """Return where the typed figures of some rows stand on the sheet of numbers."""
        rows = sorted(self._row[code] for code in codes if not self.form.indicators[code].computed)
        runs: list[list[int]] = []
        for row in rows:
            if runs and runs[-1][-1] == row - 1:
                runs[-1].append(row)
            else:
                runs.append([row])
        last = len(self.form.periods) - 1
        sheet = quoted(NUMBERS_SHEET)
        return [Cells(f"{sheet}!{a1(run[0], 0)}:{a1(run[-1], last)}") for run in runs]

    # ------------------------------------------------------------------ rules

    def state(self, row: CheckRow, period: str, settled: Settled | None = None) -> Piece:
        """Return the formula of the state of a check, in words."""
        check = row.checks[period]
        lang = self.layout.lang
        good = text(say("check.good", lang))
        skipped = text(say("check.skipped", lang))
        bad: Text = text(say("check.wrong" if row.is_error else "check.doubtful", lang))
        cells, test = self._operands(check)
        open_ = bad
        if not row.is_error:
            bad = self._explained(row.subject, bad, settled)
        if settled is not None and settled.values:
            pairs = zip(cells, settled.values, strict=False)
            same = every(*(cell.known_number().equals(value) for cell, value in pairs))
            if settled.closure is Closure.ACCEPTED:
                bad = when(same, text(say("check.accepted", lang)), bad)
            elif settled.closure is Closure.INSISTED:
                bad = when(same, open_, bad)
        shown = when(test, good, bad)
        if "/" in test.text:
            # A division by zero skips the rule, and so it does in the import.
            shown = if_error(shown, skipped).known_text()
        known = _all_known(cells)
        first = self._first(check)
        if first is None:
            return when(known, shown, skipped + _joined_waits(cells))
        of_first, unanswered = first
        waiting = [*of_first, *(cell for cell in cells if cell not in of_first)]
        ready = every(known, unanswered, _joined_waits(of_first).equals(""))
        return when(ready, shown, skipped + _joined_waits(waiting))

    def _explained(self, subject: str, open_: Text, settled: Settled | None) -> Text:
        given = self.explanation(subject)
        if given is None:
            return open_
        said = length(given.trimmed()) >= SHORTEST_REASON
        if settled is not None and settled.closure in (Closure.LAPSED, Closure.OPEN):
            # What still stands there was said of other figures.
            told = Cell(f"{quoted(NUMBERS_SHEET)}!{a1(*self.told(subject))}")
            said = every(said, given.known_text().differs(told.known_text()))
        explained = when(said, text(say("check.explained", self.layout.lang)), open_)
        # A number or an error value explains nothing, and an error has no length.
        return when(given.is_text(), explained, open_)

    def told(self, code: str) -> tuple[int, int]:
        """Return where the explanation of a row is kept as it stood when it was sent back."""
        return self._row[code], len(self.form.periods)

    def explanation(self, code: str) -> Cell | None:
        """Return the address of the explanation of a row."""
        if not self.layout.has(code) or code not in self.form.indicators:
            return None
        sheet = self.layout.sheet_of(code)
        return Cell(f"{quoted(sheet.name)}!{a1(*sheet.cell(code, Role.EXPLANATION))}")

    def _operands(self, check: Check) -> tuple[list[Cell], Truth]:
        def operand(reference: Reference) -> Number:
            return self.cell(reference, check.period).known_number()

        cells = self._cells(check.expression.references, check.period)
        return cells, check.expression.truth(operand)

    def _first(self, check: Check) -> tuple[list[Cell], Truth] | None:
        """Return the operands of the rule this one stands in for, and whether it was skipped."""
        first = self.first_of(check)
        if first is None:
            return None
        cells, test = self._operands(first)
        known = _all_known(cells)
        if "/" in test.text:
            held = when(known, test.as_number(), as_number(1) / 0)
            return cells, Value(held.text).is_error()
        return cells, negate(known)

    def first_of(self, check: Check) -> Check | None:
        """Return the check that another one stands in for."""
        code = check.rule.fallback_for
        return self._checks.get((code, check.member, check.period)) if code else None


def is_answerable(unit: Unit, indicator: Indicator, period: Period) -> bool:
    """Say whether a cell holds a number that counts: typed there, or computed."""
    entry = entry_of(unit, indicator, period)
    return entry.answerable or entry is Entry.COMPUTED


def _all_known(cells: Sequence[Cell]) -> Truth:
    known = count(*cells) if cells else as_number(0)
    return known.equals(len(cells))


def _joined_waits(cells: Sequence[Cell]) -> Text:
    return joined(*(cell.text_or_nothing() for cell in cells)) if cells else text("")


def sentence(row: CheckRow, form: Form, lang: str) -> str:
    """Return in words what is wrong where a check does not hold."""
    subject = form.indicators.get(row.subject)
    label = subject.plain_label if subject else row.subject
    if lang == "en" and subject and subject.label.en:
        label = subject.label.en
    given = row.rule.message
    text = row.rule.text.replace("<=", "≤").replace(">=", "≥")
    if not given or (lang == "en" and not given.en):
        return say("check.bound", lang, code=row.subject, label=label, text=text)
    member = next(iter(row.checks.values())).member
    return given.to(lang).format(code=member, label=label)
