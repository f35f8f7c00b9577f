"""How each kind of number in a consolidated workbook is made, in sentences for its last sheet.

Only what the workbook has is explained: no ratio without computed indicators, no areas where
none was split.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tongket_xlsx.model.form_words import Aggregation, Clock, Kind, Nature, Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.summary.aggregates import has_denominator
from tongket_xlsx.summary.doubt_words import SIGNS
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import is_ranked
from tongket_xlsx.summary.statements import (
    SIGN_NAMES,
    breaks_of,
    kinds_of,
    open_kinds,
    ratios_of,
    share,
    sign_on_form,
)


def methods(p: Pages) -> Iterator[tuple[str, str]]:
    """Yield (subject, how): how each kind of number in this workbook is made."""
    for subject, sentences in _methods(p):
        if sentences:
            yield p.say(f"method.{subject}.subject"), " ".join(sentences)


def _methods(p: Pages) -> Iterator[tuple[str, list[str]]]:
    form, lang, m = p.form, p.lang, p.m
    indicators = list(form.indicators.values())
    parts, wholes = (kinds_of(form, units, lang) for units in (p.plan.parts, p.plan.wholes))
    yield "units", [p.say("method.units", kinds=parts)] if parts else []
    yield "total", [p.say("method.total")]
    yes = [i.code for i in indicators if i.aggregation is Aggregation.COUNT_YES]
    yield "yes", [p.say("method.yes", codes=", ".join(yes))] if yes else []
    given = {code for (code, _), total in p.figures.province.items() if total.given_by}
    none = [i.code for i in indicators if i.aggregation is Aggregation.NONE and i.code not in given]
    yield "none", [p.say("method.none", codes=", ".join(none))] if none else []
    yield "given_by", _given_by(p)
    yield "held", [p.say("method.held")] if p.figures.marked["held"] else []
    yield "open", list(open_kinds(p))
    yield "doubt", _marked(p)
    yield "departments", [p.say("method.departments", kinds=wholes)] if wholes else []
    yield "signs", _signs(p)
    yield "coverage", [p.say("method.coverage", share=share(m.enough, lang))]
    yield "ratio", _ratio(p)
    compared = [i for i in indicators if sum(y.code in i.periods for y in form.years) > 1]
    points = any(i.kind is Kind.PERCENT for i in compared)
    changes = [p.say("method.change"), *([p.say("method.change_points")] if points else [])]
    changes.append(p.say("method.change_rounding"))
    yield "change", changes if compared else []
    yield "same_units", _same_units(p)
    ranked = any(is_ranked(form, i) for i in indicators)
    yield "rank", [p.say("method.rank")] if ranked else []
    yield "breaks", [p.say("method.breaks")] if breaks_of(form, lang) else []
    yield "blocks", [p.say("method.blocks")] if p.plan.blocks else []
    yield "targets", [p.say("method.targets")] if m.targets else []
    yield "reconcile", _reconcile(p)
    yield "trace", _trace(p)
    yield "reading", [p.say("method.reading")]
    yield "period", _periods(p)


def _given_by(p: Pages) -> list[str]:
    """Say which figures of the province are those of a department, and of which."""
    codes: dict[str, dict[str, None]] = {}
    for (code, _), total in p.figures.province.items():
        if total.given_by is not None:
            codes.setdefault(total.given_by.name, {})[code] = None
    if not codes:
        return []
    said = "; ".join(f"{name}: {', '.join(found)}" for name, found in codes.items())
    return [p.say("method.given_by", codes=said)]


def _marked(p: Pages) -> list[str]:
    words = ("error", "warning", "estimated", "accepted")
    found = [p.say(f"method.doubt_{word}") for word in words if p.figures.marked[word]]
    if not found:
        return []
    kinds = ", ".join(found)
    return [p.say("method.doubt", kinds=kinds[:1].upper() + kinds[1:])]


def _same_units(p: Pages) -> list[str]:
    if not p.figures.same_units:
        return []
    areas = [p.say("method.same_areas")] if p.plan.blocks else []
    return [p.say("method.same_units"), *areas]


def _signs(p: Pages) -> list[str]:
    said = [p.say("method.signs")]
    if any(p.form.sign(name) != SIGNS[state] for state, name in SIGN_NAMES.items()):
        written = ", ".join(sign_on_form(p.form, state) for state in SIGNS)
        said.append(p.say("method.signs_of_form", signs=written))
    return said


def _ratio(p: Pages) -> list[str]:
    ratios = ratios_of(p.form)
    alone = dict.fromkeys(
        kind
        for indicator in ratios
        for kind in p.form.adding_kinds(indicator)
        if not has_denominator(p.form, indicator, kind)
    )
    said = [p.say("method.ratio")] if ratios else []
    if alone:
        kinds = "; ".join(p.form.unit_kinds[kind].name.to(p.lang) for kind in alone)
        said.append(p.say("method.ratio_alone", kinds=kinds))
    return said


def _reconcile(p: Pages) -> list[str]:
    others = []
    if p.figures.departments:
        others.append(p.say("method.reconcile_whole"))
    if p.m.published:
        others.append(p.say("method.reconcile_published"))
    if not others:
        return []
    text = others[0]
    if len(others) > 1:
        text = p.say("method.reconcile_both", one=others[0], other=others[1])
    return [p.say("method.reconcile", others=text)]


def _trace(p: Pages) -> list[str]:
    if not p.m.observation_count:
        return []
    if not p.live:
        return [p.say("method.trace_full")]
    said = [p.say("method.trace")]
    if p.m.beside:
        said.append(p.say("method.trace_beside", file=p.m.beside))
    else:
        said.append(p.say("method.trace_rows" if p.figures.linked else "method.trace_box"))
    return said


def _periods(p: Pages) -> list[str]:
    """Say which dates the figures are of, as the definition has them."""
    indicators = p.form.indicators.values()

    def told(key: str, asked: Iterable[Indicator], dates: Mapping[str, str]) -> list[str]:
        codes = {code for indicator in asked for code in indicator.periods}
        found = [
            f"{period.label.to(p.lang)}: {dates[period.code]}"
            for period in p.form.periods
            if period.code in codes and dates[period.code]
        ]
        return [p.say(key, dates="; ".join(found))] if found else []

    school = [i for i in indicators if i.clock is Clock.SCHOOL_YEAR]
    dated = [i for i in indicators if i.clock is not Clock.SCHOOL_YEAR]
    stocks = [i for i in dated if i.nature is Nature.STOCK]
    flows = [i for i in dated if i.nature is Nature.FLOW]
    periods = p.form.periods
    return [
        *told("method.period_stock", stocks, {q.code: f"{q.ends:%d/%m/%Y}" for q in periods}),
        *told("method.period_flow", flows, {q.code: _span(q) for q in periods}),
        *told("method.period_school", school, {q.code: q.school_year for q in periods}),
    ]


def _span(period: Period) -> str:
    return f"{period.starts:%d/%m/%Y}–{period.ends:%d/%m/%Y}"
