"""Answers that are computed: stored results their formulas contradict, and links to other files."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Mapping
from html import escape
from pathlib import Path

import pytest
from odd_writers import parts_of, with_cell
from raw_workbook import rezipped, zipped
from shipped import RETURNED

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import Role
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import CellState, Return
from tongket_xlsx.model.places import a1
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.reader import gate, grid, xlsb
from tongket_xlsx.reader.defined_names import defined_names, with_cells
from tongket_xlsx.reader.linked_books import linked_books
from tongket_xlsx.reader.open_formula import as_of_excel
from tongket_xlsx.text.messages import LANGUAGES

PLEIKU = (RETURNED / "GL-622_Pleiku.xlsx").read_bytes()
PARTS = parts_of(PLEIKU)
SHEETS = grid.sheet_parts(gate.admit(PLEIKU))
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Computed:
    """Returns in which one answer is computed."""

    def __init__(self, form: Form, units: Mapping[str, Unit]) -> None:
        self.reader = Reader((form,), units)
        self.layout = layout_of(form, "huyen", "vi")

    def place(self, code: str, key: str) -> tuple[str, str]:
        """Return the sheet and the cell of an answer."""
        sheet = self.layout.sheet_of(code)
        return sheet.name, a1(*sheet.cell(code, key))

    def read(
        self,
        cell: tuple[str, str],
        content: str,
        kind: str = "",
        parts: Mapping[str, bytes] = PARTS,
    ) -> Return:
        """Read the return with this content in a cell."""
        sheet, at = cell
        made = f'<c r="{at}"{kind}>{content}</c>'
        return self.reader.read(zipped(with_cell(parts, SHEETS[sheet], at, made)))


@pytest.fixture(scope="module")
def computed(form: Form, units: Mapping[str, Unit]) -> Computed:
    return Computed(form, units)


def coded(result: Return, code: str) -> list[Finding]:
    found = [f for f in result.findings if f.code == code]
    assert all(worded(f, lang).message for f in found for lang in LANGUAGES)
    return found


# ---------------------------------------------------------------------- stored results


@pytest.mark.parametrize(
    ("formula", "stored", "kind", "value"),
    [
        ("SUM({0},{0})", "1", "", None),
        ('{0}&""', "1", ' t="str"', None),
        ('IF({0}>0,7,"-")', "-", ' t="str"', "7"),
        ('IF({0}<0,7,"…")', "7", "", "…"),
        ('="a"&"b"', "7", "", "ab"),
        ("{0}/0", "7", "", "#DIV/0!"),
    ],
)
def test_a_result_that_its_formula_contradicts_is_held(
    computed: Computed, formula: str, stored: str, kind: str, value: str | None
) -> None:
    """Of numbers and of texts: both are named, and the figure is in no total."""
    cell = computed.place("TC03", "2007")
    other = computed.place("TC03", "2012")[1]
    text = escape(formula.format(other), quote=False).removeprefix("=")
    result = computed.read(cell, f"<f>{text}</f><v>{stored}</v>", kind)
    (finding,) = coded(result, "cell.stale")
    assert (finding.place.sheet, finding.place.cell) == cell
    assert (finding.severity, finding.indicator, finding.period) == (Severity.ERROR, "TC03", "2007")
    assert str(finding.parameters["found"]) == stored
    assert value is None or str(finding.parameters["value"]) == value
    assert finding.parameters["holds"]


@pytest.mark.parametrize(
    ("formula", "stored", "kind"),
    [
        ("SUM(3,4)", "7", ""),
        ('3+4&""', "7", ' t="str"'),
        ('IF(1>2,7,"-")', "-", ' t="str"'),
        ('TEXT(3,"0")', "7", ' t="str"'),
        ("OFFSET(A1,1,1)", "7", ""),
        ("1/3*21", "7.0000000000001", ""),
    ],
)
def test_a_result_that_its_formula_gives_is_taken(
    computed: Computed, formula: str, stored: str, kind: str
) -> None:
    """Neither what agrees is doubted, nor what is computed by more than is computed here."""
    text = escape(formula, quote=False)
    result = computed.read(computed.place("TC03", "2007"), f"<f>{text}</f><v>{stored}</v>", kind)
    assert coded(result, "cell.stale") == []


@pytest.mark.parametrize(
    "written",
    [
        "<f>SUM(3,4)</f><v>5</v>",
        ' <f>SUM(3,4)</f>\n<v xml:space="preserve">5</v> ',
        '<f t="array" ref="{0}">SUM(3,4)</f><v>5</v>',
        '<f t="shared" ref="{0}:F99" si="7">SUM(3,4)</f><v>5</v>',
    ],
)
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_formula_is_compared_however_it_is_written(
    computed: Computed, written: str, prefix: str
) -> None:
    """With white space, as an array of one cell, as the first of a group, behind a prefix."""
    sheet, at = computed.place("TC03", "2007")
    part = SHEETS[sheet]
    parts = with_cell(PARTS, part, at, f'<c r="{at}">{written.format(at)}</c>')
    if prefix:
        content = str(parts[part]).replace("<?xml", "<!xml")
        content = re.sub(r"<(/?)(\w)", rf"<\1{prefix}\2", content).replace("<!xml", "<?xml")
        parts[part] = content.replace("xmlns=", "xmlns:x=", 1)
    (finding,) = coded(computed.reader.read(zipped(parts)), "cell.stale")
    assert (finding.place.sheet, finding.place.cell) == (sheet, at)


def test_a_yes_that_its_formula_contradicts_is_held(computed: Computed) -> None:
    """A truth value and a word are compared by what they answer."""
    cell = computed.place("ML01", "2007")
    for content, kind in (
        ('<f>IF(1&gt;2,"Có","Không")</f><v>Có</v>', ' t="str"'),
        ("<f>1&gt;2</f><v>1</v>", ' t="b"'),
    ):
        (finding,) = coded(computed.read(cell, content, kind), "cell.stale")
        assert finding.indicator == "ML01"
    right = computed.read(cell, '<f>IF(1&gt;2,"Không","Có")</f><v>Có</v>', ' t="str"')
    assert coded(right, "cell.stale") == []


def test_a_text_that_its_formula_contradicts_is_told(computed: Computed) -> None:
    """The stored sentence is read, and a warning names the one the formula gives."""
    cell = computed.place("TM01", Role.ANSWER)
    content = '<f>"Có "&amp;112&amp;" thôn"</f><v>Có 100 thôn</v>'
    result = computed.read(cell, content, ' t="str"')
    (finding,) = coded(result, "cell.stale")
    assert finding.severity is Severity.WARNING
    assert "Có 112 thôn" in worded(finding, "vi").message
    (answer,) = [o for o in result.observations if o.indicator == "TM01"]
    assert answer.text == "Có 100 thôn"


def test_a_formula_may_use_the_names_of_the_workbook(computed: Computed) -> None:
    """A name stands for its cells, in what is computed as in what is linked."""
    sheet, at = computed.place("TC03", "2012")
    named = f"<definedName name=\"so_ho\">'{sheet}'!${at[0]}${at[1:]}</definedName>"
    book = PARTS["xl/workbook.xml"].decode().replace("</definedNames>", named + "</definedNames>")
    parts = {**PARTS, "xl/workbook.xml": book.encode()}
    assert book.encode() != PARTS["xl/workbook.xml"]
    result = computed.read(computed.place("TC03", "2007"), "<f>so_ho*2</f><v>1</v>", parts=parts)
    (finding,) = coded(result, "cell.stale")
    assert finding.parameters["formula"] == "=so_ho*2"


def test_names_that_mean_two_things_and_circles_of_names_are_left_as_they_are() -> None:
    """What a name stands for must be certain, and following it must come to an end."""
    book = (
        b'<definedNames><definedName name="a" localSheetId="0">S!$A$1</definedName>'
        b'<definedName name="A" localSheetId="1">S!$B$1</definedName>'
        b'<definedName name="_xlnm.Print_Area">S!$A$1</definedName>'
        b'<definedName name="b">c+1</definedName><definedName name="c">b+1</definedName>'
        b"</definedNames>"
    )
    names = defined_names(book)
    assert names.keys() == {"b", "c"}
    assert len(with_cells("=b", names)) < 50
    assert with_cells("=a+\"b\"+'b'!A1+b!A1+b(1)", names) == "=a+\"b\"+'b'!A1+b!A1+b(1)"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("of:=SUM([.D8:.D9];1)", "=SUM(D8:D9,1)"),
        ("of:=[$'Biểu ''1'''.$D$8]*2", "='Biểu ''1'''!$D$8*2"),
        ("of:=[Nháp.B1:Nháp.B2]", "=Nháp!B1:B2"),
        ('of:=IF([.A1]="a;[.B1]";1;2)', '=IF(A1="a;[.B1]",1,2)'),
        ("of:=['file:///C:/goc.xlsx'#$S.B2]", "='file:///C:/goc.xlsx'#$S.B2"),
        ("of:=[.#REF!]", "=.#REF!"),
        ("msoxl:=SUM(A1,2)", "=SUM(A1,2)"),
        ("oooc:=[.A1]", ""),
        ("", ""),
    ],
)
def test_a_formula_of_an_ods_is_read_as_one_of_excel(written: str, read: str) -> None:
    """References, parted arguments and texts; another language is left alone."""
    assert as_of_excel(written) == read


def test_a_result_in_an_ods_is_compared_with_its_formula(computed: Computed) -> None:
    """As in the other format: both results are named, and a right one is not doubted."""
    data = (RETURNED / "GL-S-NOIVU_SoNoiVu.ods").read_bytes()
    answers = computed.reader.read(data).observations
    number = next(o for o in answers if o.state is CellState.NUMBER and o.value and o.value > 9)
    written = f'office:value="{number.value}"'
    for formula, told in ((f"{number.value}+1", 1), (f"SUM({number.value};0)", 0)):

        def change(name: str, content: bytes, formula: str = formula) -> bytes:
            made = f'table:formula="of:={formula}" {written}'.encode()
            # The same number may stand in a computed cell as well, further down.
            return content.replace(written.encode(), made, 1) if name == "content.xml" else content

        result = computed.reader.read(rezipped(data, change))
        found = [f for f in coded(result, "cell.stale") if f.place.cell == number.cell]
        assert len([f for f in found if f.place.sheet == number.sheet]) == told


@pytest.mark.gnumeric
def test_a_formula_that_an_xls_does_not_let_be_read_is_noted(
    computed: Computed, tmp_path: Path
) -> None:
    """Only where an answer is a formula: those of the form itself are nobody's."""
    sheet, at = computed.place("TC03", "2007")
    program = shutil.which("ssconvert")
    assert program is not None
    for content, told in (("<f>SUM(3,4)</f><v>5</v>", [at]), ("<v>5</v>", [])):
        source, made = tmp_path / "a.xlsx", tmp_path / "a.xls"
        cell = f'<c r="{at}">{content}</c>'
        source.write_bytes(zipped(with_cell(PARTS, SHEETS[sheet], at, cell)))
        kind = "--export-type=Gnumeric_Excel:excel_biff8"
        subprocess.run([program, kind, source, made], check=True, capture_output=True, timeout=120)
        found = coded(computed.reader.read(made.read_bytes()), "cells.computed_unread")
        assert [f.place.cell for f in found] == told


