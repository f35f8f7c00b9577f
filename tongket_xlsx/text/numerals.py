"""Numbers as Vietnamese offices type them: ``1.234,5``, ``17/17 xã``, ``2,7 tỷ``, ``gần 70.000``.

A dot separates thousands and a comma decimals. Where a text can be read in two ways nobody
guesses: both readings are returned.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from tongket_xlsx.text.number_formats import COUNTING_SCALES, MONEY_SCALES, SCALES

# Only the ten ordinary digits are digits here: other scripts' digits are a text to ask about.
_GROUPS_DOT = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_GROUPS_COMMA = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_GROUPS_SPACE = re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_PLAIN = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]+[.,][0-9]+")
_ABOUT = re.compile(r"^(?:gần|trên|hơn|khoảng|dưới|xấp xỉ|ước tính|ước|[~≈><≥≤]) *", re.IGNORECASE)
_TAIL = re.compile(r"^([+-]?[0-9][0-9., ]*?) *([^0-9.,+ -].*)$")
_PAIR = re.compile(r"^([0-9][0-9.]*) */ *([0-9][0-9.]*)(?: *([^0-9. ].*))?$")
_ASIDE = re.compile(r" *\(([^()]*)\) *$")
# “3 (tỷ đồng)”, “45 (ĐVT: nghìn người)”: such brackets say how large the number is.
_SCALE_ASIDE = re.compile(
    r"(?:đvt|đơn vị(?: tính)?)?[: ]*"
    rf"((?:%|(?:{SCALES}|{COUNTING_SCALES}|{MONEY_SCALES})\b)[^0-9]*)",
    re.IGNORECASE,
)
# Two lines, or two columns pasted into one cell, are not the groups of one number.
_GAP = re.compile(r"(?<=[0-9])\s++(?=[0-9])")
_BREAKS = frozenset("\t\n\v\f\r\u2028\u2029")
_LONGEST = 60
_MOST_DIGITS = 15
_MONTHS, _YEARS = 12, range(1900, 2101)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

# Money is in whole million đồng; what offices write behind an amount → its size in millions.
MONEY_WORDS = {
    "tỷ": Decimal(1000),
    "tỉ": Decimal(1000),
    "tỷ đồng": Decimal(1000),
    "tỉ đồng": Decimal(1000),
    "triệu": Decimal(1),
    "triệu đồng": Decimal(1),
    "tr": Decimal(1),
    "trđ": Decimal(1),
    "đồng": Decimal("0.000001"),
    "đ": Decimal("0.000001"),
    "vnđ": Decimal("0.000001"),
    "nghìn đồng": Decimal("0.001"),
    "ngàn đồng": Decimal("0.001"),
}
NIL_WORDS = frozenset({"không", "không có", "k/c", "ko", "kc", "không phát sinh", "0"})
MISSING_WORDS = frozenset(
    {
        "chưa có số liệu",
        "không có số liệu",
        "không thống kê",
        "không rõ",
        "không còn số liệu",
        "không nắm",
        "chưa thống kê",
        "n/a",
        "na",
    }
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what a text says: one value, or the two it may mean."""

    value: Decimal
    other: Decimal | None = None

    @property
    def ambiguous(self) -> bool:
        """Say whether there are two readings."""
        return self.other is not None


@lru_cache(maxsize=16384)
def tidy(text: str) -> str:
    """Return a text with ordinary digits and spaces: full-width, NBSP and the like folded."""
    # Full-width letters and digits only: NFKC would make 1201 of “120¹”, a number with a footnote.
    folded = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)
    for mark in "\u00a0\u202f\u2009\ufeff\u200b":
        folded = folded.replace(mark, " ")
    return " ".join(folded.replace("−", "-").split())


