"""The workbook an office gets: what it shows, what it lets one type, and that nothing is lost."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from shipped import ROOT

from tongket_xlsx.campaign.campaign import load_form
from tongket_xlsx.intake import answers as intake
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Scope
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import (
    COVER_ANSWER,
    COVER_LAST,
    TYPED_FIELDS,
    CoverField,
    Entry,
    Role,
    SheetKind,
)
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Answer, CellState, Return
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import grid
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.normalize import composed

CHU_PUH, PLEIKU, BLOCK, SCHOOLS, FRONT = "GL-639", "GL-622", "GL-TINH", "GL-S-GDDT", "GL-MTTQ"
SAMPLED = (CHU_PUH, BLOCK, SCHOOLS, FRONT)
YEARS = ["Năm 2007", "Năm 2012", "Năm 2017"]
SPAN = "Lũy kế 2007–2017"
BEHIND = ["Nơi cung cấp số liệu", "Giải trình", "Kiểm tra"]
ALL_GROUPS = [
    "TC Thông tin chung",
    "ML Mạng lưới hội",
    "TT Trung tâm, trường lớp",
    "QK Quỹ khuyến học",
    "PC Phổ cập, xóa mù chữ",
    "DN Đào tạo nghề",
    "PT Phong trào",
    "LD Lãnh đạo, chỉ đạo",
    "XH Xã hội hóa",
]

Built = Mapping[str, bytes]


def opened(data: bytes, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data), data_only=values)


@pytest.fixture(scope="module")
def blank(form: Form, units: Mapping[str, Unit], issue: Issue) -> Built:
    """Blank forms of units of several kinds, by the code of the unit."""
    return {
        code: template.build(form, units[code], issue)
        for code in (CHU_PUH, PLEIKU, BLOCK, SCHOOLS, FRONT)
    }


@pytest.fixture(scope="module")
def books(blank: Built) -> dict[str, Workbook]:
    return {code: opened(data) for code, data in blank.items()}


# ---------------------------------------------------------------------- what it shows


@pytest.mark.parametrize(
    ("code", "between"),
    [
        (CHU_PUH, [*ALL_GROUPS, "Văn bản", "Thuyết minh"]),
        (BLOCK, [g for g in ALL_GROUPS if g[:2] != "DN"] + ["Văn bản", "Thuyết minh"]),
        (SCHOOLS, [g for g in ALL_GROUPS if g[:2] in "TT PC DN PT XH"] + ["Thuyết minh"]),
        (FRONT, ["Thuyết minh"]),
    ],
)
def test_sheets_in_their_order(books: dict[str, Workbook], code: str, between: list[str]) -> None:
    """A unit gets the sheets it has to answer, in order, and only the last one is hidden."""
    book = books[code]
    figures = code != FRONT
    checks, hidden = (["Kiểm tra"], ["_so", "_meta"]) if figures else ([], ["_meta"])
    assert book.sheetnames == ["Bìa", "Hướng dẫn", *between, *checks, "Nháp", *hidden]
    states = [sheet.sheet_state for sheet in book.worksheets]
    assert states == ["visible"] * (len(states) - len(hidden)) + ["veryHidden"] * len(hidden)


def headings(sheet: Worksheet) -> list[object]:
    return [cell.value for cell in sheet[6]]


def test_headings(books: dict[str, Workbook]) -> None:
    """Row 6 carries the headings by which the answers are found again."""
    front = ["Mã", "Chỉ tiêu", "Đơn vị tính"]
    book = books[CHU_PUH]
    for name in ALL_GROUPS:
        periods = YEARS if name[:2] in ("TC", "PT") else [*YEARS, SPAN]
        assert headings(book[name]) == [*front, *periods, *BEHIND], name
    assert headings(book["Văn bản"]) == [
        "TT",
        "Cơ quan ban hành",
        "Khối ban hành",
        "Loại văn bản",
        "Số, ký hiệu",
        "Ngày ban hành",
        "Trích yếu nội dung",
    ]
    expected = ["Mã", "Nội dung", "Chỉ tiêu liên quan", "Số ký tự tối đa", "Trả lời"]
    assert headings(book["Thuyết minh"]) == expected


def test_english_has_other_words_and_the_same_addresses(
    form: Form, units: Mapping[str, Unit], issue: Issue, books: dict[str, Workbook]
) -> None:
    """The English form names its sheets in English and asks everything in the same cells."""
    english = opened(template.build(form, units[CHU_PUH], issue, lang="en"))
    assert english.sheetnames[:3] == ["Cover", "Instructions", "TC General information"]
    assert headings(english["TC General information"])[:4] == [
        "Code",
        "Indicator",
        "Unit",
        "Year 2007",
    ]
    for one, other in zip(books[CHU_PUH].worksheets, english.worksheets, strict=True):
        if one.title[:2] in ("TC", "QK"):
            assert [c.value for c in one["A"]][5:][1:] == [c.value for c in other["A"]][5:][1:]


@pytest.mark.parametrize("code", [PLEIKU, BLOCK, SCHOOLS])
def test_each_indicator_asked_has_its_row(
    form: Form, units: Mapping[str, Unit], books: dict[str, Workbook], code: str
) -> None:
    """Each group sheet lists what this kind of unit is asked, with unit of measure and provider."""
    seen = []
    for sheet in books[code].worksheets:
        for row in sheet.iter_rows(min_row=8, values_only=True):
            if sheet.title in ALL_GROUPS and row[0]:
                indicator = form.indicators[row[0]]
                seen.append(row[0])
                assert str(row[1]).removesuffix(" *") == indicator.label.vi
                assert row[2] == indicator.unit.vi
                kind = units[code].kind
                assert row[-3] == form.providers[indicator.provider].name_for(kind)
                assert str(row[1]).endswith(" *") == bool(indicator.core.get(kind))
    kind = units[code].kind
    assert seen == [c for c, i in form.indicators.items() if form.is_asked(i, kind)]


def test_cover_says_whose_form_it_is(
    form: Form, units: Mapping[str, Unit], books: dict[str, Workbook]
) -> None:
    """The cover names collector, form, unit, code, round and the last day."""
    cover = books[CHU_PUH]["Bìa"]
    shown = [str(c.value) for row in cover.iter_rows() for c in row if c.value is not None]
    for text in (
        "BAN TUYÊN GIÁO",
        form.title.vi,
        form.cutoff.vi,
        units[CHU_PUH].name,
        CHU_PUH,
        "Gửi về chậm nhất ngày 31/03/2017",
        "T/M BAN THƯỜNG VỤ",
    ):
        assert text in shown


def test_a_deadline_that_does_not_count_is_worded_so(form: Form, units: Mapping[str, Unit]) -> None:
    """Where the day itself is too late, the cover says “before”."""
    strict = Issue("BAN TUYÊN GIÁO", date(2017, 3, 31), deadline_counts=False)
    cover = opened(template.build(form, units[FRONT], strict))["Bìa"]
    assert "Gửi về trước ngày 31/03/2017" in [c.value for row in cover for c in row]


def test_a_notice_stands_on_every_sheet_that_is_printed(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """A line nobody may overlook is on the cover and on every sheet with answers."""
    notice = "SỐ LIỆU GIẢ ĐỊNH"
    book = opened(template.build(form, units[CHU_PUH], Issue(notice=notice)))
    bare = {
        sheet.title
        for sheet in book.worksheets
        if notice not in [c.value for row in sheet.iter_rows(max_row=6) for c in row]
    }
    assert bare <= {"Hướng dẫn", "Nháp", "_so", "_meta"}


def test_progress_counts_what_must_be_answered(
    form: Form, units: Mapping[str, Unit], issue: Issue, blank: Built
) -> None:
    """The cover counts the cells to answer, none of them answered, and the one that is."""
    book = opened(blank[PLEIKU], values=True)
    rows = {row[1]: row[3:7] for row in book["Bìa"].iter_rows(values_only=True) if row[1]}
    unit, group = units[PLEIKU], form.groups[0]
    required = [
        (i.code, p.code)
        for i in group.indicators
        for p in form.periods
        if p.code in i.core.get("huyen", ()) and p.code not in i.locked
    ]
    # TC04 of 2007 is filled in from the list of units, to be confirmed.
    assert ("TC04", "2007") in required
    assert rows["TC Thông tin chung"][:3] == (len(required), 1, len(required) - 1)
    one = {(*required[0], 0): Answer(Decimal(5)), ("TC02", "2012", 0): Answer(text="…")}
    book = opened(template.build(form, unit, issue, answers=one), values=True)
    rows = {row[1]: row[3:7] for row in book["Bìa"].iter_rows(values_only=True) if row[1]}
    assert rows["TC Thông tin chung"][:3] == (len(required), 3, len(required) - 3)
    assert rows["Cộng"][1] == 3


# ---------------------------------------------------------------------- what may be typed


def typed_cells(form: Form, unit: Unit) -> dict[str, set[tuple[int, int]]]:
    """Return the cells (from 1) of each sheet that an office may type in."""
    layout = layout_of(form, unit.kind, "vi")
    free: dict[str, set[tuple[int, int]]] = {}
    for sheet in layout.sheets:
        cells: set[tuple[int, int]] = set()
        if sheet.kind is SheetKind.GROUP:
            for code, row in sheet.rows.items():
                cells.add((row, sheet.column(Role.EXPLANATION)))
                for period in sheet.periods(form):
                    entry = entry_of(unit, form.indicators[code], period)
                    if entry in (Entry.REQUIRED, Entry.OPTIONAL):
                        cells.add(sheet.cell(code, period.code))
        elif sheet.kind is SheetKind.NARRATIVE:
            cells |= {(row, sheet.column(Role.ANSWER)) for row in sheet.rows.values()}
        elif sheet.kind is SheetKind.ROSTER:
            cells |= {
                (row, column)
                for row in range(sheet.first_row, sheet.last_row + 1)
                for column in range(1, len(sheet.columns))
            }
        elif sheet.kind is SheetKind.COVER:
            fields = [layout.cover[f] for f in TYPED_FIELDS]
            fields += [cell for f, cell in layout.cover.items() if f.startswith("other:")]
            cells |= {(row, c) for row, first in fields for c in range(first, COVER_LAST + 1)}
        free[sheet.name] = {(row + 1, column + 1) for row, column in cells}
    return free


@pytest.mark.parametrize("code", SAMPLED)
def test_only_answers_are_unlocked(
    form: Form, units: Mapping[str, Unit], books: dict[str, Workbook], code: str
) -> None:
    """Every cell to be answered is unlocked and every other one is locked."""
    expected = typed_cells(form, units[code])
    for sheet in books[code].worksheets:
        unlocked = {
            (c.row, c.column) for row in sheet.iter_rows() for c in row if not c.protection.locked
        }
        if sheet.title == "Nháp":
            assert unlocked
        else:
            assert unlocked == expected[sheet.title], sheet.title
    assert sum(map(len, expected.values())) > COVER_ANSWER


@pytest.mark.parametrize("code", SAMPLED)
def test_protection_is_against_slips_only(books: dict[str, Workbook], code: str) -> None:
    """Sheets are protected without password; filters, heights and widths stay allowed."""
    for sheet in books[code].worksheets:
        protection = sheet.protection
        assert protection.password is None
        if sheet.title == "Nháp":
            assert not protection.sheet
            continue
        assert protection.sheet, sheet.title
        # In the file format True means “forbidden”.
        allowed = ("autoFilter", "formatRows", "formatColumns", "selectLockedCells")
        assert not any(getattr(protection, name) for name in allowed)
        assert not protection.selectUnlockedCells
        forbidden = ("insertRows", "insertColumns", "deleteRows", "deleteColumns", "formatCells")
        assert all(getattr(protection, name) for name in forbidden)
    assert books[code].security.lockStructure
    assert books[code].security.workbookPassword is None


def validations(sheet: Worksheet) -> dict[tuple[int, int], list]:
    """Return the validations of each cell."""
    found: dict[tuple[int, int], list] = {}
    for rule in sheet.data_validations.dataValidation:
        for block in str(rule.sqref).split():
            left, top, right, bottom = range_boundaries(block)
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    found.setdefault((row, column), []).append(rule)
    return found


_ACCEPTS = re.compile(r'IF\(ISNUMBER\(([A-Z]+[0-9]+)\),(AND\(.+\)|TRUE),OR\((\1="[^"]+",?)+\)\)')


@pytest.mark.parametrize("code", [CHU_PUH, BLOCK, SCHOOLS])
def test_a_figure_is_a_number_or_a_sign(
    form: Form, units: Mapping[str, Unit], books: dict[str, Workbook], code: str
) -> None:
    """A figure accepts numbers of its kind or a sign, yes and no are a list, texts have a limit."""
    unit = units[code]
    for sheet in layout_of(form, unit.kind, "vi").of_kind(SheetKind.GROUP):
        rules = validations(books[code][sheet.name])
        for name, row in sheet.rows.items():
            indicator = form.indicators[name]
            for period in sheet.periods(form):
                column = sheet.column(period.code)
                (rule,) = rules[row + 1, column + 1]
                assert rule.promptTitle == name
                assert rule.prompt
                if entry_of(unit, indicator, period) not in (Entry.REQUIRED, Entry.OPTIONAL):
                    assert rule.type in (None, "none")
                    continue
                assert rule.showErrorMessage
                assert rule.error.startswith(f"{name}: ")
                if indicator.kind is Kind.YESNO:
                    assert (rule.type, rule.formula1) == ("list", '"Có,Không,…"')
                    continue
                assert rule.type == "custom"
                match = _ACCEPTS.fullmatch(rule.formula1)
                assert match, rule.formula1
                # The formula speaks of the first cell of its block, so that it moves with it.
                assert match[1] == str(rule.sqref).partition(":")[0]
                money = indicator.kind is Kind.MONEY
                only_whole = indicator.whole and not money
                assert (f"{match[1]}=INT({match[1]})" in match[2]) == only_whole
                # Of an amount only what may be thousands with a dot is asked about.
                assert (f"{match[1]}<1,{match[1]}>=1000" in match[2]) == money
                for bound, sign in ((indicator.hard_min, ">="), (indicator.hard_max, "<=")):
                    if bound is not None:
                        assert f"{match[1]}{sign}{bound}" in match[2]
                assert {"-", "…", "x"} <= set(re.findall('="([^"]+)"', rule.formula1))


def test_a_text_has_a_limit_that_only_warns(form: Form, books: dict[str, Workbook]) -> None:
    """A text that is too long is taken in with a warning, never cut off."""
    sheet = books[CHU_PUH]["Thuyết minh"]
    rules = validations(sheet)
    limits = {p.code: p.max_chars for p in form.prompts}
    for row in range(8, sheet.max_row + 1):
        (rule,) = rules[row, 5]
        assert (rule.type, rule.operator, rule.errorStyle) == (
            "textLength",
            "lessThanOrEqual",
            "warning",
        )
        assert int(rule.formula1) == limits[sheet.cell(row, 1).value] == sheet.cell(row, 4).value


def test_a_list_offers_the_choices_of_the_form(form: Form, books: dict[str, Workbook]) -> None:
    """What Excel offers in the lists of the roster are the choices of the definition."""
    rules = validations(books[CHU_PUH]["Văn bản"])
    (roster,) = form.rosters
    for number, column in enumerate(roster.columns, start=2):
        if column.choices:
            (rule,) = rules[8, number]
            assert rule.formula1.startswith('"')
            assert rule.formula1.strip('"').split(",") == list(column.choices)


# ---------------------------------------------------------------------- what is filled in


def test_a_year_before_the_founding_is_crossed_out(
    form: Form, units: Mapping[str, Unit], books: dict[str, Workbook]
) -> None:
    """Chư Pưh, founded in 2009, finds an “x” in every cell of 2007 and cannot type there."""
    count = 0
    for sheet in layout_of(form, "huyen", "vi").of_kind(SheetKind.GROUP):
        for row in sheet.rows.values():
            cell = books[CHU_PUH][sheet.name].cell(row + 1, sheet.column("2007") + 1)
            assert (cell.value, cell.protection.locked) == ("x", True), cell
            count += 1
    assert count > 150
    assert "x" not in [c.value for c in books[PLEIKU]["TC Thông tin chung"]["D"]]


def test_a_period_that_is_not_asked_is_crossed_out(
    form: Form, units: Mapping[str, Unit], books: dict[str, Workbook]
) -> None:
    """Where an indicator has no figure for a period the cell says “x” and is locked."""
    count = 0
    for sheet in layout_of(form, "huyen", "vi").of_kind(SheetKind.GROUP):
        for code in sheet.rows:
            for period in sheet.periods(form):
                if period.code not in form.indicators[code].periods:
                    row, column = sheet.cell(code, period.code)
                    cell = books[PLEIKU][sheet.name].cell(row + 1, column + 1)
                    assert (cell.value, cell.protection.locked) == ("x", True)
                    count += 1
    assert count > 20


def test_communes_are_filled_in(books: dict[str, Workbook], units: Mapping[str, Unit]) -> None:
    """TC04 comes from the list of units: 2012 and 2017 are locked, 2007 is to be confirmed."""
    for code, first in ((CHU_PUH, "x"), (PLEIKU, 20)):
        sheet = books[code]["TC Thông tin chung"]
        row = next(r for r in sheet.iter_rows(min_row=8) if r[0].value == "TC04")
        facts = units[code].facts
        expected = [first, int(facts["communes_2012"]), int(facts["communes_2017"])]
        assert [c.value for c in row[3:6]] == expected
        assert [c.protection.locked for c in row[3:6]] == [first == "x", True, True]


def test_computed_rows_have_formulas_with_their_values(
    form: Form, units: Mapping[str, Unit], issue: Issue
) -> None:
    """A computed row is a formula, and the value stored with it is the ratio of its parts."""
    numbers = {
        ("PC01", "2007"): 1200,
        ("PC02", "2007"): 1187,
        ("PC01", "2012"): 3,
        ("PC02", "2012"): 2,
        ("TC01", "2007"): 190000,
        ("ML10", "2007"): 0,
        ("TC03", "2012"): 0,
        ("PT02", "2012"): 7,
    }
    signs = {("PC01", "2017"): "…", ("PC02", "2017"): "-", ("ML10", "2012"): "-"}
    answers = {(c, p, 0): Answer(Decimal(n)) for (c, p), n in numbers.items()}
    answers |= {(c, p, 0): Answer(text=s) for (c, p), s in signs.items()}
    answers["TC01", "2012", 0] = Answer(Decimal(200000))
    data = template.build(form, units[PLEIKU], issue, answers=answers)
    formulas, values = opened(data), opened(data, values=True)
    expected: dict[tuple[str, str], float | None] = {
        ("PC03", "2007"): 98.916667,
        ("PC03", "2012"): 66.666667,
        ("PC03", "2017"): None,
        ("ML13", "2007"): 0,
        ("ML13", "2012"): 0,
        ("ML13", "2017"): None,
        ("PT03", "2012"): None,
    }
    operands = {"PC03": ("PC02", "PC01"), "ML13": ("ML10", "TC01"), "PT03": ("PT02", "TC03")}
    for code, names in operands.items():
        assert form.indicators[code].operands() == names
    stored: dict[tuple[str, str], object] = {}
    for sheet in layout_of(form, "huyen", "vi").of_kind(SheetKind.GROUP):
        for code in sheet.rows:
            if form.indicators[code].computed:
                for period in form.indicators[code].periods:
                    row, column = sheet.cell(code, period)
                    cell = formulas[sheet.name].cell(row + 1, column + 1)
                    assert cell.data_type == "f"
                    assert "'_so'!" in cell.value
                    found = values[sheet.name].cell(row + 1, column + 1).value
                    stored[code, period] = None if found == "" else found
    assert len(stored) > 60
    assert {key: stored[key] for key in expected} == expected
    assert not [key for key, value in stored.items() if value is not None and key not in expected]


def test_identity_stands_twice(books: dict[str, Workbook]) -> None:
    """The hidden sheet and the document's properties say the same of whose form it is."""
    for code in SAMPLED:
        rows = dict(books[code]["_meta"].iter_rows(values_only=True))
        hidden = {f"tongket_{key}": value for key, value in rows.items() if value}
        properties = {p.name: p.value for p in books[code].custom_doc_props.props}
        assert properties == hidden
        assert rows["unit"] == code
        assert rows["form"] == "chi-thi-11"
        assert rows["round"] == "1"
        assert rows["existed_from"] == ("2009-08-27" if code == CHU_PUH else None)


