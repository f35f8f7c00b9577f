"""The JSON documents: their exact keys and types, and nothing beside them."""

import json
import re
import shutil
import subprocess
import sys
from types import NoneType

import pytest
from json_shapes import FINDING, assert_shape
from shipped import FARMERS, FLAWED

from tongket_xlsx.model.observations import Outcome

FILE = {
    "file": (str,),
    "outcome": (str,),
    "unit": (str, NoneType),
    "sha256": (str, NoneType),
    "observations": (int,),
    "findings": (list,),
    "since_last": (dict, NoneType),
    "closed": (list,),
    "held": (list,),
}
UNIT = {
    "unit": (str,),
    "name": (str,),
    "kind": (str,),
    "state": (str,),
    "received": (str, NoneType),
    "received_this": (str, NoneType),
    "late_days": (int,),
    "errors": (int,),
    "warnings": (int,),
    "held": (list,),
    "completeness": (dict,),
}
ROW = {
    "unit": (str,),
    "unit_name": (str,),
    "unit_kind": (str,),
    "group": (str,),
    "indicator": (str,),
    "period": (str, NoneType),
    "row": (int, NoneType),
    "state": (str,),
    "value": (int, float, NoneType),
    "text": (str,),
    "raw": (str,),
    "file": (str,),
    "sha256": (str,),
    "sheet": (str,),
    "cell": (str,),
    "received": (str,),
    "estimated": (bool,),
    "held": (bool,),
    "status": (str,),
    "reason": (str,),
    "scope": (str,),
    "round": (int,),
    "current": (bool,),
    "computed": (bool,),
    "counted": (bool,),
    "n": (NoneType,),
    "expected": (NoneType,),
}


def files_of(result):
    """Return the files of the one document on stdout; stderr must be empty."""
    assert result.stderr == ""
    document = json.loads(result.stdout)
    assert list(document) == ["files"]
    for item in document["files"]:
        assert_shape(item, FILE)
        assert item["outcome"] in set(Outcome)
        assert item["sha256"] is None or re.fullmatch(r"[0-9a-f]{64}", item["sha256"])
        for finding in item["findings"]:
            assert_shape(finding, FINDING)
            assert finding["severity"] in {"error", "warning", "note"}
            assert finding["message"]
    return document["files"]


# ---------------------------------------------------------------------- import and check


def test_import_of_a_good_return(run, campaign, in_process):
    """A return in order: its unit, its hash, how many observations, and no findings."""
    result = run("import", FARMERS, "--json", home=campaign.home)
    (item,) = files_of(result)
    assert result.exit_code == 0
    assert (item["file"], item["outcome"], item["unit"]) == (str(FARMERS), "accepted", "GL-HND")
    assert (item["observations"], item["findings"]) == (7, [])


def test_import_of_every_kind_of_outcome(run, campaign, in_process):
    """Flawed, refused, odd and doubled files all have the same shape, with null for the unknown."""
    folder = campaign.home / "nop-ve"
    shutil.copyfile(FLAWED / "06-loi-cong-thuc.xlsx", folder / "a.xlsx")
    shutil.copyfile(FLAWED / "10-cat-ngang.xlsx", folder / "b.xlsx")
    shutil.copyfile(FARMERS, folder / "c.xlsx")
    shutil.copyfile(FARMERS, folder / "d.xlsx")
    (folder / "e.xlsx").symlink_to(FARMERS)
    (folder / "~$f.xlsx").write_bytes(b"lock")
    result = run("import", "--json", home=campaign.home)
    flawed, cut, good, double, link = files_of(result)
    assert result.exit_code == 1
    assert [i["outcome"] for i in (flawed, cut, good, double, link)] == [
        "needs-correction",
        "refused",
        "accepted",
        "duplicate",
        "not-a-return",
    ]
    assert (cut["unit"], cut["observations"], link["unit"], link["sha256"]) == (None, 0, None, None)
    assert cut["sha256"] is not None
    assert double["sha256"] == good["sha256"]
    (at,) = [f for f in flawed["findings"] if f["code"] == "cell.error_value"]
    assert (at["severity"], at["unit"]) == ("error", flawed["unit"])
    assert re.fullmatch(r"[A-Z]+[0-9]+", at["cell"])
    assert at["sheet"]
    assert (at["found"][0], at["period"]) == ("#", at["period"])
    assert re.fullmatch(r"[A-Z]{2}[0-9]{2}", at["indicator"])
    assert at["period"] in {"2007", "2012", "2017", "2007-2017"}
    assert at["expected"]
    assert at["advice"]
    (whole,) = cut["findings"]
    assert [whole[k] for k in ("unit", "sheet", "cell", "indicator", "period")] == [None] * 5


