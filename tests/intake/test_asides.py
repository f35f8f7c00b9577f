"""What stands beside the answers of a return: comments, explanations, covers, links, formats."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import verbs
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, DataBarRule, FormulaRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from shipped import FLAWED, RETURNED

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.intake.typed_formulas import TypedFormulas
from tongket_xlsx.model.assessment import assessed
from tongket_xlsx.model.explanations import Step
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import CoverField, Role
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import CellState, Return
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.reader.cells import Grid as Workbook
from tongket_xlsx.reader.cells import GridSheet as Sheet
from tongket_xlsx.reader.linked_books import linked_books
from tongket_xlsx.reader.sheet_facts import Outline
from tongket_xlsx.tasks import mark as marking
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.number_formats import shown_instead
from tongket_xlsx.text.reasons import is_reason

CHU_SE = "GL-633_ChuSe.xlsx"
DAY = date(2017, 3, 30)

pytestmark = pytest.mark.usefixtures("in_process")

Read = Callable[[bytes], Return]


@pytest.fixture
def read(form: Form, units: Mapping[str, Unit]) -> Read:
    return Reader((form,), units).read


def edited(change: Callable[[openpyxl.Workbook], None], data: bytes | None = None) -> bytes:
    """A return of Chư Sê, or another one, edited by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(data or (RETURNED / CHU_SE).read_bytes()))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def coded(found: Return, code: str) -> list[Finding]:
    return [finding for finding in found.findings if finding.code == code]


