"""Long work as it is watched: how much is done, what became of it, how long the rest will take."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

# How much is done, of how much, and what became of the last of it; empty where nothing is to tell.
Ticker = Callable[[int, int, str], None]

SOUND, FAULTY = "sound", "faulty"
# What became of files, in the order in which it is told.
ORDER = ("accepted", "needs-correction", "refused", "duplicate", "blank", SOUND, FAULTY)
# The rest is reckoned by what was done of late: what was there already goes by in no time.
_SECONDS_OF_LATE = 30.0


def silent(_done: int, _total: int, _outcome: str) -> None:
    """Show no progress."""


class Watch:
    """Count what is done and what became of it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin now, by a clock in seconds."""
        self.done = 0
        self.total = 0
        self.counts: Counter[str] = Counter()
        self._clock = clock
        self._late: deque[tuple[float, int]] = deque([(clock(), 0)])

    def tick(self, done: int, total: int, outcome: str) -> None:
        """Take note of one more; work of another length is another work."""
        now = self._clock()
        if total != self.total or done < self.done:
            self.counts.clear()
            self._late = deque([(self._late[-1][0], 0)])
        self.done, self.total = done, total
        if outcome:
            self.counts[outcome] += 1
        self._late.append((now, done))
        while len(self._late) > 2 and self._late[1][0] < now - _SECONDS_OF_LATE:
            self._late.popleft()

    def seconds_left(self) -> float | None:
        """Return how long the rest will take, about; ``None`` where nobody can say."""
        (begun, before), (now, done) = self._late[0], self._late[-1]
        if done <= before or now <= begun:
            return None
        return (self.total - self.done) * (now - begun) / (done - before)
