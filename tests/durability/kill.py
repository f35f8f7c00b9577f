"""Kill an import at random moments, run it again, and compare with one that nobody disturbed.

    python tests/durability/kill.py --files 200 --kills 50 --seed 1

Each time a fresh campaign takes in the same returns, made from the real template with seeded
answers. The program is killed (SIGKILL) at a moment drawn at random between the start of its
ledger and the end of the undisturbed import. What it leaves must open; the import is run again,
and then every table of the ledger (but for numbers and moments), every original and the bytes of
the summary must be those of the undisturbed run, and the store must verify.
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
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.layout import Entry, SheetKind
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.template import workbook as template

KIND, LARGE = "hnd-tinh", "so-gddt"
LARGE_EVERY = 10
# How long the readers of a killed program may take to notice.
PATIENCE = 20.0
# What differs between two runs that say the same: numbers of rows and moments.
TABLES = {
    "receipt": "SELECT sha256, file, size, received FROM receipt ORDER BY id",
    "reading": "SELECT sha256, form, program, outcome, unit, round, version, parent, cover, "
    "explanations FROM reading ORDER BY id",
    "observation": "SELECT r.sha256, o.indicator, o.period, o.row, o.state, o.value, o.text, "
    "o.raw, o.sheet, o.cell FROM observation o JOIN reading r ON r.id = o.reading "
    "ORDER BY o.reading, o.indicator, o.period, o.row",
    "finding": "SELECT r.sha256, f.number, f.code, f.severity, f.unit, f.sheet, f.cell, "
    "f.indicator, f.period, f.parameters FROM finding f JOIN reading r ON r.id = f.reading "
    "ORDER BY f.reading, f.number",
    "decision": "SELECT unit, code, indicator, period, place, basis, verdict, reason FROM decision "
    "ORDER BY id",
    "copy": "SELECT unit, round, parent, file, last_receipt FROM copy ORDER BY id",
    "fact": "SELECT key FROM fact ORDER BY key",
}


@dataclass(frozen=True)
class Content:
    """What a campaign holds after an import: its tables, originals and summary."""

    tables: dict[str, list[tuple[object, ...]]]
    originals: list[str]
    summary: bytes


def prepared(home: Path, files: int, seed: int) -> Path:
    """Make a campaign with a return of every unit in its folder of returned workbooks."""
    chance = random.Random(seed)
    listed = home.parent / "units.csv"
    with listed.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["code", "name", "kind", "parent"])
        writer.writerow(["T", "Tỉnh Thử", "tinh", ""])
        for n in range(files):
            kind = LARGE if n % LARGE_EVERY == 0 else KIND
            writer.writerow([f"D{n:03}", f"Đơn vị số {n}", kind, "T"])
    made = campaigns.create(home, units_file=listed, form=campaigns.DEFAULT_FORM)
    for unit in made.respondents:
        answers = {}
        for sheet in layout_of(made.form, unit.kind, "vi").of_kind(SheetKind.GROUP):
            for code in sheet.rows:
                indicator = made.form.indicators[code]
                for period in sheet.periods(made.form):
                    if entry_of(unit, indicator, period) in (Entry.REQUIRED, Entry.OPTIONAL):
                        answers[code, period.code, 0] = Answer(Decimal(chance.randint(0, 900)))
        data = template.build(made.form, unit, made.issue, answers=answers)
        name = template.file_name(unit, 1)
        (home / campaigns.RETURNED / name).write_bytes(data)
    return home


def command(home: Path, *words: str) -> list[str]:
    """Return the words of a call of the program."""
    return [sys.executable, "-m", "tongket_xlsx", "-C", str(home), *words]


def importing(home: Path) -> subprocess.Popen[bytes]:
    """Start an import in a session of its own, so that nothing of it is left behind."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    words = command(home, "import", "--received", "30/03/2017", "--jobs", "2")
    return subprocess.Popen(words, start_new_session=True, **quiet)


def finished(home: Path) -> None:
    """Run an import to its end."""
    code = importing(home).wait(timeout=600)
    if code not in (0, 1):
        raise AssertionError(f"the import ended with {code}")


def begun(home: Path) -> None:
    """Wait until an import has made its ledger."""
    ledger = home / campaigns.LEDGER / "so-cai.sqlite"
    while not ledger.exists():
        time.sleep(0.002)


