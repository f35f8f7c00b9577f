"""A reader that watches itself: what it takes in time and memory, and what it should never do.

It runs in the processes of the guard; what it saw comes back in the cover of the return.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.observations import Return

_STATUS, _PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")
# What a reader of spreadsheets has no business with; connecting would be one of these first.
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork")
_CHANGING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod")
_WRITING = ("w", "a", "x", "+")

_seen: list[str] = []
_watching: list[bool] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching:
        return
    if event.startswith(_FORBIDDEN):
        _seen.append(event)
        raise PermissionError(event)
    writes = event == "open" and any(mode in str(arguments[1]) for mode in _WRITING)
    # What a library has to say goes nowhere.
    writes = writes and arguments[0] != os.devnull
    if writes or event.startswith(_CHANGING):
        _seen.append(f"{event} {arguments[0]!r}")
        raise PermissionError(event)


@dataclass(frozen=True)
class Watched:
    """Read as the reader does, and say in the cover what it took."""

    reader: Reader

    def read(self, data: bytes) -> Return:
        """Read one file."""
        if not _watching:
            sys.addaudithook(_watch)
        with suppress(OSError):
            _PEAK.write_text("5")  # the highest memory is counted from here
        _watching.append(True)
        _seen.clear()
        begun = time.process_time()
        try:
            result = self.reader.read(data)
        finally:
            took = time.process_time() - begun
            _watching.clear()
        cover = {"seconds": f"{took:.3f}", "memory": str(_peak()), "seen": "; ".join(_seen)}
        return replace(result, cover=cover)


def _peak() -> int:
    """Return the highest memory of this process since it was last asked, in bytes."""
    with suppress(OSError):
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


@dataclass(frozen=True)
class Blind:
    """Try what must not succeed, to show that the watch sees it."""

    what: str

    def read(self, data: bytes) -> Return:
        """Do what is forbidden."""
        import socket

        if self.what == "socket":
            socket.socket()
        else:
            Path(self.what).write_bytes(data)
        return Return(hashlib.sha256(data).hexdigest(), None)
