"""One rule, two engines: what a workbook shows while it is filled in is what the import says.

Workbooks of every kind are filled at random, with figures that break rules and with what comes in
by pasting. IronCalc, LibreOffice and Gnumeric compute every formula of them; each figure, each
state of each check, the words beside each row and the counts on the cover are held against the
import of the very same cells.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import ironcalc
import pytest
from measured import Figures
from recalculation import (
    by_gnumeric,
    by_ironcalc,
    by_libreoffice,
    differences,
    formulas,
    results,
    sheet_parts,
)
from small_form import SMALL_FORM

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.campaign import unit_list as unit_lists
from tongket_xlsx.intake import answers as intake
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model import rules
from tongket_xlsx.model.assessment import assessed
from tongket_xlsx.model.check_rows import CheckRow, checks_of
from tongket_xlsx.model.checks import Check
from tongket_xlsx.model.corrections import Corrections
from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.explanations import Step
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import (
    COVER_ANSWER,
    NUMBERS_SHEET,
    Role,
    SheetKind,
    SheetLayout,
    WorkbookLayout,
)
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Answer, CellState, Return
from tongket_xlsx.model.places import a1
from tongket_xlsx.model.resolution import Closure, Decision, Verdict, subject_of
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader import gate, grid
from tongket_xlsx.reader.cells import ErrorValue, Grid, Raw
from tongket_xlsx.template import workbook as template
from tongket_xlsx.template.checks import FIRST
from tongket_xlsx.template.live_rules import Live, sentence
from tongket_xlsx.text.messages import say

# Fills in each part of the run; IronCalc takes them all, the others each a few.
PARTS, FILLS, FEW = 4, 252, 14
STATES = ("check.good", "check.wrong", "check.doubtful", "check.explained", "check.skipped")

_SIGNS = ("-", "…", "x", "–", "...", "X", " - ", "N/A", "không có", "Không", "K/C", "KHÔNG CÓ")
JUNK: tuple[Raw, ...] = (
    *(-5.0, 12.5, -0.5, 3e9, 1e15, 0.85, 41030.0),
    # Amounts with one reading and with two, and at the bounds between them.
    *(1639.8, 1000.5, 999.999, 1.0001, 2.34567, 1.639, 6.3, 0.999, 239.1005, 1.1 + 2.2, 6.3 - 0.3),
    *("nhiều", "đang thống kê lại", "xem báo cáo", "x x", "TRUE", "0", "#N/A", "01/05/2012"),
    *(
        "12.345",
        "17",
        " 17 ",
        "1.234,5",
        "1,234",
        "１７",
        "17 xã",
        "khoảng 350",
        "-5",
        "12%",
        "1e3",
    ),
    *(True, False, ErrorValue("#N/A"), ErrorValue("#DIV/0!"), "", " ", "\u00a0"),
)
# What the import says of a cell → what its row says while it is filled in.
CAUSES = {
    "cell.below": ("below", "text"),
    "cell.above": ("above", "text"),
    "cell.integer": ("whole", "text"),
    # A text with a fraction is taken by the import; the row calls it a text as any other.
    "cell.money_fraction": ("text",),
    "cell.money_thousand": ("million", "text"),
    "cell.text": ("text", "yes_no"),
    "cell.ambiguous": ("text",),
    "cell.date_as_number": ("text", "yes_no"),
    "cell.error_value": ("error", "text", "yes_no"),
    "cell.no_result": ("text", "yes_no"),
    "cell.yes_no": ("yes_no",),
    "cell.yes_x": ("yes_no",),
    "cell.read": ("text", "yes_no"),
    "cell.sign_unclear": ("text", "yes_no"),
    "cell.range": ("text",),
    "cell.estimated": ("text",),
    "cell.fraction": ("text",),
}
Cells = dict[tuple[str, int, int], Raw]
Look = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Base:
    """A workbook as it is sent out, and the answers it holds already."""

    form: Form
    finder: Finder
    unit: Unit
    lang: str
    answers: Mapping[tuple[str, str, int], Answer]

    @cached_property
    def data(self) -> bytes:
        return template.build(self.form, self.unit, Issue(), answers=self.answers, lang=self.lang)

    @cached_property
    def grid(self) -> Grid:
        return grid.read(gate.admit(self.data))

    @cached_property
    def layout(self) -> WorkbookLayout:
        return layout_of(self.form, self.unit.kind, self.lang)

    @cached_property
    def live(self) -> Live:
        return Live(self.form, self.unit, self.layout)

    def figures(self) -> Iterator[tuple[SheetLayout, Indicator, Period]]:
        """Yield every cell in which a figure is asked for."""
        for sheet in self.layout.of_kind(SheetKind.GROUP):
            for code in sheet.rows:
                indicator = self.form.indicators[code]
                for period in sheet.periods(self.form):
                    if entry_of(self.unit, indicator, period).answerable:
                        yield sheet, indicator, period

    def typed(self, cells: Cells) -> Return:
        """Return what the import makes of the workbook with some cells typed in."""
        sheets = []
        for sheet in self.grid.sheets:
            mine = {at[1:]: value for at, value in cells.items() if at[0] == sheet.name}
            rows = [list(row) for row in sheet.rows] if mine else sheet.rows
            for (row, column), value in mine.items():
                rows.extend([] for _ in range(row + 1 - len(rows)))
                rows[row].extend([None] * (column + 1 - len(rows[row])))
                rows[row][column] = value
            sheets.append(replace(sheet, rows=rows))
        whole = replace(self.grid, sheets=tuple(sheets))
        return intake.receive(whole, self.form, {self.unit.code: self.unit}, "x" * 64, self.finder)


def filled(base: Base, dice: random.Random) -> Cells:
    """Invent what an office types: figures often alike and at a bound, blanks, signs and junk."""
    cells: Cells = {}
    scale, holes = dice.choice((3, 30, 3000, 300_000)), dice.choice((0.02, 0.1, 0.5))
    junk = dice.choice((0.0, 0.01, 0.04, 0.3))
    for sheet, indicator, period in base.figures():
        turn = dice.random()
        if turn < holes:
            continue
        at = (sheet.name, *sheet.cell(indicator.code, period.code))
        turn = dice.random()
        if turn < 0.06:
            cells[at] = dice.choice(_SIGNS)
        elif dice.random() < junk:
            cells[at] = dice.choice(JUNK)
        elif indicator.kind is Kind.YESNO:
            cells[at] = dice.choice(("Có", "Không", "có", "chưa"))
        else:
            cells[at] = number(indicator, scale, dice)
        if dice.random() < 0.04:
            row = sheet.cell(indicator.code, Role.EXPLANATION)
            cells[(sheet.name, *row)] = "Số đã kiểm tra"
    for sheet in base.layout.of_kind(SheetKind.ROSTER):
        roster = next(r for r in base.form.rosters if r.code == sheet.code)
        for n in range(dice.choice((0, 1, 6))):
            for column in roster.columns:
                text = dice.choice(column.choices) if column.choices else "Văn bản"
                cells[sheet.name, sheet.first_row + n, sheet.column(column.code)] = text
    return cells


def number(indicator: Indicator, scale: int, dice: random.Random) -> float:
    turn = dice.random()
    if turn < 0.1 and indicator.hard_max is not None:
        return float(indicator.hard_max) + dice.choice((-1, 0, 1))
    if turn < 0.2:
        return float(dice.choice((0, 1, -1)))
    if turn < 0.25 or indicator.kind is Kind.PERCENT:
        return dice.randint(0, 1_000_000) / dice.choice((10, 100, 10_000))
    return float(dice.randint(0, scale))


# ---------------------------------------------------------------------- the verdicts


@dataclass
class Account:
    """What was compared, and what differed."""

    seen: Counter[tuple[tuple[str, str, str], str]]
    causes: Counter[str]
    wrong: list[object]
    fills: int = 0

    def __init__(self) -> None:
        self.seen, self.causes, self.wrong = Counter(), Counter(), []


def compare(base: Base, cells: Cells, look: Look, account: Account) -> None:
    """Hold what a workbook shows against what the import says of the same cells."""
    account.fills += 1
    returned = base.typed(cells)
    values = rules.values_of(base.form, base.unit, returned.observations)
    waits = _figures(base, cells, returned, values, look, account)
    open_ = _checks(base, returned, values, waits, look, account)
    _cover(base, waits, open_, look, account)


def _figures(
    base: Base, cells: Cells, returned: Return, values: rules.Values, look: Look, account: Account
) -> set[tuple[str, str]]:
    """Compare every typed figure; return those that have to be typed again."""
    states = {(o.indicator, o.period): o for o in returned.observations if not o.row}
    said = {
        (f.indicator, f.period): f.code
        for f in sorted(returned.findings, key=lambda f: f.severity is Severity.ERROR)
        if f.code in CAUSES
    }
    waits: set[tuple[str, str]] = set()
    for sheet, indicator, period in base.figures():
        key = indicator.code, period.code
        at = (sheet.name, *sheet.cell(indicator.code, period.code))
        shown = look(NUMBERS_SHEET, *base.live.place(*key))
        told = str(look(sheet.name, *sheet.cell(indicator.code, Role.CHECK)))
        name = say("check.waits", base.lang, indicator=indicator.code, period=period.code)
        code, state = said.get(key, ""), states[key].state if key in states else CellState.BLANK
        cause = next(
            (
                c
                for c, words in base.live.words.causes.items()
                if f" {period.code}: {words}" in f" {told}"
            ),
            "",
        )
        account.causes[cause] += 1
        if shown == f" {name}":
            waits.add(key)
            # A text is called one, whatever number the import may read in it.
            text = isinstance(cells.get(at), str | bool) and indicator.kind is not Kind.YESNO
            right = cause in CAUSES.get(code, ()) and (cause == "text") == text
        else:
            value = values.get(key, "")
            # Binary dust: an engine may give back 3.3 as 3.3000000000000003.
            alike = shown == value
            if isinstance(shown, int | float) and isinstance(value, int | float):
                alike = math.isclose(shown, value, rel_tol=1e-12)
            right = not cause and alike and not _is_refused(code, state)
        if not right:
            account.wrong.append((base.unit.code, key, states.get(key), code, shown, told))
    return waits


def _is_refused(code: str, state: CellState) -> bool:
    """Say whether the import asks for a cell to be typed again."""
    return state in (CellState.INVALID, CellState.IMPOSSIBLE, CellState.ERROR, CellState.FORMULA)


def _checks(
    base: Base,
    returned: Return,
    values: rules.Values,
    waits: set[tuple[str, str]],
    look: Look,
    account: Account,
) -> Counter[tuple[str, str]]:
    """Compare every state of every check; return how many are open by sheet and word."""
    form, lang = base.form, base.lang
    held = {c.name: h for c, h in rules.outcomes(form, base.unit, values)}
    checks = {
        (c.rule.code, c.member, c.period): c for r in base.live.rows for c in r.checks.values()
    }
    sheet = say("sheet.checks", lang)
    open_: Counter[tuple[str, str]] = Counter()
    for n, row in enumerate(base.live.rows):
        broken = []
        for c, period in enumerate(form.periods):
            if period.code not in row.checks:
                continue
            check = row.checks[period.code]
            first = checks.get((check.rule.fallback_for, check.member, check.period))
            waiting = waited_for(base, [*([first] if first else []), check], waits)
            # A rule that has all it asks for does not wait for the one it stands in for in vain.
            state = {None: "check.skipped", True: "check.good"}.get(held[check.name], "")
            if not state:
                told = bool(returned.explanations.get(row.subject))
                state = "check.wrong" if row.is_error else "check.doubtful"
                state = "check.explained" if told and not row.is_error else state
            if waiting:
                state = "check.skipped"
            expected = say(state, lang) + "".join(f" {name}" for name in waiting)
            account.seen[check.key, state] += 1
            shown = look(sheet, FIRST + n, 4 + c)
            if shown != expected:
                account.wrong.append((base.unit.code, check.key, expected, shown))
            if state in ("check.wrong", "check.doubtful"):
                broken.append(period.code)
                if base.layout.has(row.subject):
                    open_[base.layout.sheet_of(row.subject).name, state] += 1
        _said(base, row, broken, look, account)
    return open_


def waited_for(base: Base, checks: Iterable[Check], waits: set[tuple[str, str]]) -> list[str]:
    """Name the cells that checks rest on, directly or by what is computed, and that wait."""
    found: dict[tuple[str, str], None] = {}

    def follow(name: str, period: str) -> None:
        indicator = base.form.indicators.get(name)
        if indicator is not None and indicator.computed:
            for part in (indicator.numerator, indicator.denominator):
                for reference in part.references if part is not None else ():
                    follow(reference.name, reference.period or period)
        elif (name, period) in waits:
            found[name, period] = None

    for check in checks:
        for reference in check.expression.references:
            if not reference.counts_rows:
                follow(reference.name, reference.period or check.period)
    return [say("check.waits", base.lang, indicator=i, period=p) for i, p in found]


def _said(base: Base, row: CheckRow, broken: list[str], look: Look, account: Account) -> None:
    """Compare what the row of the form says of a check that does not hold."""
    if not base.layout.has(row.subject):
        return
    sheet = base.layout.sheet_of(row.subject)
    told = str(look(sheet.name, *sheet.cell(row.subject, Role.CHECK)))
    text = f"{', '.join(broken)}: {sentence(row, base.form, base.lang)}"
    if broken and text not in told:
        account.wrong.append((base.unit.code, row.subject, text, told))


def _cover(
    base: Base,
    waits: set[tuple[str, str]],
    open_: Counter[tuple[str, str]],
    look: Look,
    account: Account,
) -> None:
    """Compare the counts on the cover."""
    cover = base.layout.sheets[0].name
    counted: Counter[str] = Counter(base.layout.sheet_of(code).name for code, _ in waits)
    row = next(r for r, c in _texts(base, cover) if c == say("cover.progress", base.lang)) + 2
    last = next(r for r, c in _texts(base, cover) if c == say("cover.total", base.lang))
    for at in range(row, last):
        name = dict(_texts(base, cover))[at]
        expected = (counted[name], open_[name, "check.wrong"], open_[name, "check.doubtful"])
        shown = [look(cover, at, COVER_ANSWER + 4 + n) for n in range(3)]
        if any(s != e for s, e in zip(shown, expected, strict=True) if s not in ("–", None, "")):
            account.wrong.append((base.unit.code, name, expected, shown))
    whole = (len(waits), *(sum(n for (_, s), n in open_.items() if s == w) for w in STATES[1:3]))
    shown = [look(cover, last, COVER_ANSWER + 4 + n) for n in range(3)]
    if tuple(shown) != whole:
        account.wrong.append((base.unit.code, "cover", whole, shown))
    line = f"{say('checks.retype', base.lang)} {len(waits)}" if waits else ""
    above = look(say("sheet.checks", base.lang), 3, 0)
    if above != line:
        account.wrong.append((base.unit.code, "checks", line, above))


def _texts(base: Base, name: str) -> list[tuple[int, str]]:
    sheet = base.grid.sheet(name)
    assert sheet is not None
    return [(r, str(row[1])) for r, row in enumerate(sheet.rows) if len(row) > 1 and row[1]]


# ---------------------------------------------------------------------- the workbooks


@pytest.fixture(scope="module")
def bases(form: Form, units: Mapping[str, Unit], finder: Finder) -> list[Base]:
    """Blank workbooks of every kind of unit that is asked for figures, and prefilled ones."""
    one = {u.kind: u for u in units.values()}
    district = [u for u in units.values() if u.kind == "huyen"]
    blank = [
        Base(form, finder, u, "vi", {})
        for u in one.values()
        if layout_of(form, u.kind, "vi").checks
    ]
    english = Base(form, finder, district[0], "en", {})
    split = [u for u in district if u.existed_from or u.existed_to][:1]
    prefilled = Base(form, finder, district[1], "vi", _known(form, district[1]))
    other = campaigns.load_form(SMALL_FORM)
    path = SMALL_FORM / "units.csv"
    others = unit_lists.load(path.name, path.read_bytes(), other.unit_kinds)
    kinds = {u.kind: u for u in others.values()}
    strange = [
        Base(other, Finder(other), u, lang, {}) for u in kinds.values() for lang in ("vi", "en")
    ]
    strange = [base for base in strange if base.live.rows]
    more = [Base(form, finder, u, "vi", {}) for u in (*split, *district[2:4])]
    return [*more, english, prefilled, *blank, *strange]


def _known(form: Form, unit: Unit) -> dict[tuple[str, str, int], Answer]:
    dice = random.Random(5)
    sheet = Base(form, Finder(form), unit, "vi", {})
    return {
        (i.code, p.code, 0): Answer(text="Có") if i.kind is Kind.YESNO else Answer(text="-")
        for _, i, p in sheet.figures()
        if dice.random() < 0.5
    }


def chosen(bases: list[Base], n: int) -> Base:
    """Return the workbook for a fill: every other one is a district's, which has every rule."""
    districts = [base for base in bases if base.unit.kind == "huyen"]
    others = [base for base in bases if base.unit.kind != "huyen"]
    half = n // 2
    return (others if n % 2 else districts)[half % len(others if n % 2 else districts)]


