"""Words that say yes and no."""

from __future__ import annotations

YES_WORDS = frozenset({"có", "co", "yes", "đã có", "rồi"})


NO_WORDS = frozenset({"không", "khong", "ko", "no", "chưa", "chưa có", "không có"})
