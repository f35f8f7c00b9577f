"""The province held against targets, against its departments, and against what was published."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tongket_xlsx.model.expressions import DECIMALS
from tongket_xlsx.model.form import OWN_SCOPE, Period, Target
from tongket_xlsx.model.formula import Cell, Number, Truth, either, rounded, text, when
from tongket_xlsx.model.places import a1
from tongket_xlsx.summary import formulas as totals
from tongket_xlsx.summary.aggregates import is_from_zero
from tongket_xlsx.summary.columns import six
from tongket_xlsx.summary.doubt_words import (
    HELD,
    coverage,
    mark_of,
    marked,
    named,
    own,
    sentences,
)
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.summary.targets import compared_year, int_year
from tongket_xlsx.text.messages import has
from tongket_xlsx.text.messages import number as written_number
from tongket_xlsx.writer.book import Format, Sheet
from tongket_xlsx.writer.styles import lines, number_format, plain_number

_GREY = "#808080"
_SIGNS = {">=": "≥", "<=": "≤"}
_TARGET_KEYS = (
    "document",
    "target",
    "applies_to",
    "code",
    "level",
    "year",
    "against",
    "actual",
    "gap",
    "reached",
    "pace",
    "status",
    "note",
)
_TARGET_WIDTHS = (24, 38, 15, 8, 9, 8, 9, 10, 10, 17, 13, 20, 40)


def write_targets(p: Pages) -> None:
    """Write every target: reached, gap and the pace still needed; unverified ones in grey."""
    if not p.m.targets:
        return
    page = p.table(
        p.say("sheet.targets"),
        p.say("summary.targets_title"),
        [p.say(f"target.{k}") for k in _TARGET_KEYS],
        _target_widths(p),
        tab="#548235",
        help_text=_targets_help(p),
    )
    row = HEAD + 1
    # What the province set itself is what its leaders ask about first.
    for target in sorted(p.m.targets, key=lambda t: t.applies_to != OWN_SCOPE):
        _target(p, page, row, target)
        row += 1
    p.close(page, row, len(_TARGET_KEYS), 2)


def _target_widths(p: Pages) -> list[float]:
    """Return the widths of the columns: wide enough for each level, figure and gap."""
    level, actual, gap = [_TARGET_WIDTHS[4]], [_TARGET_WIDTHS[7]], [_TARGET_WIDTHS[8]]
    for target in p.m.targets:
        total = p.figures.province.get((target.indicator, compared_year(p.form, target).code))
        if target.value is None or total is None:
            continue
        level.append(len(_level(p, target)) + 2)
        if total.value is not None:
            mark = mark_of(total.doubt, p.lang)
            actual.append(len(f"{total.value:,.2f} {mark}") + 3)
            gap.append(len(f"{total.value - target.value:+,.2f}") + 3)
    widths: list[float] = list(_TARGET_WIDTHS)
    for column, needed in ((4, level), (7, actual), (8, gap), (10, gap)):
        widths[column] = max(_TARGET_WIDTHS[column], *needed)
    return widths


def _level(p: Pages, target: Target) -> str:
    """Return the level of a target as a reader writes it: “≥ 15.000”."""
    return f"{_SIGNS[target.operator]} {written_number(target.value or 0, p.lang)}"


def _targets_help(p: Pages) -> str:
    """Say what grey italics and the pace mean, where there are any."""
    keys = []
    if not all(t.verified for t in p.m.targets):
        keys.append("targets.unverified_help")
    if any(_is_to_come(p, t) for t in p.m.targets if t.value is not None and t.indicator):
        keys.append("targets.pace_help")
    return " ".join(map(p.say, keys))


def _is_to_come(p: Pages, target: Target) -> bool:
    return target.year > int_year(compared_year(p.form, target))


def _target(p: Pages, page: Sheet, row: int, target: Target) -> None:
    color = {} if target.verified else {"font_color": _GREY, "italic": True}
    text, centre = p.style.cell(**color), p.style.cell(align="center", **color)
    key = f"scope.{target.applies_to}"
    scope = p.say(key) if has(key) else target.applies_to
    for column, value in enumerate((target.document, target.label, scope)):
        page.write(row, column, value, text)
    page.write(row, 3, target.indicator, centre)
    level = None if target.value is None else _level(p, target)
    page.write(row, 4, level, centre)
    page.write(row, 5, target.year, p.style.cell(num_format="0", align="center", **color))
    outcome = _actual(p, page, row, target, color, centre)
    status = p.say("target.verified" if target.verified else "target.unverified")
    page.write(row, 11, status, text)
    note = _note(p, target)
    page.write(row, 12, note, p.style.cell(font_size=9, **color))
    tall = max(
        lines(target.label, 36),
        lines(note, 47),
        lines(outcome, 15),
        lines(target.document, 22),
        lines(status, 17),
        lines(scope, 13),
    )
    page.height(row, max(20, 14 * tall + 5))


def _note(p: Pages, target: Target) -> str:
    """Return the note of a target, with what its figure lacks and contains."""
    total = p.figures.province.get((target.indicator, compared_year(p.form, target).code))
    known = sentences(total.doubt, p.lang) if total and target.value is not None else []
    return " ".join(filter(None, [target.note, *(f"{text}." for text in known)]))


def _actual(
    p: Pages, page: Sheet, row: int, target: Target, color: dict[str, object], centre: Format
) -> str:
    """Hold a target against the benchmark year nearest to it; return what came of it.

    No conclusion is drawn from a figure of which something is held, or that cannot be.
    """
    against = compared_year(p.form, target)
    total = p.figures.province.get((target.indicator, against.code))
    if not target.indicator or target.value is None or total is None:
        for column in range(6, 11):
            page.write(row, column, "–", centre)
        return ""
    shown = marked("#,##0.00", mark_of(total.doubt, p.lang))
    number = p.style.cell(num_format=shown, **color)
    page.write(row, 6, against.code, centre)
    page.formula(
        row,
        7,
        "=" + p.plan.province_cell(target.indicator, against.code),
        number,
        plain_number(total.value),
    )
    actual, level = Cell(a1(row, 7)), target.value
    gap = None if total.value is None else total.value - level
    page.formula(
        row,
        8,
        either(
            actual.is_number(), rounded(actual.known_number() - level, DECIMALS), totals.NOTHING
        ).formula,
        p.style.cell(num_format="+#,##0.00;-#,##0.00;0", **color),
        plain_number(gap),
    )
    if not total.is_settled:
        known = total.doubt
        held = [p.say("doubt.held", units=named(known.held, p.lang))] if known.held else []
        outcome = p.say("doubt.undecided", why="; ".join([*held, *own(known, p.lang)]))
        page.write(row, 9, outcome, centre)
        page.write(row, 10, "–", centre)
        return outcome
    due = target.year <= int_year(against)
    yes, no = p.say("target.yes"), p.say("target.no" if due else "target.not_yet")
    reached = when(_reaches(target, actual.known_number(), level), text(yes), text(no))
    outcome = "…" if gap is None else yes if _reached(target, gap) else no
    formula = when(actual.is_number(), reached, text("…")).formula
    page.formula(row, 9, formula, centre, outcome)
    _pace(p, page, row, target, against, gap, centre)
    return outcome


def _reaches(target: Target, actual: Number, level: Decimal) -> Truth:
    return actual >= level if target.operator == ">=" else actual <= level


def _reached(target: Target, gap: Decimal) -> bool:
    return gap >= 0 if target.operator == ">=" else gap <= 0


def _pace(
    p: Pages,
    page: Sheet,
    row: int,
    target: Target,
    against: Period,
    gap: Decimal | None,
    centre: Format,
) -> None:
    """Write how many points a year are still needed, where the target is yet to come."""
    years = target.year - against.ends.year
    if target.year <= int_year(against) or years <= 0:
        page.write(row, 10, "–", centre)
        return
    cell = Cell(a1(row, 8))
    left = cell.known_number()
    a_year = either(
        left < 0 if target.operator == ">=" else left > 0,
        rounded(-left / years, DECIMALS),
        text("–"),
    )
    needed: str | int | float | None = "–"
    if gap is None:
        needed = ""
    elif not _reached(target, gap):
        needed = float(six(-gap / years))
    page.formula(
        row,
        10,
        either(cell.is_number(), a_year, totals.NOTHING).formula,
        p.style.cell(num_format="+#,##0.00;-#,##0.00", align="center"),
        needed,
    )


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
        if not p.form.adding_kinds(p.form.indicators[code]):
            continue
        group = p.plan.group_of(code)
        if reported.unit not in p.plan.departments(group):
            # It answered as another kind of unit: its table has no row for it any more.
            continue
        source = ""
        if p.live:
            source = p.plan.cell(code, period, p.plan.row_of_department(group, reported.unit))
        other = _Other(reported.value, reported.unit.name, source, reported.held)
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


def _reconciled(p: Pages, page: Sheet, row: int, code: str, period: str, other: _Other) -> None:
    indicator = p.form.indicators[code]
    total = p.figures.province[code, period]
    value, who = other.value, other.who
    shown = number_format(indicator, value)
    look = p.style.cell(num_format=shown)
    own_look = p.style.cell(num_format=marked(shown, mark_of(total.doubt, p.lang)))
    page.write(row, 0, code, p.style.cell(align="center"))
    label = indicator.plain_label if p.lang == "vi" else indicator.label.to(p.lang)
    page.write(row, 1, label, p.style.cell())
    page.write(row, 2, period, p.style.cell(align="center"))
    source = "=" + p.plan.province_cell(code, period)
    page.formula(row, 3, source, own_look, plain_number(total.value))
    behind = "=" + p.plan.province_cell(code, period, 1)
    page.formula(row, 4, behind, p.style.cell(align="center"), coverage(total, p.m.enough))
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
    off = None if total.value is None or value is None else total.value - value
    page.formula(
        row,
        7,
        totals.difference(right, left).formula,
        p.style.cell(num_format="+#,##0.######;-#,##0.######;0"),
        plain_number(off),
    )
    share = None if off is None or not value else off / value * 100
    from_zero = p.say("summary.from_zero")
    page.formula(
        row,
        8,
        totals.relative(right, left, from_zero).formula,
        p.style.cell(num_format='+0.0"%";-0.0"%";0"%"'),
        from_zero if is_from_zero(value, total.value) else plain_number(share and six(share)),
    )
    known = [f"{said}." for said in sentences(total.doubt, p.lang)]
    if other.held is not None:
        known.append(p.say("doubt.held", units=who) + ".")
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
