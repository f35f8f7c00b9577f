"""What is typed into a cell: numbers as text in every way, errors, formulas, dates, formats."""

# ruff: noqa: DTZ001 - a cell of a workbook knows no time zone
from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial

import kinds
from openpyxl.worksheet.datavalidation import DataValidationList
from returns import Case, NotHere

from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.places import a1, quoted

ENTERED = (Kind.COUNT, Kind.MONEY)
# What is in a cell is read alike whoever made the workbook: the largest one is left out.
kind = partial(kinds.kind, only="pleiku education")


def _grouped(value: int, mark: str) -> str:
    return f"{value:,}".replace(",", mark)


# ---------------------------------------------------------------------- numbers as text


@kind("numbers typed as text, with an apostrophe", says="cell.read")
def apostrophe(case: Case) -> None:
    case.retype(str, *ENTERED)
    for code, period, _ in case.numbers(*ENTERED):
        case.cell(code, period).style = "Normal"
        case.cell(code, period).quotePrefix = True  # type: ignore[attr-defined]


@kind("thousands parted by dots", says="cell.read")
def dots(case: Case) -> None:
    case.retype(lambda v: _grouped(v, "."), Kind.COUNT, least=1000)


@kind("thousands parted by dots in amounts of money", recoverable=False, says="cell.ambiguous")
def dots_in_money(case: Case) -> None:
    case.retype(lambda v: _grouped(v, "."), Kind.MONEY, least=1000)


@kind("thousands parted by commas", recoverable=False, says="cell.ambiguous")
def commas(case: Case) -> None:
    case.retype(lambda v: _grouped(v, ","), *ENTERED, least=1000)


@kind("thousands parted by spaces", says="cell.read")
def spaces(case: Case) -> None:
    case.retype(lambda v: _grouped(v, " "), *ENTERED, least=1000)


@kind("thousands parted by non-breaking spaces", says="cell.read")
def unbroken(case: Case) -> None:
    case.retype(lambda v: _grouped(v, "\u00a0") + "\u202f", *ENTERED, least=1000)


@kind("a decimal comma behind grouped thousands", recoverable=False)
def decimal_comma(case: Case) -> None:
    """1.234,5 of what is counted cannot be, and of money is taken: it is no question."""
    for code, period, value in list(case.numbers(*ENTERED, least=1000)):
        case.cell(code, period).value = _grouped(value, ".") + ",5"
        money = case.form.indicators[code].kind is Kind.MONEY
        state = CellState.NUMBER if money else CellState.IMPOSSIBLE
        case.becomes(code, period, state, Decimal(value) + Decimal("0.5"))


@kind("full-width digits", says="cell.read")
def full_width(case: Case) -> None:
    case.retype(lambda v: "".join(chr(ord(c) + 0xFEE0) for c in str(v)), *ENTERED)


@kind("leading zeros", says="cell.read")
def leading_zeros(case: Case) -> None:
    case.retype(lambda v: f"00{v}", Kind.COUNT)


@kind("estimates", says="cell.estimated")
def about(case: Case) -> None:
    words = ("gần", "trên", "hơn", "khoảng", ">", "≈", "Ước khoảng", "khoang", "trên dưới")
    case.retype(lambda v: f"{words[v % len(words)]} {_grouped(v, '.')}", Kind.COUNT)


@kind("a part of a whole", says="cell.read")
def part_of_whole(case: Case) -> None:
    case.retype(lambda v: f"{v}/{v + 39}", Kind.COUNT, least=13)


@kind("a part of a whole, with its unit", says="cell.read")
def part_of_communes(case: Case) -> None:
    case.retype(lambda v: f"{v:02d}/{v:02d} xã", Kind.COUNT, least=13)


@kind("a part larger than its whole", recoverable=False, says="cell.text")
def part_above_whole(case: Case) -> None:
    case.retype(lambda v: f"{v}/{v - 1}", Kind.COUNT, least=13)


@kind("a remark in brackets behind the number", says="cell.read")
def remark_behind(case: Case) -> None:
    case.retype(lambda v: f"{v} (tăng 2)", Kind.COUNT)


@kind("the unit of measure behind the number", says="cell.read")
def unit_behind(case: Case) -> None:
    for code, period, value in list(case.numbers(Kind.COUNT)):
        case.cell(code, period).value = f"{value} {case.form.indicators[code].unit.vi}"


@kind("money in tỷ", says="cell.read", only="pleiku")
def milliards(case: Case) -> None:
    case.retype(
        lambda v: f"{v / 1000:g} tỷ".replace(".", ",") if v % 100 == 0 else None, Kind.MONEY
    )


