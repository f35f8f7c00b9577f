"""Sheets renamed, copied, lost; codes and labels retyped; whose return it is put in doubt."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO

import kinds
import openpyxl
from returns import Case, NotHere

from tongket_xlsx.model.layout import PROPERTY_PREFIX, checksum
from tongket_xlsx.model.observations import CellState

kind = partial(kinds.kind, only="pleiku education")
everywhere = kinds.kind

# ---------------------------------------------------------------------- sheets


@kind("sheets renamed", says="sheet.renamed")
def renamed(case: Case) -> None:
    for n, sheet in enumerate(case.sheets):
        sheet.title = f"Sheet{n + 1}"


@everywhere("every visible sheet renamed", says="sheet.renamed")
def all_renamed(case: Case) -> None:
    for n, sheet in enumerate(case.book.worksheets):
        if sheet.sheet_state == "visible":
            sheet.title = f"Trang {n + 1}"


@kind("sheets in another order")
def reordered(case: Case) -> None:
    case.book._sheets.reverse()
    case.book.active = 0


@kind("sheets hidden")
def sheets_hidden(case: Case) -> None:
    for sheet in case.sheets:
        sheet.sheet_state = "hidden"


@everywhere("a sheet copied within the workbook", says="sheet.repeated")
def duplicated(case: Case) -> None:
    case.book.copy_worksheet(case.richest)


@kind("a sheet of the last round kept beside, its figures other", recoverable=False)
def frozen_copy(case: Case) -> None:
    copy = case.book.copy_worksheet(case.richest)
    copy.title = "Lần trước"
    for row in copy.iter_rows(min_row=case.first_row(case.richest), min_col=4, max_col=6):
        for cell in row:
            if isinstance(cell.value, int):
                cell.value += 3


def _copied(case: Case, names: list[str], *foreign: str) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name in foreign:
        sheet = book.create_sheet(name)
        sheet.append(["STT", "Nội dung", "2015", "2016"])
        sheet.append([1, "Số liệu khác", 15, 16])
    for name in names:
        sheet = book.create_sheet(name)
        for row in case.book[name].iter_rows():
            for cell in row:
                if cell.value is not None:
                    sheet.cell(cell.row, cell.column).value = cell.value  # type: ignore[arg-type]
    stream = BytesIO()
    book.save(stream)
    case.replace(stream.getvalue())


def _visible(case: Case) -> list[str]:
    return [s.title for s in case.book.worksheets if s.sheet_state == "visible"]


@everywhere(
    "all sheets copied as values into another workbook",
    says="file.identity_by_cover sheets.extra cells.pasted",
)
def copied_elsewhere(case: Case) -> None:
    _copied(case, _visible(case), "Báo cáo riêng")


@kind("cover and some sheets copied into another workbook", recoverable=False, says="rows.missing")
def some_copied(case: Case) -> None:
    names = _visible(case)
    if len(case.groups) < 2:
        raise NotHere
    _copied(case, [n for n in names if n != case.groups[0]], "Sheet1")


@kind("sheets copied into another workbook without the cover", refused=True)
def copied_without_cover(case: Case) -> None:
    _copied(case, case.groups)


@kind("sheets of the office's own added", says="sheets.extra")
def extra_sheets(case: Case) -> None:
    for n, name in enumerate(("Tính toán", "Phụ lục")):
        sheet = case.book.create_sheet(name, n)
        for row in range(1, 40):
            sheet.append([row, f"Xã {row}", row * 10, row * 11, row * 12])


@kind("empty sheets added")
def empty_sheets(case: Case) -> None:
    for name in ("Sheet1", "Sheet2", "Sheet3"):
        case.book.create_sheet(name)


@kind("a sheet deleted", recoverable=False, says="rows.missing")
def sheet_deleted(case: Case) -> None:
    if len(case.groups) < 2:
        raise NotHere
    case.book.remove(case.richest)


@everywhere("answers typed on the scratch sheet", recoverable=False, says="scratch.answers")
def on_scratch(case: Case) -> None:
    scratch = case.book["Nháp"]
    sheet = case.richest
    for line in case.lines(sheet):
        scratch.append(line)
        row = case.first_row(sheet) + scratch.max_row - 3
    for row in range(case.first_row(sheet), case.last_row(sheet) + 1):
        for column in case.years(sheet).values():
            if not str(sheet.cell(row, column).value).startswith("="):
                sheet.cell(row, column).value = None


@kind("two sheets put one below the other on one")
def stacked(case: Case) -> None:
    if len(case.sheets) < 2:
        raise NotHere
    one, other = case.sheets[:2]
    at = one.max_row + 2
    for row in other.iter_rows():
        for cell in row:
            if cell.value is not None:
                one.cell(at + cell.row, cell.column).value = cell.value  # type: ignore[arg-type]
    case.book.remove(other)


# ---------------------------------------------------------------------- codes and labels


def _codes(case: Case, write: object) -> None:
    for sheet in case.sheets:
        for n, row in enumerate(range(case.first_row(sheet), case.last_row(sheet) + 1)):
            cell = sheet.cell(row, 1)
            cell.value = write(str(cell.value), n)  # type: ignore[operator]


@everywhere("the code column deleted", says="rows.by_label")
def codes_deleted(case: Case) -> None:
    for sheet in case.sheets:
        sheet.delete_cols(1)


@kind("the codes deleted, their heading left", says="rows.by_label")
def codes_blanked(case: Case) -> None:
    _codes(case, lambda _, __: None)


@kind("every second code deleted", says="rows.by_label")
def some_codes_blanked(case: Case) -> None:
    _codes(case, lambda code, n: code if n % 2 else None)


@kind("codes typed over by ordinal numbers", says="rows.by_label")
def codes_numbered(case: Case) -> None:
    _codes(case, lambda _, n: n + 1)


@kind("codes with a letter for a digit", says="rows.by_label")
def codes_mistyped(case: Case) -> None:
    _codes(case, lambda code, _: code.replace("0", "O"))


@kind("codes typed with spaces")
def codes_spaced(case: Case) -> None:
    _codes(case, lambda code, _: f" {code[:2]} {code[2:]}\u00a0")


@kind("codes typed in small letters")
def codes_small(case: Case) -> None:
    _codes(case, lambda code, _: code.lower())


@kind("codes typed with a dot behind")
def codes_dotted(case: Case) -> None:
    _codes(case, lambda code, n: code + ("." if n % 2 else "…:"))


@kind("codes typed in full width")
def codes_full_width(case: Case) -> None:
    _codes(case, lambda code, _: "".join(chr(ord(c) + 0xFEE0) for c in code))


@kind("labels reworded")
def labels_changed(case: Case) -> None:
    for sheet in case.sheets:
        for n, row in enumerate(range(case.first_row(sheet), case.last_row(sheet) + 1)):
            sheet.cell(row, 2).value = f"{n + 1}) {sheet.cell(row, 2).value} (sửa)"


@kind("codes and labels both deleted", recoverable=False, says="rows.missing")
def codes_and_labels_lost(case: Case) -> None:
    for sheet in case.sheets:
        for row in range(case.first_row(sheet), case.last_row(sheet) + 1):
            sheet.cell(row, 1).value = sheet.cell(row, 2).value = None


@kind("the code column deleted and rows sorted", says="rows.by_label")
def codes_deleted_and_sorted(case: Case) -> None:
    for sheet in case.sheets:
        case.put_lines(sheet, case.lines(sheet)[::-1])
        sheet.delete_cols(1)


@kind("the code column deleted and a label repeated with other figures", recoverable=False)
def label_twice(case: Case) -> None:
    for sheet in case.sheets:
        lines = case.lines(sheet)
        row = case.last_row(sheet) + 1
        for column, value in enumerate(lines[0], start=1):
            sheet.cell(row, column).value = 4321 if isinstance(value, int) else value
        sheet.delete_cols(1)


# ---------------------------------------------------------------------- whose it is


def _no_properties(case: Case) -> None:
    for name in list(case.book.custom_doc_props.names):
        del case.book.custom_doc_props[name]


@kind("the identity sheet deleted")
def meta_deleted(case: Case) -> None:
    case.book.remove(case.book["_meta"])


@kind("the file properties lost")
def properties_lost(case: Case) -> None:
    _no_properties(case)
    assert case.sheets


@everywhere("identity sheet and file properties lost", says="file.identity_by_cover")
def identity_lost(case: Case) -> None:
    case.book.remove(case.book["_meta"])
    _no_properties(case)


@kind("identity sheet, file properties and cover lost", refused=True, says="file.no_identity")
def nothing_says_whose(case: Case) -> None:
    identity_lost(case)
    case.book.remove(case.book["Bìa"])


@everywhere(
    "the cover names a unit that differs by one letter", refused=True, says="file.wrong_unit"
)
def sister_on_cover(case: Case) -> None:
    sister = case.base.units["GL-627" if case.base.unit.code == "GL-639" else "GL-639"]
    case.book["Bìa"]["D8"] = sister.name


@kind("identity sheet and properties name two units", refused=True, says="file.identity_differs")
def two_identities(case: Case) -> None:
    properties = case.book.custom_doc_props
    next(p for p in properties.props if p.name == f"{PROPERTY_PREFIX}unit").value = "GL-627"


@kind("the identity changed by hand", refused=True, says="file.identity_changed")
def identity_forged(case: Case) -> None:
    for row in case.book["_meta"].iter_rows(max_col=2):
        if row[0].value == "unit":
            row[1].value = "GL-627"
    _no_properties(case)


@kind("the cover bears a misspelt name", says="file.cover_unclear")
def misspelt_cover(case: Case) -> None:
    case.book["Bìa"]["D8"] = case.base.unit.name + "k"


@kind("identity lost and a misspelt name on the cover", refused=True, says="file.no_identity")
def misspelt_and_lost(case: Case) -> None:
    identity_lost(case)
    case.book["Bìa"]["D8"] = case.base.unit.name + "k"
    case.book["Bìa"]["D9"] = None


@kind("a form of an earlier version, its codes renamed since", says="code.formerly")
def earlier_version(case: Case) -> None:
    """What is ML02 now was HV02 once; the form declares it."""
    form = case.form
    renames = {}
    groups = []
    for group in form.groups:
        indicators = []
        for indicator in group.indicators:
            old = "CU" + indicator.code
            renames[indicator.code] = old
            indicators.append(replace(indicator, formerly=(old,)))
        groups.append(replace(group, indicators=tuple(indicators)))
    case.form = replace(form, groups=tuple(groups), digest="renamed")
    _codes(case, lambda code, _: renames[code])


@kind("earlier codes that now mean another figure", recoverable=False, says="code.contradicts")
def codes_used_again(case: Case) -> None:
    """The codes of two figures changed places between the versions; the form declares it."""
    sheet = case.richest
    lines = case.lines(sheet)
    one, two = str(lines[0][0]), str(lines[1][0])
    swap = {one: two, two: one}
    groups = tuple(
        replace(
            group,
            indicators=tuple(
                replace(i, formerly=(swap[i.code],)) if i.code in swap else i
                for i in group.indicators
            ),
        )
        for group in case.form.groups
    )
    case.form = replace(case.form, groups=groups, digest="swapped")
    lines[0][0], lines[1][0] = two, one
    case.put_lines(sheet, lines)


@kind(
    "a form of an earlier version whose codes now mean another figure",
    recoverable=False,
    says="code.contradicts file.other_version",
)
def codes_used_again_earlier(case: Case) -> None:
    codes_used_again(case)
    facts = {str(row[0].value): row[1] for row in case.book["_meta"].iter_rows(max_col=2)}
    facts["version"].value = "1.0"
    keys = ("form", "version", "unit", "round", "parent")
    facts["checksum"].value = checksum(*(str(facts[key].value or "") for key in keys))
    _no_properties(case)


@kind("nothing answered", recoverable=False)
def nothing_answered(case: Case) -> None:
    for code, period in case.truth:
        case.cell(code, period).value = None
        case.becomes(code, period, CellState.BLANK)
