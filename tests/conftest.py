"""What the tests share: the form and units that ship with the product, and campaigns of them.

Only fixtures and hooks stand here. What tests import lies in ``tests/support``.
"""

from __future__ import annotations

import math
import shutil
from collections import Counter
from collections.abc import Generator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from campaign_copy import copy_of
from click.testing import CliRunner, Result
from command_line import Run
from measured import Figures
from reader_processes import AtOnce
from shipped import SAMPLES, TEMPLATE
from tools import ALL_TOOLS, TOOLS

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.campaign import unit_list as unit_lists
from tongket_xlsx.cli import session
from tongket_xlsx.cli.main import cli
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.units import Unit
from tongket_xlsx.tasks import check, prefill, receive, recheck
from tongket_xlsx.tasks import verify as verification

# How long an example takes says more of what else the machine does than of the example.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# What these hold is shown in full where it does not hold, as in the tests themselves.
pytest.register_assert_rewrite("json_shapes")

# Quick suites that use each library in each of the ways in which the product does: they run again
# with the lowest versions of the libraries, and on another Python.
LIBRARY_FILES = frozenset(
    f"{room}/test_{name}.py"
    for room, names in {
        "campaign": ("ledger", "unit_list"),
        "definition": ("loader", "yaml_lines"),
        "intake": ("read_return", "tables"),
        "model": ("form", "formula", "places"),
        "reader": (
            *("admission", "encryption", "gate", "grid"),
            *("odd_writers", "overlays", "sheet_facts"),
        ),
        "shipped": ("samples",),
        "summary": ("comparison", "tidy"),
        "support": ("workbook_linter",),
        "tasks": ("prefill",),
        "text": ("numerals",),
        "whole": ("smoke",),
        "writer": ("book",),
    }.items()
    for name in names
)
# The suites that take longest, which begin first: one of them begun last would run alone.
SLOWEST_FIRST = (
    "whole/test_every_formula.py",
    "damage/test_damage.py",
    "whole/test_agreement.py",
    "hostile/test_hostile.py",
    "whole/test_conformance.py",
    "durability/test_durability.py",
    "whole/test_doubtful_campaign.py",
    "recompute/test_recompute.py",
    "summary/test_summary_workbook.py",
    "summary/test_statements.py",
    "benchmarks/test_benchmark_material.py",
    "tasks/test_kept_work.py",
    "workers/test_dask_cluster.py",
    "whole/test_loop.py",
    "campaign/test_ledger_places.py",
    "whole/test_held_figures.py",
    "summary/test_targets.py",
    "tasks/test_mark.py",
    "whole/test_totals.py",
    "template/test_form_workbook.py",
    "whole/test_growth.py",
    "whole/test_example.py",
    "cli/test_json_documents.py",
    "intake/test_asides.py",
    "template/test_stamp.py",
    "reader/test_fonts.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--snapshot-update", action="store_true", help="write expected files again")


def _file_of(item: pytest.Item) -> str:
    """Return the file of a test, with its room: ``reader/test_grid.py``."""
    return f"{item.path.parent.name}/{item.path.name}"


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """Mark the suites that use libraries, and skip aloud what needs a tool that is absent.

    With TONGKET_ALL_TOOLS the absence of a tool is a failure. In one of several processes files
    are sorted, after whatever else sorts tests or leaves some out: first those that take longest,
    then those of most tests. ``--no-loadscope-reorder`` hands them out in this order.
    """
    for item in items:
        if _file_of(item) in LIBRARY_FILES:
            item.add_marker(pytest.mark.libraries)
        for marker, program in TOOLS.items():
            if item.get_closest_marker(marker) and shutil.which(program) is None and not ALL_TOOLS:
                item.add_marker(pytest.mark.skip(reason=f"{program} is not on the path"))
    yield
    if hasattr(config, "workerinput"):
        place = {file: n for n, file in enumerate(SLOWEST_FIRST)}
        tests = Counter(map(_file_of, items))
        items.sort(key=lambda i: (place.get(_file_of(i), len(place)), -tests[_file_of(i)]))


FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    here = Path(__file__).parent
    gone = [file for file in (*LIBRARY_FILES, *SLOWEST_FIRST) if not (here / file).is_file()]
    if gone:
        raise pytest.UsageError(f"named in {__file__}, and not there: {', '.join(gone)}")
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


@pytest.fixture
def campaign(tmp_path: Path, empty_campaign: campaigns.Campaign) -> campaigns.Campaign:
    """A fresh campaign with the units of the samples."""
    return copy_of(empty_campaign, tmp_path / "dot")


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process: most promises are not about processes."""
    for module in (receive, check, recheck, prefill, verification):
        monkeypatch.setattr(module, "Guard", AtOnce)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of the program: ``run("status", "--json", home=campaign.home)``.

    How far a work is is not told by the clock, so that a slow machine prints what a fast one does.
    """
    monkeypatch.delenv("TONGKET_LANG", raising=False)
    monkeypatch.setattr(session, "SECONDS_BETWEEN_LINES", math.inf)

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
