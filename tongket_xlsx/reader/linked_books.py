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
# What a function is told in a text: INDIRECT("'[x.xlsx]Sheet'!B2"), RTD("server",…).
_INDIRECT = re.compile(r"\bINDIRECT\s*\(", re.IGNORECASE)
_TOLD_BOOK = re.compile(r"\[([^\[\]!\"]+\.[A-Za-z]{2,4})\]")
_SERVER = re.compile(r"""\b(RTD|WEBSERVICE)\s*\(\s*"([^"]*)\"""", re.IGNORECASE)
_DDE = re.compile(r"""\b\w+\|'?([^'!|]+)'?!""")
_TOPIC = re.compile(rb"""\bddeTopic=["']([^"']*)["']""")


def linked_books(formula: str, parts: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the file names of the workbooks a formula takes cells from.

    Args:
        parts: those of the workbook that say what its links lead to; a link of which nothing is
            said keeps its number, as in ``[1]``.
    """
    told = _TEXT.sub('""', formula)
    found = [*_BOOK.findall(told), *_FILE.findall(told), *_DDE.findall(told)]
    if _INDIRECT.search(told):
        found += _TOLD_BOOK.findall(formula)
    names = [_name(text, parts) for text in found]
    if _SERVER.search(told):
        names += [f"{name.upper()} {server}".strip() for name, server in _SERVER.findall(formula)]
    return tuple(dict.fromkeys(names))


def _name(text: str, parts: Mapping[str, bytes]) -> str:
    if not text.isdigit():
        return _last(text)
    lower = {name.casefold(): content for name, content in parts.items()}
    links = _REFERENCE.findall(lower.get("xl/workbook.xml", b""))
    number = int(text)
    if not 0 < number <= len(links):
        return f"[{text}]"
    target = _targets(lower.get("xl/_rels/workbook.xml.rels", b"")).get(links[number - 1], "")
    topic = _TOPIC.search(lower.get(f"xl/externallinks/{_last(target).casefold()}", b""))
    if topic is not None:
        return _last(unescape(topic[1].decode(errors="replace"))) or f"[{text}]"
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
