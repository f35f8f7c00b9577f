"""Words in, exit code out: each command parses its words, calls one verb, prints and ends.

Exit codes: 0 clean, 1 data at fault, 2 misuse, 3 we could not work. Results go to stdout,
messages and progress to stderr.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongket_xlsx import __version__
from tongket_xlsx.cli.correcting import decide, log, mark, waive
from tongket_xlsx.cli.explain import explain
from tongket_xlsx.cli.form import form_group
from tongket_xlsx.cli.localized import RootGroup, SpeakingOption
from tongket_xlsx.cli.making import generate, init
from tongket_xlsx.cli.options import (
    AS_JSON,
    AT_FAULT,
    CHECKS,
    CLEAN,
    PATH,
    argument,
    campaign_of,
    command,
    one_document,
    option,
    own_checks,
    printed,
    told_faults,
)
from tongket_xlsx.cli.reading import (
    check,
    import_,
    recheck,
    tell_outcomes,
    verify,
)
from tongket_xlsx.cli.results import compare, export, summary
from tongket_xlsx.cli.session import session_of
from tongket_xlsx.text.messages import LANGUAGES

if TYPE_CHECKING:
    from tongket_xlsx.model.findings import Finding

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


@command("status")
@AS_JSON
@option("--reminders", is_flag=True, help="help.status.reminders")
@CHECKS
@click.pass_context
def status(ctx: click.Context, as_json: bool, reminders: bool, checks: tuple[Path, ...]) -> int:
    """Show where each unit stands."""
    from tongket_xlsx.cli import output_reminders, output_status  # noqa: PLC0415
    from tongket_xlsx.tasks import status as status_task  # noqa: PLC0415

    session = session_of(ctx)
    with one_document(output_status.status_json(()), wanted=as_json):
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
        told = (
            output_reminders.reminders_by_unit(campaign, standings, today, lang)
            if reminders
            else None
        )
        untitled = [p.code for p in campaign.form.untitled]
        between = [*outliers, *found.checked]
        click.echo(output_status.status_json(standings, told, between, lang, untitled))
    elif reminders:
        printed(output_reminders.reminders(campaign, standings, date.today(), session.lang))
    else:
        printed(output_status.status_text(standings, session.lang))
        printed(output_status.outliers_text(outliers, session.lang))
        printed(output_status.checked_text(found.checked, session.lang))
        printed(output_status.besides(found.refused, found.unlisted, session.lang))
        printed(output_status.untitled_text(campaign.form, session.lang))
    told_faults(session, faults)
    return AT_FAULT if faults else CLEAN


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
    from tongket_xlsx.cli import output_status  # noqa: PLC0415
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
    printed(output_status.status_text(status_task.status(campaign), session.lang))
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
