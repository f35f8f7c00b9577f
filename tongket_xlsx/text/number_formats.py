"""What a cell shows beside its number: a scale in its format, digits struck out or raised.

“420” in the format ``0" tỷ"`` is read by people as 420 tỷ, and “120¹” is 1201 without its look.
Nothing is computed from a look; whoever reads the cell is told of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from html import unescape
from itertools import pairwise


class Look(StrEnum):
    """Name a look that may change what a cell says."""

    RESCALED = "rescaled"
    UNSEEN = "unseen"
    STRUCK = "struck"
    PARTLY = "partly"


# What only takes room, what is shown as it stands, and in brackets a currency or a condition.
_ROOM = re.compile(r"[_*].")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\[\]-]*+)[^\[\]]*+\]|\[[^\[\]]*+\]')
_DIVIDED = re.compile(r"[0#?],+(?![0#?,])")
# How offices say that a number is larger than it stands there; the last of money only.
SCALES, COUNTING_SCALES, MONEY_SCALES = "nghìn|ngàn|triệu|tr|tỷ|tỉ", "chục|trăm|vạn", "trđ|đồng|vnđ"
_SCALE = re.compile(rf"(?<!\w)(?:{SCALES}|{MONEY_SCALES}|đ|vnd|k)(?!\w)|₫|[0-9]", re.IGNORECASE)
# Of anything that is counted: “đồng chí” is no money.
_THOUSANDS = re.compile(rf"(?<!\w)(?:{COUNTING_SCALES}|{SCALES})(?!\w)", re.IGNORECASE)
_STRUCK = re.compile(rb"""<(?:\w+:)?strike(?:\s*/>|\s*>|\s+val=["'](?:1|true)["'])""")
_RAISED = re.compile(rb"""<(?:\w+:)?vertAlign\s+val=["'](?:super|sub)script["']""")
_FONT = re.compile(rb"<(?:\w+:)?font(?:/>|[\s>](?:(?!</(?:\w+:)?font>).)*)", re.DOTALL)
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")


def rescales(code: str) -> bool:
    """Say whether a number format shows a number divided, or with the name of a scale."""
    shown = _ROOM.sub("", unescape(code)).split(";")[0]
    said = " ".join("".join(part) for part in _LITERAL.findall(shown))
    return _DIVIDED.search(_LITERAL.sub("", shown)) is not None or _SCALE.search(said) is not None


_PLAIN = re.compile(r"(?:General|[#,.?%_ ()*-]*+0[#0,.?%_ ()*-]*+|@)?", re.IGNORECASE)
# Sections are parted by “;” that is neither quoted nor behind a backslash.
_PIECE = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*+\]|.', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)\]")
_HOLDS = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, "=": lambda a, b: a == b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "<>": lambda a, b: a != b,
}  # fmt: skip
# What makes an estimate of a figure, as a word or a sign before or behind it.
_ABOUT = re.compile(r"[~≈±<>≤≥+]|(?<!\w)(?:khoảng|trên|dưới|gần|hơn|ước|tầm)(?!\w)", re.IGNORECASE)
_UNSEEN_COLOUR = re.compile(r"\[(?:white|color ?2)\]", re.IGNORECASE)
_DASHES = frozenset({"-", "–", "—"})


def may_mislead(code: str) -> bool:
    """Say whether a number format may show something else than the number it is given."""
    return _PLAIN.fullmatch(code) is None


def shown_instead(code: str, value: Decimal) -> str | None:
    """Return what a number format shows of a number where that is not the number.

    >>> shown_instead('#,##0;-#,##0;"…"', Decimal(0)), shown_instead(";;;", Decimal(7))
    ('…', '')

    Returns:
        ``None`` where it shows the number, be it rounded or with words around it; percentages
        and days are left to others. A dash for zero is the sign for it.
    """
    section = _section_of(code, value)
    if section is None:
        return "####"
    if _UNSEEN_COLOUR.search(section):
        return ""
    plain = _ROOM.sub("", _LITERAL.sub("", section))
    said = "".join(one or two for one, two, _ in _LITERAL.findall(_ROOM.sub(" ", section))).strip()
    digits = "".join(c for c in plain if c in "0#?")
    if "%" in plain or "general" in plain.casefold() or "@" in plain:
        return None
    if not digits:
        # Without a place for a digit there are letters of a day, or nothing of the number.
        other = "".join(c for c in plain if c not in "-+() ,.")
        said = f"{said}{''.join(c for c in plain if c in '-+')}".strip()
        is_nil = not value and said in _DASHES
        return None if other or is_nil else said
    if not value and "0" not in digits:
        return None if said in _DASHES else said
    if _DIVIDED.search(plain) or _SCALE.search(said):
        thousands = len(_DIVIDED.findall(plain)) and plain.count(",", _last_digit(plain))
        return f"{(value / 1000**thousands).normalize():f} {said}".strip()
    about = said or "".join(c for c in plain if c in "~≈±")
    return f"{about} {value:f}" if _ABOUT.search(about) else None


def _last_digit(plain: str) -> int:
    return max(plain.rfind(c) for c in "0#?")


def _section_of(code: str, value: Decimal) -> str | None:
    """Return the part of a format that is for this number; ``None`` where there is none."""
    sections = [""]
    for piece in _PIECE.findall(unescape(code)):
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    conditions = [_CONDITION.search(section) for section in sections[:3]]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=False):
            if condition is None or _HOLDS[condition[1]](value, Decimal(condition[2])):
                return section
        return None
    wanted = 1 if value < 0 else 2 if not value else 0
    return sections[wanted] if wanted < min(len(sections), 3) else sections[0]


def names_scale(text: str) -> bool:
    """Say whether a text names a scale of numbers, such as “nghìn người” or “tỷ đồng”."""
    return _THOUSANDS.search(text) is not None


def struck_fonts(styles: bytes) -> frozenset[bytes]:
    """Return the numbers of the fonts of a workbook that strike their text out."""
    start, end = styles.find(b"<fonts"), styles.find(b"</fonts>")
    if not _STRUCK.search(styles, max(start, 0), max(end, 0)):
        return frozenset()
    fonts = _FONT.findall(styles, styles.find(b">", start), end)
    return frozenset(str(n).encode() for n, font in enumerate(fonts) if _STRUCK.search(font))


def is_partly_other(content: bytes) -> bool:
    """Say whether a text, or any of a part, has runs that are struck out, raised or lowered."""
    struck = b"strike" in content and _STRUCK.search(content)
    return bool(struck or (b"vertAlign" in content and _RAISED.search(content)))


def partly_other(strings: bytes) -> Iterator[bytes]:
    """Yield the numbers of the shared texts of which some is struck out, raised or lowered."""
    starts = [match.start() for match in _STRING.finditer(strings)]
    for number, (at, end) in enumerate(pairwise([*starts, len(strings)])):
        if is_partly_other(strings[at:end]):
            yield str(number).encode()
