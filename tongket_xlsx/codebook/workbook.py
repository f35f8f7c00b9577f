"""The codebook of a form as a workbook: a sheet for each sort of thing, linked to one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tongket_xlsx.codebook.entries import Codebook
from tongket_xlsx.codebook.facts import CodebookEntry, form_counts
from tongket_xlsx.codebook.list_pages import (
    INDICATORS,
    LISTS,
    OFFICES,
    OUTLINE,
    QUESTIONS,
    RULES,
    TARGETS,
    ListColumn,
    ListPage,
)
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.places import a1
from tongket_xlsx.writer.book import Book, Sheet
from tongket_xlsx.writer.styles import Styles, lines

HEAD = 3
_TALLEST = 409
_SMALL = 10
# How much more of small letters a width holds.
_ROOM = 1.1
_GREY: dict[str, Any] = {"font_color": "#5A6478", "italic": True}


# Said aloud: xlsxwriter forgets to set text left that is indented and stands at the top.
_LEFT: dict[str, Any] = {"align": "left", "indent": 1, "valign": "top", "font_size": _SMALL}


def codebook_workbook(form: Form, lang: str) -> bytes:
    """Build the workbook of the codebook."""
    book = Codebook(form, lang)
    title = f"{book.say('doc.title')} – {form.id} {form.version}"
    out = Book(title, subject=form.subtitle.to(lang), lang=lang)
    out.reserve(book.say("doc.sheet.about"))
    pages = [page for page in _pages(book) if page.entries]
    for page in pages:
        _write(out, book, page)
    _about(out, book, pages)
    return out.bytes()


def _pages(book: Codebook) -> Iterator[ListPage]:
    indicators = _Leads(book, "indicators", book.indicators)
    rules = _Leads(book, "rules", book.rules)
    yield ListPage(
        "indicators",
        "#2E75B6",
        INDICATORS,
        book.indicators,
        lambda e: rules.to(e.text("rules")),
    )
    yield ListPage("questions", "#7F6000", QUESTIONS, book.prompts)
    yield ListPage("lists", "#7F6000", LISTS, tuple(_list_rows(book)))
    yield ListPage(
        "rules",
        "#C00000",
        RULES,
        book.rules,
        lambda e: indicators.to(e.text("about")),
        "rule",
    )
    yield ListPage(
        "targets",
        "#548235",
        TARGETS,
        book.targets,
        lambda e: indicators.to(e.text("indicator")),
        "indicator",
    )
    yield ListPage("offices", "#1F2A44", OFFICES, book.providers)
    yield ListPage("outline", "#1F2A44", OUTLINE, book.outline)


class _Leads:
    """Where the entries of a sheet stand, for whatever leads there."""

    def __init__(self, book: Codebook, key: str, entries: Sequence[CodebookEntry]) -> None:
        self.sheet = book.say(f"doc.sheet.{key}")
        self.rows = {entry.code: HEAD + 1 + n for n, entry in enumerate(entries)}

    def to(self, codes: str) -> tuple[str, str] | None:
        """Return the place of the first of some codes."""
        first = codes.partition(", ")[0]
        return (self.sheet, a1(self.rows[first], 0)) if first in self.rows else None


def _list_rows(book: Codebook) -> Iterator[CodebookEntry]:
    """Yield a row for each column of each list; what holds for the list stands on its first."""
    for roster, columns in book.rosters:
        for n, column in enumerate(columns):
            yield CodebookEntry(
                column.code, column.name, column.facts + (roster.facts if n == 0 else ())
            )


def _write(out: Book, book: Codebook, page: ListPage) -> None:
    name = book.say(f"doc.sheet.{page.key}")
    sheet, style = out.sheet(name, tab=page.tab), Styles(out)
    widths = [column.width for column in page.columns]
    sheet.widths(widths)
    last = len(page.columns) - 1
    sheet.height(0, 28)
    sheet.merge((0, 0), (0, last), name.upper(), style.title(15))
    sheet.merge((1, 0), (1, last), book.form.subtitle.to(book.lang), style.subtitle())
    help_text = book.say(f"doc.help.{page.key}")
    sheet.merge((2, 0), (2, last), help_text, style.subtitle())
    sheet.height(2, max(18, 15 * lines(help_text, sum(widths)) + 4))
    for n, column in enumerate(page.columns):
        sheet.write(HEAD, n, book.say(f"doc.column.{column.key}"), style.heading())
    sheet.height(HEAD, 34)
    for n, entry in enumerate(page.entries):
        _row(sheet, style, book, page, HEAD + 1 + n, entry)
    bottom = HEAD + len(page.entries)
    sheet.page.freeze_panes(HEAD + 1, 2)
    sheet.page.autofilter(HEAD, 0, bottom, last)
    sheet.printed(heading_row=HEAD, area=(bottom, last), footer=_footer(book, name))


def _row(
    sheet: Sheet, style: Styles, book: Codebook, page: ListPage, row: int, entry: CodebookEntry
) -> None:
    """Write an entry; grey italics are what nobody has verified, as in the consolidated one."""
    doubtful = page.key == "targets" and not book.form.targets[row - HEAD - 1].verified
    tall = 1
    for n, column in enumerate(page.columns):
        look = {**_LEFT, **column.look, **(_GREY if doubtful else {})}
        link = page.leads(entry) if column.key == page.linked else None
        if link is not None:
            look |= {"font_color": "#0B5394", "underline": 1}
        text = _text(book, column, entry)
        if column.facts == ("name", "help"):
            small = style.book.style(font_size=9, **_GREY)
            named = style.plain(font_size=_SMALL, bold=True)
            parts = [(entry.name, named), (text.removeprefix(entry.name), small)]
            sheet.rich(row, n, parts, style.cell(**look))
        else:
            sheet.write(row, n, text, style.cell(**look), link=link)
        tall = max(tall, lines(text, (column.width - 2) * (1 if look.get("bold") else _ROOM)))
    sheet.height(row, min(_TALLEST, max(20, 12.9 * tall + 6)))


def _text(book: Codebook, column: ListColumn, entry: CodebookEntry) -> str:
    """Return what stands in a cell."""
    own = {"code": entry.code, "name": entry.name}
    if column.key == "gap":
        return "" if entry.text("indicators") else book.say("doc.no_indicator")
    told = [(key, text) for key in column.facts if (text := own.get(key) or entry.text(key))]
    if column.bare or len(column.facts) == 1:
        return "\n".join(text for _, text in told)
    lists = [(key, "; ".join(text.split("\n"))) for key, text in told]
    return "\n".join(f"{book.say(f'doc.fact.{key}')}: {text}" for key, text in lists)


def _footer(book: Codebook, name: str) -> str:
    return f"{book.form.id} {book.form.version} – {name}"


# ---------------------------------------------------------------------- the first sheet

_ABOUT_WIDTHS = (17, 40, 34, 15, 30, 24, 42, 14)


def _about(out: Book, book: Codebook, pages: Sequence[ListPage]) -> None:
    """Write what the form is, where everything stands, its periods, units, signs and groups."""
    name, form, lang = book.say("doc.sheet.about"), book.form, book.lang
    sheet, style = out.sheet(name, tab="#1F2A44"), Styles(out)
    sheet.widths(_ABOUT_WIDTHS)
    last = len(_ABOUT_WIDTHS) - 1
    heads = (
        (book.say("doc.title"), style.title(18), 34),
        (form.title.to(lang), style.title(14), 24),
        (form.subtitle.to(lang), style.subtitle(), 18),
        (form.cutoff.to(lang), style.subtitle(), 18),
        (form_counts(form, lang), style.plain(text_wrap=True, align="center"), 34),
    )
    for row, (text, look, height) in enumerate(heads):
        sheet.merge((row, 0), (row, last), text, look)
        sheet.height(row, height)
    version = f"{form.id} {form.version} · {book.say('doc.digest')}: {form.digest}"
    sheet.merge((5, 0), (5, last), version, style.plain(align="center", font_size=9))
    row = _contents(sheet, style, book, pages, 7)
    for key, columns, entries in _blocks(book):
        row = _block(sheet, style, book, key, columns, entries, row + 1)
    sheet.printed(area=(row, last), footer=_footer(book, name))
    sheet.page.activate()
    sheet.page.set_first_sheet()


def _contents(
    sheet: Sheet, style: Styles, book: Codebook, pages: Sequence[ListPage], row: int
) -> int:
    _section(sheet, style, book.say("doc.contents"), row)
    for page in pages:
        row += 1
        name = book.say(f"doc.sheet.{page.key}")
        sheet.link(row, 0, name, "A1", name, style.link())
        count = style.cell(align="left", indent=1)
        sheet.write(row, 1, book.say("doc.rows", count=len(page.entries)), count)
        sheet.height(row, 18)
    return row + 1


def _section(sheet: Sheet, style: Styles, text: str, row: int) -> None:
    sheet.merge((row, 0), (row, len(_ABOUT_WIDTHS) - 1), text, style.section())
    sheet.height(row, 22)


def _blocks(book: Codebook) -> Iterator[tuple[str, tuple[str, ...], tuple[CodebookEntry, ...]]]:
    lang = book.lang
    yield (
        "periods",
        ("starts", "ends", "school_year", "cumulative", "confirmed", "aliases"),
        book.periods,
    )
    yield (
        "kinds",
        ("adds_as", "must_return", "fills_by", "signature", "note"),
        book.unit_kinds,
    )
    yield "signs", ("also_read",), book.signs
    groups = tuple(CodebookEntry(g.code, g.title.to(lang), ()) for g in book.form.groups)
    yield "groups", (), groups


def _block(
    sheet: Sheet,
    style: Styles,
    book: Codebook,
    key: str,
    columns: tuple[str, ...],
    entries: tuple[CodebookEntry, ...],
    row: int,
) -> int:
    _section(sheet, style, book.say(f"doc.sheet.{key}"), row)
    headings = ("code", "name", *columns)
    for n, column in enumerate(headings):
        sheet.write(row + 1, n, book.say(f"doc.fact.{column}"), style.heading())
    row += 1
    for entry in entries:
        row += 1
        texts = [entry.code, entry.name, *(entry.text(column) for column in columns)]
        for n, text in enumerate(texts):
            bold = {"bold": True} if n == 0 else {}
            sheet.write(row, n, text, style.cell(font_size=_SMALL, **bold))
        room = ((width - 2) * _ROOM for width in _ABOUT_WIDTHS)
        tall = max(lines(text, width) for text, width in zip(texts, room, strict=False))
        sheet.height(row, max(18, 13.5 * tall + 5))
    return row + 1
