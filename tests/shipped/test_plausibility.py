"""Rules ask only where something is odd: ordinary districts and published figures are let be.

What the figures of a rule mean is taken from elsewhere: from districts that are consistent by
construction, and from what newspapers printed, slips included.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import verbs
from command_line import Run
from consistent import COVER, SPAN, District, Figures, answers, answers_of, observations
from shipped import RETURNED

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.intake.cell_values import Figure, read_figure
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model import rules
from tongket_xlsx.model.check_rows import checks_of
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Answer, Answers, CellState, Return
from tongket_xlsx.model.places import column_letters
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.summary.columns import read_columns
from tongket_xlsx.summary.outliers import Outlying, codes_of, outlying, robust_scores
from tongket_xlsx.tasks import mark as marking
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import VIETNAMESE, say

FILLS = 300
MOST_WARNINGS = 30
Told = Counter[tuple[str, str]]
Fills = list[tuple[Unit, Answers]]


@pytest.fixture(scope="module")
def districts(units: Mapping[str, Unit]) -> list[Unit]:
    return [u for u in units.values() if u.kind == "huyen"]


@pytest.fixture(scope="module")
def district(units: Mapping[str, Unit]) -> Unit:
    return units["GL-626"]


@pytest.fixture(scope="module")
def fills(form: Form, districts: list[Unit]) -> Fills:
    """Returns of every district in turn, none like another."""
    some = [(districts[n % len(districts)], f"fill-{n}") for n in range(FILLS)]
    return [(unit, answers(form, unit, seed)) for unit, seed in some]


def judged(form: Form, unit: Unit, given: Answers) -> list[Finding]:
    """Return what the rules say of answers, without a workbook."""
    values = rules.values_of(form, unit, observations(form, given))
    return list(rules.run(form, unit, values))


def tally(findings: list[Finding], severity: Severity) -> Told:
    return Counter((f.code, f.indicator) for f in findings if f.severity is severity)


# ---------------------------------------------------------------------- ordinary districts


def test_ordinary_districts_are_let_be(form: Form, fills: Fills) -> None:
    """Of 300 returns none has an error, and there is at most one question to ten of them."""
    found = [f for unit, given in fills for f in judged(form, unit, given)]
    assert tally(found, Severity.ERROR) == Counter()
    warnings = tally(found, Severity.WARNING)
    assert warnings.total() <= MOST_WARNINGS, warnings


def test_consistent_returns_are_judged_by_every_rule(form: Form, fills: Fills) -> None:
    """No rule is silent only because the returns never gave it its figures."""
    held = set()
    for unit, given in fills:
        values = rules.values_of(form, unit, observations(form, given))
        held |= {check.name for check, result in rules.outcomes(form, unit, values) if result}
    assert {check.name for check in checks_of(form, "huyen")} - held == set()


def test_consistent_returns_are_as_varied_as_real_ones(form: Form, fills: Fills) -> None:
    """They have every way to answer, rises and falls, and tenfold differences of size."""
    states: Counter[CellState] = Counter()
    blank = falls = rises = 0
    populations = []
    for unit, given in fills:
        seen = observations(form, given)
        states.update(o.state for o in seen)
        figures = {(o.indicator, o.period): o.value for o in seen if o.value is not None}
        populations.append(figures.get(("TC01", "2017"), 0))
        for code in form.indicators:
            before, after = figures.get((code, "2012")), figures.get((code, "2017"))
            if before is not None and after is not None:
                falls += after < before
                rises += after > before
        asked = [i for g in form.groups for i in form.asked(g, unit.kind) if not i.computed]
        blank += sum((i.code, "2017", 0) not in given for i in asked)
    assert {CellState.NUMBER, CellState.NIL, CellState.MISSING, CellState.TEXT} <= states.keys()
    assert states[CellState.MISSING] > FILLS * 10
    assert blank > FILLS
    assert rises > 2 * falls > FILLS * 20
    assert max(populations) > 5 * min(p for p in populations if p)


def test_a_workbook_of_an_ordinary_district_is_accepted(
    form: Form, units: Mapping[str, Unit], districts: list[Unit]
) -> None:
    """Written, read and judged, it says of every district what the rules say of its answers."""
    reader = Reader((form,), units)
    assert units["GL-639"] in districts
    for unit in districts:
        given = answers(form, unit, "book")
        data = template.build(form, unit, Issue(), answers=given, cover=COVER)
        found = reader.read(data)
        assert tally(list(found.findings), Severity.ERROR) == Counter(), unit.name
        expected = judged(form, unit, given)
        assert [named(f) for f in found.findings] == [named(f) for f in expected], unit.name
        values = rules.values_of(form, unit, found.observations)
        assert values == rules.values_of(form, unit, observations(form, given)), unit.name
        before_it_was = ("TC01", "2007") not in values and unit.existed_from is not None
        assert before_it_was == (unit.code == "GL-639")


def named(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.indicator, finding.period


@pytest.mark.parametrize(
    ("part", "whole", "period", "codes"),
    [
        ("TC02", "TC01", "2012", {"TC02-TC01"}),
        ("ML05", "ML04", "2017", {"ML04-tong", "ML05-ML04"}),
        ("QK07", "QK05", "2017", {"QK05-tong", "QK07-QK05"}),
        ("PC14", "PC13", "2007", {"PC14-PC13"}),
        ("DN03", "DN02", "2012", {"DN02-tong", "DN03-DN02"}),
        ("PT02", "TC03", "2017", {"PT02-TC03"}),
        ("TT15", "TT14", "2012", {"TT15-TT14"}),
    ],
)
def test_a_part_exchanged_with_its_whole_is_noticed(
    form: Form, fills: Fills, part: str, whole: str, period: str, codes: set[str]
) -> None:
    """In the same returns one pair of figures typed the wrong way round is an error each time."""
    tried = 0
    for unit, given in fills[::3]:
        one, other = (given.get((code, period, 0), Answer()) for code in (part, whole))
        if one.value is not None and other.value is not None and one.value < other.value:
            swapped = {**given, (part, period, 0): other, (whole, period, 0): one}
            errors = tally(judged(form, unit, swapped), Severity.ERROR)
            assert codes & {rule for rule, _ in errors}, (unit.name, errors)
            tried += 1
    assert tried > FILLS // 6


# ---------------------------------------------------------------------- departments


def test_departments_of_ordinary_districts_are_let_be(
    form: Form, units: Mapping[str, Unit], districts: list[Unit]
) -> None:
    """Who reports for the whole province reports the sum, and is asked nothing about it."""
    wholes = [u for u in units.values() if form.unit_kinds[u.kind].scope is Scope.WHOLE]
    found: list[Finding] = []
    for n in range(20):
        sums: Figures = {}
        for unit in districts:
            for key, value in District(unit, f"province-{n}").figures(form).items():
                sums[key] = sums.get(key, Decimal(0)) + value
        for unit in wholes:
            given = answers_of(form, unit, sums, random.Random(f"{n}-{unit.code}"))
            found += judged(form, unit, given)
    assert tally(found, Severity.ERROR) == Counter()
    assert tally(found, Severity.WARNING) == Counter()


# ---------------------------------------------------------------------- published figures


def said(form: Form, unit: Unit, figures: Mapping[str, float], period: str = "2017") -> list[str]:
    """Return “severity code indicator” of what the rules say of a few figures of one period."""
    values = {(code, period): float(value) for code, value in figures.items()}
    values.update(rules.computed_values(form, values))
    return [f"{f.severity} {f.code} {f.indicator}" for f in rules.run(form, unit, values)]


def growth(form: Form, unit: Unit, code: str, before: float, after: float) -> list[str]:
    """Return what is said of a growth between either pair of neighbouring years."""
    found = []
    for first, second in (("2007", "2012"), ("2012", "2017")):
        values = {(code, first): float(before), (code, second): float(after)}
        found += [f.code for f in rules.run(form, unit, values)]
    return found


QUE_VO = {"QK01": 23000, "QK02": 4200, "QK03": 3300, "QK04": 6300 + 4500 + 4700}


@pytest.mark.parametrize(
    ("period", "figures"),
    [
        pytest.param("2017", {"PT02": 4820, "TC03": 9175}, id="Võ Nhai: 4.820/9.175 hộ"),
        pytest.param("2017", {"QK14": 1677, "QK11": 168}, id="Võ Nhai: 1.677 lượt, 167,7 triệu"),
        pytest.param("2017", {"PT06": 195, "TC05": 234}, id="Nga Sơn: 195/234"),
        pytest.param("2017", {"PT04": 258, "TC06": 448}, id="Nga Sơn: 258/448 dòng họ"),
        pytest.param("2017", {"PT02": 18482, "TC03": 34150}, id="Nga Sơn: 18.482/34.150 hộ"),
        pytest.param("2017", QUE_VO, id="Quế Võ: 6,3 + 4,5 + 3,3 + 4,7 + 4,2 = 23 tỷ"),
        pytest.param("2017", {"ML10": 46000, "TC01": 170000}, id="Quế Võ: 27 % là hội viên"),
        pytest.param("2017", {"PT01": 6945, "TC03": 7821}, id="Bắc Kạn: 6.945/7.821 hộ"),
        pytest.param("2017", {"PT04": 6, "TC06": 7}, id="Bắc Kạn: 06/07 dòng họ"),
        pytest.param(
            "2012", {"TT11": 1200, "TT12": 87000, "TC01": 106100}, id="Bá Thước: 82 % dân số"
        ),
        pytest.param(
            "2017",
            {"PC08": 184, "PC09": 73, "PC10": 111, "PC11": 184},
            id="Đắk Lắk: 73 + 111 = 184",
        ),
        pytest.param("2017", {"QK13": 1035, "QK10": 489}, id="Pleiku: 1.035 suất, 489 triệu"),
        pytest.param("2012", {"ML10": 7440, "TC01": 124000, "ML04": 132}, id="Vạn Ninh: 6 %"),
    ],
)
def test_published_figures_are_let_be(
    form: Form, district: Unit, period: str, figures: Mapping[str, float]
) -> None:
    """Nothing is said of figures that were published and are right."""
    assert said(form, district, figures, period) == []


def test_more_recognised_than_there_are_is_an_error(form: Form, district: Unit) -> None:
    """Võ Nhai's “cộng đồng 91/74”: the figures break a rule, and the share cannot be."""
    assert said(form, district, {"PT06": 91, "TC05": 74}) == [
        "error PT06-TC05 PT06",
        "warning cell.plausible PT07",
    ]
    assert said(form, district, {"PT06": 74, "TC05": 91}) == []


