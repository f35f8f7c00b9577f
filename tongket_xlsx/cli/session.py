"""What one call was told once for all, and how it shows how far a work is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from tongket_xlsx.tasks.progress import ORDER, Ticker, Watch
from tongket_xlsx.text.messages import VIETNAMESE, say

# Where nothing can be drawn, a line now and then: what is quick says nothing.
SECONDS_BETWEEN_LINES = 10.0


@dataclass
class Session:
    """What one call was told once for all: language, folder, silence.

    ``stopped`` is what is to be said where the call was interrupted in the middle of long work.
    """

    lang: str
    directory: Path = field(default_factory=Path)
    quiet: bool = False
    stopped: str = ""

    def at(self, path: Path) -> Path:
        """Return a path as the folder of ``-C`` sees it, as git does."""
        return self.directory / path

    def maybe_at(self, path: Path | None) -> Path | None:
        """Return the same where a path was given at all."""
        return None if path is None else self.at(path)

    def say(self, key: str, /, **parameters: object) -> str:
        """Return a sentence in the language of the call."""
        return say(key, self.lang, **parameters)

    def tell(self, key: str, /, **parameters: object) -> None:
        """Print a message, unless the call asked for silence; messages go to stderr."""
        if not self.quiet:
            click.echo(self.say(key, **parameters), err=True)

    @contextmanager
    def progress(self, work: str) -> Iterator[Ticker]:
        """Show how far a work is: a bar on a terminal, elsewhere a line now and then.

        Args:
            work: the command, which says how to go on where it is interrupted.
        """
        watch = Watch(time.monotonic)
        try:
            with self._shown(watch) as show:

                def tick(done: int, total: int, outcome: str) -> None:
                    watch.tick(done, total, outcome)
                    show()

                yield tick
        except KeyboardInterrupt:
            if watch.total:
                done, total = watch.done, watch.total
                self.stopped = self.say(f"interrupted.{work}", done=done, total=total)
            raise

    @contextmanager
    def _shown(self, watch: Watch) -> Iterator[Callable[[], None]]:
        """Have what shows a watch: a bar, lines or nothing."""
        if self.quiet:
            yield lambda: None
        elif sys.stderr.isatty():
            drawn: Any = click.progressbar(
                length=1,
                file=sys.stderr,
                show_pos=True,
                item_show_func=lambda _item: self._counted(watch),
            )
            with drawn as bar:
                yield lambda: _move(bar, watch)
        else:
            yield _Lines(self, watch).show

    def told(self, watch: Watch) -> str:
        """Return how far a work is, in one line."""
        left = watch.seconds_left()
        line = self.say("watch.done", done=watch.done, total=watch.total)
        if left is not None and watch.done < watch.total:
            line += "; " + self._time_left(left)
        counted = self._counted(watch)
        return f"{line} – {counted}" if counted else line

    def _counted(self, watch: Watch) -> str:
        """Return how many had which outcome."""
        counts = ((name, watch.counts[name]) for name in ORDER)
        return ", ".join(self.say(f"watch.{name}", count=count) for name, count in counts if count)

    def _time_left(self, seconds: float) -> str:
        minutes = round(seconds / 60)
        if minutes < 1:
            return self.say("watch.left_seconds", count=max(round(seconds), 1))
        if minutes < 60:
            return self.say("watch.left_minutes", count=minutes)
        return self.say("watch.left_hours", count=minutes // 60, minutes=minutes % 60)


def _move(bar: Any, watch: Watch) -> None:
    bar.length = max(watch.total, 1)
    bar.update(watch.done - bar.pos, watch)


class _Lines:
    """Print a line about a work where the last one is some time ago."""

    def __init__(self, session: Session, watch: Watch) -> None:
        self.session = session
        self.watch = watch
        self.last = time.monotonic()

    def show(self) -> None:
        """Print a line if it is time."""
        now = time.monotonic()
        if now - self.last >= SECONDS_BETWEEN_LINES:
            self.last = now
            click.echo(self.session.told(self.watch), err=True)


def session_of(ctx: click.Context) -> Session:
    """Return the session of a call."""
    found = ctx.find_root().obj
    return found if isinstance(found, Session) else Session(VIETNAMESE)
