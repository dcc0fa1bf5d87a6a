"""Yes and no in five languages."""

import pytest

from locales import LANGUAGES
from talk.reading.answers import read_yes_no
from talk.reading.lexicon import lexicon


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        (
            "en",
            "yes|Yup|YEP|ya|ok|okay|k|sure|of course|yes please|yesss|yes yes|ok thanks|yes!! 👍|can can",
        ),
        ("ms", "ya|ye|boleh|blh|nak|nk|setuju|baik|ok boleh|boleh lah|ya nak|haah|betul|on|yes|nak la tq"),
        ("vi", "vâng|dạ|có|co|đồng ý|dong y|ok|oke|được|đc|dc|ừ|uh|dạ vâng ạ|có ạ|đúng rồi|thôi được|ok em|dung"),
        ("ar", "نعم|ايوه|ايوا|أيوة|تمام|اه|أكيد|طبعًا|موافق|إن شاء الله|نعم من فضلك|aywa|tamam|na3am|ابغى|ok"),
        ("zh", "是|是的|好|好的|好啊|行|要|可以|嗯嗯|没问题|好的谢谢|OK|当然可以|對|我要|好好好"),
    ],
)
def test_a_yes_is_read_as_people_write_it(language: str, typed: str) -> None:
    assert [word for word in typed.split("|") if read_yes_no(word, language) is not True] == []


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        (
            "en",
            "no|nope|nah|n|no thanks|No, thank you!|not now|nooo|no no no|don't want|no need la|never|not really",
        ),
        (
            "ms",
            "tidak|tak|tak nak|taknak|x nak|xnak|x|tak boleh|jangan|tak pe|takpe la|bukan|tak perlu tq|no",
        ),
        (
            "vi",
            "không|khong|ko|k|hông|hok|không ạ|dạ không|ko cần đâu|thôi|thôi khỏi|dạ thôi ạ|chưa|đừng|sai rồi|no",
        ),
        ("ar", "لا|لأ|لا شكرا|مش عايز|مو|ما ابي|لااا|كلا|مش موافق|la|la2|mesh 3ayez|لا أريد|أبدا|no"),
        ("zh", "不|不是|不要|不用|不用了|不用了谢谢|不行|没有|算了|別|不想|不需要|暂时不用|no"),
    ],
)
def test_a_no_is_read_as_people_write_it(language: str, typed: str) -> None:
    assert [word for word in typed.split("|") if read_yes_no(word, language) is not False] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_thumbs_mean_the_same_everywhere(language: str) -> None:
    assert [read_yes_no(emoji, language) for emoji in ("👍", "👍🏽👍🏽", "👌", "✅", "👍❤️")] == [True] * 5
    assert [read_yes_no(emoji, language) for emoji in ("👎", "👎🏿", "❌", "🙅‍♀️")] == [False] * 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_word_means_what_its_list_says(language: str) -> None:
    words = lexicon(language)
    assert [word for word in words.yes if read_yes_no(word, language) is not True] == []
    assert [word for word in words.no if read_yes_no(word, language) is not False] == []


def test_the_same_letter_is_yes_in_one_language_and_no_in_another() -> None:
    assert [read_yes_no("k", language) for language in LANGUAGES] == [True, None, False, None, None]
    assert [read_yes_no("la", language) for language in LANGUAGES] == [None, None, None, False, None]


def test_words_of_the_other_languages_are_understood() -> None:
    assert read_yes_no("boleh", "en") is True
    assert read_yes_no("không", "en") is False
    assert read_yes_no("不要", "ms") is False
    assert read_yes_no("ok boleh, 谢谢", "zh") is True


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("", "en"),
        ("maybe", "en"),
        ("yes or no", "en"),
        ("yes but later", "en"),
        ("please", "en"),
        ("thanks", "en"),
        ("can you?", "en"),
        ("no idea what you mean", "en"),
        ("8", "en"),
        ("🎉", "en"),
        ("terima kasih", "ms"),
        ("ok không?", "vi"),
        ("có không", "vi"),
        ("chị ơi", "vi"),
        ("好不好", "zh"),
        ("要不", "zh"),
        ("是吗", "zh"),
        ("可以吗", "zh"),
        ("شكرا", "ar"),
        ("yes " * 60, "en"),
    ],
)
def test_anything_else_is_no_answer(typed: str, language: str) -> None:
    assert read_yes_no(typed, language) is None