def put(form: Form, code: str, key: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    sheet = layout_of(form, "huyen", "vi").sheet_of(code)
    row, column = sheet.cell(code, key)

    def change(book: openpyxl.Workbook) -> None:
        book[sheet.name].cell(row + 1, column + 1).value = value  # type: ignore[assignment]

    return change


# ---------------------------------------------------------------------- comments


def test_a_comment_on_a_figure_is_quoted_with_its_place(form: Form, read: Read) -> None:
    """One note names the cell, its row and what the comment says."""
    sheet = layout_of(form, "huyen", "vi").sheet_of("TC01")
    row, column = sheet.cell("TC01", "2017")

    def change(book: openpyxl.Workbook) -> None:
        cell = book[sheet.name].cell(row + 1, column + 1)
        cell.comment = Comment("số ước của\nphòng", "Trần Thị B")

    (note,) = coded(read(edited(change)), "overlay.comment")
    assert (note.indicator, note.period, note.severity) == ("TC01", "2017", Severity.NOTE)
    assert note.parameters["found"] == "số ước của phòng"
    assert note.place.sheet == sheet.name


def test_our_own_notes_are_not_taken_for_the_offices(campaign: Campaign, read: Read) -> None:
    """A copy sent back carries notes of ours; one that was changed since is the office's."""
    (path,) = FLAWED.glob("02-so-go-bang-chu.xlsx")
    verbs.receive(campaign, [path], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    data = copy.path.read_bytes()
    assert b"xl/comments1.xml" in data
    assert coded(read(data), "overlay.comment") == []

    def answered(book: openpyxl.Workbook) -> None:
        cell = next(c for s in book for row in s.iter_rows() for c in row if c.comment)
        cell.comment = Comment(f"{cell.comment.text}\nPhòng: đã đối chiếu", cell.comment.author)

    (note,) = coded(read(edited(answered, data)), "overlay.comment")
    assert "đã đối chiếu" in str(note.parameters["found"])


def test_a_thread_is_quoted_and_not_what_excel_writes_in_its_place(form: Form, read: Read) -> None:
    """Of a threaded comment every remark is told, and not the sentence for older programs."""
    sheet = layout_of(form, "huyen", "vi").sheet_of("TC01")

    def change(book: openpyxl.Workbook) -> None:
        book[sheet.name]["D8"].comment = Comment("[Threaded comment] Your version …", "tc={1}")

    data = edited(change)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = next(n for n in parts if n.startswith("xl/worksheets/_rels/") and b"omment" in parts[n])
    link = (
        b'<Relationship Id="rT" Type="http://schemas.microsoft.com/office/2017/10/relationships/'
        b'threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    parts[name] = parts[name].replace(b"</Relationships>", link)
    parts["xl/threadedComments/threadedComment1.xml"] = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        'threadedcomments"><threadedComment ref="D8" id="{1}"><text>Lấy ở đâu?</text>'
        '</threadedComment><threadedComment ref="D8" id="{2}" parentId="{1}"><text>Chi cục'
        "</text></threadedComment></ThreadedComments>"
    ).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, content in parts.items():
            packed.writestr(part, content)
    (note,) = coded(read(stream.getvalue()), "overlay.comment")
    assert note.parameters["found"] == "Lấy ở đâu? Chi cục"


def test_a_comment_comes_back_in_the_marked_copy(campaign: Campaign, form: Form) -> None:
    """What an office wrote in a comment is quoted in the copy it gets back."""
    (path,) = FLAWED.glob("02-so-go-bang-chu.xlsx")
    sheet = layout_of(form, "huyen", "vi").sheet_of("TC01")

    def change(book: openpyxl.Workbook) -> None:
        book[sheet.name]["D8"].comment = Comment("chờ Chi cục Thống kê", "Trần Thị B")

    (campaign.home / "in.xlsx").write_bytes(edited(change, path.read_bytes()))
    verbs.receive(campaign, [campaign.home / "in.xlsx"], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    page = openpyxl.load_workbook(copy.path)["Cần sửa"]
    shown = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value]
    assert "chờ Chi cục Thống kê" in shown
    assert f"{sheet.name}!D8" in shown


# ---------------------------------------------------------------------- no answers


@pytest.mark.parametrize("error", ["#REF!", "#N/A"])
def test_an_error_on_the_cover_names_nobody(form: Form, read: Read, error: str) -> None:
    """It is told once, and neither kept as the name nor taken for a field left blank."""
    layout = layout_of(form, "huyen", "vi")
    row, column = layout.cover[CoverField.COMPILER]

    def change(book: openpyxl.Workbook) -> None:
        book[layout.sheets[0].name].cell(row + 1, column + 1).value = error

    found = read(edited(change))
    (finding,) = coded(found, "cover.error")
    assert finding.parameters["found"] == error
    assert finding.place.unit
    assert not found.cover["compiler"]
    assert coded(found, "cover.blank") == []


def test_an_error_in_a_list_is_no_entry(form: Form, read: Read) -> None:
    """An error value in the list of documents is an error at its cell, and no text."""
    layout = layout_of(form, "huyen", "vi")
    home = next(s for s in layout.sheets if s.kind == "roster")

    def change(book: openpyxl.Workbook) -> None:
        book[home.name].cell(home.heading_row + 3, 4).value = "#NAME?"

    found = read(edited(change))
    (finding,) = coded(found, "cell.error_text")
    assert finding.place.sheet == home.name
    (entry,) = [o for o in found.observations if o.row and o.raw == "#NAME?"]
    assert (entry.state, entry.text) == (CellState.ERROR, "")


@pytest.mark.parametrize(
    "text", ["0", "-", ".", "…", "...", "x", "ok", "OK.", "#REF!", "#N/A", "Err:502", "không có",
             "N/A", "chưa có số liệu", "đúng", "12.345", "?"],
)  # fmt: skip
def test_a_sign_is_no_explanation_and_lifts_nothing(text: str) -> None:
    """A warning stays open where nothing says why the figure is as it is."""
    warning = Finding("cell.plausible", Severity.WARNING, indicator="ML10", period="2017")
    (item,) = assessed([Step("a", "", [warning], {"ML10": text})]).findings
    assert item.is_open
    assert not is_reason(text)


@pytest.mark.parametrize("text", ["vì sáp nhập", "bão", "Theo QĐ 204", "tach xa", "đúng, do bão"])
def test_a_reason_in_words_is_one(text: str) -> None:
    """Whether a reason is good is for people to judge."""
    assert is_reason(text)


def test_the_office_is_told_that_it_explained_nothing(form: Form, read: Read) -> None:
    """The row with a warning says so; a row without one is left alone."""
    warned = next(
        f.indicator
        for f in read((FLAWED / "03-ghi-dong-thay-trieu.xlsx").read_bytes()).findings
        if f.severity is Severity.WARNING and f.indicator
    )
    data = (FLAWED / "03-ghi-dong-thay-trieu.xlsx").read_bytes()
    told = read(edited(put(form, warned, Role.EXPLANATION, "0"), data))
    (finding,) = coded(told, "row.not_explanation")
    assert (finding.indicator, finding.parameters["found"]) == (warned, "0")


# ---------------------------------------------------------------------- estimates, links, formats


def test_an_estimate_goes_back_in_its_words(
    form: Form, units: Mapping[str, Unit], issue: Issue, read: Read
) -> None:
    """The flag reaches the observation, and the copy an office gets back says “khoảng”."""
    found = read(edited(put(form, "TC01", "2017", "khoảng 110.500")))
    (given,) = [o for o in found.observations if (o.indicator, o.period) == ("TC01", "2017")]
    assert (given.value, given.estimated) == (Decimal(110500), True)
    assert found.identity is not None
    again = read(template.build(form, units[found.identity.unit], issue, answers=found.answers()))
    (same,) = [o for o in again.observations if (o.indicator, o.period) == ("TC01", "2017")]
    assert (same.raw, same.value, same.estimated) == (given.raw, given.value, True)


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("=[1]Sheet1!A1", ("[1]",)),
        ("='C:\\so lieu\\[Tổng hợp.xlsx]Biểu 1'!A1+1", ("Tổng hợp.xlsx",)),
        ("=SUM('[2]Biểu 1'!A1:A3,[2]X!B1)", ("[2]",)),
        ("='file:///C:/a%20b/x.xlsx'#$Sheet1.A1", ("x.xlsx",)),
        ("=SUM(Bang[Năm 2017])", ()),
        ('=IF(A1="[1]Sheet1!A1",1,2)', ()),
        ("=A1+B2", ()),
    ],
)
def test_the_workbook_a_formula_takes_cells_from(formula: str, names: tuple[str, ...]) -> None:
    """Its file is named; a column of a table and a text are no other workbook."""
    assert linked_books(formula, {}) == names


