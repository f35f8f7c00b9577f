"""What the product shows, read by its headings and held against what is expected."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import openpyxl
import python_calamine
from definition import Definition, Unit
from expectation import Province, Same, change, share
from forms import Typed
from rule_language import Key

Rows = list[list[object]]
Book = Mapping[str, Rows]
_NEAR = Fraction(2, 10**6)
_SIGNS = {"nil": "-", "missing": "…", "not_applicable": "x", "blank": None}


@dataclass
class Report:
    """How many figures were compared, and which differ: (place, expected, found)."""

    compared: int = 0
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

    def check(self, place: str, wanted: object, found: object) -> None:
        """Compare one cell."""
        self.compared += 1
        if not _agree(wanted, found):
            shown = float(wanted) if isinstance(wanted, Fraction) else wanted
            self.wrong.append((place, repr(shown), repr(found)))

    def that(self, place: str, *, holds: bool) -> None:
        """Note what should hold of all figures."""
        self.compared += 1
        if not holds:
            self.wrong.append((place, "holds", "does not hold"))


def _agree(wanted: object, found: object) -> bool:
    if wanted is None:
        return found is None or found == ""
    if isinstance(wanted, Fraction):
        if isinstance(found, bool) or not isinstance(found, int | float):
            return False
        # The shortest decimal that reads as the number a cell holds.
        return abs(Fraction(repr(found)) - wanted) <= max(_NEAR, abs(wanted) / 10**14)
    if callable(wanted):
        return bool(wanted(found))
    return found == wanted


def by_calamine(path: Path) -> Book:
    """Read the stored results of a workbook."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    return {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names}


def by_openpyxl(path: Path) -> Book:
    """Read the stored results of a workbook."""
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    found = {s.title: [list(row) for row in s.iter_rows(values_only=True)] for s in book.worksheets}
    book.close()
    return found


