"""What the site of the documentation needs besides its pages: hooks of mkdocs.

Pages that stand in the root of the repository, where a stranger looks for them first, are part of
the site as well, and their links are those of the site. A list that the site would show as running
text is told, and so is whatever a page would fetch from elsewhere: both end a strict build.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
# Where a page of the repository stands in the site.
PAGES = {
    "README.md": "index.md",
    "README.vi.md": "huong-dan.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "workbook_templates/chi-thi-11/README.md": "reference/chi-thi-11.md",
}
_SOURCES = {page: source for source, page in PAGES.items()}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_FENCED = re.compile(r"(^```.*?^```)", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(r"^( *)(?:[-*+]|\d+\.) \S")
# What a page loads by itself; a link that somebody has to click is none of it.
_LOADED = re.compile(
    r"<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^\s>]+"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preload|preconnect|icon|modulepreload))"
    r"[^>]*\bhref=[\"']?(?:https?:)?//[^\s>]+"
    r"|@import\s+[\"'(]*(?:https?:)?//[^\s;]+|url\([\"']?(?:https?:)?//[^)]+",
    re.IGNORECASE,
)
_log = logging.getLogger("mkdocs.plugins.site_pages")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages of the root to the site."""
    for source, page in PAGES.items():
        path = ROOT / source
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Make every link one of the site, and tell the lists that would be none."""
    uri = page.file.src_uri
    for line, text in _lost_lists(markdown):
        _log.warning("%s:%d: the site shows no list here: %s", uri, line, text)
    return relinked(markdown, _SOURCES.get(uri, f"docs/{uri}"), uri)


def on_post_build(config: Any) -> None:
    """Hold every page and style to it: it loads nothing from elsewhere."""
    fetched = []
    for path in sorted(Path(config["site_dir"]).rglob("*")):
        if path.suffix in (".html", ".css"):
            text = path.read_text(encoding="utf-8")
            fetched += [f"{path.name}: {m.group(0)[:120]}" for m in _LOADED.finditer(text)]
    if fetched:
        raise PluginError("fetched from elsewhere:\n" + "\n".join(fetched))


def relinked(markdown: str, source: str, uri: str) -> str:
    """Return a page whose links are those of the site.

    Args:
        source: where the page stands in the repository, ``docs/howto/windows.md``.
        uri: where it stands in the site, ``howto/windows.md``.

    A link to a file that is part of no page stays as its text; one to a file that is not there
    stays as it is, so that the build tells it.
    """

    def link(match: re.Match[str]) -> str:
        image, text, target = match.groups()
        path, _, anchor = target.partition("#")
        if not path or re.match(r"[a-z]+:", path):
            return match.group(0)
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if (ROOT / meant).is_dir() and f"{meant}/README.md" in PAGES:
            meant += "/README.md"
        if meant in PAGES:
            there = PAGES[meant]
        elif meant.startswith("docs/"):
            there = meant.removeprefix("docs/")
        elif (ROOT / meant).exists():
            return text
        else:
            return match.group(0)
        there = posixpath.relpath(there, posixpath.dirname(uri) or ".")
        return f"{image}[{text}]({there}{'#' if anchor else ''}{anchor})"

    return "".join(
        part if number % 2 else _LINK.sub(link, part)
        for number, part in enumerate(_FENCED.split(markdown))
    )


def _lost_lists(markdown: str) -> list[tuple[int, str]]:
    """Return lines that begin an item where Markdown of the site sees none.

    A list needs an empty line before it, and one within a list four spaces a level.
    """
    lost, fenced, in_list, before = [], False, False, ""
    for number, line in enumerate(markdown.splitlines(), start=1):
        if _FENCE.match(line):
            fenced = not fenced
        item = None if fenced else _ITEM.match(line)
        if item and ((before.strip() and not in_list) or len(item.group(1)) % 4):
            lost.append((number, line.strip()[:60]))
        if not line.strip():
            in_list = False
        elif item:
            in_list = True
        before = line
    return lost
