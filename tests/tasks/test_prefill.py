"""What is already known: earlier returns, and tables of codes and values in two shapes."""

import io
from decimal import Decimal

import openpyxl
import pytest
from reader_processes import AtOnce
from shipped import FARMERS

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.tasks import prefill
from tongket_xlsx.template import workbook as template

KBANG = "GL-625"


@pytest.fixture
def gather(form, units, monkeypatch):
    """Gather from the bytes of files, in this process."""

    monkeypatch.setattr(prefill, "Guard", AtOnce)

    def run(*contents):
        material = [(f"{n}.csv", data) for n, data in enumerate(contents, start=1)]
        return prefill.gather(material, form, units)

    return run


def table(*lines, encoding="utf-8-sig"):
    return "\n".join(lines).encode(encoding)


def number(value):
    return Answer(Decimal(value))


def places(findings):
    return [(f.code, f.place.cell) for f in findings]


@pytest.mark.parametrize(
    "lines",
    [
        ("unit,code,period,value", "GL-625,ML10,2017,1234", "GL-625,ML10,2012,900"),
        ("Mã đơn vị;Mã chỉ tiêu;Năm;Giá trị", "GL-625;ML10;2017;1234", "GL-625;ML10;2012;900"),
        ("value\tperiod\tcode\tunit", "1234\t2017\tML10\tGL-625", "900\tNăm 2012\tML10\tGL-625"),
    ],
    ids=["English", "Vietnamese semicolons", "tabs in another order"],
)
def test_a_long_table_has_a_row_per_figure(gather, lines):
    """A table of unit, code, period and value is understood in both languages."""
    assert gather(table(*lines)) == (
        {KBANG: {("ML10", "2017", 0): number(1234), ("ML10", "2012", 0): number(900)}},
        [],
    )


def test_a_wide_table_has_a_column_per_period(gather):
    """A table may have one column per period, named as the form names it; blanks say nothing."""
    lines = ("unit,code,2007,Năm 2012,Year 2017,LK", "GL-625,DN02,,5,…,70")
    assert gather(table(*lines)) == (
        {
            KBANG: {
                ("DN02", "2012", 0): number(5),
                ("DN02", "2017", 0): Answer(None, "…"),
                ("DN02", "2007-2017", 0): number(70),
            }
        },
        [],
    )


def test_signs_and_words_are_filled_in_as_they_are(gather):
    """Nil is filled in as its sign, yes as the word of the list, a written number as a number."""
    lines = (
        "unit,code,period,value",
        "GL-625,ML10,2017,-",
        "GL-625,ML01,2017,yes",
        "GL-625,TC01,2017,12.345",
    )
    known, findings = gather(table(*lines))
    assert findings == []
    assert known[KBANG] == {
        ("ML10", "2017", 0): Answer(None, "-"),
        ("ML01", "2017", 0): Answer(None, "Có"),
        ("TC01", "2017", 0): number(12345),
    }


def test_a_table_may_be_a_workbook_with_a_title(gather):
    """A table in a workbook is found below whatever stands above it, on any sheet."""
    book = openpyxl.Workbook()
    book.active.append(["Số liệu đã biết"])
    sheet = book.create_sheet("Bảng")
    for row in (["Nguồn: niên giám"], [], ["Đơn vị", "Mã", 2012, 2017], [KBANG, "ML10", 5, 6.0]):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    assert gather(stream.getvalue()) == (
        {KBANG: {("ML10", "2012", 0): number(5), ("ML10", "2017", 0): number(6)}},
        [],
    )


def test_an_earlier_return_gives_all_its_answers(gather, form, units):
    """A returned workbook gives what its office answered, figures and words."""
    data = FARMERS.read_bytes()
    known, findings = gather(data)
    answers = Reader((form,), units).read(data).answers()
    assert (known, findings) == ({"GL-HND": answers}, [])
    assert len(answers) == 7


