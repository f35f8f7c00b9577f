"""The page of the JSON documents, from the types to which the commands are held."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

from tongket_xlsx.cli.json_documents import DOCUMENTS

_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def page_lines() -> Iterator[str]:
    """Yield a part for each document with the commands that print it, then its objects."""
    printed: dict[Any, list[str]] = {}
    for command, document in DOCUMENTS.items():
        printed.setdefault(document, []).append(command)
    told = set(printed)
    for document, commands in printed.items():
        words = ["export --format json" if c == "export" else f"{c} --json" for c in commands]
        yield from ("", "## " + ", ".join(commands), "")
        yield "Printed by " + ", ".join(f"`tongket {w}`" for w in words) + "."
        if commands == ["export"]:
            yield "The document is a list of these:"
        yield from (document.__doc__, "", *_table(document))
        for inner in _within(document):
            if inner not in told:
                told.add(inner)
                yield from ("", f"### {title_of(inner)}", "", inner.__doc__, "", *_table(inner))


def title_of(kind: type) -> str:
    """Return how an object is called: ``FindingObject`` is “finding”."""
    return kind.__name__.removesuffix("Object").lower()


def _table(document: Any) -> Iterator[str]:
    yield from ("| key | type | what it is |", "| --- | --- | --- |")
    for key, kind in get_type_hints(document, include_extras=True).items():
        bare, sentence = _parted(kind)
        may = "; may be absent" if get_origin(kind) is NotRequired else ""
        yield f"| `{key}` | {_type(bare)}{may} | {sentence} |"


def _parted(kind: Any) -> tuple[Any, str]:
    """Return the type of a key and its sentence."""
    if get_origin(kind) is NotRequired:
        (kind,) = get_args(kind)
    assert get_origin(kind) is Annotated
    bare, sentence = get_args(kind)
    return bare, sentence


def _type(kind: Any) -> str:
    if is_typeddict(kind):
        return f"[{title_of(kind)}](#{title_of(kind)})"
    if get_origin(kind) is UnionType:
        parts = [part for part in get_args(kind) if part is not NoneType]
        # A number that is whole is written as one.
        parts = [float] if set(parts) == {int, float} else parts
        return " or ".join([*map(_type, parts), "null"])
    if get_origin(kind) is list:
        return f"list of {_type(*get_args(kind))}"
    if get_origin(kind) is dict:
        return f"object of {_type(get_args(kind)[1])}"
    return _PLAIN[kind]


def _within(document: Any) -> Iterator[Any]:
    for kind in get_type_hints(document).values():
        yield from _objects_of(kind)


def _objects_of(kind: Any) -> Iterator[Any]:
    if is_typeddict(kind):
        yield kind
        yield from _within(kind)
    for part in get_args(kind):
        yield from _objects_of(part)