def test_a_numbered_link_is_followed_to_its_file() -> None:
    """[1] is the first link of the workbook, and its part says which file it leads to."""
    parts = {
        "xl/workbook.xml": b'<externalReference xmlns:r="x" r:id="rId7"/>',
        "xl/_rels/workbook.xml.rels": b'<Relationship Id="rId7" Target="externalLinks/e3.xml"/>',
        "xl/externalLinks/_rels/e3.xml.rels": b'<Relationship Id="r" Target="file:///C:/b%20c.xlsx"/>',
    }
    assert linked_books("=[1]Sheet1!A1", parts) == ("b c.xlsx",)


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        (";;;", 7, ""), (";;", 0, ""), ("0;;", 0, ""), ("#,###", 0, ""), ('"đạt"', 5, "đạt"),
        ('#,##0;-#,##0;"…"', 0, "…"), ('[<50000]"-";#,##0', 300, "-"), ("[>5]0", 3, "####"),
        ('[>1000]"nhiều";0', 2000, "nhiều"), ('[>=1000]#,##0,"k";0', 25000, "25 k"),
        ("[White]0", 5, ""), ("\\x", 5, "x"), ('"~"0', 5, "~ 5"), ('"khoảng "0', 5, "khoảng 5"),
        ("~0", 5, "~ 5"), ('"trên "#,##0', 5, "trên 5"),
    ],
)  # fmt: skip
def test_a_format_that_shows_something_else(code: str, value: int, shown: str) -> None:
    """What people see of the number is named."""
    assert shown_instead(code, Decimal(value)) == shown


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("0", 7), ("#,##0;-#,##0;-", 0), ('#,##0;-#,##0;"-"', 0), ('#,##0" người"', 5),
        ("General", 3), ('0" hộ"', 5),
        ('_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', 0), ("0%", 1),
        ('[>1000]"nhiều";0', 20), ("[$-409]#,##0", 3), ("dd/mm/yyyy", 5), ("[Red]-0;0", 3),
    ],
)  # fmt: skip
def test_a_format_that_shows_the_number(code: str, value: int) -> None:
    """Colours, currencies, words around it and a dash for zero change nothing."""
    assert shown_instead(code, Decimal(value)) is None


