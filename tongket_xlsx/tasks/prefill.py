"""What is already known → answers to fill in: earlier returns, or tables of codes and values.

A table has a row per unit and code, with either a period and a value or one column per period;
its headings may be Vietnamese or English. What cannot be used is a finding, never dropped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tongket_xlsx.intake.cell_values import read_figure
from tongket_xlsx.intake.identity import form_id
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.figure_status import held_in
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Parameter, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import folded
from tongket_xlsx.model.observations import Answer, CellState, Return
from tongket_xlsx.model.places import Place, a1
from tongket_xlsx.model.resolution import Resolved
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import figures_named
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.cells import GridSheet, Raw, is_blank
from tongket_xlsx.reader.refusal import Refusal
from tongket_xlsx.tasks.progress import Ticker, silent
from tongket_xlsx.workers.pool import Guard
from tongket_xlsx.workers.tables import Tables

Known = dict[str, dict[tuple[str, str, int], Answer]]

_HEADINGS = {
    "unit": ("unit", "mã đơn vị", "đơn vị", "unit code"),
    "code": ("code", "mã", "mã chỉ tiêu", "indicator", "chỉ tiêu"),
    "period": ("period", "năm", "kỳ", "year"),
    "value": ("value", "giá trị", "số liệu", "số"),
}


def gather(
    material: Sequence[tuple[str, bytes]],
    form: Form,
    units: Mapping[str, Unit],
    progress: Ticker = silent,
) -> tuple[Known, list[Finding]]:
    """Collect answers from files; where two speak of one cell, the later file counts.

    Args:
        material: the name and bytes of each file.
    """
    known: Known = {}
    findings: list[Finding] = []
    with Guard(Reader((form,), units)) as guard, Tables() as tables:
        returns = guard.read_all(data for _, data in material)
        pairs = zip(material, returns, strict=True)
        for number, ((name, data), result) in enumerate(pairs, start=1):
            progress(number, len(material), "")
            if result.identity is not None:
                answers, left_out = _certain(name, result)
                known.setdefault(result.identity.unit, {}).update(answers)
                findings.extend(left_out)
                continue
            table = _PrefillTable(name, form, units, tables)
            table.read(data, result.findings)
            for unit, answers in table.known.items():
                known.setdefault(unit, {}).update(answers)
            findings.extend(table.findings)
    return known, findings


def _certain(name: str, result: Return) -> tuple[dict[tuple[str, str, int], Answer], list[Finding]]:
    """Return the answers of a return without figures that are held, and what was left out."""
    answers = result.answers()
    held = [a for a in held_in(map(Resolved, result.findings)) if (*a, 0) in answers]
    if not held:
        return answers, []
    for address in held:
        del answers[(*address, 0)]
    found = figures_named(held)
    return answers, [new_finding("prefill.held", Place(file=name), count=len(held), found=found)]


class _PrefillTable:
    """Read one table of codes and values."""

    def __init__(self, name: str, form: Form, units: Mapping[str, Unit], tables: Tables) -> None:
        self.name = name
        self.tables = tables
        self.form = form
        self.units = units
        self.known: Known = {}
        self.findings: list[Finding] = []
        self.headings = {folded(n): key for key, names in _HEADINGS.items() for n in names}
        for period in form.periods:
            for text in (period.code, period.label.vi, period.label.en, *period.aliases):
                self.headings[folded(text)] = period.code

    def read(self, data: bytes, refused: tuple[Finding, ...]) -> None:
        """Read the table, or pass on why the file cannot be used."""
        sheets = self._sheets(data)
        usable = False
        for sheet in sheets:
            for row, cells in enumerate(sheet.rows[:20]):
                keys = {self._key(v): c for c, v in enumerate(cells) if self._key(v)}
                if {"unit", "code"} <= keys.keys() and len(keys) >= 3:
                    usable = True
                    self._rows(sheet, row, keys)
                    break
        if not usable:
            self.findings.extend(replace(f, place=Place(file=self.name)) for f in refused)

    def _sheets(self, data: bytes) -> Sequence[GridSheet]:
        if data.startswith(b"PK"):
            try:
                book = self.tables.read(data)
            except Refusal:
                return ()
            return () if form_id(book) else book.sheets
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        try:
            text = data.decode("utf-16" if utf16 else "utf-8-sig")
        except UnicodeDecodeError:
            return ()
        delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
        rows: list[list[Raw]] = [
            list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
        return (GridSheet("CSV", True, rows),)

    def _key(self, value: Raw) -> str:
        return "" if is_blank(value) else self.headings.get(folded(raw_text(value)), "")

    def _rows(self, sheet: GridSheet, heading: int, keys: Mapping[str, int]) -> None:
        for row in range(heading + 1, len(sheet.rows)):
            values = {key: sheet.at(row, column) for key, column in keys.items()}
            if all(is_blank(v) for v in values.values()):
                continue
            unit, code = raw_text(values["unit"]).strip(), raw_text(values["code"]).strip()
            if unit not in self.units:
                self._say("prefill.unknown", sheet, row, keys["unit"], found=unit)
            elif code not in self.form.indicators:
                self._say("prefill.unknown", sheet, row, keys["code"], found=code)
            elif "period" in values and not self._key(values["period"]):
                self._say(
                    "prefill.unknown", sheet, row, keys["period"], found=raw_text(values["period"])
                )
            else:
                for period, key in self._periods(values):
                    self._answer(sheet, row, keys[key], unit, code, period, values[key])

    def _periods(self, values: Mapping[str, Raw]) -> list[tuple[str, str]]:
        """Return (period, the column its value stands in) for each period a row speaks of."""
        if "period" in values and "value" in values:
            return [(self._key(values["period"]), "value")]
        return [(p.code, p.code) for p in self.form.periods if p.code in values]

    def _answer(
        self, sheet: GridSheet, row: int, column: int, unit: str, code: str, period: str, value: Raw
    ) -> None:
        indicator = self.form.indicators[code]
        if is_blank(value):
            return
        if period not in indicator.periods or indicator.computed:
            self._say("prefill.unknown", sheet, row, column, found=f"{code} {period}".strip())
            return
        figure = read_figure(self.form, indicator, value)
        if figure.remark is not None and figure.remark.severity is Severity.ERROR:
            self._say("prefill.value", sheet, row, column, found=figure.raw, indicator=code)
            return
        plain = figure.state is CellState.NUMBER and not figure.text
        text = figure.text or ("" if plain else figure.raw)
        answer = Answer(figure.value if plain else None, text)
        self.known.setdefault(unit, {})[code, period, 0] = answer

    def _say(
        self, code: str, sheet: GridSheet, row: int, column: int, **parameters: Parameter
    ) -> None:
        place = Place(self.name, sheet.name, a1(row, column))
        self.findings.append(new_finding(code, place, **parameters))
