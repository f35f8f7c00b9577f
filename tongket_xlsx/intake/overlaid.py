"""What an office laid over the tables of a form or attached to their cells: one note for each.

Nothing is read of it as an answer: it is named with its place, and its text is quoted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from tongket_xlsx.intake.findings_log import Notes
from tongket_xlsx.intake.identity import meta_of
from tongket_xlsx.model.layout import NOTES_KEY, note_digest
from tongket_xlsx.model.places import Place
from tongket_xlsx.reader.cells import Grid
from tongket_xlsx.reader.overlays import Overlay, OverlayKind, overlays

# Of each sheet; who attaches more is not read comment by comment.
_MOST = 40
_LONGEST = 300


def overlaid(grid: Grid) -> Iterator[Overlay]:
    """Yield what lies over the sheets of a workbook and was not written by us.

    A copy sent back for correction carries notes of ours, and says which: one that was changed
    since is the office's.
    """
    if grid.workbook is None:
        return
    listed = meta_of(grid).get(NOTES_KEY)
    ours = set((listed or "").split())
    for item in overlays(grid.workbook):
        # Copies made before they listed their notes have them without an author.
        is_ours = note_digest(item.text) in ours or (listed is None and not item.author)
        if item.kind is not OverlayKind.COMMENT or not is_ours:
            yield item


def say_overlaid(
    notes: Notes,
    overlays: Iterable[Overlay],
    sheets: Collection[str],
    answers: Mapping[tuple[str, str], tuple[str, str]],
) -> None:
    """Note each thing that lies over a table.

    Args:
        overlays: what lies over any sheet.
        sheets: those with answers.
        answers: (sheet, cell) → the answer that stands there: code and period.
    """
    count: Counter[str] = Counter()
    for item in overlays:
        if item.sheet not in sheets:
            continue
        count[item.sheet] += 1
        if count[item.sheet] > _MOST:
            continue
        place = Place(notes.unit.name, item.sheet, item.cell)
        key = ("", "")
        if item.kind is OverlayKind.COMMENT:
            key = answers.get((item.sheet, item.cell), key)
        text = " ".join(item.text.split())
        shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
        notes.say(f"overlay.{item.kind}", place, *key, found=shown, cells=item.cells)
    for sheet, number in count.items():
        if number > _MOST:
            more = number - _MOST
            notes.say("overlay.more", notes.sheet(sheet), count=more)
