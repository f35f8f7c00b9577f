"""The provincial table of one group: the years, what stands behind them, and what changed.

Each indicator has two rows: its figures, and below them how many units are behind each. The raw
change stands beside the change over the same units; across a series break both carry “≠”.
"""

from __future__ import annotations

from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.formula import text as literal
from tongket_xlsx.model.formula import when
from tongket_xlsx.model.formula_texts import joined
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.places import a1
from tongket_xlsx.summary import formulas as totals
from tongket_xlsx.summary.aggregates import Aggregate
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt_words import (
    UNEVEN,
    coverage,
    held_count,
    mark_of,
    marked,
    width_of,
)
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import (
    EACH_PAIR,
    HEAD,
    pairs,
    short,
)
from tongket_xlsx.summary.sheets.changes import Changes, write_alone
from tongket_xlsx.summary.sheets.province_notes import note_of
from tongket_xlsx.summary.statements import province_legend
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import (
    lines,
    number_format,
    plain_number,
)

_LEGEND_WIDTH = 190
_LONGEST_NAME = 24


def write_province(p: Pages, table: GroupTable) -> None:
    """Write the sheet.

    Where the tables by unit are in the same workbook, totals are formulas over them; otherwise
    the exact values stand alone.
    """
    _ProvincePage(p, table).write()


