"""The table of kinds of damage: a name, what is done to a return, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from returns import Case

Damage = Callable[[Case], None]
KINDS: dict[str, Kind] = {}


@dataclass(frozen=True)
class Kind:
    """One kind of damage.

    ``recoverable`` says that nearly every cell must be read right all the same; ``says`` which
    findings must be among those of the damaged return; ``saved_as`` in which format LibreOffice
    then saves it; ``only`` to which returns it is done.
    """

    name: str
    damage: Damage
    recoverable: bool
    says: tuple[str, ...]
    refused: bool
    saved_as: str
    only: tuple[str, ...]


def kind(
    name: str,
    *,
    recoverable: bool = True,
    says: str = "",
    refused: bool = False,
    saved_as: str = "",
    only: str = "",
) -> Callable[[Damage], Damage]:
    """Enter a kind of damage into the table."""

    def enter(damage: Damage) -> Damage:
        assert name not in KINDS, name
        KINDS[name] = Kind(
            name,
            damage,
            recoverable and not refused,
            tuple(says.split()),
            refused,
            saved_as,
            tuple(only.split()),
        )
        return damage

    return enter
