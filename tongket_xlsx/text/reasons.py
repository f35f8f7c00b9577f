"""What counts as an explanation: a reason in words.

“0”, “-”, “x”, “ok”, an error value of Excel or a lone sign says nothing of why a figure is as it
is, and lifts no warning. Nor does a bare “đúng”, or a phrase that stands for a sign (“không có”,
“N/A”). Any other word of two letters or more is taken for a reason, “đã kiểm tra, số đúng” among
them; whether it is a good one is for people to judge.
"""

from __future__ import annotations

import re

from tongket_xlsx.text.normalize import fold, tidy
from tongket_xlsx.text.sign_words import signs_of

_WORD = re.compile(r"[^\W\d_]+")
# An error value has letters, and even two words: “#DIV/0!”, “#GETTING_DATA”.
# Begun at the last # before its mark: a row of them is gone through once.
_ERROR = re.compile(r"#[^\s#!?/_]*+[!?/_]\S*+|\berr:[0-9]+")
_EMPTY = frozenset(
    {
        "ok", "oke", "okay", "xx", "yes", "no", "ko", "không", "khong", "có", "co", "rồi", "roi",
        "đúng", "dung", "true", "false",
    }
)  # fmt: skip


def is_reason(text: str) -> bool:
    """Say whether a text in the column for explanations gives a reason.

    >>> is_reason("sáp nhập chi hội"), is_reason("0"), is_reason("#REF!"), is_reason("không có")
    (True, False, False, False)
    """
    text = fold(tidy(text))
    words = [word for word in _WORD.findall(_ERROR.sub(" ", text)) if word not in _EMPTY]
    return not signs_of(text) and any(len(word) > 1 for word in words)
