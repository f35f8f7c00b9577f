"""Which target an indicator is held against, in which year, and what may be concluded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tongket_xlsx.model.form import OWN_SCOPE, OWN_STATUS, Form, Period, Target
from tongket_xlsx.summary.aggregates import Aggregate
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt_words import named, own
from tongket_xlsx.summary.unit_counts import Reached, reached
from tongket_xlsx.text.messages import say


def target_of(form: Form, targets: Iterable[Target], code: str) -> Target | None:
    """Return the target an indicator is first held against.

    Of those for this kind of province the most particular scope counts; within it, the latest
    that has fallen due, else the next to come.
    """
    scopes = form.target_scopes
    known = [t for t in targets if t.indicator == code and t.value is not None]
    known = [t for t in known if form.is_for_the_province(t)]
    if not known:
        return None
    best = max(_rank(scopes, t) for t in known)
    mine = sorted((t for t in known if _rank(scopes, t) == best), key=lambda t: t.year)
    due = [t for t in mine if t.year <= int_year(form.years[-1])]
    return due[-1] if due else mine[0]


def _rank(scopes: tuple[str, ...], target: Target) -> int:
    if target.applies_to == OWN_SCOPE:
        return len(scopes)
    return scopes.index(target.applies_to) if target.applies_to in scopes else -1


def reliability(target: Target, lang: str) -> str:
    """Return in words how far a target can be relied on."""
    if target.status == OWN_STATUS:
        return say("target.own", lang, source=target.source)
    if target.is_partly_verified:
        return say("target.partly", lang)
    return say("target.verified" if target.verified else "target.unverified", lang)


def reliability_mark(target: Target, lang: str) -> str:
    """Return what stands behind a target in print that was not read in full; else nothing."""
    if target.verified:
        return ""
    return say(
        "target.partly_mark" if target.is_partly_verified else "target.unverified_mark", lang
    )


def reached_of(
    form: Form, targets: Iterable[Target], table: GroupTable
) -> Iterator[tuple[str, Reached]]:
    """Yield of each target that counts units by figures of a group how many reach it."""
    codes = {indicator.code for indicator in table.group.indicators}
    for target in targets:
        if target.counts is None or not codes.issuperset(target.counts.indicators):
            continue
        period = compared_year(form, target)
        if all(period.code in form.indicators[c].periods for c in target.counts.indicators):
            yield target.code, reached(table.columns, target.counts, period)


def why_undecided(
    target: Target, figure: Aggregate, count: Reached | None, enough: float, lang: str
) -> str:
    """Say why nothing is concluded from a figure; nothing where something may be.

    It may not be while too few units stand behind it, while a figure of a unit is held back from
    it, where it cannot be right itself, such as a share over 100 %, and while units that are not
    judged could turn the verdict.
    """
    thin = ""
    if figure.is_thin(enough):
        thin = say("target.thin", lang, n=figure.n, total=figure.expected)
    doubt = figure.doubt
    why = [say("doubt.held", lang, units=named(doubt.held, lang))] if doubt.held else []
    why += own(doubt, lang)
    if figure.is_settled and not thin and count is not None and count.could_change(target):
        why.append(say("target.unjudged", lang, units=named(count.unjudged, lang)))
    if not why:
        return thin
    return say("doubt.undecided", lang, why="; ".join([*why, *filter(None, [thin])]))


def compared_year(form: Form, target: Target) -> Period:
    """Return the benchmark year a target is held against: the first at or after its year."""
    for period in form.years:
        if int_year(period) >= target.year:
            return period
    return form.years[-1]


def int_year(period: Period) -> int:
    """Return the year a benchmark year is named after."""
    return int(period.code) if period.code.isdigit() else period.ends.year
