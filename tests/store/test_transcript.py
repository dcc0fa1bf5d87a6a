"""The conversation as its customer sees it, on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import contacts, inbox, outbox, tables, transcript, visitors
from store.database import Database
from store.transcript import Line, Picture, Pressed
from talk.messages import Button, Inbound, Media, Outgoing
from tests.conftest import NOON

VISITOR = "visitor-1"


def meet(connection: Connection, sender: str = VISITOR) -> int:
    key = (visitors.CHANNEL, visitors.ACCOUNT, sender)
    found = contacts.lock(connection, *key)
    return (found or contacts.make(connection, *key, name="", language="en", at=NOON)).id


def turn(connection: Connection, *parts: Inbound | Outgoing, **more: Any) -> int:
    """Write what was heard and said at the next places; `more` are columns of the outbox rows."""
    meet(connection)
    contact = contacts.lock(connection, visitors.CHANNEL, visitors.ACCOUNT, VISITOR)
    assert contact is not None
    for part in parts:
        contact.seq += 1
        if isinstance(part, Inbound):
            inbox.record(connection, part, contact.id, contact.seq, NOON)
        else:
            _say(connection, contact.id, contact.seq, part, more)
    contacts.save(connection, contact)
    return contact.id


def _say(connection: Connection, contact_id: int, seq: int, outgoing: Outgoing, more: dict[str, Any]) -> None:
    fields: dict[str, Any] = {
        "public_id": f"m{seq}",
        "contact_id": contact_id,
        "channel": visitors.CHANNEL,
        "account": visitors.ACCOUNT,
        "sender": VISITOR,
        "lane": outbox.REPLY,
        "state": "sent",
        "payload": outgoing,
        "seq": seq,
        "due_at": NOON,
        "created_at": NOON,
    }
    connection.execute(tables.outbox.insert().values(fields | more))


def heard(name: str, **fields: Any) -> Inbound:
    defaults: dict[str, Any] = {
        "channel": visitors.CHANNEL,
        "account": visitors.ACCOUNT,
        "external_id": f"{VISITOR}:{name}",
        "sender": VISITOR,
        "kind": "text",
        "at": NOON,
    }
    return Inbound(**defaults | fields)


async def lines(database: Database, contact_id: int, seq: int = 0) -> list[Line]:
    work = partial(transcript.after, contact_id=contact_id, seq=seq, limit=100, now=NOON)
    return (await database.read(work)).lines


async def write(database: Database, *parts: Inbound | Outgoing, **more: Any) -> int:
    return await database.transact(lambda connection: turn(connection, *parts, **more))


async def test_both_sides_stand_in_their_order(database: Database) -> None:
    contact = await write(database, heard("a", text="1 < 2"), Outgoing(text="<b>Yes</b>"), heard("b", text="Ok"))
    assert await lines(database, contact) == [
        Line(seq=1, id="a", speaker="you", at=NOON, text="1 &lt; 2"),
        Line(seq=2, id="m2", speaker="bot", at=NOON, text="<b>Yes</b>"),
        Line(seq=3, id="b", speaker="you", at=NOON, text="Ok"),
    ]


async def test_pages_go_back_without_gap_or_repetition(database: Database) -> None:
    contact = await write(database, *[heard(str(number), text="Hello") for number in range(7)])
    places: list[int] = []
    before = transcript.NEWEST
    while True:
        work = partial(transcript.before, contact_id=contact, seq=before, limit=3, now=NOON)
        batch = await database.read(work)
        places[:0] = [line.seq for line in batch.lines]
        before = batch.first
        if not batch.more:
            break
    assert places == [1, 2, 3, 4, 5, 6, 7]


async def test_what_is_not_for_the_eye_takes_a_place_and_shows_nothing(database: Database) -> None:
    parts = (heard("a", kind="start"), heard("b", kind="blocked"), Outgoing(press="x"), heard("c", text="Hello"))
    contact = await write(database, *parts)
    batch = await database.read(partial(transcript.after, contact_id=contact, seq=0, limit=3, now=NOON))
    assert (batch.lines, batch.last, batch.more) == ([], 3, True)
    assert [line.seq for line in await lines(database, contact, batch.last)] == [4]


async def test_a_message_without_a_place_is_not_visible_yet(database: Database) -> None:
    contact = await write(database, Outgoing(text="Later"))
    await database.transact(lambda connection: connection.execute(tables.outbox.update().values(seq=None)))
    assert await lines(database, contact) == []


async def test_a_skipped_message_and_a_stale_offer_are_not_shown(database: Database) -> None:
    past, future = NOON - dt.timedelta(days=1), NOON + dt.timedelta(days=1)
    contact = await write(database, Outgoing(text="Skipped"), state="skipped")
    await write(database, Outgoing(text="Stale"), lane=outbox.MARKETING, expires_at=past)
    await write(database, Outgoing(text="Fresh"), lane=outbox.MARKETING, expires_at=future)
    await write(database, Outgoing(text="A reply stays"), expires_at=past)
    assert [line.text for line in await lines(database, contact)] == ["Fresh", "A reply stays"]


async def test_a_person_is_told_from_the_bot(database: Database) -> None:
    contact = await write(database, Outgoing(text="Hello"), author="staff-1")
    found = (await lines(database, contact))[0]
    assert (found.speaker, found.author) == ("person", "staff-1")


async def test_a_press_names_its_message_and_button(database: Database) -> None:
    asked = Outgoing(
        text="Which?", buttons=((Button("Points", "!.points"), Button("Site", url="https://x.example")),)
    )
    press = heard("a", kind="button", button="!.points", message="m1", text="Points")
    contact = await write(database, asked, press)
    shown = await lines(database, contact)
    assert shown[0].buttons == asked.buttons
    assert (shown[1].text, shown[1].pressed) == ("Points", Pressed("m1", "!.points"))


async def test_a_label_is_found_only_on_what_this_customer_was_shown(database: Database) -> None:
    contact = await write(database, Outgoing(text="Which?", buttons=((Button("Points", "!.points"),),)))
    other = await database.transact(partial(meet, sender="visitor-2"))

    async def label(contact_id: int, message: str, data: str) -> str:
        work = partial(transcript.label, contact_id=contact_id, message=message, data=data)
        return await database.read(work)

    assert await label(contact, "m1", "!.points") == "Points"
    assert await label(contact, "m1", "!.rewards") == ""
    assert await label(contact, "m2", "!.points") == ""
    assert await label(other, "m1", "!.points") == ""


async def test_an_edit_names_the_line_it_replaces_on_every_channel(database: Database) -> None:
    contact = await write(database, Outgoing(text="Here"), Outgoing(text="Here, better", edits="m1"))
    await write(database, Outgoing(text="There"), channel="telegram", external_id="77")
    await write(database, Outgoing(text="There, better", edits="77"), channel="telegram")
    assert [line.edits for line in await lines(database, contact)] == ["", "m1", "", "m3"]


async def test_pictures_are_shown_by_our_own_name(database: Database) -> None:
    def keep(connection: Connection, public_id: str, **fields: Any) -> None:
        defaults = {"state": "kept", "type": "image/jpeg", "due_at": NOON, "created_at": NOON}
        connection.execute(tables.media.insert().values(defaults | fields | {"public_id": public_id}))

    contact = await database.transact(meet)
    for public_id, fields in {
        "business": {},
        "own": {"contact_id": contact, "channel": "telegram", "account": "1", "ref": "platform-name"},
        "pending": {"contact_id": contact, "state": "pending", "ref": "on-its-way"},
        "a-video": {"contact_id": contact, "type": "video/mp4", "ref": "moving"},
    }.items():
        await database.transact(partial(keep, public_id=public_id, **fields))  # type: ignore[arg-type]

    sent = [heard(ref, kind="photo", media=(Media(ref=ref),)) for ref in ("platform-name", "on-its-way", "moving")]
    await write(database, Outgoing(text="Look", media=Media(ref="business", name="A cake")), *sent)
    shown = await lines(database, contact)
    assert [line.picture for line in shown] == [Picture("business", "A cake"), Picture("own"), None, None]
    assert [line.kind for line in shown[1:]] == ["photo"] * 3


async def test_nobody_is_shown_another_customers_picture(database: Database) -> None:
    other = await database.transact(partial(meet, sender="visitor-2"))
    row = {"public_id": "theirs", "contact_id": other, "state": "kept", "type": "image/png"}
    insert = tables.media.insert().values(row | {"due_at": NOON, "created_at": NOON})
    await database.transact(lambda connection: connection.execute(insert))
    contact = await write(database, heard("a", kind="photo", media=(Media(ref="theirs"),)))
    assert (await lines(database, contact))[0].picture is None


async def test_what_was_set_aside_is_still_seen_by_who_wrote_it(database: Database) -> None:
    inbound = heard("a", text="Poison", raw='{"id": "a", "text": "Poison & more"}')

    def park(connection: Connection) -> int:
        contact_id = meet(connection)
        inbox.count_try(connection, inbound, NOON)
        inbox.park(connection, inbound, contact_id, 1, "It failed.")
        return contact_id

    contact = await database.transact(park)
    assert [line.text for line in await lines(database, contact)] == ["Poison &amp; more"]


async def test_a_reader_never_sees_a_place_before_an_earlier_one(database: Database) -> None:
    """Turns commit while somebody reads; a cursor that moved past a place would lose it for ever."""
    contact = await database.transact(meet)
    seen: list[int] = []
    done = asyncio.Event()

    async def speak() -> None:
        for number in range(30):
            await write(database, heard(str(number), text="Hello"), Outgoing(text="Hi"), public_id=f"p{number}")
        done.set()

    async def read() -> None:
        while not done.is_set() or len(seen) < 60:
            seen.extend(line.seq for line in await lines(database, contact, seen[-1] if seen else 0))

    async with asyncio.timeout(120):
        await asyncio.gather(speak(), read())
    assert seen == list(range(1, 61))


async def test_reading_uses_the_indexes(database: Database) -> None:
    if database.dialect != "sqlite":
        return
    contact = await write(database, heard("a", text="Hello"))

    def plan(connection: Connection) -> str:
        sql = transcript._FORWARD._plan(connection)
        bound = tuple(sql.bind({"contact_id": contact, "after": 0, "before": 9, "limit": 5, "now": NOON}))
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql.sql}", bound).fetchall())

    steps = await database.read(plan)
    assert "ix_inbox_contact_id_seq" in steps
    assert "ix_outbox_contact_id_seq" in steps
    assert "SCAN" not in steps


def test_the_transcript_is_one_statement() -> None:
    """Under READ COMMITTED a second statement sees commits that the first did not."""
    assert isinstance(transcript._FORWARD.statement, sa.CompoundSelect)
