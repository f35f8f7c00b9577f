"""What is recorded in a ledger where no workbook is needed: a return, its figure and its fault."""

import hashlib
import sqlite3
from datetime import date
from decimal import Decimal

from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.observations import CellState, Identity, Observation, Return
from tongket_xlsx.model.places import Place

DAY = date(2017, 3, 30)
FIGURE = Observation(
    "ML10", "2017", 0, CellState.NUMBER, Decimal("0.10"), "", "0,10", "ML Hội", "F17"
)
FAULT = Finding(
    "cell.integer",
    Severity.ERROR,
    Place("Huyện KBang", "ML Hội", "F17"),
    "ML10",
    "2017",
    {"found": Decimal("0.10"), "proposal": 100, "label": "Số hội viên"},
)


def returned(data=b"one", unit="GL-625", number=1, *, observations=(FIGURE,), findings=()):
    """Return a return that was read, of a unit and of no unit where ``unit`` is empty."""
    identity = Identity(unit, "chi-thi-11", "2.0", number, "cha") if unit else None
    digest = hashlib.sha256(data).hexdigest()
    return Return(digest, identity, observations, findings, {"phone": "0269"}, {"ML10": "vì"})


def record(ledger, result, file="a.xlsx", day=DAY):
    """Record a return."""
    ledger.record(result, file=file, size=3, received=day, form="f", program="0")


def rows(ledger, sql):
    """Return what a query finds, asked past the ledger."""
    with sqlite3.connect(ledger.folder / "so-cai.sqlite") as db:
        found = db.execute(sql).fetchall()
    db.close()
    return found
