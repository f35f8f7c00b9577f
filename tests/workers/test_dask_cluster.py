"""The same import by one process, by two, and by a real cluster of two worker processes."""

import shutil
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

import psutil
import pytest
import verbs
from distributed import LocalCluster
from reader_processes import Fragile, readers, told
from shipped import FLAWED, RETURNED

from tongket_xlsx.campaign import ledger as ledgers
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.model.findings import CannotWork
from tongket_xlsx.model.wording import problem
from tongket_xlsx.text.messages import LANGUAGES, say
from tongket_xlsx.workers import dask_cluster as cluster
from tongket_xlsx.workers import process as guarded
from tongket_xlsx.workers.dask_cluster import connected
from tongket_xlsx.workers.pool import Elsewhere, Guard

DAY = date(2017, 3, 30)
# Every sample and one text file; the lock file is no file, and two come twice.
RECEIVED = len(list(RETURNED.iterdir())) + len(list(FLAWED.iterdir())) + 1
TABLES = ("fact", "receipt", "reading", "observation", "finding", "decision", "copy")


@pytest.fixture(scope="module")
def dask():
    """A cluster of this machine: a scheduler, and two workers that are processes of their own."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as made:
        yield made


def workers(dask):
    """Return the worker processes of a cluster."""
    return [psutil.Process(nanny.pid) for nanny in dask.workers.values()]


def inbox(campaign):
    """Put every sample there is into the folder of returned workbooks, some of them twice."""
    folder = campaign.folder("nop-ve")
    for path in (*RETURNED.iterdir(), *FLAWED.iterdir()):
        shutil.copyfile(path, folder / path.name)
    for name in ("10-cat-ngang.xlsx", "09-bo-trong.xlsx"):
        shutil.copyfile(FLAWED / name, folder / f"z-{name}")
    (folder / "chu.txt").write_bytes(b"loi nhan")
    (folder / "~$a.xlsx").write_bytes(b"lock")


@dataclass(frozen=True)
class Content:
    """All that an import leaves: every row of its ledger, what it told, and the summary."""

    rows: dict
    told: list
    summary: bytes


def imported(campaign, jobs=0, elsewhere=None):
    """Import everything; return all that is left of it."""
    inbox(campaign)
    results = verbs.receive(campaign, received=DAY, jobs=jobs, elsewhere=elsewhere)
    path, _ = verbs.summarise(campaign, campaign.home / "tong-hop.xlsx")
    with campaign.ledger() as ledger:
        rows = {table: ledger._db.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    names = [
        (r.path.rpartition("/")[2], r.outcome, r.findings, r.assessment.said, r.since)
        for r in results
    ]
    return Content(rows, names, path.read_bytes())


@pytest.fixture
def frozen(monkeypatch):
    """Have all be recorded at one moment."""
    monkeypatch.setattr(ledgers, "now", lambda: "2017-03-30T08:00:00+07:00")


class Shuffled(ThreadPoolExecutor):
    """Let what came first finish last, over and over."""

    def submit(self, function, /, *given):
        number = self.number = getattr(self, "number", -1) + 1

        def late():
            time.sleep(0.3 * (3 - number % 4) / 3)
            return function(*given)

        return super().submit(late)


def test_results_do_not_depend_on_who_reads_or_when(empty_campaign, tmp_path, frozen, dask):
    """One process, two, a shuffled order and a cluster leave the same rows and the same bytes."""

    def fresh(name):
        return replace(
            empty_campaign, home=shutil.copytree(empty_campaign.home, tmp_path / name / "dot")
        )

    one = imported(fresh("one"), jobs=1)
    assert imported(fresh("two"), jobs=2) == one
    with Shuffled(4) as executor:
        place = Elsewhere(executor, lambda: 4, guarded.end)
        assert imported(fresh("shuffled"), elsewhere=place) == one
    with connected(dask.scheduler_address) as place:
        assert imported(fresh("dask"), elsewhere=place) == one
    assert len(one.rows["receipt"]) == len({r[1] for r in one.rows["receipt"]}) == RECEIVED
    assert {str(outcome) for _, outcome, *_ in one.told} == {
        "accepted",
        "needs-correction",
        "refused",
        "duplicate",
        "not-a-return",
    }


@pytest.mark.parametrize("words", [("import",), ("check", "nop-ve"), ("recheck",)], ids=" ".join)
def test_the_commands_read_on_the_cluster(run, campaign, dask, words, monkeypatch):
    """With --scheduler the workers read, and this program starts no process of its own."""
    inbox(campaign)
    if words == ("recheck",):
        run("import", "--jobs", "2", home=campaign.home)
    here = run(*words, "--jobs", "2", home=campaign.home) if words != ("import",) else None
    monkeypatch.setattr(Guard, "_here", lambda _guard: pytest.fail("read here"))
    result = run(*words, "--scheduler", dask.scheduler_address, home=campaign.home)
    assert (result.exit_code, "Traceback" in result.output) == (1, False)
    assert [li for li in result.stdout.splitlines() if li.startswith(str(campaign.home))] or (
        words == ("recheck",)
    )
    if here is not None:
        assert (result.stdout, result.stderr) == (here.stdout, here.stderr)
    with Ledger(campaign.home / "so-cai") as ledger:
        assert len(ledger.receipts()) == (0 if words[0] == "check" else RECEIVED)


@pytest.mark.libraries
def test_the_limits_hold_on_the_cluster(dask):
    """A file that kills, hangs or fails its reader costs itself there as it does here."""
    files = [b"one", b"abort", b"two", b"sleep", b"exit", b"three"]
    with connected(dask.scheduler_address) as place:
        said = list(Guard(Fragile(), seconds=2, elsewhere=place).read_all(files))
    assert told(said) == [
        "one",
        "file.reader_failed",
        "two",
        "file.reader_failed",
        "file.reader_failed",
        "three",
    ]
    assert [r.findings[0].parameters["what"] for r in said if r.findings] == [
        "ended",
        "slow",
        "ended",
    ]


@pytest.mark.libraries
def test_nothing_is_left_on_the_workers(dask):
    """Workers keep their processes between batches, and none after the run."""
    with connected(dask.scheduler_address) as place, Guard(Fragile(), elsewhere=place) as guard:
        first = set(told(guard.read_all([b"pid"] * 20)))
        assert set(told(guard.read_all([b"pid"] * 20))) == first
        assert 1 <= len(first) <= 2
        assert {str(c.pid) for w in workers(dask) for c in w.children()} >= first
        guard.__exit__()
        assert [c.pid for w in workers(dask) for c in w.children() if str(c.pid) in first] == []


@pytest.mark.libraries
def test_a_worker_that_is_killed_costs_nothing(dask):
    """The batches of a worker that was killed are read by others; every result is there."""
    victim = workers(dask)[0]
    files = [f"f{n}".encode() for n in range(120)]
    with connected(dask.scheduler_address) as place:
        returns = Guard(Slow(), elsewhere=place).read_all(files)
        found = [next(returns) for _ in range(5)]
        victim.kill()
        found += returns
    assert told(found) == [data.decode() for data in files]


class Slow:
    """Read slowly, so that there is something to be lost."""

    def read(self, data):
        time.sleep(0.03)
        return Fragile().read(data)


# ---------------------------------------------------------------------- what may be wrong with it


def refusal(address, lang):
    with pytest.raises(CannotWork) as caught, connected(address):
        pass
    return caught.value.code, problem(caught.value, lang)


def test_without_the_extra_one_sentence_says_what_to_install(run, campaign, monkeypatch):
    """Where Dask is not installed, the call ends at once with the words of the extra."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    for words in (("import",), ("recheck",), ("check", "nop-ve")):
        result = run(*words, "--scheduler", "tcp://127.0.0.1:8786", home=campaign.home)
        assert result.exit_code == 3
        assert result.stderr == f"Chưa làm được: {say('scheduler.no_extra', 'vi')}\n"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_address_that_does_not_answer_is_a_sentence(lang, monkeypatch, capfd):
    """Where nobody listens, or where there is no such address, that is told after some seconds."""
    monkeypatch.setattr(cluster, "_SECONDS_TO_ANSWER", 2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        deaf = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        begun = time.monotonic()
        for address in (deaf, "tcp://", "no address at all", "carrier-pigeon://x:1"):
            code, words = refusal(address, lang)
            assert code == "scheduler.silent", address
            assert address in words
            assert "--scheduler" in words
        assert time.monotonic() - begun < 30
    assert capfd.readouterr() == ("", "")


def test_a_scheduler_without_workers_is_a_sentence(monkeypatch, capfd):
    """A scheduler nobody works for is told as that."""
    monkeypatch.setattr(cluster, "_SECONDS_TO_ANSWER", 2)
    with LocalCluster(n_workers=0, processes=True, dashboard_address=":0") as empty:
        code, words = refusal(empty.scheduler_address, "en")
    assert code == "scheduler.no_workers"
    assert "dask worker" in words


def test_workers_of_another_version_are_a_sentence(dask, monkeypatch):
    """Workers that would read in their own way are refused before anything is read."""
    monkeypatch.setattr(cluster, "__version__", "0.0.0")
    code, words = refusal(dask.scheduler_address, "vi")
    assert code == "scheduler.version"
    assert guarded.__version__ in words
    assert "0.0.0" in words


def test_nothing_runs_here_when_the_cluster_is_done_with():
    """No process of ours is left after all of this."""
    assert readers() == []
