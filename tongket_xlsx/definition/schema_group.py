"""The keys of a group of indicators and of rules: what a ``group-CODE.yaml`` may hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from tongket_xlsx.definition.schema_values import Code, Codes, PerCent, Times, YamlBlock
from tongket_xlsx.model.checks import Odd
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form_words import Aggregation, Better, Clock, Kind, Nature


class BreakText(YamlBlock):
    """A series break."""

    from_: Annotated[Codes, Field(alias="from")]
    """The periods from which on the figures mean something else."""
    reason: str
    """Why, as it stands beside the table, in Vietnamese."""
    reason_en: str = ""
    """The same in English."""
    status: Literal["", "verified-secondary", "partly", "unverified"] = ""
    """How far the reason is known."""
    source: str = ""
    """Where it was read."""


class IndicatorText(YamlBlock):
    """One indicator."""

    code: Annotated[str, Field(pattern=r"^[^\W\d_]\w{0,15}$")]
    """The code of the indicator: letters and digits, unique in the form, never used again for
    something else."""
    label: str
    """What is asked, as it stands in the row, in Vietnamese; a part begins with `- ` or `Trong đó:
    `."""
    label_en: str = ""
    """The same in English."""
    unit: str
    """The unit of measure, in Vietnamese."""
    unit_en: str = ""
    """The same in English."""
    kind: Kind
    """What sort of figure it is: `count` a whole number, `money` whole millions of đồng, `percent`
    0 to 100, `number` any, `yesno` Có or Không."""
    nature: Nature
    """Whether it is a level at a date (`stock`), an amount of a year (`flow`), or `computed` by the
    form."""
    clock: Clock = Clock.POINT
    """Which date or span of a period it belongs to: the end (`point`), the calendar year or the
    school year."""
    periods: Codes
    """The periods it is asked for."""
    core: dict[str, Codes] = {}
    """What must be answered: kind of unit → periods."""
    respondents: Codes
    """The kinds of unit that answer; of a computed one, those that are in the ratio of the province
    where they have both parts."""
    aggregation: Aggregation
    """How the figures of units become that of the province: added (`sum`), counted (`count_yes`), a
    ratio of sums (`ratio`), or not at all (`none`)."""
    numerator: str = ""
    """Of a computed indicator: a sum of codes."""
    denominator: str = ""
    """Of a computed indicator: a sum of codes."""
    factor: Decimal | None = None
    """Of a computed indicator: what the quotient is multiplied by, 1 without it."""
    hard_min: Decimal | None = None
    """The logical lower bound; a figure below it is an error and is held."""
    hard_max: Decimal | None = None
    """The logical upper bound; a figure above it is an error and is held."""
    plausible_min: str = ""
    """The usual lower bound, a number or an expression; below it is a warning, for the kinds in
    `plausible_for`."""
    plausible_max: str = ""
    """The usual upper bound, likewise."""
    break_: Annotated[BreakText | None, Field(alias="break")] = None
    """A series break, where the figures of some years mean something else."""
    records: str = ""
    """Whether the books of the first year are still there: `firm`, `estimate`, `none` or `na`."""
    provider: str = ""
    """The office that keeps the figure, one of `providers`."""
    better: Better = Better.NONE
    """Which direction of change is progress; the ranks of units follow it."""
    seed: Codes = ()
    """The parts of the outline it answers, or `mau-so` for a mere denominator."""
    headline: bool = False
    """Whether it stands among the first figures of the overview."""
    help: str
    """One sentence that says what to count, shown when the cell is chosen, in Vietnamese."""
    help_en: str = ""
    """The same in English."""
    note: str = ""
    """A remark for whoever edits the form; it stands in the codebook."""
    prefill: str = ""
    """The column of the list of units it is filled in from, without the period: `communes` for
    `communes_2012`."""
    locked: Codes = ()
    """The periods in which a figure that was filled in cannot be changed."""
    formerly: Codes = ()
    """The codes it had in earlier versions of the form, by which old returns are read."""
    adds: Codes = ()
    """The kinds that add to the province, where these are not all `part` kinds that answer."""


class RuleText(YamlBlock):
    """One rule, or one family of rules."""

    id: Annotated[str, Field(pattern=r"^\S{1,40}$")]
    """The code of the rule, unique in the form."""
    expression: str
    """What must hold, in the [language of rules](rules.md); `{code}` stands for the member of a
    family."""
    severity: Severity
    """How grave a broken rule is: `error` or `warning`."""
    message: str
    """What is said of it, in Vietnamese, with `{code}` and `{label}` of the member."""
    message_en: str = ""
    """The same in English."""
    family: str = ""
    """The indicators it holds for one after the other: codes, or conditions such as
    `kind:money&period:2017&-LD01`."""
    fallback_for: str = ""
    """The rule in whose place it speaks, where that one cannot run because a figure is missing."""
    only_for: Codes = ()
    """The kinds of unit it holds for; without it, all that answer."""
    scale: bool = False
    """Whether a jump between two years may be one of the unit of measure or of a lost separator;
    both readings are then told."""
    holds: Codes = ()
    """Which figures are held while it is broken: `named`, `all`, `none`, or codes of the
    expression."""
    suspect: Odd = Odd.COMMON
    """How the figure that is wrong is found among those it compares."""
    tolerance: PerCent | None = None
    """How many per cent of the whole the relation may be off before a figure is held."""
    factor: Times | None = None
    """From how many times on a figure is held, of a bound or of a rule about scale."""
    same_unit: bool | None = None
    """Whether its figures are in one unit of measure, so that one held for its unit takes the
    others along; without it, sums of one unit of measure."""
    beta: bool = False
    """Whether it is on trial; then it may only warn."""
    source: str = ""
    """Where the rule was taken from."""


class GroupText(YamlBlock):
    """One group file."""

    code: Code
    """The code of the group, that of the name of its file."""
    name: str
    """What its sheet is called, in Vietnamese."""
    name_en: str = ""
    """The same in English."""
    title: str
    """What stands at the head of its sheet, in Vietnamese."""
    title_en: str = ""
    """The same in English."""
    indicators: list[IndicatorText]
    """Its rows, in their order."""
    rules: list[RuleText] = []
    """The rules about them."""


class RulesText(YamlBlock):
    """The file of rule families."""

    rules: list[RuleText] = []
    """Rules that are written once for many indicators of any group."""
