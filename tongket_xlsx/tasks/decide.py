"""What the collector decides on findings: named in a call, or read back from the findings sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.ledger import now
from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import (
    CannotWork,
    Finding,
    Misuse,
    Parameter,
    Severity,
)
from tongket_xlsx.model.layout import folded
from tongket_xlsx.model.places import Place, a1
from tongket_xlsx.model.resolution import (
    Closure,
    Decision,
    Resolved,
    Verdict,
    fingerprint,
    subject_of,
)
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.cells import GridSheet
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.summary.sheets.findings import COLUMNS
from tongket_xlsx.tasks.acceptance import Acceptance, lets_in, still_held
from tongket_xlsx.tasks.review import OwnChecks, between_units, every_finding, known_against
from tongket_xlsx.text.messages import LANGUAGES, say
from tongket_xlsx.workers.tables import read_summary

_HELD = {Closure.ACCEPTED: Verdict.ACCEPT, Closure.INSISTED: Verdict.INSIST}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision that was recorded, and the finding it is about.

    ``counts`` says that a figure is in the totals from now on; ``held_by`` are the codes of what
    keeps it out all the same.
    """

    unit: Unit
    finding: Finding
    decision: Decision
    counts: bool = False
    held_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wish:
    """What stands in a row of the findings sheet: which finding, what is decided, why, where."""

    key: str
    verdict: str
    reason: str
    place: Place


def waive(
    campaign: Campaign,
    wanted: str,
    code: str,
    *,
    indicator: str = "",
    period: str = "",
    reason: str,
    by: str,
    verdict: Verdict = Verdict.ACCEPT,
) -> list[Ruling]:
    """Decide on the findings of one code in the return of a unit that counts.

    Raises:
        Misuse: the unit has no such finding, no reason is given, or it is accepted where there is
            no number that could be counted.
    """
    unit = campaign.unit(wanted)
    if not reason.strip():
        raise Misuse("waive.no_reason")
    with campaign.ledger() as record, campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        mine = [
            item.finding
            for item in (*between_units(campaign, returns), *returns.assessment(unit.code).findings)
            if item.unit == unit.code and item.finding.severity is not Severity.NOTE
        ]
        meant = [
            finding
            for finding in mine
            if finding.code.casefold() == code.casefold()
            and indicator.casefold() in ("", finding.indicator.casefold())
            and period in ("", finding.period)
        ]
        if not meant:
            codes = ", ".join(sorted({f.code for f in mine})) or "–"
            raise Misuse("waive.none", unit=unit.name, code=code, choices=codes)
        asked = Acceptance(returns, unit)
        for finding in meant:
            if asked.is_refused(finding, verdict):
                raise Misuse("waive.no_figure", **_refused(finding))
        moment = now()
        rulings = [
            Ruling(
                unit,
                f,
                Decision(unit.code, subject_of(f), verdict, reason.strip(), by, moment),
            )
            for f in meant
        ]
        record.decide(ruling.decision for ruling in rulings)
    return _with_outcome(campaign, rulings)


def decide(
    campaign: Campaign, name: str, data: bytes, *, by: str, checks: OwnChecks | None = None
) -> tuple[list[Ruling], list[Finding]]:
    """Read back what was decided in the findings sheet of a consolidated workbook, and record it.

    What is recorded already is not recorded again, so that a file can be read twice.

    Args:
        checks: of somebody's own, with which the workbook was made: what they found is known again.

    Returns:
        what was recorded, and the rows that could not be followed.

    Raises:
        CannotWork: the file is no consolidated workbook with findings.
    """
    rows = list(_rows(name, data))
    with campaign.ledger() as record, campaign.reading() as ledger:
        known = _known(campaign, ledger, checks)
        wishes, findings = _wishes(rows, known)
        rulings = []
        asked = _Asked(Returns(ledger, campaign.units))
        for wish in wishes:
            if wish.key not in known:
                findings.append(_unfollowed("decide.unknown", wish))
                continue
            unit, item = known[wish.key]
            verdict = _verdict(wish.verdict)
            if verdict is None:
                findings.append(_unfollowed("decide.verdict", wish, found=wish.verdict))
            elif not wish.reason:
                findings.append(_unfollowed("decide.no_reason", wish))
            elif _is_recorded(wish, known):
                continue
            elif asked.of(unit).is_refused(item.finding, verdict):
                findings.append(_unfollowed("decide.no_figure", wish, **_refused(item.finding)))
            else:
                subject = subject_of(item.finding)
                decision = Decision(unit.code, subject, verdict, wish.reason, by, now())
                rulings.append(Ruling(unit, item.finding, decision))
        record.decide(ruling.decision for ruling in rulings)
    found = sorted(findings, key=lambda f: (len(f.place.cell), f.place.cell))
    return _with_outcome(campaign, rulings), found


class _Asked:
    """Keep for each unit what is asked of its return."""

    def __init__(self, returns: Returns) -> None:
        self.returns = returns
        self.known: dict[str, Acceptance] = {}

    def of(self, unit: Unit) -> Acceptance:
        return self.known.setdefault(unit.code, Acceptance(self.returns, unit))


