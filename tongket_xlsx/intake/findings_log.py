"""Findings about one return, collected as they are made: each with its place and its names."""

from __future__ import annotations

from tongket_xlsx.intake.table import Table
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Parameter, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.places import Place, a1
from tongket_xlsx.model.units import Unit


class Notes:
    """Collect what is to be said of the return of a unit."""

    def __init__(self, form: Form, unit: Unit) -> None:
        """Begin with nothing to say."""
        self.form = form
        self.unit = unit
        self.findings: list[Finding] = []

    def say(
        self,
        kind: str,
        place: Place,
        code: str = "",
        period: str = "",
        severity: Severity | None = None,
        /,
        **parameters: Parameter,
    ) -> None:
        """Note a finding of a kind; the names of its indicator and period are added.

        Args:
            severity: where it is another than the kind has by itself.
        """
        named = {**self.form.naming(code, period), **parameters}
        self.findings.append(new_finding(kind, place, code, period, severity, **named))

    def place(self, table: Table, row: int, key: str) -> Place:
        """Return the place of a cell of a table; its first column where there is no such one."""
        return Place(self.unit.name, table.sheet.name, a1(row, table.columns.get(key, 0)))

    def sheet(self, name: str) -> Place:
        """Return the place of a whole sheet."""
        return Place(self.unit.name, name)
