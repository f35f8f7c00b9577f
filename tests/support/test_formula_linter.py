"""The linter of formulas fires on every kind of fault, and lets pass what all engines share."""

from __future__ import annotations

from io import BytesIO

import pytest
import xlsxwriter
from formula_linter import COUNT, NUMBER, TEXT, TRUTH, UNKNOWN, Fault, judge, lint_formulas

# What once was written: a truth value held against 0 is another thing in LibreOffice and in Excel.
OLD_LIVE_CHECK = '=IF((F9="Cần giải trình")=0,"",MID(IF(F9="Cần giải trình",", 2012",""),3,99))'
OLD_AREA = '=IF(((ISNUMBER(H8)+(H8="-")>0))<1,"…",ROUND(SUM(H8),6))'

FAULTY = {
    OLD_LIVE_CHECK: "a truth value under “=”",
    OLD_AREA: "a truth value under “<”",
    # Comparisons across types.
    "=(A1=2)=0": "a truth value",
    "=TRUE=1": "a truth value",
    "=(A1>0)<(B1>0)": "a truth value",
    "=ISNUMBER(A1)>=1": "a truth value",
    '=IF(A1="","a","b")=1': "a number and a text",
    "=LEN(A1)=TRIM(A1)": "a number and a text",
    '=SUM(A1:A2)<"x"': "a number and a text",
    '=A1<"b"': "ordered by the language",
    '=TRIM(A1)>"a"': "ordered by the language",
    # Sums across types.
    "=1+(A1=2)": "a truth value under “+”",
    "=SUM(A1:A2)+ISNUMBER(A1)": "a truth value under “+”",
    "=(A1=1)-(A2=1)": "a truth value under “-”",
    '="a"+1': "a text under “+”",
    "=TRIM(A1)*2": "a text under “*”",
    "=-TRIM(A1)": "a text under “-”",
    '=-(A1="x")': "a truth value under “-”",
    '=--(A1="x")': "LibreOffice",
    '=(A1="x")%': "a truth value under “%”",
    '=(A1="x")&""': "a word of the user's language",
    '=LEN(A1="x")': "a word of the user's language",
    '=ROUND(A1="x",0)': "a truth value under “ROUND”",
    '=SUM(A1="x",B1="x")': "a truth value in SUM",
    '=IF("x",1,2)': "a text as the test",
    '=AND(TRIM(A1),B1="x")': "a text as the test",
    '=NOT("x")': "a text as the test",
    # What does not lift over ranges in every engine.
    "=SUMPRODUCT(ISNUMBER(A1:A5)*1)": "ISNUMBER over a range",
    "=SUMPRODUCT(--ISNUMBER(A1:A5))": "ISNUMBER over a range",
    "=SUMPRODUCT(--ISTEXT(A1:A5))": "ISTEXT over a range",
    "=SUMPRODUCT(--(LEN(TRIM(A1:A5))>0))": "TRIM over a range",
    '=SUMPRODUCT(--EXACT(A1:A5,"x"))': "EXACT over a range",
    "=SUMPRODUCT(--(ABS(A1:A5)>0))": "ABS over a range",
    "=SUMPRODUCT(ROUND(A1:A5,0))": "ROUND over a range",
    '=SUMPRODUCT(IF(A1:A5="x",1,0))': "IF over a range",
    '=SUMPRODUCT(--(A1:A5&"x"="ax"))': "& over a range",
    "=SUMPRODUCT(MAX((A1:A5=2)*ROW(A1:A5)))": "MAX of what is calculated",
    "=MATCH(1,(A1:A5=2)*(B1:B5=3),0)": "MATCH of what is calculated",
    "=SUM((A1:A5=2)*(B1:B5=3))": "SUM of what is calculated",
    "=LARGE((A1:A5=2)*ROW(A1:A5),1)": "LARGE of what is calculated",
    '=SUMPRODUCT(A1:A5="x")': "SUMPRODUCT passes by truth values",
    '=AND(A1:A5="x")': "AND over a range",
    '=OR(TRIM(A1)={"có","x"})': "OR over a range",
    '=TRIM(A1)={"có","x"}': "the result is an array",
    "=OR(A1:A5)": "OR over a range",
    '=A1:A5="x"': "the result is an array",
    "=IFERROR(A1:A5,0)": "IFERROR over a range",
    # What single engines do not know.
    "=N(A1)": "an error in Gnumeric",
    "=MATCH(1,INDEX(A1:A5,2):A5,0)": "fails in IronCalc",
    '=COUNTIF(A1,"x")': "COUNTIF of a single cell",
    '=SUMPRODUCT((A4:A4<"")+(A4:A4="-"),A4:A4)': "an error in Gnumeric",
    "=SUM((A1:A5,B1:B5))": "a union of ranges",
    "=SUM(INDEX(A1:B5,0,2))": "fails in Gnumeric",
    "=COUNTIF(A1:A5,B1:B5)": "a range where COUNTIF takes one value",
    # What follows the day, the language or the version.
    "=TODAY()": "TODAY is volatile",
    "=NOW()": "NOW is volatile",
    "=RAND()": "RAND is volatile",
    "=SUM(OFFSET(A1,1,1))": "OFFSET is volatile",
    '=INDIRECT("A1")': "INDIRECT is volatile",
    "=UPPER(A1)": "UPPER",
    "=LOWER(A1)": "LOWER",
    "=PROPER(A1)": "PROPER",
    '=TEXT(A1,"0.00")': "follow the language",
    "=VALUE(A1)": "follows the language",
    "=IFNA(A1,0)": "newer than Excel 2010",
    "=_xlfn.XLOOKUP(A1,B1:B5,C1:C5)": "newer than Excel 2010",
    "=XLOOKUP(A1,B1:B5,C1:C5)": "newer than Excel 2010",
    '=TEXTJOIN(",",1,A1:A5)': "newer than Excel 2010",
    "=MAXIFS(A1:A5,B1:B5,1)": "newer than Excel 2010",
    "=SORT(A1:A5)": "newer than Excel 2010",
    # What Excel refuses.
    '="' + "đ" * 256 + '"': "a text of 256 characters",
    "=" + "+".join(["A1"] * 3000): "Excel takes 8192",
    "=SUM(A1;A2)": "between the arguments",
    "=SUM(A1": "ends too early",
    "=A1)": "does not end",
    "=A1>;0": "cannot stand here",
    "=IF(A1>0)": "in no engine",
    "=ROUND(A1)": "ROUND with 1 arguments",
    "=PERCENTRANK(A1:A5,3)": "in no engine",
    "=Tên+1": "cannot stand here",
}

