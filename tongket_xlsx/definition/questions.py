"""What a definition asks beside figures: lists and questions in words; and its targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongket_xlsx.definition.schema import PromptsText, RosterText, TargetsText
from tongket_xlsx.definition.schema_values import EVERY_KIND
from tongket_xlsx.definition.sources import KnownNames, Sources
from tongket_xlsx.definition.unit_counts import check_unit_count, unit_count
from tongket_xlsx.definition.yaml_lines import Path, YamlText
from tongket_xlsx.model.form_words import Words
from tongket_xlsx.model.indicators import (
    TITLE,
    Indicator,
    Prompt,
    Roster,
    RosterColumn,
)
from tongket_xlsx.model.targets import Target
from tongket_xlsx.model.units import UnitKind

# The longest list of choices a cell can carry.
LONGEST_CHOICES = 255


class Questions:
    """Build the rosters, the prompts and the targets of a form."""

    def __init__(self, sources: Sources) -> None:
        """Keep faults with the files they stand in."""
        self.sources = sources

    def roster(self, r: RosterText, n: int, text: YamlText, scope: KnownNames) -> Roster:
        """Build one list; faults of its columns are kept."""
        path: Path = ("rosters", n)
        self.sources.once(r.code, text, path)
        self.sources.known(text, (*path, "respondents"), r.respondents, scope.kinds)
        for c, column in enumerate(r.columns):
            self.sources.once(column.code, text, (*path, "columns", c, "code"))
        for c, column in enumerate(r.columns):
            for choice in column.choices:
                # Excel writes the choices of a list in one text, parted by commas.
                if "," in choice or len(",".join(column.choices)) > LONGEST_CHOICES:
                    text.fault(
                        (*path, "columns", c, "choices"),
                        "definition.choices",
                        value=choice,
                        count=LONGEST_CHOICES,
                    )
        columns = tuple(
            RosterColumn(
                c.code, Words(c.label, c.label_en), c.width, tuple(c.choices), c.date, c.counted
            )
            for c in r.columns
        )
        return Roster(
            r.code,
            Words(r.name, r.name_en),
            Words(r.title, r.title_en),
            r.rows,
            columns,
            r.respondents,
            Words(r.help, r.help_en),
        )

    def prompts(self, scope: KnownNames, indicators: Mapping[str, Indicator]) -> Iterator[Prompt]:
        """Yield the questions in words."""
        name = "narrative.yaml"
        given = self.sources.optional(name, PromptsText)
        if given is None:
            return
        text = self.sources.text(name)
        for n, p in enumerate(given.prompts):
            path: Path = ("prompts", n)
            self.sources.once(p.code, text, (*path, "code"))
            self.sources.known(text, (*path, "linked"), p.linked, indicators)
            self.sources.known(text, (*path, "respondents"), p.respondents, scope.kinds)
            # A prompt may answer a whole part of the outline: “2” stands for 2.1.a, 2.1.b, …
            parts = {b.split(".")[0] for b in scope.outline}
            self.sources.known(text, (*path, "seed"), p.seed, (*scope.outline, *parts))
            core_for = p.respondents if p.core == (EVERY_KIND,) else p.core
            self.sources.known(text, (*path, "core"), core_for, p.respondents)
            label = Words(p.label, p.label_en)
            prompt = Prompt(
                p.code,
                label,
                p.linked,
                p.max_chars,
                bool(core_for),
                p.respondents,
                p.seed,
                core_for,
                label if TITLE in p.label else Words(""),
            )
            yield prompt.with_title("")

    def targets(
        self, indicators: Mapping[str, Indicator], kinds: Mapping[str, UnitKind]
    ) -> Iterator[Target]:
        """Yield what the figures are held against."""
        name = "targets.yaml"
        given = self.sources.optional(name, TargetsText)
        if given is None:
            return
        text = self.sources.text(name)
        for n, t in enumerate(given.targets):
            path: Path = ("targets", n)
            self.sources.once(t.id, text, (*path, "id"))
            if t.indicator:
                self.sources.known(text, (*path, "indicator"), (t.indicator,), indicators)
            if t.counts is not None:
                counted: Path = (*path, "counts")
                if t.indicator:
                    text.fault(counted, "definition.count_twice", code=t.id)
                self.sources.known(text, (*counted, "indicators"), t.counts.indicators, indicators)
                self.sources.known(text, (*counted, "kinds"), t.counts.kinds, kinds)
                check_unit_count(t.counts, t.id, text, counted, (indicators, kinds))
            yield Target(
                t.id,
                t.document,
                t.target,
                t.indicator,
                t.operator,
                t.value,
                t.year,
                t.applies_to,
                t.status,
                t.source,
                t.note,
                unit_count(t.counts) if t.counts is not None else None,
            )
