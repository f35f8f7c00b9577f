"""``tongket explain``: what a code means and what to do, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tongket_xlsx.model.finding_kinds import KINDS
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.wording import worded
from tongket_xlsx.tasks import finding_examples
from tongket_xlsx.tasks.findings_page import page_lines
from tongket_xlsx.text.messages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = {
    "code": (str,),
    "sort": (str,),
    "name": (str,),
    "severities": (list,),
    "holds": (str,),
    "means": (str,),
    "former": (bool,),
    "parameters": (list,),
    "sentences": (list,),
    "example": (dict, type(None)),
    "facts": (list,),
}
SENTENCE = dict.fromkeys(("what", "severity", "message", "expected", "advice"), (str,))
EXAMPLE = dict.fromkeys(("message", "found", "expected", "advice"), (str,))
FACT = dict.fromkeys(("name", "text"), (str,))


def assert_shape(value, shape):
    """Hold one object against exact keys and types."""
    assert list(value) == list(shape)
    assert {k: v for k, v in value.items() if type(v) not in shape[k]} == {}


def explained(result):
    """Return what a document explains, each of it held against its shape."""
    document = json.loads(result.stdout)
    assert list(document) == ["explained"]
    for one in document["explained"]:
        assert_shape(one, EXPLAINED)
        assert set(one["severities"]) <= set(map(str, Severity))
        for sentence in one["sentences"]:
            assert_shape(sentence, SENTENCE)
            assert sentence["severity"] in {"error", "warning", "note"}
        for fact in one["facts"]:
            assert_shape(fact, FACT)
        if one["example"] is not None:
            assert_shape(one["example"], EXAMPLE)
    return document["explained"]


def test_a_kind_of_finding_is_explained_in_vietnamese_first(run, tmp_path):
    """Severity, sentence, what it means, what is expected, what to do, and how it looks."""
    result = run("explain", "cell.money_thousand", home=tmp_path)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "cell.money_thousand"
    assert "Mức: Lỗi" in lines
    assert "Về: Một ô" in lines
    (held,) = [line for line in lines if line.startswith("Giữ lại chưa cộng: ")]
    assert "số ở ô này" in held
    starts = ("Câu báo: ", "Nghĩa là: ", "Cần là: ", "Việc cần làm: ", "Ví dụ: ")
    assert all(any(line.startswith(start) for line in lines) for start in starts)
    (example,) = [line for line in lines if line.startswith("Ví dụ: ")]
    assert "1,639" in example
    assert "{" not in example


def test_a_kind_of_finding_is_explained_in_english(run, tmp_path):
    """The same in English, narrower sentences with it, each with what it is."""
    result = run("--lang", "en", "explain", "file.text", home=tmp_path)
    lines = result.stdout.splitlines()
    assert "Severity: Error, Note" in lines
    assert any(line.startswith("Sentence: file.text.csv: This is a table") for line in lines)
    assert any(line.startswith("Sentence: file.text.json (a note): ") for line in lines)


def test_a_rule_of_the_form_is_explained_by_its_id(run, tmp_path):
    """Whoever was told of a rule can ask what it is about, whatever capitals are typed."""
    (rule,) = explained(run("explain", "tc02-tc01", "--json", home=tmp_path))
    assert (rule["code"], rule["sort"]) == ("TC02-TC01", "rule")
    (sentence,) = rule["sentences"]
    assert sentence["expected"]
    assert sentence["advice"].startswith("Kiểm tra các số")
    assert rule["severities"] == ["error"]
    assert rule["example"] is None
    text = run("explain", "TC02-TC01", home=tmp_path).stdout.splitlines()
    assert text[:2] == ["TC02-TC01", "Đây là: Quy tắc của biểu"]


def test_an_indicator_a_question_and_a_target_are_explained(run, form, tmp_path):
    """Every code of the form is explained by what its codebook says."""
    codes = {
        "indicator": next(iter(form.indicators)),
        "prompt": form.prompts[0].code,
        "roster": form.rosters[0].columns[0].code,
        "target": form.targets[0].code,
    }
    for sort, code in codes.items():
        (one,) = explained(run("explain", code, "--json", home=tmp_path))
        assert (one["sort"], one["code"]) == (sort, code)
        assert one["facts"]
        assert one["severities"] == []


def test_the_rules_are_those_of_the_campaign_one_stands_in(run, campaign):
    """In a campaign a code is looked for in its form."""
    (one,) = explained(run("explain", "TC01", "--json", home=campaign.home))
    assert one["name"] == campaign.form.indicators["TC01"].label.vi


def test_a_code_that_is_not_known_is_misuse_and_near_ones_are_proposed(run, tmp_path):
    """Who mistypes is shown what may have been meant; a document stays one document."""
    result = run("explain", "cell.ambigous", home=tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cell.ambiguous" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    result = run("explain", "verify", "--json", home=tmp_path)
    assert (result.exit_code, json.loads(result.stdout)) == (2, {"explained": []})
    assert "verify.database" in result.stderr
    result = run("--lang", "en", "explain", "%%%%", home=tmp_path)
    assert result.exit_code == 2
    assert "There is no code “%%%%”" in result.stderr


def test_without_a_code_all_are_listed(run, tmp_path):
    """Every kind of finding is there once, under what it is about, then the rules of the form."""
    listed = explained(run("explain", "--json", home=tmp_path))
    findings = [e["code"] for e in listed if e["sort"] == "finding"]
    assert findings == list(KINDS)
    assert {e["sort"] for e in listed} == {"finding", "rule"}
    lines = run("explain", home=tmp_path).stdout.splitlines()
    assert lines[0] == "Tệp nhận được"
    shown = [line.split()[0] for line in lines if line.startswith("  ")]
    assert shown == [e["code"] for e in listed]
    assert len(shown) == len(set(shown))


def test_a_form_with_faults_does_not_hide_what_a_fault_means(run, campaign):
    """Who is told that a definition has faults can ask what they mean."""
    (campaign.home / "bieu-mau" / "form.yaml").write_text("id: [", encoding="utf-8")
    result = run("explain", "definition.yaml", home=campaign.home)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "definition.yaml")
    assert run("explain", home=campaign.home).exit_code == 0
    assert run("explain", "TC01", home=campaign.home).exit_code == 3


@pytest.mark.parametrize("code", KINDS)
def test_the_example_of_a_kind_fills_every_place_of_its_sentences(code):
    """Nothing of an example is left open, in neither language, and it is of its own kind."""
    finding = finding_examples.example_of(code)
    assert finding.code == code
    given = {name.removesuffix("_en") for name in finding.parameters}
    assert KINDS[code].parameters - given <= {"code", "indicator", "period"}
    for lang in LANGUAGES:
        wording = worded(finding, lang)
        text = wording.message + wording.expected + wording.advice
        # Of this one the sentence itself speaks of a place in braces.
        assert "{" not in (text.replace("{code}", "") if code == "definition.family" else text)


def test_every_example_is_of_a_kind_and_of_its_places():
    """No example is left behind by a kind or a place that is gone."""
    assert set(finding_examples._OWN) <= set(KINDS)
    for code, given in finding_examples._OWN.items():
        assert {n.removesuffix("_en") for n in given} - KINDS[code].parameters <= {"what"}, code
        assert given.get("what", "") in ("", *KINDS[code].narrower)
    used = {name for kind in KINDS.values() for name in kind.parameters}
    assert {n.removesuffix("_en") for n in finding_examples._USUAL} <= used


def test_the_page_of_findings_is_the_one_the_program_makes():
    """docs/findings.md is made again whenever a kind or a sentence changes: run.py docs."""
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    body = page.partition("]]] -->\n")[2].partition("<!-- [[[end]]]")[0]
    assert body.splitlines() == list(page_lines())
    assert all(f"### `{code}`" in page for code in KINDS)
