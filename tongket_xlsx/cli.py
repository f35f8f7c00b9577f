"""Words in, exit code out: each command parses its words, calls one verb, prints and ends.

Exit codes: 0 clean, 1 data at fault, 2 misuse, 3 we could not work. Results go to stdout,
messages and progress to stderr.
"""

from __future__ import annotations

import codecs
import getpass
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from tongket_xlsx import __version__
from tongket_xlsx.findings import CannotWork, Misuse, TongketError, UnsoundDefinition
from tongket_xlsx.messages import LANGUAGES
from tongket_xlsx.speaking import (
    RootGroup,
    Session,
    SpeakingCommand,
    SpeakingGroup,
    SpeakingOption,
    session_of,
    unsound_definition,
)

if TYPE_CHECKING:
    from tongket_xlsx.campaign import Campaign
    from tongket_xlsx.deciding import Ruling
    from tongket_xlsx.distribution import Elsewhere
    from tongket_xlsx.findings import Finding
    from tongket_xlsx.pipeline import FileResult
    from tongket_xlsx.reading import Reader
    from tongket_xlsx.tidy import Row

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
CLEAN, AT_FAULT = 0, 1


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


def option(*names: str, help: str, **settings: Any) -> Callable[[Any], Any]:  # noqa: A002 - click's word
    """Declare an option whose help is a key of the catalogue."""
    return click.option(*names, cls=SpeakingOption, help=help, **settings)


def argument(name: str, metavar: str, **settings: Any) -> Callable[[Any], Any]:
    """Declare an argument under the name the help shows."""
    return click.argument(name, metavar=metavar, **settings)


PATH = click.Path(path_type=Path)
SCHEDULER = option("--scheduler", metavar="ADDRESS", help="help.scheduler")
PASSWORD = option("--password", "passwords", metavar="TEXT", multiple=True, help="help.password")


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


def _campaign(session: Session, *, accept_changed_form: bool = False) -> Campaign:
    from tongket_xlsx.campaign import home_of, open_campaign  # noqa: PLC0415 - --help stays quick

    return open_campaign(home_of(session.directory), accept_changed_form=accept_changed_form)


@contextmanager
def _one_document(empty: str, *, wanted: bool) -> Iterator[None]:
    """See to it that whoever asked for JSON gets one document, even where nothing can be done."""
    try:
        yield
    except TongketError:
        if wanted:
            click.echo(empty)
        raise


def _missing(paths: Iterable[Path], lang: str) -> str:
    """Return the JSON document about paths of which some are not there."""
    from tongket_xlsx import showing  # noqa: PLC0415

    gone = [p for p in paths if not p.exists() and not p.is_symlink()]
    return showing.files_json([showing.missing(p) for p in gone], lang)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _print_err(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, err=True)


@cli.command("init", help="help.init")
@argument("folder", "DIR", type=PATH)
@option("--units", "units_file", metavar="FILE", type=PATH, help="help.init.units")
@option("--form", "form", metavar="NAME|PATH", default="chi-thi-11", help="help.init.form")
@click.pass_context
def init(ctx: click.Context, folder: Path, units_file: Path | None, form: str) -> int:
    """Make a campaign."""
    from tongket_xlsx.campaign import create  # noqa: PLC0415

    session = session_of(ctx)
    made = create(session.at(folder), units_file=session.maybe_at(units_file), form=form)
    deadline = made.settings.deadline
    session.tell(
        "campaign.created",
        path=str(session.at(folder)),
        units=len(made.respondents),
        deadline=deadline or "…",
        file=made.settings.units,
    )
    return CLEAN


