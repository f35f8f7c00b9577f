"""What a consolidated workbook says of itself, each sentence made from what is there.

Nothing is said of what the definition does not have or the campaign did not bring: no ratio
without computed indicators, no departments where none reports, no sign nobody wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from tongket_xlsx.model.figure_status import Addressed, in_order
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Nature
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.resolution import Closure
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import few_figures
from tongket_xlsx.summary.aggregates import Aggregate, change, is_opposite
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt_words import OPEN_KINDS, SIGNS, few, open_legend
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import crosses_break, pairs, short, why_block
from tongket_xlsx.text.messages import number, say

SIGN_NAMES = {
    CellState.NIL: "nil",
    CellState.MISSING: "missing",
    CellState.NOT_APPLICABLE: "not_applicable",
}
UNREAD = frozenset(CellState) - {CellState.NUMBER, CellState.BLANK, *SIGNS}


def share(enough: float, lang: str) -> str:
    """Return the share of units below which a figure is thin, as a per cent."""
    return f"{number(round(enough * 100, 1), lang)}%"


def kinds_of(form: Form, units: Iterable[Unit], lang: str) -> str:
    """Return the names of the kinds that some units are of."""
    kinds = dict.fromkeys(unit.kind for unit in units)
    return "; ".join(form.unit_kinds[kind].name.to(lang) for kind in kinds)


def sign_on_form(form: Form, state: CellState) -> str:
    """Return a sign in quotes as the form prints it."""
    return f"“{form.sign(SIGN_NAMES[state])}”"


def sign(form: Form, state: CellState, lang: str) -> str:
    """Return a sign in quotes as this workbook prints it, and what the form has for it."""
    ours = SIGNS[state]
    if form.sign(SIGN_NAMES[state]) == ours:
        return f"“{ours}”"
    return f"“{ours}” {say('summary.legend_written', lang, sign=sign_on_form(form, state))}"


def received(p: Pages) -> str:
    """Say how many returns came and what stands against them, as the sheets of both list it."""
    required = [s for s in p.m.standings if s.required]
    optional = sum(s.received is not None for s in p.m.standings if not s.required)
    closures = [item.closure for item in p.m.findings if item.closure.is_closed]
    parts = [
        p.say(
            "summary.received" if p.m.dated else "summary.received_undated",
            n=sum(s.received is not None for s in required),
            total=len(required),
            on_time=sum(s.received is not None and not s.late_days for s in required),
            # As the sheet of returns and the verb status count them: those of the returns.
            errors=sum(s.errors for s in p.m.standings),
            warnings=sum(s.warnings for s in p.m.standings),
        )
    ]
    between = {rule.code for rule in p.form.outliers}
    far = sum(r.is_open and r.finding.code in between for r in p.m.findings)
    others = sum(r.is_open and not r.unit for r in p.m.findings)
    counts = (
        ("summary.received_between", far),
        ("summary.received_of_none", others),
        ("summary.received_explained", closures.count(Closure.EXPLAINED)),
        ("summary.received_accepted", closures.count(Closure.ACCEPTED)),
        ("summary.received_optional", optional),
    )
    parts += [p.say(key, n=n) for key, n in counts if n]
    return "; ".join(parts) + "."


def caveats(p: Pages) -> Iterator[str]:
    """Yield what to know before the figures are used; the same in every edition."""
    form, lang = p.form, p.lang
    yield from filter(None, [form.cutoff.to(lang)])
    yield from _doubts(p)
    if p.plan.parts:
        yield p.say("summary.caveat_sum", kinds=kinds_of(form, p.plan.parts, lang))
    if p.plan.wholes:
        yield p.say("summary.caveat_whole", kinds=kinds_of(form, p.plan.wholes, lang))
    yield p.say("summary.caveat_coverage")
    if any(total.is_thin(p.m.enough) for total in p.figures.province.values()):
        yield p.say("summary.caveat_thin", share=share(p.m.enough, lang))
    if CellState.MISSING in p.figures.states:
        yield p.say("summary.caveat_unknown", sign=sign_on_form(form, CellState.MISSING))
    if ratios_of(form):
        yield p.say("summary.caveat_ratio")
    if p.figures.same_units:
        yield p.say("summary.caveat_same")
    missing = [s.unit.short_name for s in p.m.standings if s.required and s.received is None]
    if missing:
        yield p.say("summary.caveat_missing", units=p.names(missing))
    for year in form.years:
        if not year.confirmed:
            yield p.say("summary.caveat_unconfirmed", period=year.label.to(lang))
    for block in p.plan.blocks:
        yield why_block(block, form, lang)
    for reason, codes in breaks_of(form, lang).items():
        yield f"≠ {', '.join(codes)}: {reason}"


def _doubts(p: Pages) -> Iterator[str]:
    """Yield how many figures are held, in error, estimated or accepted, and whose they are."""
    yield from open_kinds(p)
    words = ("error", "warning", "estimated", "accepted")
    keys = ("in_error", "warned", "estimated", "accepted")
    for word, key in zip(words, keys, strict=True):
        yield from _counted(p, word, key)
    own = [Addressed(*key) for key, total in p.figures.province.items() if total.doubt.own]
    if own:
        figures = few_figures(in_order(p.form, own), p.lang)
        yield p.say("summary.caveat_own", n=len(own), figures=figures)


def open_kinds(p: Pages) -> Iterator[str]:
    """Yield how many answers are in no total: held, of two readings, impossible, unread."""
    for word in ("held", *OPEN_KINDS):
        yield from _counted(p, word, word)


def _counted(p: Pages, word: str, key: str) -> Iterator[str]:
    n = p.figures.marked[word]
    if n:
        units = few(list(p.figures.marked_units[word]), p.lang)
        yield p.say(f"summary.caveat_{key}", n=n, units=units, sheet=p.say("sheet.held"))


def province_legend(p: Pages, table: GroupTable) -> str:
    """Say how a provincial sheet is read: of each mark on it, and of no other."""
    parts = [p.say("summary.province_help")]
    spans = pairs(p.form)
    if any(crosses_break(p.form, i, *span) for i in table.group.indicators for span in spans):
        parts.append(p.say("summary.legend_break"))
    if any(total.is_thin(p.m.enough) for total in table.province.values()):
        parts.append(p.say("summary.legend_thin", share=share(p.m.enough, p.lang)))
    doubts = [total.doubt for total in table.province.values()]
    counted = [same.doubt for same in table.same_units.values()]
    kinds = {
        "held": any(doubt.held for doubt in doubts),
        "error": any(doubt.in_error for doubt in doubts),
        "own": any(doubt.own for doubt in doubts),
        "warning": any(doubt.warned for doubt in doubts),
        "estimated": any(doubt.estimated for doubt in doubts),
        "accepted": any(doubt.accepted for doubt in doubts),
        "count": any(doubt.held for doubt in (*doubts, *counted)),
    }
    marks = [p.say(f"doubt.legend_{kind}") for kind, found in kinds.items() if found]
    if marks:
        parts.append(" · ".join(marks) + ".")
    parts += filter(None, [open_legend(table, p.m.comparison.known, p.lang)])
    if any(total.uneven for total in table.province.values()):
        parts.append(p.say("summary.legend_uneven"))
    if any(total.given_by for total in table.province.values()):
        parts.append(p.say("summary.legend_given_by"))
    parts += cumulative(p, [i for i in table.group.indicators if i.nature is Nature.FLOW])
    if p.live and any(p.form.adding_kinds(i) for i in table.group.indicators):
        parts.append(p.say("summary.legend_columns"))
    return " ".join(parts)


def cumulative(p: Pages, indicators: Iterable[Indicator]) -> Iterator[str]:
    """Yield of each span what it is of: from when to when, and what comes after it."""
    asked = {code for indicator in indicators for code in indicator.periods}
    for period in p.form.periods:
        if not (period.cumulative and period.code in asked):
            continue
        after = period.ends + timedelta(days=1)
        said = {"period": period.label.to(p.lang), "starts": period.starts, "ends": period.ends}
        if (after.day, after.month % 3) == (1, 1):
            quarter = {"quarter": (after.month + 2) // 3, "year": str(after.year)}
            yield p.say("summary.cumulative_quarter", after=after, **said, **quarter)
        else:
            yield p.say("summary.cumulative", after=after, **said)


def states_of(table: GroupTable) -> frozenset[CellState]:
    """Return the states of the answers of a group that are no plain numbers."""
    return frozenset(
        figure.state
        for indicator in table.group.indicators
        for period in indicator.periods
        for figure in table.columns.of(indicator.code, period).others.values()
    )


def sign_legend(form: Form, states: frozenset[CellState], lang: str) -> list[str]:
    """Return the words of a legend for the signs of those states that occur."""
    found = []
    for state, name in SIGN_NAMES.items():
        if state in states:
            words = say(f"summary.legend_{name}", lang)
            if form.sign(name) != SIGNS[state]:
                written = sign_on_form(form, state)
                words += " " + say("summary.legend_written", lang, sign=written)
            found.append(words)
    if states & UNREAD:
        found.append(say("summary.legend_unread", lang))
    return found


def why_not_added(form: Form, indicator: Indicator, lang: str) -> str:
    """Say why an indicator has no figure that units add."""
    whole = [k for k in indicator.respondents if form.unit_kinds[k].scope == "whole"]
    if not whole:
        return say("summary.not_added", lang)
    kinds = "; ".join(form.unit_kinds[k].name.to(lang) for k in whole)
    return say("summary.no_parts", lang, kinds=kinds)


def opposite(
    p: Pages, indicator: Indicator, province: Mapping[tuple[str, str], Aggregate]
) -> Iterator[str]:
    """Yield, of each span of years, that the total and what can be compared went opposite ways."""
    for before, after in pairs(p.form):
        same = p.figures.same_units.get((indicator.code, before.code, after.code))
        old, new = (province.get((indicator.code, year.code)) for year in (before, after))
        if same is None or old is None or new is None:
            continue
        raw, _ = change(old.value, new.value)
        if is_opposite(raw, same.change):
            words = [p.say("summary.rises"), p.say("summary.falls")]
            first, second = words if (raw or 0) > 0 else words[::-1]
            span = f"{short(before)}→{short(after)}"
            yield p.say("summary.opposite", span=span, raw=first, same=second)


def breaks_of(form: Form, lang: str) -> dict[str, list[str]]:
    """Return the reasons for which figures mean something else than before → the codes."""
    found: dict[str, list[str]] = {}
    for indicator in form.indicators.values():
        if indicator.series_break is not None:
            found.setdefault(indicator.series_break.reason.to(lang), []).append(indicator.code)
    return found


def ratios_of(form: Form) -> list[Indicator]:
    """Return the computed indicators that the province has from its units."""
    return [i for i in form.indicators.values() if i.computed and form.adding_kinds(i)]
