"""What the docstrings of the public names promise: the examples run, over the demo."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import shutil
from pathlib import Path

import pytest

import tongket_xlsx
import tongket_xlsx.api

MODULES = sorted(m.name for m in pkgutil.iter_modules(tongket_xlsx.api.__path__))
OPTIONS = doctest.IGNORE_EXCEPTION_DETAIL | doctest.ELLIPSIS
# What only serves the modules of the public names.
INNER = {"compared", "frames", "listed", "notebook", "observed", "reviewed"}


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the examples find the campaign of the demo."""
    here = tmp_path_factory.mktemp("examples")
    shutil.copytree(demo, here / "tongket-demo")
    return here


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example prints what its docstring says."""
    monkeypatch.chdir(folder)
    module = importlib.import_module(f"tongket_xlsx.api.{name}")
    names = {"tongket_xlsx": tongket_xlsx}
    result = doctest.testmod(module, extraglobs=names, optionflags=OPTIONS, verbose=False)
    assert result.failed == 0
    assert bool(result.attempted) is (name not in INNER)


def test_every_public_function_has_an_example() -> None:
    """Whoever reads the help of a public function sees how it is called."""
    functions = [n for n in tongket_xlsx.__all__ if n.islower() and not n.startswith("_")]
    without = [n for n in functions if ">>>" not in (getattr(tongket_xlsx, n).__doc__ or "")]
    assert without == []
