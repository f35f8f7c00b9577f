"""Files spread over processes, here or elsewhere: the same results whatever happens on the way."""

import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest
from reader_processes import Fragile, readers, told

from tongket_xlsx.model.observations import Return
from tongket_xlsx.workers import pool as distribution
from tongket_xlsx.workers import process as guarded
from tongket_xlsx.workers.pool import Elsewhere, Guard

FILES = [f"f{n}".encode() for n in range(40)]
NAMES = [data.decode() for data in FILES]


class Unsteady(Executor):
    """Run batches in threads of this program; some are lost, none the first time it is told."""

    def __init__(self, lost=(), threads=2):
        self.pool = ThreadPoolExecutor(threads)
        self.lost = lost
        self.given = []
        self.runs = []

    def submit(self, function, /, job, batch):
        number = len(self.given)
        self.given.append(list(batch))
        self.runs.append(job.name)
        if self.lost == "all" or number in self.lost:
            future = Future()
            if number % 2:
                future.cancel()
            else:
                future.set_exception(ConnectionError("the machine is gone"))
            return future
        return self.pool.submit(function, job, batch)

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.pool.shutdown(wait=wait, cancel_futures=cancel_futures)


@pytest.fixture
def elsewhere():
    """Make places to read from unsteady executors; whatever they started is ended."""
    made = []

    def make(executor, jobs=lambda: 2, **more):
        made.append(executor)
        return Elsewhere(executor, jobs, guarded.end, **more)

    yield make
    for executor in made:
        executor.shutdown(wait=True)
    assert readers() == []


# ---------------------------------------------------------------------- this machine


def test_nothing_to_read_starts_nothing():
    """Items whose return is known go through in their order, and no process is started."""
    known = [(n, Return(str(n), None)) for n in range(500)]
    before = set(threading.enumerate())
    with Guard(Fragile(), 2) as guard:
        assert list(guard.read_each(known)) == known
        assert readers() == []
        assert set(threading.enumerate()) == before


def test_known_and_unknown_come_in_their_order():
    """What is known already waits for what was to be read before it."""
    known = Return("known", None)
    items = [(n, known if n % 3 else str(n).encode()) for n in range(100)]
    got = list(Guard(Fragile(), 2).read_each(iter(items)))
    assert [tag for tag, _ in got] == list(range(100))
    assert all((r is known) if n % 3 else (r.identity.unit == str(n)) for n, r in got)


def test_files_are_asked_for_only_a_little_ahead():
    """However many files there are, only so many are held as are being read or wait for it."""
    asked = []

    def endless():
        for number in range(1000):
            asked.append(number)
            yield number, b"x" * 10

    with Guard(Fragile(), 2) as guard:
        returns = guard.read_each(endless())
        for expected in range(100):
            assert next(returns)[0] == expected
            assert len(asked) <= expected + 1 + distribution._MOST_AHEAD + 8
        returns.close()


def test_large_files_are_held_one_by_one(monkeypatch):
    """What is held is bounded by its size as well."""
    monkeypatch.setattr(distribution, "_MOST_BYTES", 100)
    asked = []

    def large():
        for number in range(20):
            asked.append(number)
            yield number, b"x" * 60

    with Guard(Fragile(), 2) as guard:
        for number, _ in guard.read_each(large()):
            assert len(asked) <= number + 3


def test_seventeen_files_use_all_of_many_cores():
    """A few files are given out one by one: none waits behind another while a core is free."""
    executor = Unsteady(threads=8)
    try:
        guard = Guard(Fragile(), elsewhere=Elsewhere(executor, lambda: 8, guarded.end))
        assert told(guard.read_all(FILES[:17])) == NAMES[:17]
        assert [len(batch) for batch in executor.given[:16]] == [1] * 16
    finally:
        executor.shutdown()


def test_many_files_go_in_larger_batches(elsewhere):
    """The longer the run, the more files a batch has, up to a limit."""
    executor = Unsteady()
    files = FILES * 5
    guard = Guard(Fragile(), elsewhere=elsewhere(executor))
    assert told(guard.read_all(files)) == NAMES * 5
    sizes = [len(batch) for batch in executor.given]
    assert sizes[:-1] == sorted(sizes[:-1])
    assert max(sizes) == distribution._MOST_FILES


def test_what_the_asker_says_is_raised_as_it_is():
    """An error in the material itself ends the run, and leaves nothing running."""

    def broken():
        yield 0, b"one"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(Guard(Fragile(), 2).read_each(broken()))
    assert readers() == []


def test_an_interrupt_while_recording_ends_every_process():
    """Whoever leaves the block, for whatever reason, leaves no process, a hung one included."""
    returns = []

    def interrupted():
        with Guard(Fragile(), 2) as guard:
            for result in guard.read_all([b"one", b"sleep", b"sleep", b"two"]):
                returns.append(result)
                raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert readers() == []
    assert time.monotonic() - begun < 30
    assert told(returns) == ["one"]


