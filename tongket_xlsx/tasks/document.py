"""The documentation of a form, written into a folder: the codebook twice, and the slips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tongket_xlsx.campaign.campaign import home_of, made
from tongket_xlsx.campaign.own_places import check_output
from tongket_xlsx.campaign.own_work import REGISTER, OwnWork, WrittenFile
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


def write(form: Form, folder: Path, lang: str) -> tuple[WrittenFile, ...]:
    """Write every document of a form; return where, and which documents are kept beside them.

    A document that somebody filled in or changed is kept, and the new one lies beside it.

    Raises:
        CannotWork: the folder or a file cannot be written.
    """
    # All or nothing: a folder with half the documents would look like a form without slips.
    ready = tuple(documents(form, lang))
    check_output("doc", folder, folder=True)
    made(folder)
    own = OwnWork(folder / f".{REGISTER}")
    places = []
    for name, data in ready:
        place = own.free(folder / name, data)
        own.write(place.path, data)
        places.append(place)
    return tuple(places)


def documents(form: Form, lang: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of every document of a form."""
    text = "\n".join(codebook_lines(form, lang)) + "\n"
    yield f"{FOLDER}.md", text.encode()
    yield f"{FOLDER}.xlsx", codebook_workbook(form, lang)
    for kind in asking_kinds(form):
        plain = re.sub(r"[^A-Za-z0-9-]+", "-", ascii_of(kind))
        yield f"phieu-{plain}.xlsx", slip_workbook(form, kind, slips_of(form, kind), lang)