def test_the_checksum_is_of_the_whole_identity(
    form: Form, units: Mapping[str, Unit], issue: Issue
) -> None:
    """Another unit, round, parent or version of the form has another checksum."""
    unit, parent = units[FRONT], "a" * 64
    told = [
        template.identity(form, unit, 1, ""),
        template.identity(form, units["GL-DU-QS"], 1, ""),
        template.identity(form, unit, 2, ""),
        template.identity(form, unit, 1, parent),
        template.identity(replace(form, version="9"), unit, 1, ""),
    ]
    assert len({facts["checksum"] for facts in told}) == len(told)
    assert template.identity(form, unit, 1, "") == told[0]
    data = template.build(form, unit, issue, round_number=2, parent=parent)
    rows = dict(opened(data)["_meta"].iter_rows(values_only=True))
    assert {k: v or "" for k, v in rows.items()} == template.identity(form, unit, 2, parent)


# ---------------------------------------------------------------------- how it is set up


@pytest.mark.parametrize("code", SAMPLED)
def test_screen_and_paper(books: dict[str, Workbook], code: str) -> None:
    """Tables stay readable: frozen headings, A4 across, one page wide, headings on each page."""
    for sheet in books[code].worksheets:
        if sheet.title in ("Nháp", "_so", "_meta"):
            continue
        assert int(sheet.page_setup.paperSize) == 9, sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        if sheet.title in ("Bìa", "Hướng dẫn"):
            assert sheet.page_setup.orientation == "portrait"
            continue
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        if sheet.title == "Kiểm tra":
            # The list is for the screen.
            assert sheet.print_area == "'Kiểm tra'!$A$1:$I$5"
            assert sheet.freeze_panes == "C7"
            continue
        assert sheet.print_title_rows == "$6:$6"
        assert sheet.freeze_panes == ("B8" if sheet.title == "Văn bản" else "C8")
        assert sheet.auto_filter.ref.startswith("A7:")
        assert "&P/&N" in sheet.oddFooter.right.text or "&P" in str(sheet.oddFooter.right.text)


