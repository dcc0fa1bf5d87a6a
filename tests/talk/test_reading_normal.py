"""One spelling for many ways to type the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talk.reading.normal import fold, normalise, tokenise, unify, unstretch

ANY_TEXT = st.text(max_size=60) | st.text(
    alphabet="aáảđĐéИσΣ١٣۴３أإآٱىةؤئءـًٰ\u200f\u2067\u0301\u0309.,!?-+/ 👍🏽\ufe0f积積。", max_size=30
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  STOP!!! ", "stop"),
        ("Điểm\u00a0của   MÌNH??", "điểm của mình"),
        ("Huy\u0309", "huỷ"),
        ("إِلْغَاء", "الغا"),
        ("الغاء!", "الغا"),
        ("أوقف", "اوقف"),
        ("مـــكافأة", "مكافاه"),
        ("على", "علي"),
        ("٣", "3"),
        ("۴۵", "45"),
        ("１２３", "123"),
        ("3️⃣", "3"),
        ("🔟", "10"),
        ("１٬２５０", "1,250"),
        ("٣٫٥", "3.5"),
        ("\u202bمرحبا\u202c\u200f", "مرحبا"),
        ("（好的！）", "好的"),
        ("積分還有多少？", "积分还有多少"),
        ("don’t", "don't"),
        ("👍🏽", "👍"),
        ("“ok 👍”…", "ok 👍"),
        ("-3", "-3"),
        (".5", ".5"),
        ("...well", "well"),
        ("/start", "/start"),
        ("???", ""),
        ("", ""),
    ],
)
def test_the_same_words_come_out_in_one_spelling(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Điểm của mình", "diem cua minh"),
        ("HỦY", "huy"),
        ("đường", "duong"),
        ("café", "cafe"),
        ("مرحبا", "مرحبا"),
        ("积分", "积分"),
        ("한국", "한국"),
    ],
)
def test_folding_takes_vietnamese_diacritics_away_and_leaves_other_scripts(typed: str, expected: str) -> None:
    assert fold(typed) == expected


def test_each_chinese_character_is_a_token_and_other_words_stay_whole() -> None:
    assert tokenise("我要redeem points, i'd say كم") == ["我", "要", "redeem", "points", "i'd", "say", "كم"]


def test_a_text_of_emoji_gives_each_emoji_once() -> None:
    assert tokenise("👍👍🎉") == ["👍", "🎉"]


def test_stretched_letters_stand_once_and_digits_stay() -> None:
    assert unstretch("heeelp meee 1000") == "help me 1000"


def test_only_the_first_4096_characters_are_looked_at() -> None:
    assert len(unify("a" * 10_000)) == 4096


@given(ANY_TEXT)
def test_normalising_and_folding_again_change_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)
    assert fold(normalise(text)) == fold(text)
