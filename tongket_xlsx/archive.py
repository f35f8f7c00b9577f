"""The gate: untrusted bytes → a :class:`SafeWorkbook`, or a :class:`Refusal` that says why.

Nothing reaches a parser before this. The type is told by content, never by name; a zip is
inflated once, counted while it streams (its headers may lie), and what is unusual about its
sheets is noted on the way, so that no later pass over the same bytes is needed.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO

from tongket_xlsx.cells import position
from tongket_xlsx.findings import Finding, Severity
from tongket_xlsx.outline import Outline, outlines

MIB = 1024 * 1024
# Measured on 3,716 real workbooks: the largest had 3.3 MiB, 1,033 members, 109 MiB unpacked,
# 107 MiB in one part. A returned form has 70 KiB; these leave room for pasted pictures.
LARGEST_FILE = 24 * MIB
MOST_MEMBERS = 2000
LARGEST_TOTAL = 192 * MIB
LARGEST_PART = 128 * MIB
STEEPEST_RATIO = 200
RATIO_FROM = 4 * MIB
# The reader lays a sheet out as a full grid from A1 to its last cell.
MOST_ROWS = 100_000
MOST_COLUMNS = 2_000
MOST_CELLS = 2_000_000
_CHUNK = 256 * 1024

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SCANS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_PACKED = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_KEPT = re.compile(
    r"(xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|docProps/custom\.xml|xl/styles\.xml)$",
    re.IGNORECASE,
)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)

# Every cell beyond row 999 or column Z; what is nearer cannot make a grid too large.
_FAR = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{2,}[0-9]+|[A-Za-z]?[0-9]{4,})\s*["']""")
_ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*\bt=["']e["']""")
_NO_RESULT = re.compile(
    rb"""<(?:\w+:)?c\b(?![^>]*\bt=["']str["'])[^>]*><(?:\w+:)?f\b"""
    rb"""(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?"""
    rb"""</(?:\w+:)?c>"""
)
# The font of a cell or of a run of its text, .VnTime or VNI-Times, as the formats write it.
_FONTED = re.compile(r"(?:^|/)(?:(?:styles|sharedstrings|content)\.xml)$", re.IGNORECASE)
_LEGACY_XLSX = re.compile(rb"""val=["'](?:\.[Vv][Nn]|[Vv][Nn][Ii][- ])""")
_LEGACY_ODS = re.compile(
    rb"""font-(?:name|family)=["'](?:&apos;)?(?:\.[Vv][Nn]|[Vv][Nn][Ii][- ])"""
)
_LEGACY_NAMES = (b".Vn", b".VN", b"VNI-", *(n.encode("utf-16-le") for n in (".Vn", ".VN", "VNI-")))
_DANGEROUS = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Format(StrEnum):
    """Name the formats we read."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"


@dataclass(frozen=True, slots=True)
class SafeWorkbook:
    """Hold the bytes of a workbook that passed the gate.

    ``parts`` are the small parts that say what the workbook is; ``unusual`` the sheet parts
    that hold error values or formulas without a stored result, or all of them where it was asked.
    ``legacy_fonts`` tells whether a font of before Unicode is named in it at all; ``outlines``
    say of every sheet part what stands around its cells.
    """

    data: bytes
    format: Format
    parts: Mapping[str, bytes] = field(default_factory=dict)
    unusual: Mapping[str, bytes] = field(default_factory=dict)
    legacy_fonts: bool = False
    outlines: Mapping[str, Outline] = field(default_factory=dict)


class Refusal(Exception):
    """The bytes are not opened; ``finding`` says why."""

    def __init__(self, code: str, /, **parameters: str | int) -> None:
        """Make the finding."""
        super().__init__(code)
        self.finding = Finding(code, Severity.ERROR, parameters=parameters)


def admit(data: bytes, *, all_sheets: bool = False) -> SafeWorkbook:
    """Let a workbook through.

    Args:
        all_sheets: whether every sheet part is handed on, whatever it holds.

    Raises:
        Refusal: it is no workbook, or it exceeds a limit, or it is unsafe.
    """
    if not data:
        raise Refusal("file.empty")
    if len(data) > LARGEST_FILE:
        raise _too_large(len(data), LARGEST_FILE)
    if data.startswith(_ZIP):
        return _zip(data, all_sheets=all_sheets)
    if data.startswith(_OLE):
        return SafeWorkbook(data, _ole(data), legacy_fonts=_names_legacy_fonts("", data))
    raise Refusal(_other(data))


def _too_large(found: int, limit: int) -> Refusal:
    return Refusal("file.too_large", found=_size(found), limit=_size(limit))


def _size(count: int) -> str:
    return f"{count / MIB:.1f} MiB" if count >= MIB // 10 else f"{count} B"


def _other(data: bytes) -> str:
    """Tell what bytes are that are neither a zip nor an old Office file."""
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(_SCANS):
        return "file.scan"
    if data.startswith(_PACKED):
        return "file.archive"
    if data.startswith(b"PK"):
        return "file.broken"
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")) or b"<html" in head:
        return "file.web"
    sample = data[:4096]
    if b"\0" not in sample and not any(byte < 9 for byte in sample):
        return "file.text"
    return "file.not_workbook"


def _ole(data: bytes) -> Format:
    """Tell an old workbook from everything else that hides in the same container."""
    names = {
        "EncryptedPackage": "file.password",
        "WordDocument": "file.word",
        "PowerPoint Document": "file.slides",
    }
    for name, code in names.items():
        if name.encode("utf-16-le") in data:
            raise Refusal(code)
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return Format.XLS
    raise Refusal("file.not_workbook")


def _zip(data: bytes, *, all_sheets: bool) -> SafeWorkbook:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _opened(data, archive, all_sheets=all_sheets)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, IndexError):
        raise Refusal("file.broken") from None
    except (NotImplementedError, RuntimeError):
        # An encrypted member, or a compression nobody uses for workbooks.
        raise Refusal("file.password") from None


def _opened(data: bytes, archive: zipfile.ZipFile, *, all_sheets: bool) -> SafeWorkbook:
    members = [m for m in archive.infolist() if not m.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise Refusal(
            "file.too_large", found=f"{len(members)} parts", limit=f"{MOST_MEMBERS} parts"
        )
    names = [m.filename for m in members]
    if len({n.lower() for n in names}) != len(names):
        raise Refusal("file.unsafe", found="two parts of one name")
    kind = _kind(set(names), archive)
    parts: dict[str, bytes] = {}
    unusual: dict[str, bytes] = {}
    sheets: dict[str, bytes] = {}
    total = 0
    legacy_fonts = False
    for member in members:
        content = b"".join(_inflated(archive, member, len(data), total))
        total += len(content)
        legacy_fonts = legacy_fonts or _names_legacy_fonts(member.filename, content)
        if _is_text(member.filename):
            _check_text(content)
        if _is_sheet(member.filename, content):
            _check_span(content)
            sheets[member.filename] = content
            if all_sheets or _ERROR_CELL.search(content) or _NO_RESULT.search(content):
                unusual[member.filename] = content
        elif _KEPT.search(member.filename):
            parts[member.filename] = content
    around = outlines(sheets, parts.get("xl/styles.xml", b""))
    return SafeWorkbook(data, kind, parts, unusual, legacy_fonts, around)


def _kind(names: set[str], archive: zipfile.ZipFile) -> Format:
    lower = {n.lower() for n in names}
    if "xl/workbook.xml" in lower:
        return Format.XLSX
    if "xl/workbook.bin" in lower:
        return Format.XLSB
    if "word/document.xml" in lower:
        raise Refusal("file.word")
    if "ppt/presentation.xml" in lower:
        raise Refusal("file.slides")
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as stream:
            kind = stream.read(200)
        if b"opendocument.text" in kind:
            raise Refusal("file.word")
        if b"opendocument.spreadsheet" not in kind:
            raise Refusal("file.not_workbook")
        if "META-INF/manifest.xml" in names:
            manifest = b"".join(
                _inflated(archive, archive.getinfo("META-INF/manifest.xml"), 1 << 30, 0)
            )
            if b"encryption-data" in manifest:
                raise Refusal("file.password")
        return Format.ODS
    raise Refusal("file.archive")


def _check_text(content: bytes) -> None:
    """Refuse an XML part that could define entities, or hides what it says in another encoding."""
    if _DANGEROUS.search(content):
        raise Refusal("file.unsafe", found="DOCTYPE")
    if b"\0" in content[:64] or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal("file.unsafe", found="UTF-16")


def _is_sheet(name: str, content: bytes) -> bool:
    """Tell a sheet by what it holds: where it lies is up to whoever wrote the file."""
    return bool(_SHEET.search(name)) or (
        name.lower().endswith(".xml") and b"worksheet" in content[:2000]
    )


def _names_legacy_fonts(name: str, content: bytes) -> bool:
    """Say whether a part that holds fonts, or an old file as a whole, names one of ours."""
    if not name or name.lower().endswith("styles.bin"):
        return any(font in content for font in _LEGACY_NAMES)
    if _FONTED.search(name):
        return bool(_LEGACY_XLSX.search(content) or _LEGACY_ODS.search(content))
    # A sheet may hold texts of its own, whose runs name their fonts.
    return b"rFont" in content and _LEGACY_XLSX.search(content) is not None


def _is_text(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _inflated(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, packed: int, before: int
) -> Iterator[bytes]:
    """Yield a member in pieces and stop the moment a limit is passed."""
    size = 0
    with archive.open(member) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            whole = before + size
            if size > LARGEST_PART:
                raise _too_large(size, LARGEST_PART)
            if whole > LARGEST_TOTAL:
                raise _too_large(whole, LARGEST_TOTAL)
            if whole > RATIO_FROM and whole > STEEPEST_RATIO * packed:
                raise Refusal(
                    "file.too_large", found=f"{whole // packed} : 1", limit=f"{STEEPEST_RATIO} : 1"
                )
            yield piece


def _check_span(content: bytes) -> None:
    """Refuse a sheet with a cell so far out that a full grid would not fit in memory."""
    rows, columns = 1, 1
    for match in _FAR.finditer(content):
        address = match[1].decode().upper()
        if address.isdigit():
            rows = max(rows, int(address))
            continue
        try:
            row, column = position(address)
        except ValueError:
            raise Refusal("file.unsafe", found=address) from None
        rows, columns = max(rows, row + 1), max(columns, column + 1)
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise Refusal(
            "file.too_large",
            found=f"{rows} x {columns}",
            limit=f"{MOST_ROWS} x {MOST_COLUMNS}",
        )
    if rows * columns > MOST_CELLS:
        raise Refusal("file.too_large", found=f"{rows} x {columns}", limit=f"{MOST_CELLS} ô")
