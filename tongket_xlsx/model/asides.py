"""What a return holds beside its answers, for whoever sends it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Stray:
    """A cell that an office filled in outside the form."""

    sheet: str
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class Asides:
    """What an office wrote that is no answer, and how it made its answers.

    Attributes:
        strays: cells outside the form, comments and text boxes, in the order of the sheets.
        left_out: how many more there are than are kept; the original holds them all.
        formulas: typed where an answer was asked, and read by their result: (code, period) → text.
    """

    strays: tuple[Stray, ...] = ()
    left_out: int = 0
    formulas: Mapping[tuple[str, str], str] = field(default_factory=dict)


NO_ASIDES = Asides()
