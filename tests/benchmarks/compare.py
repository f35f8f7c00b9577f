"""How fast we are beside others: one table of ratios, measured side by side in one run.

    python3 run.py bench                         the table for 18 and 705 workbooks
    python3 run.py bench 18 705 11162            the whole country, half an hour

Each thing is done in a process of its own; what counts is processor time, of every process that
it started as well, without starting up. Contestants take turns, and a figure is the median of
their turns. Seconds belong to the machine; only ratios judge.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from contestants import processor_seconds  # noqa: E402
from material import Manner, asked_cells, blank, campaign_of, fill  # noqa: E402

from tongket_xlsx.campaign.campaign import Campaign  # noqa: E402

SEED = "benchmark"
TURNS = 3
# What is slow is done to so many workbooks; the cost of one does not depend on the others.
SOME = 18
# More than this are counted, and not held against each of the others again.
LARGE = 1000


@dataclass(frozen=True)
class Measured:
    """The cost of one workbook in milliseconds, and the memory of the process in MiB."""

    cost: float
    peak: int = 0


@dataclass(frozen=True)
class Line:
    """One line of the table: ours beside another's, and the ratio that is wished for."""

    what: str
    ours: Measured
    beside: str
    other: Measured
    most: float | None = None

    @property
    def ratio(self) -> float:
        """Return ours divided by the other's."""
        return self.ours.cost / self.other.cost

    def cells(self) -> tuple[str, ...]:
        """Return the line as the table shows it."""
        wished = "" if self.most is None else f"≤ {self.most:g}"
        met = "" if self.most is None else "yes" if self.ratio <= self.most else "**no**"
        peak = str(self.ours.peak) if self.ours.peak else ""
        ours, other = f"{self.ours.cost:.2f}", f"{self.other.cost:.2f}"
        return self.what, ours, peak, self.beside, other, f"{self.ratio:.3g}", wished, met


