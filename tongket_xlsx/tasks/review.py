"""All that was found in a campaign: in the returns, between units, and in what belongs to none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import Addressed, Statuses, first_held, holds, statuses
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Parameter, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.holding import spread
from tongket_xlsx.model.observations import Outcome
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import Resolved, decided
from tongket_xlsx.model.rules import values_of
from tongket_xlsx.tasks.attempt import Fault, attempt

if TYPE_CHECKING:
    from tongket_xlsx.summary.outliers import Outlying

# Checks of somebody's own over the returns that count, given what is known against figures: they
# return what they found; the last takes what a check failed with.
OwnChecks = Callable[[Campaign, Returns, Statuses, Fault | None], list[Resolved]]


def every_finding(
    campaign: Campaign, returns: Returns, fault: Fault | None = None
) -> Iterator[Resolved]:
    """Yield the findings of the returns that count and between them, and what became of each.

    Args:
        fault: takes what failed for one unit, whose returns are left out; without it the failure
            is raised.
    """
    own = list(_of_returns(campaign, returns, fault=fault))
    yield from between_units(campaign, returns, known=known_against(campaign, own))
    yield from own


def known_against(campaign: Campaign, findings: Iterable[Resolved]) -> Statuses:
    """Return what is known against the figures of the units: held, in error, accepted or the like.

    Args:
        findings: those of :func:`every_finding`.

    A total over these figures takes it as ``known``; see
    :func:`tongket_xlsx.summary.comparison.comparison_of`.
    """
    return statuses({u.name: u.code for u in campaign.units.values()}, findings)


def held_figures(
    campaign: Campaign, returns: Returns, fault: Fault | None = None
) -> tuple[Statuses, list[Resolved]]:
    """Return what is known against figures that are held or would be, and no others.

    It reads no other findings than those that hold figures, and is quick.

    Args:
        fault: takes what failed for one unit; without it the failure is raised.

    Returns:
        the statuses, of which ``is_held`` is to be asked, and what was found between units.
    """
    own = list(_of_returns(campaign, returns, only_holding=True, fault=fault))
    between = list(between_units(campaign, returns, known=known_against(campaign, own)))
    holding = (item for item in between if holds(item.finding))
    return known_against(campaign, (*own, *holding)), between


def _of_returns(
    campaign: Campaign,
    returns: Returns,
    *,
    only_holding: bool = False,
    fault: Fault | None = None,
) -> Iterator[Resolved]:
    for code in tuple(returns.current):
        if code in campaign.units:
            read = partial(_of_unit, returns, code, only_holding=only_holding)
            found = attempt(read, campaign.units[code].name, fault)
            if found is None:
                returns.leave_out(code)
            yield from found or ()


def _of_unit(returns: Returns, code: str, *, only_holding: bool) -> list[Resolved]:
    reading = returns.current[code].reading
    found = returns.ledger.findings(reading, only_holding=only_holding)
    if returns.is_plain(code):
        return [returns.of_unit(code, Resolved(finding)) for finding in found]
    of_unit = returns.assessment(code).findings if found else ()
    return [r for r in of_unit if not only_holding or holds(r.finding)]


def between_units(
    campaign: Campaign,
    returns: Returns,
    today: date | None = None,
    known: Statuses | None = None,
) -> Iterator[Resolved]:
    """Yield the figures that are far from those of the other units, and what was decided on them.

    They are of the day: each return that comes in may move what is usual, so that they belong to
    no return.

    Args:
        known: what is known against figures from the returns themselves: what is held does not
            say what is usual. Found out where it is not given.
    """
    readings = {r.reading: code for code, r in returns.current.items() if code in campaign.units}
    fewest = min((rule.units for rule in campaign.form.outliers), default=0)
    if not fewest or len(readings) < fewest:
        return
    # numpy takes a while to import: most calls never get here.
    from tongket_xlsx.summary.columns import read_columns  # noqa: PLC0415
    from tongket_xlsx.summary.outliers import codes_of, outlying  # noqa: PLC0415

    if known is None:
        known = known_against(campaign, _of_returns(campaign, returns, only_holding=True))
    columns = read_columns(
        campaign.form,
        tuple(campaign.units.values()),
        codes_of(campaign.form),
        readings,
        lambda codes: returns.ledger.figures(readings, codes),
        known,
    )
    places = {code: reading for reading, code in readings.items()}
    for found in outlying(columns):
        sheet, cell = returns.ledger.address(places[found.unit.code], found.indicator, found.period)
        place = Place(found.unit.name, sheet, cell)
        finding = _outlying(campaign.form, found, place, today or date.today())
        if found.is_held(campaign.form.holding.units) and not _is_accepted(known, found):
            reading = places[found.unit.code]
            finding = _holding(campaign.form, returns, found, reading, finding)
        item = Resolved(finding, unit=found.unit.code)
        yield from decided([item], returns.decisions.get(found.unit.code, ()))


def _is_accepted(known: Statuses, found: Outlying) -> bool:
    """Say whether the province accepted a figure that its own return held.

    Only then do the other units see it at all. What they see is told; but whoever accepted the
    figure, with all that held it, is not asked a second time.
    """
    address = Addressed(found.indicator, found.period)
    status = known.get((found.unit.code, *address))
    return status is not None and any(first_held(r.finding) == address for r in status.accepted)


def _holding(
    form: Form, returns: Returns, found: Outlying, reading: int, finding: Finding
) -> Finding:
    """Add to a finding the figures that are held by it, those in the same unit as well."""
    values = values_of(form, found.unit, returns.ledger.observations(reading))
    own = (Addressed(found.indicator, found.period),)
    held = spread(form, values, own, large=found.ratio > 1)
    named = {**finding.parameters, "holds": " ".join(map(str, held))}
    return replace(finding, parameters=named)


def _outlying(form: Form, found: Outlying, place: Place, today: date) -> Finding:
    rule, code = found.rule, found.indicator
    naming = form.naming(code, found.period)
    label = naming.get("label", code)
    usual = found.median * float(found.per)
    parameters: dict[str, Parameter] = {
        **naming,
        "found": found.value.normalize(),
        "usual": Decimal(f"{usual:.3g}"),
        "n": found.compared,
        "date": f"{today:%d/%m/%Y}",
        "per": form.naming(rule.per).get("label", rule.per),
        "per_en": form.naming(rule.per).get("label_en", rule.per),
        "times": Decimal(f"{max(found.ratio, 1 / found.ratio):.3g}"),
        "score": Decimal(f"{found.score:.2f}"),
        "basis": f"{code}={found.value};{rule.per}={found.per}",
        "text": f"|z| ≤ {rule.threshold}".replace(".", ","),
        "text_en": f"|z| ≤ {rule.threshold}",
        "advice": "outlier.advice",
        "message": rule.message.vi.format(code=code, label=label),
        "message_en": rule.message.en.format(code=code, label=naming.get("label_en", label)),
        "cause": "cause.above" if found.ratio > 1 else "cause.below",
    }
    return Finding(rule.code, Severity.WARNING, place, code, found.period, parameters)


def of_no_unit(returns: Returns) -> Iterator[Finding]:
    """Yield what belongs to no unit: returns of units no longer listed, files not taken in.

    Files that are no returns come last: a letter or a picture among them is nobody's error.
    """
    for code, receipt in returns.current.items():
        if code not in returns.units:
            named = {"found": receipt.unit, "file": receipt.file}
            place = Place(file=receipt.file)
            yield new_finding("unit.unlisted", place, **named)
    for outcome in (Outcome.REFUSED, Outcome.NOT_A_RETURN):
        for receipt in returns.receipts:
            if receipt.outcome is outcome:
                for finding in returns.ledger.findings(receipt.reading):
                    yield replace(finding, place=Place(file=receipt.file))
