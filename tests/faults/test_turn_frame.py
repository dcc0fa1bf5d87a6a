"""What holds a turn together: its contact is its own while it runs, and nobody hears of it before its commit."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from handlers.turn import Committed, Turn
from store.database import Database
from store.tables import contacts, inbox
from tests.handlers.house import TestHouse

pytestmark = pytest.mark.slow


@pytest.fixture
def elsewhere(database_url: str) -> Iterator[Engine]:
    """The same database from another program's side."""
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


async def test_nobody_hears_of_a_turn_before_its_commit(database: Database, elsewhere: Engine) -> None:
    house, seen = TestHouse(database), []

    def heard(_committed: Committed) -> None:
        with elsewhere.connect() as connection:
            seen.append(connection.scalar(sa.select(sa.func.count(inbox.c.id))))

    turn = Turn(database, house.house, now=lambda: house.now, committed=heard, alert=house.turn._alert)
    await turn.receive(house.customer().event(text="hello"))
    assert seen == [1]


async def test_a_turn_that_does_not_commit_wakes_nobody(database: Database) -> None:
    house = TestHouse(database)
    failed: list[int] = []

    def fail_once(name: str) -> None:
        if name == "turn.written" and not failed:
            failed.append(len(house.committed))
            raise RuntimeError(name)

    house.failpoint = fail_once
    await house.customer().types("hello")
    assert failed == [0]
    assert len(house.committed) == 1


async def test_while_a_turn_runs_its_contact_is_nobody_elses(postgres_url: str) -> None:
    database, elsewhere = Database(postgres_url), sa.create_engine(postgres_url)
    house, refused = TestHouse(database), []

    def take(name: str) -> None:
        if name == "turn.begun":
            with elsewhere.connect() as other, pytest.raises(sa.exc.OperationalError) as caught:
                other.execute(sa.select(contacts.c.id).with_for_update(key_share=True, nowait=True))
            refused.append(caught.value)

    customer = house.customer()
    await customer.types("hello")
    house.failpoint = take
    await customer.types("hello again")
    assert len(refused) == 1
    elsewhere.dispose()
    await asyncio.to_thread(database.close)


async def test_whoever_reads_to_write_keeps_others_from_writing_in_between(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert database.path is not None
    other = sqlite3.connect(database.path, timeout=0.0, isolation_level=None, check_same_thread=False)

    def work(connection: Connection) -> None:
        connection.execute(sa.select(contacts)).all()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    await database.transact(work)
    other.close()
    await asyncio.to_thread(database.close)
