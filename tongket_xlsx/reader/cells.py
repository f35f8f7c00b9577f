"""What stands in a cell, a sheet and a workbook that was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tongket_xlsx.reader.safe_workbook import SafeWorkbook
from tongket_xlsx.reader.sheet_facts import Outline
from tongket_xlsx.text.legacy_fonts import Decoded


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A cell that holds an Excel error, such as ``#DIV/0!``."""

    text: str


@dataclass(frozen=True, slots=True)
class NoResult:
    """A formula whose result was never stored."""

    formula: str


Raw = None | str | float | int | bool | date | datetime | time | timedelta | ErrorValue | NoResult


Rows = list[list[Raw]]


# White space, and what no one sees and Python does not count as such, in any mixture.
_UNSEEN = "\ufeff\u200b\u2060 \t\r\n\u00a0\u2000\u2002\u2003\u2009\u202f\u3000"


@dataclass(frozen=True, slots=True)
class GridSheet:
    """One sheet: its values from A1 on, row by row, and what stands around them.

    ``outline`` is ``None`` where the format of the file does not let it be known.
    """

    name: str
    visible: bool
    rows: Rows
    outline: Outline | None = None

    def at(self, row: int, column: int) -> Raw:
        """Return the value of a cell, ``None`` beyond what is filled."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None


@dataclass(frozen=True, slots=True)
class Grid:
    """All sheets of a workbook and its custom document properties.

    ``decoded`` lists the texts that were read by their fonts: sheet, cell, and the text;
    ``other_kinds`` names the sheets without cells of ours: of macros, dialogues and charts;
    ``unlooked`` says that the cells were read, and their formats could not be.
    """

    sheets: tuple[GridSheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    decoded: list[tuple[str, str, Decoded]] = field(default_factory=list)
    other_kinds: tuple[str, ...] = ()
    unlooked: bool = False
    workbook: SafeWorkbook | None = field(default=None, repr=False, compare=False)

    def sheet(self, name: str) -> GridSheet | None:
        """Return a sheet by its name."""
        return next((s for s in self.sheets if s.name == name), None)


def is_blank(value: Raw) -> bool:
    """Say whether a cell is empty: nothing, or white space only. Zero is an answer."""
    return value is None or (isinstance(value, str) and not value.strip().strip(_UNSEEN))
