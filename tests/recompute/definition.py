"""The definition of the form, read as plain YAML, and the list of units, read as plain CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml
from rule_language import Rule, linear, rule

ROOT = Path(__file__).resolve().parents[2]
FORM = ROOT / "workbook_templates" / "chi-thi-11"
UNITS = ROOT / "samples" / "gia-lai" / "units.csv"


@dataclass(frozen=True)
class Period:
    """A column of figures: a benchmark year, or the span of all of them."""

    code: str
    label: str
    starts: date
    ends: date
    is_span: bool


@dataclass(frozen=True)
class Indicator:
    """One row of the form."""

    code: str
    label: str
    group: str
    kind: str
    nature: str
    aggregation: str
    periods: tuple[str, ...]
    respondents: tuple[str, ...]
    adds: tuple[str, ...]
    numerator: Mapping[str, Fraction]
    denominator: Mapping[str, Fraction]
    factor: Fraction
    prefill: str
    headline: bool

    @property
    def is_computed(self) -> bool:
        return self.nature == "computed"

    @property
    def is_whole(self) -> bool:
        return self.kind in ("count", "money", "yesno")


@dataclass(frozen=True)
class Unit:
    """One office of the list."""

    code: str
    name: str
    short: str
    kind: str
    block: str
    founded: date | None
    facts: Mapping[str, str]

    def existed(self, period: Period) -> bool:
        return self.founded is None or self.founded <= period.ends

    def is_young(self, first: Period) -> bool:
        return self.founded is not None and self.founded > first.starts


@dataclass
class Definition:
    """What is asked of whom, and the rules that hold of it."""

    periods: list[Period] = field(default_factory=list)
    scopes: dict[str, str] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    per_head: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    targets: list[Mapping[str, str]] = field(default_factory=list)
    target_scopes: tuple[str, ...] = ()

    @property
    def years(self) -> list[Period]:
        return [p for p in self.periods if not p.is_span]

    @property
    def period(self) -> dict[str, Period]:
        return {p.code: p for p in self.periods}

    def adding(self, code: str) -> tuple[str, ...]:
        """Return the kinds of unit that add to an indicator."""
        indicator = self.indicators[code]
        listed = indicator.adds or indicator.respondents
        return tuple(kind for kind in listed if self.scopes[kind] == "part")

    def asked(self, unit: Unit, code: str, period: str) -> bool:
        """Say whether the form of a unit asks for a figure, computed ones apart."""
        indicator = self.indicators[code]
        there = period in indicator.periods and unit.existed(self.period[period])
        return there and not indicator.is_computed and unit.kind in indicator.respondents


def load(folder: Path = FORM) -> Definition:
    """Read a definition."""
    head = _yaml(folder / "form.yaml")
    found = Definition()
    for p in head["periods"]:
        starts, ends = date.fromisoformat(p["starts"]), date.fromisoformat(p["ends"])
        is_span = p.get("cumulative") == "yes"
        found.periods.append(Period(p["code"], p["label"], starts, ends, is_span))
    found.scopes = {kind["code"]: kind["scope"] for kind in head["unit_kinds"]}
    aliases = {p["aliases"]: p["code"] for p in head["periods"] if p.get("aliases")}
    rules: list[tuple[str, Mapping[str, Any]]] = []
    for group in head["groups"].split():
        part = _yaml(folder / f"group-{group}.yaml")
        found.groups[group] = [i["code"] for i in part["indicators"]]
        found.indicators |= {i["code"]: _indicator(i, group) for i in part["indicators"]}
        for i in part["indicators"]:
            rules += [("", r) for r in _bounds(i, head["plausible_for"])]
        rules += [("", r) for r in part.get("rules", ())]
    for r in _yaml(folder / "rules.yaml")["rules"]:
        rules += [(code, r) for code in _family(found, r["family"])]
    for roster in head.get("rosters", ()):
        rules += [("", r) for r in roster.get("rules", ())]
    found.per_head = [(o["per"], tuple(o["indicators"].split())) for o in head["outliers"]]
    found.targets = _yaml(folder / "targets.yaml")["targets"]
    found.target_scopes = tuple(head["target_scopes"].split())
    years = {p.code for p in found.years}
    found.rules = [
        one
        for member, given in rules
        for one in rule(given, member, aliases, _periods_of(found, given), years)
    ]
    return found


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)


def _indicator(given: Mapping[str, Any], group: str) -> Indicator:
    return Indicator(
        given["code"],
        given["label"],
        group,
        given["kind"],
        given["nature"],
        given["aggregation"],
        tuple(given["periods"].split()),
        tuple(given["respondents"].split()),
        tuple(given.get("adds", "").split()),
        linear(given.get("numerator", "")),
        linear(given.get("denominator", "")),
        Fraction(given.get("factor", "1")),
        given.get("prefill", ""),
        given.get("headline") == "yes",
    )


def _bounds(given: Mapping[str, Any], usual_for: str) -> list[dict[str, str]]:
    """Return the bounds of an indicator as rules; what is usual is so of a single year."""
    if given["nature"] == "computed":
        return []
    found = []
    for key, sign in (("min", ">="), ("max", "<=")):
        for name, more in (
            ("hard", {"severity": "error"}),
            ("plausible", {"severity": "warning", "only_for": usual_for, "years": "yes"}),
        ):
            if given.get(f"{name}_{key}"):
                text = f"{given['code']} {sign} {given[f'{name}_{key}']}"
                found.append({"id": f"{name}_{key}", "expression": text, **more})
    return found


def _family(found: Definition, text: str) -> list[str]:
    """Return the members of a family: a list of codes, or conditions joined by “&”."""
    conditions = text.split("&")
    if len(conditions) == 1 and ":" not in text:
        return text.split()
    codes = []
    for code, i in found.indicators.items():
        true = {f"kind:{i.kind}", f"nature:{i.nature}", f"group:{i.group}"}
        true |= {f"period:{p}" for p in i.periods}
        if all(c in true if ":" in c else c != f"-{code}" for c in conditions):
            codes.append(code)
    return codes


def _periods_of(found: Definition, given: Mapping[str, Any]) -> list[str]:
    return [p.code for p in (found.years if given.get("years") else found.periods)]


def list_of_units(text: str) -> list[Unit]:
    """Return the units of a list."""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    return [
        Unit(
            row["code"],
            row["name"],
            row["short_name"],
            row["kind"],
            row["block"],
            date.fromisoformat(row["existed_from"]) if row["existed_from"] else None,
            row,
        )
        for row in rows
    ]