@kind("money in triệu", says="cell.read")
def millions(case: Case) -> None:
    case.retype(lambda v: f"{v} triệu" if v < 1000 else f"{v} tr", Kind.MONEY)


@kind("money in đồng", says="cell.read")
def dongs(case: Case) -> None:
    case.retype(lambda v: f"{_grouped(v * 1000000, '.')} đồng", Kind.MONEY, least=1)


@kind("words for nothing", says="cell.read", only="pleiku")
def words_for_nothing(case: Case) -> None:
    words = ("không", "Không có", "k/c", "KC", "ko", "không phát sinh")
    done = 0
    for (code, period), truth in case.truth.items():
        indicator = case.form.indicators.get(code)
        if truth.state is CellState.NIL and indicator and indicator.kind is not Kind.YESNO:
            case.cell(code, period).value = words[done % len(words)]
            done += 1
    if not done:
        raise NotHere


@kind("words for no record", says="cell.read")
def words_for_no_record(case: Case) -> None:
    words = ("chưa có số liệu", "Không thống kê", "kctk", "khong co so lieu", "không nắm")
    done = 0
    for (code, period), truth in case.truth.items():
        if truth.state is CellState.MISSING and code in case.form.indicators:
            case.cell(code, period).value = words[done % len(words)]
            done += 1
    if not done:
        raise NotHere


@kind("words that may mean two signs", recoverable=False, says="cell.sign_unclear")
def words_unclear(case: Case) -> None:
    words = ("N/A", "chưa có", "CHUA CO", "na", "chưa triển khai")
    for n, (code, period, _) in enumerate(list(case.numbers(*ENTERED))):
        case.cell(code, period).value = words[n % len(words)]
        case.becomes(code, period, CellState.INVALID)


@kind("percentages with a sign behind", says="cell.read", only="education")
def percent_sign(case: Case) -> None:
    for code, period, value in _entered_percentages(case):
        case.cell(code, period).value = f"{value} %".replace(".", ",")


@kind("percentages with three decimals", recoverable=False, says="cell.ambiguous", only="education")
def percent_thousand(case: Case) -> None:
    for code, period, _ in _entered_percentages(case):
        case.cell(code, period).value = "12.500"
        case.becomes(code, period, CellState.INVALID)


@kind("words instead of numbers", recoverable=False, says="cell.text")
def words(case: Case) -> None:
    case.retype(lambda _: "nhiều", *ENTERED)


@kind("numbers in scientific notation as text", recoverable=False, says="cell.text")
def scientific_text(case: Case) -> None:
    case.retype(lambda v: f"{v / 1000}E+3", *ENTERED)


@kind("footnotes behind numbers", recoverable=False, says="cell.text")
def footnotes(case: Case) -> None:
    case.retype(lambda v: f"{v}¹", *ENTERED)


# ---------------------------------------------------------------------- stored otherwise


@kind("numbers stored in scientific notation")
def scientific(case: Case) -> None:
    case.rewrite(
        lambda xml: re.sub(
            r'(<c r="[D-G][0-9]+" s="[0-9]+">)<v>([0-9]+)</v>',
            lambda m: f"{m[1]}<v>{int(m[2]) / 10!r}E1</v>",
            xml,
        )
    )


@kind("numbers a thousandth, typed with dots on an English computer", recoverable=False)
def thousandths(case: Case) -> None:
    for code, period, value in list(case.numbers(*ENTERED, least=1000)):
        if value % 1000:
            case.cell(code, period).value = value / 1000
            # A dot behind four digits was typed for decimals.
            money = case.form.indicators[code].kind is Kind.MONEY and value >= 1000**2
            state = CellState.NUMBER if money else CellState.IMPOSSIBLE
            case.becomes(code, period, state, Decimal(value) / 1000)


@kind("negative numbers", recoverable=False, says="cell.below")
def negative(case: Case) -> None:
    for code, period, value in list(case.numbers(Kind.COUNT, least=1)):
        case.cell(code, period).value = -value
        case.becomes(code, period, CellState.IMPOSSIBLE, -value)


@kind("numbers stored with binary dust")
def dust(case: Case) -> None:
    for code, period, value in list(case.numbers(*ENTERED, least=100)):
        case.cell(code, period).value = float(value) * (1 + 2**-52)


@kind("truth values", recoverable=False, says="cell.text")
def truth_values(case: Case) -> None:
    case.retype(lambda v: v % 2 == 0, *ENTERED)


@kind("dates in number cells", recoverable=False, says="cell.date_as_number")
def dates(case: Case) -> None:
    days = (datetime(2012, 5, 1), date(2017, 3, 30), time(8, 30))
    case.retype(lambda v: days[v % 3], *ENTERED)


