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

from tongket_xlsx.model.checks import Outlier
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.columns import Columns, Mask

_NORMAL = 0.6745
_NONE = Decimal(0)
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

    def is_held(self, usually: Decimal) -> bool:
        """Say whether it is so far that it is probably in another unit of measure.

        Args:
            usually: from how many times the median on, where the rule does not say.
        """
        limit = float(usually if self.rule.holds is None else self.rule.holds)
        return max(self.ratio, 1 / self.ratio) >= limit


def codes_of(form: Form) -> tuple[str, ...]:
    """Return the codes of all that is compared between units."""
    found = [code for rule in form.outliers for code in (rule.per, *rule.members)]
    return tuple(dict.fromkeys(found))


def outlying(columns: Columns) -> Iterator[Outlying]:
    """Yield every figure far from those of the other units of its kind, in the order of the form.

    A figure that is held is compared with the others, and does not say what is usual.

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
    there: Mask = columns.kinds([kind]) & columns.existed(period) & below.counts
    usual = [
        p
        for p in np.flatnonzero(there & above.counts).tolist()
        if above.values[p] > 0 and below.values[p] > 0
    ]
    if len(usual) < rule.units:
        return
    held = (p for p, v in above.held.items() if there[p] and v > 0 and below.values[p] > 0)
    places = sorted((*usual, *held))
    figures = {p: above.known(p) or _NONE for p in places}
    values = {p: float(figures[p]) / float(below.values[p]) for p in places}
    typical = np.array([values[p] for p in usual])
    median = float(np.median(typical))
    scores = robust_scores(np.log(np.array([values[p] for p in places])), np.log(typical))
    for place, score in zip(places, scores.tolist(), strict=True):
        ratio = values[place] / median
        far = max(ratio, 1 / ratio) >= rule.factor and abs(score) > rule.threshold
        if far:
            yield Outlying(
                rule,
                columns.units[place],
                code,
                period.code,
                figures[place],
                below.values[place],
                median,
                score,
                len(usual),
            )


def robust_scores(values: Floats, among: Floats | None = None) -> Floats:
    """Return the modified z-score of each value; zero where all values are the same.

    Args:
        among: the values that say what is usual, where they are others.
    """
    usual = values if among is None else among
    middle = np.median(usual)
    spread = np.abs(usual - middle)
    typical = float(np.median(spread)) / _NORMAL
    if not typical:
        typical = float(np.mean(spread)) * _MEAN_DEVIATION
    deviations = values - middle
    return deviations / typical if typical else np.zeros_like(values)
