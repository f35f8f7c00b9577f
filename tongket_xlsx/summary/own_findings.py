"""What is wrong with the figures of the province themselves: a share over 100 %, a part above all.

Every return can keep every rule and the totals break one: units that gave the part and not the
whole, a figure held back, an error that is counted. The rules of the form are therefore held
against the totals as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol

from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Aggregation, Check, Form, Indicator, Kind
from tongket_xlsx.model.relations import Relation, relation_of

_WHOLE = Decimal(100)


class Total(Protocol):
    """A figure of the province, and how many units stand behind it."""

    @property
    def value(self) -> Decimal | None:
        """Return the figure."""

    @property
    def n(self) -> int:
        """Return the number of units."""


class Part(NamedTuple):
    """A check that says that figures are part of another, and the codes on both sides."""

    check: Check
    relation: Relation
    parts: tuple[tuple[str, str], ...]
    whole: tuple[str, str]


def parts_of(form: Form) -> Mapping[str, tuple[Part, ...]]:
    """Return the checks that can be held against totals, by the group they are about.

    Plain parts of a plain whole, all of them summed over units, in one period or the span.
    """
    found: dict[str, dict[object, Part]] = {}
    for check in form.checks:
        relation = relation_of(check.expression)
        subject = form.indicators.get(check.subject)
        if relation is None or subject is None or not relation.is_part_of_whole:
            continue
        named = [(r.name, r.period or check.period) for r in check.expression.references]
        summed = all(form.indicators[c].aggregation is Aggregation.SUM for c, _ in named)
        period = form.period_by_code.get(check.period)
        one_period = len({p for _, p in named}) == 1 or (period is not None and period.cumulative)
        if summed and one_period:
            parts = tuple(named[n] for _, n in relation.parts)
            part = Part(check, relation, parts, named[relation.whole[0][1]])
            found.setdefault(subject.group, {}).setdefault((parts, part.whole), part)
    return {group: tuple(parts.values()) for group, parts in found.items()}


def too_great_parts(
    form: Form, parts: tuple[Part, ...], totals: Mapping[tuple[str, str], Total]
) -> Iterator[tuple[tuple[tuple[str, str], ...], Finding]]:
    """Yield the figures that together exceed their whole, and the finding that says so.

    Args:
        totals: of the province, those of other groups that the parts are held against included.
    """
    for part in parts:
        figures = [totals.get(key) for key in (*part.parts, part.whole)]
        values = [figure.value for figure in figures if figure and figure.value is not None]
        if len(values) < len(figures):
            continue
        *above, whole = values
        relation, most = part.relation, max(figure.n for figure in figures if figure)
        rounding = relation.slack + abs(relation.parts_constant) + abs(relation.whole_constant)
        total = sum(above, Decimal(0))
        if total > whole + Decimal(str(rounding)) * most:
            yield part.parts, _above(form, part, total, whole)


def too_great_share(indicator: Indicator, period: str, figure: Total) -> bool:
    """Say whether a share of the province is more than it can be."""
    limit = _limit(indicator)
    return bool(period) and figure.value is not None and limit is not None and figure.value > limit


def share_finding(form: Form, indicator: Indicator, period: str, figure: Total) -> Finding:
    """Return the finding about a share of the province that is more than it can be."""
    return Finding(
        "province.share",
        Severity.WARNING,
        indicator=indicator.code,
        period=period,
        parameters={
            **form.naming(indicator.code, period),
            "found": figure.value or Decimal(0),
            "limit": _limit(indicator) or Decimal(0),
        },
    )


def _limit(indicator: Indicator) -> Decimal | None:
    if not indicator.computed:
        return None
    if indicator.hard_max is not None:
        return indicator.hard_max
    if indicator.kind is not Kind.PERCENT:
        return None
    bound = indicator.plausible_max
    usual = bound.value(()) if bound is not None and not bound.references else None
    return max(_WHOLE, Decimal(str(usual))) if usual is not None else _WHOLE


def _above(form: Form, part: Part, total: Decimal, whole: Decimal) -> Finding:
    subject, period = part.check.subject, part.check.period
    names = form.naming(part.whole[0], period)
    return Finding(
        "province.part",
        Severity.WARNING,
        indicator=subject,
        period=period,
        parameters={
            **form.naming(subject, period),
            "what": "sum" if len(part.parts) > 1 else "",
            "parts": " + ".join(_shown(key, period) for key in part.parts),
            "whole": _shown(part.whole, period),
            "whole_label": names.get("label", part.whole[0]),
            "whole_label_en": names.get("label_en", part.whole[0]),
            "found": total,
            "limit": whole,
        },
    )


def _shown(key: tuple[str, str], period: str) -> str:
    return key[0] if key[1] == period else f"{key[0]}[{key[1]}]"
