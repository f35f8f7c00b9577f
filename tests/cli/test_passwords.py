"""Every way to give a password opens a locked return, and no way shows it to anybody."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import Run
from locked_workbooks import PASSWORD, encrypted
from shipped import FARMERS, FLAWED

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.cli.main import cli
from tongket_xlsx.cli.passwords import VARIABLE, PasswordSources, lines_of
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.findings import Misuse
from tongket_xlsx.model.form import Form
from tongket_xlsx.reader import encryption

WAYS = ("option", "file", "variable", "prompt")


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A return of the samples with a password, outside of any campaign."""
    file = tmp_path / "khoa" / "a.xlsx"
    file.parent.mkdir()
    file.write_bytes(encrypted(FARMERS))
    return file


@pytest.fixture(autouse=True)
def _without_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def words_of(
    way: str, folder: Path, monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD
) -> list[str]:
    """Prepare a way to give a password and return the words it needs in a command."""
    match way:
        case "option":
            return ["--password", password]
        case "file":
            (folder / "mat-khau.txt").write_text(f"sai\n\n{password}\n", encoding="utf-8")
            return ["--password-file", str(folder / "mat-khau.txt")]
        case "variable":
            monkeypatch.setenv(VARIABLE, password)
            return []
        case _:
            # In place of a terminal: what is asked there must not go to stdout.
            monkeypatch.setattr("tongket_xlsx.cli.passwords.click.prompt", typing(password))
            return ["--ask-password"]


def typing(password: str) -> Callable[..., str]:
    """Stand for somebody at a terminal who types a password."""

    def answered(text: str, *, hide_input: bool, err: bool, **_: object) -> str:
        assert hide_input
        assert err
        assert text
        return password

    return answered


def everything_in(folder: Path) -> bytes:
    return b"\n".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("verb", ["check", "import", "recheck"])
def test_every_way_opens_a_locked_return_and_shows_the_password_nowhere(
    run: Run,
    campaign: Campaign,
    locked: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_process: None,
    verb: str,
    way: str,
) -> None:
    """One JSON document on stdout, no word of the password in output, ledger or folder."""
    home = campaign.home
    if verb == "recheck":
        assert run("import", "--password", PASSWORD, locked, home=home).exit_code == 0
    words = words_of(way, tmp_path, monkeypatch)
    paths = [] if verb == "recheck" else [locked]
    done = run(verb, *words, "--json", *paths, home=home)
    assert done.exit_code == 0, done.output
    assert [f["outcome"] for f in json.loads(done.stdout)["files"]] == ["accepted"]
    assert PASSWORD not in done.output
    told = run(verb, *words, *paths, home=home)
    assert told.exit_code == 0, told.output
    assert PASSWORD not in told.output
    kept = everything_in(home)
    assert not any(PASSWORD.encode(e) in kept for e in ("utf-8", "utf-16-le", "utf-16-be"))


