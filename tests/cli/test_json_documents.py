"""Whatever a command prints as JSON is what its type and the reference say, over a whole job."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints, is_typeddict

import pytest
from command_line import Run
from shipped import FARMERS, FLAWED, ROOT
from typed_documents import faults

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.cli import json_documents
from tongket_xlsx.cli.json_documents import DOCUMENTS, ExplainedDocument, ObservationObject
from tongket_xlsx.cli.main import cli
from tongket_xlsx.summary.tidy import FIELDS

FLAWED_ONE = FLAWED / "09-bo-trong.xlsx"
DECLARED = {kind for kind in vars(json_documents).values() if is_typeddict(kind)}


class Job:
    """A campaign whose commands are asked for JSON, and what was printed."""

    def __init__(self, run: Run, home: Path) -> None:
        self.run, self.home = run, home
        self.met: set[Any] = set()
        self.wrong: list[str] = []

    def asked(self, command: str, *words: object) -> Any:
        """Return the document of a command, held against its type."""
        asking = ("--format", "json") if command == "export" else ("--json",)
        result = self.run(command, *words, *asking, home=self.home)
        assert result.exit_code in (0, 1), result.output
        document = json.loads(result.stdout)
        kind = list[DOCUMENTS[command]] if command == "export" else DOCUMENTS[command]
        self.wrong += faults(document, kind, self.met, command)
        return document


def test_every_command_prints_what_its_type_says(
    run: Run, campaign: Campaign, in_process: None
) -> None:
    """Over a whole loop of correction each document and each object within one is as declared."""
    job = Job(run, campaign.home)
    (checked,) = job.asked("check", FLAWED_ONE)["files"]
    unit = checked["unit"]
    job.asked("import", FLAWED_ONE, FARMERS, "--received", "2017-03-20")
    error = next(f for f in checked["findings"] if f["severity"] == "error")
    place = ("--indicator", error["indicator"], "--period", error["period"])
    job.asked("waive", unit, error["code"], *place, "--reason", "đã đối chiếu sổ", "--by", "An")
    (copy,) = [c for c in job.asked("mark")["copies"] if c["unit"] == unit]
    (again,) = job.asked("import", copy["file"], "--received", "2017-03-28")["files"]
    assert again["since_last"]["open"]
    assert again["closed"]
    story = job.asked("log", unit)
    assert len(story["returns"]) == 2
    assert job.asked("compare", "2017-03-01", "now")["differences"][0]["causes"]
    job.asked("status")
    job.asked("status", "--reminders")
    job.asked("recheck")
    job.asked("verify")
    job.asked("explain")
    job.asked("explain", error["code"])
    book = campaign.home / "tong-hop" / "x.xlsx"
    assert run("summary", "-o", book, home=campaign.home).exit_code == 0
    job.asked("decide", book)
    job.asked("export", "--totals", "--rounds", "all")
    assert job.wrong == []
    assert DECLARED - job.met == {json_documents.HeldObject}


def test_figures_that_are_held_are_told_as_declared(
    run: Run, campaign: Campaign, in_process: None
) -> None:
    """A figure that is in no total is an object of its own, wherever it is named."""
    job = Job(run, campaign.home)
    (told,) = job.asked("import", FLAWED / "03-ghi-dong-thay-trieu.xlsx")["files"]
    assert told["held"]
    job.asked("status")
    job.asked("log", told["unit"])
    assert (job.wrong, json_documents.HeldObject in job.met) == ([], True)


def test_a_document_that_differs_from_its_type_is_seen() -> None:
    """A key that is missing, added, of another order or type is told."""
    sound = {"explained": []}
    assert list(faults(sound, ExplainedDocument, set())) == []
    for odd in ({}, {"explained": [], "more": 1}, {"explained": None}, {"explained": [{}]}, []):
        assert list(faults(odd, ExplainedDocument, set())) != []
    job: Any = json_documents.HeldObject
    assert list(faults({"period": "2017", "indicator": "TC01"}, job, set())) != []
    assert list(faults({"indicator": "TC01", "period": 2017}, job, set())) != []


def test_every_command_with_json_has_its_document() -> None:
    """A command that takes --json has a type for it, and no other has."""
    takes = {
        name
        for name, command in cli.commands.items()
        if any("--json" in getattr(option, "opts", ()) for option in command.params)
    }
    assert takes | {"export"} == set(DOCUMENTS)
    assert tuple(get_type_hints(ObservationObject)) == FIELDS


def sentences(kind: Any) -> Iterator[str]:
    """Yield the sentence of each key of a document."""
    for key in get_type_hints(kind, include_extras=True).values():
        inner = key if hasattr(key, "__metadata__") else get_args(key)[0]
        yield inner.__metadata__[0]


@pytest.mark.parametrize("kind", sorted(DECLARED, key=str), ids=lambda kind: kind.__name__)
def test_every_key_of_a_document_stands_in_the_reference(kind: Any) -> None:
    """The page has each key with its sentence."""
    page = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    assert all(f" {sentence} |" in page for sentence in sentences(kind))
    assert all(f"| `{key}` |" in page for key in get_type_hints(kind))
