"""Tables that are no returns, read in a guarded process of their own.

A list of units, a table of figures to fill in, a consolidated workbook that comes back with
decisions: whoever sent it, the bytes are parsed where nothing is lost with the process.
"""

from __future__ import annotations

from typing import Self

from tongket_xlsx.model.findings import CannotWork
from tongket_xlsx.reader.cells import Grid
from tongket_xlsx.reader.plain_grid import TableReader
from tongket_xlsx.reader.refusal import Refusal
from tongket_xlsx.workers import process
from tongket_xlsx.workers.pool import MEMORY_PER_PROCESS, SECONDS_PER_FILE
from tongket_xlsx.workers.process import Job, Limits

# A consolidated workbook holds some hundred times what a return does, and the machine may be busy.
SECONDS_PER_SUMMARY = 240


class Tables:
    """Read tables in one guarded process, which ends with the block."""

    def __init__(self, seconds: float = SECONDS_PER_FILE, memory: int = MEMORY_PER_PROCESS) -> None:
        """Prepare; the process starts with the first table.

        Args:
            seconds: how long one table may take.
            memory: how much the process may take, in bytes.
        """
        self._limits = Limits(seconds, memory)
        self._job: Job | None = None

    def __enter__(self) -> Self:
        """Keep the process from now on."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        if self._job is not None:
            process.end(self._job.name)

    def read(self, data: bytes) -> Grid:
        """Return the plain values of a workbook.

        Raises:
            Refusal: it was not read; a process that died or hung over it is one reason.
        """
        if self._job is None:
            self._job = process.job_of(TableReader(), self._limits, tables=True)
        (answer,) = process.read_batch(self._job, [data])
        if isinstance(answer, Grid):
            return answer
        if isinstance(answer, Refusal):
            raise answer
        fate = answer if isinstance(answer, str) else "ended"
        raise Refusal("file.reader_failed", what=fate)


def read_table(data: bytes) -> Grid:
    """Return the plain values of one workbook, read in a guarded process.

    Raises:
        Refusal: it was not read.
    """
    with Tables() as tables:
        return tables.read(data)


def read_summary(code: str, name: str, data: bytes) -> Grid:
    """Return the plain values of a consolidated workbook that somebody sent back.

    Args:
        code: of the sentence that says that it is none of ours.
        name: what the file is called.

    Raises:
        CannotWork: it was not read. A reading that failed says nothing of what the workbook is.
    """
    try:
        with Tables(SECONDS_PER_SUMMARY) as tables:
            return tables.read(data)
    except Refusal as refusal:
        failed = refusal.finding.code == "file.reader_failed"
        said = CannotWork("table.not_read" if failed else code, path=name)
        raise said.for_reason(refusal.finding) from refusal
