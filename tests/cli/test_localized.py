"""The language of a call, its silence, and what mistakes sound like."""

import os
import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from shipped import FLAWED, ROOT
from vietnamese import VIETNAMESE

from tongket_xlsx import __version__
from tongket_xlsx.campaign import campaign
from tongket_xlsx.cli import session as session_module
from tongket_xlsx.cli.localized import settled
from tongket_xlsx.cli.main import cli


def program(*words, **environment):
    """Run the program in a process of its own, as a console would."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TONGKET", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-m", "tongket_xlsx", *map(str, words)],
        env=clean | environment,
        capture_output=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )


# ---------------------------------------------------------------------- which language


@pytest.mark.parametrize(
    ("words", "rest", "lang", "quiet"),
    [
        (["status"], ["status"], "vi", False),
        (["--lang", "en", "status"], ["status"], "en", False),
        (["status", "--lang=en", "--json"], ["status", "--json"], "en", False),
        (["status", "--lang", "en", "--lang", "vi"], ["status"], "vi", False),
        (["status", "-q"], ["status"], "vi", True),
        (["--quiet", "status"], ["status"], "vi", True),
        (["check", "--", "-q", "--lang"], ["check", "--", "-q", "--lang"], "vi", False),
        (["--lang", "xx", "status"], ["--lang", "xx", "status"], "vi", False),
        (["status", "--lang"], ["--lang", "status"], "vi", False),
    ],
)
def test_language_and_silence_are_settled_wherever_they_stand(
    monkeypatch, words, rest, lang, quiet
):
    """``--lang`` and ``-q`` may stand anywhere before ``--``; the parser gets all the rest."""
    monkeypatch.delenv("TONGKET_LANG", raising=False)
    assert settled(words) == (rest, lang, quiet)


@pytest.mark.parametrize(
    ("variable", "words", "lang"),
    [
        ("en", [], "en"),
        (" EN ", [], "en"),
        ("fr", [], "vi"),
        ("", [], "vi"),
        ("en", ["--lang", "vi"], "vi"),
    ],
)
def test_the_variable_speaks_unless_the_call_does(monkeypatch, variable, words, lang):
    """TONGKET_LANG sets the language of calls that say nothing; nonsense means Vietnamese."""
    monkeypatch.setenv("TONGKET_LANG", variable)
    assert settled(words)[1] == lang


@pytest.mark.parametrize("words", [("--lang", "en", "status"), ("status", "--lang", "en")])
def test_a_whole_call_speaks_english_when_asked(run, campaign, words):
    """With ``--lang en`` before or after the command its output is English."""
    vietnamese = run("status", home=campaign.home).stdout
    english = run(*words, home=campaign.home).stdout
    assert any(line.startswith("Đã nhận 0/33") for line in vietnamese.splitlines())
    assert "0 of 33 required returns received; 0 need correction." in english.splitlines()
    assert "Not received" in english


def test_a_whole_call_speaks_english_by_the_variable(campaign):
    """With TONGKET_LANG=en messages are English as well."""
    words = ["-C", str(campaign.home), "generate", "GL-999"]
    result = CliRunner(env={"TONGKET_LANG": "en"}).invoke(cli, words)
    assert result.stderr == (
        "Error: There is not exactly one unit with the code or name “GL-999”. "
        "See the list: tongket status.\n"
    )


def test_findings_are_worded_in_english(run):
    """A finding of a file is told in English, its advice included."""
    result = run("--lang", "en", "check", "--form", "chi-thi-11", FLAWED / "10-cat-ngang.xlsx")
    assert (
        "Error · The workbook cannot be opened: it was cut off, its download or sending"
        in result.stdout
    )
    assert "What to do: Please send the Excel workbook again." in result.stdout
    assert not VIETNAMESE.search(result.stdout + result.stderr)


def test_an_unknown_language_is_misuse(run):
    """A language we do not speak is refused, and the two we do are named."""
    result = run("status", "--lang", "fr")
    assert result.exit_code == 2
    assert "vi, en" in result.stderr
    assert result.stdout == ""


# ---------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("status", "--nope"), "Error: There is no option “--nope”."),
        (("nope",), "Error: There is no command “nope”."),
        (("form", "nope"), "Error: There is no command “nope”."),
        (("check",), "Error: Missing the file FILE."),
        (("init",), "Error: Missing the folder DIR."),
        (("export",), "Error: Missing --format."),
        (
            ("import", "--received", "31/02/2017"),
            "Error: “31/02/2017” cannot stand for --received; write: 2017-03-30.",
        ),
        (("export", "--format"), "Error: The option --format needs a value."),
    ],
)
def test_every_mistake_is_one_sentence_and_where_to_look(run, words, sentence):
    """A mistake in the call is told in one sentence, with the help to look at, and is misuse."""
    result = run("--lang", "en", *words)
    first, second = result.stderr.splitlines()
    assert (result.exit_code, first, result.stdout) == (2, sentence, "")
    assert second.startswith("For help: tongket ")
    assert second.endswith("--help")


def test_a_mistake_is_told_in_vietnamese_by_default(run):
    """Without a word about language a mistake is told in Vietnamese."""
    assert run("status", "--nope").stderr == (
        "Chưa làm được: Không có tùy chọn “--nope”.\nXem hướng dẫn: tongket status --help\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("status", "thừa"),
        ("export", "--format", "xls"),
        ("check", "--jobs", "-1", "x"),
        ("check", "--jobs", "hai", "x"),
        ("--lang", "fr"),
    ],
)
def test_no_english_slips_into_a_vietnamese_mistake(run, words):
    """A mistake told in Vietnamese holds no sentence of the parser's own."""
    told = run(*words).stderr
    assert "Chưa làm được" in told
    assert not re.search(r"\b(is|not|one|of|in|range|valid|Got|unexpected)\b", told)


