"""What a cell does not say itself: its formula, its format, what lies over it, what explains it."""

from __future__ import annotations

import re
from collections.abc import Callable

import kinds
from contents import ENTERED
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from returns import Case, NotHere

from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.layout import Role, SheetKind
from tongket_xlsx.model.observations import CellState

kind = kinds.kind
doubted = kinds.kind

_FIGURE = re.compile(r'(<c r="[D-F][0-9]+" s="[0-9]+")><v>([0-9]+)</v></c>')


def _computed(case: Case, formula: Callable[[int], str]) -> None:
    """Let every whole figure stand as the result of a formula; what is stored stays."""
    case.rewrite(
        lambda xml: _FIGURE.sub(
            lambda m: f"{m[1]}><f>{formula(int(m[2]))}</f><v>{m[2]}</v></c>", xml
        )
    )


# ---------------------------------------------------------------------- formulas


@kind("stored results that their formulas contradict", says="cell.stale")
def stale(case: Case) -> None:
    _computed(case, lambda v: f"{v}*2+1")


@kind("stored zeros where a program wrote formulas only", recoverable=False, says="cell.stale")
def never_computed(case: Case) -> None:
    case.rewrite(lambda xml: _FIGURE.sub(lambda m: f"{m[1]}><f>{m[2]}+1</f><v>0</v></c>", xml))
    for code, period, value in list(case.numbers(*ENTERED)):
        if 4 <= case.where(code, period)[2] <= 6:
            case.becomes(code, period, CellState.NUMBER, value + 1)


@kind("stored results that their formulas give")
def computed(case: Case) -> None:
    _computed(case, lambda v: f"SUM({v},1)-1")


@kind("figures linked from another workbook", says="cells.linked")
def linked(case: Case) -> None:
    _computed(case, lambda v: f"'C:\\so lieu\\[Tong hop.xlsx]Bieu 1'!$C${v % 50 + 1}")


# ---------------------------------------------------------------------- shown otherwise


def _formatted(case: Case, code: str) -> None:
    for indicator, period, _ in list(case.numbers(*ENTERED, least=1)):
        case.cell(indicator, period).number_format = code


@kind("figures hidden by their format", says="cell.shown_otherwise")
def format_hides(case: Case) -> None:
    _formatted(case, ";;;")


@kind("figures shown as a word", says="cell.shown_otherwise")
def format_word(case: Case) -> None:
    _formatted(case, '"đạt"')


@kind("figures shown as nil from a size on", says="cell.shown_otherwise")
def format_condition(case: Case) -> None:
    _formatted(case, '[>0]"-";0')


@kind("figures in white", says="cell.shown_otherwise")
def white(case: Case) -> None:
    for code, period, _ in list(case.numbers(*ENTERED, least=1)):
        cell = case.cell(code, period)
        cell.font, cell.fill = Font(color="FFFFFFFF"), PatternFill()


@kind("zeros shown as if no record survived", says="cell.shown_otherwise")
def zero_as_dots(case: Case) -> None:
    for code, period, _ in list(case.numbers(*ENTERED, least=1)):
        cell = case.cell(code, period)
        cell.value, cell.number_format = 0, '#,##0;-#,##0;"…"'
        case.becomes(code, period, CellState.NUMBER, 0)


@kind("formats that only put words around figures")
def format_faithful(case: Case) -> None:
    _formatted(case, '_(* #,##0_);[Red]\\(#,##0\\);"-"??;@')


# ---------------------------------------------------------------------- laid over


@kind("comments on figures", says="overlay.comment")
def comments(case: Case) -> None:
    for code, period, _ in list(case.numbers(Kind.COUNT))[:5]:
        case.cell(code, period).comment = Comment("Số ước của phòng, chờ đối chiếu", "Trần Thị B")


_DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor>'
    "<xdr:from><xdr:col>3</xdr:col><xdr:colOff>9</xdr:colOff><xdr:row>9</xdr:row>"
    "<xdr:rowOff>9</xdr:rowOff></xdr:from><xdr:to><xdr:col>5</xdr:col><xdr:colOff>9</xdr:colOff>"
    '<xdr:row>11</xdr:row><xdr:rowOff>9</xdr:rowOff></xdr:to>{}<xdr:clientData/>'
    "</xdr:twoCellAnchor></xdr:wsDr>"
)  # fmt: skip
_BOX = (
    '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="TextBox 1"/>'
    '<xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr/><xdr:txBody><a:bodyPr/><a:p><a:r>'
    "<a:t>Số đúng là 1234</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
)
_PICTURE = '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="Picture 1"/></xdr:nvPicPr></xdr:pic>'
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _drawn(case: Case, content: str) -> None:
    part = case.part_of(case.richest.title)
    del case.book
    rels = f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"
    plain = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        "</Relationships>"
    )
    before = case.parts.get(rels, plain.encode()).decode()
    link = f'<Relationship Id="rDrawn" Type="{_LINK}/drawing" Target="../drawings/drawing77.xml"/>'
    case.parts[rels] = before.replace("</Relationships>", link + "</Relationships>").encode()
    case.parts["xl/drawings/drawing77.xml"] = _DRAWING.format(content).encode()


@kind("a text box over the figures", says="overlay.text_box")
def text_box(case: Case) -> None:
    _drawn(case, _BOX)


@kind("a picture over the figures", says="overlay.picture")
def picture(case: Case) -> None:
    _drawn(case, _PICTURE)


# ---------------------------------------------------------------------- errors in texts


@kind("error values where texts are asked for", recoverable=False, says="cell.error_text")
def errors_in_texts(case: Case) -> None:
    layout = next(s for s in case.base.layout.sheets if s.kind is SheetKind.NARRATIVE)
    sorts = ("#REF!", "#N/A", "#NAME?", "#VALUE!")
    codes = [code for code, period in case.truth if not period and code in layout.rows]
    if not codes:
        raise NotHere
    for n, code in enumerate(codes):
        row, column = layout.cell(code, Role.ANSWER)
        case.book[layout.name].cell(row + 1, column + 1).value = sorts[n % len(sorts)]
        case.becomes(code, "", CellState.ERROR)
