"""Form + unit (+ answers) → a workbook. One builder makes every workbook an office ever gets.

The blank form, the form with what is already known, and the copy that goes back for correction
are the same call. Nothing that came back is ever patched: a fresh workbook is issued.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tongket_xlsx import messages
from tongket_xlsx.book import Book, Format, Sheet
from tongket_xlsx.cells import a1, quoted
from tongket_xlsx.cover_sheet import Issue, Progress, required_cells, write_cover, write_guide
from tongket_xlsx.expressions import DECIMALS, Reference
from tongket_xlsx.form import Form, Indicator, Kind, Period, Roster, Unit
from tongket_xlsx.house_style import Styles, lines, number_format
from tongket_xlsx.layout import (
    META_SHEET,
    PROPERTY_PREFIX,
    CoverField,
    Entry,
    Role,
    SheetKind,
    SheetLayout,
    WorkbookLayout,
    checksum,
    entry_of,
    fact_of,
    layout_of,
)
from tongket_xlsx.messages import say
from tongket_xlsx.observations import Answer, Answers
from tongket_xlsx.rules import Values, computed_values

_TABS = {
    SheetKind.GROUP: "#2E75B6",
    SheetKind.ROSTER: "#7F6000",
    SheetKind.NARRATIVE: "#7F6000",
    SheetKind.SCRATCH: "#A6A6A6",
}


def file_name(unit: Unit, round_number: int = 1) -> str:
    """Return a file name that survives old mail programs: ``GL-639_ChuPuh.xlsx``."""
    name = re.sub(r"[^A-Za-z0-9]+", " ", ascii_of(unit.short_name)).split()
    joined = "".join(part[:1].upper() + part[1:] for part in name)
    code = re.sub(r"[^A-Za-z0-9-]+", "-", ascii_of(unit.code))
    suffix = f"_lan{round_number}" if round_number > 1 else ""
    return f"{code}_{joined}{suffix}.xlsx"


def ascii_of(text: str) -> str:
    """Return Vietnamese text without its marks."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return plain.encode("ascii", "ignore").decode()


def identity(form: Form, unit: Unit, round_number: int, parent: str) -> dict[str, str]:
    """Return what a workbook says of itself on its hidden sheet and in its properties."""
    return {
        "form": form.id,
        "version": form.version,
        "unit": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "existed_from": unit.existed_from.isoformat() if unit.existed_from else "",
        "existed_to": unit.existed_to.isoformat() if unit.existed_to else "",
        "round": str(round_number),
        "parent": parent,
        "checksum": checksum(form.id, form.version, unit.code, str(round_number), parent),
    }


def build(
    form: Form,
    unit: Unit,
    issue: Issue,
    *,
    answers: Answers | None = None,
    cover: Mapping[str, str] | None = None,
    explanations: Mapping[str, str] | None = None,
    round_number: int = 1,
    parent: str = "",
    lang: str = messages.VIETNAMESE,
) -> bytes:
    """Build one workbook.

    Args:
        answers: what is already known; what the list of units knows is filled in besides.
        cover: what the office wrote about itself (:class:`~tongket_xlsx.layout.CoverField`).
        explanations: indicator → what stands in the column for explanations.
        round_number: 1 for the first form sent out, one more for each copy sent back.
        parent: the SHA-256 of the return this workbook continues.
    """
    return _Builder(form, unit, issue, answers or {}, explanations or {}, lang).workbook(
        dict(cover or {}), round_number, parent
    )


