"""Who comes too late changes nothing: a sender that lost its lease, a deadline of a question long answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.book import FLOWS
from locales import verbatim
from store import outbox, outbox_sending
from store.database import Database
from store.outbox import REPLY, Row
from store.outbox_sending import Mark
from store.tables import due
from talk.engine import Late, Talk
from talk.prompts import FreeText
from tests.conftest import NOON
from tests.handlers.house import TestHouse, later
from tests.store.rows import ACCOUNT, CHANNEL, add_contact, all_rows, message

pytestmark = pytest.mark.slow

MINUTE = dt.timedelta(minutes=1)


def claim(connection: Connection, now: dt.datetime) -> Row:
    (row,), _ = outbox.claim(connection, CHANNEL, ACCOUNT, REPLY, limit=1, now=now, leased_until=now + MINUTE)
    return row


@pytest.mark.parametrize("state", ["sent", "failed", "queued", "skipped"])
async def test_a_sender_that_lost_its_lease_writes_nothing_over_the_next_ones_claim(
    database: Database, state: str
) -> None:
    def work(connection: Connection) -> Any:
        outbox.put(connection, [message(add_contact(connection, "1", NOON), "1", NOON)])
        lost, now = claim(connection, NOON), NOON + MINUTE
        outbox.sweep(connection, CHANNEL, ACCOUNT, now=now, after_many=now)
        held = claim(connection, now)
        outbox_sending.settle(connection, [Mark(id=lost.id, fence=lost.fence, state=state)], now)
        return held, all_rows(connection)[0]

    held, row = await database.transact(work)
    assert (row.state, row.fence) == ("claimed", held.fence)


async def patient(talk: Talk) -> None:
    for number in (1, 2):
        answer = await talk.ask("word", verbatim(f"Word {number}?"), FreeText(), within=dt.timedelta(days=3))
        talk.say(verbatim("Too late." if isinstance(answer, Late) else "In time."))


async def test_the_deadline_of_an_answered_question_does_not_end_the_next_one(database: Database) -> None:
    house = TestHouse(database, {**FLOWS, "welcome": patient})
    customer = house.customer()
    await customer.types("hello")
    rows = await house.rows(sa.select(due.c.id))
    later(house, hours=12)
    assert await customer.types("tea") == ["In time.\n\nWord 2?"]
    later(house, days=2, hours=12)
    for row in rows:
        await house.turn.fall_due(row.id)
    assert await customer.answers() == []
    assert await customer.types("coffee") == ["In time."]
