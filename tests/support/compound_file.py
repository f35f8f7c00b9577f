"""Old Office containers made by hand, as small as one can be: for tests of the gate."""

from __future__ import annotations

import struct
from collections.abc import Mapping

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR = 512
# A shorter stream would lie elsewhere.
_CUTOFF = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a container with these streams, each large enough to lie in sectors of its own."""
    sectors: list[bytes] = []
    chains: list[int] = []

    def store(data: bytes) -> int:
        start = len(sectors)
        count = max(1, -(-len(data) // SECTOR))
        for i in range(count):
            sectors.append(data[i * SECTOR : (i + 1) * SECTOR].ljust(SECTOR, b"\0"))
            chains.append(start + i + 1 if i + 1 < count else _END)
        return start

    padded = {name: data.ljust(_CUTOFF, b"\0") for name, data in streams.items()}
    placed = {name: (store(data), len(data)) for name, data in padded.items()}
    names = list(placed)
    entries = [_entry("Root Entry", 5, child=1 if names else _FREE, start=_END, size=0)]
    for number, name in enumerate(names, start=1):
        following = number + 1 if number < len(names) else _FREE
        start, size = placed[name]
        entries.append(_entry(name, 2, right=following, start=start, size=size))
    directory = store(b"".join(entries))
    # The table of chains holds itself.
    tables = 1
    while tables * (SECTOR // 4) < len(sectors) + tables:
        tables += 1
    first = len(sectors)
    chains += [_FAT] * tables
    table = b"".join(struct.pack("<L", c) for c in chains)
    table = table.ljust(tables * SECTOR, b"\xff")
    header = MAGIC + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<LLLLLLLLL", 0, tables, directory, 0, _CUTOFF, _END, 0, _END, 0)
    header += b"".join(struct.pack("<L", first + i) for i in range(tables))
    return header.ljust(SECTOR, b"\xff") + b"".join(sectors) + table


def _entry(
    name: str, kind: int, *, right: int = _FREE, child: int = _FREE, start: int, size: int
) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    entry += struct.pack("<LLL", _FREE, right, child) + b"\0" * 36
    return entry + struct.pack("<LLL", start, size, 0)


def record(kind: int, data: bytes = b"") -> bytes:
    """Return one record of an old workbook."""
    return struct.pack("<HH", kind, len(data)) + data


def book(
    *records: bytes,
    version: int = 0x0600,
    sheets: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the stream of an old workbook: what is given, the list of sheets, and the sheets."""
    sheets = {"S": b""} if sheets is None else sheets
    begin = record(0x0809, struct.pack("<HHHHLL", version, 5, 0, 0, 0, 0))
    listed = sum(4 + 8 + len(name) for name in sheets)
    at = len(begin) + sum(map(len, records)) + listed + 4
    listing, pages = b"", b""
    for name, content in sheets.items():
        listing += record(0x0085, struct.pack("<LHBB", at, 0, len(name), 0) + name.encode())
        page = record(0x0809, struct.pack("<HHHHLL", version, 0x10, 0, 0, 0, 0))
        page += content + record(0x000A)
        at += len(page)
        pages += page
    return begin + b"".join(records) + listing + record(0x000A) + pages
