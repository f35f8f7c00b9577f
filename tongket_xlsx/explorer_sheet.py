"""One sheet to ask: rank the units, follow one unit, find where a figure came from.

Everything is a plain formula over a table of figures on a sheet of its own, so that Excel 2010,
LibreOffice and WPS compute it; there are no macros and no dynamic arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongket_xlsx import ranking
from tongket_xlsx.book import Sheet
from tongket_xlsx.cells import a1, column_letters, quoted
from tongket_xlsx.comparison import six
from tongket_xlsx.form import Aggregation, Indicator
from tongket_xlsx.house_style import plain_number
from tongket_xlsx.plan import HEAD
from tongket_xlsx.summary_page import Pages

# Beyond this the table of figures would be larger than all else; the trace box stays.
MOST_UNITS = 60
_FIRST_UNIT = 5
_FONT = {"name": "Times New Roman", "size": 10}


@dataclass(frozen=True)
class TraceTable:
    """Where the tidy data stands: its sheet, its rows and the column of each of its fields."""

    sheet: str
    first_row: int
    last_row: int
    columns: dict[str, int]

    def block(self, field: str) -> str:
        """Return the address of one field of all rows."""
        letters = column_letters(self.columns[field])
        return (
            f"{quoted(self.sheet)}!${letters}${self.first_row + 1}:${letters}${self.last_row + 1}"
        )


@dataclass(frozen=True)
class _Matrix:
    """The table of figures: one row per indicator and year, one column per unit."""

    sheet: str
    first: int
    last: int
    codes: tuple[str, ...]
    rows: dict[tuple[str, str], int]
    units: int

    def column(self, number: int) -> str:
        """Return the address of one column of the table, without its heading."""
        letters = column_letters(number)
        return f"{quoted(self.sheet)}!${letters}${self.first + 1}:${letters}${self.last + 1}"

    @property
    def header(self) -> str:
        """Return the address of the names of the units."""
        return self._across(1, 1)

    @property
    def block(self) -> str:
        """Return the address of the figures of all units."""
        return self._across(self.first + 1, self.last + 1)

    def _across(self, first: int, last: int) -> str:
        left, right = (column_letters(_FIRST_UNIT + n) for n in (0, self.units - 1))
        return f"{quoted(self.sheet)}!${left}${first}:${right}${last}"


def write_explorer(p: Pages, trace: TraceTable | None) -> None:
    """Write the explorer and, behind it, the table of figures it reads."""
    page = p.book.sheet(p.say("sheet.explorer"), tab="#C55A11")
    page.widths([5, 34, 14, 13, 3, 30, 14, 14, 14, 14])
    page.merge((0, 0), (0, 9), p.say("explorer.title"), p.style.title(14))
    page.height(0, 26)
    page.merge((1, 0), (1, 9), p.m.notice, p.style.warning_line())
    page.merge((2, 0), (2, 9), p.say("explorer.help"), p.style.subtitle())
    if p.figures.units and len(p.plan.parts) <= MOST_UNITS:
        matrix = _matrix(p)
        if matrix is not None:
            _ranked(p, page, matrix)
            _one_unit(p, page, matrix)
    else:
        page.merge((4, 0), (4, 9), p.say("explorer.too_many"), p.style.plain(italic=True))
    _trace(p, page, trace)
    page.printed(area=(60, 9), footer=page.name)


def _matrix(p: Pages) -> _Matrix | None:
    """Write the table of figures; its cells refer to the tables by unit."""
    indicators = [
        i
        for i in p.form.indicators.values()
        if p.form.adding_kinds(i) and i.aggregation is not Aggregation.COUNT_YES
    ]
    keys = [(i, y) for i in indicators for y in p.form.years if y.code in i.periods]
    if not keys or not p.plan.parts:
        return None
    page = p.book.sheet(p.say("sheet.matrix"), tab="#7F7F7F")
    headings = [
        p.say("explorer.key"),
        p.say("col.indicator"),
        p.say("raw.period"),
        p.say("ranking.province"),
        "",
        *(u.short_name for u in p.plan.parts),
    ]
    for column, heading in enumerate(headings):
        page.write(0, column, heading, p.style.heading(font_size=9))
    plain = p.style.plain(font_size=9)
    rows: dict[tuple[str, str], int] = {}
    for row, (indicator, year) in enumerate(keys, start=1):
        rows[indicator.code, year.code] = row
        page.write(row, 0, f"{indicator.code}|{year.code}", plain)
        page.write(row, 1, _choice(p, indicator), plain)
        page.write(row, 2, year.code, plain)
        total = p.figures.province[indicator.code, year.code]
        page.formula(
            row,
            3,
            "=" + p.plan.province_cell(indicator.code, year.code),
            plain,
            plain_number(total.value),
        )
        values = p.figures.units.get((indicator.code, year.code), ())
        known = dict(values)
        for n, unit in enumerate(p.plan.parts):
            if not p.form.is_asked(indicator, unit.kind):
                # An empty cell would be looked up as zero, and zero is an answer.
                page.formula(row, _FIRST_UNIT + n, '=""', plain, "")
                continue
            cell = p.plan.cell(indicator.code, year.code, p.plan.row_of_part(n))
            value = plain_number(known.get(unit.short_name))
            formula = f'=IF(ISNUMBER({cell}),{cell},IF({cell}="-",0,""))'
            page.formula(row, _FIRST_UNIT + n, formula, plain, value)
    at = _FIRST_UNIT + len(p.plan.parts) + 1
    codes = tuple(dict.fromkeys(_choice(p, i) for i, _ in keys))
    for row, text in enumerate(codes):
        page.write(row, at, text, plain)
    for row, unit in enumerate(p.plan.parts):
        page.write(row, at + 1, unit.short_name, plain)
    page.page.freeze_panes(1, 3)
    page.printed(footer=page.name)
    return _Matrix(page.name, 1, len(keys), codes, rows, len(p.plan.parts))


def _choice(p: Pages, indicator: Indicator) -> str:
    label = indicator.plain_label if p.lang == "vi" else indicator.label.to(p.lang)
    return f"{indicator.code} – {label}"[:120]


def _list(p: Pages, matrix: _Matrix, offset: int, count: int) -> str:
    letters = column_letters(_FIRST_UNIT + len(p.plan.parts) + 1 + offset)
    return f"={quoted(matrix.sheet)}!${letters}$1:${letters}${count}"


def _first_choice(p: Pages, matrix: _Matrix) -> str:
    """Return the indicator shown before anyone chooses: the first headline of the last year."""
    year = p.form.years[-1].code
    return next(
        (
            _choice(p, i)
            for i in p.form.indicators.values()
            if i.headline and (i.code, year) in matrix.rows
        ),
        matrix.codes[0],
    )


def _ranked(p: Pages, page: Sheet, matrix: _Matrix) -> None:
    """Write the choices, the ranked units and their chart."""
    year = p.form.years[-1].code
    chosen = _first_choice(p, matrix)
    code = chosen.split(" ")[0]
    year = year if (code, year) in matrix.rows else next(y for c, y in matrix.rows if c == code)
    page.write(HEAD, 1, p.say("explorer.choose_indicator"), p.style.cell(bold=True))
    page.merge((HEAD, 2), (HEAD, 3), chosen, p.style.required(locked=False))
    page.validate(
        (HEAD, 2), (HEAD, 2), {"validate": "list", "source": _list(p, matrix, 0, len(matrix.codes))}
    )
    page.write(HEAD + 1, 1, p.say("explorer.choose_year"), p.style.cell(bold=True))
    page.merge((HEAD + 1, 2), (HEAD + 1, 3), year, p.style.required(locked=False, num_format="@"))
    page.validate(
        (HEAD + 1, 2), (HEAD + 1, 2), {"validate": "list", "source": [y.code for y in p.form.years]}
    )
    page.height(HEAD, 32)
    at = a1(HEAD, 2), a1(HEAD + 1, 2)
    picked = f'LEFT({_fixed(at[0])},FIND(" ",{_fixed(at[0])})-1)'
    row_of = f'MATCH({picked}&"|"&{_fixed(at[1])},{matrix.column(0)},0)'
    first = HEAD + 4
    # The row of the choice and the sort keys stand out of the printed area, in plain sight.
    page.write(first - 2, 12, p.say("explorer.row"), p.style.plain(font_size=8))
    page.formula(
        first - 2, 13, f'=IFERROR({row_of},"")', p.style.plain(font_size=8), matrix.rows[code, year]
    )
    row_cell = _fixed(a1(first - 2, 13))
    for n, key in enumerate(("col.ordinal", "status.unit", "ranking.value", "explorer.share")):
        page.write(first - 1, n, p.say(key), p.style.heading())
    known = dict(p.figures.units.get((code, year), ()))
    total = p.figures.province[code, year].value
    count = len(p.plan.parts)
    last = first + count - 1
    names, values, keys = (
        (f"${column_letters(c)}${first + 1}:${column_letters(c)}${last + 1}") for c in (12, 13, 14)
    )
    ordered = ranking.in_order((u.short_name, known.get(u.short_name)) for u in p.plan.parts)
    small = p.style.plain(font_size=8)
    for n, unit in enumerate(p.plan.parts):
        row = first + n
        value = known.get(unit.short_name)
        here = a1(row, 13)
        page.write(row, 12, unit.short_name, small)
        page.formula(
            row,
            13,
            f'=IF({row_cell}="","",INDEX({matrix.block},{row_cell},{n + 1}))',
            small,
            plain_number(value),
        )
        page.formula(row, 14, ranking.key_formula(here, n), small, ranking.key(value, n))
        name, number = ordered[n] if n < len(ordered) else ("", None)
        found = ranking.place_formula(keys, n)
        rank = n + 1 if number is not None else None
        shown = a1(row, 1)
        page.formula(row, 0, f'=IF({shown}="","",{n + 1})', p.style.cell(align="center"), rank)
        page.formula(row, 1, f'=IFERROR(INDEX({names},{found}),"")', p.style.cell(), name)
        page.formula(
            row,
            2,
            f'=IFERROR(INDEX({values},{found}),"")',
            p.style.cell(num_format="#,##0.##"),
            plain_number(number),
        )
        province = f"INDEX({matrix.column(3)},{row_cell})"
        value_cell = a1(row, 2)
        ratio = None if number is None or not total else float(six(number / total * 100))
        page.formula(
            row,
            3,
            f'=IFERROR(IF({province}=0,"",ROUND({value_cell}/{province}*100,6)),"")',
            p.style.cell(num_format='0.0"%"'),
            ratio,
        )
    page.write(last + 1, 1, p.say("ranking.province"), p.style.cell(bold=True))
    page.formula(
        last + 1,
        2,
        f'=IFERROR(INDEX({matrix.column(3)},{row_cell}),"")',
        p.style.cell(num_format="#,##0.##", bold=True),
        plain_number(total),
    )
    _chart(p, page, first, last)


def _fixed(address: str) -> str:
    letters = address.rstrip("0123456789")
    return f"${letters}${address[len(letters) :]}"


def _chart(p: Pages, page: Sheet, first: int, last: int) -> None:
    sheet = quoted(page.name)
    chart = p.book.chart({"type": "bar"})
    chart.add_series(
        {
            "name": f"={sheet}!{_fixed(a1(HEAD, 2))}",
            "categories": f"={sheet}!$B${first + 1}:$B${last + 1}",
            "values": f"={sheet}!$C${first + 1}:$C${last + 1}",
            "fill": {"color": "#1F3864"},
            "gap": 40,
            "data_labels": {"value": True, "font": {**_FONT, "size": 8}},
        }
    )
    chart.set_y_axis({"reverse": True, "num_font": {**_FONT, "size": 8}})
    chart.set_x_axis(
        {
            "num_font": {**_FONT, "size": 8},
            "min": 0,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )
    chart.set_legend({"none": True})
    chart.set_title({"name": f"={sheet}!{_fixed(a1(HEAD, 2))}", "name_font": {**_FONT, "size": 11}})
    chart.set_size({"width": 620, "height": 420})
    page.place(HEAD + 12, 5, chart, p.say("explorer.alt"))


def _one_unit(p: Pages, page: Sheet, matrix: _Matrix) -> None:
    """Write one unit's years against the province, for the indicator chosen."""
    column, row = 5, HEAD
    unit = p.plan.parts[0].short_name
    page.write(row, column, p.say("explorer.choose_unit"), p.style.cell(bold=True))
    page.merge((row, column + 1), (row, column + 2), unit, p.style.required(locked=False))
    page.validate(
        (row, column + 1),
        (row, column + 1),
        {"validate": "list", "source": _list(p, matrix, 1, len(p.plan.parts))},
    )
    chosen, picked_unit = _fixed(a1(HEAD, 2)), _fixed(a1(row, column + 1))
    for n, key in enumerate(("raw.period", "explorer.unit_value", "ranking.province")):
        page.write(row + 2, column + n, p.say(key), p.style.heading())
    code = _first_choice(p, matrix).split(" ")[0]
    for n, period in enumerate(p.form.years):
        at = row + 3 + n
        page.write(at, column, period.code, p.style.cell(align="center"))
        key = f'LEFT({chosen},FIND(" ",{chosen})-1)&"|{period.code}"'
        place = f"MATCH({key},{matrix.column(0)},0)"
        value = dict(p.figures.units.get((code, period.code), ())).get(unit)
        total = p.figures.province.get((code, period.code))
        look = p.style.cell(num_format="#,##0.##")
        formula = (
            f'=IFERROR(INDEX({matrix.block},{place},MATCH({picked_unit},{matrix.header},0)),"")'
        )
        page.formula(at, column + 1, formula, look, plain_number(value))
        page.formula(
            at,
            column + 2,
            f'=IFERROR(INDEX({matrix.column(3)},{place}),"")',
            look,
            plain_number(total.value) if total else None,
        )
    first, last = row + 4, row + 3 + len(p.form.years)
    sheet = quoted(page.name)
    chart = p.book.chart({"type": "column"})
    letters = [column_letters(column + n) for n in range(3)]
    chart.add_series(
        {
            "name": f"={sheet}!{picked_unit}",
            "categories": f"={sheet}!${letters[0]}${first}:${letters[0]}${last}",
            "values": f"={sheet}!${letters[1]}${first}:${letters[1]}${last}",
            "fill": {"color": "#1F3864"},
            "gap": 80,
            "data_labels": {"value": True, "font": {**_FONT, "size": 8}},
        }
    )
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_title({"name": f"={sheet}!{picked_unit}", "name_font": {**_FONT, "size": 11}})
    chart.set_size({"width": 620, "height": 300})
    page.place(HEAD + 34, 5, chart, p.say("explorer.unit_alt"))


