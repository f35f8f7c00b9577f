"""Which figures the broken rules of one unit hold back from every total.

A figure that is probably in another unit of measure (đồng for million đồng), or has lost its
thousands separator, decides a total: it is held until it is corrected or the province accepts
it. So is the part that a relation names, where the relation is broken by more than is let pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tongket_xlsx.model.checks import Check, Held, Odd
from tongket_xlsx.model.figure_status import Addressed
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.relations import Relation, relation_of

Values = Mapping[tuple[str, str], float]
Operands = Sequence[float | None]
# As many relations that fail at one and the same figure speak against it, not against the others:
# the fewest changes that would mend all of them (I. Fellegi and D. Holt, 1976).
_MANY = 3
# Years of one figure that differ less were typed in the same unit: one of them a thousand times too
# large would, put right, be less than a fiftieth of the other.
_ALIKE = 20.0


class Broken(NamedTuple):
    """A check that does not hold, and the figures it compared, in the order of its references."""

    check: Check
    operands: Operands


@dataclass(frozen=True, slots=True)
class Hold:
    """What one broken check holds: the figures, and whether it is a relation between figures.

    ``large`` says of a figure in another unit whether it is too large, or too small.
    """

    figures: tuple[Addressed, ...] = ()
    is_relation: bool = False
    large: bool = True


NOTHING = Hold()


def holds_of(form: Form, values: Values, broken: Sequence[Broken]) -> list[Hold]:
    """Return what each broken check of one unit holds, in their order.

    Args:
        values: of the unit: (code, period) → number.
    """
    own = [_of_check(form, values, one) for one in broken]
    scaled = {f for hold in own if not hold.is_relation for f in hold.figures}
    blamed = _blamed(broken, own)
    result = []
    for one, hold in zip(broken, own, strict=True):
        if hold.is_relation:
            compared = set(addresses(one.check))
            common = tuple(f for f in blamed if f in compared)
            # A figure that is held already explains why the relation is broken.
            figures = () if compared & scaled else common or hold.figures
            result.append(Hold(figures, is_relation=True) if figures else NOTHING)
        elif hold.figures:
            result.append(Hold(spread(form, values, hold.figures, large=hold.large)))
        else:
            result.append(NOTHING)
    return result


def addresses(check: Check) -> tuple[Addressed, ...]:
    """Return the figures that a check compares."""
    return tuple(
        Addressed(r.name, r.period or check.period)
        for r in check.expression.references
        if not r.counts_rows
    )


def _of_check(form: Form, values: Values, broken: Broken) -> Hold:
    check, rule = broken.check, broken.check.rule
    subject = form.indicators.get(check.subject)
    if rule.holds is Held.NONE or subject is None or subject.computed:
        return NOTHING
    relation = relation_of(check.expression)
    if rule.scale and relation is not None and not relation.is_bound:
        return _of_years(form, values, broken)
    if relation is not None and relation.is_bound:
        # Every bound is one of scale: what exceeds it many times over is in another unit.
        far = relation.times(broken.operands) >= float(rule.factor or form.holding.bounds)
        meant = far or rule.severity is Severity.ERROR or rule.holds is not Held.DEFAULT
        return Hold(addresses(check)[:1], large=bool(relation.parts)) if meant else NOTHING
    if rule.severity is not Severity.ERROR and rule.holds is Held.DEFAULT:
        # A question is no reason to hold, unless it is answered many times over.
        if relation is None or relation.times(broken.operands) < float(form.holding.bounds):
            return NOTHING
    elif not _is_broken_enough(form, broken, relation):
        return NOTHING
    return Hold(_named(broken, relation), is_relation=True)


def _is_broken_enough(form: Form, broken: Broken, relation: Relation | None) -> bool:
    rule = broken.check.rule
    if relation is None or not (relation.parts and relation.whole):
        # What is only true or false holds where the definition says so.
        return rule.holds is not Held.DEFAULT
    allowed = form.holding.tolerance if rule.tolerance is None else rule.tolerance
    return relation.breach(broken.operands) > float(allowed) / 100


def _named(broken: Broken, relation: Relation | None) -> tuple[Addressed, ...]:
    check = broken.check
    compared = addresses(check)
    if check.rule.holds is Held.ALL:
        return compared
    if check.rule.held_codes:
        codes = {code.replace("{code}", check.member) for code in check.rule.held_codes}
        return tuple(a for a in compared if a.indicator in codes)
    above = relation.parts_above(broken.operands) if relation is not None else ()
    if len(above) == 1 and relation is not None and relation.equal:
        # Of a sum that is not its total, a part that is more than all of it is the odd one.
        return tuple(compared[n] for n in above)
    own = [a for a in compared if a.indicator == check.subject]
    exact = [a for a in own if a.period == check.period]
    return tuple(exact or own[:1])


def _blamed(broken: Sequence[Broken], own: Sequence[Hold]) -> tuple[Addressed, ...]:
    """Return the figures at which many relations fail that each name another one."""
    against: dict[Addressed, set[Addressed]] = {}
    for one, hold in zip(broken, own, strict=True):
        if hold.is_relation and one.check.rule.suspect is Odd.COMMON:
            for figure in set(addresses(one.check)) - set(hold.figures):
                against.setdefault(figure, set()).update(hold.figures)
    return tuple(figure for figure, named in against.items() if len(named) >= _MANY)


# ---------------------------------------------------------------------- another unit of measure


def _of_years(form: Form, values: Values, broken: Broken) -> Hold:
    small, large = sorted_pair(broken)
    low, high = values.get(small, 0.0), values.get(large, 0.0)
    if low <= 0 or high / low < float(broken.check.rule.factor or form.holding.years):
        return NOTHING
    is_large = odd_is_larger(form, values, broken)
    return Hold((large if is_large else small,), large=is_large)


def sorted_pair(broken: Broken) -> tuple[Addressed, Addressed]:
    """Return the two figures that a comparison of years is about, the smaller first."""
    pairs: dict[Addressed, float] = {}
    for reference, value in zip(broken.check.expression.references, broken.operands, strict=True):
        pairs[Addressed(reference.name, reference.period or broken.check.period)] = value or 0.0
    first, *_, last = sorted(pairs, key=lambda a: (pairs[a], a.period))
    return first, last


def odd_is_larger(form: Form, values: Values, broken: Broken) -> bool:
    """Say which of two years that differ manifold is the odd one: the larger, or the smaller.

    The third year decides. Without one, money is in đồng where million đồng is asked, and so too
    large; a count has lost its thousands separator, and is too small. Two years of money can be
    in đồng and one right: the larger two are believed only within what is usual.
    """
    suspect = broken.check.rule.suspect
    if suspect in (Odd.LARGER, Odd.SMALLER):
        return suspect is Odd.LARGER
    small, large = sorted_pair(broken)
    indicator = form.indicators[broken.check.subject]
    is_money = indicator.kind is Kind.MONEY
    others = [
        values[indicator.code, p.code]
        for p in form.years
        if p.code not in (small.period, large.period)
        and values.get((indicator.code, p.code), 0.0) > 0
    ]
    low, high = values[small], values[large]
    near_low = sum(other * other <= low * high for other in others)
    if 2 * near_low == len(others):
        return is_money
    if is_money and 2 * near_low < len(others):
        usual = usual_most(form, indicator.code)
        return usual is None or high > usual
    return 2 * near_low > len(others)


def usual_most(form: Form, code: str) -> float | None:
    """Return the largest figure that is usual of an indicator, where that is a plain number."""
    bound = form.indicators[code].plausible_max
    if bound is None or bound.references:
        return None
    value = bound.value(())
    return None if value is None else float(value)


def spread(
    form: Form, values: Values, figures: Iterable[Addressed], *, large: bool
) -> tuple[Addressed, ...]:
    """Return figures in another unit and those that must be in the same one, in order of finding.

    Where a sum holds although its total is a thousand times too large, its parts are too large as
    well; where it holds with such a part, so is its total. The same goes for a span of years that
    is not less than one of them, and for years of one figure that are much alike.
    """
    found = dict.fromkeys(figures)
    at_work = True
    while at_work:
        before = len(found)
        for figure in tuple(found):
            found.update(dict.fromkeys(_alike(form, values, figure)))
        for check in form.same_unit_checks:
            found.update(dict.fromkeys(_carried(check, values, found, large=large)))
        at_work = len(found) > before
    return tuple(found)


def _alike(form: Form, values: Values, figure: Addressed) -> Iterator[Addressed]:
    """Yield the other years of a figure that are in its unit of measure."""
    value = values.get(figure, 0.0)
    years = [p.code for p in form.years]
    for period in years if figure.period in years and value > 0 else ():
        other = values.get((figure.indicator, period), 0.0)
        if value / _ALIKE < other < value * _ALIKE:
            yield Addressed(figure.indicator, period)


def _carried(
    check: Check, values: Values, held: Mapping[Addressed, None], *, large: bool
) -> Iterator[Addressed]:
    compared = addresses(check)
    if not any(a in held for a in compared):
        return
    relation = relation_of(check.expression)
    operands = check.expression.operands(dict(values), check.period)
    if relation is None or not check.expression.value(operands):
        return
    parts = [compared[number] for _, number in relation.parts]
    whole = [compared[number] for _, number in relation.whole]
    if large and any(a in held for a in parts):
        yield from (a for a in whole if values.get(a))
    if relation.equal and any(a in held for a in whole):
        yield from (a for a in parts if values.get(a))
