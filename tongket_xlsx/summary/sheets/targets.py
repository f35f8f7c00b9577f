"""The province held against targets: what it has, of how many units, and what follows from it.

A level for a commune, a district or another region is listed and held against nothing. A target
that says how many districts reach something is held against a count of them.
"""

from __future__ import annotations

from tongket_xlsx.model.expressions import DECIMALS
from tongket_xlsx.model.formula import Cell, Number, Piece, Truth, either, rounded, text, when
from tongket_xlsx.model.formula_texts import joined
from tongket_xlsx.model.places import a1
from tongket_xlsx.model.targets import COMPARED_BY, OWN_SCOPE, Target
from tongket_xlsx.model.wording import counted_words
from tongket_xlsx.summary import formulas as totals
from tongket_xlsx.summary.columns import six
from tongket_xlsx.summary.doubt_words import (
    coverage,
    held_count,
    mark_of,
    marked,
    named,
    sentences,
)
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.summary.targets import HeldAgainst, held_against, int_year, reliability
from tongket_xlsx.summary.unit_counts import judged_formula, value_formula
from tongket_xlsx.text.messages import has
from tongket_xlsx.text.messages import number as written_number
from tongket_xlsx.writer.book import Format, Sheet
from tongket_xlsx.writer.styles import lines, plain_number

_GREY = "#808080"
_KEYS = (
    "document",
    "target",
    "applies_to",
    "code",
    "level",
    "year",
    "against",
    "actual",
    "coverage",
    "gap",
    "reached",
    "pace",
    "status",
    "note",
)
_WIDTHS = (24, 38, 15, 8, 9, 8, 9, 10, 10, 10, 20, 13, 20, 40)
_AGAINST, _ACTUAL, _BEHIND, _GAP, _REACHED, _PACE, _STATUS, _NOTE = range(6, 14)
_NO_CHANGE = "–"


def write_targets(p: Pages) -> None:
    """Write every target: what it is held against, of how many units, and what came of it."""
    if not p.m.targets:
        return
    # What the province set itself is what its leaders ask about first.
    targets = sorted(p.m.targets, key=lambda t: t.applies_to != OWN_SCOPE)
    rows = [(target, _held_against(p, target)) for target in targets]
    page = p.table(
        p.say("sheet.targets"),
        p.say("summary.targets_title"),
        [p.say(f"target.{key}") for key in _KEYS],
        _widths(p, [held for _, held in rows if held is not None]),
        tab="#548235",
        help_text=_help(p, rows),
    )
    for row, (target, held) in enumerate(rows, start=HEAD + 1):
        _target(p, page, row, target, held)
    p.close(page, HEAD + 1 + len(rows), len(_KEYS), 2)


def _held_against(p: Pages, target: Target) -> HeldAgainst | None:
    known = p.figures
    return held_against(p.form, target, known.province, known.reached, p.m.enough, p.lang)


def _reaches(held: HeldAgainst, actual: Number) -> Truth:
    """Ask in a formula whether a figure reaches the level."""
    return actual >= held.level if held.target.operator == ">=" else actual <= held.level


def _widths(p: Pages, found: list[HeldAgainst]) -> list[float]:
    """Return the widths of the columns: wide enough for each level, figure, gap and pace."""
    widths: list[float] = list(_WIDTHS)

    def need(column: int, shown: str) -> None:
        widths[column] = max(widths[column], len(shown) + 3)

    for held in found:
        need(4, _level(p, held.target))
        if held.figure.value is not None and held.gap is not None:
            need(_ACTUAL, f"{held.figure.value:,.2f} {mark_of(held.figure.doubt, p.lang)}")
            need(_GAP, f"{held.gap:+,.2f}")
            if _is_to_come(held):
                pace = p.say("target.pace_less", span=held.span)
                need(_PACE, f"{pace} {abs(held.gap):,.2f}")
    return widths


def _level(p: Pages, target: Target) -> str:
    """Return the level of a target as a reader writes it: “≥ 15.000”."""
    return f"{COMPARED_BY[target.operator]} {written_number(target.value or 0, p.lang)}"


def _help(p: Pages, rows: list[tuple[Target, HeldAgainst | None]]) -> str:
    """Say what the marks of the sheet mean, those that occur."""
    found = [held for _, held in rows if held is not None]
    keys = {
        "targets.unverified_help": not all(t.verified for t, _ in rows),
        "targets.others_help": not all(p.form.is_for_the_province(t) for t, _ in rows),
        "targets.counted_help": any(held.count is not None for held in found),
        "targets.pace_help": any(map(_is_to_come, found)),
    }
    return " ".join(p.say(key) for key, occurs in keys.items() if occurs)


def _is_to_come(held: HeldAgainst) -> bool:
    return held.years_left > 0


def _target(p: Pages, page: Sheet, row: int, target: Target, held: HeldAgainst | None) -> None:
    color = {} if target.verified else {"font_color": _GREY, "italic": True}
    words, centre = p.style.cell(**color), p.style.cell(align="center", **color)
    scope = _scope(p, target)
    for column, value in enumerate((target.document, target.label, scope)):
        page.write(row, column, value, words)
    codes = target.counts.indicators if target.counts else (target.indicator,)
    page.write(row, 3, ", ".join(codes), centre)
    level = None if target.value is None else _level(p, target)
    page.write(row, 4, level, centre)
    page.write(row, 5, target.year, p.style.cell(num_format="0", align="center", **color))
    if held is not None:
        outcome = _against(p, page, row, held, color)
    else:
        outcome = _for_others(p, target, scope)
        for column in range(_AGAINST, _STATUS):
            page.write(row, column, _NO_CHANGE, centre)
        if outcome:
            page.write(row, _REACHED, outcome, centre)
    status = reliability(target, p.lang)
    page.write(row, _STATUS, status, words)
    note = _note(p, target, held)
    page.write(row, _NOTE, note, p.style.cell(font_size=9, **color))
    tall = max(
        lines(target.label, 36),
        lines(note, 47),
        lines(outcome, 18),
        lines(target.document, 22),
        lines(status, 17),
        lines(scope, 13),
        lines(", ".join(codes), 7),
    )
    page.height(row, max(20, 14 * tall + 5))


