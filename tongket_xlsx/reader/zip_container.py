"""The zip a workbook comes in: what it says of itself twice must agree, and sizes are counted.

A zip names each member in front of its bytes and again at its end; which of the two counts is
up to the reader. So is what becomes of bytes that no entry at the end speaks of. Members are
inflated here and not by :mod:`zipfile`, which stops where the header says a member ends: a
header may lie, and the reader behind the gate would go on.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from tongket_xlsx.reader.refusal import Refusal, broken, contradictory

_END = b"PK\x05\x06"
_LOCAL = b"PK\x03\x04"
_END_SIZE, _LOCAL_SIZE, _END64_SIZE, _LOCATOR_SIZE = 22, 30, 56, 20
_ENCRYPTED, _SIZES_LATER, _UTF8 = 0x1, 0x8, 0x800
_STORED, _DEFLATED = 0, 8
_UNKNOWN = 0xFFFFFFFF
_UNICODE_NAME = 0x7075


def plain_name(name: str) -> str:
    """Return the name of a member as readers compare it: forward slashes, any case."""
    return name.replace("\\", "/").lstrip("/").lower()


# What systems leave behind in folders, and so in whatever is zipped again by hand.
_LITTER = frozenset((".ds_store", "thumbs.db", "desktop.ini"))


def is_litter(name: str) -> bool:
    """Say whether a member is what a system left there: ``__MACOSX/``, ``._x``, ``Thumbs.db``."""
    *folders, last = plain_name(name).split("/")
    return "__macosx" in folders or last.startswith("._") or last in _LITTER


def member_bytes(data: bytes, name: str) -> bytes:
    """Return the content of a member by its plain name, whatever slashes and case it is under.

    Raises:
        KeyError: there is none.
    """
    with ZipFile(BytesIO(data)) as archive:
        return archive.read({plain_name(n): n for n in archive.namelist()}[name])


def check(data: bytes, archive: ZipFile) -> None:
    """Refuse a zip that two readers would not open alike.

    Raises:
        Refusal: its parts contradict each other, or it has a password.
    """
    members = sorted(archive.infolist(), key=lambda m: m.header_offset)
    _check_end(data, archive, len(members))
    _check_names(members)
    end = 0
    for member in members:
        start = member.header_offset
        if start < end:
            raise contradictory("overlap", member.filename)
        if _LOCAL in data[end:start]:
            raise contradictory("hidden", member.filename)
        end = _check_member(data, member)
    if end > archive.start_dir:
        raise contradictory("overlap", "")
    if _LOCAL in data[end : archive.start_dir]:
        raise contradictory("hidden", "")


def _check_end(data: bytes, archive: ZipFile, count: int) -> None:
    """Compare the end record with what is there: bytes before it, entries, bytes after it."""
    at = data.rfind(_END)
    if at < 0 or at + _END_SIZE > len(data):
        raise broken("cut_off")
    disks, _, _, total, size, offset, comment = struct.unpack_from("<HHHHLLH", data, at + 4)
    if disks not in (0, 0xFFFF):
        raise broken("cut_off")
    before = at
    locator = data[max(0, at - _LOCATOR_SIZE) : at]
    if locator.startswith(b"PK\x06\x07"):
        before = at - _LOCATOR_SIZE - _END64_SIZE
        if before < 0 or data[before : before + 4] != b"PK\x06\x06":
            raise broken("cut_off")
        total, size, offset = struct.unpack_from("<QQQ", data, before + 32)
    if before - size != offset or archive.start_dir != offset:
        raise contradictory("two_zips")
    if total != count:
        raise contradictory("count", f"{total} / {count}")
    if b"PK" in data[at + _END_SIZE :] or comment > len(data) - at - _END_SIZE:
        raise contradictory("two_zips")


def _check_names(members: Sequence[ZipInfo]) -> None:
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if member.orig_filename != name or any(c < " " or c == "\x7f" for c in name):
            raise Refusal("file.unsafe", what="name", found=ascii(member.orig_filename))
        if ".." in name.replace("\\", "/").split("/"):
            raise Refusal("file.unsafe", what="name", found=name)
        plain = plain_name(name)
        if plain in seen:
            raise contradictory("parts", name)
        seen.add(plain)


def _check_member(data: bytes, member: ZipInfo) -> int:
    """Compare a member with the header in front of it; return where its bytes end."""
    at = member.header_offset
    if data[at : at + 4] != _LOCAL or at + _LOCAL_SIZE > len(data):
        raise broken("cut_off")
    flags, method, _, crc, packed, size, name_size, extra_size = struct.unpack_from(
        "<HHLLLLHH", data, at + 6
    )
    name = data[at + _LOCAL_SIZE : at + _LOCAL_SIZE + name_size]
    if (member.flag_bits | flags) & _ENCRYPTED:
        raise Refusal("file.password")
    encoding = "utf-8" if member.flag_bits & _UTF8 else "cp437"
    if name != member.orig_filename.encode(encoding, "surrogateescape"):
        raise contradictory("header", member.filename)
    _check_second_name(member)
    if method != member.compress_type:
        raise contradictory("header", member.filename)
    if method not in (_STORED, _DEFLATED):
        raise broken("method", method)
    told = (crc, packed, size)
    known = (member.CRC, member.compress_size, member.file_size)
    later = bool(flags & _SIZES_LATER)
    for said, true in zip(told, known, strict=True):
        if said not in (true, _UNKNOWN) and not (later and said == 0):
            raise contradictory("header", member.filename)
    end: int = at + _LOCAL_SIZE + name_size + extra_size + member.compress_size
    if end > len(data):
        raise broken("cut_off")
    return end


def _check_second_name(member: ZipInfo) -> None:
    """Refuse a second name in the extra field that is not the first."""
    extra = member.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field = extra[4 : 4 + length]
        if kind == _UNICODE_NAME and field[5:].decode("utf-8", "replace") != member.filename:
            raise contradictory("header", member.filename)
        extra = extra[4 + length :]


def pieces(data: bytes, member: ZipInfo, most: int) -> Iterator[bytes]:
    """Yield the bytes of a member, inflated, at most so many at a time.

    Raises:
        Refusal: its bytes end before or after where the zip says, or their checksum is wrong.
    """
    at = member.header_offset
    start = at + _LOCAL_SIZE + sum(struct.unpack_from("<HH", data, at + 26))
    packed = data[start : start + member.compress_size]
    size, crc = 0, 0
    inflate = _inflated if member.compress_type else _stored
    for piece in inflate(packed, most):
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        yield piece
        if size > member.file_size:
            break
    if size != member.file_size:
        raise contradictory("size", member.filename)
    if crc != member.CRC:
        raise broken("checksum", member.filename)


def _stored(packed: bytes, most: int) -> Iterator[bytes]:
    for at in range(0, len(packed), most):
        yield packed[at : at + most]


def _inflated(packed: bytes, most: int) -> Iterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    while not stream.eof:
        piece = stream.decompress(packed, most)
        packed = stream.unconsumed_tail
        if piece:
            yield piece
        elif not stream.eof:
            raise broken("cut_off")
    if stream.unused_data:
        raise contradictory("size", f"+ {len(stream.unused_data)} B")


# ---------------------------------------------------------------------- written again


def rewritten(
    data: bytes, members: Mapping[str, ZipInfo], folder: str, changed: Mapping[str, bytes]
) -> bytes:
    """Return a zip of these members, by their plain names, some of them with other content.

    The folder they all lie in, if any, is left out of their names.

    What is not changed is copied as it is packed; it must have been inflated and found sound.
    """
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, member in members.items():
        method, crc, size = member.compress_type, member.CRC, member.file_size
        at = member.header_offset
        start = at + _LOCAL_SIZE + sum(struct.unpack_from("<HH", data, at + 26))
        packed = data[start : start + member.compress_size]
        if name in changed:
            content = changed[name]
            stream = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
            packed = stream.compress(content) + stream.flush()
            method, crc, size = _DEFLATED, zlib.crc32(content), len(content)
        written = member.filename.replace("\\", "/").lstrip("/")[len(folder) :].encode()
        common = struct.pack(
            "<HHHLLLLHH", 20, _UTF8, method, 0x21 << 16, crc, len(packed), size, len(written), 0
        )
        pieces += (_LOCAL, common, written, packed)
        directory.append(
            b"PK\x01\x02\x14\0" + common + struct.pack("<HHHLL", 0, 0, 0, 0, offset) + written
        )
        offset += _LOCAL_SIZE + len(written) + len(packed)
    listing = b"".join(directory)
    count = len(directory)
    end = _END + struct.pack("<HHHHLLH", 0, 0, count, count, len(listing), offset, 0)
    return b"".join((*pieces, listing, end))
