"""The verb export: every observation with the file it came from."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from tongket_xlsx.campaign.atomic_files import whole
from tongket_xlsx.campaign.campaign import (
    Campaign,
)
from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.observations import Observation
from tongket_xlsx.summary import tidy
from tongket_xlsx.summary.tidy import Traced
from tongket_xlsx.tasks.attempt import Fault, attempt
from tongket_xlsx.tasks.review import every_finding, known_against


def traced(
    campaign: Campaign,
    ledger: LedgerReader,
    until: date | None = None,
    *,
    without: Collection[str] = (),
    fault: Fault | None = None,
) -> Iterator[Traced]:
    """Yield every observation of the returns that count, with the file each came from.

    Args:
        without: codes of units to leave out.
        fault: takes what failed for one unit; without it the failure is raised.
    """
    current = ledger.current(until)
    for unit in campaign.units.values():
        receipt = current.get(unit.code)
        if receipt is None or unit.code in without:
            continue
        read = partial(_observed, ledger, receipt.reading)
        for observation in attempt(read, unit.name, fault) or ():
            yield Traced(unit, observation, receipt.file, receipt.sha256, receipt.received)


def _observed(ledger: LedgerReader, reading: int) -> list[Observation]:
    return list(ledger.observations(reading))


def write_tidy_csv(campaign: Campaign, ledger: LedgerReader, path: Path) -> int:
    """Write every observation to a CSV file that Excel takes for UTF-8; return how many."""
    with whole(path) as stream:
        stream.write(codecs.BOM_UTF8)
        return tidy.write_csv(stream, tidy_rows(campaign, ledger))


def tidy_rows(
    campaign: Campaign, ledger: LedgerReader, *, fault: Fault | None = None
) -> Iterator[tidy.Row]:
    """Yield every observation of the returns that count as a row, with what is known against it.

    Args:
        fault: takes what failed for one unit; without it the failure is raised.
    """
    returns = Returns(ledger, campaign.units)
    known = known_against(campaign, every_finding(campaign, returns, fault))
    observed = traced(campaign, ledger, without=returns.left_out, fault=fault)
    yield from tidy.rows(campaign.form, observed, known)
