"""Hold a file of a definition against its keys, and tell each fault with its line."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from tongket_xlsx.definition.yaml_lines import Path, YamlText

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "bool_parsing": "yes, no",
    "int_parsing": "1, 2, 3 …",
    "decimal_parsing": "12.5",
    "date_from_datetime_parsing": "2016-12-31",
    "date_parsing": "2016-12-31",
    "value_error": "2016-12-31",
    "list_type": "- …",
    "tuple_type": "A B C",
}


def shaped(model: type[Model], text: YamlText) -> Model | None:
    """Hold a file against its shape; every fault goes to ``text.faults`` with its line."""
    if text.faults and text.value is None:
        return None
    try:
        return TypeAdapter(model).validate_python({} if text.value is None else text.value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _note(text, fault)
        return None


def _note(text: YamlText, fault: Any) -> None:
    path: Path = tuple(part for part in fault["loc"] if part != "[key]")
    key = str(path[-1]) if path else ""
    kind = fault["type"]
    if kind == "missing":
        text.fault(path, "definition.missing", key=key)
    elif kind == "extra_forbidden":
        text.fault(path, "definition.unknown_key", key=key)
    else:
        context = fault.get("ctx", {})
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        expected = choices or context.get("pattern") or _EXPECTED.get(kind)
        text.fault(
            path,
            "definition.value",
            key=key,
            value=str(fault.get("input"))[:80],
            expected=str(expected or fault["msg"]),
        )
