"""What an office explained, along the line of its returns: what still holds, and what lapsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.resolution import Closure, Resolved, Subject, subject_of
from tongket_xlsx.text.reasons import is_reason


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
class Explanations:
    """Go along the returns of a unit, the earliest first, and keep what was explained when."""

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

    def of(self, finding: Finding) -> Resolved:
        """Return a finding of the last return with what its office said of it."""
        if finding.severity is not Severity.WARNING or not finding.indicator:
            return Resolved(finding)
        kept = self.kept.get(subject_of(finding))
        if kept is not None:
            closure = Closure.AWAITING if finding.holds_back else Closure.EXPLAINED
            return Resolved(finding, closure, kept)
        given = self.given.get(finding.indicator)
        return Resolved(finding) if given is None else Resolved(finding, Closure.LAPSED, given.text)

    @property
    def standing(self) -> Mapping[str, str]:
        """Return the explanations that hold for the figures as they are, by row."""
        return {code: given.text for code, given in self.given.items() if not given.has_lapsed}

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
