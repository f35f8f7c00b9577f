"""Draw the rooms of the package as they are: floors of the contract, arrows of the imports.

``python tests/support/rooms_picture.py`` writes docs/explanation/rooms.svg again. The floors are
those of ``[tool.importlinter]`` in pyproject.toml, the words in a room are the first sentence of
its package, and an arrow is an import that some module really has. An arrow is left out where a
longer way leads to the same room.
"""

from __future__ import annotations

import ast
import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tongket_xlsx"
PICTURE = ROOT / "docs" / "explanation" / "rooms.svg"
WIDTH, BOX, HEIGHT, GAP, MARGIN = 1180, 212, 84, 40, 20
SPACE = (WIDTH - 2 * MARGIN - 5 * BOX) / 4


@dataclass(frozen=True)
class Room:
    """A package at its place: its floor from above, and the middle of its box."""

    name: str
    floor: int
    x: float
    job: str

    @property
    def top(self) -> float:
        """Return where its box begins."""
        return MARGIN + self.floor * (HEIGHT + GAP)


def floors() -> list[list[str]]:
    """Return the rooms of each floor, the uppermost first, as the contract has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    return [re.findall(r"\w+", layer) for layer in layers if layer != "__main__"]


def job_of(room: str) -> str:
    """Return the first sentence of a package."""
    text = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text("utf-8")))
    return (text or "").split("\n\n")[0].replace("\n", " ").rstrip(".")


def rooms() -> dict[str, Room]:
    """Return every room at its place; one that leads to a single other stands above it."""
    found: dict[str, Room] = {}
    leads = shortest(imports())
    for floor, names in reversed(list(enumerate(floors()))):
        for place, name in enumerate(names):
            x = WIDTH / 2 + (place - (len(names) - 1) / 2) * (BOX + SPACE)
            below = [other for room, other in leads if room == name]
            if len(names) == len(below) == 1:
                x = found[below[0]].x
            found[name] = Room(name, floor, x, job_of(name))
    return dict(reversed(found.items()))


def _modules(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{name.name}" for name in node.names)
    elif isinstance(node, ast.Import):
        yield from (name.name for name in node.names)


def imports() -> dict[str, set[str]]:
    """Return of each room which others its modules import."""
    found: dict[str, set[str]] = {name: set() for names in floors() for name in names}
    for room, others in found.items():
        for source in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
                for module in _modules(node):
                    parts = module.split(".")
                    if parts[0] == PACKAGE.name and parts[1:2] and parts[1] in found:
                        others.add(parts[1])
        others.discard(room)
    return found


def _reached(start: str, arrows: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    left = list(arrows[start])
    while left:
        room = left.pop()
        if room not in found:
            found.add(room)
            left.extend(arrows[room])
    return found


def shortest(arrows: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Return the arrows that no longer way stands for, in a fixed order."""
    return [
        (room, other)
        for room in sorted(arrows)
        for other in sorted(arrows[room])
        if not any(other in _reached(via, arrows) for via in arrows[room] - {other})
    ]


def _box(room: Room) -> Iterator[str]:
    left = room.x - BOX / 2
    yield (
        f'<rect x="{left:.0f}" y="{room.top:.0f}" width="{BOX}" height="{HEIGHT}" rx="6" '
        'fill="#f4f7fb" stroke="#1f4e79"/>'
    )
    yield (
        f'<text x="{room.x:.0f}" y="{room.top + 20:.0f}" font-size="15" font-weight="bold" '
        f'fill="#1f4e79">{room.name}</text>'
    )
    for line, words in enumerate(textwrap.wrap(room.job, 34)[:4]):
        y = room.top + 37 + 13 * line
        yield f'<text x="{room.x:.0f}" y="{y:.0f}" font-size="11">{escape(words)}</text>'


def _arrow(start: Room, end: Room) -> str:
    top, bottom = start.top + HEIGHT, end.top - 3
    lean = (end.x - start.x) / 14
    middle = (top + bottom) / 2
    return (
        f'<path d="M {start.x + lean:.0f} {top:.0f} C {start.x + lean:.0f} {middle:.0f} '
        f'{end.x - lean:.0f} {middle:.0f} {end.x - lean:.0f} {bottom:.0f}" fill="none" '
        'stroke="#7f8fa3" stroke-width="1.4" marker-end="url(#head)"/>'
    )


def drawn() -> str:
    """Return the picture."""
    there = rooms()
    height = MARGIN * 2 + len(floors()) * (HEIGHT + GAP) - GAP
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" font-family="sans-serif" text-anchor="middle">'
        ),
        "<title>The rooms of tongket_xlsx and what each imports</title>",
        (
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill="#7f8fa3"/>'
            "</marker></defs>"
        ),
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    lines += [_arrow(there[a], there[b]) for a, b in shortest(imports())]
    for room in there.values():
        lines += _box(room)
    return "\n".join([*lines, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8", newline="\n")
