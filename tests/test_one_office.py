"""One office cannot stop the province: what one return holds costs at most that return."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from conftest import FLAWED, RETURNED, Run

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.model.form import Form, Unit
from tongket_xlsx.model.layout import CoverField, Role, SheetKind, layout_of
from tongket_xlsx.text.messages import VIETNAMESE

pytestmark = pytest.mark.usefixtures("in_process")

PLEIKU = RETURNED / "GL-622_Pleiku.xlsx"
SUMS = FLAWED / "01-tong-khac-thanh-phan.xlsx"
CUT = "… (đã rút ngắn: còn trong tệp gốc)"
ENDLESS = "😀" * 32_767


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
    page.cell(row + 1, column + 1).value = ENDLESS
    book.save(target)
    return target


@pytest.mark.parametrize("where", ["cover", "roster", "narrative", "explanation", "figure"])
def test_an_endless_text_in_one_return_stops_no_verb(
    run: Run,
    campaign: Campaign,
    form: Form,
    units: Mapping[str, Unit],
    where: str,
    tmp_path: Path,
) -> None:
    """The ledger keeps it whole; every workbook shows its beginning and says where the rest is."""
    path = endless(form, units["GL-622"], PLEIKU, where, tmp_path / "GL-622.xlsx")
    assert run("import", path, SUMS, home=campaign.home).exit_code == 1
    marked = run("mark", home=campaign.home)
    assert (marked.exit_code, "GL-626" in marked.stdout) == (0, True), marked.output
    for edition in ("day-du", "lanh-dao"):
        made = run("summary", "--edition", edition, "-o", f"{edition}.xlsx", home=campaign.home)
        assert made.exit_code == 0, made.output
        assert texts(campaign.home / f"{edition}.xlsx")
    assert run("status", home=campaign.home).exit_code == 0
    exported = run("export", "--format", "json", home=campaign.home)
    with ledger(campaign) as db:
        kept = "\n".join(
            str(row)
            for table in ("reading", "observation")
            for row in db.execute(f"SELECT * FROM {table}")
        )
    assert ENDLESS in kept
    if where in ("roster", "narrative", "figure"):
        assert ENDLESS in json.dumps(json.loads(exported.stdout), ensure_ascii=False)
    shown = texts(next((campaign.home / "tra-lai").glob("GL-622*")))
    assert any(text.endswith(CUT) for text in shown) or where == "cover"
