"""What the sheets of a consolidated workbook are made of and from: material, plan, plain tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.resolution import Resolved
from tongket_xlsx.model.targets import Target
from tongket_xlsx.model.unit_status import Standing
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.aggregates import Aggregate, LikeForLike
from tongket_xlsx.summary.columns import ColumnFigure, FigureColumn
from tongket_xlsx.summary.comparison import Comparison, Reported
from tongket_xlsx.summary.one_return import Traced
from tongket_xlsx.summary.plan import HEAD, Plan
from tongket_xlsx.summary.unit_counts import Reached
from tongket_xlsx.text.messages import names, say
from tongket_xlsx.writer.book import Book, Sheet
from tongket_xlsx.writer.styles import Styles, lines


@dataclass(frozen=True, slots=True)
class Published:
    """A figure published earlier, entered in the campaign with its source."""

    indicator: str
    period: str
    value: Decimal
    source: str


@dataclass(frozen=True)
class Material:
    """Everything a consolidated workbook is made of.

    ``observations`` is read once, row by row, and ``observation_count`` says beforehand how many
    rows it takes; ``notice`` is a line nobody may overlook; ``enough`` the share of units below
    which a figure carries a warning; ``beside`` names the file that holds the tidy data where a
    sheet cannot; ``dated`` says whether returns were due on a day.
    """

    form: Form
    title: str
    collector: str
    notice: str
    signatories: Mapping[str, str]
    comparison: Comparison
    standings: Sequence[Standing]
    findings: Sequence[Resolved]
    units: Sequence[Unit]
    observations: Callable[[], Iterable[Traced]]
    observation_count: int = 0
    targets: Sequence[Target] = ()
    published: Sequence[Published] = ()
    enough: float = 0.8
    dated: bool = True
    beside: str = ""


@dataclass
class Figures:
    """Hold the figures of the province as the groups are gone through.

    ``states`` are those of the answers that are no plain numbers, ``linked`` says whether every
    figure of a unit leads to its source, ``listed`` whether there is a sheet of what
    is held. ``held`` gives by indicator and period the answers that
    are in no total, by place of the unit; ``marked`` counts figures by what is known against
    them, ``marked_units`` names their units. ``reached`` gives by target how many units reach it.
    """

    province: dict[tuple[str, str], Aggregate] = field(default_factory=dict)
    same_units: dict[tuple[str, str, str], LikeForLike] = field(default_factory=dict)
    departments: dict[tuple[str, str], Reported] = field(default_factory=dict)
    reached: dict[str, Reached] = field(default_factory=dict)
    missing: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    units: dict[tuple[str, str], FigureColumn] = field(default_factory=dict)
    states: set[CellState] = field(default_factory=set)
    linked: bool = True
    listed: bool = False
    held: dict[tuple[str, str], dict[int, ColumnFigure]] = field(default_factory=dict)
    marked: Counter[str] = field(default_factory=Counter)
    marked_units: dict[str, dict[str, None]] = field(default_factory=dict)

    def of_units(self, code: str, period: str, count: int) -> list[Decimal | None]:
        """Return the figures of the first units, by place; ``None`` where one has none."""
        column = self.units.get((code, period))
        return [column.value(place) if column else None for place in range(count)]


class Pages:
    """Hold the workbook while its sheets are written."""

    def __init__(self, material: Material, plan: Plan, lang: str, *, live: bool) -> None:
        """Open the workbook; ``live`` says whether it holds the tables by unit."""
        self.m = material
        self.plan = plan
        self.form = material.form
        self.lang = lang
        self.live = live
        self.figures = Figures()
        subject = material.form.subtitle.to(lang)
        self.book = Book(material.title, subject=subject, large=True, lang=lang)
        self.style = Styles(self.book)

    def say(self, key: str, **parameters: object) -> str:
        """Return a sentence in the language of the workbook."""
        return say(key, self.lang, **parameters)

    def names(self, units: Sequence[str]) -> str:
        """Return a list of names that a person can read, in the language of the workbook."""
        return names(units, self.lang)

    def table(
        self,
        name: str,
        title: str,
        headings: Sequence[str],
        widths: Sequence[float],
        *,
        tab: str,
        help_text: str = "",
    ) -> Sheet:
        """Open a plain table: title, notice, a line of help, headings; rows start below HEAD."""
        page = self.book.sheet(name, tab=tab)
        page.widths(widths)
        last = len(headings) - 1
        page.height(0, 26)
        page.merge((0, 0), (0, last), title, self.style.title(14))
        page.merge((1, 0), (1, last), self.m.notice, self.style.warning_line())
        page.merge((2, 0), (2, last), help_text, self.style.subtitle())
        page.height(2, 15 * lines(help_text, sum(widths)))
        page.height(HEAD, 36)
        for column, heading in enumerate(headings):
            page.write(HEAD, column, heading, self.style.heading())
        return page

    def close(self, page: Sheet, row: int, columns: int, frozen: int = 0) -> None:
        """Finish a plain table whose rows end before ``row``."""
        page.page.freeze_panes(HEAD + 1, frozen)
        page.page.autofilter(HEAD, 0, max(row - 1, HEAD + 1), columns - 1)
        page.printed(heading_row=HEAD, footer=page.name)
