"""The list of reporting units: a CSV or XLSX file → units, or every fault found in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from tongket_xlsx import archive, grid
from tongket_xlsx.cells import Place
from tongket_xlsx.figures import raw_text
from tongket_xlsx.findings import Finding, Severity, UnsoundDefinition
from tongket_xlsx.form import Unit, UnitKind

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
_NEEDED = ("code", "name", "kind")


def load(file: str, data: bytes, kinds: Mapping[str, UnitKind]) -> dict[str, Unit]:
    """Read a list of units.

    Args:
        file: the name of the file, for the places of faults; its content decides what it is.
        kinds: the kinds of unit the form knows.

    Raises:
        UnsoundDefinition: holds **all** faults, each with file and line.
    """
    reader = _Reader(file, kinds)
    units = reader.units(_rows(file, data))
    if reader.faults:
        raise UnsoundDefinition(tuple(reader.faults))
    return units


def _rows(file: str, data: bytes) -> list[list[str]]:
    if data.startswith(b"PK\x03\x04"):
        try:
            sheets = grid.read(archive.admit(data)).sheets
        except archive.Refusal as refusal:
            raise UnsoundDefinition((refusal.finding,)) from None
        return [[raw_text(v).strip() for v in row] for row in sheets[0].rows] if sheets else []
    for encoding in ("utf-8-sig", "utf-16"):
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    fault = Finding("definition.encoding", Severity.ERROR, Place(file=file, line=1))
    raise UnsoundDefinition((fault,))


def _delimiter(text: str) -> str:
    """Return what separates the headings: Excel in Vietnamese writes CSV with semicolons."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)


class _Reader:
    def __init__(self, file: str, kinds: Mapping[str, UnitKind]) -> None:
        self.file = file
        self.kinds = kinds
        self.faults: list[Finding] = []
        self.known = {name: key for key, names in HEADINGS.items() for name in names}

    def units(self, rows: list[list[str]]) -> dict[str, Unit]:
        """Build the units as far as the rows allow."""
        headings = [" ".join(h.split()).casefold() for h in rows[0]] if rows else []
        keys = [self.known.get(h, h) for h in headings]
        missing = [key for key in _NEEDED if key not in keys]
        for key in missing:
            self._fault(1, "definition.missing", key=key)
        units: dict[str, Unit] = {}
        if missing:
            return units
        lines: dict[str, int] = {}
        for line, row in enumerate(rows[1:], start=2):
            values = {k: v.strip() for k, v in zip(keys, row, strict=False) if k}
            if not any(values.values()):
                continue
            unit = self._unit(line, values)
            if unit.code in units:
                self._fault(
                    line,
                    "definition.code_twice",
                    code=unit.code,
                    other=f"{self.file}:{lines[unit.code]}",
                )
                continue
            units[unit.code], lines[unit.code] = unit, line
        self._check_together(units, lines)
        return units

    def _unit(self, line: int, values: Mapping[str, str]) -> Unit:
        for key in _NEEDED:
            if not values.get(key):
                self._fault(line, "definition.missing", key=key)
        kind = values.get("kind", "")
        if kind and kind not in self.kinds:
            self._fault(line, "definition.unknown", value=kind, choices=", ".join(self.kinds))
        name = values.get("name", "")
        facts = {k: v for k, v in values.items() if k not in HEADINGS and v}
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
        self._fault(line, "definition.value", key=key, value=text, expected="2009-08-27")
        return None

    def _check_together(self, units: Mapping[str, Unit], lines: Mapping[str, int]) -> None:
        owners: dict[str, str] = {}
        for unit in units.values():
            if unit.parent and unit.parent not in units:
                self._fault(
                    lines[unit.code], "definition.unknown", value=unit.parent, choices="code"
                )
            elif unit.code in _ancestors(unit, units):
                self._fault(lines[unit.code], "definition.cycle", code=unit.code)
            for name in {unit.name, unit.short_name, *unit.aliases}:
                owner = owners.setdefault(name.casefold(), unit.code)
                if owner != unit.code:
                    self._fault(lines[unit.code], "definition.code_twice", code=name, other=owner)

    def _fault(self, line: int, sentence: str, /, **parameters: str) -> None:
        place = Place(file=self.file, line=line)
        self.faults.append(Finding(sentence, Severity.ERROR, place, parameters=parameters))


def _ancestors(unit: Unit, units: Mapping[str, Unit]) -> Iterator[str]:
    seen: set[str] = set()
    code = unit.parent
    while code in units and code not in seen:
        seen.add(code)
        yield code
        code = units[code].parent
