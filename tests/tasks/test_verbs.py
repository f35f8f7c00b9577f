"""The verbs of the job: what is sent out, taken in, read again and asked."""

import hashlib
import io
import os
import shutil
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import verbs
from shipped import FARMERS, FLAWED

from tongket_xlsx.campaign import atomic_files as durable
from tongket_xlsx.campaign import inbox as files
from tongket_xlsx.campaign.campaign import open_campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.findings import CannotWork, Misuse, Severity
from tongket_xlsx.model.observations import Answer, Outcome
from tongket_xlsx.model.unit_status import LATE, NEEDS_CORRECTION, NOT_RETURNED, ON_TIME
from tongket_xlsx.tasks.review import of_no_unit
from tongket_xlsx.template import workbook as template
from tongket_xlsx.template.stamp import Press

DAY = date(2017, 3, 30)


@pytest.fixture
def farmers(campaign, issue):
    """Return workbooks of the farmers' union: another round, or a figure that differs."""
    result = Reader((campaign.form,), campaign.units).read(FARMERS.read_bytes())
    code = next(key for key, answer in result.answers().items() if answer.value is not None)

    def build(number=1, value=None):
        answers = result.answers()
        if value is not None:
            answers[code] = Answer(Decimal(value))
        return template.build(
            campaign.form,
            campaign.units["GL-HND"],
            issue,
            answers=answers,
            cover=result.cover,
            round_number=number,
        )

    return build


def put(campaign, **files):
    for name, data in files.items():
        (campaign.folder("nop-ve") / f"{name}.xlsx").write_bytes(data)


def codes(result):
    return [f.code for f in result.findings]


def of_unit(campaign, code):
    return next(s for s in verbs.status(campaign) if s.unit.code == code)


# ---------------------------------------------------------------------- sending out


def test_every_respondent_gets_a_workbook(campaign, monkeypatch):
    """Without names every respondent gets a workbook, and progress reaches the end."""
    monkeypatch.setattr(Press, "workbook", lambda *_args: b"PK")
    steps = []
    issued, findings = verbs.generate(campaign, progress=lambda *at: steps.append(at))
    assert [i.unit for i in issued] == list(campaign.respondents)
    assert findings == []
    names = {p.name for p in (campaign.home / "phat-hanh").iterdir()}
    assert names == {i.path.name for i in issued}
    assert "GL-625_KBang.xlsx" in names
    assert (steps[0], steps[-1]) == ((0, 38, ""), (38, 38, ""))


def test_some_units_are_named_once_each(campaign, tmp_path):
    """A unit named twice, by code and by name, gets one workbook, in the folder asked for."""
    folder = tmp_path / "a" / "b"
    issued, _ = verbs.generate(campaign, ("GL-HND", "Hội Nông dân tỉnh"), folder=folder)
    assert [i.unit.code for i in issued] == ["GL-HND"]
    assert [p.name for p in folder.iterdir()] == ["GL-HND_HoiNongDanTinh.xlsx"]


def test_the_province_gets_no_workbook(campaign):
    """Who only consolidates, and who is not listed, cannot be sent a workbook."""
    with pytest.raises(Misuse, match=r"campaign\.not_respondent"):
        verbs.generate(campaign, ("GL",))
    with pytest.raises(Misuse, match=r"campaign\.no_unit"):
        verbs.generate(campaign, ("GL-HND", "Huyện Không Có"))
    assert list((campaign.home / "phat-hanh").iterdir()) == []


def test_an_earlier_return_fills_in_the_new_workbook(campaign, in_process):
    """A workbook made from an earlier return holds its answers and reads back alike."""
    earlier = Reader((campaign.form,), campaign.units).read(FARMERS.read_bytes())
    (issued,), findings = verbs.generate(campaign, ("GL-HND",), known=FARMERS)
    again = Reader((campaign.form,), campaign.units).read(issued.path.read_bytes())
    assert findings == []
    assert issued.prefilled == len(earlier.answers())
    assert again.answers() == earlier.answers()


