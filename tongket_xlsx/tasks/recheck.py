"""The verb recheck: read the kept originals again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tongket_xlsx import __version__
from tongket_xlsx.campaign.campaign import (
    Campaign,
    seal,
)
from tongket_xlsx.campaign.inbox import as_stranger
from tongket_xlsx.intake.read_return import Reader, unopened
from tongket_xlsx.tasks.file_result import FileResult, beside_others, file_result
from tongket_xlsx.tasks.progress import Ticker, silent
from tongket_xlsx.workers.pool import Elsewhere, Guard


def recheck(
    campaign: Campaign,
    *,
    jobs: int = 0,
    passwords: Sequence[str] = (),
    elsewhere: Elsewhere | None = None,
    progress: Ticker = silent,
    waiting: Callable[[], None] = lambda: None,
) -> list[FileResult]:
    """Read the kept originals again, after a rule or the reader has changed.

    What was read once and cannot be opened now – its password was not given, the machine was too
    slow – keeps the reading it has.
    """
    results: list[FileResult] = []
    reader = Reader((campaign.form,), campaign.units, tuple(passwords))
    guarding = Guard(reader, jobs, elsewhere=elsewhere)
    with campaign.ledger() as ledger, ledger.turn(waiting), guarding as guard:
        receipts = ledger.receipts()
        originals = ((r, ledger.original(r.sha256)) for r in receipts)
        for receipt, read in guard.read_each(originals):
            result = as_stranger(receipt.file, read)
            if not receipt.outcome.is_of_unit or not unopened(result):
                ledger.record_again(result, form=campaign.form.digest, program=__version__)
            results.append(file_result(receipt.file, result))
            progress(len(results), len(receipts), result.outcome)
        seal(campaign)
        return beside_others(campaign, results)
