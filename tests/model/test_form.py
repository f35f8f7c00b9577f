"""The form: what it asks, of whom, and how a sentence speaks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Nature, Period, Words
from tongket_xlsx.model.targets import Target
from tongket_xlsx.model.units import Unit


def test_words_fall_back_on_vietnamese() -> None:
    """A text without an English version is Vietnamese in every language."""
    assert Words("Năm 2012", "Year 2012").to("en") == "Year 2012"
    assert Words("Năm 2012", "Year 2012").to("vi") == "Năm 2012"
    assert Words("Năm 2012").to("en") == "Năm 2012"
    assert not Words("")
    assert Words("x")


YEAR = Period("2007", Words("Năm 2007"), date(2007, 1, 1), date(2007, 12, 31))
SPAN = Period("LK", Words("Lũy kế"), date(2007, 1, 1), date(2016, 12, 31), cumulative=True)


@pytest.mark.parametrize(
    ("since", "until", "year", "span"),
    [
        (None, None, True, True),
        (date(2007, 12, 31), None, True, True),
        (date(2008, 1, 1), None, False, True),
        (date(2017, 1, 1), None, False, False),
        (None, date(2007, 12, 31), True, True),
        (None, date(2007, 12, 30), False, True),
        (None, date(2006, 12, 31), False, False),
    ],
)
def test_a_unit_existed_at_the_end_of_a_year_or_anywhere_in_a_span(
    since: date | None, until: date | None, year: bool, span: bool
) -> None:
    """For a benchmark year the last day decides, for the cumulative span any day will do."""
    unit = Unit("A", "A", "A", "huyen", existed_from=since, existed_to=until)
    assert (unit.existed_in(YEAR), unit.existed_in(SPAN)) == (year, span)


def test_chu_puh_did_not_exist_in_2007(form: Form, units: Mapping[str, Unit]) -> None:
    """Chư Pưh was founded in 2009: no figure of 2007, but a cumulative one."""
    unit = units["GL-639"]
    assert [unit.existed_in(p) for p in form.periods] == [False, True, True, True]


def test_benchmark_years_are_the_periods_that_are_no_span(form: Form) -> None:
    """The years of the shipped form are 2007, 2012 and 2017; the span is apart."""
    assert [p.code for p in form.years] == ["2007", "2012", "2017"]
    assert list(form.period_by_code) == ["2007", "2012", "2017", "2007-2017"]


def test_the_printed_sign_is_the_first_of_its_state(form: Form) -> None:
    """A form prints “-”, “…” and “x”."""
    states = ("nil", "missing", "not_applicable")
    assert [form.sign(s) for s in states] == ["-", "…", "x"]


def test_a_computed_row_is_shown_to_whoever_answers_all_its_operands(form: Form) -> None:
    """ML03 = ML02 ÷ TC04 is seen by districts; the association answers only ML02."""
    ml = next(g for g in form.groups if g.code == "ML")
    assert form.indicators["ML03"].operands() == ("ML02", "TC04")
    assert "ML03" in [i.code for i in form.asked(ml, "huyen")]
    assert "ML03" not in [i.code for i in form.asked(ml, "hkh-tinh")]
    hidden = replace(form.indicators["ML03"], respondents=("hkh-tinh",))
    assert not form.is_asked(hidden, "hkh-tinh")


def test_an_input_is_made_of_nothing(form: Form) -> None:
    """An indicator that is typed in has no operands, and shows to its respondents."""
    assert form.indicators["TC01"].operands() == ()
    assert form.is_asked(form.indicators["TC01"], "cuc-thongke")
    assert not form.is_asked(form.indicators["TC01"], "hkh-tinh")


def test_only_kinds_that_are_part_of_the_province_add(form: Form) -> None:
    """Departments reconcile: TC04 adds districts only; TT01 leaves out the provincial centre."""
    assert form.adding_kinds(form.indicators["TC04"]) == ("huyen",)
    assert form.indicators["TT01"].respondents == ("huyen", "ttgdtx-tinh")
    assert form.adding_kinds(form.indicators["TT01"]) == ("huyen",)
    assert form.adding_kinds(form.indicators["TT02"]) == ("huyen", "ttgdtx-tinh")


def test_prompts_and_rosters_go_to_their_respondents(form: Form) -> None:
    """The farmers' union answers two questions and no list; a district fills in the list."""
    assert [p.code for p in form.prompts_for("hnd-tinh")] == ["TM10", "TM19"]
    assert form.rosters_for("hnd-tinh") == ()
    assert [r.code for r in form.rosters_for("huyen")] == ["VB"]


