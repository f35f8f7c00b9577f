"""The two sheets of each group: the figures of every unit, and the figures of the province.

The totals are live formulas over the tables by unit, with the exact value stored beside each:
a changed cell recalculates everything, and a preview that computes nothing shows the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from tongket_xlsx.book import Book, Format, Sheet
from tongket_xlsx.cells import a1, column_letters, quoted
from tongket_xlsx.comparison import (
    Aggregate,
    Comparison,
    Figure,
    GroupTable,
    change,
    has_denominator,
    terms_of,
    unit_value,
)
from tongket_xlsx.expressions import DECIMALS, Expression, Reference
from tongket_xlsx.form import Aggregation, Form, Group, Indicator, Kind, Period, Unit
from tongket_xlsx.house_style import Styles, change_format, lines, number_format
from tongket_xlsx.messages import say
from tongket_xlsx.observations import CellState

_HEAD = 4  # rows above the headings of a table
UNIT_COLUMNS = 3  # number, code and name of the unit


@dataclass(frozen=True)
class Columns:
    """Where each figure stands in the table by unit of one group."""

    sheet: str
    first_row: int
    order: Mapping[tuple[str, str], int]

    def column(self, code: str, period: str) -> int:
        """Return the column of an indicator and a period."""
        return self.order[code, period]


@dataclass(frozen=True)
class Plan:
    """The addresses of a whole consolidated workbook, known before a cell is written."""

    form: Form
    parts: tuple[Unit, ...]
    wholes: tuple[Unit, ...]
    lang: str
    tables: Mapping[str, Columns]
    provinces: Mapping[str, str]

    def cell(self, code: str, period: str, row: int) -> str:
        """Return the address of a unit's figure, with its sheet."""
        table = self.tables[self.form.indicators[code].group]
        column = column_letters(table.column(code, period))
        return f"{quoted(table.sheet)}!{column}{row + 1}"

    def block(self, code: str, period: str, rows: tuple[int, int]) -> str:
        """Return the address of a run of units' figures."""
        table = self.tables[self.form.indicators[code].group]
        column = column_letters(table.column(code, period))
        return f"{quoted(table.sheet)}!${column}${rows[0] + 1}:${column}${rows[1] + 1}"

    def row_of_part(self, number: int) -> int:
        """Return the row of the n-th unit that adds; it is the same on every sheet."""
        return _HEAD + 3 + number

    def runs(self, kinds: Iterable[str]) -> list[tuple[int, int]]:
        """Return the rows of the units of some kinds, as runs of rows that follow each other."""
        wanted = set(kinds)
        rows = [self.row_of_part(n) for n, u in enumerate(self.parts) if u.kind in wanted]
        found: list[tuple[int, int]] = []
        for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
            together = [row for _, row in run]
            found.append((together[0], together[-1]))
        return found


def plan_of(comparison: Comparison, lang: str) -> Plan:
    """Lay out the sheets of a comparison."""
    form = comparison.form
    tables: dict[str, Columns] = {}
    for group in form.groups:
        order: dict[tuple[str, str], int] = {}
        for indicator in group.indicators:
            for period in indicator.periods:
                order[indicator.code, period] = UNIT_COLUMNS + len(order)
        name = say("sheet.by_unit", lang, group=group.code)
        tables[group.code] = Columns(name, _HEAD + 3, order)
    provinces = {g.code: say("sheet.province", lang, group=g.code) for g in form.groups}
    return Plan(form, comparison.parts, comparison.wholes, lang, tables, provinces)


# ---------------------------------------------------------------------- by unit


