"""Text converted once too often is told, and sound text never is."""

import csv

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st
from legacy_letters import SMALL
from shipped import FLAWED, RETURNED, ROOT, TEMPLATE

from tongket_xlsx.text.legacy_fonts import TCVN3
from tongket_xlsx.text.mojibake import damaged, is_syllable

NARRATIVE = (
    "Cấp ủy đã lãnh đạo, chỉ đạo các cấp, các ngành tuyên truyền sâu rộng trong cán bộ, đảng viên "
    "và nhân dân; phong trào khuyến học, khuyến tài phát triển, công tác xây dựng xã hội học tập "
    "có chuyển biến tích cực. Báo cáo tình hình thực hiện kèm theo."
)


def twice(text):
    """Do what a converter does that takes Unicode for TCVN3."""
    return "".join(TCVN3.get(c, c) for c in text)


@pytest.mark.parametrize(
    "text",
    [
        "Viện Khoa học Lao động và Xó hội. Túm tắt: cụng nghiệp húa nụng thụn",
        twice(NARRATIVE),
        twice("Báo cáo tình hình"),
        twice("không có số liệu của các trường"),
    ],
)
def test_a_second_conversion_is_told(text):
    """Texts as they stand on the web, and an answer of a return, are recognised."""
    assert damaged(text)


def test_the_words_that_give_it_away_are_named_once():
    """What is named are the words that no Vietnamese text has, each once, as they stand."""
    assert damaged(twice("Báo cáo và báo cáo tình hình")) == ("bỏo", "cỏo", "tỡnh", "hỡnh")


@pytest.mark.parametrize(
    "text",
    [
        NARRATIVE,
        "Bỏo cáo tình hình các xã",
        "vỡ đê, dũng cảm, cú mèo, mụn, núi, xó nhà, giỏ hoa, cụng ly",
        "Kông Chro, Ia Hrú, Chư Păh, Đăk Pơ Pho, K'Bang",
        "Nghiªn cøu, trao ®æi",
        "khụng",
        NARRATIVE + " Khụng cú nụng thụn.",
        "",
    ],
)
def test_sound_texts_and_slips_are_not(text):
    """Real words, names, a single slip and TCVN3 itself are no damage of this kind."""
    assert damaged(text) == ()


def vietnamese():
    """Yield every text of the repository: catalogue, form, samples, documentation."""
    with (ROOT / "tongket_xlsx" / "text" / "catalogue.csv").open(
        encoding="utf-8", newline=""
    ) as stream:
        for row in csv.reader(stream):
            yield from row
    pages = [ROOT / "README.vi.md", *TEMPLATE.iterdir(), *FLAWED.glob("*.txt")]
    for path in pages:
        yield from path.read_text(encoding="utf-8").splitlines()
        yield path.read_text(encoding="utf-8")
    yield from cells_of_samples()


def cells_of_samples():
    """Yield every text of the returned samples."""
    for path in sorted(RETURNED.iterdir()):
        book = python_calamine.load_workbook(path)
        for name in book.sheet_names:
            for row in book.get_sheet_by_name(name).to_python():
                yield from (value for value in row if isinstance(value, str))


def test_no_text_of_ours_is_called_damaged():
    """There is no false alarm on any of the texts of the repository."""
    texts = list(vietnamese())
    assert len(texts) > 20_000
    assert [text[:80] for text in texts if damaged(text)] == []


def test_the_narratives_of_the_samples_would_be_told():
    """Most longer answers of the samples are recognised once they are damaged."""
    long = {text for text in cells_of_samples() if len(text) > 100 and len(text.split()) > 15}
    told = sum(bool(damaged(twice(text))) for text in long)
    assert len(long) > 100
    assert told >= 0.8 * len(long)


@pytest.mark.parametrize(
    "word",
    [
        "nghiệp",
        "quyển",
        "giếng",
        "thuở",
        "khuỷu",
        "ý",
        "yêu",
        "quà",
        "gì",
        "khuyến",
        "học",
        "ủy",
        "hoạt",
        "quý",
        "ngoằn",
        "xoong",
    ],
)
def test_syllables_that_are(word):
    """Syllables of every build are recognised."""
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["bỏo", "cỏc", "tỡnh", "phớa", "nhiờu", "đỳng", "giỏo", "chõu", "xôc", "ngb", "ee"]
)
def test_syllables_that_are_not(word):
    """Impossible ends, tones on stops, and what is no syllable at all are told apart."""
    assert not is_syllable(word)


@given(st.text(alphabet=SMALL + "abcdeghiklmnopqrstuvxy ", max_size=80))
def test_nothing_breaks_it_and_two_words_are_needed(text):
    """Any text gets an answer, and one word is never enough."""
    assert len(damaged(text)) != 1
    assert set(damaged(text)) <= set(text.split())
