"""The list of reporting units: a CSV or XLSX file → units, or every fault found in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, UnsoundDefinition
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.units import Unit, UnitKind
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.cells import Grid
from tongket_xlsx.reader.plain_grid import plain_grid
from tongket_xlsx.reader.refusal import Refusal
from tongket_xlsx.text.normalize import composed, fold

# What a column may be called; a heading that is none of these is kept as a fact of the unit.
HEADINGS = {
    "code": ("code", "mã", "mã đơn vị"),
    "name": ("name", "tên", "tên đơn vị"),
    "short_name": ("short_name", "tên ngắn", "tên gọi tắt"),
    "kind": ("kind", "loại", "loại đơn vị"),
    "parent": ("parent", "đơn vị cấp trên", "trực thuộc"),
    "aliases": ("aliases", "tên khác"),
    "existed_from": ("existed_from", "có từ", "thành lập"),
    "existed_to": ("existed_to", "có đến", "giải thể"),
    "block": ("block", "địa bàn so sánh"),
    "contact": ("contact", "người liên hệ"),
    "phone": ("phone", "telephone", "điện thoại", "số điện thoại"),
    "note": ("note", "ghi chú"),
}
# What reads the plain values of a workbook.
Tables = Callable[[bytes], Grid]
_NEEDED = ("code", "name", "kind")
# A name that is told apart by its parent must still fit into a property of a workbook.
_LONGEST = 110


def load(
    file: str,
    data: bytes,
    kinds: Mapping[str, UnitKind],
    numbers: Iterable[str] = (),
    read: Tables = plain_grid,
) -> dict[str, Unit]:
    """Read a list of units.

    Args:
        file: the name of the file, for the places of faults; its content decides what it is.
        kinds: the kinds of unit the form knows.
        numbers: the columns from which the form fills in figures.
        read: reads a list that is a workbook, in a guarded process where it may be anybody's.

    Raises:
        UnsoundDefinition: holds **all** faults, each with file and line.
    """
    reader = _UnitListReader(file, kinds, frozenset(numbers))
    units = reader.units(_rows(file, data, read))
    if reader.faults:
        raise UnsoundDefinition(tuple(reader.faults), "units.unsound")
    return units


def _rows(file: str, data: bytes, read: Tables) -> list[tuple[int, list[str]]]:
    """Return the rows with the line each starts on."""
    if data.startswith(b"PK\x03\x04"):
        try:
            book = read(data)
        except Refusal as refusal:
            fault = replace(refusal.finding, place=Place(file=file, line=1))
            raise UnsoundDefinition((fault,), "units.unsound") from None
        rows = book.sheets[0].rows if book.sheets else []
        return [(n, [raw_text(v).strip() for v in row]) for n, row in enumerate(rows, start=1)]
    text = _decoded(data)
    if text is None:
        fault = new_finding("definition.encoding", Place(file=file, line=1))
        raise UnsoundDefinition((fault,), "units.unsound")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    numbered: list[tuple[int, list[str]]] = []
    try:
        start = 1
        for row in reader:
            numbered.append((start, row))
            start = reader.line_num + 1
    except csv.Error as error:
        place = Place(file=file, line=reader.line_num)
        fault = new_finding("units.csv", place, problem=str(error))
        raise UnsoundDefinition((fault,), "units.unsound") from None
    return numbered


def _decoded(data: bytes) -> str | None:
    """Read text as Excel may save it: UTF-8, or UTF-16 with its mark."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _delimiter(text: str) -> str:
    """Return what separates the headings: Excel in Vietnamese writes CSV with semicolons."""
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=first.count)


