"""The consolidated workbook: what the leadership opens, and where an auditor finds each figure."""

from __future__ import annotations

import dataclasses
import hashlib
import random
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import verbs
from openpyxl.worksheet.worksheet import Worksheet
from recalculation import differences, recalculated, results
from shipped import FLAWED, RETURNED

from tongket_xlsx.campaign import campaign
from tongket_xlsx.model.findings import CannotWork, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import (
    Answer,
    CellState,
    Identity,
    Observation,
    Outcome,
    Return,
)
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.summary.sheets import by_unit as unit_sheet
from tongket_xlsx.summary.sheets import records as record_sheets
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import ENGLISH, VIETNAMESE, say

GROUPS = ("TC", "ML", "TT", "QK", "PC", "DN", "PT", "LD", "XH")
TAIL = [
    "So với mục tiêu",
    "Đối chiếu",
    "Tra cứu",
    "Bảng tra",
    "Tình hình nộp",
    "Mức độ hoàn thành",
    "Lỗi, cảnh báo",
    "Thuyết minh",
    "Văn bản",
    "Số liệu gốc",
    "Cách tính",
]
PLAIN = [name for name in TAIL if name not in ("Tra cứu", "Bảng tra")]
SHEETS = [
    "Tổng quan",
    *(f"Toàn tỉnh – {g}" for g in GROUPS),
    "Biểu đồ",
    *(f"Theo đơn vị – {g}" for g in GROUPS),
    *TAIL,
]
GREY = "FF808080"
CHANGES = ("tăng, giảm", "%", "cùng địa bàn, đơn vị", "% cùng địa bàn, đơn vị")
SIGNS = {"-", "…", "x"}

Book = openpyxl.Workbook


def summarised(made: campaign.Campaign, lang: str = VIETNAMESE) -> Book:
    path, _ = verbs.summarise(made, lang=lang)
    return openpyxl.load_workbook(path, data_only=True)


@pytest.fixture(scope="module")
def book(demo: Path) -> Book:
    """The consolidated workbook of the demo."""
    return openpyxl.load_workbook(demo / "tong-hop" / "tong-hop.xlsx", data_only=True)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[campaign.Campaign, Book]:
    """A campaign with a return on time, two late ones with errors, and one that was refused."""
    home = tmp_path_factory.mktemp("mixed") / "dot"
    made = campaign.create(home, units_file=None, form=campaign.DEFAULT_FORM, notice="GIẢ ĐỊNH")
    verbs.receive(made, [RETURNED / "GL-622_Pleiku.xlsx"], received=date(2017, 3, 31), jobs=1)
    late = [FLAWED / f"{n}.xlsx" for n in ("02-so-go-bang-chu", "09-bo-trong", "10-cat-ngang")]
    verbs.receive(made, late, received=date(2017, 4, 3), jobs=1)
    return made, summarised(made)


