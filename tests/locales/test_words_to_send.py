"""What customers are told to type or may press is understood in their language."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import pytest

import flows.book
import flows.menu
from console import texts
from console.staff.sentences import groups_of
from handlers import intents
from locales import LANGUAGES, Text, catalogue, render
from talk import engine
from talk.prompts import Accepted, Scale, YesNo, multi_choice, skippable, yes_no
from talk.prompts.base import Option
from talk.prompts.scale import FIVE_AGREEMENTS, SEVEN_AGREEMENTS
from talk.reading.words import Match, match
from tests.heard import typed
from tests.locales.test_catalogues import said_in_code

# On one worker: to go through all of the code takes some seconds.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sentences")]

QUOTED = re.compile("[“«]([^“”«»]+)[”»]")
LONGEST_LABEL = 26
DIALOGUES = tuple(import_module(f"flows.{module.name}") for module in iter_modules(flows.__path__))
WITH_LABELS = (*DIALOGUES, engine, multi_choice, skippable, yes_no)


def labels() -> dict[str, Text]:
    """The labels of all buttons by their English text."""
    options = [value for module in WITH_LABELS for value in vars(module).values() if isinstance(value, Option)]
    texts_ = [option.label for option in options] + list(SEVEN_AGREEMENTS)
    return {label.one: label for label in texts_ if not label.literal}


@cache
def quoting() -> tuple[str, ...]:
    """What customers are told; the team's pages quote names of pages and what somebody wrote."""
    found = said_in_code().items()
    return tuple(one for one, sentence in found if QUOTED.search(one) and groups_of(sentence.files))


def quoted(sentence: str, language: str) -> list[Match | None]:
    """What the words in quotes mean, in the order of the English ones' meanings."""
    said = catalogue(language).forms[sentence][0]
    meant = [match(word, language) for word in QUOTED.findall(said)]
    return sorted(meant, key=str)


def test_there_are_sentences_that_name_words() -> None:
    assert len(quoting()) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_a_sentence_names_is_understood(language: str) -> None:
    for sentence in quoting():
        meant = quoted(sentence, language)
        assert all(word is not None and word.whole for word in meant), sentence
        assert meant == quoted(sentence, "en"), sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", texts.SUGGESTIONS, ids=lambda text: text.one)
def test_a_suggested_question_leads_where_the_english_one_does(language: str, question: Text) -> None:
    flow = intents.flow_of(match(question.one, "en"))
    assert flow in flows.book.FLOWS
    assert intents.flow_of(match(render(question, language), language)) == flow


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_of_the_menu_may_be_typed_at_any_time(language: str) -> None:
    for option in (*flows.menu.FOR_CUSTOMERS, flows.menu.LANGUAGE):
        assert intents.flow_of(match(render(option.label, language), language)) == option.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_and_no_and_skip_are_understood_as_themselves(language: str) -> None:
    assert YesNo().read(typed(render(yes_no.YES.label, language), language)) == Accepted(True)
    assert YesNo().read(typed(render(yes_no.NO.label, language), language)) == Accepted(False)
    assert match(render(skippable.SKIP.label, language), language) == Match("skip", whole=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_degree_of_agreement_is_understood_as_itself(language: str) -> None:
    for degrees in (FIVE_AGREEMENTS, SEVEN_AGREEMENTS):
        read = [Scale.likert(len(degrees)).read(typed(render(said, language), language)) for said in degrees]
        assert read == [Accepted(score) for score in range(1, len(degrees) + 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_short_and_differ(language: str) -> None:
    said = {one: render(label, language) for one, label in labels().items()}
    assert len(said) > 20
    assert {text for text in said.values() if len(text) > LONGEST_LABEL or text.endswith((".", "。"))} == set()
    assert len(set(said.values())) == len(said)
