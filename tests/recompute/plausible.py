"""Random figures of an office that keep every rule of the form.

One figure after the other is drawn between the limits that the rules set it, the figures drawn
before being what they are; where no figure keeps all rules there is none.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from definition import Definition, Indicator, Period, Unit
from rule_language import Key, Rule

Figures = dict[Key, Fraction]
_TRIES = 14
# Where no rule says how much may be: so much at most.
_MUCH = {"count": 400, "money": 3000, "number": 90, "percent": 100, "yesno": 1}


class Office:
    """Draws the figures of one unit."""

    def __init__(self, d: Definition, unit: Unit, dice: random.Random) -> None:
        self.d, self.unit, self.dice = d, unit, dice
        self.rules = [r for r in d.rules if r.concerns(unit.kind)]
        self.about: dict[Key, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            for key in rule.keys:
                self.about[key].append(rule)
        self.found: Figures = {}

    def draw(self) -> Figures:
        """Return figures for all that is asked, but for what cannot be."""
        for code in self._wholes_first():
            for period in self.d.periods:
                if self.d.asked(self.unit, code, period.code):
                    self._one(self.d.indicators[code], period)
        return self.found

    def _wholes_first(self) -> list[str]:
        """Return the indicators so that what is a part of another comes after it."""
        wholes: dict[str, set[str]] = defaultdict(set)
        for rule in self.rules:
            if rule.is_part:
                part, whole = rule.names
                wholes[part].add(whole)
        done: dict[str, None] = {}

        def visit(code: str, above: tuple[str, ...]) -> None:
            for whole in sorted(wholes[code] - set(above)):
                if whole not in done:
                    visit(whole, (*above, code))
            done.setdefault(code)

        for code in self.d.indicators:
            visit(code, (code,))
        return list(done)

    def _one(self, indicator: Indicator, period: Period) -> None:
        key = indicator.code, period.code
        given = self.unit.facts.get(f"{indicator.prefill}_{period.code}", "")
        if indicator.prefill and given:
            self.found[key] = Fraction(given)
            return
        low, high = self._limits(key)
        for value in self._candidates(indicator, period, low, high):
            self.found[key] = value
            if all(rule.holds(self.found.get) is not False for rule in self.about[key]):
                return
        self.found.pop(key, None)

    def _limits(self, key: Key) -> tuple[Fraction, Fraction | None]:
        """Return the least and the most that a figure may be, as far as sums say."""
        low, high = Fraction(0), None
        for rule in self.about[key]:
            for terms, constant in rule.limits(self.found.get, key):
                factor = terms.get(key, Fraction(0))
                rest = constant
                for other, by in terms.items():
                    if other == key:
                        continue
                    known = self.found.get(other)
                    if known is None and by < 0:
                        break
                    rest += by * (known or 0)
                else:
                    if factor > 0:
                        most = -rest / factor
                        high = most if high is None else min(high, most)
                    elif factor < 0:
                        low = max(low, rest / -factor)
        return low, high

    def _candidates(
        self, indicator: Indicator, period: Period, low: Fraction, high: Fraction | None
    ) -> list[Fraction]:
        dice, least = self.dice, math.ceil(low)
        most = max(least * 2, _MUCH[indicator.kind]) if high is None else math.floor(high)
        if most < least:
            return []
        if period.is_span:
            # Of ten years three are known: what is common to all is a little more than those.
            most = min(most, max(least * 2, least + 3))
        drawn = [self._between(least, most) for _ in range(_TRIES)]
        before = [self.found.get((indicator.code, p.code)) for p in self.d.years]
        for value in filter(None, before):
            drawn[:0] = [Fraction(round(value * Fraction(dice.uniform(0.85, 1.5)))) for _ in "123"]
        if dice.random() < 0.04:
            drawn.insert(0, Fraction(0))
        return [v for v in (*drawn, Fraction(least), Fraction(most)) if least <= v <= most]

    def _between(self, least: int, most: int) -> Fraction:
        return Fraction(round(least + (most - least) * self.dice.uniform(0.15, 0.8)))


def broken(d: Definition, unit: Unit, figures: Mapping[Key, Fraction]) -> list[Rule]:
    """Return the rules that do not hold; one that stands in for another only where it must."""
    outcome = [(r, r.holds(figures.get)) for r in d.rules if r.concerns(unit.kind)]
    said = {(r.id, r.member, r.period): kept for r, kept in outcome}
    return [
        rule
        for rule, kept in outcome
        if kept is False
        and not (
            rule.fallback_for
            and said.get((rule.fallback_for, rule.member, rule.period)) is not None
        )
    ]
