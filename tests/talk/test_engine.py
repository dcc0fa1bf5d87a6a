"""The verbs of a dialogue, one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator

import msgspec
import pytest

from locales import _, n_, verbatim
from talk.engine import LATE, RESTARTED, Act, FlowError, Talk, lookup
from talk.prompts import Choice, FreeText, Number, YesNo
from talk.prompts.base import Option
from tests.talk.fakes import Chat

TEA = Option("tea", verbatim("Tea"))
COFFEE = Option("coffee", verbatim("Coffee"))
WELCOME = _("Welcome.")
DRINK = _("Which drink?")
SIZE = _("How many?")


class Order(msgspec.Struct, frozen=True, tag=True):
    number: int
    placed: dt.date


class SoldOut(msgspec.Struct, frozen=True, tag=True):
    drink: str


def place_order(act: Act, drink: str, cups: int) -> Order | SoldOut:
    return SoldOut(drink) if drink == "tea" else Order(cups, act.now.date())


@lookup
def price_of(_act: Act, drink: str) -> int:
    return len(drink)


async def order(talk: Talk) -> None:
    talk.say(WELCOME)
    drink = await talk.ask("drink", DRINK, Choice(TEA, COFFEE))
    cups = await talk.ask("cups", SIZE, Number(1, 9))
    placed = talk.do("order", place_order, drink.key, cups)
    if isinstance(placed, SoldOut):
        talk.say(_("Sold out: {drink}"), drink=placed.drink)
    else:
        talk.say(
            n_("{cups} cup on {day}", "{cups} cups on {day}", count="cups"), cups=placed.number, day=placed.placed
        )


async def menu(talk: Talk) -> None:
    wish = await talk.ask("wish", _("Menu?"), Choice(TEA, COFFEE))
    if wish is TEA:
        talk.do("tea", place_order, "tea", 1)
    else:
        await talk.go("order")
    await talk.go("menu")


async def help_(talk: Talk) -> None:
    talk.say(_("Help is here."))


BOOK = {"order": order, "menu": menu, "help": help_}


def test_what_was_said_before_a_question_is_not_said_again() -> None:
    chat = Chat(BOOK)
    assert chat.start("order") == ["Welcome.", "Which drink?"]
    assert chat.press("coffee") == ["How many?"]
    assert chat.type("3") == ["3 cups on 21 November 2026"]
    assert chat.asking is None


def test_an_effect_runs_once_and_its_typed_result_comes_back() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    chat.press("tea")
    assert chat.type("2") == ["Sold out: tea"]
    assert chat.host.performed == ["1:0:order#1"]


def test_a_repeated_question_repeats_only_its_prompt() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    assert chat.again() == ["Which drink?"]


def test_an_interruption_ends_and_the_question_comes_back() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    chat.press("tea")
    assert chat.start("help") == ["Help is here.", "How many?"]
    assert chat.type("2") == ["Sold out: tea"]


def test_starting_a_flow_that_is_interrupted_replaces_it() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    chat.start("menu")
    chat.start("order")
    assert [chat.sessions[number].record.flow for number in chat.stack] == ["menu", "order"]
    assert chat.sessions[1].exit == "replaced"


def test_a_stale_press_changes_nothing() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    assert chat.asking is not None
    old = chat.asking.place
    chat.press("coffee")
    before = msgspec.json.encode(chat.asking.record)
    assert chat.press("tea", place=old) == ["How many?"]
    assert msgspec.json.encode(chat.asking.record) == before


def test_after_three_answers_that_do_not_fit_a_person_is_offered() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    assert chat.type("?!")[-1] == "Which drink?"
    assert chat.type("?!")[-1] == "Which drink?"
    chat.type("?!")
    assert chat.buttons == ["_person", "_again"]
    assert chat.press("_again") == ["Which drink?"]
    chat.type("?!")
    assert chat.buttons == ["_person", "_again"]
    chat.press("_person")
    assert chat.handed_over == "answer_not_understood"
    assert chat.asking is not None
    assert (chat.asking.state, chat.asking.record.parked is None) == ("interrupted", False)


def test_yes_to_the_offer_of_a_person_is_understood_as_text() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    for _attempt in range(3):
        chat.type("?!")
    chat.type("yes please")
    assert chat.handed_over == "answer_not_understood"


def test_no_to_the_offer_of_a_person_asks_the_question_again() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    for _attempt in range(3):
        chat.type("?!")
    assert chat.type("no thanks") == ["Which drink?"]
    chat.type("tea")
    assert chat.type("2") == ["Sold out: tea"]


def test_pictures_and_stickers_are_no_failed_tries_at_an_answer() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    for _picture in range(5):
        said = chat.send("photo")
    assert chat.send("sticker", "🐈") == said
    assert said[-1] == "Which drink?"
    assert len(said) == 2
    assert chat.send("photo", "?!") == said
    assert chat.asking is not None
    assert chat.asking.record.parked is not None
    assert chat.asking.record.parked.tries == 1


def test_an_invalid_answer_is_never_stored() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    chat.type("?!")
    assert chat.asking is not None
    assert chat.asking.record.journal == []


def test_words_that_ask_for_another_flow_lead_there_and_back() -> None:
    chat = Chat(BOOK)
    chat.host.elsewhere_to["what can you do"] = "help"
    chat.start("order")
    assert chat.type("what can you do") == ["Help is here.", "Which drink?"]
    assert chat.asking is not None
    assert chat.asking.record.parked is not None
    assert chat.asking.record.parked.tries == 0


def test_a_menu_replaces_itself_and_its_journal_stays_bounded() -> None:
    chat = Chat(BOOK)
    chat.start("menu")
    for _round in range(200):
        chat.press("tea")
    assert chat.asking is not None
    assert len(chat.asking.record.journal) < 5
    assert len(set(chat.host.performed)) == 200


def test_a_finished_sub_flow_is_one_entry_and_counts_as_an_effect() -> None:
    async def shop(talk: Talk) -> None:
        await talk.go("order")
        await talk.ask("sure", _("Sure?"), YesNo())

    chat = Chat({**BOOK, "shop": shop})
    chat.start("shop")
    chat.press("coffee")
    chat.type("1")
    assert chat.asking is not None
    assert [(entry.step, entry.kind) for entry in chat.asking.record.journal] == [("order#1", "do")]
    assert not chat.back()


def test_back_asks_the_question_before_again() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    chat.press("tea")
    assert chat.back()
    assert chat.heard[-1] == "Which drink?"
    chat.press("coffee")
    assert chat.type("4") == ["4 cups on 21 November 2026"]


def test_back_crosses_a_look_but_not_an_effect() -> None:
    async def looks(talk: Talk) -> None:
        drink = await talk.ask("drink", DRINK, Choice(TEA, COFFEE))
        talk.do("price", price_of, drink.key)
        await talk.ask("cups", SIZE, Number())
        talk.do("order", place_order, drink.key, 1)
        await talk.ask("sure", _("Sure?"), YesNo())

    chat = Chat({"looks": looks})
    chat.start("looks")
    chat.press("tea")
    assert chat.back()
    chat.press("coffee")
    chat.type("1")
    assert not chat.back()
    assert chat.heard[-1] == "Sure?"


def test_a_deadline_has_its_own_exit() -> None:
    async def brief(talk: Talk) -> None:
        answer = await talk.ask("cups", SIZE, Number(), within=dt.timedelta(hours=1))
        talk.say(_("Too late.") if answer is LATE else _("In time."))

    chat = Chat({**BOOK, "brief": brief})
    chat.start("brief")
    assert chat.passes(1) == ["Too late."]


def test_a_deadline_under_an_interruption_waits_for_its_turn() -> None:
    async def brief(talk: Talk) -> None:
        answer = await talk.ask("cups", SIZE, Number(), within=dt.timedelta(hours=1))
        talk.say(_("Too late.") if answer is LATE else _("In time."))

    chat = Chat({**BOOK, "brief": brief})
    chat.start("brief")
    chat.start("order")
    assert chat.passes(1) == []
    chat.press("tea")
    assert chat.type("1") == ["Sold out: tea", "Too late."]


def test_a_wait_leaves_the_customer_free_and_goes_on_later() -> None:
    async def check_in(talk: Talk) -> None:
        talk.say(_("I'll be back."))
        started = talk.now()
        await talk.wait("day", dt.timedelta(days=1))
        talk.say(_("{day}: how are you?"), day=started.date())

    chat = Chat({**BOOK, "check_in": check_in})
    assert chat.start("check_in") == ["I'll be back."]
    assert chat.asking is None
    assert chat.sessions[1].state == "waiting"
    chat.host.now += dt.timedelta(days=1)
    assert chat.passes(1) == ["21 November 2026: how are you?"]


def test_a_loop_asks_anew_each_time_round() -> None:
    async def thrice(talk: Talk) -> None:
        words = [await talk.ask("word", _("A word?"), FreeText()) for _round in range(3)]
        talk.say(verbatim(" ".join(words)))

    chat = Chat({"thrice": thrice})
    chat.start("thrice")
    chat.type("one")
    chat.type("two")
    assert chat.type("three") == ["one two three"]


def test_code_that_still_leads_to_the_question_goes_on() -> None:
    async def newer(talk: Talk) -> None:
        talk.say(_("Good morning."))
        drink = await talk.ask("drink", DRINK, Choice(TEA, COFFEE))
        cups = await talk.ask("cups", _("How many cups?"), Number(1, 9))
        talk.say(verbatim(f"{drink.key} {cups}"))

    chat = Chat(BOOK)
    chat.start("order")
    chat.press("tea")
    chat.book = {"order": newer}
    assert chat.type("2") == ["tea 2"]
    assert chat.sessions[1].restarts == 0


def test_code_that_leads_elsewhere_starts_afresh_and_keeps_answers_that_fit() -> None:
    async def newer(talk: Talk) -> None:
        talk.say(_("Good morning."))
        drink = await talk.ask("drink", DRINK, Choice(TEA, COFFEE))
        talk.do("order", place_order, drink.key, 1)
        name = await talk.ask("name", _("Your name?"), FreeText())
        talk.say(verbatim(f"{drink.key} for {name}"))

    chat = Chat(BOOK)
    chat.start("order")
    chat.press("tea")
    chat.book = {"order": newer}
    assert chat.type("2") == [RESTARTED.one, "Your name?"]
    assert chat.type("Siti") == ["tea for Siti"]
    assert chat.sessions[1].restarts == 1


def test_an_answer_that_no_longer_validates_is_asked_again() -> None:
    milk = Option("milk", verbatim("Milk"))

    async def newer(talk: Talk) -> None:
        drink = await talk.ask("drink", DRINK, Choice(COFFEE, milk))
        talk.say(verbatim(drink.key))

    chat = Chat(BOOK)
    chat.start("order")
    chat.press("tea")
    chat.book = {"order": newer}
    assert chat.type("2") == [RESTARTED.one, "Which drink?"]


def test_an_effect_is_not_repeated_by_a_fresh_start() -> None:
    async def older(talk: Talk) -> None:
        talk.do("order", place_order, "coffee", 1)
        await talk.ask("sure", _("Sure?"), YesNo())

    async def newer(talk: Talk) -> None:
        placed = talk.do("order", place_order, "coffee", 1)
        assert isinstance(placed, Order)
        await talk.ask("name", _("Your name?"), FreeText())

    chat = Chat({"order": older})
    chat.start("order")
    chat.book = {"order": newer}
    chat.type("yes")
    assert chat.host.performed == ["1:0:order#1"]


def test_a_flow_that_is_gone_is_said_to_be_gone() -> None:
    chat = Chat(BOOK)
    chat.start("order")
    chat.book = {"help": help_}
    chat.type("tea")
    assert chat.sessions[1].exit == "flow_gone"
    assert chat.asking is None


def test_a_verb_after_parked_is_an_error() -> None:
    async def greedy(talk: Talk) -> None:
        try:
            await talk.ask("drink", DRINK, Choice(TEA))
        except BaseException:
            talk.say(WELCOME)

    with pytest.raises(FlowError, match="BaseException"):
        Chat({"greedy": greedy}).start("greedy")


def test_an_effect_that_raises_fails_the_turn_even_when_it_is_caught() -> None:
    def breaks(_act: Act) -> int:
        raise ZeroDivisionError

    async def stubborn(talk: Talk) -> None:
        try:
            talk.do("break", breaks)
        except Exception:
            return

    with pytest.raises(FlowError):
        Chat({"stubborn": stubborn}).start("stubborn")


def test_a_dialogue_that_awaits_something_else_is_told_so() -> None:
    class Network:
        def __await__(self) -> Generator[None, None, None]:
            yield

    async def sleepy(_talk: Talk) -> None:
        await Network()

    with pytest.raises(FlowError, match="an effect or an event"):
        Chat({"sleepy": sleepy}).start("sleepy")
