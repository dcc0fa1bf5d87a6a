"""Every catalogue says every sentence of the code, in the voice of VOICE.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from locales import LANGUAGES, Text, catalogue, render
from locales.extract import HERE, ROOMS, Sentence, faults, sentences
from tests.locales import voice_rules as rules

TRANSLATED = [language for language in LANGUAGES if language != "en"]
COUNTS = (0, 1, 2, 3, 11, 100)
SAID_IN_WORDS = {"ar": (0, 1, 2)}  # zero, one and two need no digit
NAMES = frozenset(
    {"JavaScript", "Sapa", "Telegram", "JPEG", "PNG", "WebP", "GIF", "MB", "PDF", "YAML", "NPS", "CSAT", "CES"}
)
NO_WORDS = ("{condition}.", "({condition})", "{one} {other}", "{fact}: {value}")
SAME_AS_ENGLISH = {
    *((language, said) for language in ("ms", "vi") for said in ("Video", "Menu", "Bot: {text}", *NO_WORDS)),
    *(("ms", month) for month in ("April", "September", "November")),
}
pytestmark = pytest.mark.xdist_group("sentences")  # on one worker: to go through all of the code takes some seconds
ASKS_FOR_THE_PRONOUN = "May I call you anh, chị or bạn?"


@cache
def said_in_code() -> dict[str, Sentence]:
    return sentences()


@cache
def file_of(language: str) -> Catalog:
    with (HERE / language / "messages.po").open("rb") as file:
        return read_po(file)


def each(language: str) -> Iterator[tuple[str, str, int]]:
    """Each translation with the English it stands for, and its plural form (0 where there is but one)."""
    for one, sentence in said_in_code().items():
        forms = catalogue(language).forms[one]
        for place, said in enumerate(forms):
            singular = not sentence.many or (language == "en" and place == 0)
            yield (one if singular else sentence.many), said, place


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_and_nothing_else(language: str) -> None:
    assert len(said_in_code()) > 100
    assert faults(HERE / language / "messages.po", said_in_code()) == []
    assert not file_of(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_and_tags_are_those_of_the_source(language: str) -> None:
    counts = {
        text: sentence.count for sentence in said_in_code().values() for text in (sentence.one, sentence.many)
    }
    for source, said, form in each(language):
        in_words = counts[source] if form in SAID_IN_WORDS.get(language, ()) else ""
        assert rules.same_values(source, said, may_lack=in_words) == [], (source, said)
        assert rules.same_tags(source, said) == [], (source, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_keep_the_voice(language: str) -> None:
    for source, said, _form in each(language):
        assert said == said.strip()
        assert "  " not in said
        assert rules.same_end(source, said) == [], (source, said)
        assert rules.calm_apology(source, said) == [], (source, said)
        if source != ASKS_FOR_THE_PRONOUN:
            assert rules.RULES[language](said) == [], (source, said)


def test_the_english_catalogue_repeats_the_source() -> None:
    assert [(source, said) for source, said, _form in each("en") if source != said] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_is_left_over(language: str) -> None:
    for source, said, _form in each(language):
        assert said != source or (language, said) in SAME_AS_ENGLISH
        assert rules.no_english_left(said, NAMES) == [], (source, said)
        if language in ("ar", "zh") and source != ASKS_FOR_THE_PRONOUN:
            assert rules.only_own_script(said, NAMES) == [], (source, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counted_sentence_is_said_for_every_count(language: str) -> None:
    for sentence in said_in_code().values():
        for count in COUNTS if sentence.many else ():
            values: dict[str, object] = dict.fromkeys(rules.placeholders(sentence.one), "x")
            said = render(
                Text(sentence.one, sentence.many, sentence.count), language, values | {sentence.count: count}
            )
            assert "{" not in said
            assert str(count) in said or count in SAID_IN_WORDS.get(language, ())


BALANCES = {
    "en": ["0 points", "1 point", "2 points", "3 points", "11 points", "100 points"],
    "ms": [f"{count} mata ganjaran" for count in COUNTS],
    "vi": [f"{count} điểm thưởng" for count in COUNTS],
    "ar": ["لا توجد نقاط", "نقطة واحدة", "نقطتان", "3 نقاط", "11 نقطة", "100 نقطة"],
    "zh": [f"{count}积分" for count in COUNTS],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_balance_has_the_plural_of_its_language(language: str) -> None:
    balance = Text("You have {points} point.", "You have {points} points.", "points")
    for count, phrase in zip(COUNTS, BALANCES[language], strict=True):
        said = render(balance, language, {"points": count}).replace("\u2068", "").replace("\u2069", "")
        assert re.search(rf"(?<!\d){phrase}(?![a-z])", said), said


def test_arabic_forms_are_real() -> None:
    for sentence in said_in_code().values():
        forms = catalogue("ar").forms[sentence.one]
        if sentence.many:
            assert len(forms) == 6
            assert all(one != other for one, other in combinations(forms[:5], 2)), sentence.one


@pytest.mark.parametrize(
    ("language", "name"), [("ms", "Bahasa Melayu"), ("vi", "tiếng Việt"), ("ar", "بالعربية"), ("zh", "中文")]
)
def test_a_catalogue_names_its_own_language(language: str, name: str) -> None:
    answered = render(Text("All right, I'll write to you in English."), language)
    offered = render(
        Text("I see you write in English, so I'll answer in English. Which language would you like?"), language
    )
    assert answered.count(name) == 1
    assert offered.count(name) == 2


def test_only_literal_sentences_are_marked() -> None:
    """A sentence in a variable is never found by the extractor."""
    for room in ROOMS:
        for file in (HERE.parent / room).rglob("*.py"):
            for call in _marking_calls(file):
                assert all(isinstance(given, ast.Constant) for given in call.args), f"{file}:{call.lineno}"


def _marking_calls(file: Path) -> Iterator[ast.Call]:
    source = file.read_text(encoding="utf-8")
    if "import" in source and ("_(" in source):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "n_"):
                yield node
