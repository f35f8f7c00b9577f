"""What is asked, of whom, and for when: the form, its groups, indicators, rules and units.

A form is read once from its definition and never changes. Everything that the offices or an
auditor may ask about a figure — unit of measure, clock, provider, series break — stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from tongket_xlsx.model.expressions import Expression
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.relations import relation_of
from tongket_xlsx.text.messages import say
from tongket_xlsx.text.normalize import fold
from tongket_xlsx.text.numerals import tidy

# The signs of the national statistical yearbooks; the first of each is the one we print.
DEFAULT_SIGNS: Mapping[str, tuple[str, ...]] = {
    "nil": ("-", "–", "—"),
    "missing": ("…", "..."),
    "not_applicable": ("x", "X"),
}


# Stands in the label of a question for the title that the collector gives.
TITLE = "{title}"

# The scope of targets that the province set itself.
OWN_SCOPE = "cua-tinh"
# The scopes of targets that are for parts of a province, whatever a form lists as its own.
PART_SCOPES = frozenset({"xa", "xa-dac-biet-kho-khan", "huyen", "khu-cong-nghiep"})
# How far such a target can be relied on: its owner entered it, with the document it stands in.
OWN_STATUS = "own"


class Kind(StrEnum):
    """Say what sort of figure an indicator is."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"
    YESNO = "yesno"


class Nature(StrEnum):
    """Say whether a figure is a level, an amount of a year, or computed from others."""

    STOCK = "stock"
    FLOW = "flow"
    COMPUTED = "computed"


class Clock(StrEnum):
    """Say which date or span of a period a figure belongs to."""

    POINT = "point"
    CALENDAR = "calendar"
    SCHOOL_YEAR = "school_year"


class Aggregation(StrEnum):
    """Say how the figures of the units become the figure of the province."""

    SUM = "sum"
    COUNT_YES = "count_yes"
    RATIO = "ratio"
    NONE = "none"


class Scope(StrEnum):
    """Say whether a kind of unit adds to the total, covers the whole, or only writes text."""

    PART = "part"
    WHOLE = "whole"
    NARRATIVE = "narrative"
    TOTAL = "total"


class Better(StrEnum):
    """Say which direction of change is progress."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Words:
    """Hold a text of the form in Vietnamese and, where it was given, in English."""

    vi: str
    en: str = ""

    def to(self, lang: str) -> str:
        """Return the text in a language, in Vietnamese where there is no other."""
        return self.en if lang == "en" and self.en else self.vi

    def __bool__(self) -> bool:
        """Say whether there is any text."""
        return bool(self.vi)


@dataclass(frozen=True, slots=True)
class Period:
    """A benchmark year, or the cumulative span over several.

    ``ends`` is the reference date of stocks, the days from ``starts`` to ``ends`` those of flows.
    """

    code: str
    label: Words
    starts: date
    ends: date
    cumulative: bool = False
    aliases: tuple[str, ...] = ()
    school_year: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of reporting unit and what its figures mean for the province."""

    code: str
    name: Words
    scope: Scope
    required: bool
    fills_by: str
    signature: str
    note: str


@dataclass(frozen=True, slots=True)
class Provider:
    """An office that keeps a figure, under the name it has for each kind of unit."""

    code: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)

    def name_for(self, kind: str) -> str:
        """Return the name of the office as a unit of this kind knows it."""
        return self.names.get(kind, self.name)