def table(sheet: Worksheet, first: str = "") -> tuple[list[str], list[list[object]]]:
    """Return the headings and the rows below; the heading row begins with a text."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    at = next(n for n, r in enumerate(rows) if (r[0] == first if first else n == 4))
    return [str(h) for h in rows[at]], [r for r in rows[at + 1 :] if any(v is not None for v in r)]


def records(sheet: Worksheet) -> list[dict[str, object]]:
    headings, rows = table(sheet)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def by_unit(book: Book, group: str) -> dict[str, dict[tuple[str, str], object]]:
    """Return the table by unit: unit → (code, heading of the period) → what the cell shows."""
    rows = [list(r) for r in book[f"Theo đơn vị – {group}"].iter_rows(values_only=True)]
    keys = list(zip(rows[4], rows[6], strict=True))
    return {
        str(row[1]): {key: v for key, v in zip(keys, row, strict=True) if key[0]}  # type: ignore[misc]
        for row in rows[7:]
        if row[1] and row[1] != "địa bàn"
    }


def province(book: Book, group: str) -> dict[str, tuple[dict[str, object], dict[str, object]]]:
    """Return the provincial sheet: code → its figures and what is behind them, by heading."""
    headings, rows = table(book[f"Toàn tỉnh – {group}"], "Mã")
    named = [dict(zip(headings, row, strict=True)) for row in rows]
    return {
        str(upper["Mã"]): (upper, lower)
        for upper, lower in zip(named[::2], named[1::2], strict=True)
    }


# ---------------------------------------------------------------------- sheets and headings


def test_sheets_and_their_order(book: Book) -> None:
    """The overview comes first, then province, units, targets, returns, findings and sources."""
    assert book.sheetnames == SHEETS
    assert book.active.title == "Tổng quan"
    assert {sheet.sheet_state for sheet in book.worksheets} == {"visible"}


def test_every_sheet_says_that_the_figures_are_invented(book: Book) -> None:
    """The notice of the campaign stands near the top of every sheet that is meant to be read."""
    notice = say("note.fictitious", "vi")
    for sheet in book.worksheets:
        if sheet.title == "Bảng tra":
            continue
        top = [c for row in sheet.iter_rows(max_row=5, values_only=True) for c in row]
        assert notice in top, sheet.title


@pytest.mark.parametrize("group", GROUPS)
def test_provincial_headings(book: Book, form: Form, group: str) -> None:
    """A provincial sheet has years, four sorts of change a pair of years, and notes."""
    headings, rows = table(book[f"Toàn tỉnh – {group}"], "Mã")
    indicators = next(g.indicators for g in form.groups if g.code == group)
    cumulative = any(len(i.periods) == 4 for i in indicators)
    spans = ["2007→2012", "2012→2017", "2007→2017"]
    assert headings == [
        "Mã",
        "Chỉ tiêu",
        "Đơn vị tính",
        "Năm 2007",
        "Năm 2012",
        "Năm 2017",
        *(["Lũy kế 2007–2017"] if cumulative else []),
        *(f"{span}: {kind}" for span in spans for kind in CHANGES),
        "Ghi chú",
    ]
    assert [row[0] for row in rows[::2]] == [i.code for i in indicators]
    assert [row[1] for row in rows[::2]] == [i.label.vi for i in indicators]
    assert [row[2] for row in rows[::2]] == [i.unit.vi for i in indicators]
    assert {tuple(row[:3]) for row in rows[1::2]} == {(None, "số đơn vị có số liệu", None)}


def test_notes_say_what_a_reader_must_know(
    book: Book, form: Form, units: Mapping[str, Unit]
) -> None:
    """A series break and what only departments report are named beside the figures."""
    broken = [i for i in form.indicators.values() if i.series_break]
    assert broken
    for indicator in broken:
        headings, rows = table(book[f"Toàn tỉnh – {indicator.group}"], "Mã")
        row = next(r for r in rows if r[0] == indicator.code)
        note = str(row[headings.index("Ghi chú")])
        assert indicator.series_break is not None
        assert indicator.series_break.reason.vi in note
    whole = [i for i in form.indicators.values() if not form.adding_kinds(i)]
    assert whole
    for indicator in whole:
        note = province(book, indicator.group)[indicator.code][0]["Ghi chú"]
        (kind,) = [k for k in indicator.respondents if form.unit_kinds[k].scope == "whole"]
        name = next(u.name for u in units.values() if u.kind == kind)
        assert say("summary.given_by", "vi", units=name) in str(note)
    note = str(province(book, "ML")["ML13"][0]["Ghi chú"])
    assert say("summary.no_denominator", "vi", units="Khối tỉnh") in note


def test_english_has_the_same_sheets_in_english(tmp_path: Path) -> None:
    """In English every sheet, heading and state is English; units keep their names."""
    made = campaign.create(tmp_path / "dot", units_file=None, form=campaign.DEFAULT_FORM)
    english = summarised(made, ENGLISH)
    assert len(english.sheetnames) == len(SHEETS)
    assert english.sheetnames[:2] == ["Overview", "Province – TC"]
    assert english.sheetnames[-2] == "Source figures"
    assert table(english["Province – TC"], "Code")[0][:4] == [
        "Code",
        "Indicator",
        "Unit",
        "Year 2007",
    ]
    headings, rows = table(english["Returns received"])
    assert headings[2] == "State"
    assert rows[0][1:3] == ["Thành phố Pleiku", "Not received"]


# ---------------------------------------------------------------------- figures and signs


@pytest.mark.parametrize("code", ["GL-626", "GL-639", "GL-TINH", "GL-S-GDDT"])
def test_each_figure_stands_by_unit_as_it_was_given(
    book: Book, form: Form, units: Mapping[str, Unit], code: str
) -> None:
    """The tables by unit show each answer as it stands in the return: number, -, … or x."""
    (path,) = RETURNED.glob(f"{code}_*.xlsx")
    given = openpyxl.load_workbook(path, data_only=True)
    unit, seen = units[code], set()
    for sheet in layout_of(form, unit.kind, VIETNAMESE).sheets:
        for name in sheet.rows:
            if name not in form.indicators:
                continue
            shown = by_unit(book, sheet.code)[code]
            for period in form.indicators[name].periods:
                row, column = sheet.cell(name, period)
                answer = given[sheet.name].cell(row + 1, column + 1).value
                found = shown[name, form.period_by_code[period].label.vi]
                if form.indicators[name].computed:
                    # Before the founding there is nothing to compute.
                    answer = None if answer in ("", "x") else answer
                    found = None if found == "" else found
                assert found == answer, (name, period)
                seen.add(answer if answer in SIGNS else type(answer).__name__)
    assert {"int", "…"} <= seen or code == "GL-S-GDDT"
    assert ("x" in seen) == (code == "GL-639")


def test_a_text_that_is_no_figure_is_shown_and_not_counted(
    mixed: tuple[campaign.Campaign, Book],
) -> None:
    """What could not be read stands in the table in red, behind a question mark, in no total."""
    _, book = mixed
    shown = by_unit(book, "ML")["GL-628"]
    assert shown["ML09", "Năm 2012"] == "? khoảng ba chục"
    assert shown["ML10", "Năm 2012"] == 8200
    assert by_unit(book, "QK")["GL-628"]["QK05", "Năm 2017"] == "? 1.234"
    sheet = book["Theo đơn vị – ML"]
    (cell,) = (c for row in sheet.iter_rows() for c in row if c.value == "? khoảng ba chục")
    assert cell.font.color.rgb == "FFC00000"
    behind = province(book, "ML")["ML09"][1]
    assert (behind["Năm 2012"], behind["Năm 2017"]) == ("2/18 !", "3/18 !")


def test_blank_stays_blank(mixed: tuple[campaign.Campaign, Book]) -> None:
    """A cell left blank is blank in the tables, not zero, and does not count."""
    _, book = mixed
    assert by_unit(book, "TC")["GL-624"]["TC01", "Năm 2012"] is None
    behind = province(book, "TC")["TC01"][1]
    assert (behind["Năm 2012"], behind["Năm 2007"]) == ("2/17 !", "3/16 !")


def test_departments_stand_apart_below_the_units(book: Book, form: Form) -> None:
    """Units that add come first; departments follow below a line that says they are not added."""
    rows = [list(r) for r in book["Theo đơn vị – TC"].iter_rows(values_only=True)]
    line = next(n for n, r in enumerate(rows) if r[0] == say("summary.departments", "vi"))
    areas = next(n for n, r in enumerate(rows) if r[0] == say("summary.blocks", "vi"))
    assert 7 < areas < line
    above = [r[1] for r in rows[7:areas] if r[1]]
    below = [r[1] for r in rows[line + 1 :] if r[1]]
    assert len(above) == 20
    assert {"GL-622", "GL-TINH", "GL-TTGDTX", "GL-BQLKKT"} <= set(above)
    assert {"GL-CTK", "GL-BDT", "GL-S-NOIVU"} <= set(below)
    assert not set(above) & set(below)


def test_overview_repeats_the_headline_figures(book: Book, form: Form) -> None:
    """Every headline indicator stands on the overview with the values of the provincial sheets."""
    rows = [list(r) for r in book["Tổng quan"].iter_rows(values_only=True)]
    at = next(n for n, r in enumerate(rows) if r[0] == "Mã")
    title = say("summary.of_departments", VIETNAMESE)
    alone = next(n for n, r in enumerate(rows) if r[0] == title)
    found = {r[0]: r for r in rows[at + 1 : alone] if r[0] in form.indicators}
    headline = [i for i in form.indicators.values() if i.headline]
    assert list(found) == [i.code for i in headline]
    for indicator in headline:
        figures, behind = province(book, indicator.group)[indicator.code]
        for n, year in enumerate(("2007", "2012", "2017")):
            assert found[indicator.code][3 + n] == figures[f"Năm {year}"]
            assert found[indicator.code][6 + n] == behind[f"Năm {year}"]
        assert found[indicator.code][9] == figures["2007→2017: tăng, giảm"]
        assert found[indicator.code][10] == figures["2007→2017: cùng địa bàn, đơn vị"]
        assert found[indicator.code][14] == f"Toàn tỉnh – {indicator.group}"
    targets = {code: str(row[12]) for code, row in found.items() if row[12] != "–"}
    assert targets
    assert all(text[0] in "≥≤" for text in targets.values())


def test_overview_warns_of_what_is_missing(mixed: tuple[campaign.Campaign, Book]) -> None:
    """The overview says how many returned, what is open, and who is missing."""
    made, book = mixed
    texts = [
        str(c)
        for row in book["Tổng quan"].iter_rows(values_only=True)
        for c in row
        if c is not None
    ]
    findings = records(book["Lỗi, cảnh báo"])
    errors = sum(r["Mức"] == "Lỗi" for r in findings)
    warnings = sum(r["Mức"] == "Cảnh báo" for r in findings)
    assert errors
    assert warnings
    # One error is of a file that was refused, and belongs to no unit.
    assert (
        "Đã nhận 3/33 biểu phải nộp, 1 đúng hạn (theo ngày nhận lần đầu); "
        f"còn {errors - 1} lỗi, {warnings} cảnh báo; 1 mục không thuộc đơn vị nào."
    ) in texts
    (missing,) = (t for t in texts if t.startswith("• Chưa có biểu của"))
    assert "An Khê" in missing
    assert "Pleiku" not in missing
    assert "Đảng ủy" not in missing
    assert any("Chư Pưh thành lập ngày 27/08/2009" in t for t in texts)
    assert any("Năm 2012 theo cách hiểu thống nhất" in t for t in texts)
    assert made.form.cutoff.vi in texts


# ---------------------------------------------------------------------- sources


def test_every_value_has_a_source(book: Book, demo: Path) -> None:
    """Each source row names a received file by name and hash."""
    rows = records(book["Số liệu gốc"])
    hashes = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in RETURNED.iterdir()}
    assert len(rows) > 12000
    assert {str(r["Tệp"]) for r in rows} == set(hashes)
    assert all(r["Mã băm SHA-256"] == hashes[str(r["Tệp"])] for r in rows)
    assert {r["Ngày nhận"] for r in rows} == {"30/03/2017"}


@pytest.mark.parametrize("code", ["GL-626", "GL-639", "GL-HKH"])
def test_a_source_row_leads_to_its_cell(book: Book, form: Form, code: str) -> None:
    """The cell that a source row names holds that very value, and no answer is without a row."""
    (path,) = RETURNED.glob(f"{code}_*.xlsx")
    given = openpyxl.load_workbook(path)
    rows = [r for r in records(book["Số liệu gốc"]) if r["Mã đơn vị"] == code]
    assert rows
    for row in rows:
        value = given[str(row["Trang"])][str(row["Ô"])].value
        if row["Trạng thái"] == "số" and row["Văn bản"] is None:
            assert Decimal(str(value)) == Decimal(str(row["Giá trị"]))
        else:
            assert str(value).strip() == str(row["Văn bản"] or row["Nguyên văn"]).strip()
    named = {(str(r["Trang"]), str(r["Ô"])) for r in rows}
    answers = {
        (sheet.title, cell.coordinate)
        for sheet in given.worksheets
        if sheet.title[:2] in GROUPS or sheet.title in ("Thuyết minh", "Văn bản")
        for row in sheet.iter_rows(min_row=8)
        for cell in row
        if not cell.protection.locked and cell.value is not None
    }
    assert answers <= named


# ---------------------------------------------------------------------- findings and states


def test_findings_are_listed_errors_first(mixed: tuple[campaign.Campaign, Book]) -> None:
    """Every finding of the returns that count is on the sheet, worded, errors first."""
    made, book = mixed
    rows = records(book["Lỗi, cảnh báo"])
    expected = []
    with made.ledger() as ledger:
        refused = [r for r in ledger.receipts() if r.outcome is Outcome.REFUSED]
        kept = [*ledger.current().values(), *refused]
        assert len(kept) == 4
        for receipt in kept:
            for f in ledger.findings(receipt.reading):
                w = worded(f, VIETNAMESE)
                place = f"{f.place.sheet}!{f.place.cell}" if f.place.cell else f.place.sheet
                if not f.place.unit:
                    place = receipt.file
                expected.append(
                    (
                        say(f"severity.{f.severity}", "vi"),
                        f.place.unit or None,
                        place or None,
                        f.indicator or None,
                        f.period or None,
                        w.message,
                        w.found or None,
                        w.expected or None,
                        w.advice or None,
                        f.code,
                    )
                )
    columns = (
        "Mức",
        "Đơn vị",
        "Vị trí",
        "Mã",
        "Kỳ",
        "Nội dung",
        "Đang ghi",
        "Cần là",
        "Cần làm",
        "Mã kiểm tra",
    )
    found = [tuple(r[name] for name in columns) for r in rows]
    assert {r["Tình trạng"] for r in rows} == {"Còn mở", None}
    assert all(bool(r["Mã phát hiện"]) == (r["Mức"] != "Ghi chú") for r in rows if r["Đơn vị"])
    assert sorted(found, key=str) == sorted(expected, key=str)
    order = ["Lỗi", "Cảnh báo", "Ghi chú"]
    severities = [order.index(str(r["Mức"])) for r in rows]
    assert severities == sorted(severities)
    assert set(severities) == {0, 1, 2}


def test_states_of_the_returns(mixed: tuple[campaign.Campaign, Book]) -> None:
    """Each unit has a row with its state: on time, to be corrected, late or not received."""
    made, book = mixed
    rows = {r["Mã đơn vị"]: r for r in records(book["Tình hình nộp"])}
    assert list(rows) == [u.code for u in made.respondents]
    pleiku, grai, ayun, khe = (rows[c] for c in ("GL-622", "GL-628", "GL-624", "GL-623"))
    assert (pleiku["Tình trạng"], pleiku["Ngày nhận lần đầu"], pleiku["Chậm (ngày)"]) == (
        "Đã nộp đúng hạn",
        "31/03/2017",
        0,
    )
    assert (pleiku["Lỗi"], pleiku["Hoàn thành"], pleiku["Lần"]) == (0, 1, 1)
    assert grai["Tình trạng"] == ayun["Tình trạng"] == "Cần chỉnh sửa"
    assert grai["Chậm (ngày)"] == 3
    assert grai["Lỗi"] > 2
    assert grai["Tệp"] == "02-so-go-bang-chu.xlsx"
    assert 0.9 < float(str(ayun["Hoàn thành"])) < 1
    assert khe["Tình trạng"] == "Chưa nộp"
    assert [khe[k] for k in ("Ngày nhận lần đầu", "Lỗi", "Tệp")] == [None, None, None]
    assert rows["GL-DU-QS"]["Tình trạng"] == "Chưa nộp (không bắt buộc)"


def test_late_without_errors_is_late(tmp_path: Path) -> None:
    """A sound return after the last day is taken in and called late, by how many days."""
    made = campaign.create(tmp_path / "dot", units_file=None, form=campaign.DEFAULT_FORM)
    path = RETURNED / "GL-622_Pleiku.xlsx"
    verbs.receive(made, [path], received=date(2017, 4, 3), jobs=1)
    rows = {r["Mã đơn vị"]: r for r in records(summarised(made)["Tình hình nộp"])}
    assert rows["GL-622"]["Tình trạng"] == "Đã nộp, chậm 3 ngày"
    assert rows["GL-622"]["Chậm (ngày)"] == 3


# ---------------------------------------------------------------------- targets

PACE = "Cần thêm, cần giảm mỗi năm"


def test_targets_say_how_far_they_can_be_trusted(book: Book, form: Form) -> None:
    """A target nobody has checked is grey and says so; none claims to be the legal text."""
    headings, rows = table(book["So với mục tiêu"])
    assert len(rows) == len(form.targets)
    status = headings.index("Độ tin cậy")
    for number, (target, row) in enumerate(zip(form.targets, rows, strict=True), start=6):
        cells = book["So với mục tiêu"][number]
        codes = ", ".join(target.counts.indicators) if target.counts else target.indicator
        assert (row[0], row[1], row[3]) == (target.document, target.label, codes or None)
        verified = target.status == "verified-secondary"
        partly = "target.partly" if target.status == "partly" else "target.unverified"
        key = "target.verified" if verified else partly
        assert row[status] == say(key, "vi")
        assert "văn bản gốc" in str(row[status])
        colors = [c.font.color.rgb if c.font.color else None for c in cells[:6]]
        assert all((color == GREY) != verified for color in colors), target.code
    assert {t.verified for t in form.targets} == {True, False}


def test_a_target_is_held_against_the_next_benchmark_year(book: Book, form: Form) -> None:
    """A target of 2010 is held against 2012; actual and gap come from the provincial sheet."""
    headings, rows = table(book["So với mục tiêu"])
    held = 0
    for target, row in zip(form.targets, rows, strict=True):
        shown = dict(zip(headings, row, strict=True))
        if target.indicator and target.value is not None and shown["So với cột"] != "–":
            year = next((y for y in (2007, 2012, 2017) if y >= target.year), 2017)
            assert shown["So với cột"] == str(year)
            group = form.indicators[target.indicator].group
            actual = province(book, group)[target.indicator][0][f"Năm {year}"]
            assert shown["Thực hiện"] == actual
            gap = Decimal(str(actual)) - target.value
            assert Decimal(str(shown["Chênh"])) == pytest.approx(gap, abs=Decimal("1e-6"))
            short = gap < 0 if target.operator == ">=" else gap > 0
            late = "chưa đạt" if target.year <= year else "chưa đến hạn"
            assert shown["Kết quả"] == (late if short else "đạt")
            if short and target.year > 2016 and target.year > year:
                pace = -gap / (target.year - 2016)
                assert Decimal(str(shown[PACE])) == pytest.approx(pace, abs=Decimal("1e-6"))
            else:
                assert shown[PACE] == "–"
            held += 1
        elif not (target.indicator or target.counts) or target.value is None:
            assert [shown[k] for k in ("So với cột", "Thực hiện", "Chênh")] == ["–"] * 3
    assert held > 10


# ---------------------------------------------------------------------- words


def test_answers_in_words_by_question_and_unit(book: Book, form: Form) -> None:
    """Each answer in words stands under its question with unit, file and cell."""
    rows = records(book["Thuyết minh"])
    labels = {p.code: p.label.vi for p in form.prompts}
    assert all(r["Nội dung"] == labels[str(r["Mã"])] for r in rows)
    districts = [r for r in rows if r["Mã"] == "TM01" and str(r["Tệp"]).startswith("GL-6")]
    assert len({r["Đơn vị"] for r in districts}) == len(districts) == 17
    given = openpyxl.load_workbook(RETURNED / "GL-MTTQ_UyBanMTTQTinh.xlsx")["Thuyết minh"]
    front = {r["Ô"]: r for r in rows if r["Tệp"] == "GL-MTTQ_UyBanMTTQTinh.xlsx"}
    assert front
    for place, row in front.items():
        sheet, _, cell = str(place).partition("!")
        assert sheet == "Thuyết minh"
        assert given[cell].value == row["Trả lời"]
        assert row["Đơn vị"] == "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"


def test_documents_are_gathered(book: Book, form: Form) -> None:
    """The lists of documents of all units stand in one list, one row per document."""
    rows = records(book["Văn bản"])
    (roster,) = form.rosters
    given = openpyxl.load_workbook(RETURNED / "GL-626_DakDoa.xlsx")["Văn bản"]
    wanted = [r[1:7] for r in given.iter_rows(min_row=8, values_only=True) if r[1]]
    labels = [c.label.vi for c in roster.columns]
    mine = [tuple(r[k] for k in labels) for r in rows if r["Đơn vị"] == "Huyện Đak Đoa"]
    assert wanted
    assert mine == wanted
    assert len({r["Đơn vị"] for r in rows}) == 18


@pytest.mark.parametrize("name", PLAIN)
def test_filters_cover_the_whole_table(book: Book, name: str) -> None:
    """The filter of a plain table covers all its columns."""
    headings, _ = table(book[name])
    last = openpyxl.utils.get_column_letter(len(headings))
    assert str(book[name].auto_filter.ref).partition(":")[2].startswith(last)


# ---------------------------------------------------------------------- edges


def test_an_empty_campaign_has_its_tables(tmp_path: Path, form: Form) -> None:
    """Before the first return there is a workbook all the same: no figure, all units missing."""
    made = campaign.create(tmp_path / "dot", units_file=None, form=campaign.DEFAULT_FORM)
    book = summarised(made)
    assert book.sheetnames == SHEETS
    assert records(book["Số liệu gốc"]) == []
    assert [r["Mức"] for r in records(book["Lỗi, cảnh báo"])] == [say("findings.none", "vi")]
    assert [r["Mã"] for r in records(book["Đối chiếu"])] == [say("reconcile.none", "vi")]
    assert say("trace.none", "vi") in {c.value for row in book["Tra cứu"] for c in row}
    assert {r["Tình trạng"] for r in records(book["Tình hình nộp"])} == {
        "Chưa nộp",
        "Chưa nộp (không bắt buộc)",
    }
    for group in GROUPS:
        for figures, behind in province(book, group).values():
            # openpyxl shows the link of a cell whose stored result is empty.
            shown = {str(figures[f"Năm {y}"] or "") for y in (2007, 2012, 2017)}
            assert {t for t in shown if not t.startswith("'Theo đơn vị")} <= {"", "x"}
            assert str(behind["Năm 2017"])[:2] in ("0/", "–", "No")
    shown = [c for row in book["Tổng quan"].iter_rows(values_only=True) for c in row]
    none = "Đã nhận 0/33 biểu phải nộp, 0 đúng hạn (theo ngày nhận lần đầu);"
    assert any(str(text).startswith(none) for text in shown)


def long_answer(
    form: Form, units: Mapping[str, Unit], tmp_path: Path, code: str, length: int
) -> campaign.Campaign:
    """Make a campaign in which one answer of one unit is a very long text."""
    made = campaign.create(tmp_path / "dot", units_file=None, form=campaign.DEFAULT_FORM)
    answers = {(code, "" if code[:2] == "TM" else "2012", 0): Answer(text="ư" * length)}
    path = tmp_path / "GL-622.xlsx"
    path.write_bytes(template.build(form, units["GL-622"], Issue(), answers=answers))
    verbs.receive(made, [path], received=date(2017, 3, 30), jobs=1)
    return made


def test_the_longest_answer_in_words_is_shown(
    form: Form, units: Mapping[str, Unit], tmp_path: Path
) -> None:
    """An answer as long as a cell can hold is shown whole."""
    book = summarised(long_answer(form, units, tmp_path, "TM01", 32767))
    (row,) = (r for r in records(book["Thuyết minh"]) if r["Mã"] == "TM01")
    assert row["Trả lời"] == "ư" * 32767


def test_the_longest_text_in_a_figure_does_not_stop_the_summary(
    form: Form, units: Mapping[str, Unit], tmp_path: Path
) -> None:
    """A page of prose pasted into a cell for a figure is a finding, not the end of the work."""
    book = summarised(long_answer(form, units, tmp_path, "TC01", 32767))
    assert any(r["Mã"] == "TC01" for r in records(book["Lỗi, cảnh báo"]))


def test_text_in_the_workbook_is_never_a_formula(
    form: Form, units: Mapping[str, Unit], tmp_path: Path
) -> None:
    """What an office wrote is text in the consolidated workbook, whatever it looks like."""
    made = campaign.create(tmp_path / "dot", units_file=None, form=campaign.DEFAULT_FORM)
    answers = {
        ("TM01", "", 0): Answer(text='=HYPERLINK("http://example.org")'),
        ("VB01", "", 1): Answer(text="=1+1"),
        ("TC01", "2012", 0): Answer(text="=cmd|' /C calc'!A0"),
    }
    path = tmp_path / "GL-622.xlsx"
    path.write_bytes(template.build(form, units["GL-622"], Issue(), answers=answers))
    verbs.receive(made, [path], received=date(2017, 3, 30), jobs=1)
    written, _ = verbs.summarise(made)
    book = openpyxl.load_workbook(BytesIO(written.read_bytes()))
    found = {
        cell.value: cell.data_type
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and ("HYPERLINK" in cell.value or "cmd|" in cell.value)
    }
    assert len(found) >= 3
    assert set(found.values()) == {"s"}


def test_yes_and_no_are_counted(book: Book, form: Form, units: Mapping[str, Unit]) -> None:
    """The province shows how many of the units that add said yes, and “no” is an answer too."""
    counted = [i for i in form.indicators.values() if i.kind is Kind.YESNO]
    assert counted
    for indicator in counted:
        row = province(book, indicator.group)[indicator.code][0]
        kinds = form.adding_kinds(indicator)
        adding = {c: s for c, s in by_unit(book, indicator.group).items() if units[c].kind in kinds}
        for period in indicator.periods:
            label = form.period_by_code[period].label.vi
            said = [cells[indicator.code, label] for cells in adding.values()]
            assert {"Có", "Không"} & set(said)
            assert row[label] == said.count("Có")


# ---------------------------------------------------------------------- from a figure to its cell


@pytest.fixture(scope="module")
def formulas(demo: Path) -> Book:
    """The consolidated workbook of the demo, with formulas, links and charts."""
    return openpyxl.load_workbook(demo / "tong-hop" / "tong-hop.xlsx")


def linked(book: Book, location: str) -> tuple[Worksheet, int, int]:
    """Return the sheet, row and column that a link points to."""
    match = re.fullmatch(r"'(.+)'!([A-Z]+)([0-9]+)", location)
    assert match is not None, location
    return (
        book[match[1]],
        int(match[3]),
        openpyxl.utils.column_index_from_string(match[2]),
    )


@pytest.mark.parametrize("group", GROUPS)
def test_a_figure_of_the_province_leads_to_its_column(
    book: Book, formulas: Book, form: Form, group: str
) -> None:
    """Each total has a link to the column by unit that it is the total of."""
    sheet, seen = formulas[f"Toàn tỉnh – {group}"], 0
    headings = [c.value for c in sheet[5]]
    labels = {form.period_by_code[p].label.vi for p in form.period_by_code}
    for row in range(6, sheet.max_row, 2):
        for column, heading in enumerate(headings, start=1):
            cell = sheet.cell(row, column)
            # What only a department reports has no units to lead to.
            if heading not in labels or not str(cell.value).startswith("=IF"):
                continue
            target, at, where = linked(book, cell.hyperlink.location)
            assert target.title == f"Theo đơn vị – {group}"
            assert target.cell(at, where).value == sheet.cell(row, 1).value
            assert target.cell(at + 2, where).value == heading
            seen += 1
    assert seen > 10


@pytest.mark.parametrize("group", GROUPS)
def test_a_figure_of_a_unit_leads_to_its_source(
    book: Book, formulas: Book, form: Form, group: str
) -> None:
    """Each figure by unit has a link to the row of the tidy data that holds that very figure."""
    sheet, seen = formulas[f"Theo đơn vị – {group}"], 0
    periods = {p.label.vi: p.code for p in form.periods}
    for row in sheet.iter_rows(min_row=8):
        for cell in row[3:]:
            if cell.hyperlink is None:
                continue
            target, at, _ = linked(book, cell.hyperlink.location)
            assert target.title == "Số liệu gốc"
            source = [target.cell(at, n).value for n in range(1, 10)]
            label = str(sheet.cell(7, cell.column).value)
            code = sheet.cell(5, cell.column).value
            assert source[:1] + source[2:4] == [row[1].value, code, periods[label]]
            assert cell.value in (source[6], source[7], source[8])
            seen += 1
    assert seen > 200


def test_a_sheet_never_has_more_links_than_excel_takes(
    campaign: campaign.Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there would be too many links on a sheet there are none, and the figures stay."""
    monkeypatch.setattr(unit_sheet, "MOST_LINKS", 2)
    verbs.receive(campaign, [RETURNED / "GL-622_Pleiku.xlsx"], jobs=1)
    path, _ = verbs.summarise(campaign)
    book = openpyxl.load_workbook(path)
    for group in GROUPS:
        cells = [c for row in book[f"Theo đơn vị – {group}"].iter_rows() for c in row]
        assert not any(c.hyperlink is not None for c in cells)
        assert sum(isinstance(c.value, int | float) for c in cells) > 10


