"""What has been received: durable, append-only, one transaction a file.

The original bytes are kept by content hash before anything is parsed. Reading the same bytes
again after a rule has changed adds a reading and never alters an earlier one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from tongket_xlsx.campaign.ledger_access import open_to_write, trouble
from tongket_xlsx.campaign.ledger_reader import BEGUN, LedgerReader
from tongket_xlsx.campaign.ledger_schema import SCHEMA_VERSION, upgrade, version_of
from tongket_xlsx.campaign.private import private_folder
from tongket_xlsx.campaign.turn import LONGEST_WAIT, turn
from tongket_xlsx.model.asides import Asides
from tongket_xlsx.model.findings import CannotWork, Parameter
from tongket_xlsx.model.observations import Return
from tongket_xlsx.model.resolution import Decision


class Ledger(LedgerReader):
    """The ledger of one campaign, open to be written: a SQLite file and the originals beside it.

    What it tells is what is recorded at the moment it is asked.
    """

    def _opened(self) -> sqlite3.Connection:
        """Open the ledger, making it where there is none, or what an older one lacks."""
        private_folder(self.folder)
        private_folder(self.originals.folder)
        db = open_to_write(self.file)
        try:
            if version_of(db, self.file) < SCHEMA_VERSION:
                self._upgrade(db)
        except BaseException:
            db.close()
            raise
        return db

    def _unusable(self, error: sqlite3.Error | OSError) -> CannotWork:
        known = trouble(error, self.file) if isinstance(error, sqlite3.Error) else None
        return known or super()._unusable(error)

    def _upgrade(self, db: sqlite3.Connection) -> None:
        db.execute("BEGIN IMMEDIATE")
        try:
            # Another program may have done it while this one waited.
            upgrade(db, version_of(db, self.file))
            db.execute("COMMIT")
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")

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
                raise trouble(error, self.file) or error from error
            raise

    @contextmanager
    def turn(
        self, waiting: Callable[[], None] = lambda: None, seconds: float = LONGEST_WAIT
    ) -> Iterator[None]:
        """Have the ledger to oneself for a whole import; see :func:`campaign.turn.turn`."""
        with turn(self.file, waiting, seconds):
            # Whoever wrote here before is done or dead.
            self.originals.clear_leftovers()
            if not self.fact(BEGUN):
                self.set_fact(BEGUN, now())
            yield

    def keep(self, data: bytes) -> str:
        """Keep original bytes, return their SHA-256; raises as :meth:`Originals.keep` does."""
        return self.originals.keep(data)

    # ------------------------------------------------------------------ recording

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
            "parent, cover, explanations, left_out) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                result.asides.left_out,
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
        self._insert_asides(int(number or 0), result.asides)
        return int(number or 0)

    def _insert_asides(self, reading: int, asides: Asides) -> None:
        self._db.executemany(
            "INSERT INTO stray VALUES (?, ?, ?, ?, ?)",
            ((reading, n, s.sheet, s.cell, s.text) for n, s in enumerate(asides.strays)),
        )
        self._db.executemany(
            "INSERT INTO typed_formula VALUES (?, ?, ?, ?)",
            ((reading, *key, formula) for key, formula in asides.formulas.items()),
        )

    # ------------------------------------------------------------------ the loop of correction

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Record decisions of the collector, all of them or none."""
        with self._transaction():
            self._db.executemany(
                "INSERT INTO decision (unit, code, indicator, period, place, basis, verdict, "
                "reason, decided_by, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((d.unit, *d.subject, d.verdict, d.reason, d.by, d.on) for d in decisions),
            )

    def send_back(self, unit: str, number: int, parent: str, file: str) -> None:
        """Record that a copy was made for correction; made again, it is still one copy."""
        with self._transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO copy (unit, round, parent, file, last_receipt, recorded) "
                "VALUES (?, ?, ?, ?, (SELECT COALESCE(MAX(id), 0) FROM receipt), ?)",
                (unit, number, parent, file, now()),
            )

    def set_fact(self, key: str, value: str) -> None:
        """Set a fact about the campaign."""
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (key, value))


def now() -> str:
    """Return the moment as the ledger writes it, with its offset from UTC."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict)


def _plain(parameters: Mapping[str, Parameter]) -> dict[str, object]:
    return {k: {"decimal": str(v)} if isinstance(v, Decimal) else v for k, v in parameters.items()}
