"""Whose return a workbook is: the hidden sheet says so, then the file's properties, then the cover.

Names are never matched approximately: two districts differ by one letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tongket_xlsx.intake.cell_values import is_error
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, Parameter, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.layout import (
    COVER_ANSWER,
    COVER_LABEL,
    META_SHEET,
    PROPERTY_PREFIX,
    CoverField,
    checksum,
    folded,
)
from tongket_xlsx.model.observations import Identity
from tongket_xlsx.model.places import Place, a1
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader.cell_text import raw_text
from tongket_xlsx.reader.cells import ErrorValue, Grid, GridSheet, NoResult, Raw, is_blank
from tongket_xlsx.text.messages import ENGLISH, LANGUAGES, VIETNAMESE, say
from tongket_xlsx.text.normalize import composed, fold, squeezed

# No office corrects a form a thousand times; a larger number was typed by hand.
_MOST_ROUNDS = 999
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Identified:
    """Hold the unit and identity of a workbook, or ``None`` with the findings that refuse it."""

    unit: Unit | None
    identity: Identity | None
    cover: Mapping[str, str]
    findings: tuple[Finding, ...]


def identify(grid: Grid, form: Form, units: Mapping[str, Unit] | None) -> Identified:
    """Find out whose return it is.

    Args:
        units: the units of the campaign by code; ``None`` outside a campaign, where the
            workbook's own word is taken for the name and kind of its unit.
    """
    sheet, properties = meta_of(grid), _properties(grid)
    cover = read_cover(grid, form)
    findings = list(_cover_faults(grid, form))
    if sheet and properties.get("unit") and sheet.get("unit") != properties["unit"]:
        return _refused(
            cover,
            "file.identity_differs",
            unit_file=sheet.get("unit", ""),
            unit_cover=properties["unit"],
        )
    meta = sheet or properties
    if not meta.get("unit"):
        unit = _by_cover(cover, units)
        if unit is None:
            return _refused(cover, "file.no_identity")
        findings.append(new_finding("file.identity_by_cover", unit_file=unit.name))
        meta = {"unit": unit.code, "form": form.id, "version": form.version}
    if (sheet or properties).get("unit") and meta.get("checksum") != _checksum(meta):
        return _refused(cover, "file.identity_changed", found=meta["unit"])
    if meta.get("form", form.id) != form.id:
        return _refused(cover, "file.other_form", found=meta["form"], expected_form=form.id)
    unit = _unit(meta, form, units)
    if unit is None:
        return _refused(cover, "file.unknown_unit", found=meta["unit"])
    if form.unit_kinds[unit.kind].scope is Scope.TOTAL:
        return _refused(cover, "file.not_respondent", unit=unit.name)
    contradiction = _cover_says_otherwise(cover, unit, units)
    if contradiction is not None:
        if contradiction.severity is Severity.ERROR:
            return Identified(None, None, cover, (contradiction,))
        findings.append(contradiction)
    if meta.get("version", form.version) != form.version:
        findings.append(
            new_finding(
                "file.other_version",
                found=meta["version"],
                expected_version=form.version,
            )
        )
    identity = Identity(
        unit.code,
        form.id,
        meta.get("version", ""),
        _round(meta.get("round", "")),
        meta.get("parent", ""),
    )
    return Identified(unit, identity, cover, tuple(findings))


def _checksum(meta: Mapping[str, str]) -> str:
    keys = ("form", "version", "unit", "round", "parent")
    return checksum(*(meta.get(key, "") for key in keys))


def form_id(grid: Grid) -> str:
    """Return the id of the form a workbook says it is of, or nothing."""
    return meta_of(grid).get("form", "") or _properties(grid).get("form", "")


def meta_of(grid: Grid) -> dict[str, str]:
    """Return what the hidden sheet says."""
    sheet = grid.sheet(META_SHEET)
    if sheet is None:
        return {}
    facts = {}
    for row in range(min(len(sheet.rows), 40)):
        key, value = sheet.at(row, 0), sheet.at(row, 1)
        if isinstance(key, str):
            facts[key.strip()] = _text(value)
    return facts


def read_cover(grid: Grid, form: Form) -> dict[str, str]:
    """Return what the office wrote about itself, by field; found by the labels of the cover.

    An error value, or a formula without a result, is not what anybody wrote.
    """
    return {
        field: "" if _is_fault(value) else composed(_text(value).strip())
        for field, _, value in _cover_cells(grid, form)
    }


def _cover_faults(grid: Grid, form: Form) -> Iterator[Finding]:
    """Say which fields of the cover hold an error value of Excel."""
    for field, place, value in _cover_cells(grid, form):
        if _is_fault(value):
            names: dict[str, Parameter] = {"found": raw_text(value)}
            for key, lang in (("label", VIETNAMESE), ("label_en", ENGLISH)):
                period = next((p for p in form.years if field == f"other:{p.code}"), None)
                names[key] = period.label.to(lang) if period else say(f"cover.{field}", lang)
            yield new_finding("cover.error", place, **names)


def _is_fault(value: Raw) -> bool:
    return isinstance(value, ErrorValue | NoResult) or (isinstance(value, str) and is_error(value))


def _cover_cells(grid: Grid, form: Form) -> Iterator[tuple[str, Place, Raw]]:
    """Yield each field of the cover once, with the cell beside its label."""
    sheet = _cover_sheet(grid)
    if sheet is None:
        return
    labels = {folded(say(f"cover.{f}", lang)): str(f) for f in CoverField for lang in LANGUAGES}
    years = {folded(p.label.to(lang)): f"other:{p.code}" for p in form.years for lang in LANGUAGES}
    seen = set()
    for row in range(min(len(sheet.rows), 80)):
        for column, value in enumerate(sheet.rows[row][:12]):
            if not isinstance(value, str):
                continue
            key = labels.get(folded(value)) or years.get(folded(value))
            if key is None or key in seen:
                continue
            seen.add(key)
            at = column + COVER_ANSWER - COVER_LABEL + (2 if key.startswith("other:") else 0)
            yield key, Place("", sheet.name, a1(row, at)), sheet.at(row, at)


def _cover_sheet(grid: Grid) -> GridSheet | None:
    wanted = {folded(say("cover.unit", lang)) for lang in LANGUAGES}
    for sheet in grid.sheets:
        for row in sheet.rows[:40]:
            if any(isinstance(v, str) and folded(v) in wanted for v in row[:12]):
                return sheet
    return None


def _properties(grid: Grid) -> dict[str, str]:
    return {
        name.removeprefix(PROPERTY_PREFIX): value
        for name, value in grid.properties.items()
        if name.startswith(PROPERTY_PREFIX)
    }


def _unit(meta: Mapping[str, str], form: Form, units: Mapping[str, Unit] | None) -> Unit | None:
    if units is not None:
        return units.get(meta["unit"])
    kind = meta.get("kind", "")
    if kind not in form.unit_kinds:
        return None
    name = meta.get("name", "") or meta["unit"]
    return Unit(
        meta["unit"],
        name,
        name,
        kind,
        existed_from=_date(meta.get("existed_from", "")),
        existed_to=_date(meta.get("existed_to", "")),
    )


def _by_cover(cover: Mapping[str, str], units: Mapping[str, Unit] | None) -> Unit | None:
    """Return the one unit whose code or name the cover bears, exactly."""
    if units is None:
        return None
    typed = cover.get(CoverField.CODE, "")
    code = next((c for c in units if _is_coded(typed, c)), typed)
    if code in units and _is_named(cover.get(CoverField.UNIT, ""), units[code]):
        return units[code]
    named = [u for u in units.values() if _is_named(cover.get(CoverField.UNIT, ""), u)]
    return named[0] if len(named) == 1 and not code else None


def _cover_says_otherwise(
    cover: Mapping[str, str], unit: Unit, units: Mapping[str, Unit] | None
) -> Finding | None:
    """Compare the cover with the identity: another unit's name refuses, an unknown name warns."""
    name = cover.get(CoverField.UNIT, "")
    known = (units or {unit.code: unit}).values()
    if not name or _is_named(name, unit) or _alone_is_named(name, unit, known):
        code = cover.get(CoverField.CODE, "")
        strange = code in {u.code for u in known if u is not unit}
        if not code or (_is_coded(code, unit.code) and not strange):
            return None
        name = code
    other = next((u for u in known if _is_named(name, u) or _is_coded(name, u.code)), None)
    if other is not None and other.code != unit.code:
        return new_finding("file.wrong_unit", unit_file=unit.name, unit_cover=other.name)
    if units is None:
        return new_finding("file.wrong_unit", unit_file=unit.name, unit_cover=name)
    return new_finding("file.cover_unclear", found=name, unit_file=unit.name)


