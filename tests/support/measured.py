"""What suites measure, collected to be printed at the end of a run."""

from __future__ import annotations

from collections.abc import Callable


class Figures:
    """What suites measured, printed at the end of the run whether it passed or not."""

    def __init__(self) -> None:
        self._tellers: list[Callable[[], list[str]]] = []
        self.of_others: list[str] = []

    def add(self, teller: Callable[[], list[str]]) -> None:
        """Register who tells the figures of a suite."""
        self._tellers.append(teller)

    def lines(self) -> list[str]:
        """Return the lines of every suite that ran."""
        return [*self.of_others, *(line for teller in self._tellers for line in teller())]
