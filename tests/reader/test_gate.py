"""The gate in detail: what legal writers do passes, and where two readers differ nothing does."""

from __future__ import annotations

import dataclasses
import io
import random
import re
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from compound_file import MAGIC, book, compound, record
from raw_workbook import (
    MAIN,
    document,
    entries,
    parts,
    patched,
    relationships,
    rezipped,
    sheet,
    strings,
    workbook,
    zipped,
)
from shipped import FLAWED, RETURNED
from strange_files import bombs, contents, contradictions, entities, lying_zips, packages

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import grid
from tongket_xlsx.reader import xlsx_parts as workbook_parts
from tongket_xlsx.reader import xlsx_sheet as sheet_part
from tongket_xlsx.reader.file_types import tell
from tongket_xlsx.reader.gate import Refusal
from tongket_xlsx.reader.safe_workbook import Format
from tongket_xlsx.template import workbook as template

MADE = [
    file
    for source in (contents, packages, bombs, entities, contradictions, lying_zips)
    for file in source(random.Random(7))
]


def refused(data: bytes) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        grid.read(archive.admit(data))
    finding = refusal.value.finding
    assert worded(finding, "vi").message
    return finding.code, str(finding.parameters.get("what", ""))


def outcome(data: bytes) -> str:
    """Return the code of the refusal, empty where a file is read."""
    try:
        grid.read(archive.admit(data))
    except Refusal as refusal:
        return refusal.finding.code
    return ""


def values(data: bytes) -> list[list[object]]:
    (first, *_) = grid.read(archive.admit(data)).sheets
    return [list(row) for row in first.rows]


# ---------------------------------------------------------------------- each kind by its name


# What is read, and only then found to be no form of ours, passes the gate.
REFUSED = [f for f in MADE if f.expected not in ("", "file.no_identity")]


@pytest.mark.parametrize("file", REFUSED, ids=lambda f: f.name)
def test_every_kind_of_content_is_told_by_name(file) -> None:
    """Whatever lies in an inbox instead of a workbook has a cause of its own."""
    code, what = refused(file.data)
    told = f"{code}:{what}" if what else code
    assert {told, code} & set(file.expected.split())


@pytest.mark.parametrize("file", [f for f in MADE if not f.expected], ids=lambda f: f.name)
def test_what_is_only_odd_is_read(file) -> None:
    """What no reader is misled by is no reason to refuse a file."""
    assert archive.admit(file.data).format is Format.XLSX


@pytest.mark.parametrize(
    "file", sorted([*RETURNED.iterdir(), *FLAWED.glob("*.xlsx")]), ids=lambda p: p.name
)
def test_no_sample_is_told_from_a_workbook(file: Path) -> None:
    """Every sample return passes, but the one that was cut off."""
    if file.name.startswith("10-"):
        assert refused(file.read_bytes()) == ("file.broken", "cut_off")
    else:
        archive.admit(file.read_bytes())


def test_a_text_of_one_line_is_no_table() -> None:
    """A comma in a sentence does not make a CSV of it."""
    assert tell("Kính gửi, số liệu".encode()) == ("file.text", "")
    assert tell(b"a,b\nc,d,e\n") == ("file.text", "")


# ---------------------------------------------------------------------- how legal programs write


def excel() -> bytes:
    """A workbook as Excel writes it: order of parts, row and cell attributes, a custom XML part."""
    rows = (
        '<row r="1" spans="1:3" ht="15.75" customHeight="1" x14ac:dyDescent="0.25">'
        '<c r="A1" s="1" t="s"><v>0</v></c><c r="B1" s="2"><v>12.5</v></c>'
        '<c r="C1"><f>SUM(B1:B1)</f><v>12.5</v></c></row>'
        '<row r="3" spans="1:3" x14ac:dyDescent="0.25"><c r="A3" t="b"><v>1</v></c>'
        '<c r="C3" t="str"><f>A1&amp;"x"</f><v>a &amp; b</v></c></row>'
    )
    made = parts(rows)
    made["xl/worksheets/sheet1.xml"] = sheet(
        rows,
        before='<sheetPr/><dimension ref="A1:C3"/><sheetViews><sheetView workbookViewId="0"/>'
        '</sheetViews><sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/>',
        after='<phoneticPr fontId="1"/><pageMargins left="0.7"/><mc:AlternateContent>'
        '<mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>',
        attributes=' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/x14ac"',
    )
    # Power Query keeps its own in UTF-16; nothing of ours reads it.
    made["customXml/item1.xml"] = '<?xml version="1.0" encoding="utf-16"?><DataMashup/>'.encode(
        "utf-16"
    )
    made["xl/printerSettings/printerSettings1.bin"] = b"\0" * 40
    return zipped(made)


