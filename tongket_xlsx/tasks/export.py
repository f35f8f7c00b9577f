"""The verb export: every observation with the file it came from."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tongket_xlsx.campaign.atomic_files import whole
from tongket_xlsx.campaign.campaign import (
    Campaign,
)
from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.summary import tidy
from tongket_xlsx.summary.tidy import Traced


def traced(campaign: Campaign, ledger: LedgerReader, until: date | None = None) -> Iterator[Traced]:
    """Yield every observation of the returns that count, with the file each came from."""
    current = ledger.current(until)
    for unit in campaign.units.values():
        receipt = current.get(unit.code)
        if receipt is not None:
            for observation in ledger.observations(receipt.reading):
                yield Traced(unit, observation, receipt.file, receipt.sha256, receipt.received)


def write_tidy_csv(campaign: Campaign, ledger: LedgerReader, path: Path) -> int:
    """Write every observation to a CSV file that Excel takes for UTF-8; return how many."""
    with whole(path) as stream:
        stream.write(codecs.BOM_UTF8)
        return tidy.write_csv(stream, tidy.rows(campaign.form, traced(campaign, ledger)))
