"""One cell of a group sheet → its state and value, and what must be said about it.

The states are never confused: a number, blank, nil, not collected, not applicable, text that is
none of these, an error value, a formula without a stored result. What was read with help says
so; what can be read in two ways is read in neither.

An amount of money with a fraction is taken exactly as it was given, with a note that whole million
đồng is asked, unless it is a number that Excel may have made of a typed “1.639”: see
:func:`tongket_xlsx.text.numerals.may_be_grouped`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from tongket_xlsx.model.finding_kinds import KINDS
from tongket_xlsx.model.findings import Parameter, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.reader.cell_text import exact, raw_text
from tongket_xlsx.reader.cells import ErrorValue, NoResult, Raw, is_blank
from tongket_xlsx.text.messages import ENGLISH, LANGUAGES, VIETNAMESE, say
from tongket_xlsx.text.normalize import fold, tidy
from tongket_xlsx.text.number_formats import Look
from tongket_xlsx.text.numerals import Reading, may_be_grouped, read_number, read_range
from tongket_xlsx.text.sign_words import NIL, signs_of
from tongket_xlsx.text.yes_no import NO_WORDS, YES_WORDS

_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"}
)
_DAY = re.compile(r"[0-3]?[0-9]/[01]?[0-9]/[12][0-9]{3}( [0-9]{2}:[0-9]{2})?")


class Remark(NamedTuple):
    """Say what is wrong with a cell, or how it was read."""

    code: str
    parameters: dict[str, Parameter]

    @property
    def severity(self) -> Severity:
        """Return how grave it is."""
        return KINDS[self.code].severity


class Figure(NamedTuple):
    """Hold the state of a cell, its value, its text, what stood there and remarks.

    ``text`` is how a copy gives the figure back where its number alone would not say it: yes or
    no, or an amount such as “6,3”, which as a number may be 6300. ``estimated`` says that the
    office gave the figure as an estimate.
    """

    state: CellState
    value: Decimal | None = None
    text: str = ""
    raw: str = ""
    remark: Remark | None = None
    estimated: bool = False


# No office counts a trillion millions; beyond it sums and shares would be exact no more.
LARGEST_FIGURE = Decimal(10) ** 18


def read_figure(form: Form, indicator: Indicator, value: Raw) -> Figure:
    """Read one cell."""
    if type(value) is float and math.isfinite(value):
        # Nearly every cell: what it holds and what stood there are made of it once.
        held = exact(value)
        return _number(indicator, held, f"{held:f}")
    if is_blank(value):
        return Figure(CellState.BLANK, raw=raw_text(value))
    raw = raw_text(value)
    match value:
        case ErrorValue():
            return Figure(
                CellState.ERROR, raw=raw, remark=Remark("cell.error_value", {"found": raw})
            )
        case NoResult():
            return Figure(
                CellState.FORMULA, raw=raw, remark=Remark("cell.no_result", {"found": raw})
            )
        case date() | time() | timedelta():
            return _invalid(raw, "cell.date_as_number")
        case str():
            return _text(form, indicator, raw)
        case float() if not math.isfinite(value):
            return _invalid(raw, "cell.text")
        case bool() if indicator.kind is not Kind.YESNO:
            return _invalid(raw, "cell.text")
        case bool() | int() | float():
            return _number(indicator, exact(value), raw)
    raise AssertionError(value)  # pragma: no cover - Raw names every case


def read_shown(indicator: Indicator, value: float, *, percent: bool | None) -> Figure | None:
    """Read a number that its cell shows as a percentage, or may show so.

    Args:
        percent: whether the number format is that of a percentage; ``None`` where the file
            does not let it be known.

    Returns:
        ``None`` where the number says what it holds.
    """
    held = exact(value)
    shown = held * 100
    raw = raw_text(value)
    ratio = indicator.kind is Kind.PERCENT
    if percent is None and not (ratio and 0 < held <= 1):
        return None
    if percent and ratio and 0 < held <= 1:
        figure = _number(indicator, shown.normalize(), raw)
        said: dict[str, Parameter] = {"found": raw, "value": _digits(shown)}
        remark = figure.remark or Remark("cell.percent_format", said)
        return figure._replace(remark=remark)
    readings = {"reading_a": _digits(held), "reading_b": _digits(shown)}
    return _invalid(raw, "cell.ambiguous", **readings)


def doubted(indicator: Indicator, figure: Figure) -> Figure:
    """Warn of a percentage that may be a share of one: 0.85 for 85 %."""
    value = figure.value
    plain = figure.state is CellState.NUMBER and "%" not in figure.raw
    if indicator.kind is not Kind.PERCENT or not plain or value is None or not 0 < value <= 1:
        return figure
    said: dict[str, Parameter] = {
        "found": value if _is_number(figure.raw) else figure.raw,
        "reading_a": _digits(value),
        "reading_b": _digits(value * 100),
    }
    return figure._replace(remark=Remark("cell.fraction", said))


def with_look(figure: Figure, look: Look | None) -> Figure:
    """Warn of a number that its cell shows otherwise; one partly struck out or raised is none."""
    if look in (None, Look.UNSEEN) or figure.state is not CellState.NUMBER:
        return figure
    if look is Look.PARTLY:
        return _invalid(figure.raw, "cell.partly")
    said: dict[str, Parameter] = {"found": figure.value if figure.value is not None else ""}
    return figure._replace(remark=Remark(f"cell.{look}", said))


def _text(form: Form, indicator: Indicator, value: str) -> Figure:
    sign = _sign(form, tidy(value))
    if sign is CellState.NOT_APPLICABLE and indicator.kind is Kind.YESNO:
        return _invalid(value, "cell.yes_x")
    if sign is not None:
        return Figure(sign, Decimal(0) if sign is CellState.NIL else None, raw=value)
    unread = _returned_as_text(value)
    if unread is not None:
        return unread
    word = fold(tidy(value))
    if indicator.kind is Kind.YESNO:
        return _yes_or_no(form, word, value)
    said = signs_of(value)
    if said:
        return _meant(form, said, value)
    money = indicator.kind is Kind.MONEY
    reading = read_number(value, whole=indicator.whole, money=money, unit=indicator.unit.vi)
    if reading is not None:
        return _as_read(indicator, reading, value)
    ends = read_range(value, whole=indicator.whole, money=money, unit=indicator.unit.vi)
    if ends is None:
        return _invalid(value, "cell.text")
    return _invalid(value, "cell.range", reading_a=_digits(ends[0]), reading_b=_digits(ends[1]))


def _meant(form: Form, said: tuple[str, ...], raw: str) -> Figure:
    """Take words for the sign they stand for; ask where they may stand for several."""
    signs = {name: form.sign(name) for name in said}
    if len(said) > 1:
        return _asked(raw, signs)
    state = CellState(said[0])
    value = Decimal(0) if state is CellState.NIL else None
    return Figure(state, value, raw=raw, remark=_read(raw, signs[said[0]]))


def _asked(raw: str, signs: Mapping[str, str]) -> Figure:
    readings: dict[str, Parameter] = {}
    for key, lang in (("readings", VIETNAMESE), ("readings_en", ENGLISH)):
        shown = [f"“{sign}” ({say(f'sign.{name}.meaning', lang)})" for name, sign in signs.items()]
        readings[key] = f" {say('or', lang)} ".join([", ".join(shown[:-1]), shown[-1]])
    return _invalid(raw, "cell.sign_unclear", **readings)


def _as_read(indicator: Indicator, reading: Reading, raw: str) -> Figure:
    """Take a number typed as text; an estimate is counted, and carries that it is one."""
    if reading.other is not None:
        readings = {"reading_a": _digits(reading.value), "reading_b": _digits(reading.other)}
        return _invalid(raw, "cell.ambiguous", **readings)
    figure = _number(indicator, reading.value, raw, is_text=True)
    figure = figure._replace(estimated=reading.estimated)
    if figure.remark and not (reading.estimated and figure.state is CellState.NUMBER):
        return figure
    remark = _read(raw, _digits(reading.value))
    if reading.estimated:
        remark = Remark("cell.estimated", remark.parameters)
    return figure._replace(remark=remark)


def _returned_as_text(value: str) -> Figure | None:
    """Recognise in a text what a marked copy gives back of an error, a formula or a date."""
    text = value.strip()
    if is_error(text):
        return Figure(
            CellState.ERROR, raw=value, remark=Remark("cell.error_value", {"found": value})
        )
    if text.startswith("=") and len(text) > 1:
        return Figure(
            CellState.FORMULA, raw=value, remark=Remark("cell.no_result", {"found": value})
        )
    if _DAY.fullmatch(text):
        return _invalid(value, "cell.date_as_number")
    return None


def is_error(text: str) -> bool:
    """Say whether a text is an error value of Excel, typed or given back by a marked copy."""
    return text.strip().upper() in _ERRORS


def _sign(form: Form, text: str) -> CellState | None:
    state = form.state_of_sign.get(fold(text))
    return None if state is None else CellState(state)


def _yes_or_no(form: Form, word: str, raw: str) -> Figure:
    for lang in LANGUAGES:
        for key, value in (("yes", 1), ("no", 0)):
            if word == fold(say(key, lang)):
                return Figure(CellState.NUMBER, Decimal(value), say(key, "vi"), raw)
    for words, key, value in ((YES_WORDS, "yes", 1), (NO_WORDS, "no", 0)):
        if word in words:
            shown = say(key, "vi")
            return Figure(CellState.NUMBER, Decimal(value), shown, raw, _read(raw, shown))
    said = signs_of(raw)
    # A “no” in words was read above: what is left of nil here says neither yes nor no.
    if said and NIL not in said:
        return _meant(form, said, raw)
    return _invalid(raw, "cell.yes_no")


def _number(indicator: Indicator, value: Decimal, raw: str, *, is_text: bool = False) -> Figure:
    """Hold a number against what is logically possible; it is kept as it was given."""
    if abs(value) > LARGEST_FIGURE:
        return _invalid(raw, "cell.too_large")
    if indicator.kind is Kind.YESNO:
        if value not in (0, 1):
            return _invalid(raw, "cell.yes_no")
        shown = say("yes" if value else "no", "vi")
        return Figure(CellState.NUMBER, value, shown, raw, _read(raw, shown))
    if indicator.hard_min is not None and value < indicator.hard_min:
        return _impossible(value, raw, "cell.below", limit=indicator.hard_min)
    if indicator.hard_max is not None and value > indicator.hard_max:
        return _impossible(value, raw, "cell.above", limit=indicator.hard_max)
    if indicator.whole and value != value.to_integral_value():
        if indicator.kind is Kind.MONEY:
            return _fraction(value, raw, is_text=is_text)
        return _broken(value, raw)
    return Figure(CellState.NUMBER, value, "", raw)


def _broken(value: Decimal, raw: str) -> Figure:
    """Tell a fraction that a thousands dot may have made from one that only wants rounding."""
    thousandfold = value * 1000
    likely = thousandfold == thousandfold.to_integral_value() and _is_number(raw)
    proposal = thousandfold if likely else value.to_integral_value(ROUND_HALF_UP)
    return _impossible(value, raw, "cell.integer", proposal=_digits(proposal))


def _fraction(value: Decimal, raw: str, *, is_text: bool) -> Figure:
    """Take an amount with a fraction as it is; ask where Excel may have made it of a “1.639”."""
    grouped = may_be_grouped(value)
    if grouped and not is_text:
        readings: dict[str, Parameter] = {
            "reading_a": _digits(value),
            "reading_b": _digits(value * 1000),
            "rounded": _digits(value.to_integral_value(ROUND_HALF_UP)),
        }
        return _impossible(value, raw, "cell.money_thousand", **readings)
    said: dict[str, Parameter] = {"found": value if _is_number(raw) else raw, "value": value}
    remark = Remark("cell.money_fraction", said)
    # As a number it would be asked about when it comes again: it goes back in its own words.
    return Figure(CellState.NUMBER, value, raw if grouped else "", raw, remark)


def _is_number(raw: str) -> bool:
    return raw.lstrip("-").replace(".", "", 1).isdigit()


def _digits(value: Decimal) -> str:
    """Write a number for retyping: no thousands mark that could be taken for something else."""
    whole = value == value.to_integral_value()
    return f"{value:.0f}" if whole else f"{value.normalize():f}".replace(".", ",")


def _impossible(value: Decimal, raw: str, code: str, **parameters: Parameter) -> Figure:
    remark = Remark(code, {"found": value if _is_number(raw) else raw, **parameters})
    return Figure(CellState.IMPOSSIBLE, value, "", raw, remark)


def _invalid(raw: str, code: str, **parameters: Parameter) -> Figure:
    return Figure(CellState.INVALID, raw=raw, remark=Remark(code, {"found": raw, **parameters}))


def _read(found: str, value: Parameter) -> Remark:
    return Remark("cell.read", {"found": found, "value": value})
