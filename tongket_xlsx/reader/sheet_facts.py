"""What stands around the cells of a sheet: validation, merged cells, what is hidden, formats.

Read from the XML of a sheet by patterns and never by a parser: the cells themselves are the
reader's business. Rows and columns are counted from 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from tongket_xlsx.model.places import position
from tongket_xlsx.reader.cell_styles import in_colour_of_ground
from tongket_xlsx.reader.conditional_formats import ConditionalFormat, conditional_formats
from tongket_xlsx.reader.typed_formulas import typed_formulas
from tongket_xlsx.text.number_formats import (
    Look,
    is_partly_other,
    may_mislead,
    partly_other,
    rescales,
    struck_fonts,
)

Cell = tuple[int, int]
Block = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

# No pattern reads past the next “<”, so that none takes longer than the part is long.
_RANGES = re.compile(
    rb"""<(?:\w+:)?dataValidation\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*?\bsqref\s*=\s*["']([^"'<]*)["']"""
)
_PLAIN_RANGES = re.compile(rb' sqref="([^"<]*)"')
_LATER_RANGES = re.compile(rb"<xm:sqref>([^<]*)</xm:sqref>")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Z0-9:]+)["']""")
# A row of less than two points, or a column of less than a third of a digit, shows nothing.
_FLAT = rb"(?:[01](?:\.[0-9]*)?|\.[0-9]+)"
_HIDDEN_ROW = re.compile(
    rb"""<(?:\w+:)?row\s(?=[^<>]*\s(?:hidden=["'](?:1|true)|ht=["']"""
    + _FLAT
    + rb""")["'])[^<>]*?\br=["']([0-9]+)["']"""
)
_FLAT_ROW = re.compile(rb"""\sht=["']""" + _FLAT + rb"""["']""")
_NARROWEST = 0.3
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^<>]*)>")
_XF = re.compile(rb"<(?:\w+:)?xf\s([^<>]*)>")
# A condition such as [<50000] may stand in it as it is.
_FORMAT = re.compile(rb"""<(?:\w+:)?numFmt\s((?:[^<>"']|"[^"]*"|'[^']*')*+)>""")
_UNLOCKED = re.compile(rb"""locked\s*=\s*["'](?:0|false)["']""")
# Begun at the first letter of a name only: one cut off in a long value ends at once.
_ATTRIBUTE = re.compile(rb"""(?<!\w)(\w++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_TYPED = re.compile(rb"<(?:\w+:)?c\s([^<>]*)>")
_TEXT_CELL = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]*+)>"""
    rb"""(?:<(?:\w+:)?v>([0-9]+)</|<(?:\w+:)?is>((?:(?!</(?:\w+:)?is>).)*))""",
    re.DOTALL,
)
_SHARED = re.compile(rb"""\bt=["']s["']""")
_ADDRESS = re.compile(rb"""\br=["']([A-Z]+[0-9]+)["']""")
# “0%” and “0.00%” in every workbook, whatever else it defines.
PERCENT_FORMATS = frozenset({9, 10})
# The numbers under which the binary formats keep their error values.
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
# Newer programs have errors these formats have no number for.
UNKNOWN_ERROR = "#ERROR!"
# More than this in one range is a whole column that was marked, not the cells of a form.
_MOST_CELLS = 5000


@dataclass(frozen=True, slots=True)
class Outline:
    """Hold what stands around the cells of one sheet.

    ``validated`` holds the ranges that have a data validation, as they are written, ``percents``
    the cells that show their number as a percentage: ``None`` where that is not known.
    ``errors`` holds the error values of the formats whose reader drops them, ``looks`` the cells
    that show something beside their number or text, ``formats`` the number formats that may show
    another thing than the number, ``formulas`` those that have a stored result,
    ``conditional`` the formats that may hide a figure on a condition, ``computed`` the cells with
    a formula that the format of the file does not let be read.
    """

    validated: tuple[str, ...] | None = None
    merged: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    percents: frozenset[Cell] | None = None
    errors: Mapping[Cell, str] = field(default_factory=dict)
    looks: Mapping[Cell, Look] = field(default_factory=dict)
    formats: Mapping[Cell, str] = field(default_factory=dict)
    formulas: Mapping[Cell, str] = field(default_factory=dict)
    conditional: tuple[ConditionalFormat, ...] = ()
    computed: frozenset[Cell] = frozenset()

    def covered(self) -> set[Cell] | None:
        """Return every cell that has a data validation."""
        if self.validated is None:
            return None
        return {cell for text in self.validated for cell in cells_of(text)}


