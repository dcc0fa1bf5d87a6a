"""Phrases that a business writes itself, found in what customers write."""

from __future__ import annotations

import pytest

from talk.reading.phrases import Phrases

RULES = {
    "price": {
        "en": ["price", "too expensive"],
        "vi": ["giá", "gia cao"],
        "ar": ["السعر", "غالي"],
        "zh": ["太贵", "价格"],
        "ms": ["harga"],
    },
    "clean": {"vi": ["bẩn"], "ar": ["نظافة"], "zh": ["脏"]},
    "service": {"ar": ["خدمة"], "vi": ["nhân viên"], "en": ["café"]},
}
PHRASES = Phrases(RULES)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The PRICE, honestly: too  expensive!", {"price": ["PRICE", "too  expensive"]}),
        ("A priceless evening", {}),
        ("Harga mahal, GIÁ thì cao", {"price": ["Harga", "GIÁ"]}),
        ("gia dinh toi", {"price": ["gia"]}),
        ("cùng gia đình, giả", {"price": ["gia"]}),
        ("giá cao quá", {"price": ["giá cao"]}),
        ("Bàn bị bẩn.", {"clean": ["bẩn"]}),
        ("Các bạn, bàn, bán", {}),
        ("nhan vien thân thiện; Nhân Viên!", {"service": ["nhan vien", "Nhân Viên"]}),
        ("这里太贵了", {"price": ["太贵"]}),
        ("桌子很脏，价格还行", {"clean": ["脏"], "price": ["价格"]}),
        ("سعر القهوة غَالِي", {"price": ["سعر", "غَالِي"]}),
        ("خدمتكم ممتازة وبالخدمة نفتخر", {"service": ["خدمتكم", "وبالخدمة"]}),
        ("والنظافه", {"clean": ["والنظافه"]}),
        ("cafe", {"service": ["cafe"]}),
        ("", {}),
        ("!!! 😀", {}),
    ],
)
def test_phrases_are_found_where_they_stand(text: str, marked: dict[str, list[str]]) -> None:
    found = {key: [text[start:end] for start, end in spans] for key, spans in PHRASES.found(text).items()}
    assert found == marked


def test_vietnamese_without_diacritics_is_read_in_vietnamese_alone() -> None:
    phrases = Phrases({"dirty": {"vi": ["dơ"]}})
    assert phrases.found("ban do qua", "vi")
    assert not phrases.found("What do you do?", "en")
    assert phrases.found("bàn dơ", "en")


def test_nothing_is_looked_for_where_nothing_is_written() -> None:
    assert Phrases({"x": {"en": ["", " ?! "]}}).found("whatever ?! there is") == {}
