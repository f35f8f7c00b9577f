"""Titles that only the collector can give: typed once, asked for until done, shown everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from command_line import Run

from tongket_xlsx.campaign.campaign import Campaign, open_campaign
from tongket_xlsx.model.form import Form
from tongket_xlsx.text.messages import say

CODES = (*(f"TM28.{n}" for n in range(1, 7)), *(f"TM29.{n}" for n in range(1, 8)))
TITLE = "Tên thử của mục này, do nơi thu gõ"
MISSING = say("prompt.untitled", "vi")


def give(campaign: Campaign, *codes: str, title: str = TITLE) -> Campaign:
    """Type titles into the settings, as the collector does in Notepad."""
    path = campaign.home / "tongket.toml"
    text = path.read_text(encoding="utf-8")
    for code in codes:
        assert text.count(f'"{code}" = ""\n') == 1
        text = text.replace(f'"{code}" = ""\n', f'"{code}" = "{title} {code}"\n')
    path.write_text(text, encoding="utf-8")
    return open_campaign(campaign.home)


def words(path: Path) -> dict[str, str]:
    """Return the questions on the sheet of words of a workbook: code → what is asked."""
    sheet = openpyxl.load_workbook(path)["Thuyết minh"]
    rows = sheet.iter_rows(values_only=True)
    return {str(row[0]): str(row[1]) for row in rows if str(row[0]).startswith("TM")}


def form_of(campaign: Campaign, run: Run, folder: Path) -> Path:
    run("generate", "GL-TINH", "-o", folder, home=campaign.home)
    (path,) = folder.glob("*.xlsx")
    return path


def test_a_new_campaign_has_a_place_for_the_titles(campaign: Campaign) -> None:
    """The settings list each code that needs a title, in order, and invent none."""
    text = (campaign.home / "tongket.toml").read_text(encoding="utf-8")
    assert [c for c in CODES if f'"{c}" = ""' in text] == list(CODES)
    assert [p.code for p in campaign.form.untitled] == list(CODES)


def test_status_asks_until_the_last_title_is_given(campaign: Campaign, run: Run) -> None:
    """Some titles are not enough, and with all of them it says no more."""
    first = run("status", home=campaign.home).stdout
    assert "TM28.1, TM28.2" in first
    assert "[titles]" in first
    give(campaign, *CODES[:12])
    later = run("status", home=campaign.home).stdout
    assert "TM28.1" not in later
    assert "(TM29.7)" in later
    assert json.loads(run("status", "--json", home=campaign.home).stdout)["untitled"] == ["TM29.7"]
    give(campaign, CODES[12])
    assert "[titles]" not in run("status", home=campaign.home).stdout
    assert "untitled" not in json.loads(run("status", "--json", home=campaign.home).stdout)


def test_a_form_that_goes_out_without_titles_says_so(
    campaign: Campaign, run: Run, tmp_path: Path
) -> None:
    """On the sheet itself, where the office reads it, and to whoever sends it out."""
    folder = tmp_path / "phat"
    result = run("generate", "GL-TINH", "-o", folder, home=campaign.home)
    (path,) = folder.glob("*.xlsx")
    asked = words(path)
    assert all(MISSING in asked[code] for code in CODES)
    assert not [c for c, text in asked.items() if c not in CODES and MISSING in text]
    assert "TM28.1" in result.stderr
    assert result.exit_code == 0


def test_a_unit_that_is_not_asked_gives_no_reason_to_warn(
    campaign: Campaign, run: Run, tmp_path: Path
) -> None:
    result = run("generate", "GL-CTK", "-o", tmp_path / "phat", home=campaign.home)
    assert "TM28.1" not in result.stderr


def test_a_title_stands_on_the_form(campaign: Campaign, run: Run, tmp_path: Path) -> None:
    asked = words(form_of(give(campaign, *CODES), run, tmp_path / "phat"))
    for code in CODES:
        assert f"{TITLE} {code}" in asked[code]
        assert MISSING not in asked[code]


def test_a_title_stands_in_the_codebook(campaign: Campaign, run: Run, tmp_path: Path) -> None:
    """Both editions of the codebook of a campaign have it, and without it say that it lacks."""
    give(campaign, "TM29.3")
    shown = run("form", "show", home=campaign.home).stdout
    assert f"{TITLE} TM29.3" in shown
    assert shown.count(MISSING) == len(CODES) - 1
    run("form", "doc", "-o", tmp_path / "so-tay", home=campaign.home)
    book = openpyxl.load_workbook(tmp_path / "so-tay" / "so-tay.xlsx")
    texts = [str(c) for s in book.worksheets for row in s.iter_rows(values_only=True) for c in row]
    assert [t for t in texts if f"{TITLE} TM29.3" in t]


def test_a_title_stands_in_the_marked_copy_and_the_summary(
    campaign: Campaign, run: Run, tmp_path: Path
) -> None:
    """Given after the forms went out, it stands in all that is written from then on."""
    path = form_of(campaign, run, tmp_path / "phat")
    book = openpyxl.load_workbook(path)
    sheet = book["Thuyết minh"]
    row = next(r for r in range(1, 60) if sheet.cell(r, 1).value == "TM28.2")
    sheet.cell(row, 5).value = "Đã trả lời ở TM05."
    returned = tmp_path / "tra-ve.xlsx"
    book.save(returned)
    run("import", returned, home=campaign.home)
    give(campaign, "TM28.2")
    run("mark", "GL-TINH", home=campaign.home)
    (copy,) = (campaign.home / "tra-lai").glob("*.xlsx")
    assert f"{TITLE} TM28.2" in words(copy)["TM28.2"]
    target = tmp_path / "tong-hop.xlsx"
    run("summary", "-o", target, home=campaign.home)
    book = openpyxl.load_workbook(target, read_only=True)
    texts = [str(c) for s in book.worksheets for row in s.iter_rows(values_only=True) for c in row]
    assert [t for t in texts if f"{TITLE} TM28.2" in t]
    assert "Đã trả lời ở TM05." in texts


@pytest.mark.parametrize(
    ("line", "told"),
    [('"TM99" = "Tên"', "“TM99”"), ('"TM05" = "Tên"', "“TM05”"), ('"TM28.1" = 1', "titles.TM28.1")],
)
def test_a_title_that_cannot_be_used_is_refused(
    campaign: Campaign, run: Run, line: str, told: str
) -> None:
    """A code that needs no title, or something that is no text, is named."""
    path = campaign.home / "tongket.toml"
    text = path.read_text(encoding="utf-8").replace('"TM28.1" = ""', line)
    path.write_text(text, encoding="utf-8")
    result = run("status", home=campaign.home)
    assert result.exit_code == 3
    assert told in result.stderr


def test_a_title_is_one_line_however_it_was_typed(form: Form) -> None:
    """Line breaks and blanks of a pasted title do not break the sheet."""
    titled = form.with_titles({"TM28.1": "  Một\n tên \t dài "})
    (prompt,) = [p for p in titled.prompts if p.code == "TM28.1"]
    assert "Vấn đề 1 của Chỉ thị 11-CT/TW: Một tên dài (" in prompt.label.vi
    assert "Issue 1 of Directive 11-CT/TW: Một tên dài (" in prompt.label.en
    assert form.with_titles({}).prompts == form.prompts


def test_a_settings_file_of_before_is_still_good(campaign: Campaign, run: Run) -> None:
    """A campaign made before there were titles has none, and is asked for them."""
    path = campaign.home / "tongket.toml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("[titles]"), text.index("# Chỉ tiêu do tỉnh đặt ra")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    result = run("status", home=campaign.home)
    assert result.exit_code == 0
    assert "TM28.1" in result.stdout