@cli.command("generate", help="help.generate")
@argument("units", "[UNIT]…", nargs=-1)
@option("-o", "--output", "folder", metavar="DIR", type=PATH, help="help.generate.output")
@option("--prefill", "known", metavar="FILE|FOLDER", type=PATH, help="help.generate.prefill")
@click.pass_context
def generate(
    ctx: click.Context, units: tuple[str, ...], folder: Path | None, known: Path | None
) -> int:
    """Write the workbooks to send out."""
    from tongket_xlsx import pipeline, showing  # noqa: PLC0415

    session = session_of(ctx)
    campaign = _campaign(session)
    with session.progress("generate") as progress:
        issued, findings = pipeline.generate(
            campaign,
            units,
            folder=session.maybe_at(folder),
            known=session.maybe_at(known),
            lang=session.lang,
            progress=progress,
        )
    for item in issued:
        click.echo(str(item.path))
    for finding in findings:
        for line in showing.finding_lines(finding, session.lang):
            click.echo(line, err=True)
    where = issued[0].path.parent if issued else campaign.home
    session.tell("generate.done", count=len(issued), path=str(where))
    if known is not None:
        session.tell("generate.prefilled", count=sum(bool(i.prefilled) for i in issued))
    return AT_FAULT if findings else CLEAN


@cli.command("import", help="help.import")
@argument("paths", "[PATH]…", nargs=-1, type=PATH)
@option("--received", metavar="DATE", type=Day(), help="help.import.received")
@option("--jobs", metavar="N", type=click.IntRange(min=0), default=0, help="help.jobs")
@SCHEDULER
@PASSWORD
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def import_(
    ctx: click.Context,
    paths: tuple[Path, ...],
    received: date | None,
    jobs: int,
    scheduler: str | None,
    passwords: tuple[str, ...],
    as_json: bool,
) -> int:
    """Take in returned workbooks."""
    from tongket_xlsx import pipeline, showing  # noqa: PLC0415
    from tongket_xlsx.campaign import RETURNED  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    files = [session.at(p) for p in paths]
    with _one_document(_missing(files, session.lang), wanted=as_json):
        if received is not None and received > date.today():
            raise Misuse("received.future", date=f"{received:%d/%m/%Y}")
        _check_extra(passwords)
        campaign = _campaign(session)
        with _elsewhere(session, scheduler) as elsewhere, session.progress("import") as progress:
            results = pipeline.receive(
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
        session.tell("import.none", path=str(campaign.home / RETURNED))
    return code


def _show_files(session: Session, results: list[FileResult], *, as_json: bool) -> int:
    from tongket_xlsx import showing  # noqa: PLC0415

    counts = showing.outcomes(results)
    if as_json:
        click.echo(showing.files_json(results, session.lang))
    else:
        _print(showing.files_text(results, session.lang))
        session.tell(
            "import.done",
            count=len(results),
            accepted=counts["accepted"],
            correction=counts["needs-correction"],
            refused=counts["refused"],
            duplicate=counts["duplicate"],
        )
    return AT_FAULT if counts["refused"] or counts["needs-correction"] else CLEAN


@cli.command("check", help="help.check")
@argument("paths", "FILE…", nargs=-1, type=PATH, required=True)
@option("--form", "form", metavar="NAME|PATH", help="help.check.form")
@option("--jobs", metavar="N", type=click.IntRange(min=0), default=0, help="help.jobs")
@SCHEDULER
@PASSWORD
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[Path, ...],
    form: str | None,
    jobs: int,
    scheduler: str | None,
    passwords: tuple[str, ...],
    as_json: bool,
) -> int:
    """Read and check workbooks without recording."""
    from tongket_xlsx import pipeline  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    files = [session.at(p) for p in paths]
    with _one_document(_missing(files, session.lang), wanted=as_json):
        _check_extra(passwords)
        reader = replace(_reader(session, form), passwords=passwords)
        with _elsewhere(session, scheduler) as elsewhere, session.progress("check") as progress:
            results = pipeline.check(
                reader, files, jobs=jobs, elsewhere=elsewhere, progress=progress
            )
    return _show_files(session, results, as_json=as_json)


def _check_extra(passwords: tuple[str, ...]) -> None:
    """Say at once that passwords cannot be used, rather than of each file."""
    from tongket_xlsx import encryption  # noqa: PLC0415

    if passwords and not encryption.available():
        raise CannotWork("password.no_extra")


