"""The verbs of the job: generate, receive, check, recheck, status, summarise, export.

Each takes values and a campaign and returns values; progress is a callback. Words are made by
whoever shows them.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from tongket_xlsx import __version__
from tongket_xlsx.campaign.atomic_files import whole, write_whole
from tongket_xlsx.campaign.campaign import (
    ISSUED,
    RESULTS,
    RETURNED,
    SETTINGS,
    Campaign,
    made,
    seal,
)
from tongket_xlsx.campaign.inbox import bytes_of, walk
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.campaign.receipts import Copy, Receipt
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.intake.read_return import Reader, unopened
from tongket_xlsx.model.corrections import Progress
from tongket_xlsx.model.corrections import progress as compared
from tongket_xlsx.model.findings import CannotWork, Finding, Misuse, Severity
from tongket_xlsx.model.form import OWN_SCOPE, Form, Target, Unit
from tongket_xlsx.model.layout import SheetKind, layout_of
from tongket_xlsx.model.observations import Outcome, Return
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import (
    Closure,
    Decision,
    Resolved,
    Step,
    resolved,
)
from tongket_xlsx.model.unit_status import (
    LATE,
    NEEDS_CORRECTION,
    NOT_RETURNED,
    ON_TIME,
    Standing,
)
from tongket_xlsx.summary import tidy
from tongket_xlsx.summary.tidy import Traced
from tongket_xlsx.tasks import prefill
from tongket_xlsx.tasks.progress import Ticker, silent
from tongket_xlsx.tasks.review import (
    between_units,
    every_finding,
    held_figures,
    known_against,
    of_no_unit,
)
from tongket_xlsx.template import workbook as template
from tongket_xlsx.template.cover import required_cells
from tongket_xlsx.template.stamp import Press
from tongket_xlsx.text.messages import VIETNAMESE, on_one_line, say
from tongket_xlsx.workers.pool import Elsewhere, Guard

if TYPE_CHECKING:
    from tongket_xlsx.summary.page import Material
    from tongket_xlsx.tasks.compare import Difference, Snapshot

# ---------------------------------------------------------------------- sending out


@dataclass(frozen=True, slots=True)
class Issued:
    """One workbook that was written, and what could not be filled in beforehand."""

    unit: Unit
    path: Path
    prefilled: int


def generate(
    campaign: Campaign,
    wanted: Sequence[str] = (),
    *,
    folder: Path | None = None,
    known: Path | None = None,
    lang: str = VIETNAMESE,
    progress: Ticker = silent,
) -> tuple[list[Issued], list[Finding]]:
    """Write one workbook per unit.

    Args:
        wanted: codes or names of units; empty means all respondents.
        known: a file or folder of earlier returns or tables, to fill in what is known.

    Returns:
        What was written, and what was found wrong with the material for filling in.
    """
    named = [campaign.unit(w) for w in wanted] or list(campaign.respondents)
    units = list({unit.code: unit for unit in named}.values())
    for unit in units:
        if unit not in campaign.respondents:
            raise Misuse("campaign.not_respondent", unit=unit.name)
    findings: list[Finding] = []
    answers: prefill.Known = {}
    if known is not None:
        material = [(str(p.relative_to(known.parent)), bytes_of(p)) for p in walk([known])]
        answers, findings = prefill.gather(
            [(name, d) for name, d in material if isinstance(d, bytes)],
            campaign.form,
            campaign.units,
            progress,
        )
        findings += [replace(d, place=Place(file=n)) for n, d in material if isinstance(d, Finding)]
    target = made(folder) if folder is not None else campaign.folder(ISSUED)
    with campaign.reading() as ledger:
        current = ledger.current()
    issued = []
    press = Press(campaign.form, campaign.issue, lang)
    for number, unit in enumerate(units):
        progress(number, len(units), "")
        given = answers.get(unit.code, {})
        # A form made after a return came in continues it: its answers will count instead.
        held = current.get(unit.code)
        round_number = held.round + 1 if held else 1
        path = target / template.file_name(unit, round_number)
        if given or held:
            data = template.build(
                campaign.form,
                unit,
                campaign.issue,
                answers=given,
                round_number=round_number,
                parent=held.sha256 if held else "",
                lang=lang,
            )
        else:
            data = press.workbook(unit)
        write_whole(path, data)
        issued.append(Issued(unit, path, len(given)))
    progress(len(units), len(units), "")
    return issued, findings


# ---------------------------------------------------------------------- taking in


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; ``since`` compares it with the unit's return before it.

    ``closed`` are the findings that were explained, or decided by the collector. ``result`` holds
    no answers: they are counted in ``answers`` and stand in the ledger; a country of them would
    not fit.
    """

    path: str
    outcome: Outcome
    result: Return
    since: Progress | None = None
    closed: tuple[Resolved, ...] = ()
    answers: int = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is to be said of the file."""
        return self.result.findings

    @property
    def is_open(self) -> bool:
        """Say whether the office has something left to correct or to explain."""
        closed = {id(r.finding) for r in self.closed if r.closure.is_closed}
        asked = (f for f in self.findings if f.severity is not Severity.NOTE)
        return self.result.identity is not None and any(id(f) not in closed for f in asked)


def receive(
    campaign: Campaign,
    paths: Sequence[Path] = (),
    *,
    received: date | None = None,
    jobs: int = 0,
    passwords: Sequence[str] = (),
    elsewhere: Elsewhere | None = None,
    progress: Ticker = silent,
    waiting: Callable[[], None] = lambda: None,
) -> list[FileResult]:
    """Take in returned workbooks and record each.

    Args:
        paths: files or folders; empty means the folder of returned workbooks.
        received: the day of receipt, today where it is not given.
        passwords: what to try on workbooks that have a password.
        elsewhere: where to read them, if not on this machine.
        waiting: called where another import is to be waited for.

    Raises:
        Misuse: a path that is not there.
    """
    files = list(walk(paths or [campaign.folder(RETURNED)]))
    day = received or date.today()
    results: list[FileResult] = []
    reader = Reader((campaign.form,), campaign.units, tuple(passwords))
    guarding = Guard(reader, jobs, elsewhere=elsewhere)
    with campaign.ledger() as ledger, ledger.turn(waiting), guarding as guard:
        desk = _Desk(ledger, day, campaign.form.digest)
        for file, result in guard.read_each(map(desk.take, files)):
            results.append(desk.record(file, result))
            progress(len(results), len(files), results[-1].outcome)
        return _beside_others(campaign, results)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file that came in; ``known`` is what became of it, where it need not be read.

    ``is_new`` says that its bytes never came in before.
    """

    path: Path
    known: Outcome | None = None
    size: int = 0
    is_new: bool = True


