"""What changed between two years, in a provincial table: in all, and over what can be compared."""

from __future__ import annotations

import re
from decimal import Decimal

from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.formula import Cell, Text
from tongket_xlsx.model.formula_texts import joined
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.places import a1
from tongket_xlsx.summary import formulas as totals
from tongket_xlsx.summary.aggregates import LikeForLike, change, is_comparable, is_from_zero
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt_words import HELD, held_count, mark_between, marked, width_of
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import EACH_PAIR, crosses_break, pairs
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Format, Sheet
from tongket_xlsx.writer.styles import change_format, plain_number, share_format

# Stand for numbers that a formula has; no word of an office holds such signs.
_UNITS, _AREAS = "⟦n⟧", "⟦a⟧"


class Changes:
    """Write the changes of the indicators of one group onto its provincial sheet."""

    def __init__(self, p: Pages, table: GroupTable, page: Sheet) -> None:
        """Take the sheet on which the figures of the years stand."""
        self.plan = p.plan
        self.table = table
        self.group = table.group
        self.lang = p.lang
        self.live = p.live
        self.periods = p.plan.periods(table.group)
        self.pairs = pairs(p.plan.form)
        self.page = page
        self.style = p.style
        self.from_zero = say("summary.from_zero", p.lang)

    def widths(self) -> list[int]:
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

    def write(
        self, indicator: Indicator, before: Period, after: Period, row: int, column: int
    ) -> None:
        """Write the change between two years, and beside it that over what can be compared."""
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
            write_alone(page, row, column, same.change, look)
            if share is None and not points:
                # The overview links to it, and a link to a blank is zero.
                write_alone(page, row, column + 1, None, share_look)
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


def write_alone(page: Sheet, row: int, column: int, value: Decimal | None, look: Format) -> None:
    """Write a figure without its formula; what is missing must never be looked up as zero."""
    if value is None:
        page.formula(row, column, '=""', look, "")
    else:
        page.write(row, column, plain_number(value), look)
