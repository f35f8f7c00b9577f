"""The comparison of a campaign: the figures of the province, over the returns that count."""

from __future__ import annotations

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import Statuses
from tongket_xlsx.summary.comparison import Comparison, comparison_of


def comparison(campaign: Campaign, returns: Returns, known: Statuses) -> Comparison:
    """Prepare the comparison of a campaign; its groups are made while the ledger is open.

    Args:
        known: what is known against figures; see :func:`tongket_xlsx.tasks.review.known_against`.
    """
    readings = {r.reading: code for code, r in returns.current.items() if code in campaign.units}
    return comparison_of(
        campaign.form,
        campaign.units.values(),
        readings,
        lambda codes: returns.ledger.figures(readings, codes),
        known,
    )
