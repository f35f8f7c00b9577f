"""Copies of campaigns: one is made once, and what a test does to it is done to a copy."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from tongket_xlsx.campaign import campaign as campaigns


def copy_of(made: campaigns.Campaign, home: Path) -> campaigns.Campaign:
    """Copy a campaign, to be worked with there; the first stays as it is."""
    return dataclasses.replace(made, home=shutil.copytree(made.home, home))
