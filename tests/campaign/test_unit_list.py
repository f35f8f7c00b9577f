"""The list of units: a CSV or XLSX file, read whole or refused with every fault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from shipped import SAMPLES

from tongket_xlsx.campaign import unit_list as unit_lists
from tongket_xlsx.model.findings import UnsoundDefinition
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Scope, Words
from tongket_xlsx.model.units import Unit, UnitKind
from tongket_xlsx.reader.cells import Grid

KINDS = {
    code: UnitKind(code, Words(code), Scope.PART, required=True, fills_by="", signature="", note="")
    for code in ("tinh", "huyen")
}


def _load(text: str | bytes) -> dict[str, Unit]:
    data = text if isinstance(text, bytes) else text.encode()
    return unit_lists.load("don-vi.csv", data, KINDS)


def _faults(text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(UnsoundDefinition) as refused:
        _load(text)
    return [(str(f.place), f.code) for f in refused.value.findings]


def test_a_row_is_a_unit() -> None:
    """Every column has its place in the unit, and what is no known heading is kept as a fact."""
    units = _load(
        "code,name,short_name,kind,parent,aliases,existed_from,existed_to,block,contact,phone,"
        "communes_2012,gso_code,note\n"
        "GL,Tỉnh Gia Lai,Gia Lai,tinh,,,,,,,,,,\n"
        "GL-639,Huyện Chư Pưh,Chư Pưh,huyen,GL,H. Chư Pưh; Chư Puh,2009-08-27,31/12/2020,"
        "CHU-SE,Bà Hoa,0269 123,9,,mới\n"
    )
    assert units["GL-639"] == Unit(
        code="GL-639",
        name="Huyện Chư Pưh",
        short_name="Chư Pưh",
        kind="huyen",
        parent="GL",
        aliases=("H. Chư Pưh", "Chư Puh"),
        existed_from=date(2009, 8, 27),
        existed_to=date(2020, 12, 31),
        block="CHU-SE",
        contact="Bà Hoa",
        phone="0269 123",
        facts={"communes_2012": "9"},
        note="mới",
    )
    assert list(units) == ["GL", "GL-639"]


def test_headings_may_be_vietnamese_and_in_any_case() -> None:
    """“Mã đơn vị” is the code; case and spaces in a heading do not matter."""
    units = _load("MÃ  ĐƠN VỊ;Tên đơn vị;Loại;Điện thoại\nA;Huyện A;huyen;0269\n")
    assert (units["A"].name, units["A"].kind, units["A"].phone) == ("Huyện A", "huyen", "0269")


def test_a_short_name_that_is_not_given_is_the_name() -> None:
    """A unit without a short name goes by its name."""
    assert _load("code,name,kind\nA,Huyện A,huyen\n")["A"].short_name == "Huyện A"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_excel_may_have_written_it_its_own_way(separator: str, encoding: str) -> None:
    """Commas, semicolons or tabs, UTF-8 with or without a mark, or UTF-16: all are read."""
    text = "code,name,kind\r\nA,Huyện Chư Sê,huyen\r\n\r\n".replace(",", separator)
    assert _load(text.encode(encoding))["A"].name == "Huyện Chư Sê"


def test_empty_rows_are_passed_over() -> None:
    """A row of nothing but separators is no unit."""
    assert list(_load("code,name,kind\nA,a,huyen\n,,\n  , ,\nB,b,huyen\n")) == ["A", "B"]


def test_a_workbook_will_do_as_well() -> None:
    """The first sheet of an XLSX file is read like a CSV file, dates and numbers included."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (
        ["code", "name", "kind", "existed_from", "communes_2012"],
        [622, "Thành phố Pleiku", "huyen", date(2007, 4, 14), 23],
    ):
        book.active.append(row)
    data = BytesIO()
    book.save(data)
    unit = _load(data.getvalue())["622"]
    assert unit.existed_from == date(2007, 4, 14)
    assert unit.facts == {"communes_2012": "23"}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            "",
            [("don-vi.csv:1", "units.column")] * 3,
        ),
        ("code,kind\nA,huyen\n", [("don-vi.csv:1", "units.column")]),
        ("code,name,kind\nA,,huyen\n", [("don-vi.csv:2", "units.cell")]),
        ("code,name,kind\nA,a,\n", [("don-vi.csv:2", "units.cell")]),
        ("code,name,kind\nA,a,quan\n", [("don-vi.csv:2", "definition.unknown")]),
        ("code,name,kind\nA,a,huyen\nA,b,huyen\n", [("don-vi.csv:3", "definition.code_twice")]),
        ("code,name,kind\nA,a,huyen\nB,A,huyen\n", [("don-vi.csv:3", "definition.code_twice")]),
        (
            "code,name,kind,aliases\nA,a,huyen,x;y\nB,b,huyen,Y\n",
            [("don-vi.csv:3", "definition.code_twice")],
        ),
        ("code,name,kind,parent\nA,a,huyen,Z\n", [("don-vi.csv:2", "units.parent")]),
        ("code,name,kind,parent\nA,a,huyen,A\n", [("don-vi.csv:2", "definition.cycle")]),
        (
            "code,name,kind,parent\nA,a,huyen,B\nB,b,huyen,A\nC,c,huyen,A\n",
            [("don-vi.csv:2", "definition.cycle"), ("don-vi.csv:3", "definition.cycle")],
        ),
        (
            "code,name,kind,existed_from,existed_to\nA,a,huyen,2009,31/02/2010\n",
            [("don-vi.csv:2", "units.date"), ("don-vi.csv:2", "units.date")],
        ),
        (
            "code,name,kind\nA,,quan\nB,b,quan\n",
            [
                ("don-vi.csv:2", "units.cell"),
                ("don-vi.csv:2", "definition.unknown"),
                ("don-vi.csv:3", "definition.unknown"),
            ],
        ),
        ("code,name,kind,Name\nA,a,huyen,b\n", [("don-vi.csv:1", "definition.key_twice")]),
        (
            "code,name,kind\n,,huyen\n,c,quan\n",
            [
                ("don-vi.csv:2", "units.cell"),
                ("don-vi.csv:2", "units.cell"),
                ("don-vi.csv:3", "units.cell"),
                ("don-vi.csv:3", "definition.unknown"),
            ],
        ),
        ("\n\n code,name,kind\n\nA,a,quan\n", [("don-vi.csv:5", "definition.unknown")]),
        (
            'code,name,kind\nA,"Huyện\nA",quan\nB,b,xa\n',
            [("don-vi.csv:2", "definition.unknown"), ("don-vi.csv:4", "definition.unknown")],
        ),
        ("\n\nkind,name\nA,a\n", [("don-vi.csv:3", "units.column")]),
        (b"code,name,kind\nA,Huy\xean,huyen\n", [("don-vi.csv:1", "definition.encoding")]),
        (b"\xff\xfea", [("don-vi.csv:1", "definition.encoding")]),
        (b"PK\x03\x04 cut off", [("don-vi.csv:1", "file.broken")]),
    ],
)
def test_every_fault_is_named_with_its_line(
    text: str | bytes, faults: list[tuple[str, str]]
) -> None:
    """A list of units is refused with all that is wrong with it, each with file and line."""
    assert _faults(text) == faults


