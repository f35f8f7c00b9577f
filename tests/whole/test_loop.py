"""The loop of correction: explained, decided, sent back, and what the office does instead."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import verbs
from command_line import Run
from shipped import FLAWED, RETURNED

from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.model.findings import CannotWork, Misuse, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import Role
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import CellState, Outcome
from tongket_xlsx.model.resolution import Closure, Verdict
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.plan import HEAD
from tongket_xlsx.tasks import decide as deciding
from tongket_xlsx.tasks import mark as marking
from tongket_xlsx.text.messages import VIETNAMESE, say

pytestmark = pytest.mark.usefixtures("in_process")

DAY, LATER = date(2017, 3, 30), date(2017, 4, 5)
PLEIKU = RETURNED / "GL-622_Pleiku.xlsx"


class Office:
    """An office that fills in, explains and saves its workbook."""

    def __init__(self, form: Form, unit: Unit, folder: Path) -> None:
        self.layout = layout_of(form, unit.kind, VIETNAMESE)
        self.folder = folder
        self.count = 0

    def save(
        self,
        source: Path,
        figures: Mapping[tuple[str, str], object] | None = None,
        explanations: Mapping[str, str] | None = None,
    ) -> Path:
        book = openpyxl.load_workbook(source)
        for (code, period), value in (figures or {}).items():
            sheet = self.layout.sheet_of(code)
            row, column = sheet.cell(code, period)
            book[sheet.name].cell(row + 1, column + 1).value = value  # type: ignore[union-attr]
        for code, text in (explanations or {}).items():
            sheet = self.layout.sheet_of(code)
            row, column = sheet.cell(code, Role.EXPLANATION)
            book[sheet.name].cell(row + 1, column + 1).value = text  # type: ignore[union-attr]
        self.count += 1
        path = self.folder / f"{self.count}_{source.name}"
        book.save(path)
        return path

    def explanation(self, path: Path, code: str) -> object:
        sheet = self.layout.sheet_of(code)
        row, column = sheet.cell(code, Role.EXPLANATION)
        return openpyxl.load_workbook(path)[sheet.name].cell(row + 1, column + 1).value


@pytest.fixture
def office(form: Form, units: Mapping[str, Unit], tmp_path: Path) -> Office:
    folder = tmp_path / "office"
    folder.mkdir()
    return Office(form, units["GL-622"], folder)


def figure(path: Path, office: Office, code: str, period: str) -> float:
    sheet = office.layout.sheet_of(code)
    row, column = sheet.cell(code, period)
    found = openpyxl.load_workbook(path)[sheet.name].cell(row + 1, column + 1).value
    assert isinstance(found, int | float)
    return found


@pytest.fixture
def fallen(office: Office) -> Path:
    """A return in which the balance of the funds fell by more than a fifth: one warning."""
    half = figure(PLEIKU, office, "QK17", "2012") // 2
    return office.save(PLEIKU, {("QK17", "2017"): half})


def take_in(campaign: Campaign, path: Path, day: date = DAY) -> verbs.FileResult:
    (item,) = verbs.receive(campaign, [path], received=day, jobs=1)
    return item


def warnings(item: verbs.FileResult) -> list[tuple[str, str, str]]:
    return [
        (f.code, f.indicator, f.period) for f in item.findings if f.severity is Severity.WARNING
    ]


FALLEN = [("F-GIAM20-1217", "QK17", "2017")]


def test_an_explained_warning_is_closed_and_stays_visible(
    campaign: Campaign, office: Office, fallen: Path, run: Run
) -> None:
    """Explained, a warning is in no count of what is open, and in the summary with its text."""
    path = office.save(fallen, explanations={"QK17": "sáp nhập chi hội"})
    item = take_in(campaign, path)
    assert warnings(item) == FALLEN
    assert [(r.closure, r.text) for r in item.assessment.said] == [
        (Closure.EXPLAINED, "sáp nhập chi hội")
    ]
    (standing,) = [s for s in verbs.status(campaign) if s.unit.code == "GL-622"]
    assert (standing.errors, standing.warnings, standing.closed) == (0, 0, 1)
    assert marking.mark(campaign) == []
    assert not item.is_open
    target, _ = verbs.summarise(campaign)
    (row,) = listed(target)
    assert row["Tình trạng"] == "Đã giải trình"
    assert row["Giải trình của đơn vị"] == "sáp nhập chi hội"
    shown = run("check", path).stdout
    assert "Đã giải trình: sáp nhập chi hội" in shown


def listed(path: Path) -> list[dict[str, object]]:
    """Return the rows of the findings sheet that are no notes."""
    page = openpyxl.load_workbook(path)[say("sheet.findings", VIETNAMESE)]
    headings = [c.value for c in page[HEAD + 1]]
    rows = [
        dict(zip(map(str, headings), (c.value for c in row), strict=True))
        for row in page.iter_rows(min_row=HEAD + 2)
    ]
    return [row for row in rows if row["Mức"] in ("Lỗi", "Cảnh báo")]


def test_an_explanation_lapses_when_the_figure_changes(
    campaign: Campaign, office: Office, fallen: Path
) -> None:
    """Of other figures nothing was explained: the copy asks again and quotes what was said."""
    take_in(campaign, office.save(fallen, explanations={"QK17": "sáp nhập"}))
    value = figure(fallen, office, "QK17", "2017")
    changed = office.save(fallen, {("QK17", "2017"): value - 1}, explanations={"QK17": "sáp nhập"})
    # The office went on with its own file; without a copy sent back these are rivals.
    item = take_in(campaign, changed, LATER)
    assert item.outcome is Outcome.NEEDS_CORRECTION
    closures = {r.finding.code: r.closure for r in item.assessment.said}
    assert closures == {"F-GIAM20-1217": Closure.LAPSED}
    deciding.waive(campaign, "GL-622", "file.same_round", reason="bản sau đúng", by="An")
    (copy,) = marking.mark(campaign)
    assert [f.code for f in copy.findings] == ["F-GIAM20-1217"]
    assert office.explanation(copy.path, "QK17") is None
    page = openpyxl.load_workbook(copy.path)[say("sheet.corrections", VIETNAMESE)]
    assert any("“sáp nhập”" in str(c.value) for row in page.iter_rows() for c in row)
    again = office.save(copy.path, explanations={"QK17": "sáp nhập"})
    back = take_in(campaign, again, LATER)
    assert back.outcome is Outcome.ACCEPTED
    assert [r.closure for r in back.assessment.said] == [Closure.EXPLAINED]


def test_an_office_that_went_on_with_its_own_file_is_followed(
    campaign: Campaign, office: Office, run: Run
) -> None:
    """After a copy was sent back, the old file come again replaces the return and is no rival."""
    (sound,) = RETURNED.glob("GL-622_*.xlsx")
    half = figure(sound, office, "QK17", "2012") // 2
    figures = {("QK17", "2017"): half, ("ML11", "2017"): 10**8}
    first = office.save(sound, figures, {"QK17": "sáp nhập"})
    assert take_in(campaign, first).outcome is Outcome.NEEDS_CORRECTION
    (copy,) = marking.mark(campaign)
    good = figure(sound, office, "ML11", "2017")
    own = office.save(first, {("ML11", "2017"): good}, {"QK17": ""})
    item = take_in(campaign, own, LATER)
    assert item.outcome is Outcome.ACCEPTED, item.findings
    (told,) = [f for f in item.findings if f.code == "file.own_file"]
    assert told.parameters["file"] == copy.path.name
    assert [(r.closure, r.text) for r in item.assessment.said] == [(Closure.EXPLAINED, "sáp nhập")]
    assert item.since is not None
    assert "ML11" in {f.indicator for f in item.since.fixed}
    story = json.loads(run("log", "GL-622", "--json", home=campaign.home).stdout)
    assert [c["round"] for c in story["copies"]] == [2]
    assert [r["outcome"] for r in story["returns"]] == ["needs-correction", "accepted"]
    shown = run("log", "GL-622", home=campaign.home).stdout
    assert "gửi trả bản lần 2" in shown
    assert "Đã giải trình" in shown


def test_a_copy_of_a_replaced_return_gets_a_round_of_its_own(
    campaign: Campaign, office: Office
) -> None:
    """Two copies are never of one round, and making one again makes the same one."""
    bad = {("ML11", "2017"): 10**8}
    first = office.save(PLEIKU, bad)
    take_in(campaign, first)
    (one,) = marking.mark(campaign)
    (same,) = marking.mark(campaign)
    assert one.path == same.path
    take_in(campaign, office.save(first, {("ML11", "2017"): 10**8 + 1}), LATER)
    (two,) = marking.mark(campaign)
    assert [p.stem.rpartition("_")[2] for p in (one.path, two.path)] == ["lan2", "lan3"]


def test_a_decision_in_the_workbook_is_read_back_once(
    campaign: Campaign, run: Run, tmp_path: Path
) -> None:
    """Verdict and reason in the findings sheet close what is open; read again, nothing is recorded.

    One of the warnings of this return holds its figure: it is needed as well.
    """
    take_in(campaign, FLAWED / "01-tong-khac-thanh-phan.xlsx")
    target, _ = verbs.summarise(campaign)
    book = openpyxl.load_workbook(target)
    page = book[say("sheet.findings", VIETNAMESE)]
    columns = {c.value: c.column for c in page[HEAD + 1]}
    verdict, reason = columns["Quyết định của tỉnh"], columns["Lý do"]
    for row in range(HEAD + 2, page.max_row + 1):
        if page.cell(row, columns["Mức"]).value in ("Lỗi", "Cảnh báo"):
            page.cell(row, verdict).value = "chấp nhận"
            page.cell(row, reason).value = "đã đối chiếu sổ"
    path = tmp_path / "quyet-dinh.xlsx"
    book.save(path)
    said = run("decide", path, "--by", "Nguyễn Văn An", "--json", home=campaign.home)
    document = json.loads(said.stdout)
    errors = [d for d in document["decisions"] if d["severity"] == "error"]
    assert said.exit_code == 0
    assert document["findings"] == []
    assert len(document["decisions"]) > len(errors) > 2
    assert {d["by"] for d in document["decisions"]} == {"Nguyễn Văn An"}
    (standing,) = [s for s in verbs.status(campaign) if s.received]
    assert (standing.errors, standing.warnings, standing.held) == (0, 0, ())
    assert standing.state != "needs-correction"
    again = run("decide", path, "--json", home=campaign.home)
    assert json.loads(again.stdout)["decisions"] == []
    second, _ = verbs.summarise(campaign, tmp_path / "hai.xlsx")
    decided = [r for r in listed(second) if r["Mức"] == "Lỗi"]
    assert {r["Quyết định của tỉnh"] for r in decided} == {"Chấp nhận"}
    assert {r["Lý do"] for r in decided} == {"đã đối chiếu sổ"}
    assert all("Nguyễn Văn An" in str(r["Tình trạng"]) for r in decided)
    assert json.loads(run("decide", second, "--json", home=campaign.home).stdout)["decisions"] == []


def test_rows_that_cannot_be_followed_are_named(
    campaign: Campaign, run: Run, tmp_path: Path
) -> None:
    """No reason, no such verdict, a changed key, one key twice: each row says what to do."""
    take_in(campaign, FLAWED / "01-tong-khac-thanh-phan.xlsx")
    target, _ = verbs.summarise(campaign)
    book = openpyxl.load_workbook(target)
    page = book[say("sheet.findings", VIETNAMESE)]
    columns = {c.value: c.column for c in page[HEAD + 1]}
    verdict, reason, key = (
        columns[name] for name in ("Quyết định của tỉnh", "Lý do", "Mã phát hiện")
    )
    first = HEAD + 2
    page.cell(first, verdict).value = "Chấp nhận"
    page.cell(first + 1, verdict).value = "Bỏ qua"
    page.cell(first + 1, reason).value = "vì"
    page.cell(first + 2, verdict).value = "Chấp nhận"
    page.cell(first + 2, reason).value = "vì"
    page.cell(first + 2, key).value = "0000"
    for row, text in ((first + 3, "vì"), (first + 4, "vì khác")):
        page.cell(row, verdict).value = "Chấp nhận"
        page.cell(row, reason).value = text
    page.cell(first + 4, key).value = page.cell(first + 3, key).value
    path = tmp_path / "x.xlsx"
    book.save(path)
    said = run("decide", path, "--json", home=campaign.home)
    document = json.loads(said.stdout)
    assert said.exit_code == 1
    assert document["decisions"] == []
    codes = [f["code"] for f in document["findings"]]
    assert codes == ["decide.no_reason", "decide.verdict", "decide.unknown", "decide.twice"]
    assert all(f["cell"] and f["advice"] for f in document["findings"])


def test_a_decision_for_other_figures_does_not_hold(
    campaign: Campaign, office: Office, tmp_path: Path
) -> None:
    """A workbook made before a figure changed decides nothing on what stands there now."""
    bad = office.save(PLEIKU, {("ML11", "2017"): 10**8})
    take_in(campaign, bad)
    target, _ = verbs.summarise(campaign)
    book = openpyxl.load_workbook(target)
    page = book[say("sheet.findings", VIETNAMESE)]
    columns = {c.value: c.column for c in page[HEAD + 1]}
    page.cell(HEAD + 2, columns["Quyết định của tỉnh"]).value = "Chấp nhận"
    page.cell(HEAD + 2, columns["Lý do"]).value = "vì"
    path = tmp_path / "x.xlsx"
    book.save(path)
    marking.mark(campaign)
    take_in(campaign, office.save(bad, {("ML11", "2017"): 10**8 + 1}), LATER)
    rulings, findings = deciding.decide(campaign, path.name, path.read_bytes(), by="An")
    assert rulings == []
    assert [f.code for f in findings] == ["decide.unknown"]


def test_waive_closes_and_insist_reopens(campaign: Campaign, run: Run, office: Office) -> None:
    """A waiver names unit, code, reason; what was explained can be insisted on."""
    bad = office.save(PLEIKU, {("ML11", "2017"): 10**8})
    take_in(campaign, bad)
    found = json.loads(run("log", "GL-622", "--json", home=campaign.home).stdout)["returns"][0]
    errors = {f["code"] for f in found["findings"] if f["severity"] == "error"}
    for code in errors:
        said = run("waive", "GL-622", code, "--reason", "số đúng", "--by", "An", home=campaign.home)
        assert said.exit_code == 0
        assert "Chấp nhận: số đúng" in said.stdout
    (standing,) = [s for s in verbs.status(campaign) if s.received]
    assert standing.errors == 0
    code = min(errors)
    words = ("waive", "GL-622", code, "--insist", "--reason", "xem lại", "--indicator", "ML11")
    assert run(*words, home=campaign.home).exit_code == 0
    (standing,) = [s for s in verbs.status(campaign) if s.received]
    assert standing.errors == 1
    (copy,) = marking.mark(campaign)
    page = openpyxl.load_workbook(copy.path)[say("sheet.corrections", VIETNAMESE)]
    text = "\n".join(str(c.value) for row in page.iter_rows() for c in row if c.value)
    assert "Tỉnh yêu cầu sửa: xem lại" in text
    if len(errors) > 1:
        assert say("corrections.accepted", VIETNAMESE) in text


def test_waive_needs_a_finding_and_a_reason(campaign: Campaign, run: Run, office: Office) -> None:
    """What is not there cannot be waived, and the call says what is."""
    take_in(campaign, office.save(PLEIKU, {("ML11", "2017"): 10**8}))
    said = run("waive", "GL-622", "QK05-tong", "--reason", "vì", home=campaign.home)
    assert said.exit_code == 2
    assert "ML11-ML10" in said.stderr
    assert run("waive", "GL-622", "ML11-ML10", "--reason", " ", home=campaign.home).exit_code == 2
    assert run("waive", "GL-622", "ML11-ML10", home=campaign.home).exit_code == 2
    with pytest.raises(Misuse):
        deciding.waive(campaign, "GL-622", "ML11-ML10", period="2007", reason="vì", by="An")


def test_only_a_full_workbook_of_ours_is_read_for_decisions(
    campaign: Campaign, run: Run, tmp_path: Path
) -> None:
    """Another file, the edition without findings and a missing path are one sentence each."""
    take_in(campaign, PLEIKU)
    short, _ = verbs.summarise(campaign, edition="lanh-dao")
    with pytest.raises(CannotWork):
        deciding.decide(campaign, short.name, short.read_bytes(), by="An")
    text = tmp_path / "x.xlsx"
    text.write_text("xin chào", encoding="utf-8")
    assert run("decide", text, home=campaign.home).exit_code == 3
    assert run("decide", tmp_path / "không-có.xlsx", home=campaign.home).exit_code == 2


def test_a_typed_formula_goes_back_as_its_result_and_is_quoted(
    campaign: Campaign, office: Office, form: Form
) -> None:
    """The note of the cell holds the formula; the cell holds what it gave."""
    sheet = office.layout.sheet_of("ML10")
    row, column = sheet.cell("ML10", "2017")
    path = office.save(PLEIKU, {("ML11", "2017"): 10**8})
    _store_formula(path, sheet.name, row, column, "20000+11000", "31000")
    take_in(campaign, path)
    with campaign.ledger() as ledger:
        kept = {(o.indicator, o.period): o for o in ledger.observations(1)}["ML10", "2017"]
    assert (kept.state, str(kept.value)) == (CellState.NUMBER, "31000")
    (copy,) = marking.mark(campaign)
    cell = openpyxl.load_workbook(copy.path)[sheet.name].cell(row + 1, column + 1)
    assert cell.value == 31000
    assert cell.comment is not None
    assert "=20000+11000" in cell.comment.text


def _store_formula(
    path: Path, sheet: str, row: int, column: int, formula: str, result: str
) -> None:
    """Put a formula with its result into a cell, as Excel stores it."""
    import re
    import zipfile

    from tongket_xlsx.model.places import a1

    index = openpyxl.load_workbook(path).sheetnames.index(sheet) + 1
    part = f"xl/worksheets/sheet{index}.xml"
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    text = parts[part].decode()
    pattern = rf'(<c r="{a1(row, column)}"[^>]*?)(?: t="n")?(?:/>|>.*?</c>)'
    changed, count = re.subn(
        pattern, rf"\1><f>{re.escape(formula)}</f><v>{result}</v></c>".replace("\\+", "+"), text
    )
    assert count == 1
    parts[part] = changed.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def test_the_verdicts_have_words(campaign: Campaign) -> None:
    """Every verdict and every closure is named in both languages."""
    for lang in ("vi", "en"):
        assert len({say(f"verdict.{v}", lang) for v in Verdict}) == len(Verdict)
        assert len({say(f"closure.{c}", lang) for c in Closure}) == len(Closure)


def test_import_says_how_many_are_to_be_sent_back(campaign: Campaign, run: Run) -> None:
    """A return that asks for something is counted, one without or not taken in is not."""
    flawed = [FLAWED / f"{n}.xlsx" for n in ("01-tong-khac-thanh-phan", "10-cat-ngang")]
    said = run("import", PLEIKU, *flawed, home=campaign.home)
    assert "1 biểu còn lỗi hoặc cảnh báo chưa giải trình" in said.stderr
    assert "tongket mark" not in run("import", PLEIKU, home=campaign.home).stderr
