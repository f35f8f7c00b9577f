"""A quite different small form goes through the whole loop without touching the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from small_form import SMALL_FORM, TYPED, fill

from tongket_xlsx.summary.plan import HEAD


def figures(sheet: Worksheet) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Return, by code, the row of figures and the row below it of units behind each."""
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD + 1)]
    pairs = [(one, other) for one, other in zip(lines, [*lines[1:], []], strict=True) if one[0]]
    return {one[0]: one for one, _ in pairs}, {one[0]: other for one, other in pairs}


@pytest.fixture
def home(tmp_path: Path, run: Any) -> Path:
    """A campaign of the other form in which every unit has returned."""
    home = tmp_path / "dot"
    made = run("init", home, "--form", SMALL_FORM, "--units", SMALL_FORM / "units.csv")
    assert made.exit_code == 0, made.output
    assert run("generate", home=home).exit_code == 0
    for path in sorted((home / "phat-hanh").iterdir()):
        code = path.name.split("_")[0]
        fill(path, TYPED[code])
        path.rename(home / "nop-ve" / path.name)
    return home


def test_form_is_sound(run: Any) -> None:
    """The other definition is sound and its version stays the text 1.10."""
    shown = run("form", "show", SMALL_FORM)
    assert shown.exit_code == 0, shown.output
    assert "giao-thong 1.10" in shown.output
    assert "7 chỉ tiêu (1 tự tính), 2 luật" in run("form", "check", SMALL_FORM).output


def test_whole_loop(home: Path, run: Any) -> None:
    """Returns are taken in, compared over two years, and the totals are right."""
    taken = json.loads(run("import", "--json", home=home).output)
    assert {f["unit"]: f["outcome"] for f in taken["files"]} == dict.fromkeys(
        ("P1", "P2", "P3", "DOI"), "accepted"
    )
    notes = [x["code"] for f in taken["files"] for x in f["findings"]]
    assert notes == []
    summary = run("summary", "-o", home / "s.xlsx", home=home)
    assert summary.exit_code == 0, summary.output
    book = openpyxl.load_workbook(home / "s.xlsx", data_only=True)
    rows, below = figures(book["Toàn tỉnh – AA"])
    heading = rows["Mã"]
    assert heading[3:6] == ["Năm 2020", "Năm 2025", "Cả giai đoạn 2020–2025"]
    assert rows["AA01"][3:6] == [13, 9, 51]
    # One unit gave the span, three the years: its figure rests on other units than theirs.
    assert below["AA01"][3:6] == ["2/2", "3/3", "1/3 ! ≠"]
    # Change, per cent, and the change of the two units that answered in both years.
    assert rows["AA01"][6:9] == [-4, pytest.approx(-30.769231), -6]
    assert below["AA01"][8] == "2 đơn vị"
    # AA02 of P2 is unknown in 2020 and nil in 2025, where its AA01 is nil as well.
    assert rows["AA03"][3:5] == [1.4, 1]
    assert below["AA03"][3:5] == ["1/2 !", "3/3"]
    assert rows["AA04"][4] == 42
    roads, _ = figures(book["Toàn tỉnh – BB"])
    assert roads["BB02"][3:5] == [0, 2]
    assert roads["BB01"][4] == 1
    # The figure of the traffic police is in no total; it is held against them.
    held = [[c.value for c in r] for r in book["Đối chiếu"].iter_rows(min_row=6)]
    assert [r[:6] for r in held] == [
        ["AA01", "Số vụ tai nạn", "2020", 13, "2/2", 14],
        ["AA01", "Số vụ tai nạn", "2025", 9, "3/3", 9],
        # What only they are asked stands there as well: no unit has a figure to add.
        ["BB03", "Tỷ lệ đường tốt", "2025", None, "–", 81.5],
    ]


def test_violation_is_told_in_both_languages(home: Path, run: Any) -> None:
    """A rule without an English sentence is quoted in English, with its figures."""
    path = next((home / "nop-ve").glob("P3*"))
    fill(path, {("AA02", "2025"): 400})
    found = json.loads(run("check", path, "--json", "--lang", "en", home=home).output)
    (finding,) = found["files"][0]["findings"]
    assert finding["code"] == "BI-THUONG"
    assert finding["sheet"] == "AA Tai nạn"
    assert "AA02 ≤ 40*AA01" in finding["message"]
    assert "AA02[2025] = 400" in finding["message"]
