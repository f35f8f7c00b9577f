"""A guarded worker: untrusted bytes in, a plain :class:`Return` out, whatever the bytes do.

A reader may abort its whole process on a hostile file; so reading happens in processes of our
own. One that dies or hangs costs the file it held and nothing else.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Self

from tongket_xlsx import archive, cell_fonts, encryption, grid, intake
from tongket_xlsx.findings import Finding, Severity
from tongket_xlsx.form import Form, Unit
from tongket_xlsx.identify import form_id
from tongket_xlsx.layout import COMPUTED_SHEETS
from tongket_xlsx.lifeline import end_with_parent
from tongket_xlsx.observations import Return
from tongket_xlsx.tables import Finder

# A full return is read in a fiftieth of a second; a minute means that something is wrong.
SECONDS_PER_FILE = 60
# No file of the size the gate admits needs more: a stray cell or a false count does.
MEMORY_PER_PROCESS = 1536 * archive.MIB
DEBUG = "TONGKET_DEBUG"
_SECONDS_TO_START = 60
_READY = "ready"


Units = Mapping[str, Unit] | None


@dataclass(frozen=True)
class Reader:
    """Read returns of one or more forms; the first is the one expected.

    ``passwords`` are tried on workbooks that have one; the extra ``password`` must be installed.
    """

    forms: tuple[Form, ...]
    units: Units
    passwords: tuple[str, ...] = ()

    def read(self, data: bytes) -> Return:
        """Read one file; whatever is wrong with it becomes a finding."""
        digest = hashlib.sha256(data).hexdigest()
        try:
            workbook = self._admitted(data)
            cells = grid.read(workbook)
        except archive.Refusal as refusal:
            return Return(digest, None, findings=(refusal.finding,))
        wanted = form_id(cells)
        form = next((f for f in self.forms if f.id == wanted), self.forms[0])
        unread = cell_fonts.read_by_font(cells, workbook, self._own(form))
        result = intake.receive(cells, form, self.units, digest, _finder(form))
        return replace(result, findings=(*result.findings, *unread)) if unread else result

    def _own(self, form: Form) -> Iterator[str]:
        """Yield the words of the form and the names of the units; gone through only when needed."""
        units = self.units.values() if self.units else ()
        names = (name for u in units for name in (u.name, u.short_name, *u.aliases))
        return cell_fonts.own_words(form, names)

    def _admitted(self, data: bytes) -> archive.SafeWorkbook:
        """Let a file through the gate, and what is inside it where it had a password."""
        try:
            return archive.admit(data, unread=COMPUTED_SHEETS)
        except archive.Refusal as refusal:
            if refusal.finding.code != "file.password" or not self.passwords:
                raise
        return archive.admit(encryption.opened(data, self.passwords), unread=COMPUTED_SHEETS)


_finders: dict[str, Finder] = {}


def _finder(form: Form) -> Finder:
    """Return the finder of a form, made once in each process."""
    if form.digest not in _finders:
        _finders[form.digest] = Finder(form)
    return _finders[form.digest]


def failed(data: bytes, what: str = "") -> Return:
    """Return what is said of a file on which the reader died, hung, or ran out of memory."""
    parameters = {"what": what} if what else {}
    finding = Finding("file.reader_failed", Severity.ERROR, parameters=parameters)
    return Return(hashlib.sha256(data).hexdigest(), None, findings=(finding,))


def unopened(result: Return) -> bool:
    """Say whether a file could not be opened for a reason outside of it: a password, a slow day."""
    codes = {finding.code for finding in result.findings}
    return result.identity is None and bool(codes & {"file.password", "file.reader_failed"})


class Guard:
    """Run a reader in processes of its own; results come in the order of the files.

    Within ``with`` the processes wait for more; otherwise they end with the files.
    """

    def __init__(
        self,
        reader: Reader,
        jobs: int = 0,
        seconds: float = SECONDS_PER_FILE,
        memory: int = MEMORY_PER_PROCESS,
    ) -> None:
        """Prepare for ``jobs`` processes (0: as many as the machine has cores)."""
        self.reader = reader
        self.jobs = jobs or os.cpu_count() or 1
        self.seconds = seconds
        self.memory = memory
        self._workers: list[_Worker] = []
        self._kept = False

    def __enter__(self) -> Self:
        """Keep the processes from now on."""
        self._kept = True
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._kept = False
        self._end()

    def read_all(self, files: Sequence[bytes]) -> Iterator[Return]:
        """Yield the return of each file."""
        done: dict[int, Return] = {}
        begun = told = 0
        try:
            while told < len(files):
                begun = self._give(files, begun)
                for worker, result in self._wait():
                    number = worker.number
                    if result is None or worker.is_spent:
                        self._workers.remove(worker)
                        worker.end()
                    done[number] = result or failed(files[number], worker.fate)
                while told in done:
                    yield done.pop(told)
                    told += 1
        finally:
            if not self._kept or told < len(files):
                self._end()

    def _give(self, files: Sequence[bytes], begun: int) -> int:
        """Hand a file to every process that is free, and start those that are missing."""
        busy = sum(worker.is_busy for worker in self._workers)
        while begun < len(files) and busy < self.jobs:
            free = next((w for w in self._workers if not w.is_busy), None)
            if free is None:
                free = _Worker(self.reader, self.memory)
                self._workers.append(free)
            free.take(begun, files[begun], self.seconds)
            begun, busy = begun + 1, busy + 1
        return begun

    def _wait(self) -> Iterator[tuple[_Worker, Return | None]]:
        """Yield the processes that have answered, died, or taken too long (``None``)."""
        busy = {worker.pipe: worker for worker in self._workers if worker.is_busy}
        until = min(worker.until for worker in busy.values())
        ready = connection.wait(list(busy), max(0.0, until - time.monotonic()))
        for pipe, worker in busy.items():
            if pipe in ready:
                answered, result = worker.answer()
                if answered:
                    yield worker, result
            elif time.monotonic() >= worker.until:
                worker.fate = "slow"
                yield worker, None

    def _end(self) -> None:
        for worker in self._workers:
            worker.end()
        self._workers = []


class _Worker:
    """One process that reads one file at a time."""

    def __init__(self, reader: Reader, memory: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, reader, memory), daemon=True)
        self.process.start()
        theirs.close()
        self.number = -1
        self.seconds = 0.0
        self.until = 0.0
        self.fate = "ended"
        self.is_busy = False
        self.is_ready = False
        self.is_spent = False

    def take(self, number: int, data: bytes, seconds: float) -> None:
        """Begin on a file; its time starts when the process is up."""
        self.number, self.seconds, self.is_busy = number, seconds, True
        self.until = time.monotonic() + (seconds if self.is_ready else _SECONDS_TO_START)
        with suppress(OSError):  # that it died shows when it is waited for
            self.pipe.send_bytes(data)

    def answer(self) -> tuple[bool, Return | None]:
        """Return whether the file is done with, and its return; ``None`` where the process died."""
        try:
            told = self.pipe.recv()
        except (EOFError, OSError):
            self.is_busy = False
            return True, None
        if told == _READY:
            self.is_ready, self.until = True, time.monotonic() + self.seconds
            return False, None
        self.is_busy = False
        result, self.is_spent = told
        return True, result

    def end(self) -> None:
        """End the process, be it hung."""
        self.process.kill()
        self.process.join(_SECONDS_TO_START)
        self.pipe.close()


# ---------------------------------------------------------------------- in the child process


def _work(pipe: Connection, reader: Reader, memory: int) -> None:  # pragma: no cover - in the child
    """Read what comes through the pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    _be_quiet()
    _limit(memory)
    pipe.send(_READY)
    while True:
        try:
            data = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        result, spent = _read(reader, data)
        pipe.send((result, spent))
        if spent:
            return


def _read(reader: Reader, data: bytes) -> tuple[Return, bool]:
    """Return what a file says, and whether the process had better not go on after it."""
    try:
        return reader.read(data), False
    except MemoryError:
        return failed(data, "memory"), True
    except Exception:  # noqa: BLE001 - whatever it is, it costs this file and no other
        traceback.print_exc()
        return failed(data, "ended"), False
    except BaseException:  # noqa: BLE001 - a panic of the reader passes by Exception
        traceback.print_exc()
        return failed(data, "ended"), True


def _be_quiet() -> None:  # pragma: no cover - in the child
    """Keep what a dying reader prints from the screen; TONGKET_DEBUG names a file for it."""
    path = os.environ.get(DEBUG) or os.devnull
    try:
        place = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        place = os.open(os.devnull, os.O_WRONLY)
    os.dup2(place, 2)


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
