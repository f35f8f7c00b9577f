"""Cell styles of an XLSX workbook that hide what a cell holds: white letters on white ground."""

from __future__ import annotations

import re
from collections.abc import Callable

_FONT = re.compile(rb"<(?:\w+:)?font(?:/>|[\s>](?:(?!</(?:\w+:)?font>).)*)", re.DOTALL)
_WHITE = re.compile(
    rb"""<(?:\w+:)?color\s(?:rgb=["'](?:FF|00)?FFFFFF["']|indexed=["'](?:1|9)["']"""
    rb"""|theme=["']0["'])\s*/>"""
)
_FILL = re.compile(rb"<(?:\w+:)?fill(?:/>|[\s>](?:(?!</(?:\w+:)?fill>).)*)", re.DOTALL)
_GROUND = re.compile(
    rb"""<(?:\w+:)?fgColor\s(?:rgb=["'](?:FF|00)?FFFFFF["']|indexed=["'](?:1|9)["']"""
    rb"""|theme=["']0["'])\s*/>"""
)
_XF = re.compile(rb"<(?:\w+:)?xf\s([^<>]*)>")
_NUMBER = re.compile(rb"""\b(fontId|fillId)=["']([0-9]+)["']""")


def white_on_white(styles: bytes) -> frozenset[bytes]:
    """Return the numbers of the cell styles whose letters have the colour of their ground."""
    if not _WHITE.search(styles):
        return frozenset()
    fonts = _numbers(_part(styles, b"fonts"), _FONT, lambda font: bool(_WHITE.search(font)))
    fills = _numbers(_part(styles, b"fills"), _FILL, _is_white)
    found = set()
    for number, match in enumerate(_XF.finditer(_part(styles, b"cellXfs"))):
        facts = dict(_NUMBER.findall(match[1]))
        if facts.get(b"fontId", b"0") in fonts and facts.get(b"fillId", b"0") in fills:
            found.add(str(number).encode())
    return frozenset(found)


def _is_white(fill: bytes) -> bool:
    return b"patternType" not in fill or b'"none"' in fill or bool(_GROUND.search(fill))


def _part(styles: bytes, name: bytes) -> bytes:
    start, end = styles.find(b"<" + name), styles.find(b"</" + name + b">")
    return styles[styles.find(b">", start) : end] if 0 <= start < end else b""


def _numbers(
    part: bytes, pattern: re.Pattern[bytes], is_such: Callable[[bytes], bool]
) -> frozenset[bytes]:
    pieces = pattern.findall(part)
    return frozenset(str(n).encode() for n, piece in enumerate(pieces) if is_such(piece))
