"""What the parts of a workbook say of one another: sheets, their names, where each is, strings.

A workbook in which two sheets have one name, or in which a name leads to two parts, is read in
two ways by two readers; so it is refused, and no reader gets to choose.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterator, Mapping
from xml.sax.saxutils import quoteattr

from tongket_xlsx.reader import xml_guard as markup
from tongket_xlsx.reader.refusal import MIB, contradictory, too_large
from tongket_xlsx.reader.xlsx_sheet import check_span
from tongket_xlsx.reader.xml_guard import Attributes, local
from tongket_xlsx.reader.zip_container import plain_name

WORKBOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES = "xl/sharedstrings.xml", "xl/styles.xml"
PACKAGE_LINKS = "_rels/.rels"
ODS_CONTENT = "content.xml"

_SHEET_KINDS = ("/worksheet", "/chartsheet", "/dialogsheet")
_DIALOGUE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/dialogsheet"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
MOST_STRINGS = 1_000_000
MOST_NAMES = 100_000
LONGEST_NUMBER_FORMAT = 2_000
LARGEST_DIRECTORY = 16 * MIB
MOST_SPACES = 100_000
_UNIQUE = re.compile(rb"""<(?:\w+:)?sst\b[^<>]*\buniqueCount\s*=\s*["']\s*\+?([0-9]+)""")
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
_NUMBER_FORMAT = re.compile(
    rb"""\bformatCode\s*=\s*(?:"[^"]{%d}|'[^']{%d})""" % ((LONGEST_NUMBER_FORMAT,) * 2)
)


def check_directory(content: bytes) -> None:
    """Refuse a list of parts or sheets too large to be gone through at once."""
    if len(content) > LARGEST_DIRECTORY:
        raise too_large("part", f"{len(content) // MIB} MiB", f"{LARGEST_DIRECTORY // MIB} MiB")


def check_package(content: bytes, workbook: str) -> None:
    """Refuse a package that says another part is the workbook than the reader opens."""
    check_directory(content)
    for _, attributes in markup.elements(content):
        target = attributes.get("Target", "")
        leads = attributes.get("Type", "").casefold().endswith("officedocument")
        if leads and target_part(target, "") != workbook:
            raise contradictory("workbook", target[:80])


def sheets_of(content: bytes) -> list[tuple[str, str]]:
    """Return the name and the link of every sheet of a workbook.

    Raises:
        Refusal: two sheets have one name or one link, or there are too many names.
    """
    check_directory(content)
    names, links, defined = [], [], 0
    for tag, attributes in markup.elements(content):
        if tag == "sheet":
            names.append(attributes.get("name", ""))
            links.append(next((v for k, v in attributes.items() if local(k) == "id"), ""))
        defined += tag == "definedName"
    _once(names, "sheets")
    _once(links, "links")
    if defined > MOST_NAMES:
        raise too_large("names", defined, MOST_NAMES)
    return list(zip(names, links, strict=True))


def targets_of(content: bytes) -> Mapping[str, str]:
    """Return the links of a workbook: id → the plain name of the part it leads to.

    Raises:
        Refusal: one id leads to two parts.
    """
    check_directory(content)
    targets: dict[str, str] = {}
    for tag, attributes in markup.elements(content):
        if tag != "Relationship":
            continue
        link = attributes.get("Id", "")
        if link in targets:
            raise contradictory("links", link[:60])
        targets[link] = target_part(attributes.get("Target", ""))
        _check_place(attributes.get("Type", ""), targets[link])
    return targets


def target_part(target: str, folder: str = "xl/") -> str:
    """Return the plain name of the part a link leads to, by default of the workbook."""
    plain = plain_name(target)
    absolute = target.startswith(("/", "\\")) or (folder and plain.startswith(folder))
    return posixpath.normpath(plain if absolute else f"{folder}{plain}").removeprefix("../")


