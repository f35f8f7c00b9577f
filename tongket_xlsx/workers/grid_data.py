"""A plain grid as data and back: what a process that read a hostile table may say.

As with a return nothing of it is run; what is not just sheets of plain values is no grid.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from tongket_xlsx.reader.cells import ErrorValue, Grid, GridSheet, NoResult, Raw
from tongket_xlsx.reader.refusal import Refusal
from tongket_xlsx.text.legacy_fonts import Decoded
from tongket_xlsx.workers.serialization import FAULTS, HALVES, NoReturn

_PLAIN = (str, int, float, bool, type(None))


def encoded(read: Grid | Refusal) -> bytes:
    """Return the values and properties of a grid as bytes, or why there is none."""
    content: object
    if isinstance(read, Refusal):
        content = {read.finding.code: dict(read.finding.parameters)}
    else:
        sheets = [
            (s.name, s.visible, [list(map(_told, row)) for row in s.rows]) for s in read.sheets
        ]
        content = (sheets, dict(read.properties))
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", HALVES)


def decoded(data: bytes) -> Grid | Refusal:
    """Return a grid, or why there is none.

    Raises:
        NoReturn: the bytes are anything else.
    """
    try:
        content = json.loads(data.decode("utf-8", HALVES))
        if isinstance(content, dict):
            return _refusal(content)
        sheets, properties = content
        return Grid(tuple(_sheet(*sheet) for sheet in sheets), _words(properties))
    except FAULTS as fault:
        raise NoReturn(str(fault)) from fault


def _told(value: Raw) -> Any:
    """Return a value as JSON has it; what JSON has not is a list that begins with its kind."""
    match value:
        case Decoded():
            return ["font", str(value), value.raw, value.font]
        case datetime() | date() | time():
            return [type(value).__name__, value.isoformat()]
        case timedelta():
            return ["span", value.total_seconds()]
        case ErrorValue():
            return ["error", value.text]
        case NoResult():
            return ["formula", value.formula]
        case _:
            return value


_KINDS: Mapping[str, Callable[..., Raw]] = {
    "font": Decoded.of,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "error": ErrorValue,
    "formula": NoResult,
}


def _value(told: Any) -> Raw:
    if type(told) in _PLAIN:
        plain: Raw = told
        return plain
    kind, *parts = told
    if kind == "span":
        return timedelta(seconds=_of(float, *parts))
    return _KINDS[kind](*(_of(str, part) for part in parts))


def _of(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(kind)
    return value


def _sheet(name: str, visible: bool, rows: Sequence[Sequence[Any]]) -> GridSheet:  # noqa: FBT001
    return GridSheet(
        _of(str, name),
        _of(bool, visible),
        [[_value(told) for told in _of(list, row)] for row in _of(list, rows)],
    )


def _refusal(content: Mapping[str, Any]) -> Refusal:
    ((code, parameters),) = content.items()
    if any(type(value) not in (str, int) for value in _of(dict, parameters).values()):
        raise TypeError(parameters)
    return Refusal(code, **parameters)


def _words(mapping: Any) -> Mapping[str, str]:
    words: Mapping[str, str] = _of(dict, mapping)
    for value in words.values():
        _of(str, value)
    return words
