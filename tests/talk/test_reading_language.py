"""Telling the language of a short chat message."""

import pytest

from locales import LANGUAGES
from talk.reading.language import guess_language

MESSAGES = {
    "en": (
        "How many points do I have?|I want to talk to someone|how to redeem|where is my order|can i use my points"
        "|the coffee is cold again|what time do u open|I'd like to know more about this|pls tell me when it expires"
    ),
    "ms": (
        "berapa mata saya|nk tebus point|brp point sy|mcm mana nak tebus|terima kasih|selamat pagi|x nak dah"
        "|bila tamat tempoh mata ganjaran|kopi sejuk sgt|saya nak check points|kedai buka pukul berapa"
        "|tolong cek baki sy|boleh tolong saya"
    ),
    "vi": (
        "điểm của mình còn bao nhiêu|diem cua toi|em oi|ko dc|shop oi cho hoi|cảm ơn|cam on|xin chao"
        "|hôm nay có mở cửa không|cho mình gặp nhân viên với|bánh ngon quá|muon doi diem lay qua"
        "|toi muon gap nhan vien|doi qua the nao"
    ),
    "ar": (
        "كم نقطة عندي|3ayez akalem had|kam no2ta 3andi|shukran|mar7aba|السلام عليكم|شكرا|ok شكرا"
        "|وين اقرب فرع|اسمي محمد"
    ),
    "zh": "我还有多少积分|我要redeem points|谢谢|你好|积分|ok 谢谢|咖啡|積分查詢|我叫王小明|高兴认识你",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("expected", LANGUAGES)
def test_the_language_is_told_whatever_was_expected(language: str, expected: str) -> None:
    guesses = {message: guess_language(message, expected) for message in MESSAGES[language].split("|")}
    assert {message: guess for message, guess in guesses.items() if guess != language} == {}


@pytest.mark.parametrize("expected", LANGUAGES)
@pytest.mark.parametrize(
    "message",
    [
        "",
        "ok",
        "123",
        "8/10",
        "👍",
        "👍👍 100",
        "hello",
        "hi",
        "menu",
        "voucher",
        "redeem points",
        "Nguyễn Văn An",
        "Nguyen Van An",
        "Đức Huy",
        "Hương",
        "王小明",
        "陈",
        "欧阳娜娜",
        "محمد أحمد",
        "فاطمة بنت علي",
        "John Smith",
        "Ahmad bin Ali",
        "Siti Nurhaliza",
        "jalan2",
        "3pm",
        "gr8 m8",
        "ali@gmail.com",
        "こんにちは",
        "안녕하세요",
        "آپ کیسے ہیں",
        "hola como estas",
        "Привет",
    ],
)
def test_names_numbers_emoji_and_words_of_everybody_tell_nothing(message: str, expected: str) -> None:
    assert guess_language(message, expected) is None


def test_what_was_expected_wins_a_tie() -> None:
    message = "berapa how"
    assert guess_language(message, "ms") == "ms"
    assert guess_language(message, "en") == "en"
    assert guess_language(message, "vi") is None
