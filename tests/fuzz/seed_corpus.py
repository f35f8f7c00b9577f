"""Make a seed corpus for the fuzz target: ``python tests/fuzz/seed_corpus.py CORPUS [sheets]``.

Small workbooks of every format, each hostile file that is small, and the smallest real returns:
a fuzzer finds more from a few hundred bytes than from a few hundred kilobytes.
"""

from __future__ import annotations

import hashlib
import io
import random
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / name) for name in ("support", "hostile"))]

from strange_files import SOURCES  # noqa: E402 - the folders of the suites come first

LARGEST = 64 * 1024


def seeds() -> dict[str, bytes]:
    """Return the seeds by name."""
    dice = random.Random(1)
    found = {file.name: file.data for source in SOURCES for file in source(dice)}
    found |= {p.name: p.read_bytes() for p in (ROOT / "samples" / "gia-lai").rglob("*.ods")}
    return {name: data for name, data in found.items() if len(data) <= LARGEST}


def sheets() -> dict[str, bytes]:
    """Return the parts of sheets, for the target of that name."""
    found = {}
    for name, data in seeds().items():
        if not data.startswith(b"PK\x03\x04"):
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found[name] = archive.read("xl/worksheets/sheet1.xml")
        except (OSError, RuntimeError, KeyError, zipfile.BadZipFile, NotImplementedError):
            continue
    return {name: data for name, data in found.items() if len(data) <= LARGEST}


def main(folder: Path, *words: str) -> None:
    """Write the seeds, each under its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    for data in (sheets() if "sheets" in words else seeds()).values():
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    print(f"{len(list(folder.iterdir()))} seeds in {folder}")  # noqa: T201 - a script


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
