"""A database that is locked: a bounded wait, nothing acknowledged, and everything handled when it is free again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from channels.telegram.webhook import SECRET_HEADER, webhook_route
from store import database as store_database
from store.database import Database, StoreUnavailable
from store.tables import inbox
from talk.messages import Outgoing, Receipt
from tests.crash import truth
from tests.crash.play import word
from tests.faults.holding import locked
from tests.faults.shop import PATIENCE, Shop, open_shop
from tests.handlers.house import TestHouse

pytestmark = pytest.mark.slow

SECRET = "a-secret-of-the-webhook"
WAIT = 0.5


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_database, "BUSY_SECONDS", WAIT)


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    async with open_shop(sqlite_url) as opened:
        yield opened


async def test_a_turn_waits_a_bounded_time_and_then_says_that_the_store_is_not_available(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert database.path is not None
    customer = TestHouse(database).customer()
    event = customer.event(text="hello")
    async with locked(database.path):
        async with asyncio.timeout(PATIENCE):  # the lock is held for as long as it takes
            with pytest.raises(StoreUnavailable):
                await customer.house.turn.receive(event)
        assert await customer.house.rows(inbox.select()) == []
    assert len(await customer.sends(event)) == 1
    await asyncio.to_thread(database.close)


async def test_reading_goes_on_while_another_process_holds_the_lock(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert database.path is not None
    customer = TestHouse(database).customer()
    await customer.types("hello")
    async with locked(database.path):
        assert len(await customer.house.rows(inbox.select())) == 1
    await asyncio.to_thread(database.close)


async def test_polling_confirms_nothing_while_locked_and_takes_everything_after_it(shop: Shop) -> None:
    assert shop.database.path is not None
    for chat in range(1, 6):
        shop.types(chat, word(chat, 1))
    await shop.finish()
    async with locked(shop.database.path):
        for number in (2, 3):
            for chat in range(1, 6):
                shop.types(chat, word(chat, number))
        await shop.turn_away(6)  # each of five failed, and one has been tried again
        assert len(shop.fake.updates.pending()) == 10
    await shop.finish()
    found = await shop.found()
    assert truth.wrongs(found) == []
    assert len(found.inbox) == 15


async def test_the_webhook_answers_503_while_locked_and_200_after_it(shop: Shop) -> None:
    assert shop.database.path is not None
    await shop.poller.stop(5.0)
    route = webhook_route("/updates", SECRET, shop.channel.account, shop.turn.receive, shop.keep)
    transport = httpx.ASGITransport(Starlette(routes=[route]))
    headers = {SECRET_HEADER.decode(): SECRET}
    async with httpx.AsyncClient(transport=transport, base_url="http://sapa", headers=headers) as client:
        shop.types(1, word(1, 1))
        (update,) = shop.fake.updates.pending()
        async with locked(shop.database.path):
            refused = await client.post("/updates", content=bytes(update.body))
        taken = await client.post("/updates", content=bytes(update.body))
        again = await client.post("/updates", content=bytes(update.body))
    assert [answer.status_code for answer in (refused, taken, again)] == [503, 200, 200]
    assert refused.headers["Retry-After"]
    await shop.until(shop.settled)
    assert truth.wrongs(await shop.found()) == []


async def test_what_the_provider_answered_while_locked_is_written_down_after_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.database.path is not None
    answered, refused = asyncio.Event(), 0
    send, transact = shop.channel.send, shop.database.transact

    async def send_and_wait(to: str, outgoing: Outgoing) -> Receipt:
        receipt = await send(to, outgoing)
        await answered.wait()
        return receipt

    async def transact_and_tell(work: Any, *, repeatable: bool = False) -> Any:
        nonlocal refused
        late = answered.is_set()
        try:
            return await transact(work, repeatable=repeatable)
        except StoreUnavailable:
            refused += late
            raise

    async def nothing_is_written() -> bool:
        return refused >= 3  # the first may have been a look at the outbox

    monkeypatch.setattr(shop.channel, "send", send_and_wait)
    monkeypatch.setattr(shop.database, "transact", transact_and_tell)
    await shop.offer({chat: f"offer {chat}" for chat in range(1, 21)})
    await shop.fake.until(lambda: len(shop.fake.wire.accepted) == 20)
    async with locked(shop.database.path):
        answered.set()
        await shop.until(nothing_is_written)
    await shop.finish()
    found = await shop.found()
    assert [row.state for row in found.outbox] == ["sent"] * 20
    assert truth.wrongs(found) == []
