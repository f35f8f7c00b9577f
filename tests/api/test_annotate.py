"""Findings written into a copy of any workbook, whoever made it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

import tongket_xlsx
from tongket_xlsx import Finding, Place, Severity

pytestmark = pytest.mark.libraries
DAY = datetime.fromisoformat("2017-03-30")
ODD = pd.DataFrame(
    {
        "sheet": ["Bảng", "Bảng", "Bảng", None, "Không có"],
        "cell": ["B2", "b2", "$C$3", None, "A1"],
        "severity": ["warning", "error", "note", "warning", "strange"],
        "message": ["Hơi lớn.", "Quá lớn.", "Xem lại.", "=1+1", "Trang nào?"],
        "advice": ["Hỏi lại.", None, None, "Xem.", None],
    }
)


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A workbook of somebody: formulas, a comment, a merged block, a chart, validation, a name."""
    path = tmp_path / "của họ.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Bảng"
    page["A1"], page["B1"] = "Mã", "Giá trị"
    page["A2"], page["B2"] = "x", 5
    page["B2"].comment = Comment("Của chị Lan", "Lan", height=200, width=400)
    page["C2"] = "=B2*2"
    page["B2"].number_format = "#,##0.0"
    page.merge_cells("C3:D4")
    page["C3"] = DAY
    page["A9"].fill = PatternFill("solid", start_color="FF00FF00")
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(page, min_col=2, min_row=1, max_row=2))
    page.add_chart(chart, "F2")
    rule = openpyxl.worksheet.datavalidation.DataValidation("list", formula1='"a,b"')
    page.add_data_validation(rule)
    rule.add("A2")
    book.create_sheet("Ẩn").sheet_state = "hidden"
    book.save(path)
    return path


def test_a_cell_is_marked_and_commented(theirs: Path, tmp_path: Path) -> None:
    """What is said of one cell stands in one comment, below what stood there, in the gravest fill.

    Cells nobody spoke of stay as they are, and so does the original.
    """
    before = hashlib.sha256(theirs.read_bytes()).hexdigest()
    out = tongket_xlsx.annotate(theirs, ODD, tmp_path / "bản sao.xlsx")
    assert hashlib.sha256(theirs.read_bytes()).hexdigest() == before
    page = openpyxl.load_workbook(out)["Bảng"]
    assert page["B2"].comment.text == "Của chị Lan\nHơi lớn. Hỏi lại.\nQuá lớn."
    assert page["B2"].comment.author == "Lan"
    assert page["B2"].fill.start_color.rgb.endswith("F4B084")
    assert (page["B2"].value, page["B2"].number_format) == (5, "#,##0.0")
    assert page["C3"].comment.text == "Xem lại."
    assert page["C3"].fill.start_color.rgb.endswith("DDEBF7")
    assert page["C2"].value == "=B2*2"
    assert page["C3"].value == DAY
    assert page["A9"].fill.start_color.rgb == "FF00FF00"
    assert page["A1"].comment is None
    assert len(page._charts) == 1
    assert [str(v.sqref) for v in page.data_validations.dataValidation] == ["A2"]
    assert [str(r) for r in page.merged_cells.ranges] == ["C3:D4"]


def test_what_names_no_cell_stands_on_a_sheet_of_findings(theirs: Path, tmp_path: Path) -> None:
    """So does what names a sheet that is not there; text is text, whatever it begins with."""
    book = openpyxl.load_workbook(tongket_xlsx.annotate(theirs, ODD, tmp_path / "x.xlsx"))
    assert book.sheetnames == ["Bảng", "Ẩn", "Lỗi, cảnh báo"]
    assert book["Ẩn"].sheet_state == "hidden"
    rows = list(book["Lỗi, cảnh báo"].iter_rows(min_row=2, values_only=True))
    assert [(r[0], r[2], r[6], r[7]) for r in rows] == [
        ("Cảnh báo", None, "=1+1", "Xem."),
        ("Cảnh báo", "Không có", "Trang nào?", None),
    ]
    again = tongket_xlsx.annotate(tmp_path / "x.xlsx", ODD, tmp_path / "y.xlsx", lang="vi")
    book = openpyxl.load_workbook(again)
    assert book.sheetnames[-1] == "Lỗi, cảnh báo 2"
    assert book["Lỗi, cảnh báo 2"]["G2"].data_type == "s"
    assert book["Bảng"]["B2"].comment.text.count("Quá lớn.") == 2


