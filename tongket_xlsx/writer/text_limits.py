"""What a text or a number may be in a workbook, and how one that is more is made to fit.

Excel counts texts in UTF-16 units: 😀 is two. A text that came from an office may be longer than a
cell, hold signs that XML cannot carry, or look like an escape of XML; it is kept whole in the
ledger and only shown shortened. https://learn.microsoft.com/openspecs/office_standards/ms-oe376/
(ST_Xstring), https://www.w3.org/TR/xml/#charsets
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from tongket_xlsx.text.messages import say

LONGEST_TEXT = 32767
# Excel's largest number: 9.99999999999999E+307.
LARGEST_NUMBER = Decimal("9.99999999999999E+307")
_SURROGATES = re.compile("[\ud800-\udfff]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPES = re.compile("_x(?=[0-9A-Fa-f]{4}_)")


def fitted(text: str, lang: str) -> str:
    """Return a text as one cell can hold it: whole, or shortened with a note that says so.

    A half of a pair of UTF-16 units, which is no sign, becomes U+FFFD.
    """
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if len(text) <= LONGEST_TEXT // 2 or units16(text) <= LONGEST_TEXT:
        return text
    note = say("text.shortened", lang)
    room = 2 * (LONGEST_TEXT - units16(note))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + note


def is_plain(text: str) -> bool:
    """Say whether a text needs no escape in XML."""
    return not (_NOT_IN_XML.search(text) or _ESCAPES.search(text))


def without_controls(text: str) -> str:
    """Return a text whose signs that XML cannot carry are U+FFFD, for an attribute."""
    return _NOT_IN_XML.sub("\ufffd", text)


def escaped(text: str) -> str:
    """Return a text with the escapes of a cell of a workbook: ``_x0001_`` for U+0001."""
    return _NOT_IN_XML.sub(lambda m: f"_x{ord(m[0]):04X}_", _ESCAPES.sub("_x005F_x", text))


def holdable(value: float) -> float | str:
    """Return a number as a cell can hold it; one beyond Excel's largest as text, ``1.5E+400``.

    NaN stays what it is: it is no answer of anybody.
    """
    if isinstance(value, float):
        if math.isinf(value):
            return "< -1E+308" if value < 0 else "> 1E+308"
        return value
    return f"{Decimal(value):.6E}" if abs(value) > LARGEST_NUMBER else value


def shortened(text: str, limit: int) -> str:
    """Cut a prompt to what Excel shows, at a word, with an ellipsis where it was cut."""
    if units16(text) <= limit:
        return text
    while units16(text) > limit - 1:
        text = text[: limit - 1 - (units16(text) - len(text))] or text[:-1]
    return text.rsplit(" ", 1)[0].rstrip(" ,;.") + "…"


def units16(text: str) -> int:
    """Return the length of a text as Excel counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
