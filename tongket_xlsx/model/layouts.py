"""The layout of a form for a kind of unit: its sheets, their columns and rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from tongket_xlsx.model.check_rows import rows_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.indicators import Group, Prompt, Roster
from tongket_xlsx.model.layout import (
    COVER_ANSWER,
    COVER_FIELDS_ROW,
    META_SHEET,
    NUMBERS_SHEET,
    Column,
    CoverField,
    Role,
    SheetKind,
    SheetLayout,
    WorkbookLayout,
)
from tongket_xlsx.text.messages import say

# Excel refuses longer names.
_LONGEST_NAME = 31


def layout_of(form: Form, kind: str, lang: str) -> WorkbookLayout:
    """Return the layout of the workbook of a kind of unit.

    Args:
        lang: the language of headings and sheet names; addresses do not depend on it.
    """
    return _layout(_Key(form), kind, lang)


class _Key:
    """Let a form be the key of a cache by its identity."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def __hash__(self) -> int:
        return hash((self.form.id, self.form.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (self.form.id, self.form.digest) == (
            other.form.id,
            other.form.digest,
        )


@lru_cache(maxsize=256)
def _layout(key: _Key, kind: str, lang: str) -> WorkbookLayout:
    form = key.form
    sheets = [
        SheetLayout(SheetKind.COVER, say("sheet.cover", lang)),
        SheetLayout(SheetKind.GUIDE, say("sheet.guide", lang)),
    ]
    sheets.extend(
        _group_sheet(form, group, kind, lang) for group in form.groups if form.asked(group, kind)
    )
    sheets.extend(_roster_sheet(roster, lang) for roster in form.rosters_for(kind))
    if form.prompts_for(kind):
        sheets.append(_narrative_sheet(form.prompts_for(kind), lang))
    checks = rows_of(form, kind)
    if checks:
        sheets.append(SheetLayout(SheetKind.CHECKS, say("sheet.checks", lang)))
    sheets.append(SheetLayout(SheetKind.SCRATCH, say("sheet.scratch", lang)))
    if any(sheet.kind is SheetKind.GROUP for sheet in sheets):
        sheets.append(SheetLayout(SheetKind.NUMBERS, NUMBERS_SHEET))
    sheets.append(SheetLayout(SheetKind.META, META_SHEET))
    return WorkbookLayout(tuple(sheets), _cover_cells(form), lang, checks)


def _cover_cells(form: Form) -> Mapping[str, tuple[int, int]]:
    cells = {f: (COVER_FIELDS_ROW + n, COVER_ANSWER) for n, f in enumerate(CoverField)}
    first = COVER_FIELDS_ROW + len(CoverField) + 3
    years = {f"other:{p.code}": (first + n, COVER_ANSWER + 2) for n, p in enumerate(form.years)}
    return {**{str(f): cell for f, cell in cells.items()}, **years}


def _role(role: Role, lang: str, width: float) -> Column:
    return Column(role, say(f"col.{role}", lang), width)


def _group_sheet(form: Form, group: Group, kind: str, lang: str) -> SheetLayout:
    asked = form.asked(group, kind)
    periods = [p for p in form.periods if any(p.code in i.periods for i in asked)]
    columns = (
        _role(Role.CODE, lang, 7),
        _role(Role.LABEL, lang, 46),
        _role(Role.UNIT, lang, 12),
        *(Column(p.code, p.label.to(lang), 15 if p.cumulative else 12) for p in periods),
        _role(Role.PROVIDER, lang, 24),
        _role(Role.EXPLANATION, lang, 32),
        _role(Role.CHECK, lang, 44),
    )
    heading = 5
    rows = {i.code: heading + 2 + n for n, i in enumerate(asked)}
    name = f"{group.code} {group.name.to(lang)}"[:_LONGEST_NAME].rstrip()
    return SheetLayout(SheetKind.GROUP, name, group.code, columns, heading, rows, len(rows))


def _roster_sheet(roster: Roster, lang: str) -> SheetLayout:
    columns = (
        _role(Role.ORDINAL, lang, 6),
        *(Column(c.code, c.label.to(lang), c.width) for c in roster.columns),
    )
    name = roster.name.to(lang)[:_LONGEST_NAME]
    return SheetLayout(SheetKind.ROSTER, name, roster.code, columns, 5, {}, roster.rows)


def _narrative_sheet(prompts: tuple[Prompt, ...], lang: str) -> SheetLayout:
    columns = (
        _role(Role.CODE, lang, 8),
        _role(Role.PROMPT, lang, 44),
        _role(Role.LINKED, lang, 16),
        _role(Role.LIMIT, lang, 9),
        _role(Role.ANSWER, lang, 84),
    )
    heading = 5
    rows = {p.code: heading + 2 + n for n, p in enumerate(prompts)}
    name = say("sheet.narrative", lang)
    return SheetLayout(SheetKind.NARRATIVE, name, "", columns, heading, rows, len(rows))
