"""Whether the indicators of a definition fit together: formulas, bounds, ways of adding up."""

from __future__ import annotations

from collections.abc import Mapping

from tongket_xlsx.definition.sources import Sources
from tongket_xlsx.definition.yaml_lines import Path, YamlText
from tongket_xlsx.model.form_words import Aggregation, Kind, Nature
from tongket_xlsx.model.indicators import (
    Group,
    Indicator,
)


class IndicatorChecks:
    """Check every indicator beside the others."""

    def __init__(self, sources: Sources) -> None:
        """Keep faults with the files they stand in."""
        self.sources = sources

    def check(self, groups: tuple[Group, ...], indicators: Mapping[str, Indicator]) -> None:
        """Check the indicators of all groups."""
        for group in groups:
            text = self.sources.text(f"group-{group.code}.yaml")
            for n, i in enumerate(group.indicators):
                path: Path = ("indicators", n)
                self._check_formula(i, text, path, indicators)
                self._check_bounds(i, text, path, indicators)
                self._check_aggregation(i, text, path)

    def _check_formula(
        self, i: Indicator, text: YamlText, path: Path, indicators: Mapping[str, Indicator]
    ) -> None:
        """Refuse what cannot be computed, and what is computed and asked at once."""
        parts = (("numerator", i.numerator), ("denominator", i.denominator))
        if i.computed and any(part is None for _, part in parts):
            text.fault(path, "definition.computed_needs", code=i.code)
        if not i.computed and any(part is not None for _, part in parts):
            text.fault(path, "definition.input_with_operands", code=i.code)
        if i.computed and i.core:
            text.fault((*path, "core"), "definition.computed_core", code=i.code)
        for key, part in parts:
            if part is None:
                continue
            self.sources.known(text, (*path, key), part.names, indicators)
            plain = all(r.period is None and not r.counts_rows for r in part.references)
            if part.terms is None or not plain:
                text.fault((*path, key), "definition.not_a_sum", text=part.text)
        if i.nature is Nature.COMPUTED and _in_circle(i.code, indicators):
            text.fault(path, "definition.cycle", code=i.code)

    def _check_bounds(
        self, i: Indicator, text: YamlText, path: Path, indicators: Mapping[str, Indicator]
    ) -> None:
        for key, bound in (("plausible_min", i.plausible_min), ("plausible_max", i.plausible_max)):
            if bound is not None:
                self.sources.known(text, (*path, key), bound.names, indicators)
                if bound.is_test:
                    text.fault((*path, key), "definition.test_as_bound", text=bound.text)

    def _check_aggregation(self, i: Indicator, text: YamlText, path: Path) -> None:
        """Refuse a way of adding up that does not fit the kind of figure."""
        fitting: tuple[Aggregation, ...]
        if i.computed:
            fitting = (Aggregation.RATIO,)
        elif i.kind is Kind.YESNO:
            fitting = (Aggregation.COUNT_YES, Aggregation.NONE)
        elif i.kind is Kind.PERCENT:
            fitting = (Aggregation.NONE,)
        else:
            fitting = (Aggregation.SUM, Aggregation.NONE)
        if i.aggregation not in fitting:
            text.fault(
                (*path, "aggregation"),
                "definition.value",
                key="aggregation",
                value=i.aggregation,
                expected=", ".join(fitting),
            )


def _in_circle(code: str, indicators: Mapping[str, Indicator]) -> bool:
    """Say whether a computed indicator is made, in the end, of itself."""
    waiting, seen = list(indicators[code].operands()), set[str]()
    while waiting:
        name = waiting.pop()
        if name == code:
            return True
        if name not in seen and name in indicators:
            seen.add(name)
            waiting.extend(indicators[name].operands())
    return False
