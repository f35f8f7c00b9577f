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

from tongket_xlsx.model.expressions import DECIMALS, Expression, Reference
from tongket_xlsx.model.form import Aggregation, Group, Indicator, Kind, Period, Unit
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
from tongket_xlsx.model.places import column_letters, quoted
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
        return _ratio(plan, indicator, (period,), period)
    blocks = [_block(plan, indicator.code, period, run) for run in runs]
    if indicator.aggregation is Aggregation.COUNT_YES:
        found = _sum(count_of(block, _YES) for block in blocks)
    else:
        found = rounded(sum_of(*blocks), DECIMALS)
    known = _sum(_counts(plan, indicator, (period,)))
    return either(known.equals(0), NOTHING, found)


def counted(plan: Plan, indicator: Indicator, periods: tuple[Period, ...]) -> Number | None:
    """Return the formula that counts the units with everything a figure takes, in all periods."""
    counts = _counts(plan, indicator, periods)
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
    known = _same_counts(plan, indicator, both)
    if not known or indicator.aggregation is Aggregation.NONE:
        return None
    units = [count for run, count in known if run != plan.area_rows]
    areas = [count for run, count in known if run == plan.area_rows]
    if indicator.computed:
        new, old = (_quotient(plan, indicator, both, p) for p in (after, before))
        # A divisor of zero is an error here, and means that there is no ratio to compare.
        change, share = (
            if_error(piece, NOTHING)
            for piece in (rounded(new - old, DECIMALS), _share(old, new, from_zero))
        )
    else:
        new, old = (_added(plan, indicator, both, p) for p in (after, before))
        none = _sum(count for _, count in known).equals(0)
        change, share = (
            either(none, NOTHING, piece)
            for piece in (rounded(new - old, DECIMALS), _share(old, new, from_zero))
        )
    return SameUnits(_sum(areas) if areas else None, _sum(units), change, share)


def _share(old: Number, new: Number, from_zero: str) -> Piece:
    """Return the change in per cent; of nothing there is none."""
    risen = either(new.equals(0), NOTHING, text(from_zero))
    return either(old.equals(0), risen, rounded((new - old) / old * 100, DECIMALS))


def _sum(numbers: Iterable[Number]) -> Number:
    return reduce(add, numbers)


def _same_counts(
    plan: Plan, indicator: Indicator, periods: tuple[Period, ...]
) -> list[tuple[Run, Number]]:
    """Return of each run of reporters that are compared how many have everything."""
    return [
        (run, sum_of_products(_conditions(plan, indicator, needed, periods, run, same=True)))
        for run, needed in _compared_runs(plan, indicator)
    ]


def _compared_runs(plan: Plan, indicator: Indicator) -> list[tuple[Run, tuple[str, ...]]]:
    """Return the runs of units, and the rows of the areas, with what each must have."""
    runs = _counted_runs(plan, indicator)
    if runs and plan.area_rows is not None:
        runs.append((plan.area_rows, runs[0][1]))
    return runs


def _block(plan: Plan, code: str, period: Period, run: Run) -> Cells:
    return Cells(plan.block(code, period.code, run))


def _counted_runs(plan: Plan, indicator: Indicator) -> list[tuple[Run, tuple[str, ...]]]:
    """Return the runs of units that are counted, and what each of them must have."""
    kinds = plan.form.adding_kinds(indicator)
    if not indicator.computed:
        return [(run, (indicator.code,)) for run in plan.runs(kinds)]
    both = [k for k in kinds if has_denominator(plan.form, indicator, k)]
    return [(run, indicator.operands()) for run in plan.runs(both)]


def _counts(plan: Plan, indicator: Indicator, periods: tuple[Period, ...]) -> list[Number]:
    return [
        sum_of_products(_conditions(plan, indicator, needed, periods, run))
        for run, needed in _counted_runs(plan, indicator)
    ]


def _conditions(
    plan: Plan,
    indicator: Indicator,
    needed: Iterable[str],
    periods: Iterable[Period],
    run: Run,
    *,
    same: bool = False,
) -> Numbers:
    """Return of each unit of a run whether it has everything: 1, or 0.

    Args:
        same: a unit that belongs to a comparable area has not; the row of the area has.
    """
    is_area = run == plan.area_rows
    yes_or_no = indicator.aggregation is Aggregation.COUNT_YES and not is_area
    tests: list[Numbers] = []
    if same and not is_area and plan.blocks:
        marks = Cells(plan.area_marks(indicator.code, run))
        tests.append(marks.say(_NO_AREA).as_numbers())
    for period in periods:
        for name in needed:
            b = _block(plan, name, period, run)
            if yes_or_no:
                tests.append(b.say(_YES) + b.say(_NO) + b.say(_NIL))
            else:
                tests.append(b.are_numbers() + b.say(_NIL))
    return reduce(mul, tests)


def _added(plan: Plan, indicator: Indicator, periods: tuple[Period, ...], period: Period) -> Number:
    parts: list[Number] = []
    for run, needed in _compared_runs(plan, indicator):
        conditions = _conditions(plan, indicator, needed, periods, run, same=True)
        block = _block(plan, indicator.code, period, run)
        if indicator.aggregation is Aggregation.COUNT_YES and run != plan.area_rows:
            parts.append(sum_of_products(conditions * block.say(_YES)))
        else:
            parts.append(sum_of_products(conditions, block))
    return _sum(parts)


def _ratio(
    plan: Plan, indicator: Indicator, periods: tuple[Period, ...], period: Period
) -> Piece | None:
    """Write the ratio of sums over the units that have both parts in all periods."""
    above, below = _parts(plan, indicator, periods, period, same=False)
    if not below:
        return None
    ratio = rounded(number(indicator.factor) * _sum(above) / _sum(below), DECIMALS)
    return either(_sum(below).equals(0), NOTHING, ratio)


def _quotient(
    plan: Plan, indicator: Indicator, periods: tuple[Period, ...], period: Period
) -> Number:
    above, below = _parts(plan, indicator, periods, period, same=True)
    return rounded(number(indicator.factor) * _sum(above) / _sum(below), DECIMALS)


def _parts(
    plan: Plan,
    indicator: Indicator,
    periods: tuple[Period, ...],
    period: Period,
    *,
    same: bool,
) -> tuple[list[Number], list[Number]]:
    """Return the terms of the sum of numerators and of the sum of denominators.

    Args:
        same: over what is compared between years, areas instead of their members.
    """
    runs = _compared_runs(plan, indicator) if same else _counted_runs(plan, indicator)

    def summed(expression: Expression | None, run: Run, needed: Sequence[str]) -> list[Number]:
        conditions = _conditions(plan, indicator, needed, periods, run, same=same)
        blocks = [
            (factor, _block(plan, reference.name, period, run))
            for factor, reference in terms_of(part(expression))
        ]
        sums = [(factor, sum_of_products(conditions, block)) for factor, block in blocks]
        return [found if factor == 1 else number(factor) * found for factor, found in sums]

    above, below = (
        [term for run, needed in runs for term in summed(expression, run, needed)]
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
