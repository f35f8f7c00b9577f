"""What stands beside the answers is found when a file is read, and mark parses no byte of it."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.definition import bundled
from tongket_xlsx.intake.asides import MOST_STRAYS
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.asides import Asides, Stray
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import CellState, Return
from tongket_xlsx.reader import gate, grid, overlays
from tongket_xlsx.tasks.mark import mark
from tongket_xlsx.tasks.receive import receive
from tongket_xlsx.workers import serialization

UNIT = "GL-633"
SOURCE = bundled.folder("samples") / "gia-lai" / "nop-ve" / "GL-633_ChuSe.xlsx"


@pytest.fixture
def odd(form: Any) -> bytes:
    """Return a return with a sheet of its own, a comment, a typed formula and an open question."""
    book = openpyxl.load_workbook(SOURCE)
    sheet = layout_of(form, "huyen", "vi").sheet_of("TC01")
    page = book[sheet.name]
    row, column = sheet.cell("TC01", "2017")
    page.cell(row + 1, column + 1).comment = Comment("số ước của phòng", "Trần Thị B")
    row, column = sheet.cell("TC02", "2017")
    page.cell(row + 1, column + 1).value = "=1/0"
    own = book.create_sheet("Ghi riêng")
    for number in range(1, 6):
        own.cell(number, 2).value = f"ghi chú {number}"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def received(campaign: Campaign, odd: bytes, tmp_path: Path) -> Campaign:
    """Return a campaign that has taken in that return."""
    path = tmp_path / SOURCE.name
    path.write_bytes(odd)
    (item,) = receive(campaign, [path], received=date(2017, 3, 30), jobs=1)
    assert item.identity is not None
    return campaign


def kept(campaign: Campaign) -> Asides | None:
    """Return what the ledger holds beside the answers of the unit."""
    with campaign.reading() as ledger:
        return ledger.asides(Returns(ledger, campaign.units).current[UNIT].reading)


def texts(path: Path) -> list[str]:
    """Return every text of a workbook."""
    book = openpyxl.load_workbook(path)
    return [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value is not None]


def test_the_ledger_keeps_what_stood_outside_the_form(received: Campaign) -> None:
    """Each cell with its place, the comment with its text."""
    found = kept(received)
    assert found is not None
    own = [s for s in found.strays if s.sheet == "Ghi riêng"]
    assert own == [Stray("Ghi riêng", f"B{n}", f"ghi chú {n}") for n in range(1, 6)]
    assert "số ước của phòng" in {s.text for s in found.strays}
    assert found.left_out == 0


def test_mark_parses_nothing(received: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy holds all of it although no byte that came in can be parsed any more."""
    found = kept(received)

    def parsed(*_: Any, **__: Any) -> None:
        raise AssertionError("bytes that came in were parsed")

    for module, name in ((gate, "admit"), (grid, "read"), (grid, "formulas")):
        monkeypatch.setattr(module, name, parsed)
    monkeypatch.setattr(overlays, "overlays", parsed)
    monkeypatch.setattr(grid.python_calamine, "load_workbook", parsed)
    monkeypatch.setattr("subprocess.Popen", parsed)
    (copy,) = mark(received, [UNIT])
    assert found is not None
    assert copy.strays == len(found.strays)
    shown = texts(copy.path)
    assert {"ghi chú 1", "ghi chú 5", "số ước của phòng"} <= set(shown)


def test_a_formula_behind_an_error_value_is_kept(form: Any, units: Any, odd: bytes) -> None:
    """Of a formula that gave nothing to count the office is told what stood there."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(odd)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            text = re.sub(
                rb"<c ([^<>]*)><f>1/0</f><v ?(?:/>|></v>)</c>",
                rb'<c \1 t="e"><f>1/0</f><v>#DIV/0!</v></c>',
                text,
            )
            target.writestr(name, text)
    result = Reader((form,), units).read(stream.getvalue())
    (answer,) = [o for o in result.observations if (o.indicator, o.period) == ("TC02", "2017")]
    assert (answer.state, answer.raw) == (CellState.ERROR, "#DIV/0!")
    assert result.asides.formulas["TC02", "2017"] == "=1/0"


def test_a_typed_formula_with_its_result_is_kept(form: Any, units: Any) -> None:
    """A return in which the office let Excel add carries the formula beside the number."""
    flawed = bundled.folder("samples") / "gia-lai" / "co-loi" / "06-loi-cong-thuc.xlsx"
    result = Reader((form,), units).read(flawed.read_bytes())
    book = openpyxl.load_workbook(flawed)
    answers = {(o.indicator, o.period): o for o in result.observations if not o.row}
    assert result.asides.formulas
    for key, formula in result.asides.formulas.items():
        assert book[answers[key].sheet][answers[key].cell].value == formula


def test_what_an_earlier_program_did_not_look_for_is_looked_for_once_more(
    received: Campaign,
) -> None:
    """An older ledger gives the same copy: the original is read again, in a guarded process."""
    (before,) = mark(received, [UNIT])
    first = before.path.read_bytes()
    with closing(sqlite3.connect(received.home / "so-cai" / "so-cai.sqlite")) as db:
        db.executescript("DELETE FROM stray; DELETE FROM typed_formula;")
        db.execute("UPDATE reading SET left_out = NULL")
        db.commit()
    assert kept(received) is None
    (after,) = mark(received, [UNIT])
    assert after.path.read_bytes() == first
    assert after.strays == before.strays


def test_more_than_can_be_listed_is_counted(form: Any, units: Any) -> None:
    """The ledger holds a bounded list and how many more there are; the original holds all."""
    book = openpyxl.load_workbook(SOURCE)
    own = book.create_sheet("Ghi riêng")
    for number in range(1, MOST_STRAYS + 31):
        own.cell(number, 1).value = number
    stream = io.BytesIO()
    book.save(stream)
    asides = Reader((form,), units).read(stream.getvalue()).asides
    assert len(asides.strays) == MOST_STRAYS
    assert asides.left_out >= 30


def test_asides_come_through_the_pipe_as_they_are() -> None:
    """What a guarded process says beside the answers is plain text, or is not believed."""
    asides = Asides((Stray("A", "B1", "chữ \ud800"),), 3, {("TC01", "2017"): "=1+1"})
    result = replace(Return("0" * 64, None), asides=asides)
    said = serialization.encoded(result)
    assert serialization.decoded(said, "0" * 64) == result
    content = json.loads(said.decode("utf-8", "surrogatepass"))
    for wrong in (
        [[["A", "B1"]], 0, []],
        [[["A", "B1", 1]], 0, []],
        [[], "0", []],
        [[], 0, [["TC01", "=1"]]],
        [[], 0, [["TC01", "2017", None]]],
        [],
    ):
        content[-1] = wrong
        with pytest.raises(serialization.NoReturn):
            serialization.decoded(json.dumps(content).encode(), "0" * 64)
