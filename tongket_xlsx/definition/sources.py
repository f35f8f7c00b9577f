"""The files of a definition as they are read, with every fault kept beside its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongket_xlsx.definition import near_names
from tongket_xlsx.definition.shape import Model, shaped
from tongket_xlsx.definition.yaml_lines import Path, YamlText, read
from tongket_xlsx.model.expression_reader import parse
from tongket_xlsx.model.expressions import Expression, ExpressionFault


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names that the rest of the definition may use."""

    periods: tuple[str, ...]
    kinds: tuple[str, ...]
    providers: tuple[str, ...]
    outline: tuple[str, ...]


class Sources:
    """Hold the files, and the names that were given so far."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Take the name of each file and its bytes."""
        self.files = files
        self.texts: dict[str, YamlText] = {}
        self.aliases: dict[str, str] = {}
        self.seen: dict[str, str] = {}

    def text(self, name: str) -> YamlText:
        """Return the text of one file, read once."""
        if name not in self.texts:
            data = self.files.get(name)
            self.texts[name] = read(name, data) if data is not None else YamlText(name)
        return self.texts[name]

    def once(self, code: str, text: YamlText, path: Path) -> None:
        """Refuse a code that stands for something already."""
        folded = code.casefold()
        if folded in self.seen:
            text.fault(path, "definition.code_twice", code=code, other=self.seen[folded])
        self.seen.setdefault(folded, str(text.place(path)))

    def known(self, text: YamlText, path: Path, given: Iterable[str], known: Iterable[str]) -> None:
        """Refuse what names something that there is not."""
        known = tuple(known)
        for code in given:
            if code not in known:
                text.fault(
                    path, "definition.unknown", value=code, choices=near_names.alike(code, known)
                )

    def optional(self, name: str, model: type[Model]) -> Model | None:
        """Return a file that may be absent, in its shape."""
        return shaped(model, self.text(name)) if name in self.files else None

    def expression(self, written: str, text: YamlText, path: Path) -> Expression | None:
        """Return an expression as it was parsed; ``None`` where it does not follow the language."""
        if not written:
            return None
        try:
            return parse(written, self.aliases)
        except ExpressionFault as fault:
            text.fault(path, fault.code, **fault.parameters)
            return None
