"""An export holds what a frame holds: computed figures, their status, totals, earlier rounds."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tongket_xlsx.summary import tidy_workbook
from tongket_xlsx.summary.export_formats import FORMATS
from tongket_xlsx.summary.tidy import FIELDS, FLAGS
from tongket_xlsx.text.messages import say

pytestmark = pytest.mark.libraries


def exported(run, home: Path, *words: object) -> list[dict]:
    return json.loads(run("export", "--format", "json", "-q", *words, home=home).stdout)


def test_an_export_is_the_frame(run, doubtful) -> None:
    """Row by row it says the same, totals of the province at its end."""
    rows = exported(run, doubtful.home, "--totals")
    frame = doubtful.observations()
    mine = [r for r in rows if r["scope"] != "total"]
    assert len(mine) == len(frame)
    for key in ("value", "held", "status", "computed", "counted", "round", "cell"):
        told = [None if pd.isna(v) else v for v in frame[key].tolist()]
        assert [r[key] or None for r in mine] == [v or None for v in told], key
    totals = doubtful.totals()
    found = {(r["indicator"], r["period"]): r for r in rows if r["scope"] == "total"}
    assert list(found) == list(totals.index)
    for key, row in found.items():
        total = totals.loc[key]
        assert row["value"] == (None if pd.isna(total["value"]) else total["value"])
        assert row["status"] == ("" if pd.isna(total["status"]) else total["status"])
        assert (row["unit"], row["unit_name"], row["counted"]) == ("GL", "Tỉnh Gia Lai", False)
    sums: dict[tuple, float] = {}
    for row in mine:
        if row["counted"]:
            key = (row["indicator"], row["period"])
            sums[key] = sums.get(key, 0) + row["value"]
    assert {k: v for k, v in sums.items() if v != found[k]["value"]} == {}


def test_without_being_asked_there_are_no_totals(run, doubtful) -> None:
    """Who adds up a column does not find the province among its units."""
    assert {r["scope"] for r in exported(run, doubtful.home)} == {"part"}


def test_earlier_rounds_are_exported_where_asked_for(run, doubtful) -> None:
    """The first round stands before the second and does not count."""
    now, every = (exported(run, doubtful.home, *w) for w in ((), ("--rounds", "all")))
    assert {r["current"] for r in now} == {True}
    earlier = [r for r in every if not r["current"]]
    assert [(r["round"], r["value"], r["counted"]) for r in earlier] == [(1, 5, False)]
    assert len(every) == len(now) + 1


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_can_be_written_and_says_as_many_rows(
    kind: str, run, doubtful, tmp_path: Path
) -> None:
    """One table serves the choice of the command, and what is written."""
    count = len(exported(run, doubtful.home))
    path = tmp_path / f"x.{kind}"
    told = run("export", "--format", kind, "-o", path, home=doubtful.home)
    assert told.exit_code == 0, told.output
    readers = {
        "csv": lambda: pd.read_csv(path, encoding="utf-8-sig"),
        "json": lambda: json.loads(path.read_text(encoding="utf-8")),
        "parquet": lambda: pd.read_parquet(path),
        "xlsx": lambda: pd.read_excel(path, engine="openpyxl"),
    }
    assert set(readers) == set(FORMATS)
    assert len(readers[kind]()) == count
    assert path.read_bytes().startswith(FORMATS[kind].mark)


def test_help_names_every_format(run) -> None:
    """So no format can be added that nobody hears of."""
    page = " ".join(run("export", "--help").stdout.split())
    assert f"[{'|'.join(FORMATS)}]" in page


def test_only_a_csv_file_begins_with_a_byte_order_mark(run, doubtful) -> None:
    """What goes into a pipe has none."""
    assert [name for name, one in FORMATS.items() if one.mark] == ["csv"]
    data = run("export", "--format", "csv", "-q", home=doubtful.home).stdout_bytes
    assert data.startswith(b"unit,")
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert {r["counted"] for r in rows} == {"0", "1"}


def test_a_workbook_is_in_vietnamese(run, doubtful, tmp_path: Path) -> None:
    """Headings and words are those of an office; figures are numbers and days are days."""
    path = tmp_path / "x.xlsx"
    run("export", "--format", "xlsx", "--totals", "-o", path, home=doubtful.home)
    page = openpyxl.load_workbook(path)["Số liệu"]
    rows = list(page.values)
    assert rows[0] == tuple(say(f"raw.{key}", "vi") for key in FIELDS)
    assert len(set(rows[0])) == len(FIELDS)
    given = exported(run, doubtful.home, "--totals")
    assert len(rows) - 1 == len(given)
    for shown, row in zip(rows[1:], given, strict=True):
        cells = dict(zip(FIELDS, shown, strict=True))
        assert cells["value"] == row["value"]
        assert {cells[key] for key in FLAGS} <= {"Có", "Không"}
        assert (cells["counted"] == "Có") is row["counted"]
        assert cells["state"] == say(f"cellstate.{row['state']}", "vi")
        day = row["received"]
        assert cells["received"] == (datetime.fromisoformat(day) if day else None)
    words = {r[FIELDS.index("status")] for r in rows[1:]}
    assert "đang xem lại, chưa cộng" in words
    assert page.freeze_panes == "C2"


def test_a_workbook_is_in_english_where_asked_for(run, doubtful, tmp_path: Path) -> None:
    """No heading and no word is left in the other language."""
    path = tmp_path / "x.xlsx"
    run("--lang", "en", "export", "--format", "xlsx", "-o", path, home=doubtful.home)
    page = openpyxl.load_workbook(path)["Figures"]
    assert [c.value for c in page[1]][:3] == ["Unit", "Unit name", "Kind of unit"]


def test_what_does_not_fit_on_one_sheet_goes_on_to_the_next(monkeypatch) -> None:
    """Nothing is cut where Excel has no more rows."""
    monkeypatch.setattr(tidy_workbook, "MOST_ROWS", 2)
    row = dict.fromkeys(FIELDS)
    rows = [{**row, "unit": f"U{n}", "text": "=1", "received": "2017-01-02"} for n in range(5)]
    stream = io.BytesIO()
    assert tidy_workbook.write_xlsx(stream, rows, "vi") == 5
    book = openpyxl.load_workbook(stream)
    assert book.sheetnames == ["Số liệu", "Số liệu 2", "Số liệu 3"]
    assert [p.cell(r, 1).value for p in book for r in (2, 3)] == [
        "U0",
        "U1",
        "U2",
        "U3",
        "U4",
        None,
    ]
    at = FIELDS.index("text") + 1
    assert (book["Số liệu"].cell(2, at).value, book["Số liệu"].cell(2, at).data_type) == ("=1", "s")
    assert book["Số liệu"].cell(2, FIELDS.index("received") + 1).value.date() == date(2017, 1, 2)
    assert tidy_workbook.write_xlsx(io.BytesIO(), [], "vi") == 0
