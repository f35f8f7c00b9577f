"""Disks as a ledger meets them: on this machine or on a share."""

from __future__ import annotations

import sys
from pathlib import Path

_NETWORK = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "ncpfs", "vboxsf", "drvfs")
_WINDOWS_REMOTE = 4


def is_local(path: Path) -> bool:
    """Say whether a path lies on a disk of this machine; unknown means no."""
    where = path.resolve()
    if sys.platform == "win32":  # pragma: no cover - tried only on Windows
        import ctypes  # noqa: PLC0415 - exists in this form on Windows only

        root = where.anchor
        return not root.startswith("\\\\") and (
            ctypes.windll.kernel32.GetDriveTypeW(root) != _WINDOWS_REMOTE
        )
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:  # pragma: no cover - macOS, BSD
        return False
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, filesystem, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        inside = str(where) == point or str(where).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, filesystem
    return bool(kind) and not kind.startswith(_NETWORK)
