"""Letters and texts as the fonts of before Unicode have them."""

from __future__ import annotations

from tongket_xlsx.text.legacy_fonts import TCVN3, VNI

SMALL = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"  # noqa: RUF100
INTO_TCVN3 = {letter: code for code, letter in TCVN3.items()}
INTO_VNI = {letter: code for code, letter in VNI.items()}


def in_tcvn3(text: str) -> str:
    """Return a text as a font of TCVN3 has it."""
    return "".join(INTO_TCVN3.get(c, c) for c in text)


def in_vni(text: str) -> str:
    """Return a text as a font of VNI has it."""
    return "".join(INTO_VNI.get(c, c) for c in text)
