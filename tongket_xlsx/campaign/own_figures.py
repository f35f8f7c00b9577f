"""What a province enters in its settings itself: its targets and its published figures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from tongket_xlsx.campaign.campaign import (
    Campaign,
)
from tongket_xlsx.campaign.settings import SETTINGS
from tongket_xlsx.model.findings import CannotWork
from tongket_xlsx.model.targets import OWN_SCOPE, OWN_STATUS, Target


def own_targets(campaign: Campaign) -> Iterator[Target]:
    """Yield the targets the province set itself, as entered in the settings."""
    for number, row in enumerate(campaign.settings.targets, start=1):
        operator = str(row.get("operator", ">="))
        if operator not in (">=", "<="):
            raise _unusable("operator", operator, ">=, <=")
        year = str(row["year"])
        if not year.isdecimal():
            raise _unusable("year", year, "2020")
        yield Target(
            f"CT-{number}",
            str(row["document"]),
            str(row["target"]),
            _code(campaign, row["indicator"]),
            operator,
            _amount(row["value"]),
            int(year),
            OWN_SCOPE,
            OWN_STATUS,
            str(row.get("source") or row["document"]),
            str(row.get("note", "")),
        )


def published(campaign: Campaign) -> Iterator[tuple[str, str, Decimal, str]]:
    """Yield (indicator, period, value, source) of the figures published earlier."""
    for row in campaign.settings.published:
        code, period = _code(campaign, row["indicator"]), str(row["period"])
        known = campaign.form.indicators[code].periods
        if period not in known:
            raise _unusable("period", period, ", ".join(known))
        yield code, period, _amount(row["value"]), str(row["source"])


def _code(campaign: Campaign, given: object) -> str:
    if given not in campaign.form.indicators:
        raise _unusable("indicator", str(given), next(iter(campaign.form.indicators)))
    return str(given)


def _amount(given: object) -> Decimal:
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        raise _unusable("value", str(given), "12.5") from None
    if not value.is_finite():
        raise _unusable("value", str(given), "12.5")
    return value


def _unusable(key: str, value: str, expected: str) -> CannotWork:
    return CannotWork("settings.value", path=SETTINGS, key=key, value=value, expected=expected)
