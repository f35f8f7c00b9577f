"""The store proves itself: originals by hashes, records by their sources, totals by a recount.

Nothing is changed by looking; what is wrong is a finding with its place and what to do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

from tongket_xlsx import __version__
from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.campaign.receipts import Arrival, Record
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.intake.read_return import Reader, unopened
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Parameter, Severity
from tongket_xlsx.model.observations import Observation, Return
from tongket_xlsx.model.places import Place
from tongket_xlsx.summary.recount import counted, totals
from tongket_xlsx.tasks.progress import FAULTY, SOUND, Ticker, silent
from tongket_xlsx.tasks.review import held_figures
from tongket_xlsx.workers.pool import Guard

_DAMAGED = "…"


# What is counted, in the order in which it is told.
COUNTED = (
    "originals",
    "receipts",
    "readings",
    "observations",
    "totals",
    "decisions",
    "copies",
    "other_form",
)


@dataclass
class Verified:
    """How much of each kind was looked at, and what is wrong with it.

    ``other_form`` counts readings by an earlier form, which cannot be repeated with this one.
    """

    checked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Say whether nothing is wrong."""
        return all(f.severity is Severity.NOTE for f in self.findings)

    def fault(self, kind: str, place: Place, **words: Parameter) -> None:
        """Add a finding."""
        self.findings.append(new_finding(kind, place, **words))


def verify(campaign: Campaign, *, jobs: int = 0, progress: Ticker = silent) -> Verified:
    """Prove the store of a campaign; the form may be another than the sealed one.

    Raises:
        CannotWork: the ledger cannot be opened at all.
    """
    found = Verified()
    with campaign.reading() as ledger:
        try:
            for fault in ledger.faults():
                found.fault("verify.database", Place(file=ledger.file.name), found=fault)
            arrivals, records = ledger.arrivals(), ledger.records()
            found.checked["receipts"] = len(arrivals)
            whole = _originals(found, ledger, arrivals)
            _sources(found, arrivals, records)
            _readings(found, campaign, ledger, arrivals, records, whole, jobs, progress)
            _loop(found, campaign, ledger, arrivals)
            _totals(found, campaign, ledger)
        except (sqlite3.DatabaseError, ValueError) as error:
            # A damaged page shows where it is read; what was found before still counts.
            found.fault("verify.database", Place(file=ledger.file.name), found=str(error))
    return found


def _originals(found: Verified, ledger: LedgerReader, arrivals: Sequence[Arrival]) -> set[str]:
    """Hold every original against its hash; return those that are whole."""
    names = {a.sha256: a for a in reversed(arrivals)}
    whole = set()
    for digest, arrival in names.items():
        path = ledger.original_path(digest)
        place = Place(file=arrival.file)
        found.checked["originals"] += 1
        try:
            data = path.read_bytes()
        except OSError:
            found.fault("verify.lost", place, path=str(path))
            continue
        if sha256(data).hexdigest() != digest or len(data) != arrival.size:
            found.fault("verify.altered", place, path=str(path))
        else:
            whole.add(digest)
    known = {ledger.original_path(digest) for digest in names}
    for path in _files(ledger.originals.folder):
        if path not in known:
            code = "verify.leftover" if path.suffix == ".part" else "verify.unrecorded"
            place = Place(file=str(path.relative_to(ledger.folder)))
            found.fault(code, place)
    return whole


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if not path.is_dir())


def _sources(found: Verified, arrivals: Sequence[Arrival], records: Sequence[Record]) -> None:
    """Hold receipts and readings against each other."""
    came, read = {a.sha256 for a in arrivals}, {r.sha256 for r in records}
    for arrival in arrivals:
        if arrival.sha256 not in read:
            found.fault("verify.unread", Place(file=arrival.file))
    for record in records:
        if record.sha256 not in came:
            found.fault("verify.sourceless", Place(file=record.sha256[:12]), found=record.number)


