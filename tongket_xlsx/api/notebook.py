"""What a notebook shows of a value: a line about it, and a table of which it is the title."""

from __future__ import annotations

from html import escape

import pandas as pd

MOST_ROWS = 60


def titled(title: str, frame: pd.DataFrame) -> str:
    """Return HTML of a title and a frame; whatever an office wrote is text in it and no markup."""
    table = frame.to_html(max_rows=MOST_ROWS, escape=True, na_rep="", border=0)
    return f"<div><p><strong>{escape(title)}</strong></p>{table}</div>"
