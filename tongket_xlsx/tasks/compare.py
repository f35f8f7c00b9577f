"""What changed between two consolidations, and because of whose return.

A consolidation is read back from a workbook of ours, or made afresh from the ledger as it stood
on a day; both become a :class:`Snapshot`, and two snapshots give the differences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.inbox import bytes_of
from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import HELD_MARK, held_of
from tongket_xlsx.model.findings import CannotWork, Finding
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import folded
from tongket_xlsx.reader.cell_text import exact, raw_text
from tongket_xlsx.reader.cells import GridSheet, NoResult, Raw
from tongket_xlsx.summary.comparison import Comparison
from tongket_xlsx.summary.one_return import Traced
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.tasks.compared import comparison
from tongket_xlsx.tasks.export import traced
from tongket_xlsx.tasks.review import held_figures
from tongket_xlsx.text.messages import LANGUAGES, say
from tongket_xlsx.workers.tables import read_summary

# A cached result and an exact sum may differ by binary dust and by nothing more.
_SAME = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """One answer of one unit: its value, how it was written, and the file it came from.

    ``held`` says whether it is in no total; ``None`` where the source does not tell.
    """

    name: str
    value: Decimal | None
    shown: str
    file: str
    held: bool | None = None


@dataclass(frozen=True)
class Snapshot:
    """The figures of the province and, where they are known, of every unit."""

    province: Mapping[tuple[str, str], Decimal | None]
    units: Mapping[tuple[str, str, str], UnitFigure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cause:
    """One unit whose answer changed: before, after, and the file that says so now."""

    unit: str
    before: str
    after: str
    file: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of the province that changed, and why."""

    indicator: str
    period: str
    before: Decimal | None
    after: Decimal | None
    causes: tuple[Cause, ...]


