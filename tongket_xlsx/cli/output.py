"""Results shown to people and to programs: sentences and tables, or one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tongket_xlsx.cli.json_documents import (
    ClosedObject,
    FileObject,
    FilesDocument,
    FindingObject,
    HeldObject,
    SinceObject,
)
from tongket_xlsx.model.assessment import as_found
from tongket_xlsx.model.corrections import Progress
from tongket_xlsx.model.figure_status import Addressed
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.observations import Outcome
from tongket_xlsx.model.resolution import Resolved
from tongket_xlsx.model.wording import LONGEST_QUOTE, figures_named, worded
from tongket_xlsx.tasks.file_result import FileResult
from tongket_xlsx.text.messages import on_one_line, say

MOST_FINDINGS = 12


def files_json(results: Sequence[FileResult], lang: str) -> str:
    """Return the JSON document of an import or a check."""
    told: FilesDocument = {"files": [_file(item, lang) for item in results]}
    return document(told)


def missing(path: Path) -> FileResult:
    """Return what is said of a path that is not there."""
    fault = new_finding("path.missing", path=str(path))
    return FileResult(str(path), Outcome.REFUSED, as_found([fault]))


def _file(item: FileResult, lang: str) -> FileObject:
    unit = item.unit or None
    return {
        "file": item.path,
        "outcome": str(item.outcome),
        "unit": unit,
        "sha256": item.sha256 or None,
        "observations": item.answers,
        "findings": [finding_object(f, unit, lang) for f in item.findings],
        "since_last": since_object(item.since, unit, lang),
        "closed": [closed_object(r, unit, lang) for r in item.assessment.said],
        "held": held_objects(item.assessment.held),
    }


def held_objects(figures: Iterable[Addressed]) -> list[HeldObject]:
    """Return figures that are in no total until they are corrected or accepted, for JSON."""
    return [{"indicator": code, "period": period} for code, period in figures]


def held_line(figures: Sequence[Addressed], lang: str) -> Iterator[str]:
    """Yield a line that counts and names the figures held back, where there are any."""
    if figures:
        yield say("held.count", lang, count=len(figures), figures=figures_named(figures))


def since_object(since: Progress | None, unit: str | None, lang: str) -> SinceObject | None:
    """Return what was fixed, what remains and what is new since the return before, for JSON."""
    if since is None:
        return None
    return {
        "fixed": [finding_object(f, unit, lang) for f in since.fixed],
        "open": [finding_object(f, unit, lang) for f in since.remaining],
        "new": [finding_object(f, unit, lang) for f in since.new],
    }


def since_line(since: Progress, lang: str) -> str:
    """Return one sentence that counts what was fixed, what remains and what is new."""
    return say(
        "since.last",
        lang,
        fixed=len(since.fixed),
        open=len(since.remaining),
        new=len(since.new),
    )


def closed_object(item: Resolved, unit: str | None, lang: str) -> ClosedObject:
    """Return a finding of which something was said, with what was said and by whom, for JSON."""
    return {
        **finding_object(item.finding, unit, lang),
        "closure": str(item.closure),
        "text": item.text,
        "by": item.by or None,
        "on": item.on or None,
    }


def finding_object(finding: Finding, unit: str | None, lang: str) -> FindingObject:
    """Return a finding in words, for JSON."""
    words = worded(finding, lang)
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "unit": unit,
        "sheet": finding.place.sheet or None,
        "cell": finding.place.cell or None,
        "indicator": finding.indicator or None,
        "period": finding.period or None,
        "message": words.message,
        "found": words.found,
        "expected": words.expected,
        "advice": words.advice,
    }


def files_text(results: Sequence[FileResult], lang: str) -> Iterator[str]:
    """Yield what became of each file, the worst of its findings first."""
    for item in results:
        counts = {s: sum(f.severity is s for f in item.findings) for s in Severity}
        shown = say(
            "counts",
            lang,
            errors=counts[Severity.ERROR],
            warnings=counts[Severity.WARNING],
            notes=counts[Severity.NOTE],
        )
        yield f"{item.path}: {say(f'outcome.{item.outcome}', lang)} ({shown})"
        yield from ("  " + line for line in held_line(item.assessment.held, lang))
        if item.since is not None:
            yield "  " + since_line(item.since, lang)
        order = list(Severity)
        told = sorted(
            item.assessment.findings, key=lambda r: (r.is_said, order.index(r.finding.severity))
        )
        for resolved in told[:MOST_FINDINGS]:
            yield from finding_lines(resolved.finding, lang, resolved)
        if len(told) > MOST_FINDINGS:
            yield "  " + say("finding.more", lang, count=len(told) - MOST_FINDINGS)


def finding_lines(finding: Finding, lang: str, said: Resolved | None = None) -> Iterator[str]:
    """Yield a finding: how grave, where, what is wrong; then what to do, or why it is closed."""
    words = worded(finding, lang)
    place = f"{finding.place}: " if str(finding.place) else ""
    # What an office wrote must not look like a line of ours.
    told = on_one_line(f"{place}{words.message}")
    yield f"  {say(f'severity.{finding.severity}', lang)} · {told}"
    if said is not None and said.is_said:
        yield f"      {say(f'closure.{said.closure}', lang)}: {said.text}"
    if said is not None and said.closure.is_closed:
        return
    if words.found and words.found[:LONGEST_QUOTE] not in words.message:
        found = on_one_line(words.found)
        found = found if len(found) <= LONGEST_QUOTE else found[:LONGEST_QUOTE] + "…"
        yield "      " + say("finding.found_line", lang, found=found)
    if words.advice:
        yield "      " + say("finding.advice", lang, advice=words.advice)


def to_send_back(results: Sequence[FileResult]) -> int:
    """Count the returns in which something is left to correct or to explain."""
    return sum(item.is_open for item in results)


def outcomes(results: Sequence[FileResult]) -> Mapping[str, int]:
    """Count the files by what became of them."""
    return {str(o): sum(r.outcome is o for r in results) for o in Outcome}


def document(value: object) -> str:
    """Return a value as a JSON document."""
    return json.dumps(value, ensure_ascii=False, indent=1)
