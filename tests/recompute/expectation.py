"""The figures of the province, computed exactly from those of the units."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from definition import Definition, Unit
from rule_language import Key

Counted = Mapping[str, Mapping[Key, Fraction]]
Held = set[tuple[str, str, str]]
_MILLION = 10**6


def six(value: Fraction) -> Fraction:
    """Round to six decimals, halves away from zero."""
    shifted = abs(value) * _MILLION + Fraction(1, 2)
    return Fraction(math.floor(shifted), _MILLION) * (1 if value >= 0 else -1)


@dataclass(frozen=True)
class Total:
    """A figure of the province, over ``n`` of the ``of`` units that should be behind it.

    Where no unit adds one, ``by`` is the department that gives one for the whole province.
    """

    value: Fraction | None
    n: int
    of: int
    held: int = 0
    uneven: bool = False
    by: str = ""

    @property
    def coverage(self) -> str:
        """Return what stands below it: “14/17 ! ⚑1 ≠”."""
        if not self.of:
            return self.by or "–"
        few = " !" if 5 * self.n < 4 * self.of else ""
        held = f" ⚑{self.held}" if self.held else ""
        return f"{self.n}/{self.of}{few}{held}{' ≠' if self.uneven else ''}"


@dataclass(frozen=True)
class Same:
    """A change over what reported everything in both years."""

    before: Fraction | None
    after: Fraction | None
    areas: int = 0
    units: int = 0
    held: int = 0

    @property
    def coverage(self) -> str:
        held = f" ⚑{self.held}" if self.held else ""
        return f"{self.areas} địa bàn, {self.units} đơn vị{held}"


def change(old: Fraction | None, new: Fraction | None) -> Fraction | None:
    return None if old is None or new is None else new - old


def share(old: Fraction | None, new: Fraction | None) -> Fraction | str | None:
    """Return a change in per cent; of nothing there is none, but that it grew “từ 0”."""
    if old is None or new is None:
        return None
    if not old:
        return "từ 0" if new else None
    return six((new - old) / old * 100)


class Province:
    """All figures of the province; ``counted`` are those of the units that may be added."""

    def __init__(self, d: Definition, units: Sequence[Unit], counted: Counted, held: Held) -> None:
        self.d, self.units, self.counted, self.held = d, units, counted, held
        self.parts = [u for u in units if d.scopes[u.kind] == "part"]
        first = d.years[0]
        together: dict[str, list[Unit]] = {}
        for unit in self.parts:
            if unit.block:
                together.setdefault(unit.block, []).append(unit)
        self.areas = [
            members
            for members in together.values()
            if len(members) > 1 and any(u.is_young(first) for u in members)
        ]
        inside = {u.code for members in self.areas for u in members}
        self.alone = [u for u in self.parts if u.code not in inside]

    # ------------------------------------------------------------------ of one unit

    def figure(self, unit: Unit, code: str, period: str) -> Fraction | None:
        """Return a figure of a unit; a ratio has six decimals."""
        if not self.d.indicators[code].is_computed:
            return self.counted.get(unit.code, {}).get((code, period))
        above, below = self._ratio_of([unit], code, period)
        factor = self.d.indicators[code].factor
        return six(factor * above / below) if above is not None and below else None

    def _ratio_of(
        self, units: Sequence[Unit], code: str, period: str
    ) -> tuple[Fraction | None, Fraction | None]:
        i = self.d.indicators[code]
        return tuple(self._sum(units, part, period) for part in (i.numerator, i.denominator))

    def _sum(
        self, units: Sequence[Unit], terms: Mapping[str, Fraction], period: str
    ) -> Fraction | None:
        total = Fraction(0)
        for code, factor in terms.items():
            for unit in units:
                value = self.figure(unit, code, period)
                if value is None:
                    return None
                total += factor * value
        return total

    def _inputs(self, code: str) -> tuple[str, ...]:
        i = self.d.indicators[code]
        return (*i.numerator, *i.denominator) if i.is_computed else (code,)

    def _answers(self, unit: Unit, codes: Iterable[str]) -> bool:
        return all(unit.kind in self.d.indicators[c].respondents for c in codes)

    def _is_held(self, unit: Unit, code: str, periods: Iterable[str]) -> bool:
        return any((unit.code, c, p) in self.held for c in self._inputs(code) for p in periods)

    # ------------------------------------------------------------------ of the province

    def total(self, code: str, period: str) -> Total:
        """Return a sum, a number of “Có”, or a ratio of sums over units that have both parts."""
        i = self.d.indicators[code]
        adding, when = self.d.adding(code), self.d.period[period]
        if not adding:
            return self._of_department(code, period)
        asked = [u for u in self.parts if u.kind in adding and u.existed(when)]
        if i.is_computed:
            asked = [u for u in asked if self._answers(u, i.denominator)]
            pairs = {u.code: self._ratio_of([u], code, period) for u in asked}
            known = [u for u in asked if None not in pairs[u.code]]
            above, below = (sum((pairs[u.code][n] for u in known), Fraction(0)) for n in (0, 1))
            value = six(i.factor * above / below) if below else None
        else:
            known = [u for u in asked if self.figure(u, code, period) is not None]
            value = sum((self.figure(u, code, period) for u in known), Fraction(0))
            value = value if known and i.aggregation != "none" else None
        held = [u for u in asked if u not in known and self._is_held(u, code, (period,))]
        uneven = when.is_span and i.nature == "flow" and self._is_uneven(code, period)
        return Total(value, len(known), len(asked), len(held), uneven)

    def _of_department(self, code: str, period: str) -> Total:
        for unit in self.units:
            value = self.figure(unit, code, period)
            if self.d.scopes[unit.kind] == "whole" and value is not None:
                return Total(value, 0, 0, by=unit.short)
        return Total(None, 0, 0)

    def is_compared(self, code: str, before: str, after: str) -> bool:
        """Say whether two years are of one source: units that add, or one department."""
        if self.d.adding(code):
            return self.d.indicators[code].aggregation != "none"
        both = [self.total(code, y).by for y in (before, after)]
        return both[0] == both[1] != ""

    def _is_uneven(self, code: str, span: str) -> bool:
        adding = self.d.adding(code)
        return any(
            (self.figure(u, code, span) is None) != (self.figure(u, code, y.code) is None)
            for y in self.d.years
            if y.code in self.d.indicators[code].periods
            for u in self.parts
            if u.kind in adding and u.existed(y)
        )

    def range_of_units(self, code: str, period: str) -> tuple[Fraction, Fraction] | None:
        """Return the least and the greatest ratio of the units behind a ratio of the province.

        There is none where a unit has no denominator and still a numerator.
        """
        i, ratios = self.d.indicators[code], []
        for unit in self.parts:
            there = unit.kind in self.d.adding(code) and unit.existed(self.d.period[period])
            if not there or not self._answers(unit, i.denominator):
                continue
            above, below = self._ratio_of([unit], code, period)
            if above is None or below is None:
                continue
            if below:
                ratios.append(six(i.factor * above / below))
            elif above:
                return None
        return (min(ratios), max(ratios)) if ratios else None

    def area(self, members: Sequence[Unit], code: str, period: str) -> Fraction | str | None:
        """Return the figure of an area: over all that existed; “x” where nobody is asked."""
        i, when = self.d.indicators[code], self.d.period[period]
        adding = self.d.adding(code)
        there = [u for u in members if u.kind in adding and u.existed(when)]
        if not there or i.aggregation == "none":
            return "x"
        if not i.is_computed:
            return self._sum(there, {code: Fraction(1)}, period)
        above, below = self._ratio_of(there, code, period)
        return six(i.factor * above / below) if above is not None and below else None

    def same(self, code: str, before: str, after: str) -> Same:
        """Compare two years over areas, each one reporter, and units outside them."""
        i, adding, years = self.d.indicators[code], self.d.adding(code), (before, after)
        if i.aggregation == "none":
            return Same(None, None)
        parts = [i.numerator, i.denominator] if i.is_computed else [{code: Fraction(1)}]
        sums = {(n, y): Fraction(0) for n in range(len(parts)) for y in years}
        n_areas = n_units = held = 0
        for members in (*self.areas, *([u] for u in self.alone)):
            asked = [u for u in members if u.kind in adding]
            asked = [u for u in asked if self._answers(u, self._inputs(code))]
            there = {y: [u for u in asked if u.existed(self.d.period[y])] for y in years}
            given = {
                (n, y): self._sum(there[y], parts[n], y) if there[y] else None for n, y in sums
            }
            if None in given.values():
                held += sum(self._is_held(u, code, years) for u in asked)
                continue
            n_areas, n_units = n_areas + (len(members) > 1), n_units + (len(members) == 1)
            for key, value in given.items():
                sums[key] += value or 0
        if not n_areas + n_units:
            return Same(None, None, held=held)
        old, new = (
            self._quotient(i.factor, [sums[n, y] for n in range(len(parts))]) for y in years
        )
        return Same(old, new, n_areas, n_units, held)

    def _quotient(self, factor: Fraction, parts: Sequence[Fraction]) -> Fraction | None:
        if len(parts) == 1:
            return parts[0]
        return six(factor * parts[0] / parts[1]) if parts[1] else None