def write_units(book: Book, plan: Plan, table: GroupTable, notice: str) -> None:
    """Write the figures of every unit, signs kept; computed figures are formulas."""
    columns = plan.tables[table.group.code]
    page = book.sheet(columns.sheet, tab="#7F6000")
    style = Styles(book)
    last = UNIT_COLUMNS + len(columns.order) - 1
    title = say("summary.by_unit", plan.lang, group=table.group.title.to(plan.lang))
    _title(page, style, title, min(last, 12), notice)
    page.widths([5, 11, 26])
    page.page.set_column(UNIT_COLUMNS, last, 11)
    _unit_headings(page, style, plan, table.group, columns)
    rows = [(plan.row_of_part(n), u) for n, u in enumerate(plan.parts)]
    divider = plan.row_of_part(len(plan.parts))
    answering = [
        u for u in plan.wholes if any(plan.form.is_asked(i, u.kind) for i in table.group.indicators)
    ]
    if answering:
        page.merge(
            (divider, 0),
            (divider, min(last, 12)),
            say("summary.departments", plan.lang),
            style.section(),
        )
        rows += [(divider + 1 + n, u) for n, u in enumerate(answering)]
    for number, (row, unit) in enumerate(rows, start=1):
        page.write(row, 0, number, style.cell(align="center"))
        page.write(row, 1, unit.code, style.cell())
        page.write(row, 2, unit.name, style.cell(text_wrap=False))
        for indicator in table.group.indicators:
            for period in plan.form.periods:
                if period.code in indicator.periods:
                    _unit_figure(page, style, plan, table, unit, indicator, period, row)
    page.page.freeze_panes(columns.first_row, UNIT_COLUMNS)
    page.page.autofilter(columns.first_row - 1, 0, rows[-1][0] if rows else columns.first_row, last)
    page.printed(footer=columns.sheet)
    # A wide table is cut by columns: one page tall, the units repeated on each page.
    page.page.fit_to_pages(0, 1)
    page.page.repeat_columns(0, UNIT_COLUMNS - 1)


def _title(page: Sheet, style: Styles, title: str, last: int, notice: str) -> None:
    page.merge((0, 0), (0, last), title, style.title(14))
    page.height(0, 26)
    if notice:
        page.merge((1, 0), (1, last), notice, style.warning_line())


def _unit_headings(page: Sheet, style: Styles, plan: Plan, group: Group, columns: Columns) -> None:
    labels = ("col.ordinal", "cover.code", "status.unit")
    for n, key in enumerate(labels):
        page.write(_HEAD, n, "", style.heading())
        page.write(_HEAD + 1, n, "", style.heading())
        page.write(_HEAD + 2, n, say(key, plan.lang), style.heading())
    for indicator in group.indicators:
        for period in plan.form.periods:
            if period.code not in indicator.periods:
                continue
            column = columns.column(indicator.code, period.code)
            first = period.code == indicator.periods[0]
            label = indicator.label.to(plan.lang) if first else ""
            page.write(_HEAD, column, indicator.code, style.heading())
            page.write(_HEAD + 1, column, label, style.heading(font_size=9, valign="top"))
            page.write(_HEAD + 2, column, period.label.to(plan.lang), style.heading(font_size=10))
    page.height(_HEAD + 1, 92)
    page.height(_HEAD + 2, 30)


def _unit_figure(
    page: Sheet,
    style: Styles,
    plan: Plan,
    table: GroupTable,
    unit: Unit,
    indicator: Indicator,
    period: Period,
    row: int,
) -> None:
    column = plan.tables[table.group.code].column(indicator.code, period.code)
    shown = number_format(indicator)
    if not plan.form.is_asked(indicator, unit.kind):
        page.write(row, column, None, style.absent())
        return
    if indicator.computed:
        value = unit_value(plan.form, indicator, unit.code, period.code, table.figures)
        formula = _unit_formula(plan, indicator, period, row)
        if formula:
            cached = None if value is None else float(value)
            page.formula(
                row,
                column,
                formula,
                style.computed(num_format=shown, align="right", indent=1),
                cached,
            )
        else:
            page.write(row, column, None, style.absent())
        return
    figure = table.figures.get((unit.code, indicator.code, period.code))
    page.write(row, column, *_shown(figure, style, indicator))


def _shown(
    figure: Figure | None, style: Styles, indicator: Indicator
) -> tuple[str | float | None, Format]:
    """Return what a table shows for an answer: a number, its sign, or the text in red."""
    if figure is None or figure.state is CellState.BLANK:
        return None, style.cell()
    if figure.state is CellState.NUMBER and figure.value is not None:
        if indicator.kind is Kind.YESNO:
            return figure.text, style.cell(align="center")
        return _plain(figure.value), style.cell(num_format=number_format(indicator, figure.value))
    if figure.state in (CellState.NIL, CellState.MISSING, CellState.NOT_APPLICABLE):
        signs = {CellState.NIL: "-", CellState.MISSING: "…", CellState.NOT_APPLICABLE: "x"}
        return signs[figure.state], style.cell(align="center")
    return f"? {figure.raw}", style.cell(font_color="#C00000", italic=True)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _unit_formula(plan: Plan, indicator: Indicator, period: Period, row: int) -> str:
    """Write factor × numerator ÷ denominator of one unit's own figures."""
    names = indicator.operands()
    if any((n, period.code) not in plan.tables[plan.form.indicators[n].group].order for n in names):
        return ""  # pragma: no cover - an operand without this period
    cells = {name: plan.cell(name, period.code, row) for name in names}

    def number(reference: Reference) -> str:
        return f"N({cells[reference.name]})"

    known = ",".join(f'OR(ISNUMBER({c}),{c}="-")' for c in cells.values())
    above = _part(indicator.numerator).formula(number)
    below = _part(indicator.denominator).formula(number)
    ratio = f"ROUND({indicator.factor}*{above}/{below},{DECIMALS})"
    return f'=IF(AND({known}),IF({below}=0,"",{ratio}),"")'


