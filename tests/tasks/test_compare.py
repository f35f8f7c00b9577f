"""Two consolidations are told apart, and whose return made the difference."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import verbs

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.model.findings import CannotWork
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.reader.cells import Grid
from tongket_xlsx.reader.refusal import Refusal
from tongket_xlsx.tasks import compare as diff
from tongket_xlsx.template import workbook as template
from tongket_xlsx.workers.tables import Tables


def returned(campaign: Campaign, members: int, round_number: int, day: date) -> None:
    """Take in a return of one district with so many members."""
    unit = campaign.unit("GL-622")
    answers = {
        ("ML10", "2017", 0): Answer(Decimal(members)),
        ("TC01", "2017", 0): Answer(Decimal(200000)),
    }
    data = template.build(
        campaign.form, unit, campaign.issue, answers=answers, round_number=round_number
    )
    path = campaign.folder("nop-ve") / template.file_name(unit, round_number)
    path.write_bytes(data)
    verbs.receive(campaign, [path], received=day, jobs=1)


@pytest.fixture
def twice(campaign: Campaign) -> Campaign:
    """A campaign in which one district returned twice."""
    returned(campaign, 41000, 1, date(2017, 3, 20))
    returned(campaign, 41700, 2, date(2017, 4, 5))
    return campaign


def test_two_days_of_the_ledger_differ_by_the_return_between(twice: Campaign) -> None:
    """What changed is named with the unit, its two answers and the file that says so now."""
    found = verbs.compare(twice, date(2017, 3, 31), date(2017, 4, 30))
    members, share = (next(d for d in found if d.indicator == c) for c in ("ML10", "ML13"))
    assert (members.period, members.before, members.after) == ("2017", 41000, 41700)
    (cause,) = members.causes
    assert (cause.before, cause.after, cause.file) == ("41000", "41700", "GL-622_Pleiku_lan2.xlsx")
    assert cause.unit == "Thành phố Pleiku (ML10)"
    assert (share.before, share.after) == (Decimal("20.5"), Decimal("20.85"))
    assert [c.unit for c in share.causes] == ["Thành phố Pleiku (ML10)"]
    assert {d.indicator for d in found} == {"ML10", "ML13"}


def test_before_anything_came_there_was_nothing(twice: Campaign) -> None:
    """A figure that was not there before is told without a value."""
    found = verbs.compare(twice, date(2017, 1, 1), date(2017, 3, 31))
    members = next(d for d in found if d.indicator == "ML10")
    assert (members.before, members.after) == (None, 41000)
    assert members.causes[0].before == "…"


@pytest.mark.parametrize("edition", ["day-du", "lanh-dao"])
def test_a_workbook_is_compared_with_the_ledger(
    twice: Campaign, run: Any, tmp_path: Path, edition: str
) -> None:
    """A consolidated workbook holds what the ledger held when it was made."""
    book = tmp_path / "cu.xlsx"
    verbs.summarise(twice, book, edition=edition)
    same = json.loads(run("compare", book, "now", "--json", home=twice.home).stdout)
    assert same == {"differences": []}
    returned(twice, 42000, 3, date(2017, 4, 9))
    told = json.loads(run("compare", book, "now", "--json", home=twice.home).stdout)
    members = next(d for d in told["differences"] if d["indicator"] == "ML10")
    assert (members["before"], members["after"]) == (41700, 42000)
    # The short edition has no figures of units, so every unit's answer is new to it.
    before = "41700" if edition == "day-du" else "…"
    assert [c["before"] for c in members["causes"]] == [before]


def test_the_text_says_figure_unit_and_file(twice: Campaign, run: Any) -> None:
    """People read one line for the figure and one for each unit behind the change."""
    told = run("compare", "2017-03-31", "30/04/2017", home=twice.home)
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0] == "ML10 Tổng số hội viên khuyến học, 2017: 41.000 → 41.700"
    assert "Thành phố Pleiku (ML10): 41.000 → 41.700 (tệp GL-622_Pleiku_lan2.xlsx)" in lines[1]
    assert lines[-1] == "2 số của toàn tỉnh đã đổi."


@pytest.mark.parametrize(
    ("words", "code"),
    [(("nope.xlsx", "now"), 2), (("hôm qua", "now"), 2), (("tongket.xlsx", "now"), 3)],
)
def test_what_cannot_be_compared_is_said(
    campaign: Campaign, run: Any, words: tuple[str, ...], code: int
) -> None:
    """A missing file and an unknown day are misuse; a file that is not ours cannot be read."""
    (campaign.home / "tongket.xlsx").write_bytes(b"PK\x03\x04 cut")
    assert run("compare", *words, home=campaign.home).exit_code == code


def test_another_workbook_is_not_ours(form: Form, campaign: Campaign) -> None:
    """A form sent out is no consolidated workbook."""
    unit = campaign.unit("GL-HND")
    data = template.build(campaign.form, unit, campaign.issue)
    with pytest.raises(CannotWork) as refused:
        diff.of_workbook(form, "bieu.xlsx", data)
    assert refused.value.code == "compare.not_ours"
    with pytest.raises(CannotWork):
        verbs.compare(campaign, campaign.home, date(2017, 1, 1))


def test_a_workbook_that_could_not_be_read_is_not_called_another(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading that took too long says nothing of what the workbook is."""
    slow = Refusal("file.reader_failed", what="slow")

    def give_up(tables: Tables, data: bytes) -> Grid:
        raise slow

    monkeypatch.setattr(Tables, "read", give_up)
    with pytest.raises(CannotWork) as refused:
        diff.of_workbook(form, "x.xlsx", b"")
    assert (refused.value.code, refused.value.because) == ("table.not_read", slow.finding)
