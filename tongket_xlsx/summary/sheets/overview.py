"""The first sheet: what came back, the headline indicators, and what to know before using them."""

from __future__ import annotations

from decimal import Decimal

from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.formula import Cell
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.places import a1, quoted
from tongket_xlsx.model.targets import COMPARED_BY
from tongket_xlsx.summary import formulas as totals
from tongket_xlsx.summary import statements
from tongket_xlsx.summary.doubt_words import (
    coverage,
    mark_between,
    mark_of,
    marked,
    of_years,
    width_of,
)
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import crosses_break
from tongket_xlsx.summary.targets import reliability, reliability_mark, target_of
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import (
    change_format,
    lines,
    number_format,
    plain_number,
    share_format,
)

_TEXT_WIDTH = 150


def write_overview(p: Pages) -> None:
    """Write the overview, last of all: it repeats what the other sheets say."""
    page = p.book.sheet(p.say("sheet.overview"), tab="#1F2A44")
    style, form, years = p.style, p.form, p.form.years
    figures = [_width(p, year) for year in years]
    change = max(figures)
    page.widths([8, 44, 12, *figures, *[10] * len(years), change, change, 12, 16, 14, 15])
    last = 2 + 2 * len(years) + 6
    page.merge(
        (0, 0), (0, 2), p.m.collector, style.plain(bold=True, align="center", text_wrap=True)
    )
    page.height(0, 36)
    page.merge((1, 0), (1, last), p.m.title, style.title(16))
    page.height(1, 30)
    page.merge((2, 0), (2, last), form.subtitle.to(p.lang), style.title(12))
    page.merge((3, 0), (3, last), form.cutoff.to(p.lang), style.subtitle())
    page.merge((4, 0), (4, last), p.m.notice, style.warning_line())
    page.merge((5, 0), (5, last), statements.received(p), style.plain(bold=True))
    row = 7
    page.merge((row, 0), (row, last), p.say("summary.headline"), style.section())
    headings = [
        p.say("col.code"),
        p.say("col.indicator"),
        p.say("col.unit"),
        *(y.label.to(p.lang) for y in years),
        *(p.say("summary.coverage", period=y.code) for y in years),
        p.say("summary.change", span=f"{years[0].code}→{years[-1].code}"),
        p.say("summary.same_units", span=f"{years[0].code}→{years[-1].code}"),
        p.say("summary.same_share", span=f"{years[0].code}→{years[-1].code}"),
        p.say("summary.target"),
        p.say("summary.trend"),
        p.say("summary.sheet"),
    ]
    for column, heading in enumerate(headings):
        page.write(row + 1, column, heading, style.heading())
    page.height(row + 1, 62)
    row += 2
    for indicator in form.indicators.values():
        if indicator.headline:
            _headline(p, page, row, indicator)
            row += 1
            row = _known_against(p, page, row, indicator, last)
    row = _of_departments(p, page, row, last)
    row = _caveats(p, page, row + 1, last)
    _signed(p, page, row + 1, last)
    page.printed(area=(row + 6, last), footer=p.say("sheet.overview"))
    page.page.activate()
    page.page.set_first_sheet()


def _width(p: Pages, year: Period) -> int:
    """Return the width a year needs for its figures, with their marks."""
    totals_of_year = [
        p.figures.province.get((i.code, year.code))
        for i in p.form.indicators.values()
        if i.headline
    ]
    needed = [width_of(t.value, mark_of(t.doubt, p.lang)) + 1 for t in totals_of_year if t]
    return max([13, *needed])


def _headline(p: Pages, page: Sheet, row: int, indicator: Indicator) -> None:
    style, years, code = p.style, p.form.years, indicator.code
    count = len(years)
    label = indicator.plain_label if p.lang == "vi" else indicator.label.to(p.lang)
    page.write(row, 0, code, style.cell(align="center"))
    page.write(row, 1, label, style.cell())
    page.write(row, 2, indicator.unit.to(p.lang), style.cell(align="center"))
    for n, year in enumerate(years):
        total = p.figures.province.get((code, year.code))
        if total is None:
            page.write(row, 3 + n, "x", style.absent())
            page.write(row, 3 + count + n, None, style.absent())
            continue
        shown = number_format(indicator, total.value)
        page.formula(
            row,
            3 + n,
            "=" + p.plan.province_cell(code, year.code),
            style.cell(
                num_format=marked(shown, mark_of(total.doubt, p.lang)),
                bold=True,
                italic=total.given_by is not None,
            ),
            plain_number(total.value),
        )
        page.formula(
            row,
            3 + count + n,
            "=" + p.plan.province_cell(code, year.code, 1),
            # The name of a department is longer than “16/17”.
            style.cell(align="center", **({"font_size": 8} if total.given_by else {})),
            coverage(total, p.m.enough),
        )
    _headline_change(p, page, row, indicator)
    target = _target(p, page, row, indicator)
    _trend(p, page, row, indicator)
    group = p.plan.provinces[indicator.group]
    home = a1(p.plan.province_row(code), 0)
    page.link(row, 6 + 2 * count + 2, group, home, group, style.link())
    page.height(row, max(20, 15 * lines(label, 44) + 5, 12 * lines(target, 18) + 6))


