"""Commands that speak the language of the call: help, usage and mistakes, all from the catalogue.

The language is settled once per call, before anything is parsed, from ``--lang`` (wherever it
stands) or ``TONGKET_LANG``; it travels in the context and is never a global.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from tongket_xlsx.cli.mistakes import complain
from tongket_xlsx.cli.session import Session, session_of
from tongket_xlsx.model.findings import TongketError, UnsoundDefinition
from tongket_xlsx.text.messages import LANGUAGES, VIETNAMESE, has

INTERRUPTED = 130
INTERNAL = 3
MISUSE = 2


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
            complain(mistake, session)
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
