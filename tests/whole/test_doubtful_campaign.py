"""A campaign with a unit error of a million, an open error, an estimate and a waived error.

What the workbook says of the province is computed again from the forms as they were typed, read
with openpyxl and added as decimals, with what is held left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import doubtful
import openpyxl
import pandas as pd
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from recalculation import by_gnumeric, by_ironcalc, by_libreoffice, differences, results

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.model.expressions import Expression
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Aggregation, Period
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.summary.columns import ColumnFigure
from tongket_xlsx.summary.doubt_words import shown_text
from tongket_xlsx.tasks import decide, mark, summarise

Book = openpyxl.Workbook
Typed = Mapping[str, Mapping[tuple[str, str], object]]
EDITIONS = ("day-du", "lanh-dao")
HELD_SHEET = "Đang xem lại"
_SIX = Decimal("0.000001")


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> campaigns.Campaign:
    """The campaign, all returns taken in."""
    return doubtful.made(tmp_path_factory.mktemp("doubtful") / "dot")


@pytest.fixture(scope="module")
def paths(campaign: campaigns.Campaign) -> dict[str, Path]:
    """Both editions of its summary."""
    return {
        edition: summarise.summarise(campaign, campaign.home / f"{edition}.xlsx", edition=edition)[
            0
        ]
        for edition in EDITIONS
    }


@pytest.fixture(scope="module")
def books(paths: Mapping[str, Path]) -> dict[str, Book]:
    """The stored results of both editions."""
    return {e: openpyxl.load_workbook(path, data_only=True) for e, path in paths.items()}


def rows(sheet: Worksheet, first: str) -> list[dict[str, object]]:
    """Return the rows of a table whose headings begin with a text."""
    lines = list(sheet.iter_rows(values_only=True))
    at = next(n for n, line in enumerate(lines) if line[0] == first)
    heads = [str(h) for h in lines[at]]
    return [
        dict(zip(heads, line, strict=True))
        for line in lines[at + 1 :]
        if any(v is not None for v in line)
    ]


def texts(sheet: Worksheet) -> list[str]:
    return [v for line in sheet.iter_rows(values_only=True) for v in line if isinstance(v, str)]


def name(campaign: campaigns.Campaign, unit: str) -> str:
    return campaign.units[unit].short_name


# ---------------------------------------------------------------------- computed again


@pytest.fixture(scope="module")
def typed(campaign: campaigns.Campaign) -> Typed:
    """What each unit typed, read with openpyxl (older formats by the product's own reader)."""
    return {
        path.name.split("_")[0]: _typed(path) for path in (campaign.home.parent / "typed").iterdir()
    }


def _typed(path: Path) -> dict[tuple[str, str], object]:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, data_only=True)
        sheets = [[[c.value for c in row] for row in s.iter_rows()] for s in book.worksheets]
    else:
        frames = pd.read_excel(path, sheet_name=None, header=None, engine="calamine")
        sheets = [
            f.astype(object).where(f.notna(), None).to_numpy().tolist() for _, f in frames.items()
        ]
    found: dict[tuple[str, str], object] = {}
    for sheet in sheets:
        heads: list[object] = []
        for line in sheet:
            if line and line[0] == "Mã":
                heads = line
            elif heads and line and line[0]:
                pairs = zip(heads, line, strict=False)
                found.update({(str(line[0]), str(h)): v for h, v in pairs if h})
    return found


def _number(value: object) -> Decimal | None:
    if isinstance(value, str):
        if value.strip() == "-":
            return Decimal(0)
        if value.strip() == "Có":
            return Decimal(1)
        if value.strip() == "Không":
            return Decimal(0)
        about = re.fullmatch(r"khoảng ([\d.]+)", value.strip())
        return Decimal(about[1].replace(".", "")) if about else None
    if isinstance(value, bool) or value is None:
        return None
    # The shortest decimal that reads as the float a cell holds.
    return Decimal(repr(value))


