"""What several sheets tell of one thing they tell alike, or say why not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import small_campaign as small
import verbs
from command_line import Run
from recalculation import by_gnumeric, by_ironcalc, by_libreoffice, differences, results
from shipped import FLAWED, RETURNED

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.text.messages import say


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> campaigns.Campaign:
    """A district that returned on time and again after the deadline, and one with warnings."""
    home = tmp_path_factory.mktemp("twice") / "dot"
    made = campaigns.create(home, units_file=None, form=campaigns.DEFAULT_FORM)
    verbs.receive(made, [FLAWED / "02-so-go-bang-chu.xlsx"], received=date(2017, 3, 30), jobs=1)
    verbs.receive(made, [FLAWED / "09-bo-trong.xlsx"], received=date(2017, 3, 30), jobs=1)
    unit = next(s.unit for s in verbs.status(made) if s.received is not None)
    verbs.receive(made, [next(RETURNED.glob(f"{unit.code}_*"))], received=date(2017, 4, 20), jobs=1)
    return made


def test_both_days_of_receipt_are_told_and_by_which_lateness_goes(
    twice: campaigns.Campaign, run: Run
) -> None:
    """Returned on 30/03 and again on 20/04, after the deadline: on time, and both days shown."""
    sheet = small.opened(small.summarised(twice))["Tình hình nộp"]
    rows = [r for r in small.rows(sheet, "Mã đơn vị") if r["Ngày nhận lần đầu"]]
    again = [r for r in rows if r["Ngày nhận bản này"] != r["Ngày nhận lần đầu"]]
    assert [(r["Ngày nhận lần đầu"], r["Ngày nhận bản này"]) for r in again] == [
        ("30/03/2017", "20/04/2017")
    ]
    assert again[0]["Chậm (ngày)"] == 0
    told = [str(c.value) for row in sheet.iter_rows(max_row=4) for c in row if c.value]
    assert any("tính theo ngày nhận lần đầu" in text for text in told)
    printed = run("status", home=twice.home).output
    assert "Ngày nhận bản này" in printed
    assert "20/04/2017" in printed
    assert "tính theo ngày nhận lần đầu" in printed


def test_warnings_are_counted_alike_everywhere(twice: campaigns.Campaign, run: Run) -> None:
    """The overview adds up the column of the sheet of returns, and so does the verb."""
    book = small.opened(small.summarised(twice))
    rows = [r for r in small.rows(book["Tình hình nộp"], "Mã đơn vị") if r["Ngày nhận lần đầu"]]
    errors, warnings = (sum(int(str(r[k])) for r in rows) for k in ("Lỗi", "Cảnh báo"))
    assert warnings > 0
    line = str(book["Tổng quan"]["A6"].value)
    assert f"còn {errors} lỗi, {warnings} cảnh báo" in line
    assert (
        say("status.open", "vi", errors=errors, warnings=warnings)
        in run("status", home=twice.home).output
    )
    standings = [s for s in verbs.status(twice) if s.received is not None]
    assert sum(s.warnings for s in standings) == warnings


def test_completeness_says_why_a_cover_may_show_more(twice: campaigns.Campaign) -> None:
    """The cover counts what is filled in, the province what can be read."""
    sheet = small.opened(small.summarised(twice))["Mức độ hoàn thành"]
    told = " ".join(str(c.value) for row in sheet.iter_rows(max_row=4) for c in row if c.value)
    assert "Trang Bìa" in told
    assert "ô phải gõ lại" in told


@pytest.fixture
def with_nil(campaign: campaigns.Campaign) -> campaigns.Campaign:
    """Districts of which one wrote “-” and one “…” where they are ranked."""
    given: dict[tuple[str, str, str], object] = {}
    typed = ["-", "…", 300, 200, 200]
    for unit, value in zip(small.districts(campaign), typed, strict=False):
        given[unit.code, "ML10", "2017"] = value
        given[unit.code, "TC01", "2017"] = 1000
    small.record(campaign, given)
    return campaign


@pytest.mark.libreoffice
@pytest.mark.gnumeric
def test_nil_is_ranked_as_zero_in_every_table_and_engine(
    with_nil: campaigns.Campaign, tmp_path: Path
) -> None:
    """Last in the table by unit, in the explorer and in the figures behind the chart."""
    every = small.districts(with_nil)
    data = small.summarised(with_nil)
    book = small.opened(data)
    sheet = [list(r) for r in book["Theo đơn vị – ML"].iter_rows(values_only=True)]
    for code in ("ML10", "ML13"):
        column = next(
            n
            for n, (named, last) in enumerate(zip(sheet[4], sheet[6], strict=True))
            if named == code and last == "Hạng năm 2017"
        )
        ranks = {row[1]: row[column] for row in sheet[7:]}
        found = [ranks[unit.code] for unit in every[:6]]
        assert found == [4, None, 1, 2, 2, None], code
    for engine in (by_ironcalc, by_gnumeric, by_libreoffice):
        made = engine({"b": data}, tmp_path)["b"]
        stored = {k: v for k, v in results(data).items() if k[0] == "Theo đơn vị – ML"}
        assert differences(stored, {k: v for k, v in made.items() if k in stored}) == []
    texts = [str(c.value) for row in book["Cách tính"].iter_rows() for c in row if c.value]
    assert any("“-” là 0 và được xếp hạng như 0" in text for text in texts)


def test_a_ratio_is_no_share_of_the_province(with_nil: campaigns.Campaign) -> None:
    """The explorer gives a share for what adds, and none beside a percentage."""
    book = small.opened(small.summarised(with_nil))
    adds = {
        str(row[0]).split("|")[0]: row[11]
        for row in book["Bảng tra"].iter_rows(min_row=2, values_only=True)
        if row[0]
    }
    for code, adding in adds.items():
        indicator = with_nil.form.indicators[code]
        assert adding == int(str(indicator.aggregation) == "sum"), code
    assert {0, 1} == set(adds.values())


def test_units_that_a_ratio_lacks_are_named(with_nil: campaigns.Campaign) -> None:
    """Five names at most, and how many more; nothing where no ratio is shown."""
    rows = list(small.rows(small.opened(small.summarised(with_nil))["Toàn tỉnh – ML"], "Mã"))
    note = str(next(r for r in rows if r["Mã"] == "ML13")["Ghi chú"])
    every = small.districts(with_nil)
    first = [every[1].short_name, *(u.short_name for u in every[5:9])]
    assert f"2017: thiếu số, chưa có trong tỷ lệ: {', '.join(first)} và 8 đơn vị khác." in note
    assert "2007: thiếu số" not in note


def test_differences_are_of_the_exact_figures(campaign: campaigns.Campaign) -> None:
    """33,333333 and 66,666667 differ by 33,333333 or 33,333334, whatever is shown; it says so."""
    unit = small.districts(campaign)[0].code
    given: dict[tuple[str, str, str], object] = {}
    for year, number in (("2012", 1), ("2017", 2)):
        given[unit, "TC01", year] = 3
        given[unit, "ML10", year] = number
    small.record(campaign, given)
    book = small.opened(small.summarised(campaign))
    rows = list(small.rows(book["Toàn tỉnh – ML"], "Mã"))
    row = next(r for r in rows if r["Mã"] == "ML13")
    assert row["2012→2017: tăng, giảm"] == pytest.approx(33.333334, abs=1e-9)
    texts = [str(c.value) for r in book["Cách tính"].iter_rows() for c in r if c.value]
    assert any("không từ số đã làm tròn để hiển thị" in text for text in texts)
