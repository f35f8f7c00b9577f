"""The words of the product: one catalogue, ``catalogue.csv``, Vietnamese and English side by side.

Words are made at the edge, in the language of that call; there is no current language.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

VIETNAMESE = "vi"
ENGLISH = "en"
LANGUAGES = (VIETNAMESE, ENGLISH)
_MOST_NAMES = 30
# A number of more digits than any count has is told as a power of ten.
_MOST_DIGITS = 40
_STEERING = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, tuple[str, str]]:
    """Return every sentence: key → (Vietnamese, English)."""
    text = Path(__file__).with_name("catalogue.csv").read_text(encoding="utf-8")
    return {key: (vi, en) for key, vi, en in csv.reader(text.splitlines()[1:])}


def has(key: str) -> bool:
    """Say whether the catalogue has a sentence under this key."""
    return key in catalogue()


def say(key: str, lang: str, /, **parameters: object) -> str:
    """Return a sentence in a language, its places filled in; numbers are written as read there."""
    vi, en = catalogue()[key]
    sentence = en if lang == ENGLISH else vi
    if not parameters:
        return sentence
    return sentence.format_map({name: written(v, lang) for name, v in parameters.items()})


def say_what_is_known(key: str, lang: str, parameters: Mapping[str, object]) -> str:
    """Return a sentence in which a value that is not known is “…”.

    It is for what was recorded by another version, whose sentence had other places.
    """
    vi, en = catalogue()[key]
    known = _Known({name: written(v, lang) for name, v in parameters.items()})
    return (en if lang == ENGLISH else vi).format_map(known)


class _Known(dict[str, str]):
    """The values of a sentence, of which some may be missing."""

    def __missing__(self, _: str) -> str:
        return "…"


def names(units: Sequence[str], lang: str) -> str:
    """Return a list of names that a person can read: the first of many, and how many more."""
    if len(units) <= _MOST_NAMES + 1:
        return ", ".join(units)
    first = ", ".join(units[:_MOST_NAMES])
    return say("names.more", lang, first=first, n=len(units) - _MOST_NAMES)


def written(value: object, lang: str) -> str:
    """Write a parameter as the language writes it: 1.234,5 in Vietnamese, 1,234.5 in English."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float | Decimal):
        return number(value, lang)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return shown(str(value))


def shown(text: str) -> str:
    r"""Return a text in which what steers a screen, or turns a line around, is seen instead.

    Line breaks and tabs stay; a byte of a file name that is no text becomes ``\xff``.
    """
    return _STEERING.sub(lambda match: _seen(match[0]), text)


def on_one_line(text: str) -> str:
    """Return a text, such as the name of a file, that stays on its line."""
    return shown(text).replace("\n", "␊").replace("\t", "␉")


def _seen(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def number(value: float | Decimal, lang: str) -> str:
    """Write a number with the separators of a language, without needless zeros."""
    exact = (
        value
        if isinstance(value, Decimal)
        else Decimal(value if isinstance(value, int) else str(value))
    )
    if exact.is_finite() and abs(exact.adjusted()) > _MOST_DIGITS:
        text = f"{exact:.6E}"
        return text if lang == ENGLISH else text.replace(".", ",")
    text = f"{exact:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if lang == ENGLISH:
        return text
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")
