"""The provincial table of one group: the years, what stands behind them, and what changed.

Each indicator has two rows: its figures, and below them how many units are behind each. The raw
change stands beside the change over the same units; across a series break both carry “≠”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tongket_xlsx.model.form import Indicator, Kind, Period
from tongket_xlsx.model.formula import Cell, Text, joined, when
from tongket_xlsx.model.formula import text as literal
from tongket_xlsx.model.places import a1
from tongket_xlsx.summary import formulas as totals
from tongket_xlsx.summary.aggregates import (
    Aggregate,
    LikeForLike,
    change,
    is_comparable,
    is_from_zero,
)
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt_words import (
    HELD,
    UNEVEN,
    coverage,
    few,
    held_count,
    mark_between,
    mark_of,
    marked,
    of_years,
    width_of,
)
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import (
    EACH_PAIR,
    HEAD,
    crosses_break,
    pairs,
    short,
)
from tongket_xlsx.summary.statements import opposite, province_legend, why_not_added
from tongket_xlsx.text.messages import names, say
from tongket_xlsx.writer.book import Format, Sheet
from tongket_xlsx.writer.styles import (
    change_format,
    lines,
    number_format,
    plain_number,
    share_format,
)

_LEGEND_WIDTH = 190
_LONGEST_NAME = 24
# Stand for numbers that a formula has; no word of an office holds such signs.
_UNITS, _AREAS = "⟦n⟧", "⟦a⟧"


def write_province(p: Pages, table: GroupTable) -> None:
    """Write the sheet.

    Where the tables by unit are in the same workbook, totals are formulas over them; otherwise
    the exact values stand alone.
    """
    _Page(p, table).write()


class _Page:
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
        self.from_zero = say("summary.from_zero", p.lang)
        self.note_column = self.first_change + EACH_PAIR * len(self.pairs)

    def write(self) -> None:
        lang, form, page, style = self.lang, self.plan.form, self.page, self.style
        last = self.note_column
        widths = [7, 42, 11, *self._widths(), *self._change_widths(), 48]
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

    def _change_widths(self) -> list[int]:
        """Return the widths of the changes: wide enough for each with its signs and its mark."""
        widths = []
        for before, after in self.pairs:
            needed, shares, same_shares = [11], [9], [10]
            for i in self.group.indicators:
                both = [self.table.province.get((i.code, p.code)) for p in (before, after)]
                old, new = (total.value if total else None for total in both)
                difference, share = change(old, new)
                broken = "≠" if crosses_break(self.plan.form, i, before, after) else ""
                needed.append(width_of(difference, HELD, broken) - 1)
                doubts = [total.doubt for total in both if total]
                if i.kind is not Kind.PERCENT:
                    tenths = share and round(share, 1)
                    shares.append(width_of(tenths, "%", broken, mark_between(*doubts)))
                    same = self.table.same_units.get((i.code, before.code, after.code))
                    same_share = same.share if same else None
                    tenths = same_share and round(same_share, 1)
                    same_shares.append(width_of(tenths, "%", broken))
            widths += [max(needed), max(shares), max(needed), max(same_shares)]
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
            self._change(indicator, before, after, row, self.first_change + EACH_PAIR * n)
        note = _note(self.p, self.table, indicator)
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
            _alone(page, row, column, figure.value, look)
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

    def _change(
        self, indicator: Indicator, before: Period, after: Period, row: int, column: int
    ) -> None:
        page, style = self.page, self.style
        both = [self.table.province.get((indicator.code, p.code)) for p in (before, after)]
        old, new = both
        if old is None or new is None or not is_comparable(indicator, old, new):
            self._absent(row, column, EACH_PAIR)
            return
        order = [p.code for p in self.periods]
        left, right = (Cell(a1(row, 3 + order.index(p.code))) for p in (before, after))
        difference, relative = change(old.value, new.value)
        sign = mark_between(old.doubt, new.doubt)
        broken = crosses_break(self.plan.form, indicator, before, after)
        look = style.over(
            num_format=marked(change_format(indicator, difference, across_break=broken), sign),
            align="right",
            indent=1,
            italic=broken,
        )
        page.formula(
            row,
            column,
            totals.difference(left, right).formula,
            look,
            plain_number(difference),
        )
        if indicator.kind is Kind.PERCENT:
            page.write(
                row,
                column + 1,
                say("summary.points", self.lang),
                style.over(align="center", font_size=9),
            )
        else:
            shown = marked(share_format(broken=broken), sign)
            share = style.over(num_format=shown, align="right", indent=1, italic=broken)
            rise = totals.relative(left, right, self.from_zero).formula
            value = self._share(old.value, new.value, relative)
            page.formula(row, column + 1, rise, share, value)
        for n in range(2):
            page.write(row + 1, column + n, None, style.behind())
        if new.given_by is not None:
            self._absent(row, column + 2, EACH_PAIR - 2)
        else:
            self._same_units(indicator, before, after, row, column + 2, broken=broken)

    def _absent(self, row: int, column: int, count: int) -> None:
        for n in range(count):
            for down in (0, 1):
                self.page.write(row + down, column + n, None, self.style.absent())

    def _same_units(
        self,
        indicator: Indicator,
        before: Period,
        after: Period,
        row: int,
        column: int,
        *,
        broken: bool,
    ) -> None:
        page, style = self.page, self.style
        same = self.table.same_units[indicator.code, before.code, after.code]
        look = style.over(
            num_format=change_format(indicator, same.change, across_break=broken),
            align="right",
            indent=1,
            italic=broken,
        )
        made = None
        if self.live:
            made = totals.same_units(self.plan, indicator, before, after, self.from_zero)
        points = indicator.kind is Kind.PERCENT
        share_look = style.over(
            num_format=share_format(broken=broken), align="right", indent=1, italic=broken
        )
        share = self._share(same.before, same.after, same.share)
        if made is None:
            _alone(page, row, column, same.change, look)
            if share is None and not points:
                # The overview links to it, and a link to a blank is zero.
                _alone(page, row, column + 1, None, share_look)
            else:
                page.write(row, column + 1, None if points else share, share_look)
        else:
            page.formula(row, column, made.change.formula, look, plain_number(same.change))
            if points:
                page.write(row, column + 1, None, share_look)
            else:
                page.formula(row, column + 1, made.share.formula, share_look, share)
        self._reporters(same, made, row + 1, column)

    def _reporters(
        self, same: LikeForLike, made: totals.SameUnits | None, row: int, column: int
    ) -> None:
        """Write over how many areas and units a change is: “2 địa bàn, 13 đơn vị”."""
        held = held_count(same.doubt)
        key = "summary.same_areas" if self.plan.blocks else "summary.same_n"
        text = say(key, self.lang, n=same.units, areas=same.areas) + held
        at = ((row, column), (row, column + 1))
        if made is None:
            self.page.merge(*at, text, self.style.behind())
            return
        parts: list[Text | str] = []
        counts = {_UNITS: made.units, _AREAS: made.areas}
        words = say(key, self.lang, n=_UNITS, areas=_AREAS) + held
        for part in re.split(f"({_UNITS}|{_AREAS})", words):
            number = counts.get(part)
            parts += [number.as_text() if number is not None else part] if part else []
        self.page.merge(*at, None, self.style.behind())
        self.page.formula(row, column, joined(*parts).formula, self.style.behind(), text)

    def _share(
        self, before: Decimal | None, after: Decimal | None, share: Decimal | None
    ) -> float | int | str | None:
        """Return what stands for a change in per cent: of nothing there is none."""
        return self.from_zero if is_from_zero(before, after) else plain_number(share)


def _alone(page: Sheet, row: int, column: int, value: Decimal | None, look: Format) -> None:
    """Write a figure without its formula; what is missing must never be looked up as zero."""
    if value is None:
        page.formula(row, column, '=""', look, "")
    else:
        page.write(row, column, plain_number(value), look)


def _note(p: Pages, table: GroupTable, indicator: Indicator) -> str:
    """Collect what a reader of the row must know."""
    plan, lang = p.plan, p.lang
    found: list[str] = []
    if indicator.series_break is not None:
        years = ", ".join(indicator.series_break.periods)
        reason = indicator.series_break.reason.to(lang)
        found.append("≠ " + say("summary.break", lang, years=years, reason=reason))
    figures = [table.province[indicator.code, p] for p in indicator.periods]
    alone = tuple(dict.fromkeys(name for t in figures for name in t.no_denominator))
    if alone:
        found.append(say("summary.no_denominator", lang, units=names(alone, lang)))
    counts = zip(indicator.periods, figures, strict=True)
    left = [(period, t.left_out) for period, t in counts if t.left_out]
    found += opposite(p, indicator, table.province)
    if left:
        shown = ", ".join(f"{period}: {n}" for period, n in left)
        found.append(say("summary.left_out", lang, units=shown))
    found += _not_in_ratio(indicator, table, lang)
    found += [f"{text}." for text in of_years(indicator, table.province, lang)]
    given_by = tuple(dict.fromkeys(t.given_by.name for t in figures if t.given_by is not None))
    if given_by:
        found.append(say("summary.given_by", lang, units=names(given_by, lang)))
    elif not plan.form.adding_kinds(indicator):
        found.append(why_not_added(plan.form, indicator, lang))
    return " ".join(found)


def _not_in_ratio(indicator: Indicator, table: GroupTable, lang: str) -> Iterator[str]:
    """Yield which units a ratio that is shown lacks; periods that lack the same are one."""
    periods: dict[tuple[str, ...], list[str]] = {}
    for period in indicator.periods:
        figure = table.province[indicator.code, period]
        if figure.value is not None and figure.missing:
            lacking = tuple(unit.short_name for unit in figure.missing)
            periods.setdefault(lacking, []).append(period)
    for lacking, those in periods.items():
        yield say("summary.not_in_ratio", lang, periods=", ".join(those), units=few(lacking, lang))
