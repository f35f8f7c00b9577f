"""What the site does to pages: links from anywhere to anywhere, lists, nothing from elsewhere.

The site itself is built by ``run.py site``, strictly; here are the rules it is built by.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from shipped import ROOT


@pytest.fixture(scope="module")
def nav() -> list[str]:
    """The pages of the navigation, in their order."""
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))

    def pages(part: object) -> list[str]:
        if isinstance(part, str):
            return [part]
        below = part if isinstance(part, list) else part.values()
        return [page for item in below for page in pages(item)]

    return pages(settings["nav"])


@pytest.fixture(scope="module")
def site_pages() -> ModuleType:
    """The hooks, without mkdocs, of which they only need three names."""
    path = ROOT / "docs" / "generate" / "site_pages.py"
    spec = importlib.util.spec_from_file_location("site_pages", path)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        for name, given in (("exceptions", "PluginError"), ("structure.files", "File Files")):
            stub = ModuleType(f"mkdocs.{name}")
            for one in given.split():
                setattr(stub, one, type(one, (Exception,), {}))
            patch.setitem(sys.modules, f"mkdocs.{name}", stub)
        for name in ("mkdocs", "mkdocs.structure"):
            patch.setitem(sys.modules, name, ModuleType(name))
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("markdown", "source", "uri", "made"),
    [
        ("[a](docs/python.md)", "README.md", "index.md", "[a](python.md)"),
        ("![a](docs/form.png)", "README.md", "index.md", "![a](form.png)"),
        ("[a](README.vi.md)", "README.md", "index.md", "[a](huong-dan.md)"),
        ("[a](../README.vi.md)", "docs/python.md", "python.md", "[a](huong-dan.md)"),
        (
            "[a](workbook_templates/chi-thi-11)",
            "README.md",
            "index.md",
            "[a](reference/chi-thi-11.md)",
        ),
        ("[a](../python.md#b)", "docs/howto/x.md", "howto/x.md", "[a](../python.md#b)"),
        ("[a](../../README.md)", "docs/howto/x.md", "howto/x.md", "[a](../index.md)"),
        ("[a](../run.py)", "docs/x.md", "x.md", "a"),
        ("[a](gone.py)", "README.md", "index.md", "[a](gone.py)"),
        ("[a](#b)", "README.md", "index.md", "[a](#b)"),
        ("[a](https://x.vn/b)", "README.md", "index.md", "[a](https://x.vn/b)"),
        ("```\n[a](docs/b.md)\n```", "README.md", "index.md", "```\n[a](docs/b.md)\n```"),
    ],
)
def test_a_link_of_the_repository_is_one_of_the_site(
    site_pages: ModuleType, markdown: str, source: str, uri: str, made: str
) -> None:
    """Wherever a page stands in both; what is no page stays as text, what is gone as it is."""
    assert site_pages.relinked(markdown, source, uri) == made


@pytest.mark.parametrize(
    ("markdown", "lost"),
    [
        ("a\n\n- b\n- c\n    - d\n", []),
        ("a\n- b\n", ["- b"]),
        ("- a\n  - b\n", ["- b"]),
        ("1. a\n   more\n2. b\n", []),
        ("```\na\n- b\n```\n", []),
        ("a\n\n* b\n\nc\n1. d\n", ["1. d"]),
    ],
)
def test_a_list_that_the_site_would_not_show_is_told(
    site_pages: ModuleType, markdown: str, lost: list[str]
) -> None:
    """Markdown of the site wants an empty line before a list, and four spaces a level."""
    assert [text for _, text in site_pages._lost_lists(markdown)] == lost


@pytest.mark.parametrize(
    ("html", "fetches"),
    [
        ('<script src="https://unpkg.com/x"></script>', True),
        ('<link href="//fonts.googleapis.com/css" rel="stylesheet">', True),
        ('<img alt="" src=https://x.vn/a.png>', True),
        ("@import 'https://x.vn/a.css';", True),
        ("a{background:url(https://x.vn/a.png)}", True),
        ('<a href="https://x.vn">x</a>', False),
        ('<script src="assets/iframe-worker.js"></script>', False),
        ('<link rel="next" href="tutorial.html">', False),
    ],
)
def test_what_a_page_would_fetch_ends_the_build(
    site_pages: ModuleType, tmp_path: Path, html: str, fetches: bool
) -> None:
    """Scripts, styles, fonts and pictures from elsewhere are found; a link to click is none."""
    (tmp_path / "x.html").write_text(html, encoding="utf-8")
    if not fetches:
        site_pages.on_post_build({"site_dir": str(tmp_path)})
        return
    with pytest.raises(site_pages.PluginError, match=re.escape("x.html")):
        site_pages.on_post_build({"site_dir": str(tmp_path)})


def test_every_page_of_the_documentation_is_in_the_navigation(
    site_pages: ModuleType, nav: list[str]
) -> None:
    """No page is left out, none stands twice, and those of the root are among them."""
    docs = ROOT / "docs"
    written = {str(p.relative_to(docs).as_posix()) for p in docs.rglob("*.md")}
    assert len(nav) == len(set(nav))
    assert written | set(site_pages.PAGES.values()) >= set(nav) >= written


def test_a_docstring_becomes_what_the_site_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles are code, an example is a section, and what is returned keeps its colons."""
    stub = ModuleType("griffe")
    stub.Extension = stub.Object = type("Extension", (), {})
    monkeypatch.setitem(sys.modules, "griffe", stub)
    path = ROOT / "docs" / "generate" / "plain_docstrings.py"
    spec = importlib.util.spec_from_file_location("plain_docstrings", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    given = (
        "Return it, see :meth:`~Campaign.units`.\n\n"
        "Returns:\n    Index ``unit``. Columns:\n    ``name``.\n\n"
        "Raises:\n    Misuse: no such unit.\n\n"
        "Example:\n    ::\n\n        x = 1\n"
    )
    assert module.as_markdown(given) == (
        "Return it, see `Campaign.units`.\n\n"
        "**Returns:** Index ``unit``. Columns:\n``name``.\n\n"
        "Raises:\n    Misuse: no such unit.\n\n"
        "Examples:\n\n        x = 1\n"
    )


def test_no_two_folders_on_the_path_have_a_module_of_one_name() -> None:
    """What makes the reference and what serves the tests are imported by name, each its own."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = settings["tool"]["pytest"]["ini_options"]["pythonpath"]
    names = Counter(path.name for folder in folders for path in (ROOT / folder).glob("*.py"))
    assert [name for name, times in names.items() if times > 1] == []
    assert len(names) > 30
