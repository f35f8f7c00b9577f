"""What is known against a figure of the province: which units it lacks, and which it contains.

Made for each total, ratio and change over the same units, from the statuses of the figures of
the units; see :mod:`tongket_xlsx.model.figure_status`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongket_xlsx.model.figure_status import FigureStatus, Statuses
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.units import Unit


@dataclass(frozen=True, slots=True)
class Doubt:
    """Name the units of which something is known against a figure, in the order of the columns.

    ``held`` have a figure that is **not** in it, or only one part of a ratio that is;
    ``in_error`` are in it in spite of an open error; ``warned`` have an open warning,
    ``accepted`` an error or warning that the province accepted, ``explained`` one that the
    office explained; ``estimated`` gave an estimate. ``own`` are the findings about the figure
    of the province itself, such as a share over 100 %.

    Example:
        ``aggregate.doubt.held`` → the units to be named after “đang xem lại:”;
        ``aggregate.doubt.in_error`` → those after “gồm số đang có lỗi:”.
    """

    held: tuple[Unit, ...] = ()
    in_error: tuple[Unit, ...] = ()
    warned: tuple[Unit, ...] = ()
    accepted: tuple[Unit, ...] = ()
    explained: tuple[Unit, ...] = ()
    estimated: tuple[Unit, ...] = ()
    own: tuple[Finding, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Say whether the figure may not be read without a mark."""
        return bool(self.held or self.in_error or self.own)

    def __bool__(self) -> bool:
        """Say whether anything at all is known against it."""
        return self != NO_DOUBT


NO_DOUBT = Doubt()


class Known:
    """Ask for what is known against the figures of one indicator and period, by unit."""

    def __init__(self, form: Form, places: Mapping[str, int], known: Statuses) -> None:
        """Sort statuses by what they are about; ``places`` is the place of each unit by code."""
        self.form = form
        self._by_figure: dict[tuple[str, str], dict[int, FigureStatus]] = {}
        for (unit, code, period), status in known.items():
            if unit in places:
                self._by_figure.setdefault((code, period), {})[places[unit]] = status

    def of(
        self, indicator: Indicator, periods: Iterable[str]
    ) -> Mapping[int, tuple[FigureStatus, ...]]:
        """Return, by place, the statuses of all figures that an indicator is made of."""
        found: dict[int, tuple[FigureStatus, ...]] = {}
        if not self._by_figure:
            return found
        for code in self._inputs(indicator):
            for period in periods:
                for place, status in self._by_figure.get((code, period), {}).items():
                    found[place] = (*found.get(place, ()), status)
        return found

    def _inputs(self, indicator: Indicator) -> tuple[str, ...]:
        if not indicator.computed:
            return (indicator.code,)
        below = (self._inputs(self.form.indicators[code]) for code in indicator.operands())
        return tuple(dict.fromkeys(code for codes in below for code in codes))
