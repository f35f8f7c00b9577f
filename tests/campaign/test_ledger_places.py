"""Where a ledger lies: lost, emptied, of others, read-only, full, of an older schema."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest
import verbs
from campaign_copy import copy_of
from ledger_rows import DAY, FAULT, FIGURE, record, returned, rows
from shipped import RETURNED

from tongket_xlsx.campaign import ledger_access
from tongket_xlsx.campaign.campaign import open_campaign
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.campaign.ledger_schema import SCHEMA_VERSION
from tongket_xlsx.model.findings import CannotWork

UNIT = "GL-623"
FILES = sorted(RETURNED.glob("GL-62*.xlsx"))[1:4]
ASIDES = "DROP TABLE stray; DROP TABLE typed_formula; ALTER TABLE reading DROP COLUMN left_out;"
OLDER = {
    1: "DROP TABLE decision; DROP TABLE copy; ALTER TABLE observation DROP COLUMN estimated;"
    + ASIDES,
    2: "ALTER TABLE observation DROP COLUMN estimated;" + ASIDES,
    3: ASIDES,
}


@pytest.fixture(scope="module")
def returned_to(empty_campaign, tmp_path_factory):
    """A campaign in which three returns came in, made once; only copies of it are worked with."""
    made = copy_of(empty_campaign, tmp_path_factory.mktemp("filled") / "dot")
    verbs.receive(made, FILES, received=DAY, jobs=1)
    return made


@pytest.fixture
def filled(returned_to, in_process, tmp_path):
    """A copy of it."""
    return copy_of(returned_to, tmp_path / "dot")


def ledger_of(campaign):
    return campaign.home / "so-cai" / "so-cai.sqlite"


def content(folder):
    """What lies in a folder: names, bytes and moments of change."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# ---------------------------------------------------------------------- lost and emptied


def taken_away(path):
    path.unlink()


def emptied(path):
    path.write_bytes(b"")


def without_rows(path):
    path.unlink()
    db = ledger_access.open_to_write(path)
    ledger_access.upgrade(db, 0)
    db.close()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (taken_away, "Không thấy sổ cái"),
        (emptied, "Không thấy sổ cái"),
        (without_rows, "không ghi lần nhận nào"),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_a_lost_ledger_beside_originals_is_never_taken_for_a_new_campaign(run, filled, harm, told):
    """No verb begins anew: each says how many originals are kept, and what to do."""
    harm(ledger_of(filled))
    before = content(filled.home / "so-cai")
    for words in (
        ("status",),
        ("summary",),
        ("import",),
        ("mark",),
        ("export", "--format", "json"),
        ("generate",),
        ("verify",),
        ("recheck",),
    ):
        result = run(*words, home=filled.home)
        assert result.exit_code == 3, (words, result.output)
        assert told in result.stderr, words
        assert "3 bản gốc" in result.stderr
        assert "bản sao lưu" in result.stderr
        assert "recheck --rebuild" in result.stderr
    assert content(filled.home / "so-cai") == before


@pytest.mark.parametrize("harm", [taken_away, emptied, without_rows])
def test_a_lost_ledger_is_made_again_from_the_originals(run, filled, harm):
    """Without a backup the originals are read again, each under its hash."""
    before = {s.unit.code: s.answered for s in verbs.status(filled) if s.received}
    harm(ledger_of(filled))
    result = run("recheck", "--rebuild", home=filled.home)
    assert result.exit_code == 0, result.output
    assert {s.unit.code: s.answered for s in verbs.status(filled) if s.received} == before
    with filled.reading() as ledger:
        assert [a.file for a in ledger.arrivals()] == [a.sha256[:12] for a in ledger.arrivals()]
        assert len(ledger.arrivals()) == 3
    assert run("verify", home=filled.home).exit_code == 0


def test_an_older_copy_of_the_ledger_gets_the_returns_it_lacks(run, campaign, in_process):
    """Restored from a copy made before the last import it takes the rest from the originals."""
    verbs.receive(campaign, FILES[:1], received=DAY)
    old = shutil.copyfile(ledger_of(campaign), campaign.home / "ban-sao")
    verbs.receive(campaign, FILES[1:], received=DAY)
    shutil.copyfile(old, ledger_of(campaign))
    told = run("verify", home=campaign.home)
    assert told.stderr.count("recheck --rebuild") + told.stdout.count("recheck --rebuild") == 2
    run("recheck", "--rebuild", home=campaign.home)
    with campaign.reading() as ledger:
        assert next(iter(ledger.arrivals())).file == FILES[0].name
        assert len(ledger.current()) == 3


