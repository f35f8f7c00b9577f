"""The consolidated comparison workbook: what the leadership opens and an auditor questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tongket_xlsx.book import Book, Format, Sheet
from tongket_xlsx.cells import a1, quoted
from tongket_xlsx.comparison import Aggregate, Comparison, compared_year
from tongket_xlsx.findings import Finding, Severity
from tongket_xlsx.form import Form, Period, Target
from tongket_xlsx.house_style import Styles, change_format, lines, number_format
from tongket_xlsx.messages import say
from tongket_xlsx.observations import CellState
from tongket_xlsx.standing import NEEDS_CORRECTION, NOT_RETURNED, Standing
from tongket_xlsx.summary_tables import (
    Plan,
    crosses_break,
    plan_of,
    province_column,
    province_row,
    write_province,
    write_units,
)
from tongket_xlsx.tidy import Traced
from tongket_xlsx.wording import worded

_GREY = "#808080"
_SIGNS = {">=": "≥", "<=": "≤"}
Totals = dict[tuple[str, str], Aggregate]


@dataclass(frozen=True)
class Material:
    """Everything the consolidated workbook is made of.

    ``observations`` is read once, row by row; ``notice`` is a line nobody may overlook.
    """

    form: Form
    title: str
    collector: str
    notice: str
    signatories: Mapping[str, str]
    comparison: Comparison
    standings: Sequence[Standing]
    findings: Sequence[Finding]
    observations: Iterable[Traced]


def build(material: Material, lang: str) -> bytes:
    """Write the consolidated workbook."""
    return _Writer(material, lang).workbook()


class _Writer:
    def __init__(self, material: Material, lang: str) -> None:
        self.m = material
        self.form = material.form
        self.lang = lang
        self.book = Book(material.title, subject=self.form.subtitle.to(lang))
        self.style = Styles(self.book)
        self.plan: Plan = plan_of(material.comparison, lang)

    def workbook(self) -> bytes:
        overview = self.book.sheet(say("sheet.overview", self.lang), tab="#1F2A44")
        totals: Totals = {}
        tables = []
        for table in self.m.comparison.groups():
            write_province(self.book, self.plan, table, self.m.notice)
            totals.update(table.province)
            tables.append(table)
        for table in tables:
            write_units(self.book, self.plan, table, self.m.notice)
        del tables
        self._overview(overview, totals)
        self._targets(totals)
        self._standings()
        self._findings()
        self._observations()
        return self.book.bytes()

    def _say(self, key: str, **parameters: object) -> str:
        return say(key, self.lang, **parameters)

    def _table(
        self, page: Sheet, title: str, headings: Sequence[str], widths: Sequence[float]
    ) -> int:
        """Write the title and headings of a plain table; return its first row."""
        page.widths(widths)
        last = len(headings) - 1
        page.merge((0, 0), (0, last), title, self.style.title(14))
        page.height(0, 26)
        if self.m.notice:
            page.merge((1, 0), (1, last), self.m.notice, self.style.warning_line())
        for column, heading in enumerate(headings):
            page.write(3, column, heading, self.style.heading())
        page.height(3, 34)
        return 4

    def _close(self, page: Sheet, row: int, columns: int, frozen: int = 0) -> None:
        page.page.freeze_panes(4, frozen)
        page.page.autofilter(3, 0, max(row - 1, 4), columns - 1)
        page.printed(heading_row=3, footer=page.name)

    # ------------------------------------------------------------------ overview

    def _overview(self, page: Sheet, totals: Totals) -> None:
        style, form = self.style, self.form
        years = form.years
        page.widths([8, 46, 12, *[13] * len(years), *[10] * len(years), 13, 13])
        last = 2 + 2 * len(years) + 2
        page.merge(
            (0, 0), (0, 2), self.m.collector, style.plain(bold=True, align="center", text_wrap=True)
        )
        page.height(0, 36)
        page.merge((1, 0), (1, last), self.m.title, style.title(16))
        page.height(1, 30)
        page.merge((2, 0), (2, last), form.subtitle.to(self.lang), style.title(12))
        page.merge((3, 0), (3, last), form.cutoff.to(self.lang), style.subtitle())
        page.merge((4, 0), (4, last), self.m.notice, style.warning_line())
        row = self._overview_returns(page, 5, last)
        page.merge((row, 0), (row, last), self._say("summary.headline"), style.section())
        headings = [
            self._say("col.code"),
            self._say("col.indicator"),
            self._say("col.unit"),
            *(p.label.to(self.lang) for p in years),
            *(self._say("summary.coverage", period=p.code) for p in years),
            self._say("summary.change", span=f"{years[0].code}→{years[-1].code}"),
            self._say("summary.sheet"),
        ]
        for column, heading in enumerate(headings):
            page.write(row + 1, column, heading, style.heading())
        page.height(row + 1, 46)
        row += 2
        for indicator in form.indicators.values():
            if indicator.headline:
                self._headline(page, row, indicator.code, totals)
                row += 1
        row = self._caveats(page, row + 1, last)
        self._signed(page, row + 1, last)
        page.printed(area=(row + 6, last), footer=self._say("sheet.overview"))
        page.page.activate()

    def _overview_returns(self, page: Sheet, row: int, last: int) -> int:
        required = [s for s in self.m.standings if s.required]
        n = sum(s.received is not None for s in required)
        on_time = sum(s.received is not None and not s.late_days for s in required)
        errors = sum(f.severity is Severity.ERROR for f in self.m.findings)
        warnings = sum(f.severity is Severity.WARNING for f in self.m.findings)
        text = self._say(
            "summary.received",
            n=n,
            total=len(required),
            on_time=on_time,
            errors=errors,
            warnings=warnings,
        )
        page.merge((row, 0), (row, last), text, self.style.plain(bold=True))
        return row + 2

    def _headline(self, page: Sheet, row: int, code: str, totals: Totals) -> None:
        form, style = self.form, self.style
        indicator = form.indicators[code]
        group = next(g for g in form.groups if g.code == indicator.group)
        sheet = quoted(self.plan.provinces[group.code])
        source = province_row(form, code)
        shown = style.cell(num_format=number_format(indicator), bold=True)
        page.write(row, 0, code, style.cell(align="center"))
        page.write(
            row,
            1,
            indicator.plain_label if self.lang == "vi" else indicator.label.to(self.lang),
            style.cell(),
        )
        page.write(row, 2, indicator.unit.to(self.lang), style.cell(align="center"))
        years = form.years
        periods = [
            p.code for p in form.periods if any(p.code in i.periods for i in group.indicators)
        ]
        for n, period in enumerate(years):
            total = totals.get((code, period.code))
            if total is None:
                page.write(row, 3 + n, "x", style.absent())
                page.write(row, 3 + len(years) + n, None, style.absent())
                continue
            at = a1(source, province_column(form, group, period.code))
            page.formula(row, 3 + n, f"={sheet}!{at}", shown, _plain(total.value))
            cover = a1(source, 3 + len(periods) + periods.index(period.code))
            page.formula(
                row,
                3 + len(years) + n,
                f"={sheet}!{cover}",
                style.cell(align="center"),
                f"{total.n}/{total.expected}",
            )
        first, final = totals.get((code, years[0].code)), totals.get((code, years[-1].code))
        left, right = a1(row, 3), a1(row, 2 + len(years))
        difference = None
        broken = crosses_break(form, indicator, years[0], years[-1])
        if first and final and first.value is not None and final.value is not None:
            difference = final.value - first.value
        page.formula(
            row,
            3 + 2 * len(years),
            f'=IF(AND(ISNUMBER({left}),ISNUMBER({right})),ROUND({right}-{left},6),"")',
            style.cell(num_format=change_format(indicator, across_break=broken)),
            _plain(difference),
        )
        page.link(
            row,
            4 + 2 * len(years),
            self.plan.provinces[group.code],
            a1(source, 0),
            self.plan.provinces[group.code],
            style.cell(font_color="#0B5394", underline=1),
        )
        page.height(row, 15 * lines(indicator.label.to(self.lang), 44) + 5)

    def _caveats(self, page: Sheet, row: int, last: int) -> int:
        page.merge((row, 0), (row, last), self._say("summary.caveats"), self.style.section())
        missing = [s.unit.short_name for s in self.m.standings if s.required and s.received is None]
        texts = [
            self.form.cutoff.to(self.lang),
            self._say("summary.caveat_parts"),
            self._say("summary.caveat_ratio"),
        ]
        if missing:
            texts.append(self._say("summary.caveat_missing", units=", ".join(missing)))
        for period in self.form.years:
            if not period.confirmed:
                texts.append(
                    self._say("summary.caveat_unconfirmed", period=period.label.to(self.lang))
                )
            young = [u.short_name for u in self.plan.parts if not u.existed_in(period)]
            if young:
                texts.append(
                    self._say(
                        "summary.caveat_founded",
                        units=", ".join(young),
                        period=period.label.to(self.lang),
                    )
                )
        for text in texts:
            row += 1
            page.merge(
                (row, 0), (row, last), "• " + text, self.style.plain(text_wrap=True, valign="top")
            )
            page.height(row, 16 * lines(text, 150) + 2)
        return row

    def _signed(self, page: Sheet, row: int, last: int) -> None:
        bold = self.style.plain(bold=True, align="center")
        given = self.m.signatories
        page.merge((row + 1, 0), (row + 1, 1), given.get("compiler", ""), bold)
        page.merge((row + 1, last - 4), (row + 1, last), given.get("authority", ""), bold)
        page.merge((row + 2, last - 4), (row + 2, last), given.get("position", ""), bold)
        page.merge((row + 5, last - 4), (row + 5, last), given.get("name", ""), bold)

    # ------------------------------------------------------------------ targets

    def _targets(self, totals: Totals) -> None:
        if not self.form.targets:
            return
        page = self.book.sheet(self._say("sheet.targets"), tab="#548235")
        keys = (
            "document",
            "target",
            "applies_to",
            "code",
            "level",
            "year",
            "against",
            "actual",
            "gap",
            "status",
            "note",
        )
        widths = (24, 40, 15, 9, 9, 8, 10, 11, 11, 22, 46)
        row = self._table(
            page,
            self._say("summary.targets_title"),
            [self._say(f"target.{k}") for k in keys],
            widths,
        )
        for target in self.form.targets:
            self._target(page, row, target, totals)
            row += 1
        self._close(page, row, len(keys), 2)

    def _target(self, page: Sheet, row: int, target: Target, totals: Totals) -> None:
        color = {} if target.verified else {"font_color": _GREY, "italic": True}
        text = self.style.cell(**color)
        centre = self.style.cell(align="center", **color)
        number = self.style.cell(num_format="#,##0.00", **color)
        scope_key = f"scope.{target.applies_to}"
        scope = self._say(scope_key) if _has(scope_key) else target.applies_to
        page.write(row, 0, target.document, text)
        page.write(row, 1, target.label, text)
        page.write(row, 2, scope, text)
        page.write(row, 3, target.indicator, centre)
        level = None if target.value is None else f"{_SIGNS[target.operator]} {_text(target.value)}"
        page.write(row, 4, level, centre)
        page.write(row, 5, target.year, self.style.cell(num_format="0", align="center", **color))
        self._actual(page, row, target, totals, number, centre)
        key = "target.verified" if target.verified else "target.unverified"
        page.write(row, 9, self._say(key), text)
        page.write(row, 10, target.note, self.style.cell(font_size=9, **color))
        tall = max(
            lines(target.label, 38),
            lines(target.note, 54),
            lines(target.document, 22),
            lines(self._say(key), 19),
        )
        page.height(row, max(18, 14 * tall + 4))

    def _actual(
        self, page: Sheet, row: int, target: Target, totals: Totals, number: Format, centre: Format
    ) -> None:
        """Hold a target against the benchmark year nearest to it; a gap is in points."""
        against: Period = compared_year(self.form, target)
        total = totals.get((target.indicator, against.code))
        if not target.indicator or target.value is None or total is None:
            for column in (6, 7, 8):
                page.write(row, column, "–", centre)
            return
        indicator = self.form.indicators[target.indicator]
        group = next(g for g in self.form.groups if g.code == indicator.group)
        source = a1(
            province_row(self.form, target.indicator),
            province_column(self.form, group, against.code),
        )
        actual = a1(row, 7)
        page.write(row, 6, against.code, centre)
        page.formula(
            row,
            7,
            f"={quoted(self.plan.provinces[group.code])}!{source}",
            number,
            _plain(total.value),
        )
        gap = None if total.value is None else total.value - target.value
        page.formula(
            row,
            8,
            f'=IF(ISNUMBER({actual}),ROUND({actual}-{target.value},6),"")',
            self.style.cell(num_format="+0.00;-0.00;0"),
            _plain(gap),
        )

    # ------------------------------------------------------------------ standings and what is open

    def _standings(self) -> None:
        page = self.book.sheet(self._say("sheet.receipt"), tab="#BF9000")
        keys = (
            "cover.code",
            "status.unit",
            "status.state",
            "status.received",
            "status.late_days",
            "status.round",
            "status.errors",
            "status.warnings",
            "status.complete",
            "status.file",
        )
        row = self._table(
            page,
            self._say("sheet.receipt"),
            [self._say(k) for k in keys],
            (12, 40, 26, 12, 9, 7, 8, 10, 12, 36),
        )
        centre = self.style.cell(align="center")
        for s in self.m.standings:
            state = self._say(f"state.{s.state}", days=s.late_days)
            if not s.required:
                state += " " + self._say("status.optional")
            shown: list[tuple[str | int | float | None, Format]] = [
                (s.unit.code, self.style.cell()),
                (s.unit.name, self.style.cell()),
                (state, self.style.cell(bold=s.state in (NOT_RETURNED, NEEDS_CORRECTION))),
                (f"{s.received:%d/%m/%Y}" if s.received else None, centre),
                (s.late_days if s.received else None, centre),
                (s.round or None, centre),
                (s.errors if s.received else None, centre),
                (s.warnings if s.received else None, centre),
                (s.complete, self.style.cell(align="center", num_format="0%")),
                (s.file, self.style.cell(font_size=9)),
            ]
            for column, (value, style) in enumerate(shown):
                page.write(row, column, value, style)
            row += 1
        self._close(page, row, len(keys), 2)

    def _findings(self) -> None:
        page = self.book.sheet(self._say("sheet.findings"), tab="#C00000")
        keys = (
            "finding.severity",
            "status.unit",
            "finding.place",
            "col.code",
            "finding.period",
            "finding.message",
            "finding.found",
            "finding.expected",
            "finding.what_to_do",
            "finding.code",
        )
        row = self._table(
            page,
            self._say("sheet.findings"),
            [self._say(k) for k in keys],
            (10, 22, 22, 8, 11, 60, 24, 26, 44, 14),
        )
        order = list(Severity)
        for f in sorted(self.m.findings, key=lambda f: (order.index(f.severity), f.place.unit)):
            w = worded(f, self.lang)
            address = f"{f.place.sheet}!{f.place.cell}" if f.place.cell else f.place.sheet
            values = (
                self._say(f"severity.{f.severity}"),
                f.place.unit,
                address,
                f.indicator,
                f.period,
                w.message,
                w.found,
                w.expected,
                w.advice,
                f.code,
            )
            bold = f.severity is Severity.ERROR
            for column, value in enumerate(values):
                page.write(
                    row, column, value, self.style.cell(font_size=10, bold=bold and not column)
                )
            tall = max(lines(w.message, 62), lines(w.advice, 46), lines(w.found, 24))
            page.height(row, 13.5 * tall + 4)
            row += 1
        self._close(page, row, len(keys))

    # ------------------------------------------------------------------ texts and tidy data

    def _observations(self) -> None:
        """Write answers in words, lists, and every figure with its file, in one pass."""
        texts = self.book.sheet(self._say("sheet.answers"), tab="#7F6000")
        text_row = self._table(
            texts,
            self._say("sheet.answers"),
            [
                self._say(k)
                for k in (
                    "col.code",
                    "col.prompt",
                    "status.unit",
                    "col.answer",
                    "raw.file",
                    "raw.cell",
                )
            ],
            (8, 44, 26, 90, 28, 18),
        )
        lists: dict[str, tuple[Sheet, int]] = {}
        for roster in self.form.rosters:
            page = self.book.sheet(roster.name.to(self.lang)[:31], tab="#7F6000")
            headings = [
                self._say("status.unit"),
                *(c.label.to(self.lang) for c in roster.columns),
                self._say("raw.file"),
            ]
            first = self._table(
                page,
                roster.title.to(self.lang),
                headings,
                (26, *(c.width for c in roster.columns), 28),
            )
            lists[roster.code] = (page, first)
        raw = self.book.sheet(self._say("sheet.raw"), tab="#7F7F7F")
        keys = (
            "unit",
            "unit_name",
            "indicator",
            "period",
            "row",
            "state",
            "value",
            "text",
            "raw",
            "file",
            "sheet",
            "cell",
            "received",
            "sha256",
        )
        raw_row = self._table(
            raw,
            self._say("sheet.raw"),
            [self._say(f"raw.{k}") for k in keys],
            (10, 24, 10, 11, 6, 14, 14, 30, 18, 28, 20, 8, 12, 66),
        )
        prompts = {p.code: p for p in self.form.prompts}
        columns = {c.code: (r, n) for r in self.form.rosters for n, c in enumerate(r.columns)}
        entries: dict[tuple[str, str, int], int] = {}
        plain = self.style.plain(font_size=10)
        for t in self.m.observations:
            o = t.observation
            if o.state is CellState.BLANK:
                continue
            values = (
                t.unit.code,
                t.unit.name,
                o.indicator,
                o.period,
                o.row or None,
                self._say(f"cellstate.{o.state}"),
                _plain(o.value),
                o.text,
                _visible(o.raw),
                t.file,
                o.sheet,
                o.cell,
                f"{t.received:%d/%m/%Y}",
                t.sha256,
            )
            for column, value in enumerate(values):
                raw.write(raw_row, column, value, plain)
            raw_row += 1
            if o.indicator in prompts and o.state is CellState.TEXT:
                self._answer(texts, text_row, t, prompts[o.indicator].label.to(self.lang))
                text_row += 1
            elif o.indicator in columns:
                roster, number = columns[o.indicator]
                page, free = lists[roster.code]
                key = (t.unit.code, roster.code, o.row)
                if key not in entries:
                    entries[key] = free
                    lists[roster.code] = (page, free + 1)
                    page.write(free, 0, t.unit.name, self.style.cell())
                    page.write(free, len(roster.columns) + 1, t.file, self.style.cell(font_size=9))
                page.write(entries[key], 1 + number, o.text, self.style.cell())
        self._close(texts, text_row, 6)
        for page, free in lists.values():
            self._close(page, free, 2)
        self._close(raw, raw_row, len(keys), 3)

    def _answer(self, page: Sheet, row: int, t: Traced, label: str) -> None:
        o = t.observation
        values = (o.indicator, label, t.unit.name, o.text, t.file, f"{o.sheet}!{o.cell}")
        for column, value in enumerate(values):
            page.write(row, column, value, self.style.cell(valign="top", font_size=10))
        page.height(row, min(400, 14 * max(lines(o.text, 92), lines(label, 44)) + 4))


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _visible(text: str) -> str:
    """Return a text whose control characters can be seen and whose length Excel can hold."""
    shown = "".join(c if c >= " " or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
    return shown if len(shown) <= 32000 else shown[:32000] + "…"


def _has(key: str) -> bool:
    try:
        say(key, "vi")
    except KeyError:
        return False
    return True
