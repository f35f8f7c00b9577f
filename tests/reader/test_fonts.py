"""Returns typed in fonts of before Unicode: read by the font of each cell, the raw text kept."""

import io
import subprocess
import unicodedata
import zipfile
from copy import copy
from dataclasses import replace

import openpyxl
import pytest
from legacy_letters import in_tcvn3, in_vni
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from shipped import RETURNED

from tongket_xlsx.campaign import unit_list as unit_lists
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.reader import cells as reader_cells
from tongket_xlsx.reader import fonts as cell_fonts
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import safe_workbook

LABOUR = RETURNED / "GL-S-LDTBXH_SoLDTBXH.xlsx"
DISTRICT = RETURNED / "GL-627_ChuPah.xlsx"
# What TCVN3 has only in fonts of capitals.
CAPITALS = frozenset("ÀÁẢÃẠẰẮẲẴẶẦẤẨẪẬÈÉẺẼẸỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌỒỐỔỖỘỜỚỞỠỢÙÚỦŨỤỪỨỬỮỰỲÝỶỸỴ")


@pytest.fixture(scope="module")
def reader(form, units):
    return Reader((form,), units)


def rewritten(path, encode, font):
    """Return a return whose cover and narrative are typed in another font, in its encoding."""
    book = openpyxl.load_workbook(path)
    for name in ("Bìa", "Thuyết minh"):
        for row in book[name].iter_rows():
            for cell in row:
                if not isinstance(cell.value, str) or cell.value.startswith("="):
                    continue
                if encode is in_vni or CAPITALS.isdisjoint(cell.value):
                    cell.value = encode(cell.value)
                    cell.font = replace_font(cell.font, font)
    return saved(book)


def replace_font(font, name):
    changed = copy(font)
    changed.name, changed.scheme = name, None
    return changed


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def typed(reader, cells, *, sheet="Thuyết minh"):
    """Read a return in which some cells hold something in a font: address → (value, font)."""
    book = openpyxl.load_workbook(DISTRICT)
    for address, (value, font) in cells.items():
        page = book[sheet]
        page[address] = value
        if font:
            page[address].font = Font(name=font)
    return reader.read(saved(book))


def answers(result):
    return {(o.indicator, o.period, o.row): (o.state, o.value, o.text) for o in result.observations}


def at(result, sheet, cell):
    return next(o for o in result.observations if (o.sheet, o.cell) == (sheet, cell))


def first_prompt(reader):
    result = reader.read(DISTRICT.read_bytes())
    return next(o for o in result.observations if not o.period and not o.row and o.text)


@pytest.mark.parametrize(("encode", "font"), [(in_tcvn3, ".VnTime"), (in_vni, "VNI-Times")])
def test_a_return_typed_in_a_legacy_font_reads_as_in_unicode(reader, encode, font):
    """Cover and narrative in TCVN3 or VNI are read equal to the original, each with a note."""
    before = reader.read(DISTRICT.read_bytes())
    after = reader.read(rewritten(DISTRICT, encode, font))
    assert answers(after) == answers(before)
    assert after.cover == before.cover
    assert after.identity == before.identity
    changed = [
        (new, old)
        for new, old in zip(after.observations, before.observations, strict=True)
        if new.raw != old.raw
    ]
    assert len(changed) > 10
    assert all(new.raw == encode(old.raw) for new, old in changed)
    notes = {(f.place.sheet, f.place.cell): f for f in after.findings if f.code == "text.decoded"}
    assert {(o.sheet, o.cell) for o, _ in changed} <= notes.keys()
    for new, old in changed:
        note = notes[new.sheet, new.cell]
        assert (note.severity, note.indicator) == (Severity.NOTE, new.indicator)
        assert note.parameters["found"] == new.raw
        assert note.parameters["value"] == old.raw
        assert note.parameters["font"] == font
    others = [f for f in after.findings if f.code != "text.decoded"]
    assert [f.code for f in others] == [f.code for f in before.findings]


def test_the_unit_is_recognised_by_a_cover_in_vntime(form, units):
    """With hidden sheet and properties gone, the name on the cover in .VnTime says whose it is."""
    book = openpyxl.load_workbook(io.BytesIO(rewritten(DISTRICT, in_tcvn3, ".VnTime")))
    del book["_meta"]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    cover = book["Bìa"]
    assert in_tcvn3("Huyện Chư Păh") in {c.value for row in cover.iter_rows() for c in row}
    result = Reader((form,), units).read(saved(book))
    assert result.identity is not None
    assert result.identity.unit == "GL-627"


