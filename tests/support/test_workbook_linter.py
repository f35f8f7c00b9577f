"""Every rule of the linter fires on a workbook broken by hand, and a sound one passes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from workbook_linter import lint

BOOK, RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
ONE, TWO = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
STRINGS, STYLES, TABLE = "xl/sharedStrings.xml", "xl/styles.xml", "xl/tables/table1.xml"
COMMENTS = "xl/comments1.xml"


def sound_book() -> bytes:
    """Make a workbook with one of everything the linter looks at."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    one, two = book.add_worksheet("Một"), book.add_worksheet("Hai")
    one.write_string("A1", "chữ")
    one.write_string("B1", "khác")
    one.write_number("A2", 1)
    one.write_formula("A3", '=SUM(\'Hai\'!A1,IF(A2=1,"(;""\'",2),{1;2})', None, 0)
    one.merge_range("D1:E2", "")
    one.merge_range("D4:E5", "")
    one.data_validation(
        "B2",
        {"validate": "list", "source": ["Có", "Không"], "input_title": "t", "error_title": "u"},
    )
    one.data_validation(
        "B3",
        {"validate": "custom", "value": "=B3>0", "input_message": "m", "error_message": "n"},
    )
    one.conditional_format("A2", {"type": "formula", "criteria": "=A2>Hai!$A$1"})
    one.write_url("A5", "internal:'Hai'!A1", None, "liên kết")
    one.write_comment("A1", "lời")
    one.write_comment("A2", "lời")
    two.add_table("A1:B3", {"columns": [{"header": "Mã"}, {"header": "Số"}]})
    book.define_name("Nhóm", "='Hai'!$A$1:$B$3")
    book.define_name("Khác", "='Một'!$A$1")
    book.close()
    return stream.getvalue()


SOUND = sound_book()


