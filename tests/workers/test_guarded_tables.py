"""Tables that are no returns are read in a guarded process, and cost one sentence at worst."""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from strange_files import bombs, contents, contradictions, entities, lying_zips

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.definition import bundled
from tongket_xlsx.reader import gate, grid, plain_grid
from tongket_xlsx.reader.cells import ErrorValue, Grid, GridSheet, NoResult, Raw
from tongket_xlsx.reader.refusal import Refusal
from tongket_xlsx.text.legacy_fonts import Decoded
from tongket_xlsx.workers import grid_data, tables
from tongket_xlsx.workers.serialization import NoReturn

UNITS = bundled.folder("samples") / "gia-lai" / "units.csv"
SOURCES = (contents, bombs, entities, contradictions, lying_zips)
VALUES: list[Raw] = [
    None,
    "chữ",
    12,
    1.0,
    0.1,
    True,
    date(2017, 3, 30),
    datetime(2017, 3, 30, 8, 15),  # noqa: DTZ001 - a cell knows no time zone
    time(8, 15),
    timedelta(hours=30),
    ErrorValue("#REF!"),
    NoResult("=A1"),
    "\ud800",
]


def saved(book: openpyxl.Workbook) -> bytes:
    """Return the bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def listed_in_excel() -> bytes:
    """Return the shipped list of units as a workbook."""
    book = openpyxl.Workbook()
    for row in csv.reader(UNITS.read_text(encoding="utf-8-sig").splitlines()):
        book.active.append(row)
    return saved(book)


def hostile(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield files that attack whoever opens them, some of each sort."""
    dice = random.Random(5)
    for source in SOURCES:
        found = [s for s in source(dice) if s.data.startswith((b"PK", b"\xd0\xcf"))]
        for strange in dice.sample(found, min(count, len(found))):
            yield strange.name, strange.data


# ---------------------------------------------------------------------- what goes through the pipe


def test_every_value_of_a_cell_comes_back_as_it_was() -> None:
    """Numbers keep their kind, dates theirs, and an error is no text."""
    told = Decoded.of("xã hội", "x· héi", ".VnTime")
    before = Grid((GridSheet("TC", False, [[*VALUES, told], []]),), {"tongket_form": "x"})
    after = grid_data.decoded(grid_data.encoded(before))
    assert isinstance(after, Grid)
    assert after == before
    assert [type(v) for v in after.sheets[0].rows[0]] == [type(v) for v in [*VALUES, told]]
    back = after.sheets[0].rows[0][-1]
    assert isinstance(back, Decoded)
    assert (back.raw, back.font) == (told.raw, told.font)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"null",
        b"[]",
        b"[[],[]]",
        b'[[["TC",1,[]]],{}]',
        b'[[["TC",true,[[["system","rm"]]]]],{}]',
        b'[[["TC",true,[[["date",20170330]]]]],{}]',
        b'[[["TC",true,[["A",{"x":1}]]]],{}]',
        b'[[],{"tongket_form":1}]',
        b'{"file.broken":{},"file.empty":{}}',
        b'{"no.such_code":{}}',
        b'{"file.broken":{"found":[1]}}',
        b"[null,[],[],{},{}]",
    ],
)
def test_what_is_no_grid_is_not_taken_for_one(said: bytes) -> None:
    """A process that was taken over can say nothing but sheets of plain values."""
    with pytest.raises(NoReturn):
        grid_data.decoded(said)


def test_a_refusal_comes_back_with_its_reason() -> None:
    """Whoever asked hears why the file was not opened."""
    with pytest.raises(Refusal) as refused:
        tables.read_table(b"%PDF-1.4")
    assert refused.value.finding == Refusal("file.scan", what="pdf").finding


