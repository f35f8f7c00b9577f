"""Docstrings as Markdown: what they have of reStructuredText is written as the site reads it."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

from griffe import Extension, Object

_ROLE = re.compile(r":(?:meth|func|class|attr|mod):`~?([^`]+)`")
_LITERAL = re.compile(r"^ *::\n", re.MULTILINE)
_EXAMPLE = re.compile(r"^Example:$", re.MULTILINE)
# What is returned is told in sentences with colons, which are no names of anything.
_RETURNS = re.compile(r"^Returns:\n((?: {4}.*\n?|\n)+)", re.MULTILINE)


def as_markdown(docstring: str) -> str:
    """Return a docstring in which roles are code and sections are those of the site."""
    text = _LITERAL.sub("", _ROLE.sub(r"`\1`", docstring))
    text = _EXAMPLE.sub("Examples:", text)
    return _RETURNS.sub(lambda m: f"**Returns:** {dedent(m.group(1)).strip()}\n\n", text)


class PlainDocstrings(Extension):
    """Hand the docstring of whatever was read to the site as Markdown."""

    def on_instance(self, *, obj: Object, **_: Any) -> None:
        """Change the docstring of one object."""
        if obj.docstring is not None:
            obj.docstring.value = as_markdown(obj.docstring.value)
