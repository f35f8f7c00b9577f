"""The rules of the form as formulas: the office sees while it types what the import will say.

A hidden sheet holds every figure once as a number, or as nothing where none can be counted; the
rules refer to it alone. None of the formulas needs a dynamic array or depends on a language.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tongket_xlsx.model.check_rows import CheckRow
from tongket_xlsx.model.expressions import DECIMALS, Reference
from tongket_xlsx.model.form import (
    Check,
    Form,
    Indicator,
    Kind,
    Period,
    Roster,
    Unit,
)
from tongket_xlsx.model.layout import (
    NUMBERS_SHEET,
    Entry,
    Role,
    SheetKind,
    WorkbookLayout,
    entry_of,
)
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.model.places import a1, quoted
from tongket_xlsx.text.messages import LANGUAGES, say
from tongket_xlsx.text.numerals import NIL_WORDS, tidy
from tongket_xlsx.text.yes_no import NO_WORDS, YES_WORDS


class Live:
    """The addresses and formulas of the rules in the workbook of one unit."""

    def __init__(self, form: Form, unit: Unit, layout: WorkbookLayout) -> None:
        """Lay out the sheet of numbers: a row for each indicator, then one for each label."""
        self.form = form
        self.unit = unit
        self.layout = layout
        codes = [code for sheet in layout.of_kind(SheetKind.GROUP) for code in sheet.rows]
        # What the list of units fills in differs from unit to unit: it stands last.
        codes.sort(key=lambda code: bool(form.indicators[code].prefill))
        labels = [label for _, label in form.counted_labels(unit.kind)]
        self.indicators = [form.indicators[code] for code in codes]
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

    def cell(self, reference: Reference, period: str) -> str:
        """Return the address of an operand."""
        at = 0 if reference.counts_rows else self._column[reference.period or period]
        return f"{quoted(NUMBERS_SHEET)}!{a1(self._row[reference.name], at)}"

    def number(self, indicator: Indicator, period: Period) -> str:
        """Return the formula of a figure as a number; empty where none can be counted."""
        if indicator.computed:
            return self._computed(indicator, period)
        sheet = self.layout.sheet_of(indicator.code)
        cell = f"{quoted(sheet.name)}!{a1(*sheet.cell(indicator.code, period.code))}"
        if indicator.kind is Kind.YESNO:
            yes, no = (_among(cell, words) for words in (yes_words(), self._no_words()))
            number = f'IF(OR({cell}=0,{cell}=1),{cell},"")'
            return f'=IF(ISNUMBER({cell}),{number},IF({yes},1,IF({no},0,"")))'
        tests = _bounds(indicator, cell)
        number = f'IF(AND({",".join(tests)}),{cell},"")' if tests else cell
        return f'=IF(ISNUMBER({cell}),{number},IF({_among(cell, self._nil_words())},0,""))'

    def documents(self, roster: Roster, label: str) -> str:
        """Return the formula that counts the entries of a list under a label."""
        sheet = next(s for s in self.layout.of_kind(SheetKind.ROSTER) if s.code == roster.code)
        if roster.counted is None:  # pragma: no cover - only counted lists have labels
            raise AssertionError(roster)
        column = sheet.column(roster.counted.code)
        block = f"{quoted(sheet.name)}!{a1(sheet.first_row, column)}:{a1(sheet.last_row, column)}"
        some = f"SUMPRODUCT(--(LEN(TRIM({block}))>0))"
        return f'=IF({some}=0,"",SUMPRODUCT(--EXACT({block},"{label}")))'

    def _computed(self, indicator: Indicator, period: Period) -> str:
        numerator, denominator = indicator.numerator, indicator.denominator
        if numerator is None or denominator is None:  # pragma: no cover - refused at loading
            raise AssertionError(indicator.code)

        def cell(reference: Reference) -> str:
            return self.cell(reference, period.code)

        references = dict.fromkeys((*numerator.references, *denominator.references))
        below = denominator.formula(cell)
        ratio = f"ROUND({indicator.factor}*{numerator.formula(cell)}/{below},{DECIMALS})"
        known = _all_known(cell(r) for r in references)
        return f'=IF({known},IF({below}=0,"",{ratio}),"")'

    # ------------------------------------------------------------------ rules

    def state(self, row: CheckRow, period: str) -> str:
        """Return the formula of the state of a check, in words."""
        check = row.checks[period]
        lang = self.layout.lang
        good, skipped = say("check.good", lang), say("check.skipped", lang)
        bad = f'"{say("check.wrong", lang)}"'
        if not row.is_error:
            explained, open_ = say("check.explained", lang), say("check.doubtful", lang)
            bad = f'IF({self.explanation(row.subject)}<>"","{explained}","{open_}")'
        known, test = self._test(check)
        shown = f'IF({test},"{good}",{bad})'
        if "/" in test:
            # A division by zero skips the rule, and so it does in the import.
            shown = f'IFERROR({shown},"{skipped}")'
        first = self._first(check)
        if first is not None:
            known = f"AND({known},{first})"
        return f'=IF({known},{shown},"{skipped}")'

    def explanation(self, code: str) -> str:
        """Return the address of the explanation of a row."""
        if not self.layout.has(code) or code not in self.form.indicators:
            return '""'
        sheet = self.layout.sheet_of(code)
        return f"{quoted(sheet.name)}!{a1(*sheet.cell(code, Role.EXPLANATION))}"

    def _test(self, check: Check) -> tuple[str, str]:
        def cell(reference: Reference) -> str:
            return self.cell(reference, check.period)

        return (
            _all_known(map(cell, check.expression.references)),
            check.expression.formula(cell),
        )

    def _first(self, check: Check) -> str | None:
        """Return the formula that says whether the rule this one stands in for was skipped."""
        code = check.rule.fallback_for
        first = self._checks.get((code, check.member, check.period)) if code else None
        if first is None:
            return None
        known, test = self._test(first)
        if "/" in test:
            return f"ISERROR(IF({known},IF({test},1,0),1/0))"
        return f"NOT({known})"

    # ------------------------------------------------------------------ what a cell is taken for

    def seen(self, indicator: Indicator, period: Period, answer: Answer) -> float | None:
        """Return the number a formula sees in a cell that holds an answer."""
        if not entry_of(self.unit, indicator, period).answerable:
            return None
        word = tidy(answer.text).casefold()
        if indicator.kind is Kind.YESNO:
            if answer.value is not None:
                return float(answer.value) if answer.value in (0, 1) else None
            return 1.0 if word in yes_words() else 0.0 if word in self._no_words() else None
        if answer.value is None:
            return 0.0 if word in self._nil_words() else None
        return float(answer.value) if _is_possible(indicator, answer.value) else None

    def _nil_words(self) -> list[str]:
        signs = [tidy(sign).casefold() for sign in self.form.signs["nil"]]
        return list(dict.fromkeys([*signs, *sorted(NIL_WORDS)]))

    def _no_words(self) -> list[str]:
        signs = [tidy(sign).casefold() for sign in self.form.signs["nil"]]
        said = [say("no", lang).casefold() for lang in LANGUAGES]
        return list(dict.fromkeys([*said, *signs, *sorted(NO_WORDS)]))


def yes_words() -> list[str]:
    """Return what is taken for yes."""
    said = [say("yes", lang).casefold() for lang in LANGUAGES]
    return list(dict.fromkeys([*said, *sorted(YES_WORDS)]))


def is_answerable(unit: Unit, indicator: Indicator, period: Period) -> bool:
    """Say whether a cell holds a number that counts: typed there, or computed."""
    entry = entry_of(unit, indicator, period)
    return entry.answerable or entry is Entry.COMPUTED


def _bounds(indicator: Indicator, cell: str) -> list[str]:
    tests = []
    if indicator.hard_min is not None:
        tests.append(f"{cell}>={indicator.hard_min}")
    if indicator.hard_max is not None:
        tests.append(f"{cell}<={indicator.hard_max}")
    if indicator.whole:
        tests.append(f"{cell}=INT({cell})")
    return tests


def _is_possible(indicator: Indicator, value: Decimal) -> bool:
    low, high = indicator.hard_min, indicator.hard_max
    if (low is not None and value < low) or (high is not None and value > high):
        return False
    return not indicator.whole or value == value.to_integral_value()


def _among(cell: str, words: Iterable[str]) -> str:
    listed = ",".join(f'"{word}"' for word in words)
    return f"SUMPRODUCT(--(TRIM({cell})={{{listed}}}))>0"


def _all_known(cells: Iterable[str]) -> str:
    listed = list(dict.fromkeys(cells))
    return f"COUNT({','.join(listed)})={len(listed)}"


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
