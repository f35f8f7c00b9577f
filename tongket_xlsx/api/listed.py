"""Frames of what a campaign lists: its units, its returns, where they stand, what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from tongket_xlsx.api.arguments import chosen
from tongket_xlsx.api.frames import DAY, Categories, Dtype, frame_of
from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import holds
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.observations import Outcome
from tongket_xlsx.model.resolution import Closure, Resolved, fingerprint, subject_of
from tongket_xlsx.model.unit_status import LATE, NEEDS_CORRECTION, NOT_RETURNED, ON_TIME
from tongket_xlsx.model.wording import worded
from tongket_xlsx.tasks.file_result import FileResult
from tongket_xlsx.tasks.status import Overview

STATES = Categories((NOT_RETURNED, NEEDS_CORRECTION, LATE, ON_TIME))
OUTCOMES = Categories(tuple(map(str, Outcome)))
SEVERITIES = Categories(tuple(map(str, Severity)))
CLOSURES = Categories(tuple(map(str, Closure)))
SCOPES = Categories(tuple(map(str, Scope)))
WHICH = ("open", "closed", "all")

FINDINGS: Mapping[str, Dtype] = {
    "unit": "string",
    "severity": SEVERITIES,
    "closure": CLOSURES,
    "code": "string",
    "file": "string",
    "sheet": "string",
    "cell": "string",
    "indicator": "string",
    "period": "string",
    "message": "string",
    "found": "string",
    "expected": "string",
    "advice": "string",
    "said": "string",
    "by": "string",
    "holds": "string",
    "fingerprint": "string",
}
FILES: Mapping[str, Dtype] = {
    "file": "string",
    "outcome": OUTCOMES,
    "unit": "string",
    "sha256": "string",
    "answers": "Int32",
    "errors": "Int32",
    "warnings": "Int32",
    "notes": "Int32",
}


def periods_of(form: Form) -> Categories:
    """Return the dtype of a column of periods: in the order of the form, so that they compare."""
    return Categories(tuple(p.code for p in form.periods), ordered=True)


def units(campaign: Campaign) -> pd.DataFrame:
    """Return the units of a campaign; see :meth:`tongket_xlsx.Campaign.units`."""
    kinds = campaign.form.unit_kinds
    rows = (
        {
            "unit": u.code,
            "name": u.name,
            "short_name": u.short_name,
            "kind": u.kind,
            "scope": kinds[u.kind].scope,
            "parent": u.parent,
            "area": u.block,
            "existed_from": u.existed_from,
            "existed_to": u.existed_to,
        }
        for u in campaign.units.values()
    )
    columns: dict[str, Dtype] = {
        "unit": "string",
        "name": "string",
        "short_name": "string",
        "kind": Categories(tuple(kinds)),
        "scope": SCOPES,
        "parent": "string",
        "area": "string",
        "existed_from": DAY,
        "existed_to": DAY,
    }
    return frame_of(rows, columns, ["unit"])


def returns(known: Returns) -> pd.DataFrame:
    """Return every file that came in; see :meth:`tongket_xlsx.Campaign.returns`."""
    rows = []
    for receipt in known.receipts:
        counts = known.ledger.counts(receipt.reading)
        current = known.current.get(receipt.unit)
        rows.append(
            {
                "unit": receipt.unit,
                "round": receipt.round,
                "file": receipt.file,
                "sha256": receipt.sha256,
                "received": receipt.received,
                "outcome": receipt.outcome,
                "errors": counts.get(Severity.ERROR, 0),
                "warnings": counts.get(Severity.WARNING, 0),
                "counts": current is not None and current.number == receipt.number,
            }
        )
    columns: dict[str, Dtype] = {
        "unit": "string",
        "round": "Int16",
        "file": "string",
        "sha256": "string",
        "received": DAY,
        "outcome": OUTCOMES,
        "errors": "Int32",
        "warnings": "Int32",
        "counts": "bool",
    }
    return frame_of(rows, columns)


def status(found: Overview) -> pd.DataFrame:
    """Return where each unit stands; see :meth:`tongket_xlsx.Campaign.status`."""
    rows = (
        {
            "unit": s.unit.code,
            "name": s.unit.name,
            "required": s.required,
            "state": s.state,
            "received": s.received,
            "received_this": s.received_this,
            "late_days": s.late_days if s.received else None,
            "round": s.round or None,
            "errors": s.errors,
            "warnings": s.warnings,
            "closed": s.closed,
            "held": len(s.held),
            "complete": s.complete,
            "file": s.file,
        }
        for s in found.standings
    )
    columns: dict[str, Dtype] = {
        "unit": "string",
        "name": "string",
        "required": "bool",
        "state": STATES,
        "received": DAY,
        "received_this": DAY,
        "late_days": "Int32",
        "round": "Int16",
        "errors": "Int32",
        "warnings": "Int32",
        "closed": "Int32",
        "held": "Int32",
        "complete": "float64",
        "file": "string",
    }
    return frame_of(rows, columns, ["unit"])


def findings(
    found: Iterable[Resolved], codes: Mapping[str, str], which: str, lang: str
) -> pd.DataFrame:
    """Return findings as a frame; see :meth:`tongket_xlsx.Campaign.findings`.

    Args:
        codes: the name of each unit → its code, for findings that do not have the code.
        which: open, closed or all.
    """
    chosen("state", which, WHICH)
    wanted = (item for item in found if _is_wanted(item, which))
    return frame_of((_finding(item, codes, lang) for item in wanted), FINDINGS)


def _is_wanted(item: Resolved, which: str) -> bool:
    if which == "open":
        return item.is_open
    return which == "all" or item.closure.is_closed


def _finding(item: Resolved, codes: Mapping[str, str], lang: str) -> dict[str, Any]:
    f, words = item.finding, worded(item.finding, lang)
    unit = item.unit or codes.get(f.place.unit, "")
    asked = unit and f.severity is not Severity.NOTE
    return {
        "unit": unit,
        "severity": f.severity,
        "closure": item.closure if f.severity is not Severity.NOTE else None,
        "code": f.code,
        "file": f.place.file,
        "sheet": f.place.sheet,
        "cell": f.place.cell,
        "indicator": f.indicator,
        "period": f.period,
        "message": words.message,
        "found": words.found,
        "expected": words.expected,
        "advice": words.advice,
        "said": item.text,
        "by": item.by,
        "holds": " ".join(map(str, holds(f))) if item.is_open else "",
        "fingerprint": fingerprint(unit, subject_of(f)) if asked else "",
    }


def codes_of(campaign: Campaign) -> dict[str, str]:
    """Return the name of each unit → its code."""
    return {u.name: u.code for u in campaign.units.values()}


def files(results: Iterable[FileResult]) -> pd.DataFrame:
    """Return what became of each file; see :meth:`tongket_xlsx.Report.files`."""
    return frame_of(map(_file, results), FILES)


def _file(item: FileResult) -> dict[str, Any]:
    counts = {s: sum(f.severity is s for f in item.findings) for s in Severity}
    return {
        "file": item.path,
        "outcome": item.outcome,
        "unit": item.unit,
        "sha256": item.sha256,
        "answers": item.answers,
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "notes": counts[Severity.NOTE],
    }


def of_files(results: Iterable[FileResult]) -> Iterator[Resolved]:
    """Yield the findings of files, each with the file it is of and what was said of it."""
    for item in results:
        for told in item.assessment.findings:
            place = replace(told.finding.place, file=item.path)
            yield replace(told, finding=replace(told.finding, place=place), unit=item.unit)
