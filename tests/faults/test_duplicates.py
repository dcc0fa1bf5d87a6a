"""A platform delivers an update at least once; it changes our data once."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count

import pytest

from store.database import Database, StoreUnavailable
from talk.messages import Inbound
from tests.conftest import NOON
from tests.crash import truth
from tests.crash.crowd import Saying
from tests.crash.play import word
from tests.faults.shop import BOOK
from tests.handlers.house import TestHouse

pytestmark = pytest.mark.slow

CUSTOMERS, WORDS, THREADS = 6, 8, 8


def sayings() -> list[Saying]:
    updates = count(1)
    return [
        Saying(next(updates), customer, word(customer, number))
        for number in range(1, WORDS + 1)
        for customer in range(1, CUSTOMERS + 1)
    ]


def event(saying: Saying) -> Inbound:
    return Inbound(
        channel="telegram",
        account="shop",
        external_id=str(saying.update),
        sender=str(saying.chat),
        kind="text",
        text=saying.text,
        at=NOON,
    )


async def deliver(house: TestHouse, events: list[Inbound]) -> None:
    """As a platform does: what was not taken, because others held the customer for too long, comes again."""

    async def until_taken(one: Inbound) -> None:
        while True:
            with suppress(StoreUnavailable):
                await house.turn.receive(one)
                return

    await asyncio.gather(*map(until_taken, events))


@pytest.mark.parametrize("seed", range(2))
async def test_each_update_one_to_five_times_from_eight_threads_has_one_effect(
    database_url: str, seed: int
) -> None:
    dice, said = random.Random(seed), sayings()
    copies = [event(saying) for saying in said for _copy in range(dice.randint(1, 5))]
    dice.shuffle(copies)
    # On PostgreSQL the threads are those of two replicas.
    databases = [Database(database_url) for _replica in range(1 if database_url.startswith("sqlite") else 2)]
    houses = [TestHouse(database, BOOK) for database in databases]
    with ThreadPoolExecutor(THREADS) as threads:
        shares = [copies[number::THREADS] for number in range(THREADS)]
        work = [
            threads.submit(asyncio.run, deliver(houses[number % len(houses)], share))
            for number, share in enumerate(shares)
        ]
        await asyncio.gather(*(asyncio.wrap_future(one) for one in work))

    found = await databases[0].read(lambda connection: truth.look(connection, said, []))
    assert truth.of_updates(found) + truth.of_ledger(found) + truth.of_conversations(found) == []
    assert len(found.inbox) == CUSTOMERS * WORDS
    assert len(found.entries) == CUSTOMERS * (WORDS - 1) - truth.refused(found)
    for database in databases:
        await asyncio.to_thread(database.close)


async def test_an_update_that_comes_again_much_later_changes_nothing(database: Database) -> None:
    house, said = TestHouse(database, BOOK), sayings()
    for saying in said:
        await house.turn.receive(event(saying))
        house.now += dt.timedelta(seconds=2)
    before = await database.read(lambda connection: truth.look(connection, said, []))
    house.now += dt.timedelta(hours=23)
    await deliver(house, [event(saying) for saying in said])
    after = await database.read(lambda connection: truth.look(connection, said, []))
    assert (before.inbox, before.outbox, before.entries) == (after.inbox, after.outbox, after.entries)
    assert truth.of_conversations(after) == []
