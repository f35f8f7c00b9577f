"""What makes Excel offer to repair a workbook and no schema forbids: read from the raw XML.

Limits of lists, prompts, formulas and texts; names, links and formulas to sheets that do not
exist; cells, rows, comments, merged blocks and table headings that contradict each other.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import combinations
from xml.etree import ElementTree as ET

LONGEST_LIST = LONGEST_RULE = LONGEST_PROMPT = 255
LONGEST_PROMPT_TITLE = 32
LONGEST_FORMULA = 8192
LONGEST_TEXT = 32767
LONGEST_SHEET_NAME = 31
MOST_LINKS = 65530
MOST_FORMATS = 64000

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)")
_ILLEGAL = re.compile(r"[\[\]:*?/\\]|^'|'$")
# Texts in quotes, names of sheets, and the signs that must balance; a lone quote is a fault.
_TOKEN = re.compile(r""""(?:[^"]|"")*"|'(?:[^']|'')*'!?|[^\W\d][\w.]*!|[(){};"']""")


def lint(data: bytes) -> list[str]:
    """Return every fault of a workbook, each as one sentence that starts with its part."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return list(_Linter({n: archive.read(n) for n in archive.namelist()}).faults())


def formula_faults(formula: str, sheets: set[str]) -> Iterator[str]:
    """Say what is wrong with one formula; the names of sheets are folded to lower case."""
    if _length(formula) > LONGEST_FORMULA:
        yield f"formula of {_length(formula)} characters"
    depth = braces = 0
    for token in _TOKEN.findall(formula):
        if token in ('"', "'"):
            yield f"unbalanced quote in {formula[:80]}"
            return
        if token.endswith("!"):
            name = token[:-1].strip("'").replace("''", "'")
            if name.casefold() not in sheets:
                yield f"no sheet {name!r} for {formula[:80]}"
        elif token in "()":
            depth += 1 if token == "(" else -1
            if depth < 0:
                break
        elif token in "{}":
            braces += 1 if token == "{" else -1
        elif token == ";" and not braces:
            yield f"semicolon in {formula[:80]}"
    if depth:
        yield f"unbalanced parentheses in {formula[:80]}"


class _Linter:
    """One workbook: its parts, and its sheets by name."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self.workbook = self.tree("xl/workbook.xml")
        links = self.relations("xl/workbook.xml")
        self.sheets = [
            (s.get("name", ""), links.get(s.get(f"{_RELATION}id", ""), ("", ""))[1], s)
            for s in _all(self.workbook, "sheet")
        ]
        self.names = {name.casefold() for name, _, _ in self.sheets}
        self.defined = {n.get("name", "").casefold() for n in _all(self.workbook, "definedName")}
        self.strings = self.shared_strings()

    def tree(self, part: str) -> ET.Element:
        return ET.fromstring(self.parts[part]) if part in self.parts else ET.Element("none")

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the relations of a part: id → (kind, target or address)."""
        folder, name = posixpath.split(part)
        found = {}
        for link in self.tree(f"{folder}/_rels/{name}.rels"):
            target, kind = link.get("Target", ""), link.get("Type", "").rpartition("/")[2]
            if link.get("TargetMode") == "External":
                kind = "external"
            elif target.startswith("/"):
                target = target[1:]
            else:
                target = posixpath.normpath(f"{folder}/{target}")
            found[link.get("Id", "")] = (kind, target)
        return found

    def shared_strings(self) -> list[str]:
        return [
            "".join(t.text or "" for t in _all(item, "t"))
            for item in _all(self.tree("xl/sharedStrings.xml"), "si")
        ]

    def faults(self) -> Iterator[str]:
        """Yield the faults of the workbook, then those of each sheet."""
        yield from self.book_faults()
        for number, text in enumerate(self.strings):
            if _length(text) > LONGEST_TEXT:
                yield f"sharedStrings: text {number} of {_length(text)} characters"
        for name, part, _ in self.sheets:
            if part not in self.parts:
                yield f"{name}: no part {part!r}"
                continue
            sheet, links = self.tree(part), self.relations(part)
            for fault in self.sheet_faults(sheet, links):
                yield f"{name}: {fault}"

    def book_faults(self) -> Iterator[str]:
        if all(s.get("state", "visible") != "visible" for _, _, s in self.sheets):
            yield "workbook: no sheet is visible"
        for name, _, _ in self.sheets:
            if not name or _length(name) > LONGEST_SHEET_NAME:
                yield f"workbook: sheet name {name!r} of {_length(name)} characters"
            if _ILLEGAL.search(name):
                yield f"workbook: illegal character in sheet name {name!r}"
        for name in _twice(name.casefold() for name, _, _ in self.sheets):
            yield f"workbook: two sheets named {name!r}"
        defined = list(_all(self.workbook, "definedName"))
        for name, scope in _twice((d.get("name", "").casefold(), _scope(d)) for d in defined):
            yield f"workbook: name {name!r} defined twice{scope}"
        for name in defined:
            for fault in formula_faults(name.text or "", self.names):
                yield f"workbook: name {name.get('name')!r}: {fault}"
        for part in sorted(p for p in self.parts if p.startswith("xl/externalLinks/")):
            yield f"workbook: external link {part}"
        formats = sum(len(x) for x in _all(self.tree("xl/styles.xml"), "cellXfs"))
        if formats > MOST_FORMATS:
            yield f"workbook: {formats} cell formats"

    def sheet_faults(self, sheet: ET.Element, links: dict[str, tuple[str, str]]) -> Iterator[str]:
        texts: dict[str, str] = {}
        yield from self.cell_faults(sheet, texts)
        yield from self.merge_faults(sheet)
        for rule in _all(sheet, "dataValidation"):
            for fault in self.validation_faults(rule):
                yield f"validation of {rule.get('sqref')}: {fault}"
        for rule in _all(sheet, "cfRule"):
            for formula in _all(rule, "formula"):
                yield from formula_faults(formula.text or "", self.names)
        yield from self.link_faults(sheet, links)
        for kind, target in links.values():
            if kind == "table":
                yield from self.table_faults(self.tree(target), texts)
            elif kind == "comments":
                owners = [c.get("ref", "") for c in _all(self.tree(target), "comment")]
                yield from (f"two comments on {ref}" for ref in _twice(owners))

    def cell_faults(self, sheet: ET.Element, texts: dict[str, str]) -> Iterator[str]:
        """Check rows and cells; keep the text of each cell in ``texts``."""
        last_row = 0
        for row in _all(sheet, "row"):
            number = int(row.get("r", last_row + 1))
            if number <= last_row:
                yield f"row {number} after row {last_row}"
            last_row, last_column = number, 0
            for cell in _all(row, "c"):
                ref = cell.get("r", "")
                cell_row, column = _position(ref)
                if ref in texts:
                    yield f"two cells {ref}"
                elif cell_row != number or column <= last_column:
                    yield f"cell {ref} out of order in row {number}"
                last_column = column
                texts[ref] = value = _value(cell)
                if cell.get("t") == "s":
                    index = int(value)
                    if not 0 <= index < len(self.strings):
                        yield f"{ref}: shared string {index} of {len(self.strings)}"
                        continue
                    texts[ref] = self.strings[index]
                elif _length(value) > LONGEST_TEXT:
                    yield f"{ref}: text of {_length(value)} characters"
                for formula in _all(cell, "f"):
                    for fault in formula_faults(formula.text or "", self.names):
                        yield f"{ref}: {fault}"

    def merge_faults(self, sheet: ET.Element) -> Iterator[str]:
        blocks = [m.get("ref", "") for m in _all(sheet, "mergeCell")]
        for (one, a), (other, b) in combinations([(r, _block(r)) for r in blocks], 2):
            if a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]:
                yield f"merged {one} overlaps {other}"

    def validation_faults(self, rule: ET.Element) -> Iterator[str]:
        for key, limit in (
            ("promptTitle", LONGEST_PROMPT_TITLE),
            ("errorTitle", LONGEST_PROMPT_TITLE),
            ("prompt", LONGEST_PROMPT),
            ("error", LONGEST_PROMPT),
        ):
            if _length(rule.get(key, "")) > limit:
                yield f"{key} of {_length(rule.get(key, ''))} characters"
        for formula in (*_all(rule, "formula1"), *_all(rule, "formula2")):
            text = formula.text or ""
            inline = rule.get("type") == "list" and text.startswith('"')
            length = _length(text[1:-1] if inline else text)
            if length > (LONGEST_LIST if inline else LONGEST_RULE):
                yield f"{'list' if inline else 'formula'} of {length} characters"
            yield from formula_faults(text, self.names)

    def link_faults(self, sheet: ET.Element, links: dict[str, tuple[str, str]]) -> Iterator[str]:
        count = 0
        for link in _all(sheet, "hyperlink"):
            count += 1
            target = links.get(link.get(f"{_RELATION}id", ""))
            if target is not None:
                yield f"{link.get('ref')}: external link {target[1]}"
                continue
            name, mark, cell = link.get("location", "").rpartition("!")
            known = name.strip("'").replace("''", "'").casefold() in self.names
            sound = known and all(_ADDRESS.fullmatch(part) for part in cell.split(":"))
            if not (sound if mark else cell.casefold() in self.defined):
                yield f"{link.get('ref')}: link to {link.get('location')!r}"
        if count > MOST_LINKS:
            yield f"{count} links"

    def table_faults(self, table: ET.Element, texts: dict[str, str]) -> Iterator[str]:
        name = table.get("displayName", "")
        columns = [c.get("name", "") for c in _all(table, "tableColumn")]
        top, left, _, right = _block(table.get("ref", "A1"))
        if len(columns) != right - left + 1:
            yield f"table {name}: {len(columns)} columns in {table.get('ref')}"
        for heading in _twice(c.casefold() for c in columns):
            yield f"table {name}: two columns {heading!r}"
        if table.get("headerRowCount", "1") == "0":
            return
        shown = {_position(ref): text for ref, text in texts.items()}
        for number, heading in enumerate(columns):
            found = shown.get((top, left + number), "")
            if found != heading:
                yield f"table {name}: heading {heading!r} over a cell that says {found!r}"


def _all(element: ET.Element, tag: str) -> Iterator[ET.Element]:
    """Yield an element's descendants of one name, whatever their namespace."""
    ending = f"}}{tag}"
    return (e for e in element.iter() if e.tag.endswith(ending))


def _scope(name: ET.Element) -> str:
    sheet = name.get("localSheetId")
    return "" if sheet is None else f" on sheet {sheet}"


def _twice(values: Iterator | list) -> list:
    return [value for value, count in Counter(values).items() if count > 1]


def _length(text: str) -> int:
    """Count as Excel does: a sign outside the basic plane counts for two."""
    return len(text) + sum(c > "\uffff" for c in text)


def _value(cell: ET.Element) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(t.text or "" for t in _all(cell, "t"))
    return next((v.text or "" for v in _all(cell, "v")), "")


def _position(ref: str) -> tuple[int, int]:
    """Return (row, column) from 1; (0, 0) for what is no address."""
    match = _ADDRESS.fullmatch(ref)
    if match is None:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _block(ref: str) -> tuple[int, int, int, int]:
    first, _, last = ref.partition(":")
    return (*_position(first), *_position(last or first))
