"""Returned workbooks, read and checked without recording anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tongket_xlsx.api.arguments import language
from tongket_xlsx.api.form import Form
from tongket_xlsx.campaign.inbox import as_stranger, bytes_of
from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model import observations as model
from tongket_xlsx.model.assessment import Assessment, assessed
from tongket_xlsx.model.explanations import Step
from tongket_xlsx.model.figure_status import Statuses, statuses
from tongket_xlsx.model.findings import Finding, Misuse
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.observations import Observation, Outcome
from tongket_xlsx.model.units import Unit
from tongket_xlsx.tasks import check as checking
from tongket_xlsx.tasks.file_result import FileResult
from tongket_xlsx.text.messages import VIETNAMESE, on_one_line
from tongket_xlsx.workers.pool import Guard

if TYPE_CHECKING:
    import pandas as pd

GOOD = (Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.BLANK, Outcome.NOT_A_RETURN)


@dataclass(frozen=True, repr=False)
class Return:
    """Hold one workbook as it was read; ``inner`` is the value the package works with.

    ``unit_of`` is the unit whose return it is, where it is one of those given to
    :func:`read_return`.
    """

    path: Path
    form: Form
    inner: model.Return
    unit_of: Unit | None = None

    @property
    def unit(self) -> str:
        """Return the code of the unit; empty where the file was refused."""
        return self.inner.identity.unit if self.inner.identity else ""

    @property
    def round(self) -> int:
        """Return the round: 1 for the form sent out first; 0 where the file was refused."""
        return self.inner.identity.round if self.inner.identity else 0

    @property
    def outcome(self) -> Outcome:
        """Return what becomes of it, with what its office explained in it."""
        if self.inner.identity is None:
            return self.inner.outcome
        return self._assessment().outcome

    @property
    def accepted(self) -> bool:
        """Say whether nothing in it has to be corrected and no figure is held."""
        return self.outcome is Outcome.ACCEPTED

    @property
    def held(self) -> tuple[str, ...]:
        """Return the figures that would be in no total: ``("QK01[2017]", …)``."""
        return tuple(map(str, self._assessment().held))

    @property
    def answers(self) -> tuple[Observation, ...]:
        """Return the observations as values; their numbers are exact decimals."""
        return self.inner.observations

    def _assessment(self) -> Assessment:
        r = self.inner
        return assessed([Step(r.sha256, "", r.findings, r.explanations)])

    def observations(self, *, computed: bool = True) -> pd.DataFrame:
        """Return what stands in the workbook, one row an answer.

        Returns:
            The columns of :meth:`Campaign.observations`; ``counted`` says what a total would
            contain if this return counted.

        Example:
            >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
            >>> one = tongket_xlsx.read_return(
            ...     "tongket-demo/nop-ve/GL-622_Pleiku.xlsx",
            ...     form=campaign.form, units=campaign.respondents,
            ... )
            >>> frame = one.observations()
            >>> frame.query("indicator == 'TC01' and period == '2017'")[["value", "cell"]].size
            2
        """
        from tongket_xlsx.api import observed
        from tongket_xlsx.summary import tidy
        from tongket_xlsx.summary.one_return import Traced

        unit = self.unit_of or _nobody(self.form, self.unit)
        today, name = date.today(), on_one_line(self.path.name)
        traced = (
            Traced(unit, o, name, self.inner.sha256, today, self.round)
            for o in self.inner.observations
        )
        rows = tidy.rows(self.form.inner, traced, self._known(unit), computed=computed)
        return observed.observations(self.form.inner, [unit.code], rows)

    def _known(self, unit: Unit) -> Statuses:
        return statuses({}, self._assessment().of_unit(unit.code, unit.name).findings)

    def findings(self, *, lang: str = VIETNAMESE) -> pd.DataFrame:
        """Return what was found in it, notes as well.

        Returns:
            The columns of :meth:`Campaign.findings`.

        Example:
            >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
            >>> one = tongket_xlsx.read_return(
            ...     "tongket-demo/nop-ve/GL-622_Pleiku.xlsx", form=campaign.form,
            ... )
            >>> len(one.findings())
            0
        """
        from tongket_xlsx.api import listed

        found = self._assessment().findings
        told = (item.of(self.unit, item.finding.place.unit) for item in found)
        return listed.findings(told, {}, "all", language(lang))

    def __repr__(self) -> str:
        """Return one line about the return."""
        whose = f"{self.unit}, round {self.round}, " if self.unit else ""
        counts = f"{len(self.inner.observations)} answers, {len(self.inner.findings)} findings"
        return f"<Return {self.path.name}: {whose}{self.outcome}, {counts}>"

    def _repr_html_(self) -> str:
        from tongket_xlsx.api.notebook import titled

        shown = ["severity", "sheet", "cell", "indicator", "period", "message"]
        return titled(repr(self).strip("<>"), self.findings()[shown])


@dataclass(frozen=True, repr=False)
class Report:
    """Hold what became of some files; ``results`` are the values the package works with."""

    results: tuple[FileResult, ...]

    @property
    def valid(self) -> bool:
        """Say whether no file was refused and none needs correction."""
        return all(result.outcome in GOOD for result in self.results)

    def files(self) -> pd.DataFrame:
        """Return what became of each file.

        Returns:
            Numbered rows. Columns: ``file`` (string, as it was named), ``outcome`` (category),
            ``unit``, ``sha256`` (string), ``answers``, ``errors``, ``warnings``, ``notes`` (Int32).

        Example:
            >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
            >>> report = tongket_xlsx.check("tongket-demo/nop-ve", form=campaign.form)
            >>> frame = report.files()
            >>> len(frame), frame["outcome"].unique().tolist(), int(frame["errors"].sum())
            (38, ['accepted'], 0)
        """
        from tongket_xlsx.api import listed

        return listed.files(self.results)

    def findings(self, *, state: str = "all", lang: str = VIETNAMESE) -> pd.DataFrame:
        """Return what was found in the files.

        Args:
            state: ``open``, ``closed`` (explained by the office or decided) or ``all``.

        Returns:
            The columns of :meth:`Campaign.findings`; ``file`` is the file as it was named.

        Raises:
            Misuse: there is no such state or language.

        Example:
            >>> form = tongket_xlsx.load_form("chi-thi-11")
            >>> report = tongket_xlsx.check("tongket-demo/nop-ve/GL-622_Pleiku.xlsx", form=form)
            >>> len(report.findings(state="open"))
            0
        """
        from tongket_xlsx.api import listed

        found = listed.of_files(self.results)
        return listed.findings(found, {}, state, language(lang))

    def __repr__(self) -> str:
        """Return one line about the files."""
        counts = {o: sum(r.outcome is o for r in self.results) for o in Outcome}
        told = ", ".join(f"{n} {outcome}" for outcome, n in counts.items() if n)
        return f"<Report: {len(self.results)} files{': ' if told else ''}{told}>"

    def _repr_html_(self) -> str:
        from tongket_xlsx.api.notebook import titled

        return titled(repr(self).strip("<>"), self.files())


def read_return(
    path: str | Path,
    *,
    form: Form,
    units: Mapping[str, Unit] | None = None,
    passwords: Sequence[str] = (),
    guarded: bool = True,
) -> Return:
    """Read one returned workbook; record nothing.

    Whatever is wrong with the file is a finding of the return, and never an exception.

    Args:
        path: an ``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls`` or ``.ods`` file.
        units: the units that may return, by code; without them any unit will do.
        passwords: what to try on a workbook that has one (extra ``password``).
        guarded: read it in a process of its own, so that a hostile file costs that one.

    Raises:
        Misuse: there is no such file.

    Example:
        >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
        >>> tongket_xlsx.read_return(
        ...     "tongket-demo/nop-ve/GL-622_Pleiku.xlsx",
        ...     form=campaign.form, units=campaign.respondents,
        ... )
        <Return GL-622_Pleiku.xlsx: GL-622, round 1, accepted, ... answers, 0 findings>
    """
    where = Path(path)
    if not where.exists():
        raise Misuse("path.missing", path=str(where))
    data = bytes_of(where)
    reader = Reader((form.inner,), units, tuple(passwords))
    if isinstance(data, Finding):
        result = model.Return("", None, findings=(data,))
    elif guarded:
        (result,) = Guard(reader, 1).read_all([data])
    else:
        result = reader.read(data)
    result = as_stranger(where.name, result)
    code = result.identity.unit if result.identity else ""
    return Return(where, form, result, (units or {}).get(code))


def check(
    paths: str | Path | Iterable[str | Path],
    *,
    form: Form,
    units: Mapping[str, Unit] | None = None,
    passwords: Sequence[str] = (),
    jobs: int = 0,
) -> Report:
    """Read and check workbooks in guarded processes; record nothing.

    Args:
        paths: files, or folders of them.
        jobs: how many processes; 0 is one for each core.

    Raises:
        Misuse: a path that is not there.

    Example:
        >>> form = tongket_xlsx.load_form("chi-thi-11")
        >>> report = tongket_xlsx.check("tongket-demo/nop-ve/GL-622_Pleiku.xlsx", form=form)
        >>> report.valid, report.files()["outcome"].tolist()
        (True, ['accepted'])
    """
    named = [paths] if isinstance(paths, str | Path) else list(paths)
    reader = Reader((form.inner,), units, tuple(passwords))
    return Report(tuple(checking.check(reader, [Path(p) for p in named], jobs=jobs)))


def _nobody(form: Form, code: str) -> Unit:
    """Return a unit for figures of which it is only known who says that they are theirs."""
    kinds = form.inner.unit_kinds.values()
    part = next((kind.code for kind in kinds if kind.scope is Scope.PART), "")
    return Unit(code, code, code, part)