def plain_links(content: bytes, sheets: Container[str] = (), folder: str = "xl/") -> bytes:
    r"""Return a part of links as the reader takes it; the very part where there is nothing to mend.

    Excel follows ``worksheets\sheet1.xml`` and ``../xl/worksheets/sheet1.xml``, and knows sheets of
    macros; the reader refuses the whole workbook for either.

    Args:
        sheets: the links of the sheets.
        folder: the folder to which targets are relative.
    """
    found = [a for tag, a in markup.elements(content) if tag == "Relationship"]
    kinds = [_known_kind(a.get("Type", ""), is_sheet=a.get("Id", "") in sheets) for a in found]
    targets = [a.get("Target", "") for a in found]
    odd = any("\\" in target or "./" in target for target in targets)
    if not odd and kinds == [a.get("Type", "") for a in found]:
        return content
    written = "".join(
        f"<Relationship Id={quoteattr(a.get('Id', ''))} Type={quoteattr(kind)} "
        f"Target={quoteattr('/' + target_part(a.get('Target', ''), folder))}/>"
        for a, kind in zip(found, kinds, strict=True)
        if a.get("TargetMode", "") != "External"
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{written}</Relationships>'.encode()


def _known_kind(kind: str, *, is_sheet: bool) -> str:
    """Return the kind of a link; a sheet that holds no table is a dialogue to the reader."""
    if not is_sheet or kind.endswith(_SHEET_KINDS):
        return kind
    return _DIALOGUE


def _check_place(kind: str, target: str) -> None:
    """Refuse shared strings or styles elsewhere than where the reader takes them from."""
    for ending, place in (("/sharedStrings", STRINGS), ("/styles", STYLES)):
        if kind.endswith(ending) and target != place:
            raise contradictory("elsewhere", target[:80])


def _once(names: list[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise contradictory(what, name[:60])
        seen.add(name.casefold())


def count_strings(content: bytes) -> int:
    """Return how many shared strings there are.

    Raises:
        Refusal: there are too many, or far fewer than the part says, for which room is made.
    """
    markup.run(markup.parser(), content)
    count = content.count(b"<si>")
    if count != content.count(b"<si") or b":si" in content:
        count = sum(1 for _ in _STRING.finditer(content))
    told = _UNIQUE.search(content[:4096])
    if count > MOST_STRINGS:
        raise too_large("strings", count, MOST_STRINGS)
    if told is not None and (len(told[1]) > 12 or int(told[1]) > 4 * count + MOST_STRINGS):
        raise contradictory("strings", f"{told[1][:20].decode()} / {count}")
    return count


def check_styles(content: bytes) -> None:
    """Refuse a number format that no one typed: some readers take minutes over one."""
    if _NUMBER_FORMAT.search(content):
        raise too_large("format", f"> {LONGEST_NUMBER_FORMAT}", LONGEST_NUMBER_FORMAT)


# ---------------------------------------------------------------------- OpenDocument


def check_document(content: bytes) -> int:
    """Look through the content of an ODS workbook; return the size of all its grids together.

    Rows and cells may say that they are repeated a million times. Only what stands before the
    last filled one counts, as for the reader.

    Raises:
        Refusal: it is not well formed, contradicts itself, or exceeds a limit.
    """
    tables = _TableExtents()
    made = markup.parser()
    made.StartElementHandler = tables.start
    made.EndElementHandler = tables.end
    markup.run(made, content)
    _once(tables.names, "sheets")
    return tables.cells


_TABLE_CELLS = frozenset(("table:table-cell", "table:covered-table-cell"))
_FILLED = frozenset(
    (
        "office:value",
        "office:string-value",
        "office:date-value",
        "office:time-value",
        "office:boolean-value",
        "table:formula",
    )
)


class _TableExtents:
    """Go through the tables of a document and count how far each reaches."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.cells = 0
        self.depth = 0
        self.rows = self.columns = 0
        self.waiting = 0
        self.repeated = 1
        self.width = self.filled = 0

    def start(self, name: str, attributes: Attributes) -> None:
        # Called for every element there is, so it calls as little as it can.
        self.depth += 1
        if self.depth > markup.DEEPEST:
            raise markup.too_deep()
        if name in _TABLE_CELLS:
            repeated = attributes.get("table:number-columns-repeated")
            self.width += 1 if repeated is None else _number(repeated)
            if "office:value-type" in attributes or not _FILLED.isdisjoint(attributes):
                self.filled = self.width
        elif name == "table:table-row":
            self.repeated = _number(attributes.get("table:number-rows-repeated", "1"))
            self.width = self.filled = 0
        elif name == "table:table":
            self.names.append(attributes.get("table:name", ""))
            self.rows = self.columns = self.waiting = 0
        elif name == "text:s" and _number(attributes.get("text:c", "1")) > MOST_SPACES:
            raise too_large("text", attributes["text:c"][:20], MOST_SPACES)

    def end(self, name: str) -> None:
        self.depth -= 1
        if name == "table:table-row":
            self.waiting += self.repeated
            if self.filled:
                self.rows += self.waiting
                self.waiting = 0
                self.columns = max(self.columns, self.filled)
                check_span(self.rows, self.columns)
        elif name == "table:table":
            self.cells += self.rows * self.columns


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 10**15


# ---------------------------------------------------------------------- binary workbooks


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (type, first 16 bytes) of every record of a part of an XLSB workbook."""
    at, end = 0, len(content)
    while at < end:
        kind = content[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (content[at] & 0x7F) << 7
            at += 1
        length = 0
        for shift in (0, 7, 14, 21):
            if at >= end:
                return
            byte = content[at]
            at += 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, content[at : at + min(length, 16)]
        at += length


def check_binary_sheet(content: bytes) -> int:
    """Look through the part of a sheet of an XLSB workbook; return the size of its grid.

    Raises:
        Refusal: it exceeds a limit, or its rows do not ascend.
    """
    row, rows, columns = -1, 0, 0
    for kind, head in records(content):
        if kind == _SHEET_SPAN and len(head) == 16:
            first, last, left, right = (int.from_bytes(head[i : i + 4], "little") for i in _QUADS)
            if first > last or left > right or last >= 1 << 20 or right >= 1 << 14:
                raise contradictory("span", f"{first}-{last} x {left}-{right}")
        elif kind == _ROW and len(head) >= 4:
            number = int.from_bytes(head[:4], "little")
            if number <= row:
                raise contradictory("rows", number + 1)
            row = number
        elif kind in _CELLS and len(head) >= 4:
            rows = row + 1
            columns = max(columns, int.from_bytes(head[:4], "little") + 1)
            check_span(rows, columns)
    return rows * columns


_QUADS = (0, 4, 8, 12)
_SHEET_SPAN, _ROW, _CELLS = 0x94, 0x00, range(0x02, 0x0B)
_BEGIN_STRINGS, _STRING_ITEM = 0x9F, 0x13


def check_binary_strings(content: bytes) -> None:
    """Refuse shared strings that say they are far more than they are."""
    told, count = 0, 0
    for kind, head in records(content):
        if kind == _BEGIN_STRINGS and len(head) >= 8:
            told = int.from_bytes(head[4:8], "little")
        count += kind == _STRING_ITEM
    if count > MOST_STRINGS:
        raise too_large("strings", count, MOST_STRINGS)
    if told > 4 * count + MOST_STRINGS:
        raise contradictory("strings", f"{told} / {count}")
