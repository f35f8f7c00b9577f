"""Workbooks with a password: opened with it, told apart without it, and kept as they came."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import verbs
from command_line import Run
from compound_file import compound
from locked_workbooks import PASSWORD, encrypted
from raw_workbook import zipped
from shipped import FARMERS, FLAWED

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import Outcome
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader import encryption
from tongket_xlsx.reader.gate import Refusal
from tongket_xlsx.tasks import mark as marking
from tongket_xlsx.tasks import verify as verification


@pytest.fixture(scope="module")
def locked() -> bytes:
    """A return of the samples, encrypted as Excel does it."""
    return encrypted(FARMERS)


def told(data: bytes, form: Form, units: Mapping[str, Unit], *passwords: str) -> tuple[str, str]:
    finding = Reader((form,), units, passwords).read(data).findings[0]
    return finding.code, str(finding.parameters.get("what", ""))


def test_the_right_password_opens_a_return(
    locked: bytes, form: Form, units: Mapping[str, Unit]
) -> None:
    """What is inside is read like any return; the hash is that of the bytes that came in."""
    result = Reader((form,), units, ("falsch", PASSWORD)).read(locked)
    plain = Reader((form,), units).read(FARMERS.read_bytes())
    assert result.sha256 == hashlib.sha256(locked).hexdigest()
    assert (result.identity, result.observations) == (plain.identity, plain.observations)
    assert result.outcome is Outcome.ACCEPTED


def test_without_a_password_it_says_so(
    locked: bytes, form: Form, units: Mapping[str, Unit]
) -> None:
    """A workbook with a password is named as such."""
    assert told(locked, form, units) == ("file.password", "")


def test_a_wrong_password_is_told(locked: bytes, form: Form, units: Mapping[str, Unit]) -> None:
    """A password that does not fit has a sentence of its own."""
    assert told(locked, form, units, "falsch") == ("file.password", "wrong")
    assert told(locked, form, units, "") == ("file.password", "wrong")


def test_a_sound_return_needs_none_of_the_passwords(form: Form, units: Mapping[str, Unit]) -> None:
    """Passwords do no harm to a workbook that has none."""
    assert Reader((form,), units, ("x",)).read(FARMERS.read_bytes()).outcome is Outcome.ACCEPTED


def test_what_is_inside_goes_through_the_gate(form: Form, units: Mapping[str, Unit]) -> None:
    """An encrypted file that holds no workbook is told what it holds."""
    ooxml = pytest.importorskip("msoffcrypto.format.ooxml")

    stream = io.BytesIO()
    inside = zipped({"xl/workbook.xml": "<!DOCTYPE x><workbook/>" + " " * 9000}, zipfile.ZIP_STORED)
    file = ooxml.OOXMLFile(io.BytesIO(FARMERS.read_bytes()))
    file.file = io.BytesIO(inside)
    file.encrypt(PASSWORD, stream)
    assert told(stream.getvalue(), form, units, PASSWORD) == ("file.unsafe", "")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (compound({"EncryptionInfo": b"x" * 50, "EncryptedPackage": b"y" * 50}), "unsupported"),
        (compound({"EncryptedPackage": b"y" * 50}), "unsupported"),
        (b"PK\3\4 a zip with a password", "unsupported"),
    ],
)
def test_what_cannot_be_opened_is_told(data: bytes, expected: str) -> None:
    """A kind of encryption nobody here knows is no crash."""
    pytest.importorskip("msoffcrypto")
    with pytest.raises(Refusal) as refused:
        encryption.opened(data, ("x",))
    assert refused.value.finding.code == "file.password"
    assert refused.value.finding.parameters["what"] == expected


def test_a_password_that_takes_for_ever_is_not_tried(locked: bytes) -> None:
    """A file may demand any number of rounds to try a password; there is a limit."""
    pytest.importorskip("msoffcrypto")
    dear, count = re.subn(rb'spinCount="[0-9]{6}"', b'spinCount="99999999"', locked)
    assert count
    # The stream has grown: what follows moves into its padding.
    dear = compound(
        {"EncryptionInfo": dear[dear.index(b"<?xml") - 8 :][:3000], "EncryptedPackage": b"x"}
    )
    with pytest.raises(Refusal) as refused:
        encryption.opened(dear, ("x",))
    assert refused.value.finding.parameters["what"] == "spins"


# ---------------------------------------------------------------------- in a campaign


def test_import_keeps_the_original_and_recheck_keeps_the_reading(
    campaign: Campaign, locked: bytes, in_process: None
) -> None:
    """The ledger holds the bytes that came in; a recheck without the password loses nothing."""
    (campaign.folder("nop-ve") / "a.xlsx").write_bytes(locked)
    (result,) = verbs.receive(campaign)
    assert result.outcome is Outcome.REFUSED
    (result,) = verbs.receive(campaign, passwords=(PASSWORD,))
    assert result.outcome is Outcome.ACCEPTED
    with campaign.ledger() as ledger:
        assert ledger.original(result.sha256) == locked
        before = len(list(ledger.observations(ledger.current()["GL-HND"].reading)))
    (again,) = verbs.recheck(campaign)
    assert again.findings[0].code == "file.password"
    with campaign.ledger() as ledger:
        assert len(list(ledger.observations(ledger.current()["GL-HND"].reading))) == before
    told = verification.verify(campaign)
    assert [f.code for f in told.findings] == ["verify.locked"]
    (again,) = verbs.recheck(campaign, passwords=(PASSWORD,))
    assert again.outcome is Outcome.ACCEPTED


def test_a_return_with_a_password_can_be_marked(campaign: Campaign, in_process: None) -> None:
    """The copy that goes back is made without opening the original again."""
    (campaign.folder("nop-ve") / "a.xlsx").write_bytes(encrypted(FLAWED / "09-bo-trong.xlsx"))
    (result,) = verbs.receive(campaign, passwords=(PASSWORD,))
    assert result.outcome is Outcome.NEEDS_CORRECTION
    (copy,) = marking.mark(campaign)
    assert copy.path.is_file()


def test_the_commands_take_passwords(
    run: Run, campaign: Campaign, locked: bytes, tmp_path: Path
) -> None:
    """--password opens workbooks in check, import and recheck; several may be given."""
    file = tmp_path / "a.xlsx"
    file.write_bytes(locked)
    home = campaign.home
    assert "mật khẩu" in run("check", file, home=home).stdout
    done = run("check", "--password", "x", "--password", PASSWORD, file, home=home)
    assert done.exit_code == 0, done.output
    done = run("import", "--password", "x", file, home=home)
    assert (done.exit_code, "là đúng" in done.stdout) == (1, True)
    assert run("import", "--password", PASSWORD, file, home=home).exit_code == 0
    assert run("recheck", "--password", PASSWORD, home=home).exit_code == 0
