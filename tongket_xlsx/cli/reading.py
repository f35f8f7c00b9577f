"""The commands that read workbooks: import, check, recheck and verify."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongket_xlsx.cli.options import (
    AS_JSON,
    AT_FAULT,
    CLEAN,
    JOBS,
    PATH,
    Day,
    argument,
    campaign_of,
    command,
    one_document,
    option,
    printed,
)
from tongket_xlsx.cli.passwords import PasswordSources, password_options
from tongket_xlsx.cli.session import Session, session_of
from tongket_xlsx.model.findings import Misuse

if TYPE_CHECKING:
    from tongket_xlsx.intake.read_return import Reader
    from tongket_xlsx.tasks.file_result import FileResult
    from tongket_xlsx.workers.pool import Elsewhere

SCHEDULER = option("--scheduler", metavar="ADDRESS", help="help.scheduler")


def reading(function: Callable[..., int]) -> Callable[..., int]:
    """Declare what every command that reads files takes; in the order of its help, from below."""
    for declared in (AS_JSON, password_options, SCHEDULER, JOBS):
        function = declared(function)
    return function


@command("import")
@argument("paths", "[PATH]…", nargs=-1, type=PATH)
@option("--received", metavar="DATE", type=Day(), help="help.import.received")
@reading
@click.pass_context
def import_(
    ctx: click.Context,
    paths: tuple[Path, ...],
    received: date | None,
    jobs: int,
    scheduler: str | None,
    sources: PasswordSources,
    as_json: bool,
) -> int:
    """Take in returned workbooks."""
    from tongket_xlsx.campaign.campaign import RETURNED  # noqa: PLC0415
    from tongket_xlsx.cli import output as showing  # noqa: PLC0415
    from tongket_xlsx.tasks import receive as receive_task  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    files = [session.at(p) for p in paths]
    with one_document(missing_document(files, session.lang), wanted=as_json):
        if received is not None and received > date.today():
            raise Misuse("received.future", date=f"{received:%d/%m/%Y}")
        campaign = campaign_of(session)
        passwords = sources.passwords(session)
        with _elsewhere(session, scheduler) as elsewhere, session.progress("import") as progress:
            results = receive_task.receive(
                campaign,
                files,
                received=received,
                jobs=jobs,
                passwords=passwords,
                elsewhere=elsewhere,
                progress=progress,
                waiting=lambda: session.tell("import.waiting"),
            )
    code = _show_files(session, results, as_json=as_json)
    waiting = showing.to_send_back(results)
    if waiting:
        session.tell("import.mark", count=waiting)
    if not results:
        session.tell("import.none", path=", ".join(map(str, files or [campaign.home / RETURNED])))
    return code


@command("check")
@argument("paths", "FILE…", nargs=-1, type=PATH, required=True)
@option("--form", "form", metavar="NAME|PATH", help="help.check.form")
@reading
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[Path, ...],
    form: str | None,
    jobs: int,
    scheduler: str | None,
    sources: PasswordSources,
    as_json: bool,
) -> int:
    """Read and check workbooks without recording."""
    from tongket_xlsx.tasks import check as check_task  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    files = [session.at(p) for p in paths]
    with one_document(missing_document(files, session.lang), wanted=as_json):
        reader = replace(_reader(session, form), passwords=sources.passwords(session))
        with _elsewhere(session, scheduler) as elsewhere, session.progress("check") as progress:
            results = check_task.check(
                reader, files, jobs=jobs, elsewhere=elsewhere, progress=progress
            )
    return _show_files(session, results, as_json=as_json)


@command("recheck")
@option("--rebuild", is_flag=True, help="help.recheck.rebuild")
@reading
@click.pass_context
def recheck(
    ctx: click.Context,
    rebuild: bool,
    jobs: int,
    scheduler: str | None,
    sources: PasswordSources,
    as_json: bool,
) -> int:
    """Read the kept originals again."""
    from tongket_xlsx.tasks import recheck as recheck_task  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    with one_document(missing_document((), session.lang), wanted=as_json):
        campaign = campaign_of(session, accept_changed_form=True)
        passwords = sources.passwords(session)
        with _elsewhere(session, scheduler) as elsewhere, session.progress("recheck") as progress:
            results = recheck_task.recheck(
                campaign,
                jobs=jobs,
                passwords=passwords,
                elsewhere=elsewhere,
                progress=progress,
                waiting=lambda: session.tell("import.waiting"),
                rebuild=rebuild,
            )
    return _show_files(session, results, as_json=as_json)


@command("verify")
@JOBS
@AS_JSON
@click.pass_context
def verify(ctx: click.Context, jobs: int, as_json: bool) -> int:
    """Prove the store of a campaign."""
    from tongket_xlsx.cli import output_corrections as telling  # noqa: PLC0415
    from tongket_xlsx.tasks import verify as verification  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    with one_document(telling.verified_json(None, session.lang), wanted=as_json):
        campaign = campaign_of(session, accept_changed_form=True)
        with session.progress("verify") as progress:
            found = verification.verify(campaign, jobs=jobs, progress=progress)
    if as_json:
        click.echo(telling.verified_json(found, session.lang))
    else:
        printed(telling.verified_text(found, session.lang))
        count = sum(f.severity != "note" for f in found.findings)
        session.tell("verify.sound" if found.is_sound else "verify.unsound", count=count)
    return CLEAN if found.is_sound else AT_FAULT


def _show_files(session: Session, results: list[FileResult], *, as_json: bool) -> int:
    from tongket_xlsx.cli import output as showing  # noqa: PLC0415

    counts = showing.outcomes(results)
    if as_json:
        click.echo(showing.files_json(results, session.lang))
    else:
        printed(showing.files_text(results, session.lang))
        tell_outcomes(session, counts)
    return AT_FAULT if counts["refused"] or counts["needs-correction"] else CLEAN


def tell_outcomes(session: Session, counts: Mapping[str, int]) -> None:
    """Tell how many files had which outcome."""
    session.tell(
        "import.done",
        count=sum(counts.values()),
        accepted=counts["accepted"],
        correction=counts["needs-correction"],
        refused=counts["refused"],
        duplicate=counts["duplicate"],
    )
    if counts["blank"]:
        session.tell("import.blank", count=counts["blank"])
    if counts["not-a-return"]:
        session.tell("import.strangers", count=counts["not-a-return"])


def missing_document(paths: Iterable[Path], lang: str) -> str:
    """Return the JSON document about paths of which some are not there."""
    from tongket_xlsx.cli import output as showing  # noqa: PLC0415

    gone = [p for p in paths if not p.exists() and not p.is_symlink()]
    return showing.files_json([showing.missing(p) for p in gone], lang)


@contextmanager
def _elsewhere(session: Session, scheduler: str | None) -> Iterator[Elsewhere | None]:
    """Have the cluster that a call asks for; ``None`` where it reads on this machine."""
    if not scheduler:
        yield None
        return
    from tongket_xlsx.workers.dask_cluster import connected  # noqa: PLC0415 - an extra

    lost = lambda: session.tell("scheduler.lost", path=scheduler)  # noqa: E731
    with connected(scheduler, lost) as found:
        yield found


def _reader(session: Session, form: str | None) -> Reader:
    """Return the reader of the campaign one stands in, or of a form given or shipped."""
    from tongket_xlsx.campaign.campaign import form_folder, home_of, load_form, open_campaign  # noqa: PLC0415
    from tongket_xlsx.definition import bundled as resources  # noqa: PLC0415
    from tongket_xlsx.intake.read_return import Reader  # noqa: PLC0415
    from tongket_xlsx.workers.tables import read_table  # noqa: PLC0415

    if form is not None:
        return Reader((load_form(form_folder(form, session.directory)),), None)
    try:
        home = home_of(session.directory)
    except Misuse:
        return Reader(tuple(load_form(path) for path in resources.forms().values()), None)
    campaign = open_campaign(home, tables=read_table)
    return Reader((campaign.form,), campaign.units)
