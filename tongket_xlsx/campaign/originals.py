"""The original bytes of what came in, kept by content hash before anything is parsed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tongket_xlsx.campaign.atomic_files import clear_leftovers, unwritable, write_whole
from tongket_xlsx.campaign.private import FILE_MODE, FOLDER_MODE
from tongket_xlsx.model.findings import CannotWork


class Originals:
    """A folder of files named by the SHA-256 of their bytes, below its first two digits."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it need not be there."""
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the original bytes of a hash are kept."""
        return self.folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """Return the original bytes of a received file.

        Raises:
            CannotWork: they are no longer there, or are not what was received.
        """
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CannotWork("ledger.lost", path=str(path)) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise CannotWork("ledger.lost", path=str(path))
        return data

    def keep(self, data: bytes) -> str:
        """Keep the original bytes and return their SHA-256; the same bytes are kept once.

        An original that was damaged since is whole again when its bytes come in once more.

        Raises:
            CannotWork: they cannot be written.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self.path(digest)
        if not _holds(path, data):
            try:
                path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            except OSError as error:
                raise unwritable(path, error, closed=True) from error
            write_whole(path, data)
            path.chmod(FILE_MODE)
        return digest

    def discard(self, digest: str) -> None:
        """Keep bytes no longer that turned out to be nothing received, and were never recorded."""
        with suppress(OSError):
            self.path(digest).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[Path]:
        """Yield every original that is kept; what is left of killed programs is none."""
        return (
            path
            for path in sorted(self.folder.glob("??/*"))
            if path.parent.name == path.name[:2] and not path.name.startswith(".")
        )

    def is_whole(self, path: Path) -> bool:
        """Say whether an original still holds the bytes it is named for."""
        return hashlib.sha256(path.read_bytes()).hexdigest() == path.name

    def count(self) -> int:
        """Return how many originals are kept."""
        return sum(1 for _ in self)

    def clear_leftovers(self) -> None:
        """Remove what killed programs left half written, where nobody else can be writing."""
        for folder in self.folder.iterdir():
            clear_leftovers(folder, alone=True)


def _holds(path: Path, data: bytes) -> bool:
    """Say whether a file is there and holds just these bytes."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
