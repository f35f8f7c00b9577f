"""A frame as a workbook in the house style, with several levels of headings and rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, SupportsFloat

import pandas as pd

from tongket_xlsx.api.arguments import free, language, write_new
from tongket_xlsx.model.findings import Misuse
from tongket_xlsx.text.messages import VIETNAMESE, has, say
from tongket_xlsx.text.normalize import composed
from tongket_xlsx.writer.book import Book, Format, Sheet
from tongket_xlsx.writer.limits import LAST_ROW, Value
from tongket_xlsx.writer.styles import Styles
from tongket_xlsx.writer.text_limits import without_controls

_MOST_COLUMNS = 16384
_LONGEST_SHEET_NAME = 31
_WIDEST, _NARROWEST, _LOOKED_AT = 48, 8, 200
_DAY_ONE = date(1899, 12, 30)
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def to_excel(
    frame: pd.DataFrame,
    path: str | Path,
    *,
    title: str = "",
    sheet: str = "",
    lang: str = VIETNAMESE,
) -> Path:
    """Write a frame into a new workbook in the house style.

    The index stands in the first columns, each level in one, a label that is that of the row
    above in grey; headings of several levels stand above each other, those that are alike in
    one cell. Numbers stay numbers, days days; text is never a formula; what is missing is empty.

    Args:
        path: an ``.xlsx`` file; nothing may lie there.
        title: a line above the table; ``sheet`` the name of the sheet.
        lang: the language of yes and no, and of the headings that the frames of this package have.

    Returns:
        the path of the workbook.

    Raises:
        Misuse: the path exists, or ends otherwise; the frame does not fit on a sheet.
        CannotWork: the file cannot be written.

    Example:
        >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
        >>> wide = campaign.comparison().xs("value", axis="columns", level="measure")
        >>> tongket_xlsx.to_excel(wide, "comparison.xlsx", title="Toàn tỉnh").name
        'comparison.xlsx'
    """
    target = Path(path)
    if target.suffix.casefold() != ".xlsx":
        raise Misuse("api.choice", name="path", found=target.name, choices=".xlsx")
    free(target)
    return write_new(target, workbook_of(frame, title, sheet, language(lang)))


def workbook_of(frame: pd.DataFrame, title: str, sheet: str, lang: str) -> bytes:
    """Return the bytes of a workbook that holds a frame."""
    top = 2 if title else 0
    rows, columns = frame.shape[0], frame.shape[1] + _index_width(frame)
    if top + frame.columns.nlevels + rows > LAST_ROW or columns > _MOST_COLUMNS:
        raise Misuse("api.too_large", rows=rows, columns=columns)
    with Book(title or say("tidy.sheet", lang), lang=lang) as book:
        name = _sheet_name(sheet or say("tidy.sheet", lang))
        page = book.sheet(name, tab="#2E75B6")
        _FrameTable(frame, page, Styles(book), lang, top).write(title)
        return book.bytes()


def _sheet_name(text: str) -> str:
    plain = " ".join(without_controls(composed(text)).translate(_FORBIDDEN).split())
    return plain[:_LONGEST_SHEET_NAME].strip("' ") or "1"


def _index_width(frame: pd.DataFrame) -> int:
    """Return how many columns the index takes; rows that are only numbered need none."""
    plain = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    return 0 if plain else frame.index.nlevels


class _FrameTable:
    def __init__(
        self, frame: pd.DataFrame, page: Sheet, style: Styles, lang: str, top: int
    ) -> None:
        self.frame = frame
        self.page = page
        self.style = style
        self.lang = lang
        self.left = _index_width(frame)
        self.top = top
        self.levels = frame.columns.nlevels
        self.first = top + self.levels
        self.headings = [_labels(key) for key in frame.columns]
        self.values = [_column(frame, n) for n in range(frame.shape[1])]

    def write(self, title: str) -> None:
        keys = [_labels(key) for key in self.frame.index] if self.left else []
        width = self.left + len(self.headings)
        self.page.widths([*self._index_widths(keys), *self._widths()])
        if title:
            # Over many columns a title in the middle would be out of sight.
            self.page.write(0, 0, title, self.style.plain(bold=True, font_size=14))
            self.page.height(0, 26)
        self._index_headings()
        self._headings()
        self._rows(keys)
        last = self.first + len(self.frame) - 1
        self.page.page.freeze_panes(self.first, self.left)
        if self.levels == 1 and width:
            self.page.page.autofilter(self.first - 1, 0, max(last, self.first), width - 1)
        self.page.printed(heading_row=self.first - 1, footer=title)

    def _said(self, name: Any) -> str:
        """Return a heading in the language, where it is one that this package gives."""
        text = "" if name is None else str(name)
        return say(f"frame.{text}", self.lang) if has(f"frame.{text}") else text

    def _index_headings(self) -> None:
        look = self.style.heading(font_size=10)
        for level in range(self.left):
            name = self._said(self.frame.index.names[level])
            self.page.merge((self.top, level), (self.first - 1, level), name, look)

    def _headings(self) -> None:
        """Write the headings; one goes over the columns that are alike in it and all above it."""
        look = self.style.heading(font_size=10)
        for level in range(self.levels):
            row, column = self.top + level, self.left
            for above, run in groupby(labels[: level + 1] for labels in self.headings):
                span = len(list(run))
                # Of the last level each column has its own, also where two are called alike.
                pieces = [1] * span if level == self.levels - 1 else [span]
                for piece in pieces:
                    last = (row, column + piece - 1)
                    self.page.merge((row, column), last, self._said(above[-1]), look)
                    column += piece

    def _rows(self, keys: Sequence[tuple[Any, ...]]) -> None:
        looks = _TableFormats(self.style)
        before: tuple[Any, ...] = ()
        for number in range(len(self.frame)):
            row = self.first + number
            key = keys[number] if keys else ()
            for level in range(self.left):
                is_new = level == self.left - 1 or key[: level + 1] != before[: level + 1]
                look = looks.label if is_new else looks.repeated
                self.page.write(row, level, self._value(key[level]), look)
            before = key
            for column, values in enumerate(self.values, start=self.left):
                value = values[number]
                self.page.write(row, column, self._value(value), looks.of(value))

    def _value(self, value: Any) -> Value:
        if isinstance(value, bool):
            return say("yes" if value else "no", self.lang)
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date):
            return (value - _DAY_ONE).days if value > _DAY_ONE else f"{value:%d/%m/%Y}"
        if value is None or isinstance(value, str | int | float):
            return value
        return float(value) if isinstance(value, SupportsFloat) else str(value)

    def _widths(self) -> list[float]:
        found: list[float] = []
        for labels, values in zip(self.headings, self.values, strict=True):
            shown = [self._said(labels[-1]), *map(_shown, values[:_LOOKED_AT])]
            found.append(_width(shown))
        return found

    def _index_widths(self, keys: Sequence[tuple[Any, ...]]) -> list[float]:
        names = self.frame.index.names
        return [
            _width([self._said(names[n]), *(_shown(key[n]) for key in keys[:_LOOKED_AT])])
            for n in range(self.left)
        ]


class _TableFormats:
    """The few formats of a table, each looked up once."""

    def __init__(self, style: Styles) -> None:
        self.label: Format = style.cell(font_size=10)
        self.repeated: Format = style.cell(font_size=10, font_color="#7F7F7F")
        self.whole: Format = style.cell(font_size=10, num_format="#,##0")
        self.number: Format = style.cell(font_size=10, num_format="#,##0.0#####")
        self.day: Format = style.cell(font_size=10, num_format="dd/mm/yyyy", align="center")

    def of(self, value: Any) -> Format:
        """Return the format of a value: a whole number has no decimals."""
        if isinstance(value, date):
            return self.day
        if isinstance(value, SupportsFloat) and not isinstance(value, bool):
            return self.whole if float(value).is_integer() else self.number
        return self.label


def _labels(key: Any) -> tuple[Any, ...]:
    """Return the labels of a row or column, one for each level, as values of Python."""
    return tuple(map(_plain, key if isinstance(key, tuple) else (key,)))


def _column(frame: pd.DataFrame, number: int) -> list[Any]:
    return [_plain(value) for value in frame.iloc[:, number].tolist()]


def _plain(value: Any) -> Any:
    """Return a value of a frame as one of Python; ``None`` for what is missing."""
    if isinstance(value, pd.Timestamp):
        return None if value is pd.NaT else value.to_pydatetime()
    if not isinstance(value, list | tuple | dict | set) and pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _shown(value: Any) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")


def _width(texts: Sequence[str]) -> float:
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    return min(max(longest + 3, _NARROWEST), _WIDEST)
