"""Formulas invented at random give here what LibreOffice and IronCalc make of them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from io import BytesIO
from pathlib import Path

import ironcalc
import openpyxl
import pytest
from recalculation import recalculated

from tongket_xlsx.intake.formula_values import Calculator
from tongket_xlsx.model.places import a1
from tongket_xlsx.reader.cells import ErrorValue, NoResult, Raw

FORMULAS = 600
SHEETS = ("Bảng 1", "Hai")
_ROWS, _COLUMNS = 8, 5


def cells(dice: random.Random) -> dict[tuple[str, int, int], Raw]:
    """Invent inputs on two sheets: numbers, blanks, words and truth values."""
    found: dict[tuple[str, int, int], Raw] = {}
    for sheet in SHEETS:
        for row in range(_ROWS):
            for column in range(_COLUMNS):
                turn = dice.random()
                if turn < 0.1:
                    continue
                if turn < 0.16:
                    found[sheet, row, column] = dice.choice(("-", "…", "có", "x"))
                elif turn < 0.18:
                    found[sheet, row, column] = dice.choice((True, False))
                elif turn < 0.4:
                    found[sheet, row, column] = round(dice.uniform(-1e4, 1e4), dice.randint(0, 4))
                else:
                    found[sheet, row, column] = float(dice.randint(-20, 400))
    return found


class Inventor:
    """Write formulas that Excel would take."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def formula(self) -> str:
        return "=" + self.number(3)

    def cell(self) -> str:
        row, column = self.dice.randrange(_ROWS), self.dice.randrange(_COLUMNS)
        address = a1(row, column)
        if self.dice.random() < 0.2:
            address = f"${address[0]}${address[1:]}"
        return self.dice.choice(("", "", "'Bảng 1'!", "Hai!")) + address

    def block(self) -> str:
        top, left = self.dice.randrange(_ROWS), self.dice.randrange(_COLUMNS)
        bottom, right = self.dice.randrange(top, _ROWS), self.dice.randrange(left, _COLUMNS)
        return self.dice.choice(("", "Hai!")) + f"{a1(top, left)}:{a1(bottom, right)}"

    def number(self, depth: int) -> str:
        roll = self.dice.random()
        if depth == 0 or roll < 0.15:
            return self.cell() if self.dice.random() < 0.8 else str(self.dice.choice((2, 0.5, 12)))
        one, other = self.number(depth - 1), self.number(depth - 1)
        if roll < 0.45:
            return f"{one}{self.dice.choice('+-*/')}{other}"
        if roll < 0.55:
            return self.dice.choice(
                (f"-({one})", f"({one})%", f"({one})^2", f"-2^2+{one}", f"({one}-{other})")
            )
        if roll < 0.75:
            name = self.dice.choice(("SUM", "AVERAGE", "MIN", "MAX", "PRODUCT"))
            chosen = self.dice.choices((self.block(), self.block(), self.cell()), k=2)
            return f"{name}({','.join(chosen)})"
        if roll < 0.8:
            return f"{self.dice.choice(('COUNT', 'COUNTA'))}({self.block()})"
        if roll < 0.88:
            name = self.dice.choice(("ROUND", "ROUNDUP", "ROUNDDOWN"))
            return f"{name}({one},{self.dice.randint(-2, 3)})"
        if roll < 0.9:
            return f"{self.dice.choice(('ABS', 'INT', 'TRUNC'))}({one})"
        if roll < 0.94:
            return f"IF({self.test(depth - 1)},{one},{other})"
        if roll < 0.97:
            return f"IFERROR({one},{other})"
        return f"SUMPRODUCT({a1(0, 0)}:{a1(4, 0)},{a1(1, 1)}:{a1(5, 1)})"

    def test(self, depth: int) -> str:
        roll = self.dice.random()
        if roll < 0.5:
            sign = self.dice.choice(("=", "<>", "<", ">", "<=", ">="))
            return f"{self.number(depth)}{sign}{self.number(depth)}"
        if roll < 0.7:
            return f'{self.cell()}="có"'
        inner = ",".join(f"{self.cell()}{self.dice.choice('<>')}{n}" for n in (10, 200))
        return self.dice.choice((f"AND({inner})", f"OR({inner})", f"NOT({inner.split(',')[0]})"))