def test_a_process_that_says_something_else_costs_that_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A reader that ends in the middle of a file is one refusal, and the next table is read."""
    good = saved(openpyxl.Workbook())
    monkeypatch.setattr(tables, "TableReader", lambda: SimpleNamespace(read=sys.exit))
    with tables.Tables() as ill:
        for _ in range(2):
            with pytest.raises(Refusal) as refused:
                ill.read(good)
            assert refused.value.finding.code == "file.reader_failed"
    monkeypatch.undo()
    assert [s.name for s in tables.read_table(good).sheets] == ["Sheet"]


# ---------------------------------------------------------------------- the verbs


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process unable to parse any workbook."""

    def parsed(*_: Any, **__: Any) -> None:
        raise AssertionError("bytes were parsed in the main process")

    for module, name in ((gate, "admit"), (grid, "read"), (plain_grid, "plain_grid")):
        monkeypatch.setattr(module, name, parsed)
    monkeypatch.setattr(grid.python_calamine, "load_workbook", parsed)


@pytest.mark.usefixtures("blind")
def test_no_table_is_parsed_in_the_main_process(
    run: Any, campaign: Campaign, tmp_path: Path
) -> None:
    """A list of units, a summary that comes back and a table of figures are read elsewhere."""
    units = tmp_path / "don-vi.xlsx"
    units.write_bytes(listed_in_excel())
    made = run("init", "dot-moi", "--units", units, home=tmp_path)
    assert (made.exit_code, made.stdout) == (0, ""), made.stderr
    home = tmp_path / "dot-moi"
    assert (home / "don-vi.xlsx").read_bytes() == units.read_bytes()
    book = openpyxl.Workbook()
    book.active.append(["Mã đơn vị", "Mã", "2007"])
    book.active.append(["GL-625", "TC01", 12])
    (tmp_path / "biet.xlsx").write_bytes(saved(book))
    filled = run("generate", "GL-625", "--prefill", tmp_path / "biet.xlsx", home=home)
    assert filled.exit_code == 0, filled.stderr
    returned = bundled.folder("samples") / "gia-lai" / "nop-ve" / "GL-633_ChuSe.xlsx"
    assert run("import", returned, "--jobs", "1", home=campaign.home).exit_code == 0
    summary = tmp_path / "tong-hop.xlsx"
    assert run("summary", "-o", summary, home=campaign.home).exit_code == 0
    for words in (("decide", summary), ("compare", summary, summary)):
        assert run(*words, home=campaign.home).exit_code == 0


@pytest.mark.parametrize("verb", ["decide", "compare"])
def test_why_a_summary_was_not_read_is_told(
    run: Any, campaign: Campaign, tmp_path: Path, verb: str
) -> None:
    """A scan in the place of the workbook is called a scan, on one line with what to do."""
    path = tmp_path / "bang.xlsx"
    path.write_bytes(b"%PDF-1.4 scanned")
    words = (verb, path) if verb == "decide" else (verb, path, path)
    result = run(*words, home=campaign.home)
    assert result.exit_code == 3
    (line,) = result.stderr.splitlines()
    assert "Tệp này là PDF" in line
    assert "bang.xlsx" in line


def test_a_hostile_table_costs_one_sentence(run: Any, campaign: Campaign, tmp_path: Path) -> None:
    """Whatever is given for a list, a table or a summary: a sentence, and no fault of ours."""
    table = tmp_path / "bang.xlsx"
    for number, (name, data) in enumerate(hostile(1)):
        table.write_bytes(data)
        for words in (
            ("init", f"dot-{number}", "--units", table),
            ("decide", table),
            ("compare", table, table),
            ("generate", "GL-625", "--prefill", table, "-o", tmp_path / "phat-hanh"),
        ):
            home = tmp_path if words[0] == "init" else campaign.home
            result = run(*words, home=home)
            assert result.exit_code in (0, 1, 2, 3), (name, words)
            assert "Lỗi của chương trình" not in result.stderr, (name, words, result.stderr)
            assert "Traceback" not in result.stderr
            assert result.stderr.strip(), (name, words)
            if words[0] != "generate":
                assert result.exit_code == 3, (name, words, result.stderr)
                assert not (tmp_path / f"dot-{number}" / "tongket.toml").exists()
