"""A workbook opened our way: house formats, fixed dates, a locked structure, loud failures.

xlsxwriter warns, returns a number or says nothing where a call cannot be carried out; here each
of these raises, because a missing list or a cut text must never leave the house unnoticed.

Long because a workbook and its sheets are told of each other: neither can be read alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any, Self

from xlsxwriter.format import Format as Format  # noqa: PLC0414 - handed on to other rooms
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tongket_xlsx.model.places import a1, quoted
from tongket_xlsx.text.messages import VIETNAMESE
from tongket_xlsx.writer.limits import (
    LAST_ROW,
    LONGEST_FORMULA,
    LONGEST_LIST,
    LONGEST_PROMPT,
    LONGEST_PROMPT_TITLE,
    LONGEST_PROPERTY,
    LONGEST_RULE,
    MOST_LINKS,
    TALLEST_ROW,
    NotWritten,
    Value,
    loudly,
    written,
)
from tongket_xlsx.writer.page_breaks import breaks
from tongket_xlsx.writer.text_limits import (
    escaped,
    fitted,
    holdable,
    is_plain,
    shortened,
    units16,
    without_controls,
)

FONT = "Times New Roman"
# Two workbooks of the same content are the same bytes, whenever they were made.
CREATED = datetime(2017, 1, 11, tzinfo=UTC)
A4 = 9

# Protection is against slips: no password, and what does no harm stays allowed.
PROTECTION = {
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


class _PlainWorksheet(Worksheet):
    """Take formulas as they are: none of ours calls a function that Excel 2010 does not know.

    xlsxwriter looks through every formula for three dozen such functions, and that took half the
    time of writing one.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 - its signature
        return formula.removeprefix("=")


class _LockedWorkbook(Workbook):
    """Write the one element xlsxwriter has no call for: the lock of the workbook's structure."""

    lock_structure = False

    def _write_workbook_pr(self) -> None:
        super()._write_workbook_pr()
        if self.lock_structure:
            self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])


