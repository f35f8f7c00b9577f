"""A finding put into words: what is wrong, where, what was expected and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongket_xlsx.model.figure_status import Addressed, holds
from tongket_xlsx.model.finding_kinds import KINDS, OUTLIER, RULE
from tongket_xlsx.model.findings import Finding, Severity, TongketError
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.resolution import Closure, Resolved
from tongket_xlsx.model.targets import COMPARED_BY, CountedAs, UnitCount
from tongket_xlsx.text.messages import (
    ENGLISH,
    has,
    number,
    say,
    say_what_is_known,
    written,
)

# What is told of a finding that another version of the program recorded.
UNKNOWN = "finding.unknown"
LONGEST_QUOTE = 500
# So many characters of figures a sentence names; the sheet of what is held has all of them.
LONGEST_LIST = 120


@dataclass(frozen=True, slots=True)
class Wording:
    """Hold the sentences of one finding, in one language."""

    message: str
    found: str
    expected: str
    advice: str


def worded(finding: Finding, lang: str, *, names_held: bool = True) -> Wording:
    """Put a finding into words.

    Args:
        names_held: whether to say which figures it keeps out of the totals.

    A rule of the form brings its own sentence along (``message``, ``message_en``); where there
    is none in English, the rule itself is quoted.
    """
    values = _for(finding, lang)
    key = _key(finding)
    own = finding.parameters.get("message_en" if lang == ENGLISH else "message", "")
    message = str(own) if key == RULE else ""
    message = message or say_what_is_known(_precisely(finding, key), lang, _quoted(values))
    cause = str(values.get("cause", ""))
    if has(cause):
        message += " " + say_what_is_known(cause, lang, _quoted(values))
    if finding.holds_back and names_held:
        message += " " + say("held.note", lang, figures=few_figures(holds(finding), lang))
    return Wording(
        message,
        written(values["found"], lang) if "found" in values else "",
        _part(finding, key, "expected", lang),
        _part(finding, key, "advice", lang),
    )


def _key(finding: Finding) -> str:
    """Return the key of the sentence of a finding.

    A rule of the form is told by its own text; what has neither was recorded by another version.
    """
    if finding.code in KINDS and finding.code not in (RULE, OUTLIER):
        return finding.code
    return RULE if {"text", "message"} & finding.parameters.keys() else UNKNOWN


def _quoted(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a sentence, a text that would bury it cut to its beginning."""
    return {
        name: value[:LONGEST_QUOTE] + "…"
        if isinstance(value, str) and len(value) > LONGEST_QUOTE
        else value
        for name, value in values.items()
    }


def figures_named(figures: Iterable[Addressed]) -> str:
    """Return figures by code and period: “QK01 (2012, 2017), QK05 (2017)”."""
    periods: dict[str, list[str]] = {}
    for code, period in figures:
        periods.setdefault(code, []).append(period)
    # A span such as 2007-2017 comes after its years.
    order = {code: sorted(those, key=lambda p: (len(p), p)) for code, those in periods.items()}
    return ", ".join(f"{code} ({', '.join(those)})" for code, those in order.items())


def few_figures(figures: Sequence[Addressed], lang: str) -> str:
    """Return the first of some figures by code and period, and how many more there are."""
    shown = len(figures)
    while shown > 1 and len(figures_named(figures[:shown])) > LONGEST_LIST:
        shown -= 1
    first = figures_named(figures[:shown])
    more = len(figures) - shown
    return say("held.and_more", lang, first=first, n=more) if more else first


def remark(item: Resolved, lang: str) -> str:
    """Say why a finding is open although something was said of it; empty where nothing was."""
    if item.closure is Closure.INSISTED:
        return say("closure.insisted_note", lang, text=item.text)
    if item.closure is Closure.AWAITING:
        return say("closure.awaiting_note", lang, text=item.text)
    if item.closure is Closure.LAPSED:
        key = "closure.decision_lapsed" if item.by else "closure.explanation_lapsed"
        return say(key, lang, text=item.text)
    return ""


def problem(error: TongketError, lang: str) -> str:
    """Put into words why the work stopped."""
    sentence = say(error.code, lang, **error.parameters)
    if error.because is None:
        return sentence
    return f"{worded(error.because, lang).message} {sentence}"


def _for(finding: Finding, lang: str) -> dict[str, object]:
    """Return the values of the sentence; ``label_en`` stands for ``label`` in English."""
    given: dict[str, object] = {
        "code": finding.code,
        "indicator": finding.indicator,
        "period": finding.period,
        **finding.parameters,
    }
    if lang == ENGLISH:
        given.update(
            {k.removesuffix("_en"): v for k, v in finding.parameters.items() if k.endswith("_en")}
        )
    return given


def _precisely(finding: Finding, key: str) -> str:
    """Return the key of the sentence that says what it is precisely, if there is one."""
    narrower = f"{key}.{finding.parameters.get('what', '')}"
    return narrower if has(narrower) else key


def _part(finding: Finding, key: str, part: str, lang: str) -> str:
    narrower = f"{_precisely(finding, key)}.{part}"
    specific = narrower if has(narrower) else f"{key}.{part}"
    if part in finding.parameters:
        specific = str(finding.parameters[part])
    elif key == RULE and part == "advice":
        specific = f"rule.advice.{finding.severity}"
        if finding.holds_back and finding.severity is Severity.WARNING:
            specific = "rule.advice.held"
    values = _quoted(_for(finding, lang))
    return say_what_is_known(specific, lang, values) if has(specific) else ""


def counted_words(counts: UnitCount, form: Form, lang: str) -> str:
    """Say what a target counts: “Tỷ lệ % huyện có PC35 ≥ 90, trong số xét được”."""
    sign = COMPARED_BY[counts.operator]
    conditions = [
        say("target.counts_yes", lang, code=code)
        if counts.value is None
        else f"{code} {sign} {number(counts.value, lang)}"
        for code in counts.indicators
    ]
    named = [form.unit_kinds[kind].name.to(lang) for kind in counts.kinds]
    # In the middle of a sentence.
    kinds = "; ".join(name[:1].lower() + name[1:] for name in named)
    key = "share" if counts.counted_as is CountedAs.SHARE else "number"
    return say(f"target.counts_{key}", lang, kinds=kinds, conditions=", ".join(conditions))
