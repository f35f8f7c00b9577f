"""Names that come near one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def alike(name: str, known: Iterable[str]) -> str:
    """Return the known names most like a mistyped one, or the first few of all."""
    names = list(known)
    found = get_close_matches(name, names, n=5, cutoff=0.5) or names[:12]
    return ", ".join(found) + (", …" if len(found) < len(names) else "")