def test_a_figure_linked_through_another_cell_names_the_other_workbook() -> None:
    """D8 = Nháp!B1, B1 = C1, and C1 takes its figure from another workbook."""
    notes = Sheet("Nháp", True, [[]], Outline(formulas={(0, 1): "=C1", (0, 2): "=[1]Sổ!A1"}))
    asked = Sheet("TC", True, [[]], Outline(formulas={(7, 3): "=Nháp!B1"}))
    looked = TypedFormulas(Workbook((asked, notes)), None)  # type: ignore[arg-type]
    assert looked._books("TC", "=SUM(Nháp!A1:B1)*2") == ("[1]",)
    assert looked._books("TC", "=Nháp!A1*2") == ()


# ---------------------------------------------------------------------- formats on a condition


def _white(operator: str, *formulas: str) -> Rule:
    return CellIsRule(operator=operator, formula=list(formulas), font=Font(color="FFFFFFFF"))


def _shown(code: str, kind: str = "expression", **more: object) -> Rule:
    style = DifferentialStyle(numFmt=NumberFormat(numFmtId=190, formatCode=code))
    return Rule(type=kind, dxf=style, **more)  # type: ignore[arg-type]


def _unshown() -> Rule:
    rule = DataBarRule("min", None, "max", None, "FF638EC6")
    assert rule.dataBar is not None
    rule.dataBar.showValue = False
    return rule


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (_white("greaterThan", "0"), "chữ cùng màu với nền ô"),
        (_white("between", "0", "E8*1000"), "chữ cùng màu với nền ô"),
        (_shown(";;;", formula=["TRUE"]), "trống"),
        (_shown('"-"', formula=["D8>0"]), "“-”"),
        (_shown('"-"', formula=["ISNUMBER(D8)"]), "“-”"),
        (_unshown(), "trống"),
        (_white("lessThan", "0"), None),
        (_white("between", "-9", "-1"), None),
        (_shown(";;;", formula=["D8=0"]), None),
        (_shown('#,##0" người"', formula=["TRUE"]), None),
        (CellIsRule(operator="greaterThan", formula=["0"], font=Font(color="FFFF0000")), None),
        (FormulaRule(formula=["TRUE"], fill=PatternFill(bgColor="FFFFFF00")), None),
        (
            FormulaRule(
                formula=["TRUE"], font=Font(color="FFFFFFFF"), fill=PatternFill(bgColor="FF000000")
            ),
            None,
        ),
    ],
)
def test_a_format_on_a_condition_that_hides_a_figure_is_told(
    form: Form, read: Read, rule: Rule, shown: str | None
) -> None:
    """Where the condition holds, what is seen of the figure is named; else nothing is said."""
    sheet = layout_of(form, "huyen", "vi").sheet_of("TC01")

    def change(book: openpyxl.Workbook) -> None:
        book[sheet.name].conditional_formatting.add("D8:D9", rule)

    told = coded(read(edited(change)), "cell.shown_otherwise")
    assert [f.parameters["shown"] for f in told] == [shown] * 2 * (shown is not None)
    assert not told or [f.place.cell for f in told] == ["D8", "D9"]


@pytest.mark.parametrize(
    ("letters", "ground", "unseen"),
    [
        ("FFFFFF00", "FFFFFF00", True), ("FFFFFFFF", None, True), ("FF000000", "FF000000", True),
        ("FFFFFF00", "FFFFFFFF", False), ("FFFFFFFF", "FF000000", False), ("FF000000", None, False),
    ],
)  # fmt: skip
def test_letters_in_the_colour_of_their_ground_are_told(
    form: Form, read: Read, letters: str, ground: str | None, *, unseen: bool
) -> None:
    """Of any colour: yellow on yellow is seen as little as white on white."""
    sheet = layout_of(form, "huyen", "vi").sheet_of("TC01")

    def change(book: openpyxl.Workbook) -> None:
        cell = book[sheet.name]["D8"]
        cell.font = Font(color=letters)
        cell.fill = PatternFill("solid", fgColor=ground) if ground else PatternFill()

    assert bool(coded(read(edited(change)), "cell.shown_otherwise")) is unseen


