"""Texts in fonts of before Unicode, read by the font of their cell; most workbooks have none.

The reader of values knows no fonts, so that the parts that tell them are gone through here, and
only where the gate has seen the name of such a font.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Parameter
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.places import Place, a1
from tongket_xlsx.reader import ods_fonts, xls_fonts, xlsx_fonts
from tongket_xlsx.reader.cells import Grid
from tongket_xlsx.reader.safe_workbook import Format, SafeWorkbook
from tongket_xlsx.text.legacy_fonts import Decoded, FontedText
from tongket_xlsx.text.messages import catalogue
from tongket_xlsx.text.normalize import fold

_READERS = {
    Format.XLSX: xlsx_fonts.fonted,
    Format.XLS: xls_fonts.fonted,
    Format.ODS: ods_fonts.fonted,
}


def read_by_font(
    cells: Grid, workbook: SafeWorkbook, own: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """Put the reading of each text in a font of before Unicode where its characters stood.

    Args:
        own: what the form itself prints and offers; it is Unicode whatever font it was given.

    Returns:
        what could not be read by its font.
    """
    if not workbook.legacy_fonts:
        return ()
    reader = _READERS.get(workbook.format)
    try:
        found = None if reader is None else list(reader(workbook))
    except (ET.ParseError, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError):
        found = None
    if found is None:
        return (_unread(Place(), format=f".{workbook.format}"),)
    ours = {fold(text) for text in own if not text.isascii()}
    told = [_put(cells, ours, *cell) for cell in found]
    return tuple(each for each in told if each is not None)


def _put(
    cells: Grid, ours: set[str], name: str, row: int, column: int, fonts: FontedText
) -> Finding | None:
    sheet = cells.sheet(name)
    value = None if sheet is None else sheet.at(row, column)
    if sheet is None or not isinstance(value, str) or value.isascii() or fold(value) in ours:
        return None
    read = fonts.read(value)
    if read is None:
        return _unread(Place("", name, a1(row, column)), found=value)
    if read != value:
        font = next((f for f, _ in fonts.runs if f != fonts.font), fonts.font)
        text = Decoded.of(read, value, fonts.font or font)
        sheet.rows[row][column] = text
        cells.decoded.append((name, a1(row, column), text))
    return None


def _unread(place: Place, **parameters: Parameter) -> Finding:
    code = "text.font_unclear" if place.cell else "text.fonts_unread"
    return new_finding(code, place, **parameters)


def own_words(form: Form, names: Iterable[str] = ()) -> Iterator[str]:
    """Yield what a workbook of a form says by itself, and the names of its units."""
    for sentences in catalogue().values():
        yield from sentences
    for indicator in form.indicators.values():
        yield from (indicator.label.vi, indicator.unit.vi)
    for prompt in form.prompts:
        yield prompt.label.vi
    for period in form.periods:
        yield period.label.vi
    for roster in form.rosters:
        for column in roster.columns:
            yield from (column.label.vi, *column.choices)
    yield from names
