"""One unit after the other: what fails for one costs that one and is told."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding, TongketError
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.wording import problem
from tongket_xlsx.text.messages import VIETNAMESE

Fault = Callable[[Finding], None]
_Result = TypeVar("_Result")
# What is no fault of a unit: it would be the same for the next one.
_OF_ALL = frozenset({"disk.full", "folder.closed", "ledger.busy"})


def attempt(
    do: Callable[[], _Result], name: str, fault: Fault | None, lang: str = VIETNAMESE
) -> _Result | None:
    """Do something for one unit or file; where it fails, tell and return ``None``.

    Args:
        name: whose it is.
        fault: takes the finding about a failure; without one the failure is raised.
    """
    if fault is None:
        return do()
    try:
        return do()
    except TongketError as error:
        if error.code in _OF_ALL:
            raise
        fault(failure(name, problem(error, lang)))
    except (sqlite3.Error, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the other units have none of it
        fault(failure(name, _place_and_cause(error)))
    return None


def failure(name: str, cause: str) -> Finding:
    """Return the finding about a unit for which something could not be done."""
    return new_finding("unit.failed", Place(name), found=cause)


def _place_and_cause(error: Exception) -> str:
    """Return what went wrong and where in the program, for whoever is asked about it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
