"""The consolidated figures are right: added up a second time, by other means, from the files.

Of the product only the workbook it wrote is looked at: the definition is read as plain
YAML, the samples with openpyxl and calamine, rows are found by code and columns by heading.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import verbs
import yaml
from shipped import RETURNED, SAMPLES, TEMPLATE

from tongket_xlsx.campaign import campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.tasks import decide as deciding
from tongket_xlsx.tasks.review import every_finding

ABSENT = ("GL-626", "GL-632")
PLACES = Decimal("0.000001")
GROUPS = ("TC", "ML", "TT", "QK", "PC", "DN", "PT", "LD", "XH")
YEARS = ("2007", "2012", "2017")
CHANGES = (("2007", "2012"), ("2012", "2017"), ("2007", "2017"))

Cells = list[list[object]]


@dataclass
class Definition:
    """The definition, as text: periods, scopes of the kinds of unit, indicators in order."""

    labels: dict[str, str] = field(default_factory=dict)
    starts: dict[str, date] = field(default_factory=dict)
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
    short: str
    block: str
    founded: date | None
    figures: dict[tuple[str, str], object] = field(default_factory=dict)

    def existed(self, day: date) -> bool:
        return self.founded is None or self.founded <= day

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
    by: str = ""

    @property
    def coverage(self) -> str:
        """Return what stands below the figure: “!” where less than four fifths are behind it.

        Below that of a department stands its name.
        """
        if self.by:
            return self.by
        return f"{self.n}/{self.of}" + (" !" if 5 * self.n < 4 * self.of else "")


@pytest.fixture(scope="module")
def definition() -> Definition:
    found = Definition()
    head = _yaml("form.yaml")
    for period in head["periods"]:
        found.labels[period["code"]] = period["label"]
        found.starts[period["code"]] = date.fromisoformat(period["starts"])
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


@dataclass
class Case:
    """Returns, and the consolidated workbook made of them; with holes much is missing in them."""

    holes: bool
    folder: Path
    summary: Path


@pytest.fixture(scope="module", params=["whole", "with holes"])
def case(
    request: pytest.FixtureRequest, demo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Case:
    if request.param == "whole":
        return Case(False, RETURNED, demo / "tong-hop" / "tong-hop.xlsx")
    folder = tmp_path_factory.mktemp("holes")
    (folder / "nop").mkdir()
    dice = random.Random(7)
    for path in sorted(RETURNED.iterdir()):
        if path.name[:6] in ABSENT:
            continue
        copy = shutil.copy(path, folder / "nop")
        if path.suffix == ".xlsx" and path.name.startswith(("GL-6", "GL-T")):
            _punch(Path(copy), dice)
    made = campaign.create(folder / "dot", units_file=None, form=campaign.DEFAULT_FORM)
    verbs.receive(made, [folder / "nop"], received=date(2017, 3, 30))
    _accept(made)
    path, _ = verbs.summarise(made, folder / "tong-hop.xlsx")
    return Case(True, folder / "nop", path)


def _accept(made: campaign.Campaign) -> None:
    """Let the province accept what is held, as where a nil breaks a sum: then all of it counts."""
    for _ in range(5):
        with made.reading() as ledger:
            found = list(every_finding(made, Returns(ledger, made.units)))
        holding = {(i.finding.place.unit, i.finding.code) for i in found if i.is_open}
        holding &= {(i.finding.place.unit, i.finding.code) for i in found if i.finding.holds_back}
        if not holding:
            return
        for unit, code in sorted(holding):
            deciding.waive(made, unit, code, reason="số đúng", by="tỉnh")
    raise AssertionError(holding)


def _punch(path: Path, dice: random.Random) -> None:
    """Empty a fifth of the cells of a return, or put a sign where a figure was."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        head = next((row[0].row for row in sheet.iter_rows() if row[0].value == "Mã"), None)
        for row in sheet.iter_rows(min_row=(head or sheet.max_row) + 2):
            for cell in row[3:7]:
                given = isinstance(cell.value, int | float) or cell.value in ("Có", "Không")
                if given and dice.random() < 0.2:
                    cell.value = dice.choice([None, "…", "-"])
    book.save(path)