def patched(part: str, old: str, new: str, *, count: int = 1) -> bytes:
    """Replace a pattern in the XML of one part, and make sure that something was replaced."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(SOUND)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == part:
                content, done = re.subn(old, lambda _: new, content, count=count)
                assert done, (part, old)
            target.writestr(name, content)
    return stream.getvalue()


def with_part(name: str, content: str) -> bytes:
    """Add a part."""
    stream = BytesIO(SOUND)
    with zipfile.ZipFile(stream, "a") as target:
        target.writestr(name, content)
    return stream.getvalue()


CELL = '<c r="A2"><v>1</v></c>'
FORMULA = r"<f>SUM.*?</f>"
LINK = '<hyperlink ref="A5" location="\'Hai\'!A1" display="liên kết"/>'
HYPERLINKS = r"<hyperlinks>.*</hyperlinks>"

BROKEN = {
    "list too long": (ONE, '"Có,Không"', f'"{"x" * 256}"', "list of 256 characters"),
    "rule too long": (ONE, "B3&gt;0", f"B3&gt;{'1' * 254}", "formula of 257 characters"),
    "rule unbalanced": (ONE, "B3&gt;0", "IF(B3&gt;0", "unbalanced parentheses in IF"),
    "prompt too long": (ONE, 'prompt="m"', f'prompt="{"m" * 256}"', "prompt of 256 characters"),
    "error too long": (ONE, 'error="n"', f'error="{"n" * 256}"', "error of 256 characters"),
    "astral prompt": (ONE, 'prompt="m"', f'prompt="{"😀" * 128}"', "prompt of 256 characters"),
    "prompt title": (
        ONE,
        'promptTitle="t"',
        f'promptTitle="{"t" * 33}"',
        "promptTitle of 33 characters",
    ),
    "error title": (
        ONE,
        'errorTitle="u"',
        f'errorTitle="{"u" * 33}"',
        "errorTitle of 33 characters",
    ),
    "formula too long": (
        ONE,
        FORMULA,
        f"<f>{'1+' * 4096}1</f>",
        "Một: A3: formula of 8193 characters",
    ),
    "semicolon": (ONE, FORMULA, "<f>SUM(A1;A2)</f>", "Một: A3: semicolon"),
    "open parenthesis": (ONE, FORMULA, "<f>SUM(A1</f>", "Một: A3: unbalanced parentheses"),
    "closed too early": (ONE, FORMULA, "<f>A1)+(A2</f>", "Một: A3: unbalanced parentheses"),
    "open quote": (ONE, FORMULA, '<f>A1="x</f>', "Một: A3: unbalanced quote"),
    "formula to no sheet": (ONE, FORMULA, "<f>'Ba'!A1</f>", "Một: A3: no sheet 'Ba'"),
    "bare name of no sheet": (ONE, FORMULA, "<f>Ba!A1+1</f>", "Một: A3: no sheet 'Ba'"),
    "conditional format": (ONE, r"A2&gt;Hai!\$A\$1", "A2&gt;Ba!A1", "Một: no sheet 'Ba'"),
    "name twice": (BOOK, 'name="Khác"', 'name="NHÓM"', "name 'nhóm' defined twice"),
    "name of no sheet": (BOOK, r"'Hai'!\$A\$1:\$B\$3", "Ba!$A$1", "name 'Nhóm': no sheet 'Ba'"),
    "sheet name too long": (BOOK, 'name="Một"', f'name="{"m" * 32}"', "of 32 characters"),
    "sheet name illegal": (BOOK, 'name="Một"', 'name="a/b"', "illegal character in sheet name"),
    "sheet name quote": (BOOK, 'name="Một"', 'name="\'a"', "illegal character in sheet name"),
    "sheet names alike": (BOOK, 'name="Một"', 'name="HAI"', "two sheets named 'hai'"),
    "sheet without part": (RELS, "worksheets/sheet1.xml", "worksheets/s.xml", "Một: no part"),
    "merged overlap": (
        ONE,
        '<mergeCell ref="D4:E5"/>',
        '<mergeCell ref="E2:F3"/>',
        "Một: merged D1:E2 overlaps E2:F3",
    ),
    "cell twice": (ONE, CELL, CELL * 2, "Một: two cells A2"),
    "cell out of order": (ONE, CELL, f'<c r="C2"><v>1</v></c>{CELL}', "Một: cell A2 out of order"),
    "cell of another row": (ONE, CELL, '<c r="A9"><v>1</v></c>', "Một: cell A9 out of order"),
    "row twice": (ONE, r'<row r="3"', '<row r="2"', "Một: row 2 after row 2"),
    "row out of order": (ONE, r'<row r="2"', '<row r="9"', "Một: row 3 after row 9"),
    "table heading": (TWO, r'(?<=<c r="A1" t="s"><v>)\d+', "0", "heading 'Mã' over a cell"),
    "table columns": (TABLE, 'ref="A1:B3"', 'ref="A1:C3"', "2 columns in A1:C3"),
    "table heading twice": (TABLE, 'name="Số"', 'name="MÃ"', "two columns 'mã'"),
    "link to no sheet": (ONE, "location=\"'Hai'!A1\"", "location=\"'Ba'!A1\"", "A5: link to"),
    "link to no cell": (ONE, "location=\"'Hai'!A1\"", 'location="Hai!A"', "A5: link to"),
    "link to no name": (ONE, "location=\"'Hai'!A1\"", 'location="Ba"', "A5: link to"),
    "too many links": (
        ONE,
        HYPERLINKS,
        f"<hyperlinks>{LINK * 65531}</hyperlinks>",
        "Một: 65531 links",
    ),
    "shared string": (ONE, r'(?<=<c r="A1" t="s"><v>)\d+', "99", "Một: A1: shared string 99 of"),
    "shared text too long": (
        STRINGS,
        "<t>chữ</t>",
        f"<t>{'x' * 32768}</t>",
        "text 0 of 32768 characters",
    ),
    "inline text too long": (
        ONE,
        CELL,
        f'<c r="A2" t="inlineStr"><is><t>{"x" * 32768}</t></is></c>',
        "Một: A2: text of 32768 characters",
    ),
    "too many formats": (
        STYLES,
        r"<cellXfs.*</cellXfs>",
        f"<cellXfs>{'<xf/>' * 64001}</cellXfs>",
        "64001 cell formats",
    ),
    "two comments": (COMMENTS, 'ref="A2"', 'ref="A1"', "Một: two comments on A1"),
}


def test_a_sound_workbook_has_no_faults() -> None:
    """A workbook with one of everything, all of it sound, gives no fault."""
    assert lint(SOUND) == []


@pytest.mark.parametrize("fault", BROKEN)
def test_each_rule_fires(fault: str) -> None:
    """A workbook broken in one way gives the fault that names it."""
    part, old, new, expected = BROKEN[fault]
    found = lint(patched(part, old, new))
    assert any(expected in line for line in found), found


def test_hidden_sheets_fire_only_when_all_are_hidden() -> None:
    """One hidden sheet is fine; a workbook whose sheets are all hidden is not."""
    one = patched(BOOK, 'sheetId="1"', 'sheetId="1" state="hidden"')
    both = patched(BOOK, r'sheetId="(?=\d)', 'state="veryHidden" sheetId="', count=2)
    assert lint(one) == []
    assert lint(both) == ["workbook: no sheet is visible"]


def test_external_links_fire() -> None:
    """A live link to the outside and a linked workbook are both faults."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("Một").write_url("A1", "https://example.org/x")
    book.close()
    assert lint(stream.getvalue()) == ["Một: A1: external link https://example.org/x"]
    linked = lint(with_part("xl/externalLinks/externalLink1.xml", "<externalLink/>"))
    assert linked == ["workbook: external link xl/externalLinks/externalLink1.xml"]


def test_a_link_to_a_defined_name_is_sound() -> None:
    """A link may point to a name as well as to a cell."""
    assert lint(patched(ONE, "location=\"'Hai'!A1\"", 'location="nhóm"')) == []


def test_names_of_one_sheet_each_may_be_alike() -> None:
    """A print area of each of two sheets has one name and is no fault."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name in ("Một", "Hai"):
        book.add_worksheet(name).print_area("A1:B2")
    book.close()
    assert lint(stream.getvalue()) == []
