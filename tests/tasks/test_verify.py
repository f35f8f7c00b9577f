"""The store proves itself, and whatever is done to it behind its back is found."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date

import pytest
import verbs
from json_shapes import FINDING, assert_shape
from reader_processes import AtOnce
from shipped import RETURNED

from tongket_xlsx.campaign.campaign import open_campaign
from tongket_xlsx.model.findings import CannotWork, Severity
from tongket_xlsx.model.resolution import Decision, Subject, Verdict
from tongket_xlsx.summary.recount import counted, totals
from tongket_xlsx.tasks import receive as receiving
from tongket_xlsx.tasks import verify as verification
from tongket_xlsx.tasks.verify import COUNTED, verify
from tongket_xlsx.text.messages import catalogue

DAY = date(2017, 3, 30)
NAMES = (
    "GL-622_Pleiku.xlsx",
    "GL-627_ChuPah.xlsx",
    "GL-639_ChuPuh.xlsx",
    "GL-TINH_KhoiTinh.xlsx",
    "GL-HND_HoiNongDanTinh.xlsx",
    "GL-S-LDTBXH_SoLDTBXH.xlsx",
)


@pytest.fixture(scope="module")
def filled_home(tmp_path_factory, empty_campaign):
    """A campaign with six returns, one of them refused, and a copy sent back; made once."""
    with pytest.MonkeyPatch.context() as patch:
        home = shutil.copytree(empty_campaign.home, tmp_path_factory.mktemp("filled") / "dot")
        campaign = open_campaign(home)
        patch.setattr(receiving, "Guard", AtOnce)
        for name in NAMES:
            shutil.copyfile(RETURNED / name, home / "nop-ve" / name)
        (home / "nop-ve" / "hong.xlsx").write_bytes(b"loi nhan")
        verbs.receive(campaign, received=DAY)
        with campaign.ledger() as ledger:
            parent = next(r.sha256 for r in ledger.receipts() if r.unit == "GL-622")
            ledger.send_back("GL-622", 2, parent, "GL-622_lan2.xlsx")
    return home


@pytest.fixture
def filled(filled_home, tmp_path, in_process):
    return open_campaign(shutil.copytree(filled_home, tmp_path / "dot"))


def alter(campaign, sql, *values):
    with closing(sqlite3.connect(campaign.home / "so-cai" / "so-cai.sqlite")) as db, db:
        db.execute("PRAGMA foreign_keys=OFF")
        assert db.execute(sql, values).rowcount > 0


def original(campaign, name=NAMES[0]):
    with campaign.ledger() as ledger:
        digest = next(a.sha256 for a in ledger.arrivals() if a.file == name)
        return ledger.original_path(digest)


def codes(campaign):
    return [f.code for f in verify(campaign).findings]


def test_a_sound_store_is_sound(filled):
    """Everything was looked at, and nothing is wrong; looking changes nothing."""
    originals = filled.home / "so-cai" / "ban-goc"
    before = {p: p.read_bytes() for p in originals.rglob("*") if p.is_file()}
    found = verify(filled)
    assert (found.findings, found.is_sound) == ([], True)
    with filled.ledger() as ledger:
        stored = sum(len(list(ledger.observations(r.number))) for r in ledger.records())
    assert found.checked == {
        "originals": 7,
        "receipts": 7,
        "readings": 7,
        "observations": stored,
        "totals": sum(len(i.periods) for i in filled.form.indicators.values()),
        "decisions": 0,
        "copies": 1,
        "other_form": 0,
    }
    assert stored > 1000
    assert {p: p.read_bytes() for p in before} == before


def test_an_empty_store_is_sound(campaign, in_process):
    """Where nothing came in there is nothing to be wrong."""
    assert verify(campaign).is_sound


def test_a_lost_original(filled):
    """An original that is gone is named; its figures are not compared, all others are."""
    path = original(filled)
    path.unlink()
    found = verify(filled)
    (finding,) = found.findings
    assert (finding.code, finding.place.file) == ("verify.lost", NAMES[0])
    assert finding.parameters["path"] == str(path)
    assert found.checked["readings"] == 6


@pytest.mark.parametrize("change", [lambda data: data + b" ", lambda data: b"x" + data[1:]])
def test_an_altered_original(filled, change):
    """One byte more, or one changed, is found by the hash."""
    path = original(filled)
    path.write_bytes(change(path.read_bytes()))
    assert codes(filled) == ["verify.altered"]


def test_files_that_nobody_received(filled):
    """A file put into the originals, and one left half written, are told apart."""
    folder = filled.home / "so-cai" / "ban-goc"
    (folder / "ghi chu.txt").write_text("x", encoding="utf-8")
    (original(filled).parent / f".{'ab' * 32}.77.part").write_bytes(b"half")
    found = verify(filled)
    assert {f.code: f.severity for f in found.findings} == {
        "verify.leftover": Severity.WARNING,
        "verify.unrecorded": Severity.WARNING,
    }
    assert not found.is_sound


def test_a_figure_changed_in_the_ledger(filled):
    """A value altered behind the program's back is named with sheet, cell and both values."""
    with filled.ledger() as ledger:
        reading = next(r for r in ledger.receipts() if r.file == NAMES[0]).reading
        figure = next(o for o in ledger.observations(reading) if o.value and o.value > 5)
    alter(
        filled,
        "UPDATE observation SET value = '7777777' "
        "WHERE reading = ? AND indicator = ? AND period = ?",
        reading,
        figure.indicator,
        figure.period,
    )
    (finding,) = verify(filled).findings
    assert (finding.code, finding.severity) == ("verify.differs", Severity.ERROR)
    assert (finding.place.sheet, finding.place.cell) == (figure.sheet, figure.cell)
    assert str(finding.parameters["found"]).endswith("= 7777777")
    assert str(finding.parameters["value"]).endswith(f"= {figure.value}")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM observation WHERE reading = 1 AND indicator = 'TC01' AND period = '2012'",
        "UPDATE reading SET unit = 'GL-623' WHERE unit = 'GL-622'",
        "UPDATE reading SET outcome = 'accepted' WHERE outcome = 'refused'",
    ],
)
def test_other_changes_of_a_reading(filled, sql):
    """A deleted answer, another unit and another outcome differ from the original as well."""
    alter(filled, sql)
    assert codes(filled) == ["verify.differs"]