@pytest.mark.parametrize("words", [(), ("form",)])
def test_without_a_command_the_help_is_shown(run, words):
    """A group called without a command shows its help page, and nothing about a wrong call."""
    result = run(*words)
    assert (result.stdout + result.stderr).startswith("Cách dùng: tongket")
    assert result.exit_code == 2


def test_an_interrupt_is_one_sentence(run, campaign, monkeypatch):
    """Ctrl-C ends with one sentence and the exit code shells expect."""

    def interrupted(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr("tongket_xlsx.campaign.campaign.home_of", interrupted)
    result = run("--lang", "en", "status", home=campaign.home)
    assert result.exit_code == 130
    assert result.stderr.strip().startswith("Stopped as asked. What was recorded is whole")


def fail(_path):
    raise ZeroDivisionError("lỗi lạ")


def test_a_fault_of_our_own_is_one_sentence(run, monkeypatch):
    """What should never happen ends in one sentence with its reason, and never a traceback."""
    monkeypatch.delenv("TONGKET_DEBUG", raising=False)
    monkeypatch.setattr(campaign, "home_of", fail)
    result = run("status")
    assert result.exit_code == 3
    assert result.stderr.startswith("Lỗi của chương trình: ZeroDivisionError: lỗi lạ.")
    assert "Traceback" not in result.stderr


def test_whoever_debugs_sees_the_fault_itself(run, monkeypatch):
    """With TONGKET_DEBUG set a fault of our own is raised as it is."""
    monkeypatch.setenv("TONGKET_DEBUG", "1")
    monkeypatch.setattr(campaign, "home_of", fail)
    assert isinstance(run("status").exception, ZeroDivisionError)


def test_all_faults_of_a_definition_are_printed_with_their_place(run, campaign):
    """An unsound definition is told fault by fault, each with file and line."""
    rules = campaign.home / "bieu-mau" / "rules.yaml"
    text = rules.read_text(encoding="utf-8").replace("family: TC10", "family: ZZ99 ZZ98 TC10", 1)
    rules.write_text(text, encoding="utf-8")
    result = run("--lang", "en", "status", home=campaign.home)
    assert result.exit_code == 3
    lines = result.stderr.splitlines()
    assert lines[-1] == f"Error: The definition has {len(lines) - 1} faults."
    assert {re.match(r"rules\.yaml:\d+: ", line) is not None for line in lines[:-1]} == {True}
    assert any("ZZ99" in line for line in lines)
    assert any("ZZ98" in line for line in lines)


# ---------------------------------------------------------------------- silence, version, console


def test_quiet_leaves_only_the_result(run, campaign):
    """``-q`` anywhere leaves results on stdout and no message on stderr."""
    loud = run("generate", "GL-HND", home=campaign.home)
    quiet = run("generate", "GL-HND", "-q", home=campaign.home)
    assert loud.stderr.startswith("Đã tạo 1 biểu trong")
    assert (quiet.stderr, quiet.stdout) == ("", loud.stdout)
    assert quiet.stdout.strip().endswith("GL-HND_HoiNongDanTinh.xlsx")


def test_quiet_does_not_hide_what_went_wrong(run, campaign):
    """A mistake is told in spite of ``-q``."""
    result = run("-q", "generate", "GL-999", home=campaign.home)
    assert result.exit_code == 2
    assert "GL-999" in result.stderr


def test_the_version_is_one_line(run):
    """``--version`` prints name and version and ends well."""
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"tongket {__version__}\n")


