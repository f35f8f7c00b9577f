"""A return is read whoever wrote it, and told its true cause where it cannot be."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from compound_file import book, compound
from odd_writers import ERRORS, odd_workbooks, parts_of, with_error
from raw_workbook import SPREADSHEET, document, rezipped, zipped
from shipped import RETURNED

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import CellState, Outcome, Return
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.reader import gate, grid
from tongket_xlsx.reader.ole_container import workbook_stream
from tongket_xlsx.text.messages import LANGUAGES

PLEIKU = (RETURNED / "GL-622_Pleiku.xlsx").read_bytes()
PARTS = parts_of(PLEIKU)
ODD = dict(odd_workbooks(PARTS))
KONG_CHRO = (RETURNED / "GL-630_KongChro.xls").read_bytes()


@pytest.fixture(scope="module")
def reader(form: Form, units: Mapping[str, Unit]) -> Reader:
    return Reader((form,), units)


@pytest.fixture(scope="module")
def right(reader: Reader) -> Return:
    return reader.read(PLEIKU)


def sheet_of(name: str) -> str:
    """Return the part of a sheet of the return."""
    return grid.sheet_parts(gate.admit(PLEIKU))[name]


def told(result: Return, code: str) -> Finding:
    (finding,) = [f for f in result.findings if f.code == code]
    assert all(worded(finding, lang).message for lang in LANGUAGES)
    return finding


@pytest.mark.parametrize("name", ODD)
def test_a_return_is_read_whoever_wrote_it(name: str, reader: Reader, right: Return) -> None:
    """However a program, a gateway or a system left the file, every answer is the same."""
    result = reader.read(ODD[name])
    assert result.observations == right.observations
    assert (result.identity, result.cover) == (right.identity, right.cover)
    more = {f.code for f in result.findings} - {f.code for f in right.findings}
    assert more <= {"sheets.other_kind", "cells.pasted"}
    assert ("sheets.other_kind" in more) == name.startswith("beside")


@pytest.mark.parametrize("text", ERRORS)
def test_an_error_value_of_any_kind_is_told_at_its_cell(
    text: str, reader: Reader, right: Return
) -> None:
    """One cell with an error that is new to the reader: it is told, and all others are read."""
    cell = next(o for o in right.observations if o.state is CellState.NUMBER)
    result = reader.read(with_error(PARTS, sheet_of(cell.sheet), cell.cell, text))
    others = [o for o in result.observations if o.cell != cell.cell or o.sheet != cell.sheet]
    assert others == [o for o in right.observations if o.cell != cell.cell or o.sheet != cell.sheet]
    finding = told(result, "cell.error_value")
    assert (finding.place.sheet, finding.place.cell) == (cell.sheet, cell.cell)
    assert finding.parameters["found"] == text


def test_an_error_value_on_the_scratch_sheet_is_noted(reader: Reader, right: Return) -> None:
    """An error where no figures are read is noted at its cell and costs nothing."""
    result = reader.read(with_error(PARTS, sheet_of("Nháp"), "B99", "#SPILL!"))
    assert result.observations == right.observations
    place = told(result, "sheet.error_value").place
    assert (place.sheet, place.cell) == ("Nháp", "B99")


def test_an_error_text_within_a_text_stays_a_text(reader: Reader, right: Return) -> None:
    """What only looks like the markup of an error is no error."""
    cell = next(o for o in right.observations if o.state is CellState.NUMBER)
    part = sheet_of(cell.sheet)
    inside = (
        f'<c r="{cell.cell}" t="inlineStr"><is><t><![CDATA[<c t="e"><v>#X!</v></c>]]></t></is></c>'
    )
    content = re.sub(
        rf'<c r="{cell.cell}"[^<>]*>.*?</c>', lambda _: inside, PARTS[part].decode(), count=1
    )
    result = reader.read(zipped({**PARTS, part: content}))
    (answer,) = [o for o in result.observations if (o.sheet, o.cell) == (cell.sheet, cell.cell)]
    assert answer.raw == '<c t="e"><v>#X!</v></c>'


@pytest.mark.parametrize("attribute", ['ht="0" customHeight="1"', 'ht="0.75"', 'hidden="1"'])
def test_a_row_without_height_is_hidden(attribute: str, reader: Reader, right: Return) -> None:
    """A row drawn to nothing is as hidden as one that was hidden; both are read."""
    cell = next(o for o in right.observations if o.state is CellState.NUMBER)
    number = re.sub("[A-Z]", "", cell.cell)
    part = sheet_of(cell.sheet)
    content = re.sub(
        rf'<row r="{number}"[^<>]*>', f'<row r="{number}" {attribute}>', PARTS[part].decode()
    )
    result = reader.read(zipped({**PARTS, part: content}))
    assert result.observations == right.observations
    assert told(result, "sheet.hidden").parameters["rows"] == 1


# ---------------------------------------------------------------------- locked


@pytest.mark.parametrize(
    ("streams", "what"),
    [
        (("EncryptionInfo", "EncryptedPackage"), ""),
        (("EncryptedPackage", "\6DataSpaces", "DRMEncryptedTransform"), "label"),
        (("EncryptedPackage", "\tDRMContent"), "label"),
        (("\tDRMContent", "\tDRMViewerContent"), "label"),
        (("Workbook", "\tDRMContent"), "label"),
        (("EncryptedPackage", "DataSpaceMap"), "label"),
    ],
)
def test_a_label_is_told_from_a_password(
    streams: tuple[str, ...], what: str, reader: Reader
) -> None:
    """A workbook under a sensitivity label has no password to ask for: who can lift it is said."""
    data = compound({name: book() if name == "Workbook" else b"x" * 5000 for name in streams})
    for known in (reader, Reader(reader.forms, reader.units, ("secret",))):
        if not what and known.passwords:
            continue
        (finding,) = known.read(data).findings
        assert (finding.code, finding.parameters.get("what", "")) == ("file.password", what)
        advice = worded(finding, "vi").advice
        assert ("nhãn" in str(advice)) == (what == "label")


@pytest.mark.parametrize("part", ["content.xml", "encrypted-package"])
def test_an_encrypted_ods_has_a_password(part: str, reader: Reader) -> None:
    """The parts of an encrypted document are noise; it is told by its list of parts."""
    data = zipped(
        {
            "mimetype": SPREADSHEET,
            part: b"\xff\xfe\0\1noise" * 99,
            "META-INF/manifest.xml": '<m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>',
        }
    )
    (finding,) = reader.read(data).findings
    assert (finding.code, finding.parameters["what"]) == ("file.password", "ods")


# ---------------------------------------------------------------------- other formats


def test_an_indented_ods_is_read(reader: Reader) -> None:
    """White space between the elements of a document is no part of its answers."""
    data = (RETURNED / "GL-S-NOIVU_SoNoiVu.ods").read_bytes()

    def indent(name: str, content: bytes) -> bytes:
        if name != "content.xml":
            return content
        return re.sub(rb"(?=</?(?:table|office):[\w-]+[ >/])", b"\n    ", content)

    before, after = reader.read(data), reader.read(rezipped(data, indent))
    assert before.observations
    assert after.observations == before.observations


@pytest.mark.gnumeric
def test_an_ods_of_gnumeric_is_read_as_its_xlsx(
    reader: Reader, right: Return, tmp_path: Path
) -> None:
    """Gnumeric indents what it writes; the answers are those of the workbook it was made from."""
    source, made = tmp_path / "a.xlsx", tmp_path / "a.ods"
    source.write_bytes(PLEIKU)
    program = shutil.which("ssconvert")
    assert program is not None
    subprocess.run([program, source, made], check=True, capture_output=True, timeout=120)
    result = reader.read(made.read_bytes())
    kept = {(o.indicator, o.period, o.row): o.value for o in right.observations if o.value}
    assert kept
    assert {(o.indicator, o.period, o.row): o.value for o in result.observations if o.value} == kept


@pytest.mark.gnumeric
def test_a_workbook_of_excel_95_is_told_by_its_letters(reader: Reader, tmp_path: Path) -> None:
    """It cannot hold Vietnamese: that is why no sheet is known, and not that there is none."""
    source, made = tmp_path / "a.xlsx", tmp_path / "a.xls"
    source.write_bytes(PLEIKU)
    program = shutil.which("ssconvert")
    assert program is not None
    kind = "--export-type=Gnumeric_Excel:excel_biff7"
    subprocess.run([program, kind, source, made], check=True, capture_output=True, timeout=120)
    (finding,) = reader.read(made.read_bytes()).findings
    assert (finding.code, finding.parameters["what"]) == ("file.old_workbook", "excel95")
    assert "Excel 95" in worded(finding, "vi").message


def test_a_line_break_in_a_cell_of_an_ods_parts_its_lines() -> None:
    """“12⏎17” is no 1217, whichever program wrote the break."""
    text = "<text:p>12<text:line-break/>17</text:p>"
    row = f'<table:table-row><table:table-cell office:value-type="string">{text}</table:table-cell>'
    table = f'<table:table table:name="S">{row}</table:table-row></table:table>'
    (sheet,) = grid.read(gate.admit(zipped(document(table)))).sheets
    assert sheet.at(0, 0) == "12\n17"


def _patched(kind: int, offset: int, written: bytes, number: int = 0) -> bytes:
    """Return the old workbook with some bytes of its records of one kind overwritten."""
    stream = bytearray(workbook_stream(KONG_CHRO))
    at, seen = 0, 0
    while at + 4 <= len(stream):
        found, length = struct.unpack_from("<HH", stream, at)
        if found == kind and length > offset:
            if seen == number:
                place = at + 4 + offset
                stream[place : place + len(written)] = written
                return compound({"Workbook": bytes(stream)})
            seen += 1
        at += 4 + length
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("kind", "offset", "written", "number", "says"),
    [
        (0x0042, 0, b"\x39\x30", 0, ""),  # a code page nobody knows
        (0x00E0, 0, b"\xff\x7f", 20, "file.formats_unread"),  # a font that is not there
        (0x00E0, 2, b"\xff\x7f", 20, ""),  # a number format that is not there
        (0x041E, 2, b"\xff\x7f", 0, ""),  # a number format longer than its record
        (0x0031, 14, b"\xff", 0, ""),  # the name of a font longer than its record
        (0x007D, 0, b"\xff\xff\0\0", 0, ""),  # a width of no column
        (0x00E5, 0, b"\xff\xff", 0, "file.formats_unread"),  # more merged cells than are told
        (0x0018, 3, b"\xff", 0, ""),  # a name longer than its record
        (0x0018, 4, b"\xff\x7f", 0, ""),  # the formula of a name longer than its record
    ],
)
def test_an_old_workbook_is_read_though_its_formats_are_damaged(
    kind: int, offset: int, written: bytes, number: int, says: str, reader: Reader
) -> None:
    """What the reader of formats refuses costs the formats, of which it is said, and no answer."""
    result = reader.read(_patched(kind, offset, written, number))
    assert result.outcome is not Outcome.REFUSED
    assert result.observations == reader.read(KONG_CHRO).observations
    codes = {f.code for f in result.findings}
    assert not says or says in codes
