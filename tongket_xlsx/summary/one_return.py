"""The figures of one return: which of them a total contains, and what is computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tongket_xlsx.model.figure_status import FigureKey, FigureStatus
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Aggregation
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.observations import Observation
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.columns import ColumnFigure, Columns, read_columns

# What may be known against a figure, the gravest first.
WORDS = ("held", "error", "warning", "accepted", "explained")


@dataclass(frozen=True, slots=True)
class Traced:
    """One observation and the file it came from; ``current`` says that this return counts."""

    unit: Unit
    observation: Observation
    file: str
    sha256: str
    received: date
    round: int = 0
    current: bool = True


@dataclass(frozen=True)
class OneReturn:
    """The observations of one return, and what is known against its figures."""

    form: Form
    traced: tuple[Traced, ...]
    known: Mapping[FigureKey, FigureStatus]

    @property
    def unit(self) -> Unit:
        """Return the unit whose return it is."""
        return self.traced[0].unit

    @cached_property
    def columns(self) -> Columns:
        """Return the figures as columns with a place for this one unit."""
        rows = (
            (0, o.indicator, o.period, o.state, o.value, o.text, o.raw, o.estimated)
            for o in (t.observation for t in self.traced)
            if not o.row and o.indicator in self.form.indicators
        )
        codes = tuple(self.form.indicators)
        return read_columns(
            self.form, (self.unit,), codes, {0: self.unit.code}, lambda _: rows, self.known
        )

    def is_counted(self, code: str, period: str) -> bool:
        """Say whether a total of the province contains a figure."""
        indicator = self.form.indicators.get(code)
        when = self.form.period_by_code.get(period)
        if indicator is None or when is None or not self.traced[0].current:
            return False
        adds = self.unit.kind in self.form.adding_kinds(indicator)
        is_summed = not indicator.computed and indicator.aggregation is not Aggregation.NONE
        there = period in indicator.periods and self.unit.existed_in(when)
        return adds and is_summed and there and bool(self.columns.of(code, period).counts[0])

    def computed(self) -> Iterator[tuple[Indicator, str, ColumnFigure]]:
        """Yield what is computed from the figures, in the order of the form, where it is known."""
        for indicator in self.form.indicators.values():
            if not indicator.computed or not self.form.is_asked(indicator, self.unit.kind):
                continue
            for period in indicator.periods:
                column = self.columns.of(indicator.code, period)
                figure = column.figure(0)
                if figure.value is not None:
                    yield indicator, period, figure._replace(estimated=0 in column.estimated)

    def said_of(self, indicator: Indicator, period: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the words for what a computed figure is made of, and what was said of that."""
        found = self.columns.known.of(indicator, (period,)).get(0, ())
        words = tuple(status.word for status in found)
        return words, tuple(dict.fromkeys(s.reason for s in found if s.reason))


def gravest(words: Iterable[str]) -> str:
    """Return the gravest of some words for what is known against figures; empty for none."""
    return min(filter(None, words), key=WORDS.index, default="")
