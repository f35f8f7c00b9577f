"""What a ledger tells of files that came in, how they were read, and copies sent back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tongket_xlsx.model.observations import Outcome


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file as it came in, and how it was last read; ``number`` counts what came in."""

    number: int
    reading: int
    sha256: str
    file: str
    received: date
    first_received: date
    outcome: Outcome
    unit: str
    round: int
    version: str
    parent: str
    cover: Mapping[str, str]
    explanations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy sent back for correction: its round, the return it continues, and when it was made.

    ``last_receipt`` is the number of the last file that had come in by then.
    """

    unit: str
    round: int
    parent: str
    file: str
    last_receipt: int
    on: str


class Arrival(NamedTuple):
    """A receipt as it was recorded: its number, the hash and size of its bytes, its name."""

    number: int
    sha256: str
    file: str
    size: int


class Record(NamedTuple):
    """A reading as it was recorded: of which bytes, by which form and program, and whose it is."""

    number: int
    sha256: str
    form: str
    program: str
    outcome: Outcome
    unit: str


def latest(receipts: Iterable[Receipt]) -> dict[str, Receipt]:
    """Return the latest return of each unit: the highest round, then the last received."""
    found: dict[str, Receipt] = {}
    for receipt in receipts:
        if not receipt.outcome.is_of_unit:
            continue
        held = found.get(receipt.unit)
        if held is None or (receipt.round, receipt.received) >= (held.round, held.received):
            found[receipt.unit] = receipt
    return found
