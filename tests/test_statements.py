"""What a summary says of itself agrees with the lists it is about, and says nothing else."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from test_other_form import HERE, TYPED, fill

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.tasks import summarise
from tongket_xlsx.text.messages import LANGUAGES, catalogue, say

EDITIONS = ("day-du", "lanh-dao")
# What only the shipped definition, or the first version of a sentence, could know.
ELSEWHERE = ("sở, ngành", "khối tỉnh", "huyện, thị xã", "17 huyện", "GL-622", "Năm học")
CHOICES = (0, 7, 400, -5, "-", "?", "x", "nhiều", None, 12, "khoảng 30")


@pytest.fixture(params=range(3))
def home(tmp_path: Path, run: Any, request: pytest.FixtureRequest) -> Path:
    """A campaign of the other form with random answers; some units may not have returned."""
    dice = random.Random(f"statements-{request.param}")
    home = tmp_path / "dot"
    assert run("init", home, "--form", HERE, "--units", HERE / "units.csv").exit_code == 0
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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_counts_agree_with_the_lists_they_count(home: Path, tmp_path: Path, lang: str) -> None:
    """Errors, warnings, held and estimated figures are as many as the lists and tables have."""
    made = campaigns.open_campaign(home)
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
    held = sum(isinstance(c.value, str) and c.value.endswith(" ⚑") for c in cells)
    word = say("doubt.estimate", lang)
    estimated = sum(f'" {word}' in c.number_format for c in cells)
    for edition, book in books.items():
        found = texts(book[say("sheet.overview", lang)])
        (line,) = (
            m
            for t in found
            for key in ("summary.received", "summary.received_undated")
            if (m := re.match(pattern(key, lang) + r"[.;]", t))
        )
        assert int(line["errors"]) == errors, edition
        assert int(line["warnings"]) == warnings, edition
        assert int(line["n"]) == len(came), edition
        assert count_in(found, "summary.caveat_held", lang) == held, edition
        assert count_in(found, "summary.caveat_estimated", lang) == estimated, edition
        listed = say("sheet.held", lang) in book.sheetnames
        assert listed == bool(held), edition


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
