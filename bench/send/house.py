"""The sender over a store with a broadcast, as both measurements have it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.send import broadcast
from channels.telegram.outbound import TelegramChannel
from scheduler.sender import Sender
from store.database import Database

WIDTH = 64
LOOK_SECONDS = 0.05


@asynccontextmanager
async def opened(store: Path, channel: TelegramChannel) -> AsyncIterator[tuple[Database, Sender]]:
    """The store and a sender that does not run yet; both are closed afterwards, the channel with them."""
    database = Database(f"sqlite:///{store}")
    try:
        key = (channel.name, channel.account)
        yield database, Sender(database, {key: channel}, width=WIDTH)
    finally:
        await channel.close()
        database.close()


async def sent(database: Database) -> None:
    """Return when everything is marked."""
    while await database.read(broadcast.unfinished):  # noqa: ASYNC110 - the sender tells nobody but the store
        await asyncio.sleep(LOOK_SECONDS)


async def no_media(ref: str) -> bytes:
    """The broadcast has no pictures."""
    raise AssertionError(f"Who asks for {ref}?")
