"""What the engines make of single constructs: those we write are alike, those we avoid are not.

The linter and the typed pieces rest on this table. Where an engine mends a fault of its own, a
test here says so, and the construct may be allowed again.
"""

from __future__ import annotations

from io import BytesIO

import pytest
import xlsxwriter
from formula_linter import Fault, judge
from recalculation import ENGINES, Value, same

# Column A: a number, texts, a sign, a blank, an empty text; column B: numbers and signs.
DATA = {
    "A1": 1,
    "A2": "x",
    "A3": "-",
    "A5": "",
    "A6": 2.5,
    "A7": "Có",
    "A8": "…",
    "B1": 3,
    "B2": 4,
    "B3": "-",
    "B4": 2,
    "B5": 2,
    "B6": 0,
    "B7": 0,
    "B8": 2,
}

ALIKE: dict[str, Value] = {
    "A4": 0,
    'A4=""': True,
    'A5=""': True,
    "A4=0": True,
    "A5=0": False,
    'A2="X"': True,
    '"đ"="Đ"': True,
    "0.1+0.2=0.3": True,
    "ISNUMBER(A4)": False,
    "ISTEXT(A5)": True,
    "ISLOGICAL(A1)": False,
    'NOT(A2="x")': False,
    'AND(OR(ISNUMBER(A1),A1="-"),OR(ISNUMBER(A3),A3="-"))': True,
    'IF(A2="x",1,0)': 1,
    '(A2="x")+(A3="-")=2': True,
    '(A2="x")+0': 1,
    'N(A2="x")': 1,
    'IFERROR(A1/0,"")': "",
    'IFERROR(A2+1,"")': "",
    "ROUND(-2.5,0)": -3,
    "ROUND(1.0000005,6)": 1.000001,
    "INT(-0.5)": -1,
    "ABS(A1-A6)": 1.5,
    'TRIM("  a   b ")': "a b",
    "LEN(A8)": 1,
    'MID(", 2007, 2012",3,99)': "2007, 2012",
    'LEFT("ML10 – x",FIND(" ","ML10 – x")-1)&"|"&A2': "ML10|x",
    'T(A4)&T(A2)&"!"': "x!",
    'COUNT(B1:B8)&""&"/8"': "7/8",
    "SUM(A2)": 0,
    "SUM(A4)": 0,
    "SUM(A1:A8,B1)": 6.5,
    "COUNT(A1:A8,B1)": 3,
    "COUNT(A1,A2,B1)=2": True,
    "COUNTA(A1:A8)": 7,
    'COUNTIF(A1:A8,"-")': 1,
    'COUNTIF(A1:A8,"…")': 1,
    'COUNTIF(A1:A8,"có")': 1,
    'COUNTIF(A2:A2,"x")': 1,
    'COUNTIFS(A1:A8,">=-1E+300",B1:B8,">=-1E+300")': 2,
    'SUMPRODUCT(--(A1:A8<""))': 2,
    'SUMPRODUCT(--(A1:A8>""))': 4,
    'SUMPRODUCT(--(A1:A8="có"))': 1,
    'SUMPRODUCT(--(A1:A8<>""))': 6,
    'SUMPRODUCT(--(TRIM(A2)={"có","x"}))': 1,
    'SUMPRODUCT((A1:A8<"")+(A1:A8="-"))': 3,
    'SUMPRODUCT(((A1:A8<"")+(A1:A8="-"))*((B1:B8<"")+(B1:B8="-")),B1:B8)': 3,
    'SUMPRODUCT((A4:A4<"")+(A4:A4="-"))*SUM(A4:A4)': 0,
    'SUMPRODUCT((A1:A8="Có")*(B1:B8=0))': 1,
    'SUMPRODUCT((B1:B8<"")*(B1:B8>=3))': 2,
    'SUMPRODUCT((B1:B8<"")*(B1:B8>0))': 5,
    'SUMPRODUCT((B1:B8<"")*(B1:B8<0))': 0,
    'RANK(B6,B1:B8,1)+IF(B6>0,COUNTIF(B1:B8,"-"),0)': 1,
    'SUMPRODUCT((A1:A8<"")*(A1:A8<=1)+(A1:A8="-"))': 2,
    'SUMPRODUCT(((A1:A8<"")*(A1:A8>=1))*((B1:B8<"")*(B1:B8>=-3)))': 2,
    "LARGE(B1:B8,2)": 3,
    'IFERROR(LARGE(B1:B8,20),"")': "",
    "RANK(B4,B1:B8,0)": 3,
    "RANK(B4,B1:B8,1)": 3,
    "MATCH(2,B1:B8,0)": 4,
    "MATCH(0,B1:B9,0)": 6,
    'MATCH("có",A1:A8,0)': 7,
    'SUMPRODUCT(LARGE((B1:B8<"")*(B1:B8=B5)*(ROW(B1:B8)-0),1))': 8,
    'SUMPRODUCT(LARGE((B1:B8<"")*(B1:B8=B5)*(ROW(B1:B8)-0),2))': 5,
    "INDEX(A1:A8,7)": "Có",
    "INDEX(A1:B8,2,2)": 4,
    'INDEX(A1:A8,4)=""': True,
    "INDEX(CHOOSE(2,A1:A8,B1:B8),2,1)": 4,
    'VLOOKUP("có",A1:B8,2,FALSE)': 0,
}

