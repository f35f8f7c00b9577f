"""A frame as a workbook in the house style, read back by openpyxl and by pandas."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import tongket_xlsx

pytestmark = pytest.mark.libraries
DAY = datetime.fromisoformat("2017-03-30")


def sheet_of(path: Path) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(path).active


def test_several_levels_stand_in_rows_and_columns(analysed, tmp_path: Path) -> None:
    """Headings that are alike are one cell; every figure is the number it was."""
    frame = analysed.comparison()
    path = tongket_xlsx.to_excel(frame, tmp_path / "x.xlsx", title="Toàn tỉnh Gia Lai")
    assert [sheet_of(path).cell(3, c).value for c in (1, 2)] == ["Nhóm", "Chỉ tiêu"]
    page = sheet_of(path)
    assert page["A1"].value == "Toàn tỉnh Gia Lai"
    assert [page.cell(3, 3 + 5 * n).value for n in range(4)] == list(analysed.figures().columns)
    assert {"C3:G3", "D3:E3"} & {str(r) for r in page.merged_cells.ranges} == {"C3:G3"}
    assert [page.cell(4, c).value for c in (3, 4)] == ["Giá trị", "Số đơn vị có số"]
    assert page.freeze_panes == "C5"
    for n, (key, row) in enumerate(frame.iterrows()):
        cells = [c.value for c in page[5 + n]]
        assert tuple(cells[:2]) == key
        for cell, value in zip(cells[2:], row, strict=True):
            if pd.isna(value):
                assert cell is None
            elif isinstance(value, bool | np.bool_):
                assert cell == ("Có" if value else "Không")
            else:
                assert cell == value
    assert page["C5"].font.name == "Times New Roman"


def test_a_plain_frame_is_a_table_that_can_be_filtered(tmp_path: Path) -> None:
    """Numbers, days, texts and gaps are what they were; text is never a formula."""
    frame = pd.DataFrame(
        {
            "đơn vị": ["=1+1", "Chư Sê", None],
            "số": [1.5, np.nan, 1234567.0],
            "nguyên": pd.array([1, None, 3], dtype="Int32"),
            "ngày": pd.to_datetime(["2017-03-30", None, "2007-12-31"]).astype("datetime64[s]"),
            "cờ": [True, False, True],
            "chính xác": [Decimal("0.1"), None, Decimal(2)],
        }
    )
    page = sheet_of(tongket_xlsx.to_excel(frame, tmp_path / "x.xlsx", lang="en", sheet="a/b[c]"))
    assert page.title == "a b c"
    rows = list(page.values)
    assert rows[0] == tuple(frame.columns)
    assert rows[1] == ("=1+1", 1.5, 1, DAY, "Yes", 0.1)
    assert rows[2] == ("Chư Sê", None, None, None, "No", None)
    assert rows[3] == (None, 1234567, 3, datetime.fromisoformat("2007-12-31"), "Yes", 2)
    assert page["A2"].data_type == "s"
    assert page["B2"].number_format == "#,##0.0#####"
    assert page["C2"].number_format == "#,##0"
    assert page.auto_filter.ref == "A1:F4"


@pytest.mark.parametrize("name", ["observations", "findings", "status", "changes", "targets"])
def test_every_frame_of_a_campaign_can_be_written(name: str, face, analysed, tmp_path) -> None:
    """Empty ones as well; as many rows and columns come back."""
    for n, campaign in enumerate((face, analysed)):
        frame = getattr(campaign, name)()
        page = sheet_of(tongket_xlsx.to_excel(frame, tmp_path / f"{n}.xlsx"))
        left = 0 if frame.index.names == [None] else frame.index.nlevels
        assert page.max_row == len(frame) + frame.columns.nlevels
        assert page.max_column == left + frame.shape[1]


def test_headings_of_this_package_are_in_the_language(analysed, tmp_path: Path) -> None:
    """No column of a frame that goes to an office is left in the words of a program."""
    from tongket_xlsx.text.messages import has

    frames = [analysed.units(), analysed.returns(), analysed.status(), analysed.findings()]
    frames += [analysed.observations(), analysed.totals(), analysed.changes(), analysed.narrative()]
    names = {n for f in frames for n in (*f.columns.get_level_values(-1), *f.index.names) if n}
    assert [n for n in sorted(names) if not has(f"frame.{n}")] == []
    path = tongket_xlsx.to_excel(analysed.status(), tmp_path / "x.xlsx", lang="en")
    assert [c.value for c in sheet_of(path)[1]][:3] == ["Unit", "Name", "Required"]


def test_two_columns_of_one_name_and_none_at_all(tmp_path: Path) -> None:
    """Whatever a frame looks like, its workbook opens."""
    twice = pd.DataFrame([[1, 2, 3]], columns=["a", "a", "b"])
    assert next(sheet_of(tongket_xlsx.to_excel(twice, tmp_path / "a.xlsx")).values) == (
        "a",
        "a",
        "b",
    )
    upper = pd.MultiIndex.from_tuples([("x", "a"), ("x", "a"), ("y", "a")])
    page = sheet_of(
        tongket_xlsx.to_excel(pd.DataFrame([[1, 2, 3]], columns=upper), tmp_path / "b.xlsx")
    )
    assert [c.value for c in page[2]] == ["a", "a", "a"]
    assert [str(r) for r in page.merged_cells.ranges] == ["A1:B1"]
    assert sheet_of(tongket_xlsx.to_excel(pd.DataFrame(), tmp_path / "c.xlsx")).max_row == 1


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A file that is there stays, and another ending is no workbook."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"x")
    with pytest.raises(tongket_xlsx.Misuse, match=r"api\.exists"):
        tongket_xlsx.to_excel(pd.DataFrame(), path)
    assert path.read_bytes() == b"x"
    with pytest.raises(tongket_xlsx.Misuse, match=r"api\.choice"):
        tongket_xlsx.to_excel(pd.DataFrame(), tmp_path / "x.csv")
    wide = pd.DataFrame(np.zeros((1, 16_385)))
    with pytest.raises(tongket_xlsx.Misuse, match=r"api\.too_large"):
        tongket_xlsx.to_excel(wide, tmp_path / "y.xlsx")
