"""Results shown to people and to programs: sentences and tables, or one JSON document."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.receipts import Receipt
from tongket_xlsx.campaign.settings import SETTINGS
from tongket_xlsx.cli.json_documents import (
    ClosedObject,
    DifferencesDocument,
    FileObject,
    FilesDocument,
    FindingObject,
    HeldObject,
    SinceObject,
    StatusDocument,
    UnitObject,
)
from tongket_xlsx.model.corrections import Progress
from tongket_xlsx.model.figure_status import HELD_MARK, Addressed
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import Outcome, Return
from tongket_xlsx.model.resolution import Resolved
from tongket_xlsx.model.unit_status import NEEDS_CORRECTION, NOT_RETURNED, Standing
from tongket_xlsx.model.wording import LONGEST_QUOTE, figures_named, worded
from tongket_xlsx.tasks.file_result import FileResult
from tongket_xlsx.text.messages import VIETNAMESE, on_one_line, say, written

if TYPE_CHECKING:
    from tongket_xlsx.tasks.compare import Difference

MOST_FINDINGS = 12
# A number as it is stored, and not as somebody typed it.
_STORED = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def files_json(results: Sequence[FileResult], lang: str) -> str:
    """Return the JSON document of an import or a check."""
    told: FilesDocument = {"files": [_file(item, lang) for item in results]}
    return document(told)


def missing(path: Path) -> FileResult:
    """Return what is said of a path that is not there."""
    fault = new_finding("path.missing", path=str(path))
    return FileResult(str(path), Outcome.REFUSED, Return("", None, findings=(fault,)))


def _file(item: FileResult, lang: str) -> FileObject:
    identity = item.result.identity
    unit = identity.unit if identity else None
    return {
        "file": item.path,
        "outcome": str(item.outcome),
        "unit": unit,
        "sha256": item.result.sha256 or None,
        "observations": item.answers,
        "findings": [finding_object(f, unit, lang) for f in item.findings],
        "since_last": since_object(item.since, unit, lang),
        "closed": [closed_object(r, unit, lang) for r in item.closed],
        "held": held_objects(item.held),
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
        yield from ("  " + line for line in held_line(item.held, lang))
        if item.since is not None:
            yield "  " + since_line(item.since, lang)
        order = list(Severity)
        closed = {id(r.finding): r for r in item.closed}
        told = sorted(item.findings, key=lambda f: (id(f) in closed, order.index(f.severity)))
        for finding in told[:MOST_FINDINGS]:
            yield from finding_lines(finding, lang, closed.get(id(finding)))
        if len(told) > MOST_FINDINGS:
            yield "  " + say("finding.more", lang, count=len(told) - MOST_FINDINGS)


def finding_lines(finding: Finding, lang: str, said: Resolved | None = None) -> Iterator[str]:
    """Yield a finding: how grave, where, what is wrong; then what to do, or why it is closed."""
    words = worded(finding, lang)
    place = f"{finding.place}: " if str(finding.place) else ""
    # What an office wrote must not look like a line of ours.
    told = on_one_line(f"{place}{words.message}")
    yield f"  {say(f'severity.{finding.severity}', lang)} · {told}"
    if said is not None:
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


def status_json(
    standings: Sequence[Standing],
    reminded: Mapping[str, str] | None = None,
    outliers: Sequence[Resolved] = (),
    lang: str = VIETNAMESE,
    untitled: Sequence[str] = (),
) -> str:
    """Return the JSON document of the status.

    Args:
        outliers: the figures that are far from those of the other units, or that checks of
            somebody's own found; where there are any, the document has them as ``findings``.
        reminded: the reminder of each unit of which something is wanted, where these were asked
            for; every unit then has a ``reminder``, a text or null.
        untitled: the questions whose titles the collector has not given; where there are any,
            the document has their codes as ``untitled``.
    """
    told: StatusDocument = {"units": [_unit(s, reminded) for s in standings]}
    far = [finding_object(r.finding, r.unit or None, lang) for r in outliers if r.is_open]
    if far:
        told["findings"] = far
    if untitled:
        told["untitled"] = list(untitled)
    return document(told)


def _unit(s: Standing, reminded: Mapping[str, str] | None) -> UnitObject:
    told: UnitObject = {
        "unit": s.unit.code,
        "name": s.unit.name,
        "kind": s.unit.kind,
        "state": s.state,
        "received": s.received.isoformat() if s.received else None,
        "received_this": s.received_this.isoformat() if s.received_this else None,
        "late_days": s.late_days,
        "errors": s.errors,
        "warnings": s.warnings,
        "held": held_objects(s.held),
        "completeness": dict(s.completeness),
    }
    if reminded is not None:
        told["reminder"] = reminded.get(s.unit.code)
    return told


def untitled_text(form: Form, lang: str, asked: Container[str] | None = None) -> Iterator[str]:
    """Yield what the collector still has to give: the titles of questions; of those asked only."""
    codes = [p.code for p in form.untitled if asked is None or p.code in asked]
    if codes:
        found = ", ".join(codes)
        yield say("titles.missing", lang, count=len(codes), found=found, path=SETTINGS)


def outliers_text(outliers: Sequence[Resolved], lang: str) -> Iterator[str]:
    """Yield the figures that are far from those of the other units, the farthest first."""
    found = [r.finding for r in outliers if r.is_open]
    if not found:
        return
    yield say("status.outliers", lang, count=len(found))
    found.sort(key=lambda f: -abs(Decimal(str(f.parameters["score"]))))
    for finding in found[:MOST_FINDINGS]:
        yield from finding_lines(finding, lang)
    if len(found) > MOST_FINDINGS:
        yield "  " + say("finding.more", lang, count=len(found) - MOST_FINDINGS)


def checked_text(checked: Sequence[Resolved], lang: str) -> Iterator[str]:
    """Yield what checks of somebody's own found and is open, in their order."""
    found = [r.finding for r in checked if r.is_open]
    if not found:
        return
    yield say("status.checked", lang, count=len(found))
    for finding in found[:MOST_FINDINGS]:
        yield from finding_lines(finding, lang)
    if len(found) > MOST_FINDINGS:
        yield "  " + say("finding.more", lang, count=len(found) - MOST_FINDINGS)


