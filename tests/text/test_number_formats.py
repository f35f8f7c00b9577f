"""What a cell shows beside its number: formats with a scale, digits struck out or raised."""

from __future__ import annotations

import pytest

from tongket_xlsx.reader.sheet_facts import outlines
from tongket_xlsx.text.number_formats import Look, partly_other, rescales, struck_fonts

STYLES = b"""<styleSheet><numFmts><numFmt numFmtId="170" formatCode="#,##0&quot; tr&quot;"/>
</numFmts><fonts><font/><font><strike/><sz val="11"/></font><font><strike val="0"/></font>
</fonts><cellXfs count="4"><xf numFmtId="0" fontId="0"/><xf numFmtId="170" fontId="0"/>
<xf numFmtId="0" fontId="1"/><xf numFmtId="0" fontId="2"/></cellXfs></styleSheet>"""
RAISED = b'<si><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></si>'
STRINGS = b"<sst><si><t>120</t></si><si/>" + RAISED + b"</sst>"


@pytest.mark.parametrize(
    "code",
    [
        "#,##0,",
        "0.0,,",
        "#,##0,;-#,##0",
        '#,##0" tỷ"',
        '0\\ "triệu đồng"',
        "#,##0&quot; đ&quot;",
        "#,##0\\ [$₫-42A]",
        "[$VND] #,##0",
        '0".000"',
        '[>=1000]0,"K";0',
    ],
)
def test_a_format_with_a_scale_is_told(code: str) -> None:
    """Commas behind the digits divide; a word or zeros make something else of a number."""
    assert rescales(code)


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "0",
        "#,##0",
        "#,##0.00;[Red]-#,##0.00",
        '0" người"',
        "[$-42A]0",
        "[Color10]0;[>5]0",
        "_-* #,##0\\ _₫_-;-* #,##0\\ _₫_-",
        '_(* #,##0_);_(* (#,##0);_(* "-"_)',
        "0.0%",
        "@",
    ],
)
def test_a_format_that_shows_the_number_itself_is_not(code: str) -> None:
    """Groups, colours, units and room for a sign change nothing."""
    assert not rescales(code)


def test_fonts_that_strike_out_are_found_by_their_numbers() -> None:
    """An element that says it is off strikes nothing out."""
    assert struck_fonts(STYLES) == {b"1"}
    assert struck_fonts(b"<styleSheet/>") == frozenset()


def test_texts_with_runs_of_another_look_are_found_by_their_numbers() -> None:
    """Empty texts count as well."""
    assert list(partly_other(STRINGS)) == [b"2"]
    assert list(partly_other(b"")) == []


def test_cells_are_found_by_their_styles_and_texts() -> None:
    """A text may stand in the shared part or in its cell."""
    inline = RAISED.replace(b"si>", b"is>")
    content = b"""<worksheet><sheetData><row r="1"><c r="A1" s="1"><v>5</v></c><c r="B1" s="2">
<v>5</v></c><c r="C1" s="3"><v>5</v></c><c r="D1" t="s"><v>2</v></c><c r="E1" t="s"><v>0</v></c>
<c r="F1" t="inlineStr">%s</c><c t="inlineStr">%s</c></row></sheetData></worksheet>""" % (
        inline,
        inline,
    )
    outline = outlines({"a": content}, STYLES, STRINGS)["a"]
    assert outline.looks == {
        (0, 0): Look.RESCALED,
        (0, 1): Look.STRUCK,
        (0, 3): Look.PARTLY,
        (0, 5): Look.PARTLY,
    }
