"""Returns with a password, encrypted as Excel does it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

PASSWORD = "tổng kết 2017"


def encrypted(path: Path) -> bytes:
    """Return what a workbook is with the password; skip aloud without the library for it."""
    ooxml = pytest.importorskip("msoffcrypto.format.ooxml")
    stream = io.BytesIO()
    with path.open("rb") as plain:
        ooxml.OOXMLFile(plain).encrypt(PASSWORD, stream)
    return stream.getvalue()