def status_text(standings: Sequence[Standing], lang: str) -> Iterator[str]:
    """Yield where each unit stands, and a last line that counts."""
    # Where nobody has sent a second return both days are one.
    again = any(s.received_this not in (None, s.received) for s in standings)
    days = ("received", "received_this") if again else ("received",)
    headings = [
        say(f"status.{k}", lang) for k in ("unit", "state", *days, "errors", "warnings", "complete")
    ]
    rows = [headings]
    for s in standings:
        state = say(f"state.{s.state}", lang, days=s.late_days)
        if not s.required:
            state += " " + say("status.optional", lang)
        came = s.received is not None
        rows.append(
            [
                f"{s.unit.code} {s.unit.short_name}",
                state,
                *(f"{day:%d/%m/%Y}" if day else "" for day in _days(s, again=again)),
                str(s.errors) if came else "",
                str(s.warnings) if came else "",
                f"{s.complete:.0%}" if came and s.complete is not None else "",
            ]
        )
    widths = [max(_width(row[n]) for row in rows) for n in range(len(headings))]
    for row in rows:
        yield "  ".join(_padded(v, w) for v, w in zip(row, widths, strict=True)).rstrip()
    required = [s for s in standings if s.required]
    yield say(
        "status.total",
        lang,
        n=sum(s.state != NOT_RETURNED for s in required),
        total=len(required),
        correction=sum(s.state == NEEDS_CORRECTION for s in standings),
    )
    if required_came := [s for s in standings if s.received is not None]:
        counts = {k: sum(getattr(s, k) for s in required_came) for k in ("errors", "warnings")}
        yield say("status.open", lang, **counts)
    if again:
        yield say("status.late_by", lang)
    yield from held_text(standings, lang)


def _days(standing: Standing, *, again: bool) -> tuple[date | None, ...]:
    """Return the day a unit first returned and, where it is told as well, that of this return."""
    return (standing.received, standing.received_this) if again else (standing.received,)


def held_text(standings: Sequence[Standing], lang: str) -> Iterator[str]:
    """Yield which figures of which units are in no total, where there are any."""
    holding = [s for s in standings if s.held]
    if holding:
        count = sum(len(s.held) for s in holding)
        yield say("status.held", lang, count=count, n=len(holding))
    for s in holding:
        named = figures_named(s.held)
        unit = f"{s.unit.code} {s.unit.short_name}"
        yield "  " + say("status.held_unit", lang, unit=unit, count=len(s.held), figures=named)


def besides(refused: Sequence[Receipt], unlisted: Sequence[Receipt], lang: str) -> Iterator[str]:
    """Yield what no unit's line can say: files not taken in, returns of units no longer listed."""
    if refused:
        files = ", ".join(r.file for r in refused)
        yield say("status.refused", lang, count=len(refused), files=files)
    if unlisted:
        units = ", ".join(r.unit for r in unlisted)
        yield say("status.unlisted", lang, units=units)


