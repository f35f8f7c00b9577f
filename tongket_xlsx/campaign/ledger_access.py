"""How a ledger is opened: for writing, or for reading one state of it without writing anything.

On a disk of this machine a ledger has a write-ahead log: whoever reads sees the state at the
moment of the first look, however long it takes, and nobody waits for anybody. On a share that
needs shared memory which is not there, so that a reader takes a copy under a short lock, and
whoever writes waits for it. Where not even a lock can be had – a read-only copy, a full disk –
the files are copied as they lie, once more if they changed meanwhile.
https://www.sqlite.org/wal.html, https://www.sqlite.org/uri.html, https://www.sqlite.org/vfs.html
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

from tongket_xlsx.campaign.disks import is_local
from tongket_xlsx.campaign.ledger_schema import upgrade, version_of
from tongket_xlsx.campaign.private import private_file
from tongket_xlsx.model.findings import CannotWork

SECONDS_OF_PATIENCE = 30.0
LOG, SHARED_MEMORY, JOURNAL = "-wal", "-shm", "-journal"
# What is copied into memory; a larger ledger is read where it lies, or through a temporary file.
LARGEST_IN_MEMORY = 256 * 2**20
_PAUSE = 0.05
_HEADER, _READ_VERSION, _LOGGING = 100, 19, 2
_WITHOUT_LOCKS = "win32-none" if sys.platform == "win32" else "unix-none"
# A place where nothing can be made or locked: the same is tried without.
_CLOSED = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_OCCUPIED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def primary_code(error: sqlite3.Error) -> int:
    """Return what SQLite said, without its details; 0 where Python itself said it."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def trouble(error: sqlite3.Error, path: Path) -> CannotWork | None:
    """Say why a ledger cannot be written where nothing is wrong with it; else ``None``."""
    match primary_code(error):
        case sqlite3.SQLITE_FULL:
            return CannotWork("disk.full", path=str(path))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return CannotWork("folder.closed", path=str(path.parent))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CannotWork("ledger.busy", path=str(path))
        case _:
            return None


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open a ledger to write into it, making the file where there is none, for its owner only."""
    private_file(path)
    db = sqlite3.connect(path, isolation_level=None, timeout=SECONDS_OF_PATIENCE)
    try:
        # What is not ours, or of a later program, is left as it is.
        version_of(db, path)
        # A write-ahead log needs shared memory, which a network share does not have.
        _patiently(db, f"PRAGMA journal_mode={'WAL' if is_local(path) else 'DELETE'}")
        # What was said to be recorded is on the disk, even where the power fails.
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA foreign_keys=ON")
    except BaseException:
        db.close()
        raise
    return db


def _patiently(db: sqlite3.Connection, statement: str) -> None:
    """Execute what SQLite itself does not wait with while another program opens the file."""
    end = time.monotonic() + SECONDS_OF_PATIENCE
    while True:
        try:
            db.execute(statement)
        except sqlite3.OperationalError as error:
            if primary_code(error) not in _OCCUPIED or time.monotonic() > end:
                raise
            time.sleep(_PAUSE)
        else:
            return


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open one state of a ledger; the place may be closed to writing, and nothing is written.

    Returns:
        a connection in a transaction, which sees what was recorded by now and nothing later.

    Raises:
        CannotWork: others keep the ledger busy.
        sqlite3.Error, OSError: it is damaged, or may not be read.
    """
    end = time.monotonic() + SECONDS_OF_PATIENCE
    while True:
        found = _state_of(path)
        if found is not None:
            return _with_tables(found, path)
        if time.monotonic() > end:
            raise CannotWork("ledger.busy", path=str(path))
        time.sleep(_PAUSE)


def _with_tables(db: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """Return the state; one that another program is just making, without tables yet, as empty."""
    try:
        if version_of(db, path):
            return db
    except BaseException:
        db.close()
        raise
    db.close()
    return _empty()


def _state_of(path: Path) -> sqlite3.Connection | None:
    """Return one state of a ledger, or ``None`` where others were just writing."""
    header = _header(path)
    if not header:
        return _empty()
    logging = len(header) == _HEADER and header[_READ_VERSION] == _LOGGING
    try:
        if not logging:
            return _copied_under_lock(path)
        large = path.stat().st_size > LARGEST_IN_MEMORY
        if is_local(path) and (large or _beside(path, SHARED_MEMORY).exists()):
            return _begun(_connect(path))
    except sqlite3.OperationalError as error:
        if primary_code(error) in _OCCUPIED:
            return None
        if primary_code(error) not in _CLOSED:
            raise
    return _copied_as_it_lies(path, logging=logging)


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_HEADER)
    except FileNotFoundError:
        return b""


