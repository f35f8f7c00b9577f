"""The checks one kind of unit can be held to: a row for each rule, a column for each period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongket_xlsx.model.checks import Check, Rule
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form


@dataclass(frozen=True)
class CheckRow:
    """A rule about one row of the form, and its check in each period."""

    rule: Rule
    subject: str
    checks: Mapping[str, Check]

    @property
    def is_error(self) -> bool:
        """Say whether a breach must be mended; any other may be explained."""
        return self.rule.severity is Severity.ERROR and not self.rule.beta


def rows_of(form: Form, kind: str) -> tuple[CheckRow, ...]:
    """Return what a kind of unit is checked for, in the order of the rows it is about."""
    rows: dict[tuple[str, str, str], dict[str, Check]] = {}
    for check in checks_of(form, kind):
        key = (check.rule.code, check.member, check.rule.text)
        rows.setdefault(key, {})[check.period or form.periods[-1].code] = check
    order = {code: n for n, code in enumerate(form.indicators)}
    found = []
    for checks in rows.values():
        first = next(iter(checks.values()))
        found.append(CheckRow(first.rule, first.subject, checks))
    return tuple(sorted(found, key=lambda row: order.get(row.subject, len(order))))


def checks_of(form: Form, kind: str) -> Iterator[Check]:
    """Yield the checks all of whose operands are on the form of a kind of unit."""
    labels = {label for _, label in form.counted_labels(kind)}
    for check in form.checks:
        asked = all(
            reference.name in labels
            if reference.counts_rows
            else form.is_asked(form.indicators[reference.name], kind)
            for reference in check.expression.references
        )
        if asked and (not check.only_for or kind in check.only_for):
            yield check
