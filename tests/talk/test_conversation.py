"""The stack of a contact's sessions, and values that look the same after a restart."""

from __future__ import annotations

import datetime as dt

import pytest

from locales import _, verbatim
from talk.conversation import DEPTH, GONE, Conversation
from talk.engine import LATE, Act, FlowError, Talk
from talk.prompts import FreeText, YesNo
from tests.talk.fakes import Chat

SURE, WORD = _("Sure?"), _("A word?")
HOUR = dt.timedelta(hours=1)


async def asks(talk: Talk) -> None:
    await talk.ask("sure", SURE, YesNo())
    talk.say(_("Done."))


async def wakes(talk: Talk) -> None:
    await talk.wait("hour", HOUR)
    await talk.ask("word", WORD, FreeText())


async def looks_round(talk: Talk) -> None:
    await talk.wait("hour", HOUR)
    await talk.wait("other", HOUR)


def test_below_a_flow_that_is_gone_the_conversation_goes_on() -> None:
    chat = Chat({"asks": asks, "other": asks})
    chat.start("asks")
    chat.start("other")
    chat.book = {"asks": asks}
    assert chat.type("yes") == [GONE.one, "Sure?"]
    assert chat.type("yes") == ["Done."]


def test_a_flow_that_is_gone_while_it_waited_is_not_spoken_of() -> None:
    chat = Chat({"wakes": wakes})
    chat.start("wakes")
    chat.book = {"asks": asks}
    assert chat.passes(1) == []
    assert chat.sessions[1].exit == "flow_gone"


def test_who_wakes_finds_room_on_a_full_stack() -> None:
    chat = Chat({"wakes": wakes} | {f"asks{n}": asks for n in range(DEPTH)})
    chat.start("wakes")
    for number in range(DEPTH):
        chat.start(f"asks{number}")
    assert chat.passes(1) == ["A word?"]
    assert len(chat.stack) == DEPTH
    assert chat.sessions[2].exit == "crowded_out"


def test_a_wake_without_a_word_leaves_the_open_question_alone() -> None:
    chat = Chat({"looks_round": looks_round, "asks": asks})
    chat.start("looks_round")
    chat.start("asks")
    assert chat.passes(1) == []
    assert chat.type("yes") == ["Done."]


def test_every_session_that_moves_down_is_stored() -> None:
    chat = Chat({f"asks{n}": asks for n in range(4)})
    for number in range(4):
        chat.start(f"asks{number}")

    def start(talk: Conversation) -> None:
        talk.start("asks0")
        assert {session.id for session in talk.changed} == {1, 2, 3, 4, 5}

    chat._turn(start)


def test_a_question_with_a_deadline_does_not_lapse() -> None:
    async def survey(talk: Talk) -> None:
        answer = await talk.ask("word", WORD, FreeText(), within=dt.timedelta(days=3))
        talk.say(_("Too late.") if answer is LATE else _("In time."))

    chat = Chat({"survey": survey, "asks": asks})
    chat.start("survey")
    chat.start("asks")
    assert chat._turn(lambda talk: talk.lapse()) == []
    assert chat.sessions[2].exit == "idle"
    assert chat.type("hello") == ["In time."]


def test_a_deadline_that_passed_under_what_lapsed_has_its_exit() -> None:
    async def survey(talk: Talk) -> None:
        answer = await talk.ask("word", WORD, FreeText(), within=HOUR)
        talk.say(_("Too late.") if answer is LATE else _("In time."))

    chat = Chat({"survey": survey, "asks": asks})
    chat.start("survey")
    chat.start("asks")
    chat.passes(1)
    assert chat._turn(lambda talk: talk.lapse()) == ["Too late."]


def test_a_question_gone_back_to_has_its_deadline_again() -> None:
    async def brief(talk: Talk) -> None:
        await talk.ask("word", WORD, FreeText(), within=HOUR)
        await talk.ask("sure", SURE, YesNo())

    chat = Chat({"brief": brief})
    chat.start("brief")
    chat.type("now")
    chat.host.now += HOUR
    assert chat.back()
    assert chat.asking is not None
    assert chat.asking.record.parked is not None
    assert chat.asking.record.parked.until == chat.host.now + HOUR


def count_letters(_act: Act, words: tuple[str, ...]) -> dict[int, str]:
    return {len(word): word for word in words}


def test_an_effect_returns_the_same_after_a_restart() -> None:
    async def counts(talk: Talk) -> None:
        found = talk.do("count", count_letters, ("one", "three"))
        await talk.ask("sure", SURE, YesNo())
        talk.say(verbatim(repr(found)))

    chat = Chat({"counts": counts})
    chat.start("counts")
    assert chat.type("yes") == ["{3: 'one', 5: 'three'}"]


def test_a_flow_is_given_the_same_after_a_restart() -> None:
    async def day(talk: Talk) -> None:
        talk.say(verbatim(repr(talk.args["day"])))
        await talk.ask("sure", SURE, YesNo())
        talk.say(verbatim(repr(talk.args["day"])))
        if not talk.args.get("again"):
            await talk.go("day", day=dt.date(2026, 11, 22), again=True)

    chat = Chat({"day": day})
    assert chat.start("day", day=dt.date(2026, 11, 21))[0] == "'2026-11-21'"
    assert chat.type("yes") == ["'2026-11-21'", "'2026-11-22'", "Sure?"]
    assert chat.type("yes") == ["'2026-11-22'"]


def test_a_flow_that_leads_to_itself_without_a_question_is_refused() -> None:
    async def spins(talk: Talk) -> None:
        await talk.go("spins")

    with pytest.raises(FlowError, match="without a question"):
        Chat({"spins": spins}).start("spins")


def test_while_a_person_has_the_conversation_nothing_is_asked_again() -> None:
    async def hint(talk: Talk) -> None:
        talk.say(_("Done."))

    def start_quietly(talk: Conversation) -> None:
        talk.quiet = True
        talk.start("hint")

    chat = Chat({"asks": asks, "hint": hint})
    chat.start("asks")
    assert chat._turn(start_quietly) == ["Done."]
    assert chat.type("yes") == ["Done."]


def test_nobody_goes_back_across_the_effects_of_an_earlier_round() -> None:
    async def shop(talk: Talk) -> None:
        await talk.ask("word", WORD, FreeText())
        await talk.go("buys", first=True)
        await talk.ask("sure", SURE, YesNo())

    async def buys(talk: Talk) -> None:
        if talk.args.get("first"):
            talk.do("buy", count_letters, ("tea",))
            await talk.go("buys")
        await talk.ask("more", SURE, YesNo())

    chat = Chat({"shop": shop, "buys": buys})
    chat.start("shop")
    chat.type("hello")
    assert not chat.back()
    chat.type("no")
    assert not chat.back()
    assert chat.host.performed == ["1:0:buys#1/buy#1"]
