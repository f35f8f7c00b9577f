"""The names a stranger may use: which they are, and that asking for none of them costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tongket_xlsx

PUBLIC = [
    "Campaign",
    "CannotWork",
    "CellState",
    "CheckFunction",
    "Finding",
    "Form",
    "Indicator",
    "Misuse",
    "Observation",
    "Outcome",
    "Period",
    "Place",
    "Report",
    "Return",
    "Severity",
    "Unit",
    "UnsoundDefinition",
    "Written",
    "__version__",
    "annotate",
    "build_template",
    "check",
    "check_function",
    "create_campaign",
    "load_form",
    "open_campaign",
    "read_return",
    "to_excel",
]
# What loads neither of these two is quick.
HEAVY = ("pandas", "openpyxl")


def test_the_public_names_are_these() -> None:
    """A name that is added or taken away is meant."""
    assert tongket_xlsx.__all__ == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there_and_documented(name: str) -> None:
    """Each name can be had from the package, says what it is, and is seen by ``dir``."""
    value = getattr(tongket_xlsx, name)
    assert name in dir(tongket_xlsx)
    assert isinstance(value, str) or (value.__doc__ and value.__doc__[0].isupper())


def test_type_checkers_see_the_names_where_they_are() -> None:
    """What stands there for type checkers is what is handed out."""
    tree = ast.parse(Path(tongket_xlsx.__file__).read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module.removeprefix("tongket_xlsx.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tongket")
        for alias in node.names
    }
    assert seen == tongket_xlsx._HOMES
    assert sorted([*seen, "__version__"]) == sorted(PUBLIC)


def test_another_name_is_told_as_python_tells_it() -> None:
    """A slip of the pen is an AttributeError with the name in it."""
    with pytest.raises(AttributeError, match="open_campain"):
        tongket_xlsx.open_campain  # noqa: B018


def loaded_by(code: str, folder: Path) -> list[str]:
    """Return which of the heavy libraries a process has loaded at its end."""
    asked = f"\nimport sys; print([n for n in {HEAVY} if n in sys.modules], file=sys.stderr)"
    said = subprocess.run(
        [sys.executable, "-c", code + asked],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return ast.literal_eval(said.stderr.strip().splitlines()[-1])


@pytest.mark.parametrize("words", [["--help"], ["status"], ["export", "--format", "csv"]])
def test_the_command_line_loads_neither_pandas_nor_openpyxl(words: list[str], demo: Path) -> None:
    """What serves analysts costs an office nothing."""
    code = f"""
from tongket_xlsx.cli.main import cli
try:
    cli({words!r}, prog_name="tongket")
except SystemExit as ended:
    assert not ended.code, ended.code
"""
    assert loaded_by(code, demo) == []


@pytest.mark.parametrize(
    "code",
    [
        "import tongket_xlsx; dir(tongket_xlsx)",
        "from tongket_xlsx import Finding, CannotWork, load_form; load_form('chi-thi-11')",
        "import tongket_xlsx; print(tongket_xlsx.open_campaign())",
    ],
)
def test_what_makes_no_frame_loads_no_pandas(code: str, demo: Path) -> None:
    """Frames are paid for by whoever asks for one."""
    assert loaded_by(code, demo) == []


def test_a_frame_loads_pandas(demo: Path) -> None:
    """The question is asked rightly: it sees what is loaded."""
    code = "import tongket_xlsx; tongket_xlsx.open_campaign().units()"
    assert loaded_by(code, demo) == ["pandas"]


def test_an_exception_says_what_is_wrong_and_its_code() -> None:
    """Whoever sees it at the end of a traceback can act on it."""
    with pytest.raises(tongket_xlsx.Misuse) as raised:
        tongket_xlsx.load_form("khong-co")
    said = str(raised.value)
    assert said.startswith("definition.not_found: Không tìm thấy định nghĩa biểu ở khong-co.")
    assert said.endswith("No form definition at khong-co.")
    assert issubclass(tongket_xlsx.UnsoundDefinition, tongket_xlsx.CannotWork)
