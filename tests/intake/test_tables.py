"""Tables are found by their headings and codes, wherever they stand."""

from __future__ import annotations

import pytest

from tongket_xlsx.intake.table import Table
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.form import Form
from tongket_xlsx.reader.cells import Grid, GridSheet, Raw

HEADING: list[Raw] = ["Mã", "Chỉ tiêu", "Năm 2007", "Năm 2012", "Năm 2017"]


def _sheet(*rows: list[Raw], name: str = "TC Thông tin chung") -> GridSheet:
    return GridSheet(name, visible=True, rows=list(rows))


def _tables(finder: Finder, *sheets: GridSheet) -> list[Table]:
    return list(finder.tables(Grid(sheets)))


def _table(finder: Finder, *rows: list[Raw]) -> Table:
    (table,) = _tables(finder, _sheet(*rows))
    return table


def test_a_table_is_named_columns_and_coded_rows(finder: Finder) -> None:
    """Columns are known by their headings, rows by their codes."""
    table = _table(finder, HEADING, ["TC01", "Dân số", 1, 2, 3], ["TC02", "DTTS", 4, 5, 6])
    assert table.heading_row == 0
    assert table.columns == {"code": 0, "indicator": 1, "2007": 2, "2012": 3, "2017": 4}
    assert table.rows == {"TC01": (1,), "TC02": (2,)}
    assert table.value(2, "2012") == 5
    assert table.value(2, "2007-2017") is None
    assert (table.doubled, table.strange) == ({}, ())


def test_a_table_is_found_under_rows_and_columns_that_were_inserted(finder: Finder) -> None:
    """Whatever was put above or to the left does not hide the table."""
    table = _table(
        finder,
        ["BIỂU TỔNG HỢP"],
        [],
        [None, None, *HEADING],
        [None, "ghi chú", "TC01", "Dân số", 1, 2, 3],
    )
    assert (table.heading_row, table.columns["2012"]) == (2, 5)
    assert table.value(3, "2012") == 2


def test_columns_may_change_places(finder: Finder) -> None:
    """A column goes by its heading, not by where it was."""
    table = _table(finder, ["Năm 2017", "Năm 2007", "Mã"], [3, 1, "TC01"])
    assert (table.value(1, "2007"), table.value(1, "2017")) == (1, 3)


@pytest.mark.parametrize(
    "heading",
    [
        "Năm 2007",
        "NĂM  2007",
        " năm\n2007 ",
        "Năm\u00a02007",
        "Year 2007",
        "2007",
        2007.0,
        "Năm 2007 (người)",
    ],
)
def test_a_heading_may_be_retyped(finder: Finder, heading: Raw) -> None:
    """Case, spaces, language, the bare year or a unit behind it do not matter."""
    assert _table(finder, ["Mã", heading], ["TC01", 1]).columns["2007"] == 1


@pytest.mark.parametrize("heading", ["Năm 2008", 2007.5, 2007, None, "Nam 2008", "Năm 2007 2012"])
def test_what_is_no_heading_names_no_column(finder: Finder, heading: Raw) -> None:
    """A heading is never guessed at."""
    table = _table(finder, ["Mã", "Chỉ tiêu", heading], ["TC01", "x", 1])
    assert set(table.columns) == {"code", "indicator"}


def test_a_dash_of_either_length_heads_the_cumulative_column(finder: Finder) -> None:
    """“Lũy kế 2007–2017” and “Lũy kế 2007-2017” are one heading."""
    for heading in ("Lũy kế 2007–2017", "lũy kế 2007-2017", "2007-2017"):
        assert _table(finder, ["Mã", heading], ["LD01", 1]).columns["2007-2017"] == 1


def test_a_heading_that_stands_twice_names_neither_column(finder: Finder) -> None:
    """Nobody guesses which of two columns is meant."""
    table = _table(finder, ["Mã", "Năm 2007", "Năm 2007", "Năm 2012"], ["TC01", 1, 2, 3])
    assert table.doubled == {"2007": (1, 2)}
    assert "2007" not in table.columns
    assert table.value(1, "2007") is None


