"""The registry of finding kinds and the sentences of the catalogue say the same, both ways.

What the program can find is read off its source: every call that makes a finding is followed to
the codes it may be given, so that a kind without its entry, an entry that nothing makes, and a
sentence with a place that nobody fills are all seen here.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import tongket_xlsx
from tongket_xlsx.campaign import inbox
from tongket_xlsx.definition.rule_families import PLAUSIBLE
from tongket_xlsx.model.finding_kind import PARTS, FindingGroup
from tongket_xlsx.model.finding_kinds import KINDS, LISTED, OUTLIER, RULE, kind_of, new_finding
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.layout import Entry
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.wording import UNKNOWN, worded
from tongket_xlsx.reader import file_types
from tongket_xlsx.reader.overlays import OverlayKind
from tongket_xlsx.text.messages import LANGUAGES, catalogue, has
from tongket_xlsx.text.number_formats import Look

PACKAGE = Path(tongket_xlsx.__file__).parent
_CODE = re.compile(r"[a-z]+\.[a-z_]+")
# What is added to every finding, and to every note about an indicator and a period.
ALWAYS = {"code", "indicator", "period"}
NAMING = {"label", "period_label"}

# Each function that is given the code of a finding: where it may be called, and which argument.
EVERYWHERE = {
    "new_finding": 0,
    "Finding": 0,
    "Remark": 0,
    "Refusal": 0,
    "ExpressionFault": 0,
    "_unfollowed": 0,
    "_warning": 0,
    "_invalid": 1,
    "_impossible": 2,
}
IN_PLACE = {
    ("intake", "say"): 0,
    ("intake", "_say"): 0,
    ("intake/identity.py", "_refused"): 1,
    ("reader/gate.py", "_refused"): 0,
    ("definition", "fault"): 1,
    ("campaign/unit_list.py", "_fault"): 1,
    ("tasks/prefill.py", "_say"): 0,
    ("tasks/verify.py", "fault"): 0,
    ("tasks/generate.py", "kept"): 0,
    ("tasks/mark.py", "kept"): 0,
}
# Each of these refuses a file by one code; its first argument is what it is precisely.
NARROWING = {
    "too_large": "file.too_large",
    "contradictory": "file.contradictory",
    "broken": "file.broken",
}


def _told_types() -> set[str]:
    """Return the codes that stand in the module that tells files by their content."""
    source = Path(file_types.__file__).read_text(encoding="utf-8")
    constants = (n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant))
    return {c for c in constants if isinstance(c, str) and c.startswith("file.")}


# What cannot be read off a call: where it stands, what is given there, what that may be.
BY_VALUE = {
    ("model/rules.py", "check.rule.code"): {RULE, PLAUSIBLE},
    ("tasks/review.py", "rule.code"): {OUTLIER},
    # The codes of checks of somebody's own, which are none of ours.
    ("api/checks.py", "function.code"): set(),
    ("campaign/ledger_reader.py", "r[0]"): set(),
    ("workers/serialization.py", "code"): set(),
    ("workers/grid_data.py", "code"): set(),
    ("tasks/finding_examples.py", "code"): set(),
    ("definition/sources.py", "fault.code"): set(),
    ("definition/rule_families.py", "fault.code"): set(),
    ("definition/unit_counts.py", "sentence"): {
        "definition.missing",
        *(f"definition.count_{name}" for name in ("groups", "yes", "level", "kind", "asked")),
    },
    ("intake/gathered.py", "remark.code"): set(),
    ("intake/figure_cells.py", "f'cell.{entry}'"): {
        f"cell.{entry}" for entry in (Entry.NOT_APPLICABLE, Entry.NOT_FOUNDED)
    },
    ("intake/cell_values.py", "f'cell.{look}'"): {
        f"cell.{look}" for look in Look if look not in (Look.UNSEEN, Look.PARTLY)
    },
    ("intake/overlaid.py", "f'overlay.{item.kind}'"): {f"overlay.{kind}" for kind in OverlayKind},
    ("reader/gate.py", "code"): _told_types(),
    ("reader/gate.py", "*recognition.tell_zip(self.members)"): _told_types(),
    ("reader/gate.py", "*recognition.tell_document(mimetype)"): _told_types(),
}


class Site:
    """A call that makes a finding: where, by which codes, with what."""

    def __init__(self, room: str, call: ast.Call, name: str, codes: set[str]) -> None:
        self.where = f"{room}:{call.lineno}"
        self.name = name
        self.codes = codes
        self.is_open = any(keyword.arg is None for keyword in call.keywords)
        self.given = {k.arg: k.value for k in call.keywords if k.arg}
        self.severities = {
            Severity[node.attr]
            for argument in call.args
            for node in ast.walk(argument)
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "Severity"
        }

    @property
    def what(self) -> str:
        """Return what it is precisely, where the call says so."""
        value = self.given.get("what")
        return str(value.value) if isinstance(value, ast.Constant) else ""


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def _position(path: str, call: ast.Call) -> int | None:
    name = _name(call)
    if path.startswith("intake") and name in ("say", "_say") and isinstance(call.func, ast.Name):
        return None  # a sentence of the catalogue
    return EVERYWHERE.get(name, _in_place(path, name))


def _in_place(path: str, name: str) -> int | None:
    return IN_PLACE.get((path, name), IN_PLACE.get((path.partition("/")[0], name)))


def _constants(node: ast.AST) -> set[str]:
    values = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
    return {v for v in values if isinstance(v, str) and _CODE.fullmatch(v)}


def _assigned(function: ast.AST, name: str) -> set[str]:
    """Return the codes that a function gives to one of its names."""
    found: set[str] = set()
    for node in ast.walk(function):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.For):
            targets = [node.target]
        if any(getattr(n, "id", "") == name for target in targets for n in ast.walk(target)):
            found |= _constants(node.iter if isinstance(node, ast.For) else node.value)
    return found


def _codes(path: str, given: ast.expr, function: ast.FunctionDef | None) -> set[str]:
    """Return the codes that an argument may be.

    Raises:
        AssertionError: it cannot be told from the source.
    """
    text = ast.unparse(given)
    if (path, text) in BY_VALUE:
        return BY_VALUE[path, text]
    constants = _constants(given)
    if isinstance(given, ast.Constant | ast.IfExp) and constants:
        return constants
    if isinstance(given, ast.Name) and function is not None:
        found = _assigned(function, given.id)
        if found:
            return found
        arguments = (*function.args.posonlyargs, *function.args.args)
        known = function.name in EVERYWHERE or _in_place(path, function.name) is not None
        if given.id in {a.arg for a in arguments} and (known or function.name == "__init__"):
            return set()  # its callers are walked
    raise AssertionError(f"{path}:{given.lineno}: {text} may be any code")


def sites() -> Iterator[Site]:
    """Yield every call in the package that makes a finding."""
    for source in sorted(PACKAGE.rglob("*.py")):
        path = source.relative_to(PACKAGE).as_posix()
        if path == "model/finding_kinds.py":
            continue
        tree = ast.parse(source.read_text(encoding="utf-8"))
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            name, position = _name(call), _position(path, call)
            if name in NARROWING:
                yield Site(path, call, name, {NARROWING[name]})
            if position is None or not call.args:
                continue
            around = [f for f in functions if f.lineno <= call.lineno <= (f.end_lineno or 0)]
            inner = max(around, key=lambda f: f.lineno, default=None)
            given = call.args[min(position, len(call.args) - 1)]
            yield Site(path, call, name, _codes(path, given, inner))


SITES = list(sites())


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _keys(code: str) -> Iterator[str]:
    """Yield the keys of everything the catalogue says of a kind."""
    yield code
    kind = KINDS[code]
    for start in (code, *(f"{code}.{what}" for what in kind.narrower)):
        yield from (key for key in (start, *(f"{start}.{part}" for part in PARTS)) if has(key))


def test_what_the_program_can_find_is_registered_and_what_is_registered_it_can_find() -> None:
    """Codes at calls and codes in the registry are the same; former ones are made no more."""
    produced = {code for site in SITES for code in site.codes}
    assert produced == {kind.code for kind in KINDS.values() if not kind.is_former}


def test_the_search_for_findings_sees_them() -> None:
    """The check above sees calls of every room, a hundred and more, and the codes of variables."""
    rooms = {site.where.partition("/")[0] for site in SITES}
    assert rooms >= {"intake", "reader", "definition", "campaign", "tasks", "summary", "cli"}
    assert len(SITES) > 200
    produced = {code for site in SITES for code in site.codes}
    assert {"rows.by_label", "cell.struck", "overlay.chart", "verify.leftover"} <= produced


def test_no_code_is_registered_twice() -> None:
    """Every kind stands in one group, and every group has kinds."""
    assert len(KINDS) == sum(len(kinds) for kinds in LISTED.values())
    assert list(LISTED) == list(FindingGroup)
    assert all(LISTED.values())


@pytest.mark.parametrize("code", KINDS)
def test_a_kind_has_its_sentences_with_just_the_places_it_may_fill(code: str) -> None:
    """In both languages the sentences of a kind name what is registered, and all of it."""
    assert has(code)
    for language in range(len(LANGUAGES)):
        named = {p for key in _keys(code) for p in _places(catalogue()[key][language])}
        assert named == KINDS[code].parameters


@pytest.mark.parametrize("site", SITES, ids=lambda site: f"{site.where}-{site.name}")
def test_a_call_gives_what_the_sentences_of_its_kind_name(site: Site) -> None:
    """Where a call lists what it gives, nothing is missing in the sentence, in neither language."""
    if site.is_open or site.name not in ("new_finding", "say", "_say", "fault", "_fault"):
        return
    added = ALWAYS | (NAMING if site.name in ("say", "_say") else set())
    for code in site.codes:
        kind = KINDS[code]
        message = f"{code}.{site.what}" if site.what in kind.narrower else code
        keys = [message, kind.key("expected", site.what), kind.key("advice", site.what)]
        for language, suffix in enumerate(("", "_en")):
            needed = {p for key in keys if key for p in _places(catalogue()[key][language])}
            given = set(site.given) | {n.removesuffix(suffix) for n in site.given if suffix}
            assert needed <= given | added, site.where


def test_what_a_finding_is_precisely_has_a_sentence_of_its_own() -> None:
    """Each narrower kind that a call names has its sentence, or the refusal of a limit does."""
    said = {(c, s.what) for s in SITES for c in s.codes if s.what}
    assert {(code, what) for code, what in said if what not in KINDS[code].narrower} == set()


def test_a_narrower_sentence_is_of_something_the_program_says() -> None:
    """Each narrower sentence is one that some module names."""
    words = {
        node.value
        for source in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    narrower = {(kind.code, what) for kind in KINDS.values() for what in kind.narrower}
    assert len(narrower) > 60
    assert {(code, what) for code, what in narrower if what not in words} == set()
    assert {(k.code, w) for k in KINDS.values() for w in k.notes} <= narrower


def test_a_severity_at_a_call_is_one_its_kind_can_have() -> None:
    """Where a call says how grave a finding is, the registry knows that it can be."""
    other = {
        (site.where, code, severity)
        for site in SITES
        for code in site.codes
        for severity in site.severities
        if severity not in KINDS[code].severities
    }
    assert other == set()
    unclear = {code: KINDS[code].severities for code in inbox._UNCLEAR}
    assert all(Severity.NOTE in found for found in unclear.values())


def test_only_what_is_another_severity_than_usual_is_said_at_a_call() -> None:
    """The registry says how grave a finding is; a call says so where it can be two."""
    ours = [site for site in SITES if site.name != "Finding"]
    said = {code for site in ours if site.severities for code in site.codes}
    assert {code for code in said if len(KINDS[code].severities) < 2} == set()


def test_a_finding_takes_its_severity_from_the_registry() -> None:
    """A kind is as grave as registered, unless it is precisely something that is a mere note."""
    place = Place(file="a.txt")
    assert new_finding("file.text", place).severity is Severity.ERROR
    assert new_finding("file.text", place, what="csv").severity is Severity.ERROR
    assert new_finding("file.text", place, what="json").severity is Severity.NOTE
    made = new_finding("cell.merged", place, "QK01", "2017", Severity.WARNING, found=1)
    assert made == Finding("cell.merged", Severity.WARNING, place, "QK01", "2017", {"found": 1})


def test_a_code_that_is_not_registered_is_named_and_never_made() -> None:
    """Who mistypes a code is told which, at once."""
    with pytest.raises(KeyError, match="cell\\.mistyped"):
        new_finding("cell.mistyped")
    assert kind_of("cell.mistyped") is None


def test_a_finding_of_an_unknown_code_is_still_told() -> None:
    """What another version recorded is shown by its code."""
    wording = worded(Finding("cell.old_code", Severity.ERROR), "vi")
    assert has(UNKNOWN)
    assert "cell.old_code" in wording.message
