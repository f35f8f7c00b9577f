"""The shape of the definition files: which keys there are and what may stand in them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from tongket_xlsx.definition.yaml_lines import Path, Text
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import (
    Aggregation,
    Better,
    ChartKind,
    Clock,
    CountedAs,
    Kind,
    Nature,
    Odd,
    Scope,
)


def _split(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


def _day(value: Any) -> Any:
    """Let only 2016-12-31 pass for a day; pydantic would take seconds since 1970 as well."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        raise ValueError(value)
    return value


def _per_cent(value: Any) -> Any:
    """Let “5 %”, “2,5%” and “5” all be five per cent, or two and a half."""
    return value.replace("%", "").replace(",", ".").strip() if isinstance(value, str) else value


def _must(value: Any) -> Any:
    """Let “yes” stand for every kind that is asked, “no” for none; else kinds are named."""
    if not isinstance(value, str):
        return value
    word = value.strip().casefold()
    return {"yes": (EVERY_KIND,), "no": ()}.get(word, tuple(value.split()))


# What “core: yes” of a question stands for.
EVERY_KIND = "*"

PerCent = Annotated[Decimal, BeforeValidator(_per_cent), Field(ge=0)]
Times = Annotated[Decimal, Field(ge=1)]
Day = Annotated[date, BeforeValidator(_day)]
Codes = Annotated[tuple[str, ...], BeforeValidator(_split)]
Code = Annotated[str, Field(pattern=r"^[^\s\"'<>&/\\:]{1,24}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class PeriodText(_Model):
    """One benchmark year or the cumulative span."""

    code: Code
    label: str
    label_en: str = ""
    starts: Day
    ends: Day
    cumulative: bool = False
    aliases: Codes = ()
    school_year: str = ""
    confirmed: bool = True


class UnitKindText(_Model):
    """One kind of reporting unit."""

    code: Code
    name: str
    name_en: str = ""
    scope: Scope
    required: bool = True
    fills_by: str = ""
    signature: str = ""
    note: str = ""


class ProviderText(_Model):
    """One office that keeps figures."""

    code: Code
    name: str
    names: dict[str, str] = {}


class BreakText(_Model):
    """A series break."""

    from_: Annotated[Codes, Field(alias="from")]
    reason: str
    reason_en: str = ""
    status: Literal["", "verified-secondary", "partly", "unverified"] = ""
    source: str = ""


class IndicatorText(_Model):
    """One indicator."""

    code: Annotated[str, Field(pattern=r"^[^\W\d_]\w{0,15}$")]
    label: str
    label_en: str = ""
    unit: str
    unit_en: str = ""
    kind: Kind
    nature: Nature
    clock: Clock = Clock.POINT
    periods: Codes
    core: dict[str, Codes] = {}
    respondents: Codes
    aggregation: Aggregation
    numerator: str = ""
    denominator: str = ""
    factor: Decimal | None = None
    hard_min: Decimal | None = None
    hard_max: Decimal | None = None
    plausible_min: str = ""
    plausible_max: str = ""
    break_: Annotated[BreakText | None, Field(alias="break")] = None
    records: str = ""
    provider: str = ""
    better: Better = Better.NONE
    seed: Codes = ()
    headline: bool = False
    help: str
    help_en: str = ""
    note: str = ""
    prefill: str = ""
    locked: Codes = ()
    formerly: Codes = ()
    adds: Codes = ()


class RuleText(_Model):
    """One rule, or one family of rules."""

    id: Annotated[str, Field(pattern=r"^\S{1,40}$")]
    expression: str
    severity: Severity
    message: str
    message_en: str = ""
    family: str = ""
    fallback_for: str = ""
    only_for: Codes = ()
    scale: bool = False
    holds: Codes = ()
    suspect: Odd = Odd.COMMON
    tolerance: PerCent | None = None
    factor: Times | None = None
    same_unit: bool | None = None
    beta: bool = False
    source: str = ""


class OutlierText(_Model):
    """One comparison of figures between units of a kind."""

    id: Annotated[str, Field(pattern=r"^\S{1,40}$")]
    per: str
    indicators: Codes
    units: Annotated[int, Field(ge=3)] = 8
    threshold: Annotated[Decimal, Field(gt=0)] = Decimal("3.5")
    factor: Annotated[Decimal, Field(ge=1)] = Decimal(3)
    holds: Times | None = None
    message: str
    message_en: str = ""
    source: str = ""


class GroupText(_Model):
    """One group file."""

    code: Code
    name: str
    name_en: str = ""
    title: str
    title_en: str = ""
    indicators: list[IndicatorText]
    rules: list[RuleText] = []


class RulesText(_Model):
    """The file of rule families."""

    rules: list[RuleText] = []


class RosterColumnText(_Model):
    """One column of a roster."""

    code: Code
    label: str
    label_en: str = ""
    width: Annotated[int, Field(ge=4, le=120)] = 20
    choices: list[str] = []
    date: bool = False
    counted: bool = False


class RosterText(_Model):
    """A list with as many rows as there are entries."""

    code: Code
    name: str
    name_en: str = ""
    title: str
    title_en: str = ""
    rows: Annotated[int, Field(ge=1, le=5000)] = 60
    respondents: Codes
    help: str = ""
    help_en: str = ""
    columns: list[RosterColumnText]
    rules: list[RuleText] = []


class PromptText(_Model):
    """A question answered in words."""

    code: Code
    label: str
    label_en: str = ""
    linked: Codes = ()
    max_chars: Annotated[int, Field(ge=1, le=32000)] = 1000
    core: Annotated[tuple[str, ...], BeforeValidator(_must)] = ()
    respondents: Codes
    seed: Codes = ()


class PromptsText(_Model):
    """The file of questions answered in words."""

    prompts: list[PromptText] = []


class UnitCountText(_Model):
    """How many units reach a level, each by its own figures."""

    indicators: Codes
    operator: Annotated[str, Field(pattern="^(>=|<=)$")] = ">="
    value: Decimal | None = None
    kinds: Codes
    of: CountedAs = CountedAs.SHARE


class TargetText(_Model):
    """A target set by a document."""

    id: Code
    document: str
    target: str
    indicator: str = ""
    counts: UnitCountText | None = None
    operator: Annotated[str, Field(pattern="^(>=|<=)$")] = ">="
    value: Decimal | None = None
    year: int
    applies_to: str = ""
    status: str
    source: str = ""
    note: str = ""


class TargetsText(_Model):
    """The file of targets."""

    targets: list[TargetText] = []


class ChartText(_Model):
    """A chart of the consolidated workbook."""

    code: Code
    kind: ChartKind
    title: str
    title_en: str = ""
    indicators: Codes


class HoldingText(_Model):
    """From where on figures are held back from totals."""

    years: Times = Decimal(200)
    bounds: Times = Decimal(10)
    units: Times = Decimal(100)
    tolerance: PerCent = Decimal(5)


class FormText(_Model):
    """The file of the form itself."""

    id: Code
    version: str
    title: str
    title_en: str = ""
    subtitle: str = ""
    subtitle_en: str = ""
    cutoff: str = ""
    cutoff_en: str = ""
    periods: list[PeriodText]
    signs: dict[str, list[str]] = {}
    plausible_for: Codes = ()
    target_scopes: Codes = ()
    groups: Codes
    unit_kinds: list[UnitKindText]
    providers: list[ProviderText] = []
    rosters: list[RosterText] = []
    outline: dict[str, str] = {}
    charts: list[ChartText] = []
    computed_tolerance: Annotated[Decimal, Field(ge=0)] = Decimal("0.6")
    outliers: list[OutlierText] = []
    holding: HoldingText = HoldingText()


Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "bool_parsing": "yes, no",
    "int_parsing": "1, 2, 3 …",
    "decimal_parsing": "12.5",
    "date_from_datetime_parsing": "2016-12-31",
    "date_parsing": "2016-12-31",
    "value_error": "2016-12-31",
    "list_type": "- …",
    "tuple_type": "A B C",
}


def shaped(model: type[Model], text: Text) -> Model | None:
    """Hold a file against its shape; every fault goes to ``text.faults`` with its line."""
    if text.faults and text.value is None:
        return None
    try:
        return TypeAdapter(model).validate_python({} if text.value is None else text.value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _note(text, fault)
        return None


def _note(text: Text, fault: Any) -> None:
    path: Path = tuple(part for part in fault["loc"] if part != "[key]")
    key = str(path[-1]) if path else ""
    kind = fault["type"]
    if kind == "missing":
        text.fault(path, "definition.missing", key=key)
    elif kind == "extra_forbidden":
        text.fault(path, "definition.unknown_key", key=key)
    else:
        context = fault.get("ctx", {})
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        expected = choices or context.get("pattern") or _EXPECTED.get(kind)
        text.fault(
            path,
            "definition.value",
            key=key,
            value=str(fault.get("input"))[:80],
            expected=str(expected or fault["msg"]),
        )
