"""Post arrives in any order, and no return is judged by its place in the pile."""

from __future__ import annotations

import dataclasses
import random
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
import verbs
from shipped import FLAWED, RETURNED

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.observations import Observation, Outcome
from tongket_xlsx.model.unit_status import NOT_RETURNED, Standing
from tongket_xlsx.summary.comparison import comparison_of
from tongket_xlsx.tasks import mark as marking

pytestmark = pytest.mark.usefixtures("in_process")

DAY = date(2017, 3, 30)
ORDERS = 5
FIRST_ROUND = FLAWED / "03-ghi-dong-thay-trieu.xlsx"
POST = (
    RETURNED / "GL-622_Pleiku.xlsx",
    RETURNED / "GL-TINH_KhoiTinh.xlsx",
    RETURNED / "GL-CTK_CucThongKe.xlsx",
    RETURNED / "GL-HND_HoiNongDanTinh.xlsx",
    FIRST_ROUND,
    FLAWED / "02-so-go-bang-chu.xlsx",
    FLAWED / "07-nam-chua-thanh-lap.xlsx",
    FLAWED / "08-trung-ma-trung-nam.xlsx",
    FLAWED / "05-bia-ghi-don-vi-khac.xlsx",
    FLAWED / "10-cat-ngang.xlsx",
)
# Two files of one unit and one round: the later one counts.
TWINS = (RETURNED / "GL-628_IaGrai.xlsx", FLAWED / "02-so-go-bang-chu.xlsx")

Told = tuple[Outcome, str, int, list[Finding], list[Observation]]


@pytest.fixture
def fresh(empty_campaign: Campaign, tmp_path: Path) -> Iterator[Campaign]:
    """Campaigns without an end, each of them empty."""

    def make() -> Iterator[Campaign]:
        number = 0
        while True:
            number += 1
            home = shutil.copytree(empty_campaign.home, tmp_path / f"dot-{number}")
            yield dataclasses.replace(empty_campaign, home=home)

    return make()


@pytest.fixture
def second_round(fresh: Iterator[Campaign], tmp_path: Path) -> Path:
    """The marked copy of a flawed return, as it would come back."""
    campaign = next(fresh)
    verbs.receive(campaign, [FIRST_ROUND], received=DAY, jobs=1)
    (copy,) = marking.mark(campaign)
    return Path(shutil.copyfile(copy.path, tmp_path / copy.path.name))


def orders(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Yield the files as listed, backwards, and shuffled in ways that are always the same."""
    yield list(files)
    yield list(reversed(files))
    for seed in range(ORDERS - 2):
        shuffled = list(files)
        random.Random(seed).shuffle(shuffled)
        yield shuffled


def arrive(campaign: Campaign, files: Sequence[Path]) -> None:
    for path in files:
        verbs.receive(campaign, [path], received=DAY, jobs=1)


def recorded(campaign: Campaign) -> dict[str, Told]:
    """Return by content hash everything the ledger holds of each return."""
    with campaign.ledger() as ledger:
        return {
            r.sha256: (
                r.outcome,
                r.unit,
                r.round,
                ledger.findings(r.reading),
                list(ledger.observations(r.reading)),
            )
            for r in ledger.receipts()
        }


def consolidated(campaign: Campaign) -> list[object]:
    """Return the figures of the province, over all years, and what departments report."""
    with campaign.ledger() as ledger:
        readings = {r.reading: code for code, r in ledger.current().items()}
        comparison = comparison_of(
            campaign.form,
            campaign.units.values(),
            readings,
            lambda codes: ledger.figures(readings, codes),
        )
        return [(t.province, t.same_units, t.departments) for t in comparison.groups()]


def outcome(campaign: Campaign) -> tuple[list[Standing], list[object]]:
    return verbs.status(campaign), consolidated(campaign)


def test_the_order_of_arrival_changes_nothing(
    fresh: Iterator[Campaign], second_round: Path
) -> None:
    """Each return has the same findings, each unit the same standing, the province one total."""
    post = [*POST, second_round]
    campaigns = []
    for order in orders(post):
        campaigns.append(next(fresh))
        arrive(campaigns[-1], order)
    at_once = next(fresh)
    verbs.receive(at_once, post, received=DAY, jobs=1)
    told, end = recorded(at_once), outcome(at_once)
    assert len(told) == len(post)
    for campaign in campaigns:
        assert recorded(campaign) == told
        assert outcome(campaign) == end
    # Nothing would be proved by returns that all say the same.
    assert {outcome for outcome, *_ in told.values()} == {
        Outcome.ACCEPTED,
        Outcome.NEEDS_CORRECTION,
        Outcome.REFUSED,
    }
    rounds = sorted(number for _, unit, number, *_ in told.values() if unit == "GL-629")
    assert rounds == [1, 2]
    severities = {f.severity for _, _, _, findings, _ in told.values() for f in findings}
    assert severities == set(Severity)
    assert sum(s.state != NOT_RETURNED for s in end[0]) == len(post) - 3


def test_the_same_returns_in_the_end_give_the_same_totals(
    fresh: Iterator[Campaign], second_round: Path
) -> None:
    """A first round that never came, or came last, is not in the figures of the second."""
    only_second, late_first = next(fresh), next(fresh)
    arrive(only_second, [second_round, POST[0]])
    arrive(late_first, [POST[0], second_round, FIRST_ROUND])
    assert consolidated(late_first) == consolidated(only_second)
    told = recorded(late_first)
    assert told | recorded(only_second) == told
    only_first = next(fresh)
    arrive(only_first, [FIRST_ROUND, POST[0]])
    assert told | recorded(only_first) == told


def test_of_two_files_of_one_round_the_later_counts(fresh: Iterator[Campaign]) -> None:
    """Either way each keeps its findings, and only which of the two counts is different."""
    sound, flawed = TWINS
    one, other, again = next(fresh), next(fresh), next(fresh)
    arrive(one, [sound, POST[2], flawed])
    arrive(other, [flawed, sound, POST[2]])
    arrive(again, [POST[2], sound, flawed])
    assert recorded(one) == recorded(other) == recorded(again)
    assert outcome(one) == outcome(again)
    assert consolidated(one) != consolidated(other)
    assert [s.unit.code for s in verbs.status(one) if s.state != NOT_RETURNED] == [
        s.unit.code for s in verbs.status(other) if s.state != NOT_RETURNED
    ]
