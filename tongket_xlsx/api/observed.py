"""Frames of what was answered: tidy observations, tables by unit, lists and texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tongket_xlsx.api.arguments import chosen
from tongket_xlsx.api.frames import DAY, Categories, Dtype, frame_of
from tongket_xlsx.api.listed import SCOPES, periods_of
from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.summary.one_return import WORDS
from tongket_xlsx.summary.tidy import FIELDS, FLAGS, Row

# What stands in a table of states for a figure that has a value and is in no total.
HELD = "held"
_KNOWN = frozenset({str(CellState.NUMBER), str(CellState.NIL)})
_NOT_HERE = frozenset({"n", "expected"})


def columns_of(form: Form, units: Iterable[str]) -> dict[str, Dtype]:
    """Return the columns of a frame of observations, each with its dtype."""
    groups = [g.code for g in form.groups] + [r.code for r in form.rosters] + ["narrative"]
    special: dict[str, Dtype] = {
        "unit": Categories(tuple(units)),
        "unit_kind": Categories(tuple(form.unit_kinds)),
        "group": Categories(tuple(groups)),
        "indicator": Categories(tuple(form.answer_codes())),
        "period": periods_of(form),
        "row": "Int32",
        "state": Categories(tuple(map(str, CellState))),
        "value": "float64",
        "file": Categories(),
        "sha256": Categories(),
        "sheet": Categories(),
        "received": DAY,
        "status": Categories(WORDS),
        "scope": SCOPES,
        "round": "Int16",
    }
    kinds = {**dict.fromkeys(FIELDS, "string"), **dict.fromkeys(FLAGS, "bool"), **special}
    return {name: kinds[name] for name in FIELDS if name not in _NOT_HERE}


def observations(form: Form, units: Iterable[str], rows: Iterable[Row]) -> pd.DataFrame:
    """Return tidy rows as a frame; see :meth:`tongket_xlsx.Campaign.observations`."""
    return frame_of(rows, columns_of(form, units))


def figures(
    form: Form, units: Sequence[str], rows: Iterable[Row], *, held: bool = False
) -> pd.DataFrame:
    """Return the figures of the units as a table; see :meth:`tongket_xlsx.Campaign.figures`."""
    cells = {key: _figure(row, held=held) for key, row in _placed(form, rows).items()}
    return _table(form, units, cells, np.nan, "float64")


def states(form: Form, units: Sequence[str], rows: Iterable[Row]) -> pd.DataFrame:
    """Return what each cell holds as a table; see :meth:`tongket_xlsx.Campaign.states`."""
    cells = {
        key: HELD if row["held"] else str(row["state"]) for key, row in _placed(form, rows).items()
    }
    return _table(form, units, cells, None, "string")


def _placed(form: Form, rows: Iterable[Row]) -> dict[tuple[str, str, str], Row]:
    """Return the rows of figures by unit, indicator and period; what is computed comes last."""
    return {
        (str(row["unit"]), str(row["indicator"]), str(row["period"])): row
        for row in rows
        if row["indicator"] in form.indicators and not row["row"]
    }


def _figure(row: Row, *, held: bool) -> float:
    value = row["value"]
    is_shown = held or not row["held"]
    is_known = row["state"] in _KNOWN or row["counted"] or (held and row["held"])
    return float(value) if isinstance(value, int | float) and is_shown and is_known else np.nan


def _table(
    form: Form,
    units: Sequence[str],
    cells: Mapping[tuple[str, str, str], Any],
    absent: object,
    kind: str,
) -> pd.DataFrame:
    """Return cells as a table: units and indicators down, periods across, in the usual order."""
    order = {code: n for n, code in enumerate(units)}
    codes = {code: n for n, code in enumerate(form.indicators)}
    pairs = sorted(
        {key[:2] for key in cells},
        key=lambda pair: (order.get(pair[0], len(order)), codes[pair[1]]),
    )
    made = {
        p.code: pd.Series([cells.get((*pair, p.code), absent) for pair in pairs], dtype=kind)
        for p in form.periods
    }
    frame = pd.DataFrame(made, columns=[p.code for p in form.periods])
    frame.index = index_of(pairs, ("unit", "indicator"))
    frame.columns.name = "period"
    return frame


def index_of(keys: Sequence[tuple[str, ...]], names: Sequence[str]) -> pd.MultiIndex:
    """Return an index of several levels, of texts also where it is empty."""
    levels = [pd.Index([key[n] for key in keys], dtype="string") for n in range(len(names))]
    return pd.MultiIndex.from_arrays(levels, names=names)


def roster(campaign: Campaign, code: str, rows: Iterable[Row]) -> pd.DataFrame:
    """Return the entries of a list; see :meth:`tongket_xlsx.Campaign.roster`."""
    form = campaign.form
    known = {r.code: r for r in form.rosters}
    columns = [column.code for column in known[chosen("code", code, known)].columns]
    entries: dict[tuple[str, int], dict[str, Any]] = {}
    for row in rows:
        if row["indicator"] in columns and row["row"]:
            key = (str(row["unit"]), int(row["row"]))
            entry = entries.setdefault(key, {**dict.fromkeys(columns), **_whose(row)})
            entry[str(row["indicator"])] = row["text"] or row["raw"]
    written = (e for e in entries.values() if any(e[column] for column in columns))
    kinds: dict[str, Dtype] = {
        "unit": "string",
        "unit_name": "string",
        "row": "Int32",
        **dict.fromkeys(columns, "string"),
        "file": "string",
    }
    return frame_of(written, kinds)


def _whose(row: Row) -> dict[str, Any]:
    return {key: row[key] for key in ("unit", "unit_name", "row", "file")}


def narrative(form: Form, rows: Iterable[Row], lang: str) -> pd.DataFrame:
    """Return the answers in words; see :meth:`tongket_xlsx.Campaign.narrative`."""
    labels = {p.code: p.label.to(lang) for p in form.prompts}
    told = (
        {**row, "question": row["indicator"], "label": labels[str(row["indicator"])]}
        for row in rows
        if row["indicator"] in labels and row["state"] == str(CellState.TEXT)
    )
    columns: dict[str, Dtype] = {
        "unit": "string",
        "unit_name": "string",
        "question": Categories(tuple(labels)),
        "label": "string",
        "text": "string",
        "file": "string",
        "sheet": "string",
        "cell": "string",
    }
    return frame_of(told, columns)
