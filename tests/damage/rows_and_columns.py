"""Rows and columns put in, taken out, moved, hidden, merged."""

from __future__ import annotations

import unicodedata
from copy import copy
from functools import partial

import kinds
from openpyxl.worksheet.worksheet import Worksheet
from returns import Case, NotHere

from tongket_xlsx.model.observations import CellState

kind = partial(kinds.kind, only="pleiku generated")
on_samples = partial(kinds.kind, only="pleiku education")


def _insert(sheet: Worksheet, *rows: int) -> None:
    for row in sorted(rows, reverse=True):
        sheet.insert_rows(row)


# ---------------------------------------------------------------------- rows


@kind("a row inserted above the table", says="rows.moved")
def row_above(case: Case) -> None:
    for sheet in case.sheets:
        _insert(sheet, 2)


@kind("a row inserted within the table", says="rows.moved")
def row_within(case: Case) -> None:
    for sheet in case.sheets:
        _insert(sheet, case.first_row(sheet) + 1)


@kind("rows inserted in several places", says="rows.moved")
def rows_within(case: Case) -> None:
    for sheet in case.sheets:
        first = case.first_row(sheet)
        _insert(sheet, 1, first, first + 1, case.last_row(sheet))


@kind("a row inserted between the headings and their numbers", says="rows.moved")
def row_below_headings(case: Case) -> None:
    for sheet in case.sheets:
        _insert(sheet, case.heading(sheet) + 1)


@kind("a row inserted between the headings and the figures", says="rows.moved")
def row_above_figures(case: Case) -> None:
    for sheet in case.sheets:
        _insert(sheet, case.first_row(sheet))


@kind("a blank row after every row", says="rows.moved")
def blank_rows(case: Case) -> None:
    for sheet in case.sheets:
        _insert(sheet, *range(case.first_row(sheet) + 1, case.last_row(sheet) + 1))


@kind("a row inserted with a total of the office's own", says="row.no_code rows.moved")
def own_total(case: Case) -> None:
    for sheet in case.sheets:
        row = case.first_row(sheet) + 1
        _insert(sheet, row)
        sheet.cell(row, 2).value = "Cộng (đơn vị tự thêm)"
        for column in case.years(sheet).values():
            sheet.cell(row, column).value = 12345


@kind("a row inserted under a code of the office's own", says="code.unknown rows.moved")
def own_code(case: Case) -> None:
    for sheet in case.sheets:
        row = case.first_row(sheet) + 1
        _insert(sheet, row)
        sheet.cell(row, 1).value = "ZZ99"
        for column in case.years(sheet).values():
            sheet.cell(row, column).value = 12345


@kind("a row deleted", recoverable=False, says="rows.missing")
def row_deleted(case: Case) -> None:
    for sheet in case.sheets:
        sheet.delete_rows(case.first_row(sheet) + 1)


@kind("every third row deleted", recoverable=False, says="rows.missing")
def rows_deleted(case: Case) -> None:
    for sheet in case.sheets:
        for row in reversed(range(case.first_row(sheet), case.last_row(sheet) + 1, 3)):
            sheet.delete_rows(row)


@kind("the numbers below the headings deleted", says="rows.moved")
def numbering_deleted(case: Case) -> None:
    for sheet in case.sheets:
        sheet.delete_rows(case.heading(sheet) + 1)


@kind("the title rows deleted", says="rows.moved")
def titles_deleted(case: Case) -> None:
    for sheet in case.sheets:
        sheet.delete_rows(1, case.heading(sheet) - 1)


@kind("rows sorted by their labels", says="rows.moved")
def sorted_by_label(case: Case) -> None:
    for sheet in case.sheets:
        case.put_lines(sheet, sorted(case.lines(sheet), key=lambda line: str(line[1])))


@kind("rows sorted by the figures of one year", says="rows.moved")
def sorted_by_value(case: Case) -> None:
    for sheet in case.sheets:
        at = case.years(sheet)["2017"] - 1
        lines = sorted(
            case.lines(sheet),
            key=lambda line: (isinstance(line[at], str), str(line[at]).rjust(12)),
        )
        case.put_lines(sheet, lines)


@kind("rows in the reverse order", says="rows.moved")
def reversed_rows(case: Case) -> None:
    for sheet in case.sheets:
        case.put_lines(sheet, case.lines(sheet)[::-1])


