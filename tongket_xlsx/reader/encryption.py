"""Workbooks with a password: opened where it is known and the extra ``password`` is installed.

What is inside goes through the gate like any other bytes; the original is what is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO

from tongket_xlsx.reader.ole_container import Compound
from tongket_xlsx.reader.refusal import Refusal, too_large
from tongket_xlsx.reader.xml_guard import check_text

# Excel encrypts a workbook whose structure is protected with this, and opens it unasked.
_UNASKED = "VelvetSweatshop"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SPINS = re.compile(rb'spinCount="\s*([0-9]+)')
# Excel writes 100,000; a file may demand any number, and each takes its time.
_MOST_SPINS = 2_000_000


def available() -> bool:
    """Say whether the extra ``password`` is installed."""
    return find_spec("msoffcrypto") is not None


def opened(data: bytes, passwords: Sequence[str]) -> bytes:
    """Return the workbook inside an encrypted one.

    Raises:
        Refusal: no password fits, the encryption is of a kind that cannot be opened, or the extra
            is not installed.
    """
    if not data.startswith(_OLE):
        raise Refusal("file.password", what="unsupported")
    if not available():
        raise Refusal("file.password", what="no_extra")
    import msoffcrypto  # noqa: PLC0415 - an extra
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError  # noqa: PLC0415

    _check(data)
    for password in (*passwords, _UNASKED):
        found = BytesIO()
        try:
            file = msoffcrypto.OfficeFile(BytesIO(data))
        except (FileFormatError, DecryptionError, OSError, ValueError, LookupError):
            raise Refusal("file.password", what="unsupported") from None
        try:
            file.load_key(password=password)
            file.decrypt(found)
        except (InvalidKeyError, DecryptionError, ValueError):
            continue
        except (FileFormatError, OSError, LookupError, AttributeError):
            raise Refusal("file.password", what="unsupported") from None
        if found.getvalue().startswith((b"PK\x03\x04", _OLE)):
            return found.getvalue()
    raise Refusal("file.password", what="wrong")


def _check(data: bytes) -> None:
    """Refuse what would keep the opening busy, or is not what it should be."""
    container = Compound(data)
    if "EncryptionInfo" not in container.streams:
        return
    told = container.stream("EncryptionInfo")[8:]
    if told.lstrip().startswith(b"<"):
        check_text(told)
    spins = _SPINS.search(told)
    if spins is not None and int(spins[1][:12]) > _MOST_SPINS:
        raise too_large("spins", spins[1][:12].decode(), _MOST_SPINS)
