"""The rules of a definition: families unfolded, and every rule applied where it can be."""

from __future__ import annotations

import re
import string
from collections.abc import Container, Iterator, Mapping, Sequence

from tongket_xlsx.definition.near_names import alike
from tongket_xlsx.definition.schema import OutlierText
from tongket_xlsx.definition.schema_group import RuleText
from tongket_xlsx.definition.yaml_lines import Path, YamlText
from tongket_xlsx.model.checks import Check, Held, Outlier, Rule
from tongket_xlsx.model.expression_reader import parse
from tongket_xlsx.model.expressions import Expression, ExpressionFault
from tongket_xlsx.model.finding_kinds import KINDS
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form_words import Words
from tongket_xlsx.model.indicators import Indicator, Roster

PLAUSIBLE = "cell.plausible"
_HELD_WORDS = tuple(str(word) for word in (Held.NAMED, Held.ALL, Held.NONE))
_NAME = re.compile(r"\{code\}|\w+")


class Rulebook:
    """Collect rules, refuse the unsound ones with their line, and unfold the rest to checks."""

    def __init__(
        self,
        indicators: Mapping[str, Indicator],
        rosters: tuple[Roster, ...],
        aliases: Mapping[str, str],
        years: tuple[str, ...],
        kinds: tuple[str, ...] = (),
    ) -> None:
        """Start an empty book over the indicators and periods of a form."""
        self.indicators = indicators
        self.aliases = aliases
        self.years = years
        self.kinds = kinds
        self.counted = tuple(c for r in rosters if r.counted for c in r.counted.choices)
        self.rules: list[Rule] = []
        self.checks: list[Check] = []
        self._places: dict[str, tuple[YamlText, Path]] = {}

    def add_all(self, given: Sequence[RuleText], text: YamlText, path: Path) -> None:
        """Take in the rules of one file; faults go to the file."""
        for n, rule in enumerate(given):
            self._add(rule, text, (*path, n))

    def outliers(self, given: Sequence[OutlierText], text: YamlText) -> Iterator[Outlier]:
        """Yield the comparisons between units; faults go to the file."""
        for n, outlier in enumerate(given):
            path: Path = ("outliers", n)
            self._check_message(outlier.message, outlier.message_en, text, path)
            self._is_new(outlier.id, text, path)
            self._places[outlier.id] = text, path
            for key, codes in (("per", (outlier.per,)), ("indicators", outlier.indicators)):
                for code in codes:
                    known = self.indicators.get(code)
                    if known is None or known.computed:
                        text.fault(
                            (*path, key),
                            "definition.unknown",
                            value=code,
                            choices=alike(code, self.indicators),
                        )
            yield Outlier(
                outlier.id,
                outlier.per,
                outlier.indicators,
                outlier.units,
                outlier.threshold,
                outlier.factor,
                Words(outlier.message, outlier.message_en),
                outlier.source,
                outlier.holds,
            )

    def finish(self, plausible_for: tuple[str, ...]) -> None:
        """Settle what only shows when all rules are known, and add the plausible bounds."""
        for rule in self.rules:
            text, path = self._places[rule.code]
            if rule.fallback_for and rule.fallback_for not in self._places:
                text.fault(
                    (*path, "fallback_for"),
                    "definition.unknown",
                    value=rule.fallback_for,
                    choices="id",
                )
            elif self._falls_back_on_itself(rule):
                text.fault((*path, "fallback_for"), "definition.cycle", code=rule.code)
        self.checks.extend(self._bounds(plausible_for))

    def _falls_back_on_itself(self, rule: Rule) -> bool:
        parents = {r.code: r.fallback_for for r in self.rules}
        code, seen = rule.fallback_for, set[str]()
        while code and code not in seen:
            if code == rule.code:
                return True
            seen.add(code)
            code = parents.get(code, "")
        return False

    def _is_new(self, code: str, text: YamlText, path: Path) -> bool:
        """Tell where an id is that of another rule, or of a kind of finding that every form has."""
        if code in self._places:
            other = self._places[code]
            where = str(other[0].place(other[1]))
        elif code in KINDS:
            where = f"tongket explain {code}"
        else:
            return True
        text.fault((*path, "id"), "definition.code_twice", code=code, other=where)
        return False

    def _add(self, given: RuleText, text: YamlText, path: Path) -> None:
        if not self._is_new(given.id, text, path):
            return
        self._places[given.id] = text, path
        if given.severity is Severity.ERROR and given.beta:
            text.fault((*path, "severity"), "definition.beta", code=given.id)
        if given.severity is Severity.NOTE:
            text.fault(
                (*path, "severity"),
                "definition.value",
                key="severity",
                value=given.severity,
                expected="error, warning",
            )
        self._check_message(given.message, given.message_en, text, path)
        for kind in given.only_for:
            if kind not in self.kinds:
                text.fault(
                    (*path, "only_for"),
                    "definition.unknown",
                    value=kind,
                    choices=alike(kind, self.kinds),
                )
        rule = Rule(
            given.id,
            given.expression,
            given.severity,
            Words(given.message, given.message_en),
            tuple(self._members(given, text, path)),
            given.fallback_for,
            given.beta,
            given.source,
            given.only_for,
            given.scale,
            _held(given),
            given.holds if _held(given) is Held.CODES else (),
            given.suspect,
            given.tolerance,
            given.factor,
            given.same_unit,
        )
        self._check_held(rule, text, path)
        self.rules.append(rule)
        # A family that is at fault has been told of; unfolding it would only confuse.
        if bool(given.family) == bool(rule.members) and (given.family or "{code}" not in rule.text):
            for member in rule.members or ("",):
                self._unfold(rule, member, text, path)

    def _check_held(self, rule: Rule, text: YamlText, path: Path) -> None:
        """Refuse to hold what the rule does not compare."""
        compared = set(_NAME.findall(rule.text)) & {*self.indicators, "{code}"}
        for code in rule.held_codes:
            if code not in compared:
                choices = ", ".join((*_HELD_WORDS, *sorted(compared)))
                text.fault((*path, "holds"), "definition.unknown", value=code, choices=choices)

    def _check_message(self, message: str, message_en: str, text: YamlText, path: Path) -> None:
        for key, sentence in (("message", message), ("message_en", message_en)):
            try:
                fields = {
                    name + ("!" if spec or conversion else "")
                    for _, name, spec, conversion in string.Formatter().parse(sentence)
                    if name is not None
                }
            except ValueError:
                fields = {"{"}
            for name in sorted(fields - {"code", "label"}):
                text.fault(
                    (*path, key),
                    "definition.unknown",
                    value="{" + name + "}",
                    choices="{code}, {label}",
                )

    def _members(self, given: RuleText, text: YamlText, path: Path) -> Iterator[str]:
        if bool(given.family) != ("{code}" in given.expression):
            text.fault((*path, "expression"), "definition.family", code=given.id)
            return
        if not given.family:
            return
        members = list(self._selected(given.family, text, path))
        if not members:
            text.fault((*path, "family"), "definition.family_empty", code=given.id)
        yield from members

    def _selected(self, selector: str, text: YamlText, path: Path) -> Iterator[str]:
        terms = selector.split("&") if ":" in selector else []
        names = [t.strip().removeprefix("-") for t in terms if t.strip().startswith("-")]
        names += [] if terms else selector.split()
        for name in names:
            if name not in self.indicators:
                text.fault(
                    (*path, "family"),
                    "definition.unknown",
                    value=name,
                    choices=alike(name, self.indicators),
                )
        if not terms:
            yield from (name for name in names if name in self.indicators)
            return
        wanted = [t.strip().partition(":")[::2] for t in terms if ":" in t]
        for key, value in wanted:
            if key not in ("kind", "nature", "period", "group"):
                text.fault(
                    (*path, "family"),
                    "definition.unknown",
                    value=f"{key}:{value}",
                    choices="kind:, nature:, period:, group:",
                )
        for code, indicator in self.indicators.items():
            if code in names or indicator.computed:
                continue
            if all(_has(indicator, key, value, self.aliases) for key, value in wanted):
                yield code

    def _unfold(self, rule: Rule, member: str, text: YamlText, path: Path) -> None:
        below = (*path, "expression")
        try:
            expression = parse(rule.text.replace("{code}", member), self.aliases)
        except ExpressionFault as fault:
            text.fault(below, fault.code, **fault.parameters)
            return
        sound = expression.is_test
        if not sound:
            text.fault(below, "definition.not_a_test", text=expression.text)
        for reference in expression.references:
            if reference.counts_rows:
                if reference.name not in self.counted:
                    sound = False
                    text.fault(
                        below,
                        "definition.unknown",
                        value=reference.name,
                        choices=", ".join(self.counted),
                    )
                continue
            indicator = self.indicators.get(reference.name)
            if indicator is None:
                sound = False
                text.fault(
                    below,
                    "definition.unknown",
                    value=reference.name,
                    choices=alike(reference.name, self.indicators),
                )
            elif reference.period and reference.period not in indicator.periods:
                sound = False
                text.fault(
                    below,
                    "definition.no_period",
                    code=reference.name,
                    period=reference.period,
                    choices=", ".join(indicator.periods),
                )
        if not sound:
            return
        checks = list(self._applied(rule, member, expression, rule.only_for))
        if rule.scale and not _compares_two_years(expression):
            text.fault((*path, "scale"), "definition.scale", code=rule.code)
        if not checks:
            text.fault(below, "definition.never_applies", code=rule.code)
        self.checks.extend(checks)

    def _applied(
        self, rule: Rule, member: str, expression: Expression, only_for: tuple[str, ...] = ()
    ) -> Iterator[Check]:
        """Yield one check per period in which every free operand has a column."""
        names = expression.names
        subject = member or (names[0] if names else "")
        free = [r.name for r in expression.references if r.period is None and not r.counts_rows]
        if not free:
            named = [r.period for r in expression.references if r.name == subject and r.period]
            order = list(dict.fromkeys(self.aliases.values()))
            # A comparison of years is about the later one: that is where the surprise is.
            period = max(named, key=order.index) if named else ""
            yield Check(rule, member, subject, period, expression, only_for)
            return
        for period in dict.fromkeys(self.aliases.values()):
            if all(period in self.indicators[name].periods for name in free):
                yield Check(rule, member, subject, period, expression, only_for)

    def _bounds(self, plausible_for: tuple[str, ...]) -> Iterator[Check]:
        """Yield the plausible bounds as warnings, unless a rule already says the same.

        They hold for a single year of the kinds named in ``plausible_for``, never for the
        cumulative column.
        """
        said = {(c.expression.normal_form, c.period) for c in self.checks}
        for code, indicator in self.indicators.items():
            for sign, bound in ((">=", indicator.plausible_min), ("<=", indicator.plausible_max)):
                hard = indicator.hard_min if sign == ">=" else indicator.hard_max
                if bound is None or not bound_is_sound(bound, self.indicators):
                    continue
                if hard is not None and bound.text == str(hard):
                    continue
                rule = Rule(PLAUSIBLE, f"{code} {sign} {bound.text}", Severity.WARNING, Words(""))
                expression = parse(rule.text, self.aliases)
                for check in self._applied(rule, code, expression, plausible_for):
                    if check.period not in self.years:
                        continue
                    if (expression.normal_form, check.period) not in said:
                        yield check


def _held(given: RuleText) -> Held:
    """Return which figures a rule holds: one word of ours, or codes."""
    if not given.holds:
        return Held.DEFAULT
    return Held(given.holds[0]) if given.holds[0] in _HELD_WORDS else Held.CODES


def bound_is_sound(bound: Expression, known: Container[str]) -> bool:
    """Say whether a bound is a number made of figures of the same period."""
    plain = all(r.period is None and not r.counts_rows for r in bound.references)
    return not bound.is_test and plain and all(name in known for name in bound.names)


def _compares_two_years(expression: Expression) -> bool:
    """Say whether an expression is about one indicator in two named periods."""
    periods = {r.period for r in expression.references}
    return len(expression.names) == 1 and len(periods) == 2 and None not in periods


def _has(indicator: Indicator, key: str, value: str, aliases: Mapping[str, str]) -> bool:
    if key == "period":
        return aliases.get(value, value) in indicator.periods
    return bool(getattr(indicator, key, None) == value)
