"""The province held against what departments report for it and what was published."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tongket_xlsx.model.formula import Cell
from tongket_xlsx.model.places import a1
from tongket_xlsx.summary import formulas as totals
from tongket_xlsx.summary.columns import six
from tongket_xlsx.summary.doubt_words import HELD, coverage, mark_of, marked, sentences
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.text.messages import number as written_number
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import lines, number_format, plain_number

_RECONCILED = (
    "code",
    "indicator",
    "period",
    "sum",
    "coverage",
    "other",
    "who",
    "difference",
    "share",
    "explained",
)
_RECONCILED_WIDTHS = (8, 40, 11, 14, 10, 14, 30, 13, 10, 60)


def write_reconciliation(p: Pages) -> None:
    """Write Σ units beside what departments report and what was published; overwrite nothing."""
    page = p.table(
        p.say("sheet.reconciliation"),
        p.say("reconcile.title"),
        [p.say(f"reconcile.{k}") for k in _RECONCILED],
        _RECONCILED_WIDTHS,
        tab="#548235",
        help_text=p.say("reconcile.help"),
    )
    row = HEAD + 1
    order = [(i.code, period) for i in p.form.indicators.values() for period in i.periods]
    for code, period in order:
        reported = p.figures.departments.get((code, period))
        if reported is None or (reported.value is None and reported.held is None):
            continue
        group = p.plan.group_of(code)
        if reported.unit not in p.plan.departments(group):
            # It answered as another kind of unit: its table has no row for it any more.
            continue
        source = ""
        if p.live:
            source = p.plan.cell(code, period, p.plan.row_of_department(group, reported.unit))
        other = _Other(reported.value, reported.unit.name, source, reported.held, True)
        _reconciled(p, page, row, code, period, other)
        row += 1
    for published in p.m.published:
        if (published.indicator, published.period) in p.figures.province:
            other = _Other(published.value, published.source)
            _reconciled(p, page, row, published.indicator, published.period, other)
            row += 1
    if row == HEAD + 1:
        page.merge((row, 0), (row, len(_RECONCILED) - 1), p.say("reconcile.none"), p.style.cell())
        row += 1
    p.close(page, row, len(_RECONCILED), 2)


class _Other(NamedTuple):
    """A figure that a total is held against: its value, whose it is, and the cell it stands in.

    ``held`` is a value that is under review, so that there is no difference to it.
    """

    value: Decimal | None
    who: str
    source: str = ""
    held: Decimal | None = None
    is_departments: bool = False


def _reconciled(p: Pages, page: Sheet, row: int, code: str, period: str, other: _Other) -> None:
    indicator = p.form.indicators[code]
    total = p.figures.province[code, period]
    value, who = other.value, other.who
    shown = number_format(indicator, value)
    look = p.style.cell(num_format=shown)
    own = number_format(indicator, total.value)
    own_look = p.style.cell(num_format=marked(own, mark_of(total.doubt, p.lang)))
    page.write(row, 0, code, p.style.cell(align="center"))
    label = indicator.plain_label if p.lang == "vi" else indicator.label.to(p.lang)
    page.write(row, 1, label, p.style.cell())
    page.write(row, 2, period, p.style.cell(align="center"))
    source = "=" + p.plan.province_cell(code, period)
    centre = p.style.cell(align="center")
    alone = total.given_by is not None and other.is_departments
    if alone:
        # The figure of the province is this very figure: there is no sum to hold it against.
        page.write(row, 3, None, own_look)
        page.write(row, 4, "–", centre)
    else:
        page.formula(row, 3, source, own_look, plain_number(total.value))
        behind = "=" + p.plan.province_cell(code, period, 1)
        page.formula(row, 4, behind, centre, coverage(total, p.m.enough))
    if other.held is not None:
        review = f"{written_number(other.held, p.lang)} {HELD}"
        page.write(row, 5, review, p.style.cell(align="right", indent=1, italic=True))
    elif other.source:
        # “-” is a zero there as well.
        reported = totals.nil_as_zero(Cell(other.source)).formula
        page.formula(row, 5, reported, look, plain_number(value))
    else:
        page.write(row, 5, plain_number(value), look)
    page.write(row, 6, who, p.style.cell())
    left, right = Cell(a1(row, 3)), Cell(a1(row, 5))
    off = None if alone or total.value is None or value is None else total.value - value
    page.formula(
        row,
        7,
        totals.difference(right, left).formula,
        p.style.cell(num_format="+#,##0.######;-#,##0.######;0"),
        plain_number(off),
    )
    share = None if off is None or not value else off / value * 100
    # Two sources of one figure are no growth: of zero there is no percentage, nor a “from 0”.
    page.formula(
        row,
        8,
        totals.relative(right, left, "").formula,
        p.style.cell(num_format='+0.0"%";-0.0"%";0"%"'),
        plain_number(share and six(share)),
    )
    known = [f"{said}." for said in sentences(total.doubt, p.lang)]
    if other.held is not None:
        known.append(p.say("doubt.held", units=who) + ".")
    if alone:
        known.append(p.say("reconcile.alone"))
    explained = " ".join(filter(None, [*known, _explained(p, code, period, off)]))
    page.write(row, 9, explained, p.style.cell(font_size=9))
    tall = max(lines(explained, 66), lines(label, 38), lines(who, 28))
    page.height(row, max(18, 14 * tall + 4))


def _explained(p: Pages, code: str, period: str, off: Decimal | None) -> str:
    """Say which units could explain a difference: those without a figure, those with findings."""
    if not off:
        return ""
    found = []
    missing = p.figures.missing.get((code, period), ())
    if missing:
        found.append(p.say("reconcile.missing", units=p.names(missing)))
    doubtful = dict.fromkeys(
        r.finding.place.unit
        for r in p.m.findings
        if r.is_open and r.finding.indicator == code and r.finding.period in ("", period)
    )
    if doubtful:
        found.append(p.say("reconcile.doubtful", units=p.names(tuple(doubtful))))
    if found or p.figures.province[code, period].doubt.held:
        return " ".join(found)
    return p.say("reconcile.unexplained")