@kind("two rows that changed places", says="rows.moved")
def rows_swapped(case: Case) -> None:
    for sheet in case.sheets:
        lines = case.lines(sheet)
        lines[0], lines[1] = lines[1], lines[0]
        case.put_lines(sheet, lines)


@kind("rows hidden", says="sheet.hidden")
def rows_hidden(case: Case) -> None:
    for sheet in case.sheets:
        for row in range(case.first_row(sheet), case.last_row(sheet), 2):
            sheet.row_dimensions[row].hidden = True


@kind("rows filtered", says="sheet.hidden")
def rows_filtered(case: Case) -> None:
    for sheet in case.sheets:
        first, last = case.first_row(sheet), case.last_row(sheet)
        sheet.auto_filter.ref = f"A{first - 1}:I{last}"
        sheet.auto_filter.add_filter_column(2, ["người"])
        for row in range(first + 1, last + 1):
            sheet.row_dimensions[row].hidden = True


@kind("a row copied below as it is")
def row_copied(case: Case) -> None:
    for sheet in case.sheets:
        row = case.last_row(sheet) + 2
        for column, value in enumerate(case.lines(sheet)[0], start=1):
            sheet.cell(row, column).value = value


@kind("a row copied below with other figures", recoverable=False, says="code.twice")
def row_copied_and_changed(case: Case) -> None:
    for sheet in case.sheets:
        row = case.last_row(sheet) + 2
        for column, value in enumerate(case.lines(sheet)[0], start=1):
            changed = value + 1 if isinstance(value, int) and column > 3 else value
            sheet.cell(row, column).value = changed
        sheet.cell(row, case.years(sheet)["2012"]).value = 4321


@kind("the code of one row copied to another sheet", recoverable=False, says="code.twice")
def code_on_two_sheets(case: Case) -> None:
    if len(case.sheets) < 2:
        raise NotHere
    one, other = case.sheets[:2]
    row = case.last_row(other) + 1
    other.cell(row, 1).value = one.cell(case.first_row(one), 1).value
    for column in case.years(other).values():
        other.cell(row, column).value = 77


# ---------------------------------------------------------------------- columns


@kind("a column inserted on the left", says="rows.moved")
def column_left(case: Case) -> None:
    for sheet in case.sheets:
        sheet.insert_cols(1)


@kind("a column inserted between two years", says="rows.moved")
def column_between(case: Case) -> None:
    for sheet in case.sheets:
        at = case.years(sheet)["2012"]
        sheet.insert_cols(at)
        sheet.cell(case.heading(sheet), at).value = "Năm 2010"
        for row in range(case.first_row(sheet), case.last_row(sheet) + 1):
            sheet.cell(row, at).value = 999


@kind("the column of the units of measure deleted", says="rows.moved")
def unit_column_deleted(case: Case) -> None:
    for sheet in case.sheets:
        sheet.delete_cols(3)


@kind("the columns behind the years deleted")
def last_columns_deleted(case: Case) -> None:
    for sheet in case.sheets:
        sheet.delete_cols(max(case.years(sheet).values()) + 1, 5)


@kind("a year's column deleted", recoverable=False, says="period.missing")
def year_deleted(case: Case) -> None:
    for sheet in case.sheets:
        sheet.delete_cols(case.years(sheet)["2012"])


@kind("the label column deleted", says="rows.moved")
def label_column_deleted(case: Case) -> None:
    for sheet in case.sheets:
        sheet.delete_cols(2)


@kind("the columns of code and label changed places")
def code_behind_label(case: Case) -> None:
    for sheet in case.sheets:
        for row in range(case.heading(sheet), case.last_row(sheet) + 1):
            one, two = sheet.cell(row, 1), sheet.cell(row, 2)
            one.value, two.value = two.value, one.value


@kind("two years' columns moved whole, with the numbers below their headings", says="rows.moved")
def years_moved_whole(case: Case) -> None:
    for sheet in case.sheets:
        years = case.years(sheet)
        for row in range(case.heading(sheet), case.last_row(sheet) + 1):
            one, two = sheet.cell(row, years["2007"]), sheet.cell(row, years["2017"])
            one.value, two.value = two.value, one.value


@kind("columns hidden", says="sheet.hidden")
def columns_hidden(case: Case) -> None:
    for sheet in case.sheets:
        sheet.column_dimensions["E"].hidden = True


