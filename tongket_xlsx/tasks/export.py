"""The verb export: every observation with the file it came from, and what is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from tongket_xlsx.campaign.atomic_files import whole
from tongket_xlsx.campaign.campaign import (
    Campaign,
)
from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.campaign.receipts import Receipt
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import Statuses
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.observations import Observation
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary import tidy
from tongket_xlsx.summary.export_formats import FORMATS
from tongket_xlsx.summary.one_return import Traced
from tongket_xlsx.summary.total_rows import total_rows
from tongket_xlsx.tasks.attempt import Fault, attempt
from tongket_xlsx.tasks.compared import comparison
from tongket_xlsx.tasks.review import every_finding, known_against


def traced(returns: Returns, fault: Fault | None = None) -> Iterator[Traced]:
    """Yield every observation of the returns that count, with the file each came from.

    Args:
        fault: takes what failed for one unit; without it the failure is raised.
    """
    for unit in returns.units.values():
        receipt = returns.current.get(unit.code)
        if receipt is not None:
            yield from _of_receipt(returns.ledger, unit, receipt, fault, current=True)


def _of_receipt(
    ledger: LedgerReader, unit: Unit, receipt: Receipt, fault: Fault | None, *, current: bool
) -> Iterator[Traced]:
    read = partial(_observed, ledger, receipt.reading)
    r = receipt
    for observation in attempt(read, unit.name, fault) or ():
        yield Traced(unit, observation, r.file, r.sha256, r.received, r.round, current)


def _observed(ledger: LedgerReader, reading: int) -> list[Observation]:
    return list(ledger.observations(reading))


def write_tidy_csv(
    campaign: Campaign, ledger: LedgerReader, path: Path, *, computed: bool = True
) -> int:
    """Write every observation to a CSV file that Excel takes for UTF-8; return how many."""
    with whole(path) as stream:
        return FORMATS["csv"].write(stream, tidy_rows(campaign, ledger, computed=computed))


def tidy_rows(
    campaign: Campaign,
    ledger: LedgerReader,
    *,
    until: date | None = None,
    every_round: bool = False,
    computed: bool = True,
    totals: bool = False,
    fault: Fault | None = None,
) -> Iterator[tidy.Row]:
    """Yield every observation of the returns that count as a row, with what is known against it.

    Args:
        until: only what had come in by the end of this day.
        every_round: whether the earlier returns of each unit come as well, before the one that
            counts; they are not ``current``, and nothing of them is ``counted``.
        computed: whether what is computed from the figures of a return comes after them.
        totals: whether the figures of the province come at the end.
        fault: takes what failed for one unit; without it the failure is raised.
    """
    returns = Returns(ledger, campaign.units, until)
    known = known_against(campaign, every_finding(campaign, returns, fault))
    if every_round:
        yield from _rounds(campaign, returns, known, computed=computed, fault=fault)
    else:
        yield from tidy.rows(campaign.form, traced(returns, fault), known, computed=computed)
    if totals:
        yield from _totals(campaign, returns, known)


def _rounds(
    campaign: Campaign,
    returns: Returns,
    known: Statuses,
    *,
    computed: bool,
    fault: Fault | None,
) -> Iterator[tidy.Row]:
    """Yield the rows of all returns of each unit, in the order of their rounds."""
    for unit in campaign.units.values():
        if unit.code in returns.left_out:
            continue
        chapters = {c.receipt.sha256: c for c in returns.chapters(unit.code)}
        for receipt in returns.lines.get(unit.code, ()):
            current = receipt == returns.current.get(unit.code)
            against = known
            if not current:
                against = known_against(campaign, chapters[receipt.sha256].assessment.findings)
            observed = _of_receipt(returns.ledger, unit, receipt, fault, current=current)
            yield from tidy.rows(campaign.form, observed, against, computed=computed)


def _totals(campaign: Campaign, returns: Returns, known: Statuses) -> Iterator[tidy.Row]:
    kinds = campaign.form.unit_kinds
    units = (u for u in campaign.units.values() if kinds[u.kind].scope is Scope.TOTAL)
    compared = comparison(campaign, returns, known)
    yield from total_rows(campaign.form, compared, next(units, None), campaign.settings.province)
