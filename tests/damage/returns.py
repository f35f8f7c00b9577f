"""Undamaged returns, what is true of them, and one of them being damaged."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import NamedTuple

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.layout import Role, SheetKind, SheetLayout, WorkbookLayout
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import CellState, Return
from tongket_xlsx.model.units import Unit

Key = tuple[str, str]


class NotHere(Exception):
    """The return has nothing that could be damaged in this way."""


class Truth(NamedTuple):
    """What an answer is, whatever became of the file."""

    state: CellState
    value: Decimal | None
    text: str = ""


@dataclass(frozen=True)
class Base:
    """An undamaged return: its bytes, whose it is, and every answer in it."""

    name: str
    data: bytes
    form: Form
    unit: Unit
    units: Mapping[str, Unit]
    truth: Mapping[Key, Truth]
    roster: Counter[tuple[str, ...]]
    known: frozenset[tuple[str, str, str]]
    """What is said of it before it is damaged: (code, indicator, period)."""

    @cached_property
    def layout(self) -> WorkbookLayout:
        return layout_of(self.form, self.unit.kind, "vi")


def answers(found: Return) -> dict[Key, Truth]:
    """Return every answer of a return, the lists aside."""
    return {
        (o.indicator, o.period): Truth(o.state, o.value, o.text)
        for o in found.observations
        if o.row == 0
    }


def entries(found: Return) -> Counter[tuple[str, ...]]:
    """Return the rows of the lists, whatever their order."""
    rows: dict[tuple[str, int], list[str]] = {}
    for o in found.observations:
        if o.row:
            rows.setdefault((o.sheet, o.row), []).append(f"{o.indicator}={o.text}")
    return Counter(tuple(cells) for cells in rows.values())


def base_of(name: str, data: bytes, form: Form, units: Mapping[str, Unit], found: Return) -> Base:
    """Make a base of a return that was read; what was read is held against its cells."""
    assert found.identity is not None
    base = Base(
        name,
        data,
        form,
        units[found.identity.unit],
        units,
        answers(found),
        entries(found),
        frozenset((f.code, f.indicator, f.period) for f in found.findings),
    )
    _stands_in_the_cells(base)
    return base


def _stands_in_the_cells(base: Base) -> None:
    """Fail unless the truth is what another reader finds at the addresses of the layout."""
    book = openpyxl.load_workbook(BytesIO(base.data), data_only=True)
    signs = {s: CellState(state) for state, group in base.form.signs.items() for s in group}
    for (code, period), truth in base.truth.items():
        sheet = base.layout.sheet_of(code)
        row, column = sheet.cell(code, period or Role.ANSWER)
        value = book[sheet.name].cell(row + 1, column + 1).value
        place = (base.name, code, period, value, truth)
        if truth.state is CellState.NUMBER and not truth.text:
            assert isinstance(value, int | float), place
            assert Decimal(str(value)) == truth.value, place
        elif truth.state is CellState.BLANK:
            assert value is None, place
        elif truth.state is CellState.TEXT or truth.text:
            assert str(value).strip() == truth.text, place
        else:
            assert signs[str(value).strip()] is truth.state, place


@dataclass
class Case:
    """A return that is being damaged, and what must still be found in it."""

    base: Base
    form: Form = field(init=False)
    truth: dict[Key, Truth] = field(init=False)
    roster: Counter[tuple[str, ...]] = field(init=False)
    parts: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.form = self.base.form
        self.truth = dict(self.base.truth)
        self.roster = self.base.roster
        with zipfile.ZipFile(BytesIO(self.base.data)) as packed:
            self.parts = {name: packed.read(name) for name in packed.namelist()}
        self._replaced: bytes | None = None

    # ------------------------------------------------------------------ by openpyxl

    @cached_property
    def book(self) -> openpyxl.Workbook:
        """The return, to be edited by openpyxl instead of in its parts."""
        return openpyxl.load_workbook(BytesIO(self.base.data))

    @property
    def groups(self) -> list[str]:
        """The names of the sheets with figures."""
        return [s.name for s in self.base.layout.of_kind(SheetKind.GROUP)]

    @property
    def sheets(self) -> list[Worksheet]:
        """The sheets with figures of every year and with several rows."""
        return [
            self.book[layout.name]
            for layout in self.base.layout.of_kind(SheetKind.GROUP)
            if layout.row_count >= 4 and all(layout.has(p.code) for p in self.form.years)
        ]

    @property
    def richest(self) -> Worksheet:
        """The sheet with the most rows of figures."""
        layouts = self.base.layout.of_kind(SheetKind.GROUP)
        return self.book[max(layouts, key=lambda s: s.row_count).name]

    def where(self, code: str, period: str) -> tuple[str, int, int]:
        """Return sheet, row and column, both from 1, of an answer of the undamaged return."""
        sheet = self.base.layout.sheet_of(code)
        row, column = sheet.cell(code, period or Role.ANSWER)
        return sheet.name, row + 1, column + 1

    def cell(self, code: str, period: str) -> Cell:
        """Return the cell of an answer."""
        name, row, column = self.where(code, period)
        return self.book[name].cell(row, column)  # type: ignore[return-value]

    def first_row(self, sheet: Worksheet) -> int:
        """Return the first row with figures, from 1."""
        return self._layout(sheet).first_row + 1

    def last_row(self, sheet: Worksheet) -> int:
        """Return the last row with figures, from 1."""
        return self._layout(sheet).last_row + 1

    def column(self, sheet: Worksheet, key: str) -> int:
        """Return the column of a role or period, from 1."""
        return self._layout(sheet).column(key) + 1

    def years(self, sheet: Worksheet) -> dict[str, int]:
        """Return the columns of the periods, from 1."""
        layout = self._layout(sheet)
        return {p.code: layout.column(p.code) + 1 for p in layout.periods(self.form)}

    def heading(self, sheet: Worksheet) -> int:
        """Return the row of the headings, from 1."""
        return self._layout(sheet).heading_row + 1

    def _layout(self, sheet: Worksheet) -> SheetLayout:
        return next(s for s in self.base.layout.sheets if s.name == sheet.title)

    def lines(self, sheet: Worksheet) -> list[list[object]]:
        """Return the rows of figures as lists of values."""
        first, last = self.first_row(sheet), self.last_row(sheet)
        width = len(self._layout(sheet).columns)
        return [
            [sheet.cell(row, column).value for column in range(1, width + 1)]
            for row in range(first, last + 1)
        ]

    def put_lines(self, sheet: Worksheet, lines: list[list[object]]) -> None:
        """Write rows of figures over those that are there."""
        for row, values in enumerate(lines, start=self.first_row(sheet)):
            for column, value in enumerate(values, start=1):
                sheet.cell(row, column).value = value

    # ------------------------------------------------------------------ answers

    def numbers(self, *kinds: Kind, least: int = 0) -> Iterator[tuple[str, str, int]]:
        """Yield the answers that are whole numbers: code, period, value."""
        for (code, period), truth in self.truth.items():
            indicator = self.form.indicators.get(code)
            if indicator is None or indicator.kind not in (kinds or (Kind.COUNT,)):
                continue
            value = truth.value if truth.state is CellState.NUMBER else None
            if value is not None and value == int(value) and value >= least:
                yield code, period, int(value)

    def figures(self) -> Iterator[tuple[str, str, Decimal]]:
        """Yield every answer that is a number."""
        for code, period, _ in self.numbers(*Kind):
            value = self.truth[code, period].value
            assert value is not None
            yield code, period, value

    def retype(self, write: Callable[[int], object], *kinds: Kind, least: int = 0) -> None:
        """Type every whole number of some kinds in another way; it must mean the same.

        Args:
            write: what is typed for a number, ``None`` to leave it.
        """
        typed = 0
        for code, period, value in list(self.numbers(*kinds, least=least)):
            shown = write(value)
            if shown is not None:
                self.cell(code, period).value = shown  # type: ignore[assignment]
                typed += 1
        if not typed:
            raise NotHere

    def becomes(
        self, code: str, period: str, state: CellState, value: Decimal | int | None = None
    ) -> None:
        """Say what an answer now is."""
        number = None if value is None else Decimal(value)
        self.truth[code, period] = Truth(state, number)

    def needed(self, code: str, period: str) -> bool:
        """Say whether the answer must be given."""
        entry = entry_of(self.base.unit, self.form.indicators[code], _period(self.form, period))
        return entry.value == "required"

    # ------------------------------------------------------------------ in its parts

    def part_of(self, sheet: str) -> str:
        """Return the part of the zip that holds a sheet."""
        book = self.parts["xl/workbook.xml"].decode()
        links = self.parts["xl/_rels/workbook.xml.rels"].decode()
        tag = next(t for t in re.findall(r"<sheet [^>]*>", book) if f'name="{sheet}"' in t)
        link = re.search(r'r:id="(\w+)"', tag)
        assert link
        relation = next(
            t for t in re.findall(r"<Relationship [^>]*>", links) if f'Id="{link[1]}"' in t
        )
        target = re.search(r'Target="([^"]+)"', relation)
        assert target
        return "xl/" + target[1].removeprefix("/xl/")

    def rewrite(self, change: Callable[[str], str], sheets: list[str] | None = None) -> None:
        """Change the XML of the sheets with figures."""
        changed = 0
        for sheet in sheets or self.groups:
            part = self.part_of(sheet)
            before = self.parts[part].decode()
            after = change(before)
            changed += after != before
            self.parts[part] = after.encode()
        if not changed:
            raise NotHere

    def replace(self, data: bytes) -> None:
        """Take other bytes for the whole file."""
        self._replaced = data

    def bytes(self) -> bytes:
        """Return the damaged file."""
        if self._replaced is not None:
            return self._replaced
        stream = BytesIO()
        if "book" in self.__dict__:
            self.book.save(stream)
            return stream.getvalue()
        return packed(self.parts)


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the parts of a workbook as a zip."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _period(form: Form, code: str) -> Period:
    return next(p for p in form.periods if p.code == code)
