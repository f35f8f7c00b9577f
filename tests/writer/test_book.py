"""What Excel could not hold is never cut, dropped or doubled in silence."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongket_xlsx.writer.book import Book, Sheet
from tongket_xlsx.writer.limits import NotWritten
from tongket_xlsx.writer.text_limits import shortened, units16

LAST_ROW, LAST_COLUMN = 1048575, 16383
BELOW, BEYOND = (LAST_ROW + 1, 0), (0, LAST_COLUMN + 1)
ASTRAL = "😀"

Attempt = Callable[[Book, Sheet], object]


def fresh() -> tuple[Book, Sheet]:
    book = Book("Thử")
    return book, book.sheet("Một")


def reopened(book: Book) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(book.bytes()))


def part(book: Book, name: str) -> str:
    with zipfile.ZipFile(BytesIO(book.bytes())) as archive:
        return archive.read(name).decode()


def twice(book: Book, sheet: Sheet) -> None:
    chart = book.chart({"type": "line"})
    sheet.place(0, 0, chart, "một")
    sheet.place(20, 0, chart, "hai")


def rule(**properties: object) -> Attempt:
    return lambda _, s: s.validate((0, 0), (0, 0), properties)


REFUSED: dict[str, Attempt] = {
    "text below the last row": lambda _, s: s.write(*BELOW, "x"),
    "number beyond the last column": lambda _, s: s.write(*BEYOND, 1),
    "yes below the last row": lambda _, s: s.write(*BELOW, True),
    "blank below the last row": lambda b, s: s.write(*BELOW, None, b.style(bold=True)),
    "formula too long": lambda _, s: s.formula(0, 0, "=" + "1+" * 4096 + "1", None, 1),
    "formula below the last row": lambda _, s: s.formula(*BELOW, "=1", None, 1),
    "link below the last row": lambda _, s: s.link(*BELOW, "Một", "A1", "x", None),
    "merged below the last row": lambda b, s: s.merge((0, 0), BELOW, "", b.style()),
    "single merged cell outside": lambda b, s: s.merge(BELOW, BELOW, "x", b.style()),
    "too many widths": lambda _, s: s.widths([9] * (LAST_COLUMN + 2)),
    "height below the last row": lambda _, s: s.height(LAST_ROW + 1, 20),
    "list too long": rule(validate="list", source=["x" * 128, "y" * 128]),
    "rule too long": rule(validate="custom", value="=" + "1" * 255),
    "rule that says nothing": rule(validate="any"),
    "rule below the last row": lambda _, s: s.validate(
        BELOW, BELOW, {"validate": "list", "source": ["Có"]}
    ),
    "note below the last row": lambda _, s: s.note(*BELOW, "x"),
    "conditional format outside": lambda _, s: s.conditional(
        BELOW, BELOW, {"type": "cell", "criteria": ">", "value": 1}
    ),
    "name twice": lambda b, _: (b.name("Nhóm", "=A1"), b.name("Nhóm", "=A2")),
}

# xlsxwriter warns and goes on; here it must not come out as a bare UserWarning that nobody
# upstream expects.
WARNED: dict[str, Attempt] = {
    "unknown key of a rule": rule(validate="list", sauce=["Có"]),
    "unknown sort of rule": rule(validate="lists", source=["Có"]),
    "list too long for Excel's counting": rule(validate="list", source=[ASTRAL * 128]),
}

# What xlsxwriter lets through, with a warning on the screen at best.
DROPPED: dict[str, Attempt] = {
    "footer of ampersands too long": lambda _, s: s.printed(footer="&" * 120),
    "property too long": lambda b, _: b.property("tongket_name", "x" * 256),
    "property twice": lambda b, _: (b.property("a", "1"), b.property("a", "2")),
    "names that differ in case only": lambda b, _: (b.name("Nhóm", "=A1"), b.name("NHÓM", "=A2")),
    "list with a comma in a choice": rule(validate="list", source=["một, hai", "ba"]),
    "formula of a list too long": rule(validate="list", source="=" + "1" * 255),
    "second note on a cell": lambda _, s: (s.note(0, 0, "một"), s.note(0, 0, "hai")),
    "unknown chart": lambda b, _: b.chart({"type": "bánh"}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_excel_cannot_hold_is_refused(what: str) -> None:
    """Each call that Excel could not carry out raises, and says where."""
    book, sheet = fresh()
    with pytest.raises(NotWritten, match=r".+"):
        REFUSED[what](book, sheet)


@pytest.mark.parametrize("what", WARNED)
def test_what_xlsxwriter_warns_of_is_refused(what: str) -> None:
    """A warning of xlsxwriter comes out as the one exception that callers know."""
    book, sheet = fresh()
    with pytest.raises(NotWritten):
        WARNED[what](book, sheet)


@pytest.mark.parametrize("what", DROPPED)
def test_what_xlsxwriter_lets_pass_is_refused(what: str) -> None:
    """What xlsxwriter itself lets pass, or only warns of, is refused all the same."""

    def attempt() -> bytes:
        book, sheet = fresh()
        DROPPED[what](book, sheet)
        return book.bytes()

    with pytest.raises(NotWritten):
        attempt()


# Nothing of the product asks for these, and Excel would open the workbook all the same.
PASSED: dict[str, Attempt] = {
    "link to no sheet": lambda _, s: s.link(0, 0, "Hai", "A1", "x", None),
    "heading row outside": lambda _, s: s.printed(heading_row=LAST_ROW + 1),
}


@pytest.mark.parametrize("what", PASSED)
def test_what_points_nowhere_is_refused(what: str) -> None:
    """A link or a heading row that is not there is refused."""

    def attempt() -> bytes:
        book, sheet = fresh()
        PASSED[what](book, sheet)
        return book.bytes()

    with pytest.raises(NotWritten):
        attempt()


@pytest.mark.parametrize("name", ["một", "x" * 32, "a/b", "'a"])
def test_bad_sheet_names_are_loud(name: str) -> None:
    """A second sheet of a name, or a name that Excel refuses, never gets into a workbook."""
    book, _ = fresh()
    with pytest.raises(Exception, match=r"(?i)sheet"):
        book.sheet(name)


def test_what_is_no_number_is_loud() -> None:
    """What is no number at all never becomes something else."""
    _, sheet = fresh()
    with pytest.raises((NotWritten, TypeError)):
        sheet.write(0, 0, float("nan"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (10**400, "1.000000E+400"),
        (-(10**308), "-1.000000E+308"),
        (float("inf"), "> 1E+308"),
        (float("-inf"), "< -1E+308"),
    ],
)
def test_a_number_beyond_excels_largest_is_shown_as_text(value: float, shown: str) -> None:
    """An office that types 10^400 stops no workbook: the cell says it in words."""
    book, sheet = fresh()
    sheet.write(0, 0, value)
    sheet.formula(1, 0, "=A1", None, value)
    assert [reopened(book)["Một"]["A1"].value] == [shown]


# ---------------------------------------------------------------------- texts of offices

LONG: dict[str, Attempt] = {
    "cell": lambda _, s: s.write(0, 0, "x" * 32768),
    "cell of signs that count two": lambda _, s: s.write(0, 0, ASTRAL * 16384),
    "merged cell": lambda b, s: s.merge((0, 0), (1, 1), "x" * 32768, b.style()),
    "link": lambda _, s: s.link(0, 0, "Một", "A1", "x" * 32768, None),
    "rich text": lambda b, s: s.rich(
        0, 0, [("x" * 20000, b.style(bold=True)), ("y" * 20000, b.style())], b.style()
    ),
}


@pytest.mark.parametrize("where", LONG)
def test_a_text_longer_than_a_cell_is_shortened_and_says_so(where: str) -> None:
    """The text is cut as Excel counts, between signs, and the note says where the rest is."""
    book, sheet = fresh()
    LONG[where](book, sheet)
    text = reopened(book)["Một"]["A1"].value
    assert text.endswith("… (đã rút ngắn: còn trong tệp gốc)")
    assert 32760 < units16(text) <= 32767
    assert set(text.removesuffix("… (đã rút ngắn: còn trong tệp gốc)")) <= set("xy" + ASTRAL)


def test_a_note_longer_than_excel_allows_is_shortened() -> None:
    """The same holds for the note on a cell."""
    book, sheet = fresh()
    sheet.note(0, 0, ASTRAL * 16384)
    assert units16(reopened(book)["Một"]["A1"].comment.text) <= 32767


def test_the_note_on_a_shortened_text_is_in_the_language_of_the_workbook() -> None:
    """An English workbook says it in English."""
    book = Book("t", lang="en")
    book.sheet("S").write(0, 0, "x" * 40000)
    assert reopened(book)["S"]["A1"].value.endswith("the rest is in the original file)")


UNSAFE = "a\x01\x1f\ud800\udc00\ud83d_x000D_\ufffe\uffff\x7fb"


def test_signs_that_xml_cannot_carry_never_damage_a_workbook() -> None:
    """Control characters, halves of signs and what looks like an escape, in every kind of text."""
    book, sheet = fresh()
    look = book.style(bold=True)
    sheet.write(0, 0, UNSAFE)
    sheet.formula(1, 0, '="x"', look, UNSAFE)
    sheet.note(2, 0, UNSAFE)
    sheet.link(3, 0, "Một", "A1", UNSAFE, look)
    sheet.rich(4, 0, [("một ", look), (UNSAFE, book.style())], look)
    sheet.merge((5, 0), (5, 2), UNSAFE, look)
    sheet.validate((6, 0), (6, 0), {"validate": "any", "input_message": UNSAFE})
    sheet.printed(footer=UNSAFE)
    data = book.bytes()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                ET.fromstring(archive.read(name))
    page = openpyxl.load_workbook(BytesIO(data), data_only=True)["Một"]
    for cell in ("A1", "A5", "A6"):
        assert "\U00010000\ufffd_x000D_" in page[cell].value


def test_more_links_than_excel_takes_are_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel refuses a sheet of more than 65,530 links; the text of the others still stands."""
    monkeypatch.setattr("tongket_xlsx.writer.book.MOST_LINKS", 2)
    book, sheet = fresh()
    for row in range(4):
        sheet.link(row, 0, "Một", "A1", f"{row}", None)
    page = reopened(book)["Một"]
    assert [page.cell(row, 1).value for row in range(1, 5)] == ["0", "1", "2", "3"]
    assert [page.cell(row, 1).hyperlink is None for row in range(1, 5)] == [
        False,
        False,
        True,
        True,
    ]


