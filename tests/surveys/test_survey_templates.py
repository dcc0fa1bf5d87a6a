"""The surveys that come with Sapa are ready to publish, whole in five languages, and in the voice of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from locales import LANGUAGES
from locales.own_words import LABEL_CHARACTERS
from surveys import file, templates
from surveys.definition import AREAS, Survey, Texts
from tests.locales import voice_rules as rules

STAND_IN = re.compile(r"\|[^{}]*\}")
OWN_SCRIPT = ("ar", "zh")


def texts(plain: Any, path: str = "") -> Iterator[tuple[str, Texts]]:
    """Every text of a survey with where it stands."""
    if isinstance(plain, dict) and plain.keys() & set(LANGUAGES):
        yield path, plain
    elif isinstance(plain, dict):
        for key, value in plain.items():
            yield from texts(value, f"{path}.{key}")
    elif isinstance(plain, list | tuple):
        for place, value in enumerate(plain):
            yield from texts(value, f"{path}.{place}")


def faults(said: Texts, language: str) -> list[str]:
    """What is wrong with a text in one language."""
    source, own = (STAND_IN.sub("}", said[each]) for each in ("en", language))
    stand_ins = " ".join(STAND_IN.findall(said[language]))
    found = rules.RULES[language](own) + rules.RULES[language](stand_ins) + rules.same_values(source, own)
    if language == "en":
        return found
    if language in OWN_SCRIPT:
        found += rules.only_own_script(own) + rules.only_own_script(stand_ins)
    found += ["as in English"] if own == source else []
    return found + rules.no_english_left(own) + rules.same_end(source, own)


@pytest.mark.parametrize("survey", templates.every(), ids=templates.ORDER)
def test_a_template_speaks_five_languages_as_each_is_spoken(survey: Survey) -> None:
    said = dict(texts(msgspec.to_builtins(survey)))
    assert {path: each for path, each in said.items() if set(each) != set(LANGUAGES)} == {}
    wrong = {
        (path, language): found
        for path, each in said.items()
        for language in LANGUAGES
        if (found := faults(each, language))
    }
    assert wrong == {}


def test_templates_are_named_by_their_files_and_their_choices_fit_on_buttons() -> None:
    assert [each.code for each in templates.every()] == list(templates.ORDER)
    assert {each.stem for each in templates.HERE.glob("*.yaml")} == set(templates.ORDER)
    labels = [
        text
        for survey in templates.every()
        for question in survey.questions
        for choice in question.choices
        for text in choice.texts.values()
    ]
    assert [each for each in labels if len(each) > LABEL_CHARACTERS] == []
    assert all(templates.text(code).startswith("# ") for code in templates.ORDER)


def test_the_relationship_survey_asks_about_all_that_makes_one() -> None:
    survey = next(each for each in templates.every() if each.code == "relationship")
    assert (
        {"product", "interaction", "communication", "brand", "overall"}
        <= {each.area for each in survey.questions}
        <= set(AREAS)
    )
    kinds = [each.kind for each in survey.questions]
    assert kinds[-2:] == ["nps", "text"]


def test_a_template_is_written_back_as_it_is() -> None:
    for survey in templates.every():
        assert file.read(file.written(survey).encode()) == survey