def test_the_workbook_opens_on_the_cover(books: dict[str, Workbook]) -> None:
    """Excel opens the form on its cover, at the first field to fill in."""
    book = books[CHU_PUH]
    assert book.active.title == "Bìa"
    (view,) = book["Bìa"].sheet_view.selection
    assert view.activeCell == "D11"


def test_twice_the_same_bytes(
    form: Form, units: Mapping[str, Unit], issue: Issue, blank: Built
) -> None:
    """The same form for the same unit is the same file, byte for byte."""
    for code in (CHU_PUH, BLOCK):
        assert template.build(form, units[code], issue) == blank[code]


def test_the_same_bytes_in_another_process(blank: Built) -> None:
    """Nothing in a form depends on the order in which a process happens to hash."""
    program = """
import hashlib
from datetime import date
from pathlib import Path
from tongket_xlsx.campaign import unit_list as units
from tongket_xlsx.campaign.campaign import load_form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.template import workbook as template
form = load_form(Path("workbook_templates/chi-thi-11"))
path = Path("samples/gia-lai/units.csv")
unit = units.load(path.name, path.read_bytes(), form.unit_kinds)["GL-S-GDDT"]
data = template.build(form, unit, Issue("BAN TUYÊN GIÁO", date(2017, 3, 31)))
print(hashlib.sha256(data).hexdigest())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "4711", "PYTHONUTF8": "1", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(blank[SCHOOLS]).hexdigest()


# ---------------------------------------------------------------------- names of files


def test_file_names_survive_old_mail_programs(form: Form, units: Mapping[str, Unit]) -> None:
    """File names are plain ASCII, begin with the code of the unit and are all different."""
    named = [
        template.file_name(u)
        for u in units.values()
        if form.unit_kinds[u.kind].scope is not Scope.TOTAL
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9-]+_[A-Za-z0-9]+\.xlsx", name) for name in named), named
    assert len({name.lower() for name in named}) == len(named)
    assert template.file_name(units[CHU_PUH]) == "GL-639_ChuPuh.xlsx"
    assert template.file_name(units[CHU_PUH], 2) == "GL-639_ChuPuh_lan2.xlsx"


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_name_of_a_unit_leads_out_of_the_folder(code: str, name: str) -> None:
    """Whatever a unit is called, its file name holds no path and no sign that Windows refuses."""
    made = template.file_name(Unit(code, name, name, "huyen"))
    assert re.fullmatch(r"[A-Za-z0-9-]*_[A-Za-z0-9]*\.xlsx", made)
    assert len(made) < 150


@pytest.mark.parametrize("code", ["CON", "PRN", "AUX", "NUL", "COM1", "con.", "LPT9 ", ".."])
def test_no_unit_is_a_device_of_windows(code: str) -> None:
    """A unit called after a device, or ending in a dot, has a file name like any other."""
    stem = template.file_name(Unit(code, code, code, "huyen")).partition(".")[0]
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|(com|lpt)\d)", stem)
    assert not stem.startswith(".")


def test_two_codes_that_look_alike_make_two_files() -> None:
    """What is no sign for a file name is left out of it, but not what tells two units apart."""
    codes = [
        "A/1",
        "A\\1",
        "A:1",
        "A*1",
        'A"1',
        "A<1",
        "A|1",
        "A?1",
        "A 1",
        "A-1",
        "Ă-1",
        "x" * 300,
    ]
    codes.append("x" * 301)
    made = {template.file_name(Unit(code, "Tên", "Tên", "huyen")) for code in codes}
    assert len(made) == len(codes)


# ---------------------------------------------------------------------- nothing is lost

HARMFUL = (
    "=1+1",
    '=HYPERLINK("http://example.org")',
    "http://example.org/x",
    "mailto:a@example.org",
    "internal:'Bìa'!A1",
    "file:///etc/passwd",
    "@SUM(A1)",
    "+84 269 000",
    "-1+2",
    "{=1}",
    "00123",
    "1e5",
    "TRUE",
    "#DIV/0!",
    "<f>1</f>",
    "_x0041_",
    "'đơn",
)


def test_text_is_text(form: Form, units: Mapping[str, Unit], issue: Issue) -> None:
    """What looks like a formula, a link, a number or an error is written as the text it is."""
    prompts = [p.code for p in form.prompts_for("huyen")]
    columns = [c.code for c in form.rosters[0].columns if not c.choices]
    answers = {(c, "", 0): Answer(text=t) for c, t in zip(prompts, HARMFUL, strict=False)}
    for number, text in enumerate(HARMFUL, start=1):
        answers[columns[number % len(columns)], "", number] = Answer(text=text)
    answers["TC01", "2012", 0] = Answer(text="=1+1")
    data = template.build(
        form,
        units[PLEIKU],
        issue,
        answers=answers,
        cover={CoverField.COMPILER: "=1+1", "other:2007": "http://example.org"},
        explanations={"TC01": "=1+1"},
    )
    book = opened(data)
    texts = [
        cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in (*HARMFUL, "http://example.org") and cell.data_type == "s"
    ]
    assert len(prompts) >= len(HARMFUL)
    assert sorted(texts) == sorted(
        [*HARMFUL, *HARMFUL, "=1+1", "=1+1", "http://example.org", "=1+1"]
    )
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None or sheet.title in ("Bìa", "Kiểm tra")
                if cell.data_type == "f":
                    assert cell.value not in HARMFUL
                    assert "example" not in cell.value


def read_back(data: bytes, form: Form, units: Mapping[str, Unit], finder: Finder) -> Return:
    return intake.receive(grid.read(archive.admit(data)), form, units, "0" * 64, finder)


ROUND_TRIP = ("GL-TINH", "GL-S-LDTBXH", "GL-BQLKKT", "GL-639")
SIGNS = {"-": CellState.NIL, "…": CellState.MISSING, "x": CellState.NOT_APPLICABLE}
FORM = load_form(ROOT / "workbook_templates" / "chi-thi-11")

# What XML cannot hold is left out, and so is what no keyboard types: half of a pair.
texts = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters=[chr(n) for n in range(32) if n not in (9, 10, 13)]
        + ["\ufffe", "\uffff"],
    ),
    max_size=80,
).map(lambda text: text if text.strip() else "")
numbers = st.one_of(
    st.integers(-(10**12), 10**12).map(Decimal),
    st.decimals(-(10**8), 10**8, places=6, allow_nan=False),
    st.decimals(0, 100, places=2, allow_nan=False),
)


@st.composite
def filled_in(draw: st.DrawFn, unit: Unit) -> dict[tuple[str, str, int], Answer]:
    """Draw what an office may write into its form."""
    cells = [
        (i.code, p.code)
        for g in FORM.groups
        for i in FORM.asked(g, unit.kind)
        for p in FORM.periods
        if entry_of(unit, i, p) in (Entry.REQUIRED, Entry.OPTIONAL)
    ]
    answers: dict[tuple[str, str, int], Answer] = {}
    for code, period in draw(st.lists(st.sampled_from(cells), max_size=25, unique=True)):
        if FORM.indicators[code].kind is Kind.YESNO:
            answer = st.sampled_from(["Có", "Không", "…", ""]).map(lambda t: Answer(text=t))
        else:
            signs = st.sampled_from(["-", "…", "x", ""]).map(lambda t: Answer(text=t))
            answer = st.one_of(numbers.map(Answer), signs)
        answers[code, period, 0] = draw(answer)
    for prompt in FORM.prompts_for(unit.kind):
        if draw(st.booleans()):
            answers[prompt.code, "", 0] = Answer(text=draw(texts))
    for roster in FORM.rosters_for(unit.kind):
        for row in range(1, draw(st.integers(0, 4)) + 1):
            for column in roster.columns:
                cell = st.sampled_from(column.choices) if column.choices else texts
                answers[column.code, "", row] = Answer(text=draw(cell))
    return answers


def possible(code: str, value: Decimal) -> bool:
    """Say whether a number may be: within its bounds, whole where it counts, of one reading."""
    i = FORM.indicators[code]
    above = i.hard_min is None or value >= i.hard_min
    below = i.hard_max is None or value <= i.hard_max
    # Money of 1.639 may be 1639: a dot that was typed for thousands.
    asked = 1 <= abs(value) < 1000 and not value * 1000 % 1 if i.kind is Kind.MONEY else i.whole
    return above and below and not (asked and value % 1)


def normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@pytest.mark.parametrize("code", ROUND_TRIP)
def test_answers_come_back_as_they_were_written(
    form: Form, units: Mapping[str, Unit], issue: Issue, finder: Finder, code: str
) -> None:
    """Whatever an office answers stands in the workbook and is read as the same answer."""
    unit = units[code]

    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        # Making a failing example smaller takes minutes: each try writes and reads a workbook.
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(filled_in(unit))
    @example({("TM01", "", 0): Answer(text="_x0041_ _x000D_ & <b> “ ” \n\n cuối")})
    def trip(answers: dict[tuple[str, str, int], Answer]) -> None:
        answers = {k: v for k, v in answers.items() if _asked(unit, k[0])}
        event(f"{len(answers) // 10 * 10} answers or more")
        came = read_back(template.build(form, unit, issue, answers=answers), form, units, finder)
        assert came.identity is not None
        assert came.identity.unit == unit.code
        observed = {
            (o.indicator, o.period, o.row): o
            for o in came.observations
            if o.state is not CellState.BLANK
        }
        given_ = {k: a for k, a in answers.items() if a.value is not None or a.text.strip()}
        # The list of units filled in TC04; a year before the founding is crossed out.
        known = {k for k, o in observed.items() if k[0] == "TC04" or k not in answers}
        assert all(k[0] == "TC04" or observed[k].raw == "x" for k in known)
        assert not any(unit.existed_in(FORM.period_by_code[k[1]]) for k in known if k[0] != "TC04")
        assert observed.keys() - known == given_.keys() - known
        for key, answer in given_.items():
            o = observed[key]
            if answer.value is not None:
                state = CellState.NUMBER if possible(key[0], answer.value) else CellState.IMPOSSIBLE
                assert (o.state, o.value) == (state, answer.value)
            elif key[0] in FORM.indicators and answer.text in SIGNS:
                assert (o.state, o.raw) == (SIGNS[answer.text], answer.text)
            elif key[0] in FORM.indicators:
                assert (o.state, o.text) == (CellState.NUMBER, answer.text)
            else:
                assert o.state in (CellState.TEXT, CellState.NIL)
                # What is stored is composed; what stood in the file is kept beside it.
                assert normal(o.text) == composed(normal(answer.text))
                assert normal(o.raw) == normal(answer.text)

    trip()


@pytest.mark.parametrize("space", ["\u2003", "\u3000", "\u2028"])
def test_white_space_of_any_sort_is_no_answer(
    form: Form, units: Mapping[str, Unit], issue: Issue, finder: Finder, space: str
) -> None:
    """A question answered with nothing but white space is not answered."""
    answers = {("TM01", "", 0): Answer(text=space)}
    came = read_back(
        template.build(form, units[FRONT], issue, answers=answers), form, units, finder
    )
    (observed,) = (o for o in came.observations if o.indicator == "TM01")
    assert observed.state is CellState.BLANK


def _asked(unit: Unit, code: str) -> bool:
    prompts = {p.code for p in FORM.prompts_for(unit.kind)}
    return code in FORM.indicators or code in prompts or code.startswith("VB")


def test_a_second_round_carries_everything_over(
    form: Form, units: Mapping[str, Unit], issue: Issue, finder: Finder
) -> None:
    """The copy sent back holds the answers, cover and explanations of the return, unchanged."""
    answers = {
        ("TC01", "2012", 0): Answer(Decimal(1234)),
        ("TC02", "2012", 0): Answer(text="để hỏi lại phòng"),
        ("TC03", "2012", 0): Answer(text="…"),
        # Neither can be: kept as typed, for the office to see and to correct.
        ("ML02", "2012", 0): Answer(Decimal(-50)),
        ("QK01", "2012", 0): Answer(Decimal("312.5")),
        ("ML01", "2012", 0): Answer(text="Có"),
        ("TM01", "", 0): Answer(text="Đã triển khai."),
        ("VB01", "", 1): Answer(text="Huyện ủy"),
        ("VB02", "", 1): Answer(text="cấp ủy"),
    }
    cover = {CoverField.COMPILER: "Nguyễn Văn Mẫu", "other:2007": "30/6/2007"}
    explanations = {"TC01": "Số của Chi cục Thống kê."}
    first = read_back(
        template.build(
            form, units[PLEIKU], issue, answers=answers, cover=cover, explanations=explanations
        ),
        form,
        units,
        finder,
    )
    data = template.build(
        form,
        units[PLEIKU],
        issue,
        answers=first.answers(),
        cover=first.cover,
        explanations=first.explanations,
        round_number=2,
        parent="a" * 64,
    )
    second = read_back(data, form, units, finder)
    assert second.answers() == first.answers()
    assert answers.items() <= first.answers().items()
    assert second.explanations == first.explanations == explanations
    assert second.cover[CoverField.COMPILER] == "Nguyễn Văn Mẫu"
    assert second.cover["other:2007"] == "30/6/2007"
    assert second.identity is not None
    assert (second.identity.round, second.identity.parent) == (2, "a" * 64)
