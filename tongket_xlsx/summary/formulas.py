"""The live formulas of the province: sums, ratios, coverage and changes over the same units.

Signs are no numbers: “-” counts as zero, “…” and “x” are left out. None of the formulas needs a
dynamic array, so that Excel 2010, LibreOffice and WPS compute them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tongket_xlsx.model.expressions import DECIMALS, Expression, Reference
from tongket_xlsx.model.form import Aggregation, Group, Indicator, Period
from tongket_xlsx.model.places import column_letters, quoted
from tongket_xlsx.summary.columns import terms_of
from tongket_xlsx.summary.comparison import has_denominator
from tongket_xlsx.summary.plan import Plan

Run = tuple[int, int]


def total(plan: Plan, indicator: Indicator, period: Period) -> str:
    """Return the formula of the provincial figure, or nothing where none can be made."""
    runs = plan.runs(plan.form.adding_kinds(indicator))
    if not runs or indicator.aggregation is Aggregation.NONE:
        return ""
    if indicator.computed:
        return _ratio(plan, indicator, (period,), period)
    blocks = [plan.block(indicator.code, period.code, run) for run in runs]
    if indicator.aggregation is Aggregation.COUNT_YES:
        found = "+".join(f'COUNTIF({b},"Có")' for b in blocks)
    else:
        found = f"ROUND(SUM({','.join(blocks)}),{DECIMALS})"
    return f'IF({counted(plan, indicator, (period,))}=0,"",{found})'


def counted(plan: Plan, indicator: Indicator, periods: tuple[Period, ...]) -> str:
    """Return the formula that counts the units with everything a figure takes, in all periods."""
    return "+".join(
        f"SUMPRODUCT({_conditions(plan, indicator, needed, periods, run)})"
        for run, needed in _counted_runs(plan, indicator)
    )


def same_units(plan: Plan, indicator: Indicator, before: Period, after: Period) -> str:
    """Return the formula of the change over the units that reported both years."""
    both = (before, after)
    n = counted(plan, indicator, both)
    if not n or indicator.aggregation is Aggregation.NONE:
        return ""
    if indicator.computed:
        new, old = ("/".join(_parts(plan, indicator, both, p)) for p in (after, before))
        factor = indicator.factor
        change = f"ROUND({factor}*{new},{DECIMALS})-ROUND({factor}*{old},{DECIMALS})"
        # A divisor of zero is an error here, and means that there is no ratio to compare.
        return f'IFERROR(ROUND({change},{DECIMALS}),"")'
    new, old = (_sum(plan, indicator, both, p) for p in (after, before))
    return f'IF(({n})=0,"",ROUND({new}-({old}),{DECIMALS}))'


def _counted_runs(plan: Plan, indicator: Indicator) -> list[tuple[Run, tuple[str, ...]]]:
    """Return the runs of units that are counted, and what each of them must have."""
    kinds = plan.form.adding_kinds(indicator)
    if not indicator.computed:
        return [(run, (indicator.code,)) for run in plan.runs(kinds)]
    both = [k for k in kinds if has_denominator(plan.form, indicator, k)]
    return [(run, indicator.operands()) for run in plan.runs(both)]


def _conditions(
    plan: Plan,
    indicator: Indicator,
    needed: Iterable[str],
    periods: Iterable[Period],
    run: Run,
) -> str:
    yes_or_no = indicator.aggregation is Aggregation.COUNT_YES
    tests = []
    for period in periods:
        for name in needed:
            b = plan.block(name, period.code, run)
            if yes_or_no:
                tests.append(f'(({b}="Có")+({b}="Không")+({b}="-"))')
            else:
                tests.append(f'(ISNUMBER({b})+({b}="-"))')
    return "*".join(tests)


def _sum(plan: Plan, indicator: Indicator, periods: tuple[Period, ...], period: Period) -> str:
    parts = []
    for run, needed in _counted_runs(plan, indicator):
        conditions = _conditions(plan, indicator, needed, periods, run)
        block = plan.block(indicator.code, period.code, run)
        if indicator.aggregation is Aggregation.COUNT_YES:
            parts.append(f'SUMPRODUCT({conditions}*({block}="Có"))')
        else:
            parts.append(f"SUMPRODUCT({conditions},{block})")
    return "+".join(parts)


def _ratio(plan: Plan, indicator: Indicator, periods: tuple[Period, ...], period: Period) -> str:
    """Write the ratio of sums over the units that have both parts in all periods."""
    top, below = _parts(plan, indicator, periods, period)
    if below == "()":
        return ""
    return f'IF({below}=0,"",ROUND({indicator.factor}*{top}/{below},{DECIMALS}))'


def _parts(
    plan: Plan, indicator: Indicator, periods: tuple[Period, ...], period: Period
) -> tuple[str, str]:
    """Return the sums of numerators and of denominators, each in brackets."""
    form = plan.form
    kinds = form.adding_kinds(indicator)
    both = plan.runs(k for k in kinds if has_denominator(form, indicator, k))
    alone = plan.runs(k for k in kinds if not has_denominator(form, indicator, k))
    numerator, denominator = part(indicator.numerator), part(indicator.denominator)
    names = indicator.operands()

    def summed(expression: Expression, needed: tuple[str, ...], run: Run) -> str:
        conditions = _conditions(plan, indicator, needed, periods, run)
        return "+".join(
            f"{'' if factor == 1 else f'{factor}*'}"
            f"SUMPRODUCT({conditions},{plan.block(reference.name, period.code, run)})"
            for factor, reference in terms_of(expression)
        )

    above = [summed(numerator, names, run) for run in both]
    above += [summed(numerator, numerator.names, run) for run in alone]
    below = "+".join(summed(denominator, names, run) for run in both)
    return f"({'+'.join(above)})", f"({below})"


def of_unit(plan: Plan, indicator: Indicator, period: Period, row: Callable[[Group], str]) -> str:
    """Return factor × numerator ÷ denominator of one unit's own figures.

    Args:
        row: gives the row of the unit in the table of a group, as an address has it.
    """

    def cell(reference: Reference) -> str:
        table = plan.table_of(reference.name)
        letters = column_letters(table.order[reference.name, reference.period or period.code])
        return f"{quoted(table.sheet)}!{letters}{row(plan.group_of(reference.name))}"

    def number(reference: Reference) -> str:
        return f"N({cell(reference)})"

    numerator, denominator = part(indicator.numerator), part(indicator.denominator)
    cells = dict.fromkeys(cell(r) for r in (*numerator.references, *denominator.references))
    known = ",".join(f'OR(ISNUMBER({c}),{c}="-")' for c in cells)
    above, below = numerator.formula(number), denominator.formula(number)
    ratio = f"ROUND({indicator.factor}*{above}/{below},{DECIMALS})"
    return f'IF(AND({known}),IF({below}=0,"",{ratio}),"")'


def part(expression: Expression | None) -> Expression:
    """Return a part of a computed indicator; the definition refuses one without."""
    if expression is None:  # pragma: no cover - refused at loading
        raise AssertionError
    return expression
