"""What one person sees of a survey's texts: their language, their answers, their names."""

from __future__ import annotations

import pytest

from surveys.definition import Answer, Choice, Question, Section, Survey
from surveys.texts import fill, said

TASTE = Choice("taste", {"en": "The taste", "ms": "Rasa"})
TEAM = Choice("team", {"en": "The team"})
QUESTIONS = (
    Question("visits", "number", {}),
    Question("day", "date", {}),
    Question("liked", "multiple", {}, choices=(TASTE, TEAM)),
    Question("words", "text", {}),
)
SURVEY = Survey(code="x", names={}, language="en", sections=(Section("s", QUESTIONS),))
ANSWERS: dict[str, Answer] = {
    "visits": 1200,
    "day": "2026-11-21",
    "liked": ["taste", "team"],
    "words": "so " * 200,
}


def test_a_text_falls_back_to_the_surveys_language_then_english_then_any() -> None:
    texts = {"vi": "Chào", "en": "Hello", "ms": "Helo"}
    assert [said(texts, language, "ms") for language in ("vi", "zh")] == ["Chào", "Helo"]
    assert said({"vi": "Chào", "en": "Hello", "ms": ""}, "zh", "ms") == "Hello"
    assert said({"vi": "Chào"}, "zh", "ms") == "Chào"
    assert said({}, "zh", "ms") == ""


@pytest.mark.parametrize(
    ("language", "text", "filled"),
    [
        ("en", "{visits} visits since {day}", "1,200 visits since 21 November 2026"),
        ("vi", "{visits} lần từ {day}", "1.200 lần từ 21/11/2026"),
        ("ms", "{liked}", "Rasa dan The team"),
        ("zh", "您好，{call_me|顾客}", "您好，阿明"),
        ("en", "{product|it} at {business}{branch}", "it at Kopi"),
        ("ar", "منذ {day}", "منذ \u206821 نوفمبر 2026\u2069"),
        ("en", "{ visits } {Visits}", "{ visits } {Visits}"),
    ],
)
def test_answers_and_names_are_said_in_the_persons_language(language: str, text: str, filled: str) -> None:
    names = {"call_me": "阿明", "business": "Kopi"}
    assert fill(SURVEY, {language: text}, language, ANSWERS, names) == filled


def test_many_words_are_said_back_in_part_and_a_skipped_answer_by_its_stand_in() -> None:
    assert len(fill(SURVEY, {"en": "{words}"}, "en", ANSWERS, {})) == 200
    assert fill(SURVEY, {"en": "{words|nothing}"}, "en", {"words": None}, {}) == "nothing"
