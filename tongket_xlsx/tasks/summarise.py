"""The verb summary: the consolidated comparison workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tongket_xlsx.campaign.campaign import (
    RESULTS,
    Campaign,
    made,
)
from tongket_xlsx.campaign.own_places import check_output
from tongket_xlsx.campaign.own_work import WrittenFile, digest_of
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import Statuses
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.resolution import (
    Resolved,
)
from tongket_xlsx.model.unit_status import (
    Standing,
)
from tongket_xlsx.tasks.attempt import Fault
from tongket_xlsx.tasks.review import OwnChecks, every_finding, known_against, of_no_unit
from tongket_xlsx.text.messages import VIETNAMESE, say

if TYPE_CHECKING:
    from tongket_xlsx.summary.page import Material
from tongket_xlsx.campaign.own_figures import own_targets, published
from tongket_xlsx.tasks.compared import comparison
from tongket_xlsx.tasks.export import traced, write_tidy_csv
from tongket_xlsx.tasks.status import Overview, overview_of


def summarise(
    campaign: Campaign,
    path: Path | None = None,
    *,
    edition: str = "day-du",
    lang: str = VIETNAMESE,
    fault: Fault | None = None,
    checks: OwnChecks | None = None,
    kept: Callable[[WrittenFile], None] = lambda _: None,
) -> tuple[Path, Overview]:
    """Write a consolidated comparison workbook; return its path and where the campaign stands.

    A workbook that a person changed since we wrote it, or has open, is kept: decisions may have
    been typed into it that were not read yet. The new one lies beside it.

    Args:
        fault: takes what failed for one unit; without it the failure is raised.
        checks: of somebody's own; what they find is among the findings.
        kept: called where a workbook was kept and the new one lies beside it.
        edition: ``day-du`` for everything, ``lanh-dao`` for overview, provincial tables, charts.
    """
    # numpy and xlsxwriter take a while to import: only the verb that needs them pays for it.
    from tongket_xlsx.summary import workbook as summary_book  # noqa: PLC0415

    name = f"tong-hop_{edition}_{date.today():%Y-%m-%d}.xlsx"
    if path is not None:
        check_output("summary", path, home=campaign.home)
    own = campaign.own_work
    place = own.free(path or campaign.folder(RESULTS) / name)
    target = place.path
    made(target.parent)
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        failed: list[Finding] = []
        note = failed.append if fault else None
        # A unit of which something cannot be read is left out as a whole, and said.
        findings = list(every_finding(campaign, returns, note))
        known = known_against(campaign, findings)
        if checks is not None:
            findings = [*checks(campaign, returns, known, note), *findings]
            known = known_against(campaign, findings)
        found = overview_of(campaign, returns, known=known, fault=note)
        findings = [*map(Resolved, failed), *findings]
        material = _material(
            campaign, returns, found.standings, target, lang, findings, known, note
        )
        data = summary_book.build(material, lang, summary_book.Edition(edition))
        if material.beside:
            beside = target.with_name(material.beside)
            write_tidy_csv(campaign, ledger, beside, computed=False)
            own.remember(digest_of(target.with_name(material.beside)), material.beside)
    own.write(target, data)
    if fault is not None:
        for finding in failed:
            fault(finding)
    if place.kept is not None:
        kept(place)
    return target, found


def _material(
    campaign: Campaign,
    returns: Returns,
    standings: list[Standing],
    target: Path,
    lang: str,
    findings: Sequence[Resolved],
    known: Statuses,
    fault: Fault | None,
) -> Material:
    from tongket_xlsx.summary.page import Material, Published  # noqa: PLC0415
    from tongket_xlsx.summary.sheets.records import MOST_ROWS  # noqa: PLC0415

    form, settings, ledger = campaign.form, campaign.settings, returns.ledger
    current = returns.current
    count = ledger.answered(r.reading for code, r in current.items() if code in campaign.units)
    beside = campaign.own_work.free(target.with_name(f"{target.stem}_so-lieu-goc.csv")).path
    return Material(
        form=form,
        title=say("summary.title", lang, years=", ".join(p.code for p in form.years)),
        collector=settings.collector,
        notice=settings.notice,
        signatories=settings.signatories or {},
        comparison=comparison(campaign, returns, known),
        standings=standings,
        findings=[*findings, *map(Resolved, of_no_unit(returns))],
        units=tuple(campaign.units.values()),
        observations=lambda: traced(returns, fault),
        observation_count=count,
        targets=(*own_targets(campaign), *form.targets),
        published=[Published(*row) for row in published(campaign)],
        enough=settings.coverage_warning,
        dated=settings.deadline is not None,
        beside=beside.name if count > MOST_ROWS else "",
    )
