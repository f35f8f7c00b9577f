"""A finding put into words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tongket_xlsx.model.findings import CannotWork, Finding, Severity
from tongket_xlsx.model.wording import Wording, problem, worded


def test_a_finding_of_the_catalogue_says_what_is_wrong_found_expected_and_to_do() -> None:
    """All four parts are worded, numbers as Vietnamese writes them."""
    finding = Finding(
        "cell.above",
        Severity.ERROR,
        indicator="PC03",
        period="2012",
        parameters={
            "label": "Tỷ lệ ra lớp",
            "period_label": "năm 2012",
            "found": Decimal("1234.5"),
            "limit": 100,
        },
    )
    assert worded(finding, "vi") == Wording(
        "Số 1.234,5 ở Tỷ lệ ra lớp (PC03) năm 2012 lớn hơn mức cao nhất có thể có (100).",
        "1.234,5",
        "không quá 100",
        "Đề nghị kiểm tra lại và sửa số.",
    )


def test_english_takes_the_english_names() -> None:
    """A parameter that ends in _en stands for its namesake in English."""
    finding = Finding(
        "cell.blank",
        Severity.ERROR,
        indicator="TC01",
        parameters={
            "label": "Dân số",
            "label_en": "Population",
            "period_label": "năm 2012",
            "period_label_en": "year 2012",
        },
    )
    assert worded(finding, "en").message == "No figure for year 2012 in Population (TC01)."
    assert worded(finding, "vi").message == "Chưa có số năm 2012 của chỉ tiêu Dân số (TC01)."
    assert worded(finding, "en").found == ""


_RULE = {
    "text": "TC02 <= TC01",
    "found": "TC02[2012] = 9; TC01[2012] = 5",
    "message": "TC02 lớn hơn TC01.",
    "message_en": "TC02 exceeds TC01.",
}


@pytest.mark.parametrize(
    ("lang", "message"), [("vi", "TC02 lớn hơn TC01."), ("en", "TC02 exceeds TC01.")]
)
def test_a_rule_brings_its_own_sentence(lang: str, message: str) -> None:
    """A rule of the form is worded by the form; what is expected is the rule itself."""
    wording = worded(Finding("TC02-TC01", Severity.ERROR, parameters=_RULE), lang)
    assert wording.message == message
    assert wording.found == "TC02[2012] = 9; TC01[2012] = 5"
    assert wording.expected == "TC02 <= TC01"


def test_a_rule_without_an_english_sentence_is_quoted() -> None:
    """Where a rule has no sentence in English, its expression and figures are shown."""
    finding = Finding("TC02-TC01", Severity.ERROR, parameters={**_RULE, "message_en": ""})
    assert worded(finding, "en").message == (
        "The rule TC02-TC01 does not hold: TC02 <= TC01 (TC02[2012] = 9; TC01[2012] = 5)."
    )


@pytest.mark.parametrize(
    ("severity", "advice"),
    [
        (Severity.ERROR, "Kiểm tra các số nêu trên và sửa số sai; không còn số liệu thì ghi “…”."),
        (Severity.WARNING, "Nếu số đúng, ghi lý do vào cột Giải trình; không phải sửa số."),
        (Severity.NOTE, ""),
    ],
)
def test_the_advice_of_a_rule_depends_on_its_severity(severity: Severity, advice: str) -> None:
    """An error is to be corrected, a warning may be explained, and a note asks for nothing."""
    assert worded(Finding("TC02-TC01", severity, parameters=_RULE), "vi").advice == advice


def test_a_finding_without_expectation_or_advice_leaves_them_empty() -> None:
    """Where the catalogue has no such part the part is empty, not invented."""
    wording = worded(Finding("code.not_asked", Severity.WARNING, indicator="TC01"), "vi")
    assert (wording.expected, wording.advice) == ("", "")


def test_a_stop_is_put_into_words() -> None:
    """Why the work stopped is said in the language asked for."""
    error = CannotWork("definition.unsound", count=3)
    assert problem(error, "vi") == "Định nghĩa biểu có 3 chỗ phải sửa."
    assert problem(error, "en") == "The definition has 3 faults."
