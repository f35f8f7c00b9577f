"""What the province is held against, and the charts that show it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tongket_xlsx.model.form_words import (
    Words,
)

# The scope of targets that the province set itself.
OWN_SCOPE = "cua-tinh"


# The scopes of targets that are for parts of a province, whatever a form lists as its own.
PART_SCOPES = frozenset({"xa", "xa-dac-biet-kho-khan", "huyen", "khu-cong-nghiep"})


# How far such a target can be relied on: its owner entered it, with the document it stands in.
OWN_STATUS = "own"


# How a comparison is written for people.
COMPARED_BY = {">=": "≥", "<=": "≤"}


class CountedAs(StrEnum):
    """Say how units that reach a level are counted: as per cent of those judged, or as such."""

    SHARE = "share"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many units reach a level, each by its own figures: what a target is held against.

    A unit reaches it where **each** of the indicators does; ``value`` is ``None`` where they are
    answered by yes or no, and yes reaches it. All of them stand in one group of the form.

    Example:
        Districts of which at least 90 % of the communes reach the standard, as a share:
        ``UnitCount(("PC35",), ">=", Decimal(90), ("huyen",), CountedAs.SHARE)``.
    """

    indicators: tuple[str, ...]
    operator: str
    value: Decimal | None
    kinds: tuple[str, ...]
    counted_as: CountedAs

    def is_reached_by(self, figure: Decimal) -> bool:
        """Say whether a figure of a unit reaches the level; yes is 1."""
        if self.value is None:
            return figure == 1
        return figure >= self.value if self.operator == ">=" else figure <= self.value


@dataclass(frozen=True, slots=True)
class Target:
    """A target set by a document, with how far its text has been verified.

    It is held against the figure of the province for ``indicator``, or against ``counts``.
    """

    code: str
    document: str
    label: str
    indicator: str
    operator: str
    value: Decimal | None
    year: int
    applies_to: str
    status: str
    source: str
    note: str
    counts: UnitCount | None = None

    @property
    def verified(self) -> bool:
        """Say whether a public page was read for it, or its owner gave it himself."""
        return self.status in ("verified-secondary", OWN_STATUS)

    @property
    def is_partly_verified(self) -> bool:
        """Say whether only a part of it was read on a public page."""
        return self.status == "partly"


class ChartKind(StrEnum):
    """Say how a chart shows its indicators."""

    YEARS = "years"
    SHARE = "share"
    TARGET = "target"
    RANKING = "ranking"


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A chart that a person would cut into a report.

    ``years``: columns by year; ``share``: columns, and the last indicator as a line on its own
    axis; ``target``: columns against the target; ``ranking``: units sorted, with the province.
    """

    code: str
    kind: ChartKind
    title: Words
    indicators: tuple[str, ...]