def _refused(finding: Finding) -> dict[str, Parameter]:
    """Name what cannot be accepted: where it is, and what stands there."""
    row = " ".join(filter(None, [finding.indicator, finding.period]))
    where = f"{finding.place} ({row})" if row else str(finding.place)
    return {
        "code": finding.code,
        "where": where,
        "found": finding.parameters.get("found") or "…",
    }


def _with_outcome(campaign: Campaign, rulings: Iterable[Ruling]) -> list[Ruling]:
    """Say of each decision whether its figure is counted now, or what else keeps it out."""
    told = list(rulings)
    if not any(lets_in(r.finding, r.decision.verdict) for r in told):
        return told
    with campaign.reading() as ledger:
        found = list(every_finding(campaign, Returns(ledger, campaign.units)))
    units = {r.unit.code: r.unit for r in told}
    held = {code: still_held(unit, found) for code, unit in units.items()}
    for n, ruling in enumerate(told):
        figure = lets_in(ruling.finding, ruling.decision.verdict)
        if figure is not None:
            codes = held[ruling.unit.code].get(figure, ())
            told[n] = replace(ruling, counts=not codes, held_by=codes)
    return told


def _known(
    campaign: Campaign, ledger: LedgerReader, checks: OwnChecks | None
) -> dict[str, tuple[Unit, Resolved]]:
    """Return every finding on which can be decided, by its key."""
    known = {}
    returns = Returns(ledger, campaign.units)
    found = list(every_finding(campaign, returns))
    if checks is not None:
        found += checks(campaign, returns, known_against(campaign, found), None)
    for item in found:
        unit = campaign.units.get(item.unit)
        if unit is not None and item.finding.severity is not Severity.NOTE:
            known[fingerprint(unit.code, subject_of(item.finding))] = unit, item
    return known


def _wishes(
    rows: Iterable[_Wish], known: Mapping[str, tuple[Unit, Resolved]]
) -> tuple[list[_Wish], list[Finding]]:
    """Return what the rows say, and the rows that contradict each other.

    A finding may stand on several rows: what was decided before contradicts nothing new.
    """
    said: dict[str, list[_Wish]] = {}
    for wish in rows:
        said.setdefault(wish.key, []).append(wish)
    wishes, findings = [], []
    for key, every in said.items():
        those = [w for w in every if not _is_recorded(w, known)] or every
        if key and len({(w.verdict, w.reason) for w in those}) > 1:
            where = ", ".join(w.place.cell for w in those)
            findings.append(_unfollowed("decide.twice", those[0], found=where))
        else:
            wishes.extend(those if not key else those[:1])
    return wishes, findings


def _is_recorded(wish: _Wish, known: Mapping[str, tuple[Unit, Resolved]]) -> bool:
    if wish.key not in known:
        return False
    item = known[wish.key][1]
    return (_HELD.get(item.closure), item.text) == (_verdict(wish.verdict), wish.reason)


def _rows(name: str, data: bytes) -> Iterator[_Wish]:
    for sheet in _decision_sheets(name, data):
        yield from _rows_of(name, sheet)


def _rows_of(name: str, sheet: GridSheet) -> Iterator[_Wish]:
    headings = {folded(say(f"finding.{key}", lang)): key for key in COLUMNS for lang in LANGUAGES}
    at = {
        headings[folded(value)]: column
        for column, value in enumerate(sheet.rows[HEAD] if len(sheet.rows) > HEAD else ())
        if isinstance(value, str) and folded(value) in headings
    }
    if not {"decision", "reason", "key"} <= at.keys():
        raise CannotWork("decide.not_ours", path=name)
    for row in range(HEAD + 1, len(sheet.rows)):
        keys, verdict, reason = (
            raw_text(sheet.at(row, at[column])).strip() for column in ("key", "decision", "reason")
        )
        if verdict or reason:
            place = Place("", sheet.name, a1(row, at["decision"]), file=name)
            # A figure that is held has the keys of all findings that hold it.
            for key in keys.split() or [""]:
                yield _Wish(key, verdict, reason, place)


def _decision_sheets(name: str, data: bytes) -> list[GridSheet]:
    """Return the sheets on which decisions are typed: the findings, and what is held."""
    book = read_summary("decide.not_ours", name, data)
    keys = ("sheet.findings", "sheet.held")
    names = {folded(say(key, lang)) for key in keys for lang in LANGUAGES}
    found = [sheet for sheet in book.sheets if folded(sheet.name) in names]
    if not found:
        raise CannotWork("decide.not_ours", path=name)
    return found


def _verdict(text: str) -> Verdict | None:
    words: Mapping[str, Verdict] = {
        folded(say(f"verdict.{verdict}", lang)): verdict
        for verdict in Verdict
        for lang in LANGUAGES
    }
    return words.get(folded(text))


def _unfollowed(code: str, wish: _Wish, /, **parameters: Parameter) -> Finding:
    return new_finding(code, wish.place, **parameters)
