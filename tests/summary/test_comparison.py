"""The figures of the province: exact sums, ratios of sums, and who stands behind them."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.targets import Target
from tongket_xlsx.summary.aggregates import change, has_denominator
from tongket_xlsx.summary.columns import ColumnFigure, read_columns
from tongket_xlsx.summary.targets import compared_year

NUMBER, NIL, MISSING, NA, INVALID, BLANK = (
    CellState.NUMBER,
    CellState.NIL,
    CellState.MISSING,
    CellState.NOT_APPLICABLE,
    CellState.INVALID,
    CellState.BLANK,
)


def districts(units, period=None):
    found = [u for u in units.values() if u.kind == "huyen"]
    return [u for u in found if period is None or u.existed_in(period)]


# ---------------------------------------------------------------------- totals


def test_totals_are_exact(table):
    """A tenth and two tenths are three tenths, with no binary dust."""
    figures = {("GL-622", "QK01", "2017"): "0.1", ("GL-623", "QK01", "2017"): "0.2"}
    assert table(figures, "QK01").province["QK01", "2017"].value == Decimal("0.3")


def test_departments_are_never_added(table):
    """What a department reports for the whole province stands beside the total, not in it."""
    figures = {
        ("GL-622", "TT05", "2017"): 23,
        ("GL-623", "TT05", "2017"): 11,
        ("GL-S-GDDT", "TT05", "2017"): 222,
    }
    built = table(figures, "TT05")
    total = built.province["TT05", "2017"]
    assert (total.value, total.n) == (Decimal(34), 2)
    beside = built.departments["TT05", "2017"]
    assert (beside.unit.code, beside.value, beside.state) == ("GL-S-GDDT", Decimal(222), NUMBER)


def test_a_department_that_has_no_figure_is_shown_without_one(table):
    """The sign of a department stands beside the total; a blank cell does not."""
    figures = {
        ("GL-S-GDDT", "TT05", "2012"): MISSING,
        ("GL-S-GDDT", "TT05", "2017"): BLANK,
    }
    built = table(figures, "TT05").departments
    assert (built["TT05", "2012"].value, built["TT05", "2012"].state) == (None, MISSING)
    assert ("TT05", "2017") not in built


def test_missing_is_not_zero_and_nil_is(table):
    """Nil enters a total as zero; what is missing, wrong or blank does not enter at all."""
    figures = {
        ("GL-622", "ML10", "2017"): 5,
        ("GL-623", "ML10", "2017"): NIL,
        ("GL-625", "ML10", "2017"): MISSING,
        ("GL-626", "ML10", "2017"): INVALID,
        ("GL-627", "ML10", "2017"): BLANK,
        ("GL-628", "ML10", "2017"): NA,
    }
    total = table(figures, "ML10").province["ML10", "2017"]
    assert (total.value, total.n, total.expected) == (Decimal(5), 2, 18)


def test_nothing_received_is_no_total(table):
    """Where nobody has a figure the province has none, not zero."""
    total = table({}, "ML10").province["ML10", "2017"]
    assert (total.value, total.n, total.expected) == (None, 0, 18)


def test_units_that_did_not_exist_are_not_expected(table, form, units):
    """A figure of 2007 expects the units of 2007 only; that of a later one is not added."""
    figures = {("GL-622", "TC01", "2007"): 100, ("GL-639", "TC01", "2007"): 7}
    total = table(figures, "TC01").province["TC01", "2007"]
    expected = len(districts(units, form.period_by_code["2007"]))
    assert (total.value, total.n, total.expected) == (Decimal(100), 1, expected)
    assert "GL-639" not in {u.code for u in districts(units, form.period_by_code["2007"])}
    assert table(figures, "TC01").province["TC01", "2017"].expected == 17


def test_a_cumulative_figure_expects_whoever_existed_in_the_span(table):
    """A unit founded within the span belongs to its cumulative figure."""
    figures = {("GL-639", "DN02", "2007-2017"): 7}
    total = table(figures, "DN02").province["DN02", "2007-2017"]
    assert (total.value, total.n, total.expected) == (Decimal(7), 1, 17)


def test_yes_is_counted_among_the_kinds_that_add(table):
    """The province counts the districts that said yes; the provincial centre is no district."""
    figures = {
        ("GL-622", "TT01", "2017"): 1,
        ("GL-623", "TT01", "2017"): 1,
        ("GL-625", "TT01", "2017"): 0,
        ("GL-TTGDTX", "TT01", "2017"): 1,
    }
    total = table(figures, "TT01").province["TT01", "2017"]
    assert (total.value, total.n, total.expected) == (Decimal(2), 3, 17)


def test_what_only_a_department_reports_is_its_figure(table):
    """It stands for the province with the name of the department, and of no units."""
    figures = {("GL-S-GDDT", "PC39", "2017"): 96}
    built = table(figures, "PC39")
    figure = built.province["PC39", "2017"]
    assert (figure.value, figure.n, figure.expected) == (Decimal(96), 0, 0)
    assert figure.given_by is not None
    assert figure.given_by.code == "GL-S-GDDT"
    assert built.province["PC39", "2012"].given_by is None
    assert built.departments["PC39", "2017"].value == Decimal(96)


# ---------------------------------------------------------------------- ratios

AMOUNT = st.none() | st.integers(0, 10**6) | st.just(NIL) | st.just(MISSING)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_ratio_is_a_ratio_of_sums_over_units_with_both_parts(table, units, data):
    """Against a calculation by hand: sums of the units with both parts, rounded to six places."""
    asked = districts(units)
    figures = {}
    parts = {}
    for unit in asked:
        for code in ("ML02", "TC04"):
            amount = data.draw(AMOUNT)
            if amount is not None:
                figures[unit.code, code, "2012"] = amount
            known = {NIL: 0, MISSING: None}
            parts[unit.code, code] = known[amount] if isinstance(amount, CellState) else amount
    both = [
        (parts[u.code, "ML02"], parts[u.code, "TC04"])
        for u in asked
        if parts[u.code, "ML02"] is not None and parts[u.code, "TC04"] is not None
    ]
    one = sum((parts[u.code, "ML02"] is None) != (parts[u.code, "TC04"] is None) for u in asked)
    found = table(figures, "ML03").province["ML03", "2012"]
    assert (found.n, found.expected, found.left_out) == (len(both), len(asked), one)
    below = sum(b for _, b in both)
    if not below:
        assert found.value is None
        return
    exact = Fraction(100 * sum(a for a, _ in both), below)
    assert abs(Fraction(found.value) - exact) <= Fraction(1, 2 * 10**6)
    assert found.value == found.value.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def test_a_ratio_is_not_an_average_of_ratios(table):
    """One of two and ninety-nine of hundred make 98.04 per cent, not 74.5."""
    figures = {
        ("GL-622", "ML02", "2017"): 1,
        ("GL-622", "TC04", "2017"): 2,
        ("GL-623", "ML02", "2017"): 99,
        ("GL-623", "TC04", "2017"): 100,
    }
    assert table(figures, "ML03").province["ML03", "2017"].value == Decimal("98.039216")


def test_half_a_ratio_is_left_out_and_counted(table):
    """A unit with only one of two parts is in neither sum, and is counted as left out."""
    figures = {
        ("GL-622", "ML02", "2017"): 1,
        ("GL-622", "TC04", "2017"): 4,
        ("GL-623", "ML02", "2017"): 1000,
        ("GL-625", "TC04", "2017"): 1000,
    }
    found = table(figures, "ML03").province["ML03", "2017"]
    assert (found.value, found.n, found.expected, found.left_out) == (Decimal(25), 1, 17, 2)


def test_a_unit_without_a_denominator_of_its_own_is_left_out_of_a_ratio(table, form):
    """The provincial block has members and no population: it is in neither sum, and named."""
    figures = {
        ("GL-622", "ML10", "2017"): 10,
        ("GL-622", "TC01", "2017"): 200,
        ("GL-TINH", "ML10", "2017"): 10,
    }
    found = table(figures, "ML13").province["ML13", "2017"]
    assert (found.value, found.n, found.expected) == (Decimal(5), 1, 17)
    assert found.no_denominator == ("Khối tỉnh",)
    assert not has_denominator(form, form.indicators["ML13"], "khoi-tinh")
    assert has_denominator(form, form.indicators["ML13"], "huyen")


def test_a_denominator_of_nothing_gives_no_ratio(table):
    """Where the denominators add to zero there is no figure, and no error."""
    figures = {("GL-622", "ML02", "2017"): 0, ("GL-622", "TC04", "2017"): 0}
    found = table(figures, "ML03").province["ML03", "2017"]
    assert (found.value, found.n) == (None, 1)


@pytest.mark.parametrize(
    ("top", "bottom", "value"),
    [(1, 3, "33.333333"), (2, 3, "66.666667"), (0, 3, "0"), (1, 0, None), (None, 3, None)],
)
def test_the_ratio_of_one_unit(table, top, bottom, value):
    """A unit's own ratio is computed from its two figures; without both it has none."""
    figures = {
        ("GL-622", code, "2017"): v
        for code, v in (("ML02", top), ("TC04", bottom))
        if v is not None
    }
    built = table(figures, "ML03")
    place = [u.code for u in built.columns.units].index("GL-622")
    found = built.columns.of("ML03", "2017").value(place)
    assert found == (None if value is None else Decimal(value))


