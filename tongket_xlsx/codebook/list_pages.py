"""The lists of a codebook workbook: what stands in each column, and how wide it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongket_xlsx.codebook.facts import CodebookEntry


@dataclass(frozen=True)
class ListColumn:
    """One column of a sheet: its heading, its width and the facts that stand in it.

    Several facts stand below each other, each after its name unless they are ``bare``; ``name``
    is the name of the entry and ``code`` its code.
    """

    key: str
    width: float
    facts: tuple[str, ...] = ()
    bare: bool = False
    look: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ListPage:
    """One sheet: its key in the catalogue, colour, columns, entries and where their codes lead.

    A link is a code and never a long text, which LibreOffice would not wrap.
    """

    key: str
    tab: str
    columns: tuple[ListColumn, ...]
    entries: tuple[CodebookEntry, ...]
    leads: Callable[[CodebookEntry], tuple[str, str] | None] = lambda _entry: None
    linked: str = "code"


_CENTRE: dict[str, Any] = {"align": "center", "indent": 0}


_CODE: dict[str, Any] = {**_CENTRE, "bold": True}


INDICATORS = (
    ListColumn("code", 9, ("code",), look=_CODE),
    ListColumn("indicator", 36, ("name", "help"), bare=True),
    ListColumn("group", 6, ("group",), look=_CENTRE),
    ListColumn("unit", 9, ("unit",), look=_CENTRE),
    ListColumn("sort", 16, ("kind", "nature", "clock"), bare=True),
    ListColumn("periods", 10, ("periods",), look=_CENTRE),
    ListColumn("respondents", 22, ("respondents", "computed_for"), bare=True),
    ListColumn("provider", 15, ("provider",)),
    ListColumn("making", 26, ("aggregation", "adds", "formula", "hard", "usual", "usual_for")),
    ListColumn("outline", 20, ("outline",)),
    ListColumn("rules", 32, ("rules", "users")),
    ListColumn(
        "standing",
        27,
        (
            "headline",
            "break",
            "better",
            "records",
            "prefill",
            "locked",
            "note",
            "formerly",
            "targets",
            "prompts",
        ),
    ),
)


QUESTIONS = (
    ListColumn("code", 9, ("code",), look=_CODE),
    ListColumn("text", 60, ("name",)),
    ListColumn("must", 9, ("must",), look=_CENTRE),
    ListColumn("limit", 9, ("limit",), look=_CENTRE),
    ListColumn("respondents", 36, ("respondents",)),
    ListColumn("linked", 28, ("linked",)),
    ListColumn("outline", 40, ("outline",)),
)


LISTS = (
    ListColumn("roster", 22, ("roster",)),
    ListColumn("code", 9, ("code",), look=_CODE),
    ListColumn("column", 30, ("name",)),
    ListColumn("sort", 14, ("sort",), look=_CENTRE),
    ListColumn("choices", 44, ("choices",)),
    ListColumn("counted", 12, ("counted",), look=_CENTRE),
    ListColumn("respondents", 30, ("respondents",)),
    ListColumn("rows", 9, ("rows",), look=_CENTRE),
    ListColumn("help", 30, ("title", "help"), bare=True),
)


RULES = (
    ListColumn("rule", 18, ("code",), look={"bold": True}),
    ListColumn("severity", 11, ("severity",), look=_CENTRE),
    ListColumn("about", 26, ("about",)),
    ListColumn("expression", 44, ("expression", "between"), bare=True),
    ListColumn("message", 58, ("message",)),
    ListColumn("standing", 20, ("beta", "family", "fallback", "only_for", "scale", "holds")),
    ListColumn("source", 24, ("source",)),
)


TARGETS = (
    ListColumn("code", 10, ("code",), look=_CODE),
    ListColumn("document", 25, ("document",)),
    ListColumn("target", 38, ("name",)),
    ListColumn("scope", 15, ("scope",)),
    ListColumn("elsewhere", 12, ("elsewhere",), look=_CENTRE),
    ListColumn("indicator", 22, ("indicator", "counts"), bare=True),
    ListColumn("level", 10, ("level",), look=_CENTRE),
    ListColumn("year", 7, ("year",), look=_CENTRE),
    ListColumn("status", 32, ("status",)),
    ListColumn("source", 24, ("source",)),
    ListColumn("note", 32, ("note",)),
)


OFFICES = (
    ListColumn("code", 11, ("code",), look=_CODE),
    ListColumn("office", 38, ("name",)),
    ListColumn("names", 58, ("names",)),
    ListColumn("count", 11, ("count",), look=_CENTRE),
    ListColumn("indicators", 70, ("indicators",)),
)


OUTLINE = (
    ListColumn("bullet", 9, ("code",), look=_CODE),
    ListColumn("text", 64, ("name",)),
    ListColumn("indicators", 66, ("indicators",)),
    ListColumn("prompts", 22, ("prompts",)),
    ListColumn("gap", 22, ("gap",), look={"bold": True, "font_color": "#C00000"}),
)
