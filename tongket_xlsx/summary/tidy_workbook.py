"""Tidy data as a workbook for people: headings and words in their language, one row a figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, islice
from typing import IO

from tongket_xlsx.summary.sheets.records import MOST_ROWS, visible
from tongket_xlsx.summary.tidy import FIELDS, FLAGS, Row
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Book, Format
from tongket_xlsx.writer.limits import Value
from tongket_xlsx.writer.styles import Styles

# The words of what stands in a column, by the beginning of their keys in the catalogue.
_WORDS = {"state": "cellstate", "status": "figure_status", "scope": "unit_scope"}
_WIDTHS = {
    "unit": 12,
    "unit_name": 28,
    "unit_kind": 12,
    "value": 16,
    "text": 30,
    "raw": 18,
    "file": 28,
    "sha256": 16,
    "sheet": 20,
    "received": 12,
    "status": 20,
    "reason": 30,
    "scope": 18,
    "state": 16,
}
_USUAL_WIDTH = 10
_DAY_ONE = date(1899, 12, 30)


def write_xlsx(stream: IO[bytes], rows: Iterable[Row], lang: str) -> int:
    """Write tidy rows as a workbook; return how many there are.

    Numbers are numbers, days are days, flags are words for yes and no. What does not fit on one
    sheet goes on to the next.
    """
    count = 0
    with Book(say("tidy.title", lang), large=True, lang=lang) as book:
        looks = _TidyFormats(book)
        for number, part in enumerate(_parts(rows), start=1):
            name = say("tidy.sheet", lang) + (f" {number}" if number > 1 else "")
            count += _sheet(book, looks, name, part, lang)
        stream.write(book.bytes())
    return count


def _parts(rows: Iterable[Row]) -> Iterator[Iterator[Row]]:
    """Yield the rows of one sheet after the other; there is always one."""
    source = iter(rows)
    first = next(source, None)
    if first is None:
        yield iter(())
    while first is not None:
        yield chain([first], islice(source, MOST_ROWS - 1))
        first = next(source, None)


class _TidyFormats:
    """The few formats of the sheets, each looked up once."""

    def __init__(self, book: Book) -> None:
        style = Styles(book)
        self.heading: Format = style.heading(font_size=10)
        self.text: Format = style.plain(font_size=10)
        self.number: Format = style.plain(font_size=10, num_format="#,##0.######")
        self.whole: Format = style.plain(font_size=10, num_format="#,##0")
        self.day: Format = style.plain(font_size=10, num_format="dd/mm/yyyy")


def _sheet(book: Book, looks: _TidyFormats, name: str, rows: Iterator[Row], lang: str) -> int:
    book.reserve(name, streamed=True)
    page = book.sheet(name, tab="#7F7F7F")
    page.widths([_WIDTHS.get(key, _USUAL_WIDTH) for key in FIELDS])
    page.height(0, 32)
    for column, key in enumerate(FIELDS):
        page.write(0, column, say(f"raw.{key}", lang), looks.heading)
    yes, no = say("yes", lang), say("no", lang)
    count = 0
    for row in rows:
        count += 1
        for column, key in enumerate(FIELDS):
            value = row[key]
            if value is None or value == "":
                continue
            if key in FLAGS:
                value = yes if value else no
            shown, look = _shown(key, value, looks, lang)
            page.write(count, column, shown, look)
    page.page.freeze_panes(1, 2)
    page.page.autofilter(0, 0, max(count, 1), len(FIELDS) - 1)
    page.printed(heading_row=0, footer=name)
    return count


def _shown(key: str, value: Value, looks: _TidyFormats, lang: str) -> tuple[Value, Format]:
    if key in _WORDS:
        return say(f"{_WORDS[key]}.{value}", lang), looks.text
    if key == "received":
        return (date.fromisoformat(str(value)) - _DAY_ONE).days, looks.day
    if isinstance(value, int):
        return value, looks.whole
    if isinstance(value, float):
        return value, looks.number
    return visible(str(value)), looks.text
