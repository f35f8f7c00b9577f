"""One sheet of an XLSX workbook, looked through before the reader is let at it.

The reader lays a sheet out as a full grid from A1 to its last cell, so a stray cell far out is
refused. And wherever two readers would take two values for one cell – rows twice or in
descending order, a cell twice or in another row than its address says, a comment within a value –
there is no value, but a finding. ``<dimension>`` is not looked at: the reader goes by the cells
alone, so it may lie without harm.

Nearly every sheet is written in one plain way, and a few regular expressions show that it is;
any other is gone through element by element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from tongket_xlsx.model.places import column_letters, position
from tongket_xlsx.reader import xml_guard as markup
from tongket_xlsx.reader.refusal import Refusal, broken, contradictory, too_large
from tongket_xlsx.reader.xlsx_mending import without_emptiness
from tongket_xlsx.reader.xml_guard import Attributes, local

MOST_ROWS = 100_000
MOST_COLUMNS = 2_000
MOST_CELLS = 2_000_000
MOST_MERGED = 100_000
# A sheet with more cells than any form may owe them to formats only.
_ROOMY = 100_000
# Element by element takes some ten times as long: an odd sheet must be smaller.
MOST_ODD = 1_000_000

_ROOTS = ("worksheet", "chartsheet", "dialogsheet", "macrosheet")
_ROOT = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1.0["'](?: encoding=["'](?i:utf-8)["'])?"""
    rb"""(?: standalone=["'](?:yes|no)["'])?\s*\?>)?\s*<worksheet[\s>]"""
)
_FORMULA = rb"(?:<f(?: [^<>]*)?(?:/>|>[^<]*</f>))?"
# A cell as every writer writes it: nothing in it that two readers take for two values.
_CELL = (
    rb'<c r="[A-Z]{1,3}[1-9][0-9]{0,6}"(?: s="[0-9]+")?(?:'
    rb' t="s"><v>[0-9]{1,9}</v></c>'
    rb'|(?: t="[nbe]")?(?:/>|>' + _FORMULA + rb"(?:<v>[^<&]*</v>|<v/>)?</c>)"
    rb'| t="str">' + _FORMULA + rb'(?:<v(?: xml:space="preserve")?>[^<]*</v>|<v/>)?</c>'
    rb'| t="inlineStr"><is><t(?: xml:space="preserve")?>[^<]*</t></is></c>)'
)
_ROW = rb'<row r="[1-9][0-9]{0,6}"(?: (?!r=)[\w:]+="[^"<>]*")*+(?:/>|>(?:' + _CELL + rb")*+</row>)"
_PLAIN = re.compile(rb"<sheetData>(?:" + _ROW + rb")*+</sheetData>")
_PLACES = re.compile(rb'<(row r="[0-9]+|c r="[A-Z]+[0-9]+)')
# A pattern that begins with a letter is looked for much faster than one that looks behind first.
_BARE_FORMULA = re.compile(rb'<f(?<! t="str"><f)(?: [^<>]*)?(?:/>|>[^<]*</f>)(?:<v/>|<v></v>)?</c>')
_INDEX = re.compile(rb't="s"><v>([0-9]+)</v>')
_UPPER, _DIGITS = bytes(range(65, 91)), bytes(range(48, 58))
_ENTITY = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*)>(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>))?"
    rb"<(?:\w+:)?v\b[^<>]*>[^<]*&"
)
_ADDRESS_ENTITY = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^<>]*&")
_ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\b[^<>]*\bt=["']e["']""")
_NO_RESULT = re.compile(
    rb"""<(?:\w+:)?c\b(?![^<>]*\bt=["']str["'])[^<>]*><(?:\w+:)?f\b"""
    rb"""(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?"""
    rb"""</(?:\w+:)?c>"""
)
_MERGED = b"mergeCell "
_ADDRESS = re.compile(r"[A-Za-z]+[0-9]+")


@dataclass(frozen=True, slots=True)
class Span:
    """Say how far a sheet reaches, and the highest shared string it speaks of (-1: none).

    ``unusual`` where it holds error values, or formulas without a stored result; ``plain`` where
    every cell is written in the plain way.
    """

    rows: int = 1
    columns: int = 1
    string: int = -1
    unusual: bool = False
    plain: bool = field(default=False, compare=False)

    @property
    def cells(self) -> int:
        """Return the size of the full grid."""
        return self.rows * self.columns


def check(content: bytes) -> tuple[Span, bytes]:
    """Look through the part of a sheet; return how far it reaches, and what of it is to be read.

    Where it reaches far, cells and rows that hold nothing but a format are left out of it.

    Raises:
        Refusal: it is not well formed, contradicts itself, or exceeds a limit.
    """
    if content.count(b"/>") > _ROOMY:
        content = without_emptiness(content)
    span = _plain(content)
    if span is None and content.count(b"<") <= _ROOMY:
        # Small enough to be gone through as it is, unless a place far out is but formatted.
        try:
            span = _checked(content)
        except Refusal as refusal:
            if refusal.finding.code != "file.too_large":
                raise
    if span is not None and span.cells <= _ROOMY:
        return _checked(content, span), content
    filled = without_emptiness(content)
    return _checked(filled, span if filled == content else None), filled


def _checked(content: bytes, span: Span | None = None) -> Span:
    span = span or _plain(content) or _walk(content)
    if span.unusual:
        # What the reader does not show of it is put back cell by cell.
        _check_elements(content)
    check_span(span.rows, span.columns)
    merged = content.count(_MERGED, max(0, content.rfind(b"sheetData>")))
    if merged > MOST_MERGED:
        raise too_large("merged", merged, MOST_MERGED)
    return span


def check_span(rows: int, columns: int) -> None:
    """Refuse a sheet with a cell so far out that a full grid would not fit in memory."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise too_large("span", f"{rows} x {columns}", f"{MOST_ROWS} x {MOST_COLUMNS}")
    if rows * columns > MOST_CELLS:
        raise too_large("cells", f"{rows} x {columns}", f"{MOST_CELLS} ô")


# ---------------------------------------------------------------------- written plainly


def _plain(content: bytes) -> Span | None:
    """Return the span of a sheet written in the plain way, ``None`` for any other."""
    start = content.find(b"<sheetData>")
    table = _PLAIN.match(content, start) if start >= 0 else None
    # Nothing before the cells may hide them, and there is one table only.
    if table is None or content.count(b"sheetData") != 2 or not _plain_head(content[:start]):
        return None
    data = table[0]
    found = _PLACES.findall(data)
    if not found:
        return Span(plain=True)
    if len(set(found)) != len(found):
        return None
    whole = b",".join(found) + b","
    last = _last_row(whole)
    if last is None:
        return None
    letters = set(whole.replace(b'row r="', b"").translate(None, _DIGITS).split(b","))
    column = max((c.removeprefix(b'c r="') for c in letters), key=lambda c: (len(c), c))
    columns = position(f"{column.decode()}1")[1] + 1 if column else 1
    strings = set(_INDEX.findall(data))
    unusual = b' t="e"' in data or (b"<f" in data and _BARE_FORMULA.search(data) is not None)
    return Span(last, columns, max(map(int, strings), default=-1), unusual, plain=True)


def _plain_head(head: bytes) -> bool:
    """Say whether a sheet begins as one, with nothing but elements before its cells."""
    begins = _ROOT.match(head) is not None
    return begins and b"<!" not in head and head.count(b"<?") < 2 and b":Choice" not in head


def _last_row(whole: bytes) -> int | None:
    """Return the last row if rows ascend and each holds only cells of its own number."""
    last = 0
    before, *rows = whole.translate(None, _UPPER).replace(b'c r="', b"").split(b'row r="')
    if before:
        return None
    for row in rows:
        number, _, cells = row.partition(b",")
        if cells != (number + b",") * cells.count(b",") or int(number) <= last:
            return None
        last = int(number)
    return last


# ---------------------------------------------------------------------- written in any way


def _walk(content: bytes) -> Span:
    _check_elements(content)
    if _ADDRESS_ENTITY.search(content):
        raise contradictory("value")
    for match in _ENTITY.finditer(content):
        if b"str" not in match[1] and b"inlineStr" not in match[1]:
            raise contradictory("value")
    walk = _Walk()
    markup.run(walk.parser(), content)
    unusual = _ERROR_CELL.search(content) or _NO_RESULT.search(content)
    return Span(walk.rows, walk.columns, walk.string, unusual is not None)


def _check_elements(content: bytes) -> None:
    elements = content.count(b"<") - content.count(b"</")
    if elements > MOST_ODD:
        raise too_large("elements", elements, MOST_ODD)


class _Walk:
    """Go through a sheet element by element."""

    def __init__(self) -> None:
        self.rows, self.columns, self.string = 1, 1, -1
        self.path: list[str] = []
        self.depth = markup.Depth()
        self.row = 0
        self.column = 0
        self.taken: set[int] = set()
        self.cell = ""
        self.kind = ""
        self.children: list[str] = []
        self.text: list[str] = []
        self.tables = 0

    def parser(self) -> expat.XMLParserType:
        """Return a parser that goes through a sheet and calls on this."""
        made = markup.parser()
        made.StartElementHandler = self.start
        made.EndElementHandler = self.end
        made.CharacterDataHandler = self.characters
        made.CommentHandler = self.aside
        made.StartCdataSectionHandler = self.aside
        made.ProcessingInstructionHandler = self.aside
        return made

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in the beginning of an element."""
        self.depth.enter()
        tag = local(name)
        self.path.append(tag)
        if len(self.path) == 1 and tag not in _ROOTS:
            raise contradictory("root", tag[:60])
        if tag == "sheetData":
            self.tables += 1
            if self.tables > 1 or len(self.path) != 2:
                raise contradictory("tables")
        elif tag == "row":
            self.begin_row(attributes.get("r"))
        elif tag == "c":
            self.begin_cell(attributes)
        elif self.path[-2:-1] == ["c"]:
            self.begin_value(tag)
        elif self.path[-2:-1] == ["v"]:
            raise contradictory("value", self.cell)

    def begin_row(self, told: str | None) -> None:
        """Take in a row; its number, where it has one, must be higher than the last."""
        number = self.row + 1
        if told is not None:
            if not (told.isascii() and told.isdecimal()) or len(told) > 10 or int(told) < 1:
                raise broken("markup", told[:40])
            number = int(told)
        if number <= self.row:
            raise contradictory("rows", number)
        self.row, self.column, self.taken = number, 0, set()
        check_span(self.rows, self.columns)
        self.rows = max(self.rows, number)

    def begin_cell(self, attributes: Attributes) -> None:
        """Take in a cell; it must lie in its row and be the only one at its address."""
        self.kind = attributes.get("t", "n")
        self.children, self.text = [], []
        inside = "row" in self.path
        address = attributes.get("r")
        row, column = self.row or 1, self.column + 1
        if address is not None:
            try:
                row, column = (number + 1 for number in position(address))
            except ValueError:
                # What is no address at all the reader refuses.
                if _ADDRESS.fullmatch(address):
                    raise Refusal("file.unsafe", found=address[:40]) from None
        self.cell = f"{column_letters(column - 1)}{row}"
        if inside and (row != self.row or column in self.taken):
            raise contradictory("cells", self.cell)
        if inside:
            self.taken.add(column)
        self.column = column
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)

    def begin_value(self, tag: str) -> None:
        """Take in what a cell holds: one value, and a formula before it."""
        # The last of two values counts for one reader, the first for another; and a formula
        # behind its result blots it out.
        if tag in self.children or "v" in self.children or (tag == "f" and self.children):
            raise contradictory("value", self.cell)
        self.children.append(tag)
        self.text = []

    def end(self, _name: str) -> None:
        """Take in the end of an element; a shared text is known by its number then."""
        self.depth.leave()
        if self.path.pop() == "v" and self.kind == "s" and self.path[-1:] == ["c"]:
            index = "".join(self.text)
            # Some writers mark a cell without text as a text all the same: it is blank.
            if not index:
                return
            if not (index.isascii() and index.isdecimal()) or len(index) > 9:
                raise contradictory("string", f"{self.cell}: {index[:20]}")
            self.string = max(self.string, int(index))

    def characters(self, text: str) -> None:
        """Collect the number of a shared text."""
        if self.kind == "s" and self.path[-1:] == ["v"]:
            self.text.append(text)

    def aside(self, *_: object) -> None:
        """Refuse a comment, an instruction or a section of text within a value."""
        if self.path[-1:] == ["v"]:
            raise contradictory("value", self.cell)