def _readings(
    found: Verified,
    campaign: Campaign,
    ledger: LedgerReader,
    arrivals: Sequence[Arrival],
    records: Sequence[Record],
    whole: set[str],
    jobs: int,
    progress: Ticker,
) -> None:
    """Read every original again and hold what it says against what is recorded."""
    files = {a.sha256: a.file for a in reversed(arrivals)}
    latest = {r.sha256: r for r in records}
    mine: dict[str, list[Record]] = {}
    for record in records:
        if record.form == campaign.form.digest and record.sha256 in whole:
            mine.setdefault(record.sha256, []).append(record)
        elif record.form != campaign.form.digest:
            found.checked["other_form"] += 1
            if latest[record.sha256] is record:
                place = Place(file=files.get(record.sha256, ""))
                found.fault("verify.form_changed", place)
    originals = ((digest, ledger.original(digest)) for digest in mine)
    with Guard(Reader((campaign.form,), campaign.units), jobs) as guard:
        for done, (digest, result) in enumerate(guard.read_each(originals), start=1):
            before = len(found.findings)
            for record in mine[digest]:
                # What an earlier program read may differ: that is why it was read again.
                if record.program == __version__ or record is latest[digest]:
                    _compare(found, campaign, ledger, record, result, files[digest])
            progress(done, len(mine), SOUND if len(found.findings) == before else FAULTY)


def _compare(
    found: Verified,
    campaign: Campaign,
    ledger: LedgerReader,
    record: Record,
    result: Return,
    file: str,
) -> None:
    if record.unit and unopened(result):
        # It was read with a password that is not known here.
        found.fault("verify.locked", Place(file=file), file=file)
        return
    found.checked["readings"] += 1
    stored = list(ledger.observations(record.number))
    again = sorted(result.observations, key=lambda o: (o.indicator, o.period, o.row))
    found.checked["observations"] += len(stored)
    unit = result.identity.unit if result.identity else ""
    differing = next((pair for pair in zip_longest(stored, again) if pair[0] != pair[1]), None)
    # Which file is no return is told by its name as well, and that may not be at hand.
    alike = result.outcome is record.outcome or not (
        result.outcome.is_of_unit or record.outcome.is_of_unit
    )
    if differing is None and unit == record.unit and alike:
        return
    code = "verify.differs" if record.program == __version__ else "verify.reader_changed"
    place, before, after = Place(file=file), record.unit, unit
    if differing is not None:
        one = differing[0] or differing[1]
        name = campaign.units[record.unit].name if record.unit in campaign.units else file
        place = Place(name, one.sheet, one.cell) if one else place
        before, after = _shown(differing[0]), _shown(differing[1])
    words = {"file": file, "found": before or "–", "value": after or "–", "program": record.program}
    found.fault(code, place, **words)


def _shown(observation: Observation | None) -> str:
    if observation is None:
        return ""
    value = observation.text if observation.value is None else str(observation.value)
    shown = f"{observation.indicator} {observation.period}".strip()
    return f"{shown} = {value or observation.raw or observation.state}"


def _loop(
    found: Verified, campaign: Campaign, ledger: LedgerReader, arrivals: Sequence[Arrival]
) -> None:
    """Hold decisions and copies sent back against the units and returns they speak of."""
    came = {a.sha256 for a in arrivals}
    last = max((a.number for a in arrivals), default=0)
    for decision in ledger.decisions():
        found.checked["decisions"] += 1
        if decision.unit not in campaign.units:
            code = decision.subject.code
            found.fault("verify.decision", Place(decision.unit), found=code)
    for copy in ledger.copies():
        found.checked["copies"] += 1
        if copy.unit not in campaign.units or copy.parent not in came or copy.last_receipt > last:
            found.fault("verify.copy", Place(copy.unit), file=copy.file)


def _totals(found: Verified, campaign: Campaign, ledger: LedgerReader) -> None:
    """Count every total of the province a second time."""
    # numpy takes a while to import: only this verb of the store needs it.
    from tongket_xlsx.summary.comparison import comparison_of  # noqa: PLC0415

    form, units = campaign.form, tuple(campaign.units.values())
    readings = {r.reading: code for code, r in ledger.current().items() if code in campaign.units}
    held, _ = held_figures(campaign, Returns(ledger, campaign.units))
    rows = ledger.figures(readings, form.indicators)
    figures = counted(form, rows, readings, held)
    again = {(c, p): total for c, p, total in totals(form, units, figures)}
    comparison = comparison_of(
        form, units, readings, lambda codes: ledger.figures(readings, codes), held
    )
    for table in comparison.groups():
        for (code, period), figure in table.province.items():
            found.checked["totals"] += 1
            value, n = again[code, period]
            if (figure.value, figure.n) != (value, n):
                words: dict[str, Parameter] = {
                    **form.naming(code, period),
                    "found": _DAMAGED if figure.value is None else figure.value,
                    "value": _DAMAGED if value is None else value,
                }
                found.findings.append(new_finding("verify.total", Place(), code, period, **words))