class _Desk:
    """Where files come in: each is kept before it is read, and recorded when it was."""

    def __init__(self, ledger: Ledger, day: date, form: str) -> None:
        self.ledger = ledger
        self.day = day
        self.form = form
        # The reading of the last return of each unit.
        self.held = {code: receipt.reading for code, receipt in ledger.current().items()}
        self.being_read: dict[str, Path] = {}

    def take(self, path: Path) -> tuple[_Taken, bytes | Return]:
        """Keep a file; return it with its bytes, or with what is said where it need not be read."""
        data = bytes_of(path)
        if isinstance(data, Finding):
            return _Taken(path, Outcome.REFUSED), Return("", None, findings=(data,))
        digest = self.ledger.keep(data)
        first = self.being_read.get(digest)
        known = self.ledger.outcome_of(digest) if first is None else None
        if first is not None:
            return _duplicate(path, digest, self.day, on_one_line(first.name))
        if known is not None and known[0] is not Outcome.REFUSED:
            return _duplicate(path, digest, known[1], known[2])
        self.being_read[digest] = path
        return _Taken(path, size=len(data), is_new=known is None), data

    def record(self, file: _Taken, result: Return) -> FileResult:
        """Record what was read in a file."""
        path = on_one_line(str(file.path))
        if file.known is not None:
            return FileResult(path, file.known, result)
        if file.is_new:
            reading = self.ledger.record(
                result,
                file=on_one_line(file.path.name),
                size=file.size,
                received=self.day,
                form=self.form,
                program=__version__,
            )
        else:
            reading = self.ledger.record_again(result, form=self.form, program=__version__)
        return _file_result(path, result, _since(self.ledger, result, self.held, reading))


