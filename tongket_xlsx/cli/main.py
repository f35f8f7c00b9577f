"""Words in, exit code out: each command parses its words, calls one verb, prints and ends.

Exit codes: 0 clean, 1 data at fault, 2 misuse, 3 we could not work. Results go to stdout,
messages and progress to stderr.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from tongket_xlsx import __version__
from tongket_xlsx.cli.correcting import decide, log, mark, waive
from tongket_xlsx.cli.explain import explain
from tongket_xlsx.cli.form import form_group
from tongket_xlsx.cli.localized import RootGroup, SpeakingOption, session_of
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
from tongket_xlsx.cli.reading import (
    check,
    import_,
    recheck,
    tell_outcomes,
    verify,
)
from tongket_xlsx.model.findings import CannotWork, Misuse
from tongket_xlsx.summary.export_formats import FORMATS
from tongket_xlsx.text.messages import LANGUAGES

if TYPE_CHECKING:
    from tongket_xlsx.campaign.own_work import Written
    from tongket_xlsx.model.findings import Finding

# The returns an export is of: those that count, or earlier rounds as well.
ROUNDS = ("current", "all")
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=RootGroup, help="help.root", epilog="help.epilog", context_settings=CONTEXT)
@option(
    "-C",
    "directory",
    metavar="DIR",
    type=PATH,
    default=Path(),
    help="help.directory",
    show_default=False,
)
@option("--lang", type=click.Choice(LANGUAGES), help="help.lang")
@option("-q", "--quiet", is_flag=True, help="help.quiet")
@click.version_option(
    __version__,
    prog_name="tongket",
    message="%(prog)s %(version)s",
    cls=SpeakingOption,
    help="cli.version",
)
@click.pass_context
def cli(ctx: click.Context, directory: Path, lang: str | None, quiet: bool) -> None:
    """Settle what holds for every command."""
    session = session_of(ctx)
    session.directory = directory
    session.quiet |= quiet
    session.lang = lang or session.lang


@command("init")
@argument("folder", "DIR", type=PATH)
@option("--units", "units_file", metavar="FILE", type=PATH, help="help.init.units")
@option("--form", "form", metavar="NAME|PATH", default="chi-thi-11", help="help.init.form")
@click.pass_context
def init(ctx: click.Context, folder: Path, units_file: Path | None, form: str) -> int:
    """Make a campaign."""
    from tongket_xlsx.campaign.campaign import create  # noqa: PLC0415
    from tongket_xlsx.definition import bundled  # noqa: PLC0415
    from tongket_xlsx.workers.tables import read_table  # noqa: PLC0415

    session = session_of(ctx)
    # A name that ships stays a name; a path is of the folder of -C, as every other.
    source = form if form in bundled.forms() else str(session.at(Path(form)))
    listed = session.maybe_at(units_file)
    made = create(session.at(folder), units_file=listed, form=source, tables=read_table)
    deadline = made.settings.deadline
    session.tell(
        "campaign.created",
        path=str(session.at(folder)),
        units=len(made.respondents),
        deadline=deadline or "…",
        file=made.settings.units,
    )
    return CLEAN


@command("generate")
@argument("units", "[UNIT]…", nargs=-1)
@option("-o", "--output", "folder", metavar="DIR", type=PATH, help="help.generate.output")
@option("--prefill", "known", metavar="FILE|FOLDER", type=PATH, help="help.generate.prefill")
@click.pass_context
def generate(
    ctx: click.Context, units: tuple[str, ...], folder: Path | None, known: Path | None
) -> int:
    """Write the workbooks to send out."""
    from tongket_xlsx.cli.output import untitled_text  # noqa: PLC0415
    from tongket_xlsx.tasks import generate as generate_task  # noqa: PLC0415

    session = session_of(ctx)
    campaign = campaign_of(session)
    faults: list[Finding] = []
    with session.progress("generate") as progress:
        issued, findings = generate_task.generate(
            campaign,
            units,
            folder=session.maybe_at(folder),
            known=session.maybe_at(known),
            lang=session.lang,
            progress=progress,
            fault=faults.append,
        )
    for item in issued:
        click.echo(str(item.path))
    where = issued[0].path.parent if issued else campaign.home
    session.tell("generate.done", count=len(issued), path=str(where))
    if known is not None:
        session.tell("generate.prefilled", count=sum(bool(i.prefilled) for i in issued))
    asked = {p.code for i in issued for p in campaign.form.prompts_for(i.unit.kind)}
    for text in untitled_text(campaign.form, session.lang, asked):
        click.echo(text, err=True)
    told_faults(session, [*findings, *faults])
    return AT_FAULT if findings or faults else CLEAN


@command("status")
@AS_JSON
@option("--reminders", is_flag=True, help="help.status.reminders")
@CHECKS
@click.pass_context
def status(ctx: click.Context, as_json: bool, reminders: bool, checks: tuple[Path, ...]) -> int:
    """Show where each unit stands."""
    from tongket_xlsx.cli import output as showing  # noqa: PLC0415
    from tongket_xlsx.tasks import status as status_task  # noqa: PLC0415

    session = session_of(ctx)
    with one_document(showing.status_json(()), wanted=as_json):
        campaign = campaign_of(session)
        faults: list[Finding] = []
        found = status_task.overview(
            campaign,
            outliers=as_json or not reminders,
            fault=faults.append,
            checks=own_checks(session, checks),
        )
        standings, outliers = found.standings, found.outliers
    if as_json:
        today, lang = date.today(), session.lang
        told = showing.reminders_by_unit(campaign, standings, today, lang) if reminders else None
        untitled = [p.code for p in campaign.form.untitled]
        between = [*outliers, *found.checked]
        click.echo(showing.status_json(standings, told, between, lang, untitled))
    elif reminders:
        printed(showing.reminders(campaign, standings, date.today(), session.lang))
    else:
        printed(showing.status_text(standings, session.lang))
        printed(showing.outliers_text(outliers, session.lang))
        printed(showing.checked_text(found.checked, session.lang))
        printed(showing.besides(found.refused, found.unlisted, session.lang))
        printed(showing.untitled_text(campaign.form, session.lang))
    told_faults(session, faults)
    return AT_FAULT if faults else CLEAN


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
    from tongket_xlsx.cli import output as showing  # noqa: PLC0415
    from tongket_xlsx.tasks import summarise as summarise_task  # noqa: PLC0415

    session = session_of(ctx)
    if path is not None and path.suffix.lower() != ".xlsx":
        raise Misuse("summary.not_xlsx", path=str(path))
    campaign = campaign_of(session)
    faults: list[Finding] = []
    places: list[Written] = []
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
    told(showing.held_text(found.standings, session.lang))
    for place in places:
        told_kept(session, place, "summary.kept")
    told(showing.besides((), found.unlisted, session.lang))
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
    from tongket_xlsx.cli import output as showing  # noqa: PLC0415
    from tongket_xlsx.tasks import compare as compare_task  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    moments = [session.at(m) if isinstance(m, Path) else m for m in (old, new)]
    with one_document(showing.differences_json(()), wanted=as_json):
        for moment in moments:
            if isinstance(moment, Path) and not moment.exists():
                raise Misuse("path.missing", path=str(moment))
        campaign = campaign_of(session)
        found = compare_task.compare(campaign, moments[0], moments[1])
    if as_json:
        click.echo(showing.differences_json(found))
    else:
        printed(showing.differences_text(campaign.form, found, session.lang))
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


@command("demo")
@argument("folder", "[DIR]", required=False, type=PATH)
@click.pass_context
def demo(ctx: click.Context, folder: Path | None) -> int:
    """Run the whole loop on the samples."""
    from tongket_xlsx.campaign.campaign import (  # noqa: PLC0415
        DEFAULT_FORM,
        RESULTS,
        RETURNED,
        SAMPLE,
        create,
    )
    from tongket_xlsx.cli import output as showing  # noqa: PLC0415
    from tongket_xlsx.definition import bundled as resources  # noqa: PLC0415
    from tongket_xlsx.tasks import export as export_task  # noqa: PLC0415
    from tongket_xlsx.tasks import generate as generate_task  # noqa: PLC0415
    from tongket_xlsx.tasks import receive as receive_task  # noqa: PLC0415
    from tongket_xlsx.tasks import status as status_task  # noqa: PLC0415
    from tongket_xlsx.tasks import summarise as summarise_task  # noqa: PLC0415

    session = session_of(ctx)
    home = session.at(folder or _free(session.at(Path("tongket-demo"))))

    def step(number: int, what: str) -> None:
        session.tell("demo.step", number=str(number), what=session.say(f"demo.{what}"))

    campaign = create(
        home, units_file=None, form=DEFAULT_FORM, notice=session.say("note.fictitious")
    )
    step(1, "init")
    step(2, "generate")
    with session.progress("demo") as progress:
        generate_task.generate(campaign, lang=session.lang, progress=progress)
    step(3, "import")
    for path in sorted((resources.folder("samples") / SAMPLE / RETURNED).iterdir()):
        shutil.copyfile(path, campaign.folder(RETURNED) / path.name)
    with session.progress("demo") as progress:
        results = receive_task.receive(campaign, received=date(2017, 3, 30), progress=progress)
    tell_outcomes(session, showing.outcomes(results))
    step(4, "status")
    printed(showing.status_text(status_task.status(campaign), session.lang))
    step(5, "summary")
    target, _ = summarise_task.summarise(
        campaign, campaign.folder(RESULTS) / "tong-hop.xlsx", lang=session.lang
    )
    step(6, "export")
    with campaign.reading() as ledger:
        export_task.write_tidy_csv(campaign, ledger, campaign.folder(RESULTS) / "so-lieu.csv")
    click.echo(str(target))
    session.tell("demo.done", path=str(target))
    return CLEAN


def _free(path: Path) -> Path:
    """Return the path, or the first of its numbered successors that is not taken."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


# In the order of the job; so does --help show them.
for _one in (
    init,
    generate,
    import_,
    check,
    recheck,
    status,
    summary,
    compare,
    mark,
    decide,
    waive,
    log,
    explain,
    verify,
    export,
    form_group,
    demo,
):
    cli.add_command(_one)


def main() -> None:
    """Run the program."""
    cli(prog_name="tongket")


if __name__ == "__main__":
    main()
