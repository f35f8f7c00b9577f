"""What stands around the cells: validation, merged and hidden cells, formats of percentages."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import grid, safe_workbook
from tongket_xlsx.reader import ods as ods_outline
from tongket_xlsx.reader import xlsb as xlsb_outline
from tongket_xlsx.reader.cells import Grid, GridSheet
from tongket_xlsx.reader.gate import Refusal
from tongket_xlsx.reader.safe_workbook import SafeWorkbook
from tongket_xlsx.reader.sheet_facts import (
    Outline,
    block_of,
    cells_of,
    locked_cells,
    outlines,
)


def _saved(book: openpyxl.Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _read(book: openpyxl.Workbook) -> GridSheet:
    return grid.read(archive.admit(_saved(book))).sheets[0]


@pytest.fixture
def book() -> openpyxl.Workbook:
    """A sheet with a bit of everything."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(1, 9):
        sheet.append([row, row / 10, f"chữ {row}"])
    sheet["B2"].number_format = "0.0%"
    sheet["B3"].number_format = '0" %"'
    sheet["B4"].number_format = "0.00"
    sheet.merge_cells("A6:C7")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    rule = DataValidation("whole", formula1="1", prompt='sqref="Z1:Z9"', operator="greaterThan")
    rule.add("A1:A2")
    rule.add("C4")
    sheet.add_data_validation(rule)
    return book


def test_an_outline_says_what_stands_around_the_cells(book: openpyxl.Workbook) -> None:
    """Ranges with validation, merged cells, hidden rows and columns, percentages."""
    outline = _read(book).outline
    assert outline is not None
    assert set(outline.validated or ()) == {"A1:A2", "C4"}
    assert outline.covered() == {(0, 0), (1, 0), (3, 2)}
    assert outline.merged == ("A6:C7",)
    assert (outline.hidden_rows, outline.hidden_columns) == ((2,), (2,))
    assert outline.percents == {(1, 1), (2, 1)}


def test_cells_that_are_locked_are_found(book: openpyxl.Workbook) -> None:
    """Everything is locked but what the style says is not."""
    sheet = book.active
    assert sheet is not None
    sheet["A1"].protection = openpyxl.styles.Protection(locked=False)
    cells = grid.read(archive.admit(_saved(book)))
    locked = grid.locked(cells, cells.sheets[0])
    assert (0, 1) in locked
    assert (0, 0) not in locked
    assert {(1, 1), (2, 1)} <= locked
    assert grid.locked(Grid(cells.sheets), cells.sheets[0]) == frozenset()


@pytest.mark.parametrize(
    "tag",
    [
        b'<dataValidation type="custom" prompt="a &gt; b" sqref="D8:F8 H2"><f>1</f>',
        b"<dataValidation type='custom' prompt='x sqref=\"Z1\" y' sqref='D8:F8 H2'/>",
        b'<x:dataValidation sqref="D8:F8 H2"/>',
        b'<dataValidation prompt="a > b" sqref="D8:F8 H2"/>',
    ],
)
def test_ranges_are_read_as_any_program_writes_them(tag: bytes) -> None:
    """Quotes of either kind, a prefix, a text that looks like an attribute."""
    content = b"<sheetData/><dataValidations>" + tag + b"</dataValidations>"
    outline = outlines({"a": content}, b"")["a"]
    assert set(outline.validated or ()) == {"D8:F8", "H2"}


def test_later_validation_counts_as_well() -> None:
    """Excel keeps a rule that refers to another sheet in an extension of the sheet."""
    content = (
        b'<sheetData/><extLst><x14:dataValidations><x14:dataValidation type="list">'
        b"<xm:sqref>B2:B4</xm:sqref></x14:dataValidation></x14:dataValidations></extLst>"
    )
    assert outlines({"a": content}, b"")["a"].validated == ("B2:B4",)


def test_a_sheet_without_anything_has_an_empty_outline() -> None:
    """No validation is known to be none; without styles nothing is a percentage."""
    assert outlines({"a": b"<worksheet/>"}, b"")["a"] == Outline((), percents=frozenset())
    assert Outline().covered() is None
    assert locked_cells(b'<c r="A1" s="0"/>', b"") == frozenset()


