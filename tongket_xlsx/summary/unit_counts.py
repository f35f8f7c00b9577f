"""How many units reach a level, each by its own figures: the figure and its live formulas.

Of a target such as “90 % of the districts reach the standard” the average of the province says
nothing. A unit whose figure is missing or held is not judged, and counted neither way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add, mul

import numpy as np

from tongket_xlsx.model.expressions import DECIMALS
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.formula import Number, Piece, either, rounded, text
from tongket_xlsx.model.formula_ranges import Cells, Numbers, sum_of_products
from tongket_xlsx.model.targets import CountedAs, Target, UnitCount
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.aggregates import Aggregate, doubt_of
from tongket_xlsx.summary.columns import Columns, six
from tongket_xlsx.summary.doubt import NO_DOUBT, Doubt
from tongket_xlsx.summary.formulas import answered
from tongket_xlsx.summary.plan import Plan

_YES, _NIL = "Có", "-"
Test = Callable[[Cells, UnitCount, Form, str], Numbers]


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of the units that are judged reach a level.

    ``figure`` is that as a share or a number, over ``n`` units judged of those there are;
    ``short`` are those that do not reach it, ``unjudged`` those without a figure that counts.
    """

    counts: UnitCount
    figure: Aggregate
    reached: int
    short: tuple[Unit, ...]
    unjudged: tuple[Unit, ...]

    def bounds(self) -> tuple[float, float]:
        """Return the figure if none of those that are not judged reached it, and if all did."""
        most = self.reached + len(self.unjudged)
        if self.counts.counted_as is CountedAs.NUMBER:
            return self.reached, most
        whole = self.figure.expected
        return 100 * self.reached / whole, 100 * most / whole

    def could_change(self, target: Target) -> bool:
        """Say whether the units that are not judged could turn the verdict on a target."""
        level = float(target.value or 0)
        least, most = self.bounds()
        if target.operator == ">=":
            return least < level <= most
        return least <= level < most


def reached(columns: Columns, counts: UnitCount, period: Period) -> Reached:
    """Count the units that reach a level in a period."""
    asked = columns.kinds(counts.kinds) & columns.existed(period)
    judged, reaching = asked.copy(), asked.copy()
    doubts = []
    for code in counts.indicators:
        column = columns.of(code, period.code)
        judged &= column.counts
        reaching &= np.fromiter(map(counts.is_reached_by, column.values), bool, len(asked))
        indicator = columns.form.indicators[code]
        behind = asked & column.counts
        doubts.append(doubt_of(columns, indicator, (period.code,), asked, behind))
    reaching &= judged
    n, expected, yes = (int(mask.sum()) for mask in (judged, asked, reaching))
    value = six(counted(counts, yes, n)) if n else None

    def named(places: Iterable[int]) -> tuple[Unit, ...]:
        return tuple(columns.units[place] for place in places)

    return Reached(
        counts,
        Aggregate(value, n, expected, doubt=_together(doubts)),
        yes,
        named(np.flatnonzero(judged & ~reaching).tolist()),
        named(np.flatnonzero(asked & ~judged).tolist()),
    )


def counted(counts: UnitCount, yes: int, judged: int) -> Decimal:
    """Return how many units of those judged reach a level, as such or in per cent."""
    found = Decimal(yes)
    return found if counts.counted_as is CountedAs.NUMBER else 100 * found / judged


def _together(doubts: Iterable[Doubt]) -> Doubt:
    """Return what is known against any of several figures, each unit once."""
    known = [doubt for doubt in doubts if doubt]
    if not known:
        return NO_DOUBT

    def all_of(part: str) -> tuple[Unit, ...]:
        return tuple({u.code: u for doubt in known for u in getattr(doubt, part)}.values())

    return Doubt(
        held=all_of("held"),
        in_error=all_of("in_error"),
        warned=all_of("warned"),
        accepted=all_of("accepted"),
        explained=all_of("explained"),
        estimated=all_of("estimated"),
    )


# ---------------------------------------------------------------------- live


def judged_formula(plan: Plan, counts: UnitCount, period: Period) -> Number:
    """Return the formula that counts the units with every figure that is asked for."""
    return _over_runs(plan, counts, period, _has_figure)


def value_formula(plan: Plan, counts: UnitCount, period: Period) -> Piece:
    """Return the formula of how many units reach the level, as such or in per cent."""
    judged = judged_formula(plan, counts, period)
    found = _over_runs(plan, counts, period, _reaches)
    if counts.counted_as is CountedAs.SHARE:
        found = rounded(found / judged * 100, DECIMALS)
    return either(judged.equals(0), text(""), found)


def _over_runs(plan: Plan, counts: UnitCount, period: Period, test: Test) -> Number:
    """Return the formula that counts the units of which each figure passes a test."""
    counted_in = [
        reduce(
            mul,
            (
                test(Cells(plan.block(code, period.code, run)), counts, plan.form, code)
                for code in counts.indicators
            ),
        )
        for run in plan.runs(counts.kinds)
    ]
    return reduce(add, map(sum_of_products, counted_in))


def _has_figure(block: Cells, _: UnitCount, form: Form, code: str) -> Numbers:
    return answered(block, words=form.indicators[code].kind is Kind.YESNO)


def _reaches(block: Cells, counts: UnitCount, form: Form, code: str) -> Numbers:
    if form.indicators[code].kind is Kind.YESNO or counts.value is None:
        return block.say(_YES).as_numbers()
    compared = block.at_least if counts.operator == ">=" else block.at_most
    # Every text is above every number, so that it is asked as well whether it is one.
    found = block.are_numbers() * compared(counts.value)
    return found + block.say(_NIL) if counts.is_reached_by(Decimal(0)) else found
