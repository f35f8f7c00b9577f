"""Untrusted bytes in, a plain answer out: the reader, and the processes that guard it."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace

import psutil
import pytest
from reader_processes import Fragile, readers, told
from shipped import FARMERS, FLAWED, RETURNED

from tongket_xlsx.intake.read_return import Reader, failed
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.observations import CellState, Outcome
from tongket_xlsx.model.wording import worded
from tongket_xlsx.text.messages import VIETNAMESE, say
from tongket_xlsx.workers.pool import Guard

FLAWS = {
    "01-tong-khac-thanh-phan.xlsx": (Outcome.NEEDS_CORRECTION, {"ML11-ML10", "QK05-tong"}),
    "02-so-go-bang-chu.xlsx": (
        Outcome.NEEDS_CORRECTION,
        {"cell.yes_x", "cell.text", "cell.ambiguous", "cell.read"},
    ),
    "03-ghi-dong-thay-trieu.xlsx": (
        Outcome.NEEDS_CORRECTION,
        {"cell.below", "cell.integer", "cell.money_thousand"},
    ),
    "04-chen-dong-doi-ten-trang.xlsx": (Outcome.ACCEPTED, {"rows.moved", "sheet.renamed"}),
    "05-bia-ghi-don-vi-khac.xlsx": (Outcome.REFUSED, {"file.wrong_unit"}),
    "06-loi-cong-thuc.xlsx": (
        Outcome.NEEDS_CORRECTION,
        {"cell.error_value", "cell.recomputed", "cell.date_as_number"},
    ),
    "07-nam-chua-thanh-lap.xlsx": (
        Outcome.NEEDS_CORRECTION,
        {"cell.not_founded", "cell.not_applicable"},
    ),
    "08-trung-ma-trung-nam.xlsx": (
        Outcome.NEEDS_CORRECTION,
        {"code.twice", "period.twice", "period.missing"},
    ),
    "09-bo-trong.xlsx": (Outcome.NEEDS_CORRECTION, {"cell.blank", "cell.blank_text"}),
    "10-cat-ngang.xlsx": (Outcome.REFUSED, {"file.broken"}),
}


def docx() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return stream.getvalue()


@pytest.fixture
def reader(form, units):
    return Reader((form,), units)


# ---------------------------------------------------------------------- the reader


@pytest.mark.parametrize("path", sorted(RETURNED.iterdir()), ids=lambda p: p.stem)
def test_every_sample_return_is_in_order(reader, path):
    """Each sample return, of any of the formats offices send, is read without any remark."""
    result = reader.read(path.read_bytes())
    assert (result.outcome, result.findings) == (Outcome.ACCEPTED, ())
    assert path.stem.startswith(result.identity.unit + "_")
    assert {o.state for o in result.observations} <= {
        CellState.NUMBER,
        CellState.NIL,
        CellState.MISSING,
        CellState.NOT_APPLICABLE,
        CellState.TEXT,
        CellState.BLANK,
    }


@pytest.mark.parametrize("name", FLAWS)
def test_every_flawed_sample_gets_its_own_findings(reader, name):
    """Each flawed sample shows the faults it was made for, and what follows from them."""
    outcome, codes = FLAWS[name]
    result = reader.read((FLAWED / name).read_bytes())
    assert result.outcome is outcome
    assert codes <= {f.code for f in result.findings}


def test_a_return_carries_the_hash_of_its_bytes(reader):
    """The SHA-256 of a return is that of the bytes handed in, whatever became of them."""
    for data in (FARMERS.read_bytes(), b"", b"abc"):
        assert reader.read(data).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"Kinh gui: so lieu", "file.text"),
        (b"<html><body><table></table></body></html>", "file.web"),
        (b"%PDF-1.4", "file.scan"),
        (b"Rar!\x1a\x07\x00", "file.archive"),
        (docx(), "file.word"),
        (b"PK\x03\x04 cut off", "file.broken"),
        (b"\x00\x01\x02", "file.not_workbook"),
    ],
)
def test_what_is_no_workbook_is_refused_with_its_own_reason(reader, data, code):
    """A file that is no workbook is refused, gives no figures and says what it is."""
    result = reader.read(data)
    strange = code in ("file.scan", "file.word")
    outcome = Outcome.NOT_A_RETURN if strange else Outcome.REFUSED
    assert (result.outcome, result.observations) == (outcome, ())
    severity = Severity.NOTE if strange else Severity.ERROR
    assert [(f.code, f.severity) for f in result.findings] == [(code, severity)]


def test_the_form_is_the_one_the_workbook_names(form, units):
    """Of several forms the one whose id the workbook bears is used, wherever it stands."""
    other = replace(form, id="khac", digest="khac")
    data = FARMERS.read_bytes()
    result = Reader((other, form), units).read(data)
    assert (result.outcome, result.identity.form) == (Outcome.ACCEPTED, form.id)


def test_a_return_of_another_form_is_refused(form, units):
    """A workbook of a form that is not at hand is refused and both forms are named."""
    other = replace(form, id="khac", digest="khac")
    data = FARMERS.read_bytes()
    (finding,) = Reader((other,), units).read(data).findings
    assert finding.code == "file.other_form"
    assert finding.parameters == {"found": form.id, "expected_form": "khac"}


def test_outside_a_campaign_a_workbook_speaks_for_itself(form):
    """Without a list of units the workbook's own word is taken for whose it is."""
    data = FARMERS.read_bytes()
    result = Reader((form,), None).read(data)
    assert (result.outcome, result.identity.unit) == (Outcome.ACCEPTED, "GL-HND")


