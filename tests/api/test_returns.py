"""Returned workbooks read by an analyst: guarded, recorded nowhere, and never an exception."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import tongket_xlsx
from tongket_xlsx.api import returns as reading
from tongket_xlsx.workers.pool import Guard

PLEIKU = "nop-ve/GL-622_Pleiku.xlsx"


@pytest.fixture(scope="module")
def pleiku(analysed: tongket_xlsx.Campaign) -> tongket_xlsx.Return:
    path = analysed.home / PLEIKU
    return tongket_xlsx.read_return(path, form=analysed.form, units=analysed.respondents)


def test_a_return_has_the_observations_of_the_ledger(pleiku, analysed) -> None:
    """What is read alone is what the campaign holds of it, figure by figure."""
    alone = pleiku.observations()
    kept = analysed.observations()
    kept = kept[kept["unit"] == "GL-622"]
    keys = ["indicator", "period", "row"]
    both = [f.astype(dict.fromkeys(keys, str)).sort_values(keys) for f in (alone, kept)]
    for column in ("indicator", "value", "raw", "sheet", "cell", "computed", "counted"):
        left, right = (frame[column].astype(str).tolist() for frame in both)
        assert left == right, column
    assert (pleiku.unit, pleiku.round, pleiku.accepted, pleiku.held) == ("GL-622", 1, True, ())
    assert all(isinstance(o.value, Decimal | None) for o in pleiku.answers)


def test_it_is_read_in_a_process_of_its_own(analysed, monkeypatch) -> None:
    """Guarded is how files are read where nothing else is said; the other way reads the same."""
    given: list[int] = []

    class Counting(Guard):
        def read_all(self, files):
            given.append(self.jobs)
            return super().read_all(files)

    monkeypatch.setattr(reading, "Guard", Counting)
    path, form = analysed.home / PLEIKU, analysed.form
    first = tongket_xlsx.read_return(path, form=form)
    other = tongket_xlsx.read_return(path, form=form, guarded=False)
    assert given == [1]
    assert first.inner == other.inner


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"PK\x03\x04" + bytes(200), "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file"),
        ("thư ngỏ".encode(), "file"),
    ],
)
def test_a_file_that_is_no_return_is_a_value(
    content: bytes, code: str, analysed, tmp_path: Path
) -> None:
    """Its findings say what it is; nothing is raised, and it is not accepted."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    one = tongket_xlsx.read_return(path, form=analysed.form)
    assert not one.accepted
    assert (one.unit, one.round, one.outcome) == ("", 0, tongket_xlsx.Outcome.REFUSED)
    assert one.observations().empty
    frame = one.findings()
    assert len(frame) == 1
    assert frame["severity"].tolist() == ["error"]
    assert code in frame["code"].iloc[0] or frame["code"].iloc[0].startswith("file.")


def test_a_path_that_is_not_there_is_misuse(analysed, tmp_path: Path) -> None:
    """It is the caller's slip and no finding."""
    for ask in (tongket_xlsx.read_return, tongket_xlsx.check):
        with pytest.raises(tongket_xlsx.Misuse, match=r"path\.missing"):
            ask(tmp_path / "x.xlsx", form=analysed.form)


def test_files_and_folders_are_checked(analysed, tmp_path: Path) -> None:
    """A report says what became of each, and whether anything has to be done."""
    shutil.copyfile(analysed.home / PLEIKU, tmp_path / "a.xlsx")
    report = tongket_xlsx.check(tmp_path, form=analysed.form, units=analysed.respondents)
    assert report.valid
    assert repr(report) == "<Report: 1 files: 1 accepted>"
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04")
    report = tongket_xlsx.check([str(tmp_path)], form=analysed.form, units=analysed.respondents)
    assert not report.valid
    files = report.files()
    assert files["outcome"].tolist() == ["accepted", "refused"]
    assert files["answers"].iloc[0] > 700
    found = report.findings()
    assert found["file"].tolist() == [str(tmp_path / "b.xlsx")]
    assert not list((analysed.home / "so-cai" / "ban-goc").rglob("b.xlsx"))


