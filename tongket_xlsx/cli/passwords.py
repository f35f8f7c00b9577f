"""Passwords of workbooks: typed as an option, kept in a file or a variable, or asked for.

Everybody on a machine can see the words of a command and its history: the other three ways are
for that. What was given is tried in the order option, file, variable, prompt, and shown nowhere.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import click

from tongket_xlsx.cli.options import PATH, option
from tongket_xlsx.cli.session import Session
from tongket_xlsx.model.findings import Misuse

VARIABLE = "TONGKET_PASSWORD"
# A file of passwords is short; a film named by mistake is not read into memory.
_LONGEST_FILE = 1 << 20
_LINE_END = re.compile(r"\r\n|\n|\r")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class PasswordSources:
    """Where a call has its passwords from."""

    typed: tuple[str, ...] = field(default=(), repr=False)
    file: Path | None = None
    ask: bool = False

    def passwords(self, session: Session) -> tuple[str, ...]:
        """Return all passwords, each once, in the order in which they are tried.

        Raises:
            Misuse: the file cannot be read, or there is nobody to ask.
        """
        return tuple(dict.fromkeys(word for word in self._found(session) if word))

    def _found(self, session: Session) -> Iterator[str]:
        yield from self.typed
        if self.file is not None:
            yield from lines_of(session.at(self.file))
        yield os.environ.get(VARIABLE, "")
        if self.ask:
            yield _asked(session)


def password_options(function: Callable[..., int]) -> Callable[..., int]:
    """Declare the ways to give passwords; the command gets them as ``sources``."""

    @wraps(function)
    def collected(
        *words: Any,
        passwords: tuple[str, ...],
        password_file: Path | None,
        ask_password: bool,
        **named: Any,
    ) -> int:
        sources = PasswordSources(passwords, password_file, ask_password)
        return function(*words, sources=sources, **named)

    declared: Callable[..., int] = collected
    for one in (
        option("--password", "passwords", metavar="TEXT", multiple=True, help="help.password"),
        option("--password-file", metavar="FILE", type=PATH, help="help.password_file"),
        option("--ask-password", is_flag=True, help="help.ask_password"),
    ):
        declared = one(declared)
    return declared


def lines_of(path: Path) -> tuple[str, ...]:
    """Return the passwords in a file, one a line: UTF-8, or UTF-16 with its mark.

    Spaces at the ends of a line belong to the password; a line of nothing else is none.

    Raises:
        Misuse: the file cannot be read, is too long, or is no such text.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_LONGEST_FILE + 1)
    except FileNotFoundError:
        raise Misuse("path.missing", path=str(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Misuse("password.file", path=str(path), reason=reason) from None
    if len(data) > _LONGEST_FILE:
        raise Misuse("password.file_long", path=str(path))
    try:
        text = data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        # The error holds the bytes: they are not to be seen in a traceback.
        raise Misuse("password.file_encoding", path=str(path)) from None
    return tuple(line for line in _LINE_END.split(text) if line.strip())


def _asked(session: Session) -> str:
    """Ask on the terminal, without showing what is typed, beside the results."""
    with warnings.catch_warnings():
        # Where there is no terminal it is read from a pipe, which shows nothing either.
        warnings.simplefilter("ignore")
        try:
            answer: str = click.prompt(
                session.say("password.prompt"),
                default="",
                show_default=False,
                hide_input=True,
                err=True,
            )
        except click.Abort:
            if sys.stdin is not None and sys.stdin.isatty():
                raise
            raise Misuse("password.nobody") from None
    return answer
