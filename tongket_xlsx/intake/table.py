"""One table of a return: where its headings, rows and columns are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongket_xlsx.reader.cells import GridSheet, Raw


@dataclass(frozen=True)
class Table:
    """One table: where its columns are, and which rows carry which code.

    ``columns`` gives the column of each key that stands once; ``doubled`` those that stand
    twice. ``rows`` gives every row of each code, ``strange`` the rows whose code is unknown,
    ``labelled`` the row of a code that only its label names, ``contradicting`` the rows whose
    label is that of another code (row, code, other code), ``former`` those under an earlier
    code (row, earlier code, code).
    """

    sheet: GridSheet
    heading_row: int
    columns: Mapping[str, int]
    doubled: Mapping[str, tuple[int, ...]]
    rows: Mapping[str, tuple[int, ...]]
    strange: tuple[tuple[int, str], ...]
    labelled: Mapping[str, int] = field(default_factory=dict)
    contradicting: tuple[tuple[int, str, str], ...] = ()
    former: tuple[tuple[int, str, str], ...] = ()

    def value(self, row: int, key: str) -> Raw:
        """Return what stands in a row under a heading, ``None`` where there is no such column."""
        column = self.columns.get(key)
        return None if column is None else self.sheet.at(row, column)
