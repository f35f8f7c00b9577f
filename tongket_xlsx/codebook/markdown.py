"""The codebook of a form as one page of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tongket_xlsx.codebook.entries import Codebook
from tongket_xlsx.codebook.facts import CodebookEntry, Fact, form_counts
from tongket_xlsx.model.form import Form

# What Markdown would take for markup in a text that means itself.
_MARKUP = re.compile(r"([\\`*\[\]<>|])")


def codebook_lines(form: Form, lang: str) -> Iterator[str]:
    """Yield the lines of the codebook of a form."""
    book = Codebook(form, lang)
    yield from _head(book)
    yield from _section(book, "periods", book.periods)
    yield from _section(book, "signs", book.signs)
    yield from _section(book, "kinds", book.unit_kinds)
    yield from _section(book, "offices", book.providers)
    yield from _outline(book)
    yield from _indicators(book)
    yield from _section(book, "questions", book.prompts)
    yield from _rosters(book)
    yield from _section(book, "rules", book.rules)
    yield from _section(book, "targets", book.targets)


def _head(book: Codebook) -> Iterator[str]:
    form, lang = book.form, book.lang
    yield f"# {_plain(form.title.to(lang))} — {form.id} {form.version}"
    for text in (form.subtitle.to(lang), form.cutoff.to(lang), form_counts(form, lang)):
        if text:
            yield ""
            yield _plain(text)
    yield ""
    yield f"{book.say('doc.digest')}: `{form.digest}`"


def _section(book: Codebook, key: str, entries: Sequence[CodebookEntry]) -> Iterator[str]:
    if not entries:
        return
    yield from _heading(book, key)
    for entry in entries:
        yield from _entry(book, entry)


def _heading(book: Codebook, key: str) -> Iterator[str]:
    yield ""
    yield f"## {book.say(f'doc.sheet.{key}')}"
    yield ""
    yield _plain(book.say(f"doc.help.{key}"))


def _entry(book: Codebook, entry: CodebookEntry, level: int = 3) -> Iterator[str]:
    yield ""
    yield f"{'#' * level} {_plain(entry.code)} {_plain(entry.name)}".rstrip()
    yield ""
    yield from (_fact(book, fact) for fact in entry.facts)


def _fact(book: Codebook, fact: Fact) -> str:
    shown = "; ".join(fact.text.split("\n"))
    # An expression may hold no back-tick, so that it can always be quoted as code.
    shown = f"`{shown}`" if fact.code else _plain(shown)
    return f"- {book.say(f'doc.fact.{fact.key}')}: {shown}"


def _indicators(book: Codebook) -> Iterator[str]:
    entries = {entry.code: entry for entry in book.indicators}
    yield from _heading(book, "indicators")
    for group in book.form.groups:
        yield ""
        yield f"### {group.code} {_plain(group.title.to(book.lang))}"
        for indicator in group.indicators:
            yield from _entry(book, entries[indicator.code], 4)


def _rosters(book: Codebook) -> Iterator[str]:
    if book.rosters:
        yield from _heading(book, "lists")
    for roster, columns in book.rosters:
        yield from _entry(book, roster)
        for column in columns:
            yield from _entry(book, column, 4)


def _outline(book: Codebook) -> Iterator[str]:
    if not book.outline:
        return
    yield from _heading(book, "outline")
    yield ""
    yield _row(book.say(f"doc.column.{key}") for key in ("bullet", "text", "indicators", "prompts"))
    yield _row(["---"] * 4)
    for entry in book.outline:
        indicators = _plain(entry.text("indicators")) or f"**{book.say('doc.no_indicator')}**"
        prompts = _plain(entry.text("prompts")) or "–"
        yield _row((_plain(entry.code), _plain(entry.name), indicators, prompts))
    if book.unanswered():
        yield ""
        yield book.say("doc.unanswered", bullets=", ".join(book.unanswered()))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split("\n")))
