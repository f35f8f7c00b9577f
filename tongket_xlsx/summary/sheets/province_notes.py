"""What a reader of a row of a provincial table must know, in its column of notes."""

from __future__ import annotations

from collections.abc import Iterator

from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt_words import few, of_years
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.statements import opposite, why_not_added
from tongket_xlsx.text.messages import names, say


def note_of(p: Pages, table: GroupTable, indicator: Indicator) -> str:
    """Collect what a reader of the row must know."""
    plan, lang = p.plan, p.lang
    found: list[str] = []
    if indicator.series_break is not None:
        years = ", ".join(indicator.series_break.periods)
        reason = indicator.series_break.reason.to(lang)
        found.append("≠ " + say("summary.break", lang, years=years, reason=reason))
    figures = [table.province[indicator.code, p] for p in indicator.periods]
    alone = tuple(dict.fromkeys(name for t in figures for name in t.no_denominator))
    if alone:
        found.append(say("summary.no_denominator", lang, units=names(alone, lang)))
    counts = zip(indicator.periods, figures, strict=True)
    left = [(period, t.left_out) for period, t in counts if t.left_out]
    found += opposite(p, indicator, table.province)
    if left:
        shown = ", ".join(f"{period}: {n}" for period, n in left)
        found.append(say("summary.left_out", lang, units=shown))
    found += _not_in_ratio(indicator, table, lang)
    found += [f"{text}." for text in of_years(indicator, table.province, lang)]
    given_by = tuple(dict.fromkeys(t.given_by.name for t in figures if t.given_by is not None))
    if given_by:
        found.append(say("summary.given_by", lang, units=names(given_by, lang)))
    elif not plan.form.adding_kinds(indicator):
        found.append(why_not_added(plan.form, indicator, lang))
    return " ".join(found)


def _not_in_ratio(indicator: Indicator, table: GroupTable, lang: str) -> Iterator[str]:
    """Yield which units a ratio that is shown lacks; periods that lack the same are one."""
    periods: dict[tuple[str, ...], list[str]] = {}
    for period in indicator.periods:
        figure = table.province[indicator.code, period]
        if figure.value is not None and figure.missing:
            lacking = tuple(unit.short_name for unit in figure.missing)
            periods.setdefault(lacking, []).append(period)
    for lacking, those in periods.items():
        yield say("summary.not_in_ratio", lang, periods=", ".join(those), units=few(lacking, lang))
