"""Collect figures by Excel workbook and put benchmark years side by side.

The names below are the public ones; each is loaded when it is first asked for, so that the
command line, which needs none of them, loads neither pandas nor openpyxl.

Example:
    ::

        import tongket_xlsx

        campaign = tongket_xlsx.open_campaign("tongket-demo")
        campaign.comparison()
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tongket_xlsx.api.annotate import annotate
    from tongket_xlsx.api.campaign import Campaign, Written, create_campaign, open_campaign
    from tongket_xlsx.api.checks import CheckFunction, check_function
    from tongket_xlsx.api.form import Form, build_template, load_form
    from tongket_xlsx.api.returns import Report, Return, check, read_return
    from tongket_xlsx.api.workbook import to_excel
    from tongket_xlsx.model.findings import (
        CannotWork,
        Finding,
        Misuse,
        Severity,
        UnsoundDefinition,
    )
    from tongket_xlsx.model.form_words import Period
    from tongket_xlsx.model.indicators import Indicator
    from tongket_xlsx.model.observations import CellState, Observation, Outcome
    from tongket_xlsx.model.places import Place
    from tongket_xlsx.model.units import Unit

__all__ = [
    "Campaign",
    "CannotWork",
    "CellState",
    "CheckFunction",
    "Finding",
    "Form",
    "Indicator",
    "Misuse",
    "Observation",
    "Outcome",
    "Period",
    "Place",
    "Report",
    "Return",
    "Severity",
    "Unit",
    "UnsoundDefinition",
    "Written",
    "__version__",
    "annotate",
    "build_template",
    "check",
    "check_function",
    "create_campaign",
    "load_form",
    "open_campaign",
    "read_return",
    "to_excel",
]

# Where each public name is; what stands above for type checkers says the same.
_HOMES = {
    "annotate": "api.annotate",
    "Campaign": "api.campaign",
    "Written": "api.campaign",
    "create_campaign": "api.campaign",
    "open_campaign": "api.campaign",
    "CheckFunction": "api.checks",
    "check_function": "api.checks",
    "Form": "api.form",
    "build_template": "api.form",
    "load_form": "api.form",
    "Report": "api.returns",
    "Return": "api.returns",
    "check": "api.returns",
    "read_return": "api.returns",
    "to_excel": "api.workbook",
    "CannotWork": "model.findings",
    "Finding": "model.findings",
    "Misuse": "model.findings",
    "Severity": "model.findings",
    "UnsoundDefinition": "model.findings",
    "Period": "model.form_words",
    "Indicator": "model.indicators",
    "CellState": "model.observations",
    "Observation": "model.observations",
    "Outcome": "model.observations",
    "Place": "model.places",
    "Unit": "model.units",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, and those of the subpackages that are loaded."""
    return sorted({*globals(), *__all__})
