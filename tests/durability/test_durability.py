"""The store survives what happens to programs and disks: kills, haste, full and closed disks."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import kill
import pytest
import verbs
from kill import command, content, differences, prepared
from shipped import RETURNED, ROOT

from tongket_xlsx.campaign import atomic_files as durable
from tongket_xlsx.campaign import ledger_access
from tongket_xlsx.campaign.atomic_files import clear_leftovers, whole, write_whole
from tongket_xlsx.campaign.campaign import open_campaign
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.model.findings import CannotWork
from tongket_xlsx.text.messages import say

DAY = date(2017, 3, 30)
AN_HOUR = 3600


def put(campaign, count=3):
    """Put some returns of different units into the folder of returned workbooks."""
    files = sorted(RETURNED.glob("GL-DU-*.xlsx"))[:count]
    for path in files:
        shutil.copyfile(path, campaign.folder("nop-ve") / path.name)
    return files


def recorded(campaign):
    with campaign.ledger() as ledger:
        return [a.file for a in ledger.arrivals()]


def all_files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


# ---------------------------------------------------------------------- kills


@pytest.mark.skipif(sys.platform != "linux", reason="kills and counts processes as Linux does")
def test_a_kill_at_any_moment_loses_nothing():
    """Imports killed at random moments and run again equal one that nobody disturbed."""
    results = kill.run(files=24, kills=6, seed=2017, verify=False)
    assert len(results) == 6


@pytest.mark.parametrize("moment", ["keep", "record"])
def test_an_import_that_ends_between_two_steps_is_completed(campaign, in_process, moment):
    """Ended before a file is kept, or before it is recorded, an import goes on when run again."""
    files = put(campaign)
    steps = iter(range(10))
    real = getattr(Ledger, moment)

    def dying(self, *given, **words):
        if next(steps) == 1:
            raise SystemExit
        return real(self, *given, **words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ledger, moment, dying)
        with pytest.raises(SystemExit):
            verbs.receive(campaign, received=DAY)
    assert len(recorded(campaign)) == (0 if moment == "keep" else 1)
    verbs.receive(campaign, received=DAY)
    assert recorded(campaign) == [path.name for path in files]


# ---------------------------------------------------------------------- two at once


def test_two_imports_at_once_wait_for_each_other(tmp_path):
    """Two programs on one campaign both end well, one says that it waits, and nothing is twice."""
    home = prepared(tmp_path / "dot", 12, seed=5)
    with Ledger(home / "so-cai") as ledger, ledger.turn():
        words = command(home, "import", "--received", "30/03/2017", "--jobs", "1", "--lang", "en")
        said = [tmp_path / "first", tmp_path / "second"]
        both = []
        for path in said:
            with path.open("wb") as stream:
                both.append(subprocess.Popen(words, stdout=stream, stderr=stream))
        waiting = say("import.waiting", "en")
        end = time.monotonic() + 120
        while not all(waiting in path.read_text("utf-8") for path in said):
            assert time.monotonic() < end, [path.read_text("utf-8") for path in said]
            time.sleep(0.1)
        assert [process.poll() for process in both] == [None, None]
    codes = [process.wait(timeout=120) for process in both]
    told = [path.read_text("utf-8") for path in said]
    assert sorted(codes) == [0, 1], told
    assert sum("0 received before" in text for text in told) == 1
    assert sum("12 received before" in text for text in told) == 1
    assert [
        len(rows) for name, rows in content(home).tables.items() if name in ("receipt", "reading")
    ] == [12, 12]


def test_who_waits_too_long_is_told(ledger):
    """An import does not wait for ever: after its time it says who is in the way."""
    told = []
    with (
        Ledger(ledger.folder) as other,
        other.turn(),
        pytest.raises(CannotWork, match=r"ledger\.busy"),
        ledger.turn(lambda: told.append(1), seconds=0.5),
    ):
        raise AssertionError
    assert told == [1]
    with ledger.turn(lambda: told.append(2)):
        pass
    assert told == [1]


def test_the_next_in_turn_starts_when_the_first_is_done(ledger):
    """Turns come one after the other, never at the same time."""
    order = []

    def second():
        with Ledger(ledger.folder) as other, other.turn(lambda: order.append("waits")):
            order.append("second")

    with ledger.turn():
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.6)
        order.append("first done")
    thread.join(timeout=10)
    assert order == ["waits", "first done", "second"]


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "so-cai") as opened:
        yield opened


# ---------------------------------------------------------------------- disks and folders


def full(*_given, **_words):
    raise OSError(errno.ENOSPC, "No space left on device")


def closed(*_given, **_words):
    raise PermissionError(errno.EACCES, "Permission denied")


def test_a_full_disk_while_an_original_is_kept(run, campaign, in_process, monkeypatch):
    """The import says so and ends with 3; run again with room, it is as if nothing had been."""
    files = put(campaign)
    monkeypatch.setattr(durable.os, "fsync", full)
    result = run("import", "--received", "30/03/2017", home=campaign.home)
    assert result.exit_code == 3
    assert "Đĩa đã đầy" in result.stderr
    assert str(campaign.home / "so-cai" / "ban-goc") in result.stderr
    assert recorded(campaign) == []
    assert all_files(campaign.home / "so-cai" / "ban-goc") == []
    monkeypatch.undo()
    verbs.receive(open_campaign(campaign.home), received=DAY)
    assert recorded(campaign) == [path.name for path in files]


def test_a_full_disk_while_a_return_is_recorded(run, campaign, in_process, monkeypatch):
    """SQLite that can grow no further is a sentence; what was recorded before stays whole."""
    put(campaign, 3)
    real = Ledger.record

    def bounded(self, *given, **words):
        if self.arrivals():
            pages = self._db.execute("PRAGMA page_count").fetchone()[0]
            self._db.execute(f"PRAGMA max_page_count={pages}")
        return real(self, *given, **words)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record", bounded)
        result = run("import", "--received", "30/03/2017", home=campaign.home)
    assert result.exit_code == 3
    assert "Đĩa đã đầy" in result.stderr
    assert "so-cai.sqlite" in result.stderr
    with campaign.ledger() as ledger:
        assert list(ledger.faults()) == []
        done = len(ledger.arrivals())
        assert done == len(ledger.records()) < 3
    verbs.receive(campaign, received=DAY)
    assert len(recorded(campaign)) == 3


def test_a_full_disk_while_a_workbook_is_written(run, campaign, monkeypatch):
    """A summary that does not fit leaves the old one and no trace of itself."""
    target = campaign.home / "tong-hop" / "a.xlsx"
    target.write_bytes(b"old")
    monkeypatch.setattr(durable.os, "fsync", full)
    result = run("summary", "-o", "tong-hop/a.xlsx", home=campaign.home)
    assert result.exit_code == 3
    assert "Đĩa đã đầy" in result.stderr
    assert all_files(target.parent) == ["a.xlsx"]
    assert target.read_bytes() == b"old"


def test_a_workbook_that_excel_has_open(run, campaign, monkeypatch):
    """A file of somebody else stays; the one beside it that cannot be written is named."""
    target = campaign.home / "tong-hop" / "a.xlsx"
    target.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", closed)
    result = run("summary", "-o", "tong-hop/a.xlsx", home=campaign.home)
    assert result.exit_code == 3
    assert str(target.with_name("a_2.xlsx")) in result.stderr
    assert "Excel" in result.stderr
    assert all_files(target.parent) == ["a.xlsx"]
    assert target.read_bytes() == b"old"


def test_a_folder_that_is_closed_to_us(run, campaign, monkeypatch):
    """A folder in which nothing can be made is named as such."""
    real = Path.open

    def guarded(self, mode="r", *given, **words):
        return (
            closed()
            if "w" in mode and self.parent.name == "tong-hop"
            else real(self, mode, *given, **words)
        )

    monkeypatch.setattr(Path, "open", guarded)
    result = run("summary", home=campaign.home)
    assert result.exit_code == 3
    assert str(campaign.home / "tong-hop") in result.stderr
    assert "Không có quyền ghi vào thư mục" in result.stderr


def test_a_ledger_that_is_closed_to_us(run, campaign, in_process, monkeypatch):
    """A ledger that may only be read is a sentence with exit code 3, and nothing is lost."""
    put(campaign, 1)
    real = Ledger._opened

    def read_only(self):
        db = real(self)
        db.execute("PRAGMA query_only=ON")
        return db

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "_opened", read_only)
        result = run("import", home=campaign.home)
    assert result.exit_code == 3
    assert "Không có quyền ghi vào thư mục" in result.stderr
    verbs.receive(campaign, received=DAY)
    assert len(recorded(campaign)) == 1


def test_a_ledger_that_another_program_keeps_busy(tmp_path, monkeypatch):
    """A lock that does not go away is a sentence, not the words of SQLite."""
    monkeypatch.setattr(ledger_access.sqlite3, "connect", impatient(sqlite3.connect))
    with Ledger(tmp_path) as ledger, closing(sqlite3.connect(tmp_path / "so-cai.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CannotWork, match=r"ledger\.busy"):
            ledger.send_back("GL-622", 2, "cha", "a.xlsx")


def impatient(connect):
    return lambda path, **words: connect(path, **{**words, "timeout": 0.1})


# ---------------------------------------------------------------------- whole or not at all


def test_what_is_written_reaches_the_disk_before_it_is_seen(tmp_path, monkeypatch):
    """The bytes are brought to the disk, then put in place, then the folder is brought there."""
    steps = []
    real_sync, real_replace = os.fsync, Path.replace
    monkeypatch.setattr(durable.os, "fsync", lambda h: (steps.append("sync"), real_sync(h))[1])
    monkeypatch.setattr(
        Path, "replace", lambda self, to: (steps.append("replace"), real_replace(self, to))[1]
    )
    write_whole(tmp_path / "a.xlsx", b"new")
    assert steps == ["sync", "replace", "sync"]
    assert (tmp_path / "a.xlsx").read_bytes() == b"new"


def test_what_fails_while_it_is_written_is_never_seen(tmp_path):
    """Whatever happens between the first and the last byte, nothing is left."""

    def interrupted():
        with whole(tmp_path / "a.xlsx") as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert all_files(tmp_path) == []


def aged(path, seconds=2 * AN_HOUR):
    path.write_bytes(b"half")
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_leftovers_of_the_dead_are_cleared_and_nothing_else(tmp_path):
    """Only names of ours are removed, old ones, and none of a process that still runs."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    stale = aged(tmp_path / f".a.xlsx.{ended.pid}.part")
    kept = [
        aged(tmp_path / f".b.xlsx.{os.getpid()}.part"),
        aged(tmp_path / f".c.xlsx.{ended.pid}.part", seconds=60),
        aged(tmp_path / "d.part"),
        aged(tmp_path / f"e.xlsx.{ended.pid}.part"),
        aged(tmp_path / ".f.xlsx.part"),
    ]
    assert clear_leftovers(tmp_path) == 1
    assert not stale.exists()
    assert all(path.exists() for path in kept)
    assert clear_leftovers(tmp_path, alone=True) == 2
    assert clear_leftovers(tmp_path / "khong-co") == 0