def typed(form: Form, code: str, text: str) -> Figure:
    return read_figure(form, form.indicators[code], text)


def test_a_numerator_above_its_denominator_is_not_guessed_at(form: Form) -> None:
    """“91/74” in one cell is neither 91 nor 74; the right way round it is 74."""
    slip = typed(form, "PT06", "91/74")
    assert (slip.state, slip.value) == (CellState.INVALID, None)
    assert slip.remark is not None
    assert (slip.remark.code, slip.remark.severity) == ("cell.text", Severity.ERROR)
    assert typed(form, "PT06", "74/91").value == 74


@pytest.mark.parametrize("text", ["06/07", "06/07 dòng họ", "6/7"])
def test_a_leading_zero_hides_no_figure(form: Form, text: str) -> None:
    """Bắc Kạn's “06/07 dòng họ” is six, and the office is told that it was read so."""
    figure = typed(form, "PT04", text)
    assert figure.state is CellState.NUMBER
    assert figure.value == 6
    assert figure.remark is not None
    assert (figure.remark.code, figure.remark.severity) == ("cell.read", Severity.NOTE)


def test_a_part_left_out_breaks_the_sum(form: Form, district: Unit) -> None:
    """Quế Võ's 23 tỷ without the 4,7 tỷ of offices and schools, and without each of the tiers."""
    without = {**QUE_VO, "QK04": QUE_VO["QK04"] - 4700}
    assert said(form, district, without) == ["error QK01-tong QK01"]
    for code in ("QK02", "QK03", "QK04"):
        assert said(form, district, {**QUE_VO, code: 0}) == ["error QK01-tong QK01"]


