"""Set up and run, on a machine that has only Python 3.11 and git.

``python run.py demo``    install what is needed and run the whole job on the samples
``python run.py test``    install what is needed and run the tests
``python run.py lint``    check format, lint, types, the import contract and the README
``python run.py check``   run everything a change must pass: the same, and the tests with coverage
``python run.py docs``    write the command-line reference of the README again
``python run.py bench``   measure the product beside others and print a table of ratios
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
MINIMUM = (3, 11)
EXTRAS = {
    "demo": "",
    "test": "[test]",
    "lint": "[dev]",
    "check": "[dev]",
    "docs": "[dev]",
    "bench": "[bench]",
}
LINT: list[list[str]] = [
    ["-m", "ruff", "format", "--check", "."],
    ["-m", "ruff", "check", "."],
    ["-m", "mypy"],
    ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
    ["-m", "cogapp", "--check", "README.md"],
]
COMMANDS: dict[str, list[list[str]]] = {
    "demo": [["-m", "tongket_xlsx", "demo"]],
    "test": [["-m", "pytest"]],
    "bench": [["tests/benchmarks/compare.py"]],
    "docs": [["-m", "cogapp", "-r", "README.md"]],
    "lint": LINT,
    "check": [*LINT, ["-m", "pytest", "--cov", "--cov-report=term"]],
}


def install(extra: str) -> None:
    """Make a private environment beside the code, once, and install the project into it."""
    if not PYTHON.exists():
        venv.create(HOME, with_pip=True)
    quiet = ["-q", "--disable-pip-version-check"]
    subprocess.run([PYTHON, "-m", "pip", "install", *quiet, "-e", f"{HERE}{extra}"], check=True)


def main(words: list[str]) -> int:
    """Install what a task needs, run it, and return its exit code."""
    if sys.version_info < MINIMUM:
        print(f"Python {MINIMUM[0]}.{MINIMUM[1]} or later is needed.", file=sys.stderr)
        return 2
    task, rest = (words[0], words[1:]) if words else ("", [])
    if task not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    install(EXTRAS[task])
    here = {**os.environ, "PYTHONUTF8": "1"}
    for number, command in enumerate(COMMANDS[task], start=1):
        last = rest if number == len(COMMANDS[task]) else []
        code = subprocess.run([PYTHON, *command, *last], cwd=HERE, env=here, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
