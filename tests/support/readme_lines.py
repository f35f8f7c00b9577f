"""Run the lines of Python of the README as they stand, in the folder of a demo.

Meant for an interpreter into which nothing but the wheel was installed:
``python readme_lines.py README.md FOLDER``, where ``tongket demo tongket-demo`` ran in FOLDER.
Every figure of ``values`` must be the one in the consolidated workbook, as openpyxl reads it.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

from province_tables import differing, figures_shown

MOST_LINES = 10


def lines_of(readme: Path) -> str:
    """Return the first block of Python of a page."""
    found = re.search(
        r"^```python\n(.*?)^```", readme.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found, f"no Python in {readme}"
    return found.group(1)


def main(readme: Path, folder: Path) -> int:
    """Run the lines and compare; return how many figures were compared."""
    code = lines_of(readme)
    written = [line for line in code.splitlines() if line.strip()]
    assert len(written) <= MOST_LINES, f"{len(written)} lines"
    os.chdir(folder)
    names: dict[str, Any] = {}
    exec(compile(code, str(readme), "exec"), names)
    values = names["values"].droplevel("group")
    shown = figures_shown(Path("tongket-demo") / "tong-hop" / "tong-hop.xlsx")
    assert {code for code, _ in shown} == set(values.index)
    assert {period for _, period in shown} == set(values.columns)
    wrong = differing(values, shown)
    assert not wrong, wrong[:5]
    numbers = sum(isinstance(cell, int | float) for cell in shown.values())
    assert numbers > 400, numbers
    assert Path("comparison.xlsx").stat().st_size > 0
    print(f"{len(written)} lines of {readme.name}: {len(shown)} figures as in the workbook,")
    print(f"{numbers} of them numbers; {names['tongket_xlsx'].__file__}")
    return numbers


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
