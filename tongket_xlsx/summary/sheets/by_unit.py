"""The table by unit of one group: every answer, signs kept, each with a way to its source.

Below the units stand the comparable areas, then the departments, which are never added. What is
known against a figure stands behind it as a mark, and in a note; a figure that is held is a text,
so that nothing counts it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tongket_xlsx.model.figure_status import Statuses
from tongket_xlsx.model.form_words import Aggregation, Period
from tongket_xlsx.model.formula import Cell
from tongket_xlsx.model.indicators import Group, Indicator
from tongket_xlsx.model.places import a1, column_letters
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary import formulas as totals
from tongket_xlsx.summary.columns import (
    ColumnFigure,
    FigureColumn,
)
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt_words import (
    ERROR,
    HELD,
    MARKS,
    NOTHING_KNOWN,
    note_of,
    open_legend,
    statuses_of,
    text_marked,
    width_of,
    word_of,
)
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD, UNIT_COLUMNS, why_block
from tongket_xlsx.summary.sheets.answer_cells import AnswerCells
from tongket_xlsx.summary.sheets.ranks import Ranks
from tongket_xlsx.summary.statements import sign_legend, states_of
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import lines, number_format, plain_number

# Excel takes no more links a sheet; beyond it the trace box takes their place.
MOST_LINKS = 65_000
# Notes are drawings, and thousands of them make a sheet slow; the findings have a sheet of theirs.
MOST_NOTES = 3_000
_TITLE_COLUMNS = 14
_LEGEND_COLUMNS, _LEGEND_WIDTH = 9, 110
_WIDTH = 11
_AREA_WIDTH = 20
_ROW = "\0"  # stands for the row in a formula that is alike on every row


@dataclass(frozen=True)
class Marks:
    """What is known against single figures, by unit, code and period, and where they came from.

    ``sources`` gives, by (code, period) and place of the unit, the row of ``sheet`` that holds
    the tidy data of a figure; no figure stands on row 0.
    """

    known: Statuses = field(default_factory=dict)
    sources: Mapping[tuple[str, str], Sequence[int]] = field(default_factory=dict)
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class _Field:
    """One column of figures: whose it is, what was answered, and how a row computes it."""

    column: int
    indicator: Indicator
    period: Period
    answers: FigureColumn
    kinds: frozenset[str]
    formula: str
    sources: Sequence[int]


def write_units(p: Pages, table: GroupTable, marks: Marks) -> None:
    """Write the sheet, row by row."""
    _UnitsPage(p, table, marks).write()


class _UnitsPage:
    def __init__(self, p: Pages, table: GroupTable, marks: Marks) -> None:
        self.p = p
        self.plan = plan = p.plan
        self.table = table
        self.marks = marks
        self.group = table.group
        self.columns = plan.tables[table.group.code]
        self.page: Sheet = p.book.sheet(self.columns.sheet, tab="#7F6000")
        self.style = p.style
        self.notes = 0
        self.cells = AnswerCells(p.style, plan.lang)
        self.fields = self._fields()
        self.ranks = Ranks(p, table, self.page)

    def _fields(self) -> list[_Field]:
        form, marks = self.plan.form, self.marks
        keys = [(i, p) for i in self.group.indicators for p in form.periods if p.code in i.periods]
        linked = sum(sum(map(bool, marks.sources.get((i.code, p.code), ()))) for i, p in keys)
        self.p.figures.linked &= linked <= MOST_LINKS
        return [
            _Field(
                self.columns.order[i.code, p.code],
                i,
                p,
                self.table.columns.of(i.code, p.code),
                frozenset(k for k in form.unit_kinds if form.is_asked(i, k)),
                totals.of_unit(self.plan, i, p, lambda _: _ROW).formula if i.computed else "",
                marks.sources.get((i.code, p.code), ()) if linked <= MOST_LINKS else (),
            )
            for i, p in keys
        ]

    def write(self) -> None:
        page, plan, style = self.page, self.plan, self.style
        width = min(self.columns.last, _TITLE_COLUMNS)
        page.widths([5, 13, 32])
        page.page.set_column(UNIT_COLUMNS, self.columns.last, _WIDTH)
        if self.columns.area is not None:
            page.page.set_column(self.columns.area, self.columns.area, _AREA_WIDTH)
        for column, wide in self._wide().items():
            page.page.set_column(column, column, wide)
        title = say("summary.by_unit", plan.lang, group=self.group.title.to(plan.lang))
        page.height(0, 26)
        page.merge((0, 0), (0, width), title, style.title(14))
        page.merge((1, 0), (1, width), self.p.m.notice, style.warning_line())
        legend, short = self._legend(), min(width, _LEGEND_COLUMNS)
        # Short enough for the first of the pages a wide table is cut into.
        page.merge((2, 0), (2, short), legend, style.subtitle())
        page.height(2, 15 * lines(legend, _LEGEND_WIDTH))
        self._headings()
        for place, unit in enumerate(plan.parts):
            row = plan.row_of_part(place)
            if row - 1 in plan.sections:
                self._section(row - 1, plan.sections[row - 1])
            self._unit(row, place + 1, place, unit)
        self._blocks(width)
        self._departments(width)
        page.page.freeze_panes(plan.first_row, UNIT_COLUMNS)
        last = plan.last_row
        page.page.autofilter(plan.first_row - 1, 0, max(last, plan.first_row), self.columns.last)
        page.printed(footer=self.columns.sheet)
        # A wide table is cut by columns: one page tall, the units repeated on each page.
        page.page.fit_to_pages(0, 1)
        page.page.repeat_columns(0, UNIT_COLUMNS - 1)

    def _legend(self) -> str:
        """Say what the signs and marks of the table mean: those that occur, and no others."""
        lang = self.plan.lang
        parts = sign_legend(self.plan.form, states_of(self.table), lang)
        parts += self._mark_legend()
        if any(f.sources for f in self.fields):
            parts.append(say("summary.legend_source", lang))
        text = " · ".join(parts)
        text = f"{text[:1].upper()}{text[1:]}." if text else ""
        return f"{text} {open_legend(self.table, self.marks.known, lang)}".strip()

    def _mark_legend(self) -> list[str]:
        """Return what the marks of this table mean."""
        words = set()
        for place, code, period, status in statuses_of(self.table, self.marks.known):
            column = self.table.columns.of(code, period)
            if period in self.plan.form.indicators[code].periods and column.counts[place]:
                words.add(word_of(column.figure(place), status))
        if any(f.answers.held for f in self.fields):
            words.add("held")
        if any(f.answers.estimated for f in self.fields):
            words.add("estimated")
        kinds = (*MARKS, "estimated")
        found = [say(f"doubt.legend_{word}", self.plan.lang) for word in kinds if word in words]
        if found:
            found[-1] += f" ({say('doubt.legend_notes', self.plan.lang)})"
        return found

    def _wide(self) -> dict[int, int]:
        """Return the columns that must be wider than others for a figure with its marks."""
        needed: dict[int, int] = {}
        columns = {(f.indicator.code, f.period.code): f for f in self.fields}

        def need(f: _Field, place: int) -> None:
            wide = width_of(f.answers.known(place), ERROR, self.cells.estimate)
            needed[f.column] = max(needed.get(f.column, _WIDTH), wide)

        for f in self.fields:
            for place in (*f.answers.held, *f.answers.estimated):
                need(f, place)
        for place, code, period, _ in statuses_of(self.table, self.marks.known):
            if (code, period) in columns:
                need(columns[code, period], place)
        return {column: wide for column, wide in needed.items() if wide > _WIDTH}

    def _section(self, row: int, text: str) -> None:
        self.page.merge((row, 0), (row, UNIT_COLUMNS - 1), text, self.style.section())

    def _headings(self) -> None:
        page, style, lang = self.page, self.style, self.plan.lang
        heads = [("", "", say(key, lang)) for key in ("col.ordinal", "cover.code", "status.unit")]
        for indicator in self.group.indicators:
            periods = [p for p in self.plan.form.periods if p.code in indicator.periods]
            lasts = [p.label.to(lang) for p in periods]
            if indicator.code in self.columns.ranks:
                year = self.plan.form.years[-1].code
                lasts.append(say("summary.rank", lang, year=year))
            # The label stands over every column: the first of them may be out of sight.
            label = indicator.label.to(lang)
            heads += [(indicator.code, label, last) for last in lasts]
        if self.columns.area is not None:
            heads.append(("", say("block.word", lang).capitalize(), say("block.column", lang)))
        looks: tuple[dict[str, object], ...] = (
            {},
            {"font_size": 9, "valign": "top"},
            {"font_size": 10},
        )
        for down, (look, height) in enumerate(zip(looks, (None, 92, 30), strict=True)):
            if height:
                page.height(HEAD + down, height)
            for column, head in enumerate(heads):
                plain = column < UNIT_COLUMNS
                page.write(
                    HEAD + down, column, head[down], style.heading(**({} if plain else look))
                )

    def _unit(self, row: int, number: int, place: int, unit: Unit) -> None:
        page, style = self.page, self.style
        page.write(row, 0, number, style.cell(align="center"))
        page.write(row, 1, unit.code, style.cell(text_wrap=False, font_size=10))
        # A long name is printed smaller rather than cut.
        page.write(row, 2, unit.name, style.cell(text_wrap=False, shrink=True))
        absent = style.absent()
        for field_ in self.fields:
            if unit.kind not in field_.kinds:
                page.write(row, field_.column, None, absent)
            elif field_.formula:
                self._computed(row, place, unit, field_)
            else:
                self._figure(row, place, unit, field_)
        if place < len(self.plan.parts):
            self.ranks.write(row, place)
            self._area(row, unit)

    def _area(self, row: int, unit: Unit) -> None:
        """Name the area a unit is compared in; what is compared takes that in its place."""
        if self.columns.area is not None:
            look = self.style.cell(italic=True, font_size=9)
            self.page.write(row, self.columns.area, self.plan.area_names.get(unit.code), look)

    def _computed(self, row: int, place: int, unit: Unit, f: _Field) -> None:
        figure = f.answers.figure(place)
        word = self._note(row, unit, f, figure)
        formula = f.formula.replace(_ROW, str(row + 1))
        if place >= len(self.plan.parts):
            # A department stands on another row in the table of each group.
            formula = totals.of_unit(self.plan, f.indicator, f.period, self._row_of(unit)).formula
        shown = number_format(f.indicator)
        if figure.held:
            # Its formula gives an empty text, which the format shows as the mark.
            shown, word = text_marked(shown), ""
        look = self.cells.look(shown, word, estimated=place in f.answers.estimated, computed=True)
        value = plain_number(f.answers.value(place))
        self.page.formula(row, f.column, formula, look, value)

    def _row_of(self, unit: Unit) -> Callable[[Group], str]:
        return lambda group: str(self.plan.row_of_department(group, unit) + 1)

    def _figure(self, row: int, place: int, unit: Unit, f: _Field) -> None:
        figure = f.answers.figure(place)
        word = self._note(row, unit, f, figure)
        source = f.sources[place] if f.sources else 0
        link = (self.marks.sheet, a1(source, 0)) if source else None
        shown, look = self.cells.shown(figure, f.indicator, word)
        self.page.write(row, f.column, shown, look, link=link)

    def _note(self, row: int, unit: Unit, f: _Field, figure: ColumnFigure) -> str:
        """Attach to a cell what is known against its figure; return the word for the gravest."""
        status = self.marks.known.get((unit.code, f.indicator.code, f.period.code), NOTHING_KNOWN)
        word = word_of(figure, status)
        if word and self.notes < MOST_NOTES:
            note = note_of(status, self.plan.lang)
            if figure.held:
                held = say("sheet.held", self.plan.lang)
                note = f"{HELD} {held}. {note}".strip()
            self.notes += 1
            self.page.note(row, f.column, note, x_scale=2.2, y_scale=1.4)
        return word

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
            page.write(row, 2, block.name, style.cell(italic=True, text_wrap=False))
            page.note(row, 2, why_block(block, plan.form, plan.lang), x_scale=2.2, y_scale=1.6)
            for field_ in self.fields:
                self._block_figure(n, field_, row)

    def _block_figure(self, number: int, f: _Field, row: int) -> None:
        """Add the units of an area that existed; a missing one makes the sum unknown."""
        page, areas = self.page, self.table.areas
        places = areas.adding(f.indicator.code, f.period, number)
        if not places or f.indicator.aggregation is Aggregation.NONE:
            page.write(row, f.column, None, self.style.absent())
            return
        held = self.table.columns.held_behind(f.indicator, [f.period.code])
        yes_or_no = f.indicator.aggregation is Aggregation.COUNT_YES
        value = areas.value(f.indicator, f.period, number)
        shown = "#,##0" if yes_or_no else number_format(f.indicator, value)
        look = self.cells.look(
            text_marked(shown) if held & set(places) else shown, "", computed=True
        )
        if f.formula:
            formula = f.formula.replace(_ROW, str(row + 1))
            page.formula(row, f.column, formula, look, plain_number(value))
            return
        letter = column_letters(f.column)
        cells = [Cell(f"{letter}{self.plan.row_of_part(place) + 1}") for place in places]
        added = totals.area(cells, yes_or_no=yes_or_no).formula
        page.formula(row, f.column, added, look, "…" if value is None else plain_number(value))

    # ------------------------------------------------------------------ departments

    def _departments(self, width: int) -> None:
        page, plan = self.page, self.plan
        departments = plan.departments(self.group)
        if not departments:
            return
        row = plan.department_divider
        text = say("summary.departments", plan.lang)
        page.merge((row, 0), (row, width), text, self.style.section())
        for n, unit in enumerate(departments):
            place = len(plan.parts) + plan.wholes.index(unit)
            self._unit(plan.row_of_department(self.group, unit), n + 1, place, unit)
