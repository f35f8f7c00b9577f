"""What becomes of a finding: explained by the office, decided by the collector, or still open.

An office can explain a warning and never an error; the collector can decide on both. Where a
warning holds figures back from totals, an explanation awaits the decision of the collector. What
was said was said of the figures as they stood: it lapses when one of them changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.text.reasons import is_reason


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


@dataclass(frozen=True, slots=True)
class Step:
    """One return in the line of a unit's returns: what was found in it and what was explained."""

    sha256: str
    parent: str
    findings: Sequence[Finding]
    explanations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Given:
    """An explanation as it stands: its text, and the findings it was written for."""

    text: str
    about: frozenset[Subject]
    has_lapsed: bool


@dataclass
class _Line:
    """Go along the returns of a unit and keep what was explained when."""

    given: dict[str, _Given] = field(default_factory=dict)
    kept: dict[Subject, str] = field(default_factory=dict)
    before: str = ""

    def follow(self, step: Step) -> None:
        """Take in one more return."""
        rows: dict[str, set[Subject]] = {}
        for finding in step.findings:
            if finding.severity is Severity.WARNING and finding.indicator:
                rows.setdefault(finding.indicator, set()).add(subject_of(finding))
        # “0”, “-”, “ok” or an error value gives no reason, and lifts nothing.
        texts = {code: text.strip() for code, text in step.explanations.items() if is_reason(text)}
        continued = bool(step.parent) and step.parent == self.before
        given = {
            code: self._given(code, text, frozenset(rows.get(code, ())), continued=continued)
            for code, text in texts.items()
        }
        for code, explanation in given.items():
            for subject in rows.get(code, set()) & explanation.about:
                self.kept[subject] = explanation.text
        # What an office had explained before stands where it now left the cell empty: a copy that
        # is sent back holds it again.
        for code, found in rows.items():
            known = frozenset(found & self.kept.keys())
            if code not in given and known:
                text = next(self.kept[s] for s in sorted(known))
                given[code] = _Given(text, known, has_lapsed=False)
        self.given, self.before = given, step.sha256

    def _given(self, code: str, text: str, found: frozenset[Subject], *, continued: bool) -> _Given:
        """Tell an explanation that was written now from one that was only carried over.

        A copy sent back does not hold what has lapsed: what stands there again was written again.
        """
        earlier = self.given.get(code)
        carried = earlier is not None and earlier.text == text
        if carried and earlier is not None and not (continued and earlier.has_lapsed):
            about = earlier.about
        else:
            about = found
        lapsed = bool(found) and not any(s in about or s in self.kept for s in found)
        return _Given(text, about, has_lapsed=lapsed)


@dataclass(frozen=True)
class Resolution:
    """What became of the findings of a return, and the explanations that still hold, by row."""

    findings: tuple[Resolved, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)


def resolved(line: Iterable[Step], decisions: Iterable[Decision] = ()) -> Resolution:
    """Say what became of each finding of the last return of a line, in their order.

    Args:
        line: the returns of one unit, the earliest first.
        decisions: what was decided on findings of this unit, the earliest first.
    """
    going, last = _Line(), None
    for step in line:
        going.follow(step)
        last = step
    if last is None:
        return Resolution()
    explained = [_explained(going, finding) for finding in last.findings]
    standing = {code: given.text for code, given in going.given.items() if not given.has_lapsed}
    return Resolution(tuple(decided(explained, decisions)), standing)


def _explained(line: _Line, finding: Finding) -> Resolved:
    if finding.severity is not Severity.WARNING or not finding.indicator:
        return Resolved(finding)
    kept = line.kept.get(subject_of(finding))
    if kept is not None:
        closure = Closure.AWAITING if finding.holds_back else Closure.EXPLAINED
        return Resolved(finding, closure, kept)
    given = line.given.get(finding.indicator)
    return Resolved(finding) if given is None else Resolved(finding, Closure.LAPSED, given.text)


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
