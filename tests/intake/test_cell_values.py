"""One cell of a group sheet: its state, its value and what is said about it."""

# ruff: noqa: DTZ001 - a cell of a workbook knows no time zone
from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from tongket_xlsx.intake.cell_values import Figure, doubted, read_figure
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.reader.cell_text import exact, raw_text
from tongket_xlsx.reader.cells import ErrorValue, NoResult, Raw

# An indicator of each kind of the shipped form: a count of people, million đồng, per cent
# between 0 and 100, and yes or no.
COUNT, MONEY, PERCENT, YESNO = "TC01", "QK01", "PC39", "ML01"


def _figure(form: Form, code: str, value: Raw) -> Figure:
    return read_figure(form, form.indicators[code], value)


@pytest.mark.parametrize(
    ("code", "value", "state", "number"),
    [
        (COUNT, 12345, CellState.NUMBER, "12345"),
        (COUNT, 12345.0, CellState.NUMBER, "12345"),
        (COUNT, 0, CellState.NUMBER, "0"),
        (MONEY, 2700.0, CellState.NUMBER, "2700"),
        (PERCENT, 85.5, CellState.NUMBER, "85.5"),
        (PERCENT, 0, CellState.NUMBER, "0"),
        (PERCENT, 100, CellState.NUMBER, "100"),
        (PERCENT, 0.1 + 0.2, CellState.NUMBER, "0.3"),
        (COUNT, None, CellState.BLANK, None),
        (COUNT, "", CellState.BLANK, None),
        (COUNT, " \u00a0\n", CellState.BLANK, None),
        (COUNT, "-", CellState.NIL, "0"),
        (COUNT, " – ", CellState.NIL, "0"),
        (COUNT, "—", CellState.NIL, "0"),
        (COUNT, "…", CellState.MISSING, None),
        (COUNT, "...", CellState.MISSING, None),
        (COUNT, "x", CellState.NOT_APPLICABLE, None),
        (COUNT, "X", CellState.NOT_APPLICABLE, None),
        (YESNO, "Có", CellState.NUMBER, "1"),
        (YESNO, "không", CellState.NUMBER, "0"),
        (YESNO, "Yes", CellState.NUMBER, "1"),
        (YESNO, "No", CellState.NUMBER, "0"),
        (YESNO, "…", CellState.MISSING, None),
        (YESNO, None, CellState.BLANK, None),
    ],
)
def test_an_answer_as_the_form_asks_for_it_needs_no_remark(
    form: Form, code: str, value: Raw, state: CellState, number: str | None
) -> None:
    """Numbers, blanks and the signs of the form are told apart and taken as they are."""
    figure = _figure(form, code, value)
    assert figure.state is state
    assert figure.value == (None if number is None else Decimal(number))
    assert figure.remark is None


@pytest.mark.parametrize(
    ("code", "value", "state", "number", "shown"),
    [
        (COUNT, "không", CellState.NIL, "0", "-"),
        (COUNT, "Không phát sinh", CellState.NIL, "0", "-"),
        (COUNT, "0", CellState.NIL, "0", "-"),
        (COUNT, "chưa có số liệu", CellState.MISSING, None, "…"),
        (COUNT, "CHUA CO SO LIEU", CellState.MISSING, None, "…"),
        (COUNT, "kctk", CellState.MISSING, None, "…"),
        (COUNT, "khong co", CellState.NIL, "0", "-"),
        (COUNT, "Không áp dụng", CellState.NOT_APPLICABLE, None, "x"),
        (COUNT, "12.345", CellState.NUMBER, "12345", "12345"),
        ("TC04", "17/17 xã", CellState.NUMBER, "17", "17"),
        (MONEY, "2,7 tỷ", CellState.NUMBER, "2700", "2700"),
        (PERCENT, "85,5%", CellState.NUMBER, "85.5", "85,5"),
        (YESNO, "đã có", CellState.NUMBER, "1", "Có"),
        (YESNO, "chưa", CellState.NUMBER, "0", "Không"),
        (YESNO, 1, CellState.NUMBER, "1", "Có"),
        (YESNO, False, CellState.NUMBER, "0", "Không"),
        (YESNO, "không rõ", CellState.MISSING, None, "…"),
    ],
)
def test_what_was_read_with_help_says_so(
    form: Form, code: str, value: Raw, state: CellState, number: str | None, shown: object
) -> None:
    """A reading of words carries a note of what stood there and what it was read as."""
    figure = _figure(form, code, value)
    assert figure.state is state
    assert figure.value == (None if number is None else Decimal(number))
    assert figure.remark is not None
    assert figure.remark.code == "cell.read"
    assert figure.remark.severity is Severity.NOTE
    assert figure.remark.parameters["value"] == shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("gần 70.000", "70000"), ("khoảng 350", "350"), ("khoang 350", "350"), ("~350", "350"),
        ("KHOẢNG 350 NGƯỜI", "350"), ("ước khoảng 1.200", "1200"), ("350 (ước)", "350"),
        ("350 người (ước tính)", "350"), ("trên 100", "100"), ("hơn 100", "100"),
        ("dưới 50", "50"), ("trên dưới 100", "100"), ("100 trở lên", "100"), ("100+", "100"),
        ("≥ 100", "100"), ("ít nhất 100", "100"),
    ],
)  # fmt: skip
def test_an_estimate_is_counted_and_says_that_it_is_one(form: Form, text: str, value: str) -> None:
    """One number with a word of estimate or a bound: read, flagged, and asked about."""
    figure = _figure(form, COUNT, text)
    assert (figure.state, figure.value, figure.raw) == (CellState.NUMBER, Decimal(value), text)
    assert figure.estimated
    assert figure.remark is not None
    assert (figure.remark.code, figure.remark.severity) == ("cell.estimated", Severity.WARNING)


