"""The verb generate: one workbook for each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tongket_xlsx.campaign.campaign import (
    ISSUED,
    Campaign,
    made,
)
from tongket_xlsx.campaign.inbox import bytes_of, walk
from tongket_xlsx.campaign.own_places import check_output
from tongket_xlsx.campaign.own_work import OwnWork, is_open
from tongket_xlsx.campaign.receipts import Receipt
from tongket_xlsx.model.entries import facts_of
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Misuse
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import Answer, Answers
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.units import Unit
from tongket_xlsx.tasks import prefill
from tongket_xlsx.tasks.attempt import Fault, attempt
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
    fault: Fault | None = None,
) -> tuple[list[Issued], list[Finding]]:
    """Write one workbook per unit.

    Args:
        wanted: codes or names of units; empty means all respondents.
        known: a file or folder of earlier returns or tables, to fill in what is known.
        fault: takes what failed for one unit; without it the failure is raised.

    Returns:
        What was written, and what was found: wrong with the material for filling in, or a form
        that is kept because somebody changed it.
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
    if folder is not None:
        check_output("generate", folder, home=campaign.home, folder=True)
    target = made(folder) if folder is not None else campaign.folder(ISSUED)
    with campaign.reading() as ledger:
        current = ledger.current()
    desk = _FormFolder(
        campaign, Press(campaign.form, campaign.issue, lang), target, campaign.own_work
    )
    issued = []
    for number, unit in enumerate(units):
        progress(number, len(units), "")
        given = answers.get(unit.code, {})
        # What is made for one unit is made before the next is begun.
        make = partial(desk.issue, unit, given, current.get(unit.code))
        made_now = attempt(make, unit.name, fault, lang)
        if isinstance(made_now, Issued):
            issued.append(made_now)
        elif made_now is not None:
            findings.append(made_now)
    progress(len(units), len(units), "")
    return issued, findings


@dataclass(frozen=True)
class _FormFolder:
    """Where forms are made and put into a folder."""

    campaign: Campaign
    press: Press
    folder: Path
    own: OwnWork

    def issue(self, unit: Unit, given: Answers, held: Receipt | None) -> Issued | Finding:
        """Write the form of a unit, unless somebody filled in the one that lies there."""
        # A form made after a return came in continues it: its answers will count instead.
        round_number = held.round + 1 if held else 1
        path = self.folder / template.file_name(unit, round_number)
        if given or held:
            data = template.build(
                self.campaign.form,
                unit,
                self.campaign.issue,
                answers=given,
                round_number=round_number,
                parent=held.sha256 if held else "",
                lang=self.press.lang,
            )
        else:
            data = self.press.workbook(unit)
        if not self.own.may_replace(path, data):
            return kept("generate.kept", unit, path)
        self.own.write(path, data, {**facts(self.campaign.form, unit), **given})
        return Issued(unit, path, len(given))


def kept(code: str, unit: Unit, path: Path) -> Finding:
    """Say that a workbook was left as it is because a person changed it or has it open."""
    what = "open" if is_open(path) else ""
    return new_finding(code, Place(unit.name), path=str(path), what=what)


def facts(form: Form, unit: Unit) -> dict[tuple[str, str, int], Answer]:
    """Return what every form of a unit has filled in from the list of units."""
    return {(i.code, p.code, 0): Answer(value) for i, p, value in facts_of(form, unit)}
