"""How Vietnamese is told from English."""

from __future__ import annotations

import re

# Letters with marks: no English text has one.
VIETNAMESE = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
