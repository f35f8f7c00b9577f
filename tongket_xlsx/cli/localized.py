"""Commands that speak the language of the call: help, usage and mistakes, all from the catalogue.

The language is settled once per call, before anything is parsed, from ``--lang`` (wherever it
stands) or ``TONGKET_LANG``; it travels in the context and is never a global.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from tongket_xlsx.model.findings import TongketError, UnsoundDefinition
from tongket_xlsx.tasks.progress import ORDER, Ticker, Watch
from tongket_xlsx.text.messages import LANGUAGES, VIETNAMESE, has, say

INTERRUPTED = 130
INTERNAL = 3
MISUSE = 2
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


class SpeakingOption(click.Option):
    """An option whose help is a key of the catalogue."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its help in the language of the call."""
        record = super().get_help_record(ctx)
        if record is None or not self.help or not has(self.help):
            return record
        return record[0], session_of(ctx).say(self.help)


class _Speaking(click.Command):
    """What commands and groups share: usage, help and headings in the language of the call."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = session_of(ctx)
        pieces = [
            p.replace("[OPTIONS]", lang.say("cli.arguments_word")).replace(
                "COMMAND [ARGS]...", lang.say("cli.command_word")
            )
            for p in self.collect_usage_pieces(ctx)
        ]
        prefix = lang.say("cli.usage") + ": "
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(session_of(ctx).say(self.help))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [
            record
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            and (record := option.get_help_record(ctx)) is not None
        ]
        with formatter.section(session_of(ctx).say("cli.options")):
            formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(session_of(ctx).say(self.epilog))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = session_of(ctx).say("cli.help")
        return option


class SpeakingCommand(_Speaking):
    """A command whose help is a key of the catalogue."""


class SpeakingGroup(_Speaking, click.Group):
    """A group of commands whose help is a key of the catalogue."""

    command_class = SpeakingCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        lang = session_of(ctx)
        rows = [
            (name, lang.say(command.help or ""))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section(lang.say("cli.commands")):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order of the job."""
        return list(self.commands)  # click would sort them by name


