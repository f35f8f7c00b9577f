"""The gate: what is let through, and why everything else is not opened."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

import openpyxl
import pytest
from compound_file import MAGIC as OLE
from compound_file import book, compound
from shipped import RETURNED

from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader.gate import Refusal, admit
from tongket_xlsx.reader.safe_workbook import Format

WORKBOOK = {"xl/workbook.xml": "<workbook/>"}
ODS = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "content.xml": "<office/>",
}


def _zip(members: Mapping[str, str | bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", compression) as container:
        for name, content in members.items():
            container.writestr(name, content)
    return data.getvalue()


def _sheet(cells: str) -> dict[str, str]:
    return {**WORKBOOK, "xl/worksheets/sheet1.xml": f"<worksheet>{cells}</worksheet>"}


def _ole(*names: str, version: int = 0x0600) -> bytes:
    """Return an old Office file with these streams, the records of a workbook where it is one."""
    workbook = book(version=version)
    return compound({n: workbook if n in ("Workbook", "Book") else b"x" for n in names})


def _refused(data: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        admit(data)
    return refused.value.finding.code


# ---------------------------------------------------------------------- what is let through


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (_zip(WORKBOOK), Format.XLSX),
        (_zip({"XL/Workbook.xml": "<workbook/>"}), Format.XLSX),
        (_zip({"xl/workbook.bin": b"\x83\x01"}), Format.XLSB),
        (_zip(ODS), Format.ODS),
        (_zip({**ODS, "META-INF/manifest.xml": "<manifest/>"}), Format.ODS),
        (_ole("Workbook"), Format.XLS),
        (_ole("\x05SummaryInformation", "Workbook", "Book"), Format.XLS),
        (_ole("Book"), Format.XLS),
    ],
)
def test_a_workbook_is_told_by_its_content(data: bytes, kind: Format) -> None:
    """XLSX, XLSB, ODS and XLS are recognised by what is in them, never by a name."""
    safe = admit(data)
    assert safe.format is kind
    assert safe.data == data


@pytest.mark.parametrize("name", ["GL-622_Pleiku.xlsx", "GL-635_IaPa.ods", "GL-630_KongChro.xls"])
def test_real_returns_pass(name: str) -> None:
    """What Excel and LibreOffice wrote is let through in each format."""
    assert admit((RETURNED / name).read_bytes()).format == name.rpartition(".")[2]


def test_the_small_parts_that_name_things_are_kept() -> None:
    """The list of sheets, where they are, properties and styles are kept, pictures are not."""
    kept = {
        "xl/styles.xml": b"<s/>",
        "xl/workbook.xml": b"<workbook/>",
        "xl/_rels/workbook.xml.rels": b"<r/>",
        "docprops/custom.xml": b"<p/>",
    }
    files = {n.replace("docprops", "docProps"): c for n, c in kept.items()}
    safe = admit(_zip({**files, "xl/media/image1.png": b"\x89PNG", "xl/theme1.xml": "<s/>"}))
    assert safe.parts == kept
    assert safe.unusual == {}


@pytest.mark.parametrize(
    ("cell", "unusual"),
    [
        ('<c r="A1"><v>5</v></c>', False),
        ('<c r="A1"><f>B1</f><v>5</v></c>', False),
        ('<c r="A1" t="str"><f>B1</f><v></v></c>', False),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', True),
        ("<x:c r='A1' t='e'><x:v>#N/A</x:v></x:c>", True),
        ('<c r="A1"><f>B1</f></c>', True),
        ('<c r="A1"><f>B1</f><v/></c>', True),
        ('<c r="A1"><f>B1</f><v></v></c>', True),
        ('<c r="A1"><f t="shared" si="0"/></c>', True),
    ],
)
def test_sheets_with_error_values_or_formulas_without_a_result_are_noted(
    cell: str, unusual: bool
) -> None:
    """Only a sheet that holds what the reader would misread is kept for a second look."""
    safe = admit(_zip(_sheet(cell)))
    assert ("xl/worksheets/sheet1.xml" in safe.unusual) is unusual


# ---------------------------------------------------------------------- what is no workbook


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"%PDF-1.4\n", "file.scan"),
        (b"\x89PNG\r\n\x1a\n\0\0", "file.scan"),
        (b"\xff\xd8\xff\xe0", "file.scan"),
        (b"GIF89a", "file.scan"),
        (b"II*\0abc", "file.scan"),
        (b"MM\0*abc", "file.scan"),
        (b"BM6\0", "file.scan"),
        (b"Rar!\x1a\x07", "file.archive"),
        (b"7z\xbc\xaf\x27\x1c", "file.archive"),
        (b"\x1f\x8b\x08", "file.archive"),
        (b"BZh91AY", "file.archive"),
        (b"\xfd7zXZ\0", "file.archive"),
        (b"PK\x05\x06" + b"\0" * 18, "file.broken"),
        (b"<!DOCTYPE html><p>x", "file.web"),
        (b"\xef\xbb\xbf\r\n <HTML>", "file.web"),
        (b"<table><tr>", "file.web"),
        (b"<meta charset=utf-8>", "file.web"),
        (b"<!-- saved --><html xmlns:x='urn:schemas-microsoft-com'>", "file.web"),
        ("Mã,Chỉ tiêu,2007\nTC01,Dân số,1\n".encode(), "file.text"),
        (b"TC01;1;2\r\n", "file.text"),
        (b"\x00\x01\x02\x03", "file.not_workbook"),
        (b"abc\x07def", "file.not_workbook"),
        (_ole("1Table", "WordDocument"), "file.word"),
        (_ole("PowerPoint Document"), "file.slides"),
        (_ole("EncryptionInfo", "EncryptedPackage"), "file.password"),
        (_ole("Contents"), "file.not_workbook"),
        (_ole("Book", version=0x0400), "file.old_workbook"),
        (_ole("Workbook", "WordDocument"), "file.contradictory"),
        (OLE + b"\0" * 600, "file.broken"),
        (_zip({"word/document.xml": "<d/>"}), "file.word"),
        (_zip({"ppt/presentation.xml": "<p/>"}), "file.slides"),
        (
            _zip({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}),
            "file.word",
        ),
        (
            _zip({"mimetype": "application/vnd.oasis.opendocument.graphics", "content.xml": ""}),
            "file.not_workbook",
        ),
        (_zip({**ODS, "META-INF/manifest.xml": "<m:encryption-data/>"}), "file.password"),
        (_zip({"GL-622.xlsx": b"PK", "GL-623.xlsx": b"PK"}), "file.archive"),
        (_zip({"mimetype": "application/epub+zip"}), "file.archive"),
    ],
)
def test_what_is_no_workbook_is_refused_by_name(data: bytes, code: str) -> None:
    """A scan, a web page, a text, an archive, Word, slides: each has its own refusal."""
    assert _refused(data) == code


# ---------------------------------------------------------------------- what is damaged


def _real_workbook() -> bytes:
    data = BytesIO()
    openpyxl.Workbook().save(data)
    return data.getvalue()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_is_broken(share: float) -> None:
    """A download that stopped anywhere is refused as broken."""
    whole = _real_workbook()
    assert admit(whole).format is Format.XLSX
    assert _refused(whole[: int(len(whole) * share)]) == "file.broken"


def test_a_member_whose_bytes_were_changed_is_broken() -> None:
    """A checksum that does not fit is damage."""
    data = _zip({**WORKBOOK, "xl/styles.xml": "<styleSheet>abcdef</styleSheet>"})
    assert _refused(data.replace(b"abcdef", b"abcxef")) == "file.broken"


def test_an_encrypted_member_is_a_password() -> None:
    """A zip with the encryption bit set cannot be opened without a password."""
    data = bytearray(_zip(WORKBOOK))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature) + offset
        flags = struct.unpack_from("<H", data, at)[0]
        struct.pack_into("<H", data, at, flags | 1)
    assert _refused(bytes(data)) == "file.password"


# ---------------------------------------------------------------------- limits


def _limit(data: bytes) -> tuple[str, object, object]:
    with pytest.raises(Refusal) as refused:
        admit(data)
    parameters = refused.value.finding.parameters
    return refused.value.finding.code, parameters["found"], parameters["limit"]


def test_a_file_beyond_the_largest_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size of the file itself is limited."""
    monkeypatch.setattr(archive, "LARGEST_FILE", 3 * archive.MIB)
    assert _limit(b"x" * (4 * archive.MIB)) == ("file.too_large", "4.0 MiB", "3.0 MiB")


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders do not count, parts do."""
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    three = {**WORKBOOK, "folder/": "", "a": "", "b": ""}
    assert admit(_zip(three)).format is Format.XLSX
    assert _limit(_zip({**three, "c": ""})) == ("file.too_large", "4 parts", "3 parts")


def test_a_part_too_large_is_refused_while_it_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single part has its limit, whatever the header says of its size."""
    monkeypatch.setattr(archive, "LARGEST_PART", 1000)
    monkeypatch.setattr(archive, "_CHUNK", 400)
    assert admit(_zip({**WORKBOOK, "a.bin": b"x" * 1000})).format is Format.XLSX
    assert _limit(_zip({**WORKBOOK, "a.bin": b"x" * 5000})) == (
        "file.too_large",
        "1200 B",
        "1000 B",
    )


