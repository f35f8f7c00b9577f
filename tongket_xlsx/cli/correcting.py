"""The commands of the loop of correction: mark, decide, waive and log."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
from tongket_xlsx.cli.session import Session, session_of
from tongket_xlsx.model.findings import CannotWork, Misuse

if TYPE_CHECKING:
    from tongket_xlsx.model.findings import Finding
    from tongket_xlsx.tasks.decide import Ruling


@command("mark")
@argument("units", "[UNIT]…", nargs=-1)
@AS_JSON
@click.pass_context
def mark(ctx: click.Context, units: tuple[str, ...], as_json: bool) -> int:
    """Write the copies that go back for correction."""
    from tongket_xlsx.cli import output_corrections as telling  # noqa: PLC0415
    from tongket_xlsx.tasks import mark as marking  # noqa: PLC0415

    session = session_of(ctx)
    faults: list[Finding] = []
    with one_document(telling.marked_json((), session.lang), wanted=as_json):
        campaign = campaign_of(session)
        marked = marking.mark(campaign, units, lang=session.lang, fault=faults.append)
    if as_json:
        click.echo(telling.marked_json(marked, session.lang))
        told_faults(session, faults)
        return AT_FAULT if faults else CLEAN
    for copy in marked:
        click.echo(str(copy.path))
    where = marked[0].path.parent if marked else campaign.home
    if marked or not faults:
        session.tell("mark.done" if marked else "mark.none", count=len(marked), path=str(where))
    told_faults(session, faults)
    return AT_FAULT if faults else CLEAN


@command("decide")
@argument("path", "FILE", type=PATH)
@option("--by", metavar="NAME", help="help.by")
@CHECKS
@AS_JSON
@click.pass_context
def decide(
    ctx: click.Context, path: Path, by: str | None, checks: tuple[Path, ...], as_json: bool
) -> int:
    """Record what was decided in a consolidated workbook."""
    from tongket_xlsx.campaign.inbox import bytes_of  # noqa: PLC0415
    from tongket_xlsx.cli import output_corrections as telling  # noqa: PLC0415
    from tongket_xlsx.model.findings import Finding  # noqa: PLC0415
    from tongket_xlsx.tasks import decide as deciding  # noqa: PLC0415

    session = session_of(ctx)
    with one_document(telling.rulings_json((), (), session.lang), wanted=as_json):
        campaign = campaign_of(session)
        own = own_checks(session, checks)
        file = session.at(path)
        if not file.exists():
            raise Misuse("path.missing", path=str(file))
        data = bytes_of(file)
        if isinstance(data, Finding):
            raise CannotWork("decide.not_ours", path=str(file))
        who = by or _user()
        rulings, faults = deciding.decide(campaign, file.name, data, by=who, checks=own)
    return _show_rulings(session, rulings, faults, as_json=as_json)


@command("waive")
@argument("unit", "UNIT")
@argument("code", "CODE")
@option("--indicator", metavar="CODE", default="", help="help.waive.indicator")
@option("--period", metavar="PERIOD", default="", help="help.waive.period")
@option("--reason", metavar="TEXT", required=True, help="help.waive.reason")
@option("--insist", is_flag=True, help="help.waive.insist")
@option("--by", metavar="NAME", help="help.by")
@AS_JSON
@click.pass_context
def waive(
    ctx: click.Context,
    unit: str,
    code: str,
    indicator: str,
    period: str,
    reason: str,
    insist: bool,
    by: str | None,
    as_json: bool,
) -> int:
    """Accept a finding of a unit, or insist on its correction."""
    from tongket_xlsx.cli import output_corrections as telling  # noqa: PLC0415
    from tongket_xlsx.model.resolution import Verdict  # noqa: PLC0415
    from tongket_xlsx.tasks import decide as deciding  # noqa: PLC0415

    session = session_of(ctx)
    with one_document(telling.rulings_json((), (), session.lang), wanted=as_json):
        rulings = deciding.waive(
            campaign_of(session),
            unit,
            code,
            indicator=indicator,
            period=period,
            reason=reason,
            by=by or _user(),
            verdict=Verdict.INSIST if insist else Verdict.ACCEPT,
        )
    return _show_rulings(session, rulings, [], as_json=as_json)


@command("log")
@argument("unit", "UNIT")
@AS_JSON
@click.pass_context
def log(ctx: click.Context, unit: str, as_json: bool) -> int:
    """Tell the story of a unit's returns."""
    from tongket_xlsx.cli import output_corrections as telling  # noqa: PLC0415
    from tongket_xlsx.tasks import history as history_task  # noqa: PLC0415

    session = session_of(ctx)
    with one_document("{}", wanted=as_json):
        story = history_task.story(campaign_of(session), unit)
    if as_json:
        click.echo(telling.story_json(story, session.lang))
    else:
        printed(telling.story_text(story, session.lang))
    return CLEAN


def _show_rulings(
    session: Session, rulings: list[Ruling], faults: list[Finding], *, as_json: bool
) -> int:
    from tongket_xlsx.cli import output_corrections as telling  # noqa: PLC0415

    if as_json:
        click.echo(telling.rulings_json(rulings, faults, session.lang))
    else:
        printed(telling.rulings_text(rulings, faults, session.lang))
        session.tell("decide.done", count=len(rulings))
    return AT_FAULT if faults else CLEAN


def _user() -> str:
    """Return the name under which one is logged in; a decision is recorded with it."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "?"
