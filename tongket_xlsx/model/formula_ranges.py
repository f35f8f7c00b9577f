"""Typed ranges and arrays of spreadsheet formulas: what may be asked of many cells at once.

``ISNUMBER(range)`` and its kin lift over a range inside ``SUMPRODUCT`` in Excel and LibreOffice
and not in Gnumeric and IronCalc, where they give 0. A comparison lifts in all of them, and every
number is below every text, so ``range<""`` asks the same.

>>> block = Cells("C1:C5")
>>> print(count(block) + count_of(block, "-"))
COUNT(C1:C5)+COUNTIF(C1:C5,"-")
>>> print(sum_of_products((block.are_numbers() + block.say("-")) * Cells("D1:D5").say("Có")))
SUMPRODUCT(((C1:C5<"")+(C1:C5="-"))*(D1:D5="Có"))

Source: each was tried in LibreOffice 7.4, Gnumeric 1.12 and IronCalc 0.9.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tongket_xlsx.model.formula import (
    ADDED,
    CLOSED,
    COMPARED,
    MULTIPLIED,
    SIGNED,
    Cell,
    Number,
    Piece,
    Text,
    Value,
    as_number,
    as_text,
)

# What COUNTIF takes for a pattern, a comparison or a number instead of a word.
_PATTERN = frozenset("*?~")
_SIGNS = ("=", "<", ">")


@dataclass(frozen=True, slots=True)
class Cells(Piece):
    """A reference to a block of cells of any types: ``Cells("'Bảng 1'!$C$4:$C$20")``."""

    rank: int = field(default=CLOSED, repr=False, compare=False)

    @property
    def is_one_cell(self) -> bool:
        """Say whether both corners of the block are the same."""
        first, _, last = self.text.rpartition("!")[2].partition(":")
        return first == last

    def are_numbers(self) -> Truths:
        """Return of each cell whether it is a number; a blank is none."""
        return Truths(f'{self}<""', COMPARED)

    def are_texts(self) -> Truths:
        """Return of each cell whether it is a text that is not empty (or a truth value)."""
        return Truths(f'{self}>""', COMPARED)

    def say(self, word: Text | str) -> Truths:
        """Return of each cell whether it is this text."""
        return Truths(f"{self}={as_text(word).within(CLOSED)}", COMPARED)

    def at_least(self, level: Number | Decimal) -> Truths:
        """Return of each cell whether it is a number from this on, **or a text**; ask both."""
        return Truths(f"{self}>={as_number(level).within(CLOSED)}", COMPARED)

    def at_most(self, level: Number | Decimal) -> Truths:
        """Return of each cell whether it is a number up to this, **or a blank**; ask both."""
        return Truths(f"{self}<={as_number(level).within(CLOSED)}", COMPARED)

    def are_above(self, level: Number | Decimal | int) -> Truths:
        """Return of each cell whether it is a number above this, **or a text**; ask both."""
        return Truths(f"{self}>{as_number(level).within(CLOSED)}", COMPARED)

    def are_below(self, level: Number | Decimal | int) -> Truths:
        """Return of each cell whether it is a number below this, **or a blank**; ask both."""
        return Truths(f"{self}<{as_number(level).within(CLOSED)}", COMPARED)

    def say_not(self, word: Text | str) -> Truths:
        """Return of each cell whether it is anything but this text."""
        return Truths(f"{self}<>{as_text(word).within(CLOSED)}", COMPARED)


@dataclass(frozen=True, slots=True)
class Truths(Piece):
    """An array of truth values; as such ``SUMPRODUCT`` takes no notice of it."""

    def __add__(self, other: Truths | Numbers) -> Numbers:
        """Return how many are true at each place."""
        return _combined(self, "+", other, ADDED)

    def __mul__(self, other: Truths | Numbers) -> Numbers:
        """Return 1 where both are true."""
        return _combined(self, "*", other, MULTIPLIED)

    def as_numbers(self) -> Numbers:
        """Return 1 where it is true and 0 where it is not."""
        return Numbers(f"--{self.within(CLOSED)}", SIGNED)


@dataclass(frozen=True, slots=True)
class Numbers(Piece):
    """An array of numbers."""

    def __add__(self, other: Truths | Numbers) -> Numbers:
        """Return the sum at each place."""
        return _combined(self, "+", other, ADDED)

    def __mul__(self, other: Truths | Numbers) -> Numbers:
        """Return the product at each place."""
        return _combined(self, "*", other, MULTIPLIED)


def sum_of_products(factors: Numbers, block: Cells | None = None) -> Number:
    """Return ``SUMPRODUCT(factors,block)``; what is no number in the block counts as zero."""
    if not isinstance(factors, Numbers):
        raise TypeError(factors)
    if block is None:
        return Number(f"SUMPRODUCT({factors})", CLOSED)
    if block.is_one_cell:
        # A single blank cell in the place of a block is an error in Gnumeric.
        return sum_of_products(factors) * total(block)
    return Number(f"SUMPRODUCT({factors},{block})", CLOSED)


def total(*blocks: Cells | Cell) -> Number:
    """Return ``SUM(…)`` of cells; what is no number counts as zero."""
    return _over("SUM", blocks)


def count(*blocks: Cells | Cell) -> Number:
    """Return ``COUNT(…)``: how many cells are numbers."""
    return _over("COUNT", blocks)


def count_filled(*blocks: Cells | Cell) -> Number:
    """Return ``COUNTA(…)``: how many cells hold anything; a formula that shows nothing does."""
    return _over("COUNTA", blocks)


def count_of(block: Cells, word: str) -> Number:
    """Return how many cells are a text, small and capital letters alike."""
    literal = as_text(word)
    if not word or _PATTERN & set(word) or word.startswith(_SIGNS) or any(map(str.isdigit, word)):
        return sum_of_products(block.say(literal).as_numbers())
    return Number(f"COUNTIF({block},{literal})", CLOSED)


def largest(block: Cells, rank: int) -> Number:
    """Return ``LARGE(block,rank)``: the highest number has rank 1; an error beyond the last."""
    return Number(f"LARGE({block},{rank})", CLOSED)


def rank_of(value: Number, block: Cells, *, ascending: bool = False) -> Number:
    """Return ``RANK(value,block,order)``; equal numbers share the better rank."""
    return Number(f"RANK({as_number(value)},{block},{int(ascending)})", CLOSED)


def place_of(value: Number | Text, block: Cells) -> Number:
    """Return ``MATCH(value,block,0)``: where it stands, counted from 1; an error where it does not.

    A text may hold no ``*``, ``?`` or ``~``, which stand for other characters.
    """
    if not isinstance(value, Number | Text):
        raise TypeError(value)
    return Number(f"MATCH({value},{block},0)", CLOSED)


def at(block: Cells, row: Number | int, column: Number | int | None = None) -> Value:
    """Return ``INDEX(block,row,column)``: the cell at a place, counted from 1."""
    place = str(as_number(row)) + ("" if column is None else f",{as_number(column)}")
    return Value(f"INDEX({block},{place})", CLOSED)


def chosen(number: Number, *blocks: Cells) -> Cells:
    """Return ``CHOOSE(number,…)``: the first block has number 1."""
    return Cells(f"CHOOSE({as_number(number)},{','.join(map(str, blocks))})")


def place_of_equal(value: Number, block: Cells, first_row: int, nth: Number) -> Number:
    """Return where the n-th of equal numbers stands in a column, counted from 1.

    Args:
        first_row: the row of the first cell of the block, as an address has it.
        nth: which of them, counted from 1.
    """
    # A blank is as good as 0 to a comparison, and is no number.
    equal = block.are_numbers() * Truths(f"{block}={value.within(CLOSED)}", COMPARED)
    places = equal * Numbers(f"ROW({block})-{first_row - 1}", ADDED)
    from_the_last = sum_of_products(equal) - nth + 1
    # LARGE takes an array in every engine, where it stands in SUMPRODUCT; MIN and MATCH do not.
    return Number(f"SUMPRODUCT(LARGE({places},{from_the_last}))", CLOSED)


def equal_to(value: Number, block: Cells) -> Number:
    """Return how many numbers of a block are equal to one."""
    equal = block.are_numbers() * Truths(f"{block}={value.within(CLOSED)}", COMPARED)
    return sum_of_products(equal)


def _over(name: str, blocks: tuple[Cells | Cell, ...]) -> Number:
    if not blocks or not all(isinstance(block, Cells | Cell) for block in blocks):
        raise TypeError(blocks)
    return Number(f"{name}({','.join(map(str, blocks))})", CLOSED)


def _combined(left: Piece, sign: str, right: Piece, rank: int) -> Numbers:
    if not isinstance(right, Truths | Numbers):
        raise TypeError(right)
    return Numbers(f"{left.within(rank)}{sign}{right.within(rank + 1)}", rank)
