"""The keys of a form and of what it collects besides figures: questions, lists, targets."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tongket_xlsx.definition.schema_group import RuleText
from tongket_xlsx.definition.schema_values import (
    Code,
    Codes,
    Day,
    PerCent,
    Times,
    YamlBlock,
    kinds_of,
)
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.targets import ChartKind, CountedAs


class PeriodText(YamlBlock):
    """One benchmark year or the cumulative span."""

    code: Code
    """The code by which indicators and rules name the period, such as `2017`."""
    label: str
    """What stands over its column, in Vietnamese."""
    label_en: str = ""
    """The same in English; without it the Vietnamese stands."""
    starts: Day
    """The first day of what flows in it."""
    ends: Day
    """Its last day, which is the reference date of stocks."""
    cumulative: bool = False
    """Whether it spans several years, as a column of its own that is never compared with a year."""
    aliases: Codes = ()
    """Other names that rules may use, such as `LK`."""
    school_year: str = ""
    """The school year that is meant where an indicator goes by school years."""
    confirmed: bool = True
    """Whether the province has confirmed the dates; where it has not, the form says so."""


class UnitKindText(YamlBlock):
    """One kind of reporting unit."""

    code: Code
    """The code by which indicators and the list of units name the kind."""
    name: str
    """What it is called, in Vietnamese."""
    name_en: str = ""
    """The same in English."""
    scope: Scope
    """What its figures mean for the province: `part` adds, `whole` is for comparison and never
    added, `narrative` only writes, `total` gets no form."""
    required: bool = True
    """Whether a unit of this kind must send a return."""
    fills_by: str = ""
    """Who fills it in; it stands in the codebook."""
    signature: str = ""
    """What stands over the signature on the cover."""
    note: str = ""
    """A remark for whoever edits the form."""


class ProviderText(YamlBlock):
    """One office that keeps figures."""

    code: Code
    """The code by which indicators name the office."""
    name: str
    """What it is called."""
    names: dict[str, str] = {}
    """What a kind of unit calls it, where that is different: kind → name."""


class OutlierText(YamlBlock):
    """One comparison of figures between units of a kind."""

    id: Annotated[str, Field(pattern=r"^\S{1,40}$")]
    """The code of the comparison, unique among the rules."""
    per: str
    """The indicator by which figures are divided before they are compared, such as people."""
    indicators: Codes
    """The indicators that are compared."""
    units: Annotated[int, Field(ge=3)] = 8
    """The least number of units that are compared."""
    threshold: Annotated[Decimal, Field(gt=0)] = Decimal("3.5")
    """The robust z-score on a logarithmic scale beyond which is asked."""
    factor: Annotated[Decimal, Field(ge=1)] = Decimal(3)
    """How many times the median a figure must be, or it a figure, to be asked about."""
    holds: Times | None = None
    """From how many times on the figure is held; without it, `holding.units`."""
    message: str
    """What is said of it, in Vietnamese, with `{code}` and `{label}`."""
    message_en: str = ""
    """The same in English."""
    source: str = ""
    """Where the method was taken from."""


class RosterColumnText(YamlBlock):
    """One column of a roster."""

    code: Code
    """The code of the column, unique in the form."""
    label: str
    """What stands over it, in Vietnamese."""
    label_en: str = ""
    """The same in English."""
    width: Annotated[int, Field(ge=4, le=120)] = 20
    """Its width, in characters."""
    choices: list[str] = []
    """What can be chosen; without any, what is typed is free."""
    date: bool = False
    """Whether it holds days."""
    counted: bool = False
    """Whether `documents("…")` of a rule counts its entries."""


class RosterText(YamlBlock):
    """A list with as many rows as there are entries."""

    code: Code
    """The code of the list."""
    name: str
    """What its sheet is called, in Vietnamese."""
    name_en: str = ""
    """The same in English."""
    title: str
    """What stands at the head of its sheet, in Vietnamese."""
    title_en: str = ""
    """The same in English."""
    rows: Annotated[int, Field(ge=1, le=5000)] = 60
    """How many entries there is room for."""
    respondents: Codes
    """The kinds of unit that get it."""
    help: str = ""
    """One sentence that says what to list, in Vietnamese."""
    help_en: str = ""
    """The same in English."""
    columns: list[RosterColumnText]
    """Its columns, in their order."""
    rules: list[RuleText] = []
    """The rules about its entries, which `documents("…")` counts."""


class PromptText(YamlBlock):
    """A question answered in words."""

    code: Code
    """The code of the question, unique in the form."""
    label: str
    """The question, in Vietnamese; `{title}` waits for a title typed under `[titles]` in
    `tongket.toml`."""
    label_en: str = ""
    """The same in English."""
    linked: Codes = ()
    """The indicators it is about."""
    max_chars: Annotated[int, Field(ge=1, le=32000)] = 1000
    """The longest answer, in characters."""
    core: Annotated[tuple[str, ...], BeforeValidator(kinds_of)] = ()
    """Who must answer: `yes` every kind that is asked, `no` nobody, or kinds."""
    respondents: Codes
    """The kinds of unit that are asked."""
    seed: Codes = ()
    """The parts of the outline it answers."""


class PromptsText(YamlBlock):
    """The file of questions answered in words."""

    prompts: list[PromptText] = []
    """The questions, in their order."""


class UnitCountText(YamlBlock):
    """How many units reach a level, each by its own figures."""

    indicators: Codes
    """The indicators in which a unit must reach the level, each of them."""
    operator: Literal[">=", "<="] = ">="
    """In which direction the level is reached."""
    value: Decimal | None = None
    """The level; left out where the answer is yes or no."""
    kinds: Codes
    """The kinds of unit that are counted, all of scope `part`."""
    of: CountedAs = CountedAs.SHARE
    """Whether per cent of the units judged are meant (`share`), or their number."""


class TargetText(YamlBlock):
    """A target set by a document."""

    id: Code
    """The code of the target, unique in the form."""
    document: str
    """The document that sets it."""
    target: str
    """What it says."""
    indicator: str = ""
    """The indicator whose figure of the province it is held against."""
    counts: UnitCountText | None = None
    """Instead of `indicator`: how many units reach a level, each by its own figures."""
    operator: Literal[">=", "<="] = ">="
    """In which direction it is reached."""
    value: Decimal | None = None
    """The level; without it, the target is only shown."""
    year: int
    """The year by which it is to be reached."""
    applies_to: str = ""
    """Its scope; only one listed in `target_scopes` is held against the province."""
    status: str
    """How far its text was verified: `verified-secondary`, `partly`, `unverified`."""
    source: str = ""
    """Where it was read."""
    note: str = ""
    """A remark that stands beside it."""


class TargetsText(YamlBlock):
    """The file of targets."""

    targets: list[TargetText] = []
    """The targets, in their order."""


class ChartText(YamlBlock):
    """A chart of the consolidated workbook."""

    code: Code
    """The code of the chart."""
    kind: ChartKind
    """What it shows: columns by `years`, columns and a line of `share`, columns against a `target`,
    or a `ranking` of units."""
    title: str
    """Its title, in Vietnamese."""
    title_en: str = ""
    """The same in English."""
    indicators: Codes
    """What it shows; of `share`, the last one is the line."""


class HoldingText(YamlBlock):
    """From where on figures are held back from totals."""

    years: Times = Decimal(200)
    """How many times one year may be another, before a rule about scale holds the odd one."""
    bounds: Times = Decimal(10)
    """How many times a usual bound may be exceeded, before the figure is held."""
    units: Times = Decimal(100)
    """How many times the median of the units a figure may be, or it a figure, before it is held."""
    tolerance: PerCent = Decimal(5)
    """How many per cent of the whole a relation may be off, before a figure is held."""


class FormText(YamlBlock):
    """The file of the form itself."""

    id: Code
    """The code of the form, which every workbook of it carries."""
    version: str
    """Its version; to be raised whenever something that was sent out changes."""
    title: str
    """The title of the workbook, in Vietnamese."""
    title_en: str = ""
    """The same in English."""
    subtitle: str = ""
    """What stands below it, in Vietnamese."""
    subtitle_en: str = ""
    """The same in English."""
    cutoff: str = ""
    """One sentence about the reference dates, in Vietnamese."""
    cutoff_en: str = ""
    """The same in English."""
    periods: list[PeriodText]
    """The columns of figures, in their order."""
    signs: dict[str, list[str]] = {}
    """What may stand instead of a figure: `nil`, `missing` and `not_applicable` → signs, the first
    of which is printed."""
    plausible_for: Codes = ()
    """The kinds of unit for which the usual bounds are meant."""
    target_scopes: Codes = ()
    """The scopes of targets that are for this province, the more particular later."""
    groups: Codes
    """The groups, in the order of their sheets; each has a file `group-CODE.yaml`."""
    unit_kinds: list[UnitKindText]
    """The kinds of reporting unit."""
    providers: list[ProviderText] = []
    """The offices that keep figures."""
    rosters: list[RosterText] = []
    """The lists with as many rows as there are entries."""
    outline: dict[str, str] = {}
    """The parts of the report that figures and words are collected for: code → title."""
    charts: list[ChartText] = []
    """The charts of the consolidated workbook."""
    computed_tolerance: Annotated[Decimal, Field(ge=0)] = Decimal("0.6")
    """By how many points a computed cell that was typed over may differ before that is asked."""
    outliers: list[OutlierText] = []
    """The comparisons of figures between units."""
    holding: HoldingText = HoldingText()
    """From where on figures are held back from totals, where a rule says nothing else."""
