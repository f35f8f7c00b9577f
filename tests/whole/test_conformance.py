"""Everything the product writes opens without a repair and computes what it says it computes."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import verbs
from openpyxl.worksheet.worksheet import Worksheet
from recalculation import differences, recalculated, results
from shipped import FLAWED, RETURNED
from workbook_linter import lint

from tongket_xlsx.campaign import campaign
from tongket_xlsx.codebook.slip_workbook import slip_workbook
from tongket_xlsx.codebook.slips import slips_of
from tongket_xlsx.codebook.workbook import codebook_workbook
from tongket_xlsx.intake import answers as intake
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.findings import Misuse, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Scope
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import CoverField
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader import gate as archive
from tongket_xlsx.reader import grid
from tongket_xlsx.tasks import decide as deciding
from tongket_xlsx.tasks import mark as marking
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import ENGLISH, LANGUAGES, VIETNAMESE

KINDS = (
    "huyen",
    "khoi-tinh",
    "ttgdtx-tinh",
    "bql-kkt",
    "so-gddt",
    "so-ldtbxh",
    "so-nnptnt",
    "so-noivu",
    "so-vhttdl",
    "cuc-thongke",
    "ban-dantoc",
    "hkh-tinh",
    "ldld-tinh",
    "hlhpn-tinh",
    "hnct-tinh",
    "hnd-tinh",
    "mttq-tinh",
    "dang-uy",
)
FOR_MICROSOFT = ("huyen", "khoi-tinh", "so-gddt", "mttq-tinh")
DISTRICT = "GL-626_DakDoa.xlsx"
FULL = "day-du"
EDITIONS = (FULL, "lanh-dao")
# What a summary of a single return computes; those of every other kind are computed again, with
# every other workbook, in every engine (test_every_formula).
OF_ONE_RETURN = (("single", 7_000), ("single-lanh-dao", 1000))
SUMMARIES = ("demo", "empty", "single", "demo-lanh-dao", "empty-lanh-dao", "single-lanh-dao")


def unit_of(units: Mapping[str, Unit], kind: str) -> Unit:
    """Return the first unit of a kind."""
    return next(u for u in units.values() if u.kind == kind)


@pytest.fixture(scope="module")
def prefilled(form: Form, units: Mapping[str, Unit], issue: Issue, finder: Finder) -> bytes:
    """The correction copy of a district: everything it answered, its cover, its explanations."""
    data = (RETURNED / DISTRICT).read_bytes()
    came = intake.receive(grid.read(archive.admit(data)), form, units, "0" * 64, finder)
    assert came.identity is not None
    return template.build(
        form,
        units[came.identity.unit],
        issue,
        answers=came.answers(),
        cover={**came.cover, CoverField.PHONE: "=1+1"},
        explanations={"TC01": "Số của Chi cục Thống kê; xem <biểu 2> & phụ lục"},
        round_number=2,
        parent="0" * 64,
    )


@pytest.fixture(scope="module")
def summaries(
    demo: Path, empty_campaign: campaign.Campaign, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """Both editions of the consolidated workbooks of the demo, of nobody, and of one district."""
    folder = tmp_path_factory.mktemp("summaries")
    homes = {name: shutil.copytree(empty_campaign.home, folder / name) for name in ("0", "1")}
    empty, single = (dataclasses.replace(empty_campaign, home=h) for h in homes.values())
    verbs.receive(single, [RETURNED / DISTRICT], jobs=1)
    of = {"demo": campaign.open_campaign(demo), "empty": empty, "single": single}
    written = {"demo": (demo / "tong-hop" / "tong-hop.xlsx").read_bytes()}
    for name, made in of.items():
        for edition in EDITIONS:
            which = name if edition == FULL else f"{name}-{edition}"
            if which not in written:
                path, _ = verbs.summarise(made, folder / f"{which}.xlsx", edition=edition)
                written[which] = path.read_bytes()
    path, _ = verbs.summarise(single, folder / "english.xlsx", lang=ENGLISH)
    return {**written, "english": path.read_bytes()}


@pytest.fixture(scope="module")
def copies(
    empty_campaign: campaign.Campaign, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """The marked copies of the flawed samples, and a summary in which one finding is decided."""
    folder = tmp_path_factory.mktemp("copies")
    written = {}
    for path in sorted(FLAWED.glob("*.xlsx")):
        home = shutil.copytree(empty_campaign.home, folder / path.stem)
        made = dataclasses.replace(empty_campaign, home=home)
        (item,) = verbs.receive(made, [path], jobs=1)
        for copy in marking.mark(made):
            written[path.stem] = copy.path.read_bytes()
            for error in (f for f in item.findings if f.severity is Severity.ERROR):
                # Where nothing stands that could be counted there is nothing to accept.
                with suppress(Misuse):
                    deciding.waive(made, copy.unit.code, error.code, reason="đã rõ", by="An")
                    break
            again = marking.mark(made)
            if again:
                written[f"{path.stem}-decided"] = again[0].path.read_bytes()
            written["summary"] = verbs.summarise(made)[0].read_bytes()
    return written


@pytest.fixture(scope="module")
def documents(form: Form) -> dict[str, bytes]:
    """The codebook and the slips of a district."""
    return {
        "codebook": codebook_workbook(form, VIETNAMESE),
        "slips": slip_workbook(form, "huyen", slips_of(form, "huyen"), VIETNAMESE),
    }


# ---------------------------------------------------------------------- the linter


def test_the_kinds_named_here_are_all_that_get_a_form(form: Form) -> None:
    """No kind of unit that gets a workbook is left out of the tests below."""
    asked = {k.code for k in form.unit_kinds.values() if k.scope is not Scope.TOTAL}
    assert asked == set(KINDS)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_blank_forms_are_clean(
    form: Form, units: Mapping[str, Unit], issue: Issue, kind: str, lang: str
) -> None:
    """The blank form of every kind of unit, in both languages, has no fault."""
    assert lint(template.build(form, unit_of(units, kind), issue, lang=lang)) == []


def test_a_prefilled_form_is_clean(prefilled: bytes) -> None:
    """A form with answers, texts, documents, explanations and a cover has no fault."""
    assert lint(prefilled) == []


@pytest.mark.parametrize("which", [*SUMMARIES, "english"])
def test_consolidated_workbooks_are_clean(summaries: dict[str, bytes], which: str) -> None:
    """Either edition has no fault, whether all, one or none have returned theirs."""
    assert lint(summaries[which]) == []


def test_marked_copies_are_clean(copies: dict[str, bytes]) -> None:
    """Every copy that goes back, and a summary with a decision, has no fault."""
    assert {name for name in copies if lint(copies[name])} == set()
    assert len(copies) >= 7


def test_documents_of_a_form_are_clean(documents: dict[str, bytes]) -> None:
    """Codebook and slips have no fault."""
    assert {name for name in documents if lint(documents[name])} == set()


# ---------------------------------------------------------------------- Microsoft's validator


def validated(path: Path) -> dict[str, object]:
    """Ask Microsoft's validator, which ends with an exit code of its own."""
    done = subprocess.run(
        ["ooxml-validator", path], capture_output=True, text=True, timeout=120, check=False
    )
    return json.loads(done.stdout)


