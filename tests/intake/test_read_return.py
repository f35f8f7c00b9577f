"""One returned workbook: every answer with its state, every finding with its place.

Most tests use the smallest form there is, that of the Committee for Ethnic Minority Affairs
(Ban Dân tộc): TC02 and TC10 in rows 8 and 9 of one sheet, the years in columns D to F, the
explanation in H, and one question in words (TM07). Its cells are edited as an office would.
"""

# ruff: noqa: DTZ001 - a cell of a workbook knows no time zone
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tongket_xlsx.definition.loader import load
from tongket_xlsx.intake.answers import receive
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.intake.text_cells import day_first
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import checksum
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import (
    Answer,
    Answers,
    CellState,
    Outcome,
    Return,
)
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import grid
from tongket_xlsx.reader.cells import Grid, GridSheet, Raw
from tongket_xlsx.template import workbook as template

TC = "TC Thông tin chung"
NARRATIVE = "Thuyết minh"
WHOLE: Answers = {
    ("TC02", "2007", 0): Answer(Decimal(500000)),
    ("TC02", "2012", 0): Answer(Decimal(550000)),
    ("TC02", "2017", 0): Answer(Decimal(600000)),
    ("TC10", "2007", 0): Answer(Decimal(77)),
    ("TC10", "2012", 0): Answer(Decimal(65)),
    ("TC10", "2017", 0): Answer(text="…"),
    ("TM07", "", 0): Answer(text="Đã chuẩn hóa."),
}
SIGNED = {
    "compiler": "Bà Hoa",
    "phone": "0269 123",
    "report_number": "15/BC",
    "report_date": "30/3/2017",
}


class Workbook:
    """A form that was filled in and may be edited before it is received."""

    def __init__(
        self,
        form: Form,
        unit: Unit,
        answers: Answers,
        *,
        cover: Mapping[str, str] = SIGNED,
        explanations: Mapping[str, str] | None = None,
    ) -> None:
        self.form = form
        self.unit = unit
        self.units: Mapping[str, Unit] | None = {unit.code: unit}
        data = template.build(
            form, unit, Issue(), answers=answers, cover=cover, explanations=explanations
        )
        self.book = openpyxl.load_workbook(BytesIO(data))

    def __getitem__(self, sheet: str) -> Worksheet:
        return self.book[sheet]

    def received(self) -> Return:
        data = BytesIO()
        self.book.save(data)
        cells = grid.read(archive.admit(data.getvalue()))
        return receive(cells, self.form, self.units, "ab12")


@pytest.fixture
def filled(form: Form, units: Mapping[str, Unit]) -> Workbook:
    """The form of Ban Dân tộc, filled in without a fault."""
    book = Workbook(form, units["GL-BDT"], WHOLE, explanations={"TC10": "Theo QĐ 204"})
    book.units = units
    return book


def _said(found: Return | list[Finding]) -> list[tuple[str, str]]:
    """Return (code, sheet!cell) of every finding, without the unit."""
    findings = found.findings if isinstance(found, Return) else found
    return [(f.code, str(f.place).rpartition(" › ")[2]) for f in findings]


def _cells(found: Return) -> dict[tuple[str, str], tuple[CellState, Decimal | None, str]]:
    return {(o.indicator, o.period): (o.state, o.value, o.cell) for o in found.observations}


# ---------------------------------------------------------------------- a sound return


def test_a_return_without_a_fault_is_accepted(filled: Workbook) -> None:
    """Every answer is there with its state, its value and the cell it came from."""
    found = filled.received()
    assert found.outcome is Outcome.ACCEPTED
    assert found.findings == ()
    number = CellState.NUMBER
    assert _cells(found) == {
        ("TC02", "2007"): (number, Decimal(500000), "D8"),
        ("TC02", "2012"): (number, Decimal(550000), "E8"),
        ("TC02", "2017"): (number, Decimal(600000), "F8"),
        ("TC10", "2007"): (number, Decimal(77), "D9"),
        ("TC10", "2012"): (number, Decimal(65), "E9"),
        ("TC10", "2017"): (CellState.MISSING, None, "F9"),
        ("TM07", ""): (CellState.TEXT, None, "E8"),
    }
    assert {o.sheet for o in found.observations} == {TC, NARRATIVE}
    assert found.explanations == {"TC10": "Theo QĐ 204"}
    assert found.cover["compiler"] == "Bà Hoa"
    assert found.sha256 == "ab12"
    assert found.identity is not None
    assert (found.identity.unit, found.identity.round) == ("GL-BDT", 1)


def test_what_was_answered_can_be_written_into_a_fresh_workbook(filled: Workbook) -> None:
    """The answers of a return are the answers that went in."""
    assert filled.received().answers() == WHOLE


def test_a_finder_made_beforehand_reads_the_same(
    form: Form, units: Mapping[str, Unit], finder: Finder
) -> None:
    """Reading many returns with one finder changes nothing."""
    data = template.build(form, units["GL-BDT"], Issue(), answers=WHOLE, cover=SIGNED)
    cells = grid.read(archive.admit(data))
    assert receive(cells, form, units, "x", finder) == receive(cells, form, units, "x")


# ---------------------------------------------------------------------- single cells


