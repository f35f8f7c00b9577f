"""The container of old Office files (OLE), as far as needed to tell what is in one.

An old workbook is one stream of records in it. What the reader makes room for before it reads –
the span of a sheet, the number of strings – is looked at first: a record may say what it likes.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from sys import byteorder

from tongket_xlsx.reader.refusal import Refusal, broken, contradictory, too_large

_CUTOFF = 4096
_NO_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_BOF, _EOF, _SHEET, _SPAN, _STRINGS, _LOCKED = 0x0809, 0x000A, 0x0085, 0x0200, 0x00FC, 0x002F
_BOFS = (0x0009, 0x0209, 0x0409, _BOF)
_EXCEL_95, _EXCEL_97 = 0x0500, 0x0600
_ERROR_CELL, _FORMULA_CELL, _AN_ERROR = 0x0205, 0x0006, 2
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256
# Before the cells of a sheet stand some dozens of records on how it looks.
_MOST_BEFORE_CELLS = 20_000


class Compound:
    """Hold the directory of a container."""

    def __init__(self, data: bytes) -> None:
        """Read the directory.

        Raises:
            Refusal: the container is damaged.
        """
        self.data = data
        try:
            self._read()
        except (struct.error, IndexError, ValueError):
            raise broken("cut_off") from None

    def _read(self) -> None:
        shift, mini_shift = struct.unpack_from("<HH", self.data, 30)
        if shift not in (9, 12) or mini_shift > shift:
            raise ValueError(shift)
        self.size = 1 << shift
        self.mini = 1 << mini_shift
        directory, _, self.cutoff, mini_fat, _, more, _ = struct.unpack_from(
            "<LLLLLLL", self.data, 48
        )
        if self.cutoff != _CUTOFF:
            raise ValueError(self.cutoff)
        tables = [s for s in struct.unpack_from("<109L", self.data, 76) if s < _NO_SECTOR]
        seen: set[int] = set()
        while more < _NO_SECTOR and more not in seen:
            seen.add(more)
            *rest, more = _numbers(self._sector(more))
            tables += [s for s in rest if s < _NO_SECTOR]
        self.fat = _numbers(b"".join(self._sector(s) for s in tables))
        self.mini_fat = _numbers(self._chain(mini_fat))
        entries = self._chain(directory)
        self.entries = [entries[i : i + _ENTRY] for i in range(0, len(entries), _ENTRY)]
        root = self.entries[0]
        if root[66] != _ROOT:
            raise ValueError(root[66])
        self.small = self._chain(struct.unpack_from("<L", root, 116)[0])
        self.streams = dict(self._children(root))

    def _sector(self, number: int) -> bytes:
        # The header takes the place of one sector, whatever its own size.
        found = self.data[(number + 1) * self.size : (number + 2) * self.size]
        if not found:
            raise IndexError(number)
        return found.ljust(self.size, b"\0")

    def _chain(self, number: int) -> bytes:
        found, seen = [], set[int]()
        while number < _NO_SECTOR:
            if number in seen:
                raise broken("loop")
            seen.add(number)
            found.append(self._sector(number))
            number = self.fat[number]
        return b"".join(found)

    def _children(self, root: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the streams and storages that lie directly in the container."""
        waiting, seen = [struct.unpack_from("<L", root, 76)[0]], set[int]()
        while waiting:
            number = waiting.pop()
            if number >= len(self.entries) or number in seen:
                continue
            seen.add(number)
            entry = self.entries[number]
            length, kind = struct.unpack_from("<HB", entry, 64)
            waiting += struct.unpack_from("<LL", entry, 68)
            if kind in (_STORAGE, _STREAM):
                yield entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"), entry

    def all_names(self) -> Iterator[str]:
        """Yield the names of all streams and storages, wherever in the container they lie."""
        for entry in self.entries:
            length, kind = struct.unpack_from("<HB", entry, 64)
            if kind in (_STORAGE, _STREAM):
                yield entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")

    def stream(self, name: str) -> bytes:
        """Return the bytes of a stream."""
        number, length = struct.unpack_from("<LL", self.streams[name], 116)
        try:
            if length >= self.cutoff:
                return self._chain(number)[:length]
            found, seen = [], set[int]()
            while number < _NO_SECTOR:
                if number in seen:
                    raise broken("loop")
                seen.add(number)
                found.append(self.small[number * self.mini : (number + 1) * self.mini])
                number = self.mini_fat[number]
            return b"".join(found)[:length]
        except IndexError:
            raise broken("cut_off") from None