def test_a_code_used_twice_names_the_first_line() -> None:
    """Whoever mends the list sees where the code stands already."""
    with pytest.raises(UnsoundDefinition) as refused:
        _load("code,name,kind\nA,a,huyen\nA,b,huyen\n")
    assert refused.value.findings[0].parameters == {"code": "A", "other": "don-vi.csv:2"}


def test_a_workbook_without_rows_has_no_headings() -> None:
    """An empty workbook lacks the headings like an empty text does."""
    data = BytesIO()
    openpyxl.Workbook().save(data)
    assert _faults(data.getvalue()) == [("don-vi.csv:1", "units.column")] * 3


def test_a_workbook_without_sheets_has_no_headings() -> None:
    """A workbook in which there is no worksheet at all lacks the headings as well."""
    with pytest.raises(UnsoundDefinition) as refused:
        unit_lists.load("don-vi.csv", b"PK\x03\x04", KINDS, read=lambda _: Grid(()))
    found = [(str(f.place), f.code) for f in refused.value.findings]
    assert found == [("don-vi.csv:1", "units.column")] * 3


def test_the_shipped_list_is_gia_lai(form: Form, units: Mapping[str, Unit]) -> None:
    """The samples list 17 district-level units under the province, with 222 communes in 2012."""
    districts = [u for u in units.values() if u.kind == "huyen"]
    assert len(districts) == 17
    assert {u.parent for u in districts} == {"GL"}
    assert sum(int(u.facts["communes_2012"]) for u in districts) == 222
    assert {u.kind for u in units.values()} <= form.unit_kinds.keys()
    data = (SAMPLES / "units.csv").read_bytes()
    columns = list(form.fact_columns())
    assert "communes_2012" in columns
    assert unit_lists.load("units.csv", data, form.unit_kinds, columns) == units


