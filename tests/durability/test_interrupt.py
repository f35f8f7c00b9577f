"""Ctrl-C in the middle of an import: it stops at once, says how to go on, and loses nothing."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from kill import PATIENCE, command, content, differences, finished, prepared, still_running

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.campaign.ledger import Ledger

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="interrupts and counts processes as Linux does"
)
FILES = 40
SAID = {
    "vi": r"Đã dừng sau (\d+)/40 tệp; những tệp đã ghi nhận vẫn còn\. "
    r"Chạy lại đúng lệnh này để làm tiếp\.",
    "en": r"Stopped after (\d+) of 40 files; those recorded are kept\. "
    r"Run this very command again to go on\.",
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """A campaign with returns that nobody took in yet, and one that nobody disturbed."""
    home = prepared(tmp_path_factory.mktemp("ngat") / "dot", FILES, seed=7)
    undisturbed = shutil.copytree(home, tmp_path_factory.mktemp("yen") / home.name)
    finished(undisturbed)
    return home, content(undisturbed)


@pytest.fixture(autouse=True)
def heard():
    """See that programs hear Ctrl-C: tests run in the background inherit that it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def recorded(home):
    """Return how many files the ledger has by now."""
    path = home / campaigns.LEDGER / "so-cai.sqlite"
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path, timeout=5)) as db:
            return db.execute("SELECT COUNT(*) FROM reading").fetchone()[0]
    except sqlite3.OperationalError:  # its tables are being made
        return 0


def interrupted(words, ready):
    """Start a command, interrupt it as a terminal does, and return its code and what it said."""
    process = subprocess.Popen(
        words,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    until = time.monotonic() + 60
    while not ready(process) and time.monotonic() < until:
        assert process.poll() is None, "it was done before it could be interrupted"
        time.sleep(0.005)
    # As a terminal does: to the program and to every process it has started.
    os.killpg(process.pid, signal.SIGINT)
    told, said = process.communicate(timeout=60)
    until = time.monotonic() + PATIENCE
    while still_running(process.pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert still_running(process.pid) == []
    assert "Traceback" not in told + said
    return process.returncode, said.strip()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_interrupted_import_goes_on_where_it_was(homes, tmp_path, lang):
    """Stopped by Ctrl-C and run again, an import leaves what an undisturbed one leaves."""
    home = shutil.copytree(homes[0], tmp_path / "dot")
    words = command(home, "import", "--received", "30/03/2017", "--jobs", "2", "--lang", lang)
    code, said = interrupted(words, lambda _process: recorded(home) >= 3)
    assert code == 130
    told = re.fullmatch(SAID[lang], said)
    assert told, said
    with Ledger(home / campaigns.LEDGER) as ledger:
        assert list(ledger.faults()) == []
        kept = len(ledger.records())
        assert kept == len(ledger.arrivals())
    # The one that was being recorded at that moment may be counted or not.
    assert 3 <= int(told[1]) <= kept <= int(told[1]) + 1 < FILES
    finished(home)
    assert differences(homes[1], content(home)) == []


def test_an_interrupt_before_the_first_file_is_no_fault(homes, tmp_path):
    """Stopped while its processes start, an import leaves none of them, and is run again."""
    home = shutil.copytree(homes[0], tmp_path / "dot")
    words = command(home, "import", "--received", "30/03/2017", "--jobs", "2")
    code, said = interrupted(words, lambda process: len(still_running(process.pid)) > 1)
    assert (code, said.count("\n")) == (130, 0)
    assert said.startswith("Đã dừng")
    finished(home)
    assert differences(homes[1], content(home)) == []


@pytest.mark.parametrize("work", ["check", "verify", "recheck", "generate"])
def test_every_long_work_can_be_stopped(homes, tmp_path, work):
    """Whatever is stopped ends with 130 and one sentence, and the store is as sound as before."""
    home = shutil.copytree(homes[0], tmp_path / "dot")
    if work in ("verify", "recheck"):
        finished(home)
    given = ["nop-ve"] if work == "check" else []

    def begun(process):
        if work == "generate":
            return any((home / "phat-hanh").iterdir())
        return len(still_running(process.pid)) > 1

    code, said = interrupted(command(home, work, *given), begun)
    assert code == 130, said
    assert said.count("\n") == 0
    assert said.startswith("Đã dừng")
    ended = subprocess.run(command(home, "verify", "--json"), capture_output=True, check=False)
    assert ended.returncode == 0
