"""The programs that some tests need beside Python."""

from __future__ import annotations

import os

# With it in the environment the absence of a tool is a failure.
ALL_TOOLS = bool(os.environ.get("TONGKET_ALL_TOOLS"))
# The marker of a test → the program it needs on the path.
TOOLS = {"libreoffice": "soffice", "gnumeric": "ssconvert", "npm": "ooxml-validator"}
