"""What a definition says and a form holds as it is: taken by its name, and so declared once.

A field of the schema has its namesake in the form; one with a namesake in ``_en`` beside it becomes
:class:`~tongket_xlsx.model.form_words.Words`. Everything else is made by the loader, which names
the fields of the schema it makes it of: a field that nobody takes is an error of ours, at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from pydantic import BaseModel

from tongket_xlsx.model.form_words import Words

_ENGLISH = "_en"


def copied(kind: type, text: BaseModel, *made_of: str) -> dict[str, Any]:
    """Return the fields of a value of the form that stand in the definition as they are.

    Args:
        kind: the dataclass of the form.
        made_of: the fields of the schema of which others are made.

    Raises:
        TypeError: the schema has a field that is neither in the form nor made into one.
    """
    plain, pairs = _plan(kind, type(text), made_of)
    taken = {name: getattr(text, name) for name in plain}
    taken.update({n: Words(getattr(text, n), getattr(text, n + _ENGLISH)) for n in pairs})
    return taken


@cache
def _plan(
    kind: type, schema: type[BaseModel], made_of: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which fields are taken as they are, and which with their English."""
    there: Mapping[str, Any] = schema.model_fields
    wanted = [f.name for f in fields(kind) if f.name in there and f.name not in made_of]
    pairs = tuple(name for name in wanted if name + _ENGLISH in there)
    plain = tuple(name for name in wanted if name not in pairs)
    taken = {*plain, *pairs, *(name + _ENGLISH for name in pairs), *made_of}
    if forgotten := sorted(there.keys() - taken):
        raise TypeError(f"{schema.__name__}: {', '.join(forgotten)}")
    return plain, pairs
