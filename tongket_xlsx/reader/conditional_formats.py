"""Conditional formats of a sheet that may hide its figures, or show other things in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from tongket_xlsx.model.places import a1
from tongket_xlsx.reader.cell_styles import WHITE, shade
from tongket_xlsx.reader.shared_formulas import moved
from tongket_xlsx.text.number_formats import may_mislead

Cell = tuple[int, int]

_BLOCK = re.compile(
    rb"<(?:\w+:)?conditionalFormatting\s([^<>]*)>(.*?)</(?:\w+:)?conditionalFormatting>", re.DOTALL
)
_RULE = re.compile(rb"<(?:\w+:)?cfRule\s([^<>]*)>((?:(?!<(?:\w+:)?cfRule\s).)*)", re.DOTALL)
_ATTRIBUTE = re.compile(rb"""(?<!\w)(\w++)=["']([^"'<>]*)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?formula>([^<]*)</")
_NO_VALUE = re.compile(rb"""<(?:\w+:)?(?:iconSet|dataBar)\s[^<>]*\bshowValue=["'](?:0|false)["']""")
_DXFS = re.compile(rb"<(?:\w+:)?dxfs[\s>].*?</(?:\w+:)?dxfs>", re.DOTALL)
_DXF = re.compile(rb"<(?:\w+:)?dxf(?:/>|>(.*?)</(?:\w+:)?dxf>)", re.DOTALL)
_SHOWN = re.compile(rb"""<(?:\w+:)?numFmt\s[^<>]*?\bformatCode=(?:"([^"]*)"|'([^']*)')""")
_LETTERS = re.compile(
    rb"<(?:\w+:)?font>.*?<(?:\w+:)?color\s([^<>]*)>.*?</(?:\w+:)?font>", re.DOTALL
)
_GROUND = re.compile(rb"<(?:\w+:)?bgColor\s([^<>]*)>")
_COMPARED = {
    "greaterThan": "{0}>({1})", "lessThan": "{0}<({1})", "equal": "{0}=({1})",
    "notEqual": "{0}<>({1})", "greaterThanOrEqual": "{0}>=({1})",
    "lessThanOrEqual": "{0}<=({1})", "between": "AND({0}>=({1}),{0}<=({2}))",
    "notBetween": "OR({0}<({1}),{0}>({2}))",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConditionalFormat:
    """Say in which cells, on what condition, which number format shows a figure.

    ``condition`` is a formula for the first cell of ``ranges``, nothing where it always holds;
    ``format`` is a number format, ``None`` where the letters take the colour of the ground.
    """

    ranges: tuple[str, ...]
    condition: str
    format: str | None

    def condition_at(self, first: Cell, cell: Cell) -> str:
        """Return the condition as it reads for a cell, with its ``=``; nothing if it always holds.

        Args:
            first: the first cell of the ranges.
        """
        if not self.condition:
            return ""
        text = moved(self.condition, cell[0] - first[0], cell[1] - first[1])
        return "=" + text.replace("\0", a1(*cell))


def conditional_formats(after: bytes, styles: bytes) -> tuple[ConditionalFormat, ...]:
    """Return those of a sheet that hide a figure or show it otherwise.

    Args:
        after: what follows the cells of the sheet.
        styles: the part with the formats they refer to by number.
    """
    if b"cfRule" not in after:
        return ()
    part = _DXFS.search(styles)
    looks = [_look(dxf) for dxf in _DXF.findall(part[0])] if part else []
    return tuple(_of_sheet(after, looks))


def _of_sheet(after: bytes, looks: list[tuple[str | None] | None]) -> Iterator[ConditionalFormat]:
    for attributes, rules in _BLOCK.findall(after):
        ranges = tuple(_facts(attributes).get("sqref", "").split())
        for attributes_of_rule, inside in _RULE.findall(rules):
            facts = _facts(attributes_of_rule)
            if _NO_VALUE.search(inside):
                yield ConditionalFormat(ranges, "", ";;;")
                continue
            number = facts.get("dxfId", "")
            look = looks[int(number)] if number.isdigit() and int(number) < len(looks) else None
            condition = _condition(facts, inside)
            if look is not None and condition is not None:
                yield ConditionalFormat(ranges, condition, look[0])


def _condition(facts: dict[str, str], inside: bytes) -> str | None:
    """Return a condition as a formula, NUL in place of the cell; ``None`` for other kinds."""
    texts = [unescape(f.decode(errors="replace")) for f in _FORMULA.findall(inside)]
    if facts.get("type") == "expression" and texts:
        return texts[0]
    if facts.get("type") == "cellIs" and texts:
        shape = _COMPARED.get(facts.get("operator", ""))
        return shape.format("\0", *texts[:2], *texts[:1]) if shape else None
    return None


def _look(dxf: bytes) -> tuple[str | None] | None:
    """Return the number format that shows something else, or that letters are not seen."""
    shown = _SHOWN.search(dxf)
    code = unescape((shown[1] or shown[2] or b"").decode(errors="replace")) if shown else ""
    if code and may_mislead(code):
        return (code,)
    letters, ground = _LETTERS.search(dxf), _GROUND.search(dxf)
    if letters is None or not shade(letters[1]):
        return None
    under = shade(ground[1]) if ground else WHITE
    return (None,) if shade(letters[1]) == under else None


def _facts(attributes: bytes) -> dict[str, str]:
    return {
        name.decode(): text.decode(errors="replace")
        for name, text in _ATTRIBUTE.findall(attributes)
    }