def measure(name: str, **arguments: Any) -> dict[str, float]:
    """Do one thing in a process of its own."""
    call = [sys.executable, str(HERE / "contestants.py"), name]
    given = json.dumps(arguments)
    done = subprocess.run(call, input=given, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def cost(found: dict[str, float]) -> Measured:
    """Return the cost of one of the things that were done."""
    return Measured(found["seconds"] / found["count"] * 1000, int(found["peak"]))


def beyond_start(name: str, paths: Sequence[str], **arguments: Any) -> Measured:
    """Return the cost of one workbook more: starting processes is in none of them."""
    return one_more(
        measure(name, paths=list(paths[:1]), **arguments),
        measure(name, paths=list(paths), **arguments),
    )


def one_more(one: dict[str, float], many: dict[str, float]) -> Measured:
    """Return what each costs of those that come after the first."""
    seconds = many["seconds"] - one["seconds"]
    return Measured(seconds / (many["count"] - one["count"]) * 1000, int(many["peak"]))


def in_turns(*contestants: Callable[[], Measured], turns: int = TURNS) -> list[Measured]:
    """Let contestants take turns; return the median of each."""
    rounds = [[contestant() for contestant in contestants] for _ in range(turns)]
    return [
        Measured(median(m.cost for m in column), max(m.peak for m in column))
        for column in zip(*rounds, strict=True)
    ]


# ---------------------------------------------------------------------- the table


def reading(campaign: Campaign, paths: Sequence[str]) -> Iterator[Line]:
    """Compare taking in with what others need to read the same workbooks."""
    where, some = str(campaign.home), list(paths[:SOME])
    asked = asked_cells(campaign)
    ours, check, *others = in_turns(
        lambda: beyond_start("take_in", paths, home=where, jobs=1),
        lambda: beyond_start("check", some, home=where),
        lambda: cost(measure("inflate", paths=some)),
        lambda: cost(measure("calamine", paths=some)),
        lambda: cost(measure("openpyxl", paths=some[:5])),
        lambda: cost(measure("pandas", paths=some[:5])),
        lambda: beyond_start("datamaps", some[:5], cells=asked),
    )
    calamine = others[1]
    names = ("inflating", "python-calamine", "openpyxl, read-only", "pandas with openpyxl")
    most = {"python-calamine": 6.0, "pandas with openpyxl": 0.2, "datamaps": 0.2}
    for name, other in zip((*names, "datamaps"), others, strict=True):
        yield Line(f"import {len(paths)} returns, --jobs 1", ours, name, other, most.get(name))
    yield Line(f"check {len(some)} returns", check, "python-calamine", calamine)
    if len(paths) > SOME:
        yield from _large(campaign, paths, ours)
    else:
        yield from _parts(campaign, some, ours, calamine)


def _parts(
    campaign: Campaign, some: list[str], ours: Measured, calamine: Measured
) -> Iterator[Line]:
    """Say where the time of an import goes."""
    parts = ("gate", "cells", "answers", "rules")
    found = in_turns(
        *(lambda n=n: cost(measure(n, home=str(campaign.home), paths=some)) for n in parts)
    )
    gate, cells, answers, rules = found
    read = gate.cost + cells.cost + answers.cost
    rest = Measured(ours.cost - read)
    named = (
        ("the gate", gate),
        ("reading the cells", cells),
        ("answers and findings", Measured(answers.cost - rules.cost)),
        ("the rules", rules),
        ("originals, processes, ledger", rest),
    )
    for what, part in named:
        yield Line(f"– of it {what}", part, "python-calamine", calamine)


def _large(campaign: Campaign, paths: Sequence[str], ours: Measured) -> Iterator[Line]:
    """Compare what a second import costs, and returns that no program has saved."""
    where = str(campaign.home)
    again = cost(measure("take_in", home=where, paths=list(paths), jobs=1, again=True))
    yield Line(f"import {len(paths)} unchanged returns", again, "their first import", ours, 0.1)
    unsaved = [
        str(p) for p in fill(campaign, campaign.home / "unsaved", Manner(SEED, saved=False), SOME)
    ]
    slow, calamine = in_turns(
        lambda: beyond_start("take_in", unsaved, home=where, jobs=1),
        lambda: cost(measure("calamine", paths=unsaved)),
    )
    yield Line(f"import {SOME} returns without results", slow, "python-calamine", calamine)
    measure("take_in", home=where, paths=list(paths), jobs=0)


def writing(campaign: Campaign, size: int) -> Iterator[Line]:
    """Compare writing workbooks with xlsxwriter writing the same cells."""
    one, where = str(blank(campaign)), str(campaign.home)
    first, every, alone = in_turns(
        lambda: cost(measure("generate", home=where, number=1)),
        lambda: cost(measure("generate", home=where, number=size)),
        lambda: cost(measure("same_cells", path=one, times=5)),
    )
    beside = "xlsxwriter, same cells"
    further = Measured((every.cost * size - first.cost) / (size - 1), every.peak)
    yield Line(f"generate {size} workbooks, all", every, beside, alone)
    yield Line(f"generate {size} workbooks, each after the first", further, beside, alone, 0.05)


def summing_up(home: Path) -> Iterator[Line]:
    """Compare the consolidated workbook with xlsxwriter writing the same cells."""
    target = home / "tong-hop" / "tong-hop.xlsx"
    size = len(list((home / "nop-ve").iterdir()))
    ours, alone = in_turns(
        lambda: _whole("summary", home=str(home), target=str(target)),
        lambda: _whole("same_cells", path=str(target)),
        turns=TURNS if size <= SOME else 1,
    )
    by = "xlsxwriter and csv, same cells" if size >= LARGE else "xlsxwriter, same cells"
    yield Line(f"summary of {size} units", ours, by, alone, 3.0)


def _whole(name: str, **arguments: Any) -> Measured:
    found = measure(name, **arguments)
    return Measured(found["seconds"] * 1000, int(found["peak"]))


def correcting(folder: Path) -> Iterator[Line]:
    """Compare copies for correction with xlsxwriter writing the same cells."""
    campaign = campaign_of(folder / "wrong", SOME)
    returned = fill(campaign, campaign.home / "nop-ve", Manner(SEED, wrong=True))
    ours, alone = in_turns(
        lambda: cost(measure("mark", home=str(campaign.home), number=SOME)),
        lambda: cost(measure("same_cells", path=str(returned[0]), times=5)),
    )
    yield Line(f"mark {SOME} copies", ours, "xlsxwriter, same cells", alone)


def helping() -> Iterator[Line]:
    """Compare ``tongket --help`` with importing the library that it is made of."""
    words = (
        [sys.executable, "-m", "tongket_xlsx", "--help"],
        [sys.executable, "-c", "import click"],
    )
    ours, alone = in_turns(*(lambda w=w: _program(w) for w in words), turns=9)
    yield Line("tongket --help", ours, "python -c “import click”", alone, 2.0)


def _program(words: Sequence[str]) -> Measured:
    before = processor_seconds()
    subprocess.run(words, check=True, capture_output=True)
    return Measured((processor_seconds() - before) * 1000)


def country(large: Path, middle: Path) -> Iterator[Line]:
    """Compare what one return of the whole country costs with one of the districts."""
    costs = []
    for home in (large, middle):
        paths = sorted(str(path) for path in (home / "nop-ve").iterdir())
        costs.append(beyond_start("take_in", paths, home=str(home), jobs=2))
    names = [len(list((home / "nop-ve").iterdir())) for home in (large, middle)]
    yield Line(
        f"import {names[0]} returns, two processes", costs[0], f"{names[1]} returns", costs[1], 1.2
    )


def lines(folder: Path, sizes: Sequence[int]) -> Iterator[Line]:
    """Measure everything."""
    yield from helping()
    yield from correcting(folder)
    before: Path | None = None
    for size in sizes:
        campaign = campaign_of(folder / f"n{size}", size)
        paths = [str(path) for path in fill(campaign, campaign.home / "nop-ve", Manner(SEED))]
        if size <= LARGE:
            yield from writing(campaign, size)
            yield from reading(campaign, paths)
        elif before is not None:
            yield from country(campaign.home, before)
        yield from summing_up(campaign.home)
        before = campaign.home


HEAD = ("what", "ours, ms", "MiB", "beside", "theirs, ms", "ratio", "wished", "met")


def main(words: Sequence[str]) -> None:
    """Print the table."""
    sizes = sorted({int(word) for word in words}) or [SOME, 705]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {_processor()}\n")
    print("| " + " | ".join(HEAD) + " |\n|---|--:|--:|---|--:|--:|--:|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="tongket-bench-") as folder:
        for line in lines(Path(folder), sizes):
            print("| " + " | ".join(line.cells()) + " |", flush=True)


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return named[0] if named else platform.machine()


if __name__ == "__main__":
    main(sys.argv[1:])