@pytest.mark.parametrize("written", ["TC01", "tc01", " TC 01 ", "TC\u00a001"])
def test_a_code_may_be_typed_carelessly(finder: Finder, written: str) -> None:
    """Case and spaces in a code do not matter."""
    assert _table(finder, HEADING, [written, "x", 1]).rows == {"TC01": (1,)}


def test_every_row_of_a_code_is_kept(finder: Finder) -> None:
    """A code that stands twice has two rows; what to do about it is for others."""
    table = _table(finder, HEADING, ["TC01", "x", 1], [None, "x", 5], ["TC01", "x", 2])
    assert table.rows == {"TC01": (1, 3)}


@pytest.mark.parametrize(
    ("written", "strange"),
    [
        ("TC99", True),
        ("abc1", True),
        ("A", False),
        ("Cộng", False),
        ("", False),
        ("Ghi chú: số liệu đến 31/12/2016", False),
    ],
)
def test_a_row_whose_code_is_unknown_is_noted_where_it_looks_like_one(
    finder: Finder, written: str, strange: bool
) -> None:
    """Short texts with a digit look like codes; words and sentences do not."""
    table = _table(finder, HEADING, ["TC01", "x", 1], [written, "x", 1])
    assert table.strange == (((2, written),) if strange else ())


def test_a_table_without_a_single_code_column_has_no_rows(finder: Finder) -> None:
    """Where the heading of the codes stands twice no row is anybody's."""
    table = _table(finder, ["Mã", "Mã", "Năm 2007"], ["TC01", "TC02", 1])
    assert (table.rows, table.doubled) == ({}, {"code": (0, 1)})


def test_a_former_code_is_the_indicator_it_became(form: Form) -> None:
    """An old workbook with an old code is read under the new one."""
    from dataclasses import replace

    group = form.groups[0]
    first = replace(group.indicators[0], formerly=("DS1", "TC02"))
    changed = replace(
        form,
        groups=(replace(group, indicators=(first, *group.indicators[1:])), *form.groups[1:]),
    )
    table = _table(Finder(changed), HEADING, ["ds1", "x", 1], ["TC02", "x", 2])
    assert table.rows == {"TC01": (1,), "TC02": (2,)}


def test_a_former_code_that_was_used_again_is_known_as_such(form: Form) -> None:
    """TC02 once meant what is TC01 now: in a workbook of that time it may be either."""
    from dataclasses import replace

    group = form.groups[0]
    first = replace(group.indicators[0], formerly=("TC02", "DS1"))
    changed = replace(
        form,
        groups=(replace(group, indicators=(first, *group.indicators[1:])), *form.groups[1:]),
    )
    finder = Finder(changed)
    assert finder.reused == {"TC02": "TC01"}
    table = _table(finder, HEADING, ["TC02", "x", 1], ["ds1", "x", 2])
    assert table.rows == {"TC02": (1,), "TC01": (2,)}
    assert table.former == ((2, "ds1", "TC01"),)


# ---------------------------------------------------------------------- labels

LABELLED: list[Raw] = ["Chỉ tiêu", "Năm 2007", "Năm 2012"]


def _label(form: Form, code: str) -> str:
    return form.indicators[code].label.vi


def test_where_the_codes_are_lost_labels_name_the_rows(form: Form, finder: Finder) -> None:
    """With or without its star, in any case; a label that is none of the form names nothing."""
    table = _table(
        finder,
        LABELLED,
        [_label(form, "TC02").upper() + " *", 1, 2],
        ["Tổng cộng", 3, 4],
        [f"  {_label(form, 'TC01')}", 5, 6],
    )
    assert table.labelled == {"TC02": 1, "TC01": 3}
    assert (table.rows, table.strange) == ({}, ())


def test_a_label_that_stands_twice_names_no_row(form: Form, finder: Finder) -> None:
    """Two rows under one label: neither is taken for its figure."""
    label = _label(form, "TC02")
    table = _table(finder, LABELLED, [label, 1, 2], [_label(form, "TC01"), 3, 4], [label, 5, 6])
    assert table.labelled == {"TC01": 2}


