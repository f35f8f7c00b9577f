"""Words in, exit code out: 0 clean, 1 data at fault, 2 misuse, 3 could not work."""

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from shipped import FARMERS, FLAWED, RETURNED, SAMPLES, TEMPLATE

from tongket_xlsx.cli.main import _free
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.summary import tidy
from tongket_xlsx.tasks import receive
from tongket_xlsx.template import workbook as template

WOMEN = RETURNED / "GL-HLHPN_HoiLHPNTinh.xlsx"
SUMS = FLAWED / "01-tong-khac-thanh-phan.xlsx"


IN_PROCESSES = receive.Guard


pytestmark = pytest.mark.usefixtures("in_process")


def edit(campaign, name, before, after):
    path = campaign.home / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


# ---------------------------------------------------------------------- exit codes


def test_clean_is_zero(run, campaign):
    """What is in order ends with 0, a duplicate and an empty folder included."""
    home = campaign.home
    assert run("import", home=home).exit_code == 0
    for _ in range(2):
        assert run("import", FARMERS, home=home).exit_code == 0
    for words in (("status",), ("status", "--reminders"), ("recheck",), ("form", "check")):
        assert run(*words, home=home).exit_code == 0


@pytest.mark.parametrize("name", ["09-bo-trong.xlsx", "05-bia-ghi-don-vi-khac.xlsx"])
def test_data_at_fault_is_one(run, campaign, name):
    """A return with errors, and a file that is refused, end with 1 in import, check and recheck."""
    for words in (("check", FLAWED / name), ("import", FLAWED / name), ("recheck",)):
        assert run(*words, home=campaign.home).exit_code == 1


def test_warnings_are_no_fault(run, campaign, issue):
    """A return that only raises questions is accepted and ends with 0."""
    result = Reader((campaign.form,), campaign.units).read(FARMERS.read_bytes())
    data = template.build(
        campaign.form, campaign.units["GL-HND"], issue, answers=result.answers(), cover={}
    )
    (campaign.home / "nop-ve" / "a.xlsx").write_bytes(data)
    ended = run("import", home=campaign.home)
    assert ended.exit_code == 0
    assert "a.xlsx: đạt yêu cầu (0 lỗi, 1 cảnh báo, 0 ghi chú)" in ended.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--nope",),
        ("nope",),
        ("status", "--nope"),
        ("status", "extra"),
        ("generate", "GL-999"),
        ("generate", "GL"),
        ("generate", "--prefill", "nope.csv"),
        ("import", "nope.xlsx"),
        ("import", "--received", "31/02/2017"),
        ("import", "--jobs", "-1"),
        ("check",),
        ("check", "nope.xlsx"),
        ("check", "--form", "nope", "."),
        ("export",),
        ("export", "--format", "xls"),
        ("form", "check", "nope"),
        ("form", "show", "nope"),
        ("init", "."),
        ("init", "moi", "--units", "nope.csv"),
        ("init", "moi", "--form", "nope"),
        ("demo", "."),
    ],
    ids=" ".join,
)
def test_misuse_is_two(run, demo, words):
    """A call that makes no sense ends with 2, says so on stderr and leaves stdout alone."""
    result = run(*words, home=demo)
    assert result.exit_code == 2
    assert result.stderr != ""
    assert result.stdout == ""
    assert not (demo / "moi").exists()


@pytest.mark.parametrize("words", [(), ("form",)])
def test_a_call_without_a_command_is_two(run, words):
    """A call that names no command does nothing and ends with 2."""
    result = run(*words)
    assert result.exit_code == 2
    assert "[TÙY CHỌN]" in result.stdout + result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("generate",),
        ("import",),
        ("recheck",),
        ("status",),
        ("summary",),
        ("export", "--format", "csv"),
    ],
    ids=" ".join,
)
def test_without_a_campaign_is_two(run, tmp_path, words):
    """A command that needs a campaign ends with 2 where there is none, and says how to make one."""
    result = run(*words, home=tmp_path)
    assert result.exit_code == 2
    assert "tongket init" in result.stderr


