"""The returns of a campaign as they stand: which one counts, what contradicts it, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.campaign.receipts import Copy, Receipt, latest
from tongket_xlsx.model.assessment import Assessment, Counts, assessed
from tongket_xlsx.model.explanations import Step
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import Decision, Resolved
from tongket_xlsx.model.units import Unit


class Returns:
    """Everything that came in from the units of a campaign, and what became of its findings."""

    def __init__(
        self, ledger: LedgerReader, units: Mapping[str, Unit], until: date | None = None
    ) -> None:
        """Take stock of a ledger as it is now, or as it was at the end of a day."""
        self.ledger = ledger
        self.units = units
        self.until = until
        self.receipts: Sequence[Receipt] = ledger.receipts(until)
        self.copies: Sequence[Copy] = ledger.copies()
        self.current: Mapping[str, Receipt] = latest(self.receipts)
        self.left_out: frozenset[str] = frozenset()

    def leave_out(self, unit: str) -> None:
        """Count a unit as one that returned nothing, because what it returned cannot be used."""
        self.left_out |= {unit}
        self.current = {code: r for code, r in self.current.items() if code != unit}

    @cached_property
    def decisions(self) -> Mapping[str, Sequence[Decision]]:
        """Return what was decided, by unit, the earliest first."""
        found: dict[str, list[Decision]] = {}
        last = f"{self.until:%Y-%m-%d}" if self.until else ""
        for decision in self.ledger.decisions():
            if not last or decision.on[:10] <= last:
                found.setdefault(decision.unit, []).append(decision)
        return found

    @cached_property
    def lines(self) -> Mapping[str, Sequence[Receipt]]:
        """Return the returns of each unit in the order of their rounds, the one that counts last.

        The order does not depend on when they came in, but for two of one round.
        """
        lines: dict[str, list[Receipt]] = {}
        for receipt in self.receipts:
            if receipt.outcome.is_of_unit:
                lines.setdefault(receipt.unit, []).append(receipt)
        for line in lines.values():
            line.sort(key=lambda r: (r.round, r.received, r.number))
        return lines

    @cached_property
    def _copies(self) -> Mapping[str, Copy]:
        """Return the first copy that was made of a return, by its content hash."""
        return {copy.parent: copy for copy in reversed(self.copies)}

    @cached_property
    def conflicts(self) -> Mapping[str, Finding]:
        """Return, by content hash, the error on every one of several files of one round."""
        return dict(self._conflicts())

    def _conflicts(self) -> Iterable[tuple[str, Finding]]:
        for code, line in self.lines.items():
            if code not in self.units:
                continue
            for number in dict.fromkeys(receipt.round for receipt in line):
                rivals = [r for r in line if r.round == number and not self.is_replaced(r)]
                if len(rivals) > 1:
                    finding = _same_round(self.units[code], number, rivals)
                    yield from ((rival.sha256, finding) for rival in rivals)

    def is_replaced(self, receipt: Receipt) -> bool:
        """Say whether an office replaced a return by its own old file, not by the copy of it."""
        return any(self._replaces(later, receipt) for later in self.lines.get(receipt.unit, ()))

    def _replaces(self, receipt: Receipt, before: Receipt) -> bool:
        """Say whether a file came after the copy of a return was made, and is of that round."""
        copy = self._copies.get(before.sha256)
        return (
            copy is not None
            and receipt.round == before.round
            and receipt.number > copy.last_receipt
        )

    def own_file(self, receipt: Receipt) -> Finding | None:
        """Say where an office went on with its own old file instead of the copy sent back."""
        line = self.lines.get(receipt.unit, ()) if receipt.unit in self.units else ()
        before = next((r for r in reversed(line) if self._replaces(receipt, r)), None)
        if before is None:
            return None
        unit, copy = self.units[receipt.unit].name, self._copies[before.sha256]
        named = {"unit": unit, "file": copy.file, "found": before.file}
        return new_finding("file.own_file", Place(unit), **named)

    def next_round(self, receipt: Receipt) -> int:
        """Return the round of the copy of a return; made again it has the same."""
        copy = self._copies.get(receipt.sha256)
        if copy is not None:
            return copy.round
        sent = [c.round for c in self.copies if c.unit == receipt.unit]
        return max([receipt.round, *sent]) + 1

    def is_plain(self, unit: str) -> bool:
        """Say whether all findings of a unit's only return are open, as most are."""
        line = self.lines.get(unit, ())
        return (
            len(line) == 1
            and not line[0].explanations
            and not self.decisions.get(unit)
            and line[0].sha256 not in self.conflicts
        )

    def assessment(self, unit: str) -> Assessment:
        """Return what is to be said of the return of a unit that counts."""
        return self._assessment(unit, self.lines.get(unit, ()))

    def counts(self, receipt: Receipt) -> Counts:
        """Count what is open and what is closed in the return of a unit that counts."""
        if not self.is_plain(receipt.unit):
            return self.assessment(receipt.unit).counts
        # Most returns: their findings need not be read to be counted.
        found = self.ledger.counts(receipt.reading)
        return Counts(found.get(Severity.ERROR, 0), found.get(Severity.WARNING, 0))

    def chapters(self, unit: str) -> list[Chapter]:
        """Tell the returns of a unit in the order in which they came."""
        line = self.lines.get(unit, ())
        return [
            Chapter(r, self._assessment(unit, line[: n + 1]))
            for n, r in sorted(enumerate(line), key=lambda pair: pair[1].number)
        ]

    def _assessment(self, unit: str, line: Sequence[Receipt]) -> Assessment:
        if not line:
            return Assessment()
        steps = (
            Step(r.sha256, r.parent, self.ledger.findings(r.reading), r.explanations) for r in line
        )
        beside = (self.conflicts.get(line[-1].sha256), self.own_file(line[-1]))
        found = assessed(steps, self.decisions.get(unit, ()), [f for f in beside if f is not None])
        return found.of_unit(unit, self.units[unit].name) if unit in self.units else found

    def of_unit(self, unit: str, item: Resolved) -> Resolved:
        """Return a finding as one of a unit by its code, whatever it was called when it came."""
        return item.of(unit, self.units[unit].name) if unit in self.units else item


@dataclass(frozen=True, slots=True)
class Chapter:
    """One return in the story of a unit, and what is to be said of it."""

    receipt: Receipt
    assessment: Assessment


def _same_round(unit: Unit, number: int, rivals: Sequence[Receipt]) -> Finding:
    return new_finding(
        "file.same_round",
        Place(unit.name),
        count=len(rivals),
        round=str(number),
        unit=unit.name,
        found="; ".join(r.file for r in rivals),
        basis=";".join(r.sha256 for r in rivals),
    )
