"""The figures of the province as tidy rows, to stand behind those of the units in one table."""

from __future__ import annotations

from collections.abc import Iterator

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.observations import CellState
from tongket_xlsx.model.units import Unit
from tongket_xlsx.summary.aggregates import Aggregate
from tongket_xlsx.summary.comparison import Comparison
from tongket_xlsx.summary.doubt import Doubt
from tongket_xlsx.summary.tidy import FIELDS, Row, number_of


def total_rows(form: Form, comparison: Comparison, total: Unit | None, name: str) -> Iterator[Row]:
    """Yield a row for each figure of the province; its scope is ``total``, and it never adds.

    Args:
        total: the unit of the list that stands for the province, where there is one.
        name: what the province is called where there is none.

    ``n`` of ``expected`` units are behind a figure. ``held`` says that some unit's figure is not
    in it, ``status`` what is gravest of all that is known against it, and ``reason`` which units
    are concerned, by code. A figure that a department gives for the province has no ``n``; the
    department is the ``reason``.
    """
    kinds = (code for code, kind in form.unit_kinds.items() if kind.scope is Scope.TOTAL)
    whose: Row = {
        **dict.fromkeys(FIELDS),
        "unit": total.code if total else "",
        "unit_name": total.name if total else name,
        "unit_kind": total.kind if total else next(kinds, ""),
        **dict.fromkeys(("text", "raw", "file", "sha256", "sheet", "cell"), ""),
        "scope": str(Scope.TOTAL),
        "current": True,
        "counted": False,
    }
    for table in comparison.groups():
        for (code, period), figure in table.province.items():
            yield {
                **whose,
                "group": table.group.code,
                "indicator": code,
                "period": period,
                "state": str(CellState.BLANK if figure.value is None else CellState.NUMBER),
                "value": number_of(figure.value),
                "estimated": bool(figure.doubt.estimated),
                "held": bool(figure.doubt.held),
                "status": word_of(figure.doubt),
                "reason": _concerned(figure),
                "computed": form.indicators[code].computed,
                "n": None if figure.given_by else figure.n,
                "expected": None if figure.given_by else figure.expected,
            }


def word_of(doubt: Doubt) -> str:
    """Return one word for what is known against a figure of the province, the gravest.

    ``held``: a unit's figure is not in it; ``error``: it contains one with an open error, or
    cannot be right itself; else ``warning``, ``accepted``, ``explained``, or nothing.
    """
    if doubt.held:
        return "held"
    if doubt.own or doubt.in_error:
        return "error"
    parts = {"warned": "warning", "accepted": "accepted", "explained": "explained"}
    return next((word for part, word in parts.items() if getattr(doubt, part)), "")


def concerned(doubt: Doubt) -> tuple[Unit, ...]:
    """Return the units for which a figure of the province has its word."""
    parts = (doubt.held, doubt.in_error, doubt.warned, doubt.accepted, doubt.explained)
    return next(filter(None, parts), ())


def _concerned(figure: Aggregate) -> str:
    units = (figure.given_by,) if figure.given_by else concerned(figure.doubt)
    return "; ".join(unit.code for unit in units)
