"""Where the explorer looks: which column of which table holds an indicator of a year.

The figures themselves stay in the tables by unit; a formula picks the table, the row and the
column, so that the sheet is as small for ten thousand units as for ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongket_xlsx.model.form_words import Aggregation, Kind
from tongket_xlsx.model.formula import Number, Piece, Text, Value, either
from tongket_xlsx.model.formula_ranges import Cells, at, chosen, place_of
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.places import column_letters, quoted
from tongket_xlsx.summary.doubt_words import sentences
from tongket_xlsx.summary.formulas import NOTHING, nil_as_zero
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import UNIT_COLUMNS, Plan
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import plain_number

_KEY, _CHOICE, _YEAR, _PROVINCE, _TABLE, _COLUMN, _DOUBT = range(7)
_CHOICES, _UNITS, _OFFSETS, _FAMILIES, _ADDS = 7, 8, 9, 10, 11
_LONGEST_CHOICE = 120


@dataclass(frozen=True)
class Lookup:
    """The addresses of the sheet, and what can be chosen on it."""

    sheet: str
    rows: dict[tuple[str, str], int]
    choices: tuple[str, ...]
    families: tuple[str, ...]
    units: int
    blocks: tuple[Cells, ...]

    def key_place(self, key: Text) -> Number:
        """Return the formula of the place of “code|year”, counted from 1."""
        return place_of(key, self._block(_KEY))

    def province(self, place: Number) -> Value:
        """Return the formula of the provincial figure at a place."""
        return at(self._block(_PROVINCE), place)

    def adds(self, place: Number) -> Number:
        """Return the formula that gives 1 where figures of units are parts of the province’s."""
        return at(self._block(_ADDS), place).known_number()

    def doubt(self, place: Number) -> Text:
        """Return the formula of what is known against the provincial figure at a place."""
        return at(self._block(_DOUBT), place).shown()

    def table(self, place: Number) -> Number:
        """Return the formula of the number of the table at a place."""
        return at(self._block(_TABLE), place).known_number()

    def column(self, place: Number) -> Number:
        """Return the formula of the column in the table at a place."""
        return at(self._block(_COLUMN), place).known_number()

    def offset(self, unit: Text) -> Number:
        """Return the formula of the row of a unit in every table."""
        names, offsets = (self._list(c, self.units) for c in (_UNITS, _OFFSETS))
        return at(offsets, place_of(unit, names)).known_number()

    def value(self, table: Number, column: Number, offset: Number) -> Piece:
        """Return the formula of a unit's figure; what is missing is no zero, “-” is one."""
        return nil_as_zero(at(chosen(table, *self.blocks), offset, column))

    def sign(self, table: Number, column: Number, offset: Number) -> Piece:
        """Return the formula of what stands where a unit has no number that counts."""
        cell = at(chosen(table, *self.blocks), offset, column)
        return either(cell.is_number(), NOTHING, cell.shown())

    @property
    def indicator_list(self) -> str:
        """Return the source of the list of indicators."""
        return self._list(_CHOICES, len(self.choices)).formula

    @property
    def unit_list(self) -> str:
        """Return the source of the list of units."""
        return self._list(_UNITS, self.units).formula

    @property
    def family_list(self) -> str:
        """Return the source of the list of parents."""
        return self._list(_FAMILIES, len(self.families)).formula

    def _block(self, column: int) -> Cells:
        letters = column_letters(column)
        return Cells(f"{quoted(self.sheet)}!${letters}$2:${letters}${len(self.rows) + 1}")

    def _list(self, column: int, count: int) -> Cells:
        letters = column_letters(column)
        return Cells(f"{quoted(self.sheet)}!${letters}$1:${letters}${count}")


def explored(p: Pages) -> list[Indicator]:
    """Return the indicators that can be chosen: those with a figure of the province.

    It may be the own figure of a department, which no unit has.
    """

    def has_figure(i: Indicator) -> bool:
        wholes = (unit.kind for unit in p.plan.wholes)
        return bool(p.form.adding_kinds(i)) or any(p.form.is_asked(i, kind) for kind in wholes)

    return [
        i
        for i in p.form.indicators.values()
        if has_figure(i) and i.kind is not Kind.YESNO
        if any(y.code in i.periods for y in p.form.years)
    ]


