"""One rule, two engines: what a workbook shows while it is filled in is what the import says.

Templates are filled at random, LibreOffice recalculates them, and every state of every check and
every figure behind it is held against the import of the very same bytes.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO

import pytest
import python_calamine
from recalculation import recalculated

from tongket_xlsx.intake import answers as intake
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model import rules
from tongket_xlsx.model.check_rows import checks_of
from tongket_xlsx.model.form import Form, Indicator, Kind, Unit
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import NUMBERS_SHEET, entry_of, layout_of
from tongket_xlsx.model.observations import Answer, Answers
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import grid
from tongket_xlsx.template import workbook as template
from tongket_xlsx.template.checks import FIRST
from tongket_xlsx.template.live_rules import Live
from tongket_xlsx.text.messages import VIETNAMESE, say

FILLS = 208
_SIGNS = ("-", "…", "x", "–", "...", "X")
_WORDS = ("nhiều", "đang thống kê lại", "xem báo cáo", "không có", "Không")
STATES = ("check.good", "check.wrong", "check.doubtful", "check.explained", "check.skipped")


def filled(form: Form, unit: Unit, dice: random.Random) -> tuple[Answers, dict[str, str]]:
    """Invent answers: numbers that are often alike and often at a bound, blanks, signs, words."""
    answers: dict[tuple[str, str, int], Answer] = {}
    scale = dice.choice((3, 30, 3000, 300_000))
    holes = dice.choice((0.02, 0.1, 0.5))
    for group in form.groups:
        for indicator in form.asked(group, unit.kind):
            for period in form.periods:
                entry = entry_of(unit, indicator, period)
                if not entry.answerable or dice.random() < holes:
                    continue
                key = (indicator.code, period.code, 0)
                turn = dice.random()
                if turn < 0.06:
                    answers[key] = Answer(text=dice.choice(_SIGNS))
                elif turn < 0.08:
                    answers[key] = Answer(text=dice.choice(_WORDS))
                elif indicator.kind is Kind.YESNO:
                    answers[key] = Answer(text=dice.choice(("Có", "Không", "có", "chưa")))
                else:
                    answers[key] = Answer(number(indicator, scale, dice))
    for roster in form.rosters_for(unit.kind):
        for row in range(1, dice.choice((0, 1, 6)) + 1):
            for column in roster.columns:
                text = dice.choice(column.choices) if column.choices else "Văn bản"
                answers[column.code, "", row] = Answer(text=text)
    told = [i.code for g in form.groups for i in form.asked(g, unit.kind) if dice.random() < 0.1]
    return answers, dict.fromkeys(told, "Số đã kiểm tra")


def number(indicator: Indicator, scale: int, dice: random.Random) -> Decimal:
    turn = dice.random()
    if turn < 0.1 and indicator.hard_max is not None:
        return indicator.hard_max + dice.choice((-1, 0, 1))
    if turn < 0.2:
        return Decimal(dice.choice((0, 1, -1)))
    if turn < 0.3 or indicator.kind is Kind.PERCENT:
        return Decimal(dice.randint(0, 1_000_000)) / dice.choice((10, 100, 10_000))
    return Decimal(dice.randint(0, scale))


@pytest.fixture(scope="module")
def books(form: Form, units: Mapping[str, Unit]) -> dict[str, tuple[Unit, bytes]]:
    """Filled templates of every kind of unit; most of districts, which have every rule."""
    asked = [u for u in units.values() if Live(form, u, layout_of(form, u.kind, "vi")).rows]
    districts = [u for u in asked if u.kind == "huyen"]
    others = list({u.kind: u for u in asked if u.kind != "huyen"}.values())
    found = {}
    for n in range(FILLS):
        dice = random.Random(n)
        unit = others[n // 4 % len(others)] if n % 4 == 3 else districts[n % len(districts)]
        answers, told = filled(form, unit, dice)
        data = template.build(form, unit, Issue(), answers=answers, explanations=told)
        found[f"f{n:03d}"] = (unit, data)
    return found


Shown = dict[tuple[str, int, int], object]


def shown(data: bytes, sheets: tuple[str, str]) -> Shown:
    """Return the cells of the sheet of checks and of the sheet of numbers."""
    book = python_calamine.load_workbook(BytesIO(data))
    return {
        (name, r, c): value
        for name in sheets
        for r, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for c, value in enumerate(row)
    }


@pytest.mark.libreoffice
def test_the_two_engines_agree(
    form: Form,
    books: dict[str, tuple[Unit, bytes]],
    finder: Finder,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Every check and every computed figure, in every fill, as stored, recalculated, imported."""
    assert len(books) >= 200
    after = recalculated(
        {name: data for name, (_, data) in books.items()}, tmp_path_factory.mktemp("agree")
    )
    assert after.keys() == books.keys()
    seen: Counter[tuple[tuple[str, str, str], str]] = Counter()
    wrong: list[object] = []
    for name, (unit, data) in books.items():
        cells = grid.read(archive.admit(data))
        returned = intake.receive(cells, form, {unit.code: unit}, "x" * 64, finder)
        values = rules.values_of(form, unit, returned.observations)
        held = {c.name: h for c, h in rules.outcomes(form, unit, values)}
        layout = layout_of(form, unit.kind, VIETNAMESE)
        live = Live(form, unit, layout)
        sheets = (say("sheet.checks", VIETNAMESE), NUMBERS_SHEET)
        stored, computed = shown(data, sheets), shown(after[name], sheets)
        for n, row in enumerate(live.rows):
            for c, period in enumerate(form.periods):
                if period.code not in row.checks:
                    continue
                check = row.checks[period.code]
                state = {None: "check.skipped", True: "check.good"}.get(held[check.name], "")
                if not state:
                    told = bool(returned.explanations.get(row.subject))
                    state = "check.wrong" if row.is_error else "check.doubtful"
                    state = "check.explained" if told and not row.is_error else state
                at = (sheets[0], FIRST + n, 4 + c)
                said = say(state, VIETNAMESE)
                seen[check.key, state] += 1
                if not said == computed.get(at) == stored.get(at):
                    wrong.append((name, check.key, said, computed.get(at), stored.get(at)))
        for indicator in live.indicators:
            for period in form.periods:
                at = (NUMBERS_SHEET, *live.place(indicator.code, period.code))
                value = values.get((indicator.code, period.code), "")
                found = computed.get(at, "")
                if value != found and not (
                    isinstance(found, float) and value != "" and abs(found - value) <= 1e-9
                ):
                    wrong.append((name, indicator.code, period.code, value, found))
    assert wrong[:20] == []
    # The test would prove little if the fills never broke a rule, or never kept one.
    every = {c.key for kind in form.unit_kinds for c in checks_of(form, kind)}
    for state in STATES:
        assert {key for key, s in seen if s == state}, state
    spoken = {key for key, state in seen if state != "check.skipped"}
    assert spoken == every, every - spoken
