"""Fill in the generated workbooks of Gia Lai with seeded, consistent, invented figures.

Run from the root of a checkout, with LibreOffice on the path: ``python samples/make_samples.py``.
Every sheet says that the figures are invented: no district figures for these years were ever
published. Growth, shares and magnitudes follow what newspapers report of such places.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl

from tongket_xlsx.campaign import unit_list as units
from tongket_xlsx.campaign.campaign import load_form
from tongket_xlsx.model import rules
from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Scope
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import CoverField
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Answer, CellState, Observation
from tongket_xlsx.model.units import Unit
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import say

HOME = Path(__file__).resolve().parent / "gia-lai"
FORM = Path(__file__).resolve().parent.parent / "workbook_templates" / "chi-thi-11"
GOOD, FLAWED = HOME / "nop-ve", HOME / "co-loi"
YEARS = ("2007", "2012", "2017")
SPAN = "2007-2017"
SEED = 11
ISSUE = Issue(
    "TỈNH ỦY GIA LAI\nBAN TUYÊN GIÁO", date(2017, 3, 31), True, say("note.fictitious", "vi")
)
# Rounded populations of 2009, for magnitudes only.
POPULATION = {
    "GL-622": 208000,
    "GL-623": 63000,
    "GL-624": 35000,
    "GL-625": 62000,
    "GL-626": 98000,
    "GL-627": 67000,
    "GL-628": 89000,
    "GL-629": 53000,
    "GL-630": 43000,
    "GL-631": 62000,
    "GL-632": 98000,
    "GL-633": 94000,
    "GL-634": 38000,
    "GL-635": 49000,
    "GL-637": 72000,
    "GL-638": 71000,
    "GL-639": 55000,
}
# Opened and saved by LibreOffice, as some offices do.
SAVED_BY_LIBREOFFICE = {
    "GL-625": "xlsx",
    "GL-630": "xls",
    "GL-635": "ods",
    "GL-634": "xls",
    "GL-S-NOIVU": "ods",
}
# Percentages that a department knows for the whole province: of few people, and of most.
FEW = {"DN37", "DN38"}
LEVELS = {
    True: {"2012": "8.5", "2017": "21.3"},
    False: {"2007": "91.4", "2012": "95.25", "2017": "98.6"},
}
LITERACY = {"PC16", "PC17", "PC19", "PC20", "PC36", "PC37"}
Figures = dict[tuple[str, str], int]


def of_year(year: str, first: float, second: float, third: float) -> float:
    """Return the one of three levels that belongs to a year."""
    return {"2007": first, "2012": second, "2017": third}[year]


def district(
    rnd: random.Random, population: int, communes: dict[str, int], *, split: bool
) -> Figures:
    """Invent the figures of a district: growing, and consistent with every rule."""
    d: Figures = {}
    growth = {"2007": 1.55 if split else 0.93, "2012": 1.04, "2017": 1.12}
    hamlets_each = rnd.randint(7, 10)
    minority = rnd.uniform(0.3, 0.7)
    household = rnd.uniform(4.1, 4.8)
    schools = max(16, sum(communes.values()) * 2 // 3 + rnd.randint(8, 14))
    fund = rnd.uniform(0.8, 1.2) * population / 60000
    zeal = random.Random(f"{SEED}-{population}").uniform(0.75, 1.3)
    for year in YEARS:
        if not communes[year]:
            continue
        _population(
            d,
            rnd,
            year,
            round(population * growth[year]),
            communes[year],
            hamlets_each,
            minority,
            household,
        )
        _network(d, rnd, year, schools, zeal)
        _centres(d, rnd, year, schools)
        _funds(d, year, 900 * fund)
        _universal(d, rnd, year)
        _training(d, rnd, year)
        _movement(d, rnd, year)
    _spans(d)
    return d


def _population(
    d: Figures,
    rnd: random.Random,
    y: str,
    people: int,
    communes: int,
    hamlets_each: int,
    minority: float,
    household: float,
) -> None:
    d["TC01", y], d["TC02", y] = people, int(people * minority)
    d["TC03", y], d["TC04", y] = int(people / household), communes
    d["TC05", y] = communes * hamlets_each
    d["TC06", y], d["TC07", y] = rnd.randint(20, 60), rnd.randint(60, 150)
    d["TC08", y] = int(people * 0.5 * rnd.uniform(0.7, 0.95))
    d["TC09", y] = communes * rnd.randint(20, 24)
    d["TC10", y], d["TC11", y] = communes // 3, d["TC09", y] // 2


def _network(d: Figures, rnd: random.Random, y: str, schools: int, zeal: float) -> None:
    share = of_year(y, 0.72, 0.95, 1) * min(1, 0.4 + 0.5 * zeal) ** (0.5 if y == "2017" else 1)
    communes, hamlets = d["TC04", y], d["TC05", y]
    d["ML01", y], d["ML02", y] = 1, int(communes * share)
    d["ML05", y], d["ML06", y] = int(hamlets * share * 0.8), int(schools * share)
    d["ML07", y], d["ML08", y] = rnd.randint(10, 25), rnd.randint(2, 9)
    d["ML04", y] = d["ML05", y] + d["ML06", y] + d["ML07", y] + d["ML08", y]
    d["ML09", y] = rnd.randint(20, 45)
    d["ML10", y] = int(d["TC01", y] * of_year(y, 0.045, 0.09, 0.13) * zeal)
    d["ML11", y], d["ML12", y] = int(d["ML10", y] * 0.3), int(d["ML10", y] * 0.12)
    d["ML14", y], d["ML15", y] = d["ML02", y] * 9 + 15, 3
    d["ML19", y] = int(d["ML14", y] * 0.5)
    d["ML16", y] = min(d["ML10", y], d["ML19", y] + rnd.randint(5, 200))
    d["ML17", y] = int(d["ML02", y] * 0.7)


def _centres(d: Figures, rnd: random.Random, y: str, schools: int) -> None:
    centres = int(d["TC04", y] * of_year(y, 0.55, 0.95, 1))
    d["TT01", y], d["TT02", y] = 1, rnd.randint(18, 30)
    d["TT03", y], d["TT04", y] = rnd.randint(100, 400), rnd.randint(100, 900)
    d["TT05", y], d["TT07", y], d["TT09", y] = centres, int(centres * 0.5), int(centres * 0.6)
    d["TT10", y] = centres // 2
    d["TT11", y] = int(centres * of_year(y, 4, 10, 14)) + rnd.randint(0, 9)
    d["TT12", y] = d["TT11", y] * rnd.randint(30, 45)
    d["TT13", y] = centres * 20
    d["TT14", y], d["TT15", y] = schools, int(schools * of_year(y, 0.1, 0.2, 0.32))
    d["TT17", y] = schools * 12
    d["TT18", y] = int(schools * 12 * of_year(y, 0.35, 0.5, 0.65))
    d["TT19", y] = schools * 24
    d["TT20", y] = int(schools * 24 * of_year(y, 0.9, 0.96, 0.99))
    d["TT23", y] = schools * 3


def _funds(d: Figures, y: str, level: float) -> None:
    size = level * of_year(y, 0.09, 0.4, 1)
    for whole, parts, shares in (
        ("QK01", ("QK02", "QK03", "QK04"), (0.3, 0.3, 0.4)),
        ("QK05", ("QK06", "QK07", "QK08"), (0.4, 0.3, 0.1)),
        ("QK09", ("QK10", "QK11", "QK12"), (0.3, 0.2, 0.15)),
    ):
        for code, share in zip(parts, shares, strict=True):
            d[code, y] = round(size * share)
        d[whole, y] = sum(d[code, y] for code in parts)
    d["QK19", y] = round(d["QK12", y] * 0.6)
    d["QK13", y] = int(d["QK10", y] / 0.45) + 1
    d["QK14", y], d["QK15", y] = int(d["QK11", y] / 0.15) + 3, int(d["QK12", y] / 0.3) + 2
    d["QK16", y] = int(0.3 * (d["QK13", y] + d["QK14", y]))
    d["QK17", y] = int(d.get(("TC04", y), 0) * of_year(y, 0.6, 0.9, 1))


def _universal(d: Figures, rnd: random.Random, y: str) -> None:
    people, communes = d["TC01", y], d["TC04", y]
    d["PC01", y] = int(people * 0.021)
    d["PC02", y] = int(people * 0.021 * of_year(y, 0.82, 0.95, 0.99))
    d["PC04", y], d["PC05", y] = int(people * 0.2), int(people * 0.003) + rnd.randint(0, 9)
    d["PC08", y] = int(communes * of_year(y, 0.9, 1, 1))
    d["PC11", y] = int(communes * of_year(y, 0.6, 1, 1))
    d["PC22", y] = int(communes * of_year(y, 0.9, 1, 1))
    if y != "2007":
        d["PC07", y], d["PC09", y] = int(communes * of_year(y, 0, 0.5, 1)), communes // 3
    if y == "2017":
        d["PC10", y], d["PC12", y], d["PC23", y] = communes // 3, communes // 4, communes // 3
        d["PT14", y] = int(communes * 0.8)
    young, adult = int(people * 0.36), int(people * 0.62)
    d["PC16", y], d["PC17", y] = young, int(young * of_year(y, 0.88, 0.93, 0.965))
    d["PC19", y], d["PC20", y] = adult, int(adult * of_year(y, 0.82, 0.88, 0.92))
    minority = int(min(d["TC02", y], adult) * 0.6)
    illiterate = min(int(minority * of_year(y, 0.3, 0.2, 0.14)), int((adult - d["PC20", y]) * 0.8))
    d["PC36", y], d["PC37", y] = minority, minority - illiterate
    d["PC13", y], d["PC14", y] = int(people * 0.075), int(people * of_year(y, 0.05, 0.06, 0.066))
    # Districts count literacy at one of two levels, and keep to it.
    before = [d[key] for key in (("PC44", "2007"), ("PC44", "2012")) if key in d]
    d["PC44", y] = before[0] if before else int(communes % 3 == 0)
    d["PC24", y], d["PC25", y] = rnd.randint(60, 400), rnd.randint(12, 50)
    d["PC27", y], d["PC28", y] = rnd.randint(5, 60), int(people * 0.014)
    d["PC29", y] = int(people * of_year(y, 0.0007, 0.0012, 0.002))
    d["PC31", y], d["PC42", y] = int(people * 0.03) + rnd.randint(0, 9), rnd.randint(11, 60)


def _training(d: Figures, rnd: random.Random, y: str) -> None:
    trained = int(d["TC01", y] * of_year(y, 0.004, 0.009, 0.011)) + rnd.randint(0, 60)
    d["DN01", y] = 2
    d["DN03", y], d["DN04", y], d["DN02", y] = (
        int(trained * 0.6),
        trained - int(trained * 0.6),
        trained,
    )
    for code in ("DN05", "DN06", "DN07"):
        d[code, y] = int(trained * 0.5)
    d["DN08", y], d["DN09", y] = rnd.randint(1, 9), rnd.randint(200, 900)
    d["DN30", y], d["DN31", y] = int(d["DN09", y] * 0.5), int(d["DN09", y] * 0.4)
    d["DN24", y], d["DN10", y] = int(trained * 0.9), int(trained * 0.7)
    d["DN12", y] = round(trained * of_year(y, 0.5, 1.5, 2))
    d["DN13", y] = min(d["TC08", y], d["TT12", y]) // 2
    d["DN15", y] = int(d["TC09", y] * of_year(y, 0.45, 0.75, 0.92))
    d["DN17", y] = int(d["TC11", y] * 0.6)
    workers = rnd.randint(60, 500)
    d["DN19", y], d["DN20", y], d["DN22", y] = workers, workers // 2, workers // 2
    d["DN25", y], d["DN26", y], d["DN28", y] = workers // 3, workers // 6, workers // 6


def _movement(d: Figures, rnd: random.Random, y: str) -> None:
    homes, hamlets, communes = d["TC03", y], d["TC05", y], d["TC04", y]
    d["PT01", y], d["PT02", y] = int(homes * 0.5), int(homes * of_year(y, 0.1, 0.35, 0.5))
    d["PT04", y], d["PT06", y], d["PT08", y] = rnd.randint(3, 12), int(hamlets * 0.3), 20
    d["PT10", y], d["PT11", y] = 3, int(homes * of_year(y, 0.45, 0.55, 0.65))
    d["PT12", y] = int(homes * of_year(y, 0.3, 0.2, 0.16))
    d["PT15", y], d["PT16", y] = int(hamlets * 0.5), int(homes * 0.2)
    d["LD01", y], d["LD02", y] = rnd.randint(1, 3), rnd.randint(200, 3000)
    d["LD03", y], d["LD04", y], d["LD05", y] = 1, 2, 1
    d["LD06", y] = communes if y != "2007" else 0
    d["LD07", y], d["LD08", y], d["LD09", y] = rnd.randint(0, 2), communes // 2, 1
    d["LD10", y], d["LD11", y] = 0, 1
    d["XH01", y], d["XH02", y] = rnd.randint(2, 6), rnd.randint(20, 80)
    d["XH03", y], d["XH04", y] = rnd.randint(200, 3000), rnd.randint(10, 40)
    if y != "2007":
        _later(d, random.Random(f"{SEED}-{homes}-{y}"), y)


def _later(d: Figures, rnd: random.Random, y: str) -> None:
    """Invent what is asked from 2012 on: difficult communes, disabled people, unions."""
    d["TT24", y] = d["TT17", y] * d["TC10", y] // d["TC04", y]
    d["TT25", y] = int(d["TT24", y] * of_year(y, 0.2, 0.35, 0.55))
    d["TT27", y] = d["TT19", y] * d["TC10", y] // d["TC04", y]
    d["PC45", y] = d["PC27", y] // rnd.randint(2, 5)
    d["PC46", y] = int(d["PC04", y] * of_year(y, 0.002, 0.003, 0.005))
    d["DN32", y] = rnd.randint(0, 120)
    d["DN33", y], d["DN34", y] = (d["TC09", y] - d["TC11", y]) // 3, d["TC05", y] // 2
    d["PT17", y], d["PT19", y] = int(d["TT14", y] * of_year(y, 0.3, 0.5, 0.7)), rnd.randint(0, 25)
    d["XH05", y], d["XH06", y] = rnd.randint(4, 9), rnd.randint(800, 6000)


def _spans(d: Figures) -> None:
    """Add the cumulative figures: some ten years where three are known."""
    for code in {code for code, _ in d}:
        known = [d[code, y] for y in YEARS if (code, y) in d]
        d[code, SPAN] = round(sum(known) * 3.1)
    for whole, parts in (
        ("QK05", ("QK06", "QK07", "QK08")),
        ("QK09", ("QK10", "QK11", "QK12")),
        ("DN02", ("DN03", "DN04")),
    ):
        if (whole, SPAN) in d:
            d[whole, SPAN] = sum(d[code, SPAN] for code in parts)


def provincial_block(rnd: random.Random) -> Figures:
    """Invent what no district reports: upper-secondary schools, the provincial fund."""
    d = district(rnd, 60000, dict.fromkeys(YEARS, 14), split=False)
    for period in (*YEARS, SPAN):
        d["ML04", period] -= d["ML05", period]
        d["QK01", period] -= d["QK03", period]
    return d


def write_answers(
    form: Form, unit: Unit, figures: Figures, rnd: random.Random
) -> dict[tuple[str, str, int], Answer]:
    """Turn figures into what an office types: numbers, yes and no, “-” and an honest “…”."""
    answers: dict[tuple[str, str, int], Answer] = {}
    for group in form.groups:
        for indicator in form.asked(group, unit.kind):
            for period in form.periods:
                entry = entry_of(unit, indicator, period)
                value = figures.get((indicator.code, period.code))
                if not entry.answerable or indicator.computed:
                    continue
                lost = (
                    indicator.records == "none"
                    and period.code in ("2007", SPAN)
                    and rnd.random() < 0.35
                )
                key = (indicator.code, period.code, 0)
                if indicator.kind is Kind.YESNO:
                    answers[key] = Answer(text="Có" if value else "Không")
                elif indicator.kind is Kind.PERCENT:
                    answers[key] = Answer(Decimal(LEVELS[indicator.code in FEW][period.code]))
                elif value is None or lost:
                    answers[key] = Answer(text="…")
                elif value == 0:
                    answers[key] = Answer(text="-")
                else:
                    answers[key] = Answer(Decimal(value))
    return answers


def words(form: Form, unit: Unit, answers: dict[tuple[str, str, int], Answer]) -> None:
    """Add answers in words and the roster of documents, as many as the cumulative figures say."""
    for prompt in form.prompts_for(unit.kind):
        if prompt.core or unit.kind != "huyen":
            text = f"{unit.name}: nội dung minh họa cho mục “{prompt.label.vi}”."
            answers[prompt.code, "", 0] = Answer(text=text[: prompt.max_chars])
    row = 0
    for roster in form.rosters_for(unit.kind):
        for code, block, kind, number in (
            ("LD03", "cấp ủy", "Kế hoạch", "{n}-KH/HU"),
            ("LD04", "chính quyền", "Kế hoạch", "{n}/KH-UBND"),
            ("LD05", "Mặt trận – đoàn thể – Hội", "Công văn", "{n}-CV/HKH"),
        ):
            told = answers.get((code, SPAN, 0))
            for n in range(int(told.value) if told and told.value else 0):
                row += 1
                values = (
                    f"Cơ quan minh họa, {unit.short_name}",
                    block,
                    kind,
                    number.format(n=n + 1),
                    f"{n % 27 + 1:02d}/0{n % 9 + 1}/20{8 + n % 9:02d}",
                    "Văn bản minh họa về khuyến học, khuyến tài, xây dựng xã hội học tập",
                )
                for column, value in zip(roster.columns, values, strict=True):
                    answers[column.code, "", row] = Answer(text=value)


def departments(form: Form, unit: Unit, sums: Figures, rnd: random.Random) -> Figures:
    """Let a department report the whole province: mostly the sum, now and then a little off."""
    figures: Figures = {}
    for group in form.groups:
        for indicator in form.asked(group, unit.kind):
            for period in indicator.periods:
                total = sums.get((indicator.code, period))
                if total is not None:
                    off = rnd.random() < 0.15 and group.code != "TC"
                    figures[indicator.code, period] = total + off * rnd.randint(1, 3)
                elif not form.adding_kinds(indicator) and indicator.kind is Kind.COUNT:
                    figures[indicator.code, period] = rnd.randint(5000, 60000)
    return figures


def check(form: Form, unit: Unit, answers: dict[tuple[str, str, int], Answer]) -> None:
    """Refuse to write a sample that breaks an error rule."""
    observations = [
        Observation(
            code,
            period,
            row,
            CellState.NUMBER if a.value is not None else CellState.TEXT,
            a.value if a.value is not None else None,
            a.text,
            "",
            "",
            "",
        )
        for (code, period, row), a in answers.items()
    ]
    values = rules.values_of(form, unit, observations)
    for finding in rules.run(form, unit, values):
        print(
            unit.code, finding.severity, finding.code, finding.period, finding.parameters["found"]
        )


def cover_of(form: Form, unit: Unit, number: int) -> dict[str, str]:
    """Return what the office writes on the cover."""
    symbol = "BC/HU" if unit.kind == "huyen" else "BC"
    return {
        CoverField.COMPILER: "Nguyễn Văn Mẫu",
        CoverField.PHONE: f"0269 000 {number:03d}",
        CoverField.REPORT_NUMBER: f"{number}-{symbol}",
        CoverField.REPORT_DATE: "27/03/2017",
    }


def libreoffice(data: bytes, name: str, to: str) -> bytes:
    """Open a workbook in LibreOffice and save it in a format."""
    filters = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97", "ods": "ods"}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / name
        source.write_bytes(data)
        subprocess.run(
            [
                "soffice",
                "--headless",
                "--norestore",
                f"-env:UserInstallation=file://{folder}/p",
                "--convert-to",
                filters[to],
                "--outdir",
                f"{folder}/out",
                str(source),
            ],
            check=True,
            capture_output=True,
        )
        return (Path(folder) / "out" / f"{source.stem}.{to}").read_bytes()


def main() -> None:
    """Write every sample."""
    form = load_form(FORM)
    listed = units.load("units.csv", (HOME / "units.csv").read_bytes(), form.unit_kinds)
    for folder in (GOOD, FLAWED):
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            if old.suffix != ".txt":
                old.unlink()
    good = write_good(form, listed)
    write_flawed(form, listed, good)


def write_good(form: Form, listed: dict[str, Unit]) -> dict[str, bytes]:
    """Write the return of every unit; return the workbook of each before LibreOffice saw it."""
    written: dict[str, bytes] = {}
    sums: Figures = {}
    scope = {code: kind.scope for code, kind in form.unit_kinds.items()}
    order = sorted(listed.values(), key=lambda u: scope[u.kind] is not Scope.PART)
    for number, unit in enumerate(order, start=1):
        if scope[unit.kind] is Scope.TOTAL:
            continue
        rnd = random.Random(f"{SEED}-{unit.code}")
        if unit.kind == "huyen":
            communes = {y: int(unit.facts.get(f"communes_{y}", 0)) for y in YEARS}
            split = unit.short_name == "Chư Sê"
            figures = district(rnd, POPULATION[unit.code], communes, split=split)
        elif scope[unit.kind] is Scope.PART:
            figures = provincial_block(rnd)
        else:
            figures = departments(form, unit, sums, rnd)
        answers = write_answers(form, unit, figures, rnd)
        if scope[unit.kind] is Scope.PART:
            for (code, period, _), answer in answers.items():
                # The department surveys literacy itself, of districts that kept nothing as well.
                known = figures.get((code, period)) if code in LITERACY else answer.value
                if unit.kind in form.adding_kinds(form.indicators[code]) and known:
                    sums[code, period] = sums.get((code, period), 0) + int(known)
        words(form, unit, answers)
        check(form, unit, answers)
        data = template.build(
            form, unit, ISSUE, answers=answers, cover=cover_of(form, unit, number)
        )
        written[unit.code] = data
        name = template.file_name(unit)
        to = SAVED_BY_LIBREOFFICE.get(unit.code)
        path = GOOD / (name if to is None else f"{Path(name).stem}.{to}")
        path.write_bytes(data if to is None else libreoffice(data, name, to))
    return written


# ---------------------------------------------------------------------- what offices do to a form


def write_flawed(form: Form, listed: dict[str, Unit], good: dict[str, bytes]) -> None:
    """Write returns with the mistakes real offices make."""
    damages: tuple[tuple[str, str, Callable[[openpyxl.Workbook, Form, Unit], None]], ...] = (
        ("01-tong-khac-thanh-phan", "GL-626", parts_do_not_add),
        ("02-so-go-bang-chu", "GL-628", numbers_in_words),
        ("03-ghi-dong-thay-trieu", "GL-629", money_in_dong),
        ("04-chen-dong-doi-ten-trang", "GL-631", rows_inserted),
        ("05-bia-ghi-don-vi-khac", "GL-627", another_units_cover),
        ("06-loi-cong-thuc", "GL-632", broken_formulas),
        ("07-nam-chua-thanh-lap", "GL-639", before_it_existed),
        ("08-trung-ma-trung-nam", "GL-637", codes_twice),
        ("09-bo-trong", "GL-624", left_blank),
    )
    for name, code, damage in damages:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "good.xlsx"
            path.write_bytes(good[code])
            book = openpyxl.load_workbook(path)
            damage(book, form, listed[code])
            book.save(FLAWED / f"{name}.xlsx")
    shutil.copyfile(FLAWED / "01-tong-khac-thanh-phan.xlsx", FLAWED / "10-cat-ngang.xlsx")
    half = (FLAWED / "10-cat-ngang.xlsx").read_bytes()
    (FLAWED / "10-cat-ngang.xlsx").write_bytes(half[: len(half) // 2])


def put(
    book: openpyxl.Workbook, form: Form, unit: Unit, code: str, period: str, value: object
) -> None:
    """Type a value into the cell of an indicator and a period."""
    layout = layout_of(form, unit.kind, "vi")
    sheet = layout.sheet_of(code)
    row, column = sheet.cell(code, period)
    book[sheet.name].cell(row + 1, column + 1).value = value  # type: ignore[union-attr]


def parts_do_not_add(book: openpyxl.Workbook, form: Form, unit: Unit) -> None:
    """More members of one kind than members; a total that is not the sum of its parts."""
    put(book, form, unit, "ML11", "2017", 99000)
    put(book, form, unit, "QK05", "2012", 7)
    put(book, form, unit, "TT12", SPAN, 5)


def numbers_in_words(book: openpyxl.Workbook, form: Form, unit: Unit) -> None:
    """Thousands dots, units of measure, words and signs of one's own."""
    for code, period, typed in (
        ("ML10", "2017", "11.856"),
        ("ML10", "2012", "gần 8.200"),
        ("ML02", "2017", "13/13 xã"),
        ("TT12", "2012", "3 710"),
        ("QK01", "2017", "1,1 tỷ"),
        ("QK05", "2017", "1.234"),
        ("ML09", "2012", "khoảng ba chục"),
        ("PC24", "2012", "không có"),
        ("ML01", "2012", "x"),
        ("ML01", "2017", "Có"),
        ("TT05", "2017", "１３"),
        ("PC42", "2012", "chưa có số liệu"),
    ):
        put(book, form, unit, code, period, typed)


