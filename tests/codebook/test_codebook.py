"""The documentation of a form: the codebook holds all of it, and every figure has its slip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from command_line import Run
from openpyxl.workbook import Workbook
from shipped import TEMPLATE
from small_form import SMALL_FORM
from workbook_linter import lint

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.codebook.entries import Codebook
from tongket_xlsx.codebook.facts import form_counts, formula
from tongket_xlsx.codebook.markdown import codebook_lines
from tongket_xlsx.codebook.references import References
from tongket_xlsx.codebook.slip_workbook import sheet_names, slip_workbook
from tongket_xlsx.codebook.slips import Slip, asking_kinds, slips_of
from tongket_xlsx.codebook.workbook import codebook_workbook
from tongket_xlsx.model.expression_reader import parse
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Words
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.tasks import document as form_documents
from tongket_xlsx.text.messages import LANGUAGES, say, written
from tongket_xlsx.writer.book import Book
from tongket_xlsx.writer.styles import lines

FORMS = {
    "chi-thi-11": TEMPLATE,
    **{p.name: p for p in sorted(SMALL_FORM.parent.iterdir()) if p.is_dir()},
}
PORTRAIT, LANDSCAPE, A4 = "portrait", "landscape", 9
# Fitted to a page in width (1 is not written) and to as many as it takes in height.
ONE_WIDE = (True, None, 0)


@pytest.fixture(scope="module", params=FORMS)
def any_form(request: pytest.FixtureRequest) -> Form:
    """The shipped form, and each of the small ones."""
    return campaigns.load_form(FORMS[request.param])


@pytest.fixture(scope="module", params=LANGUAGES)
def book(request: pytest.FixtureRequest, any_form: Form) -> Workbook:
    return opened(codebook_workbook(any_form, request.param))


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def texts(book: Workbook) -> Iterator[str]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from (str(cell.value) for cell in row if cell.value is not None)


def said(form: Form) -> Iterator[str]:
    """Yield every text of a form that its documentation must hold."""
    yield from (form.id, form.version, form.digest)
    yield from (text for signs in form.signs.values() for text in signs)
    for period in form.periods:
        yield from (period.code, period.label.vi, period.school_year, *period.aliases)
        yield from (f"{day:%d/%m/%Y}" for day in (period.starts, period.ends))
    for kind in form.unit_kinds.values():
        yield from (kind.code, kind.name.vi, kind.fills_by, kind.signature, kind.note)
    for provider in form.providers.values():
        yield from (provider.code, provider.name, *provider.names.values())
    yield from (text for bullet in form.outline.items() for text in bullet)
    yield from (text for group in form.groups for text in (group.code, group.title.vi))
    for indicator in form.indicators.values():
        yield from (indicator.code, indicator.label.vi, indicator.unit.vi, indicator.help.vi)
        yield from (formula(indicator), indicator.note, indicator.prefill)
        bounds = (indicator.plausible_min, indicator.plausible_max)
        yield from (bound.text for bound in bounds if bound is not None)
        if indicator.series_break is not None:
            yield from (indicator.series_break.reason.vi, indicator.series_break.source)
    for prompt in form.prompts:
        yield from (prompt.code, prompt.label.vi, *prompt.linked)
    for roster in form.rosters:
        yield from (roster.code, roster.name.vi, roster.title.vi, roster.help.vi)
        for column in roster.columns:
            yield from (column.code, column.label.vi, *column.choices)
    for rule in form.rules:
        yield from (rule.code, rule.text, rule.source, rule.fallback_for, *rule.members)
        yield rule.message.vi
        yield from (form.unit_kinds[kind].name.vi for kind in rule.only_for)
    for outlier in form.outliers:
        yield from (outlier.code, outlier.message.vi, outlier.source, *outlier.members)
    for target in form.targets:
        yield from (target.code, target.document, target.label, target.source, target.note)


def in_english(form: Form, text: str) -> str:
    """Return a text of a form as the English documentation has it."""
    for words in words_of(form):
        if words.vi == text and words.en:
            return words.en
    return text


def words_of(form: Form) -> Iterator[Words]:
    yield from (p.label for p in form.periods)
    yield from (k.name for k in form.unit_kinds.values())
    yield from (g.title for g in form.groups)
    for i in form.indicators.values():
        yield from (i.label, i.unit, i.help)
        yield from (b.reason for b in (i.series_break,) if b is not None)
    yield from (p.label for p in form.prompts)
    for r in form.rosters:
        yield from (r.name, r.title, r.help, *(c.label for c in r.columns))
    yield from (rule.message for rule in (*form.rules, *form.outliers))


def flat(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------------- all of it is told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_holds_every_text_of_the_form(any_form: Form, lang: str) -> None:
    """No code, label, bound, rule, target or bullet of a form is missing from its page."""
    told = "\n".join(codebook_lines(any_form, lang))
    told = flat(re.sub(r"\\([\\`*\[\]<>|])", r"\1", told))
    wanted = {in_english(any_form, t) if lang == "en" else t for t in said(any_form) if t}
    assert [text for text in sorted(wanted) if flat(text) not in told] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_holds_every_text_of_the_form(any_form: Form, lang: str) -> None:
    """The same of the workbook."""
    told = flat("\n".join(texts(opened(codebook_workbook(any_form, lang)))))
    wanted = {in_english(any_form, t) if lang == "en" else t for t in said(any_form) if t}
    assert [text for text in sorted(wanted) if flat(text) not in told] == []


def test_the_page_has_an_entry_for_everything(any_form: Form) -> None:
    """Each indicator, question, column, rule and target has a heading of its own, once."""
    headed = Counter(
        line.lstrip("#").split()[0]
        for line in codebook_lines(any_form, "vi")
        if re.match(r"#{3,4} ", line)
    )
    codes = [
        *any_form.indicators,
        *(p.code for p in any_form.prompts),
        *(c.code for r in any_form.rosters for c in r.columns),
        *(r.code for r in any_form.rules),
        *(t.code for t in any_form.targets),
    ]
    assert {code: headed[code] for code in codes} == dict.fromkeys(codes, 1)


def test_each_sheet_has_a_row_for_everything(any_form: Form, book: Workbook) -> None:
    """The sheets list every indicator, question, rule, target and office once, in order."""
    wanted = [
        list(any_form.indicators),
        [p.code for p in any_form.prompts],
        [*(r.code for r in (*any_form.rules, *any_form.outliers)), "cell.computed_changed"],
        [t.code for t in any_form.targets],
        list(any_form.providers),
        list(any_form.outline),
    ]
    listed = [column_of(sheet) for sheet in book.worksheets[1:]]
    assert [codes for codes in wanted if codes not in listed] == []


def paper(sheet: object) -> tuple[object, ...]:
    setup = sheet.page_setup
    fitted = (sheet.sheet_properties.pageSetUpPr.fitToPage, setup.fitToWidth, setup.fitToHeight)
    return setup.orientation, setup.paperSize, fitted


def column_of(sheet: object) -> list[str]:
    return [str(row[0].value) for row in sheet.iter_rows(min_row=5) if row[0].value is not None]


def about(form: Form, indicator: Indicator, lang: str) -> Iterator[str]:
    """Yield what must stand beside an indicator, not just anywhere."""
    yield from (indicator.label.to(lang), indicator.help.to(lang), indicator.unit.to(lang))
    yield from (indicator.group, *indicator.periods, formula(indicator), indicator.note)
    for key in ("kind", "nature", "clock", "aggregation", "better"):
        yield say(f"doc.{key}.{getattr(indicator, key)}", lang)
    if indicator.records:
        yield say(f"doc.records.{indicator.records}", lang)
    if indicator.provider:
        yield form.providers[indicator.provider].name
    yield from (form.unit_kinds[kind].name.to(lang) for kind in indicator.respondents)
    yield from (f"≥ {v}" for v in (indicator.hard_min,) if v is not None)
    yield from (f"≤ {v}" for v in (indicator.hard_max,) if v is not None)
    yield from (f"≥ {e.text}" for e in (indicator.plausible_min,) if e is not None)
    yield from (f"≤ {e.text}" for e in (indicator.plausible_max,) if e is not None)
    yield indicator.series_break.reason.to(lang) if indicator.series_break else ""
    yield say("doc.fact.headline", lang) if indicator.headline else ""
    for seed in indicator.seed:
        yield f"{seed} {form.outline[seed]}" if seed in form.outline else say("doc.common", lang)
    own = {rule.code for rule in form.rules}
    yield from {c.rule.code for c in form.checks if c.subject == indicator.code} & own
    yield from (t.code for t in form.targets if t.indicator == indicator.code)
    yield from (p.code for p in form.prompts if indicator.code in p.linked)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_about_an_indicator_stands_beside_it(any_form: Form, lang: str) -> None:
    """On the page and in the workbook the entry of an indicator holds all there is to know."""
    text = re.sub(r"\\([\\`*\[\]<>|])", r"\1", "\n".join(codebook_lines(any_form, lang)))
    parts = re.split(r"^#{2,4} ", text, flags=re.MULTILINE)
    page = {part.split()[0]: part for part in parts if part.split()[0] in any_form.indicators}
    sheet = opened(codebook_workbook(any_form, lang))[say("doc.sheet.indicators", lang)]
    rows = {
        row[0].value: "\n".join(str(c.value) for c in row if c.value)
        for row in sheet.iter_rows(min_row=5)
    }
    for code, indicator in any_form.indicators.items():
        for told in (page[code], rows[code]):
            missing = [t for t in about(any_form, indicator, lang) if flat(t) not in flat(told)]
            assert missing == [], code


def test_the_rules_about_an_indicator_stand_beside_it(any_form: Form) -> None:
    """Whatever is checked about an indicator is named in its entry, and nothing else is."""
    entries = {entry.code: entry for entry in Codebook(any_form, "vi").indicators}
    own = {rule.code for rule in any_form.rules}
    for code, entry in entries.items():
        checked = {c.rule.code for c in any_form.checks if c.subject == code} & own
        told = {rule for rule in entry.text("rules").split(", ") if rule}
        assert told == checked, code


def test_all_about_a_rule_and_a_target_stands_in_its_row(any_form: Form) -> None:
    """A rule has its severity, expression, family and source beside it; a target its own facts."""
    book = opened(codebook_workbook(any_form, "vi"))
    rows = {
        key: {row[0].value: [str(c.value) for c in row if c.value] for row in sheet.iter_rows()}
        for key in ("rules", "targets")
        for sheet in (book[say(f"doc.sheet.{key}", "vi")],)
    }
    for rule in any_form.rules:
        told = rows["rules"][rule.code]
        grave = say(f"severity.{rule.severity}", "vi")
        assert {grave, rule.text, rule.source or grave} <= set(told)
        assert ", ".join(rule.members) in told[2]
        assert f": {rule.fallback_for}" in told[-1] + told[-2] or not rule.fallback_for
    for target in any_form.targets:
        told = rows["targets"][target.code]
        level = say("doc.no_level", "vi")
        if target.value is not None:
            sign = "≥" if target.operator == ">=" else "≤"
            level = f"{sign} {written(target.value, 'vi')}"
        wanted = {target.document, target.label, level, str(target.year), target.indicator}
        assert wanted - {""} <= set(told)


def test_a_rule_on_trial_says_so(form: Form) -> None:
    """A rule that is still tried out is marked."""
    rule = replace(form.rules[0], beta=True)
    entry = Codebook(replace(form, rules=(rule, *form.rules[1:])), "en").rules[0]
    assert entry.text("beta") == "Yes"


def test_whatever_reads_an_indicator_is_named_beside_it(form: Form) -> None:
    """A denominator names the ratios made of it and the rules about others that read it."""
    users = References(form).users["TC04"]
    assert {"ML03", "ML02-TC04", "F-XA"} <= set(users)
    assert not set(users) & set(References(form).rules["TC04"])
    assert "ML03" not in References(form).users["ML10"]


def test_an_entry_says_who_must_answer(form: Form) -> None:
    """A star marks the kinds that must answer; the periods are named where not all are meant."""
    entry = next(e for e in Codebook(form, "en").indicators if e.code == "ML11")
    told = entry.text("respondents").split("\n")
    assert told[0] == "District, town or city * (2012, 2017)"
    assert "*" not in told[1]


def test_an_entry_says_how_a_figure_is_made_and_bounded(form: Form) -> None:
    """Formula, limits and the usual range are told, with the kinds the range holds for."""
    entries = {entry.code: entry for entry in Codebook(form, "en").indicators}
    assert entries["ML03"].text("formula") == "100 × ML02 ÷ TC04"
    assert entries["ML03"].text("hard") == "≥ 0"
    assert entries["ML10"].text("usual") == "≥ 0; ≤ 0.5*TC01"
    assert entries["ML10"].text("usual_for") == "District, town or city"
    assert entries["ML10"].text("formula") == ""


def test_a_formula_of_sums_keeps_its_parts_together(form: Form) -> None:
    """A sum above or below the line stands in brackets."""
    ratio = form.indicators["ML03"]
    assert formula(ratio) == "100 × ML02 ÷ TC04"
    changed = replace(ratio, numerator=parse("ML02 + ML04", {}), denominator=parse("2*TC04", {}))
    assert formula(changed) == "100 × (ML02 + ML04) ÷ (2*TC04)"


def test_bullets_stand_with_their_text(form: Form) -> None:
    """An indicator names the bullets it answers; a whole part stands for all its bullets."""
    book = Codebook(form, "vi")
    entries = {entry.code: entry for entry in (*book.indicators, *book.prompts)}
    assert entries["ML10"].text("outline") == "2.1.a Mạng lưới hội khuyến học"
    assert entries["TC01"].text("outline") == say("doc.common", "vi")
    whole = next(p for p in form.prompts if p.seed == ("2", "3"))
    told = entries[whole.code].text("outline").split("\n")
    assert len(told) == sum(b.startswith("2.") or b == "3" for b in form.outline)


def test_a_bullet_without_an_indicator_is_visible(form: Form) -> None:
    """The table of the outline names what nothing counts, on the page and in the workbook."""
    book = Codebook(form, "vi")
    assert book.unanswered() == ("3", "4", "5", "I.2")
    text = "\n".join(codebook_lines(form, "vi"))
    assert "Các mục chưa có chỉ tiêu nào trả lời: 3, 4, 5, I.2." in text
    sheet = opened(codebook_workbook(form, "vi"))[say("doc.sheet.outline", "vi")]
    marked = [row[0].value for row in sheet.iter_rows(min_row=5) if row[4].value]
    assert marked == ["3", "4", "5", "I.2"]


def test_a_target_says_how_far_it_was_verified(form: Form) -> None:
    """The status is spelled out, and what nobody has read stands in grey italics."""
    sheet = opened(codebook_workbook(form, "en"))[say("doc.sheet.targets", "en")]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=5)}
    for target in form.targets:
        row = rows[target.code]
        assert row[8].value == say(f"doc.status.{target.status}", "en")
        assert row[2].font.italic is not target.verified
    assert {t.status for t in form.targets} == {"verified-secondary", "partly", "unverified"}


def test_a_status_of_a_forms_own_is_told_as_it_is(form: Form) -> None:
    """A word the catalogue does not know is shown, never dropped."""
    target = replace(form.targets[0], status="hỏi lại", applies_to="cù lao")
    entry = Codebook(replace(form, targets=(target,)), "vi").targets[0]
    assert (entry.text("status"), entry.text("scope")) == ("hỏi lại", "cù lao")
    assert entry.text("elsewhere") == "Có"


def test_periods_say_whether_their_dates_are_confirmed(form: Form) -> None:
    """The dates the province has not confirmed say so."""
    told = {entry.code: entry.text("confirmed") for entry in Codebook(form, "en").periods}
    assert told["2007"] == told["2012"] == "by the consistent reading, to be confirmed"
    assert told["2017"] == "confirmed"


def test_the_counts_of_a_form_are_those_of_the_form(form: Form) -> None:
    """The sentence on a sound definition counts what is in it."""
    computed = sum(i.computed for i in form.indicators.values())
    start = f"The definition is sound: {len(form.indicators)} indicators ({computed} computed), "
    assert form_counts(form, "en").startswith(start)
    assert f"{len(form.checks):,} checks" in form_counts(form, "en")


def test_the_markup_of_a_text_is_not_taken_for_markup(form: Form) -> None:
    """A star, a bar or a bracket in a label means itself on the page."""
    outline = {"1": "a | b * c [d] <e>"}
    told = list(codebook_lines(replace(form, outline=outline), "vi"))
    assert any(r"a \| b \* c \[d\] \<e\>" in line for line in told)


# ---------------------------------------------------------------------- the workbook


def test_the_workbooks_are_sound(any_form: Form) -> None:
    """No workbook has what makes Excel offer to repair it."""
    faults = {
        (name, lang): lint(data)
        for lang in LANGUAGES
        for name, data in form_documents.documents(any_form, lang)
        if name.endswith(".xlsx")
    }
    assert len(faults) >= 2
    assert [item for item in faults.items() if item[1]] == []


def test_no_text_became_a_formula(form: Form) -> None:
    """An expression that begins with an equals sign stands as text."""
    rule = replace(form.rules[0], source="=TC01+1")
    data = codebook_workbook(replace(form, rules=(rule, *form.rules[1:])), "vi")
    cells = [c for sheet in opened(data).worksheets for row in sheet.iter_rows() for c in row]
    assert [c.value for c in cells if c.data_type == "f"] == []
    assert "=TC01+1" in [c.value for c in cells]


def test_every_sheet_prints_on_a4_with_its_headings(book: Workbook) -> None:
    """Each sheet is A4 landscape, one page wide; the tables repeat their headings and filter."""
    for sheet in book.worksheets:
        assert paper(sheet) == (LANDSCAPE, A4, ONE_WIDE)
    for sheet in book.worksheets[1:]:
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.freeze_panes == "C5"
        assert sheet.auto_filter.ref.startswith("A4:")


def test_a_code_leads_to_its_rules_and_back(form: Form) -> None:
    """A click on an indicator leads to a rule about it, and one on a rule to its indicator."""
    book = opened(codebook_workbook(form, "vi"))
    indicators, rules = (book[say(f"doc.sheet.{key}", "vi")] for key in ("indicators", "rules"))
    about = References(form)
    linked = 0
    for sheet, other, known in (
        (indicators, rules, about.rules),
        (rules, indicators, {**about.subjects, **{o.code: o.members for o in form.outliers}}),
    ):
        for row in sheet.iter_rows(min_row=5):
            link = row[0].hyperlink
            assert (link is not None) == bool(known.get(row[0].value))
            if link is not None:
                target, _, cell = link.location.partition("!")
                assert target == f"'{other.title}'"
                assert other[cell].value == known[row[0].value][0]
                linked += 1
    assert linked > len(form.rules)


def test_the_first_sheet_leads_to_the_others(book: Workbook) -> None:
    """The first sheet names every other and leads there."""
    about = book.worksheets[0]
    led = [c.value for row in about.iter_rows() for c in row if c.hyperlink is not None]
    assert led == book.sheetnames[1:]


def test_what_a_form_lacks_has_no_sheet(form: Form) -> None:
    """A form without targets, lists and questions has no empty sheets for them."""
    bare = replace(form, targets=(), rosters=(), prompts=(), outline={})
    names = opened(codebook_workbook(bare, "en")).sheetnames
    assert names == ["About", "Indicators", "Rules", "Offices"]
    told = "\n".join(codebook_lines(bare, "en"))
    assert "## Targets" not in told
    assert "## Rules" in told


# ---------------------------------------------------------------------- the slips


def test_every_figure_stands_on_one_slip_of_its_office(any_form: Form) -> None:
    """What a kind of unit is asked and nobody computes is on one slip, that of its provider."""
    for kind in any_form.unit_kinds:
        slips = slips_of(any_form, kind)
        found = Counter(i.code for slip in slips for i in slip.indicators)
        asked = [
            i.code
            for i in any_form.indicators.values()
            if any_form.is_asked(i, kind) and not i.computed
        ]
        assert found == Counter(asked)
        for slip in slips:
            assert {i.provider for i in slip.indicators} == {slip.office}
            if slip.office:
                assert slip.name == any_form.providers[slip.office].name_for(kind)


def test_only_kinds_with_more_than_one_place_to_ask_get_slips(form: Form, any_form: Form) -> None:
    """A department that answers from its own books needs no slip."""
    assert asking_kinds(form) == ("huyen", "khoi-tinh", "bql-kkt")
    for kind in any_form.unit_kinds:
        assert (kind in asking_kinds(any_form)) == (len(slips_of(any_form, kind)) > 1)


def printed(form: Form, kind: str, lang: str = "vi") -> tuple[tuple[Slip, ...], Workbook]:
    slips = slips_of(form, kind)
    return slips, opened(slip_workbook(form, kind, slips, lang))


def rows_of(sheet: object, form: Form) -> dict[str, tuple[object, ...]]:
    return {str(row[1].value): row for row in sheet.iter_rows() if row[1].value in form.indicators}


def test_every_figure_is_printed_on_one_slip(any_form: Form) -> None:
    """The sheets hold what the slips hold: each figure once, on the sheet of its office."""
    for kind in asking_kinds(any_form):
        slips, book = printed(any_form, kind)
        assert len(book.sheetnames) == len(slips) + 1
        for slip, sheet in zip(slips, book.worksheets[1:], strict=True):
            assert list(rows_of(sheet, any_form)) == [
                i.code for _, rows in slip.groups(any_form) for i in rows
            ]
            assert {i.code for i in slip.indicators} == set(rows_of(sheet, any_form))


def test_a_slip_has_a_box_for_each_period(any_form: Form) -> None:
    """A box is starred and heavy where it must be filled in, blank where it may be, else “x”."""
    seen: Counter[str] = Counter()
    for kind in asking_kinds(any_form):
        slips, book = printed(any_form, kind)
        for slip, sheet in zip(slips, book.worksheets[1:], strict=True):
            periods = slip.periods(any_form)
            for code, row in rows_of(sheet, any_form).items():
                indicator = any_form.indicators[code]
                for cell, period in zip(row[4:], periods, strict=False):
                    entry = entry_in(slip, indicator, period.code)
                    sign = any_form.sign("not_applicable")
                    wanted = {"must": "*", "may": None, "never": sign}[entry]
                    assert cell.value == wanted, (sheet.title, code, period.code)
                    heavy = {"must": "medium", "may": "thin", "never": "thin"}[entry]
                    assert cell.border.left.style == heavy
                    seen[entry] += 1
                label = str(row[2].value).split("\n")
                starred = bool(indicator.core.get(kind))
                assert any(line.endswith(" *") for line in label) == starred
    assert set(seen) == {"must", "may", "never"}


def entry_in(slip: Slip, indicator: Indicator, period: str) -> str:
    if period not in indicator.periods:
        return "never"
    return "must" if period in indicator.core.get(slip.kind, ()) else "may"


def test_a_slip_says_whom_it_is_for_and_how_to_write(form: Form) -> None:
    """A slip is addressed, says the reference dates and the signs, and has room for a seal."""
    slips, book = printed(form, "huyen")
    for slip, sheet in zip(slips, book.worksheets[1:], strict=True):
        told = "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
        assert f"Kính gửi: {slip.name}" in told
        assert form.cutoff.vi in told
        assert "Năm 2007: Thời điểm 31/12/2007" in told
        assert "(theo cách hiểu thống nhất)" in told
        for sign in ("“-” không phát sinh", "“…” có phát sinh", "“x” không áp dụng"):
            assert sign in told
        assert told.rstrip().endswith("(Ký tên, đóng dấu)")
        assert "Đơn vị đề nghị: …" in told


def test_the_signs_of_a_slip_are_those_of_the_form() -> None:
    """A form that prints another sign has it on its slips."""
    form = campaigns.load_form(FORMS["giao-thong"])
    _, book = printed(form, asking_kinds(form)[0])
    told = "\n".join(texts(book))
    assert "“?” có phát sinh" in told
    assert "“…” có phát sinh" not in told


def test_slips_print_on_a4_with_their_headings(form: Form) -> None:
    """A slip is A4 portrait, one page wide, and repeats the headings of its table."""
    _, book = printed(form, "huyen")
    for sheet in book.worksheets:
        assert paper(sheet) == (PORTRAIT, A4, ONE_WIDE)
        first, last = sheet.print_title_rows.replace("$", "").split(":")
        assert first == last
        assert sheet.cell(int(first), 1).value == "TT"


def test_the_list_leads_to_every_slip_and_counts(form: Form) -> None:
    """The first sheet names each office with its figures and boxes, and leads to its slip."""
    slips, book = printed(form, "huyen")
    sheet = book.worksheets[0]
    listed = [row for row in sheet.iter_rows(min_row=6) if isinstance(row[0].value, int)]
    assert len(listed) == len(slips)
    for row, slip, name in zip(listed, slips, book.sheetnames[1:], strict=True):
        assert [c.value for c in row[1:5]] == [
            slip.name,
            len(slip.indicators),
            slip.boxes,
            slip.required_boxes,
        ]
        assert row[0].hyperlink.location.startswith(f"'{name}'!")
    total = opened_values(slip_workbook(form, "huyen", slips, "vi")).worksheets[0]
    assert total.cell(6 + len(slips), 3).value == sum(len(s.indicators) for s in slips)


def opened_values(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data), data_only=True)


def test_a_part_asked_without_its_whole_says_what_it_is(form: Form) -> None:
    """“Trong đó” is dropped where the whole is on another office's slip, and kept beside it."""
    slips = {slip.office: slip for slip in slips_of(form, "huyen")}
    alone, beside = form.indicators["TC02"], form.indicators["ML11"]
    assert alone.label.vi.startswith("Trong đó")
    assert slips["DANTOC"].label(form, alone, "vi") == alone.plain_label
    assert slips["HKH"].label(form, beside, "vi") == beside.label.vi


