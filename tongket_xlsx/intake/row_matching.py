"""Which row is whose: one row for each code, or a finding that says why it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tongket_xlsx.intake.findings_log import Notes
from tongket_xlsx.intake.table import Table
from tongket_xlsx.intake.tables import Finder
from tongket_xlsx.model.layout import Role, WorkbookLayout
from tongket_xlsx.reader.cell_text import raw_text

_MOST_NAMED = 8

Row = tuple[Table, int]


class Ownership:
    """Say which row each code has.

    ``rows`` holds them, ``repeated`` the codes that stand on other rows as well, with less; a code
    on rows that differ, or on one whose label is that of another code, has none and stands in
    ``refused``.
    """

    def __init__(
        self, notes: Notes, finder: Finder, tables: Sequence[Table], *, this_version: bool
    ) -> None:
        """Find the row of every code in the tables of a return.

        Args:
            this_version: whether the return is on this version of the form, so that its labels
                must be those of its codes.
        """
        self.notes = notes
        self.finder = finder
        self.tables = tables
        self.rows: dict[str, Row] = {}
        self.refused: set[str] = set()
        self.by_label: set[str] = set()
        self.repeated: set[str] = set()
        self._refuse_contradictions(this_version=this_version)
        self._assign()

    def of(self, table: Table) -> dict[str, int]:
        """Return the rows that are read from a table."""
        return {code: number for code, (t, number) in self.rows.items() if t is table}

    def say_missing(self, layout: WorkbookLayout) -> None:
        """Say which rows of the form are gone."""
        for sheet in layout.sheets:
            lost = [c for c in sheet.rows if c not in self.rows and c not in self.refused]
            if lost:
                self.notes.say(
                    "rows.missing",
                    self.notes.sheet(sheet.name),
                    count=len(lost),
                    group=sheet.code or sheet.name,
                    found=named(lost),
                )

    def say_how(self, table: Table, codes: Mapping[str, int]) -> None:
        """Say which rows of a table were known otherwise than by a code that stands once."""
        labelled = [code for code in codes if code in self.by_label]
        repeated = [code for code in codes if code in self.repeated]
        former = [f"{old} → {code}" for _, old, code in table.former if code in codes]
        place = self.notes.sheet(table.sheet.name)
        for how, rows in (
            ("rows.by_label", labelled),
            ("code.formerly", former),
            ("rows.left_blank", repeated),
        ):
            if rows:
                self.notes.say(how, place, count=len(rows), found=named(rows))

    def _refuse_contradictions(self, *, this_version: bool) -> None:
        for table in self.tables:
            for number, code, other in self._contradictions(table, this_version=this_version):
                self.refused.add(code)
                self.notes.say(
                    "code.contradicts",
                    self.notes.place(table, number, Role.CODE),
                    code,
                    found=raw_text(table.value(number, Role.LABEL)).strip() or code,
                    other=other,
                    row=str(number + 1),
                )

    def _contradictions(
        self, table: Table, *, this_version: bool
    ) -> Iterator[tuple[int, str, str]]:
        if this_version:
            yield from table.contradicting
            return
        for code, other in self.finder.reused.items():
            for number in table.rows.get(code, ()):
                yield number, code, other

    def _assign(self) -> None:
        coded: dict[str, list[Row]] = {}
        labelled: dict[str, list[Row]] = {}
        for table in self.tables:
            for code, numbers in table.rows.items():
                coded.setdefault(code, []).extend((table, number) for number in numbers)
            for code, number in table.labelled.items():
                labelled.setdefault(code, []).append((table, number))
        for code, places in labelled.items():
            if code not in coded:
                coded[code] = places
                self.by_label.add(code)
        for code, places in coded.items():
            if code in self.refused:
                continue
            whole = places[0] if len(places) == 1 else self._whole(code, places)
            if whole is None:
                self._refuse_twice(code, places)
            else:
                self.rows[code] = whole

    def _whole(self, code: str, places: Sequence[Row]) -> Row | None:
        """Return which of several rows answers all that the others do, and as they do.

        A copy that was left blank contradicts nothing; of what is computed none is read.
        """
        answers = [content(t, n, self.finder) for t, n in places]
        if len(set(answers)) > 1 and any(table.doubled for table, _ in places):
            # What stands under headings that are there twice is not among the answers.
            return None
        for place, whole in zip(places, answers, strict=True):
            if all(
                one in ("", other) for a in answers for one, other in zip(a, whole, strict=True)
            ):
                if any(answer != whole for answer in answers):
                    self.repeated.add(code)
                return place
        indicator = self.finder.form.indicators.get(code)
        return places[0] if indicator is not None and indicator.computed else None

    def _refuse_twice(self, code: str, places: Sequence[Row]) -> None:
        self.refused.add(code)
        table, number = places[0]
        readings = [
            f"{t.sheet.name}!{n + 1}: " + " | ".join(filter(None, content(t, n, self.finder)))
            for t, n in places
        ]
        self.notes.say(
            "code.twice",
            self.notes.place(table, number, Role.CODE),
            code,
            found=", ".join(f"{t.sheet.name}!{n + 1}" for t, n in places),
            readings="; ".join(readings[:_MOST_NAMED]),
        )


def content(table: Table, row: int, finder: Finder) -> tuple[str, ...]:
    """Return what a row answers, as text."""
    keys = [p.code for p in finder.form.periods] + [Role.ANSWER]
    return tuple(raw_text(table.value(row, key)).strip() for key in keys)


def named(names: Sequence[str]) -> str:
    """Return the first names of many."""
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