def test_parts_that_do_not_make_a_rounded_total_break_the_sum(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """Nghệ An 2012: 0,75 + 2,6 + 19,5 + 1,7 + 16,6 tỷ are 41,15, and not “trên 41 tỷ”."""
    parts = {"QK06": 19500, "QK07": 2600 + 16600, "QK08": 750 + 1700}
    province = units["GL-HKH"]
    assert said(form, province, {**parts, "QK05": 41150}, "2012") == []
    rounded = typed(form, "QK05", "trên 41 tỷ").value
    assert rounded == 41000
    assert said(form, province, {**parts, "QK05": float(rounded)}, "2012") == [
        "error QK05-tong QK05"
    ]


@pytest.mark.parametrize(
    ("code", "period", "figures"),
    [
        pytest.param(
            "GL-HKH",
            "2012",
            {"QK13": 27000, "QK10": 10100, "QK14": 149000, "QK11": 17700},
            id="Nghệ An: học bổng 10,1 tỷ, thưởng 17,7 tỷ",
        ),
        pytest.param(
            "GL-S-GDDT",
            "2017",
            {"PC19": 1_077_588, "PC20": 1_028_033, "TC04": 218, "PC22": 7 + 211, "PC23": 211},
            id="Gia Lai: 95,4 % biết chữ",
        ),
    ],
)
def test_published_figures_of_a_province_are_let_be(
    form: Form, units: Mapping[str, Unit], code: str, period: str, figures: Mapping[str, int]
) -> None:
    """What is much for a district is not for a province."""
    assert said(form, units[code], figures, period) == []


def test_amounts_in_dong_are_asked_about(form: Form, district: Unit) -> None:
    """Quế Võ's fund typed in đồng: no sum is broken, and each amount is asked about."""
    in_dong = {code: amount * 1_000_000 for code, amount in QUE_VO.items()}
    found = said(form, district, in_dong)
    assert {line for line in found if line.startswith("error")} == set()
    assert {f"warning F-TIEN-2017 {code}" for code in QUE_VO} <= set(found)
    one = said(form, district, {**QUE_VO, "QK03": in_dong["QK03"]})
    assert {"error QK01-tong QK01", "warning F-TIEN-2017 QK03"} <= set(one)
    values = {("QK01", "2012"): 23000.0, ("QK01", "2017"): 23e9, ("QK05", SPAN): 23e9}
    codes = {(f.code, f.indicator) for f in rules.run(form, district, values)}
    assert {("F-TANG50-1217", "QK01"), ("F-TIEN-LK", "QK05")} <= codes


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param("PT02", 14000, 70000, id="Hòa Bình: gia đình hiếu học"),
        pytest.param("ML10", 3_700_000, 15_600_000, id="Cả nước: hội viên"),
        pytest.param("PT02", 20000, 55000, id="Đồng Tháp: gia đình hiếu học"),
        pytest.param("QK01", 1500, 7000, id="Hoa Lư: quỹ"),
    ],
)
def test_growth_of_a_decade_is_no_slip_of_unit(
    form: Form, district: Unit, code: str, before: int, after: int
) -> None:
    """Real growth, even within five years, is let be; more than fiftyfold is asked about."""
    assert growth(form, district, code, before, after) == []
    asked = growth(form, district, code, before, before * 50 + 1)
    assert {"F-TANG50-0712", "F-TANG50-1217"} <= set(asked)


