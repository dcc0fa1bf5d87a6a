"""PostgreSQL goes away in the middle of traffic, and comes back: nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import sqlalchemy as sa

from store import schema
from store.database import StoreUnavailable
from tests.crash import truth
from tests.crash.play import word
from tests.faults.shop import Shop, open_shop
from tests.postgres import PostgresServer

pytestmark = pytest.mark.slow

CUSTOMERS = range(1, 11)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this file's own: the others' must not go away."""
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def url(server: PostgresServer, request: pytest.FixtureRequest) -> str:
    """An empty, migrated database on it."""
    name = f"test_{abs(hash(request.node.name)):x}"
    engine = sa.create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        # The tests' server forgets its last commits when it is stopped hard; no server in use is set so.
        connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = on"))
    engine.dispose()
    engine = sa.create_engine(server.url(name))
    with engine.begin() as connection:
        schema.upgrade(connection)
    engine.dispose()
    return server.url(name)


@pytest.fixture
async def shop(url: str) -> AsyncIterator[Shop]:
    async with open_shop(url) as opened:
        yield opened


async def traffic(shop: Shop, words: int) -> None:
    """Everybody writes, one word after the other, while offers go out."""
    for number in range(1, words + 1):
        for chat in CUSTOMERS:
            shop.types(chat, word(chat, number))
        await asyncio.sleep(0.1)


async def test_restarts_in_the_middle_of_traffic_lose_nothing_and_it_goes_on_by_itself(
    shop: Shop, server: PostgresServer
) -> None:
    await shop.offer({chat: f"offer {chat}" for chat in range(1001, 1101)})
    writing = asyncio.create_task(traffic(shop, words=12))
    await shop.fake.until(lambda: len(shop.fake.wire.accepted) > 10)
    await asyncio.to_thread(server.restart)
    await shop.fake.until(lambda: len(shop.fake.wire.accepted) > 60)
    await asyncio.to_thread(server.restart)
    await writing
    await shop.finish()
    found = await shop.found()
    assert truth.wrongs(found) == []
    assert len(found.inbox) == 12 * len(CUSTOMERS)


async def test_while_it_is_away_nothing_is_acknowledged(shop: Shop, server: PostgresServer) -> None:
    shop.types(1, word(1, 1))
    await shop.finish()
    await asyncio.to_thread(server.stop)
    try:
        for number in (2, 3):
            shop.types(1, word(1, number))
        with pytest.raises(StoreUnavailable):
            await shop.found()
        await shop.turn_away(2)
        assert len(shop.fake.updates.pending()) == 2
    finally:
        await asyncio.to_thread(server.start)
    await shop.finish()
    assert truth.wrongs(await shop.found()) == []
