"""What a summary says of itself agrees with the lists it is about, and says nothing else."""

from __future__ import annotations

import random
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import doubtful
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from small_form import SMALL_FORM, TYPED, fill

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.findings import Misuse
from tongket_xlsx.model.resolution import Verdict
from tongket_xlsx.tasks import decide, receive, summarise
from tongket_xlsx.tasks.review import every_finding
from tongket_xlsx.text.messages import LANGUAGES, catalogue, say

EDITIONS = ("day-du", "lanh-dao")
# What only the shipped definition, or the first version of a sentence, could know.
ELSEWHERE = ("sở, ngành", "khối tỉnh", "huyện, thị xã", "17 huyện", "GL-622", "Năm học")
# What is said of figures by their marks in the tables by unit.
MARKED = ("held", "in_error", "warned", "estimated", "accepted")
CHOICES = (0, 7, 400, -5, "-", "?", "x", "nhiều", None, 12, "khoảng 30")


@pytest.fixture(params=range(3))
def home(tmp_path: Path, run: Any, request: pytest.FixtureRequest) -> Path:
    """A campaign of the other form with random answers; some units may not have returned."""
    dice = random.Random(f"statements-{request.param}")
    home = tmp_path / "dot"
    assert (
        run("init", home, "--form", SMALL_FORM, "--units", SMALL_FORM / "units.csv").exit_code == 0
    )
    assert run("generate", home=home).exit_code == 0
    for path in sorted((home / "phat-hanh").iterdir()):
        typed = TYPED[path.name.split("_")[0]]
        if request.param and dice.random() < 0.3:
            continue
        wild = {k: dice.choice(CHOICES) if k[0] != "BB02" else v for k, v in typed.items()}
        fill(path, wild if request.param else typed)
        path.rename(home / "nop-ve" / path.name)
    run("import", home=home)
    return home


def texts(sheet: Worksheet) -> list[str]:
    """Return every text of a sheet."""
    return [v for row in sheet.iter_rows(values_only=True) for v in row if isinstance(v, str)]


def pattern(key: str, lang: str) -> str:
    """Return a sentence as an expression whose numbers and names are groups."""
    escaped = re.escape(say(key, lang))
    numbered = re.sub(r"\\\{(n|total|on_time|errors|warnings)\\\}", r"(?P<\1>\\d+)", escaped)
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*?)", numbered)


def count_in(found: list[str], key: str, lang: str) -> int:
    """Return the n of a sentence, 0 where it is not said."""
    hits = [m for t in found if (m := re.search(pattern(key, lang) + "$", t))]
    return int(hits[0]["n"]) if hits else 0


def part_in(found: list[str], key: str, lang: str) -> int:
    """Return the n of a part of the sentence of what was received, 0 where it is not said."""
    hits = [m for t in found if (m := re.search("; " + pattern(key, lang) + "[;.]", t))]
    return int(hits[0]["n"]) if hits else 0


def counted_marks(cells: list[Any], lang: str) -> Counter[str]:
    """Count the cells of the tables by unit by the marks that stand in them."""
    estimate = say("doubt.estimate", lang)
    names = {"!!": "in_error", "!": "warned", "†": "accepted", estimate: "estimated"}
    marks: Counter[str] = Counter()
    for cell in cells:
        if isinstance(cell.value, str) and cell.value.endswith(" ⚑"):
            marks["held"] += 1
            marks["estimated"] += f" {estimate} " in cell.value
        elif cell.value is not None:
            shown = re.search(r'" ([^"]+)"', cell.number_format)
            marks.update(names[m] for m in (shown[1].split() if shown else ()) if m in names)
    return marks


