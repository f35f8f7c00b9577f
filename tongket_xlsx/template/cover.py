"""The first sheet of the form: who answers, until when, what is left, and who signs."""

from __future__ import annotations

from collections.abc import Mapping

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue, reference_of
from tongket_xlsx.model.layout import (
    COVER_ANSWER,
    COVER_FIELDS_ROW,
    COVER_LABEL,
    COVER_LAST,
    TYPED_FIELDS,
    CoverField,
    WorkbookLayout,
)
from tongket_xlsx.model.units import Unit
from tongket_xlsx.template.progress_table import GroupProgress, write_progress
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Book, Sheet
from tongket_xlsx.writer.styles import Styles

_WIDTHS = (2, 24, 12, 20, 11, 11, 11, 11, 11, 11)


def write_cover(
    book: Book,
    form: Form,
    unit: Unit,
    layout: WorkbookLayout,
    issue: Issue,
    fields: Mapping[str, str],
    progress: tuple[GroupProgress, ...],
    lang: str,
    *,
    opens: bool = True,
) -> None:
    """Write the cover; ``opens`` says whether the workbook opens on it."""
    page = book.sheet(layout.sheets[0].name, tab="#1F2A44")
    style = Styles(book)
    page.widths(_WIDTHS)
    _head(page, style, form, issue, lang)
    _fields(page, style, fields, issue, lang)
    row = _reference_dates(page, style, form, layout, fields, lang)
    row = write_progress(page, style, progress, row + 1, lang)
    row = _legend(page, style, row + 1, lang)
    row = _signatures(page, style, form, unit, row + 1, lang)
    page.printed(landscape=False, area=(row, COVER_LAST), file_named=True)
    page.page.fit_to_pages(1, 1)
    page.protect()
    if opens:
        page.page.set_first_sheet()
        page.page.activate()
    page.page.set_selection(*layout.cover[CoverField.COMPILER] * 2)


def _head(page: Sheet, style: Styles, form: Form, issue: Issue, lang: str) -> None:
    left = style.plain(bold=True, text_wrap=True, align="center")
    right = style.plain(italic=True, align="right", font_size=9)
    page.merge((0, COVER_LABEL), (0, COVER_ANSWER), issue.collector, left)
    page.merge((0, COVER_ANSWER + 1), (0, COVER_LAST), f"{form.id} · {form.version}", right)
    page.height(0, 34)
    page.merge((1, COVER_LABEL), (1, COVER_LAST), form.title.to(lang), style.title(18))
    page.height(1, 32)
    page.merge((2, COVER_LABEL), (2, COVER_LAST), form.subtitle.to(lang), style.title(12))
    page.height(2, 34)
    page.merge((3, COVER_LABEL), (3, COVER_LAST), form.cutoff.to(lang), style.subtitle())
    page.merge((4, COVER_LABEL), (4, COVER_LAST), issue.notice, style.warning_line())
    banner = style.cell(bold=True, align="center", bg_color="#FFF4CE", border=2)
    page.merge((5, COVER_LABEL), (5, COVER_LAST), say("cover.enable", lang), banner)
    page.height(5, 22)
    page.height(6, 8)


def _fields(page: Sheet, style: Styles, fields: Mapping[str, str], issue: Issue, lang: str) -> None:
    for n, field in enumerate(CoverField):
        row = COVER_FIELDS_ROW + n
        page.merge(
            (row, COVER_LABEL),
            (row, COVER_ANSWER - 1),
            say(f"cover.{field}", lang),
            style.cell(bold=True),
        )
        typed = field in TYPED_FIELDS
        answer = style.required(num_format="@", indent=1) if typed else style.cell(bold=True)
        page.merge_last((row, COVER_ANSWER), (row, COVER_LAST), fields.get(field, ""), answer)
        page.height(row, 20)
    if issue.deadline is not None:
        row = COVER_FIELDS_ROW + len(CoverField)
        key = "cover.send_by_inclusive" if issue.deadline_counts else "cover.send_by"
        text = f"{say(key, lang)} {issue.deadline:%d/%m/%Y}"
        page.merge((row, COVER_LABEL), (row, COVER_LAST), text, style.warning_line())
        page.height(row, 24)


def _reference_dates(
    page: Sheet,
    style: Styles,
    form: Form,
    layout: WorkbookLayout,
    fields: Mapping[str, str],
    lang: str,
) -> int:
    first = layout.cover[f"other:{form.years[0].code}"][0]
    other = COVER_ANSWER + 2
    page.merge(
        (first - 2, COVER_LABEL),
        (first - 2, COVER_LAST),
        say("cover.cutoffs", lang),
        style.section(),
    )
    page.write(first - 1, COVER_LABEL, say("cover.period", lang), style.heading())
    page.merge(
        (first - 1, COVER_LABEL + 1),
        (first - 1, other - 1),
        say("cover.reference", lang),
        style.heading(),
    )
    page.merge(
        (first - 1, other), (first - 1, COVER_LAST), say("cover.other", lang), style.heading()
    )
    for period in form.years:
        row = layout.cover[f"other:{period.code}"][0]
        text = reference_of(period, lang)
        page.write(row, COVER_LABEL, period.label.to(lang), style.cell(bold=True))
        page.merge((row, COVER_LABEL + 1), (row, other - 1), text, style.cell(font_size=10))
        declared = fields.get(f"other:{period.code}", "")
        page.merge(
            (row, other), (row, COVER_LAST), declared, style.optional(num_format="@", indent=1)
        )
        page.height(row, 32)
    return first + len(form.years)


def _legend(page: Sheet, style: Styles, row: int, lang: str) -> int:
    page.merge((row, COVER_LABEL), (row, COVER_LAST), say("cover.legend", lang), style.section())
    samples = (
        (style.required(locked=True, align="center"), "1234", "cover.legend_required"),
        (style.optional(locked=True, align="center"), "1234", "cover.legend_optional"),
        (style.computed(align="center"), "95,25", "cover.legend_computed"),
        (style.cell(align="center"), "23", "cover.legend_prefilled"),
        (style.absent(), "x", "cover.legend_na"),
    )
    for sample, shown, key in samples:
        row += 1
        page.write(row, COVER_LABEL, shown, sample)
        page.merge((row, COVER_LABEL + 1), (row, COVER_LAST), say(key, lang), style.plain(indent=1))
        page.height(row, 18)
    for key in ("sign.nil", "sign.missing", "sign.not_applicable", "sign.blank", "cover.paper"):
        row += 1
        page.merge((row, COVER_LABEL), (row, COVER_LAST), say(key, lang), style.plain())
    return row + 1


def _signatures(page: Sheet, style: Styles, form: Form, unit: Unit, row: int, lang: str) -> int:
    bold = style.plain(bold=True, align="center")
    italic = style.plain(italic=True, align="center")
    left, right = (COVER_LABEL, COVER_ANSWER - 1), (COVER_ANSWER + 1, COVER_LAST)
    page.merge((row, right[0]), (row, right[1]), say("cover.place_date", lang), italic)
    page.merge((row + 1, left[0]), (row + 1, left[1]), say("cover.sign_left", lang), bold)
    signature = form.unit_kinds[unit.kind].signature
    page.merge((row + 1, right[0]), (row + 1, right[1]), signature, bold)
    page.merge((row + 2, left[0]), (row + 2, left[1]), say("cover.sign_name", lang), italic)
    page.merge((row + 2, right[0]), (row + 2, right[1]), say("cover.sign_seal", lang), italic)
    return row + 6
