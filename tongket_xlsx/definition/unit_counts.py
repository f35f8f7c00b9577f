"""The key ``counts`` of a target: how many units reach a level, each by its own figures.

.. code-block:: yaml

    counts:
      indicators: PC35    # several: a unit must reach the level in each of them
      operator: ">="
      value: 90           # left out where the answer is yes or no
      kinds: huyen
      of: share           # or: number
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongket_xlsx.definition.schema import UnitCountText
from tongket_xlsx.definition.yaml_lines import Path, YamlText
from tongket_xlsx.model.form_words import Kind, Scope
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.targets import UnitCount
from tongket_xlsx.model.units import UnitKind

Fault = tuple[Path, str, dict[str, str | int]]


def unit_count(given: UnitCountText) -> UnitCount:
    """Return what is counted as the form has it."""
    return UnitCount(given.indicators, given.operator, given.value, given.kinds, given.of)


def check_unit_count(
    given: UnitCountText,
    code: str,
    text: YamlText,
    path: Path,
    known: tuple[Mapping[str, Indicator], Mapping[str, UnitKind]],
) -> None:
    """Tell what cannot be counted; names that are not known have been told already.

    Args:
        code: of the target.
        known: the indicators and the kinds of unit of the form.
    """
    for at, sentence, parameters in _faults(given, code, *known):
        text.fault((*path, *at), sentence, **parameters)


def _faults(
    given: UnitCountText,
    code: str,
    indicators: Mapping[str, Indicator],
    kinds: Mapping[str, UnitKind],
) -> Iterator[Fault]:
    for key, named in (("indicators", given.indicators), ("kinds", given.kinds)):
        if not named:
            yield (), "definition.missing", {"key": key}
    counted = [indicators[name] for name in given.indicators if name in indicators]
    groups = dict.fromkeys(i.group for i in counted)
    if len(groups) > 1:
        yield (
            ("indicators",),
            "definition.count_groups",
            {"code": code, "groups": ", ".join(groups)},
        )
    words = [i.code for i in counted if i.kind is Kind.YESNO]
    if words and given.value is not None:
        yield ("value",), "definition.count_yes", {"code": code, "indicators": ", ".join(words)}
    if len(words) < len(counted) and given.value is None:
        yield (), "definition.count_level", {"code": code}
    for kind in given.kinds:
        if kind in kinds and kinds[kind].scope is not Scope.PART:
            yield ("kinds",), "definition.count_kind", {"code": code, "kind": kind}
        elif any(kind not in i.respondents for i in counted):
            names = ", ".join(i.code for i in counted if kind not in i.respondents)
            said: dict[str, str | int] = {"code": code, "kind": kind, "indicators": names}
            yield ("kinds",), "definition.count_asked", said
