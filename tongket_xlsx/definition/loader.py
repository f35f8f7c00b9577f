"""A folder of YAML files → a :class:`Form`, or every fault found in them.

The files: ``form.yaml``, one ``group-CODE.yaml`` per group, ``rules.yaml`` (rules written once
for a family), ``narrative.yaml`` and ``targets.yaml``; the last three may be absent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from tongket_xlsx.definition import rule_families as rulebook
from tongket_xlsx.definition.copied import copied
from tongket_xlsx.definition.schema import FormText, PromptsText, RosterText, TargetsText
from tongket_xlsx.definition.schema_group import GroupText, IndicatorText, RulesText
from tongket_xlsx.definition.schema_values import EVERY_KIND
from tongket_xlsx.definition.shape import Model, shaped
from tongket_xlsx.definition.unit_counts import check_unit_count, unit_count
from tongket_xlsx.definition.yaml_lines import Path, Text, read
from tongket_xlsx.model.checks import Holding
from tongket_xlsx.model.expressions import Expression, ExpressionFault, parse
from tongket_xlsx.model.findings import UnsoundDefinition
from tongket_xlsx.model.form import DEFAULT_SIGNS, Form
from tongket_xlsx.model.form_words import Aggregation, Kind, Nature, Period, Words
from tongket_xlsx.model.indicators import (
    TITLE,
    Break,
    Group,
    Indicator,
    Prompt,
    Roster,
    RosterColumn,
)
from tongket_xlsx.model.targets import ChartPlan, Target
from tongket_xlsx.model.units import Provider, UnitKind

FORM_FILE = "form.yaml"
# The longest list of choices a cell can carry.
LONGEST_CHOICES = 255
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
    reader = _Definition(files)
    form = reader.form()
    faults = tuple(f for text in reader.texts.values() for f in text.faults)
    if form is None or faults:
        raise UnsoundDefinition(faults)
    return form


class _Definition:
    """Read the files one after the other and keep every fault beside its line."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.texts: dict[str, Text] = {}
        self.aliases: dict[str, str] = {}
        self.seen: dict[str, str] = {}

    def text(self, name: str) -> Text:
        if name not in self.texts:
            data = self.files.get(name)
            self.texts[name] = read(name, data) if data is not None else Text(name)
        return self.texts[name]

    def form(self) -> Form | None:
        """Build the form as far as the files allow; ``None`` where the form file is unusable."""
        text = self.text(FORM_FILE)
        if FORM_FILE not in self.files:
            text.fault((), "definition.no_file", file=FORM_FILE)
            return None
        head = shaped(FormText, text)
        if head is None:
            self._read_the_rest()
            return None
        periods = tuple(self._periods(head, text))
        kinds = tuple(self._kinds(head, text))
        groups_text = [(name, self._group_text(code)) for name, code in self._group_names(head)]
        scope = _Scope(
            periods=tuple(p.code for p in periods),
            kinds=tuple(k.code for k in kinds),
            providers=tuple(p.code for p in head.providers),
            outline=tuple(head.outline),
        )
        groups = tuple(
            self._group(name, group, scope) for name, group in groups_text if group is not None
        )
        indicators = {i.code: i for g in groups for i in g.indicators}
        self._check_indicators(groups, indicators)
        rosters = tuple(self._roster(r, i, text, scope) for i, r in enumerate(head.rosters))
        rules = rulebook.Rulebook(
            indicators,
            rosters,
            self.aliases,
            tuple(p.code for p in periods if not p.cumulative),
            scope.kinds,
        )
        for name, group in groups_text:
            if group is not None:
                rules.add_all(group.rules, self.text(name), ("rules",))
        for i, roster in enumerate(head.rosters):
            rules.add_all(roster.rules, text, ("rosters", i, "rules"))
        families = self._optional("rules.yaml", RulesText)
        if families is not None:
            rules.add_all(families.rules, self.text("rules.yaml"), ("rules",))
        rules.finish(head.plausible_for)
        return Form(
            id=head.id,
            version=head.version,
            digest=digest(self.files),
            title=Words(head.title, head.title_en),
            subtitle=Words(head.subtitle, head.subtitle_en),
            cutoff=Words(head.cutoff, head.cutoff_en),
            periods=periods,
            unit_kinds={k.code: k for k in kinds},
            providers={p.code: Provider(p.code, p.name, p.names) for p in head.providers},
            groups=groups,
            prompts=tuple(self._prompts(scope, indicators)),
            rosters=rosters,
            rules=tuple(rules.rules),
            checks=tuple(rules.checks),
            targets=tuple(self._targets(indicators, {k.code: k for k in kinds})),
            outline=head.outline,
            signs={**DEFAULT_SIGNS, **{k: tuple(v) for k, v in head.signs.items()}},
            target_scopes=head.target_scopes,
            charts=tuple(self._charts(head, text, indicators)),
            computed_tolerance=head.computed_tolerance,
            outliers=tuple(rules.outliers(head.outliers, text)),
            holding=Holding(**head.holding.model_dump()),
        )

    def _charts(
        self, head: FormText, text: Text, indicators: Mapping[str, Indicator]
    ) -> Iterator[ChartPlan]:
        for n, chart in enumerate(head.charts):
            self._known(text, ("charts", n, "indicators"), chart.indicators, indicators)
            title = Words(chart.title, chart.title_en)
            yield ChartPlan(chart.code, chart.kind, title, chart.indicators)

    def _read_the_rest(self) -> None:
        # The form file is broken; whoever mends it wants the faults of the others as well.
        for name in sorted(self.files):
            if name.startswith("group-"):
                shaped(GroupText, self.text(name))
        self._optional("rules.yaml", RulesText)
        self._optional("narrative.yaml", PromptsText)
        self._optional("targets.yaml", TargetsText)

    def _optional(self, name: str, model: type[Model]) -> Model | None:
        return shaped(model, self.text(name)) if name in self.files else None

    def _group_names(self, head: FormText) -> Iterator[tuple[str, str]]:
        for code in dict.fromkeys(head.groups):
            yield f"group-{code}.yaml", code
        known = {f"group-{code}.yaml" for code in head.groups}
        for name in sorted(self.files):
            if name.startswith("group-") and name not in known:
                self.text(name).fault((), "definition.group_not_listed", file=name)

    def _group_text(self, code: str) -> GroupText | None:
        name = f"group-{code}.yaml"
        if name not in self.files:
            self.text(FORM_FILE).fault(("groups",), "definition.no_file", file=name)
            return None
        group = shaped(GroupText, self.text(name))
        if group is not None and group.code != code:
            self.text(name).fault(
                ("code",), "definition.value", key="code", value=group.code, expected=code
            )
        return group

    def _once(self, code: str, text: Text, path: Path) -> None:
        folded = code.casefold()
        if folded in self.seen:
            text.fault(path, "definition.code_twice", code=code, other=self.seen[folded])
        self.seen.setdefault(folded, str(text.place(path)))

    def _known(self, text: Text, path: Path, given: Iterable[str], known: Iterable[str]) -> None:
        known = tuple(known)
        for code in given:
            if code not in known:
                text.fault(
                    path, "definition.unknown", value=code, choices=rulebook.alike(code, known)
                )

    def _periods(self, head: FormText, text: Text) -> Iterator[Period]:
        for i, p in enumerate(head.periods):
            path = ("periods", i)
            for alias in (p.code, *p.aliases):
                if alias in self.aliases:
                    text.fault(path, "definition.code_twice", code=alias, other="periods")
                self.aliases[alias] = p.code
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

    def _kinds(self, head: FormText, text: Text) -> Iterator[UnitKind]:
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
        self._known(text, ("plausible_for",), head.plausible_for, seen)
        self._known(text, ("signs",), head.signs, DEFAULT_SIGNS)
        self._check_signs(head, text)

    def _group(self, name: str, group: GroupText, scope: _Scope) -> Group:
        text = self.text(name)
        self._once(group.code, text, ("code",))
        indicators = tuple(
            self._indicator(i, group.code, text, ("indicators", n), scope)
            for n, i in enumerate(group.indicators)
        )
        title = Words(group.title, group.title_en)
        return Group(group.code, Words(group.name, group.name_en), title, indicators)

    def _indicator(
        self, i: IndicatorText, group: str, text: Text, path: Path, scope: _Scope
    ) -> Indicator:
        self._once(i.code, text, (*path, "code"))
        self._known(text, (*path, "periods"), i.periods, scope.periods)
        self._known(text, (*path, "respondents"), i.respondents, scope.kinds)
        self._known(text, (*path, "core"), i.core, i.respondents)
        self._known(text, (*path, "seed"), i.seed, (*scope.outline, "mau-so"))
        self._known(text, (*path, "locked"), i.locked, i.periods)
        self._known(text, (*path, "adds"), i.adds, i.respondents)
        for kind, periods in i.core.items():
            self._known(text, (*path, "core", kind), periods, i.periods)
        if i.provider:
            self._known(text, (*path, "provider"), (i.provider,), scope.providers)
        series_break = None
        if i.break_ is not None:
            self._known(text, (*path, "break", "from"), i.break_.from_, scope.periods)
            series_break = Break(i.break_.from_, **copied(Break, i.break_, "from_"))
        expressions: dict[str, Any] = {
            key: self._expression(getattr(i, key), text, (*path, key)) for key in _EXPRESSIONS
        }
        return Indicator(
            **copied(Indicator, i, *_EXPRESSIONS, "periods", "factor", "break_"),
            **expressions,
            group=group,
            periods=tuple(p for p in scope.periods if p in i.periods),
            factor=i.factor if i.factor is not None else Decimal(1),
            series_break=series_break,
        )

    def _expression(self, written: str, text: Text, path: Path) -> Expression | None:
        if not written:
            return None
        try:
            return parse(written, self.aliases)
        except ExpressionFault as fault:
            text.fault(path, fault.code, **fault.parameters)
            return None

    def _check_indicators(
        self, groups: tuple[Group, ...], indicators: Mapping[str, Indicator]
    ) -> None:
        for group in groups:
            text = self.text(f"group-{group.code}.yaml")
            for n, i in enumerate(group.indicators):
                path: Path = ("indicators", n)
                self._check_formula(i, text, path, indicators)
                self._check_bounds(i, text, path, indicators)
                self._check_aggregation(i, text, path)

    def _check_formula(
        self, i: Indicator, text: Text, path: Path, indicators: Mapping[str, Indicator]
    ) -> None:
        """Refuse what cannot be computed, and what is computed and asked at once."""
        parts = (("numerator", i.numerator), ("denominator", i.denominator))
        if i.computed and any(part is None for _, part in parts):
            text.fault(path, "definition.computed_needs", code=i.code)
        if not i.computed and any(part is not None for _, part in parts):
            text.fault(path, "definition.input_with_operands", code=i.code)
        if i.computed and i.core:
            text.fault((*path, "core"), "definition.computed_core", code=i.code)
        for key, part in parts:
            if part is None:
                continue
            self._known(text, (*path, key), part.names, indicators)
            plain = all(r.period is None and not r.counts_rows for r in part.references)
            if part.terms is None or not plain:
                text.fault((*path, key), "definition.not_a_sum", text=part.text)
        if i.nature is Nature.COMPUTED and _in_circle(i.code, indicators):
            text.fault(path, "definition.cycle", code=i.code)

    def _check_bounds(
        self, i: Indicator, text: Text, path: Path, indicators: Mapping[str, Indicator]
    ) -> None:
        for key, bound in (("plausible_min", i.plausible_min), ("plausible_max", i.plausible_max)):
            if bound is not None:
                self._known(text, (*path, key), bound.names, indicators)
                if bound.is_test:
                    text.fault((*path, key), "definition.test_as_bound", text=bound.text)

    def _check_aggregation(self, i: Indicator, text: Text, path: Path) -> None:
        """Refuse a way of adding up that does not fit the kind of figure."""
        fitting: tuple[Aggregation, ...]
        if i.computed:
            fitting = (Aggregation.RATIO,)
        elif i.kind is Kind.YESNO:
            fitting = (Aggregation.COUNT_YES, Aggregation.NONE)
        elif i.kind is Kind.PERCENT:
            fitting = (Aggregation.NONE,)
        else:
            fitting = (Aggregation.SUM, Aggregation.NONE)
        if i.aggregation not in fitting:
            text.fault(
                (*path, "aggregation"),
                "definition.value",
                key="aggregation",
                value=i.aggregation,
                expected=", ".join(fitting),
            )

    def _check_signs(self, head: FormText, text: Text) -> None:
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

    def _roster(self, r: RosterText, n: int, text: Text, scope: _Scope) -> Roster:
        path: Path = ("rosters", n)
        self._once(r.code, text, path)
        self._known(text, (*path, "respondents"), r.respondents, scope.kinds)
        for c, column in enumerate(r.columns):
            self._once(column.code, text, (*path, "columns", c, "code"))
        for c, column in enumerate(r.columns):
            for choice in column.choices:
                # Excel writes the choices of a list in one text, parted by commas.
                if "," in choice or len(",".join(column.choices)) > LONGEST_CHOICES:
                    text.fault(
                        (*path, "columns", c, "choices"),
                        "definition.choices",
                        value=choice,
                        count=LONGEST_CHOICES,
                    )
        columns = tuple(
            RosterColumn(
                c.code, Words(c.label, c.label_en), c.width, tuple(c.choices), c.date, c.counted
            )
            for c in r.columns
        )
        return Roster(
            r.code,
            Words(r.name, r.name_en),
            Words(r.title, r.title_en),
            r.rows,
            columns,
            r.respondents,
            Words(r.help, r.help_en),
        )

    def _prompts(self, scope: _Scope, indicators: Mapping[str, Indicator]) -> Iterator[Prompt]:
        name = "narrative.yaml"
        given = self._optional(name, PromptsText)
        if given is None:
            return
        text = self.text(name)
        for n, p in enumerate(given.prompts):
            path: Path = ("prompts", n)
            self._once(p.code, text, (*path, "code"))
            self._known(text, (*path, "linked"), p.linked, indicators)
            self._known(text, (*path, "respondents"), p.respondents, scope.kinds)
            # A prompt may answer a whole part of the outline: “2” stands for 2.1.a, 2.1.b, …
            parts = {b.split(".")[0] for b in scope.outline}
            self._known(text, (*path, "seed"), p.seed, (*scope.outline, *parts))
            core_for = p.respondents if p.core == (EVERY_KIND,) else p.core
            self._known(text, (*path, "core"), core_for, p.respondents)
            label = Words(p.label, p.label_en)
            prompt = Prompt(
                p.code,
                label,
                p.linked,
                p.max_chars,
                bool(core_for),
                p.respondents,
                p.seed,
                core_for,
                label if TITLE in p.label else Words(""),
            )
            yield prompt.with_title("")

    def _targets(
        self, indicators: Mapping[str, Indicator], kinds: Mapping[str, UnitKind]
    ) -> Iterator[Target]:
        name = "targets.yaml"
        given = self._optional(name, TargetsText)
        if given is None:
            return
        text = self.text(name)
        for n, t in enumerate(given.targets):
            path: Path = ("targets", n)
            self._once(t.id, text, (*path, "id"))
            if t.indicator:
                self._known(text, (*path, "indicator"), (t.indicator,), indicators)
            if t.counts is not None:
                counted: Path = (*path, "counts")
                if t.indicator:
                    text.fault(counted, "definition.count_twice", code=t.id)
                self._known(text, (*counted, "indicators"), t.counts.indicators, indicators)
                self._known(text, (*counted, "kinds"), t.counts.kinds, kinds)
                check_unit_count(t.counts, t.id, text, counted, (indicators, kinds))
            yield Target(
                t.id,
                t.document,
                t.target,
                t.indicator,
                t.operator,
                t.value,
                t.year,
                t.applies_to,
                t.status,
                t.source,
                t.note,
                unit_count(t.counts) if t.counts is not None else None,
            )


class _Scope:
    """The names that the rest of the definition may use."""

    def __init__(
        self,
        periods: tuple[str, ...],
        kinds: tuple[str, ...],
        providers: tuple[str, ...],
        outline: tuple[str, ...],
    ) -> None:
        self.periods = periods
        self.kinds = kinds
        self.providers = providers
        self.outline = outline


def _in_circle(code: str, indicators: Mapping[str, Indicator]) -> bool:
    """Say whether a computed indicator is made, in the end, of itself."""
    waiting, seen = list(indicators[code].operands()), set[str]()
    while waiting:
        name = waiting.pop()
        if name == code:
            return True
        if name not in seen and name in indicators:
            seen.add(name)
            waiting.extend(indicators[name].operands())
    return False