def test_a_list_of_units_that_is_unsound_is_called_so() -> None:
    """The refusal speaks of the list of units, and each fault of what to mend."""
    with pytest.raises(UnsoundDefinition) as refused:
        _load("code,kind\nA,huyen\n")
    assert (refused.value.code, refused.value.parameters) == ("units.unsound", {"count": 1})
    assert refused.value.findings[0].parameters == {"key": "name", "names": "name, tên, tên đơn vị"}
    for data in (b"PK\x03\x04 cut off", b"\xff\xfea"):
        with pytest.raises(UnsoundDefinition) as refused:
            _load(data)
        assert refused.value.code == "units.unsound"


def test_a_column_that_fills_in_figures_holds_numbers() -> None:
    """A fact from which the form fills in an answer must be a whole number or blank."""
    text = (
        "code,name,kind,communes_2012,communes_2017,area\nA,a,huyen,9 xã,,5 ha\nB,b,huyen,9,8,x\n"
    )
    numbers = ("communes_2012", "communes_2017")
    with pytest.raises(UnsoundDefinition) as refused:
        unit_lists.load("don-vi.csv", text.encode(), KINDS, numbers)
    (fault,) = refused.value.findings
    assert (fault.code, str(fault.place)) == ("units.number", "don-vi.csv:2")
    assert fault.parameters == {"key": "communes_2012", "value": "9 xã"}
    assert _load(text)["A"].facts == {"communes_2012": "9 xã", "area": "5 ha"}


def test_a_text_that_is_no_csv_is_refused_at_its_line() -> None:
    """A field without an end is told with what the reader of CSV said of it."""
    with pytest.raises(UnsoundDefinition) as refused:
        _load("code,name,kind\nA,a,huyen\nB," + "x" * 200_000 + ",huyen\n")
    (fault,) = refused.value.findings
    assert (fault.code, str(fault.place)) == ("units.csv", "don-vi.csv:3")
    assert "131072" in str(fault.parameters["problem"])


def test_rows_of_a_workbook_are_counted_as_excel_shows_them() -> None:
    """Blank rows above the headings are passed over, and faults name the row of the sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in ([], [], ["code", "name", "kind"], [], ["A", "a", "quan"]):
        book.active.append(row)
    data = BytesIO()
    book.save(data)
    assert _faults(data.getvalue()) == [("don-vi.csv:5", "definition.unknown")]


NAMESAKES = (
    "code,name,kind,parent\nT1,Huyện A,tinh,\nT2,Huyện B,tinh,\n"
    "X1,Xã Tân Lập,huyen,T1\nX2,Xã Tân Lập,huyen,T2\nX3,Xã Khác,huyen,T2\n"
)


def test_namesakes_of_different_parents_are_told_apart(form: Form) -> None:
    """Two communes may bear one name; each then bears its parent too, in every table and file."""
    known = unit_lists.load("don-vi.csv", NAMESAKES.encode(), form.unit_kinds)
    assert [u.name for u in known.values()] == [
        "Huyện A",
        "Huyện B",
        "Xã Tân Lập (Huyện A)",
        "Xã Tân Lập (Huyện B)",
        "Xã Khác",
    ]
    assert known["X1"].aliases == ("Xã Tân Lập",)


def test_namesakes_of_one_parent_are_a_fault(form: Form) -> None:
    """Under one parent nothing could tell them apart."""
    text = NAMESAKES.replace("X2,Xã Tân Lập,huyen,T2", "X2,Xã Tân Lập,huyen,T1")
    with pytest.raises(UnsoundDefinition):
        unit_lists.load("don-vi.csv", text.encode(), form.unit_kinds)


def test_a_name_must_fit_into_a_workbook() -> None:
    """What Excel could not hold as a property is told with its line, before anything is written."""
    text = f"code,name,kind\nA,{'x' * 111},huyen\n{'B' * 111},Huyện B,huyen\nC,{'x' * 110},huyen\n"
    with pytest.raises(UnsoundDefinition) as caught:
        _load(text)
    told = [(f.code, f.place.line, f.parameters["key"]) for f in caught.value.findings]
    assert told == [("units.too_long", 2, "name"), ("units.too_long", 3, "code")]


@pytest.mark.parametrize("other", ["gl-a", "Gl-A"])
def test_codes_that_differ_only_in_capitals_are_refused(other: str) -> None:
    """To Windows the forms of both would be one file."""
    rows = f"code,name,kind\nGL-A,Một,huyen\n{other},Hai,huyen\n"
    assert _faults(rows) == [("don-vi.csv:3", "units.code_case")]


def test_codes_that_differ_only_in_how_accents_are_written_are_one_code() -> None:
    """Composed or not, on the screen they are the same."""
    rows = "code,name,kind\nĐẮK,Một,huyen\nĐA\u0306\u0301K,Hai,huyen\n"
    assert _faults(rows) == [("don-vi.csv:3", "definition.code_twice")]