class _Builder:
    def __init__(
        self,
        form: Form,
        unit: Unit,
        issue: Issue,
        answers: Answers,
        explanations: Mapping[str, str],
        lang: str,
    ) -> None:
        self.form = form
        self.unit = unit
        self.issue = issue
        self.lang = lang
        self.layout: WorkbookLayout = layout_of(form, unit.kind, lang)
        self.answers = {**self._facts(), **answers}
        self.explanations = explanations
        self.values = self._values()
        self.book = Book(
            f"{form.title.to(lang)} – {unit.name}", locked=True, subject=form.subtitle.to(lang)
        )
        self.style = Styles(self.book)

    def workbook(self, cover: dict[str, str], round_number: int, parent: str) -> bytes:
        cover |= {
            CoverField.UNIT: self.unit.name,
            CoverField.CODE: self.unit.code,
            CoverField.ROUND: str(round_number),
        }
        progress = tuple(
            Progress(
                sheet,
                tuple(self._address(sheet, key) for key in keys),
                sum(1 for code, period in keys if self._given(code, period)),
            )
            for sheet in self.layout.sheets
            if (keys := required_cells(self.form, self.unit, sheet))
        )
        write_cover(
            self.book, self.form, self.unit, self.layout, self.issue, cover, progress, self.lang
        )
        write_guide(self.book, self.form, self.layout, self.unit, self.issue, self.lang)
        number = 0
        for sheet in self.layout.sheets:
            if sheet.kind is SheetKind.GROUP:
                number += 1
                self._group(sheet, number)
            elif sheet.kind is SheetKind.ROSTER:
                self._roster(sheet)
            elif sheet.kind is SheetKind.NARRATIVE:
                self._narrative(sheet)
        self._scratch()
        self._meta(identity(self.form, self.unit, round_number, parent))
        return self.book.bytes()

    def _facts(self) -> dict[tuple[str, str, int], Answer]:
        """Return what the list of units knows: it is filled in, and locked where so declared."""
        return {
            (i.code, p.code, 0): Answer(Decimal(fact))
            for i in self.form.indicators.values()
            for p in self.form.periods
            if (fact := fact_of(self.unit, i, p)) and self.unit.existed_in(p)
        }

    def _values(self) -> Values:
        values: Values = {}
        for (code, period, row), answer in self.answers.items():
            if row or code not in self.form.indicators:
                continue
            if answer.value is not None:
                values[code, period] = float(answer.value)
            elif answer.text in self.form.signs["nil"]:
                values[code, period] = 0.0
        return computed_values(self.form, values)

    def _given(self, code: str, period: str, row: int = 0) -> Answer | None:
        return self.answers.get((code, period, row))

    def _address(self, sheet: SheetLayout, key: tuple[str, str]) -> tuple[int, int]:
        return sheet.cell(key[0], key[1] or Role.ANSWER)

    # ------------------------------------------------------------------ every table

    def _page(self, sheet: SheetLayout, title: str, under: str, below: str) -> Sheet:
        """Open a sheet: whose it is, its title, two lines of help, headings and their numbers."""
        page = self.book.sheet(sheet.name, tab=_TABS[sheet.kind])
        page.widths([c.width for c in sheet.columns])
        last = len(sheet.columns) - 1
        whose = say("group.unit", self.lang, unit=self.unit.name)
        page.merge((0, 0), (0, last), whose, self.style.plain(bold=True))
        page.merge((1, 0), (1, last), title, self.style.title(15))
        page.height(1, 26)
        page.merge((2, 0), (2, last), under, self.style.subtitle())
        page.merge((3, 0), (3, last), below, self.style.subtitle())
        if self.issue.notice:
            page.merge((4, 0), (4, last), self.issue.notice, self.style.warning_line())
        for n, column in enumerate(sheet.columns):
            page.write(sheet.heading_row, n, column.heading, self.style.heading())
            page.write(sheet.heading_row + 1, n, _ordinal(n), self.style.numbering())
        page.height(sheet.heading_row, 34)
        return page

    def _finish(self, page: Sheet, sheet: SheetLayout, frozen_columns: int) -> None:
        page.page.freeze_panes(sheet.first_row, frozen_columns)
        page.page.autofilter(sheet.heading_row + 1, 0, sheet.last_row, len(sheet.columns) - 1)
        page.printed(
            heading_row=sheet.heading_row,
            area=(sheet.last_row, len(sheet.columns) - 1),
            footer=f"{self.unit.name} – {sheet.name}",
        )
        page.protect()

    # ------------------------------------------------------------------ a group of indicators

    def _group(self, sheet: SheetLayout, number: int) -> None:
        group = next(g for g in self.form.groups if g.code == sheet.code)
        title = say("group.title", self.lang, number=str(number), title=group.title.to(self.lang))
        page = self._page(
            sheet, title, self.form.cutoff.to(self.lang), say("group.signs", self.lang)
        )
        for code, row in sheet.rows.items():
            self._indicator(page, sheet, self.form.indicators[code], row)
        self._finish(page, sheet, 2)

    def _indicator(self, page: Sheet, sheet: SheetLayout, indicator: Indicator, row: int) -> None:
        entries = {p.code: entry_of(self.unit, indicator, p) for p in sheet.periods(self.form)}
        required = Entry.REQUIRED in entries.values()
        label = indicator.label.to(self.lang) + (" *" if required else "")
        part = label.startswith(("- ", "Trong đó"))
        provider = self.form.providers.get(indicator.provider)
        office = provider.name_for(self.unit.kind) if provider else ""
        fixed = self.style.cell(bold=required, indent=2 if part else 1)
        page.write(
            row,
            sheet.column(Role.CODE),
            indicator.code,
            self.style.cell(align="center", bold=required),
        )
        page.write(row, sheet.column(Role.LABEL), label, fixed)
        page.write(
            row,
            sheet.column(Role.UNIT),
            indicator.unit.to(self.lang),
            self.style.cell(align="center"),
        )
        page.write(row, sheet.column(Role.PROVIDER), office, self.style.cell(font_size=10))
        explanation = self.style.optional(text_wrap=True, font_size=10, num_format="@")
        explained = self.explanations.get(indicator.code, "")
        page.write(row, sheet.column(Role.EXPLANATION), explained, explanation)
        tallest = max(
            lines(label, sheet.columns[1].width * (0.92 if required else 1)),
            lines(office, sheet.columns[sheet.column(Role.PROVIDER)].width * 1.1),
            lines(indicator.unit.to(self.lang), sheet.columns[2].width),
            lines(explained, sheet.columns[sheet.column(Role.EXPLANATION)].width * 1.1),
        )
        page.height(row, max(21, 15 * tallest + 4))
        for period in sheet.periods(self.form):
            self._figure(page, sheet, indicator, period, entries[period.code])
        self._validate(page, sheet, indicator, entries)

    def _figure(
        self, page: Sheet, sheet: SheetLayout, indicator: Indicator, period: Period, entry: Entry
    ) -> None:
        row, column = sheet.cell(indicator.code, period.code)
        answer = self._given(indicator.code, period.code)
        shown = number_format(indicator, answer.value if answer else None)
        if entry is Entry.COMPUTED:
            value = self.values.get((indicator.code, period.code))
            page.formula(
                row,
                column,
                self._computed_formula(indicator, period),
                self.style.computed(num_format=shown, align="right", indent=1),
                value,
            )
        elif entry in (Entry.NOT_APPLICABLE, Entry.NOT_FOUNDED) and answer is None:
            page.write(row, column, self.form.sign("not_applicable"), self.style.absent())
        else:
            page.write(row, column, _cell_value(answer), self._entry_style(entry, shown))

    def _entry_style(self, entry: Entry, shown: str) -> Format:
        if entry is Entry.REQUIRED:
            return self.style.required(num_format=shown, align="right", indent=1)
        if entry is Entry.PREFILLED:
            return self.style.cell(num_format=shown, align="right", indent=1)
        return self.style.optional(num_format=shown, align="right", indent=1)

    def _computed_formula(self, indicator: Indicator, period: Period) -> str:
        """Write factor × numerator ÷ denominator; empty where a part is missing or zero."""
        numerator, denominator = indicator.numerator, indicator.denominator
        if numerator is None or denominator is None:  # pragma: no cover - refused at loading
            raise AssertionError(indicator.code)
        cells = {
            name: self._reference(name, period.code)
            for name in dict.fromkeys(numerator.names + denominator.names)
        }

        def number(reference: Reference) -> str:
            return f"N({cells[reference.name]})"

        nil = self.form.signs["nil"]
        known = (
            f"OR(ISNUMBER({cell})," + ",".join(f'{cell}="{sign}"' for sign in nil) + ")"
            for cell in cells.values()
        )
        below = denominator.formula(number)
        ratio = f"{indicator.factor}*{numerator.formula(number)}/{below}"
        quotient = f'IF({below}=0,"",ROUND({ratio},{DECIMALS}))'
        return f'=IF(AND({",".join(known)}),{quotient},"")'

    def _reference(self, code: str, period: str) -> str:
        sheet = self.layout.sheet_of(code)
        return f"{quoted(sheet.name)}!{a1(*sheet.cell(code, period))}"

    # ------------------------------------------------------------------ what a cell accepts

    def _validate(
        self, page: Sheet, sheet: SheetLayout, indicator: Indicator, entries: Mapping[str, Entry]
    ) -> None:
        periods = sheet.periods(self.form)
        start = 0
        while start < len(periods):
            entry = entries[periods[start].code]
            end = start
            while end + 1 < len(periods) and _alike(entries[periods[end + 1].code], entry):
                end += 1
            first = sheet.cell(indicator.code, periods[start].code)
            last = sheet.cell(indicator.code, periods[end].code)
            page.validate(first, last, self._rule(indicator, entry, periods[start], a1(*first)))
            start = end + 1

    def _rule(
        self, indicator: Indicator, entry: Entry, period: Period, cell: str
    ) -> dict[str, Any]:
        title = indicator.code
        if not entry.answerable:
            key = "prompt.computed" if entry is Entry.COMPUTED else f"prompt.{entry}"
            text = say(key, self.lang, period=period.label.to(self.lang), unit=self.unit.name)
            return {"validate": "any", "input_title": title, "input_message": text}
        if entry is Entry.PREFILLED:
            text = say("prompt.prefilled", self.lang)
            return {"validate": "any", "input_title": title, "input_message": text}
        signs = say("prompt.signs", self.lang)
        how = say(f"prompt.{indicator.kind}", self.lang, signs=signs)
        told = {
            "input_title": title,
            "input_message": f"{indicator.help.to(self.lang)}",
            "error_title": say("prompt.error_title", self.lang),
            "error_message": f"{title}: {how}",
        }
        if indicator.kind is Kind.YESNO:
            choices = [say("yes", self.lang), say("no", self.lang), self.form.sign("missing")]
            return {"validate": "list", "source": choices, **told}
        return {"validate": "custom", "value": self._accepts(indicator, cell), **told}

    def _accepts(self, indicator: Indicator, cell: str) -> str:
        """Accept a number of the right kind or a sign; AND around INT would fail on a sign."""
        tests = []
        if indicator.whole:
            tests.append(f"{cell}=INT({cell})")
        if indicator.hard_min is not None:
            tests.append(f"{cell}>={indicator.hard_min}")
        if indicator.hard_max is not None:
            tests.append(f"{cell}<={indicator.hard_max}")
        number = f"AND({','.join(tests)})" if tests else "TRUE"
        signs = [s for group in self.form.signs.values() for s in group if s == s.lower()]
        known = ",".join(f'{cell}="{sign}"' for sign in signs)
        return f"=IF(ISNUMBER({cell}),{number},OR({known}))"

    # ------------------------------------------------------------------ texts and lists

    def _narrative(self, sheet: SheetLayout) -> None:
        page = self._page(sheet, sheet.name.upper(), self.form.subtitle.to(self.lang), "")
        prompts = {p.code: p for p in self.form.prompts}
        width = sheet.columns[sheet.column(Role.ANSWER)].width
        for code, row in sheet.rows.items():
            prompt = prompts[code]
            label = prompt.label.to(self.lang) + (" *" if prompt.core else "")
            answer = self._given(code, "")
            text = answer.text if answer else ""
            limit = prompt.max_chars
            page.write(row, 0, code, self.style.cell(align="center", bold=prompt.core))
            page.write(row, 1, label, self.style.cell(bold=prompt.core))
            page.write(row, 2, _linked(prompt.linked), self.style.cell(font_size=9))
            page.write(row, 3, limit, self.style.cell(align="center", num_format="#,##0"))
            make = self.style.required if prompt.core else self.style.optional
            page.write(row, 4, text, make(text_wrap=True, valign="top", num_format="@"))
            tall = max(lines(label, 40), lines(_linked(prompt.linked), 18), lines(text, width), 4)
            page.height(row, min(400, 15.5 * tall + 6))
            page.validate(
                (row, 4),
                (row, 4),
                {
                    "validate": "length",
                    "criteria": "<=",
                    "value": limit,
                    "input_title": code,
                    "input_message": say("prompt.text", self.lang, count=limit),
                    "error_type": "warning",
                    "error_title": say("prompt.error_title", self.lang),
                    "error_message": f"{code}: " + say("prompt.text", self.lang, count=limit),
                },
            )
        self._finish(page, sheet, 2)

    def _roster(self, sheet: SheetLayout) -> None:
        roster = next(r for r in self.form.rosters if r.code == sheet.code)
        page = self._page(sheet, roster.title.to(self.lang), roster.help.to(self.lang), "")
        page.height(2, 32)
        for n in range(roster.rows):
            row = sheet.first_row + n
            page.write(row, 0, n + 1, self.style.cell(align="center"))
            for column in roster.columns:
                answer = self._given(column.code, "", n + 1)
                page.write(
                    row,
                    sheet.column(column.code),
                    answer.text if answer else "",
                    self.style.optional(text_wrap=True, num_format="@"),
                )
        self._validate_roster(page, sheet, roster)
        self._finish(page, sheet, 1)

    def _validate_roster(self, page: Sheet, sheet: SheetLayout, roster: Roster) -> None:
        for column in roster.columns:
            number = sheet.column(column.code)
            first, last = (sheet.first_row, number), (sheet.last_row, number)
            title = column.label.to(self.lang)
            rule: dict[str, Any] = {"validate": "any", "input_title": title}
            if column.choices:
                rule |= {
                    "validate": "list",
                    "source": list(column.choices),
                    "error_type": "stop",
                    "input_message": say("prompt.choice", self.lang),
                    "error_title": say("prompt.error_title", self.lang),
                    "error_message": say("prompt.choice", self.lang),
                }
            elif column.date:
                rule |= {"input_message": say("prompt.date", self.lang)}
            else:
                continue
            page.validate(first, last, rule)

    # ------------------------------------------------------------------ scratch and identity

    def _scratch(self) -> None:
        sheet = self.layout.of_kind(SheetKind.SCRATCH)[0]
        page = self.book.sheet(sheet.name, tab=_TABS[SheetKind.SCRATCH])
        page.widths([18] * 8)
        if self.issue.notice:
            page.write(1, 0, self.issue.notice, self.book.style(bold=True, font_color="#C00000"))
        free = self.book.style(locked=False)
        page.page.set_column(0, 40, 18, free)
        page.write(
            0,
            0,
            say("scratch.title", self.lang),
            self.book.style(bold=True, italic=True, locked=False),
        )
        page.printed()

    def _meta(self, facts: Mapping[str, str]) -> None:
        page = self.book.sheet(META_SHEET)
        for row, (key, value) in enumerate(facts.items()):
            page.write(row, 0, key)
            page.write(row, 1, value)
            if value:
                self.book.property(PROPERTY_PREFIX + key, value)
        page.page.very_hidden()
        page.protect()


def _alike(one: Entry, other: Entry) -> bool:
    typed = (Entry.REQUIRED, Entry.OPTIONAL)
    return one is other if one not in typed else other in typed


def _cell_value(answer: Answer | None) -> str | int | float | None:
    if answer is None:
        return None
    if answer.value is None:
        return answer.text
    whole = answer.value == answer.value.to_integral_value()
    return int(answer.value) if whole else float(answer.value)


def _ordinal(column: int) -> str:
    """Number the columns as official tables do: A, B, C for the stub, then 1, 2, 3."""
    return "ABC"[column] if column < 3 else str(column - 2)


def _linked(codes: tuple[str, ...]) -> str:
    """Write ML01, ML02, ML03, TC01 as ML01–ML03, TC01."""
    parts: list[list[str]] = []
    for code in codes:
        last = parts[-1][-1] if parts else ""
        follows = last[:-2] == code[:-2] and last[-2:].isdigit() and code[-2:].isdigit()
        if follows and int(code[-2:]) == int(last[-2:]) + 1:
            parts[-1].append(code)
        else:
            parts.append([code])
    return ", ".join(p[0] if len(p) == 1 else f"{p[0]}–{p[-1]}" for p in parts)