def test_an_import_that_died_before_its_first_record_goes_on(campaign, in_process, monkeypatch):
    """Originals kept by an import that was ended before it recorded any are no lost ledger."""

    def ended(*_given, **_words):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record", ended)
        with pytest.raises(SystemExit):
            verbs.receive(campaign, FILES, received=DAY)
    assert [s for s in verbs.status(campaign) if s.received] == []
    verbs.receive(campaign, FILES, received=DAY)
    assert len([s for s in verbs.status(campaign) if s.received]) == 3


def test_a_ledger_that_is_just_being_made_is_read_as_empty(run, campaign):
    """Its file and log are there before its first table."""
    path = ledger_of(campaign)
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        assert path.stat().st_size
        for word in ("status", "summary", "mark", "verify"):
            result = run(word, home=campaign.home)
            assert result.exit_code < 2, (word, result.output)


def test_an_import_that_begins_while_a_reader_opens_is_no_loss(campaign, monkeypatch):
    """The reader keeps its empty state, although the first original is kept meanwhile."""
    opened = LedgerReader._opened

    def meanwhile(reader):
        db = opened(reader)
        with campaign.ledger() as ledger, ledger.turn():
            ledger.keep(b"first")
        return db

    with campaign.ledger():
        pass
    monkeypatch.setattr(LedgerReader, "_opened", meanwhile)
    with campaign.reading() as ledger:
        assert ledger.arrivals() == []


def test_a_log_without_its_main_file_is_not_thrown_away(run, filled):
    """SQLite would delete the log of a missing file; the newest records may stand in it."""
    path = ledger_of(filled)
    with filled.ledger() as ledger:
        ledger.set_fact("a", "b")
        log = path.with_name(path.name + "-wal")
        kept = log.read_bytes()
    for missing in (taken_away, emptied):
        emptied(path)
        missing(path)
        log.write_bytes(kept)
        for words in (("import",), ("status",), ("recheck", "--rebuild")):
            result = run(*words, home=filled.home)
            assert result.exit_code == 3
            assert str(log) in result.stderr
            assert log.read_bytes() == kept


def test_what_is_no_ledger_is_told_for_what_it_is(run, filled):
    """A folder, another program's database, a file for the folder: each has its sentence."""
    path = ledger_of(filled)
    path.unlink()
    path.mkdir()
    for word in ("status", "import"):
        assert "là một thư mục, phải là tệp sổ cái" in run(word, home=filled.home).stderr
    path.rmdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (a)")
    kept = path.read_bytes()
    for word in ("status", "import"):
        assert "của chương trình khác" in run(word, home=filled.home).stderr
    assert path.read_bytes() == kept
    shutil.move(path.parent, filled.home / "cat-di")
    path.parent.write_bytes(b"")
    for word in ("status", "import"):
        assert "là một tệp, phải là thư mục" in run(word, home=filled.home).stderr


def test_the_ledger_of_another_campaign_is_not_taken(run, filled):
    """Where not one unit of the ledger is in the list, both possible causes are told."""
    listed = filled.home / "don-vi.csv"
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace("GL-", "KT-"), encoding="utf-8")
    for word in ("status", "summary", "import"):
        result = run(word, home=filled.home)
        assert result.exit_code == 3
        assert "sổ cái của đợt khác" in result.stderr


# ---------------------------------------------------------------------- reading only


READING = (
    ("status",),
    ("status", "--json"),
    ("log", UNIT),
    ("export", "--format", "csv"),
    ("compare", "2017-03-29", "now"),
)


SCRIPT = """
import json, sys
from click.testing import CliRunner
from tongket_xlsx.cli.main import cli
{prelude}
told = []
for words in json.loads(sys.argv[1]):
    result = CliRunner().invoke(cli, ["--lang", "en", *words])
    told.append([result.exit_code, result.stdout, result.stderr])
print(json.dumps(told))
"""


def called(home, *calls, prelude="", wrapped=()):
    """Run calls of the program in a process apart, behind some Python and some other program."""
    calls = json.dumps([["-C", str(home), *words] for words in calls])
    command = [*wrapped, sys.executable, "-c", SCRIPT.format(prelude=prelude), calls]
    ended = subprocess.run(command, capture_output=True, check=True)
    return [tuple(told) for told in json.loads(ended.stdout)]


def as_left(path):
    """Nothing beside the main file, as every program leaves it that ends well."""


def with_log(path):
    """The log and its index beside it, as a program leaves them that was killed."""
    keep_log(path, "-wal", "-shm")


def with_log_alone(path):
    """The log without its index, as a copy of both files has them."""
    keep_log(path, "-wal")


def keep_log(path, *endings):
    """Move the newest records into a log beside the main file."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("INSERT INTO fact VALUES ('newest', 'in the log')")
    files = {e: path.with_name(path.name + e).read_bytes() for e in endings}
    main = path.read_bytes()
    db.close()
    path.write_bytes(main)
    for ending, data in files.items():
        path.with_name(path.name + ending).write_bytes(data)


def without_log(path):
    """A ledger of a share, with a journal that is deleted."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=DELETE")