@kind("columns with the office's own sums on the right")
def trailing_columns(case: Case) -> None:
    for sheet in case.sheets:
        at = sheet.max_column + 2
        sheet.cell(case.heading(sheet), at).value = "Cộng 3 năm"
        for row in range(case.first_row(sheet), case.last_row(sheet) + 1):
            sheet.cell(row, at).value = row * 11


# ---------------------------------------------------------------------- headings


def _retyped(case: Case, write: object) -> None:
    for sheet in case.sheets:
        for year, column in case.years(sheet).items():
            if year.isdigit():
                sheet.cell(case.heading(sheet), column).value = write(year)  # type: ignore[operator]


@on_samples("headings retyped as numbers")
def headings_as_numbers(case: Case) -> None:
    _retyped(case, int)


@on_samples("headings retyped as the bare year")
def headings_as_years(case: Case) -> None:
    _retyped(case, str)


@on_samples("headings retyped with the unit of measure")
def headings_with_unit(case: Case) -> None:
    _retyped(case, lambda year: f"Năm {year} (người)")


@on_samples("headings retyped as the year with the unit of measure")
def headings_bare_with_unit(case: Case) -> None:
    _retyped(case, lambda year: f"{year} (người)")


@on_samples("headings retyped in capitals, with line breaks")
def headings_in_capitals(case: Case) -> None:
    _retyped(case, lambda year: f" NĂM\n{year}\u00a0")


@on_samples(
    "headings and labels in composite Unicode, the code column deleted", says="rows.by_label"
)
def decomposed(case: Case) -> None:
    for sheet in case.sheets:
        for row in range(case.heading(sheet), case.last_row(sheet) + 1):
            for column in range(1, 8):
                cell = sheet.cell(row, column)
                if isinstance(cell.value, str) and column != 3:
                    cell.value = unicodedata.normalize("NFD", cell.value)
        sheet.delete_cols(1)


@on_samples("headings of two years changed places", recoverable=False, says="period.swapped")
def headings_swapped(case: Case) -> None:
    for sheet in case.sheets:
        years, row = case.years(sheet), case.heading(sheet)
        one, two = sheet.cell(row, years["2007"]), sheet.cell(row, years["2012"])
        one.value, two.value = two.value, one.value


@on_samples("headings of all years turned round", recoverable=False, says="period.swapped")
def headings_turned(case: Case) -> None:
    for sheet in case.sheets:
        years, row = case.years(sheet), case.heading(sheet)
        one, two = sheet.cell(row, years["2007"]), sheet.cell(row, years["2017"])
        one.value, two.value = two.value, one.value
        sheet.delete_rows(row + 1)


@on_samples("one heading typed over another", recoverable=False, says="period.twice period.missing")
def heading_twice(case: Case) -> None:
    for sheet in case.sheets:
        sheet.cell(case.heading(sheet), case.years(sheet)["2012"]).value = "Năm 2007"


@on_samples("a year's heading deleted", recoverable=False, says="period.missing")
def heading_deleted(case: Case) -> None:
    for sheet in case.sheets:
        sheet.cell(case.heading(sheet), case.years(sheet)["2012"]).value = None


@on_samples("a year's heading changed to another year", recoverable=False, says="period.missing")
def heading_of_no_period(case: Case) -> None:
    for sheet in case.sheets:
        sheet.cell(case.heading(sheet), case.years(sheet)["2012"]).value = "Năm 2010"


@on_samples("the row of headings deleted", recoverable=False, says="rows.missing")
def headings_deleted(case: Case) -> None:
    sheet = case.richest
    sheet.delete_rows(case.heading(sheet))


@on_samples("the row of headings repeated within the table", says="rows.moved")
def headings_repeated(case: Case) -> None:
    for sheet in case.sheets:
        at, heading = case.first_row(sheet) + 2, case.heading(sheet)
        _insert(sheet, at)
        for column in range(1, sheet.max_column + 1):
            sheet.cell(at, column).value = sheet.cell(heading, column).value


@on_samples(
    "headings repeated within the table, two years changed",
    recoverable=False,
    says="period.swapped",
)
def headings_repeated_swapped(case: Case) -> None:
    headings_repeated(case)
    for sheet in case.sheets:
        years, row = case.years(sheet), case.first_row(sheet) + 2
        one, two = sheet.cell(row, years["2007"]), sheet.cell(row, years["2012"])
        one.value, two.value = two.value, one.value