@pytest.mark.parametrize(
    ("value", "code", "severity", "state", "number"),
    [
        (None, "cell.blank", Severity.ERROR, CellState.BLANK, None),
        ("  ", "cell.blank", Severity.ERROR, CellState.BLANK, None),
        ("gần 70.000", "cell.estimated", Severity.WARNING, CellState.NUMBER, "70000"),
        ("nhiều", "cell.text", Severity.ERROR, CellState.INVALID, None),
        ("1,234", "cell.ambiguous", Severity.ERROR, CellState.INVALID, None),
        (12.345, "cell.integer", Severity.ERROR, CellState.IMPOSSIBLE, "12.345"),
        (-5, "cell.below", Severity.ERROR, CellState.IMPOSSIBLE, "-5"),
        ("=1/0", "cell.no_result", Severity.ERROR, CellState.FORMULA, None),
        ("#DIV/0!", "cell.error_value", Severity.ERROR, CellState.ERROR, None),
        (datetime(2012, 5, 1), "cell.date_as_number", Severity.ERROR, CellState.INVALID, None),
        (True, "cell.text", Severity.ERROR, CellState.INVALID, None),
    ],
)
def test_a_cell_that_is_no_plain_answer_is_remarked_on_at_its_address(
    filled: Workbook,
    value: object,
    code: str,
    severity: Severity,
    state: CellState,
    number: str | None,
) -> None:
    """The finding names unit, sheet, cell, indicator and period, and the state is kept."""
    filled[TC]["E8"] = value
    found = filled.received()
    (finding,) = [f for f in found.findings if f.code.startswith("cell.")]
    assert (finding.code, finding.severity) == (code, severity)
    assert str(finding.place) == f"Ban Dân tộc tỉnh › {TC}!E8"
    assert (finding.indicator, finding.period) == ("TC02", "2012")
    assert finding.parameters["period_label"] == "năm 2012"
    expected = None if number is None else Decimal(number)
    assert _cells(found)["TC02", "2012"] == (state, expected, "E8")
    needs = Outcome.NEEDS_CORRECTION if severity is Severity.ERROR else Outcome.ACCEPTED
    assert found.outcome is needs