def test_a_yes_shown_by_a_format_is_one(form: Form, read: Read) -> None:
    """1 that is shown as “Có” is no contradiction; 0 shown as “Có” is one."""
    sheet = layout_of(form, "huyen", "vi").sheet_of("ML01")
    row, column = sheet.cell("ML01", "2007")
    for value, told in ((1, 0), (0, 1)):

        def change(book: openpyxl.Workbook, value: int = value) -> None:
            cell = book[sheet.name].cell(row + 1, column + 1)
            cell.value, cell.number_format = value, '"Có";;"Có"'

        assert len(coded(read(edited(change)), "cell.shown_otherwise")) == told


# ---------------------------------------------------------------------- merged, hidden, unmarked


def test_an_explanation_merged_over_rows_explains_each_of_them(form: Form, read: Read) -> None:
    """One reason for three rows, in one merged cell, is the reason of all three."""
    sheet = layout_of(form, "huyen", "vi").sheet_of("TC01")
    row, column = sheet.cell("TC01", Role.EXPLANATION)

    def change(book: openpyxl.Workbook) -> None:
        page = book[sheet.name]
        page.cell(row + 1, column + 1).value = "Sáp nhập xã nên số giảm"
        page.merge_cells(None, row + 1, column + 1, row + 3, column + 1)

    found = read(edited(change)).explanations
    assert [found.get(code) for code in ("TC01", "TC02", "TC03")] == ["Sáp nhập xã nên số giảm"] * 3
    assert "TC04" not in found


def test_a_text_merged_with_the_next_is_told_as_merged(form: Form, read: Read) -> None:
    """The second of two answers in one merged cell is not just said to be blank."""
    layout = layout_of(form, "huyen", "vi")
    home = next(s for s in layout.sheets if s.kind == "roster")
    sheet = layout.sheet_of("TM01")
    row, column = sheet.cell("TM01", Role.ANSWER)

    def change(book: openpyxl.Workbook) -> None:
        book[sheet.name].merge_cells(None, row + 1, column + 1, row + 2, column + 1)
        book[home.name].merge_cells(None, home.heading_row + 3, 5, home.heading_row + 4, 5)

    merged = coded(read(edited(change)), "cell.merged")
    assert [(f.place.sheet, f.parameters["what"]) for f in merged] == [
        (sheet.name, "text"), (home.name, "text")
    ]  # fmt: skip
    assert all("riêng" in worded(f, "vi").advice for f in merged)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_with_answers_is_read_and_noted(form: Form, read: Read, state: str) -> None:
    """Nobody who opens the file sees them; they count, and a note says so."""
    layout = layout_of(form, "huyen", "vi")
    names = [
        layout.sheet_of("TC01").name,
        next(s.name for s in layout.sheets if s.kind == "roster"),
    ]

    def change(book: openpyxl.Workbook) -> None:
        for name in names:
            book[name].sheet_state = state

    found, right = read(edited(change)), read(edited(lambda _: None))
    assert found.observations == right.observations
    notes = coded(found, "sheet.hidden")
    assert [(f.place.sheet, f.parameters["what"]) for f in notes] == [(n, "whole") for n in names]
    assert coded(right, "sheet.hidden") == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (CoverField.CODE, "gl-633"), (CoverField.CODE, "GL\u00a0633"), (CoverField.CODE, "GL633"),
        (CoverField.UNIT, "Huyen Chu Se"), (CoverField.UNIT, "HUYỆN  CHƯ SÊ"),
    ],
)  # fmt: skip
def test_a_cover_typed_without_marks_names_the_same_office(
    form: Form, units: Mapping[str, Unit], field: CoverField, text: str
) -> None:
    """Within a campaign and outside of it: the identity says whose return it is."""
    layout = layout_of(form, "huyen", "vi")
    row, column = layout.cover[field]

    def change(book: openpyxl.Workbook) -> None:
        book[layout.sheets[0].name].cell(row + 1, column + 1).value = text

    data = edited(change)
    for known in (units, None):
        found = Reader((form,), known).read(data)
        assert found.identity is not None
        assert not [f for f in found.findings if f.code.startswith("file.")]