@contextmanager
def _elsewhere(session: Session, scheduler: str | None) -> Iterator[Elsewhere | None]:
    """Have the cluster that a call asks for; ``None`` where it reads on this machine."""
    if not scheduler:
        yield None
        return
    from tongket_xlsx.cluster import connected  # noqa: PLC0415 - an extra

    lost = lambda: session.tell("scheduler.lost", path=scheduler)  # noqa: E731
    with connected(scheduler, lost) as found:
        yield found


def _reader(session: Session, form: str | None) -> Reader:
    """Return the reader of the campaign one stands in, or of a form given or shipped."""
    from tongket_xlsx import resources  # noqa: PLC0415
    from tongket_xlsx.campaign import form_folder, home_of, load_form, open_campaign  # noqa: PLC0415
    from tongket_xlsx.reading import Reader  # noqa: PLC0415

    if form is not None:
        return Reader((load_form(form_folder(form)),), None)
    try:
        home = home_of(session.directory)
    except Misuse:
        return Reader(tuple(load_form(path) for path in resources.forms().values()), None)
    campaign = open_campaign(home)
    return Reader((campaign.form,), campaign.units)


@cli.command("recheck", help="help.recheck")
@option("--jobs", metavar="N", type=click.IntRange(min=0), default=0, help="help.jobs")
@SCHEDULER
@PASSWORD
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def recheck(
    ctx: click.Context,
    jobs: int,
    scheduler: str | None,
    passwords: tuple[str, ...],
    as_json: bool,
) -> int:
    """Read the kept originals again."""
    from tongket_xlsx import pipeline  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    with _one_document(_missing((), session.lang), wanted=as_json):
        _check_extra(passwords)
        campaign = _campaign(session, accept_changed_form=True)
        with _elsewhere(session, scheduler) as elsewhere, session.progress("recheck") as progress:
            results = pipeline.recheck(
                campaign,
                jobs=jobs,
                passwords=passwords,
                elsewhere=elsewhere,
                progress=progress,
                waiting=lambda: session.tell("import.waiting"),
            )
    return _show_files(session, results, as_json=as_json)


@cli.command("status", help="help.status")
@option("--json", "as_json", is_flag=True, help="help.json")
@option("--reminders", is_flag=True, help="help.status.reminders")
@click.pass_context
def status(ctx: click.Context, as_json: bool, reminders: bool) -> int:
    """Show where each unit stands."""
    from tongket_xlsx import pipeline, showing  # noqa: PLC0415

    session = session_of(ctx)
    with _one_document(showing.status_json(()), wanted=as_json):
        campaign = _campaign(session)
        standings = pipeline.status(campaign)
        outliers = [] if reminders and not as_json else pipeline.outliers(campaign)
    if as_json:
        today, lang = date.today(), session.lang
        told = showing.reminders_by_unit(campaign, standings, today, lang) if reminders else None
        click.echo(showing.status_json(standings, told, outliers, campaign.units, lang))
    elif reminders:
        _print(showing.reminders(campaign, standings, date.today(), session.lang))
    else:
        _print(showing.status_text(standings, session.lang))
        _print(showing.outliers_text(outliers, session.lang))
        _print(
            showing.besides(pipeline.refused(campaign), pipeline.unlisted(campaign), session.lang)
        )
    return CLEAN


@cli.command("summary", help="help.summary")
@option("-o", "--output", "path", metavar="FILE", type=PATH, help="help.output")
@option(
    "--edition",
    type=click.Choice(["day-du", "lanh-dao"]),
    default="day-du",
    help="help.summary.edition",
)
@click.pass_context
def summary(ctx: click.Context, path: Path | None, edition: str) -> int:
    """Write the consolidated workbook."""
    from tongket_xlsx import pipeline, showing  # noqa: PLC0415

    session = session_of(ctx)
    if path is not None and path.suffix.lower() != ".xlsx":
        raise Misuse("summary.not_xlsx", path=str(path))
    campaign = _campaign(session)
    target, standings = pipeline.summarise(
        campaign, session.maybe_at(path), edition=edition, lang=session.lang
    )
    click.echo(str(target))
    _print_err(showing.besides((), pipeline.unlisted(campaign), session.lang))
    came = sum(s.received is not None for s in standings)
    session.tell("summary.done", path=str(target), n=came, total=len(standings))
    return CLEAN


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


