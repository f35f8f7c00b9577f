"""A workbook as plain values and nothing else: what is read of tables that are no returns."""

from __future__ import annotations

from tongket_xlsx.reader import fonts, gate, grid
from tongket_xlsx.reader.cells import Grid, GridSheet
from tongket_xlsx.reader.refusal import Refusal


def plain_grid(data: bytes) -> Grid:
    """Read the values of every sheet, texts in fonts of before Unicode by their fonts.

    Nothing is kept of formats and formulas, nor of the bytes.

    Raises:
        Refusal: it is no workbook, exceeds a limit, or is unsafe or damaged.
    """
    workbook = gate.admit(data)
    book = grid.read(workbook)
    fonts.read_by_font(book, workbook)
    sheets = tuple(GridSheet(s.name, s.visible, s.rows) for s in book.sheets)
    return Grid(sheets, book.properties)


class TableReader:
    """Read tables for another process, which is given whatever they are as a value."""

    def read(self, data: bytes) -> Grid | Refusal:
        """Read a workbook."""
        try:
            return plain_grid(data)
        except Refusal as refusal:
            return refusal

    def failed(self, what: str) -> Refusal:
        """Return what is said of a file on which this reader failed."""
        return Refusal("file.reader_failed", what=what)
