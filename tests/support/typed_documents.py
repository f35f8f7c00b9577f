"""Hold a value against a type as it stands in the source: a typed dictionary, a list, a choice."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict


def faults(value: object, kind: Any, met: set[Any], path: str = "") -> Iterator[str]:
    """Yield what is not as the type says; each typed dictionary that was seen goes to ``met``."""
    if get_origin(kind) is UnionType:
        fitting = [k for k in get_args(kind) if _is(value, k)]
        if not fitting:
            yield f"{path}: {value!r} is no {kind}"
        for one in fitting[:1]:
            yield from faults(value, one, met, path)
    elif not _is(value, kind):
        yield f"{path}: {value!r} is no {kind}"
    elif is_typeddict(kind):
        met.add(kind)
        yield from _faults_of_keys(value, kind, met, path)
    elif get_origin(kind) is list:
        for n, item in enumerate(value):
            yield from faults(item, get_args(kind)[0], met, f"{path}[{n}]")
    elif get_origin(kind) is dict:
        for key, item in value.items():
            yield from faults(item, get_args(kind)[1], met, f"{path}.{key}")


def _faults_of_keys(value: Any, kind: Any, met: set[Any], path: str) -> Iterator[str]:
    kinds, declared = get_type_hints(kind), get_type_hints(kind, include_extras=True)
    absent = {key for key, given in declared.items() if get_origin(given) is NotRequired}
    present = [key for key in kinds if key in value or key not in absent]
    if list(value) != present:
        yield f"{path}: keys are {list(value)}, not {present}"
    for key in value:
        if key in kinds:
            yield from faults(value[key], kinds[key], met, f"{path}.{key}")


def _is(value: object, kind: Any) -> bool:
    """Return whether a value is of the outer type: a truth value is no number."""
    if kind is NoneType:
        return value is None
    plain = dict if is_typeddict(kind) else get_origin(kind) or kind
    return type(value) is plain