@cli.command("compare", help="help.compare")
@argument("old", "OLD", type=Moment())
@argument("new", "NEW", type=Moment(), default="now")
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def compare(ctx: click.Context, old: Any, new: Any, as_json: bool) -> int:
    """Say what changed between two consolidations."""
    from tongket_xlsx import pipeline, showing  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    moments = [session.at(m) if isinstance(m, Path) else m for m in (old, new)]
    with _one_document(showing.differences_json(()), wanted=as_json):
        for moment in moments:
            if isinstance(moment, Path) and not moment.exists():
                raise Misuse("path.missing", path=str(moment))
        campaign = _campaign(session)
        found = pipeline.compare(campaign, moments[0], moments[1])
    if as_json:
        click.echo(showing.differences_json(found))
    else:
        _print(showing.differences_text(campaign.form, found, session.lang))
    return CLEAN


@cli.command("mark", help="help.mark")
@argument("units", "[UNIT]…", nargs=-1)
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def mark(ctx: click.Context, units: tuple[str, ...], as_json: bool) -> int:
    """Write the copies that go back for correction."""
    from tongket_xlsx import marking, telling  # noqa: PLC0415

    session = session_of(ctx)
    with _one_document(telling.marked_json((), session.lang), wanted=as_json):
        campaign = _campaign(session)
        marked = marking.mark(campaign, units, lang=session.lang)
    if as_json:
        click.echo(telling.marked_json(marked, session.lang))
        return CLEAN
    for copy in marked:
        click.echo(str(copy.path))
    where = marked[0].path.parent if marked else campaign.home
    session.tell("mark.done" if marked else "mark.none", count=len(marked), path=str(where))
    return CLEAN


@cli.command("decide", help="help.decide")
@argument("path", "FILE", type=PATH)
@option("--by", metavar="NAME", help="help.by")
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def decide(ctx: click.Context, path: Path, by: str | None, as_json: bool) -> int:
    """Record what was decided in a consolidated workbook."""
    from tongket_xlsx import deciding, telling  # noqa: PLC0415
    from tongket_xlsx.files import bytes_of  # noqa: PLC0415
    from tongket_xlsx.findings import Finding  # noqa: PLC0415

    session = session_of(ctx)
    with _one_document(telling.rulings_json((), (), session.lang), wanted=as_json):
        campaign = _campaign(session)
        file = session.at(path)
        if not file.exists():
            raise Misuse("path.missing", path=str(file))
        data = bytes_of(file)
        if isinstance(data, Finding):
            raise CannotWork("decide.not_ours", path=str(file))
        rulings, faults = deciding.decide(campaign, file.name, data, by=by or _user())
    return _show_rulings(session, rulings, faults, as_json=as_json)


@cli.command("waive", help="help.waive")
@argument("unit", "UNIT")
@argument("code", "CODE")
@option("--indicator", metavar="CODE", default="", help="help.waive.indicator")
@option("--period", metavar="PERIOD", default="", help="help.waive.period")
@option("--reason", metavar="TEXT", required=True, help="help.waive.reason")
@option("--insist", is_flag=True, help="help.waive.insist")
@option("--by", metavar="NAME", help="help.by")
@option("--json", "as_json", is_flag=True, help="help.json")
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
    from tongket_xlsx import deciding, telling  # noqa: PLC0415
    from tongket_xlsx.resolution import Verdict  # noqa: PLC0415

    session = session_of(ctx)
    with _one_document(telling.rulings_json((), (), session.lang), wanted=as_json):
        rulings = deciding.waive(
            _campaign(session),
            unit,
            code,
            indicator=indicator,
            period=period,
            reason=reason,
            by=by or _user(),
            verdict=Verdict.INSIST if insist else Verdict.ACCEPT,
        )
    return _show_rulings(session, rulings, [], as_json=as_json)