def test_the_same_bytes_in_a_font_of_today_are_left_alone(reader):
    """The font decides: what looks like TCVN3 in Times New Roman stays as it is."""
    prompt = first_prompt(reader)
    result = typed(reader, {prompt.cell: (in_tcvn3("đã làm tốt"), "Times New Roman")})
    observed = at(result, prompt.sheet, prompt.cell)
    assert observed.text == observed.raw == in_tcvn3("đã làm tốt")
    assert "text.decoded" not in {f.code for f in result.findings}


def test_numbers_and_signs_in_a_legacy_font_read_as_usual(reader):
    """Figures, dashes and words for none in .VnTime are what they are in any font."""
    page, rows = group_page()
    given = {}
    figures = [
        ("1.234", CellState.NUMBER),
        ("-", CellState.NIL),
        (in_tcvn3("không có"), CellState.NIL),
    ]
    for row, (text, _) in zip(rows, figures, strict=False):
        given[f"F{row}"] = (text, ".VnTime")
    result = typed(reader, given, sheet=page)
    found = {o.cell: o for o in result.observations if o.sheet == page}
    for (address, (raw, _)), (_, state) in zip(given.items(), figures, strict=True):
        assert (found[address].state, found[address].raw) == (state, raw)
    notes = [f for f in result.findings if f.code == "text.decoded"]
    assert [(f.place.cell, f.parameters["value"]) for f in notes] == [(list(given)[2], "không có")]


def group_page():
    """Return a sheet of figures and three rows in which a district answers 2017."""
    book = openpyxl.load_workbook(DISTRICT)
    page = next(s for s in book.sheetnames if s.startswith("ML"))
    rows = [
        row[0].row
        for row in book[page].iter_rows(min_row=8)
        if isinstance(row[5].value, int) and not row[5].protection.locked
    ]
    return page, rows[:3]


def test_a_form_given_a_legacy_font_as_a_whole_is_still_the_form(reader):
    """Headings, codes, labels and choices are ours and Unicode, whatever font they were given."""
    before = reader.read(DISTRICT.read_bytes())
    book = openpyxl.load_workbook(DISTRICT)
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.value is not None:
                    cell.font = Font(name=".VnTime")
    after = reader.read(saved(book))
    figures = {k: v for k, v in answers(after).items() if k[1]}
    assert figures == {k: v for k, v in answers(before).items() if k[1]}
    assert after.identity == before.identity
    assert not {f.code for f in after.findings} & {
        "file.cover_unclear",
        "rows.missing",
        "cell.yes_no",
    }


def test_runs_of_a_cell_have_fonts_of_their_own(reader):
    """A cell partly in .VnTime is read piece by piece."""
    prompt = first_prompt(reader)
    rich = CellRichText(
        TextBlock(InlineFont(rFont="Times New Roman"), "Xã hội "),
        TextBlock(InlineFont(rFont=".VnTime"), in_tcvn3("học tập")),
    )
    result = typed(reader, {prompt.cell: (rich, "")})
    observed = at(result, prompt.sheet, prompt.cell)
    assert observed.text == "Xã hội học tập"


def test_a_damaged_answer_is_a_warning_and_stays(reader):
    """Text converted twice is told with its place and its words, and kept as it came."""
    prompt = first_prompt(reader)
    text = "Bỏo cỏo tỡnh hỡnh thực hiện"
    result = typed(reader, {prompt.cell: (text, "Times New Roman")})
    (finding,) = [f for f in result.findings if f.code == "text.damaged"]
    assert (finding.severity, finding.indicator) == (Severity.WARNING, prompt.indicator)
    assert (finding.place.cell, finding.parameters["found"]) == (
        prompt.cell,
        "bỏo, cỏo, tỡnh, hỡnh",
    )
    assert at(result, prompt.sheet, prompt.cell).text == text


def test_decomposed_text_is_stored_composed(reader):
    """Text in decomposed Unicode is stored in its composed form; the file's own is kept as raw."""
    prompt = first_prompt(reader)
    text = unicodedata.normalize("NFD", "Nhơn Hoà đã làm")
    result = typed(reader, {prompt.cell: (text, "")})
    observed = at(result, prompt.sheet, prompt.cell)
    assert (observed.text, observed.raw) == ("Nhơn Hoà đã làm", text)


