"""The content of an .ods as the reader takes it, whichever program wrote it.

Gnumeric and others indent their XML, and the reader then does not even see what kind of file it
is; a line break within a paragraph it passes over, so that “12⏎17” becomes 1217.
"""

from __future__ import annotations

import re

_INDENTED = re.compile(rb"<table:table(?:-row)?\b[^<>]*>\s+<|<office:spreadsheet[^<>]*>\s+<")
_PARAGRAPH_OR_INDENT = re.compile(
    rb"(<text:(?:p|h)(?:\s[^<>]*)?(?<!/)>)(.*?)(</text:(?:p|h)>)|(?<=>)\s+(?=<)", re.DOTALL
)
_SPACE = re.compile(rb"[ \t\r\n]+")
_LINE_BREAK = re.compile(rb"<text:line-break\s*(?:/>|>\s*</text:line-break>)")


def readable(content: bytes) -> bytes:
    """Return the content of a document as the reader takes it; the very bytes where it is so."""
    if _INDENTED.search(content):
        content = _PARAGRAPH_OR_INDENT.sub(_without_indent, content)
    if b"<text:line-break" in content:
        content = _LINE_BREAK.sub(b"\n", content)
    return content


def _without_indent(found: re.Match[bytes]) -> bytes:
    """Leave out white space between elements; in a paragraph any of it is one space."""
    if found[1] is None:
        return b""
    return found[1] + _SPACE.sub(b" ", found[2]).strip(b" ") + found[3]
