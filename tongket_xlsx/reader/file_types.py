"""What bytes are that are no workbook: told by content, never by name.

Each kind of content has a sentence of its own: whoever sent a scan, a web page or a shortcut is
told so, and what to send instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Told = tuple[str, str]  # (code of the finding, what it is precisely)

_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "file.scan", "pdf"),
    (b"\x89PNG", "file.scan", "image"),
    (b"\xff\xd8\xff", "file.scan", "image"),
    (b"GIF8", "file.scan", "image"),
    (b"II*\0", "file.scan", "image"),
    (b"MM\0*", "file.scan", "image"),
    (b"BM", "file.scan", "image"),
    (b"Rar!", "file.archive", "packed"),
    (b"7z\xbc\xaf\x27\x1c", "file.archive", "packed"),
    (b"\x1f\x8b", "file.archive", "packed"),
    (b"BZh", "file.archive", "packed"),
    (b"\xfd7zXZ", "file.archive", "packed"),
    (b"\x28\xb5\x2f\xfd", "file.archive", "packed"),
    (b"MSCF", "file.archive", "packed"),
    (b"{\\rtf", "file.word", "rtf"),
    (b"MZ", "file.not_workbook", "program"),
    (b"\x7fELF", "file.not_workbook", "program"),
    (b"\xca\xfe\xba\xbe", "file.not_workbook", "program"),
    (b"\xcf\xfa\xed\xfe", "file.not_workbook", "program"),
    (b"#!", "file.not_workbook", "program"),
    (b"\0\1\0\0Standard Jet DB", "file.not_workbook", "database"),
    (b"\0\1\0\0Standard ACE DB", "file.not_workbook", "database"),
    (b"SQLite format 3\0", "file.not_workbook", "database"),
    (b"!BDN", "file.not_workbook", "mail"),
    (b"\x78\x9f\x3e\x22", "file.not_workbook", "mail"),
    (b"ID3", "file.not_workbook", "media"),
    (b"OggS", "file.not_workbook", "media"),
    (b"L\0\0\0\1\x14\2\0", "file.text", "pointer"),
    # Excel 2, 3 and 4 wrote their records bare; so did Lotus 1-2-3 and Quattro Pro.
    (b"\x09\0\4\0", "file.old_workbook", "excel"),
    (b"\x09\2\6\0", "file.old_workbook", "excel"),
    (b"\x09\4\6\0", "file.old_workbook", "excel"),
    (b"\x09\x08\x08\0", "file.old_workbook", "excel"),
    (b"\x09\x08\x10\0", "file.old_workbook", "excel"),
    (b"\0\0\2\0", "file.old_workbook", "lotus"),
    (b"\0\0\x1a\0", "file.old_workbook", "lotus"),
)
_PROGRAM = re.compile(rb"(?:@echo off|@if |rem |powershell|wscript|<script)", re.IGNORECASE)
_MAIL = re.compile(
    rb"(?:return-path|received|delivered-to|message-id|mime-version|from|x-[\w-]+):", re.IGNORECASE
)
_SIGNED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_LOCK_SIZE = 165
_SAMPLE = 4096


def tell(data: bytes) -> Told:
    """Tell what bytes are that are neither a zip nor an old Office container."""
    for start, code, what in _STARTS:
        if data.startswith(start):
            return code, what
    if data.startswith(b"PK"):
        return "file.broken", "cut_off"
    return _by_place(data) or _by_text(data)


def _by_place(data: bytes) -> Told | None:
    """Tell what is known by bytes that do not stand at its beginning."""
    if not data.strip(b"\0"):
        return "file.broken", "zeros"
    if data[4:8] == b"ftyp":
        image = data[8:12] in (b"heic", b"heix", b"mif1", b"avif")
        return ("file.scan", "image") if image else ("file.not_workbook", "media")
    if data.startswith(b"RIFF"):
        image = data[8:12] == b"WEBP"
        return ("file.scan", "image") if image else ("file.not_workbook", "media")
    if data[257:262] == b"ustar":
        return "file.archive", "packed"
    if _SIGNED in data[:64]:
        return "file.not_workbook", "signed"
    if len(data) == _LOCK_SIZE and 0 < data[0] < 55 and not data[1 : data[0] + 1].count(0):
        return "file.lock", ""
    if b"%PDF-" in data[:1024]:
        return "file.scan", "pdf"
    return None


def _by_text(data: bytes) -> Told:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        # “Unicode Text” of Excel: tabs between the columns.
        return "file.text", "csv"
    sample = data[:_SAMPLE]
    head = sample.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        return "file.web", ""
    if b"mime-version:" in head and b"multipart/related" in head:
        return "file.web", "single_file"
    if b"<html" in head[:2048]:
        return "file.web", ""
    if any(byte < 9 for byte in sample):
        return "file.not_workbook", ""
    return _by_markup(head) or _by_lines(head)


def _by_markup(head: bytes) -> Told | None:
    if head.startswith(b"<?xml") or (head.startswith(b"<") and b"xmlns" in head):
        spreadsheet = (b"office:spreadsheet", b"excel.sheet", b"opendocument.spreadsheet")
        found = any(mark in head for mark in spreadsheet)
        return ("file.text", "xml_workbook") if found else ("file.text", "xml")
    if head.startswith((b"[internetshortcut]", b"[desktop entry]")):
        return "file.text", "pointer"
    if head.startswith((b"{", b"[")):
        pointer = b"docs.google.com" in head or b"doc_id" in head
        return ("file.text", "pointer") if pointer else ("file.text", "json")
    if b"file:///" in head and head.startswith(b",") and head.count(b",") >= 4:
        return "file.lock", ""
    return None


def _by_lines(head: bytes) -> Told:
    if _PROGRAM.match(head):
        return "file.not_workbook", "program"
    lines = [line for line in head.splitlines() if line.strip()][:8]
    if len(lines) > 1 and all(_MAIL.match(line) or line[:1] in b" \t" for line in lines[:3]):
        return "file.not_workbook", "mail"
    if head.startswith(b"id;p"):
        return "file.text", "csv"
    # The last line of the sample may be cut.
    whole = lines[:-1] if len(lines) > 2 else lines
    for mark in (b";", b"\t", b",", b"|"):
        counts = {line.count(mark) for line in whole}
        if len(lines) > 1 and len(counts) == 1 and counts != {0}:
            return "file.text", "csv"
    return "file.text", ""


def tell_zip(names: Iterable[str]) -> Told:
    """Tell what a zip holds that is no workbook."""
    lower = {name.lower() for name in names}
    if "word/document.xml" in lower:
        return "file.word", ""
    if "ppt/presentation.xml" in lower:
        return "file.slides", ""
    if any(name.endswith(".iwa") for name in lower) or "index.zip" in lower:
        return "file.old_workbook", "numbers"
    if "[content_types].xml" in lower:
        return "file.not_workbook", "office"
    if any(name.endswith((".xlsx", ".xls", ".xlsm", ".ods", ".xlsb")) for name in lower):
        return "file.archive", "workbooks"
    return "file.archive", ""


def tell_document(mimetype: bytes) -> Told:
    """Tell what a document of OpenDocument is that is no spreadsheet."""
    if b"opendocument.text" in mimetype:
        return "file.word", ""
    if b"opendocument.presentation" in mimetype:
        return "file.slides", ""
    return "file.not_workbook", "office"


def tell_compound(streams: Iterable[str]) -> Told:
    """Tell what an old Office container holds that is no workbook."""
    names = set(streams)
    # [MS-OFFCRYPTO] 2.2: rights management keeps its licences under such names; a password is
    # described in EncryptionInfo.
    if any(name.lstrip("\t\6\1").startswith("DRM") for name in names):
        return "file.password", "label"
    if "EncryptedPackage" in names:
        return "file.password", "" if "EncryptionInfo" in names else "label"
    if "WordDocument" in names:
        return "file.word", ""
    if "PowerPoint Document" in names:
        return "file.slides", ""
    if any(name.startswith(("__properties_", "__nameid_", "__substg")) for name in names):
        return "file.not_workbook", "mail"
    if "VisioDocument" in names:
        return "file.not_workbook", "office"
    return "file.not_workbook", ""
