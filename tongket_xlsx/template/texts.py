"""The sheets answered in words: the narrative, and the lists with a row per entry."""

from __future__ import annotations

from typing import Any

from tongket_xlsx.model.indicators import Roster
from tongket_xlsx.model.layout import Role, SheetLayout
from tongket_xlsx.template.draft import Draft, close_table, open_table
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Sheet
from tongket_xlsx.writer.styles import WARNING, lines


def write_narrative(d: Draft, sheet: SheetLayout) -> None:
    """Write the questions answered in words."""
    page = open_table(d, sheet, sheet.name.upper(), d.form.subtitle.to(d.lang), "")
    prompts = {p.code: p for p in d.form.prompts_for(d.unit.kind)}
    width = sheet.columns[sheet.column(Role.ANSWER)].width
    for code, row in sheet.rows.items():
        prompt = prompts[code]
        label = prompt.label.to(d.lang) + (" *" if prompt.core else "")
        answer = d.given(code, "")
        text = answer.text if answer else ""
        limit = prompt.max_chars
        page.write(row, 0, code, d.style.cell(align="center", bold=prompt.core))
        # Nobody may overlook that a question has no title yet.
        look: dict[str, Any] = {"font_color": WARNING} if prompt.untitled else {}
        page.write(row, 1, label, d.style.cell(bold=prompt.core or prompt.untitled, **look))
        page.write(row, 2, _linked(prompt.linked), d.style.cell(font_size=9))
        page.write(row, 3, limit, d.style.cell(align="center", num_format="#,##0"))
        make = d.style.required if prompt.core else d.style.optional
        mark = d.mark(page, row, 4, (code, ""))
        page.write(row, 4, text, make(text_wrap=True, valign="top", num_format="@", **mark))
        tall = max(lines(label, 40), lines(_linked(prompt.linked), 18), lines(text, width), 4)
        page.height(row, min(400, 15.5 * tall + 6))
        page.validate(
            (row, 4),
            (row, 4),
            {
                "validate": "length",
                "criteria": "<=",
                "value": limit,
                "input_title": code,
                "input_message": say("prompt.text", d.lang, count=limit),
                "error_type": "warning",
                "error_title": say("prompt.error_title", d.lang),
                "error_message": f"{code}: " + say("prompt.text", d.lang, count=limit),
            },
        )
    close_table(page, sheet, 2)


def write_roster(d: Draft, sheet: SheetLayout) -> None:
    """Write an empty list, or one with its entries."""
    roster = next(r for r in d.form.rosters if r.code == sheet.code)
    page = open_table(d, sheet, roster.title.to(d.lang), roster.help.to(d.lang), "")
    page.height(2, 32)
    for n in range(roster.rows):
        row = sheet.first_row + n
        page.write(row, 0, n + 1, d.style.cell(align="center"))
        for column in roster.columns:
            answer = d.given(column.code, "", n + 1)
            page.write(
                row,
                sheet.column(column.code),
                answer.text if answer else "",
                d.style.optional(text_wrap=True, num_format="@"),
            )
    _validate_roster(d, page, sheet, roster)
    close_table(page, sheet, 1)


def _validate_roster(d: Draft, page: Sheet, sheet: SheetLayout, roster: Roster) -> None:
    for column in roster.columns:
        number = sheet.column(column.code)
        first, last = (sheet.first_row, number), (sheet.last_row, number)
        title = column.label.to(d.lang)
        rule: dict[str, Any] = {"validate": "any", "input_title": title}
        if column.choices:
            rule |= {
                "validate": "list",
                "source": list(column.choices),
                "error_type": "stop",
                "input_message": say("prompt.choice", d.lang),
                "error_title": say("prompt.error_title", d.lang),
                "error_message": say("prompt.choice", d.lang),
            }
        elif column.date:
            rule |= {"input_message": say("prompt.date", d.lang)}
        else:
            continue
        page.validate(first, last, rule)


def _linked(codes: tuple[str, ...]) -> str:
    """Write ML01, ML02, ML03, TC01 as ML01–ML03, TC01."""
    parts: list[list[str]] = []
    for code in codes:
        last = parts[-1][-1] if parts else ""
        follows = last[:-2] == code[:-2] and last[-2:].isdigit() and code[-2:].isdigit()
        if follows and int(code[-2:]) == int(last[-2:]) + 1:
            parts[-1].append(code)
        else:
            parts.append([code])
    return ", ".join(p[0] if len(p) == 1 else f"{p[0]}–{p[-1]}" for p in parts)