def _of_departments(p: Pages, page: Sheet, row: int, last: int) -> int:
    """List what only a department reports for the whole province, with its name as the source."""
    given = {code for (code, _), total in p.figures.province.items() if total.given_by}
    listed = [i for i in p.form.indicators.values() if i.code in given and not i.headline]
    if not listed:
        return row
    page.merge((row, 0), (row, last), p.say("summary.of_departments"), p.style.section())
    row += 1
    for indicator in listed:
        _headline(p, page, row, indicator)
        row = _known_against(p, page, row + 1, indicator, last)
    return row


def _known_against(p: Pages, page: Sheet, row: int, indicator: Indicator, last: int) -> int:
    """Write below an indicator what its figures lack and contain; return the next free row."""
    found = list(of_years(indicator, p.figures.province, p.lang))
    found += statements.opposite(p, indicator, p.figures.province)
    if not found:
        return row
    text = " · ".join(found)
    page.merge((row, 1), (row, last), text, p.style.cell(italic=True, font_size=9))
    page.height(row, 13 * lines(text, _TEXT_WIDTH) + 3)
    return row + 1


def _headline_change(p: Pages, page: Sheet, row: int, indicator: Indicator) -> None:
    style, years, code = p.style, p.form.years, indicator.code
    first, final = years[0], years[-1]
    column = 3 + 2 * len(years)
    old, new = (p.figures.province.get((code, y.code)) for y in (first, final))
    difference = None
    if old and new and old.value is not None and new.value is not None:
        difference = new.value - old.value
    left, right = Cell(a1(row, 3)), Cell(a1(row, 2 + len(years)))
    broken = crosses_break(p.form, indicator, first, final)
    sign = mark_between(*(total.doubt for total in (old, new) if total))
    shown = change_format(indicator, difference, across_break=broken)
    look = p.style.cell(num_format=marked(shown, sign))
    page.formula(
        row,
        column,
        totals.difference(left, right).formula,
        look,
        plain_number(difference),
    )
    same = p.figures.same_units.get((code, first.code, final.code))
    if same is None or (new is not None and new.given_by is not None):
        for n in (1, 2):
            page.write(row, column + n, None, look if same is None else style.absent())
        return
    shown = change_format(indicator, same.change, across_break=broken)
    look = p.style.cell(num_format=shown)
    source = "=" + p.plan.same_units_cell(code, (first, final))
    page.formula(row, column + 1, source, look, plain_number(same.change))
    if indicator.kind is Kind.PERCENT:
        page.write(row, column + 2, p.say("summary.points"), p.style.cell(align="center"))
        return
    source = "=" + p.plan.same_units_cell(code, (first, final), right=1)
    share = p.say("summary.from_zero") if same.is_from_zero else plain_number(same.share)
    look = p.style.cell(num_format=share_format(broken=broken), align="right")
    page.formula(row, column + 2, source, look, share)


def _target(p: Pages, page: Sheet, row: int, indicator: Indicator) -> str:
    """Write the target that holds here, grey where it was not read in full; return its words."""
    target = target_of(p.form, p.m.targets, indicator.code)
    column = 6 + 2 * len(p.form.years)
    if target is None or target.value is None:
        page.write(row, column, "–", p.style.cell(align="center"))
        return ""
    sign = COMPARED_BY[target.operator]
    level = f"{target.value.normalize():f}"
    text = p.say("summary.target_level", sign=sign, value=Decimal(level), year=str(target.year))
    text = f"{text} {reliability_mark(target, p.lang)}".strip()
    look = {} if target.verified else {"font_color": "#808080", "italic": True}
    page.write(row, column, text, p.style.cell(align="center", font_size=9, **look))
    page.note(
        row,
        column,
        f"{target.document}: {target.label}. {reliability(target, p.lang)}",
        x_scale=2,
    )
    return text


def _trend(p: Pages, page: Sheet, row: int, indicator: Indicator) -> None:
    """Draw a sparkline over the years that can be compared; none across a series break."""
    years = p.form.years
    column = 7 + 2 * len(years)
    page.write(row, column, None, p.style.cell())
    start = 0
    for n in range(1, len(years)):
        if crosses_break(p.form, indicator, years[n - 1], years[n]):
            start = n
    totals_of_years = (p.figures.province.get((indicator.code, y.code)) for y in years)
    sign = mark_between(*(total.doubt for total in totals_of_years if total))
    if sign:
        # No trend is stated of figures of which something is still held.
        page.write(row, column, sign, p.style.cell(align="center"))
        return
    whole = start == 0
    if not whole:
        page.write(row, column, "≠", p.style.cell(align="center"))
        return
    block = f"{quoted(page.name)}!{a1(row, 3)}:{a1(row, 2 + len(years))}"
    page.sparkline(row, column, block)


def _caveats(p: Pages, page: Sheet, row: int, last: int) -> int:
    page.merge((row, 0), (row, last), p.say("summary.caveats"), p.style.section())
    for text in statements.caveats(p):
        row += 1
        page.merge((row, 0), (row, last), "• " + text, p.style.plain(text_wrap=True, valign="top"))
        page.height(row, 16 * lines(text, _TEXT_WIDTH) + 2)
    return row


def _signed(p: Pages, page: Sheet, row: int, last: int) -> None:
    bold = p.style.plain(bold=True, align="center")
    given = p.m.signatories
    page.merge((row + 1, 0), (row + 1, 1), given.get("compiler", ""), bold)
    for n, key in ((1, "authority"), (2, "position"), (5, "name")):
        page.merge((row + n, last - 4), (row + n, last), given.get(key, ""), bold)
