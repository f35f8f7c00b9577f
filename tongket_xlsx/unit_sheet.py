"""The table by unit of one group: every answer, signs kept, each with a way to its source.

Below the units stand the comparable areas, then the departments, which are never added. A cell
with an open finding has “!” behind its figure, a heavy border, and the finding in a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tongket_xlsx import totals
from tongket_xlsx.book import Book, Format, Sheet
from tongket_xlsx.cells import a1, column_letters
from tongket_xlsx.comparison import Block, Figure, GroupTable, unit_value
from tongket_xlsx.expressions import DECIMALS
from tongket_xlsx.form import Aggregation, Indicator, Kind, Period, Unit
from tongket_xlsx.house_style import Styles, number_format, plain_number
from tongket_xlsx.messages import say
from tongket_xlsx.observations import CellState
from tongket_xlsx.plan import HEAD, UNIT_COLUMNS, UNIT_HEAD, Columns, Plan, why_block

# Excel takes no more links a sheet; we stay below and leave the rest to the trace box.
MOST_LINKS = 65_000
_TITLE_COLUMNS = 14
# A table shows the start of a text that should have been a figure; the tidy data holds it all.
_LONGEST_RAW = 120
_SIGNS = {CellState.NIL: "-", CellState.MISSING: "…", CellState.NOT_APPLICABLE: "x"}


@dataclass(frozen=True)
class Marks:
    """What is to be said of single cells: (unit, code, period) → the text of its findings.

    ``sources`` gives the cell of the tidy data that each figure came from.
    """

    findings: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    sources: Mapping[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)


def write_units(book: Book, plan: Plan, table: GroupTable, notice: str, marks: Marks) -> None:
    """Write the sheet."""
    _Page(book, plan, table, marks).write(notice)


class _Page:
    def __init__(self, book: Book, plan: Plan, table: GroupTable, marks: Marks) -> None:
        self.plan = plan
        self.table = table
        self.marks = marks
        self.group = table.group
        self.columns: Columns = plan.tables[table.group.code]
        self.page: Sheet = book.sheet(self.columns.sheet, tab="#7F6000")
        self.style = Styles(book)
        self.linked = 0

    def write(self, notice: str) -> None:
        page, plan, style = self.page, self.plan, self.style
        width = min(self.columns.last, _TITLE_COLUMNS)
        title = say("summary.by_unit", plan.lang, group=self.group.title.to(plan.lang))
        page.merge((0, 0), (0, width), title, style.title(14))
        page.height(0, 26)
        page.merge((1, 0), (1, width), notice, style.warning_line())
        page.merge((2, 0), (2, width), say("summary.by_unit_help", plan.lang), style.subtitle())
        page.widths([5, 13, 32])
        page.page.set_column(UNIT_COLUMNS, self.columns.last, 11)
        self._headings()
        for row, parent in plan.sections.items():
            page.merge((row, 0), (row, UNIT_COLUMNS - 1), parent, style.section())
        for n, unit in enumerate(plan.parts):
            self._unit(plan.row_of_part(n), n + 1, unit)
        self._blocks(width)
        self._departments(width)
        self._ranks()
        page.page.freeze_panes(plan.first_row, UNIT_COLUMNS)
        last = plan.last_row
        page.page.autofilter(plan.first_row - 1, 0, max(last, plan.first_row), self.columns.last)
        page.printed(footer=self.columns.sheet)
        # A wide table is cut by columns: one page tall, the units repeated on each page.
        page.page.fit_to_pages(0, 1)
        page.page.repeat_columns(0, UNIT_COLUMNS - 1)

    def _headings(self) -> None:
        page, style, lang = self.page, self.style, self.plan.lang
        for n, key in enumerate(("col.ordinal", "cover.code", "status.unit")):
            for row in range(UNIT_HEAD - 1):
                page.write(HEAD + row, n, None, style.heading())
            page.write(HEAD + UNIT_HEAD - 1, n, say(key, lang), style.heading())
        for indicator in self.group.indicators:
            for period in self.plan.form.periods:
                if period.code in indicator.periods:
                    first = period.code == indicator.periods[0]
                    self._heading(
                        self.columns.order[indicator.code, period.code],
                        indicator,
                        period.label.to(lang),
                        first=first,
                    )
            if indicator.code in self.columns.ranks:
                year = self.plan.form.years[-1].code
                self._heading(
                    self.columns.ranks[indicator.code],
                    indicator,
                    say("summary.rank", lang, year=year),
                    first=False,
                )
        page.height(HEAD + 1, 92)
        page.height(HEAD + 2, 30)

    def _heading(self, column: int, indicator: Indicator, last: str, *, first: bool) -> None:
        style = self.style
        self.page.write(HEAD, column, indicator.code, style.heading())
        label = indicator.label.to(self.plan.lang) if first else None
        self.page.write(HEAD + 1, column, label, style.heading(font_size=9, valign="top"))
        self.page.write(HEAD + 2, column, last, style.heading(font_size=10))

    def _unit(self, row: int, number: int, unit: Unit) -> None:
        page, style = self.page, self.style
        page.write(row, 0, number, style.cell(align="center"))
        page.write(row, 1, unit.code, style.cell(text_wrap=False, font_size=10))
        page.write(row, 2, unit.name, style.cell(text_wrap=False))
        for indicator in self.group.indicators:
            for period in self.plan.form.periods:
                if period.code in indicator.periods:
                    self._figure(unit, indicator, period, row)

    def _figure(self, unit: Unit, indicator: Indicator, period: Period, row: int) -> None:
        page, style, form = self.page, self.style, self.plan.form
        column = self.columns.order[indicator.code, period.code]
        if not form.is_asked(indicator, unit.kind):
            page.write(row, column, None, style.absent())
            return
        key = (unit.code, indicator.code, period.code)
        note = self.marks.findings.get(key, "")
        if note:
            page.note(row, column, note, x_scale=2.2, y_scale=1.4)
        if indicator.computed:
            value = unit_value(form, indicator, unit.code, period.code, self.table.figures)
            look = style.computed(**_look(number_format(indicator), flagged=bool(note)))
            formula = "=" + totals.of_unit(self.plan, indicator, period, row)
            page.formula(row, column, formula, look, plain_number(value))
            return
        link = self.marks.sources.get(key) if self.linked < MOST_LINKS else None
        self.linked += link is not None
        figure = self.table.figures.get(key)
        shown, look = self._shown(figure, indicator, flagged=bool(note))
        page.write(row, column, shown, look, link=link)

    def _shown(
        self, figure: Figure | None, indicator: Indicator, *, flagged: bool
    ) -> tuple[str | float | None, Format]:
        """Return what a table shows for an answer: a number, its sign, or the text in red."""
        style = self.style
        heavy = {"border": 2, "border_color": "#C00000"} if flagged else {}
        if figure is None or figure.state is CellState.BLANK:
            return None, style.cell(align="center", **heavy)
        if figure.state is CellState.NUMBER and figure.value is not None:
            if indicator.kind is Kind.YESNO:
                return figure.text, style.cell(align="center", **heavy)
            look = _look(number_format(indicator, figure.value), flagged=flagged)
            return plain_number(figure.value), style.cell(**look)
        if figure.state in _SIGNS:
            color = {"bg_color": "#EDEDED"} if figure.state is not CellState.NIL else {}
            return _SIGNS[figure.state], style.cell(align="center", **color, **heavy)
        return f"? {figure.raw[:_LONGEST_RAW]}", style.cell(
            font_color="#C00000", italic=True, **heavy
        )

    # ------------------------------------------------------------------ comparable areas

    def _blocks(self, width: int) -> None:
        page, plan, style = self.page, self.plan, self.style
        if not plan.blocks:
            return
        row = plan.block_divider
        page.merge((row, 0), (row, width), say("summary.blocks", plan.lang), style.section())
        for n, block in enumerate(plan.blocks):
            row = plan.row_of_block(n)
            page.write(row, 0, None, style.cell())
            page.write(row, 1, say("block.word", plan.lang), style.cell(italic=True))
            names = " + ".join(u.short_name for u in block.units)
            page.write(row, 2, names, style.cell(italic=True, text_wrap=False))
            page.note(row, 2, why_block(block, plan.form, plan.lang), x_scale=2.2, y_scale=1.6)
            for indicator in self.group.indicators:
                for period in plan.form.periods:
                    if period.code in indicator.periods:
                        self._block_figure(block, indicator, period, row)

    def _block_figure(self, block: Block, indicator: Indicator, period: Period, row: int) -> None:
        """Add the units of an area that existed; a missing one makes the sum unknown."""
        page, style, plan = self.page, self.style, self.plan
        column = self.columns.order[indicator.code, period.code]
        if not all(plan.form.is_asked(indicator, u.kind) for u in block.units) or (
            indicator.aggregation in (Aggregation.NONE, Aggregation.COUNT_YES)
        ):
            page.write(row, column, None, style.absent())
            return
        look = style.computed(**_look(number_format(indicator), flagged=False))
        if indicator.computed:
            formula = "=" + totals.of_unit(plan, indicator, period, row)
            page.formula(
                row,
                column,
                formula,
                look,
                plain_number(self._block_ratio(block, indicator, period)),
            )
            return
        there = [u for u in block.units if u.existed_in(period)]
        letter = column_letters(column)
        cells = [f"{letter}{plan.row_of_part(plan.parts.index(u)) + 1}" for u in there]
        known = "+".join(f'(ISNUMBER({c})+({c}="-")>0)' for c in cells) or "0"
        formula = f'=IF(({known})<{len(cells)},"…",ROUND(SUM({",".join(cells) or 0}),{DECIMALS}))'
        value = self._block_sum(block, indicator, period)
        page.formula(row, column, formula, look, "…" if value is None else plain_number(value))

    def _block_sum(self, block: Block, indicator: Indicator, period: Period) -> Decimal | None:
        total = Decimal(0)
        for unit in block.units:
            if not unit.existed_in(period):
                continue
            figure = self.table.figures.get((unit.code, indicator.code, period.code))
            if figure is None or figure.value is None or not figure.state.counts:
                return None
            total += figure.value
        return total

    def _block_ratio(self, block: Block, indicator: Indicator, period: Period) -> Decimal | None:
        figures = dict(self.table.figures)
        for code in indicator.operands():
            operand = self.plan.form.indicators[code]
            value = self._block_sum(block, operand, period)
            if value is not None:
                figures[block.code, code, period.code] = Figure(CellState.NUMBER, value, "", "")
        return unit_value(self.plan.form, indicator, block.code, period.code, figures)

    # ------------------------------------------------------------------ departments, ranks

    def _departments(self, width: int) -> None:
        page, plan = self.page, self.plan
        departments = plan.departments(self.group)
        if not departments:
            return
        row = plan.department_divider
        text = say("summary.departments", plan.lang)
        page.merge((row, 0), (row, width), text, self.style.section())
        for n, unit in enumerate(departments):
            self._unit(plan.row_of_department(self.group, unit), n + 1, unit)

    def _ranks(self) -> None:
        """Rank the units by each headline indicator of the last year; ties share a rank."""
        page, plan = self.page, self.plan
        year = plan.form.years[-1]
        look = self.style.computed(align="center", num_format="0")
        for code, column in self.columns.ranks.items():
            indicator = plan.form.indicators[code]
            letter = column_letters(self.columns.order[code, year.code])
            block = f"${letter}${plan.first_row + 1}:${letter}${plan.last_row + 1}"
            order = 1 if indicator.better == "down" else 0
            values = [
                unit_value(plan.form, indicator, u.code, year.code, self.table.figures)
                if plan.form.is_asked(indicator, u.kind)
                else None
                for u in plan.parts
            ]
            # “-” is shown as text, so it takes no rank; nor does what is missing.
            ranked = [
                v if self._is_number(u, indicator, year, v) else None
                for u, v in zip(plan.parts, values, strict=True)
            ]
            known = sorted((v for v in ranked if v is not None), reverse=not order)
            for n, value in enumerate(ranked):
                row = plan.row_of_part(n)
                at = a1(row, self.columns.order[code, year.code])
                cached = None if value is None else known.index(value) + 1
                formula = f'=IF(ISNUMBER({at}),RANK({at},{block},{order}),"")'
                page.formula(row, column, formula, look, cached)

    def _is_number(
        self, unit: Unit, indicator: Indicator, year: Period, value: Decimal | None
    ) -> bool:
        if value is None or indicator.computed:
            return value is not None
        figure = self.table.figures[unit.code, indicator.code, year.code]
        return figure.state is CellState.NUMBER and indicator.kind is not Kind.YESNO


def _look(shown: str, *, flagged: bool) -> dict[str, object]:
    """Return the look of a figure; one with an open finding can be told without colour."""
    look: dict[str, object] = {"num_format": shown, "align": "right", "indent": 1}
    if flagged:
        look |= {"num_format": f'{shown}" !"', "border": 2, "border_color": "#C00000"}
    return look
