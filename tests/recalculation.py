"""LibreOffice as the second opinion: recalculate a workbook and compare every stored result."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import openpyxl

# More files than this in one call, and soffice now and then leaves some out without a word.
MOST_AT_ONCE = 50
CLOSE = 1e-9

# Without this LibreOffice shows the stored results; 0 makes it recalculate when it loads.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""

Results = dict[tuple[str, str], object]


# The format and the filter LibreOffice is asked for.
_FILTERS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "xls": "xls:MS Excel 97",
    "ods": "ods:calc8",
}


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Open workbooks in LibreOffice, recalculate every formula, and return what it saves.

    Args:
        books: a plain name without ending → the workbook.
        folder: an empty folder to work in.
    """
    return converted(books, folder, "xlsx")


def converted(books: Mapping[str, bytes], folder: Path, ending: str) -> dict[str, bytes]:
    """Do the same, and return what it saves as ``xlsx``, ``xls`` or ``ods``."""
    sources, out = folder / "in", folder / "out"
    user = folder / "profile" / "user"
    for path in (sources, out, user):
        path.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    for name, data in books.items():
        (sources / f"{name}.xlsx").write_bytes(data)
    for names in _batches(list(books)):
        done = subprocess.run(
            [
                "soffice",
                "--headless",
                "--norestore",
                f"-env:UserInstallation=file://{user.parent}",
                "--convert-to",
                _FILTERS[ending],
                "--outdir",
                str(out),
                *(str(sources / f"{name}.xlsx") for name in names),
            ],
            check=True,
            capture_output=True,
            timeout=180,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        missing = [name for name in names if not (out / f"{name}.{ending}").is_file()]
        assert not missing, (missing, done.stderr)
    return {name: (out / f"{name}.{ending}").read_bytes() for name in books}


def _batches(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), MOST_AT_ONCE):
        yield names[start : start + MOST_AT_ONCE]


def results(data: bytes) -> Results:
    """Return the stored result of every formula cell: (sheet, cell) → value, blank as ``""``."""
    formulas = openpyxl.load_workbook(BytesIO(data))
    values = openpyxl.load_workbook(BytesIO(data), data_only=True)
    found: Results = {}
    for sheet in formulas.worksheets:
        stored = values[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    value = stored[cell.coordinate].value
                    found[sheet.title, cell.coordinate] = "" if value is None else value
    return found


def differences(before: Results, after: Results) -> list[str]:
    """Say where a recalculated workbook differs from what was stored, or holds an error."""
    lost = [f"{sheet}!{cell}: no formula any more" for sheet, cell in before.keys() - after.keys()]
    changed = [
        f"{place[0]}!{place[1]}: stored {value!r}, recalculated {after[place]!r}"
        for place, value in before.items()
        if place in after and not same(value, after[place])
    ]
    return sorted(lost) + changed


def same(one: object, other: object) -> bool:
    """Say whether two results are the same; an error is the same as nothing."""
    if any(isinstance(value, str) and value.startswith("#") for value in (one, other)):
        return False
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= CLOSE * max(abs(one), abs(other))
    return one == other
