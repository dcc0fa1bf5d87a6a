"""Dialogues that are left for days: answers of an earlier session are recalled, and a question may be put off."""

from __future__ import annotations

import pytest

from locales import _, verbatim
from locales.text import in_languages, render
from talk.engine import Talk, patient, revisable
from talk.messages import Inbound
from talk.prompts import POSTPONED, Choice, FreeText, Number, Postponable, Skippable
from talk.prompts.base import Accepted, Heard, Option, Rejected
from tests.talk.fakes import NOON, Chat

TEA = Option("tea", verbatim("Tea"))
LATER_TODAY = Option("today", verbatim("Later"))


@revisable
def keep(_act: object, what: str, value: object) -> None:
    """Writes over what it wrote before."""


@patient
async def visit(talk: Talk) -> None:
    talk.recall(talk.args.get("known", {}))
    drink = await talk.ask("drink", _("Drink?"), Choice(TEA, Option("milk", verbatim("Milk"))))
    talk.do("keep.drink", keep, "drink", drink.key)
    cups = await talk.ask("cups", _("Cups?"), Number(1, 9))
    talk.do("keep.cups", keep, "cups", cups)
    await talk.ask("why", _("Why?"), FreeText())
    talk.say(_("Thanks for {cups}"), cups=cups)


def test_answers_of_an_earlier_session_are_not_asked_for_again_and_back_reaches_them() -> None:
    chat = Chat({"visit": visit})
    assert chat.start("visit", known={"drink": "tea", "cups": 3}) == ["Why?"]
    assert chat.back()
    assert chat.heard[-1] == "Cups?"
    assert chat.back()
    assert chat.heard[-1] == "Drink?"
    assert chat.press("milk") == ["Cups?"]  # what was taken back is asked for again
    assert chat.type("5") == ["Why?"]
    assert chat.type("I like it") == ["Thanks for 5"]


def test_an_answer_that_does_not_fit_any_more_is_asked_for() -> None:
    chat = Chat({"visit": visit})
    assert chat.start("visit", known={"drink": "tea", "cups": 30, "why": "So"}) == ["Cups?"]
    assert chat.type("3") == ["Thanks for 3"]


def heard(text: str, pressed: str | None = None, language: str = "en") -> Heard:
    inbound = Inbound(channel="c", account="", external_id="1", sender="1", kind="text", at=NOON, text=text)
    return Heard(inbound, language, NOON.date(), pressed)


@pytest.mark.parametrize(
    ("words", "language"), [("later", "en"), ("Nanti la", "ms"), ("để sau", "vi"), ("لاحقا", "ar"), ("稍后", "zh")]
)
def test_later_puts_a_question_off_rather_than_skipping_it(words: str, language: str) -> None:
    prompt = Postponable(Skippable(FreeText()))
    assert prompt.read(heard(words, language=language)) == Accepted(POSTPONED)
    assert prompt.load(prompt.dump(POSTPONED)) is POSTPONED
    assert prompt.read(heard("skip")) == Accepted(None)
    assert prompt.read(heard("I'll come later")) == Accepted("I'll come later")


def test_an_option_that_is_called_later_is_that_option() -> None:
    prompt = Postponable(Choice(TEA, LATER_TODAY))
    assert prompt.read(heard("later")) == Accepted(LATER_TODAY)
    assert prompt.read(heard("not now")) == Accepted(POSTPONED)
    assert prompt.read(heard("", "tea")) == Accepted(TEA)
    assert isinstance(prompt.read(heard("coffee")), Rejected)


def test_data_in_several_languages_is_shown_and_understood_in_each() -> None:
    tea = Option("tea", in_languages({"en": "Tea & cake", "ms": "Teh", "zh": "茶"}))
    coffee = Option("coffee", in_languages({"en": "Coffee"}))
    assert [render(tea.label, language) for language in ("en", "ms", "zh", "ar")] == [
        *("Tea &amp; cake", "Teh", "茶", "Tea &amp; cake"),
    ]
    choice = Choice(tea, coffee)
    assert choice.read(heard("teh", language="en")) == Accepted(tea)
    assert choice.read(heard("coffee", language="zh")) == Accepted(coffee)
    with pytest.raises(ValueError, match="language"):
        in_languages({})
