"""One office cannot stop the province: what one return holds costs at most that return."""

from __future__ import annotations

import json
import pkgutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from command_line import Run
from shipped import FLAWED, RETURNED

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import CoverField, Role, SheetKind
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.units import Unit
from tongket_xlsx.text.messages import VIETNAMESE

pytestmark = pytest.mark.usefixtures("in_process")

PLEIKU = RETURNED / "GL-622_Pleiku.xlsx"
SUMS = FLAWED / "01-tong-khac-thanh-phan.xlsx"
CUT = "… (đã rút ngắn: còn trong tệp gốc)"
ENDLESS = "rõ😀" * 10_900
# Where each endless text stands, and in whose return.
DISTRICTS = {
    "cover": ("GL-622", PLEIKU),
    "roster": ("GL-623", RETURNED / "GL-623_AnKhe.xlsx"),
    "narrative": ("GL-625", RETURNED / "GL-625_KBang.xlsx"),
    "explanation": ("GL-627", RETURNED / "GL-627_ChuPah.xlsx"),
    "figure": ("GL-628", RETURNED / "GL-628_IaGrai.xlsx"),
}


def ledger(campaign: Campaign) -> sqlite3.Connection:
    return sqlite3.connect(campaign.home / "so-cai" / "so-cai.sqlite")


def texts(path: Path) -> list[str]:
    """Every text of a workbook, as another reader sees it."""
    book = openpyxl.load_workbook(path, data_only=True)
    cells = (cell for page in book for row in page.iter_rows() for cell in row)
    return [cell.value for cell in cells if isinstance(cell.value, str)]


# ---------------------------------------------------------------------- endless texts


def endless(form: Form, unit: Unit, source: Path, where: str, target: Path) -> Path:
    """Write a text longer than any cell of Excel holds into one kind of place of a return."""
    layout = layout_of(form, unit.kind, VIETNAMESE)
    book = openpyxl.load_workbook(source)
    # Something else is wrong with it, so that a copy goes back.
    money = layout.sheet_of("QK01")
    row, column = money.cell("QK01", "2017")
    book[money.name].cell(row + 1, column + 1).value = "nhiều"
    if where == "cover":
        row, column = layout.cover[CoverField.COMPILER]
        page = book[layout.of_kind(SheetKind.COVER)[0].name]
    elif where == "roster":
        sheet = layout.of_kind(SheetKind.ROSTER)[0]
        row, column, page = sheet.first_row, 1, book[sheet.name]
    elif where == "narrative":
        sheet = layout.of_kind(SheetKind.NARRATIVE)[0]
        (row, column), page = sheet.cell(next(iter(sheet.rows)), Role.ANSWER), book[sheet.name]
    else:
        sheet = money
        role = Role.EXPLANATION if where == "explanation" else "2012"
        (row, column), page = sheet.cell("QK01", role), book[sheet.name]
    page.cell(row + 1, column + 1).value = f"{ENDLESS}{where}"
    book.save(target)
    return target


def test_an_endless_text_in_a_return_stops_no_verb(
    run: Run, campaign: Campaign, form: Form, units: Mapping[str, Unit], tmp_path: Path
) -> None:
    """The ledger keeps it whole; every workbook shows its beginning and says where the rest is."""
    paths = [
        endless(form, units[code], source, where, tmp_path / source.name)
        for where, (code, source) in DISTRICTS.items()
    ]
    assert run("import", *paths, SUMS, home=campaign.home).exit_code == 1
    marked = run("mark", home=campaign.home)
    assert (marked.exit_code, "GL-626" in marked.stdout) == (0, True), marked.output
    for edition in ("day-du", "lanh-dao"):
        made = run("summary", "--edition", edition, "-o", f"{edition}.xlsx", home=campaign.home)
        assert made.exit_code == 0, made.output
        assert texts(campaign.home / f"{edition}.xlsx")
    assert run("status", home=campaign.home).exit_code == 0
    exported = run("export", "--format", "json", home=campaign.home)
    whole = json.dumps(json.loads(exported.stdout), ensure_ascii=False)
    for where, (code, _) in DISTRICTS.items():
        # Each ends in the name of the place it was written into.
        assert f"{ENDLESS}{where}" in kept_of(campaign, code), where
        assert (f"{ENDLESS}{where}" in whole) == (where in ("roster", "narrative", "figure")), where
        shown = texts(next((campaign.home / "tra-lai").glob(f"{code}*")))
        assert any(text.endswith(CUT) for text in shown) or where == "cover", where


def kept_of(campaign: Campaign, code: str) -> str:
    """What the ledger keeps of the return of a unit."""
    with ledger(campaign) as db:
        (reading,) = db.execute("SELECT id FROM reading WHERE unit = ?", (code,)).fetchone()
        return "\n".join(
            str(row)
            for table, column in (("reading", "id"), ("observation", "reading"))
            for row in db.execute(f"SELECT * FROM {table} WHERE {column} = ?", (reading,))
        )


# ---------------------------------------------------------------------- a changed list of units


