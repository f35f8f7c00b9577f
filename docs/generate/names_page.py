"""The page of the public names: which there are, in the order in which one meets them.

What stands there of each is read from its docstring when the site is built.
"""

from __future__ import annotations

from collections.abc import Iterator

import tongket_xlsx

PARTS = {
    "Verbs": (
        "open_campaign",
        "create_campaign",
        "load_form",
        "build_template",
        "read_return",
        "check",
        "annotate",
        "to_excel",
        "check_function",
    ),
    "A campaign": ("Campaign", "Written"),
    "A form": ("Form", "Indicator", "Period", "Unit"),
    "A return": (
        "Return",
        "Report",
        "Observation",
        "CellState",
        "Outcome",
        "Finding",
        "Severity",
        "Place",
    ),
    "Checks of your own": ("CheckFunction",),
    "Exceptions": ("Misuse", "CannotWork", "UnsoundDefinition"),
}


def page_lines() -> Iterator[str]:
    """Yield a part for each sort of name; every public name stands in one of them.

    Raises:
        ValueError: one stands in none, or is no public name.
    """
    named = {name for names in PARTS.values() for name in names}
    if named != {*tongket_xlsx.__all__} - {"__version__"}:
        raise ValueError(named ^ {*tongket_xlsx.__all__} - {"__version__"})
    for part, names in PARTS.items():
        yield from ("", f"## {part}")
        for name in names:
            home = tongket_xlsx._HOMES[name]  # noqa: SLF001 - there its docstring is
            yield from ("", f"::: tongket_xlsx.{home}.{name}")