def test_what_does_not_count_is_no_figure_of_a_unit(form, units):
    """A value that is kept but invalid is shown, and is not the unit's figure."""
    rows = [(1, "ML02", "2017", "invalid", "5", "", "5?")]
    read = read_columns(form, [units["GL-622"]], ["ML02"], {1: "GL-622"}, lambda _codes: rows)
    column = read.of("ML02", "2017")
    assert column.value(0) is None
    assert column.figure(0) == ColumnFigure(INVALID, Decimal(5), "", "5?")
    assert column.sum(read.kinds(["huyen"])) == (0, 0)


def test_what_was_noted_on_a_computed_row_is_no_figure(form, units):
    """An “x” on a computed row, for a year before the unit, does not stop its other years."""
    rows = [
        (1, "ML03", "2017", "not_applicable", None, "", "x"),
        (1, "ML02", "2017", "number", "1", "", ""),
        (1, "TC04", "2017", "number", "4", "", ""),
    ]
    unit = [units["GL-622"]]
    read = read_columns(form, unit, ["ML03", "ML02", "TC04"], {1: "GL-622"}, lambda _codes: rows)
    assert read.of("ML03", "2017").value(0) == 25


# ---------------------------------------------------------------------- change and targets


@pytest.mark.parametrize(
    ("before", "after", "difference", "share"),
    [
        ("3", "4", "1", "33.333333"),
        ("4", "3", "-1", "-25"),
        ("0", "5", "5", None),
        (None, "5", None, None),
        ("5", None, None, None),
    ],
)
def test_change_in_absolute_terms_and_per_cent(before, after, difference, share):
    """Change is told as a difference and a percentage; from zero there is no percentage."""

    def maybe(text):
        return None if text is None else Decimal(text)

    assert change(maybe(before), maybe(after)) == (maybe(difference), maybe(share))


@pytest.mark.parametrize(
    ("year", "column"),
    [(2000, "2007"), (2007, "2007"), (2008, "2012"), (2015, "2017"), (2020, "2017")],
)
def test_a_target_is_held_against_the_next_benchmark_year(form, year, column):
    """A target is compared with the first benchmark year at or after its own, else the last."""
    target: Target = replace(form.targets[0], year=year)
    assert compared_year(form, target).code == column


def test_a_benchmark_year_not_named_after_a_year_is_the_year_of_its_last_day(form):
    """A column that is not called by a year stands for the year it ends in."""
    renamed = tuple(
        replace(p, code=f"N{p.code}", ends=date(int(p.code), 12, 31))
        for p in form.periods
        if not p.cumulative
    )
    target = replace(form.targets[0], year=2012)
    assert compared_year(replace(form, periods=renamed), target).code == "N2012"
