"""How every number of the workbook is made, in plain words, and how each computed share is."""

from __future__ import annotations

from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.summary.methods import methods
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD, why_block
from tongket_xlsx.writer.styles import lines

_WIDTH = 100


def write_methods(p: Pages) -> None:
    """Write the sheet; it stands in every edition."""
    page = p.table(
        p.say("sheet.method"),
        p.say("method.title"),
        [p.say("method.subject"), p.say("method.how")],
        (30, _WIDTH),
        tab="#7F7F7F",
    )
    row = HEAD + 1
    for subject, text in methods(p):
        page.write(row, 0, subject, p.style.cell(bold=True, valign="top"))
        page.write(row, 1, text, p.style.cell(valign="top"))
        page.height(row, 15 * lines(text, _WIDTH) + 5)
        row += 1
    for block in p.plan.blocks:
        page.write(row, 0, p.say("summary.blocks"), p.style.cell(bold=True, valign="top"))
        text = why_block(block, p.form, p.lang)
        page.write(row, 1, text, p.style.cell(valign="top"))
        page.height(row, 15 * lines(text, _WIDTH) + 5)
        row += 1
    for indicator in p.form.indicators.values():
        if indicator.computed:
            text = _recipe(p, indicator)
            page.write(row, 0, indicator.code, p.style.cell(valign="top"))
            page.write(row, 1, text, p.style.cell(valign="top"))
            page.height(row, 15 * lines(text, _WIDTH) + 4)
            row += 1
    p.close(page, row, 2)


def _recipe(p: Pages, indicator: Indicator) -> str:
    above = indicator.numerator.text if indicator.numerator else ""
    below = indicator.denominator.text if indicator.denominator else ""
    label = indicator.plain_label if p.lang == "vi" else indicator.label.to(p.lang)
    made = p.say(
        "method.recipe",
        label=label,
        numerator=above,
        denominator=below,
        factor=indicator.factor,
        unit=indicator.unit.to(p.lang),
    )
    return f"{made} {indicator.note}".strip()