def number_of(bases: list[Base], base: Base) -> int:
    return next(n for n, each in enumerate(bases) if each is base)


class Model:
    """A workbook in IronCalc, loaded once, into which cells are typed."""

    def __init__(self, base: Base, path: Path) -> None:
        path.write_bytes(base.data)
        self.model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
        self.sheets = {s["name"]: n for n, s in enumerate(self.model.get_worksheets_properties())}
        self.formulas = len(formulas(base.data))
        self.before: dict[tuple[int, int, int], Any] = {}

    def type(self, cells: Cells) -> None:
        """Type cells, take back what was typed before, and compute."""
        for at, value in self.before.items():
            self._put(at, value)
        self.before = {}
        for (sheet, row, column), value in cells.items():
            at = self.sheets[sheet], row + 1, column + 1
            self.before[at] = self.model.get_cell_value(*at)
            self._put(at, value)
        self.model.evaluate()

    def _put(self, at: tuple[int, int, int], value: object) -> None:
        if value is None:
            self.model.clear_cell_contents(*at)
        elif isinstance(value, ErrorValue):
            self.model.update_cell_with_formula(*at, "=1/0" if value.text == "#DIV/0!" else "=NA()")
        elif isinstance(value, bool):
            self.model.update_cell_with_bool(*at, value)
        elif isinstance(value, float):
            self.model.update_cell_with_number(*at, value)
        else:
            self.model.update_cell_with_text(*at, value)

    def look(self, sheet: str, row: int, column: int) -> object:
        value = self.model.get_cell_value(self.sheets[sheet], row + 1, column + 1)
        return "" if value is None else value


