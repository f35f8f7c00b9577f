"""The verb recheck: read the kept originals again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from tongket_xlsx import __version__
from tongket_xlsx.campaign.campaign import (
    Campaign,
    seal,
)
from tongket_xlsx.campaign.inbox import as_stranger
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.campaign.receipts import Receipt
from tongket_xlsx.intake.read_return import Reader, unopened
from tongket_xlsx.model.observations import Return
from tongket_xlsx.tasks.file_result import FileResult, beside_others, file_result
from tongket_xlsx.tasks.progress import Ticker, silent
from tongket_xlsx.workers.pool import Elsewhere, Guard

# So much of a hash tells originals apart for people.
_DIGITS = 12


def recheck(
    campaign: Campaign,
    *,
    jobs: int = 0,
    passwords: Sequence[str] = (),
    elsewhere: Elsewhere | None = None,
    progress: Ticker = silent,
    waiting: Callable[[], None] = lambda: None,
    rebuild: bool = False,
) -> list[FileResult]:
    """Read the kept originals again, after a rule or the reader has changed.

    What was read once and cannot be opened now – its password was not given, the machine was too
    slow – keeps the reading it has.

    Args:
        rebuild: record originals as well of which the ledger knows no receipt, because it was
            lost or is an older copy: under the first digits of their hash, on the day they were
            kept. Names, decisions and copies sent back stay lost.
    """
    results: list[FileResult] = []
    reader = Reader((campaign.form,), campaign.units, tuple(passwords))
    guarding = Guard(reader, jobs, elsewhere=elsewhere)
    opened = campaign.ledger(rebuilding=rebuild)
    with opened as ledger, ledger.turn(waiting), guarding as guard:
        kept: list[Receipt | Path] = [*ledger.receipts()]
        kept += ledger.unrecorded() if rebuild else []
        originals = ((item, ledger.original(_hash_of(item))) for item in kept)
        for item, read in guard.read_each(originals):
            name = _name_of(item)
            result = as_stranger(name, read)
            _record(ledger, campaign, item, result)
            results.append(file_result(name, result))
            progress(len(results), len(kept), result.outcome)
        seal(campaign)
        return beside_others(campaign, results)


def _hash_of(item: Receipt | Path) -> str:
    return item.name if isinstance(item, Path) else item.sha256


def _name_of(item: Receipt | Path) -> str:
    return item.name[:_DIGITS] if isinstance(item, Path) else item.file


def _record(ledger: Ledger, campaign: Campaign, item: Receipt | Path, result: Return) -> None:
    """Record what was read in an original."""
    form = campaign.form.digest
    if isinstance(item, Path):
        status = item.stat()
        ledger.record(
            result,
            file=_name_of(item),
            size=status.st_size,
            received=date.fromtimestamp(status.st_mtime),  # noqa: DTZ012 - the office's own day
            form=form,
            program=__version__,
        )
    elif not item.outcome.is_of_unit or not unopened(result):
        ledger.record_again(result, form=form, program=__version__)
