"""Where the form and the samples that ship with the product lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "workbook_templates" / "chi-thi-11"
SAMPLES = ROOT / "samples" / "gia-lai"
RETURNED = SAMPLES / "nop-ve"
FLAWED = SAMPLES / "co-loi"
# The smallest of the returns: seven figures.
FARMERS = RETURNED / "GL-HND_HoiNongDanTinh.xlsx"