@pytest.mark.npm
@pytest.mark.parametrize("what", [*FOR_MICROSOFT, "prefilled", "demo", "demo-lanh-dao", "empty"])
def test_microsoft_finds_no_fault(
    form: Form,
    units: Mapping[str, Unit],
    issue: Issue,
    prefilled: bytes,
    summaries: dict[str, bytes],
    tmp_path: Path,
    what: str,
) -> None:
    """Microsoft's own validator accepts forms of the main kinds and the consolidated workbook."""
    if what in FOR_MICROSOFT:
        data = template.build(form, unit_of(units, what), issue)
    else:
        data = prefilled if what == "prefilled" else summaries[what]
    path = tmp_path / f"{what}.xlsx"
    path.write_bytes(data)
    verdict = validated(path)
    assert verdict["ok"] is True, verdict
    assert verdict["errors"] == []


@pytest.mark.npm
def test_microsoft_finds_no_fault_in_copies_and_documents(
    copies: dict[str, bytes], documents: dict[str, bytes], tmp_path: Path
) -> None:
    """Marked copies, a summary with decisions, codebook and slips are accepted as well."""
    refused = {}
    for name, data in {**copies, **documents}.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)
        verdict = validated(path)
        if verdict["ok"] is not True or verdict["errors"]:
            refused[name] = verdict
    assert refused == {}


