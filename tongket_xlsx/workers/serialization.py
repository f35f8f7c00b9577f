"""A :class:`Return` as plain data and back: what a process that read hostile bytes may say.

Nothing of it is run, as a pickle would be; what is not just the columns of a return is no return.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from tongket_xlsx.model.asides import Asides, Stray
from tongket_xlsx.model.findings import Finding, Parameter, Severity
from tongket_xlsx.model.observations import CellState, Identity, Observation, Return
from tongket_xlsx.model.places import Place

_STATES = {str(state): state for state in CellState}
_SEVERITIES = {str(severity): severity for severity in Severity}
# A text may hold half a character, as no file should; it comes back as it was.
HALVES = "surrogatepass"
# Whatever may come of taking apart what is not what it should be.
FAULTS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)

T = TypeVar("T")
_Column = tuple[list[str], list[int]]


class NoReturn(Exception):
    """What came is no return."""


def encoded(result: Return) -> bytes:
    """Return a return as bytes, but for the hash of its file: whoever asked knows that."""
    identity = result.identity
    content = (
        identity
        and (identity.unit, identity.form, identity.version, identity.round, identity.parent),
        _columns(result.observations),
        [_told(finding) for finding in result.findings],
        dict(result.cover),
        dict(result.explanations),
        _beside(result.asides),
    )
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", HALVES)


def _columns(observations: Sequence[Observation]) -> tuple[Any, ...]:
    columns = zip(*observations, strict=True) if observations else [()] * len(Observation._fields)
    indicators, periods, rows, states, values, texts, raws, sheets, cells, estimated = columns
    return (
        _numbered(indicators),
        _numbered(periods),
        rows,
        _numbered(states),
        [None if value is None else str(value) for value in values],
        texts,
        raws,
        _numbered(sheets),
        cells,
        [place for place, flag in enumerate(estimated) if flag],
    )


def _numbered(column: Sequence[str]) -> _Column:
    """Return each text of a column once, and which of them stands where."""
    numbers = {text: number for number, text in enumerate(dict.fromkeys(column))}
    return list(numbers), list(map(numbers.__getitem__, column))


def _beside(asides: Asides) -> tuple[Any, ...]:
    return (
        [(s.sheet, s.cell, s.text) for s in asides.strays],
        asides.left_out,
        [(*key, formula) for key, formula in asides.formulas.items()],
    )


def _told(finding: Finding) -> tuple[Any, ...]:
    place = finding.place
    return (
        finding.code,
        finding.severity,
        (place.unit, place.sheet, place.cell, place.file, place.line),
        finding.indicator,
        finding.period,
        {k: [str(v)] if isinstance(v, Decimal) else v for k, v in finding.parameters.items()},
    )


def decoded(data: bytes, sha256: str) -> Return:
    """Return the return of a file of which the hash is known.

    Raises:
        NoReturn: the bytes are anything else.
    """
    try:
        content = json.loads(data.decode("utf-8", HALVES))
        identity, columns, findings, cover, explanations, asides = content
        return Return(
            sha256,
            None if identity is None else _identity(*identity),
            _observations(*columns),
            tuple(_finding(*finding) for finding in findings),
            _words(cover),
            _words(explanations),
            _asides(*asides),
        )
    except FAULTS as fault:
        raise NoReturn(str(fault)) from fault


def _identity(unit: str, form: str, version: str, number: int, parent: str) -> Identity:
    _all(str, (unit, form, version, parent))
    _all(int, (number,))
    return Identity(unit, form, version, number, parent)


def _observations(
    indicators: _Column,
    periods: _Column,
    rows: list[int],
    states: _Column,
    values: list[str | None],
    texts: list[str],
    raws: list[str],
    sheets: _Column,
    cells: list[str],
    estimated: list[int],
) -> tuple[Observation, ...]:
    known = [_STATES[state] for state in states[0]]
    numbers = [None if value is None else Decimal(value) for value in values]
    flags = [False] * len(values)
    for place in _all(int, estimated):
        flags[place] = True
    columns = (
        _spread(indicators),
        _spread(periods),
        _all(int, rows),
        list(map(known.__getitem__, states[1])),
        numbers,
        _all(str, texts),
        _all(str, raws),
        _spread(sheets),
        _all(str, cells),
        flags,
    )
    return tuple(map(Observation._make, zip(*columns, strict=True)))


def _spread(column: _Column) -> list[str]:
    texts, numbers = column
    return list(map(_all(str, texts).__getitem__, numbers))


def _all(kind: type[T], column: Sequence[T]) -> Sequence[T]:
    """Return a column as it is, if it holds nothing else than it should."""
    if set(map(type, column)) - {kind}:
        raise TypeError(kind)
    return column


def _asides(
    strays: Sequence[Sequence[str]], left_out: int, formulas: Sequence[Sequence[str]]
) -> Asides:
    _all(int, (left_out,))
    return Asides(
        tuple(Stray(*_all(str, stray)) for stray in strays),
        left_out,
        {(code, period): text for code, period, text in (_all(str, f) for f in formulas)},
    )


def _words(mapping: Mapping[str, str]) -> Mapping[str, str]:
    _all(str, list(mapping.values()))
    return mapping


def _finding(
    code: str, severity: str, place: Sequence[Any], indicator: str, period: str, words: Any
) -> Finding:
    _all(str, (code, indicator, period, *place[:4]))
    _all(int, place[4:])
    parameters = {key: _parameter(value) for key, value in words.items()}
    return Finding(code, _SEVERITIES[severity], Place(*place), indicator, period, parameters)


def _parameter(value: Any) -> Parameter:
    if isinstance(value, list):
        (number,) = value
        return Decimal(number)
    if not isinstance(value, str | int):
        raise TypeError(value)
    return value
