"""What is measured: one thing done once in a process of its own, by its name.

    echo '{"argument": …}' | python tests/benchmarks/contestants.py NAME

Prints one line of JSON: the processor time of this process and of all that it started, without
importing modules, how many things were done, and the largest memory of this process.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

DAY = date(2017, 3, 30)
Work = Callable[[], int]
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRETCH = 50_000


def processor_seconds() -> float:
    """Return the processor time of this process and of those it started and that have ended."""
    import resource  # there is none on Windows

    used = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def _each(do: Callable[[Any], Any], things: Sequence[Any]) -> Work:
    """Do one thing after the other; the first was done before, as much is imported only then."""
    do(things[0])

    def work() -> int:
        for thing in things:
            do(thing)
        return len(things)

    return work


# ---------------------------------------------------------------------- reading workbooks


def inflate(paths: list[str]) -> Work:
    """Inflate every part."""

    def work() -> int:
        for path in paths:
            with zipfile.ZipFile(path) as container:
                for name in container.namelist():
                    container.read(name)
        return len(paths)

    return work


def calamine(paths: list[str]) -> Work:
    """Read every sheet with python-calamine, from bytes already in memory, and do nothing else."""
    import python_calamine

    def read(path: str) -> None:
        book = python_calamine.load_workbook(BytesIO(Path(path).read_bytes()))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()

    return _each(read, paths)


def openpyxl(paths: list[str]) -> Work:
    """Read every cell with openpyxl's read-only reader."""
    import openpyxl as reader

    def read(path: str) -> None:
        book = reader.load_workbook(path, read_only=True, data_only=True)
        for sheet in book.worksheets:
            for _ in sheet.iter_rows(values_only=True):
                pass
        book.close()

    return _each(read, paths)


def pandas(paths: list[str]) -> Work:
    """Read every sheet into a table with pandas and openpyxl."""
    import pandas as pd

    return _each(
        lambda path: pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl"), paths
    )


