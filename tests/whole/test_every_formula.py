"""Every formula of every kind of workbook means the same in every engine, and what is stored.

LibreOffice is lenient with types; Gnumeric and IronCalc are as strict as Excel.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from every_workbook import every_workbook, typed_over
from formula_linter import lint_formulas
from measured import Figures
from recalculation import ENGINES, Results, differences, results, same

MARKS = {"libreoffice": [pytest.mark.libreoffice], "gnumeric": [pytest.mark.gnumeric]}
PER_ENGINE = [pytest.param(name, marks=MARKS.get(name, [])) for name in ENGINES]
# What a person may type where a figure stands.
TYPED = ("-", "…", "x", "", "văn bản", "12,5", "Có", 0, 3, 3, 0.1, -2, 1_000_000)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every kind of workbook, made once for the tests of this file."""
    return every_workbook(tmp_path_factory.mktemp("every") / "books")


@pytest.fixture(scope="module")
def stored(books: dict[str, bytes]) -> dict[str, Results]:
    return {name: results(data) for name, data in books.items()}


@pytest.fixture(scope="module")
def typed(books: dict[str, bytes]) -> dict[str, bytes]:
    """Summaries in which figures of units were typed over, so that nothing stored holds."""
    found = {}
    for seed, name in enumerate(
        n
        for n in books
        if n.startswith(
            ("summary-full-day-du-vi", "summary-parents-day-du", "second-summary-day-du-vi")
        )
    ):
        dice = random.Random(seed)

        def choose(sheet: str, column: str, row: int, dice: random.Random = dice):
            by_unit = sheet.startswith("Theo đơn vị") and row > 7 and column not in ("A", "B", "C")
            return dice.choice(TYPED) if by_unit and dice.random() < 0.3 else None

        found[name] = typed_over(books[name], choose)
    return found


def test_every_kind_of_workbook_is_there(books: dict[str, bytes]) -> None:
    kinds = {name.split("-")[0] for name in books}
    assert kinds == {"form", "prefilled", "marked", "summary", "second", "codebook", "slips"}
    assert len(books) >= 80


def test_every_formula_passes_the_linter(books: dict[str, bytes], figures: Figures) -> None:
    """Cells, validations, conditional formats, charts, sparklines and names of every workbook."""
    counts: dict[str, int] = {}
    faults = []
    for name, data in books.items():
        census = lint_formulas(data)
        faults += [f"{name}: {fault}" for fault in census.faults]
        for sort, count in census.counts.items():
            counts[sort] = counts.get(sort, 0) + count
    assert faults[:20] == [], len(faults)
    assert counts["cells"] > 80_000
    assert min(counts[s] for s in ("validations", "lists", "conditions", "charts", "names")) > 50
    shown = ", ".join(f"{count} {sort}" for sort, count in sorted(counts.items()))
    figures.add(lambda: [f"formulas judged by type in {len(books)} workbooks: {shown}"])


@pytest.mark.parametrize("engine", PER_ENGINE)
def test_every_formula_computes_what_is_stored(
    engine: str,
    books: dict[str, bytes],
    stored: dict[str, Results],
    tmp_path: Path,
    figures: Figures,
) -> None:
    """No result differs from the stored one, which our own computation gave."""
    found = ENGINES[engine](books, tmp_path)
    assert found.keys() == stored.keys()
    wrong = [f"{name}: {d}" for name in books for d in differences(stored[name], found[name])]
    assert wrong[:20] == [], len(wrong)
    count = sum(map(len, found.values()))
    assert count > 80_000
    figures.add(lambda: [f"formulas recalculated by {engine}: {count} in {len(books)} workbooks"])


@pytest.mark.libreoffice
@pytest.mark.gnumeric
def test_engines_agree_when_anything_is_typed_over_figures(
    typed: dict[str, bytes], stored: dict[str, Results], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Signs, words, blanks, numbers as text and equal figures, in the tables by unit."""
    assert len(typed) == 3
    found = {
        engine: compute(typed, tmp_path_factory.mktemp(engine))
        for engine, compute in ENGINES.items()
    }
    for name, before in stored.items():
        if name in typed:
            one, *others = (found[engine][name] for engine in ENGINES)
            moved = [place for place in before if not same(before[place], one[place])]
            assert len(moved) > len(before) / 10, name
            for other in others:
                assert differences(one, other) == [], name