def money_in_dong(book: openpyxl.Workbook, form: Form, unit: Unit) -> None:
    """Money in đồng instead of million đồng, and a count cut to thousands by the PC's settings."""
    put(book, form, unit, "QK01", "2017", 750_000_000)
    put(book, form, unit, "QK05", "2012", 312.5)
    put(book, form, unit, "ML10", "2012", 4.875)
    put(book, form, unit, "TC02", "2017", -12)


def rows_inserted(book: openpyxl.Workbook, _form: Form, _unit: Unit) -> None:
    """A row and a column inserted, a sheet renamed, an extra sheet."""
    sheet = next(s for s in book.worksheets if s.title.startswith("ML "))
    sheet.insert_rows(9)
    sheet.cell(9, 2).value = "(đơn vị ghi thêm)"
    other = next(s for s in book.worksheets if s.title.startswith("QK "))
    other.insert_cols(4)
    other.title = "Quỹ (sửa)"
    book.create_sheet("Bảng tính riêng")["A1"] = "Mã"


def another_units_cover(book: openpyxl.Workbook, form: Form, unit: Unit) -> None:
    """The form of one district with the name of another, one letter apart, on its cover."""
    row, column = layout_of(form, unit.kind, "vi").cover[CoverField.UNIT]
    book["Bìa"].cell(row + 1, column + 1).value = "Huyện Chư Pưh"


