"""Whether accepting a finding lets a figure in, and what still keeps it out afterwards.

What the province accepts is counted from then on. Where nothing stands that could be counted (a
text, an error value, a number that can be read in two ways, a row or column that was not read)
there is nothing to accept: the decision is refused, and the office has to correct it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import Addressed, holds, statuses
from tongket_xlsx.model.finding_kinds import codes
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.observations import Observation
from tongket_xlsx.model.resolution import Resolved, Verdict
from tongket_xlsx.model.units import Unit

# What keeps a whole row or column from being read: nothing of it can be accepted.
UNREAD = codes(bars=True)


class Acceptance:
    """Ask of the findings on the return of one unit whether they can be accepted."""

    def __init__(self, returns: Returns, unit: Unit) -> None:
        """Take the return of the unit that counts."""
        self.returns = returns
        self.unit = unit

    def is_refused(self, finding: Finding, verdict: Verdict) -> bool:
        """Say whether a decision would close a question and leave its figure out for ever."""
        if verdict is not Verdict.ACCEPT or finding.severity is not Severity.ERROR:
            return False
        if finding.code in UNREAD:
            return True
        place = finding.place.sheet, finding.place.cell
        observed = self._observed.get(place)
        if observed is None or observed.indicator != finding.indicator:
            return False
        return observed.state.is_unread

    @cached_property
    def _observed(self) -> Mapping[tuple[str, str], Observation]:
        receipt = self.returns.current.get(self.unit.code)
        if receipt is None:
            return {}
        found = self.returns.ledger.observations(receipt.reading)
        return {(o.sheet, o.cell): o for o in found}


def still_held(unit: Unit, findings: Iterable[Resolved]) -> Mapping[Addressed, tuple[str, ...]]:
    """Return the figures of a unit that are held, each with the codes of what holds it.

    Args:
        findings: of its return and between units, after what was decided.
    """
    mine = [item for item in findings if item.unit == unit.code]
    return {
        Addressed(code, period): tuple(dict.fromkeys(i.finding.code for i in status.held))
        for (_, code, period), status in statuses({unit.name: unit.code}, mine).items()
        if status.is_held
    }


def lets_in(finding: Finding, verdict: Verdict) -> Addressed | None:
    """Return the figure that is counted once a finding is accepted, where it held one."""
    return next(iter(holds(finding)), None) if verdict is Verdict.ACCEPT else None
