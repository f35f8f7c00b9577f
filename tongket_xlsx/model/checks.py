"""What a form holds answers against: rules, what they hold back, and bounds between units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tongket_xlsx.model.expressions import Expression
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form_words import (
    Words,
)


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
