"""The verbs under one name, for tests that run several of them."""

from __future__ import annotations

from tongket_xlsx.tasks.check import check
from tongket_xlsx.tasks.compare import compare
from tongket_xlsx.tasks.export import traced, write_tidy_csv
from tongket_xlsx.tasks.generate import generate
from tongket_xlsx.tasks.history import story
from tongket_xlsx.tasks.receive import receive
from tongket_xlsx.tasks.recheck import recheck
from tongket_xlsx.tasks.status import overview, status
from tongket_xlsx.tasks.summarise import summarise

__all__ = [
    "check",
    "compare",
    "generate",
    "overview",
    "receive",
    "recheck",
    "status",
    "story",
    "summarise",
    "traced",
    "write_tidy_csv",
]