def test_import_of_an_empty_folder(run, campaign):
    """An empty folder is an empty list of files and no fault."""
    result = run("import", "--json", home=campaign.home)
    assert files_of(result) == []
    assert result.exit_code == 0


@pytest.mark.parametrize("command", ["import", "check"])
def test_a_missing_path_is_misuse_and_stands_in_the_document(run, campaign, tmp_path, command):
    """A path that is not there is misuse: the document names it, stderr says it in one sentence."""
    nope = tmp_path / "nope.xlsx"
    result = run(command, FARMERS, nope, "--json", home=campaign.home)
    assert result.exit_code == 2
    sentence = f"Không có tệp hay thư mục {nope}. Kiểm tra lại đường dẫn."
    assert result.stderr == f"Chưa làm được: {sentence}\n"
    (item,) = json.loads(result.stdout)["files"]
    assert_shape(item, FILE)
    assert (item["file"], item["outcome"], item["unit"], item["sha256"]) == (
        str(nope),
        "refused",
        None,
        None,
    )
    (finding,) = item["findings"]
    assert_shape(finding, FINDING)
    assert (finding["code"], finding["message"]) == ("path.missing", sentence)
    assert list((campaign.home / "so-cai").iterdir()) == []


EMPTY = {
    ("import", "--json"): {"files": []},
    ("recheck", "--json"): {"files": []},
    ("status", "--json"): {"units": []},
    ("export", "--format", "json"): [],
}


@pytest.mark.parametrize("words", EMPTY, ids=lambda words: words[0])
def test_without_a_campaign_there_is_still_one_document(run, tmp_path, words):
    """Outside a campaign whoever reads JSON gets an empty document, and people one sentence."""
    result = run(*words, home=tmp_path)
    assert (result.exit_code, json.loads(result.stdout)) == (2, EMPTY[words])
    assert len(result.stderr.splitlines()) == 1
    assert "tongket.toml" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--json"),
        ("recheck", "--json"),
        ("export", "--format", "json"),
    ],
    ids=lambda words: words[0],
)
def test_with_a_damaged_ledger_there_is_still_one_document(run, campaign, words):
    """Where the work cannot be done stdout is one empty document and the exit code says so."""
    (campaign.home / "so-cai").mkdir(exist_ok=True)
    (campaign.home / "so-cai" / "so-cai.sqlite").write_bytes(b"no database " * 500)
    result = run(*words, home=campaign.home)
    assert result.exit_code == 3
    assert json.loads(result.stdout) == EMPTY[words]


def test_check_has_the_shape_of_import(run, campaign, in_process):
    """A check tells of a file what an import would tell, and records nothing."""
    flawed = FLAWED / "09-bo-trong.xlsx"
    checked = run("check", flawed, FARMERS, "--json", home=campaign.home)
    assert checked.exit_code == 1
    assert list((campaign.home / "so-cai").iterdir()) == []
    imported = run("import", flawed, FARMERS, "--json", home=campaign.home)
    assert files_of(checked) == files_of(imported)


def test_check_of_an_empty_folder(run, tmp_path):
    """Checking an empty folder outside any campaign is an empty list of files."""
    result = run("check", tmp_path, "--json", home=tmp_path)
    assert (files_of(result), result.exit_code) == ([], 0)


def test_the_language_of_a_document_is_that_of_the_call(run, in_process):
    """Codes stay the same in both languages; sentences follow the language of the call."""
    words = ("check", FLAWED / "09-bo-trong.xlsx", "--form", "chi-thi-11", "--json")
    (vi,), (en,) = files_of(run(*words)), files_of(run("--lang", "en", *words))
    assert [f["code"] for f in vi["findings"]] == [f["code"] for f in en["findings"]]
    blank = [next(f for f in i["findings"] if f["code"] == "cell.blank") for i in (vi, en)]
    assert blank[0]["message"].startswith("Chưa có số ")
    assert blank[1]["message"].startswith("No figure for ")


