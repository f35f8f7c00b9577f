"""A formula whose result was never stored, computed from what the workbook itself holds.

Only what an office types to add its own figures up: arithmetic and a few functions over cells that
hold numbers. A text among them is no zero: a sum would pass over it without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongket_xlsx.model.places import position
from tongket_xlsx.reader.grid import (
    Grid,
    GridSheet,
    NoResult,
    Raw,
    is_blank,
)

_FUNCTIONS = frozenset(
    {"SUM", "ROUND", "ROUNDUP", "ROUNDDOWN", "INT", "TRUNC", "ABS", "MIN", "MAX", "PRODUCT"}
)
_FUNCTION = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\s*\(")
_REFERENCE = re.compile(
    r"(?<![\w.\]])(?:'((?:[^'\[\]]|'')+)'!|([^\W\d][\w.]*)!)?"
    r"(\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6})(?::(\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}))?(?![\w(.!])"
)
# What is left of a formula once references, functions and numbers are taken away.
_REST = re.compile(r"[-+*/%^(),=\s]*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LONGEST = 400
_MOST_CELLS = 2000
_NONE = frozenset({"-", "–", "—"})

Address = tuple[str, int, int]


def recomputed(grid: Grid, sheet: str, formula: str) -> float | None:
    """Return what a formula gives, ``None`` where that cannot be said.

    Args:
        sheet: the name of the sheet on which it stands.
    """
    inputs: dict[Address, Raw] = {}
    if not _gather(grid, sheet, formula, inputs, {}):
        return None
    if inputs and all(is_blank(value) for value in inputs.values()):
        return None
    return _computed(sheet, formula, inputs)


def _gather(
    grid: Grid, sheet: str, formula: str, inputs: dict[Address, Raw], open_: dict[Address, None]
) -> bool:
    """Collect every cell a formula depends on; say whether all of them are sound."""
    parts = _parts(grid, sheet, formula)
    if parts is None:
        return False
    for where, row, column in parts:
        address = where.name, row, column
        if address in open_ or len(inputs) > _MOST_CELLS:
            return False
        value = where.at(row, column)
        if isinstance(value, NoResult):
            within = {**open_, address: None}
            if address not in inputs and not _gather(
                grid, where.name, value.formula, inputs, within
            ):
                return False
        elif not _sound(value):
            return False
        inputs[address] = value
    return True


def _sound(value: Raw) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return is_blank(value) or value.strip() in _NONE
    return value is None or isinstance(value, int | float)


def _parts(grid: Grid, sheet: str, formula: str) -> list[tuple[GridSheet, int, int]] | None:
    """Return the cells a formula names; ``None`` where it is more than we compute."""
    if len(formula) > _LONGEST or not formula.startswith("=") or len(formula) < 2:
        return None
    rest = _REFERENCE.sub(" ", formula)
    if any(name.upper() not in _FUNCTIONS for name in _FUNCTION.findall(rest)):
        return None
    rest = _NUMBER.sub(" ", _FUNCTION.sub("(", rest))
    if not _REST.fullmatch(rest):
        return None
    cells: list[tuple[GridSheet, int, int]] = []
    for match in _REFERENCE.finditer(formula):
        name = (match[1] or "").replace("''", "'") or match[2] or sheet
        where = next((s for s in grid.sheets if s.name.casefold() == name.casefold()), None)
        if where is None:
            return None
        cells.extend((where, row, column) for row, column in _span(match[3], match[4] or match[3]))
        if len(cells) > _MOST_CELLS:
            return None
    return cells


def _span(first: str, last: str) -> Iterator[tuple[int, int]]:
    (top, left), (bottom, right) = sorted((position(first), position(last)))
    left, right = min(left, right), max(left, right)
    if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
        # Handed on as too many, without making them.
        right, bottom = left + _MOST_CELLS, top
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


def _computed(sheet: str, formula: str, inputs: dict[Address, Raw]) -> float | None:
    import formualizer  # noqa: PLC0415 - rarely needed, and slow to load

    book = formualizer.Workbook()
    for name in {sheet, *(where for where, _, _ in inputs)}:
        book.add_sheet(name)
    try:
        for (where, row, column), value in inputs.items():
            if isinstance(value, NoResult):
                book.set_formula(where, row + 1, column + 1, value.formula)
            elif not is_blank(value):
                book.set_value(where, row + 1, column + 1, value)
        row = 1 + max((r for where, r, _ in inputs if where == sheet), default=0)
        book.set_formula(sheet, row + 1, 1, formula)
        value = book.evaluate_cell(sheet, row + 1, 1)
    except (RuntimeError, ValueError, TypeError):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