def broken_settings(campaign):
    edit(campaign, "tongket.toml", "deadline = ", "deadline == ")


def damaged_ledger(campaign):
    (campaign.home / "so-cai").mkdir(exist_ok=True)
    (campaign.home / "so-cai" / "so-cai.sqlite").write_bytes(b"no database " * 500)


def newer_ledger(campaign):
    campaign.ledger().close()
    db = sqlite3.connect(campaign.home / "so-cai" / "so-cai.sqlite")
    db.execute("PRAGMA user_version=99")
    db.close()


def changed_form(campaign):
    edit(campaign, "bieu-mau/group-ML.yaml", "ML11 <= ML10\n", "ML11 <= 2*ML10\n")


def unsound_form(campaign):
    edit(campaign, "bieu-mau/group-ML.yaml", "ML11 <= ML10\n", "ML11 <= \n")


def unsound_units(campaign):
    edit(campaign, "don-vi.csv", "Huyện KBang,KBang,huyen", "Huyện KBang,KBang,quan")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (broken_settings, "tongket.toml viết sai ở dòng 10"),
        (damaged_ledger, "Không mở được sổ cái"),
        (newer_ledger, "lược đồ 99, bản này biết đến 4"),
        (changed_form, "Chạy “tongket recheck”"),
        (unsound_form, "group-ML.yaml:"),
        (unsound_units, "don-vi.csv:6: “quan” chưa được khai báo"),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_what_stops_the_work_is_three(run, campaign, harm, told):
    """Broken settings, ledger, form or list end with 3 and say so, before anything is done."""
    harm(campaign)
    for command in ("import", "summary"):
        result = run(command, home=campaign.home)
        assert (result.exit_code, result.stdout) == (3, "")
        assert told in result.stderr
        assert "Traceback" not in result.stderr


def test_a_file_that_cannot_be_written_is_three(run, campaign):
    """A result that cannot be written ends with 3 and names the path."""
    nowhere = campaign.home / "khong-co" / "so-lieu.csv"
    result = run("export", "--format", "csv", "-o", nowhere, home=campaign.home)
    assert result.exit_code == 3
    assert f"Không ghi được {nowhere}" in result.stderr
    assert list(campaign.home.rglob(".*.part")) == []


def test_a_folder_is_no_name_for_a_result(run, campaign):
    """A folder given where a file is to be written is a wrong call and ends with 2."""
    taken = campaign.home / "tong-hop"
    result = run("export", "--format", "csv", "-o", taken, home=campaign.home)
    assert result.exit_code == 2
    assert str(taken) in result.stderr
    assert list(campaign.home.glob(".*.part")) == []


def test_a_folder_that_cannot_be_made_is_told_as_such(run, campaign, tmp_path):
    """Where a file stands in the way of a folder the sentence speaks of the path."""
    (tmp_path / "tep").write_bytes(b"")
    for words in (("generate", "GL-HND", "-o", tmp_path / "tep"), ("init", tmp_path / "tep" / "x")):
        result = run(*words, home=campaign.home)
        assert result.exit_code == 3
        assert result.stderr.startswith("Chưa làm được: Không ghi được")


def lost_original(campaign):
    for path in (campaign.home / "so-cai" / "ban-goc").rglob("*"):
        if path.is_file():
            path.unlink()


def damaged_page(campaign):
    path = campaign.home / "so-cai" / "so-cai.sqlite"
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))


def moment_as_deadline(campaign):
    edit(campaign, "tongket.toml", "deadline = 2017-03-31", "deadline = 2017-03-31T00:00:00")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lost_original, "so-cai"),
        (damaged_page, "Sổ cái không dùng được lúc này"),
        (moment_as_deadline, "mục “deadline”"),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_what_is_wrong_with_a_campaign_is_never_a_fault_of_the_program(run, campaign, harm, told):
    """A lost original, a damaged page and a deadline with a time are told as what they are."""
    run("import", FARMERS, home=campaign.home)
    harm(campaign)
    for words in (("status",), ("recheck",)):
        result = run(*words, home=campaign.home)
        assert "Lỗi của chương trình" not in result.stderr
    assert result.exit_code == 3
    assert told in result.stderr