def test_a_cell_that_need_not_be_answered_may_be_blank(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """The statistics of the Economic Zone ask for 2012 and 2017; 2007 may stay empty."""
    one = {("DN22", "2012", 0): Answer(Decimal(5))}
    found = Workbook(form, units["GL-BQLKKT"], one).received()
    blanks = [(f.indicator, f.period) for f in found.findings if f.code == "cell.blank"]
    assert ("DN19", "2012") in blanks
    assert not [key for key in blanks if key[1] == "2007"]
    # DN21 = DN20 ÷ DN19 is computed by the form, and never asked for or read.
    assert "DN21" not in {o.indicator for o in found.observations} | {c for c, _ in blanks}


def test_the_cover_is_asked_for_what_it_lacks(form: Form, units: Mapping[str, Unit]) -> None:
    """Blanks on the cover are one warning, which names them all, at the first of them."""
    cover = {**SIGNED, "phone": "", "report_date": ""}
    found = Workbook(form, units["GL-BDT"], WHOLE, cover=cover).received()
    assert _said(found) == [("cover.blank", "Bìa!D12")]
    assert found.findings[0].parameters == {
        "label": "Số điện thoại, Ngày ký báo cáo",
        "label_en": "Telephone, Date of the signed report",
    }
    assert found.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("code", ["GL-BDT", "GL-MTTQ", "GL-639", "GL-622"])
def test_a_wholly_blank_form_is_told_once(form: Form, units: Mapping[str, Unit], code: str) -> None:
    """Instead of every cell the form as a whole is told as blank, figures filled in or not."""
    unit = units[code]
    found = Workbook(form, unit, {}).received()
    assert {f.code for f in found.findings if f.severity is Severity.ERROR} == {"return.blank"}
    (blank,) = [f for f in found.findings if f.code == "return.blank"]
    assert str(blank.place) == unit.name
    assert int(str(blank.parameters["count"])) > 1
    assert found.outcome is Outcome.NEEDS_CORRECTION


def test_one_answer_makes_a_form_that_is_not_wholly_blank(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """Even a sign that says a figure is lost is an answer, and the other cells are told."""
    one = {("TC02", "2012", 0): Answer(text="…")}
    codes = [f.code for f in Workbook(form, units["GL-BDT"], one).received().findings]
    assert "return.blank" not in codes
    assert codes.count("cell.blank") == 5


def test_an_impossible_number_goes_back_as_it_was_typed(filled: Workbook) -> None:
    """A number that cannot be feeds no rule, and its very value is written for correction."""
    filled[TC]["E8"] = -5
    found = filled.received()
    assert [f.code for f in found.findings] == ["cell.below"]
    assert found.answers()["TC02", "2012", 0] == Answer(Decimal(-5))


def test_a_figure_that_was_filled_in_is_asked_about_where_it_changed(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """TC04 comes from the list of units: another figure is a warning, a blank is a blank."""
    unit = units["GL-633"]
    known = unit.facts["communes_2012"]
    one: Answers = {("TC01", "2012", 0): Answer(Decimal(100000))}
    at = layout_of(form, unit.kind, "vi").sheet_of("TC04").cell("TC04", "2012")
    for value, codes in (
        (int(known), []),
        (99, ["cell.prefilled_changed"]),
        (None, ["cell.blank"]),
    ):
        book = Workbook(form, unit, one)
        cell = book[TC].cell(at[0] + 1, at[1] + 1)
        assert cell.value == int(known)
        cell.value = value
        found = book.received()
        told = [f for f in found.findings if (f.indicator, f.period) == ("TC04", "2012")]
        told = [f for f in told if f.code.startswith("cell.")]
        assert [f.code for f in told if f.code != "cell.plausible"] == codes
        if value == 99:
            assert told[0].severity is Severity.WARNING
            assert (told[0].parameters["found"], told[0].parameters["value"]) == ("99", known)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (90, ("90", 50)),
        ("chín mươi", ("chín mươi", 50)),
        ("90,5 %", ("90,5 %", 50)),
        ("50,4 %", None),
        (50.4, None),
        (0, None),
        (None, None),
    ],
)
def test_a_computed_cell_that_was_typed_over_is_a_warning(
    form: Form, units: Mapping[str, Unit], typed: object, shown: tuple[str, int] | None
) -> None:
    """The form computes DN21 = 100 × DN20 ÷ DN19; a stale result is no office's doing."""
    answers: Answers = {
        ("DN19", "2012", 0): Answer(Decimal(200)),
        ("DN20", "2012", 0): Answer(Decimal(100)),
    }
    book = Workbook(form, units["GL-BQLKKT"], answers)
    row, column = layout_of(form, book.unit.kind, "vi").sheet_of("DN21").cell("DN21", "2012")
    book["DN Đào tạo nghề"].cell(row + 1, column + 1).value = typed
    found = book.received()
    told = [f for f in found.findings if f.code == "cell.computed_changed"]
    assert [(f.parameters["found"], f.parameters["value"]) for f in told] == (
        [shown] if shown else []
    )
    for finding in told:
        assert (finding.severity, finding.indicator) == (Severity.WARNING, "DN21")
    # What the form computes itself is used, whatever was typed.
    assert "DN21" not in {o.indicator for o in found.observations}


def test_a_word_over_a_computed_cell_without_its_parts_is_a_warning(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """Where nothing can be computed the warning shows a dash of dots for the value."""
    book = Workbook(form, units["GL-BQLKKT"], {("DN22", "2012", 0): Answer(Decimal(5))})
    row, column = layout_of(form, book.unit.kind, "vi").sheet_of("DN21").cell("DN21", "2012")
    book["DN Đào tạo nghề"].cell(row + 1, column + 1).value = "chưa rõ"
    (told,) = [f for f in book.received().findings if f.code == "cell.computed_changed"]
    assert (told.parameters["found"], told.parameters["value"]) == ("chưa rõ", "…")


def test_a_row_with_figures_and_no_code_is_a_warning(filled: Workbook) -> None:
    """A row whose code was deleted, between rows that have theirs, is in no total and told."""
    filled[TC].insert_rows(9, 2)
    filled[TC]["D9"] = 12
    found = filled.received()
    assert _said(found) == [("row.no_code", f"{TC}!A9"), ("rows.moved", TC)]
    assert found.findings[0].severity is Severity.WARNING
    assert found.findings[0].parameters["row"] == "9"


# ---------------------------------------------------------------------- rows and columns


def test_inserted_rows_are_read_by_code_and_noted(filled: Workbook) -> None:
    """Rows put in above or between do not matter; one note says how many cells had moved."""
    filled[TC].insert_rows(3, 2)
    filled[TC].insert_rows(11)
    found = filled.received()
    assert found.outcome is Outcome.ACCEPTED
    assert _said(found) == [("rows.moved", TC)]
    assert found.findings[0].parameters["count"] == 6
    assert _cells(found)["TC02", "2012"] == (CellState.NUMBER, Decimal(550000), "E10")
    assert _cells(found)["TC10", "2012"] == (CellState.NUMBER, Decimal(65), "E12")


def test_a_blank_cell_that_moved_is_not_counted(filled: Workbook) -> None:
    """The note counts the answers that were read elsewhere, and a blank is none."""
    filled[TC]["E8"] = None
    filled[TC].insert_rows(3)
    found = filled.received()
    assert _said(found) == [("cell.blank", f"{TC}!E9"), ("rows.moved", TC)]
    assert found.findings[1].parameters["count"] == 5


def test_a_renamed_sheet_is_read_by_its_codes(filled: Workbook) -> None:
    """The name of a sheet does not matter; places give the name it has."""
    filled[TC].title = "Sheet1"
    filled["Sheet1"]["E8"] = None
    found = filled.received()
    assert _said(found) == [("sheet.renamed", "Sheet1"), ("cell.blank", "Sheet1!E8")]
    assert found.findings[0].severity is Severity.NOTE
    assert found.findings[0].parameters == {"found": "Sheet1", "expected_name": TC}
    assert {o.sheet for o in found.observations if o.indicator == "TC02"} == {"Sheet1"}


def test_swapped_columns_are_read_by_their_headings(filled: Workbook) -> None:
    """2007 and 2012 changed places with their headings: the figures stay with their years."""
    for row in range(6, 10):
        one, two = filled[TC].cell(row, 4), filled[TC].cell(row, 5)
        one.value, two.value = two.value, one.value
    found = filled.received()
    assert _said(found) == [("rows.moved", TC)]
    assert found.findings[0].parameters["count"] == 4
    assert _cells(found)["TC02", "2007"] == (CellState.NUMBER, Decimal(500000), "E8")
    assert _cells(found)["TC02", "2012"] == (CellState.NUMBER, Decimal(550000), "D8")


def test_a_heading_that_stands_twice_is_read_in_neither_column(filled: Workbook) -> None:
    """Two columns “Năm 2012” leave 2012 unread and 2017 missing."""
    filled[TC]["F6"] = "Năm 2012"
    found = filled.received()
    assert _said(found) == [("period.twice", f"{TC}!E6"), ("period.missing", TC)]
    assert found.findings[0].parameters["found"] == "E6, F6"
    assert [f.period for f in found.findings] == ["2012", "2017"]
    assert {period for _, period in _cells(found)} == {"2007", ""}


def test_a_missing_column_is_an_error(filled: Workbook) -> None:
    """A deleted year is told once, and its figures are not invented."""
    filled[TC].delete_cols(5)
    found = filled.received()
    assert [f.period for f in found.findings if f.code == "period.missing"] == ["2012"]
    assert _cells(found)["TC02", "2017"] == (CellState.NUMBER, Decimal(600000), "E8")
    assert found.outcome is Outcome.NEEDS_CORRECTION


def test_a_missing_row_is_an_error_that_names_the_codes(filled: Workbook) -> None:
    """A deleted row is told with the sheet on which it belongs."""
    filled[TC].delete_rows(9)
    found = filled.received()
    assert _said(found) == [("rows.missing", TC)]
    assert found.findings[0].parameters == {"count": 1, "group": "TC", "found": "TC10"}


def test_many_missing_rows_are_named_in_part(form: Form, units: Mapping[str, Unit]) -> None:
    """Of ten lost rows eight are named; without code and label nobody knows whose they are."""
    book = Workbook(form, units["GL-BQLKKT"], {})
    sheet = book["DN Đào tạo nghề"]
    for row in range(8, 18):
        sheet.cell(row, 1).value = sheet.cell(row, 2).value = None
    found = [f for f in book.received().findings if f.code == "rows.missing"]
    assert found[0].parameters == {
        "count": 10,
        "group": "DN",
        "found": "DN19, DN20, DN21, DN22, DN23, DN25, DN26, DN27, …",
    }


def test_a_lost_question_is_told_by_its_sheet(filled: Workbook) -> None:
    """Where a sheet is no group its name stands for it."""
    filled[NARRATIVE]["A8"] = filled[NARRATIVE]["B8"] = None
    found = filled.received()
    assert found.findings[0].parameters == {"count": 1, "group": NARRATIVE, "found": "TM07"}


def test_a_code_on_two_rows_that_differ_has_no_row(filled: Workbook) -> None:
    """Neither row is taken in, and both are named."""
    filled[TC]["A12"], filled[TC]["D12"] = "tc02", 1
    found = filled.received()
    assert _said(found) == [("code.twice", f"{TC}!A8")]
    assert found.findings[0].parameters["found"] == f"{TC}!8, {TC}!12"
    assert "TC02" not in {o.indicator for o in found.observations}


def test_a_row_copied_as_it_is_does_no_harm(filled: Workbook) -> None:
    """Two rows of a code that say the same are one."""
    for column in range(1, 9):
        filled[TC].cell(12, column).value = filled[TC].cell(8, column).value
    found = filled.received()
    assert found.findings == ()
    assert _cells(found)["TC02", "2012"] == (CellState.NUMBER, Decimal(550000), "E8")


def test_a_code_of_no_form_is_a_warning(filled: Workbook) -> None:
    """A row somebody added under a code of his own is told and left out."""
    filled[TC]["A12"], filled[TC]["D12"] = "TC99", 1
    found = filled.received()
    assert _said(found) == [("code.unknown", f"{TC}!A12")]
    assert found.findings[0].parameters == {"found": "TC99"}
    assert found.outcome is Outcome.ACCEPTED


def test_a_code_that_is_not_asked_is_a_warning_where_it_was_answered(filled: Workbook) -> None:
    """TC01 is not asked of this office: an answer is told, an empty row is not."""
    filled[TC]["A12"] = "TC01"
    assert filled.received().findings == ()
    filled[TC]["E12"] = 1400000
    found = filled.received()
    assert _said(found) == [("code.not_asked", f"{TC}!A12")]
    assert found.findings[0].indicator == "TC01"
    assert "TC01" not in {o.indicator for o in found.observations}


def test_a_table_of_others_alone_is_read_for_its_strangers_only(filled: Workbook) -> None:
    """A sheet without a row of this office's is not held against the form."""
    other = filled.book.create_sheet("Thêm")
    other.append(["Mã", "Năm 2007"])
    other.append(["TC01", 5])
    other.append(["QQ7", 5])
    assert _said(filled.received()) == [("code.not_asked", "Thêm!A2"), ("code.unknown", "Thêm!A3")]


# ---------------------------------------------------------------------- recovered with proof


def _note(found: Return, code: str) -> str:
    (finding,) = [f for f in found.findings if f.code == code]
    return worded(finding, "vi").message


def test_a_moved_row_says_what_happened(filled: Workbook) -> None:
    """How many figures were read by code, and the proof that they are the right ones."""
    filled[TC].insert_rows(9)
    assert _note(filled.received(), "rows.moved") == (
        "Trang này đã thay đổi so với biểu gốc (chèn 1 dòng ở dòng 9): 3 ô được đọc theo mã và "
        "tiêu đề."
    )


def test_a_lost_code_is_replaced_by_the_label(filled: Workbook) -> None:
    """The label names the row, and a note names the rows read in this way."""
    filled[TC]["A9"] = None
    found = filled.received()
    assert _said(found) == [("rows.by_label", TC)]
    assert found.findings[0].parameters == {"count": 1, "found": "TC10"}
    assert _cells(found)["TC10", "2012"] == (CellState.NUMBER, Decimal(65), "E9")


def test_a_lost_code_column_is_replaced_by_the_labels(filled: Workbook) -> None:
    """Figures, and answers in words, are read by their labels."""
    filled[TC].delete_cols(1)
    filled[NARRATIVE].delete_cols(1)
    found = filled.received()
    assert found.outcome is Outcome.ACCEPTED
    assert [c for c, _ in _said(found)] == ["rows.by_label", "rows.moved", "rows.by_label"]
    assert found.answers() == WHOLE


def test_a_code_beside_another_label_is_not_read(filled: Workbook) -> None:
    """Whose figures these are nobody can say: both readings are told and neither is taken."""
    filled[TC]["A8"], filled[TC]["A9"] = "TC10", "TC02"
    found = filled.received()
    assert _said(found) == [("code.contradicts", f"{TC}!A8"), ("code.contradicts", f"{TC}!A9")]
    assert {o.indicator for o in found.observations} == {"TM07"}
    assert found.findings[0].parameters["other"] == "TC02"


def test_swapped_headings_are_refused_with_both_readings(filled: Workbook) -> None:
    """2007 and 2012 changed places, the figures and the numbers below the headings did not."""
    filled[TC]["D6"], filled[TC]["E6"] = "Năm 2012", "Năm 2007"
    found = filled.received()
    assert _said(found) == [("period.swapped", f"{TC}!D6")]
    assert found.findings[0].parameters == {
        "found": "D6, E6",
        "reading_a": "D = Năm 2012, E = Năm 2007",
        "reading_b": "D = Năm 2007, E = Năm 2012",
        "reading_a_en": "D = Year 2012, E = Year 2007",
        "reading_b_en": "D = Year 2007, E = Year 2012",
    }
    assert {period for _, period in _cells(found)} == {"2017", ""}


def test_a_code_on_two_rows_tells_both_readings(filled: Workbook) -> None:
    """What stands on each row is shown, so that somebody can say which is right."""
    filled[TC]["A12"], filled[TC]["D12"] = "TC02", 1
    (finding,) = filled.received().findings
    assert finding.parameters["readings"] == f"{TC}!8: 500000 | 550000 | 600000; {TC}!12: 1"


def test_merged_cells_have_no_figure_of_their_own(filled: Workbook) -> None:
    """Where 2007 and 2012 are merged there is one figure, and a finding at the other."""
    filled[TC].merge_cells("D8:E8")
    found = filled.received()
    assert _said(found) == [("cell.merged", f"{TC}!E8")]
    assert _cells(found)["TC02", "2007"] == (CellState.NUMBER, Decimal(500000), "D8")


def test_pasted_cells_are_counted(filled: Workbook) -> None:
    """A cell that lost its validation was pasted over; its figure is read all the same."""
    filled[TC].data_validations.dataValidation = [
        rule for rule in filled[TC].data_validations.dataValidation if "D8" not in str(rule.sqref)
    ]
    filled[TC]["E8"].style = "Normal"
    found = filled.received()
    assert found.outcome is Outcome.ACCEPTED
    assert _said(found) == [("cells.pasted", TC)]
    assert found.findings[0].parameters == {
        "count": 3,
        "of": 6,
        "locked": 1,
        "found": "D8, E8, F8",
    }


def test_hidden_rows_and_columns_are_read_and_noted(filled: Workbook) -> None:
    """One note says how many of each."""
    filled[TC].row_dimensions[9].hidden = True
    filled[TC].column_dimensions["E"].hidden = True
    found = filled.received()
    assert _said(found) == [("sheet.hidden", TC)]
    assert found.findings[0].parameters == {"rows": 1, "columns": 1}
    assert found.answers() == WHOLE


def test_a_formula_without_a_result_is_computed_from_its_cells(filled: Workbook) -> None:
    """The note shows the formula and what it gives."""
    filled[TC]["E8"] = "=D8+50000"
    found = filled.received()
    assert _cells(found)["TC02", "2012"] == (CellState.NUMBER, Decimal(550000), "E8")
    assert [(f.code, f.severity) for f in found.findings] == [("cell.recomputed", Severity.NOTE)]
    assert found.findings[0].parameters["found"] == "=D8+50000"
    filled[TC]["E8"] = "=D8/3"
    assert [c for c, _ in _said(filled.received())] == ["cell.integer"]


def test_answers_on_the_scratch_sheet_are_pointed_out(filled: Workbook) -> None:
    """They are not read: nobody knows whether they are answers."""
    filled[TC]["E9"] = None
    filled["Nháp"].append(["TC10", "Số xã", 77, 65, 60])
    found = filled.received()
    assert _said(found) == [("cell.blank", f"{TC}!E9"), ("scratch.answers", TC)]
    assert found.findings[1].parameters["found"] == "TC10 (Nháp!2)"


def test_other_sheets_are_named(filled: Workbook) -> None:
    """A sheet of the office's own, and one that repeats a sheet of the form; no empty one."""
    filled.book.copy_worksheet(filled[TC]).title = "Bản sao"
    filled.book.create_sheet("Riêng")["B2"] = "x"
    filled.book.create_sheet("Sheet1")
    found = filled.received()
    assert _said(found) == [("sheet.repeated", "Bản sao"), ("sheets.extra", "Riêng")]
    assert found.findings[0].parameters == {"count": 2, "found": TC}
    assert found.findings[1].parameters == {"count": 1, "found": "Riêng"}


# ---------------------------------------------------------------------- years that cannot be


@pytest.mark.parametrize(
    ("value", "codes", "state"),
    [
        ("x", [], CellState.NOT_APPLICABLE),
        (None, [], None),
        ("…", [], CellState.MISSING),
        (12, ["cell.not_founded"], CellState.INVALID),
        ("-", ["cell.not_founded"], CellState.INVALID),
        ("gần 70.000", ["cell.not_founded"], CellState.INVALID),
    ],
)
def test_a_year_before_the_unit_was_founded_has_no_figure(
    form: Form,
    units: Mapping[str, Unit],
    value: object,
    codes: list[str],
    state: CellState | None,
) -> None:
    """A figure for such a year is held back: its predecessor reports it."""
    young = replace(units["GL-BDT"], existed_from=date(2009, 8, 27))
    book = Workbook(form, young, {k: v for k, v in WHOLE.items() if k[1] != "2007"})
    assert book[TC]["D8"].value == "x"
    book[TC]["D8"] = value
    found = book.received()
    assert [f.code for f in found.findings] == codes
    assert _cells(found).get(("TC02", "2007"), (None,))[0] is state
    for finding in found.findings:
        assert finding.severity is Severity.ERROR
        assert finding.parameters["unit"] == "Ban Dân tộc tỉnh"
        assert str(finding.place).endswith(f"{TC}!D8")


@pytest.mark.parametrize(
    ("value", "codes", "observed"),
    [("x", [], False), (None, [], False), (5, ["cell.not_applicable"], True)],
)
def test_a_column_that_does_not_apply_has_no_figure(
    form: Form, units: Mapping[str, Unit], value: object, codes: list[str], observed: bool
) -> None:
    """TT02 has no cumulative figure; one typed there is an error and is not read."""
    book = Workbook(form, units["GL-TTGDTX"], {})
    sheet = book["TT Trung tâm, trường lớp"]
    assert (sheet["A9"].value, sheet["G9"].value) == ("TT02", "x")
    sheet["G9"] = value
    found = book.received()
    assert [f.code for f in found.findings if f.place.cell == "G9"] == codes
    assert (("TT02", "2007-2017") in _cells(found)) is observed


def test_an_x_for_a_yes_or_no_in_a_year_that_cannot_be_is_no_question(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """Before the unit was founded “x” means what it says, even where yes or no is asked."""
    young = replace(units["GL-TTGDTX"], existed_from=date(2009, 1, 1))
    found = Workbook(form, young, {}).received()
    assert _cells(found)["TT01", "2007"][0] is CellState.NOT_APPLICABLE
    assert "cell.yes_x" not in [f.code for f in found.findings]


# ---------------------------------------------------------------------- questions in words


@pytest.mark.parametrize(
    ("text", "codes", "state"),
    [
        ("Đã chuẩn hóa đội ngũ.", [], CellState.TEXT),
        (" - ", [], CellState.NIL),
        (2017, [], CellState.TEXT),
        (None, ["cell.blank_text"], CellState.BLANK),
        ("dài " * 300, ["cell.too_long"], CellState.TEXT),
    ],
)
def test_a_question_is_answered_in_words(
    form: Form, units: Mapping[str, Unit], text: object, codes: list[str], state: CellState
) -> None:
    """A core question must be answered, a dash answers it, and a long text is kept whole."""
    book = Workbook(form, units["GL-HND"], {})
    book[NARRATIVE]["E9"] = "Có."
    assert book[NARRATIVE]["A8"].value == "TM10"
    book[NARRATIVE]["E8"] = text
    found = book.received()
    assert [f.code for f in found.findings if f.indicator == "TM10"] == codes
    (answer,) = [o for o in found.observations if o.indicator == "TM10"]
    assert answer.state is state
    assert answer.text == ("" if text is None else str(text).strip())


def test_a_question_that_is_no_core_may_stay_open(form: Form, units: Mapping[str, Unit]) -> None:
    """TM07 need not be answered by Ban Dân tộc where it is core for nobody."""
    prompts = tuple(replace(p, core=False, core_for=()) for p in form.prompts)
    free = replace(form, prompts=prompts)
    book = Workbook(free, units["GL-BDT"], WHOLE, explanations={"TC10": "Theo QĐ 204"})
    book.units = units
    book[NARRATIVE]["E8"] = None
    found = book.received()
    assert found.findings == ()
    assert _cells(found)["TM07", ""] == (CellState.BLANK, None, "E8")


# ---------------------------------------------------------------------- lists


ROSTER = "Văn bản"


def _documents(form: Form, units: Mapping[str, Unit], *rows: list[object]) -> Return:
    book = Workbook(form, units["GL-TINH"], {})
    for n, row in enumerate(rows):
        for column, value in enumerate(row):
            book[ROSTER].cell(8 + n, 2 + column).value = value
    return book.received()


def test_the_rows_of_a_list_are_numbered_as_they_stand(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """Each cell of a row is an answer under the number of the row; empty rows do not count."""
    found = _documents(
        form,
        units,
        ["Tỉnh ủy", "cấp ủy", "Kế hoạch", "42-KH/TU", "03/7/2007", "Triển khai"],
        [],
        ["UBND tỉnh", "CHÍNH  QUYỀN", None, None, datetime(2008, 4, 13), None],
    )
    rows = {(o.indicator, o.row): (o.text, o.cell) for o in found.observations if o.row}
    assert rows == {
        ("VB01", 1): ("Tỉnh ủy", "B8"),
        ("VB02", 1): ("cấp ủy", "C8"),
        ("VB03", 1): ("Kế hoạch", "D8"),
        ("VB04", 1): ("42-KH/TU", "E8"),
        ("VB05", 1): ("03/7/2007", "F8"),
        ("VB06", 1): ("Triển khai", "G8"),
        ("VB01", 2): ("UBND tỉnh", "B10"),
        ("VB02", 2): ("chính quyền", "C10"),
        ("VB05", 2): ("13/04/2008", "F10"),
    }
    assert not [f for f in found.findings if f.place.sheet == ROSTER]


def test_what_is_not_in_the_list_or_no_date_is_a_warning(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """A choice of one's own and an unreadable date are told at their cells and kept."""
    found = _documents(form, units, ["A", "đảng", "Kế hoạch", "1", "tháng 7/2007", "x"])
    told = [f for f in found.findings if f.place.sheet == ROSTER]
    assert [(f.code, f.severity, f.place.cell, f.indicator) for f in told] == [
        ("cell.choice", Severity.WARNING, "C8", "VB02"),
        ("cell.date", Severity.WARNING, "F8", "VB05"),
    ]
    assert told[0].parameters["choices"] == "cấp ủy; chính quyền; Mặt trận – đoàn thể – Hội"
    assert told[0].parameters["found"] == "đảng"
    assert ("VB02", "đảng") in {(o.indicator, o.text) for o in found.observations}


def test_a_list_that_is_gone_is_no_row(form: Form, units: Mapping[str, Unit]) -> None:
    """Without the sheet there are no documents, and the rest is read all the same."""
    book = Workbook(form, units["GL-TINH"], {("ML04", "2012", 0): Answer(Decimal(30))})
    del book.book[ROSTER]
    found = book.received()
    assert not [o for o in found.observations if o.row]
    assert _cells(found)["ML04", "2012"][:2] == (CellState.NUMBER, Decimal(30))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03/7/2007", date(2007, 7, 3)),
        ("13-4-2007", date(2007, 4, 13)),
        ("ngày 03 tháng 7 năm 2007", date(2007, 7, 3)),
        ("31/02/2007", None),
        ("7/2007", None),
        ("2007", None),
        ("1/1/99999", None),
        ("1/1/" + "9" * 30, None),
        ("", None),
    ],
)
def test_a_day_is_written_day_first(text: str, day: date | None) -> None:
    """Day, month and year in this order, with any words between them."""
    assert day_first(text) == day


# ---------------------------------------------------------------------- rules


def test_a_violated_rule_is_placed_at_its_figure(form: Form, units: Mapping[str, Unit]) -> None:
    """TC04 > TC05 in 2012 is told at the cell of TC04, wherever that row now is."""
    answers = {
        (code, year, 0): Answer(Decimal(value))
        for code, value in (
            ("TC04", 222),
            ("TC05", 2100),
            ("TC09", 5000),
            ("TC11", 2500),
            ("DN15", 4000),
        )
        for year in ("2007", "2012", "2017")
    }
    book = Workbook(form, units["GL-S-NOIVU"], answers)
    assert "TC04-TC05" not in [f.code for f in book.received().findings]
    book[TC]["E9"] = 100
    book[TC].insert_rows(2)
    (finding,) = [f for f in book.received().findings if f.code == "TC04-TC05"]
    assert str(finding.place) == f"Sở Nội vụ › {TC}!E9"
    assert finding.parameters["found"] == "TC04[2012] = 222; TC05[2012] = 100"


def test_a_rule_about_no_figure_is_placed_at_the_unit() -> None:
    """A rule of constants has no cell; it is told of the unit."""
    form = load(
        {
            "form.yaml": """\
id: nho
version: "1"
title: Nhỏ
periods:
  - {code: "2012", label: Năm 2012, starts: 2012-01-01, ends: 2012-12-31}
groups: AA
unit_kinds:
  - {code: huyen, name: Huyện, scope: part}
""".encode(),
            "group-AA.yaml": """\
code: AA
name: A
title: A
indicators:
  - code: A1
    label: Dân số
    unit: u
    kind: count
    nature: stock
    aggregation: sum
    periods: 2012
    respondents: huyen
    help: h
rules:
  - {id: HANG, expression: 2 <= 1, severity: error, message: Hằng số.}
""".encode(),
        }
    )
    unit = Unit("U", "Huyện U", "U", "huyen")
    found = Workbook(form, unit, {}).received()
    assert ("HANG", "Huyện U") in [(f.code, str(f.place)) for f in found.findings]


# ---------------------------------------------------------------------- whose it is


def _meta(book: Workbook, key: str, value: str, *, sealed: bool = False) -> None:
    """Change one line of the identity sheet, take the properties away, and seal it anew or not."""
    rows = {row[0].value: row[1] for row in book["_meta"].iter_rows(max_col=2)}
    rows[key].value = value
    if not sealed:
        keys = ("form", "version", "unit", "round", "parent")
        rows["checksum"].value = checksum(*(str(rows[k].value or "") for k in keys))
    for name in list(book.book.custom_doc_props.names):
        del book.book.custom_doc_props[name]


def test_a_workbook_without_its_identity_sheet_is_known_by_its_properties(
    filled: Workbook,
) -> None:
    """Somebody copied the visible sheets only: the properties still say whose it is."""
    del filled.book["_meta"]
    found = filled.received()
    assert (found.outcome, found.findings) == (Outcome.ACCEPTED, ())


def test_a_workbook_without_any_identity_is_known_by_its_cover(filled: Workbook) -> None:
    """Sheet and properties are gone: the cover names the unit, and a note says so."""
    _meta(filled, "unit", "")
    found = filled.received()
    assert _said(found) == [("file.identity_by_cover", "Ban Dân tộc tỉnh")]
    assert found.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(("key", "value"), [("unit", "GL-CTK"), ("round", "7"), ("form", "khac")])
def test_an_identity_changed_by_hand_is_refused(filled: Workbook, key: str, value: str) -> None:
    """The seal on the identity sheet no longer fits: whose return this is cannot be trusted."""
    _meta(filled, key, value, sealed=True)
    found = filled.received()
    assert (found.outcome, [f.code for f in found.findings]) == (
        Outcome.REFUSED,
        ["file.identity_changed"],
    )


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("unit", "GL-999", "file.unknown_unit"),
        ("unit", "GL", "file.not_respondent"),
        ("form", "chi-thi-40", "file.other_form"),
    ],
)
def test_a_workbook_of_another_unit_or_form_is_refused(
    filled: Workbook, key: str, value: str, code: str
) -> None:
    """Nothing of a refused file is read, and its cover is kept for whoever asks."""
    _meta(filled, key, value)
    found = filled.received()
    assert found.outcome is Outcome.REFUSED
    assert [f.code for f in found.findings] == [code]
    assert (found.observations, found.identity) == ((), None)
    assert found.cover["compiler"] == "Bà Hoa"


def test_a_workbook_of_another_version_is_read_with_a_note(filled: Workbook) -> None:
    """An earlier version of the form is read by its codes."""
    _meta(filled, "version", "1.0")
    found = filled.received()
    assert _said(found) == [("file.other_version", "Ban Dân tộc tỉnh")]
    assert found.outcome is Outcome.ACCEPTED
    assert len(found.observations) == 7


def test_a_cover_with_another_unit_refuses_the_file(filled: Workbook) -> None:
    """The wrong district's name on the cover: nobody knows whose figures these are."""
    filled["Bìa"]["D8"] = "Huyện Chư Sê"
    found = filled.received()
    assert (found.outcome, [f.code for f in found.findings]) == (
        Outcome.REFUSED,
        ["file.wrong_unit"],
    )


def test_a_workbook_outside_a_campaign_is_read_by_its_own_word(filled: Workbook) -> None:
    """Without a list of units the identity sheet says name and kind."""
    filled.units = None
    found = filled.received()
    assert found.outcome is Outcome.ACCEPTED
    assert len(found.observations) == 7


def test_a_workbook_without_a_sheet_of_the_form_is_refused(filled: Workbook) -> None:
    """Identity and cover alone are no return."""
    for name in (TC, NARRATIVE):
        del filled.book[name]
    found = filled.received()
    assert found.outcome is Outcome.REFUSED
    assert _said(found) == [("file.no_sheets", "Ban Dân tộc tỉnh")]
    assert found.cover["compiler"] == "Bà Hoa"


# ---------------------------------------------------------------------- lists on small grids


HEADINGS: list[Raw] = [
    "Cơ quan ban hành",
    "Khối ban hành",
    "Loại văn bản",
    "Số, ký hiệu",
    "Ngày ban hành",
    "Trích yếu nội dung",
]


def _roster_grid(*rows: list[Raw]) -> Grid:
    """Return a list without the form's other sheets, and the identity of the provincial block."""
    seal = checksum("chi-thi-11", "2.0", "GL-TINH", "", "")
    meta: list[list[Raw]] = [["form", "chi-thi-11"], ["version", "2.0"], ["unit", "GL-TINH"]]
    meta.append(["checksum", seal])
    sheet = GridSheet("Danh mục", visible=True, rows=[HEADINGS, *rows])
    return Grid((sheet, GridSheet("_meta", visible=False, rows=meta)))


def test_the_line_that_numbers_the_columns_is_no_row(form: Form, units: Mapping[str, Unit]) -> None:
    """B, C, 1, 2, 3, 4 below the headings is left out; a row of real words is not."""
    cells = _roster_grid(
        ["B", "C", "1", "2", 3.0, 4.0],
        ["Tỉnh ủy", "cấp ủy", "Chỉ thị", None, datetime(2007, 5, 1)],
    )
    found = receive(cells, form, units, "x")
    texts = [(o.indicator, o.row, o.text) for o in found.observations if o.row]
    assert texts == [
        ("VB01", 1, "Tỉnh ủy"),
        ("VB02", 1, "cấp ủy"),
        ("VB03", 1, "Chỉ thị"),
        ("VB05", 1, "01/05/2007"),
    ]


def test_a_list_alone_is_a_return(form: Form, units: Mapping[str, Unit]) -> None:
    """Where only the list came back it is read, and every other sheet is told as missing."""
    found = receive(_roster_grid(), form, units, "x")
    assert found.outcome is Outcome.NEEDS_CORRECTION
    missing = [f.parameters["group"] for f in found.findings if f.code == "rows.missing"]
    assert missing == ["TC", "ML", "TT", "QK", "PC", "PT", "LD", "XH", NARRATIVE]
