"""What a cell shows beside its number: a scale in its format, digits struck out or raised.

“420” in the format ``0" tỷ"`` is read by people as 420 tỷ, and “120¹” is 1201 without its look.
Nothing is computed from a look; whoever reads the cell is told of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from html import unescape
from itertools import pairwise


class Look(StrEnum):
    """Name a look that may change what a cell says."""

    RESCALED = "rescaled"
    STRUCK = "struck"
    PARTLY = "partly"


# What only takes room, what is shown as it stands, and in brackets a currency or a condition.
_ROOM = re.compile(r"[_*].")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]')
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
