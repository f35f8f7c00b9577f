"""The promise to an inbox that anyone can write to.

For every one of thousands of strange files: a right return, or a clear finding that names the
cause; under ten seconds and one gibibyte; no connection, nothing written.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from measured import Figures
from shipped import RETURNED
from strange_files import Strange, strange_files
from watched import Blind, Watched

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import Return
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.text.messages import LANGUAGES, catalogue
from tongket_xlsx.workers.pool import Guard

SEED = int(os.environ.get("TONGKET_HOSTILE_SEED", "1"))
MOST_SECONDS = 10.0
MOST_MEMORY = 1 << 30
FEWEST_FILES, FEWEST_CAUSES = 2000, 25
# A byte changed in an old binary workbook may make its reader stop; nothing else may.
MOST_FAILED = 10
REAL = {
    "xlsx": RETURNED / "GL-622_Pleiku.xlsx",
    "ods": RETURNED / "GL-S-NOIVU_SoNoiVu.ods",
    "xls": RETURNED / "GL-630_KongChro.xls",
}


@dataclass
class Campaign:
    """What a run over all strange files gave."""

    files: list[Strange] = field(default_factory=list)
    results: list[Return] = field(default_factory=list)
    seconds: float = 0.0
    written: set[str] = field(default_factory=set)

    def figures(self) -> list[str]:
        """Return the figures of the run, a line each."""
        causes = Counter(cause(r) for r in self.results)
        slow = max(zip(self.results, self.files, strict=True), key=lambda p: taken(p[0]))
        large = max(zip(self.results, self.files, strict=True), key=lambda p: memory(p[0]))
        return [
            (
                f"hostile: {len(self.files)} files in {self.seconds:.0f} s, seed {SEED}, "
                f"{len(causes)} causes"
            ),
            (
                f"hostile: slowest {taken(slow[0]):.2f} s ({slow[1].name}), "
                f"largest {memory(large[0]) / 2**20:.0f} MiB ({large[1].name})"
            ),
            *(f"hostile: {count:5d}  {name}" for name, count in causes.most_common()),
        ]


def cause(result: Return) -> str:
    """Return the code of a refusal and what it is precisely, or what became of the return."""
    if result.outcome.is_of_unit:
        return str(result.outcome)
    first = result.findings[0]
    what = first.parameters.get("what", "")
    return f"{first.code}:{what}" if what else first.code


def taken(result: Return) -> float:
    return float(result.cover.get("seconds", "0"))


def memory(result: Return) -> int:
    return int(result.cover.get("memory", "0"))


@pytest.fixture(scope="module")
def run(
    form: Form,
    units: Mapping[str, Unit],
    figures: Figures,
    tmp_path_factory: pytest.TempPathFactory,
) -> Campaign:
    """Read every strange file, each in a process of the guard, in a folder of its own."""
    found = Campaign()
    samples = {suffix: path.read_bytes() for suffix, path in REAL.items()}
    found.files = list(strange_files(SEED, samples))
    place = tmp_path_factory.mktemp("elsewhere")
    before, here = set(place.rglob("*")), Path.cwd()
    os.chdir(place)
    begun = time.monotonic()
    try:
        with Guard(Watched(Reader((form,), units)), seconds=30) as guard:
            for result in guard.read_all([file.data for file in found.files]):
                found.results.append(result)
    finally:
        os.chdir(here)
    found.seconds = time.monotonic() - begun
    found.written = {str(p) for p in set(place.rglob("*")) - before}
    figures.add(found.figures)
    return found


def test_there_are_enough_files_and_causes(run: Campaign) -> None:
    """The suite is as large as promised, and tells at least as many causes apart."""
    assert len(run.files) >= FEWEST_FILES
    refused = {cause(r) for r in run.results if not r.outcome.is_of_unit}
    assert len(refused) >= FEWEST_CAUSES


def test_every_made_file_is_told_its_cause(run: Campaign) -> None:
    """A file that was made to be refused for a reason is refused for that very reason."""
    wrong = []
    for file, result in zip(run.files, run.results, strict=True):
        told, wanted = cause(result), file.expected.split()
        if wanted and told not in wanted and told.partition(":")[0] not in wanted:
            wrong.append((file.name, told, file.expected))
    assert wrong == []


def test_every_cause_has_words_of_its_own(run: Campaign) -> None:
    """Each cause is a sentence of the catalogue in both languages, and no two are the same."""
    refused: dict[str, Return] = {}
    for result in run.results:
        if not result.outcome.is_of_unit:
            refused.setdefault(cause(result), result)
    for lang in LANGUAGES:
        said = {name: worded(r.findings[0], lang).message for name, r in refused.items()}
        assert len(set(said.values())) == len(said)
    for name in refused:
        code, _, what = name.partition(":")
        assert code in catalogue()
        assert not what or f"{code}.{what}" in catalogue()


def test_a_reader_that_stops_is_the_exception(run: Campaign) -> None:
    """Hardly any file makes the reader stop, and none of those that were made for a cause."""
    stopped = [
        (file.name, cause(result))
        for file, result in zip(run.files, run.results, strict=True)
        if cause(result).startswith("file.reader_failed")
    ]
    assert len(stopped) <= MOST_FAILED, stopped
    assert all("flip" in name or "spliced" in name for name, _ in stopped), stopped


def test_every_file_ends_in_time(run: Campaign) -> None:
    """No file takes ten seconds of processor time, whatever it holds and what else runs."""
    slow = [
        (file.name, taken(result))
        for file, result in zip(run.files, run.results, strict=True)
        if taken(result) >= MOST_SECONDS
    ]
    assert slow == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_every_file_fits_in_memory(run: Campaign) -> None:
    """No file takes a gibibyte, whatever it would unpack to."""
    measured = [memory(r) for r in run.results if r.cover]
    assert min(measured) > 0
    assert max(measured) < MOST_MEMORY


def test_no_file_connects_or_writes(run: Campaign) -> None:
    """No reader opened a connection, started a program or wrote anything anywhere."""
    seen = [
        (f.name, r.cover["seen"]) for f, r in zip(run.files, run.results, strict=True) if r.cover
    ]
    assert [entry for entry in seen if entry[1]] == []
    assert run.written == set()


@pytest.mark.parametrize("what", ["socket", "evil.txt"])
def test_the_watch_sees_what_is_forbidden(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that opened a connection, or wrote, would be stopped and seen."""
    monkeypatch.chdir(tmp_path)
    (result,) = Guard(Watched(Blind(what)), 1).read_all([b"x"])  # type: ignore[arg-type]
    assert result.findings[0].code == "file.reader_failed"
    assert list(tmp_path.iterdir()) == []


def test_a_changed_byte_of_a_zip_never_changes_a_value(
    run: Campaign, form: Form, units: Mapping[str, Unit]
) -> None:
    """Where a file has checksums, a damaged one that is still read gives the very same answers."""
    reader = Reader((form,), units)
    right = {suffix: reader.read(path.read_bytes()) for suffix, path in REAL.items()}
    compared = 0
    for file, result in zip(run.files, run.results, strict=True):
        kind = file.name.rpartition("-")[2]
        if file.name.startswith("flip-") and kind in ("xlsx", "ods") and result.identity:
            assert result.observations == right[kind].observations, file.name
            assert result.identity == right[kind].identity
            compared += 1
    assert compared


def test_a_cut_off_file_is_never_read(run: Campaign) -> None:
    """A workbook that ends anywhere before its end gives no figures at all."""
    cut = [
        (file.name, cause(result))
        for file, result in zip(run.files, run.results, strict=True)
        if file.name.endswith("k") and result.observations
    ]
    assert cut == []
