"""One sheet to ask: rank the units, follow one unit, find where a figure came from.

Everything is a plain formula over the tables by unit, so that Excel 2010, LibreOffice and WPS
compute it; there are no macros and no dynamic arrays.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tongket_xlsx.model.expressions import DECIMALS
from tongket_xlsx.model.formula import Cell, either, if_error, number, rounded, some
from tongket_xlsx.model.formula_texts import joined, up_to
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.places import a1, column_letters, fixed, quoted
from tongket_xlsx.summary.columns import six
from tongket_xlsx.summary.doubt_words import shown_text
from tongket_xlsx.summary.formulas import NOTHING
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD, UNIT_COLUMNS
from tongket_xlsx.summary.rank_formulas import Ranked, in_order
from tongket_xlsx.summary.sheets.lookup import (
    Lookup,
    choice,
    doubt_text,
    first_shown,
    is_part,
    write_lookup,
)
from tongket_xlsx.summary.sheets.trace_box import TraceTable, write_trace_box
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import plain_number

# The ranking lists no more units than anyone reads, and the chart no more than can be drawn.
MOST_RANKED = 1000
MOST_DRAWN = 40
_FIRST = HEAD + 4  # the row on which the ranking starts
_RIGHT = 5  # the column of what stands beside the ranking
_UNIT, _VALUE, _PLACE, _FAMILY = 12, 13, 14, 15  # beyond the print, in plain sight
_YEAR_PLACE = 17
_TRACE_ROW = HEAD + 36
_FONT = {"name": "Times New Roman", "size": 10}
_NUMBER = "#,##0.##"


def write_explorer(p: Pages, trace: TraceTable | None) -> None:
    """Write the explorer and, behind it, the sheet that says where to look."""
    page = p.book.sheet(p.say("sheet.explorer"), tab="#C55A11")
    page.widths([5, 34, 14, 13, 3, 30, 14, 14, 14, 14])
    page.merge((0, 0), (0, 9), p.say("explorer.title"), p.style.title(14))
    page.height(0, 26)
    page.merge((1, 0), (1, 9), p.m.notice, p.style.warning_line())
    page.merge((2, 0), (2, 9), p.say("explorer.help"), p.style.subtitle())
    shown = first_shown(p)
    listed = min(len(p.plan.parts), MOST_RANKED)
    if shown is not None:
        explorer = _Explorer(p, page, write_lookup(p), *shown)
        explorer.write(listed)
    bottom = _FIRST + listed + 3
    if bottom < _TRACE_ROW:
        write_trace_box(p, page, trace, (_TRACE_ROW, 0), 4)
    else:
        write_trace_box(p, page, trace, (HEAD + 52, _RIGHT), 3)
    last = HEAD + 52 if bottom < _TRACE_ROW else max(HEAD + 68, bottom)
    page.printed(area=(last, 9), footer=page.name, landscape=False)


class _Explorer:
    def __init__(
        self, p: Pages, page: Sheet, lookup: Lookup, indicator: Indicator, year: str
    ) -> None:
        self.p = p
        self.page = page
        self.lookup = lookup
        self.indicator = indicator
        self.year = year
        self.count = len(p.plan.parts)
        self.chosen = fixed(a1(HEAD, 2))
        self.code = up_to(Cell(self.chosen).known_text(), " ")
        # What is chosen stands at this place of the look-up table, in this table and column.
        self.place, self.table, self.column = (
            Cell(fixed(a1(HEAD + n, _VALUE))).known_number() for n in range(3)
        )

    def write(self, listed: int) -> None:
        """Write the choices, the first ``listed`` ranks, the unit chosen, and the charts."""
        self._choices()
        self._chosen_place()
        values = self._figures()
        last = self._ranking(values, listed)
        self._ranking_chart(last)
        self._one_unit()

    # ------------------------------------------------------------------ the choices

    def _choices(self) -> None:
        p, page, lookup = self.p, self.page, self.lookup
        years = [y.code for y in p.form.years]
        page.height(HEAD, 48)
        self._choice(
            0, "explorer.choose_indicator", choice(p, self.indicator), lookup.indicator_list
        )
        self._choice(1, "explorer.choose_year", self.year, years)
        if p.plan.sections:
            self._choice(2, "explorer.choose_family", lookup.families[0], lookup.family_list)

    def _choice(self, down: int, key: str, value: str, source: str | list[str]) -> None:
        row, style = HEAD + down, self.p.style
        self.page.write(row, 1, self.p.say(key), style.cell(bold=True))
        look = style.required(locked=False, num_format="@", text_wrap=True)
        self.page.merge((row, 2), (row, 3), value, look)
        self.page.validate((row, 2), (row, 2), {"validate": "list", "source": source})

    def _chosen_place(self) -> None:
        page, lookup = self.page, self.lookup
        small = self.p.style.plain(font_size=8)
        row = lookup.rows[self.indicator.code, self.year]
        key = joined(self.code, "|", Cell(fixed(a1(HEAD + 1, 2))).known_text())
        groups = [g.code for g in self.p.form.groups]
        column = self.p.plan.table_of(self.indicator.code).order[self.indicator.code, self.year]
        cached = (row, groups.index(self.indicator.group) + 1, column - UNIT_COLUMNS + 1)
        formulas = (lookup.key_place(key), lookup.table(self.place), lookup.column(self.place))
        names = ("explorer.row", "explorer.table", "explorer.column")
        for n, (name, formula, value) in enumerate(zip(names, formulas, cached, strict=True)):
            page.write(HEAD + n, _UNIT, self.p.say(name), small)
            page.formula(HEAD + n, _VALUE, if_error(formula, NOTHING).formula, small, value)

    # ------------------------------------------------------------------ the ranking

    def _figures(self) -> list[Decimal | None]:
        """Write the figure of every unit for what is chosen."""
        p, page = self.p, self.page
        values = p.figures.of_units(self.indicator.code, self.year, self.count)
        small = p.style.plain(font_size=8)
        family = ""
        for n, unit in enumerate(p.plan.parts):
            row, at = _FIRST + n, p.plan.row_of_part(n)
            page.write(row, _UNIT, unit.short_name, small)
            offset = number(at - p.plan.first_row + 1)
            formula = self.lookup.value(self.table, self.column, offset)
            if p.plan.sections:
                family = p.plan.sections.get(at - 1, family)
                page.write(row, _FAMILY, family, small)
                chosen = Cell(fixed(a1(HEAD + 2, 2)))
                mine = Cell(a1(row, _FAMILY)).known_text()
                shown = some(chosen.says(self.lookup.families[0]), chosen.says(mine))
                formula = either(shown, formula, NOTHING)
            known = if_error(formula, NOTHING).formula
            page.formula(row, _VALUE, known, small, plain_number(values[n]))
        return values

    def _ranking(self, values: list[Decimal | None], listed: int) -> int:
        p, page, style = self.p, self.page, self.p.style
        for n, key in enumerate(("col.ordinal", "status.unit", "ranking.value", "explorer.share")):
            page.write(_FIRST - 1, n, p.say(key), style.heading())
        total = p.figures.province[self.indicator.code, self.year].value
        province = self.lookup.province(self.place)
        order = in_order(values)
        ranked = Ranked(_VALUE, 2, _PLACE, _FIRST, _FIRST + self.count - 1, _FIRST)
        look, share = style.cell(num_format=_NUMBER), style.cell(num_format='0.0"%"')
        centre, plain, small = style.cell(align="center"), style.cell(), style.plain(font_size=8)
        for n in range(listed):
            row = _FIRST + n
            found = order[n] if n < len(order) else None
            value = None if found is None else values[found]
            name = "" if found is None else p.plan.parts[found].short_name
            rank, place = (None, None) if found is None else (n + 1, found + 1)
            ranked_value = Cell(a1(row, 2))
            numbered = either(ranked_value.is_empty(), NOTHING, number(n + 1))
            page.formula(row, 0, numbered.formula, centre, rank)
            page.formula(row, 1, ranked.among(_UNIT, n), plain, name)
            page.formula(row, 2, ranked.value_formula(n), look, plain_number(value))
            whole = province.known_number()
            part = rounded(ranked_value.known_number() / whole * 100, DECIMALS)
            # A ratio of a unit is no part of that of the province.
            no_part = some(self.lookup.adds(self.place).equals(0), whole.equals(0))
            known = if_error(either(no_part, NOTHING, part), NOTHING)
            ratio = None
            if is_part(self.indicator) and value is not None and total:
                ratio = float(six(value / total * 100))
            page.formula(row, 3, known.formula, share, ratio)
            page.formula(row, _PLACE, ranked.place_formula(n), small, place)
        row = _FIRST + listed
        page.write(row, 1, p.say("ranking.province"), style.cell(bold=True))
        bold = style.cell(num_format=_NUMBER, bold=True)
        page.formula(row, 2, if_error(province, NOTHING).formula, bold, plain_number(total))
        said = if_error(self.lookup.doubt(self.place), NOTHING).formula
        look = style.plain(font_size=9, italic=True, text_wrap=True, valign="top")
        page.merge((row + 1, 0), (row + 1, 3), "", look)
        page.formula(row + 1, 0, said, look, doubt_text(p, self.indicator.code, self.year))
        page.height(row + 1, 44)
        return _FIRST + min(listed, MOST_DRAWN) - 1

    def _ranking_chart(self, last: int) -> None:
        chart = self._chart("bar", self.chosen, (1, _FIRST, last), gap=40)
        small = {**_FONT, "size": 8}
        chart.set_y_axis({"reverse": True, "num_font": small})
        lines = {"visible": True, "line": {"color": "#D9D9D9"}}
        chart.set_x_axis({"num_font": small, "min": 0, "major_gridlines": lines})
        chart.set_legend({"none": True})
        chart.set_size({"width": 620, "height": 420})
        self.page.place(HEAD + 12, _RIGHT, chart, self.p.say("explorer.alt"))

    # ------------------------------------------------------------------ one unit

    def _one_unit(self) -> None:
        """Write one unit's years against the province, for the indicator chosen."""
        p, page, style, row = self.p, self.page, self.p.style, HEAD
        page.write(row, _RIGHT, p.say("explorer.choose_unit"), style.cell(bold=True))
        unit = p.plan.parts[0].short_name
        page.merge((row, _RIGHT + 1), (row, _RIGHT + 2), unit, style.required(locked=False))
        at = (row, _RIGHT + 1)
        page.validate(at, at, {"validate": "list", "source": self.lookup.unit_list})
        picked = fixed(a1(*at))
        keys = ("raw.period", "explorer.unit_value", "ranking.province", "col.note")
        for n, key in enumerate(keys):
            page.write(row + 2, _RIGHT + n, p.say(key), style.heading())
        for n, year in enumerate(p.form.years):
            self._year(row + 3 + n, year.code, picked)
        self._unit_chart(picked, row + 3, row + 2 + len(p.form.years))

    def _year(self, row: int, year: str, picked: str) -> None:
        p, page, lookup = self.p, self.page, self.lookup
        look, small = p.style.cell(num_format=_NUMBER), p.style.plain(font_size=8)
        page.write(row, _RIGHT, year, p.style.cell(align="center"))
        place = Cell(fixed(a1(row, _YEAR_PLACE))).known_number()
        key = joined(self.code, f"|{year}")
        found = lookup.rows.get((self.indicator.code, year))
        there = if_error(lookup.key_place(key), NOTHING)
        page.formula(row, _YEAR_PLACE, there.formula, small, found)
        offset = lookup.offset(Cell(picked).known_text())
        value = lookup.value(lookup.table(place), lookup.column(place), offset)
        mine = p.figures.of_units(self.indicator.code, year, 1)[0]
        page.formula(row, _RIGHT + 1, if_error(value, NOTHING).formula, look, plain_number(mine))
        total = p.figures.province.get((self.indicator.code, year))
        shown = plain_number(total.value) if total else None
        level = if_error(lookup.province(place), NOTHING)
        page.formula(row, _RIGHT + 2, level.formula, look, shown)
        sign = lookup.sign(lookup.table(place), lookup.column(place), offset)
        column = p.figures.units.get((self.indicator.code, year))
        written = shown_text(column.figure(0), p.lang) if column else ""
        small = p.style.cell(align="center", font_size=9)
        page.formula(row, _RIGHT + 3, if_error(sign, NOTHING).formula, small, written)

    def _unit_chart(self, picked: str, first: int, last: int) -> None:
        chart = self._chart("column", picked, (_RIGHT, first, last), gap=80)
        chart.set_legend({"position": "bottom", "font": _FONT})
        chart.set_size({"width": 620, "height": 300})
        self.page.place(HEAD + 34, _RIGHT, chart, self.p.say("explorer.unit_alt"))

    def _chart(self, kind: str, named: str, place: tuple[int, int, int], *, gap: int) -> Any:
        """Draw figures beside their names: ``place`` is the column of names, first and last row."""
        names, first, last = place
        sheet = quoted(self.page.name)

        def block(column: int) -> str:
            letters = column_letters(column)
            return f"={sheet}!${letters}${first + 1}:${letters}${last + 1}"

        chart = self.p.book.chart({"type": kind})
        chart.add_series(
            {
                "name": f"={sheet}!{named}",
                "categories": block(names),
                "values": block(names + 1),
                "fill": {"color": "#1F3864"},
                "gap": gap,
                "data_labels": {"value": True, "font": {**_FONT, "size": 8}},
            }
        )
        chart.set_title({"name": f"={sheet}!{named}", "name_font": {**_FONT, "size": 11}})
        return chart
