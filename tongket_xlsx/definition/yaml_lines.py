"""YAML read as text: every scalar stays what was typed, and every value knows its line.

YAML's own guesses are never made: ``1.10`` stays ``1.10`` and ``No`` stays ``No``. A key given
twice is a fault, not a coin toss.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.places import Place

# The C scanner is some eight times faster; a wheel without it still works.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Path = tuple[str | int, ...]


@dataclass
class YamlText:
    """Hold one file: its values as plain text, lists and mappings, and the line of each."""

    file: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Return file:line of a value, or of the nearest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return Place(file=self.file, line=self.lines.get(path, 1))

    def fault(self, path: Path, kind: str, /, **parameters: str | int) -> None:
        """Note one fault of the file."""
        self.faults.append(new_finding(kind, self.place(path), **parameters))


def read(file: str, data: bytes) -> YamlText:
    """Read one YAML file; what is wrong with it stands in ``faults``."""
    text = YamlText(file)
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        text.lines[()] = line
        text.fault((), "definition.encoding")
        return text
    try:
        node = yaml.compose(content, Loader=_Loader)
        if node is not None:
            text.value = _plain(node, (), text, set())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        text.lines[()] = mark.line + 1 if mark else 1
        text.fault((), "definition.yaml", problem=str(getattr(error, "problem", "") or ""))
    except RecursionError:
        text.value = None
        text.fault((), "definition.yaml", problem="nesting")
    return text


def _plain(node: Any, path: Path, text: YamlText, seen: set[int]) -> Any:
    text.lines[path] = node.start_mark.line + 1
    # An alias would let a few lines stand for millions; nobody needs one to describe a form.
    if id(node) in seen:
        text.fault(path, "definition.yaml", problem="alias *")
        return ""
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), text, seen) for i, item in enumerate(node.value)]
    values: dict[str, Any] = {}
    for key, value in node.value:
        name = str(getattr(key, "value", ""))
        below = (*path, name)
        if name in values:
            text.lines[below] = key.start_mark.line + 1
            text.fault(below, "definition.key_twice", key=name)
            continue
        plain = _plain(value, below, text, seen)
        text.lines[below] = key.start_mark.line + 1
        # “note:” with nothing behind it says the same as no such line at all.
        if plain != "":
            values[name] = plain
    return values
