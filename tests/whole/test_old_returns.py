"""Returns made with the version of the form before: read by code, carried to the new form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from command_line import Run
from shipped import ROOT

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import Outcome
from tongket_xlsx.model.units import Unit

OLD = ROOT / "tests" / "returns-2.0"
FILES = sorted(OLD.glob("*.xlsx"))
DISTRICT = OLD / "GL-631_DucCo.xlsx"
# What the office of Đức Cơ typed, read off the old workbook by eye: code, column of the year.
CODES = ("TC01", "ML10", "QK05", "QK06", "PC17", "DN02", "PT02", "LD03", "XH01", "TM23", "TM09")


def cells(path: Path) -> dict[tuple[str, str], object]:
    """Read a workbook without the product: (code, heading of the column) → what stands there."""
    found: dict[tuple[str, str], object] = {}
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        if sheet.sheet_state != "visible" or sheet.title == "Kiểm tra":
            continue
        headings: dict[int, str] = {}
        for row in sheet.iter_rows(values_only=True):
            texts = [str(v).strip() if v is not None else "" for v in row]
            if texts and texts[0] == "Mã":
                headings = dict(enumerate(texts))
            elif headings and texts and texts[0]:
                for column, value in enumerate(row):
                    if column and value is not None and str(value).strip():
                        found[texts[0], headings.get(column, "")] = value
    return found


def typed(path: Path, code: str) -> dict[str, object]:
    """Return what was typed for a code, by the heading of its column."""
    wanted = ("Năm", "Lũy kế", "Trả lời")
    return {
        heading: value
        for (found, heading), value in cells(path).items()
        if found == code and heading.startswith(wanted)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_return_of_the_form_before_is_read(
    form: Form, units: Mapping[str, Unit], path: Path
) -> None:
    """It is accepted or asked about what the new form asks, and says which version it is."""
    result = Reader((form,), units).read(path.read_bytes())
    assert result.identity is not None
    assert result.identity.version == "2.0"
    assert result.outcome is not Outcome.REFUSED
    said = [f for f in result.findings if f.code == "file.other_version"]
    assert [f.severity for f in said] == [Severity.NOTE]
    assert len([o for o in result.observations if o.state.answers]) > 150


def test_what_an_old_return_says_is_read_by_its_codes(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """Every figure the office typed is there, whatever rows the new form has between."""
    result = Reader((form,), units).read(DISTRICT.read_bytes())
    read = {(o.indicator, o.period): o for o in result.observations}
    numbers = 0
    for (code, heading), value in cells(DISTRICT).items():
        period = heading.removeprefix("Năm ").removeprefix("Lũy kế ").strip()
        indicator = form.indicators.get(code)
        if indicator is None or indicator.computed or period not in indicator.periods:
            continue
        if isinstance(value, int | float):
            numbers += 1
            assert read[code, period].value == value, (code, period)
    assert numbers > 300


def test_the_answers_of_an_old_return_stand_in_the_new_form(
    campaign: Campaign, run: Run, tmp_path: Path
) -> None:
    """A form filled in from an old return holds every answer under its code, and the new rows."""
    folder = tmp_path / "moi"
    result = run(*("generate", "GL-631", "--prefill", DISTRICT, "-o", folder), home=campaign.home)
    (path,) = folder.glob("*.xlsx")
    assert str(path) in result.stdout
    new = cells(path)
    for code in CODES:
        before = typed(DISTRICT, code)
        assert before, code
        assert typed(path, code) == before, code
    kept = {key: value for key, value in cells(DISTRICT).items() if isinstance(value, int | float)}
    kept = {(c, h): v for (c, h), v in kept.items() if h.startswith(("Năm", "Lũy kế"))}
    assert len(kept) > 300
    assert {key: new.get(key) for key in kept} == kept
    # What only the new form asks stands in it, open.
    assert "TT24" in {code for code, _ in new}
    assert "TT24" not in {code for code, _ in cells(DISTRICT)}
    assert set(typed(path, "TT24").values()) <= {"x"}