@pytest.fixture(scope="module")
def models() -> dict[int, Model]:
    """Workbooks that were loaded, by their number."""
    return {}


@pytest.fixture(scope="module")
def spoken_in() -> dict[int, set[Any]]:
    """What was not skipped in each part."""
    return {}


@pytest.mark.parametrize("part", range(PARTS))
def test_the_workbook_says_what_the_import_says(
    bases: list[Base],
    models: dict[int, Model],
    part: int,
    figures: Figures,
    tmp_path: Path,
    form: Form,
    spoken_in: dict[int, set[Any]],
) -> None:
    """Every figure, check, word and count, in a thousand fills, in an engine typed as Excel."""
    account, computed = Account(), 0
    for n in range(FILLS):
        dice = random.Random(part * FILLS + n)
        base = chosen(bases, n)
        model = models.get(number_of(bases, base))
        if model is None:
            model = models[number_of(bases, base)] = Model(base, tmp_path / "book.xlsx")
        cells = filled(base, dice)
        model.type(cells)
        computed += model.formulas
        compare(base, cells, model.look, account)
        assert not account.wrong, "\n".join(map(str, [n, *account.wrong[:8]]))
    assert account.fills == FILLS
    # The test would prove little if the fills never broke a rule, or never kept one.
    every = {c.key for kind in form.unit_kinds for c in checks_of(form, kind)}
    for state in STATES:
        assert {key for key, s in account.seen if s == state}, state
    spoken_in[part] = {key for key, state in account.seen if state != "check.skipped"}
    # What stands in for another rule speaks seldom: in all parts together each has spoken.
    if len(spoken_in) == PARTS:
        assert every <= set().union(*spoken_in.values())
    assert len(every - spoken_in[part]) <= len(every) / 100
    assert set(account.causes) >= {"below", "above", "whole", "million", "text", "error", "yes_no"}
    figures.add(
        lambda: [f"agreement with the import: ironcalc, {FILLS} fills, {computed} formulas"]
    )