def test_a_label_in_english_is_left_as_it_is(form: Form) -> None:
    """Where a label has English words they stand, whole or part."""
    part = replace(form.indicators["TC02"], label=Words("Trong đó: nữ", "Of whom: women"))
    slip = slips_of(form, "huyen")[0]
    assert slip.label(form, part, "en") == "Of whom: women"


def test_names_of_sheets_are_legal_and_differ() -> None:
    """Whatever an office is called, its sheet has a legal name of its own."""
    offices = [
        "Sở: A/B [C]?*",
        "Sở: A/B [C]?*",
        "'",
        "X" * 60,
        "Phòng Lao động - Thương binh và Xã hội",
    ]
    names = sheet_names(offices)
    assert names[0] == "01 Sở A B C"
    assert names[4] == "05 Phòng Lao động - Thương binh"
    assert len({name.casefold() for name in names}) == len(offices)
    assert max(map(len, names)) <= 31
    assert not any(set(name) & set("[]:*?/\\") or name.endswith("'") for name in names)


# ---------------------------------------------------------------------- the command


def test_the_same_form_makes_the_same_bytes(any_form: Form) -> None:
    """Documentation made twice is the same, byte for byte; another language differs."""
    once = dict(form_documents.documents(any_form, "vi"))
    assert once == dict(form_documents.documents(any_form, "vi"))
    english = dict(form_documents.documents(any_form, "en"))
    assert once.keys() == english.keys()
    assert not any(once[name] == english[name] for name in once)


