"""A campaign of the shipped form of which only what a test says has been answered."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import openpyxl
import verbs
from openpyxl.worksheet.worksheet import Worksheet

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.model.findings import Finding, Place, Severity
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.observations import CellState, Identity, Observation, Return
from tongket_xlsx.model.units import Unit

Key = tuple[str, str, str]
Answers = Mapping[Key, object]


def districts(made: campaigns.Campaign) -> list[Unit]:
    """Return the districts, in the order of the list."""
    return [u for u in made.units.values() if u.kind == "huyen"]


def record(made: campaigns.Campaign, answers: Answers, held: Iterable[Key] = ()) -> None:
    """Record what was answered: (unit, code, period) → a number, “-”, “…”, “Có” or “Không”.

    Args:
        held: those of the figures that an open error keeps out of every total.
    """
    errors: dict[str, list[Finding]] = {}
    for unit, code, period in held:
        kept = {"holds": f"{code}[{period}]"}
        place = Place(unit=made.units[unit].name)
        errors.setdefault(unit, []).append(
            Finding("cell.above", Severity.ERROR, place, code, period, kept)
        )
    given: dict[str, list[Observation]] = {}
    for n, ((unit, code, period), typed) in enumerate(answers.items(), start=1):
        state, value = CellState.NUMBER, None
        if typed in ("-", "…"):
            state = CellState.NIL if typed == "-" else CellState.MISSING
            value = Decimal(0) if typed == "-" else None
        elif made.form.indicators[code].kind is Kind.YESNO:
            value = Decimal(typed == "Có")
        else:
            value = Decimal(str(typed))
        text = str(typed) if made.form.indicators[code].kind is Kind.YESNO else ""
        given.setdefault(unit, []).append(
            Observation(code, period, 0, state, value, text, str(typed), "S", f"A{n}")
        )
    with made.ledger() as ledger:
        for unit, observed in given.items():
            digest = hashlib.sha256(unit.encode()).hexdigest()
            identity = Identity(unit, made.form.id, made.form.version, 1)
            ledger.record(
                Return(digest, identity, tuple(observed), tuple(errors.get(unit, ()))),
                file=f"{unit}.xlsx",
                size=1,
                received=date(2017, 3, 1),
                form="x",
                program="x",
            )


def summarised(made: campaigns.Campaign, edition: str = "day-du") -> bytes:
    """Return the bytes of the consolidated workbook."""
    path, _ = verbs.summarise(made, edition=edition)
    return path.read_bytes()


def opened(data: bytes) -> openpyxl.Workbook:
    """Return a workbook with the figures stored in it."""
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def rows(sheet: Worksheet, first: str) -> Iterator[dict[str, object]]:
    """Yield the rows of a table by its headings; the row of headings begins with a text."""
    found = [list(row) for row in sheet.iter_rows(values_only=True)]
    at = next(n for n, row in enumerate(found) if row[0] == first)
    headings = [str(h) for h in found[at]]
    for row in found[at + 1 :]:
        yield dict(zip(headings, row, strict=False))
