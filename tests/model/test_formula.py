"""Formulas are put together from typed pieces, and what would mean two things is refused."""

from __future__ import annotations

import doctest
import subprocess
import sys
from decimal import Decimal

import pytest

from tongket_xlsx.model import formula, formula_ranges
from tongket_xlsx.model.formula import (
    Cell,
    Number,
    Text,
    Truth,
    Value,
    absolute,
    either,
    every,
    floor,
    how_many,
    if_error,
    negate,
    number,
    rounded,
    some,
    text,
    when,
)
from tongket_xlsx.model.formula_ranges import (
    Cells,
    at,
    chosen,
    count,
    count_filled,
    count_of,
    equal_to,
    largest,
    place_of,
    place_of_equal,
    rank_of,
    sum_of_products,
    total,
)
from tongket_xlsx.model.formula_texts import is_among, joined, length, middle, up_to

A, B = Cell("A1"), Cell("B1")
X, Y = A.known_number(), B.known_number()
EQUAL = '(C1:C5<"")*(C1:C5=A1)'
BLOCK, OTHER = Cells("C1:C5"), Cells("D1:D5")


@pytest.mark.parametrize("module", [formula, formula_ranges])
def test_examples_in_the_documentation_come_out(module):
    failed, tried = doctest.testmod(module)
    assert tried
    assert not failed


@pytest.mark.parametrize(
    ("piece", "written"),
    [
        (X + Y * 2, "A1+B1*2"),
        ((X + Y) * 2, "(A1+B1)*2"),
        (X - (Y - 1), "A1-(B1-1)"),
        (X - Y - 1, "A1-B1-1"),
        (X / (Y * 2), "A1/(B1*2)"),
        (-(X + 1), "-(A1+1)"),
        (X * -5, "A1*(-5)"),
        (Number("A1+B1") * 2, "(A1+B1)*2"),
        (number(Decimal("0.10")), "0.10"),
        (number(1e-7), "1E-07"),
        (X < Y, "A1<B1"),
        (X >= 0, "A1>=0"),
        (X.equals(floor(X)), "A1=INT(A1)"),
        (X.differs(1.5), "A1<>1.5"),
        (A.says('a "b"'), 'A1="a ""b"""'),
        (A.says_not("x"), 'A1<>"x"'),
        (A.is_empty(), 'A1=""'),
        (A.is_number(), "ISNUMBER(A1)"),
        (A.is_text(), "ISTEXT(A1)"),
        (A.is_error(), "ISERROR(A1)"),
        (A.is_truth(), "ISLOGICAL(A1)"),
        (up_to(A.known_text(), " "), 'LEFT(A1,FIND(" ",A1)-1)'),
        (A.number_or_zero() + 1, "SUM(A1)+1"),
        (A.trimmed().equals("có"), 'TRIM(A1)="có"'),
        (A.trimmed().differs(""), 'TRIM(A1)<>""'),
        (how_many(A.says("x"), B.is_number()).equals(0), '(A1="x")+ISNUMBER(B1)=0'),
        (how_many(A.says("x")).equals(0), 'IF(A1="x",1,0)=0'),
        (how_many(), "0"),
        (X + 1 < Y + 2, "A1+1<B1+2"),
        (A.says("x").as_number() + 1, 'IF(A1="x",1,0)+1'),
        (every(X > 0, Y > 0), "AND(A1>0,B1>0)"),
        (every(X > 0), "A1>0"),
        (some(A.is_number(), A.says("-")), 'OR(ISNUMBER(A1),A1="-")'),
        (is_among(A, "-", "x"), 'OR(A1="-",A1="x")'),
        (is_among(A.trimmed(), "-"), 'TRIM(A1)="-"'),
        (negate(A.is_number()), "NOT(ISNUMBER(A1))"),
        (when(X > 0, X, Y), "IF(A1>0,A1,B1)"),
        (either(X > 0, X, text("")), 'IF(A1>0,A1,"")'),
        (if_error(X / Y, text("")), 'IFERROR(A1/B1,"")'),
        (joined("a", X.as_text(), "b"), '"a"&A1&""&"b"'),
        (middle(text("abc"), 2, 1), 'MID("abc",2,1)'),
        (length(A.trimmed()) > 0, "LEN(TRIM(A1))>0"),
        (rounded(absolute(X - Y), 6), "ROUND(ABS(A1-B1),6)"),
        (total(BLOCK, A), "SUM(C1:C5,A1)"),
        (count(BLOCK).equals(2), "COUNT(C1:C5)=2"),
        (count_filled(BLOCK), "COUNTA(C1:C5)"),
        (count_of(BLOCK, "Có"), 'COUNTIF(C1:C5,"Có")'),
        # COUNTIF would take these for a pattern, a comparison, a number.
        (count_of(BLOCK, "có*"), 'SUMPRODUCT(--(C1:C5="có*"))'),
        (count_of(BLOCK, ">1"), 'SUMPRODUCT(--(C1:C5=">1"))'),
        (count_of(BLOCK, "17"), 'SUMPRODUCT(--(C1:C5="17"))'),
        (
            sum_of_products((BLOCK.are_numbers() + BLOCK.say("-")) * OTHER.are_numbers(), OTHER),
            'SUMPRODUCT(((C1:C5<"")+(C1:C5="-"))*(D1:D5<""),D1:D5)',
        ),
        (
            sum_of_products(Cells("'S'!$C$1:$C$1").are_numbers().as_numbers(), Cells("S!D1:D1")),
            "SUMPRODUCT(--('S'!$C$1:$C$1<\"\"))*SUM(S!D1:D1)",
        ),
        (sum_of_products(BLOCK.say_not("").as_numbers()), 'SUMPRODUCT(--(C1:C5<>""))'),
        (largest(BLOCK, 2), "LARGE(C1:C5,2)"),
        (rank_of(X, BLOCK, ascending=True), "RANK(A1,C1:C5,1)"),
        (place_of(X, BLOCK), "MATCH(A1,C1:C5,0)"),
        (place_of(text("x"), BLOCK), 'MATCH("x",C1:C5,0)'),
        (equal_to(X, BLOCK), f"SUMPRODUCT({EQUAL})"),
        (
            place_of_equal(X, BLOCK, 1, Y),
            f"SUMPRODUCT(LARGE({EQUAL}*(ROW(C1:C5)-0),SUMPRODUCT({EQUAL})-B1+1))",
        ),
        (at(chosen(X, BLOCK, OTHER), 2), "INDEX(CHOOSE(A1,C1:C5,D1:D5),2)"),
        (at(BLOCK, X).is_number(), "ISNUMBER(INDEX(C1:C5,A1))"),
        (at(BLOCK, 1, Y), "INDEX(C1:C5,1,B1)"),
    ],
)
def test_a_piece_is_written_with_the_brackets_it_needs(piece, written):
    assert piece.text == written
    assert piece.formula == f"={written}"


