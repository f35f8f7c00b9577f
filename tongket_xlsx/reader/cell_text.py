"""The value of a cell as the text a person would read."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal

from tongket_xlsx.reader.cells import ErrorValue, NoResult, Raw

_SIGNIFICANT = 15


def exact(value: float) -> Decimal:
    """Return a stored number as Excel shows it: fifteen significant digits, no binary dust."""
    if isinstance(value, int):
        return Decimal(value)
    if value.is_integer() and abs(value) < 1e15:
        return Decimal(int(value))
    return Decimal(f"{value:.{_SIGNIFICANT}g}")


def raw_text(value: Raw) -> str:
    """Return what stood in a cell, as text."""
    match value:
        case None:
            return ""
        case str():
            return str(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return f"{exact(value):f}" if math.isfinite(value) else str(value)
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}" if value.time() != time() else f"{value:%d/%m/%Y}"
        case date():
            return f"{value:%d/%m/%Y}"
        case ErrorValue():
            return value.text
        case NoResult():
            return value.formula
        case _:
            return str(value)