def test_a_marked_copy_gives_back_what_was_read(reader):
    """What goes back into a Unicode form is the reading and never the characters of the file."""
    page, rows = group_page()
    result = typed(reader, {f"F{rows[0]}": (in_tcvn3("chưa rõ lắm"), ".VnTime")}, sheet=page)
    observed = at(result, page, f"F{rows[0]}")
    key = (observed.indicator, observed.period, 0)
    assert observed.state is CellState.INVALID
    assert observed.raw == in_tcvn3("chưa rõ lắm")
    assert result.answers()[key].text == "chưa rõ lắm"


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_formats_are_read_by_font_as_well(reader, tmp_path, kind):
    """Saved by LibreOffice as .xls or .ods, a return in .VnTime reads as the original."""
    before = reader.read(LABOUR.read_bytes())
    source = tmp_path / "a.xlsx"
    source.write_bytes(rewritten(LABOUR, in_tcvn3, ".VnTime"))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(tmp_path),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    after = reader.read((tmp_path / f"a.{kind}").read_bytes())
    words = {k: v for k, v in answers(after).items() if not k[1]}
    assert words == {k: v for k, v in answers(before).items() if not k[1]}
    assert after.cover == before.cover
    assert sum(f.code == "text.decoded" for f in after.findings) > 5


def test_a_list_of_units_in_vntime_is_read(form):
    """A list of units typed in .VnTime has the names it shows."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["code", "name", "kind"])
    page.append(["GL-627", in_tcvn3("Huyện Chư Păh"), "huyen"])
    page["B2"].font = Font(name=".VnTime")
    read = unit_lists.load("don-vi.xlsx", saved(book), form.unit_kinds)
    assert read["GL-627"].name == "Huyện Chư Păh"


def test_most_workbooks_are_not_gone_through(monkeypatch, reader):
    """Where the gate saw no such font, no part is read twice."""
    monkeypatch.setattr(cell_fonts, "_READERS", {})
    for path in sorted(RETURNED.glob("*.xls*"))[:12]:
        assert not archive.admit(path.read_bytes()).legacy_fonts
        assert "text.fonts_unread" not in {f.code for f in reader.read(path.read_bytes()).findings}


def test_fonts_that_cannot_be_read_are_told():
    """A broken part and a format without a reader are a warning, and nothing is decoded."""
    data = rewritten(DISTRICT, in_tcvn3, ".VnTime")
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/styles.xml":
                content = content.replace(b"</cellXfs>", b"").replace(b"<fonts", b"<fonts x='")
            new.writestr(name, content)
    workbook = archive.admit(broken.getvalue())
    sheets = (reader_cells.GridSheet("Bìa", True, [["x·"]]),)
    for given in (workbook, replace(workbook, format=safe_workbook.Format.XLSB)):
        cells = reader_cells.Grid(sheets)
        (finding,) = cell_fonts.read_by_font(cells, given)
        assert (finding.code, finding.severity) == ("text.fonts_unread", Severity.WARNING)
        assert cells.decoded == []


def test_runs_that_do_not_match_the_cell_are_told():
    """A text whose runs are not what the reader saw is kept, and its cell is named."""
    data = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = CellRichText(
        TextBlock(InlineFont(rFont="Arial"), "a"), TextBlock(InlineFont(rFont=".VnTime"), "x·")
    )
    book.save(data)
    workbook = archive.admit(data.getvalue())
    cells = reader_cells.Grid((reader_cells.GridSheet("Sheet", True, [["khác x·"]]),))
    (finding,) = cell_fonts.read_by_font(cells, workbook)
    assert (finding.code, finding.place.cell) == ("text.font_unclear", "A1")
    assert cells.sheets[0].rows == [["khác x·"]]


def test_what_stands_outside_the_form_is_read_by_its_font_as_well(form, units):
    """A remark beside the tables in .VnTime goes back as it reads."""
    book = openpyxl.load_workbook(DISTRICT)
    page = book["Ghi chép"] if "Ghi chép" in book.sheetnames else book.create_sheet("Khác")
    page["C9"] = in_tcvn3("số liệu tạm tính")
    page["C9"].font = Font(name=".VnTime")
    strays = Reader((form,), units).read(saved(book)).asides.strays
    assert [s.text for s in strays if s.cell == "C9"] == ["số liệu tạm tính"]