def _file_result(path: str, result: Return, since: Progress | None = None) -> FileResult:
    """Return what became of a file, without the answers in it."""
    rest = replace(result, observations=(), cover={}, explanations={})
    return FileResult(path, result.outcome, rest, since, answers=len(result.observations))


def _since(ledger: Ledger, result: Return, held: dict[str, int], reading: int) -> Progress | None:
    """Compare a return with the one of the same unit before it, and hold it from now on."""
    if result.identity is None:
        return None
    before = held.get(result.identity.unit)
    held[result.identity.unit] = reading
    return None if before is None else compared(ledger.findings(before), result.findings)


def _duplicate(path: Path, digest: str, day: date, name: str) -> tuple[_Taken, Return]:
    finding = Finding(
        "file.duplicate",
        Severity.NOTE,
        Place(file=on_one_line(path.name)),
        parameters={"date": f"{day:%d/%m/%Y}", "found": name},
    )
    return _Taken(path, Outcome.DUPLICATE), Return(digest, None, findings=(finding,))


def _beside_others(campaign: Campaign, results: Iterable[FileResult]) -> list[FileResult]:
    """Add what only shows beside other returns, and close what was explained or decided.

    Two files of one round, a later round at hand, an office that went on with its own old file.
    """
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        return [_beside(returns, item) for item in results]


def _beside(returns: Returns, item: FileResult) -> FileResult:
    result, identity = item.result, item.result.identity
    conflict = returns.conflicts.get(result.sha256)
    if identity is None:
        extra = [] if conflict is None else [conflict]
        return replace(item, result=replace(result, findings=(*result.findings, *extra)))
    held = returns.current.get(identity.unit)
    if held is None or returns.is_plain(identity.unit):
        return item
    if held.sha256 == result.sha256:
        found = returns.findings(identity.unit)
        result = replace(result, findings=tuple(r.finding for r in found))
        return _judged(replace(item, result=result), found)
    extra = [] if conflict is None else [conflict]
    if held.round > identity.round:
        unit = returns.units[identity.unit].name
        later = {"round": str(held.round), "unit": unit}
        extra.append(Finding("file.superseded", Severity.NOTE, Place(unit), parameters=later))
    result = replace(result, findings=(*result.findings, *extra))
    return replace(item, outcome=result.outcome, result=result)


def _judged(item: FileResult, found: Sequence[Resolved]) -> FileResult:
    """Accept a file in which no error is open any more."""
    closed = tuple(r for r in found if r.closure is not Closure.OPEN)
    return replace(item, outcome=_outcome(found), closed=closed)


def _outcome(found: Iterable[Resolved]) -> Outcome:
    """Return what becomes of a return with all that was explained and decided."""
    wrong = any(r.stands_in_the_way for r in found)
    return Outcome.NEEDS_CORRECTION if wrong else Outcome.ACCEPTED


def check(
    reader: Reader,
    paths: Sequence[Path],
    *,
    jobs: int = 0,
    elsewhere: Elsewhere | None = None,
    progress: Ticker = silent,
) -> list[FileResult]:
    """Read workbooks and run the rules; record nothing.

    Raises:
        Misuse: a path that is not there.
    """
    results: list[FileResult] = []
    files = list(walk(paths))
    with Guard(reader, jobs, elsewhere=elsewhere) as guard:
        for path, result in guard.read_each(map(_opened, files)):
            results.append(_checked(_file_result(on_one_line(str(path)), result), result))
            progress(len(results), len(files), results[-1].outcome)
    return results


def _opened(path: Path) -> tuple[Path, bytes | Return]:
    data = bytes_of(path)
    return path, Return("", None, findings=(data,)) if isinstance(data, Finding) else data


def _checked(item: FileResult, result: Return) -> FileResult:
    """Close what the office explained in the very workbook."""
    if not result.explanations:
        return item
    step = Step(result.sha256, "", result.findings, result.explanations)
    return _judged(item, resolved([step]).findings)


