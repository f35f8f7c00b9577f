"""A refusal: the bytes are not opened, and a finding says why.

``what`` narrows a finding down: ``file.text`` with ``what="csv"`` is told by the sentence
``file.text.csv`` of the catalogue. What nobody mistakes for a return (a letter, a picture, a
shortcut, somebody's mail) is a mere note: so it is registered.
"""

from __future__ import annotations

from tongket_xlsx.model.finding_kinds import new_finding

MIB = 1024 * 1024


class Refusal(Exception):
    """The bytes are not opened; ``finding`` says why."""

    def __init__(self, code: str, /, **parameters: str | int) -> None:
        """Make the finding."""
        super().__init__(code)
        self.finding = new_finding(code, **parameters)


def too_large(what: str, found: object, limit: object) -> Refusal:
    """Return the refusal of what exceeds a limit; ``what`` names the limit."""
    return Refusal("file.too_large", what=what, found=str(found), limit=str(limit))


def contradictory(what: str, found: object = "") -> Refusal:
    """Return the refusal of a file which two readers would read in two ways."""
    return Refusal("file.contradictory", what=what, found=str(found))


def broken(what: str, found: object = "") -> Refusal:
    """Return the refusal of a damaged file; ``what`` says how the damage shows."""
    return Refusal("file.broken", what=what, found=str(found))


def size(count: int) -> str:
    """Write a number of bytes."""
    return f"{count / MIB:.1f} MiB" if count >= MIB // 10 else f"{count} B"