def own_marks(book: openpyxl.Workbook, lang: str) -> int:
    """Count the figures of the province whose note says that they exceed what they can be."""
    found: set[tuple[str, str]] = set()
    begins = "Toàn tỉnh, " if lang == "vi" else "The province, "
    for sheet in book.worksheets:
        if not sheet.title.startswith(say("sheet.province", lang, group="")[:8]):
            continue
        notes = [(str(r[0]), str(r[-1])) for r in sheet.iter_rows(min_row=6, values_only=True)]
        for code, note in notes:
            for periods, said in re.findall(r"((?:\S+ \(\d+/\d+\)(?:, )?)+): (.*?)\.(?= |$)", note):
                if begins in said:
                    found |= {(code, p) for p in re.findall(r"(\S+) \(\d+/\d+\)", periods)}
    return len(found)


@dataclass(frozen=True)
class Said:
    """What a workbook was found to say, all of it recounted."""

    errors: int
    warnings: int
    marks: Counter[str]
    closures: Counter[str]
    own: int


@pytest.mark.parametrize("lang", LANGUAGES)
def test_counts_agree_with_the_lists_they_count(home: Path, tmp_path: Path, lang: str) -> None:
    """Errors, warnings, held and estimated figures are as many as the lists and tables have."""
    recounted(campaigns.open_campaign(home), tmp_path, lang)


@pytest.mark.parametrize("seed", range(2))
def test_counts_of_the_shipped_form_agree_with_the_lists_they_count(
    tmp_path: Path, in_process: None, seed: int
) -> None:
    """Unit errors, parts above wholes, estimates, explanations and decisions, all at random."""
    made = shipped(tmp_path / "dot", random.Random(f"shipped-{seed}"))
    said = recounted(made, tmp_path, LANGUAGES[seed % len(LANGUAGES)])
    assert said.errors
    assert said.warnings
    assert len(said.closures) == 2
    assert all(said.marks[key] for key in MARKED), said.marks


