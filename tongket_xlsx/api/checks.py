"""Checks of one's own over frames: declared by a function, run beside those of the form.

What such a function finds is a finding as any other: it has a place, stands in the consolidated
workbook, and can be decided on. A fault in it is one sentence that names the function and the
line.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from tongket_xlsx.api import listed, observed
from tongket_xlsx.api.arguments import chosen
from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.figure_status import Statuses
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import (
    CannotWork,
    Finding,
    Misuse,
    Parameter,
    Severity,
    TongketError,
)
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import Resolved, decided
from tongket_xlsx.model.wording import problem as worded_problem
from tongket_xlsx.summary import tidy
from tongket_xlsx.summary.tidy import Row
from tongket_xlsx.tasks.attempt import Fault
from tongket_xlsx.tasks.export import traced
from tongket_xlsx.tasks.review import OwnChecks
from tongket_xlsx.text.messages import VIETNAMESE, has, say

COLUMNS = ("unit", "indicator", "period", "message")
Figure = tuple[str, str, str]
Frames = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame | None]


@dataclass(frozen=True)
class CheckFunction:
    """Hold a function that looks at figures, and what its findings are called."""

    code: str
    severity: Severity
    function: Frames

    @property
    def name(self) -> str:
        """Return the name of the function."""
        return getattr(self.function, "__name__", "?")

    @property
    def file(self) -> str:
        """Return the file it was written in."""
        code = getattr(self.function, "__code__", None)
        return code.co_filename if code else ""

    @property
    def line(self) -> int:
        """Return the line it begins on."""
        code = getattr(self.function, "__code__", None)
        return code.co_firstlineno if code else 0

    def __call__(self, figures: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame | None:
        """Call the function, as without the decorator."""
        return self.function(figures, units)


def check_function(
    code: str, severity: Severity | str = Severity.WARNING
) -> Callable[[Frames], CheckFunction]:
    """Declare a function over frames as a check of figures.

    The function takes ``figures`` (as :meth:`Campaign.figures` returns them: units and indicators
    down, periods across; figures that are held are missing) and ``units`` (as
    :meth:`Campaign.units`), and returns a frame with the columns ``unit``, ``indicator``,
    ``period`` and ``message``, a row for each figure that is odd, or ``None``.

    Args:
        code: what its findings are called, such as ``own.growth``.
        severity: ``warning``, or ``error``: then the figure is told as one with an open error.

    Raises:
        Misuse: the code is one of the package's own, or there is no such severity.

    Example:
        This may stand in a file, to be run by ``tongket status --checks FILE.py`` and ``tongket
        summary --checks FILE.py``:

        >>> from tongket_xlsx import check_function
        >>> @check_function("own.growth", severity="warning")
        ... def growth(figures, units):
        ...     odd = figures[figures["2017"] > 5 * figures["2012"]].reset_index()
        ...     told = "More than five times the figure of 2012."
        ...     return odd[["unit", "indicator"]].assign(period="2017", message=told)
        >>> growth.code, growth.name
        ('own.growth', 'growth')
    """
    if not code or code != "".join(code.split()) or has(code):
        raise Misuse("checks.code", code=code)
    kind = Severity(chosen("severity", severity, map(str, (Severity.ERROR, Severity.WARNING))))

    def declare(function: Frames) -> CheckFunction:
        return CheckFunction(code, kind, function)

    return declare


def load_checks(path: Path, lang: str = VIETNAMESE) -> tuple[CheckFunction, ...]:
    """Run a file of Python and return the checks declared in it, in their order.

    It runs with all that this program may do: name no file that you have not read.

    Raises:
        Misuse: there is no such file, or it declares no check.
        CannotWork: it is no Python, or fails; the sentence says on which line.
    """
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        raise Misuse("path.missing", path=str(path)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWork("path.unreadable", path=str(path), reason=reason) from error
    module = ModuleType(f"tongket_checks_{abs(hash(str(path.resolve())))}")
    module.__file__ = str(path)
    # What a file declares as dataclasses is looked up by the name of its module.
    sys.modules[module.__name__] = module
    try:
        # Results go to stdout; what a file prints goes beside them.
        with redirect_stdout(sys.stderr):
            exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102 - it was named
    except SyntaxError as error:
        line = error.lineno or 1
        raise _unusable(path, line, error.msg) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever such a file does
        raise _unusable(path, _line_in(str(path), error, 1), _told(error, lang)) from None
    found = tuple(dict.fromkeys(v for v in vars(module).values() if isinstance(v, CheckFunction)))
    if not found:
        raise Misuse("checks.none", path=str(path))
    return found


def _unusable(path: Path, line: int, problem: str) -> CannotWork:
    return CannotWork("checks.unusable", path=str(path), line=str(line), problem=problem)


def checking(functions: Sequence[CheckFunction]) -> OwnChecks:
    """Return checks as the verbs status and summary take them."""

    def found(
        campaign: Campaign, returns: Returns, known: Statuses, fault: Fault | None
    ) -> list[Resolved]:
        return run(functions, campaign, returns, known, fault)

    return found


def run(
    functions: Iterable[CheckFunction],
    campaign: Campaign,
    returns: Returns,
    known: Statuses,
    fault: Fault | None = None,
) -> list[Resolved]:
    """Run checks over the returns that count; return what they found and what became of it.

    Args:
        known: what is known against figures.
        fault: takes what a check failed with; without it the failure is raised.

    Raises:
        CannotWork: a check failed, and nobody takes that.
    """
    form = campaign.form
    rows = list(tidy.rows(form, traced(returns, fault), known, computed=True))
    figures = observed.figures(form, tuple(campaign.units), rows)
    units = listed.units(campaign)
    places = {_key(row): row for row in rows if not row["row"]}
    found: list[Resolved] = []
    for function in functions:
        try:
            # Each has frames of its own: what one changes in them is nothing to the next.
            told = _called(function, figures.copy(), units.copy())
            found += list(_findings(function, told, campaign, places))
        except _Failed as failed:
            if fault is None:
                raise CannotWork("checks.failed", **failed.parameters) from failed.__cause__
            place = Place(file=function.file, line=failed.line)
            fault(new_finding("checks.failed", place, **failed.parameters))
    decisions = returns.decisions
    return [one for item in found for one in decided([item], decisions.get(item.unit, ()))]


class _Failed(Exception):
    """A check that could not be followed: which, on which line, and why."""

    def __init__(self, function: CheckFunction, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.line = line or function.line
        self.parameters: dict[str, Parameter] = {
            "function": function.name,
            "path": function.file,
            "line": str(self.line),
            "problem": problem,
        }


def _called(function: CheckFunction, figures: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    try:
        with redirect_stdout(sys.stderr):
            found = function(figures, units)
    except (Exception, SystemExit) as error:
        line = _line_in(function.file, error, function.line)
        raise _Failed(function, _told(error, VIETNAMESE), line) from error
    if found is None:
        return pd.DataFrame(columns=list(COLUMNS))
    if not isinstance(found, pd.DataFrame):
        raise _Failed(function, _expected(type(found).__name__))
    if not set(COLUMNS) <= set(found.columns):
        found = found.reset_index()
    if not set(COLUMNS) <= set(found.columns):
        raise _Failed(function, _expected(", ".join(map(str, found.columns))))
    return found[list(COLUMNS)]


def _expected(found: str) -> str:
    return say("checks.frame", VIETNAMESE, expected=", ".join(COLUMNS), found=found)


def _findings(
    function: CheckFunction,
    found: pd.DataFrame,
    campaign: Campaign,
    places: Mapping[Figure, Row],
) -> Iterator[Resolved]:
    form = campaign.form
    for values in found.itertuples(index=False, name=None):
        unit, code, period, message = ("" if pd.isna(v) else str(v) for v in values)
        if unit not in campaign.units:
            raise _Failed(function, say("checks.unknown", VIETNAMESE, what="unit", found=unit))
        if code not in form.indicators:
            raise _Failed(function, say("checks.unknown", VIETNAMESE, what="indicator", found=code))
        if period not in form.indicators[code].periods:
            raise _Failed(function, say("checks.unknown", VIETNAMESE, what="period", found=period))
        row = places.get((unit, code, period), {})
        name = campaign.units[unit].name
        place = Place(name, str(row.get("sheet") or ""), str(row.get("cell") or ""))
        parameters = _parameters(form, function, row, code, period, message)
        finding = Finding(function.code, function.severity, place, code, period, parameters)
        yield Resolved(finding, unit=unit)


def _parameters(
    form: Form, function: CheckFunction, row: Mapping[str, Any], code: str, period: str, text: str
) -> dict[str, Parameter]:
    value = row.get("value")
    typed = Decimal(str(value)) if isinstance(value, int | float) else row.get("raw") or ""
    return {
        **form.naming(code, period),
        "found": typed,
        # What is decided is decided on this figure, and lapses when it changes.
        "basis": f"{code}={typed}",
        "text": function.name,
        "message": text or function.code,
        "message_en": text or function.code,
        "advice": "outlier.advice",
    }


def _key(row: Row) -> Figure:
    return str(row["unit"]), str(row["indicator"]), str(row["period"])


def _line_in(file: str, error: BaseException, otherwise: int) -> int:
    """Return the last line of a file that an error went through."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    return next((line for line in reversed(lines) if line), otherwise)


def _told(error: BaseException, lang: str) -> str:
    """Return what went wrong, on one line."""
    if isinstance(error, TongketError):
        return worded_problem(error, lang)
    return " ".join(f"{type(error).__name__}: {error}".split())
