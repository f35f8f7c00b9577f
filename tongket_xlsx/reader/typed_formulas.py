"""The formulas of a sheet that have a stored result: those of the form, and what people typed.

Read by patterns, whatever prefix the elements have; a part is no longer than it takes to read it.
"""

from __future__ import annotations

import re
from html import unescape

from tongket_xlsx.model.places import position
from tongket_xlsx.reader.shared_formulas import moved

_FORMULA = re.compile(
    rb"""<(?:\w+:)?f(?:\s([^<>]*?))?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*<(?:\w+:)?v(?:\s[^<>]*)?>[^<]"""
)
_CELL = re.compile(rb"""<(?:\w+:)?c\s([^<>]*)>\s*$""")
_ADDRESS = re.compile(rb"""\br=["']([A-Za-z]+[0-9]+)["']""")
_GROUP = re.compile(rb"""\bsi=["']([0-9]+)["']""")
_OTHER_RESULT = re.compile(rb"""\bt=["'](?:e|d|s|inlineStr)["']""")
_OF_SEVERAL = re.compile(rb"""\bref=["'][A-Za-z0-9]+:|\bt=["']dataTable["']""")
# A tag of a cell is no longer than this.
_LONGEST_TAG = 300

Cell = tuple[int, int]


def typed_formulas(content: bytes) -> dict[Cell, str]:
    """Return the formulas of a sheet part, each with its ``=``, by row and column from 0.

    Blocks of several cells that share one array formula, and tables of data, are left out, and so
    are formulas whose result is an error value.
    """
    found: dict[Cell, str] = {}
    shared: dict[bytes, tuple[int, int, str]] = {}
    for match in _FORMULA.finditer(content):
        before = content[max(0, match.start() - _LONGEST_TAG) : match.start()]
        cell = _CELL.search(before, max(before.rfind(b"<"), 0))
        attributes = match[1] or b""
        address = _ADDRESS.search(cell[1]) if cell is not None else None
        group = _GROUP.search(attributes)
        several = group is None and _OF_SEVERAL.search(attributes) is not None
        if cell is None or address is None or several or _OTHER_RESULT.search(cell[1]):
            continue
        row, column = position(address[1].decode())
        text = unescape((match[2] or b"").decode(errors="replace"))
        if group is not None and text:
            shared[group[1]] = row, column, text
        elif group is not None and group[1] in shared:
            top, left, typed = shared[group[1]]
            text = moved(typed, row - top, column - left)
        if text:
            found[row, column] = "=" + text
    return found