@pytest.mark.parametrize("words", [(), ("import",), ("form",), ("form", "show")])
def test_help_may_be_asked_for_shortly(run, words):
    """``-h`` and ``--help`` print the same page to stdout and end well."""
    short, long = run(*words, "-h"), run(*words, "--help")
    assert short.stdout == long.stdout
    assert short.stdout.startswith("Cách dùng: " + " ".join(("tongket", *words)))
    assert (short.exit_code, short.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_output_is_utf_8_whatever_the_console_says(encoding):
    """On a console of another code page results and mistakes come out as UTF-8 all the same."""
    page = program("--help", PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
    assert page.returncode == 0
    assert "Cách dùng: tongket [TÙY CHỌN] LỆNH" in page.stdout.decode("utf-8")
    mistake = program("nope", PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
    assert "Không có lệnh “nope”." in mistake.stderr.decode("utf-8")


def test_no_colour_is_ever_written(campaign):
    """With or without NO_COLOR output that is no terminal holds no escape sequences."""
    plain = program("-C", campaign.home, "status", NO_COLOR="1")
    asked = program("-C", campaign.home, "status", FORCE_COLOR="1")
    assert b"\x1b" not in plain.stdout + plain.stderr + asked.stdout + asked.stderr
    assert plain.stdout == asked.stdout


def test_a_closed_pipe_is_no_fault_of_the_data(campaign):
    """Whoever closes our output early, as ``head`` does, hears nothing of data at fault."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "tongket_xlsx", "-C", str(campaign.home), "form", "show"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_progress_moves_on_a_terminal_only(monkeypatch, capsys):
    """On a terminal a bar counts the files; when quiet, or where work is quick, nothing is told."""
    drawn = []

    class Bar:
        length, pos = 1, 0

        def __enter__(self):
            return self

        def __exit__(self, *_):
            drawn.append("end")

        def update(self, steps, watch):
            self.pos += steps
            drawn.append((self.pos, self.length, dict(watch.counts)))

    monkeypatch.setattr(click, "progressbar", lambda **_: Bar())
    with session_module.Session("vi").progress("import") as move:
        move(1, 2, "accepted")
    assert drawn == []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with session_module.Session("vi", quiet=True).progress("import") as move:
        move(1, 2, "accepted")
    assert drawn == []
    with session_module.Session("vi").progress("import") as move:
        move(1, 3, "accepted")
        move(3, 3, "refused")
    counted = {"accepted": 1}
    assert drawn == [(1, 3, counted), (3, 3, counted | {"refused": 1}), "end"]
    assert capsys.readouterr().err == ""


class Clock:
    """A clock that goes when it is told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr(session_module.time, "monotonic", found)
    return found


ENGLISH_LINE = (
    "320 of 900; about 2 min left – accepted 300, to be corrected 15, refused 4, already there 1"
)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("vi", "320/900; còn khoảng 2 phút – đạt 300, cần sửa 15, chưa nhập được 4, đã có 1"),
        ("en", ENGLISH_LINE),
    ],
)
def test_where_nothing_can_be_drawn_a_line_comes_now_and_then(clock, capsys, lang, line):
    """Without a terminal a line tells how far, how long and what, at most every ten seconds."""
    outcomes = ["refused"] * 4 + ["needs-correction"] * 15 + ["duplicate"] + ["accepted"] * 880
    with session_module.Session(lang).progress("import") as move:
        for number, outcome in enumerate(outcomes, start=1):
            clock.now += 0.25
            move(number, len(outcomes), outcome)
    lines = capsys.readouterr().err.splitlines()
    assert line in lines
    assert len(lines) == 900 * 0.25 // 10


def test_work_that_is_quick_tells_nothing_of_itself(clock, capsys):
    """A work of less than ten seconds prints no line."""
    with session_module.Session("vi").progress("import") as move:
        for number in range(1, 10):
            clock.now += 1
            move(number, 9, "accepted")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("seconds", "told"), [(20, "about 20 s"), (600, "about 10 min"), (9000, "about 2 h 30 min")]
)
def test_the_time_left_is_told_in_the_measure_that_fits(clock, capsys, seconds, told):
    """Seconds, minutes or hours, by how much there is left to do at the pace of late."""
    with session_module.Session("en").progress("verify") as move:
        clock.now += 10
        move(1, 1 + seconds // 10, "sound")
    assert f"; {told} left – sound 1" in capsys.readouterr().err


@pytest.mark.parametrize("work", ["import", "check", "recheck", "generate", "verify", "demo"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_long_work_says_how_to_go_on(work, lang):
    """Interrupted in its middle, each long work tells how far it was and what to do."""
    session = session_module.Session(lang)

    def long_work():
        with session.progress(work) as move:
            move(312, 705, "")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        long_work()
    assert {"vi": "Đã dừng sau 312/705", "en": "Stopped after 312 of 705"}[lang] in session.stopped
    assert {"vi": "hạy lại đúng lệnh này", "en": "again"}[lang] in session.stopped


def test_nothing_is_counted_where_nothing_was_begun():
    """Interrupted before the first file, no numbers are made up."""
    session = session_module.Session("vi")
    with pytest.raises(KeyboardInterrupt), session.progress("import"):
        raise KeyboardInterrupt
    assert session.stopped == ""
