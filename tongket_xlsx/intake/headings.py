"""Headings and codes as they are typed: with remarks behind them, without their marks."""

from __future__ import annotations

from collections.abc import Mapping

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Words
from tongket_xlsx.reader.cells import Raw
from tongket_xlsx.text.messages import LANGUAGES
from tongket_xlsx.text.normalize import squeezed

_BEFORE_YEARS = (
    "den", "dennam", "tinhden", "tinhdennam", "denhet", "denhetnam", "tinhdenhet",
    "tinhdenhetnam", "hetnam", "cuoinam", "dencuoinam", "tinhdencuoinam", "solieu", "solieunam",
    "n.",
)  # fmt: skip


def raw_code(written: Raw) -> str:
    """Return what stands in the code column as text; a number without a needless “.0”."""
    if isinstance(written, float) and written.is_integer():
        return str(int(written))
    return str(written)


def bare_headings(headings: Mapping[str, str], form: Form) -> dict[str, str]:
    """Return the headings without marks and spaces, but those that several would be alike.

    Of a year, “đến 2007”, “đến hết năm 2007” and “số liệu năm 2007” mean the year as well: its
    figures are those at its end. A day does not: what is asked may be that of another day.
    """
    found: dict[str, set[str]] = {}
    for heading, key in headings.items():
        found.setdefault(squeezed(heading), set()).add(key)
    for period in form.periods:
        if period.code.isdecimal():
            for before in _BEFORE_YEARS:
                found.setdefault(f"{before}{period.code}", set()).add(period.code)
    return {text: next(iter(keys)) for text, keys in found.items() if len(keys) == 1}


def texts_of(text: Words) -> set[str]:
    """Return a text in each of its languages."""
    return {text.to(lang) for lang in LANGUAGES}
