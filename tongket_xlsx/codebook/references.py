"""Who speaks of whom in a form: rules about an indicator, what reads it, what answers a bullet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tongket_xlsx.model.form import Form

# Denominators that every part of the outline uses; they answer no bullet of their own.
COMMON = "mau-so"


@dataclass(frozen=True)
class References:
    """Everything in a form that points at something else in it, looked up from either end."""

    form: Form

    @cached_property
    def subjects(self) -> Mapping[str, tuple[str, ...]]:
        """Return the indicators each rule is about, by the id of the rule."""
        found: dict[str, dict[str, None]] = {rule.code: {} for rule in self.form.rules}
        for check in self.form.checks:
            if check.rule.code in found and check.subject:
                found[check.rule.code][check.subject] = None
        return {code: tuple(subjects) for code, subjects in found.items()}

    @cached_property
    def rules(self) -> Mapping[str, tuple[str, ...]]:
        """Return the rules about each indicator."""
        pairs = ((code, rule) for rule, codes in self.subjects.items() for code in codes)
        return self._gathered(pairs)

    @cached_property
    def users(self) -> Mapping[str, tuple[str, ...]]:
        """Return what else reads each indicator: computed indicators, rules about others."""
        return self._gathered(self._reading())

    def _reading(self) -> Iterator[tuple[str, str]]:
        for indicator in self.form.indicators.values():
            for code in indicator.operands():
                yield code, indicator.code
        own = {rule.code for rule in self.form.rules}
        for check in self.form.checks:
            if check.rule.code in own:
                for code in check.expression.names:
                    if code not in self.subjects[check.rule.code]:
                        yield code, check.rule.code

    def _gathered(self, pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {code: {} for code in self.form.indicators}
        for code, other in pairs:
            found[code][other] = None
        return {code: tuple(others) for code, others in found.items()}

    @cached_property
    def usual_for(self) -> Mapping[str, tuple[str, ...]]:
        """Return the kinds of unit that the usual range of an indicator is limited to."""
        own = {rule.code for rule in self.form.rules}
        return {c.subject: c.only_for for c in self.form.checks if c.rule.code not in own}

    def bullets(self, seeds: Iterable[str]) -> tuple[str, ...]:
        """Return the bullets that seeds stand for; “2” stands for 2.1.a, 2.1.b and so on."""
        found: dict[str, None] = {}
        for seed in seeds:
            parts = [b for b in self.form.outline if b.startswith(f"{seed}.")]
            found.update(dict.fromkeys([seed] if seed in self.form.outline else parts))
        return tuple(found)

    def indicators_for(self, bullet: str) -> tuple[str, ...]:
        """Return the indicators that answer a bullet of the outline."""
        return tuple(
            i.code for i in self.form.indicators.values() if bullet in self.bullets(i.seed)
        )

    def prompts_for(self, bullet: str) -> tuple[str, ...]:
        """Return the questions in words that answer a bullet of the outline."""
        return tuple(p.code for p in self.form.prompts if bullet in self.bullets(p.seed))

    def of_provider(self, provider: str) -> tuple[str, ...]:
        """Return the indicators that an office keeps."""
        return tuple(i.code for i in self.form.indicators.values() if i.provider == provider)
