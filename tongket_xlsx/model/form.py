"""What is asked, of whom, and for when: the form, its groups, indicators, rules and units.

A form is read once from its definition and never changes. Everything that the offices or an
auditor may ask about a figure — unit of measure, clock, provider, series break — stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from tongket_xlsx.model.checks import Check, Holding, Outlier, Rule
from tongket_xlsx.model.form_words import (
    Period,
    Scope,
    Words,
)
from tongket_xlsx.model.indicators import Group, Indicator, Prompt, Roster
from tongket_xlsx.model.relations import relation_of
from tongket_xlsx.model.targets import OWN_SCOPE, PART_SCOPES, ChartPlan, Target
from tongket_xlsx.model.units import Provider, UnitKind
from tongket_xlsx.text.normalize import fold
from tongket_xlsx.text.numerals import tidy

# The signs of the national statistical yearbooks; the first of each is the one we print.
DEFAULT_SIGNS: Mapping[str, tuple[str, ...]] = {
    "nil": ("-", "–", "—"),
    "missing": ("…", "..."),
    "not_applicable": ("x", "X"),
}


@dataclass(frozen=True)
class Form:
    """The whole questionnaire."""

    id: str
    version: str
    digest: str
    title: Words
    subtitle: Words
    cutoff: Words
    periods: tuple[Period, ...]
    unit_kinds: Mapping[str, UnitKind]
    providers: Mapping[str, Provider]
    groups: tuple[Group, ...]
    prompts: tuple[Prompt, ...]
    rosters: tuple[Roster, ...]
    rules: tuple[Rule, ...]
    checks: tuple[Check, ...]
    targets: tuple[Target, ...]
    outline: Mapping[str, str]
    signs: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: DEFAULT_SIGNS)
    target_scopes: tuple[str, ...] = ()
    charts: tuple[ChartPlan, ...] = ()
    computed_tolerance: Decimal = Decimal("0.6")
    outliers: tuple[Outlier, ...] = ()
    holding: Holding = field(default_factory=Holding)

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Return every indicator by its code, in the order of the form."""
        return {i.code: i for g in self.groups for i in g.indicators}

    @cached_property
    def period_by_code(self) -> Mapping[str, Period]:
        """Return every period by its code."""
        return {p.code: p for p in self.periods}

    @cached_property
    def years(self) -> tuple[Period, ...]:
        """Return the benchmark years, in order."""
        return tuple(p for p in self.periods if not p.cumulative)

    @cached_property
    def state_of_sign(self) -> Mapping[str, str]:
        """Return what each sign says of a cell: the folded sign → the name of the state."""
        signs = [(s, state) for state, signs in self.signs.items() for s in signs]
        return {fold(tidy(sign)): state for sign, state in reversed(signs)}

    @cached_property
    def stood_in_for(self) -> frozenset[str]:
        """Return the rules for which others stand in where they are skipped."""
        return frozenset(check.rule.fallback_for for check in self.checks)

    @cached_property
    def same_unit_checks(self) -> tuple[Check, ...]:
        """Return the checks all of whose figures must be in one unit of measure.

        Sums of figures of one unit of measure are, unless the definition says otherwise.
        """
        return tuple(check for check in self.checks if self._is_in_one_unit(check))

    def _is_in_one_unit(self, check: Check) -> bool:
        if check.rule.same_unit is not None:
            return check.rule.same_unit
        relation = relation_of(check.expression)
        if relation is None or not (relation.equal and relation.is_part_of_whole):
            return False
        units = {self.indicators[name].unit.vi for name in check.expression.names}
        return len(units) == 1

    def sign(self, state: str) -> str:
        """Return the sign that is printed for a state: nil, missing or not_applicable."""
        return self.signs[state][0]

    def asked(self, group: Group, kind: str) -> tuple[Indicator, ...]:
        """Return the rows of a group that a kind of unit sees.

        A computed row is shown to the kinds that answer every figure it is made of.
        """
        return tuple(i for i in group.indicators if self.is_asked(i, kind))

    def is_asked(self, indicator: Indicator, kind: str) -> bool:
        """Say whether a kind of unit sees an indicator on its form."""
        if kind not in indicator.respondents:
            return False
        return all(self.is_asked(self.indicators[code], kind) for code in indicator.operands())

    def is_for_the_province(self, target: Target) -> bool:
        """Say whether a target is one for the whole of this province.

        A level for a commune, a district, an industrial zone or another region is not: the figure
        of the province is neither judged by it nor shown beside it.
        """
        scope = target.applies_to
        if scope in PART_SCOPES or (scope in self.unit_kinds and self._is_part(scope)):
            return False
        return scope in ("", OWN_SCOPE, *self.target_scopes)

    def _is_part(self, kind: str) -> bool:
        return self.unit_kinds[kind].scope is Scope.PART

    def adding_kinds(self, indicator: Indicator) -> tuple[str, ...]:
        """Return the kinds of unit whose figures add to the figure of the province."""
        return tuple(
            kind
            for kind in indicator.adds or indicator.respondents
            if self.unit_kinds[kind].scope is Scope.PART
        )

    def prompts_for(self, kind: str) -> tuple[Prompt, ...]:
        """Return the questions in words for a kind of unit; ``core`` is what it must answer."""
        return tuple(
            replace(p, core=kind in p.core_for) for p in self.prompts if kind in p.respondents
        )

    @property
    def untitled(self) -> tuple[Prompt, ...]:
        """Return the questions whose titles the collector has not given."""
        return tuple(p for p in self.prompts if p.untitled)

    def with_titles(self, titles: Mapping[str, str]) -> Form:
        """Return the form with the titles that the collector gives: code of a question → title."""
        prompts = (p.with_title(" ".join(titles.get(p.code, "").split())) for p in self.prompts)
        return replace(self, prompts=tuple(prompts))

    def rosters_for(self, kind: str) -> tuple[Roster, ...]:
        """Return the lists that a kind of unit fills in."""
        return tuple(r for r in self.rosters if kind in r.respondents)

    def counted_labels(self, kind: str) -> tuple[tuple[Roster, str], ...]:
        """Return what ``documents()`` can count on the form of a kind of unit: list and label."""
        return tuple(
            (roster, label)
            for roster in self.rosters_for(kind)
            if roster.counted is not None
            for label in roster.counted.choices
        )

    def naming(self, code: str, period: str = "") -> dict[str, str]:
        """Return how a sentence speaks of an indicator and a period, in both languages."""
        names: dict[str, str] = {}
        indicator = self.indicators.get(code)
        if indicator is not None:
            names["label"] = indicator.plain_label
            names["label_en"] = indicator.plain_label_en or indicator.plain_label
        known = self.period_by_code.get(period)
        if known is not None:
            names["period_label"] = known.label.vi[:1].lower() + known.label.vi[1:]
            names["period_label_en"] = known.label.to("en").lower()
        return names

    def fact_columns(self) -> Iterator[str]:
        """Yield the columns of the list of units from which figures are filled in."""
        for indicator in self.indicators.values():
            if indicator.prefill:
                yield from (f"{indicator.prefill}_{p}" for p in indicator.periods)

    def answer_codes(self) -> Iterator[str]:
        """Yield the code of everything that can be answered."""
        yield from self.indicators
        yield from (p.code for p in self.prompts)
        yield from (c.code for r in self.rosters for c in r.columns)