def test_a_reading_of_another_program_asks_to_be_repeated(filled):
    """Where an older program read otherwise, that is said, and is no error of the store."""
    alter(filled, "UPDATE reading SET program = '0.0.1' WHERE unit = 'GL-627'")
    assert verify(filled).is_sound
    alter(
        filled,
        "UPDATE observation SET raw = 'xyz' WHERE reading = (SELECT id FROM reading "
        "WHERE unit = 'GL-627') AND period = '2012'",
    )
    (finding,) = verify(filled).findings
    assert (finding.code, finding.severity) == ("verify.reader_changed", Severity.WARNING)
    assert finding.parameters["program"] == "0.0.1"


def test_a_form_that_changed_since(filled):
    """Readings by another form are not compared, which is said until they are read again."""
    alter(filled, "UPDATE reading SET form = 'khac' WHERE unit = 'GL-627'")
    found = verify(filled)
    assert [(f.code, f.place.file) for f in found.findings] == [("verify.form_changed", NAMES[1])]
    assert (found.checked["readings"], found.checked["other_form"]) == (6, 1)
    verbs.recheck(filled)
    again = verify(filled)
    assert (again.is_sound, again.checked["other_form"]) == (True, 1)
    assert again.checked["readings"] == 13


def test_records_without_a_source(filled):
    """A reading whose receipt is gone, and a receipt whose reading is, are named."""
    alter(filled, "DELETE FROM receipt WHERE file = ?", NAMES[1])
    assert codes(filled) == ["verify.unrecorded", "verify.sourceless"]


def test_a_receipt_without_a_reading(filled):
    """What came in and was never read is named, and so are the rows that hang in the air."""
    alter(filled, "DELETE FROM reading WHERE unit = 'GL-627'")
    found = codes(filled)
    assert found[-1] == "verify.unread"
    assert set(found[:-1]) == {"verify.database"}


def test_decisions_and_copies_of_nobody(filled):
    """A decision on a unit nobody knows, and a copy of a return that never came, are named."""
    subject = Subject("a", "ML10", "2017", "", "1")
    with filled.ledger() as ledger:
        ledger.decide(
            [
                Decision(u, subject, Verdict.ACCEPT, "vì", "An", "2017-04-01")
                for u in ("GL-622", "X")
            ]
        )
        ledger.send_back("GL-623", 2, "f" * 64, "la.xlsx")
    found = verify(filled)
    assert (found.checked["decisions"], found.checked["copies"]) == (2, 2)
    assert [(f.code, f.place.unit) for f in found.findings] == [
        ("verify.decision", "X"),
        ("verify.copy", "GL-623"),
    ]


