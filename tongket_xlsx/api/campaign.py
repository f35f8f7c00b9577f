"""A campaign for analysts: its verbs, and what is in it as frames.

It is long because every frame is documented where an analyst looks for it: columns, dtypes, units
of measure, errors and an example. How a frame is made stands in the modules it calls.

Long because it is the one public class, and each method carries the documentation of a frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tongket_xlsx.api.arguments import chosen, language
from tongket_xlsx.api.form import Form
from tongket_xlsx.api.returns import Report
from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.campaign.settings import SETTINGS
from tongket_xlsx.model.findings import Finding, Misuse, TongketError
from tongket_xlsx.model.resolution import Resolved
from tongket_xlsx.model.units import Unit
from tongket_xlsx.text.messages import VIETNAMESE
from tongket_xlsx.workers.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from tongket_xlsx.api.checks import CheckFunction
    from tongket_xlsx.summary.tidy import Row

ROUNDS = ("current", "all")
EDITIONS = ("day-du", "lanh-dao")
Moment = str | Path | date


@dataclass(frozen=True)
class Written:
    """Hold the files that a verb wrote, and what was found while it did.

    ``notes`` are findings: a file that is kept because somebody changed it, a unit that failed.
    """

    paths: tuple[Path, ...]
    notes: tuple[Finding, ...] = ()

    def findings(self, *, lang: str = VIETNAMESE) -> pd.DataFrame:
        """Return what was found as a frame with the columns of :meth:`Campaign.findings`."""
        from tongket_xlsx.api import listed

        return listed.findings(map(Resolved, self.notes), {}, "all", language(lang))


@dataclass(frozen=True, repr=False)
class Campaign:
    """Hold an open campaign; ``inner`` is the value the rest of the package works with.

    Frames are made from the ledger as it is when they are asked for. They always have the columns
    that are documented, also where nothing came in. Days are ``datetime64[s]``, texts ``string``
    with ``<NA>`` for none, periods ordered categories, so that ``period > "2007"`` works.

    Example:
        >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
        >>> campaign
        <Campaign Gia Lai: 38 of 38 units returned, form chi-thi-11 2.1, tongket-demo>
    """

    inner: campaigns.Campaign
    form: Form = field(init=False)

    def __post_init__(self) -> None:
        """Wrap the form once, so that it is the same value each time."""
        object.__setattr__(self, "form", Form(self.inner.form))

    @property
    def home(self) -> Path:
        """Return the folder of the campaign."""
        return self.inner.home

    @property
    def respondents(self) -> Mapping[str, Unit]:
        """Return the units that get a workbook, by code, in the order of the list."""
        return {unit.code: unit for unit in self.inner.respondents}

    def unit(self, wanted: str) -> Unit:
        """Return a unit by its code, or by a name that is exactly one unit's.

        Raises:
            Misuse: no unit has it, or several have.
        """
        return self.inner.unit(wanted)

    # ------------------------------------------------------------------ what is listed

    def units(self) -> pd.DataFrame:
        """Return the list of units.

        Returns:
            Index ``unit`` (code, string). Columns: ``name``, ``short_name``, ``parent`` (code of
            the unit above), ``area`` (comparable area) (string), ``kind``, ``scope`` (category:
            ``part`` adds to the province, ``whole`` reports for all of it, ``narrative`` only
            writes, ``total`` is the province), ``existed_from``, ``existed_to`` (datetime64).

        Example:
            >>> tongket_xlsx.open_campaign("tongket-demo").units().loc["GL-622", "short_name"]
            'Pleiku'
        """
        from tongket_xlsx.api import listed

        return listed.units(self.inner)

    def returns(self) -> pd.DataFrame:
        """Return every file that came in, in order of receipt.

        Returns:
            Numbered rows. Columns: ``unit`` (code, string; missing where the file was refused),
            ``round`` (Int16), ``file``, ``sha256`` (string), ``received`` (datetime64),
            ``outcome`` (category), ``errors``, ``warnings`` (Int32, as found when it was read),
            ``counts`` (bool: it is the return of its unit that counts today).

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").returns()
            >>> len(frame), bool(frame["counts"].all())
            (38, True)
        """
        from tongket_xlsx.api import listed
        from tongket_xlsx.campaign.returns import Returns

        with self.inner.reading() as ledger:
            return listed.returns(Returns(ledger, self.inner.units))

    def status(self) -> pd.DataFrame:
        """Return where each respondent stands.

        Returns:
            Index ``unit`` (code). Columns: ``name`` (string), ``required`` (bool), ``state``
            (category: not-returned, needs-correction, late, on-time), ``received`` (day of the
            first return), ``received_this`` (of the one that counts) (datetime64), ``late_days``
            (Int32), ``round`` (Int16), ``errors``, ``warnings`` (open), ``closed``, ``held``
            (figures in no total) (Int32), ``complete`` (float64, 0 to 1), ``file`` (string).

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").status()
            >>> frame.loc["GL-622", "state"]
            'on-time'
        """
        from tongket_xlsx.api import listed
        from tongket_xlsx.api.reviewed import warned
        from tongket_xlsx.tasks.status import overview

        return listed.status(overview(self.inner, outliers=False, fault=warned))

    def findings(self, state: str = "open", *, lang: str = VIETNAMESE) -> pd.DataFrame:
        """Return what was found in the returns that count, between units, and in other files.

        Args:
            state: ``open``, ``closed`` (explained or accepted) or ``all`` (notes as well).
            lang: the language of the sentences, ``vi`` or ``en``.

        Returns:
            Numbered rows. Columns: ``unit`` (code), ``severity``, ``closure`` (category),
            ``code`` (of the rule or kind of finding), ``file``, ``sheet``, ``cell``,
            ``indicator``, ``period``, ``message``, ``found``, ``expected``, ``advice``, ``said``
            (explanation or reason), ``by``, ``holds`` (figures in no total while it is open:
            ``QK01[2017] …``), ``fingerprint`` (its key in the consolidated workbook) (string).

        Raises:
            Misuse: there is no such state or language.

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").findings(lang="en")
            >>> list(frame.columns[:4])
            ['unit', 'severity', 'closure', 'code']
        """
        from tongket_xlsx.api import listed
        from tongket_xlsx.api.reviewed import reviewed
        from tongket_xlsx.tasks.review import of_no_unit

        with reviewed(self.inner) as known:
            every = (*known.findings, *map(Resolved, of_no_unit(known.returns)))
            return listed.findings(every, listed.codes_of(self.inner), state, language(lang))

    # ------------------------------------------------------------------ what was answered

    def _rows(
        self, until: date | None, *, every_round: bool = False, computed: bool = True
    ) -> list[Row]:
        from tongket_xlsx.api.reviewed import warned
        from tongket_xlsx.tasks.export import tidy_rows

        with self.inner.reading() as ledger:
            rows = tidy_rows(
                self.inner,
                ledger,
                until=until,
                every_round=every_round,
                computed=computed,
                fault=warned,
            )
            return list(rows)

    def observations(
        self,
        *,
        until: date | None = None,
        rounds: str = "current",
        computed: bool = True,
    ) -> pd.DataFrame:
        """Return every answer as a row, with the cell it came from and what is known against it.

        Args:
            until: as it stood at the end of this day.
            rounds: ``current`` for the returns that count, ``all`` for earlier ones as well.
            computed: whether what is computed from the figures of a return is among the rows.

        Returns:
            Numbered rows. Columns: ``unit`` (category in the order of the list), ``unit_name``
            (string), ``unit_kind``, ``group``, ``indicator`` (category), ``period`` (ordered
            category; missing of texts), ``row`` (Int32, of a list), ``state`` (category: number,
            nil, missing, not_applicable, blank, text, impossible, …), ``value`` (float64, in the
            unit of measure of the form), ``text``, ``raw`` (as typed, string), ``file``,
            ``sha256``, ``sheet`` (category), ``cell`` (string), ``received`` (datetime64),
            ``estimated``, ``held`` (in no total until corrected or accepted) (bool), ``status``
            (category: held, error, warning, accepted, explained; missing where nothing is known
            against it), ``reason`` (string), ``scope`` (category), ``round`` (Int16),
            ``current``, ``computed``, ``counted`` (bool). The sum of what is ``counted`` is the
            total of the province.

        Raises:
            Misuse: no such ``rounds``.

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").observations()
            >>> mine = frame[frame["counted"] & (frame["indicator"] == "TC01")]
            >>> mine.groupby("period", observed=True)["value"].sum().tolist()
            [1176140.0, 1307280.0, 1407840.0]
        """
        from tongket_xlsx.api import observed

        every = chosen("rounds", rounds, ROUNDS) == "all"
        rows = self._rows(until, every_round=every, computed=computed)
        return observed.observations(self.inner.form, self.inner.units, rows)

    def figures(
        self, *, until: date | None = None, held: bool = False, computed: bool = True
    ) -> pd.DataFrame:
        """Return the figures of the units as a table.

        Args:
            until: as it stood at the end of this day.
            held: whether figures that are in no total are shown; else they are missing.
            computed: whether computed indicators have rows.

        Returns:
            Index (``unit``, ``indicator``), in the order of the list and of the form; columns
            ``period``, float64, in the unit of measure of the form. “-” is 0; “…”, “x”, an empty
            cell and what is no number are missing. :meth:`states` says which.

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").figures()
            >>> frame.loc[("GL-622", "TC01")].tolist()
            [193440.0, 216320.0, 232960.0, nan]
        """
        from tongket_xlsx.api import observed

        rows = self._rows(until, computed=computed)
        return observed.figures(self.inner.form, tuple(self.inner.units), rows, held=held)

    def states(self, *, until: date | None = None, computed: bool = True) -> pd.DataFrame:
        """Return what each cell of :meth:`figures` holds.

        Returns:
            Index (``unit``, ``indicator``) and columns ``period`` as there, string: ``number``,
            ``nil`` (“-”), ``missing`` (“…”), ``not_applicable`` (“x”), ``blank``, ``held`` (a
            figure in no total), …; ``<NA>`` where nothing was asked.

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").states()
            >>> frame.loc[("GL-622", "TC01"), "2017"]
            'number'
        """
        from tongket_xlsx.api import observed

        rows = self._rows(until, computed=computed)
        return observed.states(self.inner.form, tuple(self.inner.units), rows)

    def roster(self, code: str) -> pd.DataFrame:
        """Return the entries of a list, such as the documents that were issued.

        Returns:
            Numbered rows. Columns: ``unit``, ``unit_name`` (string), ``row`` (Int32), one for
            each column of the list under its code, ``file`` (string).

        Raises:
            Misuse: the form has no such list.

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").roster("VB")
            >>> frame.loc[0, ["unit", "VB02", "VB03"]].tolist()
            ['GL-622', 'cấp ủy', 'Kế hoạch']
        """
        from tongket_xlsx.api import observed

        return observed.roster(self.inner, code, self._rows(None, computed=False))

    def narrative(self, *, lang: str = VIETNAMESE) -> pd.DataFrame:
        """Return the answers in words.

        Returns:
            Numbered rows. Columns: ``unit``, ``unit_name`` (string), ``question`` (category),
            ``label`` (in the language asked for), ``text``, ``file``, ``sheet``, ``cell``
            (string).

        Raises:
            Misuse: there is no such language.

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").narrative(lang="en")
            >>> frame.loc[0, ["unit", "question", "sheet", "cell"]].tolist()
            ['GL-622', 'TM01', 'Thuyết minh', 'E8']
        """
        from tongket_xlsx.api import observed

        rows = self._rows(None, computed=False)
        return observed.narrative(self.inner.form, rows, language(lang))

    # ------------------------------------------------------------------ the province

    def totals(self, *, until: date | None = None) -> pd.DataFrame:
        """Return the figures of the province, one a row.

        Returns:
            Index (``indicator``, ``period``). Columns: ``group`` (category), ``value`` (float64,
            the exact figure of the consolidated workbook), ``n`` of ``expected`` units are behind
            it (Int32; missing where a department gives it), ``thin`` (bool: too few are),
            ``status`` (category: ``held`` a unit's figure is not in it, ``error`` it contains one
            with an open error or cannot be right itself, ``warning``, ``accepted``,
            ``explained``), ``computed`` (bool), ``given_by`` (department, code), ``units`` (codes
            of those concerned by the status) (string).

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").totals()
            >>> frame.loc[("TC01", "2017"), ["value", "n", "expected"]].tolist()
            [1407840.0, 17.0, 17.0]
        """
        from tongket_xlsx.api import compared
        from tongket_xlsx.api.reviewed import reviewed
        from tongket_xlsx.tasks.compared import comparison

        with reviewed(self.inner, until) as known:
            made = comparison(self.inner, known.returns, known.known)
            return compared.totals(made, self.inner.settings.coverage_warning)

    def comparison(self, *, until: date | None = None) -> pd.DataFrame:
        """Return the provincial tables: the years of each indicator side by side.

        Returns:
            Index (``group``, ``indicator``), every indicator of the form; columns (``period``,
            ``measure``), the measures of each period being ``value`` (float64, equal to the cell
            of the consolidated workbook), ``n``, ``expected`` (Int32), ``thin`` (boolean),
            ``status`` (category), as in :meth:`totals`.

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").comparison()
            >>> frame.xs("value", axis="columns", level="measure").loc[("TC", "TC01")].tolist()[:3]
            [1176140.0, 1307280.0, 1407840.0]
        """
        from tongket_xlsx.api import compared
        from tongket_xlsx.api.reviewed import reviewed
        from tongket_xlsx.tasks.compared import comparison

        with reviewed(self.inner, until) as known:
            made = comparison(self.inner, known.returns, known.known)
            return compared.comparison(made, self.inner.settings.coverage_warning)

    def changes(self, *, until: date | None = None) -> pd.DataFrame:
        """Return what changed from year to year.

        Returns:
            Index (``group``, ``indicator``); columns (``span``, ``measure``), a span being
            ``2007→2012``, its measures ``before``, ``after``, ``change`` (in the unit of measure,
            of a share in points), ``percent`` (of what was before; missing where that was zero),
            ``same_change``, ``same_percent`` (float64, over the units and comparable areas that
            reported both years), ``same_units``, ``same_areas`` (Int32), ``broken`` (boolean: the
            series breaks in between), ``settled`` (boolean: nothing is held, nothing impossible).

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").changes()
            >>> float(frame.loc[("TC", "TC01"), ("2007→2017", "change")])
            231700.0
        """
        from tongket_xlsx.api import compared
        from tongket_xlsx.api.reviewed import reviewed
        from tongket_xlsx.tasks.compared import comparison

        with reviewed(self.inner, until) as known:
            return compared.changes(comparison(self.inner, known.returns, known.known))

    def targets(self, *, lang: str = VIETNAMESE) -> pd.DataFrame:
        """Return the targets, those of the province's own first, and what came of them.

        Returns:
            Index ``target`` (code). Columns: ``label``, ``document``, ``applies_to``,
            ``indicator``, ``operator`` (string), ``counts_units`` (bool), ``level`` (float64),
            ``year`` (Int16), ``period`` (held against, category), ``value`` (float64), ``n``,
            ``expected`` (Int32), ``gap`` (float64, value − level), ``reached`` (boolean; missing
            where nothing may be concluded, and ``undecided`` says why in words), ``reliability``
            (string), ``verified`` (bool).

        Raises:
            Misuse: there is no such language.

        Example:
            >>> frame = tongket_xlsx.open_campaign("tongket-demo").targets()
            >>> one = frame.loc["T112-1"]
            >>> float(one["value"]), float(one["level"]), bool(one["reached"])
            (91.891892, 80.0, True)
        """
        from tongket_xlsx.api import compared
        from tongket_xlsx.api.reviewed import reviewed
        from tongket_xlsx.campaign.own_figures import own_targets
        from tongket_xlsx.tasks.compared import comparison

        wanted = (*own_targets(self.inner), *self.inner.form.targets)
        enough = self.inner.settings.coverage_warning
        with reviewed(self.inner) as known:
            made = comparison(self.inner, known.returns, known.known)
            return compared.targets(made, wanted, enough, language(lang))

    def compare(self, old: Moment, new: Moment = "now") -> pd.DataFrame:
        """Return the figures of the province that changed, and because of whose return.

        Args:
            old: a day (or ``now``, or text such as ``2017-03-30``): the ledger as it stood at its
                end; or the path of a consolidated workbook.
            new: likewise.

        Returns:
            Numbered rows, one for each cause of a difference. Columns: ``indicator`` (string),
            ``period`` (category), ``before``, ``after`` (float64, of the province), ``unit``,
            ``unit_before``, ``unit_after``, ``file`` (string).

        Raises:
            CannotWork: a file is no consolidated workbook of this form.
            Misuse: what is given is neither a day nor a file that is there.

        Example:
            >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
            >>> len(campaign.compare("tongket-demo/tong-hop/tong-hop.xlsx", "now"))
            0
        """
        from tongket_xlsx.api import compared
        from tongket_xlsx.tasks import compare

        found = compare.compare(self.inner, _moment(old), _moment(new))
        return compared.differences(self.inner.form, found)

    # ------------------------------------------------------------------ the verbs

    def generate(
        self,
        units: Sequence[str] = (),
        *,
        folder: str | Path | None = None,
        known: str | Path | None = None,
        lang: str = VIETNAMESE,
    ) -> Written:
        """Write the workbooks to send out.

        Args:
            units: codes or names; all respondents where there are none.
            folder: where to; ``phat-hanh`` of the campaign if nowhere else.
            known: a file or folder of earlier returns or tables, to fill in what is known.

        Raises:
            Misuse: an unknown unit, or a folder of the campaign's own.

        Example:
            >>> new = tongket_xlsx.create_campaign("to-send")
            >>> [path.name for path in new.generate(["Pleiku"]).paths]
            ['GL-622_Pleiku.xlsx']
        """
        from tongket_xlsx.tasks import generate

        failed: list[Finding] = []
        issued, found = generate.generate(
            self.inner,
            units,
            folder=Path(folder) if folder is not None else None,
            known=Path(known) if known is not None else None,
            lang=language(lang),
            fault=failed.append,
        )
        return Written(tuple(item.path for item in issued), (*found, *failed))

    def receive(
        self,
        paths: str | Path | Iterable[str | Path] = (),
        *,
        received: date | None = None,
        passwords: Sequence[str] = (),
        jobs: int = 0,
    ) -> Report:
        """Take in returned workbooks, in guarded processes, and record each.

        Args:
            paths: files or folders; ``nop-ve`` of the campaign where there are none.
            received: the day of receipt; today if no other.

        Raises:
            Misuse: a path that is not there, or one of the campaign's own.
            CannotWork: the ledger cannot be written.

        Example:
            >>> new = tongket_xlsx.create_campaign("to-receive")
            >>> new.receive("tongket-demo/nop-ve/GL-622_Pleiku.xlsx")
            <Report: 1 files: 1 accepted>
        """
        from tongket_xlsx.tasks import receive

        named = [paths] if isinstance(paths, str | Path) else list(paths)
        results = receive.receive(
            self.inner,
            [Path(p) for p in named],
            received=received,
            passwords=tuple(passwords),
            jobs=jobs,
        )
        return Report(tuple(results))

    def mark(self, units: Sequence[str] = (), *, lang: str = VIETNAMESE) -> Written:
        """Write a marked copy for each unit that has something to correct.

        Args:
            units: codes or names; all of them where there are none.

        Raises:
            Misuse: a unit that was named has not returned anything.

        Example:
            >>> tongket_xlsx.open_campaign("tongket-demo").mark()
            Written(paths=(), notes=())
        """
        from tongket_xlsx.tasks import mark

        failed: list[Finding] = []
        copies = mark.mark(self.inner, units, lang=language(lang), fault=failed.append)
        return Written(tuple(copy.path for copy in copies), tuple(failed))

    def summarise(
        self,
        path: str | Path | None = None,
        *,
        edition: str = "day-du",
        lang: str = VIETNAMESE,
        checks: Sequence[CheckFunction] = (),
    ) -> Path:
        """Write the consolidated workbook; return where it is.

        A workbook that a person changed is kept, and the new one lies beside it.

        Args:
            path: where to; ``tong-hop`` of the campaign if nowhere else.
            edition: ``day-du`` for everything, ``lanh-dao`` for overview, tables and charts.
            checks: your own, see :func:`check_function`; what they find stands among the findings.

        Raises:
            Misuse: no such edition, or a file of the campaign's own.
            CannotWork: a check failed, or the file cannot be written.

        Example:
            >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
            >>> campaign.summarise("for-the-secretary.xlsx", edition="lanh-dao").name
            'for-the-secretary.xlsx'
        """
        from tongket_xlsx.api.checks import checking
        from tongket_xlsx.api.reviewed import warned
        from tongket_xlsx.tasks import summarise

        chosen("edition", edition, EDITIONS)
        target = Path(path) if path is not None else None
        own = checking(checks) if checks else None
        made, _ = summarise.summarise(
            self.inner, target, edition=edition, lang=language(lang), fault=warned, checks=own
        )
        return made

    def run_checks(self, *functions: CheckFunction, lang: str = VIETNAMESE) -> pd.DataFrame:
        """Run checks of your own over the figures; see :func:`check_function`.

        Returns:
            What they found, with the columns of :meth:`findings`; what the collector accepted
            before is ``accepted``.

        Raises:
            CannotWork: a check failed or returned something else; it says which, and which line.

        Example:
            >>> @tongket_xlsx.check_function("own.small")
            ... def small(figures, units):
            ...     people = figures["2017"].xs("TC01", level="indicator")
            ...     odd = people[people < 40_000].reset_index()[["unit"]]
            ...     return odd.assign(indicator="TC01", period="2017", message="Under 40,000.")
            >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
            >>> campaign.run_checks(small)["message"].unique().tolist()
            ['Under 40,000.']
        """
        from tongket_xlsx.api import listed
        from tongket_xlsx.api.checks import run
        from tongket_xlsx.api.reviewed import reviewed

        with reviewed(self.inner) as known:
            found = run(functions, self.inner, known.returns, known.known)
            return listed.findings(found, listed.codes_of(self.inner), "all", language(lang))

    # ------------------------------------------------------------------ shown

    def __repr__(self) -> str:
        """Return one line about the campaign."""
        asked = len(self.inner.respondents)
        try:
            with self.inner.reading() as ledger:
                came = len(ledger.current().keys() & self.respondents.keys())
            counts = f"{came} of {asked} units returned"
        except TongketError:
            counts = f"{asked} units, no usable ledger"
        name = self.inner.settings.province or self.home.name
        form = f"form {self.form.id} {self.form.version}"
        return f"<Campaign {name}: {counts}, {form}, {self.home}>"

    def _repr_html_(self) -> str:
        from tongket_xlsx.api.notebook import titled

        shown = ["name", "state", "received", "errors", "warnings", "held", "complete"]
        return titled(repr(self).strip("<>"), self.status()[shown])


def open_campaign(path: str | Path = ".") -> Campaign:
    """Open the campaign of a folder, or of one above it.

    Raises:
        Misuse: there is none.
        CannotWork: its settings, form or units are unusable, or its form was changed.

    Example:
        >>> tongket_xlsx.open_campaign("tongket-demo").form
        <Form chi-thi-11 2.1: 9 groups, ... indicators, 4 periods>
    """
    where = Path(path)
    home = where if (where / SETTINGS).is_file() else campaigns.home_of(where)
    return Campaign(campaigns.open_campaign(home, tables=read_table))


def create_campaign(
    path: str | Path,
    *,
    units: str | Path | None = None,
    form: str | Path = campaigns.DEFAULT_FORM,
    notice: str = "",
) -> Campaign:
    """Make a campaign in a folder.

    Args:
        units: the list of units, CSV or XLSX; the fictitious one of the samples if no other.
        form: the name of a form that ships with the package, or a folder.
        notice: a line that nobody may overlook, printed on every page.

    Raises:
        Misuse: the folder already is a campaign, or a path is not there.
        CannotWork: form or units have faults (``UnsoundDefinition`` holds all of them); nothing
            is left behind then.

    Example:
        >>> tongket_xlsx.create_campaign("new", notice="SỐ LIỆU GIẢ ĐỊNH")
        <Campaign Gia Lai: 0 of 38 units returned, form chi-thi-11 2.1, new>
    """
    listed = Path(units) if units is not None else None
    return Campaign(
        campaigns.create(
            Path(path), units_file=listed, form=str(form), notice=notice, tables=read_table
        )
    )


def _moment(given: Moment) -> Path | date:
    """Return a day, or the path of a workbook that is there."""
    if isinstance(given, date):
        return given
    if isinstance(given, str) and given == "now":
        return date.today()
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    path = Path(given)
    if not path.exists():
        raise Misuse("path.missing", path=str(path))
    return path