def differences(form: Form, old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    """Yield every figure of the province that changed, in the order of the form."""
    for indicator in form.indicators.values():
        for period in indicator.periods:
            key = (indicator.code, period)
            before, after = old.province.get(key), new.province.get(key)
            if _equal(before, after):
                continue
            codes = _inputs(form, indicator.code)
            causes = tuple(cause for code in codes for cause in _causes(code, period, old, new))
            yield Difference(indicator.code, period, before, after, causes)


def _equal(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _SAME * max(abs(one), abs(other), Decimal(1))


def _inputs(form: Form, code: str) -> tuple[str, ...]:
    indicator = form.indicators[code]
    if not indicator.computed:
        return (code,)
    found = [name for operand in indicator.operands() for name in _inputs(form, operand)]
    return tuple(dict.fromkeys(found))


def _causes(code: str, period: str, old: Snapshot, new: Snapshot) -> Iterator[Cause]:
    units = {u for s in (old, new) for u, c, p in s.units if (c, p) == (code, period)}
    for unit in sorted(units):
        before = old.units.get((unit, code, period))
        after = new.units.get((unit, code, period))
        shown = [figure.shown if figure else "" for figure in (before, after)]
        is_held = [figure.held if figure else False for figure in (before, after)]
        told = None not in is_held and is_held[0] != is_held[1]
        if shown[0] != shown[1] or told:
            known = after or before
            name = f"{known.name} ({code})" if known else unit
            was, now = (
                (text or "…") + HELD_MARK * bool(h) for text, h in zip(shown, is_held, strict=True)
            )
            yield Cause(name, was, now, known.file if known else "")


# ---------------------------------------------------------------------- where snapshots come from


def of_ledger(comparison: Comparison, observations: Iterator[Traced]) -> Snapshot:
    """Take a snapshot of what the ledger holds."""
    province = {
        key: figure.value for table in comparison.groups() for key, figure in table.province.items()
    }
    held = set(held_of(comparison.known))
    units = {
        (t.unit.code, t.observation.indicator, t.observation.period): UnitFigure(
            t.unit.name,
            t.observation.value,
            t.observation.raw.strip(),
            t.file,
            (t.unit.code, t.observation.indicator, t.observation.period) in held,
        )
        for t in observations
        if not t.observation.row and t.observation.raw.strip()
    }
    return Snapshot(province, units)


def of_workbook(form: Form, name: str, data: bytes) -> Snapshot:
    """Read a snapshot back from a consolidated workbook of ours.

    Raises:
        CannotWork: the file is no consolidated workbook of this form, or a program that computes
            nothing has saved it.
    """
    book = read_summary("compare.not_ours", name, data)
    province: dict[tuple[str, str], Decimal | None] = {}
    uncomputed = False
    for group in form.groups:
        names = [say("sheet.province", lang, group=group.code) for lang in LANGUAGES]
        sheet = next((s for s in book.sheets if s.name in names), None)
        if sheet is None:
            raise CannotWork("compare.not_ours", path=name)
        province.update(_province(form, sheet))
        uncomputed |= any(isinstance(value, NoResult) for row in sheet.rows for value in row)
    if uncomputed and all(value is None for value in province.values()):
        raise CannotWork("compare.no_results", path=name)
    names = [say("sheet.raw", lang) for lang in LANGUAGES]
    raw = next((s for s in book.sheets if s.name in names), None)
    return Snapshot(province, _units(raw) if raw else {})


def _province(form: Form, sheet: GridSheet) -> Iterator[tuple[tuple[str, str], Decimal | None]]:
    headings = {folded(p.label.to(lang)): p.code for p in form.periods for lang in LANGUAGES}
    columns = {
        c: headings[folded(v)]
        for c, v in enumerate(sheet.rows[HEAD] if len(sheet.rows) > HEAD else [])
        if isinstance(v, str) and folded(v) in headings
    }
    for row in range(HEAD + 1, len(sheet.rows)):
        code = sheet.at(row, 0)
        if isinstance(code, str) and code in form.indicators:
            for column, period in columns.items():
                if period in form.indicators[code].periods:
                    yield (code, period), _decimal(sheet.at(row, column))


def _units(sheet: GridSheet) -> dict[tuple[str, str, str], UnitFigure]:
    wanted = ("unit", "unit_name", "indicator", "period", "row", "value", "raw", "file")
    names = {folded(say(f"raw.{key}", lang)): key for key in wanted for lang in LANGUAGES}
    at = {
        names[folded(v)]: c
        for c, v in enumerate(sheet.rows[HEAD] if len(sheet.rows) > HEAD else [])
        if isinstance(v, str) and folded(v) in names
    }
    found: dict[tuple[str, str, str], UnitFigure] = {}
    for row in range(HEAD + 1, len(sheet.rows)):
        cells = {key: sheet.at(row, column) for key, column in at.items()}
        if cells.get("row") or not cells.get("unit"):
            continue
        text = {key: raw_text(value) for key, value in cells.items()}
        key = (text["unit"], text["indicator"], text.get("period", ""))
        found[key] = UnitFigure(
            text["unit_name"],
            _decimal(cells.get("value")),
            text.get("raw", "").strip(),
            text.get("file", ""),
        )
    return found


def _decimal(value: Raw) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return exact(value)


def compare(campaign: Campaign, old: Path | date, new: Path | date) -> list[Difference]:
    """Say which figures of the province changed, and because of whose return.

    Args:
        old, new: a consolidated workbook, or a day: the ledger as it stood at its end.
    """
    with campaign.reading() as ledger:
        snapshots = [_snapshot(campaign, ledger, moment) for moment in (old, new)]
    return list(differences(campaign.form, *snapshots))


def _snapshot(campaign: Campaign, ledger: LedgerReader, moment: Path | date) -> Snapshot:
    if isinstance(moment, Path):
        data = bytes_of(moment)
        if isinstance(data, Finding):
            raise CannotWork("compare.not_ours", path=str(moment))
        return of_workbook(campaign.form, moment.name, data)
    returns = Returns(ledger, campaign.units, moment)
    compared = comparison(campaign, returns, held_figures(campaign, returns)[0])
    return of_ledger(compared, traced(returns))
