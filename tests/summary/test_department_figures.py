"""A department's own figure for the whole province, where no unit has one to add."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import small_campaign as small
import verbs
from recalculation import by_gnumeric, by_ironcalc, differences, results

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.tasks.export import tidy_rows

OFFICE, NAME, SHORT = "GL-S-GDDT", "Sở Giáo dục và Đào tạo", "Sở GD&ĐT"
ALONE = ("PC39", "PC40", "PC41", "PC43")
EDITIONS = ("day-du", "lanh-dao")


def given(code: str = "PC39") -> small.Answers:
    """Answer three years of an indicator that only one department is asked for."""
    return {
        (OFFICE, code, "2007"): "90.5",
        (OFFICE, code, "2012"): "95.25",
        (OFFICE, code, "2017"): "99.5",
    }


def province(book: openpyxl.Workbook, code: str) -> tuple[dict[str, object], dict[str, object]]:
    found = list(small.rows(book["Toàn tỉnh – PC"], "Mã"))
    at = next(n for n, row in enumerate(found) if row["Mã"] == code)
    return found[at], found[at + 1]


def test_no_unit_adds_what_only_a_department_reports(campaign: campaigns.Campaign) -> None:
    """They are asked of the department, and of no respondent that adds."""
    for code in ALONE:
        indicator = campaign.form.indicators[code]
        assert not campaign.form.adding_kinds(indicator)
        assert campaign.form.is_asked(indicator, "so-gddt")


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_stands_in_the_table_of_the_province_with_its_name(
    campaign: campaigns.Campaign, edition: str
) -> None:
    """In both editions: the figure, whose it is below it and in the note, and what changed."""
    small.record(campaign, given())
    book = small.opened(small.summarised(campaign, edition))
    upper, lower = province(book, "PC39")
    assert [upper[f"Năm {y}"] for y in (2007, 2012, 2017)] == [90.5, 95.25, 99.5]
    assert [lower[f"Năm {y}"] for y in (2007, 2012, 2017)] == [SHORT] * 3
    assert (
        upper["Ghi chú"] == f"Số của {NAME} báo cáo chung cho toàn tỉnh, không cộng từ các đơn vị."
    )
    assert upper["2007→2017: tăng, giảm"] == 9
    assert upper["2007→2017: cùng địa bàn, đơn vị"] is None
    told = [c.value for row in book["Cách tính"].iter_rows() for c in row if c.value]
    assert any(f"{NAME}: PC39." in str(text) for text in told)
    assert not any("Không có số toàn tỉnh: PC39" in str(text) for text in told)


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_stands_on_the_overview_with_its_source(
    campaign: campaigns.Campaign, edition: str
) -> None:
    """Below the headlines, with the name of the department where units are counted."""
    small.record(campaign, given())
    sheet = small.opened(small.summarised(campaign, edition))["Tổng quan"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    row = next(r for r in rows if r[0] == "PC39")
    assert row[3:6] == [90.5, 95.25, 99.5]
    assert row[6:9] == [SHORT] * 3
    assert row[9] == 9


def test_it_is_a_live_link_to_the_cell_of_the_department(
    campaign: campaigns.Campaign, tmp_path: Path
) -> None:
    """Typed over in the table by unit it changes in the province; engines agree; “-” is zero."""
    small.record(campaign, {**given(), (OFFICE, "PC43", "2017"): "-"})
    path, _ = verbs.summarise(campaign)
    book = openpyxl.load_workbook(path)
    row = next(r for r in book["Toàn tỉnh – PC"].iter_rows() if r[0].value == "PC39")
    assert str(row[5].value).startswith("=IF(ISNUMBER('Theo đơn vị – PC'!")
    nil = next(r for r in book["Toàn tỉnh – PC"].iter_rows() if r[0].value == "PC43")
    stored = small.opened(path.read_bytes())["Toàn tỉnh – PC"]
    assert stored[nil[5].coordinate].value == 0
    data = path.read_bytes()
    sheets = ("Toàn tỉnh – PC", "Tổng quan", "Đối chiếu")
    known = {k: v for k, v in results(data).items() if k[0] in sheets}
    for engine in (by_ironcalc, by_gnumeric):
        made = engine({"b": data}, tmp_path)["b"]
        assert differences(known, {k: v for k, v in made.items() if k in known}) == []


def test_a_figure_that_is_held_stays_held(campaign: campaigns.Campaign) -> None:
    """No figure of the province, its department named, and no conclusion."""
    small.record(campaign, given(), held=[(OFFICE, "PC39", "2012")])
    book = small.opened(small.summarised(campaign))
    upper, lower = province(book, "PC39")
    # A cell without a figure is read as the link it bears.
    assert not isinstance(upper["Năm 2012"], int | float)
    assert lower["Năm 2012"] == f"{SHORT} ⚑1"
    assert f"2012 ({SHORT}): đang xem lại: {SHORT}" in str(upper["Ghi chú"])
    assert upper["2007→2012: tăng, giảm"] in (None, "")
    assert upper["2007→2017: tăng, giảm"] == 9


def test_reconciliation_lists_it_without_a_sum(campaign: campaigns.Campaign) -> None:
    """There is nothing to hold it against but what was published, which stands below."""
    path = campaign.home / "tongket.toml"
    published = (
        '\n[[published]]\nindicator = "PC39"\nperiod = "2017"\nvalue = 98\nsource = "Niên giám"\n'
    )
    path.write_text(path.read_text(encoding="utf-8") + published, encoding="utf-8")
    made = campaigns.open_campaign(campaign.home)
    small.record(made, given())
    found = list(small.rows(small.opened(small.summarised(made))["Đối chiếu"], "Mã"))
    own = [row for row in found if row["Mã"] == "PC39" and row["Nguồn"] == NAME]
    assert [(r["Kỳ"], r["Số đối chiếu"]) for r in own] == [
        ("2007", 90.5),
        ("2012", 95.25),
        ("2017", 99.5),
    ]
    for row in own:
        assert row["Tổng từ các đơn vị"] is None
        assert row["Chênh"] in (None, "")
        assert "số toàn tỉnh là chính số này" in str(row["Có thể do"])
    other = next(r for r in found if r["Mã"] == "PC39" and r["Nguồn"] == "Niên giám")
    assert (other["Tổng từ các đơn vị"], other["Số đơn vị"]) == (99.5, SHORT)
    assert other["Chênh"] == 1.5


def test_it_can_be_chosen_in_the_explorer(campaign: campaigns.Campaign) -> None:
    """With the figure of the province and the words whose it is."""
    small.record(campaign, given())
    sheet = small.opened(small.summarised(campaign))["Bảng tra"]
    row = next(r for r in sheet.iter_rows(values_only=True) if r[0] == "PC39|2017")
    assert row[3] == 99.5
    assert str(row[6]).startswith(f"2017 ({SHORT}): số cơ quan này báo cáo chung cho toàn tỉnh")


def test_an_export_says_that_it_is_of_the_whole_province(campaign: campaigns.Campaign) -> None:
    """The row names who said it; what a district says is of the district."""
    small.record(campaign, {**given(), ("GL-622", "TC01", "2017"): 100})
    with campaign.reading() as ledger:
        rows = {(r["indicator"], r["period"]): r for r in tidy_rows(campaign, ledger)}
    assert (rows["PC39", "2017"]["unit_name"], rows["PC39", "2017"]["scope"]) == (NAME, "whole")
    assert rows["TC01", "2017"]["scope"] == "part"


def test_a_target_reads_it(campaign: campaigns.Campaign) -> None:
    """A target of the province for such an indicator is judged by it, with its name beside."""
    path = campaign.home / "tongket.toml"
    own = '\n[[targets]]\ndocument = "KH 1"\ntarget = "Vào lớp 1"\nindicator = "PC39"\n'
    own += "value = 99\nyear = 2017\n"
    path.write_text(path.read_text(encoding="utf-8") + own, encoding="utf-8")
    made = campaigns.open_campaign(campaign.home)
    small.record(made, given())
    row = next(small.rows(small.opened(small.summarised(made))["So với mục tiêu"], "Văn bản"))
    assert (row["Thực hiện"], row["Số đơn vị"], row["Kết quả"]) == (99.5, SHORT, "đạt")
    assert row["Độ tin cậy"] == "Tỉnh đặt ra: KH 1"
