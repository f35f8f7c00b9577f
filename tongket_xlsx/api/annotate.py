"""Findings written into a copy of any workbook: comments and fills where they are about a cell."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tongket_xlsx.api.arguments import free, language, write_new
from tongket_xlsx.campaign.inbox import bytes_of
from tongket_xlsx.model.findings import CannotWork, Finding, Misuse, Severity
from tongket_xlsx.model.layout import folded
from tongket_xlsx.model.places import position
from tongket_xlsx.model.wording import worded
from tongket_xlsx.reader import gate
from tongket_xlsx.text.messages import VIETNAMESE, say
from tongket_xlsx.writer.book import FONT
from tongket_xlsx.writer.styles import HEADING
from tongket_xlsx.writer.text_limits import fitted, without_controls

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")
AUTHOR = "tongket"
# The colour of a cell is that of the gravest that is said of it.
FILLS = {Severity.ERROR: "F4B084", Severity.WARNING: "FFE699", Severity.NOTE: "DDEBF7"}
KEYS = ("severity", "unit", "sheet", "cell", "indicator", "period", "message", "advice")
_WIDTHS = (12, 16, 24, 10, 12, 12, 70, 50)
_SIGN_WIDTH, _LINE_HEIGHT = 320, 20
Told = Mapping[str, str]


def annotate(
    workbook: str | Path,
    findings: pd.DataFrame | Iterable[Finding],
    out: str | Path,
    *,
    lang: str = VIETNAMESE,
) -> Path:
    """Write findings into a copy of a workbook: a comment and a fill on each cell they are about.

    A comment that is there stays, and what was found stands below it. What names no cell, or one
    of a sheet that is not there, stands on a sheet of findings at the end.

    The copy is written by openpyxl, which keeps values, formulas, formats, tables, validation,
    charts and defined names, and **drops** what it does not know: shapes and text boxes, form
    controls, sparklines, slicers, conditional formats and validation of Excel 2010 and later,
    threaded answers to comments, digital signatures, pictures unless Pillow is installed, and the
    stored results of formulas (Excel computes them when it opens the copy; a viewer that computes
    nothing shows none). Macros stay in ``.xlsm``. The original is never touched.

    Args:
        workbook: an ``.xlsx``, ``.xlsm``, ``.xltx`` or ``.xltm`` file.
        findings: a frame with a column ``message`` and, where there are, ``severity``, ``sheet``,
            ``cell``, ``unit``, ``indicator``, ``period``, ``advice``, such as
            :meth:`Return.findings` returns; or findings as values.
        out: where the copy goes; nothing may lie there.
        lang: the language of findings that are values, and of the sheet.

    Returns:
        the path of the copy.

    Raises:
        Misuse: ``out`` exists or ends otherwise than ``workbook``, a file is not there, a frame
            has no column ``message``.
        CannotWork: the file is no such workbook, is damaged, hostile or has a password.

    Example:
        >>> import pandas as pd
        >>> odd = pd.DataFrame(
        ...     {"sheet": ["TC"], "cell": ["F8"], "severity": ["warning"], "message": ["Sure?"]}
        ... )
        >>> source = "tongket-demo/nop-ve/GL-622_Pleiku.xlsx"
        >>> tongket_xlsx.annotate(source, odd, "annotated.xlsx").name
        'annotated.xlsx'
    """
    source, target = Path(workbook), free(Path(out))
    if source.suffix.casefold() not in SUFFIXES:
        choices = ", ".join(SUFFIXES)
        raise Misuse("api.choice", name="workbook", found=source.name, choices=choices)
    if target.suffix.casefold() != source.suffix.casefold():
        raise Misuse("api.choice", name="out", found=target.name, choices=source.suffix)
    told = list(_told(findings, language(lang)))
    return write_new(target, annotated(_read(source), told, source, lang))


def annotated(data: bytes, told: Iterable[Told], source: Path, lang: str) -> bytes:
    """Return the bytes of a workbook with findings written into it."""
    with warnings.catch_warnings():
        # What openpyxl drops is said in the docstring of annotate, once for all.
        warnings.simplefilter("ignore", UserWarning)
        book = _opened(data, source)
        of_cells: dict[tuple[str, str], list[Told]] = {}
        others: list[Told] = []
        sheets = {folded(page.title): page for page in book.worksheets}
        for one in told:
            page = sheets.get(folded(one["sheet"]))
            address = one["cell"].replace("$", "").upper()
            if page is None or not _is_address(address):
                others.append(one)
            else:
                of_cells.setdefault((page.title, address), []).append(one)
        for (title, address), items in of_cells.items():
            _mark(_cell(book[title], address), items)
        if others:
            _list(book, others, lang)
        stream = BytesIO()
        book.save(stream)
    return stream.getvalue()


def _read(source: Path) -> bytes:
    """Return the bytes of a workbook that the gate lets through."""
    if not source.exists():
        raise Misuse("path.missing", path=str(source))
    data = bytes_of(source)
    if isinstance(data, Finding):
        raise CannotWork("annotate.unusable", path=str(source), problem=_message(data))
    try:
        gate.admit(data, all_sheets=True)
    except gate.Refusal as refusal:
        told = _message(refusal.finding)
        raise CannotWork("annotate.unusable", path=str(source), problem=told) from None
    return data


def _message(finding: Finding) -> str:
    return worded(finding, VIETNAMESE).message


def _opened(data: bytes, source: Path) -> Workbook:
    macros = source.suffix.casefold() in (".xlsm", ".xltm")
    try:
        return openpyxl.load_workbook(BytesIO(data), keep_vba=macros, rich_text=True)
    except (
        InvalidFileException,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OSError,
    ) as error:
        problem = " ".join(f"{type(error).__name__}: {error}".split())
        raise CannotWork("annotate.unusable", path=str(source), problem=problem) from error


def _is_address(text: str) -> bool:
    try:
        row, column = position(text)
    except ValueError:
        return False
    return row < 1 << 20 and column < 1 << 14


def _cell(page: Worksheet, address: str) -> Cell:
    """Return a cell; of one within a merged block the one that holds its text."""
    row, column = (number + 1 for number in position(address))
    for block in page.merged_cells.ranges:
        if block.min_row <= row <= block.max_row and block.min_col <= column <= block.max_col:
            row, column = block.min_row, block.min_col
    return cast("Cell", page.cell(row, column))


def _mark(cell: Cell, items: list[Told]) -> None:
    said = [_sentence(item) for item in items]
    had = cell.comment
    if had is not None and had.text:
        said.insert(0, had.text)
    text = fitted("\n".join(said), VIETNAMESE)
    lines = sum(1 + len(line) // 45 for line in text.split("\n"))
    height = max(had.height if had else 0, _LINE_HEIGHT * (lines + 1))
    width = max(had.width if had else 0, _SIGN_WIDTH)
    author = had.author if had is not None and had.author else AUTHOR
    cell.comment = Comment(text, author, height=height, width=width)
    order = list(Severity)
    gravest = min((_severity(item) for item in items), key=order.index)
    cell.fill = PatternFill("solid", start_color=FILLS[gravest], end_color=FILLS[gravest])


def _severity(item: Told) -> Severity:
    known = set(map(str, Severity))
    return Severity(item["severity"]) if item["severity"] in known else Severity.WARNING


def _sentence(item: Told) -> str:
    return " ".join(filter(None, (item["message"], item["advice"])))


def _list(book: Workbook, items: list[Told], lang: str) -> None:
    """Write what names no cell on a sheet of its own, under a name that is free."""
    name, number = say("sheet.findings", lang), 1
    taken = {folded(title) for title in book.sheetnames}
    while folded(name) in taken:
        number += 1
        name = f"{say('sheet.findings', lang)} {number}"
    page = book.create_sheet(name)
    names = {"sheet": "raw.sheet", "cell": "raw.cell", "advice": "finding.what_to_do"}
    page.append([say(names.get(key, f"finding.{key}"), lang) for key in KEYS])
    for item in items:
        shown = {**item, "severity": say(f"severity.{_severity(item)}", lang)}
        page.append(["" for _ in KEYS])
        for column, key in enumerate(KEYS, start=1):
            # Text is text, whatever it begins with.
            cell = page.cell(page.max_row, column)
            cell.value, cell.data_type = shown[key], "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(name=FONT, size=10)
    for column, width in enumerate(_WIDTHS, start=1):
        heading = page.cell(1, column)
        heading.font = Font(name=FONT, bold=True)
        heading.fill = PatternFill("solid", start_color=HEADING.lstrip("#"))
        page.column_dimensions[heading.column_letter].width = width
    page.freeze_panes = "A2"


def _told(findings: pd.DataFrame | Iterable[Finding], lang: str) -> Iterator[Told]:
    """Yield findings as texts, whichever way they are given."""
    import pandas as pd

    if not isinstance(findings, pd.DataFrame):
        for finding in findings:
            yield _of_value(finding, lang)
        return
    if "message" not in findings.columns:
        raise Misuse("api.column", name="message")
    columns = [key for key in KEYS if key in findings.columns]
    for values in findings[columns].itertuples(index=False, name=None):
        given = {
            k: "" if pd.isna(v) else without_controls(str(v))
            for k, v in zip(columns, values, strict=True)
        }
        yield {**dict.fromkeys(KEYS, ""), **given}


def _of_value(finding: Finding, lang: str) -> dict[str, Any]:
    words = worded(finding, lang)
    given = {
        "severity": str(finding.severity),
        "unit": finding.place.unit,
        "sheet": finding.place.sheet,
        "cell": finding.place.cell,
        "indicator": finding.indicator,
        "period": finding.period,
        "message": words.message,
        "advice": words.advice,
    }
    return {key: without_controls(text) for key, text in given.items()}