class _UnitListReader:
    def __init__(self, file: str, kinds: Mapping[str, UnitKind], numbers: frozenset[str]) -> None:
        self.file = file
        self.numbers = numbers
        self.kinds = kinds
        self.faults: list[Finding] = []
        self.known = {fold(name): key for key, names in HEADINGS.items() for name in names}

    def units(self, rows: list[tuple[int, list[str]]]) -> dict[str, Unit]:
        """Build the units as far as the rows allow."""
        rows = [(line, row) for line, row in rows if any(cell.strip() for cell in row)]
        first, headings = rows[0] if rows else (1, [])
        keys = [self._key(heading) for heading in headings]
        missing = [key for key in _NEEDED if key not in keys]
        for key in missing:
            self._fault(first, "units.column", key=key, names=", ".join(HEADINGS[key]))
        for key in {k for k in keys if k and keys.count(k) > 1}:
            self._fault(first, "definition.key_twice", key=key)
        units: dict[str, Unit] = {}
        if missing:
            return units
        lines: dict[str, int] = {}
        spelled: dict[str, str] = {}
        for line, row in rows[1:]:
            values = {k: composed(v.strip()) for k, v in zip(keys, row, strict=False) if k}
            unit = self._unit(line, values)
            if not unit.code:
                continue
            if unit.code in units:
                self._fault(
                    line,
                    "definition.code_twice",
                    code=unit.code,
                    other=f"{self.file}:{lines[unit.code]}",
                )
                continue
            other = spelled.setdefault(unit.code.casefold(), unit.code)
            if other != unit.code:
                # To Windows their forms would be one file.
                self._fault(
                    line, "units.code_case", code=unit.code, found=f"{other} ({lines[other]})"
                )
                continue
            units[unit.code], lines[unit.code] = unit, line
        units = _told_apart(units)
        self._check_together(units, lines)
        return units

    def _key(self, heading: str) -> str:
        return self.known.get(fold(heading), fold(heading))

    def _unit(self, line: int, values: Mapping[str, str]) -> Unit:
        for key in _NEEDED:
            if not values.get(key):
                self._fault(line, "units.cell", key=key)
            elif len(values[key]) > _LONGEST:
                self._fault(line, "units.too_long", key=key, limit=str(_LONGEST))
        kind = values.get("kind", "")
        if kind and kind not in self.kinds:
            self._fault(line, "definition.unknown", value=kind, choices=", ".join(self.kinds))
        name = values.get("name", "")
        facts = {k: v for k, v in values.items() if k not in HEADINGS and v}
        for key in self.numbers & facts.keys():
            if not re.fullmatch("[0-9]{1,12}", facts[key]):
                self._fault(line, "units.number", key=key, value=facts.pop(key))
        return Unit(
            values.get("code", ""),
            name,
            values.get("short_name") or name,
            kind,
            values.get("parent", ""),
            tuple(a.strip() for a in values.get("aliases", "").split(";") if a.strip()),
            self._date(line, "existed_from", values),
            self._date(line, "existed_to", values),
            values.get("block", ""),
            values.get("contact", ""),
            values.get("phone", ""),
            facts,
            values.get("note", ""),
        )

    def _date(self, line: int, key: str, values: Mapping[str, str]) -> date | None:
        text = values.get(key, "")
        if not text:
            return None
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day, no time
            except ValueError:
                continue
        self._fault(line, "units.date", key=key, value=text)
        return None

    def _check_together(self, units: Mapping[str, Unit], lines: Mapping[str, int]) -> None:
        owners: dict[str, str] = {}
        for unit in units.values():
            if unit.parent and unit.parent not in units:
                self._fault(lines[unit.code], "units.parent", value=unit.parent)
            elif unit.code in _ancestors(unit, units):
                self._fault(lines[unit.code], "definition.cycle", code=unit.code)
            for name in {unit.name, unit.short_name, *unit.aliases}:
                owner = owners.setdefault(fold(name), unit.code)
                if owner != unit.code and not _namesakes(unit, units[owner]):
                    self._fault(lines[unit.code], "definition.code_twice", code=name, other=owner)

    def _fault(self, line: int, kind: str, /, **parameters: str) -> None:
        place = Place(file=self.file, line=line)
        self.faults.append(new_finding(kind, place, **parameters))


def _told_apart(units: Mapping[str, Unit]) -> dict[str, Unit]:
    """Add the parent to a name that units of different parents share: many communes do.

    The plain name stays as another name, by which no unit is ever recognised alone.
    """
    bearers: dict[str, list[Unit]] = {}
    for unit in units.values():
        for name in {fold(unit.name), fold(unit.short_name)}:
            bearers.setdefault(name, []).append(unit)
    shared = {name for name, them in bearers.items() if len({u.parent for u in them}) > 1}

    def told(name: str, unit: Unit) -> str:
        parent = units.get(unit.parent)
        return f"{name} ({parent.short_name})" if parent and fold(name) in shared else name

    def renamed(unit: Unit) -> Unit:
        names = told(unit.name, unit), told(unit.short_name, unit)
        plain = [n for n in (unit.name, unit.short_name) if n not in names]
        aliases = (*unit.aliases, *dict.fromkeys(plain))
        return replace(unit, name=names[0], short_name=names[1], aliases=aliases)

    return {code: renamed(unit) for code, unit in units.items()}


def _namesakes(one: Unit, other: Unit) -> bool:
    """Say whether two units have been told apart by their parents."""
    return one.parent != other.parent and fold(one.name) != fold(other.name)


def _ancestors(unit: Unit, units: Mapping[str, Unit]) -> Iterator[str]:
    seen: set[str] = set()
    code = unit.parent
    while code in units and code not in seen:
        seen.add(code)
        yield code
        code = units[code].parent