# ---------------------------------------------------------------------- percentages typed in


def typed_over(
    form: Form, unit: Unit, figures: Mapping[str, int], code: str, value: float
) -> Return:
    """Return what is read where an office typed a percentage over the formula."""
    given = {(key, "2017", 0): Answer(Decimal(n)) for key, n in figures.items()}
    data = template.build(form, unit, Issue(), answers=given, cover=COVER)
    book = openpyxl.load_workbook(BytesIO(data))
    sheet = layout_of(form, unit.kind, "vi").sheet_of(code)
    row, column = sheet.cell(code, "2017")
    book[sheet.name].cell(row + 1, column + 1).value = value
    stream = BytesIO()
    book.save(stream)
    return Reader((form,), {unit.code: unit}).read(stream.getvalue())


@pytest.mark.parametrize(
    ("figures", "code", "value", "asked"),
    [
        pytest.param({"PT02": 4820, "TC03": 9175}, "PT03", 52.6, False, id="Võ Nhai: 52,53"),
        pytest.param({"PT04": 258, "TC06": 448}, "PT05", 57.58, False, id="Nga Sơn: 57,589"),
        pytest.param({"PT06": 195, "TC05": 234}, "PT07", 83.3, False, id="Nga Sơn: 83,33"),
        pytest.param({"PT04": 258, "TC06": 448}, "PT05", 58, False, id="to whole per cent"),
        pytest.param({"PT02": 4820, "TC03": 9175}, "PT03", 62.5, True, id="digits exchanged"),
        pytest.param({"PT04": 258, "TC06": 448}, "PT05", 75.58, True, id="another percentage"),
    ],
)
def test_a_rounded_percentage_over_a_formula_is_let_be(
    form: Form, district: Unit, figures: Mapping[str, int], code: str, value: float, asked: bool
) -> None:
    """A percentage that was rounded or cut says nothing; one that differs is asked about."""
    result = typed_over(form, district, figures, code, value)
    found = [f for f in result.findings if f.indicator == code]
    assert [(f.code, f.severity, f.period) for f in found] == (
        [("cell.computed_changed", Severity.WARNING, "2017")] if asked else []
    )


