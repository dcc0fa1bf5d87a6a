"""SIGTERM in the middle of everything: an orderly end, in time, and the outbox tells what reached the wire."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.running import DRAIN_SECONDS, POLL_SECONDS, WEB_SECONDS
from channels.telegram.bot_token import account_of
from channels.telegram.fake import TOKEN, FakeTelegram, faults
from channels.telegram.fake.updates import FIRST_UPDATE_ID
from store import outbox as box
from store.database import Database
from store.outbox import MARKETING
from store.tables import inbox, outbox, runs
from tests.crash import start
from tests.crash.play import word
from tests.faults.process import PATIENCE, running
from tests.store.rows import add_contact, message

pytestmark = pytest.mark.slow

PROMISED = 20.0  # seconds
BUSY = 20.0  # more, for what is no waiting, on a machine that does everything else at once
READERS = range(1001, 2501)  # at thirty a second nearly a minute: whatever comes before, it is in the middle
WRITERS = range(1, 6)
STREAMS = 3


def put_offers(connection: Connection) -> None:
    now, account = dt.datetime.now(dt.UTC), account_of(TOKEN)
    for chat in READERS:
        contact = add_contact(connection, str(chat), now, account=account)
        offer = message(contact, str(chat), now, f"offer {chat}", lane=MARKETING, account=account)
        box.put(connection, [offer])


async def everybody_writes(fake: FakeTelegram) -> None:
    """Without end."""
    for number in range(1, 1_000_000):
        for chat in WRITERS:
            fake.customer(chat).types(word(chat, number))
        await asyncio.sleep(0.2)


async def watch(page: httpx.AsyncClient, opened: asyncio.Event) -> None:
    """Hold the conversation's stream open until the other side ends it."""
    await page.get("/chat")
    await page.post("/chat/messages", json={"id": "m1", "text": "hello"})
    async with page.stream("GET", "/chat/events") as response:
        async for _chunk in response.aiter_bytes():
            opened.set()


async def half_a_message() -> AsyncIterator[bytes]:
    yield b'{"id": "m2", '
    await asyncio.Event().wait()


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(strangers=True) as serving:
        yield serving


@pytest.mark.slow
@pytest.mark.parametrize("silent", [False, True], ids=["all answer in the end", "some never answer"])
async def test_sigterm_in_a_broadcast_with_streams_open_ends_everything_within_twenty_seconds(
    sqlite_url: str, tmp_path: Path, fake: FakeTelegram, port: int, silent: bool
) -> None:
    # Some messages are always under way.
    fake.faults.at_random(1.0, 1, [faults.slow(0.5)] * 9 + [faults.timeout()] * silent)
    database = Database(sqlite_url)
    await database.transact(put_offers)
    await asyncio.to_thread(database.close)
    settings = start.settings(tmp_path, sqlite_url, fake.url, port=port)
    opened = [asyncio.Event() for _page in range(STREAMS)]
    async with AsyncExitStack() as kept, running(settings) as sapa, asyncio.TaskGroup() as tasks:
        browsers = [httpx.AsyncClient(base_url=settings.address, timeout=PATIENCE) for _page in opened]
        pages = [await kept.enter_async_context(browser) for browser in browsers]
        busy: list[asyncio.Task[Any]] = [tasks.create_task(everybody_writes(fake))]
        for page, event in zip(pages, opened, strict=True):
            tasks.create_task(watch(page, event))
        await asyncio.gather(*(event.wait() for event in opened))
        if silent:
            busy.append(tasks.create_task(pages[0].post("/chat/messages", content=half_a_message())))
        await fake.until(lambda: len(fake.wire.accepted) > 60, PATIENCE)
        sapa.terminate()
        assert await sapa.ended(PROMISED + BUSY) == 0, sapa.log
        for task in busy:
            task.cancel()
    await compare(sqlite_url, fake, silent=silent)


def test_all_that_may_be_waited_for_at_the_end_is_less_than_what_is_promised() -> None:
    assert POLL_SECONDS + WEB_SECONDS + DRAIN_SECONDS < PROMISED - 2


async def compare(url: str, fake: FakeTelegram, *, silent: bool) -> None:
    """The outbox and the inbox with what Telegram saw."""
    database = Database(url)
    said = await rows(database, sa.select(outbox).where(outbox.c.channel == "telegram"))
    taken = await rows(database, sa.select(inbox).where(inbox.c.channel == "telegram"))
    (run,) = await rows(database, sa.select(runs))
    await asyncio.to_thread(database.close)

    arrived = Counter((str(entry.chat_id), entry.payload["text"]) for entry in fake.wire.accepted)
    for row in said:
        times = arrived.pop((row.sender, row.payload["text"]), 0)
        if silent and row.state == ("unknown" if row.lane == MARKETING else "queued"):
            assert times <= 1  # its answer never came
        else:
            assert (row.state, times) in (("sent", 1), ("queued", 0))
    assert not arrived, "something was sent that the outbox does not know"
    assert any(row.lane == MARKETING and row.state == "queued" for row in said), "it was not in the middle"

    unconfirmed = {str(update.id) for update in fake.updates.pending()}
    acknowledged = {str(number) for number in range(FIRST_UPDATE_ID, fake.updates.next_id)} - unconfirmed
    assert acknowledged <= {row.external_id for row in taken if row.state == "done"}
    assert run.ended_at is not None
    assert not run.unclean


async def rows(database: Database, statement: sa.Select[Any]) -> Sequence[Any]:
    return await database.read(lambda connection: connection.execute(statement).all())
