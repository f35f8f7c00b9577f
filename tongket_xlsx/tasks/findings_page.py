"""The page of all kinds of finding, in Vietnamese and English, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongket_xlsx.model.finding_kind import FindingKind
from tongket_xlsx.model.finding_kinds import LISTED
from tongket_xlsx.tasks.explain import Explained, explained_kind
from tongket_xlsx.text.messages import LANGUAGES, say

_MARKS = re.compile(r"([*<>`\\])")


def page_lines() -> Iterator[str]:
    """Yield the lines of the page: a part for each group, a heading for each kind."""
    yield f"# {_both('explain.page.title')}"
    for lang in LANGUAGES:
        yield from ("", say("explain.page.intro", lang))
    for group, kinds in LISTED.items():
        yield from ("", f"## {_both(f'explain.group.{group}')}")
        for kind in kinds:
            yield from _kind(kind)


def _both(key: str) -> str:
    return " · ".join(say(key, lang) for lang in LANGUAGES)


def _kind(kind: FindingKind) -> Iterator[str]:
    yield from ("", f"### `{kind.code}`", "")
    yield " · ".join(
        ", ".join(say(f"severity.{s}", lang) for s in kind.severities) for lang in LANGUAGES
    )
    for lang in LANGUAGES:
        yield ""
        yield from _told(explained_kind(kind, lang), lang)


def _told(e: Explained, lang: str) -> Iterator[str]:
    """Yield what there is to say of a kind in one language: its sentence, then a list."""

    def item(key: str, text: str, indent: str = "") -> Iterator[str]:
        if text:
            yield f"{indent}- {say(f'explain.{key}', lang)}: {_plain(text)}"

    usual = e.sentences[0]
    yield f"**{_plain(usual.message)}**"
    yield ""
    yield from item("means", e.means)
    yield from item("expected", usual.expected)
    yield from item("advice", usual.advice)
    yield from item("holds", e.holds)
    if e.is_former:
        yield f"- {say('explain.former', lang)}"
    yield from (f"- {name}: {_plain(text)}" for name, text in e.facts)
    if e.example and e.example.message != usual.message:
        yield from item("example", e.example.message)
    for s in e.sentences[1:]:
        note = f" ({say('explain.note', lang)})" if s.is_note else ""
        yield f"- `{e.code}.{s.what}`{note}: {_plain(s.message)}"
        if s.advice != usual.advice:
            yield from item("advice", s.advice, "    ")


def _plain(text: str) -> str:
    """Return a text in which Markdown finds no marks of its own."""
    return _MARKS.sub(r"\\\1", text)
