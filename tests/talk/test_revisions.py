"""The code of a dialogue changes under a waiting session."""

from __future__ import annotations

import datetime as dt

from locales import _, verbatim
from talk.engine import LATE, RESTARTED, Act, Flow, Talk
from talk.prompts import Choice, FreeText, Number, YesNo
from talk.prompts.base import Option
from tests.talk.fakes import Chat

TEA = Option("tea", verbatim("Tea"))
COFFEE = Option("coffee", verbatim("Coffee"))
DRINK, SIZE, NAME, SURE = _("Which drink?"), _("How many?"), _("Your name?"), _("Sure?")
PAID = _("Paid.")


def pay(_act: Act, cups: int) -> int:
    return cups * 3


def pay_in_words(_act: Act, cups: int) -> str:
    return f"{cups} cups"


async def order(talk: Talk) -> None:
    drink = await talk.ask("drink", DRINK, Choice(TEA, COFFEE))
    cups = await talk.ask("cups", SIZE, Number(1, 9))
    talk.do("pay", pay, cups)
    talk.say(PAID)
    await talk.ask("name", NAME, FreeText())
    talk.say(verbatim(f"{cups} {drink.key}"))


def changed_at_the_name(newer: Flow) -> Chat:
    """An order that waits for the name, whose code has become `newer`."""
    chat = Chat({"order": order})
    chat.start("order")
    chat.press("tea")
    chat.type("2")
    chat.book = {"order": newer}
    return chat


def test_a_new_question_in_front_keeps_what_comes_after_it() -> None:
    async def newer(talk: Talk) -> None:
        await talk.ask("hot", _("Hot?"), YesNo())
        drink = await talk.ask("drink", DRINK, Choice(TEA, COFFEE))
        cups = await talk.ask("cups", SIZE, Number(1, 9))
        talk.do("pay", pay, cups)
        await talk.ask("sure", SURE, YesNo())
        talk.say(verbatim(f"{cups} {drink.key}"))

    chat = changed_at_the_name(newer)
    assert chat.type("Siti") == [RESTARTED.one, "Hot?"]
    assert chat.type("yes") == ["Sure?"]
    assert chat.type("yes") == ["2 tea"]
    assert chat.host.performed == ["1:0:pay#1"]


def test_what_a_new_effect_led_to_is_said_though_known_answers_follow() -> None:
    async def newer(talk: Talk) -> None:
        talk.do("gift", pay, 1)
        talk.say(_("A gift for you."))
        await talk.ask("drink", DRINK, Choice(TEA, COFFEE))
        await talk.ask("sure", SURE, YesNo())

    chat = changed_at_the_name(newer)
    assert chat.type("Siti") == [RESTARTED.one, "A gift for you.", "Sure?"]


def test_an_effect_whose_result_no_longer_fits_is_asked_again_under_its_old_key() -> None:
    async def newer(talk: Talk) -> None:
        cups = await talk.ask("cups", SIZE, Number(1, 9))
        talk.say(verbatim(talk.do("pay", pay_in_words, cups)))
        await talk.ask("sure", SURE, YesNo())

    chat = changed_at_the_name(newer)
    assert chat.type("Siti") == [RESTARTED.one, "2 cups", "Sure?"]
    assert chat.host.performed == ["1:0:pay#1", "1:0:pay#1"]


def test_an_effect_with_another_result_does_not_fail_the_way_to_the_open_question() -> None:
    async def newer(talk: Talk) -> None:
        await talk.ask("drink", DRINK, Choice(TEA, COFFEE))
        cups = await talk.ask("cups", SIZE, Number(1, 9))
        paid = talk.do("pay", pay_in_words, cups)
        name = await talk.ask("name", NAME, FreeText())
        talk.say(verbatim(f"{name}: {paid}"))

    chat = changed_at_the_name(newer)
    assert chat.type("Siti") == [RESTARTED.one, "Your name?"]
    assert chat.type("Siti") == ["Siti: 2 cups"]


def test_an_answer_is_not_taken_for_an_effect_of_the_same_name() -> None:
    async def newer(talk: Talk) -> None:
        talk.do("drink", pay, 1)
        await talk.ask("name", NAME, FreeText())

    chat = changed_at_the_name(newer)
    assert chat.type("Siti") == [RESTARTED.one, "Your name?"]
    assert chat.host.performed == ["1:0:pay#1", "1:0:drink#1"]


def test_a_question_that_lost_its_deadline_is_asked_again_when_the_deadline_comes() -> None:
    async def older(talk: Talk) -> None:
        cups = await talk.ask("cups", SIZE, Number(), within=dt.timedelta(hours=1))
        assert cups is LATE

    async def newer(talk: Talk) -> None:
        cups = await talk.ask("cups", SIZE, Number())
        talk.say(verbatim(str(cups + 1)))

    chat = Chat({"order": older})
    chat.start("order")
    chat.book = {"order": newer}
    assert chat.passes(1) == ["How many?"]
    assert chat.type("2") == ["3"]


def test_a_deadline_that_passed_is_no_answer_for_code_that_knows_of_none() -> None:
    async def older(talk: Talk) -> None:
        await talk.ask("cups", SIZE, Number(), within=dt.timedelta(hours=1))
        await talk.ask("sure", SURE, YesNo())

    async def newer(talk: Talk) -> None:
        cups = await talk.ask("cups", SIZE, Number())
        await talk.ask("sure", SURE, YesNo())
        talk.say(verbatim(str(cups + 1)))

    chat = Chat({"order": older})
    chat.start("order")
    chat.passes(1)
    chat.book = {"order": newer}
    assert chat.type("yes") == [RESTARTED.one, "How many?"]


def test_a_wait_that_became_a_question_is_asked() -> None:
    async def older(talk: Talk) -> None:
        await talk.wait("day", dt.timedelta(days=1))

    async def newer(talk: Talk) -> None:
        await talk.ask("day", _("Which day?"), FreeText())

    chat = Chat({"order": older})
    chat.start("order")
    chat.book = {"order": newer}
    assert chat.passes(1) == [RESTARTED.one, "Which day?"]


def test_nobody_goes_back_while_an_effect_of_before_the_change_lies_ahead() -> None:
    async def newer(talk: Talk) -> None:
        await talk.ask("cups", SIZE, Number(1, 9))
        await talk.ask("sure", SURE, YesNo())
        talk.do("pay", pay, 1)

    chat = changed_at_the_name(newer)
    chat.type("Siti")
    assert not chat.back()
    chat.type("yes")
    assert chat.host.performed == ["1:0:pay#1"]
