"""The verb log: the story of a unit in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass

from tongket_xlsx.campaign.campaign import (
    Campaign,
)
from tongket_xlsx.campaign.receipts import Copy, Receipt
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.assessment import Assessment
from tongket_xlsx.model.corrections import Progress
from tongket_xlsx.model.corrections import progress as compared
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.resolution import Decision
from tongket_xlsx.model.units import Unit


@dataclass(frozen=True, slots=True)
class Told:
    """One return in the story of a unit, beside the one before it.

    ``assessment`` is with all that was explained and decided since.
    """

    receipt: Receipt
    assessment: Assessment
    since: Progress | None


@dataclass(frozen=True)
class Story:
    """What came in from a unit, what was sent back to it, and what was decided on it."""

    unit: Unit
    returns: tuple[Told, ...]
    copies: tuple[Copy, ...]
    decisions: tuple[Decision, ...]


def story(campaign: Campaign, wanted: str) -> Story:
    """Tell the story of a unit in the order in which it happened."""
    unit = campaign.unit(wanted)
    told: list[Told] = []
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        before: tuple[Finding, ...] | None = None
        for chapter in returns.chapters(unit.code):
            findings = chapter.assessment.plain
            since = None if before is None else compared(before, findings)
            told.append(Told(chapter.receipt, chapter.assessment, since))
            before = findings
        copies = tuple(c for c in returns.copies if c.unit == unit.code)
        decisions = tuple(returns.decisions.get(unit.code, ()))
    return Story(unit, tuple(told), copies, decisions)