def test_a_process_that_talks_nonsense_costs_one_file():
    """What is no return – of a process that was taken over, say – ends that process."""
    first, nonsense, second = Guard(Babbling(), 1).read_all([b"pid", b"nonsense", b"pid"])
    assert nonsense.findings[0].parameters == {"what": "ended"}
    assert first.identity.unit != second.identity.unit


class Babbling:
    """Say something that is no return, as a process could that does not obey any more."""

    def read(self, data):
        if data == b"nonsense":
            return Return("", None, cover={"unit": 5})
        return Fragile().read(data)


def test_a_reader_that_cannot_start_is_told():
    """Where no process comes up, each file is told so and nothing hangs."""
    assert told(Guard(NotThere(), 1).read_all([b"one"])) == ["file.reader_failed"]


class NotThere:
    """A reader that cannot be unpickled."""

    def __reduce__(self):
        return (_fail, ())

    def read(self, _data):
        raise AssertionError


def _fail():
    raise ZeroDivisionError


# ---------------------------------------------------------------------- elsewhere


def test_any_executor_gives_the_same(elsewhere):
    """Whatever executor it is, results are those of this machine, in the order of the files."""
    executor = Unsteady()
    assert told(Guard(Fragile(), elsewhere=elsewhere(executor)).read_all(FILES)) == NAMES
    assert [data for batch in executor.given for data in batch] == FILES


def test_only_a_lost_batch_is_read_again(elsewhere):
    """Batches lost or cancelled are given out again; no file of another is."""
    executor = Unsteady(lost={3, 8, 9})
    assert told(Guard(Fragile(), elsewhere=elsewhere(executor)).read_all(FILES)) == NAMES
    times = {data: sum(batch.count(data) for batch in executor.given) for data in FILES}
    twice = {data for data, count in times.items() if count == 2}
    assert twice == {data for n in (3, 8, 9) for data in executor.given[n]}
    assert set(times.values()) == {1, 2}


def test_what_is_lost_again_and_again_is_read_here(elsewhere):
    """A batch that no machine brings back is read on this one after some tries."""
    executor = Unsteady(lost="all")
    assert told(Guard(Fragile(), 1, elsewhere=elsewhere(executor)).read_all(FILES[:3])) == NAMES[:3]
    assert len(executor.given) == 3 * (distribution._MOST_TRIES + 1)


def test_where_nobody_is_left_the_rest_is_read_here(elsewhere, monkeypatch):
    """When all machines are gone for a while, that is told once, and the run ends well."""
    monkeypatch.setattr(distribution, "_SECONDS_ALONE", 0.2)
    monkeypatch.setattr(distribution, "_PAUSE_ELSEWHERE", 0.1)

    class Gone(Unsteady):
        def submit(self, _function, /, _job, batch):
            self.given.append(batch)
            return Future()

    said = []
    place = elsewhere(Gone(), jobs=lambda: 0, lost=lambda: said.append("lost"))
    assert told(Guard(Fragile(), 2, elsewhere=place).read_all(FILES)) == NAMES
    assert said == ["lost"]


def test_a_batch_that_never_comes_back_is_given_out_again(elsewhere, monkeypatch):
    """A machine that is there and says nothing is not waited for without end."""
    monkeypatch.setattr(distribution, "_PAUSE_ELSEWHERE", 0.1)
    monkeypatch.setattr(distribution, "_PATIENCE", 0.05)

    class Silent(Unsteady):
        def submit(self, function, /, job, batch):
            number = len(self.given)
            if number == 1:
                self.given.append(list(batch))
                self.runs.append(job.name)
                return Future()
            return super().submit(function, job, batch)

    executor = Silent()
    guard = Guard(Fragile(), elsewhere=elsewhere(executor))
    assert told(guard.read_all(FILES)) == NAMES
    assert executor.given.count(executor.given[1]) == 2


def test_another_version_of_the_program_reads_nothing():
    """A machine with another version refuses the batch instead of reading it its own way."""
    job = guarded.Job(b"", guarded.Limits(1, 1), program="0.0")
    with pytest.raises(guarded.Stopped):
        guarded.read_batch(job, [b"x"])
    assert readers() == []


def test_a_run_that_has_ended_starts_no_process_any_more():
    """A batch that comes in after the end of its run – it was on its way – is not read."""
    job = guarded.job_of(Fragile(), guarded.Limits(10, 1 << 30))
    assert guarded.read_batch(job, [b"one"])
    guarded.end(job.name)
    assert readers() == []
    with pytest.raises(guarded.Stopped):
        guarded.read_batch(job, [b"two"])


def test_a_process_nobody_needs_ends_by_itself():
    """A machine that read for a program that was killed keeps its processes only for a while."""
    job = guarded.job_of(Fragile(), guarded.Limits(10, 1 << 30, idle=0.3))
    guarded.read_batch(job, [b"one"])
    until = time.monotonic() + 20
    while readers() and time.monotonic() < until:
        time.sleep(0.05)
    assert readers() == []
    assert guarded.read_batch(job, [b"two"])
    guarded.end(job.name)
