"""A formula filled down is written out once: what it says in the cells that share it."""

from __future__ import annotations

import re

from tongket_xlsx.model.places import column_letters, position

# A text, a quoted sheet or a name is passed over whole; what is left of them are addresses.
_ADDRESS = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!?|\[[^\[\]]*\])"""
    r"""|(?<![\w.\\$])(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})(?![\w.(!])"""
)
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


def moved(formula: str, rows: int, columns: int) -> str:
    """Return a formula as it reads so many rows further down and columns further right."""

    def address(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[0]
        row, column = position(match[3] + match[5])
        # Beyond the edge of a sheet Excel begins again at the other one.
        row = row if match[4] else (row + rows) % _MOST_ROWS
        column = column if match[2] else (column + columns) % _MOST_COLUMNS
        return f"{match[2]}{column_letters(column)}{match[4]}{row + 1}"

    return _ADDRESS.sub(address, formula)
