"""What goes back to an office for correction: what was found, and what stood outside the form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tongket_xlsx.model.asides import Stray
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.resolution import Resolved


@dataclass(frozen=True)
class Corrections:
    """What is asked of an office: findings, the most consequential first.

    ``strays`` are returned as they stood; ``left_out`` counts those beyond what can be listed,
    and ``sha256`` and ``file`` name the original that holds them all. ``accepted`` are findings
    of which the collector asks nothing more; ``formulas`` were typed into cells that now hold
    their results: (code, period) → formula.
    """

    findings: tuple[Resolved, ...]
    strays: tuple[Stray, ...] = ()
    left_out: int = 0
    file: str = ""
    sha256: str = ""
    accepted: tuple[Resolved, ...] = ()
    formulas: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def by_cell(self) -> Mapping[tuple[str, str], tuple[Resolved, ...]]:
        """Return the findings about single cells: (code, period) → findings."""
        found: dict[tuple[str, str], list[Resolved]] = {}
        for item in self.findings:
            if item.finding.indicator:
                key = item.finding.indicator, item.finding.period
                found.setdefault(key, []).append(item)
        return {key: tuple(those) for key, those in found.items()}


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of the findings of a return in the one that followed it."""

    fixed: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    new: tuple[Finding, ...]


def progress(before: Iterable[Finding], after: Iterable[Finding]) -> Progress:
    """Compare the errors and warnings of two returns of one unit, finding by finding.

    Findings are the same that say the same of the same row and period, wherever its cell is now.
    Where a row or a column could not be read, the cells that are blank in a fresh form are what
    remains of that.
    """
    old = [f for f in before if f.severity is not Severity.NOTE]
    rest = Counter(map(_key, old))
    faults = {fault: f for f in old for fault in _unread(f)}
    remaining: list[Finding] = []
    new: list[Finding] = []
    still_unread: set[int] = set()
    for finding in after:
        if finding.severity is Severity.NOTE:
            continue
        known = rest[_key(finding)] > 0
        rest[_key(finding)] -= known
        fault = None if known else _fault_behind(finding, faults)
        if fault is not None:
            still_unread.add(id(fault))
        (remaining if known or fault else new).append(finding)
    fixed = []
    for finding in reversed(old):
        if rest[_key(finding)] > 0:
            rest[_key(finding)] -= 1
            if id(finding) not in still_unread:
                fixed.append(finding)
    return Progress(tuple(reversed(fixed)), tuple(remaining), tuple(new))


# What a fault of the workbook kept from being read: a row, a column of a sheet, or a whole sheet.
_Unread = tuple[str, str, str]


def _unread(finding: Finding) -> Iterator[_Unread]:
    if finding.code == "code.twice":
        yield finding.indicator, "", ""
    elif finding.code in ("period.twice", "period.missing"):
        yield "", finding.period, str(finding.parameters.get("home", finding.place.sheet))
    elif finding.code == "rows.missing":
        yield "", "", finding.place.sheet


def _fault_behind(finding: Finding, faults: Mapping[_Unread, Finding]) -> Finding | None:
    if finding.code not in ("cell.blank", "cell.blank_text"):
        return None
    sheet = finding.place.sheet
    for key in ((finding.indicator, "", ""), ("", finding.period, sheet), ("", "", sheet)):
        if key in faults:
            return faults[key]
    return None


def _key(finding: Finding) -> tuple[str, str, str, str]:
    # What names no row is told apart by where it is.
    place = "" if finding.indicator else f"{finding.place.sheet}!{finding.place.cell}"
    return finding.code, finding.indicator, finding.period, place


def ordered(
    findings: Iterable[Resolved], weight: Mapping[tuple[str, str], float]
) -> list[Resolved]:
    """Put errors before warnings, and those first whose figure weighs most in its total."""
    return sorted(
        findings,
        key=lambda r: (
            r.finding.severity is not Severity.ERROR,
            -weight.get((r.finding.indicator, r.finding.period), 0.0),
        ),
    )