def _scope(p: Pages, target: Target) -> str:
    key = f"scope.{target.applies_to}"
    return p.say(key) if has(key) else target.applies_to


def _for_others(p: Pages, target: Target, scope: str) -> str:
    """Say for whom a target is that is not one for the province."""
    if target.value is None or p.form.is_for_the_province(target):
        return ""
    return p.say("target.for_others", scope=scope)


def _note(p: Pages, target: Target, held: HeldAgainst | None) -> str:
    """Return the note of a target, with what its figure is and what it lacks and contains."""
    found = [target.note]
    if target.counts is not None:
        found.append(f"{counted_words(target.counts, p.form, p.lang)}.")
    if held is not None and held.count is not None:
        left = {"target.short": held.count.short, "target.unjudged_note": held.count.unjudged}
        found += [p.say(key, units=named(u, p.lang)) for key, u in left.items() if u]
    if held is not None:
        found += [f"{said}." for said in sentences(held.figure.doubt, p.lang)]
    return " ".join(filter(None, found))


def _against(p: Pages, page: Sheet, row: int, held: HeldAgainst, color: dict[str, object]) -> str:
    """Hold a target against its benchmark year; return what came of it.

    Nothing is concluded from too few units, and from a figure of which something is held or that
    cannot be.
    """
    centre = p.style.cell(align="center", **color)
    shown = marked("#,##0.00", mark_of(held.figure.doubt, p.lang))
    page.write(row, _AGAINST, held.year.code, centre)
    value, behind = _formulas(p, held)
    look = p.style.cell(num_format=shown, **color)
    page.formula(row, _ACTUAL, value, look, plain_number(held.figure.value))
    page.formula(row, _BEHIND, behind, centre, coverage(held.figure, p.m.enough))
    if held.figure.is_thin(p.m.enough):
        thin = {"type": "text", "criteria": "containing", "value": "!", "format": p.style.thin()}
        page.conditional((row, _BEHIND), (row, _BEHIND), thin)
    if held.undecided:
        for column in (_GAP, _PACE):
            page.write(row, column, _NO_CHANGE, centre)
        page.write(row, _REACHED, held.undecided, centre)
        return held.undecided
    actual = Cell(a1(row, _ACTUAL))
    gap = either(
        actual.is_number(), rounded(actual.known_number() - held.level, DECIMALS), totals.NOTHING
    )
    look = p.style.cell(num_format="+#,##0.00;-#,##0.00;0", **color)
    page.formula(row, _GAP, gap.formula, look, plain_number(held.gap))
    due = held.target.year <= int_year(held.year)
    yes, no = p.say("target.yes"), p.say("target.no" if due else "target.not_yet")
    reached = when(_reaches(held, actual.known_number()), text(yes), text(no))
    outcome = "…" if held.gap is None else yes if held.is_reached(held.gap) else no
    formula = either(actual.is_number(), reached, text("…")).formula
    page.formula(row, _REACHED, formula, centre, outcome)
    _pace(p, page, row, held, centre)
    return outcome


def _formulas(p: Pages, held: HeldAgainst) -> tuple[str, str]:
    """Return the formulas of the figure and of how many units are behind it."""
    if held.count is None:
        code, year = held.target.indicator, held.year.code
        return f"={p.plan.province_cell(code, year)}", f"={p.plan.province_cell(code, year, 1)}"
    counts, figure = held.count.counts, held.figure
    n = judged_formula(p.plan, counts, held.year)
    few = when(n < p.m.enough * figure.expected, text(" !"), totals.NOTHING)
    told: Piece = joined(n.as_text(), f"/{figure.expected}", few, held_count(figure.doubt))
    return value_formula(p.plan, counts, held.year).formula, told.formula


def _pace(p: Pages, page: Sheet, row: int, held: HeldAgainst, centre: Format) -> None:
    """Write how much a year is still needed or to be taken off, and in which years."""
    years = held.years_left
    if not years:
        page.write(row, _PACE, _NO_CHANGE, centre)
        return
    cell = Cell(a1(row, _GAP))
    left = cell.known_number()
    a_year = either(
        left < 0 if held.target.operator == ">=" else left > 0,
        rounded(-left / years, DECIMALS),
        text(_NO_CHANGE),
    )
    needed: str | int | float | None = _NO_CHANGE
    if held.gap is None:
        needed = ""
    elif not held.is_reached(held.gap):
        needed = float(six(-held.gap / years))
    more, less = (p.say(f"target.pace_{key}", span=held.span) for key in ("more", "less"))
    shown = ";".join('"{}"#,##0.00"{}"'.format(*words.split("#")) for words in (more, less))
    look = p.style.cell(num_format=shown, align="center")
    formula = either(cell.is_number(), a_year, totals.NOTHING).formula
    page.formula(row, _PACE, formula, look, needed)