@pytest.fixture(scope="module")
def formulas() -> list[str]:
    """Formulas, the later of which rest on nothing but inputs."""
    inventor = Inventor(random.Random(20171130))
    return [inventor.formula() for _ in range(FORMULAS)]


@pytest.fixture(scope="module")
def inputs() -> dict[tuple[str, int, int], Raw]:
    """Return what stands in the cells."""
    return cells(random.Random(7))


def of_ironcalc(inputs: dict[tuple[str, int, int], Raw], formulas: list[str]) -> list[object]:
    model = ironcalc.create("b", "en", "UTC", "en")
    model.rename_sheet(0, SHEETS[0])
    model.add_sheet(SHEETS[1])
    for (sheet, row, column), value in inputs.items():
        at = SHEETS.index(sheet), row + 1, column + 1
        if isinstance(value, bool):
            model.update_cell_with_bool(*at, value)
        elif isinstance(value, float):
            model.update_cell_with_number(*at, value)
        else:
            model.update_cell_with_text(*at, value)
    for n, formula in enumerate(formulas):
        model.update_cell_with_formula(0, n + 1, 20, formula)
    model.evaluate()
    return [model.get_cell_value(0, n + 1, 20) for n in range(len(formulas))]


def of_libreoffice(
    inputs: dict[tuple[str, int, int], Raw], formulas: list[str], folder: Path
) -> list[object]:
    book = openpyxl.Workbook()
    book.active.title = SHEETS[0]
    book.create_sheet(SHEETS[1])
    for (sheet, row, column), value in inputs.items():
        book[sheet].cell(row + 1, column + 1, value)
    for n, formula in enumerate(formulas):
        book[SHEETS[0]].cell(n + 1, 20, formula)
    stored = BytesIO()
    book.save(stored)
    after = recalculated({"formulas": stored.getvalue()}, folder)["formulas"]
    sheet = openpyxl.load_workbook(BytesIO(after), data_only=True)[SHEETS[0]]
    return [sheet.cell(n + 1, 20).value for n in range(len(formulas))]


def same(ours: object, theirs: object) -> bool:
    """Compare two results; which error it is differs among engines where there are several."""
    if isinstance(ours, ErrorValue):
        return isinstance(theirs, str) and theirs.startswith("#")
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if ours is None:
        return theirs in (None, 0, "")
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= 1e-9 * max(1, abs(ours), abs(theirs))
    return ours == theirs


@pytest.mark.parametrize(
    "engine", ["ironcalc", pytest.param("libreoffice", marks=pytest.mark.libreoffice)]
)
def test_formulas_give_what_other_engines_make_of_them(
    inputs: dict[tuple[str, int, int], Raw], formulas: list[str], engine: str, tmp_path: Path
) -> None:
    """Six hundred formulas over numbers, blanks, words and truth values, on two sheets."""
    if engine == "libreoffice":
        # It alone takes a truth value in a block for a number.
        inputs = {at: value for at, value in inputs.items() if not isinstance(value, bool)}
    calculator = Calculator(SHEETS, lambda *at: inputs.get(at))
    ours = [calculator.outcome(SHEETS[0], formula) for formula in formulas]
    theirs = (
        of_ironcalc(inputs, formulas)
        if engine == "ironcalc"
        else of_libreoffice(inputs, formulas, tmp_path)
    )
    wrong = [
        (formula, one.value, other)
        for formula, one, other in zip(formulas, ours, theirs, strict=True)
        if one is not None and not same(one.value, other)
    ]
    kinds = Counter(type(one.value).__name__ if one else "nothing" for one in ours)
    print(f"{engine}: {len(formulas)} formulas, {dict(kinds)}")  # noqa: T201 - said in the report
    assert wrong == []
    assert kinds["float"] > FORMULAS * 0.5
    assert kinds["nothing"] < FORMULAS * 0.02