def test_patterns_end_on_what_never_ends() -> None:
    """Tags that are never closed are read once, not once for each of them."""
    tag = b'<dataValidation a="'
    content = b"<sheetData/><dataValidations>" + tag * 20000 + b"='" + b"</dataValidations>"
    assert outlines({"a": content}, b"")["a"].validated == ()


@pytest.mark.parametrize(
    ("text", "block"),
    [("D8:F9", (7, 3, 8, 5)), ("B2", (1, 1, 1, 1)), ("A:A", None), ("", None), ("#REF!", None)],
)
def test_a_range_has_corners(text: str, block: object) -> None:
    """What is no range has none."""
    assert block_of(text) == block
    assert len(cells_of(text)) == (0 if block is None else 1 if text == "B2" else 6)


def test_a_range_far_larger_than_a_form_has_no_cells() -> None:
    """Whole columns are not laid out cell by cell."""
    assert cells_of("A1:XFD1048576") == ()


# ---------------------------------------------------------------------- other formats


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_what_cannot_be_followed_is_refused(
    kind: str, book: openpyxl.Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an error value might go unseen the file is not read at all."""

    class Reader:
        sheets_metadata = ()

    monkeypatch.setattr(grid.python_calamine, "load_workbook", lambda _: Reader())
    packed = _saved(openpyxl.Workbook())
    data = b"\xd0\xcf\x11\xe0" if kind == "xls" else packed
    with pytest.raises(Refusal) as refused:
        grid.read(SafeWorkbook(data, safe_workbook.Format(kind)))
    assert refused.value.finding.code == "file.broken"


def _record(kind: int, content: bytes = b"") -> bytes:
    """Write a record of a binary workbook: type and size in groups of seven bits."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    return head + bytes([len(content)]) + content


def _words(text: str) -> bytes:
    return len(text).to_bytes(4, "little") + text.encode("utf-16-le")


def _longs(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "little") for number in numbers)


def _binary(
    target: str = "/xl/worksheets/sheet1.bin", *, styles: bool = True, tail: bytes = b""
) -> bytes:
    """Return a binary workbook: a percentage, a number, an error and a merged cell."""
    number = b"\0" * 8
    parts = {
        "xl/workbook.bin": _record(156, _longs(0, 1) + _words("rId1") + _words("Một")),
        "xl/_rels/workbook.bin.rels": f'<Relationship Id="rId1" Target="{target}"/>'.encode(),
        "xl/worksheets/sheet1.bin": _record(0, _longs(4, 0))
        + _record(5, _longs(1, 1) + number)
        + _record(5, _longs(2, 0) + number)
        + _record(3, _longs(3, 0) + b"\x07")
        + _record(11, _longs(4, 0) + b"\x99")
        + _record(176, _longs(4, 5, 0, 1))
        + tail,
    }
    if styles:
        parts["xl/styles.bin"] = (
            _record(44, b"\xa4\0" + _words("0.0%"))
            + _record(47, b"\0\0\x09\0")
            + _record(617)
            + _record(47, b"\0\0\0\0")
            + _record(47, b"\0\0\xa4\0")
            + _record(618)
        )
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("target", ["/xl/worksheets/sheet1.bin", "worksheets/sheet1.bin"])
def test_a_binary_workbook_has_an_outline(target: str) -> None:
    """Error values known and unknown, percentages by the styles, merged cells."""
    outline = xlsb_outline.outlines(_binary(target))["Một"]
    assert outline.errors == {(4, 3): "#DIV/0!", (4, 4): "#ERROR!"}
    assert outline.percents == {(4, 1)}
    assert outline.merged == ("A5:B6",)
    assert outline.validated is None


def test_a_binary_workbook_may_have_no_styles() -> None:
    """Then nothing is a percentage; a sheet whose part is not there has no outline."""
    assert xlsb_outline.outlines(_binary(styles=False))["Một"].percents == frozenset()
    assert xlsb_outline.outlines(_binary("worksheets/none.bin")) == {}


