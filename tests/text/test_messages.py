"""The catalogue: one key, two languages, and numbers as each language writes them."""

# ruff: noqa: DTZ001 - a cell of a workbook knows no time zone
from __future__ import annotations

import string
from datetime import date, datetime
from decimal import Decimal

import pytest

from tongket_xlsx.text.messages import (
    ENGLISH,
    VIETNAMESE,
    catalogue,
    has,
    number,
    on_one_line,
    say,
    shown,
    written,
)


def _places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_every_sentence_stands_in_both_languages_with_the_same_places(key: str) -> None:
    """No text of the catalogue is empty, and both languages fill in the same values."""
    vi, en = catalogue()[key]
    assert vi.strip()
    assert en.strip()
    assert _places(vi) == _places(en)


def test_the_catalogue_has_no_key_twice() -> None:
    """Each key stands on one line of the catalogue."""
    from importlib.resources import files

    text = files("tongket_xlsx.text").joinpath("catalogue.csv").read_text(encoding="utf-8")
    assert len(text.splitlines()) - 1 == len(catalogue())


def test_a_known_key_is_known_and_another_is_not() -> None:
    """has tells whether there is such a sentence."""
    assert has("cell.blank")
    assert not has("TC02-TC01")


def test_a_sentence_is_said_in_the_language_of_the_call() -> None:
    """The same key is Vietnamese or English, and its places are filled in."""
    assert say("yes", VIETNAMESE) == "Có"
    assert say("yes", ENGLISH) == "Yes"
    assert say("cover.blank", ENGLISH, label="Telephone") == "The cover does not say: Telephone."


def test_a_number_in_a_sentence_is_written_as_read_there() -> None:
    """Thousands have dots in Vietnamese and commas in English."""
    said = {"found": 2500, "limit": 1000, "indicator": "TM01"}
    assert "2.500" in say("cell.too_long", VIETNAMESE, **said)
    assert "2,500" in say("cell.too_long", ENGLISH, **said)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1234567, "1.234.567", "1,234,567"),
        (1234.5, "1.234,5", "1,234.5"),
        (Decimal("12.50"), "12,5", "12.5"),
        (Decimal("100.00"), "100", "100"),
        (100, "100", "100"),
        (Decimal("1E+3"), "1.000", "1,000"),
        (Decimal("-0.25"), "-0,25", "-0.25"),
        (1e-7, "0,0000001", "0.0000001"),
    ],
)
def test_numbers_have_the_separators_of_the_language(
    value: float | Decimal, vi: str, en: str
) -> None:
    """Separators follow the language, and needless zeros are dropped."""
    assert number(value, VIETNAMESE) == vi
    assert number(value, ENGLISH) == en


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "True"),
        (None, "None"),
        (date(2017, 3, 5), "05/03/2017"),
        (datetime(2017, 3, 5, 8, 0), "05/03/2017"),
        ("12.345", "12.345"),
        (Decimal("12345.6"), "12.345,6"),
    ],
)
def test_parameters_are_written_by_what_they_are(value: object, text: str) -> None:
    """A date is day first, a number has separators, a text stays as it is."""
    assert written(value, VIETNAMESE) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Chư Păh 1.234", "Chư Păh 1.234"),
        ("a\x1b[31mb", "a␛[31mb"),
        ("\x07\x7f\x9b", "␇\\x7f\\x9b"),
        ("GL\u202exslx.exe", "GL\\u202exslx.exe"),
        ("\udcff.xlsx", "\\xff.xlsx"),
        ("\ud800", "\\ud800"),
        ("dòng 1\n\tdòng 2", "dòng 1\n\tdòng 2"),
    ],
)
def test_what_steers_a_screen_is_shown_instead(text: str, seen: str) -> None:
    """Control characters and marks of direction are seen; other texts stay as they are."""
    assert shown(text) == seen
    assert written(text, VIETNAMESE) == seen
    assert on_one_line(text) == seen.replace("\n", "␊").replace("\t", "␉")
    assert on_one_line(text).encode()
