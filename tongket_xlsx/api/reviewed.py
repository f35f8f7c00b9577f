"""A campaign as it stands in one state of its ledger, with what is known against its figures."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import Statuses
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.resolution import Resolved
from tongket_xlsx.model.wording import worded
from tongket_xlsx.tasks.review import every_finding, known_against
from tongket_xlsx.text.messages import ENGLISH


@dataclass(frozen=True)
class Reviewed:
    """The returns of a campaign, all that was found, and what is known against figures."""

    campaign: Campaign
    returns: Returns
    findings: tuple[Resolved, ...]
    known: Statuses


@contextmanager
def reviewed(campaign: Campaign, until: date | None = None) -> Iterator[Reviewed]:
    """Open the ledger of a campaign, and review what stands in it.

    Args:
        until: as it stood at the end of this day.

    A unit of which something cannot be read is left out, and a warning says so.
    """
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units, until)
        findings = tuple(every_finding(campaign, returns, warned))
        yield Reviewed(campaign, returns, findings, known_against(campaign, findings))


def warned(finding: Finding) -> None:
    """Warn of what failed for one unit, as Python does."""
    warnings.warn(worded(finding, ENGLISH).message, UserWarning, stacklevel=2)
