"""Files spread over guarded processes, of this machine or of others; results in their order.

Batches go to an executor, a few ahead of the one that is waited for. Whatever order they finish
in, and however many are read at once, results come in the order of the files. A batch that is
lost with the machine that read it is given out again; no other is.
"""

from __future__ import annotations

import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Generic, Protocol, Self, TypeVar

from tongket_xlsx.intake.read_return import failed
from tongket_xlsx.model.observations import Return
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.workers import process as guarded
from tongket_xlsx.workers.process import Answer, Job, Limits, read_batch

# A full return is read in a fiftieth of a second; a minute means that something is wrong.
SECONDS_PER_FILE = 60
# No file of the size the gate admits needs more: a stray cell or a false count does.
MEMORY_PER_PROCESS = 1536 * archive.MIB
# What waits to be read or recorded: this much bounds the memory of a run of any length.
_MOST_AHEAD, _MOST_BYTES = 64, 64 * archive.MIB
# Batches grow to this from one file, so that a few files use every core.
_MOST_FILES, _MOST_BATCH_BYTES, _MOST_ITEMS = 8, 8 * archive.MIB, 32
# A lost batch is given out again this often before it is read here.
_MOST_TRIES = 2
# How often one looks around while waiting; also, Windows hears Ctrl-C only between two waits.
_PAUSE, _PAUSE_ELSEWHERE = 0.5, 2.0
# How many times as long as it may take one waits for a batch: others may be before it.
_PATIENCE = 2
# How long a process of another machine is kept when nothing comes, and a machine is waited for.
_SECONDS_IDLE, _SECONDS_ALONE = 15.0, 10.0

Tag = TypeVar("Tag")


class Reads(Protocol):
    """Whatever reads the bytes of a file; it must be possible to pickle it."""

    def read(self, data: bytes) -> Return:
        """Read one file."""


@dataclass(frozen=True)
class Elsewhere:
    """Where batches are read, if not on this machine.

    ``jobs`` says how many can be read at once, ``ended`` ends what is left of a run by its name,
    ``lost`` is called once where nobody is there any more and the rest is read here.
    """

    executor: Executor
    jobs: Callable[[], int]
    ended: Callable[[str], None] = lambda _name: None
    lost: Callable[[], None] = lambda: None


@dataclass
class _Batch(Generic[Tag]):
    """Some items in their order, those with bytes to be read, and where the answers come from."""

    items: list[tuple[Tag, bytes | Return]] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    size: int = 0
    tries: int = 0
    is_here: bool = False
    until: float = 0.0
    future: Future[list[Answer]] | None = None

    def add(self, item: tuple[Tag, bytes | Return]) -> None:
        self.items.append(item)
        if isinstance(item[1], bytes):
            self.files.append(item[1])
            self.size += len(item[1])

    def is_full(self, files: int) -> bool:
        return (
            len(self.files) >= files
            or len(self.items) >= _MOST_ITEMS
            or self.size >= _MOST_BATCH_BYTES
        )

    def results(self, answers: Iterable[Answer]) -> Iterator[tuple[Tag, Return]]:
        """Yield each item with what was read in it."""
        said = iter(answers)
        for tag, data in self.items:
            yield tag, data if isinstance(data, Return) else _result(data, next(said))


def _result(data: bytes, answer: Answer) -> Return:
    if isinstance(answer, Return):
        return answer
    return failed(data, answer if isinstance(answer, str) else "ended")


