"""Text in the fonts of before Unicode: every letter, both scripts, and never a guess."""

import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legacy_letters import INTO_TCVN3, SMALL, in_tcvn3, in_vni

from tongket_xlsx.text.legacy_fonts import (
    TCVN3,
    Decoded,
    FontedText,
    Script,
    decoded,
    script_of,
)

LETTERS = SMALL + SMALL.upper()
# The codes of SMALL in VNI, in the same order, as documents of those years have them.
VNI_CODES = """
    aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä eø eù eû eõ eï eâ eà eá eå eã eä ì í æ ó ò
    oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï
    yø yù yû yõ î ñ
"""
# The letters a bare TCVN3 font has as capitals; those with tones are the business of H fonts.
CAPITALS = "ĂÂÊÔƠƯĐ"
WORDS = st.text(alphabet=LETTERS + "abcxyzBCD 0123456789.,-()/", max_size=60)


def test_there_are_134_letters():
    """The tests below go through all letters with marks, small and capital."""
    assert len(LETTERS) == len(set(LETTERS)) == 134
    assert unicodedata.is_normalized("NFC", LETTERS)


@pytest.mark.parametrize("letter", SMALL)
def test_every_letter_in_tcvn3(letter):
    """A small letter is one character of TCVN3, and a capital the same in a font of capitals."""
    code = INTO_TCVN3[letter]
    assert len(code) == 1
    assert decoded(code, ".VnTime") == letter
    assert decoded(code, ".VnTimeH") == letter.upper()


@pytest.mark.parametrize("letter", CAPITALS)
def test_the_capitals_that_tcvn3_has_itself(letter):
    """Seven capitals without tones have places of their own."""
    assert decoded(INTO_TCVN3[letter], ".VnArial") == letter


@pytest.mark.parametrize(
    ("code", "letter"), list(zip(VNI_CODES.split(), SMALL, strict=True)), ids=list(SMALL)
)
def test_every_letter_in_vni(code, letter):
    """Every letter, small and capital, is a character or a pair of VNI."""
    assert decoded(code, "VNI-Times") == letter
    assert decoded(code.upper(), "VNI-Times") == letter.upper()
    assert decoded(code[0].upper() + code[1:], "VNI-Times") == letter.upper()


def test_tcvn3_is_the_standard():
    """Every place of the table is that of TCVN 5712, as the C library knows it."""
    program = shutil.which("iconv")
    if program is None:
        pytest.skip("iconv is not on the path")
    codes = "".join(TCVN3)
    separated = " ".join(codes).encode("latin-1")
    ended = subprocess.run(
        [program, "-f", "TCVN", "-t", "UTF-8"], input=separated, capture_output=True, check=False
    )
    if ended.returncode:
        pytest.skip("iconv knows no TCVN")
    assert ended.stdout.decode().split(" ") == list(TCVN3.values())


@pytest.mark.parametrize(
    ("raw", "font", "read"),
    [
        (
            "Nghiªn cøu, trao ®æi Khoa häc Lao ®éng vµ X· héi - Sè 48",
            ".VnTime",
            "Nghiên cứu, trao đổi Khoa học Lao động và Xã hội - Số 48",
        ),
        ("®· b\u00adíc sang thÕ kû XXI", ".VnArial", "đã bước sang thế kỷ XXI"),
        ("b¸o c¸o tæng kÕt", ".VnTimeH", "BÁO CÁO TỔNG KẾT"),
        ("b¸o c¸o", ".VnArial NarrowH ", "BÁO CÁO"),
        ("Hoäi Khuyeán hoïc huyeän Chö Paêh", "VNI-Times", "Hội Khuyến học huyện Chư Păh"),
        ("HUYEÄN UÛY, saün coù, Ñaø Naüng", "VNI Helve", "HUYỆN ỦY, sẵn có, Đà Nẵng"),
        ("aú AÚ Aù AÙ yï î", "vni-times", "ẳ Ẳ Á Á ỵ ỵ"),
        ("1.234,5 “12 %” – xã", "Times New Roman", "1.234,5 “12 %” – xã"),
        ("1.234,5 (12 %) – 2017", ".VnTime", "1.234,5 (12 %) – 2017"),
    ],
)
def test_texts_as_offices_typed_them(raw, font, read):
    """Whole lines come out as their fonts show them; figures stay what they are."""
    assert decoded(raw, font) == read