class RootGroup(SpeakingGroup):
    """The whole program: settles the language and turns every mistake into one sentence."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT002 - click's own signature
        windows_expand_args: bool = True,  # noqa: ARG002, FBT002
        **extra: Any,
    ) -> Any:
        """Run a call and end with its exit code."""
        _speak_utf8()
        given = list(sys.argv[1:] if args is None else args)
        rest, lang, quiet = settled(given)
        session = Session(lang, quiet=quiet)
        code = self._run(rest, prog_name or "tongket", complete_var, session, extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(
        self,
        args: list[str],
        prog_name: str,
        complete_var: str | None,
        session: Session,
        extra: dict[str, Any],
    ) -> int:
        try:
            result = super().main(
                args, prog_name, complete_var, standalone_mode=False, obj=session, **extra
            )
        except click.exceptions.NoArgsIsHelpError as alone:
            click.echo(alone.ctx.get_help() if alone.ctx else "")
            return MISUSE
        except click.ClickException as mistake:
            _complain(mistake, session)
            return MISUSE
        except UnsoundDefinition as unsound:
            return unsound_definition(unsound, session)
        except TongketError as error:
            _echo_problem(error, session)
            return error.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo(session.stopped or session.say("interrupted"), err=True)
            return INTERRUPTED
        except SystemExit as ended:
            # click ends the program itself where whoever read our output has closed it.
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return 0 if ended.code == 1 else int(ended.code or 0)
        except OSError as error:
            reason = error.strerror or str(error)
            path = str(error.filename or "")
            click.echo(session.say("path.unwritable", path=path, reason=reason), err=True)
            return INTERNAL
        except Exception as error:
            if os.environ.get("TONGKET_DEBUG"):
                raise
            # Told by its name: importing sqlite3 would slow every --help for it.
            if type(error).__module__ == "sqlite3":
                click.echo(session.say("ledger.broken", reason=str(error)), err=True)
                return INTERNAL
            reason = f"{type(error).__name__}: {error}"
            click.echo(session.say("internal", reason=reason), err=True)
            return INTERNAL
        return result if isinstance(result, int) else 0


def unsound_definition(unsound: UnsoundDefinition, session: Session) -> int:
    """Print every fault of a definition with its place."""
    from tongket_xlsx.model.wording import worded  # noqa: PLC0415 - as below

    for finding in unsound.findings:
        words = worded(finding, session.lang)
        click.echo(f"{finding.place}: {words.message}", err=True)
    _echo_problem(unsound, session)
    return unsound.exit_code


def _echo_problem(error: TongketError, session: Session) -> None:
    from tongket_xlsx.model.wording import problem  # noqa: PLC0415 - a call without one is quicker

    click.echo(f"{session.say('cli.error')}: {problem(error, session.lang)}", err=True)


def settled(args: Sequence[str]) -> tuple[list[str], str, bool]:
    """Take ``--lang`` and ``-q`` out of the arguments, wherever they stand.

    Returns:
        The rest, the language, and whether to be quiet.
    """
    rest: list[str] = []
    lang = os.environ.get("TONGKET_LANG", "").strip().lower()
    quiet = False
    words = iter(args)
    for word in words:
        if word == "--":
            rest.extend((word, *words))
        elif word in ("-q", "--quiet"):
            quiet = True
        elif word == "--lang" or word.startswith("--lang="):
            value = word.partition("=")[2] or next(words, "")
            if value.startswith("-"):
                rest.append(value)
                value = ""
            if value in LANGUAGES:
                lang = value
            else:
                # A language we do not speak goes on to the parser, which says so.
                rest[:0] = ["--lang", *([value] if value else [])]
        else:
            rest.append(word)
    return rest, lang if lang in LANGUAGES else VIETNAMESE, quiet


def _speak_utf8() -> None:
    """Write UTF-8 whatever the console's code page; Vietnamese must never end in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _complain(mistake: click.ClickException, session: Session) -> None:
    click.echo(f"{session.say('cli.error')}: {_mistake(mistake, session)}", err=True)
    context = getattr(mistake, "ctx", None)
    path = context.command_path if context is not None else "tongket"
    click.echo(session.say("cli.try", command=f"{path} --help"), err=True)


def _mistake(mistake: click.ClickException, session: Session) -> str:
    match mistake:
        case click.NoSuchOption():
            return session.say("cli.no_option", name=mistake.option_name)
        case click.exceptions.NoSuchCommand():
            return session.say("cli.no_command", name=mistake.command_name)
        case click.MissingParameter():
            return session.say("cli.missing", name=_name(mistake.param, session))
        case click.BadParameter(param=click.Parameter(type=click.Choice() | click.IntRange())):
            return session.say(
                "cli.bad_choice",
                name=_name(mistake.param, session),
                expected=_expected(mistake.param),
            )
        case click.BadParameter():
            expected = getattr(mistake, "expected", "") or _expected(mistake.param)
            return session.say(
                "cli.bad_value",
                name=_name(mistake.param, session),
                value=getattr(mistake, "given", mistake.message),
                expected=expected,
            )
        case click.BadOptionUsage():
            return session.say("cli.option_value", name=mistake.option_name)
        case click.UsageError() if "extra argument" in mistake.message:
            name = mistake.message.partition("(")[2].rstrip(")")
            return session.say("cli.extra", name=name)
        case _:
            return session.say("cli.bad_usage", reason=mistake.format_message())


def _name(parameter: click.Parameter | None, session: Session) -> str:
    if parameter is None:
        return ""
    if isinstance(parameter, click.Option):
        return parameter.opts[-1]
    name = (parameter.metavar or parameter.name or "").strip("[].…").upper()
    return session.say(f"name.{name}") if has(f"name.{name}") else name


def _expected(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return ""
    kind = parameter.type
    if isinstance(kind, click.Choice):
        return ", ".join(kind.choices)
    return "0, 1, 2, …" if isinstance(kind, click.IntRange) else kind.name