def recheck(
    campaign: Campaign,
    *,
    jobs: int = 0,
    passwords: Sequence[str] = (),
    elsewhere: Elsewhere | None = None,
    progress: Ticker = silent,
    waiting: Callable[[], None] = lambda: None,
) -> list[FileResult]:
    """Read the kept originals again, after a rule or the reader has changed.

    What was read once and cannot be opened now – its password was not given, the machine was too
    slow – keeps the reading it has.
    """
    results: list[FileResult] = []
    reader = Reader((campaign.form,), campaign.units, tuple(passwords))
    guarding = Guard(reader, jobs, elsewhere=elsewhere)
    with campaign.ledger() as ledger, ledger.turn(waiting), guarding as guard:
        receipts = ledger.receipts()
        originals = ((r, ledger.original(r.sha256)) for r in receipts)
        for receipt, result in guard.read_each(originals):
            if receipt.outcome is Outcome.REFUSED or not unopened(result):
                ledger.record_again(result, form=campaign.form.digest, program=__version__)
            results.append(_file_result(receipt.file, result))
            progress(len(results), len(receipts), result.outcome)
        seal(campaign)
        return _beside_others(campaign, results)


# ---------------------------------------------------------------------- asking


@dataclass(frozen=True, slots=True)
class Told:
    """One return in the story of a unit, beside the one before it."""

    receipt: Receipt
    findings: tuple[Resolved, ...]
    since: Progress | None

    @property
    def outcome(self) -> Outcome:
        """Return what became of it with all that was explained and decided since."""
        return _outcome(self.findings)


@dataclass(frozen=True)
class Story:
    """What came in from a unit, what was sent back to it, and what was decided on it."""

    unit: Unit
    returns: tuple[Told, ...]
    copies: tuple[Copy, ...]
    decisions: tuple[Decision, ...]


def story(campaign: Campaign, wanted: str) -> Story:
    """Tell the story of a unit in the order in which it happened."""
    unit = campaign.unit(wanted)
    told: list[Told] = []
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        before: tuple[Finding, ...] | None = None
        for chapter in returns.chapters(unit.code):
            findings = tuple(r.finding for r in chapter.findings)
            since = None if before is None else compared(before, findings)
            told.append(Told(chapter.receipt, tuple(chapter.findings), since))
            before = findings
        copies = tuple(c for c in returns.copies if c.unit == unit.code)
        decisions = tuple(returns.decisions.get(unit.code, ()))
    return Story(unit, tuple(told), copies, decisions)


@dataclass(frozen=True)
class Overview:
    """Where a campaign stands, all of it in one state of the ledger.

    ``outliers`` are the figures far from those of the other units today; ``unlisted`` the returns
    of units that the list of units no longer has; ``refused`` what could not be taken in.
    """

    standings: list[Standing]
    outliers: list[Resolved]
    unlisted: list[Receipt]
    refused: list[Receipt]


def overview(campaign: Campaign, *, outliers: bool = True) -> Overview:
    """Return where a campaign stands; outliers take a while and can be left out."""
    with campaign.reading() as ledger:
        return _overview(campaign, Returns(ledger, campaign.units), outliers=outliers)


def status(campaign: Campaign) -> list[Standing]:
    """Return where each respondent stands."""
    return overview(campaign, outliers=False).standings


def _overview(campaign: Campaign, returns: Returns, *, outliers: bool = False) -> Overview:
    return Overview(
        [_standing(campaign, returns, unit) for unit in campaign.respondents],
        list(between_units(campaign, returns)) if outliers else [],
        [r for code, r in returns.current.items() if code not in campaign.units],
        [r for r in returns.receipts if r.outcome is Outcome.REFUSED],
    )