@dataclass(frozen=True, slots=True)
class _Styles:
    """The numbers of the cell styles, and of the shared texts, that show more than a value."""

    percents: frozenset[bytes]
    rescaled: frozenset[bytes]
    struck: frozenset[bytes]
    partly: frozenset[bytes]
    unseen: frozenset[bytes]
    odd: Mapping[str, frozenset[bytes]]
    part: bytes


def outlines(
    sheets: Mapping[str, bytes], styles: bytes, strings: bytes = b""
) -> dict[str, Outline]:
    """Return the outline of every sheet part.

    Args:
        styles: the part with the formats, which the numbers of cell styles refer to.
        strings: the part with the shared texts, where some of them have runs of their own look.
    """
    percents = {str(number).encode() for number in PERCENT_FORMATS}
    known = _Styles(
        _of_formats(styles, lambda code: "%" in code, percents),
        _of_formats(styles, rescales, set()),
        _of_facts(styles, b"fontId", struck_fonts(styles)),
        frozenset(partly_other(strings)),
        in_colour_of_ground(styles),
        _odd_formats(styles),
        styles,
    )
    return {name: _outline(content, known) for name, content in sheets.items()}


def _outline(content: bytes, styles: _Styles) -> Outline:
    start, end = content.find(b"sheetData"), content.rfind(b"sheetData")
    before, after = content[: max(start, 0)], content[max(end, 0) :]
    hidden = b"hidden=" in content or _FLAT_ROW.search(content) is not None
    return Outline(
        _validated(after),
        tuple(m.decode() for m in _MERGED.findall(after)) if b"mergeCell" in after else (),
        tuple(int(r) - 1 for r in _HIDDEN_ROW.findall(content)) if hidden else (),
        tuple(_hidden_columns(before)),
        frozenset(_of_styles(content, styles.percents)),
        {},
        _looks(content, styles),
        {cell: code for code, used in styles.odd.items() for cell in _of_styles(content, used)},
        typed_formulas(content) if b"<f" in content or b":f" in content else {},
        conditional_formats(after, styles.part),
    )


def _odd_formats(styles: bytes) -> dict[str, frozenset[bytes]]:
    """Return the number formats that may mislead, each with the cell styles that have it."""
    found: dict[str, frozenset[bytes]] = {}
    for match in _FORMAT.finditer(styles):
        facts = _facts(match[1])
        code = unescape(facts.get(b"formatCode", b"").decode(errors="replace"))
        if may_mislead(code):
            used = _of_facts(styles, b"numFmtId", frozenset({facts.get(b"numFmtId", b"")}))
            found[code] = found.get(code, frozenset()) | used
    return {code: used for code, used in found.items() if used}


def _looks(content: bytes, styles: _Styles) -> dict[Cell, Look]:
    looks = dict.fromkeys(_of_styles(content, styles.rescaled), Look.RESCALED)
    looks |= dict.fromkeys(_of_styles(content, styles.unseen), Look.UNSEEN)
    looks |= dict.fromkeys(_of_styles(content, styles.struck), Look.STRUCK)
    looks |= dict.fromkeys(_of_strings(content, styles.partly), Look.PARTLY)
    return looks


def _of_strings(content: bytes, partly: frozenset[bytes]) -> Iterator[Cell]:
    """Yield the cells whose text is one of these, or has such runs in the cell itself."""
    inline = b"inlineStr" in content and is_partly_other(content)
    if not partly and not inline:
        return
    for match in _TEXT_CELL.finditer(content):
        address = _ADDRESS.search(match[1])
        shared = match[2] in partly and _SHARED.search(match[1]) is not None
        if address is not None and (shared or (inline and is_partly_other(match[3] or b""))):
            yield position(address[1].decode())


