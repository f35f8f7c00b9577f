"""Where a respondent stands: nothing in, in order, late, or in need of correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tongket_xlsx.model.figure_status import Addressed
from tongket_xlsx.model.units import Unit

NOT_RETURNED, ON_TIME, LATE, NEEDS_CORRECTION = (
    "not-returned",
    "on-time",
    "late",
    "needs-correction",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold the state of one respondent; ``completeness`` is a share per group, 0 to 1.

    ``errors`` and ``warnings`` are those still open; ``closed`` counts what was explained by the
    office or accepted by the collector; ``held`` are the figures that are in no total until they
    are corrected or accepted: a return with such figures needs correction. ``received`` is the
    day the unit first returned, by which it is on time or late; ``received_this`` the day of the
    return that counts today.
    """

    unit: Unit
    required: bool
    state: str
    received: date | None
    late_days: int
    round: int
    file: str
    errors: int
    warnings: int
    completeness: Mapping[str, float]
    answered: int
    asked: int
    closed: int = 0
    held: tuple[Addressed, ...] = ()
    received_this: date | None = None

    @property
    def complete(self) -> float | None:
        """Return the share of the cells that must be answered; ``None`` where there are none."""
        return self.answered / self.asked if self.asked else None
