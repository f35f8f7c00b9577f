"""A relative path means the same in every command: it is of the folder after -C."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from command_line import Run

from tongket_xlsx.cli.main import cli
from tongket_xlsx.definition import bundled

# How each command is called with a path at this place, here “{}”, and what else it needs.
CALLS = {
    ("init", "folder"): ["init", "{}"],
    ("init", "units_file"): ["init", "new", "--units", "{}"],
    ("init", "form"): ["init", "new", "--form", "{}"],
    ("generate", "folder"): ["generate", "-o", "{}", "GL-622"],
    ("generate", "known"): ["generate", "--prefill", "{}", "GL-622"],
    ("import", "paths"): ["import", "{}"],
    ("import", "password_file"): ["import", "--password-file", "{}", "nop-ve"],
    ("check", "paths"): ["check", "{}"],
    ("check", "form"): ["check", "--form", "{}", "x.xlsx"],
    ("check", "password_file"): ["check", "--password-file", "{}", "x.xlsx"],
    ("recheck", "password_file"): ["recheck", "--password-file", "{}"],
    ("status", "checks"): ["status", "--checks", "{}"],
    ("summary", "checks"): ["summary", "--checks", "{}"],
    ("decide", "checks"): ["decide", "--checks", "{}", "x.xlsx"],
    ("summary", "path"): ["summary", "-o", "{}.xlsx"],
    ("compare", "old"): ["compare", "{}.xlsx"],
    ("compare", "new"): ["compare", "now", "{}.xlsx"],
    ("decide", "path"): ["decide", "{}"],
    ("export", "path"): ["export", "--format", "csv", "-o", "{}"],
    ("form check", "path"): ["form", "check", "{}"],
    ("form show", "path"): ["form", "show", "{}"],
    ("form doc", "path"): ["form", "doc", "{}"],
    ("form doc", "folder"): ["form", "doc", "chi-thi-11", "-o", "{}"],
    ("demo", "folder"): ["demo", "{}"],
}
WRITES = ("folder", "path")
# What is slow to write; that it is written there the tests of these commands show.
_WRITERS = {"init", "generate", "summary", "export", "form doc", "demo"}


def path_parameters(group: click.Group, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield every parameter of every command that takes a path, by its type or its metavar."""
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from path_parameters(one, f"{before}{name} ")
            continue
        for parameter in one.params:
            shown = str(parameter.metavar or "") + str(parameter.type.name)
            named = any(word in shown.upper() for word in ("PATH", "FILE", "FOLDER", "DIR"))
            if isinstance(parameter.type, click.Path) or named:
                yield f"{before}{name}", str(parameter.name)


def test_no_path_of_any_command_escapes_this_test() -> None:
    """Whoever adds a command with a path says here how it is called."""
    assert set(path_parameters(cli)) == set(CALLS)


@pytest.mark.parametrize("place", list(CALLS), ids=" ".join)
def test_a_path_belongs_to_the_folder_of_the_call(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: tuple[str, str]
) -> None:
    """Whether it names what is read or what is written, the current folder plays no part."""
    here, home = tmp_path / "here", tmp_path / "home"
    here.mkdir()
    assert run("init", home).exit_code == 0
    monkeypatch.chdir(here)
    before = sorted(home.rglob("*"))
    words = [word.format("cho-nay") for word in CALLS[place]]
    if place[0] in _WRITERS and place[1] in WRITES and place != ("form doc", "path"):
        done = run(*words, home=home)
        assert done.exit_code == 0, done.output
        assert [p for p in sorted(home.iterdir()) if p not in before]
    else:
        # Not there, it is told by its whole path; a decoy lies in the current folder.
        shutil.copytree(bundled.forms()["chi-thi-11"], here / "cho-nay")
        (here / "cho-nay.xlsx").write_bytes(b"")
        done = run(*words, home=home)
        assert done.exit_code != 0
        assert str(home / words[words.index(next(w for w in words if "cho-nay" in w))]) in (
            done.output
        )
    assert {p.name for p in here.iterdir()} <= {"cho-nay", "cho-nay.xlsx"}
    assert not (here / "cho-nay" / "tongket.toml").exists()
