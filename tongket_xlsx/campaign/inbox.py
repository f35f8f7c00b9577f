"""Files as they are met with: folders gone through, and ordinary files read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Misuse, Severity
from tongket_xlsx.model.observations import Return
from tongket_xlsx.model.places import Place
from tongket_xlsx.reader.gate import LARGEST_FILE, MIB
from tongket_xlsx.text.messages import on_one_line

_READ_ONLY = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)


# What systems and programs leave in folders; no office sent it.
_LITTER = frozenset(
    ("thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "icon\r", ".directory", "__macosx")
)
_LITTER_STARTS, _LITTER_ENDS = ("._", "~$", ".~lock.", "~wr"), (".tmp", ".crdownload", ".partial")
_WORKBOOKS = frozenset(
    {
        ".xlsx",
        ".xlsm",
        ".xltx",
        ".xltm",
        ".xlam",
        ".xlsb",
        ".xls",
        ".xlt",
        ".ods",
        ".ots",
        ".fods",
        ".et",
        ".csv",
        ".xml",
        ".htm",
        ".html",
    }
)
_UNCLEAR = frozenset(("file.text", "file.not_workbook", "file.empty", "file.password"))
_JUNCTION = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file of the paths, folders in order of name.

    What systems leave in folders is passed over; a link is yielded and never followed, unless it
    was named itself.

    Raises:
        Misuse: a path that is not there.
    """
    waiting: list[Path] = []
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise Misuse("path.missing", path=str(path))
        waiting = _entries(path) if path.is_dir() else [_named(path)]
        # Folders may lie in folders deeper than calls may.
        while waiting:
            entry = waiting.pop()
            if is_link(entry) or not entry.is_dir() or not os.access(entry, os.R_OK | os.X_OK):
                yield entry
            else:
                waiting += _entries(entry)


def _named(path: Path) -> Path:
    """Return where a path leads that was named itself; one that leads nowhere stays."""
    return path.resolve() if is_link(path) and path.exists() else path


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, the last name first; a folder that vanished is empty."""
    try:
        found = [path for path in folder.iterdir() if not is_litter(path.name)]
    except OSError:
        return []
    return sorted(found, key=lambda p: p.name, reverse=True)


def is_litter(name: str) -> bool:
    """Say whether a name is that of what a system or a program left there for itself."""
    plain = name.casefold()
    left = plain.startswith(_LITTER_STARTS) or plain.endswith(_LITTER_ENDS)
    return left or plain in _LITTER


def is_link(path: Path) -> bool:
    """Say whether a path is a link, or a junction of Windows, to something elsewhere."""
    try:
        facts = path.lstat()
    except OSError:
        return False
    return stat.S_ISLNK(facts.st_mode) or getattr(facts, "st_reparse_tag", 0) == _JUNCTION


def as_stranger(name: str, result: Return) -> Return:
    """Return what was read, as a mere note where neither content nor name is that of a workbook."""
    suffix = Path(name).suffix.casefold()
    if result.identity is not None or not suffix or suffix in _WORKBOOKS:
        return result
    if not all(f.code in _UNCLEAR for f in result.findings):
        return result
    notes = tuple(replace(f, severity=Severity.NOTE) for f in result.findings)
    return replace(result, findings=notes)


def bytes_of(path: Path) -> bytes | Finding:
    """Return the bytes of an ordinary file, or what it is instead of one."""
    place = Place(file=on_one_line(path.name))
    if path.name.startswith(("~$", ".~lock.")):
        return new_finding("file.lock", place)
    if is_link(path) and path.exists():
        return new_finding("file.link", place)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return new_finding("file.directory", place)
        if not stat.S_ISREG(mode):
            return new_finding("file.special", place, what=_special(mode))
        # What was a file a moment ago may have become a pipe, which would keep us waiting, or a
        # link.
        with os.fdopen(os.open(path, _READ_ONLY), "rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
            if len(data) > LARGEST_FILE:
                return _too_large(max(len(data), path.stat().st_size), place)
            return data
    except FileNotFoundError:
        return new_finding("file.special", place, what="link")
    except OSError as error:
        if is_link(path):
            return new_finding("file.special", place, what="link")
        reason = error.strerror or str(error)
        return new_finding("file.unreadable", place, reason=reason)


def _special(mode: int) -> str:
    """Say what stands in the place of an ordinary file."""
    kinds = {stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket", stat.S_IFCHR: "device"}
    return {**kinds, stat.S_IFBLK: "device"}.get(stat.S_IFMT(mode), "")


def _too_large(size: int, place: Place) -> Finding:
    found, limit = f"{size // MIB} MiB", f"{LARGEST_FILE // MIB} MiB"
    return new_finding("file.too_large", place, found=found, limit=limit)