SOUND = {
    "=A1": UNKNOWN,
    "='Bảng ''1'''!$A$1": UNKNOWN,
    "=(A1+B1)*2/3-1": NUMBER,
    "=-A1": NUMBER,
    '=IF(F9="Cần giải trình","2012: "&C9,"")': TEXT,
    '=IF((F9="x")+(G9="x")=0,"",C9)': UNKNOWN,
    '=(A1="x")+(B1="x")+ISNUMBER(C1)': COUNT,
    '=(A1="x")+0': COUNT,
    '=(A1="x")*1': COUNT,
    '=N(A1="x")': NUMBER,
    '=IF(AND(OR(ISNUMBER(A1),A1="-")),ROUND(SUM(A1),6),"…")': NUMBER | TEXT,
    '=SUMPRODUCT(((A1:A5<"")+(A1:A5="-"))*(B1:B5<""),B1:B5)': NUMBER,
    '=SUMPRODUCT(--(A1:A5<""))': NUMBER,
    '=SUMPRODUCT(--(A1:A5>""))': NUMBER,
    '="–"&T(A1)': TEXT,
    '=SUMPRODUCT(--(TRIM(A1)={"có","x"}))>0': TRUTH,
    '=COUNTIFS(A1:A5,">=-1E+300",B1:B5,"x")': NUMBER,
    "=COUNT(A1:A5,B7)=2": TRUTH,
    '=SUMPRODUCT(LARGE((A1:A5<"")*(A1:A5=B1)*(ROW(A1:A5)-0),1))': NUMBER,
    '=IFERROR(LARGE(A1:A5,1),"")': NUMBER | TEXT,
    "=INDEX(CHOOSE(A1,A1:B5,C1:D5),1,2)": UNKNOWN,
    '=IFERROR(MATCH(LEFT(A1,FIND(" ",A1)-1)&"|2017",B1:B5,0),"")': NUMBER | TEXT,
    '=COUNT(A1:A5)&"/17"&IF(COUNT(A1:A5)<8.5," !","")': TEXT,
    "=NOT(ISNUMBER(A1))": TRUTH,
    '="' + "đ" * 255 + '"': TEXT,
}


