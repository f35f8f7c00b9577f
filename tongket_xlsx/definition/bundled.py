"""What the product ships: the definitions of forms and the samples."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """Return a folder that ships with the product, installed or in a checkout."""
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def forms() -> dict[str, Path]:
    """Return the forms that ship with the product: name → folder of its definition."""
    home = folder("workbook_templates")
    found = sorted(home.iterdir()) if home.is_dir() else []
    return {path.name: path for path in found if (path / "form.yaml").is_file()}
