"""What a formula gives, computed from what the workbook itself holds.

Values are those of Excel: a blank counts as zero, a sum passes over the texts of a block, an
error spreads. Where Excel's answer depends on the settings of a computer (a text that may be a
number, a date) there is none here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from tongket_xlsx.intake.formula_arithmetic import (
    NO_VALUE,
    Unsaid,
    Value,
    Wrong,
    is_number,
    number,
    of_numbers,
    of_one,
    operated,
    sound,
    truth,
)
from tongket_xlsx.intake.formula_parser import (
    Call,
    CellBlock,
    Constant,
    Formula,
    Node,
    Operation,
    parse,
)
from tongket_xlsx.reader.cells import Grid, NoResult, Raw, is_blank

Address = tuple[str, int, int]

_MOST_READS = 200_000
_NONE = frozenset({"-", "–", "—"})
_OF_MANY = frozenset({"SUM", "AVERAGE", "MIN", "MAX", "PRODUCT"})


@dataclass(frozen=True, slots=True)
class FormulaOutcome:
    """What a formula gives, and on what it rests.

    ``filled`` says whether it rests on anything at all: a cell that holds something, or a
    constant alone; ``passed_over`` whether a sum went past a text that is no sign of nil.
    """

    value: Value
    filled: bool
    passed_over: bool


class Calculator:
    """Compute formulas over the cells of one workbook; what was computed once is remembered."""

    def __init__(self, sheets: Iterable[str], cell: Callable[[str, int, int], Raw]) -> None:
        """Take the cells.

        Args:
            sheets: the names of the sheets there are.
            cell: gives what a cell of a sheet holds, rows and columns counted from 0;
                :class:`NoResult` where it is to be computed from its own formula.
        """
        self._sheets = {name.casefold(): name for name in sheets}
        self._cell = cell
        self._known: dict[Address, FormulaOutcome | None] = {}
        self._open: dict[Address, tuple[Formula | None, Iterator[Address]]] = {}
        self._reads = 0

    def outcome(
        self, sheet: str, formula: str, at: tuple[int, int] | None = None
    ) -> FormulaOutcome | None:
        """Return what a formula gives.

        Args:
            sheet: the sheet on which it stands.
            formula: as files hold it, with its ``=``.
            at: the cell in which it stands, so that a circle through it is seen.

        Returns:
            ``None`` where that cannot be said: it uses what is not computed here, runs in a
            circle, is too large, or rests on a text that may be a number.
        """
        first = (sheet, -1, -1) if at is None else (sheet, *at)
        self._enter(first, formula)
        # A chain of formulas may be longer than calls can be deep: each waits for the next here.
        while self._open:
            current = next(reversed(self._open))
            parsed, needed = self._open[current]
            deeper = next(filter(self._is_to_do, needed), None)
            if deeper is None:
                self._known[current] = self._computed(parsed) if parsed else None
                del self._open[current]
            else:
                held = self._cell(*deeper)
                self._enter(deeper, held.formula if isinstance(held, NoResult) else "")
        return self._known[first]

    def _enter(self, address: Address, formula: str) -> None:
        parsed = parse(formula, address[0]) if self._reads <= _MOST_READS else None
        blocks = parsed.blocks if parsed else ()
        self._open[address] = parsed, (cell for block in blocks for cell in self._cells(block))

    def _is_to_do(self, address: Address) -> bool:
        self._reads += 1
        if address in self._known or address in self._open:
            return False
        return isinstance(self._cell(*address), NoResult)

    def _cells(self, block: CellBlock) -> Iterator[Address]:
        name = self._sheets.get(block.sheet.casefold())
        return iter(()) if name is None else block.cells(name)

    def _computed(self, parsed: Formula) -> FormulaOutcome | None:
        work = _Computation(self, filled=not parsed.blocks)
        value: Value
        try:
            value = work.single(parsed.tree)
        except Wrong as wrong:
            value = wrong.error
        except Unsaid:
            return None
        return FormulaOutcome(value, work.filled, work.passed_over)

    def read(self, block: CellBlock) -> list[FormulaOutcome]:
        """Return what each cell of a block holds, or what its formula gives.

        Raises:
            Unsaid: one of them cannot be said, or there is no such sheet.
        """
        if block.sheet.casefold() not in self._sheets:
            raise Unsaid
        return [self._held(address) for address in self._cells(block)]

    def _held(self, address: Address) -> FormulaOutcome:
        held = self._cell(*address)
        if address in self._open or isinstance(held, date | time | timedelta):
            # A circle, or a day, which is a number in one file and another in the next.
            raise Unsaid
        if isinstance(held, NoResult):
            known = self._known.get(address)
            if known is None:
                raise Unsaid
            return known
        if isinstance(held, int | float) and not isinstance(held, bool):
            held = float(held)
        return FormulaOutcome(held, filled=not is_blank(held), passed_over=False)


class _Computation:
    """Compute one formula, and note on what it rests."""

    def __init__(self, cells: Calculator, *, filled: bool) -> None:
        self.cells = cells
        self.filled = filled
        self.passed_over = False

    def single(self, node: Node) -> Value:
        """Compute one value; a block of several cells is none."""
        match node:
            case Constant(value):
                return value
            case CellBlock():
                if node.size > 1:
                    raise Unsaid
                return sound(self._read(node)[0])
            case Call(name, arguments):
                return self._call(name, arguments)
            case Operation(sign, (operand,)):
                return operated(sign, [self.single(operand)])
        first, further = _chain(node)
        value = self.single(first)  # type: ignore[assignment]
        for sign, operand in further:
            value = operated(sign, [value, self.single(operand)])
        return value

    def _read(self, block: CellBlock) -> list[Value]:
        found = self.cells.read(block)
        self.filled |= any(outcome.filled for outcome in found)
        self.passed_over |= any(outcome.passed_over for outcome in found)
        return [outcome.value for outcome in found]

    def _call(self, name: str, arguments: Sequence[Node]) -> Value:
        match name:
            case "IF":
                branch = arguments[1:2] if truth(self.single(arguments[0])) else arguments[2:]
                return self.single(branch[0]) if branch else False
            case "IFERROR":
                try:
                    return self.single(arguments[0])
                except Wrong:
                    return self.single(arguments[1])
            case "NOT":
                return not truth(self.single(arguments[0]))
            case "AND" | "OR":
                # All are computed, as an error in any of them is the result.
                truths = [truth(self.single(node)) for node in arguments]
                return all(truths) if name == "AND" else any(truths)
            case "COUNT":
                return float(sum(map(is_number, self._counted(arguments))))
            case "COUNTA":
                return float(sum(value is not None for value in self._counted(arguments)))
            case "SUMPRODUCT":
                return self._sum_of_products(arguments)
        if name in _OF_MANY:
            return of_numbers(name, [n for node in arguments for n in self._numbers(node)])
        return of_one(name, [number(self.single(node)) for node in arguments])

    def _counted(self, arguments: Sequence[Node]) -> list[Value]:
        """Return the values of blocks; errors in them are values like any other."""
        if not all(isinstance(node, CellBlock) for node in arguments):
            raise Unsaid
        return [v for node in arguments if isinstance(node, CellBlock) for v in self._read(node)]

    def _numbers(self, node: Node) -> Iterator[float]:
        """Yield the numbers of an argument: of a block only what is one."""
        if not isinstance(node, CellBlock):
            yield number(self.single(node))
            return
        for value in map(sound, self._read(node)):
            if is_number(value):
                yield value
            self._pass_over(value)

    def _pass_over(self, value: Value) -> None:
        """Note a value that counts for nothing in a sum, but says something."""
        said = isinstance(value, str) and not is_blank(value) and value.strip() not in _NONE
        self.passed_over |= said or isinstance(value, bool)

    def _sum_of_products(self, arguments: Sequence[Node]) -> float:
        columns = [self._lifted(node) for node in arguments]
        shapes = {(b.bottom - b.top, b.right - b.left) for node in arguments for b in _lifts(node)}
        if len(shapes) > 1:
            raise Unsaid
        if len({len(column) for column in columns}) > 1:
            raise Wrong(NO_VALUE)
        for value in (sound(value) for column in columns for value in column):
            self._pass_over(value)
        factors = [[v if is_number(v) else 0.0 for v in column] for column in columns]
        return of_numbers("SUM", [math.prod(row) for row in zip(*factors, strict=True)])

    def _lifted(self, node: Node) -> list[Value]:
        """Compute an expression over blocks cell by cell."""
        match node:
            case CellBlock():
                return self._read(node)
            case Operation(sign, (operand,)):
                return [operated(sign, [value]) for value in self._lifted(operand)]
            case Operation():
                first, further = _chain(node)
                values = self._lifted(first)
                for sign, operand in further:
                    values = _paired(sign, values, self._lifted(operand))
                return values
        return [self.single(node)]


def _chain(node: Operation) -> tuple[Node, list[tuple[str, Node]]]:
    """Take 1+2-3… apart: the first operand, and each sign with the operand behind it.

    A sum of hundreds of terms is a tree as deep as it is long.
    """
    further = []
    first: Node = node
    while isinstance(first, Operation) and len(first.operands) == 2:
        further.append((first.sign, first.operands[1]))
        first = first.operands[0]
    return first, further[::-1]


def _paired(sign: str, left: list[Value], right: list[Value]) -> list[Value]:
    longest = max(len(left), len(right))
    left, right = (side * longest if len(side) == 1 else side for side in (left, right))
    if len(left) != len(right):
        raise Unsaid
    return [operated(sign, pair) for pair in zip(left, right, strict=True)]


def _lifts(node: Node) -> Iterator[CellBlock]:
    """Yield the blocks of several cells over which an expression is computed cell by cell."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, CellBlock) and each.size > 1:
            yield each
        elif isinstance(each, Operation):
            waiting.extend(each.operands)


def over(grid: Grid) -> Calculator:
    """Return what computes formulas over the stored results of a grid.

    To compute anew what has a stored result, give :class:`Calculator` a ``cell`` of your own that
    returns ``NoResult(formula)`` for it.
    """
    sheets = {sheet.name: sheet for sheet in reversed(grid.sheets)}
    return Calculator(sheets, lambda name, row, column: sheets[name].at(row, column))


def recomputed(
    grid: Grid, sheet: str, formula: str, cells: Calculator | None = None
) -> float | None:
    """Return the figure a formula gives whose result was never stored.

    Args:
        sheet: the name of the sheet on which it stands.
        cells: what computes over this grid, where many formulas are asked for.

    Returns:
        ``None`` where that cannot be said, or where it is no figure: an error, a text, what rests
        on nothing but blanks, or a sum that passes over a text.
    """
    found = (cells or over(grid)).outcome(sheet, formula)
    if found is None or not found.filled or found.passed_over:
        return None
    return found.value if is_number(found.value) else None
