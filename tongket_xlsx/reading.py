"""A guarded worker: untrusted bytes in, a plain :class:`Return` out, whatever the bytes do.

A reader may abort its whole process on a hostile file; so reading happens in processes of our
own. One that dies or hangs costs the file it held and nothing else.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as Timeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from tongket_xlsx import archive, cell_fonts, grid, intake
from tongket_xlsx.findings import Finding, Severity
from tongket_xlsx.form import Form, Unit
from tongket_xlsx.identify import form_id
from tongket_xlsx.lifeline import end_with_parent
from tongket_xlsx.observations import Return
from tongket_xlsx.tables import Finder

# A full return is read in a fiftieth of a second; a minute means that something is wrong.
SECONDS_PER_FILE = 60
_BATCH = 8

Units = Mapping[str, Unit] | None


@dataclass(frozen=True)
class Reader:
    """Read returns of one or more forms; the first is the one expected."""

    forms: tuple[Form, ...]
    units: Units

    def read(self, data: bytes) -> Return:
        """Read one file; whatever is wrong with it becomes a finding."""
        digest = hashlib.sha256(data).hexdigest()
        try:
            workbook = archive.admit(data)
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


_finders: dict[str, Finder] = {}


def _finder(form: Form) -> Finder:
    """Return the finder of a form, made once in each process."""
    if form.digest not in _finders:
        _finders[form.digest] = Finder(form)
    return _finders[form.digest]


def failed(data: bytes) -> Return:
    """Return what is said of a file on which the reader died or hung."""
    finding = Finding("file.reader_failed", Severity.ERROR)
    return Return(hashlib.sha256(data).hexdigest(), None, findings=(finding,))


class Guard:
    """Run a reader in processes of its own; results come in the order of the files."""

    def __init__(self, reader: Reader, jobs: int = 0, seconds: float = SECONDS_PER_FILE) -> None:
        """Prepare for ``jobs`` processes (0: as many as the machine has cores)."""
        self.reader = reader
        self.jobs = jobs or os.cpu_count() or 1
        self.seconds = seconds

    def read_all(self, files: Sequence[bytes]) -> Iterator[Return]:
        """Yield the return of each file."""
        batches = [files[i : i + _BATCH] for i in range(0, len(files), _BATCH)]
        pool = self._pool(min(self.jobs, len(batches)))
        waiting: list[Future[list[Return]]] = [pool.submit(_read_batch, b) for b in batches]
        try:
            for number, batch in enumerate(batches):
                try:
                    yield from waiting[number].result(timeout=self.seconds * len(batch))
                except (BrokenProcessPool, Timeout):
                    _end(pool)
                    yield from self._one_by_one(batch)
                    rest = batches[number + 1 :]
                    pool = self._pool(min(self.jobs, max(1, len(rest))))
                    waiting[number + 1 :] = [pool.submit(_read_batch, b) for b in rest]
        finally:
            _end(pool)

    def _one_by_one(self, batch: Sequence[bytes]) -> Iterator[Return]:
        """Find out which file of a batch broke it; the others are read all the same."""
        pool = self._pool(1)
        try:
            for data in batch:
                try:
                    yield pool.submit(_read_batch, [data]).result(timeout=self.seconds)[0]
                except (BrokenProcessPool, Timeout):
                    _end(pool)
                    yield failed(data)
                    pool = self._pool(1)
        finally:
            _end(pool)

    def _pool(self, jobs: int) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(max(1, jobs), context, _start, (self.reader,))


def _end(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool, hung ones included."""
    processes = list((pool._processes or {}).values())  # noqa: SLF001 - it offers no other way
    manager: Any = pool._executor_manager_thread  # noqa: SLF001 - it would be torn down at exit, aloud
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        with suppress(OSError, ValueError):
            process.kill()
    if manager is not None:
        manager.join(timeout=5)


_reader: Reader | None = None


def _start(reader: Reader) -> None:  # pragma: no cover - runs in the child process
    """Prepare a process: what a dying reader prints belongs on nobody's screen."""
    global _reader  # noqa: PLW0603 - the one thing a process of the pool holds
    _reader = reader
    end_with_parent()
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)


def _read_batch(files: Sequence[bytes]) -> list[Return]:  # pragma: no cover - in the child
    if _reader is None:
        raise RuntimeError
    results = []
    for data in files:
        try:
            results.append(_reader.read(data))
        except BaseException:  # noqa: BLE001 - a panic of the reader passes by Exception
            results.append(failed(data))
    return results
