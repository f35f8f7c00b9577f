"""What offices do by habit: scales and units of their own, headings in two rows, second copies."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import kinds
from contents import ENTERED, _entered_percentages
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from returns import Case, NotHere

from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.layout import SheetLayout
from tongket_xlsx.model.observations import CellState

kind = partial(kinds.kind, only="pleiku education")
doubted = partial(kind, recoverable=False)
of_percentages = partial(kinds.kind, only="education", recoverable=False)
of_list = partial(kinds.kind, only="pleiku")


def _typed(case: Case, write: Callable[[int], str], *of: Kind) -> None:
    """Type numbers so that none of them can be read."""
    for code, period, value in list(case.numbers(*of, least=1)):
        case.cell(code, period).value = write(value)
        case.becomes(code, period, CellState.INVALID)


def _rows(case: Case, sheet: Worksheet) -> range:
    return range(case.first_row(sheet), case.last_row(sheet) + 1)


# ---------------------------------------------------------------------- typed


@doubted("ranges instead of numbers", says="cell.range")
def ranges(case: Case) -> None:
    marks = ("-", "–", " - ", "÷", "~", " đến ", "->")
    _typed(case, lambda v: f"{v}{marks[v % 7]}{v + 5}", *ENTERED)


@doubted("numbers in brackets", says="cell.text")
def brackets(case: Case) -> None:
    _typed(case, lambda v: f"({v})", *ENTERED)


@doubted("thousands parted by apostrophes", says="cell.text")
def apostrophes(case: Case) -> None:
    case.retype(lambda v: f"{v:,}".replace(",", "'"), *ENTERED, least=1000)


@doubted("letters for digits", says="cell.text")
def letters(case: Case) -> None:
    _typed(case, lambda v: f"{v}O".replace("0", "O").replace("1", "l"), *ENTERED)


@doubted("stars, quotation marks and slips behind numbers", says="cell.text")
def slips(case: Case) -> None:
    shapes = ("{}*", '"{}"', "{};", "{}/", "{}-", "{}.", "{}:", "{}?", "{} tăng", "Tổng: {}")
    _typed(case, lambda v: shapes[v % 10].format(v), *ENTERED)


@doubted("a scale in words behind counts", says="cell.text")
def scale_of_counts(case: Case) -> None:
    scales = ("nghìn", "ngàn", "triệu", "vạn", "chục", "k", "tr", "nghìn người", "trăm")
    _typed(case, lambda v: f"{v} {scales[v % 9]}", Kind.COUNT)


@doubted("a scale in brackets behind counts", says="cell.text")
def scale_in_brackets(case: Case) -> None:
    scales = ("nghìn", "ĐVT: nghìn người", "triệu", "%")
    _typed(case, lambda v: f"{v} ({scales[v % 4]})", Kind.COUNT)


@kind("money in tỷ, the word in brackets", says="cell.read")
def milliards_in_brackets(case: Case) -> None:
    for code, period, value in list(case.numbers(Kind.MONEY, least=1)):
        case.cell(code, period).value = f"{value} (tỷ đồng)"
        case.becomes(code, period, CellState.NUMBER, value * 1000)


@doubted("two numbers on two lines of a cell", says="cell.text")
def two_lines(case: Case) -> None:
    marks = ("\n", "\r\n", "; ", " và ", "|", ", ")
    _typed(case, lambda v: f"{v}{marks[v % 6]}{v + 3}", Kind.COUNT)


@of_percentages("heads counted where percentages belong", says="cell.text")
def heads_in_percentages(case: Case) -> None:
    for code, period, _ in _entered_percentages(case):
        case.cell(code, period).value = "45 người"
        case.becomes(code, period, CellState.INVALID)


@of_percentages("percentages in brackets behind the heads", says="cell.text")
def percentages_in_brackets(case: Case) -> None:
    for code, period, value in _entered_percentages(case):
        case.cell(code, period).value = f"45 ({value}%)".replace(".", ",")
        case.becomes(code, period, CellState.INVALID)


@of_percentages("percentages as fractions, not shown as percentages", says="cell.fraction")
def plain_fractions(case: Case) -> None:
    for code, period, value in _entered_percentages(case):
        cell = case.cell(code, period)
        cell.value, cell.number_format = float(value) / 100, "General"


@of_percentages("percentages as fractions, typed as text", says="cell.fraction")
def fractions_as_text(case: Case) -> None:
    for code, period, value in _entered_percentages(case):
        case.cell(code, period).value = str(value / 100).replace(".", ",")


# ---------------------------------------------------------------------- shown otherwise


def _shown(case: Case, number_format: str, factor: int = 1) -> None:
    """Give amounts a format; what is meant is a thousand times what is held, or a part of it."""
    for code, period, value in list(case.numbers(Kind.MONEY, least=1)):
        cell = case.cell(code, period)
        cell.value, cell.number_format = value * factor, number_format
        if factor == 1:
            case.becomes(code, period, CellState.NUMBER, value * 1000)


@doubted("amounts shown divided by a thousand", says="cell.rescaled")
def divided(case: Case) -> None:
    _shown(case, "#,##0,", 1000)


@doubted("amounts shown in tỷ by their format", says="cell.rescaled")
def format_of_milliards(case: Case) -> None:
    _shown(case, '#,##0" tỷ"')


@doubted("amounts in đồng, shown so by their format", says="cell.rescaled")
def format_of_dongs(case: Case) -> None:
    _shown(case, '#,##0\\ "₫"', 1000000)


@doubted("amounts shown with three zeros by their format", says="cell.rescaled")
def format_of_zeros(case: Case) -> None:
    _shown(case, '0".000"')


@doubted("figures struck out", says="cell.struck")
def struck(case: Case) -> None:
    for code, period, _ in list(case.numbers(*ENTERED)):
        case.cell(code, period).font = Font(strike=True)
        case.becomes(code, period, CellState.INVALID)


@doubted("the old digits struck out before the new ones", says="cell.partly")
def partly_struck(case: Case) -> None:
    for code, period, value in list(case.numbers(*ENTERED)):
        old = TextBlock(InlineFont(strike=True), str(value + 7))
        case.cell(code, period).value = CellRichText(old, str(value))


@doubted("footnote marks raised behind numbers", says="cell.partly")
def raised(case: Case) -> None:
    for code, period, value in list(case.numbers(*ENTERED)):
        mark = TextBlock(InlineFont(vertAlign="superscript"), "1")
        case.cell(code, period).value = CellRichText(str(value), mark)


@doubted("footnote marks raised in shared texts", says="cell.partly")
def raised_in_shared(case: Case) -> None:
    """Every text gets a raised 1; a text with letters is no number and stays what it is."""
    strings = case.parts["xl/sharedStrings.xml"].decode()
    count = len(re.findall(r"<si[ >/]", strings))
    runs = '<si><r><t>{}</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></si>'
    added: list[str] = []

    def marked(match: re.Match[str]) -> str:
        added.append(runs.format(match[2]))
        return f'{match[1]} t="s"><v>{count + len(added) - 1}</v></c>'

    case.rewrite(
        lambda xml: re.sub(r'(<c r="D[0-9]+" s="[0-9]+")><v>([0-9]+)</v></c>', marked, xml)
    )
    told = re.sub(r' (?:uniqueCount|count)="[0-9]+"', "", strings)
    case.parts["xl/sharedStrings.xml"] = told.replace("</sst>", "".join(added) + "</sst>").encode()


# ---------------------------------------------------------------------- units and headings


@doubted("amounts in tỷ, the column of units says so", says="row.unit_changed", only="pleiku")
def unit_changed(case: Case) -> None:
    for code, period, _ in list(case.numbers(Kind.MONEY)):
        name, row, _ = case.where(code, period)
        case.book[name].cell(row, 3).value = "tỷ đồng"
        case.becomes(code, period, CellState.INVALID)


@doubted("heads in thousands, the column of units says so", says="row.unit_changed", only="pleiku")
def heads_in_thousands(case: Case) -> None:
    for code, period, _ in list(case.numbers(Kind.COUNT, least=1000)):
        name, row, _ = case.where(code, period)
        case.book[name].cell(row, 3).value = "nghìn người"
    for code, period, _ in list(case.numbers(Kind.COUNT)):
        name, row, _ = case.where(code, period)
        if case.book[name].cell(row, 3).value == "nghìn người":
            case.becomes(code, period, CellState.INVALID)


@kind("units of measure shortened", only="pleiku")
def units_shortened(case: Case) -> None:
    for code, period, _ in list(case.numbers(Kind.MONEY)):
        name, row, _ = case.where(code, period)
        case.book[name].cell(row, 3).value = "Trđ"


@doubted("units of measure in other words", says="row.unit_differs", only="pleiku")
def units_reworded(case: Case) -> None:
    for code, period, _ in list(case.numbers(Kind.COUNT, least=1000)):
        name, row, _ = case.where(code, period)
        case.book[name].cell(row, 3).value = "đồng chí"


@kind("units of measure in capitals")
def units_in_capitals(case: Case) -> None:
    for sheet in case.sheets:
        for row in _rows(case, sheet):
            sheet.cell(row, 3).value = str(sheet.cell(row, 3).value).upper()


def _headed(case: Case, write: Callable[[int, str], object]) -> None:
    for sheet in case.sheets:
        for n, (year, column) in enumerate(case.years(sheet).items()):
            if year.isdigit():
                sheet.cell(case.heading(sheet), column).value = write(n, year)  # type: ignore[assignment]


@doubted("headings that name a scale", says="period.missing")
def heading_scale(case: Case) -> None:
    _headed(case, lambda _, year: f"Năm {year} (nghìn đồng)")
    for sheet in case.sheets:
        for row in _rows(case, sheet):
            for year in case.years(sheet):
                key = str(sheet.cell(row, 1).value), year
                if year.isdigit() and key in case.truth:
                    case.becomes(*key, CellState.INVALID)


@doubted("a plan headed as the year", says="period.missing")
def heading_plan(case: Case) -> None:
    for sheet in case.sheets:
        column = case.years(sheet)["2017"]
        sheet.cell(case.heading(sheet), column).value = "Năm 2017 (kế hoạch)"
        for row in _rows(case, sheet):
            if (key := (str(sheet.cell(row, 1).value), "2017")) in case.truth:
                case.becomes(*key, CellState.INVALID)


@kind("the figures of a plan beside those of the year", says="rows.moved")
def plan_beside(case: Case) -> None:
    for sheet in case.sheets:
        at = case.years(sheet)["2017"]
        sheet.insert_cols(at)
        sheet.cell(case.heading(sheet), at).value = "Năm 2017 (kế hoạch)"
        for row in _rows(case, sheet):
            sheet.cell(row, at).value = 999


@doubted("headings as dates", says="period.missing")
def heading_dates(case: Case) -> None:
    _headed(case, lambda _, year: datetime(int(year), 12, 31, tzinfo=UTC).replace(tzinfo=None))


@kind("headings with a colon or a full stop behind")
def heading_dots(case: Case) -> None:
    _headed(case, lambda n, year: f"Năm {year}" + (":", ".", " :")[n % 3])


@doubted("women and all together below one merged heading", says="period.twice")
def heading_spread(case: Case) -> None:
    _spread(case)
    for sheet in case.sheets:
        row = case.heading(sheet)
        for column in range(2, sheet.max_column):
            if sheet.cell(row + 1, column).value == "Nữ":
                sheet.merge_cells(None, row, column, row, column + 1)


@doubted("women and all together below one heading", says="period.twice")
def heading_parted(case: Case) -> None:
    _spread(case)


def _spread(case: Case) -> None:
    for sheet in case.sheets:
        head = case.heading(sheet)
        years = [c for year, c in case.years(sheet).items() if year.isdigit()]
        for column in sorted(years, reverse=True):
            sheet.insert_cols(column)
            sheet.cell(head, column).value = sheet.cell(head, column + 1).value
            sheet.cell(head, column + 1).value = None
            sheet.cell(head + 1, column).value = "Nữ"
            sheet.cell(head + 1, column + 1).value = "Tổng số"
            for row in _rows(case, sheet):
                value = sheet.cell(row, column + 1).value
                sheet.cell(row, column).value = value // 2 if isinstance(value, int) else value


@kind("the years in a second row of headings")
def heading_below(case: Case) -> None:
    for sheet in case.sheets:
        head, columns = case.heading(sheet), case.years(sheet).values()
        for column in columns:
            sheet.cell(head + 1, column).value = sheet.cell(head, column).value
            sheet.cell(head, column).value = None
        sheet.cell(head, min(columns)).value = "Kết quả thực hiện"
        sheet.merge_cells(None, head, min(columns), head, max(columns))


# ---------------------------------------------------------------------- rows and copies


@kind("rows copied below, their figures blank", says="rows.left_blank")
def rows_left_blank(case: Case) -> None:
    for sheet in case.sheets:
        for line in case.lines(sheet)[:3]:
            row = sheet.max_row + 1
            for column, value in enumerate(line[:3], start=1):
                sheet.cell(row, column).value = value  # type: ignore[assignment]


def _emptied(case: Case, sheet: Worksheet) -> None:
    for row in _rows(case, case.richest):
        for column in case.years(case.richest).values():
            sheet.cell(row, column).value = None


@kinds.kind("a blank copy of a sheet kept behind it", says="rows.left_blank")
def blank_copy(case: Case) -> None:
    _emptied(case, case.book.copy_worksheet(case.richest))


@kinds.kind("a sheet filled in on a copy, the original left blank", says="rows.left_blank")
def blank_original(case: Case) -> None:
    case.book.copy_worksheet(case.richest).title = "Bản nộp"
    _emptied(case, case.richest)


@doubted("figures typed as text on the scratch sheet", says="scratch.answers", only="pleiku")
def text_on_scratch(case: Case) -> None:
    scratch, sheet = case.book["Nháp"], case.richest
    for line in case.lines(sheet):
        scratch.append([f"{v} người" if isinstance(v, int) else v for v in line])
    _emptied(case, sheet)


@doubted("an other copy of a sheet hidden from view", says="code.twice")
def very_hidden(case: Case) -> None:
    copy = case.book.copy_worksheet(case.richest)
    copy.sheet_state = "veryHidden"
    for row in _rows(case, case.richest):
        value = copy.cell(row, 4).value
        copy.cell(row, 4).value = value + 1 if isinstance(value, int) else value


@kind("sheets split in two", says="rows.moved")
def split(case: Case) -> None:
    for sheet in case.sheets:
        first = case.first_row(sheet)
        middle = (first + case.last_row(sheet)) // 2
        copy = case.book.copy_worksheet(sheet)
        copy.title = f"{sheet.title[:20]} (tiếp)"
        copy.delete_rows(first, middle - first)
        sheet.delete_rows(middle, sheet.max_row)


@doubted("the last year split off onto a sheet of its own", says="code.twice")
def split_by_year(case: Case) -> None:
    sheet, years = case.richest, case.years(case.richest)
    copy = case.book.copy_worksheet(sheet)
    copy.delete_cols(years["2007"], 2)
    sheet.delete_cols(years["2017"])


@kind("a row of the office's own behind the last", says="row.no_code")
def appended(case: Case) -> None:
    for sheet in case.sheets:
        row = case.last_row(sheet) + 1
        sheet.cell(row, 2).value = "Chỉ tiêu do phòng bổ sung"
        for column in case.years(sheet).values():
            sheet.cell(row, column).value = 55


@kind("the last answer in words continued below", says="row.no_code")
def continued(case: Case) -> None:
    layout = next(s for s in case.base.layout.sheets if s.kind == "narrative")
    row, column = layout.last_row + 2, layout.column("answer") + 1
    case.book[layout.name].cell(row, column).value = "(tiếp) một đoạn nữa của câu trả lời."


@kind("codes lost, labels numbered", says="rows.by_label")
def labels_numbered(case: Case) -> None:
    marks = ("{}. ", "{}) ", "- ", "+ ")
    for sheet in case.sheets:
        for n, row in enumerate(_rows(case, sheet)):
            sheet.cell(row, 1).value = None
            sheet.cell(row, 2).value = marks[n % 4].format(n + 1) + str(sheet.cell(row, 2).value)


@kind("codes in Cyrillic letters", says="rows.by_label")
def cyrillic(case: Case) -> None:
    alike = str.maketrans("ABCEHKMOPTX", "АВСЕНКМОРТХ")
    for sheet in case.sheets:
        for row in _rows(case, sheet):
            sheet.cell(row, 1).value = str(sheet.cell(row, 1).value).translate(alike)


@doubted("codes typed before the labels, in one cell", says="rows.missing")
def code_in_label(case: Case) -> None:
    for sheet in case.sheets:
        for row in _rows(case, sheet):
            sheet.cell(row, 2).value = f"{sheet.cell(row, 1).value} - {sheet.cell(row, 2).value}"
            sheet.cell(row, 1).value = None


@doubted("codes of two neighbours changed places", says="code.contradicts")
def codes_swapped(case: Case) -> None:
    for sheet in case.sheets:
        one, two = (sheet.cell(case.first_row(sheet) + n, 1) for n in (0, 1))
        one.value, two.value = two.value, one.value


@doubted("rows and columns exchanged", says="rows.missing")
def transposed(case: Case) -> None:
    for sheet in case.sheets:
        head = case.heading(sheet)
        lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=head)]
        sheet.delete_rows(head, sheet.max_row)
        for column, line in enumerate(lines, start=1):
            for row, value in enumerate(line):
                sheet.cell(head + row, column).value = value


@kind("figures as long as those of a phone's editor")
def with_point(case: Case) -> None:
    case.rewrite(lambda xml: re.sub(r"<v>([0-9]+)</v></c>", _with_point, xml))


def _with_point(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 60) : match.start()]
    is_text = 't="' in before[before.rfind("<c ") :]
    return match[0] if is_text else f"<v>{match[1]}.0</v></c>"


@kind("saved as Strict Open XML")
def strict(case: Case) -> None:
    plain = "http://schemas.openxmlformats.org/"
    places = {
        f"{plain}spreadsheetml/2006/main": "spreadsheetml/main",
        f"{plain}officeDocument/2006/relationships": "officeDocument/relationships",
        f"{plain}officeDocument/2006/custom-properties": "officeDocument/customProperties",
    }
    for name, part in case.parts.items():
        if name.endswith((".xml", ".rels")):
            text = part.decode()
            for old, new in places.items():
                text = text.replace(old, f"http://purl.oclc.org/ooxml/{new}")
            case.parts[name] = text.encode()


@doubted("dates where counts belong, as Strict Open XML stores them", says="cell.date_as_number")
def strict_dates(case: Case) -> None:
    dated = r'\1 t="d"><v>2012-05-01</v></c>'
    case.rewrite(lambda xml: re.sub(r'(<c r="[D-G]\d+" s="\d+")><v>[0-9.]+</v></c>', dated, xml))


# ---------------------------------------------------------------------- lists


def _list(case: Case) -> tuple[SheetLayout, Worksheet]:
    if not case.roster:
        raise NotHere
    layout = next(s for s in case.base.layout.sheets if s.kind == "roster")
    return layout, case.book[layout.name]


@of_list("the sheet of a list deleted", recoverable=False, says="list.missing")
def list_deleted(case: Case) -> None:
    case.book.remove(_list(case)[1])


@of_list("the headings of a list retyped", recoverable=False, says="list.missing")
def list_headings(case: Case) -> None:
    layout, sheet = _list(case)
    for column in range(1, 8):
        sheet.cell(layout.heading_row + 1, column).value = f"Cột {column}"


@of_list("a heading of a list retyped", recoverable=False, says="list.missing")
def list_heading(case: Case) -> None:
    layout, sheet = _list(case)
    sheet.cell(layout.heading_row + 1, 5).value = "Số hiệu VB"


@of_list("a heading of a list typed over another", recoverable=False, says="list.missing")
def list_heading_twice(case: Case) -> None:
    layout, sheet = _list(case)
    row = layout.heading_row + 1
    sheet.cell(row, 5).value = sheet.cell(row, 4).value


@of_list("a list continued on another sheet", recoverable=False, says="list.elsewhere")
def list_continued(case: Case) -> None:
    layout, sheet = _list(case)
    copy = case.book.copy_worksheet(sheet)
    copy.title = "VB tiếp"
    copy.delete_rows(layout.first_row + 1, 2)
    sheet.delete_rows(layout.first_row + 3, sheet.max_row)


@of_list("a list renamed and kept twice", says="sheets.extra")
def list_twice(case: Case) -> None:
    sheet = _list(case)[1]
    case.book.copy_worksheet(sheet)
    sheet.title = "DS"


@of_list("the headings of a list repeated on every page")
def list_pages(case: Case) -> None:
    layout, sheet = _list(case)
    at = layout.first_row + 4
    sheet.insert_rows(at, 2)
    for column in range(1, 8):
        for down in (0, 1):
            value = sheet.cell(layout.heading_row + 1 + down, column).value
            sheet.cell(at + down, column).value = value


@doubted("amounts shown in tỷ by their format, saved as .xls", saved_as="xls", says="cell.rescaled")
def format_of_milliards_xls(case: Case) -> None:
    format_of_milliards(case)


@doubted("figures struck out, saved as .xls", saved_as="xls", says="cell.struck")
def struck_xls(case: Case) -> None:
    struck(case)


@doubted(
    "footnote marks raised behind numbers, saved as .xlsx", saved_as="xlsx", says="cell.partly"
)
def raised_xlsx(case: Case) -> None:
    raised(case)