def test_what_does_not_fit_on_a_sheet_stands_beside(
    campaign: campaign.Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many observations for a sheet go to a CSV file beside, and the explorer says which."""
    monkeypatch.setattr(record_sheets, "MOST_ROWS", 10)
    verbs.receive(campaign, [RETURNED / "GL-622_Pleiku.xlsx"], jobs=1)
    path, _ = verbs.summarise(campaign)
    book = openpyxl.load_workbook(path, data_only=True)
    beside = path.with_name(f"{path.stem}_so-lieu-goc.csv")
    assert "Số liệu gốc" not in book.sheetnames
    assert beside.read_text(encoding="utf-8-sig").startswith("unit,unit_name,")
    shown = {c.value for row in book["Tra cứu"].iter_rows() for c in row}
    assert say("trace.beside", "vi", file=beside.name) in shown


def test_the_trace_box_looks_a_figure_up(formulas: Book, book: Book) -> None:
    """The box finds unit, code and period in the keys of the tidy data, which are all different."""
    raw = book["Số liệu gốc"]
    headings = [c.value for c in raw[5]]
    keys = [c.value for c in raw["P"][5:]]
    assert headings[15] == say("raw.key", "vi")
    assert len(set(keys)) == len(keys) == raw.max_row - 5
    for row in (6, 1000, raw.max_row):
        r = [c.value for c in raw[row]]
        assert r[15] == f"{r[0]}|{r[2]}|{r[3] or ''}|{r[4] or 0}"
    sheet = formulas["Tra cứu"]
    title = say("trace.title", "vi", unit="GL-622", indicator="TC01", period="2017")
    top = next(c.row for c in sheet["A"] if c.value == title)
    for n, field in enumerate(
        ("state", "value", "raw", "file", "sheet", "cell", "received", "sha256")
    ):
        label, formula = sheet.cell(top + 5 + n, 2).value, str(sheet.cell(top + 5 + n, 3).value)
        assert label == say(f"raw.{field}", "vi")
        letter = openpyxl.utils.get_column_letter(headings.index(label) + 1)
        assert f"INDEX('Số liệu gốc'!${letter}$6:${letter}${raw.max_row}," in formula
        assert f"'Số liệu gốc'!$P$6:$P${raw.max_row},0)" in formula


# ---------------------------------------------------------------------- explorer


FORBIDDEN = ("_xlfn", "_xlws", "FILTER(", "SORT(", "UNIQUE(", "XLOOKUP(", "SEQUENCE(", "LET(")


def test_no_formula_needs_a_new_excel(demo: Path) -> None:
    """No formula of the whole workbook is an array or calls what Excel 2010 does not know."""
    with zipfile.ZipFile(demo / "tong-hop" / "tong-hop.xlsx") as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                text = archive.read(name).decode()
                used = "".join(re.findall(r"<f[^>]*>[^<]*</f>", text))
                assert not [word for word in FORBIDDEN if word in used], name
                assert 't="array"' not in text
                assert ' cm="' not in text
    assert "xl/vbaProject.bin" not in archive.namelist()


def test_the_explorer_ranks_the_units(book: Book, form: Form) -> None:
    """As it is sent the explorer ranks the units by a headline indicator of the last year."""
    sheet = book["Tra cứu"]
    code = str(sheet["C5"].value).split(" ")[0]
    assert form.indicators[code].headline
    assert sheet["C6"].value == form.years[-1].code
    rows = [r for r in sheet.iter_rows(min_row=9, max_row=28, max_col=3, values_only=True) if r[1]]
    values = [float(str(r[2])) for r in rows]
    assert [r[0] for r in rows] == list(range(1, len(rows) + 1))
    assert values == sorted(values, reverse=True)
    assert len(rows) == 17
    assert sheet["C29"].value == province(book, code[:2])[code][0]["Năm 2017"]
    assert len(sheet._charts) == 2


def test_the_explorer_has_lists_to_choose_from(formulas: Book, book: Book) -> None:
    """Indicator, year and unit are chosen from lists, and the lists hold what can be found."""
    sheet, matrix = formulas["Tra cứu"], book["Bảng tra"]
    lists = {str(v.sqref): str(v.formula1) for v in sheet.data_validations.dataValidation}
    assert lists["C6"] == '"2007,2012,2017"'
    for cell in ("C5", "G5"):
        found = re.fullmatch(r"'Bảng tra'!\$([A-Z]+)\$1:\$([A-Z]+)\$([0-9]+)", lists[cell])
        assert found is not None
        offered = [c.value for c in matrix[found[1]][: int(found[3])]]
        assert None not in offered
        assert len(set(offered)) == len(offered)
        assert sheet[cell].value in offered


@pytest.mark.libreoffice
def test_the_explorer_follows_what_is_chosen(formulas: Book, book: Book, tmp_path: Path) -> None:
    """Another indicator, year and unit give their figures, and the trace box its cell."""
    sheet = formulas["Tra cứu"]
    matrix = book["Bảng tra"]
    label = next(r[1] for r in matrix.iter_rows(values_only=True) if r[0] == "ML10|2012")
    before = {c: sheet[c].value for c in ("C5", "C6", "G5", "C42", "C43", "C44")}
    typed = {"C5": label, "C6": "2012", "G5": "KBang", "C42": "GL-625", "C43": "ML10"}
    for cell, value in {**typed, "C44": "2012"}.items():
        sheet[cell].value = value
    stream = BytesIO()
    formulas.save(stream)
    for cell, value in before.items():
        sheet[cell].value = value
    after = recalculated({"b": stream.getvalue()}, tmp_path)["b"]
    shown = openpyxl.load_workbook(BytesIO(after), data_only=True)["Tra cứu"]
    units = {code: cells["ML10", "Năm 2012"] for code, cells in by_unit(book, "ML").items()}
    given = sorted((v for c, v in units.items() if isinstance(v, int) and c != "GL-HKH"), key=int)
    ranked = [shown.cell(r, 3).value for r in range(9, 29)]
    assert [v for v in ranked if isinstance(v, int)] == given[::-1]
    assert shown["C29"].value == province(book, "ML")["ML10"][0]["Năm 2012"]
    assert [shown.cell(r, 7).value for r in (8, 9, 10)] == [
        by_unit(book, "ML")["GL-625"]["ML10", f"Năm {y}"] for y in (2007, 2012, 2017)
    ]
    (row,) = (
        r
        for r in records(book["Số liệu gốc"])
        if (r["Mã đơn vị"], r["Mã"], r["Kỳ"]) == ("GL-625", "ML10", "2012")
    )
    for at in range(46, 54):
        assert str(shown.cell(at, 3).value) == str(row[str(shown.cell(at, 2).value)])


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> campaign.Campaign:
    """A campaign of 60 districts of four provinces and their provincial blocks, with holes."""
    home = tmp_path_factory.mktemp("many")
    rows = [f"T{n},Tỉnh {n},tinh," for n in range(4)]
    rows += [f"H{n},Huyện số {n},huyen,T{n % 4}" for n in range(60)]
    rows += [f"K{n},Khối tỉnh {n},khoi-tinh,T{n}" for n in range(4)]
    listed = home / "units.csv"
    listed.write_text("\n".join(["code,name,kind,parent", *rows]), encoding="utf-8")
    made = campaign.create(home / "dot", units_file=listed, form=campaign.DEFAULT_FORM)
    dice = random.Random(3)
    with made.ledger() as ledger:
        for unit in made.units.values():
            if unit.kind != "tinh" and dice.random() < 0.8:
                ledger.record(
                    invented(made.form, unit, dice),
                    file=f"{unit.code}.xlsx",
                    size=1,
                    received=date(2017, 3, 1),
                    form="x",
                    program="x",
                )
    return made


def invented(form: Form, unit: Unit, dice: random.Random) -> Return:
    """A return of random figures, signs and gaps; equal figures are common."""
    observations = []
    for indicator in form.indicators.values():
        if indicator.computed or unit.kind not in indicator.respondents:
            continue
        for period in indicator.periods:
            state = dice.choices(
                (CellState.NUMBER, CellState.NIL, CellState.MISSING, CellState.BLANK),
                (8, 1, 1, 1),
            )[0]
            value = {CellState.NUMBER: Decimal(dice.randint(0, 30)), CellState.NIL: Decimal(0)}
            text = ""
            if indicator.kind is Kind.YESNO and state is CellState.NUMBER:
                text = dice.choice(("Có", "Không"))
                value = {state: Decimal(text == "Có")}
            raw = {CellState.NIL: "-", CellState.MISSING: "…", CellState.BLANK: ""}.get(state, "1")
            key = (indicator.code, period, 0, state)
            observations.append(Observation(*key, value.get(state), text, raw, "S", "A1"))
    digest = hashlib.sha256(unit.code.encode()).hexdigest()
    return Return(digest, Identity(unit.code, form.id, form.version, 1), tuple(observations))


def test_units_of_many_parents_stand_under_them(many: campaign.Campaign) -> None:
    """A kind is in one piece, and in it every family under a row that names it."""
    sheet = summarised(many)["Theo đơn vị – ML"]
    families: dict[str, list[str]] = {}
    for row in sheet.iter_rows(min_row=8, max_col=3, values_only=True):
        if isinstance(row[0], str):
            families[row[0]] = []
        elif row[1] is not None:
            families[list(families)[-1]].append(str(row[1]))
    assert list(families) == [
        *(f"Tỉnh {n} – Huyện, thị xã, thành phố" for n in range(4)),
        *(
            f"Tỉnh {n} – Khối tỉnh: phần không nằm trong số liệu của 17 đơn vị cấp huyện"
            for n in range(4)
        ),
    ]
    assert [len(codes) for codes in families.values()] == [15] * 4 + [1] * 4
    assert families["Tỉnh 1 – Huyện, thị xã, thành phố"][:2] == ["H1", "H5"]


@pytest.mark.libreoffice
def test_many_units_are_ranked_within_one_parent(many: campaign.Campaign, tmp_path: Path) -> None:
    """The stored results of a large campaign are right, and a parent can be chosen."""
    path, _ = verbs.summarise(many, tmp_path / "t.xlsx")
    formulas, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    explorer = formulas["Tra cứu"]
    assert explorer["C7"].value == "(Tất cả)"
    family = str(cached["Bảng tra"]["K3"].value)
    explorer["C7"].value = family
    stream = BytesIO()
    formulas.save(stream)
    sent = path.read_bytes()
    after = recalculated({"chosen": stream.getvalue(), "sent": sent}, tmp_path / "r")
    assert differences(results(sent), results(after["sent"])) == []
    shown = openpyxl.load_workbook(BytesIO(after["chosen"]), data_only=True)["Tra cứu"]
    listed = [(shown.cell(r, 2).value, shown.cell(r, 3).value) for r in range(9, 9 + 64)]
    ranked = [(name, value) for name, value in listed if isinstance(value, int | float)]
    sheet = cached["Theo đơn vị – ML"]
    code = str(shown["C5"].value).split(" ")[0]
    column = next(
        c.column
        for c in sheet[5]
        if c.value == code and sheet.cell(7, c.column).value == "Năm 2017"
    )
    start = next(r for r in range(8, 200) if sheet.cell(r, 1).value == family) + 1
    mine = [(sheet.cell(r, 3).value, sheet.cell(r, column).value) for r in range(start, start + 15)]
    known = [(name, 0 if v == "-" else v) for name, v in mine if v not in (None, "…")]
    assert sorted(ranked, key=str) == sorted(known, key=str)
    assert [v for _, v in ranked] == sorted((v for _, v in known), reverse=True)


@pytest.mark.parametrize("edition", ["day-du", "lanh-dao"])
def test_a_large_campaign_stays_within_the_limits_of_excel(
    many: campaign.Campaign, tmp_path: Path, edition: str
) -> None:
    """Columns, styles, links a sheet and the length of formulas keep below what Excel takes."""
    path, _ = verbs.summarise(many, tmp_path / "t.xlsx", edition=edition)
    book = openpyxl.load_workbook(path)
    assert len(book._cell_styles) < 1000
    for sheet in book:
        assert sheet.max_row < 1_048_576
        assert sheet.max_column < 16_384
        cells = [c for row in sheet.iter_rows() for c in row]
        assert sum(c.hyperlink is not None for c in cells) <= 65_530
        assert max((len(str(c.value)) for c in cells if c.data_type == "f"), default=0) < 8_192
    if edition == "day-du":
        assert "Số liệu gốc" in book.sheetnames


# ---------------------------------------------------------------------- charts, areas, ranks


def test_charts_show_the_figures_of_the_province(book: Book, formulas: Book, form: Form) -> None:
    """Five native charts, each with its title, over cells that hold figures of the province."""
    sheet, values = formulas["Biểu đồ"], book["Biểu đồ"]
    assert len(sheet._charts) == len(form.charts) == 5
    for plan, chart in zip(form.charts, sheet._charts, strict=True):
        title = "".join(r.t for p in chart.title.tx.rich.p for r in p.r or ())
        assert title == plan.title.vi
        series = [s for part in chart._charts for s in part.series]
        assert len(series) >= 2
        for one in series:
            for reference in (one.val.numRef.f, (one.cat.strRef or one.cat.numRef).f):
                name, _, block = reference.partition("!")
                assert name.strip("'") == "Biểu đồ"
                cells = [c.value for row in values[block.replace("$", "")] for c in row]
                assert len(cells) >= 3
                assert None not in cells[:3]


def test_figures_behind_the_charts_are_those_of_the_province(book: Book, form: Form) -> None:
    """Beside the charts stand the years of each indicator as on the provincial sheets."""
    rows = [list(r) for r in book["Biểu đồ"].iter_rows(values_only=True)]
    shown = {str(r[18]): r[19:22] for r in rows if r[18]}
    plain = [c for chart in form.charts if chart.kind != "ranking" for c in chart.indicators]
    for code in plain:
        indicator = form.indicators[code]
        figures = province(book, indicator.group)[code][0]
        assert shown[indicator.plain_label] == [figures[f"Năm {y}"] for y in (2007, 2012, 2017)]


def test_comparable_areas_say_why(book: Book, formulas: Book, form: Form) -> None:
    """An area adds its units, says in a note why it is shown, and is unknown where one is."""
    for group in GROUPS:
        sheet = formulas[f"Theo đơn vị – {group}"]
        rows = [row for row in sheet.iter_rows() if row[1].value == "địa bàn"]
        assert "Chư Sê + Chư Pưh" in [row[2].value for row in rows]
        for row in rows:
            assert row[2].comment.text.startswith(f"Địa bàn so sánh được {row[2].value}: ")
            assert "thành lập ngày" in row[2].comment.text
    rows = [list(r) for r in book["Theo đơn vị – TC"].iter_rows(values_only=True)]
    area = next(r for r in rows if r[2] == "Chư Sê + Chư Pưh")
    units = by_unit(book, "TC")
    for column, year in ((3, 2007), (4, 2012), (5, 2017)):
        parts = [units[c]["TC01", f"Năm {year}"] for c in ("GL-633", "GL-639")]
        assert area[column] == sum(int(str(v)) for v in parts if v != "x")
    texts = [str(r["Cách tính"]) for r in records(book["Cách tính"])]
    assert any("Chư Pưh thành lập ngày 27/08/2009" in t for t in texts)


def test_an_area_with_a_missing_figure_is_unknown(mixed: tuple[campaign.Campaign, Book]) -> None:
    """Before all units of an area have returned its sums are “…”."""
    _, book = mixed
    rows = [list(r) for r in book["Theo đơn vị – TC"].iter_rows(values_only=True)]
    area = next(r for r in rows if r[2] == "Chư Sê + Chư Pưh")
    assert area[3:6] == ["…"] * 3


def test_units_are_ranked_by_the_headline_indicators(book: Book, form: Form) -> None:
    """Rank 1 is the best in the last year; equal figures share a rank, and no figure has none."""
    seen = 0
    for indicator in form.indicators.values():
        if not indicator.headline or "2017" not in indicator.periods:
            continue
        cells = {
            c: v for c, v in by_unit(book, indicator.group).items() if v.get((indicator.code, ""))
        } or by_unit(book, indicator.group)
        parts = {c: v for c, v in cells.items() if v[indicator.code, "Hạng năm 2017"] is not None}
        values = {
            c: float(str(v[indicator.code, "Năm 2017"]))
            for c, v in parts.items()
            if isinstance(v[indicator.code, "Năm 2017"], int | float)
        }
        for code, value in values.items():
            better = [
                v
                for v in values.values()
                if (v < value if indicator.better == "down" else v > value)
            ]
            assert parts[code][indicator.code, "Hạng năm 2017"] == len(better) + 1
            seen += 1
    assert seen > 50


# ---------------------------------------------------------------------- marks, completeness


def test_open_findings_are_marked_at_their_figures(
    mixed: tuple[campaign.Campaign, Book], units: Mapping[str, Unit]
) -> None:
    """A figure with an open finding has it in a note, a heavy border, and “!” behind a number."""
    made, _ = mixed
    path, _ = verbs.summarise(made, made.home / "m.xlsx")
    book = openpyxl.load_workbook(path)
    names = {u.name: u.code for u in units.values()}
    seen = numbers = 0
    with made.ledger() as ledger:
        found = [f for r in ledger.current().values() for f in ledger.findings(r.reading)]
    for f in found:
        indicator = made.form.indicators.get(f.indicator)
        if f.severity is Severity.NOTE or indicator is None or not f.period:
            continue
        sheet = book[f"Theo đơn vị – {indicator.group}"]
        label = made.form.period_by_code[f.period].label.vi
        column = next(
            c.column
            for c in sheet[5]
            if c.value == f.indicator and sheet.cell(7, c.column).value == label
        )
        row = next(r[1].row for r in sheet.iter_rows() if r[1].value == names[f.place.unit])
        cell = sheet.cell(row, column)
        assert worded(f, VIETNAMESE).message in cell.comment.text
        assert cell.border.left.style in ("medium", "mediumDashed")
        if isinstance(cell.value, int | float):
            assert cell.number_format.endswith(('!"', '!!"'))
            numbers += 1
        seen += 1
    assert seen > 5
    assert numbers


def test_completeness_is_a_heat_map(mixed: tuple[campaign.Campaign, Book]) -> None:
    """Each unit has its share per group, grey where it has none, under a scale of colours."""
    made, book = mixed
    rows = {r["Mã đơn vị"]: r for r in records(book["Mức độ hoàn thành"])}
    standings = verbs.status(made)
    assert list(rows) == [s.unit.code for s in standings]
    for s in standings:
        row = rows[s.unit.code]
        assert {g: row[g] for g in GROUPS} == {g: s.completeness.get(g) for g in GROUPS}
        assert row["Thuyết minh"] == s.completeness.get("narrative")
        assert row["Cộng"] == s.complete
    assert rows["GL-622"]["TC"] == 1
    assert 0 < float(str(rows["GL-624"]["Cộng"])) < 1
    (scale,) = book["Mức độ hoàn thành"].conditional_formatting
    assert scale.rules[0].type == "colorScale"
    assert str(scale.sqref).startswith("C6:")


# ---------------------------------------------------------------------- what the province entered


def with_settings(made: campaign.Campaign, more: str) -> campaign.Campaign:
    path = made.home / "tongket.toml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return campaign.open_campaign(made.home)


OWN = """
[[targets]]
document = "Kế hoạch số 1"
target = "Hội viên so với dân số"
indicator = "ML13"
value = 20.0
year = 2020

[[published]]
indicator = "ML10"
period = "2012"
value = 120000
source = "Báo cáo số 5"

[[published]]
indicator = "TC01"
period = "2017"
value = 0
source = "Niên giám"
"""


@pytest.fixture(scope="module")
def entered(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The demo with a target of the province's own and two published figures."""
    home = shutil.copytree(demo, tmp_path_factory.mktemp("entered") / "dot")
    return summarised(with_settings(dataclasses.replace(campaign.open_campaign(home)), OWN))


def test_published_figures_are_held_against_the_sum(entered: Book) -> None:
    """A published figure stands below those of departments, with its source and what is off."""
    *_, members, people = records(entered["Đối chiếu"])
    figures = province(entered, "ML")["ML10"][0]
    assert (members["Mã"], members["Kỳ"], members["Nguồn"]) == ("ML10", "2012", "Báo cáo số 5")
    assert (members["Tổng từ các đơn vị"], members["Số đối chiếu"]) == (figures["Năm 2012"], 120000)
    off = int(str(figures["Năm 2012"])) - 120000
    assert members["Chênh"] == off
    assert members["Chênh %"] == pytest.approx(off / 1200, abs=1e-6)
    assert members["Có thể do"] == say("reconcile.unexplained", "vi")
    assert (people["Nguồn"], people["Số đối chiếu"]) == ("Niên giám", 0)
    assert people["Chênh %"] in (None, "")


def test_a_difference_names_who_may_explain_it(campaign: campaign.Campaign) -> None:
    """Where sums are off, units without a figure and units with open findings are named."""
    department = next(RETURNED.glob("GL-CTK_*"))
    pleiku = RETURNED / "GL-622_Pleiku.xlsx"
    verbs.receive(campaign, [department, pleiku, FLAWED / "09-bo-trong.xlsx"], jobs=1)
    rows = {(r["Mã"], r["Kỳ"]): r for r in records(summarised(campaign)["Đối chiếu"])}
    row = rows["TC01", "2012"]
    told = str(row["Có thể do"])
    assert row["Nguồn"] == "Cục Thống kê tỉnh"
    assert "Chưa có số: An Khê, Ayun Pa, " in told
    assert "Còn lỗi, cảnh báo: Thị xã Ayun Pa." in told


def test_own_targets_stand_first(entered: Book) -> None:
    """What the province set itself comes before national targets, with the pace still needed."""
    first, second = records(entered["So với mục tiêu"])[:2]
    assert (first["Văn bản"], first["Mã"], first["Mức"], first["Năm"]) == (
        "Kế hoạch số 1",
        "ML13",
        "≥ 20",
        2020,
    )
    assert second["Văn bản"] != "Kế hoạch số 1"
    actual = province(entered, "ML")["ML13"][0]["Năm 2017"]
    gap = float(str(actual)) - 20
    assert first["Thực hiện"] == actual
    assert first["Chênh"] == pytest.approx(gap, abs=1e-6)
    assert first["Kết quả"] == "chưa đến hạn"
    assert first[PACE] == pytest.approx(-gap / 4, abs=1e-6)
    overview = [list(r) for r in entered["Tổng quan"].iter_rows(values_only=True)]
    assert next(r for r in overview if r[0] == "ML13")[12] == "≥ 20 (năm 2020)"


def test_a_target_for_an_unknown_code_stops_the_summary(campaign: campaign.Campaign) -> None:
    """A target for what the form does not have is told as a fault of the settings."""
    made = with_settings(campaign, OWN.replace('indicator = "ML13"', 'indicator = "ML99"'))
    with pytest.raises(CannotWork, match=r"settings\.value"):
        verbs.summarise(made)


def test_the_level_of_the_warning_is_that_of_the_campaign(campaign: campaign.Campaign) -> None:
    """Below the share in the settings a figure carries “!”, and the methods say that share."""
    path = campaign.home / "tongket.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("coverage_warning = 0.8", "coverage_warning = 0.05"), "utf-8")
    made = type(campaign)(**vars(campaign) | {"settings": open_settings(campaign.home)})
    verbs.receive(made, [RETURNED / "GL-622_Pleiku.xlsx"], jobs=1)
    book = summarised(made)
    behind = province(book, "TC")["TC01"][1]
    assert (behind["Năm 2007"], behind["Năm 2017"]) == ("1/16", "1/17")
    texts = " ".join(str(r["Cách tính"]) for r in records(book["Cách tính"]))
    assert "5% của N" in texts


def open_settings(home: Path) -> object:
    return campaign.open_campaign(home).settings


def test_every_computed_indicator_has_its_recipe(book: Book, form: Form) -> None:
    """The methods say of each computed indicator what is divided by what."""
    rows = {str(r["Nội dung"]): str(r["Cách tính"]) for r in records(book["Cách tính"])}
    computed = [i for i in form.indicators.values() if i.computed]
    assert computed
    for indicator in computed:
        assert indicator.numerator is not None
        assert indicator.denominator is not None
        text = rows[indicator.code]
        assert text.startswith(indicator.plain_label)
        assert f"({indicator.numerator.text}) ÷ ({indicator.denominator.text})" in text
    assert {"Tổng", "Tỷ lệ", "n/N", "Dấu ≠", "Địa bàn so sánh được", "Đối chiếu"} <= set(rows)


# ---------------------------------------------------------------------- the leadership's edition


def test_the_edition_for_the_leadership(demo: Path, book: Book, tmp_path: Path) -> None:
    """It has overview, provincial tables and charts only, with the same figures as values."""
    path, _ = verbs.summarise(campaign.open_campaign(demo), tmp_path / "l.xlsx", edition="lanh-dao")
    short = openpyxl.load_workbook(path, data_only=True)
    assert short.sheetnames == [*SHEETS[: SHEETS.index("Biểu đồ") + 1], "Cách tính"]
    for group in GROUPS:
        assert province(short, group) == province(book, group)
    assert list(values_of(short["Tổng quan"])) == list(values_of(book["Tổng quan"]))
    written = openpyxl.load_workbook(path)
    used = "".join(
        c.value
        for sheet in written.worksheets
        for row in sheet.iter_rows()
        for c in row
        if c.data_type == "f"
    )
    assert "Theo đơn vị" not in used
    assert "Toàn tỉnh" in used


def values_of(sheet: Worksheet) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a sheet, nothing and an empty result being the same."""
    for row in sheet.iter_rows(values_only=True):
        yield tuple(None if v == "" else v for v in row)
