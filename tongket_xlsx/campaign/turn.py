"""Whose turn it is to take in returns: one import at a time, however it ends."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tongket_xlsx.campaign.ledger_access import primary_code, trouble
from tongket_xlsx.campaign.private import private_file
from tongket_xlsx.model.findings import CannotWork

LONGEST_WAIT = 3600.0
_LOCK, _PAUSE = "dang-nhap.khoa", 0.2


@contextmanager
def turn(ledger: Path, waiting: Callable[[], None], seconds: float) -> Iterator[None]:
    """Have a ledger to oneself for a whole import; another import waits until it is done.

    The lock is the system's own, so that it goes with the program that holds it, however that
    ends. Who only reads, marks or decides does not wait.

    Args:
        waiting: called once, where there is someone to wait for.
        seconds: how long to wait.

    Raises:
        CannotWork: the other one was not done in time.
    """
    private_file(ledger.with_name(_LOCK))
    lock = sqlite3.connect(ledger.with_name(_LOCK), isolation_level=None, timeout=0)
    try:
        end, told = time.monotonic() + seconds, False
        while not _locked(lock, ledger):
            if not told:
                waiting()
                told = True
            if time.monotonic() > end:
                raise CannotWork("ledger.busy", path=str(ledger))
            time.sleep(_PAUSE)
        yield
    finally:
        lock.close()


def _locked(lock: sqlite3.Connection, ledger: Path) -> bool:
    """Take the lock, and say whether it was free."""
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if primary_code(error) == sqlite3.SQLITE_BUSY:
            return False
        raise trouble(error, ledger) or error from error
    return True