def test_all_ways_together_are_tried_in_the_order_option_file_variable_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each password is tried once, and what is empty is none."""
    from tongket_xlsx.cli.session import Session

    words_of("file", tmp_path, monkeypatch, "của tệp")
    words_of("variable", tmp_path, monkeypatch, "của biến")
    words_of("prompt", tmp_path, monkeypatch, "gõ vào")
    sources = PasswordSources(("một", "", "hai", "một"), Path("mat-khau.txt"), ask=True)
    session = Session("vi", tmp_path)
    found = sources.passwords(session)
    assert found == ("một", "hai", "sai", "của tệp", "của biến", "gõ vào")
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.setattr("tongket_xlsx.cli.passwords.click.prompt", typing(""))
    assert PasswordSources(ask=True).passwords(session) == ()


def test_the_right_password_among_wrong_ones_opens(
    run: Run,
    campaign: Campaign,
    locked: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_process: None,
) -> None:
    """Wrong ones given in the other three ways do no harm."""
    words = [
        *words_of("option", tmp_path, monkeypatch, "x"),
        *words_of("file", tmp_path, monkeypatch, "y"),
        *words_of("variable", tmp_path, monkeypatch, "z"),
        *words_of("prompt", tmp_path, monkeypatch),
    ]
    assert run("check", *words, locked, home=campaign.home).exit_code == 0


def test_wrong_passwords_are_not_quoted(
    run: Run, campaign: Campaign, locked: Path, in_process: None
) -> None:
    """A password that does not fit here may fit elsewhere."""
    for more in ([], ["--json"]):
        done = run("check", "--password", "bí-mật-khác", *more, locked, home=campaign.home)
        assert done.exit_code == 1
        assert "bí-mật-khác" not in done.output


def test_neither_the_reader_nor_the_sources_show_passwords(form: Form) -> None:
    """What is printed of them in a log of a cluster or a traceback has no password; it travels."""
    reader = Reader((form,), None, (PASSWORD,))
    assert PASSWORD not in repr(reader)
    assert PASSWORD not in repr(PasswordSources((PASSWORD,)))
    assert pickle.loads(pickle.dumps(reader)).passwords == (PASSWORD,)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("một\nhai\n".encode(), ("một", "hai")),
        (b"\xef\xbb\xbf" + "một\r\nhai".encode(), ("một", "hai")),
        ("một\rhai\r\r".encode(), ("một", "hai")),
        ("một\r\nhai\r\n".encode("utf-16"), ("một", "hai")),
        (b"\xfe\xff" + "một\nhai".encode("utf-16-be"), ("một", "hai")),
        (" có cách \n   \n\t\n".encode(), (" có cách ",)),
        ("a\u2028b\x0bc\x0cd\x85e\x1cf\n".encode(), ("a\u2028b\x0bc\x0cd\x85e\x1cf",)),
        (b"", ()),
    ],
)
def test_a_file_has_one_password_a_line(
    tmp_path: Path, data: bytes, expected: tuple[str, ...]
) -> None:
    """Lines part only where editors part them; what else stands in a line belongs to it."""
    (tmp_path / "p.txt").write_bytes(data)
    assert lines_of(tmp_path / "p.txt") == expected


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "Không có tệp"),
        ("folder", "Không đọc được tệp mật khẩu"),
        (b"m\xe1\xba kh\xff\xe8u-bi-mat", "không phải là văn bản UTF-8"),
        (b"\xff\xfem", "không phải là văn bản UTF-8"),
        (b"x" * (1 << 20) + b"\n", "quá lớn"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence_before_anything_is_read(
    run: Run, campaign: Campaign, locked: Path, tmp_path: Path, data: object, sentence: str
) -> None:
    """It ends as other misuse does, and nothing of what the file holds is shown."""
    file = tmp_path / "p.txt"
    if isinstance(data, bytes):
        file.write_bytes(data)
    elif data:
        file.mkdir()
    done = run("import", "--password-file", file, locked, home=campaign.home)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "bi-mat" not in done.output
    done = run("import", "--password-file", file, "--json", locked, home=campaign.home)
    assert (done.exit_code, json.loads(done.stdout)) == (2, {"files": []})
    with pytest.raises(Misuse):
        lines_of(file)


def test_what_is_typed_at_the_prompt_is_read_and_not_shown(
    campaign: Campaign, locked: Path, in_process: None
) -> None:
    """The real prompt, its question beside the results."""
    words = ["-C", str(campaign.home), "check", "--ask-password", "--json", str(locked)]
    done = CliRunner().invoke(cli, words, input=PASSWORD + "\n", prog_name="tongket")
    assert done.exit_code == 0, done.output
    assert "Mật khẩu của biểu" in done.stderr
    assert "Mật khẩu của biểu" not in done.stdout
    assert json.loads(done.stdout)["files"][0]["outcome"] == "accepted"
    assert PASSWORD not in done.output


def test_where_nobody_can_be_asked_it_is_said_what_to_do(
    run: Run, campaign: Campaign, locked: Path
) -> None:
    """A script without a terminal does not wait for ever."""
    done = run("check", "--ask-password", locked, home=campaign.home)
    assert done.exit_code == 2
    assert VARIABLE in done.stderr


def test_what_is_missing_is_told_only_of_a_locked_file(
    run: Run,
    campaign: Campaign,
    locked: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_process: None,
) -> None:
    """Without the extra what has no password is read, and a locked file says what to install."""
    monkeypatch.setattr(encryption, "available", lambda: False)
    monkeypatch.setenv(VARIABLE, PASSWORD)
    assert run("check", FARMERS, home=campaign.home).exit_code == 0
    done = run("import", FARMERS, locked, FLAWED / "09-bo-trong.xlsx", home=campaign.home)
    assert done.exit_code == 1
    assert done.stdout.count("tongket-xlsx[password]") == 1
    with campaign.reading() as ledger:
        assert "GL-HND" in ledger.current()


def test_every_sentence_about_the_option_names_a_safer_way() -> None:
    """What names --password names a way that does not show it to the machine's other users."""
    from tongket_xlsx.text.messages import LANGUAGES, say

    for lang in LANGUAGES:
        for key in ("verify.locked.advice", "help.password"):
            assert "--ask-password" in say(key, lang)
            assert VARIABLE in say(key, lang)
    for name in ("import", "check", "recheck"):
        options = {o for p in cli.commands[name].params for o in p.opts}
        assert {"--password", "--password-file", "--ask-password"} <= options
