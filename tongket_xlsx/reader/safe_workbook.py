"""A workbook that the gate let through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongket_xlsx.reader.refusal import MIB as MIB  # noqa: PLC0414 - handed on to other rooms
from tongket_xlsx.reader.refusal import Refusal as Refusal  # noqa: PLC0414
from tongket_xlsx.reader.sheet_facts import Outline


class Format(StrEnum):
    """Name the formats we read."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"


@dataclass(frozen=True, slots=True)
class SafeWorkbook:
    """Hold the bytes of a workbook that passed the gate.

    ``parts`` are the small parts that say what the workbook is; ``unusual`` the sheet parts
    that hold error values or formulas without a stored result, or all of them where it was asked.
    ``legacy_fonts`` tells whether a font of before Unicode is named in it at all; ``outlines``
    say of every sheet part what stands around its cells. ``unread`` names the sheets whose cells
    nobody looked at: only those in ``sheets`` may be read, where there are any.
    """

    data: bytes
    format: Format
    parts: Mapping[str, bytes] = field(default_factory=dict)
    unusual: Mapping[str, bytes] = field(default_factory=dict)
    legacy_fonts: bool = False
    outlines: Mapping[str, Outline] = field(default_factory=dict)
    sheets: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
