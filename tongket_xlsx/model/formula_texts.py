"""Formulas about texts: joined, cut, measured, found in a list."""

from __future__ import annotations

from tongket_xlsx.model.formula import CLOSED, Number, Text, Truth, Value, as_number, as_text, some


def is_among(value: Value | Text, *words: str) -> Truth:
    """Return whether it is one of some texts."""
    ask = value.says if isinstance(value, Value) else value.equals
    return some(*(ask(word) for word in words))


def joined(first: Text | str, *others: Text | str) -> Text:
    """Return the texts one after the other."""
    whole = as_text(first)
    for other in others:
        whole += other
    return whole


def middle(value: Text, start: Number | int, length: Number | int) -> Text:
    """Return ``MID(value,start,length)``; the first character is number 1."""
    return Text(f"MID({as_text(value)},{as_number(start)},{as_number(length)})", CLOSED)


def up_to(value: Text, sign: str) -> Text:
    """Return what stands before the first ``sign``; an error where there is none."""
    return Text(f"LEFT({as_text(value)},FIND({as_text(sign)},{value})-1)", CLOSED)


def length(value: Text) -> Number:
    """Return ``LEN(value)``."""
    return Number(f"LEN({as_text(value)})", CLOSED)
