"""Whatever is typed, reading answers without an error, and the same for every spelling of the same text."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import LANGUAGES
from talk.reading.answers import read_yes_no
from talk.reading.contact_points import read_email, read_phone
from talk.reading.dates import read_date
from talk.reading.language import guess_language
from talk.reading.lexicon import lexicon
from talk.reading.normal import normalise
from talk.reading.numbers import find_number, read_number
from talk.reading.words import match

TODAY = dt.date(2026, 11, 22)
READERS: list[Callable[[str, str], object]] = [
    read_number,
    find_number,
    read_yes_no,
    match,
    lambda text, language: read_date(text, language, TODAY),
    lambda text, language: read_date(text, language, TODAY, year_missing="past"),
]
# A language is told from capitals too (names have them), an address keeps its own.
WRITTEN: list[Callable[[str, str], object]] = [
    guess_language,
    lambda text, _: read_phone(text, "MY"),
    lambda text, _: read_email(text),
]

FRAGMENTS = st.sampled_from(
    [
        *(phrase for code in LANGUAGES for phrase in lexicon(code).whole["stop"] + lexicon(code).inside["points"]),
        *(phrase for code in LANGUAGES for phrase in lexicon(code).polite + lexicon(code).yes + lexicon(code).no),
        *(
            name
            for code in LANGUAGES
            for names in lexicon(code).months + lexicon(code).hijri_months
            for name in names
        ),
        *(
            "hundred",
            "thousand",
            "ratus",
            "trăm",
            "linh",
            "nghìn",
            "ألف",
            "مئة",
            "و",
            "وخمسة",
            "عشر",
            "千",
            "百",
            "十",
            "万",
            "零",
        ),
        *(
            "1",
            "21",
            "٣",
            "2026",
            "1447",
            "-",
            "/",
            ".",
            ",",
            "年",
            "月",
            "日",
            "闰",
            "初",
            "农历",
            "âm lịch",
            "mùng",
            "hb",
        ),
        *("@", "a@x.com", "+60", "012-345 6789", "👍🏽", "\u200f", "ـ", "𐩀", "ﷺ", "3ayez", "!", "?", "\n", "\x00"),
    ]
)
SENTENCES = ["a. ", "mata point stop ", "một ", "và năm ", "1/1/2026 ", "الف و", "五万"]
MESSAGES = st.lists(FRAGMENTS | st.text(max_size=8), max_size=12).flatmap(
    lambda parts: st.sampled_from(["".join(parts), " ".join(parts)])
)


@given(MESSAGES, st.sampled_from(LANGUAGES))
def test_reading_never_fails_and_takes_every_spelling_alike(text: str, language: str) -> None:
    for read in READERS:
        assert read(text, language) == read(normalise(text), language)
    for read in WRITTEN:
        assert read(text, language) == read(text, language)


@pytest.mark.parametrize(
    "piece", ["a", " ", "1", "9,", "1-", "@", "a@", "👍", "积", "一", "ا", "ﷺ", "\u0301", *SENTENCES]
)
def test_the_longest_message_is_read_in_every_way(piece: str) -> None:
    text = (piece * 4096)[:4096]
    for read in READERS + WRITTEN:
        for language in LANGUAGES:
            read(text, language)


def test_a_language_we_do_not_know_reads_like_a_mixture() -> None:
    assert read_number("三", "xx") == 3
    assert match("points", "xx") is not None
    assert guess_language("berapa mata saya", "xx") == "ms"
