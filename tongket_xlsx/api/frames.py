"""Frames with the columns, dtypes and index that are documented, also where they are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

# The dtype of days: a day of a campaign has no time, and may be of any year.
DAY = "datetime64[s]"


@dataclass(frozen=True, slots=True)
class Categories:
    """The dtype of a column of words: what they can be, in their order.

    A word that is not among them, which another version recorded, comes after them.
    """

    words: tuple[str, ...] = ()
    ordered: bool = False


Dtype = str | Categories


def frame_of(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, Dtype], index: Sequence[str] = ()
) -> pd.DataFrame:
    """Return rows as a frame.

    Args:
        columns: the columns in their order, each with its dtype. An empty text is missing.
        index: those of the columns that become the index; else the rows are numbered.
    """
    listed = list(rows)
    made = {name: series([row[name] for row in listed], kind) for name, kind in columns.items()}
    frame = pd.DataFrame(made, columns=list(columns))
    return frame.set_index(list(index)) if index else frame


def series(values: Sequence[Any], kind: Dtype) -> pd.Series:
    """Return values as a column of a dtype; ``None`` and an empty text are missing."""
    if isinstance(kind, Categories):
        return pd.Series(_categories(values, kind))
    if kind == DAY:
        return pd.Series(np.array([_day(value) for value in values], dtype=DAY))
    if kind == "string":
        values = [None if value is None or value == "" else str(value) for value in values]
    elif kind == "float64":
        values = [np.nan if value is None else float(value) for value in values]
    return pd.Series(values, dtype=kind)


def _categories(values: Sequence[Any], kind: Categories) -> pd.Categorical:
    words = [None if value is None or value == "" else str(value) for value in values]
    others = (word for word in words if word is not None)
    known = list(dict.fromkeys((*kind.words, *others)))
    return pd.Categorical(words, categories=known, ordered=kind.ordered)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None
