"""Text damaged by conversion: Unicode that a converter took for TCVN3 and converted once more.

“xã hội” has become “xó hội”, “báo cáo” “bỏo cỏo”, “tình hình” “tỡnh hỡnh”. “đó” may have been
“đã” or stand for itself, so that nothing is repaired here; it is only told, by syllables that no
Vietnamese word has and that become one when the conversion is taken back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from tongket_xlsx.text.legacy_fonts import TCVN3
from tongket_xlsx.text.normalize import composed

_MARKS = "\u0300\u0301\u0309\u0303\u0323"  # the five tones; the other marks belong to the letter
_LETTERS = "àáâãèéêìíòóôõùúýăđĩũơư"
# What became of each letter that TCVN3 has in another place, and back.
_IMAGES = {ord(letter): TCVN3[letter] for letter in _LETTERS if TCVN3.get(letter, letter) != letter}
_BACK = {ord(image): chr(letter) for letter, image in _IMAGES.items()}
# Letters such a conversion leaves none of: it turns each into another, and no other into them.
_GONE = frozenset(map(chr, _IMAGES)) - frozenset(map(chr, _BACK))
_WORD = re.compile(r"[^\W\d_]+")

_ONSET = re.compile("qu|b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|r|s|th?|tr|v|x|")
# The ends of syllables, without their tones; those of stop consonants bear only two of them.
_OPEN_RIMES = """
    a ai am an ang anh ao au ay ăm ăn ăng âm ân âng âu ây e em en eng eo ê êm ên ênh êng êu i ia
    im in inh iu iêm iên iêng iêu o oi om on ong oong ô ôi ôm ôn ông ôông ơ ơi ơm ơn ơng u ua ui
    um un ung uôi uôm uôn uông ư ưa ưi ưm ưn ưng ươi ươm ươn ương ươu ưu y yêm yên yêng yêu
    oa oai oam oan oang oanh oao oay oăm oăn oăng oe oen oeo uân uâng uây uê uên uênh uơ uơn uy
    uya uyn uynh uyu uyên
"""
_STOPPED_RIMES = """
    ac ach ap at ăc ăp ăt âc âp ât ec ep et êch êp êt ich ip it iêc iêp iêt oc op ot ooc ôc ôp ôt
    ơp ơt uc up ut uôc uôp uôt ưc ưp ưt ươc ươp ươt yêt oac oach oap oat oăc oăt oet uât uêch uyt
    uych uyêt ưch
"""
_OPEN = frozenset(_OPEN_RIMES.split())
_STOPPED = frozenset(_STOPPED_RIMES.split())
# “quà”, “quyển”: behind q the u belongs to the onset. “giêng”: the i of gi is that of the rime.
_AFTER_QU = frozenset(
    [r[1:] for r in (*_OPEN, *_STOPPED) if r[0] in "uo" and len(r) > 1]
    + ["a", "ai", "an", "ang", "anh", "ao", "au", "ay", "ăn", "ăng", "e", "en", "eo", "ơ", "ơi"]
    + ["i", "it", "ac", "ach", "at", "ăc", "ăp", "ăt", "ap", "et", "oc", "ôc"]
)
_AFTER_GI = frozenset(["", "n", "êng", "êt", "êc", "m", "p", "êm", "êp"])
_Y_ALONE = frozenset(["", "h", "k", "l", "m", "s", "t", "v", "qu"])
# What became of the commonest words where it could be a syllable, and yet is no word.
_NO_WORDS_TEXT = """
    bờn chõn cõn cũn cỏi dõn dừi giỏm gúc gúi hũa hụm húa khúa khỏ khụng kốm kờ kộm lờn nghỡn
    ngõn ngụn nhõn nõng nờn nụng phõn phũng phộp phớm quõn quờn quỏ quỏn quột sụng sỏng thõn thỏng
    thờm thỡ thụn thụng trỏi trờn tỡm tờn tụn tớn xúa xột õm đụi
"""
_NO_WORDS = frozenset(_NO_WORDS_TEXT.split())


@lru_cache(maxsize=4096)
def is_syllable(word: str) -> bool:
    """Say whether a word is built as Vietnamese syllables are, whether or not it is one."""
    tones = [mark for mark in unicodedata.normalize("NFD", word) if mark in _MARKS]
    if len(tones) > 1:
        return False
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if c not in _MARKS)
    tone = tones[0] if tones else ""
    return any(_is_built(onset, rime, tone) for onset, rime in _split(composed(bare)))


def _split(word: str) -> Iterator[tuple[str, str]]:
    for length in range(min(3, len(word)), -1, -1):
        if _ONSET.fullmatch(word[:length]):
            yield word[:length], word[length:]


def _is_built(onset: str, rime: str, tone: str) -> bool:
    stopped = rime.endswith(("c", "ch", "p", "t"))
    if stopped and tone not in ("\u0301", "\u0323"):
        return False
    if onset == "qu" and rime in _AFTER_QU:
        return True
    if onset == "gi" and rime in _AFTER_GI:
        return True
    if rime == "y" and onset not in _Y_ALONE:
        return False
    if rime.startswith("y") and onset not in ("", "qu") and rime != "y":
        return False
    return rime in (_STOPPED if stopped else _OPEN)


def damaged(text: str) -> tuple[str, ...]:
    """Return the words of a text that give a second conversion away; empty for a sound text.

    One such word may be a slip of the hand or a name; several, where the letters that a
    conversion leaves none of are missing or rarer, are not.
    """
    if text.isascii():
        return ()
    words = _WORD.findall(composed(text).lower())
    found = dict.fromkeys(word for word in words if _gives_away(word))
    if len(found) < 2:
        return ()
    unharmed = sum(not _GONE.isdisjoint(word) for word in words)
    harmed = sum(word in found for word in words)
    return tuple(found) if harmed > unharmed else ()


@lru_cache(maxsize=4096)
def _gives_away(word: str) -> bool:
    before = word.translate(_BACK)
    if before == word or not is_syllable(before):
        return False
    return word in _NO_WORDS or not is_syllable(word)
