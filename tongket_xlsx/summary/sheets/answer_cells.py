"""What a cell of a table by unit shows for an answer, and how it looks."""

from __future__ import annotations

from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.summary.columns import ColumnFigure
from tongket_xlsx.summary.doubt_words import MARKS, SIGNS, marked, shown_text
from tongket_xlsx.text.messages import say
from tongket_xlsx.writer.book import Format
from tongket_xlsx.writer.styles import Styles, number_format, plain_number

_BROKEN = 8


class AnswerCells:
    """Say what stands in the cells of a table by unit; looks that are alike are made once."""

    def __init__(self, style: Styles, lang: str) -> None:
        """Begin with no look made yet."""
        self.style = style
        self.lang = lang
        self.looks: dict[tuple[str, str, bool, bool], Format] = {}
        self.estimate = say("doubt.estimate", lang)

    def shown(
        self, figure: ColumnFigure, indicator: Indicator, word: str
    ) -> tuple[str | float | None, Format]:
        """Return what a table shows for an answer: a number, its sign, or the text in red."""
        style = self.style
        heavy = _heavy(word)
        if (figure.state is CellState.NIL or indicator.kind is Kind.YESNO) and MARKS.get(word):
            heavy["num_format"] = f'@" {MARKS[word]}"'
        if figure.held:
            # A text: no formula and no reader takes it for a number that counts.
            look = style.cell(align="right", indent=1, italic=True, **_heavy(word))
            return shown_text(figure, self.lang), look
        if figure.state is CellState.NUMBER and figure.value is not None:
            if indicator.kind is Kind.YESNO:
                return figure.text, style.cell(align="center", **heavy)
            shown = number_format(indicator, figure.value)
            look = self.look(shown, word, estimated=figure.estimated)
            return plain_number(figure.value), look
        if figure.state is CellState.BLANK:
            return None, style.cell(align="center", **heavy)
        if figure.state in SIGNS:
            color = {"bg_color": "#EDEDED"} if figure.state is not CellState.NIL else {}
            shown = shown_text(figure, self.lang)
            return shown, style.cell(align="center", **color, **heavy)
        look = style.cell(font_color="#C00000", italic=True, **heavy)
        return shown_text(figure, self.lang), look

    def look(
        self, shown: str, word: str, *, estimated: bool = False, computed: bool = False
    ) -> Format:
        """Return the look of a figure; what is known against it can be told without colour."""
        key = (shown, word, estimated, computed)
        if key not in self.looks:
            marks = filter(None, (self.estimate if estimated else "", MARKS.get(word, "")))
            look: dict[str, object] = {
                "num_format": marked(shown, " ".join(marks)),
                "align": "right",
                "indent": 1,
                **_heavy(word),
            }
            made = self.style.computed if computed else self.style.cell
            self.looks[key] = made(**look)
        return self.looks[key]


def _heavy(word: str) -> dict[str, object]:
    """Return the border of a cell: heavy while something is open, broken where it is held."""
    if word == "held":
        return {"border": _BROKEN, "border_color": "#C00000"}
    return {"border": 2, "border_color": "#C00000"} if word in ("error", "warning") else {}