def test_the_documentation_of_a_campaign_is_of_its_own_form(
    run: Run, campaign: campaigns.Campaign
) -> None:
    """Within a campaign its own form is told, in its folder, and every path is printed."""
    path = campaign.home / "bieu-mau" / "form.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("BIỂU TỔNG HỢP", "BIỂU RIÊNG"), encoding="utf-8")
    result = run("form", "doc", home=campaign.home)
    assert result.exit_code == 0, result.output
    folder = campaign.home / "so-tay"
    assert [Path(p) for p in result.stdout.splitlines()] == [
        folder / name
        for name in (
            "so-tay.md",
            "so-tay.xlsx",
            "phieu-huyen.xlsx",
            "phieu-khoi-tinh.xlsx",
            "phieu-bql-kkt.xlsx",
        )
    ]
    assert "Đã lập 5 tệp" in result.stderr
    assert (folder / "so-tay.md").read_text(encoding="utf-8").startswith("# BIỂU RIÊNG")


def test_outside_a_campaign_it_goes_where_one_stands(run: Run, tmp_path: Path) -> None:
    """A form given by its folder is told in the folder one stands in, or in the one named."""
    source = FORMS["giao-thong"]
    assert run("form", "doc", source, home=tmp_path).exit_code == 0
    assert (tmp_path / "so-tay" / "phieu-phuong.xlsx").is_file()
    result = run("--lang", "en", "form", "doc", source, "-o", "a/b", home=tmp_path)
    assert result.exit_code == 0
    told = (tmp_path / "a" / "b" / "so-tay.md").read_text(encoding="utf-8")
    assert told.startswith("# ROAD SAFETY RETURN — giao-thong 1.10")
    assert "#### AA01 Accidents" in told
    assert "files were written" in result.stderr


