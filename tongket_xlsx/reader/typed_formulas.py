"""The formulas of a sheet whose stored result is a number: those people type into a form.

Read by patterns, as the formulas of the form itself, thousands of them, give texts.
"""

from __future__ import annotations

import re
from html import unescape

from tongket_xlsx.model.places import position
from tongket_xlsx.reader.shared_formulas import moved

# A pattern that begins with a letter is looked for much faster than one that looks behind first.
_FORMULA = re.compile(rb'<f(?<! t="str"><f)(?: ([^<>]*?))?(?:/>|>([^<]*)</f>)<v>[-+0-9.eE]+</v>')
_CELL = re.compile(rb"""<c\s[^<>]*?\br=["']([A-Z]+[0-9]+)["'][^<>]*>$""")
_GROUP = re.compile(rb"""\bsi=["']([0-9]+)["']""")
_OTHER_RESULT = re.compile(rb"""\bt=["'](?:str|b|e|d|s|inlineStr)["']""")
# A tag of a cell is no longer than this.
_LONGEST_TAG = 300

Cell = tuple[int, int]


def typed_formulas(content: bytes) -> dict[Cell, str]:
    """Return the formulas of a sheet part, each with its ``=``, by row and column from 0.

    Blocks of several cells that share one array formula, and tables of data, are left out.
    """
    found: dict[Cell, str] = {}
    shared: dict[bytes, tuple[int, int, str]] = {}
    for match in _FORMULA.finditer(content):
        start = content.rfind(b"<c ", max(0, match.start() - _LONGEST_TAG), match.start())
        cell = _CELL.search(content[start : match.start()]) if start >= 0 else None
        attributes = match[1] or b""
        if cell is None or _OTHER_RESULT.search(cell[0]) or b"array" in attributes:
            continue
        row, column = position(cell[1].decode())
        text = unescape((match[2] or b"").decode(errors="replace"))
        group = _GROUP.search(attributes)
        if group is not None and text:
            shared[group[1]] = row, column, text
        elif group is not None and group[1] in shared:
            top, left, typed = shared[group[1]]
            text = moved(typed, row - top, column - left)
        if text:
            found[row, column] = "=" + text
    return found
