"""The words that offices write where a form asks for a sign: “không có” for “-”, “N/A” for two.

A word that says one thing is read as its sign. One that may say two (“N/A”: not available, or not
applicable; “chưa có”: none so far, no figure so far, or not begun) is read as none of them: it is
asked about, with every reading.
"""

from __future__ import annotations

from functools import lru_cache

from tongket_xlsx.text.normalize import bare, fold, tidy

NIL, MISSING, NOT_APPLICABLE = "nil", "missing", "not_applicable"

_NIL_WORDS = (
    "không", "không có", "ko có", "k có", "k/c", "ko", "kc", "không phát sinh", "chưa phát sinh",
    "không có phát sinh", "0",
)  # fmt: skip
_MISSING_WORDS = (
    "chưa có số liệu", "chưa có số", "chưa có thống kê", "không có số liệu", "không có số",
    "không có thống kê", "không thống kê", "không thống kê được", "chưa thống kê",
    "chưa thống kê được", "chưa tổng hợp", "chưa tổng hợp được", "không rõ", "chưa rõ",
    "không còn số liệu", "mất số liệu", "thất lạc", "không nắm", "không nắm được", "chưa nắm được",
    "không theo dõi", "không xác định", "không xác định được", "không lưu", "không lưu số liệu",
    "kctk", "kcsl", "ccsl",
)  # fmt: skip
_NOT_APPLICABLE_WORDS = ("không áp dụng", "not applicable")
_UNCLEAR = {
    ("n/a", "na", "n.a", "#n.a", "n a"): (MISSING, NOT_APPLICABLE),
    ("chưa có", "chưa", "chưa có gì"): (NIL, MISSING, NOT_APPLICABLE),
    ("null", "none", "nil", "trống", "bỏ trống", "để trống"): (NIL, MISSING),
    (
        "chưa thực hiện", "không thực hiện", "chưa triển khai", "không triển khai",
        "chưa tổ chức", "không tổ chức", "chưa thành lập", "không thành lập",
    ): (NIL, NOT_APPLICABLE),
}  # fmt: skip


def _meanings() -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for group, signs in (
        (_NIL_WORDS, (NIL,)),
        (_MISSING_WORDS, (MISSING,)),
        (_NOT_APPLICABLE_WORDS, (NOT_APPLICABLE,)),
        *_UNCLEAR.items(),
    ):
        words |= {form: signs for word in group for form in (fold(word), bare(fold(word)))}
    return words


_MEANINGS = _meanings()
NIL_WORDS, MISSING_WORDS, NOT_APPLICABLE_WORDS = (
    frozenset(word for word, signs in _MEANINGS.items() if signs == (sign,))
    for sign in (NIL, MISSING, NOT_APPLICABLE)
)


@lru_cache(maxsize=16384)
def signs_of(text: str) -> tuple[str, ...]:
    """Return the signs that a text stands for: none, one, or all that it may mean.

    >>> signs_of("Không có"), signs_of("N/A"), signs_of("nhiều")
    (('nil',), ('missing', 'not_applicable'), ())
    """
    return _MEANINGS.get(fold(tidy(text)).strip(" .;,:!()"), ())
