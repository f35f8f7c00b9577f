"""A campaign of the shipped form in which a few figures were reported, some of them in doubt."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import tongket_xlsx
from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.observations import CellState, Identity, Observation, Return
from tongket_xlsx.model.places import Place

Key = tuple[str, str]
Record = Callable[..., None]
SIGNS = {"-": CellState.NIL, "…": CellState.MISSING, "x": CellState.NOT_APPLICABLE}


def observation(code: str, period: str, typed: object, number: int) -> Observation:
    """Return what was read where an office typed a number, a sign or a text."""
    text = str(typed)
    if text in SIGNS:
        value = Decimal(0) if text == "-" else None
        return Observation(code, period, 0, SIGNS[text], value, "", text, "S", f"A{number}")
    if isinstance(typed, str):
        return Observation(code, period, 0, CellState.TEXT, None, text, text, "S", f"A{number}")
    value = Decimal(text)
    return Observation(code, period, 0, CellState.NUMBER, value, "", text, "S", f"A{number}")


def record_into(
    campaign: Campaign,
    unit: str,
    answers: Mapping[Key, object],
    *,
    round_number: int = 1,
    day: date = date(2017, 3, 1),
    findings: Iterable[Finding] = (),
    more: Iterable[Observation] = (),
) -> None:
    """Record a return of a unit: (code, period) → what was typed."""
    given = [observation(*key, typed, n) for n, (key, typed) in enumerate(answers.items(), 1)]
    identity = Identity(unit, campaign.form.id, campaign.form.version, round_number)
    digest = f"{unit}-{round_number}".encode().hex().ljust(64, "0")
    with campaign.ledger() as ledger:
        ledger.record(
            Return(digest, identity, (*given, *more), tuple(findings)),
            file=f"{unit}_{round_number}.xlsx",
            size=1,
            received=day,
            form="x",
            program="x",
        )


def holding(campaign: Campaign, unit: str, code: str, period: str) -> Finding:
    """Return an open error that keeps a figure out of every total."""
    place = Place(campaign.units[unit].name, "S", "A1")
    named = {"holds": f"{code}[{period}]", "found": "1", "expected": "2"}
    return Finding("cell.above", Severity.ERROR, place, code, period, named)


@pytest.fixture
def record(campaign: Campaign) -> Record:
    """Record a return in the campaign of this test: ``record("GL-622", {("TC01", "2017"): 5})``."""

    def recorded(unit: str, answers: Mapping[Key, object], **more: object) -> None:
        record_into(campaign, unit, answers, **more)

    return recorded


@pytest.fixture
def held(campaign: Campaign) -> Callable[[str, str, str], Finding]:
    """Make a finding that holds a figure: ``held("GL-622", "TC01", "2017")``."""

    def made(unit: str, code: str, period: str) -> Finding:
        return holding(campaign, unit, code, period)

    return made


@pytest.fixture
def face(campaign: Campaign) -> tongket_xlsx.Campaign:
    """The campaign of this test as an analyst opens it."""
    return tongket_xlsx.open_campaign(campaign.home)


@pytest.fixture(scope="session")
def analysed(demo: Path) -> tongket_xlsx.Campaign:
    """The campaign of the demo; nothing is to be written into it."""
    return tongket_xlsx.open_campaign(demo)


@pytest.fixture(scope="session")
def doubtful(
    empty_campaign: Campaign, tmp_path_factory: pytest.TempPathFactory
) -> tongket_xlsx.Campaign:
    """A campaign of flawed samples, made once: open errors, held figures, an earlier round."""
    home = tmp_path_factory.mktemp("doubtful") / "dot"
    made = dataclasses.replace(empty_campaign, home=shutil.copytree(empty_campaign.home, home))
    districts = [u for u in made.units.values() if u.kind == "huyen"]
    for n, unit in enumerate(districts):
        answers: dict[Key, object] = {
            (code, year): 1000 * (n + 2) + int(year) % 7
            for code in ("TC01", "TC02", "ML01", "QK01", "QK02")
            for year in ("2007", "2012", "2017")
        }
        answers["TC03", "2017"] = "-" if n % 2 else "…"
        found = []
        if n == 3:
            record_into(made, unit.code, {("TC01", "2017"): 5}, day=date(2017, 2, 1))
        if n in (2, 3):
            found = [holding(made, unit.code, "TC01", "2017")]
        if n == 5:
            answers["QK01", "2012"] = Decimal("0.1")
        number = 2 if n == 3 else 1
        record_into(made, unit.code, answers, round_number=number, findings=found)
    return tongket_xlsx.open_campaign(home)
