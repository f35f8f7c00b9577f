"""The tables of a returned workbook, found by what stands in them and never by position.

A table starts where a row carries the heading of the code column and at least one heading of the
form; its columns are named by their headings, its rows by the codes in that column. A sheet may
have been renamed, rows inserted and columns moved: the answers are found all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongket_xlsx.form import Form, Roster
from tongket_xlsx.grid import Grid, GridSheet, Raw, is_blank
from tongket_xlsx.layout import META_SHEET, NUMBERS_SHEET, Role, folded, heading_keys
from tongket_xlsx.messages import LANGUAGES, say

_ASIDE = re.compile(r"\s*\(.*?\)\s*$")
# Headings stand near the top; a form with a thousand rows above its table is not ours.
_DEEPEST_HEADING = 200


@dataclass(frozen=True)
class Table:
    """One table: where its columns are, and which rows carry which code.

    ``columns`` gives the column of each key that stands once; ``doubled`` those that stand
    twice. ``rows`` gives every row of each code, ``strange`` the rows whose code is unknown.
    """

    sheet: GridSheet
    heading_row: int
    columns: Mapping[str, int]
    doubled: Mapping[str, tuple[int, ...]]
    rows: Mapping[str, tuple[int, ...]]
    strange: tuple[tuple[int, str], ...]

    def value(self, row: int, key: str) -> Raw:
        """Return what stands in a row under a heading, ``None`` where there is no such column."""
        column = self.columns.get(key)
        return None if column is None else self.sheet.at(row, column)


class Finder:
    """Find the tables of one form; made once and used for every return."""

    def __init__(self, form: Form) -> None:
        """Learn the headings and codes of the form."""
        self.form = form
        self.headings = heading_keys(form)
        self.codes = {code.casefold(): code for code in form.answer_codes()}
        for indicator in form.indicators.values():
            for old in indicator.formerly:
                self.codes.setdefault(old.casefold(), indicator.code)
        self.code_headings = {folded(say("col.code", lang)) for lang in LANGUAGES}
        aside = ("sheet.scratch", "sheet.checks", "sheet.corrections")
        self.ignored = {folded(say(key, lang)) for key in aside for lang in LANGUAGES}
        self.ignored |= {META_SHEET, NUMBERS_SHEET}

    def tables(self, grid: Grid) -> Iterator[Table]:
        """Yield every table whose rows carry codes of the form, in the order of the sheets."""
        for sheet in grid.sheets:
            if folded(sheet.name) in self.ignored:
                continue
            heading = self._heading(sheet)
            if heading is not None:
                yield self._table(sheet, heading)

    def roster(self, grid: Grid, roster: Roster) -> Table | None:
        """Return the table of a roster: the row that carries at least half of its headings."""
        wanted = {column.code for column in roster.columns}
        for sheet in grid.sheets:
            if folded(sheet.name) in self.ignored:
                continue
            for row in range(min(len(sheet.rows), _DEEPEST_HEADING)):
                columns, doubled = self._columns(sheet.rows[row])
                if len(wanted & columns.keys()) * 2 >= len(wanted):
                    return Table(sheet, row, columns, doubled, {}, ())
        return None

    def _heading(self, sheet: GridSheet) -> int | None:
        for number, row in enumerate(sheet.rows[:_DEEPEST_HEADING]):
            if not any(isinstance(v, str) and folded(v) in self.code_headings for v in row):
                continue
            columns, doubled = self._columns(row)
            if len(columns) + len(doubled) >= 2:
                return number
        return None

    def _columns(self, row: list[Raw]) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
        found: dict[str, list[int]] = {}
        for column, value in enumerate(row):
            key = self._key(value)
            if key:
                found.setdefault(key, []).append(column)
        once = {key: columns[0] for key, columns in found.items() if len(columns) == 1}
        return once, {key: tuple(c) for key, c in found.items() if len(c) > 1}

    def _key(self, value: Raw) -> str:
        """Return the key a heading stands for; “Năm 2007 (người)” and the number 2007 as well."""
        if isinstance(value, float) and value.is_integer():
            value = str(int(value))
        if not isinstance(value, str):
            return ""
        heading = folded(value)
        key = self.headings.get(heading)
        if key is None:
            key = self.headings.get(_ASIDE.sub("", heading))
        return key or ""

    def _table(self, sheet: GridSheet, heading: int) -> Table:
        columns, doubled = self._columns(sheet.rows[heading])
        rows: dict[str, list[int]] = {}
        strange: list[tuple[int, str]] = []
        at = columns.get(Role.CODE)
        if at is not None:
            for number in range(heading + 1, len(sheet.rows)):
                written = sheet.at(number, at)
                if is_blank(written):
                    continue
                text = "".join(str(written).split())
                code = self.codes.get(text.casefold())
                if code is not None:
                    rows.setdefault(code, []).append(number)
                elif any(character.isdigit() for character in text) and len(text) <= 12:
                    strange.append((number, text))
        return Table(
            sheet, heading, columns, doubled, {c: tuple(r) for c, r in rows.items()}, tuple(strange)
        )
