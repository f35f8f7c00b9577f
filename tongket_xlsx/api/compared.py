"""Frames of the province: totals, the comparison of years, changes, targets, differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from tongket_xlsx.api.frames import Categories, Dtype, frame_of, series
from tongket_xlsx.api.listed import periods_of
from tongket_xlsx.api.observed import index_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.targets import Target
from tongket_xlsx.summary.aggregates import Aggregate, LikeForLike, change, is_comparable
from tongket_xlsx.summary.comparison import Comparison, GroupTable
from tongket_xlsx.summary.one_return import WORDS
from tongket_xlsx.summary.plan import crosses_break, pairs, short
from tongket_xlsx.summary.targets import HeldAgainst, held_against, reached_of
from tongket_xlsx.summary.total_rows import concerned, word_of
from tongket_xlsx.summary.unit_counts import Reached
from tongket_xlsx.tasks.compare import Difference

STATUS = Categories(WORDS)
# What stands in the table of a comparison for each period, and its dtype.
MEASURES: Mapping[str, Dtype] = {
    "value": "float64",
    "n": "Int32",
    "expected": "Int32",
    "thin": "boolean",
    "status": STATUS,
}
# What stands in the table of changes for each pair of years, and its dtype.
CHANGES: Mapping[str, Dtype] = {
    "before": "float64",
    "after": "float64",
    "change": "float64",
    "percent": "float64",
    "same_change": "float64",
    "same_percent": "float64",
    "same_units": "Int32",
    "same_areas": "Int32",
    "broken": "boolean",
    "settled": "boolean",
}
Cells = Mapping[tuple[str, str, str], Mapping[str, Any]]


def totals(comparison: Comparison, enough: float) -> pd.DataFrame:
    """Return the figures of the province; see :meth:`tongket_xlsx.Campaign.totals`."""
    form = comparison.form
    rows = (
        {
            "group": table.group.code,
            "indicator": code,
            "period": period,
            **_measured(figure, enough),
            "computed": form.indicators[code].computed,
            "given_by": figure.given_by.code if figure.given_by else "",
            "units": "; ".join(unit.code for unit in concerned(figure.doubt)),
        }
        for table in comparison.groups()
        for (code, period), figure in table.province.items()
    )
    columns: dict[str, Dtype] = {
        "group": Categories(tuple(g.code for g in form.groups)),
        "indicator": "string",
        "period": periods_of(form),
        **MEASURES,
        "thin": "bool",
        "computed": "bool",
        "given_by": "string",
        "units": "string",
    }
    return frame_of(rows, columns, ["indicator", "period"])


def _measured(figure: Aggregate, enough: float) -> dict[str, Any]:
    own = figure.given_by is not None
    return {
        "value": figure.value,
        "n": None if own else figure.n,
        "expected": None if own else figure.expected,
        "thin": not own and figure.is_thin(enough),
        "status": word_of(figure.doubt),
    }


def comparison(compared: Comparison, enough: float) -> pd.DataFrame:
    """Return the provincial tables; see :meth:`tongket_xlsx.Campaign.comparison`."""
    form = compared.form
    cells = {
        (table.group.code, code, period): _measured(figure, enough)
        for table in compared.groups()
        for (code, period), figure in table.province.items()
    }
    return _wide(form, cells, [p.code for p in form.periods], MEASURES, "period")


def changes(compared: Comparison) -> pd.DataFrame:
    """Return the changes between years; see :meth:`tongket_xlsx.Campaign.changes`."""
    form = compared.form
    spans = {_span(*pair): pair for pair in pairs(form)}
    cells = {
        (table.group.code, indicator.code, span): found
        for table in compared.groups()
        for indicator in table.group.indicators
        for span, (before, after) in spans.items()
        if (found := _changed(form, table, indicator, before, after))
    }
    return _wide(form, cells, list(spans), CHANGES, "span")


def _span(before: Period, after: Period) -> str:
    return f"{short(before)}→{short(after)}"


def _changed(
    form: Form, table: GroupTable, indicator: Indicator, before: Period, after: Period
) -> dict[str, Any]:
    """Return a change as the provincial table shows it; nothing where a year is not asked for."""
    both = [table.province.get((indicator.code, p.code)) for p in (before, after)]
    old, new = both
    if old is None or new is None or not is_comparable(indicator, old, new):
        return {}
    raw, share = change(old.value, new.value)
    same = table.same_units.get((indicator.code, before.code, after.code))
    if new.given_by is not None:
        same = None
    return {
        "before": old.value,
        "after": new.value,
        "change": raw,
        "percent": share,
        **_over_the_same(same),
        "broken": crosses_break(form, indicator, before, after),
        "settled": old.is_settled and new.is_settled,
    }


def _over_the_same(same: LikeForLike | None) -> dict[str, Any]:
    return {
        "same_change": same.change if same else None,
        "same_percent": same.share if same else None,
        "same_units": same.units if same else None,
        "same_areas": same.areas if same else None,
    }


def _wide(
    form: Form, cells: Cells, upper: Sequence[str], measures: Mapping[str, Dtype], name: str
) -> pd.DataFrame:
    """Return cells as a table: groups and indicators down, measures across below what they are of.

    It has every indicator and every column of the form, whatever was reported.
    """
    keys = [(group.code, i.code) for group in form.groups for i in group.indicators]
    made = {
        (above, measure): series([cells.get((*key, above), {}).get(measure) for key in keys], kind)
        for above in upper
        for measure, kind in measures.items()
    }
    frame = pd.DataFrame(dict(enumerate(made.values())))
    frame.columns = pd.MultiIndex.from_tuples(list(made), names=(name, "measure"))
    frame.index = index_of(keys, ("group", "indicator"))
    return frame


def targets(
    compared: Comparison, wanted: Iterable[Target], enough: float, lang: str
) -> pd.DataFrame:
    """Return the targets and what came of them; see :meth:`tongket_xlsx.Campaign.targets`."""
    listed = tuple(wanted)
    province: dict[tuple[str, str], Aggregate] = {}
    reached: dict[str, Reached] = {}
    for table in compared.groups():
        province.update(table.province)
        reached.update(reached_of(compared.form, listed, table))
    rows = (
        {
            "target": t.code,
            "label": t.label,
            "document": t.document,
            "applies_to": t.applies_to,
            "indicator": ", ".join(t.counts.indicators) if t.counts else t.indicator,
            "counts_units": t.counts is not None,
            "operator": t.operator,
            "level": t.value,
            "year": t.year,
            "reliability": t.status,
            "verified": t.verified,
            **_outcome(held_against(compared.form, t, province, reached, enough, lang)),
        }
        for t in listed
    )
    columns: dict[str, Dtype] = {
        "target": "string",
        "label": "string",
        "document": "string",
        "applies_to": "string",
        "indicator": "string",
        "counts_units": "bool",
        "operator": "string",
        "level": "float64",
        "year": "Int16",
        "period": periods_of(compared.form),
        "value": "float64",
        "n": "Int32",
        "expected": "Int32",
        "gap": "float64",
        "reached": "boolean",
        "undecided": "string",
        "reliability": "string",
        "verified": "bool",
    }
    return frame_of(rows, columns, ["target"])


def _outcome(held: HeldAgainst | None) -> dict[str, Any]:
    """Return what a target is held against; nothing is concluded where anything is undecided."""
    names = ("period", "value", "n", "expected", "gap", "reached", "undecided")
    if held is None:
        return dict.fromkeys(names)
    gap = None if held.undecided else held.gap
    return {
        "period": held.year.code,
        "value": held.figure.value,
        "n": held.figure.n,
        "expected": held.figure.expected,
        "gap": gap,
        "reached": None if gap is None else held.is_reached(gap),
        "undecided": held.undecided,
    }


def differences(form: Form, found: Iterable[Difference]) -> pd.DataFrame:
    """Return differences, each with its causes; see :meth:`tongket_xlsx.Campaign.compare`."""
    columns: dict[str, Dtype] = {
        "indicator": "string",
        "period": periods_of(form),
        "before": "float64",
        "after": "float64",
        "unit": "string",
        "unit_before": "string",
        "unit_after": "string",
        "file": "string",
    }
    return frame_of(_causes(found), columns)


def _causes(found: Iterable[Difference]) -> Iterator[dict[str, Any]]:
    for d in found:
        whole = {
            "indicator": d.indicator,
            "period": d.period,
            "before": d.before,
            "after": d.after,
        }
        for cause in d.causes:
            told = {"unit_before": cause.before, "unit_after": cause.after, "file": cause.file}
            yield {**whole, "unit": cause.unit, **told}
        if not d.causes:
            yield {**whole, **dict.fromkeys(("unit", "unit_before", "unit_after", "file"))}
