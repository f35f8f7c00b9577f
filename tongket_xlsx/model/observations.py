"""What came back: one answer is an :class:`Observation`, one read workbook a :class:`Return`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from tongket_xlsx.model.asides import NO_ASIDES, Asides
from tongket_xlsx.model.findings import Finding, Severity


class CellState(StrEnum):
    """Say what a cell holds; no two of these are ever confused.

    ``IMPOSSIBLE`` is a number that cannot be, such as −50 members: kept, shown, never added.
    """

    NUMBER = "number"
    BLANK = "blank"
    NIL = "nil"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    TEXT = "text"
    IMPOSSIBLE = "impossible"
    INVALID = "invalid"
    ERROR = "error"
    FORMULA = "formula"

    @classmethod
    def recorded(cls, word: str) -> CellState:
        """Return a state as a ledger has it; one that another version wrote is ``INVALID``."""
        return cls(word) if word in _STATES else cls.INVALID

    @property
    def answers(self) -> bool:
        """Say whether the office has answered, be it that it does not know."""
        return self in _ANSWERS

    @property
    def counts(self) -> bool:
        """Say whether the value enters totals (nil is zero)."""
        return self in (CellState.NUMBER, CellState.NIL)

    @property
    def is_unread(self) -> bool:
        """Say whether something stands there that is no number, sign or text to be counted."""
        return self in (CellState.INVALID, CellState.ERROR, CellState.FORMULA)


_STATES = frozenset(CellState)
_ANSWERS = frozenset(
    {
        CellState.NUMBER,
        CellState.NIL,
        CellState.MISSING,
        CellState.NOT_APPLICABLE,
        CellState.TEXT,
    }
)


_NUMBERS = (CellState.NUMBER, CellState.IMPOSSIBLE)


class Observation(NamedTuple):
    """One answer of one unit: a figure of a period, a text, or one cell of a roster's row.

    ``estimated`` says that the office gave the figure as an estimate (“khoảng 350”).
    """

    indicator: str
    period: str
    row: int
    state: CellState
    value: Decimal | None
    text: str
    raw: str
    sheet: str
    cell: str
    estimated: bool = False


class Answer(NamedTuple):
    """What is to stand in a cell of a workbook we write: a number, or a text as it was given."""

    value: Decimal | None = None
    text: str = ""


# (code, period, row) → what stands there; the period of a text is "", the row of a figure is 0.
Answers = Mapping[tuple[str, str, int], Answer]


class Outcome(StrEnum):
    """Say what became of a file."""

    ACCEPTED = "accepted"
    NEEDS_CORRECTION = "needs-correction"
    REFUSED = "refused"
    NOT_A_RETURN = "not-a-return"
    DUPLICATE = "duplicate"
    BLANK = "blank"

    @property
    def is_of_unit(self) -> bool:
        """Say whether a unit's return was read; else it was refused, or is none at all."""
        return self not in (Outcome.REFUSED, Outcome.NOT_A_RETURN, Outcome.BLANK)


@dataclass(frozen=True, slots=True)
class Identity:
    """Say whose return a workbook is, of which form and which round."""

    unit: str
    form: str
    version: str
    round: int
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """Hold everything one workbook says, and everything that is wrong with it.

    ``identity`` is ``None`` where the file was refused; ``cover`` holds what the office wrote
    about itself, ``explanations`` what stands in the column for them, by indicator, ``asides`` what
    it wrote beside its answers.
    """

    sha256: str
    identity: Identity | None
    observations: tuple[Observation, ...] = ()
    findings: tuple[Finding, ...] = ()
    cover: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    asides: Asides = NO_ASIDES

    @property
    def outcome(self) -> Outcome:
        """Return what becomes of it: no return, refused, needs-correction or accepted.

        A letter or a picture, of which there is only a note, is no return; one with an error, or
        with a figure held back, needs correction.
        """
        if self.identity is None:
            strange = self.findings and all(f.severity is Severity.NOTE for f in self.findings)
            return Outcome.NOT_A_RETURN if strange else Outcome.REFUSED
        if any(f.severity is Severity.ERROR or f.holds_back for f in self.findings):
            return Outcome.NEEDS_CORRECTION
        return Outcome.ACCEPTED

    def answers(self) -> dict[tuple[str, str, int], Answer]:
        """Return the answers as given, to be written into a fresh workbook.

        An estimate goes back in its words: “khoảng 350” is no 350.
        """
        return {
            (o.indicator, o.period, o.row): Answer(
                o.value if o.state in _NUMBERS and not o.text and not o.estimated else None,
                o.text or ("" if o.state in _NUMBERS and not o.estimated else o.raw),
            )
            for o in self.observations
            if o.state is not CellState.BLANK
        }