def _trace(p: Pages, page: Sheet, trace: TraceTable | None) -> None:
    """Write the trace box: unit, indicator and period in, file and cell out."""
    row, column = HEAD + 36, 0
    page.merge((row, column), (row, column + 3), p.say("trace.title"), p.style.section())
    if trace is None:
        text = p.say("trace.beside", file=p.m.beside) if p.m.beside else p.say("trace.none")
        page.merge((row + 1, column), (row + 2, column + 3), text, p.style.plain(text_wrap=True))
        return
    fields = ("unit", "indicator", "period")
    for n, key in enumerate(fields):
        page.write(row + 1 + n, 1, p.say(f"raw.{key}"), p.style.cell(bold=True))
        page.merge(
            (row + 1 + n, 2), (row + 1 + n, 3), "", p.style.required(locked=False, num_format="@")
        )
    parts = [f"TRIM({_fixed(a1(row + 1 + n, 2))})" for n in range(3)]
    key = '&"|"&'.join(parts) + '&"|0"'
    place = f"MATCH({key},{trace.block('key')},0)"
    asked = f'{parts[0]}=""'
    for n, field in enumerate(
        ("state", "value", "raw", "file", "sheet", "cell", "received", "sha256")
    ):
        at = row + 5 + n
        page.write(at, 1, p.say(f"raw.{field}"), p.style.cell())
        formula = f'=IF({asked},"",IFERROR(INDEX({trace.block(field)},{place})&"","…"))'
        page.formula(at, 2, formula, p.style.cell(text_wrap=False), "")
