"""The reference says what is so: rules, keys, ledger, public names."""

from __future__ import annotations

import ast
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import definition_page
import ironcalc
import names_page
import openpyxl
import pytest
import rules_page
import yaml
from shipped import ROOT, TEMPLATE

import tongket_xlsx
from tongket_xlsx.campaign.ledger import Ledger
from tongket_xlsx.campaign.ledger_meaning import COLUMNS, TABLES
from tongket_xlsx.model import expression_reader, expressions
from tongket_xlsx.model.expression_reader import parse
from tongket_xlsx.model.expressions import Reference
from tongket_xlsx.model.formula import CLOSED, Number

REFERENCE = ROOT / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


# ---------------------------------------------------------------------- the language of rules


@pytest.mark.parametrize("example", rules_page.EXAMPLES, ids=lambda e: e.text)
def test_an_example_of_a_rule_comes_to_what_the_page_says(
    example: rules_page.Example, tmp_path: Path
) -> None:
    """The program and a spreadsheet engine both make of it what was written down by hand."""
    assert rules_page.outcome_of(example) is example.holds
    assert by_engine(example, tmp_path) is example.holds
    row = next(
        line for line in page("rules").splitlines() if line.startswith(f"| `{example.text}`")
    )
    assert row.count(" | ") == 3


def by_engine(example: rules_page.Example, folder: Path) -> bool | None:
    """Evaluate the formula of a rule over cells; what lacks a figure is not run."""
    if None in example.figures.values():
        return None
    cells = {rules_page.name_of(name): f"B{n}" for n, name in enumerate(example.figures, 1)}

    def cell(r: Reference) -> Number:
        period = "" if r.counts_rows else r.period or rules_page.HERE
        return Number(cells[r.name, period], CLOSED)

    book = openpyxl.Workbook()
    for n, value in enumerate(example.figures.values(), start=1):
        book.active[f"B{n}"] = value
    book.active["A1"] = f"={parse(example.text, rules_page.PERIODS).truth(cell)}"
    data = io.BytesIO()
    book.save(data)
    path = folder / "rule.xlsx"
    path.write_bytes(data.getvalue())
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    found = model.get_cell_value(0, 1, 1)
    return found if isinstance(found, bool) else None if found == "#DIV/0!" else found


def test_the_tables_hold_every_sign_and_function_of_the_language() -> None:
    """No operator that the language admits is missing, and none is there that it refuses."""
    signs = {
        ast.unparse(ast.BinOp(ast.Name("a"), op(), ast.Name("b")))[2:-2]
        for op in expressions.CALCULATE
    }
    signs |= {
        ast.unparse(ast.Compare(ast.Name("a"), [op()], [ast.Name("b")]))[2:-2]
        for op in expressions.COMPARE
    }
    assert signs | {"and", "or", "not"} == set(rules_page.OPERATORS)
    assert set(rules_page.FUNCTIONS) == set(expressions.FUNCTIONS)
    text = page("rules")
    assert all(f"| `{sign}` |" in text for sign in rules_page.OPERATORS)
    for limit in (expression_reader._LONGEST, expression_reader._DEEPEST):
        assert len(re.findall(rf"\b{limit}\b", text)) >= 2


def test_what_the_page_refuses_is_refused() -> None:
    """Each expression that cannot be written has its two sentences there."""
    lines = list(rules_page.refusal_lines())
    assert len(lines) == 2 + len(rules_page.REFUSED)
    assert all(line in page("rules") for line in lines)


# ---------------------------------------------------------------------- the keys of a definition


@pytest.mark.parametrize("block", definition_page.blocks(), ids=lambda b: b.__name__)
def test_every_key_of_a_definition_has_its_sentence(block: Any) -> None:
    """Each key of each block stands in the page, with one sentence that ends as one."""
    said = definition_page.sentences(block)
    assert set(said) == {key.alias or name for name, key in block.model_fields.items()}
    text = page("definition")
    for key, sentence in said.items():
        assert re.fullmatch(r".+\.", sentence), key
        assert f"| {sentence} |" in text, key


def test_every_key_of_the_shipped_form_stands_in_the_page() -> None:
    """Read without the schema: no key is used that the page does not know."""
    known = set(re.findall(r"^\| `(\w+)` \|", page("definition"), re.MULTILINE))
    free = {"signs", "outline", "core", "names"}  # what stands below these is of the form's own

    def keys(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(keys, value)) if value else set()
        if not isinstance(value, dict):
            return set()
        below = [keys(v) for k, v in value.items() if k not in free]
        return {*map(str, value)}.union(*below)

    used = set()
    for path in TEMPLATE.glob("*.yaml"):
        used |= keys(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader))
    assert used - known == set()
    assert len(used) > 60


# ---------------------------------------------------------------------- the ledger


def test_every_column_of_a_ledger_has_its_sentence(tmp_path: Path) -> None:
    """The tables of a new ledger, and no others, are described column by column."""
    with Ledger(tmp_path) as ledger:
        path = ledger.file
    with closing(sqlite3.connect(path)) as db:
        tables = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        columns = {t: [r[1] for r in db.execute(f"PRAGMA table_info({t})")] for t in tables}
    assert {table: list(said) for table, said in COLUMNS.items()} == columns
    assert set(TABLES) == set(columns)
    assert all(f"## {table}\n\n{TABLES[table]}" in page("ledger") for table in tables)


def test_the_query_of_the_page_gives_the_figures_that_count(demo: Path) -> None:
    """Asked as the page says, the ledger of the demo holds the observations of the frame."""
    (query,) = re.findall(r"```sql\n(.*?)```", page("ledger"), re.DOTALL)
    with closing(sqlite3.connect(f"file:{demo}/so-cai/so-cai.sqlite?mode=ro", uri=True)) as db:
        asked = {(u, c, p): float(v) for u, c, p, v in db.execute(query)}
    frame = tongket_xlsx.open_campaign(demo).observations(computed=False)
    numbers = frame[frame["state"] == "number"]
    told = zip(
        numbers["unit"], numbers["indicator"], numbers["period"], numbers["value"], strict=True
    )
    assert asked == {(u, c, p): v for u, c, p, v in told}
    assert len(asked) > 5000


# ---------------------------------------------------------------------- the public names


def test_every_public_name_stands_in_the_reference() -> None:
    """Each has its place in the page, where its docstring is shown."""
    named = re.findall(r"^::: tongket_xlsx\..*\.(\w+)$", page("python"), re.MULTILINE)
    assert sorted([*named, "__version__"]) == sorted(tongket_xlsx.__all__)
    assert list(names_page.page_lines())[1] == "## Verbs"
