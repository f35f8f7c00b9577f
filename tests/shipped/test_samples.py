"""The samples: sound returns are accepted, flawed ones say exactly what is wrong with them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from shipped import FLAWED, RETURNED

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.observations import Outcome, Return
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.text.messages import say

NOTICE = "SỐ LIỆU GIẢ ĐỊNH – chỉ để minh họa"
NOT_PRINTED = {"Hướng dẫn", "Nháp", "_so", "_meta"}
SOUND = sorted(p.name for p in RETURNED.iterdir())
BROKEN = sorted(p.stem for p in FLAWED.glob("*.xlsx"))


@pytest.fixture(scope="module")
def reader(form: Form, units: Mapping[str, Unit]) -> Reader:
    return Reader((form,), units)


def line(finding: Finding) -> str:
    """Write a finding as one line: severity, code, place, indicator and period."""
    place = f"{finding.place.sheet}!{finding.place.cell}".strip("!")
    told = (finding.severity, finding.code, place, finding.indicator, finding.period)
    return " ".join(str(part) for part in told if part)


def told(result: Return) -> str:
    return "\n".join([str(result.outcome), *map(line, result.findings)]) + "\n"


# ---------------------------------------------------------------------- sound returns


def test_every_unit_has_a_sample(form: Form, units: Mapping[str, Unit], reader: Reader) -> None:
    """There is one sound return of each unit that gets a form, under the name of its form."""
    owners = {}
    for name in SOUND:
        result = reader.read((RETURNED / name).read_bytes())
        assert result.identity is not None, name
        owners[name] = result.identity.unit
        assert name.startswith(f"{result.identity.unit}_")
    asked = [u.code for u in units.values() if form.unit_kinds[u.kind].scope is not Scope.TOTAL]
    assert sorted(owners.values()) == sorted(asked)


@pytest.mark.parametrize("name", SOUND)
def test_sound_returns_are_accepted(reader: Reader, name: str) -> None:
    """A sound return has no error, whichever program saved it."""
    result = reader.read((RETURNED / name).read_bytes())
    errors = [line(f) for f in result.findings if f.severity is Severity.ERROR]
    assert errors == []
    assert result.outcome is Outcome.ACCEPTED
    assert any(o.state.answers for o in result.observations)


def test_some_were_saved_by_libreoffice() -> None:
    """At least four samples were saved by LibreOffice, in three formats told by their content."""
    formats: dict[str, list[str]] = {}
    for name in SOUND:
        data = (RETURNED / name).read_bytes()
        kind = archive.admit(data).format
        if kind == "xlsx":
            with zipfile.ZipFile(RETURNED / name) as packed:
                if b"LibreOffice" not in packed.read("docProps/app.xml"):
                    continue
        elif kind == "ods":
            with zipfile.ZipFile(RETURNED / name) as packed:
                assert b"LibreOffice" in packed.read("meta.xml")
        formats.setdefault(str(kind), []).append(name)
    assert set(formats) == {"xlsx", "xls", "ods"}
    assert sum(map(len, formats.values())) >= 4
    assert all(Path(n).suffix == f".{kind}" for kind, names in formats.items() for n in names)


def test_samples_look_like_real_returns(reader: Reader) -> None:
    """Sound returns together hold every way to answer, texts and documents among them."""
    states = set()
    for name in SOUND:
        result = reader.read((RETURNED / name).read_bytes())
        states |= {str(o.state) for o in result.observations}
    assert {"number", "nil", "missing", "not_applicable", "text"} <= states
    assert "invalid" not in states


# ---------------------------------------------------------------------- nobody mistakes them


def tops(path: Path) -> dict[str, list[object]]:
    """Return the values in the first rows of each sheet of a sample."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        return {
            s.title: [c for row in s.iter_rows(max_row=6, values_only=True) for c in row]
            for s in book.worksheets
        }
    old = python_calamine.CalamineWorkbook.from_path(path)
    return {
        name: [c for row in old.get_sheet_by_name(name).to_python(nrows=6) for c in row]
        for name in old.sheet_names
    }