# ---------------------------------------------------------------------- both readings are told


def sentence(form: Form, unit: Unit, code: str, before: float, after: float) -> str:
    """Return what is said of a jump from 2007 to 2012, empty where nothing is."""
    values = {(code, "2007"): before, (code, "2012"): after}
    found = [f for f in rules.run(form, unit, values) if f.code.startswith(("F-TANG", "F-GIAM50"))]
    return " ".join(worded(f, "vi").message for f in found)


@pytest.mark.parametrize(
    ("code", "before", "after", "told"),
    [
        ("ML10", 12, 12500, "Năm 2007 có thể mất dấu chấm phần nghìn: 12 hay 12000?"),
        ("ML10", 14000, 15, "Năm 2012 có thể mất dấu chấm phần nghìn: 15 hay 15000?"),
        ("QK01", 400, 489_000_000, "sai đơn vị (đồng / triệu đồng): 489000000 hay 489?"),
        ("QK01", 400, 489_000, "Năm 2012 có thể sai đơn vị (đồng / triệu đồng): 489000 hay 489?"),
        ("QK01", 489_000_000, 500, "Năm 2007 có thể sai đơn vị (đồng / triệu đồng)"),
        ("ML10", 3, 3050, "3 hay 3000?"),
    ],
)
def test_a_jump_names_its_likely_cause_and_both_readings(
    form: Form, district: Unit, code: str, before: float, after: float, told: str
) -> None:
    """A thousand or fifty times more or less: which year is odd, as typed and as it may be."""
    assert told in sentence(form, district, code, before, after)


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [("ML10", 12, 600), ("ML10", 1, 1000), ("LD02", 4000, 0), ("QK01", 400, 19_000)],
)
def test_what_may_well_be_is_not_asked(
    form: Form, district: Unit, code: str, before: float, after: float
) -> None:
    """Small counts grow manifold, a year may have none, and fifty times is not reached."""
    assert sentence(form, district, code, before, after) == ""


# ---------------------------------------------------------------------- between units


def province(
    form: Form, units: Mapping[str, Unit], change: Mapping[tuple[str, str, str], float]
) -> list[Outlying]:
    """Compare districts made alike, some of their figures changed."""
    districts = [u for u in units.values() if u.kind == "huyen"]
    rows: list[tuple[object, ...]] = []
    chance = random.Random(11)
    for n, unit in enumerate(districts):
        for period in ("2007", "2012", "2017"):
            people = chance.randrange(30_000, 200_000)
            members = round(people * chance.uniform(0.05, 0.15))
            for code, value in (("TC01", people), ("ML10", members)):
                given = change.get((unit.code, code, period), value)
                rows.append((n, code, period, "number", str(given), "", str(given)))
    readings = {n: unit.code for n, unit in enumerate(districts)}
    columns = read_columns(
        form, districts, codes_of(form), readings, lambda codes: (r for r in rows if r[1] in codes)
    )
    return list(outlying(columns))