class _Province:
    """The figures of the province from what was typed, and nothing else of the product."""

    def __init__(self, campaign: campaigns.Campaign, typed: Typed) -> None:
        self.form: Form = campaign.form
        self.units = [
            u for u in campaign.units.values() if self.form.unit_kinds[u.kind].scope == "part"
        ]
        self.typed = typed

    def figure(self, unit: str, kind: str, code: str, period: str) -> Decimal | None:
        indicator = self.form.indicators[code]
        if indicator.computed:
            above, below = self._parts(unit, kind, indicator, period)
            if above is None or not below:
                return None
            return (indicator.factor * above / below).quantize(_SIX, ROUND_HALF_UP)
        if (unit, code, period) == doubtful.HELD or kind not in indicator.respondents:
            return None
        return _number(self.typed.get(unit, {}).get((code, doubtful.heading(period))))

    def _parts(
        self, unit: str, kind: str, indicator: Indicator, period: str
    ) -> tuple[Decimal | None, Decimal | None]:
        parts = (indicator.numerator, indicator.denominator)
        return tuple(self._part(unit, kind, part, period) for part in parts)  # type: ignore[return-value]

    def _part(self, unit: str, kind: str, part: Expression | None, period: str) -> Decimal | None:
        assert part is not None
        assert part.terms is not None
        total = Decimal(0)
        for factor, reference in part.terms:
            value = self.figure(unit, kind, reference.name, reference.period or period)
            if value is None:
                return None
            total += factor * value
        return total

    def total(self, indicator: Indicator, period: Period) -> tuple[Decimal | None, int]:
        if indicator.aggregation is Aggregation.NONE:
            return None, 0
        kinds = indicator.adds or indicator.respondents
        there = [u for u in self.units if u.kind in kinds and u.existed_in(period)]
        if not indicator.computed:
            values = [self.figure(u.code, u.kind, indicator.code, period.code) for u in there]
            known = [v for v in values if v is not None]
            return (sum(known, Decimal(0)) if known else None), len(known)
        above = below = Decimal(0)
        n = 0
        for unit in there:
            top, bottom = self._parts(unit.code, unit.kind, indicator, period.code)
            if top is not None and bottom is not None:
                above, below, n = above + top, below + bottom, n + 1
        if not below:
            return None, n
        return (indicator.factor * above / below).quantize(_SIX, ROUND_HALF_UP), n


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_figure_of_the_province_is_that_of_the_typed_forms_without_what_is_held(
    campaign: campaigns.Campaign, books: Mapping[str, Book], typed: Typed, edition: str
) -> None:
    """Totals, ratios and n/N equal those computed again from the forms, held figures left out."""
    again = _Province(campaign, typed)
    seen = 0
    for group in campaign.form.groups:
        shown = rows(books[edition][f"Toàn tỉnh – {group.code}"], "Mã")
        pairs = {str(up["Mã"]): (up, low) for up, low in zip(shown[::2], shown[1::2], strict=True)}
        for indicator in group.indicators:
            if not campaign.form.adding_kinds(indicator):
                continue
            for period in campaign.form.periods:
                if period.code not in indicator.periods:
                    continue
                value, n = again.total(indicator, period)
                up, low = (row[period.label.vi] for row in pairs[indicator.code])
                where = (edition, indicator.code, period.code)
                if value is None:
                    assert not isinstance(up, int | float), where
                    continue
                assert isinstance(up, int | float), where
                assert Decimal(repr(up)).quantize(_SIX) == value.quantize(_SIX), where
                assert str(low).split("/")[0] == str(n), where
                seen += 1
    assert seen > 400


def test_only_the_unit_error_is_held_though_its_office_explained_it(
    campaign: campaigns.Campaign, books: Mapping[str, Book]
) -> None:
    """Both editions list the one held figure with what was typed, what it may be, and why."""
    unit, code, period = doubtful.HELD
    for edition in EDITIONS:
        listed = rows(books[edition][HELD_SHEET], "Đơn vị")
        assert {(r["Đơn vị"], r["Mã"], r["Kỳ"]) for r in listed} == {
            (campaign.units[unit].name, code, period)
        }
        for row in listed:
            assert str(row["Đơn vị ghi"]).replace(".", "") == "1280000000"
            assert "1.280" in str(row["Có thể là"]).replace("1280", "1.280")
            assert row["Vì sao"]
            assert row["Cần làm"]


