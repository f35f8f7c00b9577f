"""What is known against each figure: held, in an open error, explained, accepted, estimated.

A figure is *held* while a finding that says so is open: it is shown and traced and is in no
total, until its office corrects it or the province accepts it. An explanation of the office
does not release it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tongket_xlsx.model.finding_kind import Holds
from tongket_xlsx.model.finding_kinds import codes
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.resolution import Closure, Resolved

# The code of a unit, the code of an indicator, the code of a period.
FigureKey = tuple[str, str, str]
# The findings about numbers that cannot be, such as −50 members: bounds hold their figure.
IMPOSSIBLE = codes(holds=Holds.OWN)
# The findings about what can be read in more than one way: the office is asked which is meant.
ASKED = codes(is_asked=True)
# Stands behind a figure, where two states of it are compared, that was in no total then.
HELD_MARK = " [held]"
# Any name will do for the unit of a return that is looked at alone.
_ITSELF = "."
# A figure as a finding names it: QK01[2017]. Begun at the first letter of a name only.
_NAMED = re.compile(r"(?<![^\s;=\[\]])([^\s;=\[\]]++)\[([^\[\]]++)\]")


class Addressed(NamedTuple):
    """A figure of one unit: an indicator in a period."""

    indicator: str
    period: str

    def __str__(self) -> str:
        """Return it as findings write it: ``QK01[2017]``."""
        return f"{self.indicator}[{self.period}]"


@dataclass(frozen=True, slots=True)
class FigureStatus:
    """What is known against one figure, and by which findings.

    ``held`` are the findings that keep it out of every total; ``errors`` open errors in spite of
    which it is counted; ``warnings`` open questions; ``explained`` what its office explained;
    ``accepted`` what the province accepted, each with its reason in ``text``.
    """

    held: tuple[Resolved, ...] = ()
    errors: tuple[Resolved, ...] = ()
    warnings: tuple[Resolved, ...] = ()
    explained: tuple[Resolved, ...] = ()
    accepted: tuple[Resolved, ...] = ()

    @property
    def is_held(self) -> bool:
        """Say whether the figure is kept out of totals until it is corrected or accepted."""
        return bool(self.held)

    @property
    def is_doubtful(self) -> bool:
        """Say whether a total with this figure, or without it, has to say so."""
        return bool(self.held or self.errors)

    @property
    def word(self) -> str:
        """Return one word for it, the gravest: held, error, warning, accepted or explained."""
        for word in ("held", "errors", "warnings", "accepted", "explained"):
            if getattr(self, word):
                return {"errors": "error", "warnings": "warning"}.get(word, word)
        return ""

    @property
    def reason(self) -> str:
        """Return what was said of it, by its office or the province, each once."""
        items = (*self.held, *self.errors, *self.warnings, *self.accepted, *self.explained)
        return "; ".join(dict.fromkeys(item.text for item in items if item.text))


Statuses = Mapping[FigureKey, FigureStatus]


def holds(finding: Finding) -> tuple[Addressed, ...]:
    """Return the figures that a finding holds as long as it is open; most findings hold none.

    They stand in its parameter ``holds``, as in ``QK01[2017] QK02[2017]``.
    """
    given = finding.parameters.get("holds")
    if given:
        return tuple(Addressed(*pair) for pair in _NAMED.findall(str(given)))
    if finding.code in IMPOSSIBLE and finding.indicator:
        return (Addressed(finding.indicator, finding.period),)
    return ()


def rests_on(finding: Finding) -> tuple[Addressed, ...]:
    """Return the figures that a finding is about: those it compares, else the one it names."""
    pairs = _NAMED.findall(str(finding.parameters.get("basis", "")))
    named = (finding.indicator, finding.period)
    return tuple(Addressed(*p) for p in dict.fromkeys([named, *pairs]) if p[0] and p[1])


def statuses(
    units: Mapping[str, str], findings: Iterable[Resolved]
) -> dict[FigureKey, FigureStatus]:
    """Return what is known against figures; a figure without an entry has nothing against it.

    Args:
        units: the name of each unit → its code, for findings that do not have the code.
        findings: of the returns that count and between them, and what became of each.

    A relation between figures holds nothing where another finding already holds one of the
    figures it compares: that one explains why it is broken. A figure that is held only because
    another is, is free once the province accepted everything that was said of itself.
    """
    listed = [(item.unit or units.get(item.finding.place.unit, ""), item) for item in findings]
    listed = [pair for pair in listed if pair[0] and pair[1].finding.indicator]
    certain = {
        (unit, *address)
        for unit, item in listed
        if item.is_open and not _is_relation(item.finding)
        for address in holds(item.finding)
    }
    free = _accepted(listed)
    found: dict[FigureKey, dict[str, list[Resolved]]] = {}
    for unit, item in listed:
        for address, part in _parts(unit, item, certain, free):
            parts = found.setdefault((unit, *address), {})
            parts.setdefault(part, []).append(item)
    return {
        key: FigureStatus(**{part: tuple(items) for part, items in parts.items()})
        for key, parts in found.items()
    }


def held_in(findings: Iterable[Resolved]) -> tuple[Addressed, ...]:
    """Return the figures of one return that its findings hold back, each once."""
    listed = tuple(findings)
    found = statuses({item.finding.place.unit: _ITSELF for item in listed}, listed)
    return tuple(Addressed(code, period) for _, code, period in held_of(found))


def in_order(form: Form, figures: Iterable[Addressed]) -> tuple[Addressed, ...]:
    """Return figures in the order of the form."""
    codes = {code: n for n, code in enumerate(form.indicators)}
    periods = {period.code: n for n, period in enumerate(form.periods)}
    most = len(codes) + len(periods)
    return tuple(sorted(figures, key=lambda a: (codes.get(a[0], most), periods.get(a[1], most))))


def held_of(known: Statuses) -> tuple[FigureKey, ...]:
    """Return the figures that are held, in the order of what is known."""
    return tuple(key for key, status in known.items() if status.is_held)


def _is_relation(finding: Finding) -> bool:
    return "relation" in finding.parameters


def first_held(finding: Finding) -> Addressed | None:
    """Return the figure that a finding holds for itself; the others are held with it."""
    return next(iter(holds(finding)), None)


def _accepted(listed: Iterable[tuple[str, Resolved]]) -> frozenset[FigureKey]:
    """Return the figures of which every finding that holds them for themselves was accepted."""
    accepted: set[FigureKey] = set()
    pending: set[FigureKey] = set()
    for unit, item in listed:
        address = first_held(item.finding)
        if address is not None:
            (pending if item.is_open else accepted).add((unit, *address))
    return frozenset(accepted - pending)


def _parts(
    unit: str, item: Resolved, certain: Container[FigureKey], free: Container[FigureKey]
) -> Iterator[tuple[Addressed, str]]:
    """Yield the figures that a finding is about, each with where it stands in its status."""
    finding = item.finding
    if finding.severity is Severity.NOTE:
        return
    compared = rests_on(finding)
    mine = holds(finding) if item.is_open else ()
    if _is_relation(finding) and any((unit, *address) in certain for address in compared):
        mine = ()
    mine = tuple(address for address in mine if (unit, *address) not in free)
    yield from ((address, "held") for address in mine)
    if not item.is_open:
        part = "explained" if item.closure is Closure.EXPLAINED else "accepted"
        about = compared if finding.severity is Severity.ERROR else compared[:1]
        yield from ((a, part) for a in dict.fromkeys((*about, *holds(finding))))
    elif finding.severity is Severity.ERROR:
        yield from ((address, "errors") for address in compared if address not in mine)
    else:
        yield from ((address, "warnings") for address in compared[:1] if address not in mine)