def _numbers(data: bytes) -> array[int]:
    found = array("I", data)
    if byteorder == "big":
        found.byteswap()
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def check_workbook(stream: bytes) -> None:
    """Look through the records of an old workbook that say what it holds.

    Raises:
        Refusal: it is of an Excel before 1995, has a password, contradicts itself, or exceeds a
            limit.
    """
    if len(stream) < 8:
        raise broken("cut_off")
    first, _, version = struct.unpack_from("<HHH", stream)
    if first not in _BOFS:
        raise broken("markup")
    if first != _BOF or version not in (_EXCEL_95, _EXCEL_97):
        raise Refusal("file.old_workbook", what="excel")
    names: list[bytes] = []
    places: list[int] = []
    for kind, record in _records(stream, 0):
        if kind == _LOCKED:
            raise Refusal("file.password")
        if kind == _EOF:
            break
        if kind == _STRINGS:
            _check_strings(record, len(stream))
        if kind == _SHEET and len(record) >= 8:
            names.append(record[7:].lower())
            places.append(struct.unpack_from("<L", record)[0])
    for found, what in ((names, "sheets"), (places, "links")):
        if len(set(found)) != len(found):
            raise contradictory(what, len(found))
    for at in places:
        _check_sheet(stream, at)


def _check_strings(record: bytes, size: int) -> None:
    """Refuse a number of strings for which the file is too small: each takes three bytes."""
    count = int.from_bytes(record[4:8], "little")
    if count > size // 3:
        raise contradictory("strings", count)


def _check_sheet(stream: bytes, at: int) -> None:
    for number, (kind, record) in enumerate(_records(stream, at)):
        if (number == 0 and kind not in _BOFS) or number > _MOST_BEFORE_CELLS:
            raise broken("markup")
        if kind == _SPAN and len(record) >= 10:
            corners = "<LLHH" if len(record) >= 12 else "<HHHH"
            top, bottom, left, right = struct.unpack_from(corners, record)
            if bottom > _MOST_ROWS or right > _MOST_COLUMNS:
                raise too_large("span", f"{bottom} x {right}", f"{_MOST_ROWS} x {_MOST_COLUMNS}")
            if top > bottom or left > right:
                raise contradictory("span", f"{top}-{bottom} x {left}-{right}")
            return
        if kind == _EOF:
            return


def workbook_stream(data: bytes) -> bytes:
    """Return the stream of an old workbook that holds its records.

    Raises:
        ValueError: there is none.
    """
    found = Compound(data)
    name = next((n for n in ("Workbook", "Book") if n in found.streams), None)
    if name is None:
        raise ValueError
    return found.stream(name)


def is_excel_95(data: bytes) -> bool:
    """Say whether an old workbook is of Excel 5 or 95, which had one byte for each letter."""
    try:
        return workbook_stream(data)[4:6] == b"\0\5"
    except (Refusal, struct.error):
        return False


def error_cells(stream: bytes) -> list[dict[tuple[int, int], int]]:
    """Return, for each sheet in its order, the cells that hold an error and its number."""
    places = []
    for kind, record in _records(stream, 0):
        if kind == _EOF:
            break
        if kind == _SHEET and len(record) >= 8:
            places.append(struct.unpack_from("<L", record)[0])
    return [dict(_errors_of(stream, at)) for at in places]


def formula_cells(stream: bytes) -> list[frozenset[tuple[int, int]]]:
    """Return, for each worksheet in its order, the cells that hold a formula."""
    places = []
    for kind, record in _records(stream, 0):
        if kind == _EOF:
            break
        if kind == _SHEET and len(record) >= 8 and record[5] == 0:
            places.append(struct.unpack_from("<L", record)[0])
    return [frozenset(_formulas_of(stream, at)) for at in places]


def _formulas_of(stream: bytes, at: int) -> Iterator[tuple[int, int]]:
    depth = 0
    for kind, record in _records(stream, at):
        depth += (kind in _BOFS) - (kind == _EOF)
        if depth <= 0:
            return
        if kind == _FORMULA_CELL and len(record) >= 4:
            yield struct.unpack_from("<HH", record)


def _errors_of(stream: bytes, at: int) -> Iterator[tuple[tuple[int, int], int]]:
    depth = 0
    for kind, record in _records(stream, at):
        # A chart within a sheet begins and ends as a sheet does.
        depth += (kind in _BOFS) - (kind == _EOF)
        if depth <= 0:
            return
        if kind == _ERROR_CELL and len(record) >= 8 and record[7]:
            yield struct.unpack_from("<HH", record), record[6]
        elif kind == _FORMULA_CELL and record[12:14] == b"\xff\xff" and record[6] == _AN_ERROR:
            yield struct.unpack_from("<HH", record), record[8]
