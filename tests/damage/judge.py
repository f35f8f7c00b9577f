"""Hold what was read of a damaged return against what is true of it, cell by cell."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from returns import Case, Key, Truth, answers, entries

from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.layout import Role
from tongket_xlsx.model.observations import CellState, Observation, Return

COUNTED = (CellState.NUMBER, CellState.NIL, CellState.TEXT)


class Wrong(NamedTuple):
    """A cell read wrongly of which nothing is said."""

    key: Key
    truth: Truth | None
    read: Truth | None


@dataclass
class Verdict:
    """How many cells of a return were read right, told, or silently wrong."""

    right: int = 0
    flagged: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def cells(self) -> int:
        return self.right + self.flagged + len(self.wrong)


def judge(case: Case, found: Return) -> Verdict:
    """Judge every cell that the undamaged return answers, and every one that was read besides."""
    verdict = Verdict()
    read = answers(found)
    told = [f for f in found.findings if _new(case, f)]
    placed = {(o.indicator, o.period): o for o in found.observations if o.row == 0}
    for key, truth in case.truth.items():
        if same(read.get(key), truth):
            verdict.right += 1
        elif found.identity is None or _told(case, key, truth, read.get(key), placed, told):
            verdict.flagged += 1
        else:
            verdict.wrong.append(Wrong(key, truth, read.get(key)))
    verdict.wrong.extend(
        Wrong(key, None, value)
        for key, value in read.items()
        if key not in case.truth and value.state in COUNTED
    )
    _judge_lists(case, found, told, verdict)
    return verdict


def same(read: Truth | None, truth: Truth) -> bool:
    """Say whether an answer was read as it is; a cell left blank may go unmentioned."""
    if read is None:
        return truth.state is CellState.BLANK
    return (
        read.state is truth.state
        and read.value == truth.value
        and _composed(read.text) == _composed(truth.text)
    )


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _new(case: Case, finding: Finding) -> bool:
    """Say whether a finding is about the damage; what was said before excuses nothing."""
    return (finding.code, finding.indicator, finding.period) not in case.base.known


def _told(
    case: Case,
    key: Key,
    truth: Truth,
    read: Truth | None,
    placed: dict[Key, Observation],
    told: list[Finding],
) -> bool:
    """Say whether a finding names the cell, its row or its sheet.

    A note will do for the very cell only. Where a wrong figure would be counted, the finding
    must be about the figure or its row: that a sheet was renamed excuses no wrong number.
    """
    code, period = key
    sheets = _sheets(case, key, placed)
    counted = read is not None and read.state in COUNTED
    for finding in told:
        exact = finding.indicator == code and finding.period in (period, "")
        if exact and (finding.severity is not Severity.NOTE or not counted):
            return True
        if counted or finding.severity is Severity.NOTE:
            continue
        of_sheet = finding.place.sheet in sheets and finding.indicator == ""
        if of_sheet and finding.period in (period, ""):
            return True
    return False


def _sheets(case: Case, key: Key, placed: dict[Key, Observation]) -> set[str]:
    names = {case.where(*key)[0]}
    if key in placed:
        names.add(placed[key].sheet)
    return names


def _judge_lists(case: Case, found: Return, told: list[Finding], verdict: Verdict) -> None:
    """Judge the rows of the lists as they are, whatever their order."""
    read = entries(found)
    names = {s.name for s in case.base.layout.sheets if s.kind == "roster"}
    told_of = found.identity is None or any(
        f.place.sheet in names and f.severity is not Severity.NOTE for f in told
    )
    for row, count in case.roster.items():
        kept = min(count, read[row])
        verdict.right += kept * len(row)
        lost = (count - kept) * len(row)
        if lost and told_of:
            verdict.flagged += lost
        elif lost:
            verdict.wrong.append(Wrong((row[0], Role.ORDINAL), Truth(CellState.TEXT, None), None))
    for row, count in read.items():
        if count > case.roster[row] and not told_of:
            verdict.wrong.append(
                Wrong((row[0], Role.ORDINAL), None, Truth(CellState.TEXT, None, "; ".join(row)))
            )
