"""Run an import, a ``mark`` and a ``summary`` against each other, and compare with every state.

    python tests/durability/interleave.py --rounds 50 --seed 1

Each round a fresh campaign takes in the same returns while, from moments drawn at random, copies
are marked and a summary is written, each by a process of its own. The processes are forked with
everything loaded, so that they meet while files are recorded and not while programs start. The
ledger only grows, so that what it holds at the end tells every state it went through: the first k
receipts, and the copies recorded by then. Each workbook must be, byte for byte, the one made of
one of these states by itself, and all copies of one ``mark`` those of one state.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.cli.main import cli
from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.layout import Entry, SheetKind
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.summary import workbook as _loaded_before_forking  # noqa: F401
from tongket_xlsx.tasks import mark, summarise
from tongket_xlsx.template import workbook as template

FORM = Path(__file__).resolve().parent.parent / "forms" / "giao-thong"
LEDGER = Path(campaigns.LEDGER) / "so-cai.sqlite"
BOOK = "a.xlsx"
UNITS = 12
# These units come twice in one round: what that means depends on whether a copy went out between.
TWICE = ("P0", "P4")
FORGOTTEN = {
    "observation": "reading > :k",
    "finding": "reading > :k",
    "reading": "id > :k",
    "receipt": "id > :k",
    "copy": "id > :c",
}


@dataclass(frozen=True)
class State:
    """What stands in the ledger: the first receipts, and the first copies."""

    receipts: int
    copies: int


@dataclass
class Expected:
    """What each state gives by itself; the same state of two rounds is made once."""

    folder: Path
    made: dict[object, dict[str, bytes]] = field(default_factory=dict)

    def of(self, verb: str, home: Path, state: State) -> dict[str, bytes]:
        """Return the files that a verb makes of a state of the ledger in a campaign."""
        with closing(sqlite3.connect(home / LEDGER)) as db:
            sent = db.execute(
                "SELECT unit, round, parent, last_receipt FROM copy WHERE id <= ? ORDER BY unit",
                (state.copies,),
            ).fetchall()
        # Of the other units it makes no difference when their copy went out, nor that it did.
        key = (verb, state.receipts, tuple(row for row in sent if row[0] in TWICE))
        if key not in self.made:
            there = self.folder / f"{len(self.made)}"
            shutil.copytree(home, there, ignore=shutil.ignore_patterns("tong-hop", "tra-lai", BOOK))
            with closing(sqlite3.connect(there / LEDGER)) as db, db:
                for table, which in FORGOTTEN.items():
                    db.execute(
                        f"DELETE FROM {table} WHERE {which}",
                        {"k": state.receipts, "c": state.copies},
                    )
            self.made[key] = made_of(verb, there)
            shutil.rmtree(there)
        return self.made[key]


READERS = ("mark", "summary")
WORDS = {
    "import": ("import", "--received", "30/03/2017", "--jobs", "1"),
    "mark": ("mark",),
    "summary": ("summary", "-o", BOOK),
}


def prepared(home: Path, seed: int) -> Path:
    """Make a campaign of a small form, with a return of every unit and a second one of some."""
    chance = random.Random(seed)
    listed = home.parent / "units.csv"
    with listed.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["code", "name", "kind", "parent"])
        writer.writerow(["TP", "Thành phố Thử", "thanh-pho", ""])
        writer.writerows([f"P{n}", f"Phường số {n}", "phuong", "TP"] for n in range(UNITS))
    made = campaigns.create(home, units_file=listed, form=str(FORM))
    for unit in made.respondents:
        for number in range(2 if unit.code in TWICE else 1):
            answers = {}
            for sheet in layout_of(made.form, unit.kind, "vi").of_kind(SheetKind.GROUP):
                for code in sheet.rows:
                    indicator = made.form.indicators[code]
                    for period in sheet.periods(made.form):
                        if entry_of(unit, indicator, period) in (Entry.REQUIRED, Entry.OPTIONAL):
                            value = Answer(Decimal(chance.randint(0, 900)))
                            answers[code, period.code, 0] = value
            data = template.build(made.form, unit, made.issue, answers=answers)
            (home / campaigns.RETURNED / f"{number}_{unit.code}.xlsx").write_bytes(data)
    return home


def started(home: Path, verb: str) -> int:
    """Start a verb in a process of its own and return its number; what it says goes to a file."""
    process = os.fork()
    if process:
        return process
    code = 99
    try:
        with home.with_name(f"{verb}.out").open("wb") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        words = ["-C", str(home), *WORDS[verb]]
        code = cli.main(words, prog_name="tongket", standalone_mode=False)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def finished(home: Path, verb: str, process: int) -> None:
    """Wait for a process.

    Raises:
        AssertionError: it could not work.
    """
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if code not in (0, 1):
        said = home.with_name(f"{verb}.out").read_text(encoding="utf-8")
        raise AssertionError(f"{verb} ended with {code}: {said}")


def outcome(verb: str, home: Path) -> dict[str, bytes]:
    """Return the files that a verb has made, by name."""
    files = [home / BOOK] if verb == "summary" else sorted((home / "tra-lai").glob("*.xlsx"))
    return {path.name: path.read_bytes() for path in files}


def made_of(verb: str, home: Path) -> dict[str, bytes]:
    """Return what a verb makes of a campaign when nobody disturbs it."""
    campaign = campaigns.open_campaign(home)
    if verb == "summary":
        summarise.summarise(campaign, home / BOOK)
    else:
        mark.mark(campaign)
    return outcome(verb, home)


def received(home: Path) -> int:
    """Return how many files are recorded; none where there is no ledger yet."""
    try:
        with closing(sqlite3.connect(f"file:{home / LEDGER}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT COUNT(*) FROM receipt").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def states(home: Path) -> Iterator[State]:
    """Yield every state that the ledger of a campaign went through, the first one first."""
    with closing(sqlite3.connect(home / LEDGER)) as db:
        (last,) = db.execute("SELECT COALESCE(MAX(id), 0) FROM receipt").fetchone()
        copies = db.execute("SELECT id, last_receipt FROM copy ORDER BY id").fetchall()
    held = 0
    for receipts in range(last + 1):
        yield State(receipts, held)
        for number, after in copies:
            if after == receipts:
                held = number
                yield State(receipts, held)


def seen(verb: str, home: Path, files: dict[str, bytes], expected: Expected) -> State | None:
    """Return the state of the ledger of which files were made, ``None`` if of none."""
    return next((s for s in states(home) if expected.of(verb, home, s) == files), None)


def contradiction(verb: str, home: Path, files: dict[str, bytes], expected: Expected) -> str:
    """Tell, file by file, of which states what was made could be."""
    held = {
        name: [s.receipts for s in states(home) if expected.of(verb, home, s).get(name) == data]
        for name, data in files.items()
    }
    return f"{verb}: of no state of the ledger; each file for itself: {json.dumps(held)}"


def loading() -> float:
    """Return how long a verb takes before it looks at the ledger, about, in seconds."""
    clock = time.monotonic()
    campaigns.load_form(FORM)
    return time.monotonic() - clock


def trial(
    ready: Path, home: Path, chance: random.Random, wait: float, expected: Expected
) -> dict[str, int]:
    """Let the three run against each other once; return how many receipts the others saw.

    Raises:
        AssertionError: what one of them made is of no state of the ledger.
    """
    shutil.copytree(ready, home)
    files = len(list((home / campaigns.RETURNED).iterdir()))
    starts = {verb: chance.randint(0, files - 1) for verb in READERS}
    running = {"import": started(home, "import")}
    for verb in sorted(starts, key=starts.__getitem__):
        while received(home) < starts[verb]:
            time.sleep(0.001)
        # The import stands still until the other has come about as far as the ledger.
        os.kill(running["import"], signal.SIGSTOP)
        running[verb] = started(home, verb)
        time.sleep(chance.uniform(0, 3 * wait))
        os.kill(running["import"], signal.SIGCONT)
    ended = [_ended(home, verb, process) for verb, process in running.items()]
    if any(ended):
        raise AssertionError("; ".join(filter(None, ended)))
    found = {}
    for verb in READERS:
        files = outcome(verb, home)
        state = seen(verb, home, files, expected)
        if state is None:
            raise AssertionError(contradiction(verb, home, files, expected))
        found[verb] = state.receipts
    shutil.rmtree(home)
    return found


def _ended(home: Path, verb: str, process: int) -> str:
    """Wait for a process, and say what went wrong with it; the others are waited for as well."""
    try:
        finished(home, verb, process)
    except AssertionError as error:
        return str(error)
    return ""


def run(rounds: int, seed: int, *, tolerant: bool = False) -> list[dict[str, int] | str]:
    """Do it all; return of each round which states were seen, or what was wrong.

    Args:
        tolerant: go on after a round that went wrong.

    Raises:
        AssertionError: a workbook is of no state of the ledger.
    """
    chance = random.Random(seed)
    results: list[dict[str, int] | str] = []
    with tempfile.TemporaryDirectory(prefix="tongket-interleave-") as name:
        folder = Path(name)
        ready = prepared(folder / "dot", seed)
        wait = loading()
        expected = Expected(folder / "states")
        for number in range(rounds):
            there = folder / f"{number}" / "dot"
            there.parent.mkdir()
            try:
                results.append(trial(ready, there, chance, wait, expected))
            except AssertionError as error:
                if not tolerant:
                    raise
                results.append(f"WRONG {error}")
            print(f"{number + 1}/{rounds}: {str(results[-1])[:400]}", flush=True)
    return results


def main() -> None:
    """Run by hand."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--rounds", type=int, default=50)
    words.add_argument("--seed", type=int, default=date.today().toordinal())
    words.add_argument("--tolerant", action="store_true", help="go on after what went wrong")
    given = words.parse_args()
    clock = time.monotonic()
    results = run(given.rounds, given.seed, tolerant=given.tolerant)
    right = [found for found in results if isinstance(found, dict)]
    among = sum(any(0 < k < UNITS + len(TWICE) for k in found.values()) for found in right)
    print(
        f"{len(right)} of {len(results)} rounds right, {among} of them with a workbook made in the "
        f"middle of the import; {time.monotonic() - clock:.0f} s"
    )


if __name__ == "__main__":
    main()
