"""The sheet of instructions: the steps, and the rules that the rows of this unit call for."""

from __future__ import annotations

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import SheetKind, WorkbookLayout
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Book
from tongket_xlsx.writer.styles import Styles, lines


def write_guide(book: Book, form: Form, layout: WorkbookLayout, issue: Issue, lang: str) -> None:
    """Write the instructions: the steps, and the rules that this unit's rows call for."""
    page = book.sheet(layout.sheets[1].name, tab="#1F2A44")
    style = Styles(book)
    widths = (4, 92)
    page.widths(widths)
    page.merge((0, 0), (0, 1), say("guide.title", lang), style.title(16))
    page.height(0, 30)
    page.merge((1, 0), (1, 1), issue.notice, style.warning_line())
    row = 2
    collector = " ".join(reversed(issue.collector.split("\n"))) or "…"
    spans = "; ".join(
        say("guide.span", lang, period=p.label.to(lang), starts=p.starts, ends=p.ends)
        for p in form.periods
        if p.cumulative
    )
    blocks = (
        ("guide.steps", [f"guide.step{n}" for n in range(1, 6)]),
        ("guide.rules", [f"guide.{rule}" for rule in _rules_needed(form, layout)]),
        ("cover.legend", ["sign.nil", "sign.missing", "sign.not_applicable", "sign.blank"]),
    )
    for heading, keys in blocks:
        page.merge((row, 0), (row, 1), say(heading, lang), style.section())
        for n, key in enumerate(keys, start=1):
            row += 1
            text = say(key, lang, collector=collector, spans=spans)
            page.write(row, 0, str(n), style.plain(align="center", valign="top"))
            page.write(row, 1, text, style.plain(text_wrap=True, valign="top"))
            page.height(row, 16 * lines(text, widths[1] * 1.12) + 6)
        row += 2
    page.printed(landscape=False, area=(row, 1), file_named=True)
    page.protect()


def _rules_needed(form: Form, layout: WorkbookLayout) -> list[str]:
    asked = [form.indicators[c] for s in layout.of_kind(SheetKind.GROUP) for c in s.rows]
    kinds = {i.kind for i in asked}
    needed = {
        "money": Kind.MONEY in kinds,
        "yesno": Kind.YESNO in kinds,
        "cumulative": any(form.period_by_code[p].cumulative for i in asked for p in i.periods),
    }
    order = (
        "input",
        "money",
        "yesno",
        "cumulative",
        "core",
        "no_invent",
        "explanation",
        "protected",
    )
    return [rule for rule in order if needed.get(rule, True)]
