"""What an office types, and the forms it is typed into, with openpyxl."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import openpyxl
from definition import Definition, Indicator
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from rule_language import Key

EXPLANATION = "Giải trình"
_HOLES = ((None, "blank"), ("…", "missing"), ("...", "missing"), ("x", "not_applicable"))
_ESTIMATES = ("khoảng {}", "~{}", "{} (ước)", "Khoảng {} người")


@dataclass(frozen=True)
class Typed:
    """What stands in a cell, and what it means: a value, or that there is none."""

    cell: object
    value: Fraction | None
    state: str
    is_estimate: bool = False


@dataclass(frozen=True)
class Habits:
    """How often an office leaves holes, gives estimates, and types numbers as text."""

    holes: float
    estimates: float
    texts: float
    decimals: bool


def typed(i: Indicator, value: Fraction | None, habits: Habits, dice: random.Random) -> Typed:
    """Return how an office may type a figure."""
    if value is None or dice.random() < habits.holes:
        # Where “Có” or “Không” is asked, an “x” may be a tick.
        cell, state = dice.choice(_HOLES[: 3 if i.kind == "yesno" else 4])
        return Typed(cell, None, state)
    if i.kind == "yesno":
        word = dice.choice(("Có", "có", "CÓ ") if value else ("Không", "không", "KHÔNG"))
        return Typed(word, value, "number")
    if not value:
        cell = dice.choice(("-", "–", "—", 0, "không có"))
        return Typed(cell, value, "number" if cell == 0 else "nil")
    if i.kind == "money" and habits.decimals and dice.random() < 0.3:
        return _with_decimals(value, dice)
    number = int(value) if value.denominator == 1 else float(value)
    if value.denominator > 1:
        return Typed(number, value, "number")
    throw = dice.random()
    # Of an amount, “4.303” may be four thousand and more, or a little more than four.
    dotted = f"{number:,}".replace(",", ".")
    texts = (str(number),) if i.kind == "money" else (dotted, str(number))
    if throw < habits.estimates:
        sentence = dice.choice(_ESTIMATES if i.kind == "count" else _ESTIMATES[:3])
        return Typed(sentence.format(dice.choice(texts)), value, "number", is_estimate=True)
    if throw < habits.estimates + habits.texts:
        if i.kind == "money" and number >= 1000 and number % 100 == 0:
            return Typed(f"{number / 1000:.1f} tỷ".replace(".", ","), value, "number")
        return Typed(dice.choice(texts), value, "number")
    return Typed(number, value, "number")


def _with_decimals(value: Fraction, dice: random.Random) -> Typed:
    """Type an amount with one decimal, in a way that has one reading."""
    exact = value + Fraction(dice.randint(1, 9), 10)
    whole, tenth = divmod(round(exact * 10), 10)
    dotted = f"{whole:,}".replace(",", ".")
    # Below a thousand a number may be one that Excel made of thousands with a dot.
    numbers = (float(exact),) if value >= 1000 else ()
    return Typed(dice.choice((*numbers, f"{whole},{tenth}", f"{dotted},{tenth}")), exact, "number")


def asked_about(value: Fraction, dice: random.Random) -> Typed:
    """Type an amount below a thousand as a number with decimals: it may be meant in two ways."""
    exact = value + Fraction(dice.randint(1, 9), 10)
    return Typed(float(exact), exact, "impossible")


def cells(book: openpyxl.Workbook, d: Definition) -> Iterator[tuple[Key, Cell]]:
    """Yield every figure of a form by code and period; explanations by code and heading."""
    headings = {p.label: p.code for p in d.periods} | {EXPLANATION: EXPLANATION}
    for sheet in book.worksheets:
        yield from _of_sheet(sheet, headings, d)


def _of_sheet(
    sheet: Worksheet, headings: Mapping[str, str], d: Definition
) -> Iterator[tuple[Key, Cell]]:
    columns: dict[int, str] = {}
    for row in sheet.iter_rows():
        if not columns and row[0].value == "Mã":
            columns = {n: headings[c.value] for n, c in enumerate(row) if c.value in headings}
        elif columns and row[0].value in d.indicators:
            yield from (((row[0].value, period), row[n]) for n, period in columns.items())


def fill(blank: Path, filled: Path, d: Definition, given: Mapping[Key, object]) -> set[Key]:
    """Type into a form and save it elsewhere; return the figures that it asked for, empty before.

    What is filled in already is left alone, but for what is given.
    """
    book = openpyxl.load_workbook(blank)
    empty = set()
    there = dict(cells(book, d))
    for key, cell in there.items():
        if cell.value is None and key[1] != EXPLANATION:
            empty.add(key)
    for key, value in given.items():
        there[key].value = value
    book.save(filled)
    return empty
