"""Guarded processes: untrusted bytes in, plain data out, whatever the bytes do.

A reader may abort its whole process on a hostile file; so reading happens in processes of our
own. One that dies or hangs costs the file it held and nothing else. They are started as programs
are, and so from anywhere: a script, a thread, a worker of a cluster that may have no children.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import pickle
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import uuid4

from tongket_xlsx import __version__
from tongket_xlsx.model.observations import Return
from tongket_xlsx.reader.cells import Grid
from tongket_xlsx.reader.refusal import Refusal
from tongket_xlsx.workers import framing as frames
from tongket_xlsx.workers import grid_data
from tongket_xlsx.workers.serialization import NoReturn, decoded

DEBUG = "TONGKET_DEBUG"
READY, GOES_ON, SPENT = b"ready", b"+", b"-"
# No file of the size the gate admits, and nothing said of it, is longer.
MOST = 1 << 30
# The words of our own modules are found where this program found them, and nowhere else first.
_START = (
    "import json, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); "
    "sys.path[:] = json.loads(sys.argv[1]); "
    "from tongket_xlsx.workers.worker import main; main()"
)
_SECONDS_TO_END = 60

Fate = Literal["ended", "slow"]
# What a process said of a file, or what became of the process.
Answer = Return | Grid | Refusal | Fate


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a file may take, how much memory a process; how long one may start and idle."""

    seconds: float
    memory: int
    start: float = 60.0
    idle: float = math.inf


@dataclass(frozen=True, slots=True)
class Job:
    """One run over many files: its reader, pickled, its limits, and what is read.

    ``tables`` says that grids of plain values are read, and not returns: nothing else is believed.
    """

    reader: bytes
    limits: Limits
    tables: bool = False
    program: str = __version__
    name: str = field(default_factory=lambda: uuid4().hex)


class Stopped(Exception):
    """The run is over, or is of another version of the program."""


def job_of(reader: object, limits: Limits, *, tables: bool = False) -> Job:
    """Return a new run with a reader, of returns or of tables."""
    # A list of ten thousand units goes with every batch that is read on another machine.
    return Job(zlib.compress(pickle.dumps(reader), 1), limits, tables)


def program() -> str:
    """Return the version of the program that would read here."""
    return __version__


def read_batch(job: Job, batch: Sequence[bytes]) -> list[Answer]:
    """Read files in a guarded process of this machine, which is kept for the next batch.

    Raises:
        Stopped: the run has ended meanwhile.
    """
    if job.program != __version__:
        raise Stopped(job.program)
    crew = _crew(job)
    return [crew.read(data) for data in batch]


def end(name: str) -> None:
    """End every process of a run on this machine, be it hung; nothing more is read for it."""
    with _crews_lock:
        _ended.add(name)
        crew = _crews.pop(name, None)
    if crew is not None:
        crew.end()


_crews: dict[str, _Crew] = {}
_ended: set[str] = set()
_crews_lock = threading.Lock()


def _crew(job: Job) -> _Crew:
    with _crews_lock:
        if job.name in _ended:
            raise Stopped(job.name)
        if job.name not in _crews:
            _crews[job.name] = _Crew(job)
        return _crews[job.name]


class _Process:
    """One process that reads one file at a time."""

    def __init__(self, job: Job) -> None:
        self.is_late = False
        path = json.dumps([entry or str(Path.cwd()) for entry in sys.path])
        # A path that is relative to where one stands could lead to what came in.
        known = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        self._program = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-P", "-c", _START, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=known,
            # On Windows a console would open for each, and Ctrl-C would reach it.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._job = job

    def begin(self) -> bool:
        """Hand over the reader, and say whether the process is up."""
        return self.ask(pickle.dumps(self._job)) == READY

    def ask(self, message: bytes) -> bytes | None:
        """Return the answer to a message; ``None`` where the process has died."""
        into, out = self._program.stdin, self._program.stdout
        if into is None or out is None:
            return None
        try:
            frames.send(into.fileno(), message)
            return frames.receive(out.fileno(), MOST)
        except frames.Closed:
            return None

    def kill(self) -> None:
        """End the process; whoever waits for its answer hears of it."""
        self._program.kill()

    def end(self) -> None:
        """End the process and clear up after it; nobody may be waiting for its answer."""
        self._program.kill()
        self._program.wait(_SECONDS_TO_END)
        for pipe in (self._program.stdin, self._program.stdout):
            if pipe is not None:
                pipe.close()