def test_alike_districts_are_not_asked(form: Form, units: Mapping[str, Unit]) -> None:
    """Differences of three times between districts are ordinary."""
    assert province(form, units, {}) == []


@pytest.mark.parametrize("times", [1000.0, 12.0, 0.05, 0.001])
def test_a_district_far_from_the_others_is_asked(
    form: Form, units: Mapping[str, Unit], times: float
) -> None:
    """Far above or far below, a figure per head stands out, and only that one."""
    (found,) = province(form, units, {("GL-628", "ML10", "2012"): round(9000 * times)})
    assert (found.unit.code, found.indicator, found.period) == ("GL-628", "ML10", "2012")
    assert (found.score > 0) == (times > 1)
    assert (found.ratio > 1) == (times > 1)
    assert found.compared == 17


def test_fewer_than_eight_are_not_compared(form: Form, units: Mapping[str, Unit]) -> None:
    """Below the number the definition asks for, nobody is far from the others."""
    some = {code: u for code, u in units.items() if u.kind == "huyen" and code < "GL-629"}
    assert len(some) == 7
    assert province(form, some, {("GL-628", "ML10", "2012"): 10**7}) == []
    more = {code: u for code, u in units.items() if u.kind == "huyen" and code < "GL-630"}
    assert len(province(form, more, {("GL-628", "ML10", "2012"): 10**7})) == 1


def test_scores_are_the_published_ones() -> None:
    """0.6745 times the distance from the median over the median distance; mean where that is 0."""
    scores = robust_scores(np.array([1.0, 2.0, 3.0, 4.0, 100.0]))
    assert scores.tolist() == pytest.approx([-1.349, -0.6745, 0, 0.6745, 97 * 0.6745])
    same = robust_scores(np.array([5.0, 5.0, 5.0, 5.0, 9.0]))
    assert same.tolist() == pytest.approx([0, 0, 0, 0, 4 / (0.8 * 1.253314)])
    assert robust_scores(np.array([5.0, 5.0, 5.0])).tolist() == [0, 0, 0]


def test_what_is_far_is_said_by_status_and_summary_and_is_no_part_of_a_return(
    campaign: Campaign, run: Run, in_process: None, form: Form, tmp_path: Path
) -> None:
    """Dated, at most a warning, in no return's findings, and open to a decision."""
    samples = sorted(p for p in RETURNED.glob("GL-6*.xlsx"))[:12]
    book = openpyxl.load_workbook(samples[0])
    sheet = layout_of(form, "huyen", VIETNAMESE).sheet_of("TT19")
    row, column = sheet.cell("TT19", "2012")
    book[sheet.name].cell(row + 1, column + 1).value = 9
    path = tmp_path / "x.xlsx"
    book.save(path)
    verbs.receive(campaign, [path, *samples[1:]], received=date(2017, 3, 30), jobs=1)
    document = json.loads(run("status", "--json", home=campaign.home).stdout)
    (found,) = [f for f in document["findings"] if f["indicator"] == "TT19"]
    assert (found["code"], found["severity"], found["period"]) == ("D-LECH-DAN", "warning", "2012")
    assert found["cell"] == f"{column_letters(column)}{row + 1}"
    assert f"ngày {date.today():%d/%m/%Y}" in found["message"]
    told = verbs.story(campaign, found["unit"]).returns[0].assessment.findings
    assert "D-LECH-DAN" not in {r.finding.code for r in told}
    assert "D-LECH-DAN" not in {f.code for m in marking.mark(campaign) for f in m.findings}
    assert "So giữa các đơn vị" in run("status", home=campaign.home).stdout
    target, _ = verbs.summarise(campaign)
    listed = [
        [str(c.value) for c in line]
        for line in openpyxl.load_workbook(target)[say("sheet.findings", VIETNAMESE)].iter_rows()
    ]
    assert any("D-LECH-DAN" in line and "TT19" in line for line in listed)
    words = ("waive", found["unit"], "D-LECH-DAN", "--indicator", "TT19", "--reason", "đúng")
    assert run(*words, home=campaign.home).exit_code == 0
    after = json.loads(run("status", "--json", home=campaign.home).stdout).get("findings", [])
    assert "TT19" not in {f["indicator"] for f in after}
