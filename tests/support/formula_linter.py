"""Read every formula of a workbook and say where engines could differ, or Excel refuse it.

A small parser infers the type of each part of a formula: number, text, truth value, or unknown
for a cell that a person types into; a cell with a formula has the type of that formula. What is
allowed is only what LibreOffice 7.4, Gnumeric 1.12 and IronCalc 0.9 were seen to compute alike,
and as Excel documents it.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from recalculation import sheet_parts

LONGEST_TEXT = 255
LONGEST_FORMULA = 8192

# The letters of types: number, count of truth values (a number), text, truth value, blank.
Kinds = frozenset[str]
NUMBER, COUNT, TEXT, TRUTH = (frozenset(letter) for letter in "nctb")
UNKNOWN: Kinds = frozenset("?")

VOLATILE = {"NOW", "TODAY", "RAND", "RANDBETWEEN", "OFFSET", "INDIRECT", "CELL", "INFO"}
BY_LANGUAGE = {
    "UPPER": "not every engine knows capital letters beyond ASCII",
    "LOWER": "not every engine knows small letters beyond ASCII",
    "PROPER": "not every engine knows capital letters beyond ASCII",
    "TEXT": "its formats follow the language of the user",
    "VALUE": "it follows the language of the user",
}
NEWER = {
    *("AGGREGATE", "ARRAYTOTEXT", "BYCOL", "BYROW", "CHOOSECOLS", "CHOOSEROWS", "CONCAT"),
    *("COUNTUNIQUE", "DAYS", "DROP", "EXPAND", "FILTER", "FILTERXML", "FORMULATEXT", "HSTACK"),
    *("IFNA", "IFS", "ISFORMULA", "LAMBDA", "LET", "MAKEARRAY", "MAP", "MAXIFS", "MINIFS"),
    *("NUMBERVALUE", "RANDARRAY", "REDUCE", "SCAN", "SEQUENCE", "SHEET", "SHEETS", "SORT"),
    *("SORTBY", "SWITCH", "TAKE", "TEXTAFTER", "TEXTBEFORE", "TEXTJOIN", "TEXTSPLIT", "TOCOL"),
    *("TOROW", "UNICHAR", "UNICODE", "UNIQUE", "VALUETOTEXT", "VSTACK", "WEBSERVICE", "WRAPROWS"),
    *("XLOOKUP", "XMATCH", "XOR"),
}
# Functions of single values: how many they take, and of what type the result is. With a range
# they give one thing in Excel and LibreOffice and another in Gnumeric and IronCalc.
SINGLE: dict[str, tuple[int, int, Kinds]] = {
    "ISNUMBER": (1, 1, TRUTH),
    "ISTEXT": (1, 1, TRUTH),
    "ISBLANK": (1, 1, TRUTH),
    "ISERROR": (1, 1, TRUTH),
    "ISLOGICAL": (1, 1, TRUTH),
    "NOT": (1, 1, TRUTH),
    "EXACT": (2, 2, TRUTH),
    "ROUND": (2, 2, NUMBER),
    "ABS": (1, 1, NUMBER),
    "INT": (1, 1, NUMBER),
    "MOD": (2, 2, NUMBER),
    "LEN": (1, 1, NUMBER),
    "FIND": (2, 3, NUMBER),
    "SEARCH": (2, 3, NUMBER),
    "T": (1, 1, TEXT),
    "TRIM": (1, 1, TEXT),
    "LEFT": (1, 2, TEXT),
    "RIGHT": (1, 2, TEXT),
    "MID": (3, 3, TEXT),
    "SUBSTITUTE": (3, 4, TEXT),
    "HYPERLINK": (1, 2, TEXT),
}
# Functions of ranges, and which of their arguments must be one: by place, or all.
RANGED: dict[str, tuple[int, int, frozenset[int] | None]] = {
    "SUM": (1, 255, None),
    "COUNT": (1, 255, None),
    "COUNTA": (1, 255, None),
    "MAX": (1, 255, None),
    "MIN": (1, 255, None),
    "COUNTIF": (2, 2, frozenset({0})),
    "COUNTIFS": (2, 254, frozenset(range(0, 254, 2))),
    "SUMIF": (2, 3, frozenset({0, 2})),
    "SUMIFS": (3, 255, frozenset({0, *range(1, 255, 2)})),
    "COUNTBLANK": (1, 1, frozenset({0})),
    "LARGE": (2, 2, frozenset({0})),
    "RANK": (2, 3, frozenset({1})),
    "MATCH": (3, 3, frozenset({1})),
    "ROWS": (1, 1, frozenset({0})),
    "COLUMNS": (1, 1, frozenset({0})),
}
_TEXTUAL = {"FIND", "SEARCH", "LEN", "EXACT", "TRIM", "LEFT", "RIGHT", "MID", "SUBSTITUTE"}
# A number where these take one of a text is shown as a text first, which may depend on language.
_NUMERIC = {"ROUND", "ABS", "INT", "MOD"}


class Fault(Exception):
    """A formula means different things to different engines, or is refused."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of a part of a formula.

    ``shape`` is ``one`` for a single value, ``block`` for a range of cells, ``array`` for what is
    calculated of one, ``list`` for what is of an array constant. ``literal`` is the constant
    where the part is one.
    """

    kinds: Kinds
    shape: str = "one"
    literal: str | None = None

    @property
    def is_known(self) -> bool:
        return self.kinds != UNKNOWN


# ---------------------------------------------------------------------- words

_SHEET = r"(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!"
_CELL = r"\$?[A-Z]{1,3}\$?[0-9]+"
_PATTERN = re.compile(
    rf"""
    (?P<text>"(?:[^"]|"")*")
    |(?P<area>(?:{_SHEET})?(?:{_CELL}:{_CELL}|\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}}|\$?[0-9]+:\$?[0-9]+))
    |(?P<cell>(?:{_SHEET})?{_CELL}(?![\w(]))
    |(?P<call>(?:_xlfn\.|_xlws\.)*[A-Z][A-Z0-9_.]*\()
    |(?P<error>\#(?:N/A|REF!|VALUE!|DIV/0!|NUM!|NAME\?|NULL!))
    |(?P<name>[^\W\d][\w.]*)
    |(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)
    |(?P<sign><=|>=|<>|[-+*/^&=<>%(){{}},;:])
    |(?P<space>\s+)
    """,
    re.VERBOSE,
)


class Word(NamedTuple):
    sort: str
    text: str
    kinds: Kinds = UNKNOWN


def words(formula: str) -> list[Word]:
    """Split a formula, without its leading ``=``, into its words."""
    found, at = [], 0
    while at < len(formula):
        match = _PATTERN.match(formula, at)
        if match is None or match.lastgroup is None:
            raise Fault(f"cannot be read from “{formula[at : at + 20]}”")
        if match.lastgroup != "space":
            found.append(Word(match.lastgroup, match[0]))
        at = match.end()
    return found


# ---------------------------------------------------------------------- the parser

_COMPARE = {"=", "<>", "<", ">", "<=", ">="}
_LEVELS = {**dict.fromkeys(_COMPARE, 1), "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}


@dataclass
class _Parser:
    """Read a formula by the strength of its signs, and judge each part as it is put together."""

    words: Sequence[Word]
    place: int = 0
    inside: list[str] = field(default_factory=list)  # the functions around the word at hand

    def whole(self) -> Part:
        part = self.expression(0)
        if self.place < len(self.words):
            raise Fault(f"does not end before “{self.words[self.place].text}”")
        return part

    def next_sign(self) -> str:
        if self.place < len(self.words) and self.words[self.place].sort == "sign":
            return self.words[self.place].text
        return ""

    def take(self) -> Word:
        if self.place >= len(self.words):
            raise Fault("ends too early")
        self.place += 1
        return self.words[self.place - 1]

    def expect(self, sign: str) -> None:
        word = self.take()
        if word.text != sign:
            raise Fault(f"“{word.text}” where “{sign}” is expected")

    def expression(self, level: int) -> Part:
        left = self.operand()
        while (sign := self.next_sign()) in _LEVELS and _LEVELS[sign] > level:
            self.take()
            right = self.expression(_LEVELS[sign])
            left = _together(left, sign, right)
        if self.next_sign() == ":":
            raise Fault("a range made of the result of a function fails in IronCalc")
        return left

    def operand(self) -> Part:
        word = self.take()
        match word.sort:
            case "text":
                return _constant_text(word.text)
            case "number":
                return self.percent(Part(NUMBER, literal=word.text))
            case "cell":
                return self.percent(Part(word.kinds))
            case "area":
                return Part(UNKNOWN, "block", "one cell" if word.text == _ONE_CELL else None)
            case "call":
                return self.percent(self.call(word.text[:-1]))
            case "name" if word.text in ("TRUE", "FALSE"):
                return Part(TRUTH)
            case "sign" if word.text == "(":
                inner = self.expression(0)
                if self.next_sign() == ",":
                    raise Fault("a union of ranges fails in Gnumeric and IronCalc")
                self.expect(")")
                return self.percent(inner)
            case "sign" if word.text == "{":
                return self.constant_array()
            case "sign" if word.text in "+-":
                return self.signed(word.text)
        raise Fault(f"“{word.text}” cannot stand here")

    def signed(self, sign: str) -> Part:
        twice = sign == "-" and self.next_sign() == "-"
        if twice:
            self.take()
        part = self.expression(5)
        if twice and part.kinds == TRUTH:
            if part.shape == "one":
                raise Fault("-- leaves a truth value in LibreOffice: IF(…,1,0)")
            return Part(COUNT, part.shape)
        _must_be_number(part, sign)
        return Part(NUMBER, _calculated(part))

    def percent(self, part: Part) -> Part:
        if self.next_sign() == "%":
            self.take()
            _must_be_number(part, "%")
            return Part(NUMBER, part.shape)
        return part

    def constant_array(self) -> Part:
        kinds: Kinds = frozenset()
        while True:
            part = self.operand()
            if part.literal is None:
                raise Fault("an array constant holds constants alone")
            kinds |= part.kinds
            sign = self.take().text
            if sign == "}":
                return Part(kinds, "list")
            if sign not in ",;":
                raise Fault(f"“{sign}” in an array constant")

    def call(self, name: str) -> Part:
        self.inside.append(name)
        arguments: list[Part] = []
        if self.next_sign() == ")":
            self.take()
        else:
            while True:
                arguments.append(self.expression(0))
                sign = self.take().text
                if sign == ")":
                    break
                if sign != ",":
                    raise Fault(f"“{sign}” between the arguments of {name}")
        self.inside.pop()
        return _called(name, arguments, in_sumproduct="SUMPRODUCT" in self.inside)


def _constant_text(written: str) -> Part:
    value = written[1:-1].replace('""', '"')
    if len(value.encode("utf-16-le")) > 2 * LONGEST_TEXT:
        raise Fault(f"a text of {len(value)} characters: Excel takes {LONGEST_TEXT}")
    return Part(TEXT, literal=value)


def _calculated(*parts: Part) -> str:
    shapes = {part.shape for part in parts}
    return "array" if shapes & {"block", "array"} else "list" if "list" in shapes else "one"


def _may_be_truth(part: Part) -> bool:
    return "b" in part.kinds


def _must_be_number(part: Part, sign: str) -> None:
    if part.kinds == TEXT:
        raise Fault(f"a text under “{sign}”")
    if _may_be_truth(part):
        raise Fault(f"a truth value under “{sign}”")


def _as_numbers(kinds: Kinds) -> Kinds:
    return frozenset("n" if letter == "c" else letter for letter in kinds)


def _together(left: Part, sign: str, right: Part) -> Part:
    shape = _calculated(left, right)
    if sign in _COMPARE:
        return _compared(left, sign, right, shape)
    if sign == "&":
        if shape != "one":
            raise Fault("& over a range")
        if _may_be_truth(left) or _may_be_truth(right):
            raise Fault("a truth value under “&” is a word of the user's language")
        return Part(TEXT)
    truths = [side.kinds == TRUTH for side in (left, right)]
    counts = [t or side.kinds == COUNT for t, side in zip(truths, (left, right), strict=True)]
    if any(truths) and sign in "+*":
        other = right if truths[0] else left
        neutral = {"+": "0", "*": "1"}[sign]
        if (
            all(counts)
            or other.literal == neutral
            or (sign == "*" and shape == "array" and other.kinds == NUMBER)
        ):
            return Part(COUNT, shape)
    for side in (left, right):
        _must_be_number(side, sign)
    return Part(COUNT if all(counts) and sign in "+*" else NUMBER, shape)


def _compared(left: Part, sign: str, right: Part, shape: str) -> Part:
    for side in (left, right):
        if _may_be_truth(side):
            raise Fault(f"a truth value under “{sign}”: no number and no text in Excel")
    if left.is_known and right.is_known:
        one, other = _as_numbers(left.kinds), _as_numbers(right.kinds)
        if not one & other:
            raise Fault(f"a number and a text under “{sign}”")
    if sign not in ("=", "<>"):
        for side, across in ((left, right), (right, left)):
            # Every number is below the empty text, and every other text above it: so a range is
            # asked which of its cells are numbers, and which show a text.
            empty = side is right and side.literal == "" and across.shape == "block"
            asks = empty and sign in ("<", ">")
            if side.kinds == TEXT and not asks:
                raise Fault(f"a text under “{sign}” is ordered by the language of the engine")
    return Part(TRUTH, shape)


# ---------------------------------------------------------------------- functions


def _called(name: str, arguments: Sequence[Part], *, in_sumproduct: bool) -> Part:  # noqa: C901, PLR0912 - one case each
    if name.startswith(("_xlfn", "_xlws")) or name in NEWER:
        raise Fault(f"{name} is newer than Excel 2010")
    if name in VOLATILE:
        raise Fault(f"{name} is volatile")
    if name in BY_LANGUAGE:
        raise Fault(f"{name}: {BY_LANGUAGE[name]}")
    if name in SINGLE:
        return _single(name, arguments)
    if name in RANGED:
        return _ranged(name, arguments, in_sumproduct=in_sumproduct)
    match name, arguments:
        case "IF", [test, *branches] if 1 <= len(branches) <= 2:
            _must_be_test(test, name)
            if test.shape != "one" or any(b.shape in ("array", "list") for b in branches):
                raise Fault("IF over a range is an array formula")
            return Part(_either(branches))
        case "IFERROR", [value, otherwise]:
            if value.shape != "one" or otherwise.shape != "one":
                raise Fault("IFERROR over a range is an array formula")
            return Part(_either((value, otherwise)))
        case "AND" | "OR", [_, *_]:
            for part in arguments:
                _must_be_test(part, name)
                if part.shape != "one":
                    raise Fault(f"{name} over a range or array sees its first value in Gnumeric")
            return Part(TRUTH)
        case "N", [value]:
            if value.kinds != TRUTH or value.shape != "one":
                raise Fault("N of a blank cell is an error in Gnumeric")
            return Part(NUMBER)
        case "SUMPRODUCT", [_, *_]:
            for part in arguments:
                if _may_be_truth(part):
                    raise Fault("SUMPRODUCT passes by truth values: --(…)")
                if part.kinds == TEXT:
                    raise Fault("a text in SUMPRODUCT")
                if part.literal == "one cell":
                    raise Fault("a single blank cell in SUMPRODUCT is an error in Gnumeric")
            return Part(NUMBER)
        case "ROW", [block] if block.shape in ("one", "block"):
            return Part(NUMBER, _calculated(block))
        case "COLUMN", [block] if block.shape == "one":
            return Part(NUMBER)
        case "INDEX", [block, *places] if 1 <= len(places) <= 2:
            if block.shape != "block" or any(p.shape != "one" for p in places):
                raise Fault("INDEX of what is no range")
            if any(p.literal == "0" for p in places):
                raise Fault("INDEX of a whole row or column fails in Gnumeric")
            return Part(UNKNOWN)
        case "CHOOSE", [number, *choices] if choices:
            _must_be_number(number, name)
            if any(c.shape in ("array", "list") for c in choices):
                raise Fault("CHOOSE of what is calculated from ranges")
            shape = "block" if any(c.shape == "block" for c in choices) else "one"
            return Part(_either(choices), shape)
        case "VLOOKUP", [wanted, block, column, exactly]:
            if block.shape != "block" or any(p.shape != "one" for p in (wanted, column)):
                raise Fault("VLOOKUP in what is no range")
            if exactly.kinds != TRUTH:
                raise Fault("VLOOKUP without FALSE")
            return Part(UNKNOWN)
    raise Fault(f"{name} with {len(arguments)} arguments was tried in no engine")


def _must_be_test(part: Part, name: str) -> None:
    if part.kinds == TEXT:
        raise Fault(f"a text as the test of {name}")
    if part.is_known and not part.kinds & (TRUTH | COUNT | NUMBER):
        raise Fault(f"no truth value in {name}")


def _either(parts: Sequence[Part]) -> Kinds:
    kinds: Kinds = frozenset().union(*(_as_numbers(part.kinds) for part in parts))
    return UNKNOWN if "?" in kinds else kinds


def _single(name: str, arguments: Sequence[Part]) -> Part:
    low, high, result = SINGLE[name]
    _must_be_many(name, arguments, low, high)
    for part in arguments:
        if part.shape != "one":
            raise Fault(f"{name} over a range gives 0 or an error in Gnumeric and IronCalc")
        if name in _NUMERIC:
            _must_be_number(part, name)
        if name in _TEXTUAL and _may_be_truth(part):
            raise Fault(f"a truth value in {name} is a word of the user's language")
    if name == "NOT":
        _must_be_test(arguments[0], name)
    return Part(result)


def _ranged(name: str, arguments: Sequence[Part], *, in_sumproduct: bool) -> Part:
    low, high, blocks = RANGED[name]
    _must_be_many(name, arguments, low, high)
    for n, part in enumerate(arguments):
        if part.shape in ("array", "list") and not (name == "LARGE" and in_sumproduct):
            raise Fault(f"{name} of what is calculated from a range is an array formula")
        if blocks is not None and n in blocks and part.shape == "one":
            raise Fault(f"{name} of a single cell fails in IronCalc")
        if blocks is not None and n not in blocks and part.shape == "block":
            raise Fault(f"a range where {name} takes one value")
        if _may_be_truth(part):
            raise Fault(f"a truth value in {name} is a number in some engines")
        if part.kinds == TEXT and blocks is None and name != "COUNTA":
            raise Fault(f"a text in {name}")
    return Part(NUMBER)


def _must_be_many(name: str, arguments: Sequence[Part], low: int, high: int) -> None:
    if not low <= len(arguments) <= high:
        raise Fault(f"{name} with {len(arguments)} arguments")


# ---------------------------------------------------------------------- workbooks


def judge(formula: str, known: dict[str, Kinds] | None = None) -> Part:
    """Return the type of a formula, which may begin with ``=``.

    Args:
        known: types of cells by their addresses as written; others are unknown.

    Raises:
        Fault: engines could differ, or Excel refuses it.
    """
    formula = formula.removeprefix("=")
    if len(formula) >= LONGEST_FORMULA:
        raise Fault(f"{len(formula)} characters: Excel takes {LONGEST_FORMULA}")
    known = known or {}
    return _judged(tuple(_without_place(w, known) for w in words(formula)))


_ONE_CELL, _BLOCK = "A1:A1", "A1:A2"


def _without_place(word: Word, known: dict[str, Kinds]) -> Word:
    """Replace an address by one that is the same for all: formulas down a column are one."""
    if word.sort == "cell":
        return Word("cell", "A1", known.get(word.text, UNKNOWN))
    if word.sort == "area":
        first, _, last = word.text.rpartition("!")[2].partition(":")
        return Word("area", _ONE_CELL if first == last else _BLOCK)
    return word


@lru_cache(maxsize=100_000)
def _judged(found: tuple[Word, ...]) -> Part:
    part = _Parser(found).whole()
    if part.shape in ("array", "list"):
        raise Fault("the result is an array")
    return part


@dataclass
class Census:
    """How many formulas of each sort were read, and what is wrong with them."""

    counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def tally(self, sort: str) -> None:
        self.counts[sort] = self.counts.get(sort, 0) + 1


def lint_formulas(data: bytes) -> Census:
    """Judge every formula of a workbook: cells, validations, conditions, charts and names."""
    census = Census()
    with zipfile.ZipFile(BytesIO(data)) as book:
        parts = sheet_parts(book)
        sheets = _Sheets({name: book.read(part).decode() for name, part in parts.items()})
        for name, cell in sheets.formulas:
            census.tally("cells")
            sheets.judge(name, cell, census)
        for name, xml in sheets.xml.items():
            for sort, formula in _rules(xml):
                census.tally(sort)
                _judge_rule(name, sort, formula, census)
        for part in book.namelist():
            if part.startswith("xl/charts/"):
                for formula in re.findall(r"<c:f>([^<]*)</c:f>", book.read(part).decode()):
                    census.tally("charts")
                    _judge_area(part, html.unescape(formula), census)
        names = re.findall(r"<definedName[^>]*>([^<]*)<", book.read("xl/workbook.xml").decode())
        for formula in names:
            census.tally("names")
            for area in _areas(html.unescape(formula)):
                _judge_area("workbook", area, census)
    return census


_CELL_XML = re.compile(r'<c r="([A-Z]+[0-9]+)"[^>]*><f[^>]*>([^<]*)</f>')


class _Sheets:
    """The formulas of a workbook by sheet and cell, and the type of each once it is judged."""

    def __init__(self, xml: dict[str, str]) -> None:
        self.xml = xml
        self.formulas = {
            (name, cell): html.unescape(formula)
            for name, text in xml.items()
            for cell, formula in _CELL_XML.findall(text)
        }
        self.kinds: dict[tuple[str, str], Kinds] = {}

    def judge(self, sheet: str, cell: str, census: Census) -> Kinds:
        at = sheet, cell
        if at not in self.kinds:
            self.kinds[at] = UNKNOWN  # while it is being judged, and where it is wrong
            formula = self.formulas[at]
            if formula == '""':
                return UNKNOWN  # it stands for a figure that there is not
            try:
                self.kinds[at] = judge(formula, self._known(sheet, formula, census)).kinds
            except Fault as fault:
                census.faults.append(f"{sheet}!{cell}: {fault}: ={formula[:200]}")
        return self.kinds[at]

    def _known(self, sheet: str, formula: str, census: Census) -> dict[str, Kinds]:
        known = {}
        for match in _PATTERN.finditer(formula):
            if match.lastgroup == "cell":
                home, _, address = match[0].rpartition("!")
                at = _plain(home) or sheet, address.replace("$", "")
                if at in self.formulas:
                    known[match[0]] = self.judge(*at, census)
        return known


def _plain(home: str) -> str:
    return home[1:-1].replace("''", "'") if home.startswith("'") else home


def _rules(xml: str) -> Iterator[tuple[str, str]]:
    """Yield the formulas of validations, conditional formats and sparklines of a sheet."""
    for rule in re.findall(r"<dataValidation [^>]*>.*?</dataValidation>", xml, re.DOTALL):
        sort = "lists" if 'type="list"' in rule else "validations"
        for formula in re.findall(r"<formula[12]>([^<]*)<", rule):
            yield sort, html.unescape(formula)
    for rule in re.findall(r"<cfRule [^>]*>.*?</cfRule>", xml, re.DOTALL):
        for formula in re.findall(r"<formula>([^<]*)<", rule):
            sort = "conditions" if 'type="cellIs"' not in rule else "compared"
            yield sort, html.unescape(formula)
    for formula in re.findall(r"<xm:f>([^<]*)<", xml):
        yield "sparklines", html.unescape(formula)


def _judge_rule(sheet: str, sort: str, formula: str, census: Census) -> None:
    if sort == "sparklines" or (sort == "lists" and not formula.startswith('"')):
        _judge_area(f"{sheet}, {sort}", formula, census)
        return
    fault = ""
    try:
        part = judge(formula)
    except Fault as found:
        fault = str(found)
    else:
        if sort in ("conditions", "validations") and part.kinds == TEXT:
            fault = "a condition that is a text"
        if sort == "compared" and _may_be_truth(part):
            fault = "a cell compared with a truth value"
        if len(formula) > LONGEST_TEXT:
            fault = f"{len(formula)} characters in a rule: Excel takes {LONGEST_TEXT}"
    if fault:
        census.faults.append(f"{sheet}, {sort}: {fault}: {formula[:200]}")


def _areas(formula: str) -> list[str]:
    """Return the ranges of a name; the rows and the columns that are printed again are two."""
    return [formula] if "(" in formula else re.findall(rf"(?:{_SHEET})?[^,']+", formula)


def _judge_area(place: str, formula: str, census: Census) -> None:
    try:
        sorts = [word.sort for word in words(formula)]
    except Fault:
        sorts = []
    if sorts not in (["area"], ["cell"]):
        census.faults.append(f"{place}: no plain reference: {formula[:200]}")
