"""A process that ends with the program that made it, however that ended.

A program that was killed tells its processes nothing. But its end of their pipe is closed, and
whoever always reads that pipe, also while at work, sees it at once.
"""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue

from tongket_xlsx.workers import framing as frames


def messages(pipe: int, most: int) -> SimpleQueue[bytes]:
    """Return what comes through a pipe as it comes; this process ends when the pipe does."""
    found: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, most, found), daemon=True).start()
    return found


def _listen(pipe: int, most: int, found: SimpleQueue[bytes]) -> None:  # pragma: no cover - it exits
    try:
        while True:
            found.put(frames.receive(pipe, most))
    finally:
        os._exit(1)  # whatever this process holds, nobody waits for it
