"""The names a workbook gives to cells, and formulas with the cells in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

_NAME = re.compile(rb"<(?:\w+:)?definedName\s([^<>]*)>([^<]*)</")
_CALLED = re.compile(rb"""\bname=["']([^"']*)["']""")
# A text, the name of a sheet and what stands in brackets are no names of cells.
_WORD = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!?|\[[^\[\]]*\])"""
    r"""|(?<![\w.\\$!])([^\W\d][\w.\\]*)(?![\w.(!\[\\])"""
)
# A name may stand for another; more often than so it is a circle.
_DEEPEST = 3
_LONGEST = 8000


def defined_names(book: bytes) -> dict[str, str]:
    """Return the names of a workbook part, folded in case, with what each stands for.

    Excel's own names are left out, and so are those that mean different cells on two sheets.
    """
    found: dict[str, str] = {}
    for attributes, meaning in _NAME.findall(book):
        called = _CALLED.search(attributes)
        name = unescape(called[1].decode(errors="replace")).casefold() if called else ""
        text = unescape(meaning.decode(errors="replace")).strip()
        if name and not name.startswith("_xlnm."):
            found[name] = text if found.get(name, text) == text else ""
    return {name: text for name, text in found.items() if text}


def with_cells(formula: str, names: Mapping[str, str]) -> str:
    """Return a formula with the cells its names stand for.

    >>> with_cells('=2*thon&"thon"', {"thon": "Sheet1!$A$1"})
    '=2*(Sheet1!$A$1)&"thon"'
    """

    def meant(match: re.Match[str]) -> str:
        text = names.get((match[2] or "").casefold())
        return match[0] if text is None else f"({text})"

    for _ in range(_DEEPEST if names else 0):
        made = _WORD.sub(meant, formula)
        if made == formula or len(made) > _LONGEST:
            break
        formula = made
    return formula
