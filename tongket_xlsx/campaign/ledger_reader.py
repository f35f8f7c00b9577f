"""What a ledger tells, in one state of it; whoever reads cannot write.

Long because nothing else may ask the ledger: every question that is asked of it stands here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Self, TypeVar

from tongket_xlsx.campaign.ledger_access import look_at_place, open_to_read
from tongket_xlsx.campaign.ledger_schema import supply, version_of
from tongket_xlsx.campaign.originals import Originals
from tongket_xlsx.campaign.receipts import Arrival, Copy, Receipt, Record, latest
from tongket_xlsx.model.asides import Asides, Stray
from tongket_xlsx.model.figure_status import IMPOSSIBLE
from tongket_xlsx.model.findings import CannotWork, Finding, Parameter, Severity
from tongket_xlsx.model.observations import CellState, Observation, Outcome
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import Decision, Subject, Verdict

LEDGER_FILE, _ORIGINALS = "so-cai.sqlite", "ban-goc"
# The fact that says when originals began to be kept: an emptied ledger does not know it.
BEGUN = "begun"
_Word = TypeVar("_Word", bound=StrEnum)
_ANSWERS = tuple(state for state in CellState if state.answers)


class LedgerReader:
    """One state of the ledger of a campaign, and the originals beside it.

    What is recorded after it was opened is not seen. Nothing is ever written, so that a copy on a
    read-only disk, or one that is full, can be read as well.
    """

    def __init__(self, folder: Path, *, rebuilding: bool = False) -> None:
        """Open the ledger of a folder as it is now; where nothing ever came in it is empty.

        Args:
            rebuilding: it is known to be lost, and made again from the originals.

        Raises:
            CannotWork: the file is gone, damaged, no ledger, or of a later schema.
        """
        self.folder = folder
        self.file = folder / LEDGER_FILE
        self.originals = Originals(folder / _ORIGINALS)
        try:
            look_at_place(self.file, (lambda: 0) if rebuilding else self.originals.count)
            self._db = self._opened()
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error
        try:
            if not rebuilding:
                self._look_at_content()
        except BaseException:
            self._db.close()
            raise

    def _opened(self) -> sqlite3.Connection:
        db = open_to_read(self.file)
        try:
            supply(db, version_of(db, self.file))
            db.execute("PRAGMA query_only=ON")
        except BaseException:
            db.close()
            raise
        return db

    def _unusable(self, error: sqlite3.Error | OSError) -> CannotWork:
        if isinstance(error, PermissionError):
            return CannotWork("ledger.unreadable", path=str(self.file))
        return CannotWork("ledger.unusable", path=str(self.file), reason=str(error))

    def unrecorded(self) -> list[Path]:
        """Return the whole originals of which there is no receipt, in the order they were kept."""
        known = {arrival.sha256 for arrival in self.arrivals()}
        lost = [path for path in self.originals if path.name not in known]
        return sorted(
            (path for path in lost if self.originals.is_whole(path)),
            key=lambda path: (path.stat().st_mtime_ns, path.name),
        )

    def units(self) -> set[str]:
        """Return the codes of all units of which something was taken in."""
        return {unit for (unit,) in self._db.execute("SELECT DISTINCT unit FROM reading")} - {""}

    def _look_at_content(self) -> None:
        """See that a ledger without any receipt is none that lost them."""
        try:
            known = _is_begun(self._db)
        except sqlite3.DatabaseError:
            # A damaged page is told by whoever needs what stood there.
            return
        if not known and (kept := self.originals.count()) and not self._begun_since():
            raise CannotWork("ledger.emptied", path=str(self.file), count=kept)

    def _begun_since(self) -> bool:
        """Say whether another program has begun to record after this state was opened."""
        with closing(open_to_read(self.file)) as db:
            return _is_begun(db)

    def close(self) -> None:
        """Close the ledger."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return the ledger itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the ledger."""
        self.close()

    # ------------------------------------------------------------------ originals

    def original(self, sha256: str) -> bytes:
        """Return the original bytes of a received file; raises as :meth:`Originals.read` does."""
        return self.originals.read(sha256)

    def original_path(self, sha256: str) -> Path:
        """Return where the original bytes of a hash are kept."""
        return self.originals.path(sha256)

    # ------------------------------------------------------------------ the loop of correction

    def decisions(self) -> list[Decision]:
        """Return every decision, the earliest first."""
        rows = self._db.execute(
            "SELECT unit, code, indicator, period, place, basis, verdict, reason, decided_by, "
            "recorded FROM decision ORDER BY id"
        )
        return [
            Decision(
                r[0], Subject(*r[1:6]), _known(Verdict, r[6], Verdict.INSIST), r[7], r[8], r[9]
            )
            for r in rows
        ]

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

    # ------------------------------------------------------------------ asking

    def outcome_of(self, sha256: str) -> tuple[Outcome, date, str] | None:
        """Return outcome, day of receipt and file name of bytes already received."""
        row = self._db.execute(
            "SELECT r.outcome, c.received, c.file FROM reading r JOIN receipt c USING (sha256) "
            "WHERE r.sha256 = ? ORDER BY r.id DESC, c.id LIMIT 1",
            (sha256,),
        ).fetchone()
        return (_outcome(row[0]), date.fromisoformat(row[1]), row[2]) if row else None

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
                _outcome(row[5]),
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
        return [Record(r[0], r[1], r[2], r[3], _outcome(r[4]), r[5]) for r in rows]

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
                CellState.recorded(row[3]),
                _amount(row[4]),
                row[5],
                row[6],
                row[7],
                row[8],
                bool(row[9]),
            )

    def figures(
        self, readings: Iterable[int], indicators: Iterable[str]
    ) -> Iterator[tuple[int, str, str, str, str | None, str, str, int]]:
        """Yield (reading, indicator, period, state, value, text, raw, estimated) of some codes.

        Columns are taken group by group, so that no more than one group is ever in memory.
        """
        codes = list(indicators)
        marks = ",".join("?" * len(codes))
        for reading in readings:
            yield from self._db.execute(
                "SELECT reading, indicator, period, state, value, text, raw, estimated "  # noqa: S608 - only question marks are put in
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
            (json.dumps(list(readings)),),
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

    def findings(self, reading: int, *, only_holding: bool = False) -> list[Finding]:
        """Return the findings of one reading, in their order.

        Args:
            only_holding: only those that hold figures back; see
                :func:`tongket_xlsx.model.figure_status.holds`.
        """
        wanted = " AND (parameters LIKE '%\"holds\":%' OR code IN (SELECT value FROM json_each(?)))"
        rows = self._db.execute(
            "SELECT code, severity, unit, sheet, cell, indicator, period, parameters "  # noqa: S608 - a constant is put in
            f"FROM finding WHERE reading = ?{wanted if only_holding else ''} ORDER BY number",
            (reading, json.dumps(sorted(IMPOSSIBLE))) if only_holding else (reading,),
        )
        return [
            Finding(r[0], _severity(r[1]), Place(r[2], r[3], r[4]), r[5], r[6], _revived(r[7]))
            for r in rows
        ]

    def asides(self, reading: int) -> Asides | None:
        """Return what stands beside the answers of one reading; ``None`` where it is not known."""
        row = self._db.execute("SELECT left_out FROM reading WHERE id = ?", (reading,)).fetchone()
        if row is None or row[0] is None:
            return None
        strays = self._db.execute(
            "SELECT sheet, cell, text FROM stray WHERE reading = ? ORDER BY number", (reading,)
        )
        formulas = self._db.execute(
            "SELECT indicator, period, formula FROM typed_formula WHERE reading = ?", (reading,)
        )
        return Asides(
            tuple(Stray(*stray) for stray in strays),
            row[0],
            {(code, period): text for code, period, text in formulas},
        )

    def counts(self, reading: int) -> dict[Severity, int]:
        """Return how many findings of each severity one reading has."""
        rows = self._db.execute(
            "SELECT severity, COUNT(*) FROM finding WHERE reading = ? GROUP BY severity", (reading,)
        )
        counts: dict[Severity, int] = {}
        for severity, count in rows:
            counts[_severity(severity)] = counts.get(_severity(severity), 0) + count
        return counts


def _is_begun(db: sqlite3.Connection) -> bool:
    """Say whether something was recorded, or is about to be."""
    asked = "SELECT EXISTS (SELECT 1 FROM receipt) OR EXISTS (SELECT 1 FROM fact WHERE key = ?)"
    return bool(db.execute(asked, (BEGUN,)).fetchone()[0])


def _known(kind: type[_Word], word: str, otherwise: _Word) -> _Word:
    """Return a word of the ledger; one that another version wrote counts as the careful one."""
    try:
        return kind(word)
    except ValueError:
        return otherwise


def _outcome(word: str) -> Outcome:
    return _known(Outcome, word, Outcome.NEEDS_CORRECTION)


def _severity(word: str) -> Severity:
    return _known(Severity, word, Severity.WARNING)


def _amount(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def _revived(text: str) -> dict[str, Parameter]:
    return {
        k: Decimal(v["decimal"]) if isinstance(v, dict) else v for k, v in json.loads(text).items()
    }
