"""Checks of one's own: what they find is shown like the outliers, and a fault is one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

import tongket_xlsx
from tongket_xlsx import check_function
from tongket_xlsx.text.messages import say

GROWTH = """
from tongket_xlsx import check_function

@check_function("rieng.tang", severity="warning")
def tang_nhanh(figures, units):
    print("đang kiểm tra")
    odd = figures[figures["2017"] > 5 * figures["2012"]].reset_index()
    odd = odd[["unit", "indicator"]]
    return odd.assign(period="2017", message="Tăng hơn năm lần so với 2012.")
"""
TYPED = {("TC01", "2012"): 10, ("TC01", "2017"): 100, ("TC02", "2012"): 5, ("TC02", "2017"): 6}


@check_function("own.growth", severity="error")
def growth(figures, units):
    """Find what grew more than five times."""
    odd = figures[figures["2017"] > 5 * figures["2012"]].reset_index()
    return odd[["unit", "indicator"]].assign(period="2017", message="Five times as many.")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kiem_tra.py"
    path.write_text(GROWTH, encoding="utf-8")
    return path


def test_what_a_check_finds_is_a_finding(face, record) -> None:
    """It names unit, figure and the cell it stands in, and says what the function says."""
    record("GL-622", TYPED)
    frame = face.run_checks(growth)
    told = frame[["unit", "severity", "closure", "code", "sheet", "cell", "indicator", "period"]]
    expected = ["GL-622", "error", "open", "own.growth", "S", "A2", "TC01", "2017"]
    assert told.to_numpy().tolist() == [expected]
    assert frame["message"].tolist() == ["Five times as many."]
    assert frame["found"].tolist() == ["100"]


def test_status_shows_it_like_the_outliers(run, campaign, record, file) -> None:
    """The command runs the file that is named and tells what it found, in words and as JSON."""
    record("GL-622", TYPED)
    told = run("status", "--checks", file, home=campaign.home)
    assert told.exit_code == 0, told.output
    assert "Kiểm tra riêng: 1 số cần xem lại." in told.stdout
    assert "Tăng hơn năm lần so với 2012." in told.stdout
    assert "đang kiểm tra" not in told.stdout
    document = json.loads(run("status", "--json", "--checks", file, home=campaign.home).stdout)
    (finding,) = document["findings"]
    assert (finding["code"], finding["unit"], finding["cell"]) == ("rieng.tang", "GL-622", "A2")
    assert "Kiểm tra riêng" not in run("status", home=campaign.home).stdout


def test_summary_has_it_among_the_findings_and_on_the_figure(
    run, campaign, record, file, tmp_path
) -> None:
    """It stands on the sheet of findings with its key, and the total says what it contains."""
    record("GL-622", TYPED)
    path = tmp_path / "x.xlsx"
    told = run("summary", "--checks", file, "-o", path, home=campaign.home)
    assert told.exit_code == 0, told.output
    book = openpyxl.load_workbook(path, data_only=True)
    rows = list(book["Lỗi, cảnh báo"].iter_rows(values_only=True))
    row = next(r for r in rows if "rieng.tang" in r)
    assert "Tăng hơn năm lần so với 2012." in row
    assert (row[0], row[4], row[5]) == ("Cảnh báo", "TC01", "2017")
    plain = tmp_path / "y.xlsx"
    run("summary", "-o", plain, home=campaign.home)
    rows = openpyxl.load_workbook(plain)["Lỗi, cảnh báo"].iter_rows(values_only=True)
    assert not any("rieng.tang" in r for r in rows)


def test_an_error_of_a_check_is_one_on_the_figure_of_the_province(face, record) -> None:
    """A figure that a check calls wrong is counted, and the total says so."""
    record("GL-622", TYPED)
    path = face.summarise(checks=[growth])
    book = openpyxl.load_workbook(path, data_only=True)
    assert "Five times as many." in str(list(book["Lỗi, cảnh báo"].values))


def test_what_the_collector_accepted_is_closed(face, record, campaign) -> None:
    """A decision holds for the figure it was given for."""
    from tongket_xlsx.model.resolution import Decision, Subject, Verdict

    record("GL-622", TYPED)
    subject = Subject("own.growth", "TC01", "2017", "", "TC01=100")
    with campaign.ledger() as ledger:
        moment = "2017-04-01T00:00:00"
        ledger.decide([Decision("GL-622", subject, Verdict.ACCEPT, "đúng", "A", moment)])
    frame = face.run_checks(growth)
    assert frame[["closure", "said", "by"]].to_numpy().tolist() == [["accepted", "đúng", "A"]]


def test_a_decision_on_a_check_can_be_read_back(run, campaign, record, file, tmp_path) -> None:
    """What is decided in the summary is recorded where the same checks are named."""
    record("GL-622", TYPED)
    path = tmp_path / "x.xlsx"
    run("summary", "--checks", file, "-o", path, home=campaign.home)
    book = openpyxl.load_workbook(path)
    page = book["Lỗi, cảnh báo"]
    headings = [cell.value for cell in page[5]]
    at = next(c.row for c in page["N"] if c.value == "rieng.tang")
    page.cell(at, headings.index(say("finding.decision", "vi")) + 1).value = say(
        "verdict.accept", "vi"
    )
    page.cell(at, headings.index(say("finding.reason", "vi")) + 1).value = "đã hỏi lại"
    book.save(path)
    told = run("decide", path, "--checks", file, home=campaign.home)
    assert told.exit_code == 0, told.output
    assert "Kiểm tra riêng" not in run("status", "--checks", file, home=campaign.home).stdout


def test_each_check_has_frames_of_its_own(face, record) -> None:
    """What one changes in its frames is nothing to the next."""

    @check_function("own.rude")
    def rude(figures, units):
        figures.loc[:, :] = 0.0
        units["name"] = "?"

    record("GL-622", TYPED)
    assert face.run_checks(rude, growth)["code"].tolist() == ["own.growth"]


def test_held_figures_are_missing_to_a_check(face, record, held) -> None:
    """A figure in doubt already is not asked about a second time."""
    record("GL-622", TYPED, findings=[held("GL-622", "TC01", "2017")])
    assert face.run_checks(growth).empty


# ---------------------------------------------------------------------- what can be wrong

WRONG = {
    "a fault": ("raise KeyError('TC99')", "KeyError: 'TC99'"),
    "nothing to do with it": ("return 5", "unit, indicator, period, message"),
    "other columns": ("return figures.reset_index()[['unit']]", "unit, indicator, period, message"),
    "an unknown unit": ("return row(unit='GL-999')", "GL-999"),
    "an unknown code": ("return row(indicator='TC99')", "TC99"),
    "an unknown period": ("return row(period='1999')", "1999"),
    "nothing for a unit": ("return row(unit=None)", "unit"),
    "the end of the program": ("import sys; sys.exit(3)", "SystemExit: 3"),
}
AROUND = """
import pandas as pd
from tongket_xlsx import check_function