@pytest.mark.parametrize(
    "engine", [pytest.param("libreoffice", marks=pytest.mark.libreoffice), "gnumeric"]
)
def test_other_engines_say_the_same(
    bases: list[Base], engine: str, figures: Figures, tmp_path: Path
) -> None:
    """The same comparison over a few fills of every kind of workbook."""
    fills: dict[str, tuple[Base, Cells]] = {}
    for n in range(FEW):
        base = bases[n % len(bases)]
        cells = filled(base, random.Random(7000 + n))
        if engine == "libreoffice":
            # It makes a number of a truth value when it opens a workbook, and stores it so.
            cells = {at: value for at, value in cells.items() if not isinstance(value, bool)}
        fills[f"f{n:02d}"] = (base, cells)
    books = {name: patched(base.data, cells) for name, (base, cells) in fills.items()}
    compute = by_libreoffice if engine == "libreoffice" else by_gnumeric
    computed_by_it = compute(books, tmp_path)
    account, computed = Account(), 0
    for name, (base, cells) in fills.items():
        found = computed_by_it[name]
        computed += len(found)
        compare(base, cells, lambda s, r, c, found=found: found.get((s, a1(r, c)), ""), account)
        assert not account.wrong, "\n".join(map(str, [name, *account.wrong[:8]]))
    figures.add(lambda: [f"agreement with the import: {engine}, {FEW} fills, {computed} formulas"])


