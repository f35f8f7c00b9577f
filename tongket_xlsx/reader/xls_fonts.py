"""The fonts of the texts of an .xls, by its own records: cell → format → font, and runs within."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

from tongket_xlsx.reader.safe_workbook import SafeWorkbook
from tongket_xlsx.text.legacy_fonts import FontedText


def fonted(workbook: SafeWorkbook) -> Iterator[tuple[str, int, int, FontedText]]:
    """Yield (sheet, row, column, fonts) of each text of which some is in such a font.

    Raises:
        ValueError: the file is not built as it should be.
    """
    # Only a workbook of those days gets here.
    import xlrd  # noqa: PLC0415

    with open(os.devnull, "w", encoding="utf-8") as silence:  # noqa: PTH123 - no path of a file
        try:
            book = xlrd.open_workbook(
                file_contents=workbook.data, formatting_info=True, logfile=silence
            )
        except (xlrd.XLRDError, struct.error, AssertionError, TypeError, NotImplementedError) as e:
            raise ValueError from e
    names = [font.name for font in book.font_list]
    formats = [names[xf.font_index] for xf in book.xf_list]
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                if sheet.cell_type(row, column) != xlrd.XL_CELL_TEXT:
                    continue
                font = formats[sheet.cell_xf_index(row, column)]
                text = str(sheet.cell_value(row, column))
                marks = sheet.rich_text_runlist_map.get((row, column), ())
                found = FontedText(font, _runs(text, font, marks, names))
                if found.is_legacy:
                    yield sheet.name, row, column, found


def _runs(
    text: str, font: str, marks: list[tuple[int, int]], names: list[str]
) -> tuple[tuple[str, str], ...]:
    """Cut a text where its font changes."""
    if not marks:
        return ()
    starts = [(0, font), *((at, names[number]) for at, number in marks)]
    ends = [at for at, _ in starts[1:]] + [len(text)]
    cut = ((name, text[at:end]) for (at, name), end in zip(starts, ends, strict=True))
    return tuple((name, run) for name, run in cut if run)