def read_number(text: str, *, whole: bool, money: bool = False, unit: str = "") -> Reading | None:
    """Read a number typed as text.

    Args:
        whole: a count, in which ``1.234`` can only be 1 234.
        money: an amount in million đồng, where ``tỷ``, ``triệu`` and ``đồng`` are understood.
        unit: the unit of measure of the indicator, allowed behind the number.

    Returns:
        ``None`` where the text is no number at all.
    """
    # A gap is found in one go: trying every share of a long one takes seconds.
    if any(not _BREAKS.isdisjoint(gap) for gap in _GAP.findall(text)):
        return None
    text = tidy(text)
    if not text or len(text) > _LONGEST or sum(c in "0123456789" for c in text) > _MOST_DIGITS:
        return None
    text = _without_aside(_ABOUT.sub("", text), share=not whole and not money)
    pair = _PAIR.match(text)
    if pair is not None:
        # Behind “195/234” in a percentage stands a ratio nobody has computed yet.
        return _pair(pair, unit) if whole else None
    factor = Decimal(1)
    tail = _TAIL.match(text)
    if tail is not None:
        scale = _scale(tail[2].strip(" .").casefold(), unit, money=money, whole=whole)
        if scale is None:
            return None
        text, factor = tail[1].strip(), scale
        # “2,7 tỷ” states its own scale: a comma there is a decimal comma.
        whole = whole and not (money and factor != 1)
    reading = _bare(text, whole=whole, money=money)
    if reading is None or factor == 1:
        return reading
    other = None if reading.other is None else _plain(reading.other * factor)
    return Reading(_plain(reading.value * factor), other)


def _without_aside(text: str, *, share: bool) -> str:
    """Leave out a remark in brackets, unless it says what the number before it is."""
    aside = _ASIDE.search(text)
    if aside is None:
        return text
    scale = _SCALE_ASIDE.fullmatch(aside[1].strip())
    if scale is not None:
        return f"{text[: aside.start()]} {scale[1]}"
    # “45 (83,3%)” of a percentage: the share is that in the brackets.
    stays = share and "%" in aside[1] and "%" not in text[: aside.start()]
    return text if stays else text[: aside.start()]


def _plain(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _scale(tail: str, unit: str, *, money: bool, whole: bool) -> Decimal | None:
    if money and tail in MONEY_WORDS:
        return MONEY_WORDS[tail]
    known = {unit.casefold(), *(part.strip() for part in unit.casefold().split(","))}
    known |= set() if whole else {"%"}
    known |= {"xã", "người", "hội", "đơn vị", "huyện"} if whole and not money else set()
    return Decimal(1) if tail in known else None


def _pair(pair: re.Match[str], unit: str) -> Reading | None:
    """Read ``195/234`` as 195 (of 234); the part behind must be words we know."""
    if pair[3] and _scale(pair[3].strip(" .").casefold(), unit, money=False, whole=True) is None:
        return None
    first = _bare(pair[1], whole=True, money=False)
    second = _bare(pair[2], whole=True, money=False)
    if first is None or second is None or first.ambiguous or second.ambiguous:
        return None
    part, of = first.value, second.value
    # “12/2016” is a month, “91/74” a slip: neither says how many of how many.
    if part > of or part != part.to_integral_value() or (part <= _MONTHS and of in _YEARS):
        return None
    return Reading(part)


def _bare(text: str, *, whole: bool, money: bool) -> Reading | None:
    try:
        if _PLAIN.fullmatch(text):
            return Reading(Decimal(text))
        if _GROUPS_SPACE.fullmatch(text):
            return Reading(Decimal(text.replace(" ", "").replace(",", ".")))
        if _GROUPS_DOT.fullmatch(text):
            return _dots(text, whole=whole, money=money)
        if _GROUPS_COMMA.fullmatch(text):
            return _commas(text, whole=whole)
        if _DECIMAL.fullmatch(text):
            return Reading(Decimal(text.replace(",", ".")))
    except InvalidOperation:  # pragma: no cover - the patterns admit only digits
        return None
    return None


def _dots(text: str, *, whole: bool, money: bool) -> Reading:
    thousands = Decimal(text.replace(".", "").replace(",", "."))
    sure = "," in text or text.count(".") > 1 or (whole and not money)
    # Nobody groups thousands behind a lone zero: “0.500” of a count is a question.
    sure = sure and not text.lstrip("+-").startswith("0")
    if sure:
        return Reading(thousands)
    return Reading(thousands, Decimal(text))


def _commas(text: str, *, whole: bool) -> Reading:
    """Read ``1,234``: English thousands, or a Vietnamese decimal comma."""
    thousands = Decimal(text.replace(",", ""))
    if "." in text or text.count(",") > 1:
        return Reading(thousands)
    decimal = Decimal(text.replace(",", "."))
    return Reading(thousands, decimal) if whole else Reading(decimal)
