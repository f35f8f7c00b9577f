"""What becomes of a finding: explained by the office, decided by the collector, or still open.

An office can explain a warning and never an error; the collector can decide on both. Where a
warning holds figures back from totals, an explanation awaits the decision of the collector. What
was said was said of the figures as they stood: it lapses when one of them changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from tongket_xlsx.model.findings import Finding, Severity


class Closure(StrEnum):
    """Say where a finding stands.

    ``LAPSED`` is one whose explanation or decision was given for other figures, ``INSISTED``
    one that the collector wants corrected whatever the office explains; ``AWAITING`` was
    explained, and the figures it holds wait for the collector to decide.
    """

    OPEN = "open"
    EXPLAINED = "explained"
    ACCEPTED = "accepted"
    INSISTED = "insisted"
    LAPSED = "lapsed"
    AWAITING = "awaiting"

    @property
    def is_closed(self) -> bool:
        """Say whether nothing more is asked of the office."""
        return self in (Closure.EXPLAINED, Closure.ACCEPTED)


class Verdict(StrEnum):
    """What a collector can decide: to accept the figures as they are, or to have them corrected."""

    ACCEPT = "accept"
    INSIST = "insist"


class Subject(NamedTuple):
    """What an explanation or a decision is about; ``basis`` are the figures it was given for.

    ``place`` tells findings apart that name no row of the form.
    """

    code: str
    indicator: str
    period: str
    place: str
    basis: str

    @property
    def question(self) -> tuple[str, str, str, str]:
        """Return what was asked, whatever the figures were."""
        return self[:4]


def subject_of(finding: Finding) -> Subject:
    """Return what an explanation of a finding would be about."""
    parameters = finding.parameters
    basis = str(parameters.get("basis", parameters.get("found", "")))
    place = "" if finding.indicator else f"{finding.place.sheet}!{finding.place.cell}".strip("!")
    return Subject(finding.code, finding.indicator, finding.period, place, basis)


def fingerprint(unit: str, subject: Subject) -> str:
    """Return a short name of a finding of a unit (by its code) over the figures it rests on."""
    text = json.dumps([unit, *subject], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the collector decided on a finding of a unit, why, who did and when."""

    unit: str
    subject: Subject
    verdict: Verdict
    reason: str
    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A finding and what became of it: the explanation or the reason, who gave it, and when.

    Where it lapsed, ``text`` is what had been said of the earlier figures. ``unit`` is the code
    of the unit whose return it is of: names can change, and two units may share one.
    """

    finding: Finding
    closure: Closure = Closure.OPEN
    text: str = ""
    by: str = ""
    on: str = ""
    unit: str = ""

    def of(self, unit: str, name: str) -> Resolved:
        """Return it as a finding of a unit, which is named as it is called today."""
        place = self.finding.place
        finding = self.finding
        if place.unit and place.unit != name:
            finding = replace(finding, place=replace(place, unit=name))
        return replace(self, finding=finding, unit=unit)

    @property
    def is_said(self) -> bool:
        """Say whether something was said of it, though it may have lapsed."""
        return self.closure is not Closure.OPEN

    @property
    def is_open(self) -> bool:
        """Say whether something must still be done about it."""
        return self.finding.severity is not Severity.NOTE and not self.closure.is_closed

    @property
    def stands_in_the_way(self) -> bool:
        """Say whether the return needs correction because of it."""
        return self.is_open and self.finding.severity is Severity.ERROR

    @property
    def holds_back(self) -> bool:
        """Say whether figures are in no total because of it."""
        return self.is_open and self.finding.holds_back


def decided(found: Iterable[Resolved], decisions: Iterable[Decision]) -> Iterator[Resolved]:
    """Put what the collector decided over what the office explained; the last decision holds."""
    exactly: dict[Subject, Decision] = {}
    earlier: dict[tuple[str, str, str, str], Decision] = {}
    for decision in decisions:
        exactly[decision.subject] = earlier[decision.subject.question] = decision
    for item in found:
        if item.finding.severity is Severity.NOTE:
            yield item
            continue
        subject = subject_of(item.finding)
        if subject in exactly:
            held = exactly[subject]
            accepted = held.verdict is Verdict.ACCEPT
            closure = Closure.ACCEPTED if accepted else Closure.INSISTED
            yield _ruled(item, closure, held)
        elif subject.question in earlier and not item.closure.is_closed:
            held = earlier[subject.question]
            yield _ruled(item, Closure.LAPSED, held)
        else:
            yield item


def _ruled(item: Resolved, closure: Closure, held: Decision) -> Resolved:
    return replace(item, closure=closure, text=held.reason, by=held.by, on=held.on)
