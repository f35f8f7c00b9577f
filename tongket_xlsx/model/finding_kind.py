"""What is registered of one kind of finding, and where the catalogue speaks of it.

``CODE`` is its sentence, ``CODE.what`` a narrower one, ``CODE.expected`` and ``CODE.advice`` what
was expected and what to do next, ``CODE.means`` what the sentence alone does not explain.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tongket_xlsx.model.findings import Severity
from tongket_xlsx.text.messages import catalogue, has

# What the catalogue says of a kind beside its sentences.
PARTS = frozenset(("expected", "advice", "means", "example"))


class FindingGroup(StrEnum):
    """What a kind of finding is about; the order is that in which kinds are listed."""

    FILE = "file"
    COVER = "cover"
    SHEET = "sheet"
    ROW = "row"
    CELL = "cell"
    TEXT = "text"
    RULE = "rule"
    PROVINCE = "province"
    UNIT = "unit"
    COPY = "copy"
    DECISION = "decision"
    LEDGER = "ledger"
    UNITS = "units"
    DEFINITION = "definition"


class Holds(StrEnum):
    """Which figures a kind keeps out of every total while it is open.

    ``NAMED`` are those its parameter ``holds`` names, where it has one; ``OWN`` is the figure it
    is about.
    """

    NOTHING = ""
    NAMED = "named"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding.

    Attributes:
        code: stable; a key of the catalogue.
        severity: how grave it is where nothing else is said.
        parameters: the names that its sentences may fill in.
        also: the severities it has in some cases besides.
        notes: the narrower kinds (``what``) that are mere notes.
        holds: which figures it keeps out of every total while it is open.
        is_asked: whether something can be read in several ways, and its office is asked which.
        bars: whether a whole row or column is not read because of it.
        is_former: whether only earlier versions made it; ledgers still hold it.
    """

    code: str
    severity: Severity
    parameters: frozenset[str]
    also: frozenset[Severity] = frozenset()
    notes: frozenset[str] = frozenset()
    holds: Holds = Holds.NOTHING
    is_asked: bool = False
    bars: bool = False
    is_former: bool = False

    @property
    def severities(self) -> tuple[Severity, ...]:
        """Return every severity it can have, the usual one first."""
        return (self.severity, *(s for s in Severity if s in self.also))

    @property
    def narrower(self) -> tuple[str, ...]:
        """Return what it can be precisely: the ``what`` of each narrower sentence."""
        start = f"{self.code}."
        below = (key.removeprefix(start) for key in catalogue() if key.startswith(start))
        return tuple(name for name in below if "." not in name and name not in PARTS)

    def severity_of(self, what: object = "") -> Severity:
        """Return how grave it is where it is precisely this."""
        return Severity.NOTE if what in self.notes else self.severity

    def key(self, part: str, what: str = "") -> str:
        """Return the key of what the catalogue says of it; empty where it says nothing."""
        narrower = f"{self.code}.{what}.{part}"
        for key in (narrower, f"{self.code}.{part}"):
            if has(key):
                return key
        return ""
