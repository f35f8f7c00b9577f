"""The charts a person would cut into the report, native and readable in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tongket_xlsx.model.formula import Cell
from tongket_xlsx.model.places import a1, column_letters, quoted
from tongket_xlsx.model.targets import COMPARED_BY, ChartKind, ChartPlan
from tongket_xlsx.summary import formulas as totals
from tongket_xlsx.summary.doubt_words import few, mark_of, marked, of_years
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.rank_formulas import Ranked, in_order
from tongket_xlsx.summary.sheets.chart_style import (
    CHART_FONT,
    FILLS,
    LINE,
    MARKER,
    labels_above,
    labels_inside,
    second_axis,
    top_of,
)
from tongket_xlsx.summary.targets import reliability_mark, target_of
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import lines, number_format, plain_number

_DATA = 18  # the column where the figures behind the charts start, beyond what is printed
_TALL = 19
# A chart of more columns than this can be read by nobody.
MOST_DRAWN = 60
_RANKING = (
    "ranking.unit",
    "ranking.value",
    "ranking.place",
    "ranking.sorted_value",
    "ranking.sorted_unit",
    "ranking.province",
)


def write_charts(p: Pages) -> None:
    """Write the charts, two beside each other, and the figures behind them to their right."""
    if not p.form.charts:
        return
    page = p.book.sheet(p.say("sheet.charts"), tab="#548235")
    page.merge((0, 0), (0, 15), p.m.title, p.style.title(14))
    page.height(0, 26)
    page.merge((1, 0), (1, 15), p.m.notice, p.style.warning_line())
    data_row = 3
    notes: dict[int, int] = {}
    for n, plan in enumerate(p.form.charts):
        place = (3 + _TALL * (n // 2), 8 * (n % 2))
        if plan.kind is ChartKind.RANKING:
            data_row = _ranking(p, page, plan, place, data_row)
        else:
            data_row = _by_year(p, page, plan, place, data_row)
        _note(p, page, plan, place, notes)
    for row, tall in notes.items():
        page.height(row, max(15, 12 * tall + 3))
    bottom = 3 + _TALL * ((len(p.form.charts) + 1) // 2)
    page.printed(area=(bottom, 16), footer=page.name)
    page.page.fit_to_pages(1, 1)


def _note(
    p: Pages, page: Sheet, plan: ChartPlan, place: tuple[int, int], notes: dict[int, int]
) -> None:
    """Write under a chart what its figures lack and contain, and who is not ranked."""
    found = []
    if plan.kind is ChartKind.RANKING:
        held = _held(p, plan.indicators[0])
        if held:
            found.append(p.say("doubt.unranked", units=few(held, p.lang)))
    for code in plan.indicators:
        indicator = p.form.indicators[code]
        said = of_years(indicator, p.figures.province, p.lang)
        found += [f"{code} {text}" if len(plan.indicators) > 1 else text for text in said]
    if not found:
        return
    wide = 16 if plan.kind is ChartKind.RANKING else 8
    text = " · ".join(found)
    row, column = place[0] + _TALL - 1, place[1]
    look = p.style.plain(font_size=8, italic=True, text_wrap=True, valign="top")
    page.merge((row, column), (row, column + wide - 1), text, look)
    notes[row] = max(notes.get(row, 1), lines(text, 11 * wide))


def _held(p: Pages, code: str) -> list[str]:
    """Return the names of the units that are not ranked because their figures are held."""
    column = p.figures.units.get((code, p.form.years[-1].code))
    held = column.held if column else {}
    return [p.plan.parts[at].short_name for at in _asked(p, code) if at in held]


def _by_year(p: Pages, page: Sheet, plan: ChartPlan, place: tuple[int, int], row: int) -> int:
    """Draw columns by year; the last indicator of a share chart, or the target, is a line."""
    years = p.form.years
    head = p.style.heading(font_size=9)
    page.write(row, _DATA, plan.title.to(p.lang), p.style.plain(bold=True, font_size=9))
    row += 1
    page.write(row, _DATA, None, head)
    for n, year in enumerate(years):
        # The heading is a text, so that no chart takes the year for a figure.
        page.write(row, _DATA + 1 + n, year.code, head)
    heading = row
    for code in plan.indicators:
        row += 1
        _series_row(p, page, row, code)
    target = target_of(p.form, p.m.targets, plan.indicators[0])
    if plan.kind is ChartKind.TARGET and target is not None and target.value is not None:
        row += 1
        sign = COMPARED_BY[target.operator]
        name = p.say("summary.target_level", sign=sign, value=target.value, year=str(target.year))
        name = f"{p.say('summary.target')} {name} {reliability_mark(target, p.lang)}".strip()
        page.write(row, _DATA, name, p.style.cell(font_size=9))
        for n in range(len(years)):
            page.write(
                row, _DATA + 1 + n, plain_number(target.value), p.style.cell(num_format="0.0")
            )
    _draw_years(p, page, plan, place, (heading, row))
    return row + 2


def _draw_years(
    p: Pages, page: Sheet, plan: ChartPlan, place: tuple[int, int], rows_of: tuple[int, int]
) -> None:
    """Draw the rows below a heading, the last as a line where it is a share or a target."""
    heading, row = rows_of
    years = p.form.years
    drawn_as_line = 1 if row - heading > len(plan.indicators) or plan.kind is ChartKind.SHARE else 0
    share = plan.kind is ChartKind.SHARE
    chart = p.book.chart({"type": "column"})
    rows = list(range(heading + 1, row + 1))
    for n, at in enumerate(rows[: len(rows) - drawn_as_line]):
        chart.add_series(
            {
                **_series(page, heading, at, len(years)),
                **FILLS[n % len(FILLS)],
                "border": {"color": "#1F3864"},
                "gap": 80,
                "data_labels": labels_inside() if drawn_as_line else labels_above(),
            }
        )
    if drawn_as_line:
        line = p.book.chart({"type": "line"})
        line.add_series(
            {
                **_series(page, heading, rows[-1], len(years)),
                "line": LINE,
                "marker": MARKER,
                "y2_axis": plan.kind is ChartKind.SHARE,
                **({"data_labels": {**labels_above(), "position": "above"}} if share else {}),
            }
        )
        chart.combine(line)
        if plan.kind is ChartKind.SHARE:
            last = p.form.indicators[plan.indicators[-1]]
            line.set_y2_axis(second_axis(last.unit.to(p.lang)))
    _finish(p, page, chart, plan, place)


def _series_row(p: Pages, page: Sheet, row: int, code: str) -> None:
    indicator = p.form.indicators[code]
    label = indicator.plain_label if p.lang == "vi" else indicator.label.to(p.lang)
    page.write(row, _DATA, label, p.style.cell(font_size=9))
    for n, year in enumerate(p.form.years):
        total = p.figures.province.get((code, year.code))
        shown = number_format(indicator, total.value if total else None)
        if total is not None:
            shown = marked(shown, mark_of(total.doubt, p.lang))
        look = p.style.cell(num_format=shown)
        if total is None:
            page.write(row, _DATA + 1 + n, None, look)
        else:
            page.formula(
                row,
                _DATA + 1 + n,
                "=" + p.plan.province_cell(code, year.code),
                look,
                plain_number(total.value),
            )


def _series(page: Sheet, heading: int, row: int, count: int) -> dict[str, Any]:
    sheet = quoted(page.name)

    def block(at: int) -> str:
        return f"={sheet}!{a1(at, _DATA + 1)}:{a1(at, _DATA + count)}"

    return {
        "name": f"={sheet}!{a1(row, _DATA)}",
        "categories": block(heading),
        "values": block(row),
    }


def _ranking(p: Pages, page: Sheet, plan: ChartPlan, place: tuple[int, int], row: int) -> int:
    """Draw the units from the highest down, with the level of the province as a line.

    The order is made by formulas over the figures of the units, so that it follows them. Of very
    many units only the first are drawn.
    """
    code, year = plan.indicators[0], p.form.years[-1]
    places = _asked(p, code)
    if not places or (code, year.code) not in p.figures.units:
        return row
    page.write(row, _DATA, plan.title.to(p.lang), p.style.plain(bold=True, font_size=9))
    for n, key in enumerate(_RANKING):
        page.write(row + 1, _DATA + n, p.say(key), p.style.heading(font_size=9))
    first, last = row + 2, row + 1 + len(places)
    ranked = Ranked(_DATA + 1, _DATA + 3, _DATA + 2, first, last, first)
    values = [p.figures.units[code, year.code].value(at) for at in places]
    _figures_of_units(p, page, code, places, values, first)
    shown = min(len(places), MOST_DRAWN)
    _in_order(p, page, code, ranked, [p.plan.parts[at].short_name for at in places], values, shown)
    _draw_ranking(p, page, plan, place, (first, first + shown - 1))
    return last + 3


def _asked(p: Pages, code: str) -> list[int]:
    """Return the places of the units that are ranked: those that add and were there that year."""
    kinds = p.form.adding_kinds(p.form.indicators[code])
    year = p.form.years[-1]
    indicator = p.form.indicators[code]
    return [
        n
        for n, u in enumerate(p.plan.parts)
        if u.kind in kinds and p.form.is_asked(indicator, u.kind) and u.existed_in(year)
    ]


def _figures_of_units(
    p: Pages,
    page: Sheet,
    code: str,
    places: Sequence[int],
    values: Sequence[Decimal | None],
    first: int,
) -> None:
    year = p.form.years[-1].code
    for n, (place, value) in enumerate(zip(places, values, strict=True)):
        look = p.style.cell(num_format=number_format(p.form.indicators[code], value))
        unit = p.plan.parts[place]
        page.write(first + n, _DATA, unit.short_name, p.style.cell(font_size=9))
        if p.live:
            source = Cell(p.plan.cell(code, year, p.plan.row_of_part(place)))
            formula = totals.nil_as_zero(source).formula
            page.formula(first + n, _DATA + 1, formula, look, plain_number(value))
        else:
            page.write(first + n, _DATA + 1, plain_number(value), look)


def _in_order(
    p: Pages,
    page: Sheet,
    code: str,
    ranked: Ranked,
    names: Sequence[str],
    values: Sequence[Decimal | None],
    shown: int,
) -> None:
    year = p.form.years[-1].code
    indicator, small = p.form.indicators[code], p.style.cell(font_size=9)
    province = "=" + p.plan.province_cell(code, year)
    whole = p.figures.province[code, year].value
    total, of_whole = plain_number(whole), p.style.cell(num_format=number_format(indicator, whole))
    order = in_order(values)
    for n in range(shown):
        at = ranked.start + n
        found = order[n] if n < len(order) else None
        exactly = None if found is None else values[found]
        look, value = p.style.cell(num_format=number_format(indicator, exactly)), None
        if exactly is not None:
            value = plain_number(exactly)
        page.formula(
            at, _DATA + 2, ranked.place_formula(n), small, None if found is None else found + 1
        )
        page.formula(at, _DATA + 3, ranked.value_formula(n), look, value)
        name = "" if found is None else names[found]
        page.formula(at, _DATA + 4, ranked.among(_DATA, n), small, name)
        page.formula(at, _DATA + 5, province, of_whole, total)


def _draw_ranking(
    p: Pages, page: Sheet, plan: ChartPlan, place: tuple[int, int], rows: tuple[int, int]
) -> None:
    indicator, year = p.form.indicators[plan.indicators[0]], p.form.years[-1]

    def column(offset: int) -> str:
        letters = column_letters(_DATA + offset)
        return f"={quoted(page.name)}!${letters}${rows[0] + 1}:${letters}${rows[1] + 1}"

    chart = p.book.chart({"type": "column"})
    chart.add_series(
        {
            "name": f"{indicator.plain_label} {year.label.to(p.lang).lower()}",
            "categories": column(4),
            "values": column(3),
            **FILLS[0],
            "gap": 40,
            "data_labels": {"value": True, "num_format": "0.0", "font": {**CHART_FONT, "size": 8}},
        }
    )
    line = p.book.chart({"type": "line"})
    line.add_series(
        {
            "name": p.say("ranking.province"),
            "categories": column(4),
            "values": column(5),
            "line": LINE,
        }
    )
    chart.combine(line)
    _finish(p, page, chart, plan, place, wide=True)


def _finish(
    p: Pages,
    page: Sheet,
    chart: Any,
    plan: ChartPlan,
    place: tuple[int, int],
    *,
    wide: bool = False,
) -> None:
    first = p.form.indicators[plan.indicators[0]]
    chart.set_title(
        {"name": plan.title.to(p.lang), "name_font": {**CHART_FONT, "size": 12}, "overlay": False}
    )
    chart.set_legend({"position": "bottom", "font": CHART_FONT})
    chart.set_x_axis({"num_font": {**CHART_FONT, "rotation": -45} if wide else CHART_FONT})
    chart.set_y_axis(
        {
            "name": first.unit.to(p.lang),
            "name_font": CHART_FONT,
            "num_font": CHART_FONT,
            "min": 0,
            "max": top_of(p, plan),
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )
    width = 1010 if wide else 500
    chart.set_size({"width": width, "height": 360})
    page.place(*place, chart, p.say("chart.alt", title=plan.title.to(p.lang)))
