"""Whether what a campaign will write has a path that Windows and Excel can open.

Windows without long paths takes 259 characters for a file (MAX_PATH less its closing zero), Excel
218 for a workbook it opens, both counted in UTF-16 units as Microsoft documents them. A campaign
travels between machines, so the limits hold wherever it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tongket_xlsx.model.findings import Misuse
from tongket_xlsx.model.units import Unit
from tongket_xlsx.writer.text_limits import units16

LONGEST_FILE, LONGEST_WORKBOOK = 259, 218
# An original while it is being written: so-cai/ban-goc/ab/.<64 digits>.<process>.part
_ORIGINAL = "so-cai/ban-goc/ab/." + "0" * 64 + ".1234567.part"
_SUMMARY = "tong-hop/tong-hop_day-du_2026-11-27_2.xlsx"
_ISSUED = "phat-hanh/{code}_{name}_lan10_2.xlsx"
_PART = 60
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_REFUSED = re.compile(r'[<>:"|?*\x00-\x1f]')


def refuse_unusable(home: Path, units: Iterable[Unit]) -> None:
    """Refuse a folder in which files would have paths or names that Windows cannot open.

    Args:
        home: the folder of the campaign, before anything is made in it.

    Raises:
        Misuse: it says how many characters too long, or which name cannot be.
    """
    full = Path(home).absolute()
    for part in _new_parts(full):
        if _DEVICE.fullmatch(part) or _REFUSED.search(part) or part != part.rstrip(" ."):
            raise Misuse("path.name", path=str(home), found=part)
    before = units16(str(full)) + 1
    workbooks = [_ISSUED.format(code=u.code[:_PART], name=u.short_name[:_PART]) for u in units]
    for names, limit in (([_ORIGINAL], LONGEST_FILE), ([_SUMMARY, *workbooks], LONGEST_WORKBOOK)):
        longest = max(names, key=units16)
        excess = before + units16(longest) - limit
        if excess > 0:
            raise Misuse("path.long", path=str(home), excess=excess, found=longest, limit=limit)


def _new_parts(full: Path) -> list[str]:
    """Return the names of the folders that would be made; those that are there are fine."""
    parts: list[str] = []
    for folder in (full, *full.parents):
        if folder.name in ("", "..") or _is_there(folder):
            break
        parts.append(folder.name)
    return parts


def _is_there(folder: Path) -> bool:
    try:
        return folder.exists()
    except (OSError, ValueError):
        return False