def _standing(campaign: Campaign, returns: Returns, unit: Unit) -> Standing:
    receipt = returns.current.get(unit.code)
    required = campaign.form.unit_kinds[unit.kind].required
    groups = _required(campaign.form, unit)
    asked = sum(len(cells) for cells in groups.values())
    if receipt is None:
        none = dict.fromkeys(groups, 0.0)
        return Standing(unit, required, NOT_RETURNED, None, 0, 0, "", 0, 0, none, 0, asked)
    errors, warnings, closed = _counted(returns, receipt)
    late = campaign.settings.late_days(receipt.first_received)
    answers = returns.ledger.answers(receipt.reading)
    done = {group: len(cells & answers) for group, cells in groups.items()}
    return Standing(
        unit,
        required,
        NEEDS_CORRECTION if errors else LATE if late else ON_TIME,
        receipt.first_received,
        late,
        receipt.round,
        receipt.file,
        errors,
        warnings,
        {group: round(done[group] / len(cells), 4) for group, cells in groups.items()},
        sum(done.values()),
        asked,
        closed,
    )


def _counted(returns: Returns, receipt: Receipt) -> tuple[int, int, int]:
    """Return how many errors and warnings of a return are open, and how many are closed."""
    if returns.is_plain(receipt.unit):
        counts = returns.ledger.counts(receipt.reading)
        return counts.get(Severity.ERROR, 0), counts.get(Severity.WARNING, 0), 0
    found = returns.findings(receipt.unit)
    errors = sum(r.stands_in_the_way for r in found)
    closed = sum(r.closure.is_closed for r in found)
    return errors, sum(r.is_open for r in found) - errors, closed


def _required(form: Form, unit: Unit) -> dict[str, set[tuple[str, str]]]:
    """Return, by group, what a unit must answer; questions in words stand under “narrative”."""
    groups: dict[str, set[tuple[str, str]]] = {}
    for sheet in layout_of(form, unit.kind, VIETNAMESE).sheets:
        cells = required_cells(form, unit, sheet)
        if cells:
            code = sheet.code if sheet.kind is SheetKind.GROUP else "narrative"
            groups[code] = set(cells)
    return groups


# ---------------------------------------------------------------------- giving out


def traced(campaign: Campaign, ledger: LedgerReader, until: date | None = None) -> Iterator[Traced]:
    """Yield every observation of the returns that count, with the file each came from."""
    current = ledger.current(until)
    for unit in campaign.units.values():
        receipt = current.get(unit.code)
        if receipt is not None:
            for observation in ledger.observations(receipt.reading):
                yield Traced(unit, observation, receipt.file, receipt.sha256, receipt.received)


def write_tidy_csv(campaign: Campaign, ledger: LedgerReader, path: Path) -> int:
    """Write every observation to a CSV file that Excel takes for UTF-8; return how many."""
    with whole(path) as stream:
        stream.write(codecs.BOM_UTF8)
        return tidy.write_csv(stream, tidy.rows(campaign.form, traced(campaign, ledger)))


def summarise(
    campaign: Campaign,
    path: Path | None = None,
    *,
    edition: str = "day-du",
    lang: str = VIETNAMESE,
) -> tuple[Path, Overview]:
    """Write a consolidated comparison workbook; return its path and where the campaign stands.

    Args:
        edition: ``day-du`` for everything, ``lanh-dao`` for overview, provincial tables, charts.
    """
    # numpy and xlsxwriter take a while to import: only the verb that needs them pays for it.
    from tongket_xlsx.summary import workbook as summary_book  # noqa: PLC0415

    name = f"tong-hop_{edition}_{date.today():%Y-%m-%d}.xlsx"
    target = path or campaign.folder(RESULTS) / name
    made(target.parent)
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        found = _overview(campaign, returns)
        material = _material(campaign, returns, found.standings, target, lang)
        data = summary_book.build(material, lang, summary_book.Edition(edition))
        if material.beside:
            write_tidy_csv(campaign, ledger, target.with_name(material.beside))
    write_whole(target, data)
    return target, found