def test_what_cannot_fill_in_is_told(campaign, in_process, tmp_path):
    """In a folder of known figures, what is of no use is told with its name; the rest is used."""
    known = tmp_path / "da-biet"
    known.mkdir()
    shutil.copyfile(FARMERS, known / "a.xlsx")
    (known / "~$a.xlsx").write_bytes(b"lock")
    (known / "b.txt").write_bytes(b"loi nhan")
    (issued,), findings = verbs.generate(campaign, ("GL-HND",), known=known)
    assert issued.prefilled == 7
    assert {(f.place.file, f.code) for f in findings} == {
        (str(Path("da-biet") / "b.txt"), "file.text"),
    }


def test_half_a_file_is_never_seen(tmp_path, monkeypatch):
    """A file that cannot be put in its place leaves the old one and no trace."""
    target = tmp_path / "x.xlsx"
    target.write_bytes(b"old")

    def refuse(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CannotWork, match=r"path\.unwritable"):
        durable.write_whole(target, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["x.xlsx"]
    assert target.read_bytes() == b"old"


# ---------------------------------------------------------------------- taking in


def test_the_same_bytes_are_a_duplicate_under_any_name(campaign, in_process):
    """The same bytes come in once: again in one call, in a later call, and under another name."""
    data = FARMERS.read_bytes()
    put(campaign, a=data, b=data)
    first, second = verbs.receive(campaign, received=DAY)
    assert [first.outcome, second.outcome] == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    (note,) = second.findings
    assert (note.code, note.severity) == ("file.duplicate", Severity.NOTE)
    assert note.parameters == {"date": "30/03/2017", "found": "a.xlsx"}
    put(campaign, a=data, c=data)
    later = verbs.receive(campaign, received=date(2017, 6, 1))
    assert [r.outcome for r in later] == [Outcome.DUPLICATE] * 3
    assert {r.findings[0].parameters["date"] for r in later} == {"30/03/2017"}
    with campaign.ledger() as ledger:
        assert [r.file for r in ledger.receipts()] == ["a.xlsx"]


def test_two_files_of_one_round_are_an_error_on_both(campaign, in_process, farmers):
    """Two different files of one round: each bears the error, and the unit needs correction."""
    put(campaign, a=farmers(value=11), b=farmers(value=12))
    results = verbs.receive(campaign, received=DAY)
    assert [r.outcome for r in results] == [Outcome.NEEDS_CORRECTION] * 2
    for result in results:
        (finding,) = result.findings
        assert (finding.code, finding.severity) == ("file.same_round", Severity.ERROR)
        assert finding.parameters["found"] == "a.xlsx; b.xlsx"
    standing = of_unit(campaign, "GL-HND")
    assert (standing.state, standing.errors, standing.file) == (NEEDS_CORRECTION, 1, "b.xlsx")


def test_a_conflict_with_an_earlier_import_shows_as_well(campaign, in_process, farmers):
    """The second file of a round conflicts with one that came in days before."""
    put(campaign, a=farmers(value=11))
    assert verbs.receive(campaign, received=DAY)[0].outcome is Outcome.ACCEPTED
    put(campaign, b=farmers(value=12))
    first, second = verbs.receive(campaign, received=DAY)
    assert (first.outcome, second.outcome) == (Outcome.DUPLICATE, Outcome.NEEDS_CORRECTION)
    assert codes(first) == ["file.duplicate", "file.same_round"]


def test_a_higher_round_supersedes(campaign, in_process, farmers):
    """A corrected round counts instead of the earlier one, which is kept and says so."""
    put(campaign, a=farmers(1, 11), b=farmers(2, 12))
    first, second = verbs.receive(campaign, received=DAY)
    assert (codes(first), codes(second)) == (["file.superseded"], [])
    assert first.findings[0].severity is Severity.NOTE
    assert first.findings[0].parameters["round"] == "2"
    assert of_unit(campaign, "GL-HND").round == 2
    with campaign.ledger() as ledger:
        assert {t.file for t in verbs.traced(Returns(ledger, campaign.units))} == {"b.xlsx"}


def test_a_late_comer_of_an_earlier_round_does_not_count(campaign, in_process, farmers):
    """A first round that arrives after the second is kept, noted and not consolidated."""
    put(campaign, b=farmers(2, 12))
    verbs.receive(campaign, received=DAY)
    put(campaign, a=farmers(1, 11))
    late = verbs.receive(campaign, received=DAY)[0]
    assert (Path(late.path).name, codes(late)) == ("a.xlsx", ["file.superseded"])
    assert of_unit(campaign, "GL-HND").file == "b.xlsx"


@pytest.mark.parametrize(
    ("received", "counts", "state", "late"),
    [
        (date(2017, 3, 31), True, ON_TIME, 0),
        (date(2017, 3, 31), False, LATE, 1),
        (date(2017, 4, 2), True, LATE, 2),
    ],
)
def test_lateness_is_counted_from_the_deadline(
    campaign, in_process, farmers, received, counts, state, late
):
    """A return is late by the days after its deadline, whose own day may count or not."""
    settings = campaign.home / "tongket.toml"
    text = settings.read_text(encoding="utf-8")
    words = f"deadline_day_counts = {str(counts).lower()}"
    settings.write_text(text.replace("deadline_day_counts = true", words), encoding="utf-8")
    opened = open_campaign(campaign.home)
    put(opened, a=farmers())
    verbs.receive(opened, received=received)
    standing = of_unit(opened, "GL-HND")
    assert (standing.state, standing.late_days, standing.received) == (state, late, received)


def test_without_a_day_a_return_came_today(campaign, in_process, farmers):
    """Where no day of receipt is given it is today."""
    put(campaign, a=farmers())
    verbs.receive(campaign)
    assert of_unit(campaign, "GL-HND").received == date.today()


def test_every_odd_file_gets_its_own_sentence(campaign, in_process, farmers, monkeypatch):
    """In a folder of everything that people send, each file is told what it is."""
    folder = campaign.folder("nop-ve")
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    odd = {
        "1-trong.xlsx": (b"", "file.empty"),
        "2-chu.xlsx": (b"loi nhan", "file.text"),
        "3-web.xls": (b"<html><table></table></html>", "file.web"),
        "4-word.docx": (word.getvalue(), "file.word"),
        "5-to.xlsx": (b"x" * 2000, "file.too_large"),
    }
    for name, (data, _) in odd.items():
        (folder / name).write_bytes(data)
    # What a system or a program left there is passed over in silence.
    for name in ("~$bieu.xlsx", ".~lock.bieu.xlsx#", "Thumbs.db", "desktop.ini", "._bieu.xlsx"):
        (folder / name).write_bytes(b"left behind")
    for name in (".DS_Store", "6F2A1B00.tmp", "~WRL0001.tmp"):
        (folder / name).write_bytes(b"left behind")
    monkeypatch.setattr(files, "LARGEST_FILE", 1999)
    monkeypatch.setattr(files, "MIB", 1000)
    (folder / "6-lien-ket.xlsx").symlink_to(folder / "khong-co.xlsx")
    (folder / "7-thu-muc.xlsx").symlink_to(campaign.home)
    os.mkfifo(folder / "8-ong.xlsx")
    (folder / "9-con").mkdir()
    (folder / "9-con" / "chu.txt").write_bytes(b"loi nhan khac")
    results = {Path(r.path).name: r for r in verbs.receive(campaign, received=DAY)}
    expected = {name: code for name, (_, code) in odd.items()} | {
        "6-lien-ket.xlsx": "file.special",
        "7-thu-muc.xlsx": "file.link",
        "8-ong.xlsx": "file.special",
        "chu.txt": "file.text",
    }
    assert {name: codes(r) for name, r in results.items()} == {n: [c] for n, c in expected.items()}
    strange = {n for n, r in results.items() if r.outcome is Outcome.NOT_A_RETURN}
    assert strange == {
        "4-word.docx",
        "6-lien-ket.xlsx",
        "7-thu-muc.xlsx",
        "8-ong.xlsx",
        "chu.txt",
    }
    assert {r.outcome for n, r in results.items() if n not in strange} == {Outcome.REFUSED}
    found = results["5-to.xlsx"].findings[0].parameters
    assert found == {"found": "2 MiB", "limit": "1 MiB"}


def test_a_good_file_among_odd_ones_is_taken_in(campaign):
    """Real processes: beside a lock file, a folder and a cut-off file a good return comes in."""
    folder = campaign.folder("nop-ve")
    (folder / "~$a.xlsx").write_bytes(b"lock")
    (folder / "b.xlsx").write_bytes((FLAWED / "10-cat-ngang.xlsx").read_bytes())
    (folder / "trong").mkdir()
    shutil.copyfile(FARMERS, folder / "z.xlsx")
    steps = []
    results = verbs.receive(campaign, received=DAY, progress=lambda *at: steps.append(at))
    assert [r.outcome for r in results] == [Outcome.REFUSED, Outcome.ACCEPTED]
    assert [Path(r.path).name for r in results] == ["b.xlsx", "z.xlsx"]
    assert steps == [(1, 2, "refused"), (2, 2, "accepted")]


def test_strangers_in_the_inbox_are_no_errors_of_the_province(campaign, in_process, run):
    """A letter, a picture and a shortcut get a line each; none of them is an error anywhere."""
    folder = campaign.folder("nop-ve")
    shutil.copyfile(FARMERS, folder / "GL-HND.xlsx")
    letter = io.BytesIO()
    with zipfile.ZipFile(letter, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
    (folder / "cong-van.docx").write_bytes(letter.getvalue())
    (folder / "anh.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"x" * 900)
    (folder / "ban-ky.pdf").write_bytes(b"%PDF-1.4\n" + b"x" * 900)
    (folder / "bieu.lnk").write_bytes(b"L\0\0\0\1\x14\2\0" + b"x" * 90)
    result = run("import", home=campaign.home)
    lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert result.exit_code == 0
    assert sum("không phải biểu (0 lỗi, 0 cảnh báo, 1 ghi chú)" in line for line in lines) == 4
    assert "4 tệp không phải biểu" in result.stderr
    assert "chưa nhập được" not in run("status", home=campaign.home).stdout
    with campaign.ledger() as ledger:
        found = list(of_no_unit(Returns(ledger, campaign.units)))
    assert {f.severity for f in found} == {Severity.NOTE}
    assert len(found) == 4


def test_a_damaged_workbook_stays_an_error_beside_strangers(campaign, in_process):
    """A return that was cut off is no stranger: somebody has to send it again."""
    folder = campaign.folder("nop-ve")
    (folder / "GL-622.xlsx").write_bytes((FLAWED / "10-cat-ngang.xlsx").read_bytes())
    (folder / "GL-623.xlsx").write_bytes(b"\1\2\3" * 500)
    (folder / "ghi-chu.dat").write_bytes(b"\1\2\3" * 400)
    results = {Path(r.path).name: r.outcome for r in verbs.receive(campaign)}
    assert results == {
        "GL-622.xlsx": Outcome.REFUSED,
        "GL-623.xlsx": Outcome.REFUSED,
        "ghi-chu.dat": Outcome.NOT_A_RETURN,
    }


def test_links_in_the_inbox_are_not_followed(campaign, in_process, tmp_path):
    """A link to a file outside, to a folder, and a loop of links are told and lead nowhere."""
    folder = campaign.folder("nop-ve")
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    shutil.copyfile(FARMERS, outside / "a.xlsx")
    (folder / "file.xlsx").symlink_to(outside / "a.xlsx")
    (folder / "folder").symlink_to(outside)
    (folder / "inbox").symlink_to(folder)
    (folder / "loop-a").symlink_to(folder / "loop-b")
    (folder / "loop-b").symlink_to(folder / "loop-a")
    results = {Path(r.path).name: codes(r) for r in verbs.receive(campaign)}
    assert results == {
        "file.xlsx": ["file.link"],
        "folder": ["file.link"],
        "inbox": ["file.link"],
        "loop-a": ["file.special"],
        "loop-b": ["file.special"],
    }
    # A link that is named itself is meant.
    (named,) = verbs.receive(campaign, [folder / "file.xlsx"])
    assert named.outcome is Outcome.ACCEPTED


def test_a_file_that_fails_while_it_is_read_is_told(campaign, in_process, monkeypatch):
    """An error of the disk is a finding of that file and not the end of the batch."""
    put(campaign, a=b"x")
    whole = os.open

    def broken(path, *settings, **more):
        if Path(path).name == "a.xlsx":
            raise OSError(5, "Input/output error")
        return whole(path, *settings, **more)

    monkeypatch.setattr(files.os, "open", broken)
    (result,) = verbs.receive(campaign)
    assert (codes(result), result.findings[0].parameters) == (
        ["file.unreadable"],
        {"reason": "Input/output error"},
    )


def test_originals_are_kept_by_their_hash(campaign, in_process, farmers):
    """Whatever the bytes are worth, they are kept under their hash before anything else."""
    good, bad = farmers(), b"loi nhan"
    put(campaign, a=good, b=bad)
    verbs.receive(campaign, received=DAY)
    kept = {p.name: p.read_bytes() for p in (campaign.home / "so-cai").rglob("*") if p.is_file()}
    for data in (good, bad):
        assert kept[hashlib.sha256(data).hexdigest()] == data


def test_refused_bytes_are_read_again_when_they_come_again(campaign, in_process):
    """A file that was refused is no duplicate: it is tried again, and its first day stays."""
    put(campaign, a=FARMERS.read_bytes())
    listed = campaign.home / "don-vi.csv"
    whole = listed.read_bytes()
    listed.write_bytes(whole.replace(b"GL-HND,", b"GL-KHAC,"))
    (refused,) = verbs.receive(open_campaign(campaign.home), received=DAY)
    assert (refused.outcome, codes(refused)) == (Outcome.REFUSED, ["file.unknown_unit"])
    listed.write_bytes(whole)
    mended = open_campaign(campaign.home)
    (taken,) = verbs.receive(mended, received=date(2017, 6, 1))
    assert taken.outcome is Outcome.ACCEPTED
    assert of_unit(mended, "GL-HND").received == DAY


def test_the_same_refused_bytes_twice_in_one_call_are_recorded_once(campaign, in_process):
    """In one call the second copy of refused bytes is a duplicate of the first."""
    put(campaign, a=b"loi nhan", b=b"loi nhan")
    assert [r.outcome for r in verbs.receive(campaign, received=DAY)] == [
        Outcome.REFUSED,
        Outcome.DUPLICATE,
    ]
    with campaign.ledger() as ledger:
        assert len(ledger.receipts()) == 1


def test_a_path_that_is_not_there_is_misuse(campaign, in_process, tmp_path):
    """A path given in the call must be there; nothing of the call is recorded otherwise."""
    put(campaign, a=FARMERS.read_bytes())
    with pytest.raises(Misuse, match=r"path\.missing"):
        verbs.receive(campaign, [campaign.home / "nop-ve", tmp_path / "nope"])
    assert of_unit(campaign, "GL-HND").state == NOT_RETURNED


def test_checking_records_nothing(campaign, in_process):
    """A check reads and judges like an import, even the same bytes twice, and keeps nothing."""
    reader = Reader((campaign.form,), campaign.units)
    paths = [FARMERS, FARMERS, FLAWED / "09-bo-trong.xlsx", FLAWED.parent / "units.csv"]
    results = verbs.check(reader, paths)
    assert [r.outcome for r in results] == [
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.NEEDS_CORRECTION,
        Outcome.REFUSED,
    ]
    assert list((campaign.home / "so-cai").iterdir()) == []


# ---------------------------------------------------------------------- reading again


def test_recheck_judges_by_the_form_as_it_stands_now(campaign, in_process):
    """After a rule was edited, recheck reads the kept originals by it and adds a reading."""
    name = "01-tong-khac-thanh-phan.xlsx"
    shutil.copyfile(FLAWED / name, campaign.home / "nop-ve" / name)
    (before,) = verbs.receive(campaign, received=DAY)
    assert "ML11-ML10" in codes(before)
    rules = campaign.home / "bieu-mau" / "group-ML.yaml"
    text = rules.read_text(encoding="utf-8")
    assert text.count("expression: ML11 <= ML10\n") == 1
    edited = text.replace("expression: ML11 <= ML10\n", "expression: ML11 <= 1000*ML10\n")
    rules.write_text(edited, encoding="utf-8")
    with pytest.raises(CannotWork, match=r"definition\.changed"):
        open_campaign(campaign.home)
    (campaign.home / "nop-ve" / name).unlink()
    changed = open_campaign(campaign.home, accept_changed_form=True)
    (after,) = verbs.recheck(changed)
    assert set(codes(before)) - set(codes(after)) == {"ML11-ML10"}
    assert (after.path, after.answers) == (name, before.answers)
    with changed.ledger() as ledger:
        assert list(ledger.observations(2)) == list(ledger.observations(1))
        assert len(ledger.receipts()) == 1
        assert ledger.receipts()[0].reading == 2


def test_a_conflict_shows_again_when_the_originals_are_read_again(campaign, in_process, farmers):
    """Recheck tells of two files of one round just as the import did."""
    put(campaign, a=farmers(value=11), b=farmers(value=12))
    verbs.receive(campaign, received=DAY)
    results = verbs.recheck(campaign)
    assert [codes(r) for r in results] == [["file.same_round"]] * 2
    assert [r.path for r in results] == ["a.xlsx", "b.xlsx"]


def test_recheck_of_an_empty_ledger_is_nothing(campaign, in_process):
    """Where nothing was received there is nothing to read again."""
    assert verbs.recheck(campaign) == []


# ---------------------------------------------------------------------- asking


def test_nobody_has_returned_at_first(campaign):
    """At first every respondent stands as not returned, with nothing answered."""
    standings = verbs.status(campaign)
    assert [s.unit for s in standings] == list(campaign.respondents)
    for s in standings:
        assert (s.state, s.received, s.late_days, s.errors) == (NOT_RETURNED, None, 0, 0)
        assert set(s.completeness.values()) <= {0.0}
    assert {s.unit.kind for s in standings if not s.required} == {"dang-uy"}


def test_completeness_is_the_share_of_cells_that_must_be_answered(campaign, in_process):
    """A blank that must be answered lowers the share of its own group, and of the whole."""
    name = "09-bo-trong.xlsx"
    (result,) = verbs.receive(campaign, [FLAWED / name], received=DAY)
    standing = of_unit(campaign, result.identity.unit)
    missing = [f for f in result.findings if f.code in ("cell.blank", "cell.blank_text")]
    assert standing.asked - standing.answered == len(missing) == 4
    short = {group for group, share in standing.completeness.items() if share < 1}
    assert short == {
        campaign.form.indicators[f.indicator].group if f.period else "narrative" for f in missing
    }
    assert standing.complete == standing.answered / standing.asked


def test_a_summary_goes_to_the_folder_of_results(campaign, in_process, tmp_path):
    """The consolidated workbook stands under today's date, or wherever it is asked for."""
    verbs.receive(campaign, [FARMERS], received=DAY)
    path, found = verbs.summarise(campaign)
    assert path == campaign.home / "tong-hop" / f"tong-hop_day-du_{date.today():%Y-%m-%d}.xlsx"
    assert sum(s.received is not None for s in found.standings) == 1
    other, _ = verbs.summarise(campaign, tmp_path / "x" / "y.xlsx", lang="en")
    book = openpyxl.load_workbook(other, read_only=True)
    assert book.sheetnames[0] == "Overview"
    book.close()
