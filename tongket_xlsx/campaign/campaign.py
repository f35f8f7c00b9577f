"""The campaign folder: its settings, its own frozen form, its units and its sub-folders.

``tongket.toml`` says who collects what by when. The form in ``bieu-mau/`` is the campaign's own
copy, sealed with a hash: a form must not change under returns that were made with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from tongket_xlsx.campaign import unit_list as units
from tongket_xlsx.campaign.atomic_files import clear_leftovers, read_whole, write_whole
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.campaign.ledger_reader import LedgerReader
from tongket_xlsx.campaign.own_work import REGISTER, OwnWork
from tongket_xlsx.campaign.path_lengths import refuse_unusable
from tongket_xlsx.campaign.private import FOLDER_MODE
from tongket_xlsx.campaign.settings import (
    SETTINGS,
    UNITS_FILE,
    Settings,
    settings_of,
    settings_text,
)
from tongket_xlsx.definition import bundled as resources
from tongket_xlsx.definition import loader as definition
from tongket_xlsx.model.findings import CannotWork, Misuse
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader.plain_grid import plain_grid
from tongket_xlsx.text.normalize import fold

_AnyLedger = TypeVar("_AnyLedger", bound=LedgerReader)
_FEW = 3
FORM, SEAL = "bieu-mau", "bieu-mau.sha256"
ISSUED, RETURNED, SENT_BACK, RESULTS, LEDGER = (
    "phat-hanh",
    "nop-ve",
    "tra-lai",
    "tong-hop",
    "so-cai",
)
SAMPLE = "gia-lai"
DEFAULT_FORM = "chi-thi-11"


@dataclass(frozen=True)
class Campaign:
    """An open campaign: where it is, what it asks and of whom."""

    home: Path
    settings: Settings
    form: Form
    units: Mapping[str, Unit]

    @property
    def issue(self) -> Issue:
        """Return what every workbook of this campaign says alike."""
        s = self.settings
        return Issue(s.collector, s.deadline, s.deadline_day_counts, s.notice)

    @property
    def respondents(self) -> tuple[Unit, ...]:
        """Return the units that get a workbook, in the order of the list."""
        return tuple(
            u for u in self.units.values() if self.form.unit_kinds[u.kind].scope is not Scope.TOTAL
        )

    def folder(self, name: str) -> Path:
        """Return one of the campaign's folders, making it where it is missing."""
        return made(self.home / name)

    def ledger(self, *, rebuilding: bool = False) -> Ledger:
        """Open the ledger to write into it; ``rebuilding`` makes it again from the originals."""
        return self._own(Ledger(self.home / LEDGER, rebuilding=rebuilding))

    def reading(self) -> LedgerReader:
        """Open the ledger as it is now to read it; nothing is written, nothing later is seen."""
        return self._own(LedgerReader(self.home / LEDGER))

    def _own(self, ledger: _AnyLedger) -> _AnyLedger:
        """See that a ledger is not that of another campaign: not one of its units is listed."""
        known = ledger.units()
        if len(known) > 1 and known.isdisjoint(self.units):
            ledger.close()
            found = ", ".join(sorted(known)[:_FEW])
            raise CannotWork("ledger.other_campaign", path=str(ledger.file), found=found)
        return ledger

    @property
    def own_work(self) -> OwnWork:
        """Return the register of what was written for this campaign."""
        return OwnWork(self.home / LEDGER / REGISTER)

    def unit(self, wanted: str) -> Unit:
        """Return a unit by its code, or by a name that is exactly one unit's.

        Raises:
            Misuse: no unit has it, or several have.
        """
        if wanted in self.units:
            return self.units[wanted]
        named = [
            u
            for u in self.units.values()
            if fold(wanted) in {fold(n) for n in (u.code, u.name, u.short_name, *u.aliases)}
        ]
        if len(named) != 1:
            raise Misuse("campaign.no_unit", unit=wanted)
        return named[0]


