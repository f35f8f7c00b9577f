"""Whether a part of a workbook names a font of before Unicode."""

from __future__ import annotations

import re

from tongket_xlsx.reader.refusal import MIB as MIB  # noqa: PLC0414 - handed on to other rooms
from tongket_xlsx.reader.refusal import Refusal as Refusal  # noqa: PLC0414

# The font of a cell or of a run of its text, .VnTime or VNI-Times, as the formats write it.
_FONTED = re.compile(r"(?:^|/)(?:(?:styles|sharedstrings|content)\.xml)$")


_LEGACY_XLSX = re.compile(rb"""val=["'](?:\.[Vv][Nn]|[Vv][Nn][Ii][- ])""")


_LEGACY_ODS = re.compile(
    rb"""font-(?:name|family)=["'](?:&apos;)?(?:\.[Vv][Nn]|[Vv][Nn][Ii][- ])"""
)


_LEGACY_NAMES = (b".Vn", b".VN", b"VNI-", *(n.encode("utf-16-le") for n in (".Vn", ".VN", "VNI-")))


def names_legacy_fonts(name: str, content: bytes) -> bool:
    """Say whether a part that holds fonts, or an old file as a whole, names one of ours."""
    if not name or name.endswith("styles.bin"):
        return any(font in content for font in _LEGACY_NAMES)
    if _FONTED.search(name):
        return bool(_LEGACY_XLSX.search(content) or _LEGACY_ODS.search(content))
    # A sheet may hold texts of its own, whose runs name their fonts.
    return b"rFont" in content and _LEGACY_XLSX.search(content) is not None