def row(**other):
    told = dict(unit="GL-622", indicator="TC01", period="2017", message="m")
    return pd.DataFrame([{**told, **other}])

@check_function("rieng.tot")
def tot(figures, units):
    return row()

@check_function("rieng.sai")
def sai(figures, units):
"""


@pytest.mark.parametrize("what", WRONG)
def test_a_fault_of_a_check_is_one_sentence_and_stops_nothing_else(
    what: str, run, campaign, record, tmp_path
) -> None:
    """It names function, file and line; the other checks are run, and nothing of ours is shown."""
    body, cause = WRONG[what]
    record("GL-622", TYPED)
    path = tmp_path / "sai.py"
    path.write_text(f"{AROUND}    {body}\n", encoding="utf-8")
    told = run("status", "--checks", path, home=campaign.home)
    assert told.exit_code == 1
    assert "Traceback" not in told.output
    line = AROUND.count("\n") + 1
    begun = line - 2
    assert f"Hàm kiểm tra sai ({path}, dòng " in told.stderr
    assert f"dòng {line})" in told.stderr or f"dòng {begun})" in told.stderr
    assert cause in told.stderr
    assert "Kiểm tra riêng: 1 số cần xem lại." in told.stdout
    made = run("summary", "--checks", path, "-o", tmp_path / "x.xlsx", home=campaign.home)
    assert made.exit_code == 1
    assert "Hàm kiểm tra sai (" in made.stderr


def test_in_python_a_fault_of_a_check_is_cannot_work(face, record) -> None:
    """The sentence names the function and the line, and the cause is there to be looked at."""

    @check_function("own.broken")
    def broken(figures, units):
        return 1 / 0

    record("GL-622", TYPED)
    with pytest.raises(tongket_xlsx.CannotWork, match=r"broken.*ZeroDivisionError") as raised:
        face.run_checks(broken)
    assert raised.value.parameters["line"] == str(broken.line + 2)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


UNUSABLE = {
    "no Python": ("def x(:\n", "dòng 1", 3),
    "not to be found": ("\n\nimport khong_co\n", "dòng 3", 3),
    "a code of ours": (
        "from tongket_xlsx import check_function as c\n\n@c('cell.above')\ndef f(a, b): ...",
        "cell.above",
        3,
    ),
    "no severity": (
        "from tongket_xlsx import check_function as c\n@c('a', severity='x')\ndef f(): ...",
        "error, warning",
        3,
    ),
    "no check": ("x = 1\n", "không có hàm kiểm tra nào", 2),
    "an end": ("\nraise SystemExit\n", "dòng 2", 3),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    what: str, run, campaign, tmp_path
) -> None:
    """Nothing is computed then; the exit code says whose slip it is."""
    text, cause, code = UNUSABLE[what]
    path = tmp_path / "tệp.py"
    path.write_text(text, encoding="utf-8")
    told = run("status", "--checks", path, home=campaign.home)
    assert told.exit_code == code, told.output
    assert cause in told.stderr
    assert str(path) in told.stderr
    assert "Traceback" not in told.output
    assert told.stdout == ""


def test_a_file_that_is_not_there_is_misuse(run, campaign) -> None:
    """As with every path."""
    told = run("status", "--json", "--checks", "không.py", home=campaign.home)
    assert told.exit_code == 2
    assert json.loads(told.stdout) == {"units": []}


def test_a_file_of_the_folder_is_not_run_on_its_own(run, campaign, record) -> None:
    """Only what is named is run, wherever it lies."""
    record("GL-622", TYPED)
    for name in ("kiem_tra.py", "conftest.py", "sitecustomize.py"):
        (campaign.home / name).write_text("raise SystemExit(9)", encoding="utf-8")
    assert run("status", home=campaign.home).exit_code == 0
    assert run("summary", home=campaign.home).exit_code == 0
