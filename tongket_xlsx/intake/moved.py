"""What was done to a sheet, told from where its rows and columns are and where the form has them.

The proof beside every figure that was read elsewhere than the form has it: “chèn 1 dòng ở dòng 9”.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tongket_xlsx.intake.table import Table
from tongket_xlsx.model.layout import SheetLayout, ordinal
from tongket_xlsx.model.places import column_letters
from tongket_xlsx.text.messages import say

_MOST_PLACES = 3
_Name = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that was done: a key of the catalogue, how many rows or columns, and where."""

    key: str
    count: int
    at: str = ""
    places: int = 1


def moves(table: Table, sheet: SheetLayout, rows: Mapping[str, int], *, first: bool) -> list[Move]:
    """Return what was done to the rows and columns of a table.

    Args:
        rows: the row of each code that was found in it.
        first: whether the table is the first of its sheet, so that its headings can have moved.
    """
    head = (sheet.heading_row, table.heading_row) if first else (-1, -1)
    anchors = sorted((sheet.rows[code], row) for code, row in rows.items() if code in sheet.rows)
    found = _along([head, *anchors], "row", lambda n: str(n + 1))
    if head[1] != head[0]:
        above = head[1] - head[0]
        found.insert(0, Move("rows_above" if above > 0 else "rows_above_deleted", abs(above)))
    places = [
        (number, table.columns[column.key])
        for number, column in enumerate(sheet.columns)
        if column.key in table.columns
    ]
    return found + _along([(-1, -1), *places], "column", column_letters)


def told(done: Iterable[Move], lang: str) -> str:
    """Put into words what was done."""
    return "; ".join(
        say(f"move.{m.key}", lang, count=m.count, at=m.at, places=m.places) for m in done
    )


def displaced(table: Table, sheet: SheetLayout, periods: Sequence[str]) -> dict[str, str]:
    """Return the periods whose headings stand in another order than in the form.

    Each with the period that its column has by its place. Columns that were moved whole bear
    their own numbers below the headings, which nobody retypes: with this proof none is in doubt.
    """
    here = [p for p in periods if p in table.columns]
    by_place = sorted(here, key=lambda p: table.columns[p])
    wrong = {p: by_place[here.index(p)] for p in here if by_place[here.index(p)] != p}
    # What a period's own column is called if columns are read by their places.
    swapped = {by_place[here.index(p)]: p for p in wrong}
    if all(_numbered(table, sheet, p) for p in wrong):
        return {}
    return swapped


def _numbered(table: Table, sheet: SheetLayout, period: str) -> bool:
    value = table.sheet.at(table.heading_row + 1, table.columns[period])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() == ordinal(sheet.column(period))


def _along(anchors: Sequence[tuple[int, int]], kind: str, name: _Name) -> list[Move]:
    """Compare places in the form with places found, both in the order of the form."""
    places = [place for _, place in anchors]
    if places != sorted(places):
        moved = sum(one != two for one, two in zip(places, sorted(places), strict=True))
        return [Move(f"{kind}s_reordered", moved)]
    added: list[tuple[int, int]] = []
    gone: list[tuple[int, int]] = []
    for (home, place), (next_home, next_place) in pairwise(anchors):
        more = (next_place - place) - (next_home - home)
        if more > 0:
            added.append((more, next_place - more))
        elif more < 0:
            gone.append((-more, next_place))
    return [
        move
        for key, those in ((f"{kind}s_inserted", added), (f"{kind}s_deleted", gone))
        for move in _summed(key, those, name)
    ]


def _summed(key: str, those: list[tuple[int, int]], name: _Name) -> list[Move]:
    if len(those) <= _MOST_PLACES:
        return [Move(key, count, name(place)) for count, place in those]
    return [Move(f"{key}_often", sum(n for n, _ in those), name(those[0][1]), len(those))]
