"""The page of the language of rules: its words, and examples with what comes of them.

The tables of operators and functions hold exactly what the language admits; each example is
evaluated when the page is made, and a test evaluates it by another engine as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tongket_xlsx.model import expressions
from tongket_xlsx.model.expression_reader import parse
from tongket_xlsx.model.expressions import ExpressionFault
from tongket_xlsx.text.messages import LANGUAGES, say

# What may stand in brackets in the examples; the aliases of a form are likewise of its own.
PERIODS = {"2007": "2007", "2012": "2012", "2017": "2017", "LK": "2007-2017"}
HERE = "2017"
Words = tuple[str, str]
OPERATORS: Mapping[str, Words] = {
    "+": ("cộng", "plus"),
    "-": ("trừ; số âm", "minus; the negative"),
    "*": ("nhân", "times"),
    "/": ("chia; chia cho 0 thì luật không chạy", "divided by; by zero the rule does not run"),
    "==": ("bằng", "equals"),
    "!=": ("khác", "differs from"),
    "<=": ("không quá", "is at most"),
    ">=": ("ít nhất bằng", "is at least"),
    "<": ("nhỏ hơn", "is less than"),
    ">": ("lớn hơn", "is more than"),
    "and": ("và: cả hai cùng đúng", "both hold"),
    "or": ("hoặc: ít nhất một bên đúng", "one of them holds, or both"),
    "not": ("không đúng", "does not hold"),
}
FUNCTIONS: Mapping[str, tuple[str, Words]] = {
    "implies": (
        "implies(a, b)",
        ("nếu a thì b; a sai thì luật đúng", "if a then b; where a does not hold, it holds"),
    ),
    "approx": (
        "approx(x, y, d)",
        ("x và y lệch nhau không quá d", "x and y are at most d apart"),
    ),
    "documents": (
        'documents("…")',
        (
            "đếm dòng của danh mục có giá trị này ở cột counted",
            "counts the entries of a list that have this value in its counted column",
        ),
    ),
}


@dataclass(frozen=True)
class Example:
    """An expression over figures, and whether it holds; ``None`` where it does not run."""

    text: str
    figures: Mapping[str, float | None]
    holds: bool | None
    why: Words = ("", "")


def _given(**figures: float | None) -> Mapping[str, float | None]:
    return MappingProxyType(figures)


EXAMPLES = (
    Example("ML11 <= ML10", _given(ML11=120, ML10=350), holds=True),
    Example(
        "ML11 <= ML10",
        _given(ML11=410, ML10=350),
        holds=False,
        why=("một phần lớn hơn tổng", "a part is more than its whole"),
    ),
    Example(
        "ML11 <= ML10",
        _given(ML11=410, ML10=None),
        holds=None,
        why=("thiếu một số thì không chạy", "with a figure missing it does not run"),
    ),
    Example(
        "QK01 == QK02 + QK03",
        _given(QK01=0.3, QK02=0.1, QK03=0.2),
        holds=True,
        why=(
            "hai bên làm tròn 6 số lẻ trước khi so",
            "both sides are rounded to six decimals before they are compared",
        ),
    ),
    Example("approx(QK01, QK02 + QK03, 1)", _given(QK01=10, QK02=5, QK03=4), holds=True),
    Example("approx(QK01, QK02 + QK03, 1)", _given(QK01=10, QK02=5, QK03=3), holds=False),
    Example(
        "implies(TT05 == 0, TT11 == 0)",
        _given(TT05=0, TT11=7),
        holds=False,
        why=("“-” tính là 0", "“-” counts as 0"),
    ),
    Example("implies(TT05 == 0, TT11 == 0)", _given(TT05=3, TT11=7), holds=True),
    Example(
        "TC03[2017] <= 5 * TC03[2007]",
        {"TC03[2017]": 90, "TC03[2007]": 12},
        holds=False,
        why=("hai năm của một chỉ tiêu", "two years of one indicator"),
    ),
    Example(
        "QK13[LK] >= QK13[2007] + QK13[2012] + QK13[2017]",
        {"QK13[LK]": 60, "QK13[2007]": 10, "QK13[2012]": 20, "QK13[2017]": 30},
        holds=True,
        why=("LK: cột lũy kế", "LK: the cumulative column"),
    ),
    Example(
        "ML10 / TC01 <= 0.5",
        _given(ML10=10, TC01=0),
        holds=None,
        why=("chia cho 0 thì không chạy", "divided by zero it does not run"),
    ),
    Example(
        "ML10 / TC01 <= 0.5 or ML10 == 0",
        _given(ML10=0, TC01=0),
        holds=None,
        why=(
            "cả hai bên đều được tính, như Excel",
            "both sides are evaluated, as Excel does",
        ),
    ),
    Example(
        "not (ML10 > 0 and TC01 == 0)",
        _given(ML10=10, TC01=0),
        holds=False,
    ),
    Example(
        'LD03[LK] == documents("cấp ủy")',
        {"LD03[LK]": 4, 'documents("cấp ủy")': 4},
        holds=True,
        why=("đếm ở trang Văn bản", "counted in the list of documents"),
    ),
)
REFUSED = (
    "ML11 = ML10",
    "0 <= ML11 <= ML10",
    "(ML11 < ML10) + 1",
    "not ML11",
    "max(ML11, ML10)",
    "ML11 ** 2",
    "ML11[2015] > 0",
)
_OUTCOMES: Mapping[bool | None, Words] = {
    True: ("đúng", "holds"),
    False: ("**sai**", "**broken**"),
    None: ("không chạy", "does not run"),
}


def operator_lines() -> Iterator[str]:
    """Yield the table of operators."""
    yield from ("| | tiếng Việt | English |", "| --- | --- | --- |")
    for sign, (vi, en) in OPERATORS.items():
        yield f"| `{sign}` | {vi} | {en} |"


def function_lines() -> Iterator[str]:
    """Yield the table of functions.

    Raises:
        ValueError: the language has other functions than the table.
    """
    if FUNCTIONS.keys() != expressions.FUNCTIONS.keys():
        raise ValueError(FUNCTIONS.keys() ^ expressions.FUNCTIONS.keys())
    yield from ("| | tiếng Việt | English |", "| --- | --- | --- |")
    for written, (vi, en) in FUNCTIONS.values():
        yield f"| `{written}` | {vi} | {en} |"


def example_lines() -> Iterator[str]:
    """Yield the table of examples, each with what the program makes of it."""
    yield "| luật · rule | số · figures | kết quả · outcome | |"
    yield "| --- | --- | --- | --- |"
    for example in EXAMPLES:
        figures = ", ".join(
            f"{name} = {'…' if value is None else f'{value:g}'}"
            for name, value in example.figures.items()
        )
        outcome = " · ".join(_OUTCOMES[outcome_of(example)])
        why = " · ".join(filter(None, example.why))
        yield f"| `{example.text}` | {figures} | {outcome} | {why} |"


def refusal_lines() -> Iterator[str]:
    """Yield what is refused, and the sentences with which it is."""
    yield from ("| | tiếng Việt | English |", "| --- | --- | --- |")
    for text in REFUSED:
        vi, en = (_refusal(text, lang) for lang in LANGUAGES)
        yield f"| `{text}` | {vi} | {en} |"


def outcome_of(example: Example) -> bool | None:
    """Return what the program makes of an example."""
    expression = parse(example.text, PERIODS)
    values = {name_of(written): value for written, value in example.figures.items()}
    found = expression.value(
        [values[r.name, "" if r.counts_rows else r.period or HERE] for r in expression.references]
    )
    assert found is None or isinstance(found, bool)
    return found


def name_of(written: str) -> tuple[str, str]:
    """Return (name, period) of an operand as it stands in an expression."""
    (reference,) = parse(written, PERIODS).references
    return reference.name, "" if reference.counts_rows else reference.period or HERE


def _refusal(text: str, lang: str) -> str:
    try:
        parse(text, PERIODS)
    except ExpressionFault as fault:
        return say(fault.code, lang, **fault.parameters).replace("|", "\\|").replace("*", "\\*")
    raise ValueError(text)
