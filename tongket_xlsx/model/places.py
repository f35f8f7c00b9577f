"""Where something stands: a cell, a place in a return or a definition, and A1 addresses.

Rows and columns are counted from 0 everywhere in the package; only :func:`a1` and
:func:`position` translate to what Excel shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


@cache
def column_letters(column: int) -> str:
    """Return the letters Excel shows for a column counted from 0 (0 → A, 26 → AA)."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=65536)
def a1(row: int, column: int) -> str:
    """Return the A1 address of a cell whose row and column are counted from 0."""
    return f"{column_letters(column)}{row + 1}"


def position(address: str) -> tuple[int, int]:
    """Return (row, column), both from 0, of an A1 address.

    Raises:
        ValueError: the text is no single cell address.
    """
    match = _ADDRESS.fullmatch(address.upper())
    if match is None:
        raise ValueError(address)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def fixed(address: str) -> str:
    """Return an address that stays where it is when a formula is copied."""
    letters = address.rstrip("0123456789")
    return f"${letters}${address[len(letters) :]}"


def quoted(sheet: str) -> str:
    """Return a sheet name as a formula or link writes it, always in quotes."""
    return "'" + sheet.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Place:
    """Say where a finding is: unit › sheet!cell of a return, or file:line of a definition."""

    unit: str = ""
    sheet: str = ""
    cell: str = ""
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Render the place the one way every output says it."""
        if self.line:
            return f"{self.file}:{self.line}"
        address = f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet
        return " › ".join(part for part in (self.unit or self.file, address) if part)


@dataclass(frozen=True, slots=True)
class Source:
    """Say where a figure came from: one cell of one received file."""

    file: str
    sha256: str
    sheet: str
    cell: str
