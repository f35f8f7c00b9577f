"""The verb import: take in returned workbooks and record each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tongket_xlsx import __version__
from tongket_xlsx.campaign.campaign import (
    RETURNED,
    Campaign,
)
from tongket_xlsx.campaign.inbox import as_stranger, bytes_of, walk
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.campaign.own_places import check_not_above, check_returns
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.corrections import Progress
from tongket_xlsx.model.corrections import progress as compared
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.observations import Outcome, Return
from tongket_xlsx.model.places import Place
from tongket_xlsx.tasks.blank_form import blank_form, is_blank_form
from tongket_xlsx.tasks.file_result import FileResult, beside_others, file_result
from tongket_xlsx.tasks.progress import Ticker, silent
from tongket_xlsx.text.messages import on_one_line
from tongket_xlsx.workers.pool import Elsewhere, Guard


def receive(
    campaign: Campaign,
    paths: Sequence[Path] = (),
    *,
    received: date | None = None,
    jobs: int = 0,
    passwords: Sequence[str] = (),
    elsewhere: Elsewhere | None = None,
    progress: Ticker = silent,
    waiting: Callable[[], None] = lambda: None,
) -> list[FileResult]:
    """Take in returned workbooks and record each.

    Args:
        paths: files or folders; empty means the folder of returned workbooks.
        received: the day of receipt, today where it is not given.
        passwords: what to try on workbooks that have a password.
        elsewhere: where to read them, if not on this machine.
        waiting: called where another import is to be waited for.

    Raises:
        Misuse: a path that is not there, or one of the campaign's own.
    """
    for path in paths:
        check_returns(path)
        check_not_above(path, campaign.home)
    files = list(walk(paths or [campaign.folder(RETURNED)]))
    day = received or date.today()
    results: list[FileResult] = []
    reader = Reader((campaign.form,), campaign.units, tuple(passwords))
    guarding = Guard(reader, jobs, elsewhere=elsewhere)
    with campaign.ledger() as ledger, ledger.turn(waiting), guarding as guard:
        desk = _Intake(campaign, ledger, day)
        for file, result in guard.read_each(map(desk.take, files)):
            results.append(desk.record(file, result))
            progress(len(results), len(files), results[-1].outcome)
        return beside_others(campaign, results)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file that came in; ``known`` is what became of it, where it need not be read.

    ``is_new`` says that its bytes never came in before.
    """

    path: Path
    known: Outcome | None = None
    size: int = 0
    is_new: bool = True


class _Intake:
    """Where files come in: each is kept before it is read, and recorded when it was."""

    def __init__(self, campaign: Campaign, ledger: Ledger, day: date) -> None:
        self.campaign = campaign
        self.own = campaign.own_work
        self.ledger = ledger
        self.day = day
        self.form = campaign.form.digest
        # Forms that nobody filled in, by content hash.
        self.blank: dict[str, Return] = {}
        # The reading of the last return of each unit.
        self.held = {code: receipt.reading for code, receipt in ledger.current().items()}
        self.being_read: dict[str, Path] = {}

    def take(self, path: Path) -> tuple[_Taken, bytes | Return]:
        """Keep a file; return it with its bytes, or with what is said where it need not be read."""
        data = bytes_of(path)
        if isinstance(data, Finding):
            told = Return("", None, findings=(data,))
            return _Taken(path, told.outcome), told
        digest = self.ledger.keep(data)
        first = self.being_read.get(digest)
        known = self.ledger.outcome_of(digest) if first is None else None
        if first is not None:
            return _duplicate(path, digest, self.day, on_one_line(first.name))
        if known is not None and known[0].is_of_unit:
            return _duplicate(path, digest, known[1], known[2])
        self.being_read[digest] = path
        return _Taken(path, size=len(data), is_new=known is None), data

    def record(self, file: _Taken, result: Return) -> FileResult:
        """Record what was read in a file."""
        path = on_one_line(str(file.path))
        if file.known is not None:
            blank = self.blank.get(result.sha256)
            if blank is not None:
                return self._blank(file.path, blank)
            return file_result(path, result, outcome=file.known)
        result = as_stranger(file.path.name, result)
        units = self.campaign.units
        if file.is_new and is_blank_form(result, self.campaign.form, units, self.own):
            self.blank[result.sha256] = result
            self.ledger.originals.discard(result.sha256)
            return self._blank(file.path, result)
        if file.is_new:
            reading = self.ledger.record(
                result,
                file=on_one_line(file.path.name),
                size=file.size,
                received=self.day,
                form=self.form,
                program=__version__,
            )
        else:
            reading = self.ledger.record_again(result, form=self.form, program=__version__)
        return file_result(path, result, _since(self.ledger, result, self.held, reading))

    def _blank(self, path: Path, result: Return) -> FileResult:
        note = blank_form(result, self.campaign.units, on_one_line(path.name))
        told = Return(result.sha256, None, findings=(note,))
        return file_result(on_one_line(str(path)), told, outcome=Outcome.BLANK)


def _since(ledger: Ledger, result: Return, held: dict[str, int], reading: int) -> Progress | None:
    """Compare a return with the one of the same unit before it, and hold it from now on."""
    if result.identity is None:
        return None
    before = held.get(result.identity.unit)
    held[result.identity.unit] = reading
    return None if before is None else compared(ledger.findings(before), result.findings)


def _duplicate(path: Path, digest: str, day: date, name: str) -> tuple[_Taken, Return]:
    place = Place(file=on_one_line(path.name))
    note = new_finding("file.duplicate", place, date=f"{day:%d/%m/%Y}", found=name)
    return _Taken(path, Outcome.DUPLICATE), Return(digest, None, findings=(note,))
