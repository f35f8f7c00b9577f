"""The slips of a kind of unit as a workbook to print: a list of them, then a sheet an office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tongket_xlsx.codebook.slips import Slip
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.formula_ranges import Cells, total
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.issue import reference_of
from tongket_xlsx.model.places import a1
from tongket_xlsx.text.messages import number, say
from tongket_xlsx.writer.book import Book, Format, Sheet
from tongket_xlsx.writer.styles import Styles, lines

_LONGEST_NAME = 31
# What Excel does not allow in the name of a sheet.
_ILLEGAL = re.compile(r"[\[\]:*?/\\]")
# A portrait page of A4 holds some hundred characters at full size; a little smaller reads well.
_PAGE = 116
_ORDINAL, _CODE, _UNIT, _BOX, _NARROWEST = 5, 8, 10, 12, 34
_FIRST_BOX = 4
_BLANK = "…" * 12
_LIST_WIDTHS = (6, 52, 13, 13, 13, 13)
# A box is written in by hand, and so is a signature.
_LOWEST = 30
_SIGNED = 115
_GROUP = {"font_size": 9, "bold": True, "font_color": "#2E75B6"}


@dataclass
class _Slips:
    """The workbook being written and what every sheet of it says alike."""

    form: Form
    kind: str
    lang: str
    book: Book
    style: Styles

    def say(self, key: str, **parameters: object) -> str:
        return say(key, self.lang, **parameters)

    @property
    def kind_name(self) -> str:
        return self.form.unit_kinds[self.kind].name.to(self.lang)


def slip_workbook(form: Form, kind: str, slips: Sequence[Slip], lang: str) -> bytes:
    """Build the workbook of the slips of a kind of unit."""
    title = f"{say('slip.title', lang)} – {form.unit_kinds[kind].name.to(lang)}"
    book = Book(title, subject=form.subtitle.to(lang), lang=lang)
    s = _Slips(form, kind, lang, book, Styles(book))
    names = sheet_names([slip.name or say("slip.own_sheet", lang) for slip in slips])
    _list(s, slips, names)
    for slip, name in zip(slips, names, strict=True):
        _Paper(s, slip, name).write()
    return book.bytes()


def sheet_names(offices: Sequence[str]) -> list[str]:
    """Return a name for the sheet of each office: numbered, legal and no longer than may be."""
    names = []
    for n, office in enumerate(offices, start=1):
        plain = " ".join(_ILLEGAL.sub(" ", office.partition(" (")[0]).split())
        name = f"{n:02d} {plain}"
        if len(name) > _LONGEST_NAME:
            name = name[: _LONGEST_NAME + 1].rsplit(" ", 1)[0][:_LONGEST_NAME]
        names.append(name.rstrip(" '-,"))
    return names


# ---------------------------------------------------------------------- the list of slips


def _list(s: _Slips, slips: Sequence[Slip], names: Sequence[str]) -> None:
    page = s.book.sheet(s.say("slip.list"), tab="#1F2A44")
    page.widths(_LIST_WIDTHS)
    last = len(_LIST_WIDTHS) - 1
    page.merge((0, 0), (0, last), s.say("slip.list_title"), s.style.title(15))
    page.height(0, 30)
    page.merge((1, 0), (1, last), s.kind_name, s.style.title(12))
    page.merge((2, 0), (2, last), s.form.subtitle.to(s.lang), s.style.subtitle())
    page.height(2, 32)
    how = s.say("slip.how")
    wrapped = s.style.plain(text_wrap=True, valign="top")
    page.merge((3, 0), (3, last), how, wrapped)
    page.height(3, 15 * lines(how, sum(_LIST_WIDTHS)) + 8)
    for n, key in enumerate(("ordinal", "office", "indicators", "boxes", "required", "back")):
        page.write(4, n, s.say(f"slip.{key}"), s.style.heading())
    page.height(4, 36)
    for n, (slip, name) in enumerate(zip(slips, names, strict=True)):
        _listed(s, page, 5 + n, n + 1, slip, name)
    _totals(s, page, 5 + len(slips), slips)
    page.page.freeze_panes(5, 0)
    page.printed(
        landscape=False,
        heading_row=4,
        area=(5 + len(slips), last),
        footer=f"{s.form.id} {s.form.version} – {s.kind_name}",
    )


def _listed(s: _Slips, page: Sheet, row: int, ordinal: int, slip: Slip, name: str) -> None:
    centre = s.style.cell(align="center", num_format="#,##0")
    office = slip.name or s.say("slip.own")
    blue = {"font_color": "#0B5394", "underline": 1}
    lead = (name, "A1")
    page.write(row, 0, ordinal, s.style.cell(align="center", num_format="0", **blue), link=lead)
    # LibreOffice does not wrap a link: a name that needs two lines is plain, and its number leads.
    short = lines(office, _LIST_WIDTHS[1] * 0.9) == 1
    look = s.style.cell(**(blue if short else {}))
    page.write(row, 1, office, look, link=lead if short else None)
    for n, count in enumerate((len(slip.indicators), slip.boxes, slip.required_boxes)):
        page.write(row, 2 + n, count, centre)
    page.write(row, 5, None, s.style.cell())
    page.height(row, max(22, 15 * lines(office, _LIST_WIDTHS[1] * 0.95) + 7))


def _totals(s: _Slips, page: Sheet, row: int, slips: Sequence[Slip]) -> None:
    bold = s.style.cell(bold=True, align="center", num_format="#,##0")
    page.merge((row, 0), (row, 1), s.say("cover.total"), s.style.cell(bold=True))
    counts = (
        sum(len(slip.indicators) for slip in slips),
        sum(slip.boxes for slip in slips),
        sum(slip.required_boxes for slip in slips),
    )
    for column, count in enumerate(counts, start=2):
        block = Cells(f"{a1(5, column)}:{a1(row - 1, column)}")
        page.formula(row, column, total(block).formula, bold, count)
    page.write(row, 5, None, bold)
    page.height(row, 22)


# ---------------------------------------------------------------------- one slip


class _Paper:
    """One slip being written, from the top down."""

    def __init__(self, s: _Slips, slip: Slip, name: str) -> None:
        self.s = s
        self.slip = slip
        self.style = s.style
        self.periods = slip.periods(s.form)
        self.last = _FIRST_BOX + len(self.periods) - 1
        others = _ORDINAL + _CODE + _UNIT + _BOX * len(self.periods)
        self.label_width = max(_NARROWEST, _PAGE - others)
        self.width = self.label_width + others
        self.page = s.book.sheet(name, tab="#2E75B6")
        boxes = [_BOX] * len(self.periods)
        self.page.widths([_ORDINAL, _CODE, self.label_width, _UNIT, *boxes])
        self.row = 0

    def write(self) -> None:
        self._head()
        heading = self._headings()
        ordinal = 0
        groups = self.slip.groups(self.s.form)
        for group, rows in groups:
            for n, indicator in enumerate(rows):
                ordinal += 1
                # The name of a group stands in its first row, so that no page ends with it.
                named = n == 0 and len(groups) > 1
                self._indicator(ordinal, indicator, group.title.to(self.s.lang) if named else "")
        self._tail()
        self.page.printed(
            landscape=False,
            heading_row=heading,
            area=(self.row - 1, self.last),
            footer=self._office(),
        )

    def _office(self) -> str:
        return self.slip.name or self.s.say("slip.own")

    def _line(self, text: str, look: Format, *, size: float = 11, room: float = 5) -> None:
        """Write a text across the page, as tall as it needs."""
        self.page.merge((self.row, 0), (self.row, self.last), text, look)
        tall = lines(text, self.width * 11 / size)
        self.page.height(self.row, size * 1.36 * tall + room)
        self.row += 1

    def _head(self) -> None:
        s, style = self.s, self.style
        back = s.say("slip.back_to_list")
        look = s.book.style(font_size=9, font_color="#0B5394", underline=1)
        self.page.link(0, 0, s.say("slip.list"), "A1", back, look)
        mark = f"{s.form.id} · {s.form.version}"
        right = style.plain(italic=True, align="right", font_size=9)
        self.page.merge((0, _FIRST_BOX - 1), (0, self.last), mark, right)
        self.row = 1
        own = not self.slip.office
        title = s.say("slip.own_title" if own else "slip.title")
        self._line(title, style.title(16), size=16, room=10)
        self._line(s.form.subtitle.to(s.lang), style.subtitle())
        to = s.say("slip.own" if own else "slip.to", office=self.slip.name)
        bold = style.plain(bold=True, font_size=13, text_wrap=True, align="center")
        self._line(to, bold, size=13, room=12)
        for key in ("slip.unit", "slip.reply"):
            self._line(s.say(key, blank=_BLANK), style.plain(text_wrap=True), room=9)
        self._notes()

    def _notes(self) -> None:
        """Say when the figures are to be taken and how they are to be written."""
        s, style = self.s, self.style
        plain = style.plain(text_wrap=True, font_size=10, valign="top")
        self._line(s.say("cover.cutoffs"), style.plain(bold=True, font_size=10), size=10, room=4)
        if s.form.cutoff:
            self._line(s.form.cutoff.to(s.lang), plain, size=10, room=2)
        for period in self.periods:
            text = f"– {period.label.to(s.lang)}: {reference_of(period, s.lang)}"
            self._line(text, plain, size=10, room=2)
        self._line(s.say("cover.legend"), style.plain(bold=True, font_size=10), size=10, room=8)
        signs = "; ".join(
            f"“{s.form.sign(state)}” {s.say(f'doc.sign.{state}')}"
            for state in ("nil", "missing", "not_applicable")
        )
        for text in (s.say("slip.signs", signs=signs), s.say("slip.star")):
            self._line(text, plain, size=10, room=2)
        self.page.height(self.row, 8)
        self.row += 1

    def _headings(self) -> int:
        s, look = self.s, self.style.heading(font_size=10)
        keys = ("col.ordinal", "col.code", "col.indicator", "col.unit")
        texts = [s.say(key) for key in keys] + [p.label.to(s.lang) for p in self.periods]
        for column, text in enumerate(texts):
            self.page.write(self.row, column, text, look)
        tall = max(lines(text, _BOX * 0.9) for text in texts[_FIRST_BOX:])
        self.page.height(self.row, max(32, 14 * tall + 6))
        self.row += 1
        return self.row - 1

    def _indicator(self, ordinal: int, indicator: Indicator, group: str) -> None:
        s, style, row = self.s, self.style, self.row
        starred = any(self.slip.must(indicator, p) for p in self.periods)
        label = self.slip.label(s.form, indicator, s.lang) + (" *" if starred else "")
        told = indicator.help.to(s.lang)
        small = {"font_size": 10, "align": "center"}
        self.page.write(row, 0, ordinal, style.cell(num_format="0", **small))
        self.page.write(row, 1, indicator.code, style.cell(bold=starred, **small))
        parts = [
            (f"{group}\n" if group else "", style.book.style(**_GROUP)),
            (label, style.plain(font_size=11, bold=starred)),
            (f"\n{told}" if told else "", style.plain(font_size=8.5, italic=True)),
        ]
        self.page.rich(row, 2, parts, style.cell())
        self.page.write(row, 3, indicator.unit.to(s.lang), style.cell(**small))
        for column, period in enumerate(self.periods, start=_FIRST_BOX):
            self._box(column, indicator, period)
        width = self.label_width - 2
        high = 15 * lines(label, width * 0.97) + 11.5 * lines(told, width * 1.26) + 5
        if group:
            high += 13 * lines(group, width * 1.15)
        unit = 14 * lines(indicator.unit.to(s.lang), _UNIT - 1) + 5
        self.page.height(row, max(_LOWEST, high, unit))
        self.row += 1

    def _box(self, column: int, indicator: Indicator, period: Period) -> None:
        """Write a box to fill in, starred where it must be; or say that there is none."""
        style = self.style
        if period.code not in indicator.periods:
            sign = self.s.form.sign("not_applicable")
            self.page.write(self.row, column, sign, style.absent())
        elif self.slip.must(indicator, period):
            corner = style.required(align="right", valign="top", font_size=9)
            self.page.write(self.row, column, "*", corner)
        else:
            self.page.write(self.row, column, None, style.optional())

    def _tail(self) -> None:
        """Leave room for remarks and end with the office's date, signature and seal.

        The block is one row, so that no page ends in the middle of it.
        """
        s, style = self.s, self.style
        count = number(len(self.slip.indicators), s.lang)
        total = s.say("slip.count", count=count, required=self.slip.required_boxes)
        self._line(total, style.plain(italic=True, font_size=10), size=10, room=6)
        remark = style.plain(text_wrap=True, valign="top")
        self._line(s.say("slip.remark", blank=_BLANK * 4), remark, room=12)
        centre = style.plain(text_wrap=True, align="center", valign="top")
        light, bold = style.plain(italic=True), style.plain(bold=True)
        self.page.height(self.row, _SIGNED)
        for first, last, above, who, how in (
            (0, 2, "", "slip.compiler", "cover.sign_name"),
            (3, self.last, s.say("cover.place_date"), "slip.head", "cover.sign_seal"),
        ):
            self.page.merge((self.row, first), (self.row, last), "", centre)
            parts = [(above + "\n", light), (s.say(who) + "\n", bold), (s.say(how), light)]
            self.page.rich(self.row, first, parts, centre)
        self.row += 1