# What the linter refuses: an engine of those that differ from Excel, and what Excel says.
APART: dict[str, tuple[str, Value]] = {
    '(A2="y")=0': ("libreoffice", False),
    '((A2="y")>0)<1': ("libreoffice", False),
    '--(A2="x")': ("libreoffice", 1),
    "SUMPRODUCT(--ISNUMBER(A1:A8))": ("ironcalc", 2),
    "SUMPRODUCT(--ISTEXT(A1:A8))": ("gnumeric", 5),
    'SUMPRODUCT(--EXACT(A1:A8,"x"))': ("ironcalc", 1),
    "SUMPRODUCT(--(LEN(TRIM(A1:A8))>0))": ("gnumeric", 6),
    "SUMPRODUCT(--(ABS(B4:B8)>0))": ("gnumeric", 3),
    'OR(TRIM(A2)={"có","x"})': ("gnumeric", True),
    "N(A4)": ("gnumeric", 0),
    'SUMPRODUCT((A4:A4<"")+(A4:A4="-"),A4:A4)': ("gnumeric", 0),
    "SUMPRODUCT(MAX((B1:B8=2)*ROW(B1:B8)))": ("gnumeric", 8),
    "SUM(INDEX(A1:B8,0,2))": ("gnumeric", 13),
    "MATCH(2,INDEX(B1:B8,5):B8,0)": ("ironcalc", 1),
    'COUNTIF(A2,"x")': ("ironcalc", 1),
}

Table = dict[str, dict[str, Value]]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """What each engine makes of each formula."""
    formulas = [*ALIKE, *APART]
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet("S")
    for cell, value in DATA.items():
        if value == "":
            page.write_formula(cell, '=""', None, "")
        else:
            page.write(cell, value)
    for row, formula in enumerate(formulas):
        page.write_formula(row, 4, f"={formula}")
    book.close()
    found = {
        engine: compute({"b": stream.getvalue()}, tmp_path_factory.mktemp(engine))["b"]
        for engine, compute in ENGINES.items()
    }
    return {
        engine: {formula: cells["S", f"E{row + 1}"] for row, formula in enumerate(formulas)}
        for engine, cells in found.items()
    }


@pytest.mark.libreoffice
@pytest.mark.gnumeric
def test_every_construct_that_is_written_is_alike_in_every_engine(table: Table) -> None:
    wrong = {
        (engine, formula): found[formula]
        for engine, found in table.items()
        for formula, value in ALIKE.items()
        if not same(found[formula], value)
    }
    assert wrong == {}
    for formula in ALIKE:
        judge(formula)


@pytest.mark.libreoffice
@pytest.mark.gnumeric
@pytest.mark.parametrize("formula", APART)
def test_a_construct_that_is_avoided_still_differs(table: Table, formula: str) -> None:
    """An engine computes it otherwise than Excel does, and the linter refuses it."""
    engine, right = APART[formula]
    assert not same(table[engine][formula], right)
    with pytest.raises(Fault):
        judge(formula)
