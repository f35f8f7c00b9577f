"""A workbook being written: what it is for, what is known, and how every table opens and ends."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tongket_xlsx.book import Book, Sheet
from tongket_xlsx.cover_sheet import Issue
from tongket_xlsx.form import Form, Unit
from tongket_xlsx.house_style import Styles
from tongket_xlsx.layout import (
    SheetKind,
    SheetLayout,
    WorkbookLayout,
    fact_of,
    layout_of,
)
from tongket_xlsx.messages import say
from tongket_xlsx.observations import Answer, Answers
from tongket_xlsx.rules import Values, computed_values

TABS = {
    SheetKind.GROUP: "#2E75B6",
    SheetKind.ROSTER: "#7F6000",
    SheetKind.NARRATIVE: "#7F6000",
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
    ) -> None:
        """Open the workbook and settle what is known: the given answers over the unit's facts."""
        self.form = form
        self.unit = unit
        self.issue = issue
        self.lang = lang
        self.layout: WorkbookLayout = layout_of(form, unit.kind, lang)
        self.answers: Answers = {**_facts(form, unit), **answers}
        self.explanations = explanations
        self.values = _values(form, self.answers)
        title = f"{form.title.to(lang)} – {unit.name}"
        self.book = Book(title, locked=True, subject=form.subtitle.to(lang))
        self.style = Styles(self.book)

    def given(self, code: str, period: str, row: int = 0) -> Answer | None:
        """Return what is known of a cell."""
        return self.answers.get((code, period, row))


def open_table(d: Draft, sheet: SheetLayout, title: str, under: str, below: str) -> Sheet:
    """Open a sheet: whose it is, its title, two lines of help, headings and their numbers."""
    page = d.book.sheet(sheet.name, tab=TABS[sheet.kind])
    page.widths([c.width for c in sheet.columns])
    last = len(sheet.columns) - 1
    whose = say("group.unit", d.lang, unit=d.unit.name)
    page.merge((0, 0), (0, last), whose, d.style.plain(bold=True))
    page.merge((1, 0), (1, last), title, d.style.title(15))
    page.height(1, 26)
    page.merge((2, 0), (2, last), under, d.style.subtitle())
    page.merge((3, 0), (3, last), below, d.style.subtitle())
    if d.issue.notice:
        page.merge((4, 0), (4, last), d.issue.notice, d.style.warning_line())
    for n, column in enumerate(sheet.columns):
        page.write(sheet.heading_row, n, column.heading, d.style.heading())
        page.write(sheet.heading_row + 1, n, _ordinal(n), d.style.numbering())
    page.height(sheet.heading_row, 34)
    return page


def close_table(d: Draft, page: Sheet, sheet: SheetLayout, frozen_columns: int) -> None:
    """Freeze the headings, set up filter and print, and protect the sheet."""
    page.page.freeze_panes(sheet.first_row, frozen_columns)
    page.page.autofilter(sheet.heading_row + 1, 0, sheet.last_row, len(sheet.columns) - 1)
    page.printed(
        heading_row=sheet.heading_row,
        area=(sheet.last_row, len(sheet.columns) - 1),
        footer=f"{d.unit.name} – {sheet.name}",
    )
    page.protect()


def _facts(form: Form, unit: Unit) -> dict[tuple[str, str, int], Answer]:
    """Return what the list of units knows: it is filled in, and locked where so declared."""
    return {
        (i.code, p.code, 0): Answer(Decimal(fact))
        for i in form.indicators.values()
        for p in form.periods
        if (fact := fact_of(unit, i, p)) and unit.existed_in(p)
    }


def _values(form: Form, answers: Answers) -> Values:
    values: Values = {}
    for (code, period, row), answer in answers.items():
        if row or code not in form.indicators:
            continue
        if answer.value is not None:
            values[code, period] = float(answer.value)
        elif answer.text in form.signs["nil"]:
            values[code, period] = 0.0
    return computed_values(form, values)


def _ordinal(column: int) -> str:
    """Number the columns as official tables do: A, B, C for the stub, then 1, 2, 3."""
    return "ABC"[column] if column < 3 else str(column - 2)
