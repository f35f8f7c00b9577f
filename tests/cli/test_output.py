"""What people read: files, findings, where the units stand, reminders."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tongket_xlsx.cli import output as showing
from tongket_xlsx.cli import output_reminders, output_status
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.observations import Identity, Outcome, Return
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.unit_status import (
    LATE,
    NEEDS_CORRECTION,
    NOT_RETURNED,
    ON_TIME,
    Standing,
)
from tongket_xlsx.tasks.file_result import file_result

TODAY = date(2017, 3, 21)


def standing(unit, state=NOT_RETURNED, *, required=True, received=None, late=0, errors=0, **more):
    given = {"round": 1, "file": "a.xlsx", "warnings": 0, "answered": 0, "asked": 10} | more
    return Standing(
        unit=unit,
        required=required,
        state=state,
        received=received,
        late_days=late,
        errors=errors,
        completeness={},
        **given,
    )


@pytest.fixture
def kbang(units):
    return replace(units["GL-625"], contact="Bà Lan", phone="0269 111")


def result_of(*findings, outcome=Outcome.NEEDS_CORRECTION):
    found = Return("ab" * 32, Identity("GL-625", "f", "1", 1), findings=findings)
    return file_result("nop-ve/a.xlsx", found, outcome=outcome)


# ---------------------------------------------------------------------- files and findings


def test_the_worst_of_a_file_comes_first():
    """A file is told with its counts; errors come before warnings, warnings before notes."""
    note = Finding("file.duplicate", Severity.NOTE, parameters={"date": "30/03/2017", "found": "b"})
    label = {"label": "Số điện thoại", "label_en": "Telephone"}
    warning = Finding(
        "cover.blank", Severity.WARNING, Place("Huyện KBang", "Bìa", "D9"), "", "", label
    )
    error = Finding("file.empty", Severity.ERROR)
    assert list(showing.files_text([result_of(note, warning, error)], "vi")) == [
        "nop-ve/a.xlsx: cần chỉnh sửa (1 lỗi, 1 cảnh báo, 1 ghi chú)",
        "  Lỗi · Tệp trống, không có nội dung.",
        "      Cần làm: Đề nghị gửi lại tệp Excel.",
        "  Cảnh báo · Huyện KBang › Bìa!D9: Trang Bìa chưa ghi: Số điện thoại.",
        "      Cần làm: Ghi vào ô vàng ở trang Bìa.",
        "  Ghi chú · Tệp này đã nhận ngày 30/03/2017 (b), không nhập lại.",
    ]


def test_no_more_than_a_dozen_findings_are_shown():
    """Of many findings a dozen are shown, and how many more there are."""
    some = [Finding("file.special", Severity.ERROR)] * 15
    lines = list(showing.files_text([result_of(*some)], "en"))
    assert len(lines) == 1 + 12 + 1
    assert lines[-1].startswith("  … and 3 more; see all with --json")
    assert len(list(showing.files_text([result_of(*some[:12])], "en"))) == 1 + 12


def test_numbers_in_a_finding_are_written_as_the_language_writes_them():
    """A number in a sentence has the separators of its language."""
    found = {"found": Decimal("1234.5"), "limit": 0, "label": "Hội viên", "label_en": "Members"}
    names = {"period_label": "năm 2017", "period_label_en": "year 2017"}
    finding = Finding("cell.below", Severity.ERROR, Place(), "ML10", "2017", found | names)
    assert next(showing.finding_lines(finding, "vi")) == (
        "  Lỗi · Số 1.234,5 ở Hội viên (ML10) năm 2017 nhỏ hơn mức thấp nhất có thể có (0)."
    )
    assert next(showing.finding_lines(finding, "en")) == (
        "  Error · 1,234.5 in Members (ML10) for year 2017 is below the lowest possible value (0)."
    )


def test_a_rule_of_the_form_brings_its_own_sentence():
    """A rule is told in its own words; in a language it has none for, the rule is quoted."""
    rule = Finding(
        "R1",
        Severity.WARNING,
        Place("Huyện KBang"),
        parameters={"message": "Số A lớn hơn số B.", "text": "A <= B", "found": "A = 2, B = 1"},
    )
    assert list(showing.finding_lines(rule, "vi")) == [
        "  Cảnh báo · Huyện KBang: Số A lớn hơn số B.",
        "      Đang ghi: A = 2, B = 1",
        "      Cần làm: Nếu số đúng, ghi lý do vào cột Giải trình; không phải sửa số.",
    ]
    assert next(showing.finding_lines(rule, "en")) == (
        "  Warning · Huyện KBang: The rule R1 does not hold: A <= B (A = 2, B = 1)."
    )


def test_outcomes_are_counted_with_those_that_did_not_occur():
    """Every outcome has a count, zero where there is none."""
    results = [result_of(outcome=Outcome.ACCEPTED), result_of(outcome=Outcome.ACCEPTED)]
    assert showing.outcomes(results) == {
        "accepted": 2,
        "needs-correction": 0,
        "refused": 0,
        "duplicate": 0,
        "not-a-return": 0,
        "blank": 0,
    }


# ---------------------------------------------------------------------- where units stand


def test_the_table_of_units_says_state_day_faults_and_share(units, kbang):
    """A unit that returned shows day, errors, warnings and share; one that did not shows none."""
    came = date(2017, 4, 2)
    table = list(
        output_status.status_text(
            [
                standing(kbang, LATE, received=came, late=2, warnings=3, answered=9),
                standing(units["GL-HND"], NEEDS_CORRECTION, received=came, errors=4, answered=10),
                standing(units["GL-DU-CA"], required=False),
                standing(units["GL-DU-QS"], ON_TIME, received=came, required=False, asked=0),
            ],
            "en",
        )
    )
    assert [line.split("  ")[0] for line in table[:5]] == [
        "Unit",
        "GL-625 KBang",
        "GL-HND Hội Nông dân tỉnh",
        "GL-DU-CA Đảng ủy Công an",
        "GL-DU-QS Đảng ủy Quân sự",
    ]
    assert table[1].split()[2:] == ["Received", "2", "days", "late", "02/04/2017", "0", "3", "90%"]
    assert table[2].split()[-4:] == ["02/04/2017", "4", "0", "100%"]
    assert table[3].endswith("Not received (optional)")
    assert table[4].split()[-3:] == ["02/04/2017", "0", "0"]
    assert table[5] == "2 of 2 required returns received; 1 need correction."


def test_columns_stand_below_each_other(units):
    """Every column starts at one place, however many marks the letters before it carry."""
    decomposed = replace(units["GL-625"], short_name="Đăk Đoa")
    lines = list(output_status.status_text([standing(decomposed), standing(units["GL-HND"])], "vi"))
    plain = replace(decomposed, short_name="Đăk Đoa")
    same = list(output_status.status_text([standing(plain), standing(units["GL-HND"])], "vi"))
    assert [line.index("Chưa nộp") for line in same[1:3]] == [same[0].index("Tình trạng")] * 2
    assert lines[2] == same[2]


# ---------------------------------------------------------------------- reminders


def reminded(campaign, unit, today=TODAY, lang="vi", **settings):
    changed = replace(campaign, settings=replace(campaign.settings, **settings))
    return list(output_reminders.reminders(changed, [standing(unit)], today, lang))


def test_a_reminder_says_whom_to_call_and_what_to_send(campaign, kbang):
    """A reminder names the unit, its contact, the days left and a sentence ready to send."""
    assert reminded(campaign, kbang) == [
        "GL-625 Huyện KBang",
        "  Người liên hệ: Bà Lan, điện thoại 0269 111",
        "  Còn 10 ngày",
        (
            "  Kính gửi Bà Lan: đến ngày 21/03/2017, BAN TUYÊN GIÁO TỈNH ỦY GIA LAI chưa nhận "
            "được biểu số liệu của Huyện KBang. Đề nghị đơn vị gửi chậm nhất ngày 31/03/2017. "
            "Trân trọng cảm ơn."
        ),
        "",
    ]


@pytest.mark.parametrize(
    ("today", "counts", "left", "asked"),
    [
        (date(2017, 3, 31), True, "The deadline is today", "by 31/03/2017"),
        (date(2017, 3, 30), False, "The deadline is today", "before 31/03/2017"),
        (date(2017, 3, 30), True, "1 days left", "by 31/03/2017"),
        (date(2017, 3, 31), False, "1 days overdue", "soon, deadline 31/03/2017"),
        (date(2017, 4, 3), True, "3 days overdue", "soon, deadline 31/03/2017"),
    ],
)
def test_a_reminder_reckons_the_days_as_lateness_does(campaign, kbang, today, counts, left, asked):
    """Days left or overdue, and “by” or “before”, follow whether the day itself counts."""
    lines = reminded(campaign, kbang, today, "en", deadline_day_counts=counts)
    assert lines[2] == "  " + left
    assert f"Please send it {asked}. " in lines[3]


def test_a_reminder_without_contact_addresses_a_colleague(campaign, units):
    """Where the list has no contact the reminder says so and is still ready to send."""
    lines = reminded(campaign, units["GL-625"])
    assert lines[1] == "  (chưa có người liên hệ trong danh sách đơn vị)"
    assert lines[3].startswith("  Kính gửi đồng chí: ")


def test_a_contact_without_telephone_is_still_a_contact(campaign, units):
    """What is missing of a contact is left open, not the whole contact."""
    lines = reminded(campaign, replace(units["GL-625"], phone="0269 111"))
    assert lines[1] == "  Người liên hệ: …, điện thoại 0269 111"


def test_without_a_deadline_no_sentence_is_made(campaign, kbang):
    """A campaign without a deadline has nothing to demand by a day."""
    lines = reminded(campaign, kbang, deadline=None)
    assert lines == [
        "GL-625 Huyện KBang",
        "  Người liên hệ: Bà Lan, điện thoại 0269 111",
        "  Chưa đặt hạn nộp",
        "",
    ]


def test_a_unit_that_must_correct_is_asked_to_correct(campaign, kbang):
    """A return with errors brings a reminder of its own, with the file and how many errors."""
    wrong = standing(kbang, NEEDS_CORRECTION, received=TODAY, errors=3, file="b.xlsx")
    lines = list(output_reminders.reminders(campaign, [wrong], TODAY, "vi"))
    assert lines[2] == "  Còn 3 lỗi phải sửa trong biểu đã nộp (tệp b.xlsx)"
    assert lines[4] == (
        "  Kính gửi Bà Lan: biểu số liệu của Huyện KBang còn 3 chỗ phải sửa. Đề nghị đơn vị sửa "
        "và gửi lại chậm nhất ngày 31/03/2017. Trân trọng cảm ơn."
    )


def test_only_units_of_which_something_is_wanted_are_reminded(campaign, units):
    """Who has returned in order, late or not, and who need not return, is not reminded."""
    standings = [
        standing(units["GL-625"], ON_TIME, received=TODAY),
        standing(units["GL-626"], LATE, received=TODAY, late=2),
        standing(units["GL-DU-CA"], required=False),
    ]
    assert list(output_reminders.reminders(campaign, standings, TODAY, "en")) == [
        "Every required return has been received."
    ]


def test_a_program_can_have_the_reminders_too(campaign, kbang, units):
    """Asked for, each unit of the document has its reminder, or null; else there is no such key."""
    standings = [standing(kbang), standing(units["GL-626"], LATE, received=TODAY, late=2)]
    told = output_reminders.reminders_by_unit(campaign, standings, TODAY, "vi")
    first, second = json.loads(output_status.status_json(standings, told))["units"]
    lines = first["reminder"].split("\n")
    assert lines[0] == "GL-625 Huyện KBang"
    assert lines[-1].startswith("Kính gửi Bà Lan: đến ngày 21/03/2017")
    assert second["reminder"] is None
    assert "reminder" not in json.loads(output_status.status_json(standings))["units"][0]
