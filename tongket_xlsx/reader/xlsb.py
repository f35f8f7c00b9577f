"""What the reader does not show of an .xlsb: error values, percentages, what is merged or hidden.

Records are those of [MS-XLSB]: a type and a size in groups of seven bits, then the content.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from html import unescape
from io import BytesIO

from tongket_xlsx.model.places import a1
from tongket_xlsx.reader.sheet_facts import ERRORS, PERCENT_FORMATS, UNKNOWN_ERROR, Cell, Outline

_ROW, _ERROR, _FORMULA_ERROR, _LAST_CELL = 0, 3, 11, 11
_NUMBERS = frozenset({2, 5, 9})
_FORMULAS = frozenset({8, 9, 10, _FORMULA_ERROR})
_COLUMNS = 60
# Heights are in twentieths of a point, widths in 256ths of a digit: less than this shows nothing.
_FLATTEST, _NARROWEST = 40, 77
_HIDDEN_ROW = 0x1000
# What stands on more columns than this at once is nothing anyone typed.
_MOST_COLUMNS = 1000
_FORMAT, _XF, _CELL_XFS, _BUNDLED_SHEET, _MERGED = 44, 47, 617, 156, 176
_LINK = re.compile(rb"<Relationship\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb"""(?<!\w)(\w++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")


def outlines(data: bytes) -> dict[str, Outline]:
    """Return the outline of each sheet, by its name.

    Raises:
        ValueError: the records cannot be followed.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = {name.lower(): name for name in packed.namelist()}
            links = _links(packed.read(parts["xl/_rels/workbook.bin.rels"]))
            percents = _percents(
                packed.read(parts["xl/styles.bin"]) if "xl/styles.bin" in parts else b""
            )
            return {
                name: _outline(packed.read(parts[links[link]]), percents)
                for link, name in _sheets(packed.read(parts["xl/workbook.bin"]))
                if links.get(link, "") in parts
            }
    except (struct.error, LookupError, zipfile.BadZipFile) as error:
        raise ValueError from error


def _links(content: bytes) -> dict[str, str]:
    found = {}
    for match in _LINK.finditer(content):
        facts = {name: unescape((a or b).decode()) for name, a, b in _ATTRIBUTE.findall(match[1])}
        target = facts.get(b"Target", "").removeprefix("/").lower()
        found[facts.get(b"Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def _sheets(content: bytes) -> Iterator[tuple[str, str]]:
    for kind, record in _records(content):
        if kind == _BUNDLED_SHEET:
            link, end = _text(record, 8)
            name, _ = _text(record, end)
            yield link, name


def _percents(content: bytes) -> frozenset[int]:
    """Return the numbers of the cell styles that show a number as a percentage."""
    formats, styles = set(PERCENT_FORMATS), []
    of_cells = False
    for kind, record in _records(content):
        if kind == _FORMAT:
            if "%" in _text(record, 2)[0]:
                formats.add(struct.unpack_from("<H", record)[0])
        elif kind == _CELL_XFS:
            of_cells = True
        elif kind == _XF and of_cells:
            styles.append(struct.unpack_from("<H", record, 2)[0])
        elif of_cells:
            break
    return frozenset(n for n, number in enumerate(styles) if number in formats)


def _outline(content: bytes, percents: frozenset[int]) -> Outline:
    errors: dict[Cell, str] = {}
    shown: set[Cell] = set()
    computed: set[Cell] = set()
    merged: list[str] = []
    hidden: list[int] = []
    columns: list[int] = []
    row = 0
    for kind, record in _records(content):
        if kind == _ROW:
            row = struct.unpack_from("<I", record)[0]
            if len(record) >= 12 and _is_unseen(*struct.unpack_from("<HH", record, 8)):
                hidden.append(row)
        elif kind == _COLUMNS and len(record) >= 18:
            first, last, width, _, flags = struct.unpack_from("<IIIIH", record)
            if (flags & 1 or width < _NARROWEST) and last - first < _MOST_COLUMNS:
                columns.extend(range(first, last + 1))
        elif kind <= _LAST_CELL:
            column = struct.unpack_from("<I", record)[0]
            if kind in _FORMULAS:
                computed.add((row, column))
            if kind in (_ERROR, _FORMULA_ERROR):
                errors[row, column] = ERRORS.get(record[8], UNKNOWN_ERROR)
            elif kind in _NUMBERS and int.from_bytes(record[4:7], "little") in percents:
                shown.add((row, column))
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", record)
            merged.append(f"{a1(top, left)}:{a1(bottom, right)}")
    return Outline(
        None,
        tuple(merged),
        tuple(hidden),
        tuple(columns),
        frozenset(shown),
        errors,
        computed=frozenset(computed),
    )


def _is_unseen(height: int, flags: int) -> bool:
    return bool(flags & _HIDDEN_ROW) or height < _FLATTEST


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        kind, at = _sevens(content, at, 2)
        size, at = _sevens(content, at, 4)
        if at + size > len(content):
            raise ValueError
        yield kind, content[at : at + size]
        at += size


def _sevens(content: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number written in groups of seven bits, the lowest first, and where it ends."""
    number = 0
    for n in range(most):
        byte = content[at]
        at += 1
        number |= (byte & 0x7F) << 7 * n
        if byte < 0x80:
            break
    return number, at


def _text(record: bytes, at: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", record, at)[0]
    end = at + 4 + 2 * length
    return record[at + 4 : end].decode("utf-16-le"), end