def test_an_open_campaign_clears_what_was_left_half_written(campaign):
    """Opening a campaign clears its folders; an import clears the originals."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    stale = aged(campaign.home / "tong-hop" / f".a.xlsx.{ended.pid}.part")
    open_campaign(campaign.home)
    assert not stale.exists()
    with campaign.ledger() as ledger:
        folder = ledger.original_path("ab" * 32).parent
        folder.mkdir()
        half = folder / f".{'ab' * 32}.{ended.pid}.part"
        half.write_bytes(b"half")
        with ledger.turn():
            assert not half.exists()


def test_a_damaged_original_is_whole_again_when_its_bytes_come_again(ledger):
    """The same bytes coming in once more mend an original that was cut off or altered."""
    digest = ledger.keep(b"bytes")
    for damage in (b"byt", b"bytez"):
        ledger.original_path(digest).write_bytes(damage)
        assert ledger.keep(b"bytes") == digest
        assert ledger.original(digest) == b"bytes"


def test_what_was_recorded_is_on_the_disk(ledger):
    """Each transaction is brought to the disk before the next file is read."""
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_the_comparison_of_two_runs_sees_every_difference(tmp_path):
    """The script that compares runs would see one value, one file or one byte that differs."""
    home = prepared(tmp_path / "dot", 2, seed=5)
    kill.finished(home)
    before = content(home)
    assert differences(before, content(home)) == []
    with closing(sqlite3.connect(home / "so-cai" / "so-cai.sqlite")) as db, db:
        db.execute("UPDATE observation SET value = '1234' WHERE state = 'number'")
    (home / "so-cai" / "ban-goc" / "la").write_bytes(b"")
    assert differences(before, content(home)) == ["observation", "originals", "summary"]


# ---------------------------------------------------------------------- readers beside writers


@pytest.mark.skipif(sys.platform != "linux", reason="forks, as Windows does not")
def test_every_workbook_made_during_an_import_is_of_one_state_of_the_ledger():
    """Fifty times an import, a marking and a summary at once: each workbook is of one moment."""
    script = Path(__file__).with_name("interleave.py")
    ended = subprocess.run(
        [sys.executable, script, "--rounds", "50", "--seed", "2017"],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        cwd=ROOT,
    )
    assert ended.returncode == 0, ended.stdout[-1000:] + ended.stderr[-3000:]
    told = ended.stdout.splitlines()[-1]
    assert told.startswith("50 of 50 rounds right"), told
    # Had they never met, nothing would have been shown.
    assert int(told.split(", ")[1].split()[0]) >= 10, told
