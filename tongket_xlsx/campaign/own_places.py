"""The campaign's own files and folders, whatever path leads to them.

A path may be relative, go through ``..``, a link or another spelling of the same name: what counts
is the file it leads to. What is the campaign's own is never written over by ``-o`` and never taken
for a return.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tongket_xlsx.campaign.campaign import (
    FORM,
    ISSUED,
    LEDGER,
    RESULTS,
    RETURNED,
    SEAL,
    SENT_BACK,
)
from tongket_xlsx.campaign.settings import SETTINGS, UNITS_FILE, settings_of
from tongket_xlsx.model.findings import CannotWork, Misuse, TongketError

# Where each verb with -o may write inside a campaign.
_WRITABLE = {
    "generate": {ISSUED},
    "summary": {RESULTS},
    "export": {RESULTS},
    "doc": {RESULTS},
}
_FOLDERS = (LEDGER, FORM, ISSUED, RETURNED, SENT_BACK, RESULTS)


def check_output(
    verb: str, target: Path, *, home: Path | None = None, folder: bool = False
) -> None:
    """See that what is to be written is no file of a campaign and of the right sort.

    Args:
        verb: ``generate``, ``summary``, ``export`` or ``doc``.
        home: the campaign one works in; its files may be linked to from anywhere.
        folder: whether the verb writes into a folder rather than a file.

    Raises:
        Misuse: it is one of the campaign's own, or a folder where a file is needed.
        CannotWork: a file stands where a folder is needed.
    """
    if folder and target.exists() and not target.is_dir():
        raise CannotWork("path.is_file", path=str(target))
    if not folder and target.is_dir():
        raise Misuse("path.is_folder", path=str(target))
    if not folder and target.parent.exists() and not target.parent.is_dir():
        raise CannotWork("path.is_file", path=str(target.parent))
    homes = [*homes_above(target), *([home] if home else [])]
    for campaign in homes:
        own = _own_folder(campaign, target, _WRITABLE[verb])
        if own == RETURNED and not _is_return(campaign, target):
            continue
        if own or (not folder and _is_own_file(campaign, target)):
            told = {"own": own or target.name, "home": str(campaign)}
            raise Misuse("output.own", path=str(target), **told)


def check_returns(path: Path) -> None:
    """See that returns are not looked for among what the campaign itself keeps or sends out.

    A single form or marked copy may be named: an office may have filled it in where it lay.

    Raises:
        Misuse: the path is or holds the campaign itself, or lies in a folder of its own.
    """
    for home in homes_above(path):
        if path.is_dir() and _same(path, home):
            raise Misuse("import.campaign", path=str(path), folder=str(home / RETURNED))
        allowed = {RETURNED} if path.is_dir() else {RETURNED, ISSUED, SENT_BACK}
        own = _own_folder(home, path, allowed)
        if own:
            raise Misuse("import.own", path=str(path), own=f"{own}", folder=str(home / RETURNED))


def check_not_above(path: Path, home: Path) -> None:
    """See that a folder of returns does not hold the campaign itself.

    Raises:
        Misuse: it does.
    """
    if path.is_dir() and any(_same(path, above) for above in home.resolve().parents):
        raise Misuse("import.campaign", path=str(path), folder=str(home / RETURNED))


def homes_above(path: Path) -> Iterator[Path]:
    """Yield the campaigns that a path leads into, the innermost first."""
    where = _real(path)
    for folder in (where, *where.parents):
        if (folder / SETTINGS).is_file():
            yield folder


def _own_folder(home: Path, path: Path, allowed: set[str]) -> str:
    """Return the name of the campaign's own folder a path leads into; empty for none."""
    where = _real(path)
    for name in _FOLDERS:
        if name not in allowed and any(_same(p, home / name) for p in (where, *where.parents)):
            return name
    return ""


def _is_return(home: Path, path: Path) -> bool:
    """Say whether a path among the returns is one of them, or their folder itself."""
    return path.is_file() or _same(path, home / RETURNED)


def _is_own_file(home: Path, path: Path) -> bool:
    """Say whether a path is, or is linked to, a file that the campaign lives on."""
    try:
        units = settings_of(home).units
    except TongketError:
        units = UNITS_FILE
    own = [home / SETTINGS, home / SEAL, home / units]
    if any(_same(path, file) for file in own):
        return True
    try:
        if path.stat().st_nlink < 2:
            return False
    except OSError:
        return False
    kept = (p for name in (LEDGER, FORM, RETURNED) for p in (home / name).rglob("*"))
    return any(_same(path, file) for file in kept)


def _same(one: Path, other: Path) -> bool:
    """Say whether two paths lead to one file or folder, or would if it were there."""
    try:
        return _plain(one).samefile(_plain(other))
    except OSError:
        return os.path.normcase(_real(one)) == os.path.normcase(_real(other))


def _real(path: Path) -> Path:
    return _plain(Path(os.path.realpath(_plain(path))))


def _plain(path: Path) -> Path:
    r"""Return a path of Windows without the prefix that switches its rules off, ``\\?\``."""
    text = str(path)
    if text.startswith("\\\\?\\UNC\\"):
        return Path("\\\\" + text[8:])
    return Path(text[4:]) if text.startswith("\\\\?\\") else path
