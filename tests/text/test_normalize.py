"""Texts made alike for matching: what may differ, and what may never be taken for the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongket_xlsx.campaign import unit_list as unit_lists
from tongket_xlsx.intake import identity as identify
from tongket_xlsx.intake.cell_values import read_figure
from tongket_xlsx.model.findings import UnsoundDefinition
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.text.normalize import composed, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa", "Hoà"),
        ("HÓA", "hoá"),
        ("Ủy ban", "Uỷ  ban "),
        ("thúy", "thuý"),
        ("quý", "qúy"),
        ("hỏe", "hoẻ"),
        ("Tọa đàm", "Toạ đàm"),
        ("Nhơn Hòa", unicodedata.normalize("NFD", "nhơn hoà")),
        ("Huyện\u00a0KBang", "huyện kbang"),
        ("\ufeffCó\u200b", "có"),
    ],
)
def test_two_ways_of_typing_the_same(one, other):
    """Unicode form, case, spaces and the place of a tone mark do not matter."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chư Păh", "Chư Pưh"),
        ("Chư Păh", "Chu Pah"),
        ("Hoa", "Hòa"),
        ("Hóa", "Hòa"),
        ("tuy", "tùy"),
        ("Ia Pa", "IaPa"),
        ("kỹ", "kĩ"),
    ],
)
def test_what_is_not_the_same(one, other):
    """No letter and no mark is dropped, and no space."""
    assert fold(one) != fold(other)


def test_every_pair_of_places_is_one():
    """The five tones on either vowel of oa, oe and uy fold to one, and stay five."""
    for first, second in ("oa", "oe", "uy"):
        folded = set()
        for tone in "\u0300\u0301\u0309\u0303\u0323":
            early, late = first + tone + second, first + second + tone
            assert fold(early) == fold(late)
            folded.add(fold(early))
        assert len(folded) == 5


@given(st.text(max_size=30))
def test_folding_is_done_once(text):
    """Folding what was folded changes nothing, and the form of Unicode never matters."""
    once = fold(text)
    assert fold(once) == once
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_composed_changes_nothing_but_the_form():
    """Stored text stays as typed: case, spaces and tone marks are where they were."""
    typed = "Hoà  Bình\u00a0Ủy"
    assert composed(unicodedata.normalize("NFD", typed)) == typed


# ---------------------------------------------------------------------- where it is used


def test_a_unit_is_named_however_its_tones_are_typed(campaign):
    """A unit is found by its name in either style and in either form of Unicode."""
    unit = next(u for u in campaign.units.values() if "Ủy ban" in u.name)
    for typed in (unit.name.replace("Ủy", "Uỷ"), unicodedata.normalize("NFD", unit.name)):
        assert typed != unit.name
        assert campaign.unit(typed) == unit
        assert identify._is_named(typed, unit)


def test_two_units_cannot_differ_by_the_place_of_a_mark(form):
    """Two names that a reader takes for one are refused in a list of units."""
    listed = "code,name,kind\nA,Huyện Nhơn Hòa,huyen\nB,Huyện Nhơn Hoà,huyen\n"
    with pytest.raises(UnsoundDefinition):
        unit_lists.load("don-vi.csv", listed.encode(), form.unit_kinds)
    kept = unit_lists.load(
        "don-vi.csv",
        unicodedata.normalize("NFD", listed.splitlines()[0] + "\nB,Huyện Nhơn Hoà,huyen").encode(),
        form.unit_kinds,
    )
    assert kept["B"].name == "Huyện Nhơn Hoà"


@pytest.mark.parametrize("typed", ["Có", "CÓ", " có\u200b", unicodedata.normalize("NFD", "có")])
def test_yes_is_yes_in_every_form(form, typed):
    """The words for yes and no are understood in any form of Unicode."""
    indicator = next(i for i in form.indicators.values() if i.kind is Kind.YESNO)
    assert read_figure(form, indicator, typed).value == 1