def home_of(start: Path) -> Path:
    """Return the campaign folder one stands in, or one above it.

    Raises:
        Misuse: there is none.
    """
    where = start.resolve()
    if not where.is_dir():
        raise Misuse("path.missing", path=str(start))
    for folder in (where, *where.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise Misuse("campaign.none", path=str(where))


def open_campaign(
    home: Path, *, accept_changed_form: bool = False, tables: units.Tables = plain_grid
) -> Campaign:
    """Open the campaign of a folder.

    Args:
        accept_changed_form: open it although the form is not the sealed one, as ``recheck``
            does; it is sealed anew only when every return has been read again.
        tables: reads a list of units that is a workbook, in a guarded process where it matters.

    Raises:
        CannotWork: settings, form or units are unusable, or the form is not the sealed one.
    """
    settings = settings_of(home)
    form = _titled(load_form(home / FORM), settings)
    seal = home / SEAL
    sealed = seal.read_text(encoding="utf-8").strip() if seal.is_file() else ""
    if sealed != form.digest and not accept_changed_form:
        raise CannotWork("definition.changed")
    for name in (".", FORM, ISSUED, SENT_BACK, RESULTS):
        clear_leftovers(home / name)
    path = home / settings.units
    return Campaign(
        home,
        settings,
        form,
        units.load(path.name, read_whole(path), form.unit_kinds, form.fact_columns(), tables),
    )


def load_form(folder: Path) -> Form:
    """Load the definition in a folder.

    Raises:
        CannotWork: there is no such folder, or the definition has faults.
    """
    if not (folder / definition.FORM_FILE).is_file():
        raise Misuse("definition.not_found", path=str(folder))
    return definition.load({p.name: read_whole(p) for p in sorted(folder.glob("*.yaml"))})


def form_of(home: Path) -> Form:
    """Load the form of a campaign, with the titles that its settings give.

    Raises:
        CannotWork: form or settings are unusable.
    """
    return _titled(load_form(home / FORM), settings_of(home))


def _titled(form: Form, settings: Settings) -> Form:
    """Give the questions of a form the titles that the settings hold for them."""
    wanted = [p.code for p in form.prompts if p.pattern]
    for code in settings.titles:
        if code not in wanted:
            expected = ", ".join(wanted) or "–"
            raise CannotWork("settings.title", path=SETTINGS, key=code, expected=expected)
    return form.with_titles(settings.titles)


def form_folder(name: str, directory: Path = Path()) -> Path:
    """Return the folder of a form, by the name of one that ships with the product or by path.

    Args:
        directory: the folder to which a relative path belongs.
    """
    shipped = resources.forms()
    return shipped[name] if name in shipped else directory / name


def create(
    home: Path,
    *,
    units_file: Path | None,
    form: str,
    notice: str = "",
    tables: units.Tables = plain_grid,
) -> Campaign:
    """Make a new campaign.

    Args:
        tables: reads a list of units that is a workbook, in a guarded process where it matters.

    Raises:
        Misuse: the folder already is a campaign, its path is too long or has a name that
            Windows cannot have, or a given path is not there.
        CannotWork: the form or the units have faults; nothing is left behind then.
    """
    refuse_unusable(home, ())
    if (home / SETTINGS).exists():
        raise Misuse("campaign.exists", path=str(home))
    source = form_folder(form)
    loaded = load_form(source)
    sample = units_file is None and form == DEFAULT_FORM
    if units_file is None and not sample:
        raise Misuse("campaign.needs_units", form=form)
    listed = units_file or resources.folder("samples") / SAMPLE / "units.csv"
    content = read_whole(listed)
    name = UNITS_FILE if not content.startswith(b"PK") else "don-vi.xlsx"
    known = units.load(listed.name, content, loaded.unit_kinds, loaded.fact_columns(), tables)
    refuse_unusable(home, known.values())
    total = next(
        (u for u in known.values() if loaded.unit_kinds[u.kind].scope is Scope.TOTAL), None
    )
    province = total.short_name if total else ""
    ready = {
        home / FORM / path.name: read_whole(path)
        for path in sorted(source.iterdir())
        if path.suffix in (".yaml", ".md")
    }
    ready[home / name] = content
    for path, data in ready.items():
        # What a call that was interrupted left is the same; all else is somebody's work.
        if path.exists() and read_whole(path) != data:
            raise Misuse("campaign.file_there", path=str(path))
    made(home / FORM)
    for path, data in ready.items():
        write_whole(path, data)
    write_whole(home / SEAL, f"{loaded.digest}\n".encode())
    for folder in (ISSUED, RETURNED, SENT_BACK, RESULTS):
        made(home / folder)
    made(home / LEDGER, private=True)
    collector = f"TỈNH ỦY {province.upper()}\nBAN TUYÊN GIÁO" if sample else province.upper()
    settings = settings_text(
        province=province,
        collector=collector,
        units=name,
        deadline="2017-03-31" if sample else f"{date.today():%Y}-12-31",
        notice=notice,
        authority="T/M BAN THƯỜNG VỤ" if sample else "",
        position="PHÓ BÍ THƯ" if sample else "",
        titles=[p.code for p in loaded.prompts if p.pattern],
    )
    write_whole(home / SETTINGS, settings.encode())
    return open_campaign(home, tables=tables)


def seal(campaign: Campaign) -> None:
    """Seal the form of a campaign as it stands."""
    write_whole(campaign.home / SEAL, f"{campaign.form.digest}\n".encode())


def made(folder: Path, *, private: bool = False) -> Path:
    """Return a folder, making it where it is missing, for its owner only where it is private.

    Raises:
        CannotWork: it cannot be made.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE if private else 0o777, parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWork("path.unwritable", path=str(folder), reason=reason) from error
    return folder
