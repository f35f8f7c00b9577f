"""The gate: untrusted bytes → a :class:`SafeWorkbook`, or a :class:`Refusal` that says why.

Nothing reaches a parser before this. The type is told by content, never by name; a zip is
inflated once, counted while it streams (its headers may lie), and what is unusual about its
sheets is noted on the way, so that no later pass over the same bytes is needed. Members stay in
memory: no path that a zip names is ever opened.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Container, Mapping
from io import BytesIO

from tongket_xlsx.reader import (
    file_types as recognition,
)
from tongket_xlsx.reader import (
    ods_mending,
    xlsx_mending,
)
from tongket_xlsx.reader import (
    ole_container as compound,
)
from tongket_xlsx.reader import (
    xlsx_parts as workbook_parts,
)
from tongket_xlsx.reader import (
    xlsx_sheet as sheet_part,
)
from tongket_xlsx.reader import (
    xml_guard as markup,
)
from tongket_xlsx.reader import (
    zip_container as container,
)
from tongket_xlsx.reader.legacy_names import names_legacy_fonts
from tongket_xlsx.reader.refusal import MIB as MIB  # noqa: PLC0414 - handed on to other rooms
from tongket_xlsx.reader.refusal import Refusal as Refusal  # noqa: PLC0414
from tongket_xlsx.reader.refusal import broken, contradictory, size, too_large
from tongket_xlsx.reader.safe_workbook import Format, SafeWorkbook
from tongket_xlsx.reader.sheet_facts import outlines
from tongket_xlsx.reader.zip_container import plain_name
from tongket_xlsx.text import number_formats as looks
from tongket_xlsx.text.normalize import fold

# Measured on 3,716 real workbooks: the largest had 3.3 MiB, 1,033 members, 109 MiB unpacked,
# 107 MiB in one part. A returned form has 70 KiB; these leave room for pasted pictures.
LARGEST_FILE = 24 * MIB
MOST_MEMBERS = 2000
LARGEST_TOTAL = 192 * MIB
LARGEST_PART = 128 * MIB
STEEPEST_RATIO = 200
RATIO_FROM = 4 * MIB
# All sheets lie in memory at once, each as a full grid.
MOST_CELLS = 6_000_000
_LONGEST_PREFIX = 4096
_CHUNK = 256 * 1024

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KEPT = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "docprops/custom.xml",
    "xl/styles.xml",
)
# The names of other workbooks whose figures this one uses, and what lies over or on its cells.
_ASIDE = (
    "xl/externallinks/",
    "xl/worksheets/_rels/",
    "xl/drawings/drawing",
    "xl/drawings/vmldrawing",
    "xl/comments",
    "xl/threadedcomments/",
)
_LARGEST_ASIDE = 4 * MIB
_OF_XLSX = ("_rels/.rels", "[content_types].xml")
_MANIFEST = "meta-inf/manifest.xml"
_FIRST = (_MANIFEST, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml")
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "mimetype")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$")
_WORKSHEET = re.compile(rb"<(?:\w+:)?worksheet[\s/>]")
_BINARY_SHEET = re.compile(r"xl/worksheets/[^/]+\.bin$")
# What other programs put into a workbook for themselves; nothing of ours reads it.
_FOREIGN = "customxml/"


def admit(
    data: bytes, *, all_sheets: bool = False, unread: Container[str] = frozenset()
) -> SafeWorkbook:
    """Let a workbook through.

    Args:
        all_sheets: whether every sheet part is handed on, whatever it holds.
        unread: the folded names of sheets that are not to be read: what we compute ourselves.

    Raises:
        Refusal: it is no workbook, or it exceeds a limit, or it is unsafe.
    """
    if not data:
        raise Refusal("file.empty")
    if len(data) > LARGEST_FILE:
        raise too_large("file", size(len(data)), size(LARGEST_FILE))
    if data.startswith(_ZIP):
        return _zip(data, all_sheets=all_sheets, unread=unread)
    if data.startswith(_OLE):
        _check_compound(data)
        return SafeWorkbook(data, Format.XLS, legacy_fonts=names_legacy_fonts("", data))
    code, what = recognition.tell(data)
    start = data.find(_ZIP, 0, _LONGEST_PREFIX)
    if code in ("file.text", "file.not_workbook") and not what and start > 0:
        # A gateway put a line before it; what is looked at and read is the zip alone.
        return _zip(data[start:], all_sheets=all_sheets, unread=unread)
    raise _refused(code, what)


def _refused(code: str, what: str) -> Refusal:
    return Refusal(code, what=what) if what else Refusal(code)


def _check_compound(data: bytes) -> None:
    """Tell an old workbook from everything else that hides in the same container."""
    found = compound.Compound(data)
    name = next((n for n in ("Workbook", "Book") if n in found.streams), "")
    code, what = recognition.tell_compound(found.streams.keys() | set(found.all_names()))
    if code == "file.password":
        raise _refused(code, what)
    if code != "file.not_workbook" and name:
        raise contradictory("formats", ", ".join(sorted(found.streams))[:80])
    if not name:
        raise _refused(code, what)
    compound.check_workbook(found.stream(name))


# ---------------------------------------------------------------------- a zip


def _zip(data: bytes, *, all_sheets: bool, unread: Container[str]) -> SafeWorkbook:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if len(members) > MOST_MEMBERS:
                raise too_large("members", f"{len(members)} parts", f"{MOST_MEMBERS} parts")
            container.check(data, archive)
            return _Contents(data, members, unread).workbook(all_sheets=all_sheets)
    except zipfile.BadZipFile:
        cut = b"PK\x05\x06" not in data[-66_000:]
        raise broken("cut_off" if cut else "directory") from None
    except (zlib.error, EOFError, OSError, ValueError, IndexError, NotImplementedError):
        raise broken("directory") from None


class _Contents:
    """The members of a zip, by the name readers look for them under."""

    def __init__(self, data: bytes, members: list[zipfile.ZipInfo], unread: Container[str]) -> None:
        self.data = data
        self.passed_over = unread
        kept = [m for m in members if not container.is_litter(m.filename)]
        self.folder = _common_folder([plain_name(m.filename) for m in kept])
        self.members = {plain_name(m.filename).removeprefix(self.folder): m for m in kept}
        self.changed: dict[str, bytes] = {}
        self.before = 0
        self.cells = 0
        self.highest_string = -1
        self.strings = 0
        self.links: list[tuple[str, str]] = []
        self.sheets: set[str] = set()
        self.unread: frozenset[str] = frozenset()
        self.unread_parts: set[str] = set()
        self.parts: dict[str, bytes] = {}
        self.unusual: dict[str, bytes] = {}
        self.contents: dict[str, bytes] = {}
        self.legacy_fonts = False
        self.strings_part = b""

    def workbook(self, *, all_sheets: bool) -> SafeWorkbook:
        """Look through every member, and return the workbook they make up."""
        kind = self.kind()
        # What says where things are comes first; the rest in the order of the zip.
        order = [n for n in _FIRST if n in self.members]
        order += [n for n in self.members if n not in _FIRST and n != "mimetype"]
        for name in order:
            content = self.content(name)
            if name in self.unread_parts:
                continue
            self.check(kind, name, content)
            self.legacy_fonts = self.legacy_fonts or names_legacy_fonts(name, content)
            if self.is_sheet(name, content):
                self.check_sheet(name, content, all_sheets=all_sheets)
        if self.cells > MOST_CELLS:
            raise too_large("cells", self.cells, f"{MOST_CELLS} ô")
        if kind is Format.XLSX and self.highest_string >= self.strings:
            raise contradictory("string", f"{self.highest_string} / {self.strings}")
        around = outlines(self.contents, self.parts.get("xl/styles.xml", b""), self.strings_part)
        data = self.data
        rooted = any(member.filename.startswith("/") for member in self.members.values())
        if self.changed or self.folder or rooted:
            data = container.rewritten(data, self.members, self.folder, self.changed)
        return SafeWorkbook(
            data,
            kind,
            self.parts,
            self.unusual,
            self.legacy_fonts,
            around,
            frozenset(name for name, _ in self.links) - self.unread,
            self.unread,
        )

    def kind(self) -> Format:
        """Return the format; refuse what is of none, or of two."""
        kinds = [
            kind
            for kind, name in ((Format.XLSX, "xl/workbook.xml"), (Format.XLSB, "xl/workbook.bin"))
            if name in self.members
        ]
        documents = {"content.xml", "encrypted-package"} & self.members.keys()
        if "mimetype" in self.members and documents:
            mimetype = self.content("mimetype")
            if b"opendocument.spreadsheet" in mimetype:
                self.refuse_encrypted()
                kinds.append(Format.ODS)
                # The reader looks for an XLSX workbook first, wherever such a list says it is.
                kinds += [Format.XLSX for name in _OF_XLSX if name in self.members][:1]
            elif not kinds:
                raise _refused(*recognition.tell_document(mimetype))
        if len(kinds) > 1:
            raise contradictory("formats", ", ".join(sorted(set(kinds))))
        if not kinds:
            raise _refused(*recognition.tell_zip(self.members))
        return kinds[0]

    def refuse_encrypted(self) -> None:
        """Refuse a document with a password before its parts, which are noise, are looked at."""
        listed = self.content(_MANIFEST) if _MANIFEST in self.members else b""
        if b"encryption-data" in listed or "encrypted-package" in self.members:
            raise Refusal("file.password", what="ods")

    def content(self, name: str) -> bytes:
        """Inflate a member and stop the moment a limit is passed."""
        pieces = []
        length, packed = 0, len(self.data)
        for piece in container.pieces(self.data, self.members[name], _CHUNK):
            pieces.append(piece)
            length += len(piece)
            whole = self.before + length
            if length > LARGEST_PART:
                raise too_large("part", size(length), size(LARGEST_PART))
            if whole > LARGEST_TOTAL:
                raise too_large("total", size(whole), size(LARGEST_TOTAL))
            if whole > RATIO_FROM and whole > STEEPEST_RATIO * packed:
                raise too_large("ratio", f"{whole // packed} : 1", f"{STEEPEST_RATIO} : 1")
        self.before += length
        content = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if name.endswith((".xml", ".rels")):
            readable = markup.in_utf8(content)
            self.exchange(name, content, readable)
            return readable
        return content

    def check(self, kind: Format, name: str, content: bytes) -> None:
        """Look through one part, and keep what others need of it."""
        if name in self.sheets or name.endswith((".xml", ".rels", ".vml")):
            if not name.startswith(_FOREIGN):
                markup.check_text(content)
            markup.check_lengths(content)
        if kind is Format.XLSX:
            self.check_part(name, content)
        elif kind is Format.XLSB:
            self.check_binary(name, content)
        elif name == workbook_parts.ODS_CONTENT:
            self.cells += workbook_parts.check_document(content)
            self.exchange(name, content, ods_mending.readable(content))
        aside = name.startswith(_ASIDE) and len(content) <= _LARGEST_ASIDE
        if name in _KEPT or aside:
            self.parts[name] = self.changed.get(name, content)

    def exchange(self, name: str, content: bytes, other: bytes) -> None:
        """Have the reader get another content of a part, where it is another."""
        if other is not content:
            self.changed[name] = other

    def check_part(self, name: str, content: bytes) -> None:
        """Look through one part of an XLSX workbook that says something of the others."""
        if name == workbook_parts.WORKBOOK:
            self.links = workbook_parts.sheets_of(content)
        elif name == workbook_parts.LINKS:
            self.find_sheets(workbook_parts.targets_of(content))
            sheets = frozenset(link for _, link in self.links)
            self.exchange(name, content, workbook_parts.plain_links(content, sheets))
        elif name == workbook_parts.STRINGS:
            self.strings = workbook_parts.count_strings(content)
            self.strings_part = content if looks.is_partly_other(content) else b""
        elif name == workbook_parts.STYLES:
            workbook_parts.check_styles(content)
        elif name == workbook_parts.PACKAGE_LINKS:
            workbook_parts.check_package(content, workbook_parts.WORKBOOK)
            self.exchange(name, content, workbook_parts.plain_links(content, folder=""))

    def find_sheets(self, targets: Mapping[str, str]) -> None:
        """Tell the parts that are sheets, and those that no sheet to be read leads to."""
        parts = {name: targets[link] for name, link in self.links if link in targets}
        self.sheets = set(parts.values())
        self.unread = frozenset(name for name in parts if fold(name) in self.passed_over)
        self.unread_parts = self.sheets - {p for n, p in parts.items() if n not in self.unread}

    def check_binary(self, name: str, content: bytes) -> None:
        """Look through one part of an XLSB workbook."""
        if _BINARY_SHEET.search(name):
            self.cells += workbook_parts.check_binary_sheet(content)
        elif name == "xl/sharedstrings.bin":
            workbook_parts.check_binary_strings(content)
        elif name == workbook_parts.PACKAGE_LINKS:
            workbook_parts.check_package(content, "xl/workbook.bin")

    def is_sheet(self, name: str, content: bytes) -> bool:
        """Tell a sheet by what it holds: where it lies is up to whoever wrote the file."""
        if name in self.sheets or _SHEET.search(name):
            return True
        return name.endswith(".xml") and _WORKSHEET.search(content, 0, 2000) is not None

    def check_sheet(self, name: str, content: bytes, *, all_sheets: bool) -> None:
        """Look through a sheet, and keep it where it is needed once more."""
        span, filled = sheet_part.check(content)
        self.cells += span.cells
        self.highest_string = max(self.highest_string, span.string)
        self.contents[name] = filled
        if all_sheets or span.unusual:
            self.unusual[name] = filled
        self.exchange(name, content, xlsx_mending.readable(filled, plain=span.plain))


def _common_folder(names: list[str]) -> str:
    """Return the folder in which all of a workbook was zipped again, with its slash."""
    folder, slash, _ = names[0].partition("/") if names else ("", "", "")
    if not slash or not all(name.startswith(folder + slash) for name in names):
        return ""
    wanted = {f"{folder}/{part}" for part in _WORKBOOKS}
    return folder + slash if wanted.intersection(names) else ""