@dataclass(frozen=True, slots=True)
class Break:
    """A series break: from this period on, figures mean something else than before.

    ``status`` says how far its reason can be relied on, as that of a target does; ``source`` where
    it was read.
    """

    periods: tuple[str, ...]
    reason: Words
    status: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of a group sheet."""

    code: str
    group: str
    label: Words
    unit: Words
    kind: Kind
    nature: Nature
    clock: Clock
    periods: tuple[str, ...]
    core: Mapping[str, tuple[str, ...]]
    respondents: tuple[str, ...]
    aggregation: Aggregation
    provider: str
    better: Better
    help: Words
    numerator: Expression | None = None
    denominator: Expression | None = None
    factor: Decimal = Decimal(1)
    hard_min: Decimal | None = None
    hard_max: Decimal | None = None
    plausible_min: Expression | None = None
    plausible_max: Expression | None = None
    series_break: Break | None = None
    records: str = ""
    seed: tuple[str, ...] = ()
    headline: bool = False
    note: str = ""
    prefill: str = ""
    locked: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()

    @property
    def computed(self) -> bool:
        """Say whether the workbook computes it, so that nobody fills it in."""
        return self.nature is Nature.COMPUTED

    @property
    def whole(self) -> bool:
        """Say whether only whole numbers make sense."""
        return self.kind in (Kind.COUNT, Kind.MONEY)

    @property
    def plain_label(self) -> str:
        """Return the label as it starts a sentence: without “- ” and “Trong đó: ”."""
        return _starting(self.label.vi, "Trong đó: ")

    @property
    def plain_label_en(self) -> str:
        """Return the English label as it starts a sentence, where there is one."""
        return _starting(self.label.en, "Of which: ")

    def operands(self) -> tuple[str, ...]:
        """Return the codes a computed indicator is made of."""
        if self.numerator is None or self.denominator is None:
            return ()
        return tuple(dict.fromkeys(self.numerator.names + self.denominator.names))


def _starting(label: str, subset: str) -> str:
    """Write a label as it starts a sentence: without the marks of a part and of a subset."""
    text = label.removeprefix("- ").removeprefix(subset)
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of indicators: one sheet of the workbook."""

    code: str
    name: Words
    title: Words
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question answered in words.

    ``core`` says that it must be answered: by some kind of unit, or, as :meth:`Form.prompts_for`
    returns it, by that kind; ``core_for`` names the kinds. Where the subject has a title that only
    the collector can give, ``pattern`` is the label with ``{title}`` in its place, and ``title``
    what was given.
    """

    code: str
    label: Words
    linked: tuple[str, ...]
    max_chars: int
    core: bool
    respondents: tuple[str, ...]
    seed: tuple[str, ...] = ()
    core_for: tuple[str, ...] = ()
    pattern: Words = Words("")
    title: str = ""

    @property
    def untitled(self) -> bool:
        """Say whether the collector still has to give its title."""
        return bool(self.pattern) and not self.title

    def with_title(self, title: str) -> Prompt:
        """Return the question under a title; one that has no title yet says so in its label."""
        if not self.pattern:
            return self
        texts = {
            lang: self.pattern.to(lang).replace(TITLE, title or say("prompt.untitled", lang))
            for lang in ("vi", "en")
        }
        label = Words(texts["vi"], texts["en"] if self.pattern.en else "")
        return replace(self, label=label, title=title)


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """One column of a roster; ``counted`` marks the one that ``documents()`` looks at."""

    code: str
    label: Words
    width: int
    choices: tuple[str, ...] = ()
    date: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """A list with as many rows as there are entries."""

    code: str
    name: Words
    title: Words
    rows: int
    columns: tuple[RosterColumn, ...]
    respondents: tuple[str, ...]
    help: Words

    @property
    def counted(self) -> RosterColumn | None:
        """Return the column whose values ``documents()`` counts."""
        return next((c for c in self.columns if c.counted), None)


class Held(StrEnum):
    """Say which of its figures a broken rule holds back from totals.

    ``DEFAULT``: bounds and rules about scale their figure, an error between figures the part it
    names, a warning none. ``CODES``: those that ``held_codes`` names.
    """

    DEFAULT = ""
    NONE = "none"
    NAMED = "named"
    ALL = "all"
    CODES = "codes"


class Odd(StrEnum):
    """Say how the odd one is found among the figures of a rule.

    Between years: ``COMMON`` asks the third year, ``LARGER`` and ``SMALLER`` need none. In other
    relations ``COMMON`` blames a figure at which several of them fail; ``NAMED`` always the part.
    """

    COMMON = "common"
    NAMED = "named"
    LARGER = "larger"
    SMALLER = "smaller"


@dataclass(frozen=True, slots=True)
class Holding:
    """From where on figures are held, where a rule says nothing else.

    ``years``: how many times one year is another; ``bounds``: how many times a bound is exceeded;
    ``units``: how many times the median of the units a figure is, or it is a figure; ``tolerance``:
    by how many per cent of the whole a relation may be broken.
    """

    years: Decimal = Decimal(200)
    bounds: Decimal = Decimal(10)
    units: Decimal = Decimal(100)
    tolerance: Decimal = Decimal(5)


@dataclass(frozen=True, slots=True)
class Rule:
    """One cross-check as it stands in the definition; a family holds for many indicators.

    ``only_for`` limits it to kinds of units; where it is about ``scale``, two years that differ
    manifold may be in different units or have lost a separator, and both readings are told.
    ``holds`` and ``suspect`` say which figures are held back while it is broken: from ``factor``
    times on where it is a bound or about scale, else beyond ``tolerance`` per cent. Where it says
    that figures are in the ``same_unit``, one that is held for its unit takes the others along.
    """

    code: str
    text: str
    severity: Severity
    message: Words
    members: tuple[str, ...] = ()
    fallback_for: str = ""
    beta: bool = False
    source: str = ""
    only_for: tuple[str, ...] = ()
    scale: bool = False
    holds: Held = Held.DEFAULT
    held_codes: tuple[str, ...] = ()
    suspect: Odd = Odd.COMMON
    tolerance: Decimal | None = None
    factor: Decimal | None = None
    same_unit: bool | None = None


@dataclass(frozen=True, slots=True)
class Outlier:
    """A comparison between units: figures over ``per`` that are far from those of the others.

    ``units`` is the least number of units compared, ``threshold`` the robust z-score and
    ``factor`` the ratio to the median beyond which a figure is asked about, ``holds`` that beyond
    which it is held as probably in another unit.
    """

    code: str
    per: str
    members: tuple[str, ...]
    units: int
    threshold: Decimal
    factor: Decimal
    message: Words
    source: str = ""
    holds: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule applied to one member in one period: what is evaluated.

    ``only_for`` limits it to kinds of units; empty means every kind that answers its operands.
    """

    rule: Rule
    member: str
    subject: str
    period: str
    expression: Expression
    only_for: tuple[str, ...] = ()

    @property
    def name(self) -> tuple[str, str, str, str]:
        """Return what tells this check from any other; both bounds of a figure share a key."""
        return self.rule.code, self.rule.text, self.member, self.period

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what names this check among all."""
        return self.rule.code, self.member, self.period


# How a comparison is written for people.
COMPARED_BY = {">=": "≥", "<=": "≤"}


class CountedAs(StrEnum):
    """Say how units that reach a level are counted: as per cent of those judged, or as such."""

    SHARE = "share"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many units reach a level, each by its own figures: what a target is held against.

    A unit reaches it where **each** of the indicators does; ``value`` is ``None`` where they are
    answered by yes or no, and yes reaches it. All of them stand in one group of the form.

    Example:
        Districts of which at least 90 % of the communes reach the standard, as a share:
        ``UnitCount(("PC35",), ">=", Decimal(90), ("huyen",), CountedAs.SHARE)``.
    """

    indicators: tuple[str, ...]
    operator: str
    value: Decimal | None
    kinds: tuple[str, ...]
    counted_as: CountedAs

    def is_reached_by(self, figure: Decimal) -> bool:
        """Say whether a figure of a unit reaches the level; yes is 1."""
        if self.value is None:
            return figure == 1
        return figure >= self.value if self.operator == ">=" else figure <= self.value


