"""What is computed again is computed right, and what differs is told: figures done by hand."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest
from definition import UNITS, Definition, Unit, list_of_units, load
from expectation import Province, Total, share
from plausible import Office, broken
from shown import Check, Report

CHU_SE, CHU_PUH, PLEIKU, BLOCK = "GL-633", "GL-639", "GL-622", "GL-TINH"
KEPT = (PLEIKU, CHU_SE, CHU_PUH, BLOCK)


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load()


@pytest.fixture(scope="module")
def units() -> list[Unit]:
    every = list_of_units(Path(UNITS).read_text(encoding="utf-8-sig"))
    return [u for u in every if u.code in KEPT]


def province(d: Definition, units: list[Unit], *given: tuple[str, str, str, int]) -> Province:
    counted: dict[str, dict[tuple[str, str], Fraction]] = {}
    for unit, code, period, value in given:
        counted.setdefault(unit, {})[code, period] = Fraction(value)
    return Province(d, units, counted, set())


SPLIT = (
    (PLEIKU, "TC01", "2007", 1000),
    (PLEIKU, "TC01", "2017", 1500),
    (CHU_SE, "TC01", "2007", 100),
    (CHU_SE, "TC01", "2017", 60),
    (CHU_PUH, "TC01", "2017", 55),
)


def test_a_split_district_is_one_area(definition: Definition, units: list[Unit]) -> None:
    """What Chư Pưh took with it is no loss: 100 became 60 + 55."""
    found = province(definition, units, *SPLIT)
    same = found.same("TC01", "2007", "2017")
    assert (same.before, same.after, same.areas, same.units) == (1100, 1615, 1, 1)
    assert found.total("TC01", "2007") == Total(Fraction(1100), 2, 2)


def test_an_area_with_a_hole_is_not_compared(definition: Definition, units: list[Unit]) -> None:
    """Without the figure of Chư Pưh nothing is known of the area in 2017."""
    found = province(definition, units, *SPLIT[:-1])
    same = found.same("TC01", "2007", "2017")
    assert (same.before, same.after, same.areas, same.units) == (1000, 1500, 0, 1)
    assert found.total("TC01", "2017").coverage == "2/3 !"


def test_a_numerator_without_a_denominator_is_left_out(
    definition: Definition, units: list[Unit]
) -> None:
    """The provincial block has members and no people, and Chư Sê gave no people."""
    found = province(
        definition,
        units,
        (PLEIKU, "ML10", "2017", 150),
        (PLEIKU, "TC01", "2017", 1500),
        (CHU_SE, "ML10", "2017", 50),
        (BLOCK, "ML10", "2017", 900),
    )
    assert found.total("ML13", "2017") == Total(Fraction(10), 1, 3)
    assert found.total("ML10", "2017") == Total(Fraction(1100), 3, 4)


def test_growth_from_nothing_has_no_percentage() -> None:
    assert share(Fraction(0), Fraction(5)) == "từ 0"
    assert share(Fraction(0), Fraction(0)) is None
    assert share(Fraction(3), Fraction(4)) == Fraction("33.333333")


@pytest.mark.parametrize(("found", "differs"), [(1100.0, 0), (1101.0, 1), ("", 1), ("1100", 1)])
def test_a_figure_that_differs_is_told(found: object, differs: int) -> None:
    report = Report()
    report.check("Toàn tỉnh – TC › TC01", Fraction(1100), found)
    assert (report.compared, len(report.wrong)) == (1, differs)


def test_an_export_with_one_row_too_many_is_told(definition: Definition, units: list[Unit]) -> None:
    report = Report()
    row = {"unit": PLEIKU, "indicator": "TC01", "period": "2007", "value": 7}
    Check(definition, province(definition, units), {}, report).export("json", iter([row]))
    assert report.wrong == [(f"json › {PLEIKU} › TC01 › 2007", "None", "7")]


def test_what_is_drawn_keeps_every_rule_and_is_whole(
    definition: Definition, units: list[Unit]
) -> None:
    """Nearly everything that is asked is drawn, or there would be little to compute again."""
    for unit in units:
        drawn = Office(definition, unit, random.Random(7)).draw()
        asked = [
            (code, p.code)
            for code in definition.indicators
            for p in definition.periods
            if definition.asked(unit, code, p.code)
        ]
        assert len(drawn) > 0.9 * len(asked)
        assert broken(definition, unit, drawn) == []


def test_a_part_above_its_whole_is_seen(definition: Definition, units: list[Unit]) -> None:
    figures = {("ML12", "2017"): Fraction(11), ("ML10", "2017"): Fraction(10)}
    assert [r.id for r in broken(definition, units[0], figures) if r.severity == "error"] == [
        "ML12-ML10"
    ]