def test_a_label_of_two_indicators_names_the_one_of_its_group_or_none(
    form: Form, finder: Finder
) -> None:
    """“Trong đó: đạt mức độ 2” stands under two indicators of one group."""
    double = next(t for t, codes in finder.labels.items() if len(codes) > 1)
    codes = finder.labels[double]
    other = next(
        i
        for i in form.indicators.values()
        if i.group == finder.group_of[codes[0]] and i.code not in codes
    )
    table = _table(finder, LABELLED, [double, 1, 2], [other.label.vi, 3, 4])
    assert set(table.labelled) == {other.code}


def test_a_lost_code_among_others_is_known_by_its_label(form: Form, finder: Finder) -> None:
    """A blank code, a mistyped one and an ordinal number; a row that has its code is not moved."""
    table = _table(
        finder,
        HEADING,
        ["TC01", _label(form, "TC01"), 1],
        [None, _label(form, "TC02"), 2],
        ["TCO3", _label(form, "TC03"), 3],
        [4.0, _label(form, "TC04"), 4],
        [None, _label(form, "TC01"), 5],
        ["9", "Tổng cộng", 6],
    )
    assert table.rows == {"TC01": (1,)}
    assert table.labelled == {"TC02": 2, "TC03": 3, "TC04": 4}
    assert table.strange == ((6, "9"),)


def test_a_code_beside_the_label_of_another_is_a_contradiction(form: Form, finder: Finder) -> None:
    """A label that was reworded contradicts nothing, that of another indicator does."""
    table = _table(
        finder,
        HEADING,
        ["TC01", _label(form, "TC02") + " *", 1],
        ["TC02", "Dân số (sửa)", 2],
    )
    assert table.contradicting == ((1, "TC01", "TC02"),)


@pytest.mark.parametrize("code", ["tc01", " TC 01 ", "TC01.", "TC01…:", "ＴＣ０１", "TC01\u00a0"])
def test_a_code_may_be_retyped(finder: Finder, code: str) -> None:
    """Case, spaces, width and a dot behind do not matter."""
    assert _table(finder, HEADING, [code, "x", 1]).rows == {"TC01": (1,)}


@pytest.mark.parametrize("code", ["TC1", "TC01a", "TC011", "-TC01", "T.C01"])
def test_a_code_is_never_guessed_at(finder: Finder, code: str) -> None:
    """What is not the code, but for such things, is another one."""
    assert _table(finder, HEADING, [code, "x", 1]).rows == {}


def test_headings_repeated_within_a_sheet_begin_a_new_table(finder: Finder) -> None:
    """From there on the columns mean what the new headings say, codes stay where they were."""
    one, two = _tables(
        finder,
        _sheet(
            HEADING,
            ["A", "B", "1", "2", "3"],
            ["TC01", "x", 1, 2, 3],
            [None, None, "Năm 2017", "Năm 2012", "Năm 2007"],
            ["TC02", "x", 6, 5, 4],
        ),
    )
    assert one.rows == {"TC01": (2,)}
    assert two.rows == {"TC02": (4,)}
    assert (two.value(4, "2007"), two.value(4, "2017")) == (4, 6)


def test_what_stands_on_the_scratch_sheet_under_a_code_is_found(finder: Finder) -> None:
    """Rows with a code and a number; words alone are scratch."""
    sheet = _sheet(["TC01", "Dân số", 5], ["TC02", "chưa có"], ["x", 7], name="Nháp")
    assert list(finder.scratched(Grid((sheet, _sheet(["TC01", 5]))))) == [("Nháp", "TC01", 0)]


@pytest.mark.parametrize("name", ["Nháp", "nháp", "Scratch", "_meta"])
def test_the_scratch_and_identity_sheets_hold_no_table(finder: Finder, name: str) -> None:
    """Whatever is written on the scratch sheet is not read."""
    assert _tables(finder, _sheet(HEADING, ["TC01", "x", 1], name=name)) == []


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["Mã"], ["TC01", 1]],
        [["Chỉ tiêu", "Năm 2007"], ["TC01", 1]],
        [["Mã số", "Năm 2007"], ["TC01", 1]],
    ],
)
def test_a_sheet_without_the_headings_is_no_table(finder: Finder, rows: list[list[Raw]]) -> None:
    """The heading of the codes and at least one other must stand in one row."""
    assert _tables(finder, _sheet(*rows)) == []