@kind("numbers shown as dates", recoverable=False, says="cell.date_as_number")
def date_formats(case: Case) -> None:
    for code, period, _ in case.numbers(*ENTERED):
        case.cell(code, period).number_format = "dd/mm/yyyy"


@kind("errors of every sort", recoverable=False, says="cell.error_value")
def errors(case: Case) -> None:
    sorts = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
    case.retype(lambda v: sorts[v % 7], *ENTERED)


@kind("blank cells filled with spaces", only="pleiku")
def spaced_blanks(case: Case) -> None:
    done = 0
    for (code, period), truth in case.truth.items():
        if truth.state is CellState.BLANK:
            case.cell(code, period).value = " \u00a0\u200b "
            done += 1
    if not done:
        raise NotHere


# ---------------------------------------------------------------------- percent formats


def _entered_percentages(case: Case) -> list[tuple[str, str, Decimal]]:
    """Return the percentages that are typed in, a decimal in each so that no mistake can hide."""
    found = []
    for code, period in case.truth:
        indicator = case.form.indicators.get(code)
        if indicator is not None and indicator.kind is Kind.PERCENT:
            value = Decimal(40 + 2 * len(found)) + Decimal("0.4")
            case.becomes(code, period, CellState.NUMBER, value)
            found.append((code, period, value))
    if not found:
        raise NotHere
    return found


@kind(
    "percentages as fractions, shown as percentages", says="cell.percent_format", only="education"
)
def percent_format(case: Case) -> None:
    for code, period, value in _entered_percentages(case):
        cell = case.cell(code, period)
        cell.value, cell.number_format = float(value) / 100, "0.0%"


@kind("percentages shown hundredfold", recoverable=False, says="cell.ambiguous", only="education")
def percent_format_over(case: Case) -> None:
    for code, period, value in _entered_percentages(case):
        cell = case.cell(code, period)
        cell.value, cell.number_format = float(value), "0%"


@kind("counts shown as percentages", recoverable=False, says="cell.ambiguous")
def counts_as_percentages(case: Case) -> None:
    for code, period, _ in case.numbers(*ENTERED, least=1):
        case.cell(code, period).number_format = "0.00%"


# ---------------------------------------------------------------------- formulas


def _sums(case: Case) -> list[tuple[str, str, str, int]]:
    """Return figures that are sums of the figures below them: sheet, code, period, rows."""
    found = []
    for sheet in case.sheets:
        first, last = case.first_row(sheet), case.last_row(sheet)
        for period, column in case.years(sheet).items():
            for row in range(first, last - 2):
                values = [sheet.cell(r, column).value for r in range(row, row + 4)]
                code = str(sheet.cell(row, 1).value)
                truth = case.truth.get((code, period))
                sound = truth and truth.state is CellState.NUMBER and not truth.text
                if sound and all(isinstance(v, int | float) for v in values):
                    found.append((sheet.title, code, period, row))
    if not found:
        raise NotHere
    return found


@kind("formulas without a stored result", says="cell.recomputed")
def no_result(case: Case) -> None:
    """A sum that is corrected to what it was: the reading is the sum."""
    for sheet, code, period, row in _sums(case):
        column = case.column(case.book[sheet], period)
        letter = a1(0, column - 1)[:-1]
        if row % 4:  # what it adds up must be no such sum itself
            continue
        parts = [case.book[sheet].cell(r, column).value for r in range(row + 1, row + 4)]
        if not all(isinstance(p, int | float) for p in parts):
            continue
        total = sum(Decimal(str(p)) for p in parts)  # type: ignore[misc]
        indicator = case.form.indicators[code]
        if indicator.kind not in ENTERED or total != int(total):
            continue
        case.cell(code, period).value = f"=SUM({letter}{row + 1}:{letter}{row + 3})"
        case.becomes(code, period, CellState.NUMBER, total)


@kind("formulas that point to another sheet, without a stored result", says="cell.recomputed")
def from_own_sheet(case: Case) -> None:
    own = case.book.create_sheet("Bảng tính của phòng")
    for n, (code, period, value) in enumerate(case.numbers(*ENTERED), start=1):
        own.cell(n, 1).value, own.cell(n, 2).value = value - 1, 1
        case.cell(code, period).value = f"={quoted(own.title)}!A{n}+{quoted(own.title)}!$B${n}"


@kind("formulas on numbers, without a stored result", says="cell.recomputed")
def arithmetic(case: Case) -> None:
    case.retype(lambda v: f"={v - 1}+3-2" if v % 2 else f"=ROUND({v}/3*3,0)", *ENTERED)


