"""A text of the language of rules → an expression, checked against what may stand in it."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tongket_xlsx.model.expressions import (
    CALCULATE,
    COMPARE,
    FUNCTIONS,
    Expression,
    ExpressionFault,
    Reference,
    is_test,
)

# An expression a person wrote fits on a few lines; a longer one is a mistake or an attack.
_LONGEST = 2000


_DEEPEST = 40


_LARGEST = 1e15


def parse(text: str, aliases: Mapping[str, str]) -> Expression:
    """Parse one expression.

    Args:
        text: what stands in the definition.
        aliases: what may stand in brackets → the code of the period (``LK`` → ``2007-2017``).

    Raises:
        ExpressionFault: the text is no expression of this language.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise ExpressionFault("expression.too_long", count=_LONGEST)
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionFault("expression.syntax", text=text) from None
    reader = _TreeReader(aliases)
    try:
        rewritten = reader.read(tree, 0)
    except RecursionError:
        raise ExpressionFault("expression.too_long", count=_LONGEST) from None
    return Expression(text, rewritten, tuple(reader.references))


class _TreeReader:
    """Check a tree against the whitelist, and put ``v0``, ``v1``, … where its operands stand."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self.aliases = aliases
        self.references: list[Reference] = []

    def read(self, node: ast.expr, depth: int) -> ast.expr:  # noqa: C901, PLR0912 - one case each
        if depth > _DEEPEST:
            raise ExpressionFault("expression.too_long", count=_LONGEST)
        deeper = depth + 1
        match node:
            case ast.Constant(value=bool() | str() | bytes() | None | complex()):
                raise ExpressionFault("expression.not_allowed", text=ast.unparse(node))
            case ast.Constant(value=int() | float() as number):
                # Written so that NaN fails as well: beyond this no engine is exact.
                if not abs(number) <= _LARGEST:
                    raise ExpressionFault("expression.not_allowed", text=str(number)[:40])
                return node
            case ast.Name(id=name):
                return self._operand(Reference(name))
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                return self._operand(Reference(name, self._period(inner, node)))
            case ast.UnaryOp(op=ast.Not() as op, operand=inner):
                return ast.UnaryOp(op, self._test(inner, deeper))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as op, operand=inner):
                return ast.UnaryOp(op, self._number(inner, deeper))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in CALCULATE:
                return ast.BinOp(self._number(left, deeper), op, self._number(right, deeper))
            case ast.BoolOp(op=op, values=values):
                return ast.BoolOp(op, [self._test(value, deeper) for value in values])
            case ast.Compare():
                return self._comparison(node, deeper)
            case ast.Call():
                return self._call(node, deeper)
            case _:
                raise ExpressionFault("expression.not_allowed", text=ast.unparse(node))

    def _number(self, node: ast.expr, depth: int) -> ast.expr:
        """Read what must be a number: a comparison cannot be calculated with."""
        found = self.read(node, depth)
        if is_test(found):
            raise ExpressionFault("expression.test_as_number", text=ast.unparse(node))
        return found

    def _test(self, node: ast.expr, depth: int) -> ast.expr:
        """Read what must be true or false."""
        found = self.read(node, depth)
        if not is_test(found):
            raise ExpressionFault("expression.number_as_test", text=ast.unparse(node))
        return found

    def _operand(self, reference: Reference) -> ast.expr:
        if reference not in self.references:
            self.references.append(reference)
        return ast.Name(f"v{self.references.index(reference)}", ast.Load())

    def _comparison(self, node: ast.Compare, depth: int) -> ast.expr:
        if len(node.ops) != 1:
            raise ExpressionFault("expression.chained", text=ast.unparse(node))
        if type(node.ops[0]) not in COMPARE:
            raise ExpressionFault("expression.not_allowed", text=ast.unparse(node))
        sides = self._number(node.left, depth), self._number(node.comparators[0], depth)
        return ast.Compare(sides[0], node.ops, [sides[1]])

    def _call(self, node: ast.Call, depth: int) -> ast.expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if FUNCTIONS.get(name) != len(node.args) or node.keywords:
            raise ExpressionFault("expression.function", text=ast.unparse(node))
        if name == "documents":
            label = node.args[0]
            if not (isinstance(label, ast.Constant) and isinstance(label.value, str)):
                raise ExpressionFault("expression.function", text=ast.unparse(node))
            return self._operand(Reference(label.value, counts_rows=True))
        read = self._test if name == "implies" else self._number
        return ast.Call(ast.Name(name, ast.Load()), [read(a, depth) for a in node.args], [])

    def _period(self, inner: ast.expr, node: ast.expr) -> str:
        written = inner.id if isinstance(inner, ast.Name) else str(getattr(inner, "value", ""))
        period = self.aliases.get(written)
        if period is None:
            raise ExpressionFault(
                "expression.period", text=ast.unparse(node), choices=", ".join(self.aliases)
            )
        return period
