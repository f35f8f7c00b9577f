"""The verb status: where each respondent stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from tongket_xlsx.campaign.campaign import (
    Campaign,
)
from tongket_xlsx.campaign.receipts import Receipt
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import Addressed, Statuses, held_of, in_order
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import SheetKind
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Outcome
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import (
    Resolved,
)
from tongket_xlsx.model.unit_status import (
    LATE,
    NEEDS_CORRECTION,
    NOT_RETURNED,
    ON_TIME,
    Standing,
)
from tongket_xlsx.model.units import Unit
from tongket_xlsx.tasks.attempt import Fault, attempt
from tongket_xlsx.tasks.review import OwnChecks, held_figures
from tongket_xlsx.template.progress_table import required_cells
from tongket_xlsx.text.messages import VIETNAMESE, names


@dataclass(frozen=True)
class Overview:
    """Where a campaign stands, all of it in one state of the ledger.

    ``outliers`` are the figures far from those of the other units today; ``unlisted`` the returns
    of units that the list of units no longer has; ``refused`` what could not be taken in;
    ``checked`` what checks of somebody's own found.
    """

    standings: list[Standing]
    outliers: list[Resolved]
    unlisted: list[Receipt]
    refused: list[Receipt]
    checked: list[Resolved] = field(default_factory=list)


def overview(
    campaign: Campaign,
    *,
    outliers: bool = True,
    fault: Fault | None = None,
    checks: OwnChecks | None = None,
) -> Overview:
    """Return where a campaign stands; outliers take a while and can be left out.

    Args:
        fault: takes what failed for one unit; without it the failure is raised.
        checks: of somebody's own; what they find is told beside the outliers.
    """
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        return overview_of(campaign, returns, outliers=outliers, fault=fault, checks=checks)


def status(campaign: Campaign) -> list[Standing]:
    """Return where each respondent stands."""
    return overview(campaign, outliers=False).standings


def overview_of(
    campaign: Campaign,
    returns: Returns,
    *,
    outliers: bool = False,
    known: Statuses | None = None,
    fault: Fault | None = None,
    checks: OwnChecks | None = None,
) -> Overview:
    """Return where a campaign stands, from returns that were read already.

    A unit for which it fails is left out of the returns.

    Args:
        known: what is known against figures, where that was found out already.
        outliers: whether to tell those that are not held as well.
        checks: of somebody's own, to be run as well.
    """
    between: list[Resolved] = []
    if known is None:
        known, between = held_figures(campaign, returns, fault)
    held: dict[str, list[Addressed]] = {}
    for code, indicator, period in held_of(known):
        held.setdefault(code, []).append(Addressed(indicator, period))
    standings = []
    for unit in campaign.respondents:
        stand = partial(_standing, campaign, returns, unit, held.get(unit.code, ()))
        found = attempt(stand, unit.name, fault)
        if found is None:
            returns.leave_out(unit.code)
            found = _standing(campaign, returns, unit, ())
        standings.append(found)
        if fault is not None and (unasked := _unasked(campaign, returns, unit)):
            fault(unasked)
    return Overview(
        standings,
        between if outliers else [],
        [r for code, r in returns.current.items() if code not in campaign.units],
        [r for r in returns.receipts if r.outcome is Outcome.REFUSED],
        checks(campaign, returns, known, fault) if checks else [],
    )


def _standing(
    campaign: Campaign, returns: Returns, unit: Unit, held: Sequence[Addressed]
) -> Standing:
    receipt = returns.current.get(unit.code)
    required = campaign.form.unit_kinds[unit.kind].required
    groups = _required(campaign.form, unit)
    asked = sum(len(cells) for cells in groups.values())
    if receipt is None:
        none = dict.fromkeys(groups, 0.0)
        return Standing(unit, required, NOT_RETURNED, None, 0, 0, "", 0, 0, none, 0, asked)
    errors, warnings, closed = returns.counts(receipt)
    late = campaign.settings.late_days(receipt.first_received)
    answers = returns.ledger.answers(receipt.reading)
    done = {group: len(cells & answers) for group, cells in groups.items()}
    return Standing(
        unit,
        required,
        NEEDS_CORRECTION if errors or held else LATE if late else ON_TIME,
        receipt.first_received,
        late,
        receipt.round,
        receipt.file,
        errors,
        warnings,
        {group: round(done[group] / len(cells), 4) for group, cells in groups.items()},
        sum(done.values()),
        asked,
        closed,
        in_order(campaign.form, held),
        receipt.received,
    )


def _unasked(campaign: Campaign, returns: Returns, unit: Unit) -> Finding | None:
    """Say which figures of a return its unit is not asked for, or the form no longer has.

    The list of units or the form was changed since; such figures stand in no table.
    """
    receipt = returns.current.get(unit.code)
    if receipt is None:
        return None
    form = campaign.form
    known = set(form.answer_codes())
    answered = {code for code, _ in returns.ledger.answers(receipt.reading)}
    codes = sorted(
        code
        for code in answered
        if code not in known
        or (code in form.indicators and not form.is_asked(form.indicators[code], unit.kind))
    )
    if not codes:
        return None
    found = names(codes, VIETNAMESE)
    return new_finding("unit.unasked", Place(unit.name), count=len(codes), found=found)


def _required(form: Form, unit: Unit) -> dict[str, set[tuple[str, str]]]:
    """Return, by group, what a unit must answer; questions in words stand under “narrative”."""
    groups: dict[str, set[tuple[str, str]]] = {}
    for sheet in layout_of(form, unit.kind, VIETNAMESE).sheets:
        cells = required_cells(form, unit, sheet)
        if cells:
            code = sheet.code if sheet.kind is SheetKind.GROUP else "narrative"
            groups[code] = set(cells)
    return groups
