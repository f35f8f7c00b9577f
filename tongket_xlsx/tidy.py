"""Tidy data: one observation a row, with the unit it is of and the cell it came from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongket_xlsx.form import Form, Unit
from tongket_xlsx.observations import Observation

FIELDS = (
    "unit",
    "unit_name",
    "unit_kind",
    "group",
    "indicator",
    "period",
    "row",
    "state",
    "value",
    "text",
    "raw",
    "file",
    "sha256",
    "sheet",
    "cell",
    "received",
)
Row = dict[str, str | int | float | None]
# What a spreadsheet program would take for a formula when it opens a CSV file.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Traced:
    """One observation and the file it came from."""

    unit: Unit
    observation: Observation
    file: str
    sha256: str
    received: date


def group_of(form: Form, code: str) -> str:
    """Return the group of an indicator, ``narrative`` for a prompt, or the code of a roster."""
    if code in form.indicators:
        return form.indicators[code].group
    for roster in form.rosters:
        if any(column.code == code for column in roster.columns):
            return roster.code
    return "narrative"


def rows(form: Form, observations: Iterable[Traced]) -> Iterator[Row]:
    """Yield tidy rows; a value is a number or ``None``, the period of a text is ``None``."""
    groups = {code: group_of(form, code) for code in form.answer_codes()}
    for t in observations:
        o = t.observation
        yield {
            "unit": t.unit.code,
            "unit_name": t.unit.name,
            "unit_kind": t.unit.kind,
            "group": groups.get(o.indicator, ""),
            "indicator": o.indicator,
            "period": o.period or None,
            "row": o.row or None,
            "state": str(o.state),
            "value": _number(o.value),
            "text": o.text,
            "raw": o.raw,
            "file": t.file,
            "sha256": t.sha256,
            "sheet": o.sheet,
            "cell": o.cell,
            "received": t.received.isoformat(),
        }


def as_json(tidy: Iterable[Row]) -> str:
    """Return tidy rows as one JSON array."""
    return "[" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in tidy) + "]\n"


def as_csv(tidy: Iterable[Row]) -> str:
    """Return tidy rows as CSV with headings; text that looks like a formula is made harmless."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, FIELDS, lineterminator="\r\n")
    writer.writeheader()
    for row in tidy:
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return stream.getvalue()


def as_parquet(tidy: Iterable[Row]) -> bytes:
    """Return tidy rows as Parquet.

    Raises:
        ImportError: the extra ``parquet`` is not installed.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that only this format pays
    import pyarrow as _  # type: ignore[import-untyped]  # noqa: F401, ICN001, PLC0415

    frame = pd.DataFrame.from_records(list(tidy), columns=list(FIELDS))
    frame["row"] = frame["row"].astype("Int64")
    frame["value"] = frame["value"].astype("Float64")
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _harmless(value: object) -> object:
    # A lone sign, such as the nil sign “-”, is no formula.
    if isinstance(value, str) and len(value) > 1 and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value
