"""The copy that goes back for correction: the office's own answers, marked where they are doubtful.

Nothing that came back is patched: a fresh workbook of the current template holds the answers as
they were given, so that validation, formulas and protection are whole again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tongket_xlsx.campaign.campaign import SENT_BACK, Campaign
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.campaign.own_work import OwnWork
from tongket_xlsx.campaign.receipts import Receipt
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.asides import Asides
from tongket_xlsx.model.corrections import Corrections, ordered
from tongket_xlsx.model.findings import CannotWork, Finding, Misuse
from tongket_xlsx.model.observations import Observation, Return
from tongket_xlsx.model.resolution import Closure
from tongket_xlsx.model.units import Unit
from tongket_xlsx.tasks.attempt import Fault, attempt
from tongket_xlsx.tasks.generate import kept
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import VIETNAMESE
from tongket_xlsx.workers.pool import Guard


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked copy, and how many errors and warnings it asks about."""

    unit: Unit
    path: Path
    findings: tuple[Finding, ...]
    strays: int


def mark(
    campaign: Campaign,
    wanted: Sequence[str] = (),
    *,
    lang: str = VIETNAMESE,
    fault: Fault | None = None,
) -> list[Marked]:
    """Write a marked copy for the latest return of each unit that has something to correct.

    Args:
        wanted: codes or names of units; empty means all.
        fault: takes what failed for one unit, and which copies are kept because somebody changed
            them; without it the first of them is raised.

    Raises:
        Misuse: a unit that was named has not returned anything.
    """
    # The copies are recorded as they are made; what stands in them is of one moment.
    reader = Reader((campaign.form,), campaign.units)
    with campaign.ledger() as record, campaign.reading() as ledger, Guard(reader, 1) as guard:
        returns = Returns(ledger, campaign.units)
        current = returns.current
        units = [campaign.unit(w) for w in wanted] or list(campaign.respondents)
        for unit in units if wanted else ():
            if unit.code not in current:
                raise Misuse("mark.no_return", unit=unit.name)
        counted = [r.reading for code, r in current.items() if code in campaign.units]
        sizes = ledger.sizes(counted)
        work = _Marking(campaign, record, returns, sizes, lang, campaign.own_work, guard)
        copies = [
            attempt(
                partial(_mark, work, campaign.units[code]), campaign.units[code].name, fault, lang
            )
            for code in dict.fromkeys(u.code for u in units)
            if code in current
        ]
    for copy in copies:
        if isinstance(copy, Finding):
            (fault or _raised)(copy)
    return [copy for copy in copies if isinstance(copy, Marked)]


def _raised(finding: Finding) -> None:
    raise CannotWork(finding.code, **finding.parameters)


@dataclass(frozen=True)
class _Marking:
    """What the copies of all units are made of."""

    campaign: Campaign
    record: Ledger
    returns: Returns
    sizes: Mapping[tuple[str, str], float]
    lang: str
    own: OwnWork
    guard: Guard


def _mark(work: _Marking, unit: Unit) -> Marked | Finding | None:
    campaign, returns, lang = work.campaign, work.returns, work.lang
    assessment, receipt = returns.assessment(unit.code), returns.current[unit.code]
    findings = [item for item in assessment.findings if item.is_open]
    if not findings:
        return None
    ledger = returns.ledger
    observed = tuple(ledger.observations(receipt.reading))
    asides = _asides(work, receipt)
    corrections = Corrections(
        tuple(ordered(findings, _weights(observed, work.sizes))),
        asides.strays,
        asides.left_out,
        receipt.file,
        receipt.sha256,
        tuple(item for item in assessment.findings if item.closure is Closure.ACCEPTED),
        asides.formulas,
    )
    number = returns.next_round(receipt)
    data = template.build(
        campaign.form,
        unit,
        campaign.issue,
        answers=Return(receipt.sha256, None, observed).answers(),
        cover=receipt.cover,
        # What was explained of other figures is not among them: it is quoted where it is missed.
        explanations=assessment.explanations,
        round_number=number,
        parent=receipt.sha256,
        corrections=corrections,
        lang=lang,
    )
    path = campaign.folder(SENT_BACK) / template.file_name(unit, number)
    if not work.own.may_replace(path, data):
        return kept("mark.kept", unit, path)
    work.own.write(path, data)
    work.record.send_back(unit.code, number, receipt.sha256, path.name)
    asked = tuple(item.finding for item in corrections.findings)
    return Marked(unit, path, asked, len(asides.strays) + asides.left_out)


def _asides(work: _Marking, receipt: Receipt) -> Asides:
    """Return what stands beside the answers of a return; it was found when the file was read.

    An earlier version of the program did not look for it: then the file is read once more, as every
    file is, in a guarded process.
    """
    known = work.returns.ledger.asides(receipt.reading)
    if known is not None:
        return known
    original = work.returns.ledger.original(receipt.sha256)
    (result,) = work.guard.read_all([original])
    return result.asides


def _weights(
    observed: Iterable[Observation], sizes: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    """Return how much of the provincial total each figure of a unit is, as far as one knows."""
    return {
        (o.indicator, o.period): abs(float(o.value)) / sizes[o.indicator, o.period]
        for o in observed
        if o.value is not None and not o.row and sizes.get((o.indicator, o.period))
    }
