"""Numbers as Vietnamese offices type them: ``1.234,5``, ``17/17 xã``, ``2,7 tỷ``, ``gần 70.000``.

A dot separates thousands and a comma decimals. Where a text can be read in two ways nobody
guesses: both readings are returned.

What is no exact number follows one policy, whatever its case and with or without diacritics:

* One number with a word of estimate or a bound (“khoảng 350”, “~350”, “350 (ước)”, “trên 100”,
  “dưới 50”) is read as that number and is an estimate (:attr:`Reading.estimated`).
* Two numbers (“100-120”, “từ 100 đến 120”) are a range: none of them is taken.
* The words for a sign stand in :mod:`tongket_xlsx.text.sign_words`.

An amount of money may have a fraction: “1.639,8”, “1639,8”, “6,3” and “0.75” have one reading each.
“1.639” has two, and so has a number such as 1.639 (:func:`may_be_grouped`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from tongket_xlsx.text.normalize import bare
from tongket_xlsx.text.normalize import tidy as tidy  # noqa: PLC0414 - handed on
from tongket_xlsx.text.number_formats import COUNTING_SCALES, MONEY_SCALES, SCALES
from tongket_xlsx.text.sign_words import NIL_WORDS as NIL_WORDS  # noqa: PLC0414 - handed on

# Only the ten ordinary digits are digits here: other scripts' digits are a text to ask about.
_GROUPS_DOT = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_GROUPS_COMMA = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_GROUPS_SPACE = re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_PLAIN = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]+[.,][0-9]+")
# Nobody groups thousands behind a lone zero.
_OF_ONE = re.compile(r"[+-]?0[.,][0-9]{3}")
# Before a number: about, nearly, at least, at most. What without its marks is a word of its own
# (“chung” for “chừng”) is understood with them only.
_ESTIMATES = (
    "khoảng", "ước", "ước tính", "ước đạt", "xấp xỉ", "gần", "trên", "hơn", "dưới", "trên dưới",
    "vào khoảng", "ít nhất", "tối thiểu", "nhiều nhất", "tối đa", "không quá", "không dưới",
)  # fmt: skip
_WITH_MARKS = ("chừng", "độ", "tầm", "cỡ", "ngót", "suýt soát")
_WORDS = sorted({*_ESTIMATES, *map(bare, _ESTIMATES), *_WITH_MARKS}, key=len, reverse=True)
_ABOUT = re.compile(
    rf"(?:(?:(?:{'|'.join(_WORDS)})(?![^\W\d])|[~≈±><≥≤]=?)[ :]*)+(?=[0-9+-])", re.IGNORECASE
)
_BEHIND = re.compile(
    r" *(?:\+|±|,? (?:(?:số )?ước(?: tính)?|(?:so )?uoc(?: tinh)?|trở lên|tro len|trở xuống"
    r"|tro xuong))$",
    re.IGNORECASE,
)
_ASIDE_ESTIMATES = re.compile(
    r"(?:số(?: liệu)? |so(?: lieu)? )?(?:ước|uoc|khoảng|khoang|xấp xỉ|xap xi|gần đúng|gan dung"
    r"|tạm tính|tam tinh)(?!\w)[^0-9]*",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"(?:(?:từ|tu|khoảng|khoang|ước|uoc) )*([0-9][0-9., ]*[^0-9]*?)"
    r" ?(?:-+>?|–|—|~|÷|→|đến|den|tới|toi) ?([0-9][0-9., ]*(?:[^0-9].*)?)",
    re.IGNORECASE,
)
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


# A number that Excel made of thousands with a dot has as many digits before it, and behind it.
GROUPED = 1000
_DECIMALS = Decimal("0.001")
# Results of formulas differ by binary dust.
DUST = Decimal("0.0000001")


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what a text says: one value, or the two it may mean; an estimate says it is one."""

    value: Decimal
    other: Decimal | None = None
    estimated: bool = False

    @property
    def ambiguous(self) -> bool:
        """Say whether there are two readings."""
        return self.other is not None


def may_be_grouped(value: Decimal) -> bool:
    """Say whether Excel may have made this number of thousands typed with a dot.

    It made 1.639 of “1.639” and 6.3 of “6.300” where the decimal sign is a dot: from 1, below
    1000, with one to three decimals. Nobody groups thousands behind a zero.

    >>> [may_be_grouped(Decimal(v)) for v in ("1.639", "6.3", "0.75", "1639.8", "2.34567", "7")]
    [True, True, False, False, False, False]
    """
    size = abs(value)
    if not 1 <= size < GROUPED:
        return False
    grouped = abs(size - size.quantize(_DECIMALS)) < DUST
    return grouped and abs(size - size.to_integral_value()) >= DUST


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
    text, estimated = _exactly(text)
    text = _without_aside(text, share=not whole and not money)
    reading = _read(text, whole=whole, money=money, unit=unit)
    return replace(reading, estimated=True) if reading and estimated else reading


def read_range(
    text: str, *, whole: bool, money: bool = False, unit: str = ""
) -> tuple[Decimal, Decimal] | None:
    """Return the two numbers of a range such as ``100-120`` or ``từ 100 đến 120 người``.

    The arguments are those of :func:`read_number`; ``None`` where the text is no range.
    """
    found = None if len(text) > _LONGEST else _RANGE.fullmatch(tidy(text))
    if found is None:
        return None
    both = [read_number(part, whole=whole, money=money, unit=unit) for part in found.groups()]
    values = [r.value for r in both if r is not None and r.other is None]
    return (values[0], values[1]) if len(values) == 2 and values[0] < values[1] else None


def _exactly(text: str) -> tuple[str, bool]:
    """Take away the words that make an estimate of a number; say whether there were any."""
    before = _ABOUT.match(text)
    rest = text[before.end() :] if before else text
    aside = _ASIDE.search(rest)
    in_brackets = aside is not None and _ASIDE_ESTIMATES.fullmatch(aside[1].strip()) is not None
    if aside is not None and in_brackets:
        rest = rest[: aside.start()]
    exact = _BEHIND.sub("", rest)
    return exact, before is not None or in_brackets or exact != rest


def _read(text: str, *, whole: bool, money: bool, unit: str) -> Reading | None:
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
        if money and _OF_ONE.fullmatch(text):
            return Reading(Decimal(text.replace(",", ".")))
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