def _show_rulings(
    session: Session, rulings: list[Ruling], faults: list[Finding], *, as_json: bool
) -> int:
    from tongket_xlsx import telling  # noqa: PLC0415

    if as_json:
        click.echo(telling.rulings_json(rulings, faults, session.lang))
    else:
        _print(telling.rulings_text(rulings, faults, session.lang))
        session.tell("decide.done", count=len(rulings))
    return AT_FAULT if faults else CLEAN


def _user() -> str:
    """Return the name under which one is logged in; a decision is recorded with it."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "?"


@cli.command("log", help="help.log")
@argument("unit", "UNIT")
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def log(ctx: click.Context, unit: str, as_json: bool) -> int:
    """Tell the story of a unit's returns."""
    from tongket_xlsx import pipeline, telling  # noqa: PLC0415

    session = session_of(ctx)
    with _one_document("{}", wanted=as_json):
        story = pipeline.story(_campaign(session), unit)
    if as_json:
        click.echo(telling.story_json(story, session.lang))
    else:
        _print(telling.story_text(story, session.lang))
    return CLEAN


@cli.command("verify", help="help.verify")
@option("--jobs", metavar="N", type=click.IntRange(min=0), default=0, help="help.jobs")
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def verify(ctx: click.Context, jobs: int, as_json: bool) -> int:
    """Prove the store of a campaign."""
    from tongket_xlsx import telling, verification  # noqa: PLC0415

    session = session_of(ctx)
    session.quiet |= as_json
    with _one_document(telling.verified_json(None, session.lang), wanted=as_json):
        campaign = _campaign(session, accept_changed_form=True)
        with session.progress("verify") as progress:
            found = verification.verify(campaign, jobs=jobs, progress=progress)
    if as_json:
        click.echo(telling.verified_json(found, session.lang))
    else:
        _print(telling.verified_text(found, session.lang))
        count = sum(f.severity != "note" for f in found.findings)
        session.tell("verify.sound" if found.is_sound else "verify.unsound", count=count)
    return CLEAN if found.is_sound else AT_FAULT


@cli.command("export", help="help.export")
@option(
    "--format",
    "kind",
    type=click.Choice(["csv", "json", "parquet"]),
    required=True,
    help="help.export.format",
)
@option("-o", "--output", "path", metavar="FILE", type=PATH, help="help.output")
@click.pass_context
def export(ctx: click.Context, kind: str, path: Path | None) -> int:
    """Export tidy observations."""
    from tongket_xlsx import pipeline, tidy  # noqa: PLC0415

    session = session_of(ctx)
    with _one_document("[]", wanted=kind == "json" and path is None):
        campaign = _campaign(session)
        ledger = campaign.ledger()
    target = session.at(path) if path is not None else None
    with ledger, _stream_to(target) as stream:
        rows = tidy.rows(campaign.form, pipeline.traced(campaign, ledger))
        if kind == "csv" and path is not None:
            # Excel takes a CSV file for UTF-8 only with a byte-order mark.
            stream.write(codecs.BOM_UTF8)
        try:
            count = _writer(kind)(stream, rows)
        except ImportError:
            raise CannotWork("export.no_parquet") from None
    if target is not None:
        click.echo(str(target))
    session.tell("export.done", count=count)
    return CLEAN


def _writer(kind: str) -> Callable[[IO[bytes], Iterable[Row]], int]:
    from tongket_xlsx import tidy  # noqa: PLC0415

    writers: dict[str, Callable[[IO[bytes], Iterable[Row]], int]] = {
        "csv": tidy.write_csv,
        "json": tidy.write_json,
        "parquet": tidy.write_parquet,
    }
    return writers[kind]