def first_shown(p: Pages) -> tuple[Indicator, str] | None:
    """Return what is shown before anyone chooses: the first headline in its last year."""
    indicators = [i for i in explored(p) if p.form.adding_kinds(i)]
    if not indicators or not p.plan.parts:
        return None
    last = p.form.years[-1].code
    headlines = [i for i in indicators if i.headline and last in i.periods]
    indicator = (headlines or indicators)[0]
    return indicator, [y.code for y in p.form.years if y.code in indicator.periods][-1]


def choice(p: Pages, indicator: Indicator) -> str:
    """Return how an indicator stands in the list: its code, then its label."""
    label = indicator.plain_label if p.lang == "vi" else indicator.label.to(p.lang)
    return f"{indicator.code} – {label}"[:_LONGEST_CHOICE]


def write_lookup(p: Pages) -> Lookup:
    """Write the sheet; there is at least one indicator and one unit."""
    page = p.book.sheet(p.say("sheet.matrix"), tab="#7F7F7F")
    page.widths([14, 44, 9, 14, 7, 7, 40, 44, 30, 7, 30, 7])
    keys = [(i, y.code) for i in explored(p) for y in p.form.years if y.code in i.periods]
    families = (p.say("explorer.all"), *dict.fromkeys(p.plan.sections.values()))
    choices = tuple(dict.fromkeys(choice(p, i) for i, _ in keys))
    rows = {(i.code, year): row for row, (i, year) in enumerate(keys, start=1)}
    _headings(p, page)
    groups = [g.code for g in p.form.groups]
    plain = p.style.plain(font_size=9)
    for indicator, year in keys:
        row = rows[indicator.code, year]
        page.write(row, _KEY, f"{indicator.code}|{year}", plain)
        page.write(row, _CHOICE, choice(p, indicator), plain)
        page.write(row, _YEAR, year, plain)
        total = p.figures.province[indicator.code, year]
        formula = "=" + p.plan.province_cell(indicator.code, year)
        page.formula(row, _PROVINCE, formula, plain, plain_number(total.value))
        page.write(row, _TABLE, groups.index(indicator.group) + 1, plain)
        column = p.plan.table_of(indicator.code).order[indicator.code, year]
        page.write(row, _COLUMN, column - UNIT_COLUMNS + 1, plain)
        page.write(row, _DOUBT, doubt_text(p, indicator.code, year), plain)
        page.write(row, _ADDS, int(is_part(indicator)), plain)
    first = p.plan.first_row
    offsets = [p.plan.row_of_part(n) - first + 1 for n in range(len(p.plan.parts))]
    lists: tuple[tuple[int, Sequence[str | int]], ...] = (
        (_CHOICES, choices),
        (_UNITS, [u.short_name for u in p.plan.parts]),
        (_OFFSETS, offsets),
        (_FAMILIES, families),
    )
    for column, values in lists:
        for row, value in enumerate(values):
            page.write(row, column, value, plain)
    page.page.freeze_panes(1, 3)
    page.printed(footer=page.name)
    return Lookup(page.name, rows, choices, families, len(p.plan.parts), _blocks(p.plan))


def is_part(indicator: Indicator) -> bool:
    """Say whether the figure of a unit is a part of that of the province; a ratio is none."""
    return indicator.aggregation is Aggregation.SUM


def doubt_text(p: Pages, code: str, year: str) -> str:
    """Return what is known against a figure of the province, behind how many units it is of."""
    total = p.figures.province[code, year]
    said = "; ".join(sentences(total.doubt, p.lang))
    if total.given_by is not None:
        said = "; ".join(filter(None, [p.say("explorer.given_by"), said]))
    return f"{year} ({total.behind}): {said}" if said else ""


def _headings(p: Pages, page: Sheet) -> None:
    keys = ("explorer.key", "col.indicator", "raw.period", "ranking.province")
    for column, key in enumerate((*keys, "explorer.table", "explorer.column", "col.note")):
        page.write(0, column, p.say(key), p.style.heading(font_size=9))
    page.write(0, _ADDS, p.say("explorer.adds"), p.style.heading(font_size=9))


def _blocks(plan: Plan) -> tuple[Cells, ...]:
    """Return the figures of all units in the table of every group, in the order of the form."""
    left, first, last = column_letters(UNIT_COLUMNS), plan.first_row + 1, plan.last_row + 1
    return tuple(
        Cells(f"{quoted(table.sheet)}!${left}${first}:${column_letters(table.last)}${last}")
        for table in plan.tables.values()
    )