@pytest.mark.parametrize("text", ["350", "17/17 xã", "120 (có 30 nữ)", "120 (tăng khoảng 20)"])
def test_what_is_exact_is_no_estimate(form: Form, text: str) -> None:
    """A remark about another number makes no estimate of this one."""
    assert not _figure(form, "TC04", text).estimated


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("100-120", ("100", "120")), ("từ 100 đến 120", ("100", "120")),
        ("100 – 120 người", ("100", "120")), ("khoảng 1.000-1.200", ("1000", "1200")),
    ],
)  # fmt: skip
def test_of_a_range_neither_end_is_taken(form: Form, text: str, ends: tuple[str, str]) -> None:
    """Two numbers are two readings: both are named and none is counted."""
    figure = _figure(form, COUNT, text)
    assert (figure.state, figure.value) == (CellState.INVALID, None)
    assert figure.remark is not None
    said = figure.remark.parameters
    assert (figure.remark.code, said["reading_a"], said["reading_b"]) == ("cell.range", *ends)


@pytest.mark.parametrize(
    ("code", "text", "signs"),
    [
        (COUNT, "N/A", "…x"), (COUNT, "na", "…x"), (COUNT, "chưa có", "-…x"),
        (COUNT, "CHUA CO", "-…x"), (MONEY, "chưa triển khai", "-x"), (YESNO, "N/A", "…x"),
    ],
)  # fmt: skip
def test_words_that_may_mean_two_signs_are_asked_about(
    form: Form, code: str, text: str, signs: str
) -> None:
    """What may be “x” or “…” is taken for neither; every reading is named."""
    figure = _figure(form, code, text)
    assert (figure.state, figure.value) == (CellState.INVALID, None)
    assert figure.remark is not None
    assert figure.remark.code == "cell.sign_unclear"
    shown = str(figure.remark.parameters["readings"])
    assert [sign for sign in "-…x" if f"“{sign}”" in shown] == list(signs)


@pytest.mark.parametrize(
    ("code", "value", "state", "remark"),
    [
        (COUNT, ErrorValue("#DIV/0!"), CellState.ERROR, "cell.error_value"),
        (COUNT, NoResult("=A1+B1"), CellState.FORMULA, "cell.no_result"),
        (COUNT, date(2007, 12, 1), CellState.INVALID, "cell.date_as_number"),
        (COUNT, datetime(2007, 12, 1, 8, 30), CellState.INVALID, "cell.date_as_number"),
        (COUNT, time(8, 30), CellState.INVALID, "cell.date_as_number"),
        (COUNT, timedelta(hours=30), CellState.INVALID, "cell.date_as_number"),
        (COUNT, True, CellState.INVALID, "cell.text"),
        (COUNT, "nhiều", CellState.INVALID, "cell.text"),
        (COUNT, "15 kg", CellState.INVALID, "cell.text"),
        (COUNT, "85%", CellState.INVALID, "cell.text"),
        (COUNT, "12/2016", CellState.INVALID, "cell.text"),
        (COUNT, "120¹", CellState.INVALID, "cell.text"),
        (COUNT, "0.500", CellState.INVALID, "cell.ambiguous"),
        (COUNT, float("inf"), CellState.INVALID, "cell.text"),
        (COUNT, float("nan"), CellState.INVALID, "cell.text"),
        (COUNT, "1,234", CellState.INVALID, "cell.ambiguous"),
        (MONEY, "1.234", CellState.INVALID, "cell.ambiguous"),
        (PERCENT, "1.234", CellState.INVALID, "cell.ambiguous"),
        (YESNO, "x", CellState.INVALID, "cell.yes_x"),
        (YESNO, "có thể", CellState.INVALID, "cell.yes_no"),
        (YESNO, 2, CellState.INVALID, "cell.yes_no"),
    ],
)
def test_what_cannot_be_read_is_an_error_and_has_no_value(
    form: Form, code: str, value: Raw, state: CellState, remark: str
) -> None:
    """Errors, empty formulas, dates, foreign words and doubtful texts are never made a number."""
    figure = _figure(form, code, value)
    assert (figure.state, figure.value) == (state, None)
    assert figure.remark is not None
    assert (figure.remark.code, figure.remark.severity) == (remark, Severity.ERROR)
    assert figure.remark.parameters["found"] == figure.raw


