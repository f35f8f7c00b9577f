"""Untrusted bytes in, a plain :class:`Return` out: the gate, the grid, the intake in one.

A reader may die on a hostile file; :mod:`tongket_xlsx.workers.pool` has it do so elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tongket_xlsx.intake import answers as intake
from tongket_xlsx.intake.identity import form_id
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import COMPUTED_SHEETS
from tongket_xlsx.model.observations import Return
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader import encryption, grid, safe_workbook
from tongket_xlsx.reader import fonts as cell_fonts
from tongket_xlsx.reader import gate as archive

Units = Mapping[str, Unit] | None


@dataclass(frozen=True)
class Reader:
    """Read returns of one or more forms; the first is the one expected.

    ``passwords`` are tried on workbooks that have one; the extra ``password`` must be installed.
    """

    forms: tuple[Form, ...]
    units: Units
    passwords: tuple[str, ...] = field(default=(), repr=False)

    def read(self, data: bytes) -> Return:
        """Read one file; whatever is wrong with it becomes a finding."""
        digest = hashlib.sha256(data).hexdigest()
        try:
            workbook = self._admitted(data)
            cells = grid.read(workbook)
        except archive.Refusal as refusal:
            return Return(digest, None, findings=(refusal.finding,))
        wanted = form_id(cells)
        form = next((f for f in self.forms if f.id == wanted), self.forms[0])
        unread = cell_fonts.read_by_font(cells, workbook, self._own(form))
        result = intake.receive(cells, form, self.units, digest, _finder(form))
        if cells.unlooked and result.identity is not None:
            unread = (new_finding("file.formats_unread"), *unread)
        return replace(result, findings=(*result.findings, *unread)) if unread else result

    def _own(self, form: Form) -> Iterator[str]:
        """Yield the words of the form and the names of the units; gone through only when needed."""
        units = self.units.values() if self.units else ()
        names = (name for u in units for name in (u.name, u.short_name, *u.aliases))
        return cell_fonts.own_words(form, names)

    def _admitted(self, data: bytes) -> safe_workbook.SafeWorkbook:
        """Let a file through the gate, and what is inside it where it had a password."""
        try:
            return archive.admit(data, unread=COMPUTED_SHEETS)
        except archive.Refusal as refusal:
            locked = refusal.finding.code == "file.password"
            labelled = refusal.finding.parameters.get("what") == "label"
            if not locked or labelled or not self.passwords:
                raise
        return archive.admit(encryption.opened(data, self.passwords), unread=COMPUTED_SHEETS)


_finders: dict[str, Finder] = {}


def _finder(form: Form) -> Finder:
    """Return the finder of a form, made once in each process."""
    if form.digest not in _finders:
        _finders[form.digest] = Finder(form)
    return _finders[form.digest]


def failed(data: bytes, what: str = "") -> Return:
    """Return what is said of a file on which the reader died, hung, or ran out of memory."""
    parameters = {"what": what} if what else {}
    found = new_finding("file.reader_failed", **parameters)
    return Return(hashlib.sha256(data).hexdigest(), None, findings=(found,))


def unopened(result: Return) -> bool:
    """Say whether a file could not be opened for a reason outside of it: a password, a slow day."""
    codes = {found.code for found in result.findings}
    return result.identity is None and bool(codes & {"file.password", "file.reader_failed"})
