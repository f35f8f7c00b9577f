"""Reporting units, their kinds, and the offices that keep their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tongket_xlsx.model.form_words import (
    Period,
    Scope,
    Words,
)


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of reporting unit and what its figures mean for the province."""

    code: str
    name: Words
    scope: Scope
    required: bool
    fills_by: str
    signature: str
    note: str


@dataclass(frozen=True, slots=True)
class Provider:
    """An office that keeps a figure, under the name it has for each kind of unit."""

    code: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)

    def name_for(self, kind: str) -> str:
        """Return the name of the office as a unit of this kind knows it."""
        return self.names.get(kind, self.name)


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit: a respondent of the campaign."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str = ""
    aliases: tuple[str, ...] = ()
    existed_from: date | None = None
    existed_to: date | None = None
    block: str = ""
    contact: str = ""
    phone: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def existed_in(self, period: Period) -> bool:
        """Say whether the unit was there in a period (at its end, for a benchmark year)."""
        if self.existed_from is not None and self.existed_from > period.ends:
            return False
        last_day = period.starts if period.cumulative else period.ends
        return self.existed_to is None or self.existed_to >= last_day