def test_form_show_prints_the_page_of_the_documentation(run: Run, tmp_path: Path) -> None:
    """What ``form show`` prints is what ``form doc`` writes."""
    assert run("form", "doc", FORMS["giao-thong"], "-q", home=tmp_path).stderr == ""
    shown = run("form", "show", FORMS["giao-thong"]).stdout
    assert shown == (tmp_path / "so-tay" / "so-tay.md").read_text(encoding="utf-8")


def test_an_unsound_definition_is_told_and_nothing_written(run: Run, tmp_path: Path) -> None:
    """Every fault is told with its line, as by ``form show``, and no folder is made."""
    for path in FORMS["giao-thong"].iterdir():
        text = path.read_text(encoding="utf-8").replace("AA02 <= 40*AA01", "AA02 <= 40*AA99")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    shown = run("form", "show", tmp_path, home=tmp_path)
    told = run("form", "doc", tmp_path, home=tmp_path)
    assert (told.exit_code, told.stdout) == (3, "")
    assert "group-AA.yaml:" in told.stderr
    assert (told.exit_code, told.stderr) == (shown.exit_code, shown.stderr)
    assert not (tmp_path / "so-tay").exists()


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    """Where a file is in the way there is one sentence and no traceback."""
    (tmp_path / "file").write_text("x")
    result = run("--lang", "en", "form", "doc", "-o", tmp_path / "file" / "below")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "cannot be written" in result.stderr
    assert "Traceback" not in result.output
    (tmp_path / "so-tay" / "so-tay.xlsx").mkdir(parents=True)
    blocked = run("--lang", "en", "form", "doc", home=tmp_path)
    assert (blocked.exit_code, "is a folder" in blocked.stderr) == (2, True)


# ---------------------------------------------------------------------- what it is written with


def test_rich_text_of_one_part_is_plain_text() -> None:
    """A part without text is left out; what remains is written as any text."""
    book = Book("t")
    sheet, look = book.sheet("S"), book.style(bold=True)
    sheet.rich(0, 0, [("", look), ("=1", look)], look)
    sheet.rich(1, 0, [("một", look), (" hai", book.style(italic=True))], look)
    page = opened(book.bytes()).worksheets[0]
    assert [page["A1"].value, page["A2"].value] == ["=1", "một hai"]
    assert page["A1"].data_type == "s"


@pytest.mark.parametrize(
    ("text", "count"), [("a b", 1), ("a" * 25, 3), ("a " + "b" * 12 + " c", 3), ("", 1)]
)
def test_a_word_longer_than_a_line_takes_several(text: str, count: int) -> None:
    """An address without a space is broken within itself, and is given the room for it."""
    assert lines(text, 10) == count
