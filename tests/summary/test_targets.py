"""What is concluded from a target: over enough units, for whom it is, and by a count of units."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest
import small_campaign as small
from recalculation import by_gnumeric, by_ironcalc, differences, results
from shipped import TEMPLATE

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.definition.loader import load
from tongket_xlsx.model.findings import UnsoundDefinition
from tongket_xlsx.model.form import Form

SHEET = "So với mục tiêu"
Row = dict[str, object]
PACE = "Cần thêm, cần giảm mỗi năm"

OWN = """
[[targets]]
document = "Kế hoạch số 7"
target = "Xã chưa có trung tâm học tập cộng đồng"
indicator = "TT06"
operator = "<="
value = 20
year = 2020
source = "Biên bản họp ngày 02/3"
"""


def communes(made: campaigns.Campaign, reached: Mapping[str, object]) -> small.Answers:
    """Answer that each district has 10 communes, so many of which reach the standard."""
    answers: dict[tuple[str, str, str], object] = {}
    for unit, number in reached.items():
        answers[unit, "TC04", "2017"] = 10
        answers[unit, "PC22", "2017"] = number
    return answers


def targets(made: campaigns.Campaign, data: bytes) -> dict[str, Row]:
    """Return the rows of the sheet of targets by the code of the target."""
    listed = list(small.rows(small.opened(data)[SHEET], "Văn bản"))
    own = len(made.settings.targets)
    codes = [*(f"CT-{n + 1}" for n in range(own)), *(t.code for t in made.form.targets)]
    return dict(zip(codes, listed, strict=True))


def test_no_verdict_where_too_few_units_are_behind_a_figure(campaign: campaigns.Campaign) -> None:
    """9 of 17 districts: the figure is shown with its coverage, and nothing is called reached."""
    some = small.districts(campaign)[:9]
    small.record(campaign, communes(campaign, {u.code: 10 for u in some}))
    found = targets(campaign, small.summarised(campaign))
    for code in ("T692-5", "T692-7", "T20-11"):
        row = found[code]
        assert row["Thực hiện"] == 100
        assert row["Số đơn vị"] == "9/17 !"
        assert row["Kết quả"] == "chưa đủ đơn vị: 9/17"
        assert (row["Chênh"], row[PACE]) == ("–", "–")


def test_a_level_for_others_is_held_against_nothing(campaign: campaigns.Campaign) -> None:
    """What a commune or a district must reach is listed, without the average of the province."""
    every = small.districts(campaign)
    small.record(campaign, communes(campaign, {u.code: 10 for u in every}))
    data = small.summarised(campaign)
    found = targets(campaign, data)
    for target in campaign.form.targets:
        if target.applies_to not in ("xa", "huyen", "xa-dac-biet-kho-khan", "khu-cong-nghiep"):
            continue
        row = found[target.code]
        for heading in ("So với cột", "Thực hiện", "Số đơn vị", "Chênh", PACE):
            assert row[heading] == "–", target.code
        assert str(row["Kết quả"]).startswith("mức dành cho "), target.code
    assert found["T20-1"]["Kết quả"] == "mức dành cho cấp xã, không so với số toàn tỉnh"
    overview = small.opened(data)["Tổng quan"]
    shown = [list(row) for row in overview.iter_rows(values_only=True)]
    own = {
        t.indicator for t in campaign.form.targets if t.applies_to in campaign.form.target_scopes
    }
    for row in shown:
        indicator = campaign.form.indicators.get(str(row[0]))
        if indicator is not None and indicator.headline and indicator.code not in own:
            assert "–" in row, indicator.code
            assert not any("(năm" in str(value) for value in row), indicator.code


def test_an_older_form_that_lists_such_scopes_as_its_own_changes_nothing(form: Form) -> None:
    """A campaign keeps its copy of the form, in which levels for communes stood among its own."""
    older = dataclasses.replace(form, target_scopes=(*form.target_scopes, "xa", "huyen"))
    for target in form.targets:
        assert older.is_for_the_province(target) == form.is_for_the_province(target), target.code
        if target.applies_to in ("xa", "huyen", "khu-cong-nghiep"):
            assert not older.is_for_the_province(target)


def test_districts_that_reach_a_level_are_counted(
    campaign: campaigns.Campaign, tmp_path: Path
) -> None:
    """15 of 17 districts: 88,24 %, and the two that are short of it are named; engines agree."""
    every = small.districts(campaign)
    number = {u.code: 9 for u in every} | {every[3].code: 8, every[5].code: "-"}
    small.record(campaign, communes(campaign, number))
    data = small.summarised(campaign)
    found = targets(campaign, data)
    for code, outcome in (
        ("T692-7", "đạt"),
        ("T20-11", "chưa đạt"),
        ("T692-8", "chưa đến hạn"),
    ):
        row = found[code]
        assert row["Mã"] == "PC35"
        assert row["Thực hiện"] == pytest.approx(100 * 15 / 17, abs=1e-6)
        assert (row["Số đơn vị"], row["Kết quả"]) == ("17/17", outcome)
        short = f"Chưa đạt: {every[3].short_name}, {every[5].short_name}."
        assert short in str(row["Ghi chú"])
    assert found["T692-8"][PACE] == pytest.approx(200 / 17 / 4, abs=1e-6)
    for engine in (by_ironcalc, by_gnumeric):
        made = engine({"b": data}, tmp_path)["b"]
        stored = {k: v for k, v in results(data).items() if k[0] == SHEET}
        assert stored
        assert differences(stored, {k: v for k, v in made.items() if k in stored}) == []


def test_a_district_without_a_figure_is_not_judged(campaign: campaigns.Campaign) -> None:
    """16 that reach it and one unknown: of 85 % that is enough, of all it is not yet."""
    every = small.districts(campaign)
    small.record(campaign, communes(campaign, {u.code: 10 for u in every[1:]}))
    found = targets(campaign, small.summarised(campaign))
    missing = every[0].short_name
    assert found["T692-7"]["Kết quả"] == "đạt"
    assert found["T692-7"]["Số đơn vị"] == "16/17"
    assert found["T692-8"]["Kết quả"] == f"chưa kết luận: chưa xét được {missing}"
    assert f"Chưa xét (thiếu số hoặc số đang xem lại): {missing}." in str(
        found["T692-8"]["Ghi chú"]
    )


def test_a_district_whose_figure_is_held_is_not_judged(campaign: campaigns.Campaign) -> None:
    """More communes that reach the standard than there are: held, and counted neither way."""
    every = small.districts(campaign)
    number = {u.code: 10 for u in every} | {every[2].code: 5000}
    held = [(every[2].code, "PC22", "2017")]
    small.record(campaign, communes(campaign, number), held)
    row = targets(campaign, small.summarised(campaign))["T692-7"]
    assert str(row["Số đơn vị"]).startswith("16/17")
    assert row["Kết quả"] == f"chưa kết luận: đang xem lại: {every[2].short_name}"


def test_yes_and_no_are_counted_among_the_districts(
    campaign: campaigns.Campaign, tmp_path: Path
) -> None:
    """The districts that have a centre, of those that said; “-” is no."""
    every = small.districts(campaign)
    said = ["Có"] * 12 + ["Không"] * 2 + ["-"] * 2 + ["…"]
    given = {(u.code, "TT01", "2012"): word for u, word in zip(every, said, strict=True)}
    small.record(campaign, given)
    data = small.summarised(campaign)
    row = targets(campaign, data)["T112-2"]
    assert (row["Mã"], row["So với cột"], row["Số đơn vị"]) == ("TT01", "2012", "16/17")
    assert row["Thực hiện"] == pytest.approx(75)
    assert row["Kết quả"] == "chưa đạt"
    made = by_ironcalc({"b": data}, tmp_path)["b"]
    stored = {k: v for k, v in results(data).items() if k[0] == SHEET}
    assert differences(stored, {k: v for k, v in made.items() if k in stored}) == []


def test_a_target_of_the_province_bears_the_source_its_owner_gave(
    campaign: campaigns.Campaign,
) -> None:
    """It claims no reading of a legal text; what must fall is to be taken off, in which years."""
    path = campaign.home / "tongket.toml"
    path.write_text(path.read_text(encoding="utf-8") + OWN, encoding="utf-8")
    made = campaigns.open_campaign(campaign.home)
    answers: dict[tuple[str, str, str], object] = {}
    for unit in small.districts(made):
        answers[unit.code, "TC04", "2017"] = 10
        answers[unit.code, "TT05", "2017"] = 4
    small.record(made, answers)
    data = small.summarised(made)
    row = targets(made, data)["CT-1"]
    assert row["Độ tin cậy"] == "Tỉnh đặt ra: Biên bản họp ngày 02/3"
    assert (row["Mức"], row["Thực hiện"], row["Kết quả"]) == ("≤ 20", 40, "chưa đến hạn")
    assert row[PACE] == -5
    sheet = small.opened(data)[SHEET]
    pace = next(c for c in sheet[6] if c.value == -5)
    assert pace.number_format.split(";")[1] == '"cần giảm "#,##0.00" (2017–2020)"'


def test_a_target_known_in_part_is_marked_where_there_is_no_colour(
    campaign: campaigns.Campaign,
) -> None:
    """In the list, on the overview and in the names of a chart it says so in words."""
    every = small.districts(campaign)
    small.record(campaign, communes(campaign, {u.code: 9 for u in every}))
    data = small.summarised(campaign)
    status = {code: row["Độ tin cậy"] for code, row in targets(campaign, data).items()}
    for target in campaign.form.targets:
        partly = str(status[target.code]).startswith("Mới đọc được một phần")
        assert partly == (target.status == "partly"), target.code
    book = small.opened(data)
    for sheet in (book["Tổng quan"], book["Biểu đồ"]):
        marked = [
            str(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if "≥" in str(cell.value) and "(năm" in str(cell.value)
        ]
        assert any(text.endswith("(rõ một phần)") for text in marked), sheet.title


def with_counts(old: str, new: str) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in TEMPLATE.glob("*.yaml")}
    given = files["targets.yaml"].decode()
    assert old in given
    files["targets.yaml"] = given.replace(old, new, 1).encode()
    return files


PC35 = "      indicators: PC35\n      value: 90\n      kinds: huyen\n"
OF = "      of: share\n"


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (PC35.replace("PC35", "PC99"), "definition.unknown"),
        (PC35.replace("huyen", "huyn"), "definition.unknown"),
        (PC35.replace("huyen", "so-gddt"), "definition.count_kind"),
        (PC35.replace("huyen", "ttgdtx-tinh"), "definition.count_asked"),
        (PC35.replace("PC35", "PC35 TC04"), "definition.count_groups"),
        (PC35.replace("PC35", "TT01"), "definition.count_yes"),
        (PC35.replace("      value: 90\n", ""), "definition.count_level"),
        (f"{PC35}      of: number\n    indicator: PC35\n", "definition.count_twice"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_line(new: str, sentence: str) -> None:
    """Each fault of the key is one sentence that names the target or the code, and its line."""
    with pytest.raises(UnsoundDefinition) as refused:
        load(with_counts(PC35 + OF, new if "of:" in new else new + OF))
    found = [f for f in refused.value.findings if f.code == sentence]
    assert len(found) == 1
    assert str(found[0].place).startswith("targets.yaml:")


def test_what_is_counted_stands_in_the_definition_as_written(form: Form) -> None:
    """Every target that counts districts has a level, and none has an indicator as well."""
    counted = {t.code: t.counts for t in form.targets if t.counts is not None}
    assert set(counted) >= {"T112-2", "T692-7", "T692-8", "T20-10", "T20-11"}
    assert all(not t.indicator for t in form.targets if t.counts is not None)
    assert counted["T20-10"] is not None
    assert counted["T20-10"].indicators == ("PC32", "PC33", "PC34")


def test_a_campaign_without_the_units_that_a_target_counts_has_no_verdict(tmp_path: Path) -> None:
    """Communes of one district: how many districts reach a level is not asked of them."""
    listed = tmp_path / "units.csv"
    lines = ["code,name,kind,parent", "T,Tỉnh thử,tinh,", "K,Khối tỉnh thử,khoi-tinh,T"]
    listed.write_text("\n".join(lines), encoding="utf-8")
    made = campaigns.create(tmp_path / "dot", units_file=listed, form=campaigns.DEFAULT_FORM)
    row = targets(made, small.summarised(made))["T692-7"]
    assert (row["Thực hiện"], row["Số đơn vị"], row["Kết quả"]) == ("–", "–", "–")
