"""Numbers written in every way of a Vietnamese office are read back; nothing raises."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from tongket_xlsx.text.numerals import NIL_WORDS, Reading, read_number, tidy

WHOLE = st.integers(min_value=0, max_value=999_999_999_999)
FRACTION = st.decimals(min_value=0, max_value=999_999, places=2, allow_nan=False)
SPACES = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])
ABOUT = st.sampled_from(["", "gần ", "trên ", "hơn ", "khoảng ", "Khoảng ", "~", "≈ ", "> ", "≥"])
TAILS = st.sampled_from(["", " người", " xã", "  xã.", " hội", "người", " đơn vị", " huyện."])
ASIDES = st.sampled_from(["", " (tăng 2)", " (có 30 nữ)", "(ước)"])
# The signs numbers are made of: most texts of these are nearly numbers.
NEARLY = st.text(alphabet="0123456789.,-+/% ()~\u00a0０１.．，tỷriệuđồngxãkc", max_size=24)
FULL_WIDTH = {ord("0") + n: 0xFF10 + n for n in range(10)}


def grouped(value: int, mark: str) -> str:
    """Write a number with a mark between the thousands."""
    return f"{value:,}".replace(",", mark)


def sure(text: str, *, whole: bool = True, money: bool = False, unit: str = "") -> Decimal:
    """Read a text that must have exactly one reading."""
    reading = read_number(text, whole=whole, money=money, unit=unit)
    assert reading is not None, text
    assert not reading.ambiguous, (text, reading)
    return reading.value


# ---------------------------------------------------------------------- what is written is read


@given(WHOLE, ABOUT, TAILS, ASIDES)
def test_a_count_with_dots_is_read(value: int, about: str, tail: str, aside: str) -> None:
    """1.234.567, with or without words around it, is one million and something."""
    assert sure(f"{about}{grouped(value, '.')}{tail}{aside}") == value


@given(WHOLE, SPACES)
def test_a_count_with_spaces_is_read(value: int, space: str) -> None:
    """1 234 567 is the same number, whichever space it is."""
    assert sure(grouped(value, space)) == value


@given(WHOLE)
def test_a_count_without_marks_is_read(value: int) -> None:
    """Digits alone are themselves, in full width as well, with a sign or without."""
    assert sure(str(value)) == value
    assert sure(str(value).translate(FULL_WIDTH)) == value
    assert sure(f"+{value}") == value
    assert sure(f"−{value}") == -value


@given(st.integers(min_value=1_000_000, max_value=999_999_999_999))
def test_two_groups_leave_no_doubt(value: int) -> None:
    """With two marks they part thousands, be they dots or commas, in anything that is counted."""
    for whole, money in ((True, False), (False, False), (True, True)):
        assert sure(grouped(value, "."), whole=whole, money=money) == value
        assert sure(grouped(value, ","), whole=whole, money=money) == value


@given(FRACTION)
def test_a_percentage_with_a_comma_is_read(value: Decimal) -> None:
    """85,25 and 85,25 % are the same share."""
    text = str(value).replace(".", ",")
    for written in (text, f"{text}%", f"{text} %", f"+{text}"):
        assert sure(written, whole=False, unit="%") == value


@given(st.decimals(min_value=1000, max_value=9_999_999, places=2, allow_nan=False))
def test_dots_and_a_comma_leave_no_doubt(value: Decimal) -> None:
    """1.234,56 is a number with a fraction everywhere, and so is 1,234.56."""
    english = f"{value:,}"
    vietnamese = english.replace(",", "\0").replace(".", ",").replace("\0", ".")
    for whole, money in ((True, False), (False, False), (True, True)):
        assert sure(vietnamese, whole=whole, money=money) == value
        assert sure(english, whole=whole, money=money) == value


@given(st.integers(min_value=0, max_value=999_999), st.sampled_from([" tỷ", " tỉ đồng", "tỷ đồng"]))
def test_billions_of_money_become_millions(value: int, word: str) -> None:
    """An amount in tỷ is a thousand times as many millions."""
    assert sure(f"{value}{word}", money=True) == value * 1000
    assert sure(f"{value},5{word}", money=True) == value * 1000 + 500


@given(st.integers(min_value=0, max_value=999_999_999_999))
def test_an_amount_in_dong_becomes_millions(value: int) -> None:
    """An amount in đồng is written out in full and counts a millionth of it."""
    assert sure(f"{value} đồng", money=True) == Decimal(value) / 1_000_000


@given(st.integers(min_value=13, max_value=1899), st.data())
def test_so_many_of_so_many_is_the_first(of: int, data: st.DataObject) -> None:
    """17/17 xã says how many of how many; the second is never smaller."""
    part = data.draw(st.integers(min_value=0, max_value=of))
    assert sure(f"{part}/{of}") == part
    assert sure(f"{part} / {of} xã") == part
    if part < of:
        assert read_number(f"{of}/{part}", whole=True) is None


# ---------------------------------------------------------------------- doubt is said


@given(st.integers(min_value=1000, max_value=999_999))
def test_one_dot_is_thousands_in_a_count_and_a_question_elsewhere(value: int) -> None:
    """1.234 is 1 234 of a count; of a percentage or an amount it may be 1,234 as well."""
    text = grouped(value, ".")
    fraction = Decimal(text)
    assert sure(text) == value
    assert read_number(text, whole=False) == Reading(Decimal(value), fraction)
    assert read_number(text, whole=True, money=True) == Reading(Decimal(value), fraction)


@given(st.integers(min_value=1000, max_value=999_999))
def test_one_comma_is_a_question_in_a_count_and_a_fraction_elsewhere(value: int) -> None:
    """1,234 of a count may be English thousands; of a percentage it is 1,234 parts of one."""
    text = grouped(value, ",")
    fraction = Decimal(text.replace(",", "."))
    assert read_number(text, whole=True) == Reading(Decimal(value), fraction)
    assert sure(text, whole=False) == fraction


@given(st.integers(min_value=0, max_value=999))
def test_nobody_parts_thousands_behind_a_zero(value: int) -> None:
    """0.500 of a count is a question."""
    reading = read_number(f"0.{value:03}", whole=True)
    assert reading is not None
    assert reading.ambiguous


# ---------------------------------------------------------------------- anything at all


@given(st.one_of(st.text(max_size=200), NEARLY), st.booleans(), st.booleans(), st.text(max_size=8))
@example("1" * 100_000, True, False, "")
@example("1." * 40_000, False, True, "%")
@example("(" * 60, True, False, "")
@example("²", True, False, "")
@example("١٢٣", True, False, "")
@example("1e5", False, False, "")
@example("NaN", False, False, "")
@example("Infinity", False, True, "")
@example("1_000", True, False, "")
def test_no_text_raises_and_no_number_is_made_up(
    text: str, whole: bool, money: bool, unit: str
) -> None:
    """Whatever stands in a cell: a finite number whose digits are in the text, or none."""
    reading = read_number(text, whole=whole, money=money, unit=unit)
    if reading is None:
        return
    folded = tidy(text)
    for value in (reading.value, reading.other):
        if value is None:
            continue
        assert value.is_finite()
        digits = "".join(c for c in folded if c in "0123456789")
        shown = format(abs(value), "f").replace(".", "").strip("0")
        assert shown in digits, (text, value)


@given(st.text(max_size=100))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    """A text that was tidied stays as it is."""
    assert tidy(tidy(text)) == tidy(text)


@given(st.sampled_from(sorted(NIL_WORDS - {"0"})), st.booleans())
def test_a_word_for_none_is_no_number(word: str, money: bool) -> None:
    """“không có” is an answer, but it is not read as a number here."""
    assert read_number(word, whole=True, money=money) is None