# ---------------------------------------------------------------------- where a call works


def test_a_call_works_from_the_folder_and_from_below(run, campaign, monkeypatch):
    """Without -C the campaign is that of the current folder, or of the nearest above."""
    expected = run("status", home=campaign.home).stdout
    for folder in (campaign.home, campaign.home / "nop-ve"):
        monkeypatch.chdir(folder)
        assert run("status").stdout == expected


def test_paths_are_seen_from_the_folder_of_the_call(run, campaign, monkeypatch, tmp_path):
    """After -C paths are relative to that folder, as in git, and not to where one stands."""
    monkeypatch.chdir(tmp_path)
    below = campaign.home / "nop-ve"
    shutil.copyfile(FARMERS, below / "a.xlsx")
    assert run("import", "a.xlsx", home=campaign.home).exit_code == 2
    told = run("import", "a.xlsx", "--json", home=below)
    assert json.loads(told.stdout)["files"][0]["file"] == str(below / "a.xlsx")
    run("export", "--format", "csv", "-o", "x.csv", home=below)
    run("generate", "GL-HND", "-o", "bieu", home=below)
    run("summary", "-o", "tong.xlsx", home=below)
    assert {p.name for p in below.iterdir()} == {"a.xlsx", "x.csv", "bieu", "tong.xlsx"}
    assert run("init", "moi", home=tmp_path).exit_code == 0
    assert (tmp_path / "moi" / "tongket.toml").is_file()


def test_check_works_outside_a_campaign(run, tmp_path):
    """Outside a campaign a workbook is checked by the form it names, or by the form given."""
    for words in ((), ("--form", "chi-thi-11"), ("--form", TEMPLATE)):
        result = run("check", FARMERS, *words, home=tmp_path)
        assert result.exit_code == 0
        assert result.stdout == f"{FARMERS}: đạt yêu cầu (0 lỗi, 0 cảnh báo, 0 ghi chú)\n"


def test_check_inside_a_campaign_knows_its_units(run, campaign):
    """Inside a campaign a workbook of a unit that is not listed is refused."""
    edit(campaign, "don-vi.csv", "GL-HND,", "GL-KHAC,")
    assert run("check", FARMERS, home=campaign.home).exit_code == 1
    assert run("check", FARMERS, "--form", "chi-thi-11", home=campaign.home).exit_code == 0


# ---------------------------------------------------------------------- init and generate


def test_init_says_what_to_do_next(run, tmp_path):
    """A new campaign is told with its units, its deadline and the next command."""
    result = run("--lang", "en", "init", tmp_path / "dot")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        f"A campaign was made in {tmp_path / 'dot'}: 38 units, deadline 31/03/2017. Edit "
        f'tongket.toml and don-vi.csv, then run: tongket -C "{tmp_path / "dot"}" generate\n'
    )


def test_init_tells_every_fault_of_the_list_of_units(run, tmp_path):
    """All faults of a list are told with their lines, and no folder is left behind."""
    listed = tmp_path / "units.csv"
    listed.write_text("code,name,kind\nA,,huyen\nB,Huyện B,quan\nB,Huyện C,huyen\n", "utf-8")
    result = run("--lang", "en", "init", "dot", "--units", listed, home=tmp_path)
    places = [line.split(": ")[0] for line in result.stderr.splitlines()]
    assert result.exit_code == 3
    assert places == ["units.csv:2", "units.csv:3", "units.csv:4", "Error"]
    assert not (tmp_path / "dot").exists()


def test_generate_prints_what_it_wrote(run, campaign):
    """Every workbook written is one line on stdout; the count goes to stderr."""
    result = run("generate", "Hội Nông dân tỉnh", "GL-HLHPN", home=campaign.home)
    paths = [Path(line) for line in result.stdout.splitlines()]
    assert [p.name for p in paths] == ["GL-HND_HoiNongDanTinh.xlsx", "GL-HLHPN_HoiLHPNTinh.xlsx"]
    assert all(p.read_bytes().startswith(b"PK") for p in paths)
    assert result.stderr == f"Đã tạo 2 biểu trong {campaign.home / 'phat-hanh'}.\n"


