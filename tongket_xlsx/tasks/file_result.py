"""What became of one file, alone and beside the other returns of its unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tongket_xlsx.campaign.campaign import (
    Campaign,
)
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.asides import NO_ASIDES
from tongket_xlsx.model.corrections import Progress
from tongket_xlsx.model.figure_status import Addressed, held_in
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.observations import Outcome, Return
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import (
    Closure,
    Resolved,
)


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; ``since`` compares it with the unit's return before it.

    ``closed`` are the findings that were explained, or decided by the collector. ``result`` holds
    no answers: they are counted in ``answers`` and stand in the ledger; a country of them would
    not fit.
    """

    path: str
    outcome: Outcome
    result: Return
    since: Progress | None = None
    closed: tuple[Resolved, ...] = ()
    answers: int = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is to be said of the file."""
        return self.result.findings

    @property
    def resolved(self) -> tuple[Resolved, ...]:
        """Return what is to be said of the file, each with what was said of it."""
        closed = {id(r.finding): r for r in self.closed}
        return tuple(closed.get(id(f), Resolved(f)) for f in self.findings)

    @property
    def held(self) -> tuple[Addressed, ...]:
        """Return the figures that are in no total until they are corrected or accepted."""
        return held_in(self.resolved)

    @property
    def is_open(self) -> bool:
        """Say whether the office has something left to correct or to explain."""
        return self.result.identity is not None and any(r.is_open for r in self.resolved)


def file_result(path: str, result: Return, since: Progress | None = None) -> FileResult:
    """Return what became of a file, without the answers in it."""
    rest = replace(result, observations=(), cover={}, explanations={}, asides=NO_ASIDES)
    return FileResult(path, result.outcome, rest, since, answers=len(result.observations))


def beside_others(campaign: Campaign, results: Iterable[FileResult]) -> list[FileResult]:
    """Add what only shows beside other returns, and close what was explained or decided.

    Two files of one round, a later round at hand, an office that went on with its own old file.
    """
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        return [_beside(returns, item) for item in results]


def _beside(returns: Returns, item: FileResult) -> FileResult:
    result, identity = item.result, item.result.identity
    conflict = returns.conflicts.get(result.sha256)
    if identity is None:
        extra = [] if conflict is None else [conflict]
        return replace(item, result=replace(result, findings=(*result.findings, *extra)))
    held = returns.current.get(identity.unit)
    if held is None or returns.is_plain(identity.unit):
        return item
    if held.sha256 == result.sha256:
        found = returns.findings(identity.unit)
        result = replace(result, findings=tuple(r.finding for r in found))
        return judged(replace(item, result=result), found)
    extra = [] if conflict is None else [conflict]
    if held.round > identity.round:
        unit = returns.units[identity.unit].name
        later = {"round": str(held.round), "unit": unit}
        extra.append(new_finding("file.superseded", Place(unit), **later))
    result = replace(result, findings=(*result.findings, *extra))
    return replace(item, outcome=result.outcome, result=result)


def judged(item: FileResult, found: Sequence[Resolved]) -> FileResult:
    """Accept a file in which no error is open any more, and no figure held back."""
    closed = tuple(r for r in found if r.closure is not Closure.OPEN)
    return replace(item, outcome=outcome_of(found), closed=closed)


def outcome_of(found: Iterable[Resolved]) -> Outcome:
    """Return what becomes of a return with all that was explained and decided."""
    wrong = any(r.stands_in_the_way or r.holds_back for r in found)
    return Outcome.NEEDS_CORRECTION if wrong else Outcome.ACCEPTED
