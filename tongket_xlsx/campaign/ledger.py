"""What has been received: durable, append-only, one transaction a file.

The original bytes are kept by content hash before anything is parsed. Reading the same bytes
again after a rule has changed adds a reading and never alters an earlier one.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, Self

from tongket_xlsx.campaign.atomic_files import clear_leftovers, unwritable, write_whole
from tongket_xlsx.model.findings import CannotWork, Finding, Parameter, Severity
from tongket_xlsx.model.observations import CellState, Observation, Outcome, Return
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import Decision, Subject, Verdict

SCHEMA_VERSION = 3
_LEDGER, _ORIGINALS, _TURN = "so-cai.sqlite", "ban-goc", "dang-nhap.khoa"
_PAUSE, _LONGEST_WAIT = 0.2, 3600.0
_NETWORK = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "ncpfs", "vboxsf", "drvfs")
_WINDOWS_REMOTE = 4

_SCHEMA = """
CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE receipt (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL,
  received TEXT NOT NULL, recorded TEXT NOT NULL
);
CREATE INDEX receipt_sha256 ON receipt (sha256);
CREATE TABLE reading (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, form TEXT NOT NULL, program TEXT NOT NULL,
  recorded TEXT NOT NULL, outcome TEXT NOT NULL, unit TEXT NOT NULL, round INTEGER NOT NULL,
  version TEXT NOT NULL, parent TEXT NOT NULL, cover TEXT NOT NULL, explanations TEXT NOT NULL
);
CREATE INDEX reading_sha256 ON reading (sha256);
CREATE TABLE observation (
  reading INTEGER NOT NULL REFERENCES reading, indicator TEXT NOT NULL, period TEXT NOT NULL,
  row INTEGER NOT NULL, state TEXT NOT NULL, value TEXT, text TEXT NOT NULL, raw TEXT NOT NULL,
  sheet TEXT NOT NULL, cell TEXT NOT NULL,
  PRIMARY KEY (reading, indicator, period, row)
) WITHOUT ROWID;
CREATE TABLE finding (
  reading INTEGER NOT NULL REFERENCES reading, number INTEGER NOT NULL, code TEXT NOT NULL,
  severity TEXT NOT NULL, unit TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
  indicator TEXT NOT NULL, period TEXT NOT NULL, parameters TEXT NOT NULL,
  PRIMARY KEY (reading, number)
) WITHOUT ROWID;
"""
# What came with schema 2: decisions on findings, and the copies sent back for correction.
_SCHEMA_2 = """
CREATE TABLE decision (
  id INTEGER PRIMARY KEY, unit TEXT NOT NULL, code TEXT NOT NULL, indicator TEXT NOT NULL,
  period TEXT NOT NULL, place TEXT NOT NULL, basis TEXT NOT NULL, verdict TEXT NOT NULL,
  reason TEXT NOT NULL, decided_by TEXT NOT NULL, recorded TEXT NOT NULL
);
CREATE TABLE copy (
  id INTEGER PRIMARY KEY, unit TEXT NOT NULL, round INTEGER NOT NULL, parent TEXT NOT NULL,
  file TEXT NOT NULL, last_receipt INTEGER NOT NULL, recorded TEXT NOT NULL,
  UNIQUE (unit, round, parent)
);
"""
# What came with schema 3: which figures their office gave as estimates.
_SCHEMA_3 = "ALTER TABLE observation ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0;"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file as it came in, and how it was last read; ``number`` counts what came in."""

    number: int
    reading: int
    sha256: str
    file: str
    received: date
    first_received: date
    outcome: Outcome
    unit: str
    round: int
    version: str
    parent: str
    cover: Mapping[str, str]
    explanations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy sent back for correction: its round, the return it continues, and when it was made.

    ``last_receipt`` is the number of the last file that had come in by then.
    """

    unit: str
    round: int
    parent: str
    file: str
    last_receipt: int
    on: str


_ANSWERS = tuple(state for state in CellState if state.answers)


class Arrival(NamedTuple):
    """A receipt as it was recorded: its number, the hash and size of its bytes, its name."""

    number: int
    sha256: str
    file: str
    size: int


class Record(NamedTuple):
    """A reading as it was recorded: of which bytes, by which form and program, and whose it is."""

    number: int
    sha256: str
    form: str
    program: str
    outcome: Outcome
    unit: str


class Ledger:
    """The ledger of one campaign: a SQLite file and the folder of originals beside it."""

    def __init__(self, folder: Path) -> None:
        """Open the ledger, making it where there is none.

        Raises:
            CannotWork: the file is no ledger, is damaged, or is of a later schema.
        """
        self.folder = folder
        self.originals = folder / _ORIGINALS
        self.file = path = folder / _LEDGER
        try:
            self.originals.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
            try:
                self._prepare(path)
            except BaseException:
                self._db.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise CannotWork("ledger.unusable", path=str(path), reason=str(error)) from error

    def _prepare(self, path: Path) -> None:
        # A write-ahead log needs shared memory, which a network share does not have.
        mode = "WAL" if is_local(path) else "DELETE"
        self._db.execute(f"PRAGMA journal_mode={mode}")
        # What was said to be recorded is on the disk, even where the power fails.
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise CannotWork("ledger.newer", path=str(path), found=version, known=SCHEMA_VERSION)
        if version < SCHEMA_VERSION:
            self._upgrade()

    def _upgrade(self) -> None:
        """Make the tables, or those an older ledger does not have yet; nothing is rewritten."""
        with self._transaction():
            # Another program may have done it while this one waited.
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            for number, schema in enumerate((_SCHEMA, _SCHEMA_2, _SCHEMA_3), start=1):
                for statement in schema.split(";") if version < number else ():
                    if statement.strip():
                        self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def close(self) -> None:
        """Close the ledger."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return the ledger itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the ledger."""
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            # A full disk may have rolled it back already.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise self._trouble(error) from error
            raise

    def _trouble(self, error: sqlite3.OperationalError) -> Exception:
        """Say why the ledger could not be written; what is no such trouble stays as it is."""
        path = str(self.file)
        match _primary_code(error):
            case sqlite3.SQLITE_FULL:
                return CannotWork("disk.full", path=path)
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
                return CannotWork("folder.closed", path=str(self.folder))
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return CannotWork("ledger.busy", path=path)
            case _:
                return error

    @contextmanager
    def turn(
        self, waiting: Callable[[], None] = lambda: None, seconds: float = _LONGEST_WAIT
    ) -> Iterator[None]:
        """Have the ledger to oneself for a whole import; another import waits until it is done.

        The lock is the system's own, so that it goes with the program that holds it, however
        that ends.

        Args:
            waiting: called once, where there is someone to wait for.

        Raises:
            CannotWork: the other one was not done in time.
        """
        lock = sqlite3.connect(self.folder / _TURN, isolation_level=None, timeout=0)
        try:
            end, told = time.monotonic() + seconds, False
            while not self._locked(lock):
                if not told:
                    waiting()
                    told = True
                if time.monotonic() > end:
                    raise CannotWork("ledger.busy", path=str(self.file))
                time.sleep(_PAUSE)
            # Whoever wrote here before is done or dead.
            for folder in self.originals.iterdir():
                clear_leftovers(folder, alone=True)
            yield
        finally:
            lock.close()

    def _locked(self, lock: sqlite3.Connection) -> bool:
        """Take the lock, and say whether it was free."""
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if _primary_code(error) == sqlite3.SQLITE_BUSY:
                return False
            raise self._trouble(error) from error
        return True

    # ------------------------------------------------------------------ originals

    def keep(self, data: bytes) -> str:
        """Keep the original bytes and return their SHA-256; the same bytes are kept once.

        An original that was damaged since is whole again when its bytes come in once more.

        Raises:
            CannotWork: they cannot be written.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self.original_path(digest)
        if not _holds(path, data):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise unwritable(path, error, closed=True) from error
            write_whole(path, data)
        return digest

    def original(self, sha256: str) -> bytes:
        """Return the original bytes of a received file.

        Raises:
            CannotWork: they are no longer there, or are not what was received.
        """
        path = self.original_path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CannotWork("ledger.lost", path=str(path)) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise CannotWork("ledger.lost", path=str(path))
        return data

    def original_path(self, sha256: str) -> Path:
        """Return where the original bytes of a hash are kept."""
        return self.originals / sha256[:2] / sha256

    # ------------------------------------------------------------------ recording

    def outcome_of(self, sha256: str) -> tuple[Outcome, date, str] | None:
        """Return outcome, day of receipt and file name of bytes already received."""
        row = self._db.execute(
            "SELECT r.outcome, c.received, c.file FROM reading r JOIN receipt c USING (sha256) "
            "WHERE r.sha256 = ? ORDER BY r.id DESC, c.id LIMIT 1",
            (sha256,),
        ).fetchone()
        return (Outcome(row[0]), date.fromisoformat(row[1]), row[2]) if row else None

    def record(
        self, result: Return, *, file: str, size: int, received: date, form: str, program: str
    ) -> int:
        """Record a received file and what was read in it, in one transaction.

        Returns:
            the number of the reading.
        """
        moment = now()
        with self._transaction():
            self._db.execute(
                "INSERT INTO receipt (sha256, file, size, received, recorded) "
                "VALUES (?, ?, ?, ?, ?)",
                (result.sha256, file, size, received.isoformat(), moment),
            )
            return self._insert_reading(result, form, program, moment)

    def record_again(self, result: Return, *, form: str, program: str) -> int:
        """Record a new reading of bytes received before; return its number."""
        with self._transaction():
            return self._insert_reading(result, form, program, now())

    def _insert_reading(self, result: Return, form: str, program: str, now: str) -> int:
        identity = result.identity
        cursor = self._db.execute(
            "INSERT INTO reading (sha256, form, program, recorded, outcome, unit, round, version, "
            "parent, cover, explanations) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                result.sha256,
                form,
                program,
                now,
                result.outcome,
                identity.unit if identity else "",
                identity.round if identity else 0,
                identity.version if identity else "",
                identity.parent if identity else "",
                _json(result.cover),
                _json(result.explanations),
            ),
        )
        number = cursor.lastrowid
        self._db.executemany(
            "INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    number,
                    o.indicator,
                    o.period,
                    o.row,
                    o.state,
                    None if o.value is None else str(o.value),
                    o.text,
                    o.raw,
                    o.sheet,
                    o.cell,
                    o.estimated,
                )
                for o in result.observations
            ),
        )
        self._db.executemany(
            "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    number,
                    n,
                    f.code,
                    f.severity,
                    f.place.unit,
                    f.place.sheet,
                    f.place.cell,
                    f.indicator,
                    f.period,
                    _json(_plain(f.parameters)),
                )
                for n, f in enumerate(result.findings)
            ),
        )
        return int(number or 0)

    # ------------------------------------------------------------------ the loop of correction

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Record decisions of the collector, all of them or none."""
        with self._transaction():
            self._db.executemany(
                "INSERT INTO decision (unit, code, indicator, period, place, basis, verdict, "
                "reason, decided_by, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((d.unit, *d.subject, d.verdict, d.reason, d.by, d.on) for d in decisions),
            )

    def decisions(self) -> list[Decision]:
        """Return every decision, the earliest first."""
        rows = self._db.execute(
            "SELECT unit, code, indicator, period, place, basis, verdict, reason, decided_by, "
            "recorded FROM decision ORDER BY id"
        )
        return [Decision(r[0], Subject(*r[1:6]), Verdict(r[6]), r[7], r[8], r[9]) for r in rows]

    def send_back(self, unit: str, number: int, parent: str, file: str) -> None:
        """Record that a copy was made for correction; made again, it is still one copy."""
        with self._transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO copy (unit, round, parent, file, last_receipt, recorded) "
                "VALUES (?, ?, ?, ?, (SELECT COALESCE(MAX(id), 0) FROM receipt), ?)",
                (unit, number, parent, file, now()),
            )

    def copies(self) -> list[Copy]:
        """Return every copy sent back, the earliest first."""
        rows = self._db.execute(
            "SELECT unit, round, parent, file, last_receipt, recorded FROM copy ORDER BY id"
        )
        return [Copy(*row) for row in rows]

    # ------------------------------------------------------------------ facts

    def fact(self, key: str) -> str:
        """Return a fact about the campaign, empty where it was never set."""
        row = self._db.execute("SELECT value FROM fact WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def set_fact(self, key: str, value: str) -> None:
        """Set a fact about the campaign."""
        self._db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (key, value))

    # ------------------------------------------------------------------ asking

    def receipts(self, until: date | None = None) -> list[Receipt]:
        """Return every file received, with its last reading, in order of receipt.

        Args:
            until: only what had come in by the end of this day.

        ``received`` is the day the bytes first came in; a file that came twice stands once.
        """
        rows = self._db.execute(
            """
            SELECT c.id, r.id, r.sha256, c.file, c.received, r.outcome, r.unit, r.round, r.version,
                   r.parent, r.cover, r.explanations
            FROM reading r
            JOIN (SELECT sha256, MAX(id) AS id FROM reading GROUP BY sha256) l ON l.id = r.id
            JOIN (SELECT sha256, MIN(id) AS id FROM receipt GROUP BY sha256) f
              ON f.sha256 = r.sha256
            JOIN receipt c ON c.id = f.id
            WHERE c.received <= ?
            ORDER BY c.id
            """,
            (until.isoformat() if until else "9999-12-31",),
        ).fetchall()
        first: dict[str, date] = {}
        receipts = []
        for row in rows:
            received = date.fromisoformat(row[4])
            if row[6]:
                first[row[6]] = min(received, first.get(row[6], received))
            receipts.append((row, received))
        return [
            Receipt(
                row[0],
                row[1],
                row[2],
                row[3],
                received,
                first.get(row[6], received),
                Outcome(row[5]),
                row[6],
                row[7],
                row[8],
                row[9],
                json.loads(row[10]),
                json.loads(row[11]),
            )
            for row, received in receipts
        ]

    def faults(self) -> Iterator[str]:
        """Yield what SQLite itself finds wrong with the file, and rows that refer to none."""
        for (line,) in self._db.execute("PRAGMA integrity_check"):
            if line != "ok":
                yield line
        for table, row, parent, _ in self._db.execute("PRAGMA foreign_key_check"):
            yield f"{table} {row if row is not None else ''} → {parent}"

    def arrivals(self) -> list[Arrival]:
        """Return every receipt, in the order in which they came."""
        rows = self._db.execute("SELECT id, sha256, file, size FROM receipt ORDER BY id")
        return [Arrival(*row) for row in rows]

    def records(self) -> list[Record]:
        """Return every reading, the earliest first."""
        rows = self._db.execute(
            "SELECT id, sha256, form, program, outcome, unit FROM reading ORDER BY id"
        )
        return [Record(r[0], r[1], r[2], r[3], Outcome(r[4]), r[5]) for r in rows]

    def refused(self) -> list[Receipt]:
        """Return what came in and could not be taken in."""
        return [r for r in self.receipts() if r.outcome is Outcome.REFUSED]

    def current(self, until: date | None = None) -> dict[str, Receipt]:
        """Return the latest return of each unit: the highest round, then the last received."""
        return latest(self.receipts(until))

    def observations(self, reading: int) -> Iterator[Observation]:
        """Yield the observations of one reading, in the order of their codes."""
        for row in self._db.execute(
            "SELECT indicator, period, row, state, value, text, raw, sheet, cell, estimated "
            "FROM observation WHERE reading = ? ORDER BY indicator, period, row",
            (reading,),
        ):
            yield Observation(
                row[0],
                row[1],
                row[2],
                CellState(row[3]),
                None if row[4] is None else Decimal(row[4]),
                row[5],
                row[6],
                row[7],
                row[8],
                bool(row[9]),
            )

    def figures(
        self, readings: Iterable[int], indicators: Iterable[str]
    ) -> Iterator[tuple[int, str, str, str, str | None, str, str]]:
        """Yield (reading, indicator, period, state, value, text, raw) of some codes.

        Columns are taken group by group, so that no more than one group is ever in memory.
        """
        codes = list(indicators)
        marks = ",".join("?" * len(codes))
        for reading in readings:
            yield from self._db.execute(
                "SELECT reading, indicator, period, state, value, text, raw "  # noqa: S608 - only question marks are put in
                f"FROM observation WHERE reading = ? AND row = 0 AND indicator IN ({marks})",
                (reading, *codes),
            )

    def sizes(self, readings: Iterable[int]) -> dict[tuple[str, str], float]:
        """Return how much the figures of some readings add up to, about: (code, period) → sum.

        It tells what weighs most and is no total: those are exact.
        """
        rows = self._db.execute(
            "SELECT indicator, period, SUM(ABS(CAST(value AS REAL))) FROM observation "
            "WHERE reading IN (SELECT value FROM json_each(?)) AND row = 0 AND state = 'number' "
            "GROUP BY indicator, period",
            (_json(list(readings)),),
        )
        return {(code, period): size or 0.0 for code, period, size in rows}

    def address(self, reading: int, indicator: str, period: str) -> tuple[str, str]:
        """Return the sheet and cell of a figure of one reading; empty where it has none."""
        row = self._db.execute(
            "SELECT sheet, cell FROM observation "
            "WHERE reading = ? AND indicator = ? AND period = ? AND row = 0",
            (reading, indicator, period),
        ).fetchone()
        return row or ("", "")

    def answered(self, readings: Iterable[int]) -> int:
        """Return how many observations of some readings are not blank."""
        count = 0
        for reading in readings:
            row = self._db.execute(
                "SELECT COUNT(*) FROM observation WHERE reading = ? AND state <> 'blank'",
                (reading,),
            ).fetchone()
            count += row[0]
        return count

    def answers(self, reading: int) -> set[tuple[str, str]]:
        """Return (indicator, period) of everything that one reading has answered."""
        marks = ",".join("?" * len(_ANSWERS))
        return set(
            self._db.execute(
                "SELECT indicator, period FROM observation "  # noqa: S608 - only question marks are put in
                f"WHERE reading = ? AND state IN ({marks})",
                (reading, *_ANSWERS),
            )
        )

    def findings(self, reading: int) -> list[Finding]:
        """Return the findings of one reading, in their order."""
        rows = self._db.execute(
            "SELECT code, severity, unit, sheet, cell, indicator, period, parameters "
            "FROM finding WHERE reading = ? ORDER BY number",
            (reading,),
        )
        return [
            Finding(r[0], Severity(r[1]), Place(r[2], r[3], r[4]), r[5], r[6], _revived(r[7]))
            for r in rows
        ]

    def counts(self, reading: int) -> dict[Severity, int]:
        """Return how many findings of each severity one reading has."""
        rows = self._db.execute(
            "SELECT severity, COUNT(*) FROM finding WHERE reading = ? GROUP BY severity", (reading,)
        )
        return {Severity(severity): count for severity, count in rows}


