"""The verb check: read workbooks and run the rules, recording nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tongket_xlsx.campaign.inbox import as_stranger, bytes_of, walk
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.assessment import assessed
from tongket_xlsx.model.explanations import Step
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.observations import Return
from tongket_xlsx.tasks.file_result import FileResult, file_result
from tongket_xlsx.tasks.progress import Ticker, silent
from tongket_xlsx.text.messages import on_one_line
from tongket_xlsx.workers.pool import Elsewhere, Guard


def check(
    reader: Reader,
    paths: Sequence[Path],
    *,
    jobs: int = 0,
    elsewhere: Elsewhere | None = None,
    progress: Ticker = silent,
) -> list[FileResult]:
    """Read workbooks and run the rules; record nothing.

    Raises:
        Misuse: a path that is not there.
    """
    results: list[FileResult] = []
    files = list(walk(paths))
    with Guard(reader, jobs, elsewhere=elsewhere) as guard:
        for path, read in guard.read_each(map(_opened, files)):
            result = as_stranger(path.name, read)
            results.append(_checked(file_result(on_one_line(str(path)), result), result))
            progress(len(results), len(files), results[-1].outcome)
    return results


def _opened(path: Path) -> tuple[Path, bytes | Return]:
    data = bytes_of(path)
    return path, Return("", None, findings=(data,)) if isinstance(data, Finding) else data


def _checked(item: FileResult, result: Return) -> FileResult:
    """Close what the office explained in the very workbook."""
    if not result.explanations:
        return item
    step = Step(result.sha256, "", result.findings, result.explanations)
    return item.assessed(assessed([step]))
