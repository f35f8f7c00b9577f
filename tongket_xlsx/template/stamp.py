"""Many workbooks of one shape: what they have in common is built once, the rest is stamped in.

Blank workbooks of one kind of unit differ in the name and code of the unit, in what identifies
them, and in the figures that the list of units fills in. A stamped workbook is, byte by byte, the
one that would have been built whole; where that is not certain it is built whole.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO
from typing import NamedTuple
from xml.sax.saxutils import escape

from xlsxwriter.sharedstrings import SharedStrings

from tongket_xlsx.model.check_rows import checks_of
from tongket_xlsx.model.entries import entry_of, facts_of
from tongket_xlsx.model.expressions import Expression
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.layout import SheetKind
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.places import a1
from tongket_xlsx.model.units import Unit
from tongket_xlsx.template import workbook as template
from tongket_xlsx.template.live_rules import Live
from tongket_xlsx.text.messages import VIETNAMESE
from tongket_xlsx.writer.repack import Archive, Opening, opening
from tongket_xlsx.writer.styles import number_format

# Letters for private use stand where the name, the code and the seal of a unit will.
_NAME, _CODE = "\ue000\ue001\ue002", "\ue003\ue004\ue005"
_STRINGS = "xl/sharedStrings.xml"
_PROPERTIES = ("docProps/core.xml", "docProps/custom.xml")
_ENTRY = re.compile(r"<si><t(?: xml:space=\"preserve\")?>(.*?)</t></si>", re.DOTALL)


_Key = tuple[str, str]
_LONGEST = 120
# Control characters and what looks like an escape of one are written in a way of their own.
_ODD = re.compile("[\x00-\x1f\ufffe\uffff\ue000-\ue005]|_x[0-9A-Fa-f]{4}_|^<r>|</r>$")


class _Fact(NamedTuple):
    """A figure that the list of units fills in."""

    code: str
    period: str
    value: Decimal


class _Places(NamedTuple):
    """The numbers of a sheet that differ from unit to unit, and what stands before them."""

    patterns: list[tuple[re.Pattern[str], _Key]]
    rest: str
    opening: Opening


class _Shape(NamedTuple):
    """What two units must have in common for their workbooks to be stamped from one master."""

    kind: str
    existed_from: str
    existed_to: str
    round: int
    facts: tuple[tuple[str, str, str], ...]
    outcomes: tuple[float | bool | None, ...]


class Press:
    """Make the blank workbooks of a form."""

    def __init__(self, form: Form, issue: Issue, lang: str = VIETNAMESE) -> None:
        """Prepare for the workbooks of one form, in one language."""
        self.form = form
        self.issue = issue
        self.lang = lang
        self._masters: dict[_Shape, _Master] = {}
        self._of_facts: dict[str, tuple[tuple[Expression, str], ...]] = {}

    def workbook(self, unit: Unit, round_number: int = 1) -> bytes:
        """Return the blank workbook of a unit, as :func:`template.build` makes it."""
        facts = tuple(
            _Fact(i.code, p.code, value)
            for i, p, value in facts_of(self.form, unit)
            if p.code in i.periods and self.form.is_asked(i, unit.kind)
        )
        shape = self._shape(unit, round_number, facts)
        if shape not in self._masters:
            self._masters[shape] = _Master(self, unit, round_number, facts)
        stamped = self._masters[shape].stamped(unit, facts)
        return self._whole(unit, round_number) if stamped is None else stamped

    def _whole(self, unit: Unit, round_number: int) -> bytes:
        return template.build(
            self.form, unit, self.issue, round_number=round_number, lang=self.lang
        )

    def _shape(self, unit: Unit, round_number: int, facts: tuple[_Fact, ...]) -> _Shape:
        values = {(f.code, f.period): float(f.value) for f in facts}
        expressions = self._of_facts.get(unit.kind)
        if expressions is None:
            expressions = self._of_facts[unit.kind] = tuple(_about_facts(self.form, unit.kind))
        return _Shape(
            unit.kind,
            str(unit.existed_from or ""),
            str(unit.existed_to or ""),
            round_number,
            tuple((f.code, f.period, self._look(unit, f)) for f in facts),
            tuple(e.value(e.operands(values, period)) for e, period in expressions),
        )

    def _look(self, unit: Unit, fact: _Fact) -> str:
        """Return all that the looks of a cell depend on."""
        indicator = self.form.indicators[fact.code]
        entry = entry_of(unit, indicator, self.form.period_by_code[fact.period])
        return f"{entry} {number_format(indicator, fact.value)} {fact.value < 0}"


class _Master:
    """A workbook built once, with private letters where a unit's own texts stand."""

    def __init__(
        self, press: Press, unit: Unit, round_number: int, facts: tuple[_Fact, ...]
    ) -> None:
        self.form = press.form
        self.round = round_number
        blank = replace(unit, name=_NAME, code=_CODE)
        data = template.build(
            press.form, blank, press.issue, round_number=round_number, lang=press.lang
        )
        self.archive = Archive(data)
        self.seal = template.identity(press.form, blank, round_number, "")["checksum"]
        self.facts = {(f.code, f.period): f.value for f in facts}
        with zipfile.ZipFile(BytesIO(data)) as source:
            self._texts(source.read(_STRINGS).decode())
            self.properties = {name: source.read(name).decode() for name in _PROPERTIES}
            self.sheets = self._sheets(source, press, blank)

    def _texts(self, strings: str) -> None:
        """Part the table of texts where the first one of a unit's own stands."""
        entries = [(match, html.unescape(match[1])) for match in _ENTRY.finditer(strings)]
        self.own = [text for _, text in entries if self._is_own(text)]
        self.common = {text for _, text in entries} - set(self.own)
        first = next(match.start() for match, text in entries if self._is_own(text))
        # Texts of the form may stand between those of the unit: they stay as they were written.
        self.rest = [
            (match[0], text if self._is_own(text) else "")
            for match, text in entries
            if match.start() >= first
        ]
        self.end = strings[entries[-1][0].end() :]
        self.opening = opening(strings[:first].encode())

    def _is_own(self, text: str) -> bool:
        return _NAME in text or _CODE in text or text == self.seal

    def _sheets(self, source: zipfile.ZipFile, press: Press, blank: Unit) -> dict[str, _Places]:
        """Find the cells that hold facts: part → patterns, text, its beginning, where it ends."""
        layout = layout_of(press.form, blank.kind, press.lang)
        live = Live(press.form, blank, layout)
        names = [sheet.name for sheet in layout.sheets]
        cells: dict[str, list[tuple[str, _Key]]] = {}
        for key in self.facts:
            sheet = layout.sheet_of(key[0])
            part = f"xl/worksheets/sheet{names.index(sheet.name) + 1}.xml"
            cells.setdefault(part, []).append((a1(*sheet.cell(*key)), key))
            for numbers in layout.of_kind(SheetKind.NUMBERS):
                part = f"xl/worksheets/sheet{names.index(numbers.name) + 1}.xml"
                cells.setdefault(part, []).append((a1(*live.place(*key)), key))
        return {part: _openings(source.read(part).decode(), at) for part, at in cells.items()}

    def stamped(self, unit: Unit, facts: tuple[_Fact, ...]) -> bytes | None:
        """Return the workbook of a unit; ``None`` where it had better be built whole."""
        seal = template.identity(self.form, unit, self.round, "")["checksum"]

        def of_unit(text: str) -> str:
            if text == self.seal:
                return seal
            return text.replace(_NAME, unit.name).replace(_CODE, unit.code)

        texts = [of_unit(text) for text in self.own]
        if not _stampable(unit) or len(set(texts)) < len(texts) or self.common & set(texts):
            return None
        changed = {_STRINGS: self.opening.finished((self._strings(of_unit)).encode())}
        for name, content in self.properties.items():
            escaped = escape(unit.name), escape(unit.code)
            text = content.replace(_NAME, escaped[0]).replace(_CODE, escaped[1])
            changed[name] = opening(b"").finished(text.replace(self.seal, seal).encode())
        values = {(f.code, f.period): f.value for f in facts}
        for name, places in self.sheets.items():
            text = places.rest
            for pattern, key in places.patterns:
                text, count = pattern.subn(_with_number(values[key]), text)
                if count != 1:
                    return None
            changed[name] = places.opening.finished(text.encode())
        return self.archive.exchanged(changed)

    def _strings(self, of_unit: Callable[[str], str]) -> str:
        written = StringIO()
        table = SharedStrings()
        table._set_filehandle(written)  # noqa: SLF001 - it writes to a file of its own else
        for as_written, text in self.rest:
            if text:
                table._write_si(of_unit(text))  # noqa: SLF001 - the hand that wrote the others
            else:
                written.write(as_written)
        return written.getvalue() + self.end