def test_a_doubtful_text_is_shown_with_both_readings(form: Form) -> None:
    """The office is asked which of the two it meant."""
    remark = _figure(form, MONEY, "1.234").remark
    assert remark is not None
    assert remark.parameters == {
        "found": "1.234",
        "reading_a": "1234",
        "reading_b": "1,234",
    }


@pytest.mark.parametrize(
    ("code", "value", "number", "remark", "parameters"),
    [
        (COUNT, -3, "-3", "cell.below", {"limit": Decimal(0)}),
        (COUNT, "-3", "-3", "cell.below", {"limit": Decimal(0)}),
        (PERCENT, 120, "120", "cell.above", {"limit": Decimal(100)}),
        (COUNT, 12.345, "12.345", "cell.integer", {"proposal": "12345"}),
        (COUNT, 12.34567, "12.34567", "cell.integer", {"proposal": "12"}),
        (COUNT, "12,5", "12.5", "cell.integer", {"found": "12,5", "proposal": "13"}),
        (COUNT, 12.5, "12.5", "cell.integer", {"proposal": "12500"}),
        (COUNT, -12.5, "-12.5", "cell.below", {"limit": Decimal(0)}),
        (PERCENT, "120 %", "120", "cell.above", {"found": "120 %", "limit": Decimal(100)}),
        (
            MONEY,
            2.5,
            "2.5",
            "cell.money_thousand",
            {"reading_a": "2,5", "reading_b": "2500", "rounded": "3"},
        ),
        (
            MONEY,
            999.999,
            "999.999",
            "cell.money_thousand",
            {"reading_a": "999,999", "reading_b": "999999", "rounded": "1000"},
        ),
        (
            MONEY,
            1.1 + 2.2,
            "3.3",
            "cell.money_thousand",
            {"reading_a": "3,3", "reading_b": "3300", "rounded": "3"},
        ),
    ],
)
def test_an_impossible_number_is_kept_as_given_and_remarked_on(
    form: Form,
    code: str,
    value: Raw,
    number: str,
    remark: str,
    parameters: dict[str, object],
) -> None:
    """A number that cannot be is kept and never added; the remark says the bound or a guess."""
    figure = _figure(form, code, value)
    assert (figure.state, figure.value) == (CellState.IMPOSSIBLE, Decimal(number))
    assert (figure.state.answers, figure.state.counts) == (False, False)
    assert figure.remark is not None
    assert (figure.remark.code, figure.remark.severity) == (remark, Severity.ERROR)
    assert figure.remark.parameters == {"found": Decimal(number), **parameters}


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        # Excel makes no number of four digits, of none, or with four decimals of a “1.639”.
        (1639.8, "1639.8", ""),
        (1000.5, "1000.5", ""),
        (0.75, "0.75", ""),
        (0.999, "0.999", ""),
        (2.34567, "2.34567", ""),
        (239.1005, "239.1005", ""),
        (1_234_567.89, "1234567.89", ""),
        ("1.639,8", "1639.8", ""),
        ("1639,8", "1639.8", ""),
        ("1 639,8", "1639.8", ""),
        ("1,639.8", "1639.8", ""),
        ("0,75", "0.75", ""),
        ("0.750", "0.75", ""),
        ("0,750", "0.75", ""),
        ("239.100.500 đồng", "239.1005", ""),
        # As a number these would be asked about: a copy gives them back as they were typed.
        ("6,3", "6.3", "6,3"),
        ("6,30", "6.3", "6,30"),
        ("6.3", "6.3", "6.3"),
        ("6,3 triệu đồng", "6.3", "6,3 triệu đồng"),
        ("2,5 triệu", "2.5", "2,5 triệu"),
        ("1.639.800.000,5 đồng", "1639.8000005", ""),
    ],
)
def test_an_amount_with_a_fraction_that_has_one_reading_is_taken_as_it_is(
    form: Form, value: Raw, number: str, text: str
) -> None:
    """It counts, exactly as given and not rounded; a note says that whole million is asked."""
    figure = _figure(form, MONEY, value)
    assert (figure.state, figure.value, figure.text) == (CellState.NUMBER, Decimal(number), text)
    assert figure.remark is not None
    assert (figure.remark.code, figure.remark.severity) == ("cell.money_fraction", Severity.NOTE)
    found = Decimal(number) if isinstance(value, float) else figure.remark.parameters["found"]
    assert figure.remark.parameters == {"found": found, "value": Decimal(number)}