@contextmanager
def _stream_to(path: Path | None) -> Iterator[IO[bytes]]:
    """Open a file that is seen only when it is whole, or what goes into a pipe."""
    from tongket_xlsx.durable import whole  # noqa: PLC0415

    if path is None:
        stream = sys.stdout.buffer
        yield stream
        stream.flush()
        return
    with whole(path) as stream:
        yield stream


@cli.group("form", cls=SpeakingGroup, help="help.form")
def form_group() -> None:
    """Hold the commands about definitions."""


def _form_folder(session: Session, path: str | None) -> Path:
    from tongket_xlsx.campaign import DEFAULT_FORM, FORM, form_folder, home_of  # noqa: PLC0415

    if path is not None:
        return form_folder(path)
    try:
        return home_of(session.directory) / FORM
    except Misuse:
        return form_folder(DEFAULT_FORM)


@form_group.command("check", cls=SpeakingCommand, help="help.form.check")
@argument("path", "[PATH]", required=False)
@click.pass_context
def form_check(ctx: click.Context, path: str | None) -> int:
    """Say whether a definition is sound."""
    from tongket_xlsx.campaign import load_form  # noqa: PLC0415
    from tongket_xlsx.codebook import form_counts  # noqa: PLC0415

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
    from tongket_xlsx.campaign import load_form  # noqa: PLC0415
    from tongket_xlsx.codebook_page import codebook_lines  # noqa: PLC0415

    session = session_of(ctx)
    _print(codebook_lines(load_form(_form_folder(session, path)), session.lang))
    return CLEAN


@form_group.command("doc", cls=SpeakingCommand, help="help.form.doc")
@argument("path", "[PATH]", required=False)
@option("-o", "--output", "folder", metavar="DIR", type=PATH, help="help.form.doc.output")
@click.pass_context
def form_doc(ctx: click.Context, path: str | None, folder: Path | None) -> int:
    """Write the documentation of a form."""
    from tongket_xlsx import form_documents  # noqa: PLC0415
    from tongket_xlsx.campaign import load_form  # noqa: PLC0415

    session = session_of(ctx)
    source = _form_folder(session, path)
    target = session.maybe_at(folder) or form_documents.default_folder(session.directory, path)
    written = form_documents.write(load_form(source), target, session.lang)
    for file in written:
        click.echo(str(file))
    session.tell("doc.done", count=len(written), path=str(target))
    return CLEAN


@cli.command("demo", help="help.demo")
@argument("folder", "[DIR]", required=False, type=PATH)
@click.pass_context
def demo(ctx: click.Context, folder: Path | None) -> int:
    """Run the whole loop on the samples."""
    from tongket_xlsx import pipeline, resources, showing  # noqa: PLC0415
    from tongket_xlsx.campaign import DEFAULT_FORM, RESULTS, RETURNED, SAMPLE, create  # noqa: PLC0415

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
        pipeline.generate(campaign, lang=session.lang, progress=progress)
    step(3, "import")
    for path in sorted((resources.folder("samples") / SAMPLE / RETURNED).iterdir()):
        shutil.copyfile(path, campaign.folder(RETURNED) / path.name)
    with session.progress("demo") as progress:
        results = pipeline.receive(campaign, received=date(2017, 3, 30), progress=progress)
    counts = showing.outcomes(results)
    session.tell(
        "import.done",
        count=len(results),
        accepted=counts["accepted"],
        correction=counts["needs-correction"],
        refused=counts["refused"],
        duplicate=counts["duplicate"],
    )
    step(4, "status")
    _print(showing.status_text(pipeline.status(campaign), session.lang))
    step(5, "summary")
    target, _ = pipeline.summarise(
        campaign, campaign.folder(RESULTS) / "tong-hop.xlsx", lang=session.lang
    )
    step(6, "export")
    with campaign.ledger() as ledger:
        pipeline.write_tidy_csv(campaign, ledger, campaign.folder(RESULTS) / "so-lieu.csv")
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


def main() -> None:
    """Run the program."""
    cli(prog_name="tongket")


if __name__ == "__main__":
    main()