LEFT = [as_left, with_log, with_log_alone, without_log]


@contextmanager
def closed_to_writing(folder):
    """Close a folder to all writing; yield what programs are to be run behind.

    Rights do not bind root, who mounts the folder read-only instead, for the program alone.
    """
    if os.geteuid():
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield ()
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        return
    mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    yield ("unshare", "-m", "sh", "-c", mount, str(folder))


@pytest.mark.skipif(sys.platform != "linux", reason="closes folders as Linux does")
@pytest.mark.parametrize("left", LEFT, ids=lambda v: v.__name__)
def test_reading_verbs_work_where_nothing_can_be_written(run, filled, left):
    """On a read-only disk a reading verb tells what it tells elsewhere, and changes nothing."""
    left(ledger_of(filled))
    before = content(filled.home)
    with closed_to_writing(filled.home) as wrapped:
        *told, refused = called(filled.home, *READING, ("generate",), wrapped=wrapped)
    assert refused[0] == 3
    assert content(filled.home) == before
    for words, (code, out, err) in zip(READING, told, strict=True):
        assert code == 0, (words, err)
        assert "backup" not in err
        assert out == run(*words, "--lang", "en", home=filled.home).stdout, words


@pytest.mark.skipif(sys.platform != "linux", reason="closes folders as Linux does")
def test_a_summary_of_a_read_only_campaign_goes_elsewhere(filled, tmp_path):
    """With -o the summary of a read-only copy is written beside it, and is the same."""
    target = tmp_path / "noi-khac" / "tong-hop.xlsx"
    with closed_to_writing(filled.home) as wrapped:
        calls = ("summary", "-o", str(target)), ("verify",), ("import",)
        made, proved, refused = called(filled.home, *calls, wrapped=wrapped)
    assert (made[0], proved[0]) == (0, 0), (made, proved)
    assert refused[0] == 3
    assert "read-only" in refused[2]
    assert "backup" not in refused[2]
    path, _ = verbs.summarise(filled, tmp_path / "o-day.xlsx", lang="en")
    assert target.read_bytes() == path.read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="limits files as Linux does")
@pytest.mark.parametrize("left", LEFT, ids=lambda v: v.__name__)
def test_reading_verbs_work_on_a_full_disk(run, filled, left):
    """Where no file can grow by a byte every reading verb tells what it tells elsewhere."""
    left(ledger_of(filled))
    main = ledger_of(filled).read_bytes()
    full = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    told = called(filled.home, *READING, prelude=full)
    for words, (code, out, err) in zip(READING, told, strict=True):
        assert code == 0, (words, err)
        assert out == run(*words, "--lang", "en", home=filled.home).stdout, words
    assert ledger_of(filled).read_bytes() == main


@pytest.mark.parametrize("left", LEFT, ids=lambda v: v.__name__)
def test_a_reader_leaves_no_trace(filled, left):
    """On a disk with room as well nothing is written, and no file is left beside the ledger."""
    left(ledger_of(filled))
    before = content(filled.home / "so-cai")
    with filled.reading() as ledger:
        assert len(ledger.receipts()) == 3
        assert ledger.fact("newest") == ("in the log" if "log" in left.__name__[:8] else "")
    after = content(filled.home / "so-cai")
    # The index of a log is memory that programs share; it may be made anew.
    assert {k: v for k, v in after.items() if "-shm" not in k} == {
        k: v for k, v in before.items() if "-shm" not in k
    }
    assert after.keys() == before.keys()


def test_a_reader_cannot_write(filled):
    """Not even by its connection."""
    with filled.reading() as ledger, pytest.raises(sqlite3.OperationalError, match="readonly"):
        ledger._db.execute("DELETE FROM receipt")
    assert not {"record", "record_again", "decide", "send_back", "set_fact", "keep"} & set(
        dir(LedgerReader)
    )


