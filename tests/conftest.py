"""What the tests share: the form and units that ship with the product, and campaigns of them."""

from __future__ import annotations

import dataclasses
import math
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Self

import hypothesis
import psutil
import pytest
from click.testing import CliRunner, Result

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.campaign import unit_list as unit_lists
from tongket_xlsx.cli import localized
from tongket_xlsx.cli.main import cli
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.form import Form, Unit
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.observations import Return
from tongket_xlsx.tasks import check, prefill, receive, recheck
from tongket_xlsx.tasks import verify as verification

# How long an example takes says more of what else the machine does than of the example.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "workbook_templates" / "chi-thi-11"
SAMPLES = ROOT / "samples" / "gia-lai"
RETURNED = SAMPLES / "nop-ve"
FLAWED = SAMPLES / "co-loi"
ALL_TOOLS = bool(os.environ.get("TONGKET_ALL_TOOLS"))
# Quick suites that use each library in each of the ways in which the product does: they run again
# with the lowest versions of the libraries, and on another Python.
LIBRARY_FILES = frozenset(
    f"test_{name}.py"
    for name in (
        *("archive", "book", "cells", "cluster", "comparison", "definition", "encryption", "form"),
        *("formula", "gate", "grid", "intake", "ledger", "numerals", "odd_writers", "outline"),
        *("overlays", "prefill", "samples", "smoke", "tables", "tidy", "units"),
        *("workbook_linter", "yaml_text"),
    )
)
# The suites that take longest, which begin first: one of them begun last would run alone.
SLOWEST = tuple(
    f"test_{name}"
    for name in (
        *("every_formula", "damage", "agreement", "hostile", "conformance", "durability"),
        *("doubtful_campaign", "recompute", "summary_book", "statements", "benchmarks"),
        *("kept_work", "cluster", "loop", "ledger_places", "held_figures", "target_verdicts"),
        *("marking", "totals", "template", "growth", "asides", "stamping", "cell_fonts"),
    )
)
TOOLS = {"libreoffice": "soffice", "gnumeric": "ssconvert", "npm": "ooxml-validator"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--snapshot-update", action="store_true", help="write expected files again")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the suites that use libraries, skip aloud what needs an absent tool, slowest first.

    With TONGKET_ALL_TOOLS the absence of a tool is a failure.
    """
    for item in items:
        if item.path.name in LIBRARY_FILES:
            item.add_marker(pytest.mark.libraries)
        for marker, program in TOOLS.items():
            if item.get_closest_marker(marker) and shutil.which(program) is None and not ALL_TOOLS:
                item.add_marker(pytest.mark.skip(reason=f"{program} is not on the path"))
    ranks = {name: place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


class Figures:
    """What suites measured, printed at the end of the run whether it passed or not."""

    def __init__(self) -> None:
        self._tellers: list[Callable[[], list[str]]] = []
        self.of_others: list[str] = []

    def add(self, teller: Callable[[], list[str]]) -> None:
        """Register who tells the figures of a suite."""
        self._tellers.append(teller)

    def lines(self) -> list[str]:
        """Return the lines of every suite that ran."""
        return [*self.of_others, *(line for teller in self._tellers for line in teller())]


FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = Figures()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the figures to the process that prints them, where the tests run in several."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["figures"] = session.config.stash[FIGURES].lines()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the figures of a process that is done."""
    node.config.stash[FIGURES].of_others += getattr(node, "workeroutput", {}).get("figures", [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the figures where every log shows them."""
    lines = config.stash[FIGURES].lines()
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a suite says what it measured."""
    return request.config.stash[FIGURES]


@pytest.fixture
def snapshot_update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--snapshot-update"))


@pytest.fixture(scope="session")
def form() -> Form:
    """The form that ships with the product."""
    return campaigns.load_form(TEMPLATE)


@pytest.fixture(scope="session")
def units(form: Form) -> Mapping[str, Unit]:
    """The units of the samples, by code."""
    path = SAMPLES / "units.csv"
    return unit_lists.load(path.name, path.read_bytes(), form.unit_kinds)


@pytest.fixture(scope="session")
def finder(form: Form) -> Finder:
    return Finder(form)


@pytest.fixture(scope="session")
def issue() -> Issue:
    """What the workbooks of a test campaign say alike."""
    return Issue("BAN TUYÊN GIÁO", date(2017, 3, 31), deadline_counts=True)


@pytest.fixture(scope="session")
def empty_campaign(tmp_path_factory: pytest.TempPathFactory) -> campaigns.Campaign:
    """A campaign nothing happened in, made once; only copies of it are worked with."""
    home = tmp_path_factory.mktemp("empty") / "dot"
    return campaigns.create(home, units_file=None, form=campaigns.DEFAULT_FORM)


def copy_of(made: campaigns.Campaign, home: Path) -> campaigns.Campaign:
    """Copy a campaign, to be worked with there; the first stays as it is."""
    return dataclasses.replace(made, home=shutil.copytree(made.home, home))


@pytest.fixture
def campaign(tmp_path: Path, empty_campaign: campaigns.Campaign) -> campaigns.Campaign:
    """A fresh campaign with the units of the samples."""
    return copy_of(empty_campaign, tmp_path / "dot")


class AtOnce:
    """Stand for the guard where a promise is not about processes: read in this one.

    As the guard does, it asks for files before the first of them is done with.
    """

    def __init__(self, reader: Reader, _jobs: int = 0, **_more: object) -> None:
        self.reader = reader

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read_all(self, files: Iterable[bytes]) -> Iterator[Return]:
        return map(self.reader.read, files)

    def read_each(
        self, items: Iterable[tuple[object, bytes | Return]]
    ) -> Iterator[tuple[object, Return]]:
        for tag, data in list(items):
            yield tag, data if isinstance(data, Return) else self.reader.read(data)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process: most promises are not about processes."""
    for module in (receive, check, recheck, prefill, verification):
        monkeypatch.setattr(module, "Guard", AtOnce)


def readers() -> list[psutil.Process]:
    """Return the processes that this one has, but for those of clusters of other tests."""
    return [p for p in psutil.Process().children() if "multiprocessing" not in _words(p)]


def _words(process: psutil.Process) -> str:
    """Return how a process was called; one that was not cleared up after has no words any more."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of the program: ``run("status", "--json", home=campaign.home)``.

    How far a work is is not told by the clock, so that a slow machine prints what a fast one does.
    """
    monkeypatch.delenv("TONGKET_LANG", raising=False)
    monkeypatch.setattr(localized, "SECONDS_BETWEEN_LINES", math.inf)

    def invoke(*words: object, home: Path | None = None) -> Result:
        place = ["-C", str(home)] if home is not None else []
        return CliRunner().invoke(cli, [*place, *map(str, words)], prog_name="tongket")

    return invoke


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a campaign in which the demo has run, once for all tests."""
    home = tmp_path_factory.mktemp("demo") / "dot"
    result = CliRunner().invoke(cli, ["demo", str(home)], prog_name="tongket")
    assert result.exit_code == 0, result.output
    return home