@dataclass(frozen=True, slots=True)
class Target:
    """A target set by a document, with how far its text has been verified.

    It is held against the figure of the province for ``indicator``, or against ``counts``.
    """

    code: str
    document: str
    label: str
    indicator: str
    operator: str
    value: Decimal | None
    year: int
    applies_to: str
    status: str
    source: str
    note: str
    counts: UnitCount | None = None

    @property
    def verified(self) -> bool:
        """Say whether a public page was read for it, or its owner gave it himself."""
        return self.status in ("verified-secondary", OWN_STATUS)

    @property
    def is_partly_verified(self) -> bool:
        """Say whether only a part of it was read on a public page."""
        return self.status == "partly"


class ChartKind(StrEnum):
    """Say how a chart shows its indicators."""

    YEARS = "years"
    SHARE = "share"
    TARGET = "target"
    RANKING = "ranking"


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A chart that a person would cut into a report.

    ``years``: columns by year; ``share``: columns, and the last indicator as a line on its own
    axis; ``target``: columns against the target; ``ranking``: units sorted, with the province.
    """

    code: str
    kind: ChartKind
    title: Words
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit: a respondent of the campaign."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str = ""
    aliases: tuple[str, ...] = ()
    existed_from: date | None = None
    existed_to: date | None = None
    block: str = ""
    contact: str = ""
    phone: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def existed_in(self, period: Period) -> bool:
        """Say whether the unit was there in a period (at its end, for a benchmark year)."""
        if self.existed_from is not None and self.existed_from > period.ends:
            return False
        last_day = period.starts if period.cumulative else period.ends
        return self.existed_to is None or self.existed_to >= last_day


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
