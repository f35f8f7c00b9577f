"""A formula without a stored result is computed from sound cells, or not at all."""

from __future__ import annotations

import pytest

from tongket_xlsx.intake.formula_values import recomputed
from tongket_xlsx.reader.cells import ErrorValue, Grid, GridSheet, NoResult, Raw

ROWS: list[list[Raw]] = [
    [10.0, 20.5, 30, None, "-", "…", "1.234", "văn bản"],
    [NoResult("=A1+B1"), NoResult("=A2*2"), NoResult("=C2"), True, ErrorValue("#N/A"), " "],
    [NoResult("=B3"), NoResult("=A3"), NoResult("=NOW()")],
]
GRID = Grid(
    (
        GridSheet("QK Quỹ khuyến học", visible=True, rows=ROWS),
        GridSheet("Phòng GD's", visible=True, rows=[[7.0, 8]]),
        GridSheet("S2", visible=True, rows=[[5]]),
    )
)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=A1", 10),
        ("=SUM(A1:C1)", 60.5),
        ("=sum($A$1:$C$1)", 60.5),
        ("=SUM(A1:D1)", 60.5),
        ("=A1+B1-C1/3*2", 10.5),
        ("=ROUND(B1/3,2)", 6.83),
        ("=(A1+C1)%", 0.4),
        ("=-A1^2+2.5", 102.5),
        ("=1200+34", 1234),
        ("=SUM(A1,E1)", 10),
        ("='Phòng GD''s'!A1+S2!$A$1", 12),
        ("='phòng gd''s'!B1", 8),
        ("=A2", 30.5),
        ("=B2+1", 62),
        ("=AVERAGE(A1:C1)", 60.5 / 3),
        ("=INT(-A1/999999999999999^9)", -1),
        ("=ROUNDUP(A1/999999999999999^9,0)", 1),
        ("=" + "+".join(["A1"] * 300), 3000),
        ("=IF(A1>5,B1,C1)", 20.5),
        ('=IF(H1="văn bản",A1,0)', 10),
        ("=IFERROR(1/0,A1)", 10),
        ("=COUNTA(A1:H1)", 7),
        ("=SUMPRODUCT(A1:C1,A1:C1)", 1420.25),
        ("=ROUNDUP(B1,0)-ROUNDDOWN(B1,0)", 1),
    ],
)
def test_arithmetic_over_numbers_is_computed(formula: str, value: float) -> None:
    """References, sums and the four operations, on this sheet and others, through formulas."""
    assert recomputed(GRID, "QK Quỹ khuyến học", formula) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "=",
        "A1",
        "=D1",
        "=SUM(D1:D9)",
        "=IF(D1=0,D1,1)",
        "=A1:C1",
        "=A1:C1*2",
        "=SUM(A1:D2)",
        "=AVERAGE(D1:D1)",
        '=IF(A1>0,"có","không")',
        "=SUBTOTAL(9,A1:C1)",
        "=SUM(A1:F1)",
        "=SUM(F1:G1)",
        "=A1+E1",
        "=A1&B1",
        "=G1",
        "=D2",
        "=E2",
        "=A3",
        "=B3+1",
        "=C3",
        "=1/0",
        "=NOW()",
        "=RAND()*10",
        '=INDIRECT("A1")',
        "=VLOOKUP(1,A1:B2,2)",
        "=LOG10(100)",
        "=[1]Sheet1!A1",
        "='[Sổ.xlsx]Sheet1'!A1",
        "='Không có'!A1",
        "=Tổng",
        "=A:A",
        "=1E5",
        "=A1=10",
        "=C2",
        "=SUM(A1:XFD1048576)",
        "=SUM(ZZZZ1)",
        "=A1;B1",
        "=" + "(" * 190 + "1" + ")" * 190,
        "=" + "+".join(["1"] * 600),
        '=HYPERLINK("x")',
    ],
)
def test_whatever_else_is_not_computed(formula: str) -> None:
    """No input, a text, an error, a circle, another function, another workbook: no figure."""
    assert recomputed(GRID, "QK Quỹ khuyến học", formula) is None
