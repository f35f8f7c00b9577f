"""The tables of a returned workbook, found by what stands in them and never by position.

A table starts where a row carries the heading of the code column, or of the labels, and headings
of the form; its columns are named by their headings, its rows by the codes in that column. A sheet
may have been renamed, rows inserted and columns moved: the answers are found all the same. Where a
code is lost the label names the row, if it can name only one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tongket_xlsx.intake.headings import bare_headings, raw_code, texts_of
from tongket_xlsx.intake.table import Table
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.indicators import Roster
from tongket_xlsx.model.layout import (
    META_SHEET,
    NUMBERS_SHEET,
    Role,
    folded,
    heading_keys,
)
from tongket_xlsx.reader.cells import Grid, GridSheet, NoResult, Raw, is_blank
from tongket_xlsx.text.messages import LANGUAGES, say
from tongket_xlsx.text.normalize import squeezed
from tongket_xlsx.text.numerals import tidy

_ASIDE = re.compile(r"\s*\((.*?)\)\s*$")
_LONGEST_HEADING = 250
# The mark of a footnote, or the number of a column, that tells nothing of what is asked.
_MARK = re.compile(r"[*†0-9]{1,2}")
# Headings stand near the top; a form with a thousand rows above its table is not ours.
_DEEPEST_HEADING = 200
# What an office types before a label to number or list it.
_ORDINAL = re.compile(r"(?:(?:[0-9]{1,3}|[a-zđ]|[ivx]{1,4})[.):/]|[-+*•])\s*")
# What an office types behind a code or a heading without meaning anything by it.
_BEHIND_CODES = ".,:;…"
_BEHIND_HEADINGS = " .:*"


@dataclass
class _TableRows:
    """Collect the rows of one table."""

    coded: dict[str, list[int]] = field(default_factory=dict)
    strange: list[tuple[int, str]] = field(default_factory=list)
    unnamed: list[tuple[int, str]] = field(default_factory=list)
    contradicting: list[tuple[int, str, str]] = field(default_factory=list)
    former: list[tuple[int, str, str]] = field(default_factory=list)


class Finder:
    """Find the tables of one form; made once and used for every return."""

    def __init__(self, form: Form) -> None:
        """Learn the headings, codes and labels of the form."""
        self.form = form
        self.headings = {h.rstrip(_BEHIND_HEADINGS): k for h, k in heading_keys(form).items()}
        self.bare_headings = bare_headings(self.headings, form)
        self.codes = {code.casefold(): code for code in form.answer_codes()}
        self.former: dict[str, str] = {}
        # A code that was used again since: in a return of an earlier version it may mean either.
        self.reused: dict[str, str] = {}
        for indicator in form.indicators.values():
            for old in indicator.formerly:
                if old.casefold() in self.codes:
                    self.reused[self.codes[old.casefold()]] = indicator.code
                else:
                    self.former[old.casefold()] = indicator.code
        aside = ("sheet.scratch", "sheet.checks", "sheet.corrections")
        self.ignored = {folded(say(key, lang)) for key in aside for lang in LANGUAGES}
        self.ignored |= {META_SHEET, NUMBERS_SHEET}
        self.scratch = {folded(say("sheet.scratch", lang)) for lang in LANGUAGES}
        self.not_ours = {folded(say("checks.rule", lang)) for lang in LANGUAGES}
        self.periods = {p.code for p in form.periods}
        self.units_of = {
            i.code: {folded(text) for text in texts_of(i.unit)} for i in form.indicators.values()
        }
        self.units = {unit for units in self.units_of.values() for unit in units} - {"%"}
        self._learn_labels()

    def _learn_labels(self) -> None:
        named = [(i.code, i.group, i.label) for i in self.form.indicators.values()]
        named += [(p.code, "", p.label) for p in self.form.prompts]
        self.group_of = {code: group for code, group, _ in named}
        self.own: dict[str, frozenset[str]] = {}
        labels: dict[str, dict[str, None]] = {}
        for code, _, label in named:
            texts = texts_of(label)
            self.own[code] = frozenset(texts | {f"{text} *" for text in texts})
            for text in texts:
                labels.setdefault(folded(text), {})[code] = None
        self.labels = {text: tuple(codes) for text, codes in labels.items()}

    def tables(self, grid: Grid) -> Iterator[Table]:
        """Yield every table whose rows carry codes of the form, in the order of the sheets."""
        for sheet in grid.sheets:
            if folded(sheet.name) in self.ignored:
                continue
            heading = self._heading(sheet)
            above: Mapping[str, int] = {}
            while heading is not None:
                table, heading = self._table(sheet, heading, above)
                above = table.columns
                if Role.CODE in table.columns or Role.CODE in table.doubled or table.labelled:
                    yield table

    def scratched(self, grid: Grid) -> Iterator[tuple[str, str, int]]:
        """Yield what stands on a scratch sheet under a code of the form: sheet, code, row."""
        for sheet in grid.sheets:
            if folded(sheet.name) not in self.scratch:
                continue
            for number, row in enumerate(sheet.rows):
                code = next((c for v in row[:3] if isinstance(v, str) and (c := self.code(v))), "")
                if code and has_figures(row):
                    yield sheet.name, code, number

    def roster(self, grid: Grid, roster: Roster) -> Table | None:
        """Return the table of a roster: the row that carries at least half of its headings."""
        names = {folded(roster.name.to(lang)) for lang in LANGUAGES}
        # The sheet that bears its name is looked at first: as a rule no other is looked at.
        for sheet in sorted(grid.sheets, key=lambda s: folded(s.name) not in names):
            if folded(sheet.name) in self.ignored:
                continue
            table = self.listed(sheet, roster)
            if table is not None:
                return table
        return None

    def listed(self, sheet: GridSheet, roster: Roster) -> Table | None:
        """Return the table of a roster on one sheet."""
        for number, row in enumerate(sheet.rows[:_DEEPEST_HEADING]):
            if self.heads(roster, row):
                return Table(sheet, number, *self._columns(row), {}, ())
        return None

    def entries(self, table: Table, roster: Roster) -> set[tuple[str, ...]]:
        """Return the rows of a roster as texts."""
        below = range(table.heading_row + 1, len(table.sheet.rows))
        rows = ([table.value(row, c.code) for c in roster.columns] for row in below)
        return {tuple(str(v) for v in row) for row in rows if not all(map(is_blank, row))}

    def heads(self, roster: Roster, row: list[Raw]) -> bool:
        """Say whether a row carries at least half of the headings of a roster."""
        if sum(value is not None for value in row) < 2:
            return False
        columns, doubled = self._columns(row)
        wanted = {column.code for column in roster.columns}
        return len(wanted & (columns.keys() | doubled.keys())) * 2 >= len(wanted)

    def is_unit(self, code: str, text: str) -> bool:
        """Say whether a text is the unit of an indicator, typed without its marks as well."""
        units = self.units_of[code]
        return folded(text) in units or (
            len(text) <= _LONGEST_HEADING and squeezed(text) in map(squeezed, units)
        )

    def code(self, written: Raw) -> str:
        """Return the code a cell holds: spaces, case and a dot behind it do not matter."""
        text = "".join(str(written).split()).casefold()
        code = self.codes.get(text)
        if code is None and text not in self.former:
            text = "".join(tidy(text).split()).rstrip(_BEHIND_CODES)
            code = self.codes.get(text)
        return code or self.former.get(text, "")

    def _heading(self, sheet: GridSheet) -> int | None:
        labelled = None
        for number, row in enumerate(sheet.rows[:_DEEPEST_HEADING]):
            if sum(value is not None for value in row) < 2:
                continue
            texts = [folded(v) for v in row if isinstance(v, str)]
            coded = any(self._named(text) == Role.CODE for text in texts)
            if not coded and (labelled is not None or len(texts) < 2):
                continue
            columns, doubled = self._columns(row)
            if coded and len(columns) + len(doubled) >= 2:
                return number
            if self._names_rows(columns) and not self.not_ours.intersection(texts):
                labelled = number
        return labelled

    def _names_rows(self, columns: Mapping[str, int]) -> bool:
        """Say whether a row heads the labels and enough of what is answered beside them."""
        years = len(self.periods & columns.keys())
        return (Role.LABEL in columns and years >= min(2, len(self.periods))) or (
            Role.PROMPT in columns and Role.ANSWER in columns
        )

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
        heading = folded(value).rstrip(_BEHIND_HEADINGS)
        key = self._named(heading)
        # Behind a text no heading is as long as, every bracket would be tried.
        found = not key and len(heading) <= _LONGEST_HEADING
        aside = _ASIDE.search(heading) if found else None
        if aside is not None:
            key = self._named(heading[: aside.start()])
            # “Năm 2017 (kế hoạch)”, “Năm 2017 (nghìn đồng)”: not what the form asks for.
            if key in self.periods and not (aside[1] in self.units or _MARK.fullmatch(aside[1])):
                key = None
        return key or ""

    def _named(self, heading: str) -> str | None:
        """Return the key of a heading, typed without its marks or spaces as well."""
        key = self.headings.get(heading)
        if key or len(heading) > _LONGEST_HEADING:
            return key
        return self.bare_headings.get(squeezed(heading).removesuffix(".0"))

    def _table(
        self, sheet: GridSheet, heading: int, above: Mapping[str, int]
    ) -> tuple[Table, int | None]:
        """Return a table, and the row of the headings of the next one on its sheet.

        Args:
            above: the columns of the table above it; where headings are repeated without
                those of code and label, these stay where they were.
        """
        columns, doubled = self._columns(sheet.rows[heading])
        if not self.periods & (columns.keys() | doubled.keys()):
            columns |= self._years_below(sheet, heading)
        for role in (Role.CODE, Role.LABEL, Role.PROMPT):
            if role in above and role not in columns and role not in doubled:
                columns[role] = above[role]
        rows, following = _TableRows(), None
        at = columns.get(Role.CODE)
        label_at = columns.get(Role.LABEL, columns.get(Role.PROMPT))
        if at is None and (label_at is None or Role.CODE in doubled):
            return Table(sheet, heading, columns, doubled, {}, ()), None
        for number in range(heading + 1, len(sheet.rows)):
            written = None if at is None else sheet.at(number, at)
            label = None if label_at is None else sheet.at(number, label_at)
            if self._row(rows, number, written, label):
                continue
            if number > heading + 1 and self.repeats_headings(sheet.rows[number]):
                following = number
                break
            self._unnamed(rows, number, written, label)
        table = Table(
            sheet,
            heading,
            columns,
            doubled,
            {c: tuple(r) for c, r in rows.coded.items()},
            tuple(rows.strange),
            self._labelled(rows),
            tuple(rows.contradicting),
            tuple(rows.former),
        )
        return self._without_labelled(table), following

    def _years_below(self, sheet: GridSheet, heading: int) -> dict[str, int]:
        """Return the years of a second row of headings, below one that names none."""
        below = sheet.rows[heading + 1 : heading + 2]
        columns = self._columns(below[0])[0] if below else {}
        return {key: column for key, column in columns.items() if key in self.periods}

    def _row(self, rows: _TableRows, number: int, written: Raw, label: Raw) -> bool:
        """Take in a row that has a code of the form."""
        if written is None:
            return False
        code = self.code(written)
        if not code:
            return False
        rows.coded.setdefault(code, []).append(number)
        if self.former:
            old = "".join(str(written).split())
            if old.casefold() in self.former:
                rows.former.append((number, old, code))
                return True
        if isinstance(label, str) and label not in self.own[code]:
            others = self.labels.get(self._label(label), ())
            if others and code not in others:
                rows.contradicting.append((number, code, others[0]))
        return True

    def _label(self, text: str) -> str:
        """Return a label as the form has it; “1. Dân số trung bình” as well."""
        label = folded(text).removesuffix("*").rstrip()
        ordinal = None if label in self.labels else _ORDINAL.match(label)
        bare = label[ordinal.end() :] if ordinal else label
        return bare if bare in self.labels else label

    def _unnamed(self, rows: _TableRows, number: int, written: Raw, label: Raw) -> None:
        """Take in a row without a code, or with one that is unknown."""
        if not is_blank(written):
            text = "".join(raw_code(written).split())
            if any(character.isdigit() for character in text) and len(text) <= 12:
                rows.strange.append((number, text))
        if isinstance(label, str) and not is_blank(label):
            rows.unnamed.append((number, self._label(label)))

    def repeats_headings(self, row: list[Raw]) -> bool:
        """Say whether a row heads at least two periods: from here on columns may mean others."""
        if sum(value is not None for value in row) < 2:
            return False
        columns, doubled = self._columns(row)
        return len(self.periods & (columns.keys() | doubled.keys())) >= 2 or (
            Role.CODE in columns and len(columns) >= 3
        )

    def _labelled(self, rows: _TableRows) -> dict[str, int]:
        """Return the rows that their labels name: each label once, and of one code only."""
        seen = Counter(label for _, label in rows.unnamed)
        groups = Counter(self.group_of[code] for code in rows.coded)
        known = [(n, self.labels[t]) for n, t in rows.unnamed if t in self.labels and seen[t] == 1]
        groups.update(self.group_of[codes[0]] for _, codes in known if len(codes) == 1)
        group = next((g for g, _ in groups.most_common(1)), None)
        found: dict[str, int] = {}
        for number, codes in known:
            mine = [c for c in codes if len(codes) == 1 or self.group_of[c] == group]
            if len(mine) == 1 and mine[0] not in rows.coded:
                found[mine[0]] = number
        return found

    def _without_labelled(self, table: Table) -> Table:
        """Return a table in which a row that its label names is no stranger."""
        if not table.labelled or not table.strange:
            return table
        named = set(table.labelled.values())
        strange = tuple(s for s in table.strange if s[0] not in named)
        return replace(table, strange=strange)


def has_figures(row: list[Raw]) -> bool:
    """Say whether a row holds a number, a formula, or digits typed as text behind its unit."""
    texts = (value for value in row[3:] if isinstance(value, str))
    return any(isinstance(value, int | float | NoResult) for value in row) or any(
        character.isdigit() for text in texts for character in text
    )