def test_a_chain_of_formulas_without_results_is_followed_however_long() -> None:
    """A running total down a thousand rows, each of which waits for the one above."""
    held: dict[tuple[str, int, int], Raw] = {("S", row, 0): 1.0 for row in range(1000)}
    held |= {("S", row, 1): NoResult(f"=B{row}+A{row + 1}") for row in range(1, 1000)}
    held["S", 0, 1] = NoResult("=A1")
    found = Calculator(["S"], lambda *at: held.get(at)).outcome("S", "=B1000")
    assert found is not None
    assert (found.value, found.filled, found.passed_over) == (1000.0, True, False)


def test_a_circle_is_seen_wherever_it_closes() -> None:
    """Through another cell without a result, and through the very cell that is asked for."""
    held: dict[tuple[str, int, int], Raw] = {
        ("S", 0, 0): NoResult("=B1"),
        ("S", 0, 1): NoResult("=A1+1"),
        ("S", 0, 2): 5.0,
    }
    calculator = Calculator(["S"], lambda *at: held.get(at))
    assert calculator.outcome("S", "=A1") is None
    assert calculator.outcome("S", "=SUM(C1:C3)", at=(2, 2)) is None
    assert calculator.outcome("S", "=SUM(C1:C2)", at=(2, 2)) is not None


def test_what_depends_on_the_settings_of_a_computer_is_not_computed() -> None:
    """A text of digits, a day, and which of two words comes first."""
    held: dict[tuple[str, int, int], Raw] = {
        ("S", 0, 0): "1.234",
        ("S", 0, 1): date(2012, 5, 1),
        ("S", 0, 2): "mười",
    }
    calculator = Calculator(["S"], lambda *at: held.get(at))
    for formula in ("=A1+1", "=B1+1", '=IF(C1<"năm",1,2)', "=SUM(B1:C1)"):
        assert calculator.outcome("S", formula) is None, formula
    for formula, value in (("=SUM(A1,5)", 5.0), ('=IF(C1="MƯỜI",1,2)', 1.0)):
        found = calculator.outcome("S", formula)
        assert found is not None, formula
        assert found.value == value, formula


@pytest.mark.parametrize(
    "formula",
    [
        "=" + "(" * 500 + "1" + ")" * 500,
        "=" + "-" * 990 + "A1",
        "=" + "IF(1," * 150 + "1" + ")" * 150,
        "=" + "ABS(" * 100 + "A1" + ")" * 100,
        "=SUM(A1:XFD1048576)",
        "=SUM(" + ",".join(["A1:A90"] * 100) + ")",
        "=9^9^9^9^9^9",
        "=1" + "/3" * 490,
        "=" + '"' * 999,
        "=" + "A1:" * 300 + "A1",
        "=ROUND(1,1E9)",
        "=ROUND(12345.678,999999999)",
        "=ROUND(12345.678,-999999999)",
        "=ROUNDUP(12345.678,-99999999999999)",
        "=PRODUCT(A1:A200)",
    ],
)
def test_a_hostile_formula_costs_nothing(formula: str) -> None:
    """Deep, long, wide or huge: an answer or none, never a crash, and no cell read too often."""
    reads = 0

    def cell(_sheet: str, _row: int, _column: int) -> Raw:
        nonlocal reads
        reads += 1
        return 1e300

    Calculator(["S"], cell).outcome("S", formula)
    assert reads < 10_000


def test_formulas_that_wait_for_each_other_by_the_thousand_are_given_up() -> None:
    """Every cell sums all cells before it: what is read stays within a bound."""
    reads = 0

    def cell(_sheet: str, row: int, _column: int) -> Raw:
        nonlocal reads
        reads += 1
        return NoResult(f"=SUM(A1:A{row})") if row else 1.0

    assert Calculator(["S"], cell).outcome("S", "=A1900") is None
    assert reads < 2_000_000
