"""A folder of YAML files → a :class:`Form`, or every fault found in them.

The files: ``form.yaml``, one ``group-CODE.yaml`` per group, ``rules.yaml`` (rules written once
for a family), ``narrative.yaml`` and ``targets.yaml``; the last three may be absent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tongket_xlsx.definition import rule_families as rulebook
from tongket_xlsx.definition.copied import copied
from tongket_xlsx.definition.indicator_checks import IndicatorChecks
from tongket_xlsx.definition.questions import Questions
from tongket_xlsx.definition.schema import FormText, PromptsText, TargetsText
from tongket_xlsx.definition.schema_group import GroupText, IndicatorText, RulesText
from tongket_xlsx.definition.shape import shaped
from tongket_xlsx.definition.sources import KnownNames, Sources
from tongket_xlsx.definition.yaml_lines import Path, YamlText
from tongket_xlsx.model.checks import Holding
from tongket_xlsx.model.findings import UnsoundDefinition
from tongket_xlsx.model.form import DEFAULT_SIGNS, Form
from tongket_xlsx.model.form_words import Period, Words
from tongket_xlsx.model.indicators import (
    Break,
    Group,
    Indicator,
    Roster,
)
from tongket_xlsx.model.targets import ChartPlan
from tongket_xlsx.model.units import Provider, UnitKind

FORM_FILE = "form.yaml"
# What an indicator has in the language of rules.
_EXPRESSIONS = ("numerator", "denominator", "plausible_min", "plausible_max")


def digest(files: Mapping[str, bytes]) -> str:
    """Return one SHA-256 over the names and bytes of the definition files."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return whole.hexdigest()


def load(files: Mapping[str, bytes]) -> Form:
    """Read a definition.

    Args:
        files: the name of each YAML file → its bytes.

    Raises:
        UnsoundDefinition: holds **all** faults, each with file, line and what to write instead.
    """
    sources = Sources(files)
    form = _Definition(sources).form()
    faults = tuple(f for text in sources.texts.values() for f in text.faults)
    if form is None or faults:
        raise UnsoundDefinition(faults)
    return form


