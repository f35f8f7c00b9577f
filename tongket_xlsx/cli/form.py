"""The commands about definitions: ``tongket form check``, ``show`` and ``doc``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongket_xlsx.cli.localized import SpeakingCommand, SpeakingGroup, unsound_definition
from tongket_xlsx.cli.options import (
    AT_FAULT,
    CLEAN,
    PATH,
    argument,
    option,
    printed,
    told_kept,
)
from tongket_xlsx.cli.session import Session, session_of
from tongket_xlsx.model.findings import Misuse, UnsoundDefinition

if TYPE_CHECKING:
    from tongket_xlsx.model.form import Form


@click.group("form", cls=SpeakingGroup, help="help.form")
def form_group() -> None:
    """Hold the commands about definitions."""


@form_group.command("check", cls=SpeakingCommand, help="help.form.check")
@argument("path", "[PATH]", required=False)
@click.pass_context
def form_check(ctx: click.Context, path: str | None) -> int:
    """Say whether a definition is sound."""
    from tongket_xlsx.campaign.campaign import load_form  # noqa: PLC0415
    from tongket_xlsx.codebook.facts import form_counts  # noqa: PLC0415

    session = session_of(ctx)
    try:
        form = load_form(_form_folder(session, path))
    except UnsoundDefinition as unsound:
        unsound_definition(unsound, session)
        return AT_FAULT
    click.echo(form_counts(form, session.lang))
    return CLEAN


@form_group.command("show", cls=SpeakingCommand, help="help.form.show")
@argument("path", "[PATH]", required=False)
@click.pass_context
def form_show(ctx: click.Context, path: str | None) -> int:
    """Print a codebook."""
    from tongket_xlsx.codebook.markdown import codebook_lines  # noqa: PLC0415

    session = session_of(ctx)
    printed(codebook_lines(form_here(session, path), session.lang))
    return CLEAN


@form_group.command("doc", cls=SpeakingCommand, help="help.form.doc")
@argument("path", "[PATH]", required=False)
@option("-o", "--output", "folder", metavar="DIR", type=PATH, help="help.form.doc.output")
@click.pass_context
def form_doc(ctx: click.Context, path: str | None, folder: Path | None) -> int:
    """Write the documentation of a form."""
    from tongket_xlsx.tasks import document as form_documents  # noqa: PLC0415

    session = session_of(ctx)
    form = form_here(session, path)
    target = session.maybe_at(folder) or form_documents.default_folder(session.directory, path)
    written = form_documents.write(form, target, session.lang)
    for place in written:
        click.echo(str(place.path))
        told_kept(session, place, "output.kept")
    session.tell("doc.done", count=len(written), path=str(target))
    return CLEAN


def form_here(session: Session, path: str | None = None) -> Form:
    """Load the form of a folder, or that of the campaign with the titles its settings give."""
    from tongket_xlsx.campaign.campaign import form_of, home_of, load_form  # noqa: PLC0415

    if path is None:
        try:
            return form_of(home_of(session.directory))
        except Misuse:
            pass
    return load_form(_form_folder(session, path))


def _form_folder(session: Session, path: str | None) -> Path:
    from tongket_xlsx.campaign.campaign import DEFAULT_FORM, FORM, form_folder, home_of  # noqa: PLC0415

    if path is not None:
        return form_folder(path, session.directory)
    try:
        return home_of(session.directory) / FORM
    except Misuse:
        return form_folder(DEFAULT_FORM)
