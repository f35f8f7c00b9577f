"""Strange files: what an inbox that anyone can write to receives, and what an attacker would send.

Every file comes from a seed and a number, so that a run can be repeated. What is expected of a
file is the code of its finding and, behind a colon, what it is precisely; ``""`` is a right
return or any clear finding.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import lzma
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import openpyxl
from compound_file import MAGIC, book, compound, record
from odd_writers import ERRORS, odd_workbooks, with_error
from raw_workbook import (
    DECLARED,
    MAIN,
    SPREADSHEET,
    bomb,
    document,
    entries,
    flipped,
    parts,
    patched,
    relationships,
    rezipped,
    sheet,
    strings,
    with_member,
    workbook,
    zipped,
)


@dataclass(frozen=True)
class Strange:
    """One strange file and what must be said of it; several causes are parted by blanks."""

    name: str
    data: bytes
    expected: str = ""


_ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


# ---------------------------------------------------------------------- no workbooks


def contents(dice: random.Random) -> Iterator[Strange]:
    """Yield everything people attach instead of a workbook."""
    noise = dice.randbytes(dice.randrange(200, 4000))
    words = "".join(dice.choice("abcdefghij \n") for _ in range(dice.randrange(20, 900))).encode()
    for name, data, expected in (
        ("empty.xlsx", b"", "file.empty"),
        ("zeros.xlsx", b"\0" * dice.randrange(1, 9000), "file.broken:zeros"),
        ("scan.pdf", b"%PDF-1.7\n" + noise, "file.scan:pdf"),
        ("late.pdf", b"\r\n\r\n%PDF-1.4\n" + words, "file.scan:pdf"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + noise, "file.scan:image"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + noise, "file.scan:image"),
        ("photo.gif", b"GIF89a" + noise, "file.scan:image"),
        ("scan.tif", b"II*\0" + noise, "file.scan:image"),
        ("photo.webp", b"RIFF\0\0\1\0WEBPVP8 " + noise, "file.scan:image"),
        ("photo.heic", b"\0\0\0\x18ftypheic" + noise, "file.scan:image"),
        ("film.mp4", b"\0\0\0\x18ftypisom" + noise, "file.not_workbook:media"),
        ("sound.wav", b"RIFF\0\0\1\0WAVEfmt " + noise, "file.not_workbook:media"),
        ("sound.mp3", b"ID3\3\0" + noise, "file.not_workbook:media"),
        ("note.rtf", rb"{\rtf1\ansi " + words, "file.word:rtf"),
        ("page.html", b"<!DOCTYPE html><html>" + words, "file.web"),
        ("export.xls", b"<html xmlns:x='urn:x'><table><tr><td>1" + words, "file.web"),
        ("comment.htm", b"<!-- saved --> <html>" + words, "file.web"),
        (
            "page.mht",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n" + words,
            "file.web:single_file",
        ),
        ("data.json", json.dumps({"a": [1, 2]}).encode(), "file.text:json"),
        ("list.json", b"[1, 2, 3]", "file.text:json"),
        (
            "form.gsheet",
            b'{"url": "https://docs.google.com/open?id=x", "doc_id": "x"}',
            "file.text:pointer",
        ),
        ("form.url", b"[InternetShortcut]\r\nURL=https://x.example/\r\n", "file.text:pointer"),
        ("form.desktop", b"[Desktop Entry]\nType=Link\n", "file.text:pointer"),
        ("form.lnk", b"L\0\0\0\1\x14\2\0" + noise, "file.text:pointer"),
        ("table.csv", "Mã,2007,2012\nTC01,1,2\nTC02,3,4\n".encode(), "file.text:csv"),
        ("table2.csv", "Mã;2007;2012\r\nTC01;1;2\r\nTC02;3;4\r\n".encode(), "file.text:csv"),
        ("table.tsv", b"a\tb\n1\t2\n3\t4\n", "file.text:csv"),
        ("unicode.txt", "Mã\t2007\r\n".encode("utf-16"), "file.text:csv"),
        ("table.slk", b"ID;PWXL;N;E\nB;Y2;X3\n", "file.text:csv"),
        ("letter.txt", "Kính gửi: số liệu như sau".encode(), "file.text"),
        ("form.xml", b"<?xml version='1.0'?><a>1</a>", "file.text:xml"),
        (
            "form2003.xml",
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
            "file.text:xml_workbook",
        ),
        (
            "flat.fods",
            f'<?xml version="1.0"?><office:document office:mimetype="{SPREADSHEET}"/>'.encode(),
            "file.text:xml_workbook",
        ),
        ("run.exe", b"MZ\x90\0" + noise, "file.not_workbook:program"),
        ("run", b"\x7fELF\2\1\1" + noise, "file.not_workbook:program"),
        ("run.sh", b"#!/bin/sh\nrm -rf x\n", "file.not_workbook:program"),
        ("run.bat", b"@echo off\r\ndel x\r\n", "file.not_workbook:program"),
        ("form.accdb", b"\0\1\0\0Standard ACE DB\0" + noise, "file.not_workbook:database"),
        ("form.mdb", b"\0\1\0\0Standard Jet DB\0" + noise, "file.not_workbook:database"),
        ("form.db", b"SQLite format 3\0" + noise, "file.not_workbook:database"),
        ("mail.pst", b"!BDN" + noise, "file.not_workbook:mail"),
        ("winmail.dat", b"\x78\x9f\x3e\x22" + noise, "file.not_workbook:mail"),
        (
            "mail.eml",
            b"Return-Path: <a@x.example>\r\nReceived: by x\r\nFrom: a\r\n\r\nx",
            "file.not_workbook:mail",
        ),
        (
            "form.xlsx.p7m",
            b"\x30\x82\x10\0\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\2" + noise,
            "file.not_workbook:signed",
        ),
        ("forms.rar", b"Rar!\x1a\7\1\0" + noise, "file.archive:packed"),
        ("forms.7z", b"7z\xbc\xaf\x27\x1c" + noise, "file.archive:packed"),
        ("forms.gz", gzip.compress(words, mtime=0), "file.archive:packed"),
        ("forms.xz", lzma.compress(words), "file.archive:packed"),
        ("forms.tar", b"a.xlsx".ljust(257, b"\0") + b"ustar\x0000" + noise, "file.archive:packed"),
        ("old2.xls", b"\x09\0\4\0\2\0\x10\0" + noise, "file.old_workbook:excel"),
        ("old3.xls", b"\x09\2\6\0\0\0\x10\0" + noise, "file.old_workbook:excel"),
        ("old4.xls", b"\x09\4\6\0\0\0\x10\0" + noise, "file.old_workbook:excel"),
        ("old.wk1", b"\0\0\2\0\6\4" + noise, "file.old_workbook:lotus"),
        ("lock.xlsx", b"\5Admin".ljust(165, b" "), "file.lock"),
        ("lock#.ods", b",Admin,pc,30.03.2017 08:00,file:///home/x;", "file.lock"),
        ("noise.bin", b"\1\2\3" + noise, "file.not_workbook"),
        ("cut.xlsx", b"PK\3\4" + noise, "file.broken:cut_off"),
        ("base64.txt", base64.b64encode(noise), "file.text"),
    ):
        yield Strange(name, data, expected)


def packages(dice: random.Random) -> Iterator[Strange]:
    """Yield zips and old containers that hold something else."""
    filler = {"x": dice.randbytes(dice.randrange(1, 2000))}
    types = {"[Content_Types].xml": "<Types/>"}
    for name, inside, expected in (
        ("letter.docx", {**types, "word/document.xml": "<d/>"}, "file.word"),
        ("talk.pptx", {**types, "ppt/presentation.xml": "<p/>"}, "file.slides"),
        ("drawing.vsdx", {**types, "visio/document.xml": "<v/>"}, "file.not_workbook:office"),
        ("form.numbers", {"Index/Document.iwa": b"x"}, "file.old_workbook:numbers"),
        ("forms.zip", {"a/GL-622.xlsx": b"PK", "b.xls": b""}, "file.archive:workbooks"),
        ("photos.zip", {"a.jpg": b"x", "b.jpg": b"y"}, "file.archive"),
        ("app.jar", {"META-INF/MANIFEST.MF": "x"}, "file.archive"),
        ("book.epub", {"mimetype": "application/epub+zip"}, "file.archive"),
        (
            "letter.odt",
            {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"},
            "file.word",
        ),
        (
            "talk.odp",
            {"mimetype": "application/vnd.oasis.opendocument.presentation", "content.xml": "<x/>"},
            "file.slides",
        ),
        (
            "drawing.odg",
            {"mimetype": "application/vnd.oasis.opendocument.graphics", "content.xml": "<x/>"},
            "file.not_workbook:office",
        ),
        ("locked.ods", document("", manifest="<m:encryption-data/>"), "file.password:ods"),
    ):
        yield Strange(name, zipped({**inside, **filler}), expected)
    yield Strange("none.zip", b"PK\5\6" + b"\0" * 18, "file.broken:cut_off")
    noise = dice.randbytes(5000)
    for name, streams, expected in (
        ("locked.xlsx", {"EncryptionInfo": noise, "EncryptedPackage": noise}, "file.password"),
        ("letter.doc", {"WordDocument": noise, "1Table": b"x"}, "file.word"),
        ("talk.ppt", {"PowerPoint Document": noise}, "file.slides"),
        ("mail.msg", {"__properties_version1.0": noise}, "file.not_workbook:mail"),
        ("drawing.vsd", {"VisioDocument": noise}, "file.not_workbook:office"),
        ("thumbs.db", {"Catalog": noise}, "file.not_workbook"),
        ("both.xls", {"Workbook": book(), "WordDocument": noise}, "file.contradictory:formats"),
        ("old4.xls", {"Book": book(version=0x0400)}, "file.old_workbook:excel"),
        ("locked.xls", {"Workbook": book(record(0x002F, b"\1\0" * 27))}, "file.password"),
    ):
        yield Strange(name, compound(streams), expected)


# ---------------------------------------------------------------------- too much


def bombs(dice: random.Random) -> Iterator[Strange]:
    """Yield files that are small and would not stay so."""
    small = zipped(parts())
    huge = bomb((200 + dice.randrange(50)) << 20)
    name = f"xl/media/image{dice.randrange(1, 9)}.bin"
    yield Strange("ratio", with_member(small, name, huge, told=200 << 20), "file.too_large:ratio")
    lying = with_member(small, name, huge, told=10)
    yield Strange("lying-size", lying, "file.contradictory:size file.too_large:ratio")
    many = {f"xl/m{n}": b"" for n in range(2001 + dice.randrange(1500))}
    yield Strange("members", zipped({**parts(), **many}), "file.too_large:members")
    row = f'<row r="{dice.randrange(100_001, 2_147_483_647)}">'
    yield Strange("far-row", zipped(parts(f"{row}<c><v>1</v></c></row>")), "file.too_large:span")
    for address in ("XFD1048576", "A1048576", "XFD1", f"BYA{dice.randrange(1, 99)}"):
        number = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        rows = f'<row r="{number}"><c r="{address}"><v>1</v></c></row>'
        yield Strange(f"far-{address}", zipped(parts(rows)), "file.too_large:span")
    rows = "".join(
        f'<row r="{n}"><c r="{_letters(n)}{n}"><v>1</v></c></row>' for n in range(1, 1995)
    )
    yield Strange("diagonal", zipped(parts(rows)), "file.too_large:cells")
    rows = "".join(f'<row><c r="{_letters(n)}{n}"><v>1</v></c></row>' for n in range(1, 1995))
    yield Strange("diagonal-no-r", zipped(parts(rows)), "file.too_large:cells")
    blank = "<c/>" * (2001 + dice.randrange(99))
    yield Strange("wide-no-r", zipped(parts(f"<row>{blank}</row>")), "file.too_large:span")
    yield Strange(
        "tall-no-r", zipped(parts("<row/>" * 100_001 + "<row><c/></row>")), "file.too_large:span"
    )
    told = dice.choice([2**31, 2**32 - 1, 2**62, 10**30])
    yield Strange(
        "unique-count", zipped(parts(strings=strings("a", told=told))), "file.contradictory:strings"
    )
    code = "0" * dice.randrange(3400, 5000)
    styles = f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="{code}"/>'
    yield Strange(
        "number-format",
        zipped(parts(styles=styles + "</numFmts></styleSheet>")),
        "file.too_large:format",
    )
    deep = dice.randrange(300, 20_000)
    nested = sheet(_ONE, before="<a>" * deep + "</a>" * deep)
    yield Strange(
        "deep-list",
        zipped(parts(workbook=workbook(after="<a>" * deep + "</a>" * deep))),
        "file.too_large:depth",
    )
    yield Strange("deep-sheet", zipped(parts(sheet=nested)), "")
    yield Strange(
        "deep-odd-sheet",
        zipped(parts(sheet=nested.replace("<sheetData", "<!-- --><sheetData"))),
        "file.too_large:depth",
    )
    merged = '<mergeCells><mergeCell ref="A1:B1"/>' + '<mergeCell ref="A2:B2"/>' * 100_001
    yield Strange(
        "merged",
        zipped(parts(sheet=sheet(_ONE, after=merged + "</mergeCells>"))),
        "file.too_large:merged file.too_large:ratio",
    )
    names = "".join(f'<definedName name="n{n}">1</definedName>' for n in range(100_001))
    yield Strange(
        "names",
        zipped(parts(workbook=workbook(after=f"<definedNames>{names}</definedNames>"))),
        "file.too_large:names",
    )
    text = "x" * (3 << 20)
    yield Strange("text", zipped(parts(strings=strings(text))), "file.too_large:text")
    many_sheets = {
        f"xl/worksheets/sheet{n}.xml": sheet('<row r="1998"><c r="ALL1998"><v>1</v></c></row>')
        for n in range(1, 5)
    }
    yield Strange("sheets", zipped({**parts(), **many_sheets}), "file.too_large:cells")
    yield from _document_bombs(dice)
    yield from _old_bombs(dice)


def _document_bombs(dice: random.Random) -> Iterator[Strange]:
    cell = '<table:table-cell office:value-type="float" office:value="1"{}/>'
    many = dice.randrange(2001, 2_000_000_000)
    for name, row, expected in (
        (
            "wide",
            "<table:table-row>"
            + cell.format(f' table:number-columns-repeated="{many}"')
            + "</table:table-row>",
            "file.too_large:span",
        ),
        (
            "wide-blank",
            f'<table:table-row><table:table-cell table:number-columns-repeated="{many}"/>'
            + cell.format("")
            + "</table:table-row>",
            "file.too_large:span",
        ),
        (
            "tall",
            f'<table:table-row table:number-rows-repeated="{many + 100_000}">'
            + cell.format("")
            + "</table:table-row>",
            "file.too_large:span",
        ),
        (
            "tall-blank",
            f'<table:table-row table:number-rows-repeated="{many + 100_000}">'
            "<table:table-cell/></table:table-row><table:table-row>"
            + cell.format("")
            + "</table:table-row>",
            "file.too_large:span",
        ),
        (
            "square",
            '<table:table-row table:number-rows-repeated="1500">'
            + cell.format(' table:number-columns-repeated="1500"')
            + "</table:table-row>",
            "file.too_large:cells",
        ),
        (
            "overflow",
            f'<table:table-row table:number-rows-repeated="{10**25}">'
            + cell.format("")
            + "</table:table-row>",
            "file.too_large:span",
        ),
        (
            "spaces",
            (
                '<table:table-row><table:table-cell office:value-type="string"><text:p>'
                f'<text:s text:c="{many + 100_000}"/></text:p></table:table-cell></table:table-row>'
            ),
            "file.too_large:text",
        ),
        (
            "deep",
            "<table:table-row>" + "<a>" * 300 + "</a>" * 300 + "</table:table-row>",
            "file.too_large:depth",
        ),
    ):
        table = f'<table:table table:name="S">{row}</table:table>'
        yield Strange(f"ods-{name}", zipped(document(table)), expected)


def _old_bombs(dice: random.Random) -> Iterator[Strange]:
    span = struct.pack("<LLHHH", 0, dice.choice([2**31, 2**32 - 1]), 0, 256, 0)
    for name, stream, expected in (
        ("span", book(sheets={"S": record(0x0200, span)}), "file.too_large:span"),
        (
            "span-back",
            book(sheets={"S": record(0x0200, struct.pack("<LLHHH", 9, 1, 0, 5, 0))}),
            "file.contradictory:span",
        ),
        (
            "strings",
            book(record(0x00FC, struct.pack("<LL", 1, 2**32 - 1))),
            "file.contradictory:strings",
        ),
        (
            "far",
            book(sheets={"S": record(0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0))}),
            "file.too_large:cells",
        ),
        ("names", book(sheets={"S": b"", "s": b""}), "file.contradictory:sheets"),
    ):
        yield Strange(f"xls-{name}", compound({"Workbook": stream}), expected)
    sheet_bin = b"".join(
        _brt(kind, data)
        for kind, data in (
            (0x81, b""),
            (0x94, struct.pack("<LLLL", 0, dice.choice([2**32 - 1, 1 << 20]), 0, 1)),
        )
    )
    yield Strange("xlsb-span", _binary(sheet_bin), "file.contradictory:span")
    far = _brt(0x00, struct.pack("<L", 900_000) + b"\0" * 13) + _brt(
        2, struct.pack("<LLL", 9, 0, 0)
    )
    yield Strange("xlsb-far", _binary(far), "file.too_large:span")
    twice = (_brt(0x00, struct.pack("<L", 3) + b"\0" * 13)) * 2
    yield Strange("xlsb-rows", _binary(twice), "file.contradictory:rows")
    told = _brt(0x9F, struct.pack("<LL", 1, 2**32 - 1))
    yield Strange("xlsb-strings", _binary(b"", told), "file.contradictory:strings")


def _brt(kind: int, data: bytes) -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(data)]) + data


def _binary(sheet_bin: bytes, strings_bin: bytes = b"") -> bytes:
    return zipped(
        {
            "xl/workbook.bin": _brt(0x83, b""),
            "xl/worksheets/sheet1.bin": sheet_bin,
            "xl/sharedStrings.bin": strings_bin,
        }
    )


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# ---------------------------------------------------------------------- unsafe


def entities(dice: random.Random) -> Iterator[Strange]:
    """Yield billion laughs, files and addresses read through entities, and other encodings."""
    laughs = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    place = dice.choice(["sheet", "strings", "workbook", "links", "styles", "package"])
    for name, prolog in (
        ("laughs", f"<!DOCTYPE x [{laughs}]>"),
        ("file", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
        ("address", '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x">%e;]>'),
        ("outside", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
        ("lower", "<!doctype x>"),
    ):
        content = f'<?xml version="1.0"?>{prolog}<worksheet xmlns="{MAIN}">&j;</worksheet>'
        yield Strange(f"{name}-{place}", zipped(parts(**{place: content})), "file.unsafe")
        yield Strange(
            f"{name}-ods",
            zipped({**document(""), "content.xml": f"{prolog}<x/>"}),
            "file.unsafe",
        )
    whole = sheet(_ONE)
    # With its mark it is what Excel reads as well, and looked through like any other part.
    yield Strange("utf-16", zipped(parts(sheet=whole.encode("utf-16"))), "file.no_identity")
    hidden = f'<?xml version="1.0"?><!DOCTYPE x [{laughs}]><x>&j;</x>'.encode("utf-16")
    yield Strange("utf-16-laughs", zipped(parts(sheet=hidden)), "file.unsafe")
    for encoding in ("utf-16-le", "utf-16-be", "utf-32"):
        yield Strange(encoding, zipped(parts(sheet=whole.encode(encoding))), "file.unsafe")
    for encoding in ("windows-1252", "utf-7", "iso-8859-1", "ibm037", "x-" + "y" * 50):
        yield Strange(
            f"told-{encoding[:12]}",
            zipped(parts(sheet=whole.replace("UTF-8", encoding))),
            "file.unsafe",
        )
    for name in ("../../evil.xlsx", "xl/../../evil", "..\\evil", "/../evil", "a/\x07b"):
        yield Strange("slip", zipped({**parts(), name: "x"}), "file.unsafe:name")
    yield Strange("root-name", zipped({**parts(), "/etc/cron.d/evil": "x"}), "")
    yield Strange("address-beyond", zipped(parts('<row r="1"><c r="AAAA1"/></row>')), "file.unsafe")


# ---------------------------------------------------------------------- two readings


def contradictions(dice: random.Random) -> Iterator[Strange]:
    """Yield workbooks in which two readers would read two different things."""
    n = dice.randrange(2, 90)
    cell = f'<c r="A{n}"><v>{{}}</v></c>'
    row = f'<row r="{n}">{{}}</row>'
    for name, rows, what in (
        ("rows-twice", row.format(cell.format(1)) + row.format(cell.format(2)), "rows"),
        ("rows-back", row.format(cell.format(1)) + _ONE, "rows"),
        ("cells-twice", row.format(cell.format(1) + cell.format(2)), "cells"),
        ("cell-elsewhere", f'<row r="{n + 1}">{cell.format(1)}</row>', "cells"),
        ("comment", row.format(cell.format("1<!-- c -->2")), "value"),
        ("section", row.format(cell.format("1<![CDATA[2]]>")), "value"),
        ("instruction", row.format(cell.format("1<?x y?>2")), "value"),
        ("entity", row.format(cell.format("1&#50;")), "value"),
        ("element", row.format(cell.format("1<b>2</b>3")), "value"),
        ("address-entity", f'<row r="{n}"><c r="&#65;{n}"><v>1</v></c></row>', "value"),
        ("two-values", row.format(f'<c r="A{n}"><v>1</v><v>2</v></c>'), "value"),
        ("formula-last", row.format(f'<c r="A{n}"><v>1</v><f>2</f></c>'), "value"),
        ("string-minus", row.format(f'<c r="A{n}" t="s"><v>-1</v></c>'), "string"),
        ("string-blank", row.format(f'<c r="A{n}" t="s"><v> 1 </v></c>'), "string"),
        ("string-beyond", row.format(f'<c r="A{n}" t="s"><v>{n}</v></c>'), "string"),
    ):
        yield Strange(name, zipped(parts(rows)), f"file.contradictory:{what}")
    whole = sheet(_ONE)
    for name, content, what in (
        ("root", f'<html xmlns="{MAIN}"><sheetData>{_ONE}</sheetData></html>', "root"),
        ("two-tables", sheet(_ONE, after=f"<sheetData>{_ONE}</sheetData>"), "tables"),
        (
            "choice",
            sheet(_ONE, before=f"<a:Choice><sheetData>{_ONE}</sheetData></a:Choice>"),
            "tables",
        ),
    ):
        yield Strange(name, zipped(parts(sheet=content)), f"file.contradictory:{what}")
    for name, content in (
        ("open-end", whole.removesuffix("</worksheet>").removesuffix("</sheetData>")),
        ("mismatched", sheet('<row r="1"><c r="A1"><v>1</c></v></row>')),
        ("same-attribute", sheet('<row r="1"><c r="A1" r="B1"><v>1</v></c></row>')),
    ):
        yield Strange(name, zipped(parts(sheet=content)), "file.broken:markup")
    yield Strange("names", zipped(_two_sheets(["Bìa", "BÌA"])), "file.contradictory:sheets")
    yield Strange(
        "one-link", zipped(_two_sheets(["A", "B"], ["rId1", "rId1"])), "file.contradictory:links"
    )
    doubled = relationships({"rId1": ("worksheet", "worksheets/sheet1.xml")})
    one = doubled[doubled.index("<Relationship ") : doubled.index("</Relationships>")]
    doubled = doubled.replace(one, one + one.replace("sheet1", "sheet2"))
    yield Strange("link-twice", zipped(parts(links=doubled)), "file.contradictory:links")
    other = relationships({"rId1": ("officeDocument", "xl/other.xml")})
    yield Strange("other-workbook", zipped(parts(package=other)), "file.contradictory:workbook")
    yield Strange("two-formats", zipped({**document(""), **parts()}), "file.contradictory:formats")
    table = '<table:table table:name="S"/>'
    yield Strange("ods-names", zipped(document(table * 2)), "file.contradictory:sheets")
    moved = {
        **document(table),
        "_rels/.rels": relationships({"rId1": ("officeDocument", "zz/workbook.xml")}),
        "zz/workbook.xml": workbook(),
        "zz/_rels/workbook.xml.rels": relationships({"rId1": ("worksheet", "/zz/sheet.xml")}),
        "zz/sheet.xml": sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    }
    yield Strange("ods-and-xlsx", zipped(moved), "file.contradictory:formats")
    far = '<table:table-row table:number-rows-repeated="900000000"><table:table-cell '
    far += 'office:value-type="float" office:value="1"/></table:table-row>'
    behind = zipped(document(f'<table:table table:name="S">{far}</table:table>'))
    old = book(sheets={"S": record(0x0203, b"\xff")})
    yield Strange("xls-and-ods", compound({"Workbook": old}) + behind, "file.broken")
    elsewhere = relationships(
        {"rId1": ("worksheet", "worksheets/sheet1.xml"), "rId8": ("sharedStrings", "other.xml")}
    )
    yield Strange(
        "strings-elsewhere",
        zipped({**parts(links=elsewhere), "xl/other.xml": strings("b")}),
        "file.contradictory:elsewhere",
    )
    # Harmless: the reader goes by the cells alone.
    yield Strange(
        "dimension", zipped(parts(sheet=sheet(_ONE, before='<dimension ref="A1:XFD9"/>')))
    )


def _two_sheets(names: list[str], links: list[str] | None = None) -> dict[str, bytes | str]:
    found = parts(workbook=workbook(names, links=links))
    found["xl/_rels/workbook.xml.rels"] = relationships(
        {
            "rId1": ("worksheet", "worksheets/sheet1.xml"),
            "rId2": ("worksheet", "worksheets/sheet2.xml"),
        }
    )
    return {**found, "xl/worksheets/sheet2.xml": sheet()}


def lying_zips(dice: random.Random) -> Iterator[Strange]:
    """Yield zips whose headers, directory and bytes say different things."""
    small = zipped(parts())
    listed = entries(small)
    local, central = listed[dice.randrange(len(listed))]
    end = small.rindex(b"PK\5\6")
    twin = zipped(parts('<row r="1"><c r="A1"><v>2</v></c></row>'))
    doubled = io.BytesIO()
    with zipfile.ZipFile(doubled, "w") as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
        name = dice.choice(["xl/workbook.xml", "xl/Workbook.XML", "xl\\workbook.xml"])
        archive.filelist = [i for i in archive.filelist if i.filename != name] or archive.filelist
        archive.NameToInfo.clear()
        archive.writestr(zipfile.ZipInfo(name), workbook(["Other"]))
    same = doubled.getvalue()
    if name == "xl/workbook.xml":
        same = zipped({**parts(), "xl/workbookX.xml": "<x/>"}).replace(
            b"workbookX.xml", b"workbook.xml\0"
        )
    for label, data, expected in (
        ("two-zips", small + twin, "file.contradictory:two_zips"),
        ("prefix", b"PK\3\4" + small, "file.contradictory:two_zips"),
        ("behind", small + b"PK" + dice.randbytes(40), "file.contradictory:two_zips"),
        ("parts", same, "file.contradictory:parts file.unsafe:name"),
        (
            "count",
            patched(patched(small, end + 10, "<H", 3), end + 8, "<H", 3),
            "file.contradictory:count",
        ),
        ("size", patched(small, central + 24, "<L", 7), "file.contradictory:header"),
        (
            "size-both",
            patched(patched(small, central + 24, "<L", 7), local + 22, "<L", 7),
            "file.contradictory:size",
        ),
        ("size-local", patched(small, local + 22, "<L", 99999), "file.contradictory:header"),
        ("packed-local", patched(small, local + 18, "<L", 5), "file.contradictory:header"),
        (
            "crc",
            patched(patched(small, central + 16, "<L", 1), local + 14, "<L", 1),
            "file.broken:checksum",
        ),
        ("crc-local", patched(small, local + 14, "<L", 1), "file.contradictory:header"),
        ("name-local", patched(small, local + 30, "<B", 0x71), "file.contradictory:header"),
        (
            "method",
            patched(patched(small, central + 10, "<H", 12), local + 8, "<H", 12),
            "file.broken:method",
        ),
        ("method-local", patched(small, local + 8, "<H", 0), "file.contradictory:header"),
        (
            "locked",
            patched(patched(small, central + 8, "<H", 1), local + 6, "<H", 1),
            "file.password",
        ),
        (
            "overlap",
            patched(small, listed[1][1] + 42, "<L", listed[0][0]),
            "file.contradictory:overlap file.contradictory:hidden",
        ),
        ("hidden", _without_first(small), "file.contradictory:hidden file.contradictory:two_zips"),
        (
            "junk-inside",
            with_member(
                small,
                "a.bin",
                bomb(1 << 20) + b"junk",
                told=1 << 20,
                crc=zlib.crc32(b"\0" * (1 << 20)),
            ),
            "file.contradictory:size",
        ),
        ("disks", patched(small, end + 4, "<H", 3), "file.broken:cut_off"),
        ("lzma", zipped(parts(), zipfile.ZIP_LZMA), "file.broken:method"),
        ("bzip2", zipped(parts(), zipfile.ZIP_BZIP2), "file.broken:method"),
        ("stored", zipped(parts(), zipfile.ZIP_STORED), ""),
        ("blanks-behind", small + b"\r\n\0\0", ""),
    ):
        yield Strange(f"zip-{label}", data, expected)


def _without_first(data: bytes) -> bytes:
    """Return a zip whose directory no longer speaks of its first member."""
    listed, end = entries(data), data.rindex(b"PK\5\6")
    start, second = listed[0][1], listed[1][1]
    size = end - second
    changed = data[:start] + data[second:]
    at = changed.rindex(b"PK\5\6")
    for place in (8, 10):
        changed = patched(changed, at + place, "<H", len(listed) - 1)
    return patched(changed, at + 12, "<L", size)


# ---------------------------------------------------------------------- damage to real files


def truncations(name: str, data: bytes) -> Iterator[Strange]:
    """Yield a real workbook cut off after every kilobyte."""
    for at in range(1024, len(data), 1024):
        yield Strange(f"{name}-{at // 1024}k", data[:at], "file.broken")


def flips(name: str, data: bytes, dice: random.Random, count: int) -> Iterator[Strange]:
    """Yield a real workbook with some of its bytes changed."""
    if data.startswith(b"PK"):
        # The hour at which a part was written is the one thing no reader looks at.
        at = entries(data)[0][0]
        yield Strange(f"flip-hour-{name}", patched(data, at + 10, "<H", dice.randrange(1 << 16)))
    for number in range(count):
        yield Strange(f"flip-{number}-{name}", flipped(data, dice, 1 << dice.randrange(6)))


def rewritten(data: bytes, dice: random.Random, count: int) -> Iterator[Strange]:
    """Yield a real XLSX with bytes of one part changed and everything packed anew."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [n for n in archive.namelist() if n.endswith((".xml", ".rels"))]
    for number in range(count):
        chosen, times = dice.choice(names), 1 << dice.randrange(4)

        def change(name: str, content: bytes, chosen: str = chosen, times: int = times) -> bytes:
            return flipped(content, dice, times) if name == chosen else content

        yield Strange(f"rewritten-{number}-{chosen}", rezipped(data, change))


