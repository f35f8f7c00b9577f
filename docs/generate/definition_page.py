"""The page of the keys of a definition, from its schema: what a key is, and what may stand there.

The sentence of a key is the string below it in the schema, which nothing reads at run time.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from tongket_xlsx.definition import schema, schema_group, schema_values
from tongket_xlsx.definition.schema_values import YamlBlock

# Each file with its keys, then the blocks within it in the order in which they are met.
FILES: Mapping[str, type[YamlBlock]] = {
    "form.yaml": schema.FormText,
    "group-CODE.yaml": schema_group.GroupText,
    "rules.yaml": schema_group.RulesText,
    "narrative.yaml": schema.PromptsText,
    "targets.yaml": schema.TargetsText,
}
_PLAIN = {
    str: "text",
    bool: "yes or no",
    int: "whole number",
    Decimal: "number",
}
# What a named kind of value is for whoever writes it, and not for a program.
_NAMED = (
    (schema_values.Code, "code"),
    (schema_values.Codes, "codes"),
    (schema_values.Day, "day, `2016-12-31`"),
    (schema_values.PerCent, "per cent, `5 %`"),
    (schema_values.Times, "number, at least 1"),
    (Annotated[tuple[str, ...], BeforeValidator(schema_values.kinds_of)], "`yes`, `no` or codes"),
)
_PATTERNS = {r"^\S{1,40}$": "without spaces", r"^[^\W\d_]\w{0,15}$": "letters and digits"}


def page_lines() -> Iterator[str]:
    """Yield the tables of all blocks, those of a file before those of the next."""
    told: set[type[YamlBlock]] = set()
    for file, block in FILES.items():
        yield from ("", f"## {file}", "", *_table(block))
        for inner in _within(block):
            if inner not in told:
                told.add(inner)
                yield from ("", f"### {title_of(inner)}", "")
                yield from (inspect.getdoc(inner) or "", "", *_table(inner))


def blocks() -> list[type[YamlBlock]]:
    """Return every block of keys that a definition may hold."""
    found: dict[type[YamlBlock], None] = {}
    for block in FILES.values():
        found[block] = None
        found.update(dict.fromkeys(_within(block)))
    return list(found)


def title_of(block: type[YamlBlock]) -> str:
    """Return how a block is called: ``RosterColumnText`` is “Roster column”."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in block.__name__)
    return words.removesuffix(" text").strip().capitalize()


def sentences(block: type[YamlBlock]) -> dict[str, str]:
    """Return the sentence of each key as it stands in the source, by the key's name in YAML."""
    (tree,) = ast.parse(inspect.getsource(block)).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for key, below in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(key, ast.AnnAssign) and isinstance(below, ast.Expr):
            assert isinstance(key.target, ast.Name)
            name = block.model_fields[key.target.id].alias or key.target.id
            assert isinstance(below.value, ast.Constant)
            found[name] = " ".join(str(below.value.value).split())
    return found


def _table(block: type[YamlBlock]) -> Iterator[str]:
    said, kinds = sentences(block), get_type_hints(block, include_extras=True)
    yield "| key | value | without it | what it is for |"
    yield "| --- | --- | --- | --- |"
    for name, key in block.model_fields.items():
        written = key.alias or name
        yield f"| `{written}` | {_value_of(kinds[name])} | {_default(key)} | {said[written]} |"


def _within(block: type[YamlBlock]) -> Iterator[type[YamlBlock]]:
    for key in block.model_fields.values():
        for inner in _blocks_of(key.annotation):
            yield inner
            yield from _within(inner)


def _blocks_of(kind: Any) -> Iterator[type[YamlBlock]]:
    if isinstance(kind, type) and issubclass(kind, YamlBlock):
        yield kind
    for part in get_args(kind):
        yield from _blocks_of(part)


def _value_of(kind: Any) -> str:
    """Return what may stand there; the name under which a key is read is no bound of its value."""
    bare, *marks = get_args(kind) or (kind,)
    if get_origin(kind) is Annotated:
        marks = [mark for mark in marks if not getattr(mark, "alias", None)]
        kind = Annotated[(bare, *marks)] if marks else bare
    return _value(kind)


def _value(kind: Any) -> str:
    """Return what may stand where a key is of this type, with its bounds or pattern."""
    for named, words in _NAMED:
        if kind == named:
            return words
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        marks = [_limit(mark) for mark in parts[1:]]
        return ", ".join(filter(None, (_value(parts[0]), *marks)))
    if origin in (Union, UnionType):  # a key that need not be there
        return " or ".join(_value(part) for part in parts if part is not NoneType)
    if origin is Literal:
        return _choices(parts)
    if origin is list:
        return f"list of {_value(parts[0])}"
    if origin is dict:
        return f"{_value(parts[0])} → {_value(parts[1])}"
    if issubclass(kind, Enum):
        return _choices([member.value for member in kind])
    if issubclass(kind, YamlBlock):
        return f"[{title_of(kind)}](#{title_of(kind).lower().replace(' ', '-')})"
    return _PLAIN[kind]


def _choices(values: Any) -> str:
    return ", ".join(f"`{value}`" for value in values if value)


def _limit(mark: Any) -> str:
    """Return a bound in words; what only changes how a value is read has none."""
    found = []
    for m in getattr(mark, "metadata", ()):
        if getattr(m, "pattern", None):
            found.append(_PATTERNS[m.pattern])
        for name, word in (("ge", "at least"), ("gt", "more than"), ("le", "at most")):
            if hasattr(m, name):
                found.append(f"{word} {getattr(m, name)}")
    return ", ".join(found)


def _default(key: FieldInfo) -> str:
    if key.is_required():
        return "**must be there**"
    value = key.default
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "`yes`" if value else "`no`"
    if value in (None, "", (), [], {}) or isinstance(value, YamlBlock):
        return "–" if not isinstance(value, YamlBlock) else "its own defaults"
    return f"`{value}`"
