"""Numbers as Vietnamese offices type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongket_xlsx.text.numerals import Reading, read_number, tidy


def _read(text: str, *, whole: bool = True, money: bool = False, unit: str = "") -> Decimal | None:
    reading = read_number(text, whole=whole, money=money, unit=unit)
    assert reading is None or not reading.ambiguous, reading
    return None if reading is None else reading.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("17", "17"),
        ("+17", "17"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("1.234", "1234"),
        ("12.345.678", "12345678"),
        ("1,234,567", "1234567"),
        ("1 234 567", "1234567"),
        ("1\u00a0234", "1234"),
        ("1\u202f234", "1234"),
        (" 42 ", "42"),
        ("１２３", "123"),
        ("12,5", "12.5"),
        ("1234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("gần 70.000", "70000"),
        ("khoảng 120", "120"),
        ("Trên 1.500", "1500"),
        ("~ 30", "30"),
        ("≥5", "5"),
        ("120 (có 30 nữ)", "120"),
        ("15 xã", "15"),
        ("15 người.", "15"),
        ("1.234 người", "1234"),
        ("17/17 xã", "17"),
        ("195/234", "195"),
        ("1.195 / 2.234", "1195"),
        ("17/17", "17"),
        ("13/2016", "13"),
        ("5/2200 người", "5"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_a_count_is_read_as_offices_write_it(text: str, value: str) -> None:
    """In a count a dot or a space separates thousands, and known words around it are let pass."""
    assert _read(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("15 chi hội", "chi hội", "15"),
        ("12 buôn", "thôn, buôn", "12"),
        ("9 Buôn", "thôn, buôn", "9"),
    ],
)
def test_the_unit_of_measure_may_stand_behind_the_number(text: str, unit: str, value: str) -> None:
    """The unit of the indicator, or one of several given with commas, is allowed behind it."""
    assert _read(text, unit=unit) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("85%", "85"),
        ("85,5 %", "85.5"),
        ("85.5", "85.5"),
        ("12,345", "12.345"),
        ("1.234,5", "1234.5"),
    ],
)
def test_a_percentage_has_a_decimal_comma(text: str, value: str) -> None:
    """Where fractions make sense a comma is a decimal comma, and the percent sign is let pass."""
    assert _read(text, whole=False, unit="%") == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2,7 tỷ", "2700"),
        ("2.7 tỉ đồng", "2700"),
        ("1,234 tỷ", "1234"),
        ("3 tỷ đồng", "3000"),
        ("450 triệu", "450"),
        ("450 trđ", "450"),
        ("1.250.000.000 đồng", "1250"),
        ("500.000.000đ", "500"),
        ("250.500 nghìn đồng,", None),
        ("1.250.000 ngàn đồng", "1250"),
        ("12.345.678 VNĐ", "12.345678"),
        ("gần 2 tỷ (ước)", "2000"),
    ],
)
def test_money_states_its_own_scale(text: str, value: str | None) -> None:
    """Behind an amount tỷ, triệu, nghìn đồng and đồng turn it into million đồng."""
    found = _read(text, money=True)
    assert found == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "whole", "money", "first", "second"),
    [
        ("1,234", True, False, "1234", "1.234"),
        ("1.234", False, False, "1234", "1.234"),
        ("1.234", True, True, "1234", "1.234"),
        ("1,234", True, True, "1234", "1.234"),
        ("1.234 triệu", True, True, "1234", "1.234"),
        ("1.250 tỷ", True, True, "1250000", "1250"),
        ("50.000 đồng", True, True, "0.05", "0.00005"),
        ("0.500", True, False, "500", "0.5"),
        ("-0.500", True, False, "-500", "-0.5"),
    ],
)
def test_two_readings_are_both_returned(
    text: str, whole: bool, money: bool, first: str, second: str
) -> None:
    """Where a separator may be of thousands or of decimals nobody guesses."""
    reading = read_number(text, whole=whole, money=money)
    assert reading == Reading(Decimal(first), Decimal(second))
    assert reading.ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "không rõ",
        "mười hai",
        "1.23.4",
        "12 34",
        "--5",
        "1/2/2016",
        "17/x",
        "17/17 kg",
        "1.23.4/5",
        "15 kg",
        "15 tỷ",
        "١٢",
        "½",
        "120¹",
        "85%",
        "91/74",
        "1,5/3",
        "2.5/3",
        "12/2016",
        "3 / 2017",
        "1234567890123456",
        "1.234.567.890.123.456",
        "9" * 61,
        "(12)",
        "5 - 7",
        "2 tỷ 500 triệu",
        "147\n150",
        "147\t150",
        "45 (nghìn)",
        "45 (ĐVT: nghìn người)",
        "45 (%)",
    ],
)
def test_what_is_no_number_is_not_made_one(text: str) -> None:
    """Unknown words, digits in no known shape, months, slips and per cents are no count."""
    assert read_number(text, whole=True) is None


def test_a_ratio_in_a_percentage_is_no_percentage() -> None:
    """Behind “195/234” in a percentage stands a ratio nobody has computed yet."""
    assert read_number("195/234", whole=False, unit="%") is None


@pytest.mark.parametrize("text", ["45 người", "45 xã", "45 (83,3%)", "195 (83 %)"])
def test_a_count_in_a_percentage_is_no_percentage(text: str) -> None:
    """A number of people is no share, though the share may stand in brackets behind it."""
    assert read_number(text, whole=False, unit="%") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("83,3% (195/234)", "83.3"), ("83,3 (%)", "83.3"), ("83,3 (tăng 2)", "83.3")],
)
def test_a_remark_behind_a_percentage_is_left_out(text: str, value: str) -> None:
    """What stands in brackets behind a share is a remark, or its unit."""
    assert read_number(text, whole=False, unit="%") == Reading(Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [("3 (tỷ đồng)", "3000"), ("3 (ĐVT: tỷ)", "3000"), ("3 (tăng 2 tỷ)", "3"), ("3 (trăm)", None)],
)
def test_a_scale_in_brackets_is_no_remark(text: str, value: str | None) -> None:
    """“3 (tỷ đồng)” is three milliards; a remark that mentions an amount is left out."""
    expected = None if value is None else Reading(Decimal(value))
    assert read_number(text, whole=True, money=True, unit="triệu đồng") == expected


def test_money_is_not_counted_in_people() -> None:
    """The words that may follow a count may not follow an amount, nor the other way round."""
    assert read_number("15 người", whole=True, money=True) is None
    assert read_number("15 triệu", whole=True) is None


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("１２\u00a0３", "12 3"),
        ("…", "…"),
        ("120¹", "120¹"),
        ("（ａ）", "(a)"),
        ("a\u200bb\ufeff", "a b"),
        ("−1", "-1"),
        ("–", "–"),
    ],
)
def test_tidying_leaves_ordinary_digits_spaces_and_minus(text: str, tidied: str) -> None:
    """Full-width digits, special spaces and the minus sign are folded, a dash stays a dash."""
    assert tidy(text) == tidied


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_every_count_written_the_vietnamese_way_is_read_back(number: int) -> None:
    """A count with dots between thousands is read as the very number."""
    assert _read(f"{number:,}".replace(",", ".")) == Decimal(number)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_but_never_fails(text: str) -> None:
    """Whatever stands in a cell, reading it gives a number, two numbers or nothing."""
    for money in (False, True):
        reading = read_number(text, whole=True, money=money)
        assert reading is None or reading.value is not None
