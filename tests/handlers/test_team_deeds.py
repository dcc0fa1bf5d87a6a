"""What members of staff do to a conversation: take it, answer, pass it on, let it rest, note, merge, block."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
import sqlalchemy as sa

from handlers.conversation_snoozed import Snoozed, conversation_snoozed
from handlers.conversation_taken import Taken
from handlers.conversation_transferred import Transferred, conversation_transferred
from handlers.conversation_woken import conversation_woken
from handlers.conversations_merged import Merged, conversations_merged
from handlers.deed import Gone, Refused
from handlers.note_written import note_written
from handlers.spam_marked import Marked, spam_marked
from handlers.staff_replied import Replied
from service.ownership import Person
from store import labels, media_sent, queues
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED
from store.database import Database
from store.media import File
from store.queues import Queue
from store.staff_sessions import Staff
from store.tables import (
    audit,
    contacts,
    conversation_labels,
    conversations,
    mentions,
    notes,
    outbox,
    owner_changes,
    staff,
)
from tests.handlers.house import Customer, TestHouse, later
from tests.handlers.team import Team, agent

HOUR = dt.timedelta(hours=1)


@pytest.fixture
async def team(database: Database) -> Team:
    return Team(TestHouse(database))


@pytest.fixture
async def mei(database: Database) -> Staff:
    return await agent(database)


@pytest.fixture
async def ravi(database: Database) -> Staff:
    return await agent(database, "Ravi")


async def waiting(team: Team, channel: str = "telegram") -> Customer:
    """A customer who waits for a person."""
    customer = team.house.customer(channel=channel)
    for words in ("hello", "English", "skip", "no", "person"):
        await customer.types(words)
    return customer


async def payloads(team: Team) -> list[dict[str, object]]:
    rows = await team.house.rows(sa.select(outbox.c.payload).where(outbox.c.author != BOT).order_by(outbox.c.id))
    return [row.payload for row in rows]


async def test_two_who_take_and_answer_at_once_do_not_both_speak(team: Team, mei: Staff, ravi: Staff) -> None:
    customer = await waiting(team)
    taken = await asyncio.gather(team.take(mei), team.take(ravi), customer.types("Anybody?"))
    assert sorted(type(each).__name__ for each in taken[:2]) == ["Gone", "Taken"]
    winner = mei if isinstance(taken[0], Taken) else ravi
    said = await asyncio.gather(team.say(mei, "Mei here."), team.say(ravi, "Ravi here."))
    assert sorted(type(each).__name__ for each in said) == ["Gone", "Replied"]
    (answer,) = await payloads(team)
    assert answer["author"] == winner.name
    assert [change[1] for change in await team.changes()] == [QUEUE, winner.public_id]


async def test_the_bot_that_is_asked_while_a_person_answers_says_nothing(team: Team, mei: Staff) -> None:
    customer = await waiting(team)
    await team.take(mei)
    await customer.answers()
    await asyncio.gather(*(customer.types("points") for _time in range(4)), team.say(mei, "One moment."))
    rows = await team.house.rows(sa.select(outbox.c.author).order_by(outbox.c.id.desc()).limit(2))
    assert [row.author for row in rows] == [mei.public_id, BOT]  # the bot's was who it is


async def test_an_answer_that_comes_twice_is_said_once(team: Team, mei: Staff) -> None:
    await waiting(team)
    await team.take(mei)
    done = await asyncio.gather(*(team.say(mei, "Hello.", "the-same-form") for _time in range(2)))
    assert done == [Replied(), Replied()]
    assert len(await payloads(team)) == 1


async def test_the_customer_is_told_who_speaks_once_for_each_person(team: Team, mei: Staff, ravi: Staff) -> None:
    customer = await waiting(team)
    await team.take(mei)
    await team.take(ravi, mei.public_id)
    await team.take(mei, ravi.public_id)
    assert await customer.answers() == ["You're now talking to Mei.", "You're now talking to Ravi."]


async def test_a_conversation_taken_from_the_bot_parks_what_was_going_on(team: Team, mei: Staff) -> None:
    customer = team.house.customer()
    await customer.types("hello")
    assert await team.take(mei, QUEUE) == Gone(BOT)
    assert await team.take(mei, BOT) == Taken()
    row = await team.row()
    assert (row.state, row.flow, row.step, row.staff_id) == ("held", "welcome", "language#1", mei.id)
    assert await customer.types("English") == ["You're now talking to Mei."]


async def test_the_row_keeps_who_waits_and_what_was_said_last(team: Team, mei: Staff) -> None:
    customer = await waiting(team)
    first = await team.row()
    assert (first.last_text, first.last_by, first.unread, first.waiting_since) == (
        "person",
        "customer",
        1,
        team.house.now,
    )
    await team.take(mei)
    later(team.house, minutes=5)
    await team.say(mei, "Hello.")
    answered = await team.row()
    assert (answered.last_by, answered.unread, answered.waiting_since) == ("staff", 0, None)
    assert answered.first_replied_at == team.house.now
    await customer.sends(customer.event("start"))
    await customer.photo()
    seen = await team.row()
    assert (seen.last_kind, seen.unread, seen.waiting_since) == ("photo", 1, team.house.now)


@pytest.mark.parametrize(("words", "messages"), [("Here is the list.", 1), ("", 1), ("word " * 400, 2)])
async def test_a_file_goes_with_its_words(team: Team, mei: Staff, words: str, messages: int) -> None:
    await waiting(team)
    await team.take(mei)

    def keep(connection: sa.Connection) -> str:
        contact = connection.scalar(sa.select(contacts.c.id))
        assert contact is not None
        file = File.of("application/pdf", b"%PDF-1.7")
        media_id, public_id = media_sent.begin(connection, contact, mei.public_id, file, "a.pdf", team.house.now)
        assert media_id is not None
        media_sent.lay(connection, media_id, 0, file.content)
        media_sent.finish(connection, media_id, file.digest)
        return public_id

    ref = await team.house.database.transact(keep)
    assert await team.say(mei, words.strip(), media="somebody-elses") == Refused("no_file")
    assert await team.say(mei, words.strip(), media=ref) == Replied()
    said = await payloads(team)
    assert len(said) == messages
    assert said[-1]["media"] == {"ref": ref, "type": "application/pdf", "name": "a.pdf"}


@pytest.mark.parametrize("channel", ["telegram", "webchat"])
async def test_an_own_answer_is_edited_where_it_was_said(team: Team, mei: Staff, ravi: Staff, channel: str) -> None:
    await waiting(team, channel)
    await team.take(mei)
    await team.say(mei, "It is redy.", "first")
    if channel == "telegram":
        assert await team.say(mei, "It is ready.", edits="first") == Refused("not_sent")
    sent = outbox.update().where(outbox.c.public_id == "first").values(state="sent", external_id="77")
    await team.house.database.transact(lambda connection: connection.execute(sent))
    assert await team.say(mei, "word " * 1000, edits="first") == Refused("too_long")
    assert await team.say(mei, "It is ready.", "second", edits="first") == Replied()
    assert await team.say(mei, "It's ready.", edits="second" if channel == "webchat" else "first") == Replied()
    target = "77" if channel == "telegram" else "first"
    assert [each.get("edits") for each in await payloads(team)] == [None, target, target]
    await team.take(ravi, mei.public_id)
    assert await team.say(ravi, "No.", edits="first") == Refused("not_theirs")


async def test_a_long_answer_in_parts_cannot_be_edited(team: Team, mei: Staff) -> None:
    await waiting(team, "webchat")
    await team.take(mei)
    await team.say(mei, "word " * 1000, "long")
    assert await team.say(mei, "Short.", edits="long") == Refused("too_long")


async def test_it_is_passed_on_to_a_colleague_with_a_note(team: Team, mei: Staff, ravi: Staff) -> None:
    customer = await waiting(team)
    await team.take(mei)
    await customer.answers()
    to = Person(ravi.id, ravi.public_id)
    assert (
        await team.act(lambda scene: conversation_transferred(scene, mei, to, "", note="A refund."))
        == Transferred()
    )
    assert await customer.answers() == ["You're now talking to Ravi."]
    assert (await team.owner())[0] == ravi.public_id
    (note,) = await team.house.rows(sa.select(notes.c.text, notes.c.seq, notes.c.id))
    assert note.text == "A refund."
    assert [row.staff_id for row in await team.house.rows(sa.select(mentions.c.staff_id))] == [ravi.id]
    assert await team.act(lambda scene: conversation_transferred(scene, mei, to, "")) == Gone(ravi.public_id)


async def test_nothing_is_passed_on_to_who_is_away(team: Team, mei: Staff, ravi: Staff) -> None:
    await waiting(team)
    away = staff.update().where(staff.c.id == ravi.id).values(away=True)
    await team.house.database.transact(lambda connection: connection.execute(away))
    to = Person(ravi.id, ravi.public_id)
    assert await team.act(lambda scene: conversation_transferred(scene, mei, to, "")) == Refused("away")
    assert (await team.owner())[0] == QUEUE


async def test_it_is_passed_on_to_another_queue(team: Team, mei: Staff) -> None:
    customer = await waiting(team)
    await team.take(mei)
    await customer.answers()
    points = Queue(topic="points", names={"en": "Points"})
    other = await team.house.database.transact(lambda connection: queues.save(connection, points))
    await team.act(lambda scene: conversation_transferred(scene, mei, other.public_id, ""))
    assert await customer.answers() == ["Mei has passed this on to a colleague, who will reply to you here."]
    row = await team.row()
    assert (row.state, row.queue_id) == ("queued", other.id)
    assert (await team.owner())[0] == QUEUE


async def rest(team: Team, who: Staff, until: dt.datetime) -> object:
    return await team.act(lambda scene: conversation_snoozed(scene, who, until, ""))


async def test_a_rest_ends_at_its_moment_and_it_is_theirs_again(team: Team, mei: Staff) -> None:
    await waiting(team)
    await team.take(mei)
    until = team.house.now + HOUR
    assert await rest(team, mei, team.house.now) == Refused("past")
    assert await rest(team, mei, until) == Snoozed()
    assert await team.owner() == (SNOOZED, until)
    later(team.house, hours=1)
    assert await team.act(lambda scene: conversation_woken(scene, "time"))
    assert await team.owner() == (mei.public_id, None)
    row = await team.row()
    assert (row.state, row.snoozed_until, row.staff_id) == ("held", None, mei.id)
    assert not await team.act(lambda scene: conversation_woken(scene, "time"))
    assert len(await team.changes()) == 4


@pytest.mark.parametrize("taken", [False, True])
async def test_who_writes_ends_the_rest_and_waits_in_the_queue_when_nobody_is_there(
    team: Team, mei: Staff, taken: bool
) -> None:
    customer = await waiting(team)
    if taken:
        await team.take(mei)
    await rest(team, mei, team.house.now + HOUR)
    away = staff.update().values(away=True)
    await team.house.database.transact(lambda connection: connection.execute(away))
    await customer.types("And?")
    row = await team.row()
    assert (row.state, row.last_text, (await team.owner())[0]) == ("queued", "And?", QUEUE)


async def test_a_note_takes_a_place_that_the_customer_does_not_see(team: Team, mei: Staff, ravi: Staff) -> None:
    customer = await waiting(team)
    await team.take(mei)
    await customer.answers()
    await asyncio.gather(
        team.act(lambda scene: note_written(scene, mei, "Ask @Ravi", (ravi.id, mei.id), "")),
        team.house.turn.receive(customer.event(text="Hello?")),
        team.say(mei, "Yes?"),
    )
    assert await customer.answers() == ["Yes?"]
    (note,) = await team.house.rows(sa.select(notes.c.seq, notes.c.conversation_id))
    assert note.conversation_id == (await team.row()).id
    taken = await team.house.rows(sa.select(outbox.c.seq).where(outbox.c.seq == note.seq))
    assert taken == []
    assert [row.staff_id for row in await team.house.rows(sa.select(mentions.c.staff_id))] == [ravi.id]


async def test_who_sends_spam_is_answered_by_nobody_until_that_is_taken_back(
    team: Team, mei: Staff, ravi: Staff
) -> None:
    customer = await waiting(team)
    await team.take(mei)
    assert await team.act(lambda scene: spam_marked(scene, ravi, True, "")) == Gone(mei.public_id)
    assert await team.act(lambda scene: spam_marked(scene, mei, True, "")) == Marked()
    await customer.answers()
    assert await customer.types("BUY NOW") == []
    row = await team.row()
    assert (row.state, row.close_reason, (await team.owner())[0]) == ("closed", "spam", BLOCKED)
    assert await team.take(ravi, BLOCKED) == Gone(BLOCKED)
    assert await team.act(lambda scene: spam_marked(scene, ravi, False, "")) == Marked()
    assert await customer.types("menu")


async def test_two_conversations_of_a_customer_become_one(team: Team, mei: Staff) -> None:
    customer = await waiting(team)
    await team.take(mei)
    await team.act(lambda scene: note_written(scene, mei, "The first.", (), ""))
    earlier = await team.row()
    await team.close(mei)
    later(team.house, days=30)
    await customer.types("person")

    def label(connection: sa.Connection) -> None:
        made = labels.make(connection, "refund", "#aa0000")
        assert made is not None
        for row in connection.scalars(sa.select(conversations.c.id)).all():
            connection.execute(conversation_labels.insert().values(conversation_id=row, label_id=made.id))

    await team.house.database.transact(label)
    other, kept = earlier.public_id, await team.row()
    assert await team.act(lambda scene: conversations_merged(scene, mei, "nothing", "")) == Refused("not_theirs")
    assert await team.act(lambda scene: conversations_merged(scene, mei, other, "")) == Merged()
    assert await team.act(lambda scene: conversations_merged(scene, mei, other, "")) == Refused("not_theirs")
    assert (await team.row()).opened_at == earlier.opened_at
    assert [row.conversation_id for row in await team.house.rows(sa.select(notes.c.conversation_id))] == [kept.id]
    labelled = await team.house.rows(sa.select(conversation_labels.c.conversation_id))
    assert [row.conversation_id for row in labelled] == [kept.id]


async def test_every_deed_is_in_the_audit_log(team: Team, mei: Staff) -> None:
    await waiting(team)
    await team.take(mei)
    await team.say(mei, "Hello.")
    await rest(team, mei, team.house.now + HOUR)
    await team.act(lambda scene: note_written(scene, mei, "Later.", (), ""))
    await team.close(mei)
    rows = await team.house.rows(sa.select(audit.c.action, audit.c.actor).order_by(audit.c.id))
    deeds = ("taken", "answered", "snoozed", "noted", "closed")
    assert [tuple(row) for row in rows] == [(f"conversation.{deed}", mei.actor) for deed in deeds]
    assert len(await team.house.rows(sa.select(owner_changes.c.id))) == 4