def test_a_row_is_never_taller_than_excel_allows() -> None:
    """A long text asks for a row of thousands of points; Excel takes no more than 409."""
    book, sheet = fresh()
    sheet.height(0, 5000)
    sheet.write(0, 0, "x")
    assert reopened(book)["Một"].row_dimensions[1].height <= 409


def test_overlapping_blocks_and_charts_placed_twice_are_loud() -> None:
    """Two merged blocks never share a cell, and one chart never stands in two places."""
    book, sheet = fresh()
    sheet.merge((0, 0), (1, 1), "", book.style())
    with pytest.raises(Exception, match="overlaps"):
        sheet.merge((1, 1), (2, 2), "", book.style())
    with pytest.raises((NotWritten, UserWarning)):
        twice(*fresh())


def test_the_longest_that_fits_is_written() -> None:
    """Limits are Excel's own: what is exactly as long as allowed is written whole."""
    book, sheet = fresh()
    sheet.write(0, 0, "x" * 32767)
    sheet.write(LAST_ROW, LAST_COLUMN, "cuối")
    sheet.formula(1, 0, "=" + "1+" * 4095 + "1", None, 4096)
    sheet.validate((2, 0), (2, 0), {"validate": "list", "source": ["x" * 127, "y" * 127]})
    sheet.validate((3, 0), (3, 0), {"validate": "custom", "value": "=" + "1" * 254})
    page = reopened(book)["Một"]
    assert page["A1"].value == "x" * 32767
    assert page["XFD1048576"].value == "cuối"
    assert len(page["A2"].value) == 8192
    assert len(page.data_validations.dataValidation) == 2


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("=1+1", "s"),
        ("http://example.org", "s"),
        ("007", "s"),
        ("TRUE", "s"),
        (7, "n"),
        (7.25, "n"),
        (True, "b"),
    ],
)
def test_a_value_keeps_its_type(value: object, kind: str) -> None:
    """Text stays text whatever it looks like; numbers and truth values stay what they are."""
    book, sheet = fresh()
    sheet.write(0, 0, value)  # type: ignore[arg-type]
    cell = reopened(book)["Một"]["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (value, kind, None)


@pytest.mark.parametrize("value", [None, ""])
def test_a_blank_keeps_only_its_format(value: str | None) -> None:
    """An empty cell with a format is there, and empty."""
    book, sheet = fresh()
    sheet.write(0, 0, value, book.style(bold=True))
    cell = reopened(book)["Một"]["A1"]
    assert cell.value is None
    assert cell.font.bold


def test_a_formula_carries_its_value() -> None:
    """A preview that computes nothing shows the value that was stored with the formula."""
    book, sheet = fresh()
    sheet.formula(0, 0, "=1+1", None, 2)
    sheet.formula(1, 0, '=IF(1=1,"","x")', None, None)
    data = book.bytes()
    values = openpyxl.load_workbook(BytesIO(data), data_only=True)["Một"]
    assert values["A1"].value == 2
    assert not values["A2"].value
    assert openpyxl.load_workbook(BytesIO(data))["Một"]["A1"].value == "=1+1"


def test_a_link_points_into_the_workbook() -> None:
    """A link names a sheet of this workbook, quotes and apostrophes included."""
    book, sheet = fresh()
    book.sheet("Đ'a b")
    sheet.link(0, 0, "Đ'a b", "B2", "xem", None)
    cell = reopened(book)["Một"]["A1"]
    assert cell.value == "xem"
    assert cell.hyperlink.location == "'Đ''a b'!B2"
    assert cell.hyperlink.target is None


def test_a_merged_single_cell_is_a_cell() -> None:
    """A block of one cell is written as a cell, which Excel would not merge."""
    book, sheet = fresh()
    sheet.merge((0, 0), (0, 0), "một", book.style())
    sheet.merge((1, 0), (1, 2), "hai", book.style())
    page = reopened(book)["Một"]
    assert page["A1"].value == "một"
    assert [str(block) for block in page.merged_cells.ranges] == ["A2:C2"]


def test_equal_styles_are_one() -> None:
    """The same properties in any order give one format, so that formats stay few."""
    book, _ = fresh()
    assert book.style(bold=True, italic=True) is book.style(italic=True, bold=True)
    assert book.style(bold=True) is not book.style()


def test_prompts_are_shortened_at_a_word() -> None:
    """Prompts that are too long are cut at a word with an ellipsis, titles at 32 characters."""
    book, sheet = fresh()
    message = "từ " * 120
    sheet.validate(
        (0, 0), (0, 0), {"validate": "any", "input_title": "t" * 40, "input_message": message}
    )
    (shown,) = reopened(book)["Một"].data_validations.dataValidation
    assert len(shown.prompt) <= 255
    assert shown.prompt.endswith("từ…")
    assert len(shown.promptTitle) <= 32


def test_prompts_are_as_long_as_excel_counts_them() -> None:
    """Excel counts a sign beyond the first 65,536 as two, and so is the prompt cut."""
    book, sheet = fresh()
    told = {"validate": "any", "input_title": ASTRAL * 20, "input_message": ASTRAL * 128}
    sheet.validate((0, 0), (0, 0), told)
    (shown,) = reopened(book)["Một"].data_validations.dataValidation
    for text, limit in ((shown.promptTitle, 32), (shown.prompt, 255)):
        assert text.strip(ASTRAL) == "…"
        assert 2 < units16(text) <= limit


@given(st.text(max_size=400), st.integers(2, 300))
def test_shortened_never_exceeds_its_limit(text: str, limit: int) -> None:
    """A shortened text fits; one that already fits is left as it is."""
    short = shortened(text, limit)
    assert units16(short) <= limit
    if units16(text) <= limit:
        assert short == text
    else:
        assert short.endswith("…")
        assert text.startswith(short[:-1])


def test_only_a_locked_book_locks_its_structure() -> None:
    """Forms keep their sheets; the consolidated workbook may be rearranged."""
    for locked in (True, False):
        book = Book("Thử", locked=locked)
        book.sheet("Một")
        found = re.search(r'<workbookProtection lockStructure="1"/>', part(book, "xl/workbook.xml"))
        assert (found is not None) == locked


def test_two_books_are_the_same_bytes() -> None:
    """Nothing of the day or the machine gets into a workbook."""
    made = []
    for _ in range(2):
        book, sheet = fresh()
        sheet.write(0, 0, "một")
        sheet.note(0, 0, "lời")
        book.property("a", "b")
        made.append(book.bytes())
    assert made[0] == made[1]
    core = part(fresh()[0], "docProps/core.xml")
    assert "2017-01-11T00:00:00Z" in core


def test_printed_pages() -> None:
    """Paper is A4, one page wide, headings repeated; an ampersand in a footer stays one."""
    book, sheet = fresh()
    sheet.printed(heading_row=3, area=(9, 4), footer="Sở GD&ĐT")
    other = book.sheet("Hai")
    other.printed(landscape=False)
    book_again = reopened(book)
    page = book_again["Một"]
    assert (int(page.page_setup.paperSize), page.page_setup.orientation) == (9, "landscape")
    assert (page.print_title_rows, page.print_area) == ("$4:$4", "'Một'!$A$1:$E$10")
    assert "Sở GD&&ĐT" in page.oddFooter.left.text
    assert book_again["Hai"].page_setup.orientation == "portrait"


def test_a_long_footer_is_shortened() -> None:
    """A footer too long for one line of paper is cut at a word, with an ellipsis."""
    book, sheet = fresh()
    sheet.printed(footer="Trường tiểu học " * 20)
    text = reopened(book)["Một"].oddFooter.left.text
    assert text.startswith("Trường tiểu học Trường")
    assert text.endswith("…")
    assert len(text) <= 120


def test_a_link_may_stand_behind_a_figure_or_a_formula() -> None:
    """A value keeps its type and a formula its result where a click on it leads elsewhere."""
    book, sheet = fresh()
    sheet.write(0, 0, 7, None, link=("Một", "C3"))
    sheet.formula(1, 0, "=1+1", None, 2, link=("Một", "C4"))
    page = reopened(book)["Một"]
    assert [(page[a].value, page[a].data_type) for a in ("A1", "A2")] == [(7, "n"), ("=1+1", "f")]
    assert [page[a].hyperlink.location for a in ("A1", "A2")] == ["'Một'!C3", "'Một'!C4"]


def test_sheets_may_be_reserved_and_written_later() -> None:
    """Reserved sheets keep their order, whichever is written first."""
    book = Book("Thử")
    book.reserve("Một", "Hai")
    book.sheet("Hai", tab="#FF0000").write(0, 0, "hai")
    book.sheet("Một").write(0, 0, "một")
    again = reopened(book)
    assert again.sheetnames == ["Một", "Hai"]
    assert again["Hai"]["A1"].value == "hai"
    assert again["Hai"].sheet_properties.tabColor.rgb == "FFFF0000"


def test_a_chart_that_was_not_made_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where xlsxwriter hands back no chart, without a warning even, none is written about."""
    book, _ = fresh()
    monkeypatch.setattr(book._book, "add_chart", lambda _: None)
    with pytest.raises(NotWritten, match="chart"):
        book.chart({"type": "line"})


def test_charts_and_sparklines_stand_where_they_are_put() -> None:
    """A chart carries its description, a sparkline its block of cells."""
    book, sheet = fresh()
    for n in range(3):
        sheet.write(0, n, n)
    chart = book.chart({"type": "line"})
    chart.add_series({"values": "='Một'!$A$1:$C$1"})
    sheet.place(4, 0, chart, "Ba năm")
    sheet.sparkline(0, 4, "'Một'!A1:C1")
    data = book.bytes()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert 'descr="Ba năm"' in archive.read("xl/drawings/drawing1.xml").decode()
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<xm:f>'Một'!A1:C1</xm:f><xm:sqref>E1</xm:sqref>" in page
