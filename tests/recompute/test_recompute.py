"""Random campaigns, computed again from what was typed by a program that shares nothing with ours.

See ``recompute.py`` beside this file: it runs the product by its command line only.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from measured import Figures

HERE = Path(__file__).parent
SEEDS = (1, 2, 3)
# Where fewer are compared, a part of the campaign was not looked at.
FEWEST = 50_000


class Counts:
    """How many figures of each seed were compared."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.held: dict[int, int] = {}

    def __call__(self) -> list[str]:
        return self.lines


@pytest.fixture(scope="module")
def counts(figures: Figures) -> Counts:
    made = Counts()
    figures.add(made)
    return made


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_the_one_computed_again_from_what_was_typed(
    seed: int, counts: Counts
) -> None:
    """No figure differs; a decision lets its figure in; one changed cell shows."""
    words = [sys.executable, "-W", "ignore", str(HERE / "recompute.py"), "--seed", str(seed)]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    wrong = [" · ".join(one) for one in found["wrong"]]
    counts.lines.append(
        f"computed again from what was typed, seed {seed}: {found['compared']} figures,"
        f" {len(wrong)} differ; {found['changed']['figure']} changed by one shows in"
        f" {found['changed']['shows_in']} of them"
    )
    assert wrong == []
    assert done.returncode == 0
    assert found["compared"] > FEWEST
    # The total, its share in changes, its area or unit, the sources: a changed cell shows in many.
    assert found["changed"]["shows_in"] > 2
    counts.held[seed] = len(found["held"])
    if len(counts.held) == len(SEEDS):
        assert any(counts.held.values()), "nothing is held: that it is in no total is not shown"


def test_nothing_of_the_product_is_imported() -> None:
    """What is computed again is computed by other means."""
    files = [p for p in HERE.glob("*.py") if p.name != Path(__file__).name]
    assert len(files) > 4
    shared = {p.stem for p in HERE.parent.rglob("*.py") if HERE not in p.parents}
    assert "small_campaign" in shared
    for path in files:
        names = set(_imported(ast.parse(path.read_text(encoding="utf-8"))))
        assert not {n for n in names if n.split(".")[0] == "tongket_xlsx"}, path
        # Nor by way of what the other tests share.
        assert names & shared == set(), path


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
