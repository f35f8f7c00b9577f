"""All that was found in a campaign: in the returns that count, and in what belongs to no unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tongket_xlsx.campaign import Campaign
from tongket_xlsx.cells import Place
from tongket_xlsx.findings import Finding, Severity
from tongket_xlsx.observations import Outcome
from tongket_xlsx.resolution import Resolved
from tongket_xlsx.returns import Returns


def every_finding(campaign: Campaign, returns: Returns) -> Iterator[Resolved]:
    """Yield the findings of the returns that count, and what became of each."""
    for code, receipt in returns.current.items():
        if code not in campaign.units:
            continue
        if returns.is_plain(code):
            yield from map(Resolved, returns.ledger.findings(receipt.reading))
        else:
            yield from returns.findings(code)


def of_no_unit(returns: Returns) -> Iterator[Finding]:
    """Yield what belongs to no unit: returns of units no longer listed, files not taken in."""
    for code, receipt in returns.current.items():
        if code not in returns.units:
            named = {"found": receipt.unit, "file": receipt.file}
            place = Place(file=receipt.file)
            yield Finding("unit.unlisted", Severity.WARNING, place, parameters=named)
    for receipt in returns.receipts:
        if receipt.outcome is Outcome.REFUSED:
            for finding in returns.ledger.findings(receipt.reading):
                yield replace(finding, place=Place(file=receipt.file))