# ---------------------------------------------------------------------- merged cells


@on_samples("headings merged with the row below")
def headings_merged(case: Case) -> None:
    for sheet in case.sheets:
        row = case.heading(sheet)
        for column in range(1, 4 + len(case.years(sheet))):
            sheet.merge_cells(
                start_row=row, end_row=row + 1, start_column=column, end_column=column
            )


@on_samples("two years merged over one figure", recoverable=False, says="cell.merged")
def years_merged(case: Case) -> None:
    for sheet in case.sheets:
        years = case.years(sheet)
        for row in range(case.first_row(sheet), case.last_row(sheet) + 1, 2):
            sheet.merge_cells(
                start_row=row, end_row=row, start_column=years["2007"], end_column=years["2012"]
            )


@on_samples("two rows merged over one figure", recoverable=False, says="cell.merged")
def rows_merged(case: Case) -> None:
    for sheet in case.sheets:
        at = case.years(sheet)["2012"]
        for row in range(case.first_row(sheet), case.last_row(sheet), 2):
            sheet.merge_cells(start_row=row, end_row=row + 1, start_column=at, end_column=at)


@on_samples("codes merged over two rows", says="rows.by_label")
def codes_merged(case: Case) -> None:
    sheet = case.sheets[0]
    first = case.first_row(sheet)
    sheet.merge_cells(start_row=first, end_row=first + 1, start_column=1, end_column=1)


# ---------------------------------------------------------------------- pasted as a whole


def _shifted(sheet: Worksheet, down: int, right: int) -> None:
    cells = [
        (cell.row, cell.column, cell.value, copy(cell._style)) for row in sheet for cell in row
    ]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    for row, column, _, _ in cells:
        sheet.cell(row, column).value = None
    for row, column, value, style in cells:
        moved = sheet.cell(row + down, column + right)
        moved.value, moved._style = value, style


@kind("the whole sheet pasted one row further down", says="rows.moved")
def pasted_lower(case: Case) -> None:
    for sheet in case.sheets:
        _shifted(sheet, 1, 0)


@kind("the whole sheet pasted one column further right", says="rows.moved")
def pasted_further_right(case: Case) -> None:
    for sheet in case.sheets:
        _shifted(sheet, 0, 1)


@kind("the codes alone moved up by one row", recoverable=False, says="code.contradicts")
def codes_shifted(case: Case) -> None:
    for sheet in case.sheets:
        for row in range(case.first_row(sheet), case.last_row(sheet) + 1):
            sheet.cell(row, 1).value = sheet.cell(row + 1, 1).value


@kind("the codes alone sorted backwards", recoverable=False, says="code.contradicts")
def codes_sorted(case: Case) -> None:
    for sheet in case.sheets:
        lines = case.lines(sheet)
        codes = [line[0] for line in lines][::-1]
        case.put_lines(sheet, [[code, *line[1:]] for code, line in zip(codes, lines, strict=True)])


@kind("a second table below the first, its years in another order")
def second_table_below(case: Case) -> None:
    sheets = case.sheets
    if len(sheets) < 2:
        raise NotHere
    one, other = sheets[0], sheets[1]
    # All of the second sheet goes below the first, its last year first, and the sheet is deleted.
    at = one.max_row + 3
    years = case.years(other)
    heading = case.heading(other)
    order = list(range(1, other.max_column + 1))
    i, j = years["2007"] - 1, years["2017"] - 1
    order[i], order[j] = order[j], order[i]
    for row in range(heading, case.last_row(other) + 1):
        for to, column in enumerate(order, start=1):
            one.cell(at + row - heading, to).value = other.cell(row, column).value
    case.book.remove(other)


@kind("a second table beside the first", recoverable=False, says="period.twice")
def second_table_beside(case: Case) -> None:
    for sheet in case.sheets:
        width, heading = sheet.max_column, case.heading(sheet)
        for row in range(heading, case.last_row(sheet) + 1):
            for column in range(2, 7):
                value = sheet.cell(row, column).value
                value = value + 7 if isinstance(value, int) else value
                sheet.cell(row, width + column).value = value


@kind("the figures of a row deleted", recoverable=False)
def figures_deleted(case: Case) -> None:
    for code, period, _ in case.figures():
        if case.needed(code, period):
            case.cell(code, period).value = None
        else:
            continue
        case.becomes(code, period, CellState.BLANK)