def datamaps(paths: list[str], cells: list[list[str]]) -> Work:
    """Import to a master workbook with datamaps, told the same cells."""
    folder = Path(tempfile.mkdtemp(prefix="datamaps-"))
    (folder / "in").mkdir()
    for path in paths:
        shutil.copy(path, folder / "in")
    with (folder / "map.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("cell_key", "template_sheet", "cell_reference", "type"))
        writer.writerows((f"k{n}", *cell, "NUMBER") for n, cell in enumerate(cells))
    words = ["import", "templates", "-m", "-d", folder / "map.csv", "--inputdir", folder / "in"]
    call = [sys.executable, "-c", "from datamaps.main import cli; cli()", *map(str, words)]

    def work() -> int:
        subprocess.run(call, check=True, capture_output=True, env={"HOME": str(folder)})
        if not list(folder.rglob("master.xlsx")):
            raise RuntimeError("datamaps made no master")
        shutil.rmtree(folder)
        return len(paths)

    return work


# ---------------------------------------------------------------------- ours


def take_in(home: str, paths: list[str], jobs: int, *, again: bool = False) -> Work:
    """Import returns into a fresh ledger; ``again`` into the one that has them."""
    import verbs

    from tongket_xlsx.campaign import campaign

    if not again:
        shutil.rmtree(Path(home) / campaign.LEDGER, ignore_errors=True)
    opened = campaign.open_campaign(Path(home))

    def work() -> int:
        results = verbs.receive(opened, list(map(Path, paths)), received=DAY, jobs=jobs)
        if any(r.outcome in ("refused", "needs-correction") for r in results):
            raise RuntimeError("a clean return was not taken in")
        return len(results)

    return work


def check(home: str, paths: list[str]) -> Work:
    """Read and check returns without recording them."""
    import verbs

    from tongket_xlsx.campaign import campaign
    from tongket_xlsx.intake.read_return import Reader

    opened = campaign.open_campaign(Path(home))
    reader = Reader((opened.form,), opened.units)
    return lambda: len(verbs.check(reader, list(map(Path, paths)), jobs=1))


def gate(home: str, paths: list[str]) -> Work:
    """Let returns through the gate."""
    from tongket_xlsx.reader import gate as archive

    files = [Path(path).read_bytes() for path in paths]

    return _each(lambda data: archive.admit(data, unread=_unread()), files)


def cells(home: str, paths: list[str]) -> Work:
    """Read the cells of returns that passed the gate."""
    from tongket_xlsx.reader import gate as archive
    from tongket_xlsx.reader import grid

    let_in = [archive.admit(Path(path).read_bytes(), unread=_unread()) for path in paths]

    return _each(grid.read, let_in)


def answers(home: str, paths: list[str]) -> Work:
    """Find the answers in the cells of returns, and run the rules."""
    from tongket_xlsx.campaign import campaign
    from tongket_xlsx.intake import answers as intake
    from tongket_xlsx.intake.tables import Finder
    from tongket_xlsx.reader import gate as archive
    from tongket_xlsx.reader import grid

    opened = campaign.open_campaign(Path(home))
    finder = Finder(opened.form)
    books = [grid.read(archive.admit(Path(p).read_bytes(), unread=_unread())) for p in paths]

    return _each(lambda book: intake.receive(book, opened.form, opened.units, "", finder), books)


def rules(home: str, paths: list[str]) -> Work:
    """Run the rules over returns that were read before."""
    from tongket_xlsx.campaign import campaign
    from tongket_xlsx.intake.read_return import Reader
    from tongket_xlsx.model import rules as rulebook

    opened = campaign.open_campaign(Path(home))
    reader = Reader((opened.form,), opened.units)
    returns = [reader.read(Path(path).read_bytes()) for path in paths]

    def work() -> int:
        for result in returns:
            unit = opened.units[result.identity.unit]
            values = rulebook.values_of(opened.form, unit, result.observations)
            list(rulebook.run(opened.form, unit, values))
        return len(returns)

    return work


def _unread() -> frozenset[str]:
    from tongket_xlsx.model.layout import COMPUTED_SHEETS

    return COMPUTED_SHEETS


def generate(home: str, number: int) -> Work:
    """Write the blank workbooks of so many units."""
    import verbs

    from tongket_xlsx.campaign import campaign
    from tongket_xlsx.model.layouts import layout_of

    opened = campaign.open_campaign(Path(home))
    layout_of(opened.form, opened.respondents[0].kind, "vi")
    codes = [unit.code for unit in islice(opened.respondents, number)]
    folder = Path(tempfile.mkdtemp(prefix="issued-"))

    def work() -> int:
        issued, _ = verbs.generate(opened, codes, folder=folder)
        shutil.rmtree(folder)
        return len(issued)

    return work


def mark(home: str, number: int) -> Work:
    """Write the copies that go back: of as many returns with a total that is wrong."""
    import verbs

    from tongket_xlsx.campaign import campaign
    from tongket_xlsx.tasks import mark as marking

    opened = campaign.open_campaign(Path(home))
    shutil.rmtree(Path(home) / campaign.LEDGER, ignore_errors=True)
    verbs.receive(opened, received=DAY)

    def work() -> int:
        marked = marking.mark(opened)
        if len(marked) != number:
            raise RuntimeError(f"{len(marked)} copies instead of {number}")
        return len(marked)

    return work


def summary(home: str, target: str) -> Work:
    """Write the consolidated workbook."""
    import verbs

    from tongket_xlsx.campaign import campaign
    from tongket_xlsx.summary import outliers as between_units  # noqa: F401 - importing is no part of the work

    opened = campaign.open_campaign(Path(home))

    def work() -> int:
        verbs.summarise(opened, Path(target))
        return len(opened.units)

    return work


# ---------------------------------------------------------------------- xlsxwriter alone


def same_cells(path: str, times: int = 1) -> float:
    """Write the cells of a workbook with xlsxwriter and nothing else; return the seconds.

    Every value, formula and format number, row by row; no validation, no conditional format, no
    chart. Reading the cells is not counted, nor is looking through formulas for new functions.
    What is so long that it stands in a CSV file beside the workbook is written with csv.
    """
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    class Plain(Worksheet):
        def _prepare_formula(self, formula: str, expand_future_functions: object = None) -> str:
            del expand_future_functions
            return formula.removeprefix("=")

    used = 0.0
    with zipfile.ZipFile(path) as source:
        texts = list(_texts(source))
        parts = [n for n in source.namelist() if n.startswith("xl/worksheets/sheet")]
        for _ in range(times):
            start = time.process_time()
            book = xlsxwriter.Workbook(BytesIO(), {"constant_memory": True})
            formats: dict[int, Any] = {}
            used += time.process_time() - start
            for part in parts:
                page = book.add_worksheet(worksheet_class=Plain)
                cells = _cells(source, part, texts)
                while stretch := list(islice(cells, _STRETCH)):
                    start = time.process_time()
                    _write(book, page, stretch, formats)
                    used += time.process_time() - start
            start = time.process_time()
            book.close()
            used += time.process_time() - start
    beside = Path(path).with_name(f"{Path(path).stem}_so-lieu-goc.csv")
    return used + (_same_rows(beside) if beside.exists() else 0.0)


def _same_rows(path: Path) -> float:
    """Write the rows of a CSV file with csv and nothing else; return the seconds."""
    used = 0.0
    with (
        path.open(encoding="utf-8-sig", newline="") as given,
        tempfile.TemporaryFile("w", encoding="utf-8", newline="") as stream,
    ):
        writer, rows = csv.writer(stream), csv.reader(given)
        while stretch := list(islice(rows, _STRETCH)):
            start = time.process_time()
            for row in stretch:
                writer.writerow(row)
            used += time.process_time() - start
    return used


def _write(book: Any, page: Any, cells: list[tuple[Any, ...]], formats: dict[int, Any]) -> None:
    for row, column, kind, value, result, style in cells:
        look = formats.get(style)
        if look is None:
            look = formats[style] = book.add_format({"num_format": "0." + "0" * (style % 9 + 1)})
        if kind == "number":
            page.write_number(row, column, value, look)
        elif kind == "text":
            page.write_string(row, column, value, look)
        elif kind == "formula":
            page.write_formula(row, column, value, look, result)
        else:
            page.write_blank(row, column, None, look)


def _texts(source: zipfile.ZipFile) -> Iterator[str]:
    with source.open("xl/sharedStrings.xml") as stream:
        for _, element in ET.iterparse(stream):
            if element.tag == _MAIN + "si":
                yield "".join(t.text or "" for t in element.iter(_MAIN + "t"))
                element.clear()


def _cells(source: zipfile.ZipFile, part: str, texts: list[str]) -> Iterator[tuple[Any, ...]]:
    from tongket_xlsx.model.places import position

    with source.open(part) as stream:
        for _, element in ET.iterparse(stream):
            if element.tag == _MAIN + "c":
                yield (*position(element.attrib["r"]), *_content(element, texts))
            elif element.tag == _MAIN + "row":
                element.clear()


def _content(cell: ET.Element, texts: list[str]) -> tuple[Any, ...]:
    style, kind = int(cell.attrib.get("s", "0")), cell.attrib.get("t", "n")
    formula, value = cell.find(_MAIN + "f"), cell.find(_MAIN + "v")
    stored = "" if value is None else value.text or ""
    if formula is not None:
        return "formula", f"={formula.text}", stored, style
    if kind == "inlineStr":
        return "text", "".join(t.text or "" for t in cell.iter(_MAIN + "t")), None, style
    if kind == "s":
        return "text", texts[int(stored)], None, style
    if value is None:
        return "blank", None, None, style
    return ("number", float(stored), None, style) if kind == "n" else ("text", stored, None, style)


CONTESTANTS: dict[str, Callable[..., Work]] = {
    function.__name__: function
    for function in (
        inflate,
        calamine,
        openpyxl,
        pandas,
        datamaps,
        take_in,
        check,
        gate,
        cells,
        answers,
        rules,
        generate,
        mark,
        summary,
    )
}


def main(name: str, arguments: str) -> None:
    """Do one thing and print what it took."""
    import resource

    given = json.loads(arguments)
    if name == "same_cells":
        seconds, count = same_cells(**given), given.get("times", 1)
    else:
        work = CONTESTANTS[name](**given)
        start = processor_seconds()
        count = work()
        seconds = processor_seconds() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "count": count, "peak": peak // 1024}))


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.read())
