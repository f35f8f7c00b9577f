"""The commands that make a campaign and its forms: init and generate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongket_xlsx.cli.options import (
    AT_FAULT,
    CLEAN,
    PATH,
    argument,
    campaign_of,
    command,
    option,
    told_faults,
)
from tongket_xlsx.cli.session import session_of

if TYPE_CHECKING:
    from tongket_xlsx.model.findings import Finding


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
    from tongket_xlsx.cli.output_status import untitled_text  # noqa: PLC0415
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