@pytest.mark.parametrize(
    "mixed",
    [
        lambda: (X > 0) + 1,  # a truth value is no number: FALSE=0 differs between engines
        lambda: X + (X > 0),
        lambda: X.equals(A.says("x")),
        lambda: (X > 0) + (Y > 0),
        lambda: how_many(X, Y),
        lambda: how_many(X),
        lambda: X.equals(Y > 0),
        lambda: X < "x",
        lambda: X.equals("x"),
        lambda: X + True,
        lambda: number(True),
        lambda: A.says(0),
        lambda: A.trimmed().equals(0),
        lambda: text("a") + X,
        lambda: when(X, X, Y),
        lambda: when(X > 0, X, text("")),
        lambda: either(X, X, text("")),
        lambda: every(X, X > 0),
        every,
        lambda: negate(X),
        lambda: rounded(X > 0, 6),
        lambda: sum_of_products(BLOCK.say("x")),  # SUMPRODUCT would take no notice of it
        lambda: sum_of_products(BLOCK),
        lambda: BLOCK.say(0),
        lambda: BLOCK.are_numbers() + 1,
        lambda: total(X > 0),
        lambda: place_of(A, BLOCK),
    ],
)
def test_what_would_mean_two_things_is_refused(mixed):
    with pytest.raises(TypeError):
        mixed()


@pytest.mark.parametrize("kind", [Truth, Text, Value, Cells])
def test_what_is_no_number_has_no_order(kind):
    with pytest.raises(TypeError):
        assert kind("A1") < kind("A2")


@pytest.mark.parametrize("kind", [Number, Text, Truth])
def test_both_sides_alike_keep_their_type(kind):
    assert type(when(X > 0, kind("A1"), kind("B1"))) is kind
    assert type(when(X > 0, A, B)) is Value
    assert type(either(X > 0, kind("A1"), A)) is Value


def test_lengths_excel_refuses_are_refused():
    assert len(text("đ" * 255).text) == 257
    # Excel counts a character outside the basic plane as two.
    for long in ("đ" * 256, "𝒙" * 128):
        with pytest.raises(ValueError):
            text(long)
    with pytest.raises(ValueError):
        number(float("nan"))


def test_the_pieces_import_no_spreadsheet_library():
    asked = (
        "import sys; import tongket_xlsx.model.formula_ranges;"
        "print(*sorted({m.split('.')[0] for m in sys.modules} & "
        "{'xlsxwriter', 'openpyxl', 'numpy', 'pydantic', 'click', 'pandas'}))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", asked], check=True, capture_output=True, text=True
    )
    assert shown.stdout.strip() == ""