def test_recheck_has_the_shape_of_import(run, campaign, in_process):
    """Reading the originals again tells of each file what its import told, by its name."""
    (before,) = files_of(run("import", FARMERS, "--json", home=campaign.home))
    (after,) = files_of(run("recheck", "--json", home=campaign.home))
    assert after == before | {"file": FARMERS.name}


def test_a_real_process_writes_one_document_and_nothing_else(campaign):
    """In a process of its own stdout is the document, and the import says nothing beside it."""
    words = ["-C", str(campaign.home), "import", str(FARMERS), "--json", "--jobs", "1"]
    ended = subprocess.run(
        [sys.executable, "-m", "tongket_xlsx", *words], capture_output=True, check=False
    )
    (item,) = json.loads(ended.stdout)["files"]
    assert (ended.returncode, item["outcome"]) == (0, "accepted")


# ---------------------------------------------------------------------- status


def test_status_of_a_campaign_that_was_returned(run, demo):
    """Every respondent has one entry with its state and the share of what it must answer."""
    result = run("status", "--json", home=demo)
    document = json.loads(result.stdout)
    # The titles that only the collector has are asked for until they are given.
    assert (result.stderr, result.exit_code) == ("", 0)
    assert list(document) == ["units", "untitled"]
    assert document["untitled"][0] == "TM28.1"
    assert len(document["units"]) == 38
    for unit in document["units"]:
        assert_shape(unit, UNIT)
        assert unit["state"] == "on-time"
        assert (unit["received"], unit["late_days"], unit["errors"]) == ("2017-03-30", 0, 0)
        assert set(unit["completeness"].values()) <= {1.0}
    district = next(u for u in document["units"] if u["unit"] == "GL-625")
    assert {type(v) for v in district["completeness"].values()} == {float}
    assert {"TC", "ML", "narrative"} <= set(district["completeness"])


def test_status_of_a_campaign_where_nothing_came(run, campaign):
    """Who has not returned stands as such, received null and nothing complete."""
    result = run("status", "--json", home=campaign.home)
    for unit in json.loads(result.stdout)["units"]:
        assert_shape(unit, UNIT)
        assert (unit["state"], unit["received"]) == ("not-returned", None)
        assert all(share == 0 for share in unit["completeness"].values())
    assert (result.stderr, result.exit_code) == ("", 0)


def test_status_of_a_flawed_and_late_return(run, campaign, in_process):
    """Errors come before lateness in the state, and days of lateness are told all the same."""
    words = (FLAWED / "09-bo-trong.xlsx", "--received", "03/04/2017", "-q")
    run("import", *words, home=campaign.home)
    units = json.loads(run("status", "--json", home=campaign.home).stdout)["units"]
    (unit,) = [u for u in units if u["received"]]
    assert (unit["state"], unit["received"], unit["late_days"]) == (
        "needs-correction",
        "2017-04-03",
        3,
    )
    assert unit["errors"] == 4
    assert 0 < min(unit["completeness"].values()) < 1


# ---------------------------------------------------------------------- export


def test_export_is_an_array_of_observations(run, demo, form):
    """Each observation is one object; figures have a period, texts and lists have none."""
    result = run("export", "--format", "json", "-q", home=demo)
    rows = json.loads(result.stdout)
    assert (result.stderr, result.exit_code) == ("", 0)
    assert len(rows) > 10_000
    for row in rows:
        assert_shape(row, ROW)
    assert {r["period"] for r in rows} == {"2007", "2012", "2017", "2007-2017", None}
    figures = [r for r in rows if r["indicator"] in form.indicators]
    assert None not in {r["period"] for r in figures}
    assert {r["period"] for r in rows if r["indicator"] not in form.indicators} == {None}
    assert {r["value"] is None for r in figures if r["state"] in ("number", "nil")} == {False}
    assert {r["value"] for r in rows if r["state"] not in ("number", "nil")} == {None}
    assert {r["received"] for r in rows} == {"2017-03-30"}
    keys = [(r["unit"], r["indicator"], r["period"], r["row"]) for r in rows]
    assert len(set(keys)) == len(keys)


def test_export_before_anything_came(run, campaign):
    """Without a return the export is an empty array."""
    result = run("export", "--format", "json", "-q", home=campaign.home)
    assert (json.loads(result.stdout), result.exit_code) == ([], 0)