@dataclass
class Check:
    """Holds one workbook, or an export, against what is expected."""

    d: Definition
    province: Province
    typed: Mapping[str, Mapping[Key, Typed]]
    report: Report

    # ------------------------------------------------------------------ workbooks

    def book(self, name: str, book: Book, *, full: bool) -> None:
        """Compare the provincial tables, and in the full edition those by unit and departments."""
        for group in self.d.groups:
            self._province(f"{name} › Toàn tỉnh – {group}", book[f"Toàn tỉnh – {group}"], group)
            if full:
                sheet = f"Theo đơn vị – {group}"
                self._units(f"{name} › {sheet}", book[sheet], group)
        self._overview(f"{name} › Tổng quan", book["Tổng quan"])
        if full:
            self._beside(f"{name} › Đối chiếu", book["Đối chiếu"])
            self._sources(f"{name} › Số liệu gốc", book["Số liệu gốc"])
            self._targets(f"{name} › So với mục tiêu", book["So với mục tiêu"])

    def _province(self, place: str, rows: Rows, group: str) -> None:
        at = next(n for n, row in enumerate(rows) if row[0] == "Mã")
        heads = [str(h) for h in rows[at]]
        pairs = {
            str(up[0]): (up, low)
            for up, low in zip(rows[at + 1 :: 2], rows[at + 2 :: 2], strict=True)
        }
        self.report.check(f"{place}: the rows", self.d.groups[group], list(pairs))
        for code in self.d.groups[group]:
            up, low = (dict(zip(heads, row, strict=True)) for row in pairs[code])
            self._of_indicator(f"{place} › {code}", code, up, low)

    def _of_indicator(
        self, place: str, code: str, up: Mapping[str, object], low: Mapping[str, object]
    ) -> None:
        i, check = self.d.indicators[code], self.report.check
        periods = [p for p in self.d.periods if p.code in i.periods]
        totals = {p.code: self.province.total(code, p.code) for p in periods}
        for p in periods:
            check(f"{place} › {p.code}", totals[p.code].value, up[p.label])
            check(f"{place} › {p.code} n/N", totals[p.code].coverage, low[p.label])
            self._within(f"{place} › {p.code} within its units", code, p.code, up[p.label])
        for before, after in combinations(self.d.years, 2):
            span = f"{before.code}→{after.code}"
            names = ("tăng, giảm", "%", "cùng địa bàn, đơn vị", "% cùng địa bàn, đơn vị")
            shown = [up[f"{span}: {name}"] for name in names]
            if {before.code, after.code} - set(i.periods):
                continue
            if not self.province.is_compared(code, before.code, after.code):
                for name, found in zip(names, shown, strict=True):
                    check(f"{place} › {span} {name}", None, found)
                continue
            old, new = totals[before.code].value, totals[after.code].value
            same = self.province.same(code, before.code, after.code)
            points = i.kind == "percent"
            check(f"{place} › {span}", change(old, new), shown[0])
            check(f"{place} › {span} %", "điểm %" if points else share(old, new), shown[1])
            if not self.d.adding(code):
                check(f"{place} › {span} same", None, shown[2])
                check(f"{place} › {span} same %", None, shown[3])
                continue
            check(f"{place} › {span} same", change(same.before, same.after), shown[2])
            same_share = None if points else share(same.before, same.after)
            check(f"{place} › {span} same %", same_share, shown[3])
            check(f"{place} › {span} same n", same.coverage, low[f"{span}: {names[2]}"])
            self._whole(f"{place} › {span} same as raw", code, (before.code, after.code), same)

    def _within(self, place: str, code: str, period: str, found: object) -> None:
        if not self.d.indicators[code].is_computed or not isinstance(found, int | float):
            return
        bounds = self.province.range_of_units(code, period)
        if bounds is not None:
            value = Fraction(repr(found))
            self.report.that(place, holds=bounds[0] - _NEAR <= value <= bounds[1] + _NEAR)

    def _whole(self, place: str, code: str, years: Sequence[str], same: Same) -> None:
        """Where nothing is missing in either year, the comparable change is the raw one."""
        totals = [self.province.total(code, y) for y in years]
        if all(t.n == t.of and t.of for t in totals):
            raw = change(totals[0].value, totals[1].value)
            self.report.that(place, holds=raw == change(same.before, same.after))

    def _units(self, place: str, rows: Rows, group: str) -> None:
        keys = list(zip(rows[4], rows[6], strict=True))
        by_code = {str(r[1]): r for r in rows[7:] if r[1]}
        by_area = {str(r[2]): r for r in rows[7:] if r[2]}
        for code in self.d.groups[group]:
            for p in self.d.periods:
                if p.code not in self.d.indicators[code].periods:
                    continue
                column = keys.index((code, p.label))
                for unit in self.province.units:
                    if unit.code in by_code:
                        found = by_code[unit.code][column]
                        self._of_unit(
                            f"{place} › {unit.code} › {code} › {p.code}", unit, code, p.code, found
                        )
                for members in self.province.areas:
                    name = " + ".join(u.short for u in members)
                    found = by_area[name][column]
                    value = self.province.area(members, code, p.code)
                    unknown = None if self.d.indicators[code].is_computed else "…"
                    wanted = unknown if value is None else None if value == "x" else value
                    self.report.check(f"{place} › {name} › {code} › {p.code}", wanted, found)
        parts = {u.code for u in self.province.parts}
        self.report.that(f"{place}: every unit", holds=parts <= by_code.keys())

    def _of_unit(self, place: str, unit: Unit, code: str, period: str, found: object) -> None:
        i = self.d.indicators[code]
        if unit.kind not in i.respondents:
            self.report.check(place, None, found)
        elif i.is_computed:
            self.report.check(place, self.province.figure(unit, code, period), found)
        elif (code, period) in self.typed.get(unit.code, {}):
            self.report.check(place, self._shown(unit, code, period), found)

    def _shown(self, unit: Unit, code: str, period: str) -> object:
        typed = self.typed[unit.code][code, period]
        if (unit.code, code, period) in self.province.held:
            return _is_marked
        if typed.state in _SIGNS:
            return _SIGNS[typed.state]
        if self.d.indicators[code].kind == "yesno":
            return "Có" if typed.value else "Không"
        return typed.value

    def _beside(self, place: str, rows: Rows) -> None:
        """Compare what departments report with what units add up to."""
        shown = {(str(r[0]), str(r[2])): r for r in rows[5:] if r[0]}
        wholes = [u for u in self.province.units if self.d.scopes[u.kind] == "whole"]
        for unit in wholes:
            for (code, period), value in self.province.counted.get(unit.code, {}).items():
                row = shown.get((code, period))
                where = f"{place} › {code} › {period}"
                if row is None:
                    self.report.check(where, "a row", None)
                    continue
                total = self.province.total(code, period)
                # The figure of the province is this very figure: there is no sum beside it.
                value_of_sum = None if total.by else total.value
                off = change(value, value_of_sum)
                of = six_share(off, value)
                for name, wanted, found in (
                    ("Σ", value_of_sum, row[3]),
                    ("n/N", "–" if total.by else total.coverage, row[4]),
                    ("who", unit.name, row[6]),
                    ("reported", value, row[5]),
                    ("difference", off, row[7]),
                    ("%", of, row[8]),
                ):
                    self.report.check(f"{where} {name}", wanted, found)

    def _overview(self, place: str, rows: Rows) -> None:
        at = next(n for n, row in enumerate(rows) if row[0] == "Mã")
        heads = [str(h) for h in rows[at]]
        shown = {str(r[0]): dict(zip(heads, r, strict=True)) for r in rows[at + 1 :] if r[0]}
        first, last = self.d.years[0].code, self.d.years[-1].code
        for code, i in self.d.indicators.items():
            given = any(self.province.total(code, p).by for p in i.periods)
            if not (i.headline or given):
                continue
            row, where = shown[code], f"{place} › {code}"
            for year in self.d.years:
                if year.code not in i.periods:
                    self.report.check(f"{where} › {year.code}", "x", row[year.label])
                    continue
                total = self.province.total(code, year.code)
                self.report.check(f"{where} › {year.code}", total.value, row[year.label])
                behind = row[f"Số đơn vị {year.code}"]
                self.report.check(f"{where} › {year.code} n/N", total.coverage, behind)
            if {first, last} <= set(i.periods) and self.d.adding(code) and i.aggregation != "none":
                old, new = (self.province.total(code, y).value for y in (first, last))
                same, span = self.province.same(code, first, last), f"{first}→{last}"
                for name, wanted in (
                    ("tăng, giảm", change(old, new)),
                    ("cùng địa bàn, đơn vị", change(same.before, same.after)),
                    (
                        "% cùng địa bàn, đơn vị",
                        "điểm %" if i.kind == "percent" else share(same.before, same.after),
                    ),
                ):
                    self.report.check(f"{where} › {span} {name}", wanted, row[f"{span}: {name}"])

    def _targets(self, place: str, rows: Rows) -> None:
        """No verdict rests on too few units, on what is held, or on a level of a foreign scope."""
        at = next(n for n, row in enumerate(rows) if row[0] == "Văn bản")
        heads = [str(h) for h in rows[at]]
        shown = [dict(zip(heads, r, strict=True)) for r in rows[at + 1 :] if r[0]]
        self.report.check(f"{place}: the rows", len(self.d.targets), len(shown))
        for target, row in zip(self.d.targets, shown, strict=False):
            where = f"{place} › {target['id']}"
            self.report.check(f"{where} name", target["target"], row["Mục tiêu"])
            code, period = target.get("indicator", ""), str(row["So với cột"])
            is_judged = row["Kết quả"] in ("đạt", "chưa đạt", "chưa đến hạn")
            is_ours = target["applies_to"] in self.d.target_scopes
            self.report.that(f"{where} scope", holds=is_ours or not is_judged)
            found = row["Thực hiện"]
            if not is_ours and code:
                self.report.that(f"{where} beside", holds=not isinstance(found, int | float))
            if code and isinstance(found, int | float):
                total = self.province.total(code, period)
                self.report.check(f"{where} value", total.value, found)
                self.report.check(f"{where} n/N", total.coverage, row["Số đơn vị"])
                thin = 5 * total.n < 4 * total.of or total.held
                self.report.that(f"{where} coverage", holds=not (thin and is_judged))
                reached = self._reached(target, total.value, Fraction(target["value"]))
                if is_judged:
                    said = row["Kết quả"] == "đạt"
                    self.report.that(f"{where} verdict", holds=said == reached)

    def _reached(self, target: Mapping[str, str], value: Fraction | None, level: Fraction) -> bool:
        return value is not None and (
            value <= level if target.get("operator") == "<=" else value >= level
        )

    def _sources(self, place: str, rows: Rows) -> None:
        """Compare the value of every figure on the sheet of sources."""
        at = next(n for n, row in enumerate(rows) if row[0] == "Mã đơn vị")
        heads = [str(h) for h in rows[at]]
        unit, code, period, value = (heads.index(h) for h in ("Mã đơn vị", "Mã", "Kỳ", "Giá trị"))
        shown = {(r[unit], r[code], r[period]): r[value] for r in rows[at + 1 :]}
        for name, figures in self.typed.items():
            for (c, p), typed in figures.items():
                wanted = typed.value
                if self.d.indicators[c].kind == "yesno" and wanted is not None:
                    wanted = _either(wanted, "Có" if wanted else "Không")
                self.report.check(f"{place} › {name} › {c} › {p}", wanted, shown.get((name, c, p)))

    # ------------------------------------------------------------------ exports

    def export(self, name: str, rows: Iterator[Mapping[str, object]]) -> None:
        """Compare the rows of an export: what was typed is there, and nothing else."""
        found = {(r["unit"], r["indicator"], r["period"]): r for r in rows}
        for unit, figures in self.typed.items():
            for (code, period), typed in figures.items():
                place = f"{name} › {unit} › {code} › {period}"
                row = found.pop((unit, code, period), None)
                if row is None:
                    self.report.check(place, None if typed.state == "blank" else "a row", None)
                    continue
                held = (unit, code, period) in self.province.held
                self.report.check(f"{place} value", typed.value, row["value"])
                self.report.check(f"{place} held", held, row["held"])
                self.report.check(f"{place} estimated", typed.is_estimate, row["estimated"])
                self.report.check(f"{place} state", typed.state, row["state"])
        for unit, code, period in found:
            i = self.d.indicators.get(str(code))
            if (
                i is not None
                and not i.is_computed
                and found[unit, code, period]["value"] is not None
            ):
                place = f"{name} › {unit} › {code} › {period}"
                self.report.check(place, None, found[unit, code, period]["value"])


def six_share(off: Fraction | None, value: Fraction) -> Fraction | None:
    """Return a difference in per cent of what was reported."""
    found = share(value, value + off) if off is not None and value else None
    return found if isinstance(found, Fraction) else None


def _either(*wanted: object) -> Callable[[object], bool]:
    """Return a test for one of several: a number that is shown as a word."""
    return lambda found: any(_agree(one, found) for one in wanted)


def _is_marked(found: object) -> bool:
    return isinstance(found, str) and found.endswith("⚑")


def rows_of_json(path: Path) -> Iterator[Mapping[str, object]]:
    """Yield the rows of an export."""
    yield from json.loads(path.read_text(encoding="utf-8"))


def rows_of_csv(path: Path) -> Iterator[Mapping[str, object]]:
    """Yield the rows of an export, numbers as numbers and flags as flags."""
    text = path.read_text(encoding="utf-8-sig")
    flags: Callable[[str], bool] = lambda word: word == "1"  # noqa: E731
    for row in csv.DictReader(io.StringIO(text, newline="")):
        value = row["value"]
        number = None if value == "" else float(value) if "." in value else int(value)
        yield {
            **row,
            "value": number,
            "held": flags(row["held"]),
            "estimated": flags(row["estimated"]),
        }
