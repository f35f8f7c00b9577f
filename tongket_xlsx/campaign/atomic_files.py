"""Files that are whole or not there: written beside, brought to the disk, then put in place."""

from __future__ import annotations

import errno
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from tongket_xlsx.model.findings import CannotWork, Misuse

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_PARTIAL = re.compile(r"\..+\.(?P<process>[0-9]{1,10})\.part")
# Nothing of ours takes an hour to write. On a share the program may run on another machine.
_QUIET_SECONDS = 3600


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it; raises as :func:`whole` does."""
    with whole(path) as stream:
        stream.write(data)


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to be written so that nobody ever sees half of it, not even after a power cut.

    Raises:
        CannotWork: it cannot be written, for instance because Excel has it open.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    if path.is_dir():
        raise Misuse("path.is_folder", path=str(path))
    try:
        with partial.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
        _settle(path.parent)
    except BaseException as error:
        begun = partial.exists()
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritable(path, error, closed=not begun) from error
        raise


def unwritable(path: Path, error: OSError, *, closed: bool = False) -> CannotWork:
    """Say why a file could not be written: a full disk, a folder closed to us, or a busy file.

    Args:
        closed: not even a new file could be made beside it.
    """
    if error.errno in _FULL:
        return CannotWork("disk.full", path=str(path))
    if closed and error.errno in _CLOSED:
        return CannotWork("folder.closed", path=str(path.parent))
    reason = error.strerror or str(error)
    return CannotWork("path.unwritable", path=str(path), reason=reason)


def _settle(folder: Path) -> None:
    """Bring the entries of a folder to the disk, where the system can."""
    if sys.platform == "win32":  # pragma: no cover - Windows opens no folders
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def clear_leftovers(folder: Path, *, alone: bool = False) -> int:
    """Remove what a killed program left half written in a folder; return how many files.

    Only names that :func:`whole` makes are touched, and none of a program that still runs.

    Args:
        alone: nobody else can be writing here, so that none needs to be spared.
    """
    removed = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _PARTIAL.fullmatch(entry.name)
            if match and (alone or _is_stale(Path(entry.path), int(match["process"]))):
                with suppress(OSError):
                    Path(entry.path).unlink()
                    removed += 1
    return removed


def _is_stale(path: Path, process: int) -> bool:
    return time.time() - path.stat().st_mtime > _QUIET_SECONDS and not _runs(process)


def _runs(process: int) -> bool:
    """Say whether a process runs on this machine."""
    if sys.platform == "win32":  # pragma: no cover - asking there would interrupt it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def read_whole(path: Path) -> bytes:
    """Return the bytes of a file of the campaign, or of one that was named.

    Raises:
        Misuse: it is not there.
        CannotWork: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Misuse("path.missing", path=str(path)) from None
    except OSError as error:
        raise CannotWork("path.unreadable", path=str(path), reason=str(error)) from error
