"""What is wrong with the words of a call, in its language."""

from __future__ import annotations

import click

from tongket_xlsx.cli.session import Session
from tongket_xlsx.text.messages import has


def complain(mistake: click.ClickException, session: Session) -> None:
    """Say what is wrong with a call, and where to read how it is made."""
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
