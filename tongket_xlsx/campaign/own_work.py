"""What the program wrote itself, known again by its content, so that nothing else is overwritten.

A file may be replaced where it is still what we wrote, wherever it lies and whatever it is called
now. What a person changed since, what has another program open, and what nobody knows is kept: it
counts as a person's work. One line of a text file stands for each file that was written, ::

    9f86d081884c7d659a2feaa0c55ad015…  5e884898da28047151d0e56f8dc62927…  GL-622_Pleiku.xlsx

its SHA-256, that of the answers filled into it beforehand (or ``-``), and the name it had.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tongket_xlsx.campaign.atomic_files import write_whole
from tongket_xlsx.campaign.private import private_file, private_folder
from tongket_xlsx.model.observations import Answers
from tongket_xlsx.text.messages import on_one_line

REGISTER = "da-ghi.txt"
_NONE = "-"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """Where a file was written, and the one beside it that was kept, if any.

    ``is_open`` says that the kept one is open in Excel or LibreOffice.
    """

    path: Path
    kept: Path | None = None
    is_open: bool = False


class OwnWork:
    """The register of what was written; where it cannot be written it knows a little less."""

    def __init__(self, register: Path) -> None:
        """Use a register; the file need not be there."""
        self.register = register

    @cached_property
    def _known(self) -> dict[str, str]:
        """Return content hash → hash of the answers filled in beforehand."""
        try:
            lines = self.register.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return {}
        rows = (line.split(None, 2) for line in lines)
        return {row[0]: row[1] for row in rows if len(row) > 1}

    def knows(self, digest: str) -> bool:
        """Say whether we wrote these bytes."""
        return digest in self._known

    def filled_in(self, answers: Answers) -> bool:
        """Say whether a workbook was given out with exactly these answers filled in."""
        return answers_digest(answers) in self._known.values()

    def holds(self, path: Path, data: bytes | None = None) -> bool:
        """Say whether a file is still what we wrote, or what is to be written."""
        found = digest_of(path)
        if data is not None and found == hashlib.sha256(data).hexdigest():
            return True
        return self.knows(found)

    def may_replace(self, path: Path, data: bytes | None = None) -> bool:
        """Say whether a path is free, or holds our own work that nobody has open."""
        if not path.exists() and not path.is_symlink():
            return True
        if not path.is_file():
            # A pipe or a device is nobody's work, and reading it could take forever.
            return not path.is_symlink()
        return not is_open(path) and self.holds(path, data)

    def free(self, path: Path, data: bytes | None = None) -> WrittenFile:
        """Return where to write: the path itself, or the first ``…_2`` that may be replaced."""
        if self.may_replace(path, data):
            return WrittenFile(path)
        number, other = 2, path.with_name(f"{path.stem}_2{path.suffix}")
        while not self.may_replace(other, data):
            number += 1
            other = path.with_name(f"{path.stem}_{number}{path.suffix}")
        return WrittenFile(other, path, is_open(path))

    def write(self, path: Path, data: bytes, answers: Answers | None = None) -> None:
        """Write a file that may be replaced, and remember it; raises as :func:`whole` does."""
        # Remembered first: were it the other way, a power cut would make it a stranger's.
        self.remember(hashlib.sha256(data).hexdigest(), path.name, answers)
        write_whole(path, data)

    def remember(self, digest: str, name: str, answers: Answers | None = None) -> None:
        """Remember what is written; a register that cannot be written costs nothing but that."""
        filled = answers_digest(answers) if answers else _NONE
        if self._known.get(digest) == filled:
            return
        self._known[digest] = filled
        with suppress(OSError):
            if not self.register.parent.is_dir():
                private_folder(self.register.parent)
            private_file(self.register)
            with self.register.open("a", encoding="utf-8") as stream:
                stream.write(f"{digest}  {filled}  {on_one_line(name)}\n")


def is_open(path: Path) -> bool:
    """Say whether Excel or LibreOffice has a file open: they leave a lock beside it."""
    return any(path.with_name(name).exists() for name in _locks(path.name))


def _locks(name: str) -> Iterator[str]:
    yield f"~${name}"
    yield f".~lock.{name}#"


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; empty where it cannot be read."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                found.update(piece)
    except OSError:
        return ""
    return found.hexdigest()


def answers_digest(answers: Answers) -> str:
    """Return the SHA-256 of answers, however their numbers are written and ordered."""
    rows = sorted(
        (code, period, row, "" if a.value is None else str(a.value.normalize()), a.text.strip())
        for (code, period, row), a in answers.items()
        if a.value is not None or a.text.strip()
    )
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
