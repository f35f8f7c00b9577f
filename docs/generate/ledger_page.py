"""The page of the tables of a ledger, as a new one has them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from tongket_xlsx.campaign.ledger_meaning import COLUMNS, TABLES
from tongket_xlsx.campaign.ledger_schema import SCHEMA_VERSION, upgrade


def page_lines() -> Iterator[str]:
    """Yield a part for each table: its columns, what is unique in it, what each is for."""
    with closing(sqlite3.connect(":memory:")) as db:
        upgrade(db, 0)
        yield f"Schema {SCHEMA_VERSION}."
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            yield from ("", f"## {table}", "", TABLES[table], "")
            yield from ("| column | type | | what it is |", "| --- | --- | --- | --- |")
            refers = {r[3]: r[2] for r in db.execute(f"PRAGMA foreign_key_list({table})")}
            for row in db.execute(f"PRAGMA table_info({table})"):
                _, name, kind, required, default, key = row
                marks = [
                    "key" if key else "" if required else "may be NULL",
                    f"of [{refers[name]}](#{refers[name]})" if name in refers else "",
                    f"{default} by default" if default is not None else "",
                ]
                shown = ", ".join(filter(None, marks))
                yield f"| `{name}` | {kind} | {shown} | {COLUMNS[table][name]} |"