@pytest.mark.npm
def test_microsoft_would_find_a_fault(
    form: Form, units: Mapping[str, Unit], issue: Issue, tmp_path: Path
) -> None:
    """The validator is really asked: an element that is out of place does not pass."""
    data = template.build(form, unit_of(units, "mttq-tinh"), issue)
    path = tmp_path / "broken.xlsx"
    path.write_bytes(patched(data, "xl/workbook.xml", "<bookViews>", "<wrong/><bookViews>"))
    assert validated(path)["ok"] is False


# ---------------------------------------------------------------------- LibreOffice


def patched(data: bytes, part: str, old: str, new: str) -> bytes:
    """Replace one text in one part of a workbook; everything else stays as it is."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == part:
                assert content.count(old) == 1, (old, content.count(old))
                content = content.replace(old, new)
            target.writestr(name, content)
    return stream.getvalue()


def retyped(data: bytes, sheet: str, cell: str, value: str | int) -> bytes:
    """Type over a cell, in the XML itself; stored results of formulas stay stale."""
    names = openpyxl.load_workbook(BytesIO(data), read_only=True).sheetnames
    part = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
    with zipfile.ZipFile(BytesIO(data)) as source:
        found = re.search(rf'<c r="{cell}"( s="[0-9]+")[^>]*>.*?</c>', source.read(part).decode())
    assert found is not None, (sheet, cell)
    if isinstance(value, int):
        new = f'<c r="{cell}"{found[1]}><v>{value}</v></c>'
    else:
        new = f'<c r="{cell}"{found[1]} t="inlineStr"><is><t>{value}</t></is></c>'
    return patched(data, part, found[0], new)


@pytest.fixture(scope="module")
def filled(form: Form, units: Mapping[str, Unit], issue: Issue) -> bytes:
    """The form of a district full of numbers, some of them nil, missing or left out."""
    unit = units["GL-639"]
    answers: dict[tuple[str, str, int], Answer] = {}
    signs = ("-", "…", "x")
    asked = [i for g in form.groups for i in form.asked(g, unit.kind) if not i.computed]
    for number, indicator in enumerate(asked):
        for place, period in enumerate(indicator.periods):
            turn = number * 4 + place
            if turn % 11 == 5:
                answers[indicator.code, period, 0] = Answer(text=signs[turn % 3])
            elif turn % 13 and indicator.kind is not Kind.YESNO:
                answers[indicator.code, period, 0] = Answer(Decimal(turn * 37 % 1409))
    return template.build(form, unit, issue, answers=answers)


# What an office may have written otherwise: a divisor, a figure it does not know, yes or no.
CHANGES = {
    "divisor": ("GL-622", "TC", "TC01", "2017", 300_000),
    "unknown": ("GL-627", "ML", "ML10", "2012", "…"),
    # Nothing else follows from this figure: one that breaks a rule would be held as well.
    "nil": ("GL-639", "QK", "QK14", "2017", "-"),
    "yes-or-no": ("GL-625", "ML", "ML01", "2007", "Không"),
}


@dataclasses.dataclass
class Change:
    """One cell changed in the consolidated workbook, and in the return it came from."""

    typed: bytes
    imported: bytes


@pytest.fixture(scope="module")
def changes(demo: Path, form: Form, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Change]:
    data = (demo / "tong-hop" / "tong-hop.xlsx").read_bytes()
    found = {}
    for name, (unit, group, code, period, value) in CHANGES.items():
        home = tmp_path_factory.mktemp("changed") / "dot"
        made = shutil.copytree(demo, home)
        (path,) = RETURNED.glob(f"{unit}_*.xlsx")
        book = openpyxl.load_workbook(path)
        sheet, cell = answer_cell(form, book, code, period)
        sheet[cell].value = value
        book.save(home / "nop-ve" / path.name)
        campaign_ = campaign.open_campaign(made)
        verbs.receive(campaign_, [home / "nop-ve" / path.name], received=date(2017, 4, 1))
        summary, _ = verbs.summarise(campaign_, home / "x.xlsx")
        where = unit_cell(form, data, group, unit, (code, period))
        typed = retyped(data, f"Theo đơn vị – {group}", where, value)
        found[name] = Change(typed, summary.read_bytes())
    return found


def answer_cell(
    form: Form, book: openpyxl.Workbook, code: str, period: str
) -> tuple[Worksheet, str]:
    """Find the cell of a return that holds an answer, by its code and the heading of its year."""
    heading = form.period_by_code[period].label.vi
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            if row[0].value == "Mã":
                columns = {str(c.value): c.column_letter for c in row}
            elif row[0].value == code:
                return sheet, f"{columns[heading]}{row[0].row}"
    raise AssertionError(code)


def unit_cell(form: Form, data: bytes, group: str, unit: str, key: tuple[str, str]) -> str:
    """Find the cell of the consolidated workbook that holds an answer of a unit."""
    sheet = openpyxl.load_workbook(BytesIO(data), data_only=True)[f"Theo đơn vị – {group}"]
    heading = form.period_by_code[key[1]].label.vi
    column = next(
        c.column_letter
        for c in sheet[5]
        if c.value == key[0] and sheet.cell(7, c.column).value == heading
    )
    row = next(r for r in range(8, 40) if sheet.cell(r, 2).value == unit)
    return f"{column}{row}"


@pytest.fixture(scope="module")
def recalculations(
    summaries: dict[str, bytes],
    filled: bytes,
    changes: dict[str, Change],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[bytes, bytes]]:
    """Every workbook as written and as LibreOffice recalculates it, in one run of LibreOffice."""
    books = {
        **{name: summaries[name] for name, _ in OF_ONE_RETURN},
        "filled": filled,
        **{name: change.typed for name, change in changes.items()},
    }
    after = recalculated(books, tmp_path_factory.mktemp("libreoffice"))
    return {name: (data, after[name]) for name, data in books.items()}


@pytest.mark.libreoffice
@pytest.mark.parametrize(("which", "at_least"), OF_ONE_RETURN)
def test_stored_results_are_what_a_spreadsheet_computes(
    recalculations: dict[str, tuple[bytes, bytes]], which: str, at_least: int
) -> None:
    """No formula ends in an error, and each has stored with it the value it really has."""
    before, after = (results(data) for data in recalculations[which])
    assert len(before) >= at_least
    assert differences(before, after) == []


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_cell_changes_what_depends_on_it_and_nothing_else(
    recalculations: dict[str, tuple[bytes, bytes]], changes: dict[str, Change], name: str
) -> None:
    """Typed into the table by unit, a figure does all that it does when it is in the return.

    Every total, change, coverage, rank, target and cell behind a chart is the one that the import
    of the changed return computes; what stays there stays here.
    """
    before, after = (results(data) for data in recalculations[name])
    wanted = results(changes[name].imported)
    assert differences(wanted, after) == []
    moved = {sheet for sheet, cell in before if before[sheet, cell] != after[sheet, cell]}
    assert f"Toàn tỉnh – {CHANGES[name][1]}" in moved
    assert "Toàn tỉnh – LD" not in moved
    if name == "divisor":
        assert {"Toàn tỉnh – ML", "Theo đơn vị – ML", "Biểu đồ", "Tổng quan"} <= moved


@pytest.mark.libreoffice
def test_the_sheets_of_a_form_survive_libreoffice(
    recalculations: dict[str, tuple[bytes, bytes]], form: Form
) -> None:
    """An office that works with LibreOffice gets every sheet and every heading back."""
    before, after = (openpyxl.load_workbook(BytesIO(d)) for d in recalculations["filled"])
    assert after.sheetnames == before.sheetnames
    for sheet in layout_of(form, "huyen", VIETNAMESE).sheets:
        for number, column in enumerate(sheet.columns, start=1):
            row = sheet.heading_row + 1
            assert after[sheet.name].cell(row, number).value == column.heading
