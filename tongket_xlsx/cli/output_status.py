"""Where the units stand, told to people and to programs."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tongket_xlsx.campaign.receipts import Receipt
from tongket_xlsx.campaign.settings import SETTINGS
from tongket_xlsx.cli.json_documents import (
    StatusDocument,
    UnitObject,
)
from tongket_xlsx.cli.output import (
    MOST_FINDINGS,
    document,
    finding_lines,
    finding_object,
    held_objects,
)
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.resolution import Resolved
from tongket_xlsx.model.unit_status import NEEDS_CORRECTION, NOT_RETURNED, Standing
from tongket_xlsx.model.wording import figures_named
from tongket_xlsx.text.messages import VIETNAMESE, say


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


def _width(text: str) -> int:
    return sum(not unicodedata.combining(c) for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