def test_a_unit_that_is_not_listed_is_refused(form, units):
    """Inside a campaign a return of a unit that is not in the list is not taken in."""
    data = FARMERS.read_bytes()
    fewer = {code: unit for code, unit in units.items() if code != "GL-HND"}
    (finding,) = Reader((form,), fewer).read(data).findings
    assert (finding.code, finding.parameters["found"]) == ("file.unknown_unit", "GL-HND")


def test_what_is_said_of_a_file_that_killed_its_reader():
    """The stand-in for a file nobody could read keeps its hash and is an error."""
    result = failed(b"abc")
    assert result.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert (result.outcome, result.findings[0].code) == (Outcome.REFUSED, "file.reader_failed")


# ---------------------------------------------------------------------- the processes


def test_no_files_need_no_process():
    """A batch of nothing gives nothing."""
    assert list(Guard(Fragile(), 1).read_all([])) == []


def test_a_file_that_kills_its_process_costs_only_itself():
    """Whatever dies in a process of its own, the other files are read, in their order."""
    files = [b"one", b"abort", b"two", b"exit", b"three"]
    assert told(Guard(Fragile(), 1).read_all(files)) == [
        "one",
        "file.reader_failed",
        "two",
        "file.reader_failed",
        "three",
    ]


def test_a_killer_in_one_batch_leaves_the_batches_beside_it_whole():
    """Batches that ran beside a dying process are read again, and keep their order."""
    files = [f"f{n}".encode() for n in range(20)]
    files[10] = b"abort"
    expected = [f.decode() for f in files]
    expected[10] = "file.reader_failed"
    assert told(Guard(Fragile(), 2).read_all(files)) == expected


def test_a_file_that_hangs_is_given_up():
    """A file on which the reader hangs is given up after its time; the next one is read."""
    begun = time.monotonic()
    assert told(Guard(Fragile(), 1, seconds=2).read_all([b"sleep", b"one"])) == [
        "file.reader_failed",
        "one",
    ]
    assert time.monotonic() - begun < 60


def test_a_reader_that_hung_does_not_outlive_the_call():
    """When reading has ended, no process of ours is left running, hung ones included."""
    list(Guard(Fragile(), 1, seconds=1).read_all([b"sleep"]))
    assert readers() == []


def test_nothing_of_a_pool_is_left_when_reading_has_ended():
    """No thread of a pool outlives the call: one that did may print a traceback at exit."""
    before = set(threading.enumerate())
    assert told(Guard(Fragile(), 1).read_all([b"one"])) == ["one"]
    assert set(threading.enumerate()) - before == set()


def test_the_same_file_reads_alike_in_and_out_of_process(reader):
    """What comes out of a process of its own equals what is read here, findings included."""
    data = (FLAWED / "09-bo-trong.xlsx").read_bytes()
    (result,) = Guard(reader, 1).read_all([data])
    assert result == reader.read(data)


def test_as_many_processes_as_cores_unless_told():
    """Zero jobs means one process per core; any other number is taken as it stands."""
    assert Guard(Fragile(), 0).jobs == (os.cpu_count() or 1)
    assert Guard(Fragile(), 3).jobs == 3