def google() -> bytes:
    """A workbook as Google writes it: sizes behind the bytes, no declaration of its length."""
    data = io.BytesIO()

    class Unseekable(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, piece: bytes) -> int:
            return data.write(piece)

    rows = '<row r="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" s="2"><v>12.5</v></c></row>'
    with zipfile.ZipFile(Unseekable(), "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts(rows).items():
            container.writestr(name, content)
    assert struct.unpack_from("<H", data.getvalue(), 6)[0] & 8
    return data.getvalue()


def prefixed() -> bytes:
    """A workbook in which every element has a prefix, as some kits write it."""
    rows = (
        '<x:row r="1"><x:c r="A1" t="s"><x:v>1</x:v></x:c><x:c r="B1"><x:v>12.5</x:v></x:c></x:row>'
    )
    content = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    return zipped(parts(sheet=content))


def bare() -> bytes:
    """A workbook without addresses, which the standard allows."""
    return zipped(parts('<row><c t="s"><v>0</v></c><c><v>12.5</v></c></row><row/>'))


def strict() -> bytes:
    """A workbook of the strict kind."""
    made = parts('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>12.5</v></c></row>')
    change = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    relations = (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    return zipped(
        {name: str(content).replace(*change).replace(*relations) for name, content in made.items()}
    )


def written_by_xlsxwriter() -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, ["a", 12.5])
        page.write_comment(0, 0, "ghi chú")
        page.merge_range(2, 0, 2, 3, "gộp")
        page.insert_textbox(5, 5, "chữ")
        made.add_chartsheet()
    return data.getvalue()


def written_by_openpyxl() -> bytes:
    made, data = openpyxl.Workbook(), io.BytesIO()
    assert made.active is not None
    made.active.append(["a", 12.5])
    made.active.merge_cells("A3:D3")
    made.create_chartsheet()
    made.save(data)
    return data.getvalue()


WRITERS = [excel, google, prefixed, bare, strict, written_by_xlsxwriter, written_by_openpyxl]


@pytest.mark.parametrize("write", WRITERS, ids=lambda w: w.__name__)
def test_what_a_legal_program_writes_passes(write) -> None:
    """However a program of good standing writes a workbook, its values are read."""
    assert values(write())[0][:2] in (["a", 12.5], ["b", 12.5])


def test_a_dimension_may_lie_without_harm() -> None:
    """The reader goes by the cells alone: neither a small nor a huge dimension changes a value."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="C9"><v>2</v></c></row>'
    for told in ("A1", "A1:A1", "A1:XFD1048576", "C9:A1"):
        content = sheet(rows, before=f'<dimension ref="{told}"/>')
        found = values(zipped(parts(sheet=content)))
        assert (found[0][0], found[8][2], len(found)) == (1.0, 2.0, 9)


def test_the_plain_way_and_the_long_way_agree() -> None:
    """A sheet written plainly is told the same by a few patterns and element by element."""
    seen = 0
    for path in [*RETURNED.glob("*.xlsx"), *FLAWED.glob("0*.xlsx")]:
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    content = packed.read(name)
                    plain = sheet_part._plain(content)
                    if plain is not None:
                        assert plain == sheet_part._walk(content)
                        seen += 1
    assert seen > 400


# ---------------------------------------------------------------------- odd, and read in one way


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ('<row r="1"><!-- x --><c r="A1"><v>1</v></c></row>', [[1.0]]),
        ("<row r='1'><c r='A1'><v>1</v></c></row>", [[1.0]]),
        ('<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>', [[1.0, 2.0]]),
        ('<row r="1"><c r="C1"><v>3</v></c><c><v>4</v></c></row>', [[None, None, 3.0, 4.0]]),
        ('<row r="1"><c r="A1" t="str"><v>a<!-- x -->&#49;</v></c></row>', None),
        ('<row r="1"><c r="A1" t="str"><v>a &amp; &#49;</v></c></row>', [["a & 1"]]),
        ('<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c></row>', [["a"]]),
        ('<row r="2"><c r="A2" t="s"><v>1</v></c></row>', [[None], ["b"]]),
        ("", []),
    ],
)
def test_odd_cells_are_read_or_refused_but_never_misread(rows: str, found: object) -> None:
    """What is unusual and clear is read; what is unusual and unclear is a contradiction."""
    data = zipped(parts(rows))
    if found is None:
        assert refused(data)[0] == "file.contradictory"
    else:
        assert values(data) == found


@pytest.mark.parametrize("index", ["2", "99", "999999999"])
def test_a_string_that_is_not_there_is_told_however_the_sheet_is_written(index: str) -> None:
    """The highest index is compared with the number of strings in both ways of looking."""
    for quote in "\"'":
        rows = f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>'.replace('"', quote)
        assert refused(zipped(parts(rows))) == ("file.contradictory", "string")


def test_shared_strings_are_counted_as_the_reader_counts_them() -> None:
    """An empty string and one with a prefix are strings; a count slightly wrong is let pass."""
    assert workbook_parts.count_strings(b"<sst><si/><si><t>a</t></si><si ></si></sst>") == 3
    assert workbook_parts.count_strings(b"<x:sst><x:si/><x:si></x:si></x:sst>") == 2
    assert workbook_parts.count_strings(strings("a", "b", told=7).encode()) == 2
    with pytest.raises(Refusal):
        workbook_parts.count_strings(strings("a", told=9_000_000).encode())


# ---------------------------------------------------------------------- limits of every kind


@pytest.mark.parametrize(
    ("name", "limit", "data"),
    [
        ("members", "MOST_MEMBERS", zipped({**parts(), "a": "", "b": ""})),
        ("total", "LARGEST_TOTAL", zipped(parts())),
        ("part", "LARGEST_PART", zipped(parts())),
    ],
)
def test_a_limit_of_the_zip_is_told(monkeypatch, name: str, limit: str, data: bytes) -> None:
    """Which limit was passed is said."""
    monkeypatch.setattr(archive, limit, 8)
    assert refused(data) == ("file.too_large", name)


def test_limits_of_sheets_are_told(monkeypatch) -> None:
    """Merged ranges, defined names, strings, nesting, elements, texts: each has its limit."""
    merged = sheet(
        after='<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A2:B2"/></mergeCells>'
    )
    named = workbook(
        after="<definedNames>" + "<definedName>1</definedName>" * 3 + "</definedNames>"
    )
    monkeypatch.setattr(sheet_part, "MOST_MERGED", 1)
    monkeypatch.setattr(workbook_parts, "MOST_NAMES", 2)
    assert refused(zipped(parts(sheet=merged))) == ("file.too_large", "merged")
    assert refused(zipped(parts(workbook=named))) == ("file.too_large", "names")
    monkeypatch.setattr(sheet_part, "MOST_ODD", 3)
    odd = "<row r='1'>" + "<c/>" * 9 + "</row>"
    assert refused(zipped(parts(odd))) == ("file.too_large", "elements")
    monkeypatch.setattr(workbook_parts, "MOST_STRINGS", 1)
    assert refused(zipped(parts())) == ("file.too_large", "strings")


def test_all_sheets_together_are_limited(monkeypatch) -> None:
    """Each sheet may be within its limit, and all of them still too many cells."""
    monkeypatch.setattr(archive, "MOST_CELLS", 5)
    assert refused(zipped(parts('<row r="3"><c r="B3"/></row>'))) == ("file.too_large", "cells")
    table = '<table:table table:name="S"><table:table-row><table:table-cell office:value="1"'
    table += ' table:number-columns-repeated="6"/></table:table-row></table:table>'
    assert refused(zipped(document(table))) == ("file.too_large", "cells")


def test_repeated_blanks_at_the_end_of_a_document_do_not_count() -> None:
    """LibreOffice fills every sheet up to its last row and column with repeated blanks."""
    blanks = '<table:table-row table:number-rows-repeated="1048500"><table:table-cell '
    blanks += 'table:number-columns-repeated="16384"/></table:table-row>'
    row = '<table:table-row><table:table-cell office:value-type="float" office:value="7"/>'
    row += '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
    data = zipped(document(f'<table:table table:name="S">{row}{blanks}</table:table>'))
    assert values(data) == [[7.0]]


# ---------------------------------------------------------------------- zips and old containers


def test_a_zip_of_many_gigabytes_in_its_own_way_is_read() -> None:
    """Sizes of 64 bits are legal for small files as well."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as container:
        for name, content in parts().items():
            with container.open(name, "w", force_zip64=True) as stream:
                stream.write(content if isinstance(content, bytes) else content.encode())
    assert archive.admit(data.getvalue()).format is Format.XLSX


def test_a_comment_of_a_zip_is_no_second_zip() -> None:
    """A zip may have a comment; one that holds a zip is a contradiction."""
    plain = zipped(parts())
    said = patched(plain, len(plain) - 2, "<H", 5) + b"hello"
    assert archive.admit(said).format is Format.XLSX
    twin = patched(plain, len(plain) - 2, "<H", len(plain)) + plain
    assert refused(twin) == ("file.contradictory", "two_zips")


def test_a_second_name_in_the_extra_field_counts() -> None:
    """A member may say its name once more, in UTF-8; it must be the same name."""
    for name, passes in (("xl/workbook.xml", True), ("xl/hidden.xml", False)):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as container:
            for part, content in parts().items():
                info = zipfile.ZipInfo(part)
                if part == "xl/workbook.xml":
                    field = struct.pack("<BL", 1, 0) + name.encode()
                    info.extra = struct.pack("<HH", 0x7075, len(field)) + field
                container.writestr(info, content)
        if passes:
            assert archive.admit(data.getvalue()).format is Format.XLSX
        else:
            assert refused(data.getvalue()) == ("file.contradictory", "header")


def test_no_byte_of_a_zip_directory_breaks_the_gate() -> None:
    """Whatever a header says, the answer is a workbook or a refusal."""
    data = zipped(parts(), zipfile.ZIP_STORED)
    start = entries(data)[0][1]
    places = [*range(40), *range(start, len(data))]
    told = set()
    for at in places:
        for value in (0, 1, 0x7F, 0xFF):
            changed = data[:at] + bytes([value]) + data[at + 1 :]
            told.add(outcome(changed))
    assert {"", "file.broken", "file.contradictory", "file.password"} <= told


def test_a_path_in_a_zip_is_never_used(tmp_path, monkeypatch) -> None:
    """A member with the name of a file elsewhere neither reads nor writes it."""
    monkeypatch.chdir(tmp_path)
    for name in ("../evil", "/tmp/evil-of-the-gate", "xl/../../../evil"):
        assert outcome(zipped({**parts(), name: "evil"})) in ("", "file.unsafe")
    assert list(tmp_path.iterdir()) == []
    assert not Path("/tmp/evil-of-the-gate").exists()


def test_an_old_workbook_with_others_inside_is_a_workbook() -> None:
    """What is embedded in a workbook lies deeper and does not make it a Word document."""
    inner = zipped({"word/document.xml": "<x/>"})
    data = compound({"Workbook": book(), "MBD0001": inner, "\x05SummaryInformation": b"x"})
    assert archive.admit(data).format is Format.XLS
    assert values(data) == []


def test_a_zip_behind_an_old_workbook_is_never_read() -> None:
    """The reader tries one format after the other; it gets no other to try."""
    damaged = compound({"Workbook": book(sheets={"S": record(0x0203, b"\xff")})})
    rows = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refused(damaged + zipped(parts(rows)))[0] == "file.broken"


@pytest.mark.parametrize("seed", range(40))
def test_no_damage_to_an_old_container_breaks_the_gate(seed: int) -> None:
    """Chains that lead nowhere or round in circles end as a refusal."""
    dice = random.Random(seed)
    data = bytearray(compound({"Workbook": book(), "Other": b"x" * 9000}))
    for _ in range(dice.randrange(1, 30)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    assert outcome(bytes(data)).partition(".")[0] in ("", "file")


def test_a_chain_that_bites_its_tail_is_told() -> None:
    """A stream whose sectors lead back to its first never ends; it is refused."""
    data = bytearray(compound({"Workbook": book()}))
    table = len(data) - 512
    struct.pack_into("<L", data, table, 0)
    assert refused(bytes(data)) == ("file.broken", "loop")
    assert refused(MAGIC + b"\0" * 40) == ("file.broken", "cut_off")


def test_every_limit_and_contradiction_names_itself_in_the_catalogue() -> None:
    """No cause in the code is without its sentence."""
    from tongket_xlsx.text.messages import catalogue

    package = Path(archive.__file__).parent
    called = re.compile(r'\b(too_large|contradictory|broken)\(\s*"(\w+)"')
    used = {
        (match[1], match[2])
        for path in package.glob("*.py")
        for match in called.finditer(path.read_text(encoding="utf-8"))
    }
    assert len(used) >= 40
    assert {f"file.{code}.{what}" for code, what in used} <= set(catalogue())


def test_relationships_may_be_absolute() -> None:
    """“/xl/worksheets/sheet1.xml” and “worksheets/sheet1.xml” are the same part."""
    links = relationships({"rId1": ("worksheet", "/xl/worksheets/sheet1.xml")})
    assert values(zipped(parts(links=links))) == [[1.0]]


def test_sheets_that_are_only_computed_are_passed_over(
    form: Form, units: Mapping[str, Unit], issue: Issue
) -> None:
    """What we compute ourselves is not read; everything else is."""
    data = template.build(form, units["GL-622"], issue)
    names = {"_so", "Kiểm tra"}
    everything, workbook = archive.admit(data), archive.admit(data, unread={"_so", "kiểm tra"})
    assert (everything.unread, workbook.unread) == (frozenset(), names)
    read = [{s.name for s in grid.read(w).sheets} for w in (everything, workbook)]
    assert read[0] - read[1] == names
    assert len(everything.outlines) == len(workbook.outlines) + len(names)


@pytest.mark.parametrize("shared", [False, True])
def test_a_part_is_passed_over_where_no_sheet_to_be_read_leads_to_it(shared: bool) -> None:
    """What is not read is not looked through, and what is not looked through is never read."""
    target = "worksheets/sheet1.xml" if shared else "worksheets/sheet2.xml"
    backwards = sheet('<row r="2"/><row r="1"/>')
    content = parts(
        workbook=workbook(["Computed", "Data"]),
        links=relationships(
            {"rId1": ("worksheet", "worksheets/sheet1.xml"), "rId2": ("worksheet", target)}
        ),
        sheet=backwards,
    )
    data = zipped({**content, "xl/worksheets/sheet2.xml": sheet()})
    if shared:
        with pytest.raises(Refusal):
            archive.admit(data, unread={"computed"})
        return
    (read,) = grid.read(archive.admit(data, unread={"computed"})).sheets
    assert read.name == "Data"
    assert outcome(data) == "file.contradictory"


def test_a_sheet_under_a_name_the_gate_does_not_know_is_not_read() -> None:
    """Where the reader finds a sheet that the gate never looked at, the file is refused."""
    found = archive.admit(zipped(parts(workbook=workbook(["Computed"]))), unread={"computed"})
    with pytest.raises(Refusal):
        grid.read(dataclasses.replace(found, data=zipped(parts())))


# ---------------------------------------------------------------------- encodings that are none

ENCODINGS = ("UTF-x", "utf-7", "rot13", "base64", "cp437", "gb18030", "x-none", "utf-32")
_DECLARED = re.compile(rb'^<\?xml version="1.0"[^?]*\?>')


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_part_in_an_encoding_that_is_none_stops_no_reader(
    form: Form, units: Mapping[str, Unit], suffix: str
) -> None:
    """Whichever part declares it, the return is read without the part, or refused with a cause."""
    source = next(RETURNED.glob(f"GL-635*.{suffix}"), RETURNED / "GL-HND_HoiNongDanTinh.xlsx")
    data = source.read_bytes()
    reader = Reader((form,), units)
    with zipfile.ZipFile(io.BytesIO(data)) as archived:
        names = [n for n in archived.namelist() if archived.read(n).startswith(b"<?xml")]
    assert len(names) > 5
    for number, name in enumerate(names):
        for encoding in (ENCODINGS[number % len(ENCODINGS)], "UTF-x"):
            declared = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()

            def changed(
                part: str, content: bytes, name: str = name, declared: bytes = declared
            ) -> bytes:
                return _DECLARED.sub(declared, content, count=1) if part == name else content

            result = reader.read(rezipped(data, changed))
            causes = {f.code for f in result.findings}
            assert result.outcome.is_of_unit or causes, (name, encoding)
            assert all(worded(f, "vi").message for f in result.findings)