def latest(receipts: Iterable[Receipt]) -> dict[str, Receipt]:
    """Return the latest return of each unit: the highest round, then the last received."""
    found: dict[str, Receipt] = {}
    for receipt in receipts:
        if receipt.outcome is Outcome.REFUSED:
            continue
        held = found.get(receipt.unit)
        if held is None or (receipt.round, receipt.received) >= (held.round, held.received):
            found[receipt.unit] = receipt
    return found


def is_local(path: Path) -> bool:
    """Say whether a path lies on a disk of this machine; unknown means no."""
    where = path.resolve()
    if sys.platform == "win32":  # pragma: no cover - tried only on Windows
        import ctypes  # noqa: PLC0415 - exists in this form on Windows only

        root = where.anchor
        return not root.startswith("\\\\") and (
            ctypes.windll.kernel32.GetDriveTypeW(root) != _WINDOWS_REMOTE
        )
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:  # pragma: no cover - macOS, BSD
        return False
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, filesystem, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        inside = str(where) == point or str(where).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, filesystem
    return bool(kind) and not kind.startswith(_NETWORK)


def _holds(path: Path, data: bytes) -> bool:
    """Say whether a file is there and holds just these bytes."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _primary_code(error: sqlite3.Error) -> int:
    """Return what SQLite said, without its details; 0 where Python itself said it."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def now() -> str:
    """Return the moment as the ledger writes it, with its offset from UTC."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict)


def _plain(parameters: Mapping[str, Parameter]) -> dict[str, object]:
    return {k: {"decimal": str(v)} if isinstance(v, Decimal) else v for k, v in parameters.items()}


def _revived(text: str) -> dict[str, Parameter]:
    return {
        k: Decimal(v["decimal"]) if isinstance(v, dict) else v for k, v in json.loads(text).items()
    }
