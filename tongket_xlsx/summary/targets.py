"""Which target an indicator is held against, and in which year."""

from __future__ import annotations

from collections.abc import Iterable

from tongket_xlsx.model.form import OWN_SCOPE, Form, Period, Target
from tongket_xlsx.summary.aggregates import Aggregate


def target_of(form: Form, targets: Iterable[Target], code: str) -> Target | None:
    """Return the target an indicator is first held against.

    Of those for this kind of province the most particular scope counts; within it, the latest
    that has fallen due, else the next to come.
    """
    scopes = form.target_scopes
    known = [t for t in targets if t.indicator == code and t.value is not None]
    known = [t for t in known if t.applies_to in scopes or t.applies_to == OWN_SCOPE]
    if not known:
        return None
    best = max(_rank(scopes, t) for t in known)
    mine = sorted((t for t in known if _rank(scopes, t) == best), key=lambda t: t.year)
    due = [t for t in mine if t.year <= int_year(form.years[-1])]
    return due[-1] if due else mine[0]


def _rank(scopes: tuple[str, ...], target: Target) -> int:
    return len(scopes) if target.applies_to == OWN_SCOPE else scopes.index(target.applies_to)


def can_be_concluded(figure: Aggregate | None) -> bool:
    """Say whether a figure of the province may be called above or below a target.

    It may not while a figure of a unit is held back from it, or where it cannot be right itself,
    such as a share over 100 %; see :attr:`tongket_xlsx.summary.comparison.Aggregate.is_settled`.
    """
    return figure is not None and figure.value is not None and figure.is_settled


def compared_year(form: Form, target: Target) -> Period:
    """Return the benchmark year a target is held against: the first at or after its year."""
    for period in form.years:
        if int_year(period) >= target.year:
            return period
    return form.years[-1]


def int_year(period: Period) -> int:
    """Return the year a benchmark year is named after."""
    return int(period.code) if period.code.isdigit() else period.ends.year
