"""Readers as tests use them: in this process, counted in others, and one that does as it is told.

Also imported by scripts that tests start: it needs nothing of pytest.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import psutil

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.observations import Identity, Return


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


def readers() -> list[psutil.Process]:
    """Return the processes that this one has, but for those of clusters of other tests."""
    return [p for p in psutil.Process().children() if "multiprocessing" not in _words(p)]


def _words(process: psutil.Process) -> str:
    """Return how a process was called; one that was not cleared up after has no words any more."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


@dataclass(frozen=True)
class Fragile:
    """Do to its own process what the bytes say."""

    def read(self, data: bytes) -> Return:
        """Die, hang, fail or answer."""
        if data.startswith(b"abort"):
            os.abort()
        if data.startswith(b"sleep"):
            time.sleep(120)
        if data.startswith(b"hold"):
            re.match(r"(a+)+$", "a" * 60 + "b")  # no other thread runs meanwhile
        if data.startswith(b"exit"):
            raise SystemExit(1)
        if data.startswith(b"memory"):
            bytearray(64 << 30)
        if data.startswith(b"raise"):
            raise ZeroDivisionError
        if data.startswith(b"pid"):
            data = str(os.getpid()).encode()
        identity = Identity(data.decode(), "f", "1", 1)
        return Return(hashlib.sha256(data).hexdigest(), identity)


def told(returns):
    """Return, per file, the unit that was read or the code of what is said of the file."""
    return [r.identity.unit if r.identity else r.findings[0].code for r in returns]
