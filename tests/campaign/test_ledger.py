"""The ledger: durable, append-only, one transaction a file."""

import hashlib
import json
import sqlite3
from datetime import date
from decimal import Decimal

import pytest
from ledger_rows import DAY, FAULT, FIGURE, record, returned, rows

from tongket_xlsx.campaign import disks, ledger_access
from tongket_xlsx.campaign.disks import is_local
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.campaign.ledger_schema import SCHEMA_VERSION
from tongket_xlsx.model.findings import CannotWork, Severity
from tongket_xlsx.model.observations import (
    CellState,
    Observation,
    Outcome,
)
from tongket_xlsx.model.resolution import Decision, Subject, Verdict

TEXT = Observation("TM01", "", 0, CellState.TEXT, None, "đã làm", "đã làm", "Thuyết minh", "C8")


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "so-cai") as opened:
        yield opened


def test_a_ledger_on_this_machine_writes_ahead(ledger):
    """On a local disk the journal is a write-ahead log and the schema has its number."""
    assert rows(ledger, "PRAGMA journal_mode") == [("wal",)]
    assert rows(ledger, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_a_ledger_on_a_network_share_does_not_write_ahead(tmp_path, monkeypatch):
    """Where a path is not known to be local the journal is the one that works on shares."""
    monkeypatch.setattr(ledger_access, "is_local", lambda _: False)
    with Ledger(tmp_path / "so-cai") as opened:
        assert rows(opened, "PRAGMA journal_mode") == [("delete",)]
        record(opened, returned())
        assert opened.receipts()[0].unit == "GL-625"


def test_what_is_local(tmp_path, monkeypatch):
    """A path is local by the file system of its longest mount point, unknown ones are not."""
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\n"
        "srv:/x /srv/chung nfs4 rw 0 0\n"
        "//may/o /mnt/o\\0408 cifs rw 0 0\n"
        "tmpfs /srv/chung/nhanh tmpfs rw 0 0\n"
    )

    class Fake(type(tmp_path)):
        def read_text(self, *_args, **_options):
            return mounts

    monkeypatch.setattr(disks, "Path", Fake)
    assert is_local(Fake("/home/x"))
    assert not is_local(Fake("/srv/chung/so-cai"))
    assert is_local(Fake("/srv/chung2"))
    assert is_local(Fake("/srv/chung/nhanh/x"))
    assert not is_local(Fake("/mnt/o 8/so-cai"))


def test_what_was_read_comes_back_as_it_was(ledger):
    """Figures, texts, findings, cover and explanations survive the ledger unchanged."""
    record(ledger, returned(observations=(FIGURE, TEXT), findings=(FAULT,)))
    (receipt,) = ledger.receipts()
    assert list(ledger.observations(receipt.reading)) == [FIGURE, TEXT]
    assert ledger.findings(receipt.reading) == [FAULT]
    assert ledger.counts(receipt.reading) == {Severity.ERROR: 1}
    assert (receipt.cover, receipt.explanations) == ({"phone": "0269"}, {"ML10": "vì"})
    assert (receipt.file, receipt.received, receipt.outcome, receipt.parent) == (
        "a.xlsx",
        DAY,
        Outcome.NEEDS_CORRECTION,
        "cha",
    )


def test_a_decimal_is_never_rounded(ledger):
    """A value is kept digit by digit, trailing zeros included."""
    exact = FIGURE._replace(value=Decimal("12345678901234567890.10"))
    record(ledger, returned(observations=(exact,)))
    (read,) = ledger.observations(ledger.receipts()[0].reading)
    assert str(read.value) == "12345678901234567890.10"


def test_a_failure_while_inserting_leaves_nothing(ledger):
    """Receipt, reading, observations and findings of one file come in together or not at all."""
    record(ledger, returned(b"earlier"))
    with pytest.raises(sqlite3.IntegrityError):
        record(ledger, returned(b"later", observations=(TEXT, FIGURE, FIGURE)))
    for table in ("receipt", "reading", "observation"):
        assert rows(ledger, f"SELECT COUNT(*) FROM {table}") == [(1,)]
    record(ledger, returned(b"after"))
    assert len(ledger.receipts()) == 2


def test_an_interrupted_recording_leaves_nothing(ledger):
    """Even a key press in the middle of a transaction rolls the whole file back."""

    def interrupted():
        yield FIGURE
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(ledger, returned(observations=interrupted()))
    assert rows(ledger, "SELECT COUNT(*) FROM receipt") == [(0,)]


def test_a_new_reading_is_added_and_the_earlier_one_stays(ledger):
    """Reading the same bytes again adds a reading; the figures of the earlier one are kept."""
    record(ledger, returned(findings=(FAULT,)))
    first = ledger.receipts()[0].reading
    mended = FIGURE._replace(value=Decimal(100))
    ledger.record_again(returned(observations=(mended,)), form="g", program="1")
    (receipt,) = ledger.receipts()
    assert receipt.reading != first
    assert receipt.outcome is Outcome.ACCEPTED
    assert list(ledger.observations(receipt.reading)) == [mended]
    assert list(ledger.observations(first)) == [FIGURE]
    assert rows(ledger, "SELECT form, program FROM reading ORDER BY id") == [("f", "0"), ("g", "1")]


def test_bytes_received_before_are_known(ledger):
    """The ledger tells outcome, day and name of bytes it has, and nothing of others."""
    result = returned()
    record(ledger, result)
    assert ledger.outcome_of(result.sha256) == (Outcome.ACCEPTED, DAY, "a.xlsx")
    assert ledger.outcome_of("0" * 64) is None


