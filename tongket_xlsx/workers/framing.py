"""Messages over a pipe: the length of each before its bytes."""

from __future__ import annotations

import os
import struct

_LENGTH = struct.Struct("<Q")
_PIECE = 1 << 20


class Closed(Exception):
    """The other end is gone, or says what nobody would say."""


def send(pipe: int, message: bytes) -> None:
    """Write one message to the descriptor of a pipe.

    Raises:
        Closed: nobody reads it any more.
    """
    for part in (_LENGTH.pack(len(message)), message):
        rest = memoryview(part)
        while rest:
            try:
                rest = rest[os.write(pipe, rest) :]
            except OSError as error:
                raise Closed from error


def receive(pipe: int, most: int) -> bytes:
    """Read one message from the descriptor of a pipe.

    Args:
        most: a longer one is not read.

    Raises:
        Closed: there is none to come, or it would be too long.
    """
    (length,) = _LENGTH.unpack(_read(pipe, _LENGTH.size))
    if length > most:
        raise Closed
    return _read(pipe, length)


def _read(pipe: int, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        try:
            piece = os.read(pipe, min(length - len(found), _PIECE))
        except OSError as error:
            raise Closed from error
        if not piece:
            raise Closed
        found += piece
    return bytes(found)
