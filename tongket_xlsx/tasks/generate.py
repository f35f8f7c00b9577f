"""The verb generate: one workbook for each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tongket_xlsx.campaign.atomic_files import write_whole
from tongket_xlsx.campaign.campaign import (
    ISSUED,
    Campaign,
    made,
)
from tongket_xlsx.campaign.inbox import bytes_of, walk
from tongket_xlsx.model.findings import Finding, Misuse
from tongket_xlsx.model.form import Unit
from tongket_xlsx.model.places import Place
from tongket_xlsx.tasks import prefill
from tongket_xlsx.tasks.progress import Ticker, silent
from tongket_xlsx.template import workbook as template
from tongket_xlsx.template.stamp import Press
from tongket_xlsx.text.messages import VIETNAMESE


@dataclass(frozen=True, slots=True)
class Issued:
    """One workbook that was written, and what could not be filled in beforehand."""

    unit: Unit
    path: Path
    prefilled: int


def generate(
    campaign: Campaign,
    wanted: Sequence[str] = (),
    *,
    folder: Path | None = None,
    known: Path | None = None,
    lang: str = VIETNAMESE,
    progress: Ticker = silent,
) -> tuple[list[Issued], list[Finding]]:
    """Write one workbook per unit.

    Args:
        wanted: codes or names of units; empty means all respondents.
        known: a file or folder of earlier returns or tables, to fill in what is known.

    Returns:
        What was written, and what was found wrong with the material for filling in.
    """
    named = [campaign.unit(w) for w in wanted] or list(campaign.respondents)
    units = list({unit.code: unit for unit in named}.values())
    for unit in units:
        if unit not in campaign.respondents:
            raise Misuse("campaign.not_respondent", unit=unit.name)
    findings: list[Finding] = []
    answers: prefill.Known = {}
    if known is not None:
        material = [(str(p.relative_to(known.parent)), bytes_of(p)) for p in walk([known])]
        answers, findings = prefill.gather(
            [(name, d) for name, d in material if isinstance(d, bytes)],
            campaign.form,
            campaign.units,
            progress,
        )
        findings += [replace(d, place=Place(file=n)) for n, d in material if isinstance(d, Finding)]
    target = made(folder) if folder is not None else campaign.folder(ISSUED)
    with campaign.reading() as ledger:
        current = ledger.current()
    issued = []
    press = Press(campaign.form, campaign.issue, lang)
    for number, unit in enumerate(units):
        progress(number, len(units), "")
        given = answers.get(unit.code, {})
        # A form made after a return came in continues it: its answers will count instead.
        held = current.get(unit.code)
        round_number = held.round + 1 if held else 1
        path = target / template.file_name(unit, round_number)
        if given or held:
            data = template.build(
                campaign.form,
                unit,
                campaign.issue,
                answers=given,
                round_number=round_number,
                parent=held.sha256 if held else "",
                lang=lang,
            )
        else:
            data = press.workbook(unit)
        write_whole(path, data)
        issued.append(Issued(unit, path, len(given)))
    progress(len(units), len(units), "")
    return issued, findings
