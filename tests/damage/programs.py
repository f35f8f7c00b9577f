"""How the file was written: by other programs, and XML that is legal and unlike Excel's."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import old_formats
from kinds import kind
from returns import Case, packed

from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import grid

# LibreOffice takes its time over the largest workbook: the plain kinds alone are done to it.
SAMPLES = "pleiku education"

# ---------------------------------------------------------------------- programs


@kind("saved by LibreOffice as .xlsx", saved_as="xlsx")
def as_xlsx(case: Case) -> None:
    pass


@kind("saved by LibreOffice as .xls", saved_as="xls")
def as_xls(case: Case) -> None:
    pass


@kind("saved by LibreOffice as .ods", saved_as="ods")
def as_ods(case: Case) -> None:
    pass


def _disordered(case: Case) -> None:
    for sheet in case.sheets:
        case.put_lines(sheet, case.lines(sheet)[::-1])
        sheet.insert_rows(case.first_row(sheet) + 1)
        sheet.insert_cols(3)
        sheet.title = sheet.title[:2]


@kind(
    "rows, columns and names changed, saved as .xlsx",
    saved_as="xlsx",
    says="rows.moved",
    only=SAMPLES,
)
def disordered_xlsx(case: Case) -> None:
    _disordered(case)


@kind(
    "rows, columns and names changed, saved as .xls",
    saved_as="xls",
    says="rows.moved",
    only=SAMPLES,
)
def disordered_xls(case: Case) -> None:
    _disordered(case)


@kind(
    "rows, columns and names changed, saved as .ods",
    saved_as="ods",
    says="rows.moved",
    only=SAMPLES,
)
def disordered_ods(case: Case) -> None:
    _disordered(case)


def _codeless(case: Case) -> None:
    for sheet in case.sheets:
        sheet.delete_cols(1)
    case.book.remove(case.book["_meta"])


@kind(
    "codes and identity sheet lost, saved as .ods",
    saved_as="ods",
    says="rows.by_label",
    only=SAMPLES,
)
def codeless_ods(case: Case) -> None:
    _codeless(case)


def _percentages(case: Case) -> None:
    from contents import percent_format

    percent_format(case)


@kind(
    "fractions shown as percentages, saved as .xlsx",
    saved_as="xlsx",
    says="cell.percent_format",
    only="education",
)
def percent_xlsx(case: Case) -> None:
    _percentages(case)


@kind(
    "fractions shown as percentages, saved as .xls",
    saved_as="xls",
    says="cell.percent_format",
    only="education",
)
def percent_xls(case: Case) -> None:
    _percentages(case)


@kind(
    "fractions shown as percentages, saved as .ods",
    saved_as="ods",
    says="cell.percent_format",
    only="education",
)
def percent_ods(case: Case) -> None:
    _percentages(case)


def _hundredfold(case: Case) -> None:
    from contents import counts_as_percentages

    counts_as_percentages(case)


@kind("counts shown as percentages, saved as .ods", saved_as="ods", recoverable=False, only=SAMPLES)
def counts_percent_ods(case: Case) -> None:
    _hundredfold(case)


def _merged(case: Case) -> None:
    from rows_and_columns import years_merged

    years_merged(case)


@kind("merged figures, saved as .xls", saved_as="xls", recoverable=False, only=SAMPLES)
def merged_xls(case: Case) -> None:
    _merged(case)


@kind("merged figures, saved as .ods", saved_as="ods", recoverable=False, only=SAMPLES)
def merged_ods(case: Case) -> None:
    _merged(case)


def _errors(case: Case) -> None:
    from contents import errors

    errors(case)


@kind(
    "errors of every sort, saved as .xls",
    saved_as="xls",
    recoverable=False,
    says="cell.error_value",
    only=SAMPLES,
)
def errors_xls(case: Case) -> None:
    _errors(case)


@kind(
    "errors of every sort, saved as .ods",
    saved_as="ods",
    recoverable=False,
    says="cell.error_value",
    only=SAMPLES,
)
def errors_ods(case: Case) -> None:
    _errors(case)


@kind("saved as .xlsm with macros")
def with_macros(case: Case) -> None:
    types = case.parts["[Content_Types].xml"].decode()
    types = types.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ).replace(
        "</Types>",
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )
    case.parts["[Content_Types].xml"] = types.encode()
    links = case.parts["xl/_rels/workbook.xml.rels"].decode()
    case.parts["xl/_rels/workbook.xml.rels"] = links.replace(
        "</Relationships>",
        '<Relationship Id="rIdMacros" Target="vbaProject.bin" Type='
        '"http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>',
    ).encode()
    case.parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)


@kind("saved as .xlsb", says="file.identity_by_cover")
def as_xlsb(case: Case) -> None:
    """The values alone, with the identity sheet hidden as it was and no file properties."""
    cells = grid.read(archive.admit(case.base.data))
    sheets = [(s.name, s.visible, s.rows) for s in cells.sheets if s.name != "_meta"]
    case.replace(old_formats.xlsb(sheets))


@kind("saved as .xlsb, rows in the reverse order", says="rows.moved")
def reversed_xlsb(case: Case) -> None:
    cells = grid.read(archive.admit(case.base.data))
    sheets = []
    for sheet in cells.sheets:
        rows = sheet.rows
        if sheet.name in case.groups:
            layout = next(s for s in case.base.layout.sheets if s.name == sheet.name)
            rows = rows[: layout.first_row] + rows[layout.first_row : layout.last_row + 1][::-1]
        sheets.append((sheet.name, sheet.visible, rows))
    case.replace(old_formats.xlsb(sheets))


@kind("errors of every sort, saved as .xlsb", recoverable=False, says="cell.error_value")
def errors_xlsb(case: Case) -> None:
    _errors(case)
    cells = grid.read(archive.admit(case.bytes()))
    case.replace(old_formats.xlsb([(s.name, s.visible, s.rows) for s in cells.sheets]))


# ---------------------------------------------------------------------- legal XML unlike Excel's


@kind("texts stored in the cells")
def inline_strings(case: Case) -> None:
    shared = re.findall(r"<si>(.*?)</si>", case.parts["xl/sharedStrings.xml"].decode(), re.DOTALL)

    def inline(match: re.Match[str]) -> str:
        return f'{match[1]} t="inlineStr"><is>{shared[int(match[2])]}</is></c>'

    case.rewrite(lambda xml: re.sub(r'(<c [^>]*?) t="s"><v>([0-9]+)</v></c>', inline, xml))


@kind("texts stored in runs of different looks")
def rich_text(case: Case) -> None:
    strings = case.parts["xl/sharedStrings.xml"].decode()
    case.parts["xl/sharedStrings.xml"] = re.sub(
        r"<si><t([^>]*)>([^<&]{2})([^<]+)</t></si>",
        r'<si><r><t xml:space="preserve">\2</t></r>'
        r'<r><rPr><b/></rPr><t xml:space="preserve">\3</t></r></si>',
        strings,
    ).encode()


@kind("the date system of 1904")
def from_1904(case: Case) -> None:
    book = case.parts["xl/workbook.xml"].decode()
    changed = re.sub(r"<workbookPr ", '<workbookPr date1904="1" ', book)
    assert changed != book
    case.parts["xl/workbook.xml"] = changed.encode()


@kind("cells without addresses")
def without_addresses(case: Case) -> None:
    case.rewrite(lambda xml: re.sub(r'<c r="[A-Z]+[0-9]+"', "<c", xml))


@kind("rows without numbers")
def without_row_numbers(case: Case) -> None:
    case.rewrite(_unnumbered)


def _unnumbered(xml: str) -> str:
    """Leave out the numbers of rows; whoever does so writes the empty rows as well."""
    pieces, at, row = [], 0, 0
    for match in re.finditer(r'<row r="([0-9]+)"', xml):
        number = int(match[1])
        pieces += [xml[at : match.start()], "<row/>" * (number - row - 1), "<row"]
        at, row = match.end(), number
    return "".join((*pieces, xml[at:]))


@kind("rows without numbers, the empty ones left out", refused=True, only="generated")
def rows_that_do_not_count(case: Case) -> None:
    case.rewrite(lambda xml: re.sub(r'<row r="[0-9]+"', "<row", xml))


@kind("a dimension that is too small")
def small_dimension(case: Case) -> None:
    case.rewrite(lambda xml: re.sub(r'<dimension ref="[^"]+"/>', '<dimension ref="A1:B2"/>', xml))


@kind("a dimension that is too large")
def large_dimension(case: Case) -> None:
    case.rewrite(
        lambda xml: re.sub(r'<dimension ref="[^"]+"/>', '<dimension ref="A1:XFD1048576"/>', xml)
    )


@kind("no dimension")
def no_dimension(case: Case) -> None:
    case.rewrite(lambda xml: re.sub(r'<dimension ref="[^"]+"/>', "", xml))


@kind("elements with a prefix")
def prefixed(case: Case) -> None:
    def rename(xml: str) -> str:
        xml = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", xml)
        return xml.replace("xmlns=", "xmlns:x=")

    case.rewrite(rename)


@kind("white space between the elements")
def spaced_out(case: Case) -> None:
    case.rewrite(lambda xml: re.sub(r"(<(?:row|c|/row|/sheetData|f)\b)", r"\n  \1", xml))


@kind("attributes in single quotes")
def single_quotes(case: Case) -> None:
    def turn(match: re.Match[str]) -> str:
        return re.sub(r'"([^"\']*)"', r"'\1'", match[0])

    case.rewrite(lambda xml: re.sub(r"<(?:c|row) [^>]*>", turn, xml))


@kind("cells with nothing in them left out")
def sparse(case: Case) -> None:
    case.rewrite(lambda xml: re.sub(r'<c r="[A-Z]+[0-9]+" s="[0-9]+"/>', "", xml))


@kind("a byte order mark before the XML")
def byte_order_mark(case: Case) -> None:
    case.rewrite(lambda xml: "\ufeff" + xml)


@kind("stored without compression")
def stored(case: Case) -> None:
    case.replace(packed(case.parts, zipfile.ZIP_STORED))


@kind("the parts of the zip in another order")
def parts_reordered(case: Case) -> None:
    case.replace(packed(dict(reversed(case.parts.items()))))


@kind("no styles")
def no_styles(case: Case) -> None:
    case.rewrite(lambda xml: re.sub(r' s="[0-9]+"', "", xml))


@kind("text with escaped control characters", recoverable=False)
def escaped_controls(case: Case) -> None:
    strings = case.parts["xl/sharedStrings.xml"].decode()
    # A vertical tab behind every code, as text pasted from an old program has it.
    case.parts["xl/sharedStrings.xml"] = re.sub(
        r"(<t[^>]*>[A-Z]{2}[0-9]{2})</t>", r"\1_x000B_</t>", strings
    ).encode()


@kind("cut off", refused=True, says="file.broken")
def cut_off(case: Case) -> None:
    case.replace(case.base.data[: len(case.base.data) * 2 // 3])


@kind("put into a zip", refused=True)
def zipped(case: Case) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive_:
        archive_.writestr("GL.xlsx", case.base.data)
    case.replace(stream.getvalue())