def test_the_first_name_and_day_of_bytes_stay_theirs(ledger):
    """Reading refused bytes again changes their outcome, not when and as what they came in."""
    record(ledger, returned(unit="", observations=()))
    ledger.record_again(returned(), form="g", program="1")
    assert ledger.outcome_of(returned().sha256) == (Outcome.ACCEPTED, DAY, "a.xlsx")


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_the_highest_round_counts(ledger, order):
    """The return that counts is of the highest round, in whatever order the files came."""
    for number in order:
        record(ledger, returned(f"r{number}".encode(), number=number), file=f"{number}.xlsx")
    assert ledger.current()["GL-625"].file == "2.xlsx"


def test_of_one_round_the_last_received_counts(ledger):
    """Of two files of one round the one that came later counts, for the time being."""
    record(ledger, returned(b"late"), file="late.xlsx", day=date(2017, 4, 2))
    record(ledger, returned(b"early"), file="early.xlsx", day=date(2017, 3, 1))
    assert ledger.current()["GL-625"].file == "late.xlsx"


def test_lateness_is_judged_by_the_first_return(ledger):
    """A correction that came after the deadline does not make the first return late."""
    record(ledger, returned(b"1"), day=date(2017, 3, 1))
    record(ledger, returned(b"2", number=2), day=date(2017, 5, 1))
    current = ledger.current()["GL-625"]
    assert (current.received, current.first_received) == (date(2017, 5, 1), date(2017, 3, 1))


def test_a_refused_file_never_counts(ledger):
    """A refused file is kept among the receipts and is nobody's return."""
    record(ledger, returned(unit="", observations=()))
    assert [r.outcome for r in ledger.receipts()] == [Outcome.REFUSED]
    assert ledger.current() == {}


def test_figures_are_taken_by_code_and_without_rows_of_lists(ledger):
    """Only the codes asked for come out, and never the rows of a roster."""
    listed = TEXT._replace(indicator="ML10", period="", row=1)
    record(ledger, returned(observations=(FIGURE, TEXT, listed)))
    reading = ledger.receipts()[0].reading
    assert list(ledger.figures([reading], ["ML10"])) == [
        (reading, "ML10", "2017", "number", "0.10", "", "0,10", 0)
    ]


def test_originals_are_kept_once_by_their_hash(ledger):
    """The same bytes are one file, named by their hash, and come back unchanged."""
    digest = ledger.keep(b"bytes")
    assert digest == ledger.keep(b"bytes") == hashlib.sha256(b"bytes").hexdigest()
    kept = [p for p in ledger.originals.folder.rglob("*") if p.is_file()]
    assert [p.name for p in kept] == [digest]
    assert ledger.original(digest) == b"bytes"


def test_facts_are_set_and_overwritten(ledger):
    """A fact is empty until set, and the last word counts."""
    assert ledger.fact("k") == ""
    ledger.set_fact("k", "1")
    ledger.set_fact("k", "2")
    assert ledger.fact("k") == "2"


def test_a_damaged_file_is_said_to_be_unusable(tmp_path):
    """A file that is no SQLite database stops the work with its path."""
    folder = tmp_path / "so-cai"
    folder.mkdir()
    (folder / "so-cai.sqlite").write_bytes(b"this is not a database at all" * 50)
    with pytest.raises(CannotWork) as caught:
        Ledger(folder)
    assert caught.value.code == "ledger.unusable"
    assert str(folder) in str(caught.value.parameters["path"])


def test_a_newer_schema_is_left_alone(tmp_path):
    """A ledger of a later schema is not opened and both numbers are told."""
    Ledger(tmp_path).close()
    db = sqlite3.connect(tmp_path / "so-cai.sqlite")
    db.execute("PRAGMA user_version=7")
    db.close()
    with pytest.raises(CannotWork) as caught:
        Ledger(tmp_path)
    assert caught.value.code == "ledger.newer"
    assert (caught.value.parameters["found"], caught.value.parameters["known"]) == (
        7,
        SCHEMA_VERSION,
    )


def test_an_older_ledger_gets_what_it_lacks(tmp_path):
    """A ledger of schema 1 keeps all it holds and takes decisions from now on."""
    with Ledger(tmp_path) as first:
        record(first, returned())
    db = sqlite3.connect(tmp_path / "so-cai.sqlite")
    db.executescript(
        "DROP TABLE decision; DROP TABLE copy; ALTER TABLE observation DROP COLUMN estimated; "
        "DROP TABLE stray; DROP TABLE typed_formula; ALTER TABLE reading DROP COLUMN left_out; "
        "PRAGMA user_version=1"
    )
    db.close()
    decision = Decision(
        "GL-625", Subject("a", "ML10", "2017", "", "1"), Verdict.ACCEPT, "vì", "An", "2017-04-01"
    )
    with Ledger(tmp_path) as opened:
        assert rows(opened, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
        assert [r.unit for r in opened.receipts()] == ["GL-625"]
        opened.decide([decision])
        assert opened.decisions() == [decision]


def test_a_copy_sent_back_is_one_copy_however_often_it_is_made(ledger):
    """The first time counts: what came in after it came after the copy."""
    record(ledger, returned())
    ledger.send_back("GL-625", 2, "cha", "a_lan2.xlsx")
    record(ledger, returned(b"two"))
    ledger.send_back("GL-625", 2, "cha", "a_lan2.xlsx")
    (copy,) = ledger.copies()
    assert (copy.unit, copy.round, copy.parent, copy.last_receipt) == ("GL-625", 2, "cha", 1)


def test_opening_again_changes_nothing(tmp_path):
    """A ledger that is opened a second time holds what was recorded the first time."""
    with Ledger(tmp_path) as first:
        record(first, returned())
    with Ledger(tmp_path) as second:
        assert [r.unit for r in second.receipts()] == ["GL-625"]
        assert json.loads(rows(second, "SELECT cover FROM reading")[0][0]) == {"phone": "0269"}