def _part(expression: Expression | None) -> Expression:
    if expression is None:  # pragma: no cover - refused at loading
        raise AssertionError
    return expression


# ---------------------------------------------------------------------- the province


def province_row(form: Form, code: str) -> int:
    """Return the row of an indicator on the provincial sheet of its group."""
    group = next(g for g in form.groups if g.code == form.indicators[code].group)
    return _HEAD + 1 + [i.code for i in group.indicators].index(code)


def province_column(form: Form, group: Group, period: str) -> int:
    """Return the column of a period on the provincial sheet of a group."""
    return 3 + [p.code for p in _periods(form, group)].index(period)


def _periods(form: Form, group: Group) -> list[Period]:
    return [p for p in form.periods if any(p.code in i.periods for i in group.indicators)]


def pairs(form: Form) -> list[tuple[Period, Period]]:
    """Return the pairs of years that are compared: each with the next, and first with last."""
    years = form.years
    found = list(pairwise(years))
    if len(years) > 2:
        found.append((years[0], years[-1]))
    return found


def crosses_break(form: Form, indicator: Indicator, before: Period, after: Period) -> bool:
    """Say whether an indicator changed its meaning after one year and not after the other."""
    if indicator.series_break is None:
        return False
    order = [p.code for p in form.periods]
    return any(
        order.index(before.code) < order.index(p) <= order.index(after.code)
        for p in indicator.series_break.periods
    )


def write_province(book: Book, plan: Plan, table: GroupTable, notice: str) -> None:
    """Write the provincial table of one group: years, coverage, changes, departments, notes."""
    form, group, lang = plan.form, table.group, plan.lang
    page = book.sheet(plan.provinces[group.code], tab="#2E75B6")
    style = Styles(book)
    periods = _periods(form, group)
    headings = [say("col.code", lang), say("col.indicator", lang), say("col.unit", lang)]
    headings += [p.label.to(lang) for p in periods]
    headings += [say("summary.coverage", lang, period=_short(p)) for p in periods]
    for before, after in pairs(form):
        span = f"{_short(before)}→{_short(after)}"
        headings += [
            say("summary.change", lang, span=span),
            say("summary.change_share", lang, span=span),
        ]
    headings += [say("summary.department", lang, period=_short(p)) for p in periods]
    headings += [say("col.note", lang)]
    count = len(periods)
    widths = [
        7,
        40,
        11,
        *[11] * count,
        *[8] * count,
        *[10] * (2 * len(pairs(form))),
        *[11] * count,
        46,
    ]
    page.widths(widths)
    _title(
        page,
        style,
        say("summary.province", lang, group=group.title.to(lang)),
        len(headings) - 1,
        notice,
    )
    page.merge((2, 0), (2, len(headings) - 1), form.cutoff.to(lang), style.subtitle())
    for column, heading in enumerate(headings):
        page.write(_HEAD, column, heading, style.heading(font_size=10))
    page.height(_HEAD, 46)
    for n, indicator in enumerate(group.indicators):
        _province_row(page, style, plan, table, indicator, _HEAD + 1 + n, periods, widths)
    page.page.freeze_panes(_HEAD + 1, 2)
    last = (_HEAD + len(group.indicators), len(headings) - 1)
    page.page.autofilter(_HEAD, 0, *last)
    page.printed(heading_row=_HEAD, area=last, footer=plan.provinces[group.code])


def _short(period: Period) -> str:
    return period.aliases[0] if period.cumulative and period.aliases else period.code