def test_a_formula_and_a_new_error_in_an_xlsb_are_known() -> None:
    """The cell is known to be computed; an error without a number of old is not called #N/A."""

    def record(kind: int, content: bytes) -> bytes:
        return bytes((kind, len(content))) + content

    row = record(0, struct.pack("<IIHH", 7, 0, 300, 0))
    number = record(9, struct.pack("<IId", 3, 0, 5.0) + b"\0" * 8)
    errors = record(3, struct.pack("<IIB", 4, 0, 0x77)) + record(3, struct.pack("<IIB", 5, 0, 7))
    outline = xlsb._outline(row + number + errors, frozenset())
    assert outline.computed == {(7, 3)}
    assert outline.errors == {(7, 4): "#ERROR!", (7, 5): "#DIV/0!"}


# ---------------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("=INDIRECT(\"'[Số gốc.xlsx]S'!B2\")", ("Số gốc.xlsx",)),
        ('=INDIRECT("[goc.xlsx]S!B"&2)', ("goc.xlsx",)),
        ('=INDIRECT("S!B2")', ()),
        ('=RTD("may.chu",,"x")', ("RTD may.chu",)),
        ('=_xlfn.WEBSERVICE("http://x/y")', ("WEBSERVICE http://x/y",)),
        ("=Excel|'C:\\so lieu\\goc.xlsx'!R1C1", ("goc.xlsx",)),
        ('=IF(A1="RTD(""x"")",1,2)', ()),
    ],
)
def test_a_link_without_a_reference_is_a_link(formula: str, names: tuple[str, ...]) -> None:
    """A reference in a text, a server of data, a page and DDE bring figures from elsewhere too."""
    assert linked_books(formula, {}) == names


def test_a_link_of_dde_is_followed_to_its_topic() -> None:
    """The part of such a link names the document itself."""
    parts = {
        "xl/workbook.xml": b'<externalReference xmlns:r="x" r:id="rId7"/>',
        "xl/_rels/workbook.xml.rels": b'<Relationship Id="rId7" Target="externalLinks/e3.xml"/>',
        "xl/externallinks/e3.xml": b'<ddeLink ddeService="Excel" ddeTopic="C:\\a\\goc.xlsx"/>',
    }
    assert linked_books("=[1]!R2C2", parts) == ("goc.xlsx",)


@pytest.mark.parametrize("code", ["TC03", "TM01"])
def test_a_linked_text_is_noted_as_a_linked_figure(computed: Computed, code: str) -> None:
    """Whatever stands in the cell, its note names the file it comes from."""
    cell = computed.place(code, "2007" if code == "TC03" else Role.ANSWER)
    content = "<f>'[goc.xlsx]S'!$B$2&amp;\"\"</f><v>12150</v>"
    (finding,) = coded(computed.read(cell, content, ' t="str"'), "cells.linked")
    assert (finding.place.sheet, finding.place.cell) == cell
    assert finding.parameters["file"] == "goc.xlsx"