@pytest.mark.parametrize("path", sorted([*RETURNED.iterdir(), *FLAWED.glob("*.xlsx")]), ids=str)
def test_every_sheet_says_that_the_figures_are_invented(path: Path) -> None:
    """No sheet of a sample can be taken for a real return: each says so near its top."""
    if path.stem == "10-cat-ngang":
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(path)
        return
    bare = [
        name
        for name, cells in tops(path).items()
        if NOTICE not in cells and name not in NOT_PRINTED and name != "Bảng tính riêng"
    ]
    assert say("note.fictitious", "vi") == NOTICE
    assert bare == []


# ---------------------------------------------------------------------- flawed returns


def test_each_flawed_sample_has_its_text() -> None:
    """Beside each flawed return stands what is expected of it, and nothing else."""
    assert len(BROKEN) >= 10
    assert sorted(p.stem for p in FLAWED.glob("*.txt")) == BROKEN


@pytest.mark.parametrize("name", BROKEN)
def test_flawed_returns_say_what_is_wrong(reader: Reader, name: str, snapshot_update: bool) -> None:
    """A flawed return has the outcome and the findings written down beside it, in that order."""
    found = told(reader.read((FLAWED / f"{name}.xlsx").read_bytes()))
    path = FLAWED / f"{name}.txt"
    if snapshot_update:
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


# What each flawed sample is for: the code that must be among its findings, whatever else is.
PURPOSES = {
    "01-tong-khac-thanh-phan": ("needs-correction", r"^error QK05-tong .*!E12 QK05 2012$"),
    "02-so-go-bang-chu": ("needs-correction", r"^error cell\.ambiguous .*!F12 QK05 2017$"),
    "03-ghi-dong-thay-trieu": ("needs-correction", r"^warning F-TIEN-2017 .*!F8 QK01 2017$"),
    "04-chen-dong-doi-ten-trang": ("accepted", r"^note rows\.moved Quỹ \(sửa\)$"),
    "05-bia-ghi-don-vi-khac": ("refused", r"^error file\.wrong_unit"),
    "06-loi-cong-thuc": ("needs-correction", r"^error cell\.error_value .*!F17 ML10 2017$"),
    "07-nam-chua-thanh-lap": ("needs-correction", r"^error cell\.not_founded .*!D8 TC01 2007$"),
    "08-trung-ma-trung-nam": ("needs-correction", r"^error code\.twice .* TT05$"),
    "09-bo-trong": ("needs-correction", r"^error cell\.blank .*!E8 TC01 2012$"),
    "10-cat-ngang": ("refused", r"^error file\.broken$"),
}


@pytest.mark.parametrize("name", PURPOSES)
def test_flawed_returns_show_what_they_are_for(reader: Reader, name: str) -> None:
    """Rewriting the expected texts cannot hide that a mistake is no longer found."""
    outcome, pattern = PURPOSES[name]
    result = reader.read((FLAWED / f"{name}.xlsx").read_bytes())
    assert result.outcome == outcome
    assert [f for f in result.findings if re.search(pattern, line(f))], told(result)


def test_errors_name_a_cell(reader: Reader) -> None:
    """An error in a return that was read names the sheet it is on, and the cell where it can."""
    for name in BROKEN:
        result = reader.read((FLAWED / f"{name}.xlsx").read_bytes())
        if result.identity is None:
            continue
        for finding in result.findings:
            assert finding.place.sheet, line(finding)
            if finding.indicator:
                assert finding.place.cell, line(finding)


def test_figures_that_are_certain_are_kept(form: Form, reader: Reader) -> None:
    """Rows that moved and sheets that were renamed lose no figure: codes and headings lead."""
    moved = reader.read((FLAWED / "04-chen-dong-doi-ten-trang.xlsx").read_bytes())
    sound = reader.read((RETURNED / "GL-631_DucCo.xlsx").read_bytes())
    assert moved.answers() == sound.answers()