def spliced(data: bytes, dice: random.Random, count: int) -> Iterator[Strange]:
    """Yield a real file with stretches of it removed, repeated or overwritten."""
    for number in range(count):
        at, size = dice.randrange(len(data)), dice.randrange(1, 3000)
        middle: bytes = dice.choice(
            [b"", data[at : at + size] * 2, b"\0" * size, dice.randbytes(size)]
        )
        yield Strange(f"spliced-{number}", data[:at] + middle + data[at + size :])


def other_forms(dice: random.Random) -> Iterator[Strange]:
    """Yield sound workbooks that are not our form."""
    wide = openpyxl.Workbook()
    assert wide.active is not None
    for _ in range(dice.randrange(1, 40)):
        wide.active.append([dice.choice(["Mã", 1, 2.5, None, "=A1", "#N/A"]) for _ in range(8)])
    data = io.BytesIO()
    wide.save(data)
    yield Strange(
        "other-form.xlsx", data.getvalue(), "file.no_identity file.other_form file.no_sheets"
    )
    yield Strange("bare.xlsx", zipped(parts()), "file.no_identity")
    yield Strange("magic.xls", MAGIC + dice.randbytes(3000), "file.broken")
    yield Strange(
        "prologue.xlsx", zipped(parts(sheet=DECLARED + sheet(_ONE).removeprefix(DECLARED)))
    )


