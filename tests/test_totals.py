"""The consolidated figures are right: added up a second time, by other means, from the files.

Nothing of the product is used here but the workbook it wrote: the definition is read as plain
YAML, the samples with openpyxl and calamine, rows are found by code and columns by heading.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import yaml
from conftest import RETURNED, SAMPLES, TEMPLATE

PLACES = Decimal("0.000001")
GROUPS = ("TC", "ML", "TT", "QK", "PC", "DN", "PT", "LD", "XH")
CHANGES = (("2007", "2012"), ("2012", "2017"), ("2007", "2017"))

Cells = list[list[object]]


@dataclass
class Definition:
    """The definition, as text: periods, scopes of the kinds of unit, indicators in order."""

    labels: dict[str, str] = field(default_factory=dict)
    ends: dict[str, date] = field(default_factory=dict)
    scopes: dict[str, str] = field(default_factory=dict)
    indicators: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)

    def kinds(self, code: str) -> list[str]:
        """Return the kinds of unit that add to an indicator."""
        indicator = self.indicators[code]
        listed = indicator.get("adds") or indicator["respondents"]
        return [kind for kind in listed.split() if self.scopes[kind] == "part"]

    def answers(self, code: str, kind: str) -> bool:
        return kind in self.indicators[code]["respondents"].split()


@dataclass
class Office:
    """One unit and what stands in its return."""

    kind: str
    name: str
    founded: date | None
    figures: dict[tuple[str, str], object] = field(default_factory=dict)

    def number(self, code: str, period: str) -> Decimal | None:
        """Return a figure as a number: nil is 0, yes is 1, no is 0; a sign is none."""
        match self.figures.get((code, period)):
            case "-" | "Không":
                return Decimal(0)
            case "Có":
                return Decimal(1)
            case int() | float() as value:
                return Decimal(str(value))
            case _:
                return None


@dataclass
class Total:
    """What the province should have: a value, and n of N units behind it."""

    value: Decimal | None
    n: int
    of: int


@pytest.fixture(scope="module")
def definition() -> Definition:
    found = Definition()
    head = _yaml("form.yaml")
    for period in head["periods"]:
        found.labels[period["code"]] = period["label"]
        found.ends[period["code"]] = date.fromisoformat(period["ends"])
    found.scopes = {kind["code"]: kind["scope"] for kind in head["unit_kinds"]}
    assert tuple(head["groups"].split()) == GROUPS
    for group in GROUPS:
        indicators = _yaml(f"group-{group}.yaml")["indicators"]
        found.groups[group] = [i["code"] for i in indicators]
        found.indicators.update({i["code"]: i for i in indicators})
    return found


def _yaml(name: str) -> dict:
    return yaml.load((TEMPLATE / name).read_text(encoding="utf-8"), yaml.BaseLoader)


@pytest.fixture(scope="module")
def offices(definition: Definition) -> dict[str, Office]:
    """Every unit, with the figures of its return."""
    found: dict[str, Office] = {}
    with (SAMPLES / "units.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            since = row["existed_from"]
            founded = date.fromisoformat(since) if since else None
            found[row["code"]] = Office(row["kind"], row["name"], founded)
    headings = {label: code for code, label in definition.labels.items()}
    for path in sorted(RETURNED.iterdir()):
        office = found[path.name.partition("_")[0]]
        for rows in _sheets(path):
            for row, columns in _table(rows, headings):
                for period, column in columns.items():
                    office.figures[str(row[0]), period] = row[column]
    return found


def _sheets(path: Path) -> Iterator[Cells]:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, data_only=True)
        yield from ([[c.value for c in row] for row in s.iter_rows()] for s in book.worksheets)
        return
    old = python_calamine.CalamineWorkbook.from_path(path)
    yield from (old.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in old.sheet_names)


def _table(rows: Cells, headings: dict[str, str]) -> Iterator[tuple[list[object], dict[str, int]]]:
    """Yield the rows below the line that starts with “Mã”, and where each period stands."""
    columns: dict[str, int] = {}
    for row in rows:
        if not columns and row and row[0] == "Mã":
            columns = {headings[str(h)]: n for n, h in enumerate(row) if str(h) in headings}
        elif columns and row[0]:
            yield row, columns


@pytest.fixture(scope="module")
def expected(definition: Definition, offices: dict[str, Office]) -> dict[tuple[str, str], Total]:
    return {
        (code, period): _total(definition, offices, code, period)
        for code, indicator in definition.indicators.items()
        for period in indicator["periods"].split()
    }


def _total(d: Definition, offices: dict[str, Office], code: str, period: str) -> Total:
    indicator = d.indicators[code]
    there = [
        office
        for office in offices.values()
        if office.kind in d.kinds(code)
        and (office.founded is None or office.founded <= d.ends[period])
    ]
    if indicator["nature"] == "computed":
        return _ratio(d, there, indicator, period)
    known = [n for office in there if (n := office.number(code, period)) is not None]
    adds = known and indicator["aggregation"] != "none"
    return Total(sum(known, Decimal(0)) if adds else None, len(known), len(there))


def _ratio(d: Definition, there: list[Office], indicator: dict[str, str], period: str) -> Total:
    """Divide sums over the units with both parts; who has no denominator adds its numerator."""
    top, bottom = indicator["numerator"], indicator["denominator"]
    above = below = Decimal(0)
    n = of = 0
    for office in there:
        numerator, denominator = office.number(top, period), office.number(bottom, period)
        if not d.answers(bottom, office.kind):
            above += numerator or 0
            continue
        of += 1
        if numerator is not None and denominator is not None:
            above, below, n = above + numerator, below + denominator, n + 1
    value = Decimal(indicator["factor"]) * above / below if below else None
    return Total(None if value is None else value.quantize(PLACES, ROUND_HALF_UP), n, of)


# ---------------------------------------------------------------------- what the workbook says


@dataclass
class Province:
    """The provincial sheet of one group: its headings, and its rows by code."""

    headings: list[str]
    rows: dict[str, list[object]]

    def at(self, code: str, heading: str) -> object:
        assert self.headings.count(heading) == 1, heading
        return self.rows[code][self.headings.index(heading)]


@pytest.fixture(scope="module")
def provinces(demo: Path) -> dict[str, Province]:
    book = openpyxl.load_workbook(demo / "tong-hop" / "tong-hop.xlsx", data_only=True)
    found = {}
    for group in GROUPS:
        rows = [[c.value for c in row] for row in book[f"Toàn tỉnh – {group}"].iter_rows()]
        head = next(n for n, row in enumerate(rows) if row[0] == "Mã")
        found[group] = Province([str(h) for h in rows[head]], {r[0]: r for r in rows[head + 1 :]})
    return found


def short(period: str) -> str:
    return "LK" if period == "2007-2017" else period


def close(found: object, wanted: Decimal) -> bool:
    return isinstance(found, int | float) and abs(Decimal(str(found)) - wanted) <= Decimal("1e-6")


def test_the_samples_are_all_read(offices: dict[str, Office]) -> None:
    """The independent reading found figures for every unit that has figures to report."""
    silent = {o.kind for o in offices.values() if not o.figures}
    assert silent <= {"tinh", "mttq-tinh", "dang-uy"}
    assert sum(len(o.figures) for o in offices.values()) > 10000


@pytest.mark.parametrize("group", GROUPS)
def test_every_indicator_has_its_row(
    definition: Definition, provinces: dict[str, Province], group: str
) -> None:
    """The provincial sheet lists the indicators of its group, all of them, in their order."""
    assert list(provinces[group].rows) == definition.groups[group]


@pytest.mark.parametrize("group", GROUPS)
def test_totals_and_ratios(
    definition: Definition,
    expected: dict[tuple[str, str], Total],
    provinces: dict[str, Province],
    group: str,
) -> None:
    """Every total and every ratio of the province is the one added up from the files."""
    wrong = []
    for (code, period), total in expected.items():
        if code in definition.groups[group]:
            found = provinces[group].at(code, definition.labels[period])
            missing = total.value is None and found in (None, "")
            if not missing and not (total.value is not None and close(found, total.value)):
                wrong.append((code, period, found, total.value))
    assert wrong == []


@pytest.mark.parametrize("group", GROUPS)
def test_coverage(
    definition: Definition,
    expected: dict[tuple[str, str], Total],
    provinces: dict[str, Province],
    group: str,
) -> None:
    """Beside every total stands how many of the units that existed then are behind it."""
    wrong = []
    for (code, period), total in expected.items():
        if code in definition.groups[group]:
            found = provinces[group].at(code, f"Số đơn vị {short(period)}")
            wanted = f"{total.n}/{total.of}" if definition.kinds(code) else "–"
            if found != wanted:
                wrong.append((code, period, found, wanted))
    assert wrong == []


@pytest.mark.parametrize("group", GROUPS)
def test_changes(
    definition: Definition,
    expected: dict[tuple[str, str], Total],
    provinces: dict[str, Province],
    group: str,
) -> None:
    """Changes are the difference and the share of the totals; of a percentage only points."""
    wrong = []
    for code in definition.groups[group]:
        indicator = definition.indicators[code]
        for before, after in CHANGES:
            span = f"{before}→{after}"
            shown = provinces[group].at(code, f"{span}: tăng, giảm")
            share = provinces[group].at(code, f"{span}: %")
            totals = expected.get((code, before)), expected.get((code, after))
            wanted, wanted_share = _change(*(t.value if t else None for t in totals))
            if wanted is None:
                if shown not in (None, ""):
                    wrong.append((code, span, shown, wanted))
            elif not close(shown, wanted):
                wrong.append((code, span, shown, wanted))
            if indicator["kind"] == "percent" and None not in totals:
                if share != "điểm %":
                    wrong.append((code, span, share, "điểm %"))
            elif wanted_share is None:
                if share not in (None, ""):
                    wrong.append((code, span, share, None))
            elif not close(share, wanted_share):
                wrong.append((code, span, share, wanted_share))
    assert wrong == []


def _change(old: Decimal | None, new: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    if old is None or new is None:
        return None, None
    share = ((new - old) / old * 100).quantize(PLACES, ROUND_HALF_UP) if old else None
    return new - old, share


@pytest.mark.parametrize("group", GROUPS)
def test_departments_stand_beside_and_are_not_added(
    definition: Definition,
    offices: dict[str, Office],
    provinces: dict[str, Province],
    group: str,
) -> None:
    """What departments report for the whole province stands in columns of its own, as given."""
    wrong, seen = [], 0
    for code in definition.groups[group]:
        indicator = definition.indicators[code]
        for period in indicator["periods"].split():
            given = [
                value
                for o in offices.values()
                if definition.scopes[o.kind] == "whole" and definition.answers(code, o.kind)
                if (value := o.figures.get((code, period))) not in (None, "")
                and indicator["nature"] != "computed"
            ]
            assert len(given) < 2, (code, period, given)
            seen += len(given)
            wanted = {"-": 0}.get(given[0], given[0]) if given else None
            found = provinces[group].at(code, f"Sở, ngành {short(period)}")
            if found != wanted:
                wrong.append((code, period, found, wanted))
    assert wrong == []
    assert seen or group in ("LD", "XH")


def test_the_totals_are_of_every_sort(
    definition: Definition, expected: dict[tuple[str, str], Total]
) -> None:
    """The samples put every way of adding up to the test, or the tests above prove little."""
    ways = {
        definition.indicators[code]["aggregation"]
        for (code, _), total in expected.items()
        if total.value
    }
    alone = [
        code
        for code, indicator in definition.indicators.items()
        if indicator["nature"] == "computed"
        and not all(definition.answers(indicator["denominator"], k) for k in definition.kinds(code))
    ]
    assert ways == {"sum", "count_yes", "ratio"}
    assert alone
    assert any(total.n < total.of for total in expected.values())
