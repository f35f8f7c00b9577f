"""The documentation of a form, written into a folder: the codebook twice, and the slips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tongket_xlsx.campaign.atomic_files import write_whole
from tongket_xlsx.campaign.campaign import home_of, made
from tongket_xlsx.codebook.markdown import codebook_lines
from tongket_xlsx.codebook.slip_workbook import slip_workbook
from tongket_xlsx.codebook.slips import asking_kinds, slips_of
from tongket_xlsx.codebook.workbook import codebook_workbook
from tongket_xlsx.model.findings import Misuse
from tongket_xlsx.model.form import Form
from tongket_xlsx.template.workbook import ascii_of

FOLDER = "so-tay"


def default_folder(directory: Path, path: str | None) -> Path:
    """Return where the documentation goes: into the campaign whose form it is, or right here."""
    if path is None:
        try:
            return home_of(directory) / FOLDER
        except Misuse:
            pass
    return directory / FOLDER


def write(form: Form, folder: Path, lang: str) -> tuple[Path, ...]:
    """Write every document of a form and return their paths.

    Raises:
        CannotWork: the folder or a file cannot be written.
    """
    # All or nothing: a folder with half the documents would look like a form without slips.
    ready = tuple(documents(form, lang))
    made(folder)
    paths = []
    for name, data in ready:
        write_whole(folder / name, data)
        paths.append(folder / name)
    return tuple(paths)


def documents(form: Form, lang: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of every document of a form."""
    text = "\n".join(codebook_lines(form, lang)) + "\n"
    yield f"{FOLDER}.md", text.encode()
    yield f"{FOLDER}.xlsx", codebook_workbook(form, lang)
    for kind in asking_kinds(form):
        plain = re.sub(r"[^A-Za-z0-9-]+", "-", ascii_of(kind))
        yield f"phieu-{plain}.xlsx", slip_workbook(form, kind, slips_of(form, kind), lang)