@pytest.mark.parametrize("font", [".VnTime", ".VnTimeH", "VNI-Times"])
def test_unicode_in_a_legacy_font_is_left_alone(font):
    """A text with a letter that such a font does not know was typed in Unicode."""
    assert decoded("Hội Khuyến học huyện Chư Păh", font) == "Hội Khuyến học huyện Chư Păh"


@pytest.mark.parametrize(
    ("font", "script"),
    [
        (".VnTime", Script.TCVN3),
        (".vnarialh", Script.TCVN3),
        (" .VN3DH", Script.TCVN3),
        ("VNI-Times", Script.VNI),
        ("VNI Aptima", Script.VNI),
        ("Times New Roman", None),
        ("VnTime", None),
        ("Vni", None),
        ("VNItimes", None),
        ("Arial.Vn", None),
        ("", None),
    ],
)
def test_the_font_alone_decides(font, script):
    """Fonts named .Vn* are TCVN3, VNI-* and VNI * are VNI, and nothing else is either."""
    assert script_of(font) is script
    if script is None:
        assert decoded("Nghiªn cøu", font) == "Nghiªn cøu"


@given(WORDS)
def test_any_text_survives_tcvn3(text):
    """Whatever is written in TCVN3 comes back; capitals with tones from a font of capitals."""
    if all(c in INTO_TCVN3 or c.isascii() for c in text):
        assert decoded(in_tcvn3(text), ".VnTime") == text
    assert decoded(in_tcvn3(text.lower()), ".VnTimeH") == text.upper()


@given(WORDS)
def test_any_text_survives_vni(text):
    """Whatever is written in VNI comes back."""
    assert decoded(in_vni(text), "VNI-Times") == text


@given(st.text(max_size=40), st.sampled_from([".VnTime", ".VnTimeH", "VNI-Times", "Arial"]))
def test_nothing_at_all_breaks_it(text, font):
    """Any text in any font is read without an error, and plain Latin stays (but for its case)."""
    read = decoded(text, font)
    if text.isascii():
        assert read.lower() == text.lower()
    if script_of(font) is None:
        assert read == text


@given(st.text(alphabet=[*TCVN3, *"abc "], max_size=40))
def test_decoding_is_done_once(text):
    """A text that came out with a Vietnamese letter is Unicode: decoding it again is harmless."""
    once = decoded(text, ".VnTime")
    if any(ord(c) > 0xFF for c in once):
        assert decoded(once, ".VnTime") == once


def test_runs_are_read_each_by_its_font():
    """A text of several fonts is read piece by piece."""
    fonts = FontedText("Arial", (("Arial", "Xã "), (".VnTime", "héi "), ("VNI-Times", "hoïc")))
    assert fonts.is_legacy
    assert fonts.read("Xã héi hoïc") == "Xã hội học"


def test_runs_that_are_not_the_text_are_not_guessed():
    """Where the runs are not what the cell says, nothing is read."""
    assert FontedText("", ((".VnTime", "héi"), ("Arial", "x"))).read("héi y") is None
    assert FontedText("", ((".VnTime", "hé"), (".VnTime", "i"))).read("héi y") == "hội y"


def test_a_decoded_text_is_a_text_and_knows_where_it_came_from():
    """It compares as its reading, and keeps what stands in the file."""
    text = Decoded.of("xã", "x·", ".VnTime")
    assert text == "xã"
    assert (text.raw, text.font, type(str(text))) == ("x·", ".VnTime", str)
