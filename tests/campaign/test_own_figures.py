"""What the settings say of targets and published figures is used, or refused with its key."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import verbs
from shipped import FARMERS

from tongket_xlsx.campaign.campaign import Campaign, open_campaign
from tongket_xlsx.cli import output_status
from tongket_xlsx.model.layout import CoverField
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.text.messages import VIETNAMESE

TARGET = """
[[targets]]
document = "Kế hoạch của tỉnh"
target = "Hội viên so với dân số"
indicator = "ML13"
value = 15.0
year = 2020
"""
PUBLISHED = """
[[published]]
indicator = "ML10"
period = "2012"
value = 120000
source = "Báo cáo cũ"
"""


def settle(campaign: Campaign, text: str) -> None:
    """Add rows to the settings of a campaign."""
    path = campaign.home / "tongket.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TARGET.replace("ML13", "ML99"), "“ML99”"),
        (TARGET.replace("2020", '"sau"'), "“sau”"),
        (TARGET + 'operator = ">"\n', "“>”"),
        (TARGET.replace("15.0", '"nhiều"'), "“nhiều”"),
        (TARGET.replace("15.0", "inf"), "“inf”"),
        (PUBLISHED.replace("ML10", "ML99"), "“ML99”"),
        (PUBLISHED.replace("2012", "2013"), "“2013”"),
        (PUBLISHED.replace("120000", '"abc"'), "“abc”"),
        (TARGET.replace("year = 2020\n", ""), "year"),
    ],
)
def test_a_row_that_cannot_be_used_is_told(
    campaign: Campaign, run: Any, text: str, told: str
) -> None:
    """A wrong value stops the summary with the key, what it says and what to write."""
    settle(campaign, text)
    ended = run("summary", home=campaign.home)
    assert ended.exit_code == 3
    assert "tongket.toml" in ended.stderr
    assert told in ended.stderr


def test_rows_that_can_be_used_are_taken(campaign: Campaign, run: Any, tmp_path: Path) -> None:
    """Sound rows lead to a workbook."""
    settle(campaign, TARGET + PUBLISHED)
    assert run("summary", "-o", tmp_path / "a.xlsx", home=campaign.home).exit_code == 0


def test_settings_that_are_no_utf8_say_so(campaign: Campaign, run: Any) -> None:
    """Notepad's “Unicode” is told apart from a slip in the text."""
    path = campaign.home / "tongket.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert "UTF-8" in run("status", home=campaign.home).stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("summary", "-o", "a.csv"), 2),
        (("import", "--received", "01/01/2100"), 2),
        (("summary", "--edition", "ngắn"), 2),
        (("summary", "--edition", "lanh-dao"), 0),
    ],
)
def test_words_are_weighed_before_the_work(
    campaign: Campaign, run: Any, words: tuple[str, ...], code: int
) -> None:
    """A workbook is .xlsx, a day of receipt is not to come, an edition is one we make."""
    assert run(*words, home=campaign.home).exit_code == code


def test_what_no_unit_answers_for_is_told_with_the_status(campaign: Campaign, run: Any) -> None:
    """Files not taken in, and returns of units no longer listed, are not forgotten."""
    shutil.copyfile(FARMERS, campaign.folder("nop-ve") / FARMERS.name)
    (campaign.folder("nop-ve") / "hong.xlsx").write_text("xin chào", encoding="utf-8")
    verbs.receive(campaign, received=date(2017, 3, 1), jobs=1)
    told = run("status", home=campaign.home).stdout
    assert "1 tệp đã nhận nhưng chưa nhập được: hong.xlsx" in told
    listed = campaign.home / campaign.settings.units
    lines = listed.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("GL-HND,")]
    listed.write_text("".join(kept), encoding="utf-8")
    told = run("summary", home=campaign.home)
    assert "GL-HND" in told.stderr
    assert told.exit_code == 0
    assert [r.unit for r in verbs.overview(open_campaign(campaign.home)).unlisted] == ["GL-HND"]
    assert list(output_status.besides((), (), "vi")) == []


def test_a_second_form_is_the_next_round(campaign: Campaign) -> None:
    """A form made after a return came in continues it, and counts when it comes back."""
    shutil.copyfile(FARMERS, campaign.folder("nop-ve") / FARMERS.name)
    (first,) = verbs.receive(campaign, received=date(2017, 3, 1), jobs=1)
    ((again,), _) = verbs.generate(campaign, ["GL-HND"], folder=campaign.home / "lai")
    assert again.path.name == "GL-HND_HoiNongDanTinh_lan2.xlsx"
    place = layout_of(campaign.form, again.unit.kind, VIETNAMESE).cover[CoverField.COMPILER]
    compiler = (place[0] + 1, place[1] + 1)
    book = openpyxl.load_workbook(again.path)
    book["Bìa"].cell(*compiler).value = "Nguyễn Văn A"
    book.save(again.path)
    (second,) = verbs.receive(campaign, [again.path], received=date(2017, 3, 2), jobs=1)
    identity = second.identity
    assert identity is not None
    assert (identity.round, identity.parent) == (2, first.sha256)
