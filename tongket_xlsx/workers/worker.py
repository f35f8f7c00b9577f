"""What a guarded process does: take a reader, then files, and say what each of them holds.

It is started by :mod:`tongket_xlsx.workers.process` and speaks with it through two pipes.
"""

from __future__ import annotations

import gc
import math
import os
import pickle
import signal
import traceback
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from tongket_xlsx.intake.read_return import failed
from tongket_xlsx.reader.plain_grid import TableReader
from tongket_xlsx.workers import framing as frames
from tongket_xlsx.workers import grid_data
from tongket_xlsx.workers import watchdog as lifeline
from tongket_xlsx.workers.process import (
    DEBUG,
    GOES_ON,
    MOST,
    READY,
    SPENT,
    Job,
)
from tongket_xlsx.workers.serialization import encoded

if TYPE_CHECKING:
    from tongket_xlsx.intake.read_return import Reader

# How much later than its guard a process ends by itself, should the guard not be there to do it.
_GRACE = 5
_MADE_BEFORE_LOOKING = 50_000


def main() -> None:  # pragma: no cover - in the child
    """Read what comes through the pipe until it is closed."""
    incoming, outgoing = _own_pipes()
    messages = lifeline.messages(incoming, MOST)
    job: Job = pickle.loads(messages.get())  # noqa: S301 - the program that started us said it
    reader = pickle.loads(zlib.decompress(job.reader))  # noqa: S301 - the same
    _limit(job.limits.memory)
    # What is here now stays, and what a file makes goes when it is read: there is little to look
    # for, and looking through the form after every few cells took a thirtieth of the time.
    gc.freeze()
    gc.set_threshold(_MADE_BEFORE_LOOKING)
    frames.send(outgoing, READY)
    while True:
        data = messages.get()
        _end_after(job.limits.seconds + _GRACE)
        answer, spent = answered(reader, data)
        _end_after(0)
        frames.send(outgoing, (SPENT if spent else GOES_ON) + answer)


def answered(reader: Reader | TableReader, data: bytes) -> tuple[bytes, bool]:
    """Return what a file says, and whether the process had better not go on after it."""
    try:
        return _told(reader, data), False
    except MemoryError:
        return _failed(reader, data, "memory"), True
    except Exception:  # noqa: BLE001 - whatever it is, it costs this file and no other
        traceback.print_exc()
        return _failed(reader, data, "ended"), False
    except BaseException:  # noqa: BLE001 - a panic of the reader passes by Exception
        traceback.print_exc()
        return _failed(reader, data, "ended"), True


def _told(reader: Reader | TableReader, data: bytes) -> bytes:
    if isinstance(reader, TableReader):
        return grid_data.encoded(reader.read(data))
    return encoded(reader.read(data))


def _failed(reader: Reader | TableReader, data: bytes, what: str) -> bytes:
    if isinstance(reader, TableReader):
        return grid_data.encoded(reader.failed(what))
    return encoded(failed(data, what))


def _own_pipes() -> tuple[int, int]:  # pragma: no cover - in the child
    """Take the pipes away from where a reader might read or print.

    What a dying reader prints goes nowhere; TONGKET_DEBUG names a file for it.
    """
    incoming, outgoing = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    try:
        path = os.environ.get(DEBUG) or os.devnull
        told = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        told = nowhere
    for place, number in ((nowhere, 0), (nowhere, 1), (told, 2)):
        os.dup2(place, number)
    return incoming, outgoing


def _end_after(seconds: float) -> None:  # pragma: no cover - in the child
    """Have the system end this process: a reader that holds the interpreter lets nobody else."""
    if hasattr(signal, "alarm"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(math.ceil(seconds))


def _limit(memory: int) -> None:  # pragma: no cover - in the child
    """Limit the memory of this process where the system can: on Linux; not on Windows."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
