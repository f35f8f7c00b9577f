"""The values that may stand in a definition, and what every block of keys has in common."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _split(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


def _day(value: Any) -> Any:
    """Let only 2016-12-31 pass for a day; pydantic would take seconds since 1970 as well."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        raise ValueError(value)
    return value


def _per_cent(value: Any) -> Any:
    """Let “5 %”, “2,5%” and “5” all be five per cent, or two and a half."""
    return value.replace("%", "").replace(",", ".").strip() if isinstance(value, str) else value


def kinds_of(value: Any) -> Any:
    """Let “yes” stand for every kind that is asked, “no” for none; else kinds are named."""
    if not isinstance(value, str):
        return value
    word = value.strip().casefold()
    return {"yes": (EVERY_KIND,), "no": ()}.get(word, tuple(value.split()))


# What “core: yes” of a question stands for.
EVERY_KIND = "*"

PerCent = Annotated[Decimal, BeforeValidator(_per_cent), Field(ge=0)]
Times = Annotated[Decimal, Field(ge=1)]
Day = Annotated[date, BeforeValidator(_day)]
Codes = Annotated[tuple[str, ...], BeforeValidator(_split)]
Code = Annotated[str, Field(pattern=r"^[^\s\"'<>&/\\:]{1,24}$")]


class YamlBlock(BaseModel):
    """A block of keys; the string below a key of one says what the key is for.

    Those strings are the reference for whoever writes a definition (docs/reference/definition.md).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