def patched(data: bytes, cells: Cells) -> bytes:
    """Return a workbook with cells typed in, whatever their validation says."""
    made = BytesIO()
    with ZipFile(BytesIO(data)) as book, ZipFile(made, "w", ZIP_DEFLATED) as changed:
        names = {part: sheet for sheet, part in sheet_parts(book).items()}
        for part in book.namelist():
            content = book.read(part)
            mine = {a1(r, c): v for (s, r, c), v in cells.items() if s == names.get(part)}
            if mine:
                content = _typed(content.decode(), mine).encode()
            changed.writestr(part, content)
    return made.getvalue()


def _typed(xml: str, cells: Mapping[str, Raw]) -> str:
    done = set()

    def cell(match: re.Match[str]) -> str:
        if match[1] not in cells:
            return match[0]
        done.add(match[1])
        value = cells[match[1]]
        head = f'<c r="{match[1]}"{match[2]}'
        if isinstance(value, bool):
            return f'{head} t="b"><v>{int(value)}</v></c>'
        if isinstance(value, ErrorValue):
            return f'{head} t="e"><v>{value.text}</v></c>'
        if isinstance(value, float):
            return f"{head}><v>{value!r}</v></c>"
        text = escape(str(value))
        return f'{head} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

    changed = re.sub(
        r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?(?: t="[a-z]+")?(?:/>|>(?!<f).*?</c>)', cell, xml
    )
    assert done == cells.keys(), cells.keys() - done
    return changed


