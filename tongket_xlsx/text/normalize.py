"""Texts made alike for matching: Unicode form, case, white space and where a tone mark sits.

For names no letter and no mark is ever dropped: Chư Păh and Chư Pưh stay two districts.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

# Hòa and Hoà, hòe and hoè, Ủy and Uỷ: in these three pairs the tone is typed on either vowel.
_FIRST = "òóỏõọùúủũụ"
_PAIR = re.compile(f"[{_FIRST[:5]}][ae]|[{_FIRST[5:]}]y")
_SECOND = {"a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}
_MOVED = {
    first + vowel: f"{'o' if n < 5 else 'u'}{_SECOND[vowel][n % 5]}"
    for n, first in enumerate(_FIRST)
    for vowel in _SECOND
}
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Longer than any word, and short enough for marks piled up on one letter.
_PIECE = 500
# What is no white space to Python and yet separates words, or is not seen at all.
_UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u2060"), " ")


def normalized(form: Literal["NFC", "NFD"], text: str) -> str:
    """Return a text in a Unicode form.

    Marks that are piled up are sorted in a time that grows with their square: a long text is
    taken piece by piece, parted where a space is, or anywhere in what has none.
    """
    if len(text) <= _PIECE:
        return unicodedata.normalize(form, text)
    pieces, at = [], 0
    while at < len(text):
        end = at + _PIECE
        space = text.rfind(" ", at + 1, end) if end < len(text) else -1
        end = space if space > 0 else end
        pieces.append(unicodedata.normalize(form, text[at:end]))
        at = end
    return "".join(pieces)


def composed(text: str) -> str:
    """Return a text in composed Unicode (NFC), as it is stored; nothing else is changed."""
    return text if text.isascii() else normalized("NFC", text)


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Return what two ways of typing the same words have in common; for matching only."""
    if text.isascii():
        return " ".join(text.split()).casefold()
    plain = " ".join(text.translate(_UNSEEN).split())
    return _PAIR.sub(lambda pair: _MOVED[pair[0]], composed(composed(plain).casefold()))


@lru_cache(maxsize=16384)
def tidy(text: str) -> str:
    """Return a text with ordinary digits and spaces: full-width, NBSP and the like folded."""
    # Full-width letters and digits only: NFKC would make 1201 of “120¹”, a number with a footnote.
    folded = normalized("NFC", text).translate(_FULL_WIDTH)
    for mark in "\u00a0\u202f\u2009\ufeff\u200b":
        folded = folded.replace(mark, " ")
    return " ".join(folded.replace("−", "-").split())


def bare(text: str) -> str:
    """Return a text without its diacritics, as it is typed where there is no Vietnamese keyboard.

    For a few known words only, never for names.
    """
    apart = normalized("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in apart if not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def squeezed(text: str) -> str:
    """Return a text without marks, white space and case: “Năm 2007” and “NAM2007” are one.

    For matching against a short list only, and only where it leaves no two entries alike.
    """
    return "".join(bare(fold(text)).split())
