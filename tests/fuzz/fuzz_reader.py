"""Fuzz the gate and the reader behind it: ``python tests/fuzz/fuzz_reader.py CORPUS``.

Needs the extra ``fuzz``; make a corpus with ``seed_corpus.py`` first. What is not a return or a
refusal is a crash, with the input kept beside. ``-max_total_time=60`` ends after a minute.

``TONGKET_FUZZ`` says what is fuzzed: ``file`` (by default) whole files, gate and reader;
``gate`` whole files, the gate alone; ``sheet`` the part of one sheet in a sound workbook, where
the two ways of looking through a sheet must agree.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "hostile")]

import atheris  # noqa: E402
from raw_workbook import parts, zipped  # noqa: E402

with atheris.instrument_imports(include=["tongket_xlsx"]):
    from tongket_xlsx.campaign.campaign import load_form
    from tongket_xlsx.intake.read_return import Reader
    from tongket_xlsx.reader import gate as archive
    from tongket_xlsx.reader import grid
    from tongket_xlsx.reader import xlsx_sheet as sheet_part

READER = Reader((load_form(ROOT / "workbook_templates" / "chi-thi-11"),), None)


def whole_file(data: bytes) -> None:
    """Read one file; a refusal is a return as well."""
    READER.read(data)


def gate_alone(data: bytes) -> None:
    """Let one file through the gate, and parse what it hands on."""
    try:
        grid.formulas(archive.admit(data, all_sheets=True))
    except archive.Refusal:
        return


def one_sheet(data: bytes) -> None:
    """Look through the part of a sheet in both ways, and read it."""
    plain = sheet_part._plain(data)
    try:
        walked = sheet_part._walk(data)
    except archive.Refusal:
        walked = plain  # its beginning or its end may be damaged: the cells are not
    if plain not in (None, walked):
        raise AssertionError((plain, walked))
    READER.read(zipped(parts(sheet=data)))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "file": whole_file,
    "gate": gate_alone,
    "sheet": one_sheet,
}

if __name__ == "__main__":
    atheris.Setup(sys.argv, TARGETS[os.environ.get("TONGKET_FUZZ", "file")])
    atheris.Fuzz()