@pytest.mark.parametrize(
    ("code", "kind"), [("GL-626", "hnd-tinh"), ("GL-622", "hnd-tinh"), ("GL-HND", "huyen")]
)
def test_a_unit_of_another_kind_than_when_it_answered_stops_no_verb(
    run: Run, campaign: Campaign, code: str, kind: str
) -> None:
    """Its figures that are not asked any more stand in no table, and that is told."""
    farmers = RETURNED / "GL-HND_HoiNongDanTinh.xlsx"
    run("import", PLEIKU, SUMS, farmers, home=campaign.home)
    listed = campaign.home / "don-vi.csv"
    rows = listed.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = [
        ",".join([*row.split(",")[:3], kind, *row.split(",")[4:]])
        if row.startswith(f"{code},")
        else row
        for row in rows
    ]
    listed.write_text("".join(changed), encoding="utf-8")
    for words in (("status",), ("summary",), ("summary", "--edition", "lanh-dao"), ("mark",)):
        told = run(*words, home=campaign.home)
        assert told.exit_code in (0, 1), told.output
        if words[0] != "mark" and code != "GL-HND":
            assert "tongket recheck" in told.stderr
    assert run("export", "--format", "csv", home=campaign.home).exit_code == 0


# ---------------------------------------------------------------------- other versions, failures


def test_findings_and_words_of_another_version_are_told_as_such(
    run: Run, campaign: Campaign
) -> None:
    """A code without a sentence, a sentence without its values, and unknown words stop nothing."""
    run("import", SUMS, home=campaign.home)
    with ledger(campaign) as db:
        db.execute("UPDATE finding SET code = 'cu.khong-con', parameters = '{}' WHERE number = 0")
        db.execute("UPDATE finding SET code = 'cell.text', parameters = '{}' WHERE number = 1")
        db.execute("UPDATE finding SET severity = 'grave' WHERE number = 0")
        db.execute("UPDATE reading SET outcome = 'unheard-of'")
        db.execute("UPDATE observation SET state = 'strange' WHERE indicator = 'QK01'")
    for words in (("summary",), ("mark",), ("status",), ("log", "GL-626")):
        told = run(*words, home=campaign.home)
        assert told.exit_code in (0, 1), told.output
    shown = texts(next((campaign.home / "tong-hop").glob("*.xlsx")))
    assert any("cu.khong-con" in text and "bản khác ghi" in text for text in shown)


@pytest.mark.parametrize(
    ("verb", "where"),
    [
        (("generate", "GL-622", "GL-623"), "generate._FormFolder.issue"),
        (("mark",), "mark._mark"),
        (("status",), "status._standing"),
        (("summary",), "review._of_unit"),
        (("export", "--format", "csv"), "export._observed"),
    ],
    ids=lambda v: v if isinstance(v, str) else v[0],
)
def test_what_fails_for_one_unit_costs_that_unit(
    run: Run,
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    verb: tuple[str, ...],
    where: str,
) -> None:
    """The others are done, the one is named with the cause, and the exit code says so."""
    run("import", SUMS, FLAWED / "03-ghi-dong-thay-trieu.xlsx", PLEIKU, home=campaign.home)
    path = f"tongket_xlsx.tasks.{where}"
    whole = pkgutil.resolve_name(path)
    calls: list[object] = []

    def failing(*words: object, **more: object) -> object:
        calls.append(words)
        if len(calls) == 1:
            raise RuntimeError("đứt dây")
        return whole(*words, **more)

    monkeypatch.setattr(path, failing)
    told = run(*verb, home=campaign.home)
    assert (told.exit_code, len(calls) > 1) == (1, True), told.output
    assert "RuntimeError: đứt dây" in told.stderr
    assert told.stdout.strip()


# ---------------------------------------------------------------------- endless numbers


def test_numbers_beyond_all_bounds_are_findings_and_stop_no_verb(
    run: Run, campaign: Campaign, units: Mapping[str, Unit], tmp_path: Path
) -> None:
    """1e308, 10^400 as text and next to nothing: told at the cell, nowhere counted."""
    layout = layout_of(campaign.form, units["GL-622"].kind, VIETNAMESE)
    book = openpyxl.load_workbook(PLEIKU)
    typed = {"QK01": 1e308, "QK05": 9e307, "QK06": "1" + "0" * 400, "ML10": "9" * 6000}
    for code, value in {**typed, "ML04": 1e-320}.items():
        sheet = layout.sheet_of(code)
        row, column = sheet.cell(code, "2012")
        book[sheet.name].cell(row + 1, column + 1).value = value
    book.save(tmp_path / "GL-622.xlsx")
    taken = run("import", tmp_path / "GL-622.xlsx", SUMS, "--json", home=campaign.home)
    first = json.loads(taken.stdout)["files"][0]["findings"]
    assert {f["indicator"] for f in first if f["code"] == "cell.too_large"} >= {"QK01", "QK05"}
    for words in (
        ("summary",),
        ("summary", "--edition", "lanh-dao"),
        ("status",),
        ("verify",),
        ("export", "--format", "csv"),
    ):
        told = run(*words, home=campaign.home)
        assert told.exit_code == 0, (words, told.output)
    marked = run("mark", home=campaign.home)
    assert (marked.exit_code, marked.stdout.count("_lan2")) == (0, 2), marked.output
    exported = run("export", "--format", "json", home=campaign.home).stdout
    assert "Infinity" not in exported
    assert "NaN" not in exported