def _material(
    campaign: Campaign, returns: Returns, standings: list[Standing], target: Path, lang: str
) -> Material:
    from tongket_xlsx.summary.comparison import comparison_of  # noqa: PLC0415
    from tongket_xlsx.summary.page import Material, Published  # noqa: PLC0415
    from tongket_xlsx.summary.sheets.records import MOST_ROWS  # noqa: PLC0415

    form, settings, ledger = campaign.form, campaign.settings, returns.ledger
    current = returns.current
    readings = {r.reading: r.unit for code, r in current.items() if code in campaign.units}
    findings = [*every_finding(campaign, returns), *map(Resolved, of_no_unit(returns))]
    count = ledger.answered(readings)
    return Material(
        form=form,
        title=say("summary.title", lang, years=", ".join(p.code for p in form.years)),
        collector=settings.collector,
        notice=settings.notice,
        signatories=settings.signatories or {},
        comparison=comparison_of(
            form,
            campaign.units.values(),
            readings,
            lambda codes: ledger.figures(readings, codes),
            known_against(campaign, findings),
        ),
        standings=standings,
        findings=findings,
        units=tuple(campaign.units.values()),
        observations=lambda: traced(campaign, ledger),
        observation_count=count,
        targets=(*_own_targets(campaign), *form.targets),
        published=[Published(*row) for row in _published(campaign)],
        enough=settings.coverage_warning,
        beside=f"{target.stem}_so-lieu-goc.csv" if count > MOST_ROWS else "",
    )


def compare(campaign: Campaign, old: Path | date, new: Path | date) -> list[Difference]:
    """Say which figures of the province changed, and because of whose return.

    Args:
        old, new: a consolidated workbook, or a day: the ledger as it stood at its end.
    """
    from tongket_xlsx.tasks.compare import differences  # noqa: PLC0415

    with campaign.reading() as ledger:
        snapshots = [_snapshot(campaign, ledger, moment) for moment in (old, new)]
    return list(differences(campaign.form, *snapshots))


def _snapshot(campaign: Campaign, ledger: LedgerReader, moment: Path | date) -> Snapshot:
    from tongket_xlsx.summary.comparison import comparison_of  # noqa: PLC0415
    from tongket_xlsx.tasks.compare import of_ledger, of_workbook  # noqa: PLC0415

    if isinstance(moment, Path):
        data = bytes_of(moment)
        if isinstance(data, Finding):
            raise CannotWork("compare.not_ours", path=str(moment))
        return of_workbook(campaign.form, moment.name, data)
    returns = Returns(ledger, campaign.units, moment)
    readings = {r.reading: code for code, r in returns.current.items() if code in campaign.units}
    comparison = comparison_of(
        campaign.form,
        campaign.units.values(),
        readings,
        lambda codes: ledger.figures(readings, codes),
        held_figures(campaign, returns),
    )
    return of_ledger(comparison, traced(campaign, ledger, moment))


def _own_targets(campaign: Campaign) -> Iterator[Target]:
    """Yield the targets the province set itself, as entered in the settings."""
    for number, row in enumerate(campaign.settings.targets, start=1):
        operator = str(row.get("operator", ">="))
        if operator not in (">=", "<="):
            raise _unusable("operator", operator, ">=, <=")
        year = str(row["year"])
        if not year.isdecimal():
            raise _unusable("year", year, "2020")
        yield Target(
            f"CT-{number}",
            str(row["document"]),
            str(row["target"]),
            _code(campaign, row["indicator"]),
            operator,
            _amount(row["value"]),
            int(year),
            OWN_SCOPE,
            "verified-secondary",
            "",
            str(row.get("note", "")),
        )


def _published(campaign: Campaign) -> Iterator[tuple[str, str, Decimal, str]]:
    """Yield (indicator, period, value, source) of the figures published earlier."""
    for row in campaign.settings.published:
        code, period = _code(campaign, row["indicator"]), str(row["period"])
        known = campaign.form.indicators[code].periods
        if period not in known:
            raise _unusable("period", period, ", ".join(known))
        yield code, period, _amount(row["value"]), str(row["source"])


def _code(campaign: Campaign, given: object) -> str:
    if given not in campaign.form.indicators:
        raise _unusable("indicator", str(given), next(iter(campaign.form.indicators)))
    return str(given)


def _amount(given: object) -> Decimal:
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        raise _unusable("value", str(given), "12.5") from None
    if not value.is_finite():
        raise _unusable("value", str(given), "12.5")
    return value


def _unusable(key: str, value: str, expected: str) -> CannotWork:
    return CannotWork("settings.value", path=SETTINGS, key=key, value=value, expected=expected)
