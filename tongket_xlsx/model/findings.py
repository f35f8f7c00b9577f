"""What is wrong. A wrong return is a value, :class:`Finding`; only the impossible is raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Self

from tongket_xlsx.model.places import Place
from tongket_xlsx.text.messages import LANGUAGES, has, say_what_is_known

Parameter = str | int | Decimal


class Severity(StrEnum):
    """Rank a finding: an error stands in the way, a warning asks, a note tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Name one thing that is wrong, or was read with help, and where.

    ``code`` is stable: the id of a rule of the form, or a key of the message catalogue.
    ``parameters`` hold values, never sentences; the words are made when it is shown.
    """

    code: str
    severity: Severity
    place: Place = field(default_factory=Place)
    indicator: str = ""
    period: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    @property
    def holds_back(self) -> bool:
        """Say whether figures are in no total while it is open, be it a warning."""
        return bool(self.parameters.get("holds"))


class TongketError(Exception):
    """Stop the work and say why: the code names the sentence in the message catalogue.

    ``because`` is what was found in the file that should have been worked with, if anything.
    """

    exit_code = 3
    because: Finding | None = None

    def __init__(self, code: str, /, **parameters: Parameter) -> None:
        """Keep the code and its values; nothing is worded here."""
        super().__init__(code)
        self.code = code
        self.parameters: Mapping[str, Parameter] = parameters

    def for_reason(self, finding: Finding) -> Self:
        """Add what was found, which is told before the sentence of the code; return itself."""
        self.because = finding
        return self

    def __str__(self) -> str:
        """Return the code and the sentence in both languages, as a traceback shows them."""
        if not has(self.code):
            return self.code
        said = (say_what_is_known(self.code, lang, self.parameters) for lang in LANGUAGES)
        return f"{self.code}: {' – '.join(said)}"


class CannotWork(TongketError):
    """The work cannot be done at all: an unusable definition, a damaged ledger, a full disk."""


class Misuse(TongketError):
    """The words of the call do not make sense: an unknown unit, a path that is not there."""

    exit_code = 2


class UnsoundDefinition(CannotWork):
    """The definition has faults; ``findings`` holds all of them."""

    def __init__(self, findings: tuple[Finding, ...], code: str = "definition.unsound") -> None:
        """Keep every fault; ``code`` says what has them, the definition or the list of units."""
        super().__init__(code, count=len(findings))
        self.findings = findings