def test_a_slow_file_costs_its_own_time_and_no_more():
    """Beside a file that hangs the others are read at once, and none of them twice."""
    files = [b"sleep", *(f"f{n}".encode() for n in range(30)), b"sleep"]
    begun = time.monotonic()
    said = told(Guard(Fragile(), 2, seconds=3).read_all(files))
    assert said[1:-1] == [f"f{n}" for n in range(30)]
    assert said[0] == said[-1] == "file.reader_failed"
    assert time.monotonic() - begun < 25


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"sleep", "slow"), (b"abort", "ended"), (b"exit", "ended"), (b"raise", "ended")],
)
def test_what_happened_to_the_reader_is_told(data, what):
    """A reader that was too slow is told from one that stopped."""
    (result,) = Guard(Fragile(), 1, seconds=2).read_all([data])
    assert result.findings[0].parameters == {"what": what}
    assert worded(result.findings[0], VIETNAMESE).message == say(
        f"file.reader_failed.{what}", VIETNAMESE
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there memory is limited")
def test_a_file_that_would_take_all_memory_is_told():
    """What needs more memory than is allowed is a finding; the next file is read."""
    (greedy, one) = Guard(Fragile(), 1).read_all([b"memory", b"one"])
    assert greedy.findings[0].parameters == {"what": "memory"}
    assert one.identity.unit == "one"


def test_the_processes_wait_for_more_within_a_block():
    """Within ``with`` one process reads one batch after the other, and ends with it."""
    with Guard(Fragile(), 1) as guard:
        first = told(guard.read_all([b"pid", b"pid"]))
        assert told(guard.read_all([b"pid"])) * 2 == first
        assert readers()
    assert readers() == []
    assert told(guard.read_all([b"pid"])) != first[:1]


def test_who_stops_asking_leaves_no_process_behind():
    """A batch that is given up half way ends its processes, kept ones as well."""
    with Guard(Fragile(), 1, seconds=30) as guard:
        returns = guard.read_all([b"one", b"sleep"])
        assert next(returns).identity.unit == "one"
        returns.close()
        assert readers() == []


def test_what_a_dying_reader_prints_is_kept_where_one_asks(tmp_path, monkeypatch, capfd):
    """Nothing of it reaches the screen; TONGKET_DEBUG names a file for it."""
    list(Guard(Fragile(), 1).read_all([b"raise"]))
    kept = tmp_path / "debug.txt"
    monkeypatch.setenv("TONGKET_DEBUG", str(kept))
    list(Guard(Fragile(), 1).read_all([b"raise"]))
    assert "ZeroDivisionError" in kept.read_text(encoding="utf-8")
    monkeypatch.setenv("TONGKET_DEBUG", str(tmp_path / "no" / "such" / "folder"))
    assert told(Guard(Fragile(), 1).read_all([b"raise"])) == ["file.reader_failed"]
    assert capfd.readouterr() == ("", "")


# A script without a main guard: what it starts must not run it again.
SCRIPT = """
import sys
sys.path[:0] = {path!r}
print("once", flush=True)
from reader_processes import Fragile, told
from tongket_xlsx.workers.pool import Guard
print(told(Guard(Fragile(), 2, seconds={seconds}).read_all({files!r})), flush=True)
"""


def script(tmp_path, files, seconds=60):
    """Start a script that reads files."""
    path = tmp_path / "script.py"
    path.write_text(SCRIPT.format(path=sys.path, files=files, seconds=seconds), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_script_needs_no_main_guard(tmp_path):
    """A script that reads files as it is run is not run again by the processes it starts."""
    told_by, said = script(tmp_path, [b"one", b"two"]).communicate(timeout=60)
    assert (told_by, said) == ("once\n['one', 'two']\n", "")


@pytest.mark.parametrize("doing", [b"sleep", b"hold"])
@pytest.mark.skipif(sys.platform == "win32", reason="kills as only Unix does")
def test_a_busy_process_ends_when_its_program_was_killed(tmp_path, doing):
    """A reader at work ends with its program, be it that it lets no other thread run."""
    process = script(tmp_path, [doing], seconds=1 if doing == b"hold" else 60)
    program = psutil.Process(process.pid)
    until = time.monotonic() + 30
    while not program.children() and time.monotonic() < until:
        time.sleep(0.05)
    (reader,) = program.children()
    while reader.cpu_times().user < 0.05 and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.6)  # it is at the file by now
    process.send_signal(signal.SIGKILL)
    process.communicate()
    _, alive = psutil.wait_procs([reader], timeout=30)
    assert alive == []


def test_nothing_in_the_folder_one_stands_in_is_run(tmp_path, monkeypatch):
    """A file beside the returns that is named as one of our modules is not taken for it."""
    for name in ("json", "tongket_xlsx", "signal", "frames"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert told(Guard(Fragile(), 1).read_all([b"one"])) == ["one"]
