"""The type of the fixture ``run``, by which tests run commands of the program."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result

Run = Callable[..., Result]