@pytest.mark.parametrize("formula", FAULTY, ids=lambda f: f[:50])
def test_a_planted_fault_is_found(formula):
    with pytest.raises(Fault) as caught:
        judge(formula)
    assert FAULTY[formula] in str(caught.value)


@pytest.mark.parametrize("formula", SOUND, ids=lambda f: f[:50])
def test_what_every_engine_computes_alike_passes(formula):
    assert judge(formula).kinds == SOUND[formula]


def test_a_cell_has_the_type_of_its_formula():
    """The two parts of a comparison may stand in two cells."""
    assert judge("=A1=0").kinds == TRUTH
    with pytest.raises(Fault, match="a truth value"):
        judge("=A1=0", {"A1": TRUTH})
    with pytest.raises(Fault, match="a text"):
        judge("=A1+1", {"A1": TEXT})


def test_every_place_of_a_workbook_is_searched():
    """Cells, validations, conditional formats, charts, sparklines and names."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet("Một")
    other = book.add_worksheet("Hai's")
    page.write_formula("A1", '=B1="x"')
    page.write_formula("A2", "='Một'!A1=0")
    other.write_formula("A3", "=Một!$A$1+1")
    other.write_formula("A4", "=Một!$A$2")
    other.write_formula("A5", "=SUM(Một!A3:A9)")
    page.data_validation("B1", {"validate": "custom", "value": "=(B1>0)=1"})
    page.data_validation("B2", {"validate": "custom", "value": '=AND(B2>0,B2<>"x")'})
    page.data_validation("B3", {"validate": "list", "source": ["a", "b"]})
    page.data_validation("B4", {"validate": "list", "source": "=Một!$C$1:$C$4"})
    page.data_validation("B5", {"validate": "list", "source": "=OFFSET($C$1,0,0)"})
    look = book.add_format({"bold": True})
    for cell, rule in (
        ("D1", {"type": "formula", "criteria": "=(D1>0)<1"}),
        ("D2", {"type": "formula", "criteria": "=D2>0"}),
        ("D3", {"type": "cell", "criteria": "==", "value": '"x"'}),
        ("D4", {"type": "cell", "criteria": "==", "value": "TRUE"}),
        ("D5", {"type": "text", "criteria": "ends with", "value": "!"}),
    ):
        page.conditional_format(cell, {**rule, "format": look})
    page.add_sparkline("E1", {"range": "Một!F1:H1"})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='Hai''s'!$A$1:$A$4", "name": "=Một!$A$1"})
    page.insert_chart("J1", chart)
    book.define_name("Sai", "=OFFSET(Một!$A$1,1,1)")
    page.repeat_rows(0, 1)
    page.repeat_columns(0, 1)
    book.close()
    census = lint_formulas(stream.getvalue())
    assert census.counts == {
        "cells": 5,
        "validations": 2,
        "lists": 3,
        "conditions": 3,
        "compared": 2,
        "sparklines": 1,
        "charts": 2,
        "names": 2,
    }
    assert {fault.split(": ")[0] for fault in census.faults} == {
        "Một!A2",
        "Hai's!A3",
        "Một, validations",
        "Một, lists",
        "Một, conditions",
        "Một, compared",
        "workbook",
    }
    assert len(census.faults) == 7
