"""The loop of correction told to people and to programs: copies, decisions, the story of a unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from tongket_xlsx.cli.json_documents import (
    DecisionObject,
    MarkedDocument,
    RulingsDocument,
    StoryDocument,
    VerifiedDocument,
)
from tongket_xlsx.cli.output import (
    MOST_FINDINGS,
    closed_object,
    document,
    finding_lines,
    finding_object,
    held_line,
    held_objects,
    since_line,
    since_object,
)
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.resolution import Decision
from tongket_xlsx.model.wording import worded
from tongket_xlsx.tasks.decide import Ruling
from tongket_xlsx.tasks.history import Story, Told
from tongket_xlsx.tasks.mark import Marked
from tongket_xlsx.tasks.verify import COUNTED, Verified
from tongket_xlsx.text.messages import say


def marked_json(marked: Sequence[Marked], lang: str) -> str:
    """Return the marked copies as one JSON document."""
    told: MarkedDocument = {
        "copies": [
            {
                "unit": item.unit.code,
                "file": str(item.path),
                "findings": [finding_object(f, item.unit.code, lang) for f in item.findings],
                "outside": item.strays,
            }
            for item in marked
        ]
    }
    return document(told)


def rulings_json(rulings: Sequence[Ruling], faults: Sequence[Finding], lang: str) -> str:
    """Return what was decided, and the rows that could not be followed, as one JSON document."""
    told: RulingsDocument = {
        "decisions": [
            {
                **finding_object(ruling.finding, ruling.unit.code, lang),
                "verdict": str(ruling.decision.verdict),
                "reason": ruling.decision.reason,
                "by": ruling.decision.by,
                "on": ruling.decision.on,
            }
            for ruling in rulings
        ],
        "findings": [finding_object(fault, None, lang) for fault in faults],
    }
    return document(told)


def rulings_text(rulings: Sequence[Ruling], faults: Sequence[Finding], lang: str) -> Iterator[str]:
    """Yield what was decided on which finding, and the rows that could not be followed."""
    for ruling in rulings:
        finding = ruling.finding
        verdict = say(f"verdict.{ruling.decision.verdict}", lang)
        yield f"{finding.place}: {worded(finding, lang).message}"
        yield f"  {verdict}: {ruling.decision.reason}"
        if ruling.counts:
            yield f"  {say('decide.counts', lang)}"
        elif ruling.held_by:
            yield f"  {say('decide.still_held', lang, codes=', '.join(ruling.held_by))}"
    for fault in faults:
        yield from finding_lines(fault, lang)


def story_json(story: Story, lang: str) -> str:
    """Return the story of a unit as one JSON document."""
    unit = story.unit
    told: StoryDocument = {
        "unit": unit.code,
        "name": unit.name,
        "returns": [
            {
                "file": told.receipt.file,
                "received": told.receipt.received.isoformat(),
                "round": told.receipt.round,
                "outcome": str(told.assessment.outcome),
                "sha256": told.receipt.sha256,
                "continues": told.receipt.parent or None,
                "findings": [
                    finding_object(r.finding, unit.code, lang) for r in told.assessment.findings
                ],
                "held": held_objects(told.assessment.held),
                "since_last": since_object(told.since, unit.code, lang),
                "closed": [closed_object(r, unit.code, lang) for r in told.assessment.said],
            }
            for told in story.returns
        ],
        "copies": [
            {"file": c.file, "round": c.round, "of": c.parent, "on": c.on} for c in story.copies
        ],
        "decisions": [_decision(d) for d in story.decisions],
    }
    return document(told)


def _decision(decision: Decision) -> DecisionObject:
    subject = decision.subject
    return {
        "code": subject.code,
        "indicator": subject.indicator or None,
        "period": subject.period or None,
        "verdict": str(decision.verdict),
        "reason": decision.reason,
        "by": decision.by,
        "on": decision.on,
    }


def story_text(story: Story, lang: str) -> Iterator[str]:
    """Yield the story of a unit: each return, what became of its findings, what was sent back."""
    yield f"{story.unit.code} {story.unit.name}"
    if not story.returns:
        yield "  " + say("log.none", lang)
    for told in story.returns:
        yield from _told(told, lang)
        for copy in story.copies:
            if copy.parent == told.receipt.sha256:
                day = datetime.fromisoformat(copy.on).date()
                yield "    " + say(
                    "log.copy", lang, date=day, round=str(copy.round), file=copy.file
                )
    for decision in story.decisions:
        subject = decision.subject
        yield "  " + say(
            "log.decision",
            lang,
            date=datetime.fromisoformat(decision.on).date(),
            by=decision.by,
            verdict=say(f"verdict.{decision.verdict}", lang),
            subject=" ".join(filter(None, (subject.code, subject.indicator, subject.period))),
            reason=decision.reason,
        )


def _told(told: Told, lang: str) -> Iterator[str]:
    receipt, assessment = told.receipt, told.assessment
    yield "  " + say(
        "log.return",
        lang,
        date=receipt.received,
        round=str(receipt.round),
        file=receipt.file,
        outcome=say(f"outcome.{assessment.outcome}", lang),
        errors=assessment.counts.errors,
        warnings=assessment.counts.warnings,
    )
    yield from ("    " + line for line in held_line(assessment.held, lang))
    for item in assessment.said:
        message = worded(item.finding, lang).message
        yield f"    {say(f'closure.{item.closure}', lang)} · {message} “{item.text}”"
    if told.since is None:
        return
    yield "    " + since_line(told.since, lang)
    for key, found in (
        ("fixed", told.since.fixed),
        ("open", told.since.remaining),
        ("new", told.since.new),
    ):
        for finding in found[:MOST_FINDINGS]:
            yield f"    {say(f'since.{key}', lang)} · {worded(finding, lang).message}"


def verified_json(found: Verified | None, lang: str) -> str:
    """Return what was verified as one JSON document; ``None`` where nothing could be."""
    checked = dict.fromkeys(COUNTED, 0) if found is None else found.checked
    findings = () if found is None else found.findings
    told: VerifiedDocument = {
        "checked": checked,
        "findings": [finding_object(f, None, lang) for f in findings],
    }
    return document(told)


def verified_text(found: Verified, lang: str) -> Iterator[str]:
    """Yield how much was verified, and what is wrong."""
    for key, count in found.checked.items():
        if count or key != "other_form":
            yield say(f"verify.checked.{key}", lang, count=count)
    for finding in found.findings:
        yield from finding_lines(finding, lang)