def test_generate_tells_what_could_not_be_filled_in(run, campaign, tmp_path):
    """Faults of a table of known figures end with 1, with their cells; the workbook is made."""
    known = tmp_path / "biet.csv"
    known.write_text("unit,code,2012,2017\nGL-625,ML10,5,x?\nGL-999,ML10,1,1\n", "utf-8")
    words = ("--lang", "en", "generate", "GL-625", "--prefill", known)
    result = run(*words, home=campaign.home)
    assert result.exit_code == 1
    assert "1 of them were filled in with what is known." in result.stderr
    assert "biet.csv › CSV!D2: The value “x?” of ML10" in result.stderr
    assert "biet.csv › CSV!A3: “GL-999” cannot be filled in" in result.stderr
    issued = Path(result.stdout.strip())
    read = Reader((campaign.form,), campaign.units).read(issued.read_bytes())
    assert {k: a.value for k, a in read.answers().items() if k[0] == "ML10"} == {
        ("ML10", "2012", 0): 5
    }


def test_generate_from_a_folder_of_returns(run, campaign):
    """Prefilling from a folder of returns is clean and says how many workbooks it helped."""
    shutil.copyfile(FARMERS, campaign.home / "nop-ve" / "a.xlsx")
    words = ("generate", "GL-HND", "GL-HLHPN", "--prefill", "nop-ve")
    result = run(*words, home=campaign.home)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1] == "1 biểu đã điền sẵn số liệu đã biết."


# ---------------------------------------------------------------------- import


@pytest.mark.parametrize("day", ["2017-04-02", "02/04/2017"])
def test_the_day_of_receipt_may_be_written_in_two_ways(run, campaign, day):
    """ISO and Vietnamese dates mean the same day, from which lateness is counted."""
    run("import", FARMERS, "--received", day, home=campaign.home)
    line = next(s for s in run("status", home=campaign.home).stdout.splitlines() if "GL-HND" in s)
    assert "Đã nộp, chậm 2 ngày" in line
    assert "02/04/2017" in line


def test_import_tells_each_file_and_counts_them(run, campaign):
    """Each file is told on stdout by its path; the counts go to stderr."""
    result = run("import", FARMERS, FARMERS, FLAWED / "10-cat-ngang.xlsx", home=campaign.home)
    told = [line.split(": ")[:2] for line in result.stdout.splitlines() if line[0] != " "]
    assert [path for path, _ in told] == [str(FARMERS)] * 2 + [str(FLAWED / "10-cat-ngang.xlsx")]
    assert [rest.split(" (")[0] for _, rest in told] == [
        "đạt yêu cầu",
        "đã nhận trước đó",
        "chưa nhập được",
    ]
    assert result.stderr.startswith("Đã xem 3 tệp: 1 đạt yêu cầu, 0 cần chỉnh sửa, 1 chưa nhập")


def test_import_of_an_empty_folder_says_where_to_put_files(run, campaign):
    """Where there is nothing to import the folder for returns is named."""
    result = run("import", home=campaign.home)
    assert str(campaign.home / "nop-ve") in result.stderr.splitlines()[-1]


def test_recheck_after_a_rule_was_edited(run, campaign):
    """Import refuses a changed form; recheck accepts it, and then import works again."""
    assert run("import", SUMS, home=campaign.home).exit_code == 1
    changed_form(campaign)
    refused = run("import", home=campaign.home)
    assert (refused.exit_code, refused.stdout) == (3, "")
    rechecked = run("recheck", "--json", home=campaign.home)
    codes = {f["code"] for f in json.loads(rechecked.stdout)["files"][0]["findings"]}
    assert "ML11-ML10" in codes
    assert run("import", home=campaign.home).exit_code == 0


