"""One group of indicators as a sheet: its rows, its cells, and what each cell accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.formula import Cell, Text, Value, either, every, text, when
from tongket_xlsx.model.formula_texts import is_among, joined
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.layout import Entry, Role, SheetLayout
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.model.places import a1
from tongket_xlsx.template.checks import Result, Results
from tongket_xlsx.template.draft import Draft, close_table, open_table
from tongket_xlsx.template.live_figures import NOTHING, bounds, cause
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Format, Sheet
from tongket_xlsx.writer.styles import lines, number_format

# A figure that is longer than any can be does not push the others off the page.
_WIDEST_FIGURE = 26


def write_group(d: Draft, sheet: SheetLayout, number: int, results: Results) -> None:
    """Write the sheet of one group.

    Args:
        number: the number of its table.
        results: where the checks of a row say what is wrong with it.
    """
    group = next(g for g in d.form.groups if g.code == sheet.code)
    title = say("group.title", d.lang, number=str(number), title=group.title.to(d.lang))
    page = open_table(d, sheet, title, d.form.cutoff.to(d.lang), say("group.signs", d.lang))
    page.widths(_widths(d, sheet))
    for code, row in sheet.rows.items():
        _indicator(d, page, sheet, d.form.indicators[code], row)
        _checked(d, page, sheet, code, results.get(code, []))
    close_table(page, sheet, 2)


def _widths(d: Draft, sheet: SheetLayout) -> list[float]:
    """Return the widths of the columns: wide enough for every figure that is known."""
    widths = [column.width for column in sheet.columns]
    for code in sheet.rows:
        for period in sheet.periods(d.form):
            answer = d.given(code, period.code)
            known = answer.value if answer else d.values.get((code, period.code))
            if known is not None and not isinstance(known, str):
                _, column = sheet.cell(code, period.code)
                shown = f"{known:,.2f}" if d.form.indicators[code].computed else f"{known:,}"
                widths[column] = max(widths[column], min(len(shown) + 4, _WIDEST_FIGURE))
    return widths


def _indicator(d: Draft, page: Sheet, sheet: SheetLayout, indicator: Indicator, row: int) -> None:
    entries = {p.code: entry_of(d.unit, indicator, p) for p in sheet.periods(d.form)}
    required = Entry.REQUIRED in entries.values()
    label = indicator.label.to(d.lang) + (" *" if required else "")
    part = label.startswith(("- ", "Trong đó"))
    provider = d.form.providers.get(indicator.provider)
    office = provider.name_for(d.unit.kind) if provider else ""
    fixed = d.style.cell(bold=required, indent=2 if part else 1)
    page.write(
        row,
        sheet.column(Role.CODE),
        indicator.code,
        d.style.cell(align="center", bold=required),
    )
    page.write(row, sheet.column(Role.LABEL), label, fixed)
    page.write(
        row,
        sheet.column(Role.UNIT),
        indicator.unit.to(d.lang),
        d.style.cell(align="center"),
    )
    page.write(row, sheet.column(Role.PROVIDER), office, d.style.cell(font_size=10))
    explanation = d.style.optional(text_wrap=True, font_size=10, num_format="@")
    explained = d.explanations.get(indicator.code, "")
    page.write(row, sheet.column(Role.EXPLANATION), explained, explanation)
    tallest = max(
        lines(label, sheet.columns[1].width * (0.92 if required else 1)),
        lines(office, sheet.columns[sheet.column(Role.PROVIDER)].width * 1.1),
        lines(indicator.unit.to(d.lang), sheet.columns[2].width),
        lines(explained, sheet.columns[sheet.column(Role.EXPLANATION)].width * 1.1),
    )
    page.height(row, max(21, 15 * tallest + 4))
    for period in sheet.periods(d.form):
        _figure(d, page, sheet, indicator, period, entries[period.code])
    _validate(d, page, sheet, indicator, entries)


def _figure(
    d: Draft, page: Sheet, sheet: SheetLayout, indicator: Indicator, period: Period, entry: Entry
) -> None:
    row, column = sheet.cell(indicator.code, period.code)
    answer = d.given(indicator.code, period.code)
    shown = number_format(indicator, answer.value if answer else None)
    mark = d.mark(page, row, column, (indicator.code, period.code))
    if entry is Entry.COMPUTED:
        value = d.values.get((indicator.code, period.code))
        known = d.live.at(indicator.code, period.code)
        # What it waits for is said in the row of what has to be typed again.
        piece = either(known.is_number(), known, NOTHING)
        look = d.style.computed(num_format=shown, align="right", indent=1, **mark)
        page.formula(row, column, piece.formula, look, value)
    elif entry in (Entry.NOT_APPLICABLE, Entry.NOT_FOUNDED) and answer is None:
        page.write(row, column, d.form.sign("not_applicable"), d.style.absent())
    else:
        page.write(row, column, _cell_value(answer), _entry_style(d, entry, shown, mark))


def _entry_style(d: Draft, entry: Entry, shown: str, mark: Mapping[str, object]) -> Format:
    make = {Entry.REQUIRED: d.style.required, Entry.PREFILLED: d.style.cell}
    look = {"num_format": shown, "align": "right", "indent": 1, **mark}
    return make.get(entry, d.style.optional)(**look)


def _checked(
    d: Draft, page: Sheet, sheet: SheetLayout, code: str, results: Sequence[Result]
) -> None:
    """Say in words what is wrong with the row, in which year."""
    row, column = sheet.cell(code, Role.CHECK)
    look = d.style.cell(font_size=9, font_color="#C00000", valign="top")
    faults = list(_faults(d, sheet, d.form.indicators[code]))
    if not results and not faults:
        page.write(row, column, None, look)
        return
    pieces = [piece for piece, _ in faults]
    told = [text for _, text in faults if text]
    for n, result in enumerate(results):
        pieces += [text(" ")] if n or faults else []
        pieces.append(Cell(result.cell).known_text())
        told += [result.text] if result.text else []
    page.formula(row, column, Value(str(joined(*pieces))).trimmed().formula, look, " ".join(told))


def _faults(d: Draft, sheet: SheetLayout, indicator: Indicator) -> Iterator[tuple[Text, str]]:
    """Yield for each typed cell of a row the formula that says what is wrong, and what it says."""
    if indicator.computed:
        return
    for period in sheet.periods(d.form):
        if not entry_of(d.unit, indicator, period).answerable:
            continue
        cell = Cell(a1(*sheet.cell(indicator.code, period.code)))
        waits = d.live.at(indicator.code, period.code).text_or_nothing()
        told = joined(f"{period.code}: ", cause(d.live.words, indicator, cell), ". ")
        fault = d.fault(indicator.code, period)
        shown = f"{period.code}: {fault}." if fault else ""
        yield when(waits.differs(""), told, NOTHING), shown


def _validate(
    d: Draft, page: Sheet, sheet: SheetLayout, indicator: Indicator, entries: Mapping[str, Entry]
) -> None:
    periods = sheet.periods(d.form)
    start = 0
    while start < len(periods):
        entry = entries[periods[start].code]
        end = start
        while end + 1 < len(periods) and _alike(entries[periods[end + 1].code], entry):
            end += 1
        first = sheet.cell(indicator.code, periods[start].code)
        last = sheet.cell(indicator.code, periods[end].code)
        page.validate(first, last, _rule(d, indicator, entry, periods[start], a1(*first)))
        start = end + 1


def _rule(
    d: Draft, indicator: Indicator, entry: Entry, period: Period, cell: str
) -> dict[str, Any]:
    title = indicator.code
    if not entry.answerable:
        key = "prompt.computed" if entry is Entry.COMPUTED else f"prompt.{entry}"
        text = say(key, d.lang, period=period.label.to(d.lang))
        return {"validate": "any", "input_title": title, "input_message": text}
    if entry is Entry.PREFILLED:
        text = say("prompt.prefilled", d.lang)
        return {"validate": "any", "input_title": title, "input_message": text}
    signs = say("prompt.signs", d.lang)
    how = say(f"prompt.{indicator.kind}", d.lang, signs=signs)
    told = {
        "input_title": title,
        "input_message": f"{indicator.help.to(d.lang)}",
        "error_title": say("prompt.error_title", d.lang),
        "error_message": f"{title}: {how}",
    }
    if indicator.kind is Kind.YESNO:
        choices = [say("yes", d.lang), say("no", d.lang), d.form.sign("missing")]
        return {"validate": "list", "source": choices, **told}
    return {"validate": "custom", "value": _accepts(d, indicator, cell), **told}


def _accepts(d: Draft, indicator: Indicator, address: str) -> str:
    """Accept a number of the right kind or a sign; AND around INT would fail on a sign."""
    cell = Cell(address)
    tests = bounds(indicator, cell.known_number())
    signs = [s for group in d.form.signs.values() for s in group if s == s.lower()]
    known = is_among(cell, *signs)
    numeral = every(*tests) if tests else cell.is_number()
    return when(cell.is_number(), numeral, known).formula


def _alike(one: Entry, other: Entry) -> bool:
    typed = (Entry.REQUIRED, Entry.OPTIONAL)
    return one is other if one not in typed else other in typed


def _cell_value(answer: Answer | None) -> str | int | float | None:
    if answer is None:
        return None
    if answer.value is None:
        return answer.text
    whole = answer.value == answer.value.to_integral_value()
    return int(answer.value) if whole else float(answer.value)
