"""The whole loop runs."""

from pathlib import Path


def test_demo_leaves_a_consolidated_workbook(demo: Path) -> None:
    """The demo ends with a workbook one can open."""
    assert (demo / "tong-hop" / "tong-hop.xlsx").read_bytes().startswith(b"PK")
