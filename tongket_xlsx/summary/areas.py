"""Comparable areas: units that together cover the same ground in every year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongket_xlsx.model.form import Form, Unit


@dataclass(frozen=True, slots=True)
class Block:
    """Units that together cover the same ground in every year."""

    code: str
    units: tuple[Unit, ...]


def is_young(form: Form, unit: Unit) -> bool:
    """Say whether a unit was created after the first benchmark year began."""
    return unit.existed_from is not None and unit.existed_from > form.years[0].starts


def blocks_of(form: Form, units: Iterable[Unit]) -> tuple[Block, ...]:
    """Return the areas in which some unit was not there for the whole of a benchmark year.

    A district created in April reports nine months, or what its predecessor left behind.
    """
    members: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.block:
            members.setdefault(unit.block, []).append(unit)
    return tuple(
        Block(code, tuple(together))
        for code, together in members.items()
        if len(together) > 1 and any(is_young(form, u) for u in together)
    )
