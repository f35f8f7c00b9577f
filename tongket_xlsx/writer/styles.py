"""How our workbooks look: the few formats every sheet shares.

Colour never speaks alone: what must be answered has a heavy border, what does not apply is
hatched and says “x”, what is computed is italic.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.writer.book import Book, Format
from tongket_xlsx.writer.text_limits import LARGEST_NUMBER

INK = "#1F2A44"
RULE = "#7F8FA9"
HEADING = "#DCE6F2"
REQUIRED = "#FFE699"
OPTIONAL = "#FFF9E1"
COMPUTED = "#E8F1FA"
ABSENT = "#BFBFBF"
WARNING = "#C00000"
GOOD = "#E2F0D9"

_HATCHED = 14
_THIN, _MEDIUM = 1, 2

_BROKEN = "#,##0.0#####"


def number_format(indicator: Indicator, value: Decimal | None = None) -> str:
    """Return the number format of a figure (Excel puts in its own separators).

    An amount that has a fraction where none is foreseen shows it: nothing is rounded on the screen.
    """
    if indicator.kind is Kind.PERCENT:
        return "#,##0.00"
    if indicator.whole:
        return _BROKEN if _is_broken(value) else "#,##0"
    return "#,##0.0"


def _is_broken(value: Decimal | None) -> bool:
    return value is not None and value != value.to_integral_value()


def change_format(indicator: Indicator, value: Decimal | None = None, *, across_break: bool) -> str:
    """Return the number format of a change: signed, and marked ≠ across a series break.

    A change of whole numbers that has a fraction shows it.
    """
    digits = "#,##0" if indicator.whole or indicator.kind is Kind.YESNO else "#,##0.0"
    if indicator.whole and _is_broken(value):
        digits = _BROKEN
    if indicator.kind is Kind.PERCENT:
        digits = "0.00"
    mark = '"≠ "' if across_break else ""
    return f"{mark}+{digits};{mark}-{digits};{mark}0"


def share_format(*, broken: bool) -> str:
    """Return the number format of a change in per cent: signed, and marked ≠ across a break."""
    mark = '"≠ "' if broken else ""
    return f'{mark}+0.0"%";{mark}-0.0"%";{mark}0"%"'


class Styles:
    """Make the formats of one workbook, each once."""

    def __init__(self, book: Book) -> None:
        """Remember the workbook the formats belong to."""
        self.book = book

    def plain(self, **properties: Any) -> Format:
        """Return a format without borders."""
        return self.book.style(font_color=INK, **properties)

    def title(self, size: int = 14) -> Format:
        """Return the format of a title."""
        return self.book.style(
            bold=True, font_size=size, align="center", text_wrap=True, font_color=INK
        )

    def subtitle(self) -> Format:
        """Return the format of a line below a title."""
        return self.book.style(italic=True, align="center", text_wrap=True, font_color=INK)

    def warning_line(self) -> Format:
        """Return the format of a line nobody may overlook."""
        return self.book.style(bold=True, align="center", font_color=WARNING, font_size=12)

    def section(self, **properties: Any) -> Format:
        """Return the format of a section heading."""
        look = {"bold": True, "font_size": 12, "font_color": INK}
        return self.book.style(**{**look, "bottom": _MEDIUM, "bottom_color": INK, **properties})

    def heading(self, **properties: Any) -> Format:
        """Return the format of a column heading."""
        return self.book.style(
            **{
                "bold": True,
                "align": "center",
                "text_wrap": True,
                "border": _THIN,
                "border_color": RULE,
                "bg_color": HEADING,
                "font_color": INK,
                **properties,
            }
        )

    def numbering(self) -> Format:
        """Return the format of the line that numbers the columns."""
        return self.book.style(
            italic=True,
            align="center",
            font_size=9,
            border=_THIN,
            border_color=RULE,
            font_color=INK,
        )

    def cell(self, **properties: Any) -> Format:
        """Return the format of a fixed cell of a table; text keeps off the border."""
        if not properties.keys() & {"align", "num_format", "indent"}:
            properties = {**properties, "indent": 1}
        elif "align" not in properties and "num_format" in properties:
            properties = {**properties, "align": "right", "indent": 1}
        return self.book.style(
            **{
                "border": _THIN,
                "border_color": RULE,
                "text_wrap": True,
                "font_color": INK,
                **properties,
            }
        )

    def required(self, **properties: Any) -> Format:
        """Return the format of a cell that must be answered."""
        return self.book.style(
            **{
                "border": _MEDIUM,
                "border_color": INK,
                "bg_color": REQUIRED,
                "locked": False,
                **properties,
            }
        )

    def optional(self, **properties: Any) -> Format:
        """Return the format of a cell that may be answered."""
        return self.book.style(
            **{
                "border": _THIN,
                "border_color": RULE,
                "bg_color": OPTIONAL,
                "locked": False,
                **properties,
            }
        )

    def computed(self, **properties: Any) -> Format:
        """Return the format of a cell the workbook computes."""
        return self.book.style(
            **{
                "border": _THIN,
                "border_color": RULE,
                "bg_color": COMPUTED,
                "italic": True,
                "font_color": INK,
                **properties,
            }
        )

    def over(self, **properties: Any) -> Format:
        """Return the format of the upper of two rows that belong together."""
        return self.book.style(
            **{
                "left": _THIN,
                "right": _THIN,
                "top": _THIN,
                "border_color": RULE,
                "text_wrap": True,
                "font_color": INK,
                **properties,
            }
        )

    def behind(self) -> Format:
        """Return the format of the lower row: what stands behind the figure above it."""
        return self.book.style(
            left=_THIN,
            right=_THIN,
            bottom=_THIN,
            border_color=RULE,
            font_size=8,
            italic=True,
            font_color="#5A6478",
            align="right",
            indent=1,
            valign="top",
        )

    def thin(self) -> Format:
        """Return the mark of a figure that too few units stand behind."""
        return self.book.style(bold=True, font_color=WARNING, bg_color="#FCE4D6")

    def link(self) -> Format:
        """Return the format of a visible link."""
        return self.book.style(
            border=_THIN, border_color=RULE, font_color="#0B5394", underline=1, indent=1
        )

    def absent(self) -> Format:
        """Return the format of a cell that cannot apply."""
        return self.book.style(
            border=_THIN,
            border_color=RULE,
            pattern=_HATCHED,
            bg_color="#FFFFFF",
            fg_color=ABSENT,
            align="center",
            font_color=INK,
        )


def plain_number(value: Decimal | None) -> int | float | None:
    """Return a figure as Excel holds it: whole where it is whole; infinite beyond Excel's largest.

    :class:`~tongket_xlsx.writer.book.Book` writes an infinite one as text.
    """
    if value is None:
        return None
    if abs(value) > LARGEST_NUMBER:
        return math.copysign(math.inf, value)
    return int(value) if value == value.to_integral_value() else float(value)


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of a width, a little generously."""
    per_line = max(1, int(width * 1.08))
    total = 0
    for paragraph in (text or " ").split("\n"):
        used, count = 0, 1
        for word in paragraph.split(" "):
            if used and used + 1 + len(word) > per_line:
                used, count = len(word), count + 1
            else:
                used += len(word) + (1 if used else 0)
            if used > per_line:
                # Only a word longer than a line, such as an address, is broken within itself.
                used, count = used % per_line, count + used // per_line
        total += count
    return total