def test_a_total_that_does_not_add_up(filled, monkeypatch):
    """Where comparison and recount differ by the least bit, the indicator and both are named."""
    real = verification.totals

    def wrong(*given):
        for code, period, (value, n) in real(*given):
            yield code, period, (value if (code, period) != ("TC01", "2012") else value + 1, n)

    monkeypatch.setattr(verification, "totals", wrong)
    (finding,) = verify(filled).findings
    assert (finding.code, finding.indicator, finding.period) == ("verify.total", "TC01", "2012")
    assert finding.parameters["value"] == finding.parameters["found"] + 1


def test_a_damaged_file_of_the_ledger(filled):
    """Pages overwritten with rubbish are a finding where they can be read past at all."""
    with filled.ledger() as ledger:
        ledger._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = filled.home / "so-cai" / "so-cai.sqlite"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 8192] = b"\xee" * 8192
    path.write_bytes(bytes(data))
    found = codes(filled)
    assert "verify.database" in found


# ---------------------------------------------------------------------- the recount


def test_the_recount_is_right_by_hand(form, units):
    """Sums, coverage and a ratio over two districts are those one gets with a pencil."""
    share = next(
        i
        for i in form.indicators.values()
        if i.computed
        and len(i.operands()) == 2
        and i.factor == 100
        and not i.adds
        and "huyen" in form.adding_kinds(i)
    )
    above, below = share.operands()
    rows = [
        (1, above, "2012", "number", "1", "", ""),
        (1, below, "2012", "number", "3", "", ""),
        (2, above, "2012", "nil", None, "", ""),
        (2, below, "2012", "number", "4", "", ""),
        (2, above, "2017", "impossible", "-5", "", ""),
    ]
    figures = counted(form, rows, {1: "GL-622", 2: "GL-627"})
    listed = [units["GL-622"], units["GL-627"], units["GL-623"]]
    found = {(c, p): total for c, p, total in totals(form, listed, figures)}
    assert found[below, "2012"] == (7, 2)
    assert found[above, "2012"] == (1, 2)
    value, n = found[share.code, "2012"]
    assert (str(value), n) == ("14.285714", 2)
    assert found[above, "2017"] == (None, 0)


# ---------------------------------------------------------------------- the command


def test_the_command_of_a_sound_store(run, filled):
    """Exit code 0, one document, every kind counted."""
    result = run("verify", "--json", home=filled.home)
    document = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(document) == ["checked", "findings"]
    assert list(document["checked"]) == list(COUNTED)
    assert all(type(n) is int for n in document["checked"].values())
    assert document["findings"] == []
    told = run("--lang", "en", "verify", home=filled.home)
    assert told.exit_code == 0
    assert "Originals held against their hashes: 7" in told.stdout
    assert "The store is sound" in told.stderr


def test_the_command_of_an_unsound_store(run, filled):
    """Exit code 1, and each finding says what is wrong, where, and what to do."""
    original(filled).unlink()
    result = run("verify", "--json", home=filled.home)
    (finding,) = json.loads(result.stdout)["findings"]
    assert_shape(finding, FINDING)
    assert (result.exit_code, finding["code"], finding["severity"]) == (1, "verify.lost", "error")
    assert finding["advice"]
    told = run("verify", home=filled.home)
    assert told.exit_code == 1
    assert NAMES[0] in told.stdout
    assert "1 chỗ" in told.stderr


def test_the_command_where_nothing_can_be_done(run, filled, tmp_path):
    """A file that is no ledger is exit code 3 and still one document."""
    for path in (filled.home / "so-cai").glob("so-cai.sqlite*"):
        path.unlink()
    (filled.home / "so-cai" / "so-cai.sqlite").write_bytes(b"no database at all" * 100)
    result = run("verify", "--json", home=filled.home)
    assert result.exit_code == 3
    assert json.loads(result.stdout) == {"checked": dict.fromkeys(COUNTED, 0), "findings": []}
    assert run("verify", home=tmp_path).exit_code == 2


def test_a_lost_ledger_is_not_taken_for_an_empty_one(filled):
    """Where the ledger is gone its originals are still there, and no new one takes its place."""
    for path in (filled.home / "so-cai").glob("so-cai.sqlite*"):
        path.unlink()
    with pytest.raises(CannotWork) as caught:
        verify(filled)
    assert (caught.value.code, caught.value.parameters["count"]) == ("ledger.missing", 7)
    assert not list((filled.home / "so-cai").glob("so-cai.sqlite*"))


def test_every_finding_has_its_words():
    """Each kind of finding is worded with advice in both languages."""
    kinds = {k for k in catalogue() if k.startswith("verify.") and k.count(".") == 1}
    told = kinds - {"verify.sound", "verify.unsound"}
    assert len(told) == 14
    assert all(f"{kind}.advice" in catalogue() for kind in told)
