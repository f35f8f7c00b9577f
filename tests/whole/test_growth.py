"""No text in a cell costs more than its length: time grows with it, and not with its square."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tongket_xlsx.intake.cell_values import read_figure
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model import figure_status
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.reader import file_types, ods, sheet_facts
from tongket_xlsx.reader.cells import is_blank
from tongket_xlsx.reader.linked_books import linked_books
from tongket_xlsx.text import (
    legacy_fonts,
    messages,
    mojibake,
    normalize,
    number_formats,
    numerals,
    reasons,
    sign_words,
)

# What makes patterns try again and again; each is repeated, also between two digits and quotes.
UNITS = (
    *("a", "1", " ", "\n", "(", ")", "'", '"', ".", ",", "-", "/", "[", "=", "<", "ư", "_"),
    *("1 ", "1.", "1,", "1/", "a(", "1\n", "A1", "a.", "''", "(tỷ", "tỷ ", "1 - ", "\\", ";"),
    *("#", "#a", "A%", "[$", "0", "a[b", "[a.xl]"),
    *("\u0301\u0323", "\u0301", "\u200b", "khoảng ", "không ", "Ã¡", "x=", "\t1"),
)
SHORT, LONG = 8190, 32_760
# A square would grow sixteenfold; what is quicker than this is too quick to be measured.
MOST_GROWTH, LEAST_SECONDS = 10, 0.003


def adversarial(unit: str, length: int, number: int) -> list[str]:
    """Return texts of a length, of this unit alone and within what may begin and end a match."""
    body = unit * (length // len(unit))
    return [f"{body}{number}", f"1{body}{number}", f"'{body}{number}'", f"{number}{body}x"]


def seconds(function: Callable[[str], object], unit: str, length: int) -> list[float]:
    """Return what each of the texts takes, the least of three times, each with a new text."""
    runs = []
    for number in range(3):
        taken = []
        for text in adversarial(unit, length, number):
            begun = time.process_time()
            function(text)
            taken.append(time.process_time() - begun)
        runs.append(taken)
    return [min(times) for times in zip(*runs, strict=True)]


def assert_no_square(function: Callable[[str], object]) -> None:
    slow = []
    for unit in UNITS:
        pairs = zip(seconds(function, unit, SHORT), seconds(function, unit, LONG), strict=True)
        for way, (short, long) in enumerate(pairs):
            if long > MOST_GROWTH * max(short, LEAST_SECONDS):
                slow.append((unit, way, short, long))
    assert slow == []


def _finding(text: str) -> Finding:
    return Finding("rule", Severity.ERROR, parameters={"holds": text})


TEXT: dict[str, Callable[[str], object]] = {
    "composed": normalize.composed,
    "fold": normalize.fold,
    "tidy": normalize.tidy,
    "bare": normalize.bare,
    "squeezed": normalize.squeezed,
    "count": lambda text: numerals.read_number(text, whole=True),
    "money": lambda text: numerals.read_number(text, whole=True, money=True, unit="triệu đồng"),
    "share": lambda text: numerals.read_number(text, whole=False, unit="%"),
    "names_scale": number_formats.names_scale,
    "rescales": lambda text: number_formats.rescales(text[:2000]),
    "damaged": mojibake.damaged,
    "tcvn3": lambda text: legacy_fonts.decoded(text, ".VnTime"),
    "vni": lambda text: legacy_fonts.decoded(text, "VNI-Times"),
    "shown": messages.shown,
    "on_one_line": messages.on_one_line,
    "is_reason": reasons.is_reason,
    "signs_of": sign_words.signs_of,
    "is_blank": is_blank,
    "tell": lambda text: file_types.tell(text.encode()),
    "attributes": lambda text: sheet_facts._facts(text.encode()),
    "figures named": lambda text: figure_status.holds(_finding(text)),
    "may_mislead": number_formats.may_mislead,
    "linked_books": lambda text: linked_books("=[file:" + text, {}),
    "attributes of ods": lambda text: ods._fact(b"table:x" + text.encode(), b"table:x"),
}


@pytest.mark.parametrize("name", TEXT)
def test_no_function_on_texts_grows_with_the_square(name: str) -> None:
    """Each function on texts takes as long as its text is, whatever that is."""
    assert_no_square(TEXT[name])


def test_no_heading_code_or_label_grows_with_the_square(finder: Finder) -> None:
    """What is asked of every cell of a sheet to find its tables is asked in no time."""
    for function in (finder.code, finder._key, finder._label):
        assert_no_square(function)


def test_no_figure_grows_with_the_square(form: Form) -> None:
    """A text in the place of a figure is read, or found to be none, in no time."""
    kinds = {indicator.kind: indicator for indicator in form.indicators.values()}
    for indicator in kinds.values():
        assert_no_square(lambda text, asked=indicator: read_figure(form, asked, text))


def test_a_pattern_that_tries_everything_is_seen() -> None:
    """The measure itself tells a square from a line."""
    import re

    pattern = re.compile(r"[0-9]\s*[\n]\s*[0-9]")
    with pytest.raises(AssertionError):
        assert_no_square(pattern.search)