def test_real_processes_read_what_import_is_given(run, campaign, monkeypatch):
    """The command reads in processes of its own, as many as it is told."""
    monkeypatch.setattr(receive, "Guard", IN_PROCESSES)
    result = run("import", FARMERS, WOMEN, "--jobs", "2", home=campaign.home)
    assert (result.exit_code, result.stdout.count("đạt yêu cầu")) == (0, 2)


# ---------------------------------------------------------------------- status


def test_status_shows_every_respondent(run, demo, campaign):
    """Status has one line per respondent between the headings and the count."""
    lines = run("status", home=demo).stdout.splitlines()
    assert lines[0].split() == [
        "Đơn",
        "vị",
        "Tình",
        "trạng",
        "Ngày",
        "nhận",
        "lần",
        "đầu",
        "Lỗi",
        "Cảnh",
        "báo",
        "Hoàn",
        "thành",
    ]
    last = lines.index("Đã nhận 33/33 đơn vị phải nộp; 0 đơn vị cần chỉnh sửa.")
    assert [line.split()[0] for line in lines[1:last]] == [u.code for u in campaign.respondents]


def test_reminders_are_for_those_who_owe(run, campaign, demo):
    """There is one reminder per required unit that has not returned, and none when all have."""
    told = run("status", "--reminders", home=campaign.home).stdout
    headings = [line.split()[0] for line in told.splitlines() if line.startswith("GL-")]
    required = [u.code for u in campaign.respondents if u.kind != "dang-uy"]
    assert headings == required
    overdue = (date.today() - date(2017, 3, 31)).days
    assert told.count(f"Quá hạn {overdue:,} ngày".replace(",", ".")) == len(required)
    none = run("status", "--reminders", home=demo).stdout
    assert none == "Mọi đơn vị phải nộp đều đã nộp.\n"


# ---------------------------------------------------------------------- summary and export


def test_summary_prints_its_path(run, demo, tmp_path):
    """The consolidated workbook is written where asked, and its path is the result."""
    target = tmp_path / "x" / "tong-hop.xlsx"
    result = run("summary", "-o", target, "--lang", "en", home=demo)
    assert result.stdout == f"{target}\n"
    assert result.stderr.endswith("38 of 38 units have figures.\n")
    book = openpyxl.load_workbook(target, read_only=True)
    assert "Overview" in book.sheetnames
    book.close()


def test_exports_say_the_same_in_every_format(run, demo, tmp_path):
    """CSV, JSON and Parquet hold the same observations, to stdout or to a file."""
    printed = run("export", "--format", "json", "-q", home=demo)
    rows = json.loads(printed.stdout)
    for kind in ("csv", "json", "parquet"):
        target = tmp_path / f"so-lieu.{kind}"
        result = run("export", "--format", kind, "-o", target, home=demo)
        assert (result.exit_code, result.stdout) == (0, f"{target}\n")
        count = f"{len(rows):,}".replace(",", ".")
        assert result.stderr == f"Đã xuất {count} số liệu.\n"
    assert json.loads((tmp_path / "so-lieu.json").read_bytes()) == rows
    frame = pd.read_parquet(tmp_path / "so-lieu.parquet")
    assert list(frame["cell"]) == [r["cell"] for r in rows]
    data = (tmp_path / "so-lieu.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [r["value"] for r in table] == [
        "" if r["value"] is None else str(r["value"]) for r in rows
    ]


def test_csv_on_stdout_has_no_byte_order_mark(run, demo):
    """What goes into a pipe is plain UTF-8."""
    data = run("export", "--format", "csv", "-q", home=demo).stdout_bytes
    assert data.startswith(b"unit,unit_name,unit_kind,group,indicator,period,")
    assert "Huyện KBang" in data.decode("utf-8")


def test_a_figure_can_be_found_in_the_file_it_came_from(run, demo):
    """The sheet and cell of an observation hold what it says was written there."""
    rows = json.loads(run("export", "--format", "json", "-q", home=demo).stdout)
    mine = [r for r in rows if r["file"] == FARMERS.name]
    book = openpyxl.load_workbook(FARMERS)
    assert len(mine) == 7
    for row in mine:
        assert str(book[row["sheet"]][row["cell"]].value) == row["raw"]


