"""The script that holds the README's lines of Python to the workbook sees what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import readme_lines
from shipped import ROOT


@pytest.fixture
def folder(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the demo ran, as the README says."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(demo, tmp_path / "tongket-demo")
    return tmp_path


def test_the_lines_of_the_readme_give_the_figures_of_the_workbook(folder: Path) -> None:
    """As they stand: at most ten lines, every figure equal, and the workbook is written."""
    assert readme_lines.main(ROOT / "README.md", folder) > 400


def test_another_figure_is_seen(folder: Path, tmp_path: Path) -> None:
    """Lines that change one figure do not pass."""
    page = tmp_path / "page.md"
    lines = readme_lines.lines_of(ROOT / "README.md") + "values.iloc[0, 0] += 1\n"
    page.write_text(f"```python\n{lines}```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="TC01"):
        readme_lines.main(page, folder)
