"""A finding put into words: what is wrong, where, what was expected and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from tongket_xlsx.model.findings import Finding, TongketError
from tongket_xlsx.model.resolution import Closure, Resolved
from tongket_xlsx.text.messages import ENGLISH, has, say, written


@dataclass(frozen=True, slots=True)
class Wording:
    """Hold the sentences of one finding, in one language."""

    message: str
    found: str
    expected: str
    advice: str


def worded(finding: Finding, lang: str) -> Wording:
    """Put a finding into words.

    A rule of the form brings its own sentence along (``message``, ``message_en``); where there
    is none in English, the rule itself is quoted.
    """
    parameters = finding.parameters
    key = finding.code if has(finding.code) else "rule"
    own = parameters.get("message_en" if lang == ENGLISH else "message", "")
    if key == "rule":
        message = str(own) or say("rule", lang, **_for(finding, lang))
    else:
        message = say(_precisely(finding, key), lang, **_for(finding, lang))
    if "cause" in parameters:
        message += " " + say(str(parameters["cause"]), lang, **_for(finding, lang))
    return Wording(
        message,
        written(_for(finding, lang)["found"], lang) if "found" in parameters else "",
        _part(finding, key, "expected", lang),
        _part(finding, key, "advice", lang),
    )


def remark(item: Resolved, lang: str) -> str:
    """Say why a finding is open although something was said of it; empty where nothing was."""
    if item.closure is Closure.INSISTED:
        return say("closure.insisted_note", lang, text=item.text)
    if item.closure is Closure.LAPSED:
        key = "closure.decision_lapsed" if item.by else "closure.explanation_lapsed"
        return say(key, lang, text=item.text)
    return ""


def problem(error: TongketError, lang: str) -> str:
    """Put into words why the work stopped."""
    return say(error.code, lang, **error.parameters)


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
    elif key == "rule" and part == "advice":
        specific = f"rule.advice.{finding.severity}"
    return say(specific, lang, **_for(finding, lang)) if has(specific) else ""
