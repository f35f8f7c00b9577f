"""What the commands share: how their words are declared, their campaign, and how they print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongket_xlsx.cli.localized import SpeakingCommand, SpeakingOption
from tongket_xlsx.cli.session import Session
from tongket_xlsx.model.findings import TongketError

if TYPE_CHECKING:
    from tongket_xlsx.campaign.campaign import Campaign
    from tongket_xlsx.campaign.own_work import WrittenFile
    from tongket_xlsx.model.findings import Finding
    from tongket_xlsx.tasks.review import OwnChecks

CLEAN, AT_FAULT = 0, 1
PATH = click.Path(path_type=Path)


class Day(click.ParamType[date]):
    """A day, as 2017-03-30 or 30/03/2017."""

    name = "2017-03-30"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        if isinstance(value, date):
            return value
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(str(value), pattern).date()  # noqa: DTZ007 - a day
            except ValueError:
                continue
        raise click.BadParameter(str(value), ctx, param)


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a command; its help stands in the catalogue under its name."""
    return click.command(name, cls=SpeakingCommand, help=f"help.{name}")


def option(*names: str, help: str, **settings: Any) -> Callable[[Any], Any]:  # noqa: A002 - click's word
    """Declare an option whose help is a key of the catalogue."""
    return click.option(*names, cls=SpeakingOption, help=help, **settings)


def argument(name: str, metavar: str, **settings: Any) -> Callable[[Any], Any]:
    """Declare an argument under the name the help shows."""
    return click.argument(name, metavar=metavar, **settings)


AS_JSON = option("--json", "as_json", is_flag=True, help="help.json")
CHECKS = option("--checks", metavar="FILE.py", type=PATH, multiple=True, help="help.checks")
JOBS = option("--jobs", metavar="N", type=click.IntRange(min=0), default=0, help="help.jobs")


def campaign_of(session: Session, *, accept_changed_form: bool = False) -> Campaign:
    """Open the campaign one stands in, or of the folder after ``-C``."""
    from tongket_xlsx.campaign.campaign import home_of, open_campaign  # noqa: PLC0415 - --help stays quick
    from tongket_xlsx.workers.tables import read_table  # noqa: PLC0415

    home = home_of(session.directory)
    return open_campaign(home, accept_changed_form=accept_changed_form, tables=read_table)


def own_checks(session: Session, files: Sequence[Path]) -> OwnChecks | None:
    """Load the checks that a person declared in files of Python; a file is run where it is named.

    Nothing is loaded where no file is named: pandas takes longer to load than a command to run.
    """
    if not files:
        return None
    from tongket_xlsx.api.checks import checking, load_checks  # noqa: PLC0415

    return checking([c for path in files for c in load_checks(session.at(path), session.lang)])


@contextmanager
def one_document(empty: str, *, wanted: bool) -> Iterator[None]:
    """See to it that whoever asked for JSON gets one document, even where nothing can be done."""
    try:
        yield
    except TongketError:
        if wanted:
            click.echo(empty)
        raise


def printed(lines: Iterable[str]) -> None:
    """Print results."""
    for line in lines:
        click.echo(line)


def told_faults(session: Session, faults: Iterable[Finding]) -> None:
    """Tell, at the end, which units something failed for or was left as it is."""
    from tongket_xlsx.cli import output as showing  # noqa: PLC0415

    for finding in faults:
        told(showing.finding_lines(finding, session.lang))


def told_kept(session: Session, place: WrittenFile, key: str) -> None:
    """Tell that a file was kept, and where the new one is; even to whoever asked for silence."""
    if place.kept is not None:
        key += ".open" if place.is_open else ""
        told([session.say(key, path=str(place.kept), new=place.path.name)])


def told(lines: Iterable[str]) -> None:
    """Print messages, beside the results."""
    for line in lines:
        click.echo(line, err=True)
