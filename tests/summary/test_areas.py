"""What can be compared between two years where districts were split, and what is said of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tongket_xlsx.model.observations import CellState
from tongket_xlsx.summary.aggregates import is_opposite

SE, PUH, PLEIKU, AN_KHE = "GL-633", "GL-639", "GL-622", "GL-623"
SPAN = "2007-2017"


def of(code, **years):
    """Return figures of an indicator: unit → (2007, 2012, 2017)."""
    return {
        (unit.replace("_", "-"), code, year): value
        for unit, values in years.items()
        for year, value in zip(("2007", "2012", "2017"), values, strict=True)
        if value is not None
    }


@pytest.fixture
def population(table):
    """Chư Sê is split in 2009: what it had before lives in two districts since."""

    def build(se, puh, *others):
        figures = of("TC01", GL_633=se, GL_639=puh)
        for number, other in enumerate(others):
            figures |= of("TC01", **{f"GL_62{2 + number}": other})
        return table(figures, "TC01").same_units["TC01", "2007", "2017"]

    return build


def test_a_split_takes_nothing_away(population):
    """150,000 before; 105,000 and 65,000 after: 20,000 more, not 45,000 less."""
    same = population((150, 160, 105), (None, 60, 65), (200, 210, 230))
    assert (same.change, same.areas, same.units) == (Decimal(50), 1, 1)
    assert same.share == Decimal("14.285714")


@pytest.mark.parametrize(
    ("se", "puh"),
    [((150, 160, 105), (None, 60, None)), ((None, 160, 105), (None, 60, 65)), ((1, 1, None),) * 2],
)
def test_an_area_is_compared_only_where_each_member_reported(population, se, puh):
    """A member that existed in a year and has no figure takes the whole area out."""
    same = population(se, puh, (200, 210, 230))
    assert (same.change, same.areas, same.units) == (Decimal(30), 0, 1)


def test_what_cannot_be_has_no_part_in_an_area(population):
    """A figure of a year before the unit existed is not asked, and not added."""
    same = population((150, 160, 105), (40, 60, 65))
    assert same.change == Decimal(20)


def test_two_years_after_the_split_are_compared_by_area_as_well(table):
    """An area is one reporter in every pair of years."""
    figures = of("TC01", GL_633=(150, 160, 105), GL_639=(None, 60, None), GL_622=(1, 2, 3))
    same = table(figures, "TC01").same_units["TC01", "2012", "2017"]
    assert (same.change, same.areas, same.units) == (Decimal(1), 0, 1)


def test_a_ratio_is_of_the_sums_of_an_area(table):
    """The area has one numerator and one denominator in each year."""
    figures = of("ML02", GL_633=(10, 12, 10), GL_639=(None, 4, 5))
    figures |= of("TC04", GL_633=(20, 15, 15), GL_639=(None, 9, 10))
    same = table(figures, "ML03").same_units["ML03", "2007", "2017"]
    assert (same.before, same.after, same.areas) == (Decimal(50), Decimal(60), 1)


def test_yes_and_no_are_counted_in_an_area(table):
    """One “Có” before the split, two after it."""
    figures = of("ML01", GL_633=(1, 1, 1), GL_639=(None, 1, 1), GL_622=(0, 1, 1))
    same = table(figures, "ML01").same_units["ML01", "2007", "2017"]
    assert (same.before, same.after, same.areas, same.units) == (1, 3, 1, 1)


def test_growth_from_nothing_has_no_percentage(population):
    """It is said that it grew from zero; from zero to zero nothing is said."""
    same = population((CellState.NIL, 0, 3), (None, 0, 0))
    assert (same.change, same.share, same.is_from_zero) == (Decimal(3), None, True)
    same = population((CellState.NIL, 0, 0), (None, 0, CellState.NIL))
    assert (same.change, same.share, same.is_from_zero) == (Decimal(0), None, False)


@pytest.mark.parametrize(
    ("raw", "same", "opposite"),
    [("5", "-1", True), ("-5", "1", True), ("0", "-1", False), ("5", "1", False)],
)
def test_opposite_changes_are_told_apart(raw, same, opposite):
    """Nothing is said where one of them is zero or not known."""
    assert is_opposite(Decimal(raw), Decimal(same)) is opposite
    assert not is_opposite(None, Decimal(same))


# ---------------------------------------------------------------------- ratios and spans


def codes(figure):
    return [finding.code for finding in figure.doubt.own]


def test_a_ratio_beyond_all_its_units_is_a_finding(table):
    """One unit has a numerator and zero for a denominator; the sum has both."""
    figures = of("ML10", GL_622=(None, None, 10), GL_623=(None, None, 30))
    figures |= of("TC01", GL_622=(None, None, 100), GL_623=(None, None, 0))
    found = table(figures, "ML13").province["ML13", "2017"]
    assert found.value == Decimal(40)
    assert codes(found) == ["province.range"]
    assert not found.is_settled
    figures |= of("TC01", GL_623=(None, None, 60))
    assert codes(table(figures, "ML13").province["ML13", "2017"]) == []


def test_the_provincial_block_never_raises_a_ratio(table):
    """It has members and no population, at nine of seventeen districts as at all of them."""
    figures = of("ML10", GL_622=(None, None, 41), GL_TINH=(None, None, 900))
    figures |= of("TC01", GL_622=(None, None, 100))
    found = table(figures, "ML13").province["ML13", "2017"]
    assert (found.value, found.no_denominator, codes(found)) == (Decimal(41), ("Khối tỉnh",), [])


def spans(units, years, span):
    figures = of("TT12", **dict.fromkeys(units, years))
    return figures | {(unit.replace("_", "-"), "TT12", SPAN): span for unit in units}


def test_a_span_smaller_than_its_own_years_is_a_finding(table):
    """1 + 2 + 3 in three years of the ten are more than the 5 of all ten."""
    figures = spans(["GL_622", "GL_623"], (1, 2, 3), 5)
    found = table(figures, "TT12").province["TT12", SPAN]
    assert codes(found) == ["province.span"]
    assert found.uneven == ()
    figures = spans(["GL_622", "GL_623"], (1, 2, 3), 6)
    assert codes(table(figures, "TT12").province["TT12", SPAN]) == []


def test_a_span_of_other_units_than_its_years_names_them(table):
    """One gave only the span, one only the years; one that did not exist is none of them."""
    figures = spans(["GL_622"], (1, 2, 3), 60)
    figures |= {("GL-623", "TT12", SPAN): 9}
    figures |= of("TT12", GL_625=(1, 2, 3))
    figures |= of("TT12", GL_639=(None, 2, 3)) | {("GL-639", "TT12", SPAN): 30}
    found = table(figures, "TT12").province["TT12", SPAN]
    assert [unit.code for unit in found.uneven] == ["GL-623", "GL-625"]


def test_amounts_may_be_rounded_in_a_span(table, form):
    """Each of four rounded amounts of a unit may be off by half a million."""
    money = form.indicators["QK05"]
    assert money.kind == "money"
    figures = of("QK05", GL_622=(1, 2, 3)) | {("GL-622", "QK05", SPAN): 4}
    assert codes(table(figures, "QK05").province["QK05", SPAN]) == []
    figures |= {("GL-622", "QK05", SPAN): 3}
    assert codes(table(figures, "QK05").province["QK05", SPAN]) == ["province.span"]


def test_a_year_outside_the_span_is_not_held_against_it(table, form):
    """What a span contains is told by its dates."""
    periods = tuple(
        replace(p, ends=form.period_by_code["2012"].ends) if p.cumulative else p
        for p in form.periods
    )
    figures = spans(["GL_622"], (1, 2, 3), 5)
    shorter = replace(form, periods=periods)
    assert codes(table(figures, "TT12", shorter).province["TT12", SPAN]) == []