class Book:
    """One workbook being written to memory."""

    def __init__(
        self,
        title: str,
        *,
        locked: bool = False,
        subject: str = "",
        large: bool = False,
        lang: str = VIETNAMESE,
    ) -> None:
        """Open an empty workbook.

        Args:
            lang: the language of the note on a text that was shortened.
            locked: whether sheets may not be added, renamed, moved or deleted.
            large: whether it waits on disk rather than in memory; its sheets may be streamed.
        """
        self.notes: list[str] = []
        self.lang = lang
        self._stream = BytesIO()
        self._folder = TemporaryDirectory(ignore_cleanup_errors=True) if large else None
        options = {
            "in_memory": self._folder is None,
            "tmpdir": self._folder.name if self._folder else None,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": FONT, "font_size": 11},
        }
        self._book = _LockedWorkbook(self._stream, options)
        self._book.lock_structure = locked
        told = {"title": self.text(title), "subject": self.text(subject)}
        self._book.set_properties({**told, "created": CREATED})
        self._book.set_size(2400, 1500)
        self._styles: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names: set[str] = set()
        self._properties: set[str] = set()
        self._reserved: dict[str, Worksheet] = {}
        self._is_listed = False
        self._led_to: dict[str, str] = {}
        self._last: list[Callable[[], None]] = []

    def text(self, text: str) -> str:
        """Return a text as one cell can hold it, shortened with a note where it is longer."""
        return fitted(text, self.lang)

    def style(self, **properties: Any) -> Format:
        """Return the format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            defaults = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
            self._styles[key] = self._book.add_format({**defaults, **properties})
        return self._styles[key]

    def reserve(self, *names: str, streamed: bool = False) -> None:
        """Add sheets now, in this order, to be written whenever their turn comes.

        Args:
            streamed: whether rows go to disk one by one, each written once and from the top down.
        """
        # The setting is of the workbook, but each sheet takes its own copy when it is added.
        self._book.constant_memory = streamed and self._folder is not None
        for name in names:
            self._reserved[name] = self._book.add_worksheet(name, _PlainWorksheet)
        self._book.constant_memory = False

    def close_list(self) -> None:
        """Take no more sheets than are reserved: another would stand behind them all, unseen."""
        self._is_listed = True

    def sheet(self, name: str, *, tab: str = "") -> Sheet:
        """Add a sheet, or take one that was reserved."""
        if name not in self._reserved:
            if self._is_listed:
                raise NotWritten(f"{name} is not among the sheets reserved")
            self.reserve(name)
        page = self._reserved.pop(name)
        if tab:
            page.set_tab_color(tab)
        return Sheet(self, page)

    def chart(self, options: Mapping[str, Any]) -> Any:
        """Add a chart, to be placed by :meth:`Sheet.place`."""
        with loudly("chart"):
            chart = self._book.add_chart(dict(options))
        if chart is None:
            raise NotWritten(f"chart {options}")
        return chart

    def name(self, name: str, formula: str) -> None:
        """Define a workbook-wide name."""
        if name.casefold() in self._names:
            raise NotWritten(f"name {name} twice")
        self._names.add(name.casefold())
        with loudly(name):
            written(self._book.define_name(name, formula), name)

    def property(self, name: str, value: str) -> None:
        """Set one custom document property."""
        if units16(value) > LONGEST_PROPERTY or name in self._properties:
            raise NotWritten(f"property {name}")
        self._properties.add(name)
        with loudly(name):
            written(self._book.set_custom_property(name, value, "text"), name)

    def at_last(self, write: Callable[[], None]) -> None:
        """Write something when all else is written.

        What differs from unit to unit comes last in the table of texts, so that the rest of it is
        the same in all their workbooks.
        """
        self._last.append(write)

    def lead_to(self, sheet: str, page: str, row: int, column: int) -> None:
        """Remember where a link leads to a sheet from; the sheet may be added later."""
        if sheet not in self._led_to:
            self._led_to[sheet] = f"{page}!{a1(row, column)}"

    def __enter__(self) -> Self:
        """Return the workbook itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind on disk, whether the workbook was finished or not."""
        if self._folder is None:
            return
        for page in self._book.worksheets():
            stream = page.row_data_fh
            if stream is not None:
                stream.close()
        self._folder.cleanup()

    def bytes(self) -> bytes:
        """Close the workbook and return it."""
        for write in self._last:
            write()
        self._last.clear()
        if self._reserved:
            raise NotWritten(f"reserved and not written: {', '.join(self._reserved)}")
        for sheet, where in self._led_to.items():
            if sheet not in self._book.sheetnames:
                raise NotWritten(f"{where}: link to {sheet}, which is no sheet")
        with loudly("workbook"):
            self._book.close()
        return self._stream.getvalue()


class Sheet:
    """One sheet of a :class:`Book`; rows and columns are counted from 0."""

    def __init__(self, book: Book, page: Worksheet) -> None:
        """Wrap a sheet of xlsxwriter."""
        self.book = book
        self.page = page
        self.name: str = page.name or ""
        self._noted: set[tuple[int, int]] = set()
        self._links = 0
        self._widths: Sequence[float] = ()
        self._heights: dict[int, float] = {}

    def write(
        self,
        row: int,
        column: int,
        value: Value,
        style: Format | None = None,
        *,
        link: tuple[str, str] | None = None,
    ) -> None:
        """Write one value; text is always text, whatever it looks like.

        Args:
            link: sheet and cell of this workbook that a click on the value leads to.
        """
        if link is not None:
            self.link(row, column, *link, "", style)
        if value is None or value == "":
            done = self.page.write_blank(row, column, None, style)
        elif isinstance(value, bool):
            done = self.page.write_boolean(row, column, value, style)
        elif isinstance(value, str) or isinstance(value := holdable(value), str):
            value = self.book.text(value)
            if value.startswith("<r>") and value.endswith("</r>"):
                # xlsxwriter would take it for markup of its own and write it as it stands.
                value += " "
            done = self.page.write_string(row, column, value, style)
        else:
            done = self.page.write_number(row, column, value, style)
        self._check(done, row, column)

    def rich(
        self, row: int, column: int, parts: Sequence[tuple[str, Format]], style: Format
    ) -> None:
        """Write a text whose parts look different, each in its own font."""
        told = [(text, look) for text, look in parts if text]
        whole = "".join(text for text, _ in told)
        if len(told) < 2 or self.book.text(whole) != whole or not is_plain(whole):
            # Excel knows no rich text of one part; xlsxwriter escapes one with escapes twice.
            self.write(row, column, whole, style)
            return
        fragments = [piece for text, look in told for piece in (look, text)]
        self._check(self.page.write_rich_string(row, column, *fragments, style), row, column)

    def formula(
        self,
        row: int,
        column: int,
        text: str,
        style: Format | None,
        cached: Value,
        *,
        link: tuple[str, str] | None = None,
    ) -> None:
        """Write a formula with the value it has, so that a preview shows the truth.

        Args:
            link: sheet and cell of this workbook that a click on the figure leads to.
        """
        if link is not None:
            self.link(row, column, *link, "", style)
        if len(text) > LONGEST_FORMULA:
            raise NotWritten(f"{self.name}!{a1(row, column)}: formula of {len(text)}")
        shown = "" if cached is None else cached
        if isinstance(shown, str):
            shown = escaped(self.book.text(shown))
        elif not isinstance(shown, bool):
            shown = holdable(shown)
        self._check(self.page.write_formula(row, column, text, style, shown), row, column)

    def link(
        self, row: int, column: int, sheet: str, cell: str, shown: str, style: Format | None
    ) -> None:
        """Write a link to a cell of this workbook; no other link is ever live."""
        self.book.lead_to(sheet, self.name, row, column)
        if self._links == MOST_LINKS:
            self.write(row, column, shown, style)
            return
        self._links += 1
        target = f"internal:{quoted(sheet)}!{cell}"
        shown = without_controls(self.book.text(shown))
        self._check(self.page.write_url(row, column, target, style, shown), row, column)

    def _check(self, result: object, row: int, column: int) -> None:
        # The place is only spelled out where it is needed: this is called for every cell.
        if result:
            written(result, f"{self.name}!{a1(row, column)}")

    def merge(
        self, first: tuple[int, int], last: tuple[int, int], value: Value, style: Format
    ) -> None:
        """Merge a block of cells (titles only, never data)."""
        if first == last:
            self.write(*first, value, style)
            return
        # The range is merged empty and its first cell written as any other: text stays text.
        written(self.page.merge_range(*first, *last, "", style), self.name)
        self.write(*first, value, style)

    def merge_last(
        self, first: tuple[int, int], last: tuple[int, int], value: Value, style: Format
    ) -> None:
        """Merge a block of cells whose text differs from unit to unit."""
        self.merge(first, last, "", style)
        self.book.at_last(lambda: self.write(*first, value, style))

    def widths(self, widths: Sequence[float]) -> None:
        """Set the widths of the first columns."""
        self._widths = tuple(widths)
        for column, width in enumerate(widths):
            written(self.page.set_column(column, column, width), self.name)

    def height(self, row: int, height: float) -> None:
        """Set the height of a row, in points."""
        self._heights[row] = min(height, TALLEST_ROW)
        written(self.page.set_row(row, min(height, TALLEST_ROW)), self.name)

    def validate(self, first: tuple[int, int], last: tuple[int, int], rule: dict[str, Any]) -> None:
        """Put a data validation on a block of cells."""
        where = f"{self.name}!{a1(*first)}"
        source = rule.get("source")
        if isinstance(source, list):
            if units16(",".join(source)) > LONGEST_LIST:
                raise NotWritten(f"{where}: list of {len(','.join(source))}")
            if any("," in choice for choice in source):
                raise NotWritten(f"{where}: a comma would part a choice in two")
        for key in ("value", "source", "minimum", "maximum"):
            given = rule.get(key, "")
            if not isinstance(given, list) and units16(str(given)) > LONGEST_RULE:
                raise NotWritten(f"{where}: validation formula")
        prompts = dict(rule)
        for key, limit in (
            ("input_title", LONGEST_PROMPT_TITLE),
            ("input_message", LONGEST_PROMPT),
            ("error_title", LONGEST_PROMPT_TITLE),
            ("error_message", LONGEST_PROMPT),
        ):
            if key in prompts:
                prompts[key] = shortened(without_controls(self.book.text(str(prompts[key]))), limit)
        with loudly(where):
            written(self.page.data_validation(*first, *last, prompts), where)

    def note(self, row: int, column: int, text: str, **options: Any) -> None:
        """Attach a note to a cell."""
        if (row, column) in self._noted:
            raise NotWritten(f"{self.name}!{a1(row, column)}: note")
        self._noted.add((row, column))
        self.book.notes.append(self.book.text(text))
        written(self.page.write_comment(row, column, self.book.text(text), options), self.name)

    def conditional(
        self, first: tuple[int, int], last: tuple[int, int], rule: dict[str, Any]
    ) -> None:
        """Put a conditional format on a block of cells."""
        with loudly(self.name):
            written(self.page.conditional_format(*first, *last, rule), self.name)

    def sparkline(self, row: int, column: int, block: str) -> None:
        """Draw a small line of a block of cells, its highest and last points marked."""
        options = {"range": block, "markers": True, "series_color": "#1F3864", "weight": 1.75}
        with loudly(self.name):
            written(self.page.add_sparkline(row, column, options), self.name)

    def place(self, row: int, column: int, chart: Any, description: str, **options: Any) -> None:
        """Place a chart, described in words for those who cannot see it."""
        shown = {"description": description, "object_position": 2, **options}
        written(self.page.insert_chart(row, column, chart, shown), self.name)

    def protect(self) -> None:
        """Protect the sheet without a password; locked is what no style unlocks."""
        self.page.protect("", PROTECTION)

    def printed(
        self,
        *,
        landscape: bool = True,
        heading_row: int | None = None,
        area: tuple[int, int] | None = None,
        footer: str = "",
        file_named: bool = False,
    ) -> None:
        """Set A4, one page wide, headings repeated, page numbers below.

        Args:
            file_named: whether the footer begins with the name of the file.
        """
        page = self.page
        page.set_paper(A4)
        if landscape:
            page.set_landscape()
        page.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.center_horizontally()
        page.hide_gridlines(2)
        if heading_row is not None:
            if heading_row > LAST_ROW:
                raise NotWritten(f"{self.name}: heading row {heading_row}")
            page.repeat_rows(heading_row)
        if area is not None:
            page.print_area(0, 0, *area)
        text = shortened(without_controls(self.book.text(footer)), 120).replace("&", "&&")
        if file_named:
            text = f"&F – {text}" if text else "&F"
        with loudly(self.name):
            page.set_footer(f'&L&"{FONT},Italic"&9{text}&R&"{FONT},Regular"&9&P/&N')

    def keep_together(self, heading_row: int, blocks: Iterable[tuple[int, int]]) -> None:
        """End pages before blocks of rows that would not fit whole on what is left of one.

        Args:
            blocks: (first, last) row of each, in order, their heights set before.
        """
        found = breaks(self._widths, self._heights, heading_row, blocks)
        if found:
            self.page.set_h_pagebreaks(found)
