"""A campaign in which one figure is in đồng, one in error, one an estimate, and one waived.

The returns are those of the demo; what is changed in them is typed as an office types it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from shipped import RETURNED

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.tasks import decide, receive

# In đồng where million đồng is asked, with an explanation; a part above its whole, little enough
# to be counted; an estimate; a part above its whole that the province accepts.
HELD = ("GL-632", "QK01", "2017")
IN_ERROR = ("GL-625", "ML12", "2017")
ESTIMATED = ("GL-626", "ML10", "2012")
WAIVED = ("GL-628", "QK17", "2017")
# A target of the province's own for the figure that is held.
TARGET = """
[[targets]]
document = "Kế hoạch quỹ"
target = "Tổng số dư Quỹ"
indicator = "QK01"
value = 15000
year = 2017
"""
REASON = "Đã đối chiếu sổ của xã."


def file_of(unit: str) -> Path:
    """Return the return of a unit in the demo."""
    (path,) = (p for p in RETURNED.glob("*.xlsx") if p.name.split("_")[0] == unit)
    return path


def figures(sheet: Worksheet) -> Iterator[tuple[str, str, Cell]]:
    """Yield (code, heading of the period, cell) of a group sheet; nothing of any other sheet."""
    columns: dict[int, str] = {}
    for row in sheet.iter_rows():
        if row[0].value == "Mã":
            columns = {c.column: str(c.value) for c in row[1:] if c.value}
        elif row[0].value:
            for column, heading in columns.items():
                yield str(row[0].value), heading, sheet.cell(row[0].row, column)


def cells(book: openpyxl.Workbook) -> dict[tuple[str, str], Cell]:
    """Return the cells of all group sheets by code and heading."""
    return {(code, head): c for s in book.worksheets for code, head, c in figures(s)}


def heading(period: str) -> str:
    """Return how the columns of the shipped form are headed."""
    return f"Năm {period}" if len(period) == 4 else "Lũy kế 2007–2017"


def made(home: Path) -> campaigns.Campaign:
    """Make the campaign, take in every return, and let the province accept one error."""
    campaign = campaigns.create(
        home, units_file=None, form=campaigns.DEFAULT_FORM, notice="GIẢ ĐỊNH"
    )
    settings = home / "tongket.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + TARGET, encoding="utf-8")
    campaign = campaigns.open_campaign(home)
    inbox = home.parent / "typed"
    shutil.copytree(RETURNED, inbox)
    for unit, changes in typed().items():
        path = inbox / file_of(unit).name
        book = openpyxl.load_workbook(path)
        there = cells(book)
        for key, value in changes.items():
            there[key].value = value
        book.save(path)
    receive.receive(campaign, sorted(inbox.iterdir()), received=date(2017, 3, 30), jobs=1)
    decide.waive(campaign, WAIVED[0], "F-XA", indicator=WAIVED[1], reason=REASON, by="lãnh đạo")
    return campaign


def typed() -> Mapping[str, Mapping[tuple[str, str], object]]:
    """Return what is typed otherwise than in the demo: unit → (code, heading) → value."""

    def there(unit: str, code: str, period: str) -> object:
        return cells(openpyxl.load_workbook(file_of(unit)))[code, heading(period)].value

    unit, code, period = HELD
    fund = Decimal(str(there(unit, code, period))) * 10**6
    return {
        HELD[0]: {
            (code, heading(period)): int(fund),
            (code, "Giải trình"): "Quỹ tăng do vận động.",
        },
        IN_ERROR[0]: {
            (IN_ERROR[1], heading("2017")): int(str(there(IN_ERROR[0], "ML10", "2017"))) + 99
        },
        ESTIMATED[0]: {(ESTIMATED[1], heading("2012")): "khoảng 12.000"},
        WAIVED[0]: {(WAIVED[1], heading("2017")): int(str(there(WAIVED[0], "TC04", "2017"))) + 1},
    }
