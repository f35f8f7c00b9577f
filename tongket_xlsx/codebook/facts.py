"""What a codebook says of an entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.targets import Target
from tongket_xlsx.text.messages import say


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing said of an entry; ``code`` marks what is written in the language of rules."""

    key: str
    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class CodebookEntry:
    """One thing of the form and the facts about it, in the order they are told."""

    code: str
    name: str
    facts: tuple[Fact, ...]

    def text(self, key: str) -> str:
        """Return a fact, or nothing where there is none to tell."""
        return next((f.text for f in self.facts if f.key == key), "")


def form_counts(form: Form, lang: str) -> str:
    """Return one sentence that counts what a form holds."""
    return say(
        "definition.ok",
        lang,
        indicators=len(form.indicators),
        computed=sum(i.computed for i in form.indicators.values()),
        rules=len(form.rules),
        families=sum(bool(r.members) for r in form.rules),
        checks=len(form.checks),
        prompts=len(form.prompts),
        targets=len(form.targets),
    )


def formula(indicator: Indicator) -> str:
    """Return how an indicator is computed, or nothing where it is not."""
    if indicator.numerator is None or indicator.denominator is None:
        return ""
    above, below = (
        part.text if len(part.names) == 1 and part.text == part.names[0] else f"({part.text})"
        for part in (indicator.numerator, indicator.denominator)
    )
    return f"{indicator.factor} × {above} ÷ {below}"


def told_facts(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts that say something."""
    return tuple(fact for fact in facts if fact.text)


def held_against(target: Target) -> tuple[str, ...]:
    """Return the indicators a target is held against, itself or by counting units."""
    return target.counts.indicators if target.counts else (target.indicator,)