class _ProvincePage:
    def __init__(self, p: Pages, table: GroupTable) -> None:
        self.p = p
        self.plan = plan = p.plan
        self.table = table
        self.group = table.group
        self.lang = p.lang
        self.enough = p.m.enough
        self.live = p.live
        self.periods = plan.periods(table.group)
        self.pairs = pairs(plan.form)
        self.page: Sheet = p.book.sheet(plan.provinces[table.group.code], tab="#2E75B6")
        self.style = p.style
        self.first_change = plan.first_change(table.group)
        self.changes = Changes(p, table, self.page)
        self.note_column = self.first_change + EACH_PAIR * len(self.pairs)

    def write(self) -> None:
        lang, form, page, style = self.lang, self.plan.form, self.page, self.style
        last = self.note_column
        widths = [7, 42, 11, *self._widths(), *self.changes.widths(), 48]
        page.widths(widths)
        title = say("summary.province", lang, group=self.group.title.to(lang))
        page.merge((0, 0), (0, last), title, style.title(14))
        page.height(0, 26)
        page.merge((1, 0), (1, last), self.p.m.notice, style.warning_line())
        page.merge((2, 0), (2, last), form.cutoff.to(lang), style.subtitle())
        legend = province_legend(self.p, self.table)
        page.merge((3, 0), (3, last), legend, style.subtitle())
        page.height(3, 15 * lines(legend, _LEGEND_WIDTH))
        headings = [say(f"col.{k}", lang) for k in ("code", "indicator", "unit")]
        headings += [p.label.to(lang) for p in self.periods]
        for before, after in self.pairs:
            span = f"{short(before)}→{short(after)}"
            headings += [
                say(f"summary.{k}", lang, span=span)
                for k in ("change", "change_share", "same_units", "same_share")
            ]
        headings.append(say("col.note", lang))
        for column, heading in enumerate(headings):
            page.write(HEAD, column, heading, style.heading(font_size=10))
        page.height(HEAD, 62)
        for indicator in self.group.indicators:
            self._indicator(indicator, widths)
        bottom = HEAD + 2 * len(self.group.indicators)
        page.page.freeze_panes(HEAD + 1, 2)
        page.printed(
            heading_row=HEAD, area=(bottom, last), footer=self.plan.provinces[self.group.code]
        )
        # Figures are never parted from what stands behind them.
        page.keep_together(HEAD, ((row, row + 1) for row in range(HEAD + 1, bottom, 2)))

    def _widths(self) -> list[int]:
        """Return the widths of the periods: wide enough for each figure and its mark."""
        widths = []
        for period in self.periods:
            found = [self.table.province.get((i.code, period.code)) for i in self.group.indicators]
            needed = [width_of(t.value, mark_of(t.doubt, self.lang)) for t in found if t]
            # The name of a department stands below its figure, in small print.
            names_below = [len(t.given_by.short_name) for t in found if t and t.given_by]
            widths.append(max([12, *needed, *(min(n, _LONGEST_NAME) for n in names_below)]))
        return widths

    def _indicator(self, indicator: Indicator, widths: list[int]) -> None:
        page, style, lang = self.page, self.style, self.lang
        row = self.plan.province_row(indicator.code)
        bold = indicator.headline
        label = indicator.label.to(lang)
        below = style.behind()
        page.write(row, 0, indicator.code, style.over(align="center", bold=bold))
        page.write(row, 1, label, style.over(bold=bold, indent=1))
        page.write(row, 2, indicator.unit.to(lang), style.over(align="center"))
        for column in range(3):
            page.write(row + 1, column, say("summary.behind", lang) if column == 1 else None, below)
        for n, period in enumerate(self.periods):
            self._figure(indicator, period, row, 3 + n)
        for n, (before, after) in enumerate(self.pairs):
            self.changes.write(indicator, before, after, row, self.first_change + EACH_PAIR * n)
        note = note_of(self.p, self.table, indicator)
        at = self.note_column
        page.merge((row, at), (row + 1, at), note, style.cell(font_size=9))
        tall = max(
            lines(label, widths[1]),
            lines(indicator.unit.to(lang), widths[2]),
            lines(note, widths[-1] * 1.2) - 1,
        )
        page.height(row, max(18, 14 * tall + 5))
        page.height(row + 1, 14)

    def _figure(self, indicator: Indicator, period: Period, row: int, column: int) -> None:
        page, style = self.page, self.style
        if period.code not in indicator.periods:
            page.write(row, column, "x", style.absent())
            page.write(row + 1, column, None, style.absent())
            return
        figure = self.table.province[indicator.code, period.code]
        shown = number_format(indicator, figure.value)
        if indicator.kind is Kind.YESNO:
            shown = "#,##0"
        look = style.over(
            num_format=marked(shown, mark_of(figure.doubt, self.lang)),
            align="right",
            indent=1,
            bold=indicator.headline,
            italic=indicator.computed,
        )
        formula = totals.total(self.plan, indicator, period) if self.live else None
        if self.live and figure.given_by is not None:
            formula = totals.of_department(self.plan, indicator, period, figure.given_by)
        if formula is not None:
            table = self.plan.table_of(indicator.code)
            home = a1(HEAD, table.order[indicator.code, period.code])
            page.formula(
                row,
                column,
                formula.formula,
                look,
                plain_number(figure.value),
                link=(table.sheet, home),
            )
        else:
            write_alone(page, row, column, figure.value, look)
        self._coverage(indicator, period, figure, row + 1, column)

    def _coverage(
        self, indicator: Indicator, period: Period, figure: Aggregate, row: int, column: int
    ) -> None:
        """Write “n/N”, with “!” where too few of the units that existed are behind the figure."""
        page, look = self.page, self.style.behind()
        text = coverage(figure, self.enough)
        if not figure.expected:
            page.write(row, column, text, look)
            return
        found = totals.counted(self.plan, indicator, period) if self.live else None
        if found is None:
            page.write(row, column, text, look)
        else:
            few = found < self.enough * figure.expected
            told = joined(
                found.as_text(), f"/{figure.expected}", when(few, literal(" !"), totals.NOTHING)
            )
            if figure.doubt.held:
                told = joined(told, held_count(figure.doubt))
            if figure.uneven:
                told = joined(told, UNEVEN)
            page.formula(row, column, told.formula, look, text)
        if figure.is_thin(self.enough):
            page.conditional(
                (row, column),
                (row, column),
                {
                    "type": "text",
                    "criteria": "containing",
                    "value": "!",
                    "format": self.style.thin(),
                },
            )
