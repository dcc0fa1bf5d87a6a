"""The turn's frame, on both databases."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from handlers.turn import SUSPECT_SECONDS
from locales import _
from store.database import Database
from store.inbox import count_try
from store.tables import contacts, inbox, outbox, sessions
from talk.engine import Talk
from talk.prompts import FreeText
from tests.handlers.house import TestHouse


@pytest.fixture
def house(database: Database) -> TestHouse:
    return TestHouse(database)


async def test_a_first_message_is_welcomed(house: TestHouse) -> None:
    answers = await house.customer().types("hello")
    assert len(answers) == 1
    assert answers[0].startswith("Hello, and welcome")
    assert "Which language" in answers[0]


async def test_an_event_that_comes_again_changes_nothing(house: TestHouse) -> None:
    customer = house.customer()
    event = customer.event(text="hello")
    first = await customer.sends(event)
    assert first
    assert await customer.sends(event) == []
    (turns,) = await house.rows(sa.select(sa.func.count()).select_from(inbox))
    assert turns[0] == 1


async def test_one_event_from_many_sides_at_once_is_handled_once(house: TestHouse) -> None:
    customer = house.customer()
    event = customer.event(text="hello")
    await asyncio.gather(*(house.turn.receive(event) for _copy in range(16)))
    assert len(await customer.answers()) == 1
    assert len(await house.rows(sa.select(contacts.c.id))) == 1


async def test_first_messages_at_once_make_one_contact_and_one_asking_session(house: TestHouse) -> None:
    customer = house.customer()
    await asyncio.gather(*(house.turn.receive(customer.event(text="hi")) for _message in range(12)))
    assert len(await house.rows(sa.select(contacts.c.id))) == 1
    asking = await house.rows(sa.select(sessions.c.id).where(sessions.c.state == "asking"))
    assert len(asking) == 1


async def test_an_album_is_answered_once_and_kept_in_order(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("hello")
    await customer.types("menu")
    later_events = [customer.event("photo", album="a1") for _picture in range(50)]
    house.now = house.now.replace(hour=house.now.hour + 1)
    await asyncio.gather(*(house.turn.receive(event) for event in later_events))
    places = await house.rows(sa.select(inbox.c.seq).where(inbox.c.kind == "photo").order_by(inbox.c.seq))
    assert len({row.seq for row in places}) == 50


async def test_places_in_the_conversation_are_given_once(house: TestHouse) -> None:
    customer = house.customer()
    await asyncio.gather(*(house.turn.receive(customer.event(text=f"hi {n}")) for n in range(10)))
    incoming = await house.rows(sa.select(inbox.c.seq))
    outgoing = await house.rows(sa.select(outbox.c.seq))
    places = [row.seq for row in (*incoming, *outgoing)]
    assert sorted(places) == list(range(1, len(places) + 1))


async def breaks(talk: Talk) -> None:
    answer = await talk.ask("word", _("Say a word."), FreeText())
    if answer == "poison":
        raise ZeroDivisionError
    talk.say(_("All right, nothing has changed."))


async def test_a_poison_event_is_set_aside_after_five_tries_and_nobody_is_stuck(database: Database) -> None:
    house = TestHouse(database, {"welcome": breaks, "menu": breaks})
    customer, other = house.customer("1"), house.customer("2")
    await customer.types("hello")
    poison = customer.event(text="poison")

    _done, answers = await asyncio.gather(house.turn.receive(poison), other.types("hello"))
    assert answers == ["Say a word."]
    assert (await customer.answers())[0].startswith("Sorry, something went wrong on our side")
    (row,) = await house.rows(sa.select(inbox).where(inbox.c.external_id == poison.external_id))
    assert (row.state, row.attempts) == ("parked", 5)
    assert [notice.kind for notice in house.alerts] == ["event_parked"]

    await house.turn.receive(poison)
    assert await customer.answers() == []
    assert await customer.types("menu") == ["Say a word."]


async def test_an_event_that_killed_the_process_lets_others_go_first_and_is_set_aside_after_five_tries(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = TestHouse(database)
    database.careful = True
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", wait)
    poison = house.customer().event(text="hello")
    for _life in range(5):
        await database.transact(lambda connection: count_try(connection, poison, house.now))
    await house.turn.receive(poison)
    assert waits == [5 * SUSPECT_SECONDS]
    (row,) = await house.rows(sa.select(inbox).where(inbox.c.external_id == poison.external_id))
    assert (row.state, row.attempts) == ("parked", 6)
    assert house.alerts[0].kind == "event_parked"


async def test_careful_turns_change_the_same_as_others(database: Database) -> None:
    house = TestHouse(database)
    database.careful = True
    customer = house.customer()
    assert len(await customer.types("hello")) == 1
    (row,) = await house.rows(sa.select(inbox))
    assert (row.state, row.seq, row.kind) == ("done", 1, "text")


async def test_a_flood_is_kept_but_not_answered_and_said_once(house: TestHouse) -> None:
    customer = house.customer()
    answers = [answer for n in range(90) for answer in await customer.types(f"spam {n}")]
    assert sum("faster than I can read" in answer for answer in answers) == 1
    assert len(await house.rows(sa.select(inbox.c.id))) == 90
    house.now = house.now.replace(hour=house.now.hour + 1)
    assert await customer.types("menu")


async def test_a_person_who_has_the_conversation_is_not_talked_over(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("hello")
    (answer,) = await customer.types("I want to talk to a human")
    assert "Which language" in answer or "passed your message" in answer


async def test_stop_is_immediate_even_while_a_person_has_the_conversation(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("hello")
    await house.database.transact(
        lambda connection: connection.execute(sa.update(contacts).values(owner="agent-7"))
    )
    assert await customer.types("anyone there?") == []
    assert [notice.kind for notice in house.alerts] == ["customer_waits"]
    (answer,) = await customer.types("STOP")
    assert answer.startswith("Done.")
    (row,) = await house.rows(sa.select(contacts.c.marketing))
    assert row.marketing == "withdrawn"


async def test_a_global_word_that_is_an_option_of_the_question_answers_it(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("hello")
    (answer,) = await customer.types("English")
    assert answer == "And what may I call you?"


async def test_a_global_word_interrupts_a_question_that_takes_any_text(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("hello")
    await customer.types("English")
    (answer,) = await customer.types("help")
    assert answer.startswith("I can show you your points")
    assert answer.endswith("And what may I call you?")
