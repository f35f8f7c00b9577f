"""Cell styles of an XLSX workbook that hide what a cell holds: letters in the colour of the ground.

White letters on no ground at all are hidden as well.
"""

from __future__ import annotations

import re

_FONT = re.compile(rb"<(?:\w+:)?font(?:/>|[\s>](?:(?!</(?:\w+:)?font>).)*)", re.DOTALL)
_FILL = re.compile(rb"<(?:\w+:)?fill(?:/>|[\s>](?:(?!</(?:\w+:)?fill>).)*)", re.DOTALL)
_LETTERS = re.compile(rb"<(?:\w+:)?color\s([^<>]*?)/?>")
_GROUND = re.compile(rb"<(?:\w+:)?fgColor\s([^<>]*?)/?>")
_SHADE = re.compile(rb"""\b(rgb|indexed|theme|tint)=["']([0-9A-Fa-f.-]+)["']""")
_XF = re.compile(rb"<(?:\w+:)?xf\s([^<>]*)>")
_NUMBER = re.compile(rb"""\b(fontId|fillId)=["']([0-9]+)["']""")
WHITE = "FFFFFF"
# The same colours by other names.
_NAMED = {
    "theme0": WHITE, "indexed1": WHITE, "indexed9": WHITE,
    "theme1": "000000", "indexed0": "000000", "indexed8": "000000", "indexed64": "000000",
    "indexed5": "FFFF00", "indexed13": "FFFF00",
}  # fmt: skip


def in_colour_of_ground(styles: bytes) -> frozenset[bytes]:
    """Return the numbers of the cell styles whose letters have the colour of their ground."""
    fonts = [_first(_LETTERS, font) for font in _FONT.findall(_part(styles, b"fonts"))]
    if not any(fonts):
        return frozenset()
    fills = [_ground(fill) for fill in _FILL.findall(_part(styles, b"fills"))]
    found = set()
    for number, match in enumerate(_XF.finditer(_part(styles, b"cellXfs"))):
        facts = {name: int(text) for name, text in _NUMBER.findall(match[1])}
        font, fill = facts.get(b"fontId", 0), facts.get(b"fillId", 0)
        if font < len(fonts) and fill < len(fills) and fonts[font] and fonts[font] == fills[fill]:
            found.add(str(number).encode())
    return frozenset(found)


def shade(attributes: bytes) -> str:
    """Return a name for the colour of an element, the same for the same colour; ``""`` for none."""
    said = {name.decode(): text.decode() for name, text in _SHADE.findall(attributes)}
    tint = said.pop("tint", "0")
    if not said:
        return ""
    kind, text = next(iter(said.items()))
    name = text[-6:].upper() if kind == "rgb" else _NAMED.get(kind + text, kind + text)
    return name if not float(tint or 0) else f"{name}{tint}"


def _first(pattern: re.Pattern[bytes], element: bytes) -> str:
    match = pattern.search(element)
    return shade(match[1]) if match else ""


def _ground(fill: bytes) -> str:
    plain = b"patternType" not in fill or b'"none"' in fill
    return WHITE if plain else _first(_GROUND, fill)


def _part(styles: bytes, name: bytes) -> bytes:
    match = re.search(rb"<((?:\w+:)?)" + name + rb"[\s>]", styles)
    if match is None:
        return b""
    end = styles.find(b"</" + match[1] + name + b">", match.end())
    return styles[styles.find(b">", match.start()) + 1 : end] if end >= 0 else b""