class _Definition:
    """Build the form from its files, one after the other."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    def form(self) -> Form | None:
        """Build the form as far as the files allow; ``None`` where the form file is unusable."""
        text = self.sources.text(FORM_FILE)
        if FORM_FILE not in self.sources.files:
            text.fault((), "definition.no_file", file=FORM_FILE)
            return None
        head = shaped(FormText, text)
        if head is None:
            self._read_the_rest()
            return None
        periods = tuple(self._periods(head, text))
        kinds = tuple(self._kinds(head, text))
        groups_text = [(name, self._group_text(code)) for name, code in self._group_names(head)]
        scope = KnownNames(
            periods=tuple(p.code for p in periods),
            kinds=tuple(k.code for k in kinds),
            providers=tuple(p.code for p in head.providers),
            outline=tuple(head.outline),
        )
        questions = Questions(self.sources)
        groups = tuple(
            self._group(name, group, scope) for name, group in groups_text if group is not None
        )
        indicators = {i.code: i for g in groups for i in g.indicators}
        IndicatorChecks(self.sources).check(groups, indicators)
        rosters = tuple(questions.roster(r, i, text, scope) for i, r in enumerate(head.rosters))
        rules = self._rules(head, groups_text, indicators, rosters, scope)
        return Form(
            id=head.id,
            version=head.version,
            digest=digest(self.sources.files),
            title=Words(head.title, head.title_en),
            subtitle=Words(head.subtitle, head.subtitle_en),
            cutoff=Words(head.cutoff, head.cutoff_en),
            periods=periods,
            unit_kinds={k.code: k for k in kinds},
            providers={p.code: Provider(p.code, p.name, p.names) for p in head.providers},
            groups=groups,
            prompts=tuple(questions.prompts(scope, indicators)),
            rosters=rosters,
            rules=tuple(rules.rules),
            checks=tuple(rules.checks),
            targets=tuple(questions.targets(indicators, {k.code: k for k in kinds})),
            outline=head.outline,
            signs={**DEFAULT_SIGNS, **{k: tuple(v) for k, v in head.signs.items()}},
            target_scopes=head.target_scopes,
            charts=tuple(self._charts(head, text, indicators)),
            computed_tolerance=head.computed_tolerance,
            outliers=tuple(rules.outliers(head.outliers, text)),
            holding=Holding(**head.holding.model_dump()),
        )

    def _rules(
        self,
        head: FormText,
        groups: Sequence[tuple[str, GroupText | None]],
        indicators: Mapping[str, Indicator],
        rosters: tuple[Roster, ...],
        scope: KnownNames,
    ) -> rulebook.Rulebook:
        text = self.sources.text(FORM_FILE)
        rules = rulebook.Rulebook(
            indicators,
            rosters,
            self.sources.aliases,
            tuple(p.code for p in head.periods if not p.cumulative),
            scope.kinds,
        )
        for name, group in groups:
            if group is not None:
                rules.add_all(group.rules, self.sources.text(name), ("rules",))
        for i, roster in enumerate(head.rosters):
            rules.add_all(roster.rules, text, ("rosters", i, "rules"))
        families = self.sources.optional("rules.yaml", RulesText)
        if families is not None:
            rules.add_all(families.rules, self.sources.text("rules.yaml"), ("rules",))
        rules.finish(head.plausible_for)
        return rules

    def _charts(
        self, head: FormText, text: YamlText, indicators: Mapping[str, Indicator]
    ) -> Iterator[ChartPlan]:
        for n, chart in enumerate(head.charts):
            self.sources.known(text, ("charts", n, "indicators"), chart.indicators, indicators)
            title = Words(chart.title, chart.title_en)
            yield ChartPlan(chart.code, chart.kind, title, chart.indicators)

    def _read_the_rest(self) -> None:
        # The form file is broken; whoever mends it wants the faults of the others as well.
        for name in sorted(self.sources.files):
            if name.startswith("group-"):
                shaped(GroupText, self.sources.text(name))
        self.sources.optional("rules.yaml", RulesText)
        self.sources.optional("narrative.yaml", PromptsText)
        self.sources.optional("targets.yaml", TargetsText)

    def _group_names(self, head: FormText) -> Iterator[tuple[str, str]]:
        for code in dict.fromkeys(head.groups):
            yield f"group-{code}.yaml", code
        known = {f"group-{code}.yaml" for code in head.groups}
        for name in sorted(self.sources.files):
            if name.startswith("group-") and name not in known:
                self.sources.text(name).fault((), "definition.group_not_listed", file=name)

    def _group_text(self, code: str) -> GroupText | None:
        name = f"group-{code}.yaml"
        if name not in self.sources.files:
            self.sources.text(FORM_FILE).fault(("groups",), "definition.no_file", file=name)
            return None
        group = shaped(GroupText, self.sources.text(name))
        if group is not None and group.code != code:
            self.sources.text(name).fault(
                ("code",), "definition.value", key="code", value=group.code, expected=code
            )
        return group

    def _periods(self, head: FormText, text: YamlText) -> Iterator[Period]:
        for i, p in enumerate(head.periods):
            path = ("periods", i)
            for alias in (p.code, *p.aliases):
                if alias in self.sources.aliases:
                    text.fault(path, "definition.code_twice", code=alias, other="periods")
                self.sources.aliases[alias] = p.code
            if p.ends < p.starts:
                text.fault(
                    (*path, "ends"),
                    "definition.value",
                    key="ends",
                    value=str(p.ends),
                    expected=f">= {p.starts}",
                )
            yield Period(
                p.code,
                Words(p.label, p.label_en),
                p.starts,
                p.ends,
                p.cumulative,
                p.aliases,
                p.school_year,
                p.confirmed,
            )

    def _kinds(self, head: FormText, text: YamlText) -> Iterator[UnitKind]:
        seen: set[str] = set()
        for i, k in enumerate(head.unit_kinds):
            if k.code in seen:
                text.fault(("unit_kinds", i), "definition.code_twice", code=k.code, other="")
            seen.add(k.code)
            yield UnitKind(
                k.code,
                Words(k.name, k.name_en),
                k.scope,
                k.required,
                k.fills_by,
                k.signature,
                k.note,
            )
        self.sources.known(text, ("plausible_for",), head.plausible_for, seen)
        self.sources.known(text, ("signs",), head.signs, DEFAULT_SIGNS)
        self._check_signs(head, text)

    def _group(self, name: str, group: GroupText, scope: KnownNames) -> Group:
        text = self.sources.text(name)
        self.sources.once(group.code, text, ("code",))
        indicators = tuple(
            self._indicator(i, group.code, text, ("indicators", n), scope)
            for n, i in enumerate(group.indicators)
        )
        title = Words(group.title, group.title_en)
        return Group(group.code, Words(group.name, group.name_en), title, indicators)

    def _indicator(
        self, i: IndicatorText, group: str, text: YamlText, path: Path, scope: KnownNames
    ) -> Indicator:
        self.sources.once(i.code, text, (*path, "code"))
        self.sources.known(text, (*path, "periods"), i.periods, scope.periods)
        self.sources.known(text, (*path, "respondents"), i.respondents, scope.kinds)
        self.sources.known(text, (*path, "core"), i.core, i.respondents)
        self.sources.known(text, (*path, "seed"), i.seed, (*scope.outline, "mau-so"))
        self.sources.known(text, (*path, "locked"), i.locked, i.periods)
        self.sources.known(text, (*path, "adds"), i.adds, i.respondents)
        for kind, periods in i.core.items():
            self.sources.known(text, (*path, "core", kind), periods, i.periods)
        if i.provider:
            self.sources.known(text, (*path, "provider"), (i.provider,), scope.providers)
        series_break = None
        if i.break_ is not None:
            self.sources.known(text, (*path, "break", "from"), i.break_.from_, scope.periods)
            series_break = Break(i.break_.from_, **copied(Break, i.break_, "from_"))
        expressions: dict[str, Any] = {
            key: self.sources.expression(getattr(i, key), text, (*path, key))
            for key in _EXPRESSIONS
        }
        return Indicator(
            **copied(Indicator, i, *_EXPRESSIONS, "periods", "factor", "break_"),
            **expressions,
            group=group,
            periods=tuple(p for p in scope.periods if p in i.periods),
            factor=i.factor if i.factor is not None else Decimal(1),
            series_break=series_break,
        )

    def _check_signs(self, head: FormText, text: YamlText) -> None:
        """Refuse a state without a sign, and a sign that means two things."""
        signs = {**DEFAULT_SIGNS, **{k: tuple(v) for k, v in head.signs.items()}}
        owners: dict[str, str] = {}
        for state, given in signs.items():
            if not given:
                text.fault(("signs", state), "definition.missing", key=state)
            for sign in given:
                other = owners.setdefault(sign.casefold(), state)
                if other != state:
                    text.fault(("signs", state), "definition.code_twice", code=sign, other=other)