@pytest.mark.parametrize("tail", [b"\x05\x7f\0", b"\x80", b"\x05\x02\0\0"])
def test_records_that_are_cut_off_are_told(tail: bytes) -> None:
    """A size beyond the end of a part, a type without its end, a cell without a column."""
    with pytest.raises(ValueError, match=r"^$"):
        xlsb_outline.outlines(_binary(tail=tail))


_CONTENT = """<office:document-content>
<table:table table:name="A &amp; B">
<table:table-column table:number-columns-repeated="2"/>
<table:table-column table:visibility="collapse"/>
<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
<table:table-row/>
<table:table-row table:visibility="filter">
<table:table-cell table:number-columns-repeated="2" calcext:value-type='error'
><text:p>Err:502</text:p></table:table-cell>
<table:table-cell calcext:value-type="error"/>
<table:covered-table-cell table:number-columns-repeated="3"/>
<table:table-cell office:value-type="percentage" table:formula="of:=[.A1]>[.B1]"/>
<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1"/>
<table:table-cell table:number-columns-spanned="1" table:number-rows-spanned="1"/>
</table:table-row>
</table:table><table:table table:name="Hai"/>
<table:table-cell office:value-type="percentage"/>
</office:document-content>"""


def test_an_open_document_has_an_outline() -> None:
    """Rows and columns that stand for many, cells below merged ones, formulas with a “>”."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("content.xml", _CONTENT)
    outline = ods_outline.outlines(stream.getvalue())["A & B"]
    assert outline.errors == {(3, 0): "Err:502", (3, 1): "Err:502", (3, 2): "#N/A"}
    assert outline.percents == {(3, 6)}
    assert outline.merged == ("H4:I4",)
    assert (outline.hidden_rows, outline.hidden_columns) == ((3,), (2,))


def test_an_open_document_without_tables_cannot_be_followed() -> None:
    """Under another prefix an error value would go unseen."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("content.xml", _CONTENT.replace("table:", "t:"))
    with pytest.raises(ValueError, match=r"^$"):
        ods_outline.outlines(stream.getvalue())


def test_rows_and_columns_of_an_xlsb_that_no_one_sees_are_known() -> None:
    """Rows hidden or of height 0, columns hidden or of width 0; those beside them are seen."""
    rows = [(7, 300, 0x1000), (8, 0, 0), (9, 300, 0)]
    columns = [(2, 3, 2304, 1), (4, 4, 2304, 0), (5, 5, 0, 0)]
    records = [(60, struct.pack("<IIIIH", a, b, width, 0, f)) for a, b, width, f in columns]
    records += [(0, struct.pack("<IIHH", row, 0, height, f)) for row, height, f in rows]
    content = b"".join(bytes([kind, len(record)]) + record for kind, record in records)
    outline = xlsb_outline._outline(content, frozenset())
    assert outline.hidden_rows == (7, 8)
    assert outline.hidden_columns == (2, 3, 5)


@pytest.mark.parametrize(
    ("height", "rows"),
    [("0cm", (1,)), ("0.0in", (1,)), ("0.05cm", (1,)), ("0pt", (1,)), ("0.5cm", ()), ("12pt", ())],
)
def test_rows_of_height_zero_in_an_ods_are_known(height: str, rows: tuple[int, ...]) -> None:
    """The height of a row stands in its style; a row that shows nothing is as a hidden one."""
    content = (
        '<o xmlns:x="x"><style:style style:name="flat" style:family="table-row">'
        f'<style:table-row-properties style:row-height="{height}"/></style:style>'
        '<table:table table:name="Một"><table:table-row table:style-name="other">'
        '<table:table-cell/></table:table-row><table:table-row table:style-name="flat">'
        "<table:table-cell/></table:table-row></table:table></o>"
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("content.xml", content)
    assert ods_outline.outlines(packed.getvalue())["Một"].hidden_rows == rows
