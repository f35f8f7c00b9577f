"""The form against the plan: every bullet is answered by those who can, and no form grew much."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from shipped import TEMPLATE

from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.layout import Entry
from tongket_xlsx.model.units import Unit

# A district existing in every year, with every indicator of its kind.
DISTRICT = "GL-622"
# What the form of a district was in each version that was released, counted with `entry_of`. Each
# may be a tenth longer than the one before it, and what is worked on than the last of them: a new
# row has room, and whoever releases a version enters it here.
RELEASED = {
    "2.0": {
        "core cells": 168,
        "core questions": 13,
        "cells asked": 456,
        "rows": 139,
        "letters": 13400,
    },
    "2.1": {
        "core cells": 184,
        "core questions": 14,
        "cells asked": 483,
        "rows": 152,
        "letters": 14100,
    },
}
GROWTH = 1.10
WORDS_UNDER = (
    *("2.1.a", "2.1.b", "2.1.c", "2.1.d", "2.1.e", "2.1.f"),
    *("2.2.a", "2.2.b", "2.2.c", "2.2.d", "2.2.e"),
    *("2.3.a", "2.3.b"),
)
# Typed by hand from what each standard's history is known of; the product is not asked.
BROKEN_IN_2012 = (
    *("DN02", "DN03", "DN04", "DN05", "DN06", "DN07", "DN08", "DN10", "DN11", "DN12", "DN24"),
    *("PC07", "PC32", "PC08", "PC33", "TT15", "TT16", "DN15", "DN16", "PT11", "PT15", "PT16"),
)
BROKEN_IN_2017 = (
    *("PC07", "PC32", "PC08", "PC33", "PC09", "PC11", "PC34", "PC22", "PC35"),
    *("PC17", "PC18", "PC20", "PC21", "PC36", "PC37", "PC38"),
    *("TT15", "TT16", "PT16"),
)


def bullets(form: Form) -> tuple[str, ...]:
    """Return the 20 bullets of section II; I.2 is of section I."""
    return tuple(b for b in form.outline if b != "I.2")


def figures(form: Form, kind: str, bullet: str) -> set[str]:
    return {
        i.code
        for i in form.indicators.values()
        if bullet in i.seed and kind in i.respondents and not i.computed
    }


def core_figures(form: Form, kind: str, bullet: str) -> set[str]:
    return {c for c in figures(form, kind, bullet) if form.indicators[c].core.get(kind)}


def core_questions(form: Form, kind: str, bullet: str) -> set[str]:
    return {p.code for p in form.prompts_for(kind) if p.core and bullet in p.seed}


def burden(form: Form, unit: Unit) -> dict[str, int]:
    """Count what a unit has to fill in, and what it may."""
    asked = [i for g in form.groups for i in form.asked(g, unit.kind) if not i.computed]
    entries = [entry_of(unit, i, p) for i in asked for p in form.periods]
    questions = [p for p in form.prompts_for(unit.kind) if p.core]
    return {
        "core cells": entries.count(Entry.REQUIRED),
        "core questions": len(questions),
        "cells asked": entries.count(Entry.REQUIRED) + entries.count(Entry.OPTIONAL),
        "rows": len(asked),
        "letters": sum(p.max_chars for p in questions),
    }


def test_a_district_must_answer_every_bullet_of_the_plan(form: Form) -> None:
    """Each of the 20 bullets has a figure or a question that a district may not leave empty."""
    found = bullets(form)
    assert len(found) == 20
    silent = [
        b for b in found if not core_figures(form, "huyen", b) | core_questions(form, "huyen", b)
    ]
    assert silent == []


def test_whoever_is_asked_under_a_bullet_must_say_something(form: Form) -> None:
    """No kind of unit has only optional rows under a bullet: it would be answered in name only."""
    silent = []
    for kind in form.unit_kinds:
        for bullet in bullets(form):
            words = {p.code for p in form.prompts_for(kind) if bullet in p.seed}
            must = core_figures(form, kind, bullet) | core_questions(form, kind, bullet)
            if (figures(form, kind, bullet) or words) and not must:
                silent.append((kind, bullet))
    assert silent == []


@pytest.mark.parametrize("bullet", WORDS_UNDER)
def test_a_district_assesses_each_content_in_words(form: Form, bullet: str) -> None:
    """The plan asks to assess each content of II.2, which figures alone do not."""
    assert core_questions(form, "huyen", bullet)


def test_the_form_of_a_district_is_hardly_longer(
    form: Form, units: Mapping[str, Unit], request: pytest.FixtureRequest
) -> None:
    """No count of what a district fills in exceeds that of the version before by over a tenth."""
    now = burden(form, units[DISTRICT])
    versions = [*RELEASED.values(), now]
    first = versions[0]
    request.getfixturevalue("figures").add(
        lambda: [f"form of a district: {k} {first[k]} -> {now[k]}" for k in first]
    )
    assert all(v.keys() == first.keys() for v in versions)
    grown = [
        (k, before[k], after[k])
        for before, after in pairwise(versions)
        for k in first
        if after[k] > before[k] * GROWTH
    ]
    assert grown == []
    assert all(now.values())


def test_the_parts_of_the_funds_must_be_told(form: Form) -> None:
    """Balance, income and spending are broken down in 2012 and 2017, not in 2007."""
    for code in ("QK02", "QK03", "QK04", "QK06", "QK07", "QK08", "QK10", "QK11", "QK12"):
        assert form.indicators[code].core["huyen"] == ("2012", "2017"), code


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("TT24", "huyen"),
        ("TT25", "huyen"),
        ("TT27", "so-gddt"),
        ("PT17", "huyen"),
        ("PC45", "ttgdtx-tinh"),
        ("PC46", "huyen"),
        ("DN09", "huyen"),
        ("DN32", "huyen"),
        ("XH05", "huyen"),
        ("XH07", "ldld-tinh"),
        ("XH08", "hlhpn-tinh"),
        ("XH09", "hnd-tinh"),
        ("XH10", "hnct-tinh"),
        ("DN36", "so-noivu"),
        ("DN37", "so-noivu"),
        ("DN38", "so-noivu"),
        ("PC47", "so-gddt"),
    ],
)
def test_what_was_answered_only_in_name_is_asked_of_who_knows(
    form: Form, code: str, kind: str
) -> None:
    """Difficult areas, surroundings, distance learning, the disabled and old, unions, skills."""
    assert "2017" in form.indicators[code].core[kind]
    assert form.indicators[code].label.en
    assert form.indicators[code].help.en or code == "DN09"  # asked before


def test_the_level_of_literacy_is_asked(form: Form) -> None:
    """One choice says by which level a district counts; the rows about literacy point to it."""
    level = form.indicators["PC44"]
    assert level.kind is Kind.YESNO
    assert level.core["huyen"] == ("2012", "2017")
    for code in ("PC17", "PC20", "PC37"):
        assert "PC44" in form.indicators[code].help.vi


def test_two_levels_of_literacy_are_not_taken_for_a_trend(form: Form) -> None:
    """Where a district counts two years by two levels it is asked about."""
    rules = {r.code: r for r in form.rules}
    assert rules["PC44-1217"].text == "PC44[2017] == PC44[2012]"
    assert rules["PC44-0712"].text == "PC44[2012] == PC44[2007]"


@pytest.mark.parametrize("code", ["TC07", "PT08", "TT02", "TT03", "TT04", "PC27"])
def test_nothing_on_the_territory_is_counted_twice(form: Form, code: str) -> None:
    """Help texts say who reports what lies in Pleiku and belongs to the province."""
    said = form.indicators[code].help.vi
    assert "Pleiku" in said
    assert "không đếm" in said


@pytest.mark.parametrize(
    ("code", "period"),
    [*((c, "2012") for c in BROKEN_IN_2012), *((c, "2017") for c in BROKEN_IN_2017)],
)
def test_a_series_that_changed_its_meaning_is_broken(form: Form, code: str, period: str) -> None:
    series_break = form.indicators[code].series_break
    assert series_break is not None
    assert period in series_break.periods


def test_every_break_says_how_far_it_is_known(form: Form) -> None:
    """A reason is given in both languages; what was only remembered is not taken for read."""
    broken = [i for i in form.indicators.values() if i.series_break is not None]
    assert len(broken) >= 50
    for indicator in broken:
        found = indicator.series_break
        assert found is not None
        assert found.reason.vi
        assert found.reason.en, indicator.code
        assert found.status in ("verified-secondary", "partly", "unverified"), indicator.code
        assert bool(found.source) == (found.status != "unverified"), indicator.code


def test_a_break_in_a_part_is_one_in_its_ratio(form: Form) -> None:
    """A ratio of figures that changed their meaning changed its own as well."""
    for indicator in form.indicators.values():
        if indicator.computed and indicator.numerator is not None:
            parts = (form.indicators[c].series_break for c in indicator.numerator.names)
            wanted = {p for found in parts if found is not None for p in found.periods}
            own = indicator.series_break.periods if indicator.series_break is not None else ()
            assert wanted <= set(own), indicator.code


def test_literacy_of_minorities_has_its_target(form: Form) -> None:
    """Decision 692 sets 90 per cent by 2020, read on pages that quote it."""
    (target,) = [t for t in form.targets if t.indicator == "PC38"]
    assert (target.value, target.year, target.status) == (90, 2020, "verified-secondary")
    assert "692" in target.document
    assert target.source


def test_the_documentation_says_what_each_new_figure_costs(form: Form) -> None:
    """The table of the template names every indicator that came with this version."""
    text = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    new = [
        *("TT24", "TT25", "TT26", "TT27", "PC44", "PC45", "PC46", "PC47", "PT17", "PT18", "PT19"),
        *(f"DN{n}" for n in range(32, 39)),
        *(f"XH{n:02}" for n in range(5, 11)),
    ]
    assert set(new) <= set(form.indicators)
    assert [code for code in new if f"| {code} |" not in text] == []


def test_every_label_has_its_english(form: Form) -> None:
    """The English edition has no label, unit or question left in Vietnamese only."""
    rows = [*form.indicators.values(), *form.prompts]
    assert [r.code for r in rows if not r.label.en] == []
    assert [i.code for i in form.indicators.values() if not i.unit.en] == []