# ---------------------------------------------------------------------- a copy sent back


@pytest.mark.parametrize("n", range(4))
def test_a_marked_copy_counts_what_it_lists(bases: list[Base], n: int, tmp_path: Path) -> None:
    """Open, explained, lapsed, accepted or insisted on: the cover counts what the list holds."""
    base = bases[n]
    dice = random.Random(90 + n)
    # An estimate goes back in the words of the office: it is read, and shown as a text to retype.
    cells = {at: v for at, v in filled(base, dice).items() if v != "khoảng 350"}
    first = base.typed(cells)
    told = {f.indicator for f in first.findings if f.severity is Severity.WARNING}
    for code in sorted(c for c in told if c in base.form.indicators)[::2]:
        sheet = base.layout.sheet_of(code)
        cells[(sheet.name, *sheet.cell(code, Role.EXPLANATION))] = "Đã đối chiếu với sổ"
    first = base.typed(cells)
    again = dict(cells)
    for at, value in cells.items():
        if isinstance(value, float) and dice.random() < 0.3:
            again[at] = value * 3 + 7
    second = replace(base.typed(again), sha256="y" * 64)
    asked = [f for f in second.findings if f.severity is not Severity.NOTE and f.indicator]
    decisions = [
        Decision(base.unit.code, subject_of(f), verdict, "Tỉnh đã xem", "An", "2017-04-02")
        for f in asked
        if (verdict := dice.choice((None, None, Verdict.ACCEPT, Verdict.INSIST))) is not None
    ]
    line = [
        Step(r.sha256, parent, r.findings, r.explanations)
        for r, parent in ((first, ""), (second, first.sha256))
    ]
    assessment = assessed(line, decisions)
    closures = Counter(item.closure for item in assessment.findings)
    # Of what was explained and waits for the collector nothing is asked of the office.
    assert {*Closure} - {Closure.AWAITING} <= closures.keys(), closures
    listed = [item for item in assessment.findings if item.is_open]
    accepted = [i for i in assessment.findings if i.closure is Closure.ACCEPTED]
    data = template.build(
        base.form,
        base.unit,
        Issue(),
        answers=second.answers(),
        explanations=assessment.explanations,
        round_number=2,
        parent=second.sha256,
        corrections=Corrections(tuple(listed), accepted=tuple(accepted)),
        lang=base.lang,
    )
    stored = results(data)
    wrong = differences(stored, by_ironcalc({"copy": data}, tmp_path)["copy"])
    assert not wrong, "\n".join(wrong)

    broken = {check.key[0] for check in base.form.checks}
    rows = Counter(
        (item.finding.severity, "rule" if item.finding.code in broken else item.finding.code)
        for item in listed
        if base.layout.has(item.finding.indicator) and item.closure is not Closure.AWAITING
    )
    retype = sum(
        count
        for (severity, code), count in rows.items()
        if severity is Severity.ERROR and code in CAUSES
    )
    book = grid.read(gate.admit(data))
    cover = book.sheet(base.layout.sheets[0].name)
    assert cover is not None
    total = say("cover.total", base.lang)
    (last,) = [r for r, row in enumerate(cover.rows) if len(row) > 1 and row[1] == total]
    shown = [cover.at(last, COVER_ANSWER + column) for column in (4, 5, 6)]
    expected = [retype, rows[Severity.ERROR, "rule"], rows[Severity.WARNING, "rule"]]
    # A rule that stands in for another waits with it; the import asks for both at once.
    page, errors = (
        say("sheet.checks", base.lang),
        {(i.finding.code, i.finding.indicator, i.finding.period) for i in listed},
    )
    expected[1] -= sum(
        str(stored[page, a1(FIRST + m, 4 + c)]).startswith(say("check.skipped", base.lang) + " ")
        for m, row in enumerate(base.live.rows)
        for c, period in enumerate(base.form.periods)
        if row.is_error and (check := row.checks.get(period.code)) is not None
        if (check.rule.code, check.subject, check.period) in errors and check.rule.fallback_for
    )
    assert shown == expected
    assert all(expected)
