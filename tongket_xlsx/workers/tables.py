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
from tongket_xlsx.workers.pool import MEMORY_PER_PROCESS
from tongket_xlsx.workers.process import Job, Limits

# A consolidated workbook holds some hundred times what a return does, and the machine may be busy.
SECONDS_PER_TABLE = 240


class Tables:
    """Read tables in one guarded process, which ends with the block."""

    def __init__(
        self, seconds: float = SECONDS_PER_TABLE, memory: int = MEMORY_PER_PROCESS
    ) -> None:
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


def unusable(code: str, name: str, refusal: Refusal) -> CannotWork:
    """Return what is said of a workbook that was refused where one of ours was expected.

    A reading that failed says nothing of what the workbook is.

    Args:
        code: of the sentence that says it is none of ours.
    """
    failed = refusal.finding.code == "file.reader_failed"
    said = CannotWork("table.not_read" if failed else code, path=name)
    return said.for_reason(refusal.finding)


def read_table(data: bytes) -> Grid:
    """Return the plain values of one workbook, read in a guarded process.

    Raises:
        Refusal: it was not read.
    """
    with Tables() as tables:
        return tables.read(data)
