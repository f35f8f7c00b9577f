"""Figures of a unit that are far from those of the others: robust z-scores of per-head values.

Values are compared on a logarithmic scale: figures per head are skewed, and a unit mistaken by a
thousand must show as much below the others as above them. See B. Iglewicz and D. Hoaglin, How to
Detect and Handle Outliers, 1993: the modified z-score is 0.6745 (x - median) / MAD.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tongket_xlsx.model.form import Form, Outlier, Period, Unit
from tongket_xlsx.summary.columns import Columns, Mask

_NORMAL = 0.6745
# Where more than half of the units have one value, the mean deviation takes the median's place.
_MEAN_DEVIATION = 1.253314

Floats = npt.NDArray[np.float64]


class Outlying(NamedTuple):
    """A figure far from the others: its value, the one it is divided by, and what is usual."""

    rule: Outlier
    unit: Unit
    indicator: str
    period: str
    value: Decimal
    per: Decimal
    median: float
    score: float
    compared: int

    @property
    def ratio(self) -> float:
        """Return how many times the median the figure is."""
        return float(self.value) / float(self.per) / self.median


def codes_of(form: Form) -> tuple[str, ...]:
    """Return the codes of all that is compared between units."""
    found = [code for rule in form.outliers for code in (rule.per, *rule.members)]
    return tuple(dict.fromkeys(found))


def outlying(columns: Columns) -> Iterator[Outlying]:
    """Yield every figure far from those of the other units of its kind, in the order of the form.

    Args:
        columns: of what :func:`codes_of` names; a unit without a figure, or with nil, is left out.
    """
    form = columns.form
    for rule in form.outliers:
        for code in rule.members:
            for period in form.years:
                kinds = form.indicators[code].respondents
                for kind in kinds if period.code in form.indicators[code].periods else ():
                    yield from _of_kind(columns, rule, code, period, kind)


def _of_kind(
    columns: Columns, rule: Outlier, code: str, period: Period, kind: str
) -> Iterator[Outlying]:
    above, below = columns.of(code, period.code), columns.of(rule.per, period.code)
    among: Mask = columns.kinds([kind]) & columns.existed(period) & above.counts & below.counts
    places = [
        p for p in np.flatnonzero(among).tolist() if above.values[p] > 0 and below.values[p] > 0
    ]
    if len(places) < rule.units:
        return
    values = np.array([float(above.values[p]) / float(below.values[p]) for p in places])
    scores, median = robust_scores(np.log(values)), float(np.median(values))
    for n, place in enumerate(places):
        ratio = values[n] / median
        far = max(ratio, 1 / ratio) >= rule.factor and abs(scores[n]) > rule.threshold
        if far:
            yield Outlying(
                rule,
                columns.units[place],
                code,
                period.code,
                above.values[place],
                below.values[place],
                median,
                float(scores[n]),
                len(places),
            )


def robust_scores(values: Floats) -> Floats:
    """Return the modified z-score of each value; zero where all values are the same."""
    deviations = values - np.median(values)
    typical = float(np.median(np.abs(deviations))) / _NORMAL
    if not typical:
        typical = float(np.mean(np.abs(deviations))) * _MEAN_DEVIATION
    return deviations / typical if typical else np.zeros_like(values)