@pytest.mark.parametrize(
    ("field", "text"), [(CoverField.CODE, "gl-634"), (CoverField.UNIT, "Huyen Chu Puh")]
)
def test_a_cover_of_another_office_is_still_refused(
    form: Form, read: Read, field: CoverField, text: str
) -> None:
    """Without its marks the name of another district is that of the other district."""
    layout = layout_of(form, "huyen", "vi")
    row, column = layout.cover[field]

    def change(book: openpyxl.Workbook) -> None:
        book[layout.sheets[0].name].cell(row + 1, column + 1).value = text

    found = read(edited(change))
    assert coded(found, "file.wrong_unit") or coded(found, "file.cover_unclear")


def test_units_and_choices_typed_without_marks_are_known(form: Form, read: Read) -> None:
    """“nguoi” is no other unit, “trieu dong” no other scale, “cap uy” one of the list."""
    layout = layout_of(form, "huyen", "vi")
    home = next(s for s in layout.sheets if s.kind == "roster")

    def change(book: openpyxl.Workbook) -> None:
        for code, unit in (("TC01", "nguoi"), ("QK01", "trieu dong")):
            sheet = layout.sheet_of(code)
            row, column = sheet.cell(code, Role.UNIT)
            book[sheet.name].cell(row + 1, column + 1).value = unit
        book[home.name].cell(home.heading_row + 3, 3).value = "cap uy"

    found, right = read(edited(change)), read(edited(lambda _: None))
    for code in ("row.unit_differs", "row.unit_changed", "cell.choice"):
        assert coded(found, code) == coded(right, code)
    assert any(o.text == "cấp ủy" and o.raw == "cap uy" for o in found.observations)


# ---------------------------------------------------------------------- headings, errors as texts


def _headed(form: Form, heading: object) -> Callable[[openpyxl.Workbook], None]:
    sheet = layout_of(form, "huyen", "vi").sheet_of("TC01")

    def change(book: openpyxl.Workbook) -> None:
        cell = book[sheet.name].cell(sheet.heading_row + 1, sheet.cell("TC01", "2007")[1] + 1)
        assert cell.value == "Năm 2007"
        cell.value = heading  # type: ignore[assignment]

    return change


@pytest.mark.parametrize(
    "heading",
    ["Đến hết năm 2007", "Cuối năm 2007", "Số liệu năm 2007", "N.2007", "Năm 2007 (*)",
     "Năm 2007 (1)", "Năm 2007*", "NAM 2007", "đến 2007"],
)  # fmt: skip
def test_a_year_in_other_words_is_that_year(form: Form, read: Read, heading: str) -> None:
    """What is asked is what stood at its end, and a mark of a footnote changes nothing."""
    found, right = read(edited(_headed(form, heading))), read(edited(lambda _: None))
    assert found.observations == right.observations
    assert not coded(found, "period.missing")


@pytest.mark.parametrize(
    "heading", ["31/12/2007", "Năm học 2006-2007", "Kế hoạch năm 2007", "Năm 2007 (KH)", "#SPILL!"]
)
def test_a_heading_that_may_mean_another_year_is_asked(
    form: Form, read: Read, heading: str
) -> None:
    """A day, a school year and a plan are not taken for the year; what stands there is quoted."""
    found = read(edited(_headed(form, heading)))
    (finding,) = coded(found, "period.missing")
    assert finding.period == "2007"
    if heading != "#SPILL!":
        assert finding.parameters["found"] == heading


@pytest.mark.parametrize("error", ["#REF!", "#SPILL!", "Err:502"])
def test_an_error_typed_as_a_text_is_no_text(form: Form, read: Read, error: str) -> None:
    """In a narrative it is an error at its cell; beside a figure it explains nothing."""

    def change(book: openpyxl.Workbook) -> None:
        put(form, "TM01", Role.ANSWER, error)(book)
        put(form, "TC02", Role.EXPLANATION, error)(book)

    found = read(edited(change))
    places = [(f.indicator, f.severity) for f in coded(found, "cell.error_text")]
    assert ("TM01", Severity.ERROR) in places
    beside = [*coded(found, "cell.error_text"), *coded(found, "row.not_explanation")]
    assert "TC02" in {f.indicator for f in beside}
    assert not is_reason(error)


def test_a_truth_value_explains_nothing() -> None:
    """TRUE in the column for explanations is no reason."""
    assert not is_reason("TRUE")