def _validated(after: bytes) -> tuple[str, ...]:
    if b"ataValidation" not in after:
        return ()
    start, end = after.find(b"dataValidations"), after.rfind(b"dataValidations")
    where = after[start:end]
    # Between double quotes no other quote can pretend to be an attribute.
    found = (_RANGES if b"='" in where else _PLAIN_RANGES).findall(where)
    if b"xm:sqref" in after:
        found += _LATER_RANGES.findall(after)
    return tuple(part.decode() for text in found for part in text.split())


def _hidden_columns(before: bytes) -> Iterator[int]:
    for match in _COLUMN.finditer(before):
        facts = _facts(match[1])
        if facts.get(b"hidden") in (b"1", b"true") or _is_narrow(facts.get(b"width", b"")):
            first, last = int(facts.get(b"min", b"1")), int(facts.get(b"max", b"1"))
            yield from range(first - 1, min(last, first + 100))


def _is_narrow(width: bytes) -> bool:
    try:
        return float(width or b"9") < _NARROWEST
    except ValueError:
        return False


def _of_formats(
    styles: bytes, is_such: Callable[[str], bool], known: set[bytes]
) -> frozenset[bytes]:
    """Return the numbers of the cell styles whose number format is such a one.

    Args:
        known: the numbers of such formats that every workbook has.
    """
    formats = set(known)
    for match in _FORMAT.finditer(styles):
        facts = _facts(match[1])
        if is_such(facts.get(b"formatCode", b"").decode(errors="replace")):
            formats.add(facts.get(b"numFmtId", b""))
    return _of_facts(styles, b"numFmtId", frozenset(formats))


def _of_facts(styles: bytes, name: bytes, wanted: frozenset[bytes]) -> frozenset[bytes]:
    """Return the numbers of the cell styles that refer to one of some formats or fonts."""
    if not wanted:
        return frozenset()
    start, end = styles.find(b"cellXfs"), styles.rfind(b"cellXfs")
    return frozenset(
        str(number).encode()
        for number, match in enumerate(_XF.finditer(styles[max(start, 0) : max(end, 0)]))
        if _facts(match[1]).get(name) in wanted
    )


def locked_cells(content: bytes, styles: bytes) -> frozenset[Cell]:
    """Return the cells of a sheet part that cannot be typed in while the sheet is protected."""
    start, end = styles.find(b"cellXfs"), styles.rfind(b"cellXfs")
    pieces = styles[max(start, 0) : max(end, 0)].split(b"xf ")[1:]
    locked = frozenset(
        str(number).encode() for number, piece in enumerate(pieces) if not _UNLOCKED.search(piece)
    )
    found = set()
    for match in _TYPED.finditer(content):
        facts = _facts(match[1])
        if facts.get(b"s", b"0") in locked and b"r" in facts:
            found.add(position(facts[b"r"].decode()))
    return frozenset(found)


def _of_styles(content: bytes, styles: frozenset[bytes]) -> Iterator[Cell]:
    used = [s for s in styles if b's="%s"' % s in content or b"s='%s'" % s in content]
    if not used:
        return
    pattern = rb"""<(?:\w+:)?c\s([^<>]*\bs=["'](?:%s)["'][^<>]*)>""" % b"|".join(used)
    for match in re.finditer(pattern, content):
        address = _ADDRESS.search(match[1])
        if address is not None:
            yield position(address[1].decode())


def _facts(attributes: bytes) -> dict[bytes, bytes]:
    return {name: one or two for name, one, two in _ATTRIBUTE.findall(attributes)}


@lru_cache(maxsize=4096)
def block_of(text: str) -> Block | None:
    """Return the corners of a range such as ``D8:F8``; ``None`` where it is none."""
    first, _, last = text.partition(":")
    try:
        top, left = position(first)
        bottom, right = position(last or first)
    except ValueError:
        return None
    return top, left, bottom, right


@lru_cache(maxsize=4096)
def cells_of(text: str) -> tuple[Cell, ...]:
    """Return the cells of a range, none of one that is far too large for a form."""
    block = block_of(text)
    if block is None:
        return ()
    top, left, bottom, right = block
    if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
        return ()
    return tuple((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
