"""What the province accepts is counted from then on; where there is no number it is refused."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import verbs
from campaign_copy import copy_of
from command_line import Run
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from reader_processes import AtOnce
from recalculation import by_ironcalc, results

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.campaign.returns import Returns
from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.findings import Finding, Misuse, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import Entry, Role, SheetKind
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.resolution import Verdict, fingerprint, subject_of
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.comparison import comparison_of
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.tasks import decide as deciding
from tongket_xlsx.tasks import receive as receiving
from tongket_xlsx.tasks import summarise
from tongket_xlsx.tasks.acceptance import UNREAD, Acceptance
from tongket_xlsx.tasks.review import every_finding, known_against
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import LANGUAGES, say

PLEIKU, CHU_PUH, BLOCK = "GL-622", "GL-639", "GL-HND"
DAY = date(2017, 3, 30)
_STRUCK = CellRichText("12", TextBlock(InlineFont(strike=True), "34"))

# Of each finding about a number that is kept out: whose it is, where it stands, what is typed,
# and what is counted once the province accepts it.
COUNTED = {
    "cell.money_thousand": (PLEIKU, "QK05", "2012", 1.639, "1.639"),
    "cell.integer": (PLEIKU, "TC01", "2007", 12.5, "12.5"),
    "cell.below": (PLEIKU, "QK14", "2012", -5, "-5"),
    "cell.stale": (PLEIKU, "QK06", "2017", 77, "77"),
    "F-XA": (PLEIKU, "QK17", "2017", 99_999, "99999"),
}
# Where something stands that is no number, or one with two readings of which none is chosen.
REFUSED: dict[str, tuple[str, str, str, object]] = {
    "cell.text": (PLEIKU, "QK06", "2007", "nhiều"),
    "cell.ambiguous": (PLEIKU, "QK07", "2007", "1.639"),
    "cell.range": (PLEIKU, "TC01", "2012", "100-120"),
    "cell.sign_unclear": (PLEIKU, "QK08", "2007", "chưa có"),
    "cell.error_value": (PLEIKU, "QK08", "2012", "#N/A"),
    "cell.no_result": (PLEIKU, "TC03", "2012", "=Khac!A1"),
    "cell.date_as_number": (PLEIKU, "QK07", "2012", datetime(2012, 5, 1)),  # noqa: DTZ001
    "cell.too_large": (PLEIKU, "TC03", "2007", 1e19),
    "cell.partly": (PLEIKU, "TC03", "2017", _STRUCK),
    "cell.yes_x": (PLEIKU, "ML01", "2007", "x"),
    "cell.yes_no": (PLEIKU, "ML01", "2012", "có thể"),
    "cell.not_founded": (CHU_PUH, "QK05", "2007", 15),
    "row.unit_changed": (PLEIKU, "TT13", "", "đồng"),
}
# Codes that keep no figure out: the number counts, nothing was typed, or it belongs to no row.
OTHERS = frozenset(
    [
        "cell.blank",
        "cell.blank_text",
        "cell.merged",
        "cell.read",
        "cell.recomputed",
        "cell.percent_format",
        "cell.money_fraction",
        "cell.computed_changed",
        "cell.prefilled_changed",
        "cell.estimated",
        "cell.fraction",
        "cell.rescaled",
        "cell.shown_otherwise",
        "cell.struck",
        "cell.too_long",
        "cell.choice",
        "cell.date",
        "cell.plausible",
        "code.unknown",
        "code.not_asked",
        "code.formerly",
        "row.no_code",
        "row.unit_differs",
        "row.not_explanation",
    ]
)
# Tested below in ways of their own; amounts that former versions found broken are as the new.
ALONE = {"cell.above", "cell.money_whole", "cell.error_text", "cell.no_text_result"}
ALONE |= {"cell.not_applicable"}


def _typed(form: Form, unit: Unit, cells: Mapping[tuple[str, str], object]) -> bytes:
    """Fill in some cells of a fresh form with openpyxl, as an office does with Excel."""
    layout = layout_of(form, unit.kind, "vi")
    book = openpyxl.load_workbook(BytesIO(template.build(form, unit, Issue())))
    for (code, key), value in cells.items():
        sheet = layout.sheet_of(code)
        row, column = sheet.cell(code, key)
        book[sheet.name].cell(row + 1, column + 1).value = value  # type: ignore[union-attr]
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _with_stale_result(data: bytes, value: object) -> bytes:
    """Put before a stored number a formula that gives another."""
    old = f"<v>{value}</v>".encode()
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as book, zipfile.ZipFile(stream, "w") as made:
        for name in book.namelist():
            part = book.read(name)
            if name.startswith("xl/worksheets/"):
                part = part.replace(old, b"<f>70+8</f>" + old)
            made.writestr(name, part)
    return stream.getvalue()


@pytest.fixture(scope="module")
def received(
    form: Form,
    units: Mapping[str, Unit],
    empty_campaign: Campaign,
    tmp_path_factory: pytest.TempPathFactory,
) -> Campaign:
    """Returns with a cell of each kind; only copies of the campaign are worked with."""
    folder = tmp_path_factory.mktemp("accepted")
    made = copy_of(empty_campaign, folder / "dot")
    cells: dict[str, dict[tuple[str, str], object]] = {PLEIKU: {}, CHU_PUH: {}}
    for unit, code, period, value, _ in COUNTED.values():
        cells[unit][code, period] = value
    for unit, code, period, value in REFUSED.values():
        cells[unit][code, period or Role.UNIT] = value
    cells[PLEIKU]["TT13", "2017"] = 15
    paths = []
    for unit, typed in cells.items():
        data = _with_stale_result(_typed(form, units[unit], typed), 77)
        paths.append(folder / f"{unit}.xlsx")
        paths[-1].write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receiving, "Guard", AtOnce)
        verbs.receive(made, paths, received=DAY, jobs=1)
    return made


@pytest.fixture
def campaign(received: Campaign, tmp_path: Path, in_process: None) -> Campaign:
    return copy_of(received, tmp_path / "dot")


def _found(campaign: Campaign, unit: str) -> list[Finding]:
    with campaign.reading() as ledger:
        found = every_finding(campaign, Returns(ledger, campaign.units))
        return [item.finding for item in found if item.unit == unit]


def _figure(campaign: Campaign, unit: str, code: str, period: str) -> tuple[Decimal | None, str]:
    """Return what counts of a figure of a unit, and its state as the tables show it."""
    with campaign.reading() as ledger:
        returns = Returns(ledger, campaign.units)
        readings = {r.reading: u for u, r in returns.current.items()}
        known = known_against(campaign, every_finding(campaign, returns))
        compared = comparison_of(
            campaign.form,
            campaign.units.values(),
            readings,
            lambda codes: ledger.figures(readings, codes),
            known,
        )
        group = campaign.form.indicators[code].group
        table = next(t for t in compared.groups() if t.group.code == group)
    place = next(n for n, u in enumerate(table.columns.units) if u.code == unit)
    column = table.columns.of(code, period)
    return column.value(place), str(column.figure(place).state)


@pytest.mark.parametrize("code", COUNTED)
def test_a_number_that_the_province_accepts_counts_from_then_on(
    campaign: Campaign, run: Run, code: str
) -> None:
    """It is in no total before, and in them afterwards as it was typed; the answer says so."""
    unit, indicator, period, _, value = COUNTED[code]
    assert _figure(campaign, unit, indicator, period)[0] is None
    words = ("waive", unit, code, "--indicator", indicator, "--period", period)
    said = run(*words, "--reason", "đã xem sổ", home=campaign.home)
    assert said.exit_code == 0, said.output
    assert say("decide.counts", "vi") in said.stdout
    assert _figure(campaign, unit, indicator, period) == (Decimal(value), "number")


@pytest.mark.parametrize("code", REFUSED)
def test_an_acceptance_that_could_not_let_a_number_in_is_refused(
    campaign: Campaign, run: Run, code: str
) -> None:
    """Nothing is recorded, and the answer says what to do; to insist is always possible."""
    unit, indicator, period, _ = REFUSED[code]
    words = ("waive", unit, code, "--indicator", indicator, "--reason", "đúng")
    words += ("--period", period) if period else ()
    said = run(*words, home=campaign.home)
    assert said.exit_code == 2, said.output
    assert "--insist" in said.stderr
    assert indicator in said.stderr
    with campaign.reading() as ledger:
        assert ledger.decisions() == []
    assert run(*words, "--insist", home=campaign.home).exit_code == 0


@pytest.mark.parametrize("code", sorted(UNREAD))
def test_what_was_not_read_of_a_row_or_a_column_cannot_be_accepted(
    campaign: Campaign, code: str
) -> None:
    """There is no number behind such a finding; of a warning nothing is kept out."""
    unit = campaign.units[PLEIKU]
    with campaign.reading() as ledger:
        asked = Acceptance(Returns(ledger, campaign.units), unit)
        finding = Finding(code, Severity.ERROR, Place(unit.name, "Quỹ khuyến học", "A9"), "QK05")
        assert asked.is_refused(finding, Verdict.ACCEPT)
        assert not asked.is_refused(finding, Verdict.INSIST)


def test_a_row_that_stands_twice_cannot_be_accepted(
    form: Form,
    units: Mapping[str, Unit],
    empty_campaign: Campaign,
    tmp_path: Path,
    in_process: None,
) -> None:
    """Which of two rows counts is for the office to say."""
    made = copy_of(empty_campaign, tmp_path / "dot")
    cells: dict[tuple[str, str], object] = {("QK05", "2012"): 15, ("QK06", "2012"): 9}
    cells["QK01", "2012"] = 7
    cells |= {("QK06", Role.CODE): "QK05", ("QK06", Role.LABEL): form.indicators["QK05"].label.vi}
    path = tmp_path / "x.xlsx"
    path.write_bytes(_typed(form, units[PLEIKU], cells))
    verbs.receive(made, [path], received=DAY, jobs=1)
    with pytest.raises(Misuse) as refused:
        deciding.waive(made, PLEIKU, "code.twice", reason="đúng", by="An")
    assert refused.value.code == "waive.no_figure"


def test_a_blank_can_be_accepted_as_nothing_is_kept_out(campaign: Campaign) -> None:
    """Where nothing was typed the province can do without an answer."""
    rulings = deciding.waive(
        campaign, PLEIKU, "cell.blank", indicator="QK01", reason="không có sổ", by="An"
    )
    assert rulings
    assert not any(r.counts for r in rulings)


def test_a_number_above_its_bound_counts_once_it_is_accepted(
    form: Form,
    units: Mapping[str, Unit],
    empty_campaign: Campaign,
    tmp_path: Path,
    in_process: None,
) -> None:
    """A share of 120 % is counted where the province says so."""
    unit, code = next(
        (u, i.code)
        for i in form.indicators.values()
        for u in units.values()
        if i.hard_max is not None and not i.computed and form.is_asked(i, u.kind)
        if entry_of(u, i, form.years[-1]).answerable
    )
    made = copy_of(empty_campaign, tmp_path / "dot")
    path = tmp_path / "x.xlsx"
    path.write_bytes(_typed(form, unit, {(code, "2017"): 120}))
    verbs.receive(made, [path], received=DAY, jobs=1)
    assert _figure(made, unit.code, code, "2017")[0] is None
    (ruling,) = deciding.waive(made, unit.code, "cell.above", reason="đúng", by="An")
    assert ruling.counts
    assert _figure(made, unit.code, code, "2017") == (Decimal(120), "number")


@pytest.mark.parametrize(("value", "code"), [("#N/A", "cell.error_text"), ("=Khac!A1", "")])
def test_an_error_in_the_place_of_a_text_is_no_answer_to_accept(
    form: Form,
    units: Mapping[str, Unit],
    empty_campaign: Campaign,
    tmp_path: Path,
    in_process: None,
    value: str,
    code: str,
) -> None:
    """An error value, or a formula without a result, is no text the province could take."""
    unit = units[PLEIKU]
    prompt = form.prompts_for(unit.kind)[0].code
    made = copy_of(empty_campaign, tmp_path / "dot")
    path = tmp_path / "x.xlsx"
    path.write_bytes(_typed(form, unit, {(prompt, Role.ANSWER): value}))
    verbs.receive(made, [path], received=DAY, jobs=1)
    with pytest.raises(Misuse) as refused:
        deciding.waive(
            made, PLEIKU, code or "cell.no_text_result", indicator=prompt, reason="đúng", by="An"
        )
    assert refused.value.code == "waive.no_figure"


def test_a_figure_where_none_applies_cannot_be_accepted(
    form: Form,
    units: Mapping[str, Unit],
    empty_campaign: Campaign,
    tmp_path: Path,
    in_process: None,
) -> None:
    """It would be counted where the form asks for nothing."""
    places = [
        (u, sheet, code, p)
        for u in units.values()
        for sheet in layout_of(form, u.kind, "vi").of_kind(SheetKind.GROUP)
        for code in sheet.rows
        for p in sheet.periods(form)
        if entry_of(u, form.indicators[code], p) is Entry.NOT_APPLICABLE
    ]
    unit, _, code, period = places[0]
    made = copy_of(empty_campaign, tmp_path / "dot")
    path = tmp_path / "x.xlsx"
    path.write_bytes(_typed(form, unit, {(code, period.code): 5}))
    verbs.receive(made, [path], received=DAY, jobs=1)
    with pytest.raises(Misuse) as refused:
        deciding.waive(made, unit.code, "cell.not_applicable", reason="đúng", by="An")
    assert refused.value.code == "waive.no_figure"


def test_every_finding_about_a_cell_a_row_or_a_year_is_thought_of() -> None:
    """A code that is new must be sorted: its figure counts once accepted, or it is refused."""
    text = Path(deciding.__file__).parents[1] / "text" / "catalogue.csv"
    codes = set(
        re.findall(r"^((?:cell|row|code|period)\.[a-z_]+),", text.read_text("utf-8"), re.MULTILINE)
    )
    assert len(codes) > 40
    assert codes <= {*COUNTED, *REFUSED, *UNREAD, *OTHERS, *ALONE}


def test_a_decision_typed_in_the_workbook_is_refused_with_the_same_words(
    campaign: Campaign, tmp_path: Path
) -> None:
    """Of two rows the one with a number is followed, and the one with a text is not."""
    path, _ = summarise.summarise(campaign, tmp_path / "tong-hop.xlsx")
    book = openpyxl.load_workbook(path)
    page = book[say("sheet.findings", "vi")]
    columns = {c.value: c.column for c in page[HEAD + 1]}
    findings = {f.code: f for f in _found(campaign, PLEIKU)}
    for code in ("cell.money_thousand", "cell.text"):
        key = fingerprint(PLEIKU, subject_of(findings[code]))
        column = columns[say("finding.key", "vi")]
        row = next(
            r for r in range(HEAD + 2, page.max_row + 1) if page.cell(r, column).value == key
        )
        page.cell(row, columns[say("finding.decision", "vi")]).value = "Chấp nhận"
        page.cell(row, columns[say("finding.reason", "vi")]).value = "đã xem sổ"
    book.save(path)
    rulings, refused = deciding.decide(campaign, path.name, path.read_bytes(), by="An")
    assert [(r.finding.code, r.counts) for r in rulings] == [("cell.money_thousand", True)]
    assert [f.code for f in refused] == ["decide.no_figure"]
    again, refused = deciding.decide(campaign, path.name, path.read_bytes(), by="An")
    assert (again, [f.code for f in refused]) == ([], ["decide.no_figure"])


def test_a_figure_that_something_else_holds_is_said_to_stay_out(
    form: Form,
    units: Mapping[str, Unit],
    empty_campaign: Campaign,
    tmp_path: Path,
    in_process: None,
) -> None:
    """Of two findings that hold a figure the acceptance of one names the other."""
    made = copy_of(empty_campaign, tmp_path / "dot")
    path = tmp_path / "x.xlsx"
    data = _typed(form, units[PLEIKU], {("QK17", "2017"): 99_999})
    path.write_bytes(_with_stale_result(data, 99_999))
    verbs.receive(made, [path], received=DAY, jobs=1)
    (first,) = deciding.waive(made, PLEIKU, "cell.stale", reason="đúng", by="An")
    assert (first.counts, first.held_by) == (False, ("F-XA",))
    assert _figure(made, PLEIKU, "QK17", "2017")[0] is None
    rulings = deciding.waive(made, PLEIKU, "F-XA", period="2017", reason="đúng", by="An")
    assert [r.counts for r in rulings] == [True]
    assert _figure(made, PLEIKU, "QK17", "2017")[0] == Decimal(99_999)


def test_an_accepted_amount_stands_in_the_live_sums_of_the_workbook(
    campaign: Campaign, tmp_path: Path
) -> None:
    """Another program adds it as a number; it bears the mark †, and its sum shows its decimals."""
    deciding.waive(campaign, PLEIKU, "cell.money_thousand", reason="đúng", by="An")
    path, _ = summarise.summarise(campaign, tmp_path / "tong-hop.xlsx")
    data = path.read_bytes()
    page = openpyxl.load_workbook(path)["Toàn tỉnh – QK"]
    row = next(r for r in range(1, page.max_row + 1) if page.cell(r, 1).value == "QK05")
    column = next(c for c in range(1, 20) if "2012" in str(page.cell(HEAD + 1, c).value))
    cell = page.cell(row, column)
    assert cell.number_format.startswith("#,##0.0#####")
    assert "†" in cell.number_format
    at = "Toàn tỉnh – QK", cell.coordinate
    assert results(data)[at] == pytest.approx(1.639)
    assert by_ironcalc({"x": data}, tmp_path)["x"][at] == pytest.approx(1.639)


@pytest.mark.parametrize("edition", ["day-du", "lanh-dao"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_editions_say_how_many_figures_are_held_impossible_or_asked_and_whose(
    campaign: Campaign, tmp_path: Path, edition: str, lang: str
) -> None:
    """The caveats, the sheet of methods and the legends say it; counted from what was typed."""
    two_ways = {"cell.ambiguous", "cell.range", "cell.sign_unclear", "cell.yes_x"}
    expected = {
        # In a bound, below one, a result its formula contradicts, a fraction, a thousands dot.
        "held": (len(COUNTED), "Pleiku"),
        "asked": (len(two_ways) + 1, "Pleiku"),
        "impossible": (len({"cell.integer", "cell.below"}), "Pleiku"),
        "unread": (len(REFUSED.keys() - two_ways), "Pleiku, Chư Pưh"),
    }
    path, _ = summarise.summarise(campaign, tmp_path / "x.xlsx", edition=edition, lang=lang)
    book = openpyxl.load_workbook(path, data_only=True)

    def texts(sheet: str) -> str:
        rows = book[sheet].iter_rows(values_only=True)
        return "\n".join(v for row in rows for v in row if isinstance(v, str))

    for word, (n, units) in expected.items():
        told = say(f"summary.caveat_{word}", lang, n=n, units=units, sheet=say("sheet.held", lang))
        assert told in texts(say("sheet.overview", lang))
        assert told in texts(say("sheet.method", lang))
    group = texts(say("sheet.province", lang, group="QK"))
    assert say("doubt.open_asked", lang, n=3, units="Pleiku") in group
    assert say("doubt.open_held", lang, n=4, units="Pleiku") in group