def test_all_parts_together_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts, each small enough, are refused once their sum passes the limit."""
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 2000)
    parts = {**WORKBOOK, "a.bin": b"x" * 1500, "b.bin": b"y" * 1500}
    assert _limit(_zip(parts)) == ("file.too_large", "3011 B", "2000 B")


def test_a_part_that_inflates_too_steeply_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip bomb is known by its ratio; small files may be as dense as they like."""
    bomb = _zip({**WORKBOOK, "a.bin": b"\0" * 300_000}, zipfile.ZIP_DEFLATED)
    assert admit(bomb).format is Format.XLSX
    monkeypatch.setattr(archive, "RATIO_FROM", 100_000)
    code, found, limit = _limit(bomb)
    assert (code, limit) == ("file.too_large", "200 : 1")
    assert int(str(found).split()[0]) > 200


@pytest.mark.parametrize(
    ("cells", "found", "limit"),
    [
        ('<c r="B1048576"><v>1</v></c>', "1048576 x 2", "100000 x 2000"),
        ('<c r="XFD1"><v>1</v></c>', "1 x 16384", "100000 x 2000"),
        (
            '<c r="AAA1"><v>1</v></c><c r="A100000"><v>1</v></c>',
            "100000 x 703",
            "2000000 ô",
        ),
        ('<c r="ZZ99999"><v>1</v></c>', "99999 x 702", "2000000 ô"),
        ('<c r="U99999"><v>1</v></c>', "99999 x 21", "2000000 ô"),
    ],
)
def test_a_cell_far_out_is_refused(cells: str, found: str, limit: str) -> None:
    """A grid up to a stray cell far away would not fit in memory; the limit passed is named."""
    assert _limit(_zip(_sheet(cells))) == ("file.too_large", found, limit)


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="AAA1"/>',
        '<row r="100000"/>',
        '<c r="T99999"/>',
        '<c r="BXX999"/>',
        # What is only formatted may lie anywhere.
        '<row r="999999"/>',
        '<c r="B1048576"/>',
        '<c r="XFD1"></c>',
    ],
)
def test_a_cell_within_the_limits_passes(cells: str) -> None:
    """A column beyond ZZ or a row of six digits alone is no reason to refuse."""
    assert admit(_zip(_sheet(cells))).format is Format.XLSX


