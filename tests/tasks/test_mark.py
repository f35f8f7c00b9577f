"""The copy that goes back for correction: the office's own answers, marked, and nothing lost."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import verbs
from command_line import Run
from raw_workbook import zipped
from shipped import FLAWED, RETURNED
from workbook_linter import lint

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.intake.asides import MOST_STRAYS
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.corrections import Progress, progress
from tongket_xlsx.model.findings import Finding, Misuse, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import Role
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import Closure
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.tasks import mark as marking
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import VIETNAMESE, say

pytestmark = pytest.mark.usefixtures("in_process")

DAY = date(2017, 3, 30)
# What is wrong with the workbook itself, and not with an answer: a fresh one no longer has it.
OF_THE_FILE = {"code.twice", "period.twice", "period.missing", "rows.missing", "rows.moved"}
MARKABLE = (
    "01-tong-khac-thanh-phan",
    "02-so-go-bang-chu",
    "03-ghi-dong-thay-trieu",
    "06-loi-cong-thuc",
    "07-nam-chua-thanh-lap",
    "09-bo-trong",
)
# Rows and columns that could not be told apart: what is asked of a fresh form is something else.
UNREADABLE = "08-trung-ma-trung-nam"


def flawed(name: str) -> Path:
    (path,) = FLAWED.glob(f"{name}.*xlsx")
    return path


def keys(findings: tuple[Finding, ...]) -> Counter[tuple[str, str, str]]:
    return Counter(
        (f.code, f.indicator, f.period)
        for f in findings
        if f.severity is not Severity.NOTE and f.code not in OF_THE_FILE
    )


@pytest.mark.parametrize("name", MARKABLE)
def test_a_copy_sent_back_unchanged_says_the_same(campaign: Campaign, name: str) -> None:
    """Imported as it went out, the marked copy has the findings of the original and no other."""
    (first,) = verbs.receive(campaign, [flawed(name)], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    (again,) = verbs.receive(campaign, [copy.path], received=date(2017, 4, 2), jobs=1)
    assert keys(again.findings) == keys(first.findings)
    assert again.identity is not None
    assert again.identity.round == 2
    assert again.identity.parent == first.sha256
    reader = Reader((campaign.form,), campaign.units)
    sent, came = (reader.read(path.read_bytes()) for path in (flawed(name), copy.path))
    assert came.answers().keys() == sent.answers().keys()


@pytest.mark.parametrize("name", MARKABLE)
def test_each_finding_is_listed_and_leads_to_its_marked_cell(campaign: Campaign, name: str) -> None:
    """“Cần sửa” names each open finding, and its link leads to a cell with a note about it."""
    verbs.receive(campaign, [flawed(name)], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    book = openpyxl.load_workbook(copy.path)
    page = book[say("sheet.corrections", VIETNAMESE)]
    assert book.sheetnames[0] == page.title == book.active.title
    rows = [row for row in page.iter_rows(min_row=7) if isinstance(row[0].value, int)]
    assert len(rows) == len(copy.findings) > 0
    severities = [row[1].value for row in rows]
    assert severities == sorted(severities, key=["Lỗi", "Cảnh báo"].index)
    for row, finding in zip(rows, copy.findings, strict=True):
        assert row[2].value == (finding.indicator or None)
        assert row[4].hyperlink is not None
        sheet, _, cell = row[4].hyperlink.location.rpartition("!")
        target = book[sheet.strip("'")][cell]
        assert target.comment is not None
        assert str(row[5].value)[:40] in target.comment.text
        assert target.fill.fgColor.rgb in ("FFF8CBAD", "FFFFD966")


def test_a_marked_copy_is_sound(campaign: Campaign, form: Form, tmp_path: Path) -> None:
    """Validation, formulas and protection are whole again, and our linter finds nothing."""
    verbs.receive(campaign, [flawed("02-so-go-bang-chu")], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    assert lint(copy.path.read_bytes()) == []
    book = openpyxl.load_workbook(copy.path)
    for sheet in layout_of(form, copy.unit.kind, VIETNAMESE).sheets[2:-3]:
        assert book[sheet.name].protection.sheet


def test_what_stood_outside_the_form_is_kept(campaign: Campaign, tmp_path: Path) -> None:
    """Notes beside a table, a sheet of one's own and sums on the scratch sheet come back listed."""
    book = openpyxl.load_workbook(flawed("01-tong-khac-thanh-phan"))
    groups = [n for n in book.sheetnames if n.startswith("ML")]
    book[groups[0]]["P20"].value = "ghi chú riêng"
    book["Nháp"]["B5"].value = 12
    book.create_sheet("Của tôi")["A1"].value = "=1+1"
    path = tmp_path / "x.xlsx"
    book.save(path)
    verbs.receive(campaign, [path], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    page = openpyxl.load_workbook(copy.path)[say("sheet.corrections", VIETNAMESE)]
    listed = {(r[0].value, r[5].value) for r in page.iter_rows() if isinstance(r[0].value, str)}
    assert (f"{groups[0]}!P20", "ghi chú riêng") in listed
    assert ("Nháp!B5", "12") in listed
    assert any(place == "Của tôi!A1" for place, _ in listed)
    assert copy.strays == 3


def test_beyond_five_hundred_cells_the_original_is_named(
    campaign: Campaign, tmp_path: Path
) -> None:
    """So many are listed; for the rest the copy names the original by its hash."""
    book = openpyxl.load_workbook(flawed("01-tong-khac-thanh-phan"))
    for row in range(10, 710):
        book["Nháp"].cell(row, 3, row)
    path = tmp_path / "x.xlsx"
    book.save(path)
    (taken,) = verbs.receive(campaign, [path], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    page = openpyxl.load_workbook(copy.path)[say("sheet.corrections", VIETNAMESE)]
    shown = [str(c.value) for row in page.iter_rows() for c in row if c.value is not None]
    assert sum(text.startswith("Nháp!") for text in shown) == MOST_STRAYS
    assert any("200" in text and taken.sha256 in text for text in shown)


def test_nothing_to_correct_is_no_copy(campaign: Campaign) -> None:
    """A sound return is not sent back, and an explained warning is closed."""
    verbs.receive(campaign, [RETURNED / "GL-622_Pleiku.xlsx"], received=DAY, jobs=1)
    assert marking.mark(campaign) == []
    with pytest.raises(Misuse):
        marking.mark(campaign, ["GL-623"])


def test_the_heaviest_figure_comes_first(campaign: Campaign, form: Form) -> None:
    """Among errors, that one stands first whose figure is the larger part of its total."""
    verbs.receive(campaign, [flawed("03-ghi-dong-thay-trieu")], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    assert copy.findings[0].indicator == "QK01"


def corrected(form: Form, copy: marking.Marked, findings: list[Finding], path: Path) -> Path:
    """Enter what the unit's sound return says where the copy finds an error; explain the rest."""
    (sound,) = RETURNED.glob(f"{copy.unit.code}_*")
    good = Reader((form,), None).read(sound.read_bytes()).answers()
    book = openpyxl.load_workbook(copy.path)
    layout = layout_of(form, copy.unit.kind, VIETNAMESE)
    for finding in findings:
        code, period = finding.indicator, finding.period
        sheet = layout.sheet_of(code)
        if finding.severity is Severity.WARNING:
            row, column = sheet.cell(code, Role.EXPLANATION)
            book[sheet.name].cell(row + 1, column + 1).value = "đã kiểm tra, số đúng"
            continue
        row, column = sheet.cell(code, period or Role.ANSWER)
        answer = good.get((code, period, 0))
        value = None if answer is None else answer.text or float(answer.value or 0)
        book[sheet.name].cell(row + 1, column + 1).value = value
    book.save(path)
    return path


@pytest.mark.parametrize("name", [*MARKABLE, UNREADABLE])
def test_a_copy_corrected_as_it_says_is_accepted(
    campaign: Campaign, form: Form, tmp_path: Path, name: str
) -> None:
    """Sent back unchanged it asks the same; corrected, it is accepted, and all is called fixed."""
    verbs.receive(campaign, [flawed(name)], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    (same,) = verbs.receive(campaign, [copy.path], received=DAY, jobs=1)
    assert same.since is not None
    assert same.since.new == ()
    assert same.outcome == "needs-correction"
    (again,) = marking.mark(campaign)
    asked = [f for f in again.findings if f.indicator]
    path = corrected(form, again, asked, tmp_path / "back.xlsx")
    (back,) = verbs.receive(campaign, [path], received=date(2017, 4, 2), jobs=1)
    assert back.outcome == "accepted", back.findings
    assert back.since is not None
    explained = tuple(r.finding for r in back.assessment.said)
    assert {r.closure for r in back.assessment.said} <= {Closure.EXPLAINED}
    assert keys(back.since.fixed) + keys(explained) == keys(tuple(asked))
    assert keys(back.since.remaining) == keys(explained)
    assert back.since.new == ()
    assert marking.mark(campaign) == []


def test_what_could_not_be_told_apart_comes_back_listed(campaign: Campaign) -> None:
    """Two rows of one code and two columns of one year have no answer; what stood there is told."""
    (first,) = verbs.receive(campaign, [flawed(UNREADABLE)], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    page = openpyxl.load_workbook(copy.path)[say("sheet.corrections", VIETNAMESE)]
    listed = {str(r[0].value) for r in page.iter_rows() if "!" in str(r[0].value)}
    twice = next(f for f in first.findings if f.code == "code.twice")
    doubled = next(f for f in first.findings if f.code == "period.twice")
    assert any(place.startswith(f"{twice.place.sheet}!") for place in listed)
    assert any(place.startswith(f"{doubled.place.sheet}!D") for place in listed)
    assert any(place.startswith(f"{doubled.place.sheet}!E") for place in listed)


def test_what_asks_for_no_copy(campaign: Campaign) -> None:
    """A file that could not be taken in, or in which all was recovered, is not sent back."""
    names = ("04-chen-dong-doi-ten-trang", "05-bia-ghi-don-vi-khac", "10-cat-ngang")
    results = verbs.receive(campaign, [flawed(n) for n in names], received=DAY, jobs=1)
    assert [r.outcome for r in results] == ["accepted", "refused", "refused"]
    assert marking.mark(campaign) == []


# ---------------------------------------------------------------------- the story of a unit


def finding(code: str, indicator: str = "", period: str = "", cell: str = "A1") -> Finding:
    return Finding(code, Severity.ERROR, Place("U", "S", cell), indicator, period)


def test_findings_are_the_same_wherever_their_cell_is_now() -> None:
    """A row that moved has its finding still; one more of a kind is new, one fewer is fixed."""
    old = [
        finding("a", "ML01", "2007", "D8"),
        finding("b"),
        finding("c", "ML02"),
        finding("c", "ML02"),
    ]
    new = [finding("a", "ML01", "2007", "D9"), finding("b", cell="B2"), finding("c", "ML02")]
    found = progress(old, new)
    assert [f.code for f in found.remaining] == ["a", "c"]
    assert [f.code for f in found.fixed] == ["b", "c"]
    assert [(f.code, f.place.cell) for f in found.new] == [("b", "B2")]


def test_notes_are_no_part_of_the_story() -> None:
    """How a figure was read asks nothing of an office."""
    note = dataclasses.replace(finding("a", "ML01"), severity=Severity.NOTE)
    assert progress([note], []) == progress([], [note]) == Progress((), (), ())


def test_import_says_what_was_fixed_and_log_tells_the_story(
    campaign: Campaign, run: Run, tmp_path: Path
) -> None:
    """A copy sent back half corrected: one finding is fixed, the others are still open."""
    name = "03-ghi-dong-thay-trieu"
    run("import", flawed(name), "--received", "2017-03-30", home=campaign.home)
    (copy,) = marking.mark(campaign)
    book = openpyxl.load_workbook(copy.path)
    (sound,) = RETURNED.glob(f"{copy.unit.code}_*.xlsx")
    good = openpyxl.load_workbook(sound)["TC Thông tin chung"]
    book["TC Thông tin chung"]["F9"].value = good["F9"].value
    path = tmp_path / copy.path.name
    book.save(path)
    said = run("import", path, "--json", "--received", "2017-04-02", home=campaign.home)
    (item,) = json.loads(said.stdout)["files"]
    assert [f["indicator"] for f in item["since_last"]["fixed"]] == ["TC02"]
    assert len(item["since_last"]["open"]) == len(copy.findings) - 1
    assert item["since_last"]["new"] == []
    told = json.loads(run("log", copy.unit.code, "--json", home=campaign.home).stdout)
    assert [r["round"] for r in told["returns"]] == [1, 2]
    assert told["returns"][1]["continues"] == told["returns"][0]["sha256"]
    assert told["returns"][1]["since_last"] == item["since_last"]
    shown = run("log", copy.unit.name, home=campaign.home).stdout
    assert "30/03/2017 · lần 1" in shown
    assert f"đã sửa 1, còn {len(copy.findings) - 1}, mới 0" in shown


def test_a_unit_that_returned_nothing_has_no_story(campaign: Campaign, run: Run) -> None:
    """The log says so, and an unknown unit is misuse."""
    assert "Chưa nộp biểu nào" in run("log", "GL-622", home=campaign.home).stdout
    assert run("log", "GL-999", home=campaign.home).exit_code == 2


def test_a_copy_of_a_return_whose_sheet_of_checks_was_damaged(
    form: Form, units: Mapping[str, Unit], issue: Issue
) -> None:
    """What was not read when it came in does not stand in the way of what stood beside the form."""
    data = template.build(form, units["GL-627"], issue)
    with zipfile.ZipFile(BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    names = [s.name for s in layout_of(form, "huyen", "vi").sheets]
    checks = f"xl/worksheets/sheet{names.index('Kiểm tra') + 1}.xml"
    parts[checks] = parts[checks].replace(b"</sheetData>", b'<row r="1"/></sheetData>')
    scratch = f"xl/worksheets/sheet{names.index('Nháp') + 1}.xml"
    parts[scratch] = parts[scratch].replace(
        b"</sheetData>", b'<row r="9"><c r="B9"><v>37</v></c></row></sheetData>'
    )
    with pytest.raises(archive.Refusal):
        archive.admit(zipped(parts))
    (stray,) = Reader((form,), units).read(zipped(parts)).asides.strays
    assert (stray.sheet, stray.cell) == ("Nháp", "B9")