@pytest.mark.parametrize("version", OLDER)
def test_an_older_ledger_is_read_as_it_is(tmp_path, version):
    """What an older schema lacks is supplied to the reader: no decisions, nothing estimated."""
    with Ledger(tmp_path) as ledger:
        record(ledger, returned(findings=(FAULT,)))
    with closing(sqlite3.connect(tmp_path / "so-cai.sqlite")) as db:
        db.executescript(f"{OLDER[version]} PRAGMA user_version={version}")
    before = content(tmp_path)
    with LedgerReader(tmp_path) as ledger:
        (receipt,) = ledger.receipts()
        assert list(ledger.observations(receipt.reading)) == [FIGURE]
        assert ledger.findings(receipt.reading) == [FAULT]
        assert (ledger.decisions(), ledger.copies()) == ([], [])
        assert ledger.asides(receipt.reading) is None
    assert content(tmp_path) == before
    with Ledger(tmp_path) as ledger:
        assert rows(ledger, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_a_ledger_nothing_came_into_is_read_without_being_made(campaign):
    """Reading a fresh campaign makes no ledger."""
    assert all(s.received is None for s in verbs.status(campaign))
    assert list((campaign.home / "so-cai").iterdir()) == []


# ---------------------------------------------------------------------- readers beside a writer


@pytest.mark.parametrize("local", [True, False], ids=["disk", "share"])
def test_a_reader_keeps_its_state_and_nobody_waits_for_it(campaign, monkeypatch, local):
    """What is recorded while one reads is not seen, and is recorded without waiting."""
    monkeypatch.setattr(ledger_access, "is_local", lambda _: local)
    monkeypatch.setattr(ledger_access, "SECONDS_OF_PATIENCE", 0.5)
    with campaign.ledger() as ledger:
        record(ledger, returned(b"1"))
        with campaign.reading() as state:
            assert len(state.receipts()) == 1
            record(ledger, returned(b"2", unit="GL-622"))
            assert len(state.receipts()) == len(state.current()) == 1
            assert len(ledger.receipts()) == 2
        with campaign.reading() as state:
            assert len(state.receipts()) == 2


@pytest.mark.parametrize("large", [True, False], ids=["large", "small"])
@pytest.mark.parametrize("left", LEFT, ids=lambda v: v.__name__)
def test_a_large_ledger_is_not_taken_into_memory(filled, monkeypatch, left, large):
    """Beyond a size it is read where it lies or by a temporary file, and says the same."""
    left(ledger_of(filled))
    monkeypatch.setattr(ledger_access, "LARGEST_IN_MEMORY", 0 if large else 2**40)
    with filled.reading() as ledger:
        assert len(ledger.receipts()) == 3
        held = ledger._db.execute("PRAGMA database_list").fetchall()[0][2]
    assert bool(held) == (large and left is not without_log) or left is with_log


def test_a_ledger_that_changes_while_it_is_copied_is_copied_again(filled, monkeypatch):
    """A copy without locks counts only where nobody wrote meanwhile."""
    real, tries = ledger_access._copied, []

    def disturbed(source, path, **words):
        copy = real(source, path, **words)
        if not tries:
            with closing(sqlite3.connect(path, isolation_level=None)) as db:
                db.execute("INSERT INTO fact VALUES ('newest', '1')")
        tries.append(path)
        return copy

    monkeypatch.setattr(ledger_access, "_copied", disturbed)
    with filled.reading() as ledger:
        assert ledger.fact("newest") == "1"
    assert len(tries) == 2


def test_a_writer_that_died_in_the_middle_is_undone_for_the_reader(filled, tmp_path):
    """Where a journal tells of half a transaction, what was before it is read."""
    path = ledger_of(filled)
    without_log(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size=1")
        db.execute("BEGIN IMMEDIATE")
        db.execute("DELETE FROM observation")
        half = path.read_bytes()
        journal = path.with_name(path.name + "-journal")
        told = journal.read_bytes()
        db.execute("ROLLBACK")
    path.write_bytes(half)
    journal.write_bytes(told)
    before = content(filled.home / "so-cai")
    with filled.reading() as ledger:
        assert len(ledger.receipts()) == 3
        assert all(list(ledger.observations(r.reading)) for r in ledger.receipts())
        assert list(ledger.faults()) == []
    assert content(filled.home / "so-cai") == before


def test_a_ledger_kept_busy_is_told_as_such(filled, monkeypatch):
    """A writer of a share that does not end is a sentence after a while, for the reader too."""
    without_log(ledger_of(filled))
    monkeypatch.setattr(ledger_access, "SECONDS_OF_PATIENCE", 0.1)
    with closing(sqlite3.connect(ledger_of(filled), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CannotWork, match=r"ledger\.busy"):
            filled.reading()


# ---------------------------------------------------------------------- privacy


@pytest.mark.skipif(sys.platform == "win32", reason="Windows goes by the rights of the folder")
def test_the_ledger_is_private_to_its_owner(run, tmp_path):
    """Whatever the machine's habit, others can read neither ledger nor originals."""
    before = os.umask(0)
    try:
        home = tmp_path / "dot"
        assert run("init", home).exit_code == 0
        verbs.receive(open_campaign(home), FILES[:1], received=DAY)
        with open_campaign(home).ledger() as ledger:
            ledger.set_fact("a", "b")
            found = [home / "so-cai", *(home / "so-cai").rglob("*")]
            modes = {str(p.relative_to(home)): p.stat().st_mode & 0o777 for p in found}
    finally:
        os.umask(before)
    assert len(modes) >= 8
    assert {n: m for n, m in modes.items() if m & 0o077} == {}
    assert (home / "nop-ve").stat().st_mode & 0o777 == 0o777