class _Crew:
    """The processes of one run on one machine, and the thread that ends those that are late."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._changed = threading.Condition()
        self._free: list[_Process] = []
        # When each is to be ended: one that reads is late then, one that is free was not needed.
        self._until: dict[_Process, float] = {}
        self._wake = math.inf
        self._watchdog: threading.Thread | None = None
        self._is_over = False

    def read(self, data: bytes) -> Answer:
        """Read one file in a process that is free, or in a new one."""
        process = self._taken()
        if process is None:
            process = self._new()
            if not process.begin():
                return self._lost(process)
            self._expect(process, self._job.limits.seconds)
        said = process.ask(data)
        try:
            result = self._decoded((said or b"")[1:], data)
        except NoReturn:
            # It has died, or says what no reader says: either way nothing more is asked of it.
            return self._lost(process)
        self._give_back(process, spent=said is None or said[:1] != GOES_ON)
        return result

    def _decoded(self, said: bytes, data: bytes) -> Answer:
        """Return what was said of a file, if it is of the sort that was asked for.

        Raises:
            NoReturn: it is not.
        """
        if self._job.tables:
            return grid_data.decoded(said)
        return decoded(said, hashlib.sha256(data).hexdigest())

    def end(self) -> None:
        """End all processes; those who wait for an answer are told, and clear up themselves."""
        with self._changed:
            self._is_over = True
            free, busy = self._free, set(self._until).difference(self._free)
            self._free = []
            self._until.clear()
            for process in busy:
                process.kill()
            watchdog = self._watchdog
            self._changed.notify()
        for process in free:
            process.end()
        if watchdog is not None:
            watchdog.join()

    def _taken(self) -> _Process | None:
        with self._changed:
            process = self._free.pop() if self._free else None
        if process is not None:
            self._expect(process, self._job.limits.seconds)
        return process

    def _new(self) -> _Process:
        process = _Process(self._job)
        self._expect(process, self._job.limits.start)
        return process

    def _expect(self, process: _Process, seconds: float) -> None:
        """Have a process ended some seconds from now, if nothing is heard of it.

        Raises:
            Stopped: the run is over.
        """
        with self._changed:
            over = self._is_over
            if not over:
                self._watch(process, seconds)
        if over:
            process.end()
            raise Stopped(self._job.name)

    def _watch(self, process: _Process, seconds: float) -> None:
        until = self._until[process] = time.monotonic() + seconds
        if self._watchdog is None:
            self._watchdog = threading.Thread(target=self._end_late, name="watchdog", daemon=True)
            self._watchdog.start()
        elif until < self._wake:
            self._changed.notify()

    def _give_back(self, process: _Process, *, spent: bool) -> None:
        """Keep a process for the next file, unless it is not fit for it."""
        with self._changed:
            keep = not (spent or process.is_late or self._is_over)
            if keep:
                self._free.append(process)
                self._watch(process, self._job.limits.idle)
            else:
                self._until.pop(process, None)
        if not keep:
            process.end()

    def _lost(self, process: _Process) -> Fate:
        """Clear up after a process that died, and say of what.

        Raises:
            Stopped: it was ended because the run is over.
        """
        with self._changed:
            self._until.pop(process, None)
            over = self._is_over
        process.end()
        if over:
            raise Stopped(self._job.name)
        return "slow" if process.is_late else "ended"

    def _end_late(self) -> None:
        """End what is late, until there is nothing left to wait for."""
        with self._changed:
            while self._until:
                now = time.monotonic()
                for process in [p for p, until in self._until.items() if until <= now]:
                    self._end_one(process)
                self._wake = min(self._until.values(), default=now)
                # No system waits for ever in one go.
                self._changed.wait(min(self._wake - now, threading.TIMEOUT_MAX))
            self._watchdog = None

    def _end_one(self, process: _Process) -> None:
        del self._until[process]
        process.is_late = True
        if process in self._free:
            self._free.remove(process)
            process.end()
        else:
            process.kill()
