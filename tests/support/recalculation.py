"""Other programs as the second opinion: recalculate a workbook and compare every stored result.

LibreOffice takes a truth value for a number; Gnumeric and IronCalc keep the types of Excel. A
formula that means the same in all three means the same in Excel.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from posixpath import join, normpath
from xml.etree import ElementTree as ET

import ironcalc

# More files than this in one call, and soffice now and then leaves some out without a word.
MOST_AT_ONCE = 50
CLOSE = 1e-9

# Without this LibreOffice shows the stored results; 0 makes it recalculate when it loads.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""

Value = str | float | bool
Place = tuple[str, str]
Results = dict[Place, Value]


# The format and the filter LibreOffice is asked for.
_FILTERS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "xls": "xls:MS Excel 97",
    "ods": "ods:calc8",
}


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Open workbooks in LibreOffice, recalculate every formula, and return what it saves.

    Args:
        books: a plain name without ending → the workbook.
        folder: an empty folder to work in.
    """
    return converted(books, folder, "xlsx")


def converted(books: Mapping[str, bytes], folder: Path, ending: str) -> dict[str, bytes]:
    """Do the same, and return what it saves as ``xlsx``, ``xls`` or ``ods``."""
    sources, out = folder / "in", folder / "out"
    user = folder / "profile" / "user"
    for path in (sources, out, user):
        path.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    for name, data in books.items():
        (sources / f"{name}.xlsx").write_bytes(data)
    for names in _batches(list(books)):
        done = subprocess.run(
            [
                "soffice",
                "--headless",
                "--norestore",
                f"-env:UserInstallation=file://{user.parent}",
                "--convert-to",
                _FILTERS[ending],
                "--outdir",
                str(out),
                *(str(sources / f"{name}.xlsx") for name in names),
            ],
            check=True,
            capture_output=True,
            timeout=600,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        missing = [name for name in names if not (out / f"{name}.{ending}").is_file()]
        assert not missing, (missing, done.stderr)
    return {name: (out / f"{name}.{ending}").read_bytes() for name in books}


def _batches(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), MOST_AT_ONCE):
        yield names[start : start + MOST_AT_ONCE]


# ---------------------------------------------------------------------- the engines


def by_libreoffice(books: Mapping[str, bytes], folder: Path) -> dict[str, Results]:
    """Return what LibreOffice makes of every formula of some workbooks."""
    return {name: results(data) for name, data in recalculated(books, folder).items()}


def by_gnumeric(books: Mapping[str, bytes], folder: Path) -> dict[str, Results]:
    """Return what Gnumeric makes of every formula of some workbooks."""
    found = {}
    for name, data in books.items():
        given, made = folder / f"{name}.xlsx", folder / f"{name}-recalculated.xlsx"
        given.write_bytes(data)
        subprocess.run(
            ["ssconvert", "--recalc", str(given), str(made)],
            check=True,
            capture_output=True,
            timeout=300,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        found[name] = results(made.read_bytes())
        given.unlink()
        made.unlink()
    return found


def by_ironcalc(books: Mapping[str, bytes], folder: Path) -> dict[str, Results]:
    """Return what IronCalc makes of every formula of some workbooks."""
    found = {}
    for name, data in books.items():
        path = folder / f"{name}.xlsx"
        path.write_bytes(data)
        model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
        path.unlink()
        model.evaluate()
        sheets = {s["name"]: n for n, s in enumerate(model.get_worksheets_properties())}
        found[name] = {
            place: _told(model.get_cell_value(sheets[place[0]], *_row_and_column(place[1])))
            for place in formulas(data)
        }
    return found


def _told(value: object) -> Value:
    return "" if value is None else value if isinstance(value, str | bool) else float(value)


def _row_and_column(cell: str) -> tuple[int, int]:
    found = re.fullmatch(r"([A-Z]+)([0-9]+)", cell)
    assert found is not None, cell
    return int(found[2]), ironcalc.column_number_from_name(found[1])


Engine = Callable[[Mapping[str, bytes], Path], dict[str, Results]]
ENGINES: dict[str, Engine] = {
    "libreoffice": by_libreoffice,
    "gnumeric": by_gnumeric,
    "ironcalc": by_ironcalc,
}


# ---------------------------------------------------------------------- what is stored

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TYPE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def results(data: bytes) -> Results:
    """Return the stored result of every formula cell: (sheet, cell) → value, blank as ``""``."""
    return {place: value for place, (_, value) in _formula_cells(data)}


def formulas(data: bytes) -> dict[Place, str]:
    """Return the formula of every formula cell, without a leading ``=``."""
    return {place: formula for place, (formula, _) in _formula_cells(data)}


# Sheets hold tens of thousands of cells, and a few patterns read them ten times as fast as a tree.
_FORMULA_CELL = re.compile(r"<c ([^>]*)>\s*<f([^>]*?)(?:/>|>([^<]*)</f>)(.*?)</c>", re.DOTALL)
_ADDRESS = re.compile(r'\br="([A-Z]+[0-9]+)"')
_KIND = re.compile(r'\bt="([a-zA-Z]+)"')
_RESULT = re.compile(r"<v[^>]*>([^<]*)</v>")


def _formula_cells(data: bytes) -> Iterator[tuple[Place, tuple[str, Value]]]:
    with zipfile.ZipFile(BytesIO(data)) as book:
        shared = _shared_texts(book)
        for name, part in sheet_parts(book).items():
            for attributes, _, formula, rest in _FORMULA_CELL.findall(book.read(part).decode()):
                address, kind = _ADDRESS.search(attributes), _KIND.search(attributes)
                result = _RESULT.search(rest)
                assert address is not None, attributes
                value = html.unescape(result[1]) if result else None
                stored = _stored(value, kind[1] if kind else "n", shared)
                yield (name, address[1]), (html.unescape(formula), stored)


def sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each worksheet, by its name, in the order of the workbook."""
    targets = {
        link.get("Id"): normpath(join("xl", link.get("Target", "")).removeprefix("/"))
        for link in ET.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = ET.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    found = {sheet.get("name", ""): targets[sheet.get(f"{_TYPE}id")] for sheet in sheets}
    return {name: part.removeprefix("/") for name, part in found.items() if "worksheets" in part}


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    items = ET.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(t.text or "" for t in item.iter(f"{_MAIN}t")) for item in items]


def _stored(value: str | None, kind: str, shared: list[str]) -> Value:
    if value is None:
        return ""
    if kind == "n":
        return float(value) if value else ""
    if kind == "b":
        return value in ("1", "true")
    return shared[int(value)] if kind == "s" else value


# ---------------------------------------------------------------------- the comparison


def differences(before: Results, after: Results) -> list[str]:
    """Say where a recalculated workbook differs from what was stored, or holds an error."""
    lost = [f"{sheet}!{cell}: no formula any more" for sheet, cell in before.keys() - after.keys()]
    changed = [
        f"{place[0]}!{place[1]}: stored {value!r}, recalculated {after[place]!r}"
        for place, value in before.items()
        if place in after and not same(value, after[place])
    ]
    return sorted(lost) + changed


def same(one: object, other: object) -> bool:
    """Say whether two results are the same; an error is like nothing, a truth value no number."""
    if any(isinstance(value, str) and value.startswith("#") for value in (one, other)):
        return False
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= CLOSE * max(abs(one), abs(other))
    return one == other
