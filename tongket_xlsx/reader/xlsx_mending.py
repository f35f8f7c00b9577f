"""A sheet as the reader takes it: what it would refuse the whole file for is put aside.

Excel 365 and other programs write error values, cell types and extents which the reader does not
know. What is exchanged here never changes an answer: an error value is put back by :mod:`.grid`
from the part as it came, and a cell without content has none to lose.
"""

from __future__ import annotations

import re

_KNOWN_ERRORS = frozenset(
    (b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!")
)
_FORMULA = rb"(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?"
_ERROR = re.compile(
    rb"""(<(?:\w+:)?c\b[^<>]*?\bt=["']e["'][^<>]*>\s*""" + _FORMULA + rb"<(?:\w+:)?v\b[^<>]*>)"
    rb"([^<]*)(?=</)"
)
_UNKNOWN_TYPE = re.compile(
    rb"""(<(?:\w+:)?c\b[^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*)*?\s)"""
    rb"""t=["'](?!(?:b|d|e|inlineStr|n|s|str)["'])[^"'<>]*["']"""
)
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b([^<>]*?)(?:/>|>[^<]*</(?:\w+:)?dimension>)")
_SOUND_DIMENSION = re.compile(rb"""\sref=["'][A-Z]{1,3}[0-9]+(?::[A-Z]{1,3}[0-9]+)?["']\s*""")
# An element that says its own place; without it the place depends on those before it.
_UNPLACED = re.compile(rb"""<(?:\w+:)?(?:c|row)(?![\w.-])(?![^<>]*\sr=)""")
_NOTHING = rb"(?:<(?:\w+:)?(?:v|is|t)\s*(?:/>|>\s*</(?:\w+:)?(?:v|is|t)>)\s*)?"
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*(?:/>|(?<!/)>\s*" + _NOTHING + rb"</(?:\w+:)?c>)\s*")
# What either of these two needs; looked for first, because most large sheets have none of it.
_HOLLOW = re.compile(rb"<(?:\w+:)?(?:c|row|v|is|t)\b[^<>]*(?:/>|>\s*</)")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*(?:/>|(?<!/)>\s*</(?:\w+:)?row>)\s*")


def without_emptiness(content: bytes) -> bytes:
    """Return a sheet part without the cells and rows that hold nothing but a format.

    A whole column or the last row of a sheet may be formatted; there is nothing to read in it.
    A part in which some place is not written out, or some markup may be text, is left as it is.
    """
    if b"<!" in content or not _HOLLOW.search(content):
        return content
    if not _places_come_first(content) and _UNPLACED.search(content):
        return content
    return _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", content))


def _places_come_first(content: bytes) -> bool:
    """Say whether every row and cell begins with its place, as nearly every program writes it."""
    return b":c " not in content and all(
        content.count(b"<%s " % tag) + content.count(b"<%s>" % tag)
        == content.count(b'<%s r="' % tag)
        for tag in (b"row", b"c")
    )


def readable(content: bytes, *, plain: bool) -> bytes:
    """Return a sheet part as the reader takes it; the very part where there is nothing to exchange.

    Args:
        plain: whether every cell is written in the one way nearly all programs write it.
    """
    if b"<![CDATA[" in content:
        return content
    start = content.find(b"sheetData")
    head = content[: max(start, 0)]
    sound = head if b"dimension" not in head else _DIMENSION.sub(_sound_dimension, head)
    rest = content[len(head) :]
    if b't="e"' in rest or b"t='e'" in rest:
        rest = _ERROR.sub(_known_error, rest)
    if not plain:
        rest = _UNKNOWN_TYPE.sub(rb"\1", rest)
    made = sound + rest
    return content if made == content else made


def _known_error(match: re.Match[bytes]) -> bytes:
    return match[0] if match[2].strip() in _KNOWN_ERRORS | {b""} else match[1] + b"#N/A"


def _sound_dimension(match: re.Match[bytes]) -> bytes:
    return match[0] if _SOUND_DIMENSION.fullmatch(match[1]) else b""
