"""Set up and run, on a machine that has only Python 3.11 and git.

``python run.py demo``    install what is needed and run the whole job on the samples
``python run.py test``    install what is needed and run the tests, on all cores
``python run.py lint``    check format, lint, types, the import contract and the docs
``python run.py check``   run everything a change must pass: the same, and the tests with coverage
``python run.py lowest``  run the tests with the lowest versions of the libraries that are allowed
``python run.py docs``    write the generated pages of the documentation again
``python run.py site``    build the documentation into site/, to be opened at site/index.html
``python run.py example`` run the example for analysts on a campaign that it makes
``python run.py bench``   measure the product beside others and print a table of ratios

Everything is installed into ``.venv`` beside the code, or into the folder that the environment
variable TONGKET_VENV names: another Python needs another folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The pages of which a part is generated.
GENERATED = [
    "docs/commands.md",
    "docs/findings.md",
    "docs/reference/definition.md",
    "docs/reference/json.md",
    "docs/reference/ledger.md",
    "docs/reference/python.md",
    "docs/reference/rules.md",
]
COG = ["-m", "cogapp", "-I", "docs/generate"]
MINIMUM = (3, 11)
# Tests of one file stay together: they share workbooks that take a while to make. Files begin in
# the order of tests/conftest.py, the slowest first, and not by how many tests they have.
PARALLEL = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
LINT: list[list[str]] = [
    ["-m", "ruff", "format", "--check", "."],
    ["-m", "ruff", "check", "."],
    ["-m", "mypy"],
    ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
    [*COG, "--check", *GENERATED],
]


@dataclass(frozen=True)
class Task:
    """What is run, one after the other, in an environment with an extra of the project."""

    commands: list[list[str]]
    extra: str = ""
    folder: str = ".venv"
    constraints: str = ""


TASKS = {
    "demo": Task([["-m", "tongket_xlsx", "demo"]]),
    "test": Task([["-m", "pytest", *PARALLEL]], "[test]"),
    "lint": Task(LINT, "[dev]"),
    "check": Task([*LINT, ["-m", "pytest", *PARALLEL, "--cov", "--cov-report=term"]], "[dev]"),
    "lowest": Task(
        [["-m", "pytest", *PARALLEL]], "[test]", ".venv-lowest", "constraints-lowest.txt"
    ),
    "docs": Task([[*COG, "-r", *GENERATED]], "[dev]"),
    "site": Task([["-m", "mkdocs", "build", "--strict"]], "[docs]"),
    "example": Task([["examples/analysis.py"]], "[example]"),
    "bench": Task([["tests/benchmarks/compare.py"]], "[bench]"),
}


def python_of(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    windows = os.name == "nt"
    return folder / ("Scripts" if windows else "bin") / ("python.exe" if windows else "python")


def install(task: Task) -> Path:
    """Make a private environment beside the code, once, and install the project into it.

    Returns:
        its interpreter.
    """
    folder = HERE / os.environ.get("TONGKET_VENV", task.folder)
    python = python_of(folder)
    if not python.exists():
        venv.create(folder, with_pip=True)
    words = ["-q", "--disable-pip-version-check"]
    if task.constraints:
        words += ["-c", str(HERE / task.constraints)]
    subprocess.run(
        [python, "-m", "pip", "install", *words, "-e", f"{HERE}{task.extra}"], check=True
    )
    return python


def main(words: list[str]) -> int:
    """Install what a task needs, run it, and return its exit code."""
    if sys.version_info < MINIMUM:
        print(f"Python {MINIMUM[0]}.{MINIMUM[1]} or later is needed.", file=sys.stderr)
        return 2
    name, rest = (words[0], words[1:]) if words else ("", [])
    if name not in TASKS:
        print(__doc__, file=sys.stderr)
        return 2
    task = TASKS[name]
    python = install(task)
    # What builds the site would advertise its successor in every log.
    here = {**os.environ, "PYTHONUTF8": "1", "NO_MKDOCS_2_WARNING": "1"}
    for number, command in enumerate(task.commands, start=1):
        last = rest if number == len(task.commands) else []
        code = subprocess.run([python, *command, *last], cwd=HERE, env=here, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