def _province_row(
    page: Sheet,
    style: Styles,
    plan: Plan,
    table: GroupTable,
    indicator: Indicator,
    row: int,
    periods: list[Period],
    widths: list[int],
) -> None:
    form, lang = plan.form, plan.lang
    head = style.cell(bold=indicator.headline)
    label = indicator.label.to(lang)
    page.write(row, 0, indicator.code, style.cell(align="center", bold=indicator.headline))
    page.write(row, 1, label, head)
    page.write(row, 2, indicator.unit.to(lang), style.cell(align="center"))
    count = len(periods)
    for n, period in enumerate(periods):
        if period.code not in indicator.periods:
            for column in (3 + n, 3 + count + n):
                page.write(row, column, "x", style.absent())
            page.write(row, 3 + 2 * count + 2 * len(pairs(form)) + n, None, style.absent())
            continue
        total = table.province[indicator.code, period.code]
        _total(page, style, plan, indicator, period, total, row, 3 + n)
        _coverage(page, style, plan, indicator, period, total, row, 3 + count + n)
        reported = table.departments.get((indicator.code, period.code))
        at = 3 + 2 * count + 2 * len(pairs(form)) + n
        if reported is None:
            page.write(row, at, None, style.cell())
        elif reported.value is None:
            sign = {"missing": "…", "not_applicable": "x"}.get(reported.state, "?")
            page.write(row, at, sign, style.cell(align="center"))
        else:
            page.write(
                row,
                at,
                _plain(reported.value),
                style.cell(num_format=number_format(indicator, reported.value)),
            )
    _changes(page, style, plan, table, indicator, row, 3 + 2 * count, periods)
    note = _note(plan, table, indicator)
    page.write(row, len(widths) - 1, note, style.cell(font_size=9))
    unit = indicator.unit.to(lang)
    tall = max(lines(label, widths[1]), lines(note, widths[-1] * 1.2), lines(unit, widths[2]))
    page.height(row, max(20, 13.5 * tall + 6))


def _total(
    page: Sheet,
    style: Styles,
    plan: Plan,
    indicator: Indicator,
    period: Period,
    total: Aggregate,
    row: int,
    column: int,
) -> None:
    formula = _total_formula(plan, indicator, period)
    kind = style.computed if indicator.computed else style.cell
    shown = kind(
        num_format="0" if indicator.kind is Kind.YESNO else number_format(indicator, total.value)
    )
    if not formula:
        page.write(row, column, None, shown)
        return
    page.formula(row, column, formula, shown, None if total.value is None else _plain(total.value))


def _counted(blocks: list[str]) -> str:
    """Return a formula that counts the units with a figure: a number, “-”, yes or no."""
    return "+".join(
        f'COUNT({b})+COUNTIF({b},"-")+COUNTIF({b},"Có")+COUNTIF({b},"Không")' for b in blocks
    )


def _total_formula(plan: Plan, indicator: Indicator, period: Period) -> str:
    runs = plan.runs(plan.form.adding_kinds(indicator))
    if not runs or indicator.aggregation is Aggregation.NONE:
        return ""
    if indicator.computed:
        return _ratio_formula(plan, indicator, period)
    blocks = [plan.block(indicator.code, period.code, run) for run in runs]
    if indicator.aggregation is Aggregation.COUNT_YES:
        total = "+".join(f'COUNTIF({b},"Có")' for b in blocks)
    else:
        total = f"ROUND(SUM({','.join(blocks)}),{DECIMALS})"
    return f'=IF({_counted(blocks)}=0,"",{total})'


def _ratio_formula(plan: Plan, indicator: Indicator, period: Period) -> str:
    """Write the ratio of sums over the units that have both parts."""
    form = plan.form
    kinds = form.adding_kinds(indicator)
    both = plan.runs(k for k in kinds if has_denominator(form, indicator, k))
    alone = plan.runs(k for k in kinds if not has_denominator(form, indicator, k))
    numerator, denominator = _part(indicator.numerator), _part(indicator.denominator)
    names = indicator.operands()
    above = [_sum_where(plan, numerator, names, period, run) for run in both]
    above += [_sum_where(plan, numerator, numerator.names, period, run) for run in alone]
    below = "+".join(_sum_where(plan, denominator, names, period, run) for run in both)
    if not below:
        return ""
    top = "+".join(above)
    ratio = f"ROUND({indicator.factor}*({top})/({below}),{DECIMALS})"
    return f'=IF(({below})=0,"",{ratio})'


