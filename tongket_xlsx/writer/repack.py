"""A zip of ours with some of its parts exchanged: only what changed is compressed again.

The result is the same bytes that would come of compressing everything: the parts before a change
are taken as they are, and a part that changes late is compressed only from there on.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


@dataclass(frozen=True)
class Packed:
    """A part as it stands in the zip: its headers, its compressed bytes."""

    local: bytes
    data: bytes
    central: bytes


@dataclass(frozen=True)
class Opening:
    """The beginning of a part that is the same in every zip, compressed already."""

    compressor: Any
    data: bytes
    crc: int
    size: int

    def finished(self, rest: bytes) -> tuple[bytes, int, int]:
        """Return the compressed part with this rest, its checksum and its size."""
        compressor = self.compressor.copy()
        data = self.data + compressor.compress(rest) + compressor.flush()
        return data, zlib.crc32(rest, self.crc), self.size + len(rest)


def opening(content: bytes) -> Opening:
    """Compress the beginning of a part."""
    compressor = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -15)
    return Opening(compressor, compressor.compress(content), zlib.crc32(content), len(content))


class Archive:
    """A zip taken apart, to be put together again with some parts exchanged."""

    def __init__(self, data: bytes) -> None:
        """Take a zip apart; it must be one of ours, deflated and without extra records."""
        with zipfile.ZipFile(BytesIO(data)) as source:
            members = source.infolist()
            start = source.start_dir
        self.parts: dict[str, Packed] = {}
        at = start
        for member in members:
            head = _LOCAL.unpack_from(data, member.header_offset)
            begin = member.header_offset + _LOCAL.size
            body = begin + head[9] + head[10]
            fields = _CENTRAL.unpack_from(data, at)
            length = _CENTRAL.size + fields[10] + fields[11] + fields[12]
            self.parts[member.filename] = Packed(
                data[member.header_offset : body],
                data[body : body + member.compress_size],
                data[at : at + length],
            )
            at += length
        self._end = data[at:]

    def exchanged(self, changed: Mapping[str, tuple[bytes, int, int]]) -> bytes:
        """Return the zip with parts exchanged: name → compressed bytes, checksum and size."""
        pieces: list[bytes] = []
        directory: list[bytes] = []
        offset = 0
        for name, part in self.parts.items():
            local, data, central = part.local, part.data, bytearray(part.central)
            if name in changed:
                data, crc, size = changed[name]
                numbers = struct.pack("<3I", crc, len(data), size)
                local = local[:14] + numbers + local[26:]
                central[16:28] = numbers
            central[42:46] = struct.pack("<I", offset)
            pieces += (local, data)
            directory.append(bytes(central))
            offset += len(local) + len(data)
        end = bytearray(self._end)
        end[12:20] = struct.pack("<2I", sum(map(len, directory)), offset)
        return b"".join((*pieces, *directory, bytes(end)))
