"""Files as they are met with: folders gone through, and ordinary files read."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from tongket_xlsx.archive import LARGEST_FILE, MIB
from tongket_xlsx.cells import Place
from tongket_xlsx.findings import Finding, Misuse, Parameter, Severity


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file of the paths, folders in order of name; nothing is skipped unseen.

    Raises:
        Misuse: a path that is not there.
    """
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise Misuse("path.missing", path=str(path))
        if not path.is_dir():
            yield path
            continue
        for entry in sorted(path.iterdir(), key=lambda p: p.name):
            if entry.is_dir() and not entry.is_symlink():
                yield from walk([entry])
            else:
                yield entry


def bytes_of(path: Path) -> bytes | Finding:
    """Return the bytes of an ordinary file, or what it is instead of one."""
    place = Place(file=path.name)
    if path.name.startswith(("~$", ".~lock.")):
        return Finding("file.lock", Severity.ERROR, place)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Finding("file.directory", Severity.ERROR, place)
        if not stat.S_ISREG(mode):
            return Finding("file.special", Severity.ERROR, place)
        size = path.stat().st_size
        if size > LARGEST_FILE:
            limits: dict[str, Parameter] = {
                "found": f"{size // MIB} MiB",
                "limit": f"{LARGEST_FILE // MIB} MiB",
            }
            return Finding("file.too_large", Severity.ERROR, place, parameters=limits)
        return path.read_bytes()
    except FileNotFoundError:
        return Finding("file.special", Severity.ERROR, place)
    except OSError as error:
        reason = error.strerror or str(error)
        return Finding("file.unreadable", Severity.ERROR, place, parameters={"reason": reason})