def test_a_part_of_a_merged_block_is_its_first_cell(theirs: Path, tmp_path: Path) -> None:
    """A comment can stand nowhere else."""
    odd = pd.DataFrame({"sheet": ["bảng"], "cell": ["D4"], "message": ["m"]})
    out = tongket_xlsx.annotate(theirs, odd, tmp_path / "x.xlsx")
    assert openpyxl.load_workbook(out)["Bảng"]["C3"].comment.text == "m"


def test_findings_may_be_values(theirs: Path, tmp_path: Path) -> None:
    """Those of a return are worded in the language asked for."""
    found = [Finding("cell.integer", Severity.ERROR, Place("", "Bảng", "B2"), "TC01", "2017")]
    for lang, word in (("vi", "số nguyên"), ("en", "whole number")):
        out = tongket_xlsx.annotate(theirs, found, tmp_path / f"{lang}.xlsx", lang=lang)
        assert word in openpyxl.load_workbook(out)["Bảng"]["B2"].comment.text


def test_a_return_with_its_findings(analysed, tmp_path: Path) -> None:
    """The workbook of an office can be sent back with what was found in it."""
    path = analysed.home / "nop-ve" / "GL-622_Pleiku.xlsx"
    odd = pd.DataFrame({"sheet": ["TC"], "cell": ["F8"], "message": ["Sure?"]})
    out = tongket_xlsx.annotate(path, odd, tmp_path / "x.xlsx")
    one = tongket_xlsx.read_return(out, form=analysed.form, units=analysed.respondents)
    first = tongket_xlsx.read_return(path, form=analysed.form, units=analysed.respondents)
    assert [(o.indicator, o.period, o.value) for o in one.answers] == [
        (o.indicator, o.period, o.value) for o in first.answers
    ]


def test_nothing_is_written_over(theirs: Path, tmp_path: Path) -> None:
    """Not the original, not another file, and no link to one."""
    there, link = tmp_path / "có.xlsx", tmp_path / "nối.xlsx"
    there.write_bytes(b"x")
    link.symlink_to(tmp_path / "đâu.xlsx")
    for out in (theirs, there, link):
        with pytest.raises(tongket_xlsx.Misuse, match=r"api\.exists"):
            tongket_xlsx.annotate(theirs, ODD, out)
    assert there.read_bytes() == b"x"
    assert not (tmp_path / "đâu.xlsx").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(90), b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_told(content: bytes, tmp_path: Path) -> None:
    """A damaged file, or one with a password, is one sentence, and nothing is left behind."""
    path = tmp_path / "hỏng.xlsx"
    path.write_bytes(content)
    with pytest.raises(tongket_xlsx.CannotWork, match=r"annotate\.unusable"):
        tongket_xlsx.annotate(path, ODD, tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_slips_of_the_caller_are_misuse(theirs: Path, tmp_path: Path) -> None:
    """Another ending, a frame without sentences, a path that is not there."""
    slips = [
        (theirs, ODD, tmp_path / "x.xlsm", "api.choice"),
        (tmp_path / "a.xls", ODD, tmp_path / "x.xls", "api.choice"),
        (tmp_path / "không.xlsx", ODD, tmp_path / "x.xlsx", "path.missing"),
        (theirs, ODD[["sheet", "cell"]], tmp_path / "x.xlsx", "api.column"),
    ]
    for workbook, findings, out, code in slips:
        with pytest.raises(tongket_xlsx.Misuse) as raised:
            tongket_xlsx.annotate(workbook, findings, out)
        assert raised.value.code == code
    with pytest.raises(tongket_xlsx.CannotWork, match=r"path\.unwritable"):
        tongket_xlsx.annotate(theirs, ODD, tmp_path / "không có" / "x.xlsx")


def test_a_workbook_of_charts_only_and_a_long_sentence(tmp_path: Path) -> None:
    """A sheet that has no cells is none to be marked; a comment is as long as Excel holds."""
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Bảng")
        page.write(0, 0, 1)
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "='Bảng'!$A$1:$A$1"})
        book.add_chartsheet("Hình").set_chart(chart)
    odd = pd.DataFrame(
        {
            "sheet": ["Hình", "Bảng"],
            "cell": ["A1", "A1"],
            "message": ["Ở hình", "dài \x01" * 9000],
        }
    )
    book = openpyxl.load_workbook(tongket_xlsx.annotate(path, odd, tmp_path / "y.xlsx"))
    assert len(book["Bảng"]["A1"].comment.text) <= 32767
    assert book["Lỗi, cảnh báo"]["G2"].value == "Ở hình"
