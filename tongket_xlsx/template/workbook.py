"""Form + unit (+ answers) → a workbook. One builder makes every workbook an office ever gets.

The blank form, the form with what is already known, and the copy that goes back for correction
are the same call. Nothing that came back is ever patched: a fresh workbook is issued.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping

from tongket_xlsx.model.corrections import Corrections
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import (
    META_SHEET,
    NOTES_KEY,
    PROPERTY_PREFIX,
    CoverField,
    Role,
    SheetKind,
    checksum,
    note_digest,
)
from tongket_xlsx.model.observations import Answers
from tongket_xlsx.model.units import Unit
from tongket_xlsx.template.checks import (
    block_of,
    results_of,
    retyped,
    states_block,
    write_checks,
    write_numbers,
)
from tongket_xlsx.template.corrections import write_corrections
from tongket_xlsx.template.cover import write_cover
from tongket_xlsx.template.draft import TABS, Draft
from tongket_xlsx.template.group import write_group
from tongket_xlsx.template.guide import write_guide
from tongket_xlsx.template.progress_table import GroupProgress, required_cells
from tongket_xlsx.template.texts import write_narrative, write_roster
from tongket_xlsx.text import messages
from tongket_xlsx.text.messages import say

_LONGEST_NAME = 60
# As many of their names as one cell holds.
_MOST_NOTES = 3600


def file_name(unit: Unit, round_number: int = 1) -> str:
    """Return a file name that survives old mail programs: ``GL-639_ChuPuh.xlsx``.

    It is never a device of Windows, never too long, and never that of another unit.
    """
    name = re.sub(r"[^A-Za-z0-9]+", " ", ascii_of(unit.short_name)).split()
    joined = "".join(part[:1].upper() + part[1:] for part in name)[:_LONGEST_NAME]
    code = re.sub(r"[^A-Za-z0-9-]+", "-", ascii_of(unit.code))[:_LONGEST_NAME]
    if code != unit.code:
        # “A/1” and “A 1” would share a name.
        code += "-" + hashlib.sha256(unit.code.encode()).hexdigest()[:6]
    suffix = f"_lan{round_number}" if round_number > 1 else ""
    return f"{code}_{joined}{suffix}.xlsx"


def ascii_of(text: str) -> str:
    """Return Vietnamese text without its marks."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return plain.encode("ascii", "ignore").decode()


def identity(form: Form, unit: Unit, round_number: int, parent: str) -> dict[str, str]:
    """Return what a workbook says of itself on its hidden sheet and in its properties."""
    return {
        "form": form.id,
        "version": form.version,
        "unit": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "existed_from": unit.existed_from.isoformat() if unit.existed_from else "",
        "existed_to": unit.existed_to.isoformat() if unit.existed_to else "",
        "round": str(round_number),
        "parent": parent,
        "checksum": checksum(form.id, form.version, unit.code, str(round_number), parent),
    }


def build(
    form: Form,
    unit: Unit,
    issue: Issue,
    *,
    answers: Answers | None = None,
    cover: Mapping[str, str] | None = None,
    explanations: Mapping[str, str] | None = None,
    round_number: int = 1,
    parent: str = "",
    corrections: Corrections | None = None,
    lang: str = messages.VIETNAMESE,
) -> bytes:
    """Build one workbook.

    Args:
        answers: what is already known; what the list of units knows is filled in besides.
        cover: what the office wrote about itself (:class:`~tongket_xlsx.model.layout.CoverField`).
        explanations: indicator → what stands in the column for explanations.
        round_number: 1 for the first form sent out, one more for each copy sent back.
        parent: the SHA-256 of the return this workbook continues.
        corrections: what is asked of the office, in a copy that goes back to it.
    """
    d = Draft(form, unit, issue, answers or {}, explanations or {}, lang, corrections)
    fields = {
        **(cover or {}),
        CoverField.UNIT: unit.name,
        CoverField.CODE: unit.code,
        CoverField.ROUND: str(round_number),
    }
    if corrections is not None:
        d.book.reserve(say("sheet.corrections", lang))
    results = results_of(d)
    opens = corrections is None
    write_cover(d.book, form, unit, d.layout, issue, fields, _progress(d), lang, opens=opens)
    if corrections is not None:
        write_corrections(d, corrections)
    write_guide(d.book, form, d.layout, issue, lang)
    for number, sheet in enumerate(d.layout.of_kind(SheetKind.GROUP), start=1):
        write_group(d, sheet, number, results)
    for sheet in d.layout.of_kind(SheetKind.ROSTER):
        write_roster(d, sheet)
    for sheet in d.layout.of_kind(SheetKind.NARRATIVE):
        write_narrative(d, sheet)
    if d.layout.of_kind(SheetKind.CHECKS):
        write_checks(d, results)
    _scratch(d)
    if d.layout.of_kind(SheetKind.NUMBERS):
        write_numbers(d)
    _meta(d, identity(form, unit, round_number, parent))
    return d.book.bytes()


def _progress(d: Draft) -> tuple[GroupProgress, ...]:
    """Say which cells of each sheet must be answered, and how many are."""
    found = []
    for sheet in d.layout.sheets:
        keys = required_cells(d.form, d.unit, sheet)
        block = block_of(d, sheet)
        group = sheet.kind is SheetKind.GROUP
        retype, cells_again = retyped(d, sheet.rows) if group else (None, 0)
        if keys or block or retype is not None:
            cells = tuple(sheet.cell(code, period or Role.ANSWER) for code, period in keys)
            answered = sum(d.given(code, period) is not None for code, period in keys)
            states = states_block(d, block) if block else ""
            wrong, doubtful = (block.wrong, block.doubtful) if block else (0, 0)
            found.append(
                GroupProgress(sheet, cells, answered, states, wrong, doubtful, retype, cells_again)
            )
    return tuple(found)


def _scratch(d: Draft) -> None:
    sheet = d.layout.of_kind(SheetKind.SCRATCH)[0]
    page = d.book.sheet(sheet.name, tab=TABS[SheetKind.SCRATCH])
    page.widths([18] * 8)
    if d.issue.notice:
        page.write(1, 0, d.issue.notice, d.book.style(bold=True, font_color="#C00000"))
    free = d.book.style(locked=False)
    page.page.set_column(0, 40, 18, free)
    page.write(
        0,
        0,
        say("scratch.title", d.lang),
        d.book.style(bold=True, italic=True, locked=False),
    )
    page.printed()


def _meta(d: Draft, facts: Mapping[str, str]) -> None:
    page = d.book.sheet(META_SHEET)
    for row, (key, value) in enumerate(facts.items()):
        page.write(row, 0, key)
        page.write(row, 1, value)
        if value:
            d.book.property(PROPERTY_PREFIX + key, value)
    if d.book.notes:
        page.write(len(facts), 0, NOTES_KEY)
        page.write(len(facts), 1, " ".join(map(note_digest, d.book.notes[:_MOST_NOTES])))
    page.page.very_hidden()
    page.protect()
