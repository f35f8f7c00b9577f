"""The words of the product are complete, in both languages, and the package stays quick."""

import ast
import csv
import re
import string
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from shipped import ROOT
from vietnamese import VIETNAMESE

import tongket_xlsx
from tongket_xlsx.cli.main import cli
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.layout import CoverField
from tongket_xlsx.model.observations import CellState, Outcome
from tongket_xlsx.text.messages import catalogue, has

PACKAGE = ROOT / "tongket_xlsx"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "README.md"])
NAMED = re.compile(r"`((?:tests|tongket_xlsx|docs|samples|workbook_templates)/[\w./-]+)`")
SAYING = {
    "say",
    "tell",
    "new_finding",
    "CannotWork",
    "Misuse",
    "Refusal",
    "_said",
    "_refused",
    "_error",
}


def commands(command=cli, path=()):
    """Yield the words of every command and group of the program, with the command."""
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, (*path, name))


ALL = dict(commands())


def keys_in(source: Path):
    """Yield (line, key) of every sentence asked for by name in a module."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        first = node.args[0]
        if name in SAYING and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield node.lineno, first.value


def test_there_are_the_commands_of_the_job():
    """The program has exactly the commands of the job, in its order."""
    assert list(cli.commands) == [
        "init",
        "generate",
        "import",
        "check",
        "recheck",
        "status",
        "summary",
        "compare",
        "mark",
        "decide",
        "waive",
        "log",
        "explain",
        "verify",
        "export",
        "form",
        "demo",
    ]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_help_in_both_languages(run, path):
    """Each help page begins with how to call it and says what it does, in either language."""
    vi, en = catalogue()[ALL[path].help]
    for lang, usage, sentence in (("vi", "Cách dùng", vi), ("en", "Usage", en)):
        page = run("--lang", lang, *path, "--help").stdout
        assert page.startswith(f"{usage}: {' '.join(('tongket', *path))} [")
        assert sentence in " ".join(page.split())
    assert vi != en


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_an_english_help_page_is_all_english(run, path):
    """No letter that only Vietnamese has is left in an English help page."""
    page = run("--lang", "en", *path, "--help").stdout
    assert VIETNAMESE.findall(page) == []


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_option_has_help_in_both_languages(run, path):
    """Each option of each command is explained in either language."""
    pages = {
        lang: " ".join(run("--lang", lang, *path, "--help").stdout.split()) for lang in ("vi", "en")
    }
    for option in ALL[path].params:
        if isinstance(option, click.Option):
            assert has(option.help), option.name
            assert catalogue()[option.help][0] in pages["vi"]
            assert catalogue()[option.help][1] in pages["en"]


def test_a_vietnamese_help_page_has_no_english_for_its_values(run):
    """What stands for a value in a Vietnamese help page is no English word."""
    assert "INTEGER RANGE" not in run("import", "--help").stdout


@pytest.mark.parametrize(
    "source", sorted(PACKAGE.rglob("*.py")), ids=lambda p: "/".join(p.relative_to(PACKAGE).parts)
)
def test_every_sentence_asked_for_is_in_the_catalogue(source):
    """Whatever a module says by name has its words."""
    missing = [f"{source.name}:{line}: {key}" for line, key in keys_in(source) if not has(key)]
    assert missing == []


def test_the_search_for_sentences_finds_them():
    """The check above sees the sentences: these modules are known to say these."""
    found = {
        key
        for name in ("tasks/receive", "tasks/generate", "tasks/summarise", "campaign/inbox")
        for _, key in keys_in(PACKAGE / f"{name}.py")
    }
    assert {"file.lock", "path.missing", "summary.title", "campaign.not_respondent"} <= found


@pytest.mark.parametrize(
    "key",
    [
        *(f"outcome.{o}" for o in Outcome),
        *(f"severity.{s}" for s in Severity),
        *(f"cellstate.{s}" for s in CellState),
        *(f"cover.{f}" for f in CoverField),
        *(f"state.{s}" for s in ("not-returned", "on-time", "late", "needs-correction")),
        *(f"demo.{s}" for s in ("init", "generate", "import", "status", "summary", "export")),
    ],
)
def test_every_named_state_has_its_words(key):
    """Each outcome, severity, state and step has words in both languages."""
    assert all(catalogue()[key])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_names_is_there(page):
    """Who follows a page to a module or a test finds it; NAME and XX stand for any name."""
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    named = [path for path in named if "NAME" not in path and "XX" not in path]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_pages_name_files() -> None:
    """The check above sees what stands in backticks: the treaties say where each is tested."""
    treaties = ROOT / "docs" / "explanation" / "treaties.md"
    assert len(set(NAMED.findall(treaties.read_text(encoding="utf-8")))) > 20


def test_no_key_of_the_catalogue_stands_twice():
    """Each key has one line, with Vietnamese and English words on it."""
    text = (PACKAGE / "text" / "catalogue.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    keys = [row["key"] for row in rows]
    assert len(keys) == len(set(keys)) == len(catalogue())
    assert [row["key"] for row in rows if not (row["vi"].strip() and row["en"].strip())] == []


def test_both_languages_say_the_same_values():
    """The two sentences of a key have the same places to fill in."""

    def places(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    differing = [k for k, (vi, en) in catalogue().items() if places(vi) != places(en)]
    assert differing == []


def test_the_version_is_one():
    """The package says the version that its distribution was built with, taken from its code."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "tongket_xlsx/__init__.py"
    assert tongket_xlsx.__version__ == version("tongket-xlsx")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["import", "--help"]])
def test_help_is_quick(words):
    """Nothing heavy is imported to print a help page."""
    code = (
        "import sys, click\n"
        "from tongket_xlsx.cli.main import cli\n"
        f"cli.main({words!r}, standalone_mode=False)\n"
        "heavy = {'pandas', 'numpy', 'distributed', 'pyarrow', 'pydantic', 'yaml', 'xlsxwriter',"
        " 'python_calamine', 'sqlite3'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ended.stderr.decode().strip() == "[]"
