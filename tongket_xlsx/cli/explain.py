"""The command explain: text for people, one document for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from tongket_xlsx.cli.form import form_here
from tongket_xlsx.cli.options import AS_JSON, CLEAN, argument, command, one_document, printed
from tongket_xlsx.cli.session import session_of
from tongket_xlsx.model.findings import CannotWork
from tongket_xlsx.text.messages import say

if TYPE_CHECKING:
    from tongket_xlsx.cli.json_documents import ExampleObject, ExplainedDocument, ExplainedObject
    from tongket_xlsx.cli.session import Session
    from tongket_xlsx.tasks.explain import Explained


@command("explain")
@argument("code", "[CODE]", required=False)
@AS_JSON
@click.pass_context
def explain(ctx: click.Context, code: str | None, as_json: bool) -> int:
    """Explain a code, or list them all."""
    from tongket_xlsx.cli.output import document  # noqa: PLC0415
    from tongket_xlsx.tasks import explain as explain_task  # noqa: PLC0415

    session = session_of(ctx)
    with one_document('{"explained": []}', wanted=as_json):
        if code is None:
            found = [*explain_task.kinds(session.lang), *_rules(session)]
        else:
            found = [explain_task.explain(code, lambda: form_here(session), session.lang)]
    if as_json:
        told: ExplainedDocument = {"explained": [_object(e) for e in found]}
        click.echo(document(told))
    elif code is None:
        printed(_listed(found, session.lang))
    else:
        printed(_told(found[0], session.lang))
    return CLEAN


def _rules(session: Session) -> Iterable[Explained]:
    """Return the rules of the form at hand; none of one that has faults."""
    from tongket_xlsx.tasks import explain as explain_task  # noqa: PLC0415

    try:
        return tuple(explain_task.rules(form_here(session), session.lang))
    except CannotWork:
        return ()


def _object(e: Explained) -> ExplainedObject:
    example: ExampleObject | None = None
    if e.example:
        example = {
            "message": e.example.message,
            "found": e.example.found,
            "expected": e.example.expected,
            "advice": e.example.advice,
        }
    return {
        "code": e.code,
        "sort": str(e.sort),
        "name": e.name,
        "severities": [str(s) for s in e.severities],
        "holds": e.holds,
        "means": e.means,
        "former": e.is_former,
        "parameters": list(e.parameters),
        "sentences": [
            {
                "what": s.what,
                "severity": "note" if s.is_note else str(e.severities[0]),
                "message": s.message,
                "expected": s.expected,
                "advice": s.advice,
            }
            for s in e.sentences
        ],
        "example": example,
        "facts": [{"name": name, "text": text} for name, text in e.facts],
    }


def _listed(found: Iterable[Explained], lang: str) -> Iterator[str]:
    """Yield a heading for what each part of the list is about, and a line for each code."""
    heading = ""
    for e in found:
        about = e.name if e.sort == "finding" else say(f"explain.sort.{e.sort}", lang)
        if about != heading:
            yield ("\n" if heading else "") + about
            heading = about
        grave = " / ".join(say(f"severity.{s}", lang) for s in e.severities)
        yield f"  {e.code}  [{grave}]  {e.sentences[0].message}"


def _told(e: Explained, lang: str) -> Iterator[str]:
    """Yield what there is to say of one code."""

    def line(key: str, text: str) -> Iterator[str]:
        if text:
            yield f"{say(f'explain.{key}', lang)}: " + text.replace("\n", "; ")

    yield e.code
    yield from line("sort", say(f"explain.sort.{e.sort}", lang))
    if e.sort == "finding":
        yield from line("group", e.name)
    elif e.name:
        yield e.name
    yield from line("severity", ", ".join(say(f"severity.{s}", lang) for s in e.severities))
    yield from line("holds", e.holds)
    if e.is_former:
        yield say("explain.former", lang)
    yield from line("means", e.means)
    for number, s in enumerate(e.sentences):
        precise = f"{e.code}.{s.what}" if s.what else ""
        if s.is_note:
            precise += f" ({say('explain.note', lang)})"
        yield from line("sentence", f"{precise}: {s.message}" if precise else s.message)
        usual = e.sentences[0]
        if not number or s.expected != usual.expected:
            yield from line("expected", s.expected)
        if not number or s.advice != usual.advice:
            yield from line("advice", s.advice)
    yield from line("example", e.example.message if e.example else "")
    yield from (f"{name}: " + text.replace("\n", "; ") for name, text in e.facts)
