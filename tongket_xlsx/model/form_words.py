"""Words of a form in both languages, and the kinds its words are of: periods, natures, scopes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """Say what sort of figure an indicator is."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"
    YESNO = "yesno"


class Nature(StrEnum):
    """Say whether a figure is a level, an amount of a year, or computed from others."""

    STOCK = "stock"
    FLOW = "flow"
    COMPUTED = "computed"


class Clock(StrEnum):
    """Say which date or span of a period a figure belongs to."""

    POINT = "point"
    CALENDAR = "calendar"
    SCHOOL_YEAR = "school_year"


class Aggregation(StrEnum):
    """Say how the figures of the units become the figure of the province."""

    SUM = "sum"
    COUNT_YES = "count_yes"
    RATIO = "ratio"
    NONE = "none"


class Scope(StrEnum):
    """Say whether a kind of unit adds to the total, covers the whole, or only writes text."""

    PART = "part"
    WHOLE = "whole"
    NARRATIVE = "narrative"
    TOTAL = "total"


class Better(StrEnum):
    """Say which direction of change is progress."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Words:
    """Hold a text of the form in Vietnamese and, where it was given, in English."""

    vi: str
    en: str = ""

    def to(self, lang: str) -> str:
        """Return the text in a language, in Vietnamese where there is no other."""
        return self.en if lang == "en" and self.en else self.vi

    def __bool__(self) -> bool:
        """Say whether there is any text."""
        return bool(self.vi)


NO_WORDS = Words("")


@dataclass(frozen=True, slots=True)
class Period:
    """A benchmark year, or the cumulative span over several.

    ``ends`` is the reference date of stocks, the days from ``starts`` to ``ends`` those of flows.
    """

    code: str
    label: Words
    starts: date
    ends: date
    cumulative: bool = False
    aliases: tuple[str, ...] = ()
    school_year: str = ""
    confirmed: bool = True