def shipped(home: Path, dice: random.Random) -> campaigns.Campaign:
    """Take in the returns of the demo with many figures typed otherwise, and decide on some."""
    campaigns.create(home, units_file=None, form=campaigns.DEFAULT_FORM)
    made = campaigns.open_campaign(home)
    inbox = home.parent / "typed"
    inbox.mkdir()
    for source in sorted(doubtful.RETURNED.iterdir()):
        path = inbox / source.name
        path.write_bytes(source.read_bytes())
        if path.suffix == ".xlsx" and dice.random() < 0.5:
            book = openpyxl.load_workbook(path)
            there = doubtful.cells(book)
            years = ("Năm 2007", "Năm 2012", "Năm 2017")
            plain = [k for k, c in there.items() if k[1] in years and type(c.value) is int]
            for code, head in dice.sample(plain, min(9, len(plain))):
                cell = there[code, head]
                value = int(str(cell.value))
                cell.value = dice.choice(
                    (value * 1_000_000, value * 1000, value + 3, value * 3, f"khoảng {value}")
                )
                if dice.random() < 0.4 and (code, "Giải trình") in there:
                    there[code, "Giải trình"].value = "Do sáp nhập, đã đối chiếu sổ."
            book.save(path)
    receive.receive(made, sorted(inbox.iterdir()), received=date(2017, 3, 30), jobs=1)
    with made.reading() as ledger:
        found = [r for r in every_finding(made, Returns(ledger, made.units)) if r.is_open]
    for item in dice.sample(found, len(found) // 4):
        verdict = dice.choice((Verdict.ACCEPT, Verdict.ACCEPT, Verdict.INSIST))
        # Where nothing stands that could be counted there is nothing to accept.
        with suppress(Misuse):
            decide.waive(
                made,
                item.unit,
                item.finding.code,
                indicator=item.finding.indicator,
                period=item.finding.period,
                reason="Đã đối chiếu sổ.",
                by="lãnh đạo",
                verdict=verdict,
            )
    return made


def recounted(made: campaigns.Campaign, tmp_path: Path, lang: str) -> Said:
    """Make both editions, count again what they say, and return the counts."""
    books = {}
    for edition in EDITIONS:
        path = tmp_path / f"{edition}.xlsx"
        summarise.summarise(made, path, edition=edition, lang=lang)
        books[edition] = openpyxl.load_workbook(path, data_only=True)
    full = books["day-du"]
    rows = list(full[say("sheet.findings", lang)].iter_rows(min_row=6, values_only=True))
    closed = tuple(say(f"closure.{c}", lang) for c in ("explained", "accepted"))
    still = [r for r in rows if r[1] and not str(r[1]).startswith(closed)]
    errors = sum(r[0] == say("severity.error", lang) for r in still)
    warnings = sum(r[0] == say("severity.warning", lang) for r in still)
    returned = list(full[say("sheet.receipt", lang)].iter_rows(min_row=6, values_only=True))
    came = [r for r in returned if r[0] and r[3]]
    cells = [
        c
        for sheet in full.worksheets
        if sheet.title.startswith(say("sheet.by_unit", lang, group="")[:10])
        for row in sheet.iter_rows(min_row=8, min_col=4)
        for c in row
    ]
    optionals = {u.code for u in made.units.values() if not made.form.unit_kinds[u.kind].required}
    written = openpyxl.load_workbook(tmp_path / "day-du.xlsx")
    computed = {c for c in cells if written[c.parent.title][c.coordinate].data_type == "f"}
    marks = counted_marks(cells, lang)
    # A ratio of estimates bears their word, and is no estimate that anybody gave.
    marks["estimated"] -= counted_marks(list(computed), lang)["estimated"]
    closures = Counter(c for r in rows for c in closed if r[1] and str(r[1]).startswith(c))
    for edition, book in books.items():
        found = texts(book[say("sheet.overview", lang)])
        (line,) = (
            m
            for t in found
            for key in ("summary.received", "summary.received_undated")
            if (m := re.match(pattern(key, lang) + r"[.;]", t))
        )
        # What lies between units, or belongs to none, is told beside the counts of the returns.
        beside = sum(part_in(found, f"summary.received_{k}", lang) for k in ("between", "of_none"))
        told = int(line["errors"]) + int(line["warnings"])
        assert told + beside == errors + warnings, edition
        assert int(line["errors"]) == sum(int(r[7] or 0) for r in came), edition
        assert int(line["warnings"]) == sum(int(r[8] or 0) for r in came), edition
        optional = part_in(found, "summary.received_optional", lang)
        assert int(line["n"]) + optional == len(came), edition
        assert optional == sum(r[0] in optionals for r in came), edition
        for closure, key in zip(closed, ("explained", "accepted"), strict=True):
            said = part_in(found, f"summary.received_{key}", lang)
            assert said == closures[closure], (edition, key)
        for key in MARKED:
            said = count_in(found, f"summary.caveat_{key}", lang)
            assert said == marks[key], (edition, key)
        own = own_marks(book, lang)
        assert count_in(found, "summary.caveat_own", lang) == own, edition
        listed = say("sheet.held", lang) in book.sheetnames
        assert listed == bool(marks["held"]), edition
    return Said(errors, warnings, marks, closures, own)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_is_said_of_what_is_not_there(
    home: Path, tmp_path: Path, edition: str, lang: str
) -> None:
    """No name of another definition, no series break and no area where there is none."""
    made = campaigns.open_campaign(home)
    path = tmp_path / "s.xlsx"
    summarise.summarise(made, path, edition=edition, lang=lang)
    book = openpyxl.load_workbook(path, data_only=True)
    said = [t for sheet in book.worksheets for t in texts(sheet)]
    assert not [t for t in said for word in ELSEWHERE if word in t]
    for key in ("method.breaks", "method.blocks", "summary.legend_break"):
        assert key in catalogue()
        assert say(key, lang) not in said
        assert not [t for t in said if say(key, lang) in t]
    subjects = [say(f"method.{key}.subject", lang) for key in ("units", "ratio", "signs", "period")]
    methods = texts(book[say("sheet.method", lang)])
    assert set(subjects) <= set(methods)
    assert any("31/12/2025" in t for t in methods)
    assert any("“?”" in t for t in methods)
