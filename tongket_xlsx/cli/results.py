"""The commands that write results: summary, compare and export."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from tongket_xlsx.cli.options import (
    AS_JSON,
    AT_FAULT,
    CHECKS,
    CLEAN,
    PATH,
    Day,
    argument,
    campaign_of,
    command,
    one_document,
    option,
    own_checks,
    printed,
    told,
    told_faults,
    told_kept,
)
from tongket_xlsx.cli.session import session_of
from tongket_xlsx.model.findings import CannotWork, Misuse
from tongket_xlsx.summary.export_formats import FORMATS

if TYPE_CHECKING:
    from tongket_xlsx.campaign.own_work import WrittenFile
    from tongket_xlsx.model.findings import Finding


# The returns an export is of: those that count, or earlier rounds as well.
ROUNDS = ("current", "all")


@command("summary")
@option("-o", "--output", "path", metavar="FILE", type=PATH, help="help.output")
@option(
    "--edition",
    type=click.Choice(["day-du", "lanh-dao"]),
    default="day-du",
    help="help.summary.edition",
)
@CHECKS
@click.pass_context
def summary(ctx: click.Context, path: Path | None, edition: str, checks: tuple[Path, ...]) -> int:
    """Write the consolidated workbook."""
    from tongket_xlsx.cli import output_status  # noqa: PLC0415
    from tongket_xlsx.tasks import summarise as summarise_task  # noqa: PLC0415

    session = session_of(ctx)
    if path is not None and path.suffix.lower() != ".xlsx":
        raise Misuse("summary.not_xlsx", path=str(path))
    campaign = campaign_of(session)
    faults: list[Finding] = []
    places: list[WrittenFile] = []
    target, found = summarise_task.summarise(
        campaign,
        session.maybe_at(path),
        edition=edition,
        lang=session.lang,
        fault=faults.append,
        checks=own_checks(session, checks),
        kept=places.append,
    )
    click.echo(str(target))
    told(output_status.held_text(found.standings, session.lang))
    for place in places:
        told_kept(session, place, "summary.kept")
    told(output_status.besides((), found.unlisted, session.lang))
    came = sum(s.received is not None for s in found.standings)
    session.tell("summary.done", path=str(target), n=came, total=len(found.standings))
    told_faults(session, faults)
    return AT_FAULT if faults else CLEAN


class Moment(click.ParamType[Any]):
    """A consolidated workbook, or a day of the ledger: 2017-03-30, 30/03/2017 or now."""

    name = "FILE.xlsx, 2017-03-30, now"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the day, or take the text for a path."""
        if str(value).lower() in ("now", "nay"):
            return date.today()
        if str(value).lower().endswith(".xlsx"):
            return Path(str(value))
        return Day().convert(value, param, ctx)


@command("compare")
@argument("old", "OLD", type=Moment())
@argument("new", "NEW", type=Moment(), default="now")
@AS_JSON
@click.pass_context
def compare(ctx: click.Context, old: Any, new: Any, as_json: bool) -> int:
    """Say what changed between two consolidations."""
    from tongket_xlsx.cli import output_differences  # noqa: PLC0415
    from tongket_xlsx.tasks import compare as compare_task  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    moments = [session.at(m) if isinstance(m, Path) else m for m in (old, new)]
    with one_document(output_differences.differences_json(()), wanted=as_json):
        for moment in moments:
            if isinstance(moment, Path) and not moment.exists():
                raise Misuse("path.missing", path=str(moment))
        campaign = campaign_of(session)
        found = compare_task.compare(campaign, moments[0], moments[1])
    if as_json:
        click.echo(output_differences.differences_json(found))
    else:
        printed(output_differences.differences_text(campaign.form, found, session.lang))
    return CLEAN


@command("export")
@option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    required=True,
    help="help.export.format",
)
@option("--rounds", type=click.Choice(ROUNDS), default=ROUNDS[0], help="help.export.rounds")
@option("--totals", is_flag=True, help="help.export.totals")
@option("-o", "--output", "path", metavar="FILE", type=PATH, help="help.output")
@click.pass_context
def export(ctx: click.Context, kind: str, rounds: str, totals: bool, path: Path | None) -> int:
    """Export tidy observations."""
    from tongket_xlsx.campaign.own_places import check_output  # noqa: PLC0415
    from tongket_xlsx.campaign.own_work import digest_of  # noqa: PLC0415
    from tongket_xlsx.tasks import export as export_task  # noqa: PLC0415

    session = session_of(ctx)
    with one_document("[]", wanted=kind == "json" and path is None):
        campaign = campaign_of(session)
        ledger = campaign.reading()
    own, place = campaign.own_work, None
    faults: list[Finding] = []
    if path is not None:
        check_output("export", session.at(path), home=campaign.home)
        place = own.free(session.at(path))
    target = place.path if place else None
    with ledger, _stream_to(target) as stream:
        rows = export_task.tidy_rows(
            campaign,
            ledger,
            every_round=rounds == ROUNDS[1],
            totals=totals,
            fault=faults.append,
        )
        try:
            is_file = path is not None
            count = FORMATS[kind].write(stream, rows, is_file=is_file, lang=session.lang)
        except ImportError:
            raise CannotWork("export.no_parquet") from None
    if place is not None:
        own.remember(digest_of(place.path), place.path.name)
        click.echo(str(place.path))
        told_kept(session, place, "output.kept")
    session.tell("export.done", count=count)
    told_faults(session, faults)
    return AT_FAULT if faults else CLEAN


@contextmanager
def _stream_to(path: Path | None) -> Iterator[IO[bytes]]:
    """Open a file that is seen only when it is whole, or what goes into a pipe."""
    from tongket_xlsx.campaign.atomic_files import whole  # noqa: PLC0415

    if path is None:
        stream = sys.stdout.buffer
        yield stream
        stream.flush()
        return
    with whole(path) as stream:
        yield stream