# ---------------------------------------------------------------------- what is unsafe


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("xl/workbook.xml", "<!DOCTYPE x><workbook/>"),
        ("xl/worksheets/sheet1.xml", '<!ENTITY a "b"><worksheet/>'),
        ("_rels/.rels", "<!doctype x>"),
        ("xl/drawings/a.vml", "<!DOCTYPE x>"),
    ],
)
def test_a_document_type_is_unsafe(name: str, content: str) -> None:
    """No part of a workbook may declare a document type or an entity."""
    with pytest.raises(Refusal) as refused:
        admit(_zip({**WORKBOOK, name: content}))
    assert refused.value.finding.code == "file.unsafe"
    assert refused.value.finding.parameters == {"found": "DOCTYPE"}


def test_a_picture_may_hold_any_bytes() -> None:
    """Only parts that are text are searched for declarations."""
    assert admit(_zip({**WORKBOOK, "xl/media/a.png": b"<!DOCTYPE"})).format is Format.XLSX


def test_two_parts_of_one_name_contradict_each_other() -> None:
    """Readers disagree on which of two parts counts, so neither does."""
    for name in ("xl/Workbook.xml", "xl\\workbook.xml", "/xl/workbook.xml"):
        with pytest.raises(Refusal) as refused:
            admit(_zip({**WORKBOOK, name: "<workbook/>"}))
        assert refused.value.finding.code == "file.contradictory"
        assert refused.value.finding.parameters == {"what": "parts", "found": name}


def test_a_cell_address_that_is_none_is_unsafe() -> None:
    """A far cell whose address is beyond any sheet is refused."""
    with pytest.raises(Refusal) as refused:
        admit(_zip(_sheet('<c r="AAA12345678"/>')))
    assert refused.value.finding.code == "file.unsafe"
    assert refused.value.finding.parameters == {"found": "AAA12345678"}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_part_in_another_encoding_is_unsafe(encoding: str) -> None:
    """A part in UTF-16 without its mark could declare entities that the search does not see."""
    content = "<workbook/>".encode(encoding)
    with pytest.raises(Refusal) as refused:
        admit(_zip({**WORKBOOK, "xl/styles.xml": content}))
    assert refused.value.finding.code == "file.unsafe"
    assert refused.value.finding.parameters == {"found": "UTF-16"}


def test_a_sheet_is_told_by_what_it_holds() -> None:
    """A sheet in an odd place is looked at like any other, other parts are not."""
    cell = '<c r="A1" t="e"><v>#N/A</v></c>'
    safe = admit(_zip({**WORKBOOK, "xl/odd/one.xml": f"<worksheet>{cell}</worksheet>"}))
    assert list(safe.unusual) == ["xl/odd/one.xml"]
    assert admit(_zip({**WORKBOOK, "xl/odd/one.xml": f"<chart>{cell}</chart>"})).unusual == {}
