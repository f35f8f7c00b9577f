"""A safe workbook as plain values: what the reader alone would lose is put back."""

# ruff: noqa: DTZ001 - a cell of a workbook knows no time zone
from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO

import openpyxl
import pytest
import python_calamine
from openpyxl.packaging.custom import StringProperty
from shipped import RETURNED

from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import grid
from tongket_xlsx.reader.cells import ErrorValue, Grid, GridSheet, NoResult, Raw, is_blank
from tongket_xlsx.reader.gate import Refusal
from tongket_xlsx.reader.safe_workbook import Format, SafeWorkbook


def _saved(book: openpyxl.Workbook) -> bytes:
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def _book(*rows: list[object]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "S"
    for row in rows:
        book.active.append(row)
    return book


def _read(data: bytes) -> Grid:
    return grid.read(archive.admit(data))


def _changed(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Write a zip again, with each part as ``change`` returns it (``None`` leaves it out)."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return result.getvalue()


def _with_cells(cells: str) -> bytes:
    """Return a workbook whose one sheet holds the given rows, as they stand in its XML."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()
    return _changed(
        _saved(_book()), lambda name, old: sheet if name.startswith("xl/worksheets/") else old
    )


# ---------------------------------------------------------------------- plain values


def test_values_stand_at_their_addresses() -> None:
    """Leading empty rows and columns are kept, and a blank is None."""
    book = _book()
    assert book.active is not None
    book.active["C3"] = "Mã"
    book.active["D4"] = 12.5
    book.active["E4"] = 7
    book.active["F4"] = True
    book.active["G4"] = datetime(2007, 7, 3)
    book.active["H4"] = ""
    (sheet,) = _read(_saved(book)).sheets
    assert sheet.at(0, 0) is None
    assert sheet.at(2, 2) == "Mã"
    assert [sheet.at(3, c) for c in range(2, 7)] == [None, 12.5, 7.0, True, date(2007, 7, 3)]
    assert sheet.at(3, 7) is None
    assert sheet.at(99, 0) is None
    assert sheet.at(0, 99) is None


def test_every_worksheet_is_there_and_says_whether_it_is_seen() -> None:
    """Sheets come in order with their names; hidden ones are marked, chart sheets left out."""
    book = _book(["x"])
    book.create_sheet("Ẩn").sheet_state = "hidden"
    book.create_sheet("_meta").sheet_state = "veryHidden"
    book.create_chartsheet("Biểu đồ")
    found = _read(_saved(book))
    assert [(s.name, s.visible) for s in found.sheets] == [
        ("S", True),
        ("Ẩn", False),
        ("_meta", False),
    ]
    assert found.sheet("Ẩn") is found.sheets[1]
    assert found.sheet("Biểu đồ") is None


@pytest.mark.parametrize("name", ["GL-622_Pleiku.xlsx", "GL-635_IaPa.ods", "GL-630_KongChro.xls"])
def test_every_format_gives_the_same_cells(name: str) -> None:
    """XLSX, ODS and XLS returns alike hold the group sheets with TC01 at A8."""
    sheet = _read((RETURNED / name).read_bytes()).sheet("TC Thông tin chung")
    assert sheet is not None
    assert sheet.at(5, 0) == "Mã"
    assert sheet.at(7, 0) == "TC01"
    assert isinstance(sheet.at(7, 4), int | float)


@pytest.mark.parametrize(
    ("value", "blank"),
    [
        (None, True),
        ("", True),
        (" \t\r\n", True),
        ("\u00a0\u202f\ufeff", True),
        ("\u2003\u3000\u2028\u200b\u2060", True),
        ("-", False),
        (0, False),
        (False, False),
        (time(), False),
        (ErrorValue("#N/A"), False),
    ],
)
def test_a_blank_is_nothing_or_white_space(value: Raw, blank: bool) -> None:
    """Zero is an answer, and so are a sign and an error value."""
    assert is_blank(value) is blank


# ---------------------------------------------------------------------- what the reader loses


def test_error_values_and_formulas_without_a_result_keep_a_name_of_their_own() -> None:
    """The reader sees a blank and a zero; the grid says what really stands there."""
    book = _book(["a", "=1/0", "=B2", 5], ["#DIV/0!", "=Nháp!A1"])
    assert book.active is not None
    book.active["A2"].data_type = "e"
    (sheet,) = _read(_saved(book)).sheets
    assert sheet.rows == [
        ["a", NoResult("=1/0"), NoResult("=B2"), 5.0],
        [ErrorValue("#DIV/0!"), NoResult("=Nháp!A1"), None, None],
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1" t="e"><v>#REF!</v></c>', ErrorValue("#REF!")),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ErrorValue("#DIV/0!")),
        ('<c r="A1" t="e"/><c r="B1" t="e"><v>#REF!</v></c>', ErrorValue("#N/A")),
        ('<c r="A1"><f>B1</f><v>5</v></c>', 5.0),
        ('<c r="A1"><f>B1</f></c>', NoResult("=B1")),
        ('<c r="A1"><f t="shared" si="0"/></c>', NoResult("=")),
        ('<c r="A1" t="str"><f>B1</f><v>có</v></c>', "có"),
        ('<c r="A1" t="str"><f>B1</f><v></v></c><c r="B1"><f>C1</f></c>', None),
    ],
)
def test_a_cell_is_what_its_xml_says(cell: str, value: Raw) -> None:
    """A stored result counts, an empty text is a blank, and only a missing result is marked."""
    (sheet,) = _read(_with_cells(f'<row r="1">{cell}</row>')).sheets
    assert sheet.at(0, 0) == value


@pytest.mark.parametrize(
    ("typed", "below"),
    [
        ("B1*2", "=C3*2"),
        ("SUM($B$1:B1)+B$1+$B1", "=SUM($B$1:C3)+C$1+$B3"),
        ("'Bảng B1'!B1+Sheet_A1!B1", "='Bảng B1'!C3+Sheet_A1!C3"),
        ('IF(B1="B1",LOG10(B1),1E5)', '=IF(C3="B1",LOG10(C3),1E5)'),
        ("XFD1048576", "=A2"),
    ],
)
def test_a_formula_filled_down_is_read_as_it_counts_in_each_cell(typed: str, below: str) -> None:
    """It is written out once; addresses move along, fixed ones and names do not."""
    typed = typed.replace('"', "&quot;")
    rows = (
        f'<row r="1"><c r="A1"><f t="shared" ref="A1:B3" si="4">{typed}</f><v>1</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="4"/></c></row>'
    )
    (sheet,) = _read(_with_cells(rows)).sheets
    assert sheet.at(2, 1) == NoResult(below)


def test_a_marked_cell_may_lie_beyond_what_the_reader_saw() -> None:
    """An error value in the last row or column is put where it stands."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="4"><c r="C4" t="e"><v>#N/A</v></c></row>'
    (sheet,) = _read(_with_cells(rows)).sheets
    assert sheet.at(3, 2) == ErrorValue("#N/A")
    assert sheet.at(0, 0) == 1.0
    sheet = GridSheet("S", visible=True, rows=[[1]])
    grid._put(sheet.rows, 2, 1, ErrorValue("#N/A"))
    assert sheet.rows == [[1], [], [None, ErrorValue("#N/A")]]


def test_only_the_sheets_with_marks_are_marked() -> None:
    """Of two sheets the sound one stays as the reader saw it."""
    book = _book(["=B1"])
    book.create_sheet("T").append([1, 2])
    found = _read(_saved(book))
    assert [s.rows for s in found.sheets] == [[[NoResult("=B1")]], [[1.0, 2.0]]]


def test_a_cell_without_an_address_follows_the_one_before_it() -> None:
    """Rows and cells may leave out where they stand: they count on from their neighbours."""
    rows = (
        '<row r="2"><c r="B2" t="e"><v>#N/A</v></c><c t="e"><v>#REF!</v></c></row>'
        '<row><c><v>5</v></c><c t="e"><v>#NUM!</v></c></row>'
    )
    (sheet,) = _read(_with_cells(rows)).sheets
    assert [sheet.at(1, 1), sheet.at(1, 2)] == [ErrorValue("#N/A"), ErrorValue("#REF!")]
    assert [sheet.at(2, 0), sheet.at(2, 1)] == [5.0, ErrorValue("#NUM!")]


# ---------------------------------------------------------------------- properties


def test_custom_properties_are_read() -> None:
    """What the workbook says of itself in its properties is there by name."""
    book = _book(["x"])
    book.custom_doc_props.append(StringProperty(name="tongket_unit", value="GL-622"))
    assert _read(_saved(book)).properties == {"tongket_unit": "GL-622"}
    assert _read(_saved(_book(["x"]))).properties == {}


def test_damaged_properties_are_none() -> None:
    """Properties that are no XML do not keep the figures from being read."""
    book = _book(["x"])
    book.custom_doc_props.append(StringProperty(name="tongket_unit", value="GL-622"))
    data = _changed(
        _saved(book), lambda name, old: b"<oops" if name == "docProps/custom.xml" else old
    )
    found = _read(data)
    assert found.properties == {}
    assert found.sheets[0].rows == [["x"]]


# ---------------------------------------------------------------------- damage


def _refused(workbook: SafeWorkbook) -> str:
    with pytest.raises(Refusal) as refused:
        grid.read(workbook)
    return refused.value.finding.code


@pytest.mark.parametrize("kind", list(Format))
def test_what_the_reader_cannot_open_is_broken(kind: Format) -> None:
    """Bytes that passed the gate and still are no workbook are refused as broken."""
    assert _refused(SafeWorkbook(b"PK\x03\x04 nothing", kind)) == "file.broken"


def test_what_the_reader_finds_encrypted_has_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """An encryption that only the reader can see is a password as well."""

    def locked(_: object) -> None:
        raise python_calamine.PasswordError("locked")

    monkeypatch.setattr(grid.python_calamine, "load_workbook", locked)
    assert _refused(SafeWorkbook(b"", Format.ODS)) == "file.password"


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="oops" t="e"><v>1</v></c></row>',
    ],
)
def test_a_marked_cell_at_no_address_is_damage(cells: str) -> None:
    """An error value at an address that is none makes the file broken."""
    data = _with_cells(cells)
    assert _refused(archive.admit(data)) == "file.broken"


def test_a_workbook_that_does_not_say_where_its_sheets_are_is_broken() -> None:
    """Without the list of parts an error value belongs to no sheet."""
    safe = archive.admit(_saved(_book(["=B1"])))
    nameless = SafeWorkbook(safe.data, safe.format, {}, safe.unusual)
    assert _refused(nameless) == "file.broken"
    garbled = {**safe.parts, "xl/workbook.xml": b"<oops"}
    assert _refused(SafeWorkbook(safe.data, safe.format, garbled, safe.unusual)) == "file.broken"


def test_parts_may_be_named_from_the_root_or_from_the_workbook() -> None:
    """“/xl/worksheets/sheet1.xml” and “worksheets/sheet1.xml” are the same part."""
    data = _changed(
        _saved(_book(["=B1"])),
        lambda name, old: (
            old.replace(b"/xl/worksheets/", b"worksheets/")
            if name.endswith("workbook.xml.rels")
            else old
        ),
    )
    assert b'"worksheets/sheet1.xml"' in archive.admit(data).parts["xl/_rels/workbook.xml.rels"]
    assert _read(data).sheets[0].rows == [[NoResult("=B1")]]