def _empty() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    upgrade(db, 0)
    return _begun(db)


def _connect(path: Path, **parameters: str) -> sqlite3.Connection:
    where = quote(path.resolve().as_posix())
    # A drive of Windows stands behind a third stroke, a share behind four.
    where = where if where.startswith("/") else f"/{where}"
    uri = f"file://{where}?{urlencode({'mode': 'ro', **parameters})}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=SECONDS_OF_PATIENCE)


def _begun(db: sqlite3.Connection) -> sqlite3.Connection:
    """Begin to read: what is seen from now on is the state of the first look."""
    try:
        db.execute("BEGIN")
        db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _copied_under_lock(path: Path) -> sqlite3.Connection:
    """Copy a ledger without a log, under the lock that whoever writes waits for."""
    with closing(_begun(_connect(path))) as source:
        return _copied(source, path)


def _copied_as_it_lies(path: Path, *, logging: bool) -> sqlite3.Connection | None:
    """Copy the files of a ledger where no lock can be had; ``None`` if they changed meanwhile."""
    before = _marks(path)
    if not logging and _size(_beside(path, JOURNAL)):
        copy = _rolled_back(path)
    elif logging and _size(_beside(path, LOG)):
        # Without locks the index of the log is made in memory, and no file beside it.
        source = _connect(path, vfs=_WITHOUT_LOCKS)
        source.execute("PRAGMA locking_mode=EXCLUSIVE")
        copy = _copied(_begun(source), path, close=True)
    else:
        copy = _copied(_begun(_connect(path, immutable="1")), path, close=True)
    if _marks(path) == before:
        return copy
    copy.close()
    return None


def _rolled_back(path: Path) -> sqlite3.Connection:
    """Copy a ledger whose writer died in the middle; SQLite takes the half back in the copy."""
    with tempfile.TemporaryDirectory(prefix="tongket-") as folder:
        there = Path(folder) / path.name
        for file in (path, _beside(path, JOURNAL)):
            shutil.copyfile(file, there.with_name(file.name))
        with closing(sqlite3.connect(there, isolation_level=None)) as source:
            return _copied(_begun(source), path)


def _copied(source: sqlite3.Connection, path: Path, *, close: bool = False) -> sqlite3.Connection:
    """Copy a ledger that is being read into memory; a large one that nobody locks is left there."""
    large = path.stat().st_size > LARGEST_IN_MEMORY
    if large and close:
        return source
    # SQLite removes a file without a name as soon as it is closed.
    copy = sqlite3.connect("" if large else ":memory:", isolation_level=None)
    try:
        source.backup(copy)
        return _begun(copy)
    except BaseException:
        copy.close()
        raise
    finally:
        if close:
            source.close()


def _marks(path: Path) -> list[tuple[int, int, int]]:
    """Return what changes when somebody writes: file, size and moment of each of the files."""
    found = []
    for file in (path, _beside(path, LOG), _beside(path, JOURNAL)):
        try:
            status = file.stat()
            found.append((status.st_ino, status.st_size, status.st_mtime_ns))
        except FileNotFoundError:
            found.append((0, 0, 0))
    return found


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def look_at_place(path: Path, kept: Callable[[], int]) -> None:
    """See that a ledger is where it was, before SQLite would make a new one in its place.

    Args:
        kept: tells how many originals lie beside it.

    Raises:
        CannotWork: there is none, or an empty file, beside originals or a log; or no file at all.
    """
    if path.is_dir():
        raise CannotWork("ledger.is_folder", path=str(path))
    if path.parent.exists() and not path.parent.is_dir():
        raise CannotWork("ledger.no_folder", path=str(path.parent))
    if _size(path):
        return
    log = _beside(path, LOG)
    if _size(log):
        raise CannotWork("ledger.only_log", path=str(path), log=str(log))
    # Another program may have made it since, and kept the first original.
    if (count := kept()) and not _size(path):
        raise CannotWork("ledger.missing", path=str(path), count=count)
