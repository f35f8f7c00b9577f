"""Tidy data: one observation a row, with the unit it is of and the cell it came from."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, islice
from typing import IO

from tongket_xlsx.model.figure_status import FigureKey, FigureStatus, Statuses
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.summary.columns import ColumnFigure
from tongket_xlsx.summary.one_return import OneReturn, Traced, gravest

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
    "estimated",
    "held",
    "status",
    "reason",
    "scope",
    "round",
    "current",
    "computed",
    "counted",
    "n",
    "expected",
)
# Which of them are whole numbers and which are flags; where a row has none it is empty.
WHOLE = ("row", "round", "n", "expected")
FLAGS = ("estimated", "held", "current", "computed", "counted")
Row = dict[str, str | int | float | bool | None]
_BATCH = 50_000
# What a spreadsheet program takes for the beginning of a formula when it opens a CSV file: at the
# start of a text, and behind what may end a cell, because where Excel parts columns by semicolons
# the quotes around a text do not hold it together.
_FORMULA_SIGNS = "=+\\-@\\t\\r＝＋－＠"  # as they stand between brackets in a pattern
_AT_RISK = re.compile(rf"(^|[;\r\n])(?='*[{_FORMULA_SIGNS}])")
_MADE_HARMLESS = re.compile(rf"(^|[;\r\n])'(?='*[{_FORMULA_SIGNS}])")


def group_of(form: Form, code: str) -> str:
    """Return the group of an indicator, ``narrative`` for a prompt, or the code of a roster."""
    if code in form.indicators:
        return form.indicators[code].group
    for roster in form.rosters:
        if any(column.code == code for column in roster.columns):
            return roster.code
    return "narrative"


def rows(
    form: Form,
    observations: Iterable[Traced],
    known: Statuses | None = None,
    *,
    computed: bool = False,
) -> Iterator[Row]:
    """Yield tidy rows; a value is a number or ``None``, the period of a text is ``None``.

    Args:
        observations: those of one return after the other.
        known: what is known against figures. One that is ``held`` is in no total of ours; its
            ``status`` is held, error, warning, accepted, explained, or empty where nothing is
            known against it; ``reason`` is what the office or the province said of it. ``scope``
            says of what a figure is: ``part`` of one unit, which adds, or ``whole`` of the whole
            province as the office named in ``unit`` says it, which is never added.
        computed: whether the rows of a return are followed by what is computed from its figures:
            these are marked ``computed``, stand in no cell, and never add.

    A figure is ``counted`` where a total of the province contains it: the exact sum of those is
    that total.
    """
    groups = {code: group_of(form, code) for code in form.answer_codes()}
    of_units: dict[str, dict[FigureKey, FigureStatus]] = {}
    for key, status in (known or {}).items():
        of_units.setdefault(key[0], {})[key] = status
    for (unit, _), answers in groupby(observations, lambda t: (t.unit.code, t.sha256)):
        given = OneReturn(form, tuple(answers), of_units.get(unit, {}))
        yield from (_row(groups, given, t) for t in given.traced)
        if computed:
            yield from (_computed_row(groups, given, *made) for made in given.computed())


def _row(groups: Mapping[str, str], given: OneReturn, t: Traced) -> Row:
    o = t.observation
    status = None if o.row else given.known.get((t.unit.code, o.indicator, o.period))
    return {
        **_origin(given.form, t),
        "group": groups.get(o.indicator, ""),
        "indicator": o.indicator,
        "period": o.period or None,
        "row": o.row or None,
        "state": str(o.state),
        "value": number_of(o.value),
        "text": o.text,
        "raw": o.raw,
        "sheet": o.sheet,
        "cell": o.cell,
        "estimated": o.estimated,
        "held": status is not None and status.is_held,
        "status": "" if status is None else status.word,
        "reason": "" if status is None else status.reason,
        "computed": False,
        "counted": not o.row and given.is_counted(o.indicator, o.period),
        "n": None,
        "expected": None,
    }


def _computed_row(
    groups: Mapping[str, str],
    given: OneReturn,
    indicator: Indicator,
    period: str,
    figure: ColumnFigure,
) -> Row:
    words, reasons = given.said_of(indicator, period)
    return {
        **_origin(given.form, given.traced[0]),
        "group": groups[indicator.code],
        "indicator": indicator.code,
        "period": period,
        "row": None,
        "state": str(CellState.NUMBER),
        "value": number_of(figure.value),
        "text": "",
        "raw": "",
        "sheet": "",
        "cell": "",
        "estimated": figure.estimated,
        "held": figure.held,
        "status": "held" if figure.held else gravest(words),
        "reason": "; ".join(reasons),
        "computed": True,
        "counted": False,
        "n": None,
        "expected": None,
    }


def _origin(form: Form, t: Traced) -> Row:
    return {
        "unit": t.unit.code,
        "unit_name": t.unit.name,
        "unit_kind": t.unit.kind,
        "file": t.file,
        "sha256": t.sha256,
        "received": t.received.isoformat(),
        "scope": str(form.unit_kinds[t.unit.kind].scope),
        "round": t.round or None,
        "current": t.current,
    }


def write_json(stream: IO[bytes], tidy: Iterable[Row]) -> int:
    """Write tidy rows as one JSON array; return how many there are."""
    stream.write(b"[")
    count = 0
    for row in tidy:
        stream.write(b",\n" if count else b"")
        told = {name: row[name] for name in FIELDS}
        stream.write(json.dumps(told, ensure_ascii=False).encode())
        count += 1
    stream.write(b"]\n")
    return count


def write_csv(stream: IO[bytes], tidy: Iterable[Row]) -> int:
    """Write tidy rows as CSV with headings; text that looks like a formula is made harmless.

    An apostrophe goes before what would begin a formula; :func:`as_given` takes it away again.
    Numbers stay numbers, and a flag is 1 or 0.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(FIELDS)
    count = 0
    for row in tidy:
        writer.writerow([_harmless(row[key]) for key in FIELDS])
        count += 1
    text.detach()
    return count


def write_parquet(stream: IO[bytes], tidy: Iterable[Row]) -> int:
    """Write tidy rows as Parquet, a batch of rows at a time.

    Raises:
        ImportError: the extra ``parquet`` is not installed; nothing has been written.
    """
    import pyarrow  # type: ignore[import-untyped]  # noqa: ICN001, PLC0415 - only this pays for it
    import pyarrow.parquet as parquet  # type: ignore[import-untyped]  # noqa: PLC0415, PLR0402

    kinds = {
        "value": pyarrow.float64(),
        **dict.fromkeys(WHOLE, pyarrow.int64()),
        **dict.fromkeys(FLAGS, pyarrow.bool_()),
    }
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in FIELDS])
    count = 0
    with parquet.ParquetWriter(stream, schema) as writer:
        rest = iter(tidy)
        while batch := list(islice(rest, _BATCH)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema))
            count += len(batch)
    return count


def number_of(value: Decimal | None) -> int | float | None:
    """Return an exact figure as programs hold it: whole where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _harmless(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    # Nothing but letters and digits is no formula, nor is a lone sign, such as the nil sign “-”.
    if not isinstance(value, str) or value.isalnum() or len(value) < 2:
        return value
    return _made_harmless(value)


# Names of units, sheets and files stand on hundreds of rows that follow each other.
@lru_cache(maxsize=4096)
def _made_harmless(text: str) -> str:
    return _AT_RISK.sub(r"\1'", text)


def as_given(text: str) -> str:
    """Return a text of a CSV export as it was given: without what made it harmless."""
    return _MADE_HARMLESS.sub(r"\1", text)