def _sum_where(
    plan: Plan,
    expression: Expression,
    needed: Iterable[str],
    period: Period,
    run: tuple[int, int],
) -> str:
    """Sum an expression over the units that have every figure it needs; signs are no numbers."""
    conditions = "*".join(
        f'((ISNUMBER({b})+({b}="-"))>0)'
        for b in (plan.block(name, period.code, run) for name in needed)
    )
    return "+".join(
        f"{'' if factor == 1 else f'{factor}*'}"
        f"SUMPRODUCT(1*{conditions},{plan.block(reference.name, period.code, run)})"
        for factor, reference in terms_of(expression)
    )


def _coverage(
    page: Sheet,
    style: Styles,
    plan: Plan,
    indicator: Indicator,
    period: Period,
    total: Aggregate,
    row: int,
    column: int,
) -> None:
    """Write “n/N”: how many of the units that existed that year stand behind the figure."""
    form = plan.form
    shown = style.cell(align="center", font_size=10)
    kinds = form.adding_kinds(indicator)
    if indicator.computed:
        kinds = tuple(k for k in kinds if has_denominator(form, indicator, k))
    runs = plan.runs(kinds)
    if not runs:
        page.write(row, column, "–", shown)
        return
    if indicator.computed:
        counted = "+".join(
            "SUMPRODUCT(1*"
            + "*".join(
                f'((ISNUMBER({b})+({b}="-"))>0)'
                for b in (plan.block(name, period.code, run) for name in indicator.operands())
            )
            + ")"
            for run in runs
        )
    else:
        counted = _counted([plan.block(indicator.code, period.code, run) for run in runs])
    page.formula(
        row, column, f'=({counted})&"/{total.expected}"', shown, f"{total.n}/{total.expected}"
    )


def _changes(
    page: Sheet,
    style: Styles,
    plan: Plan,
    table: GroupTable,
    indicator: Indicator,
    row: int,
    column: int,
    periods: list[Period],
) -> None:
    order = [p.code for p in periods]
    percent = indicator.kind is Kind.PERCENT
    share = style.cell(num_format='+0.0"%";-0.0"%";0"%"')
    for n, (before, after) in enumerate(pairs(plan.form)):
        at = column + 2 * n
        if before.code not in indicator.periods or after.code not in indicator.periods:
            page.write(row, at, None, style.absent())
            page.write(row, at + 1, None, style.absent())
            continue
        old, new = (table.province[indicator.code, p.code].value for p in (before, after))
        left, right = (a1(row, 3 + order.index(p.code)) for p in (before, after))
        both = f"AND(ISNUMBER({left}),ISNUMBER({right}))"
        difference, relative = change(old, new)
        broken = crosses_break(plan.form, indicator, before, after)
        plain = style.cell(num_format=change_format(indicator, across_break=broken))
        page.formula(
            row,
            at,
            f'=IF({both},ROUND({right}-{left},{DECIMALS}),"")',
            plain,
            None if difference is None else _plain(difference),
        )
        if percent:
            page.write(
                row,
                at + 1,
                say("summary.points", plan.lang),
                style.cell(align="center", font_size=9),
            )
            continue
        page.formula(
            row,
            at + 1,
            f'=IF({both},IF({left}=0,"",ROUND(({right}-{left})/{left}*100,{DECIMALS})),"")',
            share,
            None if relative is None else float(relative),
        )


def _note(plan: Plan, table: GroupTable, indicator: Indicator) -> str:
    """Collect what a reader of the row must know."""
    form, lang = plan.form, plan.lang
    parts: list[str] = []
    if indicator.series_break is not None:
        years = ", ".join(indicator.series_break.periods)
        parts.append(
            say("summary.break", lang, years=years, reason=indicator.series_break.reason.to(lang))
        )
    totals = [table.province[indicator.code, p] for p in indicator.periods]
    alone = tuple(dict.fromkeys(name for t in totals for name in t.numerator_only))
    if alone:
        parts.append(say("summary.numerator_only", lang, units=", ".join(alone)))
    left = {p: t.left_out for p, t in zip(indicator.periods, totals, strict=True) if t.left_out}
    if left:
        shown = ", ".join(f"{p}: {n}" for p, n in left.items())
        parts.append(say("summary.left_out", lang, units=shown))
    sources = {
        table.departments[indicator.code, p].unit.name
        for p in indicator.periods
        if (indicator.code, p) in table.departments
    }
    if sources:
        parts.append(say("summary.department_is", lang, unit=", ".join(sorted(sources))))
    if not form.adding_kinds(indicator):
        parts.append(say("summary.no_parts", lang))
    return " ".join(parts)