def test_a_held_figure_is_shown_as_a_text_that_leads_to_its_source(
    campaign: campaigns.Campaign, paths: Mapping[str, Path]
) -> None:
    """The table by unit shows it with its mark; to openpyxl and pandas it is no number."""
    unit, code, period = doubtful.HELD
    path = paths["day-du"]
    sheet = openpyxl.load_workbook(path)["Theo đơn vị – QK"]
    column = next(
        c.column
        for c in sheet[5]
        if c.value == code and sheet.cell(7, c.column).value == doubtful.heading(period)
    )
    row = next(r[1].row for r in sheet.iter_rows() if r[1].value == unit)
    cell = sheet.cell(row, column)
    assert cell.value == "1.280.000.000 ⚑"
    assert cell.border.left.style == "mediumDashed"
    assert "Số liệu gốc" in cell.hyperlink.location
    assert "Đang xem lại" in cell.comment.text
    frame = pd.read_excel(path, sheet_name="Theo đơn vị – QK", header=None, engine="openpyxl")
    assert frame.iloc[row - 1, column - 1] == "1.280.000.000 ⚑"
    rank = sheet.cell(row, column + 1)
    assert rank.value == "⚑"


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_total_without_a_held_figure_says_so_wherever_it_stands(
    campaign: campaigns.Campaign, books: Mapping[str, Book], edition: str
) -> None:
    """Overview, provincial table and chart name the unit, and how many are behind the figure."""
    book, unit = books[edition], name(campaign, doubtful.HELD[0])
    for sheet in ("Tổng quan", "Toàn tỉnh – QK", "Biểu đồ"):
        said = [t for t in texts(book[sheet]) if f"đang xem lại: {unit}" in t]
        assert any("2017 (17/18)" in t for t in said), sheet
    shown = rows(book["Toàn tỉnh – QK"], "Mã")
    at = next(n for n, r in enumerate(shown) if r["Mã"] == "QK01")
    assert shown[at + 1]["Năm 2017"] == "17/18 ⚑1"
    assert shown[at + 1]["Năm 2012"] == "18/18"
    assert any(
        t.startswith("• ⚑ 1 số đang xem lại") and unit in t for t in texts(book["Tổng quan"])
    )


@pytest.mark.parametrize("edition", EDITIONS)
def test_totals_with_errors_estimates_and_waived_errors_name_the_units(
    campaign: campaigns.Campaign, books: Mapping[str, Book], edition: str
) -> None:
    """Each stands beside its total in both editions, and at no other figure of the row."""
    for place, sentence in (
        (doubtful.IN_ERROR, "gồm số đang có lỗi: {}"),
        (doubtful.ESTIMATED, "gồm số ước: {}"),
        (doubtful.WAIVED, "tỉnh chấp nhận: {}"),
    ):
        unit, code, period = place
        group = campaign.form.indicators[code].group
        row = next(r for r in rows(books[edition][f"Toàn tỉnh – {group}"], "Mã") if r["Mã"] == code)
        said = sentence.format(name(campaign, unit))
        assert said in str(row["Ghi chú"]), place
        assert re.search(rf"{period} \(\d+/\d+\)[^.]*{re.escape(said)}", str(row["Ghi chú"]))


def test_no_target_is_concluded_from_a_figure_that_lacks_a_held_one(
    campaign: campaigns.Campaign, books: Mapping[str, Book]
) -> None:
    """The total is above the target without the held figure; still nothing is called reached."""
    row = next(r for r in rows(books["day-du"]["So với mục tiêu"], "Văn bản") if r["Mã"] == "QK01")
    unit = name(campaign, doubtful.HELD[0])
    assert float(str(row["Thực hiện"])) > 15000
    assert row["Kết quả"] == f"chưa kết luận: đang xem lại: {unit}"


def test_a_decision_typed_beside_a_held_figure_is_read_back(
    campaign: campaigns.Campaign, paths: Mapping[str, Path], tmp_path: Path
) -> None:
    """“Yêu cầu sửa” beside a figure is recorded for each finding that holds it for itself."""
    book = openpyxl.load_workbook(paths["day-du"])
    sheet = book[HELD_SHEET]
    heads = {c.value: c.column for c in sheet[5]}
    row = 6
    keys = str(sheet.cell(row, heads["Mã phát hiện"]).value).split()
    assert keys
    sheet.cell(row, heads["Quyết định của tỉnh"]).value = "Yêu cầu sửa"
    sheet.cell(row, heads["Lý do"]).value = "Ghi bằng đồng."
    stream = io.BytesIO()
    book.save(stream)
    rulings, refused = decide.decide(campaign, "s.xlsx", stream.getvalue(), by="tỉnh")
    assert refused == []
    assert {(r.unit.code, r.decision.reason) for r in rulings} == {
        (doubtful.HELD[0], "Ghi bằng đồng.")
    }
    assert len(rulings) == len(keys)
    figures = {(r.finding.indicator, r.finding.period) for r in rulings}
    code, period = (sheet.cell(row, heads[h]).value for h in ("Mã", "Kỳ"))
    assert figures == {(code, period)}


