"""The rules refuse bad sentences and leave good ones alone."""

from __future__ import annotations

import pytest

from tests.locales import voice_rules as rules

GOOD = {
    "en": "We'll organise it in colour at the centre.",
    "ms": "Sila taip 3 pilihan. Anda boleh menulis kepada kami.",
    "vi": "Bạn hiện có {points} điểm. Xem ảnh và emoji.",
    "ar": "يرجى كتابة الأرقام، مثل 1، 2. هل وصلت؟",
    "zh": "您有120积分（{day}到期），请输入“menu”……",
}
BAD = [
    ("en", "Your favorite color"),
    ("en", "We apologize"),
    ("ms", "Anda mempunyai 5 poin."),
    ("ms", "Silakan pilih."),
    ("ms", "Mari kita teruskan."),
    ("ms", "Sila tulis nama Anda."),
    ("ms", "3 ganjaran-ganjaran"),
    ("ms", "{points} mata-mata"),
    ("vi", "Xin cha\u0300o"),
    ("vi", "Chào anh."),
    ("vi", "Em có thể giúp gì?"),
    ("vi", "Kính chào Quý khách."),
    ("ar", "شكرًا"),
    ("ar", "مرحبـــا"),
    ("ar", "٣ نقاط"),
    ("ar", "نعم, هذا صحيح"),
    ("ar", "ما اسمك?"),
    ("ar", "«قائمة», أو"),
    ("ar", "مرحبا ، كيف الحال"),
    ("ar", "اختر لغتك"),
    ("zh", "你好。"),
    ("zh", "您们好。"),
    ("zh", "亲，您好。"),
    ("zh", "您有 120 积分。"),
    ("zh", "您有 {points} 积分。"),
    ("zh", "您好, 欢迎。"),
    ("zh", "您好!"),
    ("zh", "{points}积分."),
    ("zh", "礼品(新)"),
    ("zh", "正在发送…"),
]


@pytest.mark.parametrize("language", GOOD)
def test_a_good_sentence_passes(language: str) -> None:
    assert rules.RULES[language](GOOD[language]) == []


@pytest.mark.parametrize(("language", "sentence"), BAD)
def test_a_bad_sentence_is_refused(language: str, sentence: str) -> None:
    assert rules.RULES[language](sentence)


def test_a_lost_an_added_and_a_renamed_value_are_found() -> None:
    assert rules.same_values("{a} and {b}", "{b} dan {a}") == []
    assert rules.same_values("{a} and {b}", "{a}") == ["lacks {b}"]
    assert rules.same_values("{a}", "{a} {a}") == ["adds {a}"]
    assert rules.same_values("{name}", "{nama}") == ["lacks {name}", "adds {nama}"]
    assert rules.same_values("{points}", "{points:,}") == ["lacks {points}", "adds {points:,}"]
    assert rules.same_values("{points} on {day}", "{day}", may_lack="points") == []


def test_a_lost_and_a_strange_tag_are_found() -> None:
    assert rules.same_tags("a <b>b</b>", "<b>x</b> y") == []
    assert rules.same_tags("a <b>b</b>", "x y") == ["other tags"]
    assert rules.same_tags("<br>", "<br>") == ["unknown tag br"]


def test_another_end_is_found() -> None:
    assert rules.same_end("Done.", "完成。") == []
    assert rules.same_end("Really?", "حقا؟") == []
    assert rules.same_end("Wait…", "请稍候……") == []
    assert rules.same_end("Done", "Selesai.")
    assert rules.same_end("Really?", "Betul.")


def test_english_left_over_is_found() -> None:
    assert rules.no_english_left("Sila pilih one of the options.")
    assert rules.no_english_left("请choose your语言")
    assert rules.only_own_script("请发送reward给Sapa", frozenset({"Sapa"})) == ["Latin: reward"]
    assert rules.no_english_left("Baki anda di Telegram: to {points}") == []


def test_a_shouted_apology_is_found() -> None:
    assert rules.calm_apology("Sorry, no.", "抱歉！")
    assert rules.calm_apology("Sorry, no.", "Maaf!")
    assert rules.calm_apology("Hello.", "Helo!") == []
