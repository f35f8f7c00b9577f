"""Formulas of an .ods in the spelling of Excel: ``of:=SUM([.D8:.D9];1)`` is ``=SUM(D8:D9,1)``."""

from __future__ import annotations

import re

# A text stays as it is; a reference stands in brackets; arguments are parted by semicolons.
_PIECE = re.compile(r"""("(?:[^"]|"")*")|\[((?:[^\[\]']|'(?:[^']|'')*')*)\]|(;)""")
_SHEET = r"(?:\$?('(?:[^']|'')*'|[^.'\[\]:#\"]+))?"
_CELL = r"\.(\$?[A-Za-z]{1,3}\$?[0-9]{1,7})"
_REFERENCE = re.compile(rf"{_SHEET}{_CELL}(?::{_SHEET}{_CELL})?")


def as_of_excel(formula: str) -> str:
    """Return a formula as Excel writes it, with its ``=``; nothing for another language.

    What is no reference to cells of the document itself is left as it stands.

    >>> as_of_excel("of:=COUNTA([$'Biểu 1'.D8:.D11];[.E$8])")
    "=COUNTA('Biểu 1'!D8:D11,E$8)"
    """
    language, sign, text = formula.partition(":=")
    if sign and language == "msoxl":
        return "=" + text
    return "=" + _PIECE.sub(_translated, text) if sign and language == "of" else ""


def _translated(piece: re.Match[str]) -> str:
    if piece[1] is not None:
        return piece[1]
    if piece[3] is not None:
        return ","
    found = _REFERENCE.fullmatch(piece[2])
    if found is None:
        return piece[2]
    sheet, first, other, last = found.groups()
    if other is not None and other != sheet:
        return piece[2]
    return f"{sheet}!{first}" * bool(sheet) + first * (not sheet) + f":{last}" * bool(last)
