"""What a form holds as its definition says it is declared once, and no field is forgotten."""

from __future__ import annotations

import ast
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest
from pydantic import BaseModel

import tongket_xlsx
from tongket_xlsx.definition import loader
from tongket_xlsx.definition.copied import copied
from tongket_xlsx.definition.schema_group import BreakText, IndicatorText
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Words
from tongket_xlsx.model.indicators import Break, Indicator

PACKAGE = Path(tongket_xlsx.__file__).parent


@dataclass(frozen=True)
class Thing:
    """A value of a form."""

    code: str
    label: Words
    made: int
    note: str = ""


class ThingText(BaseModel):
    """The same as it is typed."""

    code: str
    label: str
    label_en: str = ""
    note: str = ""
    amount: str


def test_what_stands_in_both_is_taken_as_it_is() -> None:
    """A plain field by its name, a pair of languages as words; what is made is not."""
    text = ThingText(code="A", label="một", label_en="one", note="x", amount="12")
    taken = copied(Thing, text, "amount")
    assert taken == {"code": "A", "label": Words("một", "one"), "note": "x"}
    assert Thing(**taken, made=int(text.amount)) == Thing("A", Words("một", "one"), 12, "x")


def test_a_field_of_the_schema_that_nobody_takes_is_an_error() -> None:
    """Whoever adds a key to the schema and forgets the form is told its name."""

    class Longer(ThingText):
        colour: str = ""

    text = Longer(code="A", label="a", amount="1")
    with pytest.raises(TypeError, match="Longer: colour"):
        copied(Thing, text, "amount")
    with pytest.raises(TypeError, match="amount"):
        copied(Thing, ThingText(code="A", label="a", amount="1"))


def test_every_key_of_an_indicator_reaches_the_form() -> None:
    """What is set in the schema, each key to something of its own, is what the form gets."""
    made_of = (*loader._EXPRESSIONS, "periods", "factor", "break_")
    text = IndicatorText.model_construct(**{n: f"<{n}>" for n in IndicatorText.model_fields})
    taken = copied(Indicator, text, *made_of)
    pairs = {n for n in IndicatorText.model_fields if f"{n}_en" in IndicatorText.model_fields}
    assert pairs == {"label", "unit", "help"}
    for name, value in taken.items():
        expected = Words(f"<{name}>", f"<{name}_en>") if name in pairs else f"<{name}>"
        assert value == expected
    made = {*loader._EXPRESSIONS, "periods", "factor", "series_break", "group"}
    assert taken.keys() | made == {f.name for f in fields(Indicator)}
    assert taken.keys() & made == set()


def test_every_key_of_a_break_reaches_the_form() -> None:
    """So it is with the break of a series, but for the years it names."""
    text = BreakText.model_construct(**{n: f"<{n}>" for n in BreakText.model_fields})
    taken = copied(Break, text, "from_")
    assert taken == {
        "reason": Words("<reason>", "<reason_en>"),
        "status": "<status>",
        "source": "<source>",
    }
    assert {*taken, "periods"} == {f.name for f in fields(Break)}


def test_the_codebook_tells_every_field_of_an_indicator() -> None:
    """A field that is added to the form is documented, or the codebook is seen to leave it out."""
    told = {
        node.attr
        for name in ("entries.py", "facts.py")
        for node in ast.walk(ast.parse((PACKAGE / "codebook" / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert {f.name for f in fields(Indicator)} - told == set()


def test_an_indicator_can_still_be_changed_by_its_fields(form: Form) -> None:
    """The value of the form is a plain dataclass, as it was."""
    indicator = next(iter(form.indicators.values()))
    assert replace(indicator, note="x").note == "x"