def broken_formulas(book: openpyxl.Workbook, form: Form, unit: Unit) -> None:
    """An error value, a formula without a stored result, a date in a number cell."""
    put(book, form, unit, "ML10", "2017", "#DIV/0!")
    put(book, form, unit, "QK01", "2017", "=SUM(F9:F11)")
    put(book, form, unit, "PC01", "2012", date(2012, 3, 7))


def before_it_existed(book: openpyxl.Workbook, form: Form, unit: Unit) -> None:
    """Figures for a year in which the district did not exist."""
    put(book, form, unit, "TC01", "2007", 51000)
    put(book, form, unit, "ML10", "2007", 2100)
    put(book, form, unit, "PC07", "2007", 3)


def codes_twice(book: openpyxl.Workbook, _form: Form, _unit: Unit) -> None:
    """A row copied with another figure, and two columns of one year."""
    sheet = next(s for s in book.worksheets if s.title.startswith("TT "))
    sheet.cell(60, 1).value, sheet.cell(60, 4).value = "TT05", 3
    other = next(s for s in book.worksheets if s.title.startswith("DN "))
    other.cell(6, 5).value = "Năm 2007"


def left_blank(book: openpyxl.Workbook, form: Form, unit: Unit) -> None:
    """Cells that must be answered left empty; one copied over all three years."""
    for code, period in (("TC01", "2012"), ("ML10", "2017"), ("QK05", SPAN)):
        put(book, form, unit, code, period, None)
    for period in YEARS:
        put(book, form, unit, "DN09", period, 500)
    book["Thuyết minh"].cell(8, 5).value = None


if __name__ == "__main__":
    main()