def reminders(
    campaign: Campaign, standings: Sequence[Standing], today: date, lang: str
) -> Iterator[str]:
    """Yield, for each required unit that has not returned, whom to call and what to send."""
    wanted = _wanted(standings)
    if not wanted:
        yield say("remind.none", lang)
    for standing in wanted:
        yield from _reminder(campaign, standing, today, lang)


def reminders_by_unit(
    campaign: Campaign, standings: Sequence[Standing], today: date, lang: str
) -> dict[str, str]:
    """Return the reminder of each unit of which something is wanted, by code."""
    return {
        s.unit.code: "\n".join(line.strip() for line in _reminder(campaign, s, today, lang)).strip()
        for s in _wanted(standings)
    }


def _wanted(standings: Sequence[Standing]) -> tuple[Standing, ...]:
    """Return the units of which something is wanted: first a return, then a correction."""
    missing = (s for s in standings if s.required and s.state == NOT_RETURNED)
    faulty = (s for s in standings if s.state == NEEDS_CORRECTION)
    return (*missing, *faulty)


def _reminder(campaign: Campaign, standing: Standing, today: date, lang: str) -> Iterator[str]:
    unit, settings = standing.unit, campaign.settings
    yield f"{unit.code} {unit.name}"
    if unit.contact or unit.phone:
        contact, phone = unit.contact or "…", unit.phone or "…"
        yield "  " + say("remind.contact", lang, contact=contact, phone=phone)
    else:
        yield "  " + say("remind.no_contact", lang)
    if standing.state == NEEDS_CORRECTION:
        yield "  " + say("remind.fix_line", lang, count=standing.errors, file=standing.file)
    days = settings.days_left(today)
    yield "  " + _days_left(days, lang)
    if settings.deadline is not None:
        key = "remind.by" if settings.deadline_day_counts else "remind.before"
        if days is not None and days < 0:
            key = "remind.soon"
        fix = standing.state == NEEDS_CORRECTION
        # The collector stands on the cover as on a letterhead, the superior body first.
        collector = " ".join(reversed(settings.collector.split("\n")))
        yield "  " + say(
            "remind.fix" if fix else "remind.sentence",
            lang,
            name=unit.contact or say("remind.colleague", lang),
            today=today,
            collector=collector,
            unit=unit.name,
            count=standing.errors,
            by=say(key, lang),
            deadline=settings.deadline,
        )
    yield ""


def _days_left(days: int | None, lang: str) -> str:
    if days is None:
        return say("remind.no_deadline", lang)
    if days == 0:
        return say("remind.today", lang)
    return (
        say("remind.left", lang, days=days) if days > 0 else say("remind.overdue", lang, days=-days)
    )


def differences_text(form: Form, found: Sequence[Difference], lang: str) -> Iterator[str]:
    """Yield each figure that changed, and below it whose return changed it."""
    for d in found:
        indicator = form.indicators[d.indicator]
        label = indicator.plain_label if lang == VIETNAMESE else indicator.label.to(lang)
        before, after = (
            "…" if v is None else written(v.normalize(), lang) for v in (d.before, d.after)
        )
        yield say(
            "compare.line",
            lang,
            code=d.indicator,
            label=label,
            period=d.period,
            before=before,
            after=after,
        )
        for cause in d.causes:
            yield "  " + say(
                "compare.cause",
                lang,
                unit=cause.unit,
                before=_as_read(cause.before, lang),
                after=_as_read(cause.after, lang),
                file=cause.file,
            )
    yield say("compare.count", lang, count=len(found))


def _as_read(text: str, lang: str) -> str:
    """Write a stored number as the language writes it; a text as it stands in the return."""
    figure = text.removesuffix(HELD_MARK)
    shown = written(Decimal(figure), lang) if _STORED.fullmatch(figure) else figure
    return shown if figure == text else say("compare.held", lang, found=shown)


def differences_json(found: Sequence[Difference]) -> str:
    """Return the JSON document of a comparison of two consolidations."""
    told: DifferencesDocument = {
        "differences": [
            {
                "indicator": d.indicator,
                "period": d.period,
                "before": None if d.before is None else float(d.before),
                "after": None if d.after is None else float(d.after),
                "causes": [
                    {"unit": c.unit, "before": c.before, "after": c.after, "file": c.file}
                    for c in d.causes
                ],
            }
            for d in found
        ]
    }
    return document(told)


def document(value: object) -> str:
    """Return a value as a JSON document."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def _width(text: str) -> int:
    return sum(not unicodedata.combining(c) for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
