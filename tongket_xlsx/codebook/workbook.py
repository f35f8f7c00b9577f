"""The codebook of a form as a workbook: a sheet for each sort of thing, linked to one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongket_xlsx.codebook.entries import Codebook, Entry, form_counts
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


@dataclass(frozen=True)
class _Column:
    """One column of a sheet: its heading, its width and the facts that stand in it.

    Several facts stand below each other, each after its name unless they are ``bare``; ``name``
    is the name of the entry and ``code`` its code.
    """

    key: str
    width: float
    facts: tuple[str, ...] = ()
    bare: bool = False
    look: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Page:
    """One sheet: its key in the catalogue, colour, columns, entries and where their codes lead.

    A link is a code and never a long text, which LibreOffice would not wrap.
    """

    key: str
    tab: str
    columns: tuple[_Column, ...]
    entries: tuple[Entry, ...]
    leads: Callable[[Entry], tuple[str, str] | None] = lambda _entry: None
    linked: str = "code"


# Said aloud: xlsxwriter forgets to set text left that is indented and stands at the top.
_LEFT: dict[str, Any] = {"align": "left", "indent": 1, "valign": "top", "font_size": _SMALL}
_CENTRE: dict[str, Any] = {"align": "center", "indent": 0}
_CODE: dict[str, Any] = {**_CENTRE, "bold": True}
_INDICATORS = (
    _Column("code", 9, ("code",), look=_CODE),
    _Column("indicator", 36, ("name", "help"), bare=True),
    _Column("group", 6, ("group",), look=_CENTRE),
    _Column("unit", 9, ("unit",), look=_CENTRE),
    _Column("sort", 16, ("kind", "nature", "clock"), bare=True),
    _Column("periods", 10, ("periods",), look=_CENTRE),
    _Column("respondents", 22, ("respondents", "computed_for"), bare=True),
    _Column("provider", 15, ("provider",)),
    _Column("making", 26, ("aggregation", "adds", "formula", "hard", "usual", "usual_for")),
    _Column("outline", 20, ("outline",)),
    _Column("rules", 32, ("rules", "users")),
    _Column(
        "standing",
        27,
        (
            "headline",
            "break",
            "better",
            "records",
            "prefill",
            "locked",
            "note",
            "formerly",
            "targets",
            "prompts",
        ),
    ),
)
_QUESTIONS = (
    _Column("code", 9, ("code",), look=_CODE),
    _Column("text", 60, ("name",)),
    _Column("must", 9, ("must",), look=_CENTRE),
    _Column("limit", 9, ("limit",), look=_CENTRE),
    _Column("respondents", 36, ("respondents",)),
    _Column("linked", 28, ("linked",)),
    _Column("outline", 40, ("outline",)),
)
_LISTS = (
    _Column("roster", 22, ("roster",)),
    _Column("code", 9, ("code",), look=_CODE),
    _Column("column", 30, ("name",)),
    _Column("sort", 14, ("sort",), look=_CENTRE),
    _Column("choices", 44, ("choices",)),
    _Column("counted", 12, ("counted",), look=_CENTRE),
    _Column("respondents", 30, ("respondents",)),
    _Column("rows", 9, ("rows",), look=_CENTRE),
    _Column("help", 30, ("title", "help"), bare=True),
)
_RULES = (
    _Column("rule", 18, ("code",), look={"bold": True}),
    _Column("severity", 11, ("severity",), look=_CENTRE),
    _Column("about", 26, ("about",)),
    _Column("expression", 44, ("expression", "between"), bare=True),
    _Column("message", 58, ("message",)),
    _Column("standing", 20, ("beta", "family", "fallback", "only_for", "scale", "holds")),
    _Column("source", 24, ("source",)),
)
_TARGETS = (
    _Column("code", 10, ("code",), look=_CODE),
    _Column("document", 25, ("document",)),
    _Column("target", 38, ("name",)),
    _Column("scope", 15, ("scope",)),
    _Column("elsewhere", 12, ("elsewhere",), look=_CENTRE),
    _Column("indicator", 22, ("indicator", "counts"), bare=True),
    _Column("level", 10, ("level",), look=_CENTRE),
    _Column("year", 7, ("year",), look=_CENTRE),
    _Column("status", 32, ("status",)),
    _Column("source", 24, ("source",)),
    _Column("note", 32, ("note",)),
)
_OFFICES = (
    _Column("code", 11, ("code",), look=_CODE),
    _Column("office", 38, ("name",)),
    _Column("names", 58, ("names",)),
    _Column("count", 11, ("count",), look=_CENTRE),
    _Column("indicators", 70, ("indicators",)),
)
_OUTLINE = (
    _Column("bullet", 9, ("code",), look=_CODE),
    _Column("text", 64, ("name",)),
    _Column("indicators", 66, ("indicators",)),
    _Column("prompts", 22, ("prompts",)),
    _Column("gap", 22, ("gap",), look={"bold": True, "font_color": "#C00000"}),
)


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


def _pages(book: Codebook) -> Iterator[_Page]:
    indicators = _Leads(book, "indicators", book.indicators)
    rules = _Leads(book, "rules", book.rules)
    yield _Page(
        "indicators",
        "#2E75B6",
        _INDICATORS,
        book.indicators,
        lambda e: rules.to(e.text("rules")),
    )
    yield _Page("questions", "#7F6000", _QUESTIONS, book.prompts)
    yield _Page("lists", "#7F6000", _LISTS, tuple(_list_rows(book)))
    yield _Page(
        "rules",
        "#C00000",
        _RULES,
        book.rules,
        lambda e: indicators.to(e.text("about")),
        "rule",
    )
    yield _Page(
        "targets",
        "#548235",
        _TARGETS,
        book.targets,
        lambda e: indicators.to(e.text("indicator")),
        "indicator",
    )
    yield _Page("offices", "#1F2A44", _OFFICES, book.providers)
    yield _Page("outline", "#1F2A44", _OUTLINE, book.outline)


class _Leads:
    """Where the entries of a sheet stand, for whatever leads there."""

    def __init__(self, book: Codebook, key: str, entries: Sequence[Entry]) -> None:
        self.sheet = book.say(f"doc.sheet.{key}")
        self.rows = {entry.code: HEAD + 1 + n for n, entry in enumerate(entries)}

    def to(self, codes: str) -> tuple[str, str] | None:
        """Return the place of the first of some codes."""
        first = codes.partition(", ")[0]
        return (self.sheet, a1(self.rows[first], 0)) if first in self.rows else None


def _list_rows(book: Codebook) -> Iterator[Entry]:
    """Yield a row for each column of each list; what holds for the list stands on its first."""
    for roster, columns in book.rosters:
        for n, column in enumerate(columns):
            yield Entry(column.code, column.name, column.facts + (roster.facts if n == 0 else ()))


def _write(out: Book, book: Codebook, page: _Page) -> None:
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


def _row(sheet: Sheet, style: Styles, book: Codebook, page: _Page, row: int, entry: Entry) -> None:
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


def _text(book: Codebook, column: _Column, entry: Entry) -> str:
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


def _about(out: Book, book: Codebook, pages: Sequence[_Page]) -> None:
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


def _contents(sheet: Sheet, style: Styles, book: Codebook, pages: Sequence[_Page], row: int) -> int:
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


def _blocks(book: Codebook) -> Iterator[tuple[str, tuple[str, ...], tuple[Entry, ...]]]:
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
    groups = tuple(Entry(g.code, g.title.to(lang), ()) for g in book.form.groups)
    yield "groups", (), groups


def _block(
    sheet: Sheet,
    style: Styles,
    book: Codebook,
    key: str,
    columns: tuple[str, ...],
    entries: tuple[Entry, ...],
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