def test_a_figure_that_is_held_stands_on_one_row(books: Mapping[str, Book]) -> None:
    """However many findings hold it, and each row fits a few lines of print."""
    for edition in EDITIONS:
        listed = [
            (r["Đơn vị"], r["Mã"], r["Kỳ"]) for r in rows(books[edition][HELD_SHEET], "Đơn vị")
        ]
        assert listed
        assert len(listed) == len(set(listed))


@pytest.mark.parametrize("edition", EDITIONS)
def test_three_engines_compute_what_is_stored(
    paths: Mapping[str, Path], tmp_path: Path, edition: str
) -> None:
    """Every formula gives in LibreOffice, Gnumeric and IronCalc what was written with it."""
    data = paths[edition].read_bytes()
    stored = results(data)
    assert len(stored) > 1000
    for engine in (by_libreoffice, by_gnumeric, by_ironcalc):
        folder = tmp_path / engine.__name__
        folder.mkdir()
        (computed,) = engine({edition: data}, folder).values()
        assert differences(stored, computed) == [], engine.__name__


# ---------------------------------------------------------------------- how it is printed


def shown(cell: Cell) -> str:
    """Return about what a program prints for a number: its digits, its separators, its marks."""
    form = str(cell.number_format).split(";", maxsplit=1)[0]
    digits = re.search(r"0\.(0+)", form)
    number = f"{cell.value:,.{len(digits[1]) if digits else 0}f}"
    return number + "".join(re.findall(r'"([^"]*)"', form)) + "+" * ("+" in form)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_figure_of_the_province_fits_into_its_column(
    books: Mapping[str, Book], edition: str
) -> None:
    """With its separators, its signs and its mark, also among the targets: never “###”."""
    seen = 0
    for sheet in books[edition].worksheets:
        if not sheet.title.startswith(("Toàn tỉnh", "So với mục tiêu")):
            continue
        for row in sheet.iter_rows(min_row=6):
            for cell in row:
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    room = sheet.column_dimensions[cell.column_letter].width
                    assert len(shown(cell)) <= room, (sheet.title, cell.coordinate, shown(cell))
                    seen += 1
    assert seen > 1000


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_never_ends_between_a_figure_and_what_stands_behind_it(
    books: Mapping[str, Book], edition: str
) -> None:
    """Figures begin on row 6, and each indicator has two rows; long groups have more pages."""
    ends = {
        sheet.title: [b.id for b in sheet.row_breaks.brk]
        for sheet in books[edition].worksheets
        if sheet.title.startswith("Toàn tỉnh")
    }
    assert any(ends.values())
    for title, rows_before in ends.items():
        assert all(row >= 7 and row % 2 for row in rows_before), title


def test_a_marked_copy_shows_the_figure_that_is_in_doubt(
    campaign: campaigns.Campaign, tmp_path: Path
) -> None:
    """1.280.000.000 stands in a column that is wide enough for it."""
    (made,) = mark.mark(campaign, [doubtful.HELD[0]])
    _unit, code, period = doubtful.HELD
    cell = doubtful.cells(openpyxl.load_workbook(made.path))[code, doubtful.heading(period)]
    room = cell.parent.column_dimensions[cell.column_letter].width
    assert cell.value == 1_280_000_000
    assert len(shown(cell)) < room


def test_an_answer_in_doubt_is_shown_as_it_was_given() -> None:
    """A yes that is held is “Có” and not 1; an estimate that is held says that it is one."""
    yes = ColumnFigure(CellState.NUMBER, Decimal(1), "Có", "Có", held=True)
    assert shown_text(yes, "vi") == "Có ⚑"
    about = ColumnFigure(CellState.NUMBER, Decimal(12000), "", "12.000", held=True, estimated=True)
    assert shown_text(about, "vi") == "12.000 ước ⚑"