def test_of_two_files_the_later_one_counts(gather):
    """Where two files speak of one cell the later counts; the rest of the earlier one stays."""
    head = "unit,code,2012,2017"
    known, _ = gather(table(head, "GL-625,ML10,1,2"), table(head, "GL-625,ML10,,3"))
    assert known[KBANG] == {("ML10", "2012", 0): number(1), ("ML10", "2017", 0): number(3)}


@pytest.mark.parametrize(
    ("row", "code", "cell", "found"),
    [
        ("GL-999,ML10,2017,1", "prefill.unknown", "A2", "GL-999"),
        ("GL-625,ZZ99,2017,1", "prefill.unknown", "B2", "ZZ99"),
        ("GL-625,ML10,2015,1", "prefill.unknown", "C2", "2015"),
        ("GL-625,ML10,2007-2017,1", "prefill.unknown", "D2", "ML10 2007-2017"),
        ("GL-625,ML13,2017,1", "prefill.unknown", "D2", "ML13 2017"),
        ("GL-625,ML10,2017,nhiều", "prefill.value", "D2", "nhiều"),
        ("GL-625,ML10,2017,-5", "prefill.value", "D2", "-5"),
        ("GL-625,ML10,2017,0.5", "prefill.value", "D2", "0.5"),
    ],
    ids=["unit", "code", "year", "period", "computed", "words", "negative", "fraction"],
)
def test_what_a_table_gets_wrong_is_told_with_its_cell(gather, row, code, cell, found):
    """A unit, code, period or value that cannot be used is a warning with file, cell and text."""
    known, (finding,) = gather(table("unit,code,period,value", row, "GL-625,TC01,2017,7"))
    assert known == {KBANG: {("TC01", "2017", 0): number(7)}}
    assert (finding.code, finding.severity, finding.place.cell) == (code, Severity.WARNING, cell)
    assert finding.parameters["found"] == found
    assert finding.place.unit == "1.csv"


def test_every_fault_of_a_table_is_told(gather):
    """One wrong row hides no other; empty rows are no fault."""
    lines = ("unit,code,2012,2017", "X,ML10,1,2", ",,,", "GL-625,Y,1,2", "GL-625,ML10,a,b")
    known, findings = gather(table(*lines))
    assert known == {}
    assert places(findings) == [
        ("prefill.unknown", "A2"),
        ("prefill.unknown", "B4"),
        ("prefill.value", "C5"),
        ("prefill.value", "D5"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"a,b,c\n1,2,3\n", "file.text"),
        ("unit,code,2017\nGL-625,ML10,é\n".encode("latin-1"), "file.text"),
        (b"%PDF-1.4", "file.scan"),
        (b"PK\x03\x04", "file.broken"),
    ],
    ids=["empty", "no headings", "not UTF-8", "scan", "broken"],
)
def test_a_file_that_is_no_table_is_told_and_not_dropped(gather, data, code):
    """What is neither return nor table says what it is, under its own name."""
    known, (finding,) = gather(data)
    assert (known, finding.code, finding.place.file) == ({}, code, "1.csv")


def test_a_return_of_another_campaign_is_no_table(gather, form, units, issue):
    """A workbook of a unit that is not listed here is told, never read as a table."""
    stranger = template.build(form, units["GL-HND"].__class__("Z", "Z", "Z", "hnd-tinh"), issue)
    known, (finding,) = gather(stranger)
    assert (known, finding.code) == ({}, "file.unknown_unit")


def test_answers_that_were_gathered_stand_in_the_workbook(gather, form, units, issue):
    """What was gathered from a table is read back from the workbook made with it."""
    known, _ = gather(table("unit,code,2012,2017", "GL-625,ML10,5,-", "GL-625,ML01,Có,không"))
    data = template.build(form, units[KBANG], issue, answers=known[KBANG])
    read = Reader((form,), units).read(data).answers()
    assert {key: read[key] for key in known[KBANG]} == known[KBANG]
