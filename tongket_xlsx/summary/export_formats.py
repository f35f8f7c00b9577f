"""The formats of an export: the one table for what can be chosen, what help says, and tests.

A format is a name and who writes it. Nothing is imported before it is written: the table is asked
for the choices of a command.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from tongket_xlsx.text.messages import VIETNAMESE

if TYPE_CHECKING:
    from tongket_xlsx.summary.tidy import Row

Write = Callable[[IO[bytes], "Iterable[Row]", str], int]


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One format: who writes it, and the mark a file of it begins with.

    ``mark`` is a byte-order mark, without which Excel takes a CSV file for something else than
    UTF-8; what goes into a pipe has none.
    """

    name: str
    _write: Write
    mark: bytes = b""

    def write(
        self,
        stream: IO[bytes],
        rows: Iterable[Row],
        *,
        is_file: bool = True,
        lang: str = VIETNAMESE,
    ) -> int:
        """Write tidy rows; return how many there are.

        Args:
            is_file: whether it becomes a file that a person may open.
            lang: the language of headings and words, where the format is for people.

        Raises:
            ImportError: a library that the format needs is not installed.
        """
        if is_file:
            stream.write(self.mark)
        return self._write(stream, rows, lang)


def _csv(stream: IO[bytes], rows: Iterable[Row], _lang: str) -> int:
    from tongket_xlsx.summary import tidy  # noqa: PLC0415 - see above

    return tidy.write_csv(stream, rows)


def _json(stream: IO[bytes], rows: Iterable[Row], _lang: str) -> int:
    from tongket_xlsx.summary import tidy  # noqa: PLC0415

    return tidy.write_json(stream, rows)


def _parquet(stream: IO[bytes], rows: Iterable[Row], _lang: str) -> int:
    from tongket_xlsx.summary import tidy  # noqa: PLC0415

    return tidy.write_parquet(stream, rows)


def _xlsx(stream: IO[bytes], rows: Iterable[Row], lang: str) -> int:
    from tongket_xlsx.summary import tidy_workbook  # noqa: PLC0415

    return tidy_workbook.write_xlsx(stream, rows, lang)


FORMATS: Mapping[str, ExportFormat] = {
    one.name: one
    for one in (
        ExportFormat("csv", _csv, codecs.BOM_UTF8),
        ExportFormat("json", _json),
        ExportFormat("parquet", _parquet),
        ExportFormat("xlsx", _xlsx),
    )
}
