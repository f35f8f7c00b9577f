"""The live formulas of the province: sums, ratios, coverage and changes over the same units.

Signs are no numbers: “-” counts as zero, “…” and “x” are left out. None of the formulas needs a
dynamic array or a function that takes arrays in some engines only, so that Excel 2010,
LibreOffice, Gnumeric and WPS compute them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, mul
from typing import NamedTuple

from tongket_xlsx.model.expressions import DECIMALS, Expression, Reference
from tongket_xlsx.model.form_words import Aggregation, Kind, Period
from tongket_xlsx.model.formula import (
    Cell,
    Number,
    Piece,
    Value,
    either,
    every,
    how_many,
    if_error,
    number,
    rounded,
    some,
    text,
)
from tongket_xlsx.model.formula_ranges import (
    Cells,
    Numbers,
    count_of,
    sum_of_products,
)
from tongket_xlsx.model.formula_ranges import total as sum_of
from tongket_xlsx.model.indicators import Group, Indicator
from tongket_xlsx.model.places import column_letters, quoted
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.aggregates import has_denominator
from tongket_xlsx.summary.columns import terms_of
from tongket_xlsx.summary.plan import Plan

Run = tuple[int, int]
NOTHING = text("")
_YES, _NO, _NIL = "Có", "Không", "-"
# Stands where a unit belongs to no comparable area.
_NO_AREA = ""


def total(plan: Plan, indicator: Indicator, period: Period) -> Piece | None:
    """Return the formula of the provincial figure, or nothing where none can be made."""
    runs = plan.runs(plan.form.adding_kinds(indicator))
    if not runs or indicator.aggregation is Aggregation.NONE:
        return None
    if indicator.computed:
        return _ratio(plan, indicator, period)
    blocks = [_block(plan, indicator.code, period, run) for run in runs]
    if indicator.aggregation is Aggregation.COUNT_YES:
        found = _sum(count_of(block, _YES) for block in blocks)
    else:
        found = rounded(sum_of(*blocks), DECIMALS)
    known = _sum(_counts(plan, indicator, _units(plan, indicator), (period,)))
    return either(known.equals(0), NOTHING, found)


def counted(plan: Plan, indicator: Indicator, period: Period) -> Number | None:
    """Return the formula that counts the units with everything a figure takes in a period."""
    counts = _counts(plan, indicator, _units(plan, indicator), (period,))
    return _sum(counts) if counts else None


@dataclass(frozen=True, slots=True)
class SameUnits:
    """The formulas of a change between two years over the same areas and units.

    ``share`` is that in per cent of what was before, and says where there was nothing.
    """

    areas: Number | None
    units: Number
    change: Piece
    share: Piece


def same_units(
    plan: Plan, indicator: Indicator, before: Period, after: Period, from_zero: str
) -> SameUnits | None:
    """Return the formulas of the change over the areas and units that reported both years.

    A comparable area stands on a row of its own, with a number where all its members reported.

    Args:
        from_zero: what stands in the place of a percentage of nothing.
    """
    both = (before, after)
    reporters = _compared(plan, indicator)
    if not reporters or indicator.aggregation is Aggregation.NONE:
        return None
    counts = _counts(plan, indicator, reporters, both)
    value = _quotient if indicator.computed else _added
    new, old = (value(plan, indicator, reporters, both, p) for p in (after, before))

    def known(piece: Piece) -> Piece:
        if indicator.computed:
            # A divisor of zero is an error here, and means that there is no ratio to compare.
            return if_error(piece, NOTHING)
        return either(_sum(counts).equals(0), NOTHING, piece)

    by_sort = zip(reporters, counts, strict=True)
    return SameUnits(
        counts[-1] if reporters[-1].are_areas else None,
        _sum(count for those, count in by_sort if not those.are_areas),
        known(rounded(new - old, DECIMALS)),
        known(_share(old, new, from_zero)),
    )


def _share(old: Number, new: Number, from_zero: str) -> Piece:
    """Return the change in per cent; of nothing there is none."""
    risen = either(new.equals(0), NOTHING, text(from_zero))
    return either(old.equals(0), risen, rounded((new - old) / old * 100, DECIMALS))


def _sum(numbers: Iterable[Number]) -> Number:
    return reduce(add, numbers)


def _block(plan: Plan, code: str, period: Period, run: Run) -> Cells:
    return Cells(plan.block(code, period.code, run))


class _Reporters(NamedTuple):
    """Rows that report, one after the other, and what each of them must have.

    They are units, or the comparable areas, which have a number where units have a word.
    ``alone`` are those units only that belong to no area.
    """

    run: Run
    needed: tuple[str, ...]
    words: bool
    alone: bool = False
    are_areas: bool = False


def _units(plan: Plan, indicator: Indicator) -> list[_Reporters]:
    """Return the units over which a figure of the province is."""
    kinds: Iterable[str] = plan.form.adding_kinds(indicator)
    needed: tuple[str, ...] = (indicator.code,)
    if indicator.computed:
        kinds = [k for k in kinds if has_denominator(plan.form, indicator, k)]
        needed = indicator.operands()
    words = indicator.aggregation is Aggregation.COUNT_YES
    return [_Reporters(run, needed, words) for run in plan.runs(kinds)]


def _compared(plan: Plan, indicator: Indicator) -> list[_Reporters]:
    """Return what is compared between years: units, and in the place of some their areas."""
    units = _units(plan, indicator)
    if not units or plan.area_rows is None:
        return units
    areas = _Reporters(plan.area_rows, units[0].needed, words=False, are_areas=True)
    return [*(those._replace(alone=True) for those in units), areas]


def _counts(
    plan: Plan,
    indicator: Indicator,
    reporters: Iterable[_Reporters],
    periods: tuple[Period, ...],
) -> list[Number]:
    return [sum_of_products(_conditions(plan, indicator, those, periods)) for those in reporters]


def answered(block: Cells, *, words: bool) -> Numbers:
    """Return of each cell whether it has an answer that counts: 1, or 0."""
    if words:
        return block.say(_YES) + block.say(_NO) + block.say(_NIL)
    return block.are_numbers() + block.say(_NIL)


def _conditions(
    plan: Plan, indicator: Indicator, those: _Reporters, periods: Iterable[Period]
) -> Numbers:
    """Return of each reporter whether it has everything in all periods: 1, or 0."""
    tests: list[Numbers] = []
    if those.alone:
        marks = Cells(plan.area_marks(indicator.code, those.run))
        tests.append(marks.say(_NO_AREA).as_numbers())
    tests += [
        answered(_block(plan, name, period, those.run), words=those.words)
        for period in periods
        for name in those.needed
    ]
    return reduce(mul, tests)


def _added(
    plan: Plan,
    indicator: Indicator,
    reporters: Iterable[_Reporters],
    periods: tuple[Period, ...],
    period: Period,
) -> Number:
    parts: list[Number] = []
    for those in reporters:
        conditions = _conditions(plan, indicator, those, periods)
        block = _block(plan, indicator.code, period, those.run)
        if those.words:
            parts.append(sum_of_products(conditions * block.say(_YES)))
        else:
            parts.append(sum_of_products(conditions, block))
    return _sum(parts)


def _ratio(plan: Plan, indicator: Indicator, period: Period) -> Piece | None:
    """Write the ratio of sums over the units that have both parts."""
    above, below = _parts(plan, indicator, _units(plan, indicator), (period,), period)
    if not below:
        return None
    ratio = rounded(number(indicator.factor) * _sum(above) / _sum(below), DECIMALS)
    return either(_sum(below).equals(0), NOTHING, ratio)


def _quotient(
    plan: Plan,
    indicator: Indicator,
    reporters: Sequence[_Reporters],
    periods: tuple[Period, ...],
    period: Period,
) -> Number:
    above, below = _parts(plan, indicator, reporters, periods, period)
    return rounded(number(indicator.factor) * _sum(above) / _sum(below), DECIMALS)


def _parts(
    plan: Plan,
    indicator: Indicator,
    reporters: Sequence[_Reporters],
    periods: tuple[Period, ...],
    period: Period,
) -> tuple[list[Number], list[Number]]:
    """Return the terms of the sum of numerators and of the sum of denominators."""

    def summed(expression: Expression | None, those: _Reporters) -> list[Number]:
        conditions = _conditions(plan, indicator, those, periods)
        blocks = [
            (factor, _block(plan, reference.name, period, those.run))
            for factor, reference in terms_of(part(expression))
        ]
        sums = [(factor, sum_of_products(conditions, block)) for factor, block in blocks]
        return [found if factor == 1 else number(factor) * found for factor, found in sums]

    above, below = (
        [term for those in reporters for term in summed(expression, those)]
        for expression in (indicator.numerator, indicator.denominator)
    )
    return above, below


def area(cells: Sequence[Cell], *, yes_or_no: bool = False) -> Piece:
    """Return the sum of the units of a comparable area where each has a figure, else “…”.

    Args:
        yes_or_no: what is added is how many say yes.
    """
    if yes_or_no:
        known = every(*(some(c.says(_YES), c.says(_NO), c.says(_NIL)) for c in cells))
        found = how_many(*(c.says(_YES) for c in cells))
    else:
        known = every(*(some(c.is_number(), c.says(_NIL)) for c in cells))
        found = rounded(sum_of(*cells), DECIMALS)
    return either(known, found, text("…"))


def of_unit(plan: Plan, indicator: Indicator, period: Period, row: Callable[[Group], str]) -> Piece:
    """Return factor × numerator ÷ denominator of one unit's own figures.

    Args:
        row: gives the row of the unit in the table of a group, as an address has it.
    """

    def cell(reference: Reference) -> Cell:
        table = plan.table_of(reference.name)
        letters = column_letters(table.order[reference.name, reference.period or period.code])
        return Cell(f"{quoted(table.sheet)}!{letters}{row(plan.group_of(reference.name))}")

    def operand(reference: Reference) -> Number:
        return cell(reference).number_or_zero()

    numerator, denominator = part(indicator.numerator), part(indicator.denominator)
    cells = dict.fromkeys(cell(r) for r in (*numerator.references, *denominator.references))
    known = [some(c.is_number(), c.says(_NIL)) for c in cells]
    above, below = numerator.number(operand), denominator.number(operand)
    ratio = rounded(number(indicator.factor) * above / below, DECIMALS)
    return either(every(*known), either(below.equals(0), NOTHING, ratio), NOTHING)


def of_department(plan: Plan, indicator: Indicator, period: Period, unit: Unit) -> Piece:
    """Return the figure of a department that stands for the province; yes is 1 and no is 0."""
    row = plan.row_of_department(plan.group_of(indicator.code), unit)
    cell = Cell(plan.cell(indicator.code, period.code, row))
    if indicator.kind is not Kind.YESNO:
        return nil_as_zero(cell)
    no = either(some(cell.says(_NO), cell.says(_NIL)), number(0), NOTHING)
    return either(cell.says(_YES), number(1), no)


def nil_as_zero(figure: Value) -> Piece:
    """Return a figure as a number; “-” is a zero, and a blank or another sign is none."""
    nil = either(figure.says(_NIL), number(0), NOTHING)
    return either(figure.is_number(), figure, nil)


def difference(before: Cell, after: Cell) -> Piece:
    """Return after − before where both are numbers."""
    both = every(before.is_number(), after.is_number())
    change = rounded(after.known_number() - before.known_number(), DECIMALS)
    return either(both, change, NOTHING)


def relative(before: Cell, after: Cell, from_zero: str) -> Piece:
    """Return the change in per cent of what was before, where both are numbers."""
    both = every(before.is_number(), after.is_number())
    share = _share(before.known_number(), after.known_number(), from_zero)
    return either(both, share, NOTHING)


def part(expression: Expression | None) -> Expression:
    """Return a part of a computed indicator; the definition refuses one without."""
    if expression is None:  # pragma: no cover - refused at loading
        raise AssertionError
    return expression
