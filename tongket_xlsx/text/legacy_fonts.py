"""Text in the fonts of before Unicode, TCVN3 (ABC) and VNI → Unicode, by the name of the font.

Both kinds of font draw Vietnamese letters in the places of Western ones, so that a text says
nothing without its font: what is a letter in one is another letter, or a mark, in the other. It
is never guessed. Tables: TCVN 5712:1993, set 3; VNI for Windows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from tongket_xlsx.text.normalize import composed

# The letters of the bytes A1 to FE; a dot where the fonts draw none. Byte AD, a soft hyphen to
# everyone else, is the letter ư.
_TCVN3_LETTERS = (
    "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ"
)
TCVN3: Mapping[str, str] = {
    chr(byte): letter for byte, letter in enumerate(_TCVN3_LETTERS, start=0xA1) if letter != "."
}

# The marks behind a base letter, and the letters that are one character.
_VNI_TONES = dict(zip("øùûõï", "àáảãạ", strict=True))
_VNI_RISING = {
    "a": ("âàáåãä", "âầấẩẫậ"),
    "e": ("âàáåãä", "êềếểễệ"),
    "o": ("âàáåãä", "ôồốổỗộ"),
}
_VNI_BREVE = ("êèéúüë", "ăằắẳẵặ")
_VNI_TONED = {
    "a": "àáảãạ",
    "e": "èéẻẽẹ",
    "i": "ìíỉĩị",
    "o": "òóỏõọ",
    "ô": "ờớởỡợ",
    "u": "ùúủũụ",
    "ö": "ừứửữự",
    "y": "ỳýỷỹỵ",
}
_VNI_ALONE = {
    "ñ": "đ",
    "ô": "ơ",
    "ö": "ư",
    "ì": "ì",
    "í": "í",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}


def _vni_small() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    for base, letters in _VNI_TONED.items():
        table |= {base + mark: letter for mark, letter in zip(_VNI_TONES, letters, strict=True)}
    for base, (marks, letters) in (*_VNI_RISING.items(), ("a", _VNI_BREVE)):
        table |= {base + mark: letter for mark, letter in zip(marks, letters, strict=True)}
    return table


_SMALL = _vni_small()
# A capital takes the mark of either case: offices type both.
VNI: Mapping[str, str] = (
    _SMALL
    | {code[0].upper() + code[1:]: letter.upper() for code, letter in _SMALL.items()}
    | {code.upper(): letter.upper() for code, letter in _SMALL.items()}
)
# The longer code first: “ôù” is ớ, not ơ and a mark.
_VNI_CODES = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
_TCVN3_CODES = str.maketrans(dict(TCVN3))
# What the Western code page of Windows can hold: anything beyond it was typed in Unicode.
_WESTERN = frozenset(bytes(range(256)).decode("cp1252", errors="ignore"))


class Script(StrEnum):
    """Name a way of drawing Vietnamese letters in the places of Western ones."""

    TCVN3 = "TCVN3"
    VNI = "VNI"


def script_of(font: str) -> Script | None:
    """Return how a font is to be read; ``None`` for every font of our days."""
    name = font.strip().casefold()
    if name.startswith(".vn"):
        return Script.TCVN3
    return Script.VNI if name.startswith(("vni-", "vni ")) else None


def decoded(text: str, font: str) -> str:
    """Return a text as its font shows it.

    A text with a letter that those fonts do not know was typed in Unicode whatever its font, and
    is left alone; so is every text in a font of our days.
    """
    script = script_of(font)
    if script is None or not _WESTERN.issuperset(text):
        return text
    if script is Script.VNI:
        return composed(_VNI_CODES.sub(lambda code: VNI[code[0]], text))
    read = text.translate(_TCVN3_CODES)
    # Fonts of capitals (.VnTimeH) draw small letters large: TCVN3 has no others with tones.
    return read.upper() if font.strip().endswith("H") else read


class Decoded(str):
    """A text as its font shows it, with what stands in the file in ``raw``."""

    __slots__ = ("font", "raw")
    raw: str
    font: str

    @classmethod
    def of(cls, text: str, raw: str, font: str) -> Decoded:
        """Make one."""
        made = cls(text)
        made.raw, made.font = raw, font
        return made


class FontedText(NamedTuple):
    """The fonts of a text: that of its cell, and where they differ its runs (font, text)."""

    font: str
    runs: tuple[tuple[str, str], ...] = ()

    @property
    def is_legacy(self) -> bool:
        """Say whether any of it is to be decoded."""
        fonts = [font for font, _ in self.runs] or [self.font]
        return any(script_of(font) is not None for font in fonts)

    def read(self, text: str) -> str | None:
        """Return a text as its fonts show it, ``None`` where its runs are not known exactly."""
        fonts = {font for font, _ in self.runs} or {self.font}
        if len(fonts) == 1:
            return decoded(text, fonts.pop())
        if "".join(run for _, run in self.runs).split() != text.split():
            return None
        return "".join(decoded(run, font) for font, run in self.runs)
