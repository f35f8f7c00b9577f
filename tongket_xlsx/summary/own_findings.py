"""What is wrong with the figures of the province themselves.

A share over 100 %, a part above its whole, a ratio that no unit comes near, a span of years that
is less than its own years.

Every return can keep every rule and the totals break one: units that gave the part and not the
whole, a figure held back, an error that is counted. The rules of the form are therefore held
against the totals as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from tongket_xlsx.model.checks import Check
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Parameter
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Aggregation, Kind, Nature, Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.relations import Relation, relation_of
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.aggregates import Aggregate, aggregate
from tongket_xlsx.summary.columns import Columns

Key = tuple[str, str]
_WHOLE = Decimal(100)
# Ratios are rounded to six decimals.
_ROUNDING = Decimal("0.000001")


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


def judge(
    form: Form, columns: Columns, parts: tuple[Part, ...], province: dict[Key, Aggregate]
) -> None:
    """Add to the figures of the province, in place, what is wrong with them themselves."""
    totals = dict(province)
    for part in parts:
        for code, period in (*part.parts, part.whole):
            if (code, period) not in totals:
                indicator, when = form.indicators[code], form.period_by_code[period]
                totals[code, period] = aggregate(columns, indicator, when)
    for keys, finding in too_great_parts(form, parts, totals):
        for key in keys:
            if key in province:
                province[key] = province[key].with_own(finding)
    for (code, period), figure in list(province.items()):
        indicator, when = form.indicators[code], form.period_by_code[period]
        for found in _about_itself(form, columns, indicator, when, figure):
            province[code, period] = province[code, period].with_own(found)
        if when.cumulative and indicator.nature is Nature.FLOW:
            _judge_span(form, columns, indicator, when, province)


def _about_itself(
    form: Form, columns: Columns, indicator: Indicator, period: Period, figure: Aggregate
) -> Iterator[Finding]:
    if too_great_share(indicator, period.code, figure):
        yield share_finding(form, indicator, period.code, figure)
    if (bounds := beyond_units(columns, indicator, period, figure)) is not None:
        parameters: dict[str, Parameter] = {
            **form.naming(indicator.code, period.code),
            "found": figure.value or Decimal(0),
            "least": bounds[0],
            "most": bounds[1],
        }
        yield _warning("province.range", indicator, period.code, parameters)


def beyond_units(
    columns: Columns, indicator: Indicator, period: Period, figure: Aggregate
) -> tuple[Decimal, Decimal] | None:
    """Return the lowest and the highest ratio of the units where that of the province is neither.

    A ratio of sums lies between them, unless a unit has a numerator and zero for a denominator.
    """
    if not indicator.computed or figure.value is None:
        return None
    asked = columns.kinds(columns.form.adding_kinds(indicator)) & columns.existed(period)
    column = columns.of(indicator.code, period.code)
    values = column.values[asked & column.counts]
    if not len(values):
        return None
    least, most = min(values), max(values)
    within = least - _ROUNDING <= figure.value <= most + _ROUNDING
    return None if within else (least, most)


def _judge_span(
    form: Form,
    columns: Columns,
    indicator: Indicator,
    span: Period,
    province: dict[Key, Aggregate],
) -> None:
    """Hold the figure of a span of years against those of the years in it."""
    years = [y for y in form.years if y.code in indicator.periods and _is_within(y, span)]
    figure = province[indicator.code, span.code]
    of_years = [province[indicator.code, year.code] for year in years]
    uneven = _uneven(columns, indicator, span, years)
    if uneven:
        figure = replace(figure, uneven=uneven)
    total = sum((y.value for y in of_years if y.value is not None), Decimal(0))
    # Amounts are rounded, each by half a unit at most.
    slack = max((y.n for y in (figure, *of_years)), default=0) * (len(years) + 1)
    rounding = slack / Decimal(2) if indicator.kind is Kind.MONEY else Decimal(0)
    if figure.value is not None and total > figure.value + rounding:
        parameters: dict[str, Parameter] = {
            **form.naming(indicator.code, span.code),
            "found": figure.value,
            "years": ", ".join(year.code for year in years),
            "limit": total,
        }
        figure = figure.with_own(_warning("province.span", indicator, span.code, parameters))
    province[indicator.code, span.code] = figure


def _is_within(year: Period, span: Period) -> bool:
    return span.starts <= year.starts and year.ends <= span.ends


def _uneven(
    columns: Columns, indicator: Indicator, span: Period, years: Iterable[Period]
) -> tuple[Unit, ...]:
    """Return the units that are behind the span and not behind its years, or the reverse."""
    asked = columns.kinds(columns.form.adding_kinds(indicator))
    of_span = asked & columns.of(indicator.code, span.code).counts
    uneven = of_span & False
    for year in years:
        there = asked & columns.existed(year)
        uneven |= there & (of_span ^ columns.of(indicator.code, year.code).counts)
    return tuple(columns.units[place] for place in np.flatnonzero(uneven).tolist())


def too_great_parts(
    form: Form, parts: tuple[Part, ...], totals: Mapping[Key, Aggregate]
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


def too_great_share(indicator: Indicator, period: str, figure: Aggregate) -> bool:
    """Say whether a share of the province is more than it can be."""
    limit = _limit(indicator)
    return bool(period) and figure.value is not None and limit is not None and figure.value > limit


def share_finding(form: Form, indicator: Indicator, period: str, figure: Aggregate) -> Finding:
    """Return the finding about a share of the province that is more than it can be."""
    parameters: dict[str, Parameter] = {
        **form.naming(indicator.code, period),
        "found": figure.value or Decimal(0),
        "limit": _limit(indicator) or Decimal(0),
    }
    return _warning("province.share", indicator, period, parameters)


def _warning(
    code: str, indicator: Indicator, period: str, parameters: Mapping[str, Parameter]
) -> Finding:
    return new_finding(code, None, indicator.code, period, **parameters)


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
    return new_finding(
        "province.part",
        None,
        subject,
        period,
        **form.naming(subject, period),
        what="sum" if len(part.parts) > 1 else "",
        parts=" + ".join(_shown(key, period) for key in part.parts),
        whole=_shown(part.whole, period),
        whole_label=names.get("label", part.whole[0]),
        whole_label_en=names.get("label_en", part.whole[0]),
        found=total,
        limit=whole,
    )


def _shown(key: tuple[str, str], period: str) -> str:
    return key[0] if key[1] == period else f"{key[0]}[{key[1]}]"
