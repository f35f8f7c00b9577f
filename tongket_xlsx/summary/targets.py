"""Which target an indicator is held against, in which year, and what may be concluded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.targets import OWN_SCOPE, OWN_STATUS, Target
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


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """What a target is held against: the year, the figure, and why nothing is concluded.

    ``count`` is how many units reach it, where it counts units; ``undecided`` is empty where a
    conclusion may be drawn.
    """

    target: Target
    level: Decimal
    year: Period
    figure: Aggregate
    count: Reached | None
    undecided: str

    @property
    def gap(self) -> Decimal | None:
        """Return how far the figure is above the level."""
        return None if self.figure.value is None else self.figure.value - self.level

    @property
    def years_left(self) -> int:
        """Return the years that are left until the target is due; none once it is."""
        if self.target.year <= int_year(self.year):
            return 0
        return max(0, self.target.year - self.year.ends.year)

    @property
    def span(self) -> str:
        """Return the years that are left, as a reader writes them: “2017–2020”."""
        first, last = self.year.ends.year + 1, self.target.year
        return str(last) if first == last else f"{first}–{last}"

    def is_reached(self, gap: Decimal) -> bool:
        """Say whether a gap is none."""
        return gap >= 0 if self.target.operator == ">=" else gap <= 0


def held_against(
    form: Form,
    target: Target,
    province: Mapping[tuple[str, str], Aggregate],
    reached: Mapping[str, Reached],
    enough: float,
    lang: str,
) -> HeldAgainst | None:
    """Return what a target is held against; nothing where it is for others, or has no figure.

    Args:
        reached: how many units reach each target that counts units; see :func:`reached_of`.
        enough: the share of units below which nothing is concluded.
    """
    if target.value is None or not form.is_for_the_province(target):
        return None
    year = compared_year(form, target)
    count = reached.get(target.code)
    figure = province.get((target.indicator, year.code))
    if count is not None:
        # A campaign without a unit of the kinds that are counted has nothing to hold against it.
        figure = count.figure if count.figure.expected else None
    if figure is None:
        return None
    undecided = why_undecided(target, figure, count, enough, lang)
    return HeldAgainst(target, target.value, year, figure, count, undecided)


def compared_year(form: Form, target: Target) -> Period:
    """Return the benchmark year a target is held against: the first at or after its year."""
    for period in form.years:
        if int_year(period) >= target.year:
            return period
    return form.years[-1]


def int_year(period: Period) -> int:
    """Return the year a benchmark year is named after."""
    return int(period.code) if period.code.isdigit() else period.ends.year