class Guard:
    """Have files read in guarded processes; results come in the order of the files.

    Within ``with`` the processes wait for more; otherwise they end with the files.
    """

    def __init__(
        self,
        reader: Reads,
        jobs: int = 0,
        seconds: float = SECONDS_PER_FILE,
        memory: int = MEMORY_PER_PROCESS,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        """Prepare for ``jobs`` processes (0: as many as there are cores).

        Args:
            seconds: how long one file may take.
            memory: how much a process may take, in bytes.
            elsewhere: read there and not in this program.
        """
        self.reader = reader
        self.jobs = jobs or os.cpu_count() or 1
        self._asked = jobs
        self._seconds = seconds
        self._memory = memory
        self._elsewhere = elsewhere
        self._threads: ThreadPoolExecutor | None = None
        self._job: Job | None = None
        self._at_once = self.jobs
        self._looked = 0.0
        self._last_seen = 0.0
        self._kept = False
        self._futures: set[Future[list[Answer]]] = set()

    def __enter__(self) -> Self:
        """Keep the processes from now on."""
        self._kept = True
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._kept = False
        self._end()

    def read_all(self, files: Iterable[bytes]) -> Iterator[Return]:
        """Yield the return of each file."""
        return (result for _, result in self.read_each((None, data) for data in files))

    def read_each(
        self, items: Iterable[tuple[Tag, bytes | Return]]
    ) -> Iterator[tuple[Tag, Return]]:
        """Yield each item with the return of its file; one that is known already stays as it is.

        Items are asked for a little ahead of what is yielded, and never all at once.
        """
        waiting: deque[_Batch[Tag]] = deque()
        source = iter(items)
        number, is_done = 0, False
        try:
            while True:
                while self._has_room(waiting) and (batch := self._next(source, number)):
                    waiting.append(batch)
                    number += 1
                if not waiting:
                    break
                answers = self._answers(waiting[0])
                yield from waiting.popleft().results(answers)
            is_done = True
        finally:
            if not (self._kept and is_done):
                self._end()

    def _has_room(self, waiting: Iterable[_Batch[Tag]]) -> bool:
        ahead = sum(len(batch.items) for batch in waiting)
        size = sum(batch.size for batch in waiting)
        return ahead < max(_MOST_AHEAD, 4 * self._at_once) and size < _MOST_BYTES

    def _next(
        self, source: Iterator[tuple[Tag, bytes | Return]], number: int
    ) -> _Batch[Tag] | None:
        """Take the next batch from what there is, and give it out."""
        files = min(_MOST_FILES, 1 + number // (2 * self._at_once))
        batch: _Batch[Tag] = _Batch()
        while not batch.is_full(files) and (item := next(source, None)) is not None:
            batch.add(item)
        if batch.files:
            self._give_out(batch)
        return batch if batch.items else None

    def _answers(self, batch: _Batch[Tag]) -> list[Answer]:
        """Return what was said of each file of a batch; where that is lost, ask again."""
        while batch.future is not None:
            if self._is_awaited(batch):
                continue
            try:
                error = batch.future.exception(0)
            except (CancelledError, TimeoutError) as lost:
                error = lost
            if error is None:
                return batch.future.result()
            if batch.is_here:
                raise error
            batch.future.cancel()
            batch.tries += 1
            self._give_out(batch)
        return []

    def _is_awaited(self, batch: _Batch[Tag]) -> bool:
        """Wait a while for a batch, and say whether it is worth waiting on."""
        if batch.future is None or batch.future.done():
            return False
        if batch.is_here:
            wait([batch.future], _PAUSE)
            return True
        wait([batch.future], _PAUSE_ELSEWHERE)
        self._look()
        return self._elsewhere is not None and time.monotonic() < batch.until

    def _look(self) -> None:
        """See how many can be read at once elsewhere; where there is nobody, go on here."""
        now = time.monotonic()
        if self._elsewhere is None or now - self._looked < _PAUSE_ELSEWHERE:
            return
        there = self._elsewhere.jobs()
        self._looked = now
        if there:
            self._last_seen = now
            self._at_once = min(there, self._asked or there)
        elif now - self._last_seen > _SECONDS_ALONE:
            self._elsewhere.lost()
            self._elsewhere = None
            self._at_once = self.jobs

    # ------------------------------------------------------------------ giving out

    def _give_out(self, batch: _Batch[Tag]) -> None:
        job = self._started()
        longest = job.limits.start + len(batch.files) * job.limits.seconds
        batch.until = time.monotonic() + _PATIENCE * longest
        batch.is_here = self._elsewhere is None or batch.tries > _MOST_TRIES
        if self._elsewhere is None or batch.is_here:
            batch.future = self._here().submit(read_batch, job, batch.files)
        else:
            batch.future = self._given(self._elsewhere.executor, job, batch)
        self._futures.add(batch.future)
        batch.future.add_done_callback(self._futures.discard)

    def _given(self, executor: Executor, job: Job, batch: _Batch[Tag]) -> Future[list[Answer]]:
        try:
            return executor.submit(read_batch, job, batch.files)
        except Exception as error:  # noqa: BLE001 - of whatever kind the executor is
            lost: Future[list[Answer]] = Future()
            lost.set_exception(error)
            return lost

    def _started(self) -> Job:
        if self._job is None:
            idle = math.inf if self._elsewhere is None else _SECONDS_IDLE
            limits = Limits(self._seconds, self._memory, idle=idle)
            self._job = guarded.job_of(self.reader, limits)
            self._last_seen = time.monotonic()
            self._look()
        return self._job

    def _here(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.jobs, thread_name_prefix="reading")
        return self._threads

    def _end(self) -> None:
        """End every process of this run, wherever it is."""
        job, threads, self._job, self._threads = self._job, self._threads, None, None
        for future in list(self._futures):
            future.cancel()
        if job is not None:
            guarded.end(job.name)
        if threads is not None:
            threads.shutdown(wait=True, cancel_futures=True)
        if job is not None and self._elsewhere is not None:
            self._elsewhere.ended(job.name)
