"""Where the respondents stand: what came in and when, and how much of it is answered."""

from __future__ import annotations

from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.unit_status import NEEDS_CORRECTION, NOT_RETURNED, Standing
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.summary.statements import sign_on_form
from tongket_xlsx.writer.book import Format


def write_standings(p: Pages) -> None:
    """Write where each respondent stands."""
    keys = (
        "cover.code",
        "status.unit",
        "status.state",
        "status.received",
        "status.received_this",
        "status.late_days",
        "status.round",
        "status.errors",
        "status.warnings",
        "status.closed",
        "status.complete",
        "status.file",
    )
    page = p.table(
        p.say("sheet.receipt"),
        p.say("sheet.receipt"),
        [p.say(k) for k in keys],
        (15, 40, 26, 12, 12, 9, 7, 8, 10, 10, 12, 36),
        tab="#BF9000",
        help_text=p.say("status.sheet_help" if p.m.dated else "status.sheet_help_undated"),
    )
    row = HEAD + 1
    for standing in p.m.standings:
        for column, (value, style) in enumerate(_standing(p, standing)):
            page.write(row, column, value, style)
        row += 1
    p.close(page, row, len(keys), 2)


def _standing(p: Pages, s: Standing) -> list[tuple[str | int | float | None, Format]]:
    centre = p.style.cell(align="center")
    state = p.say(f"state.{s.state}", days=s.late_days)
    if not s.required:
        state += " " + p.say("status.optional")
    came = s.received is not None
    return [
        (s.unit.code, p.style.cell(text_wrap=False)),
        (s.unit.name, p.style.cell()),
        (state, p.style.cell(bold=s.state in (NOT_RETURNED, NEEDS_CORRECTION))),
        (f"{s.received:%d/%m/%Y}" if s.received else None, centre),
        (f"{s.received_this:%d/%m/%Y}" if s.received_this else None, centre),
        (s.late_days if came else None, centre),
        (s.round or None, centre),
        (s.errors if came else None, centre),
        (s.warnings if came else None, centre),
        (s.closed if came else None, centre),
        (s.complete, p.style.cell(align="center", num_format="0%")),
        (s.file, p.style.cell(font_size=9)),
    ]


def write_completeness(p: Pages) -> None:
    """Write a heat map: the share each unit answered of what it must, group by group."""
    groups = [g for g in p.form.groups if any(g.code in s.completeness for s in p.m.standings)]
    headings = [p.say("cover.code"), p.say("status.unit"), *(g.code for g in groups)]
    if any("narrative" in s.completeness for s in p.m.standings):
        headings.append(p.say("sheet.narrative"))
    headings.append(p.say("cover.total"))
    page = p.table(
        p.say("sheet.completeness"),
        p.say("completeness.title"),
        headings,
        (15, 36, *[12] * (len(headings) - 2)),
        tab="#BF9000",
        help_text=p.say("completeness.help", sign=sign_on_form(p.form, CellState.MISSING)),
    )
    row = HEAD + 1
    look = p.style.cell(align="center", num_format="0%")
    for s in p.m.standings:
        page.write(row, 0, s.unit.code, p.style.cell(text_wrap=False))
        page.write(row, 1, s.unit.name, p.style.cell())
        names = [g.code for g in groups]
        if len(headings) > len(groups) + 3:
            names.append("narrative")
        for n, name in enumerate(names):
            if name in s.completeness:
                page.write(row, 2 + n, s.completeness[name], look)
            else:
                page.write(row, 2 + n, None, p.style.absent())
        page.write(
            row,
            len(headings) - 1,
            s.complete,
            p.style.cell(align="center", num_format="0%", bold=True),
        )
        row += 1
    if row > HEAD + 1:
        page.conditional(
            (HEAD + 1, 2),
            (row - 1, len(headings) - 1),
            {
                "type": "3_color_scale",
                "min_type": "num",
                "min_value": 0,
                "mid_type": "num",
                "mid_value": 0.5,
                "max_type": "num",
                "max_value": 1,
                "min_color": "#F4B084",
                "mid_color": "#FFF2CC",
                "max_color": "#C6E0B4",
            },
        )
    p.close(page, row, len(headings), 2)


# ---------------------------------------------------------------------- texts, lists, tidy data
