"""Tidy data: one observation a row, in three formats that say the same."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongket_xlsx.model.observations import CellState, Observation
from tongket_xlsx.summary import tidy

DIGEST = "ab" * 32


@pytest.fixture
def rows(form, units):
    """Rows with a whole number, a fraction, a sign, a text and one cell of a list."""
    observations = [
        Observation(
            "TC01", "2017", 0, CellState.NUMBER, Decimal("1000.00"), "", "1000", "TC", "F8"
        ),
        Observation("ML10", "2012", 0, CellState.NUMBER, Decimal("0.5"), "", "0,5", "ML", "E17"),
        Observation("ML10", "2017", 0, CellState.NIL, Decimal(0), "", "-", "ML", "F17"),
        Observation("TC02", "2017", 0, CellState.MISSING, None, "", "…", "TC", "F9"),
        Observation("TM01", "", 0, CellState.TEXT, None, "=1+1", "=1+1", "Thuyết minh", "C8"),
        Observation("VB01", "", 3, CellState.TEXT, None, "Huyện ủy", "Huyện ủy", "Văn bản", "B9"),
    ]
    traced = [
        tidy.Traced(units["GL-625"], o, "k.xlsx", DIGEST, date(2017, 3, 30)) for o in observations
    ]
    return list(tidy.rows(form, traced))


def written(write, rows):
    stream = io.BytesIO()
    assert write(stream, rows) == len(rows)
    return stream.getvalue()


def parsed(rows):
    text = written(tidy.write_csv, rows).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_says_whose_what_when_and_where_from(rows):
    """A row names unit, indicator and period, the value, and the very cell it came from."""
    assert rows[0] == {
        "unit": "GL-625",
        "unit_name": "Huyện KBang",
        "unit_kind": "huyen",
        "group": "TC",
        "indicator": "TC01",
        "period": "2017",
        "row": None,
        "state": "number",
        "value": 1000,
        "text": "",
        "raw": "1000",
        "file": "k.xlsx",
        "sha256": DIGEST,
        "sheet": "TC",
        "cell": "F8",
        "received": "2017-03-30",
        "estimated": False,
        "held": False,
        "status": "",
        "reason": "",
        "scope": "part",
        "round": None,
        "current": True,
        "computed": False,
        "counted": True,
        "n": None,
        "expected": None,
    }


def test_a_value_is_a_number_or_nothing(rows):
    """Whole values are whole numbers, nil is zero, and what is missing is no number at all."""
    assert [r["value"] for r in rows] == [1000, 0.5, 0, None, None, None]
    assert [type(r["value"]) for r in rows[:3]] == [int, float, int]


def test_the_period_of_a_text_is_null_and_the_row_of_a_list_counts(rows):
    """A question in words has no period; a cell of a list has the number of its entry."""
    assert [(r["group"], r["period"], r["row"]) for r in rows[3:]] == [
        ("TC", "2017", None),
        ("narrative", None, None),
        ("VB", None, 3),
    ]


def test_json_is_one_array_of_the_rows(rows):
    """JSON holds exactly the rows, numbers as numbers and Vietnamese as it is written."""
    text = written(tidy.write_json, rows).decode()
    assert json.loads(text) == rows
    assert "Huyện KBang" in text


def test_no_rows_are_still_a_document():
    """An empty export is an empty array and a line of headings."""
    assert json.loads(written(tidy.write_json, [])) == []
    assert written(tidy.write_csv, []).decode() == ",".join(tidy.FIELDS) + "\r\n"
    assert len(pd.read_parquet(io.BytesIO(written(tidy.write_parquet, [])))) == 0


def test_csv_has_the_fields_as_headings(rows):
    """CSV says the same, with empty fields for what is null."""
    table = parsed(rows)
    assert tuple(table[0]) == tidy.FIELDS
    assert [r["value"] for r in table] == ["1000", "0.5", "0", "", "", ""]
    assert [r["period"] for r in table] == ["2017", "2012", "2017", "2017", "", ""]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+84", "'+84"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r'=1"),
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("＝1+1", "'＝1+1"),
        ("có;=1+1", "có;'=1+1"),
        ("dòng 1\n=1+1", "dòng 1\n'=1+1"),
        ("'=1+1", "''=1+1"),
        ("'trích", "'trích"),
        ("a-b; c = d", "a-b; c = d"),
    ],
)
def test_a_text_that_looks_like_a_formula_is_harmless(rows, text, written):
    """No field of a CSV file starts a formula, wherever a program may part its columns."""
    row = {**rows[4], "text": text, "file": text}
    (read,) = parsed([row])
    assert read["text"] == read["file"] == written


@given(st.text(alphabet="'=+-@;,\t\r\nＡ＝a1 "))
def test_what_was_made_harmless_can_be_had_as_it_was_given(text):
    """The apostrophes can be taken away again, and what is left is the very text."""
    written = tidy._harmless(text)
    assert tidy.as_given(written) == text
    assert len(text) < 2 or not re.search("(^|[;\r\n])[=+\\-@＝]", written)


def test_the_sign_for_nil_stays_as_it_was_written(rows):
    """A lone “-” is the sign for nil and no formula; a negative number stays a number."""
    (read,) = parsed([{**rows[2], "value": -3}])
    assert (read["raw"], read["value"]) == ("-", "-3")


def test_parquet_holds_the_same_figures(rows):
    """Parquet keeps every field, numbers as numbers and gaps as gaps."""
    frame = pd.read_parquet(io.BytesIO(written(tidy.write_parquet, rows)))
    assert tuple(frame.columns) == tidy.FIELDS
    assert [None if pd.isna(v) else v for v in frame["value"]] == [r["value"] for r in rows]
    assert [None if pd.isna(v) else v for v in frame["row"]] == [r["row"] for r in rows]
    assert list(frame["unit_name"]) == ["Huyện KBang"] * 6


def test_every_code_that_can_be_answered_has_a_group(form):
    """An indicator stands under its group, a question under narrative, a list under its code."""
    assert tidy.group_of(form, "ML10") == "ML"
    assert tidy.group_of(form, "TM01") == "narrative"
    assert tidy.group_of(form, "VB03") == "VB"
