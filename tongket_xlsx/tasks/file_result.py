"""What became of one file, alone and beside the other returns of its unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.assessment import Assessment, as_found
from tongket_xlsx.model.corrections import Progress
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.observations import Identity, Outcome, Return
from tongket_xlsx.model.places import Place


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; ``since`` compares it with the unit's return before it.

    The answers in it are counted only, and stand in the ledger: a country of them would not fit.
    ``identity`` is ``None`` where no unit's return was read in it, ``sha256`` empty where not
    even its bytes were.
    """

    path: str
    outcome: Outcome
    assessment: Assessment
    sha256: str = ""
    identity: Identity | None = None
    since: Progress | None = None
    answers: int = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is to be said of the file."""
        return self.assessment.plain

    @property
    def unit(self) -> str:
        """Return the code of the unit whose return it is, or nothing."""
        return self.identity.unit if self.identity else ""

    @property
    def is_open(self) -> bool:
        """Say whether the office has something left to correct or to explain."""
        return self.identity is not None and self.assessment.is_open

    def beside(self, extra: Iterable[Finding]) -> FileResult:
        """Return it with what only shows beside other returns; its outcome stays."""
        more = as_found(extra).findings
        findings = (*self.assessment.findings, *more)
        return replace(self, assessment=replace(self.assessment, findings=findings))

    def assessed(self, assessment: Assessment) -> FileResult:
        """Return it with what was explained and decided, and with the outcome of that."""
        return replace(self, assessment=assessment, outcome=assessment.outcome)


def file_result(
    path: str, result: Return, since: Progress | None = None, outcome: Outcome | None = None
) -> FileResult:
    """Return what became of a file, as it was read.

    Args:
        outcome: what became of the file, where that is not what became of the return in it.
    """
    return FileResult(
        path,
        outcome or result.outcome,
        as_found(result.findings),
        result.sha256,
        result.identity,
        since,
        len(result.observations),
    )


def beside_others(campaign: Campaign, results: Iterable[FileResult]) -> list[FileResult]:
    """Add what only shows beside other returns, and close what was explained or decided.

    Two files of one round, a later round at hand, an office that went on with its own old file.
    """
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        return [_beside(returns, item) for item in results]


def _beside(returns: Returns, item: FileResult) -> FileResult:
    conflict = returns.conflicts.get(item.sha256)
    extra = [] if conflict is None else [conflict]
    if item.identity is None:
        return item.beside(extra)
    counting = returns.current.get(item.unit)
    if counting is None or returns.is_plain(item.unit):
        return item
    if counting.sha256 == item.sha256:
        return item.assessed(returns.assessment(item.unit))
    if counting.round > item.identity.round:
        unit = returns.units[item.unit].name
        later = {"round": str(counting.round), "unit": unit}
        extra.append(new_finding("file.superseded", Place(unit), **later))
    return item.assessed(item.beside(extra).assessment)