def test_headings_stand_near_the_top(finder: Finder) -> None:
    """A table below two hundred rows of something else is not ours."""
    assert len(_tables(finder, _sheet(*[[]] * 199, HEADING, ["TC01", "x", 1]))) == 1
    assert _tables(finder, _sheet(*[[]] * 200, HEADING, ["TC01", "x", 1])) == []


def test_tables_come_in_the_order_of_the_sheets(finder: Finder) -> None:
    """Sheets may have any name and any order."""
    one = _sheet(HEADING, ["TC01", "x", 1], name="Sheet2")
    two = _sheet(HEADING, ["ML02", "x", 1], name="Sheet1")
    assert [list(t.rows) for t in _tables(finder, one, _sheet(name="trống"), two)] == [
        ["TC01"],
        ["ML02"],
    ]


ROSTER: list[Raw] = [
    "TT",
    "Cơ quan ban hành",
    "Khối ban hành",
    "Loại văn bản",
    "Số, ký hiệu",
    "Ngày ban hành",
    "Trích yếu nội dung",
]


def test_a_roster_is_found_by_half_of_its_headings(form: Form, finder: Finder) -> None:
    """Three of six headings are enough, two are not, and the scratch sheet does not count."""
    roster = form.rosters[0]
    scratch = _sheet(ROSTER, name="Nháp")
    whole = _sheet(["VĂN BẢN"], ROSTER, [1, "Huyện ủy"], name="Danh mục")
    table = finder.roster(Grid((scratch, whole)), roster)
    assert table is not None
    assert (table.sheet, table.heading_row) == (whole, 1)
    assert (table.columns["VB01"], table.columns["VB06"]) == (1, 6)
    half = finder.roster(Grid((_sheet(ROSTER[:4]),)), roster)
    assert half is not None
    assert set(half.columns) == {"ordinal", "VB01", "VB02", "VB03"}
    assert finder.roster(Grid((_sheet(ROSTER[:3]),)), roster) is None


@pytest.mark.parametrize(
    "heading",
    [
        "Nam 2007",
        "nam 2007",
        "Năm2007",
        "NĂM 2007",
        "NAM2007",
        "Năm  2007 ",
        "Na\u0306m 2007",
        "Đến 2007",
        "đến năm 2007",
        "Den nam 2007",
        "Tính đến năm 2007",
        "2007.0",
        2007.0,
        " 2007",
        "Nam 2007 (người)",
    ],
)
def test_a_year_is_known_without_its_marks_or_spaces(finder: Finder, heading: Raw) -> None:
    """A heading retyped without marks, run together, or as “đến 2007” still means the year."""
    table = _table(finder, ["Mã", "Chỉ tiêu", heading, "Năm 2012"], ["TC01", "Dân số", 1, 2])
    assert table.value(1, "2007") == 1


@pytest.mark.parametrize(
    "heading",
    [
        "Năm 2007 (kế hoạch)",
        "Nam 2007 (ke hoach)",
        "2007-2012",
        "2007 - 2012",
        "20071",
        "207",
        "Kế hoạch 2007",
        "Trước 2007",
        "Sau năm 2007",
        "Từ năm 2007",
        "2007.5",
        "Nam",
        "Năm",
    ],
)
def test_what_is_more_than_a_year_is_no_year(finder: Finder, heading: str) -> None:
    """A plan, a span or another year is not taken for the year it names."""
    table = _table(finder, ["Mã", "Chỉ tiêu", heading, "Năm 2012"], ["TC01", "Dân số", 1, 2])
    assert table.value(1, "2007") is None


def test_headings_of_code_and_label_are_known_without_marks(finder: Finder) -> None:
    """A table typed on a keyboard without Vietnamese is found."""
    table = _table(finder, ["MA", "Chi tieu", "Nam 2007", "Nam 2012"], ["TC01", "Dan so", 1, 2])
    assert (table.value(1, "2007"), table.rows) == (1, {"TC01": (1,)})


def test_a_year_twice_under_two_names_is_read_from_neither(finder: Finder) -> None:
    """“Năm 2007” beside “Đến 2007”: which of them is meant nobody guesses."""
    table = _table(finder, ["Mã", "Chỉ tiêu", "Năm 2007", "Đến 2007"], ["TC01", "Dân số", 1, 2])
    assert table.doubled == {"2007": (2, 3)}
