"""The other workbooks whose cells the formulas of a workbook use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import unquote

_REFERENCE = re.compile(rb"""<(?:\w+:)?externalReference\s[^<>]*?\b\w+:id=["']([^"']+)["']""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb"""\b(Id|Target)=["']([^"']*)["']""")
# [1]Sheet!A1, '[1]My sheet'!A1, 'C:\\data\\[x.xlsx]Sheet'!A1; no column of a table: T[Năm].
_BOOK = re.compile(r"(?<![\w\]])(?:'[^'\[\]]*)?\[([0-9]+|[^\[\]!]+\.[A-Za-z]{2,4})\](?=[^\[\]]*!)")
# As LibreOffice writes it: 'file:///C:/data/x.xlsx'#$Sheet1.A1
_FILE = re.compile(r"'(file:[^']+)'#")
_TEXT = re.compile(r'"[^"]*"')


def linked_books(formula: str, parts: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the file names of the workbooks a formula takes cells from.

    Args:
        parts: those of the workbook that say what its links lead to; a link of which nothing is
            said keeps its number, as in ``[1]``.
    """
    if "[" not in formula and "file:" not in formula:
        return ()
    told = _TEXT.sub('""', formula)
    found = [*_BOOK.findall(told), *_FILE.findall(told)]
    return tuple(dict.fromkeys(_name(text, parts) for text in found))


def _name(text: str, parts: Mapping[str, bytes]) -> str:
    if not text.isdigit():
        return _last(text)
    lower = {name.casefold(): content for name, content in parts.items()}
    links = _REFERENCE.findall(lower.get("xl/workbook.xml", b""))
    number = int(text)
    if not 0 < number <= len(links):
        return f"[{text}]"
    target = _targets(lower.get("xl/_rels/workbook.xml.rels", b"")).get(links[number - 1], "")
    rels = f"xl/externallinks/_rels/{target.rpartition('/')[2].casefold()}.rels"
    named = next(iter(_targets(lower.get(rels, b"")).values()), "")
    return _last(named) or f"[{text}]"


def _targets(rels: bytes) -> dict[bytes, str]:
    found = {}
    for match in _RELATION.finditer(rels):
        facts = dict(_ATTRIBUTE.findall(match[1]))
        found[facts.get(b"Id", b"")] = unescape(facts.get(b"Target", b"").decode(errors="replace"))
    return found


def _last(path: str) -> str:
    return unquote(re.split(r"[/\\]", path)[-1])