@kind("formulas that cannot be computed", recoverable=False, says="cell.no_result")
def not_computable(case: Case) -> None:
    sorts = (
        "=[1]Sheet1!A1",
        "='Không có'!A1",
        "=1/0",
        "=NOW()",
        '=INDIRECT("A1")',
        "=SUM(A1:A5)",
        "=B8+1",
        "=RAND()*10",
        "=VLOOKUP(1,A1:B9,2)",
        "=" + "(" * 300 + "1" + ")" * 300,
        "=SUM(ZZ1:ZZ9)",
    )
    case.retype(lambda v: sorts[v % len(sorts)], *ENTERED)


@kind("formulas in a circle", recoverable=False, says="cell.no_result")
def circular(case: Case) -> None:
    for code, period, _ in list(case.numbers(*ENTERED)):
        cell = case.cell(code, period)
        cell.value = f"={cell.coordinate}+1"


@kind("formulas over a text with a number", recoverable=False, says="cell.no_result")
def sum_over_text(case: Case) -> None:
    """A sum passes over what is text: its result would be too small without a word."""
    own = case.book.create_sheet("Bảng phụ")
    for n, (code, period, value) in enumerate(case.numbers(*ENTERED), start=1):
        own.cell(n, 1).value, own.cell(n, 2).value = value, "1.234"
        case.cell(code, period).value = f"=SUM({quoted(own.title)}!A{n}:B{n})"


@kind("formulas with stored results")
def with_result(case: Case) -> None:
    case.rewrite(
        lambda xml: re.sub(
            r'(<c r="[D-G][0-9]+" s="[0-9]+">)<v>([0-9.]+)</v>',
            r"\1<f>\2+0</f><v>\2</v>",
            xml,
        )
    )


@kind("formulas filled down, without stored results", recoverable=False)
def shared_formulas(case: Case) -> None:
    def shared(xml: str) -> str:
        first = re.search(r'<c r="(D[0-9]+)" s="[0-9]+"><v>', xml)
        if first is None:
            return xml
        group = f'<f t="shared" ref="{first[1]}:D40" si="9">H1*2</f>'
        xml = re.sub(
            r'(<c r="D[0-9]+" s="[0-9]+">)<v>[0-9.]+</v>', r'\1<f t="shared" si="9"/>', xml
        )
        return xml.replace('<f t="shared" si="9"/>', group, 1)

    case.rewrite(shared)


# ---------------------------------------------------------------------- pasted over


@kind("validation lost on every sheet", says="cells.pasted")
def validation_lost(case: Case) -> None:
    for sheet in case.sheets:
        sheet.data_validations = DataValidationList()


@kind("cells pasted over validation and protection", says="cells.pasted")
def pasted_over(case: Case) -> None:
    sheet = case.richest
    sheet.data_validations.dataValidation = sheet.data_validations.dataValidation[20:]
    for row in range(case.first_row(sheet), case.first_row(sheet) + 5):
        for column in case.years(sheet).values():
            sheet.cell(row, column).style = "Normal"


@kind("sheets unprotected")
def unprotected(case: Case) -> None:
    for sheet in case.sheets:
        sheet.protection.sheet = False


# ---------------------------------------------------------------------- texts


@kind("answers in words with control characters and line breaks")
def control_characters(case: Case) -> None:
    for code, period in case.truth:
        if code not in case.form.indicators and case.truth[code, period].text:
            cell = case.cell(code, period)
            cell.value = f"{cell.value}\r\n\n"


@kind("answers in words that look like formulas")
def formula_like(case: Case) -> None:
    for code, period in list(case.truth):
        truth = case.truth[code, period]
        if code not in case.form.indicators and truth.text:
            cell = case.cell(code, period)
            cell.value = "'=1+1 " + truth.text
            case.truth[code, period] = truth._replace(text="'=1+1 " + truth.text)


@kind("answers of the list in another order", says="", only="pleiku")
def list_sorted(case: Case) -> None:
    if not case.roster:
        raise NotHere
    layout = next(s for s in case.base.layout.sheets if s.kind == "roster")
    sheet = case.book[layout.name]
    sheet.insert_rows(3)
    rows = range(layout.first_row + 2, layout.last_row + 3)
    lines = [[c.value for c in sheet[row]] for row in rows]
    filled = [line for line in lines if any(line[1:])]
    for row, line in zip(rows, [*filled[::-1], *[[None] * 7] * len(lines)], strict=False):
        for column, value in enumerate(line, start=1):
            sheet.cell(row, column).value = value
