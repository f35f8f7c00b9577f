"""What the benchmarks measure is the real thing: clean returns with the answers they were given."""

from __future__ import annotations

import zipfile
from pathlib import Path

import contestants
import pytest
from consistent import answers
from material import WRONG, Manner, asked_cells, blank, campaign_of, fill

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.layout import COMPUTED_SHEETS
from tongket_xlsx.model.observations import CellState, Outcome
from tongket_xlsx.reader import gate as archive

SEED = "small"


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return campaign_of(tmp_path_factory.mktemp("benchmark") / "two", 2)


@pytest.fixture(scope="module")
def returned(campaign: Campaign) -> list[str]:
    return [str(path) for path in fill(campaign, campaign.home / "nop-ve", Manner(SEED))]


@pytest.mark.parametrize("saved", [True, False])
def test_a_return_holds_the_answers_it_was_given(campaign: Campaign, saved: bool) -> None:
    """It is taken in without an error, and every figure is the one that was typed."""
    reader = Reader((campaign.form,), campaign.units)
    folder = campaign.home / f"saved-{saved}"
    for path in fill(campaign, folder, Manner(SEED, saved=saved)):
        result = reader.read(path.read_bytes())
        assert result.outcome is Outcome.ACCEPTED
        assert result.identity is not None
        unit = campaign.units[result.identity.unit]
        read = {
            (o.indicator, o.period, o.row): o.value if o.state is CellState.NUMBER else o.raw
            for o in result.observations
        }
        for key, answer in answers(campaign.form, unit, SEED).items():
            expected = answer.text if answer.value is None else answer.value
            assert read[key] == expected or (
                answer.text in ("Có", "Không") and read[key] is not None
            )
        asked = [key for key in read if key not in answers(campaign.form, unit, SEED)]
        assert all(read[key] == "" for key in asked)


def test_what_a_program_has_saved_needs_no_second_look(campaign: Campaign) -> None:
    """Formulas with a stored result are not gone through again, those without one are."""
    for saved in (True, False):
        (path,) = fill(campaign, campaign.home / "look", Manner(SEED, saved=saved), 1)
        workbook = archive.admit(path.read_bytes(), unread=COMPUTED_SHEETS)
        assert bool(workbook.unusual) is not saved


def test_a_wrong_figure_sends_a_return_back(campaign: Campaign) -> None:
    """The copies that are measured are copies of something."""
    reader = Reader((campaign.form,), campaign.units)
    (path,) = fill(campaign, campaign.home / "wrong", Manner(SEED, wrong=True), 1)
    result = reader.read(path.read_bytes())
    assert result.outcome is Outcome.NEEDS_CORRECTION
    ((code, period, _),) = WRONG
    assert (code, period) in {(f.indicator, f.period) for f in result.findings}


def test_every_contestant_does_its_work(campaign: Campaign, returned: list[str]) -> None:
    """Each says how many workbooks it was through with."""
    home = str(campaign.home)
    for name in ("inflate", "calamine", "openpyxl", "pandas"):
        assert contestants.CONTESTANTS[name](paths=returned)() == len(returned), name
    for name in ("gate", "cells", "answers", "rules", "check"):
        assert contestants.CONTESTANTS[name](home=home, paths=returned)() == len(returned), name
    assert contestants.take_in(home, returned, 1)() == len(returned)
    assert contestants.take_in(home, returned, 1, again=True)() == len(returned)
    assert contestants.generate(home, 1)() == 1
    target = campaign.home / "tong-hop" / "tong-hop.xlsx"
    contestants.summary(home, str(target))()
    assert zipfile.is_zipfile(target)
    assert contestants.same_cells(str(target)) > 0


def test_datamaps_is_told_where_the_answers_stand(campaign: Campaign, returned: list[str]) -> None:
    """Every cell that is asked for is named once, by a sheet that is there."""
    cells = asked_cells(campaign)
    assert len(cells) == len(set(cells)) > 500
    assert blank(campaign).parent == Path(campaign.home) / "blank"
