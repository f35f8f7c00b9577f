"""Docstrings as Markdown: what they have of reStructuredText is written as the site reads it."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

_ROLE = re.compile(r":(?:meth|func|class|attr|mod):`~?([^`]+)`")
_LITERAL = re.compile(r"^ *::\n", re.MULTILINE)


class PlainDocstrings(Extension):
    """Write roles as code, and leave out the sign before a literal block."""

    def on_instance(self, *, obj: Object, **_: Any) -> None:
        """Change the docstring of whatever was read."""
        if obj.docstring is not None:
            text = _ROLE.sub(r"`\1`", obj.docstring.value)
            obj.docstring.value = _LITERAL.sub("", text)
