"""A campaign is not made where Windows and Excel could not open its files."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Run


def test_a_path_too_long_is_refused_and_nothing_is_made(run: Run, tmp_path: Path) -> None:
    """The sentence says by how much, and a folder of 120 characters is taken."""
    fits = tmp_path / ("a" * (120 - len(str(tmp_path))))
    assert run("init", fits).exit_code == 0
    for name in ("b" * 170, "đ" * 120 + "/" + "ợ" * 120, "c" * 300, "😀" * 60):
        before = sorted(tmp_path.iterdir())
        result = run("init", tmp_path / name)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "quá dài" in result.stderr
        assert "ký tự" in result.stderr
        assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "name", ["CON", "nul", "com1", "aux.2017", "a:b", "x.", "x ", "a?b", "a|b"]
)
def test_a_name_that_windows_cannot_have_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    """On every system: the folder will be opened on Windows."""
    result = run("init", tmp_path / name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"“{name}”" in result.stderr
    assert list(tmp_path.iterdir()) == []