def killed(home: Path, after: float) -> bool:
    """Start an import and kill it some seconds after it has begun; say whether it still ran."""
    process = importing(home)
    begun(home)
    time.sleep(after)
    running = process.poll() is None
    process.kill()
    process.wait()
    end = time.monotonic() + PATIENCE
    while left := still_running(process.pid):
        if time.monotonic() > end:
            os.killpg(process.pid, signal.SIGKILL)
            raise AssertionError(f"{len(left)} readers outlived the program: {left}")
        time.sleep(0.02)
    return running


def still_running(session: int) -> list[str]:
    """Return the processes of a session that have not ended, as far as the system tells."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        state, _, group, *_ = rest.split()
        if int(group) == session and state != "Z":
            found.append(name)
    return found


def content(home: Path) -> Content:
    """Return what a campaign holds."""
    with closing(sqlite3.connect(home / campaigns.LEDGER / "so-cai.sqlite")) as db:
        tables = {name: db.execute(sql).fetchall() for name, sql in TABLES.items()}
    folder = home / campaigns.LEDGER / "ban-goc"
    originals = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    target = home / "tong-hop.xlsx"
    subprocess.run(
        command(home, "-q", "summary", "-o", str(target.name)),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return Content(tables, originals, target.read_bytes())


def opened(home: Path) -> int:
    """Open what a killed import left, let SQLite check it, and count what is recorded."""
    with Ledger(home / campaigns.LEDGER) as ledger:
        faults = list(ledger.faults())
        if faults:
            raise AssertionError(faults)
        whole = len(ledger.records()) == len(ledger.arrivals()) == len(ledger.receipts())
        if not whole:
            raise AssertionError("a receipt without its reading")
        return len(ledger.arrivals())


def verified(home: Path) -> None:
    """Have the store prove itself."""
    ended = subprocess.run(command(home, "verify", "--json"), capture_output=True, check=False)
    if ended.returncode != 0:
        raise AssertionError(json.loads(ended.stdout)["findings"][:3])


def differences(one: Content, other: Content) -> list[str]:
    """Name what two campaigns do not have alike."""
    found = [name for name in TABLES if one.tables[name] != other.tables[name]]
    found += ["originals"] if one.originals != other.originals else []
    return found + (["summary"] if one.summary != other.summary else [])


def trial(template_home: Path, wanted: Content, after: float, *, verify: bool) -> tuple[bool, int]:
    """Kill one import, run it again and compare; return whether it still ran, and what it had."""
    with tempfile.TemporaryDirectory(dir=template_home.parent) as folder:
        home = shutil.copytree(template_home, Path(folder) / template_home.name)
        running = killed(home, after)
        recorded = opened(home)
        finished(home)
        differing = differences(wanted, content(home))
        if differing:
            raise AssertionError(f"killed after {after:.3f} s, these differ: {differing}")
        if verify:
            verified(home)
        return running, recorded


def run(files: int, kills: int, seed: int, *, verify: bool = True) -> list[tuple[bool, int]]:
    """Do it all; every trial must come out equal.

    Raises:
        AssertionError: what a kill left differs from the undisturbed run.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="tongket-kill-") as folder:
        home = prepared(Path(folder) / "dot", files, seed)
        undisturbed = shutil.copytree(home, Path(folder) / "yen" / home.name)
        process = importing(undisturbed)
        begun(undisturbed)
        start = time.monotonic()
        process.wait(timeout=600)
        lasted = time.monotonic() - start
        wanted = content(undisturbed)
        if len(wanted.tables["receipt"]) != files:
            raise AssertionError("the undisturbed import is not whole")
        results = []
        for number in range(kills):
            after = chance.uniform(0, lasted)
            running, recorded = trial(home, wanted, after, verify=verify)
            results.append((running, recorded))
            print(
                f"{number + 1}/{kills}: killed after {after:.2f} of {lasted:.2f} s"
                f"{'' if running else ' (it was done)'}, {recorded} of {files} recorded: equal",
                flush=True,
            )
    return results


def main() -> None:
    """Run by hand."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--files", type=int, default=200)
    words.add_argument("--kills", type=int, default=50)
    words.add_argument("--seed", type=int, default=date.today().toordinal())
    given = words.parse_args()
    print(f"{given.files} files, {given.kills} kills, seed {given.seed}", flush=True)
    results = run(given.files, given.kills, given.seed)
    among = sum(0 < recorded < given.files for _, recorded in results)
    print(f"{len(results)} equal, {among} of them killed with part of the files recorded")


if __name__ == "__main__":
    main()