def test_without_its_library_parquet_is_told_and_nothing_written(
    run, campaign, tmp_path, monkeypatch
):
    """Where the extra is not installed the sentence says how to get it, and the exit code is 3."""

    def missing(_stream, _rows):
        raise ImportError

    monkeypatch.setattr(tidy, "write_parquet", missing)
    target = tmp_path / "x.parquet"
    result = run("export", "--format", "parquet", "-o", target, home=campaign.home)
    assert result.exit_code == 3
    assert 'pip install "tongket-xlsx[parquet]"' in result.stderr
    assert not target.exists()


# ---------------------------------------------------------------------- form and demo


def test_form_check_tells_every_fault(run, tmp_path):
    """A definition with faults ends with 1 and all of them, each with its line."""
    shutil.copytree(TEMPLATE, tmp_path / "bieu")
    for name, before, after in (
        ("group-ML.yaml", "ML11 <= ML10\n", "ML11 <= ML99\n"),
        ("form.yaml", "school_year: 2006–2007", "truong: 2006–2007"),
    ):
        path = tmp_path / "bieu" / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    result = run("--lang", "en", "form", "check", tmp_path / "bieu")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "form.yaml:" in result.stderr
    assert "“truong”" in result.stderr


def test_form_check_of_a_sound_definition_counts(run, form, campaign, tmp_path):
    """A sound definition is told with its counts: that of the campaign, or the one that ships."""
    for home in (campaign.home, tmp_path):
        result = run("--lang", "en", "form", "check", home=home)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith(
            f"The definition is sound: {len(form.indicators)} indicators"
        )


def test_form_show_prints_the_codebook_of_a_campaign(run, campaign):
    """The codebook is that of the campaign's own form, changed or not."""
    changed_form(campaign)
    result = run("form", "show", home=campaign.home)
    assert result.exit_code == 0
    assert "`ML11 <= 2*ML10`" in result.stdout
    assert "`ML11 <= 2*ML10`" not in run("form", "show", "chi-thi-11").stdout


def test_the_demo_leaves_a_whole_campaign(demo):
    """After the demo there are forms, returns, a summary and figures, each where it belongs."""
    assert len(list((demo / "phat-hanh").iterdir())) == 38
    returned = {p.name for p in (demo / "nop-ve").iterdir()}
    assert returned == {p.name for p in RETURNED.iterdir()}
    assert {p.name for p in (demo / "tong-hop").iterdir()} == {"tong-hop.xlsx", "so-lieu.csv"}
    assert "SỐ LIỆU GIẢ ĐỊNH" in (demo / "tongket.toml").read_text(encoding="utf-8")


def test_the_demo_takes_a_folder_that_is_free(tmp_path):
    """Without a name the demo takes the first folder that is not there yet."""
    first = tmp_path / "tongket-demo"
    assert _free(first) == first
    for taken in ("tongket-demo", "tongket-demo-2"):
        (tmp_path / taken).mkdir()
    assert _free(first) == tmp_path / "tongket-demo-3"


def test_the_units_of_the_samples_can_be_given_again(run, tmp_path):
    """The list of a campaign can be the list of the next one."""
    words = ("init", tmp_path / "dot", "--units", SAMPLES / "units.csv", "-q")
    assert run(*words).exit_code == 0
    again = run("init", tmp_path / "dot2", "--units", tmp_path / "dot" / "don-vi.csv", "-q")
    assert (again.exit_code, again.stderr) == (0, "")


def test_the_program_runs_as_a_module_and_as_a_command(campaign):
    """``python -m tongket_xlsx`` and the installed command are the same program."""
    words = ["-C", str(campaign.home), "status", "-q"]
    script = Path(sys.executable).parent / "tongket"
    ended = [
        subprocess.run([*command, *words], capture_output=True, check=False, env=dict(os.environ))
        for command in ([sys.executable, "-m", "tongket_xlsx"], [str(script)])
    ]
    assert [e.returncode for e in ended] == [0, 0]
    assert ended[0].stdout == ended[1].stdout
