"""What a kind of unit must ask of each office that keeps its figures: one slip an office."""

from __future__ import annotations

from dataclasses import dataclass

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.indicators import Group, Indicator


@dataclass(frozen=True)
class Slip:
    """What one office is asked by one kind of unit; without an office, what the unit keeps."""

    kind: str
    office: str
    name: str
    indicators: tuple[Indicator, ...]

    def periods(self, form: Form) -> tuple[Period, ...]:
        """Return the periods that have a column on the slip."""
        return tuple(p for p in form.periods if any(p.code in i.periods for i in self.indicators))

    def groups(self, form: Form) -> tuple[tuple[Group, tuple[Indicator, ...]], ...]:
        """Return the rows of the slip under the groups they belong to."""
        parted = (
            (group, tuple(i for i in self.indicators if i.group == group.code))
            for group in form.groups
        )
        return tuple((group, rows) for group, rows in parted if rows)

    def must(self, indicator: Indicator, period: Period) -> bool:
        """Say whether a box must be filled in."""
        return period.code in indicator.core.get(self.kind, ())

    @property
    def boxes(self) -> int:
        """Return how many boxes there are to fill in."""
        return sum(len(i.periods) for i in self.indicators)

    @property
    def required_boxes(self) -> int:
        """Return how many of them must be filled in."""
        return sum(len(i.core.get(self.kind, ())) for i in self.indicators)

    def label(self, form: Form, indicator: Indicator, lang: str) -> str:
        """Return a label that can be read without the row it is a part of.

        “Trong đó” needs its whole above it, and the whole may be asked of another office.
        """
        if indicator.label.to(lang) != indicator.label.vi or not _is_part(indicator):
            return indicator.label.to(lang)
        whole = None
        for other in next(g for g in form.groups if g.code == indicator.group).indicators:
            if other.code == indicator.code:
                break
            whole = whole if _is_part(other) else other
        return indicator.label.vi if whole in self.indicators else indicator.plain_label


def slips_of(form: Form, kind: str) -> tuple[Slip, ...]:
    """Return the slips of a kind of unit, in the order of the offices; its own comes last."""
    asked = [i for i in form.indicators.values() if not i.computed and form.is_asked(i, kind)]
    slips = [
        Slip(kind, office.code, office.name_for(kind), rows)
        for office in form.providers.values()
        if (rows := tuple(i for i in asked if i.provider == office.code))
    ]
    own = tuple(i for i in asked if i.provider not in form.providers)
    return (*slips, *([Slip(kind, "", "", own)] if own else []))


def asking_kinds(form: Form) -> tuple[str, ...]:
    """Return the kinds of unit that have more than one place to go to for their figures."""
    return tuple(kind for kind in form.unit_kinds if len(slips_of(form, kind)) > 1)


def _is_part(indicator: Indicator) -> bool:
    return indicator.label.vi.startswith(("- ", "Trong đó"))