@pytest.mark.parametrize("value", [7.0, 1639.0, 6.3 - 0.3, "6,0", "1.639.000.000 đồng"])
def test_a_whole_amount_needs_no_note_of_a_fraction(form: Form, value: Raw) -> None:
    """What is whole million đồng is what the form asks for."""
    figure = _figure(form, MONEY, value)
    assert figure.state is CellState.NUMBER
    assert figure.remark is None or figure.remark.code == "cell.read"


@pytest.mark.parametrize("value", ["1.639", "6.300", "1,639", "1.639 triệu"])
def test_an_amount_as_a_text_with_two_readings_is_asked_about(form: Form, value: str) -> None:
    """Thousands or decimals: both are named and neither is taken."""
    figure = _figure(form, MONEY, value)
    assert (figure.state, figure.value) == (CellState.INVALID, None)
    assert figure.remark is not None
    assert figure.remark.code == "cell.ambiguous"
    assert {"reading_a", "reading_b"} <= figure.remark.parameters.keys()


def test_an_estimate_of_an_amount_with_a_fraction_stays_an_estimate(form: Form) -> None:
    """The question about the estimate is not lost over the note on its fraction."""
    figure = _figure(form, MONEY, "khoảng 6,3")
    assert (figure.state, figure.value, figure.estimated) == (
        CellState.NUMBER,
        Decimal("6.3"),
        True,
    )
    assert figure.remark is not None
    assert figure.remark.code == "cell.estimated"


def test_a_yes_is_one_and_keeps_its_word(form: Form) -> None:
    """Yes counts one, and its text is the word of the form whatever was typed."""
    assert _figure(form, YESNO, "YES")[:4] == (CellState.NUMBER, Decimal(1), "Có", "YES")
    assert _figure(form, YESNO, "chưa có")[:4] == (CellState.NUMBER, Decimal(0), "Không", "chưa có")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, "3"),
        (1e14, "100000000000000"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333333"),
        (1.5e15, "1500000000000000"),
        (-2.0, "-2"),
    ],
)
def test_a_stored_number_is_what_excel_shows(value: float, number: str) -> None:
    """Fifteen significant digits, no more, and whole numbers without a fraction."""
    assert exact(value) == Decimal(number)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (" gần 70.000 ", " gần 70.000 "),
        (True, "TRUE"),
        (False, "FALSE"),
        (1234, "1234"),
        (0.1 + 0.2, "0.3"),
        (2e15, "2000000000000000"),
        (date(2007, 7, 3), "03/07/2007"),
        (datetime(2007, 7, 3), "03/07/2007"),
        (datetime(2007, 7, 3, 8, 30), "03/07/2007 08:30"),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (ErrorValue("#REF!"), "#REF!"),
        (NoResult("=A1"), "=A1"),
    ],
)
def test_what_stood_in_a_cell_can_be_shown_as_text(value: Raw, text: str) -> None:
    """Every kind of content has one plain text."""
    assert raw_text(value) == text


@pytest.mark.parametrize(
    ("state", "answers", "counts"),
    [
        (CellState.NUMBER, True, True),
        (CellState.NIL, True, True),
        (CellState.MISSING, True, False),
        (CellState.NOT_APPLICABLE, True, False),
        (CellState.TEXT, True, False),
        (CellState.BLANK, False, False),
        (CellState.IMPOSSIBLE, False, False),
        (CellState.INVALID, False, False),
        (CellState.ERROR, False, False),
        (CellState.FORMULA, False, False),
    ],
)
def test_a_state_says_whether_it_answers_and_whether_it_counts(
    state: CellState, answers: bool, counts: bool
) -> None:
    """Only numbers and nil enter totals; a sign answers, a blank or unreadable cell does not."""
    assert (state.answers, state.counts) == (answers, counts)


@pytest.mark.parametrize(
    ("code", "value", "warned"),
    [
        (PERCENT, 0.85, True),
        (PERCENT, 1, True),
        (PERCENT, "0,85", True),
        (PERCENT, "0,85%", False),
        (PERCENT, 0, False),
        (PERCENT, 1.5, False),
        (PERCENT, "-", False),
        (COUNT, 1, False),
    ],
)
def test_a_percentage_that_may_be_a_share_of_one_is_kept_with_a_warning(
    form: Form, code: str, value: Raw, warned: bool
) -> None:
    """0.85 is read as it stands, and the other reading is named."""
    read = _figure(form, code, value)
    figure = doubted(form.indicators[code], read)
    assert (figure.state, figure.value) == (read.state, read.value)
    assert (figure.remark is not None and figure.remark.code == "cell.fraction") is warned
    if figure.remark is not None and warned:
        assert figure.remark.severity is Severity.WARNING