def test_a_return_of_a_unit_that_is_not_listed_still_has_its_figures(analysed) -> None:
    """Without a list of units any will do; its figures are as they are."""
    one = tongket_xlsx.read_return(analysed.home / PLEIKU, form=analysed.form)
    assert one.unit == "GL-622"
    frame = one.observations(computed=False)
    row = frame[(frame["indicator"] == "TC01") & (frame["period"] == "2017")]
    assert row["value"].tolist() == [analysed.figures().loc[("GL-622", "TC01"), "2017"]]


# ---------------------------------------------------------------------- workbooks sent out


def test_a_workbook_comes_back_with_what_was_filled_in(analysed, tmp_path: Path) -> None:
    """Numbers, fractions, signs and gaps of a column of a frame are read back as they were."""
    path = tmp_path / "GL-622.xlsx"
    keys = [("TC01", "2017"), ("QK01", "2017"), ("TC02", "2017"), ("TC03", "2017")]
    index = pd.MultiIndex.from_tuples(keys, names=["indicator", "period"])
    known = pd.Series([1250, 0.5, None, 7], index=index, dtype="float64")
    unit = analysed.unit("Pleiku")
    data = tongket_xlsx.build_template(analysed.form, unit, answers=known)
    assert data == tongket_xlsx.build_template(analysed.form, unit, answers=known.to_dict())
    path.write_bytes(data)
    one = tongket_xlsx.read_return(path, form=analysed.form, units=analysed.respondents)
    read = {(o.indicator, o.period): o.value for o in one.answers if o.value is not None}
    wanted = {("TC01", "2017"): 1250, ("QK01", "2017"): Decimal("0.5"), ("TC03", "2017"): 7}
    assert {key: read.get(key) for key in keys} == {**dict.fromkeys(keys), **wanted}


def test_a_sign_is_filled_in_as_a_sign(analysed, tmp_path: Path) -> None:
    """“…” says that no record survives, and says so when it is read back."""
    path = tmp_path / "GL-622.xlsx"
    unit = analysed.unit("GL-622")
    answers = {("TC01", "2007"): "…"}
    data = tongket_xlsx.build_template(analysed.form, unit, answers=answers, lang="en")
    path.write_bytes(data)
    one = tongket_xlsx.read_return(path, form=analysed.form)
    states = {(o.indicator, o.period): o.state for o in one.answers}
    assert states["TC01", "2007"] is tongket_xlsx.CellState.MISSING


@pytest.mark.parametrize("key", [("KHÔNG", "2017"), ("TC01", "1999"), "TC01"])
def test_a_figure_the_form_does_not_have_is_misuse(analysed, key) -> None:
    """A slip in a code or a period is told, and nothing is left out in silence."""
    with pytest.raises(tongket_xlsx.Misuse, match=r"api\.no_figure"):
        tongket_xlsx.build_template(analysed.form, analysed.unit("GL-622"), answers={key: 1})


# ---------------------------------------------------------------------- the verbs


def test_the_whole_job_can_be_done_from_python(tmp_path: Path, analysed) -> None:
    """A campaign is made, forms are written, a return taken in, a copy marked, a summary made."""
    made = tongket_xlsx.create_campaign(tmp_path / "dot", notice="GIẢ ĐỊNH")
    written = made.generate(["GL-622", "GL-623"])
    assert [p.name for p in written.paths] == ["GL-622_Pleiku.xlsx", "GL-623_AnKhe.xlsx"]
    assert written.findings().empty
    report = made.receive(analysed.home / PLEIKU)
    assert (report.valid, len(report.results)) == (True, 1)
    assert made.mark().paths == ()
    path = made.summarise(edition="lanh-dao")
    assert path.parent == tmp_path / "dot" / "tong-hop"
    assert repr(tongket_xlsx.open_campaign(tmp_path / "dot" / "nop-ve")).startswith(
        "<Campaign Gia Lai: 1 of 38 units returned, form chi-thi-11 "
    )
    with pytest.raises(tongket_xlsx.Misuse, match=r"campaign\.exists"):
        tongket_xlsx.create_campaign(tmp_path / "dot")
    with pytest.raises(tongket_xlsx.Misuse, match=r"api\.choice"):
        made.summarise(edition="nửa")
    with pytest.raises(tongket_xlsx.Misuse, match=r"campaign\.no_unit"):
        made.generate(["GL-999"])
