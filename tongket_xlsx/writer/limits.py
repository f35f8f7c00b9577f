"""What a workbook can hold, and the fault where something would not be written."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import xlsxwriter
from xlsxwriter.format import Format as Format  # noqa: PLC0414 - handed on to other rooms

LONGEST_LIST = 255


LONGEST_RULE = 255


LONGEST_PROMPT = 255


LONGEST_PROMPT_TITLE = 32


LONGEST_FORMULA = 8192


LONGEST_PROPERTY = 255


LONGEST_FOOTER = 255


# Excel refuses a sheet with more; what would be a link beyond them is written as plain text.
MOST_LINKS = 65_530


TALLEST_ROW = 409


LAST_ROW = 1048575


Value = str | int | float | bool | None


class NotWritten(RuntimeError):
    """Excel could not hold what was asked; nothing is cut or dropped in silence."""


@contextmanager
def loudly(where: str) -> Iterator[None]:
    """Turn what xlsxwriter only warns of into a refusal."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            yield
        except (UserWarning, xlsxwriter.exceptions.XlsxWriterException) as error:
            raise NotWritten(f"{where}: {error}") from error


def written(result: object, where: str) -> None:
    """See that something was written; where it was not, :class:`NotWritten` says where."""
    if isinstance(result, int) and result != 0:
        raise NotWritten(f"{where}: {result}")
