"""The tables of a ledger, by the schema they came with; an older ledger is read as it is.

``PRAGMA user_version`` holds the number of the schema. Nothing that was recorded is rewritten: a
later schema only adds.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tongket_xlsx.model.findings import CannotWork

SCHEMA_VERSION = 4

_SCHEMA_1 = """
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
# What came with schema 4: what stands beside the answers of a return. ``left_out`` counts the cells
# that are not kept; it is NULL where an earlier program did not look for any.
_ASIDES = """
CREATE TABLE stray (
  reading INTEGER NOT NULL REFERENCES reading, number INTEGER NOT NULL, sheet TEXT NOT NULL,
  cell TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (reading, number)
) WITHOUT ROWID;
CREATE TABLE typed_formula (
  reading INTEGER NOT NULL REFERENCES reading, indicator TEXT NOT NULL, period TEXT NOT NULL,
  formula TEXT NOT NULL, PRIMARY KEY (reading, indicator, period)
) WITHOUT ROWID;
"""
_SCHEMA_4 = "ALTER TABLE reading ADD COLUMN left_out INTEGER;" + _ASIDES
_SCHEMAS = (_SCHEMA_1, _SCHEMA_2, _SCHEMA_3, _SCHEMA_4)
_WITHOUT_ASIDES = "CREATE TEMP VIEW reading AS SELECT *, NULL AS left_out FROM main.reading;"
# What a reader sees in the place of what an older ledger lacks, by the schema it came with.
_SUPPLIED = {
    2: _SCHEMA_2.replace("CREATE TABLE", "CREATE TEMP TABLE"),
    3: "CREATE TEMP VIEW observation AS SELECT *, 0 AS estimated FROM main.observation;",
    4: _ASIDES.replace("CREATE TABLE", "CREATE TEMP TABLE") + _WITHOUT_ASIDES,
}


def version_of(db: sqlite3.Connection, path: Path) -> int:
    """Return the schema of a ledger; 0 is one without any table.

    Raises:
        CannotWork: it is of a later schema, or another program's database.
    """
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise CannotWork("ledger.newer", path=str(path), found=version, known=SCHEMA_VERSION)
    if not version and db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
        raise CannotWork("ledger.not_ours", path=str(path))
    return version


def upgrade(db: sqlite3.Connection, version: int) -> None:
    """Make the tables, or those an older ledger lacks; the transaction is the caller's."""
    for number, schema in enumerate(_SCHEMAS, start=1):
        if version < number:
            _execute(db, schema)
    db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def supply(db: sqlite3.Connection, version: int) -> None:
    """Let a reader see an older ledger as one of today; nothing in it is touched."""
    if version == SCHEMA_VERSION:
        return
    db.execute("PRAGMA temp_store=MEMORY")
    for number, schema in _SUPPLIED.items():
        if version < number:
            _execute(db, schema)


def _execute(db: sqlite3.Connection, schema: str) -> None:
    for statement in schema.split(";"):
        if statement.strip():
            db.execute(statement)
