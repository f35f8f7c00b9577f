"""Every figure of the form once more, as what a rule can count with: a number, nothing, or a wait.

What an office types or pastes into a cell is a number that counts, a sign or a word that stands
for one or for none, or something that has to be typed again: a number out of its bounds, a text,
an error, a truth value. Of the last the hidden sheet holds a text that names the cell: whatever
rests on it says with that text what it waits for, and the row of the form says the cause.

A text is never read as a number here: which number it is depends on the settings of a computer.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Period
from tongket_xlsx.model.formula import (
    Cell,
    Number,
    Piece,
    Text,
    Truth,
    absolute,
    either,
    every,
    floor,
    number,
    rounded,
    some,
    text,
    when,
)
from tongket_xlsx.model.formula_ranges import Cells, sum_of_products
from tongket_xlsx.model.formula_texts import joined
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.layout import NUMBERS_SHEET
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.model.places import a1, fixed, quoted
from tongket_xlsx.text.messages import LANGUAGES, say
from tongket_xlsx.text.normalize import tidy
from tongket_xlsx.text.numerals import DUST, GROUPED, may_be_grouped
from tongket_xlsx.text.sign_words import MISSING_WORDS, NIL_WORDS, NOT_APPLICABLE_WORDS
from tongket_xlsx.text.yes_no import NO_WORDS, YES_WORDS

NOTHING = text("")
_CAUSES = ("below", "above", "whole", "million", "text", "error", "yes_no")


class LiveWords:
    """The words that stand for something, and the causes, once each in columns of their own."""

    def __init__(self, form: Form, lang: str) -> None:
        """Lay them out behind the figures of the hidden sheet."""
        signs = {key: [_folded(sign) for sign in those] for key, those in form.signs.items()}
        said = {key: [say(key, each).casefold() for each in LANGUAGES] for key in ("yes", "no")}
        self.nil = _once(signs["nil"], sorted(NIL_WORDS))
        # A hard blank comes with what is pasted from a page or a letter, and is no answer.
        self.missing = _once(signs["missing"], sorted(MISSING_WORDS), ["\u00a0"])
        self.absent = _once(signs["not_applicable"], sorted(NOT_APPLICABLE_WORDS))
        self.yes = _once(said["yes"], sorted(YES_WORDS))
        self.no = _once(said["no"], signs["nil"], sorted(NO_WORDS))
        self.causes = {key: say(f"check.cell_{key}", lang) for key in _CAUSES}
        self._first = len(form.periods) + 1
        self._columns = (
            self.nil,
            # A text of blanks alone is no answer, and no text to ask about either.
            (*self.missing, "", *self.absent),
            self.yes,
            self.no,
            tuple(self.causes.values()),
        )

    def cells(self) -> Iterator[tuple[int, int, str]]:
        """Yield row, column and text of each cell that holds one of them."""
        for n, column in enumerate(self._columns):
            for row, word in enumerate(column):
                if word:
                    yield row, self._first + n, word

    def _among(self, cell: Cell, column: int, count: int) -> Truth:
        first, last = (fixed(a1(row, self._first + column)) for row in (0, count - 1))
        words = Cells(f"{first}:{last}")
        return sum_of_products(words.say(cell.trimmed()).as_numbers()) > 0

    def says_nil(self, cell: Cell) -> Truth:
        """Return whether a text says that there is none."""
        return self._among(cell, 0, len(self.nil))

    def says_nothing(self, cell: Cell, *, yes_no: bool = False) -> Truth:
        """Return whether a text says that there is no figure; an “x” may mean yes."""
        absent = 0 if yes_no else len(self.absent)
        return self._among(cell, 1, len(self.missing) + 1 + absent)

    def says_yes(self, cell: Cell) -> Truth:
        """Return whether a text says yes."""
        return self._among(cell, 2, len(self.yes))

    def says_no(self, cell: Cell) -> Truth:
        """Return whether a text says no."""
        return self._among(cell, 3, len(self.no))

    def cause(self, key: str) -> Text:
        """Return where a cause stands, as seen from any sheet."""
        row = list(self.causes).index(key)
        address = fixed(a1(row, self._first + len(self._columns) - 1))
        return Cell(f"{quoted(NUMBERS_SHEET)}!{address}").known_text()


def _once(*lists: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in lists for word in words))


def _folded(word: str) -> str:
    return tidy(word).casefold()


# ---------------------------------------------------------------------- as a formula sees it


def figure(words: LiveWords, indicator: Indicator, cell: Cell, wait: str) -> Piece:
    """Return the formula of a typed figure: a number, nothing, or the text that names its cell."""
    retype = text(wait)
    if indicator.kind is Kind.YESNO:
        known = some(*(cell.known_number().equals(n) for n in (0, 1)))
        none = when(words.says_nothing(cell, yes_no=True), NOTHING, retype)
        said = either(words.says_no(cell), number(0), none)
        said = either(words.says_yes(cell), number(1), said)
        ticked = cell.known_truth().as_number()
        numeral = either(known, cell, retype)
        rest = either(cell.is_error(), retype, either(cell.is_truth(), ticked, numeral))
    else:
        none = when(words.says_nothing(cell), NOTHING, retype)
        said = either(words.says_nil(cell), number(0), none)
        tests = bounds(indicator, cell.known_number())
        numeral = either(every(*tests), cell, retype) if tests else cell
        rest = either(some(cell.is_error(), cell.is_truth()), retype, numeral)
    return either(cell.is_text(), said, either(cell.is_blank(), NOTHING, rest))


def cause(words: LiveWords, indicator: Indicator, cell: Cell) -> Text:
    """Return the formula that says what is wrong with a cell that has to be typed again."""
    if indicator.kind is Kind.YESNO:
        return when(cell.is_error(), words.cause("error"), words.cause("yes_no"))
    whole = words.cause("million" if indicator.kind is Kind.MONEY else "whole")
    told = whole if indicator.whole else words.cause("text")
    given = cell.known_number()
    if indicator.hard_max is not None:
        above = joined(words.cause("above"), _digits(indicator.hard_max))
        told = when(given > indicator.hard_max, above, told)
    if indicator.hard_min is not None:
        below = joined(words.cause("below"), _digits(indicator.hard_min))
        told = when(given < indicator.hard_min, below, told)
    told = when(some(cell.is_text(), cell.is_truth()), words.cause("text"), told)
    return when(cell.is_error(), words.cause("error"), told)


def bounds(indicator: Indicator, given: Number) -> list[Truth]:
    """Return what must be true of a number so that it counts."""
    tests = []
    if indicator.hard_min is not None:
        tests.append(given >= indicator.hard_min)
    if indicator.hard_max is not None:
        tests.append(given <= indicator.hard_max)
    if indicator.kind is Kind.MONEY:
        positive = indicator.hard_min is not None and indicator.hard_min >= 0
        tests.append(_of_one_reading(given, given if positive else absolute(given)))
    elif indicator.whole:
        tests.append(given.equals(floor(given)))
    return tests


def _of_one_reading(given: Number, size: Number) -> Truth:
    """Return whether an amount cannot be one of thousands with a dot, as the import sees it."""
    whole = absolute(given - rounded(given, 0)) < DUST
    longer = absolute(given - rounded(given, 3)) >= DUST
    return some(size < 1, size >= GROUPED, whole, longer)


def _digits(limit: Decimal) -> str:
    return f"{limit:f}".replace(".", ",")


# ---------------------------------------------------------------------- as it is when written


def seen(words: LiveWords, indicator: Indicator, answer: Answer) -> float | None:
    """Return the number a formula sees in a cell that holds an answer."""
    value, word = answer.value, trimmed(answer.text)
    if indicator.kind is Kind.YESNO:
        if value is not None:
            return float(value) if value in (0, 1) else None
        return 1.0 if word in words.yes else 0.0 if word in words.no else None
    if value is None:
        return 0.0 if word in words.nil else None
    return float(value) if _fault(indicator, value) is None else None


def fault(words: LiveWords, indicator: Indicator, answer: Answer) -> str:
    """Return what is wrong with an answer that has to be typed again; empty where nothing is."""
    word = trimmed(answer.text)
    if answer.value is not None:
        if indicator.kind is Kind.YESNO:
            return "" if answer.value in (0, 1) else words.causes["yes_no"]
        key, limit = _fault(indicator, answer.value) or ("", "")
        return words.causes[key] + limit if key else ""
    if seen(words, indicator, answer) is not None or not word or word in words.missing:
        return ""
    if indicator.kind is Kind.YESNO:
        return words.causes["yes_no"]
    return "" if word in words.absent else words.causes["text"]


def _fault(indicator: Indicator, value: Decimal) -> tuple[str, str] | None:
    low, high = indicator.hard_min, indicator.hard_max
    if low is not None and value < low:
        return "below", _digits(low)
    if high is not None and value > high:
        return "above", _digits(high)
    if indicator.kind is Kind.MONEY:
        return ("million", "") if may_be_grouped(value) else None
    if indicator.whole and value != value.to_integral_value():
        return "whole", ""
    return None


def trimmed(word: str) -> str:
    """Return a text as ``TRIM`` leaves it, in small letters."""
    return " ".join(part for part in word.split(" ") if part).casefold()


def wait_of(indicator: Indicator, period: Period, lang: str) -> str:
    """Return the text that names a cell to be typed again, with a blank before it."""
    return " " + say("check.waits", lang, indicator=indicator.code, period=period.code)