def test_a_roster_counts_by_the_one_column_so_marked(form: Form) -> None:
    """The documents are counted by block; a roster without such a column counts nothing."""
    roster = form.rosters[0]
    assert roster.counted is not None
    assert roster.counted.code == "VB02"
    plain = replace(roster, columns=tuple(replace(c, counted=False) for c in roster.columns))
    assert plain.counted is None


def test_a_label_starts_a_sentence(form: Form) -> None:
    """“- ” and “Trong đó: ” are dropped and the first letter is a capital."""
    assert form.indicators["ML05"].plain_label == "Chi hội thôn, làng, tổ dân phố"
    assert form.indicators["TC02"].plain_label == "Dân số là người dân tộc thiểu số"


def test_a_sentence_names_indicator_and_period_in_both_languages(form: Form) -> None:
    """What a sentence needs to speak of a cell; unknown codes add nothing."""
    naming = form.naming("ML02", "2012")
    assert naming["label"] == "Số hội khuyến học xã, phường, thị trấn"
    assert (naming["period_label"], naming["period_label_en"]) == ("năm 2012", "year 2012")
    assert "label_en" in naming
    assert form.naming("nope", "nope") == {}
    assert set(form.naming("nope", "2012")) == {"period_label", "period_label_en"}


def test_a_label_without_english_is_named_in_vietnamese(form: Form) -> None:
    """In English an indicator goes by its English label, and by the other where there is none."""
    assert form.naming("PC17")["label_en"] == "Literate, aged 15–35"
    assert form.naming("ML05")["label_en"] == "Branches of villages and residential groups"
    assert form.naming("TC01")["label_en"] == "Average population"
    silent = replace(form.indicators["PC17"], label=Words(form.indicators["PC17"].label.vi))
    groups = tuple(replace(g, indicators=(silent,)) for g in form.groups if g.code == "PC")
    told = replace(form, groups=groups).naming("PC17")
    assert told["label_en"] == told["label"] == "Người 15–35 tuổi biết chữ"


def test_an_office_has_the_name_by_which_a_kind_of_unit_knows_it(form: Form) -> None:
    """For a district the Statistics Office is its branch."""
    office = form.providers["TK"]
    assert office.name_for("huyen") == "Chi cục Thống kê"
    assert office.name_for("cuc-thongke") == "Cục Thống kê"


def test_everything_that_can_be_answered_has_a_code(form: Form) -> None:
    """Indicators, questions in words and roster columns, each once."""
    codes = list(form.answer_codes())
    assert len(codes) == len(set(codes)) == len(form.indicators) + len(form.prompts) + 6
    assert {"TC01", "TM01", "VB02"} <= set(codes)


def test_whole_numbers_are_asked_for_counts_and_money(form: Form) -> None:
    """A count and an amount are whole, a percentage and a yes need not be."""
    whole = {code: form.indicators[code].whole for code in ("TC01", "QK01", "PC39", "ML01")}
    assert whole == {"TC01": True, "QK01": True, "PC39": False, "ML01": False}
    assert form.indicators["ML03"].computed
    assert form.indicators["ML03"].nature is Nature.COMPUTED


@pytest.mark.parametrize(
    ("status", "verified"), [("verified-secondary", True), ("partly", False), ("unverified", False)]
)
def test_only_a_target_read_on_a_public_page_is_verified(status: str, verified: bool) -> None:
    """A target from memory, or read in part, is not verified."""
    target = Target("T", "D", "L", "", ">=", None, 2020, "", status, "", "")
    assert target.verified is verified
