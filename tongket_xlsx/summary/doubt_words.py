"""What is known against a figure, in words and marks that need no colour.

A mark is short enough to stand behind a number: ⚑ held and in no total, !! counted in spite of
an open error, ! an open warning, † accepted by the province, * explained by its office.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from tongket_xlsx.model.figure_status import ASKED, FigureStatus
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.summary.aggregates import Aggregate
from tongket_xlsx.summary.columns import ColumnFigure
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt import Doubt
from tongket_xlsx.text.messages import number, say

HELD, ERROR = "⚑", "!!"
# Behind n/N of a span of years: other units are behind the years.
UNEVEN = " ≠"
# By the word of a status; see :class:`tongket_xlsx.model.figure_status.FigureStatus`.
MARKS: Mapping[str, str] = {
    "held": HELD,
    "error": ERROR,
    "warning": "!",
    "accepted": "†",
    "explained": "*",
}
NOTHING_KNOWN = FigureStatus()
# A cell names no more units than a reader takes in; the list of what is held has them all.
MOST_NAMED = 5
# A table shows the start of a text that should have been a figure; the tidy data holds it all.
LONGEST_RAW = 120
# The signs that the tables by unit print, whatever else a form takes for them.
SIGNS: Mapping[CellState, str] = {
    CellState.NIL: "-",
    CellState.MISSING: "…",
    CellState.NOT_APPLICABLE: "x",
}


def few(units: Sequence[str], lang: str) -> str:
    """Return the first of some names, and how many more there are."""
    if len(units) <= MOST_NAMED + 1:
        return ", ".join(units)
    first = ", ".join(units[:MOST_NAMED])
    return say("names.more", lang, first=first, n=len(units) - MOST_NAMED)


def named(units: Iterable[Unit], lang: str) -> str:
    """Return the short names of the first of some units, and how many more there are."""
    return few([unit.short_name for unit in units], lang)


def sentences(doubt: Doubt, lang: str) -> list[str]:
    """Return what is known against a figure of the province, the gravest first."""
    parts = (
        ("held", doubt.held),
        ("in_error", doubt.in_error),
        ("warned", doubt.warned),
        ("estimated", doubt.estimated),
        ("accepted", doubt.accepted),
    )
    found = [say(f"doubt.{key}", lang, units=named(units, lang)) for key, units in parts if units]
    return [*found[: bool(doubt.held)], *own(doubt, lang), *found[bool(doubt.held) :]]


def own(doubt: Doubt, lang: str) -> list[str]:
    """Return the sentences of the findings about a figure of the province itself."""
    return [worded(finding, lang).message.rstrip(".") for finding in doubt.own]


def mark_of(doubt: Doubt, lang: str) -> str:
    """Return the gravest mark of a figure of the province; nothing where nothing is known."""
    if doubt.held:
        return HELD
    if doubt.own or doubt.in_error:
        return ERROR
    if doubt.warned:
        return MARKS["warning"]
    if doubt.estimated:
        return say("doubt.estimate", lang)
    return MARKS["accepted"] if doubt.accepted else ""


def mark_between(*doubts: Doubt) -> str:
    """Return the mark of a change between figures of which nothing is settled."""
    if any(doubt.held for doubt in doubts):
        return HELD
    return ERROR if any(doubt.own for doubt in doubts) else ""


def marked(shown: str, mark: str) -> str:
    """Return a number format that has a mark behind every number, whatever its sign."""
    if not mark:
        return shown
    return ";".join(f'{part}" {mark}"' for part in shown.split(";"))


def text_marked(shown: str) -> str:
    """Return a number format that shows the mark of what is held behind a text, even an empty one.

    It is for formulas that give no number where a figure they take is held.
    """
    return f'{shown};-{shown};{shown};@"{HELD}"'


def held_count(doubt: Doubt) -> str:
    """Return what stands behind n/N: how many units have figures that are held."""
    return f" {HELD}{len(doubt.held)}" if doubt.held else ""


def coverage(total: Aggregate, enough: float) -> str:
    """Return “n/N”, with “!” where the figure is thin, and how many units are held."""
    return total.coverage(enough) + held_count(total.doubt) + (UNEVEN if total.uneven else "")


def of_years(
    indicator: Indicator, figures: Mapping[tuple[str, str], Aggregate], lang: str
) -> Iterator[str]:
    """Yield “2017 (16/17): đang xem lại: Chư Sê” for each period of which something is known.

    Periods of which the same is known are named together.
    """
    periods: dict[str, list[str]] = {}
    for period in indicator.periods:
        total = figures.get((indicator.code, period))
        if total is not None and total.doubt:
            said = "; ".join(sentences(total.doubt, lang))
            if said:
                periods.setdefault(said, []).append(f"{period} ({total.behind})")
    for said, those in periods.items():
        yield f"{', '.join(those)}: {said}"
    for period in indicator.periods:
        total = figures.get((indicator.code, period))
        if total is not None and total.uneven:
            yield say("summary.uneven", lang, period=period, units=named(total.uneven, lang))


def word_of(figure: ColumnFigure, status: FigureStatus) -> str:
    """Return the word for the gravest that is known against a figure of a unit.

    A figure that is held but cannot be, for want of a number, is one in error.
    """
    if figure.held:
        return "held"
    return "error" if status.word == "held" else status.word


# What is said of answers that are in no total, beside those in another unit of measure.
OPEN_KINDS = ("asked", "impossible", "unread")


def open_kind(figure: ColumnFigure, status: FigureStatus) -> str:
    """Return why an answer is in no total for what stands in its cell alone; empty where it is in.

    ``asked``: it can be read in two ways; ``impossible``: a number that cannot be; ``unread``: no
    number at all.
    """
    impossible = figure.held and figure.state is CellState.IMPOSSIBLE
    if not impossible and not figure.state.is_unread:
        return ""
    found = (*status.held, *status.errors, *status.accepted)
    if any(item.finding.code in ASKED for item in found):
        return "asked"
    return "impossible" if impossible else "unread"


def open_answers(
    table: GroupTable, known: Mapping[tuple[str, str, str], FigureStatus]
) -> dict[str, list[str]]:
    """Return by kind the short names of the units of a group whose answers are in no total.

    A unit stands there once for each of its answers; ``held`` are all that are under review.
    """
    found: dict[str, list[str]] = {}
    for indicator in table.group.indicators:
        for period in () if indicator.computed else indicator.periods:
            others = table.columns.of(indicator.code, period).others
            # Signs are many, and none of them is one of these.
            left_out = [n for n, f in others.items() if f.held or f.state.is_unread]
            for place in sorted(left_out):
                figure = others[place]
                unit = table.columns.units[place]
                status = known.get((unit.code, indicator.code, period), NOTHING_KNOWN)
                kind = open_kind(figure, status)
                for word in filter(None, ["held" if figure.held else "", kind]):
                    found.setdefault(word, []).append(unit.short_name)
    return found


def open_legend(
    table: GroupTable, known: Mapping[tuple[str, str, str], FigureStatus], lang: str
) -> str:
    """Say how many answers of a group are in no total, why, and whose; empty where none is."""
    found = open_answers(table, known)
    told = [
        say(f"doubt.open_{kind}", lang, n=len(names), units=few(list(dict.fromkeys(names)), lang))
        for kind in ("held", *OPEN_KINDS)
        if (names := found.get(kind))
    ]
    return say("doubt.open", lang, parts="; ".join(told)) if told else ""


def note_of(status: FigureStatus, lang: str) -> str:
    """Return what is to be said of one figure: its findings, and what became of each."""
    texts = [worded(item.finding, lang).message for item in status.held + status.errors]
    texts += [worded(item.finding, lang).message for item in status.warnings]
    for item in status.accepted + status.explained:
        closed = say(f"closure.{item.closure}", lang)
        texts.append(f"{worded(item.finding, lang).message} [{closed}: {item.text}]")
    return "\n".join(dict.fromkeys(texts))[:1500]


def shown_text(figure: ColumnFigure, lang: str) -> str:
    """Return what a table shows for an answer that is no number that counts, else nothing."""
    if figure.held:
        # “Có” has a number too, but that is for adding.
        value = figure.text or ("" if figure.value is None else number(figure.value, lang))
        marks = (say("doubt.estimate", lang), HELD) if figure.estimated else (HELD,)
        return " ".join([value, *marks])
    if figure.state is CellState.NUMBER or figure.state is CellState.BLANK:
        return ""
    return SIGNS.get(figure.state) or f"? {figure.raw[:LONGEST_RAW]}"


def width_of(value: Decimal | None, *marks: str) -> int:
    """Return how wide a column must be for a figure with its marks, in characters."""
    shown = "" if value is None else number(value, "vi")
    return len(" ".join([shown, *filter(None, marks)])) + 3


def statuses_of(
    table: GroupTable, known: Mapping[tuple[str, str, str], FigureStatus]
) -> Iterator[tuple[int, str, str, FigureStatus]]:
    """Yield (place of the unit, indicator, period, status) for the figures shown of a group."""
    places = {unit.code: place for place, unit in enumerate(table.columns.units)}
    codes = {indicator.code for indicator in table.group.indicators}
    for (unit, code, period), status in known.items():
        if code in codes and unit in places:
            yield places[unit], code, period, status
