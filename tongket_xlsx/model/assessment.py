"""What is to be said of one return: its findings, what was said of each, and what becomes of it.

Made here for everyone who asks – import, check, recheck, status, log – so that they agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tongket_xlsx.model.explanations import Explanations, Step
from tongket_xlsx.model.figure_status import Addressed, held_in
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.observations import Outcome
from tongket_xlsx.model.resolution import Decision, Resolved, decided


class Counts(NamedTuple):
    """How many findings are still asked of an office, errors and warnings, and how many closed."""

    errors: int = 0
    warnings: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Assessment:
    """The findings of one return with what was said of each, and what follows from them.

    ``explanations`` are those that hold for the figures as they are, by row of the form.
    """

    findings: tuple[Resolved, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> tuple[Finding, ...]:
        """Return the findings as they were found."""
        return tuple(item.finding for item in self.findings)

    @property
    def said(self) -> tuple[Resolved, ...]:
        """Return the findings of which something was said, though it may have lapsed."""
        return tuple(item for item in self.findings if item.is_said)

    @property
    def held(self) -> tuple[Addressed, ...]:
        """Return the figures that are in no total until they are corrected or accepted."""
        return held_in(self.findings)

    @property
    def is_open(self) -> bool:
        """Say whether the office has something left to correct or to explain."""
        return any(item.is_open for item in self.findings)

    @property
    def outcome(self) -> Outcome:
        """Return what becomes of a return of a unit: accepted, or needs correction.

        It is accepted where no error is open any more, and no figure is held back.
        """
        wrong = any(item.stands_in_the_way or item.holds_back for item in self.findings)
        return Outcome.NEEDS_CORRECTION if wrong else Outcome.ACCEPTED

    @property
    def counts(self) -> Counts:
        """Count what is still asked of the office, and what is closed."""
        errors = sum(item.stands_in_the_way for item in self.findings)
        asked = sum(item.is_open for item in self.findings)
        closed = sum(item.closure.is_closed for item in self.findings)
        return Counts(errors, asked - errors, closed)

    def of_unit(self, unit: str, name: str) -> Assessment:
        """Return it as one of a unit, by its code, which is named as it is called today."""
        findings = tuple(item.of(unit, name) for item in self.findings)
        return Assessment(findings, self.explanations)


def as_found(findings: Iterable[Finding]) -> Assessment:
    """Return the assessment of what nothing was said of yet."""
    return Assessment(tuple(map(Resolved, findings)))


def assessed(
    line: Iterable[Step],
    decisions: Sequence[Decision] = (),
    beside: Iterable[Finding] = (),
) -> Assessment:
    """Say what became of each finding of the last return of a line, in their order.

    Args:
        line: the returns of one unit, the earliest first.
        decisions: what was decided on findings of this unit, the earliest first.
        beside: what only shows beside other returns; no office explains it, the collector can
            decide on it.
    """
    explained, last = Explanations(), None
    for step in line:
        explained.follow(step)
        last = step
    if last is None:
        return Assessment()
    found = [*map(explained.of, last.findings), *map(Resolved, beside)]
    return Assessment(tuple(decided(found, decisions)), explained.standing)
