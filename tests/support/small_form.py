"""A small form of a quite different topic, and what its units answer in a campaign of it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from shipped import ROOT

SMALL_FORM = ROOT / "tests" / "forms" / "giao-thong"
TYPED = {
    "P1": {
        ("AA01", "2020"): 10,
        ("AA01", "2025"): 7,
        ("AA01", "2020-2025"): 51,
        ("AA02", "2020"): 14,
        ("AA02", "2025"): 5,
        ("AA04", "2025"): 12,
        ("BB01", "2025"): 1,
        ("BB02", "2020"): "Không",
        ("BB02", "2025"): "Có",
    },
    "P2": {
        ("AA01", "2020"): 3,
        ("AA01", "2025"): "-",
        ("AA02", "2020"): "?",
        ("AA02", "2025"): "-",
        ("AA04", "2025"): 30,
        ("BB01", "2025"): "-",
        ("BB02", "2025"): "Có",
    },
    "P3": {("AA01", "2025"): 2, ("AA02", "2025"): 4, ("BB01", "2025"): "…"},
    "DOI": {("AA01", "2020"): 14, ("AA01", "2025"): 9, ("BB03", "2025"): 81.5},
}


def fill(path: Path, answers: dict[tuple[str, str], object]) -> None:
    """Type answers into a workbook, finding rows by code and columns by heading."""
    book = openpyxl.load_workbook(path)
    headings = {"Năm 2020": "2020", "Năm 2025": "2025", "Cả giai đoạn 2020–2025": "2020-2025"}
    for sheet in book.worksheets:
        columns: dict[int, str] = {}
        for row in sheet.iter_rows():
            if row[0].value == "Mã":
                columns = {c.column: headings[c.value] for c in row if c.value in headings}
            for column, period in columns.items():
                typed = answers.get((str(row[0].value), period))
                if typed is not None:
                    sheet.cell(row[0].row, column).value = typed
            if row[0].value == "TM1":
                sheet.cell(row[0].row, 5).value = "Tai nạn giảm."
            if sheet.title == "Điểm đen" and row[0].value == 1 and path.name.startswith("P1"):
                sheet.cell(row[0].row, 2).value = "Ngã tư"
                sheet.cell(row[0].row, 3).value = "cao"
    for label, text in (
        ("Người lập biểu", "B"),
        ("Số điện thoại", "1"),
        ("Báo cáo số", "2"),
        ("Ngày ký báo cáo", "01/02/2026"),
    ):
        cover = book["Bìa"]
        cell = next(c for r in cover.iter_rows() for c in r if c.value == label)
        cover.cell(cell.row, cell.column + 2).value = text
    book.save(path)
