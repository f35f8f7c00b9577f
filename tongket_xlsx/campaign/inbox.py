"""Files as they are met with: folders gone through, and ordinary files read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from tongket_xlsx.model.findings import Finding, Misuse, Parameter, Severity
from tongket_xlsx.model.places import Place
from tongket_xlsx.reader.gate import LARGEST_FILE, MIB
from tongket_xlsx.text.messages import on_one_line

_READ_ONLY = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file of the paths, folders in order of name; nothing is skipped unseen.

    Raises:
        Misuse: a path that is not there.
    """
    waiting: list[Path] = []
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise Misuse("path.missing", path=str(path))
        waiting = _entries(path) if path.is_dir() else [path]
        # Folders may lie in folders deeper than calls may.
        while waiting:
            entry = waiting.pop()
            if entry.is_dir() and not entry.is_symlink() and os.access(entry, os.R_OK | os.X_OK):
                waiting += _entries(entry)
            else:
                yield entry


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, the last name first; a folder that vanished is empty."""
    try:
        return sorted(folder.iterdir(), key=lambda p: p.name, reverse=True)
    except OSError:
        return []


def bytes_of(path: Path) -> bytes | Finding:
    """Return the bytes of an ordinary file, or what it is instead of one."""
    place = Place(file=on_one_line(path.name))
    if path.name.startswith(("~$", ".~lock.")):
        return Finding("file.lock", Severity.ERROR, place)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Finding("file.directory", Severity.ERROR, place)
        if not stat.S_ISREG(mode):
            return Finding("file.special", Severity.ERROR, place, parameters=_special(mode))
        # What was a file a moment ago may have become a pipe, which would keep us waiting.
        with os.fdopen(os.open(path, _READ_ONLY), "rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
            if len(data) > LARGEST_FILE:
                return _too_large(max(len(data), path.stat().st_size), place)
            return data
    except FileNotFoundError:
        return Finding("file.special", Severity.ERROR, place, parameters={"what": "link"})
    except OSError as error:
        reason = error.strerror or str(error)
        return Finding("file.unreadable", Severity.ERROR, place, parameters={"reason": reason})


def _special(mode: int) -> dict[str, Parameter]:
    """Say what stands in the place of an ordinary file."""
    kinds = {stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket", stat.S_IFCHR: "device"}
    return {"what": {**kinds, stat.S_IFBLK: "device"}.get(stat.S_IFMT(mode), "")}


def _too_large(size: int, place: Place) -> Finding:
    limits: dict[str, Parameter] = {
        "found": f"{size // MIB} MiB",
        "limit": f"{LARGEST_FILE // MIB} MiB",
    }
    return Finding("file.too_large", Severity.ERROR, place, parameters=limits)