@pytest.fixture(scope="module")
def offices(definition: Definition, case: Case) -> dict[str, Office]:
    """Every unit, with the figures of its return."""
    found: dict[str, Office] = {}
    with (SAMPLES / "units.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            since = row["existed_from"]
            founded = date.fromisoformat(since) if since else None
            found[row["code"]] = Office(
                row["kind"], row["name"], row["short_name"], row["block"], founded
            )
    headings = {label: code for code, label in definition.labels.items()}
    for path in sorted(case.folder.iterdir()):
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
    there = _there(d, offices, code, period)
    if indicator["nature"] == "computed":
        return _ratio(d, there, indicator, period)
    if not d.kinds(code):
        return _of_department(d, offices, code, period)
    known = [n for office in there if (n := office.number(code, period)) is not None]
    adds = known and indicator["aggregation"] != "none"
    return Total(sum(known, Decimal(0)) if adds else None, len(known), len(there))


def _of_department(d: Definition, offices: dict[str, Office], code: str, period: str) -> Total:
    """Return what the one department that is asked reports for the whole province."""
    asked = [o for o in offices.values() if d.scopes[o.kind] == "whole" and d.answers(code, o.kind)]
    given = [(o.number(code, period), o.short) for o in asked]
    known = [(number, name) for number, name in given if number is not None]
    return Total(known[0][0], 0, 0, known[0][1]) if known else Total(None, 0, 0)


def _there(d: Definition, offices: dict[str, Office], code: str, period: str) -> list[Office]:
    return [o for o in offices.values() if o.kind in d.kinds(code) and o.existed(d.ends[period])]


def _ratio(d: Definition, there: list[Office], indicator: dict[str, str], period: str) -> Total:
    """Divide sums over the units with both parts; who has no denominator is in neither sum."""
    top, bottom = indicator["numerator"], indicator["denominator"]
    above = below = Decimal(0)
    n = of = 0
    for office in there:
        numerator, denominator = office.number(top, period), office.number(bottom, period)
        if not d.answers(bottom, office.kind):
            continue
        of += 1
        if numerator is not None and denominator is not None:
            above, below, n = above + numerator, below + denominator, n + 1
    value = Decimal(indicator["factor"]) * above / below if below else None
    return Total(None if value is None else value.quantize(PLACES, ROUND_HALF_UP), n, of)


@dataclass
class Same:
    """What the change over the same areas and units should be, and over how many of each."""

    change: Decimal | None = None
    share: Decimal | None = None
    areas: int = 0
    units: int = 0
    from_zero: bool = False


def _areas(d: Definition, offices: dict[str, Office]) -> dict[str, list[Office]]:
    """Return the areas in which a unit was founded after the first day of the comparison."""
    together: dict[str, list[Office]] = {}
    for office in offices.values():
        if office.block and d.scopes[office.kind] == "part":
            together.setdefault(office.block, []).append(office)
    return {
        " + ".join(o.short for o in members): members
        for members in together.values()
        if len(members) > 1 and any(not o.existed(d.starts[y]) for o in members for y in YEARS)
    }


def _same(d: Definition, offices: dict[str, Office], code: str, before: str, after: str) -> Same:
    """Compare what reported everything in both years: areas as one reporter, and other units."""
    indicator = d.indicators[code]
    if indicator["aggregation"] == "none":
        return Same()
    computed = indicator["nature"] == "computed"
    parts = (indicator["numerator"], indicator["denominator"]) if computed else (code,)
    areas = _areas(d, offices)
    alone = [[o] for o in offices.values() if not any(o in a for a in areas.values())]
    found = Same()
    sums = {(part, year): Decimal(0) for part in parts for year in (before, after)}
    for members in (*areas.values(), *alone):
        asked = [o for o in members if o.kind in d.kinds(code)]
        asked = [o for o in asked if all(d.answers(part, o.kind) for part in parts)]
        there = {y: [o for o in asked if o.existed(d.ends[y])] for y in (before, after)}
        given = {(part, year): [o.number(part, year) for o in there[year]] for part, year in sums}
        if not all(given.values()) or any(None in numbers for numbers in given.values()):
            continue
        if len(members) > 1:
            found.areas += 1
        else:
            found.units += 1
        for key, numbers in given.items():
            sums[key] += sum((n for n in numbers if n is not None), Decimal(0))
    if not found.areas + found.units:
        return found
    old, new = (_quotient(indicator, [sums[part, y] for part in parts]) for y in (before, after))
    found.change, found.share = _change(old, new)
    found.from_zero = old == 0 and bool(new)
    return found


def _quotient(indicator: dict[str, str], parts: list[Decimal]) -> Decimal | None:
    if len(parts) == 1:
        return parts[0]
    above, below = parts
    if not below:
        return None
    return (Decimal(indicator["factor"]) * above / below).quantize(PLACES, ROUND_HALF_UP)


# ---------------------------------------------------------------------- what the workbook says


@dataclass
class Province:
    """The provincial sheet of one group: its headings, its rows by code, and those below them."""

    headings: list[str]
    rows: dict[str, list[object]]
    behind: dict[str, list[object]]

    def column(self, heading: str) -> int:
        assert self.headings.count(heading) == 1, heading
        return self.headings.index(heading)

    def at(self, code: str, heading: str) -> object:
        return self.rows[code][self.column(heading)]

    def below(self, code: str, heading: str) -> object:
        return self.behind[code][self.column(heading)]


@pytest.fixture(scope="module")
def book(case: Case) -> openpyxl.Workbook:
    return openpyxl.load_workbook(case.summary, data_only=True)


@pytest.fixture(scope="module")
def provinces(book: openpyxl.Workbook) -> dict[str, Province]:
    found = {}
    for group in GROUPS:
        rows = [[c.value for c in row] for row in book[f"Toàn tỉnh – {group}"].iter_rows()]
        head = next(n for n, row in enumerate(rows) if row[0] == "Mã")
        upper, lower = rows[head + 1 :: 2], rows[head + 2 :: 2]
        assert len(upper) == len(lower)
        assert {row[1] for row in lower} == {"số đơn vị có số liệu"}
        found[group] = Province(
            [str(h) for h in rows[head]],
            {str(r[0]): r for r in upper},
            {str(r[0]): b for r, b in zip(upper, lower, strict=True)},
        )
    return found


def close(found: object, wanted: Decimal | None) -> bool:
    """Say whether a cell holds a value, or nothing where there is none."""
    if wanted is None:
        return found in (None, "")
    return isinstance(found, int | float) and abs(Decimal(str(found)) - wanted) <= Decimal("1e-6")


def test_the_samples_are_all_read(case: Case, offices: dict[str, Office]) -> None:
    """The independent reading found figures for every unit that has figures to report."""
    silent = {code for code, o in offices.items() if not o.figures}
    kinds = {offices[code].kind for code in silent - set(ABSENT)}
    assert kinds <= {"tinh", "mttq-tinh", "dang-uy"}
    assert bool(silent & set(ABSENT)) == case.holes
    assert sum(len(o.figures) for o in offices.values()) > 9000


def test_holes_are_of_every_sort(
    definition: Definition,
    case: Case,
    offices: dict[str, Office],
    expected: dict[tuple[str, str], Total],
) -> None:
    """With holes hardly a figure is complete, and what is compared is less than what is asked."""
    thin = sum(total.n < total.of for total in expected.values())
    assert (thin > len(expected) / 2) == case.holes
    same = _same(definition, offices, "ML10", "2007", "2017")
    asked = expected["ML10", "2017"].of
    # Of the two areas each takes the place of two units.
    assert (same.units + 2 * same.areas == asked) != case.holes


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
    """Every total and every ratio is the one added up from the files; no other has a figure."""
    wrong = []
    for code in definition.groups[group]:
        for period, label in definition.labels.items():
            if label not in provinces[group].headings:
                assert (code, period) not in expected
                continue
            found = provinces[group].at(code, label)
            total = expected.get((code, period))
            if not (found == "x" if total is None else close(found, total.value)):
                wrong.append((code, period, found, total))
    assert wrong == []


@pytest.mark.parametrize("group", GROUPS)
def test_coverage(
    definition: Definition,
    offices: dict[str, Office],
    expected: dict[tuple[str, str], Total],
    provinces: dict[str, Province],
    group: str,
) -> None:
    """Below every total stands how many of the units that existed then are behind it.

    Behind that of a span stands “≠” where other units are behind its years.
    """
    wrong = []
    for (code, period), total in expected.items():
        if code in definition.groups[group]:
            found = provinces[group].below(code, definition.labels[period])
            wanted = total.coverage if total.of or total.by else "–"
            if period not in YEARS and _is_uneven(definition, offices, code, period):
                wanted += " ≠"
            if found != wanted:
                wrong.append((code, period, found, wanted))
    assert wrong == []


def _is_uneven(d: Definition, offices: dict[str, Office], code: str, span: str) -> bool:
    indicator = d.indicators[code]
    if indicator["nature"] != "flow":
        return False
    years = [y for y in YEARS if y in indicator["periods"].split()]
    return any(
        (office.number(code, span) is None) != (office.number(code, year) is None)
        for year in years
        for office in _there(d, offices, code, year)
    )


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
            if not close(shown, wanted):
                wrong.append((code, span, shown, wanted))
            points = (
                indicator["kind"] == "percent"
                and None not in totals
                and (indicator["aggregation"] != "none" or any(t.by for t in totals if t))
            )
            risen = totals[0] and totals[1] and totals[0].value == 0 and totals[1].value
            wanted_text = "điểm %" if points else "từ 0" if risen else None
            if not (share == wanted_text if wanted_text else close(share, wanted_share)):
                wrong.append((code, span, share, wanted_share))
    assert wrong == []


def _change(old: Decimal | None, new: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    if old is None or new is None:
        return None, None
    share = ((new - old) / old * 100).quantize(PLACES, ROUND_HALF_UP) if old else None
    return new - old, share


@pytest.mark.parametrize("group", GROUPS)
def test_changes_over_the_same_units(
    definition: Definition,
    offices: dict[str, Office],
    provinces: dict[str, Province],
    group: str,
) -> None:
    """Beside the raw change stands that over the units with everything in both years, counted."""
    wrong = []
    for code in definition.groups[group]:
        for before, after in CHANGES:
            heading = f"{before}→{after}: cùng địa bàn, đơn vị"
            shown = provinces[group].at(code, heading)
            behind = provinces[group].below(code, heading)
            indicator = definition.indicators[code]
            if not {before, after} <= set(indicator["periods"].split()):
                assert (shown, behind) == (None, None), (code, heading)
                continue
            same = _same(definition, offices, code, before, after)
            counted = f"{same.areas} địa bàn, {same.units} đơn vị"
            if indicator["aggregation"] == "none":
                counted = None
            share = provinces[group].at(code, f"{before}→{after}: % cùng địa bàn, đơn vị")
            percent = None if indicator["kind"] == "percent" else same.share
            if same.from_zero and indicator["kind"] != "percent":
                sound = share == "từ 0"
            else:
                sound = close(share, percent)
            if not (sound and close(shown, same.change) and behind == counted):
                wrong.append((code, heading, shown, share, behind, same))
    assert wrong == []


def test_a_split_takes_nothing_away_from_what_is_compared(
    definition: Definition,
    case: Case,
    offices: dict[str, Office],
    expected: dict[tuple[str, str], Total],
) -> None:
    """Chư Sê of 2007 contains what became Chư Pưh: with full coverage both changes are one."""
    old, new = (expected["TC01", year].value for year in ("2007", "2017"))
    same = _same(definition, offices, "TC01", "2007", "2017")
    assert old is not None
    assert new is not None
    reporters = len([o for o in offices.values() if o.kind == "huyen"]) - 2
    if case.holes:
        assert same.areas + same.units < reporters
    else:
        assert same.change == new - old
        assert (same.areas, same.units) == (2, reporters - 2)


def test_departments_stand_beside_and_are_not_added(
    definition: Definition,
    offices: dict[str, Office],
    expected: dict[tuple[str, str], Total],
    book: openpyxl.Workbook,
) -> None:
    """What departments report for the whole province stands on a sheet beside Σ units, as given."""
    wanted = {}
    for code, indicator in definition.indicators.items():
        for period in indicator["periods"].split():
            given = [
                (office.name, number)
                for office in offices.values()
                if definition.scopes[office.kind] == "whole"
                and definition.answers(code, office.kind)
                and indicator["nature"] != "computed"
                if (number := office.number(code, period)) is not None
            ]
            assert len(given) < 2, (code, period, given)
            if given:
                wanted[code, period] = given[0]
    rows = list(book["Đối chiếu"].iter_rows(min_row=6, values_only=True))
    assert [(r[0], r[2]) for r in rows] == list(dict.fromkeys((r[0], r[2]) for r in rows))
    assert {(r[0], r[2]) for r in rows} == set(wanted)
    assert len(wanted) > 250
    wrong = []
    for row in rows:
        code, period = str(row[0]), str(row[2])
        name, number = wanted[code, period]
        total = expected[code, period]
        if total.by:
            # No unit adds: there is nothing to hold it against.
            total = Total(None, 0, 0, "–")
        off = None if total.value is None else total.value - number
        share = None
        if off is not None and number:
            share = (off / number * 100).quantize(PLACES, ROUND_HALF_UP)
        sound = (
            close(row[3], total.value)
            and str(row[4]).removesuffix(" ≠") == total.coverage
            and close(row[5], number)
            and row[6] == name
            and close(row[7], off)
            and close(row[8], share)
        )
        if not sound:
            wrong.append((row, name, number, total))
    assert wrong == []


@pytest.mark.parametrize("group", GROUPS)
def test_comparable_areas(
    definition: Definition, offices: dict[str, Office], book: openpyxl.Workbook, group: str
) -> None:
    """An area with a unit founded after the first day has the sum of those that existed."""
    young = _areas(definition, offices)
    assert young
    rows = [[c.value for c in row] for row in book[f"Theo đơn vị – {group}"].iter_rows()]
    keys = list(zip(rows[4], rows[6], strict=True))
    found = {str(r[2]): r for r in rows[7:] if r[2] in young}
    assert set(found) == set(young)
    seen = 0
    for name, members in young.items():
        for code in definition.groups[group]:
            indicator = definition.indicators[code]
            plain = indicator["nature"] != "computed" and indicator["aggregation"] == "sum"
            if not plain or not all(definition.answers(code, o.kind) for o in members):
                continue
            for period in indicator["periods"].split():
                there = [o.number(code, period) for o in members]
                there = [
                    n
                    for n, o in zip(there, members, strict=True)
                    if o.existed(definition.ends[period])
                ]
                shown = found[name][keys.index((code, definition.labels[period]))]
                if None in there:
                    assert shown == "…", (code, period)
                else:
                    assert close(shown, sum((n for n in there if n is not None), Decimal(0)))
                seen += 1
    assert seen > 10


def test_the_totals_are_of_every_sort(
    definition: Definition, expected: dict[tuple[str, str], Total]
) -> None:
    """The samples put every way of adding up to the test, or the tests above prove little."""
    ways = {
        definition.indicators[code]["aggregation"]
        for (code, _), total in expected.items()
        if total.value and not total.by
    }
    given = [code for (code, _), total in expected.items() if total.value and total.by]
    alone = [
        code
        for code, indicator in definition.indicators.items()
        if indicator["nature"] == "computed"
        and not all(definition.answers(indicator["denominator"], k) for k in definition.kinds(code))
    ]
    assert ways == {"sum", "count_yes", "ratio"}
    assert given
    assert alone
    assert any(total.n < total.of for total in expected.values())