def _about_facts(form: Form, kind: str) -> Iterator[tuple[Expression, str]]:
    """Yield what a blank workbook already computes: what needs nothing but filled-in figures."""
    known = {i.code for i in form.indicators.values() if i.prefill}
    for indicator in form.indicators.values():
        if indicator.computed and known.issuperset(indicator.operands()):
            known.add(indicator.code)
            parts = (indicator.numerator, indicator.denominator)
            yield from ((e, p) for e in parts if e is not None for p in indicator.periods)
    for check in checks_of(form, kind):
        references = check.expression.references
        if known.issuperset(r.name for r in references) and references:
            yield check.expression, check.period


def _openings(content: str, cells: list[tuple[str, _Key]]) -> _Places:
    """Find the numbers in some cells, and compress what stands before the first of them."""
    patterns = [
        (re.compile(rf'(<c r="{cell}"[^>]*>(?:<f>[^<]*</f>)?<v>)[^<]*(</v></c>)'), key)
        for cell, key in cells
    ]
    found = [match.start() for pattern, _ in patterns if (match := pattern.search(content))]
    start = min(found, default=0)
    return _Places(patterns, content[start:], opening(content[:start].encode()))


def _with_number(value: Decimal) -> Callable[[re.Match[str]], str]:
    """Write a number as its cell is written: typed as a number, computed as the result it is."""
    typed = int(value) if value == value.to_integral_value() else float(value)

    def written(match: re.Match[str]) -> str:
        number = str(float(value)) if "<f>" in match[1] else f"{typed:.16G}"
        return match[1] + number + match[2]

    return written


def _stampable(unit: Unit) -> bool:
    """Say whether the texts of a unit are written as they stand."""
    texts = (unit.name, unit.code)
    return all(text and len(text) <= _LONGEST and not _ODD.search(text) for text in texts)
