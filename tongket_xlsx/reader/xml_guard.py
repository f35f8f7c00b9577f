"""XML parts of a workbook: no document type, one encoding, well formed, not endlessly nested.

The reader behind the gate is lenient: it takes a part that breaks off, and the last of two
attributes of one name. Other readers are not, so a part that is not well formed is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from tongket_xlsx.reader.refusal import Refusal, broken, too_large

DEEPEST = 200
MOST_ELEMENTS = 5_000_000
LONGEST_TEXT = 2 * 1024 * 1024
_ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii")
_DECLARED_WIDE = re.compile(
    r"""^(<\?xml\s[^<>?]{0,60}?encoding=["'])utf-16(?:[lb]e)?""", re.IGNORECASE
)
_DANGEROUS = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

Attributes = dict[str, str]


def check_text(content: bytes) -> None:
    """Refuse a part that could define entities, or hides what it says in another encoding."""
    # One sign is found many times faster than two, and few parts hold it.
    if b"!" in content and b"<!" in content and _DANGEROUS.search(content):
        raise Refusal("file.unsafe", found="DOCTYPE")
    if b"\0" in content[:64] or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal("file.unsafe", found="UTF-16")


def in_utf8(content: bytes) -> bytes:
    """Return a part in UTF-8 that begins with the mark of UTF-16; any other as it is.

    Excel reads both; what is looked at and what is read are the same text.
    """
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError:
        return content
    return _DECLARED_WIDE.sub(r"\1UTF-8", text, count=1).encode(errors="replace")


def check_lengths(content: bytes) -> None:
    """Refuse a part with more elements, or a longer text, than any workbook needs."""
    if len(content) > MOST_ELEMENTS:
        count = content.count(b"<") - content.count(b"</")
        if count > MOST_ELEMENTS:
            raise too_large("elements", count, MOST_ELEMENTS)
    step = LONGEST_TEXT // 2
    # A text of that length leaves at least one such stretch without the beginning of a tag.
    for at in range(0, len(content) - step, step):
        if content.find(b"<", at, at + step) < 0:
            raise too_large("text", f"> {step}", LONGEST_TEXT)


def parser() -> expat.XMLParserType:
    """Return a parser that refuses what :func:`check_text` may not see."""
    made = expat.ParserCreate()
    made.XmlDeclHandler = _declared
    made.StartDoctypeDeclHandler = _document_type
    return made


def run(made: expat.XMLParserType, content: bytes) -> None:
    """Run a parser over a part.

    Raises:
        Refusal: the part is not well formed.
    """
    try:
        made.Parse(content, True)
    except expat.ExpatError as error:
        raise broken("markup", str(error)) from None


def tree(content: bytes) -> ET.Element:
    """Return the root of a small part that the gate let through.

    Raises:
        ParseError: it is not well formed, or in an encoding that is none.
    """
    try:
        return ET.fromstring(content)  # noqa: S314 - the gate refuses DTDs
    except (LookupError, ValueError) as error:
        # Of an encoding that Python does not know, or that is none for text.
        raise ET.ParseError(str(error)) from error


def events(content: bytes) -> Iterator[tuple[str, ET.Element]]:
    """Yield ("start" or "end", element) while a part that the gate let through is gone through.

    Raises:
        ParseError: it is not well formed, or in an encoding that is none.
    """
    try:
        yield from ET.iterparse(BytesIO(content), ("start", "end"))  # noqa: S314 - the gate refuses DTDs
    except (LookupError, ValueError) as error:
        raise ET.ParseError(str(error)) from error


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise Refusal("file.unsafe", found=encoding[:40])


def _document_type(*_: object) -> None:
    raise Refusal("file.unsafe", found="DOCTYPE")


def local(name: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def too_deep() -> Refusal:
    """Return the refusal of elements nested too deeply."""
    return too_large("depth", f"> {DEEPEST}", DEEPEST)


class Depth:
    """Count how deep elements are nested."""

    def __init__(self) -> None:
        """Begin outside of every element."""
        self.now = 0

    def enter(self) -> None:
        """Go one deeper.

        Raises:
            Refusal: it is too deep.
        """
        self.now += 1
        if self.now > DEEPEST:
            raise too_deep()

    def leave(self) -> None:
        """Come back up."""
        self.now -= 1


def elements(content: bytes) -> Iterator[tuple[str, Attributes]]:
    """Yield (name without prefix, attributes) of every element of a small part.

    Raises:
        Refusal: the part is not well formed, or nested too deeply.
    """
    found: list[tuple[str, Attributes]] = []
    depth = Depth()

    def start(name: str, attributes: Attributes) -> None:
        depth.enter()
        found.append((local(name), attributes))

    made = parser()
    made.StartElementHandler = start
    made.EndElementHandler = _up(depth)
    run(made, content)
    yield from found


def _up(depth: Depth) -> Callable[[str], Any]:
    def end(_name: str) -> None:
        depth.leave()

    return end
