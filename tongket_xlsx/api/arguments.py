"""What a caller gives: one of several words, a language, a path for a new file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tongket_xlsx.model.findings import CannotWork, Misuse
from tongket_xlsx.text.messages import LANGUAGES


def chosen(name: str, found: str, choices: Iterable[str]) -> str:
    """Return a word that is one of several.

    Args:
        name: what the argument is called.

    Raises:
        Misuse: it is none of them.

    Example:
        >>> from tongket_xlsx.api.arguments import chosen
        >>> chosen("rounds", "all", ("current", "all"))
        'all'
    """
    known = tuple(choices)
    if found not in known:
        raise Misuse("api.choice", name=name, found=str(found), choices=", ".join(known) or "–")
    return found


def language(lang: str) -> str:
    """Return a language that there is.

    Raises:
        Misuse: there is no such language.
    """
    return chosen("lang", lang, LANGUAGES)


def free(target: Path) -> Path:
    """Return a path where nothing lies, not even a link that leads nowhere.

    Raises:
        Misuse: something lies there.
    """
    if target.exists() or target.is_symlink():
        raise Misuse("api.exists", path=str(target))
    return target


def write_new(target: Path, data: bytes) -> Path:
    """Write a file where nothing lies, also when something was put there meanwhile.

    Raises:
        Misuse: something lies there.
        CannotWork: the file cannot be written.
    """
    try:
        with target.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        raise Misuse("api.exists", path=str(target)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWork("path.unwritable", path=str(target), reason=reason) from error
    return target
