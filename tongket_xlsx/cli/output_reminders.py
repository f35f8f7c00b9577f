"""The reminders: whom to call, and what to send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.model.unit_status import NEEDS_CORRECTION, NOT_RETURNED, Standing
from tongket_xlsx.text.messages import say


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
