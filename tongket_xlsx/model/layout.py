"""Where each answer sits: the one treaty between the template and the intake.

A row is named by its indicator code in a locked column, a column by its heading; template and
intake both ask here, and neither computes an address. Rows and columns are counted from 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from tongket_xlsx.model.check_rows import CheckRow
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.text.messages import LANGUAGES, say
from tongket_xlsx.text.normalize import fold

META_SHEET = "_meta"
# Every figure once more, as a number or as nothing: what the rules of a workbook refer to.
NUMBERS_SHEET = "_so"
# Sheets on which everything is computed from the others, by their folded names: no answer ever
# stands there, and they are most of a workbook.
COMPUTED_SHEETS = frozenset(
    map(fold, (NUMBERS_SHEET, *(say("sheet.checks", lang) for lang in LANGUAGES)))
)
# The same facts stand as custom document properties, in case the sheet is lost.
PROPERTY_PREFIX = "tongket_"


class SheetKind(StrEnum):
    """Say what a sheet of the form is for."""

    COVER = "cover"
    GUIDE = "guide"
    GROUP = "group"
    ROSTER = "roster"
    NARRATIVE = "narrative"
    CHECKS = "checks"
    SCRATCH = "scratch"
    NUMBERS = "numbers"
    META = "meta"


class Role(StrEnum):
    """Name the columns that are no period."""

    CODE = "code"
    LABEL = "indicator"
    UNIT = "unit"
    PROVIDER = "provider"
    EXPLANATION = "explanation"
    CHECK = "check"
    ORDINAL = "ordinal"
    PROMPT = "prompt"
    LINKED = "linked"
    LIMIT = "limit"
    ANSWER = "answer"


class Entry(StrEnum):
    """Say what stands in a cell of a group sheet before anyone types."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    COMPUTED = "computed"
    PREFILLED = "prefilled"
    NOT_APPLICABLE = "not_applicable"
    NOT_FOUNDED = "not_founded"

    @property
    def answerable(self) -> bool:
        """Say whether the office answers here."""
        return self in (Entry.REQUIRED, Entry.OPTIONAL, Entry.PREFILLED)


# On the hidden sheet: which notes on cells are ours.
NOTES_KEY = "notes"


def note_digest(text: str) -> str:
    """Return a short name of a note on a cell, whatever became of its white space."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:8]


class CoverField(StrEnum):
    """Name what the office says of itself on the cover; a period's date is ``other:CODE``."""

    UNIT = "unit"
    CODE = "code"
    ROUND = "round"
    COMPILER = "compiler"
    PHONE = "phone"
    REPORT_NUMBER = "report_number"
    REPORT_DATE = "report_date"


TYPED_FIELDS = (
    CoverField.COMPILER,
    CoverField.PHONE,
    CoverField.REPORT_NUMBER,
    CoverField.REPORT_DATE,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key (a role, a period code or a roster column), heading and width."""

    key: str
    heading: str
    width: float


@dataclass(frozen=True)
class SheetLayout:
    """One sheet: its columns, its heading row and which row each code has."""

    kind: SheetKind
    name: str
    code: str = ""
    columns: tuple[Column, ...] = ()
    heading_row: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    row_count: int = 0

    @property
    def first_row(self) -> int:
        """Return the first row below the headings (and their numbering)."""
        return self.heading_row + 2

    @property
    def last_row(self) -> int:
        """Return the last row of the table."""
        return self.first_row + self.row_count - 1

    def column(self, key: str) -> int:
        """Return the column of a role, period or roster column.

        Raises:
            KeyError: the sheet has no such column.
        """
        for number, column in enumerate(self.columns):
            if column.key == key:
                return number
        raise KeyError(key)

    def has(self, key: str) -> bool:
        """Say whether the sheet has such a column."""
        return any(column.key == key for column in self.columns)

    def periods(self, form: Form) -> tuple[Period, ...]:
        """Return the periods that have a column."""
        return tuple(p for p in form.periods if self.has(p.code))

    def cell(self, code: str, key: str) -> tuple[int, int]:
        """Return (row, column) of an answer.

        Raises:
            KeyError: the sheet has no such row or column.
        """
        return self.rows[code], self.column(key)


@dataclass(frozen=True)
class WorkbookLayout:
    """All sheets of the workbook of one kind of unit, where its cover asks, and its checks."""

    sheets: tuple[SheetLayout, ...]
    cover: Mapping[str, tuple[int, int]]
    lang: str
    checks: tuple[CheckRow, ...]

    def of_kind(self, kind: SheetKind) -> tuple[SheetLayout, ...]:
        """Return the sheets of one kind, in order."""
        return tuple(s for s in self.sheets if s.kind is kind)

    def sheet_of(self, code: str) -> SheetLayout:
        """Return the sheet on which a code has its row.

        Raises:
            KeyError: no sheet has it.
        """
        for sheet in self.sheets:
            if code in sheet.rows:
                return sheet
        raise KeyError(code)

    def has(self, code: str) -> bool:
        """Say whether any sheet has a row for this code."""
        return any(code in sheet.rows for sheet in self.sheets)


# Column (0-based) of labels and of answers on the cover, and the row where its blocks start.
COVER_LABEL, COVER_ANSWER, COVER_LAST = 1, 3, 9
COVER_FIELDS_ROW = 7


def checksum(form: str, version: str, unit: str, round_number: str, parent: str) -> str:
    """Return what shows whether the identity of a workbook was changed by hand."""
    whole = (form, version, unit, round_number, parent)
    return hashlib.sha256("\0".join(whole).encode()).hexdigest()[:16]


def heading_keys(form: Form) -> Mapping[str, str]:
    """Return every heading a sheet may carry, folded → the key of its column, in any language."""
    keys: dict[str, str] = {}
    for lang in LANGUAGES:
        for role in Role:
            keys[folded(say(f"col.{role}", lang))] = role
        for period in form.periods:
            keys[folded(period.label.to(lang))] = period.code
            # Offices retype a heading as the bare year, or with the unit of measure behind it.
            keys[folded(period.code)] = period.code
        for roster in form.rosters:
            for column in roster.columns:
                keys[folded(column.label.to(lang))] = column.code
    return keys


def ordinal(column: int) -> str:
    """Number the columns as official tables do: A, B, C for the stub, then 1, 2, 3."""
    return "ABC"[column] if column < 3 else str(column - 2)


@lru_cache(maxsize=16384)
def folded(text: object) -> str:
    """Fold a heading for comparison, as any text; dashes of either length are one."""
    return fold(str(text)).replace("–", "-")