def _is_named(name: str, unit: Unit) -> bool:
    wanted = {fold(n) for n in (unit.name, unit.short_name, *unit.aliases) if n}
    return bool(name) and fold(name) in wanted


def _alone_is_named(name: str, unit: Unit, units: Iterable[Unit]) -> bool:
    """Say whether a name without its marks, “Huyen KBang”, is that of this unit and no other."""
    plain = squeezed(name)
    named = [
        u.code
        for u in units
        if plain in {squeezed(n) for n in (u.name, u.short_name, *u.aliases) if n}
    ]
    return named == [unit.code]


def _is_coded(text: str, code: str) -> bool:
    """Say whether a text is a code, typed with other spaces, dashes or capitals as well."""
    return _LETTERS.sub("", fold(text)) == _LETTERS.sub("", fold(code))


def _round(text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,4}", text.strip()) else 1
    return min(max(number, 1), _MOST_ROUNDS)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if is_blank(value) else str(value)  # type: ignore[arg-type]


def _refused(cover: Mapping[str, str], code: str, **parameters: str) -> Identified:
    return Identified(None, None, cover, (new_finding(code, **parameters),))


def placed(finding: Finding, unit: Unit) -> Finding:
    """Return a finding with the unit in its place."""
    return replace(finding, place=replace(finding.place, unit=unit.name))