def odd(dice: random.Random) -> Iterator[Strange]:
    """Yield sound workbooks as other programs and systems leave them; none is our form."""
    small = {n: c if isinstance(c, bytes) else c.encode() for n, c in parts().items()}
    for name, data in odd_workbooks(small):
        yield Strange(f"odd-{name}", data, "file.no_identity")
    text = dice.choice(ERRORS)
    error = with_error(small, "xl/worksheets/sheet1.xml", "A1", text)
    yield Strange(f"odd-{text}", error, "file.no_identity")


# ---------------------------------------------------------------------- heavy


def heavy(dice: random.Random) -> Iterator[Strange]:
    """Yield files as heavy as the limits let them be: they cost the most of all."""
    noise = dice.randbytes(700_000)  # so that the ratio stays below its limit
    plain = {**parts(), "xl/media/noise.bin": noise}
    for name, cell in (
        ("numbers", '<c r="{a}{n}"><v>{n}</v></c>'),
        ("blanks", '<c r="{a}{n}" s="1"/>'),
        ("formulas", '<c r="{a}{n}"><f>A1</f></c>'),
        ("texts", '<c r="{a}{n}" t="inlineStr"><is><t>x{n}</t></is></c>'),
        ("odd", "<c r='{a}{n}'><v>{n}</v></c>"),
    ):
        columns = [_letters(c) for c in range(1, 21)]
        row = "".join(cell.replace("{a}", a) for a in columns)
        rows = "".join(f'<row r="{n}">{row.replace("{n}", str(n))}</row>' for n in range(1, 60_001))
        yield Strange(f"cells-{name}", zipped({**plain, "xl/worksheets/sheet1.xml": sheet(rows)}))
    far = sheet('<row r="100000"><c r="T100000"><v>1</v></c></row>')
    many = {f"xl/worksheets/sheet{n}.xml": far for n in range(1, 4)}
    links = {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, 4)}
    yield Strange(
        "far-sheets",
        zipped(
            {
                **plain,
                **many,
                "xl/workbook.xml": workbook([f"S{n}" for n in range(1, 4)]),
                "xl/_rels/workbook.xml.rels": relationships(links),
            }
        ),
    )
    texts = strings(*(f"{n:x}" for n in range(900_000)))
    yield Strange("strings", zipped({**plain, "xl/sharedStrings.xml": texts}))
    long = strings(*("x" * 1_000_000 for _ in range(100)))
    yield Strange("long-strings", zipped({**plain, "xl/sharedStrings.xml": long}))
    for name, before in (
        ("nested", "<a>" * 2_000_000 + "</a>" * 2_000_000),
        ("elements", "<a/>" * 3_900_000),
        ("attributes", "".join(f'<a b{n}="1"/>' for n in range(900_000))),
    ):
        content = sheet(_ONE, before=before)
        yield Strange(f"heavy-{name}", zipped({**plain, "xl/worksheets/sheet1.xml": content}))
    one = "<a " + " ".join(f'b{n}="1"' for n in range(600_000)) + "/>"
    yield Strange(
        "heavy-one-element", zipped({**plain, "xl/worksheets/sheet1.xml": sheet(_ONE, before=one)})
    )
    tags = ("<c " * 2_000_000) + ">" * 2_000_000
    yield Strange("heavy-open-tags", zipped({**plain, "xl/worksheets/sheet1.xml": sheet(tags)}))
    runs = "".join("<r><t>x</t></r>" for _ in range(900_000))
    yield Strange(
        "heavy-runs",
        zipped({**plain, "xl/sharedStrings.xml": strings("x").replace("<t>x</t>", runs)}),
    )
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        "<table:table-row>"
        + "".join(cell.format(n * 20 + c) for c in range(20))
        + "</table:table-row>"
        for n in range(30_000)
    )
    table = f'<table:table table:name="S">{rows}</table:table>'
    yield Strange("heavy-ods", zipped({**document(table), "noise": noise}))
    value = '<table:table-cell office:value-type="float" office:value="1"{}/>'
    square = (
        '<table:table-row table:number-rows-repeated="1400">'
        + value.format(' table:number-columns-repeated="1400"')
        + "</table:table-row>"
    )
    tables = "".join(f'<table:table table:name="S{n}">{square}</table:table>' for n in range(3))
    yield Strange("heavy-square", zipped(document(tables)))
    cells = b"".join(
        record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))
        for row in range(1500)
        for column in range(200)
    )
    span = record(0x0200, struct.pack("<LLHHH", 0, 65536, 0, 256, 0))
    yield Strange("heavy-xls", compound({"Workbook": book(sheets={"S": span + cells})}))
    fonts = record(0x0031, b"\0" * 40) * 100_000
    yield Strange("heavy-records", compound({"Workbook": book(fonts)}))
    yield Strange("heavy-text", b"a,b\n" * 6_000_000)
    yield Strange("heavy-noise", dice.randbytes(24 << 20))
    yield Strange("heavy-zip", b"PK\3\4" + dice.randbytes(23 << 20))
    yield Strange("heavy-compound", MAGIC + dice.randbytes(23 << 20))
    listed = {f"a/{n:06}": b"" for n in range(70_000)}
    yield Strange("heavy-members", zipped({**parts(), **listed}), "file.too_large:members")


SOURCES: tuple[Callable[[random.Random], Iterator[Strange]], ...] = (
    contents,
    packages,
    bombs,
    entities,
    contradictions,
    lying_zips,
    other_forms,
    odd,
)


def strange_files(
    seed: int, samples: dict[str, bytes], *, rounds: int = 5, damaged: int = 400
) -> Iterator[Strange]:
    """Yield the files of a seed.

    Args:
        samples: a real return in each format, by its suffix.
        rounds: how often each made file is made, with other numbers each time.
        damaged: how many files of each kind of damage to a real return.
    """
    dice = random.Random(seed)
    for number in range(rounds):
        for source in SOURCES:
            for file in source(dice):
                yield Strange(f"{number}-{source.__name__}-{file.name}", file.data, file.expected)
    yield from heavy(dice)
    for suffix, data in samples.items():
        yield from truncations(suffix, data)
        yield from flips(suffix, data, dice, damaged)
        yield from spliced(data, dice, damaged // 5)
    yield from rewritten(samples["xlsx"], dice, damaged)
