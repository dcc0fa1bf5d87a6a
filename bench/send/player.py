"""The contestants: `python -m bench.send.player sapa|raw STORE` sends a store's broadcast to a fake server."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from bench.contest import Stopwatch, measured, pin
from bench.send import broadcast
from bench.send.broadcast import TOKEN
from bench.send.house import WIDTH, no_media, opened, sent
from bench.send.provider import Provider, provider
from channels.telegram.outbound import TelegramChannel
from talk.channel import Rates


async def sapa(store: Path, url: str) -> Stopwatch:
    """The sender and the Telegram channel as they are, but for the rates: the fake has no limits here."""
    channel = TelegramChannel(TOKEN, no_media, api=url)
    channel.rates = Rates()
    async with opened(store, channel) as (database, sender):
        with measured() as watch:
            running = asyncio.create_task(sender.run())
            await sent(database)
        await sender.drain()
        await running
    return watch


async def raw(store: Path, url: str) -> Stopwatch:
    """A bare loop over the store's messages."""
    return await post_all([broadcast.request(int(chat)) for chat in broadcast.waiting(store)], url)


async def post_all(messages: Iterable[dict[str, Any]], url: str) -> Stopwatch:
    """A bare loop over a list: the next request, its answer, nothing kept."""
    requests = iter(messages)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        with measured() as watch:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(WIDTH):
                    tasks.create_task(_post(session, f"{url}/bot{TOKEN}/sendMessage", requests))
    return watch


async def _post(session: aiohttp.ClientSession, url: str, requests: Iterable[dict[str, Any]]) -> None:
    headers = {"Content-Type": "application/json"}
    for request in requests:
        async with session.post(url, data=msgspec.json.encode(request), headers=headers) as response:
            assert msgspec.json.decode(await response.read())["ok"]


PLAYERS: dict[str, Callable[[Path, str], Awaitable[Stopwatch]]] = {"sapa": sapa, "raw": raw}


async def play(name: str, store: Path) -> dict[str, Any]:
    """Send the broadcast once; what it took, and a digest of what every chat got."""
    async with provider("--no-limits", "--strangers") as fake:
        pin()
        watch = await PLAYERS[name](store, fake.url)
        return {"wall": watch.wall, "cpu": watch.cpu, **await _outcome(name, store, fake)}


async def _outcome(name: str, store: Path, fake: Provider) -> dict[str, Any]:
    log = await fake.log()
    if name == "sapa":
        assert broadcast.marked(store) == {str(entry["message_id"]): str(entry["chat_id"]) for entry in log}
    said = sorted((entry["chat_id"], entry["method"], entry["payload"]) for entry in log)
    digest = hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()
    return {"work": len(log), "arrived": digest}


def main() -> None:
    """Play and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=PLAYERS)
    parser.add_argument("store", type=Path)
    given = parser.parse_args()
    result = asyncio.run(play(given.name, given.store))
    sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")


if __name__ == "__main__":
    main()
