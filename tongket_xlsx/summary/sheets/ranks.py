"""The ranks of the units in a table by unit: formulas, with the ranks they give."""

from __future__ import annotations

from decimal import Decimal

from tongket_xlsx.model.formula import Cell
from tongket_xlsx.model.formula_ranges import Cells
from tongket_xlsx.model.places import column_letters
from tongket_xlsx.summary.comparison import GroupTable
from tongket_xlsx.summary.doubt_words import HELD
from tongket_xlsx.summary.page import Pages
from tongket_xlsx.summary.rank_formulas import rank_with_nil
from tongket_xlsx.writer.book import Sheet


class Ranks:
    """Write the ranks of the units by those indicators of a group that are ranked."""

    def __init__(self, p: Pages, table: GroupTable, page: Sheet) -> None:
        """Rank the units by each indicator."""
        self.plan = p.plan
        self.table = table
        self.columns = p.plan.tables[table.group.code]
        self.page = page
        self.style = p.style
        self.ranks = {code: self._ranking(code) for code in self.columns.ranks}

    def _ranking(self, code: str) -> dict[int, int]:
        """Rank the units by an indicator in the last year, by place; ties share a rank.

        “-” is a zero and is ranked as such; what is missing is not.
        """
        indicator = self.plan.form.indicators[code]
        answers = self.table.columns.of(code, self.plan.form.years[-1].code)
        known = {
            place: answers.values[place]
            for place, unit in enumerate(self.plan.parts)
            if answers.counts[place] and self.plan.form.is_asked(indicator, unit.kind)
        }
        ranks: dict[Decimal, int] = {}
        for n, value in enumerate(sorted(known.values(), reverse=indicator.better != "down")):
            ranks.setdefault(value, n + 1)
        return {place: ranks[value] for place, value in known.items()}

    def write(self, row: int, place: int) -> None:
        """Write the ranks of a unit; what is held has none, and says so."""
        plan, year = self.plan, self.plan.form.years[-1].code
        look = self.style.computed(align="center", num_format="0")
        for code, column in self.columns.ranks.items():
            letter = column_letters(self.columns.order[code, year])
            block = Cells(f"${letter}${plan.first_row + 1}:${letter}${plan.last_row + 1}")
            fewest_first = plan.form.indicators[code].better == "down"
            figure = Cell(f"{letter}{row + 1}")
            formula = rank_with_nil(figure, block, ascending=fewest_first).formula
            if self.table.columns.of(code, year).figure(place).held:
                self.page.write(row, column, HELD, look)
                continue
            self.page.formula(row, column, formula, look, self.ranks[code].get(place))
