"""What a form asks: indicators in groups, questions in words, and lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tongket_xlsx.model.expressions import Expression
from tongket_xlsx.model.form_words import (
    NO_WORDS,
    Aggregation,
    Better,
    Clock,
    Kind,
    Nature,
    Words,
)
from tongket_xlsx.text.messages import say

# Stands in the label of a question for the title that the collector gives.
TITLE = "{title}"


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
    pattern: Words = NO_WORDS
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
